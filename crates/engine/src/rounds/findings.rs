//! What is told of a run in the end: findings where they were before it, and the texts that changed.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use gofix_rule::{EditSet, FileId, ModuleId, Need, TextRange};

use super::Run;
use crate::{
    outcome::{ChangedFile, Finding, Outcome, SUPPRESSION, Status},
    policy::Judged,
    prefilter::Candidate,
    suppress::Directive,
};

impl Run<'_> {
    /// What is wrong with suppression comments.
    pub(super) fn about_directives(
        &self,
        files: &[Candidate],
        directives: &BTreeMap<FileId, Vec<Directive>>,
        judged: &[Judged],
    ) -> Vec<Finding> {
        let mut used: BTreeSet<(FileId, usize, &str)> = BTreeSet::new();
        for it in judged {
            let name = self.rules[it.rule].rule.meta().name;
            let of_file = directives.get(&it.file).into_iter().flatten().enumerate();
            used.extend(of_file.filter(|(_, d)| d.covers(name, it.range.start)).map(|(n, _)| (it.file, n, name)));
        }
        let is_rule = |name: &str| {
            self.options.known_rules.contains(&name) || self.rules.iter().any(|it| it.rule.meta().name == name)
        };
        let mut findings = Vec::new();
        for candidate in files {
            for (n, directive) in directives.get(&candidate.file).into_iter().flatten().enumerate() {
                let mut messages = directive.problems(is_rule);
                let ran = |name: &str| candidate.made_for.iter().any(|it| self.rules[*it].rule.meta().name == name);
                if directive.has_reason {
                    let names = directive.rules.iter().map(String::as_str);
                    let idle = names.filter(|it| ran(it) && !used.contains(&(candidate.file, n, *it)));
                    messages.extend(idle.map(|it| format!("{it} has nothing to say here, so the comment can go")));
                }
                let at = |message| self.place(SUPPRESSION, candidate.file, directive.range, message);
                findings.extend(messages.into_iter().map(at));
            }
        }
        findings
    }

    pub(super) fn finding(&self, judged: &Judged, status: Status) -> Finding {
        let name = self.rules[judged.rule].rule.meta().name;
        let place = self.place(name, judged.file, judged.range, judged.message.clone());
        Finding { status, lowered: judged.lowered, fix: judged.fix.clone(), ..place }
    }

    /// A finding at a place in the text as it is now.
    pub(super) fn place(
        &self,
        rule: &'static str,
        file: FileId,
        range: TextRange,
        message: impl Into<std::borrow::Cow<'static, str>>,
    ) -> Finding {
        let changed = self.changed.get(&file);
        let start = changed.map_or(range.start, |it| map_back(&it.edits, range.start));
        let end = changed.map_or(range.end, |it| map_back(&it.edits, range.end)).max(start);
        Finding {
            rule,
            file,
            path: self.ws.project().file(file).path.clone(),
            range: TextRange::new(start, end),
            // Counted in the end, for all findings of a file at once.
            line: 0,
            column: 0,
            message: message.into(),
            status: Status::Reported,
            lowered: None,
            round: self.round,
            fix: None,
        }
    }

    /// Where the byte at `offset` of a file, as it is now, was before the run.
    pub(crate) fn offset_before(&self, file: FileId, offset: u32) -> u32 {
        self.changed.get(&file).map_or(offset, |it| map_back(&it.edits, offset))
    }

    /// The text of a file before the run.
    fn text_before(&self, file: FileId) -> &str {
        match self.changed.get(&file) {
            Some(it) => &it.before,
            None => self.ws.text(file).map_or("", |it| &**it),
        }
    }

    /// Gives the findings, which are sorted by file and place, their lines and columns.
    fn count_lines(&self, findings: &mut [Finding]) {
        for of_file in findings.chunk_by_mut(|a, b| a.file == b.file) {
            let text = self.text_before(of_file[0].file).as_bytes();
            let (mut at, mut line, mut line_start) = (0, 1, 0);
            for finding in of_file {
                let start = text.len().min(finding.range.start as usize);
                let between = &text[at..start];
                line += memchr::memchr_iter(b'\n', between).count() as u32;
                line_start = memchr::memrchr(b'\n', between).map_or(line_start, |it| at + it + 1);
                at = start;
                (finding.line, finding.column) = (line, (start - line_start) as u32 + 1);
            }
        }
    }

    /// The go.mod files that have to change for the fixes that were made.
    pub(super) fn go_mods(&self) -> Vec<ChangedFile> {
        let mut needs: BTreeMap<ModuleId, BTreeSet<(&str, Option<&str>)>> = BTreeMap::new();
        for need in self.made.iter().filter_map(|it| it.finding.fix.as_deref()).flat_map(|it| it.all_needs()) {
            if let Need::Module { module, path, version } = need {
                needs.entry(*module).or_default().insert((path, version.as_deref()));
            }
        }
        let changed = |(module, needs): (ModuleId, BTreeSet<_>)| {
            let needs: Vec<_> = needs.into_iter().collect();
            let (path, before, edits) = self.ws.project().requiring(module, &needs)?;
            let after: Arc<str> = edits.apply(&before).into();
            (*after != *before).then(|| ChangedFile { id: None, path, before: before.into(), edits, after })
        };
        needs.into_iter().filter_map(changed).collect()
    }

    pub(super) fn finish(mut self, mut outcome: Outcome) -> Outcome {
        let order = |name: &str| self.rules.iter().position(|it| it.rule.meta().name == name).unwrap_or(usize::MAX);
        let mut findings: Vec<Finding> = std::mem::take(&mut self.made).into_iter().map(|it| it.finding).collect();
        findings.append(&mut self.suppressions);
        dedup_open(&mut self.open);
        findings.append(&mut self.open);
        findings.sort_by(|a, b| {
            let key = |it: &Finding| (it.range.start, order(it.rule), it.round, it.range.end);
            a.path.cmp(&b.path).then(key(a).cmp(&key(b)))
        });
        self.count_lines(&mut findings);
        outcome.findings = findings;
        for (id, changed) in self.changed {
            let Ok(after) = self.ws.text(id) else { continue };
            if **after != *changed.before {
                let path = self.ws.project().file(id).path.clone();
                let after = Arc::clone(after);
                outcome.files.push(ChangedFile {
                    id: Some(id),
                    path,
                    before: changed.before,
                    edits: changed.edits,
                    after,
                });
            }
        }
        outcome.files.sort_by(|a, b| a.path.cmp(&b.path));
        self.created.sort();
        outcome.created = self.created;
        outcome.removed = self.removed;
        self.bugs.sort_by(|a, b| (&a.path, a.rule).cmp(&(&b.path, b.rule)));
        self.bugs.dedup();
        outcome.bugs = self.bugs;
        outcome.stats.missing = self.missing.into_iter().collect();
        outcome
    }
}

/// A rule may speak of one place when it looks at different packages.
fn dedup_open(findings: &mut Vec<Finding>) {
    let mut seen = BTreeSet::new();
    findings.retain(|it| seen.insert((it.file, it.range, it.rule, it.message.clone())));
}

/// Where the byte at `offset` of the text after the edits was before; what an edit wrote was where the edit is.
pub(crate) fn map_back(edits: &EditSet, offset: u32) -> u32 {
    let mut shift = 0_i64;
    for edit in edits.iter() {
        let start = i64::from(edit.range.start) + shift;
        if i64::from(offset) < start {
            break;
        }
        if i64::from(offset) < start + edit.text.len() as i64 {
            return edit.range.start;
        }
        shift += edit.text.len() as i64 - i64::from(edit.range.len());
    }
    (i64::from(offset) - shift).max(0) as u32
}
