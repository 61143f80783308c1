//! Types (spec: Types).

use super::{Parsed, Parser};
use crate::{
    ast::flags,
    builder::{Mark, scratch},
    kind::{Kind, Role},
    token::Token,
};

impl Parser<'_> {
    pub(super) fn ty(&mut self, role: Role) -> Parsed {
        if !self.try_ty()? {
            return self.expected("type");
        }
        self.role(role);
        Ok(())
    }

    /// Parses a type if one starts here.
    pub(super) fn try_ty(&mut self) -> Parsed<bool> {
        self.nested(|p| {
            match p.tok {
                Token::Ident => p.named_type()?,
                Token::LBrack => {
                    let (mark, start) = (p.mark(), p.start());
                    p.next();
                    p.array_length()?;
                    p.array_element(mark, start)?;
                }
                Token::Struct => p.struct_type()?,
                Token::Mul => {
                    let (mark, start) = (p.mark(), p.start());
                    p.next();
                    p.ty(Role::X)?;
                    p.finish(mark, Kind::StarExpr, start);
                }
                Token::Func => p.func_type()?,
                Token::Interface => p.interface_type()?,
                Token::Map => p.map_type()?,
                Token::Chan | Token::Arrow => p.chan_type()?,
                Token::LParen => {
                    let (mark, start) = (p.mark(), p.start());
                    p.next();
                    p.ty(Role::X)?;
                    p.expect(Token::RParen)?;
                    let type_elem = p.out.last().flags & scratch::TYPE_ELEM;
                    p.finish(mark, Kind::ParenExpr, start).flags |= type_elem;
                }
                _ => return Ok(false),
            }
            Ok(true)
        })
    }

    /// `T`, `p.T`, `T[A]`.
    pub(super) fn named_type(&mut self) -> Parsed {
        let mark = self.mark();
        let start = self.ident(Role::None)?;
        self.rest_of_named_type(mark, start)
    }

    /// What follows the name pushed since `mark`: a selector, type arguments.
    pub(super) fn rest_of_named_type(&mut self, mark: Mark, start: u32) -> Parsed {
        self.rest_of_type_name(mark, start)?;
        if self.tok == Token::LBrack {
            self.type_instance(mark, start)?;
        }
        Ok(())
    }

    pub(super) fn rest_of_type_name(&mut self, mark: Mark, start: u32) -> Parsed {
        if self.eat(Token::Period) {
            self.role(Role::X);
            self.ident(Role::Sel)?;
            self.finish(mark, Kind::SelectorExpr, start);
        }
        Ok(())
    }

    /// The type arguments of the generic type pushed since `mark`.
    fn type_instance(&mut self, mark: Mark, start: u32) -> Parsed {
        self.role(Role::X);
        self.expect(Token::LBrack)?;
        self.expr_level += 1;
        let first = self.roots.len();
        while !matches!(self.tok, Token::RBrack | Token::Eof) {
            self.ty(Role::Indices)?;
            self.roots.push(self.out.last_index());
            if !self.list_goes_on(Token::RBrack, "type argument list")? {
                break;
            }
        }
        self.expr_level -= 1;
        if self.roots.len() == first {
            return self.expected("type argument list");
        }
        self.expect(Token::RBrack)?;
        self.index_expr(mark, start, first);
        Ok(())
    }

    /// Pushes `x[i]` or `x[i, j]`; the indices are the roots since `first`.
    pub(super) fn index_expr(&mut self, mark: Mark, start: u32, first: usize) {
        if let [index] = self.roots[first..] {
            self.out.slots[index].role = Role::Index;
            self.finish(mark, Kind::IndexExpr, start);
        } else {
            for &index in &self.roots[first..] {
                self.out.slots[index].role = Role::Indices;
            }
            self.finish(mark, Kind::IndexListExpr, start);
        }
        self.roots.truncate(first);
    }

    /// The length of an array type, if any, behind `[`.
    pub(super) fn array_length(&mut self) -> Parsed {
        self.expr_level += 1;
        if self.tok == Token::Ellipsis {
            let (mark, start) = (self.mark(), self.start());
            self.next();
            self.finish(mark, Kind::Ellipsis, start).role = Role::Len;
        } else if self.tok != Token::RBrack {
            self.expr(Role::Len)?;
        }
        self.expr_level -= 1;
        Ok(())
    }

    /// `]` and the element type; any length was pushed since `mark`.
    pub(super) fn array_element(&mut self, mark: Mark, start: u32) -> Parsed {
        if self.tok == Token::Comma {
            return self.stop(self.start(), "unexpected comma; expecting ]");
        }
        self.expect(Token::RBrack)?;
        self.ty(Role::Elt)?;
        self.finish(mark, Kind::ArrayType, start).flags = scratch::TYPE_ELEM;
        Ok(())
    }

    /// Behind a name pushed since `mark`, and at `[`: `name [N]T`, a name and an array type, or `T[A, B]`, an
    /// instantiated type. Whether it was a name and a type.
    pub(super) fn array_or_instance(&mut self, mark: Mark, start: u32) -> Parsed<bool> {
        let name = self.out.last_index();
        let (array, lbrack) = (self.mark(), self.start());
        self.next();
        let first = self.roots.len();
        let mut trailing_comma = None;
        if self.tok != Token::RBrack {
            self.expr_level += 1;
            loop {
                self.expr(Role::None)?;
                self.roots.push(self.out.last_index());
                let comma = self.start();
                if !self.eat(Token::Comma) {
                    break;
                }
                if self.tok == Token::RBrack {
                    trailing_comma = Some(comma);
                    break;
                }
            }
            self.expr_level -= 1;
        }
        self.expect(Token::RBrack)?;
        let bracket_end = self.prev_end();
        let is_array = match self.roots.len() - first {
            0 => {
                self.ty(Role::Elt)?;
                true
            }
            1 => self.try_ty()?,
            _ => false,
        };
        if !is_array {
            self.out.slots[name].role = Role::X;
            self.index_expr(mark, start, first);
            debug_assert_eq!(self.out.last().end, bracket_end);
            return Ok(false);
        }
        self.role(Role::Elt);
        if let Some(comma) = trailing_comma {
            return self.stop(comma, "unexpected comma; expecting ]");
        }
        if let Some(&len) = self.roots.get(first) {
            self.out.slots[len].role = Role::Len;
        }
        self.roots.truncate(first);
        self.finish(array, Kind::ArrayType, lbrack).flags = scratch::TYPE_ELEM;
        Ok(true)
    }

    fn struct_type(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        self.next();
        let (list, open) = (self.mark(), self.expect(Token::LBrace)?);
        while matches!(self.tok, Token::Ident | Token::Mul | Token::LParen) {
            self.field_decl()?;
        }
        self.expect(Token::RBrace)?;
        self.field_list(list, open, Role::Fields);
        self.finish(mark, Kind::StructType, start).flags = scratch::TYPE_ELEM;
        Ok(())
    }

    /// Pushes a field list in brackets, which end with the token before the current one.
    pub(super) fn field_list(&mut self, mark: Mark, start: u32, role: Role) {
        let list = self.finish(mark, Kind::FieldList, start);
        (list.role, list.flags) = (role, flags::PAREN);
    }

    fn field_decl(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        match self.tok {
            Token::Ident => self.field_names_and_type(mark, start)?,
            Token::Mul => {
                self.next();
                if self.tok == Token::LParen {
                    return self.stop(self.start(), "cannot parenthesize embedded type");
                }
                self.named_type()?;
                self.role(Role::X);
                self.finish(mark, Kind::StarExpr, start);
            }
            _ => return self.stop(start, "cannot parenthesize embedded type"),
        }
        self.role(Role::Type);
        if self.tok == Token::String {
            self.basic_lit();
            self.role(Role::Tag);
        }
        self.finish(mark, Kind::Field, start).role = Role::List;
        self.expect_semicolon()
    }

    fn field_names_and_type(&mut self, mark: Mark, start: u32) -> Parsed {
        self.ident(Role::Names)?;
        match self.tok {
            Token::Period | Token::String | Token::Semicolon | Token::RBrace => {
                self.rest_of_named_type(mark, start)?;
            }
            Token::LBrack => {
                self.array_or_instance(mark, start)?;
            }
            _ => {
                while self.eat(Token::Comma) {
                    self.ident(Role::Names)?;
                }
                self.ty(Role::Type)?;
            }
        }
        Ok(())
    }

    pub(super) fn func_type(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        self.next();
        if self.tok == Token::LBrack {
            return self.stop(self.start(), "function type must have no type parameters");
        }
        self.signature()?;
        self.finish_with_child(mark, Kind::FuncType, start).flags = scratch::TYPE_ELEM;
        Ok(())
    }

    /// Parameters and results.
    pub(super) fn signature(&mut self) -> Parsed {
        self.parameters(Role::Params)?;
        if self.tok == Token::LParen {
            return self.parameters(Role::Results);
        }
        let (mark, start) = (self.mark(), self.start());
        if self.try_ty()? {
            self.role(Role::Type);
            self.finish_with_child(mark, Kind::Field, start).role = Role::List;
            self.finish_with_child(mark, Kind::FieldList, start).role = Role::Results;
        }
        Ok(())
    }

    fn interface_type(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        self.next();
        let (list, open) = (self.mark(), self.expect(Token::LBrace)?);
        loop {
            let (field, at) = (self.mark(), self.start());
            if self.tok == Token::Ident {
                self.method_or_embedded(field, at)?;
            } else if self.tok == Token::Tilde || self.try_ty()? {
                self.type_elem(field, at)?;
                self.role(Role::Type);
            } else {
                break;
            }
            self.finish_with_child(field, Kind::Field, at).role = Role::List;
            self.expect_semicolon()?;
        }
        self.expect(Token::RBrace)?;
        self.field_list(list, open, Role::Methods);
        self.finish(mark, Kind::InterfaceType, start).flags = scratch::TYPE_ELEM;
        Ok(())
    }

    fn method_or_embedded(&mut self, mark: Mark, start: u32) -> Parsed {
        self.ident(Role::Names)?;
        match self.tok {
            Token::LParen => {
                let (method, at) = (self.mark(), self.start());
                self.signature()?;
                self.finish_with_child(method, Kind::FuncType, at).role = Role::Type;
                return Ok(());
            }
            Token::LBrack => self.embedded_instance(mark, start)?,
            _ => self.rest_of_named_type(mark, start)?,
        }
        self.type_elem(mark, start)?;
        self.role(Role::Type);
        Ok(())
    }

    /// Behind a name in an interface, and at `[`: the arguments of an embedded generic type. A method may not have type
    /// parameters.
    fn embedded_instance(&mut self, mark: Mark, start: u32) -> Parsed {
        self.role(Role::X);
        let lbrack = self.start();
        self.next();
        let first = self.roots.len();
        self.expr_level += 1;
        self.expr(Role::None)?;
        self.roots.push(self.out.last_index());
        if self.out.last().kind == Kind::Ident && !matches!(self.tok, Token::Comma | Token::RBrack) {
            return self.stop(lbrack, "interface method must have no type parameters");
        }
        while self.list_goes_on(Token::RBrack, "type argument list")? {
            if matches!(self.tok, Token::RBrack | Token::Eof) {
                break;
            }
            self.ty(Role::None)?;
            self.roots.push(self.out.last_index());
        }
        self.expr_level -= 1;
        self.expect(Token::RBrack)?;
        self.index_expr(mark, start, first);
        Ok(())
    }

    /// A union of terms (spec: General interfaces), the first of which may have been pushed since `mark` already.
    pub(super) fn type_elem(&mut self, mark: Mark, start: u32) -> Parsed {
        if self.out.since(mark) == 0 {
            self.type_term()?;
        }
        while self.tok == Token::Or {
            self.role(Role::X);
            self.next();
            self.type_term()?;
            self.role(Role::Y);
            self.finish_with_child(mark, Kind::BinaryExpr, start).op = Token::Or;
        }
        Ok(())
    }

    fn type_term(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        if self.eat(Token::Tilde) {
            self.ty(Role::X)?;
            self.finish_with_child(mark, Kind::UnaryExpr, start).op = Token::Tilde;
        } else if !self.try_ty()? {
            return self.expected("~ term or type");
        }
        Ok(())
    }

    fn map_type(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        self.next();
        self.expect(Token::LBrack)?;
        self.ty(Role::Key)?;
        self.expect(Token::RBrack)?;
        self.ty(Role::Value)?;
        self.finish_with_child(mark, Kind::MapType, start).flags = scratch::TYPE_ELEM;
        Ok(())
    }

    fn chan_type(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        let direction = if self.eat(Token::Arrow) {
            self.expect(Token::Chan)?;
            flags::RECV
        } else {
            self.next();
            if self.eat(Token::Arrow) { flags::SEND } else { flags::SEND | flags::RECV }
        };
        self.ty(Role::Value)?;
        self.finish_with_child(mark, Kind::ChanType, start).flags = direction | scratch::TYPE_ELEM;
        Ok(())
    }
}
