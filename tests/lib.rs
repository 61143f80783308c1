//! Helpers shared by the workspace tests.

use std::{
    fs,
    path::{Path, PathBuf},
};

use gofix::Rule;
use gofix::testing::{Case, Run, blocks, check_block, go};

/// The root of the repository.
pub fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// The folder of a built-in rule.
pub fn folder(rule: &dyn Rule) -> PathBuf {
    root().join("codemods").join(rule.meta().name.replace('-', "_"))
}

/// The files of a directory with that extension, sorted. None if there is no such directory.
pub fn files(dir: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir).into_iter().flatten().filter_map(Result::ok);
    let mut files: Vec<PathBuf> =
        entries.map(|it| it.path()).filter(|it| it.extension().is_some_and(|it| it == extension)).collect();
    files.sort();
    files
}

/// The files of a directory and of those in it with that extension.
pub fn files_below(dir: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = files(dir, extension);
    let entries = fs::read_dir(dir).into_iter().flatten().filter_map(Result::ok);
    found.extend(entries.map(|it| it.path()).filter(|it| it.is_dir()).flat_map(|it| files_below(&it, extension)));
    found
}

/// What a file holds.
pub fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What a path is called, without directory and extension.
pub fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// Runs a rule over the corner cases in its folder.
pub fn case_runs(rule: &dyn Rule) -> Vec<Run> {
    let cases = files(&folder(rule).join("cases"), "txtar");
    let case = |path: &PathBuf| {
        let case = Case::from_txtar(&stem(path), &read(path)).and_then(|it| it.run(rule));
        case.unwrap_or_else(|error| panic!("{}: {error}", rule.meta().name))
    };
    cases.iter().map(case).collect()
}

/// Runs a rule over the blocks of its page. Also says what the page and the rule do not agree on.
pub fn page_runs(rule: &dyn Rule) -> (Vec<Run>, Vec<String>) {
    let name = rule.meta().name;
    let blocks = blocks(rule.meta().docs).unwrap_or_else(|error| panic!("{name}/README.md: {error}"));
    let (mut runs, mut wrong) = (Vec::new(), Vec::new());
    for block in &blocks {
        let (run, problems) = check_block(rule, block).unwrap_or_else(|error| panic!("{name}: {error}"));
        runs.push(run);
        wrong.extend(problems);
    }
    (runs, wrong)
}

/// Whether Go is installed. Where it is not, says so in one line; on CI that is an error.
pub fn has_go(what: &str) -> bool {
    if go::version().is_some() {
        return true;
    }
    assert!(std::env::var_os("CI").is_none(), "Go is not installed, so it cannot be tested that {what}");
    eprintln!("skipped, since Go is not installed: {what}");
    false
}

/// The sentences with which a rule declines: the string literals in its sources behind `Err(`, `ok_or(` and the like, and
/// in constants, where a word alone is none. A `{…}` in one stands for any text.
pub fn sentences(source: &str) -> Vec<String> {
    const BEFORE: [&str; 5] = ["Err(", "ok_or(", "Decline::new(", "Err(format!(", "Decline::new(format!("];
    let code: String =
        source.lines().filter(|it| !it.trim_start().starts_with("//")).map(|it| format!("{it}\n")).collect();
    let mut found = Vec::new();
    let mut pieces = code.split('"');
    let mut before = pieces.next().unwrap_or_default();
    while let (Some(literal), Some(after)) = (pieces.next(), pieces.next()) {
        let before_it = before.trim_end();
        let in_const = before_it.ends_with(": &str =") && literal.contains(' ');
        if BEFORE.iter().any(|it| before_it.ends_with(it)) || in_const {
            found.push(literal.to_owned());
        }
        before = after;
    }
    found
}

/// Whether `text` is an instance of a sentence with holes.
pub fn is_instance(text: &str, sentence: &str) -> bool {
    let mut rest = text;
    let mut fixed = sentence.split('{').map(|it| it.split_once('}').map_or(it, |(_, fixed)| fixed)).enumerate();
    fixed.all(|(index, piece)| match rest.find(piece) {
        Some(at) if at == 0 || index > 0 => {
            rest = &rest[at + piece.len()..];
            true
        }
        _ => false,
    })
}
