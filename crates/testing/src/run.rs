use std::{collections::BTreeMap, fmt};

use gofix_engine::{Outcome, Status};
use gofix_rule::Level;
use gofix_text::{UnifiedDiff, unified_diff};

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

    /// What must hold of every run and does not, in sentences: see [`broken_promises`](crate::broken_promises).
    pub fn broken_promises(&self) -> Vec<String> {
        let broken = crate::broken_promises(&self.outcome, &self.again, &self.alone);
        broken.into_iter().map(|it| format!("{}: {it}", self.case.name)).collect()
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
        Status::Withheld(reason) | Status::Withdrawn(reason) | Status::Dropped(reason) => {
            Verdict::Withheld(reason.clone())
        }
    }
}
