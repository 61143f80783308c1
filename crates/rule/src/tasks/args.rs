//! Arguments, as values of variables: their types, and when they are evaluated.

use gofix_semantic::{
    Types,
    types::{Basic, Callee, Form, ObjectKind, Ty},
};
use gofix_syntax::{
    Kind, Node, Role, Token,
    ast::{AstNode, CallExpr, SelectorExpr},
};

use crate::{Cx, flow::Use};

/// Whether `to` is what `from`, a channel to send to and to receive from, is for one of the two.
pub(super) fn is_narrower_channel(types: &Types<'_>, from: Ty, to: Ty) -> bool {
    match (types.form(from), types.form(to)) {
        (Form::Chan { send: true, recv: true, element: a }, Form::Chan { element: b, .. }) => {
            types.identical(a, b).is_yes()
        }
        _ => false,
    }
}

/// Whether the use sends to a channel, or receives from it: then it is the same in which directions else it can be used.
pub(super) fn uses_channel(it: &Use<'_>) -> bool {
    let outer = it.site.with_parens();
    let parent = outer.parent();
    parent.is_some_and(|it| match it.kind() {
        Kind::SendStmt => outer.role() == Role::Chan,
        Kind::UnaryExpr => it.op() == Token::Arrow,
        Kind::RangeStmt => outer.role() == Role::X,
        _ => false,
    })
}

/// Whether evaluating an expression calls a function or receives from a channel, either of which may change variables.
pub(super) fn has_call<'a>(cx: &Cx<'a>, expr: Node<'a>) -> bool {
    let own = expr.descendants_skipping(|it| it.kind() == Kind::FuncLit);
    [expr].into_iter().chain(own).any(|it| is_call(cx, it))
}

/// Whether an expression calls a function, or receives from a channel.
pub(super) fn is_call<'a>(cx: &Cx<'a>, expr: Node<'a>) -> bool {
    match CallExpr::cast(expr) {
        Some(call) => !matches!(cx.callee(call), Callee::Conversion(_) | Callee::Builtin(_)),
        None => expr.kind() == Kind::UnaryExpr && expr.op() == Token::Arrow,
    }
}

/// Whether an expression may have its type from where it stands: a constant, `nil`, or a shift of one. `to` is the type
/// that it has there. Strings and truth values have the same type anywhere.
pub(super) fn takes_type_from_context<'a>(cx: &Cx<'a>, arg: Node<'a>, to: Form) -> bool {
    let is = |basic: Basic| to == Form::Basic(basic);
    let mut at = arg.unparen();
    if is(Basic::String) || is(Basic::Bool) {
        return false;
    }
    // Of operators on numbers, one operand with a type is enough; the left one is asked, which may say too much.
    for _ in 0..MAX_OPERATORS {
        if cx.const_value(at).is_some() {
            let is_default = at.op() == Token::Int && is(Basic::Int) || at.op() == Token::Float && is(Basic::Float64);
            return !(at.kind() == Kind::BasicLit && is_default);
        }
        at = match at.kind() {
            Kind::CallExpr | Kind::IndexExpr | Kind::SliceExpr | Kind::StarExpr | Kind::TypeAssertExpr => return false,
            Kind::CompositeLit | Kind::FuncLit => return false,
            Kind::UnaryExpr if matches!(at.op(), Token::And | Token::Arrow) => return false,
            // A constant that differs between builds is one all the same.
            Kind::Ident | Kind::SelectorExpr => return !is_variable(cx, at),
            Kind::UnaryExpr | Kind::BinaryExpr => match at.child(Role::X) {
                Some(x) => x.unparen(),
                None => return true,
            },
            _ => return true,
        };
    }
    true
}

/// How many operators deep an expression is looked into.
const MAX_OPERATORS: usize = 16;

fn is_variable<'a>(cx: &Cx<'a>, expr: Node<'a>) -> bool {
    let Some(types) = cx.types(expr.file().id()) else { return false };
    let name = if expr.kind() == Kind::SelectorExpr { expr.child(Role::Sel) } else { Some(expr) };
    let selects = SelectorExpr::cast(expr).is_some_and(|it| types.selection(it).is_some());
    let kind = name.and_then(|it| types.object_of(it)).map(|it| it.kind);
    selects || matches!(kind, Some(ObjectKind::Var | ObjectKind::Func | ObjectKind::Method))
}
