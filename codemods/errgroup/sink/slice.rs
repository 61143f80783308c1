//! A slice to which the tasks append their errors, and of which only the first element is used.

use gofix_rule::{
    Decline, Level,
    flow::enclosing_func,
    semantic::{Def, types::Value},
    syntax::{
        Kind, Node, Role, Token,
        ast::{AssignStmt, AstNode, BinaryExpr, CallExpr, CompositeLit, IfStmt, IndexExpr, RangeStmt, ValueSpec},
    },
    tasks::Task,
};

use super::{
    Env, Fan, Sink, SinkKind, Stop, Unit, Uses, is_non_nil,
    lock::{self, Lock},
    look,
};

/// A slice of which only the first element is used.
pub(in super::super) struct Slice<'a> {
    /// `if len(errs) > 0 {`
    pub(in super::super) check: IfStmt<'a>,
    /// `errs[0]`
    pub(in super::super) firsts: Vec<Node<'a>>,
}

/// # Errors
/// More than the first error is used, or somebody else uses the slice.
pub(super) fn sink<'a>(env: Env<'_, 'a>, fan: &Fan<'a>, def: Def<'a>, uses: Uses<'a>) -> Result<Sink<'a>, Stop> {
    let is_element = |it: &Node<'a>| it.with_parens().parent().is_some_and(|it| it.kind() == Kind::IndexExpr);
    if env.cx.option("ordered-errors") == "allow" && uses.inside.iter().flatten().any(is_element) {
        return Ok(ordered(env, fan, def, uses)?);
    }
    let mut guards = Vec::new();
    let mut units = Vec::new();
    for (task, sites) in fan.tasks.iter().zip(&uses.inside) {
        let mut found: Vec<Unit<'a>> = Vec::new();
        for site in sites {
            if found.iter().any(|it| it.contains(*site) && !it.error.contains(*site)) {
                continue;
            }
            found.push(unit(env, task, def, &mut guards, *site)?);
        }
        units.push(found);
    }
    is_empty_at_first(env, fan, def)?;
    let slice = outside(env, fan, &uses)?;
    Ok(Sink { def: Some(def), kind: SinkKind::Slice(slice), units, guards, outside: uses.outside, level: Level::Safe })
}

/// The same for a slice with an element for each task, of which a loop finds the first that is not nil.
fn ordered<'a>(env: Env<'_, 'a>, fan: &Fan<'a>, def: Def<'a>, uses: Uses<'a>) -> Result<Sink<'a>, Decline> {
    const MORE: &str = "more is done with the errors than to find the first";
    let assigned = |site: &Node<'a>| {
        let index = site.with_parens().parent().and_then(IndexExpr::cast).filter(|it| it.x().unparen() == *site)?;
        let assign = index.node().with_parens().parent().and_then(AssignStmt::cast)?;
        let is_one = assign.node().op() == Token::Assign && assign.lhs().count() == 1 && assign.rhs().count() == 1;
        let is_target = is_one && assign.lhs().next().is_some_and(|it| it.unparen() == index.node());
        let is_plain = index.index().unparen().kind() == Kind::Ident;
        let task = fan.tasks.iter().any(|it| enclosing_func(assign.node()) == Some(it.literal.node()));
        (is_target && is_plain && task).then(|| assign.rhs().next().map(|it| Unit::of(assign.node(), it)))?
    };
    let unit = |site: &Node<'a>| assigned(site).ok_or_else(|| Decline::from(MORE));
    let of_task = |sites: &Vec<Node<'a>>| sites.iter().map(unit).collect::<Result<Vec<_>, _>>();
    let units = uses.inside.iter().map(of_task).collect::<Result<Vec<_>, _>>()?;
    let only = match &uses.outside[..] {
        [only] if only.captures.is_empty() && only.site.start() > fan.wait.end() => only.site,
        _ => return Err(MORE.into()),
    };
    let outer = only.with_parens();
    let range = outer.parent().and_then(RangeStmt::cast).filter(|_| outer.role() == Role::X).ok_or(MORE)?;
    let node = def.node();
    let value = AssignStmt::cast(node).filter(|it| it.lhs().count() == 1).and_then(|it| it.rhs().next());
    let make = value.and_then(|it| CallExpr::cast(it.unparen())).filter(|it| env.cx.is_builtin_call(*it, "make"));
    let is_len = |it: CallExpr<'a>| env.cx.is_builtin_call(it, "len");
    let is_plain = |it: Node<'a>| match CallExpr::cast(it.unparen()) {
        Some(call) => is_len(call) && call.args().all(|it| it.unparen().kind() != Kind::CallExpr),
        None => matches!(it.unparen().kind(), Kind::Ident | Kind::BasicLit),
    };
    let is_made = make.and_then(|it| it.args().nth(1)).is_some_and(is_plain);
    match is_made && look::is_beside(env.cx, def, fan.wait) {
        true => Ok(Sink {
            def: Some(def),
            kind: SinkKind::Ordered(range),
            units,
            guards: Vec::new(),
            outside: uses.outside,
            level: Level::Review,
        }),
        false => Err(MORE.into()),
    }
}

