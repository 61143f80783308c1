//! Fixes that wait for others: how many more there would be if those that need review were made.

use std::collections::{BTreeMap, BTreeSet};

use gofix_rule::{EditSet, FileId};

use crate::{
    make::{Applied, make},
    outcome::{Status, Waiting},
    policy::Decision,
    rounds::{Look, Run, map_back},
    schedule,
};

impl Run<'_> {
    /// For each rule that others unlock: the places that it has left alone, and for which it has a fix once those fixes of
    /// the others are made that need review. They are made, in memory, and the rule is asked: what is counted is proved.
    pub(crate) fn waiting(&self) -> Vec<Waiting> {
        if self.options.review {
            return Vec::new();
        }
        (0..self.rules.len()).filter_map(|it| self.waiting_of(it)).collect()
    }

    fn waiting_of(&self, index: usize) -> Option<Waiting> {
        let rule = self.rules[index].rule;
        let name = |it: usize| self.rules[it].rule.meta().name;
        let others: Vec<usize> = (0..self.rules.len()).filter(|it| rule.unlocked_by().contains(&name(*it))).collect();
        let is_held_back = |rule: &str| others.iter().any(|it| name(*it) == rule);
        let held_back = self.open.iter().filter(|it| it.status == Status::NeedsReview && is_held_back(it.rule));
        let files: BTreeSet<FileId> = held_back.map(|it| it.file).collect();
        let left_alone = self.open.iter().filter(|it| it.rule == rule.meta().name);
        let left_alone = left_alone.filter(|it| matches!(it.status, Status::LeftAlone(_)));
        let left_alone: BTreeSet<(FileId, u32)> = left_alone.map(|it| (it.file, it.range.start)).collect();
        if files.is_empty() || left_alone.is_empty() {
            return None;
        }
        let held_back = self.candidates_in(&Look { files: files.into_iter().collect(), only: Some(others) });
        let found = schedule::check(&self.ws, self.rules, &held_back);
        let (judged, _) = self.judge(&self.ws, &held_back, found.raws, true);
        let Applied { taken, texts, .. } = make(&self.ws, &judged);
        let after: BTreeSet<usize> = taken.iter().map(|it| judged[*it].rule).collect();
        let edits: BTreeMap<FileId, EditSet> = texts.iter().map(|(id, it)| (*id, it.edits.clone())).collect();
        let ws = self.ws.with_texts(texts.into_iter().map(|(id, it)| (id, it.file.shared_text())).collect());

        let all = Look { files: self.candidates.keys().copied().collect(), only: Some(vec![index]) };
        let files: Vec<_> = self.candidates_in(&all).into_iter().filter(|it| !it.rules.is_empty()).collect();
        let found = schedule::check(&ws, self.rules, &files);
        let (judged, _) = self.judge(&ws, &files, found.raws, true);
        let place = |file: FileId, offset: u32| {
            let now = edits.get(&file).map_or(offset, |it| map_back(it, offset));
            (file, self.offset_before(file, now))
        };
        let fixed = judged.iter().filter(|it| matches!(it.decision, Decision::Make(_)));
        let places: BTreeSet<(FileId, u32)> = fixed.map(|it| place(it.file, it.range.start)).collect();
        let sites = places.intersection(&left_alone).count();
        (sites > 0).then(|| Waiting { rule: rule.meta().name, sites, after: after.into_iter().map(name).collect() })
    }
}
