//! Why no task reports an error in a way that is known here.

use gofix_rule::{
    Cx, Decline,
    semantic::types::Form,
    syntax::{
        Kind, Node, Role, Token,
        ast::{AstNode, CallExpr},
    },
    tasks::Task,
};

use super::{Fan, look};

/// The reason to leave a group alone in which no variable for errors is written.
pub(super) fn reason<'a>(cx: &Cx<'a>, fan: &Fan<'a>) -> Decline {
    if let Some(reason) = kept(cx, fan) {
        return reason;
    }
    let is_error = |it: Node<'a>| cx.is_error(it).is_yes();
    let is_call = |it: Node<'a>| CallExpr::cast(it).is_some_and(|it| returns_error(cx, it));
    let is_looked_at = |it: Node<'a>| {
        let compared = it.kind() == Kind::BinaryExpr && matches!(it.op(), Token::Neq | Token::Eql);
        compared
            && [Role::X, Role::Y]
                .into_iter()
                .all(|side| it.child(side).is_some_and(|it| is_error(it) || look::is_nil(cx, it)))
    };
    let reason = match () {
        () if any(fan, is_looked_at) => "the errors are only logged or passed on, and nothing fails for them",
        () if any(fan, is_call) => "the tasks ignore their errors",
        () => "no task has an error to report",
    };
    reason.into()
}

/// The reason to leave a group alone whose tasks put their errors where somebody else may look.
pub(super) fn kept<'a>(cx: &Cx<'a>, fan: &Fan<'a>) -> Option<Decline> {
    let is_error = |it: Node<'a>| cx.is_error(it).is_yes();
    let is_kept = |it: Node<'a>| {
        let target = it.unparen();
        let is_place = matches!(target.kind(), Kind::SelectorExpr | Kind::IndexExpr | Kind::StarExpr);
        it.role() == Role::Lhs && is_place && is_error(target)
    };
    let is_error_sent = |it: Node<'a>| it.kind() == Kind::SendStmt && it.child(Role::Value).is_some_and(is_error);
    let is_sent =
        |it: Node<'a>| it.kind() == Kind::SendStmt && it.child(Role::Value).is_some_and(|it| holds_error(cx, it));
    let reason = match () {
        () if any(fan, is_kept) => "each task keeps its error in a place of its own, so the order tells whose it is",
        () if any(fan, is_error_sent) => "the errors go to somebody else's channel",
        () if any(fan, is_sent) => "errors are sent together with other values",
        () => return None,
    };
    Some(reason.into())
}

/// Whether something holds of a node of a task.
fn any<'a>(fan: &Fan<'a>, holds: impl Fn(Node<'a>) -> bool) -> bool {
    fan.tasks.iter().any(|it: &Task<'a>| it.literal.node().descendants().any(&holds))
}

/// Whether a value has a part that is an error: a struct with a field for it.
fn holds_error<'a>(cx: &Cx<'a>, value: Node<'a>) -> bool {
    let Some(types) = cx.types(value.file().id()) else { return false };
    let mut ty = types.type_of(value);
    if let Form::Pointer(to) = types.form(ty) {
        ty = to;
    }
    matches!(types.form(types.underlying(ty)), Form::Struct(fields) if fields.iter().any(|it| types.is_error_type(it.ty)))
}

fn returns_error<'a>(cx: &Cx<'a>, call: CallExpr<'a>) -> bool {
    let Some(types) = cx.types(call.node().file().id()) else { return false };
    let ty = types.type_of(call.node());
    match types.form(ty) {
        Form::Tuple(results) => results.last().is_some_and(|it| types.is_error_type(*it)),
        _ => types.is_error_type(ty),
    }
}
