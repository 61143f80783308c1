//! The call that failed: whether its error is worth a word, and whether it comes from far enough.

use gofix_rule::{
    Cx, Decline,
    semantic::{
        Tri,
        types::{Callee, Form, Ty},
    },
    syntax::{
        Kind, Node, Role,
        ast::{AstNode, CallExpr, FuncDecl, ReturnStmt, SelectorExpr},
    },
};

use super::settings::{Scope, Settings, matches};

/// Makers and wrappers of errors.
const CREATORS: &[(&str, &[&str])] = &[
    ("errors", &["New", "Join", "Unwrap"]),
    ("fmt", &["Errorf"]),
    ("github.com/pkg/errors", &["New", "Errorf", "Wrap", "Wrapf", "WithMessage", "WithMessagef", "WithStack", "Cause"]),
    ("github.com/cockroachdb/errors", &["New", "Newf", "Errorf", "Wrap", "Wrapf", "WithMessage", "WithStack", "Mark"]),
    ("github.com/go-errors/errors", &["New", "Errorf", "Wrap", "WrapPrefix"]),
    ("github.com/hashicorp/go-multierror", &["Append", "Prefix"]),
    ("golang.org/x/xerrors", &["New", "Errorf"]),
    ("google.golang.org/grpc/status", &["Error", "Errorf", "Convert"]),
];

/// Whether a call makes or wraps an error.
pub(super) fn creates<'a>(cx: &Cx<'a>, call: CallExpr<'a>) -> bool {
    match cx.callee(call) {
        Callee::Func { path, name } | Callee::External { path, name } => {
            let known = CREATORS.iter().find(|it| *it.0 == *path);
            known.is_some_and(|it| it.1.contains(&&*name))
                || ["Errorf", "Wrap", "Wrapf", "WithMessage", "WithStack"].contains(&&*name)
        }
        Callee::Method { name, .. } | Callee::InterfaceMethod { name, .. } => {
            ["Errorf", "Wrap", "Wrapf"].contains(&&*name)
        }
        _ => false,
    }
}

/// What a call calls that may be wrapped.
pub(super) struct Called {
    /// The package of the function, or of the type that a method is declared for; none for methods of interfaces.
    path: Option<String>,
    /// `path.Type.Name`.
    full_name: String,
}

/// Declines if the error of a call is not to be wrapped: what is called is a value, or is given one to call; the error has
/// its own meaning, or was made to be looked at.
pub(super) fn allowed<'a>(cx: &Cx<'a>, call: CallExpr<'a>) -> Result<Called, Decline> {
    let (path, full_name, name) = match cx.callee(call) {
        Callee::Func { path, name } | Callee::External { path, name } => {
            (Some(path.to_string()), format!("{path}.{name}"), name)
        }
        Callee::Method { path, receiver, name, .. } => {
            (Some(path.to_string()), format!("{path}.{receiver}.{name}"), name)
        }
        Callee::InterfaceMethod { name, .. } => {
            let ty = receiver(cx, call).unwrap_or_default();
            (None, format!("{ty}.{name}"), name)
        }
        Callee::FuncValue => {
            return Err("the error comes from a function that was handed in, whose caller may wait for it".into());
        }
        Callee::Conversion(_) | Callee::Builtin(_) => return Err("the error does not come from a call directly".into()),
        Callee::Unknown => return Err("what is called is not known".into()),
    };
    takes_functions(cx, call)?;
    let is_context = |it: Node<'a>| is_named(cx, it, "context", "Context") || implements_context(cx, it);
    let on = SelectorExpr::cast(call.fun().unparen()).map(SelectorExpr::x);
    if full_name == "context.Cause"
        || full_name == "golang.org/x/sync/errgroup.Group.Wait"
        || (name == "Err" && on.is_some_and(is_context))
    {
        return Err("the error says all there is: the context ended, or what a task of the group said".into());
    }
    let takes_error = call.args().any(|it| is_errorlike(cx, it));
    if takes_error || name.ends_with("Error") || (name.ends_with("Err") && name != "Err") {
        return Err("the call makes one error of another, as callers expect it".into());
    }
    Ok(Called { path, full_name })
}

