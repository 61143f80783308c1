//! Who gets the error that a function returns.

use gofix_rule::{
    Cx, Decline,
    errors::{self, Silent},
    semantic::types::{Callee, Form, Ty},
    syntax::{
        Kind, Node,
        ast::{AstNode, CallExpr},
    },
};

/// Declines if nobody may read the error: it leaves the program, or a caller drops it.
pub(super) fn has_reader<'a>(cx: &Cx<'a>, func: Node<'a>) -> Result<(), Decline> {
    if errors::is_remote(cx, func) {
        return Err("the error goes to another process, so the log is the only record here".into());
    }
    let params = errors::signature(cx, func).map(|it| it.0).unwrap_or_default();
    if params.iter().any(|it| is_command(cx, func, *it)) {
        return Err("the error ends a command, which may print it in another way".into());
    }
    match errors::silent(cx, func) {
        Some(Silent::Drops(at)) => {
            return Err(format!("the error is dropped at {at}, so the log is the only record of it").into());
        }
        Some(Silent::Asks(at)) => {
            let reason = format!("the error is only compared with nil at {at}, so the log is the only record of it");
            return Err(reason.into());
        }
        None => {}
    }
    if is_task(cx, func) {
        return Err("a group keeps the first error only, so the log is the only record of the others".into());
    }
    Ok(())
}

/// Whether a literal is given to a method `Go`, of an errgroup or one like it.
fn is_task<'a>(cx: &Cx<'a>, func: Node<'a>) -> bool {
    if func.kind() != Kind::FuncLit {
        return false;
    }
    let call = func.with_parens().parent().and_then(CallExpr::cast);
    call.is_some_and(|it| {
        matches!(cx.callee(it), Callee::Method { name, .. } | Callee::InterfaceMethod { name, .. }
            if matches!(&*name, "Go" | "TryGo"))
    })
}

/// Whether a type is that of a command of github.com/spf13/cobra, or of what one of github.com/urfave/cli gets.
fn is_command<'a>(cx: &Cx<'a>, at: Node<'a>, ty: Ty) -> bool {
    let Some(types) = cx.types(at.file().id()) else { return false };
    let Form::Pointer(to) = types.form(ty) else { return false };
    let Form::Named { path, name, .. } = types.form(to) else { return false };
    match &*name {
        "Command" => &*path == "github.com/spf13/cobra" || path.starts_with("github.com/urfave/cli"),
        "Context" => path.starts_with("github.com/urfave/cli"),
        _ => false,
    }
}
