//! Whether a period is known to be positive.

use gofix_rule::{
    Cx, flow,
    syntax::{
        Kind, Node, Role, Token,
        ast::{AstNode, BinaryExpr, IfStmt},
    },
};

/// Whether `period` is positive when control gets there: because it is a constant, or because an `if` around it asked.
pub(super) fn is_positive<'a>(cx: &Cx<'a>, period: Node<'a>) -> Option<bool> {
    match constant(cx, period) {
        Some(it) => Some(it > 0),
        None => is_guarded(cx, period).then_some(true),
    }
}

fn constant<'a>(cx: &Cx<'a>, expr: Node<'a>) -> Option<i64> {
    cx.const_value(expr)?.as_i64()
}

/// Whether one of the `if` statements around asks for `period > 0`, and nothing can have changed since.
fn is_guarded<'a>(cx: &Cx<'a>, period: Node<'a>) -> bool {
    let mut child = period;
    for parent in period.ancestors().take_while(|it| !matches!(it.kind(), Kind::FuncDecl | Kind::FuncLit)) {
        let role = std::mem::replace(&mut child, parent).role();
        let guard = IfStmt::cast(parent).filter(|_| role == Role::Body);
        if guard.is_some_and(|it| asks_for(cx, it.cond(), period) && is_unchanged(cx, it, period)) {
            return true;
        }
    }
    false
}

/// Whether `cond` holds only if `period > 0` does.
fn asks_for<'a>(cx: &Cx<'a>, cond: Node<'a>, period: Node<'a>) -> bool {
    let mut conjuncts = vec![cond.unparen()];
    while let Some(conjunct) = conjuncts.pop() {
        let Some(it) = BinaryExpr::cast(conjunct) else { continue };
        let (x, y) = (it.x().unparen(), it.y().unparen());
        let is_period = |it: Node<'a>| is_same(cx, it, period.unparen());
        let constant = |it: Node<'a>| constant(cx, it);
        let asks = match it.node().op() {
            Token::LAnd => {
                conjuncts.extend([x, y]);
                false
            }
            Token::Gtr => is_period(x) && constant(y).is_some_and(|it| it >= 0),
            Token::Geq => is_period(x) && constant(y).is_some_and(|it| it > 0),
            Token::Lss => is_period(y) && constant(x).is_some_and(|it| it >= 0),
            Token::Leq => is_period(y) && constant(x).is_some_and(|it| it > 0),
            _ => false,
        };
        if asks {
            return true;
        }
    }
    false
}

/// Whether two expressions are the same variable, or the same field of it.
fn is_same<'a>(cx: &Cx<'a>, a: Node<'a>, b: Node<'a>) -> bool {
    let def = |it: Node<'a>| root(it).and_then(|it| cx.resolve(it).def());
    a.text() == b.text() && def(a).is_some() && def(a) == def(b)
}

/// The variable at the start of `a`, `a.b`, `a.b.c`.
fn root(expr: Node<'_>) -> Option<Node<'_>> {
    let mut root = expr;
    while let Some(x) = (root.kind() == Kind::SelectorExpr).then(|| root.child(Role::X)).flatten() {
        root = x;
    }
    (root.kind() == Kind::Ident).then_some(root)
}

/// Whether `period` is still what it was in the condition of `guard`: a local variable that nobody but plain statements
/// before the guard can write to, or a variable or field that is read again at once.
fn is_unchanged<'a>(cx: &Cx<'a>, guard: IfStmt<'a>, period: Node<'a>) -> bool {
    let at_once = flow::stmts(guard.body()).next() == cx.stmt(period);
    let is_quiet = |it: Node<'_>| !matches!(it.kind(), Kind::CallExpr | Kind::UnaryExpr);
    if at_once && is_quiet(guard.cond()) && guard.cond().descendants().all(is_quiet) {
        return true;
    }
    let Some(def) = cx.resolve(period.unparen()).def().filter(|it| it.is_variable() && !it.is_package_level()) else {
        return false;
    };
    let uses = cx.uses(def);
    let func = cx.func(period);
    let harmless =
        |it: Node<'a>| !may_write(it) || (it.start() < guard.node().start() && cx.func(it) == func && !is_address(it));
    uses.complete && uses.sites.iter().all(|it| harmless(*it))
}

/// Whether the address of the variable is taken here.
fn is_address(site: Node<'_>) -> bool {
    let parent = site.with_parens().parent();
    parent.is_some_and(|it| it.kind() == Kind::UnaryExpr && it.op() == Token::And)
}

/// Whether the variable may be written to at or by way of this use.
fn may_write(site: Node<'_>) -> bool {
    let site = site.with_parens();
    let Some(parent) = site.parent() else { return false };
    match parent.kind() {
        Kind::AssignStmt => site.role() == Role::Lhs,
        Kind::RangeStmt => site.role() != Role::X,
        Kind::UnaryExpr => is_address(site),
        Kind::IncDecStmt => true,
        _ => false,
    }
}
