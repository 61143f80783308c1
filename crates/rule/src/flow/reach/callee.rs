//! What functions do with what they are called with.

use gofix_project::FileConstraints;
use gofix_semantic::{
    Res,
    types::{Callee, ObjectKind},
};
use gofix_syntax::{
    Kind, Node, Role,
    ast::{AstNode, CallExpr, FuncDecl, SelectorExpr},
    header,
};

use super::{Reach, Way};
use crate::{Cx, flow::callee::arg_index};

/// What becomes of a value in a call.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(super) enum Fate<'a> {
    /// The callee is done with it when it returns.
    Dropped,
    /// What it returns holds it, just as the argument did.
    Same,
    /// Nothing but what it returns can hold it.
    InResult,
    /// What it returns can hold it, and so can what else it was given.
    Unknown,
    /// It is put into this.
    CopiedInto(Node<'a>),
    /// It is kept.
    Escapes(Way),
}

impl<'a> Reach<'a> {
    /// What becomes of the value that is argument `arg` of `call`. What C does with a pointer nobody knows.
    pub(super) fn fate_of_arg(&self, call: CallExpr<'a>, arg: Node<'a>) -> Fate<'a> {
        let callee = self.cx.callee(call);
        let Some(index) = arg_index(call, arg) else { return Fate::Unknown };
        match &callee {
            Callee::Conversion(_) => return Fate::Same,
            Callee::Builtin(name) => return of_builtin(name, call, index),
            Callee::Method { path, receiver, name, .. } if &**path == "testing" && runs_subtest(receiver, name) => {
                return Fate::Escapes(Way::Subtest);
            }
            _ => {}
        }
        let is_c = matches!(self.cx.resolve_expr(call.fun()), Res::External { path: "C", name } if name != "free");
        if is_c || keeps(&callee, Some(index)) {
            return Fate::Escapes(Way::Kept);
        }
        let is_func = self.is_func_value(arg);
        if is_func && runs_in_place(&callee) {
            return Fate::InResult;
        }
        let parameter = callee_decl(&self.cx, call).and_then(|it| parameter(it, index));
        match parameter {
            Some(Parameter::Unnamed) => Fate::Dropped,
            Some(Parameter::Named(ident)) => self.fate_in_callee(ident, is_func),
            None if is_func => Fate::Escapes(Way::Captured),
            None => Fate::Unknown,
        }
    }

    /// What becomes of the value whose method or function value `call` calls.
    pub(super) fn fate_of_receiver(&self, call: CallExpr<'a>) -> Fate<'a> {
        if keeps(&self.cx.callee(call), None) {
            return Fate::Escapes(Way::Kept);
        }
        let receiver = callee_decl(&self.cx, call).and_then(FuncDecl::recv).and_then(|it| it.child(Role::List));
        match receiver.map(|it| it.child(Role::Names)) {
            Some(Some(ident)) if ident.text() != "_" => self.fate_in_callee(ident, false),
            Some(_) => Fate::Dropped,
            None => Fate::InResult,
        }
    }

    /// What becomes of the parameter `ident` in a function of the project.
    fn fate_in_callee(&self, ident: Node<'a>, is_func: bool) -> Fate<'a> {
        let unknown = if is_func { Fate::Escapes(Way::Captured) } else { Fate::Unknown };
        let decl = ident.ancestors().find(|it| it.kind() == Kind::FuncDecl);
        let (Some(def), Some(decl)) = (self.cx.resolve(ident).def(), decl) else { return unknown };
        let Some(depth) = self.depth.checked_sub(1) else { return unknown };
        let mut inner = Reach::new(&self.cx, decl);
        (inner.names, inner.parts, inner.depth) = (self.names, self.parts, depth);
        let escapes = inner.escapes([def]);
        let returned = escapes.iter().any(|it| it.way == Way::Returned);
        match escapes.iter().find(|it| it.way != Way::Returned).map(|it| it.way) {
            // A subtest ends before the test does, whoever starts it.
            Some(Way::Subtest) => Fate::Escapes(Way::Subtest),
            // Where a function of a function does not keep it as far as one knows, that is as far as one knows.
            Some(Way::Captured) if is_func => Fate::Escapes(Way::Captured),
            Some(_) => Fate::Escapes(Way::Kept),
            None if returned => Fate::InResult,
            None => Fate::Dropped,
        }
    }
}

/// The declaration of the function that `call` calls, if it has a body in the project and is the same in every build.
pub fn callee_decl<'a>(cx: &Cx<'a>, call: CallExpr<'a>) -> Option<FuncDecl<'a>> {
    let fun = call.fun().unparen();
    let base = match fun.kind() {
        Kind::IndexExpr | Kind::IndexListExpr => fun.child(Role::X)?.unparen(),
        _ => fun,
    };
    let types = cx.types(call.node().file().id())?;
    let selected = SelectorExpr::cast(base);
    let ident = match selected.and_then(|it| types.selection(it)) {
        Some(selection) => selection.declaration?,
        None => {
            let object = types.object_of(selected.map_or(base, SelectorExpr::sel))?;
            object.ident.filter(|_| matches!(object.kind, ObjectKind::Func | ObjectKind::Method))?
        }
    };
    let ws = cx.workspace();
    let file = ident.file();
    if ws.outside_path(file.id()).is_some() {
        return None;
    }
    let constraints = FileConstraints::new(ws.project().file(file.id()).name(), &header::read(file.text()));
    let is_everywhere = file.id() == call.node().file().id() || constraints == FileConstraints::default();
    let decl = FuncDecl::cast(ident.parent()?).filter(|it| it.name() == ident && it.body().is_some());
    decl.filter(|_| is_everywhere)
}

/// A parameter of a function.
enum Parameter<'a> {
    Named(Node<'a>),
    /// Without a name, or `_`: the function cannot use it.
    Unnamed,
}

/// The parameter that gets the argument `index`.
fn parameter(decl: FuncDecl<'_>, index: usize) -> Option<Parameter<'_>> {
    let params = decl.func_type().params();
    let mut all = Vec::new();
    for field in params.children_in(Role::List) {
        match field.child(Role::Names) {
            None => all.push(Parameter::Unnamed),
            Some(_) => all.extend(field.children_in(Role::Names).map(|it| match it.text() {
                "_" => Parameter::Unnamed,
                _ => Parameter::Named(it),
            })),
        }
    }
    // The last one of a variadic function gets all that are left.
    let last = all.len().checked_sub(1)?;
    Some(all.swap_remove(index.min(last)))
}

fn of_builtin<'a>(name: &str, call: CallExpr<'a>, index: usize) -> Fate<'a> {
    match name {
        // What the dots spread is copied.
        "append" if index > 0 && call.has_ellipsis() => Fate::InResult,
        "append" | "min" | "max" => Fate::Same,
        "copy" if index == 1 => call.args().next().map_or(Fate::Dropped, Fate::CopiedInto),
        name if name.starts_with("unsafe.") => Fate::Same,
        _ => Fate::Dropped,
    }
}

