//! Whether the type of a variable, field or parameter may change.

use gofix_semantic::{Def, DefKind};
use gofix_syntax::{
    Role,
    ast::{AstNode, Field, StructType, TypeSpec},
};

use super::{Interface, func_of_param, may_be_converted, may_change_signature};
use crate::{Cx, Decline};

/// Declines if the type that is written for a variable, field or parameter, `interface`, cannot become another one, whatever
/// becomes of its values: because of the struct that has the field, or the function that has the parameter.
pub fn may_change_type<'a>(cx: &Cx<'a>, interface: &Interface<'a>, def: Def<'a>) -> Result<(), Decline> {
    if def.kind() == DefKind::Field {
        return may_change_field(cx, def);
    }
    let Some(func) = func_of_param(def) else { return Ok(()) };
    let mut names = func.func_type().params().children_in(Role::List).flat_map(|it| it.children_in(Role::Names));
    let index = names.position(|it| it == def.ident()).unwrap_or_default();
    may_change_signature(cx, func, interface, index)
}

fn may_change_field<'a>(cx: &Cx<'a>, def: Def<'a>) -> Result<(), Decline> {
    let literal = def.node().parent().and_then(|it| it.parent()).and_then(StructType::cast);
    let spec = literal.and_then(|it| it.node().with_parens().parent()).and_then(TypeSpec::cast);
    let named = spec.filter(|it| !it.is_alias()).and_then(|it| Def::of(it.name()));
    let (Some(literal), Some(_)) = (literal, named.filter(|it| it.is_package_level())) else {
        return Err(format!("{} is a field of a struct type that the package does not name", def.name()).into());
    };
    if Field::cast(def.node()).and_then(|it| it.tag()).is_some_and(|it| !hides(it.text())) {
        return Err("the field has a tag, so something finds it by reflection".into());
    }
    match may_be_converted(cx, literal, def.name()) {
        true => Err("another struct type has the same fields, and may be converted to this one".into()),
        false => Ok(()),
    }
}

/// Whether all that a tag says is to leave the field alone: `json:"-"`.
fn hides(tag: &str) -> bool {
    let inner = tag.trim_matches(['`', '"']).replace("\\\"", "\"");
    inner.split_whitespace().all(|it| it.ends_with(":\"-\""))
}
