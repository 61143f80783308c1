//! Whether a timer may start before everything else that a `select` evaluates.
//!
//! On entering a `select`, the channels of all its cases and the values to send are evaluated once, in source order (spec:
//! Select statements). A timer that is started before the `select` starts before all of them.

use gofix_rule::{
    Cx, Decline, Level,
    flow::How,
    semantic::{DefKind, Res, Tri, types::Callee},
    syntax::{
        Kind, Node, Role, Token,
        ast::{AstNode, CallExpr, CommClause, SelectorExpr, SendStmt},
    },
};

use super::wait::Wait;

/// How sure it is that the timer of `wait` may start before anything else is evaluated. Declines if that may take time: the
/// timer would go off earlier, seen from where the program waits.
pub(super) fn level<'a>(cx: &Cx<'a>, wait: &Wait<'a>) -> Result<Level, Decline> {
    let mut level = Level::Safe;
    for clause in wait.others() {
        for expr in evaluated(clause) {
            let takes = time_to_evaluate(cx, expr)?;
            // What comes behind the timer's case does so still.
            if clause.id() < wait.clause.id() && !may_swap(cx, wait.period, expr, takes) {
                level = Level::Review;
            }
        }
    }
    Ok(level)
}

/// What a clause evaluates when the `select` is entered.
fn evaluated(clause: Node<'_>) -> Vec<Node<'_>> {
    let Some(comm) = CommClause::cast(clause).and_then(CommClause::comm) else { return Vec::new() };
    if let Some(send) = SendStmt::cast(comm) {
        return vec![send.chan(), send.value()];
    }
    // The left side of an assignment is evaluated when its case is taken.
    let receive = if comm.kind() == Kind::AssignStmt { comm.child(Role::Rhs) } else { comm.child(Role::X) };
    receive.map(Node::unparen).and_then(|it| it.child(Role::X)).into_iter().collect()
}

/// What evaluating an expression comes to.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Takes {
    /// Variables are read.
    Nothing,
    /// And a context is asked for its channel, which is always the same.
    Context,
    /// And a method `Done` is called, whatever it does.
    Done,
}

fn time_to_evaluate<'a>(cx: &Cx<'a>, expr: Node<'a>) -> Result<Takes, Decline> {
    let mut takes = Takes::Nothing;
    for node in nodes(expr) {
        if node.kind() == Kind::UnaryExpr && node.op() == Token::Arrow {
            return Err("to evaluate another case takes a receive, which may take its time".into());
        }
        let Some(call) = CallExpr::cast(node) else { continue };
        let callee = cx.callee(call);
        let fun = call.fun().unparen();
        let is_done =
            SelectorExpr::cast(fun).is_some_and(|it| it.sel().text() == "Done" && call.args().next().is_none());
        let found = match &callee {
            it if is_plain(it) => Takes::Nothing,
            Callee::InterfaceMethod { interface: Some((path, name)), .. }
                if is_done && **path == *"context" && name == "Context" =>
            {
                Takes::Context
            }
            _ if is_done => Takes::Done,
            _ if cx.resolve_expr(fun).is_external("time", "After") => {
                return Err("several cases of the select start timers of their own".into());
            }
            _ => return Err("to evaluate another case takes a call, which may take its time".into()),
        };
        takes = takes.max(found);
    }
    Ok(takes)
}

/// Whether it makes no difference which of `period` and `expr` is evaluated first.
fn may_swap<'a>(cx: &Cx<'a>, period: Node<'a>, expr: Node<'a>, takes: Takes) -> bool {
    takes != Takes::Done && (is_quiet(cx, period) || is_stable(cx, expr))
}

/// Whether evaluating `expr` changes nothing, and asks only for things that cost nothing to ask for.
pub(super) fn is_quiet<'a>(cx: &Cx<'a>, expr: Node<'a>) -> bool {
    nodes(expr).all(|it| match it.kind() {
        Kind::UnaryExpr => it.op() != Token::Arrow,
        Kind::CallExpr => CallExpr::cast(it).is_some_and(|it| {
            let callee = cx.callee(it);
            is_plain(&callee) || is_of_time(&callee)
        }),
        _ => true,
    })
}

/// Whether evaluating `expr`, which is [quiet](is_quiet), cannot panic either, by what it is made of: constants, variables, and
/// sums, differences and products of them, and what constants divide.
pub(super) fn is_total<'a>(cx: &Cx<'a>, expr: Node<'a>) -> bool {
    let is_package = |it: Node<'a>| matches!(cx.resolve(it), Res::Package { .. });
    nodes(expr).all(|it| match it.kind() {
        _ if cx.const_value(it).is_some() => true,
        Kind::Ident | Kind::BasicLit | Kind::ParenExpr | Kind::CallExpr => true,
        Kind::SelectorExpr => it.child(Role::X).is_some_and(is_package),
        Kind::BinaryExpr => match it.op() {
            Token::Add | Token::Sub | Token::Mul => true,
            // Go rejects a constant zero.
            Token::Quo | Token::Rem => it.child(Role::Y).is_some_and(|it| cx.const_value(it).is_some()),
            _ => false,
        },
        Kind::UnaryExpr => matches!(it.op(), Token::Add | Token::Sub),
        _ => false,
    })
}

/// Whether nobody but plain assignments in the function can change what `expr` is: a local variable, a constant, or the
/// channel of a context in a variable.
fn is_stable<'a>(cx: &Cx<'a>, expr: Node<'a>) -> bool {
    let mut expr = expr.unparen();
    if cx.const_value(expr).is_some() {
        return true;
    }
    if let Some(call) = CallExpr::cast(expr) {
        // One that was let through: of a context.
        let Some(context) = SelectorExpr::cast(call.fun().unparen()) else { return false };
        expr = context.x().unparen();
    }
    let def = cx.resolve(expr).def().filter(|it| it.kind() != DefKind::Field);
    let Some(local) = def.and_then(|it| cx.local(it)) else { return false };
    let is_plain = |it: &gofix_rule::flow::Use<'a>| {
        matches!(it.how, How::Assigned(_)) && it.captures.is_empty() && local.hands_out_address(it) == Tri::No
    };
    local.is_complete() && local.writes().all(is_plain)
}

/// Whether the call is a conversion, or one of a predeclared function that looks at its arguments only.
fn is_plain(callee: &Callee) -> bool {
    match callee {
        Callee::Conversion(_) => true,
        Callee::Builtin(name) => matches!(name.as_str(), "len" | "cap" | "min" | "max" | "real" | "imag" | "new"),
        _ => false,
    }
}

/// Whether a function of package `time` or `math` is called that computes something from its arguments and the clock.
fn is_of_time(callee: &Callee) -> bool {
    match callee {
        Callee::Func { path, name } => match &**path {
            "time" => matches!(name.as_str(), "Now" | "Since" | "Until" | "Unix" | "UnixMilli" | "UnixMicro" | "Date"),
            "math" => true,
            _ => false,
        },
        Callee::Method { path, receiver, pointer: false, .. } => {
            **path == *"time" && matches!(receiver.as_str(), "Duration" | "Time")
        }
        _ => false,
    }
}

/// The nodes in and below `expr` that are evaluated with it.
fn nodes<'a>(expr: Node<'a>) -> impl Iterator<Item = Node<'a>> {
    [expr].into_iter().chain(expr.descendants_skipping(|it| it.kind() == Kind::FuncLit))
}
