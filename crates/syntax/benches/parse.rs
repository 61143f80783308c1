//! How fast Go files are parsed on one core, beside tree-sitter-go: `cargo bench -p gofix-syntax`.
//!
//! The files are those below the directory that `GOFIX_BENCH_DIR` names, or of the standard library of the `go` on
//! `PATH`; only those that both parsers accept, so that neither is measured at giving up.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
    time::{Duration, Instant},
};

use gofix_syntax::SourceFile;

/// Runs over all files, of which the median counts.
const RUNS: usize = 5;
/// How much source is parsed at most.
const BYTES: usize = 32 << 20;

fn main() {
    let Some(dir) = directory() else {
        println!("nothing to parse: name a directory with Go files in GOFIX_BENCH_DIR");
        return;
    };
    let texts = texts(&dir).unwrap_or_else(|it| panic!("{}: {it}", dir.display()));
    let mut theirs = tree_sitter::Parser::new();
    theirs.set_language(&tree_sitter_go::LANGUAGE.into()).expect("the grammar is of a version that is known");
    let texts: Vec<Arc<str>> = texts.into_iter().filter(|it| both_accept(it, &mut theirs)).collect();
    let bytes: usize = texts.iter().map(|it| it.len()).sum();

    let ours = median(|| texts.iter().for_each(|it| drop(SourceFile::parse(Arc::clone(it)))));
    let other = median(|| texts.iter().for_each(|it| drop(theirs.parse(it.as_bytes(), None))));
    let resident: usize = texts.iter().map(|it| it.len() + SourceFile::parse(Arc::clone(it)).heap_bytes()).sum();

    let speed = |time: Duration| bytes as f64 / 1e6 / time.as_secs_f64();
    println!("{} files, {:.1} MB, median of {RUNS} runs on one core", texts.len(), bytes as f64 / 1e6);
    println!("gofix-syntax    {:7.1} MB/s", speed(ours));
    println!("tree-sitter-go  {:7.1} MB/s", speed(other));
    println!("ratio           {:7.1}", speed(ours) / speed(other));
    println!("resident        {:7.1} bytes per source byte, text included", resident as f64 / bytes as f64);
}

fn directory() -> Option<PathBuf> {
    if let Some(dir) = env::var_os("GOFIX_BENCH_DIR") {
        return Some(PathBuf::from(dir));
    }
    let out = Command::new("go").args(["env", "GOROOT"]).output().ok()?;
    Some(Path::new(String::from_utf8(out.stdout).ok()?.trim()).join("src"))
}

/// The texts of Go files below `dir`, in order of their paths.
fn texts(dir: &Path) -> io::Result<Vec<Arc<str>>> {
    let (mut pending, mut files) = (vec![dir.to_path_buf()], Vec::new());
    while let Some(dir) = pending.pop() {
        for entry in fs::read_dir(dir)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                pending.push(entry.path());
            } else if entry.path().extension().is_some_and(|it| it == "go") {
                files.push(entry.path());
            }
        }
    }
    files.sort();
    let (mut texts, mut bytes) = (Vec::new(), 0);
    for file in files {
        // Files that are no text are no Go.
        let Ok(text) = fs::read_to_string(file) else { continue };
        bytes += text.len();
        if bytes > BYTES {
            break;
        }
        texts.push(Arc::from(text));
    }
    Ok(texts)
}

fn both_accept(text: &Arc<str>, theirs: &mut tree_sitter::Parser) -> bool {
    SourceFile::parse(Arc::clone(text)).errors().is_empty()
        && theirs.parse(text.as_bytes(), None).is_some_and(|it| !it.root_node().has_error())
}

fn median(mut run: impl FnMut()) -> Duration {
    let mut times: Vec<Duration> = (0..RUNS)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed()
        })
        .collect();
    times.sort();
    times[RUNS / 2]
}
