//! Expressions and types.

use gofix_syntax::{
    Kind, Node, Role, Token,
    ast::{self, AstNode},
};

use super::{Printer, Space, list::List, literal, on_enough_stack};

/// The precedence of unary operators: above all binary ones.
const UNARY: u8 = 6;

/// The precedence of what an operator like `.` or `[` follows.
const HIGHEST: u8 = 7;

/// Parentheses undo one level of depth.
pub(super) fn depth_inside_parens(depth: u32) -> u32 {
    depth.saturating_sub(1).max(1)
}

impl<'a> Printer<'a> {
    pub(super) fn expr(&mut self, node: Node<'a>) {
        self.expr_at(node, 0, 1);
    }

    /// Prints an expression that is an operand of an operator of precedence `outer` (0 for none); `depth` counts how
    /// deep it is nested in expressions, from 1.
    pub(super) fn expr_at(&mut self, node: Node<'a>, outer: u8, depth: u32) {
        if self.out.is_over() {
            return;
        }
        self.at(node.start());
        match node.kind() {
            Kind::Ident => self.name(node),
            Kind::BasicLit => self.literal(&literal::normal(node), node.op()),
            _ => on_enough_stack(|| self.compound(node, outer, depth)),
        }
    }

    fn compound(&mut self, node: Node<'a>, outer: u8, depth: u32) {
        match node.kind() {
            Kind::BinaryExpr => {
                ast::BinaryExpr::cast(node).into_iter().for_each(|it| self.binary_expr(it, outer, depth));
            }
            Kind::KeyValueExpr => {
                ast::KeyValueExpr::cast(node).into_iter().for_each(|it| self.key_value(it, Space::Blank))
            }
            Kind::StarExpr | Kind::UnaryExpr => self.unary(node, outer, depth),
            Kind::FuncLit => ast::FuncLit::cast(node).into_iter().for_each(|it| self.func_lit(it)),
            Kind::ParenExpr => ast::ParenExpr::cast(node).into_iter().for_each(|it| self.paren(it, depth)),
            Kind::SelectorExpr => {
                ast::SelectorExpr::cast(node).into_iter().for_each(|it| {
                    self.selector(it, depth, false);
                });
            }
            Kind::TypeAssertExpr => {
                ast::TypeAssertExpr::cast(node).into_iter().for_each(|it| self.type_assert(it, depth))
            }
            Kind::IndexExpr | Kind::IndexListExpr => self.index(node, depth),
            Kind::SliceExpr => ast::SliceExpr::cast(node).into_iter().for_each(|it| self.slice(it, depth)),
            Kind::CallExpr => ast::CallExpr::cast(node).into_iter().for_each(|it| self.call(it, depth)),
            Kind::CompositeLit => ast::CompositeLit::cast(node).into_iter().for_each(|it| self.composite(it, depth)),
            _ => self.type_expr(node),
        }
    }

    fn type_expr(&mut self, node: Node<'a>) {
        match node.kind() {
            Kind::Ellipsis => {
                self.token(Token::Ellipsis);
                self.child(node, Role::Elt);
            }
            Kind::ArrayType => {
                self.token(Token::LBrack);
                self.child(node, Role::Len);
                self.token(Token::RBrack);
                self.child(node, Role::Elt);
            }
            Kind::StructType => {
                self.token(Token::Struct);
                self.field_block(node.child(Role::Fields), true);
            }
            Kind::FuncType => {
                self.token(Token::Func);
                self.signature(node);
            }
            Kind::InterfaceType => {
                self.token(Token::Interface);
                self.field_block(node.child(Role::Methods), false);
            }
            Kind::MapType => {
                self.token(Token::Map);
                self.token(Token::LBrack);
                self.child(node, Role::Key);
                self.token(Token::RBrack);
                self.child(node, Role::Value);
            }
            Kind::ChanType => ast::ChanType::cast(node).into_iter().for_each(|it| self.chan_type(it)),
            _ => {}
        }
    }

    fn child(&mut self, node: Node<'a>, role: Role) {
        if let Some(child) = node.child(role) {
            self.expr(child);
        }
    }

    fn chan_type(&mut self, chan: ast::ChanType<'a>) {
        if !chan.can_send() {
            self.token(Token::Arrow);
        }
        self.token(Token::Chan);
        if !chan.can_recv() {
            self.at(self.token_from(chan.node().start() + "chan".len() as u32));
            self.token(Token::Arrow);
        }
        self.blank();
        self.expr(chan.value());
    }

    pub(super) fn key_value(&mut self, pair: ast::KeyValueExpr<'a>, space: Space) {
        self.expr(pair.key());
        self.at(self.token_from(pair.key().end()));
        self.token(Token::Colon);
        self.space(space);
        self.expr(pair.value());
    }

    fn unary(&mut self, node: Node<'a>, outer: u8, depth: u32) {
        let needs_parens = UNARY < outer;
        if needs_parens {
            self.token(Token::LParen);
        }
        let x = node.child(Role::X);
        match node.kind() {
            Kind::StarExpr => {
                self.token(Token::Mul);
                x.into_iter().for_each(|it| self.expr(it));
            }
            _ => {
                self.token(node.op());
                // In parentheses the depth starts over.
                x.into_iter().for_each(|it| self.expr_at(it, UNARY, if needs_parens { 1 } else { depth }));
            }
        }
        if needs_parens {
            self.token(Token::RParen);
        }
    }

    fn paren(&mut self, paren: ast::ParenExpr<'a>, depth: u32) {
        // Of several pairs one is enough.
        if paren.x().kind() == Kind::ParenExpr {
            return self.expr_at(paren.x(), 0, depth);
        }
        self.token(Token::LParen);
        self.expr_at(paren.x(), 0, depth_inside_parens(depth));
        self.at(paren.node().end() - 1);
        self.token(Token::RParen);
    }

