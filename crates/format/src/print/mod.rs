//! The printer: walks the tree and writes its tokens, and the comments between them, with gofmt's white space.
//!
//! White space is not written when it is asked for but when the next token is, since comments that stand in between may
//! change it. Where the text has line ends decides where the print has; positions are those of the text.

mod binary;
mod comment;
mod decl;
mod expr;
mod fields;
mod func;
mod general;
mod list;
mod literal;
mod stmt;

use std::{borrow::Cow, cell::Cell};

use gofix_syntax::{Node, SourceFile, TextRange, Token};

use crate::{
    columns::Stop,
    layout::{LINE_ENDS, Layout, lines_in},
};
use comment::Comments;

/// No more than one empty line in a row.
const MAX_NEWLINES: u32 = 2;

/// So much white space may wait; more is written without regard to comments that follow.
const MAX_PENDING: usize = 16;

/// White space to come, or a change of indentation.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
enum Space {
    /// A place where a comment took it away.
    Nothing,
    Blank,
    /// The end of a cell.
    Column,
    Newline,
    /// A line end below which no column goes on.
    Break,
    Indent,
    Unindent,
}

/// A place in the text; lines and columns count from 1.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
struct Pos {
    offset: u32,
    line: u32,
    column: u32,
}

impl Pos {
    const START: Pos = Pos { offset: 0, line: 1, column: 1 };
    const END: Pos = Pos { offset: u32::MAX, line: u32::MAX / 2, column: 0 };
}

/// What became of the white space before a token that comments precede.
#[derive(Copy, Clone, Default)]
struct Flushed {
    /// A line end was written.
    wrote_newline: bool,
    /// A line end that ends all columns was dropped.
    dropped_break: bool,
}

pub(crate) struct Printer<'a> {
    file: &'a SourceFile,
    /// Where lines start.
    lines: Cow<'a, [u32]>,
    out: Layout,
    pending: Vec<Space>,
    comments: Comments<'a>,
    /// Where the text is that is printed next, as far as it is known.
    pos: Pos,
    /// Where the text printed last ended.
    end: Pos,
    /// How many composite literals are open in the current function.
    literals: u32,
    /// No blank behind a general comment.
    is_tight: bool,
    /// No line end behind a comment but those that must be.
    is_inline: bool,
    /// A line end here would be a semicolon.
    implies_semicolon: bool,
    /// The token printed last; `Illegal` behind white space.
    last_token: Token,
    /// The last token, if it was `(` or `[`, whatever white space followed.
    prev_open: Token,
    /// Lines of the print where items started, and the one to set when the next token is printed.
    marks: Vec<u32>,
    open_mark: Option<usize>,
    /// Sizes of nodes in one line, as far as they are known; see `list`.
    sizes: Vec<u32>,
    operators: binary::Known,
    /// For each line of the print, where its text is from, and its indentation. Only if asked for.
    starts: Option<Vec<(u32, u32)>>,
    /// The line found last, from 0.
    line_cache: Cell<u32>,
}

