//! A run of declarations cut into cells: the gaps between words that gofmt pads, and how wide it makes them.

use gofix_syntax::{SourceFile, TextRange, Token};

use crate::{
    columns::{CellId, ColumnId, Columns, Stop},
    marks::Marks,
};

/// Width of a tab that indents, in characters.
const TAB: u32 = 8;

/// White space within a line whose width gofmt decides.
#[derive(Clone, Debug)]
pub(crate) struct Gap {
    /// Where it is.
    pub(crate) range: TextRange,
    /// The cells that end here: that of the text in front, then empty ones.
    cells: Vec<CellId>,
    /// The width if no cell ends here.
    blanks: u32,
}

/// The gaps of a run, in order.
pub(crate) struct Sheet {
    pub(crate) gaps: Vec<Gap>,
    columns: Columns,
    /// The first byte of each line that is indented, and the cells of its indentation.
    indents: Vec<(u32, Vec<CellId>)>,
}

impl Sheet {
    /// How many blanks gofmt would put into the gap.
    pub(crate) fn width(&self, gap: &Gap) -> u32 {
        gap.blanks + gap.cells.iter().map(|it| self.columns.padding(*it)).sum::<u32>()
    }

    /// The columns that decide the width of the gap.
    pub(crate) fn columns(&self, gap: &Gap) -> impl Iterator<Item = ColumnId> {
        gap.cells.iter().map(|it| self.columns.column(*it))
    }

    /// The lines that gofmt would indent by more than their nesting, because the indentation stands in one column with
    /// long text above or below: the offset of their first byte, and the columns.
    pub(crate) fn pushed_lines(&self) -> impl Iterator<Item = (u32, ColumnId)> {
        let columns = |cells: &[CellId]| cells.iter().map(|it| self.columns.column(*it)).collect::<Vec<_>>();
        let indents = self.indents.iter().flat_map(move |(at, cells)| columns(cells).into_iter().map(|it| (*at, it)));
        indents.filter(|(_, column)| self.columns.width(*column) > TAB)
    }
}

/// A token or a comment.
#[derive(Copy, Clone)]
struct Item {
    range: TextRange,
    token: Option<Token>,
}

/// Cuts the lines in `range`, which starts and ends with a line, at the marks of the declarations in it.
pub(crate) fn cut(file: &SourceFile, marks: &Marks, range: TextRange) -> Sheet {
    let mut cutter = Cutter {
        file,
        marks,
        sheet: Sheet { gaps: Vec::new(), columns: Columns::default(), indents: Vec::new() },
        text_start: range.start,
        is_literal: false,
    };
    let items = items(file, range);
    let mut before = None;
    for (i, item) in items.iter().enumerate() {
        cutter.item(before, *item, || items[i + 1..].iter().find(|it| it.token.is_some()).copied());
        before = Some(*item);
    }
    cutter.sheet
}

fn items(file: &SourceFile, range: TextRange) -> Vec<Item> {
    let tokens = file.tokens_in(range).filter(|(token, _)| !matches!(token, Token::Newline | Token::Eof));
    let mut tokens = tokens.map(|(token, range)| Item { range, token: Some(token) }).peekable();
    let mut comments = file.comments_in(range).iter().map(|&range| Item { range, token: None }).peekable();
    std::iter::from_fn(|| match (tokens.peek(), comments.peek()) {
        (Some(token), Some(comment)) if comment.range.start < token.range.start => comments.next(),
        (None, _) => comments.next(),
        _ => tokens.next(),
    })
    .collect()
}

struct Cutter<'a> {
    file: &'a SourceFile,
    marks: &'a Marks,
    sheet: Sheet,
    /// Where the text of the current cell starts.
    text_start: u32,
    /// Whether a literal over several lines ended in this line: then no column starts any more.
    is_literal: bool,
}

impl Cutter<'_> {
    /// Takes the next item; `next_token` finds the first token behind it.
    fn item(&mut self, before: Option<Item>, item: Item, next_token: impl Fn() -> Option<Item>) {
        match before {
            Some(before) if self.line(before.range.end) == self.line(item.range.start) => {
                self.within_line(before, item, next_token);
            }
            Some(before) => {
                let is_fed = item.token.is_none() || self.is_literal || self.marks.is_fed(item.range.start);
                let is_apart = self.line(before.range.end) + 1 < self.line(item.range.start);
                self.start_line(item.range.start, is_fed || is_apart);
            }
            None => self.start_line(item.range.start, true),
        }
        if self.line(item.range.start) != self.line(item.range.end) {
            if item.token.is_some() {
                self.is_literal = true;
            } else {
                self.start_line(item.range.end, true);
            }
        }
    }

    fn line(&self, offset: u32) -> u32 {
        self.file.line(offset)
    }

    /// Starts the line that holds `offset`, with its indentation.
    fn start_line(&mut self, offset: u32, ends_section: bool) {
        if ends_section {
            self.sheet.columns.end_section();
        } else {
            self.sheet.columns.end_line();
        }
        self.is_literal = false;
        let start = self.file.line_starts()[self.line(offset) as usize];
        let tabs = self.file.text()[start as usize..].bytes().take_while(|&it| it == b'\t').count();
        let cells: Vec<_> = (0..tabs).map(|_| self.sheet.columns.cell(0, Stop::Hard)).collect();
        self.text_start = start + tabs as u32;
        self.sheet.indents.push((start, cells));
    }

    fn within_line(&mut self, before: Item, item: Item, next_token: impl Fn() -> Option<Item>) {
        let range = TextRange::new(before.range.end, item.range.start);
        let tab = self.marks.tab(item.range.start).map(|it| it.stops);
        if item.token.is_some() {
            // A comment in front takes the place of the tab.
            if before.token.is_some()
                && let Some(stops) = tab
            {
                self.gap(range, stops, Stop::Soft);
            }
        } else if next_token().is_none_or(|it| self.line(it.range.start) != self.line(item.range.start)) {
            match tab {
                Some(stops) if before.token.is_some() && stops > 0 => self.gap(range, stops, Stop::Soft),
                _ => self.gap(range, 1, Stop::Hard),
            }
        }
    }

    /// Ends the cell of the text before `range`, and so many cells in all.
    fn gap(&mut self, range: TextRange, stops: u32, stop: Stop) {
        let mut cells = Vec::new();
        if stops > 0 && !self.is_literal {
            let text = &self.file.text()[self.text_start as usize..range.start as usize];
            cells.push(self.sheet.columns.cell(text.chars().count() as u32, stop));
            cells.extend((1..stops).map(|_| self.sheet.columns.cell(0, stop)));
        }
        let blanks = if cells.is_empty() { stops.max(1) } else { 0 };
        self.sheet.gaps.push(Gap { range, cells, blanks });
        self.text_start = range.end;
    }
}
