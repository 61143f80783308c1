use std::ffi::OsString;
use std::fmt::Debug;
use std::fs;
use std::path::{Component, Path, PathBuf};

use crate::error::{FileAction, FileCause, FileError};
use crate::write::{FileWrite, Interrupted, Recovered, WriteError, WriteReport};

/// What stands at a path.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
pub enum FileKind {
    /// A regular file.
    File,
    /// A directory.
    Dir,
    /// A symbolic link, whatever it points to.
    Symlink,
    /// A pipe, a device, a socket.
    Other,
}

/// One entry of a directory.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DirItem {
    /// The name, without the directory.
    pub name: OsString,
    /// What it is.
    pub kind: FileKind,
}

/// Where files come from and go to: the disk or memory. Paths are absolute.
pub trait Files: Debug + Send + Sync {
    /// The content of a file.
    fn read(&self, path: &Path) -> Result<Vec<u8>, FileError>;

    /// The entries of a directory, in no particular order.
    fn list(&self, dir: &Path) -> Result<Vec<DirItem>, FileError>;

    /// What stands at `path`, symbolic links not followed. None if there is nothing, or if one may not look.
    fn kind(&self, path: &Path) -> Option<FileKind>;

    /// Makes all of `changes` to files below `root`, or none of them. See [`FileWrite`] and [`WriteError`].
    fn write(&self, root: &Path, changes: &[FileWrite<'_>]) -> Result<WriteReport, WriteError>;

    /// The runs that were killed while they wrote files, or write files now: in `dirs`, directories below `root`, and in
    /// those above and between.
    fn interrupted(&self, _root: &Path, _dirs: &[PathBuf]) -> Vec<Interrupted> {
        Vec::new()
    }

    /// Finishes or undoes what the run with this journal had begun. None if there is nothing left to do.
    fn recover(&self, _journal: &Path) -> Result<Option<Recovered>, FileError> {
        Ok(None)
    }
}

/// The files of the disk.
#[derive(Copy, Clone, Default, Debug)]
pub struct DiskFiles;

impl Files for DiskFiles {
    fn read(&self, path: &Path) -> Result<Vec<u8>, FileError> {
        // Opening a pipe would block until someone writes to it.
        let result = fs::metadata(path).and_then(|found| found.is_file().then(|| fs::read(path)).transpose());
        match result {
            Ok(Some(bytes)) => Ok(bytes),
            Ok(None) => Err(FileError::new(path, FileAction::Read, FileCause::NotAFile)),
            Err(error) => Err(FileError::io(path, FileAction::Read, &error)),
        }
    }

    fn list(&self, dir: &Path) -> Result<Vec<DirItem>, FileError> {
        let item = |entry: fs::DirEntry| Ok(DirItem { kind: kind_of(entry.file_type()?), name: entry.file_name() });
        fs::read_dir(dir)
            .and_then(|entries| entries.map(|entry| entry.and_then(item)).collect())
            .map_err(|error| FileError::io(dir, FileAction::List, &error))
    }

    fn kind(&self, path: &Path) -> Option<FileKind> {
        fs::symlink_metadata(path).ok().map(|metadata| kind_of(metadata.file_type()))
    }

    fn write(&self, root: &Path, changes: &[FileWrite<'_>]) -> Result<WriteReport, WriteError> {
        crate::disk::write(root, changes)
    }

    fn interrupted(&self, root: &Path, dirs: &[PathBuf]) -> Vec<Interrupted> {
        crate::disk::interrupted(root, dirs)
    }

    fn recover(&self, journal: &Path) -> Result<Option<Recovered>, FileError> {
        crate::disk::recover(journal)
    }
}

fn kind_of(file_type: fs::FileType) -> FileKind {
    match file_type {
        _ if file_type.is_file() => FileKind::File,
        _ if file_type.is_dir() => FileKind::Dir,
        _ if file_type.is_symlink() => FileKind::Symlink,
        _ => FileKind::Other,
    }
}

/// An absolute path without `.` and `..`, which are resolved without looking at the disk. A relative `path` is one
/// below `base`.
pub(crate) fn clean(base: &Path, path: &Path) -> PathBuf {
    let mut result = PathBuf::from("/");
    for component in base.join(path).components() {
        match component {
            Component::ParentDir => {
                result.pop();
            }
            Component::CurDir => {}
            other => result.push(other),
        }
    }
    result
}
