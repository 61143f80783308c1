//! Files broken at random, one at a time: what we and go/types make of the declarations that still parse.

use std::{
    collections::{BTreeMap, HashMap},
    fs,
    io::{BufRead, BufReader},
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    process::Stdio,
    sync::{
        Mutex, PoisonError,
        mpsc::{Receiver, sync_channel},
    },
    thread,
    time::{Duration, Instant},
};

use gofix_semantic::Workspace;
use gofix_syntax::FileId;

use super::{
    Comparison,
    compare::{FileComparison, file_ids},
    facts,
    ours::Ours,
    report::{Outcome, Report},
    world::World,
};
use crate::{Result, mutate, random::Random, workspace};

/// A file of the module with another text.
struct Mutant {
    /// Relative to the directory that is compared.
    path: String,
    /// What was done to it.
    what: &'static str,
    text: String,
    /// Where the text is.
    text_path: PathBuf,
    /// Another file of its package, or nothing.
    sibling: String,
}

/// What came of the mutants.
struct Outcomes {
    all: Report,
    /// How many mutants there are of a kind, and what came of them.
    kinds: BTreeMap<&'static str, (usize, Report)>,
    /// Mutants of which go/types says nothing.
    silent: usize,
    /// Mutants that made us panic, and those that made go/types panic.
    panics: Vec<String>,
    their_panics: Vec<String>,
    slowest: Duration,
    /// Mutants with contradictions.
    wrong: Vec<usize>,
}

/// Compares `count` mutants of the module; whether nothing is contradicted.
pub(super) fn compare(comparison: &Comparison<'_>, count: usize) -> Result<bool> {
    let start = Instant::now();
    let text = comparison.oracle.ask(&comparison.dir, &["-files".to_owned()])?;
    let mutants = mutants(&comparison.dir, &text, count, comparison.options.seed)?;
    let (world, ws) = comparison.open(&text, &[])?;
    let samples = comparison.options.unknown_shown;
    let new = || Outcomes {
        all: Report::new(samples),
        kinds: BTreeMap::new(),
        silent: 0,
        panics: Vec::new(),
        their_panics: Vec::new(),
        slowest: Duration::ZERO,
        wrong: Vec::new(),
    };
    let total = Mutex::new(new());
    let (send, receive) = sync_channel::<(usize, String)>(64);
    let receive = Mutex::new(receive);
    let ids = file_ids(ws.project());
    let context = Context { world: &world, ws: &ws, ids: &ids, mutants: &mutants, falsify: comparison.options.falsify };
    let ran = thread::scope(|scope| {
        for _ in 0..rayon::current_num_threads() {
            scope.spawn(|| {
                let mut outcomes = new();
                while let Some((index, said)) = next(&receive) {
                    context.compare(index, &said, &mut outcomes, samples);
                }
                total.lock().unwrap_or_else(PoisonError::into_inner).add(outcomes, samples);
            });
        }
        let asked = ask(comparison, |index, said| {
            // Only if all threads are gone does no one take it.
            let _ = send.send((index, said));
        });
        drop(send);
        asked
    });
    ran?;
    let mut outcomes = total.into_inner().unwrap_or_else(PoisonError::into_inner);
    println!(
        "  {} mutants, seed {}, in {:.0} s",
        mutants.len(),
        comparison.options.seed,
        start.elapsed().as_secs_f64()
    );
    outcomes.print(&mutants, comparison.options.shown);
    for (index, mutant) in mutants.iter().enumerate().filter(|it| !outcomes.wrong.contains(&it.0)) {
        fs::remove_file(&mutant.text_path).map_err(|it| format!("mutant {index}: {it}"))?;
    }
    Ok(outcomes.all.is_good(false) && outcomes.panics.is_empty())
}

fn next(receive: &Mutex<Receiver<(usize, String)>>) -> Option<(usize, String)> {
    receive.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
}

