//! A directory with some files, and the program run in it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

pub(crate) const GO_MOD: &str = "module example.com/m\n\ngo 1.21\n";

/// A loop that ticks: one safe fix.
pub(crate) const TICK: &str = "package m\n\nimport \"time\"\n\nfunc poll(work func() bool) {\n\tfor range time.Tick(time.Second) {\n\t\tif !work() {\n\t\t\treturn\n\t\t}\n\t}\n}\n";

/// The same with a period that might not be positive: one fix that needs review.
pub(crate) const TICK_REVIEW: &str = "package m\n\nimport \"time\"\n\nfunc pollEvery(every time.Duration, work func() bool) {\n\tfor range time.Tick(every) {\n\t\tif !work() {\n\t\t\treturn\n\t\t}\n\t}\n}\n";

/// A ticker that outlives its function: left alone.
pub(crate) const TICK_KEPT: &str =
    "package m\n\nimport \"time\"\n\nfunc ticks() <-chan time.Time {\n\treturn time.Tick(time.Second)\n}\n";

/// An empty interface: one safe fix.
pub(crate) const ANY: &str = "package m\n\nfunc show(x interface{}) {}\n";

/// The program.
const PROGRAM: &str = env!("CARGO_BIN_EXE_gofix-rs");

/// The user and group that own nothing.
#[cfg(unix)]
const NOBODY: u32 = 65534;

/// A directory in which the program runs.
pub(crate) struct Place {
    _dir: TempDir,
    path: PathBuf,
}

impl Place {
    /// A module with these files besides its go.mod.
    pub(crate) fn new(files: &[(&str, &str)]) -> Place {
        let place = Place::empty();
        place.write("go.mod", GO_MOD);
        files.iter().for_each(|(path, text)| place.write(path, text));
        place
    }

    pub(crate) fn empty() -> Place {
        let dir = tempfile::tempdir().expect("a directory for the test");
        let path = dir.path().canonicalize().expect("its real path");
        Place { _dir: dir, path }
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.path.join(path)
    }

    pub(crate) fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a directory")).expect("directories are made");
        fs::write(path, content).expect("the file is written");
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// All files below, by path.
    pub(crate) fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let mut files = BTreeMap::new();
        let mut dirs = vec![self.path.clone()];
        while let Some(dir) = dirs.pop() {
            for entry in fs::read_dir(dir).expect("the directory can be listed") {
                let path = entry.expect("an entry").path();
                let kind = fs::symlink_metadata(&path).expect("its kind").file_type();
                let name = path.strip_prefix(&self.path).expect("it is below").to_string_lossy().into_owned();
                match kind {
                    _ if kind.is_dir() && name != ".git" => dirs.push(path),
                    _ if kind.is_file() => drop(files.insert(name, fs::read(path).expect("its content"))),
                    _ => {}
                }
            }
        }
        files
    }

    /// The program, to be run here, without what the environment says about colours and Go.
    pub(crate) fn command(&self) -> Command {
        self.command_of(Path::new(PROGRAM))
    }

    fn command_of(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.path).stdin(Stdio::null());
        for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "GOOS", "GOARCH", "CGO_ENABLED", "GOFLAGS"] {
            command.env_remove(name);
        }
        command
    }

    /// Runs the program with arguments that are separated by spaces.
    pub(crate) fn run(&self, args: &str) -> Ran {
        self.ran(self.command().args(args.split_whitespace()).output())
    }

    /// Runs it with that on its stdin.
    pub(crate) fn run_with(&self, args: &str, stdin: impl AsRef<[u8]>) -> Ran {
        let mut command = self.command();
        command.args(args.split_whitespace()).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let mut pipe = child.stdin.take().expect("its stdin");
        let stdin = stdin.as_ref().to_owned();
        // The program may end without reading all of it.
        let writer = std::thread::spawn(move || drop(pipe.write_all(&stdin)));
        let ran = self.ran(child.wait_with_output());
        writer.join().expect("stdin is written");
        ran
    }

    /// The place as a user has it whom permissions bind: one who is not root. None, with a line that says so, if there is no
    /// such user to be had.
    #[cfg(unix)]
    pub(crate) fn unprivileged(&self, what: &str) -> Option<Unprivileged<'_>> {
        use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
        use std::os::unix::process::CommandExt;
        if fs::metadata(&self.path).expect("its owner").uid() != 0 {
            return Some(Unprivileged { place: self, program: None });
        }
        let dir = tempfile::tempdir().expect("a directory for the program");
        let program = dir.path().join("gofix-rs");
        fs::hard_link(PROGRAM, &program).or_else(|_| fs::copy(PROGRAM, &program).map(drop)).expect("a second program");
        for path in [dir.path(), &*self.path] {
            fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("permissions are set");
        }
        let mut paths = vec![self.path.clone()];
        while let Some(path) = paths.pop() {
            chown(&path, Some(NOBODY), Some(NOBODY)).expect("root may do this");
            paths.extend(fs::read_dir(path).into_iter().flatten().map(|it| it.expect("an entry").path()));
        }
        let mut check = Command::new(&program);
        check.arg("--version").current_dir(&self.path).uid(NOBODY).gid(NOBODY).stdout(Stdio::null());
        if check.status().is_ok_and(|status| status.success()) {
            return Some(Unprivileged { place: self, program: Some((dir, program)) });
        }
        eprintln!("skipped, since root may do anything and nobody else may run the program: {what}");
        None
    }

    /// What came out of the program, free of what differs from run to run.
    pub(crate) fn ran(&self, output: std::io::Result<Output>) -> Ran {
        let Output { status, stdout, stderr } = output.expect("the program runs");
        let code = status.code().unwrap_or_else(|| panic!("ended by a signal: {}", String::from_utf8_lossy(&stderr)));
        let stderr = String::from_utf8(stderr).expect("messages are UTF-8");
        Ran { code, stdout, stderr: without_time(&stderr).replace(&*self.path.to_string_lossy(), "[dir]") }
    }

    /// Runs `git` here.
    pub(crate) fn git(&self, args: &[&str], stdin: &[u8]) {
        git(&self.path, args, stdin);
    }

    /// What the program does for each of these lines of arguments, to be compared with a snapshot.
    pub(crate) fn transcript(&self, runs: &[&str]) -> String {
        runs.iter().map(|args| self.run(args).transcript(args)).collect::<Vec<_>>().join("\n")
    }
}

