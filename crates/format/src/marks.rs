//! Where gofmt starts a column, and at which line ends it closes all columns, as far as the tree decides it.
//!
//! Both are marks at the token that follows. What depends on comments is decided when the text is cut into cells.

use std::cmp::Reverse;

use gofix_syntax::{
    Kind, Node, Role, Token,
    ast::{self, AstNode},
};

use crate::exprs;

/// A place where gofmt starts new columns.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(crate) struct Tab {
    /// Start of the token or comment that follows.
    pub(crate) at: u32,
    /// How many columns start here: all but the last are empty in this line. With 0 there is a single blank.
    pub(crate) stops: u32,
}

/// The marks of a run of declarations.
#[derive(Default, Debug)]
pub(crate) struct Marks {
    tabs: Vec<Tab>,
    feeds: Vec<u32>,
}

impl Marks {
    /// The marks of these declarations, which must be of one file.
    pub(crate) fn of<'a>(decls: impl IntoIterator<Item = Node<'a>>) -> Marks {
        let mut marks = Marks::default();
        for decl in decls {
            if decl.kind() == Kind::FuncDecl && spans_lines(decl) {
                marks.feed(decl.start());
            }
            marks.node(decl);
            decl.descendants().for_each(|it| marks.node(it));
        }
        marks.tabs.sort_unstable_by_key(|it| (it.at, Reverse(it.stops)));
        marks.tabs.dedup_by_key(|it| it.at);
        marks.feeds.sort_unstable();
        marks
    }

    /// The tab in front of the token or comment that starts at `offset`.
    pub(crate) fn tab(&self, offset: u32) -> Option<Tab> {
        self.tabs.binary_search_by_key(&offset, |it| it.at).ok().map(|it| self.tabs[it])
    }

    /// Whether all columns end before the line that starts with the token at `offset`.
    pub(crate) fn is_fed(&self, offset: u32) -> bool {
        self.feeds.binary_search(&offset).is_ok()
    }

    /// Columns start at the token or comment at `at`. Where there are several tabs, the one with most stops counts.
    pub(crate) fn push_tab(&mut self, at: u32, stops: u32) {
        self.tabs.push(Tab { at, stops });
    }

    /// All columns end before the token at `at`, should it be the first of its line.
    pub(crate) fn feed(&mut self, at: u32) {
        self.feeds.push(at);
    }

    fn node(&mut self, node: Node<'_>) {
        match node.kind() {
            Kind::GenDecl => self.gen_decl(node),
            Kind::FuncDecl => self.func_decl(node),
            Kind::StructType | Kind::InterfaceType => self.type_members(node),
            Kind::FieldList => self.params(node),
            Kind::BlockStmt => self.block(node),
            Kind::CaseClause | Kind::CommClause => {
                exprs::mark_case(self, node);
                self.items(node.children_in(Role::Body), Feed::First);
            }
            Kind::LabeledStmt => node.children().for_each(|it| self.feed(it.start())),
            _ => exprs::mark(self, node),
        }
    }

    /// `func f() { body }`: bodies of adjacent functions line up if they stand in one line.
    fn func_decl(&mut self, node: Node<'_>) {
        if let Some(body) = node.child(Role::Body)
            && !spans_lines(body)
        {
            self.push_tab(body.start(), 1);
        }
    }

    fn gen_decl(&mut self, node: Node<'_>) {
        let is_group = ast::GenDecl::cast(node).is_some_and(|it| it.is_group());
        if !is_group {
            return;
        }
        let specs: Vec<_> = node.children_in(Role::Specs).collect();
        self.items(specs.iter().copied(), Feed::First);
        self.feed(node.end() - 1);
        if specs.len() < 2 {
            return;
        }
        match node.op() {
            Token::Const | Token::Var => {
                for (spec, has_type_column) in specs.iter().zip(type_columns(&specs)) {
                    self.value_spec(*spec, has_type_column);
                }
            }
            Token::Type => specs.iter().for_each(|it| self.type_spec(*it)),
            _ => {}
        }
    }

    /// `names` | `type` | `= values` | comment
    fn value_spec(&mut self, spec: Node<'_>, has_type_column: bool) {
        let ty = spec.child(Role::Type);
        let has_values = spec.child(Role::Values).is_some();
        if let Some(ty) = ty {
            self.push_tab(ty.start(), 1);
        }
        let is_type_empty = ty.is_none() && has_type_column;
        if has_values {
            let names_end = spec.children_in(Role::Names).last().map_or(spec.start(), |it| it.end());
            let (_, assign) = spec.file().token_from(ty.map_or(names_end, |it| it.end()));
            self.push_tab(assign.start, 1 + u32::from(is_type_empty));
        }
        if let Some(comment) = spec.line_comment() {
            self.push_tab(comment.start, 3 - u32::from(ty.is_some() || is_type_empty) - u32::from(has_values));
        }
    }

    /// `name` | `type`, or `name` | `= type`
    fn type_spec(&mut self, spec: Node<'_>) {
        let before = spec.child(Role::TypeParams).or(spec.child(Role::Name)).map_or(spec.start(), |it| it.end());
        self.push_tab(spec.file().token_from(before).1.start, 1);
    }

    /// The fields of a struct, the methods and other elements of an interface.
    fn type_members(&mut self, node: Node<'_>) {
        let Some(list) = node.children().next() else { return };
        self.items(list.children(), Feed::First);
        self.feed(list.end().saturating_sub(1));
        let is_single = list.children().nth(1).is_none();
        if node.kind() == Kind::StructType {
            list.children().for_each(|it| self.field(it, is_single));
        }
    }

    /// `names` | `type` | `tag` | comment, where an embedded type stands in the column of names and its tag in that of
    /// types. A single field has no columns.
    fn field(&mut self, field: Node<'_>, is_single: bool) {
        let is_named = field.child(Role::Names).is_some();
        let tag = field.child(Role::Tag);
        let stops = |count: u32| if is_single { 0 } else { count };
        if is_named && let Some(ty) = field.child(Role::Type) {
            self.push_tab(ty.start(), stops(1));
        }
        if let Some(tag) = tag {
            self.push_tab(tag.start(), stops(if is_named { 2 } else { 1 }));
        } else if let Some(comment) = field.line_comment()
            && !is_single
        {
            self.push_tab(comment.start, if is_named { 1 } else { 2 });
        }
    }

    /// Parameters, results, type parameters: each line for itself.
    fn params(&mut self, list: Node<'_>) {
        if matches!(list.role(), Role::Fields | Role::Methods) {
            return;
        }
        for field in list.children() {
            self.feed(field.start());
        }
        self.feed(list.end().saturating_sub(1));
    }

    fn block(&mut self, block: Node<'_>) {
        let is_of_clauses =
            block.children().next().is_some_and(|it| matches!(it.kind(), Kind::CaseClause | Kind::CommClause));
        self.items(block.children(), if is_of_clauses { Feed::Each } else { Feed::First });
        self.feed(block.end().saturating_sub(1));
    }

    /// Statements, specs or members: columns end before the first and behind each that spans lines.
    fn items<'a>(&mut self, items: impl Iterator<Item = Node<'a>>, feed: Feed) {
        let mut before = None;
        for item in items.filter(|it| it.kind() != Kind::EmptyStmt) {
            if feed == Feed::Each || before.is_none_or(spans_lines_below_labels) {
                self.feed(item.start());
            }
            before = Some(item);
        }
    }
}

