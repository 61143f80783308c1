//! The control flow graph of one function body.

use std::collections::HashMap;

use crate::Tri;
use gofix_syntax::{Kind, Node, NodeId, Role, Token, ast::CallExpr};

use super::build::Builder;

/// The steps of a function body and how control passes between them (spec: Statements).
///
/// A step is what runs as a whole: a simple statement, or a condition without `&&`, `||` and `!`. Conditions are taken to
/// go either way, any call may come back unless it is proved not to, and panics on the way are not followed. Function
/// literals belong to the step that makes them: their bodies have graphs of their own.
///
/// Making one takes time in proportion to the body, and so does each question about paths.
pub struct Graph<'a> {
    body: Node<'a>,
    steps: Vec<Option<Node<'a>>>,
    /// By step; `out_at` says where the edges of each begin.
    out: Vec<Edge<'a>>,
    out_at: Vec<u32>,
    /// By step: where control comes from, as indices into `out`.
    into: Vec<(StepIx, u32)>,
    into_at: Vec<u32>,
    /// By node, counted from the body: the step that runs it.
    of: Vec<StepIx>,
    /// Whether every branch statement leads somewhere.
    whole: bool,
    reachable: Vec<bool>,
    again: HashMap<NodeId, StepIx>,
}

/// A step of one graph.
pub type StepIx = u32;

/// Where control enters.
pub const ENTRY: StepIx = 0;
/// Where the function returns.
pub const RETURN: StepIx = 1;
/// Where nothing more runs.
pub const STOP: StepIx = 2;
pub(super) const NO_STEP: StepIx = u32::MAX;

/// A way that control can go.
#[derive(Copy, Clone, Debug)]
pub struct Edge<'a> {
    /// The step that comes next.
    pub to: StepIx,
    /// What holds then.
    pub given: Option<Given<'a>>,
}

/// What holds when control takes an edge.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Given<'a> {
    /// The condition is so.
    Cond(Node<'a>, bool),
    /// The tag of the switch equals the value, or not.
    #[allow(missing_docs, reason = "said above")]
    Case { tag: Node<'a>, value: Node<'a>, equal: bool },
    /// The type switch with that `x.(type)` statement takes that clause.
    #[allow(missing_docs, reason = "said above")]
    Type { assign: Node<'a>, clause: Node<'a> },
}

