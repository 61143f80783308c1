//! A channel into which the tasks send their errors.

use gofix_rule::{
    Decline, Level,
    flow::{How, Use, enclosing_func},
    semantic::{Def, types::Value},
    syntax::{
        Kind, Node, Role, Token,
        ast::{AssignStmt, AstNode, CallExpr, CommClause, ExprStmt, SelectStmt, SendStmt, ValueSpec},
    },
    tasks::Task,
};

use super::{Env, Fan, Sink, SinkKind, Stop, Unit, Uses, is_non_nil, look};

/// A channel into which the tasks send their errors.
pub(in super::super) struct Channel<'a> {
    /// `close(ch)`
    pub(in super::super) close: Option<Node<'a>>,
    /// `ch`, where the error is received.
    pub(in super::super) read: Node<'a>,
    /// Whether no task sends nil.
    pub(in super::super) only_errors: bool,
}

/// # Errors
/// The tasks do more with the channel, or somebody else uses it.
pub(super) fn sink<'a>(env: Env<'_, 'a>, fan: &Fan<'a>, def: Def<'a>, uses: Uses<'a>) -> Result<Sink<'a>, Stop> {
    let room = room(env, def)?;
    if !look::is_beside(env.cx, def, fan.wait) {
        return Err("the channel of the errors is made in another block than the WaitGroup".into());
    }
    let mut units = Vec::new();
    let mut level = Level::Safe;
    let may_block = match room {
        Room::None => true,
        // Whoever gives a number for a loop has thought of how many turns it has, unless it is one.
        Room::Of(most) => fan.tasks.len() > most || (most == 1 && fan.is_repeated()),
        Room::Some | Room::Unknown => false,
    };
    for (task, sites) in fan.tasks.iter().zip(&uses.inside) {
        let found = sites.iter().map(|site| unit(env, task, *site)).collect::<Result<Vec<_>, _>>()?;
        for (_, blocks) in &found {
            match (room, blocks) {
                (Room::None, false) => {
                    return Err("the channel has no room and nobody receives yet, so the errors are dropped".into());
                }
                // An error would make the program wait for ever.
                (_, true) if may_block => level = Level::Review,
                (Room::Unknown, false) => {
                    return Err("whether the channel has room for an error cannot be told".into());
                }
                _ => {}
            }
        }
        units.push(found.into_iter().map(|it| it.0).collect::<Vec<_>>());
    }
    let only_errors = units.iter().flatten().all(|it| is_non_nil(env, it.error));
    let channel = Channel { only_errors, ..outside(env, fan, &uses.outside)? };
    let kind = SinkKind::Channel(channel);
    Ok(Sink { def: Some(def), kind, units, guards: Vec::new(), outside: uses.outside, level })
}

/// How many errors the channel holds.
#[derive(Copy, Clone, PartialEq, Eq)]
enum Room {
    None,
    Of(usize),
    /// As many as there are elements in something, most likely that which is looped over.
    Some,
    Unknown,
}

/// The room of the channel, from the `make` that it is declared with.
fn room<'a>(env: Env<'_, 'a>, def: Def<'a>) -> Result<Room, Decline> {
    const ELSEWHERE: &str = "the channel of the errors is not made where it is declared";
    let node = def.node();
    let value = match (ValueSpec::cast(node), AssignStmt::cast(node)) {
        (Some(spec), _) if spec.names().count() == 1 => spec.values().next(),
        (_, Some(assign)) if assign.lhs().count() == 1 => assign.rhs().next(),
        _ => None,
    };
    let make = value.and_then(|it| CallExpr::cast(it.unparen())).filter(|it| env.cx.is_builtin_call(*it, "make"));
    let Some(capacity) = make.ok_or(ELSEWHERE)?.args().nth(1) else { return Ok(Room::None) };
    let is_len = |it: CallExpr<'a>| env.cx.is_builtin_call(it, "len") || env.cx.is_builtin_call(it, "cap");
    let all = || capacity.descendants().chain([capacity]);
    if all().filter_map(CallExpr::cast).any(|it| !is_len(it)) || all().any(|it| it.op() == Token::Arrow) {
        return Err("the size of the channel is what a call returns".into());
    }
    Ok(match env.cx.const_value(capacity) {
        Some(Value::Int(it)) if it < 1 => Room::None,
        Some(Value::Int(it)) => Room::Of(usize::try_from(it).unwrap_or(usize::MAX)),
        Some(_) => Room::Unknown,
        // With nothing to range over there is no task.
        None if CallExpr::cast(capacity.unparen()).is_some() => Room::Some,
        None => Room::Unknown,
    })
}

