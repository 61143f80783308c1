//! What rules about errors share: which functions return one, what they are compared with, and the words for them.
//!
//! Words: [`Messages`] writes as somebody of the project would: what was done (`read config file`, from the name of the
//! function that failed, what it was called on and with), in the form that the file, its package or its module has for it
//! (`failed to …`, `reading …`), by the function that wraps there. A value is shown only if it names what the operation was
//! about; never one whose name hints at a secret.
//!
//! Comparisons:
//!
//! ```text
//!     err := load(name)                  Delivery: whether an error that wraps io.EOF can get there
//!     if err == io.EOF {                 Comparison: an operand that is an error, and a Sentinel
//!     if errors.Is(err, io.EOF) {        function: how to write errors.Is there
//! ```

mod called;
mod callers;
mod comparison;
mod contract;
mod delivery;
mod english;
mod format;
mod function;
mod held;
mod lists;
mod message;
mod object;
mod path;
mod phrase;
mod remote;
mod results;
mod sentinel;
mod style;
mod value;
mod verbs;
mod words;

pub use callers::{Silent, dropped, may_be_wrapped, silent};
pub use comparison::{Comparison, becomes_bool, in_error_method, ok_name};
pub use contract::{Contract, contract};
pub use delivery::{Deliveries, Delivery, Sought, is_assigned};
pub use english::is_word;
pub use format::{Verb, quoted, verbs};
pub use function::{Function, function};
pub use held::held;
pub use message::{Message, Messages, Values, Wording, WrapFunc, Wrapped, wrap};
pub use phrase::Confidence;
pub use remote::is_remote;
pub use results::{ResultSlot, func_name, func_type, receiver_name, receiver_type, results, signature, zero_values};
pub use sentinel::{Sentinel, sentinel};
pub use style::{Around, Family, Wrap, Wrapper, family, wraps};
pub use value::is_secret;
pub use words::words;
