//! Returns errors that a function panics with though it can return them.
//!
//! An operation failed, and the function has a result for that; who panics all the same ends the program of whoever called.
//! A panic that says that the program is wrong is something else: what no condition proves to be an error is left alone,
//! and so is all that somebody is there to recover from.

mod place;

use gofix_rule::{
    Cx, Decline, Fix, GoVersion, Group, Meta, Report, Rule, Spelling, Stop, TextRange,
    errors::{self, Messages, Wording, sentinel, verbs},
    flow::{Facts, NonNil, Origin, enclosing_func},
    semantic::types::Callee,
    syntax::{
        Kind, Node,
        ast::{AstNode, CallExpr, SelectorExpr},
    },
};

pub(crate) struct PanicToError;

static META: Meta = Meta {
    name: "panic-to-error",
    summary: "return errors rather than panic with them, where the function can",
    group: Group::Errors,
    recommended: true,
    since: Some(GoVersion::new(1, 13)), // which has %w
    until: None,
    words: &["panic", "error"],
    options: &[],
    docs: include_str!("README.md"),
};

/// What is said of a panic.
const MESSAGES: [&str; 1] = ["this panics with an error that the function could return"];

impl Rule for PanicToError {
    fn meta(&self) -> &Meta {
        &META
    }

    // Callers may be anywhere.
    fn needs_error_flow(&self) -> bool {
        true
    }

    fn check(&self, cx: &Cx<'_>, report: &mut Report) {
        for call in cx.all::<CallExpr<'_>>().filter(|it| !cx.in_test_file(it.node())) {
            let arg = call.args().next().filter(|_| cx.is_builtin_call(call, "panic"));
            let Some(arg) = arg.filter(|it| is_error(cx, *it)) else { continue };
            match advise(cx, call, arg) {
                Ok(fix) => report.fix(call.node(), MESSAGES[0], Ok(fix)),
                Err(Stop::Decline(reason)) => report.fix(call.node(), MESSAGES[0], Err(reason)),
                Err(Stop::Note(message)) => report.note(call.node(), message),
            }
        }
    }
}

/// Whether an expression is of the type `error`, or of one that implements it.
fn is_error<'a>(cx: &Cx<'a>, expr: Node<'a>) -> bool {
    let Some(types) = cx.types(expr.file().id()) else { return false };
    types.implements(types.type_of(expr), types.error_type()).is_yes()
}

/// Rewrites
///
/// ```go
/// panic(fmt.Errorf("decode account %s: %v", id, err))
/// ```
///
/// to
///
/// ```go
/// return account{}, fmt.Errorf("decode account %s: %w", id, err)
/// ```
fn advise<'a>(cx: &Cx<'a>, call: CallExpr<'a>, arg: Node<'a>) -> Result<Fix, Stop> {
    if let Ok(Some(it)) = sentinel(cx, arg)
        && it.is("net/http", "ErrAbortHandler")
    {
        return Err("http.ErrAbortHandler is how a handler tells the server to stop".into());
    }
    let func = enclosing_func(call.node()).ok_or("a variable of the package is initialised here")?;
    place::may_return(cx, call, func)?;
    let facts = cx.facts(call.node());
    let failed = Failed::of(cx, facts.as_ref(), arg)?;
    place::has_reader(cx, func)?;
    if place::is_chosen(cx, call.node(), func, arg) {
        return Err("a condition picks this error out of others".into());
    }
    if let Some(release) = errors::held(cx, func, call.node(), &operations(cx, facts.as_ref(), arg)) {
        return Err(format!("{release} further on would not be reached").into());
    }
    let zeros: String = errors::zero_values(cx, func, call.node())?.iter().map(|it| format!("{it}, ")).collect();
    let fix = Fix::review();
    if let Failed::Wrapped(fix_of_verb) = failed {
        let (file, whole) = (call.node().file(), call.node().range());
        let head = TextRange::new(whole.start, arg.start());
        let fix = fix.replace_range(file, head, format!("return {zeros}"));
        let fix = fix.replace_range(file, TextRange::new(arg.end(), whole.end), "");
        return Ok(fix_of_verb.map_or(fix.clone(), |it| fix.and(it)));
    }
    let Failed::Plain(err) = failed else { return Ok(fix) };
    let origin = match facts.as_ref().and_then(|it| it.origin(err)) {
        Some(Origin::Call { call, .. }) => Some(call),
        _ => None,
    };
    let wording = Wording::default();
    let (text, import) = Messages::new(cx, func, &wording).say(origin, err.text(), call.node());
    let fix = fix.replace(call.node(), format!("return {zeros}{text}"));
    Ok(match &import {
        Some(import) => fix.imports(import),
        None => fix,
    })
}

