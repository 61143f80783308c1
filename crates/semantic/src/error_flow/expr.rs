//! Where the value of an expression comes from.

use gofix_syntax::{
    Kind, Node, Role, Token,
    ast::{AstNode, CallExpr, SelectorExpr},
};

use super::{
    call::Target,
    known,
    place::{Place, Seen, Slot, Way},
    shape::Part,
    summary::{Dispatch, Implemented, Methods, Type, hash_of},
    text::is_text,
    visit::{Src, Visitor, declared},
};
use crate::types::{Callee, Denoted, Form, ObjectKind, SelectionKind, Ty};

/// Expressions that are nested deeper are taken to hold no errors.
const MAX_DEPTH: u32 = 200;

impl<'w> Visitor<'_, 'w> {
    /// Where the value of an expression comes from, or of several its `result`-th.
    pub(super) fn sources(&mut self, expr: Node<'w>, result: usize) -> Vec<Src> {
        let mut found = Vec::new();
        self.collect(expr, result, &mut found);
        found
    }

    pub(super) fn collect(&mut self, expr: Node<'w>, result: usize, out: &mut Vec<Src>) {
        if self.depth > MAX_DEPTH {
            return;
        }
        self.depth += 1;
        self.collect_deeper(expr.unparen(), result, out);
        self.depth -= 1;
    }

    fn collect_deeper(&mut self, expr: Node<'w>, result: usize, out: &mut Vec<Src>) {
        // Of `v, ok := …` the first.
        if result > 0 && expr.kind() != Kind::CallExpr {
            return;
        }
        match expr.kind() {
            Kind::Ident => self.of_ident(expr, out),
            Kind::SelectorExpr => self.of_selector(expr, out),
            Kind::IndexExpr | Kind::IndexListExpr | Kind::SliceExpr | Kind::StarExpr | Kind::TypeAssertExpr => {
                if let Some(x) = expr.child(Role::X) {
                    self.collect(x, 0, out);
                }
            }
            Kind::UnaryExpr => self.of_unary(expr, out),
            Kind::BinaryExpr if expr.op() == Token::Add => {
                for operand in [Role::X, Role::Y].into_iter().filter_map(|it| expr.child(it)) {
                    self.collect(operand, 0, out);
                }
            }
            Kind::FuncLit => out.push(Src::at(Place::decl(expr))),
            Kind::CompositeLit => self.of_composite(expr, out),
            Kind::CallExpr => {
                if let Some(call) = CallExpr::cast(expr) {
                    self.of_call(call, result, out);
                }
            }
            _ => {}
        }
    }

    fn of_ident(&mut self, ident: Node<'w>, out: &mut Vec<Src>) {
        if let Some(var) = self.locals.var(ident) {
            return out.extend(self.locals.read(var, ident).into_iter().map(Src::at));
        }
        let denoted = self.shapes.types().denoted(ident);
        if let Some(ident) = declared(self.ws, denoted).filter(|it| is_value(*it)) {
            out.push(Src::at(self.index.place(ident)));
        }
    }

    fn of_selector(&mut self, expr: Node<'w>, out: &mut Vec<Src>) {
        let Some(selector) = SelectorExpr::cast(expr) else { return };
        let types = self.shapes.types();
        let denoted = types.denoted(selector.sel());
        if let Some(ident) = declared(self.ws, denoted) {
            return match ident.parent().map(|it| it.kind()) {
                Some(Kind::Field) if in_interface(ident) => out.extend(self.dispatch(selector).map(Src::at)),
                _ if is_value(ident) => out.push(Src::at(self.index.place(ident))),
                _ => {}
            };
        }
        if self.is_text_function(selector) {
            return out.push(Src::at(Place::text_function()));
        }
        let Some(selection) = types.selection(selector) else {
            if let Some(it) = types.object_of(selector.sel()).filter(|it| it.kind == ObjectKind::Var) {
                out.push(Src::at(Place::variable_outside(&it.path, &it.name)));
            }
            out.extend(self.outer_func(selector).map(|it| Src::at(it.0)));
            return;
        };
        match selection.kind {
            SelectionKind::Field(_) if denoted == Denoted::Literal => {
                out.extend(self.literal_field(selection.holder, selector.sel().text()).map(Src::at));
            }
            // What is in a part of something outside is in the whole.
            SelectionKind::Field(_) => {
                out.extend(self.outer_field(selection.holder, selector.sel().text()).map(Src::at));
                if self.shapes.has_value(types.type_of(selector.x())) {
                    self.collect(selector.x(), 0, out);
                }
                out.extend(known::shared_box(&types.form(selection.holder)).map(Src::at));
            }
            SelectionKind::InterfaceMethod => out.extend(self.dispatch(selector).map(Src::at)),
            SelectionKind::Method { .. } => out.push(Src::at(Place::outer_method())),
        }
    }

    fn of_unary(&mut self, expr: Node<'w>, out: &mut Vec<Src>) {
        let Some(x) = expr.child(Role::X) else { return };
        if expr.op() == Token::And
            && let Some(var) = self.locals.var(x.unparen())
        {
            return out.push(Src::at(Place::shared(var.decl)));
        }
        if matches!(expr.op(), Token::And | Token::Arrow) {
            self.collect(x, 0, out);
        }
    }

    /// Elements of lists and maps; what an error is made of it wraps.
    fn of_composite(&mut self, expr: Node<'w>, out: &mut Vec<Src>) {
        let types = self.shapes.types();
        let ty = types.type_of(expr);
        let is_struct = match types.form(types.underlying(ty)) {
            Form::Struct(_) => true,
            Form::Pointer(to) => matches!(types.form(types.underlying(to)), Form::Struct(_)),
            _ => false,
        };
        if is_struct && !self.shapes.has_value(ty) {
            return;
        }
        let seen = if is_struct { Seen::Wrapped } else { Seen::Value };
        let from = out.len();
        for element in expr.children_in(Role::Elts) {
            let parts = [element.child(Role::Key), element.child(Role::Value)];
            match element.kind() {
                Kind::KeyValueExpr => {
                    for part in parts.into_iter().flatten().skip(usize::from(is_struct)) {
                        self.collect_element(part, true, out);
                    }
                }
                _ => self.collect_element(element, true, out),
            }
        }
        if is_struct {
            let held = out[from..].to_vec();
            self.held_by_asking(expr, ty, &held);
        }
        out[from..].iter_mut().for_each(|it| *it = it.hidden(seen));
    }

    /// The same for what becomes an element of a list or map, if it can carry errors. A single value is copied.
    fn collect_element(&mut self, expr: Node<'w>, is_single: bool, out: &mut Vec<Src>) {
        let parts = self.shapes.of(self.shapes.types().type_of(expr));
        if parts.is_empty() {
            return;
        }
        let from = out.len();
        self.collect(expr, 0, out);
        if is_single && !parts.iter().any(|it| it.shared) {
            out[from..].iter_mut().for_each(|it| it.copied = true);
        }
    }

    // Fields

    /// The place of a field of a struct type; none if that is declared outside.
    pub(super) fn field_place(&mut self, ty: Ty, name: &str, key: Option<Node<'w>>) -> Option<Place> {
        let types = self.shapes.types();
        let denoted = key.map(|it| types.denoted(it));
        if let Some(ident) = denoted.and_then(|it| declared(self.ws, it)) {
            return Some(self.index.place(ident));
        }
        match types.form(ty) {
            Form::Struct(_) => self.literal_field(ty, name),
            _ => {
                let member = types.member(self.file.id(), ty, name).ok().flatten()?;
                let ident = declared(self.ws, member.declaration.map_or(Denoted::Unknown, Denoted::Declared))?;
                Some(self.index.place(ident))
            }
        }
    }

    /// The place of a field of a type outside, which all its values share.
    pub(super) fn outer_field(&self, ty: Ty, name: &str) -> Option<Place> {
        match self.shapes.types().form(ty) {
            Form::Named { path, name: of, .. } => Some(Place::Outside(hash_of(("field", &*path, &*of, name)))),
            _ => None,
        }
    }

    /// The place of a field of a struct type that is written out: identical ones are one type, if all
    /// of them are exported also those of several packages.
    fn literal_field(&mut self, holder: Ty, name: &str) -> Option<Place> {
        let types = self.shapes.types();
        let is_exported = match types.form(types.underlying(holder)) {
            Form::Struct(fields) => fields.iter().all(|it| crate::is_exported(&it.name)),
            _ => false,
        };
        let dir = (!is_exported).then(|| self.ws.project().file(self.file.id()).dir);
        Some(Place::Outside(hash_of((dir, types.spell(holder), name))))
    }

    // Interfaces

    /// The place of an interface's method that a selector selects.
    pub(super) fn dispatch(&mut self, selector: SelectorExpr<'w>) -> Option<Place> {
        let types = self.shapes.types();
        let of_expr = types.type_of(selector.x());
        let is_interface = matches!(types.form(types.underlying(of_expr)), Form::Interface(_));
        let holder = if is_interface { of_expr } else { types.selection(selector)?.holder };
        Some(self.dispatch_of(holder, selector.sel().text()))
    }

    /// The place of a method of an interface type.
    pub(super) fn dispatch_of(&mut self, interface: Ty, name: &str) -> Place {
        let (set, methods) = self.set_of(interface);
        let name_hash = hash_of(name);
        let methods = if methods.is_empty() { vec![(name_hash, 0)] } else { methods };
        let place = Place::Method(hash_of((set, name)));
        if !self.out.dispatches.iter().any(|it| it.place == place) {
            self.out.dispatches.push(Dispatch { place, name: name_hash, methods });
        }
        place
    }

    fn set_of(&mut self, interface: Ty) -> (u64, Methods) {
        if let Some(known) = self.sets.get(&interface) {
            return known.clone();
        }
        let types = self.shapes.types();
        let mut methods: Methods = match types.form(types.underlying(interface)) {
            Form::Interface(methods) => {
                methods.iter().map(|it| (hash_of(&it.name), self.signature(it.signature))).collect()
            }
            _ => Vec::new(),
        };
        methods.sort_unstable();
        let set = (hash_of(&methods), methods);
        self.sets.insert(interface, set.clone());
        set
    }

    fn signature(&self, ty: Ty) -> u64 {
        let types = self.shapes.types();
        if types.is_generic(ty) { 0 } else { types.spell(ty).map_or(0, hash_of) }
    }

    /// The methods of the type that an identifier declares, as far as they can pass errors on.
    pub(super) fn declared_methods(&mut self, ident: Node<'w>) -> Option<Type> {
        let types = self.shapes.types();
        let ty = types.declared_type(ident);
        if ty == Ty::UNKNOWN || matches!(types.form(types.underlying(ty)), Form::Interface(_)) {
            return None;
        }
        let Some(members) = types.members_of(ty) else {
            return Some(Type { methods: Vec::new(), open: true });
        };
        if members.is_empty() {
            return None;
        }
        let generic = types.is_generic(ty);
        let mut methods = Vec::new();
        for (method, selection) in members {
            let place = match selection.kind {
                SelectionKind::InterfaceMethod => Some(self.dispatch_of(selection.holder, &method.name)),
                _ => {
                    let denoted = selection.declaration.map_or(Denoted::Unknown, Denoted::Declared);
                    declared(self.ws, denoted).map(|it| self.index.place(it))
                }
            };
            let signature = if generic { 0 } else { self.signature(method.signature) };
            methods.push(Implemented { name: hash_of(&method.name), signature, place });
        }
        methods.sort_unstable_by_key(|it| it.name);
        Some(Type { methods, open: false })
    }

    // Calls

    fn of_call(&mut self, call: CallExpr<'w>, result: usize, out: &mut Vec<Src>) {
        let types = self.shapes.types();
        match self.target(call) {
            Target::Conversion => {
                if let Some(arg) = call.args().next() {
                    self.collect(arg, 0, out);
                }
            }
            Target::Builtin("append") => {
                let args: Vec<Node<'w>> = call.args().collect();
                for (index, arg) in args.into_iter().enumerate() {
                    let is_list = index == 0 || call.has_ellipsis();
                    self.collect_element(arg, !is_list, out);
                }
            }
            Target::Builtin("recover") => out.push(Src::at(self.panics())),
            Target::Builtin(_) => {}
            target => {
                if is_text_of_error(call) {
                    let x = call.fun().unparen().child(Role::X);
                    return x.into_iter().for_each(|it| self.text_of(it, out));
                }
                let callee = self.callee_of(&target, call);
                if known::formats(&callee) || (types.type_of(call.node()) == Ty::STRING && callee != Callee::Unknown) {
                    let args: Vec<Node<'w>> = call.args().collect();
                    return args.into_iter().for_each(|it| self.text_of(it, out));
                }
                let of_result = match types.form(types.type_of(call.node())) {
                    Form::Tuple(results) => results.get(result).copied(),
                    _ => Some(types.type_of(call.node())).filter(|_| result == 0),
                };
                let Some(ty) = of_result.filter(|it| !self.shapes.of(*it).is_empty()) else { return };
                self.results(call, &target, result, ty, out);
            }
        }
    }

    fn text_of(&mut self, expr: Node<'w>, out: &mut Vec<Src>) {
        let ty = self.shapes.types().type_of(expr);
        if self.shapes.has_value(ty) || (is_text(self.shapes.types(), expr) && self.may_be_text(expr)) {
            let from = out.len();
            self.collect(expr, 0, out);
            out[from..].iter_mut().for_each(|it| *it = it.hidden(Seen::Text));
        }
    }

    fn results(&mut self, call: CallExpr<'w>, target: &Target<'w>, result: usize, _ty: Ty, out: &mut Vec<Src>) {
        let slot = Slot::result(result);
        let handed_back = Src::at(Place::call(call.node())).then(slot);
        match target {
            Target::Static(place) => {
                out.extend(Src::at(*place).then(slot).map(|it| Src { way: Way::Result, ..it }));
                out.extend(handed_back);
            }
            Target::Method(place) => {
                out.extend(Src::at(*place).then(slot).map(|it| Src { way: Way::Loose, ..it }));
                out.extend(self.context_value(call));
            }
            Target::Value(fun) => {
                for from in self.sources(*fun, 0) {
                    out.extend(from.then(slot).map(|it| Src { way: Way::Loose, ..it }));
                }
            }
            Target::Outside(_) | Target::Unknown => out.extend(handed_back),
            Target::Conversion | Target::Builtin(_) => {}
        }
    }

    pub(super) fn callee_of(&self, target: &Target<'w>, call: CallExpr<'w>) -> Callee {
        match target {
            Target::Outside(_) => self.shapes.types().callee(call),
            _ => Callee::Unknown,
        }
    }

    /// What the functions of this package panic with, for those that recover from it.
    pub(super) fn panics(&self) -> Place {
        Place::Outside(hash_of((self.ws.project().file(self.file.id()).dir, "panic")))
    }
}

/// Whether a declaring identifier declares a variable, a field or a function.
fn is_value(ident: Node<'_>) -> bool {
    let Some(parent) = ident.parent() else { return false };
    match parent.kind() {
        Kind::FuncDecl => true,
        Kind::ValueSpec => parent.parent().is_some_and(|it| it.op() == Token::Var),
        Kind::TypeSpec => false,
        _ => !in_interface(ident) && ident.ancestors().any(|it| it.kind() == Kind::Field),
    }
}

/// Whether a declaring identifier declares a method of an interface.
fn in_interface(ident: Node<'_>) -> bool {
    let list = ident.parent().and_then(Node::parent);
    list.and_then(Node::parent).is_some_and(|it| it.kind() == Kind::InterfaceType)
}

/// Whether it is `x.Error()`.
pub(super) fn is_text_of_error(call: CallExpr<'_>) -> bool {
    let selector = SelectorExpr::cast(call.fun().unparen());
    selector.is_some_and(|it| it.sel().text() == "Error") && call.args().next().is_none()
}

/// The slot of the value itself.
pub(super) const VALUE: &[Part] = &[Part { slot: Slot::VALUE, shared: false }];
