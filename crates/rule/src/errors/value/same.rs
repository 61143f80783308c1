//! Whether a value is at the return what it was when the call was made.

use std::collections::HashSet;

use gofix_semantic::{
    Def, DefKind, Res, Tri,
    error_flow::logger,
    types::{Callee, Form},
};
use gofix_syntax::{
    Kind, Node, Role, Token,
    ast::{AstNode, CallExpr, SelectorExpr},
};

use super::super::called::{self, Called};
use crate::{
    Cx,
    flow::{self, Graph, How, Local, Use, callee_decl},
};

/// Packages that fill in what they get the address of, and keep it no longer than the call takes.
const FILLING: &[&str] =
    &["database/sql", "encoding/json", "encoding/xml", "encoding/gob", "encoding/binary", "fmt", "errors"];

/// Packages that change nothing which they are not given, as loggers do.
const HARMLESS: &[&str] =
    &["errors", "fmt", "strings", "strconv", "bytes", "os", "path", "path/filepath", "time", "github.com/pkg/errors"];

/// So many functions are looked into for what a call may change.
const FAR: usize = 24;

/// Whether the expression means at `site` what it did at the call: its variable is in sight there, and neither that nor what
/// is selected from it is changed in between.
pub(super) fn is_same_at<'a>(cx: &Cx<'a>, expr: Node<'a>, called: &Called<'a, '_>, site: Node<'a>) -> bool {
    let mut selectors = Vec::new();
    let mut root = expr.unparen();
    while let Some(selector) = SelectorExpr::cast(root) {
        selectors.push(selector);
        root = selector.x().unparen();
    }
    let Res::Def(def) = cx.resolve(root) else { return false };
    let local = cx.workspace().local(def.name(), site);
    let is_seen = if def.is_package_level() { local.is_none() } else { local == Some(def) };
    let Some(func) = flow::enclosing_func(site) else { return false };
    if !is_seen || flow::enclosing_func(called.call.node()) != Some(func) {
        return false;
    }
    if def.kind() == DefKind::Const {
        return true;
    }
    let shown = Shown { cx: *cx, def, selectors, call: called.call, site, func };
    def.is_variable() && shown.is_kept().unwrap_or(false)
}

/// A variable, or what is selected from one, that a message is to show.
struct Shown<'a> {
    cx: Cx<'a>,
    def: Def<'a>,
    /// The outermost first.
    selectors: Vec<SelectorExpr<'a>>,
    /// The call that fails.
    call: CallExpr<'a>,
    site: Node<'a>,
    func: Node<'a>,
}

impl<'a> Shown<'a> {
    fn is_kept(&self) -> Option<bool> {
        if self.may_become_nil() {
            return Some(false);
        }
        let between = Between::new(self)?;
        let Some(local) = self.cx.local(self.def) else {
            return Some(self.is_never_written() && (!self.is_behind_pointer() || self.is_left_alone(&between)));
        };
        // Who runs the function that it is a variable of goes on while a literal runs.
        if local.home != self.func {
            let graph = self.cx.graph(local.home)?;
            if local.is_assigned_after(&self.cx, &graph, self.func) != Tri::No {
                return Some(false);
            }
        }
        let mut is_shared = self.is_behind_pointer();
        for it in &local.uses {
            let (writes, hands_out) = self.changes(&local, it);
            if hands_out || (writes && !it.captures.is_empty()) {
                // Parts are changed by what is called, if at all.
                let is_part = matches!(it.how, How::PartAssigned(_)) || !(local.refers && hands_out);
                if self.selectors.is_empty() || matches!(it.how, How::Assigned(_)) || !is_part {
                    return Some(false);
                }
                is_shared = true;
            }
            if writes && between.holds(it.site) {
                return Some(false);
            }
        }
        Some(!is_shared || self.is_left_alone(&between))
    }

    /// Whether a use of its variable assigns it or what is selected from it, at once; and whether it may do so later.
    fn changes(&self, local: &Local<'a>, it: &Use<'a>) -> (bool, bool) {
        if it.assigns() {
            return (true, false);
        }
        if local.hands_out_address(it) == Tri::No {
            // `&s.ref`: somebody may write there.
            return (matches!(it.how, How::AddressTaken(_)), false);
        }
        match it.how {
            How::AddressTaken(address) if self.is_filled(address) => (true, false),
            How::AddressTaken(_) => (true, true),
            _ => (false, true),
        }
    }

    /// Whether an address is only used by the call that gets it.
    fn is_filled(&self, address: Node<'a>) -> bool {
        let call = address.parent().filter(|_| address.role() == Role::Args).and_then(CallExpr::cast);
        call.is_some_and(|it| match self.cx.callee(it) {
            Callee::Func { path, .. } | Callee::External { path, .. } | Callee::Method { path, .. } => {
                FILLING.contains(&&*path)
            }
            _ => false,
        })
    }