/// The calls that the errors in `arg` come from.
fn operations<'a>(cx: &Cx<'a>, facts: Option<&Facts<'a>>, arg: Node<'a>) -> Vec<Node<'a>> {
    let idents = [arg].into_iter().chain(arg.descendants()).filter(|it| it.as_ident().is_some());
    let errors = idents.filter(|it| cx.is_error(*it).is_yes());
    let origins = errors.filter_map(|it| facts?.origins(it)).flatten();
    let calls = origins.filter_map(|it| match it {
        Origin::Call { call, .. } => Some(call.node()),
        _ => None,
    });
    calls.collect()
}

/// What failed.
enum Failed<'a> {
    /// The error as it came: the identifier.
    Plain(Node<'a>),
    /// It has words already; the edits that make the format wrap it.
    Wrapped(Option<Fix>),
}

const NOT_SURE: &str = "nothing shows that an operation has failed here: it may be the program that is wrong";

impl<'a> Failed<'a> {
    /// Declines if no condition says that there is an error.
    fn of(cx: &Cx<'a>, facts: Option<&Facts<'a>>, arg: Node<'a>) -> Result<Failed<'a>, Decline> {
        let arg = arg.unparen();
        let is_sure = |it: Node<'a>| facts.is_some_and(|facts| facts.non_nil(it) == NonNil::Proved);
        let is_local = |it: Node<'a>| {
            it.as_ident().is_some() && cx.resolve(it).def().is_some_and(|it| it.is_variable() && !it.is_package_level())
        };
        if is_local(arg) {
            let is_made =
                facts.and_then(|it| it.origins(arg)).is_some_and(|it| it.iter().all(|it| is_made_here(cx, it)));
            return match cx.is_error(arg).is_yes() && is_sure(arg) && !is_made {
                true => Ok(Failed::Plain(arg)),
                false => Err(NOT_SURE.into()),
            };
        }
        let call = CallExpr::cast(arg).ok_or(NOT_SURE)?;
        let args: Vec<Node<'a>> = call.args().collect();
        let error = |it: Node<'a>| error_of(cx, it).filter(|it| is_local(*it) && is_sure(*it));
        if !args.iter().any(|it| error(*it).is_some()) || call.has_ellipsis() {
            return Err(NOT_SURE.into());
        }
        match cx.callee(call) {
            Callee::Func { path, name } if &*path == "fmt" && name == "Errorf" => {
                Ok(Failed::Wrapped(wrapping(cx, call, &args, error)))
            }
            Callee::Func { path, name } | Callee::External { path, name }
                if &*path == "github.com/pkg/errors"
                    && matches!(&*name, "Wrap" | "Wrapf" | "WithMessage" | "WithMessagef" | "WithStack" | "Errorf") =>
            {
                Ok(Failed::Wrapped(None))
            }
            _ => Err("what is made of the error is not known".into()),
        }
    }
}

/// Whether an error was made in the function rather than returned by an operation.
fn is_made_here<'a>(cx: &Cx<'a>, origin: &Origin<'a>) -> bool {
    match *origin {
        Origin::Made(_) | Origin::Named(_) | Origin::Zero => true,
        Origin::Call { call, .. } => {
            matches!(cx.callee(call), Callee::Func { path, name } if &*path == "errors" && name == "New")
        }
        _ => false,
    }
}

/// `err`, or the `err` of `err.Error()`.
fn error_of<'a>(cx: &Cx<'a>, expr: Node<'a>) -> Option<Node<'a>> {
    let expr = expr.unparen();
    let method = CallExpr::cast(expr).and_then(|it| SelectorExpr::cast(it.fun().unparen()));
    let inner = method.filter(|it| it.sel().text() == "Error").map_or(expr, |it| it.x().unparen());
    cx.is_error(inner).is_yes().then_some(inner)
}

/// The edits by which `fmt.Errorf` wraps the one error that it prints. None if it wraps one already, or several are
/// printed, or one in another way.
fn wrapping<'a>(
    cx: &Cx<'a>,
    call: CallExpr<'a>,
    args: &[Node<'a>],
    error: impl Fn(Node<'a>) -> Option<Node<'a>>,
) -> Option<Fix> {
    let (format, args) = args.split_first()?;
    let spelling = Spelling::of(*format)?;
    let verbs = verbs(&spelling).ok().filter(|it| it.len() == args.len())?;
    let mut errors = args.iter().zip(&verbs).filter(|it| error_of(cx, *it.0).is_some());
    let (arg, verb) = errors.next().filter(|_| errors.next().is_none())?;
    let inner = error(*arg).filter(|_| verb.is_plain && matches!(verb.letter, 'v' | 's'))?;
    let file = call.node().file();
    let fix = Fix::review().replace_range(file, verb.place, "w");
    match arg.unparen().kind() {
        Kind::CallExpr => Some(fix.replace_range(file, TextRange::new(inner.end(), arg.end()), "")),
        _ => Some(fix),
    }
}
