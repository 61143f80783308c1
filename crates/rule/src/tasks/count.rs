//! Which goroutines a call of `Add` counts.

use gofix_semantic::{
    Def,
    types::{Form, Value},
};
use gofix_syntax::{
    Kind, Node, Role, Token,
    ast::{AssignStmt, AstNode, BinaryExpr, CallExpr, ForStmt, FuncLit, GoStmt, IncDecStmt, LabeledStmt, RangeStmt},
};

use super::{
    end::End,
    group::{GroupCall, Method, group_call},
    same::{Place, same_expr},
};
use crate::{
    Cx, Decline, Level,
    flow::{Facts, How, branch_target, never_returns},
    stmt::list_element,
};

/// A call of `Add`, and the goroutines that it counts.
#[derive(Clone, Debug)]
pub struct Batch<'a> {
    /// The call.
    pub add: GroupCall<'a>,
    /// The statement that it is.
    pub stmt: Node<'a>,
    /// Which goroutines it counts.
    pub count: Count<'a>,
    /// These, in order: one if a loop starts them.
    pub tasks: Vec<Task<'a>>,
}

/// Which goroutines a call of `Add` counts.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Count<'a> {
    /// `Add(1)`: the one that the next statement starts.
    Next,
    /// `Add(n)`: that many, in the statements that follow.
    Block,
    /// `Add(n)`: one for each turn of this loop, which has as many.
    Turns(Node<'a>),
}

/// A goroutine that a WaitGroup counts.
#[derive(Clone, Debug)]
pub struct Task<'a> {
    /// The statement that starts it: a `go` statement, or a call of `wg.Go`.
    pub stmt: Node<'a>,
    /// The call that the goroutine makes; or that of `wg.Go`.
    pub call: CallExpr<'a>,
    /// The function that it runs.
    pub literal: FuncLit<'a>,
    /// Its call of `Done`; none for `wg.Go`, which sees to that itself.
    pub end: Option<End<'a>>,
}

impl<'a> Task<'a> {
    /// The task that the `go` statement `stmt` starts, which the WaitGroup at `place` counts.
    ///
    /// # Errors
    /// It does not run a function literal, or that does not end as a task does.
    pub fn of_go(cx: &Cx<'a>, stmt: Node<'a>, place: &Place<'a>) -> Result<Task<'a>, Decline> {
        let call = GoStmt::cast(stmt).and_then(|it| CallExpr::cast(it.call())).ok_or(NOT_NEXT)?;
        let literal = FuncLit::cast(call.fun().unparen()).ok_or("the goroutine runs a named function")?;
        if literal.func_type().results().is_some() {
            return Err("the function literal has results, which nobody gets".into());
        }
        let end = Some(End::of(cx, call, place)?);
        Ok(Task { stmt, call, literal, end })
    }

    /// The task that a call of `wg.Go` starts.
    ///
    /// # Errors
    /// It does not run a function literal, or is not a statement.
    pub fn of_method(call: GroupCall<'a>) -> Result<Task<'a>, Decline> {
        let stmt = call.call.node().with_parens().parent().filter(|it| it.kind() == Kind::ExprStmt);
        let literal = call.arg().and_then(|it| FuncLit::cast(it.unparen()));
        Ok(Task {
            stmt: stmt.ok_or("the call of Go is not a statement of its own")?,
            call: call.call,
            literal: literal.ok_or("the goroutine runs a named function")?,
            end: None,
        })
    }

    /// How sure it is that nobody can tell when exactly `Done` is called.
    pub fn level(&self) -> Level {
        self.end.as_ref().map_or(Level::Safe, |it| it.level)
    }
}

const NOT_NEXT: &str = "the next statement does not start a goroutine";

impl<'a> Batch<'a> {
    /// The goroutines that `add`, a call of `Add`, counts.
    ///
    /// # Errors
    /// It is not plain which they are, or one of them is no task.
    pub fn of(cx: &Cx<'a>, facts: &Facts<'a>, add: GroupCall<'a>) -> Result<Batch<'a>, Decline> {
        let outer = add.call.node().with_parens();
        let stmt = outer.parent().filter(|it| it.kind() == Kind::ExprStmt).and_then(list_element);
        let stmt = stmt.ok_or("the call of Add is not a statement of its own")?;
        if stmt.kind() == Kind::LabeledStmt {
            return Err("the call of Add has a label".into());
        }
        let place = Place::of(cx, add.group)?;
        let number = add.arg().ok_or(NOT_NEXT)?;
        let (count, tasks) = match cx.const_value(number) {
            Some(Value::Int(1)) => (Count::Next, vec![next(cx, stmt, &place)?]),
            Some(Value::Int(it)) if it > 1 => After { cx, facts, stmt, place: &place, number }.several(it as usize)?,
            Some(_) => return Err("Add does not add a number of tasks".into()),
            None => After { cx, facts, stmt, place: &place, number }.turns()?,
        };
        for task in &tasks {
            place.stays(cx, facts, add.group, stmt, task.literal.node())?;
        }
        Ok(Batch { add, stmt, count, tasks })
    }

    /// How sure it is that nobody can tell the difference if each task is counted when it starts, and done when it has
    /// returned. Where one call of `Add` counts several, the counter may come to zero in between, now.
    pub fn level(&self) -> Level {
        let count = if self.count == Count::Next { Level::Safe } else { Level::Review };
        self.tasks.iter().map(Task::level).fold(count, Ord::min)
    }
}

/// The task that the statement behind `Add(1)` starts.
fn next<'a>(cx: &Cx<'a>, stmt: Node<'a>, place: &Place<'a>) -> Result<Task<'a>, Decline> {
    let next = stmt.next_sibling().ok_or(NOT_NEXT)?;
    match next.kind() {
        Kind::GoStmt => Task::of_go(cx, next, place),
        Kind::LabeledStmt => Err("the next statement has a label".into()),
        _ => Err(NOT_NEXT.into()),
    }
}

/// The statements behind a call of `Add` with another argument than 1.
struct After<'f, 'a> {
    cx: &'f Cx<'a>,
    facts: &'f Facts<'a>,
    /// The call.
    stmt: Node<'a>,
    place: &'f Place<'a>,
    /// Its argument.
    number: Node<'a>,
}

type Found<'a> = Result<(Count<'a>, Vec<Task<'a>>), Decline>;

impl<'a> After<'_, 'a> {
    fn statements(&self) -> impl Iterator<Item = Node<'a>> + use<'a> {
        std::iter::successors(self.stmt.next_sibling(), |it| it.next_sibling())
    }

