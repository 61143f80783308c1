//! How a counted goroutine says that it is done.

use gofix_semantic::types::{Callee, Form};
use gofix_syntax::{
    Kind, Node, Role, Token,
    ast::{AstNode, CallExpr, DeferStmt, FuncLit},
};

use super::{
    group::{GroupCall, Method, group_call},
    same::Place,
};
use crate::{
    Cx, Decline, Level,
    flow::{LitUse, enclosing_func, literal_use, stmts},
};

/// The one call of `Done` with which a task ends, on every path.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct End<'a> {
    /// The statement in the body of the literal.
    pub stmt: Node<'a>,
    /// The call of `Done`.
    pub call: GroupCall<'a>,
    /// What it means that the statement goes.
    pub form: EndForm,
    /// How sure it is that nobody can tell whether `Done` comes when the function has returned, instead.
    pub level: Level,
}

/// Where `Done` stands.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum EndForm {
    /// `defer wg.Done()` is the first statement, so that it is the last thing that the goroutine does.
    First,
    /// `defer wg.Done()` comes after other `defer` statements, which run after it.
    Deferred,
    /// `wg.Done()` is the last statement.
    Last,
}

impl<'a> End<'a> {
    /// How the function literal that `call` calls on a goroutine of its own ends, which the WaitGroup at `place` counts.
    ///
    /// # Errors
    /// It does not call `Done` once and at its end, or not on every path.
    pub fn of(cx: &Cx<'a>, call: CallExpr<'a>, place: &Place<'a>) -> Result<End<'a>, Decline> {
        End::apart_from(cx, call, place, None)
    }

    /// The same for a function literal whose statement `apart` goes elsewhere.
    ///
    /// # Errors
    /// As for the whole of it.
    pub fn apart_from(
        cx: &Cx<'a>,
        call: CallExpr<'a>,
        place: &Place<'a>,
        apart: Option<Node<'a>>,
    ) -> Result<End<'a>, Decline> {
        let literal = call.fun().unparen();
        let body = FuncLit::cast(literal).ok_or("the goroutine runs a named function")?.body();
        let done = only_done(cx, call, literal, place)?;
        let statements: Vec<_> = stmts(body).filter(|it| Some(*it) != apart).collect();
        let outer = done.call.node().with_parens();
        let stmt = outer.parent().ok_or("the goroutine does not call Done")?;
        let in_body = stmt.parent() == Some(body);
        match stmt.kind() {
            Kind::DeferStmt if in_body => deferred(cx, &statements, stmt, done),
            Kind::DeferStmt => Err("Done is deferred on some paths only".into()),
            Kind::ExprStmt if in_body => last(cx, body, &statements, stmt, done),
            Kind::ExprStmt => Err("Done is called on some paths only".into()),
            _ => Err("Done is not a statement of its own".into()),
        }
    }
}

/// The only call of `Done` that the goroutine itself makes. Goroutines that it starts may have their own.
fn only_done<'a>(
    cx: &Cx<'a>,
    call: CallExpr<'a>,
    literal: Node<'a>,
    place: &Place<'a>,
) -> Result<GroupCall<'a>, Decline> {
    let is_ours = |it: &GroupCall<'a>| {
        Place::of(cx, it.group).and_then(|it| it.for_caller(cx, call)).is_ok_and(|it| it == *place)
    };
    let calls = literal.descendants().filter_map(CallExpr::cast).filter_map(|it| group_call(cx, it));
    let done: Vec<_> = calls.filter(|it| it.method == Method::Done).collect();
    let (mut own, mut nested) = (Vec::new(), 0);
    for it in done.iter().copied().filter(is_ours) {
        match place_in(it.call.node(), literal) {
            Where::Itself => own.push(it),
            Where::Literal => nested += 1,
            Where::Goroutine => {}
        }
    }
    match (&own[..], nested) {
        ([done], 0) => Ok(*done),
        ([], 0) if done.is_empty() => Err("the goroutine does not call Done itself".into()),
        ([], 0) => Err("the goroutine calls Done of another WaitGroup, or writes it another way than Add".into()),
        ([], _) => Err("a function literal in the goroutine calls Done".into()),
        _ => Err("the goroutine calls Done in several places".into()),
    }
}

/// Who makes a call.
enum Where {
    /// The function literal itself.
    Itself,
    /// A function literal in it.
    Literal,
    /// A goroutine that it starts.
    Goroutine,
}

fn place_in<'a>(node: Node<'a>, literal: Node<'a>) -> Where {
    let mut found = Where::Itself;
    let mut at = node;
    while let Some(func) = enclosing_func(at).filter(|it| *it != literal) {
        if let LitUse::Go(_) = literal_use(func) {
            return Where::Goroutine;
        }
        found = Where::Literal;
        at = func;
    }
    found
}

