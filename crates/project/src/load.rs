use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::error::Error;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};

use crate::constraint::Config;
use crate::error::FileError;
use crate::files::{FileKind, Files, clean};
use crate::gomod::ModProblem;
use crate::module::{ModuleId, Modules, Workspace, find_up, workspace_of};
use crate::pattern::{Pattern, Wildcard};
use crate::project::{DirEntry, DirId, FileEntry, Project, relative_slash};
use crate::version::GoVersion;
use crate::walk::{Found, Ignores, Listing, Walk, slash};

/// What to load, and for what.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LoadOptions {
    /// The current directory, which patterns are relative to. Absolute.
    pub cwd: PathBuf,
    /// Package patterns: `./...`, `./cmd/...`, directories, files. None given means `./...`.
    pub patterns: Vec<String>,
    /// A file to be read in place of the main module's go.mod.
    pub modfile: Option<PathBuf>,
    /// The version of the language outside modules. None means the newest.
    pub go_version: Option<GoVersion>,
    /// What the names in build constraints mean.
    pub config: Config,
    /// Where Go is installed, if it is; the standard library is below `src`.
    pub goroot: Option<PathBuf>,
    /// The module cache, if there is one.
    pub mod_cache: Option<PathBuf>,
    /// Whether the other packages of the same modules are listed as well, though not selected, and those of the modules
    /// nested in them, as far as their go.mod files are in order.
    pub whole_modules: bool,
    /// Whether the files alone matter, not what they are to a build, as to a formatter. Then no go.mod or go.work file
    /// has to be in order, and patterns may lead out of the module. What a go.mod file ignores is ignored all the same.
    pub files_only: bool,
}

impl Default for LoadOptions {
    /// `./...` in `/`, as suits files in memory; no Go, no module cache.
    fn default() -> LoadOptions {
        LoadOptions {
            cwd: PathBuf::from("/"),
            patterns: Vec::new(),
            modfile: None,
            go_version: None,
            config: Config::default(),
            goroot: None,
            mod_cache: None,
            whole_modules: false,
            files_only: false,
        }
    }
}

/// Why nothing could be loaded.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LoadError {
    /// A file or directory that is needed could not be used.
    File(FileError),
    /// A pattern cannot be used.
    Pattern {
        /// As it was given.
        pattern: String,
        /// What is wrong with it and what to write in its place, as a sentence without its subject.
        problem: String,
    },
    /// A go.mod or go.work file is broken.
    Module {
        /// Its path.
        path: PathBuf,
        /// What is wrong.
        problem: ModProblem,
    },
}

impl From<FileError> for LoadError {
    fn from(error: FileError) -> LoadError {
        LoadError::File(error)
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LoadError::File(error) => error.fmt(f),
            LoadError::Pattern { pattern, problem } => write!(f, "pattern {pattern} {problem}"),
            LoadError::Module { path, problem } => {
                write!(f, "{}:{}: {}", path.display(), problem.line, problem.message)
            }
        }
    }
}

impl Error for LoadError {}

