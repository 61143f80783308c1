//! Log lines with an error.

use gofix_rule::{
    Cx,
    flow::Origin,
    semantic::types::{Callee, Value},
    syntax::{
        Kind, Node,
        ast::{AstNode, CallExpr, SelectorExpr},
    },
};

/// How bad the logger finds it.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(super) enum Severity {
    /// Errors, and what has no level.
    Error,
    Warn,
    Info,
    Debug,
}

/// What is said of the error.
#[derive(Clone, Debug)]
pub(super) enum Words<'a> {
    /// Nothing.
    None,
    /// A text. The error comes behind it.
    Text(String),
    /// A format, and its arguments, of which the `error`-th is the error.
    Format { format: Node<'a>, args: Vec<Node<'a>>, error: usize },
    /// Several values, the error among them, that have no format.
    Values(Vec<Node<'a>>),
    /// A text that is not constant.
    Unknown,
}

impl<'a> Words<'a> {
    /// The values that are said, but for the error.
    pub(super) fn values(&self) -> Vec<Node<'a>> {
        match self {
            Words::Format { args, error, .. } => {
                args.iter().enumerate().filter(|it| it.0 != *error).map(|it| *it.1).collect()
            }
            Words::Values(values) => values.clone(),
            _ => Vec::new(),
        }
    }
}

/// A log line with an error.
#[derive(Clone, Debug)]
pub(super) struct Logged<'a> {
    pub(super) severity: Severity,
    /// The identifier.
    pub(super) error: Node<'a>,
    pub(super) words: Words<'a>,
    /// What is logged besides, with names.
    pub(super) fields: Vec<Node<'a>>,
}

/// How a function takes what it is to log.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
enum Shape {
    /// A format and its arguments.
    Format,
    /// Values in a row.
    Values,
    /// A text, then names and values.
    Fields,
    /// An error, a text, then names and values.
    ErrorFields,
    /// Names and values, the text among them as `msg`.
    Pairs,
}

impl<'a> Logged<'a> {
    /// The log line that a call is. None if it is none, or logs no error that is a variable.
    pub(super) fn of(cx: &Cx<'a>, call: CallExpr<'a>) -> Option<Logged<'a>> {
        let (shape, severity) = function(cx, call)?;
        let chain = Chain::of(cx, call);
        let mut args: Vec<Node<'a>> = call.args().collect();
        if args.first().is_some_and(|it| is_context(cx, *it)) {
            args.remove(0);
        }
        if call.has_ellipsis() {
            return None;
        }
        let mut fields = chain.fields;
        let (error, words) = match shape {
            Shape::Format => {
                let format = *args.first()?;
                let args = args.split_off(1);
                match (args.iter().rposition(|it| error_of(cx, *it).is_some()), chain.error) {
                    (Some(error), None) => (error_of(cx, args[error])?, Words::Format { format, args, error }),
                    (None, Some(error)) if args.is_empty() => (error, text(cx, format)),
                    (_, Some(error)) => {
                        fields.extend(args);
                        (error, Words::Unknown)
                    }
                    (None, None) => return None,
                }
            }
            Shape::Values => match (args.iter().rposition(|it| error_of(cx, *it).is_some()), chain.error, &args[..]) {
                (Some(0), None, [only]) => (error_of(cx, *only)?, Words::None),
                (Some(1), None, [first, second]) => (error_of(cx, *second)?, text(cx, *first)),
                (None, Some(error), [only]) => (error, text(cx, *only)),
                (Some(at), _, _) => {
                    let error = error_of(cx, args[at])?;
                    args.remove(at);
                    (error, Words::Values(args))
                }
                (None, Some(error), []) => (error, Words::None),
                (None, Some(error), _) => (error, Words::Values(args)),
                (None, None, _) => return None,
            },
            Shape::Fields | Shape::ErrorFields | Shape::Pairs => {
                let own =
                    if shape == Shape::ErrorFields && !args.is_empty() { error_of(cx, args.remove(0)) } else { None };
                let mut said = None;
                if shape != Shape::Pairs && !args.is_empty() {
                    said = Some(args.remove(0));
                }
                let pairs = Fields::of(cx, &args);
                let error = own.or(chain.error).or(pairs.error)?;
                fields.extend(pairs.others);
                let said = said.or(pairs.text);
                (error, said.map_or(Words::None, |it| text(cx, it)))
            }
        };
        Some(Logged { severity, error, words, fields })
    }
}

/// What a constant text says.
fn text<'a>(cx: &Cx<'a>, expr: Node<'a>) -> Words<'a> {
    match cx.const_value(expr) {
        Some(Value::Str(it)) => String::from_utf8(it.to_vec()).map_or(Words::Unknown, Words::Text),
        _ => Words::Unknown,
    }
}

