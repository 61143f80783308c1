//! Proof that an error is not nil where it is printed: `%w` of nil prints something else than `%v` does.

use gofix_rule::{
    Cx,
    flow::{Facts, NonNil, enclosing_func},
    semantic::{
        DefKind, Res,
        types::{Callee, ObjectKind},
    },
    syntax::{
        Kind, Node, Role, Token,
        ast::{AstNode, CallExpr, FuncDecl, IfStmt, SelectorExpr},
    },
};

/// Whether `expr`, an error, is proved not to be nil where it stands.
pub(super) fn is_present<'a>(cx: &Cx<'a>, facts: Option<&Facts<'a>>, expr: Node<'a>) -> bool {
    let expr = expr.unparen();
    if let Some(call) = CallExpr::cast(expr) {
        return makes(cx, call) || is_done(cx, call) || (is_getter(cx, call) && is_guarded(cx, expr));
    }
    match cx.resolve_expr(expr) {
        Res::Def(def) if def.is_package_level() => def.kind() == DefKind::Var && is_sentinel(cx, expr),
        Res::Def(_) => facts.is_some_and(|it| it.non_nil(expr) == NonNil::Proved),
        Res::External { path, .. } => cx.workspace().is_std(path) || is_sentinel(cx, expr),
        _ => expr.kind() == Kind::SelectorExpr && is_path(expr) && is_guarded(cx, expr),
    }
}

/// Whether a call makes a new error.
fn makes<'a>(cx: &Cx<'a>, call: CallExpr<'a>) -> bool {
    let made = [("errors", "New"), ("fmt", "Errorf")];
    matches!(cx.callee(call), Callee::Func { path, name } if made.contains(&(&*path, &*name)))
}

/// Whether a variable of a package is declared with an error that is made there.
fn is_sentinel<'a>(cx: &Cx<'a>, expr: Node<'a>) -> bool {
    let ident = SelectorExpr::cast(expr).map_or(expr, SelectorExpr::sel);
    let Some(types) = cx.types(expr.file().id()) else { return false };
    let Some(object) = types.object_of(ident).filter(|it| it.kind == ObjectKind::Var) else { return false };
    let Some(spec) = object.ident.and_then(|it| Some((it, it.parent()?))) else { return false };
    let at = spec.1.children_in(Role::Names).take_while(|it| *it != spec.0).count();
    let value = spec.1.children_in(Role::Values).nth(at).map(Node::unparen).and_then(CallExpr::cast);
    let is_maker = |it: CallExpr<'a>| {
        let fun = cx.workspace().resolve_expr(it.fun().unparen());
        fun.is_external("errors", "New") || fun.is_external("fmt", "Errorf")
    };
    value.is_some_and(is_maker)
}

/// Whether it is `ctx.Err()` or `context.Cause(ctx)` where `<-ctx.Done()` was received in a `case` (package context: after
/// that, it is not nil).
fn is_done<'a>(cx: &Cx<'a>, call: CallExpr<'a>) -> bool {
    let of_context = |it: CallExpr<'a>, method: &str| {
        let is_method = matches!(cx.callee(it), Callee::InterfaceMethod { interface: Some((path, name)), name: found }
            if &*path == "context" && name == "Context" && found == method);
        SelectorExpr::cast(it.fun().unparen()).filter(|_| is_method).map(|it| it.x().unparen())
    };
    let is_cause = matches!(cx.callee(call), Callee::Func { path, name } if &*path == "context" && name == "Cause");
    let asked = if is_cause { call.args().next().map(Node::unparen) } else { of_context(call, "Err") };
    let Some(asked) = asked.filter(|it| is_path(*it)) else { return false };
    let inside = call.node().ancestors().take_while(|it| !matches!(it.kind(), Kind::FuncLit | Kind::FuncDecl));
    let clauses = inside.filter(|it| it.kind() == Kind::CommClause).filter_map(|it| it.child(Role::Comm));
    let mut received = clauses
        .flat_map(|it| [it].into_iter().chain(it.descendants()))
        .filter(|it| it.kind() == Kind::UnaryExpr && it.op() == Token::Arrow);
    received.any(|it| {
        let done = it.child(Role::X).map(Node::unparen).and_then(CallExpr::cast);
        let done = done.and_then(|it| of_context(it, "Done"));
        done.is_some_and(|it| is_same(cx, it, asked) && !assigns_between(it, asked))
    })
}

/// Whether a call does nothing but look something up, the same each time as long as nothing else happens: `Err` of the
/// standard library, or a method that returns a field.
fn is_getter<'a>(cx: &Cx<'a>, call: CallExpr<'a>) -> bool {
    let Some(selector) = SelectorExpr::cast(call.fun().unparen()).filter(|it| is_path(it.x())) else { return false };
    if call.args().next().is_some() {
        return false;
    }
    match cx.callee(call) {
        Callee::InterfaceMethod { interface: Some((path, name)), .. } if &*path == "context" && name == "Context" => {
            true
        }
        Callee::Method { path, name, .. } if name == "Err" && cx.workspace().is_std(&path) => true,
        Callee::Method { .. } => {
            let types = cx.types(call.node().file().id());
            let found = types.and_then(|it| it.selection(selector)).and_then(|it| it.declaration);
            let decl = found.and_then(|it| it.parent()).and_then(FuncDecl::cast);
            decl.and_then(FuncDecl::body).is_some_and(returns_field)
        }
        _ => false,
    }
}

