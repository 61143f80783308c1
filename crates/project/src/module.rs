use std::path::{Path, PathBuf};

use crate::error::FileError;
use crate::files::{FileKind, Files, clean};
use crate::gomod::{GoMod, GoWork, ModProblem};
use crate::{GoVersion, LoadError};

/// Which module of a project: an index into its modules.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ModuleId(pub u32);

/// A module with a go.mod file on the disk or in memory.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Module {
    /// The directory of the go.mod file. Absolute.
    pub dir: PathBuf,
    /// What the file says.
    pub go_mod: GoMod,
    /// Whether it is a main module: the one of the current directory, or all of its workspace.
    pub main: bool,
}

impl Module {
    /// The module's path; empty if its go.mod file gives none.
    pub fn path(&self) -> &str {
        self.go_mod.module.as_deref().unwrap_or_default()
    }

    /// The version of the language.
    pub fn go_version(&self) -> GoVersion {
        self.go_mod.go.unwrap_or(GoVersion::WITHOUT_DIRECTIVE)
    }

    /// The import path of the package in the directory `relative` to the module. The packages of the standard library
    /// go by their directories alone.
    pub(crate) fn import_path(&self, relative: &str) -> String {
        match self.path() {
            "std" if !relative.is_empty() => relative.to_owned(),
            path => crate::walk::slash(path, relative),
        }
    }

    /// Where in the module a package is, if it can be there. The reverse of `import_path`.
    pub fn relative<'p>(&self, import_path: &'p str) -> Option<&'p str> {
        match self.path() {
            "" => None,
            "std" => Some(import_path),
            path => {
                let rest = import_path.strip_prefix(path)?;
                if rest.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
            }
        }
    }
}

/// A go.work file and where it is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Workspace {
    pub(crate) dir: PathBuf,
    pub(crate) go_work: GoWork,
}

impl Workspace {
    /// The directories of its modules.
    pub(crate) fn module_dirs(&self) -> impl Iterator<Item = PathBuf> + '_ {
        self.go_work.uses.iter().map(|dir| clean(&self.dir, Path::new(dir)))
    }
}

/// The modules of a project while it is being loaded.
pub(crate) struct Modules<'a> {
    pub(crate) files: &'a dyn Files,
    /// A file to be read in place of the go.mod file in this directory.
    pub(crate) modfile: Option<(PathBuf, PathBuf)>,
    /// Whether what is wrong with a go.mod file does not matter.
    pub(crate) lenient: bool,
    pub(crate) list: Vec<Module>,
}

impl Modules<'_> {
    /// The module that a directory belongs to: that of the nearest go.mod file.
    pub(crate) fn of_dir(&mut self, dir: &Path) -> Result<Option<ModuleId>, LoadError> {
        match find_up(self.files, dir, "go.mod").map(|dir| self.add(dir, false)).transpose() {
            Err(_) if self.lenient => Ok(None),
            module => module,
        }
    }

    /// Reads a module, if it is not yet there.
    pub(crate) fn add(&mut self, dir: PathBuf, main: bool) -> Result<ModuleId, LoadError> {
        if let Some(index) = self.list.iter().position(|module| module.dir == dir) {
            self.list[index].main |= main;
            return Ok(ModuleId(index as u32));
        }
        let instead = self.modfile.as_ref().filter(|(of, _)| *of == dir).map(|(_, modfile)| modfile.clone());
        let path = instead.unwrap_or_else(|| dir.join("go.mod"));
        let go_mod = GoMod::parse(&read_text(self.files, &path)?);
        if !self.lenient {
            check(&path, &go_mod.problems)?;
        }
        self.list.push(Module { dir, go_mod, main });
        Ok(ModuleId(self.list.len() as u32 - 1))
    }
}

/// The nearest workspace around a directory. None: there is none, or the module of the directory is not part of it.
pub(crate) fn workspace_of(files: &dyn Files, dir: &Path) -> Result<Option<Workspace>, LoadError> {
    let Some(work_dir) = find_up(files, dir, "go.work") else { return Ok(None) };
    let path = work_dir.join("go.work");
    let workspace = Workspace { go_work: GoWork::parse(&read_text(files, &path)?), dir: work_dir };
    check(&path, &workspace.go_work.problems)?;
    let module_dir = find_up(files, dir, "go.mod").filter(|module| module.starts_with(&workspace.dir));
    let is_part = module_dir.is_none_or(|module| workspace.module_dirs().any(|used| used == module));
    Ok(is_part.then_some(workspace))
}

/// The nearest directory, from `dir` upwards, that has a file `name`.
pub(crate) fn find_up(files: &dyn Files, dir: &Path, name: &str) -> Option<PathBuf> {
    let has_file = |dir: &&Path| matches!(files.kind(&dir.join(name)), Some(FileKind::File | FileKind::Symlink));
    dir.ancestors().find(has_file).map(Path::to_owned)
}

pub(crate) fn read_text(files: &dyn Files, path: &Path) -> Result<String, FileError> {
    files.read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

fn check(path: &Path, problems: &[ModProblem]) -> Result<(), LoadError> {
    match problems.first() {
        Some(problem) => Err(LoadError::Module { path: path.to_owned(), problem: problem.clone() }),
        None => Ok(()),
    }
}
