//! The last line on stderr.

use std::io::{Write, stderr};
use std::time::{Duration, Instant};

use gofix::{Choice, Finding, Level, Outcome, SUPPRESSION, Status};

use crate::term::Term;

/// What became of the changes.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(crate) enum Made {
    /// They were printed.
    Diff,
    /// They were written.
    Written,
    /// Nothing: findings were listed.
    Nothing,
}

/// Prints the summary.
pub(crate) fn print(choice: &Choice<'_>, outcome: &Outcome, made: Made, term: &Term, started: Instant) {
    let rules: Vec<&str> = choice.chosen().iter().map(|it| it.rule.meta().name).collect();
    let style = term.err.dim;
    let line = line(&rules, outcome, made, started.elapsed());
    let _ = writeln!(stderr(), "{style}{line}{style:#}");
}

fn line(rules: &[&str], outcome: &Outcome, made: Made, time: Duration) -> String {
    let changed = outcome.files.len() + outcome.created.len() + outcome.removed.len();
    let mut parts = vec![match made {
        Made::Diff => format!("{} read, {changed} would change", files(outcome.stats.files_read)),
        Made::Written => format!("{} read, {changed} changed", files(outcome.stats.files_read)),
        Made::Nothing => format!("{} read", files(outcome.stats.files_read)),
    }];
    for rule in rules.iter().chain(&[SUPPRESSION]) {
        let of_rule = || outcome.findings.iter().filter(|finding| finding.rule == *rule);
        if of_rule().next().is_some() {
            parts.push(format!("{rule}: {}", counts(of_rule, made)));
        }
    }
    if outcome.findings.is_empty() {
        parts.push("nothing found".to_owned());
    }
    parts.push(format!("{:.2} s", time.as_secs_f64()));
    parts.join("; ")
}

/// The kinds of findings, in the order in which they are counted.
const KINDS: [&str; 8] =
    ["safe", "review", "need --review", "to look at", "left alone", "suppressed", "withheld", "withdrawn"];

fn kind(status: &Status, made: Made) -> &'static str {
    match status {
        Status::Fixed(Level::Safe) => "safe",
        Status::Fixed(Level::Review) => "review",
        Status::NeedsReview if made == Made::Nothing => "review",
        Status::NeedsReview => "need --review",
        Status::Reported => "to look at",
        Status::LeftAlone(_) => "left alone",
        Status::Suppressed => "suppressed",
        Status::Withheld(_) => "withheld",
        Status::Withdrawn(_) => "withdrawn",
    }
}

/// How many findings there are of each kind.
fn counts<'f, I: Iterator<Item = &'f Finding>>(findings: impl Fn() -> I, made: Made) -> String {
    let count = |wanted: &str| {
        let count = findings().filter(|finding| kind(&finding.status, made) == wanted).count();
        (count > 0).then(|| format!("{count} {wanted}"))
    };
    KINDS.into_iter().filter_map(count).collect::<Vec<_>>().join(", ")
}

fn files(count: usize) -> String {
    if count == 1 { "1 file".to_owned() } else { format!("{count} files") }
}
