//! Elastic columns: how wide the cells of consecutive lines become so that what follows them lines up.
//!
//! A cell is text up to a column stop; text behind the last stop of a line belongs to no column. Cells with the same
//! index in adjacent lines form one column, and a line without such a cell ends it. This is how Go's `text/tabwriter`
//! defines columns, with the settings of gofmt: one blank of padding, and soft columns without any text vanish.

/// What ends a cell.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(crate) enum Stop {
    /// The column has a width even if all its cells are empty.
    Hard,
    /// The column vanishes if all its cells are empty and soft.
    Soft,
}

/// A cell, by the order in which the cells were added.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct CellId(u32);

/// A column, from its first line to its last.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct ColumnId(u32);

#[derive(Default)]
struct Column {
    /// Width of the widest cell, in characters, without padding.
    widest: u32,
    /// Whether it is there even without text.
    hard: bool,
}

/// Collects the cells of a text, line by line.
#[derive(Default)]
pub(crate) struct Columns {
    /// Width of each cell and the column that it is in.
    cells: Vec<(u32, ColumnId)>,
    columns: Vec<Column>,
    /// The columns of the line above, then those of the current line as far as it has cells.
    open: Vec<ColumnId>,
    /// How many cells the current line has so far.
    in_line: usize,
}

impl Columns {
    /// Adds a cell to the current line. `width` is in characters.
    pub(crate) fn cell(&mut self, width: u32, stop: Stop) -> CellId {
        if self.in_line == self.open.len() {
            self.open.push(ColumnId(self.columns.len() as u32));
            self.columns.push(Column::default());
        }
        let id = self.open[self.in_line];
        let column = &mut self.columns[id.0 as usize];
        column.widest = column.widest.max(width);
        column.hard |= stop == Stop::Hard;
        self.in_line += 1;
        self.cells.push((width, id));
        CellId(self.cells.len() as u32 - 1)
    }

    /// Ends the current line. The columns that it has no cell for end with the line above.
    pub(crate) fn end_line(&mut self) {
        self.open.truncate(self.in_line);
        self.in_line = 0;
    }

    /// Ends the current line and all columns with it.
    pub(crate) fn end_section(&mut self) {
        self.open.clear();
        self.in_line = 0;
    }

    /// Whether no column goes on in the next line.
    pub(crate) fn is_closed(&self) -> bool {
        self.open.is_empty()
    }

    /// Forgets all cells. All columns must have ended.
    pub(crate) fn clear(&mut self) {
        self.cells.clear();
        self.columns.clear();
    }

    /// The column that the cell is in.
    pub(crate) fn column(&self, cell: CellId) -> ColumnId {
        self.cells[cell.0 as usize].1
    }

    /// How wide the column is in characters, padding included. Final once all its lines are there.
    pub(crate) fn width(&self, column: ColumnId) -> u32 {
        let column = &self.columns[column.0 as usize];
        if column.widest > 0 || column.hard { column.widest + 1 } else { 0 }
    }

    /// How many blanks follow the text of the cell. Final once all lines of its column are there.
    pub(crate) fn padding(&self, cell: CellId) -> u32 {
        let (width, column) = self.cells[cell.0 as usize];
        self.width(column) - width
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lays out lines whose cells end at `|` (hard) or `:` (soft); a line `-` closes all columns.
    fn lay_out(text: &str) -> String {
        let mut columns = Columns::default();
        let mut lines = Vec::new();
        for line in text.lines() {
            if line == "-" {
                columns.end_section();
                continue;
            }
            let mut pieces = Vec::new();
            let mut rest = line;
            while let Some(at) = rest.find(['|', ':']) {
                let stop = if rest[at..].starts_with('|') { Stop::Hard } else { Stop::Soft };
                pieces.push((&rest[..at], columns.cell(rest[..at].chars().count() as u32, stop)));
                rest = &rest[at + 1..];
            }
            columns.end_line();
            lines.push((pieces, rest));
        }
        let mut result = String::new();
        for (pieces, rest) in lines {
            for (text, cell) in pieces {
                result += text;
                result += &".".repeat(columns.padding(cell) as usize);
            }
            result += rest;
            result += "\n";
        }
        result
    }

    #[test]
    fn cells_below_each_other_line_up() {
        assert_eq!(lay_out("a|b\nccc|d\ne\nff|g"), "a...b\nccc.d\ne\nff.g\n");
    }

    #[test]
    fn a_column_ends_at_a_line_without_its_cell_while_those_left_of_it_go_on() {
        assert_eq!(lay_out("a|bbb|c\ndd|e\nf|g|h"), "a..bbb.c\ndd.e\nf..g.h\n");
    }

    #[test]
    fn a_section_ends_all_columns() {
        assert_eq!(lay_out("a|b\n-\nccc|d"), "a.b\nccc.d\n");
    }

    #[test]
    fn soft_columns_without_text_vanish() {
        assert_eq!(lay_out("a::b\ncc::d"), "a..b\ncc.d\n");
        assert_eq!(lay_out("a::b\ncc:x:d"), "a....b\ncc.x.d\n");
        assert_eq!(lay_out("a:|b\ncc::d"), "a...b\ncc..d\n");
    }

    #[test]
    fn width_counts_characters() {
        assert_eq!(lay_out("äöü|b\nc|d"), "äöü.b\nc...d\n");
    }
}
