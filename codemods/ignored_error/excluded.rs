//! Calls whose errors may be dropped: they never fail, or nothing can be done about it.

use gofix_rule::{
    Cx,
    semantic::types::{Callee, Form},
    syntax::{
        Node,
        ast::{AstNode, CallExpr, SelectorExpr},
    },
};

/// Functions, by package. An empty list: all of them.
const FUNCTIONS: &[(&str, &[&str])] = &[
    ("fmt", &["Print", "Printf", "Println", "Sscan", "Sscanf", "Sscanln"]),
    ("crypto/rand", &["Read"]),
    ("math/rand", &["Read"]),
    ("log", &[]),
    ("log/slog", &[]),
    ("github.com/spf13/viper", &["BindPFlag", "BindEnv", "BindPFlags"]),
];

/// Methods, by package and type. An empty name: all types of the package.
const METHODS: &[(&str, &str)] = &[
    ("strings", "Builder"),
    ("bytes", "Buffer"),
    ("hash", "Hash"),
    ("hash", "Hash32"),
    ("hash", "Hash64"),
    ("hash/maphash", "Hash"),
    ("math/rand", "Rand"),
    ("text/tabwriter", "Writer"),
    ("flag", "FlagSet"),
    ("net/http", "ResponseWriter"),
    ("github.com/cespare/xxhash", ""),
    ("github.com/cespare/xxhash/v2", ""),
    ("github.com/go-kit/log", ""),
    ("github.com/go-kit/kit/log", ""),
    ("github.com/spf13/cobra", ""),
    ("github.com/spf13/pflag", ""),
    ("go.uber.org/zap", ""),
];

/// Whether the error of a call may be dropped.
pub(super) fn is_excluded<'a>(cx: &Cx<'a>, call: CallExpr<'a>) -> bool {
    let (path, receiver, name) = match cx.callee(call) {
        Callee::Func { path, name } | Callee::External { path, name } => (path.to_string(), String::new(), name),
        Callee::Method { path, receiver, name, .. } => (path.to_string(), receiver, name),
        Callee::InterfaceMethod { interface: Some((path, receiver)), name } => (path.to_string(), receiver, name),
        _ => return false,
    };
    let names = [
        format!("{path}.{name}"),
        format!("({path}.{receiver}).{name}"),
        format!("(*{path}.{receiver}).{name}"),
        format!("{path}.{receiver}.{name}"),
    ];
    if cx.option("exclude-functions").split(',').map(str::trim).any(|it| names.iter().any(|name| name == it)) {
        return true;
    }
    let of_function = || FUNCTIONS.iter().any(|it| it.0 == path && (it.1.is_empty() || it.1.contains(&&*name)));
    let of_method = || METHODS.iter().any(|it| it.0 == path && (it.1.is_empty() || it.1 == receiver));
    let on = SelectorExpr::cast(call.fun().unparen()).map(SelectorExpr::x);
    (receiver.is_empty() && of_function())
        || of_method()
        || on.is_some_and(|it| is_harmless(cx, it))
        || (path == "fmt"
            && name.starts_with("Fprint")
            && call.args().next().is_some_and(|it| is_harmless_writer(cx, it)))
        || (path == "io" && name == "WriteString" && call.args().next().is_some_and(|it| is_harmless_writer(cx, it)))
}

/// Whether the static type of what a method is called on is one of [`METHODS`]: methods of `io.Writer` on a `hash.Hash`.
fn is_harmless<'a>(cx: &Cx<'a>, expr: Node<'a>) -> bool {
    let Some(types) = cx.types(expr.file().id()) else { return false };
    let ty = match types.form(types.type_of(expr)) {
        Form::Pointer(to) => to,
        _ => types.type_of(expr),
    };
    matches!(types.form(ty), Form::Named { path, name, .. }
        if METHODS.iter().any(|it| it.0 == &*path && (it.1.is_empty() || it.1 == name)))
}

/// Whether nothing can be done if a write there fails: the standard output, an answer over HTTP, a buffer.
fn is_harmless_writer<'a>(cx: &Cx<'a>, expr: Node<'a>) -> bool {
    let named = cx.resolve_expr(expr.unparen());
    named.is_external("os", "Stdout") || named.is_external("os", "Stderr") || {
        let inner = match expr.unparen().child(gofix_rule::syntax::Role::X) {
            Some(inner) if expr.unparen().kind() == gofix_rule::syntax::Kind::UnaryExpr => inner,
            _ => expr,
        };
        is_harmless(cx, inner)
    }
}

/// Whether a call puts things away, as one does whatever becomes of it: `Close`, `Rollback`, `os.Remove`.
pub(super) fn is_cleanup<'a>(cx: &Cx<'a>, call: CallExpr<'a>) -> bool {
    match cx.callee(call) {
        Callee::Func { path, name } | Callee::External { path, name } => {
            &*path == "os" && matches!(&*name, "Remove" | "RemoveAll" | "Setenv" | "Unsetenv")
        }
        Callee::Method { name, .. } | Callee::InterfaceMethod { name, .. } => {
            matches!(&*name, "Close" | "Rollback" | "Abort" | "Cancel" | "Unlock" | "Shutdown" | "Stop")
        }
        _ => false,
    }
}
