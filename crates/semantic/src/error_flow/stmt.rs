//! Statements and literals: where they let errors flow.

use gofix_syntax::{
    Kind, Node, Role, Token,
    ast::{AstNode, CallExpr, FuncDecl, RangeStmt, ReturnStmt},
};

use super::{
    place::{Place, Seen, Slot, Way},
    visit::{Src, Visitor, results},
};
use crate::{
    flow::walk::enclosing_func,
    types::{Form, Ty},
};

impl<'w> Visitor<'_, 'w> {
    pub(super) fn visit(&mut self, node: Node<'w>) {
        self.current = self.owner(node);
        match node.kind() {
            Kind::AssignStmt if matches!(node.op(), Token::Assign | Token::Define) => {
                self.assign(node, Role::Lhs, Role::Rhs);
            }
            Kind::AssignStmt if node.op() == Token::AddAssign => {
                node.child(Role::Rhs).into_iter().for_each(|it| self.text_kept(it));
            }
            Kind::ValueSpec => self.assign(node, Role::Names, Role::Values),
            Kind::RangeStmt => self.range(node),
            Kind::ReturnStmt => self.returned(node),
            Kind::SendStmt => self.send(node),
            Kind::CallExpr => {
                if let Some(call) = CallExpr::cast(node) {
                    self.call(call);
                }
            }
            Kind::CompositeLit => self.composite(node),
            Kind::BinaryExpr => self.compare(node),
            Kind::SwitchStmt => self.switch(node),
            Kind::TypeAssertExpr => self.assertion(node),
            Kind::IndexExpr => {
                self.looked_up(node);
                self.text_operand_taken_apart(node);
            }
            Kind::SliceExpr => self.text_operand_taken_apart(node),
            Kind::SelectorExpr => {
                self.method_value(node);
                self.func_value(node);
            }
            _ => {}
        }
    }

    fn assign(&mut self, stmt: Node<'w>, to: Role, from: Role) {
        let values: Vec<Node<'w>> = stmt.children_in(from).collect();
        if values.is_empty() {
            return;
        }
        let targets: Vec<Node<'w>> = stmt.children_in(to).collect();
        for (index, &target) in targets.iter().enumerate() {
            let (value, result) = match values[..] {
                [only] => (only, index),
                _ => match values.get(index) {
                    Some(value) => (*value, 0),
                    None => return,
                },
            };
            self.store(
                target.unparen(),
                |it| it.sources(value, result),
                Some(value).filter(|_| values.len() > 1 || targets.len() == 1),
            );
        }
    }

    /// Assigns to a target. `value` is what is assigned, if it is one value.
    fn store(&mut self, target: Node<'w>, from: impl FnOnce(&mut Self) -> Vec<Src>, value: Option<Node<'w>>) {
        if target.as_ident() == Some("_") {
            return;
        }
        self.stream_replaced(target);
        let types = self.shapes.types();
        if let Some(value) = value.filter(|_| self.shapes.has_value(types.type_of(target))) {
            self.text_kept(value);
        }
        value.into_iter().for_each(|it| self.value_kept(it, types.type_of(target)));
        if let Some(var) = self.locals.var(target) {
            let parts = var.parts.clone();
            let from = from(self);
            return self.flow(&from, Src::at(Place::decl(target)), &parts);
        }
        let mut parts = self.shapes.of(types.type_of(target));
        if let Some(value) = value
            && types.type_of(target) == Ty::UNKNOWN
        {
            parts = self.shapes.of(types.type_of(value));
        }
        if parts.is_empty() {
            return value.into_iter().for_each(|it| self.text_kept(it));
        }
        let from = from(self);
        if from.is_empty() {
            return;
        }
        for to in self.sources(target, 0) {
            self.flow(&from, Src { way: Way::Plain, seen: Seen::Value, ..to }, &parts);
        }
        self.lost_in_field(target, &from, &parts);
    }

    fn range(&mut self, node: Node<'w>) {
        let Some(stmt) = RangeStmt::cast(node) else { return };
        let types = self.shapes.types();
        let ty = types.type_of(stmt.x());
        let over = types.form(types.underlying(ty));
        self.text_taken_apart(stmt.x(), stmt.x());
        for (index, target) in [stmt.key(), stmt.value()].into_iter().enumerate() {
            let Some(target) = target else { continue };
            let is_held = match &over {
                Form::Map(..) | Form::Func { .. } | Form::Unknown | Form::TypeParam(_) => true,
                Form::Chan { .. } => index == 0,
                _ => index == 1,
            };
            if !is_held {
                continue;
            }
            let is_func = matches!(over, Form::Func { .. });
            let x = stmt.x();
            let get = |it: &mut Self| {
                let from = it.sources(x, 0);
                if !is_func {
                    return from;
                }
                let step = Slot::param(0).then(Slot::param(index));
                from.into_iter().filter_map(|it| Some(Src { way: Way::Loose, ..it.then(step?)? })).collect()
            };
            self.store(target.unparen(), get, None);
        }
    }

    fn returned(&mut self, node: Node<'w>) {
        let (Some(stmt), Some(func), Some(of)) = (ReturnStmt::cast(node), enclosing_func(node), self.func_place(node))
        else {
            return;
        };
        let Some(ty) = func.child(Role::Type) else { return };
        let types = self.shapes.types();
        let signature = types.type_of(func.child(Role::Name).unwrap_or(func));
        let Form::Func { results: declared, .. } = types.form(signature) else { return };
        let names: Vec<Option<Node<'w>>> = results(ty).collect();
        let values: Vec<Node<'w>> = stmt.results().collect();
        for (index, ty) in declared.iter().enumerate() {
            let ident = names.get(index).copied().flatten();
            let parts = self.shapes.of(*ty);
            if parts.is_empty() {
                // The text of an error that is made of others is followed by way of them.
                if !is_text_method(func)
                    && let Some(value) = values.get(index).filter(|_| values.len() == declared.len())
                {
                    self.text_kept(*value);
                }
                continue;
            }
            // As a value of type `any`.
            if let Some(value) = values.get(index).filter(|_| values.len() == declared.len()) {
                self.text_kept(*value);
                self.value_kept(*value, *ty);
            }
            let var = ident.and_then(|it| self.var(it));
            let mut from = match (&values[..], var) {
                ([], Some(var)) => self.locals.read(var, node).into_iter().map(Src::at).collect(),
                ([], None) => Vec::new(),
                ([only], _) if declared.len() > 1 => self.sources(*only, index),
                (values, _) => values.get(index).map_or(Vec::new(), |it| self.sources(*it, 0)),
            };
            // What deferred literals do with a named result.
            if let Some(var) = ident.and_then(|it| self.var(it)).filter(|it| it.is_captured || it.is_addressed) {
                let (shared, foreign) = (Src::at(Place::shared(var.decl)), Src::at(Place::foreign(var.decl)));
                let (by_literals, addressed) = (var.is_written_by_literals(), var.is_addressed);
                self.flow(&from, shared, &parts);
                from.extend(by_literals.then_some(foreign));
                from.extend(addressed.then_some(shared));
            }
            if let Some(slot) = Src::at(of).then(Slot::result(index)) {
                self.flow(&from, slot, &parts);
            }
        }
    }

    fn send(&mut self, node: Node<'w>) {
        let (Some(chan), Some(value)) = (node.child(Role::Chan), node.child(Role::Value)) else { return };
        let parts = self.shapes.of(self.shapes.types().type_of(value));
        self.text_kept(value);
        let from = self.sources(value, 0);
        for to in self.sources(chan, 0) {
            self.flow(&from, Src { way: Way::Plain, seen: Seen::Value, ..to }, &parts);
        }
    }

    /// Stores what the literal of a struct type gives to fields.
    fn composite(&mut self, node: Node<'w>) {
        let types = self.shapes.types();
        let elements: Vec<Node<'w>> = node.children_in(Role::Elts).collect();
        if elements.is_empty() {
            return;
        }
        let mut ty = types.type_of(node);
        if let (None, Form::Pointer(to)) = (node.child(Role::Type), types.form(types.underlying(ty))) {
            ty = to;
        }
        let Form::Struct(fields) = types.form(types.underlying(ty)) else { return self.elements_kept(node) };
        for (index, element) in elements.into_iter().enumerate() {
            let (value, name, key) = match (element.child(Role::Key), element.child(Role::Value)) {
                (Some(key), Some(value)) if element.kind() == Kind::KeyValueExpr => (value, key.text(), Some(key)),
                _ => match fields.get(index) {
                    Some(field) => (element, &*field.name, None),
                    None => return,
                },
            };
            let Some(field) = fields.iter().find(|it| it.name == name) else { continue };
            let parts = self.shapes.of(field.ty);
            self.text_kept(value);
            self.value_kept(value, field.ty);
            if parts.is_empty() {
                continue;
            }
            let from = self.sources(value, 0);
            if from.is_empty() {
                continue;
            }
            match self.field_place(ty, name, key) {
                Some(place) => self.flow(&from, Src::at(place), &parts),
                None => {
                    if let Some(place) = self.outer_field(ty, name) {
                        self.flow(&from, Src::at(place), &parts);
                    }
                    self.lost_in_outer_field(&from, &parts, node, ty, name);
                }
            }
        }
    }
}

/// Whether a function is a method that says what an error is: `Error() string`.
fn is_text_method(func: Node<'_>) -> bool {
    FuncDecl::cast(func).is_some_and(|it| it.recv().is_some() && it.name().text() == "Error")
}
