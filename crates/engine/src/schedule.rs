//! Asks the rules: each package in parallel, each rule that can matter in it.

use std::{
    any::Any,
    cell::{Cell, RefCell},
    collections::{BTreeMap, BTreeSet},
    panic::{self, AssertUnwindSafe},
    sync::{
        Once,
        atomic::{AtomicUsize, Ordering},
    },
};

use gofix_rule::{Cx, FileId, Report};
use gofix_semantic::{PackageId, Typing, Workspace};
use rayon::prelude::*;

use crate::{Selected, outcome::Bug, prefilter::Candidate};

/// A finding as the rule with that index reported it.
pub(crate) struct Raw {
    pub(crate) rule: usize,
    pub(crate) finding: gofix_rule::Finding,
}

/// What came of asking the rules.
pub(crate) struct Checked {
    pub(crate) raws: Vec<Raw>,
    pub(crate) bugs: Vec<Bug>,
    /// The import paths that types were looked for in, and that were not found.
    pub(crate) missing: BTreeSet<String>,
}

/// Lets the rules check the packages that the candidates are in. Findings are in the order of the files, the places in
/// them, and the rules.
pub(crate) fn check(ws: &Workspace, rules: &[Selected<'_>], candidates: &[Candidate]) -> Checked {
    let mut packages: BTreeMap<PackageId, Vec<&Candidate>> = BTreeMap::new();
    let homes: Vec<PackageId> = candidates.par_iter().map(|it| ws.package_of(it.file).id()).collect();
    for (candidate, package) in candidates.iter().zip(homes) {
        packages.entry(package).or_default().push(candidate);
    }
    let tasks: Vec<Task> = packages.into_iter().map(|(id, files)| Task::new(id, &files, rules.len())).collect();
    // Facts of the whole program cannot be found out by rules that run on all threads already.
    if !tasks.is_empty() && rules.iter().any(|it| it.rule.needs_error_flow()) {
        ws.make_error_flow();
    }
    let next = AtomicUsize::new(0);
    let results = rayon::broadcast(|_| check_some(ws, rules, &tasks, &next));
    let mut missing = BTreeSet::new();
    let mut found = Vec::new();
    for (of_thread, not_found) in results {
        found.extend(of_thread);
        missing.extend(not_found);
    }
    found.sort_by_key(|it| it.0);
    let (mut raws, mut bugs) = (Vec::new(), Vec::new());
    for (_, (some, failed)) in found {
        raws.extend(some);
        bugs.extend(failed);
    }
    // Ids are in the order of paths. The sort is stable: a rule's findings at one place stay in its order.
    raws.sort_by_key(|it| (it.finding.file, it.finding.range.start, it.finding.range.end, it.rule));
    Checked { raws, bugs, missing }
}

/// What the rules found in a package, and how they failed.
type Found = (Vec<Raw>, Vec<Bug>);

/// A package, and the rules that can matter in it, each with the files in which it can.
struct Task {
    package: PackageId,
    rules: Vec<(usize, Vec<FileId>)>,
}

impl Task {
    fn new(package: PackageId, candidates: &[&Candidate], rules: usize) -> Task {
        let files_of = |rule: usize| {
            let files = candidates.iter().filter(|it| it.rules.contains(&rule)).map(|it| it.file).collect::<Vec<_>>();
            (!files.is_empty()).then_some((rule, files))
        };
        Task { package, rules: (0..rules).filter_map(files_of).collect() }
    }
}

/// Checks packages until none is left. Every thread has types of its own, which it goes on using.
fn check_some(
    ws: &Workspace,
    rules: &[Selected<'_>],
    tasks: &[Task],
    next: &AtomicUsize,
) -> (Vec<(usize, Found)>, Vec<String>) {
    let typing = Typing::new(ws);
    let mut results = Vec::new();
    loop {
        let index = next.fetch_add(1, Ordering::Relaxed);
        let Some(task) = tasks.get(index) else { return (results, typing.missing()) };
        results.push((index, check_package(ws, &typing, rules, task)));
    }
}

fn check_package<'a>(ws: &'a Workspace, typing: &'a Typing<'a>, rules: &'a [Selected<'a>], task: &'a Task) -> Found {
    let (mut raws, mut bugs) = (Vec::new(), Vec::new());
    for (index, files) in &task.rules {
        let (index, rule) = (*index, &rules[*index]);
        let raw = |report: Report| report.into_findings().into_iter().map(move |finding| Raw { rule: index, finding });
        let run = |files: &'a [FileId]| contained(|| run_rule(ws, typing, rule, task.package, files));
        match run(files) {
            Ok(report) => raws.extend(raw(report)),
            // One file is to blame; the others get their due.
            Err(first) => {
                let bug = |file: FileId, message| {
                    let path = ws.project().file(file).path.clone();
                    Bug { rule: rule.rule.meta().name, path, message }
                };
                let known = bugs.len();
                for file in files {
                    match run(std::slice::from_ref(file)) {
                        Ok(report) => raws.extend(raw(report)),
                        Err(message) => bugs.push(bug(*file, message)),
                    }
                }
                if bugs.len() == known {
                    bugs.push(bug(files[0], first));
                }
            }
        }
    }
    (raws, bugs)
}

fn run_rule<'a>(
    ws: &'a Workspace,
    typing: &'a Typing<'a>,
    selected: &'a Selected<'a>,
    package: PackageId,
    files: &'a [FileId],
) -> Report {
    let cx = Cx::new(ws, typing, ws.package(package), files, selected.rule.meta(), selected.options);
    let mut report = Report::default();
    selected.rule.check(&cx, &mut report);
    report
}

thread_local! {
    static CONTAINED: Cell<bool> = const { Cell::new(false) };
    static PLACE: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Runs `f`, and turns a panic into its message. Nothing is printed.
fn contained<T>(f: impl FnOnce() -> T) -> Result<T, String> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let previous = panic::take_hook();
        panic::set_hook(Box::new(move |info| match CONTAINED.get() {
            true => PLACE.set(info.location().map_or(String::new(), |it| format!(" ({it})"))),
            false => previous(info),
        }));
    });
    let outer = CONTAINED.replace(true);
    let result = panic::catch_unwind(AssertUnwindSafe(f));
    CONTAINED.set(outer);
    result.map_err(|payload| format!("{}{}", message(&*payload), PLACE.take()))
}

fn message(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or("no message")
}
