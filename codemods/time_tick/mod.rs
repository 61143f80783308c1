//! Stops the tickers that `time.Tick` leaves running.
//!
//! `time.Tick` returns the channel of a ticker and forgets the ticker. Where the channel is used by one function alone, and
//! that function returns, a deferred `Stop` ends the ticker at the same moment at which the last use of the channel ends.
//! Where each turn of a loop takes one value from a ticker of its own, the ticker is a timer, and `time.After` says so.

mod channel;
mod period;

use channel::{Place, Variable};
use gofix_rule::{
    Cx, Decline, Fix, GoVersion, Group, Level, Meta, OptionMeta, Report, Rule, TextRange,
    syntax::{
        Node, Role,
        ast::{AstNode, CallExpr, FuncDecl, RangeStmt},
    },
};

pub(crate) struct TimeTick;

static META: Meta = Meta {
    name: "time-tick",
    summary: "replace time.Tick with a ticker that is stopped",
    group: Group::Concurrency,
    recommended: true,
    since: None,
    until: Some(GoVersion::new(1, 23)), // whose garbage collector takes back lost tickers
    words: &["Tick", "time"],
    options: &[OptionMeta {
        name: "endless",
        summary: "offer tickers in functions that never return for review",
        default: "false",
        values: &["true", "false"],
    }],
    docs: include_str!("README.md"),
};

impl Rule for TimeTick {
    fn meta(&self) -> &Meta {
        &META
    }

    fn check(&self, cx: &Cx<'_>, report: &mut Report) {
        for function in cx.references("time", "Tick") {
            let tick = Tick::called(cx, function);
            let place = tick.as_ref().map_or(function, |it| it.call.node());
            report.fix(place, "nothing can stop this ticker", tick.and_then(|it| it.advise()));
        }
    }
}

/// One call of `time.Tick`.
struct Tick<'a> {
    cx: Cx<'a>,
    /// `time.Tick`
    function: Node<'a>,
    /// `time.Tick(d)`
    call: CallExpr<'a>,
    /// `d`
    period: Node<'a>,
    /// For a period that is not positive, `Tick` returns nil, `NewTicker` panics, and a timer goes off at once. So a
    /// fix is safe where the period is known to be positive.
    level: Level,
}

