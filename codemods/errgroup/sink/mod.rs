//! Where the tasks put their errors.

mod channel;
mod ignored;
mod lock;
mod none;
mod slice;
mod variable;

use gofix_rule::{
    Cx, Decline, Level,
    flow::{NonNil, Use},
    semantic::{
        Def, DefKind,
        types::{Callee, Form},
    },
    syntax::{
        Kind, Node, Role, Token,
        ast::{AstNode, CallExpr, CommClause, RangeStmt, SelectorExpr},
    },
    tasks::{Task, is_settled},
};

use super::{Env, Stop, fan::Fan, look};

pub(super) use channel::Channel;
pub(super) use slice::Slice;

/// The one place into which all tasks put their errors, of which only the first is looked at.
pub(super) struct Sink<'a> {
    /// What holds them.
    pub(super) def: Option<Def<'a>>,
    pub(super) kind: SinkKind<'a>,
    /// By task: where it reports an error.
    pub(super) units: Vec<Vec<Unit<'a>>>,
    /// Mutexes and the like that are used there.
    pub(super) guards: Vec<Def<'a>>,
    /// Uses by others than the tasks.
    pub(super) outside: Vec<Use<'a>>,
    pub(super) level: Level,
}

/// What it is.
pub(super) enum SinkKind<'a> {
    Channel(Channel<'a>),
    /// A variable for the first error: a local one, or a named result.
    Variable,
    Slice(Slice<'a>),
    /// A slice with an element for each task, and the loop that looks for the first error.
    Ordered(RangeStmt<'a>),
    /// Nothing: they are ignored. With what the function returns in front of an error.
    Ignored(String),
}

/// A place where a task reports an error and is done.
///
/// ```text
///     mu.Lock()               first
///     if firstErr == nil {
///         firstErr = err      error: err
///     }
///     mu.Unlock()             last
/// ```
pub(super) struct Unit<'a> {
    pub(super) first: Node<'a>,
    pub(super) last: Node<'a>,
    /// The expression for the error.
    pub(super) error: Node<'a>,
    /// Statements of it that stay.
    pub(super) kept: Vec<Node<'a>>,
    /// The deferred function literal that reports it because it recovers from a panic.
    pub(super) recovered: Option<Node<'a>>,
    /// Whether all of it stays, and the error is an expression somewhere else.
    pub(super) stays: bool,
}

impl<'a> Unit<'a> {
    fn of(stmt: Node<'a>, error: Node<'a>) -> Unit<'a> {
        Unit { first: stmt, last: stmt, error, kept: Vec::new(), recovered: None, stays: false }
    }

    pub(super) fn contains(&self, node: Node<'_>) -> bool {
        self.first.start() <= node.start() && node.end() <= self.last.end()
    }
}

