//! Rounds: check, decide, apply, and again on the new texts, until no fix is left to make.

mod findings;

use std::{
    collections::{BTreeMap, BTreeSet},
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
};

use gofix_rule::{EditSet, FileId};
use gofix_semantic::Workspace;
use rayon::prelude::*;

use crate::{
    Denied, RunOptions, Selected,
    apply::NewText,
    make::{Applied, files_of, make},
    outcome::{BrokenFile, Bug, Finding, Outcome, Status},
    policy::{Decision, Judged, Policy},
    prefilter::{Candidate, Prefilter},
    schedule::{self, Checked},
    suppress::{self, Directive},
    verify::Problem,
};

pub(crate) use findings::map_back;

/// In so many rounds fixes are made, and in more as long as each leaves fewer to make than the one before: of fixes that rely
/// on the same function, only one is made in a round. A file that is not done then is left unchanged.
const MAX_ROUNDS: u32 = 100;

const CYCLE: &str = "the fixes in this file undo each other, so it is left as it was";
const NO_END: &str = "the fixes in this file come to no end in 100 rounds, so it is left as it was";

/// A run, from round to round.
pub(crate) struct Run<'r> {
    pub(crate) rules: &'r [Selected<'r>],
    pub(crate) options: &'r RunOptions<'r>,
    prefilter: Prefilter<'r>,
    pub(crate) ws: Workspace,
    round: u32,
    /// How many fixes there were to make in the last round.
    left: usize,
    /// The last round in which all files had been looked at by the rules that others unlock.
    looked_at_all: u32,
    /// All files that can matter, as they are now.
    pub(crate) candidates: BTreeMap<FileId, Candidate>,
    changed: BTreeMap<FileId, Changed>,
    frozen: BTreeMap<FileId, &'static str>,
    made: Vec<Made>,
    /// Findings that no fix was made for, of the last look at their files.
    pub(crate) open: Vec<Finding>,
    suppressions: Vec<Finding>,
    bugs: Vec<Bug>,
    /// Imports that were not found.
    missing: BTreeSet<String>,
    created: Vec<(String, String)>,
    removed: Vec<FileId>,
}

/// Files to be looked at, by all rules or only by those with these indices.
pub(crate) struct Look {
    pub(crate) files: Vec<FileId>,
    pub(crate) only: Option<Vec<usize>>,
}

/// What became of a file so far.
struct Changed {
    before: Arc<str>,
    edits: EditSet,
    /// Hashes of all its texts.
    seen: BTreeSet<u64>,
}

/// A fix that was made.
struct Made {
    finding: Finding,
    files: BTreeSet<FileId>,
}

