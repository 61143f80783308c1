//! gofmt's layout for whole files.

use std::error::Error;
use std::fmt;
use std::panic::{RefUnwindSafe, catch_unwind};
use std::sync::Arc;

use gofix_engine::{BrokenFile, ChangedFile, ReadError, in_threads};
use gofix_rule::syntax::{SourceFile, SyntaxError};
use gofix_rule::{EditSet, FileId};
use rayon::prelude::*;

use crate::session::{Changes, Session};

/// Formats a Go file as gofmt does.
///
/// ```
/// let text = gofix::format_source("package m\nvar( a=1 ; b  = 22 )")?;
/// assert_eq!(text, "package m\n\nvar (\n\ta = 1\n\tb = 22\n)\n");
/// # Ok::<(), gofix::FormatError>(())
/// ```
///
/// # Errors
/// The text has a syntax error, or the formatter a bug: then what it made of the text is not returned.
pub fn format_source(text: &str) -> Result<String, FormatError> {
    checked(text, gofix_format::source)
}

fn checked(
    text: &str,
    format: impl Fn(&str) -> Result<String, Vec<SyntaxError>> + RefUnwindSafe,
) -> Result<String, FormatError> {
    let after = match catch_unwind(|| format(text)) {
        Ok(Ok(after)) => after,
        Ok(Err(errors)) => return Err(FormatError::syntax(text, errors.first())),
        Err(_) => return Err(FormatError::Bug("it panicked")),
    };
    // What comes out unchanged has just been parsed.
    match after == text || SourceFile::parse(&*after).errors().is_empty() {
        true => Ok(after),
        false => Err(FormatError::Bug("its result has a syntax error")),
    }
}

/// Why a text could not be formatted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FormatError {
    /// It is not Go.
    Syntax {
        /// The line of the first error, counted from 1.
        line: u32,
        /// Its column, counted in bytes from 1.
        column: u32,
        /// The first error, as a phrase.
        message: String,
    },
    /// The formatter failed, in that way: our bug.
    Bug(&'static str),
}

impl FormatError {
    fn syntax(text: &str, error: Option<&SyntaxError>) -> FormatError {
        let Some(SyntaxError { offset, message }) = error else { return FormatError::Bug("it gave no reason") };
        let before = &text.as_bytes()[..text.len().min(*offset as usize)];
        let lines = before.iter().filter(|byte| **byte == b'\n').count();
        let column = before.iter().rev().take_while(|byte| **byte != b'\n').count();
        FormatError::Syntax { line: lines as u32 + 1, column: column as u32 + 1, message: message.clone() }
    }
}

impl fmt::Display for FormatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FormatError::Syntax { line, column, message } => write!(f, "{line}:{column}: {message}"),
            FormatError::Bug(what) => write!(f, "the formatter failed, which is a bug: {what}"),
        }
    }
}

impl Error for FormatError {}

/// How to format.
#[derive(Copy, Clone, PartialEq, Eq, Default, Debug)]
pub struct FormatOptions {
    /// How many threads work; 0 means one for each core.
    pub jobs: usize,
}

/// What formatting made of some files. Nothing is written. All lists are sorted by path.
#[derive(Clone, Default, Debug)]
pub struct Formatted {
    /// How many files were looked at.
    pub files_read: usize,
    /// The files that were not formatted before.
    pub files: Vec<ChangedFile>,
    /// Files with syntax errors. They are left as they are.
    pub broken: Vec<BrokenFile>,
    /// Files that could not be read.
    pub errors: Vec<ReadError>,
    /// Files on which the formatter failed. They are left as they are.
    pub bugs: Vec<FormatBug>,
}

/// A file on which the formatter failed: our bug.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FormatBug {
    /// The file.
    pub path: String,
    /// In what way it failed.
    pub what: &'static str,
}

impl<'c> From<&'c Formatted> for Changes<'c> {
    fn from(formatted: &'c Formatted) -> Changes<'c> {
        Changes { files: &formatted.files, ..Changes::default() }
    }
}

/// What became of one file.
enum Fate {
    Same,
    Changed(ChangedFile),
    Broken(BrokenFile),
    Unread(ReadError),
    Bug(FormatBug),
}

impl Session {
    /// Formats all files that the patterns mean, as gofmt does: those that are generated or vendored and those that
    /// build constraints exclude like all others. Reads no other files. The outcome does not depend on the number of
    /// threads.
    ///
    /// To find files whose modules do not matter, load with [`LoadOptions::files_only`](crate::LoadOptions::files_only).
    pub fn format(&self, options: &FormatOptions) -> Formatted {
        let files = self.project().files().iter().enumerate().filter(|(_, file)| file.selected);
        let files: Vec<FileId> = files.map(|(index, _)| FileId(index as u32)).collect();
        let fates: Vec<Fate> = in_threads(options.jobs, || files.par_iter().map(|id| self.format_file(*id)).collect());
        let mut formatted = Formatted { files_read: files.len(), ..Formatted::default() };
        for fate in fates {
            match fate {
                Fate::Same => {}
                Fate::Changed(file) => formatted.files.push(file),
                Fate::Broken(file) => formatted.broken.push(file),
                Fate::Unread(error) => formatted.errors.push(error),
                Fate::Bug(bug) => formatted.bugs.push(bug),
            }
        }
        formatted
    }

