//! Functions that may return where they panic.

use gofix_rule::{
    Cx, Decline, errors,
    lines::{line_end, line_start},
    syntax::{
        Kind, Node, Role, TextRange,
        ast::{AstNode, CallExpr, FuncDecl},
    },
};

use super::Stop;

/// Stops if the function is meant to panic, or cannot return an error instead.
pub(super) fn may_return<'a>(cx: &Cx<'a>, call: CallExpr<'a>, func: Node<'a>) -> Result<(), Stop> {
    let stmt = call.node().with_parens().parent().filter(|it| it.kind() == Kind::ExprStmt);
    if !stmt.is_some_and(|it| matches!(it.role(), Role::List | Role::Body)) {
        return Err("the panic is part of another statement".into());
    }
    let decl = [func].into_iter().chain(func.ancestors()).find_map(FuncDecl::cast);
    let name = decl.map_or("", |it| it.name().text());
    if name.starts_with("Must") || name.starts_with("must") {
        return Err(format!("{name} says by its name that it panics").into());
    }
    if decl.is_some_and(|it| it.recv().is_none()) && matches!(name, "init" | "main") && func.kind() == Kind::FuncDecl {
        return Err(format!("{name} has nobody to return an error to").into());
    }
    let file = func.file();
    let doc = decl.and_then(|it| it.node().doc());
    if doc.is_some_and(|it| file.text()[it.to_usize()].to_lowercase().contains("panic")) {
        return Err(format!("the comment of {name} says that it panics").into());
    }
    if is_explained(call.node()) {
        return Err("a comment explains the panic".into());
    }
    let results = errors::results(cx, func);
    match results.last().map(|it| it.is_error(cx)) {
        Some(it) if it.is_yes() => {}
        Some(it) if !it.is_no() => return Err("the type of the last result is not known".into()),
        _ if func.kind() == Kind::FuncLit => {
            return Err("the literal returns no error, as whoever calls it expects".into());
        }
        _ => {
            return Err(Stop::Note(
                "this panics with an error, since the function returns none: its signature and its callers would have to change",
            ));
        }
    }
    Ok(())
}

/// Declines if somebody recovers from panics, or drops the errors of the function.
pub(super) fn has_reader<'a>(cx: &Cx<'a>, func: Node<'a>) -> Result<(), Decline> {
    if recovers(cx) {
        return Err("the package recovers from panics, maybe from this one".into());
    }
    match errors::dropped(cx, func) {
        Some(at) => Err(format!("the error would be dropped at {at}").into()),
        None => Ok(()),
    }
}

/// Whether a comment stands alone on the line above a node, or one on its own line says that it cannot come to this.
fn is_explained(node: Node<'_>) -> bool {
    const EXCUSES: &[&str] = &[
        "nolint",
        "impossible",
        "unreachable",
        "can't",
        "cannot",
        "should not",
        "shouldn't",
        "must",
        "never",
        "always",
        "safe",
        "invariant",
        "bug",
    ];
    let file = node.file();
    let line = line_start(file, node.start());
    let above = line_start(file, line.saturating_sub(1));
    let own = file.comments_in(TextRange::new(line, line_end(file, node.end())));
    let is_excuse = |it: &TextRange| {
        let text = file.text()[it.to_usize()].to_lowercase();
        EXCUSES.iter().any(|it| text.contains(it))
    };
    file.text()[above as usize..line as usize].trim_start().starts_with("//") || own.iter().any(is_excuse)
}

/// Whether the package calls `recover`, tests aside.
fn recovers<'a>(cx: &Cx<'a>) -> bool {
    let ws = cx.workspace();
    let files = cx.package().files().iter().filter(|it| !ws.project().file(**it).is_test());
    let files = files.filter(|it| ws.text(**it).is_ok_and(|it| it.contains("recover"))).filter_map(|it| ws.file(*it));
    files.flat_map(|it| it.nodes()).filter_map(CallExpr::cast).any(|it| cx.is_builtin_call(it, "recover"))
}