impl<'a> Sink<'a> {
    /// Where the tasks put their errors.
    ///
    /// # Errors
    /// Nowhere, into several places, or in a way that keeps more than the first.
    pub(super) fn of(env: Env<'_, 'a>, fan: &Fan<'a>) -> Result<Sink<'a>, Stop> {
        let mut found: Vec<(Def<'a>, Class)> = Vec::new();
        for task in &fan.tasks {
            for candidate in candidates(env.cx, task) {
                if !found.contains(&candidate) {
                    found.push(candidate);
                }
            }
        }
        let (def, class) = match found[..] {
            [one] => one,
            [] if env.cx.is_set("propagate-ignored") => return ignored::sink(env, fan),
            [] => return Err(none::reason(env.cx, fan).into()),
            _ => return Err("the tasks use several variables that can hold errors".into()),
        };
        if env.facts.local(def).is_none_or(|it| it.home != fan.var.home) {
            return Err("the errors go to a variable that lives longer than the group".into());
        }
        let uses = Uses::of(env, fan, def)?;
        match class {
            Class::Channel => channel::sink(env, fan, def, uses),
            Class::Variable => variable::sink(env, fan, def, uses),
            Class::Slice => slice::sink(env, fan, def, uses),
        }
    }

    /// Whether it is a named result of the function.
    pub(super) fn is_result(&self) -> bool {
        self.def.is_some_and(|it| it.kind() == DefKind::Result)
    }
}

#[derive(Copy, Clone, PartialEq, Eq)]
enum Class {
    Channel,
    Variable,
    Slice,
}

/// The variables from around the task that it uses and that can hold errors.
fn candidates<'a>(cx: &Cx<'a>, task: &Task<'a>) -> Vec<(Def<'a>, Class)> {
    let literal = task.literal.node();
    let args = task.call.args().filter(|_| task.end.is_some()).map(Node::unparen);
    let idents = literal.descendants().chain(args).filter(|it| it.as_ident().is_some());
    idents
        .filter_map(|ident| {
            let def = cx.resolve(ident).def().filter(|it| it.is_variable() && !it.is_package_level())?;
            let is_outer = !literal.contains(def.ident());
            class(cx, def)
                .filter(|class| is_outer && (*class != Class::Variable || is_written(ident)))
                .map(|it| (def, it))
        })
        .collect()
}

/// Whether the identifier is assigned, or compared with nil as what it may be assigned for.
fn is_written(ident: Node<'_>) -> bool {
    let outer = ident.with_parens();
    let parent = outer.parent();
    parent.is_some_and(|it| it.kind() == Kind::AssignStmt && outer.role() == Role::Lhs && it.op() != Token::Define)
}

fn class<'a>(cx: &Cx<'a>, def: Def<'a>) -> Option<Class> {
    let types = cx.types(def.ident().file().id())?;
    let ty = types.type_of(def.ident());
    match types.form(types.underlying(ty)) {
        Form::Chan { element, .. } if types.is_error_type(element) => Some(Class::Channel),
        Form::Slice(element) if types.is_error_type(element) => Some(Class::Slice),
        _ if types.is_error_type(ty) => Some(Class::Variable),
        _ => None,
    }
}

/// The uses of what holds the errors.
pub(super) struct Uses<'a> {
    /// By task, those in its function literal, also by way of a parameter.
    inside: Vec<Vec<Node<'a>>>,
    outside: Vec<Use<'a>>,
}

impl<'a> Uses<'a> {
    fn of(env: Env<'_, 'a>, fan: &Fan<'a>, def: Def<'a>) -> Result<Uses<'a>, Decline> {
        let unknown = || Decline::from(String::from("whether these are all uses of the errors cannot be told"));
        let local = env.facts.local(def).filter(|it| it.is_complete()).ok_or_else(unknown)?;
        let mut uses = Uses { inside: vec![Vec::new(); fan.tasks.len()], outside: Vec::new() };
        for it in &local.uses {
            if let Some(at) = fan.tasks.iter().position(|task| task.literal.node().contains(it.site)) {
                uses.inside[at].push(it.site);
                continue;
            }
            let argument = |task: &Task<'a>| {
                let index = task.call.args().position(|arg| arg.unparen() == it.site)?;
                task.end.as_ref().map(|_| index)
            };
            match fan.tasks.iter().enumerate().find_map(|(at, task)| Some((at, task, argument(task)?))) {
                Some((at, task, index)) => {
                    let param = parameter(task, index).and_then(|it| env.cx.resolve(it).def());
                    let alias =
                        param.and_then(|it| env.facts.local(it)).filter(|it| it.is_complete()).ok_or_else(unknown)?;
                    uses.inside[at].extend(alias.uses.iter().map(|it| it.site));
                }
                None => uses.outside.push(it.clone()),
            }
        }
        Ok(uses)
    }
}

/// The name of a parameter of a task.
fn parameter<'a>(task: &Task<'a>, index: usize) -> Option<Node<'a>> {
    let fields = task.literal.func_type().params().children_in(Role::List);
    let names: Vec<Node<'a>> = fields.flat_map(|it| it.children_in(Role::Names).collect::<Vec<_>>()).collect();
    (names.len() == task.call.args().count()).then(|| names.get(index).copied())?
}

