//! Following a value.

use std::collections::HashSet;

use gofix_semantic::{Def, DefKind, Res};
use gofix_syntax::{
    Kind, Node, NodeId, Role, Token,
    ast::{AstNode, CallExpr, SelectorExpr},
};

use super::{Escape, Reach, Way, callee::Fate, holds::Step};
use crate::flow::{
    literal::{LitUse, literal_use},
    local::{How, Use},
    walk::enclosing_func,
};

/// A search that is under way.
pub(super) struct Search<'r, 'a> {
    reach: &'r Reach<'a>,
    /// Variables that hold the value.
    holders: Vec<Def<'a>>,
    /// The declaring identifiers of these, and the function literals that do.
    seen: HashSet<NodeId>,
    escapes: Vec<Escape<'a>>,
}

impl<'r, 'a> Search<'r, 'a> {
    /// Follows the values of `seeds`.
    pub(super) fn run(reach: &'r Reach<'a>, seeds: Vec<Def<'a>>) -> Vec<Escape<'a>> {
        let mut search = Search { reach, holders: Vec::new(), seen: HashSet::new(), escapes: Vec::new() };
        seeds.iter().for_each(|it| search.add(*it));
        let mut next = 0;
        while let Some(&holder) = search.holders.get(next) {
            search.follow_variable(holder, seeds.contains(&holder));
            next += 1;
        }
        search.escapes.sort_by_key(|it| it.at.id());
        search.escapes.dedup();
        search.escapes
    }

    fn escape(&mut self, at: Node<'a>, way: Way) {
        self.escapes.push(Escape { at, way });
    }

    /// `def` holds the value.
    fn add(&mut self, def: Def<'a>) {
        if self.seen.insert(def.ident().id()) {
            self.holders.push(def);
        }
    }

    fn follow_variable(&mut self, def: Def<'a>, is_seed: bool) {
        let Some(local) = self.reach.cx.local(def) else { return self.escape(def.ident(), Way::Unclear) };
        if def.kind() == DefKind::Result && local.home == self.reach.func {
            self.escape(def.ident(), Way::Returned);
        }
        local.unsure.iter().for_each(|it| self.escape(*it, Way::Unclear));
        for it in &local.uses {
            let is_before = is_seed && self.reach.is_before(it.site);
            if !is_before && !matches!(it.how, How::Assigned(_)) {
                self.follow_captures(it);
                self.follow(it.site);
            }
        }
    }

    /// The function literals that capture a variable hold it as well.
    fn follow_captures(&mut self, it: &Use<'a>) {
        for capture in &it.captures {
            match capture.becomes {
                LitUse::Called(_) => {}
                LitUse::Go(go) => self.escape(go.node(), Way::Started),
                LitUse::Deferred(defer) => {
                    let func = enclosing_func(defer.node());
                    if func == Some(self.reach.func) && self.reach.is_deferred_before(defer.node()) {
                        self.escape(defer.node(), Way::Deferred);
                    }
                }
                LitUse::Value => {
                    if self.seen.insert(capture.literal.id()) {
                        self.follow(capture.literal);
                    }
                }
            }
        }
    }

    /// Follows an expression that holds the value to what is made of it.
    fn follow(&mut self, from: Node<'a>) {
        // What a variable that holds the value yields is a part of it, whatever the variable holds it for.
        let (mut value, mut step) = (from, Step::Part);
        while value == from || self.reach.can_hold(value, step) {
            let Some(parent) = value.parent() else { return };
            value = match (parent.kind(), value.role()) {
                (Kind::ParenExpr | Kind::CompositeLit | Kind::KeyValueExpr, _) => parent,
                (Kind::SelectorExpr | Kind::IndexExpr | Kind::IndexListExpr | Kind::SliceExpr, Role::X) => parent,
                (Kind::TypeAssertExpr | Kind::StarExpr, Role::X) => parent,
                (Kind::UnaryExpr, _) if matches!(parent.op(), Token::And | Token::Arrow) => parent,
                (Kind::BinaryExpr, _) => parent,
                (Kind::CallExpr, role) => match self.called(parent, value, role, step) {
                    Some(how) => {
                        step = how;
                        parent
                    }
                    None => return,
                },
                (Kind::ReturnStmt, _) => match self.returned(parent) {
                    Some(call) => call,
                    None => return,
                },
                (Kind::AssignStmt, Role::Rhs) => return self.assigned(parent, value, step, [Role::Lhs, Role::Rhs]),
                (Kind::ValueSpec, Role::Values) => {
                    return self.assigned(parent, value, step, [Role::Names, Role::Values]);
                }
                (Kind::RangeStmt, Role::X) => {
                    let targets = [Role::Key, Role::Value].into_iter().filter_map(|it| parent.child(it));
                    return targets.for_each(|it| self.stored_in(it, Step::Part));
                }
                (Kind::SendStmt, Role::Value) => return self.escape(parent, Way::Sent),
                (Kind::GoStmt, _) => return self.escape(parent, Way::Started),
                (kind, _) if kind.is_stmt() => return,
                // An index, an operator that makes something else, a type.
                (kind, _) if kind.is_expr() => return,
                _ => return self.escape(value, Way::Unclear),
            };
        }
    }

    /// `value`, which got at what it holds by `step`, is the function of a call, or an argument. How the result of the call
    /// gets at it, if it can.
    fn called(&mut self, call: Node<'a>, value: Node<'a>, role: Role, step: Step) -> Option<Step> {
        let at = CallExpr::cast(call)?;
        let fate = match role {
            // The literal that is called in place may return it.
            Role::Fun if value.unparen().kind() == Kind::FuncLit => Fate::InResult,
            Role::Fun => self.reach.fate_of_receiver(at),
            _ => self.reach.fate_of_arg(at, value),
        };
        // A `go` statement evaluates the arguments, and the call goes on by itself.
        if call.parent().is_some_and(|it| it.kind() == Kind::GoStmt) {
            self.escape(call, Way::Started);
            return None;
        }
        let in_result = if role == Role::Fun { Step::Part } else { Step::Made };
        match fate {
            Fate::Dropped => None,
            Fate::Same => Some(step),
            Fate::InResult => Some(in_result),
            Fate::Unknown => {
                self.hand_over(at, value);
                Some(in_result)
            }
            Fate::CopiedInto(target) => {
                self.stored_in(target, Step::Made);
                None
            }
            Fate::Escapes(way) => {
                self.escape(call, way);
                None
            }
        }
    }

    /// A function that is given the value, and of which nothing is known, may put it into what else it is given: the
    /// receiver, or a variable whose address is an argument. Those that the region makes are then followed too.
    fn hand_over(&mut self, call: CallExpr<'a>, value: Node<'a>) {
        let fun = call.fun().unparen();
        let receiver = fun.child(Role::X).filter(|_| fun.kind() == Kind::SelectorExpr);
        let address =
            |it: Node<'a>| it.child(Role::X).filter(|_| it.kind() == Kind::UnaryExpr && it.op() == Token::And);
        let addresses = call.args().filter(|it| *it != value).filter_map(|it| address(it.unparen()));
        for it in receiver.into_iter().chain(addresses) {
            if let Some(def) = self.root(it).filter(|it| self.is_inside(*it) && it.kind() == DefKind::Var) {
                self.hold(def, Step::Part);
            }
        }
    }

    /// What holds the value once `stmt` returns it: the call of the function literal around, or else it leaves.
    fn returned(&mut self, stmt: Node<'a>) -> Option<Node<'a>> {
        let func = enclosing_func(stmt)?;
        if func == self.reach.func {
            self.escape(stmt, Way::Returned);
            return None;
        }
        match literal_use(func) {
            LitUse::Called(call) => Some(call.node()),
            // Who has the literal has what it returns.
            _ => None,
        }
    }

    /// `value` is a value of an assignment or declaration.
    fn assigned(&mut self, stmt: Node<'a>, value: Node<'a>, step: Step, [to, from]: [Role; 2]) {
        let targets: Vec<_> = stmt.children_in(to).collect();
        let values: Vec<_> = stmt.children_in(from).collect();
        match values.iter().position(|it| *it == value).filter(|_| targets.len() == values.len()) {
            Some(index) => self.stored_in(targets[index], step),
            None => targets.into_iter().for_each(|it| self.stored_in(it, step)),
        }
    }

    /// The value is stored in `target`, as far as that can hold it.
    fn stored_in(&mut self, target: Node<'a>, step: Step) {
        let target = target.unparen();
        if target.as_ident() == Some("_") || !self.reach.can_hold(target, step) {
            return;
        }
        match (self.root(target), target.kind()) {
            (Some(def), Kind::Ident) if self.is_inside(def) => self.add(def),
            (Some(def), _) if self.is_inside(def) && self.is_made_inside(def) && self.is_own_part(target) => {
                self.add(def);
            }
            _ => self.escape(target, Way::Stored),
        }
    }

    fn hold(&mut self, def: Def<'a>, step: Step) {
        if self.reach.can_hold(def.ident(), step) {
            self.add(def);
        }
    }

    /// The variable of a function that `expr` is, or is a part of.
    fn root(&self, expr: Node<'a>) -> Option<Def<'a>> {
        let mut at = expr.unparen();
        while matches!(at.kind(), Kind::SelectorExpr | Kind::IndexExpr | Kind::StarExpr | Kind::SliceExpr) {
            at = at.child(Role::X)?.unparen();
        }
        match self.reach.cx.resolve(at) {
            Res::Def(def) if def.is_variable() && !def.is_package_level() => Some(def),
            _ => None,
        }
    }

    fn is_inside(&self, def: Def<'a>) -> bool {
        std::ptr::eq(def.ident().file(), self.reach.region.file()) && self.reach.region.contains(def.ident())
    }

    /// Whether `target`, a part of a variable, is in what the variable itself holds, or points to: there is no other pointer,
    /// map or slice on the way.
    fn is_own_part(&self, target: Node<'a>) -> bool {
        let mut at = target;
        loop {
            let types = self.reach.cx.types(at.file().id());
            let selection = SelectorExpr::cast(at).map(|it| types.and_then(|types| types.selection(it)));
            let is_promoted = selection.is_some_and(|it| it.is_none_or(|it| !it.path.is_empty()));
            let Some(inner) = at.child(Role::X).map(Node::unparen).filter(|_| !is_promoted) else { return false };
            match inner.kind() {
                Kind::Ident => return true,
                _ if self.reach.is_value_type(inner) => at = inner,
                _ => return false,
            }
        }
    }

    /// Whether nobody else has what the variable holds: it is declared without a value, or with a literal, `new` or
    /// `make`, and is assigned nowhere else; or its value is not shared at all.
    fn is_made_inside(&self, def: Def<'a>) -> bool {
        if self.reach.is_value_type(def.ident()) && def.kind() != DefKind::Receiver {
            return true;
        }
        let cx = &self.reach.cx;
        let assigned = cx.local(def).is_none_or(|it| it.uses.iter().any(|it| matches!(it.how, How::Assigned(_))));
        let Some(parent) = def.ident().parent().filter(|_| !assigned && def.kind() == DefKind::Var) else {
            return false;
        };
        let (to, from) = match parent.kind() {
            Kind::ValueSpec => (Role::Names, Role::Values),
            Kind::AssignStmt => (Role::Lhs, Role::Rhs),
            _ => return false,
        };
        let (targets, values) = (parent.children_in(to).count(), parent.children_in(from).count());
        let index = parent.children_in(to).position(|it| it == def.ident());
        match index.and_then(|it| parent.children_in(from).nth(it)) {
            _ if values == 0 => true,
            Some(value) if targets == values => is_made(cx, value),
            _ => false,
        }
    }
}

/// Whether an expression makes what it yields.
fn is_made<'a>(cx: &crate::Cx<'a>, value: Node<'a>) -> bool {
    let value = value.unparen();
    let operand = value.child(Role::X).map(Node::unparen);
    match value.kind() {
        Kind::CompositeLit => true,
        Kind::UnaryExpr => value.op() == Token::And && operand.is_some_and(|it| it.kind() == Kind::CompositeLit),
        _ => CallExpr::cast(value).is_some_and(|it| cx.is_builtin_call(it, "new") || cx.is_builtin_call(it, "make")),
    }
}
