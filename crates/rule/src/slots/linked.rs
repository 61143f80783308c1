//! What a program loses with an import.

use gofix_semantic::{Package, Res};
use gofix_syntax::{FileId, Kind, Node, Role};

use super::initial::Initialization;
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

/// Whether importing a package may do something by itself, or by what that imports.
pub fn acts_when_imported<'a>(cx: &Cx<'a>, package: Package<'a>) -> bool {
    cx.workspace().kept(Initialization::new).may_act(package)
}

/// Whether a program of the project may no longer have in it, at all, some package that does something when it is imported, once
/// `consumers` do not import `producer` any more.
pub fn unlinks<'a>(cx: &Cx<'a>, consumers: &[Package<'a>], producer: Package<'a>) -> bool {
    !consumers.is_empty() && cx.workspace().kept(Initialization::new).is_unlinked(consumers, producer)
}

/// Whether what packages do when a program starts may be lost, or come in another order, once `consumer` no longer imports
/// `producer`.
pub fn changes_start<'a>(cx: &Cx<'a>, consumer: Package<'a>, producer: Package<'a>) -> bool {
    let start = cx.workspace().kept(Initialization::new);
    start.is_lost(consumer, producer) || start.is_reordered(consumer)
}
