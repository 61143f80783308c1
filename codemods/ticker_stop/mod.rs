//! Stops the tickers that a function starts for itself and leaves running when it returns.
//!
//! Where a ticker is only waited for by the function that starts it, nobody can miss a tick once that function has
//! returned. So a deferred `Stop` takes nothing away but the ticker.

use gofix_rule::{
    Cx, Decline, Fix, GoVersion, Group, Meta, Report, Rule,
    flow::{How, Local, Place, Use},
    semantic::{Def, DefKind},
    syntax::{
        Kind, Node, Role, Token,
        ast::{AstNode, CallExpr, RangeStmt, SelectorExpr, ValueSpec},
    },
};

pub(crate) struct TickerStop;

static META: Meta = Meta {
    name: "ticker-stop",
    summary: "defer Stop for tickers that are never stopped",
    group: Group::Concurrency,
    recommended: true,
    since: None,
    until: Some(GoVersion::new(1, 23)), // whose garbage collector takes back lost tickers
    words: &["NewTicker", "time"],
    options: &[],
    docs: include_str!("README.md"),
};

impl Rule for TickerStop {
    fn meta(&self) -> &Meta {
        &META
    }

    fn check(&self, cx: &Cx<'_>, report: &mut Report) {
        for call in cx.calls("time", "NewTicker") {
            let ticker = Ticker::started(cx, call);
            if !ticker.as_ref().is_ok_and(Ticker::is_stopped) {
                report.fix(call.node(), "nothing stops this ticker", ticker.and_then(|it| it.stop_on_return()));
            }
        }
    }
}

/// A ticker in a local variable.
struct Ticker<'a> {
    cx: Cx<'a>,
    def: Def<'a>,
    local: Local<'a>,
    /// The statement of a list that starts it, with its label.
    stmt: Node<'a>,
}

const OUTLIVES: &str = "the ticker may be used after the function has returned";

impl<'a> Ticker<'a> {
    /// The variable that holds what `call`, a call of `time.NewTicker`, returns.
    fn started(cx: &Cx<'a>, call: CallExpr<'a>) -> Result<Ticker<'a>, Decline> {
        if cx.is_external_test_of("time") {
            return Err("this tests package time itself".into());
        }
        let stmt = cx.stmt(call.node()).ok_or("a package-level ticker lives as long as the program")?;
        let value = call.node().with_parens();
        let parent = value.parent().ok_or(OUTLIVES)?;
        let (to, from) = match parent.kind() {
            Kind::ValueSpec => (Role::Names, Role::Values),
            Kind::AssignStmt => (Role::Lhs, Role::Rhs),
            Kind::ExprStmt | Kind::SelectorExpr => return Err("nothing holds the ticker".into()),
            _ => return Err(OUTLIVES.into()),
        };
        let index = parent.children_in(from).position(|it| it == value);
        let ident = index.and_then(|it| parent.children_in(to).nth(it)).ok_or(OUTLIVES)?;
        let def = cx.resolve(ident).def().filter(|it| it.kind() == DefKind::Var && !it.is_package_level());
        let def = def.ok_or(OUTLIVES)?;
        let local = cx.local(def).ok_or(OUTLIVES)?;
        Ok(Ticker { cx: *cx, def, local, stmt })
    }

    /// Whether somebody stops it, at least on some path.
    fn is_stopped(&self) -> bool {
        self.local.uses.iter().any(|it| matches!(it.how, How::MethodCalled(_) | How::Selected(_)) && named(it, "Stop"))
    }

    /// Rewrites
    ///
    /// ```go
    /// t := time.NewTicker(d)
    /// ```
    ///
    /// to
    ///
    /// ```go
    /// t := time.NewTicker(d)
    /// defer t.Stop()
    /// ```
    ///
    /// where the function returns one day, and nobody else knows the ticker.
    fn stop_on_return(&self) -> Result<Fix, Decline> {
        self.is_declared_by_stmt()?;
        self.is_only_waited_for()?;
        self.lives_until_return()?;
        let stop = format!("defer {}.Stop()", self.def.name());
        Ok(Fix::safe().insert_after_stmt(self.stmt, [stop]).relies_on(self.local.home))
    }

    /// Declines unless the variable comes with the ticker, in a statement behind which others can stand.
    fn is_declared_by_stmt(&self) -> Result<(), Decline> {
        if !self.stmt.contains(self.def.ident()) {
            return Err("the variable may hold no ticker, or another one".into());
        }
        let parent = self.def.ident().parent();
        if parent.is_some_and(|it| matches!(it.role(), Role::Init | Role::Post)) {
            return Err("the head of a statement starts the ticker".into());
        }
        let is_ticker = |ty: Node<'a>| {
            let pointee = (ty.kind() == Kind::StarExpr).then(|| ty.child(Role::X)).flatten();
            pointee.is_some_and(|it| self.cx.resolve_expr(it.unparen()).is_external("time", "Ticker"))
        };
        match parent.and_then(ValueSpec::cast).and_then(ValueSpec::ty).is_none_or(|it| is_ticker(it.unparen())) {
            true => Ok(()),
            false => Err("the variable is not declared as a ticker".into()),
        }
    }

    /// Declines unless all that is done with the ticker is to receive from its channel and to reset it, by the function
    /// that started it and while that runs.
    fn is_only_waited_for(&self) -> Result<(), Decline> {
        if !self.local.is_complete() {
            return Err("whether these are all uses of the ticker cannot be told".into());
        }
        for it in &self.local.uses {
            if !it.runs_at_once() {
                return Err("a function literal that may run later captures the ticker".into());
            }
            match it.how {
                How::Selected(field) if named(it, "C") && is_waited_for(field) => {}
                How::MethodCalled(_) if named(it, "Reset") => {}
                How::Stored(Place::Blank) => {}
                How::Assigned(_) => return Err("the variable may hold no ticker, or another one".into()),
                _ => return Err(OUTLIVES.into()),
            }
        }
        Ok(())
    }

    /// Declines unless the function returns from here, and starts the ticker once.
    fn lives_until_return(&self) -> Result<(), Decline> {
        if self.cx.in_loop(self.stmt) {
            return Err("a loop starts the ticker again and again, and defer waits for the whole function".into());
        }
        // Nobody closes the channel of a ticker.
        let never_ends = |it: Node<'a>| {
            let channel = RangeStmt::cast(it).map(|it| it.x().unparen());
            channel.is_some_and(|it| self.local.uses.iter().any(|of| it.contains(of.site)))
        };
        match self.cx.flow(self.local.home, never_ends).is_some_and(|it| it.can_return_after(self.stmt)) {
            true => Ok(()),
            false => Err("the function never returns from here, so its ticker is needed for ever".into()),
        }
    }
}

/// Whether the use is of the field or method `name`.
fn named(it: &Use<'_>, name: &str) -> bool {
    let selector = it.site.with_parens().parent().and_then(SelectorExpr::cast);
    selector.is_some_and(|it| it.sel().text() == name)
}

/// Whether `channel` is received from, or ranged over.
fn is_waited_for(channel: Node<'_>) -> bool {
    let channel = channel.with_parens();
    channel.parent().is_some_and(|it| match it.kind() {
        Kind::UnaryExpr => it.op() == Token::Arrow,
        Kind::RangeStmt => channel.role() == Role::X,
        _ => false,
    })
}
