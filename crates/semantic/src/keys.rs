//! Keys of composite literals: fields of a struct, or expressions (spec: Composite literals).

use gofix_syntax::{
    Kind, Node, Role,
    ast::{AstNode, CompositeLit, StructType, TypeSpec},
};

use crate::{Def, DefKind, Res, Workspace, def::is_exported, names::KeySlot};

/// How deep literals without a type may be nested in one that has one, and how long a chain of declared types may be.
const MAX_STEPS: usize = 64;

/// What the type of a composite literal is, as far as names tell.
#[derive(Copy, Clone)]
enum LiteralType<'a> {
    /// A struct type: keys are its fields.
    Struct(Node<'a>),
    /// An array, slice or map type: keys are expressions.
    Listed(Node<'a>),
    /// A type of another package. Of a struct, only exported fields can be set.
    Foreign,
    Unknown,
}

impl LiteralType<'_> {
    fn takes_expression(self, key: Node<'_>) -> bool {
        match self {
            LiteralType::Listed(_) => true,
            LiteralType::Foreign => !is_exported(key.text()),
            LiteralType::Struct(_) | LiteralType::Unknown => false,
        }
    }
}

impl Workspace {
    pub(crate) fn resolve_key<'a>(&'a self, key: Node<'a>, slot: KeySlot) -> Res<'a> {
        match self.type_around(key) {
            LiteralType::Struct(ty) => field(ty, key.text()).and_then(Def::of).map_or(Res::Unknown, Res::Def),
            ty if ty.takes_expression(key) => self.resolve_plain_key(key, slot),
            _ => Res::Unknown,
        }
    }

    /// Whether a key is known to be an expression rather than a field.
    pub(crate) fn is_expression_key(&self, key: Node<'_>) -> bool {
        self.type_around(key).takes_expression(key)
    }

    fn type_around<'a>(&'a self, key: Node<'a>) -> LiteralType<'a> {
        let literal = key.ancestors().nth(1).filter(|it| it.kind() == Kind::CompositeLit);
        literal.map_or(LiteralType::Unknown, |it| self.literal_type(it))
    }

    fn literal_type<'a>(&'a self, literal: Node<'a>) -> LiteralType<'a> {
        // Up to the literal that has a type, and down again by what each literal is to the one around it.
        let mut steps = Vec::new();
        let mut outer = literal;
        let written = loop {
            match CompositeLit::cast(outer).map(|it| it.ty()) {
                Some(Some(ty)) => break ty,
                Some(None) if steps.len() < MAX_STEPS => steps.push(outer.role()),
                _ => return LiteralType::Unknown,
            }
            let above = outer.ancestors().find(|it| it.kind() != Kind::KeyValueExpr);
            let Some(above) = above else { return LiteralType::Unknown };
            outer = above;
        };
        let mut ty = self.underlying(written);
        for role in steps.into_iter().rev() {
            let LiteralType::Listed(list) = ty else { return LiteralType::Unknown };
            let of_key = role == Role::Key && list.kind() == Kind::MapType;
            let element = list.child(if of_key {
                Role::Key
            } else if list.kind() == Kind::MapType {
                Role::Value
            } else {
                Role::Elt
            });
            let Some(mut element) = element.map(Node::unparen) else { return LiteralType::Unknown };
            // `&T` may be left out like `T`.
            if element.kind() == Kind::StarExpr {
                let Some(inner) = element.child(Role::X) else { return LiteralType::Unknown };
                element = inner;
            }
            ty = self.underlying(element);
        }
        ty
    }

    fn underlying<'a>(&'a self, ty: Node<'a>) -> LiteralType<'a> {
        let mut ty = ty;
        for _ in 0..MAX_STEPS {
            ty = ty.unparen();
            ty = match ty.kind() {
                Kind::StructType => return LiteralType::Struct(ty),
                Kind::ArrayType | Kind::MapType => return LiteralType::Listed(ty),
                Kind::IndexExpr | Kind::IndexListExpr => match ty.child(Role::X) {
                    Some(generic) => generic,
                    None => return LiteralType::Unknown,
                },
                Kind::Ident | Kind::SelectorExpr => match self.resolve_expr(ty) {
                    Res::Def(def) if def.kind() == DefKind::Type => match TypeSpec::cast(def.node()) {
                        Some(spec) => spec.ty(),
                        None => return LiteralType::Unknown,
                    },
                    Res::External { path, .. } if path != "C" => return LiteralType::Foreign,
                    _ => return LiteralType::Unknown,
                },
                _ => return LiteralType::Unknown,
            };
        }
        LiteralType::Unknown
    }
}

/// The identifier that declares a field of a struct type: in a list of names, or as the name of an embedded type.
fn field<'a>(ty: Node<'a>, name: &str) -> Option<Node<'a>> {
    let fields = StructType::cast(ty)?.fields();
    fields.children_in(Role::List).find_map(|field| {
        let mut names = field.children_in(Role::Names).peekable();
        match names.peek() {
            Some(_) => names.find(|it| it.text() == name),
            None => embedded_name(field.child(Role::Type)?).filter(|it| it.text() == name),
        }
    })
}

/// The identifier that names an embedded field: the last of `T`, `*T`, `p.T`, `T[A]`.
pub(crate) fn embedded_name(ty: Node<'_>) -> Option<Node<'_>> {
    let mut ty = ty;
    loop {
        ty = match ty.kind() {
            Kind::Ident => return Some(ty),
            Kind::SelectorExpr => ty.child(Role::Sel)?,
            Kind::StarExpr | Kind::ParenExpr | Kind::IndexExpr | Kind::IndexListExpr => ty.child(Role::X)?,
            _ => return None,
        };
    }
}
