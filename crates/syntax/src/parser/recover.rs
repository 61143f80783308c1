//! Files with syntax errors, declaration by declaration.
//!
//! A keyword of a declaration at the start of a line is taken for the start of a declaration: certainly so if it is
//! `func` with a name, which cannot stand inside a function, otherwise only outside all brackets. What lies between two
//! such places is parsed by itself; if that fails, it becomes one `BadDecl` with one error.

use super::Parser;
use crate::{
    kind::{Kind, Role},
    token::Token,
    tree::SyntaxError,
};

/// Tokens `from..to` of a file, to be parsed by themselves.
struct Chunk {
    from: usize,
    to: usize,
}

impl Parser<'_> {
    /// Parses what can be parsed. Returns the errors, one for each part that cannot, in order of offset.
    pub(super) fn recover(&mut self, lexical: &[SyntaxError], unterminated: Option<u32>) -> Vec<SyntaxError> {
        let mut errors = Vec::new();
        self.restart();
        let (file, end) = (self.mark(), self.limit);
        let chunks = self.chunks(unterminated);
        let clause_end = chunks.first().map_or(end, |it| it.from);
        self.seek(0, clause_end);
        let start = self.start();
        let parsed = self.package_clause().is_ok();
        if !parsed {
            let error = self.unexpected();
            errors.push(error);
            self.restart();
            let at = self.tokens.ends[0].min(self.text.len() as u32);
            self.out.push(file, Kind::Ident, at, at).role = Role::Name;
        }
        let behind_clause = Chunk { from: if parsed { self.at } else { 0 }, to: clause_end };
        if let Some(error) = self.error_in(lexical, 0, clause_end) {
            errors.truncate(0);
            errors.push(error);
        } else if parsed && self.tok != Token::Eof {
            let error = self.unexpected();
            errors.push(error);
        }
        if parsed && !errors.is_empty() && behind_clause.from < clause_end {
            self.bad_decl(&behind_clause);
        }
        let mut imports_over = false;
        for chunk in &chunks {
            let error = self.error_in(lexical, chunk.from, chunk.to);
            if let Some(error) = error.or_else(|| self.chunk(chunk, &mut imports_over)) {
                errors.push(error);
                self.bad_decl(chunk);
            }
        }
        let end = self.out.last().end.max(start);
        self.out.push(file, Kind::File, start, end);
        errors
    }

    fn restart(&mut self) {
        self.out.truncate(0);
        self.error = None;
    }

    fn chunks(&self, unterminated: Option<u32>) -> Vec<Chunk> {
        let bytes = self.text.as_bytes();
        let mut starts = Vec::new();
        let mut depth = 0i64;
        for at in 0..self.tokens.kinds.len() - 1 {
            let (token, start) = (self.tokens.kinds[at], self.tokens.starts[at]);
            if unterminated.is_some_and(|it| it <= start) {
                break;
            }
            match token {
                Token::LParen | Token::LBrack | Token::LBrace => depth += 1,
                Token::RParen | Token::RBrack | Token::RBrace => depth -= 1,
                Token::Func | Token::Var | Token::Type | Token::Const | Token::Import => {
                    let at_line_start = start == 0 || bytes[start as usize - 1] == b'\n';
                    if at_line_start && at > 0 && (depth == 0 || self.is_func_decl(at)) {
                        starts.push(at);
                        depth = 0;
                    }
                }
                _ => (),
            }
        }
        let ends = starts.iter().skip(1).copied().chain([self.tokens.kinds.len() - 1]);
        starts.iter().zip(ends).map(|(&from, to)| Chunk { from, to }).collect()
    }

    /// Whether `func` at token `at` has a name, after a receiver or at once.
    fn is_func_decl(&self, at: usize) -> bool {
        /// Longer receivers are left to the count of brackets.
        const MAX_RECEIVER: usize = 64;
        let kinds = &self.tokens.kinds;
        let mut at = at + 1;
        if kinds[at] == Token::LParen {
            match kinds[at..].iter().take(MAX_RECEIVER).position(|&it| it == Token::RParen) {
                Some(len) => at += len + 1,
                None => return false,
            }
        }
        kinds.get(at) == Some(&Token::Ident)
            && matches!(kinds.get(at + 1), Some(Token::LParen | Token::LBrack))
            && kinds[at - 1] != Token::Period
    }

    /// The first lexical error from the start of token `from` up to the start of token `to`.
    fn error_in(&self, lexical: &[SyntaxError], from: usize, to: usize) -> Option<SyntaxError> {
        let from = if from == 0 { 0 } else { self.tokens.starts[from] };
        let to = if to + 1 == self.tokens.kinds.len() { u32::MAX } else { self.tokens.starts[to] };
        lexical.iter().find(|it| from <= it.offset && it.offset < to).cloned()
    }

    /// Parses the declarations of a chunk; the error, if there is one, and then no nodes are left of it.
    fn chunk(&mut self, chunk: &Chunk, imports_over: &mut bool) -> Option<SyntaxError> {
        let len = self.out.slots.len();
        self.seek(chunk.from, chunk.to);
        self.error = None;
        while self.tok != Token::Eof {
            let is_import = self.tok == Token::Import;
            if is_import && *imports_over {
                let _ = self.stop::<()>(self.start(), "imports must appear before other declarations");
                break;
            }
            *imports_over |= !is_import;
            if self.top_level_decl().is_err() {
                break;
            }
        }
        let error = self.error.take();
        if error.is_some() {
            self.out.truncate(len);
        }
        error
    }

    fn bad_decl(&mut self, chunk: &Chunk) {
        let last = (chunk.from..chunk.to).rev().find(|&at| self.tokens.kinds[at] != Token::Newline);
        let (start, end) = (self.tokens.starts[chunk.from], self.tokens.ends[last.unwrap_or(chunk.from)]);
        let mark = self.mark();
        self.out.push(mark, Kind::BadDecl, start, end).role = Role::Decls;
    }

    /// The error that something stands here that is no declaration.
    fn unexpected(&mut self) -> SyntaxError {
        let at = self.start();
        let _ = self.expected::<()>("declaration");
        self.error.take().unwrap_or_else(|| SyntaxError::new(at, "expected declaration"))
    }
}
