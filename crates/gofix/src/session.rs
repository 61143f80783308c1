use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use gofix_engine::{ChangedFile, Denied, Outcome, Selected};
use gofix_project::{
    FileError, FileWrite, Files, Interrupted, LoadError, LoadOptions, Project, Recovered, WriteError, WriteReport,
};
use gofix_text::{EditSet, FileId, UnifiedDiff, unified_diff};
use rayon::prelude::*;

use crate::choose::{Choice, Chosen};

/// Some files of Go, and what can be done with them.
///
/// Runs do not write: each looks at the files as they are and answers with an [`Outcome`], or with a [`Formatted`], which
/// [`Session::diff`] shows and [`Session::write`] makes true.
///
/// [`Formatted`]: crate::Formatted
#[derive(Clone, Debug)]
pub struct Session {
    project: Arc<Project>,
    cwd: PathBuf,
}

impl Session {
    /// Finds the files that the patterns of `options` mean. No Go file is read yet.
    ///
    /// # Errors
    /// A pattern is wrong or matches nothing, a go.mod or go.work file is broken, or a directory cannot be read.
    pub fn load(files: Arc<dyn Files>, options: &LoadOptions) -> Result<Session, LoadError> {
        let project = Project::load(files, options)?;
        Ok(Session { project: Arc::new(project), cwd: clean(&options.cwd) })
    }

    /// The files, directories and modules.
    pub fn project(&self) -> &Project {
        &self.project
    }

    /// Lets the chosen rules look at the files, and makes their fixes in memory. The outcome depends on the files, the
    /// choice and the options alone, not on the number of threads.
    pub fn run(&self, choice: &Choice<'_>, options: &RunOptions) -> Outcome {
        self.run_without(choice, options, Vec::new())
    }

    /// The same without some fixes.
    pub(crate) fn run_without(&self, choice: &Choice<'_>, options: &RunOptions, denied: Vec<Denied>) -> Outcome {
        let chosen = choice.chosen().iter();
        let selected: Vec<Selected<'_>> =
            chosen.map(|Chosen { rule, named, options }| Selected { rule: *rule, named: *named, options }).collect();
        let known_rules = choice.known().iter().map(|rule| rule.meta().name).collect();
        let RunOptions { review, jobs } = *options;
        let options = gofix_engine::RunOptions { review, jobs, known_rules, denied };
        gofix_engine::run(Arc::clone(&self.project), &selected, &options)
    }

