//! What the oracle `astdump` says of a file, said of our tree.

use std::{
    fmt::{self, Debug, Write as _},
    fs, panic,
    path::Path,
};

use gofix_syntax::{CommentMap, Kind, SourceFile, TextRange};

/// What is made of a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Verdict {
    /// It is Go.
    Accepted(Hashes),
    /// It is not.
    Rejected,
    /// We panicked, which is always wrong.
    Panicked,
}

/// Hashes over the parts of a tree, and a count of the comments.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Hashes {
    /// All nodes, in the order of go/ast's `Walk`.
    pub(crate) tree: u64,
    /// The comment groups and the nodes they belong to.
    pub(crate) comments: u64,
    /// The `Doc` and `Comment` fields.
    pub(crate) fields: u64,
    /// How many comments there are.
    pub(crate) count: usize,
}

/// One item of what is compared.
enum Item {
    Node(Kind, TextRange),
    Comments(TextRange, Kind, TextRange),
    Field(Kind, TextRange, &'static str, TextRange),
}

/// What we make of the file at `path`.
pub(crate) fn verdict(path: &Path) -> Verdict {
    match panic::catch_unwind(|| parse(path)) {
        Ok(Ok(file)) => hashes(&file).map_or(Verdict::Panicked, Verdict::Accepted),
        Ok(Err(_)) => Verdict::Rejected,
        Err(_) => Verdict::Panicked,
    }
}

/// The items of the file at `path`, one per line, as `astdump -dump` prints them.
pub(crate) fn listing(path: &Path) -> String {
    match parse(path) {
        Ok(file) => listing_of(&file),
        Err(error) => format!("rejected {error}\n"),
    }
}

fn parse(path: &Path) -> Result<SourceFile, String> {
    let bytes = fs::read(path).map_err(|it| it.to_string())?;
    let text = String::from_utf8(bytes).map_err(|it| it.to_string())?;
    let file = SourceFile::parse(text);
    match file.errors().first() {
        None => Ok(file),
        Some(error) => {
            let (line, column) = file.line_col(error.offset);
            Err(format!("{}:{line}:{column}: {}", path.display(), error.message))
        }
    }
}

/// The hashes of a valid file; none if something panics.
fn hashes(file: &SourceFile) -> Option<Hashes> {
    let hash = || {
        let (mut tree, mut comments, mut fields) = (Hash::new(), Hash::new(), Hash::new());
        visit(file, |item| match item {
            Item::Node(kind, node) => tree.item(kind, node),
            Item::Comments(group, kind, node) => {
                comments.span(group);
                comments.item(kind, node);
            }
            Item::Field(kind, node, field, group) => {
                fields.item(kind, node);
                fields.item(format_args!("{field}"), group);
            }
        });
        Hashes { tree: tree.0, comments: comments.0, fields: fields.0, count: file.comments().len() }
    };
    panic::catch_unwind(panic::AssertUnwindSafe(hash)).ok()
}

fn listing_of(file: &SourceFile) -> String {
    let mut out = String::new();
    visit(file, |item| {
        let written = match item {
            Item::Node(kind, node) => writeln!(out, "node {kind:?} {} {}", node.start, node.end),
            Item::Comments(group, kind, node) => {
                writeln!(out, "comments {} {} of {kind:?} {} {}", group.start, group.end, node.start, node.end)
            }
            Item::Field(kind, node, field, group) => {
                writeln!(out, "field {kind:?} {} {} {field} {} {}", node.start, node.end, group.start, group.end)
            }
        };
        written.expect("a string can be written to");
    });
    out
}

/// Visits nodes, comment groups and fields, in this order.
fn visit(file: &SourceFile, mut visit: impl FnMut(Item)) {
    for node in file.nodes() {
        visit(Item::Node(node.kind(), node.range()));
    }
    let map = CommentMap::new(file);
    for (i, &group) in file.comment_groups().iter().enumerate() {
        let node = file.node(map.node_of(i));
        visit(Item::Comments(group, node.kind(), node.range()));
    }
    for node in file.nodes() {
        if let Some(doc) = node.doc() {
            visit(Item::Field(node.kind(), node.range(), "Doc", doc));
        }
        if let Some(comment) = node.line_comment() {
            visit(Item::Field(node.kind(), node.range(), "Comment", comment));
        }
    }
}

/// The hash that `astdump` computes.
struct Hash(u64);

impl Hash {
    fn new() -> Hash {
        Hash(0xcbf2_9ce4_8422_2325)
    }

    fn word(&mut self, word: u64) {
        self.0 = (self.0 ^ word).wrapping_mul(0x0100_0000_01b3).rotate_left(29);
    }

    fn span(&mut self, span: TextRange) {
        self.word(span.start.into());
        self.word(span.end.into());
    }

    fn item(&mut self, name: impl Debug, span: TextRange) {
        write!(self, "{name:?}").expect("a hash can be written to");
        self.span(span);
    }
}

impl fmt::Write for Hash {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        text.bytes().for_each(|it| self.word(it.into()));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listing_has_nodes_then_comments_then_fields() {
        let file = SourceFile::parse("// Doc.\npackage p\n\nvar x int // Line.\n");
        let expected = "node File 8 28\nnode Ident 16 17\nnode GenDecl 19 28\nnode ValueSpec 23 28\nnode Ident 23 24\n\
                        node Ident 25 28\ncomments 0 7 of File 8 28\ncomments 29 37 of File 8 28\n\
                        field File 8 28 Doc 0 7\nfield ValueSpec 23 28 Comment 29 37\n";
        assert_eq!(listing_of(&file), expected);
    }
}
