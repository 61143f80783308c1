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
    visit::{Src, Visitor},
};
use crate::types::{Callee, Form, ObjectKind, Ty};

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
        let Some((place, callee)) = self.outer_func(selector) else { return };
        let look = match known::effect(&callee, &[]) {
            // What type it looks for, its caller says: maybe one that all have that wrap another.
            Effect::Looks(Look::Unwrapped) if selector.sel().text().starts_with("As") => Look::Asserted,
            Effect::Looks(look) => look,
            Effect::Unwraps(look) => look.unwrap_or(Look::Caused),
            Effect::None | Effect::Wraps | Effect::Returns | Effect::Formats(_) => return,
            _ => Look::Lost(Loss::Asked),
        };
        let types = self.shapes.types();
        let Form::Func { params, .. } = types.form(types.underlying(types.type_of(node))) else { return };
        let what = short(node.text());
        for (index, _) in params.iter().enumerate().filter(|it| self.shapes.has_value(*it.1)) {
            // What `errors.Is` looks for has to be found as it is.
            let is_target = look == Look::Unwrapped && index > 0 && selector.sel().text() == "Is";
            let at: Vec<Src> = Src::at(place).then(Slot::param(index)).into_iter().collect();
            self.look(&at, if is_target { Look::Compared } else { look }, node, &what);
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

    /// Notes that structs which hold errors get into values of type `any`, in which their fields are not followed.
    pub(super) fn fields_of_args(&mut self, call: CallExpr<'w>) {
        let types = self.shapes.types();
        let Form::Func { params, variadic, .. } = types.form(types.underlying(types.type_of(call.fun()))) else {
            return;
        };
        for (index, arg) in call.args().enumerate() {
            let last = params.len().saturating_sub(1);
            let Some(&param) = params.get(index.min(last)) else { continue };
            let param = match types.form(param) {
                Form::Slice(of) if variadic && index >= last && !call.has_ellipsis() => of,
                _ => param,
            };
            if is_any(&types.form(types.underlying(param))) {
                self.fields_seen(types.type_of(arg), Look::Lost(Loss::Asked), arg, &short(call.fun().text()));
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
            // Keys are compared.
            ("sync", "Map", _) => {
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
                    self.fields_looked_at(self.shapes.types().type_of(arg), call.node(), &what);
                }
            }
            _ => {}
        }
    }
}
