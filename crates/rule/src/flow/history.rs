//! What happens to a variable on the paths to a place.

use std::{collections::HashSet, rc::Rc};

use gofix_semantic::{Tri, types::Callee};
use gofix_syntax::{
    Kind, Node, Role, Token,
    ast::{AstNode, CallExpr},
};

use super::{
    graph::{ENTRY, Given, Graph, StepIx},
    iteration::declaring_loop,
    literal::LitUse,
    local::{How, Local, Use},
    walk::enclosing_func,
};
use crate::Cx;

/// The history of one variable in one function that uses it: the one that declares it, or a literal that captures it.
///
/// Who can change the variable without saying its name (a function literal that was kept, who has its address) is taken
/// to do so at any call, receive, send or `select`, and nowhere else: in between, a change by another goroutine would be
/// a data race (The Go Memory Model).
pub struct History<'a> {
    cx: Cx<'a>,
    pub(super) local: Rc<Local<'a>>,
    graph: Rc<Graph<'a>>,
    /// The function of the graph.
    func: Node<'a>,
    /// By step: what it does to the variable.
    effects: Vec<Effect<'a>>,
    /// By step: whether others can change the variable when control gets there.
    shared: Vec<bool>,
    /// Whether nothing changes it but plain assignments.
    is_quiet: bool,
}

/// What a step does to the variable.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
enum Effect<'a> {
    None,
    /// It assigns it as a whole: the identifier in the assignment or declaration.
    Assigns(Node<'a>),
    /// It may write to it.
    May,
}

/// Where a path back from a place ends.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(super) enum Arrival<'a> {
    /// At the start of the function.
    Entry,
    /// Where the variable is assigned: the identifier in the assignment or declaration.
    Assigned(Node<'a>),
    /// Where it may be written to in a way that cannot be followed: the statement or expression.
    Unclear(Node<'a>),
}

impl<'a> History<'a> {
    /// The history of `local` in the function whose graph is `graph`. None if the variable is not visible there, or its
    /// uses are not all understood.
    pub fn new(cx: &Cx<'a>, local: Rc<Local<'a>>, graph: Rc<Graph<'a>>) -> Option<History<'a>> {
        let func = enclosing_func(graph.body())?;
        let known = local.uses.iter().all(|it| it.how != How::Other);
        if !known || !graph.is_whole() || !local.home.contains(func) {
            return None;
        }
        let effects = vec![Effect::None; graph.len()];
        let shared = vec![false; graph.len()];
        let mut history = History { cx: *cx, local, graph, func, effects, shared, is_quiet: true };
        history.fill();
        Some(history)
    }

    fn fill(&mut self) {
        let local = Rc::clone(&self.local);
        let mut leaks = Vec::new();
        let is_home = self.func == self.local.home;
        if let Some(step) = self.graph.step(self.local.def.ident()).filter(|_| is_home) {
            self.effects[step as usize] = Effect::Assigns(self.local.def.ident());
        }
        // Parts do not change what the variable holds, as far as these questions go.
        let is_whole = |it: &&Use<'a>| !matches!(it.how, How::PartAssigned(_));
        for it in local.writes().filter(is_whole) {
            match self.func.contains(it.site) && it.site != self.func {
                true => self.own_write(it, &mut leaks),
                false => leaks.push(ENTRY),
            }
        }
        // A literal may run several times, and at the same time as itself.
        if !is_home && self.local.writes().any(|it| is_whole(&it)) {
            leaks.push(ENTRY);
        }
        self.is_quiet = leaks.is_empty() && !self.effects.contains(&Effect::May);
        if leaks.is_empty() {
            return;
        }
        self.shared[ENTRY as usize] = leaks.contains(&ENTRY);
        let renewed = |step: StepIx| {
            is_home && matches!(self.effects[step as usize], Effect::Assigns(it) if it == self.local.def.ident())
        };
        let behind = leaks.iter().flat_map(|it| self.graph.edges(*it)).map(|it| it.to);
        let seen = self.graph.reached(behind, |it| renewed(it) && declaring_loop(self.local.def).is_none());
        self.shared.iter_mut().zip(seen).for_each(|(shared, seen)| *shared |= seen);
    }

    /// A write in the function itself, or in a literal in it.
    fn own_write(&mut self, it: &Use<'a>, leaks: &mut Vec<StepIx>) {
        let inner = it.captures.iter().skip_while(|it| !self.func.contains(it.literal) || it.literal == self.func);
        let inner: Vec<_> = inner.collect();
        let place = inner.first().map_or(it.site, |it| it.literal);
        let Some(step) = self.graph.step(place) else { return leaks.push(ENTRY) };
        // What a `defer` runs, it runs when nothing of this function is left to do but that.
        if matches!(inner.first(), Some(it) if matches!(it.becomes, LitUse::Deferred(_))) {
            return;
        }
        let hands_out = self.local.hands_out_address(it) != Tri::No;
        if hands_out && inner.is_empty() && is_deferred_argument(it.how) {
            return;
        }
        let runs_here = inner.iter().all(|it| matches!(it.becomes, LitUse::Called(_) | LitUse::Deferred(_)));
        if hands_out || !runs_here {
            leaks.push(step);
        }
        let assigns_here = inner.is_empty() && matches!(it.how, How::Assigned(_));
        let effect = &mut self.effects[step as usize];
        *effect = match *effect {
            Effect::Assigns(first) if !assigns_here || first == it.site => Effect::Assigns(first),
            Effect::Assigns(_) => Effect::May,
            _ if assigns_here => Effect::Assigns(it.site),
            _ if runs_here && !hands_out => Effect::May,
            before => {
                if hands_others_control(&self.cx, self.graph.node(step), None) {
                    Effect::May
                } else {
                    before
                }
            }
        };
    }

    /// Where the paths back from `site` end, if none of them can be followed further or `closes` holds for what is known
    /// on an edge. None if `site` is not in the function or cannot be reached.
    pub(super) fn back(&self, site: Node<'a>, closes: impl Fn(Given<'a>) -> bool) -> Option<Vec<Arrival<'a>>> {
        let first = self.graph.step(site).filter(|it| self.graph.is_step_reachable(*it))?;
        if enclosing_func(site) != Some(self.func) {
            return None;
        }
        let mut ends = Vec::new();
        if self.changes_before(site, first) {
            ends.extend(self.graph.node(first).map(Arrival::Unclear));
            return Some(ends);
        }
        let mut seen = HashSet::new();
        let mut todo: Vec<StepIx> = vec![first];
        if first == ENTRY {
            ends.push(Arrival::Entry);
        }
        while let Some(step) = todo.pop() {
            for (from, given) in self.graph.edges_into(step) {
                if !self.graph.is_step_reachable(from) || given.is_some_and(|it| self.can_close(from, it) && closes(it))
                {
                    continue;
                }
                if !seen.insert(from) {
                    continue;
                }
                match self.end_at(from) {
                    Some(end) => ends.push(end),
                    None if from == ENTRY => ends.push(Arrival::Entry),
                    None => todo.push(from),
                }
            }
        }
        ends.sort_by_key(|it| match it {
            Arrival::Entry => None,
            Arrival::Assigned(node) | Arrival::Unclear(node) => Some(node.id()),
        });
        ends.dedup();
        Some(ends)
    }

    fn end_at(&self, step: StepIx) -> Option<Arrival<'a>> {
        match self.effects[step as usize] {
            Effect::Assigns(it) => Some(Arrival::Assigned(it)),
            Effect::May => self.graph.node(step).map(Arrival::Unclear),
            Effect::None if self.shared[step as usize] => {
                let node = self.graph.node(step)?;
                hands_others_control(&self.cx, Some(node), None).then_some(Arrival::Unclear(node))
            }
            Effect::None => None,
        }
    }

    /// Whether what an edge from `step` tells of the variable was found out by that step. The tag of a switch was
    /// evaluated before the values it is compared with.
    fn can_close(&self, step: StepIx, given: Given<'a>) -> bool {
        match given {
            Given::Cond(cond, _) => {
                let site = CallExpr::cast(cond).and_then(|it| it.args().next()).unwrap_or(cond);
                !self.changes_before(site, step)
            }
            Given::Case { .. } => self.is_quiet && self.effects[step as usize] == Effect::None,
            Given::Type { .. } => self.effects[step as usize] != Effect::May,
        }
    }

    /// Whether the step of `site` may change the variable before it gets to `site`.
    pub(super) fn changes_before(&self, site: Node<'a>, step: StepIx) -> bool {
        let node = self.graph.node(step);
        self.effects[step as usize] == Effect::May
            || (self.shared[step as usize] && hands_others_control(&self.cx, node, Some(site)))
    }

    /// The step of a place in this function.
    pub(super) fn step(&self, site: Node<'a>) -> Option<StepIx> {
        self.graph.step(site).filter(|_| enclosing_func(site) == Some(self.func))
    }

    pub(super) fn cx(&self) -> &Cx<'a> {
        &self.cx
    }

    /// Whether the function is the one that declares the variable.
    pub(super) fn is_home(&self) -> bool {
        self.func == self.local.home
    }
}

