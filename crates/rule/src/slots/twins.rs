//! Struct types with the same fields.

use gofix_semantic::Def;
use gofix_syntax::{
    Kind, Node, Role,
    ast::{AstNode, StructType, TypeSpec},
};

use crate::Cx;

/// Whether a value of a struct type may be converted to one of another type with the same fields, or the other way round, so
/// that the type of the field `name` cannot change alone (spec: Conversions). Between two types that have names that takes a
/// conversion that names one of them.
pub fn may_be_converted<'a>(cx: &Cx<'a>, this: StructType<'a>, name: &str) -> bool {
    let ws = cx.workspace();
    let twins = ws.struct_twins(ws.package_of(this.node().file().id()).id(), this, name);
    !twins.is_empty()
        && twins.into_iter().chain([this.node()]).any(|it| declared(it).is_none_or(|it| is_converted(cx, it)))
}

/// The declared type that has a type literal for its right side.
fn declared(literal: Node<'_>) -> Option<Def<'_>> {
    let spec = literal.with_parens().parent().and_then(TypeSpec::cast)?;
    Def::of(spec.name()).filter(|it| it.is_package_level() && !spec.is_alias() && spec.type_params().is_none())
}

/// Whether a conversion to a type may be written somewhere: other than by the name, as by an alias, counts, too.
fn is_converted<'a>(cx: &Cx<'a>, ty: Def<'a>) -> bool {
    let references = cx.references_of(ty);
    !references.is_complete() || references.sites.into_iter().any(may_convert)
}

fn may_convert(name: Node<'_>) -> bool {
    let mut ty = name;
    loop {
        let Some(parent) = ty.parent() else { return true };
        ty = match (parent.kind(), ty.role()) {
            (Kind::SelectorExpr, Role::Sel) | (Kind::StarExpr | Kind::ParenExpr, _) => parent,
            (Kind::CallExpr, Role::Fun) | (Kind::TypeSpec, _) => return true,
            (Kind::IndexExpr | Kind::IndexListExpr, Role::Index | Role::Indices) => return true,
            _ => return false,
        };
    }
}
