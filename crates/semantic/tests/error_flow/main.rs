//! The flow of errors: each way in which a value can go, and each way to look at it.

mod files;
mod looks;
mod support;
mod ways;
