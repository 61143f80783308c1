use std::{borrow::Cow, fmt};

use gofix_syntax::{FileId, Node, TextRange};

use crate::Fix;

/// How sure a fix is. The greater, the surer.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Level {
    /// A person should read the diff: behaviour changes on purpose, or a precondition could not be proved.
    Review,
    /// The program compiles and means the same before and after, or differs only as the rule's page says.
    Safe,
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Level::Review => "review",
            Level::Safe => "safe",
        })
    }
}

/// Why a rule saw its pattern and yet left the code alone: the sentence that the user reads, without a full stop.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Decline(pub Cow<'static, str>);

impl Decline {
    /// A decline with that sentence.
    pub fn new(reason: impl Into<Cow<'static, str>>) -> Decline {
        Decline(reason.into())
    }
}

impl fmt::Display for Decline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&'static str> for Decline {
    fn from(reason: &'static str) -> Decline {
        Decline(reason.into())
    }
}

impl From<String> for Decline {
    fn from(reason: String) -> Decline {
        Decline(reason.into())
    }
}

/// Why there is no fix.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Stop {
    /// The code is left alone.
    Decline(Decline),
    /// There is a reason to look at it: this.
    Note(Cow<'static, str>),
}

impl Stop {
    /// A reason to look at it.
    pub fn note(why: impl Into<Cow<'static, str>>) -> Stop {
        Stop::Note(why.into())
    }
}

impl<T: Into<Decline>> From<T> for Stop {
    fn from(reason: T) -> Stop {
        Stop::Decline(reason.into())
    }
}

/// What a rule advises to do about a finding.
#[derive(Clone, Debug)]
pub enum Advice {
    /// To make these edits.
    Fix(Box<Fix>),
    /// To have a look: there is a reason, but no edit.
    Note,
    /// Nothing, for this reason.
    LeftAlone(Decline),
}

/// One place at which a rule has something to say.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The file it is in.
    pub file: FileId,
    /// The place.
    pub range: TextRange,
    /// What is wrong with the code there.
    pub message: Cow<'static, str>,
    /// What to do about it.
    pub advice: Advice,
}

/// Collects what a rule finds.
#[derive(Default, Debug)]
pub struct Report {
    findings: Vec<Finding>,
}

impl Report {
    /// A pattern of the rule: with the fix, or with the reason to leave it alone.
    pub fn fix(&mut self, at: Node<'_>, message: impl Into<Cow<'static, str>>, fix: Result<Fix, Decline>) {
        let advice = match fix.and_then(Fix::checked) {
            Ok(fix) => Advice::Fix(Box::new(fix)),
            Err(reason) => Advice::LeftAlone(reason),
        };
        self.push(at, message.into(), advice);
    }

    /// A reason to look at the place, where no edit can help.
    pub fn note(&mut self, at: Node<'_>, message: impl Into<Cow<'static, str>>) {
        self.push(at, message.into(), Advice::Note);
    }

    /// A pattern of the rule: with the fix, the reason to leave it alone, or what makes it worth a look, which is added to the
    /// message.
    pub fn advise(&mut self, at: Node<'_>, message: &'static str, advice: Result<Fix, Stop>) {
        match advice {
            Ok(fix) => self.fix(at, message, Ok(fix)),
            Err(Stop::Decline(reason)) => self.fix(at, message, Err(reason)),
            Err(Stop::Note(why)) => self.note(at, format!("{message}: {why}")),
        }
    }

    /// What was reported so far, in order.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// What was reported, in order.
    pub fn into_findings(self) -> Vec<Finding> {
        self.findings
    }

    fn push(&mut self, at: Node<'_>, message: Cow<'static, str>, advice: Advice) {
        self.findings.push(Finding { file: at.file().id(), range: at.range(), message, advice });
    }
}
