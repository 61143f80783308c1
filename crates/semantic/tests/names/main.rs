//! What names mean and where they are used, on files in memory.

mod properties;
mod queries;
mod scopes;
mod support;
