//! Compares what identifiers denote with what go/types says: where we answer, the answers agree.
//!
//! By default some packages of the standard library are compared. `GOFIX_ORACLE_DIRS=ROOT[:ROOT...]` names module roots
//! (or `GOROOT/src`) of which all packages are, for three systems. `GOFIX_ORACLE_SHOW=CLASS` prints the identifiers of a
//! class that we do not know. `GOFIX_GO` is the `go` command to use if it is not the one on the path.

use std::{
    collections::{BTreeMap, HashMap},
    env,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Arc,
};

use gofix_project::{DiskFiles, LoadOptions, Project};
use gofix_semantic::{Res, Workspace};
use gofix_syntax::{FileId, Kind, Node, Role};

#[derive(Default)]
struct Tally {
    files: usize,
    same: usize,
    /// Identifiers that go/types knows and we do not, by what go/types says; those selected from something apart.
    unknown: BTreeMap<&'static str, usize>,
    contradictions: usize,
}

/// The `go` command, if it works.
fn go() -> Option<PathBuf> {
    let command = PathBuf::from(env::var_os("GOFIX_GO").unwrap_or("go".into()));
    let works = Command::new(&command).arg("version").output().is_ok_and(|it| it.status.success());
    works.then_some(command)
}

fn goroot(go: &Path) -> PathBuf {
    let output = Command::new(go).args(["env", "GOROOT"]).output().expect("go env");
    PathBuf::from(String::from_utf8_lossy(&output.stdout).trim())
}

/// All directories below `root` with Go files, other modules' aside.
fn package_dirs(root: &Path) -> Vec<PathBuf> {
    let mut dirs = Vec::new();
    let mut todo = vec![root.to_owned()];
    while let Some(dir) = todo.pop() {
        let Ok(entries) = dir.read_dir() else { continue };
        let mut has_go = false;
        for entry in entries.flatten() {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            match entry.file_type() {
                Ok(it) if it.is_dir() => {
                    let skipped = matches!(&*name, "testdata" | "vendor") || name.starts_with(['.', '_']);
                    if !skipped && !entry.path().join("go.mod").exists() {
                        todo.push(entry.path());
                    }
                }
                Ok(it) => has_go |= it.is_file() && name.ends_with(".go"),
                Err(_) => {}
            }
        }
        if has_go {
            dirs.push(dir);
        }
    }
    dirs.sort();
    dirs
}

fn open(root: &Path) -> (Workspace, HashMap<PathBuf, FileId>) {
    let options = LoadOptions { cwd: root.to_owned(), ..LoadOptions::from_env().expect("a current directory") };
    let project = Project::load(Arc::new(DiskFiles), &options).expect("a module");
    let ids = (0..project.files().len() as u32).map(FileId);
    let files = ids.map(|it| (project.absolute(it), it)).collect();
    (Workspace::new(Arc::new(project)), files)
}

/// The identifiers of a file by offset.
fn idents<'a>(ws: &'a Workspace, files: &HashMap<PathBuf, FileId>, path: &str) -> HashMap<u32, Node<'a>> {
    let file = files.get(Path::new(path)).and_then(|&it| ws.file(it));
    let nodes = file.into_iter().flat_map(|it| it.nodes());
    nodes.filter(|it| it.kind() == Kind::Ident).map(|it| (it.start(), it)).collect()
}

/// Whether our answer agrees with the oracle's; `None` if we have none.
fn agrees(files: &HashMap<PathBuf, FileId>, ours: Res<'_>, theirs: &[&str]) -> Option<bool> {
    Some(match (ours, theirs) {
        (Res::Unknown, _) => return None,
        (Res::Def(def), ["d", path, offset]) => {
            let ident = def.ident();
            files.get(Path::new(path)) == Some(&ident.file().id()) && ident.start().to_string() == *offset
        }
        (Res::Package { spec, .. }, ["p", offset]) => {
            offset.parse().is_ok_and(|it| spec.start() <= it && it < spec.end())
        }
        (Res::Universe(_), ["u"]) => true,
        (Res::External { name, .. }, ["e", theirs]) => name == *theirs,
        _ => false,
    })
}

