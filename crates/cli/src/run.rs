//! The commands that look at code: `diff`, `apply`, `check`.

use std::io::{self, BufWriter, Write, stderr, stdout};
use std::time::Instant;

use gofix::{ChangedFile, Changes, Choice, GoCheck, Outcome, RunOptions, Session};

use crate::args::{Format, Run, Verify};
use crate::input::{self, Input};
use crate::progress::Meter;
use crate::summary::{self, Made};
use crate::term::Term;
use crate::{Failure, Status, diff, error, findings, interrupt, json, notes, recovery, written};

/// A run that has come to its end.
struct Ran {
    choice: Choice<'static>,
    session: Session,
    stdin: Option<Vec<u8>>,
    outcome: Outcome,
}

/// Whether a command writes files.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
enum Writes {
    Yes,
    No,
}

fn run_rules(run: &Run, verify: Option<Verify>, writes: Writes, term: &Term, started: Instant) -> Result<Ran, Failure> {
    let choice = input::choose(run)?;
    let meter = Meter::new(term, started);
    let mut input = input::load(run, &choice, meter.disk())?;
    match writes {
        _ if input.stdin.is_some() => {}
        Writes::Yes if recovery::settle(&input.session, term)? => input = input::load(run, &choice, meter.disk())?,
        Writes::Yes => {}
        Writes::No => recovery::mention(&input.session, term),
    }
    let Input { session, stdin } = input;
    let progress = meter.show(&session);
    let jobs = usize::from(run.jobs.unwrap_or(0));
    let options = RunOptions { review: run.review, jobs };
    let outcome = match verify {
        None => session.run(&choice, &options),
        Some(_) if stdin.is_some() => {
            return Err("--verify is for files where go finds them, not for stdin".to_owned().into());
        }
        Some(verify) => {
            let go = GoCheck::new(verify.into(), &run.build.tags).map_err(|error| error.to_string())?;
            let verified = session.run_verified(&choice, &options, &go);
            verified.map_err(|error| format!("{error}\nno file was changed"))?.outcome
        }
    };
    drop(progress);
    Ok(Ran { choice, session, stdin, outcome })
}

impl Ran {
    /// Reports what failed; whether anything did.
    fn report_errors(&self, term: &Term) -> bool {
        let mut errors = notes::errors(&self.session, &self.outcome).peekable();
        let failed = errors.peek().is_some();
        errors.for_each(|message| error(term, &message));
        failed
    }

    /// Prints what was passed over, and the summary, on stderr.
    fn finish(&self, run: &Run, term: &Term, made: Made, started: Instant) {
        if !term.quiet {
            notes::print(&self.session, &self.outcome, run.explain, term);
            summary::print(&self.choice, &self.outcome, made, term, started);
        }
    }
}

/// `diff`: prints the changes.
pub(crate) fn diff(run: &Run, verify: Option<Verify>, term: &Term, started: Instant) -> Result<Status, Failure> {
    let ran = run_rules(run, verify, Writes::No, term, started)?;
    let changes = ran.session.diff(&ran.outcome);
    let result = diff::print(&mut BufWriter::new(stdout().lock()), &changes.patches, term);
    if run.explain && !term.quiet {
        findings::print(&mut stderr().lock(), &ran.session, findings::passed_over(&ran.outcome), &term.err).ok();
    }
    if changes.is_elsewhere && !changes.patches.is_empty() && !term.quiet {
        notes::print_base(&changes.base, term);
    }
    let failed = ran.report_errors(term);
    written(result)?;
    ran.finish(run, term, Made::Diff, started);
    Ok(match (failed, changes.patches.is_empty()) {
        (true, _) => Status::Failed,
        (false, true) => Status::Clean,
        (false, false) => Status::Found,
    })
}

/// `apply`: makes the changes.
pub(crate) fn apply(run: &Run, verify: Option<Verify>, term: &Term, started: Instant) -> Result<Status, Failure> {
    let ran = run_rules(run, verify, Writes::Yes, term, started)?;
    let result = match &ran.stdin {
        Some(content) => written(print_new_text(content, ran.outcome.files.iter().find(|it| it.id.is_some()))),
        None => write(&ran.session, &ran.outcome),
    };
    if run.explain && !term.quiet {
        findings::print(&mut stderr().lock(), &ran.session, findings::passed_over(&ran.outcome), &term.err).ok();
    }
    let failed = ran.report_errors(term);
    result?;
    ran.finish(run, term, Made::Written, started);
    Ok(if failed { Status::Failed } else { Status::Clean })
}

/// Writes the changes, all or none.
pub(crate) fn write<'c>(session: &Session, changes: impl Into<Changes<'c>>) -> Result<(), Failure> {
    interrupt::shielded(|| session.write(changes)).map(drop).map_err(|error| {
        let nothing = if error.unrestored.is_empty() { "\nno file was changed" } else { "" };
        Failure::Message(format!("{error}{nothing}"))
    })
}

/// Prints the file that came from stdin as it is now: changed, or not.
pub(crate) fn print_new_text(content: &[u8], changed: Option<&ChangedFile>) -> io::Result<()> {
    let text = changed.map_or(content, |file| file.after.as_bytes());
    let mut out = stdout().lock();
    out.write_all(text)?;
    out.flush()
}

/// `check`: lists findings.
pub(crate) fn check(run: &Run, format: Format, term: &Term, started: Instant) -> Result<Status, Failure> {
    let ran = run_rules(run, None, Writes::No, term, started)?;
    let listed = findings::listed(&ran.outcome, run.explain);
    let mut out = BufWriter::new(stdout().lock());
    let result = match format {
        Format::Text => findings::print(&mut out, &ran.session, listed, &term.out),
        Format::Json => json::print(&mut out, &ran.session, &ran.outcome, listed),
    };
    let failed = ran.report_errors(term);
    written(result.and_then(|()| out.flush()))?;
    ran.finish(run, term, Made::Nothing, started);
    Ok(match (failed, ran.outcome.findings.iter().any(findings::counts)) {
        (true, _) => Status::Failed,
        (false, true) => Status::Found,
        (false, false) => Status::Clean,
    })
}
