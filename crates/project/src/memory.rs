use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock};

use crate::error::{FileAction, FileCause, FileError};
use crate::files::{DirItem, FileKind, Files, clean};
use crate::write::{FileWrite, WriteError, WriteReport, targets};

/// Files in memory, for tests and for programs that have their files elsewhere. Directories exist as long as there are
/// files in them. A relative path is one below `/`.
#[derive(Debug, Default)]
pub struct MemoryFiles {
    files: RwLock<BTreeMap<PathBuf, Vec<u8>>>,
}

impl MemoryFiles {
    /// Files with these paths and contents.
    pub fn new<P: AsRef<Path>, C: Into<Vec<u8>>>(files: impl IntoIterator<Item = (P, C)>) -> MemoryFiles {
        let files = files.into_iter().map(|(path, content)| (absolute(path.as_ref()), content.into()));
        MemoryFiles { files: RwLock::new(files.collect()) }
    }

    /// Adds a file, or replaces it.
    pub fn insert(&self, path: impl AsRef<Path>, content: impl Into<Vec<u8>>) {
        self.files_mut().insert(absolute(path.as_ref()), content.into());
    }

    /// All files as they are now.
    pub fn snapshot(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        self.files().clone()
    }

    // A panic while the lock is held cannot leave the map half changed, so poison does not matter.
    fn files(&self) -> impl std::ops::Deref<Target = BTreeMap<PathBuf, Vec<u8>>> + '_ {
        self.files.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn files_mut(&self) -> impl std::ops::DerefMut<Target = BTreeMap<PathBuf, Vec<u8>>> + '_ {
        self.files.write().unwrap_or_else(PoisonError::into_inner)
    }
}

fn absolute(path: &Path) -> PathBuf {
    clean(Path::new("/"), path)
}

fn kind(files: &BTreeMap<PathBuf, Vec<u8>>, path: &Path) -> Option<FileKind> {
    if files.contains_key(path) {
        return Some(FileKind::File);
    }
    // Paths are ordered part by part, so what is below a directory follows it directly.
    let (first, _) = files.range(path.to_owned()..).next()?;
    first.starts_with(path).then_some(FileKind::Dir)
}

impl Files for MemoryFiles {
    fn read(&self, path: &Path) -> Result<Vec<u8>, FileError> {
        let path = absolute(path);
        let content = self.files().get(&path).cloned();
        content.ok_or_else(|| FileError::new(path, FileAction::Read, FileCause::NotFound))
    }

    fn list(&self, dir: &Path) -> Result<Vec<DirItem>, FileError> {
        let dir = absolute(dir);
        let files = self.files();
        let mut items: Vec<DirItem> = Vec::new();
        for path in files.range(dir.clone()..).map(|(path, _)| path).take_while(|path| path.starts_with(&dir)) {
            let mut parts = path.strip_prefix(&dir).into_iter().flat_map(Path::iter);
            let Some(name) = parts.next() else { continue };
            let kind = if parts.next().is_some() { FileKind::Dir } else { FileKind::File };
            if items.last().is_none_or(|last| last.name != name) {
                items.push(DirItem { name: name.to_owned(), kind });
            }
        }
        match items.is_empty() {
            true => Err(FileError::new(dir, FileAction::List, FileCause::NotFound)),
            false => Ok(items),
        }
    }

    fn kind(&self, path: &Path) -> Option<FileKind> {
        kind(&self.files(), &absolute(path))
    }

    fn write(&self, root: &Path, changes: &[FileWrite<'_>]) -> Result<WriteReport, WriteError> {
        let mut files = self.files_mut();
        let targets = targets(&absolute(root), changes)?;
        for (path, change) in targets.iter().zip(changes) {
            let cause = match (files.get(path), change.before) {
                (Some(_), None) => FileCause::Exists,
                (Some(now), Some(before)) if now == before => continue,
                (_, Some(_)) => FileCause::Changed,
                (None, None) if kind(&files, path).is_some() => FileCause::NotAFile,
                (None, None) => continue,
            };
            return Err(FileError::new(path, FileAction::Write, cause).into());
        }
        for (path, change) in targets.into_iter().zip(changes) {
            match change.after {
                Some(after) => files.insert(path, after.to_owned()),
                None => files.remove(&path),
            };
        }
        Ok(WriteReport::of(changes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(files: &MemoryFiles, dir: &str) -> Vec<(String, FileKind)> {
        let items = files.list(Path::new(dir)).unwrap();
        items.into_iter().map(|item| (item.name.into_string().unwrap(), item.kind)).collect()
    }

    #[test]
    fn directories_are_what_paths_have_in_common() {
        let files = MemoryFiles::new([("a/b/c.go", ""), ("a/b.go", ""), ("/a/b/d/e.go", ""), ("z.go", "")]);
        let (dir, file) = (FileKind::Dir, FileKind::File);
        assert_eq!(names(&files, "/"), [("a".to_owned(), dir), ("z.go".to_owned(), file)]);
        assert_eq!(names(&files, "/a"), [("b".to_owned(), dir), ("b.go".to_owned(), file)]);
        assert_eq!(names(&files, "a/b"), [("c.go".to_owned(), file), ("d".to_owned(), dir)]);
        assert!(files.list(Path::new("/b")).is_err());
        assert_eq!(files.kind(Path::new("/a/b")), Some(dir));
        assert_eq!(files.kind(Path::new("/a/b.go")), Some(file));
        assert_eq!(files.kind(Path::new("/a/c")), None);
        assert_eq!(files.read(Path::new("/a/c")).unwrap_err().cause, FileCause::NotFound);
    }

    #[test]
    fn writes_are_all_or_none() {
        let files = MemoryFiles::new([("m/a.go", "a"), ("m/b.go", "b")]);
        let before = files.snapshot();
        let change = |path, before, after| FileWrite { path, before, after };
        let good = change("a.go", Some(&b"a"[..]), Some(&b"A"[..]));
        for (bad, cause) in [
            (change("b.go", Some(b"x"), Some(b"B")), FileCause::Changed),
            (change("c.go", Some(b"x"), Some(b"C")), FileCause::Changed),
            (change("b.go", None, Some(b"B")), FileCause::Exists),
            (change("../b.go", None, Some(b"B")), FileCause::OutsideRoot),
        ] {
            assert_eq!(files.write(Path::new("/m"), &[good, bad]).unwrap_err().error.cause, cause);
            assert_eq!(files.snapshot(), before);
        }
        let changes = [good, change("b.go", Some(b"b"), None), change("c/c.go", None, Some(b"C"))];
        let report = files.write(Path::new("/m"), &changes).unwrap();
        assert_eq!(report, WriteReport { created: 1, changed: 1, removed: 1 });
        let expected = MemoryFiles::new([("m/a.go", "A"), ("m/c/c.go", "C")]);
        assert_eq!(files.snapshot(), expected.snapshot());
    }
}
