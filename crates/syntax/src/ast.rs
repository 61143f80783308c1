//! Typed views of nodes, with go/ast's names for types and fields.
//!
//! A tree has nodes of valid declarations only (a broken one is a childless `BadDecl`), so a field that go/ast never
//! leaves nil is there.

use crate::{
    kind::{Kind, Role},
    token::Token,
    tree::Node,
};

/// A view of nodes of one kind.
pub trait AstNode<'a>: Copy {
    /// The view, if `node` is of that kind.
    fn cast(node: Node<'a>) -> Option<Self>;
    /// The node itself.
    fn node(self) -> Node<'a>;
}

fn required<'a>(node: Node<'a>, role: Role) -> Node<'a> {
    match node.child(role) {
        Some(child) => child,
        None => unreachable!("{node:?} has no {role:?}"),
    }
}

macro_rules! field {
    ($get:ident, $role:ident, req) => {
        /// The go/ast field of that name.
        pub fn $get(self) -> Node<'a> {
            required(self.0, Role::$role)
        }
    };
    ($get:ident, $role:ident, opt) => {
        /// The go/ast field of that name, if it is not nil.
        pub fn $get(self) -> Option<Node<'a>> {
            self.0.child(Role::$role)
        }
    };
    ($get:ident, $role:ident, list) => {
        /// The elements of the go/ast field of that name.
        pub fn $get(self) -> impl Iterator<Item = Node<'a>> {
            self.0.children_in(Role::$role)
        }
    };
}

macro_rules! ast {
    ($($name:ident { $($get:ident: $role:ident $how:ident),* $(,)? })*) => {$(
        #[doc = concat!("go/ast's `", stringify!($name), "`.")]
        #[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
        pub struct $name<'a>(Node<'a>);

        impl<'a> AstNode<'a> for $name<'a> {
            fn cast(node: Node<'a>) -> Option<Self> {
                (node.kind() == Kind::$name).then_some($name(node))
            }
            fn node(self) -> Node<'a> {
                self.0
            }
        }

        impl<'a> $name<'a> {
            $(field!($get, $role, $how);)*
        }
    )*};
}

ast! {
    File { name: Name req, decls: Decls list }
    GenDecl { specs: Specs list }
    FuncDecl { recv: Recv opt, name: Name req, ty: Type req, body: Body opt }
    ImportSpec { name: Name opt, path: Path req }
    ValueSpec { names: Names list, ty: Type opt, values: Values list }
    TypeSpec { name: Name req, type_params: TypeParams opt, ty: Type req }
    Field { names: Names list, ty: Type req, tag: Tag opt }
    FieldList { list: List list }
    Ident {}
    BasicLit {}
    CompositeLit { ty: Type opt, elts: Elts list }
    FuncLit { ty: Type req, body: Body req }
    ParenExpr { x: X req }
    SelectorExpr { x: X req, sel: Sel req }
    IndexExpr { x: X req, index: Index req }
    IndexListExpr { x: X req, indices: Indices list }
    SliceExpr { x: X req, low: Low opt, high: High opt, max: Max opt }
    TypeAssertExpr { x: X req, ty: Type opt }
    CallExpr { fun: Fun req, args: Args list }
    StarExpr { x: X req }
    UnaryExpr { x: X req }
    BinaryExpr { x: X req, y: Y req }
    KeyValueExpr { key: Key req, value: Value req }
    Ellipsis { elt: Elt opt }
    ArrayType { len: Len opt, elt: Elt req }
    StructType { fields: Fields req }
    FuncType { type_params: TypeParams opt, params: Params req, results: Results opt }
    InterfaceType { methods: Methods req }
    MapType { key: Key req, value: Value req }
    ChanType { value: Value req }
    DeclStmt { decl: Decl req }
    EmptyStmt {}
    LabeledStmt { label: Label req, stmt: Stmt req }
    ExprStmt { x: X req }
    SendStmt { chan: Chan req, value: Value req }
    IncDecStmt { x: X req }
    AssignStmt { lhs: Lhs list, rhs: Rhs list }
    GoStmt { call: Call req }
    DeferStmt { call: Call req }
    ReturnStmt { results: Results list }
    BranchStmt { label: Label opt }
    BlockStmt { list: List list }
    IfStmt { init: Init opt, cond: Cond req, body: Body req, else_: Else opt }
    CaseClause { list: List list, body: Body list }
    SwitchStmt { init: Init opt, tag: Tag opt, body: Body req }
    TypeSwitchStmt { init: Init opt, assign: Assign req, body: Body req }
    CommClause { comm: Comm opt, body: Body list }
    SelectStmt { body: Body req }
    ForStmt { init: Init opt, cond: Cond opt, post: Post opt, body: Body req }
    RangeStmt { key: Key opt, value: Value opt, x: X req, body: Body req }
}