pub(crate) fn load(files: Arc<dyn Files>, options: &LoadOptions) -> Result<Project, LoadError> {
    let cwd = clean(Path::new("/"), &options.cwd);
    let default = ["./...".to_owned()];
    let texts = if options.patterns.is_empty() { &default[..] } else { &options.patterns };
    if texts.iter().any(String::is_empty) {
        let problem = "is empty: write . for the current directory, ./... for all below it".to_owned();
        return Err(LoadError::Pattern { pattern: "\"\"".to_owned(), problem });
    }
    let patterns: Vec<Pattern> = texts.iter().map(|text| Pattern::parse(text, &cwd)).collect();
    let place = match options.files_only {
        true => Place::of_files(&*files, &cwd, &patterns),
        false => Place::find(&*files, &cwd, &patterns)?,
    };
    let modfile = options.modfile.as_ref().zip(place.module.clone());
    let mut modules = Modules {
        files: &*files,
        modfile: modfile.map(|(modfile, dir)| (dir, clean(&cwd, modfile))),
        lenient: options.files_only,
        list: Vec::new(),
    };
    let used = place.workspace.iter().flat_map(Workspace::module_dirs);
    let present = |dir: &PathBuf| files.kind(&dir.join("go.mod")).is_some();
    for dir in place.module.iter().cloned().chain(used.filter(present)) {
        modules.add(dir, true)?;
    }
    let mut loader = Loader {
        files: &*files,
        root: place.root,
        modules,
        dirs: BTreeMap::new(),
        left_out: BTreeSet::new(),
        problems: Vec::new(),
    };
    for pattern in &patterns {
        loader.select(pattern)?;
    }
    if options.whole_modules {
        loader.add_whole_modules()?;
    }
    let Loader { root, modules, dirs, left_out, problems, .. } = loader;
    let modules = modules.list;
    let (files_list, dirs) = number(dirs);
    Ok(Project {
        root,
        files: files_list,
        dirs,
        modules,
        workspace: place.workspace,
        is_whole: options.whole_modules,
        problems,
        left_out_dirs: left_out,
        left_out: OnceLock::new(),
        config: options.config.clone(),
        go_version: options.go_version,
        goroot: options.goroot.clone(),
        mod_cache: options.mod_cache.clone(),
        vendors: Mutex::new(HashMap::new()),
        resolved: Mutex::new(HashMap::new()),
        listings: Mutex::new(HashMap::new()),
        source: files,
    })
}

/// Where a project is.
struct Place {
    root: PathBuf,
    /// The directory of the main module.
    module: Option<PathBuf>,
    workspace: Option<Workspace>,
}

impl Place {
    fn find(files: &dyn Files, cwd: &Path, patterns: &[Pattern]) -> Result<Place, LoadError> {
        let inside = Place::around(files, cwd)?;
        if let Some(place) = inside {
            return Ok(place);
        }
        // The current directory is in no module, so the modules are those of what is named.
        let mut common = common_dir(files, patterns).unwrap_or_else(|| cwd.to_owned());
        let around = Place::around(files, &common)?;
        if common.starts_with(cwd) {
            common = cwd.to_owned();
            let (module, workspace) = around.map_or((None, None), |place| (place.module, place.workspace));
            return Ok(Place { root: common, module, workspace });
        }
        Ok(around.unwrap_or(Place { root: common, module: None, workspace: None }))
    }

    /// Where files are whose modules do not matter: in the module or workspace around the current directory, or in that
    /// directory, if all are; else in what they have in common.
    fn of_files(files: &dyn Files, cwd: &Path, patterns: &[Pattern]) -> Place {
        let around = ["go.mod", "go.work"].into_iter().filter_map(|name| find_up(files, cwd, name));
        let has_all = |dir: &PathBuf| patterns.iter().all(|pattern| pattern.base.starts_with(dir));
        let root = around.chain([cwd.to_owned()]).find(has_all).or_else(|| common_dir(files, patterns));
        Place { root: root.unwrap_or_else(|| cwd.to_owned()), module: None, workspace: None }
    }

    /// The workspace or module around a directory.
    fn around(files: &dyn Files, dir: &Path) -> Result<Option<Place>, LoadError> {
        let module = find_up(files, dir, "go.mod");
        let workspace = workspace_of(files, dir)?;
        let root = workspace.as_ref().map(|workspace| workspace.dir.clone()).or_else(|| module.clone());
        Ok(root.map(|root| Place { root, module, workspace }))
    }
}

/// The directory that all patterns are below.
fn common_dir(files: &dyn Files, patterns: &[Pattern]) -> Option<PathBuf> {
    let dirs = patterns.iter().map(|pattern| match files.kind(&pattern.base) {
        Some(FileKind::Dir) => pattern.base.as_path(),
        _ => pattern.base.parent().unwrap_or(&pattern.base),
    });
    let common = |a: &'_ Path, b: &Path| a.ancestors().find(|dir| b.starts_with(dir)).map(Path::to_owned);
    dirs.map(Path::to_owned).reduce(|a, b| common(&a, &b).unwrap_or(a))
}

