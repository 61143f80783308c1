//! Proof that a variable is not nil at a place.

use gofix_semantic::Res;
use gofix_syntax::{
    Kind, Node, Role, Token,
    ast::{AstNode, CallExpr, CaseClause},
};

use super::{
    callee::is_function,
    graph::Given,
    history::{Arrival, History},
    origin::{Origin, assigned},
    walk::{is_default, stmts},
};

/// Whether a variable is something else than nil at a place.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum NonNil {
    /// It cannot be told.
    Unknown,
    /// Every path compares it with nil, or gives it a value that is not; or with a particular error (`errors.Is(err, X)`,
    /// `err == X`, `case X:`), and at least one path does only that: it is not nil unless X is.
    Matched,
    /// It is not nil: every path compares it with nil, or gives it a value that is not.
    Proved,
}

impl<'a> History<'a> {
    /// Whether the variable is proved not to be nil when control gets to `site`: by conditions on all the ways there
    /// (`err != nil` in `if`, `for`, `switch { case … }`, on the left of `&&`; the other side of `err == nil`; a clause of
    /// a switch over it), or by what was assigned last (a literal, `errors.New`, `fmt.Errorf`).
    ///
    /// Unknown where `site` is not in the function or cannot be reached. In a literal, what holds where it was made does
    /// not count.
    pub fn non_nil(&self, site: Node<'a>) -> NonNil {
        let Some(step) = self.step(site) else { return NonNil::Unknown };
        let in_expr = self.in_expression(site);
        if in_expr == NonNil::Proved && !self.changes_before(site, step) {
            return in_expr;
        }
        let proves = |least: NonNil| {
            let ends = self.back(site, |it| self.given(it) >= least)?;
            let is_value = |it: &Arrival<'a>| matches!(*it, Arrival::Assigned(ident) if self.is_value(ident));
            Some(ends.iter().all(is_value))
        };
        match () {
            () if proves(NonNil::Proved) == Some(true) => NonNil::Proved,
            () if proves(NonNil::Matched) == Some(true) => NonNil::Matched,
            () if in_expr == NonNil::Matched && !self.changes_before(site, step) => NonNil::Matched,
            () => NonNil::Unknown,
        }
    }

    /// Whether what is assigned to `ident` is not nil.
    fn is_value(&self, ident: Node<'a>) -> bool {
        match assigned(self.cx(), ident) {
            // A conversion may be `(*T)(nil)`.
            Origin::Made(expr) => expr.kind() != Kind::CallExpr,
            Origin::Call { call, result: 0 } => {
                let callee = self.cx().callee(call);
                is_function(&callee, "errors", "New") || is_function(&callee, "fmt", "Errorf")
            }
            _ => false,
        }
    }

    /// What is known on an edge.
    fn given(&self, given: Given<'a>) -> NonNil {
        match given {
            Given::Cond(cond, holds) => self.condition(cond, holds),
            Given::Case { tag, value, equal } => self.compared(tag, value, equal),
            Given::Type { assign, clause } => self.type_clause(assign, clause),
        }
    }

    /// What a condition without `&&`, `||` and `!` tells.
    fn condition(&self, cond: Node<'a>, holds: bool) -> NonNil {
        if let (Some(x), Some(y)) = (cond.child(Role::X), cond.child(Role::Y)) {
            let equal = match cond.op() {
                Token::Eql => holds,
                Token::Neq => !holds,
                _ => return NonNil::Unknown,
            };
            return self.compared(x, y, equal).max(self.compared(y, x, equal));
        }
        let call = CallExpr::cast(cond).filter(|it| holds && it.args().next().is_some_and(|it| self.is_this(it)));
        let Some(call) = call else { return NonNil::Unknown };
        let callee = self.cx().callee(call);
        match () {
            () if is_function(&callee, "errors", "As") => NonNil::Proved,
            () if is_function(&callee, "errors", "Is") => NonNil::Matched,
            () => NonNil::Unknown,
        }
    }

    /// What `x == y`, or `x != y`, tells.
    fn compared(&self, x: Node<'a>, y: Node<'a>, equal: bool) -> NonNil {
        if !self.is_this(x) {
            return NonNil::Unknown;
        }
        let y = y.unparen();
        match self.cx().resolve_expr(y) {
            Res::Universe("nil") if equal => NonNil::Unknown,
            Res::Universe("nil") => NonNil::Proved,
            Res::External { .. } if equal => NonNil::Matched,
            Res::Def(def) if equal && def.is_package_level() => NonNil::Matched,
            _ => NonNil::Unknown,
        }
    }

    /// What it tells that a type switch takes a clause: for a type that is not `nil`, the operand is an interface that
    /// holds something (spec: Type switches).
    fn type_clause(&self, assign: Node<'a>, clause: Node<'a>) -> NonNil {
        let guard = if assign.kind() == Kind::AssignStmt { assign.child(Role::Rhs) } else { assign.child(Role::X) };
        let operand = guard.map(Node::unparen).and_then(|it| it.child(Role::X));
        if !operand.is_some_and(|it| self.is_this(it)) {
            return NonNil::Unknown;
        }
        let is_nil = |it: Node<'a>| self.cx().resolve_expr(it) == Res::Universe("nil");
        let has_nil = |it: Node<'a>| CaseClause::cast(it).is_some_and(|it| it.list().any(is_nil));
        let excluded = match is_default(clause) {
            true => clause.parent().is_some_and(|it| stmts(it).any(has_nil)),
            false => !has_nil(clause),
        };
        if excluded { NonNil::Proved } else { NonNil::Unknown }
    }

    /// What the operators around `site` in its expression tell: on the right of `&&` its left side holds, on the right of
    /// `||` it does not (spec: Logical operators).
    fn in_expression(&self, site: Node<'a>) -> NonNil {
        let mut known = NonNil::Unknown;
        let mut child = site;
        for parent in site.ancestors().take_while(|it| !it.kind().is_stmt() && it.kind() != Kind::FuncLit) {
            let side = if child.role() == Role::Y { parent.child(Role::X) } else { None };
            match (parent.kind(), parent.op(), side) {
                (Kind::BinaryExpr, Token::LAnd, Some(x)) => known = known.max(self.conjoined(x, true)),
                (Kind::BinaryExpr, Token::LOr, Some(x)) => known = known.max(self.conjoined(x, false)),
                _ => {}
            }
            child = parent;
        }
        known
    }

    /// What it tells that `cond` is `holds`, a condition of any form.
    fn conjoined(&self, cond: Node<'a>, holds: bool) -> NonNil {
        let mut known = NonNil::Unknown;
        let mut todo = vec![(cond, holds)];
        while let Some((cond, holds)) = todo.pop() {
            let cond = cond.unparen();
            match (cond.kind(), cond.op(), cond.child(Role::X), cond.child(Role::Y)) {
                (Kind::UnaryExpr, Token::Not, Some(x), _) => todo.push((x, !holds)),
                (Kind::BinaryExpr, Token::LAnd, Some(x), Some(y)) if holds => todo.extend([(x, true), (y, true)]),
                (Kind::BinaryExpr, Token::LOr, Some(x), Some(y)) if !holds => todo.extend([(x, false), (y, false)]),
                (Kind::BinaryExpr, Token::LAnd | Token::LOr, ..) => {}
                _ => known = known.max(self.condition(cond, holds)),
            }
        }
        known
    }

    /// Whether an expression is the variable.
    fn is_this(&self, expr: Node<'a>) -> bool {
        self.cx().resolve(expr.unparen()).def() == Some(self.local.def)
    }
}
