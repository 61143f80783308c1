//! Files, ranges, edits and diffs of text. Knows nothing of Go.
//!
//! An [`EditSet`] holds the edits of one file, sorted and without overlap, so applying it cannot fail. A [`ChangeSet`]
//! holds those of many files. [`EditSet::between`] finds the edits that lead from one text to another, [`unified_diff`]
//! shows a set of edits as a patch that `git apply` accepts.

mod between;
mod change;
mod compose;
mod diff;
mod edit;
mod range;
#[cfg(test)]
mod testing;

pub use change::ChangeSet;
pub use diff::{UnifiedDiff, unified_diff};
pub use edit::{Edit, EditSet, Overlap};
pub use range::{FileId, TextRange};
