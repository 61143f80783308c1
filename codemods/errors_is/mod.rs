//! Looks for errors with `errors.Is`, which also finds them where they are wrapped.
//!
//! That is another meaning, if such errors can get there. Where it is proved that none can, nothing changes today, and the
//! comparison goes on working when somebody begins to wrap. Where it is known that one can, `==` may be meant to tell the two
//! apart, so the place is left alone. See [`Deliveries`].

mod switch;

use gofix_rule::{
    Cx, Decline, Fix, GoVersion, Group, Level, Meta, OptionMeta, Report, Rule,
    errors::{Comparison, Deliveries, Delivery, Sentinel, Sought, becomes_bool, function, in_error_method},
    syntax::{
        Kind, Node,
        ast::{AstNode, SwitchStmt},
    },
};

pub(crate) struct ErrorsIs;

static META: Meta = Meta {
    name: "errors-is",
    summary: "compare errors with errors.Is, which finds wrapped ones too",
    group: Group::Errors,
    recommended: true,
    since: Some(GoVersion::new(1, 13)), // which has errors.Is
    until: None,
    words: &["package"], // nothing else is in all files that may matter
    options: &[
        OptionMeta {
            name: "skip-unwrapped-origins",
            summary: "leave errors alone that come right from functions documented to return them as they are",
            default: "false",
            values: &["true", "false"],
        },
        OptionMeta { name: "tests", summary: "look at test files too", default: "false", values: &["true", "false"] },
    ],
    docs: include_str!("README.md"),
};

impl Rule for ErrorsIs {
    fn meta(&self) -> &Meta {
        &META
    }

    fn needs_error_flow(&self) -> bool {
        true
    }

    fn check(&self, cx: &Cx<'_>, report: &mut Report) {
        let mut deliveries = Deliveries::new(cx);
        for node in cx.nodes().filter(|it| matches!(it.kind(), Kind::BinaryExpr | Kind::SwitchStmt)) {
            if (cx.in_test_file(node) && !cx.is_set("tests")) || in_error_method(node) {
                continue;
            }
            if let Some(it) = SwitchStmt::cast(node) {
                switch::check(cx, it, &mut deliveries, report);
                continue;
            }
            match Comparison::of(cx, node) {
                Ok(None) => {}
                Ok(Some(it)) => report.fix(node, message(&it.sentinel), advise(cx, &it, &mut deliveries)),
                Err(reason) => report.fix(node, "this comparison finds no wrapped errors", Err(reason)),
            }
        }
    }
}

fn message(sentinel: &Sentinel<'_>) -> String {
    format!("this comparison does not find {} in an error that wraps it", sentinel.expr.text())
}

fn advise<'a>(cx: &Cx<'a>, it: &Comparison<'a>, deliveries: &mut Deliveries<'a>) -> Result<Fix, Decline> {
    let node = it.expr.node();
    if !becomes_bool(cx, node) {
        return Err("the result has a boolean type of its own".into());
    }
    let level = level(cx, it.x, node, &it.sentinel, deliveries)?;
    let is = function(cx, node, "Is")?;
    Ok(is.needed_by(it.rewritten(Fix::new(level), &is.text)))
}

/// How sure one can be that looking into `x` for `sentinel` changes nothing.
fn level<'a>(
    cx: &Cx<'a>,
    x: Node<'a>,
    comparison: Node<'a>,
    sentinel: &Sentinel<'a>,
    deliveries: &mut Deliveries<'a>,
) -> Result<Level, Decline> {
    let (x, sought) = (x.unparen(), Sought::Sentinel(sentinel));
    if deliveries.is_unwrapped(x) {
        return Err("the error has been unwrapped already".into());
    }
    let is_documented = deliveries.is_documented(x, sought);
    if is_documented && cx.is_set("skip-unwrapped-origins") {
        return Err("the function that the error comes from is documented to return it as it is".into());
    }
    match deliveries.to(x, comparison, sought) {
        Delivery::Wrapped(by) => {
            let name = sentinel.expr.text();
            Err(Decline::new(format!(
                "{name} also gets here wrapped, by way of {by}, and the comparison tells the two apart"
            )))
        }
        Delivery::Bare if !is_documented && !sentinel.is_class() && !sentinel.is_signal() => Ok(Level::Safe),
        _ => Ok(Level::Review),
    }
}
