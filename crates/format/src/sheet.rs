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

/// A token or a comment, and the lines on which it starts and ends.
#[derive(Copy, Clone)]
struct Item {
    range: TextRange,
    is_comment: bool,
    first_line: u32,
    last_line: u32,
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
    let mut next_token = 0;
    for (i, item) in items.iter().enumerate() {
        next_token = next_token.max(i + 1);
        next_token += items[next_token..].iter().take_while(|it| it.is_comment).count();
        let ends_line = items.get(next_token).is_none_or(|it| it.first_line != item.first_line);
        cutter.item(i.checked_sub(1).map(|it| items[it]), *item, ends_line);
    }
    cutter.sheet
}

/// The tokens and comments in `range`, in order.
fn items(file: &SourceFile, range: TextRange) -> Vec<Item> {
    let tokens = file.tokens_in(range).filter(|(token, _)| !matches!(token, Token::Newline | Token::Eof));
    let mut tokens = tokens.map(|(_, range)| (range, false)).peekable();
    let mut comments = file.comments_in(range).iter().map(|&range| (range, true)).peekable();
    let merged = std::iter::from_fn(|| match (tokens.peek(), comments.peek()) {
        (Some((token, _)), Some((comment, _))) if comment.start < token.start => comments.next(),
        (None, _) => comments.next(),
        _ => tokens.next(),
    });
    let starts = file.line_starts();
    let mut line = file.line(range.start) as usize;
    let mut line_at = |offset: u32| {
        line += starts[line + 1..].iter().take_while(|&&it| it <= offset).count();
        line as u32
    };
    let item = |(range, is_comment): (TextRange, bool)| Item {
        range,
        is_comment,
        first_line: line_at(range.start),
        last_line: line_at(range.end),
    };
    merged.map(item).collect()
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
    /// Takes the next item. `ends_line`: no token follows on the line on which it starts.
    fn item(&mut self, before: Option<Item>, item: Item, ends_line: bool) {
        match before {
            Some(before) if before.last_line == item.first_line => self.within_line(before, item, ends_line),
            Some(before) => {
                let is_apart = before.last_line + 1 < item.first_line;
                let is_fed = item.is_comment || self.is_literal || self.marks.is_fed(item.range.start);
                self.start_line(item.first_line, is_fed || is_apart);
            }
            None => self.start_line(item.first_line, true),
        }
        if item.first_line != item.last_line {
            if item.is_comment {
                self.start_line(item.last_line, true);
            } else {
                self.is_literal = true;
            }
        }
    }

    /// Starts a line with its indentation.
    fn start_line(&mut self, line: u32, ends_section: bool) {
        if ends_section {
            self.sheet.columns.end_section();
        } else {
            self.sheet.columns.end_line();
        }
        self.is_literal = false;
        let start = self.file.line_starts()[line as usize];
        let tabs = self.file.text()[start as usize..].bytes().take_while(|&it| it == b'\t').count();
        let cells: Vec<_> = (0..tabs).map(|_| self.sheet.columns.cell(0, Stop::Hard)).collect();
        self.text_start = start + tabs as u32;
        self.sheet.indents.push((start, cells));
    }

    fn within_line(&mut self, before: Item, item: Item, ends_line: bool) {
        let range = TextRange::new(before.range.end, item.range.start);
        // A comment in front takes the place of the tab.
        let tab = self.marks.tab(item.range.start).filter(|_| !before.is_comment).map(|it| it.stops);
        match tab {
            Some(stops) if !item.is_comment => self.gap(range, stops, Stop::Soft),
            Some(stops) if ends_line => self.gap(range, stops, Stop::Soft),
            None if item.is_comment && ends_line => self.gap(range, 1, Stop::Hard),
            _ => {}
        }
    }

    /// Ends the cell of the text before `range`, and so many cells in all.
    fn gap(&mut self, range: TextRange, stops: u32, stop: Stop) {
        let mut cells = Vec::new();
        if stops > 0 && !self.is_literal {
            let text = &self.file.text()[self.text_start as usize..range.start as usize];
            cells.push(self.sheet.columns.cell(text.chars().count() as u32, stop));
            cells.extend((1..stops).map(|_| self.sheet.columns.cell(0, stop)));
            self.text_start = range.end;
        }
        let blanks = if cells.is_empty() { stops.max(1) } else { 0 };
        self.sheet.gaps.push(Gap { range, cells, blanks });
    }
}
