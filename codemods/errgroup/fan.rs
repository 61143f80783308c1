//! The WaitGroup, the goroutines that it counts, and where they are waited for.

use gofix_rule::{
    Cx, Decline, Level,
    flow::{branch_target, enclosing_loops},
    semantic::{Def, types::Value},
    syntax::{
        Kind, Node, Token,
        ast::{AstNode, CallExpr, ExprStmt},
    },
    tasks::{Batch, Count, GroupCall, GroupHow, GroupUse, GroupVar, Method, Place, Task},
};

use super::{
    Env,
    limit::sends_token,
    look::{ends_test, own},
    wakes,
};

/// A WaitGroup of which all uses are known: goroutines start, and then the function waits for them, once.
pub(super) struct Fan<'a> {
    pub(super) var: GroupVar<'a>,
    /// The calls of `Add`.
    pub(super) batches: Vec<Batch<'a>>,
    /// The goroutines, in order of the text.
    pub(super) tasks: Vec<Task<'a>>,
    /// The statement `wg.Wait()`, in the list that declares the WaitGroup.
    pub(super) wait: Node<'a>,
    pub(super) level: Level,
}

impl<'a> Fan<'a> {
    /// The goroutines that the WaitGroup `def` counts.
    ///
    /// # Errors
    /// Its uses are not all of that kind.
    pub(super) fn of(env: Env<'_, 'a>, def: Def<'a>) -> Result<Fan<'a>, Decline> {
        let var = GroupVar::of(env.cx, env.facts, def).unwrap_or_else(|| Err(NOTHING.into()))?;
        let wait = wait_stmt(env.cx, &var)?;
        let mut batches = Vec::new();
        let mut tasks = Vec::new();
        for (site, call) in var.calls() {
            match call.method {
                Method::Add | Method::Go if !site.captures.is_empty() => {
                    return Err("a function literal starts goroutines that the WaitGroup counts".into());
                }
                Method::Add => batches.push(match around_token(env.cx, call) {
                    Some(batch) => batch?,
                    None => Batch::of(env.cx, env.facts, call)?,
                }),
                Method::Go => tasks.push(Task::of_method(call)?),
                Method::Wait | Method::Done => {}
            }
        }
        tasks.extend(batches.iter().flat_map(|it| it.tasks.iter().cloned()));
        tasks.sort_by_key(|it| it.stmt.start());
        let level = tasks.iter().map(|it| wakes::level(env.cx, it)).fold(Level::Safe, Ord::min);
        let fan = Fan { var, batches, tasks, wait, level };
        fan.accounts_for_all()?;
        fan.waits_once_started()?;
        fan.is_worth_it(env.cx)?;
        let tests =
            |it: &Task<'a>| it.literal.node().descendants().filter_map(CallExpr::cast).any(|it| ends_test(env.cx, it));
        match fan.tasks.iter().any(tests) {
            true => Err("a task ends the test, which only the goroutine of the test may do".into()),
            false => Ok(fan),
        }
    }

    /// Declines unless every use of the WaitGroup is one of those known.
    fn accounts_for_all(&self) -> Result<(), Decline> {
        let is_done =
            |call: GroupCall<'a>| self.tasks.iter().any(|it| it.end.as_ref().is_some_and(|it| it.call == call));
        let is_start = |call: CallExpr<'a>| self.tasks.iter().any(|it| it.end.is_some() && it.call == call);
        for it in &self.var.uses {
            match it.how {
                GroupHow::Call(call) if call.method == Method::Done && !is_done(call) => {
                    return Err("Done is called elsewhere than at the end of a goroutine".into());
                }
                GroupHow::Call(_) => {}
                GroupHow::Passed { call, .. } if is_start(call) => {}
                GroupHow::Passed { .. } => return Err("the WaitGroup is passed on".into()),
                GroupHow::Other => return Err("the WaitGroup is used for more than to count goroutines".into()),
            }
        }
        Ok(())
    }

    /// Declines unless all goroutines start between the declaration of the WaitGroup and `Wait`, with no way past `Wait`.
    fn waits_once_started(&self) -> Result<(), Decline> {
        let decl = self.var.declared.stmt();
        if decl.parent() != self.wait.parent() || decl.start() > self.wait.start() {
            return Err("Wait is not in the block that declares the WaitGroup".into());
        }
        if own(self.var.home).any(|it| it.kind() == Kind::BranchStmt && it.op() == Token::Goto) {
            return Err("the function uses goto".into());
        }
        let between = |it: Node<'a>| decl.end() <= it.start() && it.end() <= self.wait.start();
        let mut stmts = self.tasks.iter().map(|it| it.stmt).chain(self.batches.iter().map(|it| it.stmt));
        if !stmts.all(between) {
            return Err("a goroutine is started after Wait".into());
        }
        let Some(first) = self.tasks.first() else { return Err(NOTHING.into()) };
        let siblings = std::iter::successors(decl.next_sibling(), |it| it.next_sibling());
        let window = siblings.skip_while(|it| !it.contains(first.stmt)).take_while(|it| *it != self.wait);
        match window.into_iter().any(can_leave) {
            true => Err("the function can return while goroutines run, without Wait".into()),
            false => Ok(()),
        }
    }

    /// Whether a loop starts goroutines.
    pub(super) fn is_repeated(&self) -> bool {
        let decl = self.var.declared.stmt();
        self.tasks.iter().any(|it| enclosing_loops(it.stmt).any(|it| !it.contains(decl)))
    }

    /// Declines unless there are as many goroutines as the option says.
    fn is_worth_it(&self, cx: &Cx<'a>) -> Result<(), Decline> {
        let least: usize = cx.option("min-tasks").parse().unwrap_or(2);
        match self.is_repeated() || self.tasks.len() >= least {
            true => Ok(()),
            false => Err("there are too few goroutines for a group".into()),
        }
    }
}

/// The task that `Add(1)` counts if a token is sent to a channel in between, as semaphores are used. That may take its
/// time, but nothing else happens meanwhile to the WaitGroup, which nobody waits for yet.
fn around_token<'a>(cx: &Cx<'a>, add: GroupCall<'a>) -> Option<Result<Batch<'a>, Decline>> {
    let call = add.call.node();
    let stmt = cx.stmt(call).filter(|it| ExprStmt::cast(*it).is_some_and(|it| it.x().unparen() == call))?;
    let token = stmt.next_sibling().filter(|it| sends_token(*it))?;
    let go = token.next_sibling().filter(|it| it.kind() == Kind::GoStmt)?;
    if add.arg().and_then(|it| cx.const_value(it)) != Some(Value::Int(1)) {
        return None;
    }
    let task = Place::of(cx, add.group).and_then(|place| Task::of_go(cx, go, &place));
    Some(task.map(|task| Batch { add, stmt, count: Count::Next, tasks: vec![task] }))
}

const NOTHING: &str = "the WaitGroup counts no goroutines";

/// The only call of `Wait`, which must be a statement of the function that declares the WaitGroup.
fn wait_stmt<'a>(cx: &Cx<'a>, var: &GroupVar<'a>) -> Result<Node<'a>, Decline> {
    let waits: Vec<(&GroupUse<'a>, GroupCall<'a>)> = var.calls().filter(|(_, it)| it.method == Method::Wait).collect();
    let (site, wait) = match waits[..] {
        [one] => one,
        [] => return Err("nothing waits for the goroutines".into()),
        _ => return Err("the WaitGroup is waited for several times".into()),
    };
    if !site.captures.is_empty() {
        return Err("a function literal waits for the goroutines, so nobody would see their error".into());
    }
    let call = wait.call.node();
    if call.parent().is_some_and(|it| it.kind() == Kind::DeferStmt) {
        return Err("Wait is deferred, so nobody would see the error".into());
    }
    let stmt = cx.stmt(call).filter(|it| ExprStmt::cast(*it).is_some_and(|it| it.x().unparen() == call));
    stmt.ok_or_else(|| "Wait is not a statement of its own, or has a label".into())
}

/// Whether control can leave a statement for somewhere else than behind it.
fn can_leave(stmt: Node<'_>) -> bool {
    let leaves = |it: Node<'_>| match it.kind() {
        Kind::ReturnStmt => true,
        Kind::BranchStmt if it.op() == Token::Fallthrough => false,
        Kind::BranchStmt => branch_target(it).is_none_or(|to| !stmt.contains(to)),
        _ => false,
    };
    leaves(stmt) || own(stmt).any(leaves)
}
