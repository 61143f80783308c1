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
    /// It gives back a lock or a file that others may wait for, and takes no time.
    Released,
    /// It may let other tasks go on, or take its time while they do.
    Others,
}

/// How sure it is that nobody can tell that an error is known only once the deferred calls of the task have run. A lock may
/// be given back: its next owner has all the way to an error of its own before it.
pub(super) fn level<'a>(cx: &Cx<'a>, task: &Task<'a>) -> Level {
    let done = task.end.as_ref().map(|it| it.call.call.node());
    let mut defers = own(task.literal.body()).filter_map(deferred).filter(|it| Some(it.node()) != done);
    match defers.any(|it| wakes(cx, it) == Wakes::Others) {
        true => Level::Review,
        false => task.level(),
    }
}

/// What a deferred call does, with all that stands in it.
fn wakes<'a>(cx: &Cx<'a>, call: CallExpr<'a>) -> Wakes {
    let all = call.node().descendants().chain([call.node()]).map(|it| of_node(cx, it));
    all.max().unwrap_or(Wakes::Nobody)
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
    let is_std = |path: &str| cx.workspace().is_std(path);
    match cx.callee(call) {
        _ if is_cancel(cx, call) => Wakes::Others,
        Callee::Builtin(name) if name != "close" => Wakes::Nobody,
        Callee::Conversion(_) => Wakes::Nobody,
        Callee::Method { path, receiver, .. } if &*path == "sync" && matches!(&*receiver, "Mutex" | "RWMutex") => {
            Wakes::Released
        }
        // Nobody waits for the end of a file; of a pipe somebody may, and then reads on.
        Callee::InterfaceMethod { interface: Some((path, _)), name, .. } if name == "Close" && is_std(&path) => {
            Wakes::Released
        }
        Callee::Method { path, name, .. } if name == "Close" && is_std(&path) => Wakes::Released,
        _ => Wakes::Others,
    }
}
