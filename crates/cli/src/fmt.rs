//! The command `fmt`.

use std::io::{self, BufWriter, Write, stdout};
use std::time::Instant;

use gofix::{FormatOptions, Formatted, Session};

use crate::args::Fmt;
use crate::input::{self, Input};
use crate::progress::Meter;
use crate::run::{print_new_text, write};
use crate::summary::{self, Made};
use crate::term::{Term, escape};
use crate::{Failure, Status, diff, error, notes, recovery, written};

/// Formats files: writes them, or shows which ones or what would change.
pub(crate) fn fmt(args: &Fmt, term: &Term, started: Instant) -> Result<Status, Failure> {
    if let Some(message) = args.gofmt_flag() {
        return Err(message.to_owned().into());
    }
    let meter = Meter::new(term, started);
    let mut input = input::load_files(args, meter.disk())?;
    let writes = !args.check && !args.diff;
    match input.stdin {
        Some(_) => {}
        None if !writes => recovery::mention(&input.session, term),
        None if recovery::settle(&input.session, term)? => input = input::load_files(args, meter.disk())?,
        None => {}
    }
    let Input { session, stdin } = input;
    let progress = meter.show(&session);
    let formatted = session.format(&FormatOptions { jobs: usize::from(args.jobs.unwrap_or(0)) });
    drop(progress);
    let errors: Vec<String> = notes::format_errors(&session, &formatted).collect();
    let result = match &stdin {
        _ if args.check => written(list(&session, &formatted, term)),
        _ if args.diff => print_diff(&session, &formatted, term),
        // An unformatted text is not passed off as a formatted one.
        Some(_) if !errors.is_empty() => Ok(()),
        Some(content) => written(print_new_text(content, formatted.files.first())),
        None => write(&session, &formatted),
    };
    errors.iter().for_each(|message| error(term, message));
    result?;
    if !term.quiet {
        summary::print_formatted(&formatted, if writes { Made::Written } else { Made::Diff }, term, started);
    }
    Ok(match (errors.is_empty(), formatted.files.is_empty()) {
        (false, _) => Status::Failed,
        (true, false) if !writes => Status::Found,
        (true, _) => Status::Clean,
    })
}

/// Lists the files that are not formatted: byte for byte where programs read the list.
fn list(session: &Session, formatted: &Formatted, term: &Term) -> io::Result<()> {
    let mut out = BufWriter::new(stdout().lock());
    for file in &formatted.files {
        let path = session.shown(&file.path);
        match term.stdout_is_terminal {
            true => writeln!(out, "{}", escape(&path))?,
            false => writeln!(out, "{path}")?,
        }
    }
    out.flush()
}

fn print_diff(session: &Session, formatted: &Formatted, term: &Term) -> Result<(), Failure> {
    let changes = session.diff(formatted);
    written(diff::print(&mut BufWriter::new(stdout().lock()), &changes.patches, term))?;
    if changes.is_elsewhere && !changes.patches.is_empty() && !term.quiet {
        notes::print_base(&changes.base, term);
    }
    Ok(())
}
