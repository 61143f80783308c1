use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use gofix_project::{DirItem, FileError, FileKind, FileWrite, Files, WriteError, WriteReport};

/// Files, one of which has another content than there: what an editor holds, or what comes from stdin. The file need not
/// exist.
///
/// Writes go to the files below, where the other content counts as a change since the file was read.
#[derive(Clone, Debug)]
pub struct Overlay {
    below: Arc<dyn Files>,
    path: PathBuf,
    content: Vec<u8>,
}

impl Overlay {
    /// The files `below`, with `content` at `path`, which is absolute.
    pub fn new(below: Arc<dyn Files>, path: &Path, content: Vec<u8>) -> Overlay {
        Overlay { below, path: clean(path), content }
    }
}

/// Without `.` and `..`.
pub(crate) fn clean(path: &Path) -> PathBuf {
    let mut result = PathBuf::new();
    for component in path.components() {
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

impl Files for Overlay {
    fn read(&self, path: &Path) -> Result<Vec<u8>, FileError> {
        if path == self.path { Ok(self.content.clone()) } else { self.below.read(path) }
    }

    fn list(&self, dir: &Path) -> Result<Vec<DirItem>, FileError> {
        let above: Vec<&Path> = self.path.ancestors().collect();
        let Some(name) = above.windows(2).find(|pair| pair[1] == dir).and_then(|pair| pair[0].file_name()) else {
            return self.below.list(dir);
        };
        let kind = if self.path.parent() == Some(dir) { FileKind::File } else { FileKind::Dir };
        let mut items = match self.below.list(dir) {
            Err(_) if self.below.kind(dir).is_none() => Vec::new(),
            items => items?,
        };
        items.retain(|item| item.name != OsStr::new(name) || (kind == FileKind::Dir && item.kind != kind));
        if items.iter().all(|item| item.name != name) {
            items.push(DirItem { name: name.to_owned(), kind });
        }
        Ok(items)
    }

    fn kind(&self, path: &Path) -> Option<FileKind> {
        if path == self.path {
            return Some(FileKind::File);
        }
        self.below.kind(path).or_else(|| self.path.starts_with(path).then_some(FileKind::Dir))
    }

    fn write(&self, root: &Path, changes: &[FileWrite<'_>]) -> Result<WriteReport, WriteError> {
        self.below.write(root, changes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use gofix_project::MemoryFiles;

    fn names(files: &Overlay, dir: &str) -> Vec<(String, FileKind)> {
        let items = files.list(Path::new(dir)).unwrap();
        let mut names: Vec<_> = items.into_iter().map(|it| (it.name.into_string().unwrap(), it.kind)).collect();
        names.sort_by(|a, b| a.0.cmp(&b.0));
        names
    }

    #[test]
    fn one_file_lies_above_the_others() {
        let below = || Arc::new(MemoryFiles::new([("/m/a.go", "old"), ("/m/b.go", "b")]));
        let (dir, file) = (FileKind::Dir, FileKind::File);
        let files = Overlay::new(below(), Path::new("/m/./x/../a.go"), b"new".to_vec());
        assert_eq!(files.read(Path::new("/m/a.go")).unwrap(), b"new");
        assert_eq!(files.read(Path::new("/m/b.go")).unwrap(), b"b");
        assert_eq!(names(&files, "/m"), [("a.go".to_owned(), file), ("b.go".to_owned(), file)]);
        let files = Overlay::new(below(), Path::new("/m/new/dir/c.go"), b"new".to_vec());
        assert_eq!(
            names(&files, "/m"),
            [("a.go".to_owned(), file), ("b.go".to_owned(), file), ("new".to_owned(), dir)]
        );
        assert_eq!(names(&files, "/m/new"), [("dir".to_owned(), dir)]);
        assert_eq!(names(&files, "/m/new/dir"), [("c.go".to_owned(), file)]);
        assert_eq!(files.kind(Path::new("/m/new/dir")), Some(dir));
        assert_eq!(files.kind(Path::new("/m/new/dir/c.go")), Some(file));
        assert_eq!(files.kind(Path::new("/m/new/dir/d.go")), None);
        assert!(files.list(Path::new("/m/none")).is_err());
    }

    #[test]
    fn nothing_is_written_over_what_was_not_read() {
        let below = Arc::new(MemoryFiles::new([("/m/a.go", "old")]));
        let before = below.snapshot();
        let files = Overlay::new(Arc::clone(&below) as Arc<dyn Files>, Path::new("/m/a.go"), b"new".to_vec());
        let change = FileWrite { path: "a.go", before: Some(b"new"), after: Some(b"newer") };
        files.write(Path::new("/m"), &[change]).unwrap_err();
        assert_eq!(below.snapshot(), before);
    }
}
