//! Tokens to nodes, by recursive descent over the grammar of the Go specification.
//!
//! Parsing stops at the first error; `recover` then tries the declarations one by one. What is accepted, and how deep it
//! may nest, is what go/parser accepts.

mod decl;
mod expr;
mod params;
mod recover;
mod stmt;
mod types;

use std::sync::{Arc, OnceLock};

use gofix_text::FileId;

use crate::{
    builder::{Builder, Mark, Slot},
    kind::{Kind, Role},
    lexer::{Lexed, lex},
    token::Token,
    tree::{SourceFile, SyntaxError, Tokens},
};

/// go/parser's limit on nesting.
const MAX_NESTING: u32 = 100_000;

/// Parsing has stopped at an error, which is kept in the parser.
pub(crate) struct Stop;

pub(crate) type Parsed<T = ()> = Result<T, Stop>;

pub(crate) struct Parser<'t> {
    text: &'t str,
    tokens: &'t Tokens,
    /// Index of the current token.
    at: usize,
    /// Index of the token at which the input counts as ended.
    limit: usize,
    /// The current token; a line end that acts as a semicolon is one.
    tok: Token,
    /// Less than 0 in the header of a control clause, where `{` starts the block.
    expr_level: i32,
    nesting: u32,
    out: Builder,
    error: Option<SyntaxError>,
    /// Places of the roots of expression lists being parsed, innermost list last.
    roots: Vec<usize>,
}

