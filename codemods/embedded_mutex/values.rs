//! Where values of the struct go: nowhere where its methods, or the names of its fields, are asked for.

use std::collections::BTreeSet;

use gofix_rule::{
    Cx, Decline, FileId,
    semantic::{
        By, Sink, has_methods, may_be_value, sink_of,
        types::{Callee, Denoted, Form, Ty, Types},
        written_type,
    },
    syntax::{
        Kind, Node, Role, SourceFile, Token,
        ast::{AssignStmt, AstNode, CallExpr, FuncDecl, RangeStmt, ReturnStmt, StructType, ValueSpec},
    },
};

use super::{
    Embedded, METHODS,
    generic::{self, GENERIC, Generic},
};

/// Packages that call methods, or read fields, by name.
const BY_NAME: &[&str] = &["text/template", "html/template", "reflect", "net/rpc", "encoding/gob"];

const AS_INTERFACE: &str = "it is used as a sync.Locker, or as another interface with methods of the mutex";
pub(super) const UNKNOWN: &str = "where a value of the struct goes cannot be told";

/// Declines if a value of the struct, or a pointer to one, is or may be used for the methods of the mutex.
/// If generic code of the project is `given` the type, that may make an interface of a value.
pub(super) fn check<'a>(found: &Embedded<'a>, is_exposed: bool, given: bool) -> Result<(), Decline> {
    let cx = &found.cx;
    let ws = cx.workspace();
    let own = cx.package();
    let mut files: BTreeSet<FileId> = own.files().iter().copied().collect();
    if is_exposed {
        files.extend(importers(cx));
    }
    let mut boxed = given;
    for file in files.into_iter().filter_map(|it| ws.file(it)) {
        let Some(types) = cx.types(file.id()) else { return Err(UNKNOWN.into()) };
        let own = types.declared_type(found.place.of.ident());
        if own == Ty::UNKNOWN {
            continue;
        }
        let values = Values { found, types, own: [own, types.pointer_to(own)] };
        boxed |= values.check(file)?;
        boxed |= generic::check(cx, types, own, file)?;
    }
    let twins = found.spec.ty().unparen();
    let twins = StructType::cast(twins).map_or(Vec::new(), |it| ws.struct_twins(own.id(), it, found.place.name));
    if twins.iter().any(|it| it.with_parens().parent().is_none_or(|it| it.kind() != Kind::TypeSpec)) {
        return Err("a struct type without a name has the same fields, so its values may be assigned".into());
    }
    match boxed && cx.asserts_methods(found.place.of, METHODS) {
        true => Err("it is put into an interface, and somewhere the methods of a mutex are taken out of one".into()),
        false => Ok(()),
    }
}

/// The files of other packages that import this one, and its external tests.
fn importers(cx: &Cx<'_>) -> Vec<FileId> {
    let (ws, project) = (cx.workspace(), cx.workspace().project());
    let Some(path) = cx.package().import_path() else { return project.dir(cx.package().dir()).file_ids().collect() };
    let own = (0..project.files().len() as u32).map(FileId).filter(|it| !project.file(*it).in_vendor());
    own.filter(|it| ws.imports(*it).any(|it| it.path == path)).collect()
}

struct Values<'f, 'a> {
    found: &'f Embedded<'a>,
    types: &'a Types<'a>,
    /// The struct and the pointer to it.
    own: [Ty; 2],
}

