//! Values that something may look at by reflection: `%#v` prints the type of a nil field, and json names it in errors.

use std::collections::BTreeSet;

use gofix_semantic::{
    Def, Sink, Types, may_be_value, sink_of,
    types::{Callee, Denoted, Form, Ty},
};
use gofix_syntax::{
    FileId, Kind, Node, Role, SourceFile,
    ast::{AstNode, CallExpr, FuncDecl, StructType, TypeSpec},
};

use super::initial::{Initialization, path_of};
use crate::Cx;

/// So many types are looked at to find what is in a value.
const MAX_TYPES: usize = 400;

/// Whether a value of one of the structs that have `fields`, a pointer to one, or a value with one in it is or may be
/// converted to an interface without methods or to a type parameter somewhere: `fmt.Println(s)`.
pub fn is_shown<'a>(cx: &Cx<'a>, fields: &[Node<'a>]) -> bool {
    let structs: Vec<Def<'a>> = fields.iter().filter_map(|it| struct_of(*it)).collect();
    let files = if structs.is_empty() { Vec::new() } else { files(cx) };
    files.into_iter().filter_map(|it| cx.workspace().file(it)).any(|file| {
        let Some(types) = cx.types(file.id()) else { return true };
        let structs: Vec<Ty> = structs.iter().map(|it| types.declared_type(it.ident())).collect();
        shows(types, &structs, file, |_, _| false)
    })
}

/// Whether a value of one of these types, a pointer to one, or a value with one in it is or may be converted so: then its name
/// can be read when the program runs, as `fmt.Printf("%T", s)` does.
pub fn is_name_shown<'a>(cx: &Cx<'a>, named: &[Def<'a>]) -> bool {
    files(cx).into_iter().filter_map(|it| cx.workspace().file(it)).any(|file| {
        let Some(types) = cx.types(file.id()) else { return true };
        let named: Vec<Ty> = named.iter().map(|it| types.declared_type(it.ident())).collect();
        shows(types, &named, file, is_asserted_or_kept)
    })
}

/// The type that a field or its written type belongs to, if that has a name.
fn struct_of(ty: Node<'_>) -> Option<Def<'_>> {
    let literal = ty.ancestors().find(|it| matches!(it.kind(), Kind::StructType | Kind::FuncType | Kind::FuncDecl));
    let literal = literal.and_then(StructType::cast)?;
    Def::of(literal.node().with_parens().parent().and_then(TypeSpec::cast)?.name())
}

/// The files that values of the package's types can get into by their static types: its own, and those of the packages
/// that import it, maybe by way of others, tests included.
fn files(cx: &Cx<'_>) -> Vec<FileId> {
    let (ws, project) = (cx.workspace(), cx.workspace().project());
    let own = cx.package().dir();
    let importers = path_of(cx.package()).map(|it| ws.kept(Initialization::new).importers(it)).unwrap_or_default();
    let files = || (0..project.files().len() as u32).map(FileId).filter(|it| !project.file(*it).in_vendor());
    let imports = |it: FileId| ws.imports(it).any(|it| importers.contains(it.path));
    let dirs: BTreeSet<_> = files().filter(|it| imports(*it)).map(|it| project.file(it).dir).collect();
    files().filter(|it| project.file(*it).dir == own || dirs.contains(&project.file(*it).dir)).collect()
}

/// Whether what is converted is asserted to be something else at once, `any(s).(*store)`, or only watched over by the runtime:
/// `runtime.KeepAlive(s)`.
fn is_asserted_or_kept<'a>(types: &Types<'a>, expr: Node<'a>) -> bool {
    let Some(call) = expr.with_parens().parent().and_then(CallExpr::cast) else { return false };
    let is_conversion = types.denoted_type(call.fun()) != Ty::UNKNOWN;
    let outer = call.node().with_parens();
    matches!(types.callee(call), Callee::Func { path, .. } if &*path == "runtime")
        || (is_conversion && outer.parent().is_some_and(|it| it.kind() == Kind::TypeAssertExpr))
}

fn shows<'a>(
    types: &Types<'a>,
    structs: &[Ty],
    file: &'a SourceFile,
    is_harmless: fn(&Types<'a>, Node<'a>) -> bool,
) -> bool {
    file.nodes().filter(|it| may_be_value(*it) && !is_harmless(types, *it)).any(|expr| {
        let ty = types.type_of(expr);
        let is_open = match sink_of(types, expr) {
            Sink::Into { ty: to, .. } => takes_all(types, to) || is_to_generic(types, expr),
            Sink::Unknown => may_be_converted(types, expr),
            _ => false,
        };
        is_open && types.denoted_type(expr) == Ty::UNKNOWN && holds(types, ty, structs)
    })
}