/// Flag bits of nodes, by kind.
pub(crate) mod flags {
    /// `GenDecl`: the specs stand in parentheses. `FieldList`: it has an opening and a closing token.
    pub(crate) const PAREN: u8 = 1;
    /// `CallExpr`: the last argument is followed by `...`.
    pub(crate) const ELLIPSIS: u8 = 1;
    /// `SliceExpr`: two colons.
    pub(crate) const SLICE3: u8 = 1;
    /// `TypeSpec`: it is an alias declaration.
    pub(crate) const ALIAS: u8 = 1;
    /// `EmptyStmt`: no semicolon in the text.
    pub(crate) const IMPLICIT: u8 = 1;
    /// `CaseClause`, `CommClause`: it starts with `default`.
    pub(crate) const DEFAULT: u8 = 1;
    /// `ChanType`: may be sent to, received from.
    pub(crate) const SEND: u8 = 1;
    pub(crate) const RECV: u8 = 2;
}

impl<'a> GenDecl<'a> {
    /// `import`, `const`, `type` or `var`.
    pub fn tok(self) -> Token {
        self.0.op()
    }

    /// Whether the specs stand in parentheses.
    pub fn is_group(self) -> bool {
        self.0.flags() & flags::PAREN != 0
    }
}

impl<'a> FieldList<'a> {
    /// Whether it stands in parentheses, brackets or braces; a single unnamed result may not.
    pub fn is_enclosed(self) -> bool {
        self.0.flags() & flags::PAREN != 0
    }
}

impl<'a> FuncDecl<'a> {
    /// Its type, as a view.
    pub fn func_type(self) -> FuncType<'a> {
        FuncType(self.ty())
    }
}

impl<'a> FuncLit<'a> {
    /// Its type, as a view.
    pub fn func_type(self) -> FuncType<'a> {
        FuncType(self.ty())
    }
}

impl<'a> ImportSpec<'a> {
    /// The import path, without its quotes.
    pub fn import_path(self) -> &'a str {
        self.path().text().trim_matches(|it| it == '"' || it == '`')
    }
}

impl<'a> TypeSpec<'a> {
    /// Whether it declares an alias (`type A = B`).
    pub fn is_alias(self) -> bool {
        self.0.flags() & flags::ALIAS != 0
    }
}

impl<'a> CallExpr<'a> {
    /// Whether the last argument is followed by `...`.
    pub fn has_ellipsis(self) -> bool {
        self.0.flags() & flags::ELLIPSIS != 0
    }

    /// The parenthesised arguments, from `(` to behind `)`.
    pub fn parens(self) -> gofix_text::TextRange {
        let (_, open) = self.0.file().token_from(self.fun().end());
        gofix_text::TextRange::new(open.start, self.0.end())
    }
}

impl<'a> SliceExpr<'a> {
    /// Whether it has two colons.
    pub fn is_slice3(self) -> bool {
        self.0.flags() & flags::SLICE3 != 0
    }
}

impl<'a> ChanType<'a> {
    /// Whether values may be sent to such a channel.
    pub fn can_send(self) -> bool {
        self.0.flags() & flags::SEND != 0
    }

    /// Whether values may be received from such a channel.
    pub fn can_recv(self) -> bool {
        self.0.flags() & flags::RECV != 0
    }
}

impl<'a> EmptyStmt<'a> {
    /// Whether no semicolon stands for it in the text.
    pub fn is_implicit(self) -> bool {
        self.0.flags() & flags::IMPLICIT != 0
    }
}

impl<'a> CaseClause<'a> {
    /// Whether it is the `default` clause.
    pub fn is_default(self) -> bool {
        self.0.flags() & flags::DEFAULT != 0
    }
}

impl<'a> CommClause<'a> {
    /// Whether it is the `default` clause.
    pub fn is_default(self) -> bool {
        self.0.flags() & flags::DEFAULT != 0
    }
}

impl<'a> Node<'a> {
    /// The expression inside any parentheses around it (go/ast's `Unparen`).
    pub fn unparen(self) -> Node<'a> {
        let mut node = self;
        while let Some(paren) = ParenExpr::cast(node) {
            node = paren.x();
        }
        node
    }

    /// The expression with any parentheses around it: the opposite of [`unparen`](Node::unparen).
    pub fn with_parens(self) -> Node<'a> {
        self.ancestors().take_while(|it| it.kind() == Kind::ParenExpr).last().unwrap_or(self)
    }

    /// The nearest node above it of that kind.
    pub fn ancestor<T: AstNode<'a>>(self) -> Option<T> {
        self.ancestors().find_map(T::cast)
    }
}
