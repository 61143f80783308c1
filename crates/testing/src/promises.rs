use std::collections::BTreeMap;

use gofix_engine::{Outcome, Status};
use gofix_rule::{
    FileId, Level, lines,
    syntax::{
        SourceFile, Token,
        ast::{AstNode, GenDecl},
    },
};

/// What must hold of every run, whatever the rules, and does not, in sentences: a second run changes nothing, no safe fix
/// loses a comment, the edits are all that changes, no syntax error is new, the number of threads makes no difference, no
/// rule panics. `again` is a run over the texts of `outcome`, `alone` one like it with another number of threads.
pub fn broken_promises(outcome: &Outcome, again: &Outcome, alone: &Outcome) -> Vec<String> {
    let mut broken: Vec<String> = outcome.bugs.iter().map(|it| it.to_string()).collect();
    broken.extend(outcome.errors.iter().map(|it| it.to_string()));
    let mut promise = |holds: bool, sentence: &dyn Fn() -> String| {
        if !holds {
            broken.push(sentence());
        }
    };
    for file in &again.files {
        promise(false, &|| format!("a second run changes {} to\n{}", file.path, file.after));
    }
    let texts = |it: &Outcome| it.files.iter().map(|it| (it.path.clone(), it.after.clone())).collect::<Vec<_>>();
    promise(texts(outcome) == texts(alone), &|| "the number of threads makes a difference to the texts".to_owned());
    let places = |it: &Outcome| it.findings.iter().map(|it| (it.path.clone(), it.range)).collect::<Vec<_>>();
    promise(places(outcome) == places(alone), &|| {
        "the number of threads makes a difference to what is found".to_owned()
    });
    for file in &outcome.files {
        let is_all = file.edits.apply(&file.before) == *file.after;
        promise(is_all, &|| format!("{} has changes beside its edits", file.path));
        if file.id.is_none() {
            continue;
        }
        let (before, after) = (SourceFile::parse(&*file.before), SourceFile::parse(&*file.after));
        let error = after.errors().first().filter(|_| before.errors().is_empty());
        promise(error.is_none(), &|| format!("{} has a syntax error now: {error:?}", file.path));
        let Some(id) = file.id.filter(|it| !is_reviewed(outcome, *it)) else { continue };
        let kept = comments(&after);
        for (comment, count) in comments(&before) {
            let left = kept.get(comment).copied().unwrap_or(0) + dropped(outcome, id, &file.before, comment);
            promise(left >= count, &|| format!("{} lost {comment}", file.path));
        }
    }
    broken
}

/// Whether a person has to read what becomes of a file, its comments included.
fn is_reviewed(outcome: &Outcome, file: FileId) -> bool {
    outcome.findings.iter().any(|it| it.file == file && it.status == Status::Fixed(Level::Review))
}

/// How often fixes say that a comment with that text may go.
fn dropped(outcome: &Outcome, file: FileId, before: &str, comment: &str) -> usize {
    // Later rounds state ranges of other texts.
    let fixes = outcome.findings.iter().filter(|it| it.round == 1).filter_map(|it| it.fix.as_deref());
    let ranges = fixes.flat_map(|it| it.dropped_comments()).filter(|(id, _)| *id == file);
    ranges.filter_map(|(_, range)| before.get(range.to_usize())).filter(|it| it.contains(comment)).count()
}

/// The texts of all comments but those at imports, and how often each occurs. Those of an import go with it.
fn comments(file: &SourceFile) -> BTreeMap<&str, usize> {
    let decls = file.root().children().filter_map(GenDecl::cast).filter(|it| it.tok() == Token::Import);
    let imports: Vec<_> = decls.map(|it| (lines::lead(it.node()), lines::line_end(file, it.node().end()))).collect();
    let is_of_import = |at: u32| imports.iter().any(|(start, end)| (*start..=*end).contains(&at));
    let mut counts = BTreeMap::new();
    for range in file.comments().iter().filter(|it| !is_of_import(it.start)) {
        *counts.entry(&file.text()[range.to_usize()]).or_default() += 1;
    }
    counts
}
