//! Small questions about statements and expressions.

use gofix_rule::{
    Cx,
    flow::{self, LitUse, enclosing_func, literal_use},
    semantic::{
        Def,
        types::{Callee, Form, Ty},
    },
    syntax::{
        Kind, Node, Role, Token,
        ast::{AstNode, BinaryExpr, CallExpr, ExprStmt, FuncLit, SelectorExpr},
    },
};

/// Whether an expression is the variable `def`.
pub(super) fn is_var<'a>(cx: &Cx<'a>, expr: Node<'a>, def: Def<'a>) -> bool {
    cx.resolve(expr.unparen()).def() == Some(def)
}

pub(super) fn is_nil<'a>(cx: &Cx<'a>, expr: Node<'a>) -> bool {
    cx.resolve(expr.unparen()).is_universe("nil")
}

/// Whether `cond` compares the variable with nil, by `op`.
pub(super) fn compares_with_nil<'a>(cx: &Cx<'a>, cond: Node<'a>, op: Token, def: Def<'a>) -> bool {
    let cond = cond.unparen();
    BinaryExpr::cast(cond).is_some_and(|it| {
        let is_pair = |x, y| is_var(cx, x, def) && is_nil(cx, y);
        cond.op() == op && (is_pair(it.x(), it.y()) || is_pair(it.y(), it.x()))
    })
}

/// The call that a statement is.
pub(super) fn call_of(stmt: Node<'_>) -> Option<CallExpr<'_>> {
    ExprStmt::cast(stmt).and_then(|it| CallExpr::cast(it.x().unparen()))
}

/// The call that a `defer` statement makes.
pub(super) fn deferred(stmt: Node<'_>) -> Option<CallExpr<'_>> {
    if stmt.kind() != Kind::DeferStmt {
        return None;
    }
    stmt.child(Role::Call).and_then(CallExpr::cast)
}

/// The mutex whose method `name` the call calls.
pub(super) fn mutex_of<'a>(cx: &Cx<'a>, call: CallExpr<'a>, name: &str) -> Option<Node<'a>> {
    let selector = SelectorExpr::cast(call.fun().unparen()).filter(|it| it.sel().text() == name)?;
    match cx.callee(call) {
        Callee::Method { path, receiver, .. } if &*path == "sync" && matches!(&*receiver, "Mutex" | "RWMutex") => {
            Some(selector.x())
        }
        _ => None,
    }
}

/// The `sync.Once` whose `Do` the call calls, and the function literal that it is given.
pub(super) fn once_of<'a>(cx: &Cx<'a>, call: CallExpr<'a>) -> Option<(Node<'a>, FuncLit<'a>)> {
    let selector = SelectorExpr::cast(call.fun().unparen())?;
    let literal = call.args().next().and_then(|it| FuncLit::cast(it.unparen()))?;
    match cx.callee(call) {
        Callee::Method { path, receiver, name, .. } if (&*path, &*receiver, &*name) == ("sync", "Once", "Do") => {
            Some((selector.x(), literal))
        }
        _ => None,
    }
}

/// Whether a statement calls the function that cancels a context, which may be called again and again.
pub(super) fn is_cancel<'a>(cx: &Cx<'a>, call: CallExpr<'a>) -> bool {
    call.args().next().is_none() && named(cx, call.fun(), "context", "CancelFunc")
}

/// Whether the type of an expression is `name` of the package `path`.
pub(super) fn named<'a>(cx: &Cx<'a>, expr: Node<'a>, path: &str, name: &str) -> bool {
    let form = cx.types(expr.file().id()).map(|it| it.form(it.type_of(expr)));
    matches!(form, Some(Form::Named { path: p, name: n, .. }) if *p == *path && n == name)
}

/// Whether the type of an expression is known, and no interface: a value of it is not nil as an error.
pub(super) fn is_concrete<'a>(cx: &Cx<'a>, expr: Node<'a>) -> bool {
    let Some(types) = cx.types(expr.file().id()) else { return false };
    let ty = types.type_of(expr);
    let form = types.form(types.underlying(ty));
    ty != Ty::UNKNOWN
        && !matches!(form, Form::Unknown | Form::Interface(_) | Form::TypeParam(_) | Form::Tuple(_))
        && !is_nil(cx, expr)
}

/// Whether a statement of the list that holds `wait` declares the variable, before that.
pub(super) fn is_beside<'a>(cx: &Cx<'a>, def: Def<'a>, wait: Node<'a>) -> bool {
    cx.stmt(def.node()).is_some_and(|it| it.parent() == wait.parent() && it.start() < wait.start())
}

/// The nodes of a body that belong to the same function.
pub(super) fn own<'a>(body: Node<'a>) -> impl Iterator<Item = Node<'a>> {
    body.descendants_skipping(|it| it.kind() == Kind::FuncLit)
}

/// The statements of a list but those without text.
pub(super) fn stmts(owner: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    flow::stmts(owner).filter(|it| it.kind() != Kind::EmptyStmt)
}

/// The function literal around `node` if a `defer` statement of `func` calls it and it recovers from a panic.
pub(super) fn recovering<'a>(cx: &Cx<'a>, node: Node<'a>, func: Node<'a>) -> Option<Node<'a>> {
    let literal = enclosing_func(node)?;
    let LitUse::Deferred(defer) = (literal.kind() == Kind::FuncLit).then(|| literal_use(literal))? else { return None };
    let body = literal.child(Role::Body)?;
    let recovers = own(body).filter_map(CallExpr::cast).any(|it| cx.is_builtin_call(it, "recover"));
    (recovers && enclosing_func(defer.node()) == Some(func)).then_some(literal)
}

/// Whether control gets to a call of `name` that ends the test, which only the goroutine of the test may make.
pub(super) fn ends_test<'a>(cx: &Cx<'a>, call: CallExpr<'a>) -> bool {
    const ENDS: &[&str] = &["FailNow", "Fatal", "Fatalf", "SkipNow", "Skip", "Skipf"];
    match cx.callee(call) {
        Callee::Method { path, name, .. } => &*path == "testing" && ENDS.contains(&&*name),
        Callee::InterfaceMethod { name, .. } => ENDS.contains(&&*name),
        _ => false,
    }
}