impl<'a> Graph<'a> {
    /// The graph of `body`, a block. `never_returns` tells calls behind which nothing runs.
    pub fn new(body: Node<'a>, never_returns: impl Fn(CallExpr<'a>) -> bool) -> Graph<'a> {
        let built = Builder::new(body, never_returns).build();
        let count = built.steps.len();
        let (out_at, order) = grouped(count, built.edges.iter().map(|it| it.0));
        let out: Vec<Edge<'a>> = order.iter().map(|&it| built.edges[it as usize].1).collect();
        let from: Vec<StepIx> = order.iter().map(|&it| built.edges[it as usize].0).collect();
        let (into_at, order) = grouped(count, out.iter().map(|it| it.to));
        let into = order.iter().map(|&it| (from[it as usize], it)).collect();
        let (steps, of, whole, again) = (built.steps, built.of, built.whole, built.again);
        let mut graph = Graph { body, steps, out, out_at, into, into_at, of, whole, again, reachable: Vec::new() };
        graph.reachable = graph.reached([ENTRY], |_| false);
        graph
    }

    /// The block that it is the graph of.
    pub fn body(&self) -> Node<'a> {
        self.body
    }

    /// How many steps there are.
    #[allow(clippy::len_without_is_empty, reason = "there is always where control enters")]
    pub fn len(&self) -> usize {
        self.steps.len()
    }

    /// The statement or expression that a step runs; none where paths only meet. A `RangeStmt` stands for what
    /// happens between turns, and for the assignment of its variables at each, a `SelectStmt` for the wait.
    pub fn node(&self, step: StepIx) -> Option<Node<'a>> {
        self.steps.get(step as usize).copied().flatten()
    }

    /// The step that runs `node`; for a compound statement its first one.
    pub fn step(&self, node: Node<'_>) -> Option<StepIx> {
        let at = self.body.contains(node).then(|| node.id().index() - self.body.id().index())?;
        self.of.get(at).copied().filter(|it| *it != NO_STEP)
    }

    /// Where a loop goes on when a turn is over: at its post statement, or where it begins the next.
    pub fn again(&self, repeated: Node<'_>) -> Option<StepIx> {
        self.again.get(&repeated.id()).copied()
    }

    /// The ways from a step.
    pub fn edges(&self, step: StepIx) -> &[Edge<'a>] {
        let at = step as usize;
        &self.out[self.out_at[at] as usize..self.out_at[at + 1] as usize]
    }

    /// The steps that lead to `step`, and what holds on the way.
    pub fn edges_into(&self, step: StepIx) -> impl Iterator<Item = (StepIx, Option<Given<'a>>)> + '_ {
        let at = step as usize;
        let range = self.into_at[at] as usize..self.into_at[at + 1] as usize;
        self.into[range].iter().map(|&(from, edge)| (from, self.out[edge as usize].given))
    }

    /// False if a branch statement leads nowhere (the code is not valid): then nothing is proved.
    pub fn is_whole(&self) -> bool {
        self.whole
    }

    /// Whether control can get to the step.
    pub fn is_step_reachable(&self, step: StepIx) -> bool {
        self.reachable[step as usize]
    }

    /// The steps that can be reached from `from`, these included, on paths that do not go on behind a step for which
    /// `stop` holds.
    pub fn reached(&self, from: impl IntoIterator<Item = StepIx>, stop: impl Fn(StepIx) -> bool) -> Vec<bool> {
        let mut seen = vec![false; self.len()];
        let mut todo: Vec<StepIx> = Vec::new();
        for it in from {
            if !std::mem::replace(&mut seen[it as usize], true) {
                todo.push(it);
            }
        }
        while let Some(step) = todo.pop() {
            if stop(step) {
                continue;
            }
            for edge in self.edges(step) {
                if !std::mem::replace(&mut seen[edge.to as usize], true) {
                    todo.push(edge.to);
                }
            }
        }
        seen
    }

    /// The same, without `step` itself unless a path leads back to it.
    pub fn reached_behind(&self, step: StepIx, stop: impl Fn(StepIx) -> bool) -> Vec<bool> {
        self.reached(self.edges(step).iter().map(|it| it.to), stop)
    }

    /// Whether every path from the start of the function to `b` runs `a` first. Not known where `b` cannot be reached,
    /// where the code is not valid, and for parts of one statement whose order the specification leaves open (spec: Order
    /// of evaluation). What is in a function literal counts as run when the literal is made.
    pub fn dominates(&self, a: Node<'a>, b: Node<'a>) -> Tri {
        let (Some(at), Some(to)) = (self.step(a), self.step(b)) else { return Tri::Unknown };
        if !self.whole || !self.is_step_reachable(to) {
            return Tri::Unknown;
        }
        if at == to {
            return if a.contains(b) || runs_first(a, b) { Tri::Yes } else { Tri::Unknown };
        }
        if self.reached([ENTRY], |it| it == at)[to as usize] {
            return Tri::No;
        }
        // The step may skip a part of its expression.
        if is_conditional(a, self.node(at)) { Tri::Unknown } else { Tri::Yes }
    }

    /// Whether `b` can run after `a` has, in the same call of the function: in a loop that holds both, each comes after
    /// the other. No is a proof; Yes is a path, which the values may rule out. Within one statement it is not known.
    pub fn can_follow(&self, b: Node<'a>, a: Node<'a>) -> Tri {
        let (Some(from), Some(to)) = (self.step(a), self.step(b)) else { return Tri::Unknown };
        if !self.whole {
            return Tri::Unknown;
        }
        if self.reached_behind(from, |_| false)[to as usize] {
            return Tri::Yes;
        }
        if from == to && a != b && !a.kind().is_stmt() { Tri::Unknown } else { Tri::No }
    }

    /// Whether another turn of the loop `repeated` can begin after `node` has run, without the loop being entered anew in
    /// between. No is a proof.
    pub fn can_turn_after(&self, repeated: Node<'a>, node: Node<'a>) -> Tri {
        let steps = (self.step(node), self.step(repeated), self.again(repeated));
        let (Some(from), Some(entered), Some(again)) = steps else { return Tri::Unknown };
        if !self.whole {
            return Tri::Unknown;
        }
        Tri::from(self.reached_behind(from, |it| it == entered && it != again)[again as usize])
    }

    /// Whether control can get to `node`. No is a proof.
    pub fn is_reachable(&self, node: Node<'a>) -> Tri {
        match self.step(node) {
            Some(step) if self.whole => Tri::from(self.is_step_reachable(step)),
            _ => Tri::Unknown,
        }
    }

    /// Whether the function can return: by a `return`, or at the end of its body. No is a proof.
    pub fn can_return(&self) -> Tri {
        if self.whole { Tri::from(self.is_step_reachable(RETURN)) } else { Tri::Unknown }
    }

    /// Whether the function can return after `node` has run. No is a proof.
    pub fn can_return_after(&self, node: Node<'a>) -> Tri {
        match self.step(node) {
            Some(step) if self.whole => Tri::from(self.reached_behind(step, |_| false)[RETURN as usize]),
            _ => Tri::Unknown,
        }
    }
}

