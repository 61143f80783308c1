//! `std-index`: the index of Go's standard library, from an installation of Go.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use gofix_std_index::Index;

use crate::{Result, api::Api, flags::Flags, go::Go, output_of, std_since, workspace};

/// The platforms that are recorded: those in use, and enough others to tell what is the same on all.
const PLATFORMS: [&str; 11] = [
    "linux/386",
    "linux/amd64",
    "linux/arm",
    "linux/arm64",
    "darwin/amd64",
    "darwin/arm64",
    "windows/386",
    "windows/amd64",
    "windows/arm64",
    "freebsd/amd64",
    "js/wasm",
];

/// Where the index is.
const INDEX: &str = "crates/std-index/std.deflate";

/// Writes the text of the index that there is to `file`.
pub(crate) fn print(file: &Path) -> Result<ExitCode> {
    fs::write(file, Index::embedded().text()).map_err(|it| format!("{}: {it}", file.display()))?;
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn run(go: &Go, flags: &Flags) -> Result<ExitCode> {
    let named = flags.get::<PathBuf>("--goroot")?.map(|root| Go::of(&root));
    let go = named.as_ref().unwrap_or(go);
    let release = go.release()?;
    let current = Index::embedded();
    if flags.has("--check") && release != current.release() {
        println!("skipped: the index is of {}, and this is {release}", current.release());
        return Ok(ExitCode::SUCCESS);
    }
    let api = match flags.get::<PathBuf>("--api")? {
        Some(dir) => Some(dir),
        None => Some(go.root()?.join("api")).filter(|it| it.is_dir()),
    };
    let records = match api {
        Some(dir) => Api::read(&dir)?,
        None => Api::of(current),
    };
    let text = format!("{release} {}\n{}", PLATFORMS.join(" "), declarations(go)?);
    let text = std_since::annotate(&text, &release, records)?;
    if flags.has("--check") {
        return Ok(check(current.text(), &text));
    }
    let bytes = miniz_oxide::deflate::compress_to_vec(text.as_bytes(), 10);
    println!("{release}: {} bytes of text, {} compressed", text.len(), bytes.len());
    fs::write(workspace::root().join(INDEX), bytes).map_err(|it| format!("{INDEX}: {it}"))?;
    Ok(ExitCode::SUCCESS)
}

/// The declarations of a library, as the program `stdindex` prints them.
fn declarations(go: &Go) -> Result<String> {
    let program = go.build_oracle("stdindex")?;
    let out = output_of(Command::new(program).arg(go.program()).args(PLATFORMS))?;
    String::from_utf8(out).map_err(|it| it.to_string())
}

/// Says whether the text of the index is what it should be, and where it first is not.
fn check(found: &str, expected: &str) -> ExitCode {
    if found == expected {
        return ExitCode::SUCCESS;
    }
    let (mut file, mut found) = ("", found.lines());
    for line in expected.lines() {
        if line.starts_with("-- ") {
            file = line;
        }
        let other = found.next();
        if other != Some(line) {
            println!("{file}: {} should be {line}", other.unwrap_or("nothing more"));
            break;
        }
    }
    println!("the index of the standard library is not current: run cargo xtask std-index");
    ExitCode::FAILURE
}
