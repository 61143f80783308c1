use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::project::Project;
use crate::write::FileWrite;

/// What the `go` command shall say about changes before they are written.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum GoVerb {
    /// `go build`; tests are type-checked as well.
    Build,
    /// The same, and `go vet`.
    Vet,
    /// The same, and `go test`, which runs the project's code.
    Test,
}

/// Why the `go` command could not be asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum GoCheckError {
    /// There is none on the `PATH`.
    NoGo,
    /// It could not be started.
    NotStarted(String),
    /// It does not get as far as to look at the code; what it says.
    Unusable(String),
    /// The new texts could not be put where it can read them.
    Files(String),
}

impl fmt::Display for GoCheckError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            GoCheckError::NoGo => write!(f, "there is no go command on the PATH; --verify needs one"),
            GoCheckError::NotStarted(error) => write!(f, "the go command could not be started: {error}"),
            GoCheckError::Unusable(message) => write!(f, "the go command cannot check the module: {message}"),
            GoCheckError::Files(error) => write!(f, "the new texts could not be laid out for the go command: {error}"),
        }
    }
}

impl std::error::Error for GoCheckError {}

/// The `go` command, for whoever has it: it looks at files as they would be, without their being written.
///
/// It runs offline, with the toolchain at hand, and without what the environment may say about flags.
#[derive(Clone, Debug)]
pub struct GoCheck {
    program: PathBuf,
    verb: GoVerb,
    tags: Vec<String>,
}

/// What `go list` says of the packages of one module.
struct Packages {
    /// Import paths by directory.
    by_dir: BTreeMap<PathBuf, String>,
    /// Who imports a package, tests included.
    importers: BTreeMap<String, BTreeSet<String>>,
}

const LIST: &str =
    "{{.Dir}}\t{{.ImportPath}}\t{{join .Imports \" \"}} {{join .TestImports \" \"}} {{join .XTestImports \" \"}}";

impl GoCheck {
    /// The `go` command on the `PATH`.
    ///
    /// # Errors
    /// There is none, or it does not start.
    pub fn new(verb: GoVerb, tags: &[String]) -> Result<GoCheck, GoCheckError> {
        let check = GoCheck { program: PathBuf::from("go"), verb, tags: tags.to_vec() };
        match check.command(Path::new(".")).arg("version").output() {
            Ok(_) => Ok(check),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(GoCheckError::NoGo),
            Err(error) => Err(GoCheckError::NotStarted(error.to_string())),
        }
    }