/// Whether the address is an argument of the call that a `defer` makes: nobody has it before that.
fn is_deferred_argument(how: How<'_>) -> bool {
    let How::AddressTaken(it) = how else { return false };
    let it = it.with_parens();
    let call = it.parent().filter(|up| up.kind() == Kind::CallExpr && it.role() == Role::Args);
    call.and_then(Node::parent).is_some_and(|it| it.kind() == Kind::DeferStmt)
}

/// Whether code elsewhere may run during this step: a call that is not predeclared, or an operation on a channel; or the step
/// writes to where a pointer leads. Calls
/// around `before` happen after it and do not count.
fn hands_others_control<'a>(cx: &Cx<'a>, step: Option<Node<'a>>, before: Option<Node<'a>>) -> bool {
    let Some(step) = step else { return false };
    if matches!(step.kind(), Kind::RangeStmt | Kind::SelectStmt) {
        return true;
    }
    let does = |it: Node<'a>| match it.kind() {
        Kind::SendStmt | Kind::GoStmt => true,
        Kind::AssignStmt => it.children_in(Role::Lhs).any(|it| it.unparen().kind() == Kind::StarExpr),
        Kind::UnaryExpr => it.op() == Token::Arrow,
        Kind::CallExpr => {
            let runs_later = before.is_some_and(|site| it.contains(site));
            let call = CallExpr::cast(it).filter(|_| !runs_later);
            call.is_some_and(|it| !matches!(cx.callee(it), Callee::Builtin(_) | Callee::Conversion(_)))
        }
        _ => false,
    };
    [step].into_iter().chain(step.descendants_skipping(|it| it.kind() == Kind::FuncLit)).any(does)
}