/// Before which items of a list all columns end, besides those behind an item that spans lines.
#[derive(Copy, Clone, PartialEq, Eq)]
enum Feed {
    First,
    Each,
}

/// Whether the node starts and ends on different lines.
pub(crate) fn spans_lines(node: Node<'_>) -> bool {
    node.file().line(node.start()) != node.file().line(node.end())
}

/// The same for a statement, where each label is a line that does not count.
fn spans_lines_below_labels(mut node: Node<'_>) -> bool {
    let mut start = node.file().line(node.start());
    while let Some(labelled) = ast::LabeledStmt::cast(node) {
        start += 1;
        node = labelled.stmt();
    }
    start < node.file().line(node.end())
}

/// Which specs of a `const` or `var` group have a column for the type: those with one, and all of a sequence of specs
/// with values if one of the sequence has a type.
fn type_columns(specs: &[Node<'_>]) -> Vec<bool> {
    let has = |spec: &Node<'_>, role| spec.child(role).is_some();
    let mut result = Vec::with_capacity(specs.len());
    for sequence in specs.chunk_by(|a, b| has(a, Role::Values) && has(b, Role::Values)) {
        let is_typed = has(&sequence[0], Role::Values) && sequence.iter().any(|it| has(it, Role::Type));
        result.extend(sequence.iter().map(|it| is_typed || has(it, Role::Type)));
    }
    result
}