impl<'r> Run<'r> {
    pub(crate) fn new(ws: Workspace, rules: &'r [Selected<'r>], options: &'r RunOptions<'r>) -> Run<'r> {
        Run {
            rules,
            options,
            prefilter: Prefilter::new(rules),
            ws,
            round: 0,
            left: usize::MAX,
            looked_at_all: 0,
            candidates: BTreeMap::new(),
            changed: BTreeMap::new(),
            frozen: BTreeMap::new(),
            made: Vec::new(),
            open: Vec::new(),
            suppressions: Vec::new(),
            bugs: Vec::new(),
            missing: BTreeSet::new(),
            created: Vec::new(),
            removed: Vec::new(),
        }
    }

    pub(crate) fn run(mut self) -> Outcome {
        let scan = self.prefilter.scan(&self.ws);
        let mut outcome = Outcome::default();
        let path = |id: &FileId| self.ws.project().file(*id).path.clone();
        outcome.stats.files_read = scan.files_read;
        outcome.stats.files_matched = scan.candidates.iter().filter(|it| !it.rules.is_empty()).count();
        outcome.stats.generated = scan.generated.iter().map(path).collect();
        outcome.stats.vendored = scan.vendored.iter().map(path).collect();
        outcome.errors = scan.errors;
        self.candidates = scan.candidates.into_iter().map(|it| (it.file, it)).collect();

        outcome.stats.broken = self.broken_files();
        let mut look = Look { files: self.candidates.keys().copied().collect(), only: None };
        while !look.files.is_empty() {
            self.round += 1;
            look = Look { files: self.one_round(&look), only: None };
            if look.files.is_empty() {
                look = self.unlocked();
            }
        }
        outcome.stats.waiting = self.waiting();
        outcome.stats.rounds = self.made.iter().map(|it| it.finding.round).max().unwrap_or(0);
        outcome.files = self.go_mods();
        self.finish(outcome)
    }

    /// The files with syntax errors, before anything changes.
    fn broken_files(&self) -> Vec<BrokenFile> {
        let broken = |it: &Candidate| {
            let file = self.ws.file(it.file).filter(|_| !it.rules.is_empty())?;
            let error = file.errors().first()?;
            let (line, column) = file.line_col(error.offset);
            let path = self.ws.project().file(it.file).path.clone();
            Some(BrokenFile { path, line, column, message: error.message.clone() })
        };
        let candidates: Vec<&Candidate> = self.candidates.values().collect();
        candidates.into_par_iter().filter_map(broken).collect()
    }

    /// What is to be looked at again, though it has not changed, by rules whose reasons may have gone with fixes of other
    /// rules.
    fn unlocked(&mut self) -> Look {
        let since = std::mem::replace(&mut self.looked_at_all, self.round);
        let has_made =
            |name: &&'static str| self.made.iter().any(|it| it.finding.rule == *name && it.finding.round > since);
        let rules = self.rules.iter().enumerate();
        let only: Vec<usize> = rules.filter(|it| it.1.rule.unlocked_by().iter().any(has_made)).map(|it| it.0).collect();
        let matters = |it: &&Candidate| it.rules.iter().any(|it| only.contains(it));
        let files = self.candidates.values().filter(matters).map(|it| it.file).collect();
        Look { files, only: Some(only) }
    }

    /// The candidates among the files, for all rules or for some.
    pub(crate) fn candidates_in(&self, look: &Look) -> Vec<Candidate> {
        let exists = |it: &&FileId| !self.removed.contains(it);
        let files = look.files.iter().filter(exists).filter_map(|it| self.candidates.get(it)).cloned();
        let narrowed = |mut it: Candidate| {
            it.rules.retain(|rule| look.only.as_ref().is_none_or(|only| only.contains(rule)));
            it
        };
        files.map(narrowed).collect()
    }

    /// What the findings in a workspace come to, and the suppression comments in the files.
    pub(crate) fn judge(
        &self,
        ws: &Workspace,
        files: &[Candidate],
        raws: Vec<schedule::Raw>,
        review: bool,
    ) -> (Vec<Judged>, BTreeMap<FileId, Vec<Directive>>) {
        let directives: BTreeMap<FileId, Vec<Directive>> = files
            .par_iter()
            .filter(|it| it.has_directives)
            .filter_map(|it| Some((it.file, suppress::directives(ws.file(it.file)?))))
            .collect();
        let policy = Policy {
            ws,
            rules: self.rules,
            review,
            directives,
            frozen: &self.frozen,
            created: &self.created,
            removed: &self.removed,
        };
        let judged = raws.into_par_iter().map(|it| policy.judge(it)).collect();
        (judged, policy.directives)
    }

    /// Checks the files, and makes the fixes that can be made together. Returns the files to be checked next.
    fn one_round(&mut self, look: &Look) -> Vec<FileId> {
        let files = self.candidates_in(look);
        let Checked { raws, bugs, missing } = schedule::check(&self.ws, self.rules, &files);
        self.bugs.extend(bugs);
        self.missing.extend(missing);
        let (mut judged, directives) = self.judge(&self.ws, &files, raws, self.options.review);
        self.deny(&mut judged);
        if self.round == 1 {
            self.suppressions = self.about_directives(&files, &directives, &judged);
        }

        let Applied { taken, texts, withdrawn } = make(&self.ws, &judged);
        let checked: BTreeSet<FileId> = look.files.iter().copied().collect();
        let names =
            look.only.as_ref().map(|it| it.iter().map(|it| self.rules[*it].rule.meta().name).collect::<Vec<_>>());
        let is_over = |it: &Finding| names.as_ref().is_none_or(|names| names.contains(&it.rule));
        self.open.retain(|it| !checked.contains(&it.file) || !is_over(it));
        let left = judged.iter().filter(|it| matches!(it.decision, Decision::Make(_))).count();
        let end = self.round > MAX_ROUNDS && left >= self.left;
        self.left = left;
        for (index, it) in judged.iter().enumerate() {
            let status = match &it.decision {
                Decision::Drop => continue,
                Decision::Settled(status) => status.clone(),
                Decision::Make(_) => match withdrawn.get(&index) {
                    Some(problem) => match (problem.is_bug, format!("the result {}", problem.what)) {
                        (true, reason) => Status::Withdrawn(reason),
                        (false, reason) => Status::Withheld(reason),
                    },
                    // It is made, or its turn comes in the next round.
                    None => continue,
                },
            };
            self.open.push(self.finding(it, status));
        }
        if taken.is_empty() {
            return Vec::new();
        }
        let mut next: BTreeSet<FileId> = waiting(&judged, &taken, &withdrawn);
        if end {
            let files = taken.iter().flat_map(|it| files_of(&judged[*it])).collect();
            next.extend(self.freeze(files, NO_END));
        } else {
            taken.iter().for_each(|it| self.record(&judged[*it]));
            next.extend(self.commit(texts));
            // What such a rule has changed can matter anywhere. Where errors flow, rules say whose fixes matter to them.
            let rule = |it: &usize| self.rules[judged[*it].rule].rule;
            if taken.iter().any(|it| rule(it).needs_whole_modules() && !rule(it).needs_error_flow()) {
                next.extend(self.candidates.keys());
            }
        }
        self.with_packages(next)
    }

    /// Takes the fixes out that are not to be made.
    fn deny(&self, judged: &mut [Judged]) {
        if self.options.denied.is_empty() {
            return;
        }
        for it in judged.iter_mut().filter(|it| matches!(it.decision, Decision::Make(_))) {
            let place = self.place(self.rules[it.rule].rule.meta().name, it.file, it.range, "");
            let is_meant = |denied: &&Denied| {
                (denied.rule, &*denied.path, denied.start) == (place.rule, &*place.path, place.range.start)
            };
            if let Some(denied) = self.options.denied.iter().find(is_meant) {
                it.decision = Decision::Settled(Status::Dropped(denied.reason.clone()));
            }
        }
    }

    /// Notes that the fix of a finding is made.
    fn record(&mut self, judged: &Judged) {
        let (Decision::Make(level), Some(fix)) = (&judged.decision, &judged.fix) else { return };
        let mut files = files_of(judged);
        files.insert(judged.file);
        self.made.push(Made { finding: self.finding(judged, Status::Fixed(*level)), files });
        self.created.extend(fix.created().iter().cloned());
        self.removed.extend(fix.removed());
    }

    /// Makes the new texts those of the workspace. A file that comes back to a text it had is left as it was at first.
    /// Returns the files that have changed.
    fn commit(&mut self, texts: BTreeMap<FileId, NewText>) -> BTreeSet<FileId> {
        let mut cycling = BTreeSet::new();
        let mut new = BTreeMap::new();
        for (id, NewText { edits, file, .. }) in texts {
            let text = file.shared_text();
            let before = || self.ws.text(id).cloned().unwrap_or_else(|_| Arc::from(""));
            let state = self.changed.entry(id).or_insert_with(|| {
                let before = before();
                Changed { seen: BTreeSet::from([hash(&before)]), before, edits: EditSet::default() }
            });
            state.edits = state.edits.compose(&edits);
            if !state.seen.insert(hash(&text)) {
                cycling.insert(id);
            }
            new.insert(id, text);
        }
        let mut files: BTreeSet<FileId> = new.keys().copied().collect();
        self.ws = self.ws.with_texts(new);
        self.update_candidates(&files);
        if !cycling.is_empty() {
            files.extend(self.freeze(cycling, CYCLE));
        }
        files
    }

    /// Takes back all that was done to the files, and to those that share a fix with them, and leaves them alone from now
    /// on. Returns them.
    fn freeze(&mut self, mut files: BTreeSet<FileId>, reason: &'static str) -> BTreeSet<FileId> {
        loop {
            let shares = |it: &&Made| !it.files.is_disjoint(&files) && !it.files.is_subset(&files);
            let more: BTreeSet<FileId> = self.made.iter().filter(shares).flat_map(|it| it.files.clone()).collect();
            if more.is_empty() {
                break;
            }
            files.extend(more);
        }
        let mut old = BTreeMap::new();
        for id in &files {
            self.frozen.insert(*id, reason);
            if let Some(changed) = self.changed.remove(id) {
                old.insert(*id, changed.before);
            }
        }
        let (back, made) = std::mem::take(&mut self.made).into_iter().partition(|it| !it.files.is_disjoint(&files));
        self.made = made;
        for Made { finding, .. } in back {
            if let Some(fix) = finding.fix {
                self.created.retain(|it| !fix.created().contains(it));
                self.removed.retain(|it| !fix.removed().contains(it));
            }
        }
        self.ws = self.ws.with_texts(old);
        self.update_candidates(&files);
        files
    }

    fn update_candidates(&mut self, files: &BTreeSet<FileId>) {
        files.iter().for_each(|it| drop(self.candidates.remove(it)));
        let again = self.prefilter.again(&self.ws, files.iter().copied());
        self.candidates.extend(again.into_iter().map(|it| (it.file, it)));
    }

    /// All files of the packages that the files belong to.
    fn with_packages(&self, files: BTreeSet<FileId>) -> Vec<FileId> {
        let packages = files.iter().flat_map(|it| self.ws.package_of(*it).files().iter().copied());
        packages.collect::<BTreeSet<_>>().into_iter().collect()
    }
}

/// The files with findings whose turn comes in the next round.
fn waiting(judged: &[Judged], taken: &[usize], withdrawn: &BTreeMap<usize, Problem>) -> BTreeSet<FileId> {
    let settled: BTreeSet<usize> = taken.iter().chain(withdrawn.keys()).copied().collect();
    let waits = |(index, it): &(usize, &Judged)| matches!(it.decision, Decision::Make(_)) && !settled.contains(index);
    judged.iter().enumerate().filter(waits).map(|(_, it)| it.file).collect()
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}