impl<'a> Tick<'a> {
    fn called(cx: &Cx<'a>, function: Node<'a>) -> Result<Tick<'a>, Decline> {
        let call = function.with_parens().parent().and_then(CallExpr::cast);
        let call = call.filter(|it| it.fun().unparen() == function).ok_or("the function is used as a value")?;
        if cx.is_external_test_of("time") {
            return Err("this tests package time itself".into());
        }
        let period = call.args().next().ok_or("the call has no period")?;
        let level = match period::is_positive(cx, period) {
            Some(true) => Level::Safe,
            Some(false) => return Err("the period is not positive, so this never ticks".into()),
            None => Level::Review,
        };
        Ok(Tick { cx: *cx, function, call, period, level })
    }

    /// What to do depends on what becomes of the channel.
    fn advise(&self) -> Result<Fix, Decline> {
        match channel::place_of(&self.cx, self.call.node())? {
            Place::Received => self.one_shot(),
            Place::Ranged(range) => self.range_over_ticker(range),
            Place::Declared(variable) if self.cx.in_loop(variable.stmt) => self.one_shot_in_variable(&variable),
            Place::Declared(variable) => self.declare_ticker(&variable),
            Place::Head(variable) => self.hoist_ticker(&variable),
            Place::Assigned(variable) => self.assign_from_ticker(&variable),
        }
    }

    /// Rewrites
    ///
    /// ```go
    /// case <-time.Tick(d):
    /// ```
    ///
    /// to
    ///
    /// ```go
    /// case <-time.After(d):
    /// ```
    ///
    /// A ticker of which one value is received is a timer. One before the loop would be another thing: it would go on
    /// while other cases run.
    fn one_shot(&self) -> Result<Fix, Decline> {
        Ok(Fix::new(self.level).replace(self.function, self.named("After")?))
    }

    /// The same where the channel is in a variable for as long as a turn of a loop takes.
    ///
    /// A timer delivers the time at which it went off; a ticker from which nobody receives in time delivers, since Go
    /// 1.23, the time of its last tick. So somebody has to look where that time is used.
    fn one_shot_in_variable(&self, variable: &Variable<'a>) -> Result<Fix, Decline> {
        let receive = variable.only_receive()?;
        let level = if channel::is_value_dropped(receive) { Level::Safe } else { Level::Review };
        Ok(self.one_shot()?.at_most(level).relies_on(self.func(variable.stmt)))
    }

    /// Rewrites
    ///
    /// ```go
    /// for range time.Tick(d) {
    /// ```
    ///
    /// to
    ///
    /// ```go
    /// ticker := time.NewTicker(d)
    /// defer ticker.Stop()
    /// for range ticker.C {
    /// ```
    fn range_over_ticker(&self, stmt: Node<'a>) -> Result<Fix, Decline> {
        self.ticker_before(stmt, &[])
    }

    /// Rewrites
    ///
    /// ```go
    /// if d > 0 {
    ///     c = time.Tick(d)
    /// }
    /// ```
    ///
    /// to
    ///
    /// ```go
    /// if d > 0 {
    ///     ticker := time.NewTicker(d)
    ///     defer ticker.Stop()
    ///     c = ticker.C
    /// }
    /// ```
    ///
    /// where `c` is a local variable that is nil until then, so that the rest of the function stays as it is.
    fn assign_from_ticker(&self, variable: &Variable<'a>) -> Result<Fix, Decline> {
        let receives = variable.receives_if_any()?;
        self.ticker_before(variable.stmt, &receives)
    }

    fn ticker_before(&self, stmt: Node<'a>, receives: &[Node<'a>]) -> Result<Fix, Decline> {
        let level = self.lives_until_return(stmt, receives)?;
        let ticker = self.cx.fresh_name(&["ticker"], stmt)?;
        let lines = [format!("{ticker} := {}", self.new_ticker()?), format!("defer {ticker}.Stop()")];
        let fix = Fix::new(level)
            .insert_before_stmt(stmt, lines)
            .replace(self.call.node(), format!("{ticker}.C"))
            .drops_comments_in(stmt.file(), self.period.range());
        // Two of these in one block must not take the same name.
        Ok(fix.relies_on(self.func(stmt)))
    }

    /// Rewrites
    ///
    /// ```go
    /// t := time.Tick(d)
    /// <-t
    /// ```
    ///
    /// to
    ///
    /// ```go
    /// t := time.NewTicker(d)
    /// defer t.Stop()
    /// <-t.C
    /// ```
    fn declare_ticker(&self, variable: &Variable<'a>) -> Result<Fix, Decline> {
        let receives = variable.receives()?;
        let level = self.lives_until_return(variable.stmt, &receives)?;
        let stop = format!("defer {}.Stop()", variable.def.name());
        let mut fix =
            Fix::new(level).replace(self.function, self.named("NewTicker")?).insert_after_stmt(variable.stmt, [stop]);
        if let Some((name, ty)) = variable.name_and_type()? {
            fix = fix.replace_range(ty.file(), TextRange::new(name.end(), ty.end()), "");
        }
        Ok(receives.into_iter().fold(fix, |fix, it| fix.insert_after(it, ".C")).relies_on(self.func(variable.stmt)))
    }

    /// Rewrites
    ///
    /// ```go
    /// for c := time.Tick(d); ; {
    ///     <-c
    /// ```
    ///
    /// to
    ///
    /// ```go
    /// c := time.NewTicker(d)
    /// defer c.Stop()
    /// for {
    ///     <-c.C
    /// ```
    fn hoist_ticker(&self, variable: &Variable<'a>) -> Result<Fix, Decline> {
        let receives = variable.receives()?;
        let level = self.lives_until_return(variable.stmt, &receives)?;
        let name = variable.def.name();
        if channel::is_named_outside(&self.cx, name, variable.stmt) {
            return Err(format!("something else in the function is called {name}").into());
        }
        let lines = [format!("{name} := {}", self.new_ticker()?), format!("defer {name}.Stop()")];
        let fix = Fix::new(level)
            .at_most(Level::Review)
            .insert_before_stmt(variable.stmt, lines)
            .and(without_init(channel::unlabeled(variable.stmt)))
            .drops_comments_in(variable.stmt.file(), self.period.range());
        Ok(receives.into_iter().fold(fix, |fix, it| fix.insert_after(it, ".C")).relies_on(self.func(variable.stmt)))
    }

    /// The level of a fix that defers `Stop` at `stmt`. `defer` waits for the function to return, so the ticker has to be
    /// needed until then, and only until then. `receives` are where the channel is received from.
    fn lives_until_return(&self, stmt: Node<'a>, receives: &[Node<'a>]) -> Result<Level, Decline> {
        let func = self.cx.func(stmt).ok_or("a package-level ticker lives as long as the program")?;
        if FuncDecl::cast(func).is_some_and(|it| it.recv().is_none() && it.name().text() == "init") {
            return Err("init runs once, so this is one ticker for the life of the program".into());
        }
        if self.cx.in_loop(stmt) {
            return Err("a loop starts the ticker again and again, and defer waits for the whole function".into());
        }
        // Nobody closes the channel of a ticker.
        let never_ends = |it: Node<'a>| {
            let channel = RangeStmt::cast(it).map(|it| it.x().unparen());
            channel.is_some_and(|it| receives.contains(&it) || channel::is_tick(&self.cx, it))
        };
        let flow = self.cx.flow(func, never_ends);
        let returns = flow.is_some_and(|it| it.can_return_after(stmt));
        match (returns, self.cx.is_set("endless")) {
            (true, _) => Ok(self.level),
            (false, true) => Ok(Level::Review),
            (false, false) => Err("the function never returns from here, so its ticker is needed for ever".into()),
        }
    }

    /// `time.NewTicker(d)`
    fn new_ticker(&self) -> Result<String, Decline> {
        match self.period.text() {
            it if it.contains('\n') => Err("the period is written over several lines".into()),
            it => Ok(format!("{}({it})", self.named("NewTicker")?)),
        }
    }

    fn func(&self, stmt: Node<'a>) -> Node<'a> {
        self.cx.func(stmt).unwrap_or(stmt)
    }

    /// Another name of package `time`, qualified like `time.Tick` is.
    fn named(&self, name: &str) -> Result<String, Decline> {
        self.cx.sibling_name(self.function, name)
    }
}

/// Takes the first part of the head of a `for` statement away, and the semicolons that gofmt then leaves out.
fn without_init(stmt: Node<'_>) -> Fix {
    let (file, part) = (stmt.file(), |role| stmt.child(role));
    let (Some(init), Some(body)) = (part(Role::Init), part(Role::Body)) else { return Fix::safe() };
    match (part(Role::Cond), part(Role::Post)) {
        (_, Some(_)) => Fix::safe().replace(init, ""),
        (None, None) => Fix::safe().replace_range(file, TextRange::new(init.start(), body.start()), ""),
        (Some(cond), None) => Fix::safe()
            .replace_range(file, TextRange::new(init.start(), cond.start()), "")
            .replace_range(file, TextRange::new(cond.end(), body.start()), " "),
    }
}
