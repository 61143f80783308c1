//! Returns errors that are dropped.
//!
//! Two forms have a rewrite. A value whose error goes to `_`, in a function that can return it; and a file or a writer
//! that is closed by `defer`, where the error of `Close` says that what was written did not get there. What else drops an
//! error may do so for a reason, and is reported at most.

mod blank;
mod close;
mod excluded;
mod names;

use gofix_rule::{
    Cx, Decline, Fix, GoVersion, Group, Meta, OptionMeta, Report, Rule, errors,
    flow::{enclosing_func, stmts},
    lines::{line_end, line_start},
    syntax::{
        Kind, Node, Role, TextRange, Token,
        ast::{AstNode, CallExpr, DeferStmt, ReturnStmt},
    },
};

pub(crate) struct IgnoredError;

static META: Meta = Meta {
    name: "ignored-error",
    summary: "return errors that are dropped: those of values that are used, and of closing what was written",
    group: Group::Errors,
    recommended: true,
    since: Some(GoVersion::new(1, 13)), // which has %w
    until: None,
    words: &["error"],
    options: &[
        OptionMeta {
            name: "exclude-functions",
            summary: "functions whose errors may be dropped: path.Func or (*path.Type).Method, separated by commas",
            default: "",
            values: &[],
        },
        OptionMeta {
            name: "check-blank",
            summary: "report errors that are assigned to _ and nothing else, too",
            default: "false",
            values: &["true", "false"],
        },
    ],
    docs: include_str!("README.md"),
};

/// What is said of a place.
const MESSAGES: [&str; 3] = [
    "the error is dropped here, and the value is used all the same",
    "what was written may be lost without a word: the error of closing it is dropped",
    "the error is dropped here",
];

impl Rule for IgnoredError {
    fn meta(&self) -> &Meta {
        &META
    }

    fn needs_error_flow(&self) -> bool {
        true
    }

    fn check(&self, cx: &Cx<'_>, report: &mut Report) {
        for node in cx.nodes().filter(|it| !cx.in_test_file(*it)) {
            match node.kind() {
                Kind::AssignStmt => assigned(cx, node, report),
                Kind::DeferStmt => {
                    if let Some(fix) = DeferStmt::cast(node).and_then(|it| close::advise(cx, it)) {
                        report.fix(node, MESSAGES[1], fix);
                    }
                }
                Kind::ExprStmt => {
                    let call = node.child(Role::X).and_then(|it| CallExpr::cast(it.unparen()));
                    if call.is_some_and(|it| is_worth_a_word(cx, node, it)) {
                        report.note(node, MESSAGES[2]);
                    }
                }
                _ => {}
            }
        }
    }
}

/// `x, _ := f()`, `_ = f()`.
fn assigned<'a>(cx: &Cx<'a>, stmt: Node<'a>, report: &mut Report) {
    let left: Vec<Node<'a>> = stmt.children_in(Role::Lhs).collect();
    let mut right = stmt.children_in(Role::Rhs);
    let (Some(value), None) = (right.next(), right.next()) else { return };
    let Some(call) = CallExpr::cast(value.unparen()) else { return };
    let is_blank = |it: &Node<'a>| it.as_ident() == Some("_");
    if !left.last().is_some_and(is_blank) || !returns_error(cx, call) {
        return;
    }
    if left.iter().all(is_blank) {
        if cx.is_set("check-blank") && is_worth_a_word(cx, stmt, call) {
            report.note(stmt, MESSAGES[2]);
        }
        return;
    }
    if !in_function_with_error(cx, stmt) || excluded::is_excluded(cx, call) {
        return;
    }
    report.fix(stmt, MESSAGES[0], blank::advise(cx, stmt, &left, call));
}

/// Whether the last result of a call is an error.
fn returns_error<'a>(cx: &Cx<'a>, call: CallExpr<'a>) -> bool {
    use gofix_rule::semantic::types::Form;
    let Some(types) = cx.types(call.node().file().id()) else { return false };
    let ty = types.type_of(call.node());
    match types.form(ty) {
        Form::Tuple(all) => all.last().is_some_and(|it| types.is_error_type(*it)),
        _ => types.is_error_type(ty),
    }
}

