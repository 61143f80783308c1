//! Lists of expressions: line ends, and which elements line up.
//!
//! The keys of keyed elements form a column, and comments behind the elements line up, as long as the elements are alike
//! in size: all are small, or each is within a factor of the mean of those before. The mean is that of gofmt since Go
//! 1.27; before, it was the geometric one, which now and then decides otherwise.

use gofix_syntax::{
    Kind, Node, NodeId, Token,
    ast::{self, AstNode},
};

use super::{Comments, Printer, Space};
use crate::layout::Layout;

/// Elements up to this size are alike.
const SMALL: u32 = 40;

/// If an element is larger than that, it and the mean of those before must differ by less than this factor.
const RATIO: f64 = 2.5;

/// Longer than any line.
const ANY_SIZE: u32 = 1_000_000;

/// How a list is printed.
#[derive(Copy, Clone)]
pub(super) struct List {
    /// Offset of the token before the first element. Where gofmt takes no such place into account, there is none.
    pub(super) before: Option<u32>,
    /// Offset of the token behind the last element, likewise.
    pub(super) behind: Option<u32>,
    pub(super) depth: u32,
    /// Whether the last element gets a comma if the token behind stands on a new line.
    pub(super) may_end_with_comma: bool,
    /// Whether elements on new lines are indented.
    pub(super) indents: bool,
}

impl List {
    pub(super) const OPEN: List =
        List { before: None, behind: None, depth: 1, may_end_with_comma: false, indents: true };

    pub(super) fn between(before: u32, behind: u32) -> List {
        List { before: Some(before), behind: Some(behind), may_end_with_comma: true, ..List::OPEN }
    }
}

impl<'a> Printer<'a> {
    pub(super) fn expr_list(&mut self, elements: &[Node<'a>], list: List) {
        let ([first, ..], Some(last)) = (elements, elements.last()) else { return };
        let line_before = list.before.map(|it| self.line(it));
        let first_line = self.line(first.start());
        if line_before == Some(first_line) && first_line == self.line(last.end()) {
            return self.one_line(elements, list.depth);
        }
        // What makes the first line end grow the indentation.
        let mut indent = list.indents.then_some(Space::Indent);
        let mut is_indented = false;
        // Index of the last element that starts a line.
        let mut broken_at = None;
        if line_before.is_some_and(|it| it < first_line) && self.linebreak(first_line, 0, indent, true) > 0 {
            indent = None;
            is_indented = true;
            broken_at = Some(0);
        }
        let has_places = list.before.is_some() && list.behind.is_some();
        let mut sizes = Sizes::default();
        let mut previous_line = line_before;
        for (i, element) in elements.iter().enumerate() {
            let line = self.line(element.start());
            let size = if has_places { self.element_size(*element) } else { 0 };
            let is_alike = sizes.next(size);
            let is_next_line = previous_line.is_some_and(|it| it < line);
            if i > 0 {
                if !is_next_line {
                    self.at(element.start());
                }
                self.token(Token::Comma);
                let is_alone = broken_at.map_or(0, |it| it + 1) == i;
                let breaks = if is_next_line { self.linebreak(line, 0, indent, !is_alike || !is_alone) } else { 0 };
                if breaks > 0 {
                    indent = None;
                    is_indented = true;
                    broken_at = Some(i);
                } else {
                    self.blank();
                }
                if breaks > 1 {
                    sizes.restart();
                }
            }
            match ast::KeyValueExpr::cast(*element) {
                Some(pair) if elements.len() > 1 && size > 0 && is_next_line => self.key_value(pair, Space::Column),
                _ => self.expr_at(*element, 0, list.depth),
            }
            if self.out.is_over() {
                return;
            }
            sizes.count_latest();
            previous_line = Some(line);
        }
        let is_indented = is_indented && list.indents;
        if list.may_end_with_comma && list.behind.is_some_and(|it| self.pos.line < self.line(it)) {
            self.token(Token::Comma);
            if is_indented {
                self.space(Space::Unindent);
            }
            self.space(Space::Break);
        } else if is_indented {
            self.space(Space::Unindent);
        }
    }

    fn one_line(&mut self, elements: &[Node<'a>], depth: u32) {
        for (i, element) in elements.iter().enumerate() {
            if i > 0 {
                self.at(element.start());
                self.token(Token::Comma);
                self.blank();
            }
            self.expr_at(*element, 0, depth);
            if self.out.is_over() {
                return;
            }
        }
    }

    /// The size of an element in bytes, for a keyed one that of its key; 0 if it does not stand in one line.
    fn element_size(&mut self, element: Node<'a>) -> u32 {
        let Some(size) = self.size(element, ANY_SIZE) else { return 0 };
        match ast::KeyValueExpr::cast(element) {
            Some(pair) => self.size(pair.key(), ANY_SIZE).unwrap_or(0),
            None => size,
        }
    }

    /// The size of a node in bytes when it is printed, without comments, if that is one line of at most `limit` bytes.
    /// A node is always asked about with the same limit.
    pub(super) fn size(&mut self, node: Node<'a>, limit: u32) -> Option<u32> {
        const UNKNOWN: u32 = 0;
        const TOO_LONG: u32 = u32::MAX;
        if self.sizes.is_empty() {
            self.sizes.resize(self.file.node_count(), UNKNOWN);
        }
        let index = NodeId::index(node.id());
        if self.sizes[index] == UNKNOWN {
            let sizes = std::mem::take(&mut self.sizes);
            let mut printer = Printer::with(self.file, Layout::measuring(limit), Comments::of_nodes(self.file), sizes);
            if node.kind().is_stmt() {
                // A label stands one step further left than what is around it.
                printer.out.indent = u32::from(node.kind() == Kind::LabeledStmt);
                printer.stmt(node, false);
            } else {
                printer.expr(node);
            }
            let size = printer.measured();
            self.sizes = printer.sizes;
            // A node has at least one byte, but an empty statement.
            self.sizes[index] = size.map_or(TOO_LONG, |it| it + 1);
        }
        Some(self.sizes[index]).filter(|&it| it != TOO_LONG).map(|it| it - 1)
    }
}

/// The sizes of elements that may share columns.
#[derive(Default)]
struct Sizes {
    /// Size of the latest element, 0 if it does not stand in one line.
    latest: u32,
    /// Sum of the logarithms of the sizes of the current group, and how many they are.
    logarithms: f64,
    count: u32,
}

impl Sizes {
    /// Takes the next size. Whether it is alike enough to those before to share their columns.
    fn next(&mut self, size: u32) -> bool {
        let before = std::mem::replace(&mut self.latest, size);
        if before == 0 || size == 0 {
            return false;
        }
        if self.count == 0 || before <= SMALL && size <= SMALL {
            return true;
        }
        let ratio = f64::from(size) / power(self.logarithms / f64::from(self.count));
        RATIO * ratio > 1.0 && ratio < RATIO
    }

    fn restart(&mut self) {
        self.logarithms = 0.0;
        self.count = 0;
    }

    fn count_latest(&mut self) {
        if self.latest > 0 {
            self.logarithms += logarithm(self.latest);
            self.count += 1;
        }
    }
}

/// The logarithm to base 2, taken as linear between powers of 2. `size` must not be 0.
fn logarithm(size: u32) -> f64 {
    let floor = size.ilog2();
    f64::from(floor) + f64::from(size) / (1_u64 << floor) as f64 - 1.0
}

/// What has that logarithm.
fn power(logarithm: f64) -> f64 {
    let floor = logarithm.floor();
    (1.0 + logarithm - floor) * floor.exp2()
}
