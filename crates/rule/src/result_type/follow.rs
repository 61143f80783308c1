//! Where values go whose static type changes.

use gofix_semantic::{
    Def, DefKind, Res,
    types::{Form, SelectionKind, Ty},
};
use gofix_syntax::{
    Kind, Node, Role, Token,
    ast::{AstNode, SelectorExpr, TypeAssertExpr},
};

use super::{ResultType, passed};
use crate::{Cx, Decline, Fix, TextRange};

/// Follows values through variables that take their types from them.
pub(super) struct Follow<'t, 'a> {
    cx: &'t Cx<'a>,
    change: &'t ResultType<'a>,
    seen: Vec<Def<'a>>,
    /// The assertions that the new type makes needless.
    needless: Vec<TypeAssertExpr<'a>>,
    /// What was looked at.
    places: Vec<Node<'a>>,
}

impl<'t, 'a> Follow<'t, 'a> {
    pub(super) fn new(cx: &'t Cx<'a>, change: &'t ResultType<'a>) -> Follow<'t, 'a> {
        Follow { cx, change, seen: Vec::new(), needless: Vec::new(), places: Vec::new() }
    }

    /// The fix, and what depends on the new type.
    pub(super) fn edits(self, fix: Fix) -> Fix {
        let fix = self.places.iter().fold(fix, |fix, it| fix.relies_on(*it));
        self.needless.iter().fold(fix, |fix, it| {
            let inner = it.x().unparen();
            match inner.kind() {
                Kind::UnaryExpr | Kind::StarExpr | Kind::BinaryExpr => fix.replace(it.node(), it.x().text()),
                _ => fix.replace(it.node().with_parens(), inner.text()),
            }
        })
    }

    /// Looks at the one result of several that a call has.
    pub(super) fn tuple(&mut self, call: Node<'a>, index: usize) -> Result<(), Decline> {
        let outer = call.with_parens();
        let Some(parent) = outer.parent() else { return unclear() };
        self.places.push(call);
        match (parent.kind(), outer.role()) {
            (Kind::ExprStmt | Kind::GoStmt | Kind::DeferStmt | Kind::ReturnStmt, _) => Ok(()),
            (Kind::AssignStmt, Role::Rhs) => match parent.children_in(Role::Lhs).nth(index) {
                Some(target) => self.target(parent, target),
                None => unclear(),
            },
            (Kind::ValueSpec, Role::Values) => self.declared(parent, index),
            (Kind::CallExpr, Role::Args) => passed::tuple(self.cx, parent, index),
            _ => unclear(),
        }
    }

    /// Looks at what becomes of the value of `expr`, whose type changes.
    pub(super) fn value(&mut self, expr: Node<'a>) -> Result<(), Decline> {
        let outer = expr.with_parens();
        let Some(parent) = outer.parent() else { return unclear() };
        self.places.push(expr);
        match (parent.kind(), outer.role()) {
            (Kind::ExprStmt | Kind::GoStmt | Kind::DeferStmt | Kind::ReturnStmt, _) => Ok(()),
            (Kind::SendStmt, Role::Value) | (Kind::CompositeLit, Role::Elts) => Ok(()),
            (Kind::KeyValueExpr, Role::Key | Role::Value) => Ok(()),
            (Kind::SelectorExpr, Role::X) => self.selected(parent),
            (Kind::TypeAssertExpr, Role::X) => self.asserted(parent),
            (Kind::IndexExpr, Role::Index) => self.key(parent),
            (Kind::AssignStmt, Role::Rhs) => self.assigned(parent, outer),
            (Kind::ValueSpec, Role::Values) => {
                let index = parent.children_in(Role::Values).take_while(|it| *it != outer).count();
                self.declared(parent, index)
            }
            (Kind::CallExpr, Role::Args) => passed::value(self.cx, parent, outer),
            (Kind::BinaryExpr | Kind::SwitchStmt | Kind::CaseClause, _) => Err("its value is compared".into()),
            _ => unclear(),
        }
    }

    /// Only methods of the interface are selected so far, and the new type has them all.
    fn selected(&self, selector: Node<'a>) -> Result<(), Decline> {
        let types = self.cx.types(selector.file().id());
        let found = types.zip(SelectorExpr::cast(selector)).and_then(|(types, it)| types.selection(it));
        match found.map(|it| it.kind) {
            Some(SelectionKind::InterfaceMethod) => Ok(()),
            _ => unclear(),
        }
    }

    /// The key of a map is converted; other indices are no interfaces.
    fn key(&self, index: Node<'a>) -> Result<(), Decline> {
        let Some(types) = self.cx.types(index.file().id()) else { return unclear() };
        let of = index.child(Role::X).map_or(Ty::UNKNOWN, |it| types.type_of(it));
        match types.form(types.underlying(of)) {
            Form::Map(..) => Ok(()),
            _ => unclear(),
        }
    }

