//! The padding that gofmt would change after edits.

use std::collections::{HashMap, HashSet};

use gofix_syntax::{Kind, Node, SourceFile, TextRange};
use gofix_text::{Edit, EditSet};

use crate::{
    columns::ColumnId,
    marks::Marks,
    one_line::{NotClean, Reason, too_long},
    runs::{Run, runs},
    sheet::{Gap, Sheet, cut},
};

/// What [`realign`] found.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Realigned {
    /// White space to change, in offsets of the text after the edits.
    pub edits: EditSet,
    /// Where the text was as gofmt writes it, and after the edits is not, and padding does not mend it. In order.
    pub not_clean: Vec<NotClean>,
}

/// Finds the padding that gofmt would change, now that `edits` have turned `before` into `after`.
///
/// Only runs of declarations that an edit touches are looked at (a run ends at an empty line), and in them only
/// columns that were padded as gofmt pads them: in a column that was not, nothing changes. Only blanks and tabs within
/// lines change, so neither tokens nor line ends do; declarations with syntax errors stay as they are.
///
/// The edits may be of any kind, but line breaks, indentation and blanks between operators are theirs to get right.
pub fn realign(before: &SourceFile, after: &SourceFile, edits: &EditSet) -> Realigned {
    let touches = Touches::of(edits);
    let mut result = Vec::new();
    let mut not_clean = Vec::new();
    let runs_before = runs(before);
    for run in runs(after) {
        if !run.is_sound() || !touches.any_in(run.lines) {
            continue;
        }
        let old = Old::of(before, &runs_before, touches.back_range(run.lines));
        let sheet = sheet_of(after, &run);
        let dirty = dirty_columns(&sheet, &old, &touches);
        for gap in &sheet.gaps {
            let was_wrong = old.gap_is_right(gap, &touches) == Some(false);
            if !was_wrong && !sheet.columns(gap).any(|it| dirty.contains(&it)) && !is_right(after, &sheet, gap) {
                result.push(Edit::replace(gap.range, " ".repeat(sheet.width(gap) as usize)));
            }
        }
        not_clean.extend(broken_lines(&run, &old, &touches));
        not_clean.extend(pushed_lines(after, &sheet, &touches));
    }
    not_clean.sort_by_key(|it| it.range.start);
    Realigned { edits: EditSet::new(result).unwrap_or_default(), not_clean }
}

fn sheet_of(file: &SourceFile, run: &Run<'_>) -> Sheet {
    cut(file, &Marks::of(run.decls.iter().copied()), run.lines)
}

/// Whether the gap is as wide as gofmt makes it.
fn is_right(file: &SourceFile, sheet: &Sheet, gap: &Gap) -> bool {
    let text = &file.text()[gap.range.to_usize()];
    text.len() == sheet.width(gap) as usize && text.bytes().all(|it| it == b' ')
}

/// The columns that hold a gap which was wrong before the edits.
fn dirty_columns(sheet: &Sheet, old: &Old, touches: &Touches) -> HashSet<ColumnId> {
    let wrong = sheet.gaps.iter().filter(|it| old.gap_is_right(it, touches) == Some(false));
    wrong.flat_map(|it| sheet.columns(it)).collect()
}

/// Functions and types that were short enough for one line and no longer are.
fn broken_lines(run: &Run<'_>, old: &Old, touches: &Touches) -> Vec<NotClean> {
    let nodes = run.decls.iter().flat_map(|it| std::iter::once(*it).chain(it.descendants()));
    nodes
        .filter(|it| touches.any_in(it.range()))
        .filter_map(|it| Some((it, too_long(it)?)))
        .filter(|(node, _)| !touches.back(node.start()).is_some_and(|it| old.too_long.contains(&(it, node.kind()))))
        .map(|(node, reason)| NotClean { range: node.range(), reason })
        .collect()
}

/// Lines whose indentation depends on the width of a line that was edited.
fn pushed_lines(file: &SourceFile, sheet: &Sheet, touches: &Touches) -> Vec<NotClean> {
    let mut pushed = sheet.pushed_lines().peekable();
    if pushed.peek().is_none() {
        return Vec::new();
    }
    let gaps = sheet.gaps.iter().filter(|it| touches.any_in(line_of(file, it.range.start)));
    let touched: HashSet<ColumnId> = gaps.flat_map(|it| sheet.columns(it)).collect();
    let pushed = pushed.filter(|(_, column)| touched.contains(column));
    pushed.map(|(at, _)| NotClean { range: line_of(file, at), reason: Reason::Indentation }).collect()
}

fn line_of(file: &SourceFile, offset: u32) -> TextRange {
    let line = file.line(offset) as usize;
    let end = file.line_starts().get(line + 1).map_or(file.text().len() as u32, |it| it - 1);
    TextRange::new(file.line_starts()[line], end)
}

/// What a part of the file was like before the edits.
#[derive(Default)]
struct Old {
    /// For each gap, by its end: whether it was as wide as gofmt makes it.
    gaps: HashMap<u32, bool>,
    /// What stood in one line though gofmt would break it.
    too_long: HashSet<(u32, Kind)>,
}

impl Old {
    fn of(file: &SourceFile, runs: &[Run<'_>], part: TextRange) -> Old {
        let mut old = Old::default();
        let from = runs.partition_point(|it| it.lines.end < part.start);
        for run in runs[from..].iter().take_while(|it| it.lines.start <= part.end).filter(|it| it.is_sound()) {
            let sheet = sheet_of(file, run);
            old.gaps.extend(sheet.gaps.iter().map(|it| (it.range.end, is_right(file, &sheet, it))));
            let nodes = run.decls.iter().flat_map(|it| std::iter::once(*it).chain(it.descendants()));
            let long = nodes.filter(|it: &Node<'_>| too_long(*it).is_some());
            old.too_long.extend(long.map(|it| (it.start(), it.kind())));
        }
        old
    }

    /// Whether a gap was right before the edits, if it was there.
    fn gap_is_right(&self, gap: &Gap, touches: &Touches) -> Option<bool> {
        self.gaps.get(&touches.back(gap.range.end)?).copied()
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

    /// Whether an edit wrote into the range, or next to it.
    fn any_in(&self, range: TextRange) -> bool {
        let from = self.0.partition_point(|(_, after)| after.end < range.start);
        self.0.get(from).is_some_and(|(_, after)| after.start <= range.end)
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
