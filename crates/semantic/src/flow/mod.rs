//! Where control goes within one function: the layer below what rules ask of variables and values.
//!
//! What syntax alone tells, without recursion, so depth is no danger: loops and functions around a place, where branches
//! lead, what becomes of function literals, and the control flow [`Graph`](graph::Graph) of a body, given which calls never
//! return.

pub mod branch;
mod build;
pub mod callee;
pub mod graph;
pub mod literal;
pub mod walk;
