//! Expressions (spec: Expressions).

use super::{Parsed, Parser};
use crate::{
    ast::flags,
    builder::{Mark, scratch},
    kind::{Kind, Role},
    token::Token,
};

impl Parser<'_> {
    /// An expression, or a type where the grammar cannot tell.
    pub(super) fn expr(&mut self, role: Role) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        self.unary_expr()?;
        self.binary_rest(mark, start, 1)?;
        self.role(role);
        Ok(())
    }

    /// Expressions with commas between; their places are added to `roots`.
    pub(super) fn expr_list(&mut self, role: Role) -> Parsed {
        loop {
            self.expr(role)?;
            self.roots.push(self.out.last_index());
            if !self.eat(Token::Comma) {
                return Ok(());
            }
        }
    }

    /// An expression list whose places nobody asks for.
    pub(super) fn exprs(&mut self, role: Role) -> Parsed {
        let first = self.roots.len();
        self.expr_list(role)?;
        self.roots.truncate(first);
        Ok(())
    }

    /// The operators of at least `precedence` behind the operand pushed since `mark`.
    pub(super) fn binary_rest(&mut self, mark: Mark, start: u32, precedence: u8) -> Parsed {
        let mut levels = 0;
        loop {
            levels += 1;
            self.descend()?;
            let (op, op_precedence) = (self.tok, self.tok.precedence());
            if op_precedence < precedence {
                break;
            }
            self.next();
            self.binary_operand(mark, start, op)?;
        }
        self.ascend(levels);
        Ok(())
    }

    /// The right operand of `op`, and the expression with the left one, which was pushed since `mark`.
    pub(super) fn binary_operand(&mut self, mark: Mark, start: u32, op: Token) -> Parsed {
        self.role(Role::X);
        let left = self.out.last().flags & scratch::TYPE_ELEM;
        let (right_mark, right_start) = (self.mark(), self.start());
        self.unary_expr()?;
        self.binary_rest(right_mark, right_start, op.precedence() + 1)?;
        self.role(Role::Y);
        let right = self.out.last().flags & scratch::TYPE_ELEM;
        let node = self.finish_with_child(mark, Kind::BinaryExpr, start);
        (node.op, node.flags) = (op, left | right);
        Ok(())
    }

    pub(super) fn unary_expr(&mut self) -> Parsed {
        self.nested(|p| {
            let (mark, start, op) = (p.mark(), p.start(), p.tok);
            match op {
                Token::Add | Token::Sub | Token::Not | Token::Xor | Token::And | Token::Tilde => {
                    p.next();
                    p.unary_expr()?;
                    p.role(Role::X);
                    let node = p.finish_with_child(mark, Kind::UnaryExpr, start);
                    node.op = op;
                    if op == Token::Tilde {
                        node.flags |= scratch::TYPE_ELEM;
                    }
                }
                Token::Arrow => {
                    p.next();
                    p.unary_expr()?;
                    if p.out.last().kind == Kind::ChanType {
                        return p.arrow_before_chan_type(start);
                    }
                    p.role(Role::X);
                    p.finish_with_child(mark, Kind::UnaryExpr, start).op = op;
                }
                Token::Mul => {
                    p.next();
                    p.unary_expr()?;
                    p.role(Role::X);
                    p.finish_with_child(mark, Kind::StarExpr, start);
                }
                _ => {
                    p.operand()?;
                    p.primary_rest(mark, start)?;
                }
            }
            Ok(())
        })
    }

    /// `<-` stood before the channel type pushed last: it belongs to the type. As `<-chan<- T` means
    /// `<-chan (<-T)`, the arrows of the types inside move as well (spec: Channel types).
    fn arrow_before_chan_type(&mut self, arrow: u32) -> Parsed {
        let (mut at, mut arrow) = (self.out.last_index(), arrow);
        loop {
            let ty = &self.out.slots[at];
            let direction = ty.flags & (flags::SEND | flags::RECV);
            let own_arrow = self.arrow_behind(ty.start);
            if ty.kind != Kind::ChanType || direction == flags::RECV {
                return self.stop(arrow, "expected channel type");
            }
            let ty = &mut self.out.slots[at];
            ty.start = arrow;
            ty.flags = flags::RECV | scratch::TYPE_ELEM;
            if direction != flags::SEND {
                return Ok(());
            }
            arrow = own_arrow;
            // The element type is the only child, so it was pushed just before.
            at -= 1;
        }
    }

    fn arrow_behind(&self, offset: u32) -> u32 {
        let from = self.tokens.starts.partition_point(|&it| it <= offset);
        self.tokens.starts[from.min(self.tokens.starts.len() - 1)]
    }

    fn operand(&mut self) -> Parsed {
        match self.tok {
            Token::Ident => {
                self.ident(Role::None)?;
            }
            token if token.is_literal() => self.basic_lit(),
            Token::LParen => {
                let (mark, start) = (self.mark(), self.start());
                self.next();
                self.expr_level += 1;
                self.expr(Role::X)?;
                self.expr_level -= 1;
                self.expect(Token::RParen)?;
                let type_elem = self.out.last().flags & scratch::TYPE_ELEM;
                self.finish(mark, Kind::ParenExpr, start).flags = type_elem;
            }
            Token::Func => {
                let (mark, start) = (self.mark(), self.start());
                self.func_type()?;
                if self.tok == Token::LBrace {
                    self.role(Role::Type);
                    self.expr_level += 1;
                    self.block(Role::Body)?;
                    self.expr_level -= 1;
                    self.finish(mark, Kind::FuncLit, start);
                }
            }
            _ => {
                if !self.try_ty()? {
                    return self.expected("operand");
                }
            }
        }
        Ok(())
    }

    /// Selectors, indices, calls and literal values behind the operand pushed since `mark`.
    pub(super) fn primary_rest(&mut self, mark: Mark, start: u32) -> Parsed {
        let mut levels = 0;
        loop {
            levels += 1;
            self.descend()?;
            match self.tok {
                Token::Period => {
                    self.role(Role::X);
                    self.next();
                    match self.tok {
                        Token::Ident => {
                            self.ident(Role::Sel)?;
                            self.finish(mark, Kind::SelectorExpr, start);
                        }
                        Token::LParen => self.type_assertion(mark, start)?,
                        _ => return self.expected("selector or type assertion"),
                    }
                }
                Token::LBrack => self.index_or_slice(mark, start)?,
                Token::LParen => self.call(mark, start)?,
                Token::LBrace => {
                    if !self.starts_literal_value() {
                        break;
                    }
                    if self.out.last().kind == Kind::ParenExpr {
                        return self.stop(start, "cannot parenthesize type in composite literal");
                    }
                    self.role(Role::Type);
                    self.literal_value(mark, start)?;
                }
                _ => break,
            }
        }
        self.ascend(levels);
        Ok(())
    }

    /// Whether `{` behind the expression pushed last is the literal value of that type, rather than a block.
    fn starts_literal_value(&self) -> bool {
        let mut at = self.out.last_index();
        while self.out.slots[at].kind == Kind::ParenExpr {
            at -= 1;
        }
        match self.out.slots[at].kind {
            Kind::Ident | Kind::SelectorExpr | Kind::IndexExpr | Kind::IndexListExpr => self.expr_level >= 0,
            Kind::ArrayType | Kind::StructType | Kind::MapType => true,
            _ => false,
        }
    }

    fn type_assertion(&mut self, mark: Mark, start: u32) -> Parsed {
        self.next();
        let is_switch = self.eat(Token::Type);
        if !is_switch {
            self.ty(Role::Type)?;
        }
        self.expect(Token::RParen)?;
        let node = self.finish(mark, Kind::TypeAssertExpr, start);
        node.flags = if is_switch { scratch::TYPE_SWITCH } else { 0 };
        Ok(())
    }

    fn index_or_slice(&mut self, mark: Mark, start: u32) -> Parsed {
        self.role(Role::X);
        self.next();
        if self.tok == Token::RBrack {
            return self.expected("operand");
        }
        self.expr_level += 1;
        let first = self.roots.len();
        if self.tok != Token::Colon {
            self.expr(Role::Low)?;
            self.roots.push(self.out.last_index());
        }
        match self.tok {
            Token::Colon => {
                self.roots.truncate(first);
                return self.slice(mark, start);
            }
            Token::Comma => {
                while self.eat(Token::Comma) {
                    if !matches!(self.tok, Token::RBrack | Token::Eof) {
                        self.ty(Role::None)?;
                        self.roots.push(self.out.last_index());
                    }
                }
            }
            _ => (),
        }
        self.expr_level -= 1;
        self.expect(Token::RBrack)?;
        self.index_expr(mark, start, first);
        Ok(())
    }

    /// At the first colon of a slice expression whose low index, if any, was pushed.
    fn slice(&mut self, mark: Mark, start: u32) -> Parsed {
        let mut colons = 0;
        let mut indices = [None; 2];
        for role in [Role::High, Role::Max] {
            if !self.eat(Token::Colon) {
                break;
            }
            if !matches!(self.tok, Token::Colon | Token::RBrack | Token::Eof) {
                self.expr(role)?;
                indices[colons] = Some(());
            }
            colons += 1;
        }
        self.expr_level -= 1;
        if colons == 2 && indices != [Some(()); 2] {
            return self.stop(self.start(), "middle and final index required in 3-index slice");
        }
        self.expect(Token::RBrack)?;
        self.finish(mark, Kind::SliceExpr, start).flags = if colons == 2 { flags::SLICE3 } else { 0 };
        Ok(())
    }

    fn call(&mut self, mark: Mark, start: u32) -> Parsed {
        self.role(Role::Fun);
        self.next();
        self.expr_level += 1;
        let mut has_ellipsis = false;
        while !matches!(self.tok, Token::RParen | Token::Eof) && !has_ellipsis {
            self.expr(Role::Args)?;
            has_ellipsis = self.eat(Token::Ellipsis);
            if !self.list_goes_on(Token::RParen, "argument list")? {
                break;
            }
        }
        self.expr_level -= 1;
        self.expect(Token::RParen)?;
        self.finish(mark, Kind::CallExpr, start).flags = if has_ellipsis { flags::ELLIPSIS } else { 0 };
        Ok(())
    }

    /// `{ ... }`; the type, if any, was pushed since `mark`.
    fn literal_value(&mut self, mark: Mark, start: u32) -> Parsed {
        self.nested(|p| {
            p.next();
            p.expr_level += 1;
            while !matches!(p.tok, Token::RBrace | Token::Eof) {
                p.element()?;
                if !p.list_goes_on(Token::RBrace, "composite literal")? {
                    break;
                }
            }
            p.expr_level -= 1;
            p.expect(Token::RBrace)?;
            p.finish(mark, Kind::CompositeLit, start);
            Ok(())
        })
    }

    fn element(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        self.element_value(Role::Elts)?;
        if self.eat(Token::Colon) {
            self.role(Role::Key);
            self.element_value(Role::Value)?;
            self.finish_with_child(mark, Kind::KeyValueExpr, start).role = Role::Elts;
        }
        Ok(())
    }

    fn element_value(&mut self, role: Role) -> Parsed {
        if self.tok != Token::LBrace {
            return self.expr(role);
        }
        let (mark, start) = (self.mark(), self.start());
        self.literal_value(mark, start)?;
        self.role(role);
        Ok(())
    }
}
