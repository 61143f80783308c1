//! Gives channels room for the signal that `signal.Notify` sends them.
//!
//! `Notify` does not wait: a signal that arrives while nobody receives from an unbuffered channel is dropped. A buffer of
//! one keeps it.

use gofix_rule::{
    Cx, Decline, Fix, Group, Level, Meta, Report, Rule,
    flow::{How, Local, Place, Use},
    semantic::{Def, DefKind, types::Callee},
    syntax::{
        Kind, Node, Role, Token,
        ast::{AssignStmt, AstNode, CallExpr, ValueSpec},
    },
};

pub(crate) struct SignalNotifyBuffer;

static META: Meta = Meta {
    name: "signal-notify-buffer",
    summary: "give channels passed to signal.Notify a buffer",
    group: Group::Concurrency,
    recommended: true,
    since: None,
    until: None,
    words: &["Notify", "make", "signal"],
    options: &[],
    docs: include_str!("README.md"),
};

impl Rule for SignalNotifyBuffer {
    fn meta(&self) -> &Meta {
        &META
    }

    fn check(&self, cx: &Cx<'_>, report: &mut Report) {
        let mut seen = Vec::new();
        for call in cx.calls("os/signal", "Notify") {
            let Some(channel) = call.args().next().map(Node::unparen) else { continue };
            let room = Room::of(cx, channel);
            let place = room.as_ref().map_or(call.node(), |it| it.made.node());
            if room.as_ref().is_ok_and(|it| it.is_buffered()) || seen.contains(&place.id()) {
                continue;
            }
            seen.push(place.id());
            report.fix(place, "signals that arrive while nobody receives are lost", room.and_then(|it| it.buffered()));
        }
    }
}

/// The channel that is passed to `signal.Notify`.
struct Room<'a> {
    cx: Cx<'a>,
    /// `make(chan os.Signal)`
    made: CallExpr<'a>,
    /// The variable that holds it.
    local: Local<'a>,
}

impl<'a> Room<'a> {
    /// The channel that the expression `channel` denotes, if one call of `make` makes it.
    fn of(cx: &Cx<'a>, channel: Node<'a>) -> Result<Room<'a>, Decline> {
        let is_make = |it: &CallExpr<'a>| cx.is_builtin_call(*it, "make");
        if CallExpr::cast(channel).is_some_and(|it| is_make(&it)) {
            return Err("nothing receives from the channel".into());
        }
        let def = cx.resolve(channel).def().ok_or(ELSEWHERE)?;
        if matches!(def.kind(), DefKind::Param | DefKind::Receiver) {
            return Err("whoever calls the function makes the channel".into());
        }
        let local = cx.local(def).ok_or(ELSEWHERE)?;
        if !local.is_complete() {
            return Err("whether these are all uses of the channel cannot be told".into());
        }
        let mut values = values(def, &local);
        let value = values.next().ok_or(ELSEWHERE)?;
        if values.next().is_some() {
            return Err("the channel is assigned more than once".into());
        }
        drop(values);
        let made = value.and_then(|it| CallExpr::cast(it.unparen())).filter(is_make).ok_or(ELSEWHERE)?;
        Ok(Room { cx: *cx, made, local })
    }

    /// The capacity, if it is not left out.
    fn capacity(&self) -> Option<Node<'a>> {
        self.made.args().nth(1)
    }

    /// Whether there is room already.
    fn is_buffered(&self) -> bool {
        let value = self.capacity().and_then(|it| self.cx.const_value(it));
        value.and_then(|it| it.as_i64()).is_some_and(|it| it > 0)
    }

    /// Rewrites
    ///
    /// ```go
    /// quit := make(chan os.Signal)
    /// ```
    ///
    /// to
    ///
    /// ```go
    /// quit := make(chan os.Signal, 1)
    /// ```
    ///
    /// A receiver cannot tell the two apart, but for a signal that it would have missed. A sender can.
    fn buffered(&self) -> Result<Fix, Decline> {
        let ty = self.made.args().next().ok_or("the call has no type")?;
        // A result is handed on by every return.
        let is_kept = self.local.def.kind() != DefKind::Result;
        let is_only_received = is_kept && self.local.uses.iter().all(|it| is_harmless(&self.cx, it));
        let level = if is_only_received { Level::Safe } else { Level::Review };
        let fix = Fix::new(level).relies_on(self.local.home);
        match self.capacity() {
            None => Ok(fix.insert_after(ty, ", 1")),
            Some(it) if it.kind() == Kind::BasicLit => Ok(fix.replace(it, "1")),
            Some(_) => Err("the capacity is not a number".into()),
        }
    }
}

const ELSEWHERE: &str = "the channel is not made here";

/// The values that the variable gets, where each is an expression of its own.
fn values<'a>(def: Def<'a>, local: &Local<'a>) -> impl Iterator<Item = Option<Node<'a>>> {
    let spec = def.ident().parent().and_then(ValueSpec::cast);
    let is_zero = def.kind() == DefKind::Result || spec.is_some_and(|it| it.values().next().is_none());
    let declared = (!is_zero).then(|| value_of(def.ident()));
    declared.into_iter().chain(local.writes().map(|it| value_of(it.site)))
}

/// What is assigned to the variable at `target`.
fn value_of(target: Node<'_>) -> Option<Node<'_>> {
    let target = target.with_parens();
    let stmt = target.parent()?;
    let (to, from) = match stmt.kind() {
        Kind::ValueSpec => (Role::Names, Role::Values),
        Kind::AssignStmt if AssignStmt::cast(stmt)?.node().role() != Role::Assign => (Role::Lhs, Role::Rhs),
        _ => return None,
    };
    let index = stmt.children_in(to).position(|it| it == target)?;
    stmt.children_in(from).nth(index)
}

/// Whether a use cannot tell how much room the channel has: signals are sent to it, somebody receives or closes it, or
/// the variable is assigned.
fn is_harmless<'a>(cx: &Cx<'a>, it: &Use<'a>) -> bool {
    match it.how {
        How::Assigned(_) | How::Stored(Place::Blank) => true,
        How::Passed { call, index: 0 } => is_of_signal(&cx.callee(call)),
        How::Read => {
            let site = it.site.with_parens();
            let is_close = |it: Node<'a>| CallExpr::cast(it).is_some_and(|it| cx.is_builtin_call(it, "close"));
            site.parent().is_some_and(|it| match it.kind() {
                Kind::UnaryExpr => it.op() == Token::Arrow,
                Kind::RangeStmt => site.role() == Role::X,
                Kind::BinaryExpr => true,
                _ => is_close(it),
            })
        }
        _ => false,
    }
}

fn is_of_signal(callee: &Callee) -> bool {
    let (Callee::Func { path, name } | Callee::External { path, name }) = callee else { return false };
    &**path == "os/signal" && matches!(name.as_str(), "Notify" | "Stop")
}
