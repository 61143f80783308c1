//! Calls: what they call, and where their arguments go.

use gofix_syntax::{
    Kind, Node, Role,
    ast::{AstNode, CallExpr, SelectorExpr},
};

use super::{
    expr::VALUE,
    look::{Look, Loss},
    place::{Place, Seen, Slot, Way},
    shape::Part,
    summary::Call,
    text::is_text,
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
pub(super) struct Arg<'w> {
    pub(super) node: Node<'w>,
    pub(super) index: usize,
    pub(super) from: Vec<Src>,
    pub(super) parts: Vec<Part>,
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
                "len" => "len",
                "max" => "max",
                "min" => "min",
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
        self.unwrapped_by(call, &target);
        // What functions of the module do with texts is not followed.
        let is_own = matches!(target, Target::Static(_) | Target::Method(_) | Target::Value(_));
        let is_seen = matches!(target, Target::Builtin("panic")) && self.recovers();
        if is_own || is_seen || matches!(target, Target::Builtin("append" | "copy" | "max" | "min")) {
            call.args().for_each(|it| self.text_kept(it));
        }
        if is_own {
            self.fields_of_args(call, Look::Lost(Loss::Asked));
        }
        if self.is_cancel_cause(call) {
            let to = Src { way: Way::Loose, ..Src::at(Place::context_cause()) };
            args.iter().for_each(|it| self.flow(&it.from, to, &it.parts));
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
            Target::Builtin("len") => call.args().for_each(|it| self.text_taken_apart(it, call.node())),
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
                self.callbacks(call, &args, Look::Lost(Loss::Callback));
                self.hand_to_callbacks(&args);
                self.pass(call, &args);
                self.returned_of(call, &args, Seen::Value);
                for arg in args.iter().filter(|it| !values(&it.parts).is_empty()) {
                    let what = format!("{}, of which nothing is known", short(call.fun().text()));
                    self.look(&arg.from, Look::Lost(Loss::Unknown), arg.node, &what);
                }
            }
            _ => {}
        }
    }

    /// Whether code of the directory gets back what it panics with.
    fn recovers(&self) -> bool {
        let project = self.ws.project();
        let files = project.dir(project.file(self.file.id()).dir).file_ids().filter_map(|it| self.ws.file(it));
        files.into_iter().any(|it| it.text().contains("recover(") || it.text().contains("Panics"))
    }

    /// A conversion to a type with methods, which may be called through an interface.
    fn converted(&mut self, call: CallExpr<'w>) {
        let types = self.shapes.types();
        let Some(arg) = call.args().next() else { return };
        let ty = types.type_of(call.node());
        // A text of another type, or a list of its bytes with another name, is not followed.
        if is_text(types, arg) && ty != Ty::STRING && !matches!(types.form(ty), Form::Slice(_)) {
            self.text_kept(arg);
        }
        self.struct_converted(arg, ty);
        let Form::Named { path, name, .. } = types.form(ty) else { return };
        let parts = self.shapes.of(ty);
        if parts.is_empty() || self.shapes.is_open(ty) {
            return;
        }
        let from = self.sources(arg, 0);
        self.flow(&from, Src { way: Way::Loose, ..Src::at(Place::converted_to(&path, &name)) }, &parts);
        // Methods of a function type outside call the function.
        let fun = call.fun().unparen();
        let denoted = types.denoted(fun.child(Role::Sel).unwrap_or(fun));
        if declared(self.ws, denoted).is_none() {
            let arg = Arg { node: arg, index: 0, from, parts: parts.to_vec() };
            self.callbacks(call, &[arg], Look::Lost(Loss::Callback));
        }
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
    pub(super) fn returned_of(&mut self, call: CallExpr<'w>, args: &[Arg<'w>], seen: Seen) {
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
}

/// The expression whose method it is.
fn receiver<'w>(types: &crate::Types<'w>, fun: Node<'w>) -> Option<Node<'w>> {
    let selector = SelectorExpr::cast(fun)?;
    types.selection(selector).map(|_| selector.x())
}

pub(super) fn values(parts: &[Part]) -> &[Part] {
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
