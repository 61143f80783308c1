//! gofmt's layout: of whole files, and of what edits have touched.
//!
//! [`source`] formats a file as gofmt does. [`reformat`] finds what gofmt would change after a set of edits, so that what was
//! gofmt-clean stays so and all else keeps its style.
//!
//! `print` walks the tree and decides between which tokens there are blanks, line ends and column stops; `layout` collects
//! that as lines of cells; `columns` knows how wide cells that stand below each other become.

mod columns;
mod doc;
mod file;
mod layout;
mod print;
mod reformat;
mod runs;

pub use file::{formatted, source};
pub use reformat::reformat;
