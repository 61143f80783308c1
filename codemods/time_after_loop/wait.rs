//! One `select` in a loop, a case of which waits for a timer.

use gofix_rule::{
    Cx, Decline,
    flow::{self, Graph},
    semantic::Tri,
    syntax::{
        Kind, Node, Role, Token,
        ast::{AstNode, CallExpr, ForStmt, SelectStmt},
    },
};

/// What becomes of the channel that a call of `time.After` in a loop returns.
pub(super) enum Place<'a> {
    /// A case of a `select` receives from it.
    Case(Box<Wait<'a>>),
    /// The program waits for it on the spot, until it goes off.
    Sleep,
    /// It is kept or passed on.
    Kept,
}

/// One `select` in a loop, and its case that receives from a timer of its own.
pub(super) struct Wait<'a> {
    cx: Cx<'a>,
    /// `time.After(d)`
    pub(super) call: CallExpr<'a>,
    /// `d`
    pub(super) period: Node<'a>,
    /// `case <-time.After(d):`
    pub(super) clause: Node<'a>,
    /// All clauses, this one too.
    clauses: Vec<Node<'a>>,
    /// The statement of a list that the `select` is, with its label.
    pub(super) stmt: Node<'a>,
    select: Node<'a>,
    /// The loop.
    pub(super) repeated: Node<'a>,
    graph: Graph<'a>,
}

/// Where `call`, a call of `time.After`, stands. None outside of loops.
pub(super) fn place_of<'a>(cx: &Cx<'a>, call: CallExpr<'a>) -> Option<Place<'a>> {
    let repeated = flow::enclosing_loops(call.node()).next()?;
    let channel = call.node().with_parens();
    let parent = channel.parent()?;
    if parent.kind() != Kind::UnaryExpr || parent.op() != Token::Arrow {
        return Some(Place::Kept);
    }
    Some(Wait::new(cx, call, parent, repeated).map_or(Place::Sleep, |it| Place::Case(Box::new(it))))
}

impl<'a> Wait<'a> {
    /// The wait of which `receive` is a case. None if it is not.
    fn new(cx: &Cx<'a>, call: CallExpr<'a>, receive: Node<'a>, repeated: Node<'a>) -> Option<Wait<'a>> {
        let value = receive.with_parens();
        let comm = value.parent().filter(|it| it.role() == Role::Comm)?;
        let is_operand =
            comm.kind() == Kind::ExprStmt || (comm.kind() == Kind::AssignStmt && value.role() == Role::Rhs);
        let clause = comm.parent().filter(|_| is_operand)?;
        let select = clause.ancestor::<SelectStmt<'a>>()?;
        let graph = cx.graph(cx.func(select.node())?)?;
        let period = call.args().next()?;
        let (clauses, stmt) = (flow::stmts(select.body()).collect(), cx.stmt(select.node())?);
        Some(Wait { cx: *cx, call, period, clause, clauses, stmt, select: select.node(), repeated, graph })
    }

    /// The clauses that do not wait for the timer.
    pub(super) fn others(&self) -> impl Iterator<Item = Node<'a>> + '_ {
        self.clauses.iter().copied().filter(|it| *it != self.clause)
    }

    /// Whether control may come back to the `select` once `clause` was taken.
    pub(super) fn comes_back(&self, clause: Node<'a>) -> bool {
        self.graph.can_follow(self.select, clause) != Tri::No
    }

    /// Declines if at most one timer waits at a time, or if control gets to the `select` in ways that loops do not tell of.
    pub(super) fn is_repeated(&self) -> Result<(), Decline> {
        if self.others().next().is_none() {
            return Err("the select waits for nothing else, so each timer goes off before the next one starts".into());
        }
        if !self.clauses.iter().any(|it| self.comes_back(*it)) {
            return Err("every case leaves the loop, so there is only one timer".into());
        }
        let around = self.cx.stmt(self.repeated).unwrap_or(self.repeated);
        let func = self.cx.func(around);
        let is_goto = |it: &Node<'a>| it.kind() == Kind::BranchStmt && it.op() == Token::Goto;
        let mut gotos = func.into_iter().flat_map(|it| it.descendants()).filter(is_goto);
        match gotos.any(|it| flow::branch_target(it).is_none_or(|label| around.contains(label))) {
            true => Err("a goto leads into the loop".into()),
            false => Ok(()),
        }
    }

    /// Whether the loop does nothing but wait, until a case other than that of the timer leaves it, and comes by once: then
    /// each timer is gone when the next one starts, at the end of its case.
    pub(super) fn starts_where_it_ends(&self) -> bool {
        self.is_all_of_loop()
            && !self.cx.in_loop(self.repeated)
            && !self.others().any(|it| self.comes_back(it))
            && !self.skips_end_of_case()
            && !self.hides_name_of_period()
    }

    /// Whether the loop is `for { select { … } }`.
    fn is_all_of_loop(&self) -> bool {
        let Some(it) = ForStmt::cast(self.repeated) else { return false };
        let has_head = it.init().is_some() || it.cond().is_some() || it.post().is_some();
        !has_head && flow::stmts(it.body()).eq([self.stmt])
    }

    /// Whether a statement in the case of the timer leads to the next turn.
    fn skips_end_of_case(&self) -> bool {
        let is_literal = |it: Node<'a>| it.kind() == Kind::FuncLit;
        self.clause.descendants_skipping(is_literal).filter(|it| it.kind() == Kind::BranchStmt).any(|it| {
            let target = flow::branch_target(it);
            match it.op() {
                Token::Break => target.is_none_or(|it| it == self.select),
                Token::Continue => target.is_none_or(|it| it == self.repeated),
                Token::Fallthrough => false,
                _ => true,
            }
        })
    }

    /// Whether something in the case of the timer is called like something else in the period.
    fn hides_name_of_period(&self) -> bool {
        let is_name = |it: &Node<'a>| it.kind() == Kind::Ident && it.role() != Role::Sel;
        names(self.period).any(|name| {
            let meant = self.cx.resolve(name);
            let same = self.clause.descendants().filter(is_name).filter(|it| it.text() == name.text());
            same.into_iter().any(|it| self.cx.resolve(it) != meant)
        })
    }

    /// Whether the period is computed from something that the loop declares.
    pub(super) fn depends_on_turn(&self) -> bool {
        names(self.period).any(|it| match self.cx.resolve(it).def() {
            Some(def) => self.repeated.contains(def.ident()),
            None => false,
        })
    }

    /// Whether the `select` is the first that the loop does, whatever happens.
    pub(super) fn comes_first(&self) -> bool {
        let head = ForStmt::cast(self.repeated).filter(|it| it.init().is_none() && it.cond().is_none());
        head.is_some_and(|it| flow::stmts(it.body()).next() == Some(self.stmt))
    }

    /// The last statement of the timer's case.
    pub(super) fn end_of_case(&self) -> Option<Node<'a>> {
        flow::stmts(self.clause).last()
    }
}

/// The names in `expr` that stand for themselves.
fn names<'a>(expr: Node<'a>) -> impl Iterator<Item = Node<'a>> {
    [expr].into_iter().chain(expr.descendants()).filter(|it| it.kind() == Kind::Ident && it.role() != Role::Sel)
}
