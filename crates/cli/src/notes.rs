//! What is to be said besides the result: files that were passed over, and errors.

use std::io::{Write, stderr};
use std::path::Path;

use gofix::{BrokenFile, FileError, Outcome, ReadError, Session, Status};

use crate::term::{Term, escape};

/// How many files of a kind are named when nobody asked for all of them.
const NAMED: usize = 3;

/// What failed, one message each.
pub(crate) fn errors<'a>(session: &'a Session, outcome: &'a Outcome) -> impl Iterator<Item = String> + 'a {
    let shown = |error: &FileError| {
        let relative = error.path.strip_prefix(session.project().root()).unwrap_or(&error.path);
        let path = relative.to_str().filter(|it| !Path::new(it).is_absolute()).map(|it| session.shown(it));
        FileError { path: path.map_or_else(|| error.path.clone(), Into::into), ..error.clone() }.to_string()
    };
    let problems = session.project().problems().iter().map(shown);
    let unread = outcome.errors.iter().filter_map(move |error| match error {
        ReadError::File(error) => Some(shown(error)),
        ReadError::NotUtf8 { .. } => None,
    });
    let bugs = outcome.bugs.iter().map(|bug| format!("{bug}; please report it"));
    problems.chain(unread).chain(bugs)
}

/// Prints which files were passed over, and why: some of each kind, with `explain` all.
pub(crate) fn print(session: &Session, outcome: &Outcome, explain: bool, term: &Term) {
    let broken = |it: &BrokenFile| format!("{}:{}:{}: {}", session.shown(&it.path), it.line, it.column, it.message);
    let broken: Vec<String> = outcome.stats.broken.iter().map(broken).collect();
    let not_utf8 = outcome.errors.iter().filter_map(|error| match error {
        ReadError::NotUtf8 { path, offset } => Some(format!("{}: not UTF-8 at byte {offset}", session.shown(path))),
        ReadError::File(_) => None,
    });
    let shown = |paths: &[String]| paths.iter().map(|path| session.shown(path)).collect::<Vec<_>>();
    let withheld = outcome.findings.iter().filter_map(|finding| match &finding.status {
        Status::Withheld(reason) => {
            let path = session.shown(&finding.path);
            Some(format!("{path}:{}:{}: {reason} ({})", finding.line, finding.column, finding.rule))
        }
        _ => None,
    });
    let withheld = if explain { Vec::new() } else { withheld.collect() };
    print_list("syntax errors, in whose declarations nothing was changed", &broken, explain, term);
    print_list("files that are not UTF-8, as Go source has to be", &not_utf8.collect::<Vec<_>>(), explain, term);
    print_list("generated files, left alone", &shown(&outcome.stats.generated), explain, term);
    print_list("vendored files, left alone", &shown(&outcome.stats.vendored), explain, term);
    print_list("fixes withheld", &withheld, explain, term);
}

fn print_list(what: &str, items: &[String], all: bool, term: &Term) {
    if items.is_empty() {
        return;
    }
    let style = term.err.note;
    let mut err = stderr().lock();
    let _ = writeln!(err, "{style}note:{style:#} {} {what}", items.len());
    let named = if all || items.len() <= NAMED { items.len() } else { NAMED };
    for item in &items[..named] {
        let _ = writeln!(err, "  {}", escape(item));
    }
    if named < items.len() {
        let _ = writeln!(err, "  and {} more; --explain lists them", items.len() - named);
    }
}

/// Says where a diff is to be applied.
pub(crate) fn print_base(base: &Path, term: &Term) {
    let style = term.err.note;
    let base = base.to_string_lossy();
    let _ = writeln!(stderr(), "{style}note:{style:#} paths in the diff are relative to {}", escape(&base));
}
