//! What becomes of the body of a task: it returns its error.

use std::collections::{HashMap, HashSet};

use gofix_rule::{
    Decline, Fix, Level, TextRange,
    flow::branch_target,
    syntax::{
        Kind, Node, NodeId, Role, Token,
        ast::{AssignStmt, AstNode, CallExpr, FuncLit, IfStmt},
    },
    tasks::Task,
};

use super::{Env, look, sink::Unit};

/// How the body of a task is rewritten.
pub(super) struct Body<'a> {
    literal: FuncLit<'a>,
    /// What is written in place of pieces of text; the engine need not keep comments there.
    cuts: Vec<(TextRange, String)>,
    /// Statements that go.
    deleted: Vec<Node<'a>>,
    /// Statements behind others.
    added: Vec<(Node<'a>, String)>,
    /// `return` statements without an error.
    bare: Vec<Node<'a>>,
    /// Whether the end of the body needs a `return nil`.
    falls_through: bool,
    /// The name of the result, if a deferred function sets it.
    result: Option<String>,
    /// All ranges that go or that are rewritten.
    pub(super) gone: Vec<TextRange>,
    /// Where tasks are cancelled once an error is known, those that fail for it may be faster now. That what a deferred
    /// function recovers from is returned is a change for a person to see.
    pub(super) level: Level,
}

