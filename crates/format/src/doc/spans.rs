//! Where the blocks of a doc comment start and end.

use std::ops::Range;

use super::{
    lines::{Marker, is_indented},
    unicode::{is_digit, is_letter, is_upper},
};

/// What a span of lines is.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Paragraph,
    /// A line that starts with `# `.
    Heading,
    /// A line that is a heading by its looks, as before Go 1.19.
    OldHeading,
    List,
    Code,
}

/// Consecutive lines that make up a block.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Span {
    pub(super) kind: Kind,
    pub(super) lines: Range<usize>,
}

/// The spans of unindented lines, in order. Between them are empty lines or none.
pub(super) struct Spans<'l, 'a> {
    lines: &'l [&'a str],
    /// The first line that is not in a span yet.
    at: usize,
    /// Lines before this one are taken for indented whether they are or not.
    forced: usize,
}

impl<'l, 'a> Spans<'l, 'a> {
    pub(super) fn new(lines: &'l [&'a str]) -> Spans<'l, 'a> {
        Spans { lines, at: 0, forced: 0 }
    }

    /// A list or code, from an indented line to the next that is neither indented nor empty.
    fn indented(&self) -> Span {
        let (start, lines) = (self.at, self.lines);
        let is_list = is_item(lines[start]);
        // After an item that should have been indented, others are likely to be of the same list, up to an empty line.
        let mut accepts_items = is_list && start < self.forced;
        let mut end = start + 1;
        for (index, line) in lines.iter().enumerate().skip(start + 1) {
            if line.is_empty() {
                accepts_items = false;
            } else if index < self.forced || is_indented(line) || (accepts_items && is_item(line)) {
                end = index + 1;
            } else {
                break;
            }
        }
        // The brace that closes code whose first and last line somebody forgot to indent.
        if lines.get(end).is_some_and(|it| it.starts_with('}')) {
            end += 1;
        }
        Span { kind: if is_list { Kind::List } else { Kind::Code }, lines: start..end }
    }

    /// A paragraph or a heading, from an unindented line to the next that is empty or indented. Lines at the end that
    /// look as if they belong to the code below are left to it; `None` if that leaves none.
    fn unindented(&mut self) -> Option<Span> {
        let (start, lines) = (self.at, self.lines);
        let len = lines[start..].iter().take_while(|it| !it.is_empty() && !is_indented(it)).count();
        let mut end = start + len;
        if lines.get(end).is_some_and(|below| !below.is_empty() && !is_item(below)) {
            let items = lines[start..end].iter().rev().take_while(|it| is_item(it)).count();
            let taken = if items > 0 { items } else { usize::from(lines[end - 1].ends_with(['{', '\\'])) };
            if taken > 0 {
                self.forced = end;
                end -= taken;
            }
        }
        let kind = match end - start {
            0 => return None,
            1 if is_heading(lines[start]) => Kind::Heading,
            1 if self.is_old_heading(start) => Kind::OldHeading,
            _ => Kind::Paragraph,
        };
        Some(Span { kind, lines: start..end })
    }

    /// Whether the line is a heading by its looks: alone between empty lines, with a paragraph below.
    fn is_old_heading(&self, index: usize) -> bool {
        index > 0
            && self.lines[index - 1].is_empty()
            && matches!(self.lines[index + 1..], ["", below, ..] if !is_indented(below))
            && reads_as_heading(self.lines[index])
    }
}

impl Iterator for Spans<'_, '_> {
    type Item = Span;

    fn next(&mut self) -> Option<Span> {
        self.at += self.lines[self.at..].iter().take_while(|it| it.is_empty()).count();
        let first = self.lines.get(self.at)?;
        let unindented = if self.at < self.forced || is_indented(first) { None } else { self.unindented() };
        let span = unindented.unwrap_or_else(|| self.indented());
        self.at = span.lines.end;
        Some(span)
    }
}

fn is_item(line: &str) -> bool {
    Marker::of(line).is_some()
}

fn is_heading(line: &str) -> bool {
    line.strip_prefix('#').is_some_and(|it| is_indented(it) && !it.trim().is_empty())
}

/// Whether the line could be a heading: it starts with an uppercase letter, ends with a letter or digit, and has none of
/// the punctuation of sentences and code in it.
pub(super) fn reads_as_heading(line: &str) -> bool {
    let line = line.trim();
    let (Some(first), Some(last)) = (line.chars().next(), line.chars().next_back()) else { return false };
    let ends_word = |rest: &str| rest.is_empty() || rest.starts_with(' ');
    let after = |mark: char| line.match_indices(mark).map(|(at, it)| &line[at + it.len()..]);
    is_upper(first)
        && (is_letter(last) || is_digit(last))
        && !line.contains(|it| ";:!?+*/=[]{}_^°&§~%#@<\">\\".contains(it))
        && after('\'').all(|rest| rest.strip_prefix('s').is_some_and(ends_word))
        && !after('.').any(ends_word)
}
