//! Build constraints: gofmt gathers `//go:build` and `// +build` lines at the top of a file, and makes the latter say the
//! same as the former.
//!
//! gofmt does this to a text that is otherwise printed, wherever in it such a comment stands, at the top or not: this is
//! the last step here as well. The source of the semantics is go/printer's `fixGoBuildLines`.

mod constraint;

use gofix_syntax::SourceFile;

use constraint::Constraint;

/// Puts `//go:build` and `// +build` lines where and as gofmt does, in a text that is otherwise as gofmt prints it;
/// `None` if nothing changes.
///
/// A constraint behind code on the same line, with more code on the next, is left alone: gofmt makes one line of the two,
/// which need not be valid.
pub(crate) fn fixed(printed: &str) -> Option<String> {
    let marks = ["//go:build", "+build"];
    let last = marks.into_iter().filter(|it| printed.contains(it)).filter_map(|it| printed.rfind(it)).max()?;
    let lines = Lines::find(printed, last);
    if lines.go_build.is_empty() && lines.plus_build.is_empty() {
        return None;
    }
    let fixed = lines.gathered();
    (fixed != printed).then_some(fixed)
}

/// The constraints in a text, each by the offset from which it is cut out: the start of its line, or that of the comment
/// if something else stands in front of it. Ascending.
struct Lines<'a> {
    text: &'a str,
    go_build: Vec<usize>,
    plus_build: Vec<usize>,
}

impl<'a> Lines<'a> {
    /// Finds all constraints; none stands behind the line of `last`.
    fn find(text: &'a str, last: usize) -> Lines<'a> {
        let mut lines = Lines { text, go_build: Vec::new(), plus_build: Vec::new() };
        let file = SourceFile::parse(&text[..end_of_line(text, last)]);
        let package = file.token_from(0).1.start;
        for range in file.comments() {
            let (comment, start) = (&text[range.to_usize()], range.start as usize);
            let is_go_build = constraint::go_build(comment).is_some();
            if !is_go_build && constraint::plus_build(comment).is_none() {
                continue;
            }
            let indentation = text[..start].len() - text[..start].trim_end_matches(['\t', ' ']).len();
            let starts_line = text[..start - indentation].bytes().next_back().is_none_or(is_line_end);
            if starts_line || range.start < package || !is_above_code(text, start) {
                let list = if is_go_build { &mut lines.go_build } else { &mut lines.plus_build };
                list.push(if starts_line { start - indentation } else { start });
            }
        }
        lines
    }

    /// The text with all constraints in one block of lines, an empty line behind it.
    fn gathered(&self) -> String {
        let place = self.place();
        let mut result = String::with_capacity(self.text.len() + 64);
        result.push_str(&self.text[..place]);
        match self.constraint() {
            Some(constraint) => self.push_block(&constraint, &mut result),
            None => self.go_build.iter().chain(&self.plus_build).for_each(|&it| result.push_str(self.line(it))),
        }
        result.push('\n');
        result.push_str(&self.without_lines(place));
        result
    }

    fn line(&self, start: usize) -> &'a str {
        &self.text[start..end_of_line(self.text, start)]
    }

    /// Where the block goes: to the first line of its kind, but not below the last empty line between the line comments
    /// at the top.
    fn place(&self) -> usize {
        let (mut at, mut place) = (0, 0);
        loop {
            let line = self.line(at);
            let content = line.trim_start_matches([' ', '\t']);
            let is_empty = content.bytes().next().is_some_and(is_line_end);
            if !(is_empty || content.starts_with("//") && line.bytes().next_back().is_some_and(is_line_end)) {
                break;
            }
            at += line.len();
            if is_empty {
                place = at;
            }
        }
        let first = |list: &[usize]| list.first().copied().filter(|&it| it < place);
        first(&self.go_build).or(first(&self.plus_build)).unwrap_or(place)
    }

    /// What the lines say; `None` if they are broken, or if there are several `//go:build` lines.
    fn constraint(&self) -> Option<Constraint<'a>> {
        // What is indented is not understood.
        let parse = |&start: &usize| Constraint::parse(self.line(start).trim_end());
        match self.go_build.as_slice() {
            [] => self.plus_build.iter().map(parse).collect::<Option<Vec<_>>>().map(Constraint::all),
            [line] => parse(line),
            _ => None,
        }
    }

    fn push_block(&self, constraint: &Constraint<'_>, result: &mut String) {
        result.push_str("//go:build ");
        constraint.push_to(result);
        result.push('\n');
        if !self.plus_build.is_empty() {
            constraint.push_plus_build_lines(result);
        }
    }

    /// The text from `place` on without the lines.
    fn without_lines(&self, place: usize) -> String {
        let mut cuts: Vec<_> = self.go_build.iter().chain(&self.plus_build).copied().collect();
        cuts.sort_unstable();
        let mut rest = String::with_capacity(self.text.len() - place);
        let mut start = place;
        for cut in cuts.into_iter().filter(|&it| it >= place) {
            push_lines(&mut rest, &self.text[start..cut]);
            start = cut + self.line(cut).len();
        }
        push_lines(&mut rest, &self.text[start..]);
        if ends_with_empty_line(&rest) {
            rest.pop();
        }
        rest
    }
}

/// Whether code would end up behind what stands in front of `at` on its line, if the rest of the line and the
/// constraints below it were not there.
fn is_above_code(text: &str, at: usize) -> bool {
    let lines = text[end_of_line(text, at)..].split(['\n', '\x0c']).map(|it| it.trim_start_matches('\t'));
    let mut lines = lines.skip_while(|it| constraint::go_build(it).or(constraint::plus_build(it)).is_some());
    lines.next().is_some_and(|it| !it.is_empty() && !it.starts_with("//"))
}

/// Adds lines, without the first if that made two empty lines, or one at the start. They follow on the last line of
/// `text` if its end is cut out.
fn push_lines(text: &mut String, lines: &str) {
    let starts_empty = lines.bytes().next().is_none_or(is_line_end);
    if text.bytes().next_back().is_none_or(is_line_end) {
        let is_doubled = starts_empty && (text.is_empty() || ends_with_empty_line(text));
        text.push_str(if is_doubled { lines.get(1..).unwrap_or_default() } else { lines });
        return;
    }
    text.truncate(text.trim_end_matches([' ', '\t']).len());
    let content = lines.trim_start_matches('\t');
    if !starts_empty {
        // The indentation becomes a column without text for each tab.
        (0..=lines.len() - content.len()).for_each(|_| text.push(' '));
    }
    text.push_str(content);
}

fn ends_with_empty_line(text: &str) -> bool {
    text.len() >= 2 && text.bytes().rev().take(2).all(is_line_end)
}

/// go/printer takes a form feed for a line end, also in comments.
fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\x0c')
}

/// The offset behind the end of the line of `at`.
fn end_of_line(text: &str, at: usize) -> usize {
    text.as_bytes()[at..].iter().position(|&it| is_line_end(it)).map_or(text.len(), |it| at + it + 1)
}

#[cfg(test)]
mod tests;
