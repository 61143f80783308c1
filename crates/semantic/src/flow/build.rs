//! From a block to its graph: each kind of statement, and where it leads.

use std::collections::HashMap;

use gofix_syntax::{
    Kind, Node, NodeId, Role, Token,
    ast::{AstNode, CallExpr, CaseClause, ForStmt, IfStmt, RangeStmt},
};

use super::{
    branch::labels,
    graph::{ENTRY, Edge, Given, NO_STEP, RETURN, STOP, StepIx},
    walk::{call_of, is_breakable, is_default, is_func, is_loop, stmts},
};

/// What a graph is made of, before its edges are sorted.
pub(super) struct Built<'a> {
    pub(super) steps: Vec<Option<Node<'a>>>,
    pub(super) edges: Vec<(StepIx, Edge<'a>)>,
    pub(super) of: Vec<StepIx>,
    pub(super) whole: bool,
    /// By loop: where a turn that is over goes on.
    pub(super) again: HashMap<NodeId, StepIx>,
}

/// Something left to build: it begins at the step `at`, and goes on at `next`.
#[derive(Copy, Clone)]
enum Task<'a> {
    Stmt { stmt: Node<'a>, at: StepIx, next: StepIx },
    Cond { expr: Node<'a>, at: StepIx, yes: StepIx, no: StepIx },
}

/// Builds outer statements before inner ones, from a stack of tasks, so that where `break` and its like lead is known
/// when they come up.
pub(super) struct Builder<'a, F> {
    body: Node<'a>,
    never_returns: F,
    built: Built<'a>,
    tasks: Vec<Task<'a>>,
    break_to: HashMap<NodeId, StepIx>,
    continue_to: HashMap<NodeId, StepIx>,
    /// By clause: the body of the one behind it.
    fall_to: HashMap<NodeId, StepIx>,
    labels: HashMap<&'a str, Node<'a>>,
    label_at: HashMap<NodeId, StepIx>,
}

