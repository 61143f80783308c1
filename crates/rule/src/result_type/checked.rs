//! Callers that look at the error before they look at the value.
//!
//! ```text
//!     x, err := f()              if x, err := f(); err != nil {
//!     if err != nil {                …
//!         return …               } else {
//!     }                              … x …
//!     … x …                      }
//! ```

use gofix_semantic::{Def, Res, types::Callee};
use gofix_syntax::{
    Kind, Node, Role, Token,
    ast::{AstNode, CallExpr, IfStmt},
};

use crate::{Cx, Decline, flow};

/// A call whose value nobody looks at if there is an error.
pub(super) struct Checked<'a> {
    /// The variable that holds the value, and where it must not be used: there is an error.
    value: Option<(Def<'a>, Option<Node<'a>>)>,
}

/// Functions behind which nothing runs if their second argument is an error.
const ASSERTIONS: &[(&str, &str)] = &[
    ("github.com/stretchr/testify/require", "NoError"),
    ("github.com/stretchr/testify/require", "NoErrorf"),
    ("gotest.tools/assert", "NilError"),
    ("gotest.tools/v3/assert", "NilError"),
];

const UNCHECKED: &str = "it may return nil with an error, and a caller does not check that before anything else";

/// Looks at a call, of whose results the one at `index` may be nil if the last one is not.
pub(super) fn call<'a>(cx: &Cx<'a>, call: CallExpr<'a>, index: usize, results: usize) -> Result<Checked<'a>, Decline> {
    let outer = call.node().with_parens();
    let parent = outer.parent().ok_or(UNCHECKED)?;
    let targets: Vec<Node<'a>> = match (parent.kind(), outer.role()) {
        (Kind::ExprStmt | Kind::GoStmt | Kind::DeferStmt, _) => return Ok(Checked { value: None }),
        (Kind::AssignStmt, Role::Rhs) => parent.children_in(Role::Lhs).collect(),
        (Kind::ValueSpec, Role::Values) => parent.children_in(Role::Names).collect(),
        (Kind::ReturnStmt, _) => return Err("it may return nil with an error, and a caller returns both".into()),
        _ => return Err(UNCHECKED.into()),
    };
    let (Some(&value), Some(&error)) = (targets.get(index), targets.get(results.saturating_sub(1))) else {
        return Err(UNCHECKED.into());
    };
    if value.as_ident() == Some("_") {
        return Ok(Checked { value: None });
    }
    let declared = |it: Node<'a>| cx.resolve(it).def();
    let value = declared(value).filter(|it| it.ident() == value && !it.is_package_level());
    let Some(value) = value else {
        return Err("it may return nil with an error, and a caller keeps that in a variable that it had before".into());
    };
    let error = declared(error).ok_or(UNCHECKED)?;
    let failed = failure(cx, parent, error).ok_or(UNCHECKED)?;
    Ok(Checked { value: Some((value, failed)) })
}

impl<'a> Checked<'a> {
    /// Declines if the value is used where there is an error.
    pub(super) fn holds(&self, cx: &Cx<'a>) -> Result<(), Decline> {
        let Some((value, Some(failed))) = &self.value else { return Ok(()) };
        let uses = cx.uses(*value);
        match uses.sites.iter().chain(&uses.unsure).any(|it| failed.contains(*it)) {
            true => Err("it may return nil with an error, and a caller uses the value then".into()),
            false => Ok(()),
        }
    }
}

/// What runs if `error`, which `stmt` gives a value, is one: `Some(None)` if nothing does that can see the variables of
/// `stmt`. None if that is not checked at once.
fn failure<'a>(cx: &Cx<'a>, stmt: Node<'a>, error: Def<'a>) -> Option<Option<Node<'a>>> {
    let stmt = match stmt.kind() {
        Kind::ValueSpec => stmt.parent().filter(|it| it.children_in(Role::Specs).count() == 1)?.parent()?,
        _ => stmt,
    };
    if stmt.role() == Role::Init {
        let check = stmt.parent().and_then(IfStmt::cast)?;
        return match condition(cx, check.cond(), error)? {
            Token::Neq => Some(Some(check.body())),
            _ => Some(check.else_()),
        };
    }
    let list = stmt.parent().filter(|it| flow::stmts(*it).any(|it| it == stmt))?;
    let next = flow::stmts(list).find(|it| it.id() > stmt.id())?;
    if let Some(check) = IfStmt::cast(next) {
        let is_error = check.init().is_none() && condition(cx, check.cond(), error) == Some(Token::Neq);
        return (is_error && leaves(cx, check.body())).then(|| Some(check.body()));
    }
    let call = next.child(Role::X).filter(|_| next.kind() == Kind::ExprStmt).and_then(CallExpr::cast)?;
    let (Callee::Func { path, name } | Callee::External { path, name }) = cx.callee(call) else { return None };
    let is_asserted = ASSERTIONS.contains(&(&*path, &*name)) && is(cx, call.args().nth(1)?, error);
    is_asserted.then_some(None)
}

/// Whether `cond` is `error != nil`, or `error == nil`.
fn condition<'a>(cx: &Cx<'a>, cond: Node<'a>, error: Def<'a>) -> Option<Token> {
    let cond = cond.unparen();
    let (x, y) = (cond.child(Role::X)?, cond.child(Role::Y)?);
    let is_nil = |it: Node<'a>| cx.resolve_expr(it.unparen()).is_universe("nil");
    let compares = (is(cx, x, error) && is_nil(y)) || (is(cx, y, error) && is_nil(x));
    (compares && matches!(cond.op(), Token::Eql | Token::Neq)).then(|| cond.op())
}

fn is<'a>(cx: &Cx<'a>, expr: Node<'a>, def: Def<'a>) -> bool {
    let expr = expr.unparen();
    expr.as_ident() == Some(def.name()) && cx.resolve(expr) == Res::Def(def)
}

/// Whether control never gets behind a block whose end it would reach: not to where what is declared before it can be seen.
fn leaves<'a>(cx: &Cx<'a>, block: Node<'a>) -> bool {
    let Some(last) = flow::stmts(block).last() else { return false };
    match last.kind() {
        Kind::BranchStmt => matches!(last.op(), Token::Break | Token::Continue),
        Kind::ExprStmt => {
            let call = last.child(Role::X).map(Node::unparen).and_then(CallExpr::cast);
            call.is_some_and(|it| cx.never_returns(it))
        }
        _ => cx.terminates(last),
    }
}
