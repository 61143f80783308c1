//! A variable for the first error.

use gofix_rule::{
    Cx, Decline, Level,
    flow::{LitUse, Use, enclosing_func, literal_use},
    semantic::{Def, DefKind},
    syntax::{
        Kind, Node, Role, Token,
        ast::{AssignStmt, AstNode, BinaryExpr, CallExpr, FuncLit, IfStmt, ValueSpec},
    },
    tasks::Task,
};

use super::{
    Env, Fan, Sink, SinkKind, Stop, Unit, Uses, is_non_nil, is_pure,
    lock::{self, Lock},
    look,
};

/// # Errors
/// It is not the first error that counts, or somebody else uses the variable.
pub(super) fn sink<'a>(env: Env<'_, 'a>, fan: &Fan<'a>, def: Def<'a>, uses: Uses<'a>) -> Result<Sink<'a>, Stop> {
    if env.cx.option("racy-error") != "first" && races(env, fan, &uses) {
        return Err(Stop::note(
            "several goroutines assign this error without a lock, so chance decides which one counts",
        ));
    }
    is_nil_at_first(env, fan, def)?;
    let mut sink = Sink {
        def: Some(def),
        kind: SinkKind::Variable,
        units: Vec::new(),
        guards: Vec::new(),
        outside: Vec::new(),
        level: Level::Safe,
    };
    let mut races = Vec::new();
    for (task, sites) in fan.tasks.iter().zip(&uses.inside) {
        let mut units = Vec::new();
        for assign in sites.iter().filter_map(|it| assignment(*it)) {
            let (unit, is_locked) = unit(env, task, &mut sink, def, assign)?;
            races.extend((!is_locked).then_some(assign.node()));
            units.push(unit);
        }
        let is_read = |site: &&Node<'a>| {
            let in_error = |it: &Unit<'a>| it.error.contains(**site);
            !units.iter().any(|it| it.contains(**site)) || units.iter().any(in_error)
        };
        if let Some(site) = sites.iter().find(is_read) {
            return Err(other_use(&units, *site).into());
        }
        sink.units.push(units);
    }
    outside(env, fan, def, &uses.outside)?;
    // A mutex may have a longer life and other work, but a once that was used up would drop the errors.
    let is_fresh = |once: &Def<'a>| {
        let is_used = |site: Node<'a>| sink.units.iter().flatten().any(|it| it.contains(site));
        let local = env.facts.local(*once).filter(|it| it.is_complete());
        look::is_beside(env.cx, *once, fan.wait) && local.is_some_and(|it| it.uses.iter().all(|it| is_used(it.site)))
    };
    let mut onces = sink.guards.iter().filter(|it| is_once(env.cx, **it));
    if !onces.all(is_fresh) {
        return Err("the once may be used up before the group starts".into());
    }
    sink.outside = uses.outside;
    if !races.is_empty() {
        let several = races.len() > 1 || races.iter().any(|it| is_repeated(fan, *it));
        if !several {
            return Err("only one goroutine reports an error, so there is no first one to choose".into());
        }
        sink.level = Level::Review;
    }
    Ok(sink)
}

/// Whether several goroutines assign the variable, and nothing before that keeps others away.
fn races<'a>(env: Env<'_, 'a>, fan: &Fan<'a>, uses: &Uses<'a>) -> bool {
    let is_kept_alone = |task: &Task<'a>, site: Node<'a>| {
        let calls = task.literal.node().descendants().filter_map(CallExpr::cast);
        let named = |it: CallExpr<'a>| it.fun().unparen().child(Role::Sel).is_some_and(|it| KNOWN.contains(&it.text()));
        calls.into_iter().any(|it| it.node().start() < site.start() && named(it))
    };
    let is_assigned = |site: &Node<'a>| {
        let outer = site.with_parens();
        let own = env.cx.func(*site);
        outer.role() == Role::Lhs
            && fan.tasks.iter().any(|it| own == Some(it.literal.node()) && !is_kept_alone(it, *site))
    };
    let tasks = fan.tasks.iter().zip(&uses.inside).filter(|(_, sites)| sites.iter().any(is_assigned));
    let tasks: Vec<&Task<'a>> = tasks.map(|it| it.0).collect();
    tasks.len() > 1 || tasks.iter().any(|it| is_repeated(fan, it.stmt))
}

const IMPURE: &str = "what makes the error would now be called for each one, not only for the first";
const MORE: &str = "more is done with the first error than to keep it";
const IN_LITERAL: &str = "a function literal in a task assigns the error";

/// What may keep other goroutines away.
const KNOWN: &[&str] = &["Lock", "Do", "TryLock", "Acquire"];

