//! Takes away the log line in front of a `return` of the same error, and gives its words to the error.
//!
//! Whoever gets the error logs it again, or shows it, so that one failure is in the log as often as there are functions on
//! the way. The words that were logged are what the error should say. Where nobody gets the error, the log line is all
//! that is left of it.

mod called;
mod logged;
mod words;

use gofix_rule::{
    Cx, Fix, GoVersion, Group, Meta, OptionMeta, Report, Rule, Stop,
    errors::{self, Messages, Wording, WrapFunc, Wrapper},
    flow::{NonNil, enclosing_func},
    semantic::{Def, DefKind, types::Callee},
    syntax::{
        Kind, Node, Role, Token,
        ast::{AstNode, CallExpr, ReturnStmt},
    },
};

use logged::{Logged, Severity, Words};

pub(crate) struct LogAndReturn;

static META: Meta = Meta {
    name: "log-and-return",
    summary: "return what was logged in the error rather than log it, too",
    group: Group::Errors,
    recommended: true,
    since: Some(GoVersion::new(1, 13)), // whose errors.Is looks through %w
    until: None,
    words: &["return"],
    options: &[
        OptionMeta {
            name: "loggers",
            summary: "functions that log, besides those that are known: path.Func or path.Type.Method, separated by commas",
            default: "",
            values: &[],
        },
        OptionMeta {
            name: "levels",
            summary: "which levels are rewritten, separated by commas: error, warn, info, debug; a plain print is an error",
            default: "error,warn",
            values: &[],
        },
    ],
    docs: include_str!("README.md"),
};

/// What is said of a log line.
const MESSAGES: [&str; 1] = ["the error is logged here and returned, too"];

impl Rule for LogAndReturn {
    fn meta(&self) -> &Meta {
        &META
    }

    fn needs_error_flow(&self) -> bool {
        true
    }

    fn check(&self, cx: &Cx<'_>, report: &mut Report) {
        let stmts = cx.nodes().filter(|it| it.kind() == Kind::ExprStmt && !cx.in_test_file(*it));
        for stmt in stmts.filter(|it| matches!(it.role(), Role::List | Role::Body)) {
            let Some(site) = Site::new(cx, stmt) else { continue };
            report.advise(stmt, MESSAGES[0], site.advise());
        }
    }
}

/// What a `return` does with the error that was logged.
#[derive(Copy, Clone, PartialEq, Eq)]
enum Returned<'a> {
    /// It returns it as it is: the identifier.
    Bare(Node<'a>),
    /// It returns it in words of its own.
    Wrapped(Node<'a>),
    /// It returns something made of it.
    Made,
    /// It names no results.
    Naked,
    /// It returns another error.
    Other,
}

/// A log line, and the `return` that follows.
struct Site<'a> {
    cx: Cx<'a>,
    stmt: Node<'a>,
    logged: Logged<'a>,
    /// The error.
    err: Def<'a>,
    func: Node<'a>,
    exit: ReturnStmt<'a>,
    returned: Returned<'a>,
}