/// Declines unless the slice has no elements when the first task starts.
fn is_empty_at_first<'a>(env: Env<'_, 'a>, fan: &Fan<'a>, def: Def<'a>) -> Result<(), Decline> {
    let node = def.node();
    let value = match (ValueSpec::cast(node), AssignStmt::cast(node)) {
        (Some(spec), _) if spec.names().count() == 1 => Some(spec.values().next()),
        (_, Some(assign)) if assign.lhs().count() == 1 => Some(assign.rhs().next()),
        _ => None,
    };
    let is_zero = |it: Option<Node<'a>>| it.and_then(|it| env.cx.const_value(it)) == Some(Value::Int(0));
    let is_empty = |it: Node<'a>| {
        let it = it.unparen();
        let make = CallExpr::cast(it).filter(|it| env.cx.is_builtin_call(*it, "make"));
        let literal = CompositeLit::cast(it).is_some_and(|it| it.elts().next().is_none());
        look::is_nil(env.cx, it) || literal || make.is_some_and(|it| is_zero(it.args().nth(1)))
    };
    let is_plain = value.is_some_and(|it| it.is_none_or(is_empty));
    match is_plain && look::is_beside(env.cx, def, fan.wait) {
        true => Ok(()),
        false => Err("the slice of the errors is not declared empty, beside the WaitGroup".into()),
    }
}

/// The statements with which a task appends an error, of which `site` is a part.
fn unit<'a>(
    env: Env<'_, 'a>,
    task: &Task<'a>,
    def: Def<'a>,
    guards: &mut Vec<Def<'a>>,
    site: Node<'a>,
) -> Result<Unit<'a>, Decline> {
    const ORDERED: &str = "each task has an element of its own for its error, so the order tells whose it is";
    let parent = site.with_parens().parent();
    if parent.is_some_and(|it| it.kind() == Kind::IndexExpr) {
        return Err(ORDERED.into());
    }
    let error = parent.and_then(AssignStmt::cast).and_then(|it| appended(env, it, def));
    let (assign, error) = error.ok_or("a task does more with the errors than to append one")?;
    let mut unit = Unit::of(assign, error);
    let literal = task.literal.node();
    if enclosing_func(assign) != Some(literal) {
        let recovered = look::recovering(env.cx, assign, literal);
        unit.recovered = Some(recovered.ok_or("a function literal in a task appends the error")?);
    }
    if !is_non_nil(env, error) {
        return Err("an error that is appended may be nil".into());
    }
    let around = unit.recovered.unwrap_or(literal);
    match lock::lock(env, unit, around) {
        Lock::Own(unit, mutex) => {
            lock::note(env.cx, guards, [mutex]);
            Ok(unit)
        }
        Lock::Around(unit) => Ok(unit),
        Lock::None(_) => Err("the tasks append their errors without a lock".into()),
    }
}

/// `x` in `errs = append(errs, x)`.
fn appended<'a>(env: Env<'_, 'a>, assign: AssignStmt<'a>, def: Def<'a>) -> Option<(Node<'a>, Node<'a>)> {
    let (to, value) = (assign.lhs().next()?, assign.rhs().next()?);
    let call = CallExpr::cast(value.unparen()).filter(|it| env.cx.is_builtin_call(*it, "append"))?;
    let args: Vec<Node<'a>> = call.args().collect();
    let is_one = assign.node().op() == Token::Assign && assign.lhs().count() == 1 && !call.has_ellipsis();
    match args[..] {
        [slice, error] if is_one && look::is_var(env.cx, to, def) && look::is_var(env.cx, slice, def) => {
            Some((assign.node(), error))
        }
        _ => None,
    }
}

/// What others than the tasks do with the slice: whether there is an error, and which is the first.
fn outside<'a>(env: Env<'_, 'a>, fan: &Fan<'a>, uses: &Uses<'a>) -> Result<Slice<'a>, Decline> {
    const MORE: &str = "more than the first of the errors is used";
    let (mut check, mut firsts) = (None, Vec::new());
    for it in &uses.outside {
        if !it.captures.is_empty() || it.site.start() < fan.wait.end() {
            return Err("the errors are used before Wait, or by a function literal".into());
        }
        let outer = it.site.with_parens();
        let parent = outer.parent().ok_or(MORE)?;
        if let Some(index) = IndexExpr::cast(parent).filter(|_| outer.role() == Role::X) {
            let is_first = env.cx.const_value(index.index()) == Some(Value::Int(0));
            let is_value = parent
                .with_parens()
                .parent()
                .is_none_or(|it| it.kind() != Kind::UnaryExpr && it.kind() != Kind::AssignStmt);
            match is_first && is_value {
                true => firsts.push(parent),
                false => return Err(MORE.into()),
            }
            continue;
        }
        let found = CallExpr::cast(parent).and_then(|it| is_any(env, it)).ok_or(MORE)?;
        if check.replace(found).is_some() {
            return Err(MORE.into());
        }
    }
    let check: IfStmt<'a> = check.ok_or("nobody looks at the errors")?;
    match firsts.iter().all(|it| check.body().contains(*it)) {
        true => Ok(Slice { check, firsts }),
        false => Err(MORE.into()),
    }
}

/// The `if len(errs) > 0 {` of which `call` is the `len(errs)`.
fn is_any<'a>(env: Env<'_, 'a>, call: CallExpr<'a>) -> Option<IfStmt<'a>> {
    let outer = call.node().with_parens();
    let cond = outer.parent().and_then(BinaryExpr::cast).filter(|_| env.cx.is_builtin_call(call, "len"))?;
    let is_more = outer == cond.x() && matches!(cond.node().op(), Token::Gtr | Token::Neq);
    let is_zero = env.cx.const_value(cond.y()) == Some(Value::Int(0));
    let check = cond.node().with_parens().parent().and_then(IfStmt::cast)?;
    let is_whole = check.cond().unparen() == cond.node() && check.init().is_none();
    (is_more && is_zero && is_whole).then_some(check)
}
