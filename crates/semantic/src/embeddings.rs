//! Which types embed a type, by names.

use std::collections::BTreeSet;

use gofix_syntax::{
    FileId, Kind, Node, Role,
    ast::{AstNode, Field, TypeSpec},
};

use crate::{Def, Workspace};

/// A type that embeds one of a name, directly or by way of others, or is made of one that does. There may be other types of
/// those names, so it need not.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(crate) enum Embedder<'w> {
    /// One that is declared at the package level, by this identifier.
    Declared(Node<'w>),
    /// A struct type that is written elsewhere: in a function, in a literal, behind a pointer.
    Literal(Node<'w>),
}

/// So many names in a row are no longer followed.
const MAX_NAMES: usize = 200;

impl Workspace {
    /// The types of the project's own files that embed the type declared by `name`, maybe. The file, if any, is one in which
    /// there may be others: it cannot be read.
    pub(crate) fn embedders<'w>(&'w self, name: Node<'w>) -> (Vec<Embedder<'w>>, Option<FileId>) {
        let mut found = Vec::new();
        let mut unread = None;
        let home = name.file().id();
        let mut open = vec![(name.text(), home)];
        let mut seen: BTreeSet<(&str, FileId)> = BTreeSet::new();
        while let Some((inner, home)) = open.pop() {
            if !seen.insert((inner, home)) {
                continue;
            }
            if seen.len() > MAX_NAMES {
                return (found, Some(home));
            }
            let files = match crate::is_exported(inner) {
                true => self.own_files(),
                false => self.project().dir(self.project().file(home).dir).file_ids().collect(),
            };
            for id in self.files_mentioning(files, inner) {
                let Some(file) = self.file(id) else {
                    unread = unread.or(Some(id));
                    continue;
                };
                if !file.errors().is_empty() && self.slot(id).outline(file).broken_mentions(file.text(), inner) {
                    unread = unread.or(Some(id));
                }
                for at in file.nodes() {
                    let Some(embedder) = embedder(at, inner) else { continue };
                    if let Embedder::Declared(ident) = embedder {
                        open.push((ident.text(), id));
                    } else if let Some(spec) = at.parent().and_then(TypeSpec::cast) {
                        open.push((spec.name().text(), id));
                    }
                    found.push(embedder);
                }
            }
        }
        (found, unread)
    }
}

/// The type at `at`, if it has `inner` embedded, or is `inner` under another name.
fn embedder<'w>(at: Node<'w>, inner: &str) -> Option<Embedder<'w>> {
    if let Some(spec) = TypeSpec::cast(at) {
        let is_other_name = base_name(spec.ty()).is_some_and(|it| it == inner);
        return (is_other_name && is_package_level(spec)).then_some(Embedder::Declared(spec.name()));
    }
    if at.kind() != Kind::StructType {
        return None;
    }
    let fields = at.child(Role::Fields).into_iter().flat_map(|it| it.children_in(Role::List)).filter_map(Field::cast);
    let mut embedded = fields.filter(|it| it.names().next().is_none());
    if !embedded.any(|it| base_name(it.ty()).is_some_and(|it| it == inner)) {
        return None;
    }
    let spec = at.parent().and_then(TypeSpec::cast).filter(|it| is_package_level(*it));
    Some(spec.map_or(Embedder::Literal(at), |it| Embedder::Declared(it.name())))
}

fn is_package_level(spec: TypeSpec<'_>) -> bool {
    Def::of(spec.name()).is_some_and(Def::is_package_level)
}

/// The name in `T`, `*T`, `p.T`, `T[int]`.
fn base_name(ty: Node<'_>) -> Option<&str> {
    let mut ty = ty;
    loop {
        ty = match ty.kind() {
            Kind::Ident => return ty.as_ident(),
            Kind::SelectorExpr => ty.child(Role::Sel)?,
            Kind::StarExpr | Kind::ParenExpr | Kind::IndexExpr | Kind::IndexListExpr => ty.child(Role::X)?,
            _ => return None,
        };
    }
}
