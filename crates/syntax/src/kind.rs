//! Node kinds and roles, named as go/ast names its types and fields.

/// The type of a node: one of go/ast's node types.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u8)]
#[rustfmt::skip]
#[allow(missing_docs, reason = "each is the go/ast type of that name")]
pub enum Kind {
    File,
    // Declarations. A `BadDecl` stands for a declaration with syntax errors and has no children.
    GenDecl, FuncDecl, BadDecl,
    ImportSpec, ValueSpec, TypeSpec,
    // Parts of types and functions
    Field, FieldList,
    // Expressions
    Ident, BasicLit, CompositeLit, FuncLit, ParenExpr, SelectorExpr, IndexExpr, IndexListExpr, SliceExpr,
    TypeAssertExpr, CallExpr, StarExpr, UnaryExpr, BinaryExpr, KeyValueExpr, Ellipsis,
    // Types
    ArrayType, StructType, FuncType, InterfaceType, MapType, ChanType,
    // Statements
    DeclStmt, EmptyStmt, LabeledStmt, ExprStmt, SendStmt, IncDecStmt, AssignStmt, GoStmt, DeferStmt, ReturnStmt,
    BranchStmt, BlockStmt, IfStmt, CaseClause, SwitchStmt, TypeSwitchStmt, CommClause, SelectStmt, ForStmt, RangeStmt,
    /// A slot of the builder that became no node. Never seen in a finished tree.
    Tombstone,
}

impl Kind {
    /// Whether nodes of this kind are statements (go/ast's `Stmt`).
    pub fn is_stmt(self) -> bool {
        Kind::DeclStmt <= self && self <= Kind::RangeStmt
    }

    /// Whether nodes of this kind are expressions or types (go/ast's `Expr`).
    pub fn is_expr(self) -> bool {
        Kind::Ident <= self && self <= Kind::ChanType
    }

    /// Whether nodes of this kind are type literals.
    pub fn is_type_literal(self) -> bool {
        Kind::ArrayType <= self && self <= Kind::ChanType
    }
}

/// What a node is to its parent: the field of the parent's go/ast type that holds it.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
#[repr(u8)]
#[rustfmt::skip]
#[allow(missing_docs, reason = "each is the go/ast field of that name")]
pub enum Role {
    /// The root has no parent.
    None,
    Name, Names, Decls, Specs, Path, Type, Values, TypeParams, Recv, Params, Results, Body, List, Tag, X, Sel, Fun, Args,
    Index, Indices, Low, High, Max, Elts, Key, Value, Elt, Len, Fields, Methods, Y, Decl, Label, Stmt, Chan, Lhs, Rhs,
    Call, Init, Cond, Else, Assign, Comm, Post,
}
