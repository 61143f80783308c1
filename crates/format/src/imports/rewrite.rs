//! A text in which the specs and comments of sorted imports stand where [`Layout`] says.
//!
//! Positions of such a layout contradict each other: a spec may be longer than its place, and comments start where
//! others do. What gofmt prints depends on three relations only: the order of things, how many lines end between two of
//! them, and which comments stand in the first column. The text has the same. What stands between two things is
//! copied as far as it fits, and written anew elsewhere.

use std::borrow::Cow;

use gofix_syntax::{TextRange, ast::AstNode};

use super::{
    Block, Sorted,
    layout::{Layout, Placed},
};

/// The text for a layout; `None` if it is the text that there was.
pub(super) fn write(layout: &Layout<'_>, blocks: &[(Block<'_>, Vec<Placed<'_>>)]) -> Option<Sorted> {
    let mut writer = Writer { layout, text: layout.file.text(), out: String::new(), joined: Vec::new(), copied: 0 };
    writer.out.reserve(writer.text.len() + 64);
    for (block, placed) in blocks {
        writer.copy_until(block.open);
        writer.block(*block, placed);
    }
    writer.copy_until(writer.text.len() as u32);
    let sorted = Sorted { text: writer.out, joined: writer.joined };
    (sorted.text != writer.text || !sorted.joined.is_empty()).then_some(sorted)
}

#[derive(Copy, Clone, PartialEq, Eq)]
enum What {
    Open,
    Spec,
    LineComment,
    BlockComment,
    Close,
}

/// A thing in a block.
struct Item<'a> {
    what: What,
    content: Cow<'a, str>,
    /// The place of it in the text before; that of the spec that it replaces, if it is a spec.
    home: TextRange,
    /// The lines of the layout on which it starts and ends.
    lines: (u32, u32),
    /// The line on which its last token is.
    last_line: u32,
    /// Whether it starts a line of the layout, without any space.
    is_outdented: bool,
    /// Whether it is of a comment group that starts a line of the layout, without any space.
    is_in_outdented: bool,
    /// Whether the next thing that is no comment is a spec.
    before_spec: bool,
}

impl Item<'_> {
    fn is_comment(&self) -> bool {
        matches!(self.what, What::LineComment | What::BlockComment)
    }
}

struct Writer<'a> {
    layout: &'a Layout<'a>,
    text: &'a str,
    out: String,
    joined: Vec<u32>,
    /// How much of `text` is dealt with.
    copied: usize,
}

impl<'a> Writer<'a> {
    /// Copies the text outside of blocks, without the comments that specs took along.
    fn copy_until(&mut self, end: u32) {
        let mut taken: Vec<_> = self.layout.groups.iter().filter(|it| it.moved.is_some()).collect();
        taken.sort_by_key(|it| it.comments[0].start);
        for &comment in taken.into_iter().flat_map(|it| it.comments) {
            if self.copied <= comment.start as usize && comment.end <= end {
                self.out.push_str(&self.text[self.copied..comment.start as usize]);
                self.out.push(' ');
                self.copied = comment.end as usize;
            }
        }
        self.out.push_str(&self.text[self.copied..end as usize]);
    }

