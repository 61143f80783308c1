//! Drops copies of variables that each turn has for itself.

use gofix_rule::{
    Cx, Decline, Fix, Report,
    flow::{self, Facts, How, declaring_loop},
    semantic::Def,
    syntax::{
        Kind, Node, Role, Token,
        ast::{AssignStmt, AstNode},
    },
};

use super::facts_of;

/// Reports `node` if it is a copy of loop variables: with the fix at the first of those at the head of a body, for all of
/// them.
pub(super) fn look<'a>(cx: &Cx<'a>, facts: &mut Option<Facts<'a>>, node: Node<'a>, report: &mut Report) {
    let Some(copied) = copied(cx, node) else { return };
    let Some(repeated) = copied.iter().find_map(|it| declaring_loop(*it)) else { return };
    let Some(facts) = facts_of(cx, facts, node) else { return };
    let is_removed = |it: Node<'a>| copy_at_head(cx, repeated, it) && redeclared(cx, facts, it).is_none();
    let fix = match repeated.kind() == Kind::RangeStmt && is_removed(node) {
        false => Err(reason(cx, facts, repeated, &copied, node)),
        true => {
            let mut at_head = flow::stmts(node.parent().unwrap_or(node)).filter(|it| is_removed(*it)).peekable();
            if at_head.peek() != Some(&node) {
                return;
            }
            Ok(at_head.fold(Fix::safe(), Fix::delete_stmt).relies_on(repeated))
        }
    };
    report.fix(node, "each turn of the loop has variables of its own", fix);
}

/// Why a copy of loop variables stays.
fn reason<'a>(cx: &Cx<'a>, facts: &Facts<'a>, repeated: Node<'a>, copied: &[Def<'a>], node: Node<'a>) -> Decline {
    if repeated.kind() == Kind::ForStmt {
        return "the copy keeps what the body does to it from the variable that counts".into();
    }
    if copied.iter().any(|it| declaring_loop(*it) != Some(repeated)) {
        return "not all that is copied are variables of one loop".into();
    }
    match redeclared(cx, facts, node) {
        Some(name) if copy_at_head(cx, repeated, node) => {
            format!("a := behind the copy assigns {name}, and would declare another one without it").into()
        }
        _ => "the copy is not at the head of the body of its loop".into(),
    }
}

/// The variables that `x := x` or `k, v := k, v` copies under their own names.
fn copied<'a>(cx: &Cx<'a>, node: Node<'a>) -> Option<Vec<Def<'a>>> {
    let assign = AssignStmt::cast(node).filter(|_| node.op() == Token::Define)?;
    if assign.lhs().count() != assign.rhs().count() {
        return None;
    }
    let mut defs = Vec::new();
    for (to, from) in assign.lhs().zip(assign.rhs()) {
        let from = from.unparen();
        if to.as_ident().is_none() || to.as_ident() != from.as_ident() {
            return None;
        }
        defs.push(cx.resolve(from).def()?);
    }
    Some(defs)
}

/// Whether `node` is a copy of variables of the loop `repeated`, with nothing but such copies before it in the body.
fn copy_at_head<'a>(cx: &Cx<'a>, repeated: Node<'a>, node: Node<'a>) -> bool {
    let body = repeated.child(Role::Body);
    let is_copy =
        |it: Node<'a>| copied(cx, it).is_some_and(|defs| defs.iter().all(|it| declaring_loop(*it) == Some(repeated)));
    node.parent() == body
        && node.parent().into_iter().flat_map(flow::stmts).take_while(|it| is_copy(*it)).any(|it| it == node)
}

/// The first of the copies that a `:=` of the same block assigns (spec: Short variable declarations). It assigns the copy,
/// and would declare a variable if there were none.
fn redeclared<'a>(cx: &Cx<'a>, facts: &Facts<'a>, node: Node<'a>) -> Option<&'a str> {
    let assign = AssignStmt::cast(node)?;
    assign.lhs().find_map(|ident| {
        let def = cx.resolve(ident).def()?;
        let local = facts.local(def)?;
        let redeclares = |how: How<'a>| matches!(how, How::Assigned(stmt) if stmt.op() == Token::Define && stmt.kind() == Kind::AssignStmt);
        local.uses.iter().any(|it| redeclares(it.how)).then(|| def.name())
    })
}