/// `{ return x.f }`
fn returns_field(body: Node<'_>) -> bool {
    let stmts: Vec<Node<'_>> = body.children().collect();
    match stmts[..] {
        [only] if only.kind() == Kind::ReturnStmt => only.children_in(Role::Results).all(|it| is_path(it)),
        _ => false,
    }
}

/// `x`, `x.f.g`
fn is_path(expr: Node<'_>) -> bool {
    let mut expr = expr.unparen();
    while let Some(selector) = SelectorExpr::cast(expr) {
        expr = selector.x().unparen();
    }
    expr.kind() == Kind::Ident
}

/// Whether an `if` or a `case` around `expr` compares the same expression with nil, and nothing in between can change it.
fn is_guarded<'a>(cx: &Cx<'a>, expr: Node<'a>) -> bool {
    let mut child = expr;
    for parent in expr.ancestors() {
        let cond = match parent.kind() {
            Kind::IfStmt if child.role() == Role::Body => IfStmt::cast(parent).map(IfStmt::cond),
            Kind::CaseClause if child.role() == Role::Body => sole_case(parent),
            // What runs later or again may see something else.
            Kind::FuncLit | Kind::FuncDecl | Kind::ForStmt | Kind::RangeStmt => return false,
            _ => None,
        };
        if let Some(cond) = cond
            && let Some(asked) = compared(cx, cond, expr)
        {
            return is_quiet(cx, parent, asked, expr);
        }
        child = parent;
    }
    false
}

/// The only condition of a clause of a switch without a tag.
fn sole_case(clause: Node<'_>) -> Option<Node<'_>> {
    let switch = clause.ancestors().find(|it| it.kind() == Kind::SwitchStmt)?;
    let mut list = clause.children_in(Role::List);
    let only = list.next()?;
    (switch.child(Role::Tag).is_none() && list.next().is_none() && clause.parent()?.parent()? == switch).then_some(only)
}

/// The place in `cond`, where it holds, at which `expr` is compared with nil.
fn compared<'a>(cx: &Cx<'a>, cond: Node<'a>, expr: Node<'a>) -> Option<Node<'a>> {
    let mut todo = vec![cond];
    while let Some(cond) = todo.pop() {
        let cond = cond.unparen();
        let (Some(x), Some(y)) = (cond.child(Role::X), cond.child(Role::Y)) else { continue };
        match cond.op() {
            Token::LAnd => todo.extend([x, y]),
            Token::Neq => {
                for (one, other) in [(x.unparen(), y.unparen()), (y.unparen(), x.unparen())] {
                    if cx.resolve_expr(other).is_universe("nil") && is_same(cx, one, expr) {
                        return Some(one);
                    }
                }
            }
            _ => {}
        }
    }
    None
}

/// Whether two expressions are spelled in the same way, and the names in them mean the same.
fn is_same<'a>(cx: &Cx<'a>, x: Node<'a>, y: Node<'a>) -> bool {
    let root = |it: Node<'a>| [it].into_iter().chain(it.descendants()).find(|it| it.kind() == Kind::Ident);
    x.text() == y.text() && root(x).zip(root(y)).is_some_and(|(x, y)| cx.resolve(x) == cx.resolve(y))
}

/// Whether nothing between `from` and `to` in `stmt` can change what fields hold.
fn is_quiet<'a>(cx: &Cx<'a>, stmt: Node<'a>, from: Node<'a>, to: Node<'a>) -> bool {
    let is_quiet_call = |it: Node<'a>| {
        const QUIET: [&str; 6] = ["errors", "fmt", "log", "path/filepath", "strconv", "strings"];
        let callee = CallExpr::cast(it).map(|it| cx.callee(it));
        match callee {
            Some(Callee::Func { path, .. }) => QUIET.contains(&&*path),
            Some(Callee::Conversion(_)) => true,
            Some(Callee::Builtin(name)) => matches!(&*name, "len" | "cap" | "string"),
            _ => false,
        }
    };
    let between = stmt.descendants().filter(|it| {
        it.start() >= from.end() && it.start() < to.start() && !it.contains(to) && enclosing_func(*it).is_some()
    });
    let mut loud = between.filter(|it| match it.kind() {
        Kind::CallExpr => !is_quiet_call(*it),
        Kind::AssignStmt => it.op() != Token::Define,
        Kind::UnaryExpr => it.op() == Token::Arrow,
        Kind::IncDecStmt | Kind::SendStmt | Kind::GoStmt | Kind::DeferStmt | Kind::SelectStmt | Kind::LabeledStmt => {
            true
        }
        _ => false,
    });
    loud.next().is_none()
}

/// Whether the variable at the root of `from` is assigned between the two.
fn assigns_between(from: Node<'_>, to: Node<'_>) -> bool {
    let root = [from].into_iter().chain(from.descendants()).find_map(Node::as_ident);
    let Some(func) = enclosing_func(to) else { return true };
    let mut targets =
        func.descendants().filter(|it| it.role() == Role::Lhs && it.start() >= from.end() && it.end() <= to.start());
    targets.any(|it| [it].into_iter().chain(it.descendants()).find_map(Node::as_ident) == root)
}
