//! `oracle style`: whether the wording of an error is guessed as its author chose it.
//!
//! Existing wraps are taken out, one at a time, and the habits of what is left say how they should begin and by which
//! function they should be made.

use std::{collections::BTreeMap, path::Path, process::ExitCode, sync::Arc};

use gofix_project::{DiskFiles, LoadOptions, Project};
use gofix_rule::errors::{Around, Wrap, wraps};
use gofix_semantic::Workspace;
use gofix_syntax::FileId;

use crate::{Result, flags::Flags, random::Random};

/// How many were guessed right, of how many.
#[derive(Copy, Clone, Default)]
struct Score {
    right: usize,
    all: usize,
}

impl Score {
    fn add(&mut self, is_right: bool) {
        self.right += usize::from(is_right);
        self.all += 1;
    }

    fn percent(self) -> f64 {
        100.0 * self.right as f64 / self.all.max(1) as f64
    }
}

pub(crate) fn run(flags: &Flags) -> Result<ExitCode> {
    let count = flags.get("--sample")?.unwrap_or(1000);
    let mut random = Random::new(flags.get("--seed")?.unwrap_or(1));
    let mut projects = Vec::new();
    for dir in flags.some_paths()? {
        projects.push(load(dir)?);
    }
    let mut found: Vec<(usize, FileId, Wrap)> = Vec::new();
    for (index, ws) in projects.iter().enumerate() {
        let before = found.len();
        found.extend(wraps_of(ws).into_iter().map(|(file, wrap)| (index, file, wrap)));
        println!("{}: {} wraps", ws.project().root().display(), found.len() - before);
    }
    let [mut families, mut wrappers, mut quotes] = [Score::default(); 3];
    let mut misses: BTreeMap<String, usize> = BTreeMap::new();
    let sample = random.sample(&found, count);
    for (index, file, wrap) in &sample {
        let around = Around::new(&projects[*index], *file, wrap.range.start, Some(wrap.range));
        wrappers.add(around.wrapper() == wrap.wrapper);
        if let Some(family) = wrap.family {
            families.add(around.family() == family);
            if around.family() != family {
                *misses.entry(format!("{:?} for {family:?}", around.family())).or_default() += 1;
            }
        }
        if let Some(quoted) = wrap.quoted {
            quotes.add(around.quotes() == quoted);
        }
    }
    println!("{} of {} taken out and guessed", sample.len(), found.len());
    for (what, score) in [("family", families), ("function", wrappers), ("quotes", quotes)] {
        println!("  {what:<9} {:>5} of {:>5} right: {:.1} %", score.right, score.all, score.percent());
    }
    let mut misses: Vec<_> = misses.into_iter().collect();
    misses.sort_by_key(|it| std::cmp::Reverse(it.1));
    misses.iter().take(10).for_each(|(what, count)| println!("    {count:>4} {what}"));
    Ok(ExitCode::SUCCESS)
}

fn load(dir: &Path) -> Result<Workspace> {
    let dir = dir.canonicalize().map_err(|it| format!("{}: {it}", dir.display()))?;
    let options = LoadOptions { cwd: dir, ..LoadOptions::from_env().map_err(|it| it.to_string())? };
    let project = Project::load(Arc::new(DiskFiles), &options).map_err(|it| it.to_string())?;
    Ok(Workspace::new(Arc::new(project)))
}

/// The wraps of a project's own files that are no tests.
fn wraps_of(ws: &Workspace) -> Vec<(FileId, Wrap)> {
    let ids = (0..ws.project().files().len() as u32).map(FileId);
    let own = ids.filter(|it| {
        let file = ws.project().file(*it);
        !file.is_test() && !file.in_vendor()
    });
    let files = own.filter_map(|it| ws.file(it));
    files.flat_map(|file| wraps(ws, file).into_iter().map(|it| (file.id(), it))).collect()
}
