//! Files of other packages, read once for all snapshots and threads.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use gofix_project::{Config, FileConstraints, Project};
use gofix_syntax::{FileId, SourceFile, header};

use super::declared::Declarations;

/// Ids of dependency files start here; those of a project's files are less.
pub(crate) const FIRST_ID: u32 = 1 << 31;

/// A file outside the project: read when its package is, parsed when it belongs to a build that is asked about.
pub(crate) struct DepFile {
    id: FileId,
    readable: bool,
    /// Until it is parsed.
    text: Mutex<String>,
    constraints: FileConstraints,
    cgo: bool,
    package: Box<str>,
    source: OnceLock<SourceFile>,
    declarations: OnceLock<Declarations>,
}

impl DepFile {
    pub(crate) fn read(id: FileId, name: &str, text: Option<String>) -> DepFile {
        let top = text.as_deref().map(header::read).unwrap_or_default();
        DepFile {
            id,
            constraints: FileConstraints::new(name, &top),
            cgo: top.imports.iter().any(|it| it.path == "C"),
            package: top.package.map_or("", |it| it.name).into(),
            source: OnceLock::new(),
            declarations: OnceLock::new(),
            readable: text.is_some(),
            text: Mutex::new(text.unwrap_or_default()),
        }
    }

    /// Whether it could be read.
    pub(crate) fn is_readable(&self) -> bool {
        self.readable
    }

    /// Whether it belongs to a build for `config`.
    pub(crate) fn matches(&self, config: &Config) -> bool {
        self.constraints.matches(config) && (config.cgo || !self.cgo)
    }

    /// The name in the package clause; empty if there is none.
    pub(crate) fn package(&self) -> &str {
        &self.package
    }

    /// The file without the bodies of its functions.
    pub(crate) fn source(&self) -> &SourceFile {
        self.source.get_or_init(|| {
            let text = std::mem::take(&mut *self.text.lock().unwrap_or_else(PoisonError::into_inner));
            SourceFile::parse_as(self.id, super::bodies::without_bodies(&text).unwrap_or(text))
        })
    }

    /// What the file declares.
    pub(crate) fn declarations(&self) -> &Declarations {
        self.declarations.get_or_init(|| Declarations::of(self.source()))
    }
}

const FIRST_CHUNK: usize = 256;
const CHUNKS: usize = 22;

/// Files that are never moved or dropped while this lives, so that they can be lent out.
pub(crate) struct DepFiles {
    by_path: Mutex<HashMap<PathBuf, u32>>,
    /// Each twice as long as the one before it.
    chunks: [OnceLock<Box<[OnceLock<DepFile>]>>; CHUNKS],
}

impl Default for DepFiles {
    fn default() -> DepFiles {
        DepFiles { by_path: Mutex::default(), chunks: [const { OnceLock::new() }; CHUNKS] }
    }
}

impl DepFiles {
    /// The file at `path`, or with that text, if it is given.
    pub(crate) fn get(&self, project: &Project, path: &Path, text: Option<&Arc<str>>) -> Option<&DepFile> {
        let index = {
            // A panic elsewhere while the lock is held cannot leave the map half changed.
            let mut by_path = self.by_path.lock().unwrap_or_else(PoisonError::into_inner);
            match by_path.get(path) {
                Some(&index) => index,
                None => {
                    let index = by_path.len() as u32;
                    by_path.insert(path.to_owned(), index);
                    index
                }
            }
        };
        let cell = self.cell(index as usize)?;
        Some(cell.get_or_init(|| {
            let read = || project.source().read(path).ok().and_then(|it| String::from_utf8(it).ok());
            let name = path.file_name().and_then(|it| it.to_str()).unwrap_or_default();
            DepFile::read(FileId(FIRST_ID + index), name, text.map(|it| it.as_ref().to_owned()).or_else(read))
        }))
    }

    /// Where the file with that id came from.
    pub(crate) fn path_of(&self, id: FileId) -> Option<PathBuf> {
        let index = id.0.checked_sub(FIRST_ID)?;
        let by_path = self.by_path.lock().unwrap_or_else(PoisonError::into_inner);
        by_path.iter().find(|it| *it.1 == index).map(|it| it.0.clone())
    }

    /// When a file with that id belongs to a build; None if there is none.
    pub(crate) fn constraints(&self, id: FileId) -> Option<&FileConstraints> {
        let index = id.0.checked_sub(FIRST_ID)?;
        Some(&self.cell(index as usize)?.get()?.constraints)
    }

    fn cell(&self, index: usize) -> Option<&OnceLock<DepFile>> {
        let (mut index, mut len) = (index, FIRST_CHUNK);
        for chunk in &self.chunks {
            if index < len {
                let chunk = chunk.get_or_init(|| (0..len).map(|_| OnceLock::new()).collect());
                return chunk.get(index);
            }
            index -= len;
            len *= 2;
        }
        None
    }
}
