//! Constants that are the same in every build.
//!
//! Types are those of one build configuration. What is declared in a file without constraints is declared there in every
//! build, and no other file can declare it too; so a constant whose value comes from such files alone is the same
//! everywhere, unless the size of a word counts.

use gofix_project::FileConstraints;
use gofix_syntax::{Kind, Node, Role, SourceFile, Token, header};

use crate::{
    Types, Typing,
    types::{ObjectKind, Value},
};

/// How many declarations are looked at for one answer.
const MAX_DECLS: usize = 200;

impl<'w> Typing<'w> {
    /// The value of a constant expression, if it has that value in every build that the file belongs to. None if it is not
    /// constant, or if that cannot be told: a constant on the way is declared in a file with build constraints, or sizes of
    /// words count (`^x`, package `unsafe`).
    pub fn const_value_everywhere(&self, expr: Node<'w>) -> Option<Value> {
        let types = self.of(expr.file().id())?;
        let value = types.const_value(expr)?;
        let mut seen: Vec<Node<'w>> = Vec::new();
        let mut open = vec![expr];
        while let Some(part) = open.pop() {
            for ident in idents(part)? {
                let Some(decl) = self.declaration(types, ident, expr.file())? else { continue };
                if !seen.contains(&decl) {
                    seen.push(decl);
                    open.push(decl);
                }
            }
            if seen.len() > MAX_DECLS {
                return None;
            }
        }
        Some(value)
    }

    /// The declaration of the constant that an identifier denotes, all of a group; `Some(None)` if what it denotes is the
    /// same without one. None if it may differ between the builds that the file `home` belongs to.
    fn declaration(&self, types: &Types<'w>, ident: Node<'w>, home: &SourceFile) -> Option<Option<Node<'w>>> {
        let Some(object) = types.object_of(ident) else {
            // The name of a package has no meaning by itself; that of a member is asked about.
            return (ident.parent()?.kind() == Kind::SelectorExpr && Some(ident) == ident.parent()?.children().next())
                .then_some(None);
        };
        let is_same = |it: Node<'w>| std::ptr::eq(it.file(), home) || !self.is_constrained(it.file());
        match (object.kind, object.ident) {
            (ObjectKind::Const | ObjectKind::Type | ObjectKind::Alias, None) if object.path.is_empty() => Some(None),
            (ObjectKind::Builtin | ObjectKind::Nil, None) if &*object.path != "unsafe" => Some(None),
            (ObjectKind::Const, Some(ident)) if is_same(ident) => {
                Some(ident.ancestors().find(|it| it.kind() == Kind::GenDecl))
            }
            (ObjectKind::Type | ObjectKind::Alias, Some(ident)) if is_same(ident) => Some(None),
            _ => None,
        }
    }

    /// Whether a file is left out of some builds.
    fn is_constrained(&self, file: &SourceFile) -> bool {
        let ws = self.workspace();
        let is_free = |it: &FileConstraints| *it == FileConstraints::default();
        if let Some(constraints) = ws.deps().constraints(file.id()) {
            return !is_free(constraints);
        }
        let entry = ws.project().files().get(file.id().0 as usize);
        entry.is_none_or(|it| !is_free(&FileConstraints::new(it.name(), &header::read(file.text()))))
    }
}

/// The identifiers of a part of a constant's value, but for those that it declares and the types of declarations, which
/// the value has to fit anyway. None if the size of words counts.
fn idents(part: Node<'_>) -> Option<Vec<Node<'_>>> {
    let is_type = |it: Node<'_>| it.role() == Role::Type && it.parent().is_some_and(|it| it.kind() == Kind::ValueSpec);
    let nodes: Vec<Node<'_>> = std::iter::once(part).chain(part.descendants_skipping(is_type)).collect();
    let is_complement = |it: &Node<'_>| it.kind() == Kind::UnaryExpr && it.op() == Token::Xor;
    if nodes.iter().any(is_complement) {
        return None;
    }
    let is_use =
        |it: &Node<'_>| it.kind() == Kind::Ident && it.role() != Role::Names && it.text() != "_" && !is_type(*it);
    Some(nodes.into_iter().filter(is_use).collect())
}