/// Whether the generic functions and types of a package, which is one of the standard library, neither make interfaces of
/// their values nor call methods of them.
pub fn takes_as_is(path: &str) -> bool {
    const HARMLESS: [&str; 7] = ["cmp", "iter", "maps", "slices", "sync", "sync/atomic", "unique"];
    HARMLESS.contains(&path)
}

/// Whether a value is passed to a function with type parameters, or to a method of a type that has some, which may make an
/// interface of it. What is declared elsewhere takes it as what it is only so.
fn is_to_generic<'a>(types: &Types<'a>, expr: Node<'a>) -> bool {
    let expr = expr.with_parens();
    let call = expr.parent().and_then(CallExpr::cast).filter(|_| expr.role() == Role::Args);
    let Some(call) = call else { return false };
    let (Callee::Func { path, .. } | Callee::Method { path, .. }) = types.callee(call) else { return false };
    let mut named = call.fun().unparen();
    while matches!(named.kind(), Kind::IndexExpr | Kind::IndexListExpr) {
        let Some(of) = named.child(Role::X) else { return true };
        named = of.unparen();
    }
    let decl = match types.denoted(named.child(Role::Sel).unwrap_or(named)) {
        Denoted::Declared(ident) => ident.parent().and_then(FuncDecl::cast),
        _ => None,
    };
    let is_generic = decl.is_none_or(|it| {
        let of = it.recv().is_some_and(|it| it.descendants().any(|it| is_instance(it.kind())));
        of || it.func_type().type_params().is_some()
    });
    is_generic && !takes_as_is(&path)
}

fn is_instance(kind: Kind) -> bool {
    matches!(kind, Kind::IndexExpr | Kind::IndexListExpr)
}

/// Whether what has a type can be anything.
fn takes_all(types: &Types<'_>, ty: Ty) -> bool {
    match types.form(types.underlying(ty)) {
        Form::Interface(methods) => methods.is_empty(),
        Form::TypeParam(_) | Form::Unknown => true,
        _ => false,
    }
}

/// Whether a value of which it cannot be told where it goes, or one of several results, may become one of an interface
/// there.
fn may_be_converted<'a>(types: &Types<'a>, expr: Node<'a>) -> bool {
    let expr = expr.with_parens();
    let Some(parent) = expr.parent() else { return true };
    let any = |role: Role| parent.children_in(role).any(|it| takes_all(types, types.type_of(it)));
    match (parent.kind(), expr.role()) {
        (Kind::CallExpr, Role::Args) => {
            CallExpr::cast(parent).is_none_or(|it| !matches!(types.callee(it), Callee::Builtin(_)))
        }
        (Kind::AssignStmt, _) => {
            parent.children_in(Role::Lhs).any(|it| it.as_ident() != Some("_") && takes_all(types, types.type_of(it)))
        }
        (Kind::ValueSpec, _) => any(Role::Names),
        (Kind::ReturnStmt, _) => {
            let func = parent.ancestors().find(|it| matches!(it.kind(), Kind::FuncDecl | Kind::FuncLit));
            let func = func.map(|it| FuncDecl::cast(it).map_or(it, FuncDecl::name));
            match func.map(|it| types.form(types.type_of(it))) {
                Some(Form::Func { results, .. }) => results.into_iter().any(|it| takes_all(types, it)),
                _ => true,
            }
        }
        (Kind::CompositeLit, Role::Elts) | (Kind::KeyValueExpr, Role::Value) | (Kind::SendStmt, Role::Value) => true,
        _ => false,
    }
}

/// Whether a value of a type is, leads to, or has in it a value of one of `structs`.
fn holds(types: &Types<'_>, ty: Ty, structs: &[Ty]) -> bool {
    let (mut open, mut seen) = (vec![ty], BTreeSet::new());
    while let Some(ty) = open.pop() {
        if structs.contains(&ty) && ty != Ty::UNKNOWN || seen.len() > MAX_TYPES {
            return true;
        }
        if !seen.insert(ty) {
            continue;
        }
        match types.form(ty) {
            Form::Pointer(to) | Form::Slice(to) | Form::Array(to, _) | Form::Chan { element: to, .. } => open.push(to),
            Form::Map(key, value) => open.extend([key, value]),
            Form::Tuple(parts) => open.extend(parts),
            Form::Struct(fields) => open.extend(fields.into_iter().map(|it| it.ty)),
            Form::Named { args, .. } => {
                open.extend(args);
                open.push(types.underlying(ty));
            }
            _ => {}
        }
    }
    false
}
