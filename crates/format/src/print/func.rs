//! Functions: parameters, results, and bodies that may stand in one line.

use gofix_syntax::{
    Kind, Node, Role, Token,
    ast::{self, AstNode},
};

use super::{Printer, Space, list::List};

/// Up to this size in bytes, a function stands in one line with its body.
const SHORT: u32 = 100;

/// More statements than this never stand in one line.
const FEW: usize = 5;

impl<'a> Printer<'a> {
    /// Parameters, results or type parameters in their parentheses. `of_type`: the type parameters of a type, which may
    /// need a comma so as not to be taken for the length of an array.
    pub(super) fn parameters(&mut self, fields: Node<'a>, of_type: bool) {
        let is_types = fields.role() == Role::TypeParams;
        let (open, close) = if is_types { (Token::LBrack, Token::RBrack) } else { (Token::LParen, Token::RParen) };
        let closing = fields.end() - 1;
        self.at(fields.start());
        self.token(open);
        let mut indent = Some(Space::Indent);
        let mut previous_line = self.line(fields.start());
        let mut count = 0;
        for (i, field) in fields.children().filter_map(ast::Field::cast).enumerate() {
            let node = field.node();
            let line = self.line(node.start());
            let is_next_line = previous_line < line;
            if i > 0 {
                if !is_next_line {
                    self.at(node.start());
                }
                self.token(Token::Comma);
            }
            if is_next_line && self.linebreak(line, 0, indent, true) > 0 {
                indent = None;
            } else if i > 0 {
                self.blank();
            }
            let names: Vec<_> = field.names().collect();
            if !names.is_empty() {
                self.expr_list(&names, List { indents: indent.is_some(), ..List::OPEN });
                self.blank();
            }
            self.expr(field.ty().unparen());
            previous_line = self.line(node.end());
            count += names.len().max(1);
            if self.out.is_over() {
                return;
            }
        }
        let first_type = fields.children().find_map(ast::Field::cast).map(|it| it.ty().unparen());
        if count > 0 && previous_line < self.line(closing) {
            self.token(Token::Comma);
            self.linebreak(self.line(closing), 0, None, true);
        } else if of_type && count == 1 && first_type.is_some_and(combines_with_name) {
            self.token(Token::Comma);
        }
        if indent.is_none() {
            self.space(Space::Unindent);
        }
        self.at(closing);
        self.token(close);
    }

    /// Type parameters, parameters and results of a `FuncType`.
    pub(super) fn signature(&mut self, ty: Node<'a>) {
        let Some(ty) = ast::FuncType::cast(ty) else { return };
        if let Some(params) = ty.type_params() {
            self.parameters(params, false);
        }
        self.parameters(ty.params(), false);
        let Some(results) = ty.results() else { return };
        let mut fields = results.children().filter_map(ast::Field::cast);
        let Some(first) = fields.next() else { return };
        self.blank();
        if fields.next().is_none() && first.names().next().is_none() {
            self.expr(first.ty().unparen());
        } else {
            self.parameters(results, false);
        }
    }

    pub(super) fn func_lit(&mut self, func: ast::FuncLit<'a>) {
        let start = func.ty().start();
        self.at(start);
        self.token(Token::Func);
        let column = i64::from(self.out.column()) - "func".len() as i64;
        self.signature(func.ty());
        let header = self.distance(start, column);
        self.func_body(header, Space::Blank, func.body());
    }

    pub(super) fn func_decl(&mut self, func: ast::FuncDecl<'a>) {
        self.comment_of_node(func.node().doc());
        let start = func.node().start();
        self.at(start);
        self.token(Token::Func);
        self.blank();
        // The blank is not written yet, so that gofmt counts one byte more than for a literal.
        let column = i64::from(self.out.column()) - "func ".len() as i64;
        if let Some(recv) = func.recv() {
            self.parameters(recv, false);
            self.blank();
        }
        self.expr(func.name());
        self.signature(func.ty());
        if let Some(body) = func.body() {
            let header = self.distance(start, column);
            self.func_body(header, Space::Column, body);
        }
    }

    /// How many bytes were written since `column`, if the text at `start` is on the same line. Where the print has more
    /// lines than the text, that can be less than nothing; gofmt then takes the header for very short.
    fn distance(&self, start: u32, column: i64) -> Option<i64> {
        (self.line(start) == self.pos.line).then(|| i64::from(self.out.column()) - column)
    }

    /// `header`: the size of what comes before, if that is one line.
    fn func_body(&mut self, header: Option<i64>, space: Space, body: Node<'a>) {
        let literals = std::mem::take(&mut self.literals);
        if header.is_some_and(|it| it <= i64::from(SHORT) && it + i64::from(self.body_size(body)) <= i64::from(SHORT)) {
            self.one_line_body(space, body);
        } else {
            self.blank();
            self.block(body, true);
        }
        self.literals = literals;
    }

    fn one_line_body(&mut self, space: Space, body: Node<'a>) {
        self.space(space);
        self.at(body.start());
        self.token(Token::LBrace);
        let stmts: Vec<_> = body.children().collect();
        if !stmts.is_empty() {
            self.blank();
            for (i, stmt) in stmts.iter().enumerate() {
                if i > 0 {
                    self.token(Token::Semicolon);
                    self.blank();
                }
                self.stmt(*stmt, i + 1 == stmts.len());
            }
            self.blank();
        }
        self.is_inline = true;
        self.at(body.end() - 1);
        self.token(Token::RBrace);
        self.is_inline = false;
    }

    /// The size of a body in one line, with its comments; more than `SHORT` if it cannot stand in one.
    fn body_size(&mut self, body: Node<'a>) -> u32 {
        const TOO_LONG: u32 = SHORT + 1;
        let close = body.end() - 1;
        if self.line(body.start()) != self.line(close) || body.children().nth(FEW).is_some() {
            return TOO_LONG;
        }
        let mut size = u32::try_from(self.comment_size_before(close, SHORT as usize)).unwrap_or(TOO_LONG);
        for (i, stmt) in body.children().enumerate() {
            if size > SHORT {
                break;
            }
            let separator = if i > 0 { "; ".len() as u32 } else { 0 };
            size += separator + self.size(stmt, SHORT).unwrap_or(TOO_LONG);
        }
        size
    }
}

/// Whether `T P` for a type parameter list `[P T]` could be an expression, so that `[P T]` would be a length.
fn combines_with_name(ty: Node<'_>) -> bool {
    let mut ty = ty;
    loop {
        let x = ty.child(Role::X);
        match ty.kind() {
            Kind::StarExpr | Kind::ParenExpr => return !x.is_some_and(is_type_element),
            Kind::BinaryExpr if !ty.child(Role::Y).is_some_and(is_type_element) => match x {
                Some(x) => ty = x,
                None => return false,
            },
            _ => return false,
        }
    }
}

/// Whether the expression can only be a type.
fn is_type_element(node: Node<'_>) -> bool {
    let mut open = vec![node];
    while let Some(node) = open.pop() {
        match node.kind() {
            Kind::UnaryExpr if node.op() == Token::Tilde => return true,
            Kind::BinaryExpr => open.extend(node.children()),
            Kind::ParenExpr => open.extend(node.child(Role::X)),
            kind if kind.is_type_literal() => return true,
            _ => {}
        }
    }
    false
}