/// Why a use of the variable by a task, besides where it reports its error, is in the way.
fn other_use<'a>(units: &[Unit<'a>], site: Node<'a>) -> Decline {
    const JOINED: &str = "the errors are joined";
    const TOGETHER: &str = "the error is assigned together with other values";
    const READ: &str = "a task looks at the error of the others";
    let outer = site.with_parens();
    let is_assigned = outer.role() == Role::Lhs && outer.parent().is_some_and(|it| it.kind() == Kind::AssignStmt);
    match () {
        () if units.iter().any(|it| it.error.contains(site)) => JOINED.into(),
        () if is_assigned => TOGETHER.into(),
        () => READ.into(),
    }
}

/// Declines unless the variable is nil when the first task starts.
fn is_nil_at_first<'a>(env: Env<'_, 'a>, fan: &Fan<'a>, def: Def<'a>) -> Result<(), Decline> {
    if def.kind() == DefKind::Result {
        let in_loop = env.cx.in_loop(fan.wait);
        return if in_loop { Err("a loop assigns the result again and again".into()) } else { Ok(()) };
    }
    let spec = ValueSpec::cast(def.node());
    let is_plain = spec.is_some_and(|it| it.names().count() == 1 && it.values().all(|it| look::is_nil(env.cx, it)));
    if !is_plain {
        return Err("the variable of the first error is not declared as nil, on its own".into());
    }
    match look::is_beside(env.cx, def, fan.wait) {
        true => Ok(()),
        false => Err("the first error is declared in another block than the WaitGroup".into()),
    }
}

/// `v = x` around an identifier.
fn assignment(site: Node<'_>) -> Option<AssignStmt<'_>> {
    let outer = site.with_parens();
    let assign = outer.parent().and_then(AssignStmt::cast)?;
    (outer.role() == Role::Lhs && assign.node().op() == Token::Assign && assign.lhs().count() == 1).then_some(assign)
}

/// The statements with which a task assigns the error, and whether others cannot come in between.
fn unit<'a>(
    env: Env<'_, 'a>,
    task: &Task<'a>,
    sink: &mut Sink<'a>,
    def: Def<'a>,
    assign: AssignStmt<'a>,
) -> Result<(Unit<'a>, bool), Decline> {
    let cx = env.cx;
    let error = assign.rhs().next().ok_or("the error is assigned together with other values")?;
    let mut unit = Unit::of(assign.node(), error);
    let literal = task.literal.node();
    let is_first = in_guard(cx, &mut unit, def)?;
    let func = enclosing_func(unit.first);
    if func != Some(literal) {
        match func.filter(|it| literal_use(*it) == LitUse::Value).and_then(|it| once(cx, it)) {
            Some((call, once)) if enclosing_func(call) == Some(literal) => {
                in_once(env, &mut unit, call, func)?;
                lock::note(cx, &mut sink.guards, [once]);
                return Ok((unit, true));
            }
            _ => {}
        }
        let recovered = look::recovering(cx, unit.first, literal);
        unit.recovered = Some(recovered.ok_or(IN_LITERAL)?);
    }
    if is_first && !is_pure(cx, error) {
        return Err(IMPURE.into());
    }
    let around = unit.recovered.unwrap_or(literal);
    let (unit, is_locked) = match lock::lock(env, unit, around) {
        Lock::Own(unit, mutex) => {
            lock::note(cx, &mut sink.guards, [mutex]);
            (unit, true)
        }
        Lock::Around(unit) => (unit, true),
        Lock::None(unit) => (unit, false),
    };
    match is_first || !is_locked {
        true => Ok((unit, is_locked)),
        false => Err("the last error counts, not the first".into()),
    }
}

/// Grows the unit by the `if v == nil` around it. Calls that cancel a context may stand there, too.
fn in_guard<'a>(cx: &Cx<'a>, unit: &mut Unit<'a>, def: Def<'a>) -> Result<bool, Decline> {
    let assign = unit.first;
    let block = assign.parent().filter(|it| it.kind() == Kind::BlockStmt && it.role() == Role::Body);
    let guard = block.and_then(Node::parent).and_then(IfStmt::cast);
    let error = cx.resolve(unit.error.unparen()).def();
    let asks_first = |cond: Node<'a>| look::compares_with_nil(cx, cond, Token::Eql, def);
    // Nil is no error for the group either.
    let asks_error = |cond: Node<'a>| error.is_some_and(|it| look::compares_with_nil(cx, cond, Token::Neq, it));
    let asks_both = |cond: Node<'a>| {
        let both = BinaryExpr::cast(cond).filter(|_| cond.op() == Token::LAnd).map(|it| (it.x(), it.y()));
        both.is_some_and(|(x, y)| (asks_first(x) && asks_error(y)) || (asks_error(x) && asks_first(y)))
    };
    let guard = guard.filter(|it| asks_first(it.cond()) || asks_both(it.cond().unparen()));
    let (Some(guard), Some(block)) = (guard, block) else { return Ok(false) };
    let others: Vec<Node<'a>> = look::stmts(block).filter(|it| *it != assign).collect();
    let is_cancel = |it: &Node<'a>| look::call_of(*it).is_some_and(|it| look::is_cancel(cx, it));
    if guard.init().is_some() || guard.else_().is_some() || !others.iter().all(is_cancel) {
        return Err(MORE.into());
    }
    unit.kept.extend(others);
    (unit.first, unit.last) = (guard.node(), guard.node());
    Ok(true)
}

