//! A parsed file: its text, its tokens and comments, and one flat array of nodes.

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use gofix_text::{FileId, TextRange};

use crate::{
    comments::Groups,
    kind::{Kind, Role},
    token::Token,
};

/// The index of a node in its file's tree. Ids are given in the order in which go/ast's `Walk` visits, so the
/// descendants of a node are exactly the ids that follow it, up to the end of its subtree.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct NodeId(pub(crate) u32);

impl NodeId {
    /// The id as an index, for side tables.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

#[derive(Clone, Debug)]
pub(crate) struct NodeData {
    pub(crate) kind: Kind,
    pub(crate) role: Role,
    pub(crate) op: Token,
    pub(crate) flags: u8,
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) parent: u32,
    /// The id behind the last descendant.
    pub(crate) subtree_end: u32,
}

/// The tokens of a file in order, ending with `Token::Eof`; comments are not tokens.
#[derive(Clone, Default, Debug)]
pub(crate) struct Tokens {
    pub(crate) kinds: Vec<Token>,
    pub(crate) starts: Vec<u32>,
    pub(crate) ends: Vec<u32>,
}

/// Something in the text that is not Go.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SyntaxError {
    /// Byte offset at which it was noticed.
    pub offset: u32,
    /// What is wrong, as a phrase.
    pub message: String,
}

/// The syntax of one file. Immutable, `Send + Sync`, and without lifetimes inside.
pub struct SourceFile {
    pub(crate) id: FileId,
    pub(crate) text: Arc<str>,
    pub(crate) nodes: Box<[NodeData]>,
    pub(crate) tokens: Tokens,
    pub(crate) comments: Box<[TextRange]>,
    pub(crate) errors: Vec<SyntaxError>,
    pub(crate) lines: OnceLock<Box<[u32]>>,
    pub(crate) groups: OnceLock<Groups>,
}

impl SourceFile {
    /// Which file of the workspace this is.
    pub fn id(&self) -> FileId {
        self.id
    }

    /// The text, byte for byte, a byte order mark included.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text, shared.
    pub fn shared_text(&self) -> Arc<str> {
        Arc::clone(&self.text)
    }

    /// The `File` node.
    pub fn root(&self) -> Node<'_> {
        self.node(NodeId(0))
    }

    /// The node with that id, which must be of this file.
    pub fn node(&self, id: NodeId) -> Node<'_> {
        debug_assert!(id.index() < self.nodes.len(), "a node id of another file");
        Node { file: self, id }
    }

    /// How many nodes the tree has: ids are less.
    pub fn node_count(&self) -> usize {
        self.nodes.len()
    }

    /// Every node, each before its descendants.
    pub fn nodes(&self) -> impl DoubleEndedIterator<Item = Node<'_>> + ExactSizeIterator {
        (0..self.nodes.len() as u32).map(move |id| Node { file: self, id: NodeId(id) })
    }

    /// The syntax errors, one for each broken declaration, in order of offset. Empty for a valid file.
    pub fn errors(&self) -> &[SyntaxError] {
        &self.errors
    }

    /// The comments in order, each with its delimiters and without a line end.
    pub fn comments(&self) -> &[TextRange] {
        &self.comments
    }

    /// The comments that lie within `range`.
    pub fn comments_in(&self, range: TextRange) -> &[TextRange] {
        let from = self.comments.partition_point(|it| it.start < range.start);
        let len = self.comments[from..].partition_point(|it| it.end <= range.end);
        &self.comments[from..from + len]
    }

    /// The tokens that lie within `range`, in order, line ends that act as semicolons included.
    pub fn tokens_in(&self, range: TextRange) -> impl DoubleEndedIterator<Item = (Token, TextRange)> + '_ {
        let tokens = &self.tokens;
        let from = tokens.starts.partition_point(|&it| it < range.start);
        let len = tokens.ends[from..].partition_point(|&it| it <= range.end);
        (from..from + len).map(move |i| (tokens.kinds[i], TextRange::new(tokens.starts[i], tokens.ends[i])))
    }

    /// The first token that starts at `offset` or after it; `Eof` at the end.
    pub fn token_from(&self, offset: u32) -> (Token, TextRange) {
        let i = self.tokens.starts.partition_point(|&it| it < offset).min(self.tokens.kinds.len() - 1);
        (self.tokens.kinds[i], TextRange::new(self.tokens.starts[i], self.tokens.ends[i]))
    }

    /// The last token that ends at `offset` or before it, if there is one.
    pub fn token_before(&self, offset: u32) -> Option<(Token, TextRange)> {
        let i = self.tokens.ends.partition_point(|&it| it <= offset).checked_sub(1)?;
        Some((self.tokens.kinds[i], TextRange::new(self.tokens.starts[i], self.tokens.ends[i])))
    }

    /// Offsets at which lines start; the first is 0.
    pub fn line_starts(&self) -> &[u32] {
        self.lines.get_or_init(|| {
            let ends = memchr::memchr_iter(b'\n', self.text.as_bytes()).map(|it| it as u32 + 1);
            std::iter::once(0).chain(ends).collect()
        })
    }

    /// The line on which `offset` lies, counted from 0.
    pub fn line(&self, offset: u32) -> u32 {
        self.line_starts().partition_point(|&it| it <= offset) as u32 - 1
    }

    /// Line and column of `offset`, counted from 1, the column in bytes, as go/token counts.
    pub fn line_col(&self, offset: u32) -> (u32, u32) {
        let line = self.line(offset);
        (line + 1, offset - self.line_starts()[line as usize] + 1)
    }

    /// Heap bytes that the file holds besides its text.
    pub fn heap_bytes(&self) -> usize {
        size_of_val(&*self.nodes)
            + self.tokens.kinds.capacity()
            + 4 * (self.tokens.starts.capacity() + self.tokens.ends.capacity())
            + size_of_val(&*self.comments)
    }
}

