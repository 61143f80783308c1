//! Whether a function can return once control is at some place in it.

use gofix_rule::{
    Cx,
    flow::{self, Flow},
    syntax::{Kind, Node, Token},
};

use super::channel::has_goto;

/// Whether the function can return after control got to `stmt`, a statement of a list that no loop repeats. Panics and the
/// end of the program do not count. Where `goto` is used, the answer is whether the function can return at all.
pub(super) fn after<'a>(cx: &Cx<'a>, flow: &Flow<'a>, stmt: Node<'a>) -> bool {
    let Some(body) = cx.func(stmt).and_then(|it| cx.body(it)) else { return false };
    if has_goto(cx, stmt) {
        return flow.can_return();
    }
    let mut at = Some(stmt);
    let mut alive = true;
    while let Some(first) = at {
        // A statement around the one before is past: only what follows it counts.
        let mut next = if first == stmt { Some(first) } else { first.next_sibling() };
        while let Some(it) = next.filter(|_| alive) {
            if own(it).any(|it| it.kind() == Kind::ReturnStmt && flow.is_reachable(it)) {
                return true;
            }
            alive = flow.can_complete(it);
            next = it.next_sibling();
        }
        at = first.parent().filter(|it| *it != body).and_then(|it| cx.stmt(it));
        alive |= at.is_some_and(|around| own(around).any(|it| it.start() > stmt.start() && goes_on_behind(it, stmt)));
    }
    alive
}

/// Whether `branch` leaves a statement around `stmt` for what follows that statement.
fn goes_on_behind(branch: Node<'_>, stmt: Node<'_>) -> bool {
    match branch.op() {
        Token::Break => flow::branch_target(branch).is_some_and(|it| it.contains(stmt) && it != stmt),
        Token::Fallthrough => true,
        _ => false,
    }
}

/// The nodes in and below `node` that are of the same function.
fn own<'a>(node: Node<'a>) -> impl Iterator<Item = Node<'a>> {
    [node].into_iter().chain(node.descendants_skipping(|it| it.kind() == Kind::FuncLit))
}
