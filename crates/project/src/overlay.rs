use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::error::{FileAction, FileCause, FileError};
use crate::files::{DirItem, FileKind, Files};
use crate::memory::MemoryFiles;
use crate::write::{FileWrite, Interrupted, Recovered, WriteError, WriteReport, targets};

/// Files as others have them, with some contents from elsewhere in place of theirs or beside them: standard input, or
/// the unsaved texts of an editor.
#[derive(Clone, Debug)]
pub struct OverlayFiles {
    base: Arc<dyn Files>,
    above: Arc<MemoryFiles>,
}

impl OverlayFiles {
    /// The files of `above`, and those of `base` that are not covered by one of them.
    pub fn new(base: Arc<dyn Files>, above: MemoryFiles) -> OverlayFiles {
        OverlayFiles { base, above: Arc::new(above) }
    }
}

impl Files for OverlayFiles {
    fn read(&self, path: &Path) -> Result<Vec<u8>, FileError> {
        self.above.read(path).or_else(|_| self.base.read(path))
    }

    fn list(&self, dir: &Path) -> Result<Vec<DirItem>, FileError> {
        let Ok(mut items) = self.above.list(dir) else { return self.base.list(dir) };
        let covered = items.len();
        // The directory may exist above only.
        for item in self.base.list(dir).unwrap_or_default() {
            if items[..covered].iter().all(|above| above.name != item.name) {
                items.push(item);
            }
        }
        Ok(items)
    }

    fn kind(&self, path: &Path) -> Option<FileKind> {
        self.above.kind(path).or_else(|| self.base.kind(path))
    }

    /// Writes to the files below. Fails if one of them is covered: its content here is not the one that would be written
    /// over.
    fn write(&self, root: &Path, changes: &[FileWrite<'_>]) -> Result<WriteReport, WriteError> {
        for path in targets(root, changes)? {
            if self.above.kind(&path) == Some(FileKind::File) {
                let cause = FileCause::Other("its content does not come from the disk".to_owned());
                return Err(FileError::new(path, FileAction::Write, cause).into());
            }
        }
        self.base.write(root, changes)
    }

    fn interrupted(&self, root: &Path, dirs: &[PathBuf]) -> Vec<Interrupted> {
        self.base.interrupted(root, dirs)
    }

    fn recover(&self, journal: &Path) -> Result<Option<Recovered>, FileError> {
        self.base.recover(journal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn covered_files_are_read_but_not_written() {
        let base = Arc::new(MemoryFiles::new([("m/a.go", "a"), ("m/b.go", "b")]));
        let files = OverlayFiles::new(base.clone(), MemoryFiles::new([("m/a.go", "A"), ("m/c/c.go", "C")]));
        let read = |path: &str| files.read(Path::new(path)).ok().map(|bytes| String::from_utf8(bytes).unwrap());
        assert_eq!(["/m/a.go", "/m/b.go", "/m/c/c.go"].map(read), ["A", "b", "C"].map(|text| Some(text.to_owned())));
        let names: Vec<_> = files.list(Path::new("/m")).unwrap().into_iter().map(|item| item.name).collect();
        assert_eq!(names, ["a.go", "c", "b.go"]);
        assert_eq!(files.list(Path::new("/m/c")).unwrap().len(), 1);
        assert_eq!(files.kind(Path::new("/m/c")), Some(FileKind::Dir));
        assert_eq!(files.kind(Path::new("/m/d")), None);
        let write =
            |path, before| files.write(Path::new("/m"), &[FileWrite { path, before: Some(before), after: None }]);
        write("a.go", b"A").unwrap_err();
        write("b.go", b"b").unwrap();
        assert_eq!(base.snapshot().len(), 1);
    }
}