/// `err`, or the `err` of `err.Error()`: an identifier of type `error`.
fn error_of<'a>(cx: &Cx<'a>, expr: Node<'a>) -> Option<Node<'a>> {
    let expr = expr.unparen();
    let inner = CallExpr::cast(expr).filter(|it| it.args().next().is_none());
    let inner = inner.and_then(|it| SelectorExpr::cast(it.fun().unparen())).filter(|it| it.sel().text() == "Error");
    let ident = inner.map_or(expr, |it| it.x().unparen());
    (ident.as_ident().is_some() && cx.is_error(ident).is_yes()).then_some(ident)
}

fn is_context<'a>(cx: &Cx<'a>, expr: Node<'a>) -> bool {
    use gofix_rule::semantic::types::Form;
    let types = cx.types(expr.file().id());
    types.is_some_and(|it| {
        matches!(it.form(it.type_of(expr)), Form::Named { path, name, .. } if &*path == "context" && name == "Context")
    })
}

/// Names and values.
struct Fields<'a> {
    error: Option<Node<'a>>,
    /// The value called `msg`.
    text: Option<Node<'a>>,
    others: Vec<Node<'a>>,
}

impl<'a> Fields<'a> {
    /// Of `"name", value, …`, or of calls such as `zap.String("name", value)`.
    fn of(cx: &Cx<'a>, args: &[Node<'a>]) -> Fields<'a> {
        let mut fields = Fields { error: None, text: None, others: Vec::new() };
        let mut rest = args.iter().copied();
        while let Some(arg) = rest.next() {
            let name = match cx.const_value(arg) {
                Some(Value::Str(it)) => Some(it),
                _ => None,
            };
            match (name, CallExpr::cast(arg.unparen())) {
                (Some(name), _) => {
                    let Some(value) = rest.next() else { break };
                    match error_of(cx, value) {
                        Some(error) if fields.error.is_none() => fields.error = Some(error),
                        _ if matches!(&*name, b"msg" | b"message") => fields.text = Some(value),
                        _ => fields.others.push(value),
                    }
                }
                (None, Some(call)) => {
                    let errors: Vec<_> = call.args().filter_map(|it| error_of(cx, it)).collect();
                    match errors[..] {
                        [error] if fields.error.is_none() => fields.error = Some(error),
                        _ => fields.others.push(arg),
                    }
                }
                _ => fields.others.push(arg),
            }
        }
        fields
    }
}

/// What the calls add from which a logger comes: `log.WithError(err).WithField("name", name)`.
struct Chain<'a> {
    error: Option<Node<'a>>,
    fields: Vec<Node<'a>>,
}

impl<'a> Chain<'a> {
    fn of(cx: &Cx<'a>, call: CallExpr<'a>) -> Chain<'a> {
        let mut chain = Chain { error: None, fields: Vec::new() };
        let on = |it: CallExpr<'a>| SelectorExpr::cast(it.fun().unparen()).map(|it| it.x().unparen());
        let mut at = on(call);
        // A logger may be made of another one a few times.
        for _ in 0..16 {
            let Some(it) = at else { break };
            let inner = match CallExpr::cast(it) {
                Some(inner) => inner,
                None => match origin(cx, it) {
                    Some(made) => made,
                    None => break,
                },
            };
            chain.add(cx, inner);
            at = on(inner);
        }
        chain
    }

    fn add(&mut self, cx: &Cx<'a>, call: CallExpr<'a>) {
        let name = SelectorExpr::cast(call.fun().unparen()).map_or("", |it| it.sel().text());
        let args: Vec<Node<'a>> = call.args().collect();
        match args.iter().find_map(|it| error_of(cx, *it)) {
            Some(error) if self.error.is_none() && matches!(name, "WithError" | "Err" | "AnErr") => {
                self.error = Some(error);
            }
            _ if matches!(name, "Error" | "Warn" | "V" | "Info" | "Debug" | "G" | "L" | "Log" | "Logger") => {}
            _ => {
                let says = |it: &Node<'a>| !is_context(cx, *it) && cx.const_value(*it).is_none();
                self.fields.extend(args.into_iter().filter(says));
            }
        }
    }
}

/// The call that made the logger which a variable of a function holds.
fn origin<'a>(cx: &Cx<'a>, expr: Node<'a>) -> Option<CallExpr<'a>> {
    let is_local = cx.resolve(expr).def().is_some_and(|it| it.is_variable() && !it.is_package_level());
    if expr.as_ident().is_none() || !is_local {
        return None;
    }
    match cx.facts(expr)?.origin(expr)? {
        Origin::Call { call, .. } => Some(call),
        _ => None,
    }
}