impl<'a> Site<'a> {
    /// None if this logs no error, or no `return` of an error follows.
    fn new(cx: &Cx<'a>, stmt: Node<'a>) -> Option<Site<'a>> {
        let call = CallExpr::cast(stmt.child(Role::X)?.unparen())?;
        let exit = stmt.parent()?.children().filter(|it| it.start() > stmt.start()).find_map(ReturnStmt::cast)?;
        let logged = Logged::of(cx, call)?;
        let err = cx.resolve(logged.error).def().filter(|it| it.is_variable() && !it.is_package_level())?;
        let func = enclosing_func(stmt)?;
        let results = errors::results(cx, func);
        let last = results.last().filter(|it| it.is_error(cx).is_yes())?;
        let values: Vec<Node<'a>> = exit.results().collect();
        let is_err = |it: Node<'a>| it.as_ident() == Some(err.name()) && cx.resolve(it).def() == Some(err);
        let returned = match values[..] {
            [] if last.name.and_then(|it| cx.resolve(it).def()) == Some(err) => Returned::Naked,
            [.., value] if values.len() == results.len() => {
                let value = value.unparen();
                let has = [value].into_iter().chain(value.descendants()).any(is_err);
                match CallExpr::cast(value) {
                    _ if cx.resolve_expr(value).is_universe("nil") => return None,
                    _ if is_err(value) => Returned::Bare(value),
                    Some(call) if has && wraps(cx, call) => Returned::Wrapped(value),
                    _ if has => Returned::Made,
                    _ => Returned::Other,
                }
            }
            _ => return None,
        };
        Some(Site { cx: *cx, stmt, logged, err, func, exit, returned })
    }

    /// Rewrites
    ///
    /// ```go
    /// log.Printf("cannot create %s: %v", dir, err)
    /// return err
    /// ```
    ///
    /// to
    ///
    /// ```go
    /// return fmt.Errorf("cannot create %s: %w", dir, err)
    /// ```
    ///
    /// Where the error is wrapped already, or nothing but the error is logged, the log line goes.
    fn advise(&self) -> Result<Fix, Stop> {
        let cx = &self.cx;
        if self.returned == Returned::Other {
            return Err("another error is returned, so the log is the only record of this one".into());
        }
        called::has_reader(cx, self.func)?;
        let level = match self.logged.severity {
            Severity::Error => "error",
            Severity::Warn => "warn",
            Severity::Info => "info",
            Severity::Debug => "debug",
        };
        if !cx.option("levels").split(',').any(|it| it.trim() == level) {
            return Err(Stop::note("but on a level for those who look for details"));
        }
        if self.stmt.next_sibling() != Some(self.exit.node()) {
            return Err(Stop::note("but other statements stand between the two"));
        }
        if self.is_logged_before() {
            return Err(Stop::note("but it is logged twice"));
        }
        if let Some(name) = self.left_unused() {
            return Err(format!("{name} is used for nothing but the log").into());
        }
        let fix = Fix::review().delete_stmt(self.stmt).relies_on(self.exit.node());
        match self.returned {
            Returned::Wrapped(value) => {
                let mut values = self.logged.words.values().into_iter().chain(self.logged.fields.iter().copied());
                if !values.all(|it| is_said(it, value)) {
                    return Err(Stop::note("but the log says more than the error does"));
                }
                Ok(fix)
            }
            Returned::Made => Err(Stop::note("but another error is made of it, which may not say what the log says")),
            Returned::Bare(_) | Returned::Naked if !self.logged.fields.is_empty() => {
                Err(Stop::note("but with values that the error would have to name"))
            }
            Returned::Bare(value) => self.worded(fix, value),
            Returned::Naked => match self.logged.words {
                Words::None => Ok(fix),
                _ => Err("a naked return does not say what it returns".into()),
            },
            Returned::Other => Err("another error is returned, so the log is the only record of this one".into()),
        }
    }

    /// The fix with the words of the log for the error that is returned by `value`.
    fn worded(&self, fix: Fix, value: Node<'a>) -> Result<Fix, Stop> {
        let cx = &self.cx;
        let Some(message) = words::message(&self.logged)? else { return Ok(fix) };
        match cx.facts(value).map_or(NonNil::Unknown, |it| it.non_nil(value)) {
            NonNil::Unknown => return Err(format!("{} may be nil here", value.text()).into()),
            NonNil::Matched => {
                return Err("the condition says which error it is, and callers may look for that one".into());
            }
            NonNil::Proved => {}
        }
        if self.logged.words.values().into_iter().any(names_secret) {
            return Err(Stop::note("but with a value that may be a secret"));
        }
        self.keeps_order()?;
        errors::may_be_wrapped(cx, self.func)?;
        let wording = Wording::default();
        let by = match Messages::new(cx, self.func, &wording).wrap_func(value) {
            by @ WrapFunc::Known(Wrapper::Fmt | Wrapper::PkgErrors | Wrapper::Xerrors) => by,
            _ => WrapFunc::Known(Wrapper::Fmt),
        };
        let wrapped = errors::wrap(cx, &message, value.text(), value, &by)?;
        Ok(wrapped.replace(fix, value))
    }

    /// Whether the statement in front logs the same error, too.
    fn is_logged_before(&self) -> bool {
        let own = self.stmt.parent().into_iter().flat_map(Node::children).take_while(|it| *it != self.stmt);
        let call = own.last().filter(|it| it.kind() == Kind::ExprStmt).and_then(|it| it.child(Role::X));
        let logged = call.and_then(|it| CallExpr::cast(it.unparen())).and_then(|it| Logged::of(&self.cx, it));
        logged.is_some_and(|it| self.cx.resolve(it.error).def() == Some(self.err))
    }

    /// Declines if what is logged could be another value when the other results have been made, or the other way round: the
    /// order of calls and variables is not specified (spec: Order of evaluation).
    fn keeps_order(&self) -> Result<(), Stop> {
        let cx = &self.cx;
        let mut others: Vec<Node<'a>> = self.exit.results().collect();
        others.pop();
        let values = self.logged.words.values();
        let is_fixed =
            |it: &Node<'a>| cx.const_value(*it).is_some() || cx.resolve_expr(it.unparen()).is_universe("nil");
        let is_own = |it: &Node<'a>| {
            let def = cx.resolve(it.unparen()).def().filter(|it| it.is_variable() && !it.is_package_level());
            let local = def.and_then(|it| cx.local(it));
            local.is_some_and(|it| {
                it.is_complete() && it.uses.iter().all(|at| at.captures.is_empty() && !it.may_change(at))
            })
        };
        let calls = |it: &Node<'a>| {
            let parts = || [*it].into_iter().chain(it.descendants());
            parts().any(|it| it.op() == Token::Arrow || CallExpr::cast(it).is_some_and(|it| !is_pure(cx, it)))
        };
        let moved = values.iter().any(|it| !is_fixed(it) && !is_own(it)) && others.iter().any(calls);
        let moves = values.iter().any(calls) && others.iter().any(|it| !is_fixed(it));
        match moved || moves {
            true => Err("the other results are made in an order that is not that of the log".into()),
            false => Ok(()),
        }
    }

    /// A variable that nothing would use without the log line.
    fn left_unused(&self) -> Option<&'a str> {
        let moved: Vec<Node<'a>> = match self.returned {
            Returned::Bare(_) => self.logged.words.values(),
            _ => Vec::new(),
        };
        let idents = self.stmt.descendants().filter(|it| it.as_ident().is_some());
        let idents = idents.filter(|it| !moved.iter().any(|moved| moved.contains(*it)));
        let defs = idents.filter_map(|it| self.cx.resolve(it).def());
        let mut local = defs.filter(|it| it.kind() == DefKind::Var && !it.is_package_level() && *it != self.err);
        let is_used = |def: &Def<'a>| {
            let uses = self.cx.uses(*def);
            uses.sites.iter().any(|it| {
                let is_write = it.role() == Role::Lhs;
                !is_write && (!self.stmt.contains(*it) || moved.iter().any(|moved| moved.contains(*it)))
            })
        };
        local.find(|it| !is_used(it)).map(|it| it.name())
    }
}

