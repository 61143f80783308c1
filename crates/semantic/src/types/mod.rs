//! Types without a toolchain: what expressions are, what calls call, what constants are worth, on demand.
//!
//! A [`Types`] answers for one build configuration. It agrees with go/types wherever it answers, and answers *unknown*
//! where it cannot know: packages that are not found, code that does not compile, questions that lead back to themselves.
//! Unknown spreads to whatever depends on it. Each thread has a `Types` of its own; the files of other packages are read
//! and parsed once for all of them.

mod basic_lit;
mod binary;
mod bodies;
mod builtin;
mod call;
mod callee;
mod check;
mod composite;
mod config;
mod core;
mod db;
mod decl;
mod declared;
mod denote;
pub(crate) mod deps;
mod env;
mod expr;
mod fields;
mod find;
mod form;
mod guess;
mod hash;
mod index;
mod infer;
mod load;
mod local;
mod methods;
mod name;
mod operand;
mod print;
mod query;
mod relate;
mod scope;
mod sizes;
pub(crate) mod std_index;
mod stmt;
mod subst;
mod texpr;
mod ty;
mod unify;
mod universe;
mod value;

pub use denote::Denoted;
pub use form::{Callee, Field, Form, Method, Object, ObjectKind, Selection, SelectionKind};
pub(crate) use hash::FxHasher;
pub use query::{Types, Unknown};
pub use ty::{Basic, Ty};
pub use value::Value;
