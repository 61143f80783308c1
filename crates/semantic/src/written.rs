//! Which type literal the type of an expression is written as. Identical literals are one type for [`crate::Types`], but
//! each has fields of its own.

use gofix_syntax::{
    Kind, Node, Role, Token,
    ast::{AstNode, CompositeLit, FuncDecl, InterfaceType, MapType, SelectorExpr, StructType, TypeSpec},
};

use crate::{Def, DefKind, Res, Types, Workspace, types::Denoted};

/// How long a chain of expressions and declarations may be.
const MAX_STEPS: u32 = 32;

impl Workspace {
    /// The declaration of a field or method that `selector` selects from a value whose type is a literal, found by the
    /// declarations that lead to it: variables, elements, fields, results. None if it is promoted, or they are others.
    pub(crate) fn member_of_literal<'w>(&'w self, types: &Types<'w>, selector: SelectorExpr<'w>) -> Option<Node<'w>> {
        let ty = self.written_type(types, selector.x(), MAX_STEPS)?;
        member(self.literal(types, ty), selector.sel().text())
    }

    /// The literal that a type is declared with, maybe by way of others and of pointers.
    fn literal<'w>(&'w self, types: &Types<'w>, ty: Node<'w>) -> Node<'w> {
        let mut ty = ty;
        for _ in 0..MAX_STEPS {
            ty = ty.unparen();
            let named = match ty.kind() {
                Kind::Ident => Some(ty),
                Kind::SelectorExpr => ty.child(Role::Sel),
                Kind::IndexExpr | Kind::IndexListExpr | Kind::StarExpr => {
                    let Some(x) = ty.child(Role::X) else { return ty };
                    ty = x;
                    continue;
                }
                _ => return ty,
            };
            let Some(Denoted::Declared(ident)) = named.map(|it| types.denoted(it)) else { return ty };
            let Some(spec) = ident.parent().and_then(TypeSpec::cast) else { return ty };
            ty = spec.ty();
        }
        ty
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
            Kind::IndexExpr => element(self.literal(types, self.written_type(types, expr.child(Role::X)?, steps)?)),
            Kind::TypeAssertExpr => expr.child(Role::Type),
            Kind::CallExpr => {
                let fun = expr.child(Role::Fun)?.unparen();
                match types.denoted(fun.child(Role::Sel).unwrap_or(fun)) {
                    Denoted::Declared(ident) => only_result(ident.parent().and_then(FuncDecl::cast)?),
                    _ => None,
                }
            }
            Kind::SelectorExpr => {
                let selector = SelectorExpr::cast(expr)?;
                let found = match types.denoted(selector.sel()) {
                    Denoted::Declared(found) => found,
                    Denoted::Literal => {
                        let ty = self.written_type(types, selector.x(), steps)?;
                        member(self.literal(types, ty), selector.sel().text())?
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
                element(self.literal(types, self.written_type(types, node.child(Role::X)?, steps)?))
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
    match ty.kind() {
        Kind::ArrayType => ty.child(Role::Elt),
        Kind::MapType => Some(MapType::cast(ty)?.value()),
        _ => None,
    }
}

/// The type of the result of a function that has one.
fn only_result(func: FuncDecl<'_>) -> Option<Node<'_>> {
    let mut fields = func.func_type().results()?.children_in(Role::List);
    let only = fields.next().filter(|it| it.children_in(Role::Names).count() < 2)?;
    if fields.next().is_some() { None } else { only.child(Role::Type) }
}

/// The declaration of a field or method that a literal names.
fn member<'w>(ty: Node<'w>, name: &str) -> Option<Node<'w>> {
    let list = match StructType::cast(ty) {
        Some(structure) => structure.fields(),
        None => InterfaceType::cast(ty)?.methods(),
    };
    list.children_in(Role::List).flat_map(|it| it.children_in(Role::Names)).find(|it| it.text() == name)
}
