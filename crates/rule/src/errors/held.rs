//! What a function has taken, and gives back further on: a `return` in between would keep it.

use gofix_semantic::{DefKind, types::Form};
use gofix_syntax::{
    Kind, Node, Role, Token,
    ast::{AstNode, CallExpr, SelectorExpr},
};

use crate::Cx;

/// A way to give something back: a lock, a place in a channel, a file.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Release<'a> {
    /// What is given back, as it is written.
    what: &'a str,
    by: By,
}

#[derive(Copy, Clone, PartialEq, Eq, Debug)]
enum By {
    /// `mu.Unlock()`
    Unlock,
    /// `mu.RUnlock()`
    RUnlock,
    /// `group.Wait()`
    Wait,
    /// `<-places`
    Receive,
    /// `close(done)`
    CloseChan,
    /// `cancel()`
    Call,
    /// `file.Close()`
    Method,
}

/// Methods by which a value that a function made comes to its end.
const ENDS: &[&str] =
    &["Close", "Release", "Stop", "Cancel", "Rollback", "Abort", "End", "Finish", "Free", "Destroy", "Shutdown"];

/// What `func` has taken at `site` and gives back further on without `defer`, as it is written there: `mu.Unlock()`. A
/// `return` at `site` would keep it. What the statement of `failed` declares is not there if that fails.
pub fn held<'a>(cx: &Cx<'a>, func: Node<'a>, site: Node<'a>, failed: &[Node<'a>]) -> Option<String> {
    let body = cx.body(func)?;
    let own = || body.descendants_skipping(|it| it.kind() == Kind::FuncLit);
    let is_deferred = |it: Node<'a>| {
        it.ancestors().take_while(|it| *it != body).any(|it| matches!(it.kind(), Kind::DeferStmt | Kind::GoStmt))
    };
    let later = own().filter(|it| it.start() >= site.end() && !is_deferred(*it));
    later.filter_map(|it| Some((it, release(cx, it)?))).find_map(|(node, it)| {
        let taken = own().filter(|at| at.end() <= site.start() && takes(cx, *at, &it, failed)).last();
        let taken = taken.map(Node::end).or_else(|| declared(cx, node, &it, func, site, failed));
        let is_given = |from: u32| given_before(cx, site, body, &it, from);
        taken.filter(|from| !is_given(*from)).map(|_| node.text().to_owned())
    })
}

/// What an expression gives back.
fn release<'a>(cx: &Cx<'a>, node: Node<'a>) -> Option<Release<'a>> {
    if node.kind() == Kind::UnaryExpr && node.op() == Token::Arrow {
        return Some(Release { what: node.child(Role::X)?.unparen().text(), by: By::Receive });
    }
    let call = CallExpr::cast(node)?;
    let fun = call.fun().unparen();
    let Some(selector) = SelectorExpr::cast(fun) else {
        if cx.is_builtin_call(call, "close") {
            return Some(Release { what: call.args().next()?.unparen().text(), by: By::CloseChan });
        }
        let types = cx.types(node.file().id())?;
        let is_cancel = matches!(types.form(types.type_of(fun)), Form::Named { path, name, .. }
            if &*path == "context" && (name == "CancelFunc" || name == "CancelCauseFunc"));
        return is_cancel.then(|| Release { what: fun.text(), by: By::Call });
    };
    let by = match selector.sel().text() {
        "Unlock" => By::Unlock,
        "RUnlock" => By::RUnlock,
        "Wait" => By::Wait,
        it if ENDS.contains(&it) => By::Method,
        _ => return None,
    };
    Some(Release { what: selector.x().unparen().text(), by })
}

/// Whether a node takes what `it` gives back.
fn takes<'a>(cx: &Cx<'a>, node: Node<'a>, it: &Release<'a>, failed: &[Node<'a>]) -> bool {
    let is_sent =
        node.kind() == Kind::SendStmt && node.child(Role::Chan).is_some_and(|at| at.unparen().text() == it.what);
    if it.by == By::Receive {
        return is_sent;
    }
    let Some(call) = CallExpr::cast(node).filter(|it| !failed.contains(&it.node())) else { return false };
    let Some(selector) = SelectorExpr::cast(call.fun().unparen()).filter(|at| at.x().unparen().text() == it.what)
    else {
        return false;
    };
    let name = selector.sel().text();
    let is_locked = |by: &str| name == by || name.strip_prefix("Try") == Some(by);
    match it.by {
        By::Unlock => is_locked("Lock"),
        By::RUnlock => is_locked("RLock"),
        By::Wait => {
            matches!(name, "Add" | "Go" | "Start")
                && cx.resolve(selector.sel()).def().is_none_or(|it| !it.is_variable())
        }
        _ => false,
    }
}

/// Where what `it`, at `node`, gives back was declared: a variable of the function, in front of `site`.
fn declared<'a>(
    cx: &Cx<'a>,
    node: Node<'a>,
    it: &Release<'a>,
    func: Node<'a>,
    site: Node<'a>,
    failed: &[Node<'a>],
) -> Option<u32> {
    if !matches!(it.by, By::Call | By::Method | By::CloseChan) {
        return None;
    }
    let ident = node.descendants().find(|at| at.as_ident().is_some_and(|name| it.what.starts_with(name)))?;
    let def = cx.resolve(ident).def().filter(|it| it.is_variable() && !it.is_package_level())?;
    let is_param = def.kind() != DefKind::Var;
    let made = def.ident().parent()?;
    let is_made = func.contains(def.ident()) && (!is_param || it.by == By::CloseChan);
    let is_missing = failed.iter().any(|it| made.contains(*it));
    (is_made && !is_missing && def.ident().end() <= site.start()).then_some(def.ident().end())
}

/// Whether a statement between `from` and `site`, on whose way to `site` it is, gives it back, or defers that.
fn given_before<'a>(cx: &Cx<'a>, site: Node<'a>, body: Node<'a>, it: &Release<'a>, from: u32) -> bool {
    let gives = |stmt: Node<'a>| {
        let part = match stmt.kind() {
            Kind::ExprStmt | Kind::AssignStmt | Kind::DeferStmt => Some(stmt),
            Kind::IfStmt => stmt.child(Role::Init),
            _ => None,
        };
        part.into_iter().flat_map(Node::descendants).filter_map(|at| release(cx, at)).any(|at| at == *it)
    };
    let mut child = site;
    for parent in site.ancestors() {
        let mut before = parent.children().filter(|at| at.start() >= from && at.end() <= child.start());
        if before.any(gives) {
            return true;
        }
        if parent == body {
            return false;
        }
        child = parent;
    }
    false
}
