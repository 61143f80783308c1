//! Returns nil as an error, rather than a nil pointer in one.
//!
//! An interface that holds a nil pointer is not nil (Go FAQ: Why is my nil error value not equal to nil?). So a function that
//! returns such a variable, or the result of such a call, has failed in the eyes of its callers though nothing did.

mod asked;
mod call;
mod receiver;
mod variable;

use gofix_rule::{
    Cx, Decline, Fix, Group, Level, Meta, Report, Rule,
    flow::{Facts, enclosing_func},
    semantic::types::{Callee, Form, Ty},
    syntax::{
        Kind, Node,
        ast::{AstNode, CallExpr, FuncDecl, ReturnStmt},
    },
};

pub(crate) struct TypedNilReturn;

static META: Meta = Meta {
    name: "typed-nil-return",
    summary: "return nil where a nil pointer would become an error",
    group: Group::Errors,
    recommended: true,
    since: None,
    until: None,
    words: &["return", "error"],
    options: &[],
    docs: include_str!("README.md"),
};

/// What is said of a return, and of an explicit conversion of nil.
const MESSAGES: [&str; 2] =
    ["this error is not nil when what it holds is nil", "this error is not nil, though nothing is in it"];

impl Rule for TypedNilReturn {
    fn meta(&self) -> &Meta {
        &META
    }

    fn needs_error_flow(&self) -> bool {
        true
    }

    fn check(&self, cx: &Cx<'_>, report: &mut Report) {
        let mut known: Option<Facts<'_>> = None;
        for stmt in cx.all::<ReturnStmt<'_>>() {
            for value in held(cx, stmt) {
                if known.as_ref().is_none_or(|it| !it.top().contains(value)) {
                    known = cx.facts(value);
                }
                let Some(facts) = &known else { continue };
                match advise(cx, facts, stmt, value) {
                    None => {}
                    Some(Advice::Fix(fix)) => {
                        let level = || enclosing_func(stmt.node()).map_or(Ok(Level::Review), |it| asked::level(cx, it));
                        report.fix(
                            value,
                            MESSAGES[0],
                            fix.and_then(|it| Ok(it.at_most(level()?).at_most(receiver::level(cx, value)))),
                        );
                    }
                    Some(Advice::Note) => report.note(value, MESSAGES[1]),
                }
            }
        }
    }
}

/// What to do about a value.
enum Advice {
    Fix(Result<Fix, Decline>),
    Note,
}

/// The values that a statement returns as `error` and that are of a type of their own that has a nil.
fn held<'a>(cx: &Cx<'a>, stmt: ReturnStmt<'a>) -> Vec<Node<'a>> {
    let values: Vec<Node<'a>> = stmt.results().collect();
    let Some(types) = cx.types(stmt.node().file().id()) else { return Vec::new() };
    let is_plain = |it: &Node<'a>| matches!(it.unparen().kind(), Kind::Ident | Kind::CallExpr);
    if !values.iter().any(is_plain) {
        return Vec::new();
    }
    let Some(results) = enclosing_func(stmt.node()).map(|it| results(cx, it)) else { return Vec::new() };
    if results.len() != values.len() {
        return Vec::new();
    }
    let has_nil = |ty: Ty| {
        let form = types.form(types.underlying(ty));
        matches!(form, Form::Pointer(_) | Form::Map(..) | Form::Slice(_) | Form::Chan { .. } | Form::Func { .. })
    };
    let pairs = values.into_iter().zip(results).filter(|(value, _)| is_plain(value));
    pairs.filter(|(value, ty)| types.is_error_type(*ty) && has_nil(types.type_of(*value))).map(|it| it.0).collect()
}

/// The types of the results of a function.
fn results<'a>(cx: &Cx<'a>, func: Node<'a>) -> Vec<Ty> {
    let Some(types) = cx.types(func.file().id()) else { return Vec::new() };
    let named = FuncDecl::cast(func).map_or(func, FuncDecl::name);
    match types.form(types.type_of(named)) {
        Form::Func { results, .. } => results,
        _ => Vec::new(),
    }
}

fn advise<'a>(cx: &Cx<'a>, facts: &Facts<'a>, stmt: ReturnStmt<'a>, value: Node<'a>) -> Option<Advice> {
    let Some(call) = CallExpr::cast(value.unparen()) else {
        return variable::advise(cx, facts, stmt, value).map(Advice::Fix);
    };
    if matches!(cx.callee(call), Callee::Conversion(_)) {
        let is_nil = call.args().next().is_some_and(|it| cx.resolve_expr(it.unparen()).is_universe("nil"));
        return is_nil.then_some(Advice::Note);
    }
    call::advise(cx, stmt, call).map(Advice::Fix)
}
