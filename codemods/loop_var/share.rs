//! Whether what captures a variable outlives the turn of a loop.

use std::cell::Cell;

use gofix_rule::{
    Cx,
    flow::{Facts, How, LitUse, Local, Use},
    semantic::{
        Def, Tri,
        types::{Callee, Form, SelectionKind},
    },
    syntax::{
        Kind, Node, Role, Token,
        ast::{AssignStmt, AstNode, CallExpr, CompositeLit, FuncLit, SelectorExpr},
    },
};

use super::add::in_body;

/// How something that captures a variable outlives the turn, the least sure first.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Share {
    /// It may or may not.
    Unknown,
    /// It is kept, for somebody to use later.
    Kept,
    /// It runs beside the turns that follow.
    Concurrent,
}

/// How deep to follow what holds a captured variable.
const MAX_STEPS: usize = 10;

/// How this use of a variable of the loop outlives its turn, and what captures the variable. None if it does not, or if
/// no other turn follows.
pub(super) fn share<'a>(
    cx: &Cx<'a>,
    facts: &Facts<'a>,
    repeated: Node<'a>,
    local: &Local<'a>,
    it: &Use<'a>,
) -> Option<(Share, Node<'a>)> {
    if !in_body(repeated, it.site) {
        return None;
    }
    let look = Look { cx, facts, repeated, subtest: Cell::new(None) };
    let (share, capture) = match look.captures(it) {
        Some(found) => found?,
        None => look.plain(local, it)?,
    };
    look.goes_on(local, capture).then_some((share, capture))
}

struct Look<'l, 'a> {
    cx: &'l Cx<'a>,
    facts: &'l Facts<'a>,
    repeated: Node<'a>,
    /// The innermost literal around the use that is a subtest, if `Run` returns only when that is over.
    subtest: Cell<Option<FuncLit<'a>>>,
}

type Found<'a> = Option<(Share, Node<'a>)>;

