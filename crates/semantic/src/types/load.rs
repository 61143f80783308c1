//! From import paths to packages and their files.

use std::rc::Rc;

use gofix_project::{Config, DirId, FileConstraints};
use gofix_syntax::{FileId, header};

use super::{
    db::{Db, FileData, FileIx, ImportEntry, PKG_C, PKG_UNSAFE, PkgData, Place, RootFile, State},
    name::Sym,
    std_index::std_package,
    ty::{FxMap, Pkg},
};
use crate::import::{guess_name, specs};

/// What the name in front of a selector can mean among the imports of a file.
pub(super) enum Imported {
    Package(Pkg),
    /// An import whose name cannot be told may have it.
    Unknown,
    None,
}

impl<'w> Db<'w> {
    pub(super) fn new_pkg(&mut self, path: &str, name: Sym, place: Place<'w>, from: DirId) -> Pkg {
        let pkg = Pkg(self.pkgs.len() as u32);
        self.pkgs.push(PkgData {
            path: path.into(),
            name,
            place,
            from,
            goroot: false,
            tested: pkg,
            scope_state: State::New,
            scope: FxMap::default(),
            outside: Vec::new(),
            asked: FxMap::default(),
            asked_methods: FxMap::default(),
            test_scope: FxMap::default(),
            methods: FxMap::default(),
            has_test_methods: false,
            doubles: FxMap::default(),
            broken: Vec::new(),
            incomplete: false,
        });
        pkg
    }

    /// The packages in a directory of the project: one for each package clause that files of this configuration have.
    pub(super) fn root_packages(&mut self, dir: DirId) -> Vec<Pkg> {
        if let Some(found) = self.root_dirs.get(&dir) {
            return found.clone();
        }
        let ws = self.ws;
        let project = ws.project();
        let mut groups: Vec<(Sym, Vec<RootFile>)> = Vec::new();
        let mut incomplete = false;
        for id in project.dir(dir).file_ids() {
            let Ok(text) = ws.text(id) else {
                incomplete = true;
                continue;
            };
            let entry = project.file(id);
            let top = header::read(text);
            let name = top.package.map_or("", |it| it.name);
            if name.is_empty() {
                incomplete = true;
            }
            if !builds(entry.name(), &top, &self.config) {
                continue;
            }
            let name = self.sym(name);
            let file = RootFile { id, test: entry.is_test() };
            match groups.iter_mut().find(|it| it.0 == name) {
                Some(group) => group.1.push(file),
                None => groups.push((name, vec![file])),
            }
        }
        let links = self.linked_files(dir);
        incomplete |= links.is_none();
        let links = links.unwrap_or_default();
        let path = self.root_path(dir);
        let goroot =
            project.goroot_src().is_some_and(|src| project.root().join(&project.dir(dir).path).starts_with(src));
        let mut pkgs = Vec::new();
        for (name, files) in groups {
            let clause = self.names.text(name).to_owned();
            let external = clause.ends_with("_test") && files.iter().all(|it| it.test);
            let path = if external { format!("{path}_test") } else { path.clone() };
            let of_package = links.iter().filter(|it| it.0.package() == clause).copied().collect();
            let pkg = self.new_pkg(&path, name, Place::Root(files, of_package), dir);
            self.pkg_mut(pkg).incomplete = incomplete;
            self.pkg_mut(pkg).goroot = goroot;
            self.root_pkgs.insert((dir, name), pkg);
            pkgs.push(pkg);
        }
        // External tests see what the tests inside the package declare.
        for &pkg in &pkgs {
            let clause = self.names.text(self.pkg(pkg).name).to_owned();
            let tested = clause.strip_suffix("_test").map(|it| self.sym(it));
            if let Some(tested) = tested.and_then(|it| self.root_pkgs.get(&(dir, it)).copied())
                && let Place::Root(files, _) = &self.pkg(pkg).place
                && files.iter().all(|it| it.test)
            {
                self.pkg_mut(pkg).tested = tested;
            }
        }
        self.root_dirs.insert(dir, pkgs.clone());
        pkgs
    }

    /// The files of a directory that are symbolic links, and whether each is a test. None if one cannot be read.
    fn linked_files(&self, dir: DirId) -> Option<Vec<(&'w super::deps::DepFile, bool)>> {
        let (ws, project) = (self.ws, self.ws.project());
        let entry = project.dir(dir);
        let base = project.root().join(&entry.path);
        let mut files = Vec::new();
        for name in &entry.unusable {
            let file = ws.deps().get(project, &base.join(name), None).filter(|it| it.is_readable())?;
            if file.matches(&self.config) {
                files.push((file, name.ends_with("_test.go")));
            }
        }
        Some(files)
    }

