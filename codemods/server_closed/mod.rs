//! Tells the end of a server that was shut down from a failure.
//!
//! `Serve` and its like always return an error that is not nil, and `http.ErrServerClosed` once somebody has called `Shutdown`
//! or `Close`.

use gofix_rule::{
    Cx, Decline, Fix, GoVersion, Group, Level, Meta, Report, Rule, TextRange,
    errors::{Comparison, becomes_bool, function, in_error_method},
    flow::Origin,
    semantic::{Workspace, types::Callee},
    syntax::{
        FileId, Kind, Node, Role, Token,
        ast::{AstNode, BinaryExpr, CallExpr, FuncDecl, IfStmt, ReturnStmt, SelectorExpr},
    },
};

pub(crate) struct ServerClosed;

static META: Meta = Meta {
    name: "server-closed",
    summary: "do not take http.ErrServerClosed for a failure, and look for it with errors.Is",
    group: Group::Errors,
    recommended: true,
    since: Some(GoVersion::new(1, 13)), // which has errors.Is
    until: None,
    words: &["net/http"],
    options: &[],
    docs: include_str!("README.md"),
};

const SERVE: &[&str] = &["ListenAndServe", "ListenAndServeTLS", "Serve", "ServeTLS"];

impl Rule for ServerClosed {
    fn meta(&self) -> &Meta {
        &META
    }

    fn check(&self, cx: &Cx<'_>, report: &mut Report) {
        for place in cx.references("net/http", "ErrServerClosed") {
            let Some(node) = place.with_parens().parent().filter(|it| !in_error_method(*it)) else { continue };
            if let Ok(Some(it)) = Comparison::of(cx, node) {
                let message = "this comparison does not find http.ErrServerClosed in an error that wraps it";
                report.fix(node, message, compared(cx, &it));
            }
        }
        for call in cx.all::<CallExpr<'_>>().filter(|it| is_method(cx, *it, SERVE)) {
            if let Some(fix) = taken_for_failure(cx, call) {
                report.fix(call.node(), "a server that is shut down is taken to have failed here", fix);
            }
        }
    }
}

/// Whether `call` calls one of these methods of an `http.Server`.
fn is_method<'a>(cx: &Cx<'a>, call: CallExpr<'a>, names: &[&str]) -> bool {
    let selector = SelectorExpr::cast(call.fun().unparen());
    selector.is_some_and(|it| names.contains(&it.sel().text()))
        && matches!(cx.callee(call), Callee::Method { path, receiver, .. } if &*path == "net/http" && &*receiver == "Server")
}

fn compared<'a>(cx: &Cx<'a>, it: &Comparison<'a>) -> Result<Fix, Decline> {
    let node = it.expr.node();
    if !becomes_bool(cx, node) {
        return Err("the result has a boolean type of its own".into());
    }
    let x = it.x.unparen();
    // A listener of the project may fail with an error that wraps it.
    let has_listeners = || cx.workspace().kept(Listeners::new).0;
    let serves =
        |call: CallExpr<'a>| is_method(cx, call, SERVE) && (call.fun().text().contains("Listen") || !has_listeners());
    let is_plain = match CallExpr::cast(x) {
        Some(call) => serves(call),
        None => {
            let origins = cx.facts(x).and_then(|it| it.origins(x)).unwrap_or_default();
            let is_plain = |it: &Origin<'a>| match it {
                Origin::Call { call, .. } => serves(*call),
                Origin::Zero => true,
                _ => false,
            };
            !origins.is_empty() && origins.iter().all(is_plain)
        }
    };
    let is = function(cx, node, "Is")?;
    let level = if is_plain { Level::Safe } else { Level::Review };
    Ok(is.needed_by(it.rewritten(Fix::new(level), &is.text)))
}

/// Whether types of the project have a method `Accept`, as listeners do.
struct Listeners(bool);

impl Listeners {
    fn new(ws: &Workspace) -> Listeners {
        let project = ws.project();
        let own = (0..project.files().len() as u32).map(FileId).filter(|it| !project.file(*it).in_vendor());
        let with_any = own.filter_map(|it| ws.file(it)).filter(|it| it.text().contains(" Accept("));
        let mut decls = with_any.flat_map(|it| it.root().children_in(Role::Decls)).filter_map(FuncDecl::cast);
        Listeners(decls.any(|it| it.recv().is_some() && it.name().text() == "Accept"))
    }
}