/// The call of `once.Do` that a function literal is given to, and the once.
fn once<'a>(cx: &Cx<'a>, literal: Node<'a>) -> Option<(Node<'a>, Node<'a>)> {
    let call = literal.with_parens().parent().and_then(CallExpr::cast)?;
    let (once, _) = look::once_of(cx, call)?;
    lock::variable(cx, once).filter(|it| is_once(cx, *it)).map(|_| (call.node(), once))
}

/// Whether a variable is declared as a `sync.Once`, or a pointer to one, of its own.
fn is_once<'a>(cx: &Cx<'a>, def: Def<'a>) -> bool {
    let node = def.node();
    let value = match (ValueSpec::cast(node), AssignStmt::cast(node)) {
        (Some(spec), _) => spec.values().next(),
        (_, Some(assign)) => assign.rhs().next(),
        _ => None,
    };
    match value {
        None => look::named(cx, def.ident(), "sync", "Once"),
        Some(value) => {
            let mut made = value.unparen();
            if made.kind() == Kind::UnaryExpr && made.op() == Token::And {
                made = made.child(Role::X).map_or(made, Node::unparen);
            }
            made.kind() == Kind::CompositeLit && look::named(cx, made, "sync", "Once")
        }
    }
}

/// Grows the unit by the `once.Do` around it.
fn in_once<'a>(env: Env<'_, 'a>, unit: &mut Unit<'a>, call: Node<'a>, func: Option<Node<'a>>) -> Result<(), Decline> {
    let body = func.and_then(FuncLit::cast).map(FuncLit::body).ok_or(IN_LITERAL)?;
    let core = unit.first;
    let is_cancel = |it: &Node<'a>| look::call_of(*it).is_some_and(|it| look::is_cancel(env.cx, it));
    let others: Vec<Node<'a>> = look::stmts(body).filter(|it| *it != core).collect();
    if core.parent() != Some(body) || !others.iter().all(is_cancel) {
        return Err(MORE.into());
    }
    if !is_non_nil(env, unit.error) {
        return Err("the first error may be nil, and then later ones are lost".into());
    }
    if !is_pure(env.cx, unit.error) {
        return Err(IMPURE.into());
    }
    let stmt = env.cx.stmt(call).filter(|it| look::call_of(*it).is_some_and(|it| it.node() == call));
    let stmt = stmt.ok_or(IN_LITERAL)?;
    unit.kept.extend(others);
    (unit.first, unit.last) = (stmt, stmt);
    Ok(())
}

/// Declines unless others look at the variable only after `Wait`.
fn outside<'a>(env: Env<'_, 'a>, fan: &Fan<'a>, def: Def<'a>, uses: &[Use<'a>]) -> Result<(), Decline> {
    let is_result = def.kind() == DefKind::Result;
    let is_deferred =
        |it: &Use<'a>| matches!(it.captures.first(), Some(it) if matches!(it.becomes, LitUse::Deferred(_)));
    let returns = |it: &Use<'a>| env.cx.stmt(it.site).is_some_and(|it| it.kind() == Kind::ReturnStmt);
    for it in uses.iter().filter(|it| it.site.start() < fan.wait.end()) {
        // What is deferred runs after Wait; what returns never gets there.
        if !(is_result && (is_deferred(it) || (it.captures.is_empty() && !it.assigns() && returns(it)))) {
            return Err("the variable of the first error is used before Wait, too".into());
        }
    }
    match is_result || uses.iter().any(|it| !it.assigns()) {
        true => Ok(()),
        false => Err("nobody looks at the error".into()),
    }
}

/// Whether a loop starts several goroutines that run the statement.
fn is_repeated<'a>(fan: &Fan<'a>, stmt: Node<'a>) -> bool {
    let decl = fan.var.declared.stmt();
    let task = fan.tasks.iter().find(|it| it.stmt.contains(stmt));
    task.is_some_and(|it| gofix_rule::flow::enclosing_loops(it.stmt).any(|it| !it.contains(decl)))
}
