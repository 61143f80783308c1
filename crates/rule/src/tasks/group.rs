//! Calls of the methods of a `sync.WaitGroup`.

use gofix_semantic::types::{Callee, Form, Ty};
use gofix_syntax::{
    Node,
    ast::{AstNode, CallExpr, SelectorExpr},
};

use crate::Cx;

/// A method of `sync.WaitGroup`.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "the methods of that name")]
pub enum Method {
    Add,
    Done,
    Wait,
    Go,
}

/// A call of a method of a `sync.WaitGroup`.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct GroupCall<'a> {
    /// The call.
    pub call: CallExpr<'a>,
    /// What it calls.
    pub method: Method,
    /// What stands before `.Add`: an expression for the WaitGroup, a pointer to it, or something that embeds either.
    pub group: Node<'a>,
}

impl<'a> GroupCall<'a> {
    /// The argument, if the method has one.
    pub fn arg(&self) -> Option<Node<'a>> {
        self.call.args().next()
    }
}

/// What `call` does with a WaitGroup, if its types prove that it is a call of a method of `sync.WaitGroup`, whether
/// promoted from a field or not.
pub fn group_call<'a>(cx: &Cx<'a>, call: CallExpr<'a>) -> Option<GroupCall<'a>> {
    let selector = SelectorExpr::cast(call.fun().unparen())?;
    let (method, args) = match selector.sel().text() {
        "Add" => (Method::Add, 1),
        "Done" => (Method::Done, 0),
        "Wait" => (Method::Wait, 0),
        "Go" => (Method::Go, 1),
        _ => return None,
    };
    let Callee::Method { path, receiver, .. } = cx.callee(call) else { return None };
    let types = cx.types(call.node().file().id())?;
    // `(*sync.WaitGroup).Add(&wg, 1)` selects from a type.
    let is_method = types.denoted_type(selector.x()) == Ty::UNKNOWN && call.args().count() == args;
    (is_method && &*path == "sync" && receiver == "WaitGroup").then_some(GroupCall {
        call,
        method,
        group: selector.x(),
    })
}

/// Whether a type is proved to be `sync.WaitGroup`, or (`Some(true)`) a pointer to it.
pub fn is_wait_group<'a>(cx: &Cx<'a>, expr: Node<'a>) -> Option<bool> {
    let types = cx.types(expr.file().id())?;
    let is_group =
        |ty| matches!(types.form(ty), Form::Named { path, name, .. } if &*path == "sync" && name == "WaitGroup");
    let ty = types.type_of(expr);
    match types.form(ty) {
        Form::Pointer(to) => is_group(to).then_some(true),
        _ => is_group(ty).then_some(false),
    }
}
