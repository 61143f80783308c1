//! Code that walks the chain of an error: what it asks of the error it asks of all that it wraps.
//!
//! ```text
//!     for err != nil {                          func is(err error) bool {
//!         if err == io.EOF { return true }          if err == io.EOF { return true }
//!         err = errors.Unwrap(err)                  u, ok := err.(interface{ Unwrap() error })
//!     }                                             return ok && is(u.Unwrap())
//!                                               }
//! ```

use gofix_syntax::{
    Kind, Node, Role, Token,
    ast::{AstNode, CallExpr, FuncDecl},
};

use super::visit::Visitor;
use crate::types::{Denoted, Form};

impl<'w> Visitor<'_, 'w> {
    /// Whether `node` looks at one of `operands` and at all that it wraps, turn by turn of a loop or by recursion; or at what
    /// `errors.Is` and its like look for, in the methods that they call.
    pub(super) fn walks_chain(&self, node: Node<'w>, operands: &[Node<'w>]) -> bool {
        if is_unwrap(node) && self.counts_turns(node) {
            return false;
        }
        let operands: Vec<Node<'w>> = operands.iter().filter_map(|it| self.declaration(it.unparen())).collect();
        let targets = enclosing_decl(node).filter(|it| self.is_of_error(*it)).and_then(target_of);
        if targets.is_some_and(|target| operands.iter().any(|it| target.contains(*it))) {
            return true;
        }
        let steps = |it: Node<'w>| {
            let target = it.children_in(Role::Lhs).next().and_then(|it| self.declaration(it.unparen()));
            let calls = it.children_in(Role::Rhs).flat_map(|it| [it].into_iter().chain(it.descendants()));
            target.is_some_and(|it| operands.contains(&it)) && calls.into_iter().any(is_unwrap)
        };
        let in_loop = loops(node).any(|it| it.descendants().any(|it| it.kind() == Kind::AssignStmt && steps(it)));
        let Some(func) = enclosing_decl(node) else { return in_loop };
        let params = func.func_type().params();
        in_loop || (operands.iter().any(|it| params.contains(*it)) && recurses(func))
    }

    /// Whether a method is one of an error type.
    fn is_of_error(&self, method: FuncDecl<'w>) -> bool {
        let receiver = method.recv().into_iter().flat_map(Node::descendants);
        let base = receiver.filter(|it| it.role() != Role::Names).find(|it| it.as_ident().is_some());
        let types = self.shapes.types();
        match base.map(|it| types.denoted(it)) {
            Some(Denoted::Declared(it)) => self.shapes.is_error(types.declared_type(it)),
            _ => false,
        }
    }

    /// Whether a call of `Unwrap` is a step of such a walk.
    pub(super) fn is_step(&self, call: Node<'w>) -> bool {
        let assign = call.ancestors().find(|it| it.kind().is_stmt()).filter(|it| it.kind() == Kind::AssignStmt);
        let target = assign.and_then(|it| it.children_in(Role::Lhs).next()).map(Node::unparen);
        let target = target.and_then(|it| self.declaration(it));
        let is_turn = target.is_some_and(|it| loops(call).next().is_some() && self.unwrapped(call).contains(&it));
        if self.counts_turns(call) {
            return false;
        }
        let is_recursion = enclosing_decl(call).is_some_and(|func| {
            let is_own = |it: Node<'w>| is_call_of(it, func.name().text());
            let ranged = call.ancestors().find(|it| it.kind() == Kind::RangeStmt);
            let ranged = ranged.filter(|it| it.child(Role::X).is_some_and(|it| it.contains(call)));
            call.ancestors().any(is_own) || ranged.is_some_and(|it| it.descendants().any(is_own))
        });
        is_turn || is_recursion
    }

    /// Whether the loop or the recursion that unwraps an error step by step counts its steps: an error that is wrapped once
    /// more takes one more of them.
    fn counts_turns(&self, call: Node<'w>) -> bool {
        let types = self.shapes.types();
        let is_number = |it: Node<'w>| match types.form(types.underlying(types.type_of(it))) {
            Form::Basic(it) => it.is_numeric(),
            _ => false,
        };
        let counts = |it: Node<'w>| match it.kind() {
            Kind::IncDecStmt => true,
            Kind::AssignStmt if matches!(it.op(), Token::Assign | Token::Define) => false,
            Kind::AssignStmt => it.child(Role::Lhs).is_some_and(is_number),
            _ => false,
        };
        let around = loops(call).next();
        let of_loop = around.into_iter().flat_map(|it| it.descendants_skipping(|it| it.kind() == Kind::FuncLit));
        let is_sum =
            |it: Node<'w>| it.kind() == Kind::BinaryExpr && matches!(it.op(), Token::Add | Token::Sub) && is_number(it);
        let Some(func) = enclosing_decl(call) else { return of_loop.into_iter().any(counts) };
        // `1 + depth(errors.Unwrap(err))`, `depth(errors.Unwrap(err), n+1)`
        let own = call.ancestors().find(|it| is_call_of(*it, func.name().text()));
        let of_call = own.into_iter().flat_map(|it| {
            it.children_in(Role::Args).chain(it.ancestors().take_while(|it| it.kind().is_expr())).collect::<Vec<_>>()
        });
        of_loop.into_iter().any(counts) || of_call.into_iter().any(is_sum)
    }

    /// The variables that hold what a call of `Unwrap` unwraps: it, and what its type was asserted from.
    fn unwrapped(&self, call: Node<'w>) -> Vec<Node<'w>> {
        let args = call.children_in(Role::Args);
        let receiver = call.child(Role::Fun).map(Node::unparen).and_then(|it| it.child(Role::X));
        let direct: Vec<Node<'w>> = args.chain(receiver).filter_map(|it| self.declaration(inner(it))).collect();
        let asserted = direct.iter().filter_map(|it| {
            let stmt = it.ancestors().find(|it| it.kind().is_stmt())?;
            let assertion = stmt.descendants().find(|it| it.kind() == Kind::TypeAssertExpr)?;
            self.declaration(assertion.child(Role::X)?.unparen())
        });
        let asserted: Vec<Node<'w>> = asserted.collect();
        direct.into_iter().chain(asserted).collect()
    }

    /// The identifier that declares the variable of a function that another one denotes.
    fn declaration(&self, ident: Node<'w>) -> Option<Node<'w>> {
        self.var(ident).map(|it| it.decl)
    }
}

/// `x` of `x.(T)`, or else the expression.
fn inner(expr: Node<'_>) -> Node<'_> {
    let expr = expr.unparen();
    match expr.child(Role::X) {
        Some(x) if expr.kind() == Kind::TypeAssertExpr => x.unparen(),
        _ => expr,
    }
}

/// The loops around a place, in its function.
fn loops(node: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    let own = node.ancestors().take_while(|it| !matches!(it.kind(), Kind::FuncLit | Kind::FuncDecl));
    own.filter(|it| it.kind() == Kind::ForStmt)
}

fn enclosing_decl(node: Node<'_>) -> Option<FuncDecl<'_>> {
    node.ancestors().find(|it| it.kind() == Kind::FuncDecl).and_then(FuncDecl::cast)
}

/// The parameter of a method `Is(error) bool` or `As(any) bool` (package errors).
fn target_of(method: FuncDecl<'_>) -> Option<Node<'_>> {
    let is_one = method.recv().is_some() && matches!(method.name().text(), "Is" | "As");
    let fields: Vec<Node<'_>> = method.func_type().params().children_in(Role::List).collect();
    let results = method.func_type().results().map_or(0, |it| it.children_in(Role::List).count());
    match fields[..] {
        [only] if is_one && results == 1 && only.children_in(Role::Names).count() == 1 => Some(only),
        _ => None,
    }
}

/// Whether a function calls itself with what it unwraps.
fn recurses(func: FuncDecl<'_>) -> bool {
    let is_own = |it: &Node<'_>| is_call_of(*it, func.name().text());
    let unwraps = |it: Node<'_>| it.descendants().any(is_unwrap);
    let ranged = |call: Node<'_>| {
        let over = call.ancestors().find(|it| it.kind() == Kind::RangeStmt).and_then(|it| it.child(Role::X));
        over.is_some_and(|it| is_unwrap(it) || unwraps(it))
    };
    func.node().descendants().filter(is_own).any(|it| unwraps(it) || ranged(it))
}

fn is_call_of(node: Node<'_>, name: &str) -> bool {
    CallExpr::cast(node).is_some_and(|it| {
        let fun = it.fun().unparen();
        fun.child(Role::Sel).unwrap_or(fun).as_ident() == Some(name)
    })
}

/// Whether a node is a call of something that is named `Unwrap`.
pub(super) fn is_unwrap(node: Node<'_>) -> bool {
    is_call_of(node, "Unwrap")
}
