//! What a call calls, and whether it comes back.

use std::borrow::Cow;

use gofix_semantic::{Def, DefKind, Res, Tri};
use gofix_syntax::{
    Kind, Node, Role,
    ast::{AstNode, CallExpr, Field, FuncLit, IndexExpr, IndexListExpr, SelectorExpr, StarExpr, ValueSpec},
};

/// What a call calls. [`Cx::callee`](crate::Cx::callee) answers; everything in this module that depends on what is
/// called asks there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Callee<'a> {
    /// A predeclared function.
    Builtin(&'static str),
    /// It is no call but a conversion.
    Conversion,
    /// A function that this package declares.
    Func(Def<'a>),
    /// What another package declares under that name: a function; or, where only names are known, a type or a variable.
    External {
        /// The import path.
        path: Cow<'a, str>,
        /// The name.
        name: Cow<'a, str>,
    },
    /// What a type of another package has under that name: a method; or, where only names are known, a field.
    Method {
        /// The import path.
        path: Cow<'a, str>,
        /// The named type, without a `*`.
        ty: Cow<'a, str>,
        /// The name.
        name: Cow<'a, str>,
    },
    /// A function literal, called in place.
    Literal(FuncLit<'a>),
    /// A function value: a variable, an element, the result of a call.
    Value,
    /// It cannot be told.
    Unknown,
}

impl Callee<'_> {
    /// Whether nothing behind the call runs: the built-in `panic`, `os.Exit`, `runtime.Goexit`, the `Fatal` and `Panic`
    /// functions and methods of `log`, and what ends a test. `testing.TB` may be anything that embeds one, so of its
    /// methods it is not known; nor is it of functions whose bodies nobody looked at.
    pub fn never_returns(&self) -> Tri {
        match self {
            Callee::Builtin(name) => Tri::from(*name == "panic"),
            Callee::Conversion => Tri::No,
            Callee::External { path, name } if NEVER_RETURN.contains(&(path, name)) => Tri::Yes,
            Callee::Method { path, ty, name } => match (&**path, &**ty) {
                ("testing", "T" | "B" | "F" | "common") if ENDS_TEST.contains(&&**name) => Tri::Yes,
                ("log", "Logger") if NEVER_RETURN.contains(&("log", name)) => Tri::Yes,
                _ => Tri::Unknown,
            },
            _ => Tri::Unknown,
        }
    }

    /// Whether it is the function `name` of the package `path`.
    pub fn is_external(&self, path: &str, name: &str) -> bool {
        matches!(self, Callee::External { path: p, name: n } if p == path && n == name)
    }
}

/// Functions of the standard library behind whose calls nothing runs.
const NEVER_RETURN: &[(&str, &str)] = &[
    ("os", "Exit"),
    ("syscall", "Exit"),
    ("runtime", "Goexit"),
    ("log", "Fatal"),
    ("log", "Fatalf"),
    ("log", "Fatalln"),
    ("log", "Panic"),
    ("log", "Panicf"),
    ("log", "Panicln"),
];

/// Methods of tests that end the goroutine (package testing: `FailNow`, `SkipNow`).
const ENDS_TEST: &[&str] = &["FailNow", "Fatal", "Fatalf", "SkipNow", "Skip", "Skipf"];

/// The callee of `call` as far as names and written types tell.
pub(crate) fn by_names<'a>(call: CallExpr<'a>, resolve: impl Fn(Node<'a>) -> Res<'a>) -> Callee<'a> {
    let (fun, is_indexed) = generic(call.fun().unparen());
    if let Some(lit) = FuncLit::cast(fun) {
        return Callee::Literal(lit);
    }
    if fun.kind().is_type_literal() {
        return Callee::Conversion;
    }
    match resolve(fun) {
        Res::Universe(name) if is_function(name) => Callee::Builtin(name),
        Res::Universe(_) => Callee::Conversion,
        Res::Def(def) => match def.kind() {
            DefKind::Func => Callee::Func(def),
            DefKind::Type | DefKind::TypeParam => Callee::Conversion,
            _ => Callee::Value,
        },
        Res::External { path, name } if !is_indexed => Callee::External { path: path.into(), name: name.into() },
        _ => method(fun, resolve),
    }
}

/// `t.Fatal` where `t` is declared with a type of another package.
fn method<'a>(fun: Node<'a>, resolve: impl Fn(Node<'a>) -> Res<'a>) -> Callee<'a> {
    let found = SelectorExpr::cast(fun).and_then(|selector| {
        let def = resolve(selector.x().unparen()).def().filter(|it| it.is_variable())?;
        let ty = written_type(def)?.unparen();
        let ty = StarExpr::cast(ty).map_or(ty, |it| it.x().unparen());
        match resolve(ty) {
            Res::External { path, name } => Some((path, name, selector.sel().text())),
            _ => None,
        }
    });
    let of = |(path, ty, name): (&'a str, &'a str, &'a str)| Callee::Method {
        path: path.into(),
        ty: ty.into(),
        name: name.into(),
    };
    found.map_or(Callee::Unknown, of)
}

/// The type that the declaration of a variable writes down; not that of a variadic parameter, which is another one.
pub(super) fn written_type(def: Def<'_>) -> Option<Node<'_>> {
    let node = def.node();
    let ty = Field::cast(node).map(Field::ty).or_else(|| ValueSpec::cast(node).and_then(ValueSpec::ty))?;
    (ty.kind() != Kind::Ellipsis).then_some(ty)
}

/// Whether calling a method on a variable that is declared like this may take the variable's address (spec: Calls: "if
/// x is addressable and &x's method set contains m"): not if its type is an interface or a pointer, which is known here
/// for `error`, `any`, `*T`, and literals of types without methods.
pub(crate) fn is_addressed_by_methods<'a>(def: Def<'a>, resolve: impl Fn(Node<'a>) -> Res<'a>) -> Tri {
    let Some(ty) = written_type(def).map(Node::unparen) else { return Tri::Unknown };
    let without_methods = ty.kind().is_type_literal() && ty.kind() != Kind::StructType;
    let is_interface = matches!(resolve(ty), Res::Universe("error" | "any"));
    if without_methods || is_interface || ty.kind() == Kind::StarExpr { Tri::No } else { Tri::Unknown }
}

/// What is instantiated or indexed in `fun`, and whether anything is.
fn generic(fun: Node<'_>) -> (Node<'_>, bool) {
    let indexed = IndexExpr::cast(fun).map(IndexExpr::x).or_else(|| IndexListExpr::cast(fun).map(IndexListExpr::x));
    (indexed.map_or(fun, Node::unparen), indexed.is_some())
}

fn is_function(predeclared: &str) -> bool {
    const FUNCTIONS: &[&str] = &[
        "append", "cap", "clear", "close", "complex", "copy", "delete", "imag", "len", "make", "max", "min", "new",
        "panic", "print", "println", "real", "recover",
    ];
    FUNCTIONS.contains(&predeclared)
}

/// The position of `arg`, an argument with its parentheses, among those of its call.
pub(super) fn arg_index(call: CallExpr<'_>, arg: Node<'_>) -> Option<usize> {
    (arg.role() == Role::Args).then(|| call.args().take_while(|it| it.id() < arg.id()).count())
}
