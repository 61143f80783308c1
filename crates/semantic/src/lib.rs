//! What names and expressions mean: definitions, imports, predeclared names, uses; and, in [`types`], types, callees and
//! constants.
//!
//! A [`Workspace`] is an immutable snapshot of a project. It answers by names alone, per the Go specification's
//! "Declarations and scope", and never guesses: what cannot be known from the sources at hand is [`Res::Unknown`] or
//! [`Tri::Unknown`]. Files are read and parsed when a question needs them.

mod def;
mod embedded;
mod embeddings;
pub mod error_flow;
mod everywhere;
pub mod flow;
mod free;
mod func_uses;
mod implementations;
mod import;
mod keys;
mod left_out;
mod members;
mod mentions;
mod names;
mod outline;
mod outside_interfaces;
mod package;
mod pass;
mod query;
mod references;
mod required;
mod resolve;
mod shapes;
mod sinks;
mod slot;
pub mod types;
mod typing;
mod universe;
mod words;
mod workspace;
mod written;

pub use def::{Def, DefKind, Res, Tri, is_exported};
pub use embedded::{EmbeddedField, EmbeddedUses, has_methods, written_type};
pub use error_flow::ErrorFlow;
pub use func_uses::FuncUses;
pub use implementations::{Implementation, Implements};
pub use import::{Import, ImportName};
pub use package::{Package, PackageId};
pub use query::Uses;
pub use references::{Gap, References};
pub use required::{Doubt, Required, Requirer};
pub use sinks::{By, Sink, may_be_value, sink_of};
pub use slot::TextError;
pub use types::Types;
pub use typing::Typing;
pub use workspace::Workspace;
