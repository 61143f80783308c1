//! The workspace: an immutable snapshot of a project's files.

use std::{
    any::{Any, TypeId},
    collections::{BTreeMap, BTreeSet, HashMap},
    path::PathBuf,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use gofix_project::{DirId, FileConstraints, Project};
use gofix_syntax::{FileId, SourceFile, ast, ast::AstNode, header};

use crate::{
    ErrorFlow,
    import::{Import, ImportData, LocalPaths, imports_of},
    names::FileNames,
    package::{Package, PackageData, PackageId, group},
    slot::{Slot, TextError, decode},
    types::deps::DepFiles,
};

/// A snapshot of the files of a project. It never changes: [`Workspace::with_texts`] makes the next one, which shares
/// whatever is the same.
///
/// Nothing is read or parsed before it is asked for. All methods may be called from several threads at once; what one
/// thread finds out, the others do not find out again. Nodes that are passed in must come from this snapshot (nodes of
/// files that it shares with another one do); of others nothing is known.
pub struct Workspace {
    project: Arc<Project>,
    local_paths: Arc<LocalPaths>,
    /// By file.
    slots: Vec<Arc<Slot>>,
    /// By directory: its packages, in order of their names.
    dirs: Vec<Arc<OnceLock<Vec<PackageData>>>>,
    /// Files of other packages, which no snapshot changes.
    deps: Arc<DepFiles>,
    error_flow: OnceLock<ErrorFlow>,
    /// What others keep of this snapshot, by type.
    kept: Mutex<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>,
}

impl Workspace {
    /// The files of `project` as they are. Nothing is read yet.
    pub fn new(project: Arc<Project>) -> Workspace {
        let local_paths = Arc::new(LocalPaths::new(project.modules().iter().map(|it| it.path())));
        let slots = project.files().iter().map(|_| Arc::default()).collect();
        let dirs = project.dirs().iter().map(|_| Arc::default()).collect();
        Workspace {
            project,
            local_paths,
            slots,
            dirs,
            deps: Arc::default(),
            error_flow: OnceLock::new(),
            kept: Mutex::default(),
        }
    }

    /// The snapshot in which the files of `changed` have other texts. They are parsed anew when asked for, and what is
    /// known of their packages is forgotten; all else is shared.
    pub fn with_texts(&self, changed: BTreeMap<FileId, Arc<str>>) -> Workspace {
        let mut next = Workspace {
            project: Arc::clone(&self.project),
            local_paths: Arc::clone(&self.local_paths),
            slots: self.slots.clone(),
            dirs: self.dirs.clone(),
            deps: Arc::clone(&self.deps),
            error_flow: OnceLock::new(),
            kept: Mutex::default(),
        };
        let dirs: BTreeSet<_> = changed.keys().map(|&it| self.dir_of(it)).collect();
        for dir in dirs {
            next.dirs[dir.0 as usize] = Arc::default();
        }
        let mut renamed = false;
        for (id, text) in changed {
            renamed |= self.package_name(id) != clause(&text);
            next.slots[id.0 as usize] = Arc::new(Slot::with_text(text));
        }
        if renamed {
            next.slots.iter_mut().for_each(|it| *it = Arc::new(it.alone()));
        }
        next
    }

    /// The project that the files belong to.
    pub fn project(&self) -> &Project {
        &self.project
    }

    /// The text of a file, read if it was not yet, and then kept.
    ///
    /// # Errors
    /// The file cannot be read or is not UTF-8. A file is read once; the error stays.
    pub fn text(&self, id: FileId) -> Result<&Arc<str>, &TextError> {
        self.slot(id).text.get_or_init(|| self.read(id)).as_ref()
    }

    /// Hands over the text of a file, as it was read elsewhere. Without effect if the workspace has one already.
    ///
    /// # Errors
    /// The bytes are not UTF-8; the workspace then has no text for the file.
    pub fn preload(&self, id: FileId, bytes: Vec<u8>) -> Result<(), &TextError> {
        self.slot(id).text.get_or_init(|| decode(bytes)).as_ref().map(|_| ())
    }

    /// A file, read and parsed if it was not yet. None if it has no text; see [`Workspace::text`].
    pub fn file(&self, id: FileId) -> Option<&SourceFile> {
        self.slot(id).source(id, || self.read(id))
    }

    /// The package that a file belongs to: the files of its directory with the same package clause, whatever their
    /// build constraints. Tests inside a package belong to it, external ones (`package p_test`) are a package of their
    /// own. Files without a readable package clause form a package without a name.
    pub fn package_of(&self, id: FileId) -> Package<'_> {
        let dir = self.dir_of(id);
        let packages = self.packages_in(dir);
        let index = packages.iter().position(|it| it.files.binary_search(&id).is_ok()).unwrap_or_default();
        Package::new(self, PackageId { dir, index: index as u32 }, &packages[index])
    }

    /// The package with that id, which must come from this snapshot.
    pub fn package(&self, id: PackageId) -> Package<'_> {
        Package::new(self, id, &self.packages_in(id.dir)[id.index as usize])
    }

    /// The imports of a file in order of the text, none for a file without a text.
    pub fn imports<'a>(&'a self, id: FileId) -> impl Iterator<Item = Import<'a>> + use<'a> {
        let file = self.file(id);
        let kept = file.map_or(&[][..], |it| self.import_data(it));
        kept.iter().zip(file.into_iter().cycle()).map(|(it, file)| {
            let spec = file.node(it.spec);
            let path = ast::ImportSpec::cast(spec).map_or("", |it| it.import_path());
            Import { spec, path, name: &it.name, how: it.how }
        })
    }

    /// The path of a file outside the project, which types led to; below `$std` for what is built in. Its text has no bodies
    /// of functions, so places in it are not those of the file itself.
    pub fn outside_path(&self, id: FileId) -> Option<PathBuf> {
        self.deps.path_of(id)
    }

    /// What somebody else found out of this snapshot and keeps with it, one value of each type: made by the first who
    /// asks, and gone with the snapshot. It must follow from the snapshot alone.
    pub fn kept<T: Send + Sync + 'static>(&self, make: impl FnOnce(&Workspace) -> T) -> Arc<T> {
        let cell = {
            let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            let made = || -> Arc<dyn Any + Send + Sync> { Arc::new(OnceLock::<Arc<T>>::new()) };
            Arc::clone(kept.entry(TypeId::of::<T>()).or_insert_with(made))
        };
        match cell.downcast_ref::<OnceLock<Arc<T>>>() {
            Some(cell) => Arc::clone(cell.get_or_init(|| Arc::new(make(self)))),
            None => Arc::new(make(self)),
        }
    }

    // What the other modules build on

    pub(crate) fn slot(&self, id: FileId) -> &Slot {
        &self.slots[id.0 as usize]
    }

    pub(crate) fn deps(&self) -> &DepFiles {
        &self.deps
    }

    pub(crate) fn error_flow_cell(&self) -> &OnceLock<ErrorFlow> {
        &self.error_flow
    }

    /// Whether an import path is one of the standard library's: it starts as they do, and belongs to no module at hand.
    pub fn is_std(&self, path: &str) -> bool {
        self.local_paths.is_std(path)
    }

    pub(crate) fn local_paths(&self) -> &LocalPaths {
        &self.local_paths
    }

    fn dir_of(&self, id: FileId) -> DirId {
        self.project.file(id).dir
    }

    pub(crate) fn packages_in(&self, dir: DirId) -> &[PackageData] {
        self.dirs[dir.0 as usize].get_or_init(|| group(self, self.project.dir(dir).file_ids()))
    }

    /// The bytes of a file, not kept.
    pub(crate) fn read_bytes(&self, id: FileId) -> Result<Vec<u8>, TextError> {
        self.project.read(id).map_err(TextError::File)
    }

    fn read(&self, id: FileId) -> Result<Arc<str>, TextError> {
        decode(self.read_bytes(id)?)
    }

    /// The name in a file's package clause; empty if there is none.
    pub(crate) fn package_name(&self, id: FileId) -> String {
        match self.slot(id).text.get() {
            Some(Ok(text)) => clause(text),
            _ => self.read_bytes(id).map_or(String::new(), |it| clause(&String::from_utf8_lossy(&it))),
        }
    }

    /// Whether nodes of `file` are nodes of this snapshot.
    pub(crate) fn owns(&self, file: &SourceFile) -> bool {
        let slot = self.slots.get(file.id().0 as usize);
        let own = slot.and_then(|it| it.source.get()).and_then(|it| it.as_deref());
        own.is_some_and(|it| std::ptr::eq(it, file))
    }

    /// The names of `file`, which must be of this snapshot.
    pub(crate) fn names(&self, file: &SourceFile) -> &FileNames {
        self.slot(file.id()).names(file)
    }

    /// The imports of `file`, which must be of this snapshot.
    pub(crate) fn import_data(&self, file: &SourceFile) -> &[ImportData] {
        let find = |path: &str| self.find_package_name(file.id(), path);
        self.slot(file.id()).imports.get_or_init(|| imports_of(file, &self.local_paths, find).into())
    }

    /// The name of the package that `path` imports in a file, if its sources are found.
    fn find_package_name(&self, from: FileId, path: &str) -> Option<String> {
        let dir = self.project.resolve_import(self.dir_of(from), path)?;
        let name_in = |name: &str, bytes: &[u8]| self.built_name(name, &String::from_utf8_lossy(bytes));
        match self.project.find_dir(&dir) {
            Some(dir) => self.project.dir(dir).file_ids().find_map(|id| {
                let name = self.project.file(id).name();
                match self.slot(id).text.get() {
                    Some(Ok(text)) => name_in(name, text.as_bytes()),
                    _ => name_in(name, &self.read_bytes(id).ok()?),
                }
            }),
            None => self.project.list_package(&dir).ok()?.iter().find_map(|path| {
                let name = path.file_name()?.to_str()?;
                name_in(name, &self.project.source().read(path).ok()?)
            }),
        }
    }

    /// The name in the package clause of a file, if the file belongs to the importable package of its directory.
    fn built_name(&self, name: &str, text: &str) -> Option<String> {
        let header = header::read(text);
        let built = !name.ends_with("_test.go") && FileConstraints::new(name, &header).matches(self.project.config());
        header.package.filter(|it| built && it.name != "documentation").map(|it| it.name.to_owned())
    }
}

/// The name in the package clause of a text; empty if there is none.
fn clause(text: &str) -> String {
    header::read(text).package.map_or(String::new(), |it| it.name.to_owned())
}

impl std::fmt::Debug for Workspace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Workspace({} files)", self.slots.len())
    }
}