    /// A constant number of tasks: in a loop, or one after the other.
    fn several(&self, number: usize) -> Found<'a> {
        let mut tasks: Vec<Task<'a>> = Vec::new();
        for stmt in self.statements() {
            if stmt.kind() == Kind::GoStmt && self.mentions(stmt) {
                if tasks.len() == number && self.has_own_add(stmt) {
                    break;
                }
                tasks.push(Task::of_go(self.cx, stmt, self.place)?);
            } else if tasks.is_empty() && is_loop(stmt) && self.mentions(stmt) {
                return self.turns();
            } else if tasks.len() < number {
                self.passes_by(stmt)?;
            }
        }
        match tasks.len() == number {
            true => Ok((Count::Block, tasks)),
            false => Err("Add counts another number of goroutines than the statements behind it start".into()),
        }
    }

    /// One task for each turn of a loop.
    fn turns(&self) -> Found<'a> {
        for stmt in self.statements() {
            if is_loop(stmt) && self.mentions(stmt) {
                let repeated = unlabeled(stmt);
                let task = self.task_of_turn(repeated)?;
                self.has_as_many_turns(repeated)?;
                self.is_number_constant(repeated)?;
                return Ok((Count::Turns(repeated), vec![task]));
            }
            self.passes_by(stmt)?;
        }
        Err("which goroutines Add counts cannot be told".into())
    }

    /// Whether the statement mentions the WaitGroup: what it begins with, or all of it for a variable.
    fn mentions(&self, stmt: Node<'a>) -> bool {
        let root = self.place.root();
        match root {
            Some(root) => stmt.descendants().any(|it| it.as_ident() == Some(root.name()) && self.is_root(it, root)),
            None => group_calls(self.cx, stmt).next().is_some(),
        }
    }

    /// Whether `ident` is the WaitGroup, or leads to it: if that is a part of something, then in a call of its methods.
    fn is_root(&self, ident: Node<'a>, root: Def<'a>) -> bool {
        if self.cx.resolve(ident).def() != Some(root) {
            return false;
        }
        let around = ident.ancestors().take_while(|it| it.kind().is_expr()).filter_map(CallExpr::cast);
        let mut calls = around.filter_map(|it| group_call(self.cx, it));
        self.place.variable().is_some()
            || calls.any(|it| Place::of(self.cx, it.group).is_ok_and(|it| it == *self.place))
            || is_argument_of_go(ident)
    }

    /// Declines unless control gets past a statement that has nothing to do with the WaitGroup.
    fn passes_by(&self, stmt: Node<'a>) -> Result<(), Decline> {
        if self.mentions(stmt) {
            return Err("the WaitGroup is used between Add and the goroutines".into());
        }
        match self.can_leave(stmt, stmt) {
            true => Err("a statement between Add and the goroutines can leave".into()),
            false => Ok(()),
        }
    }

    /// Whether control can leave `stmt` for somewhere else than behind `around`.
    fn can_leave(&self, stmt: Node<'a>, around: Node<'a>) -> bool {
        let own = stmt.descendants_skipping(|it| it.kind() == Kind::FuncLit);
        let leaves = |it: Node<'a>| match it.kind() {
            Kind::ReturnStmt => true,
            Kind::BranchStmt if it.op() == Token::Goto => true,
            Kind::BranchStmt if it.op() == Token::Fallthrough => false,
            Kind::BranchStmt => branch_target(it).is_none_or(|to| !around.contains(to)),
            Kind::CallExpr => CallExpr::cast(it).is_some_and(|it| never_returns(&self.cx.callee(it)).is_yes()),
            _ => false,
        };
        [stmt].into_iter().chain(own).any(leaves)
    }

    /// Whether a call of `Add` stands directly before the statement.
    fn has_own_add(&self, stmt: Node<'a>) -> bool {
        let before = stmt.prev_sibling();
        before.is_some_and(|it| group_calls(self.cx, it).any(|it| it.method == Method::Add))
    }

    /// The one task that each turn of the loop starts.
    fn task_of_turn(&self, repeated: Node<'a>) -> Result<Task<'a>, Decline> {
        let body = repeated.child(Role::Body).ok_or(NOT_NEXT)?;
        let mut task = None;
        for stmt in crate::flow::stmts(body) {
            if stmt.kind() == Kind::GoStmt && self.mentions(stmt) {
                if task.is_some() {
                    return Err("each turn of the loop starts several goroutines".into());
                }
                task = Some(Task::of_go(self.cx, stmt, self.place)?);
            } else if self.mentions(stmt) {
                return Err("the loop uses the WaitGroup for more than to start one goroutine per turn".into());
            } else if self.can_leave(stmt, stmt) {
                return Err("a turn of the loop may start no goroutine".into());
            }
        }
        task.ok_or_else(|| "which goroutines Add counts cannot be told".into())
    }

    /// Declines unless the loop has as many turns as the argument of `Add` says.
    fn has_as_many_turns(&self, repeated: Node<'a>) -> Result<(), Decline> {
        const OTHER: &str = "the loop may have another number of turns than Add counts";
        let same = match (RangeStmt::cast(repeated), ForStmt::cast(repeated)) {
            (Some(range), _) => self.is_number_of(range.x()),
            (_, Some(it)) => counted_to(self.cx, self.facts, it).is_some_and(|limit| self.equals(limit)),
            _ => false,
        };
        if same { Ok(()) } else { Err(OTHER.into()) }
    }

    /// Whether the argument of `Add` is the number of turns of a loop that ranges over `operand`. A loop over a string
    /// has a turn for each character, and one over a channel has what turns it has.
    fn is_number_of(&self, operand: Node<'a>) -> bool {
        let Some(types) = self.cx.types(operand.file().id()) else { return false };
        match types.form(types.underlying(types.type_of(operand))) {
            Form::Basic(it) if it.is_integer() => self.equals(operand),
            Form::Slice(_) | Form::Array(..) | Form::Map(..) => {
                let len = CallExpr::cast(self.number.unparen()).filter(|it| self.cx.is_builtin_call(*it, "len"));
                len.and_then(|it| it.args().next()).is_some_and(|it| same_expr(self.cx, it, operand))
            }
            _ => false,
        }
    }

    /// Whether `limit` is the argument of `Add`.
    fn equals(&self, limit: Node<'a>) -> bool {
        match (self.cx.const_value(limit), self.cx.const_value(self.number)) {
            (Some(a), Some(b)) => a == b,
            _ => same_expr(self.cx, limit, self.number),
        }
    }

    /// Declines if what the argument of `Add` depends on may change before the loop has ended.
    fn is_number_constant(&self, repeated: Node<'a>) -> Result<(), Decline> {
        let idents = || self.number.descendants().chain([self.number]).filter(|it| it.as_ident().is_some());
        for def in idents().filter_map(|it| self.cx.resolve(it).def()).filter(|it| it.is_variable()) {
            let changed = || Decline::new(format!("{} may change before the loop has ended", def.name()));
            let Some(local) = self.facts.local(def) else {
                // A variable of the package: nothing here assigns it, and who else does is for a person to say.
                continue;
            };
            let within = |it: Node<'a>| self.stmt.end() <= it.start() && it.end() <= repeated.end();
            let changes = |it: &crate::flow::Use<'a>| local.may_change(it) && (within(it.site) || !it.runs_at_once());
            let writes = local.uses.iter().any(changes);
            if writes {
                return Err(changed());
            }
            // A map may get other keys from whoever has it.
            let adds = |it: &crate::flow::Use<'a>| {
                matches!(it.how, How::Passed { .. } | How::Stored(_) | How::PartAssigned(_)) || is_deleted_from(it.site)
            };
            if self.is_map(def) && local.uses.iter().any(|it| within(it.site) && adds(it)) {
                return Err(changed());
            }
        }
        let names: Vec<&str> = idents().filter(|it| it.role() == Role::Sel).map(Node::text).collect();
        let assigned = repeated.descendants().filter_map(AssignStmt::cast).flat_map(|it| it.lhs().collect::<Vec<_>>());
        let fields = assigned.into_iter().filter_map(|it| it.unparen().child(Role::Sel));
        match fields.into_iter().find(|it| names.contains(&it.text())) {
            Some(field) => Err(format!("{} may change before the loop has ended", field.text()).into()),
            None => Ok(()),
        }
    }

    fn is_map(&self, def: Def<'a>) -> bool {
        let types = self.cx.types(def.ident().file().id());
        types.is_none_or(|it| matches!(it.form(it.underlying(it.type_of(def.ident()))), Form::Map(..)))
    }
}