impl<'a> Values<'_, 'a> {
    /// Whether some value is put into an interface.
    fn check(&self, file: &'a SourceFile) -> Result<bool, Decline> {
        let mut boxed = false;
        for expr in file.nodes().filter(|it| may_be_value(*it) && !is_called(*it)) {
            let ty = self.types.type_of(expr);
            boxed |= match self.types.form(ty) {
                Form::Tuple(parts) => self.spread(expr, &parts)?,
                _ if self.is_own(ty) && self.types.denoted_type(expr) == Ty::UNKNOWN => self.value(expr)?,
                _ => false,
            };
        }
        let ranges = file.nodes().filter_map(RangeStmt::cast);
        ranges.map(|it| self.range(it)).try_fold(boxed, |boxed, it| Ok(boxed | it?))
    }

    fn is_own(&self, ty: Ty) -> bool {
        ty != Ty::UNKNOWN && self.own.iter().any(|it| self.types.identical(*it, ty).is_yes())
    }

    fn value(&self, expr: Node<'a>) -> Result<bool, Decline> {
        let parent = expr.with_parens().parent();
        match sink_of(self.types, expr) {
            Sink::Into { ty, by, .. } => {
                let call = parent.and_then(CallExpr::cast).filter(|_| by == By::Argument);
                self.into(ty, call)
            }
            Sink::Compared => self.compared(parent),
            Sink::Dropped | Sink::Selected(_) | Sink::Names(_) | Sink::Written => Ok(false),
            Sink::ComparedWithNil | Sink::Addressed | Sink::Asserted => Ok(false),
            Sink::Unknown => match parent.map(|it| (it.kind(), it)) {
                // `var _ I = x`, `x, ok = m[k]`
                Some((Kind::AssignStmt | Kind::ValueSpec, to)) if !is_pairwise(to) => {
                    match self.targets(expr).ok_or(UNKNOWN)?.first() {
                        Some(Some(ty)) => self.into(*ty, None),
                        _ => Ok(false),
                    }
                }
                // `new` makes one.
                Some((Kind::CallExpr, call)) if self.is_builtin(call, "new") => Ok(false),
                _ => Err(UNKNOWN.into()),
            },
        }
    }

    fn is_builtin(&self, call: Node<'a>, name: &str) -> bool {
        CallExpr::cast(call).is_some_and(|it| self.types.callee(it) == Callee::Builtin(name.to_owned()))
    }

    /// A value that is converted to a type, maybe as an argument of `call`.
    fn into(&self, ty: Ty, call: Option<CallExpr<'a>>) -> Result<bool, Decline> {
        if let Some(call) = call {
            self.generic(call)?;
        }
        if self.is_own(ty) {
            return Ok(false);
        }
        if has_methods(self.types, ty, METHODS) {
            return Err(AS_INTERFACE.into());
        }
        match self.types.form(self.types.underlying(ty)) {
            Form::Interface(_) => {
                let by_name = call.and_then(|it| self.called_package(it)).filter(|it| BY_NAME.contains(&&**it));
                match by_name {
                    Some(path) => {
                        Err(format!("it is given to package {path}, which finds methods and fields by name").into())
                    }
                    None => Ok(true),
                }
            }
            Form::TypeParam(_) => Err(GENERIC.into()),
            Form::Unknown => Err(UNKNOWN.into()),
            _ => Err("it is converted to another type".into()),
        }
    }

    fn called_package(&self, call: CallExpr<'a>) -> Option<String> {
        match self.types.callee(call) {
            Callee::Func { path, .. } | Callee::Method { path, .. } => Some(path.to_string()),
            _ => None,
        }
    }

    /// A generic function may ask for methods of its arguments by the constraints of its type parameters.
    fn generic(&self, call: CallExpr<'a>) -> Result<(), Decline> {
        if !matches!(self.types.callee(call), Callee::Func { .. }) {
            return Ok(());
        }
        match Generic::named(&self.found.cx, self.types, call.fun()) {
            Some(generic) if generic.takes_all() => Ok(()),
            Some(_) => Err(GENERIC.into()),
            None => Err(UNKNOWN.into()),
        }
    }

    /// What is compared with an interface must implement it.
    fn compared(&self, comparison: Option<Node<'a>>) -> Result<bool, Decline> {
        let sides = [Role::X, Role::Y].map(|role| comparison.and_then(|it| it.child(role)));
        let types = sides.into_iter().flatten().map(|it| self.types.type_of(it));
        match comparison.is_none_or(|it| it.kind() != Kind::BinaryExpr) || types.clone().any(|it| it == Ty::UNKNOWN) {
            // The value of a switch is compared with that of each case.
            true => Err(UNKNOWN.into()),
            false if types.into_iter().any(|it| has_methods(self.types, it, METHODS)) => Err(AS_INTERFACE.into()),
            false => Ok(false),
        }
    }

    /// The results of a call, some of them maybe values of the struct.
    fn spread(&self, call: Node<'a>, parts: &[Ty]) -> Result<bool, Decline> {
        let mut boxed = false;
        for (index, _) in parts.iter().enumerate().filter(|it| self.is_own(*it.1)) {
            let targets = self.targets(call).ok_or(UNKNOWN)?;
            match targets.get(index) {
                Some(Some(ty)) => boxed |= self.into(*ty, None)?,
                Some(None) => {}
                None if targets.is_empty() => {}
                None => return Err(UNKNOWN.into()),
            }
        }
        Ok(boxed)
    }

    /// The types that the results of a call are converted to; None for one that is dropped or makes a new variable.
    fn targets(&self, call: Node<'a>) -> Option<Vec<Option<Ty>>> {
        let call = call.with_parens();
        let parent = call.parent()?;
        let typed = |it: Node<'a>| match it.as_ident() {
            Some("_") => None,
            // A new variable has the type of what it starts with.
            Some(_) if self.types.denoted(it) == Denoted::Declared(it) => None,
            _ => Some(self.types.type_of(it)),
        };
        Some(match parent.kind() {
            Kind::ExprStmt | Kind::GoStmt | Kind::DeferStmt => Vec::new(),
            Kind::AssignStmt => AssignStmt::cast(parent)?.lhs().map(typed).collect(),
            Kind::ValueSpec => {
                let spec = ValueSpec::cast(parent)?;
                let ty = spec.ty().map(|it| written_type(self.types, it));
                spec.names().map(|_| ty).collect()
            }
            Kind::ReturnStmt => {
                let func = ReturnStmt::cast(parent)?.node().ancestors();
                let func = func.into_iter().find(|it| matches!(it.kind(), Kind::FuncDecl | Kind::FuncLit))?;
                let named = FuncDecl::cast(func).map_or(func, FuncDecl::name);
                let Form::Func { results, .. } = self.types.form(self.types.type_of(named)) else { return None };
                results.into_iter().map(Some).collect()
            }
            Kind::CallExpr if call.role() == Role::Args => {
                let outer = CallExpr::cast(parent)?;
                self.generic(outer).ok()?;
                let fun = self.types.type_of(outer.fun().unparen());
                let Form::Func { params, variadic: false, .. } = self.types.form(self.types.underlying(fun)) else {
                    return None;
                };
                params.into_iter().map(Some).collect()
            }
            _ => return None,
        })
    }

    /// `for _, x = range xs` assigns elements to what is there already.
    fn range(&self, stmt: RangeStmt<'a>) -> Result<bool, Decline> {
        let mut boxed = false;
        let node = stmt.node();
        let variables = [Role::Key, Role::Value].map(|it| node.child(it));
        let is_new = node.op() == Token::Define;
        for (at, variable) in variables.into_iter().enumerate().filter_map(|it| Some((it.0, it.1?))) {
            let ty = self.types.type_of(variable);
            if is_new || variable.as_ident() == Some("_") || self.is_own(ty) {
                continue;
            }
            let over = node.child(Role::X).map_or(Ty::UNKNOWN, |it| self.types.type_of(it));
            let elements = match self.types.form(self.types.underlying(over)) {
                Form::Map(key, value) => [key, value],
                Form::Slice(element) | Form::Array(element, _) => [Ty::INT, element],
                Form::Chan { element, .. } => [element, Ty::INT],
                Form::Basic(_) => continue,
                _ => return Err(UNKNOWN.into()),
            };
            if self.is_own(elements[at]) {
                boxed |= self.into(ty, None)?;
            }
        }
        Ok(boxed)
    }
}

/// Whether a statement assigns several values to as many places, so that they may have several types.
fn is_pairwise(to: Node<'_>) -> bool {
    to.children_in(Role::Rhs).count() > 1 || to.children_in(Role::Lhs).count() == 1
}

/// Whether a node is called: what is called here is a type, as in `(*T)(nil)`, since values of the struct cannot be.
fn is_called(node: Node<'_>) -> bool {
    node.with_parens().role() == Role::Fun && node.kind() != Kind::CallExpr
}
