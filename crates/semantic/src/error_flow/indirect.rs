//! What of other modules and of the standard library looks at errors without being called with them: functions that are
//! values, types that ask what they hold, containers, and what encodes or executes whole structures.

use gofix_syntax::{
    Kind, Node, Role,
    ast::{AstNode, CallExpr, SelectorExpr},
};

use super::{
    call::{Arg, is_any, short, values},
    expr::VALUE,
    known::{self, Effect},
    look::{Look, Loss},
    place::{Place, Slot, Way},
    summary::hash_of,
    visit::{Src, Visitor, declared},
};
use crate::types::{Callee, Form, ObjectKind, SelectionKind, Ty};

/// Types of the standard library whose methods look at the error that they hold: `Timeout`, `Temporary`.
const ASKING: &[(&str, &str)] =
    &[("net/url", "Error"), ("net", "OpError"), ("io/fs", "PathError"), ("os", "SyscallError")];

impl<'w> Visitor<'_, 'w> {
    /// The place of a function outside that a selector names: `os.IsNotExist`.
    pub(super) fn outer_func(&self, selector: SelectorExpr<'w>) -> Option<(Place, Callee)> {
        let object = self.shapes.types().object_of(selector.sel()).filter(|it| it.kind == ObjectKind::Func)?;
        let place = Place::Outside(hash_of(("func", &*object.path, &*object.name)));
        Some((place, Callee::Func { path: object.path, name: object.name }))
    }

    /// `os.IsNotExist` that is not called here: whoever calls it lets it look at errors.
    pub(super) fn func_value(&mut self, node: Node<'w>) {
        let outer = node.with_parens();
        let is_called = outer.role() == Role::Fun && outer.parent().is_some_and(|it| it.kind() == Kind::CallExpr);
        let Some(selector) = SelectorExpr::cast(node).filter(|_| !is_called) else { return };
        let Some((place, callee)) = self.outer_func(selector) else { return self.method_values(selector) };
        let look = match known::effect(&callee, &[]) {
            // What type it looks for, its caller says: maybe one that all have that wrap another.
            Effect::Looks(Look::Unwrapped) if selector.sel().text().starts_with("As") => Look::Asserted,
            Effect::Looks(look) => look,
            Effect::Unwraps(look) => look.unwrap_or(Look::Caused),
            // What they write, or make of it, goes where nobody follows it.
            Effect::None | Effect::Formats(_) if self.writes(&callee) => Look::Lost(Loss::Kept),
            Effect::None => return,
            Effect::Wraps | Effect::Returns | Effect::Formats(_) => Look::Lost(Loss::Returned),
            _ => Look::Lost(Loss::Asked),
        };
        let types = self.shapes.types();
        let Form::Func { params, .. } = types.form(types.underlying(types.type_of(node))) else { return };
        let what = short(node.text());
        for (index, _) in
            params.iter().enumerate().filter(|it| self.shapes.of(*it.1).iter().any(|it| it.slot == Slot::VALUE))
        {
            // What `errors.Is` looks for has to be found as it is.
            let is_target = look == Look::Unwrapped && index > 0 && selector.sel().text() == "Is";
            let at: Vec<Src> = Src::at(place).then(Slot::param(index)).into_iter().collect();
            self.look(&at, if is_target { Look::Compared } else { look }, node, &what);
        }
    }

    /// Whether a function of package `fmt` makes or writes a text, other than to the standard output.
    fn writes(&self, callee: &Callee) -> bool {
        matches!(callee, Callee::Func { path, name } if &**path == "fmt" && !name.starts_with("Print"))
    }

    /// `list.PushBack` that is not called here: what it is given, nobody follows.
    fn method_values(&mut self, selector: SelectorExpr<'w>) {
        let types = self.shapes.types();
        let is_method = matches!(types.selection(selector).map(|it| it.kind), Some(SelectionKind::Method { .. }));
        if !is_method || declared(self.ws, types.denoted(selector.sel())).is_some() {
            return;
        }
        let Form::Func { params, .. } = types.form(types.underlying(types.type_of(selector.node()))) else { return };
        let place = Src::at(Place::outer_method());
        let given = (0..params.len()).filter_map(|it| place.then(Slot::param(it)));
        let given: Vec<Src> = given.collect();
        self.look(&given, Look::Lost(Loss::Asked), selector.node(), &short(selector.node().text()));
    }

    /// Notes what gets into a value of an interface type, and is not followed out of it: a function, or something outside.
    pub(super) fn value_kept(&mut self, value: Node<'w>, into: Ty) {
        self.outer_kept(value, into);
        self.func_kept(value, into);
    }

    fn func_kept(&mut self, value: Node<'w>, into: Ty) {
        let types = self.shapes.types();
        let is_func = |it: Ty| matches!(types.form(types.underlying(it)), Form::Func { .. });
        let ty = types.type_of(value);
        if !is_func(ty) || !matches!(types.form(types.underlying(into)), Form::Interface(_)) {
            return;
        }
        for part in self.shapes.of(ty).to_vec().iter().filter(|it| it.slot.is_result()) {
            let from: Vec<Src> = self.sources(value, 0).into_iter().filter_map(|it| it.then(part.slot)).collect();
            self.look(&from, Look::Lost(Loss::Callback), value, &short(value.text()));
        }
    }

    /// `&url.Error{Err: err}`: types that look at what they hold.
    pub(super) fn held_by_asking(&mut self, literal: Node<'w>, ty: Ty, from: &[Src]) {
        let types = self.shapes.types();
        let Form::Named { path, name, .. } = types.form(ty) else { return };
        if ASKING.iter().any(|it| it.0 == &*path && it.1 == &*name) {
            self.look(from, Look::Asserted, literal, &format!("methods of {}", types.spell(ty).unwrap_or_default()));
        }
    }

    /// Notes that a method of something outside that is embedded in a struct gets errors: nobody follows what it keeps.
    pub(super) fn promoted(&mut self, call: CallExpr<'w>, receiver: Option<Node<'w>>, args: &[Arg<'w>]) {
        let types = self.shapes.types();
        let selection =
            receiver.and_then(|_| SelectorExpr::cast(call.fun().unparen())).and_then(|it| types.selection(it));
        let args_of: Vec<Node<'w>> = call.args().collect();
        let is_harmless = known::effect(&types.callee(call), &args_of) == Effect::None;
        if is_harmless || selection.is_none_or(|it| it.path.is_empty()) {
            return;
        }
        for arg in args.iter().filter(|it| !values(&it.parts).is_empty()) {
            self.look(&arg.from, Look::Lost(Loss::Asked), arg.node, &short(call.fun().text()));
        }
    }

    /// Notes that something outside gets into an interface of the project, whose methods it then has: what they are given,
    /// nobody follows.
    fn outer_kept(&mut self, value: Node<'w>, into: Ty) {
        let types = self.shapes.types();
        let Form::Interface(methods) = types.form(types.underlying(into)) else { return };
        let form = match types.form(types.type_of(value)) {
            Form::Pointer(to) => types.form(to),
            form => form,
        };
        let modules = self.ws.project().modules();
        let is_outside = |path: &str| !path.is_empty() && !modules.iter().any(|it| it.relative(path).is_some());
        // What is given to an interface of somebody else is not followed anyway.
        let is_theirs = matches!(types.form(into), Form::Named { path, .. } if is_outside(&path));
        let is_interface = matches!(types.form(types.underlying(types.type_of(value))), Form::Interface(_));
        let Form::Named { path, .. } = form else { return };
        if is_theirs || is_interface || !is_outside(&path) || &*path == "testing" {
            return;
        }
        for method in methods {
            let Form::Func { params, .. } = types.form(method.signature) else { continue };
            let at = Src::at(self.dispatch_of(into, &method.name));
            let has_error = |it: &Ty| self.shapes.of(*it).iter().any(|it| it.slot == Slot::VALUE);
            let given = params.iter().enumerate().filter(|it| has_error(it.1));
            let given: Vec<Src> = given.filter_map(|it| at.then(Slot::param(it.0))).collect();
            if given.is_empty() {
                continue;
            }
            match known::logger(&path) {
                Some(_) => self.logged(&path, &given),
                None => self.look(&given, Look::Lost(Loss::Asked), value, &short(value.text())),
            }
        }
    }

    /// Notes that structs which hold errors get into values of type `any`, in which their fields are not followed.
    pub(super) fn fields_of_args(&mut self, call: CallExpr<'w>, look: Look) {
        for (arg, param, _) in self.args_with_params(call) {
            if look == Look::Lost(Loss::Asked) {
                self.value_kept(arg, param);
            }
            if is_any(&self.shapes.types().form(self.shapes.types().underlying(param))) {
                self.fields_seen(self.shapes.types().type_of(arg), look, arg, &short(call.fun().text()));
            }
        }
    }

    /// What containers of the standard library do with errors that they are given.
    pub(super) fn contained(&mut self, call: CallExpr<'w>, callee: &Callee, args: &[Arg<'w>]) {
        let (path, receiver, name) = match callee {
            Callee::Func { path, name } => (&**path, "", &**name),
            Callee::Method { path, receiver, name, .. } => (&**path, &**receiver, &**name),
            _ => return,
        };
        let what = short(call.node().text());
        match (path, receiver, name) {
            ("sync/atomic" | "container/list" | "container/ring", ..) | ("sync", "Pool", _) => {
                self.callbacks(call, args, Look::Lost(Loss::Callback));
            }
            // Keys are compared.
            ("sync", "Map", _) => {
                if name != "Range" {
                    self.callbacks(call, args, Look::Lost(Loss::Callback));
                }
                for arg in args.iter().filter(|it| it.index == 0 && !values(&it.parts).is_empty()) {
                    self.look(&arg.from, Look::Compared, call.node(), &what);
                }
            }
            ("maps", "", "Copy" | "Insert") => {
                if let [to, from] = args {
                    // An iterator hands its values to the function that it is given.
                    let step = Slot::param(0).then(Slot::param(1)).filter(|_| name == "Insert");
                    let of = |it: &Src| step.map_or(Some(*it), |step| it.then(step));
                    let from: Vec<Src> = from.from.iter().filter_map(of).collect();
                    for to in to.from.clone() {
                        self.flow(&from, Src { way: Way::Loose, ..to }, VALUE);
                    }
                }
            }
            ("encoding/json" | "encoding/xml" | "encoding/gob", ..)
            | ("text/template" | "html/template", "Template", _)
            | ("reflect", "", "ValueOf") => {
                for arg in call.args() {
                    let ty = self.shapes.types().type_of(arg);
                    self.fields_looked_at(ty, call.node(), &what);
                    if !path.starts_with("encoding") {
                        self.fields_seen(ty, Look::Lost(Loss::Callback), call.node(), &what);
                    }
                }
            }
            _ => {}
        }
    }
}
