//! Whether a variable can change after a point.

use gofix_semantic::{DefKind, Tri};
use gofix_syntax::{
    Kind, Node, Role,
    ast::{AstNode, ForStmt, ReturnStmt},
};

use super::{
    graph::{Graph, StepIx},
    iteration::{Renewal, renewal},
    literal::{LitUse, literal_use},
    local::{How, Local, Use},
    walk::own,
};
use crate::Cx;

impl<'a> Local<'a> {
    /// Whether the variable can be assigned after `point` has run, in the same call of its function. `graph` is that of
    /// [`Local::home`].
    ///
    /// No is a proof. Yes means that a path leads from `point` to an assignment, or that a function literal assigns it
    /// which may run at any time. Unknown: a part of it is assigned, or its address is taken anywhere, or the order
    /// within one statement decides. `point` may be in a function literal: then it stands for every run of that literal.
    /// If `point` is a statement, what it assigns itself comes before, unless a loop repeats it. A variable that each
    /// turn of a loop has for itself is another one in the next turn. A `return` with operands assigns named results.
    pub fn is_assigned_after(&self, cx: &Cx<'a>, graph: &Graph<'a>, point: Node<'a>) -> Tri {
        let Some(after) = After::new(self, cx, graph, point) else { return Tri::Unknown };
        let mut answer = Tri::No;
        for it in &self.uses {
            let found = match it.how {
                How::Assigned(_) => after.holds(it),
                How::PartAssigned(_) if self.refers => Tri::No,
                How::PartAssigned(_) => at_most(Tri::Unknown, after.holds(it)),
                _ if self.hands_out_address(it) != Tri::No => Tri::Unknown,
                _ => Tri::No,
            };
            answer = either(answer, found);
        }
        if let Renewal::Shared(repeated) = renewal(cx, self.def)
            && repeated.kind() == Kind::RangeStmt
        {
            // The head of the loop assigns it at each turn.
            answer = either(answer, after.holds_at(self.def.ident(), true));
        }
        for it in self.returns_that_assign() {
            answer = either(answer, after.holds_at(it, true));
        }
        answer
    }

    /// Whether the variable's address can be taken after `point` has run. As for [`Local::is_assigned_after`], No is a
    /// proof; method calls and slices of the variable may take it.
    pub fn is_address_taken_after(&self, cx: &Cx<'a>, graph: &Graph<'a>, point: Node<'a>) -> Tri {
        let Some(after) = After::new(self, cx, graph, point) else { return Tri::Unknown };
        let taken = self.uses.iter().map(|it| match self.hands_out_address(it) {
            Tri::Yes => after.holds(it),
            Tri::Unknown => at_most(Tri::Unknown, after.holds(it)),
            Tri::No => Tri::No,
        });
        taken.fold(Tri::No, either)
    }

    /// The `return` statements that assign the variable, a named result (spec: Return statements).
    fn returns_that_assign(&self) -> Vec<Node<'a>> {
        let body = self.home.child(Role::Body).filter(|_| self.def.kind() == DefKind::Result);
        let assigns = |it: &Node<'a>| ReturnStmt::cast(*it).is_some_and(|it| it.results().next().is_some());
        own(body).filter(assigns).collect()
    }
}

/// The places that can run after a point.
struct After<'g, 'a> {
    graph: &'g Graph<'a>,
    point: Node<'a>,
    from: StepIx,
    reached: Vec<bool>,
    /// Where the variable is made anew.
    fresh: Option<StepIx>,
}

impl<'g, 'a> After<'g, 'a> {
    fn new(local: &Local<'a>, cx: &Cx<'a>, graph: &'g Graph<'a>, point: Node<'a>) -> Option<After<'g, 'a>> {
        if !graph.is_whole() || local.home.child(Role::Body) != Some(graph.body()) {
            return None;
        }
        // A point in a literal may run at any time once the literal is there.
        let point = outermost_literal(local.home, point).unwrap_or(point);
        let from = graph.step(point)?;
        let fresh = fresh_step(local, cx, graph, point);
        let reached = graph.reached_behind(from, |it| Some(it) == fresh);
        Some(After { graph, point, from, reached, fresh })
    }

    /// Whether the use can run after the point.
    fn holds(&self, it: &Use<'a>) -> Tri {
        let Some(first) = it.captures.first() else {
            return self.holds_at(it.site, matches!(it.how, How::Assigned(_)));
        };
        if it.runs_at_once() {
            return self.holds_at(first.literal, false);
        }
        // It runs some time after the literal was made, which may be long before the point.
        let made = self.graph.step(first.literal);
        Tri::from(made.is_none_or(|it| self.graph.is_step_reachable(it)))
    }

    /// The same for a place in the function itself. `is_target`: it is assigned when the rest of its statement has run.
    fn holds_at(&self, place: Node<'a>, is_target: bool) -> Tri {
        let Some(step) = self.graph.step(place) else { return Tri::Unknown };
        // What the fresh step does, it does to the next variable.
        if Some(step) != self.fresh && self.reached[step as usize] {
            return Tri::Yes;
        }
        if step != self.from || (self.point.kind().is_stmt() && self.point.contains(place)) {
            return Tri::No;
        }
        let in_literal = self.point.kind() == Kind::FuncLit && self.point.contains(place);
        match () {
            () if is_target && !in_literal && place != self.point => Tri::Yes,
            () if place == self.point && !in_literal => Tri::No,
            () if in_literal && !matches!(literal_use(self.point), LitUse::Called(_)) => Tri::Yes,
            () => Tri::Unknown,
        }
    }
}

/// The outermost function literal of `home` around `node`.
pub(super) fn outermost_literal<'a>(home: Node<'a>, node: Node<'a>) -> Option<Node<'a>> {
    [node]
        .into_iter()
        .chain(node.ancestors())
        .take_while(|it| *it != home)
        .filter(|it| it.kind() == Kind::FuncLit)
        .last()
}

/// The step at which the variable becomes another one, which a search for what happens to it need not cross: its
/// declaration, or, if each turn of a `for` clause has its own, where the next turn takes its copy.
fn fresh_step<'a>(local: &Local<'a>, cx: &Cx<'a>, graph: &Graph<'a>, point: Node<'a>) -> Option<StepIx> {
    match renewal(cx, local.def) {
        Renewal::EachTurn { repeated, in_head: true } => match ForStmt::cast(repeated) {
            // The first turn has the variable that the init statement declares.
            Some(it) if it.post().is_none() && it.init().is_some_and(|it| it.contains(point)) => None,
            Some(_) => graph.again(repeated),
            None => graph.step(local.def.ident()),
        },
        Renewal::Shared(repeated) if repeated.kind() == Kind::RangeStmt => None,
        _ => graph.step(local.def.ident()),
    }
}

fn either(a: Tri, b: Tri) -> Tri {
    match (a, b) {
        (Tri::Yes, _) | (_, Tri::Yes) => Tri::Yes,
        (Tri::Unknown, _) | (_, Tri::Unknown) => Tri::Unknown,
        _ => Tri::No,
    }
}

fn at_most(most: Tri, it: Tri) -> Tri {
    if it == Tri::No { Tri::No } else { most }
}
