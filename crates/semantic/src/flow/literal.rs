//! What becomes of function literals.

use gofix_syntax::{
    Kind, Node, Role,
    ast::{AstNode, CallExpr, DeferStmt, GoStmt},
};

use super::walk::enclosing_func;

/// What becomes of a function literal where it stands.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum LitUse<'a> {
    /// It is called in place, and runs before what follows.
    Called(CallExpr<'a>),
    /// A `go` statement starts it.
    Go(GoStmt<'a>),
    /// A `defer` statement calls it when the function around it returns.
    Deferred(DeferStmt<'a>),
    /// It is a value: stored, passed on or returned; when it runs is not known.
    Value,
}

/// How the function literal `lit` is used.
pub fn literal_use(lit: Node<'_>) -> LitUse<'_> {
    let mut outer = lit;
    while let Some(paren) = outer.parent().filter(|it| it.kind() == Kind::ParenExpr) {
        outer = paren;
    }
    let Some(call) = outer.parent().and_then(CallExpr::cast).filter(|_| outer.role() == Role::Fun) else {
        return LitUse::Value;
    };
    let Some(parent) = call.node().parent() else { return LitUse::Called(call) };
    if let Some(go) = GoStmt::cast(parent) {
        LitUse::Go(go)
    } else if let Some(defer) = DeferStmt::cast(parent) {
        LitUse::Deferred(defer)
    } else {
        LitUse::Called(call)
    }
}

/// The `go` statement whose function literal holds `node`, with only literals called in place in between: `node` runs on
/// the goroutine that this statement starts.
pub fn in_go_stmt(node: Node<'_>) -> Option<GoStmt<'_>> {
    let mut at = node;
    loop {
        at = enclosing_func(at)?;
        match (at.kind() == Kind::FuncLit).then(|| literal_use(at))? {
            LitUse::Go(go) => return Some(go),
            LitUse::Called(_) => {}
            LitUse::Deferred(_) | LitUse::Value => return None,
        }
    }
}