    /// Whether a variable of a package has one value for ever.
    fn is_never_written(&self) -> bool {
        let found = self.cx.references_of(self.def);
        let is_addressed = self.selectors.is_empty() && self.cx.is_addressed_by_methods(self.def) != Tri::No;
        found.is_complete() && !found.exported && !is_addressed && !found.sites.iter().any(|it| is_written(*it))
    }

    /// Whether a pointer is followed to what is selected, so that others may have it, too.
    fn is_behind_pointer(&self) -> bool {
        let Some(types) = self.cx.types(self.site.file().id()) else { return true };
        self.selectors.iter().any(|it| {
            let form = types.form(types.underlying(types.type_of(it.x())));
            !matches!(form, Form::Struct { .. }) || types.selection(*it).is_none_or(|it| it.indirect)
        })
    }

    /// Whether what is selected is behind a pointer that is itself in a field: others may have made that nil, and then the
    /// message would panic.
    fn may_become_nil(&self) -> bool {
        let Some(types) = self.cx.types(self.site.file().id()) else { return true };
        let is_pointer = |it: Node<'a>| !matches!(types.form(types.underlying(types.type_of(it))), Form::Struct { .. });
        self.selectors.iter().any(|it| {
            let is_field = it.x().unparen().kind() == Kind::SelectorExpr && is_pointer(it.x());
            is_field || types.selection(*it).is_none_or(|it| it.indirect && !it.path.is_empty())
        })
    }

    /// Whether nothing is done up to the return that may change what others can get at.
    fn is_left_alone(&self, between: &Between<'_, 'a>) -> bool {
        let fields: Vec<&str> = self.selectors.iter().map(|it| it.sel().text()).collect();
        let mut holders = HashSet::new();
        for it in &self.selectors {
            let Some(name) = called::named(&self.cx, it.x()) else { return false };
            holders.insert(name);
        }
        let inside = self
            .func
            .child(Role::Body)
            .into_iter()
            .flat_map(|it| it.descendants_skipping(|it| matches!(it.kind(), Kind::FuncLit | Kind::DeferStmt)));
        let is_harmful = |it: Node<'a>| match it.kind() {
            Kind::CallExpr => CallExpr::cast(it).is_none_or(|it| !self.is_harmless(it, &holders)),
            Kind::SendStmt | Kind::SelectStmt | Kind::GoStmt => true,
            Kind::UnaryExpr => it.op() == Token::Arrow,
            _ => assigns_field(&self.cx, it, &fields, &holders),
        };
        let own = self.call.node();
        let is_own = |it: Node<'a>| it.kind() == Kind::CallExpr && own.contains(it);
        let of_call = || [own].into_iter().chain(own.descendants()).filter_map(CallExpr::cast);
        !inside.into_iter().any(|it| !is_own(it) && is_harmful(it) && between.holds(it))
            && of_call().all(|it| keeps(&self.cx, it, &fields, holders.clone()))
    }

    /// Whether a call between cannot change the value.
    fn is_harmless(&self, call: CallExpr<'a>, holders: &Holders) -> bool {
        match self.cx.callee(call) {
            Callee::Conversion(_) => true,
            Callee::Builtin(name) => name != "clear" && name != "copy",
            Callee::Func { path, .. } | Callee::External { path, .. } | Callee::Method { path, .. } => {
                (HARMLESS.contains(&&*path) || logger(&path).is_some()) && !is_handed(&self.cx, call, holders)
            }
            // `err.Error()`.
            Callee::InterfaceMethod { name, .. } => name == "Error" && call.args().next().is_none(),
            Callee::FuncValue | Callee::Unknown => false,
        }
    }
}

/// What can run after the call and before the return, the call not being made again.
struct Between<'s, 'a> {
    shown: &'s Shown<'a>,
    graph: Graph<'a>,
    call: u32,
    site: u32,
    reached: Vec<bool>,
}

impl<'s, 'a> Between<'s, 'a> {
    fn new(shown: &'s Shown<'a>) -> Option<Between<'s, 'a>> {
        let graph = shown.cx.graph(shown.func).filter(Graph::is_whole)?;
        let call = graph.step(shown.call.node())?;
        let site = graph.step(shown.site)?;
        let reached = graph.reached_behind(call, |it| it == call);
        Some(Between { shown, graph, call, site, reached })
    }

