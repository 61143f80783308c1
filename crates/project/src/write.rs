use std::collections::BTreeSet;
use std::error::Error;
use std::fmt;
use std::path::{Component, Path, PathBuf};

use crate::error::{FileAction, FileCause, FileError};

/// One file to be written, created or removed.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct FileWrite<'a> {
    /// The path relative to the root, with `/` between its parts.
    pub path: &'a str,
    /// The content when the file was read. None: there must be no such file. Nothing is written over a file that has
    /// changed since.
    pub before: Option<&'a [u8]>,
    /// The content afterwards. None: the file is removed.
    pub after: Option<&'a [u8]>,
}

/// How many files were written.
#[derive(Copy, Clone, PartialEq, Eq, Default, Debug)]
pub struct WriteReport {
    /// New files.
    pub created: usize,
    /// Files with a new content.
    pub changed: usize,
    /// Files that are gone.
    pub removed: usize,
}

impl WriteReport {
    pub(crate) fn of(changes: &[FileWrite<'_>]) -> WriteReport {
        let mut report = WriteReport::default();
        for change in changes {
            match (change.before, change.after) {
                (_, None) => report.removed += 1,
                (None, _) => report.created += 1,
                _ => report.changed += 1,
            }
        }
        report
    }
}

/// Why nothing was written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WriteError {
    /// The first failure. All files are as they were before, unless the next field says otherwise.
    pub error: FileError,
    /// Files that had been written when the failure came and could not be put back, each with the copy of its old
    /// content that was left beside it.
    pub unrestored: Vec<Unrestored>,
}

/// A file that could not be put back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unrestored {
    /// Why not.
    pub error: FileError,
    /// The copy of the old content. None: there was no such file before.
    pub copy: Option<PathBuf>,
}

impl From<FileError> for WriteError {
    fn from(error: FileError) -> WriteError {
        WriteError { error, unrestored: Vec::new() }
    }
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)?;
        for Unrestored { error, copy } in &self.unrestored {
            write!(f, "\n{} could not be put back: {}", error.path.display(), error.cause)?;
            if let Some(copy) = copy {
                write!(f, "; its old content is in {}", copy.display())?;
            }
        }
        Ok(())
    }
}

impl Error for WriteError {}

/// A run that is writing files, or was killed while it did.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Interrupted {
    /// Its journal.
    pub journal: PathBuf,
    /// How many files it may have touched.
    pub files: usize,
    /// It is still at work.
    pub is_alive: bool,
}

/// What became of the files of a run that had been killed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Recovered {
    /// How many files it was about to write, if it may have touched one.
    pub files: usize,
    /// Whether they are as after the run or as before.
    pub how: Recovery,
    /// But for these.
    pub left_alone: Vec<LeftAlone>,
}

/// How the change of a run that had been killed was brought to an end.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Recovery {
    /// It had not touched a file.
    Untouched,
    /// All files are as after the run.
    Finished,
    /// All files are as before the run.
    Undone,
}

/// A file of an interrupted run that could not be put back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LeftAlone {
    /// The file.
    pub path: PathBuf,
    /// Somebody has edited, made or removed it since; that stays. Otherwise it is as after the run, since its old text is
    /// lost.
    pub is_edited: bool,
    /// A copy of its text before the run, if the run had replaced it.
    pub copy: Option<PathBuf>,
}

/// The absolute paths of all files of a change. Fails if one leads out of the root or is named twice.
pub(crate) fn targets(root: &Path, changes: &[FileWrite<'_>]) -> Result<Vec<PathBuf>, FileError> {
    let mut seen = BTreeSet::new();
    let mut targets = Vec::with_capacity(changes.len());
    for change in changes {
        let path = Path::new(change.path);
        let fail = |cause| Err(FileError::new(root.join(path), FileAction::Write, cause));
        if path.components().any(|part| !matches!(part, Component::Normal(_))) || path.file_name().is_none() {
            return fail(FileCause::OutsideRoot);
        }
        if !seen.insert(path) {
            return fail(FileCause::Other("it is named twice in one change".to_owned()));
        }
        targets.push(root.join(path));
    }
    Ok(targets)
}
