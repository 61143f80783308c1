//! Layout after edits: what gofmt would change now, where the text was as gofmt writes it before.

use gofix_syntax::{SourceFile, TextRange, Token};
use gofix_text::{Edit, EditSet};

use crate::{file::formatted, runs::runs};

/// What is formatted again may change once more, since gofmt has no fixed point for some comments; this often at most.
const MAX_PASSES: u32 = 3;

/// Finds the edits that gofmt would make, now that `edits` have turned `before` into `after`. They are in offsets of
/// `after`.
///
/// The text is taken paragraph by paragraph (a paragraph ends at an empty line; gofmt lines nothing up across one). A
/// paragraph that was as gofmt writes it is again; in one that was not, only the lines that the edits brought in are
/// indented, and all else keeps its style. Line ends stay what they are, and so do declarations with syntax errors.
pub fn reformat(before: &SourceFile, after: &SourceFile, edits: &EditSet) -> EditSet {
    if edits.is_empty() {
        return EditSet::default();
    }
    let unclean = changes(before);
    let paragraphs = Paragraphs::of(before.text(), &unclean);
    let touches = Touches::of(edits);
    let was_clean = |it: TextRange| paragraphs.are_clean(touches.back_range(it));
    let mut result: Vec<Edit> = changes(after).iter().filter(|it| was_clean(it.range)).cloned().collect();
    result.extend(indented(after, touches.inserted_lines(before, after).into_iter().filter(|it| !was_clean(*it))));
    result.sort_by_key(|it| (it.range.start, it.range.end));
    let result = EditSet::new(result).unwrap_or_default();
    if unclean.is_empty() { settled(after, result) } else { result }
}

/// The edits, and those that gofmt would make after them.
fn settled(file: &SourceFile, edits: EditSet) -> EditSet {
    let mut edits = edits;
    for _ in 1..MAX_PASSES {
        let further = changes(&SourceFile::parse(edits.apply(file.text())));
        if further.is_empty() {
            break;
        }
        edits = edits.compose(&further);
    }
    edits
}

/// What gofmt would change in a file, line ends and a byte order mark aside.
fn changes(file: &SourceFile) -> EditSet {
    let text = file.text();
    let bom = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    if bom == 0 && !text.contains("\r\n") {
        let layout = layout(file);
        return if layout == text { EditSet::default() } else { EditSet::between(text, &layout) };
    }
    // In offsets of the text with plain line ends: where carriage returns were taken out.
    let mut taken = Vec::new();
    let mut plain = String::with_capacity(text.len());
    for line in text[bom..].split_inclusive('\n') {
        match line.strip_suffix("\r\n") {
            Some(line) => {
                plain.push_str(line);
                taken.push(plain.len() as u32);
                plain.push('\n');
            }
            None => plain.push_str(line),
        }
    }
    let layout = layout(&SourceFile::parse(plain.as_str()));
    let first_line = plain.find('\n').map(|it| it as u32);
    let line_end = if first_line.is_some() && first_line == taken.first().copied() { "\r\n" } else { "\n" };
    // A carriage return belongs to the line end behind it.
    let back = |offset: u32| offset + bom as u32 + taken.partition_point(|&it| it < offset) as u32;
    let edits = EditSet::between(&plain, &layout);
    let moved = edits.iter().map(|it| {
        let range = TextRange::new(back(it.range.start), back(it.range.end));
        Edit::replace(range, it.text.replace('\n', line_end))
    });
    EditSet::new(moved.collect()).unwrap_or_default()
}

/// The text as gofmt writes it; of a file with syntax errors, those runs of declarations that have none.
fn layout(file: &SourceFile) -> String {
    if file.errors().is_empty() {
        return formatted(file).unwrap_or_else(|| file.text().to_owned());
    }
    let mut text = String::with_capacity(file.text().len());
    let mut copied = 0;
    for run in runs(file).iter().filter(|it| it.is_sound()) {
        let Some(layout) = run.formatted(file) else { continue };
        text.push_str(&file.text()[copied..run.lines.start as usize]);
        text.push_str(layout.trim_end_matches('\n'));
        copied = run.lines.end as usize;
    }
    text.push_str(&file.text()[copied..]);
    text
}

/// The paragraphs of a text and the empty lines between them, and whether gofmt would change anything in each.
struct Paragraphs(Vec<(TextRange, bool)>);

impl Paragraphs {
    fn of(text: &str, changes: &EditSet) -> Paragraphs {
        let mut paragraphs: Vec<(TextRange, bool)> = Vec::new();
        let mut offset = 0;
        let mut was_text = None;
        for line in text.split_inclusive('\n') {
            let is_text = !line.trim().is_empty();
            let content = if is_text { line.trim_end_matches(['\r', '\n']) } else { line };
            let range = TextRange::new(offset, offset + content.len() as u32);
            offset += line.len() as u32;
            match paragraphs.last_mut() {
                Some((paragraph, _)) if was_text == Some(is_text) => *paragraph = paragraph.cover(range),
                _ => paragraphs.push((range, true)),
            }
            was_text = Some(is_text);
        }
        let mut rest = &mut paragraphs[..];
        for change in changes.iter() {
            let from = rest.partition_point(|(it, _)| it.end < change.range.start);
            rest = &mut rest[from..];
            let touched = rest.iter_mut().take_while(|(it, _)| it.start <= change.range.end);
            touched.for_each(|(_, is_clean)| *is_clean = false);
        }
        Paragraphs(paragraphs)
    }

    /// Whether gofmt would change nothing in those that the range touches.
    fn are_clean(&self, range: TextRange) -> bool {
        let from = self.0.partition_point(|(it, _)| it.end < range.start);
        self.0[from..].iter().take_while(|(it, _)| it.start <= range.end).all(|(_, is_clean)| *is_clean)
    }
}

