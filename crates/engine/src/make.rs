//! Makes the fixes of a round: those that get along with each other and lead to good texts.

use std::collections::{BTreeMap, BTreeSet};

use gofix_rule::{FileId, Fix, Need};
use gofix_semantic::Workspace;
use rayon::prelude::*;

use crate::{
    apply::{NewText, apply},
    policy::{Decision, Judged},
    resolve::Taken,
    verify::{self, Problem},
};

/// So many texts are tried to find the fixes that make one file a bad text. When that is not enough, all those go that
/// were not yet found good.
const MAX_TRIALS: usize = 100;

/// The fixes of a round.
pub(crate) struct Applied {
    /// Indices of the findings whose fixes are made.
    pub(crate) taken: Vec<usize>,
    pub(crate) texts: BTreeMap<FileId, NewText>,
    /// Those whose fixes were tried and led to a bad text, and what was wrong with it.
    pub(crate) withdrawn: BTreeMap<usize, Problem>,
}

/// Makes as many of the fixes as possible. A fix that is withdrawn may leave room for one that had to stand back, so this
/// starts over until all texts are good; what did not change is kept.
pub(crate) fn make(ws: &Workspace, judged: &[Judged]) -> Applied {
    let mut withdrawn = BTreeMap::new();
    let mut texts: BTreeMap<FileId, NewText> = BTreeMap::new();
    let mut made: BTreeMap<FileId, Vec<usize>> = BTreeMap::new();
    loop {
        let taken = get_along(judged, &withdrawn);
        let mut wanted: BTreeMap<FileId, Vec<usize>> = BTreeMap::new();
        for index in &taken {
            for file in files_of(&judged[*index]) {
                wanted.entry(file).or_default().push(*index);
            }
        }
        texts.retain(|file, _| wanted.get(file) == made.get(file));
        let stale: BTreeSet<FileId> = wanted.keys().copied().filter(|it| !texts.contains_key(it)).collect();
        let new = apply(ws, &fixes(judged, &taken), &stale);
        let problems: BTreeMap<FileId, Problem> =
            new.par_iter().filter_map(|(file, text)| Some((*file, verify::problem(ws.file(*file)?, text)?))).collect();
        texts.extend(new);
        if problems.is_empty() {
            return Applied { taken, texts, withdrawn };
        }
        let guilty = problems.par_iter().flat_map_iter(|(file, problem)| {
            guilty(ws, judged, *file, &wanted[file]).into_iter().map(|it| (it, *problem))
        });
        withdrawn.extend(guilty.collect::<Vec<_>>());
        made = wanted;
    }
}

/// The fixes that can be made together, in the order of the findings.
fn get_along(judged: &[Judged], withdrawn: &BTreeMap<usize, Problem>) -> Vec<usize> {
    let mut together = Taken::default();
    let mut taken = Vec::new();
    for (index, it) in judged.iter().enumerate().filter(|(index, _)| !withdrawn.contains_key(index)) {
        if let (Decision::Make(_), Some(fix)) = (&it.decision, &it.fix)
            && together.take(fix, &it.declares)
        {
            taken.push(index);
        }
    }
    taken
}

fn fixes<'j>(judged: &'j [Judged], indices: &[usize]) -> Vec<&'j Fix> {
    indices.iter().filter_map(|it| judged[*it].fix.as_deref()).collect()
}

/// Which of the fixes make the file a bad text. Found by adding as many as possible to those that are good together:
/// groups that are not are halved.
fn guilty(ws: &Workspace, judged: &[Judged], file: FileId, indices: &[usize]) -> Vec<usize> {
    let only = BTreeSet::from([file]);
    let is_good = |indices: &[usize]| {
        let texts = apply(ws, &fixes(judged, indices), &only);
        let both = ws.file(file).zip(texts.get(&file));
        both.is_none_or(|(before, text)| verify::problem(before, text).is_none())
    };
    let (mut good, mut guilty) = (Vec::new(), Vec::new());
    let (first, second) = indices.split_at(indices.len() / 2);
    let mut groups = vec![second, first];
    let mut trials = 0;
    while let Some(group) = groups.pop() {
        trials += 1;
        if trials > MAX_TRIALS {
            guilty.extend(group);
        } else if is_good(&[&good, group].concat()) {
            good.extend(group);
        } else if let [one] = group {
            guilty.push(*one);
        } else {
            let (first, second) = group.split_at(group.len() / 2);
            groups.extend([second, first]);
        }
    }
    // All are good one after the other, and yet not together.
    if guilty.is_empty() { indices.to_vec() } else { guilty }
}

/// The files that the fix of a finding changes.
pub(crate) fn files_of(judged: &Judged) -> BTreeSet<FileId> {
    let Some(fix) = &judged.fix else { return BTreeSet::new() };
    let imports = fix.all_needs().iter().filter_map(Need::file);
    fix.edits().keys().chain(fix.removed()).copied().chain(imports).collect()
}
