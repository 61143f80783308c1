use std::{borrow::Cow, fmt, sync::Arc};

use gofix_project::FileError;
use gofix_rule::{Decline, EditSet, FileId, Fix, Level, TextRange};

/// What became of a finding.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Status {
    /// Its fix is in the new texts.
    Fixed(Level),
    /// Its fix needs review, and such fixes were not asked for.
    NeedsReview,
    /// There is a reason to look, and no edit.
    Reported,
    /// The rule saw its pattern and left the code alone, for that reason.
    LeftAlone(Decline),
    /// A `//gofix:ignore` comment covers it.
    Suppressed,
    /// There is a fix, but the engine did not make it, for that reason.
    Withheld(String),
    /// There is a fix, but what came out of it did not stand the last look, in that way. That is a bug, of the rule or of
    /// the engine.
    Withdrawn(String),
    /// There is a fix, but Go does not like the code with it, and says so.
    Dropped(String),
}

/// One place at which a rule has something to say, and what became of it.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The name of the rule; [`SUPPRESSION`] for what is wrong with a suppression comment.
    pub rule: &'static str,
    /// The file.
    pub file: FileId,
    /// The path of the file, relative to the root, with `/` between its parts.
    pub path: String,
    /// The place in the text before the run. That of a finding in code that a fix wrote is where the fix is.
    pub range: TextRange,
    /// The line on which the place starts, counted from 1.
    pub line: u32,
    /// The column, counted in bytes from 1.
    pub column: u32,
    /// What is wrong with the code.
    pub message: Cow<'static, str>,
    /// What became of it.
    pub status: Status,
    /// Why the engine lowered a safe fix to one that needs review, if it did.
    pub lowered: Option<&'static str>,
    /// The round in which it was found, from 1.
    pub round: u32,
    /// The fix, if there is one. Its ranges are those of the texts of its round.
    pub fix: Option<Arc<Fix>>,
}

/// The rule name of findings about suppression comments.
pub const SUPPRESSION: &str = "suppression";

/// A file with another text than before.
#[derive(Clone, Debug)]
pub struct ChangedFile {
    /// The file; None: a go.mod file.
    pub id: Option<FileId>,
    /// Its path, relative to the root, with `/` between its parts.
    pub path: String,
    /// The text before.
    pub before: Arc<str>,
    /// The edits that lead to the text after.
    pub edits: EditSet,
    /// The text after.
    pub after: Arc<str>,
}

/// A file with syntax errors in which a rule might have something to say. Its broken declarations were not looked at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BrokenFile {
    /// The file.
    pub path: String,
    /// The line of the first error, counted from 1.
    pub line: u32,
    /// Its column, counted in bytes from 1.
    pub column: u32,
    /// The first error, as a phrase.
    pub message: String,
}

/// A rule that panicked: our bug. What it found in the file is lost, everything else goes on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bug {
    /// The rule.
    pub rule: &'static str,
    /// The file that it looked at.
    pub path: String,
    /// The message of the panic, and where in the source of the rule it was.
    pub message: String,
}

impl fmt::Display for Bug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Bug { rule, path, message } = self;
        write!(f, "{path}: the rule {rule} failed, which is a bug in the rule: {message}")
    }
}

/// Figures of a run, and the files that were passed over.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Stats {
    /// How many files were searched for the words of the rules.
    pub files_read: usize,
    /// How many of them had all words of some rule.
    pub files_matched: usize,
    /// In how many rounds fixes were made.
    pub rounds: u32,
    /// Generated files in which a rule might have something to say.
    pub generated: Vec<String>,
    /// Selected files in vendor directories.
    pub vendored: Vec<String>,
    /// Files with syntax errors in which a rule might have something to say.
    pub broken: Vec<BrokenFile>,
    /// Import paths that were not found when a rule asked for types, sorted. What depends on them is unknown.
    pub missing: Vec<String>,
    /// What there is more to fix once fixes that need review are made.
    pub waiting: Vec<Waiting>,
}

/// Places that a rule has left alone, and for which it would have fixes after those that others have held back for review.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Waiting {
    /// The rule.
    pub rule: &'static str,
    /// How many places.
    pub sites: usize,
    /// The rules that have to make their fixes first, in their order.
    pub after: Vec<&'static str>,
}

/// A file that could not be read, with its path relative to the root.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ReadError {
    /// The file system said no.
    File(FileError),
    /// It is not UTF-8.
    NotUtf8 {
        /// The file.
        path: String,
        /// Offset of the first byte that is not.
        offset: usize,
    },
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReadError::File(error) => error.fmt(f),
            ReadError::NotUtf8 { path, offset } => write!(f, "{path}: not UTF-8 at byte {offset}; Go source has to be"),
        }
    }
}

/// All that a run found and would change. Nothing is written.
#[derive(Clone, Default, Debug)]
pub struct Outcome {
    /// The findings, sorted by path, place and the order of the rules.
    pub findings: Vec<Finding>,
    /// The files that change, sorted by path.
    pub files: Vec<ChangedFile>,
    /// New files: paths relative to the root, and texts.
    pub created: Vec<(String, String)>,
    /// Files that go.
    pub removed: Vec<FileId>,
    /// Figures.
    pub stats: Stats,
    /// Files that could not be read.
    pub errors: Vec<ReadError>,
    /// Rules that panicked.
    pub bugs: Vec<Bug>,
}
