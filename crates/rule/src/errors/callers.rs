//! What becomes of the errors that a function returns.

use gofix_syntax::{
    Kind, Node, Role,
    ast::{AstNode, CallExpr, FuncDecl},
};

use super::contract::{Contract, contract};
use crate::{
    Cx, Decline,
    flow::{LitUse, literal_use},
};

/// Within so many steps a consumer is what an error is made for.
const NEAR: u32 = 4;

/// Declines if somebody near looks at the errors of `func`, a `FuncDecl` or a `FuncLit`, as they are, or at their whole
/// text: those that wrap them are others.
///
/// # Errors
/// The sentence says who does, and where.
pub fn may_be_wrapped<'a>(cx: &Cx<'a>, func: Node<'a>) -> Result<(), Decline> {
    if let Some((Contract::Identity, name)) = contract(cx, func, &[]) {
        return Err(format!("this is a method of {name}, whose callers look at errors as they are").into());
    }
    let found = cx.error_flow().consumers(func, NEAR).unwrap_or_default();
    match found.iter().find(|it| it.minds_wrapping()) {
        Some(first) => Err(first.sentence(cx.workspace()).into()),
        None => Ok(()),
    }
}

/// Where, as `path:line`, a call of `func`, a `FuncDecl` or a `FuncLit`, drops the error which it returns last: a statement
/// of its own, one behind `go` or `defer`, or one whose last result goes to `_`. None if no such call is known.
pub fn dropped<'a>(cx: &Cx<'a>, func: Node<'a>) -> Option<String> {
    let at = dropping(cx, func)?;
    let path = &cx.workspace().project().file(at.file().id()).path;
    Some(format!("{path}:{}", at.file().line(at.start()) + 1))
}

fn dropping<'a>(cx: &Cx<'a>, func: Node<'a>) -> Option<Node<'a>> {
    if func.kind() == Kind::FuncLit {
        return match literal_use(func) {
            LitUse::Called(call) => drops(call).then(|| call.node()),
            LitUse::Go(_) | LitUse::Deferred(_) => Some(func),
            LitUse::Value => None,
        };
    }
    let def = cx.resolve(FuncDecl::cast(func)?.name()).def()?;
    let called = |site: Node<'a>| {
        let selector = site.parent().filter(|it| it.kind() == Kind::SelectorExpr && site.role() == Role::Sel);
        let fun = selector.unwrap_or(site).with_parens();
        fun.parent().and_then(CallExpr::cast).filter(|_| fun.role() == Role::Fun)
    };
    let mut calls = cx.references_of(def).sites.into_iter().filter(|it| !cx.in_test_file(*it)).filter_map(called);
    calls.find(|it| drops(*it)).map(CallExpr::node)
}

/// Whether nobody takes the last result of a call.
fn drops(call: CallExpr<'_>) -> bool {
    let outer = call.node().with_parens();
    let Some(parent) = outer.parent() else { return false };
    let to = match parent.kind() {
        Kind::ExprStmt | Kind::GoStmt | Kind::DeferStmt => return true,
        Kind::AssignStmt => parent.children_in(Role::Lhs).last(),
        Kind::ValueSpec => parent.children_in(Role::Names).last(),
        _ => None,
    };
    to.is_some_and(|it| it.as_ident() == Some("_"))
}
