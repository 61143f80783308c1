//! Workspaces in memory, and Go code that says in comments what its names mean.

use std::{collections::HashMap, sync::Arc};

use gofix_project::{LoadOptions, MemoryFiles, Project};
use gofix_semantic::{Res, Workspace};
use gofix_syntax::{FileId, Kind, Node, SourceFile};

/// A workspace of files with these paths below `/`.
pub(crate) fn workspace(files: &[(&str, &str)]) -> Workspace {
    let files = MemoryFiles::new(files.iter().map(|(path, text)| (path, text.as_bytes())));
    let project = Project::load(Arc::new(files), &LoadOptions::default()).expect("a project");
    Workspace::new(Arc::new(project))
}

/// A workspace of one file, and the file.
pub(crate) fn one(text: &str) -> (Workspace, FileId) {
    let ws = workspace(&[("p.go", text)]);
    let file = id(&ws, "p.go");
    (ws, file)
}

/// The id of a file.
pub(crate) fn id(ws: &Workspace, path: &str) -> FileId {
    ws.project().find_file(path).expect("a file")
}

/// The node that `wanted` holds for, in the order of the text the first.
pub(crate) fn find<'a>(ws: &'a Workspace, file: FileId, wanted: impl Fn(Node<'a>) -> bool) -> Node<'a> {
    ws.file(file).expect("a text").nodes().find(|it| wanted(*it)).expect("a node")
}

/// Checks the marks in the comments that follow identifiers directly: `x/*=a*/` declares, and later `x/*a*/` means that
/// declaration. `x/*universe*/` is predeclared, `x/*time*/` the package imported so, `x/*time.Tick*/` a name of it, and
/// `x/*?*/` is not known.
#[track_caller]
pub(crate) fn check(files: &[(&str, &str)]) {
    let ws = workspace(files);
    let mut declared = HashMap::new();
    let mut marks = Vec::new();
    for (path, _) in files.iter().filter(|it| it.0.ends_with(".go")) {
        for (ident, mark) in marked(ws.file(id(&ws, path)).expect("a text")) {
            match mark.strip_prefix('=') {
                Some(name) => assert!(declared.insert(name, ident).is_none(), "{name} is declared twice"),
                None => marks.push((*path, ident, mark)),
            }
        }
    }
    assert!(!declared.is_empty() || !marks.is_empty(), "nothing is marked");
    for (name, ident) in &declared {
        let def = ws.resolve(*ident).def();
        assert_eq!(def.map(|it| it.ident()), Some(*ident), "the declaration {name}");
    }
    for (path, ident, mark) in marks {
        let found = match ws.resolve(ident) {
            Res::Def(def) => {
                let name = declared.iter().find(|it| *it.1 == def.ident());
                name.map_or(format!("an unmarked declaration at {}", def.ident().start()), |it| it.0.to_string())
            }
            Res::Package { path, .. } => path.to_owned(),
            Res::Universe(name) => {
                assert_eq!(name, ident.text());
                "universe".to_owned()
            }
            Res::External { path, name } => format!("{path}.{name}"),
            Res::Unknown => "?".to_owned(),
        };
        assert_eq!(found, mark, "{} at {path}:{:?}", ident.text(), ident.file().line_col(ident.start()));
    }
}

/// Checks the declarations of one function body, in a file that imports `time`.
#[track_caller]
pub(crate) fn check_body(body: &str) {
    check(&[("p.go", &format!("package p\n\nimport \"time\"\n\nfunc f() {{\n{body}\n}}\n"))]);
}

fn marked(file: &SourceFile) -> Vec<(Node<'_>, &str)> {
    assert!(file.errors().is_empty() || file.text().contains("broken"), "{:?}", file.errors());
    let idents: HashMap<_, _> = file.nodes().filter(|it| it.kind() == Kind::Ident).map(|it| (it.end(), it)).collect();
    let comments = file.comments().iter().filter_map(|it| {
        let mark = file.text()[it.to_usize()].strip_prefix("/*")?.strip_suffix("*/")?;
        Some((*idents.get(&it.start)?, mark))
    });
    comments.collect()
}
