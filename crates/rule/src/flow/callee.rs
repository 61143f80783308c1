//! What a call calls, and whether it comes back.

use gofix_semantic::{Def, Res, Tri, types::Callee};
use gofix_syntax::{
    Kind, Node, Role,
    ast::{AstNode, CallExpr, Field, ValueSpec},
};

/// Whether nothing behind a call of `callee` runs: the built-in `panic`, `os.Exit`, `runtime.Goexit`, the `Fatal` and
/// `Panic` functions and methods of `log`, and what ends a test. `testing.TB` may be anything that embeds one, so of its
/// methods it is not known; nor is it of functions whose bodies nobody looked at.
pub fn never_returns(callee: &Callee) -> Tri {
    match callee {
        Callee::Builtin(name) => Tri::from(name == "panic"),
        Callee::Conversion(_) => Tri::No,
        Callee::Func { path, name } | Callee::External { path, name } if NEVER_RETURN.contains(&(path, name)) => {
            Tri::Yes
        }
        Callee::Method { path, receiver, name, .. } => match (&**path, &**receiver) {
            ("testing", "T" | "B" | "F" | "common") if ENDS_TEST.contains(&&**name) => Tri::Yes,
            ("log", "Logger") if NEVER_RETURN.contains(&("log", name)) => Tri::Yes,
            _ => Tri::Unknown,
        },
        _ => Tri::Unknown,
    }
}

/// Whether it is the function `name` of the package `path`, seen or not.
pub(super) fn is_function(callee: &Callee, path: &str, name: &str) -> bool {
    matches!(callee, Callee::Func { path: p, name: n } | Callee::External { path: p, name: n } if **p == *path && n == name)
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

/// The type that the declaration of a variable writes down; not that of a variadic parameter, which is another one.
fn written_type(def: Def<'_>) -> Option<Node<'_>> {
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

/// The position of `arg`, an argument with its parentheses, among those of its call.
pub(super) fn arg_index(call: CallExpr<'_>, arg: Node<'_>) -> Option<usize> {
    (arg.role() == Role::Args).then(|| call.args().take_while(|it| it.id() < arg.id()).count())
}