/// What a task does once it has reported an error.
enum Next<'a> {
    /// It returns at the end of its body.
    End,
    /// It returns here.
    Return(Node<'a>),
    /// It goes on: with this statement.
    Code(Node<'a>),
    /// It goes on with the next turn of a loop.
    Loop,
}

impl<'a> Body<'a> {
    /// How the body of `task` is rewritten, which reports errors in `units`. `release` gives the place back that the task
    /// took up in a semaphore, and goes.
    ///
    /// # Errors
    /// The task goes on after it has reported an error.
    pub(super) fn of(
        env: Env<'_, 'a>,
        task: &Task<'a>,
        units: &[Unit<'a>],
        release: Option<Node<'a>>,
    ) -> Result<Body<'a>, Decline> {
        let done = task.end.as_ref().map(|it| it.stmt);
        let mut body = Body {
            literal: task.literal,
            cuts: Vec::new(),
            deleted: release.into_iter().collect(),
            added: Vec::new(),
            bare: Vec::new(),
            falls_through: false,
            result: None,
            gone: Vec::new(),
            level: Level::Safe,
        };
        let skipped: Vec<Node<'a>> = done.into_iter().chain(release).collect();
        let tail = units.iter().find_map(|it| Tail::of(env, task, it, &skipped));
        for unit in units {
            if tail.as_ref().is_some_and(|it| it.covers(unit)) {
                continue;
            }
            body.report(env, unit, &skipped)?;
        }
        if let Some(tail) = &tail {
            body.cuts.extend(tail.cuts());
            body.deleted.extend(tail.behind);
        }
        let block = task.literal.body();
        let is_gone =
            |it: &Node<'a>| body.deleted.contains(it) || body.cuts.iter().any(|(range, _)| range.contains(it.range()));
        let returns = look::own(block).filter(|it| it.kind() == Kind::ReturnStmt);
        let bare: Vec<Node<'a>> = returns.filter(|it| !is_gone(it)).collect();
        let mut ends: HashSet<NodeId> =
            units.iter().filter(|it| it.recovered.is_none()).map(|it| it.last.id()).collect();
        ends.extend(tail.iter().map(|it| it.last.id()));
        let all_gone: HashSet<NodeId> = skipped.iter().chain(&body.deleted).map(|it| it.id()).collect();
        body.falls_through = !always_returns(env, block, &ends, &all_gone);
        let last = look::stmts(block).last().into_iter();
        let places = || bare.iter().copied().chain(last.clone()).chain([block]);
        if ["error", "nil"].into_iter().any(|name| places().any(|it| !env.cx.is_universe(name, it).is_yes())) {
            return Err("error or nil means something else here".into());
        }
        body.bare = bare;
        body.gone = body.cuts.iter().map(|it| it.0).chain(body.deleted.iter().map(|it| it.range())).collect();
        Ok(body)
    }

    /// What is written behind the parameters of the literal.
    pub(super) fn results(&self) -> &str {
        self.result.as_deref().unwrap_or("error")
    }

    /// `return err` in place of the statements that report it, or `err = …` in a deferred function.
    fn report(&mut self, env: Env<'_, 'a>, unit: &Unit<'a>, skipped: &[Node<'a>]) -> Result<(), Decline> {
        if unit.stays {
            return self.add_return(unit, skipped);
        }
        let mut last = unit.last;
        let mut kept: Vec<Node<'a>> = unit.kept.clone();
        loop {
            match next(last, skipped) {
                Next::End => break,
                // One that follows on other paths, too, is for these.
                Next::Return(it) if unit.recovered.is_none() && it.parent() == last.parent() => {
                    self.deleted.push(it);
                    break;
                }
                Next::Return(_) => break,
                Next::Code(it) if look::call_of(it).is_some_and(|it| look::is_cancel(env.cx, it)) => {
                    kept.push(it);
                    last = it;
                }
                Next::Code(_) => return Err(GOES_ON.into()),
                Next::Loop => return Err(NEXT_TURN.into()),
            }
        }
        let is_param = |it: Node<'a>| {
            self.literal
                .node()
                .child(Role::Type)
                .is_some_and(|ty| env.cx.resolve(it).def().is_some_and(|def| ty.contains(def.ident())))
        };
        if kept.iter().flat_map(|it| it.descendants()).any(is_param) {
            return Err(GOES_ON.into());
        }
        let cancels = |it: &Node<'a>| look::call_of(*it).is_some_and(|it| look::is_cancel(env.cx, it));
        if unit.recovered.is_some() || kept.iter().any(|it| it.start() > unit.error.start() && cancels(it)) {
            self.level = Level::Review;
        }
        let mut text: String = kept.iter().map(|it| format!("{}\n", it.text())).collect();
        match unit.recovered {
            None => text.push_str("return "),
            Some(_) => {
                let name = self.result_name(env)?;
                text.push_str(&format!("{name} = "));
            }
        }
        self.cuts.push((TextRange::new(unit.first.start(), unit.error.start()), text));
        let behind = TextRange::new(unit.error.end(), last.end());
        self.cuts.extend((!behind.is_empty()).then(|| (behind, String::new())));
        Ok(())
    }

    /// `return err` behind the statements that look at the error.
    fn add_return(&mut self, unit: &Unit<'a>, skipped: &[Node<'a>]) -> Result<(), Decline> {
        let text = format!("return {}", unit.error.text());
        match next(unit.last, skipped) {
            Next::End => self.added.push((unit.last, text)),
            Next::Return(it) if it.parent() == unit.last.parent() => {
                self.cuts.push((it.range(), text));
            }
            Next::Return(_) => self.added.push((unit.last, text)),
            Next::Code(_) => return Err(GOES_ON.into()),
            Next::Loop => return Err(NEXT_TURN.into()),
        }
        Ok(())
    }

    /// The name of the result that a deferred function sets. It may mean nothing else anywhere in the task.
    fn result_name(&mut self, env: Env<'_, 'a>) -> Result<String, Decline> {
        const NAMES: &[&str] = &["err", "retErr", "taskErr"];
        if let Some(result) = &self.result {
            return Ok(result.trim_start_matches('(').split(' ').next().unwrap_or_default().to_owned());
        }
        let is_free = |it: &&&str| env.cx.workspace().is_unused_in(it, self.literal.node()).is_yes();
        let name = NAMES.iter().find(is_free).ok_or("no name is free for the error that a task recovers from")?;
        self.result = Some(format!("({name} error)"));
        Ok((*name).to_owned())
    }

    pub(super) fn edit(&self, fix: Fix) -> Fix {
        let file = self.literal.node().file();
        let mut fix = fix;
        for (range, text) in &self.cuts {
            fix = fix.replace_range(file, *range, text.clone()).drops_comments_in(file, *range);
        }
        fix = self.added.iter().fold(fix, |fix, (stmt, text)| fix.insert_after_stmt(*stmt, [text.clone()]));
        fix = self.deleted.iter().fold(fix, |fix, it| fix.delete_stmt(*it));
        fix = self.bare.iter().fold(fix, |fix, it| fix.replace(*it, "return nil"));
        if !self.falls_through {
            return fix;
        }
        let close = self.literal.body().end() - 1;
        let line = &file.text()[gofix_rule::lines::line_start(file, close) as usize..close as usize];
        let text = if line.trim().is_empty() { "return nil\n" } else { "\nreturn nil\n" };
        fix.replace_range(file, TextRange::empty(close), text)
    }
}

