//! Before Go 1.26: `errors.As`, with a variable declared in front.

use gofix_rule::{
    Cx, Decline, Fix, Level, TextRange,
    errors::function,
    semantic::Def,
    syntax::{
        Kind, Node, Role, Token,
        ast::{AstNode, IfStmt},
    },
};

use super::Assertion;

/// The fix for an assertion whose results `stmt` gives to `value` and `ok`.
pub(super) fn advise<'a>(
    it: &Assertion<'a>,
    stmt: Node<'a>,
    value: Node<'a>,
    ok: Node<'a>,
    level: Level,
) -> Result<Fix, Decline> {
    let cx = &it.cx;
    if !super::declares(stmt) {
        return Err("errors.As leaves the variable as it is where it finds nothing".into());
    }
    let is_new = |it: Node<'a>| it.as_ident() == Some("_") || own(cx, it).is_some();
    if !is_new(value) {
        return Err("errors.As leaves the variable as it is where it finds nothing".into());
    }
    if ok.as_ident() == Some("_") {
        return Err("nothing asks whether there is such an error".into());
    }
    match stmt.role() {
        Role::Init => in_if(it, stmt, value, ok, level),
        Role::List | Role::Body => in_list(it, stmt, value, ok, level),
        _ => Err("the assertion is in the head of a statement".into()),
    }
}

/// The variable that the identifier declares.
fn own<'a>(cx: &Cx<'a>, ident: Node<'a>) -> Option<Def<'a>> {
    cx.resolve(ident).def().filter(|it| it.ident() == ident)
}

/// A name for the variable in front of `stmt`: its own one, unless it is `_`.
fn name<'a>(it: &Assertion<'a>, stmt: Node<'a>, value: Node<'a>) -> Result<String, Decline> {
    if value.as_ident() == Some("_") {
        return it.cx.fresh_name(&["target"], stmt);
    }
    let name = value.text();
    if it.expr.descendants().any(|it| it.as_ident() == Some(name)) {
        return Err("what is found has the name of the error".into());
    }
    Ok(name.to_owned())
}

/// Rewrites
///
/// ```go
/// pe, ok := err.(*fs.PathError)
/// ```
///
/// to
///
/// ```go
/// var pe *fs.PathError
/// ok := errors.As(err, &pe)
/// ```
fn in_list<'a>(
    it: &Assertion<'a>,
    stmt: Node<'a>,
    value: Node<'a>,
    ok: Node<'a>,
    level: Level,
) -> Result<Fix, Decline> {
    let name = name(it, stmt, value)?;
    let function = function(&it.cx, stmt, "As")?;
    let sign = if own(&it.cx, ok).is_some() { ":=" } else { "=" };
    let text = format!("{} {sign} {}({}, &{name})", ok.text(), function.text, it.x.text());
    let fix = Fix::new(level).insert_before_stmt(stmt, [format!("var {name} {}", it.ty.text())]);
    Ok(function.needed_by(fix.replace(stmt, text)))
}

/// Rewrites
///
/// ```go
/// if pe, ok := err.(*fs.PathError); ok && pe.Op == "open" {
/// ```
///
/// to
///
/// ```go
/// var pe *fs.PathError
/// if errors.As(err, &pe) && pe.Op == "open" {
/// ```
///
/// In a chain of `else if`, the variable is declared in front of the chain.
fn in_if<'a>(it: &Assertion<'a>, init: Node<'a>, value: Node<'a>, ok: Node<'a>, level: Level) -> Result<Fix, Decline> {
    let cx = &it.cx;
    let held = init.parent().and_then(IfStmt::cast).ok_or("the assertion is in the head of a statement")?;
    let cond = held.cond();
    let only = own(cx, ok).and_then(|it| cx.local(it)).filter(|it| it.is_complete());
    let only = only.filter(|it| it.uses.len() == 1).map(|it| it.uses[0].site);
    let first = first_of(cond);
    let first =
        only.filter(|it| *it == first).ok_or("the condition does not begin with whether there is such an error")?;
    let mut chain = held.node();
    while let Some(outer) = chain.parent().filter(|_| chain.role() == Role::Else) {
        chain = outer;
    }
    if chain.role() == Role::Stmt {
        return Err("a label stands in front, and going there would not make a new variable".into());
    }
    let name = name(it, chain, value)?;
    is_free(cx, chain, value)?;
    let function = function(cx, init, "As")?;
    let fix = Fix::new(level)
        .insert_before_stmt(chain, [format!("var {name} {}", it.ty.text())])
        .replace_range(init.file(), TextRange::new(init.start(), cond.start()), "")
        .replace(first, format!("{}({}, &{name})", function.text, it.x.text()));
    Ok(function.needed_by(fix.relies_on(chain)))
}

/// The operand of a condition that is worked out first.
fn first_of(cond: Node<'_>) -> Node<'_> {
    let mut first = cond;
    loop {
        let is_logic = matches!(first.op(), Token::LAnd | Token::LOr | Token::Not);
        first = match first.kind() {
            Kind::ParenExpr => first.unparen(),
            Kind::BinaryExpr | Kind::UnaryExpr if is_logic => match first.child(Role::X) {
                Some(x) => x,
                None => return first,
            },
            _ => return first,
        };
    }
}

/// Declines if the block around the statement `chain` has the name of the variable, but for uses of the variable itself.
fn is_free<'a>(cx: &Cx<'a>, chain: Node<'a>, value: Node<'a>) -> Result<(), Decline> {
    let Some(name) = value.as_ident().filter(|it| *it != "_") else { return Ok(()) };
    let def = own(cx, value);
    let block = chain.parent().unwrap_or(chain);
    // The parameters of a function are in the scope of its body.
    let around = cx.body(cx.func(chain).unwrap_or(block)).filter(|it| *it == block).and_then(|it| it.parent());
    let area = around.unwrap_or(block);
    let others = area.descendants().filter(|it| it.as_ident() == Some(name) && it.role() != Role::Sel);
    let is_other = |it: &Node<'a>| *it != value && cx.resolve(*it).def() != def;
    match others.into_iter().any(|it| is_other(&it)) {
        true => Err(Decline::new(format!("the block around has another {name}"))),
        false => Ok(()),
    }
}