    fn block(&mut self, block: Block<'_>, placed: &[Placed<'a>]) {
        let items = self.items(block, placed);
        let mut state = State::default();
        self.out.push('(');
        for pair in items.windows(2) {
            let (before, item) = (&pair[0], &pair[1]);
            self.gap(before, item, &mut state);
            state.note(before, item, self.column());
            self.out.push_str(&item.content);
        }
        self.copied = block.close as usize + 1;
        self.comments_behind(block, placed);
    }

    /// Writes the comments that stand where the closing parenthesis does, so behind it.
    fn comments_behind(&mut self, block: Block<'_>, placed: &[Placed<'_>]) {
        let mut needs_break = false;
        for (_, comment) in self.comments(block, placed).into_iter().filter(|it| it.0 == block.close) {
            let rest = self.text[self.copied..].trim_start_matches([' ', '\t']);
            if needs_break {
                self.out.push('\n');
                self.joined.push(self.out.len() as u32);
            } else if rest.starts_with(';') {
                self.copied = self.text.len() - rest.len() + 1;
                self.out.push_str("; ");
            } else {
                self.out.push(' ');
            }
            self.out.push_str(&comment.content);
            needs_break = comment.what == What::LineComment;
        }
        let rest = self.text[self.copied..].trim_start_matches([' ', '\t', '\r']);
        if needs_break && !rest.is_empty() && !rest.starts_with('\n') {
            self.out.push('\n');
            self.joined.push(self.out.len() as u32);
        }
    }

    /// All things in a block, from parenthesis to parenthesis.
    fn items(&self, block: Block<'_>, placed: &[Placed<'a>]) -> Vec<Item<'a>> {
        let parenthesis = |what, content, offset| {
            let line = self.layout.line(offset);
            Item {
                what,
                content: Cow::Borrowed(content),
                home: TextRange::new(offset, offset + 1),
                lines: (line, line),
                last_line: line,
                is_outdented: self.layout.starts_line(offset),
                is_in_outdented: false,
                before_spec: false,
            }
        };
        let mut items = vec![parenthesis(What::Open, "(", block.open)];
        let mut specs = placed.iter().peekable();
        for (start, comment) in self.comments(block, placed).into_iter().filter(|it| it.0 < block.close) {
            while let Some(spec) = specs.next_if(|it| it.slot.start <= start) {
                items.push(self.spec(spec));
            }
            items.push(comment);
        }
        items.extend(specs.map(|it| self.spec(it)));
        items.push(parenthesis(What::Close, ")", block.close));
        let mut before_spec = false;
        for item in items.iter_mut().rev().filter(|it| it.what != What::Close) {
            before_spec |= item.what == What::Spec;
            item.before_spec = before_spec;
        }
        items
    }

    /// The comments of a block in order, except those inside of specs.
    fn comments(&self, block: Block<'_>, placed: &[Placed<'_>]) -> Vec<(u32, Item<'a>)> {
        let mut comments = Vec::new();
        for group in &self.layout.groups {
            let is_outdented = |start| group.moved.is_none() && self.layout.starts_line(start);
            for (start, home) in group.places() {
                let is_inside = |it: &Placed<'_>| it.spec.node().range().contains(home);
                if start < block.open || start > block.close || (group.moved.is_none() && placed.iter().any(is_inside))
                {
                    continue;
                }
                let content = &self.text[home.to_usize()];
                let line = self.layout.line(start);
                let last_line = line + content.matches('\n').count() as u32;
                let item = Item {
                    what: if content.starts_with("//") { What::LineComment } else { What::BlockComment },
                    content: content.into(),
                    home,
                    lines: (line, last_line),
                    last_line,
                    is_outdented: is_outdented(start),
                    is_in_outdented: is_outdented(group.start()),
                    before_spec: false,
                };
                comments.push((start, item));
            }
        }
        comments
    }

    fn spec(&self, placed: &Placed<'a>) -> Item<'a> {
        let spec = placed.spec;
        let range = spec.node().range();
        let has_lost = |it: &super::layout::Group<'_>| it.moved.is_some() && range.contains(it.comments[0]);
        let lines = (self.layout.line(placed.slot.start), self.layout.line(placed.slot.end));
        let is_spread = placed.is_of_several && lines.0 < lines.1;
        let content = match spec.name() {
            Some(name) if is_spread || self.layout.groups.iter().any(has_lost) => {
                format!("{} {}", name.text(), spec.path().text()).into()
            }
            _ => spec.node().text().into(),
        };
        Item {
            what: What::Spec,
            content,
            home: placed.slot,
            lines,
            last_line: if placed.is_of_several { lines.0 } else { lines.1 },
            is_outdented: false,
            is_in_outdented: false,
            before_spec: true,
        }
    }

    /// Writes what stands between two things.
    fn gap(&mut self, before: &Item<'_>, item: &Item<'_>, state: &mut State) {
        // A comment looks at the token before it, a spec at where the one before it ended.
        let line_before = if item.is_comment() { before.last_line } else { before.lines.1 };
        let wanted = item.lines.0.saturating_sub(line_before).min(2);
        // A comment can end the line even where the layout has more on the line where it starts.
        let is_forced = wanted == 0 && before.what == What::LineComment;
        let is_split = wanted == 0 && before.lines.1 > before.lines.0 && before.lines.0 == item.lines.0;
        let breaks = if is_forced || is_split && item.what == What::Spec { 1 } else { wanted };
        state.breaks = breaks;
        match self.gap_at_home(before, item, breaks, state) {
            Some(gap) => {
                self.out.push_str(gap);
                state.is_separated |= gap.contains(['\n', ';']);
            }
            None if breaks > 0 => {
                (0..breaks).for_each(|_| self.out.push('\n'));
                self.out.push_str(Self::indentation(before, item, state));
                state.is_separated = true;
            }
            None if item.what == What::Spec && state.has_spec && !state.is_separated => self.out.push_str("; "),
            None => self.out.push(' '),
        }
        let lines_up = item.what == What::Close && state.columns.contains(&self.column());
        if is_forced && (item.before_spec || state.is_behind || lines_up) {
            let line_start = self.out.rfind('\n').map_or(0, |it| it + 1);
            self.joined.push(line_start as u32);
        }
    }

    /// What stands between two things in the text before, if it fits.
    fn gap_at_home(&self, before: &Item<'_>, item: &Item<'_>, breaks: u32, state: &State) -> Option<&'a str> {
        let gap = self.text.get(before.home.end as usize..item.home.start as usize)?;
        let is_blank = gap.bytes().all(|it| matches!(it, b' ' | b'\t' | b'\r' | b'\n' | b';'));
        let fits = is_blank
            && gap.matches('\n').take(2).count() as u32 == breaks
            && !(gap.contains(';') && state.is_separated)
            && (item.what != What::Spec || !state.has_spec || state.is_separated || gap.contains(['\n', ';']))
            && (!item.is_comment() || !gap.ends_with('\n') || item.is_outdented)
            // A comment in the first column right in front of something is laid out as documentation.
            && (gap != "\n" || !before.is_comment() || state.group_column > 0 || before.is_in_outdented);
        fits.then_some(gap)
    }

    /// The space in front of a thing that starts a line.
    fn indentation(before: &Item<'_>, item: &Item<'_>, state: &State) -> &'static str {
        match item.what {
            // Not right behind a comment that starts in the first column, which would be laid out as documentation.
            What::Close if before.is_comment() && state.group_column == 0 => " ",
            What::Close => "",
            What::Spec => "\t",
            _ if item.is_outdented => "",
            _ => "\t",
        }
    }

    /// The column in which comes what is written next, counted from 0.
    fn column(&self) -> usize {
        self.out.len() - self.out.rfind('\n').map_or(0, |it| it + 1)
    }
}

/// What has been written of a block.
#[derive(Default)]
struct State {
    has_spec: bool,
    /// Whether the last spec is separated from what may follow.
    is_separated: bool,
    /// The columns of the comments behind the last spec.
    columns: Vec<usize>,
    /// How many lines end in front of the last thing, at most 2.
    breaks: u32,
    /// The column in which the last comment group starts.
    group_column: usize,
    /// Whether that group follows something else on its line.
    is_behind: bool,
}

impl State {
    fn note(&mut self, before: &Item<'_>, item: &Item<'_>, column: usize) {
        if item.what == What::Spec {
            *self = State { has_spec: true, ..State::default() };
        } else if item.is_comment() {
            if !before.is_comment() || self.breaks > 1 || self.breaks > 0 && self.is_behind {
                self.group_column = column;
                self.is_behind = self.breaks == 0;
            }
            self.columns.push(column);
            self.is_separated |= self.has_spec && item.content.contains('\n');
        }
    }
}
