//! How statements end.

use gofix_syntax::{Kind, Node, Role, Token, ast::CallExpr};

use super::{
    branch::Marks,
    walk::{call_of, endless, is_clause_list, is_default, own, stmts},
};

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

    fn get(&self, of: &[bool], node: Node<'a>) -> bool {
        node.id().index().checked_sub(self.base).and_then(|at| of.get(at)).copied().unwrap_or(true)
    }
}