/// The limit of a loop that counts from 0 to below it, or from 1 up to it, in steps of one.
fn counted_to<'a>(cx: &Cx<'a>, facts: &Facts<'a>, it: ForStmt<'a>) -> Option<Node<'a>> {
    let init = it.init().and_then(AssignStmt::cast).filter(|it| it.node().op() == Token::Define)?;
    let (index, first) = (init.lhs().next()?, init.rhs().next()?);
    let cond = it.cond().map(Node::unparen).and_then(BinaryExpr::cast)?;
    let post = it.post().and_then(IncDecStmt::cast).filter(|it| it.node().op() == Token::Inc)?;
    let def = cx.resolve(index).def().filter(|it| it.ident() == index)?;
    let is_index = |it: Node<'a>| cx.resolve(it.unparen()).def() == Some(def);
    let local = facts.local(def)?;
    let only_counts = local.writes().all(|it| it.site == post.x().unparen());
    let start = match cond.node().op() {
        Token::Lss => 0,
        Token::Leq => 1,
        _ => return None,
    };
    let is_plain = init.lhs().count() == 1 && is_index(cond.x()) && is_index(post.x()) && only_counts;
    (is_plain && cx.const_value(first) == Some(Value::Int(start))).then(|| cond.y())
}

/// Whether `site` is the map of a call of `delete` or `clear`.
fn is_deleted_from(site: Node<'_>) -> bool {
    let call = site.with_parens().parent().and_then(CallExpr::cast);
    call.is_some_and(|it| matches!(it.fun().unparen().as_ident(), Some("delete" | "clear")))
}

/// Whether `ident` is, or is in, an argument of a call that a `go` statement makes.
pub(super) fn is_argument_of_go(ident: Node<'_>) -> bool {
    let mut at = ident;
    for parent in ident.ancestors() {
        match parent.kind() {
            Kind::CallExpr if at.role() == Role::Args => {
                return parent.parent().is_some_and(|it| it.kind() == Kind::GoStmt);
            }
            it if it.is_expr() => at = parent,
            _ => return false,
        }
    }
    false
}

fn group_calls<'a>(cx: &Cx<'a>, node: Node<'a>) -> impl Iterator<Item = GroupCall<'a>> {
    node.descendants().filter_map(CallExpr::cast).filter_map(move |it| group_call(cx, it))
}

fn is_loop(stmt: Node<'_>) -> bool {
    matches!(unlabeled(stmt).kind(), Kind::ForStmt | Kind::RangeStmt)
}

fn unlabeled(stmt: Node<'_>) -> Node<'_> {
    let mut stmt = stmt;
    while let Some(it) = LabeledStmt::cast(stmt) {
        stmt = it.stmt();
    }
    stmt
}
