//! Says `time.Sleep` where code waits for a timer that it makes on the spot.

use gofix_rule::{
    Cx, Decline, Fix, Group, Meta, Report, Rule, TextRange,
    syntax::{
        Kind, Node, Role, Token,
        ast::{AssignStmt, AstNode, CallExpr},
    },
};

pub(crate) struct TimeAfterSleep;

static META: Meta = Meta {
    name: "time-after-sleep",
    summary: "replace a bare receive from time.After with time.Sleep",
    group: Group::Concurrency,
    recommended: true,
    since: None,
    until: None,
    words: &["After", "time"],
    options: &[],
    docs: include_str!("README.md"),
};

impl Rule for TimeAfterSleep {
    fn meta(&self) -> &Meta {
        &META
    }

    fn check(&self, cx: &Cx<'_>, report: &mut Report) {
        for call in cx.calls("time", "After") {
            if let Some(receive) = receive_from(call) {
                report.fix(receive, "a receive from a new timer is a sleep", sleep(cx, call, receive));
            }
        }
    }
}

/// The receive on the spot from the channel that `call` returns. In a `select` the timer is one of several things to wait
/// for, so a receive there is not meant.
fn receive_from(call: CallExpr<'_>) -> Option<Node<'_>> {
    let receive = call.node().with_parens().parent()?;
    let receive = (receive.kind() == Kind::UnaryExpr && receive.op() == Token::Arrow).then(|| receive.with_parens())?;
    receive.parent().is_none_or(|it| it.role() != Role::Comm).then_some(receive)
}

/// Rewrites
///
/// ```go
/// <-time.After(d)
/// ```
///
/// to
///
/// ```go
/// time.Sleep(d)
/// ```
///
/// Both wait for `d`, and not at all if `d` is not positive. Only profiles of blocking tell them apart.
fn sleep<'a>(cx: &Cx<'a>, call: CallExpr<'a>, receive: Node<'a>) -> Result<Fix, Decline> {
    if cx.is_external_test_of("time") {
        return Err("this tests package time itself".into());
    }
    let profiles = |it: Node<'a>| it.file().id() == receive.file().id();
    if cx.references("runtime", "SetBlockProfileRate").any(profiles) {
        return Err("the file profiles waits for channels, which sleeps are not".into());
    }
    let stmt = statement_of(receive).ok_or("the time that the channel delivers is used")?;
    let after = call.fun().unparen();
    let sleep = cx.sibling_name(after, "Sleep")?;
    let (file, stmt, call) = (call.node().file(), stmt.range(), call.node().range());
    Ok(Fix::safe().replace_range(file, TextRange::new(stmt.start, call.start), "").replace(after, sleep).replace_range(
        file,
        TextRange::new(call.end, stmt.end),
        "",
    ))
}

/// The statement that does nothing but receive: `<-c`, or `_ = <-c`.
fn statement_of(receive: Node<'_>) -> Option<Node<'_>> {
    let stmt = receive.parent()?;
    let discards = |it: AssignStmt<'_>| {
        it.node().op() == Token::Assign && it.lhs().all(|it| it.as_ident() == Some("_")) && it.rhs().count() == 1
    };
    (stmt.kind() == Kind::ExprStmt || AssignStmt::cast(stmt).is_some_and(discards)).then_some(stmt)
}