    fn root_path(&self, dir: DirId) -> String {
        let project = self.ws.project();
        let path = project.import_path(dir).unwrap_or_else(|| project.dir(dir).path.clone());
        let entry = project.dir(dir);
        let module = entry.module.map(|it| project.module(it).path());
        match module {
            Some("std") if entry.in_vendor() => format!("vendor/{path}"),
            Some("cmd") if entry.in_vendor() => format!("cmd/vendor/{path}"),
            _ => path,
        }
    }

    /// The package that an import in `pkg` leads to.
    pub(super) fn import(&mut self, pkg: Pkg, path: &str) -> Pkg {
        match path {
            "unsafe" => return PKG_UNSAFE,
            "C" => return PKG_C,
            _ => {}
        }
        let from = self.pkg(pkg).from;
        let goroot = self.pkg(pkg).goroot;
        let context = self.context(from);
        let key = (context, goroot, Box::from(path));
        if let Some(&found) = self.imported.get(&key) {
            return found;
        }
        let found = self.find_package(from, context, goroot, path);
        self.imported.insert(key, found);
        found
    }

    /// Imports lead to the same packages from all main modules.
    fn context(&self, from: DirId) -> u32 {
        let project = self.ws.project();
        match project.dir(from).module {
            Some(module) if !project.module(module).main => module.0 + 1,
            _ => 0,
        }
    }

    fn find_package(&mut self, from: DirId, context: u32, goroot: bool, path: &str) -> Pkg {
        let ws = self.ws;
        let project = ws.project();
        let src = project.goroot_src();
        let dir = match &src {
            Some(src) if goroot => {
                let vendored = src.join("vendor").join(path);
                let has_files = |dir: &std::path::PathBuf| {
                    project.find_dir(dir).is_some() || project.list_package(dir).is_ok_and(|it| !it.is_empty())
                };
                Some(vendored)
                    .filter(|_| path.contains('.'))
                    .filter(has_files)
                    .or_else(|| project.resolve_import(from, path))
            }
            _ => project.resolve_import(from, path),
        };
        let Some(dir) = dir else {
            return match std_package(path, &self.config) {
                Some(files) => self.std_index_package(from, path, files),
                None => self.new_pkg(path, Sym::NONE, Place::Missing, from),
            };
        };
        if let Some(root) = project.find_dir(&dir) {
            return self.importable(root, path);
        }
        let in_src = src.as_ref().and_then(|src| dir.strip_prefix(src).ok()).and_then(|it| it.to_str());
        // The standard library is the same for all.
        let context = if in_src.is_some() { 0 } else { context };
        if let Some(&found) = self.dep_pkgs.get(&(context, dir.clone())) {
            return found;
        }
        let pkg = self.new_pkg(in_src.unwrap_or(path), Sym::NONE, Place::Missing, from);
        self.pkg_mut(pkg).goroot = in_src.is_some();
        self.dep_pkgs.insert((context, dir.clone()), pkg);
        let Ok(paths) = project.list_package(&dir) else { return pkg };
        let mut files = Vec::with_capacity(paths.len());
        let none = header::Header::default();
        for path in paths {
            let name = path.file_name().and_then(|it| it.to_str()).unwrap_or_default();
            if name.ends_with("_test.go") || !FileConstraints::new(name, &none).matches(&self.config) {
                continue;
            }
            files.extend(ws.deps().get(project, &path, None));
        }
        self.set_files(pkg, files);
        pkg
    }

    fn std_index_package(&mut self, from: DirId, path: &str, texts: Vec<(Box<str>, std::sync::Arc<str>)>) -> Pkg {
        let ws = self.ws;
        let base = std::path::Path::new("$std").join(path);
        if let Some(&found) = self.dep_pkgs.get(&(0, base.clone())) {
            return found;
        }
        let pkg = self.new_pkg(path, Sym::NONE, Place::Missing, from);
        self.pkg_mut(pkg).goroot = true;
        self.dep_pkgs.insert((0, base.clone()), pkg);
        let files =
            texts.iter().filter_map(|(name, text)| ws.deps().get(ws.project(), &base.join(&**name), Some(text)));
        let files = files.collect();
        self.set_files(pkg, files);
        pkg
    }

