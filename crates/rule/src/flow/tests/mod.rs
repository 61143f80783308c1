//! Tables of Go code: what is asked is marked in comments, the answer stands beside it.

mod graph;
mod history;
mod local;
mod reach;
mod support;
mod syntax;
