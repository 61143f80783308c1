//! Code that looks at errors without a call: comparisons, switches, type assertions. And what leaves the module.

use gofix_syntax::{
    Kind, Node, Role, Token,
    ast::{AstNode, CallExpr, CaseClause, FuncDecl, SelectorExpr},
};

use super::call::is_any;
use super::{
    call::short,
    expr::{VALUE, is_text_of_error},
    known,
    look::{Look, Loss},
    place::{Place, Slot, Way},
    shape::Part,
    visit::{Src, Visitor, declared},
};
use crate::{
    flow::walk::stmts,
    import::specs,
    types::{Denoted, Form, SelectionKind, Ty},
};

impl<'w> Visitor<'_, 'w> {
    /// `x == y`.
    pub(super) fn compare(&mut self, node: Node<'w>) {
        let is_order = matches!(node.op(), Token::Lss | Token::Leq | Token::Gtr | Token::Geq);
        if !is_order && !matches!(node.op(), Token::Eql | Token::Neq) {
            return;
        }
        if let (Some(x), Some(y)) = (node.child(Role::X), node.child(Role::Y)) {
            self.compared(x, y, node, &short(node.text()));
        }
    }

    /// Notes that two values are compared by `node`.
    fn compared(&mut self, x: Node<'w>, y: Node<'w>, node: Node<'w>, what: &str) {
        let types = self.shapes.types();
        let of = [types.type_of(x), types.type_of(y)];
        if self.is_nil(x) || self.is_nil(y) {
            return;
        }
        let is_text = |it: &Ty| matches!(*it, Ty::STRING | Ty::UNTYPED_STRING);
        if of.iter().all(|it| matches!(types.form(types.underlying(*it)), Form::Struct(_))) {
            return self.fields_looked_at(of[0], node, what);
        }
        if of.iter().all(|it| matches!(types.form(types.underlying(*it)), Form::Array(..))) {
            for operand in [x, y] {
                let from = self.sources(operand, 0);
                self.look(&from, Look::DeepCompared, node, what);
            }
            return self.fields_looked_at(of[0], node, what);
        }
        if of.iter().all(is_text) {
            for operand in [x, y] {
                if !self.may_be_text(operand) {
                    continue;
                }
                let from = self.sources(operand, 0);
                self.look(&from, Look::Text, node, what);
            }
        } else if of.iter().any(|it| self.shapes.is_open(*it)) {
            for (operand, ty) in [x, y].into_iter().zip(of) {
                let look = if self.walks_chain(node, &[operand]) { Look::Unwrapped } else { Look::Compared };
                if self.shapes.has_value(ty) {
                    let from = self.sources(operand, 0);
                    self.look(&from, look, node, what);
                }
            }
        }
    }

    /// Whether an expression is the predeclared `nil`.
    pub(super) fn is_nil(&self, expr: Node<'w>) -> bool {
        let ident = expr.unparen();
        ident.as_ident() == Some("nil") && self.shapes.types().denoted(ident) == Denoted::Undeclared
    }

    /// Whether a string may be the text of an error.
    pub(super) fn may_be_text(&self, expr: Node<'w>) -> bool {
        let expr = expr.unparen();
        match expr.kind() {
            Kind::Ident => return self.var(expr).is_some(),
            Kind::BasicLit => return false,
            _ => {}
        }
        let is_made = |it: CallExpr<'w>| {
            is_text_of_error(it) || it.fun().child(Role::Sel).is_some_and(|it| it.text().starts_with("Sprint"))
        };
        // A sum has the text of a variable, too.
        let is_sum = expr.kind() == Kind::BinaryExpr;
        [expr].into_iter().chain(expr.descendants()).any(|it| match it.kind() {
            Kind::CallExpr => CallExpr::cast(it).is_some_and(is_made),
            Kind::Ident => is_sum && self.var(it).is_some_and(|_| self.shapes.types().type_of(it) == Ty::STRING),
            _ => false,
        })
    }

    /// Notes that all fields of a struct type, or of what holds such, are compared.
    pub(super) fn fields_looked_at(&mut self, ty: Ty, node: Node<'w>, what: &str) {
        self.fields_seen(ty, Look::DeepCompared, node, what);
    }

    /// Notes that something looks at all fields of a struct type, or of what holds such.
    pub(super) fn fields_seen(&mut self, ty: Ty, look: Look, node: Node<'w>, what: &str) {
        const MAX_TYPES: usize = 8;
        let types = self.shapes.types();
        let (mut seen, mut open) = (Vec::new(), vec![ty]);
        while let Some(ty) = open.pop() {
            if seen.contains(&ty) || seen.len() > MAX_TYPES {
                continue;
            }
            seen.push(ty);
            match types.form(types.underlying(ty)) {
                Form::Pointer(to) | Form::Slice(to) | Form::Array(to, _) | Form::Map(_, to) => open.push(to),
                Form::Struct(fields) => {
                    for field in fields {
                        let place = |it: &mut Self| it.field_place(ty, &field.name, None).map(Src::at);
                        let of_funcs = self.shapes.of(field.ty).to_vec();
                        for part in of_funcs.iter().filter(|it| it.slot.is_result() && matches!(look, Look::Lost(_))) {
                            let from: Vec<Src> = place(self).and_then(|it| it.then(part.slot)).into_iter().collect();
                            self.look(&from, Look::Lost(Loss::Callback), node, what);
                        }
                        if self.shapes.has_value(field.ty) && !is_any(&types.form(field.ty)) {
                            let from: Vec<Src> = place(self).into_iter().collect();
                            self.look(&from, look, node, what);
                        } else {
                            open.push(field.ty);
                        }
                    }
                }
                _ => {}
            }
        }
    }

    /// `switch x { case y: }`.
    pub(super) fn switch(&mut self, node: Node<'w>) {
        let Some(tag) = node.child(Role::Tag) else { return };
        let clauses = node.child(Role::Body).into_iter().flat_map(stmts).filter_map(CaseClause::cast);
        let values: Vec<Node<'w>> = clauses.flat_map(CaseClause::list).collect();
        for value in values {
            let what = format!("switch {} {{ case {} }}", short(tag.text()), short(value.text()));
            self.compared(tag, value, value, &what);
        }
    }

    /// `m[x]` of a map whose keys can be errors.
    pub(super) fn looked_up(&mut self, node: Node<'w>) {
        let (Some(x), Some(key)) = (node.child(Role::X), node.child(Role::Index)) else { return };
        let types = self.shapes.types();
        let Form::Map(of, _) = types.form(types.underlying(types.type_of(x))) else { return };
        if self.shapes.is_open(of) && self.shapes.has_value(types.type_of(key)) {
            let from = self.sources(key, 0);
            self.look(&from, Look::Compared, node, &short(node.text()));
        } else if matches!(types.form(types.underlying(of)), Form::Struct(_) | Form::Array(..)) {
            self.fields_looked_at(of, node, &short(node.text()));
        }
    }

    /// `x.(T)`, and the type switch around it.
    pub(super) fn assertion(&mut self, node: Node<'w>) {
        let Some(x) = node.child(Role::X) else { return };
        let types = self.shapes.types();
        if !self.shapes.is_open(types.type_of(x)) {
            return;
        }
        let wanted: Vec<Node<'w>> = match node.child(Role::Type) {
            Some(ty) => vec![ty],
            None => {
                let switch = node.ancestors().find(|it| it.kind() == Kind::TypeSwitchStmt);
                let body = switch.and_then(|it| it.child(Role::Body));
                body.into_iter().flat_map(stmts).filter_map(CaseClause::cast).flat_map(CaseClause::list).collect()
            }
        };
        let is_chain = self.walks_chain(node, &[x]);
        for ty in wanted {
            let Some(look) = self.asked_type(self.written_type(ty, node)) else { continue };
            let look = if is_chain { Look::Unwrapped } else { look };
            let from = self.sources(x, 0);
            let what = match node.child(Role::Type) {
                Some(_) => short(node.text()),
                None => format!("switch {} {{ case {} }}", short(node.text()), short(ty.text())),
            };
            self.look(&from, look, ty, &what);
        }
    }

    /// The type that is asked for by `assertion`; unknown if that cannot be told.
    fn written_type(&self, ty: Node<'w>, assertion: Node<'w>) -> Ty {
        let types = self.shapes.types();
        if assertion.child(Role::Type).is_some() {
            let asserted = types.type_of(assertion);
            return match types.form(asserted) {
                Form::Tuple(of) => of.first().copied().unwrap_or(Ty::UNKNOWN),
                _ => asserted,
            };
        }
        // The clause of a switch.
        let mut pointers = 0;
        let mut ty = ty.unparen();
        while let Some(to) = ty.child(Role::X).filter(|_| ty.kind() == Kind::StarExpr) {
            (pointers, ty) = (pointers + 1, to.unparen());
        }
        if matches!(ty.kind(), Kind::ArrayType | Kind::MapType | Kind::ChanType | Kind::FuncType) {
            return Ty::INT;
        }
        let ident = ty.child(Role::Sel).filter(|_| ty.kind() == Kind::SelectorExpr).unwrap_or(ty);
        let named = match types.denoted(ident) {
            Denoted::Declared(it) if declared(self.ws, Denoted::Declared(it)).is_some() => types.declared_type(it),
            Denoted::Declared(_) => {
                types.object_of(ident).map_or(Ty::UNKNOWN, |it| types.named_type(self.file.id(), &it.path, &it.name))
            }
            Denoted::Undeclared if ident.as_ident() == Some("error") => types.error_type(),
            // Predeclared types are no errors, but for `any`.
            Denoted::Undeclared if ident.kind() == Kind::Ident && ident == ty => Ty::INT,
            _ => Ty::UNKNOWN,
        };
        (0..pointers).fold(named, |ty, _| if ty == Ty::UNKNOWN { ty } else { types.pointer_to(ty) })
    }

    /// How asking for a type looks at an error; none if all errors are of the type, or none.
    fn asked_type(&self, ty: Ty) -> Option<Look> {
        let types = self.shapes.types();
        if types.is_error_type(ty) {
            return None;
        }
        match types.form(types.underlying(ty)) {
            Form::Interface(methods) => {
                let prints = |name: &str| matches!(name, "Format" | "String" | "GoString" | "LogValue");
                match () {
                    () if methods.is_empty() || methods.iter().all(|it| prints(&it.name)) => None,
                    () => Some(Look::Asserted),
                }
            }
            Form::Unknown | Form::TypeParam(_) => Some(Look::Asserted),
            _ if self.shapes.is_error(ty) => Some(Look::Asserted),
            _ => None,
        }
    }

    /// Whether a place is in an example, whose output is compared.
    pub(super) fn in_example(&self, node: Node<'w>) -> bool {
        let mut around = [node].into_iter().chain(node.ancestors());
        let func = around.find(|it| it.kind() == Kind::FuncDecl).and_then(FuncDecl::cast);
        self.ws.project().file(self.file.id()).is_test()
            && func.is_some_and(|it| it.recv().is_none() && it.name().text().starts_with("Example"))
            && func.is_some_and(|it| it.node().text().to_ascii_lowercase().contains("output:"))
    }

    // Out of the module

    /// Notes that functions are stored in a field of something outside, which calls them.
    pub(super) fn lost_in_field(&mut self, target: Node<'w>, from: &[Src], parts: &[Part]) {
        let Some(selector) = SelectorExpr::cast(target) else { return };
        let types = self.shapes.types();
        let denoted = types.denoted(selector.sel());
        let Some(selection) = types.selection(selector) else { return };
        let is_field = matches!(selection.kind, SelectionKind::Field(_));
        if is_field && denoted != Denoted::Literal && declared(self.ws, denoted).is_none() {
            self.lost_in_outer_field(from, parts, target, selection.holder, selector.sel().text());
        }
    }

    /// The same, given the type that has the field.
    pub(super) fn lost_in_outer_field(&mut self, from: &[Src], parts: &[Part], node: Node<'w>, ty: Ty, name: &str) {
        let form = self.shapes.types().form(ty);
        // What an error holds it wraps; of what else holds one nothing is known.
        let is_held = parts.iter().any(|it| it.slot == Slot::VALUE) && !self.shapes.is_error(ty);
        if is_held && known::shared_box(&form).is_none() {
            let holder = self.shapes.types().spell(ty).unwrap_or_default();
            self.look(from, Look::Lost(Loss::Asked), node, &format!("{holder}.{name}"));
        }
        for part in parts.iter().filter(|it| it.slot.is_result()) {
            let results: Vec<Src> = from.iter().filter_map(|it| it.then(part.slot)).collect();
            match known::shared_box(&form) {
                Some(place) => {
                    let results: Vec<Src> = results.into_iter().map(|it| Src { way: Way::Loose, ..it }).collect();
                    self.flow(&results, Src::at(place), VALUE);
                }
                None => {
                    let holder = self.shapes.types().spell(ty).unwrap_or_default();
                    self.look(&results, Look::Lost(Loss::Callback), node, &format!("{holder}.{name}"));
                }
            }
        }
    }

    /// Notes that code outside can call the methods of an argument: of a parameter whose type is an interface.
    pub(super) fn lost_methods(&mut self, arg: Node<'w>, param: Ty, what: &str) {
        let types = self.shapes.types();
        let Form::Interface(methods) = types.form(types.underlying(param)) else { return };
        let ty = types.type_of(arg);
        let is_interface = matches!(types.form(types.underlying(ty)), Form::Interface(_));
        if ty == Ty::UNKNOWN || self.is_nil(arg) {
            return;
        }
        for method in methods.iter().filter(|it| it.name != "Error") {
            let Form::Func { results, .. } = types.form(method.signature) else { continue };
            let Some(index) = results.iter().position(|it| self.shapes.has_value(*it)) else { continue };
            let place = if is_interface {
                Some(self.dispatch_of(ty, &method.name))
            } else {
                let member = types.member(self.file.id(), ty, &method.name).ok().flatten();
                let ident = member.and_then(|it| it.declaration).map_or(Denoted::Unknown, Denoted::Declared);
                declared(self.ws, ident).map(|it| self.index.place(it))
            };
            if let Some(from) = place.and_then(|it| Src::at(it).then(Slot::result(index))) {
                self.look(&[from], Look::Lost(Loss::Method), arg, &format!("{what}, which can call {}", method.name));
            }
        }
    }

    /// Notes the methods that libraries find by asking values for them, whatever the type by which these got there.
    pub(super) fn asked_for(&mut self) {
        let of_sql = specs(self.file).any(|it| it.import_path().starts_with("database/sql"));
        let decls: Vec<FuncDecl<'w>> = self.file.root().children_in(Role::Decls).filter_map(FuncDecl::cast).collect();
        for decl in decls.into_iter().filter(|it| it.recv().is_some()) {
            let name = decl.name().text();
            if !known::is_asked_for(name, of_sql) {
                continue;
            }
            let types = self.shapes.types();
            let Form::Func { results, .. } = types.form(types.type_of(decl.name())) else { continue };
            let of = self.index.place(decl.name());
            for (index, _) in results.iter().enumerate().filter(|it| self.shapes.has_value(*it.1)) {
                let spot = Src { slot: Slot::result(index), ..Src::at(of) };
                self.look(&[spot], Look::Lost(Loss::Method), decl.name(), &format!("libraries, which can call {name}"));
            }
        }
    }

    /// Notes which functions importers can call.
    pub(super) fn exported(&mut self) {
        let project = self.ws.project();
        let entry = project.file(self.file.id());
        let package = self.ws.package_of(self.file.id());
        let path = package.import_path();
        let is_inner = path.is_none_or(|it| it.split('/').any(|it| it == "internal"));
        if entry.is_test() || package.is_program() || is_inner {
            return;
        }
        let decls: Vec<FuncDecl<'w>> = self.file.root().children_in(Role::Decls).filter_map(FuncDecl::cast).collect();
        for decl in decls {
            let receiver = decl.recv().into_iter().flat_map(Node::descendants);
            let base = receiver.filter(|it| it.role() != Role::Names).find_map(Node::as_ident);
            if !crate::is_exported(decl.name().text()) || base.is_some_and(|it| !crate::is_exported(it)) {
                continue;
            }
            let types = self.shapes.types();
            let of = self.index.place(decl.name());
            let Form::Func { results, .. } = types.form(types.type_of(decl.name())) else { continue };
            for (index, _) in results.iter().enumerate().filter(|it| self.shapes.has_value(*it.1)) {
                let spot = Src { slot: Slot::result(index), ..Src::at(of) };
                self.look(&[spot], Look::Lost(Loss::Exported), decl.name(), "importers");
            }
        }
    }
}

/// The place of a function's declaration is that of its name; kept here so that both sides agree.
pub(super) fn place_of_func(index: &super::index::Index, func: Node<'_>) -> Place {
    match FuncDecl::cast(func) {
        Some(decl) => index.place(decl.name()),
        None => Place::decl(func),
    }
}
