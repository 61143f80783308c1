//! Files, ranges, edits and diffs of text. Knows nothing of Go.

mod range;

pub use range::{FileId, TextRange};