/// Whether an expression for an error is proved not to be nil.
fn is_non_nil<'a>(env: Env<'_, 'a>, error: Node<'a>) -> bool {
    let error = error.unparen();
    if error.as_ident().is_some() {
        return look::is_concrete(env.cx, error) || env.facts.non_nil(error) == NonNil::Proved;
    }
    let Some(call) = CallExpr::cast(error) else { return look::is_concrete(env.cx, error) };
    match env.cx.callee(call) {
        Callee::Func { path, name } | Callee::External { path, name } => match (&*path, &*name) {
            ("errors", "New") | ("fmt", "Errorf") | ("github.com/pkg/errors", "New" | "Errorf") => true,
            ("github.com/pkg/errors", "Wrap" | "Wrapf" | "WithMessage" | "WithMessagef" | "WithStack") => {
                call.args().next().is_some_and(|it| it.unparen().as_ident().is_some() && is_non_nil(env, it))
            }
            _ => look::is_concrete(env.cx, error),
        },
        Callee::InterfaceMethod { name, .. } if name == "Err" => is_done(env.cx, call),
        _ => look::is_concrete(env.cx, error),
    }
}

/// Whether `call` is `ctx.Err()` directly in a `case <-ctx.Done():`, where it is not nil (package context: `Context`).
fn is_done<'a>(cx: &Cx<'a>, call: CallExpr<'a>) -> bool {
    let context = |it: CallExpr<'a>, name: &str| {
        let selector = SelectorExpr::cast(it.fun().unparen()).filter(|it| it.sel().text() == name)?;
        let is_context = look::named(cx, selector.x(), "context", "Context");
        cx.resolve(selector.x().unparen()).def().filter(|_| is_context)
    };
    let clause = cx.stmt(call.node()).and_then(Node::parent).and_then(CommClause::cast);
    let receive = clause.and_then(|it| it.comm()).and_then(|it| it.child(Role::X)).map(Node::unparen);
    let receive = receive.filter(|it| it.kind() == Kind::UnaryExpr && it.op() == Token::Arrow);
    let done = receive.and_then(|it| it.child(Role::X)).and_then(|it| CallExpr::cast(it.unparen()));
    let done = done.and_then(|it| context(it, "Done"));
    done.is_some() && done == context(call, "Err")
}

/// Whether nobody else can change what an expression for an error depends on: it is pure, and its variables are those of
/// the function literal `literal`, or do not change any more.
fn is_own<'a>(env: Env<'_, 'a>, error: Node<'a>, literal: Node<'a>) -> bool {
    let is_fixed = |it: Node<'a>| match env.cx.resolve(it).def().filter(|it| it.is_variable()) {
        Some(def) => literal.contains(def.ident()) || is_settled(env.cx, env.facts, def, literal),
        None => true,
    };
    let mut idents = error.descendants().chain([error]).filter(|it| it.as_ident().is_some());
    is_pure(env.cx, error) && idents.all(is_fixed)
}

/// Whether it makes no difference, but for time, how often an expression for an error is evaluated.
fn is_pure<'a>(cx: &Cx<'a>, error: Node<'a>) -> bool {
    let is_known = |call: CallExpr<'a>| match cx.callee(call) {
        Callee::Func { path, name } | Callee::External { path, name } => matches!(
            (&*path, &*name),
            ("errors", "New" | "Join") | ("fmt", "Errorf" | "Sprintf" | "Sprint") | ("github.com/pkg/errors", _)
        ),
        Callee::InterfaceMethod { name, .. } => name == "Error" || name == "Err",
        Callee::Conversion(_) | Callee::Builtin(_) => true,
        _ => false,
    };
    let is_effect = |it: Node<'a>| match it.kind() {
        Kind::CallExpr => CallExpr::cast(it).is_none_or(|it| !is_known(it)),
        Kind::UnaryExpr => it.op() == Token::Arrow,
        _ => false,
    };
    ![error].into_iter().chain(error.descendants()).any(is_effect)
}
