//! What the deferred calls of a task do to other tasks.
//!
//! A group knows an error once the task has returned, and its deferred calls have run. Whatever of them lets another task go
//! on, which then fails, makes that error the first one:
//!
//! ```go
//! go func() {                    go func() {
//!     defer wg.Done()                defer wg.Done()
//!     defer flush()                  ready.Wait()
//!     defer ready.Done()             errc <- late
//!     errc <- early              }()
//! }()
//! ```

use gofix_rule::{
    Cx, Level,
    semantic::types::Callee,
    syntax::{
        Kind, Node, Token,
        ast::{AstNode, CallExpr},
    },
    tasks::Task,
};

use super::look::{deferred, is_cancel, own};

/// What a deferred call does, from the least to the most.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Wakes {
    /// Nothing that another task waits for, and at once.
    Nobody,
    /// Nothing that another task waits for, but it may take its time.
    NobodySoon,
    /// It gives back a lock or a place that others may wait for.
    Released,
    /// It may let other tasks go on.
    Others,
}

/// How sure it is that nobody can tell that an error is known only once the deferred calls of the task have run. A lock may
/// be given back if nothing of length follows: its next owner has all the way to an error of its own before it.
pub(super) fn level<'a>(cx: &Cx<'a>, task: &Task<'a>) -> Level {
    let done = task.end.as_ref().map(|it| it.call.call.node());
    let defers = own(task.literal.body()).filter_map(deferred).filter(|it| Some(it.node()) != done);
    let mut is_followed = false;
    for it in defers {
        // What is deferred first runs last.
        match wakes(cx, it) {
            Wakes::Others => return Level::Review,
            Wakes::Released if is_followed => return Level::Review,
            Wakes::NobodySoon => is_followed = true,
            Wakes::Nobody | Wakes::Released => {}
        }
    }
    task.level()
}

/// What a deferred call does, with all that stands in it.
fn wakes<'a>(cx: &Cx<'a>, call: CallExpr<'a>) -> Wakes {
    let all: Vec<Wakes> = call.node().descendants().chain([call.node()]).map(|it| of_node(cx, it)).collect();
    let most = all.iter().copied().max().unwrap_or(Wakes::Nobody);
    match most {
        Wakes::Released if all.contains(&Wakes::NobodySoon) => Wakes::Others,
        most => most,
    }
}

fn of_node<'a>(cx: &Cx<'a>, node: Node<'a>) -> Wakes {
    match node.kind() {
        Kind::SendStmt | Kind::SelectStmt | Kind::GoStmt => Wakes::Others,
        Kind::UnaryExpr if node.op() == Token::Arrow => Wakes::Released,
        _ => CallExpr::cast(node).map_or(Wakes::Nobody, |it| of_call(cx, it)),
    }
}

fn of_call<'a>(cx: &Cx<'a>, call: CallExpr<'a>) -> Wakes {
    if call.fun().unparen().kind() == Kind::FuncLit {
        return Wakes::Nobody;
    }
    let is_own = |path: &str| cx.package().import_path().is_none_or(|it| it == path);
    match cx.callee(call) {
        _ if is_cancel(cx, call) => Wakes::Others,
        Callee::Builtin(name) if name != "close" => Wakes::Nobody,
        Callee::Conversion(_) => Wakes::Nobody,
        Callee::Method { path, receiver, .. } if &*path == "sync" && matches!(&*receiver, "Mutex" | "RWMutex") => {
            Wakes::Released
        }
        Callee::InterfaceMethod { name, .. } if name == "Close" => Wakes::Nobody,
        Callee::Method { path, name, .. } if name == "Close" && !is_own(&path) => Wakes::Nobody,
        Callee::Func { path, .. }
        | Callee::Method { path, .. }
        | Callee::InterfaceMethod { interface: Some((path, _)), .. }
            if !is_own(&path) && !matches!(&*path, "sync" | "sync/atomic") =>
        {
            Wakes::NobodySoon
        }
        _ => Wakes::Others,
    }
}
