//! One place for what several builds declare differently: the first declaration of a name stands for all.

use std::collections::HashMap;

use gofix_syntax::{
    FileId, Kind, Node, Role, SourceFile,
    ast::{AstNode, FuncDecl, GenDecl, TypeSpec},
};
use rayon::prelude::*;

use super::{place::Place, summary::Map};
use crate::Workspace;

/// The declarations of packages that have others beside them.
#[derive(Default)]
pub(super) struct Index {
    first: Map<(FileId, u32), (FileId, u32)>,
}

impl Index {
    pub(super) fn new(ws: &Workspace, files: &[FileId]) -> Index {
        let mut packages: Vec<_> = files.par_iter().map(|it| ws.package_of(*it).id()).collect();
        packages.sort_unstable();
        packages.dedup();
        let found: Vec<Vec<_>> = packages.par_iter().map(|it| doubles(ws, ws.package(*it).files())).collect();
        Index { first: found.into_iter().flatten().collect() }
    }

    /// The place of what an identifier declares.
    pub(super) fn place(&self, ident: Node<'_>) -> Place {
        let at = (ident.file().id(), ident.id().index() as u32);
        let (file, node) = self.first.get(&at).copied().unwrap_or(at);
        Place::Decl(file, node)
    }
}

type At = (FileId, u32);

/// The declarations that are not the first of their name, each with the one that is.
fn doubles(ws: &Workspace, files: &[FileId]) -> Vec<(At, At)> {
    let mut first: HashMap<[&str; 3], At> = HashMap::new();
    let mut found = Vec::new();
    for file in files.iter().filter_map(|it| ws.file(*it)) {
        each_declared(file, &mut |key, ident| {
            let at = (file.id(), ident.id().index() as u32);
            let known = *first.entry(key).or_insert(at);
            if known != at {
                found.push((at, known));
            }
        });
    }
    found
}

/// Calls `note` with each identifier that a file declares in its package, fields of types included: type or receiver,
/// name, field.
fn each_declared<'a>(file: &'a SourceFile, note: &mut impl FnMut([&'a str; 3], Node<'a>)) {
    for decl in file.root().children_in(Role::Decls) {
        if let Some(func) = FuncDecl::cast(decl) {
            let receiver = func.recv().into_iter().flat_map(Node::descendants);
            let base = receiver.filter(|it| it.role() != Role::Names).find_map(Node::as_ident);
            note([base.unwrap_or(""), func.name().text(), ""], func.name());
            continue;
        }
        for spec in GenDecl::cast(decl).into_iter().flat_map(GenDecl::specs) {
            for name in spec.children_in(Role::Names).filter(|_| spec.kind() == Kind::ValueSpec) {
                note(["", name.text(), ""], name);
            }
            let Some(ty) = TypeSpec::cast(spec) else { continue };
            let fields = ty.ty().descendants().filter(|it| it.kind() == Kind::Ident && is_field(*it));
            fields.for_each(|it| note([ty.name().text(), it.text(), "field"], it));
        }
    }
}

/// Whether it names a field of a struct, an embedded one too. Nested structs that have fields of the same name share
/// them.
fn is_field(ident: Node<'_>) -> bool {
    let field = ident.ancestors().find(|it| it.kind() == Kind::Field);
    let of_struct = field.and_then(Node::parent).and_then(Node::parent).is_some_and(|it| it.kind() == Kind::StructType);
    let is_name = ident.role() == Role::Names;
    let is_embedded = || field.is_some_and(|it| it.child(Role::Names).is_none());
    of_struct && (is_name || is_embedded())
}