fn class(ident: Node<'_>, theirs: &[&str]) -> &'static str {
    let key = ident.role() == Role::Key && ident.parent().is_some_and(|it| it.kind() == Kind::KeyValueExpr);
    match theirs.first() {
        Some(&"e") if ident.role() == Role::Sel => "qualified",
        _ if ident.role() == Role::Sel => "selected",
        _ if key => "key",
        Some(&"d") => "declared",
        Some(&"p") => "package",
        Some(&"u") => "universe",
        Some(&"e") => "external",
        _ => "other",
    }
}

fn compare(oracle: &Path, root: &Path, dirs: &[PathBuf], goos: &str, tally: &mut Tally) {
    let (ws, files) = open(root);
    let mut child = Command::new(oracle)
        .args(["-goos", goos])
        .arg(root)
        .args(dirs)
        .stdout(Stdio::piped())
        .spawn()
        .expect("the oracle starts");
    let mut path = String::new();
    let mut known = HashMap::new();
    for line in BufReader::new(child.stdout.take().expect("piped")).lines() {
        let line = line.expect("text");
        if let Some(name) = line.strip_prefix("file ") {
            path = name.to_owned();
            known = idents(&ws, &files, name);
            tally.files += usize::from(!known.is_empty());
            continue;
        }
        // A symbolic link, say.
        if known.is_empty() {
            continue;
        }
        let words: Vec<_> = line.split(' ').collect();
        let offset = words[0].parse().expect("an offset");
        let Some(&ident) = known.get(&offset) else {
            tally.contradictions += 1;
            eprintln!("{path}:{offset}: no identifier here, go/types: {line}");
            continue;
        };
        let ours = ws.resolve(ident);
        match agrees(&files, ours, &words[1..]) {
            Some(true) => tally.same += 1,
            None => {
                let class = class(ident, &words[1..]);
                *tally.unknown.entry(class).or_default() += 1;
                if env::var("GOFIX_ORACLE_SHOW").is_ok_and(|it| it == class) {
                    let (line, column) = ident.file().line_col(offset);
                    eprintln!("{path}:{line}:{column}: {} is unknown, go/types: {words:?}", ident.text());
                }
            }
            Some(false) => {
                tally.contradictions += 1;
                if tally.contradictions <= 50 {
                    let (line, column) = ident.file().line_col(offset);
                    eprintln!("{path}:{line}:{column}: {} is {ours:?}, go/types: {words:?}", ident.text());
                }
            }
        }
    }
    assert!(child.wait().expect("the oracle ends").success(), "the oracle failed");
}

#[test]
fn names_agree_with_go_types() {
    let Some(go) = go() else {
        assert!(env::var_os("CI").is_none(), "CI needs Go");
        eprintln!("skipped: there is no go command");
        return;
    };
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle_names");
    let oracle = Path::new(env!("CARGO_TARGET_TMPDIR")).join("oracle_names");
    let build = Command::new(&go).current_dir(source).args(["build", "-o"]).arg(&oracle).arg(".").status();
    assert!(build.is_ok_and(|it| it.success()), "the oracle does not build");
    let mut tally = Tally::default();
    match env::var_os("GOFIX_ORACLE_DIRS") {
        Some(roots) => {
            for root in env::split_paths(&roots) {
                for goos in ["linux", "windows", "darwin"] {
                    compare(&oracle, &root, &package_dirs(&root), goos, &mut tally);
                }
            }
        }
        None => {
            let root = goroot(&go).join("src");
            let sample = ["go/types", "net/http", "sort", "strings", "sync", "text/template", "time"];
            compare(&oracle, &root, &sample.map(|it| root.join(it)), "linux", &mut tally);
        }
    }
    let Tally { files, same, unknown, contradictions } = tally;
    eprintln!("{files} files: {same} identifiers agree, {contradictions} do not");
    eprintln!("unknown: {unknown:?}");
    assert!(same > 0);
    assert_eq!(contradictions, 0);
}
