//! Calls: what they call, and where their arguments go.

use gofix_syntax::{
    Kind, Node, Role,
    ast::{AstNode, CallExpr, SelectorExpr},
};

use super::{
    expr::VALUE,
    known::{self, Effect},
    look::{Look, Loss},
    place::{Place, Seen, Slot, Way},
    shape::Part,
    summary::Call,
    visit::{Src, Visitor, declared},
};
use crate::types::{Callee, Denoted, Form, SelectionKind, Ty};

/// What a call calls.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Target<'w> {
    /// A function or method of the project, or a literal.
    Static(Place),
    /// A method of an interface.
    Method(Place),
    /// The value of an expression.
    Value(Node<'w>),
    /// A function or method outside; the receiver, if it has one.
    Outside(Option<Node<'w>>),
    Conversion,
    Builtin(&'static str),
    Unknown,
}

/// An argument: where it comes from, and the slots of its type.
struct Arg<'w> {
    node: Node<'w>,
    index: usize,
    from: Vec<Src>,
    parts: Vec<Part>,
}

impl<'w> Visitor<'_, 'w> {
    pub(super) fn target(&mut self, call: CallExpr<'w>) -> Target<'w> {
        let types = self.shapes.types();
        let mut fun = call.fun().unparen();
        if matches!(fun.kind(), Kind::IndexExpr | Kind::IndexListExpr)
            && let Some(x) = fun.child(Role::X).map(Node::unparen)
            && matches!(types.form(types.type_of(x)), Form::Func { .. } | Form::Unknown)
        {
            fun = x;
        }
        let ident = match fun.kind() {
            Kind::Ident => fun,
            Kind::SelectorExpr => match fun.child(Role::Sel) {
                Some(sel) => sel,
                None => return Target::Unknown,
            },
            Kind::FuncLit => return Target::Static(Place::decl(fun)),
            _ if types.denoted_type(fun) != Ty::UNKNOWN => return Target::Conversion,
            _ => return Target::Value(fun),
        };
        match types.denoted(ident) {
            Denoted::Declared(found) => {
                let parent = found.parent().map(|it| it.kind());
                let is_inside = declared(self.ws, Denoted::Declared(found)).is_some();
                match parent {
                    Some(Kind::FuncDecl) if is_inside => Target::Static(self.index.place(found)),
                    Some(Kind::FuncDecl) => Target::Outside(receiver(types, fun)),
                    Some(Kind::TypeSpec) => Target::Conversion,
                    Some(Kind::Field) => self.member(fun, Target::Value(fun)),
                    _ => Target::Value(fun),
                }
            }
            Denoted::Undeclared => self.undeclared(call, fun),
            Denoted::Literal | Denoted::Unknown if fun.kind() == Kind::SelectorExpr => {
                self.member(fun, Target::Unknown)
            }
            Denoted::Literal | Denoted::Unknown => Target::Unknown,
        }
    }

    /// A method of an interface, or else `other`.
    fn member(&mut self, fun: Node<'w>, other: Target<'w>) -> Target<'w> {
        let Some(selector) = SelectorExpr::cast(fun) else { return other };
        match self.shapes.types().selection(selector).map(|it| it.kind) {
            Some(SelectionKind::InterfaceMethod) => self.dispatch(selector).map_or(Target::Unknown, Target::Method),
            Some(SelectionKind::Field(_)) => Target::Value(fun),
            Some(SelectionKind::Method { .. }) => Target::Outside(receiver(self.shapes.types(), fun)),
            None => other,
        }
    }

    fn undeclared(&mut self, call: CallExpr<'w>, fun: Node<'w>) -> Target<'w> {
        match self.shapes.types().callee(call) {
            Callee::Builtin(name) => Target::Builtin(match &*name {
                "append" => "append",
                "panic" => "panic",
                "recover" => "recover",
                "copy" => "copy",
                _ => "",
            }),
            Callee::Conversion(_) => Target::Conversion,
            Callee::External { .. } => Target::Outside(None),
            // The method of `error`.
            Callee::InterfaceMethod { .. } => self.member(fun, Target::Unknown),
            _ => Target::Unknown,
        }
    }

    /// Follows the arguments of a call.
    pub(super) fn call(&mut self, call: CallExpr<'w>) {
        let target = self.target(call);
        if matches!(target, Target::Conversion) {
            return self.converted(call);
        }
        let mut args = self.args(call);
        if let Target::Static(_) = target {
            self.add_receiver(call, &mut args);
        }
        match &target {
            Target::Builtin("panic") => {
                let to = Src::at(self.panics());
                args.iter().for_each(|it| self.flow(&it.from, Src { way: Way::Loose, ..to }, &it.parts));
            }
            Target::Builtin("copy") => {
                if let [to, from] = &args[..] {
                    for to in to.from.clone() {
                        self.flow(&from.from, Src { way: Way::Plain, ..to }, &from.parts);
                    }
                }
            }
            Target::Builtin(_) | Target::Conversion => {}
            Target::Static(place) if !args.is_empty() => {
                self.pass(call, &args);
                let to = Src { way: Way::Argument, ..Src::at(*place) };
                self.hand_over(call, &args, to);
                self.out.calls.push(Call { place: Place::call(call.node()), callee: *place });
            }
            Target::Method(place) if !args.is_empty() => {
                self.pass(call, &args);
                self.hand_over(call, &args, Src { way: Way::Loose, ..Src::at(*place) });
            }
            Target::Value(fun) if !args.is_empty() => {
                self.pass(call, &args);
                for to in self.sources(*fun, 0) {
                    self.hand_over(call, &args, Src { way: Way::Loose, ..to });
                }
            }
            Target::Outside(receiver) => self.outside(call, *receiver, &args),
            Target::Unknown => {
                self.pass(call, &args);
                self.returned_of(call, &args, Seen::Value);
                for arg in args.iter().filter(|it| it.parts.contains(&VALUE[0])) {
                    let what = format!("{}, of which nothing is known", short(call.fun().text()));
                    self.look(&arg.from, Look::Lost(Loss::Unknown), arg.node, &what);
                }
            }
            _ => {}
        }
    }

    /// A conversion to a type with methods, which may be called through an interface.
    fn converted(&mut self, call: CallExpr<'w>) {
        let types = self.shapes.types();
        let Some(arg) = call.args().next() else { return };
        let ty = types.type_of(call.node());
        let Form::Named { path, name, .. } = types.form(ty) else { return };
        let parts = self.shapes.of(ty);
        if parts.is_empty() || self.shapes.is_open(ty) {
            return;
        }
        let from = self.sources(arg, 0);
        self.flow(&from, Src { way: Way::Loose, ..Src::at(Place::converted_to(&path, &name)) }, &parts);
    }

    /// Adds the receiver of a method to the arguments; that of a method expression is the first of them.
    fn add_receiver(&mut self, call: CallExpr<'w>, args: &mut Vec<Arg<'w>>) {
        let types = self.shapes.types();
        let Some(selector) = SelectorExpr::cast(call.fun().unparen()) else { return };
        if types.selection(selector).is_none() {
            return;
        }
        let x = selector.x();
        if types.denoted_type(x) != Ty::UNKNOWN {
            for arg in args {
                arg.index = arg.index.checked_sub(1).unwrap_or(Slot::RECEIVER);
            }
            return;
        }
        let parts = self.shapes.of(types.type_of(x)).to_vec();
        if !parts.is_empty() {
            let from = self.sources(x, 0);
            args.push(Arg { node: x, index: Slot::RECEIVER, from, parts });
        }
    }

    /// The arguments that can carry errors.
    fn args(&mut self, call: CallExpr<'w>) -> Vec<Arg<'w>> {
        let types = self.shapes.types();
        let nodes: Vec<Node<'w>> = call.args().collect();
        let signature = types.form(types.underlying(types.type_of(call.fun())));
        let last = match signature {
            Form::Func { params, variadic: true, .. } => params.len().saturating_sub(1),
            _ => usize::MAX,
        };
        let mut args = Vec::new();
        if let [only] = nodes[..]
            && let Form::Tuple(results) = types.form(types.type_of(only))
        {
            for (index, ty) in results.into_iter().enumerate() {
                let parts = self.shapes.of(ty).to_vec();
                if !parts.is_empty() {
                    let from = self.sources(only, index);
                    args.push(Arg { node: only, index: index.min(last), from, parts });
                }
            }
            return args;
        }
        for (index, node) in nodes.into_iter().enumerate() {
            let parts = self.shapes.of(types.type_of(node)).to_vec();
            if !parts.is_empty() {
                let from = self.sources(node, 0);
                args.push(Arg { node, index: index.min(last), from, parts });
            }
        }
        args
    }

    /// Lets the arguments flow to the call.
    fn pass(&mut self, call: CallExpr<'w>, args: &[Arg<'w>]) {
        let at = Src::at(Place::call(call.node()));
        for arg in args {
            if let Some(to) = at.then(Slot::param(arg.index)) {
                self.flow(&arg.from, to, &arg.parts);
            }
        }
    }

    /// Lets them flow on to the parameters of what is called.
    fn hand_over(&mut self, call: CallExpr<'w>, args: &[Arg<'w>], callee: Src) {
        let at = Src::at(Place::call(call.node()));
        for arg in args.iter().filter(|it| !it.from.is_empty()) {
            let slot = Slot::param(arg.index);
            if let (Some(from), Some(to)) = (at.then(slot), callee.then(slot)) {
                self.flow(&[from], Src { seen: Seen::Value, ..to }, &arg.parts);
            }
        }
    }

    /// Lets the arguments come back as the results of the call that can be errors.
    fn returned_of(&mut self, call: CallExpr<'w>, args: &[Arg<'w>], seen: Seen) {
        let types = self.shapes.types();
        let ty = types.type_of(call.node());
        let results = match types.form(ty) {
            Form::Tuple(results) => results,
            _ => vec![ty],
        };
        let at = Src::at(Place::call(call.node()));
        for (index, ty) in results.iter().enumerate() {
            let parts = self.shapes.of(*ty);
            // Errors, and what functions among the arguments return.
            for to in parts.iter().filter(|it| !it.slot.is_backward()) {
                let Some(to) = Slot::result(index).then(to.slot).and_then(|it| at.then(it)) else { continue };
                for arg in args {
                    for part in arg.parts.iter().filter(|it| !it.slot.is_backward()) {
                        let way = |it: &Src| if part.slot == Slot::VALUE { it.way } else { Way::Loose };
                        let from = arg
                            .from
                            .iter()
                            .filter_map(|it| Some(Src { way: way(it), ..it.then(part.slot)?.hidden(seen) }));
                        self.flow(&from.collect::<Vec<_>>(), to, VALUE);
                    }
                }
            }
        }
    }

    // Outside

    fn outside(&mut self, call: CallExpr<'w>, receiver: Option<Node<'w>>, args: &[Arg<'w>]) {
        let types = self.shapes.types();
        let callee = types.callee(call);
        self.through_box(call, receiver, args);
        let arg_nodes: Vec<Node<'w>> = call.args().collect();
        self.methods_of_args(call, &arg_nodes);
        // `errors.New(err.Error())`
        for &node in arg_nodes.iter().filter(|it| types.type_of(**it) == Ty::STRING) {
            let from = self.text_sources(node);
            if !from.is_empty() {
                self.returned_of(call, &[Arg { node, index: 0, from, parts: VALUE.to_vec() }], Seen::Text);
            }
        }
        if known::prints(&callee) && self.in_example(call.node()) {
            self.looked_at(call, args, Look::Text);
        }
        match known::effect(&callee, &arg_nodes) {
            Effect::Looks(look) => self.looked_at(call, args, look),
            Effect::Formats(first) => self.formatted(call, args, first),
            _ if args.is_empty() => {}
            Effect::None => {}
            Effect::Wraps => self.returned_of(call, args, Seen::Wrapped),
            Effect::Unwraps(look) => {
                if let Some(look) = look {
                    self.looked_at(call, args, look);
                }
                self.returned_of(call, args, Seen::Value);
            }
            Effect::Returns => self.returned_of(call, args, Seen::Value),
            Effect::Handles => {
                self.returned_of(call, args, Seen::Value);
                self.callbacks(call, args, Look::Handled);
            }
            Effect::Unknown => self.unknown(call, args),
        }
    }

    /// Notes that code outside can call methods of the arguments.
    fn methods_of_args(&mut self, call: CallExpr<'w>, args: &[Node<'w>]) {
        let types = self.shapes.types();
        let Form::Func { params, variadic, .. } = types.form(types.underlying(types.type_of(call.fun()))) else {
            return;
        };
        for (index, arg) in args.iter().enumerate() {
            let last = params.len().saturating_sub(1);
            let Some(&param) = params.get(index.min(last)) else { continue };
            if !(variadic && index >= last) {
                self.lost_methods(*arg, param, &short(call.fun().text()));
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
            _ => None,
        };
        self.returned_of(call, args, Seen::Value);
        if let Some(loss) = loss {
            for arg in args.iter().filter(|it| it.parts.contains(&VALUE[0])) {
                let is_error =
                    self.shapes.has_value(types.type_of(arg.node)) && !is_any(&types.form(types.type_of(arg.node)));
                if is_error {
                    self.look(&arg.from, Look::Lost(loss), arg.node, &short(call.fun().text()));
                }
            }
        }
        self.callbacks(call, args, Look::Lost(Loss::Callback));
    }

    /// Notes that code outside gets what functions among the arguments return.
    fn callbacks(&mut self, call: CallExpr<'w>, args: &[Arg<'w>], look: Look) {
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
                for part in arg.parts.iter().filter(|it| it.slot.is_result()) {
                    let from: Vec<Src> = arg.from.iter().filter_map(|it| it.then(part.slot)).collect();
                    let from: Vec<Src> = from.into_iter().map(|it| Src { way: Way::Loose, ..it }).collect();
                    self.flow(&from, to, VALUE);
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
        let look = if self.walks_chain(call.node()) && look.is_identity() { Look::Unwrapped } else { look };
        let look = if look == Look::Asserted { self.asked_by(&all) } else { look };
        let what = short(call.node().text());
        let errors = args.iter().filter(|it| self.shapes.is_open(types.type_of(it.node))).count();
        // What follows is for a message.
        let message = match types.form(types.underlying(types.type_of(call.fun()))) {
            Form::Func { params, variadic: true, .. } if !known::is_gocheck(call) => params.len().saturating_sub(1),
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
        for &arg in all.iter().filter(|it| types.type_of(**it) == Ty::STRING) {
            let from = self.text_sources(arg);
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

    /// Where the text that a string may hold comes from.
    fn text_sources(&mut self, arg: Node<'w>) -> Vec<Src> {
        if self.may_be_text(arg) { self.sources(arg, 0) } else { Vec::new() }
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
                Some('w') => Seen::Wrapped,
                Some(_) => Seen::Text,
                None => Seen::Wrapped,
            };
            let arg = Arg { node, index: arg.index, from: arg.from.clone(), parts: arg.parts.clone() };
            self.returned_of(call, &[arg], seen);
        }
    }
}

/// The expression whose method it is.
fn receiver<'w>(types: &crate::Types<'w>, fun: Node<'w>) -> Option<Node<'w>> {
    let selector = SelectorExpr::cast(fun)?;
    types.selection(selector).map(|_| selector.x())
}

fn values(parts: &[Part]) -> &[Part] {
    if parts.iter().any(|it| it.slot == Slot::VALUE) { VALUE } else { &[] }
}

pub(super) fn is_any(form: &Form) -> bool {
    matches!(form, Form::Interface(methods) if methods.is_empty())
}

/// A text for one line.
pub(super) fn short(text: &str) -> String {
    const MAX: usize = 80;
    let mut short: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((at, _)) = short.char_indices().nth(MAX) {
        short.truncate(at);
        short.push('…');
    }
    short
}
