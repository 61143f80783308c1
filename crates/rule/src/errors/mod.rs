//! What rules about errors share: which functions return one, whose errors are compared, how a project words its errors,
//! and the words for an error of a call.
//!
//! [`Messages`] writes as somebody of the project would: what was done (`read config file`, from the name of the function
//! that failed, what it was called on and with), in the form that the file, its package or its module has for it (`failed
//! to …`, `reading …`), by the function that wraps there. A value is shown only if it names what the operation was about;
//! never one whose name hints at a secret.

mod called;
mod contract;
mod lists;
mod message;
mod object;
mod phrase;
mod results;
mod style;
mod value;
mod verbs;
mod words;

pub use contract::{Contract, contract};
pub use message::{Message, Messages, Wording, WrapFunc, Wrapped, wrap};
pub use phrase::Confidence;
pub use results::{ResultSlot, func_name, func_type, receiver_name, receiver_type, results, signature};
pub use style::{Around, Family, Wrap, Wrapper, family, wraps};
pub use value::is_secret;
pub use words::words;
