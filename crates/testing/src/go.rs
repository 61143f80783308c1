//! What Go itself says of the texts before and after.

use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    process::{Command, Output},
};

use crate::Run;

/// The version of the Go that is installed, if one is: `go1.26.1`.
pub fn version() -> Option<String> {
    let output = command("go", Path::new(".")).args(["env", "GOVERSION"]).output().ok()?;
    let version = String::from_utf8(output.stdout).ok()?;
    (output.status.success() && !version.trim().is_empty()).then(|| version.trim().to_owned())
}

/// Checks with gofmt that what was gofmt-clean still is, and with `go vet` that what is meant to compile does, before and
/// after. All runs are checked together: one module for each text of a case, and all of them in one `go.work`. Returns
/// in sentences what is wrong.
///
/// # Errors
/// The files cannot be written, or Go cannot be run.
pub fn verify<'a>(runs: impl IntoIterator<Item = &'a Run>) -> Result<Vec<String>, String> {
    let dir = tempfile::tempdir().map_err(|it| it.to_string())?;
    let sides = sides(runs);
    for side in &sides {
        side.write(dir.path()).map_err(|it| format!("{}: {it}", side.run.case().name))?;
    }
    let mut wrong = unformatted(dir.path(), &sides)?;
    wrong.extend(uncompiled(dir.path(), &sides)?);
    Ok(wrong)
}

/// Runs the cases that are programs, before and after, and compares what they print. What comes out is also run with the
/// race detector, where that can be had. Returns in sentences what is wrong.
///
/// # Errors
/// The files cannot be written, or Go cannot be run or does not compile them.
pub fn execute<'a>(runs: impl IntoIterator<Item = &'a Run>) -> Result<Vec<String>, String> {
    let dir = tempfile::tempdir().map_err(|it| it.to_string())?;
    let root = dir.path();
    let sides = sides(runs.into_iter().filter(|it| it.case().runs));
    if sides.is_empty() {
        return Ok(Vec::new());
    }
    for side in &sides {
        side.write(root).map_err(|it| format!("{}: {it}", side.run.case().name))?;
    }
    workspace(root, sides.iter())?;
    let build = |flags: &[&str], out: &str, only: &str| -> Result<(), String> {
        fs::create_dir_all(root.join(out)).map_err(|it| it.to_string())?;
        let patterns = sides.iter().filter(|it| it.side.contains(only)).map(|it| format!("./{}", it.name));
        let output = run(command("go", root).arg("build").args(flags).args(["-o", out]).args(patterns))?;
        match output.status.success() {
            true => Ok(()),
            false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
        }
    };
    build(&[], "plain/", "")?;
    let has_race = build(&["-race"], "race/", "after").is_ok();
    let print = |out: &str, side: &Side<'_>| {
        let output = run(&mut command(&root.join(out).join(&side.name).to_string_lossy(), root))?;
        Ok::<_, String>((output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned()))
    };
    let mut wrong = Vec::new();
    for [before, after] in sides.as_chunks::<2>().0 {
        let name = &before.run.case().name;
        let expected = print("plain", before)?;
        let mut compare = |how: &str, found: (Option<i32>, String)| {
            if found != expected {
                wrong.push(format!("{name}: before, it prints\n{}and after{how}\n{}", expected.1, found.1));
            }
        };
        compare("", print("plain", after)?);
        if has_race {
            compare(", with -race,", print("race", after)?);
        }
    }
    Ok(wrong)
}

fn sides<'a>(runs: impl IntoIterator<Item = &'a Run>) -> Vec<Side<'a>> {
    let mut sides = Vec::new();
    for (index, run) in runs.into_iter().enumerate() {
        for (side, files) in [("before", &run.case().files), ("after", run.files_after())] {
            sides.push(Side { run, side, name: format!("m{index}{side}"), files });
        }
    }
    sides
}

