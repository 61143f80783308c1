//! Workspaces in memory, and Go code that says in comments what its types are.

use std::sync::Arc;

use gofix_project::{Config, LoadOptions, MemoryFiles, Project};
use gofix_semantic::{Types, Workspace};
use gofix_syntax::{FileId, Kind, Node, Role, ast::AstNode, ast::CallExpr};

/// A workspace of files with these paths below `/`; the module is called `m`, if there is no other go.mod.
pub(crate) fn workspace(files: &[(&str, &str)]) -> Workspace {
    let go_mod = ("go.mod", "module m\n\ngo 1.27\n");
    let own = files.iter().any(|it| it.0 == "go.mod");
    let files = files.iter().chain(Some(&go_mod).filter(|_| !own)).map(|(path, text)| (path, text.as_bytes()));
    let project = Project::load(Arc::new(MemoryFiles::new(files)), &LoadOptions::default()).expect("a project");
    Workspace::new(Arc::new(project))
}

/// Types for linux/amd64.
pub(crate) fn types(ws: &Workspace) -> Types<'_> {
    let config = Config { goos: "linux".to_owned(), goarch: "amd64".to_owned(), ..Config::default() };
    Types::new(ws, config)
}

/// The id of a file.
pub(crate) fn id(ws: &Workspace, path: &str) -> FileId {
    ws.project().find_file(path).expect("a file")
}

/// Checks a file `p.go`; see [`check_files`].
#[track_caller]
pub(crate) fn check(text: &str) {
    check_files(&[("p.go", text)]);
}

/// Checks the marks at the ends of lines. `//: T` is the type of the first value on the line (what is assigned, returned,
/// or is a statement by itself), `//> TARGET` what its first call calls, `//= V` the value of the first value. `?` is
/// unknown. Several marks can follow each other.
#[track_caller]
pub(crate) fn check_files(files: &[(&str, &str)]) {
    let ws = workspace(files);
    let types = types(&ws);
    let mut wrong = Vec::new();
    let mut marks = 0;
    for (path, text) in files.iter().filter(|it| it.0.ends_with(".go")) {
        let file = ws.file(id(&ws, path)).expect("a text");
        for (number, line) in text.lines().enumerate() {
            let on_line = |it: &Node<'_>| file.line(it.start()) as usize == number;
            for mark in line.split(" //").skip(1) {
                let Some((kind @ (":" | ">" | "="), expected)) = mark.split_at_checked(1) else { continue };
                let expected = expected.trim();
                let value = file.nodes().filter(on_line).find(|it| is_value(*it));
                let found = match kind {
                    ":" => value.and_then(|it| types.spell(types.type_of(it))),
                    "=" => value.and_then(|it| types.spell_value(types.type_of(it), &types.const_value(it)?)),
                    _ => {
                        let call = file.nodes().filter(on_line).find_map(CallExpr::cast);
                        call.and_then(|it| types.spell_callee(it))
                    }
                };
                let found = found.unwrap_or("?".to_owned());
                marks += 1;
                if found != expected {
                    wrong.push(format!("{path}:{}: {line}\n  found {found}", number + 1));
                }
            }
        }
    }
    assert!(marks > 0, "nothing is marked");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn is_value(node: Node<'_>) -> bool {
    match node.role() {
        Role::Rhs | Role::Values | Role::Results => node.kind().is_expr(),
        Role::X => node.parent().is_some_and(|it| it.kind() == Kind::ExprStmt),
        _ => false,
    }
}
