//! The interfaces of packages outside the project that its packages import, directly or not.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::Arc,
};

use gofix_project::DirId;
use gofix_syntax::{
    FileId, Kind, Node, Role, SourceFile,
    ast::{AstNode, TypeSpec},
    header,
};
use rayon::prelude::*;

use crate::{
    Workspace,
    required::{has_method, is_below_type_params},
    types::std_index::std_package,
    words::Words,
};

/// The files of the packages outside the project that some file of its own imports, directly or by way of others, and the
/// words in them. Tests of those packages are none of them.
pub(crate) struct OutsideInterfaces {
    files: Vec<OutsideFile>,
    missing: Vec<String>,
}

struct OutsideFile {
    /// The import path of its package.
    path: String,
    /// A file of the project in whose directory the path means that package.
    from: FileId,
    place: Place,
    words: Words,
}

enum Place {
    Disk(PathBuf),
    /// What is built in has declarations alone.
    BuiltIn(Arc<str>),
}

/// An interface outside the project that has a method of a name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Named {
    /// The import path of its package.
    pub(crate) path: String,
    /// A file of the project from which that path leads there.
    pub(crate) from: FileId,
    /// Its name; none if it has none, has type parameters or is declared in a function.
    pub(crate) name: Option<String>,
    /// Whether type parameters may be written in it.
    pub(crate) generic: bool,
}

/// The methods of the interfaces that bodies of functions of the standard library name, which the built-in declarations do
/// not show: name, parameters and results.
const IN_BODIES: &[(&str, usize, usize)] = &[
    ("AppendStackPointer", 2, 1),
    ("As", 1, 1),
    ("Bytes", 0, 1),
    ("CancelRequest", 1, 0),
    ("CloseIdleConnections", 0, 0),
    ("CloseWrite", 0, 1),
    ("ConnectionState", 0, 1),
    ("Deadline", 0, 2),
    ("EnableFullDuplex", 0, 1),
    ("Equal", 1, 1),
    ("FlushError", 0, 1),
    ("HandshakeContext", 1, 1),
    ("Is", 1, 1),
    ("IsHTTP2NoCachedConnError", 0, 0),
    ("MarshalBinary", 0, 2),
    ("Name", 0, 1),
    ("Ping", 1, 1),
    ("SetReadDeadline", 1, 1),
    ("SetWriteDeadline", 1, 1),
    ("Temporary", 0, 1),
    ("Timeout", 0, 1),
    ("UnmarshalBinary", 1, 1),
    ("Unwrap", 0, 1),
];

impl OutsideInterfaces {
    pub(crate) fn of(ws: &Workspace) -> Arc<OutsideInterfaces> {
        ws.kept(OutsideInterfaces::new)
    }

    /// The packages that were not found.
    pub(crate) fn missing(&self) -> &[String] {
        &self.missing
    }

    fn new(ws: &Workspace) -> OutsideInterfaces {
        let mut wanted: BTreeMap<(Option<u32>, String), FileId> = BTreeMap::new();
        for id in ws.own_files() {
            let module = ws.project().dir(ws.project().file(id).dir).module.map(|it| it.0);
            let Ok(text) = ws.text(id) else { continue };
            for import in header::read(text).imports {
                wanted.entry((module, import.path.to_string())).or_insert(id);
            }
        }
        let mut found = OutsideInterfaces { files: Vec::new(), missing: Vec::new() };
        let mut seen: BTreeSet<(Option<u32>, String)> = wanted.keys().cloned().collect();
        let mut seen_dirs: BTreeSet<PathBuf> = BTreeSet::new();
        let mut open: Vec<_> = wanted.into_iter().map(|((module, path), from)| (module, path, from)).collect();
        while !open.is_empty() {
            let mut next = Vec::new();
            let mut texts = Vec::new();
            for (module, path, from) in open {
                match places(ws, ws.project().file(from).dir, &path) {
                    Found::Own => {}
                    Found::Missing => found.missing.push(path),
                    Found::Dir(dir, _) if !seen_dirs.insert(dir.clone()) => {}
                    Found::Dir(_, files) | Found::BuiltIn(files) => {
                        texts.extend(files.into_iter().map(|it| (module, path.clone(), from, it)));
                    }
                }
            }
            let read: Vec<_> = texts.into_par_iter().filter_map(|it| read(ws, it)).collect();
            for (module, imports, file) in read {
                let new = imports.into_iter().filter(|it| seen.insert((module, it.clone())));
                next.extend(new.map(|it| (module, it, file.from)));
                found.files.push(file);
            }
            open = next;
        }
        found.missing.sort();
        found.missing.dedup();
        found
    }

