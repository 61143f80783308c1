//! Edits whole trees, realigns them, and asks gofmt whether what was clean still is.
//!
//! `cargo run --release -p gofix-format --example experiment -- any|rename|stretch|itself DIR...`
//!
//! - `any`: every `interface{}` becomes `any`.
//! - `rename`: the identifiers `name`, `err` and `ctx` get longer names.
//! - `itself`: no edit, but all is taken for new: what is clean must be found to be so.
//! - `stretch`: identifiers of one, three or ten letters get longer.
//!
//! gofmt is taken from `GOFIX_GOFMT`, else from the path. Files of which gofmt says that they are not clean before are
//! left out. Lists the files that are not clean afterwards, except those for which [`realign`] said so itself.

use std::{
    collections::{HashMap, HashSet},
    error::Error,
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use gofix_format::{Reason, realign};
use gofix_syntax::{Kind, SourceFile, TextRange, Token};
use gofix_text::{Edit, EditSet};

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let edit: fn(&SourceFile) -> Vec<Edit> = match args.next().as_deref() {
        Some("any") => interface_to_any,
        Some("rename") => rename,
        Some("stretch") => stretch,
        Some("itself") => |file| vec![Edit::insert(0, file.text())],
        _ => return Err("usage: experiment any|rename|stretch|itself DIR...".into()),
    };
    for dir in args {
        experiment(Path::new(&dir), edit)?;
    }
    Ok(())
}

#[derive(Default)]
struct Counts {
    files: usize,
    edits: usize,
    padding: usize,
    declined: HashMap<&'static str, usize>,
    time: Duration,
}

fn experiment(dir: &Path, edit: fn(&SourceFile) -> Vec<Edit>) -> Result<(), Box<dyn Error>> {
    let unclean: HashSet<PathBuf> = gofmt_list(dir)?;
    let (naive, ours) = (tempfile::tempdir()?, tempfile::tempdir()?);
    let mut counts = Counts::default();
    let mut declined = HashSet::new();
    let mut sources = Vec::new();
    let mut paths = Vec::new();
    go_files(dir, &mut paths)?;
    for path in paths.into_iter().filter(|it| !unclean.contains(it)) {
        let Ok(text) = fs::read_to_string(&path) else { continue };
        let mut before = SourceFile::parse(text);
        if !before.errors().is_empty() {
            continue;
        }
        let edits = EditSet::new(edit(&before))?;
        if edits.is_empty() {
            continue;
        }
        let mut after = SourceFile::parse(edits.apply(before.text()));
        if edits.iter().all(|it| it.text == before.text()) {
            (before, after) = (SourceFile::parse(""), before);
        }
        let start = Instant::now();
        let realigned = realign(&before, &after, &edits);
        counts.time += start.elapsed();
        counts.files += 1;
        counts.edits += edits.len();
        counts.padding += realigned.edits.len();
        let name = format!("{}.go", sources.len());
        for it in &realigned.not_clean {
            *counts.declined.entry(reason(it.reason)).or_default() += 1;
            declined.insert(sources.len());
        }
        fs::write(naive.path().join(&name), after.text())?;
        fs::write(ours.path().join(&name), realigned.edits.apply(after.text()))?;
        sources.push(path);
    }
    let naive_unclean = gofmt_list(naive.path())?.len();
    let ours_unclean = gofmt_list(ours.path())?;
    let index = |it: &PathBuf| it.file_stem()?.to_str()?.parse::<usize>().ok();
    let mut wrong: Vec<usize> = ours_unclean.iter().filter_map(index).collect();
    wrong.sort_unstable();
    let (said, silent): (Vec<_>, Vec<_>) = wrong.into_iter().partition(|it| declined.contains(it));
    let Counts { files, edits, padding, declined: reasons, time } = counts;
    println!("{}: {files} files, {edits} edits, {padding} gaps changed in {time:?}", dir.display());
    println!(
        "  unclean: {naive_unclean} without realign, {} with it, {} of them announced",
        said.len() + silent.len(),
        said.len()
    );
    println!("  announced: {} files, {reasons:?}", declined.len());
    for it in silent {
        println!("  {}", sources[it].display());
        if let Ok(keep) = std::env::var("GOFIX_KEEP") {
            fs::copy(ours.path().join(format!("{it}.go")), Path::new(&keep).join(format!("{it}.go")))?;
            println!("    kept as {it}.go");
        }
    }
    Ok(())
}

fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::LongFunc => "function too long for one line",
        Reason::LongType => "type too long for one line",
        Reason::Indentation => "indentation follows text",
    }
}

fn go_files(dir: &Path, found: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    let mut entries: Vec<_> = fs::read_dir(dir)?.collect::<Result<_, _>>()?;
    entries.sort_by_key(|it| it.file_name());
    for entry in entries {
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            go_files(&path, found)?;
        } else if path.extension().is_some_and(|it| it == "go") {
            found.push(path);
        }
    }
    Ok(())
}

/// The files below `dir` that gofmt would change, and those that it cannot read.
fn gofmt_list(dir: &Path) -> Result<HashSet<PathBuf>, Box<dyn Error>> {
    let gofmt = std::env::var("GOFIX_GOFMT").unwrap_or_else(|_| "gofmt".to_owned());
    let output = Command::new(gofmt).arg("-l").arg(dir).output()?;
    let changed = String::from_utf8_lossy(&output.stdout).lines().map(PathBuf::from).collect::<HashSet<_>>();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    let failed = errors.lines().filter_map(|it| it.split_once(".go:")).map(|it| PathBuf::from(format!("{}.go", it.0)));
    Ok(changed.into_iter().chain(failed).collect())
}

fn interface_to_any(file: &SourceFile) -> Vec<Edit> {
    let empty = file.nodes().filter(|it| {
        it.kind() == Kind::InterfaceType
            && it.children().next().is_some_and(|list| list.children().next().is_none())
            && file.comments_in(it.range()).is_empty()
    });
    empty.map(|it| Edit::replace(it.range(), "any")).collect()
}

fn identifiers(file: &SourceFile) -> impl Iterator<Item = (&str, TextRange)> {
    let all = TextRange::new(0, file.text().len() as u32);
    file.tokens_in(all).filter(|(token, _)| *token == Token::Ident).map(|(_, it)| (&file.text()[it.to_usize()], it))
}

fn rename(file: &SourceFile) -> Vec<Edit> {
    identifiers(file)
        .filter_map(|(name, range)| {
            let longer = match name {
                "name" => "resourceName",
                "err" => "theError",
                "ctx" => "theContext",
                _ => return None,
            };
            Some(Edit::replace(range, longer))
        })
        .collect()
}

fn stretch(file: &SourceFile) -> Vec<Edit> {
    let names = identifiers(file).filter(|(name, _)| name.len() % 7 == 3 || name.len() == 1 && *name != "_");
    names.map(|(name, range)| Edit::replace(range, format!("{name}{}", "x".repeat(4 + name.len())))).collect()
}
