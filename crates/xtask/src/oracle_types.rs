//! `oracle types`: types of expressions, targets of calls and values of constants against those of go/types.

mod compare;
mod facts;
mod implements;
mod ours;
mod refs;
mod report;
mod world;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
    time::Instant,
};

use gofix_semantic::Workspace;

use crate::{
    Result,
    flags::Flags,
    go::Go,
    meter::{memory, processor_seconds},
};
use compare::Theirs;
use facts::{Oracle, Target};
use report::Pairs;
use world::{Missing, World};

/// Flags without a value.
pub(crate) const SWITCHES: &[&str] = &["--no-vendor", "--no-goroot", "--implements", "--time"];
/// Flags with one.
pub(crate) const OPTIONS: &[&str] = &[
    "--config",
    "--tags",
    "--drop",
    "--unreadable",
    "--plant-errors",
    "--refs",
    "--falsify",
    "--seed",
    "--show",
    "--unknown",
];

/// What to compare, and how much of it to print.
struct Options {
    target: Target,
    missing: Missing,
    /// How many files are broken.
    planted: usize,
    seed: u64,
    falsify: usize,
    shown: usize,
    unknown_shown: usize,
}

impl Options {
    fn new(flags: &Flags) -> Result<Options> {
        let seed = flags.get("--seed")?.unwrap_or(1);
        let missing = match (flags.get("--drop")?, flags.get("--unreadable")?) {
            (Some(percent), _) => Missing::Files { percent, seed, listed: false },
            (None, Some(percent)) => Missing::Files { percent, seed, listed: true },
            _ if flags.has("--no-vendor") => Missing::Dependencies,
            _ if flags.has("--no-goroot") => Missing::Goroot,
            _ => Missing::Nothing,
        };
        let mut target = Target { tags: flags.get("--tags")?.unwrap_or_default(), ..Target::default() };
        if let Some(config) = flags.get::<String>("--config")? {
            let (goos, goarch) = config.split_once('/').ok_or("--config: not of the form GOOS/GOARCH")?;
            (target.goos, target.goarch) = (goos.to_owned(), goarch.to_owned());
        }
        let falsify = flags.get("--falsify")?.unwrap_or(0);
        let planted = flags.get("--plant-errors")?.unwrap_or(0);
        let (shown, unknown_shown) = (flags.get("--show")?.unwrap_or(20), flags.get("--unknown")?.unwrap_or(0));
        Ok(Options { target, missing, planted, seed, falsify, shown, unknown_shown })
    }
}

pub(crate) fn run(go: &Go, flags: &Flags) -> Result<ExitCode> {
    let options = Options::new(flags)?;
    let oracle = Oracle::new(go, options.target.clone())?;
    let goroot = go.root()?;
    let mut good = true;
    for dir in flags.some_paths()? {
        let dir = dir.canonicalize().map_err(|it| format!("{}: {it}", dir.display()))?;
        println!("{}", dir.display());
        good &= Comparison { oracle: &oracle, goroot: &goroot, options: &options, dir }.run(flags)?;
    }
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The comparison for one directory.
struct Comparison<'a> {
    oracle: &'a Oracle,
    goroot: &'a Path,
    options: &'a Options,
    dir: PathBuf,
}

impl Comparison<'_> {
    /// Compares what is asked for; whether it agrees well enough.
    fn run(&self, flags: &Flags) -> Result<bool> {
        if flags.has("--time") {
            return self.time();
        }
        let mut good = None;
        if flags.has("--implements") {
            let text = self.oracle.ask(&self.dir, &["-implements".to_owned()])?;
            let (_, ws) = self.open(&text, &[])?;
            good = Some(self.pairs(|| implements::compare(&ws, &text)));
        }
        if let Some(count) = flags.get::<usize>("--refs")? {
            let extra = [format!("-refs={count}"), format!("-seed={}", self.options.seed)];
            let text = self.oracle.ask(&self.dir, &extra)?;
            let (_, ws) = self.open(&text, &[])?;
            good = Some(good.unwrap_or(true) & self.pairs(|| refs::compare(&ws, &self.dir, &text)));
        }
        match good {
            Some(it) => Ok(it),
            None => self.facts(),
        }
    }

    /// The world in which we are asked, and the workspace in it.
    fn open(&self, text: &str, files: &[&str]) -> Result<(Arc<World>, Workspace)> {
        let mut world = World::new(self.dir.clone(), self.goroot.to_path_buf(), self.options.missing.clone());
        world.break_files(files, self.options.planted, self.options.seed)?;
        let world = Arc::new(world);
        let project = world.load(&facts::modules(text), &self.options.target)?;
        Ok((world, Workspace::new(Arc::new(project))))
    }

    /// Prints how long go/types and we take to look at all of the module, with its tests.
    fn time(&self) -> Result<bool> {
        let text = self.oracle.ask(&self.dir, &["-time".to_owned()])?;
        let theirs = text.lines().last().unwrap_or("");
        println!("  go/types, seconds and bytes: {theirs}");
        for threads in [rayon::current_num_threads(), 1] {
            let (start, before) = (Instant::now(), processor_seconds());
            let (_, ws) = self.open(&text, &[])?;
            let loaded = start.elapsed().as_secs_f64();
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().map_err(|it| it.to_string())?;
            let files = pool.install(|| compare::check_all(&ws));
            let seconds = start.elapsed().as_secs_f64();
            let cpu = processor_seconds() - before;
            println!(
                "  we, {threads} threads: list {loaded:.3} all {seconds:.3} cpu {cpu:.2}, {files} files; {}",
                memory()
            );
        }
        Ok(true)
    }

    fn pairs(&self, compare: impl FnOnce() -> Pairs) -> bool {
        let start = Instant::now();
        let mut pairs = compare();
        println!("  compared in {:.2} s", start.elapsed().as_secs_f64());
        pairs.print(self.options.shown, self.options.unknown_shown);
        pairs.is_good()
    }

    fn facts(&self) -> Result<bool> {
        let text = self.oracle.ask(&self.dir, &[])?;
        let files = facts::files(&text);
        let paths: Vec<&str> = files.iter().map(|it| it.path).collect();
        let (world, ws) = self.open(&text, &paths)?;
        let reduced = match self.options.missing {
            Missing::Files { percent, seed, listed: false } => {
                self.oracle.ask(&self.dir, &[format!("-drop={percent}"), format!("-seed={seed}")])?
            }
            _ => String::new(),
        };
        let start = Instant::now();
        let theirs = Theirs { files: &files, reduced: &facts::files(&reduced), falsify: self.options.falsify };
        let mut report = compare::compare(&world, &ws, &theirs, self.options.unknown_shown);
        println!("  compared in {:.2} s", start.elapsed().as_secs_f64());
        report.print(self.options.shown);
        Ok(report.is_good(world.is_whole()))
    }
}