/// Functions of the standard library that go on with what they are given when they have returned. `index`: which argument
/// it is, none for the receiver.
fn keeps(callee: &Callee, index: Option<usize>) -> bool {
    match (callee, index) {
        (Callee::Func { path, name }, Some(0)) => {
            matches!((&**path, &**name), ("context", "AfterFunc") | ("runtime", "SetFinalizer" | "AddCleanup"))
        }
        (Callee::Func { path, name }, Some(1)) => matches!((&**path, &**name), ("time", "AfterFunc")),
        (Callee::Method { path, receiver, name, .. }, None) => {
            matches!((&**path, &**receiver, &**name), ("os/exec", "Cmd", "Start"))
        }
        _ => false,
    }
}

fn runs_subtest(receiver: &str, name: &str) -> bool {
    matches!((receiver, name), ("T" | "B" | "common", "Run") | ("F", "Fuzz"))
}

/// Whether the callee is a function of the standard library that calls the functions it is given, and keeps none when it
/// returns. Those that return iterators or functions are not among them.
fn runs_in_place(callee: &Callee) -> bool {
    match callee {
        Callee::Func { path, name } => match &**path {
            "slices" => !matches!(&**name, "Values" | "All" | "Backward" | "Chunk"),
            "sort" | "cmp" => true,
            "maps" => matches!(&**name, "DeleteFunc" | "EqualFunc"),
            "strings" | "bytes" => !name.ends_with("Seq"),
            "path/filepath" => matches!(&**name, "Walk" | "WalkDir"),
            "io/fs" => name == "WalkDir",
            "runtime/pprof" => name == "Do",
            "runtime/trace" => name == "WithRegion",
            "testing" => name == "AllocsPerRun",
            _ => false,
        },
        Callee::Method { path, receiver, name, .. } => {
            matches!((&**path, &**receiver, &**name), ("sync", "Once", "Do") | ("sync", "Map", "Range"))
        }
        _ => false,
    }
}