const GOES_ON: &str = "a task goes on after it has reported an error";
const NEXT_TURN: &str = "a task goes on with the next turn of a loop after it has reported an error";

/// What follows a statement on its path. Those `skipped` are gone.
fn next<'a>(stmt: Node<'a>, skipped: &[Node<'a>]) -> Next<'a> {
    let mut at = stmt;
    loop {
        let siblings = std::iter::successors(at.next_sibling(), |it| it.next_sibling());
        let in_list = matches!(at.role(), Role::List | Role::Body);
        let mut siblings = siblings.filter(|it| in_list && it.kind() != Kind::EmptyStmt && !skipped.contains(it));
        if let Some(it) = siblings.next() {
            return if it.kind() == Kind::ReturnStmt { Next::Return(it) } else { Next::Code(it) };
        }
        let Some(list) = at.parent() else { return Next::Code(stmt) };
        at = match list.kind() {
            Kind::LabeledStmt => list,
            Kind::CaseClause | Kind::CommClause => match list.parent().and_then(Node::parent) {
                Some(switch) => switch,
                None => return Next::Code(stmt),
            },
            Kind::BlockStmt => match list.parent() {
                Some(it) if it.kind() == Kind::FuncLit => return Next::End,
                Some(it) if matches!(it.kind(), Kind::ForStmt | Kind::RangeStmt) => return Next::Loop,
                Some(it) if it.kind() == Kind::IfStmt => outermost_if(it),
                // A block of its own.
                Some(_) if matches!(list.role(), Role::List | Role::Body) => list,
                _ => return Next::Code(stmt),
            },
            _ => return Next::Code(stmt),
        };
    }
}

/// The first `if` of a chain of `else if`.
fn outermost_if(stmt: Node<'_>) -> Node<'_> {
    let mut at = stmt;
    while let Some(outer) = at.parent().filter(|it| it.kind() == Kind::IfStmt && at.role() == Role::Else) {
        at = outer;
    }
    at
}

/// A call at the end of a body whose error is all that the task reports.
///
/// ```text
///     if err := f(x); err != nil {          err := f(x)
///         errc <- err                       if err != nil {
///     }                                         errc <- err
///                                           }
/// ```
///
/// Both become `return f(x)`.
struct Tail<'a> {
    first: Node<'a>,
    call: Node<'a>,
    last: Node<'a>,
    /// A `return` behind it.
    behind: Option<Node<'a>>,
}

impl<'a> Tail<'a> {
    fn of(env: Env<'_, 'a>, task: &Task<'a>, unit: &Unit<'a>, skipped: &[Node<'a>]) -> Option<Tail<'a>> {
        let block = unit.first.parent().filter(|it| it.role() == Role::Body)?;
        let check = block.parent().and_then(IfStmt::cast).filter(|it| it.else_().is_none() && it.body() == block)?;
        let def = env.cx.resolve(unit.error.unparen()).def()?;
        let alone = look::stmts(block).all(|it| unit.contains(it) || it.kind() == Kind::ReturnStmt);
        let is_check = look::compares_with_nil(env.cx, check.cond(), Token::Neq, def);
        if !alone || !is_check || unit.stays || !unit.kept.is_empty() || unit.recovered.is_some() {
            return None;
        }
        if check.node().parent() != Some(task.literal.body()) {
            return None;
        }
        let behind = match next(check.node(), skipped) {
            Next::End => None,
            Next::Return(it) => Some(it),
            _ => return None,
        };
        let assign = match check.init() {
            Some(init) => AssignStmt::cast(init),
            None => check.node().prev_sibling().and_then(AssignStmt::cast),
        };
        let is_this = |it: &AssignStmt<'a>| it.lhs().count() == 1 && it.lhs().all(|it| look::is_var(env.cx, it, def));
        let assign = assign.filter(is_this)?;
        let call = assign.rhs().next().and_then(|it| CallExpr::cast(it.unparen()))?.node();
        let first = if check.init().is_some() { check.node() } else { assign.node() };
        let tail = Tail { first, call, last: check.node(), behind };
        let known = |site: Node<'a>| first.start() <= site.start() && site.end() <= check.node().end();
        let local = env.facts.local(def).filter(|it| it.unsure.is_empty())?;
        let is_unused = match assign.node().op() {
            Token::Define => local.uses.iter().all(|it| known(it.site)),
            // The variable is used before, and by nobody who could look at it later.
            Token::Assign => {
                let own = local.home == task.literal.node() && local.uses.iter().all(|it| it.captures.is_empty());
                own && local.uses.iter().any(|it| !known(it.site) && !it.assigns())
            }
            _ => false,
        };
        // With another type than `error`, a nil pointer would be an error that is not nil.
        let is_exact = env.cx.is_error(call).is_yes() && env.cx.is_error(def.ident()).is_yes();
        let has_comment = tail.cuts().iter().any(|it| !check.node().file().comments_in(it.0).is_empty());
        let is_declared = assign.node().op() == Token::Assign || def.ident().parent() == Some(assign.node());
        (is_declared && is_exact && is_unused && !has_comment).then_some(tail)
    }

    fn covers(&self, unit: &Unit<'a>) -> bool {
        self.last.contains(unit.first)
    }

    fn cuts(&self) -> [(TextRange, String); 2] {
        [
            (TextRange::new(self.first.start(), self.call.start()), "return ".to_owned()),
            (TextRange::new(self.call.end(), self.last.end()), String::new()),
        ]
    }
}

/// Whether the body ends in a terminating statement (spec: Terminating statements) once the statements `ends` return, and
/// those `gone` are gone.
fn always_returns<'a>(env: Env<'_, 'a>, body: Node<'a>, ends: &HashSet<NodeId>, gone: &HashSet<NodeId>) -> bool {
    let breaks = look::own(body).filter(|it| it.kind() == Kind::BranchStmt && it.op() == Token::Break);
    let broken: HashSet<NodeId> = breaks.filter_map(branch_target).map(|it| it.id()).collect();
    let mut done: HashMap<NodeId, bool> = HashMap::new();
    let nodes: Vec<Node<'a>> = [body].into_iter().chain(look::own(body)).collect();
    for node in nodes.into_iter().rev() {
        let is_done = |it: Node<'a>| done.get(&it.id()).copied().unwrap_or(false);
        let last = || look::stmts(node).filter(|it| !gone.contains(&it.id())).last();
        let clauses = || node.child(Role::Body).into_iter().flat_map(look::stmts);
        let has_default = || clauses().any(|it| it.text().starts_with("default"));
        let unbroken = !broken.contains(&node.id());
        let result = ends.contains(&node.id())
            || match node.kind() {
                Kind::ReturnStmt => true,
                Kind::BranchStmt => node.op() == Token::Goto,
                Kind::ExprStmt => look::call_of(node).is_some_and(|it| env.cx.is_builtin_call(it, "panic")),
                Kind::BlockStmt | Kind::CommClause => last().is_some_and(is_done),
                Kind::CaseClause => last().is_some_and(|it| is_done(it) || it.op() == Token::Fallthrough),
                Kind::IfStmt => [Role::Body, Role::Else].into_iter().all(|it| node.child(it).is_some_and(is_done)),
                Kind::ForStmt => unbroken && node.child(Role::Cond).is_none(),
                Kind::SwitchStmt | Kind::TypeSwitchStmt => unbroken && has_default() && clauses().all(is_done),
                Kind::SelectStmt => unbroken && clauses().all(is_done),
                Kind::LabeledStmt => node.child(Role::Stmt).is_some_and(is_done),
                _ => false,
            };
        done.insert(node.id(), result);
    }
    done.get(&body.id()).copied().unwrap_or(false)
}
