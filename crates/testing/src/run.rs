use std::{collections::BTreeMap, fmt};

use gofix_engine::{Outcome, Status};
use gofix_rule::{
    Level, lines,
    syntax::{
        SourceFile, Token,
        ast::{AstNode, GenDecl},
    },
};
use gofix_text::{FileId, UnifiedDiff, unified_diff};

use crate::Case;

/// What a rule did to a [`Case`].
#[derive(Clone, Debug)]
pub struct Run {
    case: Case,
    outcome: Outcome,
    after: BTreeMap<String, String>,
    again: Outcome,
    alone: Outcome,
    findings: Vec<Found>,
}

/// One finding, as tests compare it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Found {
    /// The file, relative to the root.
    pub path: String,
    /// The line, counted from 1, in the text before the run.
    pub line: u32,
    /// The column, counted in bytes from 1.
    pub column: u32,
    /// What became of it.
    pub verdict: Verdict,
    /// What is wrong with the code.
    pub message: String,
}

/// What became of a finding.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Verdict {
    /// The fix was made, at that level.
    Fixed(Level),
    /// It is a note: there is no edit.
    Reported,
    /// The rule declined, for that reason.
    Declined(String),
    /// A comment suppresses it.
    Suppressed,
    /// The engine did not make the fix, for that reason.
    Withheld(String),
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: ", self.path, self.line, self.column)?;
        match &self.verdict {
            Verdict::Fixed(level) => write!(f, "{level}: {}", self.message),
            Verdict::Reported => write!(f, "reported: {}", self.message),
            Verdict::Declined(reason) => write!(f, "left alone: {reason}"),
            Verdict::Suppressed => write!(f, "suppressed: {}", self.message),
            Verdict::Withheld(reason) => write!(f, "withheld: {reason}"),
        }
    }
}

impl Run {
    pub(crate) fn new(
        case: Case,
        outcome: Outcome,
        after: BTreeMap<String, String>,
        again: Outcome,
        alone: Outcome,
    ) -> Run {
        let findings = outcome.findings.iter().map(|it| Found {
            path: it.path.clone(),
            line: it.line,
            column: it.column,
            verdict: verdict(&it.status, it.fix.as_deref().map_or(Level::Review, |it| it.level())),
            message: it.message.to_string(),
        });
        Run { findings: findings.collect(), case, outcome, after, again, alone }
    }

    /// The case.
    pub fn case(&self) -> &Case {
        &self.case
    }

    /// All that was found, sorted by file and place.
    pub fn findings(&self) -> &[Found] {
        &self.findings
    }

    /// The reasons for which the rule declined.
    pub fn declined(&self) -> impl Iterator<Item = &str> {
        self.findings.iter().filter_map(|it| match &it.verdict {
            Verdict::Declined(reason) => Some(reason.as_str()),
            _ => None,
        })
    }

    /// All files afterwards, by path.
    pub fn files_after(&self) -> &BTreeMap<String, String> {
        &self.after
    }

    /// The text of a file afterwards.
    pub fn after(&self, path: &str) -> Option<&str> {
        self.after.get(path).map(String::as_str)
    }

    /// All findings, one a line, and then the diff.
    pub fn story(&self) -> String {
        let mut story: String = self.findings.iter().map(|it| format!("{it}\n")).collect();
        for file in &self.outcome.files {
            story.push('\n');
            story.push_str(&unified_diff(UnifiedDiff {
                before_path: Some(&file.path),
                after_path: Some(&file.path),
                before: &file.before,
                edits: &file.edits,
                context: 3,
            }));
        }
        for (path, text) in &self.outcome.created {
            story.push_str(&format!("\nnew file {path}\n{text}"));
        }
        for (path, _) in self.case.files.iter().filter(|(path, _)| !self.after.contains_key(*path)) {
            story.push_str(&format!("\nremoved {path}\n"));
        }
        story
    }

