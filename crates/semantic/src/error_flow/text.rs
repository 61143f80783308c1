//! The texts of errors: who takes them apart, and who shows more of an error than its text.

use gofix_syntax::{
    Kind, Node, Role, Token,
    ast::{AstNode, CallExpr, SelectorExpr},
};

use super::{
    call::{Arg, Target, short},
    chain::is_unwrap,
    known,
    look::{Look, Loss},
    place::{Place, Slot},
    visit::{Src, Visitor},
};
use crate::{
    Types,
    types::{Callee, Form, Ty, Value},
};

impl<'w> Visitor<'_, 'w> {
    /// Where the text that a string may hold comes from.
    pub(super) fn text_sources(&mut self, expr: Node<'w>) -> Vec<Src> {
        if self.may_be_text(expr) { self.sources(expr, 0) } else { Vec::new() }
    }

    /// Notes that what a string may hold of errors gets into something that is not followed.
    pub(super) fn text_kept(&mut self, value: Node<'w>) {
        let mut value = value.unparen();
        if value.kind() == Kind::UnaryExpr && value.op() == Token::And {
            value = value.child(Role::X).map_or(value, Node::unparen);
        }
        let may_be = self.has_texts
            && match value.kind() {
                Kind::Ident => self.var(value).is_some(),
                Kind::CallExpr | Kind::BinaryExpr => true,
                _ => false,
            };
        if !may_be {
            return;
        }
        let types = self.shapes.types();
        let is_string = matches!(types.form(types.underlying(types.type_of(value))), Form::Basic(it) if it.is_string());
        if is_string || is_text(types, value) {
            let from = self.text_sources(value);
            self.look(&from, Look::Lost(Loss::Kept), value, &short(value.text()));
        }
    }

    /// The same for the elements of a list or map.
    pub(super) fn elements_kept(&mut self, literal: Node<'w>) {
        let types = self.shapes.types();
        let of = match types.form(types.underlying(types.type_of(literal))) {
            Form::Slice(of) | Form::Array(of, _) | Form::Map(_, of) => of,
            _ => Ty::UNKNOWN,
        };
        for element in literal.children_in(Role::Elts).collect::<Vec<_>>() {
            match element.kind() {
                Kind::KeyValueExpr => {
                    let parts = [Role::Key, Role::Value].map(|it| element.child(it));
                    parts.into_iter().flatten().for_each(|it| self.text_kept(it));
                    parts[1].into_iter().for_each(|it| self.value_kept(it, of));
                }
                _ => {
                    self.text_kept(element);
                    self.value_kept(element, of);
                }
            }
        }
    }

    /// Notes that `node` looks at parts of a string.
    pub(super) fn text_taken_apart(&mut self, expr: Node<'w>, node: Node<'w>) {
        if is_text(self.shapes.types(), expr) {
            let from = self.text_sources(expr);
            self.look(&from, Look::Text, node, &short(node.text()));
        }
    }

    /// `text[i]`, `text[i:j]`, `m[text]`.
    pub(super) fn text_operand_taken_apart(&mut self, node: Node<'w>) {
        for operand in [Role::X, Role::Index].into_iter().filter_map(|it| node.child(it)) {
            self.text_taken_apart(operand, node);
        }
    }

    /// `err.Error` that is not called here, or `error.Error`.
    pub(super) fn method_value(&mut self, node: Node<'w>) {
        let Some(selector) = SelectorExpr::cast(node).filter(|it| it.sel().text() == "Error") else { return };
        let outer = node.with_parens();
        let is_called = outer.role() == Role::Fun && outer.parent().is_some_and(|it| it.kind() == Kind::CallExpr);
        let types = self.shapes.types();
        let from = if self.is_text_function(selector) {
            Src::at(Place::text_function()).then(Slot::param(0)).into_iter().collect()
        } else if !is_called && self.shapes.has_value(types.type_of(selector.x())) {
            self.sources(selector.x(), 0)
        } else {
            return;
        };
        self.look(&from, Look::Text, node, &short(node.text()));
    }

    /// Whether it is `error.Error`, a function of an error.
    pub(super) fn is_text_function(&self, selector: SelectorExpr<'w>) -> bool {
        let types = self.shapes.types();
        let of = types.denoted_type(selector.x());
        selector.sel().text() == "Error" && of != Ty::UNKNOWN && self.shapes.has_value(of)
    }

    /// What a function outside does with texts that it is given, but for those that are known to compare them.
    pub(super) fn text_used(&mut self, call: CallExpr<'w>, callee: &Callee, args: &[Node<'w>]) {
        let is_known = !matches!(known::effect(callee, args), known::Effect::Unknown);
        let types = self.shapes.types();
        let answers =
            matches!(types.form(types.underlying(types.type_of(call.node()))), Form::Basic(it) if it.is_boolean());
        if known::scans(callee) || (answers && !is_known) {
            args.iter().for_each(|it| self.text_taken_apart(*it, call.node()));
        }
    }

    /// Notes that errors are printed in another way than by their texts: `%T`, `%d`, `%#v`.
    pub(super) fn printed(&mut self, call: CallExpr<'w>, args: &[Arg<'w>]) {
        let types = self.shapes.types();
        let Form::Func { params, variadic: true, .. } = types.form(types.underlying(types.type_of(call.fun()))) else {
            return;
        };
        let Some(format) = params.len().checked_sub(2) else { return };
        let Some(Value::Str(text)) = call.args().nth(format).and_then(|it| types.const_value(it)) else { return };
        let Some(verbs) = std::str::from_utf8(&text).ok().and_then(known::verbs) else { return };
        for ((verb, is_sharp), node) in verbs.into_iter().zip(call.args().skip(format + 1)) {
            let is_plain = matches!(verb, 'v' | 's' | 'q' | 'w') && !is_sharp;
            let Some(arg) = args.iter().find(|it| it.node == node).filter(|_| !is_plain) else { continue };
            if self.shapes.has_value(types.type_of(node)) {
                self.look(&arg.from, Look::Printed, node, &format!("%{verb} of {}", short(node.text())));
            }
        }
    }

    /// Notes that `x.Unwrap()` unwraps an error by hand, but for code that does so turn by turn.
    pub(super) fn unwrapped_by(&mut self, call: CallExpr<'w>, target: &Target<'w>) {
        let receiver = call.fun().unparen().child(Role::X).filter(|_| is_unwrap(call.node()));
        let Some(receiver) = receiver.filter(|_| matches!(target, Target::Method(_) | Target::Outside(_))) else {
            return;
        };
        if self.shapes.has_value(self.shapes.types().type_of(receiver)) && !self.is_step(call.node()) {
            let from = self.sources(receiver, 0);
            self.look(&from, Look::Caused, call.node(), &short(call.node().text()));
        }
    }
}

/// Whether an expression is a string, or is made of one by a conversion to bytes or runes.
pub(super) fn is_text<'w>(types: &Types<'w>, expr: Node<'w>) -> bool {
    let ty = types.type_of(expr);
    if ty == Ty::STRING {
        return true;
    }
    let call = CallExpr::cast(expr.unparen()).filter(|_| matches!(types.form(ty), Form::Slice(_)));
    call.and_then(|it| it.args().next()).is_some_and(|it| types.type_of(it) == Ty::STRING)
}
