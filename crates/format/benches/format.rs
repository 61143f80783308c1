//! How fast Go files are compared with their formatted selves on one core, beside `gofmt -l`: `cargo bench -p gofix-format`.
//!
//! The files are those below the directory that `GOFIX_BENCH_DIR` names, or of the standard library of the `go` on
//! `PATH`; gofmt is what `GOFIX_GOFMT` names, or the one on `PATH`. Both sides walk the directory, read the files, format
//! them, compare, and say which are different, one thread each. Where `taskset` is, both are bound to the same core, so that
//! the other cores cannot help with gofmt's garbage collection either.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
    process::{Command, ExitCode, Stdio},
    time::{Duration, Instant},
};

/// Runs of each side, in turn, of which the median counts.
const RUNS: usize = 5;
/// How many times faster we have to be.
const BAR: f64 = 3.0;
/// The argument by which this program knows that it is to be measured.
const LIST: &str = "--list";

fn main() -> ExitCode {
    let args: Vec<String> = env::args().collect();
    if let Some(at) = args.iter().position(|it| it == LIST) {
        return match args.get(at + 1).map(|dir| list(Path::new(dir))) {
            Some(Ok(())) => ExitCode::SUCCESS,
            _ => ExitCode::FAILURE,
        };
    }
    let Some(dir) = directory() else {
        println!("nothing to format: name a directory with Go files in GOFIX_BENCH_DIR");
        return ExitCode::SUCCESS;
    };
    match compare(&dir) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}: {error}", dir.display());
            ExitCode::FAILURE
        }
    }
}

/// What `gofmt -l` does.
fn list(dir: &Path) -> io::Result<()> {
    for path in go_files(dir)? {
        // Files that are no text are no Go, and those that are none have no other form.
        let Ok(text) = fs::read_to_string(&path) else { continue };
        if gofix_format::source(&text).is_ok_and(|it| it != text) {
            println!("{}", path.display());
        }
    }
    Ok(())
}

/// Measures both sides and prints the figures.
fn compare(dir: &Path) -> io::Result<()> {
    let files = go_files(dir)?;
    let mut bytes = 0;
    for path in &files {
        bytes += fs::metadata(path)?.len();
    }
    let (program, gofmt) = (env::current_exe()?, env::var_os("GOFIX_GOFMT").unwrap_or_else(|| "gofmt".into()));
    let core = free_core();
    let mut times = (Vec::new(), Vec::new());
    let mut listed = (0, 0);
    for _ in 0..RUNS {
        let (time, lines) = timed(bound(&program, core).arg(LIST).arg(dir))?;
        times.0.push(time);
        listed.0 = lines;
        let (time, lines) = timed(bound(Path::new(&gofmt), core).env("GOMAXPROCS", "1").arg("-l").arg(dir))?;
        times.1.push(time);
        listed.1 = lines;
    }
    let (ours, theirs) = (median(times.0), median(times.1));
    let line = |name: &str, time: Duration, listed: usize| {
        let (seconds, speed) = (time.as_secs_f64(), bytes as f64 / 1e6 / time.as_secs_f64());
        println!("{name:<14}{seconds:7.3} s {speed:8.1} MB/s {listed:6} files listed");
    };
    let bound = if core.is_some() { "bound to one core" } else { "not bound to a core: there is no taskset" };
    println!("{} files, {:.1} MB, median of {RUNS} runs, {bound}", files.len(), bytes as f64 / 1e6);
    line("gofix-format", ours, listed.0);
    line("gofmt -l", theirs, listed.1);
    println!("ratio         {:7.2} (bar: {BAR})", theirs.as_secs_f64() / ours.as_secs_f64());
    Ok(())
}

/// The last core, if programs can be bound to it.
fn free_core() -> Option<usize> {
    let core = std::thread::available_parallelism().ok()?.get() - 1;
    let mut probe = Command::new("taskset");
    let status = probe.args(["-c", &core.to_string(), "true"]).stderr(Stdio::null()).status();
    status.is_ok_and(|it| it.success()).then_some(core)
}

fn bound(program: &Path, core: Option<usize>) -> Command {
    let Some(core) = core else { return Command::new(program) };
    let mut command = Command::new("taskset");
    command.args(["-c", &core.to_string()]).arg(program);
    command
}

/// Runs a command: how long it takes, and how many lines it prints. gofmt fails where a file is no Go.
fn timed(command: &mut Command) -> io::Result<(Duration, usize)> {
    let start = Instant::now();
    let out = command.stderr(Stdio::null()).output()?;
    Ok((start.elapsed(), out.stdout.iter().filter(|it| **it == b'\n').count()))
}

fn directory() -> Option<PathBuf> {
    if let Some(dir) = env::var_os("GOFIX_BENCH_DIR") {
        return Some(PathBuf::from(dir));
    }
    let out = Command::new("go").args(["env", "GOROOT"]).output().ok()?;
    Some(Path::new(String::from_utf8(out.stdout).ok()?.trim()).join("src"))
}

/// The Go files that gofmt looks at below `dir`, in order of their paths.
fn go_files(dir: &Path) -> io::Result<Vec<PathBuf>> {
    let (mut pending, mut files) = (vec![dir.to_path_buf()], Vec::new());
    while let Some(dir) = pending.pop() {
        for entry in fs::read_dir(dir)? {
            let entry = entry?;
            let (kind, name) = (entry.file_type()?, entry.file_name());
            let name = name.as_encoded_bytes();
            if kind.is_dir() {
                pending.push(entry.path());
            } else if name.ends_with(b".go") && !name.starts_with(b".") {
                files.push(entry.path());
            }
        }
    }
    files.sort();
    Ok(files)
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}
