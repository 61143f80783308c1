//! Findings, one per line.

use std::io::{self, Write};

use gofix::{Finding, Level, Outcome, Session, Status};

use crate::term::{Styles, escape};

/// Whether the finding makes `check` fail: there is something to do about it.
pub(crate) fn counts(finding: &Finding) -> bool {
    matches!(finding.status, Status::Fixed(_) | Status::NeedsReview | Status::Reported)
}

/// The findings that `check` lists: all with something to do about, with `explain` the others as well.
pub(crate) fn listed(outcome: &Outcome, explain: bool) -> impl Iterator<Item = &Finding> {
    outcome.findings.iter().filter(move |finding| explain || counts(finding))
}

/// The findings that no fix was made for, where a diff shows the others.
pub(crate) fn passed_over(outcome: &Outcome) -> impl Iterator<Item = &Finding> {
    outcome.findings.iter().filter(|finding| !matches!(finding.status, Status::Fixed(_)))
}

/// What became of a finding, in a word.
pub(crate) fn word(status: &Status) -> &'static str {
    match status {
        Status::Fixed(Level::Safe) => "safe",
        Status::Fixed(Level::Review) | Status::NeedsReview => "review",
        Status::Reported => "report",
        Status::LeftAlone(_) => "left-alone",
        Status::Suppressed => "suppressed",
        Status::Withheld(_) => "withheld",
        Status::Withdrawn(_) => "withdrawn",
        Status::Dropped(_) => "dropped",
    }
}

/// Why no fix was made or offered as safe.
pub(crate) fn reason(finding: &Finding) -> Option<&str> {
    match &finding.status {
        Status::LeftAlone(reason) => Some(&reason.0),
        Status::Withheld(reason) | Status::Withdrawn(reason) | Status::Dropped(reason) => Some(reason),
        _ => finding.lowered,
    }
}

/// Prints findings as `PATH:LINE:COLUMN: MESSAGE (RULE, WHAT BECAME OF IT: WHY)`.
pub(crate) fn print<'f>(
    out: &mut impl Write,
    session: &Session,
    findings: impl Iterator<Item = &'f Finding>,
    styles: &Styles,
) -> io::Result<()> {
    let (bold, dim) = (styles.bold, styles.dim);
    for finding in findings {
        let Finding { line, column, message, rule, status, .. } = finding;
        let path = session.shown(&finding.path);
        let why = reason(finding).map_or(String::new(), |reason| format!(": {}", escape(reason)));
        let what = word(status).replace('-', " ");
        write!(out, "{bold}{}:{line}:{column}:{bold:#} {}", escape(&path), escape(message))?;
        writeln!(out, " {dim}({rule}, {what}{why}){dim:#}")?;
    }
    Ok(())
}