impl<'a, F: Fn(CallExpr<'a>) -> bool> Builder<'a, F> {
    pub(super) fn new(body: Node<'a>, never_returns: F) -> Builder<'a, F> {
        let of = vec![NO_STEP; body.descendants().len() + 1];
        Builder {
            body,
            never_returns,
            built: Built { steps: vec![None; 3], edges: Vec::new(), of, whole: true, again: HashMap::new() },
            tasks: Vec::new(),
            break_to: HashMap::new(),
            continue_to: HashMap::new(),
            fall_to: HashMap::new(),
            labels: labels(Some(body)),
            label_at: HashMap::new(),
        }
    }

    pub(super) fn build(mut self) -> Built<'a> {
        self.stmt(self.body, ENTRY, RETURN);
        while let Some(task) = self.tasks.pop() {
            match task {
                Task::Stmt { stmt, at, next } => self.visit(stmt, at, next),
                Task::Cond { expr, at, yes, no } => self.cond(expr, at, yes, no),
            }
        }
        self.built.again = self.continue_to;
        self.built
    }

    // Parts

    fn step(&mut self) -> StepIx {
        self.built.steps.push(None);
        self.built.steps.len() as StepIx - 1
    }

    fn edge(&mut self, from: StepIx, to: StepIx) {
        self.built.edges.push((from, Edge { to, given: None }));
    }

    fn edge_if(&mut self, from: StepIx, to: StepIx, given: Given<'a>) {
        self.built.edges.push((from, Edge { to, given: Some(given) }));
    }

    /// Notes that `at` runs `node`, but not what is inside.
    fn mark(&mut self, node: Node<'a>, at: StepIx) {
        let index = node.id().index() - self.body.id().index();
        if let Some(it) = self.built.of.get_mut(index) {
            *it = at;
        }
    }

    fn mark_all(&mut self, node: Node<'a>, at: StepIx) {
        let from = node.id().index() - self.body.id().index();
        let to = from + 1 + node.descendants().len();
        if let Some(it) = self.built.of.get_mut(from..to) {
            it.fill(at);
        }
    }

    /// Lets the step run `node` as a whole.
    fn run(&mut self, node: Node<'a>, at: StepIx) {
        self.mark_all(node, at);
        self.built.steps[at as usize] = Some(node);
    }

    /// Runs `node`, if there is one, at `at`; the step behind it.
    fn run_opt(&mut self, node: Option<Node<'a>>, at: StepIx) -> StepIx {
        let Some(node) = node else { return at };
        self.run(node, at);
        let next = self.step();
        self.edge(at, next);
        next
    }

    fn stmt(&mut self, stmt: Node<'a>, at: StepIx, next: StepIx) {
        self.tasks.push(Task::Stmt { stmt, at, next });
    }

    /// The statements of a block or clause, one after the other.
    fn list(&mut self, owner: Node<'a>, at: StepIx, next: StepIx) {
        self.mark(owner, at);
        let mut from = at;
        let mut list = stmts(owner).peekable();
        if list.peek().is_none() {
            self.edge(at, next);
        }
        while let Some(stmt) = list.next() {
            let to = if list.peek().is_some() { self.step() } else { next };
            self.stmt(stmt, from, to);
            from = to;
        }
    }

    // Statements

    fn visit(&mut self, stmt: Node<'a>, at: StepIx, next: StepIx) {
        self.mark(stmt, at);
        match stmt.kind() {
            Kind::BlockStmt => self.list(stmt, at, next),
            Kind::EmptyStmt => self.edge(at, next),
            Kind::LabeledStmt => self.labeled(stmt, at, next),
            Kind::ReturnStmt => {
                self.run(stmt, at);
                self.edge(at, RETURN);
            }
            Kind::BranchStmt => self.branch(stmt, at),
            Kind::IfStmt => self.if_stmt(stmt, at, next),
            Kind::ForStmt => self.for_stmt(stmt, at, next),
            Kind::RangeStmt => self.range(stmt, at, next),
            Kind::SwitchStmt => self.switch(stmt, at, next),
            Kind::TypeSwitchStmt => self.type_switch(stmt, at, next),
            Kind::SelectStmt => self.select(stmt, at, next),
            _ => {
                self.run(stmt, at);
                let stops = call_of(stmt).is_some_and(&self.never_returns);
                self.edge(at, if stops { STOP } else { next });
            }
        }
    }

    fn labeled(&mut self, stmt: Node<'a>, at: StepIx, next: StepIx) {
        let inner = self.label_step(stmt);
        self.edge(at, inner);
        for child in stmt.children() {
            match child.role() {
                Role::Stmt => self.stmt(child, inner, next),
                _ => self.mark(child, inner),
            }
        }
    }

    /// Where the statement behind a label begins.
    fn label_step(&mut self, labeled: Node<'a>) -> StepIx {
        match self.label_at.get(&labeled.id()) {
            Some(at) => *at,
            None => {
                let at = self.step();
                self.label_at.insert(labeled.id(), at);
                at
            }
        }
    }

    fn branch(&mut self, stmt: Node<'a>, at: StepIx) {
        self.run(stmt, at);
        let label = stmt.child(Role::Label).map(|it| self.labels.get(it.text()).copied());
        let mut around = stmt.ancestors().take_while(|it| !is_func(*it));
        // Of labels, only those of statements around can be broken out of.
        let labeled = || label.flatten().filter(|it| it.contains(stmt)).and_then(|it| it.child(Role::Stmt));
        let to = match (stmt.op(), label) {
            (Token::Break, Some(_)) => labeled().and_then(|it| self.break_to.get(&it.id()).copied()),
            (Token::Continue, Some(_)) => labeled().and_then(|it| self.continue_to.get(&it.id()).copied()),
            (Token::Break, None) => {
                around.find(|it| is_breakable(*it)).and_then(|it| self.break_to.get(&it.id()).copied())
            }
            (Token::Continue, None) => {
                around.find(|it| is_loop(*it)).and_then(|it| self.continue_to.get(&it.id()).copied())
            }
            (Token::Goto, Some(Some(target))) => Some(self.label_step(target)),
            (Token::Fallthrough, None) => {
                around.find(|it| it.kind() == Kind::CaseClause).and_then(|it| self.fall_to.get(&it.id()).copied())
            }
            _ => None,
        };
        match to {
            Some(to) => self.edge(at, to),
            None => self.built.whole = false,
        }
    }

    fn if_stmt(&mut self, stmt: Node<'a>, at: StepIx, next: StepIx) {
        let Some(it) = IfStmt::cast(stmt) else { return };
        let at = self.run_opt(it.init(), at);
        let yes = self.step();
        let no = if it.else_().is_some() { self.step() } else { next };
        if let Some(other) = it.else_() {
            self.stmt(other, no, next);
        }
        self.stmt(it.body(), yes, next);
        self.tasks.push(Task::Cond { expr: it.cond(), at, yes, no });
    }

    /// A condition: control goes on at `yes` or at `no` (spec: Logical operators).
    fn cond(&mut self, expr: Node<'a>, at: StepIx, yes: StepIx, no: StepIx) {
        self.mark(expr, at);
        let part = |role| expr.child(role);
        match (expr.kind(), expr.op(), part(Role::X), part(Role::Y)) {
            (Kind::ParenExpr, _, Some(x), _) => self.tasks.push(Task::Cond { expr: x, at, yes, no }),
            (Kind::UnaryExpr, Token::Not, Some(x), _) => {
                self.tasks.push(Task::Cond { expr: x, at, yes: no, no: yes });
            }
            (Kind::BinaryExpr, Token::LAnd, Some(x), Some(y)) => {
                let mid = self.step();
                self.tasks.push(Task::Cond { expr: y, at: mid, yes, no });
                self.tasks.push(Task::Cond { expr: x, at, yes: mid, no });
            }
            (Kind::BinaryExpr, Token::LOr, Some(x), Some(y)) => {
                let mid = self.step();
                self.tasks.push(Task::Cond { expr: y, at: mid, yes, no });
                self.tasks.push(Task::Cond { expr: x, at, yes, no: mid });
            }
            _ => {
                self.run(expr, at);
                self.edge_if(at, yes, Given::Cond(expr, true));
                self.edge_if(at, no, Given::Cond(expr, false));
            }
        }
    }

    fn for_stmt(&mut self, stmt: Node<'a>, at: StepIx, next: StepIx) {
        let Some(it) = ForStmt::cast(stmt) else { return };
        let at = self.run_opt(it.init(), at);
        let (head, body) = (self.step(), self.step());
        self.edge(at, head);
        let mut again = head;
        if let Some(post) = it.post() {
            again = self.step();
            self.run(post, again);
            self.edge(again, head);
        }
        self.break_to.insert(stmt.id(), next);
        self.continue_to.insert(stmt.id(), again);
        self.stmt(it.body(), body, again);
        match it.cond() {
            Some(expr) => self.tasks.push(Task::Cond { expr, at: head, yes: body, no: next }),
            None => self.edge(head, body),
        }
    }

    fn range(&mut self, stmt: Node<'a>, at: StepIx, next: StepIx) {
        let Some(it) = RangeStmt::cast(stmt) else { return };
        let (head, turn, body) = (self.step(), self.step(), self.step());
        self.run(it.x(), at);
        self.mark(stmt, at);
        self.edge(at, head);
        self.edge(head, turn);
        self.edge(head, next);
        self.edge(turn, body);
        // A function that is ranged over runs at both.
        self.built.steps[head as usize] = Some(stmt);
        self.built.steps[turn as usize] = Some(stmt);
        for variable in [it.key(), it.value()].into_iter().flatten() {
            self.mark_all(variable, turn);
        }
        self.break_to.insert(stmt.id(), next);
        self.continue_to.insert(stmt.id(), head);
        self.stmt(it.body(), body, head);
    }

    /// The clauses of a switch or select, each with the step at which its body begins.
    fn clauses(&mut self, stmt: Node<'a>, next: StepIx) -> Vec<(Node<'a>, StepIx)> {
        self.break_to.insert(stmt.id(), next);
        let body = stmt.child(Role::Body);
        body.into_iter().flat_map(stmts).map(|it| (it, self.step())).collect()
    }

    fn switch(&mut self, stmt: Node<'a>, at: StepIx, next: StepIx) {
        let mut at = self.run_opt(stmt.child(Role::Init), at);
        let tag = stmt.child(Role::Tag);
        at = self.run_opt(tag, at);
        let clauses = self.clauses(stmt, next);
        for (i, &(clause, body)) in clauses.iter().enumerate() {
            if let Some((_, behind)) = clauses.get(i + 1) {
                self.fall_to.insert(clause.id(), *behind);
            }
            self.list(clause, body, next);
            for value in clause.children_in(Role::List) {
                let no = self.step();
                match tag {
                    None => self.tasks.push(Task::Cond { expr: value, at, yes: body, no }),
                    Some(tag) => {
                        self.run(value, at);
                        self.edge_if(at, body, Given::Case { tag, value, equal: true });
                        self.edge_if(at, no, Given::Case { tag, value, equal: false });
                    }
                }
                at = no;
            }
        }
        let default = clauses.iter().find(|it| is_default(it.0));
        self.edge(at, default.map_or(next, |it| it.1));
    }

    fn type_switch(&mut self, stmt: Node<'a>, at: StepIx, next: StepIx) {
        let at = self.run_opt(stmt.child(Role::Init), at);
        let Some(assign) = stmt.child(Role::Assign) else { return };
        self.run(assign, at);
        let clauses = self.clauses(stmt, next);
        for &(clause, body) in &clauses {
            self.list(clause, body, next);
            CaseClause::cast(clause).into_iter().flat_map(CaseClause::list).for_each(|it| self.mark_all(it, at));
            self.edge_if(at, body, Given::Type { assign, clause });
        }
        if !clauses.iter().any(|it| is_default(it.0)) {
            self.edge(at, next);
        }
    }

    /// All channels and values are evaluated first; one of the communications happens, or the default.
    fn select(&mut self, stmt: Node<'a>, at: StepIx, next: StepIx) {
        self.built.steps[at as usize] = Some(stmt);
        for (clause, body) in self.clauses(stmt, next) {
            let comm = clause.child(Role::Comm);
            self.edge(at, body);
            let begin = self.run_opt(comm, body);
            self.list(clause, begin, next);
        }
    }
}
