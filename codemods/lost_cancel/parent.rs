//! Whether the parent of a context is cancelled anyway.

use gofix_rule::{
    Cx,
    flow::{Facts, How, Origin, Place},
    semantic::Res,
    syntax::{Kind, Node, ast::AstNode, ast::CallExpr},
};

use super::{MAKERS, targets};

/// How many contexts between the parent and the one that is cancelled are looked at.
const MAX_STEPS: usize = 32;

/// Whether the parent that `call` is given is, or is made of, a context that `func` makes, and whose cancel function has a
/// name and is used: by a deferred call, or by hand. It takes the new context along.
pub(super) fn is_cancelled<'a>(cx: &Cx<'a>, call: CallExpr<'a>, func: Node<'a>) -> bool {
    let Some(facts) = cx.facts(func) else { return false };
    let mut todo: Vec<Node<'a>> = call.args().take(1).collect();
    let mut steps = 0;
    while let Some(expr) = todo.pop().map(Node::unparen).filter(|_| steps < MAX_STEPS) {
        steps += 1;
        if let Some(call) = CallExpr::cast(expr) {
            match is_freed(cx, call, func) {
                true => return true,
                false => todo.extend(inherited(cx, call)),
            }
        } else if expr.kind() == Kind::Ident {
            todo.extend(sources(&facts, expr));
        }
    }
    false
}

/// The expressions that the variable at `site` has its value from.
fn sources<'a>(facts: &Facts<'a>, site: Node<'a>) -> Vec<Node<'a>> {
    let source = |it: &Origin<'a>| match *it {
        Origin::Call { call, result: 0 } => Some(call.node()),
        Origin::Variable(ident) => Some(ident),
        _ => None,
    };
    facts.origins(site).unwrap_or_default().iter().filter_map(source).collect()
}

/// What a call may have made its context of: its arguments, unless it is known to make one that nobody cancels.
fn inherited<'a>(cx: &Cx<'a>, call: CallExpr<'a>) -> Vec<Node<'a>> {
    match cx.resolve_expr(call.fun()).is_external("context", "WithoutCancel") {
        true => Vec::new(),
        false => call.args().collect(),
    }
}

/// Whether `call` makes a context whose cancel function is used.
fn is_freed<'a>(cx: &Cx<'a>, call: CallExpr<'a>, func: Node<'a>) -> bool {
    let made = cx.resolve_expr(call.fun());
    let is_maker = MAKERS.iter().any(|it| made.is_external(it.path, it.name));
    let Some([_, cancel]) = targets(call).filter(|_| is_maker && cx.func(call.node()) == Some(func)) else {
        return false;
    };
    let Res::Def(def) = cx.resolve(cancel) else { return false };
    let is_use = |it: &How<'a>| !matches!(it, How::Assigned(_) | How::Stored(Place::Blank));
    cx.local(def).is_none_or(|it| it.uses.iter().any(|it| is_use(&it.how)))
}
