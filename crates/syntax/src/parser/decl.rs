//! Files and declarations (spec: Source file organization, Declarations and scope).

use super::{Parsed, Parser, params::Begun};
use crate::{
    ast::flags,
    builder::{Mark, scratch},
    kind::{Kind, Role},
    token::Token,
};

impl Parser<'_> {
    /// A whole file.
    pub(super) fn file(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        self.package_clause()?;
        let mut imports_over = false;
        while self.tok != Token::Eof {
            let is_import = self.tok == Token::Import;
            if is_import && imports_over {
                return self.stop(self.start(), "imports must appear before other declarations");
            }
            imports_over |= !is_import;
            self.top_level_decl()?;
        }
        self.finish_with_child(mark, Kind::File, start);
        Ok(())
    }

    pub(super) fn package_clause(&mut self) -> Parsed {
        self.expect(Token::Package)?;
        self.ident(Role::Name)?;
        self.expect_semicolon()
    }

    pub(super) fn top_level_decl(&mut self) -> Parsed {
        match self.tok {
            Token::Func => self.func_decl()?,
            Token::Import | Token::Const | Token::Var | Token::Type => self.decl()?,
            _ => return self.expected("declaration"),
        }
        self.role(Role::Decls);
        Ok(())
    }

    /// An import, const, type or var declaration, and the semicolon behind it.
    pub(super) fn decl(&mut self) -> Parsed {
        let (mark, start, op) = (self.mark(), self.start(), self.tok);
        self.next();
        let is_group = self.eat(Token::LParen);
        if is_group {
            while !matches!(self.tok, Token::RParen | Token::Eof) {
                self.spec(op)?;
            }
            self.expect(Token::RParen)?;
            self.finish(mark, Kind::GenDecl, start).flags = flags::PAREN;
            self.expect_semicolon()?;
        } else {
            self.spec(op)?;
            self.finish_with_child(mark, Kind::GenDecl, start);
        }
        self.out.last_mut().op = op;
        Ok(())
    }

    fn spec(&mut self, keyword: Token) -> Parsed {
        match keyword {
            Token::Import => self.import_spec()?,
            Token::Type => self.type_spec()?,
            _ => self.value_spec(keyword)?,
        }
        self.role(Role::Specs);
        self.expect_semicolon()
    }

    fn import_spec(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        if self.tok == Token::Ident {
            self.ident(Role::Name)?;
        } else if self.eat(Token::Period) {
            let name = self.mark();
            self.finish(name, Kind::Ident, start).role = Role::Name;
        }
        if self.tok != Token::String {
            let message = if self.tok.is_literal() { "import path must be a string" } else { "missing import path" };
            return self.stop(self.start(), message);
        }
        self.basic_lit();
        self.role(Role::Path);
        self.finish(mark, Kind::ImportSpec, start);
        Ok(())
    }

    fn value_spec(&mut self, keyword: Token) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        self.ident(Role::Names)?;
        while self.eat(Token::Comma) {
            self.ident(Role::Names)?;
        }
        if keyword == Token::Var {
            if self.tok != Token::Assign {
                self.ty(Role::Type)?;
            }
        } else if self.try_ty()? {
            self.role(Role::Type);
        }
        if self.eat(Token::Assign) {
            self.exprs(Role::Values)?;
        }
        self.finish_with_child(mark, Kind::ValueSpec, start);
        Ok(())
    }

    fn type_spec(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        self.ident(Role::Name)?;
        let mut is_alias = false;
        let is_array = self.tok == Token::LBrack && !self.type_params_or_array()?;
        if !is_array {
            is_alias = self.eat(Token::Assign);
            self.ty(Role::Type)?;
        }
        self.role(Role::Type);
        self.finish_with_child(mark, Kind::TypeSpec, start).flags = if is_alias { flags::ALIAS } else { 0 };
        Ok(())
    }

    /// At `[` behind the name of a type: type parameters (true), or an array or slice type.
    ///
    /// `[P *C` may start either. What is read is an expression; it is taken for a name and a constraint if it can be
    /// split so and is followed by a comma, or holds what only a constraint can hold (spec: Type parameter declarations).
    fn type_params_or_array(&mut self) -> Parsed<bool> {
        let (mark, lbrack) = (self.mark(), self.start());
        self.next();
        if self.tok != Token::Ident {
            self.array_length()?;
            self.array_element(mark, lbrack)?;
            return Ok(false);
        }
        let (first, start) = (self.out.slots.len(), self.start());
        self.ident(Role::None)?;
        let mut typed = Some(false);
        if self.tok != Token::LBrack {
            self.expr_level += 1;
            self.primary_rest(mark, start)?;
            typed = self.constraint_or_length(mark, start, first)?;
            self.expr_level -= 1;
        }
        match typed {
            Some(typed) if typed || self.tok != Token::RBrack => {
                self.parameter_list(Some(Begun { mark, start, first, typed }), Token::RBrack, false)?;
                self.expect(Token::RBrack)?;
                self.field_list(mark, lbrack, Role::TypeParams);
                Ok(true)
            }
            _ => {
                self.role(Role::Len);
                self.array_element(mark, lbrack)?;
                Ok(false)
            }
        }
    }

    /// Parses the operators behind the primary expression pushed since `mark`, the first node of which, a name, is at
    /// `first`. If the whole is a name and the start of a constraint, it is left as these: `Some(true)`. `Some(false)` if
    /// it is just a name.
    fn constraint_or_length(&mut self, mark: Mark, start: u32, first: usize) -> Parsed<Option<bool>> {
        let primary = self.out.last_index();
        let mut unions = Vec::new();
        let mut star = None;
        let mut splits = true;
        let mut has_type_elem = false;
        let mut levels = 0;
        loop {
            levels += 1;
            self.descend()?;
            let (op, op_start) = (self.tok, self.start());
            if op.precedence() == 0 {
                break;
            }
            self.next();
            self.binary_operand(mark, start, op)?;
            let at = self.out.last_index();
            has_type_elem |= self.out.slots[at - 1].flags & scratch::TYPE_ELEM != 0;
            match op {
                Token::Mul if at > primary && primary == first && star.is_none() && unions.is_empty() => {
                    star = Some((at, op_start));
                }
                Token::Or => unions.push(at),
                _ => splits = false,
            }
        }
        self.ascend(levels);
        if self.out.since(mark) == 1 {
            return Ok(Some(false));
        }
        if star.is_none() {
            has_type_elem |= self.is_call_of_type_elem(primary);
        }
        if !splits || !(has_type_elem || self.tok == Token::Comma) {
            return Ok(None);
        }
        let inner_start = match star {
            Some((at, op_start)) => {
                let slot = &mut self.out.slots[at];
                (slot.kind, slot.start, slot.op, slot.flags) = (Kind::StarExpr, op_start, Token::Eof, 0);
                slot.size -= 1;
                self.out.slots[at - 1].role = Role::X;
                op_start
            }
            None => match self.call_to_paren(primary, first) {
                Some(start) => start,
                None => return Ok(None),
            },
        };
        for at in unions {
            let slot = &mut self.out.slots[at];
            slot.start = inner_start;
            slot.size -= 1;
        }
        Ok(Some(true))
    }

    /// Whether the node at `at` is a call with one argument that can only be a type element.
    fn is_call_of_type_elem(&self, at: usize) -> bool {
        self.out.slots[at].kind == Kind::CallExpr && self.out.slots[at - 1].flags & scratch::TYPE_ELEM != 0
    }

    /// Makes the call `P(C)` at `at` the parenthesised type `(C)` behind the name `P`, which is at `first`. The start of
    /// the type, or none if it is not such a call.
    fn call_to_paren(&mut self, at: usize, first: usize) -> Option<u32> {
        let argument = &self.out.slots[at - 1];
        let call = &self.out.slots[at];
        // The name, the argument and the call are all there is.
        let is_plain = call.kind == Kind::CallExpr
            && call.flags & flags::ELLIPSIS == 0
            && argument.role == Role::Args
            && call.size == argument.size + 2
            && self.out.slots[first].role == Role::Fun;
        if !is_plain {
            return None;
        }
        let name_end = self.out.slots[first].end;
        let from = self.tokens.starts.partition_point(|&it| it < name_end);
        let start = self.tokens.starts[from];
        self.out.slots[at - 1].role = Role::X;
        let slot = &mut self.out.slots[at];
        (slot.kind, slot.start, slot.flags) = (Kind::ParenExpr, start, 0);
        slot.size -= 1;
        Some(start)
    }

    fn func_decl(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        self.next();
        if self.tok == Token::LParen {
            self.parameters(Role::Recv)?;
        }
        self.ident(Role::Name)?;
        let ty = self.mark();
        if self.tok == Token::LBrack {
            self.type_parameters()?;
        }
        self.signature()?;
        self.finish_with_child(ty, Kind::FuncType, start).role = Role::Type;
        if self.tok == Token::LBrace {
            self.block(Role::Body)?;
            self.expect_semicolon()?;
        } else if self.eat(Token::Semicolon) {
            if self.tok == Token::LBrace {
                return self.stop(self.start(), "unexpected semicolon or newline before {");
            }
        } else {
            self.expect_semicolon()?;
        }
        self.finish_with_child(mark, Kind::FuncDecl, start);
        Ok(())
    }
}
