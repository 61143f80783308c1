//! What is to be said besides the result: files that were passed over, and errors.

use std::io::{Write, stderr};
use std::path::Path;

use gofix::{
    BrokenFile, FileError, Finding, FormatBug, FormatError, Formatted, Outcome, ReadError, Session, Status, Waiting,
};

use crate::term::{Term, escape};

/// How many files of a kind are named when nobody asked for all of them.
const NAMED: usize = 3;

/// What failed, one message each.
pub(crate) fn errors<'a>(session: &'a Session, outcome: &'a Outcome) -> impl Iterator<Item = String> + 'a {
    let problems = session.project().problems().iter().map(|error| file_error(session, error));
    let unread = outcome.errors.iter().filter_map(|error| match error {
        ReadError::File(error) => Some(file_error(session, error)),
        ReadError::NotUtf8 { .. } => None,
    });
    let withdrawn = outcome.findings.iter().filter_map(|finding| match &finding.status {
        Status::Withdrawn(reason) => {
            let place = place(session, finding);
            Some(format!(
                "{place}: a fix was taken back, which is a bug: {reason} ({}); please report it",
                finding.rule
            ))
        }
        Status::Dropped(reason) => {
            Some(format!("{}: a fix was dropped: {reason} ({})", place(session, finding), finding.rule))
        }
        _ => None,
    });
    let bugs = outcome.bugs.iter().map(|bug| format!("{bug}; please report it"));
    problems.chain(unread).chain(withdrawn).chain(bugs)
}

/// What could not be formatted, and what failed on the way, one message each.
pub(crate) fn format_errors<'a>(session: &'a Session, formatted: &'a Formatted) -> impl Iterator<Item = String> + 'a {
    let problems = session.project().problems().iter().map(|error| file_error(session, error));
    let unread = formatted.errors.iter().map(|error| match error {
        ReadError::File(error) => file_error(session, error),
        ReadError::NotUtf8 { path, offset } => {
            ReadError::NotUtf8 { path: session.shown(path), offset: *offset }.to_string()
        }
    });
    let broken = formatted.broken.iter().map(|it| broken(session, it));
    let bugs = formatted.bugs.iter().map(|FormatBug { path, what }| {
        format!("{}: {}; please report it", session.shown(path), FormatError::Bug(what))
    });
    problems.chain(unread).chain(broken).chain(bugs)
}

/// An error with the path as people would write it.
fn file_error(session: &Session, error: &FileError) -> String {
    let relative = error.path.strip_prefix(session.project().root()).unwrap_or(&error.path);
    let path = relative.to_str().filter(|it| !Path::new(it).is_absolute()).map(|it| session.shown(it));
    FileError { path: path.map_or_else(|| error.path.clone(), Into::into), ..error.clone() }.to_string()
}

fn broken(session: &Session, file: &BrokenFile) -> String {
    format!("{}:{}:{}: {}", session.shown(&file.path), file.line, file.column, file.message)
}

/// Prints which files were passed over, and why: some of each kind, with `explain` all.
pub(crate) fn print(session: &Session, outcome: &Outcome, explain: bool, term: &Term) {
    let broken: Vec<String> = outcome.stats.broken.iter().map(|it| broken(session, it)).collect();
    let not_utf8 = outcome.errors.iter().filter_map(|error| match error {
        ReadError::NotUtf8 { path, offset } => Some(format!("{}: not UTF-8 at byte {offset}", session.shown(path))),
        ReadError::File(_) => None,
    });
    let shown = |paths: &[String]| paths.iter().map(|path| session.shown(path)).collect::<Vec<_>>();
    let withheld = outcome.findings.iter().filter_map(|finding| match &finding.status {
        Status::Withheld(reason) => Some(format!("{}: {reason} ({})", place(session, finding), finding.rule)),
        _ => None,
    });
    let withheld = if explain { Vec::new() } else { withheld.collect() };
    let print = |one: &str, many: &str, items: &[String]| print_list(one, many, items, explain, term);
    let not_utf8: Vec<String> = not_utf8.collect();
    print("file has a syntax error", "files have syntax errors", &broken);
    print("file is not UTF-8, as Go source has to be", "files are not UTF-8, as Go source has to be", &not_utf8);
    print("generated file is left alone", "generated files are left alone", &shown(&outcome.stats.generated));
    print("vendored file is left alone", "vendored files are left alone", &shown(&outcome.stats.vendored));
    print("fix is withheld", "fixes are withheld", &withheld);
    let missing = &outcome.stats.missing;
    print(
        "import was not found, and its types are unknown",
        "imports were not found, and their types are unknown",
        missing,
    );
    for Waiting { rule, sites, after } in &outcome.stats.waiting {
        let style = term.err.note;
        let sites = if *sites == 1 { "1 more site".to_owned() } else { format!("{sites} more sites") };
        let after = after.join(", ");
        let _ = writeln!(
            stderr(),
            "{style}note:{style:#} {sites} could be fixed by {rule} after the fixes of {after} that need --review"
        );
    }
}

fn place(session: &Session, finding: &Finding) -> String {
    format!("{}:{}:{}", session.shown(&finding.path), finding.line, finding.column)
}

fn print_list(one: &str, many: &str, items: &[String], all: bool, term: &Term) {
    if items.is_empty() {
        return;
    }
    let style = term.err.note;
    let mut err = stderr().lock();
    let what = if items.len() == 1 { one } else { many };
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
