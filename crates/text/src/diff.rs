use std::fmt::Write;
use std::ops::Range;

use memchr::{memchr, memchr_iter, memrchr};
use similar::{Algorithm, DiffTag, capture_diff_slices};

use crate::edit::boundary;
use crate::{Edit, EditSet};

/// Edits that touch are compared together, but regions of more lines are not joined: comparing two texts line by line
/// takes more than linear time.
const JOINED_LINES: usize = 500;

/// What [`unified_diff`] shows: one file before and after some edits.
#[derive(Copy, Clone, Debug)]
pub struct UnifiedDiff<'a> {
    /// The path before, relative to the root, with `/` between its parts. None: the edits create the file.
    pub before_path: Option<&'a str>,
    /// The path afterwards. None: the file is removed.
    pub after_path: Option<&'a str>,
    /// The text before; empty for a new file.
    pub before: &'a str,
    /// The edits of that text. Those of a removed file do not matter.
    pub edits: &'a EditSet,
    /// How many unchanged lines are shown around a change; 3 is what people expect.
    pub context: usize,
}

/// The patch for one file, as git prints it and `git apply` takes it. Empty if nothing changes.
///
/// The edits bound what is compared, so the time is linear in the length of the text and in the number of edits. Only
/// `\n` ends a line; a `\r` in front of it belongs to the line. Paths that git would quote are quoted.
pub fn unified_diff(diff: UnifiedDiff<'_>) -> String {
    let removal;
    let edits = if diff.after_path.is_some() {
        diff.edits.as_slice()
    } else {
        removal = [Edit::delete(crate::TextRange::new(0, diff.before.len() as u32))];
        &removal
    };
    let mut lines = LineDiff { before: diff.before, after: String::new(), changes: Vec::new() };
    lines.compare(&regions(diff.before, edits), edits);
    let mut patch = header(&diff, !lines.changes.is_empty());
    lines.print_hunks(diff.context, &mut patch);
    patch
}

/// The lines in front of the first hunk. Empty if there is nothing to say.
fn header(diff: &UnifiedDiff<'_>, has_hunks: bool) -> String {
    let renamed = diff.before_path != diff.after_path;
    let (Some(old), Some(new)) = (diff.before_path.or(diff.after_path), diff.after_path.or(diff.before_path)) else {
        return String::new();
    };
    if !renamed && !has_hunks {
        return String::new();
    }
    let mut text = format!("diff --git {} {}\n", quoted("a/", old), quoted("b/", new));
    match (diff.before_path, diff.after_path) {
        (None, _) => text.push_str("new file mode 100644\n"),
        (_, None) => text.push_str("deleted file mode 100644\n"),
        _ if renamed => {
            let _ = write!(text, "rename from {}\nrename to {}\n", quoted("", old), quoted("", new));
        }
        _ => {}
    }
    if has_hunks {
        let name = |prefix, path: Option<&str>| path.map_or("/dev/null".to_owned(), |path| file_name(prefix, path));
        let _ = write!(text, "--- {}\n+++ {}\n", name("a/", diff.before_path), name("b/", diff.after_path));
    }
    text
}

/// A path as it stands behind `---` and `+++`: a tab ends a path with spaces, which other tools need.
fn file_name(prefix: &str, path: &str) -> String {
    let mut name = quoted(prefix, path);
    if path.contains(' ') {
        name.push('\t');
    }
    name
}

/// The path as git writes it: odd bytes make it a C string.
fn quoted(prefix: &str, path: &str) -> String {
    if path.bytes().all(|byte| (0x20..0x7f).contains(&byte) && byte != b'"' && byte != b'\\') {
        return format!("{prefix}{path}");
    }
    let mut text = format!("\"{prefix}");
    for byte in path.bytes() {
        match byte {
            0x07 => text.push_str("\\a"),
            0x08 => text.push_str("\\b"),
            b'\t' => text.push_str("\\t"),
            b'\n' => text.push_str("\\n"),
            0x0b => text.push_str("\\v"),
            0x0c => text.push_str("\\f"),
            b'\r' => text.push_str("\\r"),
            b'"' | b'\\' => text.extend(['\\', byte.into()]),
            0x20..0x7f => text.push(byte.into()),
            _ => {
                let _ = write!(text, "\\{byte:03o}");
            }
        }
    }
    text.push('"');
    text
}

