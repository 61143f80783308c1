//! Where printed text ends up: lines of cells, whose columns are padded once their width is known.
//!
//! A line is indentation, text and gaps. What has been written since the last place at which all columns ended is kept as
//! pieces; there, the gaps become blanks. Blanks at the ends of lines are never written.
//!
//! The same calls serve to ask how long something would be in one line: then nothing is kept but the length.

use crate::columns::{CellId, Columns, Stop};

/// Width of a tab that indents, in characters.
const TAB: u32 = 8;

/// Code that is indented deeper than that is not laid out: indentation would take more room than all else.
const MAX_INDENT: u32 = 4096;

/// A part of the text since all columns ended.
#[derive(Copy, Clone)]
enum Piece {
    /// Text up to that byte of the buffer.
    Text(u32),
    /// The end of a cell.
    Gap(CellId),
    Newline,
}

/// The text printed so far.
pub(crate) struct Layout {
    done: String,
    buffer: String,
    pieces: Vec<Piece>,
    columns: Columns,
    /// How many of the pieces and of the buffered bytes stay if the line ends here.
    solid: (usize, usize),
    /// Width of the current cell so far, in characters.
    cell: u32,
    /// Tabs in front of the next line.
    pub(crate) indent: u32,
    /// Whether a text over several lines ended in this line: it has no columns any more.
    is_literal: bool,
    at_line_start: bool,
    is_empty: bool,
    line: u32,
    /// Bytes since the line started.
    column: u32,
    is_too_deep: bool,
    measure: Option<Measure>,
}

/// The length of what was written, as long as it stands in one line.
struct Measure {
    limit: u32,
    length: u32,
    blanks: u32,
    is_over: bool,
}

impl Layout {
    pub(crate) fn new(capacity: usize) -> Layout {
        Layout {
            done: String::with_capacity(capacity),
            buffer: String::new(),
            pieces: Vec::new(),
            columns: Columns::default(),
            solid: (0, 0),
            cell: 0,
            indent: 0,
            is_literal: false,
            at_line_start: true,
            is_empty: true,
            line: 1,
            column: 0,
            is_too_deep: false,
            measure: None,
        }
    }

    /// One that only finds out whether the text is one line of at most `limit` bytes.
    pub(crate) fn measuring(limit: u32) -> Layout {
        let measure = Measure { limit, length: 0, blanks: 0, is_over: false };
        Layout { measure: Some(measure), ..Layout::new(0) }
    }

    /// Whether nothing more needs to be written: the text turned out to be longer than the limit, or more than one line,
    /// or it is indented too deep.
    pub(crate) fn is_over(&self) -> bool {
        self.is_too_deep || self.measure.as_ref().is_some_and(|it| it.is_over)
    }

    /// The length of the text in bytes if it is one line within the limit.
    pub(crate) fn length(&self) -> Option<u32> {
        self.measure.as_ref().filter(|it| !it.is_over).map(|it| it.length)
    }

    /// Whether nothing was written yet, not even blanks.
    pub(crate) fn is_empty(&self) -> bool {
        self.is_empty
    }

    /// How many line ends were written.
    pub(crate) fn line(&self) -> u32 {
        self.line
    }

    /// How many bytes of the current line were written; a gap counts as one.
    pub(crate) fn column(&self) -> u32 {
        self.column
    }

    /// Writes text. It may span lines only if nothing in it is to be laid out.
    pub(crate) fn text(&mut self, text: &str) {
        self.start_line();
        let lines = lines_in(text);
        self.line += lines;
        match text.rfind(LINE_ENDS) {
            Some(at) => {
                self.is_literal = true;
                self.column = (text.len() - at - 1) as u32;
            }
            None => self.column += text.len() as u32,
        }
        self.is_empty = false;
        if let Some(measure) = &mut self.measure {
            measure.length = measure.length.saturating_add(measure.blanks).saturating_add(text.len() as u32);
            measure.blanks = 0;
            measure.is_over |= lines > 0 || measure.length > measure.limit;
            return;
        }
        self.cell += width(text);
        self.buffer.push_str(text);
        let end = self.buffer.len();
        match self.pieces.last_mut() {
            Some(Piece::Text(last)) => *last = end as u32,
            _ => self.pieces.push(Piece::Text(end as u32)),
        }
        self.solid = (self.pieces.len(), end);
    }

