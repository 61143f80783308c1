//! What a program loses with an import.

use gofix_semantic::{Package, Res};
use gofix_syntax::{
    FileId, Kind, Node, Role,
    ast::{AstNode, FuncDecl, GenDecl, ValueSpec},
};

use crate::Cx;

/// Whether a package that no longer names `replaced` stops to import the package of that path, of which the file `kept` goes
/// on to need something, if there is such a file.
pub fn loses_import<'a>(
    cx: &Cx<'a>,
    package: Package<'a>,
    replaced: &[Node<'a>],
    path: &str,
    kept: Option<FileId>,
) -> bool {
    let ws = cx.workspace();
    let stays = |id: FileId| {
        if kept == Some(id) || ws.imports(id).any(|it| it.path == path && it.name.is_empty()) {
            return true;
        }
        let Some(file) = ws.file(id).filter(|_| ws.imports(id).any(|it| it.path == path)) else { return false };
        let denotes = |it: Node<'a>| matches!(ws.resolve(it), Res::Package { path: found, .. } if found == path);
        let mut qualifiers = file.nodes().filter(|it| it.kind() == Kind::Ident && it.role() == Role::X && denotes(*it));
        qualifiers.any(|it| !replaced.iter().any(|ty| ty.contains(it)))
    };
    let built = package.files().iter().filter(|it| !ws.project().file(**it).is_test());
    !built.copied().any(stays)
}

/// Whether importing a package does something by itself: it has an `init`, or a variable without a name is the result of a
/// call.
pub fn acts_when_imported<'a>(cx: &Cx<'a>, package: Package<'a>) -> bool {
    let ws = cx.workspace();
    let files = package.files().iter().filter(|it| !ws.project().file(**it).is_test()).filter_map(|it| ws.file(*it));
    files.flat_map(|it| it.root().children_in(Role::Decls)).any(acts)
}

fn acts(decl: Node<'_>) -> bool {
    if let Some(func) = FuncDecl::cast(decl) {
        return func.recv().is_none() && func.name().text() == "init";
    }
    let specs = GenDecl::cast(decl).into_iter().flat_map(|it| it.specs()).filter_map(ValueSpec::cast);
    let mut unnamed = specs.filter(|it| it.names().all(|it| it.text() == "_"));
    unnamed.any(|it| it.values().any(calls))
}

/// Whether an expression may call something; a conversion looks like a call.
fn calls(value: Node<'_>) -> bool {
    let is_call = |it: Node<'_>| {
        it.kind() == Kind::CallExpr && it.child(Role::Fun).is_some_and(|it| it.kind() != Kind::ParenExpr)
    };
    is_call(value) || value.descendants_skipping(|it| it.kind() == Kind::FuncLit).any(is_call)
}