impl<'a> Printer<'a> {
    /// One that prints parts of the file and these comment groups.
    pub(crate) fn new(file: &'a SourceFile, groups: &'a [TextRange]) -> Printer<'a> {
        let capacity = file.text().len();
        Printer::with(file, Layout::new(capacity.min(1 << 20)), Comments::of(file, groups), Vec::new())
    }

    fn with(file: &'a SourceFile, out: Layout, comments: Comments<'a>, sizes: Vec<u32>) -> Printer<'a> {
        Printer {
            file,
            lines: Cow::Borrowed(file.line_starts()),
            out,
            pending: Vec::with_capacity(MAX_PENDING),
            comments,
            pos: Pos::START,
            end: Pos::START,
            literals: 0,
            is_tight: false,
            is_inline: false,
            implies_semicolon: false,
            last_token: Token::Illegal,
            prev_open: Token::Illegal,
            marks: Vec::new(),
            open_mark: None,
            sizes,
            operators: binary::Known::default(),
            starts: None,
            line_cache: Cell::new(0),
        }
    }

    /// Takes the lines that start at these offsets to be one with the lines above.
    pub(crate) fn join_lines(&mut self, joined: &[u32]) {
        if !joined.is_empty() {
            self.lines.to_mut().retain(|it| joined.binary_search(it).is_err());
        }
    }

    /// Prints only to find out how deep lines are indented.
    pub(crate) fn note_starts(&mut self) {
        self.starts = Some(Vec::new());
    }

    /// What [`Printer::note_starts`] asked for: for each line where its text starts, and its indentation in tabs.
    pub(crate) fn starts(mut self) -> Vec<(u32, u32)> {
        self.implies_semicolon = false;
        self.flush(Pos::END, Token::Eof);
        self.starts.unwrap_or_default()
    }

    /// Prints what comments are left, and ends. Nothing if the code is nested too deep.
    pub(crate) fn finish(mut self) -> Option<String> {
        self.implies_semicolon = false;
        self.flush(Pos::END, Token::Eof);
        self.out.finish()
    }

    /// The size of what was printed, if that is one line.
    fn measured(&mut self) -> Option<u32> {
        self.implies_semicolon = false;
        self.flush(Pos::END, Token::Eof);
        self.out.length()
    }

    // --- places

    /// The line of an offset, from 1.
    fn line(&self, offset: u32) -> u32 {
        let starts = &self.lines;
        let mut line = self.line_cache.get() as usize;
        if starts[line] > offset || starts.get(line + 1).is_some_and(|&it| it <= offset) {
            line = match starts.get(line + 1..line + 3) {
                Some(&[start, end]) if start <= offset && offset < end => line + 1,
                _ => starts.partition_point(|&it| it <= offset) - 1,
            };
            self.line_cache.set(line as u32);
        }
        line as u32 + 1
    }

    fn place(&self, offset: u32) -> Pos {
        let line = self.line(offset);
        Pos { offset, line, column: offset - self.lines[line as usize - 1] + 1 }
    }

    /// The next token is at that offset.
    fn at(&mut self, offset: u32) {
        self.pos = self.place(offset);
    }

    /// The start of the first token at `offset` or behind it.
    fn token_from(&self, offset: u32) -> u32 {
        self.file.token_from(offset).1.start
    }

    // --- items

    fn token(&mut self, token: Token) {
        let text = token.text();
        self.note_open();
        if may_combine(self.last_token, text.as_bytes()[0]) {
            self.pending.clear();
            self.pending.push(Space::Blank);
        }
        use Token::*;
        let ends = matches!(token, Break | Continue | Fallthrough | Return | Inc | Dec | RParen | RBrack | RBrace);
        self.item(text, token, ends);
    }

    fn name(&mut self, node: Node<'_>) {
        self.note_open();
        self.item(node.text(), Token::Ident, true);
    }

    fn literal(&mut self, text: &str, token: Token) {
        self.note_open();
        self.item(text, token, true);
    }

    fn item(&mut self, text: &str, token: Token, implies_semicolon: bool) {
        self.last_token = token;
        let next = self.pos;
        let flushed = self.flush(next, token);
        let mut implies_semicolon = implies_semicolon;
        // Line ends of the text that nothing asked for, as behind comments.
        if !self.implies_semicolon {
            let limit = if flushed.wrote_newline { MAX_NEWLINES - 1 } else { MAX_NEWLINES };
            let lines = next.line.saturating_sub(self.pos.line).min(limit);
            if lines > 0 {
                self.newlines(lines, flushed.dropped_break);
                implies_semicolon = false;
            }
        }
        if let Some(mark) = self.open_mark.take() {
            self.marks[mark] = self.out.line();
        }
        self.write(next, text);
        self.implies_semicolon = implies_semicolon;
    }

    fn space(&mut self, space: Space) {
        self.note_open();
        if self.pending.len() == MAX_PENDING {
            self.write_spaces(MAX_PENDING);
        }
        self.pending.push(space);
        if matches!(space, Space::Newline | Space::Break) {
            self.implies_semicolon = false;
        }
        self.last_token = Token::Illegal;
    }

    fn blank(&mut self) {
        self.space(Space::Blank);
    }

    fn note_open(&mut self) {
        match self.last_token {
            Token::Illegal => {}
            Token::LParen | Token::LBrack => self.prev_open = self.last_token,
            _ => self.prev_open = Token::Illegal,
        }
    }

    /// Asks for as many line ends as there are in the text up to `line`, but at least `min`; how many that were. With
    /// `ends_columns`, no column goes on below them. `first` goes before them.
    fn linebreak(&mut self, line: u32, min: u32, first: Option<Space>, ends_columns: bool) -> u32 {
        let lines = line.saturating_sub(self.pos.line).min(MAX_NEWLINES).max(min);
        if lines == 0 {
            return 0;
        }
        first.into_iter().for_each(|it| self.space(it));
        let mut rest = lines;
        if ends_columns {
            self.space(Space::Break);
            rest -= 1;
        }
        (0..rest).for_each(|_| self.space(Space::Newline));
        // One that ends columns counts for two.
        lines + u32::from(ends_columns)
    }

    // --- lines of the print

    /// A place for the line where an item will start.
    fn new_mark(&mut self) -> usize {
        self.marks.push(0);
        self.marks.len() - 1
    }

    /// The next token starts an item.
    fn mark(&mut self, mark: usize) {
        self.open_mark = Some(mark);
    }

    /// Whether what was printed since the item started spans lines.
    fn spans_lines(&self, mark: usize) -> bool {
        self.out.line() > self.marks[mark]
    }

    fn drop_mark(&mut self, mark: usize) {
        debug_assert_eq!(mark + 1, self.marks.len());
        self.marks.pop();
    }

    // --- writing

    /// Writes pending white space, and the comments before `next`.
    fn flush(&mut self, next: Pos, token: Token) -> Flushed {
        if self.comment_before(next.offset) {
            self.write_comments(next, token)
        } else {
            self.write_spaces(self.pending.len());
            Flushed::default()
        }
    }

    /// Writes the first `count` of the pending spaces.
    fn write_spaces(&mut self, count: usize) {
        let mut at = 0;
        while at < count {
            match self.pending[at] {
                Space::Nothing => {}
                Space::Indent => self.out.indent += 1,
                Space::Unindent => self.out.indent = self.out.indent.saturating_sub(1),
                Space::Newline | Space::Break if at + 1 < count && self.pending[at + 1] == Space::Unindent => {
                    // The line end belongs to the outer block, whose columns are not those of the inner one.
                    self.pending[at] = Space::Unindent;
                    self.pending[at + 1] = Space::Break;
                    continue;
                }
                Space::Newline => self.newlines(1, false),
                Space::Break => self.newlines(1, true),
                Space::Blank => self.write_blank(),
                Space::Column => self.write_gap(Stop::Soft),
            }
            at += 1;
        }
        self.pending.drain(..count);
    }

    fn newlines(&mut self, count: u32, ends_columns: bool) {
        self.out.newlines(count, ends_columns);
        self.pos.offset = self.pos.offset.saturating_add(count);
        self.pos.line += count;
        self.pos.column = 1;
    }

    fn write_blank(&mut self) {
        self.out.blank();
        self.pos.offset = self.pos.offset.saturating_add(1);
        self.pos.column += 1;
    }

    fn write_gap(&mut self, stop: Stop) {
        self.out.gap(stop);
        self.pos.offset = self.pos.offset.saturating_add(1);
        self.pos.column += 1;
    }

    /// Writes text that is at `pos`.
    fn write(&mut self, pos: Pos, text: &str) {
        if let Some(starts) = self.starts.as_mut().filter(|_| self.out.is_at_line_start()) {
            starts.push((pos.offset, self.out.indent));
        }
        self.out.text(text);
        self.pos = pos;
        self.pos.offset = self.pos.offset.saturating_add(text.len() as u32);
        match text.rfind(LINE_ENDS) {
            Some(at) => {
                self.pos.line += lines_in(text);
                self.pos.column = (text.len() - at) as u32;
            }
            None => self.pos.column += text.len() as u32,
        }
        self.end = self.pos;
    }
}

/// Calls `print` with room for a deep recursion: trees may be deep, and only what is indented too deep is not printed.
fn on_enough_stack<T>(print: impl FnOnce() -> T) -> T {
    const RED_ZONE: usize = 128 << 10;
    const STACK: usize = 4 << 20;
    stacker::maybe_grow(RED_ZONE, STACK, print)
}

/// Whether the tokens would become one without a blank between them.
fn may_combine(prev: Token, next: u8) -> bool {
    match prev {
        Token::Int => next == b'.',
        Token::Add => next == b'+',
        Token::Sub => next == b'-',
        Token::Quo => next == b'*',
        Token::Lss => matches!(next, b'-' | b'<'),
        Token::And => matches!(next, b'&' | b'^'),
        _ => false,
    }
}