pub(crate) fn git(dir: &Path, args: &[&str], stdin: &[u8]) {
    let mut command = Command::new("git");
    command.args(["-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "core.autocrlf=false"]);
    command.args(args).current_dir(dir).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("git is installed");
    child.stdin.take().expect("its stdin").write_all(stdin).expect("git reads its stdin");
    let output = child.wait_with_output().expect("git runs");
    assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// See [`Place::unprivileged`].
#[cfg(unix)]
pub(crate) struct Unprivileged<'p> {
    place: &'p Place,
    /// Where nobody can get at it.
    program: Option<(TempDir, PathBuf)>,
}

#[cfg(unix)]
impl Unprivileged<'_> {
    pub(crate) fn transcript(&self, runs: &[&str]) -> String {
        use std::os::unix::process::CommandExt;
        let run = |args: &&str| {
            let output = match &self.program {
                Some((_, program)) => {
                    let mut command = self.place.command_of(program);
                    command.uid(NOBODY).gid(NOBODY).args(args.split_whitespace()).output()
                }
                None => self.place.command().args(args.split_whitespace()).output(),
            };
            self.place.ran(output).transcript(args)
        };
        runs.iter().map(run).collect::<Vec<_>>().join("\n")
    }
}

/// What came out of one run.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
}

impl Ran {
    pub(crate) fn stdout(&self) -> &str {
        std::str::from_utf8(&self.stdout).expect("stdout is UTF-8")
    }

    pub(crate) fn transcript(&self, args: &str) -> String {
        let mut text = format!("$ gofix-rs {args}\n");
        for (name, stream) in [("stdout", &*String::from_utf8_lossy(&self.stdout)), ("stderr", &self.stderr)] {
            if !stream.is_empty() {
                let _ = write!(text, "--- {name}\n{stream}");
            }
        }
        text + &format!("--- exit status {}\n", self.code)
    }
}

/// The text with the time in the summary, such as `0.04 s`, made the same for all runs.
fn without_time(text: &str) -> String {
    let line = |line: &str| match line.rsplit_once("; ") {
        Some((summary, time)) if time.starts_with(|it: char| it.is_ascii_digit()) && time.contains(" s") => {
            let end = time.find(" s").map_or(0, |at| at + 2);
            format!("{summary}; [time]{}", &time[end..])
        }
        _ => line.to_owned(),
    };
    text.split_inclusive('\n').map(line).collect()
}

/// Compares with a snapshot.
pub(crate) fn snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::new();
    settings.set_snapshot_path(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../snapshots/cli"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}
