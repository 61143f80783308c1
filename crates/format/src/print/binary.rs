//! Binary expressions: which operators have blanks around them.
//!
//! In an expression of operators of several precedences, those that bind tighter stand without blanks; how many levels
//! do depends on how deep the expression is nested.

use std::collections::HashMap;

use gofix_syntax::{
    Kind, Node, NodeId, Token,
    ast::{self, AstNode},
};

use super::{Printer, Space, expr::depth_inside_parens};

/// The operators of a chain with more are not counted twice.
const LONG_CHAIN: usize = 16;

/// What was found out about long chains.
pub(super) type Known = HashMap<NodeId, Operators>;

/// What matters of the operators of an expression, parenthesised operands aside.
#[derive(Copy, Clone, Default)]
pub(super) struct Operators {
    has_sums: bool,
    has_products: bool,
    /// The precedence up to which blanks must stand so that operators do not run into each other.
    apart: u8,
}

impl Operators {
    fn with(self, other: Operators) -> Operators {
        Operators {
            has_sums: self.has_sums || other.has_sums,
            has_products: self.has_products || other.has_products,
            apart: self.apart.max(other.apart),
        }
    }

    fn of_one(expr: ast::BinaryExpr<'_>) -> Operators {
        let op = expr.node().op();
        let mut operators =
            Operators { has_sums: op.precedence() == 4, has_products: op.precedence() == 5, ..Operators::default() };
        let y = expr.y();
        operators.apart = match (op, y.kind(), y.op()) {
            (Token::Quo, Kind::StarExpr, _) => 5,
            (Token::And, Kind::UnaryExpr, Token::And | Token::Xor) => 5,
            (Token::Add, Kind::UnaryExpr, Token::Add) | (Token::Sub, Kind::UnaryExpr, Token::Sub) => 4,
            _ => 0,
        };
        operators
    }

    /// Those of the expression and of the operands that need no parentheses. A chain leans to the left, and what is known
    /// of long ones is kept in `known`; only what is nested to the right recurses, and there the precedence rises each
    /// time.
    fn of(expr: ast::BinaryExpr<'_>, known: &mut Known) -> Operators {
        let mut chain = vec![expr];
        let mut operators = Operators::default();
        while let Some(left) = chain.last().and_then(|it| tighter(it.x(), it.node().op().precedence())) {
            if let Some(found) = known.get(&left.node().id()) {
                operators = *found;
                break;
            }
            chain.push(left);
        }
        let is_long = chain.len() > LONG_CHAIN;
        for expr in chain.into_iter().rev() {
            operators = operators.with(Operators::of_one(expr));
            if let Some(right) = tighter(expr.y(), expr.node().op().precedence() + 1) {
                operators = operators.with(Operators::of(right, known));
            }
            if is_long {
                known.insert(expr.node().id(), operators);
            }
        }
        operators
    }

    /// The precedence below which operators have blanks around them.
    fn cutoff(self, depth: u32) -> u8 {
        match self {
            Operators { apart: 1.., .. } => self.apart + 1,
            Operators { has_sums: true, has_products: true, .. } if depth == 1 => 5,
            _ if depth == 1 => 6,
            _ => 4,
        }
    }
}

/// The operand as a binary expression, if its operator binds at least that tight: then it needs no parentheses.
fn tighter(operand: Node<'_>, precedence: u8) -> Option<ast::BinaryExpr<'_>> {
    ast::BinaryExpr::cast(operand).filter(|it| it.node().op().precedence() >= precedence)
}

impl<'a> Printer<'a> {
    /// Prints a binary expression as an operand of an operator of precedence `outer`.
    pub(super) fn binary_expr(&mut self, expr: ast::BinaryExpr<'a>, outer: u8, depth: u32) {
        let op = expr.node().op();
        let precedence = op.precedence();
        if precedence < outer {
            self.token(Token::LParen);
            self.expr_at(expr.node(), 0, depth_inside_parens(depth));
            self.token(Token::RParen);
            return;
        }
        let mut has_blanks = precedence < Operators::of(expr, &mut self.operators).cutoff(depth);
        let x = expr.x();
        let is_chain = x.kind() == Kind::BinaryExpr && x.op().precedence() == precedence;
        self.expr_at(x, precedence, depth + u32::from(!is_chain));
        if has_blanks {
            self.blank();
        }
        let line_before = self.pos.line;
        let y = expr.y();
        let line_behind = self.line(y.start());
        self.at(self.token_from(x.end()));
        self.token(op);
        let mut is_indented = false;
        if line_before != line_behind && self.linebreak(line_behind, 1, Some(Space::Indent), true) > 0 {
            is_indented = true;
            has_blanks = false;
        }
        if has_blanks {
            self.blank();
        }
        self.expr_at(y, precedence + 1, depth + 1);
        if is_indented {
            self.space(Space::Unindent);
        }
    }
}
