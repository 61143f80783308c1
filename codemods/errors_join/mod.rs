//! Joins errors that are collected as texts, or of which the second is dropped.
//!
//! `errors.Join` keeps the errors. It drops those that are nil, and of none it makes nil; so what it takes the place of must
//! be for at least one error, as a condition has to say.

mod close;
mod texts;

use gofix_rule::{
    Cx, GoVersion, Group, Meta, Report, Rule,
    syntax::ast::{AstNode, IfStmt},
};

pub(crate) struct ErrorsJoin;

static META: Meta = Meta {
    name: "errors-join",
    summary: "join errors whose texts are joined, and errors of closing that are dropped",
    group: Group::Errors,
    recommended: true,
    since: Some(GoVersion::new(1, 20)),
    until: None,
    words: &["error"],
    options: &[],
    docs: include_str!("README.md"),
};

/// What is said of texts that are joined, and of errors that are dropped.
const MESSAGES: [&str; 2] = [
    "callers cannot look for errors of which only the texts are joined",
    "the error of Close is dropped if there is another",
];

impl Rule for ErrorsJoin {
    fn meta(&self) -> &Meta {
        &META
    }

    fn needs_error_flow(&self) -> bool {
        true
    }

    fn check(&self, cx: &Cx<'_>, report: &mut Report) {
        for call in cx.calls("errors", "New") {
            if let Some(advice) = texts::advise(cx, call) {
                report.advise(call.node(), MESSAGES[0], advice);
            }
        }
        for stmt in cx.all::<IfStmt<'_>>() {
            if let Some(fix) = close::advise(cx, stmt) {
                report.fix(stmt.node(), MESSAGES[1], fix);
            }
        }
    }
}