impl<'a> Look<'_, 'a> {
    /// What the function literals around a use say; none if they all run at once.
    fn captures(&self, it: &Use<'a>) -> Option<Found<'a>> {
        let mut at_once = false;
        for capture in &it.captures {
            let found = match capture.becomes {
                LitUse::Called(_) => None,
                // When the literal around it returns, the turn still lasts.
                LitUse::Deferred(_) if at_once => None,
                LitUse::Deferred(_) => Some(Share::Kept),
                LitUse::Go(_) => Some(Share::Concurrent),
                LitUse::Value => match self.value(capture.literal, Some(it.site), MAX_STEPS) {
                    Fate::AtOnce => None,
                    Fate::Gone => return Some(None),
                    Fate::Shared(share) => Some(share),
                },
            };
            if let Some(share) = found {
                return Some(Some((share, capture.literal)));
            }
            at_once = true;
        }
        None
    }

    /// What a use in no literal that outlives the turn does with the address of the variable.
    fn plain(&self, local: &Local<'a>, it: &Use<'a>) -> Found<'a> {
        let types = self.cx.types(it.site.file().id())?;
        match it.how {
            How::AddressTaken(address) => match self.value(address, None, MAX_STEPS) {
                Fate::Shared(Share::Unknown) | Fate::AtOnce | Fate::Gone => None,
                Fate::Shared(share) if self.is_own(local.def, address) => Some((share, address)),
                Fate::Shared(_) => None,
            },
            How::Sliced(slice) => {
                let is_array = matches!(types.form(types.underlying(types.type_of(it.site))), Form::Array(..));
                match self.value(slice, None, MAX_STEPS) {
                    Fate::Shared(share) if is_array && share != Share::Unknown => Some((share, slice)),
                    _ => None,
                }
            }
            How::MethodCalled(call) => {
                let selector = SelectorExpr::cast(call.fun().unparen())?;
                let takes = types
                    .selection(selector)
                    .is_some_and(|it| it.kind == SelectionKind::Method { pointer: true } && !it.indirect);
                let is_pointer = matches!(types.form(types.underlying(types.type_of(it.site))), Form::Pointer(_));
                let share = match call.node().parent()?.kind() {
                    Kind::GoStmt => Share::Concurrent,
                    Kind::DeferStmt => Share::Kept,
                    _ => return None,
                };
                let is_direct = selector.x().unparen() == it.site;
                (takes && !is_pointer && is_direct && it.captures.is_empty()).then_some((share, call.node()))
            }
            _ => None,
        }
    }

    /// Whether `&x…` is an address in the variable itself, not in something that it points to.
    fn is_own(&self, def: Def<'a>, address: Node<'a>) -> bool {
        let Some(types) = self.cx.types(address.file().id()) else { return false };
        let mut at = address.child(Role::X).map(Node::unparen);
        while let Some(expr) = at {
            let Some(x) = expr.child(Role::X).map(Node::unparen) else {
                return self.cx.resolve(expr).def() == Some(def);
            };
            let form = types.form(types.underlying(types.type_of(x)));
            let inside = match expr.kind() {
                Kind::SelectorExpr => {
                    let selection = SelectorExpr::cast(expr).and_then(|it| types.selection(it));
                    matches!(form, Form::Struct(_)) && selection.is_some_and(|it| !it.indirect)
                }
                Kind::IndexExpr => matches!(form, Form::Array(..)),
                _ => false,
            };
            if !inside {
                return false;
            }
            at = Some(x);
        }
        false
    }

    /// What becomes of a value that holds the variable. `site` is the use of the variable, if the value is a function.
    fn value(&self, value: Node<'a>, site: Option<Node<'a>>, steps: usize) -> Fate {
        let mut value = value.with_parens();
        for _ in 0..steps {
            let Some(parent) = value.parent() else { return Fate::UNKNOWN };
            match (parent.kind(), value.role()) {
                (Kind::CompositeLit, Role::Elts) => value = parent.with_parens(),
                (Kind::KeyValueExpr, Role::Value) => {
                    let Some(literal) = parent.parent().filter(|it| CompositeLit::cast(*it).is_some()) else {
                        return Fate::UNKNOWN;
                    };
                    value = literal.with_parens();
                }
                (Kind::UnaryExpr, _) if parent.op() == Token::And => value = parent.with_parens(),
                (Kind::SendStmt, Role::Value) => return Fate::Shared(Share::Kept),
                (Kind::ReturnStmt, _) => return Fate::Gone,
                (Kind::AssignStmt, Role::Rhs) => return self.assigned(value, parent, site, steps),
                (Kind::CallExpr, Role::Args) => return self.passed(value, parent, site, steps),
                _ => return Fate::UNKNOWN,
            }
        }
        Fate::UNKNOWN
    }

    /// What becomes of a value that is assigned.
    fn assigned(&self, value: Node<'a>, stmt: Node<'a>, site: Option<Node<'a>>, steps: usize) -> Fate {
        let Some(assign) = AssignStmt::cast(stmt) else { return Fate::UNKNOWN };
        let index = assign.rhs().position(|it| it == value);
        let same = assign.lhs().count() == assign.rhs().count();
        let Some(target) = index.filter(|_| same).and_then(|it| assign.lhs().nth(it)).map(Node::unparen) else {
            return Fate::UNKNOWN;
        };
        if target.as_ident() == Some("_") {
            return Fate::AtOnce;
        }
        let mut root = target;
        while let Some(x) = root.child(Role::X).map(Node::unparen) {
            root = x;
        }
        match self.cx.resolve(root).def().filter(|it| it.is_variable()) {
            Some(def) if self.repeated.contains(def.ident()) => match site {
                Some(site) if root == target => self.held(def, site, steps),
                _ => Fate::UNKNOWN,
            },
            Some(_) => Fate::Shared(Share::Kept),
            None => Fate::UNKNOWN,
        }
    }

    /// What becomes of a function that a variable of the turn holds.
    fn held(&self, def: Def<'a>, site: Node<'a>, steps: usize) -> Fate {
        let Some(local) = self.facts.local(def) else { return Fate::UNKNOWN };
        let mut fate = Fate::AtOnce;
        for it in &local.uses {
            let next = match it.how {
                _ if !it.captures.is_empty() && self.cx.func(it.site) != self.cx.func(def.ident()) => Fate::UNKNOWN,
                How::Called(call) => match call.node().parent().map(Node::kind) {
                    Some(Kind::GoStmt) => Fate::Shared(Share::Concurrent),
                    Some(Kind::DeferStmt) => Fate::Shared(Share::Kept),
                    _ => Fate::AtOnce,
                },
                How::Read => Fate::AtOnce,
                _ if steps > 1 => self.value(it.site, Some(site), steps / 2),
                _ => Fate::UNKNOWN,
            };
            fate = fate.or(next);
        }
        fate
    }

    /// What becomes of an argument.
    fn passed(&self, value: Node<'a>, call: Node<'a>, site: Option<Node<'a>>, steps: usize) -> Fate {
        let Some(call) = CallExpr::cast(call) else { return Fate::UNKNOWN };
        let callee = self.cx.callee(call);
        let is_first = call.args().next() == Some(value);
        if matches!(&callee, Callee::Builtin(name) if name == "append") && !is_first {
            return self.value(call.node(), None, steps.saturating_sub(1));
        }
        if matches!(callee, Callee::Conversion(_)) {
            return self.value(call.node(), site, steps.saturating_sub(1));
        }
        // Whoever gets an address may look at it, and forget it.
        let Some(site) = site else { return Fate::UNKNOWN };
        match group_of(&callee) {
            Some(Group::AtOnce) => Fate::AtOnce,
            Some(Group::Concurrent) => Fate::Shared(Share::Concurrent),
            // A subtest is over when the subtests are that it starts, and what it has to clean up is done.
            Some(Group::Cleanup | Group::Subtest) if self.is_of_subtest(call) => Fate::AtOnce,
            Some(Group::Kept | Group::Cleanup) => Fate::Shared(Share::Kept),
            Some(Group::Subtest) => self.subtest(value, site),
            None => Fate::UNKNOWN,
        }
    }

    /// What becomes of a function that is run as a subtest.
    fn subtest(&self, value: Node<'a>, site: Node<'a>) -> Fate {
        let literal = FuncLit::cast(value.unparen());
        match literal.and_then(|it| self.parallel_from(it)) {
            Some(call) if call.end() <= site.start() => return Fate::Shared(Share::Concurrent),
            Some(_) => {}
            None => self.subtest.set(literal),
        }
        Fate::AtOnce
    }

    /// Whether a method is called on the parameter of the subtest around.
    fn is_of_subtest(&self, call: CallExpr<'a>) -> bool {
        self.subtest.get().is_some_and(|it| self.is_on_param(call, it))
    }

    fn is_on_param(&self, call: CallExpr<'a>, literal: FuncLit<'a>) -> bool {
        let on = SelectorExpr::cast(call.fun().unparen()).map(|it| it.x().unparen());
        let def = on.and_then(|it| self.cx.resolve(it).def());
        def.is_some_and(|it| literal.ty().contains(it.ident()))
    }

    /// The call of `Parallel` in a subtest itself, behind which it runs beside others.
    fn parallel_from(&self, literal: FuncLit<'a>) -> Option<Node<'a>> {
        let own = literal.body().descendants_skipping(|it| it.kind() == Kind::FuncLit);
        let mut calls = own.filter_map(CallExpr::cast);
        let call = calls
            .find(|it| is_method(&self.cx.callee(*it), "testing", "T", "Parallel") && self.is_on_param(*it, literal))?;
        Some(call.node())
    }

    /// Whether another turn can follow once `capture` is made, without the loop being entered anew: then the variable
    /// changes.
    fn goes_on(&self, local: &Local<'a>, capture: Node<'a>) -> bool {
        let Some(stmt) = self.own_stmt(local, capture) else { return true };
        let graph = self.facts.graph(local.home);
        graph.is_none_or(|it| it.can_turn_after(self.repeated, stmt) != Tri::No)
    }

    /// The outermost literal around `capture`, or itself, in the function of the loop.
    fn own_stmt(&self, local: &Local<'a>, capture: Node<'a>) -> Option<Node<'a>> {
        let around = [capture].into_iter().chain(capture.ancestors()).take_while(|it| *it != local.home);
        around.filter(|it| it.kind() == Kind::FuncLit).last().or(Some(capture))
    }
}