/// Declines if the call is given a function that may have made the error, unless it does nothing but call it.
fn takes_functions<'a>(cx: &Cx<'a>, call: CallExpr<'a>) -> Result<(), Decline> {
    let options = options(cx, call);
    let given = call.args().enumerate().filter(|(at, it)| *at < options && !is_named(cx, *it, "context", "Context"));
    let args: Vec<Node<'a>> = given.map(|it| it.1).collect();
    let returns_error = |it: &&Node<'a>| {
        let Some(types) = cx.types(it.file().id()) else { return false };
        match types.form(types.underlying(types.type_of(**it))) {
            Form::Func { results, .. } => results.iter().any(|it| types.is_error_type(*it) || *it == Ty::UNKNOWN),
            _ => false,
        }
    };
    if args.iter().any(|it| it.unparen().kind() == Kind::FuncLit) {
        return Err("the call is given a function literal, whose error may be a signal to the caller".into());
    }
    match args.iter().filter(returns_error).count() {
        0 => Ok(()),
        1 if args.len() == 1 && matches!(args[0].unparen().kind(), Kind::Ident | Kind::SelectorExpr) => Ok(()),
        _ => Err("the call is given a function, whose error may be a signal to the caller".into()),
    }
}

/// The index of the first argument that is a functional option: one of any number of functions, of a type of their own,
/// which are given what they are to set. Beyond the arguments, if the function takes none.
fn options<'a>(cx: &Cx<'a>, call: CallExpr<'a>) -> usize {
    let found = cx.types(call.node().file().id()).and_then(|types| {
        let fun = types.underlying(types.type_of(call.fun()));
        let Form::Func { params, variadic: true, .. } = types.form(fun) else { return None };
        let Form::Slice(option) = types.form(*params.last()?) else { return None };
        let Form::Named { .. } = types.form(option) else { return None };
        let Form::Func { params: given, .. } = types.form(types.underlying(option)) else { return None };
        let is_set = |it: &Ty| matches!(types.form(*it), Form::Pointer(_));
        given.iter().any(is_set).then(|| params.len() - 1)
    });
    found.unwrap_or(usize::MAX)
}

/// Declines if the error does not cross a border, or is not to be looked at.
pub(super) fn in_scope<'a>(
    cx: &Cx<'a>,
    called: &Called,
    call: CallExpr<'a>,
    settings: &Settings,
) -> Result<(), Decline> {
    let ignored = |of: &[String], name: &str| of.iter().any(|it| matches(it, name));
    let spelled = format!("{}(", called.full_name);
    if settings.ignored_callees.iter().any(|it| spelled.contains(&**it)) {
        return Err("calls like this are to be left alone".into());
    }
    let package = called
        .path
        .as_deref()
        .or_else(|| called.full_name.rsplit_once('.').and_then(|it| it.0.rsplit_once('.')).map(|it| it.0));
    if package.is_some_and(|it| ignored(&settings.ignored_packages, it)) {
        return Err("errors of this package are to be left alone".into());
    }
    let interface = called.full_name.rsplit_once('.').map_or("", |it| it.0);
    if called.path.is_none() && ignored(&settings.ignored_interfaces, interface) {
        return Err("errors of this interface are to be left alone".into());
    }
    if settings.scope == Scope::All {
        return Ok(());
    }
    let Some(path) = &called.path else { return Ok(()) };
    let decl = declaration(cx, call);
    let is_own = cx.package().import_path().is_some_and(|it| it == *path)
        || decl.is_some_and(|it| cx.package().files().contains(&it.node().file().id()));
    if is_own {
        return Err("the function is of the same package, and knows itself what failed".into());
    }
    if settings.scope == Scope::Module && is_same_module(cx, path) {
        return Err("the function is of the same module".into());
    }
    match decl.is_some_and(|it| always_says(cx, it)) {
        true => Err("the function says itself what failed, in all its errors".into()),
        false => Ok(()),
    }
}

