use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use gofix_text::FileId;

use crate::constraint::{Config, FileConstraints};
use crate::error::{FileAction, FileCause, FileError};
use crate::files::Files;
use crate::left_out::LeftOut;
use crate::load::{LoadError, LoadOptions};
use crate::module::{Module, ModuleId, Workspace, read_text};
use crate::vendor::Vendor;
use crate::version::GoVersion;
use crate::walk::Listing;
use crate::write::{FileWrite, Interrupted, WriteError, WriteReport};

/// Which directory of a project: an index into its directories.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct DirId(pub u32);

/// A Go file of a project.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FileEntry {
    /// The path relative to the root, with `/` between its parts.
    pub path: String,
    /// Its directory.
    pub dir: DirId,
    /// Whether the patterns select it. The others are there because they belong to the same packages.
    pub selected: bool,
}

impl FileEntry {
    /// The name without the directory.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    /// Whether go test alone compiles it.
    pub fn is_test(&self) -> bool {
        self.path.ends_with("_test.go")
    }

    /// Whether it is in a vendor directory.
    pub fn in_vendor(&self) -> bool {
        vendored(&self.path).is_some()
    }
}

/// A directory with Go files. It can hold several packages: a package, its external tests, files that constraints
/// keep out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DirEntry {
    /// The path relative to the root, with `/` between its parts. Empty for the root itself.
    pub path: String,
    /// The module it belongs to. None: there is no go.mod file above it.
    pub module: Option<ModuleId>,
    /// Its files: the ids from `start` up to `end`.
    pub files: Range<u32>,
    /// Whether the patterns select all of it.
    pub selected: bool,
    /// Names of Go files that are not among the files, because they are symbolic links or their names are not UTF-8.
    /// What they declare is unknown.
    pub unusable: Vec<String>,
}

impl DirEntry {
    /// Its files.
    pub fn file_ids(&self) -> impl ExactSizeIterator<Item = FileId> + use<> {
        self.files.clone().map(FileId)
    }

    /// Whether it is a vendor directory or below one.
    pub fn in_vendor(&self) -> bool {
        vendored(&self.path).is_some()
    }
}

/// Splits a path behind its first element `vendor`.
pub(crate) fn vendored(path: &str) -> Option<(&str, &str)> {
    let mut start = 0;
    for element in path.split('/') {
        let end = start + element.len();
        if element == "vendor" {
            return Some((&path[..end], path[end..].trim_start_matches('/')));
        }
        start = end + 1;
    }
    None
}

/// Where imports lead, by module of the importing package and import path.
pub(crate) type Resolved = HashMap<(Option<ModuleId>, String), Option<PathBuf>>;

/// The names of the Go files in a directory, sorted.
pub(crate) type GoFiles = Result<Vec<String>, FileError>;

/// What directories outside the project have.
pub(crate) type Listings = HashMap<PathBuf, Arc<GoFiles>>;

/// The Go files that some patterns mean, their directories and their modules. Loading reads no Go file; contents and
/// dependencies are read when they are asked for.
pub struct Project {
    pub(crate) source: Arc<dyn Files>,
    pub(crate) root: PathBuf,
    pub(crate) files: Vec<FileEntry>,
    pub(crate) dirs: Vec<DirEntry>,
    pub(crate) modules: Vec<Module>,
    pub(crate) workspace: Option<Workspace>,
    pub(crate) is_whole: bool,
    pub(crate) problems: Vec<FileError>,
    /// Relative to the root.
    pub(crate) left_out_dirs: BTreeSet<String>,
    pub(crate) left_out: OnceLock<Vec<LeftOut>>,
    pub(crate) config: Config,
    pub(crate) go_version: Option<GoVersion>,
    pub(crate) goroot: Option<PathBuf>,
    pub(crate) mod_cache: Option<PathBuf>,
    /// By vendor directory; None where there is no modules.txt.
    pub(crate) vendors: Mutex<HashMap<PathBuf, Option<Arc<Vendor>>>>,
    pub(crate) resolved: Mutex<Resolved>,
    pub(crate) listings: Mutex<Listings>,
}

impl fmt::Debug for Project {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Project({}, {} files)", self.root.display(), self.files.len())
    }
}

impl Project {
    /// Finds the files that the patterns of `options` mean. Reads no file but go.mod and go.work.
    pub fn load(files: Arc<dyn Files>, options: &LoadOptions) -> Result<Project, LoadError> {
        crate::load::load(files, options)
    }

    /// The directory that all paths are relative to, and outside of which nothing is written: that of the workspace or
    /// module around the current directory; without one, the current directory or what the patterns have in common.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// All files, sorted by directory and name. A [`FileId`] is an index into them.
    pub fn files(&self) -> &[FileEntry] {
        &self.files
    }

    /// All directories with Go files, sorted by path. A [`DirId`] is an index into them.
    pub fn dirs(&self) -> &[DirEntry] {
        &self.dirs
    }

    /// The main modules and those of all directories. A [`ModuleId`] is an index into them.
    pub fn modules(&self) -> &[Module] {
        &self.modules
    }

    /// One file. Panics if the id is another project's.
    pub fn file(&self, id: FileId) -> &FileEntry {
        &self.files[id.0 as usize]
    }

    /// One directory. Panics if the id is another project's.
    pub fn dir(&self, id: DirId) -> &DirEntry {
        &self.dirs[id.0 as usize]
    }

    /// One module. Panics if the id is another project's.
    pub fn module(&self, id: ModuleId) -> &Module {
        &self.modules[id.0 as usize]
    }

    /// Whether all packages of the modules are there, selected or not: see [`LoadOptions::whole_modules`].
    pub fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// Directories that could not be listed; what is in them is missing.
    pub fn problems(&self) -> &[FileError] {
        &self.problems
    }

