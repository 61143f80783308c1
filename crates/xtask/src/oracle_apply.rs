//! `oracle apply`: what Go says of whole modules before and after rules were applied to them.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use crate::{
    Result,
    flags::Flags,
    go::{Go, without_places},
    go_list, go_tests, output_of, tally, workspace,
};

pub(crate) const SWITCHES: &[&str] = &["--goroot", "--review", "--vet-all", "--test", "--race"];
pub(crate) const OPTIONS: &[&str] =
    &["--rule", "--set", "--go", "--bin", "--packages", "--timeout", "--goos", "--modules"];

pub(crate) fn run(go: &Go, flags: &Flags) -> Result<ExitCode> {
    let bin = flags.get("--bin")?.unwrap_or_else(|| workspace::target().join("release/gofix-rs"));
    let bin =
        bin.canonicalize().map_err(|it| format!("{}: {it}; build it first, or name it with --bin", bin.display()))?;
    let mut clean = true;
    for dir in flags.some_paths()? {
        let original = dir.canonicalize().map_err(|it| format!("{}: {it}", dir.display()))?;
        let copy = workspace::target().join("oracle/apply").join(original.file_name().unwrap_or_default());
        if copy.exists() {
            fs::remove_dir_all(&copy).map_err(|it| format!("{}: {it}", copy.display()))?;
        }
        workspace::copy_tree(&original, &copy).map_err(|it| format!("{}: {it}", original.display()))?;
        let named = flags.get::<String>("--modules")?;
        let modules = named.unwrap_or_else(|| if flags.has("--goroot") { "src,src/cmd" } else { "" }.to_owned());
        for module in modules.split(',') {
            let root = copy.join(module);
            println!("{}", original.join(module).display());
            clean &= Trial { go, bin: &bin, flags, copy: &copy, root, original: original.join(module) }.run()?;
        }
    }
    Ok(if clean { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// One module on which rules are tried.
struct Trial<'a> {
    go: &'a Go,
    bin: &'a Path,
    flags: &'a Flags,
    /// The copied directory.
    copy: &'a Path,
    /// The module in it.
    root: PathBuf,
    /// The module as it was.
    original: PathBuf,
}

/// A changed file, relative to the module, before and after. `None` where it is not there.
type Changed = BTreeMap<PathBuf, (Option<Vec<u8>>, Option<Vec<u8>>)>;

/// What Go says.
#[derive(Default)]
struct Verdict {
    messages: BTreeSet<String>,
    failing: BTreeSet<String>,
    passing: usize,
}

impl Trial<'_> {
    fn run(&self) -> Result<bool> {
        let report = self.ours("check", &["--explain", "--format", "json"])?;
        tally::print(&String::from_utf8_lossy(&report))?;
        self.ours("apply", &[])?;
        let changed = self.changed()?;
        println!("  {} files change", changed.len());
        let mut clean = true;
        let mut check = |name: &str, problems: Vec<String>| {
            println!("  {name}: {}", if problems.is_empty() { "yes" } else { "NO" });
            problems.iter().for_each(|it| println!("    {it}"));
            clean &= problems.is_empty();
        };
        let again = self.ours("diff", &[])?;
        check(
            "a second run changes nothing",
            String::from_utf8_lossy(&again).lines().take(20).map(str::to_owned).collect(),
        );
        let after_unclean = self.unformatted(&changed)?;
        self.write(&changed, |it| &it.0)?;
        let unclean = self.unformatted(&changed)?;
        check("what gofmt likes it likes afterwards", after_unclean.difference(&unclean).cloned().collect());
        let packages = packages(&changed);
        let mut before = self.verdict(&packages)?;
        before.messages.extend(self.elsewhere(&packages)?);
        self.write(&changed, |it| &it.1)?;
        let mut after = self.verdict(&packages)?;
        after.messages.extend(self.elsewhere(&packages)?);
        check("go build and go vet say nothing new", after.messages.difference(&before.messages).cloned().collect());
        if self.flags.has("--test") {
            self.drop_flaky(&before, &mut after)?;
            println!(
                "  tests: {} passed before, {} after; {} failed before",
                before.passing,
                after.passing,
                before.failing.len()
            );
            check("no test is newly failing", after.failing.difference(&before.failing).cloned().collect());
        }
        Ok(clean)
    }

    /// What our program prints.
    fn ours(&self, verb: &str, more: &[&str]) -> Result<Vec<u8>> {
        let mut command = Command::new(self.bin);
        command.current_dir(&self.root).arg(verb).args(more).args(["--color", "never"]);
        for option in ["--rule", "--go"] {
            if let Some(value) = self.flags.get::<String>(option)? {
                command.args([option, &value]);
            }
        }
        let settings = self.flags.get::<String>("--set")?.unwrap_or_default();
        settings.split(',').filter(|it| !it.is_empty()).for_each(|it| _ = command.args(["--set", it]));
        if self.flags.has("--review") {
            command.arg("--review");
        }
        let out = command.arg("./...").output().map_err(|it| format!("{command:?}: {it}"))?;
        match out.status.code() {
            Some(0 | 1) => Ok(out.stdout),
            _ => Err(format!("{command:?}: {}\n{}", out.status, String::from_utf8_lossy(&out.stderr))),
        }
    }

    /// The files that differ from the original: Go files, and what goes with a module.
    fn changed(&self) -> Result<Changed> {
        let mut changed = Changed::new();
        for dir in [&self.root, &self.original] {
            let mut paths = workspace::go_files(std::slice::from_ref(dir)).map_err(|it| it.to_string())?;
            paths.push(dir.join("go.mod"));
            for path in paths {
                let name = path.strip_prefix(dir).map_err(|it| it.to_string())?.to_path_buf();
                let (before, after) = (fs::read(self.original.join(&name)).ok(), fs::read(self.root.join(&name)).ok());
                if before != after {
                    changed.insert(name, (before, after));
                }
            }
        }
        Ok(changed)
    }

    fn write(
        &self,
        changed: &Changed,
        side: impl Fn(&(Option<Vec<u8>>, Option<Vec<u8>>)) -> &Option<Vec<u8>>,
    ) -> Result<()> {
        for (name, texts) in changed {
            let path = self.root.join(name);
            let done = match side(texts) {
                Some(text) => fs::write(&path, text),
                None => fs::remove_file(&path),
            };
            done.map_err(|it| format!("{}: {it}", path.display()))?;
        }
        Ok(())
    }

    /// The changed files that gofmt would change.
    fn unformatted(&self, changed: &Changed) -> Result<BTreeSet<String>> {
        let gofmt = self.go.root()?.join("bin/gofmt");
        let names: Vec<&PathBuf> = changed.keys().filter(|it| is_go(it) && self.root.join(it).exists()).collect();
        let mut unclean = BTreeSet::new();
        for names in names.chunks(500) {
            let out = output_of(Command::new(&gofmt).current_dir(&self.root).arg("-l").args(names))?;
            unclean.extend(String::from_utf8_lossy(&out).lines().map(str::to_owned));
        }
        Ok(unclean)
    }

    fn go(&self) -> Command {
        if !self.flags.has("--goroot") {
            return self.go.command(&self.root);
        }
        // Go's cache knows packages of the standard library by their contents, and would mix two installations up.
        let mut command = Go::of(self.copy).command(&self.root);
        command.env("GOCACHE", workspace::target().join("oracle/go-cache"));
        command
    }

    /// What Go says of the module, and of `packages` in particular.
    fn verdict(&self, packages: &BTreeSet<String>) -> Result<Verdict> {
        let mut verdict = Verdict::default();
        let vetted = if self.flags.has("--vet-all") { BTreeSet::from(["./...".to_owned()]) } else { packages.clone() };
        let all = self.flags.get::<String>("--packages")?.unwrap_or("./...".to_owned());
        let built = all.split(',').map(str::to_owned).collect();
        for (verb, patterns) in [("build", &built), ("vet", &vetted)] {
            if patterns.is_empty() {
                continue;
            }
            verdict.messages.extend(messages(self.go(), verb, patterns, verb)?);
        }
        if self.flags.has("--test") && !packages.is_empty() {
            let results = self.test(packages)?;
            verdict.passing = results.values().filter(|it| **it).count();
            verdict.failing = results.into_iter().filter(|it| !it.1).map(|it| it.0).collect();
        }
        Ok(verdict)
    }

    /// What Go says of `packages`, their tests and everything that depends on them, on the systems of `--goos`.
    fn elsewhere(&self, packages: &BTreeSet<String>) -> Result<BTreeSet<String>> {
        let mut said = BTreeSet::new();
        let systems = self.flags.get::<String>("--goos")?.unwrap_or_default();
        for system in systems.split(',').filter(|it| !it.is_empty() && !packages.is_empty()) {
            let go = || {
                let mut command = self.go();
                command.env("GOOS", system);
                command
            };
            let dependents = go_list::dependents(go(), &go_list::import_paths(go(), packages)?)?;
            // go vet asks for the types of tests too.
            for verb in ["build", "vet"] {
                said.extend(messages(go(), verb, &dependents, &format!("{system} {verb}"))?);
            }
        }
        Ok(said)
    }

    fn test(&self, packages: &BTreeSet<String>) -> Result<BTreeMap<String, bool>> {
        let mut command = self.go();
        let timeout = self.flags.get::<String>("--timeout")?.unwrap_or("5m".to_owned());
        command.args(["test", "-json", "-short", "-vet=off", "-timeout", &timeout]);
        if self.flags.has("--race") {
            command.arg("-race");
        }
        let out = command.args(packages).output().map_err(|it| format!("{command:?}: {it}"))?;
        Ok(go_tests::results(&String::from_utf8_lossy(&out.stdout)))
    }

    /// Tests that failed once, and then pass, prove nothing.
    fn drop_flaky(&self, before: &Verdict, after: &mut Verdict) -> Result<()> {
        for _ in 0..2 {
            let new: Vec<String> = after.failing.difference(&before.failing).cloned().collect();
            let packages: BTreeSet<String> = new.iter().map(|it| go_tests::package(it).to_owned()).collect();
            if packages.is_empty() {
                break;
            }
            let results = self.test(&packages)?;
            for name in new.iter().filter(|it| results.get(*it) == Some(&true)) {
                println!("  fails now and then: {name}");
                after.failing.remove(name);
            }
        }
        Ok(())
    }
}

/// What `go VERB` says of packages, after `label`, without places.
fn messages(mut go: Command, verb: &str, patterns: &BTreeSet<String>, label: &str) -> Result<Vec<String>> {
    go.arg(verb);
    if verb == "build" {
        go.args(["-o", if cfg!(windows) { "NUL" } else { "/dev/null" }]);
    }
    let out = go.args(patterns).output().map_err(|it| format!("{go:?}: {it}"))?;
    let text = String::from_utf8_lossy(&out.stderr);
    Ok(text.lines().map(|it| format!("{label}: {}", without_places(it))).collect())
}

fn is_go(path: &Path) -> bool {
    path.extension().is_some_and(|it| it == "go")
}

/// The packages of the changed files, as patterns.
fn packages(changed: &Changed) -> BTreeSet<String> {
    let is_package = |dir: &&Path| {
        let skipped = |it: &str| it == "testdata" || it == "vendor" || it.starts_with(['_', '.']);
        !dir.iter().any(|it| skipped(&it.to_string_lossy()))
    };
    let dirs = changed.keys().filter(|it| is_go(it)).filter_map(|it| it.parent()).filter(is_package);
    dirs.map(|it| format!("./{}", it.display())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_of_changed_files() {
        let names = ["a.go", "b/c/d.go", "b/c/e.go", "b/testdata/x.go", "vendor/y/y.go", "go.mod"];
        let changed: Changed = names.iter().map(|it| (PathBuf::from(it), (None, None))).collect();
        assert_eq!(packages(&changed), BTreeSet::from(["./".to_owned(), "./b/c".to_owned()]));
    }
}