    /// What must hold of every run and does not, in sentences: a second run changes nothing, no safe fix loses a
    /// comment, the edits are all that changes, no syntax error is new, the number of threads makes no difference, no rule panics.
    pub fn broken_promises(&self) -> Vec<String> {
        let mut broken = Vec::new();
        let mut promise = |holds: bool, sentence: String| {
            if !holds {
                broken.push(format!("{}: {sentence}", self.case.name));
            }
        };
        for bug in &self.outcome.bugs {
            promise(false, bug.to_string());
        }
        for error in &self.outcome.errors {
            promise(false, error.to_string());
        }
        for file in &self.again.files {
            promise(false, format!("a second run changes {} to\n{}", file.path, file.after));
        }
        let texts = |it: &Outcome| it.files.iter().map(|it| (it.path.clone(), it.after.clone())).collect::<Vec<_>>();
        promise(texts(&self.outcome) == texts(&self.alone), "one thread changes other things than two".to_owned());
        let places = |it: &Outcome| it.findings.iter().map(|it| (it.path.clone(), it.range)).collect::<Vec<_>>();
        promise(places(&self.outcome) == places(&self.alone), "one thread finds other things than two".to_owned());
        for file in &self.outcome.files {
            promise(
                file.edits.apply(&file.before) == *file.after,
                format!("{} has changes beside its edits", file.path),
            );
            let (before, after) = (SourceFile::parse(&*file.before), SourceFile::parse(&*file.after));
            if let Some(error) = after.errors().first().filter(|_| before.errors().is_empty()) {
                promise(false, format!("{} has a syntax error now: {}", file.path, error.message));
            }
            if self.is_reviewed(file.id) {
                continue;
            }
            let kept = comments(&after);
            for (comment, count) in comments(&before) {
                let left = kept.get(comment).copied().unwrap_or(0);
                promise(left + self.dropped(file.id, comment) >= count, format!("{} lost {comment}", file.path));
            }
        }
        broken
    }

    /// Whether a person has to read what becomes of a file, its comments included.
    fn is_reviewed(&self, file: FileId) -> bool {
        let review = |it: &&gofix_engine::Finding| it.status == Status::Fixed(Level::Review);
        self.outcome.findings.iter().filter(review).any(|it| it.file == file)
    }

    /// How often fixes say that a comment with that text may go.
    fn dropped(&self, file: FileId, comment: &str) -> usize {
        let Some(changed) = self.outcome.files.iter().find(|it| it.id == file) else { return 0 };
        // Later rounds state ranges of other texts.
        let fixes = self.outcome.findings.iter().filter(|it| it.round == 1).filter_map(|it| it.fix.as_deref());
        let ranges = fixes.flat_map(|it| it.dropped_comments()).filter(|(id, _)| *id == file);
        ranges.filter_map(|(_, range)| changed.before.get(range.to_usize())).filter(|it| it.contains(comment)).count()
    }
}

fn verdict(status: &Status, level: Level) -> Verdict {
    match status {
        Status::Fixed(level) => Verdict::Fixed(*level),
        // All fixes are asked for, so this one is none of the engine's choice.
        Status::NeedsReview => Verdict::Fixed(level),
        Status::Reported => Verdict::Reported,
        Status::LeftAlone(reason) => Verdict::Declined(reason.to_string()),
        Status::Suppressed => Verdict::Suppressed,
        Status::Withheld(reason) => Verdict::Withheld(reason.clone()),
    }
}

/// The texts of all comments behind the imports, and how often each occurs. Those of an import go with it.
fn comments(file: &SourceFile) -> BTreeMap<&str, usize> {
    let imports = file.root().children().filter_map(GenDecl::cast).filter(|it| it.tok() == Token::Import);
    let end = imports.last().map_or(0, |it| lines::line_end(file, it.node().end()));
    let mut counts = BTreeMap::new();
    for range in file.comments().iter().filter(|it| it.start >= end) {
        *counts.entry(&file.text()[range.to_usize()]).or_default() += 1;
    }
    counts
}