/// `defer wg.Done()`, with nothing but `defer` before it.
fn deferred<'a>(cx: &Cx<'a>, statements: &[Node<'a>], stmt: Node<'a>, call: GroupCall<'a>) -> Result<End<'a>, Decline> {
    let before: Vec<_> = statements.iter().take_while(|it| it.id() < stmt.id()).collect();
    if before.iter().any(|it| it.kind() != Kind::DeferStmt) {
        return Err("the goroutine does other work before it defers Done".into());
    }
    let form = if before.is_empty() { EndForm::First } else { EndForm::Deferred };
    let calls = before.iter().filter_map(|it| DeferStmt::cast(**it)).filter_map(|it| CallExpr::cast(it.call()));
    let level = if calls.into_iter().all(|it| is_quick(cx, it)) { Level::Safe } else { Level::Review };
    Ok(End { stmt, call, form, level })
}

/// `wg.Done()` as the last statement. A goroutine that panics, and recovers, or ends early does not get there; a function
/// that has returned is done in any case.
fn last<'a>(
    cx: &Cx<'a>,
    body: Node<'a>,
    statements: &[Node<'a>],
    stmt: Node<'a>,
    call: GroupCall<'a>,
) -> Result<End<'a>, Decline> {
    if statements.last() != Some(&stmt) {
        let is_first = statements.first() == Some(&stmt);
        return Err(if is_first { "Done comes first: it tells that the goroutine has started" } else { GOES_ON }.into());
    }
    let own = || body.descendants_skipping(|it| it.kind() == Kind::FuncLit);
    if own().any(|it| it.kind() == Kind::ReturnStmt) {
        return Err("the goroutine can return without Done".into());
    }
    if own().any(|it| it.kind() == Kind::BranchStmt && it.op() == Token::Goto) {
        return Err("the goroutine jumps about".into());
    }
    if body.descendants().filter_map(CallExpr::cast).any(|it| may_end_goroutine(cx, it)) {
        return Err("the goroutine may end without Done, as a failed test does".into());
    }
    let mut level = Level::Safe;
    for defer in own().filter_map(DeferStmt::cast) {
        let Some(call) = CallExpr::cast(defer.call()).filter(|it| !is_quick(cx, *it)) else { continue };
        if may_recover(cx, call) {
            return Err("a deferred function may recover from a panic, and then Done is not called".into());
        }
        level = Level::Review;
    }
    Ok(End { stmt, call, form: EndForm::Last, level })
}

const GOES_ON: &str = "the goroutine goes on after Done";

/// Whether a call is proved to come back at once, whatever other goroutines wait for: so nobody can tell whether it comes
/// before or after `Done`, but for being awaited.
fn is_quick<'a>(cx: &Cx<'a>, call: CallExpr<'a>) -> bool {
    match cx.callee(call) {
        Callee::Builtin(name) => matches!(&*name, "close" | "delete"),
        Callee::Method { path, receiver, name, .. } => {
            let known = (&*path, &*receiver, &*name);
            call.args().next().is_none() && QUICK.contains(&known)
        }
        Callee::FuncValue => is_cancel(cx, call),
        _ => false,
    }
}

/// Methods without arguments that wait for nothing.
const QUICK: &[(&str, &str, &str)] = &[
    ("sync", "Mutex", "Unlock"),
    ("sync", "RWMutex", "Unlock"),
    ("sync", "RWMutex", "RUnlock"),
    ("sync", "WaitGroup", "Done"),
    ("time", "Ticker", "Stop"),
    ("time", "Timer", "Stop"),
];

fn is_cancel<'a>(cx: &Cx<'a>, call: CallExpr<'a>) -> bool {
    let types = cx.types(call.node().file().id());
    let form = types.map(|it| it.form(it.type_of(call.fun())));
    matches!(form, Some(Form::Named { path, name, .. }) if &*path == "context" && name == "CancelFunc")
}

/// Whether a deferred call may stop a panic (spec: Handling panics). A method of another package, or a function, is not
/// known.
fn may_recover<'a>(cx: &Cx<'a>, call: CallExpr<'a>) -> bool {
    let Some(literal) = FuncLit::cast(call.fun().unparen()) else { return true };
    let recovers = |it: CallExpr<'a>| it.fun().unparen().as_ident() == Some("recover");
    // A call that it makes cannot recover, unless it is deferred in turn.
    let nested = |it: Node<'a>| it.kind() == Kind::DeferStmt;
    literal.body().descendants().any(|it| nested(it) || CallExpr::cast(it).is_some_and(recovers))
        || cx.body(literal.node()).is_none()
}

/// Whether a call may end the goroutine and nothing else: `runtime.Goexit`, or a test that fails or is skipped. What gets
/// the test as an argument may do so, too.
pub fn may_end_goroutine<'a>(cx: &Cx<'a>, call: CallExpr<'a>) -> bool {
    const ENDS: &[&str] = &["Goexit", "FailNow", "Fatal", "Fatalf", "SkipNow", "Skip", "Skipf"];
    let callee = cx.callee(call);
    let ends = match &callee {
        Callee::Func { path, name } | Callee::External { path, name } => &**path == "runtime" && name == "Goexit",
        Callee::Method { path, name, .. } => &**path == "testing" && ENDS.contains(&&**name),
        Callee::InterfaceMethod { name, .. } => ENDS.contains(&&**name),
        Callee::Unknown => call.fun().unparen().child(Role::Sel).is_some_and(|it| ENDS.contains(&it.text())),
        _ => false,
    };
    ends || call.args().any(|it| is_test(cx, it))
}

/// Whether an expression is a `*testing.T`, or what else can fail a test.
fn is_test<'a>(cx: &Cx<'a>, expr: Node<'a>) -> bool {
    let Some(types) = cx.types(expr.file().id()) else { return true };
    let ty = match types.form(types.type_of(expr)) {
        Form::Pointer(to) => types.form(to),
        other => other,
    };
    matches!(ty, Form::Named { path, .. } if &*path == "testing")
}
