//! What a call calls, and whether it comes back.

use crate::{Tri, types::Callee};
use gofix_syntax::{Node, Role, ast::CallExpr};

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
pub fn is_function(callee: &Callee, path: &str, name: &str) -> bool {
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

/// The position of `arg`, an argument with its parentheses, among those of its call.
pub fn arg_index(call: CallExpr<'_>, arg: Node<'_>) -> Option<usize> {
    (arg.role() == Role::Args).then(|| call.args().take_while(|it| it.id() < arg.id()).count())
}
