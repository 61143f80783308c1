//! A `switch` over an error.

use gofix_rule::{
    Cx, Decline, Fix, Level, Report, TextRange,
    errors::{Deliveries, Sentinel, function, sentinel},
    syntax::{
        Kind, Node, Role, Token,
        ast::{AstNode, CaseClause, SwitchStmt},
    },
};

/// What a `case` compares the error with.
enum Value<'a> {
    Nil(Node<'a>),
    Sentinel(Node<'a>, Sentinel<'a>),
}

pub(super) fn check<'a>(cx: &Cx<'a>, stmt: SwitchStmt<'a>, deliveries: &mut Deliveries<'a>, report: &mut Report) {
    let Some(tag) = stmt.tag().filter(|it| cx.is_error(*it).is_yes()) else { return };
    let clauses: Vec<CaseClause<'a>> = stmt.body().children().filter_map(CaseClause::cast).collect();
    let names = || clauses.iter().flat_map(|it| it.list()).find(|it| matches!(sentinel(cx, *it), Ok(Some(_)) | Err(_)));
    if let Some(first) = names() {
        let message = format!("this switch does not find {} in an error that wraps it", first.text());
        report.fix(tag, message, advise(cx, stmt, tag, &clauses, deliveries));
    }
}

/// Rewrites
///
/// ```go
/// switch err {
/// case nil:
/// case io.EOF, errStop:
/// }
/// ```
///
/// to
///
/// ```go
/// switch {
/// case err == nil:
/// case errors.Is(err, io.EOF), errors.Is(err, errStop):
/// }
/// ```
fn advise<'a>(
    cx: &Cx<'a>,
    stmt: SwitchStmt<'a>,
    tag: Node<'a>,
    clauses: &[CaseClause<'a>],
    deliveries: &mut Deliveries<'a>,
) -> Result<Fix, Decline> {
    if !is_name(tag.unparen()) {
        return Err("each case would work out again what the switch is over".into());
    }
    let falls =
        |it: &CaseClause<'a>| it.body().any(|it| it.kind() == Kind::BranchStmt && it.op() == Token::Fallthrough);
    if clauses.iter().any(falls) {
        return Err("a case falls through to the next, and more than one may hold then".into());
    }
    let values = clauses.iter().flat_map(|it| it.list()).map(|it| value(cx, it)).collect::<Result<Vec<_>, _>>()?;
    let (x, mut fix) = (tag.unparen().text(), Fix::safe());
    for value in values {
        fix = match value {
            Value::Nil(at) => fix.replace(at, format!("{x} == nil")),
            Value::Sentinel(at, it) => {
                let level: Level = super::level(cx, tag, at, &it, deliveries)?;
                let is = function(cx, at, "Is")?;
                is.needed_by(fix.at_most(level).replace(at, format!("{}({x}, {})", is.text, it.expr.text())))
            }
        };
    }
    let before = stmt.init().map_or(stmt.node().start() + "switch".len() as u32, |it| {
        let file = it.file();
        let between = TextRange::new(it.end(), tag.start());
        file.tokens_in(between).find(|(it, _)| *it == Token::Semicolon).map_or(it.end(), |(_, it)| it.end)
    });
    Ok(fix.replace_range(tag.file(), TextRange::new(before, tag.end()), ""))
}

/// Whether working out an expression twice is the same as once: a variable, or a field of one.
fn is_name(expr: Node<'_>) -> bool {
    let mut expr = expr;
    while let Some(x) = expr.child(Role::X).filter(|_| expr.kind() == Kind::SelectorExpr) {
        expr = x.unparen();
    }
    expr.as_ident().is_some()
}

fn value<'a>(cx: &Cx<'a>, expr: Node<'a>) -> Result<Value<'a>, Decline> {
    if cx.resolve_expr(expr.unparen()).is_universe("nil") {
        return Ok(Value::Nil(expr));
    }
    let found = sentinel(cx, expr)?.map(|it| Value::Sentinel(expr, it));
    found.ok_or_else(|| Decline::new(format!("{} is no error of a package", expr.text())))
}