    fn asserted(&mut self, node: Node<'a>) -> Result<(), Decline> {
        let Some(assertion) = TypeAssertExpr::cast(node) else { return unclear() };
        let Some(ty) = assertion.ty() else { return Err("a type switch looks at its value".into()) };
        let file = node.file().id();
        let Some(types) = self.cx.types(file) else { return unclear() };
        if has_two_values(node) {
            return Err("an assertion asks what its value is".into());
        }
        let (asserted, to) = (types.type_of(node), self.change.to.ty(types, file));
        if ty.kind() == Kind::InterfaceType || to == Ty::UNKNOWN || !types.identical(asserted, to).is_yes() {
            return Err("its value is asserted to be of another type".into());
        }
        let (outer, inner) = (node.with_parens(), assertion.x().unparen());
        let goes = [TextRange::new(outer.start(), inner.start()), TextRange::new(inner.end(), outer.end())];
        if goes.into_iter().any(|it| !node.file().comments_in(it).is_empty()) {
            return Err("a comment stands in an assertion that would go".into());
        }
        self.needless.push(assertion);
        Ok(())
    }

    fn assigned(&mut self, stmt: Node<'a>, value: Node<'a>) -> Result<(), Decline> {
        let index = stmt.children_in(Role::Rhs).take_while(|it| *it != value).count();
        match stmt.children_in(Role::Lhs).nth(index) {
            Some(target) => self.target(stmt, target),
            None => unclear(),
        }
    }

    /// What an assignment gives the value to: only a new variable has its type from it.
    fn target(&mut self, stmt: Node<'a>, target: Node<'a>) -> Result<(), Decline> {
        match stmt.op() {
            Token::Assign => Ok(()),
            Token::Define if target.as_ident() == Some("_") => Ok(()),
            Token::Define => match self.cx.resolve(target) {
                Res::Def(def) if def.ident() == target => self.variable(def),
                Res::Def(_) => Ok(()),
                _ => unclear(),
            },
            _ => unclear(),
        }
    }

    fn declared(&mut self, spec: Node<'a>, index: usize) -> Result<(), Decline> {
        if spec.child(Role::Type).is_some() {
            return Ok(());
        }
        let Some(name) = spec.children_in(Role::Names).nth(index) else { return unclear() };
        match self.cx.resolve(name) {
            _ if name.as_ident() == Some("_") => Ok(()),
            Res::Def(def) if def.ident() == name && def.kind() == DefKind::Var => self.variable(def),
            _ => unclear(),
        }
    }

    /// Looks at all uses of a variable whose type changes.
    fn variable(&mut self, def: Def<'a>) -> Result<(), Decline> {
        if self.seen.contains(&def) {
            return Ok(());
        }
        self.seen.push(def);
        let sites = if def.is_package_level() {
            let found = self.cx.references_of(def);
            if found.exported && !self.change.public {
                return Err("a variable that other modules may use has its type from it".into());
            }
            if !found.is_complete() {
                return Err("what else refers to a variable with its value cannot be told".into());
            }
            found.sites
        } else {
            let found = self.cx.uses(def);
            if !found.unsure.is_empty() || !found.complete {
                return Err("what else refers to a variable with its value cannot be told".into());
            }
            found.sites
        };
        sites.into_iter().try_for_each(|it| self.site(it))
    }

    /// Looks at one use of such a variable.
    fn site(&mut self, ident: Node<'a>) -> Result<(), Decline> {
        let qualified = ident.parent().filter(|it| it.kind() == Kind::SelectorExpr && ident.role() == Role::Sel);
        let expr = qualified.unwrap_or(ident);
        let outer = expr.with_parens();
        let Some(parent) = outer.parent() else { return unclear() };
        match (parent.kind(), outer.role()) {
            (Kind::AssignStmt, Role::Lhs) | (Kind::RangeStmt, Role::Key | Role::Value) => {
                Err("a variable with its value is assigned something else".into())
            }
            (Kind::UnaryExpr, _) if parent.op() == Token::And => {
                Err("the address of a variable with its value is taken".into())
            }
            _ => self.value(expr),
        }
    }
}

fn unclear<T>() -> Result<T, Decline> {
    Err("what becomes of its value cannot be told".into())
}

/// Whether an assertion also says whether it holds: `v, ok := x.(T)`.
fn has_two_values(assertion: Node<'_>) -> bool {
    let outer = assertion.with_parens();
    let Some(stmt) = outer.parent() else { return false };
    let targets = match (stmt.kind(), outer.role()) {
        (Kind::AssignStmt, Role::Rhs) => stmt.children_in(Role::Lhs).count(),
        (Kind::ValueSpec, Role::Values) => stmt.children_in(Role::Names).count(),
        // All results of a call with several parameters, and of a function with several results: never of an assertion.
        _ => 1,
    };
    let values = match stmt.kind() {
        Kind::AssignStmt => stmt.children_in(Role::Rhs).count(),
        _ => stmt.children_in(Role::Values).count(),
    };
    targets == 2 && values == 1
}
