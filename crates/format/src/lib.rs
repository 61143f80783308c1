//! gofmt's layout, so that what was gofmt-clean stays so.
//!
//! gofmt pads struct fields, values, keyed elements and trailing comments into columns, so an edit of one line can change
//! its neighbours. [`realign`] finds the padding that gofmt would write after a set of edits, and changes nothing else.
//!
//! Three layers: `marks` reads from the tree between which tokens gofmt starts a new column and at which line ends it
//! closes all columns; `sheet` cuts the text into cells there; `columns` knows how wide cells that stand below each
//! other become.

mod columns;
mod exprs;
mod file;
mod layout;
mod marks;
mod one_line;
mod print;
mod realign;
mod runs;
mod sheet;

pub use file::{formatted, source};
pub use one_line::{NotClean, Reason};
pub use realign::{Realigned, realign};