    /// The changes as patches, which `git apply` and `patch -p1` take.
    pub fn diff<'c>(&self, changes: impl Into<Changes<'c>>) -> Diff {
        let changes = changes.into();
        let removed = changes.removed.iter().map(|file| self.project.file(*file).path.as_str());
        let paths = changes.files.iter().map(|it| it.path.as_str()).chain(removed);
        let mut paths = paths.chain(changes.created.iter().map(|it| it.0.as_str()));
        // git takes no path with `..` in it.
        let below_cwd = paths.all(|path| self.project.root().join(path).starts_with(&self.cwd));
        let base = if below_cwd { self.cwd.clone() } else { self.project.root().to_owned() };
        let shown = |path: &str| if below_cwd { self.shown(path) } else { path.to_owned() };
        let patch = |path: &str, before: Option<&str>, after: Option<&EditSet>| {
            let shown = shown(path);
            let patch = unified_diff(UnifiedDiff {
                before_path: before.and(Some(&shown)),
                after_path: after.and(Some(&shown)),
                before: before.unwrap_or_default(),
                edits: after.unwrap_or(&EditSet::default()),
                context: 3,
            });
            (path.to_owned(), without_git_header(patch))
        };
        let changed = changes.files.par_iter().map(|it| patch(&it.path, Some(&it.before), Some(&it.edits)));
        let mut patches: Vec<(String, String)> = changed.collect();
        patches.extend(changes.created.iter().map(|(path, text)| patch(path, None, Some(&insertion(text)))));
        patches.extend(changes.removed.iter().filter_map(|file| {
            let text = String::from_utf8(self.project.read(*file).ok()?).ok()?;
            Some(patch(&self.project.file(*file).path, Some(&text), None))
        }));
        patches.sort();
        let patches = patches.into_iter().map(|it| it.1).filter(|it| !it.is_empty()).collect();
        Diff { is_elsewhere: base != self.cwd, base, patches }
    }

    /// Writes the changes to where the files came from: all or none.
    ///
    /// # Errors
    /// A file has changed since it was read or cannot be written. Then nothing is written.
    pub fn write<'c>(&self, changes: impl Into<Changes<'c>>) -> Result<WriteReport, WriteError> {
        self.with_writes(changes.into(), |writes| self.project.write(writes))?
    }

    /// The runs that were killed while they wrote files of this session, or write some now.
    pub fn interrupted(&self) -> Vec<Interrupted> {
        self.project.interrupted()
    }

    /// Finishes or undoes what a run that was killed had begun: all its files have their new texts afterwards or all have
    /// their old ones, but for those that somebody has edited since. None if that has been done meanwhile. Load the session
    /// again afterwards, since files may have come and gone.
    ///
    /// # Errors
    /// A file cannot be read or written, or the run is still alive. Trying again later is fine.
    pub fn recover(&self, interrupted: &Interrupted) -> Result<Option<Recovered>, FileError> {
        self.project.source().recover(&interrupted.journal)
    }

    /// Hands the changes on as what is to be written.
    pub(crate) fn with_writes<T>(
        &self,
        changes: Changes<'_>,
        then: impl FnOnce(&[FileWrite<'_>]) -> T,
    ) -> Result<T, FileError> {
        let removed = changes.removed.iter().map(|file| Ok((*file, self.project.read(*file)?)));
        let removed: Vec<(FileId, Vec<u8>)> = removed.collect::<Result<_, FileError>>()?;
        let mut writes = Vec::with_capacity(changes.files.len());
        for file in changes.files {
            let (before, after) = (Some(file.before.as_bytes()), Some(file.after.as_bytes()));
            writes.push(FileWrite { path: &file.path, before, after });
        }
        for (path, text) in changes.created {
            writes.push(FileWrite { path, before: None, after: Some(text.as_bytes()) });
        }
        for (file, text) in &removed {
            writes.push(FileWrite { path: &self.project.file(*file).path, before: Some(text), after: None });
        }
        Ok(then(&writes))
    }

    pub(crate) fn shared_project(&self) -> Arc<Project> {
        Arc::clone(&self.project)
    }

    /// The file that people in the current directory mean by a path.
    pub(crate) fn file_at(&self, path: &str) -> Option<FileId> {
        let path = clean(&self.cwd.join(path));
        self.project.find_file(&slashed(path.strip_prefix(self.project.root()).ok()?))
    }

    /// A path as people in the current directory would write it, from one relative to the root.
    pub fn shown(&self, path: &str) -> String {
        let root = self.project.root();
        let full = root.join(path);
        if let Ok(below) = full.strip_prefix(&self.cwd) {
            return slashed(below);
        }
        let common = self.cwd.ancestors().find(|it| full.starts_with(it)).unwrap_or(Path::new(""));
        let up = self.cwd.strip_prefix(common).map_or(0, |it| it.components().count());
        format!("{}{}", "../".repeat(up), slashed(full.strip_prefix(common).unwrap_or(&full)))
    }
}

/// What a run shall do.
#[derive(Copy, Clone, PartialEq, Eq, Default, Debug)]
pub struct RunOptions {
    /// Whether fixes that need review are made.
    pub review: bool,
    /// How many threads work; 0 means one for each core.
    pub jobs: usize,
}

/// What can be shown or written: the changes of an [`Outcome`], or of a [`Formatted`](crate::Formatted).
#[derive(Copy, Clone, Default, Debug)]
pub struct Changes<'c> {
    /// The files that change.
    pub files: &'c [ChangedFile],
    /// New files: paths relative to the root, and texts.
    pub created: &'c [(String, String)],
    /// Files that go.
    pub removed: &'c [FileId],
}

impl<'c> From<&'c Outcome> for Changes<'c> {
    fn from(outcome: &'c Outcome) -> Changes<'c> {
        Changes { files: &outcome.files, created: &outcome.created, removed: &outcome.removed }
    }
}

/// Changes as unified diffs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diff {
    /// The directory that the paths are relative to, and in which the patches are to be applied: the current directory, or
    /// the root if files outside of the current directory change.
    pub base: PathBuf,
    /// Whether that is not the current directory.
    pub is_elsewhere: bool,
    /// One patch for each file, sorted by path.
    pub patches: Vec<String>,
}

/// Without `.` and `..`.
fn clean(path: &Path) -> PathBuf {
    let mut result = PathBuf::new();
    for component in path.components() {
        match component {
            Component::ParentDir => {
                result.pop();
            }
            Component::CurDir => {}
            other => result.push(other),
        }
    }
    result
}

fn slashed(path: &Path) -> String {
    let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
    parts.join("/")
}

fn insertion(text: &str) -> EditSet {
    EditSet::new(vec![gofix_text::Edit::insert(0, text)]).unwrap_or_default()
}

/// The patch without the lines that git alone understands. With them, `git apply` takes paths for relative to the top of
/// the repository, and skips files silently when it runs anywhere else.
fn without_git_header(patch: String) -> String {
    match patch.starts_with("diff --git ").then(|| patch.find("\n--- ")).flatten() {
        Some(at) => patch[at + 1..].to_owned(),
        None => patch,
    }
}
