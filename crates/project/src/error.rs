use std::error::Error;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// What was tried with a file.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum FileAction {
    /// Reading a file.
    Read,
    /// Listing a directory.
    List,
    /// Writing, creating or removing a file.
    Write,
}

/// Why it could not be done.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FileCause {
    /// There is no such file or directory.
    NotFound,
    /// The user may not do this.
    PermissionDenied,
    /// The disk or the quota is full.
    DiskFull,
    /// The file's mode says that it is not to be written.
    ReadOnly,
    /// It is a symbolic link, or a directory above it is one.
    Symlink,
    /// It is neither a file nor a directory, or not the one of the two that is needed.
    NotAFile,
    /// The path leads out of the root.
    OutsideRoot,
    /// A file that was to be created exists.
    Exists,
    /// The content is not what it was when it was read.
    Changed,
    /// It is longer than 4 GiB.
    TooLarge,
    /// It is the journal of another run, which is at work on the same files.
    Busy,
    /// It is the journal of another run, which was killed while it wrote files.
    Interrupted,
    /// It has the name of a journal, but not the content.
    StrangeJournal,
    /// Anything else, in the words of the operating system.
    Other(String),
}

/// A file or directory that could not be used: which, for what, why, and what to do about it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FileError {
    /// The file or directory.
    pub path: PathBuf,
    /// What was tried.
    pub action: FileAction,
    /// Why it failed.
    pub cause: FileCause,
}

impl FileError {
    /// An error that this crate found itself.
    pub fn new(path: impl Into<PathBuf>, action: FileAction, cause: FileCause) -> FileError {
        FileError { path: path.into(), action, cause }
    }

    /// An error of the operating system.
    pub fn io(path: &Path, action: FileAction, error: &io::Error) -> FileError {
        let cause = match error.kind() {
            io::ErrorKind::NotFound => FileCause::NotFound,
            io::ErrorKind::PermissionDenied => FileCause::PermissionDenied,
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => FileCause::DiskFull,
            io::ErrorKind::AlreadyExists => FileCause::Exists,
            io::ErrorKind::NotADirectory | io::ErrorKind::IsADirectory => FileCause::NotAFile,
            io::ErrorKind::ReadOnlyFilesystem => FileCause::ReadOnly,
            _ => FileCause::Other(error.to_string()),
        };
        FileError::new(path, action, cause)
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let action = match self.action {
            FileAction::Read => "read",
            FileAction::List => "list",
            FileAction::Write => "write",
        };
        write!(f, "cannot {action} {}: {}", self.path.display(), self.cause)
    }
}

impl fmt::Display for FileCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            FileCause::NotFound => "no such file or directory",
            FileCause::PermissionDenied => "permission denied; check the permissions of the file and its directory",
            FileCause::DiskFull => "the disk is full; free some space and run again",
            FileCause::ReadOnly => "it is read-only; make it writable if it is to be changed",
            FileCause::Symlink => "it is behind a symbolic link; name the file that the link points to",
            FileCause::NotAFile => "it is not a regular file",
            FileCause::OutsideRoot => "it is outside the root directory",
            FileCause::Exists => "it exists already; move it away",
            FileCause::Changed => "it has changed since it was read; run again",
            FileCause::TooLarge => "it is longer than 4 GiB",
            FileCause::Busy => "another run is writing files here; wait until it has ended, and run again",
            FileCause::Interrupted => "the run that made it was interrupted while it wrote files; run again to finish that",
            FileCause::StrangeJournal => {
                "it was not written by this version of gofix-rs; run the version that wrote it, or remove it if there is none"
            }
            FileCause::Other(message) => message,
        })
    }
}

impl Error for FileError {}