    /// Writes one blank.
    pub(crate) fn blank(&mut self) {
        self.start_line();
        self.is_empty = false;
        self.column += 1;
        if let Some(measure) = &mut self.measure {
            measure.blanks += 1;
            return;
        }
        self.cell += 1;
        self.buffer.push(' ');
        let end = self.buffer.len() as u32;
        match self.pieces.last_mut() {
            Some(Piece::Text(last)) => *last = end,
            _ => self.pieces.push(Piece::Text(end)),
        }
    }

    /// Ends a cell: what follows lines up with what follows the cells above and below.
    pub(crate) fn gap(&mut self, stop: Stop) {
        if self.is_literal || self.measure.is_some() {
            return self.blank();
        }
        self.start_line();
        self.is_empty = false;
        self.column += 1;
        self.end_cell(stop);
    }

    /// Ends lines. With `ends_columns`, no column goes on below them.
    pub(crate) fn newlines(&mut self, count: u32, ends_columns: bool) {
        self.start_line();
        self.is_empty = false;
        let ends_columns = std::mem::take(&mut self.is_literal) || ends_columns;
        self.line += count;
        self.column = 0;
        self.at_line_start = true;
        if let Some(measure) = &mut self.measure {
            measure.is_over = true;
            return;
        }
        self.cut_blanks();
        for _ in 0..count {
            self.pieces.push(Piece::Newline);
            if ends_columns {
                self.columns.end_section();
            } else {
                self.columns.end_line();
            }
        }
        self.cell = 0;
        self.solid = (self.pieces.len(), self.buffer.len());
        if self.columns.is_closed() {
            self.flush();
        }
    }

    /// The text, ended; nothing if it is indented too deep.
    pub(crate) fn finish(mut self) -> Option<String> {
        self.cut_blanks();
        self.flush();
        (!self.is_too_deep).then_some(self.done)
    }

    fn start_line(&mut self) {
        if std::mem::take(&mut self.at_line_start) {
            self.is_too_deep |= self.indent > MAX_INDENT;
            self.column = self.indent;
            for _ in 0..self.indent.min(MAX_INDENT) {
                self.is_empty = false;
                match &mut self.measure {
                    Some(measure) => measure.blanks += 1,
                    None => self.end_cell(Stop::Hard),
                }
            }
        }
    }

    fn end_cell(&mut self, stop: Stop) {
        let cell = self.columns.cell(self.cell, stop);
        self.cell = 0;
        self.pieces.push(Piece::Gap(cell));
    }

    /// Takes back blanks and gaps that no text follows.
    fn cut_blanks(&mut self) {
        let (pieces, bytes) = self.solid;
        self.pieces.truncate(pieces);
        self.buffer.truncate(bytes);
        if let Some(Piece::Text(end)) = self.pieces.last_mut() {
            *end = bytes as u32;
        }
    }

    /// Writes out the pieces, now that all columns have ended.
    fn flush(&mut self) {
        let mut from = 0;
        let mut is_indent = true;
        for piece in self.pieces.drain(..) {
            match piece {
                Piece::Text(end) => {
                    self.done.push_str(&self.buffer[from..end as usize]);
                    from = end as usize;
                    is_indent = false;
                }
                Piece::Gap(cell) if is_indent => {
                    let tabs = self.columns.width(self.columns.column(cell)).div_ceil(TAB);
                    self.done.extend(std::iter::repeat_n('\t', tabs as usize));
                }
                Piece::Gap(cell) => {
                    let blanks = self.columns.padding(cell);
                    self.done.extend(std::iter::repeat_n(' ', blanks as usize));
                }
                Piece::Newline => {
                    self.done.push('\n');
                    is_indent = true;
                }
            }
        }
        self.buffer.clear();
        self.columns.clear();
        self.solid = (0, 0);
    }
}

/// What ends a line of text.
pub(crate) const LINE_ENDS: [char; 2] = ['\n', '\x0c'];

/// How many line ends there are.
pub(crate) fn lines_in(text: &str) -> u32 {
    memchr::memchr2_iter(b'\n', b'\x0c', text.as_bytes()).count() as u32
}

/// How many characters the text has.
fn width(text: &str) -> u32 {
    if text.is_ascii() { text.len() as u32 } else { text.chars().count() as u32 }
}
