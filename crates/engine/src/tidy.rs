//! Blank lines where lines were deleted.

use gofix_syntax::TextRange;
use gofix_text::{Edit, EditSet};

/// The edits, those deletions made one that overlap.
pub(crate) fn merged_deletions(mut edits: Vec<Edit>) -> Vec<Edit> {
    edits.sort_by_key(|it| (it.range.start, it.range.end));
    let mut merged: Vec<Edit> = Vec::with_capacity(edits.len());
    for edit in edits {
        match merged.last_mut() {
            Some(last) if last.text.is_empty() && edit.text.is_empty() && last.range.intersects(edit.range) => {
                last.range = last.range.cover(edit.range);
            }
            _ => merged.push(edit),
        }
    }
    merged
}

/// Where `edits` delete whole lines of `text`, deletes blank lines around them as well: all but one of those that would
/// follow each other, and those that would newly follow an opening brace or come before a closing one.
pub(crate) fn tidy(text: &str, edits: &EditSet) -> EditSet {
    let mut result: Vec<Edit> = Vec::with_capacity(edits.len());
    let mut rest = edits.as_slice();
    while let Some((edit, behind)) = rest.split_first() {
        let before = result.last().map_or(0, |it| it.range.end);
        let run = 1 + behind.iter().zip(rest).take_while(|(next, edit)| joins(text, edit, next)).count();
        if !is_whole_lines(text, edit) {
            result.push(edit.clone());
            rest = behind;
            continue;
        }
        let (here, further) = rest.split_at(run);
        let deleted = TextRange::new(edit.range.start, here[here.len() - 1].range.end);
        let limit = further.first().map_or(text.len() as u32, |it| it.range.start);
        result.push(Edit::delete(without_blank_lines(text, deleted, TextRange::new(before, limit))));
        rest = further;
    }
    EditSet::new(result).unwrap_or_else(|_| edits.clone())
}

/// Whether the edit deletes lines, line ends included, and nothing else.
fn is_whole_lines(text: &str, edit: &Edit) -> bool {
    edit.text.is_empty()
        && !edit.range.is_empty()
        && at_line_start(text, edit.range.start)
        && (at_line_start(text, edit.range.end) || edit.range.end as usize == text.len())
}

fn at_line_start(text: &str, offset: u32) -> bool {
    offset == 0 || text.as_bytes().get(offset as usize - 1) == Some(&b'\n')
}

/// Whether two edits delete lines with nothing but blank lines in between.
fn joins(text: &str, edit: &Edit, next: &Edit) -> bool {
    let between = &text[edit.range.end as usize..next.range.start as usize];
    is_whole_lines(text, edit) && is_whole_lines(text, next) && between.trim().is_empty()
}

/// The deleted lines and as many blank lines around them as should go with them, within `limits`.
fn without_blank_lines(text: &str, deleted: TextRange, limits: TextRange) -> TextRange {
    let above = &text[limits.start as usize..deleted.start as usize];
    let below = &text[deleted.end as usize..limits.end as usize];
    let is_blank = |line: &&str| line.ends_with('\n') && line.trim().is_empty();
    // The rest of a line behind an edit is not a line.
    let (rest, above) = match at_line_start(text, limits.start) {
        true => ("", above),
        false => above.split_once('\n').unwrap_or(("", "")),
    };
    let blank_above: u32 = above.split_inclusive('\n').rev().take_while(is_blank).map(|it| it.len() as u32).sum();
    let blank_below: u32 = below.split_inclusive('\n').take_while(is_blank).map(|it| it.len() as u32).sum();
    let code_above = above[..above.len() - blank_above as usize].trim_end();
    let code_below = below[blank_below as usize..].trim_start();
    let code_above = if code_above.is_empty() { rest.trim_end() } else { code_above };
    let opens = code_above.ends_with(['{', '(', ':']) || (limits.start == 0 && code_above.is_empty());
    let closes = code_below.starts_with(['}', ')']);
    match (opens, closes) {
        (_, true) if blank_above > 0 => TextRange::new(deleted.start - blank_above, deleted.end),
        (true, false) => TextRange::new(deleted.start, deleted.end + blank_below),
        (false, false) if blank_above > 0 => TextRange::new(deleted.start, deleted.end + blank_below),
        (true, true) => TextRange::new(deleted.start, deleted.end + blank_below),
        _ => deleted,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Deletes the lines that start with `-`.
    fn without(text: &str) -> String {
        let mut edits = Vec::new();
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            if line.starts_with('-') {
                edits.push(Edit::delete(TextRange::new(at, at + line.len() as u32)));
            }
            at += line.len() as u32;
        }
        let edits = EditSet::new(edits).expect("no overlap");
        tidy(text, &edits).apply(text)
    }

    #[test]
    fn blank_lines_do_not_pile_up() {
        assert_eq!(without("a\n-\nb\n"), "a\nb\n");
        assert_eq!(without("a\n\n-\nb\n"), "a\n\nb\n");
        assert_eq!(without("a\n-\n\nb\n"), "a\n\nb\n");
        assert_eq!(without("a\n\n-\n\nb\n"), "a\n\nb\n");
        assert_eq!(without("a\r\n\r\n-\r\n\r\nb\r\n"), "a\r\n\r\nb\r\n");
        assert_eq!(without("a\n\n-\n\n-\n-\n\n\nb\n"), "a\n\nb\n");
        assert_eq!(without("a\n\n-"), "a\n\n");
    }

    #[test]
    fn no_new_blank_line_inside_braces() {
        assert_eq!(without("{\n-\n\nb\n}\n"), "{\nb\n}\n");
        assert_eq!(without("{\nb\n\n-\n}\n"), "{\nb\n}\n");
        assert_eq!(without("{\n-\n}\n"), "{\n}\n");
        assert_eq!(without("{\n-\n\n-\n}\n"), "{\n}\n");
        assert_eq!(without("{\n\n-\n\nb\n}\n"), "{\n\nb\n}\n", "what was there stays");
    }
}