/// Packages whose functions and methods take values, or a format where the name ends with `f`.
const PLAIN: &[&str] = &[
    "log",
    "github.com/sirupsen/logrus",
    "github.com/containerd/log",
    "github.com/golang/glog",
    "k8s.io/klog",
    "k8s.io/klog/v2",
    "github.com/apex/log",
    "go.uber.org/zap",
];

/// Those that take a text, and then names and values.
const FIELDS: &[&str] = &[
    "log/slog",
    "golang.org/x/exp/slog",
    "github.com/go-logr/logr",
    "github.com/hashicorp/go-hclog",
    "github.com/ethereum/go-ethereum/log",
    "github.com/inconshreveable/log15",
];

/// How a call takes what it logs, and how bad that is. None if it does not log, or does more than that.
fn function<'a>(cx: &Cx<'a>, call: CallExpr<'a>) -> Option<(Shape, Severity)> {
    let (path, receiver, name) = match cx.callee(call) {
        Callee::Func { path, name } | Callee::External { path, name } => (path.to_string(), String::new(), name),
        Callee::Method { path, receiver, name, .. } => (path.to_string(), receiver, name),
        Callee::InterfaceMethod { interface: Some((path, receiver)), name } => (path.to_string(), receiver, name),
        _ => return None,
    };
    let full = if receiver.is_empty() { format!("{path}.{name}") } else { format!("{path}.{receiver}.{name}") };
    if cx.option("loggers").split(',').any(|it| it.trim() == full) {
        let first = call.args().next().and_then(|it| cx.const_value(it));
        let has_verb = |it: &[u8]| it.windows(2).any(|it| it[0] == b'%' && it[1].is_ascii_alphabetic());
        let is_format = name.ends_with('f') || first.as_ref().and_then(|it| it.as_bytes()).is_some_and(has_verb);
        let shape = if is_format { Shape::Format } else { Shape::Values };
        return Some((shape, severity(&name).unwrap_or(Severity::Error)));
    }
    match &*path {
        "github.com/go-kit/log" | "github.com/go-kit/kit/log" if name == "Log" => {
            let on = SelectorExpr::cast(call.fun().unparen())?.x().unparen();
            let by = CallExpr::cast(on).and_then(|it| SelectorExpr::cast(it.fun().unparen()));
            Some((Shape::Pairs, by.and_then(|it| severity(it.sel().text())).unwrap_or(Severity::Error)))
        }
        "github.com/rs/zerolog" => {
            let shape = match &*name {
                "Msg" | "Send" => Shape::Values,
                "Msgf" => Shape::Format,
                _ => return None,
            };
            Some((shape, root_severity(call)?))
        }
        "go.uber.org/zap" if receiver == "Logger" => Some((Shape::Fields, severity(&name)?)),
        "github.com/go-logr/logr" if name == "Error" => Some((Shape::ErrorFields, Severity::Error)),
        "k8s.io/klog" | "k8s.io/klog/v2" if name == "ErrorS" => Some((Shape::ErrorFields, Severity::Error)),
        "k8s.io/klog" | "k8s.io/klog/v2" if name == "InfoS" => Some((Shape::Fields, Severity::Info)),
        it if FIELDS.contains(&it) => Some((Shape::Fields, severity(name.strip_suffix("Context").unwrap_or(&name))?)),
        it if PLAIN.contains(&it) => {
            let level = name.trim_end_matches("Context");
            let (level, shape) = match level {
                it if it.ends_with("ln") => (it.trim_end_matches("ln"), Shape::Values),
                it if it.ends_with('w') => (it.trim_end_matches('w'), Shape::Fields),
                it if it.ends_with('f') => (it.trim_end_matches('f'), Shape::Format),
                it => (it, Shape::Values),
            };
            Some((shape, severity(level)?))
        }
        _ => None,
    }
}

fn severity(name: &str) -> Option<Severity> {
    Some(match name.trim_end_matches('f') {
        "Error" | "Print" | "Err" => Severity::Error,
        "Warn" | "Warning" => Severity::Warn,
        "Info" | "Notice" => Severity::Info,
        "Debug" | "Trace" => Severity::Debug,
        _ => return None,
    })
}

/// The level of `log.Error().Err(err).Msg("…")`.
fn root_severity(call: CallExpr<'_>) -> Option<Severity> {
    let mut at = SelectorExpr::cast(call.fun().unparen())?.x().unparen();
    let mut found = None;
    while let Some(inner) = CallExpr::cast(at) {
        let selector = SelectorExpr::cast(inner.fun().unparen())?;
        found = severity(selector.sel().text()).or(found);
        at = selector.x().unparen();
    }
    found.filter(|_| at.kind() != Kind::CallExpr)
}
