use std::{collections::BTreeMap, sync::Arc};

use gofix_engine::{Outcome, RunOptions, Selected};
use gofix_project::{LoadOptions, MemoryFiles, Project};
use gofix_rule::{Options, Rule};

use crate::{Archive, Run};

/// Files for a rule to look at, and how to run it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Case {
    /// What messages call it.
    pub name: String,
    /// Paths, relative to the root, and contents. Without a `go.mod` the files are a module `example.com/m` for Go 1.22
    /// that requires `golang.org/x/sync`.
    pub files: BTreeMap<String, String>,
    /// Settings of options of the rule: keys and values.
    pub settings: Vec<(String, String)>,
    /// Whether the files are meant to compile, before and after.
    pub compiles: bool,
    /// Whether they are a program that prints the same before and after.
    pub runs: bool,
    /// Whether only safe fixes are made.
    pub safe_only: bool,
}

/// What a case is without go.mod, and go.sum for it. The hash is nobody's: [`go`](crate::go) brings a module of its own.
const GO_MOD: &str = "module example.com/m\n\ngo 1.22\n\nrequire golang.org/x/sync v0.10.0\n";
const GO_SUM: &str = "golang.org/x/sync v0.10.0 h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n";

impl Case {
    /// A case with these files.
    pub fn new(name: impl Into<String>, files: impl IntoIterator<Item = (String, String)>) -> Case {
        let mut files: BTreeMap<String, String> = files.into_iter().collect();
        if !files.contains_key("go.mod") {
            files.insert("go.mod".to_owned(), GO_MOD.to_owned());
            files.insert("go.sum".to_owned(), GO_SUM.to_owned());
        }
        Case { name: name.into(), files, settings: Vec::new(), compiles: true, runs: false, safe_only: false }
    }

    /// Reads a case from a txtar archive. Lines of its comment that mean something:
    ///
    /// ```text
    /// set: KEY=VALUE        an option of the rule
    /// does not compile      nor is it meant to
    /// run: same             it is a program that prints the same before and after
    /// run: safe             the same, with safe fixes alone
    /// ```
    ///
    /// # Errors
    /// A setting has no `=`, or there is no file.
    pub fn from_txtar(name: &str, text: &str) -> Result<Case, String> {
        let archive = Archive::parse(text);
        if archive.files.is_empty() {
            return Err(format!("{name}: there is no line `-- file --`"));
        }
        let mut case = Case::new(name, archive.files);
        for line in archive.comment.lines() {
            if let Some(setting) = line.strip_prefix("set:") {
                let (key, value) = setting.split_once('=').ok_or_else(|| format!("{name}: no `=` in {line}"))?;
                case.settings.push((key.trim().to_owned(), value.trim().to_owned()));
            }
            case.compiles &= !line.starts_with("does not compile");
            case.safe_only |= line.trim() == "run: safe";
            case.runs |= case.safe_only || line.trim() == "run: same";
        }
        Ok(case)
    }

    /// Runs `rule` over all the files, named, making also the fixes that need review.
    ///
    /// # Errors
    /// The files are no project (a broken go.mod), or the rule has no such option.
    pub fn run(&self, rule: &dyn Rule) -> Result<Run, String> {
        let mut options = Options::new();
        for (key, value) in &self.settings {
            options.set(rule.meta(), key, value).map_err(|it| format!("{}: {it}", self.name))?;
        }
        let outcome = self.outcome(&self.files, rule, &options, 2)?;
        let mut after = self.files.clone();
        after.extend(outcome.files.iter().map(|it| (it.path.clone(), it.after.to_string())));
        after.extend(outcome.created.iter().cloned());
        let project = self.load(&self.files, rule.needs_whole_modules())?;
        for file in &outcome.removed {
            after.remove(&project.file(*file).path);
        }
        let again = self.outcome(&after, rule, &options, 2)?;
        let alone = self.outcome(&self.files, rule, &options, 1)?;
        Ok(Run::new(self.clone(), outcome, after, again, alone))
    }

    fn outcome(
        &self,
        files: &BTreeMap<String, String>,
        rule: &dyn Rule,
        options: &Options,
        jobs: usize,
    ) -> Result<Outcome, String> {
        let selected = Selected { rule, named: true, options };
        let run = RunOptions { review: !self.safe_only, jobs, ..RunOptions::default() };
        Ok(gofix_engine::run(Arc::new(self.load(files, rule.needs_whole_modules())?), &[selected], &run))
    }

    fn load(&self, files: &BTreeMap<String, String>, whole_modules: bool) -> Result<Project, String> {
        let files = MemoryFiles::new(files.iter().map(|(path, text)| (path, text.as_bytes())));
        let options = LoadOptions { whole_modules, ..LoadOptions::default() };
        Project::load(Arc::new(files), &options).map_err(|it| format!("{}: {it}", self.name))
    }
}
