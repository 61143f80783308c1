//! What identifiers can mean.

use gofix_syntax::{
    Kind, Node, Role, Token,
    ast::{AstNode, FuncDecl, GenDecl},
};

/// An answer that may be missing. Only [`Tri::Yes`] and [`Tri::No`] are proofs.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
pub enum Tri {
    /// It holds.
    Yes,
    /// It does not hold.
    No,
    /// It cannot be told from what was read.
    Unknown,
}

impl Tri {
    /// Whether it is proved to hold.
    pub fn is_yes(self) -> bool {
        self == Tri::Yes
    }

    /// Whether it is proved not to hold.
    pub fn is_no(self) -> bool {
        self == Tri::No
    }
}

impl From<bool> for Tri {
    fn from(holds: bool) -> Tri {
        if holds { Tri::Yes } else { Tri::No }
    }
}

/// What an identifier, or an expression that is a name, denotes.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Res<'a> {
    /// A declaration in this package; for the identifier in a declaration, that declaration.
    Def(Def<'a>),
    /// An imported package.
    Package {
        /// The `ImportSpec`.
        spec: Node<'a>,
        /// The import path as written.
        path: &'a str,
    },
    /// A predeclared identifier.
    Universe(&'static str),
    /// `name` of the package imported as `path`. Nothing of its declaration is known.
    External {
        /// The import path as written.
        path: &'a str,
        /// The name, always exported (or of package `C`).
        name: &'a str,
    },
    /// It cannot be told, or it denotes nothing: `_`, a package clause, a field or method selected from a value.
    Unknown,
}

impl<'a> Res<'a> {
    /// The declaration, if it is one of this package.
    pub fn def(self) -> Option<Def<'a>> {
        match self {
            Res::Def(def) => Some(def),
            _ => None,
        }
    }

    /// Whether it is proved to be `name` of the package `path`.
    pub fn is_external(self, path: &str, name: &str) -> bool {
        matches!(self, Res::External { path: p, name: n } if p == path && n == name)
    }

    /// Whether it is proved to be the predeclared `name`.
    pub fn is_universe(self, name: &str) -> bool {
        matches!(self, Res::Universe(it) if it == name)
    }
}

/// What a declaration declares.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
pub enum DefKind {
    /// A constant, of the package or local.
    Const,
    /// A variable, of the package or local: `var`, `:=`, a `range` clause, the symbol of a type switch.
    Var,
    /// A parameter of a function, a function literal or a function type.
    Param,
    /// A named result.
    Result,
    /// The receiver of a method.
    Receiver,
    /// A type parameter, those that a receiver declares included.
    TypeParam,
    /// A type, of the package or local, aliases included.
    Type,
    /// A function.
    Func,
    /// A method: of a type, or of an interface.
    Method,
    /// A field of a struct; an embedded one is declared by the name of its type.
    Field,
    /// A label.
    Label,
}

/// A declaration: the identifier that declares, and what.
///
/// The symbol of a type switch (`switch x := y.(type)`) is one declaration, though it stands for one variable in each
/// clause.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
pub struct Def<'a> {
    ident: Node<'a>,
    kind: DefKind,
}

impl<'a> Def<'a> {
    /// The declaration that `ident` makes. `ident` must be a declaring identifier.
    pub fn of(ident: Node<'a>) -> Option<Def<'a>> {
        Some(Def { ident, kind: kind_of(ident)? })
    }

    /// The embedded field that is named by `ident`, the name of its type, which is also a use of that type.
    pub fn embedded_field(ident: Node<'a>) -> Option<Def<'a>> {
        let is_name = |it: &Node<'a>| !matches!(it.role(), Role::Names | Role::Tag);
        let mut at = ident;
        while let Some(parent) = at.parent().filter(|_| is_name(&at)) {
            if parent.kind() == Kind::Field {
                let anonymous = parent.child(Role::Names).is_none();
                let of_struct =
                    parent.parent().and_then(|it| it.parent()).is_some_and(|it| it.kind() == Kind::StructType);
                return (anonymous && of_struct).then_some(Def { ident, kind: DefKind::Field });
            }
            let inside = match parent.kind() {
                Kind::SelectorExpr => at.role() == Role::Sel,
                Kind::StarExpr | Kind::ParenExpr | Kind::IndexExpr | Kind::IndexListExpr => at.role() == Role::X,
                _ => false,
            };
            if !inside {
                return None;
            }
            at = parent;
        }
        None
    }

    /// The identifier that declares.
    pub fn ident(self) -> Node<'a> {
        self.ident
    }

    /// The declared name.
    pub fn name(self) -> &'a str {
        self.ident.text()
    }

