//! Lists of expressions over several lines: where columns start and end in them.
//!
//! The keys of keyed elements form a column, and comments behind the elements line up, as long as the elements are alike
//! in size: all are small, or each is within a factor of the mean of those before. The mean is that of gofmt since Go
//! 1.27; before, it was the geometric one, which now and then decides otherwise.

use gofix_syntax::{
    Kind, Node, Role,
    ast::{self, AstNode},
};

use crate::marks::{Marks, spans_lines};

/// Elements up to this size are alike.
const SMALL: usize = 40;

/// If an element is larger than that, it and the mean of those before must differ by less than this factor.
const RATIO: f64 = 2.5;

/// The places around a list. Where gofmt takes no place into account, there is none.
#[derive(Copy, Clone)]
struct Around {
    /// Start of the token before the first element.
    before: Option<u32>,
    /// Start of the token behind the last element.
    behind: Option<u32>,
    /// Whether the token behind may stand on a line of its own, after a comma.
    is_closed: bool,
}

const NOWHERE: Around = Around { before: None, behind: None, is_closed: false };

/// Adds the marks of the lists that an expression, statement or spec holds itself.
pub(crate) fn mark(marks: &mut Marks, node: Node<'_>) {
    let file = node.file();
    let last = node.end().saturating_sub(1);
    let closed = |before: u32, behind: u32| Around { before: Some(before), behind: Some(behind), is_closed: true };
    match node.kind() {
        Kind::BinaryExpr => node.children_in(Role::Y).for_each(|it| marks.feed(it.start())),
        Kind::KeyValueExpr => node.children_in(Role::Value).for_each(|it| marks.push_tab(it.start(), 0)),
        Kind::CompositeLit => {
            let brace = file.token_from(node.child(Role::Type).map_or(node.start(), |it| it.end())).1.start;
            mark_list(marks, &collect(node, Role::Elts), closed(brace, last));
        }
        Kind::CallExpr => mark_call(marks, node),
        Kind::IndexListExpr => {
            let bracket = node.child(Role::X).map_or(node.start(), |it| it.end());
            mark_list(marks, &collect(node, Role::Indices), closed(file.token_from(bracket).1.start, last));
        }
        Kind::AssignStmt => {
            let lhs = collect(node, Role::Lhs);
            let assign = file.token_from(lhs.last().map_or(node.start(), |it| it.end())).1.start;
            let around = Around { before: Some(node.start()), behind: Some(assign), is_closed: false };
            mark_list(marks, &lhs, around);
            mark_list(marks, &collect(node, Role::Rhs), Around { before: Some(assign), ..NOWHERE });
        }
        Kind::ReturnStmt => mark_list(marks, &collect(node, Role::Results), NOWHERE),
        Kind::ValueSpec => {
            mark_list(marks, &collect(node, Role::Names), NOWHERE);
            mark_list(marks, &collect(node, Role::Values), NOWHERE);
        }
        Kind::Field => mark_list(marks, &collect(node, Role::Names), NOWHERE),
        _ => {}
    }
}

/// Adds the marks of the expressions of `case a, b:`.
pub(crate) fn mark_case(marks: &mut Marks, clause: Node<'_>) {
    let list = collect(clause, Role::List);
    let Some(last) = list.last() else { return };
    let colon = clause.file().token_from(last.end()).1.start;
    mark_list(marks, &list, Around { before: Some(clause.start()), behind: Some(colon), is_closed: false });
}

fn mark_call(marks: &mut Marks, node: Node<'_>) {
    let Some(call) = ast::CallExpr::cast(node) else { return };
    let args = collect(node, Role::Args);
    let Some(last) = args.last() else { return };
    let parens = call.parens();
    let close = parens.end - 1;
    let behind = if call.has_ellipsis() { node.file().token_from(last.end()).1.start } else { close };
    let around = Around { before: Some(parens.start), behind: Some(behind), is_closed: !call.has_ellipsis() };
    mark_list(marks, &args, around);
    marks.feed(close);
}

fn collect<'a>(node: Node<'a>, role: Role) -> Vec<Node<'a>> {
    node.children_in(role).collect()
}

fn mark_list(marks: &mut Marks, list: &[Node<'_>], around: Around) {
    let ([first, ..], Some(last)) = (list, list.last()) else { return };
    let line = |offset| first.file().line(offset);
    let first_line = line(first.start());
    let line_before = around.before.map(line);
    if line_before.unwrap_or(first_line) == first_line && first_line == line(last.end()) {
        return;
    }
    let has_places = around.before.is_some() && around.behind.is_some();
    let mut sizes = Sizes::default();
    // Index of the last element that starts a line.
    let mut broken_at = None;
    let mut start_before = line_before;
    for (i, element) in list.iter().enumerate() {
        let start = line(element.start());
        let is_alike = sizes.next(if has_places { element_size(*element) } else { 0 });
        let is_next_line = start_before.is_some_and(|it| it < start);
        let end_before = if i > 0 { Some(line(list[i - 1].end())) } else { line_before };
        let breaks = end_before.map_or(0, |it| start.saturating_sub(it));
        if is_next_line && breaks > 0 {
            let is_alone = i > 0 && broken_at.map_or(0, |it| it + 1) == i;
            let feeds = !(is_alike && is_alone);
            if feeds {
                marks.feed(element.start());
            }
            if i > 0 && (feeds || breaks > 1) {
                sizes.restart();
            }
            broken_at = Some(i);
        }
        if list.len() > 1 && is_next_line && sizes.latest > 0 {
            let value = ast::KeyValueExpr::cast(*element).map(|it| it.value());
            value.into_iter().for_each(|it| marks.push_tab(it.start(), 1));
        }
        sizes.count_latest();
        start_before = Some(start);
    }
    if let Some(behind) = around.behind
        && around.is_closed
    {
        marks.feed(behind);
    }
}

/// The sizes of elements that may share columns.
#[derive(Default)]
struct Sizes {
    /// Size of the latest element, 0 if it does not stand in one line.
    latest: usize,
    /// Sum of the logarithms of the sizes of the current group, and how many they are.
    logarithms: f64,
    count: u32,
}

impl Sizes {
    /// Takes the next size. Whether it is alike enough to those before to share their columns.
    fn next(&mut self, size: usize) -> bool {
        let before = std::mem::replace(&mut self.latest, size);
        if before == 0 || size == 0 {
            return false;
        }
        if self.count == 0 || before <= SMALL && size <= SMALL {
            return true;
        }
        let ratio = size as f64 / power(self.logarithms / f64::from(self.count));
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
fn logarithm(size: usize) -> f64 {
    let floor = size.ilog2();
    f64::from(floor) + size as f64 / (1_u64 << floor) as f64 - 1.0
}

/// What has that logarithm.
fn power(logarithm: f64) -> f64 {
    let floor = logarithm.floor();
    (1.0 + logarithm - floor) * floor.exp2()
}

/// The size of an element in bytes, for a keyed one that of its key; 0 if it does not stand in one line.
fn element_size(element: Node<'_>) -> usize {
    if spans_lines(element) {
        return 0;
    }
    text_size(ast::KeyValueExpr::cast(element).map_or(element, |it| it.key()))
}

/// Bytes of the text without its comments, each counted with the blank that separates it.
pub(crate) fn text_size(node: Node<'_>) -> usize {
    let comments: u32 = node.file().comments_in(node.range()).iter().map(|it| it.len() + 1).sum();
    node.range().len().saturating_sub(comments) as usize
}
