//! tree-sitter-go's view of a file: an independent second opinion on every text that is about to be written.
//!
//! [`errors`] lists what tree-sitter does not understand in a text. [`second_opinion`] compares the texts before and
//! after a fix: an error that is there only afterwards withdraws the fix. This is the only crate that names tree-sitter.
//!
//! tree-sitter-go lags behind the language: it cannot parse what [`Construct`] lists. A caller that knows the syntax of
//! the file exactly names the places of these constructs ([`Known`]), and tree-sitter is shown something of the same
//! length that it can parse instead. So it still judges everything around them.
//!
//! ```
//! use gofix_cst::{Source, Verdict, second_opinion};
//!
//! let before = Source::plain("package p\n\nvar x interface{}\n");
//! assert_eq!(second_opinion(before, Source::plain("package p\n\nvar x any\n")), Verdict::Fine);
//! assert!(matches!(second_opinion(before, Source::plain("package p\n\nvar x any{}}\n")), Verdict::NewErrors(_)));
//! ```

mod errors;
mod known;
mod opinion;

pub use errors::{ErrorKind, TreeError, errors};
pub use known::{Construct, Known};
pub use opinion::{Source, Verdict, second_opinion};