/// Whole lines of the text before which some edits touch.
struct Region {
    /// The bytes of the lines.
    bytes: Range<usize>,
    /// The number of lines.
    lines: usize,
    /// The edits in them, as indexes.
    edits: Range<usize>,
}

impl Region {
    /// Whether an edit at `start`, behind those of the region, is to be compared together with it.
    fn joins(&self, text: &str, start: usize) -> bool {
        let end = self.bytes.end;
        let inside_a_line = start < end || (start == end && !text[..end].ends_with('\n'));
        inside_a_line || (start == end && self.lines < JOINED_LINES)
    }
}

/// The lines that the edits touch, joined where edits share lines or touch.
fn regions(text: &str, edits: &[Edit]) -> Vec<Region> {
    let mut regions: Vec<Region> = Vec::new();
    for (index, edit) in edits.iter().enumerate() {
        let (start, end) = (boundary(text, edit.range.start), boundary(text, edit.range.end));
        if let Some(last) = regions.last_mut().filter(|last| last.joins(text, start)) {
            // The end of the line is looked for only when it is not known: a line may be as long as the file.
            if end >= last.bytes.end {
                let grown = line_end(text, end);
                last.lines += line_count(&text[last.bytes.end..grown]);
                last.bytes.end = grown;
            }
            last.edits.end = index + 1;
            continue;
        }
        // The line behind an edit belongs to it: the edit may join the two.
        let bytes = line_start(text, start)..line_end(text, end);
        regions.push(Region { lines: line_count(&text[bytes.clone()]), bytes, edits: index..index + 1 });
    }
    regions
}

fn line_start(text: &str, offset: usize) -> usize {
    memrchr(b'\n', &text.as_bytes()[..offset]).map_or(0, |newline| newline + 1)
}

fn line_end(text: &str, offset: usize) -> usize {
    memchr(b'\n', &text.as_bytes()[offset..]).map_or(text.len(), |newline| offset + newline + 1)
}

fn line_count(text: &str) -> usize {
    memchr_iter(b'\n', text.as_bytes()).count() + usize::from(!text.is_empty() && !text.ends_with('\n'))
}

/// Some lines of a text: their bytes, the number of the first one (from 0), and how many there are.
#[derive(Clone)]
struct Lines {
    bytes: Range<usize>,
    first: usize,
    count: usize,
}

impl Lines {
    fn end(&self) -> usize {
        self.first + self.count
    }
}

/// Lines of the text before that were replaced by others.
struct Change {
    old: Lines,
    /// Its bytes are offsets in [`LineDiff::after`].
    new: Lines,
}

struct LineDiff<'a> {
    before: &'a str,
    /// The new texts of all regions, one behind the other.
    after: String,
    changes: Vec<Change>,
}

