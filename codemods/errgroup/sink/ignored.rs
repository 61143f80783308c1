//! Errors that nobody gets: they are logged, or not looked at.
//!
//! ```text
//!     if err := f(x); err != nil {          _ = f(x)
//!         log.Print(err)
//!     }
//! ```
//!
//! With `propagate-ignored`, the tasks return them, and so does the function.

use gofix_rule::{
    Level,
    errors::results,
    syntax::{
        Kind, Node, Role, Token,
        ast::{AssignStmt, AstNode, BinaryExpr, CallExpr, IfStmt},
    },
    tasks::Task,
};

use super::{Env, Fan, Sink, SinkKind, Stop, Unit, look, none};

/// # Errors
/// No task ends with an error, or the function returns none.
pub(super) fn sink<'a>(env: Env<'_, 'a>, fan: &Fan<'a>) -> Result<Sink<'a>, Stop> {
    let units: Vec<Vec<Unit<'a>>> = fan.tasks.iter().map(|it| units(env, it)).collect();
    if let Some(reason) = none::kept(env.cx, fan) {
        return Err(reason.into());
    }
    if units.iter().all(Vec::is_empty) {
        return Err(none::reason(env.cx, fan).into());
    }
    let slots = results(env.cx, fan.var.home);
    let Some((error, others)) = slots.split_last().filter(|it| it.0.is_error(env.cx).is_yes()) else {
        return Err("the function returns no error, so nobody would get those of the tasks".into());
    };
    let mut values = others.iter().map(|it| it.zero_value(env.cx)).collect::<Result<Vec<String>, _>>()?;
    let names = slots.iter().filter_map(|it| it.name);
    if names.into_iter().any(|it| it.as_ident() != Some("_") && Some(it) != error.name) {
        return Err("the function has named results, which may have values by now".into());
    }
    values.push(String::new());
    Ok(Sink {
        def: None,
        kind: SinkKind::Ignored(values.join(", ")),
        units,
        guards: Vec::new(),
        outside: Vec::new(),
        level: Level::Review,
    })
}

/// Where a task ends with an error that nobody gets.
fn units<'a>(env: Env<'_, 'a>, task: &Task<'a>) -> Vec<Unit<'a>> {
    let body = task.literal.body();
    let mut units: Vec<Unit<'a>> = look::own(body).filter_map(|it| logged(env, it)).collect();
    let done = task.end.as_ref().map(|it| it.stmt);
    let last = look::stmts(body).filter(|it| Some(*it) != done).last();
    units.extend(last.and_then(|it| ignored(env, it)));
    units
}

/// An `if err != nil` in which functions are called, and nothing else is done but to return.
fn logged<'a>(env: Env<'_, 'a>, node: Node<'a>) -> Option<Unit<'a>> {
    let check = IfStmt::cast(node).filter(|it| it.else_().is_none())?;
    let cond = check.cond().unparen();
    let compared = BinaryExpr::cast(cond).filter(|_| cond.op() == Token::Neq)?;
    let error = compared.x().unparen();
    let def = env.cx.resolve(error).def().filter(|it| it.is_variable() && !it.is_package_level())?;
    let is_known = look::compares_with_nil(env.cx, cond, Token::Neq, def) && env.cx.is_error(error).is_yes();
    let func = env.cx.func(node)?;
    if !is_known || !func.contains(def.ident()) {
        return None;
    }
    let stmts: Vec<Node<'a>> = look::stmts(check.body()).collect();
    let calls = stmts.iter().copied().take_while(|it| look::call_of(*it).is_some());
    let calls: Vec<Node<'a>> = calls.collect();
    let rest = &stmts[calls.len()..];
    let is_plain = |it: &Node<'a>| it.kind() == Kind::ReturnStmt && it.child(Role::Results).is_none();
    let (first, last) = (*calls.first()?, *calls.last()?);
    let never_ends = calls.iter().filter_map(|it| look::call_of(*it)).any(|it| env.cx.never_returns(it));
    let is_changed = calls.iter().flat_map(|it| it.descendants()).any(|it| it.kind() == Kind::FuncLit);
    (rest.iter().all(is_plain) && rest.len() <= 1 && !never_ends && !is_changed).then(|| Unit {
        first,
        last,
        error,
        kept: Vec::new(),
        recovered: None,
        stays: true,
    })
}

/// A call whose only result is an error that is not looked at.
fn ignored<'a>(env: Env<'_, 'a>, stmt: Node<'a>) -> Option<Unit<'a>> {
    let blank = |it: AssignStmt<'a>| {
        let is_blank = it.node().op() == Token::Assign && it.lhs().all(|it| it.as_ident() == Some("_"));
        it.rhs().next().filter(|_| is_blank && it.lhs().count() == 1)
    };
    let value = AssignStmt::cast(stmt).and_then(blank);
    let call = value.and_then(|it| CallExpr::cast(it.unparen())).or_else(|| look::call_of(stmt))?;
    env.cx.is_error(call.node()).is_yes().then(|| Unit::of(stmt, call.node()))
}
