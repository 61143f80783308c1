//! Packages: the files of a directory that share a package clause, and what they declare together.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use gofix_project::DirId;
use gofix_syntax::{
    FileId, Node, NodeId, SourceFile,
    ast::{AstNode, FuncDecl},
};

use crate::{Def, Tri, Workspace, flow::walk::stmts, outline::Outline, words::mentions};

/// Which package of a snapshot.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct PackageId {
    pub(crate) dir: DirId,
    pub(crate) index: u32,
}

/// A package: files of one directory with the same package clause, whatever their build constraints.
#[derive(Copy, Clone)]
pub struct Package<'a> {
    ws: &'a Workspace,
    id: PackageId,
    data: &'a PackageData,
}

impl<'a> Package<'a> {
    pub(crate) fn new(ws: &'a Workspace, id: PackageId, data: &'a PackageData) -> Package<'a> {
        Package { ws, id, data }
    }

    /// Its id in the snapshot.
    pub fn id(self) -> PackageId {
        self.id
    }

    /// The name in the package clauses; empty if they could not be read.
    pub fn name(self) -> &'a str {
        &self.data.name
    }

    /// Its files, in order of their names.
    pub fn files(self) -> &'a [FileId] {
        &self.data.files
    }

    /// Its directory.
    pub fn dir(self) -> DirId {
        self.id.dir
    }

    /// The path that imports it, with `_test` behind it for external tests, which nothing imports. None outside any
    /// module.
    pub fn import_path(self) -> Option<String> {
        let path = self.ws.project().import_path(self.dir())?;
        Some(if self.is_external_test() { path + "_test" } else { path })
    }

    /// Whether it holds the external tests of a package: `package p_test` in files called `_test.go`.
    pub fn is_external_test(self) -> bool {
        self.name().ends_with("_test") && self.files().iter().all(|&it| self.ws.project().file(it).is_test())
    }

    /// Whether it is a program, of which nothing else can call the functions: a package `main` whose function `main` does
    /// something. That of a plugin (`go build -buildmode=plugin`) does nothing.
    pub fn is_program(self) -> bool {
        let is_busy = |it: &Def<'a>| {
            let body = FuncDecl::cast(it.node()).and_then(FuncDecl::body);
            body.is_some_and(|it| stmts(it).next().is_some())
        };
        self.name() == "main" && self.declarations("main").0.iter().any(is_busy)
    }

    /// What the package block declares as `name`: in every file, whatever its build constraints, so there may be
    /// several declarations, of which a build uses one. The answer is [`Tri::Unknown`] where declarations that are
    /// broken, or files that cannot be read, may declare it too.
    pub fn declarations(self, name: &str) -> (Vec<Def<'a>>, Tri) {
        let found = self.lookup(name);
        let defs: Vec<_> = found.idents.iter().filter_map(|it| self.ident(*it)).filter_map(Def::of).collect();
        let known = match defs.is_empty() {
            _ if found.unsure => Tri::Unknown,
            empty => Tri::from(!empty),
        };
        (defs, known)
    }

    pub(crate) fn ident(self, (file, node): (FileId, NodeId)) -> Option<Node<'a>> {
        let file = self.ws.file(file)?;
        (node.index() < file.node_count()).then(|| file.node(node))
    }

    pub(crate) fn lookup(self, name: &str) -> Arc<Declared> {
        let lookups = &self.data.lookups;
        // A panic elsewhere while the lock is held cannot leave the map half changed.
        if let Some(found) = lookups.lock().unwrap_or_else(PoisonError::into_inner).get(name) {
            return Arc::clone(found);
        }
        let unsure = self.unusable_mention(name) || self.stray_mention(name);
        let mut found = Declared { unsure, ..Declared::default() };
        for &id in self.files() {
            self.lookup_in(id, name, &mut found);
        }
        let found = Arc::new(found);
        lookups.lock().unwrap_or_else(PoisonError::into_inner).insert(name.into(), Arc::clone(&found));
        found
    }

    /// Whether a Go file of the directory that is none of the project's, such as a symbolic link, may declare `name`.
    fn unusable_mention(self, name: &str) -> bool {
        let project = self.ws.project();
        let dir = project.dir(self.dir());
        let may_declare = |file: &String| {
            let text = project.source().read(&project.root().join(&dir.path).join(file));
            text.map_or(true, |it| mentions(&it, name))
        };
        dir.unusable.iter().any(may_declare)
    }

    /// Whether a file of the directory whose package clause cannot be read, and which may so be of this package, may
    /// declare `name`.
    fn stray_mention(self, name: &str) -> bool {
        let others = self.ws.packages_in(self.dir()).iter().filter(|it| !std::ptr::eq(*it, self.data));
        let may_declare = |id: &FileId| self.ws.read_bytes(*id).map_or(true, |it| mentions(&it, name));
        others.filter(|it| it.name.is_empty()).flat_map(|it| it.files.iter()).any(may_declare)
    }

    /// Looks for declarations of `name` in one file. A file in which the word does not occur is not parsed, and one
    /// that does not declare it is not kept.
    fn lookup_in(self, id: FileId, name: &str, found: &mut Declared) {
        let slot = self.ws.slot(id);
        if let (Some(outline), None) = (slot.outline.get(), slot.source.get())
            && outline.is_clean()
            && !outline.may_declare(name)
        {
            return found.mentioned.push(id);
        }
        let kept = slot.text.get().map(|it| it.as_deref());
        let read = if kept.is_none() { Some(self.ws.read_bytes(id)) } else { None };
        let bytes = match (&kept, &read) {
            (Some(Ok(text)), _) => text.as_bytes(),
            (_, Some(Ok(bytes))) => bytes,
            // Not UTF-8, or not to be read: what it declares cannot be told.
            _ => return found.unsure = true,
        };
        if !mentions(bytes, name) {
            return;
        }
        found.mentioned.push(id);
        let Ok(text) = std::str::from_utf8(bytes) else { return found.unsure = true };
        let outline = match slot.source.get() {
            Some(Some(file)) => slot.outline(file),
            _ => slot.outline.get_or_init(|| Arc::new(Outline::of(&SourceFile::parse_as(id, text)))),
        };
        found.unsure |= outline.broken_mentions(text, name);
        if outline.may_declare(name) {
            match self.ws.file(id) {
                Some(file) => found.idents.extend(outline.declarations(file, name).map(|it| (id, it.id()))),
                None => found.unsure = true,
            }
        }
    }
}

