//! `x, _ := f()`.

use gofix_rule::{
    Cx, Decline, Fix,
    errors::{self, Messages, Wording},
    flow::enclosing_func,
    syntax::{
        Kind, Node, Role, Token,
        ast::{AstNode, CallExpr, IfStmt},
    },
};

use super::{names, not_meant, review};

/// Rewrites
///
/// ```go
/// n, _ := strconv.Atoi(text)
/// ```
///
/// to
///
/// ```go
/// n, err := strconv.Atoi(text)
/// if err != nil {
///     return 0, fmt.Errorf("parse text: %w", err)
/// }
/// ```
pub(super) fn advise<'a>(cx: &Cx<'a>, stmt: Node<'a>, left: &[Node<'a>], call: CallExpr<'a>) -> Result<Fix, Decline> {
    not_meant(cx, stmt)?;
    if stmt.op() != Token::Define {
        return Err("the values are assigned to variables that are there already".into());
    }
    if !matches!(stmt.role(), Role::List | Role::Body) {
        return Err("the statement is part of another one".into());
    }
    let values: Vec<&str> = left.iter().filter_map(|it| it.as_ident()).filter(|it| *it != "_").collect();
    if is_asked(stmt, &values) {
        return Err("the value is looked at instead".into());
    }
    let func = enclosing_func(stmt).ok_or("the statement is part of another one")?;
    let zeros: String = errors::zero_values(cx, func, stmt)?.iter().map(|it| format!("{it}, ")).collect();
    if !cx.is_universe("nil", stmt).is_yes() {
        return Err("nil means something else here".into());
    }
    let name = names::for_error(cx, stmt, func)?;
    let blank = left.last().ok_or("the statement is part of another one")?;
    let wording = Wording::default();
    let (text, import) = Messages::new(cx, func, &wording).say(Some(call), &name.text, call.node());
    let lines = format!("if {} != nil {{\nreturn {zeros}{text}\n}}", name.text);
    let fix = name.needed_by(review().replace(*blank, name.text.clone()).insert_after_stmt(stmt, [lines]));
    Ok(match &import {
        Some(import) => fix.imports(import),
        None => fix,
    })
}

/// Whether the next statement looks at one of the values: `if n == 0 { … }`.
fn is_asked(stmt: Node<'_>, values: &[&str]) -> bool {
    let Some(next) = stmt.next_sibling() else { return false };
    let asked = match next.kind() {
        Kind::IfStmt => IfStmt::cast(next).filter(|it| it.init().is_none()).map(IfStmt::cond),
        Kind::SwitchStmt => next.child(Role::Tag),
        _ => None,
    };
    let mut parts = asked.into_iter().flat_map(|it| [it].into_iter().chain(it.descendants()));
    parts.any(|it| it.as_ident().is_some_and(|it| values.contains(&it)) && it.role() != Role::Sel)
}
