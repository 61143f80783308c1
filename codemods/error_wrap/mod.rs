//! Says what failed where an error is returned as it came.
//!
//! A wrapped error is another value with another text, so this changes behaviour: for whoever compares the error with `==`,
//! asks for its type, or reads its text. A return is rewritten only if the error is known to be one, comes from one call
//! that is worth a word, and reaches nobody who would see the difference, as far as the module goes. What cannot be
//! followed to its end is for review.

mod callee;
mod consumers;
mod deferred;
mod guards;
mod imports;
mod level;
mod pins;
mod settings;
mod site;
mod tail;

use std::collections::HashMap;

use gofix_rule::{
    Cx, GoVersion, Group, Meta, Report, Rule,
    errors::Messages,
    flow::Facts,
    syntax::{
        NodeId,
        ast::{AstNode, ReturnStmt},
    },
};
use settings::Settings;
use site::{Advice, Site};

pub(crate) struct ErrorWrap;

static META: Meta = Meta {
    name: "error-wrap",
    summary: "say what failed where an error of a call is returned as it came",
    group: Group::Errors,
    recommended: true,
    since: Some(GoVersion::new(1, 13)), // whose errors.Is looks through %w
    until: None,
    words: &["return", "error"],
    options: settings::OPTIONS,
    docs: include_str!("README.md"),
};

impl Rule for ErrorWrap {
    fn meta(&self) -> &Meta {
        &META
    }

    fn needs_error_flow(&self) -> bool {
        true
    }

    /// Who compares an error by `==` or its text forbids to wrap it.
    fn unlocked_by(&self) -> &'static [&'static str] {
        &["server-closed", "errors-is", "errors-as", "error-string-compare"]
    }

    fn check(&self, cx: &Cx<'_>, report: &mut Report) {
        let settings = Settings::new(cx);
        for file in cx.files() {
            if !settings.tests && cx.workspace().project().file(file.id()).is_test() {
                continue;
            }
            let mut facts: Option<Facts<'_>> = None;
            let mut known = consumers::Kept::default();
            let mut messages: HashMap<NodeId, Messages<'_, '_>> = HashMap::new();
            for stmt in file.nodes().filter_map(ReturnStmt::cast) {
                if facts.as_ref().is_none_or(|it| !it.top().contains(stmt.node())) {
                    facts = cx.facts(stmt.node());
                }
                let Some(facts) = &facts else { continue };
                let Some(site) = Site::new(cx, facts, &settings, stmt) else { continue };
                let messages = messages.entry(site.func.id());
                let messages = messages.or_insert_with(|| Messages::new(cx, site.func, &settings.wording));
                match site.advise(messages, &mut known) {
                    Advice::Fix(fix) => report.fix(site.place(), "the error does not say what failed", fix),
                    Advice::Note(why) => {
                        report.note(site.place(), format!("the error does not say what failed: {why}"))
                    }
                }
            }
        }
    }
}
