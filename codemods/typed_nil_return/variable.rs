//! Variables that are returned as errors.

use gofix_rule::{
    Cx, Decline, Fix,
    flow::{Facts, NonNil, Origin, stmts},
    syntax::{
        Kind, Node,
        ast::{AstNode, ReturnStmt},
    },
};

/// Rewrites
///
/// ```go
/// var re *rangeError
/// …
/// return n, re
/// ```
///
/// to
///
/// ```go
/// var re *rangeError
/// …
/// if re != nil {
///     return n, re
/// }
/// return n, nil
/// ```
///
/// None if no nil is seen to get there.
pub(super) fn advise<'a>(
    cx: &Cx<'a>,
    facts: &Facts<'a>,
    stmt: ReturnStmt<'a>,
    value: Node<'a>,
) -> Option<Result<Fix, Decline>> {
    let ident = value.unparen();
    let def = cx.resolve(ident).def().filter(|it| it.is_variable() && !it.is_package_level())?;
    let origins = facts.origins(ident)?;
    if facts.non_nil(ident) != NonNil::Unknown || !origins.contains(&Origin::Zero) {
        return None;
    }
    let declared = cx.stmt(def.ident())?;
    Some(is_open(declared, stmt.node()).and_then(|()| fix(cx, stmt, value)))
}

/// Declines if conditions may keep nil from getting from the declaration to the return: those around it, and those in front
/// of it that leave.
fn is_open<'a>(declared: Node<'a>, stmt: Node<'a>) -> Result<(), Decline> {
    if stmt.parent() != declared.parent() {
        return Err("the conditions around it may tell that it is not nil".into());
    }
    let between = stmt.parent().into_iter().flat_map(stmts).filter(|it| it.id() > declared.id() && it.id() < stmt.id());
    let leaves = |it: Node<'a>| {
        let inside = it.descendants_skipping(|it| it.kind() == Kind::FuncLit);
        [it].into_iter()
            .chain(inside)
            .any(|it| matches!(it.kind(), Kind::ReturnStmt | Kind::LabeledStmt | Kind::SelectStmt))
    };
    match between.into_iter().any(leaves) {
        true => Err("the function may return before that if it is nil".into()),
        false => Ok(()),
    }
}

fn fix<'a>(cx: &Cx<'a>, stmt: ReturnStmt<'a>, value: Node<'a>) -> Result<Fix, Decline> {
    let node = stmt.node();
    let others = stmt.results().filter(|it| *it != value);
    let is_busy = |it: Node<'a>| matches!(it.kind(), Kind::CallExpr | Kind::UnaryExpr);
    if others.flat_map(|it| [it].into_iter().chain(it.descendants())).any(is_busy) {
        return Err("what else is returned may change it".into());
    }
    if !cx.is_universe("nil", node).is_yes() {
        return Err("nil means something else here".into());
    }
    let lines = [format!("if {} != nil {{", value.unparen().text()), node.text().to_owned(), "}".to_owned()];
    Ok(Fix::safe().insert_before_stmt(node, lines).replace(value, "nil").relies_on(node.parent().unwrap_or(node)))
}
