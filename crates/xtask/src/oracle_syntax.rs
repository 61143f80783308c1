//! `oracle syntax`: our trees and comments against those of go/parser, on real files and on broken ones.

use std::{
    collections::HashMap,
    fmt, fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, ExitCode, Stdio},
    thread,
};

use rayon::prelude::*;

use crate::{
    Result,
    dump::{self, Hashes, Verdict},
    flags::Flags,
    go::Go,
    mutate::{self, Mutant},
    output_of,
    random::Random,
    workspace,
};

/// How many differing files of one class are shown.
const SHOWN: usize = 20;

pub(crate) fn run(go: &Go, flags: &Flags) -> Result<ExitCode> {
    let oracle = Oracle { program: go.build_oracle("astdump")? };
    let seed = flags.get("--seed")?.unwrap_or(1);
    let files = workspace::go_files(flags.some_paths()?).map_err(|it| it.to_string())?;
    let mut clean = true;
    let sample = match flags.get("--sample")? {
        Some(count) => Random::new(seed).sample(&files, count),
        None => files.clone(),
    };
    if !sample.is_empty() {
        let report = oracle.compare(&sample)?;
        println!("{report}");
        clean &= report.is_clean();
    }
    if let Some(count) = flags.get("--mutate")? {
        clean &= oracle.compare_mutants(&mutate::write(&files, count, seed)?, seed)?;
    }
    Ok(if clean { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The program that asks go/parser.
struct Oracle {
    program: PathBuf,
}

impl Oracle {
    /// Compares broken files, and then what is left of each when its broken declarations are taken out, which is Go.
    /// Files that differ stay where they are.
    fn compare_mutants(&self, mutants: &[Mutant], seed: u64) -> Result<bool> {
        let paths: Vec<PathBuf> = mutants.iter().map(|it| it.path.clone()).collect();
        let broken = self.compare(&paths)?;
        println!("broken at random, seed {seed}\n{broken}");
        let salvaged = mutate::salvage(&paths)?;
        let clean = self.compare(&salvaged)?;
        println!("their declarations without errors\n{clean}");
        for mutant in mutants.iter().filter(|it| broken.differing.contains_key(&it.path)) {
            println!("{}: {} of {}", mutant.path.display(), mutant.what, mutant.original.display());
        }
        let differs = |it: &&PathBuf| broken.differing.contains_key(*it) || clean.differing.contains_key(*it);
        for path in paths.iter().chain(&salvaged).filter(|it| !differs(it)) {
            fs::remove_file(path).map_err(|it| format!("{}: {it}", path.display()))?;
        }
        Ok(broken.is_clean() && clean.is_clean() && clean.rejected == 0)
    }

    fn compare(&self, files: &[PathBuf]) -> Result<Report> {
        let (theirs, ours) = thread::scope(|scope| {
            let theirs = scope.spawn(|| self.verdicts(files));
            let ours: Vec<Verdict> = files.par_iter().map(|it| dump::verdict(it)).collect();
            (theirs.join(), ours)
        });
        let theirs = theirs.map_err(|_| "the thread that talks to astdump panicked")??;
        let mut report = Report { files: files.len(), ..Report::default() };
        for ((path, theirs), ours) in files.iter().zip(&theirs).zip(&ours) {
            match difference(theirs, ours) {
                None if *theirs == Verdict::Rejected => report.rejected += 1,
                None => report.accepted += 1,
                Some(it) => {
                    let detail = self.detail(path);
                    report.differing.insert(path.clone(), (it, detail));
                }
            }
        }
        Ok(report)
    }

    /// What go/parser makes of each file.
    fn verdicts(&self, files: &[PathBuf]) -> Result<Vec<Verdict>> {
        let mut command = Command::new(&self.program);
        let spawned = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut child = spawned.map_err(|it| format!("{}: {it}", self.program.display()))?;
        let mut stdin = child.stdin.take().ok_or("astdump has no input")?;
        let list: String = files.iter().map(|it| format!("{}\n", it.display())).collect();
        let out = thread::scope(|scope| {
            scope.spawn(move || stdin.write_all(list.as_bytes()));
            child.wait_with_output()
        });
        let out = out.map_err(|it| it.to_string())?;
        let text = String::from_utf8(out.stdout).map_err(|it| it.to_string())?;
        let verdicts: Option<Vec<Verdict>> = text.lines().map(parse_verdict).collect();
        verdicts.filter(|it| out.status.success() && it.len() == files.len()).ok_or("astdump gave up".to_owned())
    }

    /// The first line in which the listings of a file differ.
    fn detail(&self, path: &Path) -> String {
        let theirs = output_of(Command::new(&self.program).arg("-dump").arg(path)).unwrap_or_else(String::into_bytes);
        let theirs = String::from_utf8_lossy(&theirs).into_owned();
        let ours = std::panic::catch_unwind(|| dump::listing(path)).unwrap_or_else(|_| "a panic".to_owned());
        let (mut a, mut b) = (theirs.lines(), ours.lines());
        loop {
            match (a.next(), b.next()) {
                (None, None) => return "the listings are the same".to_owned(),
                (a, b) if a == b => {}
                (a, b) => return format!("Go: {}; we: {}", a.unwrap_or("nothing more"), b.unwrap_or("nothing more")),
            }
        }
    }
}

/// Reads a line of astdump's.
fn parse_verdict(line: &str) -> Option<Verdict> {
    let mut fields = line.split('\t');
    let accepted = fields.next()? == "accepted";
    let mut hash = || u64::from_str_radix(fields.next()?, 16).ok();
    let (tree, comments, fields_hash) = (hash()?, hash()?, hash()?);
    let count = fields.next()?.parse().ok()?;
    Some(match accepted {
        true => Verdict::Accepted(Hashes { tree, comments, fields: fields_hash, count }),
        false => Verdict::Rejected,
    })
}

/// How two verdicts can differ.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Difference {
    WronglyAccepted,
    WronglyRejected,
    Tree,
    Comments,
    Panic,
}

fn difference(theirs: &Verdict, ours: &Verdict) -> Option<Difference> {
    match (theirs, ours) {
        (_, Verdict::Panicked) => Some(Difference::Panic),
        (Verdict::Accepted(a), Verdict::Accepted(b)) if a.tree != b.tree => Some(Difference::Tree),
        (Verdict::Accepted(a), Verdict::Accepted(b)) => (a != b).then_some(Difference::Comments),
        (Verdict::Accepted(_), _) => Some(Difference::WronglyRejected),
        (_, Verdict::Accepted(_)) => Some(Difference::WronglyAccepted),
        _ => None,
    }
}

/// The outcome of a comparison.
#[derive(Default)]
struct Report {
    files: usize,
    accepted: usize,
    rejected: usize,
    differing: HashMap<PathBuf, (Difference, String)>,
}

impl Report {
    fn is_clean(&self) -> bool {
        self.differing.is_empty()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = |name: &str, count: usize| writeln!(f, "{name:<20}{count:>7}");
        line("files", self.files)?;
        line("both accept", self.accepted)?;
        line("both reject", self.rejected)?;
        let classes = [
            ("wrongly accepted", Difference::WronglyAccepted),
            ("wrongly rejected", Difference::WronglyRejected),
            ("different trees", Difference::Tree),
            ("different comments", Difference::Comments),
            ("panics", Difference::Panic),
        ];
        let of = |class| {
            let mut of: Vec<_> = self.differing.iter().filter(|(_, (it, _))| *it == class).collect();
            of.sort();
            of
        };
        for (name, class) in classes {
            line(name, of(class).len())?;
        }
        for (name, class) in classes {
            for (path, (_, detail)) in of(class).iter().take(SHOWN) {
                writeln!(f, "{name}: {}: {detail}", path.display())?;
            }
        }
        Ok(())
    }
}
