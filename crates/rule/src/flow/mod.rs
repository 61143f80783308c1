//! What control and values can do within one function.
//!
//! Two layers, both without recursion, so depth is no danger:
//!
//! - What syntax alone tells: loops around a place, where branches lead, whether statements end ([`terminates`], [`Flow`]),
//!   what becomes of function literals ([`literal_use`]).
//! - What paths tell: the control flow [`Graph`] of a body.

mod branch;
mod build;
pub(crate) mod callee;
mod ends;
mod graph;
mod literal;
#[cfg(test)]
mod support;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_graph;
mod walk;

pub(crate) use branch::gotos;
pub use branch::{Exit, ExitKind, branch_target, exits};
pub use callee::Callee;
pub use ends::{Flow, terminates};
pub use graph::Graph;
pub use literal::{LitUse, in_go_stmt, literal_use};
pub use walk::{enclosing_func, enclosing_loops, endless, in_loop, stmts};
