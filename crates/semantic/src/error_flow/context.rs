//! Errors that go with a context: what it was cancelled for, and the values that it carries.

use gofix_syntax::{
    Node, Role,
    ast::{AstNode, CallExpr},
};

use super::{
    call::Arg,
    expr::VALUE,
    place::{Place, Slot, Way},
    visit::{Src, Visitor},
};
use crate::types::{Callee, Form, Ty};

impl<'w> Visitor<'_, 'w> {
    /// Lets errors go to and come from contexts in a call of a function of package `context`. All contexts are one.
    pub(super) fn through_context(&mut self, call: CallExpr<'w>, callee: &Callee, args: &[Arg<'w>]) {
        let Callee::Func { path, name } = callee else { return };
        if &**path != "context" {
            return;
        }
        let place = match &**name {
            "WithTimeoutCause" | "WithDeadlineCause" | "Cause" => Place::context_cause(),
            "WithValue" => Place::context_value(),
            "WithCancelCause" => {
                // The function that it returns.
                let cause =
                    Slot::result(1).then(Slot::param(0)).and_then(|it| Src::at(Place::call(call.node())).then(it));
                let to = Src { way: Way::Loose, ..Src::at(Place::context_cause()) };
                return cause.into_iter().for_each(|it| self.flow(&[it], to, VALUE));
            }
            _ => return,
        };
        let at = Src { way: Way::Loose, ..Src::at(place) };
        if name == "Cause" {
            let result = Src::at(Place::call(call.node())).then(Slot::result(0));
            return result.into_iter().for_each(|it| self.flow(&[at], it, VALUE));
        }
        for arg in args.iter().filter(|it| it.index > 0) {
            self.flow(&arg.from, at, &arg.parts);
        }
    }

    /// Whether what is called is a `context.CancelCauseFunc`.
    pub(super) fn is_cancel_cause(&self, call: CallExpr<'w>) -> bool {
        self.is_of_context(self.shapes.types().type_of(call.fun()), "CancelCauseFunc")
    }

    /// Where the result of `ctx.Value(key)` comes from.
    pub(super) fn context_value(&self, call: CallExpr<'w>) -> Option<Src> {
        let fun = call.fun().unparen();
        let is_value = fun.child(Role::Sel).map(Node::text) == Some("Value");
        let receiver = fun.child(Role::X).filter(|_| is_value)?;
        let is_context = self.is_of_context(self.shapes.types().type_of(receiver), "Context");
        is_context.then(|| Src { way: Way::Loose, ..Src::at(Place::context_value()) })
    }

    fn is_of_context(&self, ty: Ty, wanted: &str) -> bool {
        let form = self.shapes.types().form(ty);
        matches!(form, Form::Named { path, name, .. } if &*path == "context" && name == wanted)
    }
}