    /// What the names in build constraints mean.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The directory of the standard library's sources, if there is one.
    pub fn goroot_src(&self) -> Option<PathBuf> {
        self.goroot.as_ref().map(|goroot| goroot.join("src"))
    }

    /// Where the files come from.
    pub fn source(&self) -> &Arc<dyn Files> {
        &self.source
    }

    /// The absolute path of a file.
    pub fn absolute(&self, file: FileId) -> PathBuf {
        self.root.join(&self.file(file).path)
    }

    /// The directory with this absolute path, if it is one of the project's.
    pub fn find_dir(&self, path: &Path) -> Option<DirId> {
        let relative = relative_slash(&self.root, path)?;
        let index = self.dirs.binary_search_by(|dir| dir.path.as_str().cmp(&relative)).ok()?;
        Some(DirId(index as u32))
    }

    /// The file with this path relative to the root.
    pub fn find_file(&self, path: &str) -> Option<FileId> {
        let (dir, _) = path.rsplit_once('/').unwrap_or_default();
        let index = self.dirs.binary_search_by(|entry| entry.path.as_str().cmp(dir)).ok()?;
        self.dirs[index].file_ids().find(|&file| self.file(file).path == path)
    }

    /// The content of a file as it is now. Fails as well if it is too long for the offsets used here (4 GiB).
    pub fn read(&self, file: FileId) -> Result<Vec<u8>, FileError> {
        let path = self.absolute(file);
        let content = self.source.read(&path)?;
        match u32::try_from(content.len()) {
            Ok(_) => Ok(content),
            Err(_) => Err(FileError::new(path, FileAction::Read, FileCause::TooLarge)),
        }
    }

    /// Makes all of `changes` or none of them; paths are relative to the root.
    pub fn write(&self, changes: &[FileWrite<'_>]) -> Result<WriteReport, WriteError> {
        self.source.write(&self.root, changes)
    }

    /// The runs that were killed while they wrote files of the project, or write some now.
    pub fn interrupted(&self) -> Vec<Interrupted> {
        let dirs: Vec<PathBuf> = self.dirs.iter().map(|it| self.root.join(&it.path)).collect();
        self.source.interrupted(&self.root, &dirs)
    }

    /// The absolute paths of the Go files in any directory, sorted: for packages outside the project. A directory is listed
    /// once.
    pub fn list_package(&self, dir: &Path) -> Result<Vec<PathBuf>, FileError> {
        match &*self.go_files_in(dir) {
            Ok(names) => Ok(names.iter().map(|name| dir.join(name)).collect()),
            Err(error) => Err(error.clone()),
        }
    }

    /// The names of the Go files in a directory outside the project, as they were when it was first looked at.
    pub(crate) fn go_files_in(&self, dir: &Path) -> Arc<GoFiles> {
        let known = self.listings.lock().unwrap_or_else(PoisonError::into_inner).get(dir).cloned();
        known.unwrap_or_else(|| {
            let listed = Arc::new(Listing::read(&*self.source, dir).map(|it| it.go_files));
            // What another thread has found meanwhile is the same.
            self.listings.lock().unwrap_or_else(PoisonError::into_inner).insert(dir.to_owned(), Arc::clone(&listed));
            listed
        })
    }

    /// The import path of the package in a directory. None outside any module.
    pub fn import_path(&self, id: DirId) -> Option<String> {
        let dir = self.dir(id);
        if let Some((_, path)) = vendored(&dir.path).filter(|(_, path)| !path.is_empty()) {
            return Some(path.to_owned());
        }
        let module = self.module(dir.module?);
        let relative = relative_slash(&module.dir, &self.root.join(&dir.path))?;
        Some(module.import_path(&relative))
    }

    /// The version of the language in a directory: that of its go.mod file, or for a vendored package the one noted in
    /// modules.txt. Outside any module it is the one asked for, else the newest.
    pub fn go_version(&self, id: DirId) -> GoVersion {
        let dir = self.dir(id);
        if let Some((vendor_dir, import_path)) = vendored(&dir.path) {
            let vendor = self.vendor(&self.root.join(vendor_dir));
            let go = vendor.and_then(|vendor| vendor.module_of(import_path)?.go);
            return go.unwrap_or(GoVersion::WITHOUT_DIRECTIVE);
        }
        match dir.module {
            Some(module) => self.module(module).go_version(),
            None => self.go_version.unwrap_or(GoVersion::NEWEST),
        }
    }

    /// The version of the language in one file: that of its directory, unless a `//go:build` line sets another.
    pub fn file_version(&self, file: FileId, constraints: &FileConstraints) -> GoVersion {
        constraints.language_version(self.go_version(self.file(file).dir))
    }

    /// What vendor/modules.txt says. None if there is no such file in this directory.
    pub fn vendor(&self, vendor_dir: &Path) -> Option<Arc<Vendor>> {
        // A panic while the lock is held cannot leave the map half changed, so poison does not matter.
        let mut vendors = self.vendors.lock().unwrap_or_else(PoisonError::into_inner);
        let read = || {
            let text = read_text(&*self.source, &vendor_dir.join("modules.txt")).ok()?;
            Some(Arc::new(Vendor::parse(&text)))
        };
        vendors.entry(vendor_dir.to_owned()).or_insert_with(read).clone()
    }
}

/// The path of `path` relative to `root`, with `/` between its parts. None if it is not below it, or not UTF-8.
pub(crate) fn relative_slash(root: &Path, path: &Path) -> Option<String> {
    let parts: Option<Vec<&str>> = path.strip_prefix(root).ok()?.iter().map(|part| part.to_str()).collect();
    Some(parts?.join("/"))
}