    fn set_files(&mut self, pkg: Pkg, mut files: Vec<&'w super::deps::DepFile>) {
        let unreadable = files.iter().any(|it| !it.is_readable());
        files.retain(|it| it.is_readable() && it.matches(&self.config) && it.package() != "documentation");
        let name = files.first().map(|it| it.package().to_owned());
        let Some(name) = name else {
            return;
        };
        files.retain(|it| it.package() == name);
        let name = self.sym(&name);
        let data = self.pkg_mut(pkg);
        data.incomplete |= unreadable;
        data.name = name;
        data.place = Place::Files(files);
    }

    /// The package of a directory of the project that others import.
    fn importable(&mut self, dir: DirId, path: &str) -> Pkg {
        let pkgs = self.root_packages(dir);
        let has_code = |it: &&Pkg| match &self.pkg(**it).place {
            Place::Root(files, _) => files.iter().any(|it| !it.test),
            _ => false,
        };
        let found: Vec<Pkg> = pkgs.iter().filter(has_code).copied().collect();
        match found[..] {
            [only] => only,
            [] => self.new_pkg(path, Sym::NONE, Place::Missing, dir),
            // Of several, one is most likely a program that stands beside the package.
            [first, ..] => {
                let documentation = self.sym("documentation");
                let main = self.sym("main");
                let named = |name: Sym| name != documentation && name != main;
                found.iter().copied().find(|&it| named(self.pkg(it).name)).unwrap_or(first)
            }
        }
    }

    /// The file with that id, if it belongs to a package of this configuration.
    pub(super) fn file_ix(&mut self, id: FileId) -> Option<FileIx> {
        if let Some(&found) = self.file_ix.get(&id.0) {
            return Some(found);
        }
        let project = self.ws.project();
        if id.0 as usize >= project.files().len() {
            return None;
        }
        let dir = project.file(id).dir;
        let pkgs = self.root_packages(dir);
        let holds =
            |it: &&Pkg| matches!(&self.pkg(**it).place, Place::Root(files, _) if files.iter().any(|it| it.id == id));
        let pkg = *pkgs.iter().find(holds)?;
        self.scope_of(pkg);
        self.file_ix.get(&id.0).copied()
    }

    pub(super) fn add_file(&mut self, file: &'w gofix_syntax::SourceFile, pkg: Pkg, test: bool, root: bool) -> FileIx {
        let ix = FileIx(self.files.len() as u32);
        self.files.push(FileData { file, pkg, test, root, imports: None, tables: None });
        self.file_ix.insert(file.id().0, ix);
        ix
    }

    pub(super) fn imports_of(&mut self, file: FileIx) -> Rc<[ImportEntry]> {
        if let Some(imports) = &self.file(file).imports {
            return Rc::clone(imports);
        }
        let source = self.file(file).file;
        let mut imports = Vec::new();
        for spec in specs(source) {
            let name = spec.name().map(|it| it.text());
            if name == Some("_") {
                continue;
            }
            let path = spec.import_path();
            imports.push(ImportEntry {
                dot: name == Some("."),
                name: name.map(|it| self.sym(it)),
                guess: self.sym(guess_name(path)),
                path: path.into(),
            });
        }
        let imports: Rc<[ImportEntry]> = imports.into();
        self.files[file.0 as usize].imports = Some(Rc::clone(&imports));
        imports
    }

    /// What `name` means among the imports of a file.
    pub(super) fn find_import(&mut self, file: FileIx, name: Sym) -> Imported {
        let imports = self.imports_of(file);
        let pkg = self.file(file).pkg;
        if let Some(entry) = imports.iter().find(|it| it.name == Some(name)) {
            return Imported::Package(self.import(pkg, &entry.path));
        }
        let mut missing = None;
        let mut unsure = false;
        let unnamed = |it: &&ImportEntry| it.name.is_none();
        // The likely ones first, so that the others need not be looked at.
        let likely = imports.iter().filter(unnamed).filter(|it| it.guess == name);
        let others = imports.iter().filter(unnamed).filter(|it| it.guess != name);
        for entry in likely.chain(others) {
            let found = self.import(pkg, &entry.path);
            let real = self.pkg(found).name;
            if real == name {
                return Imported::Package(found);
            }
            if real == Sym::NONE {
                match entry.guess == name {
                    true => missing = missing.or(Some(found)),
                    false => unsure = true,
                }
            }
        }
        match missing {
            Some(found) => Imported::Package(found),
            None if unsure => Imported::Unknown,
            None => Imported::None,
        }
    }
}

/// Whether a file belongs to a build for `config`.
pub(super) fn builds(name: &str, top: &header::Header<'_>, config: &Config) -> bool {
    FileConstraints::new(name, top).matches(config) && (config.cgo || top.imports.iter().all(|it| it.path != "C"))
}
