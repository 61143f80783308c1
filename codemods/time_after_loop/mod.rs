//! Stops or reuses the timers that `time.After` starts in each turn of a loop.
//!
//! `time.After` returns the channel of a timer and forgets the timer, so until it goes off nobody can get rid of it. In a
//! `select` in a loop, each turn in which another case wins leaves one behind.

mod order;
mod wait;

use gofix_rule::{
    Cx, Decline, Fix, GoVersion, Group, Level, Meta, Report, Rule,
    syntax::{Node, ast::AstNode},
};
use wait::{Place, Wait};

pub(crate) struct TimeAfterLoop;

static META: Meta = Meta {
    name: "time-after-loop",
    summary: "stop or reuse the timers of time.After in loops",
    group: Group::Concurrency,
    recommended: true,
    since: None,
    until: Some(NEW_TIMERS),
    words: &["After", "time", "select"],
    options: &[],
    docs: include_str!("README.md"),
};

/// The version from which on the garbage collector takes back lost timers, and no value of before is received from a timer
/// that was stopped or reset (Go 1.23 release notes: Timer changes).
const NEW_TIMERS: GoVersion = GoVersion::new(1, 23);

impl Rule for TimeAfterLoop {
    fn meta(&self) -> &Meta {
        &META
    }

    fn check(&self, cx: &Cx<'_>, report: &mut Report) {
        for call in cx.calls("time", "After") {
            let fix = match wait::place_of(cx, call) {
                // A sleep waits until its timer is gone.
                None | Some(Place::Sleep) => continue,
                Some(Place::Kept) => Err("the channel is kept, and may be received from in another turn".into()),
                Some(Place::Case(wait)) => Timers { cx: *cx, wait: *wait }.advise(),
            };
            report.fix(call.node(), "each turn of the loop starts another timer", fix);
        }
    }
}

/// The timers that one `select` in a loop starts.
struct Timers<'a> {
    cx: Cx<'a>,
    wait: Wait<'a>,
}

impl<'a> Timers<'a> {
    fn advise(&self) -> Result<Fix, Decline> {
        if self.cx.is_external_test_of("time") {
            return Err("this tests package time itself".into());
        }
        if self.wait.period.text().contains('\n') {
            return Err("the duration is written over several lines".into());
        }
        self.wait.is_repeated()?;
        let level = order::level(&self.cx, &self.wait)?;
        let file = self.wait.period.file();
        let is_new = self.cx.go_version(file).min(self.cx.module_version(file)) >= NEW_TIMERS;
        let fix = match is_new {
            _ if self.wait.starts_where_it_ends() => self.restart_at_end(),
            false => self.stop_each(),
            true => self.restart_each_turn(),
        };
        let func = self.cx.func(self.wait.stmt).unwrap_or(self.wait.stmt);
        Ok(fix?.at_most(level).drops_comments_in(file, self.wait.period.range()).relies_on(func))
    }

    /// Rewrites
    ///
    /// ```go
    /// for {
    ///     select {
    ///     case v := <-c:
    ///         n += v
    ///     case <-time.After(d):
    ///         return
    ///     }
    /// }
    /// ```
    ///
    /// to
    ///
    /// ```go
    /// for {
    ///     timer := time.NewTimer(d)
    ///     select {
    ///     case v := <-c:
    ///         timer.Stop()
    ///         n += v
    ///     case <-timer.C:
    ///         return
    ///     }
    /// }
    /// ```
    ///
    /// One timer for each turn, as before, but none is left behind. Nothing is received from a timer once it was stopped, so
    /// it does not matter that before Go 1.23 its channel may still hold a time.
    fn stop_each(&self) -> Result<Fix, Decline> {
        let timer = self.timer(self.wait.stmt)?;
        let started = format!("{timer} := {}", self.new_timer()?);
        let fix = self.received_from(&timer).insert_before_stmt(self.wait.stmt, [started]);
        let stop = format!("{timer}.Stop()");
        Ok(self.wait.others().fold(fix, |fix, it| fix.insert_first(it, [&stop])))
    }