    fn format_file(&self, id: FileId) -> Fate {
        let path = || self.project().file(id).path.clone();
        let before = match self.project().read(id).map(String::from_utf8) {
            Ok(Ok(text)) => text,
            Ok(Err(error)) => {
                let offset = error.utf8_error().valid_up_to();
                return Fate::Unread(ReadError::NotUtf8 { path: path(), offset });
            }
            Err(error) => return Fate::Unread(ReadError::File(error)),
        };
        match format_source(&before) {
            Ok(after) if after == before => Fate::Same,
            Ok(after) => {
                let edits = EditSet::between(&before, &after);
                Fate::Changed(ChangedFile {
                    id: Some(id),
                    path: path(),
                    before: before.into(),
                    edits,
                    after: Arc::from(after),
                })
            }
            Err(FormatError::Syntax { line, column, message }) => {
                Fate::Broken(BrokenFile { path: path(), line, column, message })
            }
            Err(FormatError::Bug(what)) => Fate::Bug(FormatBug { path: path(), what }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{LoadOptions, MemoryFiles};

    const UGLY: &str = "package m\n\nvar x  = 1\n";
    const PRETTY: &str = "package m\n\nvar x = 1\n";

    #[test]
    fn syntax_errors_have_a_place() {
        assert_eq!(format_source(UGLY).unwrap(), PRETTY);
        let error = format_source("package m\n\nvar é = )\n").unwrap_err();
        assert!(matches!(error, FormatError::Syntax { line: 3, column: 10, .. }), "{error:?}");
        assert!(error.to_string().starts_with("3:10: expected "), "{error}");
        assert!(matches!(format_source(""), Err(FormatError::Syntax { line: 1, column: 1, .. })));
    }

    #[test]
    fn what_a_faulty_formatter_makes_is_not_passed_on() {
        let result = |format: fn(&str) -> Result<String, Vec<SyntaxError>>| checked(PRETTY, format);
        assert_eq!(result(|text| Ok(text.to_owned())), Ok(PRETTY.to_owned()));
        for faulty in [
            (|text| Ok(text.replace('=', ""))) as fn(&str) -> _,
            |_| Err(Vec::new()),
            |text| panic!("a formatter that panics, for a test: {}", text.len()),
        ] {
            let error = result(faulty).unwrap_err();
            assert!(error.to_string().starts_with("the formatter failed, which is a bug: it"), "{error}");
        }
    }

    #[test]
    fn files_are_formatted_wherever_they_are() {
        let files = Arc::new(MemoryFiles::new([
            ("m/go.mod", "not a go.mod file".as_bytes()),
            ("m/a.go", UGLY.as_bytes()),
            ("m/b_plan9.go", format!("// Code generated by hand. DO NOT EDIT.\n\n{UGLY}").as_bytes()),
            ("m/clean.go", PRETTY.as_bytes()),
            ("m/broken.go", b"package m\n\nvar x = \n"),
            ("m/latin1.go", b"package m // \xe9\n"),
            ("m/vendor/v.go", UGLY.as_bytes()),
            ("m/testdata/t.go", UGLY.as_bytes()),
        ]));
        let format = |patterns: &[&str], jobs| {
            let patterns = patterns.iter().map(|it| (*it).to_owned()).collect();
            let options = LoadOptions { cwd: "/m".into(), patterns, files_only: true, ..LoadOptions::default() };
            let session = Session::load(files.clone(), &options).unwrap();
            let formatted = session.format(&FormatOptions { jobs });
            (session, formatted)
        };
        let (session, formatted) = format(&[], 2);
        let paths: Vec<&str> = formatted.files.iter().map(|it| it.path.as_str()).collect();
        assert_eq!((formatted.files_read, paths), (5, vec!["a.go", "b_plan9.go"]));
        assert_eq!((&*formatted.broken[0].path, formatted.broken[0].line), ("broken.go", 4));
        assert_eq!(formatted.errors, [ReadError::NotUtf8 { path: "latin1.go".to_owned(), offset: 13 }]);
        assert_eq!(session.diff(&formatted).patches.len(), 2);
        assert_eq!(session.write(&formatted).unwrap().changed, 2);
        assert_eq!(files.snapshot()[std::path::Path::new("/m/a.go")], PRETTY.as_bytes());
        let (_, formatted) = format(&["./...", "vendor", "testdata/t.go"], 1);
        let paths: Vec<&str> = formatted.files.iter().map(|it| it.path.as_str()).collect();
        assert_eq!(paths, ["testdata/t.go", "vendor/v.go"]);
    }
}
