//! Functions that may return where they panic.

use gofix_rule::{
    Cx, Decline, errors,
    flow::{LitUse, literal_use},
    lines::{line_end, line_start},
    semantic::Def,
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
    let is_promise = |it: &String| matches!(&*it.to_lowercase(), "must" | "panic" | "panics" | "die" | "fatal");
    if errors::words(name).iter().any(is_promise) {
        return Err(format!("{name} says by its name that it panics").into());
    }
    if decl.is_some_and(|it| it.recv().is_none()) && matches!(name, "init" | "main") && func.kind() == Kind::FuncDecl {
        return Err(format!("{name} has nobody to return an error to").into());
    }
    if decl.is_none() && !matches!(literal_use(func), LitUse::Value) {
        return Err("a variable of the package is initialised here".into());
    }
    let file = func.file();
    let doc = decl.and_then(|it| it.node().doc());
    if doc.is_some_and(|it| file.text()[it.to_usize()].to_lowercase().contains("panic")) {
        return Err(format!("the comment of {name} says that it panics").into());
    }
    if is_explained(call) {
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
            return Err(Stop::note(
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

/// Whether a comment stands in a panic or alone on the line above, or one beside it, or at the condition for it, says that it
/// cannot come to this.
fn is_explained(call: CallExpr<'_>) -> bool {
    const EXCUSES: &[&str] = &[
        "nolint",
        "impossible",
        "unreachable",
        "can't",
        "cant ",
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
    let node = call.node();
    let file = node.file();
    let line = line_start(file, node.start());
    let above = line_start(file, line.saturating_sub(1));
    let own = file.comments_in(TextRange::new(line, line_end(file, node.end())));
    let block = node.ancestors().find(|it| matches!(it.kind(), Kind::BlockStmt | Kind::CaseClause | Kind::CommClause));
    let behind = block.map(|it| file.comments_in(TextRange::new(node.end(), it.end()))).unwrap_or_default();
    // The line of the condition, and the comment that stands above it.
    let owner = block.and_then(|it| if it.kind() == Kind::BlockStmt { it.parent() } else { Some(it) });
    let owner = owner.filter(|it| matches!(it.kind(), Kind::IfStmt | Kind::CaseClause));
    let at_owner = owner.map(|it| {
        let start = line_start(file, it.start());
        let head = TextRange::new(start, line_end(file, it.child(Role::Body).map_or(it.start(), Node::start)));
        let above = file.comments_in(TextRange::new(line_start(file, start.saturating_sub(1)), start));
        above.iter().chain(file.comments_in(head)).copied().collect::<Vec<_>>()
    });
    let is_excuse = |it: &TextRange| {
        let text = file.text()[it.to_usize()].to_lowercase();
        EXCUSES.iter().any(|it| text.contains(it))
    };
    // Those in the argument stay.
    let arg = call.args().next().map_or(node.range(), Node::range);
    let lost = [TextRange::new(node.start(), arg.start), TextRange::new(arg.end, node.end())];
    let is_above = file.text()[above as usize..line as usize].trim_start().starts_with("//");
    is_above
        || lost.iter().any(|it| !file.comments_in(*it).is_empty())
        || own.iter().chain(behind).chain(at_owner.iter().flatten()).any(is_excuse)
}

/// Whether a condition on the way to a panic asks more of the error in `arg` than whether there is one: which it is, or
/// what is in it.
pub(super) fn is_chosen<'a>(cx: &Cx<'a>, panic: Node<'a>, func: Node<'a>, arg: Node<'a>) -> bool {
    let idents = [arg].into_iter().chain(arg.descendants()).filter(|it| it.as_ident().is_some());
    let errors: Vec<Def<'a>> =
        idents.filter(|it| cx.is_error(*it).is_yes()).filter_map(|it| cx.resolve(it).def()).collect();
    let is_asked = |it: Node<'a>| {
        let is_error = it.as_ident().is_some() && cx.resolve(it).def().is_some_and(|it| errors.contains(&it));
        let test = it.with_parens().parent().filter(|it| it.kind() == Kind::BinaryExpr);
        let is_nil_test =
            test.is_some_and(|it| it.children().any(|it| cx.resolve_expr(it.unparen()).is_universe("nil")));
        is_error && !is_nil_test
    };
    let mut child = panic;
    for parent in panic.ancestors().take_while(|it| *it != func) {
        let conditions: Vec<Node<'a>> = match parent.kind() {
            Kind::IfStmt if child.role() == Role::Body => parent.child(Role::Cond).into_iter().collect(),
            Kind::CaseClause => parent.children().take_while(|it| !it.kind().is_stmt()).collect(),
            Kind::SwitchStmt => parent.child(Role::Tag).into_iter().collect(),
            _ => Vec::new(),
        };
        let mut parts = conditions.into_iter().flat_map(|it| [it].into_iter().chain(it.descendants()));
        if parts.any(is_asked) {
            return true;
        }
        child = parent;
    }
    false
}

/// Whether the package calls `recover`, tests aside.
fn recovers<'a>(cx: &Cx<'a>) -> bool {
    let ws = cx.workspace();
    let files = cx.package().files().iter().filter(|it| !ws.project().file(**it).is_test());
    let files = files.filter(|it| ws.text(**it).is_ok_and(|it| it.contains("recover"))).filter_map(|it| ws.file(*it));
    files.flat_map(|it| it.nodes()).filter_map(CallExpr::cast).any(|it| cx.is_builtin_call(it, "recover"))
}
