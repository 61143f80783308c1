//! `if cerr := f.Close(); cerr != nil && err == nil { err = cerr }`.

use gofix_rule::{
    Cx, Decline, Fix, errors,
    flow::enclosing_func,
    semantic::{Def, DefKind},
    syntax::{
        Kind, Node, Role, Token,
        ast::{AstNode, CallExpr, IfStmt, SelectorExpr},
    },
};

/// Rewrites
///
/// ```go
/// if cerr := f.Close(); cerr != nil && err == nil {
///     err = cerr
/// }
/// ```
///
/// to
///
/// ```go
/// if cerr := f.Close(); cerr != nil {
///     err = errors.Join(err, cerr)
/// }
/// ```
///
/// None if it is another statement.
pub(super) fn advise<'a>(cx: &Cx<'a>, stmt: IfStmt<'a>) -> Option<Result<Fix, Decline>> {
    let init = stmt.init().filter(|it| it.kind() == Kind::AssignStmt && it.op() == Token::Define)?;
    let (mut left, mut right) = (init.children_in(Role::Lhs), init.children_in(Role::Rhs));
    let (new, call) = (left.next()?, CallExpr::cast(right.next()?.unparen())?);
    let is_close = SelectorExpr::cast(call.fun().unparen()).is_some_and(|it| it.sel().text() == "Close");
    if left.next().is_some() || !is_close || call.args().next().is_some() || stmt.else_().is_some() {
        return None;
    }
    let cond = stmt.cond().unparen();
    let (x, y) = (cond.child(Role::X)?.unparen(), cond.child(Role::Y)?.unparen());
    let new_def = cx.resolve(new).def()?;
    let is_new = |it: Node<'a>, op| compared(cx, it, op).is_some_and(|it| it == new_def);
    let (kept, old) = match cond.op() {
        Token::LAnd if is_new(x, Token::Neq) => (x, compared(cx, y, Token::Eql)?),
        Token::LAnd if is_new(y, Token::Neq) => (y, compared(cx, x, Token::Eql)?),
        _ => return None,
    };
    let mut body = stmt.body().children();
    let assign = body.next().filter(|it| it.kind() == Kind::AssignStmt && it.op() == Token::Assign)?;
    let (target, value) = (assign.child(Role::Lhs)?, assign.child(Role::Rhs)?);
    let is_ours = cx.resolve(target.unparen()).def() == Some(old) && cx.resolve(value.unparen()).def() == Some(new_def);
    let is_alone = body.next().is_none() && assign.children_in(Role::Lhs).count() == 1;
    let are_errors = cx.is_error(target).is_yes() && cx.is_error(value).is_yes();
    (is_ours && is_alone && are_errors).then(|| {
        minds(cx, old)?;
        let import = cx.import(stmt.node(), "errors")?;
        let joined = format!("{}({}, {})", import.name("Join")?, target.text(), value.text());
        let fix = Fix::review().replace(stmt.cond(), kept.text()).replace(value, joined).imports(&import);
        Ok(fix.relies_on(stmt.node()))
    })
}

/// The variable that is compared with nil by `op`.
fn compared<'a>(cx: &Cx<'a>, cond: Node<'a>, op: Token) -> Option<Def<'a>> {
    let cond = cond.unparen();
    let (x, y) = (cond.child(Role::X)?.unparen(), cond.child(Role::Y)?.unparen());
    let is_nil = cond.op() == op && cx.resolve_expr(y).is_universe("nil");
    cx.resolve(x).def().filter(|it| is_nil && it.is_variable())
}

/// Declines if somebody looks at the error itself: a joined one is another.
fn minds<'a>(cx: &Cx<'a>, old: Def<'a>) -> Result<(), Decline> {
    if !matches!(old.kind(), DefKind::Result | DefKind::Var) || old.is_package_level() {
        return Err("what becomes of the error cannot be told".into());
    }
    enclosing_func(old.ident()).map_or(Ok(()), |it| errors::may_be_wrapped(cx, it))
}
