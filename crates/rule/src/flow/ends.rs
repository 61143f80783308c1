//! How statements end.

use gofix_semantic::Tri;
use gofix_syntax::{Kind, Node, Role, Token, ast::CallExpr};

use super::{
    branch::{Exit, ExitKind, Marks, branch_target, exits},
    graph::Graph,
    walk::{call_of, endless, is_clause_list, is_default, own, stmts},
};
use crate::stmt::list_element;

/// Whether `stmt` is a terminating statement (spec: Terminating statements; go/types' `isTerminating`). `is_panic` tells
/// calls of the built-in `panic`.
pub fn terminates<'a>(stmt: Node<'a>, is_panic: impl Fn(CallExpr<'a>) -> bool) -> bool {
    let marks = Marks::of(stmt);
    let mut ends = vec![false; marks.len];
    for node in stmt.descendants().rev().chain([stmt]) {
        let done = |it: Node<'_>| ends[marks.at(it)];
        let list_done = || stmts(node).filter(|it| it.kind() != Kind::EmptyStmt).last().map(|it| (it, done(it)));
        let clauses = || node.child(Role::Body).into_iter().flat_map(stmts);
        let unbroken = !marks.broken[marks.at(node)];
        ends[marks.at(node)] = match node.kind() {
            Kind::ReturnStmt => true,
            Kind::BranchStmt => node.op() == Token::Goto,
            Kind::ExprStmt => call_of(node).is_some_and(&is_panic),
            Kind::BlockStmt | Kind::CommClause => list_done().is_some_and(|(_, done)| done),
            Kind::CaseClause => list_done().is_some_and(|(last, done)| done || last.op() == Token::Fallthrough),
            Kind::IfStmt => [Role::Body, Role::Else].into_iter().all(|it| node.child(it).is_some_and(done)),
            Kind::ForStmt => unbroken && endless(node),
            Kind::SwitchStmt | Kind::TypeSwitchStmt => unbroken && clauses().any(is_default) && clauses().all(done),
            Kind::SelectStmt => unbroken && clauses().all(done),
            Kind::LabeledStmt => node.child(Role::Stmt).is_some_and(done),
            _ => false,
        };
    }
    ends[marks.at(stmt)]
}

/// Which statements of a function body control can reach and get past. Conditions are taken to go either way, so a
/// statement said to be unreachable is; one said to be reachable may not be.
pub struct Flow<'a> {
    body: Node<'a>,
    base: usize,
    completes: Vec<bool>,
    reachable: Vec<bool>,
}

