//! Types of snippets of Go, feature by feature. Whole trees are compared with go/types by `cargo xtask oracle types`.

mod broken;
mod constants;
mod expressions;
mod generics;
mod packages;
mod queries;
mod support;
