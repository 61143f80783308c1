//! The order of imports: gofmt sorts the specs of a parenthesised import declaration before it prints the file.
//!
//! Specs without an empty line or a line of comment between them are a run. A run is sorted by path, then name, then
//! comment, and of equal specs only one stays, where that loses no comment. What follows from this for lines and
//! comments is odd in places, because go/ast's `SortImports` moves specs and comments only by giving them the positions
//! of others: [`layout`] computes those positions, [`rewrite`] finds a text in which things stand there.

mod key;
mod layout;
mod rewrite;

use gofix_syntax::{
    Kind, SourceFile, TextRange, Token,
    ast::{AstNode, GenDecl, ImportSpec},
};

use key::Key;
use layout::Layout;

/// A text whose imports are sorted.
#[derive(PartialEq, Eq, Debug)]
pub(crate) struct Sorted {
    /// The text. It is not laid out, only so that gofmt's layout of it is that of the sorted file.
    pub(crate) text: String,
    /// Offsets in `text`, ascending: where a line starts that gofmt takes for a part of the line above, because it has
    /// merged the two while a comment keeps them apart. As if no line started there, for lines and columns alike.
    pub(crate) joined: Vec<u32>,
}

/// The text with the import specs of each block sorted as gofmt sorts them; `None` if they are sorted already, or if
/// the file has syntax errors (go/ast's `SortImports`).
pub(crate) fn sorted(file: &SourceFile) -> Option<Sorted> {
    if !file.errors().is_empty() || blocks(file).all(|block| block.is_settled(file)) {
        return None;
    }
    let mut layout = Layout::new(file);
    let blocks: Vec<_> = blocks(file).map(|block| (block, layout.sort(block))).collect();
    rewrite::write(&layout, &blocks)
}

/// A parenthesised import declaration.
#[derive(Copy, Clone)]
struct Block<'a> {
    decl: GenDecl<'a>,
    /// Offset of `(`.
    open: u32,
    /// Offset of `)`.
    close: u32,
}

/// The blocks of a file. Imports stand in front of all other declarations.
fn blocks(file: &SourceFile) -> impl Iterator<Item = Block<'_>> {
    let decls = file.root().children().filter(|it| it.kind() != Kind::Ident);
    decls.map_while(GenDecl::cast).take_while(|it| it.tok() == Token::Import).filter(|it| it.is_group()).map(|decl| {
        let (_, open) = file.token_from(decl.node().start() + "import".len() as u32);
        Block { decl, open: open.start, close: decl.node().end() - 1 }
    })
}

impl<'a> Block<'a> {
    fn specs(self) -> impl Iterator<Item = ImportSpec<'a>> {
        self.decl.specs().filter_map(ImportSpec::cast)
    }

    /// Whether it is plain to see that sorting changes nothing. Where it is not, nothing may change all the same.
    fn is_settled(self, file: &SourceFile) -> bool {
        let mut specs = self.specs().peekable();
        let mut in_run = false;
        while let Some(spec) = specs.next() {
            let range = spec.node().range();
            let line = file.line(range.start);
            let Some(next) = specs.peek() else {
                return file.line(self.close) <= line + 1
                    && (!in_run || comments_are_simple(file, range, line, self.close));
            };
            let next_start = next.node().start();
            let goes_on = file.line(next_start) <= file.line(range.end) + 1;
            if goes_on && Key::new(spec) >= Key::new(*next) {
                return false;
            }
            in_run |= goes_on;
            if in_run && !comments_are_simple(file, range, line, next_start) {
                return false;
            }
            in_run = goes_on;
        }
        true
    }
}

/// Whether of the comments on the line of a spec none but one behind it would be taken along.
fn comments_are_simple(file: &SourceFile, spec: TextRange, line: u32, next_start: u32) -> bool {
    let starts = file.line_starts();
    let line_start = starts[line as usize];
    let Some(&line_end) = starts.get(file.line(spec.end) as usize + 1) else { return false };
    let comments = file.comments();
    let from = comments.partition_point(|it| it.end <= line_start);
    let mut on_line = comments[from..].iter().take_while(|it| it.start < line_end);
    on_line.next().is_none_or(|it| spec.end <= it.start && it.end < line_end && line_end <= next_start)
        && on_line.next().is_none()
}

#[cfg(test)]
mod tests;