    /// Rewrites
    ///
    /// ```go
    /// for {
    ///     select {
    ///     case <-time.After(d):
    ///         work()
    ///     case <-done:
    ///         return
    ///     }
    /// }
    /// ```
    ///
    /// to
    ///
    /// ```go
    /// timer := time.NewTimer(d)
    /// defer timer.Stop()
    /// for {
    ///     select {
    ///     case <-timer.C:
    ///         work()
    ///         timer.Reset(d)
    ///     case <-done:
    ///         return
    ///     }
    /// }
    /// ```
    ///
    /// Behind the end of the case comes the next `select`, so each period is computed and begins when it did before. The
    /// timer has gone off then, and its time was received, so that it may be reset in every version of Go.
    fn restart_at_end(&self) -> Result<Fix, Decline> {
        let timer = self.timer(self.wait.repeated)?;
        let reset = [format!("{timer}.Reset({})", self.wait.period.text())];
        let fix = self.hoisted(&timer)?;
        Ok(match self.wait.end_of_case() {
            Some(last) => fix.insert_after_stmt(last, reset),
            None => fix.insert_first(self.wait.clause, reset),
        })
    }

    /// Rewrites
    ///
    /// ```go
    /// for {
    ///     select {
    ///     case v := <-c:
    ///         n += v
    ///     case <-time.After(d):
    ///         return
    ///     }
    /// }
    /// ```
    ///
    /// to
    ///
    /// ```go
    /// timer := time.NewTimer(d)
    /// defer timer.Stop()
    /// for {
    ///     timer.Reset(d)
    ///     select {
    ///     case v := <-c:
    ///         n += v
    ///     case <-timer.C:
    ///         return
    ///     }
    /// }
    /// ```
    ///
    /// A timer that is reset has no value of before (since Go 1.23), so it does not matter whether it had gone off. What
    /// is new is that `d` is computed once more, in front of the loop.
    fn restart_each_turn(&self) -> Result<Fix, Decline> {
        if self.cx.in_loop(self.wait.repeated) {
            return Err("the loop is inside another one, and defer waits for the whole function".into());
        }
        if self.wait.depends_on_turn() {
            return Err("the duration is that of one turn of the loop, so no timer can start in front of it".into());
        }
        if !order::is_quiet(&self.cx, self.wait.period) {
            return Err("the duration would be computed once more, and that may have effects".into());
        }
        let is_total = self.wait.comes_first() || order::is_total(&self.cx, self.wait.period);
        let timer = self.timer(self.wait.repeated)?;
        let reset = format!("{timer}.Reset({})", self.wait.period.text());
        let level = if is_total { Level::Safe } else { Level::Review };
        Ok(self.hoisted(&timer)?.at_most(level).insert_before_stmt(self.wait.stmt, [reset]))
    }

    /// One timer in front of the loop, that is stopped when the function returns.
    fn hoisted(&self, timer: &str) -> Result<Fix, Decline> {
        let lines = [format!("{timer} := {}", self.new_timer()?), format!("defer {timer}.Stop()")];
        Ok(self.received_from(timer).insert_before_stmt(self.wait.repeated, lines))
    }

    fn received_from(&self, timer: &str) -> Fix {
        Fix::safe().replace(self.wait.call.node(), format!("{timer}.C"))
    }

    /// A name for a timer that is declared before `stmt`.
    fn timer(&self, stmt: Node<'a>) -> Result<String, Decline> {
        self.cx.fresh_name(&["timer", "timeout", "t"], stmt)
    }

    /// `time.NewTimer(d)`
    fn new_timer(&self) -> Result<String, Decline> {
        let name = self.cx.sibling_name(self.wait.call.fun().unparen(), "NewTimer")?;
        Ok(format!("{name}({})", self.wait.period.text()))
    }
}