    /// What Go complains about in the packages that `changes` touch, and in those of the same modules that depend on them,
    /// once with the changes and once without: the messages that the changes bring.
    ///
    /// # Errors
    /// Go cannot be run, or not on these modules.
    pub fn new_complaints(&self, project: &Project, changes: &[FileWrite<'_>]) -> Result<Vec<String>, GoCheckError> {
        let overlay = Overlay::new(project.root(), changes)?;
        let mut complaints = Vec::new();
        for (module, dirs) in modules(project, changes) {
            let packages = self.affected(&module, &dirs)?;
            if packages.is_empty() {
                continue;
            }
            let after = self.complaints(&module, &packages, Some(&overlay))?;
            if !after.is_empty() {
                // Only now, since most code is fine before and after.
                let before: BTreeSet<String> =
                    self.complaints(&module, &packages, None)?.iter().map(|it| without_places(it)).collect();
                complaints.extend(after.into_iter().filter(|it| !before.contains(&without_places(it))));
            }
        }
        Ok(complaints)
    }

    /// The packages in `dirs` of a module, and all that depend on them.
    fn affected(&self, module: &Path, dirs: &BTreeSet<PathBuf>) -> Result<Vec<String>, GoCheckError> {
        let packages = self.list(module)?;
        let mut todo: Vec<&String> = dirs.iter().filter_map(|it| packages.by_dir.get(it)).collect();
        let mut affected: BTreeSet<&String> = todo.iter().copied().collect();
        while let Some(package) = todo.pop() {
            let importers = packages.importers.get(package).into_iter().flatten();
            todo.extend(importers.filter(|it| affected.insert(it)));
        }
        Ok(affected.into_iter().cloned().collect())
    }

    fn list(&self, module: &Path) -> Result<Packages, GoCheckError> {
        let mut command = self.command(module);
        command.args(["list", "-e", "-f", LIST]).args(self.tag_flag()).arg("./...");
        let out = output(&mut command)?;
        if !out.status.success() {
            return Err(GoCheckError::Unusable(String::from_utf8_lossy(&out.stderr).trim().to_owned()));
        }
        let mut packages = Packages { by_dir: BTreeMap::new(), importers: BTreeMap::new() };
        for line in String::from_utf8_lossy(&out.stdout).lines() {
            let mut parts = line.splitn(3, '\t');
            let (Some(dir), Some(path), Some(imports)) = (parts.next(), parts.next(), parts.next()) else { continue };
            packages.by_dir.insert(PathBuf::from(dir), path.to_owned());
            for import in imports.split_whitespace() {
                packages.importers.entry(import.to_owned()).or_default().insert(path.to_owned());
            }
        }
        Ok(packages)
    }

    /// All that Go says of the packages.
    fn complaints(
        &self,
        module: &Path,
        packages: &[String],
        overlay: Option<&Overlay>,
    ) -> Result<Vec<String>, GoCheckError> {
        // Some analyzer has to run for vet to check the types of tests; this one does next to nothing.
        let mut runs: Vec<&[&str]> = vec![&["build", "-o", NOWHERE]];
        match self.verb {
            GoVerb::Build => runs.push(&["vet", "-asmdecl"]),
            GoVerb::Vet | GoVerb::Test => runs.push(&["vet"]),
        }
        if self.verb == GoVerb::Test {
            runs.push(&["test", "-vet=off"]);
        }
        let mut complaints = Vec::new();
        for run in runs {
            let mut command = self.command(module);
            command.args(run).args(self.tag_flag());
            if let Some(overlay) = overlay {
                command.arg("-overlay").arg(&overlay.index);
            }
            let out = output(command.args(packages))?;
            if out.status.success() {
                continue;
            }
            let texts = [&out.stderr, &out.stdout].map(|it| String::from_utf8_lossy(it).into_owned());
            let lines = texts.iter().flat_map(|it| it.lines()).filter(|it| is_complaint(it));
            let named = lines.map(|it| overlay.map_or_else(|| it.to_owned(), |overlay| overlay.named(it, module)));
            complaints.extend(named.map(|it| bare(&it).to_owned()));
            // What does not build need not be tried any further.
            break;
        }
        Ok(complaints)
    }

    fn command(&self, dir: &Path) -> Command {
        let mut command = Command::new(&self.program);
        command.current_dir(dir);
        let settings = [("GOTOOLCHAIN", "local"), ("GOPROXY", "off"), ("GOFLAGS", "-buildvcs=false"), ("GOENV", "off")];
        command.envs(settings);
        command
    }

    fn tag_flag(&self) -> Option<String> {
        (!self.tags.is_empty()).then(|| format!("-tags={}", self.tags.join(",")))
    }
}

const NOWHERE: &str = if cfg!(windows) { "NUL" } else { "/dev/null" };

/// Where the changed files are: directories by module.
fn modules(project: &Project, changes: &[FileWrite<'_>]) -> BTreeMap<PathBuf, BTreeSet<PathBuf>> {
    let mut modules = BTreeMap::<PathBuf, BTreeSet<PathBuf>>::new();
    for change in changes {
        let path = project.root().join(change.path);
        let Some(dir) = path.parent() else { continue };
        let module = project.modules().iter().map(|it| &it.dir).filter(|it| dir.starts_with(it));
        if let Some(module) = module.max_by_key(|it| it.components().count()) {
            modules.entry(module.clone()).or_default().insert(dir.to_path_buf());
        }
    }
    modules
}

fn output(command: &mut Command) -> Result<Output, GoCheckError> {
    command.output().map_err(|it| GoCheckError::NotStarted(it.to_string()))
}

/// Whether a line is more than a heading.
fn is_complaint(line: &str) -> bool {
    let is_heading = line.starts_with('#') || line.trim().is_empty();
    let is_summary = ["ok ", "ok\t", "?  ", "?\t", "PASS", "=== "].iter().any(|it| line.starts_with(it));
    !is_heading && !is_summary && line != "FAIL"
}

/// A message as both `go build` and `go vet` would give it.
fn bare(message: &str) -> &str {
    let message = message.strip_prefix("vet: ").unwrap_or(message);
    message.strip_prefix("./").unwrap_or(message)
}

/// A message without lines, columns and times, which differ from run to run.
fn without_places(message: &str) -> String {
    let is_number = |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit());
    let parts: Vec<&str> = message.split(':').filter(|it| !is_number(it)).collect();
    let joined = parts.join(":");
    let is_time = |it: &str| it.trim_matches(['(', ')']).strip_suffix('s').is_some_and(|it| it.parse::<f64>().is_ok());
    joined.split_whitespace().filter(|it| !is_time(it)).collect::<Vec<_>>().join(" ")
}

/// New texts in a temporary directory, and a file that tells the `go` command so.
struct Overlay {
    _dir: tempfile::TempDir,
    root: PathBuf,
    texts: PathBuf,
    index: PathBuf,
}

impl Overlay {
    fn new(root: &Path, changes: &[FileWrite<'_>]) -> Result<Overlay, GoCheckError> {
        let failed = |error: io::Error| GoCheckError::Files(error.to_string());
        let dir = tempfile::Builder::new().prefix("gofix-verify-").tempdir().map_err(failed)?;
        let texts = dir.path().join("texts");
        let mut replace = serde_json::Map::new();
        for change in changes {
            let backing = match change.after {
                Some(text) => {
                    let path = texts.join(change.path);
                    fs::create_dir_all(path.parent().unwrap_or(&texts)).map_err(failed)?;
                    fs::write(&path, text).map_err(failed)?;
                    path.to_string_lossy().into_owned()
                }
                None => String::new(),
            };
            replace.insert(root.join(change.path).to_string_lossy().into_owned(), backing.into());
        }
        let index = dir.path().join("overlay.json");
        fs::write(&index, serde_json::json!({ "Replace": replace }).to_string()).map_err(failed)?;
        Ok(Overlay { _dir: dir, root: root.to_path_buf(), texts, index })
    }

    /// A message about a temporary file as one about the file that it stands for, which go names relative to the module.
    fn named(&self, message: &str, module: &Path) -> String {
        let module = module.strip_prefix(&self.root).unwrap_or(Path::new("")).to_string_lossy();
        let name = self.texts.parent().and_then(Path::file_name).unwrap_or_default().to_string_lossy();
        let inside = format!("{name}/texts/");
        let mut named = String::new();
        let mut rest = message;
        while let Some(at) = rest.find(&inside) {
            // What leads to the temporary directory goes with its name.
            let is_part = |it: char| !it.is_whitespace() && !matches!(it, '(' | ':' | '"');
            let start = rest[..at].rfind(|it| !is_part(it)).map_or(0, |it| it + 1);
            named += &rest[..start];
            rest = &rest[at + inside.len()..];
            if !module.is_empty() {
                rest = rest.strip_prefix(&*module).and_then(|it| it.strip_prefix('/')).unwrap_or(rest);
            }
        }
        named + rest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_without_what_differs() {
        assert_eq!(without_places("./a.go:12:3: undefined: x"), "./a.go: undefined: x");
        assert_eq!(without_places("--- FAIL: TestX (0.01s)"), "--- FAIL: TestX");
        assert_eq!(without_places("FAIL\tex.com/m\t0.015s"), "FAIL ex.com/m");
    }

    #[test]
    fn messages_name_the_files_that_are_meant() {
        let change = FileWrite { path: "b/a.go", before: None, after: Some(b"package b\n") };
        let overlay = Overlay::new(Path::new("/m"), &[change]).unwrap();
        let path = overlay.texts.join("b/a.go");
        assert_eq!(fs::read(&path).unwrap(), b"package b\n");
        let shown = path.display();
        assert_eq!(
            overlay.named(&format!("vet: {shown}:1:2: x (see {shown}:3)"), Path::new("/m")),
            "vet: b/a.go:1:2: x (see b/a.go:3)"
        );
        let name = overlay.index.parent().and_then(Path::file_name).unwrap().to_string_lossy().into_owned();
        assert_eq!(overlay.named(&format!("../../tmp/{name}/texts/b/a.go:1: y"), Path::new("/m/b")), "a.go:1: y");
        assert_eq!(bare("vet: ./a.go:1: y"), "a.go:1: y");
    }

    #[test]
    fn headings_are_no_complaints() {
        assert!(!is_complaint("# ex.com/m"));
        assert!(!is_complaint("ok  \tex.com/m\t0.1s"));
        assert!(!is_complaint("FAIL"));
        assert!(is_complaint("FAIL\tex.com/m [build failed]"));
    }
}
