//! Expressions that have the same type in every build.

use gofix_project::FileConstraints;
use gofix_semantic::{Def, Res};
use gofix_syntax::{
    Kind, Node, Role, SourceFile,
    ast::{AstNode, SelectorExpr},
    header,
};

use crate::Cx;

/// So many declarations are looked at for one answer.
const MAX_DECLS: usize = 100;

/// Whether the type of `expr` does not depend on the build, by proof: all that it names, and all that gives variables in it
/// their types, has one declaration, in files that belong to every build that the file of `expr` belongs to.
pub fn is_same_everywhere<'a>(cx: &Cx<'a>, expr: Node<'a>) -> bool {
    let home = expr.file();
    let (mut open, mut seen) = (vec![expr], Vec::new());
    while let Some(part) = open.pop() {
        if seen.contains(&part) {
            continue;
        }
        if seen.len() > MAX_DECLS {
            return false;
        }
        seen.push(part);
        // Neither what a function literal does, nor what is in a composite one, nor what arguments are is part of a type.
        let skip = |it: Node<'a>| it.kind() == Kind::FuncLit || it.role() == Role::Elts || is_argument(cx, it);
        for node in std::iter::once(part).chain(part.descendants_skipping(skip)) {
            if node.kind() != Kind::Ident || node.text() == "_" || skip(node) {
                continue;
            }
            match meaning(cx, node) {
                Meaning::Fixed => {}
                Meaning::At(ident) if !goes_with(cx, ident.file(), home) => return false,
                Meaning::At(_) => {}
                Meaning::Local(def) => open.extend(typed_by(def)),
                Meaning::Unknown => return false,
            }
        }
    }
    true
}

/// Whether a file belongs to every build that `home` belongs to: it has no constraints, or those of `home`.
fn goes_with(cx: &Cx<'_>, file: &SourceFile, home: &SourceFile) -> bool {
    let constraints = |it: &SourceFile| {
        let entry = cx.workspace().project().files().get(it.id().0 as usize)?;
        Some(FileConstraints::new(entry.name(), &header::read(it.text())))
    };
    let is_same = || constraints(file).is_some_and(|it| Some(it) == constraints(home));
    std::ptr::eq(file, home) || !cx.is_constrained(file) || is_same()
}

enum Meaning<'a> {
    /// The same in every build.
    Fixed,
    /// What this declares.
    At(Node<'a>),
    Local(Def<'a>),
    Unknown,
}

fn meaning<'a>(cx: &Cx<'a>, ident: Node<'a>) -> Meaning<'a> {
    let selector = ident.parent().and_then(SelectorExpr::cast).filter(|it| it.sel() == ident);
    if ident.role() == Role::Key && ident.parent().is_some_and(|it| it.kind() == Kind::KeyValueExpr) {
        return Meaning::Fixed;
    }
    let Some(types) = cx.types(ident.file().id()) else { return Meaning::Unknown };
    if let Some(selector) = selector {
        if let Some(found) = types.selection(selector) {
            // What has no declaration of its own is a method of an interface.
            return found.declaration.map_or(Meaning::Fixed, Meaning::At);
        }
        return match types.object_of(ident) {
            Some(object) => object.ident.map_or(Meaning::Unknown, |it| only(cx, it)),
            // A type of another package, where types are written.
            None => match cx.workspace().resolve_expr(selector.node()) {
                Res::External { path, name } => of_package(cx, ident, path, name),
                _ => Meaning::Unknown,
            },
        };
    }
    match cx.resolve(ident) {
        Res::Universe(_) | Res::Package { .. } => Meaning::Fixed,
        Res::Def(def) if def.is_package_level() => only(cx, def.ident()),
        Res::Def(def) => Meaning::Local(def),
        _ => Meaning::Unknown,
    }
}

/// What is declared by `ident`, if no other build has another declaration of that name.
fn only<'a>(cx: &Cx<'a>, ident: Node<'a>) -> Meaning<'a> {
    let ws = cx.workspace();
    if ident.file().id().0 as usize >= ws.project().files().len() {
        return Meaning::At(ident);
    }
    match ws.package_of(ident.file().id()).declarations(ident.text()).0.len() {
        0 | 1 => Meaning::At(ident),
        _ => Meaning::Unknown,
    }
}

/// What a name of another package declares.
fn of_package<'a>(cx: &Cx<'a>, at: Node<'a>, path: &str, name: &str) -> Meaning<'a> {
    let (ws, project) = (cx.workspace(), cx.workspace().project());
    let dir = project.resolve_import(project.file(at.file().id()).dir, path).and_then(|it| project.find_dir(&it));
    // A type of a package outside the project is that type in all builds that have it.
    let Some(dir) = dir.map(|it| project.dir(it)).filter(|it| !it.in_vendor()) else { return Meaning::Fixed };
    let mut files = dir.file_ids().filter(|it| !project.file(*it).is_test());
    let found = files.find_map(|it| ws.package_of(it).declarations(name).0.first().map(|it| it.ident()));
    found.map_or(Meaning::Unknown, |it| only(cx, it))
}

/// What gives a variable of a function its type.
fn typed_by(def: Def<'_>) -> Option<Node<'_>> {
    let node = def.node();
    match node.kind() {
        Kind::Field | Kind::ValueSpec if node.child(Role::Type).is_some() => node.child(Role::Type),
        Kind::RangeStmt => node.child(Role::X),
        _ => Some(node),
    }
}

/// Whether a node is an argument of a call whose type does not depend on its arguments.
fn is_argument<'a>(cx: &Cx<'a>, node: Node<'a>) -> bool {
    if node.role() != Role::Args {
        return false;
    }
    let fun = node.parent().and_then(|it| it.child(Role::Fun)).map(Node::unparen);
    let Some(fun) = fun else { return false };
    let is_builtin = matches!(cx.resolve_expr(fun), Res::Universe(_));
    let name = if fun.kind() == Kind::SelectorExpr { fun.child(Role::Sel) } else { Some(fun) };
    let is_generic = || {
        let types = cx.types(fun.file().id());
        let object = types.zip(name).and_then(|(types, it)| types.object_of(it)).and_then(|it| it.ident);
        let decl = object.and_then(|it| it.ancestors().find(|it| it.kind() == Kind::FuncDecl));
        decl.is_none_or(|it| it.child(Role::Type).is_some_and(|it| it.child(Role::TypeParams).is_some()))
    };
    let is_method =
        cx.types(fun.file().id()).zip(SelectorExpr::cast(fun)).is_some_and(|(types, it)| types.selection(it).is_some());
    !is_builtin && (is_method || !is_generic())
}
