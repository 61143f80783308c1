//! What the start of a line says.

/// Whether the line starts with a blank or a tab.
pub(super) fn is_indented(line: &str) -> bool {
    line.starts_with([' ', '\t'])
}

/// The line without blanks and tabs at its start.
pub(super) fn unindented(line: &str) -> &str {
    line.trim_start_matches([' ', '\t'])
}

/// Removes the indentation that all lines have in common, makes lines of white space empty, and removes empty lines at
/// both ends.
pub(super) fn unindent(mut lines: Vec<&str>) -> Vec<&str> {
    let indentations = lines.iter().filter(|it| !it.is_empty()).map(|it| &it[..it.len() - unindented(it).len()]);
    let common = indentations.reduce(common_prefix).unwrap_or_default().len();
    for line in &mut lines {
        *line = line.get(common..).unwrap_or_default();
        if line.chars().all(char::is_whitespace) {
            *line = "";
        }
    }
    let kept = trim_empty(&lines);
    if kept.len() == lines.len() { lines } else { kept.to_vec() }
}

/// The lines without empty ones at both ends.
fn trim_empty<'l, 'a>(mut lines: &'l [&'a str]) -> &'l [&'a str] {
    while let ["", rest @ ..] | [rest @ .., ""] = lines {
        lines = rest;
    }
    lines
}

/// What both start with. They are ASCII.
fn common_prefix<'a>(one: &'a str, other: &str) -> &'a str {
    let len = one.bytes().zip(other.bytes()).take_while(|(a, b)| a == b).count();
    &one[..len]
}

/// The start of a line that begins an item of a list.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(super) struct Marker<'a> {
    /// The digits, as they are written; `None` for a bullet.
    pub(super) number: Option<&'a str>,
    /// What follows the marker, without white space around.
    pub(super) text: &'a str,
}

impl<'a> Marker<'a> {
    /// The marker that the line starts with, however it is indented.
    pub(super) fn of(line: &'a str) -> Option<Marker<'a>> {
        let line = line.trim();
        let (number, rest) = if let Some(rest) = line.strip_prefix(['-', '*', '+', '•']) {
            (None, rest)
        } else {
            let rest = line.trim_start_matches(|it: char| it.is_ascii_digit());
            let number = &line[..line.len() - rest.len()];
            if number.is_empty() {
                return None;
            }
            (Some(number), rest.strip_prefix(['.', ')'])?)
        };
        is_indented(rest).then(|| Marker { number, text: rest.trim() })
    }
}