/// Where a task sends an error into the channel that `site` denotes, and whether it waits until there is room.
fn unit<'a>(env: Env<'_, 'a>, task: &Task<'a>, site: Node<'a>) -> Result<(Unit<'a>, bool), Decline> {
    let outer = site.with_parens();
    let send = outer.parent().and_then(SendStmt::cast).filter(|_| outer.role() == Role::Chan);
    let send = send.ok_or("a task uses the channel of the errors for more than to send one")?;
    let (stmt, blocks) = match send.node().role() {
        Role::Comm => {
            (lone_select(send.node()).ok_or("a task that reports an error waits for something else, too")?, false)
        }
        _ => (send.node(), true),
    };
    let stmt = env.cx.stmt(stmt).filter(|it| *it == stmt).ok_or("a labeled statement reports an error")?;
    let mut unit = Unit::of(stmt, send.value());
    if enclosing_func(stmt) != Some(task.literal.node()) {
        let recovered = look::recovering(env.cx, stmt, task.literal.node());
        unit.recovered = Some(recovered.ok_or("a function literal in a task reports the error")?);
    }
    Ok((unit, blocks))
}

/// The `select` around a send if it does nothing but send, or nothing.
fn lone_select(send: Node<'_>) -> Option<Node<'_>> {
    let body = send.parent().and_then(CommClause::cast)?.node().parent()?;
    let select = body.parent().and_then(SelectStmt::cast)?;
    let clauses: Vec<CommClause<'_>> = look::stmts(body).filter_map(CommClause::cast).collect();
    let is_empty = |it: &CommClause<'_>| look::stmts(it.node()).next().is_none();
    (clauses.len() == 2 && clauses.iter().any(|it| it.is_default()) && clauses.iter().all(is_empty))
        .then_some(select.node())
}

/// What others than the tasks do with the channel: close it and receive once, after `Wait`.
fn outside<'a>(env: Env<'_, 'a>, fan: &Fan<'a>, uses: &[Use<'a>]) -> Result<Channel<'a>, Decline> {
    let (mut close, mut read) = (None, None);
    for it in uses {
        if !it.captures.is_empty() {
            return Err("a function literal uses the channel of the errors, too".into());
        }
        if it.site.start() < fan.wait.end() {
            return Err("the channel of the errors is used before Wait".into());
        }
        let outer = it.site.with_parens();
        let parent = outer.parent().ok_or("nobody receives the errors")?;
        let call = CallExpr::cast(parent).filter(|it| env.cx.is_builtin_call(*it, "close"));
        if let Some(stmt) = call.and_then(|it| closing(env, it)) {
            if close.replace(stmt).is_some() {
                return Err("the channel of the errors is closed twice".into());
            }
            continue;
        }
        let receives = (parent.kind() == Kind::UnaryExpr && parent.op() == Token::Arrow)
            || (parent.kind() == Kind::RangeStmt && outer.role() == Role::X);
        if !receives || it.how != How::Read {
            return Err("the channel of the errors is used for more than to receive the first".into());
        }
        if read.replace(it.site).is_some() {
            return Err("errors are received in several places".into());
        }
    }
    let read = read.ok_or("nobody receives the errors")?;
    Ok(Channel { close, read, only_errors: false })
}

/// The statement that closes the channel.
fn closing<'a>(env: Env<'_, 'a>, call: CallExpr<'a>) -> Option<Node<'a>> {
    let stmt = env.cx.stmt(call.node())?;
    ExprStmt::cast(stmt).filter(|it| it.x().unparen() == call.node()).map(|it| it.node())
}