fn in_function_with_error<'a>(cx: &Cx<'a>, node: Node<'a>) -> bool {
    let results = enclosing_func(node).map(|it| errors::results(cx, it)).unwrap_or_default();
    results.last().is_some_and(|it| it.is_error(cx).is_yes())
}

/// Whether a statement that drops the error of a call, in a function that could return it, is to be reported.
fn is_worth_a_word<'a>(cx: &Cx<'a>, stmt: Node<'a>, call: CallExpr<'a>) -> bool {
    returns_error(cx, call)
        && in_function_with_error(cx, stmt)
        && !excluded::is_excluded(cx, call)
        && !excluded::is_cleanup(cx, call)
        && not_meant(cx, stmt).is_ok()
}

/// Declines if the error is dropped on purpose: a comment says so, or another error is returned right after.
fn not_meant<'a>(cx: &Cx<'a>, stmt: Node<'a>) -> Result<(), Decline> {
    if is_explained(stmt) {
        return Err("a comment stands here, which may say why the error is dropped".into());
    }
    match on_error_path(cx, stmt) {
        true => Err("another error is on its way out here".into()),
        false => Ok(()),
    }
}

/// Whether a comment stands on a line of a statement, or alone on the line above; or one that is about errors stands above
/// the lines in front of it.
fn is_explained(stmt: Node<'_>) -> bool {
    let file = stmt.file();
    let line = line_start(file, stmt.start());
    let above = line_start(file, line.saturating_sub(1));
    let text = file.text()[above as usize..line as usize].trim();
    let is_comment = text.starts_with("//") || text.starts_with("/*") || text.ends_with("*/");
    let mut before = line;
    let mut is_promised = false;
    for _ in 0..FEW_LINES {
        let start = line_start(file, before.saturating_sub(1));
        let text = file.text()[start as usize..before as usize].trim();
        if text.is_empty() || text.ends_with(['{', '}']) || start == before {
            break;
        }
        is_promised |= text.starts_with("//") && (text.contains("error") || text.contains("fail"));
        before = start;
    }
    is_comment || is_promised || !file.comments_in(TextRange::new(line, line_end(file, stmt.end()))).is_empty()
}

/// How many lines belong together under a comment.
const FEW_LINES: usize = 4;

/// Whether a list of statements around, within the function, ends by returning an error that is not `nil`, or the
/// condition of one says that there is an error.
fn on_error_path<'a>(cx: &Cx<'a>, stmt: Node<'a>) -> bool {
    let body = enclosing_func(stmt).and_then(|it| cx.body(it));
    let mut child = stmt;
    for parent in stmt.ancestors() {
        if Some(parent) == body {
            return false;
        }
        if matches!(parent.kind(), Kind::BlockStmt | Kind::CaseClause | Kind::CommClause) {
            let last = stmts(parent).last().filter(|it| it.start() >= child.start()).and_then(ReturnStmt::cast);
            let value = last.and_then(|it| it.results().last());
            if value.is_some_and(|it| is_other_error(cx, it)) {
                return true;
            }
        }
        if parent.kind() == Kind::IfStmt && child.role() == Role::Body {
            let cond = parent.child(Role::Cond);
            let parts = cond.into_iter().flat_map(|it| [it].into_iter().chain(it.descendants()));
            let mut tests = parts.filter(|it| it.kind() == Kind::BinaryExpr && it.op() == Token::Neq);
            let is_test = |it: Node<'a>| {
                let (x, y) = (it.child(Role::X), it.child(Role::Y));
                x.zip(y)
                    .is_some_and(|(x, y)| cx.is_error(x).is_yes() && cx.resolve_expr(y.unparen()).is_universe("nil"))
            };
            if tests.any(is_test) {
                return true;
            }
        }
        child = parent;
    }
    false
}

/// Whether an expression is an error, and not `nil`.
fn is_other_error<'a>(cx: &Cx<'a>, value: Node<'a>) -> bool {
    let Some(types) = cx.types(value.file().id()) else { return false };
    let is_nil = cx.resolve_expr(value.unparen()).is_universe("nil");
    !is_nil && types.implements(types.type_of(value), types.error_type()).is_yes()
}

/// `fix`, at the level of all fixes of the rule.
fn review() -> Fix {
    Fix::review()
}
