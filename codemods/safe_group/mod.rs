//! Turns a panic in a task of an `errgroup.Group` into an error of the group.
//!
//! A panic on a goroutine ends the process, whoever waits for it. Whether that is right is for the program to decide: so
//! nothing is done unless an option says how.

mod name;

use gofix_rule::{
    Cx, Decline, Fix, Group, Meta, OptionMeta, Report, Rule, TextRange,
    lines::{ends_line, starts_line},
    semantic::types::Callee,
    syntax::{
        Kind, Node, Role,
        ast::{AstNode, CallExpr, CompositeLit, FuncLit, SelectorExpr},
    },
    tasks::may_end_goroutine,
};

pub(crate) struct SafeGroup;

static META: Meta = Meta {
    name: "safe-group",
    summary: "turn panics in tasks of an errgroup into errors",
    group: Group::Concurrency,
    recommended: false,
    since: None,
    until: None,
    words: &["func"],
    options: &[OptionMeta {
        name: "wrap",
        summary: "how: inline, by a deferred recover; or a function of yours that wraps a task, such as example.com/safe.Task",
        default: "",
        values: &[],
    }],
    docs: include_str!("README.md"),
};

/// The type of a group: import path and name.
const GROUP: (&str, &str) = ("golang.org/x/sync/errgroup", "Group");

impl Rule for SafeGroup {
    fn meta(&self) -> &Meta {
        &META
    }

    fn check(&self, cx: &Cx<'_>, report: &mut Report) {
        for call in cx.all::<CallExpr<'_>>().filter(|it| is_go_of_group(cx, *it)) {
            report.fix(call.node(), "a panic in this task ends the process", wrap(cx, call));
        }
    }
}

/// Whether a call starts a task of an `errgroup.Group`: by its types, or, where that package cannot be read, because the
/// variable is declared as one.
fn is_go_of_group<'a>(cx: &Cx<'a>, call: CallExpr<'a>) -> bool {
    let Some(selector) = SelectorExpr::cast(call.fun().unparen()) else { return false };
    if !matches!(selector.sel().text(), "Go" | "TryGo") || call.args().count() != 1 {
        return false;
    }
    match cx.callee(call) {
        Callee::Method { path, receiver, .. } => (&*path, &*receiver) == GROUP,
        Callee::Unknown => is_declared_group(cx, selector.x().unparen()),
        _ => false,
    }
}

/// Whether a local variable is declared by `var g errgroup.Group`, `g, ctx := errgroup.WithContext(ctx)` and the like.
fn is_declared_group<'a>(cx: &Cx<'a>, group: Node<'a>) -> bool {
    let Some(def) = cx.resolve(group).def().filter(|it| it.is_variable()) else { return false };
    let is = |it: Node<'a>, name: &str| cx.resolve_expr(it.unparen()).is_external(GROUP.0, name);
    let node = def.node();
    let declared =
        node.child(Role::Type).map(|it| if it.kind() == Kind::StarExpr { it.child(Role::X).unwrap_or(it) } else { it });
    if let Some(ty) = declared {
        return is(ty, GROUP.1);
    }
    let is_first = node.children_in(Role::Lhs).chain(node.children_in(Role::Names)).next() == Some(def.ident());
    let value = node.child(Role::Rhs).or_else(|| node.child(Role::Values)).map(Node::unparen).filter(|_| is_first);
    value.is_some_and(|value| {
        let literal = if value.kind() == Kind::UnaryExpr { value.child(Role::X).unwrap_or(value) } else { value };
        let of_call = CallExpr::cast(value).is_some_and(|it| {
            is(it.fun(), "WithContext") || cx.is_builtin_call(it, "new") && it.args().any(|it| is(it, GROUP.1))
        });
        of_call || CompositeLit::cast(literal).and_then(|it| it.ty()).is_some_and(|it| is(it, GROUP.1))
    })
}

fn wrap<'a>(cx: &Cx<'a>, call: CallExpr<'a>) -> Result<Fix, Decline> {
    let literal = call.args().next().and_then(|it| FuncLit::cast(it.unparen()));
    let literal = literal.ok_or("the task is no function literal")?;
    let inner = || literal.body().descendants().filter_map(CallExpr::cast);
    if inner().any(|it| cx.is_builtin_call(it, "recover")) {
        return Err("the task recovers from panics already".into());
    }
    if inner().any(|it| may_end_goroutine(cx, it)) {
        return Err("the task may end its goroutine, from which nothing recovers".into());
    }
    match cx.option("wrap") {
        "" => Err("no option says how: set safe-group.wrap to inline, or to a function of yours".into()),
        "inline" => recover_inline(cx, literal),
        function => pass_through(cx, literal, function),
    }
}

/// Rewrites
///
/// ```go
/// g.Go(func() error {
///     return load(name)
/// })
/// ```
///
/// to
///
/// ```go
/// g.Go(func() (err error) {
///     defer func() {
///         if r := recover(); r != nil {
///             err = fmt.Errorf("panic: %v\n%s", r, debug.Stack())
///         }
///     }()
///     return load(name)
/// })
/// ```
fn recover_inline<'a>(cx: &Cx<'a>, literal: FuncLit<'a>) -> Result<Fix, Decline> {
    let first = literal.body().children().next().ok_or("the task does nothing")?;
    if ["recover", "nil"].iter().any(|it| !cx.is_universe(it, first).is_yes()) {
        return Err("recover or nil means something else here".into());
    }
    let (fmt, debug) = (cx.import(first, "fmt")?, cx.import(first, "runtime/debug")?);
    let result = name::of_result(cx, literal)?;
    let err = result.name();
    let lines = [
        "defer func() {".to_owned(),
        "if r := recover(); r != nil {".to_owned(),
        format!("{err} = {}(\"panic: %v\\n%s\", r, {}())", fmt.name("Errorf")?, debug.name("Stack")?),
        "}".to_owned(),
        "}()".to_owned(),
    ];
    let (file, opened) = (first.file(), literal.body().start() + 1);
    let fix = result.edit(Fix::review()).imports(&fmt).imports(&debug);
    // Comments above the first statement stay with it.
    Ok(match starts_line(first) && ends_line(file, opened) {
        true => fix.replace_range(file, TextRange::empty(opened), format!("\n{}", lines.join("\n"))),
        false => fix.insert_before_stmt(first, lines),
    })
}

/// Rewrites
///
/// ```go
/// g.Go(func() error { … })
/// ```
///
/// to
///
/// ```go
/// g.Go(safe.Task(func() error { … }))
/// ```
fn pass_through<'a>(cx: &Cx<'a>, literal: FuncLit<'a>, function: &str) -> Result<Fix, Decline> {
    const NO_NAME: &str = "the option wrap is neither inline nor the name of a function such as example.com/safe.Task";
    let (path, name) = function.rsplit_once('.').ok_or(NO_NAME)?;
    if name.is_empty() || name.contains('/') || path.is_empty() {
        return Err(NO_NAME.into());
    }
    let import = cx.import(literal.node(), path)?;
    let start = format!("{}(", import.name(name)?);
    Ok(Fix::review().insert_before(literal.node(), start).insert_after(literal.node(), ")").imports(&import))
}
