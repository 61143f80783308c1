//! gofmt's layout: of whole files, and of what edits have touched.
//!
//! [`source`] formats a file as gofmt does. [`reformat`] finds what gofmt would change after a set of edits, so that what was
//! gofmt-clean stays so and all else keeps its style.
//!
//! `imports` sorts import specs in the text; `print` walks the tree and decides between which tokens there are blanks, line
//! ends and column stops; `layout` collects that as lines of cells, and `columns` knows how wide cells that stand below
//! each other become; `doc` rewrites doc comments, `build_lines` gathers build constraints at the top.

mod build_lines;
mod columns;
mod doc;
mod file;
#[cfg(test)]
#[path = "../tests/gofmt/mod.rs"]
mod gofmt;
mod imports;
mod layout;
mod print;
mod reformat;
mod runs;

pub use file::{formatted, source};
pub use reformat::reformat;