impl LineDiff<'_> {
    /// Finds the lines that differ, region by region.
    fn compare(&mut self, regions: &[Region], edits: &[Edit]) {
        let mut counted = 0;
        let (mut old_line, mut new_line) = (0, 0);
        for region in regions {
            let skipped = line_count(&self.before[counted..region.bytes.start]);
            old_line += skipped;
            new_line += skipped;
            counted = region.bytes.end;
            let start = self.after.len();
            self.write_after(region, &edits[region.edits.clone()]);
            let new_lines = self.compare_region(region, start, old_line, new_line);
            old_line += region.lines;
            new_line += new_lines;
        }
    }

    /// Appends the text of `region` after its edits.
    fn write_after(&mut self, region: &Region, edits: &[Edit]) {
        let mut copied = region.bytes.start;
        for edit in edits {
            self.after.push_str(&self.before[copied..boundary(self.before, edit.range.start)]);
            self.after.push_str(&edit.text);
            copied = boundary(self.before, edit.range.end);
        }
        self.after.push_str(&self.before[copied..region.bytes.end]);
    }

    /// Compares the lines of `region` with those written at `start`; returns how many these are.
    fn compare_region(&mut self, region: &Region, start: usize, old_line: usize, new_line: usize) -> usize {
        let old: Vec<&str> = self.before[region.bytes.clone()].split_inclusive('\n').collect();
        let new: Vec<&str> = self.after[start..].split_inclusive('\n').collect();
        let (mut old_at, mut new_at) = (region.bytes.start, start);
        for op in capture_diff_slices(Algorithm::Myers, &old, &new) {
            let (tag, old_range, new_range) = op.as_tag_tuple();
            let old_bytes = bytes_of(&old[old_range.clone()], &mut old_at);
            let new_bytes = bytes_of(&new[new_range.clone()], &mut new_at);
            if tag == DiffTag::Equal {
                continue;
            }
            let old = Lines { bytes: old_bytes, first: old_line + old_range.start, count: old_range.len() };
            let new = Lines { bytes: new_bytes, first: new_line + new_range.start, count: new_range.len() };
            self.changes.push(Change { old, new });
        }
        new.len()
    }

    /// Prints the changes with their context, those close to each other in one hunk.
    fn print_hunks(&self, context: usize, patch: &mut String) {
        let near = |a: &Change, b: &Change| b.old.first - a.old.end() <= context.saturating_mul(2);
        for changes in self.changes.chunk_by(near) {
            self.print_hunk(changes, context, patch);
        }
    }

    fn print_hunk(&self, changes: &[Change], context: usize, patch: &mut String) {
        let (first, last) = (&changes[0], &changes[changes.len() - 1]);
        let (start, lines_before) = self.lines_before(first.old.bytes.start, context);
        let (end, lines_after) = self.lines_after(last.old.bytes.end, context);
        let range = |first: &Lines, last: &Lines| {
            let count = lines_before + last.end() - first.first + lines_after;
            // An empty range is given by the line in front of it.
            let line = first.first - lines_before + usize::from(count > 0);
            if count == 1 { line.to_string() } else { format!("{line},{count}") }
        };
        let _ = writeln!(patch, "@@ -{} +{} @@", range(&first.old, &last.old), range(&first.new, &last.new));
        let mut shown = start;
        // Changes without a line between them read as one: first what goes, then what comes.
        for run in changes.chunk_by(|a, b| a.old.end() == b.old.first) {
            let old = run[0].old.bytes.start..run[run.len() - 1].old.bytes.end;
            print_lines(' ', &self.before[shown..old.start], patch);
            print_lines('-', &self.before[old.clone()], patch);
            for change in run {
                print_lines('+', &self.after[change.new.bytes.clone()], patch);
            }
            shown = old.end;
        }
        print_lines(' ', &self.before[shown..end], patch);
    }

    /// Where the at most `count` lines in front of the line at `start` begin, and how many there are.
    fn lines_before(&self, mut start: usize, count: usize) -> (usize, usize) {
        let mut lines = 0;
        while lines < count && start > 0 {
            start = line_start(self.before, start - 1);
            lines += 1;
        }
        (start, lines)
    }

    /// Where the at most `count` lines from the line at `end` on end, and how many there are.
    fn lines_after(&self, mut end: usize, count: usize) -> (usize, usize) {
        let mut lines = 0;
        while lines < count && end < self.before.len() {
            end = line_end(self.before, end);
            lines += 1;
        }
        (end, lines)
    }
}

/// The bytes of the next `lines`; `at` moves behind them.
fn bytes_of(lines: &[&str], at: &mut usize) -> Range<usize> {
    let start = *at;
    *at += lines.iter().map(|line| line.len()).sum::<usize>();
    start..*at
}

fn print_lines(mark: char, lines: &str, patch: &mut String) {
    for line in lines.split_inclusive('\n') {
        patch.push(mark);
        patch.push_str(line);
        if !line.ends_with('\n') {
            patch.push_str("\n\\ No newline at end of file\n");
        }
    }
}

#[cfg(test)]
mod tests;