/// Whether `a`, as a call, is evaluated before `b`, a call behind it in one statement (spec: Order of evaluation: calls and
/// receives happen in lexical left-to-right order).
fn runs_first(a: Node<'_>, b: Node<'_>) -> bool {
    let is_ordered =
        |it: Node<'_>| it.kind() == Kind::CallExpr || (it.kind() == Kind::UnaryExpr && it.op() == Token::Arrow);
    let in_literal =
        |it: Node<'_>| it.ancestors().take_while(|up| !up.contains(a)).any(|it| it.kind() == Kind::FuncLit);
    let common = a.ancestors().find(|it| it.contains(b));
    let within = common.filter(|_| a.end() <= b.start() && is_ordered(a) && is_ordered(b) && !in_literal(b));
    within.is_some_and(|it| !is_conditional(a, Some(it)))
}

/// Whether `node` may be left out when `whole` around it runs: on the right of `&&` or `||`, or in a function literal.
fn is_conditional(node: Node<'_>, whole: Option<Node<'_>>) -> bool {
    let mut child = node;
    for parent in node.ancestors() {
        if whole == Some(child) || child.kind().is_stmt() {
            return false;
        }
        let shortcut = parent.kind() == Kind::BinaryExpr && matches!(parent.op(), Token::LAnd | Token::LOr);
        if (shortcut && child.role() == Role::Y) || parent.kind() == Kind::FuncLit {
            return true;
        }
        child = parent;
    }
    false
}

/// The items grouped by key: where each group begins, and the items in order of the groups.
fn grouped(count: usize, keys: impl Iterator<Item = StepIx> + Clone) -> (Vec<u32>, Vec<u32>) {
    let mut at = vec![0; count + 1];
    let mut total = 0;
    for key in keys.clone() {
        at[key as usize + 1] += 1;
        total += 1;
    }
    for i in 0..count {
        at[i + 1] += at[i];
    }
    let mut next = at.clone();
    let mut order = vec![0; total];
    for (item, key) in keys.enumerate() {
        let place = &mut next[key as usize];
        order[*place as usize] = item as u32;
        *place += 1;
    }
    (at, order)
}
