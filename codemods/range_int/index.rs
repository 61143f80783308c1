//! The variable that counts: its type, and who else has a hand in it.

use gofix_rule::{
    Cx, Decline,
    flow::{Facts, How, Local, Use},
    semantic::{
        DefKind, Tri,
        types::{Form, Ty},
    },
    syntax::{
        Node,
        ast::{AssignStmt, AstNode, ForStmt, RangeStmt},
    },
};

use super::{header::Header, limit::changes};

/// The type of the index, which has to be an integer type that is no type parameter: one of those may stand for types
/// that have nothing in common to range over.
pub(super) fn integer_type(header: &Header<'_>) -> Result<Ty, Decline> {
    let types = header.types;
    let ty = types.type_of(header.index.ident());
    match types.form(types.underlying(ty)) {
        Form::Basic(basic) if basic.is_integer() => Ok(ty),
        Form::Unknown => Err("the type of the index is not known".into()),
        _ => Err("the index is of no integer type".into()),
    }
}

/// What stands before `range`: `i := `, `i = `, or nothing if no one asks for the index.
pub(super) fn clause<'a>(cx: &Cx<'a>, facts: &Facts<'a>, header: &Header<'a>) -> Result<String, Decline> {
    let local = facts.local(header.index).ok_or("a variable of the package counts, which others may look at")?;
    let body = header.stmt.body();
    let mut uses = local.uses.iter().filter(|it| body.contains(it.site));
    if local.unsure.iter().any(|it| body.contains(*it)) {
        return Err("whether a key is the index or a field cannot be told".into());
    }
    if uses.clone().any(|it| changes(cx, it.site, it.how, false)) {
        return Err("the body assigns the index, or takes its address".into());
    }
    let name = header.index.name();
    if !header.declares() {
        ends_with_loop(facts, header, &local)?;
        return Ok(format!("{name} = "));
    }
    Ok(if uses.next().is_some() { format!("{name} := ") } else { String::new() })
}

/// Declines unless nobody looks at the index after the loop, where a `for` clause leaves the limit in it and `range`
/// one less, or nothing at all.
fn ends_with_loop<'a>(facts: &Facts<'a>, header: &Header<'a>, local: &Local<'a>) -> Result<(), Decline> {
    const USED: &str = "the index is used outside of the loop";
    let stmt = header.stmt.node();
    if local.def.kind() == DefKind::Result
        || !local.is_complete()
        || local.uses.iter().any(|it| !it.captures.is_empty())
    {
        return Err(USED.into());
    }
    let graph = facts.graph(local.home).ok_or(USED)?;
    let name = local.def.name();
    let starts_anew =
        |it: &Use<'a>| it.site.ancestors().any(|up| !up.contains(stmt) && assigns_first(up, name, it.site));
    let outside = |it: &&Use<'a>| !stmt.contains(it.site);
    let is_harmless = |it: &Use<'a>| starts_anew(it) || graph.can_follow(it.site, stmt) == Tri::No;
    if !local.uses.iter().filter(outside).all(is_harmless) {
        return Err(USED.into());
    }
    // Go insists that somebody reads the variable, and the headers of other loops may go like this one.
    let reads = |it: &Use<'a>| !in_header(it.site) && !matches!(it.how, How::Assigned(_));
    match local.uses.iter().any(reads) {
        true => Ok(()),
        false => Err("nothing but the header uses the index".into()),
    }
}

/// Whether `repeated` is a loop that assigns the variable `name` with `=` before it gets to `site` in it.
fn assigns_first<'a>(repeated: Node<'a>, name: &str, site: Node<'a>) -> bool {
    let is_named = |it: Node<'a>| it.as_ident() == Some(name);
    if let Some(range) = RangeStmt::cast(repeated) {
        let head = [range.key(), range.value()];
        return !range.x().contains(site) && head.into_iter().flatten().any(is_named);
    }
    let init = ForStmt::cast(repeated).and_then(|it| it.init()).and_then(AssignStmt::cast);
    init.is_some_and(|it| it.lhs().any(is_named) && !it.rhs().any(|value| value.contains(site)))
}

/// Whether `site` is in the header of a loop.
fn in_header(site: Node<'_>) -> bool {
    let mut loops = site.ancestors().filter_map(ForStmt::cast);
    loops.any(|it| !it.body().contains(site))
}
