//! `infer`: the types of all expressions of a module, with its tests, in a process that does nothing else, so that it can
//! be timed from outside.

use std::{
    fs,
    path::Path,
    process::{Command, ExitCode},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Instant,
};

use gofix_project::{Config, DiskFiles, LoadOptions, Project};
use gofix_semantic::{Types, Workspace};

use crate::{Result, flags::Flags, meter::memory, output_of};

/// Flags with a value.
pub(crate) const OPTIONS: &[&str] = &["--threads", "--patterns"];

pub(crate) fn run(flags: &Flags) -> Result<ExitCode> {
    let start = Instant::now();
    if let Some(threads) = flags.get("--threads")? {
        rayon::ThreadPoolBuilder::new().num_threads(threads).build_global().map_err(|it| it.to_string())?;
    }
    let [dir] = flags.some_paths()? else { return Err("name one directory".to_owned()) };
    let mut options = LoadOptions::from_env().map_err(|it| it.to_string())?;
    options.cwd = dir.canonicalize().map_err(|it| format!("{}: {it}", dir.display()))?;
    options.patterns =
        flags.get::<String>("--patterns")?.iter().flat_map(|it| it.split(',')).map(str::to_owned).collect();
    options.config = Config { cgo: true, ..options.config };
    let project = Project::load(Arc::new(DiskFiles), &options).map_err(|it| it.to_string())?;
    let listed = start.elapsed().as_secs_f64();
    let serial = thread_seconds();
    let ws = Workspace::new(Arc::new(project));
    let threads = check_all(&ws);
    let files: usize = threads.iter().map(|it| it.0).sum();
    let seconds: Vec<String> = threads.iter().map(|it| format!("{:.3}", it.1)).collect();
    println!(
        "list {listed:.3} all {:.3}, {files} files; processor: before the threads {serial:.3}, of each thread {}; {}",
        start.elapsed().as_secs_f64(),
        seconds.join(" "),
        memory()
    );
    // The process ends here; what it has need not be freed piece by piece.
    std::mem::forget(ws);
    Ok(ExitCode::SUCCESS)
}

/// Looks at all files of the project that belong to the configuration, on all threads; of each thread the number of files
/// and the time that it has had a processor.
fn check_all(ws: &Workspace) -> Vec<(usize, f64)> {
    let dirs: Vec<_> = ws.project().dirs().iter().filter(|it| !it.in_vendor()).collect();
    let next = AtomicUsize::new(0);
    rayon::broadcast(|_| {
        let before = thread_seconds();
        let types = Types::new(ws, ws.project().config().clone());
        let mut files = 0;
        while let Some(dir) = dirs.get(next.fetch_add(1, Ordering::Relaxed)) {
            files += dir.file_ids().filter(|it| types.check_file(*it)).count();
        }
        std::mem::forget(types);
        (files, thread_seconds() - before)
    })
}

/// The time that this thread has had a processor, as Linux says it; 0 elsewhere.
fn thread_seconds() -> f64 {
    let text = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    text.split_whitespace().next().and_then(|it| it.parse::<f64>().ok()).unwrap_or(0.0) / 1e9
}

/// Runs that many pairs of processes, on all threads and on one in turn, and prints how long they took as a whole.
pub(crate) fn time_processes(dir: &Path, patterns: &[String], pairs: usize) -> Result<()> {
    let program = std::env::current_exe().map_err(|it| it.to_string())?;
    let counts = [rayon::current_num_threads(), 1];
    let mut ratios = Vec::new();
    for _ in 0..pairs {
        let mut walls = [0.0; 2];
        for (wall, count) in walls.iter_mut().zip(counts) {
            let mut command = Command::new(&program);
            command.args(["infer", "--threads", &count.to_string()]).arg(dir);
            if !patterns.is_empty() {
                command.args(["--patterns", &patterns.join(",")]);
            }
            let start = Instant::now();
            let said = output_of(&mut command)?;
            *wall = start.elapsed().as_secs_f64();
            print!("  we, {count} threads: process {wall:.3}; {}", String::from_utf8_lossy(&said));
        }
        ratios.push(walls[1] / walls[0]);
    }
    ratios.sort_by(f64::total_cmp);
    let middle = ratios.get(ratios.len() / 2).copied().unwrap_or(0.0);
    println!("  one thread takes {middle:.2} times as long as {} (the middle of {pairs} pairs)", counts[0]);
    Ok(())
}
