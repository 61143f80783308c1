//! Compares errors rather than their texts.
//!
//! A text says which error it is only as long as nobody rewords it. Where the error that has the text is known, `errors.Is`
//! asks for that. It finds the error itself and those that wrap it, and none that merely quotes its text. So the place is
//! left alone if a text is all that can get there: somebody printed the error, or made it of what a program, a server or
//! another module said.

mod candidates;
mod compared;
mod origin;
mod table;

use gofix_rule::{
    Cx, Fix, GoVersion, Group, Meta, Report, Rule, Stop,
    errors::{becomes_bool, function, in_error_method},
    flow::Facts,
    syntax::{
        Kind, Node, Role,
        ast::{AstNode, CallExpr},
    },
};

use candidates::Candidate;
use compared::{Compared, How, Text};

pub(crate) struct ErrorStringCompare;

static META: Meta = Meta {
    name: "error-string-compare",
    summary: "compare errors with errors.Is rather than their texts",
    group: Group::Errors,
    recommended: true,
    since: Some(GoVersion::new(1, 13)), // which has errors.Is
    until: None,
    words: &["Error"],
    options: &[],
    docs: include_str!("README.md"),
};

impl Rule for ErrorStringCompare {
    fn meta(&self) -> &Meta {
        &META
    }

    fn needs_error_flow(&self) -> bool {
        true
    }

    fn check(&self, cx: &Cx<'_>, report: &mut Report) {
        let kinds = [Kind::BinaryExpr, Kind::CallExpr, Kind::SwitchStmt];
        for node in cx.nodes().filter(|it| kinds.contains(&it.kind())) {
            if cx.in_test_file(node) || in_error_method(node) {
                continue;
            }
            let message = "this goes by the text of an error";
            if is_switch(cx, node) {
                report
                    .note(node, "this goes by the text of an error: each text has to become an error to compare with");
                continue;
            }
            let Some(it) = Compared::of(cx, node) else { continue };
            report.advise(node, message, advise(cx, &it));
        }
    }
}

/// `switch err.Error() { … }`
fn is_switch<'a>(cx: &Cx<'a>, node: Node<'a>) -> bool {
    let tag = node.child(Role::Tag).filter(|_| node.kind() == Kind::SwitchStmt);
    tag.and_then(|it| CallExpr::cast(it.unparen())).is_some_and(|it| compared::error_of(cx, it).is_some())
}

/// Rewrites
///
/// ```go
/// strings.Contains(err.Error(), "use of closed network connection")
/// err.Error() != errQuota.Error()
/// ```
///
/// to
///
/// ```go
/// errors.Is(err, net.ErrClosed)
/// !errors.Is(err, errQuota)
/// ```
fn advise<'a>(cx: &Cx<'a>, it: &Compared<'a>) -> Result<Fix, Stop> {
    if it.is_kept {
        return Err("the text is kept in a variable".into());
    }
    let facts = cx.facts(it.node);
    let candidate = candidate(cx, it, facts.as_ref())?;
    if it.how == How::Folded {
        return Err(Stop::note(format!(
            "letters of either case count as the same; compare with {}",
            candidate.label()
        )));
    }
    if !it.node.file().comments_in(it.node.range()).is_empty() {
        return Err("a comment stands in the comparison".into());
    }
    if it.node.kind() == Kind::BinaryExpr && !becomes_bool(cx, it.node) {
        return Err("the result has a boolean type of its own".into());
    }
    candidate.is_for(cx, it)?;
    if let Some(other) = candidates::other_like(cx, it, &candidate) {
        return Err(format!("{} has this in its text, too, not only {}", other.label(), candidate.label()).into());
    }
    origin::check(cx, facts.as_ref(), it, &candidate)?;
    let is = function(cx, it.node, "Is")?;
    let (name, import) = candidate.written(cx, it.node)?;
    let not = if it.is_negated { "!" } else { "" };
    let fix = Fix::review().replace(it.node, format!("{not}{}({}, {name})", is.text, it.error.unparen().text()));
    let fix = match &import {
        Some(import) => fix.imports(import),
        None => fix,
    };
    Ok(is.needed_by(fix))
}

/// The error that has the text.
fn candidate<'a>(cx: &Cx<'a>, it: &Compared<'a>, facts: Option<&Facts<'a>>) -> Result<Candidate<'a>, Stop> {
    let text = match &it.text {
        Text::Of(sentinel) => return Ok(Candidate::named(sentinel)),
        Text::OfVariable => {
            return Err(Stop::note("the texts of two errors are compared, where one may be looked for in the other"));
        }
        Text::Constant(text) => text,
    };
    let mut found = candidates::with_text(cx, it, facts, text);
    match (found.pop(), found.pop()) {
        (Some(one), Some(other)) => {
            Err(format!("two errors have this text: {} and {}", other.label(), one.label()).into())
        }
        (Some(only), None) => Ok(only),
        (None, _) => match table::by_text(text, it.how) {
            Some(known) => Ok(Candidate::of_std(known)),
            None => Err(Stop::note("no error is known that has this text, so whoever makes it has to give it a name")),
        },
    }
}