/// Replaces the indentation of lines: as deep as brackets say, seen from the line above.
fn indented(file: &SourceFile, lines: impl Iterator<Item = TextRange>) -> Vec<Edit> {
    let text = file.text();
    let mut edits: Vec<Edit> = Vec::new();
    for indent in lines {
        let above_end = text[..indent.start as usize].trim_end().len();
        let above_start = text[..above_end].rfind('\n').map_or(0, |it| it + 1);
        let above = &text[above_start..above_end];
        let margin = match edits.last().filter(|it| it.range.start as usize == above_start) {
            Some(edit) => &edit.text,
            None => &above[..above.len() - above.trim_start_matches([' ', '\t']).len()],
        };
        let steps = steps_between(file, above_start as u32, indent.end);
        let unit = if margin.starts_with(' ') { "    " } else { "\t" };
        let wanted = match usize::try_from(steps) {
            Ok(steps) => margin.to_owned() + &unit.repeat(steps),
            Err(_) => margin[..margin.len().saturating_sub(unit.len() * steps.unsigned_abs() as usize)].to_owned(),
        };
        edits.push(Edit::replace(indent, wanted));
    }
    edits.retain(|it| it.text != text[it.range.to_usize()]);
    edits
}

/// How many steps the token at `to` is indented deeper than that at the start of the line at `from`.
fn steps_between(file: &SourceFile, from: u32, to: u32) -> i32 {
    let tokens = file.tokens_in(TextRange::new(from, to));
    let mut steps = 0;
    let mut at_start = true;
    for (token, _) in tokens.filter(|it| it.0 != Token::Newline) {
        match token {
            Token::LBrace | Token::LParen | Token::LBrack => steps += 1,
            // What closes at the start of a line stands where the line does.
            Token::RBrace | Token::RParen | Token::RBrack if !at_start => steps -= 1,
            Token::RBrace | Token::RParen | Token::RBrack => continue,
            Token::Case | Token::Default if at_start => steps += 1,
            _ => {}
        }
        at_start = false;
    }
    // What follows a label stands one step to the right of it.
    let mut line = file.tokens_in(TextRange::new(from, to));
    if let (Some((Token::Ident, _)), Some((Token::Colon, _)), None) = (line.next(), line.next(), line.next()) {
        steps += 1;
    }
    match file.token_from(to).0 {
        Token::RBrace | Token::RParen | Token::RBrack | Token::Case | Token::Default => steps - 1,
        _ => steps,
    }
}

/// The places of edits, before and after.
struct Touches(Vec<(TextRange, TextRange)>);

impl Touches {
    fn of(edits: &EditSet) -> Touches {
        let mut moved = 0_i64;
        let places = edits.iter().map(|edit| {
            let start = (i64::from(edit.range.start) + moved) as u32;
            moved += edit.text.len() as i64 - i64::from(edit.range.len());
            (edit.range, TextRange::new(start, start + edit.text.len() as u32))
        });
        Touches(places.collect())
    }

    /// The indentation of the lines that start in what the edits wrote, or with it, in order.
    fn inserted_lines(&self, before: &SourceFile, after: &SourceFile) -> Vec<TextRange> {
        let text = after.text();
        let starts = after.line_starts();
        let mut lines = Vec::new();
        for (replaced, written) in self.0.iter().filter(|(_, it)| text[it.to_usize()].contains('\n')) {
            let from = starts.partition_point(|&it| it < written.start);
            // What stood in the middle of a line may start one now.
            let splits = before.line_starts().binary_search(&replaced.end).is_err();
            let is_new = |it: u32| it < written.end || it == written.end && splits;
            for &start in starts[from..].iter().take_while(|it| is_new(**it)) {
                let rest = &text[start as usize..];
                let code = rest.trim_start_matches([' ', '\t']);
                let is_empty = code.is_empty() || code.starts_with(['\n', '\r']);
                if !is_empty && !is_in_literal(after, start) {
                    lines.push(TextRange::new(start, start + (rest.len() - code.len()) as u32));
                }
            }
        }
        lines.dedup();
        lines
    }

    /// Where the place at `offset` was before the edits; nowhere if it is inside what an edit wrote.
    fn back(&self, offset: u32) -> Option<u32> {
        let from = self.0.partition_point(|(_, after)| after.start <= offset);
        match from.checked_sub(1).map(|it| self.0[it]) {
            None => Some(offset),
            Some((before, after)) if offset == after.start => Some(before.start),
            Some((_, after)) if offset < after.end => None,
            Some((before, after)) => Some(before.end + (offset - after.end)),
        }
    }

    /// What the range was before the edits; edits that it starts or ends in are taken in.
    fn back_range(&self, range: TextRange) -> TextRange {
        let edge = |offset: u32, in_edit: fn(TextRange) -> u32| {
            let first = self.0.get(self.0.partition_point(|(_, after)| after.end < offset));
            let within = first.filter(|(_, after)| after.start <= offset).map(|(before, _)| in_edit(*before));
            within.or_else(|| self.back(offset)).unwrap_or(offset)
        };
        let start = edge(range.start, |it| it.start);
        TextRange::new(start, edge(range.end, |it| it.end).max(start))
    }
}

/// Whether a line starts inside a raw string or a comment.
fn is_in_literal(file: &SourceFile, line_start: u32) -> bool {
    let next = file.token_before(line_start).map_or(0, |(_, before)| before.end);
    let spans = |it: TextRange| it.start < line_start && line_start < it.end;
    let comments = file.comments();
    let comment = comments.partition_point(|it| it.end <= line_start);
    spans(file.token_from(next).1) || comments.get(comment).is_some_and(|it| spans(*it))
}
