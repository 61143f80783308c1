//! Errors that are compared: what with, where they come from, and the function that compares them better.
//!
//! ```text
//!     err := load(name)                  Delivery: whether an error that wraps io.EOF can get there
//!     if err == io.EOF {                 Comparison: an operand that is an error, and a Sentinel
//!     if errors.Is(err, io.EOF) {        function: how to write errors.Is there
//! ```

mod comparison;
mod delivery;
mod function;
mod sentinel;

pub use comparison::{Comparison, becomes_bool, in_error_method, ok_name};
pub use delivery::{Deliveries, Delivery, Sought};
pub use function::{Function, function};
pub use sentinel::{Sentinel, sentinel};