    /// What it declares.
    pub fn kind(self) -> DefKind {
        self.kind
    }

    /// The node that declares it, and maybe others with it: `FuncDecl`, `TypeSpec`, `ValueSpec`, `Field`, `AssignStmt`,
    /// `RangeStmt`, `LabeledStmt`.
    pub fn node(self) -> Node<'a> {
        let declares = |it: &Node<'a>| {
            use Kind::*;
            matches!(it.kind(), FuncDecl | TypeSpec | ValueSpec | Field | AssignStmt | RangeStmt | LabeledStmt)
        };
        self.ident.ancestors().find(declares).unwrap_or(self.ident)
    }

    /// Whether it belongs to the package block: visible in all files of the package.
    pub fn is_package_level(self) -> bool {
        let parent = self.ident.parent();
        let mut above = parent.into_iter().flat_map(|it| it.ancestors());
        match self.kind {
            DefKind::Func => true,
            DefKind::Const | DefKind::Var | DefKind::Type => {
                let in_decl = above.next().is_some_and(|it| it.kind() == Kind::GenDecl);
                in_decl && above.next().is_some_and(|it| it.kind() == Kind::File)
            }
            _ => false,
        }
    }

    /// Whether it is a variable in the sense of the spec: `var`, parameter, named result or receiver.
    pub fn is_variable(self) -> bool {
        matches!(self.kind, DefKind::Var | DefKind::Param | DefKind::Result | DefKind::Receiver)
    }

    /// Whether the name is exported (spec: Exported identifiers).
    pub fn is_exported(self) -> bool {
        is_exported(self.name())
    }
}

/// Whether a name is exported: its first character is an upper-case letter (spec: Exported identifiers).
pub fn is_exported(name: &str) -> bool {
    // Beyond class Lu, `is_uppercase` holds only for characters that no identifier has.
    name.chars().next().is_some_and(char::is_uppercase)
}

/// What the identifier declares, by its place in the tree.
fn kind_of(ident: Node<'_>) -> Option<DefKind> {
    let parent = ident.parent()?;
    Some(match (ident.role(), parent.kind()) {
        (Role::Name, Kind::FuncDecl) if FuncDecl::cast(parent)?.recv().is_some() => DefKind::Method,
        (Role::Name, Kind::FuncDecl) => DefKind::Func,
        (Role::Name, Kind::TypeSpec) => DefKind::Type,
        (Role::Names, Kind::ValueSpec) if GenDecl::cast(parent.parent()?)?.tok() == Token::Const => DefKind::Const,
        (Role::Names, Kind::ValueSpec) | (Role::Lhs, Kind::AssignStmt) => DefKind::Var,
        (Role::Key | Role::Value, Kind::RangeStmt) => DefKind::Var,
        (Role::Label, Kind::LabeledStmt) => DefKind::Label,
        (Role::Names, Kind::Field) => match parent.parent()?.role() {
            Role::Params => DefKind::Param,
            Role::Results => DefKind::Result,
            Role::Recv => DefKind::Receiver,
            Role::TypeParams => DefKind::TypeParam,
            Role::Methods => DefKind::Method,
            _ => DefKind::Field,
        },
        // In a receiver, `K` of `T[K]` declares; the name of an embedded field's type declares the field.
        (Role::Index | Role::Indices, _) => DefKind::TypeParam,
        (Role::Type | Role::X | Role::Sel, _) => DefKind::Field,
        _ => return None,
    })
}