impl PartialEq for Package<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.ws, other.ws) && self.id == other.id
    }
}

impl Eq for Package<'_> {}

impl std::fmt::Debug for Package<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Package({}, {:?})", self.name(), self.files())
    }
}

/// A package as it is kept.
pub(crate) struct PackageData {
    pub(crate) name: Box<str>,
    pub(crate) files: Box<[FileId]>,
    lookups: Mutex<HashMap<Box<str>, Arc<Declared>>>,
}

/// Where the package block declares a name.
#[derive(Default)]
pub(crate) struct Declared {
    /// The declaring identifiers, in order of file and text.
    pub(crate) idents: Vec<(FileId, NodeId)>,
    /// Files in which the word may occur. In others it does not.
    pub(crate) mentioned: Vec<FileId>,
    /// Whether there may be others.
    pub(crate) unsure: bool,
}

impl Declared {
    /// Whether the package block certainly lacks the name.
    pub(crate) fn is_absent(&self) -> bool {
        self.idents.is_empty() && !self.unsure
    }
}

/// Groups the files of a directory by package clause.
pub(crate) fn group(ws: &Workspace, files: impl IntoIterator<Item = FileId>) -> Vec<PackageData> {
    let mut packages = BTreeMap::<String, Vec<FileId>>::new();
    for id in files {
        packages.entry(ws.package_name(id)).or_default().push(id);
    }
    let data = |(name, files): (String, Vec<_>)| PackageData {
        name: name.into(),
        files: files.into(),
        lookups: Mutex::default(),
    };
    packages.into_iter().map(data).collect()
}