impl<'t> Parser<'t> {
    pub(crate) fn new(text: &'t str, tokens: &'t Tokens) -> Parser<'t> {
        let limit = tokens.kinds.len() - 1;
        let mut parser = Parser {
            text,
            tokens,
            at: 0,
            limit,
            tok: Token::Eof,
            expr_level: 0,
            nesting: 0,
            out: Builder::default(),
            error: None,
            roots: Vec::new(),
        };
        parser.seek(0, limit);
        parser
    }

    /// Goes to token `at`; the input ends before token `limit`.
    fn seek(&mut self, at: usize, limit: usize) {
        (self.at, self.limit) = (at, limit);
        (self.expr_level, self.nesting) = (0, 0);
        self.roots.clear();
        self.load();
    }

    fn load(&mut self) {
        self.tok = match self.tokens.kinds[self.at] {
            _ if self.at >= self.limit => Token::Eof,
            Token::Newline => Token::Semicolon,
            token => token,
        };
    }

    fn next(&mut self) {
        if self.at < self.limit {
            self.at += 1;
            self.load();
        }
    }

    /// Where the current token starts.
    fn start(&self) -> u32 {
        self.tokens.starts[self.at]
    }

    /// Where the token before the current one ends.
    fn prev_end(&self) -> u32 {
        self.at.checked_sub(1).map_or(0, |it| self.tokens.ends[it])
    }

    fn stop<T>(&mut self, offset: u32, message: impl Into<String>) -> Parsed<T> {
        self.error.get_or_insert_with(|| SyntaxError::new(offset, message));
        Err(Stop)
    }

    /// Stops at the current token because something else should be there.
    fn expected<T>(&mut self, what: &str) -> Parsed<T> {
        let text = || &self.text[self.tokens.starts[self.at] as usize..self.tokens.ends[self.at] as usize];
        // Where the input ends before the file does, the token behind it says more.
        let found = match self.tokens.kinds[self.at] {
            Token::Ident => text().to_owned(),
            token if token.is_literal() => format!("{} {}", token.text(), shorten(text())),
            token @ (Token::Eof | Token::Illegal | Token::Newline) => token.text().to_owned(),
            token => format!("'{}'", token.text()),
        };
        self.stop(self.start(), format!("expected {what}, found {found}"))
    }

    fn expect(&mut self, token: Token) -> Parsed<u32> {
        if self.tok != token {
            return self.expected(&format!("'{}'", token.text()));
        }
        let start = self.start();
        self.next();
        Ok(start)
    }

    fn eat(&mut self, token: Token) -> bool {
        let found = self.tok == token;
        if found {
            self.next();
        }
        found
    }

    /// A semicolon, which may be left out before `)` and `}` (spec: Semicolons).
    fn expect_semicolon(&mut self) -> Parsed {
        if !matches!(self.tok, Token::RParen | Token::RBrace) && !self.eat(Token::Semicolon) {
            return self.expected("';'");
        }
        Ok(())
    }

    /// Whether a list goes on behind a comma, rather than ending at `closing`.
    fn list_goes_on(&mut self, closing: Token, what: &str) -> Parsed<bool> {
        if self.eat(Token::Comma) {
            return Ok(true);
        }
        if self.tok == closing {
            return Ok(false);
        }
        let before = if self.tokens.kinds[self.at] == Token::Newline { " before newline" } else { "" };
        self.stop(self.start(), format!("missing ','{before} in {what}"))
    }

    /// Goes one level deeper; [`Parser::ascend`] comes back.
    fn descend(&mut self) -> Parsed {
        self.nesting += 1;
        if self.nesting > MAX_NESTING {
            return self.stop(self.start(), "exceeded max nesting depth");
        }
        Ok(())
    }

    fn ascend(&mut self, levels: u32) {
        self.nesting -= levels;
    }

    /// Runs `parse` one level deeper. The nesting is bounded, but deeper than a thread's stack: it grows on demand.
    fn nested<T>(&mut self, parse: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        self.descend()?;
        let result = stacker::maybe_grow(128 << 10, 4 << 20, || parse(self));
        self.ascend(1);
        result
    }

    fn mark(&self) -> Mark {
        self.out.mark()
    }

    /// Pushes a node that ends with the token before the current one.
    fn finish(&mut self, mark: Mark, kind: Kind, start: u32) -> &mut Slot {
        let end = self.prev_end();
        self.out.push(mark, kind, start, end)
    }

    /// Pushes a node that ends where its last child does.
    fn finish_with_child(&mut self, mark: Mark, kind: Kind, start: u32) -> &mut Slot {
        let end = self.out.last().end;
        self.out.push(mark, kind, start, end)
    }

    /// Says what the node pushed last is to its parent.
    fn role(&mut self, role: Role) {
        self.out.last_mut().role = role;
    }

    fn ident(&mut self, role: Role) -> Parsed<u32> {
        if self.tok != Token::Ident {
            return self.expected("identifier");
        }
        let start = self.start();
        self.next();
        let mark = self.mark();
        self.finish(mark, Kind::Ident, start).role = role;
        Ok(start)
    }

    fn basic_lit(&mut self) {
        let (start, op) = (self.start(), self.tok);
        self.next();
        let mark = self.mark();
        self.finish(mark, Kind::BasicLit, start).op = op;
    }
}

/// The start of a literal, enough to recognise it by.
fn shorten(text: &str) -> String {
    const MAX: usize = 20;
    let line = text.lines().next().unwrap_or_default();
    if line.len() == text.len() && text.chars().count() <= MAX {
        return text.to_owned();
    }
    line.chars().take(MAX).chain(['…']).collect()
}

impl SourceFile {
    /// Parses `text` as a file by itself. Never fails; see [`SourceFile::errors`].
    pub fn parse(text: impl Into<Arc<str>>) -> SourceFile {
        SourceFile::parse_as(FileId(0), text)
    }

    /// Parses `text` as the file `id` of a workspace. Never fails; see [`SourceFile::errors`].
    pub fn parse_as(id: FileId, text: impl Into<Arc<str>>) -> SourceFile {
        let mut text = text.into();
        if u32::try_from(text.len()).is_err() {
            text = "".into();
        }
        let Lexed { tokens, comments, errors, unterminated } = lex(&text);
        let mut parser = Parser::new(&text, &tokens);
        let errors =
            if errors.is_empty() && parser.file().is_ok() { Vec::new() } else { parser.recover(&errors, unterminated) };
        let nodes = parser.out.finish();
        SourceFile {
            id,
            text,
            nodes,
            tokens,
            comments: comments.into(),
            errors,
            lines: OnceLock::new(),
            groups: OnceLock::new(),
        }
    }
}