impl<'a> Flow<'a> {
    /// The flow in `body`, a block. `never_returns` tells calls behind which nothing runs; `never_ends` tells loops that
    /// end only by a statement that leaves them, besides `for` without a condition.
    pub fn new(
        body: Node<'a>,
        never_returns: impl Fn(CallExpr<'a>) -> bool,
        never_ends: impl Fn(Node<'a>) -> bool,
    ) -> Flow<'a> {
        let marks = Marks::of(body);
        let mut completes = vec![true; marks.len];
        for node in body.descendants().rev().chain([body]) {
            let done = |it: Node<'_>| completes[marks.at(it)];
            let clauses = || node.child(Role::Body).into_iter().flat_map(stmts);
            let broken = marks.broken[marks.at(node)];
            completes[marks.at(node)] = match node.kind() {
                Kind::ReturnStmt | Kind::BranchStmt => false,
                Kind::ExprStmt => !call_of(node).is_some_and(&never_returns),
                Kind::BlockStmt | Kind::CaseClause | Kind::CommClause => {
                    stmts(node).fold(true, |alive, it| (alive || marks.jumped_to[marks.at(it)]) && done(it))
                }
                Kind::IfStmt => [Role::Body, Role::Else].into_iter().any(|it| node.child(it).is_none_or(done)),
                Kind::ForStmt | Kind::RangeStmt => broken || !(endless(node) || never_ends(node)),
                Kind::SwitchStmt | Kind::TypeSwitchStmt => broken || !clauses().any(is_default) || clauses().any(done),
                Kind::SelectStmt => broken || clauses().any(done),
                Kind::LabeledStmt => node.child(Role::Stmt).is_none_or(done),
                _ => true,
            };
        }
        let mut reachable = vec![false; marks.len];
        reachable[0] = true;
        for node in [body].into_iter().chain(body.descendants()) {
            let mut alive = reachable[marks.at(node)];
            let in_order = stmts(node).next().is_some() && !is_clause_list(node);
            for child in node.children() {
                let at = marks.at(child);
                reachable[at] = alive || marks.jumped_to[at];
                if in_order && child.kind().is_stmt() {
                    alive = reachable[at] && completes[at];
                }
            }
        }
        Flow { body, base: marks.base, completes, reachable }
    }

    /// Whether control can get to `node`, which must be in the body. What is in a function literal counts as reached when
    /// the literal is.
    pub fn is_reachable(&self, node: Node<'a>) -> bool {
        self.get(&self.reachable, node)
    }

    /// Whether control can get from the start of `stmt` to what follows it.
    pub fn can_complete(&self, stmt: Node<'a>) -> bool {
        self.get(&self.completes, stmt)
    }

    /// Whether the function can return: by a `return` that can be reached, or at the end of its body. A function that
    /// cannot may still panic.
    pub fn can_return(&self) -> bool {
        self.can_complete(self.body)
            || own(Some(self.body)).any(|it| it.kind() == Kind::ReturnStmt && self.is_reachable(it))
    }

    /// Whether the function can return after control got to `stmt`, a statement of a list that no loop repeats. Panics and
    /// the end of the program do not count. Where `goto` is used, the answer is whether the function can return at all.
    pub fn can_return_after(&self, stmt: Node<'a>) -> bool {
        if own(Some(self.body)).any(|it| it.kind() == Kind::BranchStmt && it.op() == Token::Goto) {
            return self.can_return();
        }
        let in_list = |it: Node<'a>| [it].into_iter().chain(it.ancestors()).find_map(list_element);
        let mut at = Some(stmt);
        let mut alive = true;
        while let Some(first) = at {
            // A statement around the one before is past: only what follows it counts.
            let mut next = if first == stmt { Some(first) } else { first.next_sibling() };
            while let Some(it) = next.filter(|_| alive) {
                let returns = |it: Node<'a>| it.kind() == Kind::ReturnStmt && self.is_reachable(it);
                if returns(it) || own(Some(it)).any(returns) {
                    return true;
                }
                alive = self.can_complete(it);
                next = it.next_sibling();
            }
            at = first.parent().filter(|it| *it != self.body).and_then(in_list);
            let goes_on =
                |around: Node<'a>| own(Some(around)).any(|it| it.start() > stmt.start() && leads_behind(it, stmt));
            alive |= at.is_some_and(goes_on);
        }
        alive
    }

    /// How the statement list that is `owner` (a block or clause) ends.
    pub fn ending(&self, owner: Node<'a>) -> Ending<'a> {
        let last = stmts(owner).filter(|it| self.is_reachable(*it)).last();
        let Some(mut stmt) = last.filter(|it| !self.can_complete(*it)) else { return Ending::Completes };
        while let Some(inner) = stmt.child(Role::Stmt) {
            stmt = inner;
        }
        match (stmt.kind(), stmt.op()) {
            (Kind::ReturnStmt, _) => Ending::Return(stmt),
            (Kind::BranchStmt, Token::Fallthrough) => Ending::Fallthrough(stmt),
            (Kind::BranchStmt, _) => Ending::Branch { stmt, target: branch_target(stmt) },
            (Kind::ExprStmt, _) => call_of(stmt).map_or(Ending::Inside(stmt), Ending::NoReturn),
            _ => Ending::Inside(stmt),
        }
    }

    fn get(&self, of: &[bool], node: Node<'a>) -> bool {
        node.id().index().checked_sub(self.base).and_then(|at| of.get(at)).copied().unwrap_or(true)
    }
}

/// Whether `branch` leaves a statement around `stmt` for what follows that statement.
fn leads_behind(branch: Node<'_>, stmt: Node<'_>) -> bool {
    match branch.op() {
        Token::Break => branch_target(branch).is_some_and(|it| it.contains(stmt) && it != stmt),
        Token::Fallthrough => true,
        _ => false,
    }
}

/// How a statement list ends.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Ending<'a> {
    /// With this `return`.
    Return(Node<'a>),
    /// With this `break`, `continue` or `goto`.
    Branch {
        /// The statement.
        stmt: Node<'a>,
        /// Where it leads, see [`branch_target`]; None if the code is not valid.
        target: Option<Node<'a>>,
    },
    /// With this `fallthrough`.
    Fallthrough(Node<'a>),
    /// With a call that never returns.
    NoReturn(CallExpr<'a>),
    /// With a statement behind which nothing runs, in one of several ways: a block, an `if` or a `switch` of which every
    /// branch leaves, an endless loop.
    Inside(Node<'a>),
    /// It may complete, so that what follows runs. No proof that it does: a call may not return.
    Completes,
}

impl Ending<'_> {
    /// Whether nothing that follows the list runs, by proof.
    pub fn leaves(self) -> bool {
        self != Ending::Completes
    }
}

/// How control can get out of a loop.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LoopEnds<'a> {
    /// Whether it can end by itself: its condition can be false, or what is ranged over can be exhausted. A condition is
    /// taken to be able to be false, and a channel to be closed one day.
    pub by_itself: bool,
    /// The statements that leave it from within, as far as control can get there.
    pub exits: Vec<Exit<'a>>,
}

impl<'a> LoopEnds<'a> {
    /// The ends of `repeated`, a `ForStmt` or `RangeStmt` in the body that `graph` is of. What cannot be reached in that
    /// graph does not count.
    pub fn new(repeated: Node<'a>, graph: &Graph<'a>, never_returns: impl Fn(CallExpr<'a>) -> bool) -> LoopEnds<'a> {
        let is_dead = |it: Node<'a>| graph.is_reachable(it) == Tri::No;
        let exits = exits(repeated, never_returns).into_iter().filter(|it| !is_dead(it.stmt)).collect();
        LoopEnds { by_itself: !endless(repeated), exits }
    }

    /// Whether the function goes on behind the loop, or behind one around it, rather than ends with it.
    pub fn can_go_on(&self) -> bool {
        use ExitKind::{Break, Continue, Goto};
        self.by_itself || self.exits.iter().any(|it| matches!(it.kind, Break | Continue | Goto))
    }

    /// Whether nothing ends the loop but calls that do not return, known or not.
    pub fn is_endless(&self) -> bool {
        !self.by_itself && self.exits.iter().all(|it| it.kind == ExitKind::NoReturn)
    }
}
