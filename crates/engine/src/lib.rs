//! Runs rules over a project: which files matter, what the rules find, which fixes are made, and the texts that result.
//!
//! Knows no rule by name. Nothing is written: an [`Outcome`] says what would change. It is a function of the files, the
//! rules and the options alone, whatever the number of threads.
//!
//! One round of a run, top to bottom: `prefilter` (which files matter), `schedule` (ask the rules), `policy` and
//! `suppress` (what may be done), `resolve` (which fixes get along), `apply`, `imports` and `tidy` (new texts), `verify`
//! (are they good), and `rounds` starts over on the new texts until nothing is left to do.

mod apply;
mod comments;
mod imports;
#[cfg(test)]
mod imports_tests;
mod make;
mod outcome;
mod policy;
mod prefilter;
mod resolve;
mod rounds;
mod schedule;
mod suppress;
mod tidy;
mod verify;
mod waiting;

use std::sync::Arc;

use gofix_project::Project;
use gofix_rule::{Options, Rule};
use gofix_semantic::Workspace;

pub use outcome::{BrokenFile, Bug, ChangedFile, Finding, Outcome, ReadError, SUPPRESSION, Stats, Status, Waiting};

/// A rule that is to run.
#[derive(Copy, Clone)]
pub struct Selected<'r> {
    /// The rule.
    pub rule: &'r dyn Rule,
    /// Whether it was named itself, not by its group or as one of all. Then it runs also where its rewrite is no longer
    /// needed.
    pub named: bool,
    /// Its options.
    pub options: &'r Options,
}

/// What a run shall do.
#[derive(Clone, Default, Debug)]
pub struct RunOptions<'r> {
    /// Whether fixes that need review are made.
    pub review: bool,
    /// How many threads work; 0 means one for each core. More than 256 are 256.
    pub jobs: usize,
    /// The names that may stand in suppression comments besides those of the rules that run.
    pub known_rules: Vec<&'r str>,
    /// Fixes that are not to be made, since something looked at their result and did not like it.
    pub denied: Vec<Denied>,
}

/// A fix that is not to be made.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Denied {
    /// Its rule.
    pub rule: &'static str,
    /// The file of its finding, relative to the root.
    pub path: String,
    /// Where the finding starts in the text before the run.
    pub start: u32,
    /// Why not.
    pub reason: String,
}

/// More threads than this would only stand in each other's way.
const MAX_JOBS: usize = 256;

/// Runs the rules over the selected files of the project.
pub fn run(project: Arc<Project>, rules: &[Selected<'_>], options: &RunOptions<'_>) -> Outcome {
    in_threads(options.jobs, || rounds::Run::new(Workspace::new(project), rules, options).run())
}

/// Does work that is spread with rayon, on so many threads; 0 means one for each core. More than 256 are 256.
pub fn in_threads<T: Send>(jobs: usize, work: impl FnOnce() -> T + Send) -> T {
    match rayon::ThreadPoolBuilder::new().num_threads(jobs.min(MAX_JOBS)).build() {
        Ok(pool) => pool.install(work),
        // No threads to be had: the work is done all the same.
        Err(_) => work(),
    }
}
