//! Comments between tokens: where they go, and what becomes of the white space around them.

use std::borrow::Cow;

use gofix_syntax::{SourceFile, TextRange, Token};

use super::{Flushed, MAX_NEWLINES, Pos, Printer, Space, general};
use crate::{columns::Stop, doc};

/// The comment groups that were not printed yet.
pub(crate) struct Comments<'a> {
    file: &'a SourceFile,
    groups: &'a [TextRange],
    /// The one that comes next.
    group: Option<Group>,
    /// While measuring: that of a node, which waits for its turn.
    of_node: Option<TextRange>,
    is_measuring: bool,
}

#[derive(Copy, Clone)]
struct Group {
    range: TextRange,
    /// Whether a line ends in it or must end behind it.
    has_newline: bool,
}

impl<'a> Comments<'a> {
    pub(super) fn of(file: &'a SourceFile, groups: &'a [TextRange]) -> Comments<'a> {
        let mut comments = Comments { file, groups, group: None, of_node: None, is_measuring: false };
        comments.advance();
        comments
    }

    /// No comments but those that nodes have for their own.
    pub(super) fn of_nodes(file: &'a SourceFile) -> Comments<'a> {
        Comments { file, groups: &[], group: None, of_node: None, is_measuring: true }
    }

    fn advance(&mut self) {
        let next = self.of_node.take().or_else(|| {
            let (first, rest) = self.groups.split_first()?;
            self.groups = rest;
            Some(*first)
        });
        self.group = next.map(|range| Group { range, has_newline: has_newline(self.file, range) });
    }
}

fn has_newline(file: &SourceFile, group: TextRange) -> bool {
    file.text()[group.to_usize()].contains('\n')
        || file.comments_in(group).iter().any(|it| is_line_comment(&file.text()[it.to_usize()]))
}

fn is_line_comment(comment: &str) -> bool {
    comment.starts_with("//")
}

/// What comment was printed last.
#[derive(Copy, Clone)]
struct Printed {
    is_line_comment: bool,
    start: u32,
}

impl<'a> Printer<'a> {
    /// Whether a comment comes before the offset that can be printed here.
    pub(super) fn comment_before(&self, offset: u32) -> bool {
        let group = self.comments.group;
        group.is_some_and(|it| it.range.start < offset && (!self.implies_semicolon || !it.has_newline))
    }

    /// The size of the comments before the offset, in bytes; not exact if it is more than `limit`.
    pub(super) fn comment_size_before(&self, offset: u32, limit: usize) -> usize {
        let can_precede = |it: &Group| it.range.start < offset && (!self.implies_semicolon || !it.has_newline);
        let file = self.comments.file;
        let rest = self.comments.groups.iter().map(|&range| Group { range, has_newline: has_newline(file, range) });
        let mut size = 0;
        for group in self.comments.group.into_iter().chain(rest).take_while(can_precede) {
            size += file.comments_in(group.range).iter().map(|it| self.comment_text(*it).len()).sum::<usize>();
            if size > limit {
                break;
            }
        }
        size
    }

    /// While measuring, a node's own comment comes next.
    pub(super) fn comment_of_node(&mut self, group: Option<TextRange>) {
        if self.comments.is_measuring && group.is_some() {
            self.comments.of_node = group;
            if self.comments.group.is_none() {
                self.comments.advance();
            }
        }
    }

