//! Goroutines that a `sync.WaitGroup` counts: how they start, how they end, and what they are given.
//!
//! ```text
//!     wg.Add(1)                          Batch: the Add, and the tasks that it counts
//!     go func(name string) {             Task: one goroutine
//!         defer wg.Done()                  its End
//!         load(name)
//!     }(user.name)                         its Handover: what becomes of parameters
//! ```
//!
//! From these, a rule makes `wg.Go(func() { … })`, or `g.Go(func() error { … })` of another kind of group. What cannot be
//! proved is a [`Decline`](crate::Decline).

mod args;
mod count;
mod end;
mod group;
mod handover;
mod launch;
mod names;
mod same;
mod variable;

pub use count::{Batch, Count, Task};
pub use end::{End, EndForm, may_end_goroutine};
pub use group::{GroupCall, Method, group_call, is_wait_group};
pub use handover::{Handover, is_settled};
pub use same::{Place, arg_of, same_expr};
pub use variable::{Declared, GroupHow, GroupUse, GroupVar};
