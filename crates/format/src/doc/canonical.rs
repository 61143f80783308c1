//! Recognises doc comments that are in their canonical form already.

use super::{blocks::definition, inline::has_quotes, is_directive, lines::Marker, spans::reads_as_heading};

/// What the lines so far end with.
#[derive(Copy, Clone)]
enum State<'a> {
    Start,
    /// An empty line that may stand here, and the paragraph above if that is one line between empty ones.
    Blank {
        above: Option<&'a str>,
    },
    /// A line of a paragraph. The line if it is the only one so far, with an empty one above.
    Text {
        only: Option<&'a str>,
    },
    /// Code, whether a line of it is indented by just one tab, and the number of empty lines below.
    Code {
        is_flush: bool,
        blanks: usize,
    },
    /// A directive, with no text below.
    Directive,
}

/// Whether the comment is sure to be left as it is: paragraphs, code and directives without anything that needs a closer
/// look. Lists and link definitions are rarer, and always get one. Allocates nothing.
pub(super) fn is_canonical(comments: &[&str]) -> bool {
    let end = comments.iter().try_fold(State::Start, |state, comment| next(state, comment));
    match end {
        Some(State::Text { .. } | State::Directive) => true,
        Some(State::Code { is_flush, blanks }) => is_flush && blanks == 0,
        Some(State::Start | State::Blank { .. }) | None => false,
    }
}

/// The state after one more line, if that may follow.
fn next<'a>(state: State<'a>, comment: &'a str) -> Option<State<'a>> {
    let line = comment.strip_prefix("//")?;
    match line.as_bytes().first() {
        None => match state {
            State::Text { only } => Some(State::Blank { above: only }),
            State::Code { is_flush, blanks } => Some(State::Code { is_flush, blanks: blanks + 1 }),
            _ => None,
        },
        Some(b' ') => {
            let text = &line[1..];
            let only = match state {
                State::Blank { above } if !above.is_some_and(reads_as_heading) => Some(text),
                State::Code { is_flush: true, blanks: 1 } => Some(text),
                State::Start | State::Text { .. } => None,
                _ => return None,
            };
            is_plain(text).then_some(State::Text { only })
        }
        Some(b'\t') => code(state, &line[1..]),
        Some(_) => match state {
            State::Start | State::Blank { .. } | State::Code { is_flush: true, blanks: 1 } | State::Directive => {
                is_directive(line).then_some(State::Directive)
            }
            _ => None,
        },
    }
}

/// The state after a line of code, without the tab before it.
fn code<'a>(state: State<'a>, line: &str) -> Option<State<'a>> {
    let is_flush = match state {
        State::Blank { .. } if Marker::of(line).is_none() => false,
        State::Code { is_flush, .. } => is_flush,
        _ => return None,
    };
    let first = line.trim_start().chars().next()?;
    Some(State::Code { is_flush: is_flush || line.starts_with(first), blanks: 0 })
}

/// Whether the line stays the same, if it is one of a paragraph or a heading in the new style.
fn is_plain(line: &str) -> bool {
    let spacing = if line.starts_with("# ") { 2 } else { 0 };
    let text = &line[spacing..];
    let is_tidy = text.starts_with(|it: char| !it.is_whitespace()) && (spacing == 0 || text.trim_end() == text);
    is_tidy && !line.starts_with("#\t") && definition(line).is_none() && !has_quotes(line)
}
