//! How many tasks run at a time.

use gofix_rule::{
    Cx, Decline,
    flow::enclosing_func,
    semantic::{
        Def,
        types::{Form, Value},
    },
    syntax::{
        Kind, Node, Role, Token,
        ast::{AssignStmt, AstNode, CallExpr, CompositeLit, ExprStmt, FuncLit, SendStmt, ValueSpec},
    },
    tasks::{Count, Task},
};

use super::{Env, fan::Fan, look};

/// A channel that lets so many tasks run at a time as it has room.
///
/// ```text
///     sem := make(chan struct{}, 3)            g.SetLimit(3)
///     for … {
///         sem <- struct{}{}                    blocks in g.Go
///         wg.Add(1)
///         go func() {
///             defer wg.Done()
///             defer func() { <-sem }()         when the task has returned
/// ```
pub(super) struct Semaphore<'a> {
    pub(super) def: Def<'a>,
    /// Where a place is taken up.
    pub(super) acquires: Vec<Node<'a>>,
    /// By task: where its place is given back.
    pub(super) releases: Vec<Node<'a>>,
    size: Node<'a>,
}

impl<'a> Semaphore<'a> {
    /// The semaphore that all tasks use, if one does no more than what the group can do.
    pub(super) fn of(env: Env<'_, 'a>, fan: &Fan<'a>) -> Option<Semaphore<'a>> {
        let starts: Vec<Node<'a>> = fan.tasks.iter().map(|it| start(fan, it)).collect();
        // Before or behind `Add`.
        let is_token = |it: &Node<'a>| sends_token(*it);
        let acquire = |it: &Node<'a>| it.next_sibling().filter(is_token).or_else(|| it.prev_sibling());
        let acquires: Vec<Node<'a>> = starts.iter().map(acquire).collect::<Option<_>>()?;
        let channel = |it: &Node<'a>| SendStmt::cast(*it).and_then(|it| env.cx.resolve(it.chan().unparen()).def());
        let def = acquires.first().and_then(channel)?;
        if !acquires.iter().all(|it| channel(it) == Some(def) && sends_token(*it)) {
            return None;
        }
        let size = size(env, def)?;
        let decl = fan.var.declared.stmt();
        let local = env.facts.local(def).filter(|it| it.is_complete() && it.home == fan.var.home)?;
        let in_block = env.cx.stmt(def.node()).is_some_and(|it| it.parent() == decl.parent());
        let releases: Vec<Node<'a>> = fan.tasks.iter().map(|it| release(env, it, def)).collect::<Option<_>>()?;
        let is_known = |site: Node<'a>| acquires.iter().chain(&releases).any(|it| it.contains(site));
        let is_all = local.uses.len() == 2 * fan.tasks.len() && local.uses.iter().all(|it| is_known(it.site));
        let is_visible = |it: Node<'a>| match env.cx.resolve(it).def() {
            Some(def) => def.is_package_level() || def.ident().start() < decl.start(),
            None => true,
        };
        let idents = || size.descendants().chain([size]).filter(|it| it.as_ident().is_some());
        (in_block && is_all && idents().all(is_visible)).then_some(Semaphore { def, acquires, releases, size })
    }
}

/// The statement with which the start of a task begins: `Add(1)` or what starts it.
fn start<'a>(fan: &Fan<'a>, task: &Task<'a>) -> Node<'a> {
    let counts = |it: &&gofix_rule::tasks::Batch<'a>| it.count == Count::Next && it.tasks[0].stmt == task.stmt;
    fan.batches.iter().find(counts).map_or(task.stmt, |it| it.stmt)
}

/// Whether what is sent is `struct{}{}`.
pub(super) fn sends_token(stmt: Node<'_>) -> bool {
    let value = SendStmt::cast(stmt).and_then(|it| CompositeLit::cast(it.value().unparen()));
    stmt.role() != Role::Comm
        && value.is_some_and(|it| it.elts().next().is_none() && it.ty().is_some_and(|it| it.kind() == Kind::StructType))
}

/// The constant and positive size of the channel.
fn size<'a>(env: Env<'_, 'a>, def: Def<'a>) -> Option<Node<'a>> {
    let types = env.cx.types(def.ident().file().id())?;
    let Form::Chan { element, .. } = types.form(types.type_of(def.ident())) else { return None };
    let is_token = matches!(types.form(element), Form::Struct(fields) if fields.is_empty());
    let node = def.node();
    let value = match (ValueSpec::cast(node), AssignStmt::cast(node)) {
        (Some(spec), _) if spec.names().count() == 1 => spec.values().next(),
        (_, Some(assign)) if assign.lhs().count() == 1 => assign.rhs().next(),
        _ => None,
    };
    let make = value.and_then(|it| CallExpr::cast(it.unparen())).filter(|it| env.cx.is_builtin_call(*it, "make"))?;
    let size = make.args().nth(1)?;
    let is_positive = matches!(env.cx.const_value(size), Some(Value::Int(it)) if it > 0);
    // A constant of another type would not go where an int is wanted.
    let is_int = types.assignable_to(types.type_of(size), types.type_of(make.args().nth(1)?)).is_yes()
        && matches!(types.form(types.type_of(size)), Form::Basic(it) if it.is_integer());
    (is_token && is_positive && is_int).then_some(size)
}

/// Where the task gives its place back: `defer func() { <-sem }()`, or `<-sem` at its end.
fn release<'a>(env: Env<'_, 'a>, task: &Task<'a>, def: Def<'a>) -> Option<Node<'a>> {
    let body = task.literal.body();
    let is_receive = |stmt: Node<'a>| {
        let x = ExprStmt::cast(stmt).map(|it| it.x().unparen());
        x.is_some_and(|it| {
            it.kind() == Kind::UnaryExpr
                && it.op() == Token::Arrow
                && it.child(Role::X).is_some_and(|it| look::is_var(env.cx, it, def))
        })
    };
    let done = task.end.as_ref().map(|it| it.stmt);
    let stmts: Vec<Node<'a>> = look::stmts(body).filter(|it| Some(*it) != done).collect();
    // What is deferred gives the place back on every path only if it comes before all else.
    let deferred = stmts.iter().take_while(|it| it.kind() == Kind::DeferStmt).copied().find(|it| {
        let literal = look::deferred(*it).and_then(|it| FuncLit::cast(it.fun().unparen()));
        let inner: Vec<Node<'a>> = literal.map(|it| look::stmts(it.body()).collect()).unwrap_or_default();
        matches!(inner[..], [only] if is_receive(only))
    });
    let returns = || look::own(body).any(|it| it.kind() == Kind::ReturnStmt);
    let last = stmts.last().copied().filter(|it| is_receive(*it) && !returns());
    deferred.or(last).filter(|it| enclosing_func(*it) == Some(task.literal.node()))
}

/// The argument of `SetLimit`: from the semaphore, else from the option.
///
/// # Errors
/// With that limit no task would start.
pub(super) fn choose(cx: &Cx<'_>, semaphore: Option<&Semaphore<'_>>) -> Result<Option<String>, Decline> {
    if let Some(semaphore) = semaphore {
        return Ok(Some(semaphore.size.text().to_owned()));
    }
    match cx.option("limit") {
        "" => Ok(None),
        it if it.parse::<i64>().is_ok_and(|it| it < 1) => Err("the limit that was asked for lets no task start".into()),
        it => Ok(Some(it.to_owned())),
    }
}