/// What to do where the error of a server is handled as a failure, whatever it is.
fn taken_for_failure<'a>(cx: &Cx<'a>, call: CallExpr<'a>) -> Option<Result<Fix, Decline>> {
    let node = call.node().with_parens();
    let parent = node.parent()?;
    if cx.in_test_file(node) {
        return None;
    }
    if parent.kind() == Kind::CallExpr && node.role() == Role::Args {
        return fatal(cx, CallExpr::cast(parent)?, call);
    }
    let is_alone = parent.kind() == Kind::AssignStmt && parent.children_in(Role::Lhs).count() == 1;
    let err = parent.child(Role::Lhs).filter(|_| is_alone)?;
    let handled = match parent.role() {
        Role::Init => parent.parent().and_then(IfStmt::cast)?,
        _ => IfStmt::cast(parent.next_sibling()?).filter(|it| it.init().is_none())?,
    };
    let cond = handled.cond();
    let is_test = BinaryExpr::cast(cond.unparen()).is_some_and(|it| {
        cond.unparen().op() == Token::Neq && it.x().text() == err.text() && cx.resolve_expr(it.y()).is_universe("nil")
    });
    if !is_test || !ends(cx, handled.body()) {
        return None;
    }
    let block = handled.node().parent().unwrap_or(handled.node());
    if block.descendants().any(|it| it.as_ident() == Some("ErrServerClosed")) {
        return Some(Err("http.ErrServerClosed is looked for here already".into()));
    }
    if cx.in_loop(call.node()) {
        return Some(Err("a loop starts the server, and would go on when it is shut down".into()));
    }
    Some(shut_down(cx, call).and_then(|()| {
        let is = function(cx, cond, "Is")?;
        let closed = server_closed(cx, cond)?;
        let text = format!(" && !{}({}, {})", is.text, err.text(), closed.0);
        Ok(closed.1(is.needed_by(Fix::review().insert_after(cond, text))))
    }))
}

/// How to write `http.ErrServerClosed` at `at`, and what adds the import.
fn server_closed<'a>(cx: &Cx<'a>, at: Node<'a>) -> Result<(String, impl Fn(Fix) -> Fix + use<'a>), Decline> {
    let import = cx.import(at, "net/http")?;
    Ok((import.name("ErrServerClosed")?, move |fix: Fix| fix.imports(&import)))
}

/// Whether the last statement of a block returns, panics or ends the program.
fn ends<'a>(cx: &Cx<'a>, block: Node<'a>) -> bool {
    let Some(last) = block.children().last() else { return false };
    if ReturnStmt::cast(last).is_some() {
        return true;
    }
    let call = last.child(Role::X).filter(|_| last.kind() == Kind::ExprStmt).and_then(CallExpr::cast);
    call.is_some_and(|it| cx.never_returns(it))
}

/// Rewrites
///
/// ```go
/// log.Fatal(srv.ListenAndServe())
/// ```
///
/// to
///
/// ```go
/// if err := srv.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
///     log.Fatal(err)
/// }
/// ```
fn fatal<'a>(cx: &Cx<'a>, outer: CallExpr<'a>, call: CallExpr<'a>) -> Option<Result<Fix, Decline>> {
    let stmt = outer.node().with_parens().parent().filter(|it| it.kind() == Kind::ExprStmt)?;
    let is_list = matches!(stmt.role(), Role::List | Role::Body);
    if !is_list || !cx.never_returns(outer) {
        return None;
    }
    if cx.is_builtin_call(outer, "panic") {
        return Some(Err("a panic may be the end of a function that has results".into()));
    }
    Some(shut_down(cx, call).and_then(|()| {
        let is = function(cx, stmt, "Is")?;
        let (closed, with_import) = server_closed(cx, stmt)?;
        let others: Vec<Node<'a>> = outer.args().filter(|it| it.unparen() != call.node()).collect();
        if others.iter().any(|it| [*it].into_iter().chain(it.descendants()).any(|it| it.kind() == Kind::CallExpr)) {
            return Err("other arguments of the call are worked out along with it".into());
        }
        let err = cx.fresh_name(&["err"], stmt)?;
        let (file, at) = (stmt.file(), call.node().with_parens().range());
        let text = file.text();
        let head = &text[stmt.start() as usize..at.start as usize];
        let tail = &text[at.end as usize..stmt.end() as usize];
        let text =
            format!("if {err} := {}; !{}({err}, {closed}) {{\n{head}{err}{tail}\n}}", call.node().text(), is.text);
        let fix = Fix::review().replace_range(file, TextRange::new(stmt.start(), stmt.end()), text);
        Ok(with_import(is.needed_by(fix)))
    }))
}

/// Declines if nothing in the package shuts a server down.
fn shut_down<'a>(cx: &Cx<'a>, call: CallExpr<'a>) -> Result<(), Decline> {
    let receiver = |it: CallExpr<'a>| SelectorExpr::cast(it.fun().unparen()).map(|it| it.x().unparen());
    let name = |it: Node<'a>| SelectorExpr::cast(it).map_or(it, SelectorExpr::sel).text();
    let server = receiver(call).map(name);
    let ws = cx.workspace();
    let nodes = cx.package().files().iter().filter_map(|it| ws.file(*it)).flat_map(|it| it.nodes());
    let mut calls = nodes.filter_map(CallExpr::cast).filter(|it| is_method(cx, *it, &["Shutdown", "Close"]));
    let is_ended = calls.any(|it| receiver(it).map(name) == server);
    if is_ended { Ok(()) } else { Err("nothing in the package shuts the server down".into()) }
}