    /// Whether the selected name went to a new line; if it is that of a call, the indentation stays for the arguments.
    fn selector(&mut self, selector: ast::SelectorExpr<'a>, depth: u32, is_called: bool) -> bool {
        self.expr_at(selector.x(), HIGHEST, depth);
        self.token(Token::Period);
        let sel = selector.sel();
        let breaks = self.pos.line < self.line(sel.start());
        if breaks {
            self.space(Space::Indent);
            self.space(Space::Newline);
        }
        self.at(sel.start());
        self.name(sel);
        if breaks && !is_called {
            self.space(Space::Unindent);
        }
        breaks
    }

    fn type_assert(&mut self, assert: ast::TypeAssertExpr<'a>, depth: u32) {
        self.expr_at(assert.x(), HIGHEST, depth);
        self.token(Token::Period);
        let period = self.token_from(assert.x().end());
        self.at(self.token_from(period + 1));
        self.token(Token::LParen);
        match assert.ty() {
            Some(ty) => self.expr(ty),
            None => self.token(Token::Type),
        }
        self.at(assert.node().end() - 1);
        self.token(Token::RParen);
    }

    fn index(&mut self, node: Node<'a>, depth: u32) {
        let close = node.end() - 1;
        let Some(x) = node.child(Role::X) else { return };
        self.expr_at(x, HIGHEST, 1);
        let open = self.token_from(x.end());
        self.at(open);
        self.token(Token::LBrack);
        if let Some(index) = node.child(Role::Index) {
            self.expr_at(index, 0, depth + 1);
        } else {
            let indices: Vec<_> = node.children_in(Role::Indices).collect();
            self.expr_list(&indices, List { depth: depth + 1, ..List::between(open, close) });
        }
        self.at(close);
        self.token(Token::RBrack);
    }

    fn slice(&mut self, slice: ast::SliceExpr<'a>, depth: u32) {
        self.expr_at(slice.x(), HIGHEST, 1);
        self.at(self.token_from(slice.x().end()));
        self.token(Token::LBrack);
        let mut indices = vec![slice.low(), slice.high()];
        indices.extend(slice.max().map(Some));
        let count = indices.iter().flatten().count();
        let has_binary = indices.iter().flatten().any(|it| it.kind() == Kind::BinaryExpr);
        let has_blanks = depth <= 1 && count > 1 && has_binary;
        for (i, index) in indices.iter().enumerate() {
            if i > 0 {
                if has_blanks && indices[i - 1].is_some() {
                    self.blank();
                }
                self.token(Token::Colon);
                if has_blanks && index.is_some() {
                    self.blank();
                }
            }
            if let Some(index) = index {
                self.expr_at(*index, 0, depth + 1);
            }
        }
        self.at(slice.node().end() - 1);
        self.token(Token::RBrack);
    }

    fn call(&mut self, call: ast::CallExpr<'a>, depth: u32) {
        let args: Vec<_> = call.args().collect();
        let depth = depth + u32::from(args.len() > 1);
        let is_indented = self.callee(call.fun(), depth);
        let open = self.token_from(call.fun().end());
        let close = call.node().end() - 1;
        self.at(open);
        self.token(Token::LParen);
        match args.last().filter(|_| call.has_ellipsis()) {
            Some(last) => {
                let ellipsis = self.token_from(last.end());
                let list = List { may_end_with_comma: false, ..List::between(open, ellipsis) };
                self.expr_list(&args, List { depth, ..list });
                self.at(ellipsis);
                self.token(Token::Ellipsis);
                if self.line(ellipsis) < self.line(close) {
                    self.token(Token::Comma);
                    self.space(Space::Break);
                }
            }
            None => self.expr_list(&args, List { depth, ..List::between(open, close) }),
        }
        self.at(close);
        self.token(Token::RParen);
        if is_indented {
            self.space(Space::Unindent);
        }
    }

    /// What is called, in parentheses if it would not be understood without. Whether the indentation grew.
    fn callee(&mut self, fun: Node<'a>, depth: u32) -> bool {
        if let Some(selector) = ast::SelectorExpr::cast(fun) {
            if self.out.is_over() {
                return false;
            }
            return on_enough_stack(|| self.selector(selector, depth, true));
        }
        let is_func = fun.kind() == Kind::FuncType;
        let needs_parens = is_func || ast::ChanType::cast(fun).is_some_and(|it| !it.can_send());
        if needs_parens {
            self.token(Token::LParen);
        }
        self.expr_at(fun, HIGHEST, depth);
        if needs_parens {
            self.token(Token::RParen);
        }
        false
    }

    fn composite(&mut self, composite: ast::CompositeLit<'a>, depth: u32) {
        if let Some(ty) = composite.ty() {
            self.expr_at(ty, HIGHEST, depth);
        }
        let open = self.token_from(composite.ty().map_or(composite.node().start(), |it| it.end()));
        let close = composite.node().end() - 1;
        self.literals += 1;
        self.at(open);
        self.token(Token::LBrace);
        let elements: Vec<_> = composite.elts().collect();
        self.expr_list(&elements, List::between(open, close));
        // Comments before the brace are indented as the elements are.
        self.space(Space::Indent);
        self.space(Space::Unindent);
        self.is_inline = true;
        self.is_tight = !elements.is_empty();
        self.at(close);
        self.token(Token::RBrace);
        self.is_inline = false;
        self.is_tight = false;
        self.literals -= 1;
    }
}