/// Makes the mutants, and writes their texts and a list of them to a directory of their own.
fn mutants(dir: &Path, listing: &str, count: usize, seed: u64) -> Result<Vec<Mutant>> {
    let out = directory();
    let message = |it: std::io::Error| format!("{}: {it}", out.display());
    if out.exists() {
        fs::remove_dir_all(&out).map_err(message)?;
    }
    fs::create_dir_all(&out).map_err(message)?;
    let views: Vec<Vec<&str>> = listing
        .split("\n\n")
        .map(|view| view.lines().filter_map(|it| it.strip_prefix("F ")).collect::<Vec<_>>())
        .filter(|it| !it.is_empty())
        .collect();
    let view_of: HashMap<PathBuf, &Vec<&str>> =
        views.iter().flat_map(|view| view.iter().map(move |it| (dir.join(it), view))).collect();
    let files: Vec<PathBuf> = views.iter().flatten().map(|it| dir.join(it)).collect();
    let mut random = Random::new(seed);
    let mut mutants = Vec::with_capacity(count);
    let mut list = String::new();
    // A file that is not UTF-8 is none for us.
    let texts =
        mutate::broken(&files, seed).filter_map(|(path, what, text)| Some((path, what, String::from_utf8(text).ok()?)));
    for (index, (path, what, text)) in texts.take(count).enumerate() {
        let relative = path.strip_prefix(dir).unwrap_or(path).to_string_lossy().into_owned();
        let others: Vec<&str> =
            view_of.get(path).into_iter().flat_map(|it| it.iter()).copied().filter(|it| *it != relative).collect();
        let sibling = if others.is_empty() { "" } else { random.pick(&others) };
        let text_path = out.join(format!("{index:05}.go"));
        fs::write(&text_path, &text).map_err(message)?;
        list += &format!("{relative}\t{}\t{sibling}\n", text_path.display());
        mutants.push(Mutant { path: relative, what, text, text_path, sibling: sibling.to_owned() });
    }
    fs::write(out.join("list"), list).map_err(message)?;
    Ok(mutants)
}

fn directory() -> PathBuf {
    workspace::target().join("oracle/types-mutants")
}

/// Hands over what go/types says of each mutant.
fn ask(comparison: &Comparison<'_>, take: impl FnMut(usize, String)) -> Result<()> {
    let list = format!("-mutants={}", directory().join("list").display());
    let mut command = comparison.oracle.command(&comparison.dir, &[list]);
    let mut child = command.stdout(Stdio::piped()).spawn().map_err(|it| it.to_string())?;
    split(BufReader::new(child.stdout.take().ok_or("the oracle has no output")?), take)?;
    let status = child.wait().map_err(|it| it.to_string())?;
    if status.success() { Ok(()) } else { Err(format!("the oracle: {status}")) }
}

/// Hands over the number of each mutant and what stands below it, behind an empty line: as [`facts::files`] wants it.
fn split(mut lines: impl BufRead, mut take: impl FnMut(usize, String)) -> Result<()> {
    let (mut index, mut said, mut line) = (None, String::new(), String::new());
    while lines.read_line(&mut line).map_err(|it| it.to_string())? > 0 {
        if let Some(number) = line.strip_prefix("X ") {
            if let Some(index) = index.replace(number.trim().parse().map_err(|_| "not the number of a mutant")?) {
                take(index, std::mem::take(&mut said));
            }
            said.push('\n');
        } else {
            said += &line;
        }
        line.clear();
    }
    if let Some(index) = index {
        take(index, said);
    }
    Ok(())
}

/// What the mutants are compared in.
struct Context<'c> {
    world: &'c World,
    ws: &'c Workspace,
    ids: &'c HashMap<PathBuf, FileId>,
    mutants: &'c [Mutant],
    falsify: usize,
}