/// A directory while a project is loaded.
struct Dir {
    listing: Listing,
    module: Option<ModuleId>,
    selection: Selection,
}

enum Selection {
    All,
    Files(BTreeSet<String>),
}

struct Loader<'a> {
    files: &'a dyn Files,
    root: PathBuf,
    modules: Modules<'a>,
    /// By path relative to the root.
    dirs: BTreeMap<String, Dir>,
    left_out: BTreeSet<String>,
    problems: Vec<FileError>,
}

impl Loader<'_> {
    /// Adds what a pattern means.
    fn select(&mut self, pattern: &Pattern) -> Result<(), LoadError> {
        let fail = |problem: String| Err(LoadError::Pattern { pattern: pattern.text.clone(), problem });
        let Some(base) = relative_slash(&self.root, &pattern.base) else {
            return fail(format!("is outside the root, {}; run there, or name the files alone", self.root.display()));
        };
        if pattern.base.ancestors().any(|path| self.kind(path) == Some(FileKind::Symlink)) {
            return fail("is behind a symbolic link, which is never followed; name what the link points to".to_owned());
        }
        let empty = match (&pattern.wildcard, self.kind(&pattern.base)) {
            (Some(wildcard), Some(FileKind::Dir)) => self.select_tree(&pattern.base, wildcard, &base)?,
            (None, Some(FileKind::Dir)) => self.select_dir(&pattern.base, base)?,
            (None, Some(FileKind::File)) if base.ends_with(".go") => self.select_file(&pattern.base)?,
            (_, None) => Some("names no file or directory; patterns are paths such as ./... or ./cmd/x".to_owned()),
            (_, Some(_)) => Some("is neither a Go file nor a directory".to_owned()),
        };
        empty.map_or(Ok(()), fail)
    }

    /// What stands at a path. How the root was reached does not matter.
    fn kind(&self, path: &Path) -> Option<FileKind> {
        if self.root.starts_with(path) { Some(FileKind::Dir) } else { self.files.kind(path) }
    }

    /// Adds the directories that match. Returns why there are none.
    fn select_tree(&mut self, dir: &Path, wildcard: &Wildcard, base: &str) -> Result<Option<String>, LoadError> {
        let module = self.modules.of_dir(dir)?;
        let found = self.walk(dir, wildcard, module)?;
        let empty = found.dirs.values().all(|listing| listing.go_files.is_empty());
        for (path, listing) in found.dirs {
            self.add(slash(base, &path), listing, module, Selection::All);
        }
        self.left_out.extend(found.left_out.iter().map(|it| slash(base, it)));
        self.problems.extend(found.problems);
        Ok(empty.then(|| match found.nested_modules.iter().find(|nested| wildcard.matches(nested)) {
            None => "matches no Go file".to_owned(),
            Some(nested) => {
                let module = dir.join(nested);
                format!("matches no Go file outside nested modules; run in one, such as {}", module.display())
            }
        }))
    }

    fn walk(&self, dir: &Path, wildcard: &Wildcard, module: Option<ModuleId>) -> Result<Found, LoadError> {
        let module = module.map(|module| &self.modules.list[module.0 as usize]);
        let ignores = module.map(|module| Ignores::new(&module.go_mod.ignores)).unwrap_or_default();
        let base_in_module = module.and_then(|module| relative_slash(&module.dir, dir)).unwrap_or_default();
        let walk = Walk { files: self.files, base: dir, wildcard, base_in_module: &base_in_module, ignores: &ignores };
        Ok(walk.run()?)
    }

    /// Adds one directory. Returns why it has no Go file.
    fn select_dir(&mut self, dir: &Path, base: String) -> Result<Option<String>, LoadError> {
        let listing = Listing::read(self.files, dir)?;
        if listing.go_files.is_empty() {
            return Ok(Some("is a directory without Go files; to select those below it, append /...".to_owned()));
        }
        let module = self.modules.of_dir(dir)?;
        self.add(base, listing, module, Selection::All);
        Ok(None)
    }

    /// Adds the directory of one file, which alone is selected.
    fn select_file(&mut self, path: &Path) -> Result<Option<String>, LoadError> {
        let dir = path.parent().unwrap_or(&self.root).to_owned();
        let mut listing = Listing::read(self.files, &dir)?;
        let (Some(name), Some(relative)) = (path.file_name(), relative_slash(&self.root, &dir)) else {
            return Ok(Some("is not a Go file".to_owned()));
        };
        let name = name.to_string_lossy().into_owned();
        // A name that go build skips is taken when it is given.
        if let Err(place) = listing.go_files.binary_search(&name) {
            listing.go_files.insert(place, name.clone());
        }
        let module = self.modules.of_dir(&dir)?;
        self.add(relative, listing, module, Selection::Files(BTreeSet::from([name])));
        Ok(None)
    }

    /// Adds all packages of the modules and of those nested in them, selecting none.
    fn add_whole_modules(&mut self) -> Result<(), LoadError> {
        let mut index = 0;
        while index < self.modules.list.len() {
            let dir = self.modules.list[index].dir.clone();
            let module = Some(ModuleId(index as u32));
            index += 1;
            let Some(base) = relative_slash(&self.root, &dir) else { continue };
            let found = self.walk(&dir, &Wildcard::all(), module)?;
            for (path, listing) in found.dirs {
                self.add(slash(&base, &path), listing, module, Selection::Files(BTreeSet::new()));
            }
            self.left_out.extend(found.left_out.iter().map(|it| slash(&base, it)));
            // What patterns select is listed a second time.
            let known: BTreeSet<String> = self.problems.iter().map(ToString::to_string).collect();
            self.problems.extend(found.problems.into_iter().filter(|it| !known.contains(&it.to_string())));
            for nested in found.nested_modules {
                // One that is broken is nobody's code yet.
                let _ = self.modules.add(dir.join(nested), false);
            }
        }
        Ok(())
    }

    fn add(&mut self, path: String, listing: Listing, module: Option<ModuleId>, selection: Selection) {
        match self.dirs.entry(path) {
            Entry::Vacant(entry) => {
                entry.insert(Dir { listing, module, selection });
            }
            Entry::Occupied(mut entry) => {
                let dir = entry.get_mut();
                // A file that go build skips may be in one of the two listings only.
                dir.listing.go_files.extend(listing.go_files);
                dir.listing.go_files.sort_unstable();
                dir.listing.go_files.dedup();
                match (&mut dir.selection, selection) {
                    (Selection::Files(files), Selection::Files(more)) => files.extend(more),
                    (present, Selection::All) => *present = Selection::All,
                    (Selection::All, _) => {}
                }
            }
        }
    }
}

/// Gives every directory and file its number.
fn number(dirs: BTreeMap<String, Dir>) -> (Vec<FileEntry>, Vec<DirEntry>) {
    let mut files = Vec::new();
    let mut entries = Vec::with_capacity(dirs.len());
    for (path, Dir { listing, module, selection }) in dirs {
        let dir = DirId(entries.len() as u32);
        let start = files.len() as u32;
        files.extend(listing.go_files.iter().map(|name| FileEntry {
            path: slash(&path, name),
            dir,
            selected: match &selection {
                Selection::All => true,
                Selection::Files(names) => names.contains(name),
            },
        }));
        entries.push(DirEntry {
            path,
            module,
            files: start..files.len() as u32,
            selected: matches!(selection, Selection::All),
            unusable: listing.unusable,
        });
    }
    (files, entries)
}

#[cfg(test)]
mod tests;