/// Whether a call is a conversion, or of a predeclared function that changes nothing.
fn is_pure<'a>(cx: &Cx<'a>, call: CallExpr<'a>) -> bool {
    match cx.callee(call) {
        Callee::Conversion(_) => true,
        Callee::Builtin(name) => matches!(&*name, "len" | "cap" | "min" | "max" | "new" | "make" | "real" | "imag"),
        _ => false,
    }
}

/// Whether a value is of a variable or a field that by its name may be a secret.
fn names_secret(value: Node<'_>) -> bool {
    let mut names = [value].into_iter().chain(value.descendants()).filter_map(Node::as_ident);
    names.any(errors::is_secret)
}

/// Whether a call makes an error with words of its own that wraps or prints one of its arguments.
fn wraps<'a>(cx: &Cx<'a>, call: CallExpr<'a>) -> bool {
    let (Callee::Func { path, name } | Callee::External { path, name }) = cx.callee(call) else { return false };
    let names: &[&str] = match &*path {
        "fmt" | "golang.org/x/xerrors" => &["Errorf"],
        "github.com/pkg/errors" => &["Wrap", "Wrapf", "WithMessage", "WithMessagef", "Errorf"],
        "github.com/go-errors/errors" => &["WrapPrefix", "Errorf"],
        _ => &[],
    };
    names.contains(&&*name)
}

/// Whether `value`, an expression that was logged, is a part of `made` too, and nothing is called for it.
fn is_said(value: Node<'_>, made: Node<'_>) -> bool {
    let calls =
        [value].into_iter().chain(value.descendants()).any(|it| matches!(it.kind(), Kind::CallExpr | Kind::FuncLit));
    !calls && made.descendants().any(|it| it.text() == value.text())
}