/// What becomes of a value.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
enum Fate {
    /// It is used while the turn lasts, and not after that.
    AtOnce,
    /// It leaves the loop for good.
    Gone,
    /// It outlives the turn, as far as is known.
    Shared(Share),
}

impl Fate {
    const UNKNOWN: Fate = Fate::Shared(Share::Unknown);

    /// What is true of a value that becomes both.
    fn or(self, other: Fate) -> Fate {
        match (self, other) {
            (Fate::Shared(a), Fate::Shared(b)) => Fate::Shared(a.min(b)),
            (Fate::Shared(_), _) => self,
            (_, Fate::Shared(_)) => other,
            (Fate::Gone, _) | (_, Fate::Gone) => Fate::Gone,
            _ => Fate::AtOnce,
        }
    }
}

/// What a function does with the functions that it is given.
enum Group {
    AtOnce,
    Concurrent,
    Kept,
    Cleanup,
    Subtest,
}

fn group_of(callee: &Callee) -> Option<Group> {
    match callee {
        Callee::Method { path, receiver, name, .. } => match (&**path, &**receiver, &**name) {
            ("golang.org/x/sync/errgroup", "Group", "Go" | "TryGo") | ("sync", "WaitGroup", "Go") => {
                Some(Group::Concurrent)
            }
            ("testing", "T", "Run") => Some(Group::Subtest),
            ("testing", "B", "Run") | ("sync", "Once", "Do") | ("sync", "Map", "Range") => Some(Group::AtOnce),
            ("testing", "T" | "B" | "F" | "common", "Cleanup") => Some(Group::Cleanup),
            ("net/http", "ServeMux", "HandleFunc") => Some(Group::Kept),
            _ => None,
        },
        Callee::Func { path, name } | Callee::External { path, name } => match (&**path, &**name) {
            ("sort" | "slices" | "maps" | "strings" | "bytes", name) if !name.ends_with("Seq") => Some(Group::AtOnce),
            ("path/filepath" | "io/fs", "Walk" | "WalkDir") | ("go/ast", "Inspect") => Some(Group::AtOnce),
            ("testing", "AllocsPerRun" | "Benchmark") | ("flag", "Visit" | "VisitAll") => Some(Group::AtOnce),
            ("time" | "context", "AfterFunc") | ("net/http", "HandleFunc") => Some(Group::Kept),
            _ => None,
        },
        _ => None,
    }
}

fn is_method(callee: &Callee, of: &str, on: &str, called: &str) -> bool {
    matches!(callee, Callee::Method { path, receiver, name, .. }
        if **path == *of && (receiver == on || receiver == "common") && name == called)
}

/// Whether `node` is a call that waits for all that a group has started.
pub(super) fn is_wait<'a>(cx: &Cx<'a>, node: Node<'a>) -> bool {
    let callee = CallExpr::cast(node).map(|it| cx.callee(it));
    callee.is_some_and(|it| {
        is_method(&it, "sync", "WaitGroup", "Wait") || is_method(&it, "golang.org/x/sync/errgroup", "Group", "Wait")
    })
}
