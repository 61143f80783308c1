//! The last line on stderr.

use std::io::{Write, stderr};
use std::time::{Duration, Instant};

use gofix::{Choice, Finding, Formatted, Level, Outcome, SUPPRESSION, Status};

use crate::term::Term;

/// What became of the changes.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(crate) enum Made {
    /// They were printed, or the files listed that would change.
    Diff,
    /// They were written.
    Written,
    /// Nothing: findings were listed.
    Nothing,
}

/// Prints the summary.
pub(crate) fn print(choice: &Choice<'_>, outcome: &Outcome, made: Made, term: &Term, started: Instant) {
    let rules: Vec<&str> = choice.chosen().iter().map(|it| it.rule.meta().name).collect();
    print_line(&line(&rules, outcome, made, started.elapsed()), term);
}

/// Prints the summary of `fmt`.
pub(crate) fn print_formatted(formatted: &Formatted, made: Made, term: &Term, started: Instant) {
    let parts = [files_changed(formatted.files_read, formatted.files.len(), made), seconds(started.elapsed())];
    print_line(&parts.join("; "), term);
}

fn print_line(line: &str, term: &Term) {
    let style = term.err.dim;
    let _ = writeln!(stderr(), "{style}{line}{style:#}");
}

fn line(rules: &[&str], outcome: &Outcome, made: Made, time: Duration) -> String {
    let changed = outcome.files.len() + outcome.created.len() + outcome.removed.len();
    let mut parts = vec![files_changed(outcome.stats.files_read, changed, made)];
    for rule in rules.iter().chain(&[SUPPRESSION]) {
        let of_rule = || outcome.findings.iter().filter(|finding| finding.rule == *rule);
        if of_rule().next().is_some() {
            parts.push(format!("{rule}: {}", counts(of_rule, made)));
        }
    }
    if outcome.findings.is_empty() {
        parts.push("nothing found".to_owned());
    }
    parts.push(seconds(time));
    parts.join("; ")
}

fn files_changed(read: usize, changed: usize, made: Made) -> String {
    match made {
        Made::Diff => format!("{} read, {changed} would change", files(read)),
        Made::Written => format!("{} read, {changed} changed", files(read)),
        Made::Nothing => format!("{} read", files(read)),
    }
}

fn seconds(time: Duration) -> String {
    format!("{:.2} s", time.as_secs_f64())
}

/// The kinds of findings, in the order in which they are counted.
const KINDS: [&str; 9] =
    ["safe", "review", "need --review", "to look at", "left alone", "suppressed", "withheld", "withdrawn", "dropped"];

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
        Status::Dropped(_) => "dropped",
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