impl fmt::Debug for SourceFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SourceFile({:?}, {} bytes, {} nodes)", self.id, self.text.len(), self.nodes.len())
    }
}

/// A node: a file and an id. Cheap to copy and compare, `Send` and `Sync`.
#[derive(Copy, Clone)]
pub struct Node<'a> {
    file: &'a SourceFile,
    id: NodeId,
}

impl<'a> Node<'a> {
    fn data(self) -> &'a NodeData {
        &self.file.nodes[self.id.index()]
    }

    /// The file that the node is of.
    pub fn file(self) -> &'a SourceFile {
        self.file
    }

    /// The node's id in its file.
    pub fn id(self) -> NodeId {
        self.id
    }

    /// Its go/ast type.
    pub fn kind(self) -> Kind {
        self.data().kind
    }

    /// The field of the parent that holds it.
    pub fn role(self) -> Role {
        self.data().role
    }

    /// The token that distinguishes nodes of one kind, as go/ast keeps it in `Tok`, `Op` or `Kind`: the operator of
    /// `UnaryExpr`, `BinaryExpr`, `AssignStmt` and `IncDecStmt`, the keyword of `GenDecl` and `BranchStmt`, the class of
    /// a `BasicLit`, `:=` or `=` of a `RangeStmt`. `Eof` where there is none.
    pub fn op(self) -> Token {
        self.data().op
    }

    /// Bits whose meaning depends on the kind; the typed views name them.
    pub(crate) fn flags(self) -> u8 {
        self.data().flags
    }

    /// From go/ast's `Pos()` to its `End()`.
    pub fn range(self) -> TextRange {
        TextRange { start: self.data().start, end: self.data().end }
    }

    /// Offset of the first byte.
    pub fn start(self) -> u32 {
        self.data().start
    }

    /// Offset behind the last byte.
    pub fn end(self) -> u32 {
        self.data().end
    }

    /// The text of the node.
    pub fn text(self) -> &'a str {
        &self.file.text[self.range().to_usize()]
    }

    /// The node that holds it; none for the root.
    pub fn parent(self) -> Option<Node<'a>> {
        (self.id.0 != 0).then(|| Node { id: NodeId(self.data().parent), ..self })
    }

    /// Parent, parent's parent, up to the root.
    pub fn ancestors(self) -> impl Iterator<Item = Node<'a>> {
        std::iter::successors(self.parent(), |it| it.parent())
    }

    /// The children, in the order in which go/ast's `Walk` visits them.
    pub fn children(self) -> impl Iterator<Item = Node<'a>> {
        let end = self.data().subtree_end;
        let mut next = self.id.0 + 1;
        std::iter::from_fn(move || {
            (next < end).then(|| {
                let node = Node { id: NodeId(next), ..self };
                next = node.data().subtree_end;
                node
            })
        })
    }

    /// The first child in that role.
    pub fn child(self, role: Role) -> Option<Node<'a>> {
        self.children().find(|it| it.role() == role)
    }

    /// The children in that role.
    pub fn children_in(self, role: Role) -> impl Iterator<Item = Node<'a>> {
        self.children().filter(move |it| it.role() == role)
    }

    /// Every node below this one, each before its own descendants.
    pub fn descendants(self) -> impl DoubleEndedIterator<Item = Node<'a>> + ExactSizeIterator {
        (self.id.0 + 1..self.data().subtree_end).map(move |id| Node { id: NodeId(id), ..self })
    }

    /// Every node below this one, except those inside nodes for which `skip` holds (which are visited themselves).
    pub fn descendants_skipping(self, skip: impl Fn(Node<'a>) -> bool) -> impl Iterator<Item = Node<'a>> {
        let end = self.data().subtree_end;
        let mut next = self.id.0 + 1;
        std::iter::from_fn(move || {
            (next < end).then(|| {
                let node = Node { id: NodeId(next), ..self };
                next = if skip(node) { node.data().subtree_end } else { next + 1 };
                node
            })
        })
    }

    /// Whether `other` is this node or below it.
    pub fn contains(self, other: Node<'_>) -> bool {
        std::ptr::eq(self.file, other.file) && self.id <= other.id && other.id.0 < self.data().subtree_end
    }

    /// The next sibling, whatever its role.
    pub fn next_sibling(self) -> Option<Node<'a>> {
        let next = NodeId(self.data().subtree_end);
        let parent = self.parent()?;
        (next.0 < parent.data().subtree_end).then_some(Node { id: next, ..self })
    }

    /// The sibling before this one, whatever its role. Linear in the number of siblings before it.
    pub fn prev_sibling(self) -> Option<Node<'a>> {
        self.parent()?.children().take_while(|it| it.id < self.id).last()
    }

    /// The text of an identifier, `None` for nodes of other kinds.
    pub fn as_ident(self) -> Option<&'a str> {
        (self.kind() == Kind::Ident).then(|| self.text())
    }
}

impl PartialEq for Node<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.file, other.file) && self.id == other.id
    }
}

impl Eq for Node<'_> {}

impl std::hash::Hash for Node<'_> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        (self.file.id, self.id).hash(state);
    }
}

impl fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}@{}..{}", self.kind(), self.start(), self.end())
    }
}
