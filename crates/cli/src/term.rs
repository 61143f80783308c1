//! What a terminal is shown: colours, and nothing that could steer it.

use std::borrow::Cow;
use std::fmt::Write;
use std::io::{IsTerminal, stderr, stdout};

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};

use crate::args::Color;

/// Where output goes, and whether it is coloured.
#[derive(Copy, Clone, Debug)]
pub(crate) struct Term {
    /// Whether stdout is a terminal.
    pub(crate) stdout_is_terminal: bool,
    /// The styles for stdout.
    pub(crate) out: Styles,
    /// The styles for stderr.
    pub(crate) err: Styles,
    /// Whether to print errors alone on stderr.
    pub(crate) quiet: bool,
}

impl Term {
    /// Looks at the flags, at the environment (`NO_COLOR`, `CLICOLOR`, `TERM`), and at the streams. What is not a terminal
    /// gets colours only by flag: `CLICOLOR_FORCE`, which some CI systems set, would make a diff no patch.
    pub(crate) fn new(color: Color, quiet: bool) -> Term {
        let choice = match color {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        };
        choice.write_global();
        let styles = |choice, is_terminal: bool| {
            let colored = choice != ColorChoice::Never && (is_terminal || matches!(color, Color::Always));
            if colored { Styles::COLORED } else { Styles::default() }
        };
        Term {
            stdout_is_terminal: stdout().is_terminal(),
            out: styles(AutoStream::choice(&stdout()), stdout().is_terminal()),
            err: styles(AutoStream::choice(&stderr()), stderr().is_terminal()),
            quiet,
        }
    }
}

/// The styles in use; all are plain without colours.
#[derive(Copy, Clone, PartialEq, Eq, Default, Debug)]
pub(crate) struct Styles {
    pub(crate) bold: Style,
    pub(crate) dim: Style,
    pub(crate) added: Style,
    pub(crate) removed: Style,
    pub(crate) hunk: Style,
    pub(crate) error: Style,
    pub(crate) note: Style,
}

impl Styles {
    const COLORED: Styles = Styles {
        bold: Style::new().bold(),
        dim: Style::new().dimmed(),
        added: AnsiColor::Green.on_default(),
        removed: AnsiColor::Red.on_default(),
        hunk: AnsiColor::Cyan.on_default(),
        error: AnsiColor::Red.on_default().bold(),
        note: AnsiColor::Cyan.on_default().bold(),
    };

    pub(crate) fn is_plain(&self) -> bool {
        *self == Styles::default()
    }
}

/// The text with all characters made visible that could steer a terminal, break a line in two, or turn the direction
/// of writing.
pub(crate) fn escape(text: &str) -> Cow<'_, str> {
    escape_but(text, |_| false)
}

/// The same for a line of a diff, in which tabs, and the carriage return before the line feed, are harmless.
pub(crate) fn escape_line(text: &str) -> Cow<'_, str> {
    match text.strip_suffix("\r\n") {
        Some(line) => match escape_but(line, |it| it == '\t') {
            Cow::Borrowed(_) => Cow::Borrowed(text),
            Cow::Owned(line) => Cow::Owned(line + "\r\n"),
        },
        None => escape_but(text, |it| it == '\t' || it == '\n'),
    }
}

fn escape_but(text: &str, harmless: impl Fn(char) -> bool) -> Cow<'_, str> {
    let steers = |it: char| (it.is_control() || turns_direction(it)) && !harmless(it);
    if !text.contains(steers) {
        return Cow::Borrowed(text);
    }
    let mut result = String::with_capacity(text.len() + 8);
    for char in text.chars() {
        match char {
            '\n' if steers(char) => result.push_str("\\n"),
            '\t' if steers(char) => result.push_str("\\t"),
            '\r' if steers(char) => result.push_str("\\r"),
            _ if steers(char) && char.is_ascii() => {
                let _ = write!(result, "\\x{:02x}", u32::from(char));
            }
            _ if steers(char) => {
                let _ = write!(result, "\\u{:04x}", u32::from(char));
            }
            _ => result.push(char),
        }
    }
    Cow::Owned(result)
}

/// Whether it is one of Unicode's controls of bidirectional text, which can make code look like other code.
fn turns_direction(char: char) -> bool {
    matches!(char, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_can_steer_the_terminal() {
        assert_eq!(escape("a b/ü.go"), "a b/ü.go");
        assert_eq!(escape("a\x1b[31m\n\t\r\u{9b}\u{202e}\u{7f}"), "a\\x1b[31m\\n\\t\\r\\u009b\\u202e\\x7f");
        assert_eq!(escape_line("+\tx\r\n"), "+\tx\r\n");
        assert_eq!(escape_line("+\tx\n"), "+\tx\n");
        assert_eq!(escape_line("+\tx\r\x07\r\n"), "+\tx\\r\\x07\r\n");
    }
}
