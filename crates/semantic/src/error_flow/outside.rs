//! Calls of functions outside the project: what is known of them, and what is lost there.

use gofix_syntax::{
    Kind, Node, Role,
    ast::{AstNode, CallExpr},
};

use super::{
    call::{Arg, is_any, short, values},
    expr::VALUE,
    known::{self, Effect},
    look::{Look, Loss},
    place::{Place, Seen, Slot, Way},
    text::is_text,
    visit::{Src, Visitor, declared},
};
use crate::types::{Callee, Denoted, Form, Ty};

/// Whether a type is a group of tasks that cancels a context with their first error.
fn is_group(form: &Form) -> bool {
    matches!(form, Form::Named { path, name, .. } if path.ends_with("/errgroup") && name == "Group")
}

impl<'w> Visitor<'_, 'w> {
    pub(super) fn outside(&mut self, call: CallExpr<'w>, receiver: Option<Node<'w>>, args: &[Arg<'w>]) {
        let types = self.shapes.types();
        let callee = types.callee(call);
        self.through_box(call, receiver, args);
        let arg_nodes: Vec<Node<'w>> = call.args().collect();
        self.methods_of_args(call);
        self.through_context(call, &callee, args);
        self.printed(call, args);
        self.contained(call, &callee, args);
        self.promoted(call, receiver, args);
        self.text_used(call, &callee, &arg_nodes);
        self.written(call, &callee, receiver, args);
        // `errors.New(err.Error())`
        for &node in arg_nodes.iter().filter(|it| is_text(types, **it)) {
            let from = self.text_sources(node);
            if !from.is_empty() {
                self.returned_of(call, &[Arg { node, index: 0, from, parts: VALUE.to_vec() }], Seen::Text);
            }
        }
        if known::prints(&callee) && self.in_example(call.node()) {
            self.looked_at(call, args, Look::Text);
        }
        let effect = known::effect(&callee, &arg_nodes);
        if matches!(effect, Effect::Reflects | Effect::CallsMethods) {
            arg_nodes.iter().for_each(|it| self.all_methods_lost(*it, call));
        }
        match effect {
            Effect::Looks(Look::Unwrapped) if self.finds_wrappers(call, &arg_nodes) => {
                self.looked_at(call, args, Look::Asserted);
            }
            Effect::Looks(look) => self.looked_at(call, args, look),
            Effect::Formats(first) => self.formatted(call, args, first),
            _ if args.is_empty() => {}
            Effect::None => {}
            Effect::Wraps => self.returned_of(call, args, Seen::Wrapped),
            Effect::Unwraps(look) => {
                if let Some(look) = look.or((!self.is_step(call.node())).then_some(Look::Caused)) {
                    self.looked_at(call, args, look);
                }
                self.returned_of(call, args, Seen::Value);
            }
            Effect::Returns => {
                self.returned_of(call, args, Seen::Value);
                self.hand_to_callbacks(args);
            }
            Effect::Reflects => {
                self.looked_at(call, args, Look::Asserted);
                self.callbacks(call, args, Look::Lost(Loss::Callback));
            }
            Effect::CallsMethods => self.unknown(call, args),
            Effect::Handles => {
                self.returned_of(call, args, Seen::Value);
                self.callbacks(call, args, Look::Handled);
            }
            Effect::Unknown => {
                self.unknown(call, args);
                self.hand_to_callbacks(args);
            }
        }
    }

    /// The arguments of a call, each with the type of its parameter, and whether that is one of a variable number.
    pub(super) fn args_with_params(&self, call: CallExpr<'w>) -> Vec<(Node<'w>, Ty, bool)> {
        let types = self.shapes.types();
        let Form::Func { params, variadic, .. } = types.form(types.underlying(types.type_of(call.fun()))) else {
            return Vec::new();
        };
        let last = params.len().saturating_sub(1);
        let with_param = |(index, arg): (usize, Node<'w>)| {
            let &param = params.get(index.min(last))?;
            let is_one = variadic && index >= last;
            match types.form(param) {
                Form::Slice(of) if is_one && !call.has_ellipsis() => Some((arg, of, true)),
                _ => Some((arg, param, is_one)),
            }
        };
        call.args().enumerate().filter_map(with_param).collect()
    }

    /// Notes that code outside can call methods of the arguments.
    fn methods_of_args(&mut self, call: CallExpr<'w>) {
        for (arg, param, is_variadic) in self.args_with_params(call) {
            if !is_variadic {
                self.lost_methods(arg, param, &short(call.fun().text()));
            }
        }
    }

    /// A function outside of which nothing is known but its signature.
    fn unknown(&mut self, call: CallExpr<'w>, args: &[Arg<'w>]) {
        let types = self.shapes.types();
        let ty = types.type_of(call.node());
        let results = match types.form(ty) {
            Form::Tuple(results) => results,
            _ => vec![ty],
        };
        let returns = results.iter().any(|it| self.shapes.has_value(*it));
        let asks = results.iter().any(
            |it| matches!(types.form(types.underlying(*it)), Form::Basic(it) if it.is_boolean() || it.is_integer()),
        );
        if known::compares(call.fun().child(Role::Sel).unwrap_or(call.fun()).text()) {
            self.looked_at(call, args, Look::DeepCompared);
        }
        let loss = match (returns, asks) {
            (true, _) => Some(Loss::Returned),
            (_, true) => Some(Loss::Asked),
            // Libraries for tests compare what they were given later: `Expect(err).To(Equal(io.EOF))`.
            _ if self.ws.project().file(self.file.id()).is_test() => Some(Loss::Asked),
            _ => None,
        };
        self.returned_of(call, args, Seen::Value);
        if let Some(loss) = loss {
            for arg in args.iter().filter(|it| !values(&it.parts).is_empty()) {
                let is_literal = arg.node.unparen().kind() == Kind::CompositeLit;
                let is_error = self.shapes.has_value(types.type_of(arg.node))
                    && (is_literal || !is_any(&types.form(types.type_of(arg.node))));
                if is_error {
                    self.look(&arg.from, Look::Lost(loss), arg.node, &short(call.fun().text()));
                }
            }
        }
        self.callbacks(call, args, Look::Lost(Loss::Callback));
        self.fields_of_args(call, Look::Lost(Loss::Asked));
    }

    /// Hands what a function outside is given to the functions that it is given.
    pub(super) fn hand_to_callbacks(&mut self, args: &[Arg<'w>]) {
        for to in args {
            for part in to.parts.iter().filter(|it| it.slot.is_backward()) {
                let to: Vec<Src> = to.from.iter().filter_map(|it| it.then(part.slot)).collect();
                for from in args.iter().filter(|it| !values(&it.parts).is_empty()) {
                    for to in &to {
                        self.flow(&from.from, Src { way: Way::Loose, ..*to }, VALUE);
                    }
                }
            }
        }
    }

    /// Notes that code outside can call any method of a value.
    fn all_methods_lost(&mut self, arg: Node<'w>, call: CallExpr<'w>) {
        let types = self.shapes.types();
        let ty = types.type_of(arg);
        let base = match types.form(ty) {
            Form::Pointer(to) => to,
            _ => ty,
        };
        let Some(members) = types.members_of(base) else { return };
        for (method, selection) in members.into_iter().filter(|it| crate::is_exported(&it.0.name)) {
            let Form::Func { results, .. } = types.form(method.signature) else { continue };
            let Some(index) = results.iter().position(|it| self.shapes.has_value(*it)) else { continue };
            let found = declared(self.ws, selection.declaration.map_or(Denoted::Unknown, Denoted::Declared));
            let place = found.map(|it| self.index.place(it));
            if let Some(from) = place.and_then(|it| Src::at(it).then(Slot::result(index))) {
                let what = format!("{}, which can call {}", short(call.fun().text()), method.name);
                self.look(&[from], Look::Lost(Loss::Method), arg, &what);
            }
        }
    }

    /// Whether `errors.As` or its like looks for a type that also the errors have which `fmt.Errorf` makes to wrap others.
    fn finds_wrappers(&self, call: CallExpr<'w>, args: &[Node<'w>]) -> bool {
        let types = self.shapes.types();
        let of_target = args.get(1).map(|it| types.form(types.type_of(*it)));
        let of_result = types.form(types.type_of(call.node()));
        let sought = match (of_target, of_result) {
            (Some(Form::Pointer(to)), _) => to,
            (None, Form::Tuple(results)) => results.first().copied().unwrap_or(Ty::UNKNOWN),
            _ => return false,
        };
        let form = types.form(types.underlying(sought));
        // A type parameter may stand for such a type.
        matches!(form, Form::TypeParam(_))
            || matches!(form, Form::Interface(methods) if methods.iter().all(|it| matches!(&*it.name, "Error" | "Unwrap")))
    }

    /// Notes that code outside gets what functions among the arguments return.
    pub(super) fn callbacks(&mut self, call: CallExpr<'w>, args: &[Arg<'w>], look: Look) {
        for arg in args {
            for part in arg.parts.iter().filter(|it| it.slot.is_result()) {
                let from: Vec<Src> = arg.from.iter().filter_map(|it| it.then(part.slot)).collect();
                self.look(&from, look, arg.node, &short(call.fun().text()));
            }
        }
    }

    /// What a thing outside keeps, and hands out again: `errgroup.Group`, `atomic.Value`.
    fn through_box(&mut self, call: CallExpr<'w>, receiver: Option<Node<'w>>, args: &[Arg<'w>]) {
        let Some(receiver) = receiver else { return };
        let types = self.shapes.types();
        let ty = types.type_of(receiver);
        let mut boxes = Vec::new();
        if self.shapes.has_value(ty) && !self.shapes.is_open(ty) {
            boxes = self.sources(receiver, 0);
        }
        let base = match types.form(ty) {
            Form::Pointer(to) => types.form(to),
            form => form,
        };
        boxes.extend(known::shared_box(&base).map(Src::at));
        for to in boxes {
            let to = Src { way: Way::Plain, seen: Seen::Value, ..to };
            for arg in args {
                self.flow(&arg.from, to, values(&arg.parts));
                for part in arg.parts.iter().filter(|it| it.slot.is_backward()) {
                    for callback in arg.from.iter().filter_map(|it| it.then(part.slot)) {
                        self.flow(&[Src { way: Way::Loose, ..to }], callback, VALUE);
                    }
                }
                for part in arg.parts.iter().filter(|it| it.slot.is_result()) {
                    let from: Vec<Src> = arg.from.iter().filter_map(|it| it.then(part.slot)).collect();
                    let from: Vec<Src> = from.into_iter().map(|it| Src { way: Way::Loose, ..it }).collect();
                    self.flow(&from, to, VALUE);
                    if is_group(&base) {
                        self.flow(&from, Src::at(Place::context_cause()), VALUE);
                    }
                }
            }
            let ty = types.type_of(call.node());
            let results = match types.form(ty) {
                Form::Tuple(results) => results,
                _ => vec![ty],
            };
            for (index, _) in results.iter().enumerate().filter(|it| self.shapes.has_value(*it.1)) {
                if let Some(result) = Src::at(Place::call(call.node())).then(Slot::result(index)) {
                    self.flow(&[Src { way: Way::Loose, ..to }], result, VALUE);
                }
            }
        }
    }

    fn looked_at(&mut self, call: CallExpr<'w>, args: &[Arg<'w>], look: Look) {
        let types = self.shapes.types();
        let all: Vec<Node<'w>> = call.args().collect();
        if look == Look::DeepCompared && all.iter().any(|it| self.is_nil(*it)) {
            return;
        }
        let look = if look.is_identity() && self.walks_chain(call.node(), &all) { Look::Unwrapped } else { look };
        let look = if look == Look::Asserted { self.asked_by(&all) } else { look };
        let what = short(call.node().text());
        let errors = args.iter().filter(|it| self.shapes.is_open(types.type_of(it.node))).count();
        // What follows is for a message.
        let of_texts = matches!(types.callee(call), Callee::Func { path, .. } if matches!(&*path, "strings" | "bytes"));
        let message = match types.form(types.underlying(types.type_of(call.fun()))) {
            Form::Func { params, variadic: true, .. } if !known::is_gocheck(call) && !of_texts => {
                params.len().saturating_sub(1)
            }
            _ => usize::MAX,
        };
        let all = &all[..all.len().min(message)];
        let looked_at = args.iter().filter(|it| it.index < message);
        for arg in looked_at.filter(|it| self.shapes.has_value(types.type_of(it.node))) {
            // What `errors.Is` looks for has to be found as it is.
            let is_target = look == Look::Unwrapped && known::is_target(call, arg.index, errors);
            self.look(&arg.from, if is_target { Look::Compared } else { look }, call.node(), &what);
        }
        if look == Look::DeepCompared {
            for arg in all {
                self.fields_looked_at(types.type_of(*arg), call.node(), &what);
            }
        }
        // Texts of errors.
        let look = match look {
            Look::DeepCompared | Look::Compared | Look::Text => Look::Text,
            Look::TextPart => Look::TextPart,
            _ => return,
        };
        for (index, &arg) in all.iter().enumerate().filter(|it| is_text(types, *it.1)) {
            let from = self.text_sources(arg);
            // What is looked for has to be there as it is.
            let look = if of_texts && index > 0 { Look::Text } else { look };
            self.look(&from, look, call.node(), &what);
        }
    }

    /// How an assertion about a type looks at an error: by a function that it is given, maybe.
    fn asked_by(&self, args: &[Node<'w>]) -> Look {
        let types = self.shapes.types();
        let is_func = |it: &&Node<'w>| matches!(types.form(types.underlying(types.type_of(**it))), Form::Func { .. });
        match args.iter().find(is_func).map(|it| it.text().split_once('.')) {
            None => Look::Asserted,
            Some(Some((package, _))) if package.ends_with("errdefs") => Look::Unwrapped,
            Some(_) => Look::Classified,
        }
    }

    /// `fmt.Errorf` and its like: what `%w` gets is wrapped, of all else the text remains.
    fn formatted(&mut self, call: CallExpr<'w>, args: &[Arg<'w>], first: usize) {
        let format = call.args().nth(first).and_then(|it| self.shapes.types().const_value(it));
        let verbs = match format {
            Some(crate::types::Value::Str(text)) => std::str::from_utf8(&text).ok().and_then(known::verbs),
            _ => None,
        };
        for (index, node) in call.args().enumerate().skip(first + 1) {
            let Some(arg) = args.iter().find(|it| it.node == node) else { continue };
            let verb = verbs.as_ref().and_then(|it| it.get(index - first - 1));
            let seen = match verb {
                Some(('w', _)) => Seen::Wrapped,
                Some(_) => Seen::Text,
                None => Seen::Wrapped,
            };
            let arg = Arg { node, index: arg.index, from: arg.from.clone(), parts: arg.parts.clone() };
            self.returned_of(call, &[arg], seen);
        }
    }
}
