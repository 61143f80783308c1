//! Modules in memory, and what looks at the errors of their functions.

use std::sync::Arc;

use gofix_project::{LoadOptions, MemoryFiles, Project};
use gofix_semantic::{Workspace, error_flow::Consumer};
use gofix_syntax::{FileId, Kind, Node, Role};

/// A workspace of files with these paths below `/`; the module is called `m`.
pub(crate) fn workspace(files: &[(&str, &str)]) -> Workspace {
    let go_mod = ("go.mod", "module m\n\ngo 1.27\n");
    let own = files.iter().any(|it| it.0 == "go.mod");
    let files = files.iter().chain(Some(&go_mod).filter(|_| !own)).map(|(path, text)| (path, text.as_bytes()));
    let mut options = LoadOptions::default();
    (options.config.goos, options.config.goarch) = ("linux".to_owned(), "amd64".to_owned());
    let project = Project::load(Arc::new(MemoryFiles::new(files)), &options).expect("a project");
    Workspace::new(Arc::new(project))
}

/// The functions of that name, in all files.
pub(crate) fn funcs<'w>(ws: &'w Workspace, name: &str) -> Vec<Node<'w>> {
    let files = (0..ws.project().files().len() as u32).filter_map(|it| ws.file(FileId(it)));
    let is_named = |it: &Node<'w>| it.child(Role::Name).is_some_and(|it| it.text() == name);
    files.flat_map(|it| it.nodes()).filter(|it| it.kind() == Kind::FuncDecl && is_named(it)).collect()
}

/// What looks at the errors of the function `start`, each as `LOOK what at FILE:LINE via FUNCTIONS`, exported functions
/// aside.
pub(crate) fn found(ws: &Workspace) -> Vec<String> {
    let mut found = Vec::new();
    for func in funcs(ws, "start") {
        let consumers = ws.error_flow().consumers(func, 6).expect("a function of the flow");
        found.extend(consumers.iter().map(|it| tell(ws, it)).filter(|it| !it.contains("Exported")));
    }
    found.sort();
    found.dedup();
    found
}

fn tell(ws: &Workspace, it: &Consumer) -> String {
    let path = &ws.project().file(it.file).path;
    let mut told = format!("{:?} {} at {path}:{}", it.look, it.what, it.line);
    if !it.via.is_empty() {
        told += &format!(" via {}", it.via.join(", "));
    }
    told
}

/// Checks what looks at the errors of `start` in a file `p.go`, of which the package clause, `start` and `op` are given:
/// the line behind those is line 1.
#[track_caller]
pub(crate) fn check(text: &str, expected: &[&str]) {
    let head = "package p; func start() error { err := op(); return err }; func op() error { return nil }; ";
    let mut imports = String::new();
    let uses = |it: &str| {
        let mark = format!("{}.", it.rsplit('/').next().unwrap_or(it));
        text.match_indices(&mark).any(|at| !text[..at.0].ends_with(|it: char| it.is_alphanumeric()))
    };
    for path in [
        "bytes",
        "errors",
        "fmt",
        "io",
        "os",
        "reflect",
        "regexp",
        "strconv",
        "strings",
        "path/filepath",
        "sync/atomic",
        "context",
        "iter",
    ] {
        if uses(path) {
            imports += &format!("import \"{path}\"; ");
        }
    }
    let (package, rest) = head.split_at("package p; ".len());
    let whole = format!("{package}{imports}{rest}{text}");
    check_files(&[("p.go", &whole)], expected);
}

#[track_caller]
pub(crate) fn check_files(files: &[(&str, &str)], expected: &[&str]) {
    let ws = workspace(files);
    let mut expected: Vec<String> = expected.iter().map(|it| (*it).to_owned()).collect();
    expected.sort();
    assert_eq!(
        found(&ws),
        expected,
        "{}",
        files.iter().map(|it| format!("-- {} --\n{}", it.0, it.1)).collect::<String>()
    );
}

/// A consumer, with what it can still see in front.
pub(crate) fn found_by(ws: &Workspace, it: &Consumer) -> String {
    format!("{:?} {}", it.seen, tell(ws, it))
}
