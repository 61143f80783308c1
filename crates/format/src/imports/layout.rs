//! Where specs and comments of sorted imports stand: go/ast's `SortImports`, which moves both by position alone.
//!
//! The specs of a run take the places that the specs of the run had, first to last. A comment goes to the start or the
//! end of the new place of its spec. For each spec that is dropped, the line where it stood is merged with the next.

use gofix_syntax::{
    SourceFile, TextRange,
    ast::{AstNode, ImportSpec},
};

use super::{Block, key, key::Key};

/// Positions in a file while its imports are being sorted.
pub(super) struct Layout<'a> {
    pub(super) file: &'a SourceFile,
    /// Where lines start. Of merged lines only the first does.
    line_starts: Vec<u32>,
    /// By position, except for what [`Layout::sort`] leaves behind.
    pub(super) groups: Vec<Group<'a>>,
}

/// A comment group.
#[derive(Copy, Clone)]
pub(super) struct Group<'a> {
    /// Its comments, where they stand in the text.
    pub(super) comments: &'a [TextRange],
    /// Where all its comments start now, if its spec took it along.
    pub(super) moved: Option<u32>,
}

impl Group<'_> {
    /// Where it starts now.
    pub(super) fn start(self) -> u32 {
        self.moved.unwrap_or(self.comments[0].start)
    }

    fn end(self) -> u32 {
        let last = self.comments[self.comments.len() - 1];
        self.moved.map_or(last.end, |start| start + last.len())
    }

    /// The places of its comments: where each starts now, and where it stands in the text.
    pub(super) fn places(self) -> impl Iterator<Item = (u32, TextRange)> {
        self.comments.iter().map(move |&it| (self.moved.unwrap_or(it.start), it))
    }
}

/// A spec in its place.
pub(super) struct Placed<'a> {
    pub(super) spec: ImportSpec<'a>,
    /// Where the spec stood whose place it takes.
    pub(super) slot: TextRange,
    /// Whether it is of a run of several, whose names and paths all go to the starts of their places.
    pub(super) is_of_several: bool,
}

/// Which spec of a run takes a group along.
struct Owner {
    spec: usize,
    group: usize,
    /// The group goes in front of the spec.
    is_before: bool,
}

impl<'a> Layout<'a> {
    pub(super) fn new(file: &'a SourceFile) -> Layout<'a> {
        let mut line_starts = file.line_starts().to_vec();
        // What follows the last line end is no line for go/token while it is empty.
        line_starts.pop_if(|it| *it > 0 && *it as usize == file.text().len());
        let groups = file.comment_groups().iter();
        let groups = groups.map(|&it| Group { comments: file.comments_in(it), moved: None }).collect();
        Layout { file, line_starts, groups }
    }

    /// The line of a position, counted from 0.
    pub(super) fn line(&self, position: u32) -> u32 {
        self.line_starts.partition_point(|&it| it <= position) as u32 - 1
    }

    /// Whether a line starts at the position.
    pub(super) fn starts_line(&self, position: u32) -> bool {
        self.line_starts.binary_search(&position).is_ok()
    }

    /// Makes one line of a line and the next.
    fn merge(&mut self, line: u32) {
        self.line_starts.remove(line as usize + 1);
    }

    /// Sorts the specs of a block. The places are in order.
    pub(super) fn sort(&mut self, block: Block<'a>) -> Vec<Placed<'a>> {
        let specs: Vec<_> = block.specs().collect();
        let mut placed = Vec::with_capacity(specs.len());
        let mut first = 0;
        for next in 1..=specs.len() {
            let end = specs[next - 1].node().end();
            if specs.get(next).is_none_or(|it| self.line(it.node().start()) > self.line(end) + 1) {
                self.sort_run(&specs[first..next], block.close, &mut placed);
                first = next;
            }
        }
        if let Some(last) = placed.last() {
            let last_line = self.line(last.slot.start);
            for line in (last_line + 1..self.line(block.close)).rev() {
                self.merge(line);
            }
        }
        placed
    }

    fn sort_run(&mut self, specs: &[ImportSpec<'a>], close: u32, placed: &mut Vec<Placed<'a>>) {
        let slots = specs.iter().map(|it| it.node().range());
        if specs.len() < 2 {
            placed.extend(slots.zip(specs).map(|(slot, &spec)| Placed { spec, slot, is_of_several: false }));
            return;
        }
        let slots: Vec<_> = slots.collect();
        let owners = self.owners(&slots);
        let kept = self.sort_and_drop(specs, close);
        for (&spec, &slot) in kept.iter().zip(&slots) {
            for owner in owners.iter().filter(|it| it.spec == spec) {
                let start = if owner.is_before { slot.start.saturating_sub(1) } else { slot.end };
                self.groups[owner.group].moved = Some(start);
            }
            placed.push(Placed { spec: specs[spec], slot, is_of_several: true });
        }
        if let (Some(first), Some(last)) = (owners.first(), owners.last()) {
            self.groups[first.group..=last.group].sort_by_key(|it| it.start());
        }
    }

    /// The order of the specs of a run, by index, without those that are dropped.
    fn sort_and_drop(&mut self, specs: &[ImportSpec<'a>], close: u32) -> Vec<usize> {
        let keys: Vec<_> = specs.iter().map(|&it| Key::new(it)).collect();
        let mut order: Vec<_> = (0..specs.len()).collect();
        order.sort_by(|&a, &b| key::compare((specs[a], &keys[a]), (specs[b], &keys[b])));
        let mut kept = Vec::with_capacity(order.len());
        for (index, &spec) in order.iter().enumerate() {
            let is_repeated = order.get(index + 1).is_some_and(|&next| keys[spec] == keys[next]);
            if is_repeated && specs[spec].node().line_comment().is_none() {
                let line = self.line(specs[spec].node().start());
                if line != self.line(close) {
                    self.merge(line);
                }
            } else {
                kept.push(spec);
            }
        }
        kept
    }

    /// The groups on the lines of a run, which may be outside of the block, in order, each with its spec.
    fn owners(&self, slots: &[TextRange]) -> Vec<Owner> {
        let (first, last) = (slots[0], slots[slots.len() - 1]);
        let from = self.line_starts[self.line(first.start) as usize];
        let to = self.line_starts.get(self.line(last.end) as usize + 1).copied().unwrap_or(last.end);
        let ends_before = |it: &(usize, &Group<'_>)| it.1.end() < to;
        let groups = self.groups.iter().enumerate().take_while(ends_before);
        // A group in front of the lines between groups on them is there as well.
        let groups = groups.skip_while(|(_, it)| it.start() < from);
        let mut spec = 0;
        groups
            .map(|(group, it)| {
                while slots.get(spec + 1).is_some_and(|next| next.start <= it.start()) {
                    spec += 1;
                }
                let is_first = spec == 0 && it.start() < first.start;
                let is_below = spec + 1 < slots.len() && self.line(slots[spec].start) + 1 == self.line(it.start());
                if is_below && !is_first {
                    spec += 1;
                }
                Owner { spec, group, is_before: is_first || is_below }
            })
            .collect()
    }
}
