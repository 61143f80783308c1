//! Statements (spec: Statements).

use super::{Parsed, Parser};
use crate::{
    ast::flags,
    builder::{Mark, scratch},
    kind::{Kind, Role},
    token::Token,
};

/// Which forms of simple statement are allowed at a place.
#[derive(Copy, Clone, PartialEq)]
enum Allow {
    Basic,
    Label,
    Range,
}

/// What a simple statement turned out to be.
#[derive(Copy, Clone, PartialEq)]
enum Simple {
    Stmt,
    /// Its statement has taken the line end already.
    Labeled,
    /// A range clause: its operands were pushed, but no statement.
    Range(Token),
}

impl Parser<'_> {
    /// A block.
    pub(super) fn block(&mut self, role: Role) -> Parsed {
        let (mark, start) = (self.mark(), self.expect(Token::LBrace)?);
        self.stmt_list(Role::List)?;
        self.expect(Token::RBrace)?;
        self.finish(mark, Kind::BlockStmt, start).role = role;
        Ok(())
    }

    fn stmt_list(&mut self, role: Role) -> Parsed {
        while !matches!(self.tok, Token::Case | Token::Default | Token::RBrace | Token::Eof) {
            self.stmt(role)?;
        }
        Ok(())
    }

    fn stmt(&mut self, role: Role) -> Parsed {
        self.nested(|p| p.stmt_inner())?;
        self.role(role);
        Ok(())
    }

    fn stmt_inner(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        match self.tok {
            Token::Const | Token::Type | Token::Var => {
                self.decl()?;
                self.role(Role::Decl);
                self.finish_with_child(mark, Kind::DeclStmt, start);
            }
            Token::Ident
            | Token::Int
            | Token::Float
            | Token::Imag
            | Token::Char
            | Token::String
            | Token::Func
            | Token::LParen
            | Token::LBrack
            | Token::Struct
            | Token::Map
            | Token::Chan
            | Token::Interface
            | Token::Add
            | Token::Sub
            | Token::Mul
            | Token::And
            | Token::Xor
            | Token::Arrow
            | Token::Not => {
                if self.simple_stmt(Allow::Label)? != Simple::Labeled {
                    self.expect_semicolon()?;
                }
            }
            Token::Go => self.go_or_defer(Kind::GoStmt)?,
            Token::Defer => self.go_or_defer(Kind::DeferStmt)?,
            Token::Return => {
                self.next();
                if !matches!(self.tok, Token::Semicolon | Token::RBrace) {
                    self.exprs(Role::Results)?;
                }
                self.finish(mark, Kind::ReturnStmt, start);
                self.expect_semicolon()?;
            }
            Token::Break | Token::Continue | Token::Goto | Token::Fallthrough => self.branch()?,
            Token::LBrace => {
                self.block(Role::None)?;
                self.expect_semicolon()?;
            }
            Token::If => self.if_stmt()?,
            Token::Switch => self.switch()?,
            Token::Select => {
                self.next();
                self.clauses(Self::comm_clause)?;
                self.finish(mark, Kind::SelectStmt, start);
                self.expect_semicolon()?;
            }
            Token::For => self.for_stmt()?,
            Token::Semicolon => {
                let implicit = self.tokens.kinds[self.at] == Token::Newline;
                self.next();
                let end = if implicit { start } else { start + 1 };
                let node = self.out.push(mark, Kind::EmptyStmt, start, end);
                node.flags = if implicit { flags::IMPLICIT } else { 0 };
            }
            // Only behind a label (spec: Labeled statements).
            Token::RBrace => self.out.push(mark, Kind::EmptyStmt, start, start).flags = flags::IMPLICIT,
            _ => return self.expected("statement"),
        }
        Ok(())
    }

    fn simple_stmt(&mut self, allow: Allow) -> Parsed<Simple> {
        let (mark, start) = (self.mark(), self.start());
        let first = self.roots.len();
        self.expr_list(Role::X)?;
        let simple = self.simple_rest(mark, start, first, allow);
        self.roots.truncate(first);
        simple
    }

    /// What follows the expressions, at `roots[first..]`, with which a simple statement starts.
    fn simple_rest(&mut self, mark: Mark, start: u32, first: usize, allow: Allow) -> Parsed<Simple> {
        let op = self.tok;
        if op == Token::Define || op == Token::Assign || is_assign_op(op) {
            return self.assignment(mark, start, first, allow);
        }
        if self.roots.len() > first + 1 {
            return self.stop(start, "expected 1 expression");
        }
        match op {
            Token::Colon => {
                if allow != Allow::Label || self.out.last().kind != Kind::Ident || self.out.since(mark) != 1 {
                    return self.stop(self.start(), "illegal label declaration");
                }
                self.role(Role::Label);
                self.next();
                self.stmt(Role::Stmt)?;
                self.finish_with_child(mark, Kind::LabeledStmt, start);
                return Ok(Simple::Labeled);
            }
            Token::Arrow => {
                self.role(Role::Chan);
                self.next();
                self.expr(Role::Value)?;
                self.finish(mark, Kind::SendStmt, start);
            }
            Token::Inc | Token::Dec => {
                self.next();
                self.finish(mark, Kind::IncDecStmt, start).op = op;
            }
            _ => {
                self.finish_with_child(mark, Kind::ExprStmt, start);
            }
        }
        Ok(Simple::Stmt)
    }

    fn assignment(&mut self, mark: Mark, start: u32, first: usize, allow: Allow) -> Parsed<Simple> {
        let op = self.tok;
        self.next();
        let lhs = self.roots.len();
        if allow == Allow::Range && self.tok == Token::Range && matches!(op, Token::Define | Token::Assign) {
            self.next();
            match self.roots[first..] {
                [key] => self.out.slots[key].role = Role::Key,
                [key, value] => {
                    self.out.slots[key].role = Role::Key;
                    self.out.slots[value].role = Role::Value;
                }
                _ => return self.stop(start, "expected at most 2 expressions"),
            }
            self.expr(Role::X)?;
            return Ok(Simple::Range(op));
        }
        for &it in &self.roots[first..] {
            self.out.slots[it].role = Role::Lhs;
        }
        self.expr_list(Role::Rhs)?;
        let is_single = lhs == first + 1 && self.roots.len() == lhs + 1;
        let node = self.finish_with_child(mark, Kind::AssignStmt, start);
        (node.op, node.flags) = (op, if is_single { scratch::SINGLE } else { 0 });
        Ok(Simple::Stmt)
    }

    fn go_or_defer(&mut self, kind: Kind) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        let name = self.tok.text();
        self.next();
        self.expr(Role::Call)?;
        match self.out.last().kind {
            Kind::CallExpr => (),
            Kind::ParenExpr => {
                return self.stop(start, format!("expression in {name} must not be parenthesized"));
            }
            _ => return self.stop(self.prev_end(), format!("expression in {name} must be function call")),
        }
        self.finish(mark, kind, start);
        self.expect_semicolon()
    }

    fn branch(&mut self) -> Parsed {
        let (mark, start, op) = (self.mark(), self.start(), self.tok);
        self.next();
        if op == Token::Goto || (op != Token::Fallthrough && self.tok == Token::Ident) {
            self.ident(Role::Label)?;
        }
        self.finish(mark, Kind::BranchStmt, start).op = op;
        self.expect_semicolon()
    }

    /// Makes the expression statement pushed last an expression in that role.
    fn stmt_to_expr(&mut self, role: Role, what: &str) -> Parsed {
        let stmt = self.out.last();
        if stmt.kind != Kind::ExprStmt {
            let found = if stmt.kind == Kind::AssignStmt { "assignment" } else { "simple statement" };
            let message = format!("expected {what}, found {found} (missing parentheses around composite literal?)");
            return self.stop(stmt.start, message);
        }
        self.out.pop();
        self.role(role);
        Ok(())
    }

    fn if_stmt(&mut self) -> Parsed {
        self.nested(|p| {
            let (mark, start) = (p.mark(), p.start());
            p.next();
            p.if_header()?;
            p.block(Role::Body)?;
            if p.eat(Token::Else) {
                match p.tok {
                    Token::If => p.if_stmt()?,
                    Token::LBrace => {
                        p.block(Role::Else)?;
                        p.expect_semicolon()?;
                    }
                    _ => return p.expected("if statement or block"),
                }
                p.role(Role::Else);
            } else {
                p.expect_semicolon()?;
            }
            p.finish_with_child(mark, Kind::IfStmt, start);
            Ok(())
        })
    }

    fn if_header(&mut self) -> Parsed {
        let outer = std::mem::replace(&mut self.expr_level, -1);
        let init = self.mark();
        if self.tok == Token::LBrace {
            return self.stop(self.start(), "missing condition in if statement");
        }
        if self.tok == Token::Var {
            return self.stop(self.start(), "var declaration not allowed in if initializer");
        }
        if self.tok != Token::Semicolon {
            self.simple_stmt(Allow::Basic)?;
        }
        if self.tok == Token::Semicolon {
            if self.out.since(init) > 0 {
                self.role(Role::Init);
            }
            self.semicolon_before_condition()?;
            self.simple_stmt(Allow::Basic)?;
        } else if self.tok != Token::LBrace {
            return self.expected("';'");
        }
        self.stmt_to_expr(Role::Cond, "boolean expression")?;
        self.expr_level = outer;
        Ok(())
    }

    fn semicolon_before_condition(&mut self) -> Parsed {
        let is_newline = self.tokens.kinds[self.at] == Token::Newline;
        let at = self.start();
        self.next();
        if self.tok == Token::LBrace {
            let message = if is_newline {
                "unexpected newline, expecting { after if clause"
            } else {
                "missing condition in if statement"
            };
            return self.stop(at, message);
        }
        Ok(())
    }

    fn switch(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        self.next();
        let mut guard = self.mark();
        if self.tok != Token::LBrace {
            let outer = std::mem::replace(&mut self.expr_level, -1);
            if self.tok != Token::Semicolon {
                self.simple_stmt(Allow::Basic)?;
            }
            if self.tok == Token::Semicolon {
                if self.out.since(guard) > 0 {
                    self.role(Role::Init);
                }
                self.next();
                guard = self.mark();
                if self.tok != Token::LBrace {
                    self.simple_stmt(Allow::Basic)?;
                }
            }
            self.expr_level = outer;
        }
        let has_guard = self.out.since(guard) > 0;
        let kind = if has_guard && self.is_type_switch_guard()? {
            self.role(Role::Assign);
            Kind::TypeSwitchStmt
        } else {
            if has_guard {
                self.stmt_to_expr(Role::Tag, "switch expression")?;
            }
            Kind::SwitchStmt
        };
        self.clauses(Self::case_clause)?;
        self.finish(mark, kind, start);
        self.expect_semicolon()
    }

    /// Whether the statement pushed last is `x.(type)` or `v := x.(type)`.
    fn is_type_switch_guard(&mut self) -> Parsed<bool> {
        let at = self.out.last_index();
        let stmt = self.out.last();
        // The operand was pushed just before its statement.
        let operand = &self.out.slots[at - 1];
        if operand.kind != Kind::TypeAssertExpr || operand.flags & scratch::TYPE_SWITCH == 0 {
            return Ok(false);
        }
        match (stmt.kind, stmt.op) {
            (Kind::ExprStmt, _) => Ok(true),
            (Kind::AssignStmt, _) if stmt.flags & scratch::SINGLE == 0 => Ok(false),
            (Kind::AssignStmt, Token::Define) => Ok(true),
            (Kind::AssignStmt, Token::Assign) => self.stop(stmt.start, "expected ':=', found '='"),
            _ => Ok(false),
        }
    }

    /// The body of a switch or select statement.
    fn clauses(&mut self, clause: fn(&mut Self) -> Parsed) -> Parsed {
        let (mark, start) = (self.mark(), self.expect(Token::LBrace)?);
        while matches!(self.tok, Token::Case | Token::Default) {
            clause(self)?;
        }
        self.expect(Token::RBrace)?;
        self.finish(mark, Kind::BlockStmt, start).role = Role::Body;
        Ok(())
    }

    fn case_clause(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        let is_default = !self.eat(Token::Case);
        if is_default {
            self.next();
        } else {
            self.exprs(Role::List)?;
        }
        self.clause_body(mark, start, Kind::CaseClause, is_default)
    }

    fn comm_clause(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        let is_default = !self.eat(Token::Case);
        if is_default {
            self.next();
        } else {
            let (comm, at, first) = (self.mark(), self.start(), self.roots.len());
            self.expr_list(Role::X)?;
            self.comm(comm, at, first)?;
            self.roots.truncate(first);
            self.role(Role::Comm);
        }
        self.clause_body(mark, start, Kind::CommClause, is_default)
    }

    /// What follows the expressions, at `roots[first..]`, with which a communication starts.
    fn comm(&mut self, mark: Mark, start: u32, first: usize) -> Parsed {
        let (op, count) = (self.tok, self.roots.len() - first);
        match op {
            Token::Arrow if count == 1 => {
                self.role(Role::Chan);
                self.next();
                self.expr(Role::Value)?;
                self.finish(mark, Kind::SendStmt, start);
            }
            Token::Assign | Token::Define if count <= 2 => {
                for &it in &self.roots[first..] {
                    self.out.slots[it].role = Role::Lhs;
                }
                self.next();
                self.expr(Role::Rhs)?;
                self.finish(mark, Kind::AssignStmt, start).op = op;
            }
            Token::Assign | Token::Define => return self.stop(start, "expected 1 or 2 expressions"),
            _ if count > 1 => return self.stop(start, "expected 1 expression"),
            _ => {
                self.finish_with_child(mark, Kind::ExprStmt, start);
            }
        }
        Ok(())
    }

    fn clause_body(&mut self, mark: Mark, start: u32, kind: Kind, is_default: bool) -> Parsed {
        self.expect(Token::Colon)?;
        let (body, colon_end) = (self.mark(), self.prev_end());
        self.stmt_list(Role::Body)?;
        let end = if self.out.since(body) > 0 { self.out.last().end } else { colon_end };
        let node = self.out.push(mark, kind, start, end);
        (node.role, node.flags) = (Role::List, if is_default { flags::DEFAULT } else { 0 });
        Ok(())
    }

    fn for_stmt(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        self.next();
        let mut range = None;
        if self.tok != Token::LBrace {
            let outer = std::mem::replace(&mut self.expr_level, -1);
            range = self.for_header()?;
            self.expr_level = outer;
        }
        self.block(Role::Body)?;
        let kind = if range.is_some() { Kind::RangeStmt } else { Kind::ForStmt };
        self.finish_with_child(mark, kind, start).op = range.unwrap_or(Token::Eof);
        self.expect_semicolon()
    }

    /// The clauses of a for statement; the operator, if it is a range clause (`Eof` if it has none).
    fn for_header(&mut self) -> Parsed<Option<Token>> {
        let first = self.mark();
        if self.tok == Token::Range {
            self.next();
            self.expr(Role::X)?;
            return Ok(Some(Token::Eof));
        }
        if self.tok != Token::Semicolon
            && let Simple::Range(op) = self.simple_stmt(Allow::Range)?
        {
            return Ok(Some(op));
        }
        if self.tok != Token::Semicolon {
            self.stmt_to_expr(Role::Cond, "boolean or range expression")?;
            return Ok(None);
        }
        if self.out.since(first) > 0 {
            self.role(Role::Init);
        }
        self.next();
        if self.tok != Token::Semicolon {
            self.simple_stmt(Allow::Basic)?;
            self.stmt_to_expr(Role::Cond, "boolean or range expression")?;
        }
        self.expect_semicolon()?;
        if self.tok != Token::LBrace {
            self.simple_stmt(Allow::Basic)?;
            self.role(Role::Post);
        }
        Ok(None)
    }
}

fn is_assign_op(token: Token) -> bool {
    Token::AddAssign <= token && token <= Token::AndNotAssign
}