/// Makes one workspace of the modules, and of stand-ins for modules that are not there without network.
fn workspace<'s, 'a: 's>(root: &Path, sides: impl Iterator<Item = &'s Side<'a>>) -> Result<(), String> {
    const ERRGROUP: &str = include_str!("../modules/sync/errgroup/errgroup.go");
    let uses: String = sides.map(|it| format!("\t./{}\n", it.name)).collect();
    let version = version().ok_or("go is not installed")?;
    let work = format!("go {}\n\nuse (\n\t./modules/sync\n{uses})\n", version.trim_start_matches("go"));
    let files = [
        ("go.work", work.as_str()),
        ("modules/sync/go.mod", include_str!("../modules/sync/go.mod")),
        ("modules/sync/errgroup/errgroup.go", ERRGROUP),
    ];
    let write = |(path, text): (&str, &str)| {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap_or(root))?;
        fs::write(path, text)
    };
    files.into_iter().try_for_each(write).map_err(|it| it.to_string())
}

/// All files of a case, before or after the run.
struct Side<'a> {
    run: &'a Run,
    side: &'static str,
    /// The name of the directory.
    name: String,
    files: &'a BTreeMap<String, String>,
}

impl Side<'_> {
    /// Writes the files, in a module of a name of its own, since a workspace cannot have two of one name.
    fn write(&self, root: &Path) -> std::io::Result<()> {
        let module = self.files.get("go.mod").and_then(|it| it.lines().find_map(|it| it.strip_prefix("module ")));
        for (path, text) in self.files {
            let path = root.join(&self.name).join(path);
            fs::create_dir_all(path.parent().unwrap_or(root))?;
            let own = module.map(|it| text.replace(it.trim(), &format!("example.com/{}", self.name)));
            fs::write(path, own.as_ref().unwrap_or(text))?;
        }
        Ok(())
    }

    fn is_compiled(&self) -> bool {
        self.run.case().compiles
    }
}

/// Cases whose files gofmt likes before and not after.
fn unformatted(root: &Path, sides: &[Side<'_>]) -> Result<Vec<String>, String> {
    // Files with syntax errors are an error of gofmt's, which then lists the others all the same.
    let output = run(command("gofmt", root).args(["-l", "."]))?;
    let listed = String::from_utf8_lossy(&output.stdout);
    let is_dirty = |side: &Side<'_>, path: &str| {
        listed.lines().any(|it| it.strip_prefix(&side.name).is_some_and(|it| it.strip_prefix('/') == Some(path)))
    };
    let mut wrong = Vec::new();
    for [before, after] in sides.as_chunks::<2>().0 {
        for path in after.files.keys().filter(|it| is_dirty(after, it) && !is_dirty(before, it)) {
            wrong.push(format!("{}: gofmt does not like {path} any more", after.run.case().name));
        }
    }
    Ok(wrong)
}

/// What `go vet` does not look for, because rules repair it: the texts before have it.
const NOT_VETTED: &[&str] = &["-sigchanyzer=false", "-waitgroup=false", "-loopclosure=false", "-lostcancel=false"];

/// Cases of which Go does not compile one side, with its first complaint.
fn uncompiled(root: &Path, sides: &[Side<'_>]) -> Result<Vec<String>, String> {
    let compiled: Vec<&Side<'_>> = sides.iter().filter(|it| it.is_compiled()).collect();
    workspace(root, compiled.iter().copied())?;
    let patterns = compiled.iter().map(|it| format!("./{}/...", it.name));
    let output = run(command("go", root).arg("vet").args(NOT_VETTED).args(patterns))?;
    if output.status.success() {
        return Ok(Vec::new());
    }
    let complaints = String::from_utf8_lossy(&output.stderr);
    let mut wrong = Vec::new();
    for side in compiled {
        let of_side = |it: &&str| it.contains(&format!("{}/", side.name)) && !it.starts_with('#');
        if let Some(line) = complaints.lines().find(of_side) {
            wrong.push(format!("{}, {}: {line}", side.run.case().name, side.side));
        }
    }
    if wrong.is_empty() {
        wrong.push(format!("go vet failed: {complaints}"));
    }
    Ok(wrong)
}

/// A command that neither looks around nor asks the network.
fn command(program: &str, dir: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(dir).envs([
        ("GOFLAGS", ""),
        ("GOPROXY", "off"),
        ("GOTOOLCHAIN", "local"),
        ("GO111MODULE", "on"),
    ]);
    command.env_remove("GOWORK");
    command
}

fn run(command: &mut Command) -> Result<Output, String> {
    command.output().map_err(|it| format!("{}: {it}", command.get_program().display()))
}
