//! What control and values can do within one function.
//!
//! Two layers, both without recursion, so depth is no danger:
//!
//! - What syntax alone tells: loops around a place, where branches lead, whether statements end ([`terminates`], [`Flow`]),
//!   what becomes of function literals ([`literal_use`]).
//! - What paths and names tell: the control flow [`Graph`] of a body, all uses of a [`Local`] variable, its [`History`] in a
//!   function: where its value comes from ([`Origin`]), whether it can be nil ([`NonNil`]).
//!   [`Facts`] keeps all that for one function. How far a value gets, also by way of other variables and calls, is asked of
//!   [`Reach`].
//!
//! What only types tell is asked of [`Cx::callee`](crate::Cx::callee) and
//! [`Cx::is_addressed_by_methods`](crate::Cx::is_addressed_by_methods).

mod ends;
mod facts;
mod history;
mod iteration;
mod local;
mod nonnil;
mod origin;
mod reach;
#[cfg(test)]
mod tests;
mod writes;

use gofix_semantic::flow::{branch, callee, graph, literal, walk};

pub(crate) use branch::gotos;
pub use branch::{Exit, ExitKind, branch_target, exits};
pub use callee::never_returns;
pub use ends::{Ending, Flow, LoopEnds, terminates};
pub use facts::Facts;
pub use graph::Graph;
pub use history::History;
pub use iteration::{PER_ITERATION, Renewal, declaring_loop, renewal};
pub use literal::{LitUse, in_go_stmt, literal_use};
pub use local::{Capture, How, Local, Place, Use, how, is_of_list};
pub use nonnil::NonNil;
pub use origin::Origin;
pub use reach::{Escape, Reach, Way, callee_decl};
pub use walk::{enclosing_func, enclosing_loops, endless, in_loop, stmts};