fn is_same_module(cx: &Cx<'_>, path: &str) -> bool {
    let project = cx.workspace().project();
    let module = project.dir(cx.package().dir()).module.map(|it| project.module(it).path());
    module.is_some_and(|it| path == it || path.strip_prefix(it).is_some_and(|rest| rest.starts_with('/')))
}

/// The declaration of a called function, if its body is in sight.
pub(super) fn declaration<'a>(cx: &Cx<'a>, call: CallExpr<'a>) -> Option<FuncDecl<'a>> {
    let mut fun = call.fun().unparen();
    if matches!(fun.kind(), Kind::IndexExpr | Kind::IndexListExpr) {
        fun = fun.child(Role::X)?.unparen();
    }
    let types = cx.types(fun.file().id())?;
    let ident = fun.child(Role::Sel).unwrap_or(fun);
    let declared = types.object_of(ident).and_then(|it| it.ident);
    let declared = declared
        .or_else(|| SelectorExpr::cast(fun).and_then(|it| types.selection(it)).and_then(|it| it.declaration))?;
    let decl = declared.parent().and_then(FuncDecl::cast).filter(|it| it.body().is_some())?;
    // Files of other modules have no bodies.
    let own = cx.workspace().project().files().len() as u32;
    (decl.node().file().id().0 < own).then_some(decl)
}

/// Whether every error that a function returns is made or wrapped by it.
fn always_says<'a>(cx: &Cx<'a>, decl: FuncDecl<'a>) -> bool {
    let Some(body) = decl.body() else { return false };
    let own = body.descendants_skipping(|it| it.kind() == Kind::FuncLit);
    let mut errors = 0;
    for stmt in own.filter_map(ReturnStmt::cast) {
        let Some(last) = stmt.results().last() else { return false };
        let last = last.unparen();
        match CallExpr::cast(last) {
            _ if last.as_ident() == Some("nil") => continue,
            Some(call) if creates(cx, call) => errors += 1,
            None if last.kind() == Kind::UnaryExpr || last.kind() == Kind::CompositeLit => errors += 1,
            _ => return false,
        }
    }
    errors > 0
}

/// Path and name of the type that a method is called on.
fn receiver<'a>(cx: &Cx<'a>, call: CallExpr<'a>) -> Option<String> {
    let x = SelectorExpr::cast(call.fun().unparen())?.x();
    let types = cx.types(x.file().id())?;
    match types.form(types.type_of(x)) {
        Form::Named { path, name, .. } => Some(format!("{path}.{name}")),
        _ => None,
    }
}

fn is_named<'a>(cx: &Cx<'a>, expr: Node<'a>, path: &str, name: &str) -> bool {
    let Some(types) = cx.types(expr.file().id()) else { return false };
    matches!(types.form(types.type_of(expr)), Form::Named { path: p, name: n, .. } if *p == *path && n == name)
}

fn implements_context<'a>(cx: &Cx<'a>, expr: Node<'a>) -> bool {
    let Some(types) = cx.types(expr.file().id()) else { return false };
    let context = types.named_type(expr.file().id(), "context", "Context");
    context != Ty::UNKNOWN && types.implements(types.type_of(expr), context) == Tri::Yes
}

/// Whether an argument is an error, or a type that is one.
fn is_errorlike<'a>(cx: &Cx<'a>, arg: Node<'a>) -> bool {
    let Some(types) = cx.types(arg.file().id()) else { return false };
    let ty = types.type_of(arg);
    let is_nil = arg.unparen().as_ident() == Some("nil");
    !is_nil && ty != Ty::UNKNOWN && types.implements(ty, types.error_type()).is_yes()
}