    fn holds(&self, place: Node<'a>) -> bool {
        let literal = place.ancestors().take_while(|it| *it != self.shown.func).filter(|it| it.kind() == Kind::FuncLit);
        let place = literal.last().unwrap_or(place);
        let Some(step) = self.graph.step(place) else { return self.shown.func.contains(place) };
        if step == self.call {
            let stmt = self.shown.call.node().ancestors().find(|it| it.kind().is_stmt());
            return stmt.is_none_or(|it| it.contains(place));
        }
        if step == self.site {
            return self.reached[step as usize] && place.start() < self.shown.site.start();
        }
        self.reached[step as usize] && self.graph.reached_behind(step, |it| it == self.call)[self.site as usize]
    }
}

/// Named types, by path and name.
type Holders = HashSet<(String, String)>;

/// Whether a call is given a value of one of the types, or is one of a method on it.
fn is_handed<'a>(cx: &Cx<'a>, call: CallExpr<'a>, holders: &Holders) -> bool {
    let receiver = SelectorExpr::cast(called::function(call)).map(SelectorExpr::x);
    let receiver = receiver.filter(|it| !matches!(cx.resolve(*it), Res::Package { .. }));
    let is_holder = |it: Node<'a>| called::named(cx, it).is_some_and(|it| holders.contains(&it));
    // `&s` is a pointer to it.
    receiver.into_iter().chain(call.args()).any(is_holder)
}

/// Whether a call leaves the fields of values of `holders` alone, as far as it is given such a value: the functions of the
/// project that get it do not assign them.
fn keeps<'a>(cx: &Cx<'a>, call: CallExpr<'a>, fields: &[&str], mut holders: Holders) -> bool {
    let mut todo = vec![call];
    let mut seen = HashSet::new();
    while let Some(call) = todo.pop() {
        if matches!(cx.callee(call), Callee::Conversion(_) | Callee::Builtin(_)) || !is_handed(cx, call, &holders) {
            continue;
        }
        let Some(decl) = callee_decl(cx, call) else { return false };
        if !seen.insert((decl.node().file().id(), decl.node().id())) {
            continue;
        }
        if seen.len() > FAR {
            return false;
        }
        // A method of an embedded field has that for its receiver.
        let receiver = decl.recv().and_then(|it| it.children_in(Role::List).next());
        holders.extend(receiver.and_then(|it| it.child(Role::Names)).and_then(|it| called::named(cx, it)));
        let Some(body) = decl.body() else { return false };
        for it in body.descendants() {
            if assigns_field(cx, it, fields, &holders) {
                return false;
            }
            todo.extend(CallExpr::cast(it));
        }
    }
    true
}

/// Whether a node assigns a field of one of these names, takes its address, or assigns something that may have such a field:
/// what a pointer leads to, or an element.
fn assigns_field<'a>(cx: &Cx<'a>, node: Node<'a>, fields: &[&str], holders: &Holders) -> bool {
    let is_field = |it: Node<'a>| {
        let it = it.unparen();
        let is_named = SelectorExpr::cast(it).is_some_and(|it| fields.contains(&it.sel().text()));
        match it.kind() {
            Kind::StarExpr => true,
            Kind::Ident
                if cx.types(it.file().id()).is_some_and(|of| matches!(of.form(of.type_of(it)), Form::Pointer(_))) =>
            {
                false
            }
            _ => is_named || called::named(cx, it).is_some_and(|it| holders.contains(&it)),
        }
    };
    match node.kind() {
        Kind::AssignStmt => node.children_in(Role::Lhs).any(is_field),
        Kind::IncDecStmt => node.child(Role::X).is_some_and(is_field),
        Kind::RangeStmt => [Role::Key, Role::Value].into_iter().filter_map(|it| node.child(it)).any(is_field),
        Kind::UnaryExpr if node.op() == Token::And => {
            let of = node.child(Role::X).map(Node::unparen);
            of.and_then(SelectorExpr::cast).is_some_and(|it| fields.contains(&it.sel().text()))
        }
        _ => false,
    }
}

/// Whether an identifier stands where a variable, or a part of it, is assigned.
fn is_written(ident: Node<'_>) -> bool {
    // Of another package's variable.
    let mut node = match ident.parent() {
        Some(parent) if ident.role() == Role::Sel => parent,
        _ => ident,
    };
    let whole = node;
    while let Some(parent) = node.parent() {
        match (parent.kind(), node.role()) {
            (Kind::SelectorExpr | Kind::IndexExpr | Kind::StarExpr | Kind::ParenExpr, Role::X) => node = parent,
            (Kind::AssignStmt, Role::Lhs) | (Kind::IncDecStmt, _) | (Kind::RangeStmt, Role::Key | Role::Value) => {
                return true;
            }
            (Kind::UnaryExpr, _) => {
                return parent.op() == Token::And && (node == whole || node.kind() == Kind::SelectorExpr);
            }
            _ => return false,
        }
    }
    false
}
