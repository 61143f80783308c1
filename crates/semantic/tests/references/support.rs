//! Workspaces in memory, whose comments say what refers to what.

use std::{collections::BTreeMap, sync::Arc};

use gofix_project::{LoadOptions, MemoryFiles, Project};
use gofix_semantic::{Def, Gap, Typing, Workspace};
use gofix_syntax::{FileId, Kind, Node, SourceFile};

/// A workspace of files with these paths below `/`; the module is called `m`, if there is no other go.mod.
pub(crate) fn workspace(files: &[(&str, &str)]) -> Workspace {
    let go_mod = ("go.mod", "module m\n\ngo 1.27\n");
    let own = files.iter().any(|it| it.0 == "go.mod");
    let files = files.iter().chain(Some(&go_mod).filter(|_| !own)).map(|(path, text)| (path, text.as_bytes()));
    let mut options = LoadOptions::default();
    (options.config.goos, options.config.goarch) = ("linux".to_owned(), "amd64".to_owned());
    let project = Project::load(Arc::new(MemoryFiles::new(files)), &options).expect("a project");
    Workspace::new(Arc::new(project))
}

/// The identifiers that a comment such as `/*a*/` or `/*=a*/` follows, with what it says.
fn marked(file: &SourceFile) -> Vec<(Node<'_>, &str)> {
    let idents: BTreeMap<u32, Node<'_>> =
        file.nodes().filter(|it| it.kind() == Kind::Ident).map(|it| (it.end(), it)).collect();
    let marks = file.comments().iter().filter_map(|it| {
        let mark = file.text()[it.to_usize()].strip_prefix("/*")?.strip_suffix("*/")?;
        Some((*idents.get(&it.start)?, mark))
    });
    marks.collect()
}

/// What `x/*=a*/` declares.
pub(crate) fn definition<'a>(ws: &'a Workspace, mark: &str) -> Def<'a> {
    let ids = (0..ws.project().files().len() as u32).map(FileId);
    let mut all = ids.filter_map(|it| ws.file(it)).flat_map(marked);
    let wanted = |it: &str| it.split(' ').any(|it| it.strip_prefix('=') == Some(mark));
    let ident = all.find(|it| wanted(it.1)).expect("a declaration").0;
    let embedded = Def::embedded_field(ident);
    embedded.or_else(|| ws.resolve(ident).def()).expect("a definition")
}

/// Checks the marks: `x/*=a*/` declares, and all of its references are marked `x/*a*/`. Several marks are separated by
/// blanks. After the name of a mark that declares, `?` says that references may be missing.
#[track_caller]
pub(crate) fn check(files: &[(&str, &str)]) {
    let ws = workspace(files);
    let ids: Vec<FileId> = (0..ws.project().files().len() as u32).map(FileId).collect();
    let (mut defs, mut sites) = (Vec::new(), BTreeMap::<&str, Vec<Node<'_>>>::new());
    for (ident, marks) in ids.iter().filter_map(|it| ws.file(*it)).flat_map(marked) {
        for mark in marks.split(' ') {
            match mark.strip_prefix('=') {
                Some(name) => {
                    let def = Def::embedded_field(ident).or_else(|| ws.resolve(ident).def());
                    defs.push((name.trim_end_matches('?'), def.expect("a definition"), !name.ends_with('?')));
                }
                None => sites.entry(mark).or_default().push(ident),
            }
        }
    }
    assert!(!defs.is_empty(), "nothing is marked");
    let typing = Typing::new(&ws);
    let wanted: Vec<Def<'_>> = defs.iter().map(|it| it.1).collect();
    for ((name, def, complete), parallel) in defs.iter().zip(ws.references_of(&wanted)) {
        let found = typing.references(*def);
        let expected = sites.remove(name).unwrap_or_default();
        assert_eq!(places(&ws, &found.sites), places(&ws, &expected), "{name}");
        assert_eq!(found.is_complete(), *complete, "{name}: {:?}", found.gaps);
        assert_eq!((found.sites, found.gaps), (parallel.sites, parallel.gaps), "{name} on all threads");
    }
    assert!(sites.is_empty(), "never declared: {sites:?}");
}

/// Where nodes are: file, line and column.
pub(crate) fn places(ws: &Workspace, nodes: &[Node<'_>]) -> Vec<String> {
    let place = |it: &Node<'_>| {
        let (line, col) = it.file().line_col(it.start());
        format!("{}:{line}:{col}", ws.project().file(it.file().id()).path)
    };
    nodes.iter().map(place).collect()
}

/// The gaps in the references of what `x/*=a*/` declares.
pub(crate) fn gaps(files: &[(&str, &str)]) -> Vec<String> {
    let ws = workspace(files);
    let found = Typing::new(&ws).references(definition(&ws, "a"));
    let path = |it: FileId| ws.project().file(it).path.clone();
    let dir = |it: gofix_project::DirId| ws.project().dir(it).path.clone();
    let all = found.gaps.iter().map(|it| match *it {
        Gap::Unsure(node) => format!("unsure {}", places(&ws, &[node])[0]),
        Gap::Unread(file) => format!("unread {}", path(file)),
        Gap::Broken(file) => format!("broken {}", path(file)),
        Gap::Foreign(it) => format!("foreign {}", dir(it)),
        Gap::LeftOut(path) => format!("left out {path}"),
        Gap::Linkname(file) => format!("linkname {}", path(file)),
        Gap::Assembly(it) => format!("assembly {}", dir(it)),
        Gap::Cgo(file) => format!("cgo {}", path(file)),
        Gap::Variant(node) => format!("variant {}", places(&ws, &[node])[0]),
        Gap::Varies(node) => format!("varies {}", places(&ws, &[node])[0]),
    });
    all.collect()
}