    /// The interfaces in which a method of that name is written, with so many parameters and results.
    pub(crate) fn with_method(&self, ws: &Workspace, method: &str, arity: (usize, usize)) -> Vec<Named> {
        let mut found = Vec::new();
        for file in self.files.iter().filter(|it| it.words.may_have(method)) {
            let text = match &file.place {
                Place::BuiltIn(text) => text.to_string(),
                Place::Disk(path) => match ws.project().source().read(path).map(String::from_utf8) {
                    Ok(Ok(text)) => text,
                    _ => continue,
                },
            };
            let source = SourceFile::parse(text);
            let interfaces = source.nodes().filter(|it| it.kind() == Kind::InterfaceType);
            for interface in interfaces.filter(|it| has_method(*it, method, arity)) {
                let name = package_level_name(interface).map(str::to_owned);
                let generic = is_below_type_params(interface);
                found.push(Named { path: file.path.clone(), from: file.from, name, generic });
            }
        }
        let is_built_in = |it: &OutsideFile| matches!(it.place, Place::BuiltIn(_));
        if IN_BODIES.contains(&(method, arity.0, arity.1))
            && let Some(file) = self.files.iter().find(|it| is_built_in(it))
        {
            found.push(Named { path: file.path.clone(), from: file.from, name: None, generic: false });
        }
        found
    }
}

enum Found {
    Own,
    Missing,
    Dir(PathBuf, Vec<Place>),
    BuiltIn(Vec<Place>),
}

fn places(ws: &Workspace, from: DirId, path: &str) -> Found {
    if matches!(path, "C" | "unsafe") {
        return Found::Own;
    }
    let project = ws.project();
    let Some(dir) = project.resolve_import(from, path) else {
        let files = std_package(path, project.config());
        let place = |it: (Box<str>, Arc<str>)| Place::BuiltIn(it.1);
        return files.map_or(Found::Missing, |it| Found::BuiltIn(it.into_iter().map(place).collect()));
    };
    if project.find_dir(&dir).is_some_and(|it| !project.dir(it).in_vendor()) {
        return Found::Own;
    }
    let is_test = |it: &Path| it.to_string_lossy().ends_with("_test.go");
    match project.list_package(&dir) {
        Ok(files) => {
            let files = files.into_iter().filter(|it| !is_test(it)).map(Place::Disk).collect();
            Found::Dir(dir, files)
        }
        Err(_) => Found::Missing,
    }
}

type Read = (Option<u32>, Vec<String>, OutsideFile);

fn read(ws: &Workspace, (module, path, from, place): (Option<u32>, String, FileId, Place)) -> Option<Read> {
    let text = match &place {
        Place::BuiltIn(text) => text.to_string(),
        Place::Disk(path) => String::from_utf8(ws.project().source().read(path).ok()?).ok()?,
    };
    let imports = header::read(&text).imports.iter().map(|it| it.path.to_string()).collect();
    let words = Words::of(text.as_bytes());
    Some((module, imports, OutsideFile { path, from, place, words }))
}

/// The name of an interface that is all of a declaration at the package level, without type parameters.
fn package_level_name(interface: Node<'_>) -> Option<&str> {
    let spec = interface.parent().and_then(TypeSpec::cast).filter(|it| it.ty() == interface)?;
    let decl = spec.node().parent()?;
    let is_plain = spec.node().child(Role::TypeParams).is_none();
    (is_plain && decl.parent().is_some_and(|it| it.kind() == Kind::File)).then(|| spec.name().text())
}