impl Context<'_> {
    fn compare(&self, index: usize, said: &str, outcomes: &mut Outcomes, samples: usize) {
        let mutant = &self.mutants[index];
        let name = || format!("{index:05} {} ({})", mutant.path, mutant.what);
        if let Some(message) = said.trim_start().strip_prefix("P ") {
            outcomes.their_panics.push(format!("{}: {}", name(), message.trim()));
        }
        let files = facts::files(said);
        if !files.iter().any(|it| it.path == mutant.path && it.facts().next().is_some()) {
            outcomes.silent += 1;
        }
        let start = Instant::now();
        let report = catch_unwind(AssertUnwindSafe(|| self.report(mutant, &files, samples)));
        outcomes.slowest = outcomes.slowest.max(start.elapsed());
        match report {
            Ok(mut report) => {
                if report.total(Outcome::Contradiction) > 0 {
                    outcomes.wrong.push(index);
                    report.prefix(&format!("{index:05} "));
                }
                let kind = outcomes.kinds.entry(mutant.what).or_insert_with(|| (0, Report::new(0)));
                kind.0 += 1;
                kind.1.add(report.numbers());
                outcomes.all.add(report);
            }
            Err(_) => outcomes.panics.push(name()),
        }
    }

    /// Compares the facts of a mutant and its sibling.
    fn report(&self, mutant: &Mutant, files: &[facts::FileFacts<'_>], samples: usize) -> Report {
        let mut report = Report::new(samples);
        let id_of = |path: &str| self.ids.get(&self.world.dir.join(path)).copied();
        let Some(id) = id_of(&mutant.path) else {
            report.missing_files.push(mutant.path.clone());
            return report;
        };
        let ws = self.ws.with_texts(BTreeMap::from([(id, mutant.text.as_str().into())]));
        let mut ours = Ours::new(&ws);
        for facts in files {
            let file = id_of(facts.path).and_then(|it| ws.file(it));
            FileComparison {
                world: self.world,
                file,
                facts,
                reduced: HashMap::new(),
                falsify: self.falsify,
                mutated: true,
            }
            .run(&mut ours, &mut report);
        }
        report
    }
}

impl Outcomes {
    fn add(&mut self, other: Outcomes, samples: usize) {
        self.all.add(other.all);
        for (kind, (count, report)) in other.kinds {
            let known = self.kinds.entry(kind).or_insert_with(|| (0, Report::new(samples)));
            known.0 += count;
            known.1.add(report);
        }
        self.silent += other.silent;
        self.panics.extend(other.panics);
        self.their_panics.extend(other.their_panics);
        self.slowest = self.slowest.max(other.slowest);
        self.wrong.extend(other.wrong);
    }

    fn print(&mut self, mutants: &[Mutant], shown: usize) {
        for (kind, (count, report)) in &self.kinds {
            let [same, wrong, unknown] =
                [Outcome::Same, Outcome::Contradiction, Outcome::Unknown].map(|it| report.total(it));
            println!("    {kind:<28}{count:>6} files{same:>9} same{wrong:>5} contradictions{unknown:>8} unknown");
        }
        let with_sibling = mutants.iter().filter(|it| !it.sibling.is_empty()).count();
        println!(
            "  {} without a fact for go/types, {with_sibling} with a sibling; the slowest took us {:?}",
            self.silent, self.slowest
        );
        for (who, panics) in [("we", &self.panics), ("go/types", &self.their_panics)] {
            println!("  {who} panicked {} times", panics.len());
            panics.iter().take(shown).for_each(|it| println!("    {it}"));
        }
        self.all.print(shown);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_is_split() {
        let text = "M .\nX 1\nF a.go\nD 1 2\nE 1 2 int\nF b.go\nX 0\nP \"x\"\n";
        let mut found = Vec::new();
        split(text.as_bytes(), |index, said| {
            found.push((index, facts::files(&said).iter().map(|it| it.path.to_owned()).collect::<Vec<_>>()));
        })
        .unwrap();
        assert_eq!(found, [(1, vec!["a.go".to_owned(), "b.go".to_owned()]), (0, Vec::new())]);
    }
}
