//! Which type literal the type of an expression is written as. Identical literals are one type for [`crate::Types`], but
//! each has fields of its own.

use gofix_syntax::{
    Kind, Node, Role, Token,
    ast::{AstNode, CompositeLit, MapType, SelectorExpr, StructType},
};

use crate::{Def, DefKind, Res, Types, Workspace, types::Denoted};

/// How long a chain of expressions and declarations may be.
const MAX_STEPS: u32 = 32;

impl Workspace {
    /// The declaration of a field that `selector` selects from a value whose type is a struct literal, found by the
    /// declarations that lead to it: variables, elements, fields. None if those are others, as results of calls.
    pub(crate) fn field_of_literal<'w>(&'w self, types: &Types<'w>, selector: SelectorExpr<'w>) -> Option<Node<'w>> {
        let ty = self.written_type(types, selector.x(), MAX_STEPS)?;
        field(through_pointer(ty), selector.sel().text())
    }

    /// The type of an expression as it is written somewhere. Whether a pointer to it is meant is left open.
    fn written_type<'w>(&'w self, types: &Types<'w>, expr: Node<'w>, steps: u32) -> Option<Node<'w>> {
        let (expr, steps) = (expr.unparen(), steps.checked_sub(1)?);
        match expr.kind() {
            Kind::Ident => match self.resolve(expr) {
                Res::Def(def) => self.declared_as(types, def, steps),
                _ => None,
            },
            Kind::CompositeLit => CompositeLit::cast(expr)?.ty(),
            Kind::StarExpr => self.written_type(types, expr.child(Role::X)?, steps),
            Kind::UnaryExpr if expr.op() == Token::And => self.written_type(types, expr.child(Role::X)?, steps),
            Kind::IndexExpr => element(self.written_type(types, expr.child(Role::X)?, steps)?),
            Kind::SelectorExpr => {
                let selector = SelectorExpr::cast(expr)?;
                let found = match types.denoted(selector.sel()) {
                    Denoted::Declared(found) => found,
                    Denoted::Literal => {
                        field(through_pointer(self.written_type(types, selector.x(), steps)?), selector.sel().text())?
                    }
                    _ => return None,
                };
                self.declared_as(types, Def::of(found)?, steps)
            }
            _ => None,
        }
    }

    fn declared_as<'w>(&'w self, types: &Types<'w>, def: Def<'w>, steps: u32) -> Option<Node<'w>> {
        // An embedded field, or a parameter that stands for several values.
        let single = |it: Node<'w>| Some(it).filter(|it| it.kind() != Kind::Ellipsis);
        let node = def.node();
        let position = |role: Role| node.children_in(role).position(|it| it.unparen() == def.ident());
        match (node.kind(), def.kind()) {
            (Kind::Field, DefKind::Field | DefKind::Param | DefKind::Result) => {
                node.children_in(Role::Names).find(|it| *it == def.ident())?;
                single(node.child(Role::Type)?)
            }
            (Kind::RangeStmt, _) if def.ident().role() == Role::Value => {
                element(self.written_type(types, node.child(Role::X)?, steps)?)
            }
            (Kind::AssignStmt, _) => {
                let (index, values) = (position(Role::Lhs)?, node.children_in(Role::Rhs));
                let values: Vec<_> = values.collect();
                let matching = node.children_in(Role::Lhs).count() == values.len();
                self.written_type(types, *values.get(index).filter(|_| matching)?, steps)
            }
            (Kind::ValueSpec, DefKind::Var) => match node.child(Role::Type) {
                Some(ty) => Some(ty),
                None => {
                    let (index, values) = (position(Role::Names)?, node.children_in(Role::Values));
                    let values: Vec<_> = values.collect();
                    let matching = node.children_in(Role::Names).count() == values.len();
                    self.written_type(types, *values.get(index).filter(|_| matching)?, steps)
                }
            },
            _ => None,
        }
    }
}

/// The element type of a written slice, array or map type.
fn element(ty: Node<'_>) -> Option<Node<'_>> {
    let ty = through_pointer(ty);
    match ty.kind() {
        Kind::ArrayType => ty.child(Role::Elt),
        Kind::MapType => Some(MapType::cast(ty)?.value()),
        _ => None,
    }
}

fn through_pointer(ty: Node<'_>) -> Node<'_> {
    let ty = ty.unparen();
    match (ty.kind(), ty.child(Role::X)) {
        (Kind::StarExpr, Some(to)) => to.unparen(),
        _ => ty,
    }
}

/// The declaration of a field that a struct literal names.
fn field<'w>(ty: Node<'w>, name: &str) -> Option<Node<'w>> {
    let fields = StructType::cast(ty)?.fields().children_in(Role::List);
    fields.flat_map(|it| it.children_in(Role::Names)).find(|it| it.text() == name)
}