    /// The text of a comment without carriage returns.
    fn comment_text(&self, range: TextRange) -> Cow<'a, str> {
        let text = &self.file.text()[range.to_usize()];
        if memchr::memchr(b'\r', text.as_bytes()).is_some() {
            Cow::Owned(general::without_carriage_returns(text))
        } else {
            Cow::Borrowed(text)
        }
    }

    /// Writes the comments before `next`, with the pending white space around them.
    pub(super) fn write_comments(&mut self, next: Pos, token: Token) -> Flushed {
        let mut last: Option<Printed> = None;
        while let Some(group) = self.comments.group.filter(|_| self.comment_before(next.offset)) {
            let comments = self.file.comments_in(group.range);
            let is_doc = self.is_doc(group.range, comments, next, token);
            match is_doc.then(|| self.canonical(comments)).flatten() {
                Some(doc) if doc.is_empty() => {
                    let start = self.place(group.range.start);
                    self.comment_prefix(start, next, last, token);
                    self.pos = next;
                    self.end = next;
                    self.comments.advance();
                    return self.comment_suffix(false);
                }
                Some(doc) => {
                    let start = group.range.start;
                    doc.iter().for_each(|it| self.write_comment(start, it, next, &mut last, token));
                }
                None => {
                    for comment in comments {
                        let text = self.comment_text(*comment);
                        self.write_comment(comment.start, &text, next, &mut last, token);
                    }
                }
            }
            if let Some(comment) = comments.last().filter(|_| is_doc) {
                let text = self.comment_text(*comment);
                last = Some(Printed { is_line_comment: is_line_comment(&text), start: comment.start });
                self.pos = self.place(comment.start + text.len() as u32);
                self.end = self.pos;
            }
            self.comments.advance();
        }
        let Some(last) = last else { return Flushed::default() };
        self.behind_comments(last, next, token)
    }

    /// Whether the group is what gofmt rewrites as a doc comment: it starts a line, and one byte behind it is the token.
    fn is_doc(&self, group: TextRange, comments: &[TextRange], next: Pos, token: Token) -> bool {
        if matches!(token, Token::Ident | Token::Import) || self.place(group.start).column != 1 {
            return false;
        }
        // The end is that of the text without carriage returns, as go/ast has it.
        let end = comments.last().map_or(group.end, |it| it.start + self.comment_text(*it).len() as u32);
        end < self.file.text().len() as u32 && self.place(end + 1) == next
    }

    /// The comments of a doc comment as gofmt rewrites them; nothing if they stay.
    fn canonical(&self, comments: &[TextRange]) -> Option<Vec<String>> {
        let texts: Vec<Cow<'_, str>> = comments.iter().map(|it| self.comment_text(*it)).collect();
        doc::normalise(&texts.iter().map(|it| &**it).collect::<Vec<_>>())
    }

    fn write_comment(&mut self, start: u32, text: &str, next: Pos, last: &mut Option<Printed>, token: Token) {
        let pos = self.place(start);
        self.comment_prefix(pos, next, *last, token);
        let indent = self.out.indent;
        if pos.column == 1 && text.starts_with("//line ") {
            self.out.indent = 0;
        }
        if is_line_comment(text) {
            self.write(pos, text.trim_end());
        } else {
            self.general_comment(pos, text);
        }
        self.out.indent = indent;
        *last = Some(Printed { is_line_comment: is_line_comment(text), start });
    }

    fn general_comment(&mut self, pos: Pos, text: &str) {
        let is_out_of_place = pos.column == 1 && self.out.indent > 0;
        let mut pos = pos;
        for (i, line) in general::lines(text, is_out_of_place).iter().enumerate() {
            if i > 0 {
                self.newlines(1, true);
                pos = self.pos;
            }
            if !line.is_empty() {
                self.write(pos, line.trim_end());
            }
        }
    }

    /// White space before a comment at `pos`; `prev` is the comment right before it.
    fn comment_prefix(&mut self, pos: Pos, next: Pos, prev: Option<Printed>, token: Token) {
        if self.out.is_empty() {
            return;
        }
        if pos.line == self.end.line && prev.is_none_or(|it| !it.is_line_comment) {
            self.prefix_in_line(pos, next, prev);
        } else {
            self.prefix_on_new_line(pos, next, prev, token);
        }
    }

    /// The comment stands on the line of what comes before: a blank or a gap separates them.
    fn prefix_in_line(&mut self, pos: Pos, next: Pos, prev: Option<Printed>) {
        let mut has_gap = false;
        if prev.is_none() {
            let mut ready = 0;
            for (i, space) in self.pending.iter_mut().enumerate() {
                match space {
                    Space::Blank => *space = Space::Nothing,
                    Space::Column => has_gap = true,
                    Space::Indent => {}
                    _ => {
                        ready = i;
                        break;
                    }
                }
            }
            self.write_spaces(ready);
        }
        if has_gap {
        } else if pos.line == next.line {
            self.write_blank();
        } else {
            self.write_gap(Stop::Hard);
        }
    }

    /// The comment starts a line.
    fn prefix_on_new_line(&mut self, pos: Pos, next: Pos, prev: Option<Printed>, token: Token) {
        let mut dropped_newline = false;
        let mut ready = 0;
        for i in 0..self.pending.len() {
            match self.pending[i] {
                Space::Blank | Space::Column => {
                    self.pending[i] = Space::Nothing;
                    continue;
                }
                Space::Indent => continue,
                // Of several blocks that end, the comment belongs to all but the last; to that one as well if it
                // stands in the column of what follows, unless that is the closing brace.
                Space::Unindent if self.pending.get(i + 1) == Some(&Space::Unindent) => continue,
                Space::Unindent if token != Token::RBrace && pos.column == next.column => continue,
                Space::Newline | Space::Break => {
                    self.pending[i] = Space::Nothing;
                    dropped_newline = prev.is_none();
                }
                _ => {}
            }
            ready = i;
            break;
        }
        self.write_spaces(ready);
        let mut lines = pos.line.saturating_sub(self.end.line);
        if self.out.indent == 0 && dropped_newline {
            lines += 1;
        }
        if lines == 0 && prev.is_some_and(|it| it.is_line_comment) {
            lines = 1;
        }
        if lines > 0 {
            self.newlines(lines.min(MAX_NEWLINES), true);
        }
    }

    /// White space behind the last comment before a token.
    fn behind_comments(&mut self, last: Printed, next: Pos, token: Token) -> Flushed {
        let mut needs_newline = false;
        let hugs = |close: Token, open: Token| token == close && self.prev_open != open;
        if !self.is_tight
            && !last.is_line_comment
            && self.line(last.start) == next.line
            && token != Token::Comma
            && !hugs(Token::RParen, Token::LParen)
            && !hugs(Token::RBrack, Token::LBrack)
        {
            let has_newline = self.pending.iter().any(|it| matches!(it, Space::Newline | Space::Break));
            if has_newline && !self.is_inline && self.literals == 0 {
                needs_newline = true;
            } else {
                self.write_blank();
            }
        }
        if last.is_line_comment || token == Token::Eof || token == Token::RBrace && !self.is_inline {
            needs_newline = true;
        }
        self.comment_suffix(needs_newline)
    }

    /// Writes the pending white space behind a comment: of the line ends at most one, if it is needed.
    fn comment_suffix(&mut self, needs_newline: bool) -> Flushed {
        let mut needs_newline = needs_newline;
        let mut flushed = Flushed::default();
        for space in &mut self.pending {
            match *space {
                Space::Blank | Space::Column => *space = Space::Nothing,
                Space::Newline | Space::Break if needs_newline => {
                    needs_newline = false;
                    flushed.wrote_newline = true;
                }
                Space::Newline | Space::Break => {
                    flushed.dropped_break |= *space == Space::Break;
                    *space = Space::Nothing;
                }
                _ => {}
            }
        }
        self.write_spaces(self.pending.len());
        if needs_newline {
            self.newlines(1, false);
            flushed.wrote_newline = true;
        }
        flushed
    }
}
