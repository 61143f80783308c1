//! Where the value of a variable comes from.

use gofix_semantic::{Def, DefKind, Res, types::Callee};
use gofix_syntax::{
    Kind, Node, Role, Token,
    ast::{AstNode, CallExpr, ValueSpec},
};

use super::history::{Arrival, History};
use crate::Cx;

/// Where a value comes from.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Origin<'a> {
    /// A call returned it.
    Call {
        /// The call, see [`Cx::callee`] for what it calls.
        call: CallExpr<'a>,
        /// Which of its results it is, counted from 0.
        result: usize,
    },
    /// It is an argument of the function, or the receiver.
    Parameter,
    /// A literal captures the variable, and nothing in the literal assigns it before.
    Captured,
    /// It is the zero value: `nil`, or the variable was declared without a value. A named result begins so.
    Zero,
    /// A name of a package: a variable of this one, or what another one exports (a variable, if it is an error). The
    /// expression.
    Named(Node<'a>),
    /// Another variable of a function, see [`History::origins`] for where that has it from. The identifier.
    Variable(Node<'a>),
    /// It is made here: a composite literal or its address, a conversion, a function literal. The expression.
    Made(Node<'a>),
    /// It was received from a channel, by this expression.
    Received(Node<'a>),
    /// It is what this `range` statement yields.
    Ranged(Node<'a>),
    /// It is the operand of this type switch, with the type of a clause.
    Switched(Node<'a>),
    /// Another expression or statement.
    Other(Node<'a>),
    /// The variable may be written to here, by way of its address or by a function literal: nothing is known.
    Unknown(Node<'a>),
}

impl<'a> History<'a> {
    /// What the variable can hold when control gets to `site`: of all paths from the start of the function, where each
    /// assigned it last. Conditions are taken to go either way. None if `site` is not in the function, or cannot be
    /// reached; a place in a function literal is in that literal's history.
    pub fn origins(&self, site: Node<'a>) -> Option<Vec<Origin<'a>>> {
        let ends = self.back(site, |_| false)?;
        let of = |end: &Arrival<'a>| match *end {
            Arrival::Entry => self.origin_at_entry(site),
            Arrival::Unclear(node) => Origin::Unknown(node),
            Arrival::Assigned(ident) => assigned(self.cx(), ident),
        };
        Some(ends.iter().map(of).collect())
    }

    /// The one origin that the variable has at `site`, if it has only one.
    pub fn origin(&self, site: Node<'a>) -> Option<Origin<'a>> {
        match self.origins(site)?[..] {
            [only] => Some(only),
            _ => None,
        }
    }

    fn origin_at_entry(&self, site: Node<'a>) -> Origin<'a> {
        match self.local.def.kind() {
            _ if !self.is_home() => Origin::Captured,
            DefKind::Param | DefKind::Receiver => Origin::Parameter,
            DefKind::Result => Origin::Zero,
            _ => Origin::Unknown(site),
        }
    }
}

/// What the assignment or declaration assigns to `ident`, one of its targets.
pub(super) fn assigned<'a>(cx: &Cx<'a>, ident: Node<'a>) -> Origin<'a> {
    let target = ident.with_parens();
    let Some(stmt) = target.parent() else { return Origin::Other(ident) };
    match stmt.kind() {
        Kind::ValueSpec => match ValueSpec::cast(stmt).is_some_and(|it| it.values().next().is_some()) {
            true => value(cx, stmt, target, Role::Names, Role::Values),
            false => Origin::Zero,
        },
        Kind::AssignStmt if stmt.role() == Role::Assign => stmt.parent().map_or(Origin::Other(stmt), Origin::Switched),
        Kind::AssignStmt if matches!(stmt.op(), Token::Assign | Token::Define) => {
            value(cx, stmt, target, Role::Lhs, Role::Rhs)
        }
        Kind::RangeStmt => Origin::Ranged(stmt),
        _ => Origin::Other(stmt),
    }
}

fn value<'a>(cx: &Cx<'a>, stmt: Node<'a>, target: Node<'a>, to: Role, from: Role) -> Origin<'a> {
    let index = stmt.children_in(to).take_while(|it| it.id() < target.id()).count();
    match stmt.children_in(from).count() {
        1 => stmt.child(from).map_or(Origin::Other(stmt), |it| of_expr(cx, it, index)),
        _ => stmt.children_in(from).nth(index).map_or(Origin::Other(stmt), |it| of_expr(cx, it, 0)),
    }
}

/// Where the value of an expression, or of several its `result`-th, comes from.
pub(super) fn of_expr<'a>(cx: &Cx<'a>, expr: Node<'a>, result: usize) -> Origin<'a> {
    let expr = expr.unparen();
    let is_local = |def: Def<'a>| def.is_variable() && !def.is_package_level();
    if let Some(call) = CallExpr::cast(expr) {
        return match cx.callee(call) {
            Callee::Conversion(_) => Origin::Made(expr),
            Callee::Builtin(_) => Origin::Other(expr),
            _ => Origin::Call { call, result },
        };
    }
    let operand = expr.child(Role::X).map(Node::unparen);
    match (expr.kind(), expr.op()) {
        (Kind::CompositeLit | Kind::FuncLit, _) => Origin::Made(expr),
        (Kind::UnaryExpr, Token::And) if operand.is_some_and(|it| it.kind() == Kind::CompositeLit) => {
            Origin::Made(expr)
        }
        (Kind::UnaryExpr, Token::Arrow) if result == 0 => Origin::Received(expr),
        (Kind::Ident | Kind::SelectorExpr, _) => match cx.resolve_expr(expr) {
            Res::Universe("nil") => Origin::Zero,
            Res::Def(def) if is_local(def) => Origin::Variable(expr),
            Res::Def(def) if def.kind() == DefKind::Var => Origin::Named(expr),
            Res::External { .. } => Origin::Named(expr),
            _ => Origin::Other(expr),
        },
        _ => Origin::Other(expr),
    }
}
