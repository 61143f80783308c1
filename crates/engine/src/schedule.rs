//! Asks the rules: each package in parallel, each rule that can matter in it.

use std::{
    any::Any,
    cell::{Cell, RefCell},
    collections::BTreeMap,
    panic::{self, AssertUnwindSafe},
    sync::Once,
};

use gofix_rule::{Cx, FileId, Report};
use gofix_semantic::{PackageId, Workspace};
use rayon::prelude::*;

use crate::{Selected, outcome::Bug, prefilter::Candidate};

/// A finding as the rule with that index reported it.
pub(crate) struct Raw {
    pub(crate) rule: usize,
    pub(crate) finding: gofix_rule::Finding,
}

/// Lets the rules check the packages that the candidates are in. Findings are in the order of the files, the places in
/// them, and the rules.
pub(crate) fn check(ws: &Workspace, rules: &[Selected<'_>], candidates: &[Candidate]) -> (Vec<Raw>, Vec<Bug>) {
    let mut packages: BTreeMap<PackageId, Vec<&Candidate>> = BTreeMap::new();
    let homes: Vec<PackageId> = candidates.par_iter().map(|it| ws.package_of(it.file).id()).collect();
    for (candidate, package) in candidates.iter().zip(homes) {
        packages.entry(package).or_default().push(candidate);
    }
    let packages: Vec<_> = packages.into_iter().collect();
    let results: Vec<_> = packages.par_iter().map(|(id, files)| check_package(ws, rules, *id, files)).collect();
    let (mut raws, mut bugs) = (Vec::new(), Vec::new());
    for (found, failed) in results {
        raws.extend(found);
        bugs.extend(failed);
    }
    // Ids are in the order of paths. The sort is stable: a rule's findings at one place stay in its order.
    raws.sort_by_key(|it| (it.finding.file, it.finding.range.start, it.finding.range.end, it.rule));
    (raws, bugs)
}

fn check_package(
    ws: &Workspace,
    rules: &[Selected<'_>],
    package: PackageId,
    candidates: &[&Candidate],
) -> (Vec<Raw>, Vec<Bug>) {
    let (mut raws, mut bugs) = (Vec::new(), Vec::new());
    for (index, rule) in rules.iter().enumerate() {
        let files: Vec<FileId> = candidates.iter().filter(|it| it.rules.contains(&index)).map(|it| it.file).collect();
        if files.is_empty() {
            continue;
        }
        let raw = |report: Report| report.into_findings().into_iter().map(move |finding| Raw { rule: index, finding });
        let run = |files: &[FileId]| contained(|| run_rule(ws, rule, package, files));
        match run(&files) {
            Ok(report) => raws.extend(raw(report)),
            // One file is to blame; the others get their due.
            Err(first) => {
                let bug = |file: FileId, message| {
                    let path = ws.project().file(file).path.clone();
                    Bug { rule: rule.rule.meta().name, path, message }
                };
                let known = bugs.len();
                for file in &files {
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

fn run_rule(ws: &Workspace, selected: &Selected<'_>, package: PackageId, files: &[FileId]) -> Report {
    let cx = Cx::new(ws, ws.package(package), files, selected.rule.meta(), selected.options);
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
