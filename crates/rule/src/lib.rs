//! The vocabulary of a rule: what it is ([`Rule`], [`Meta`]), what it may ask ([`Cx`]), and what it may answer
//! ([`Report`], [`Fix`], [`Decline`]).
//!
//! A rule says what a piece of code means and how to write it better. What the tool may touch (generated and vendored
//! files, suppressed places, levels, Go versions), how two fixes get along, import blocks and formatting are the
//! engine's business.

mod cx;
mod decl;
pub mod errors;
mod fix;
pub mod flow;
pub mod gap;
mod import;
pub mod lines;
mod meta;
pub mod naming;
pub mod rename;
mod report;
pub mod result_type;
pub mod slots;
mod spelling;
mod stmt;
pub mod tasks;

pub use cx::{Cx, Options};
pub use fix::{Fix, Need};
pub use gofix_project::{Dependency, GoVersion, ModuleId, Unmet};
pub use gofix_semantic as semantic;
pub use gofix_syntax as syntax;
pub use gofix_text::{Edit, EditSet, FileId, TextRange};
pub use import::Import;
pub use meta::{Group, Meta, OptionMeta, Rule};
pub use report::{Advice, Decline, Finding, Level, Report, Stop};
pub use spelling::Spelling;
