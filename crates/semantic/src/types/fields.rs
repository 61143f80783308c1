//! Where fields are declared. Identical struct types are one type here, so of the fields of a literal that is not the right
//! side of a type's declaration it cannot be told.

use gofix_syntax::{
    Node, Role,
    ast::{AstNode, StructType, TypeSpec},
};

use super::{
    db::{Db, ObjKind},
    ty::{Obj, Ty, TyKind},
};
use crate::keys::embedded_name;

impl<'w> Db<'w> {
    /// The identifier that declares a field of a struct type.
    pub(super) fn field_ident(&mut self, holder: Ty, index: usize) -> Option<Node<'w>> {
        let literal = match self.kind(holder) {
            TyKind::Named(obj, _) => self.deeper(|db| db.struct_literal(obj)).flatten()?,
            TyKind::Pointer(to) => return self.deeper(|db| db.field_ident(to, index)).flatten(),
            _ => return None,
        };
        nth_field(literal, index)
    }

    /// The struct type that a defined type is declared with, maybe by way of other types.
    fn struct_literal(&mut self, obj: Obj) -> Option<Node<'w>> {
        let spec = self.obj(obj).decl.and_then(TypeSpec::cast)?;
        let written = spec.ty().unparen();
        if StructType::cast(written).is_some() {
            return Some(written);
        }
        if self.obj(obj).local {
            return None;
        }
        let mut env = self.env_of(obj);
        let base = match written.kind() {
            gofix_syntax::Kind::IndexExpr | gofix_syntax::Kind::IndexListExpr => written.child(Role::X)?,
            _ => written,
        };
        let other = self.generic_type(&mut env, base)?;
        match self.obj(other).kind {
            ObjKind::Type | ObjKind::Alias if other != obj => self.deeper(|db| db.struct_literal(other)).flatten(),
            _ => None,
        }
    }
}

fn nth_field(literal: Node<'_>, index: usize) -> Option<Node<'_>> {
    let fields = StructType::cast(literal)?.fields();
    let mut at = 0;
    for field in fields.children_in(Role::List) {
        let mut names = field.children_in(Role::Names).peekable();
        if names.peek().is_none() {
            if at == index {
                return embedded_name(field.child(Role::Type)?);
            }
            at += 1;
        }
        for name in names {
            if at == index {
                return Some(name);
            }
            at += 1;
        }
    }
    None
}
