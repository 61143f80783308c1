//! Errors that are still there when the function is left.
//!
//! A result that has a name can change after `return` gave it a value: deferred calls run then, and function literals know
//! the name, as does whoever has its address (spec: Defer statements).

use gofix_semantic::{Def, DefKind};
use gofix_syntax::{
    Kind, Node, Role, Token,
    ast::{AstNode, CallExpr, FuncDecl},
};

use super::non_nil::{WRAPPERS, is_non_nil};
use crate::{
    Cx,
    flow::{How, Local, Use},
    semantic::{Tri, types::Callee},
};

/// Whether an error that `func` returns as its last result is not made nil by what runs after that: all that function
/// literals assign to the result is an error if the result was one.
pub(super) fn keeps_error<'a>(cx: &Cx<'a>, func: FuncDecl<'a>) -> bool {
    let fields = func.func_type().results().into_iter().flat_map(|it| it.children_in(Role::List));
    let Some(name) = fields.last().and_then(|it| it.children_in(Role::Names).last()).filter(|it| it.text() != "_")
    else {
        return true;
    };
    let local = Def::of(name).filter(|it| it.kind() == DefKind::Result).and_then(|it| cx.local(it));
    local.is_some_and(|it| it.uses.iter().all(|of| is_kept(cx, &it, of)))
}

fn is_kept<'a>(cx: &Cx<'a>, local: &Local<'a>, it: &Use<'a>) -> bool {
    let is_this = |node: Node<'a>| cx.resolve(node.unparen()).def() == Some(local.def);
    match it.how {
        _ if local.hands_out_address(it) != Tri::No => false,
        // What the function itself assigns is there before it returns.
        How::Assigned(stmt) if !it.captures.is_empty() => {
            is_behind_nil(cx, it.site, &is_this)
                || value(stmt, it.site).is_some_and(|it| is_non_nil(cx, it, 0) || wraps(cx, it, &is_this))
        }
        How::PartAssigned(_) => it.captures.is_empty(),
        _ => true,
    }
}

/// The one value that a statement assigns to a variable.
fn value<'a>(stmt: Node<'a>, site: Node<'a>) -> Option<Node<'a>> {
    if stmt.kind() != Kind::AssignStmt || !matches!(stmt.op(), Token::Assign | Token::Define) {
        return None;
    }
    let values: Vec<Node<'a>> = stmt.children_in(Role::Rhs).collect();
    let mut targets = stmt.children_in(Role::Lhs);
    let at = targets.position(|it| it.unparen() == site)?;
    values.get(at).filter(|_| targets.count() + at + 1 == values.len()).copied()
}

/// Whether `expr` is an error whenever the variable is, such as `errors.Join(err, f.Close())`.
fn wraps<'a>(cx: &Cx<'a>, expr: Node<'a>, is_this: &impl Fn(Node<'a>) -> bool) -> bool {
    let Some(call) = CallExpr::cast(expr.unparen()) else { return is_this(expr) };
    match cx.callee(call) {
        Callee::Func { path, name } | Callee::External { path, name } if WRAPPERS.contains(&(&*path, &*name)) => {
            let mut args = call.args();
            if (&*path, &*name) == ("errors", "Join") { args.any(is_this) } else { args.next().is_some_and(is_this) }
        }
        _ => false,
    }
}

/// Whether a place is reached only where the variable is nil: in the body of `if err == nil`, maybe with more beside it.
fn is_behind_nil<'a>(cx: &Cx<'a>, site: Node<'a>, is_this: &impl Fn(Node<'a>) -> bool) -> bool {
    let mut below = site;
    for above in site.ancestors().take_while(|it| it.kind() != Kind::FuncLit) {
        let cond = above.child(Role::Cond).filter(|_| above.kind() == Kind::IfStmt && below.role() == Role::Body);
        if cond.is_some_and(|it| says_nil(cx, it, is_this)) {
            return true;
        }
        below = above;
    }
    false
}

fn says_nil<'a>(cx: &Cx<'a>, cond: Node<'a>, is_this: &impl Fn(Node<'a>) -> bool) -> bool {
    let mut open = vec![cond];
    while let Some(cond) = open.pop() {
        let cond = cond.unparen();
        let (Some(x), Some(y)) = (cond.child(Role::X), cond.child(Role::Y)) else { continue };
        let is_nil = |it: Node<'a>| cx.resolve_expr(it.unparen()).is_universe("nil");
        match cond.op() {
            Token::LAnd => open.extend([x, y]),
            Token::Eql if (is_this(x) && is_nil(y)) || (is_nil(x) && is_this(y)) => return true,
            _ => {}
        }
    }
    false
}
