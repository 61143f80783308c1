//! Asking Go before anything is written, and finding the fixes that it does not like.

use std::{collections::BTreeSet, fmt};

use gofix_engine::{Denied, Outcome, Status};
use gofix_project::{FileError, GoCheck, GoCheckError};

use crate::{Choice, RunOptions, Session};

/// An outcome that Go has nothing new to say against.
#[derive(Clone, Debug)]
pub struct Verified {
    /// What is left of the changes. The fixes that had to go are [`Status::Dropped`].
    pub outcome: Outcome,
    /// How many sets of fixes Go has looked at.
    pub builds: usize,
}

/// Why Go could not be asked. Nothing is known of the fixes then.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum VerifyError {
    /// Go cannot be run, or not on this code.
    Go(GoCheckError),
    /// A file that goes could not be read.
    File(FileError),
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            VerifyError::Go(error) => error.fmt(f),
            VerifyError::File(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for VerifyError {}

impl Session {
    /// Like [`Session::run`], and lets the `go` command look at the result. If it has something new to complain about, the
    /// fixes that bring it are found by bisection and dropped; all others stay.
    ///
    /// For `n` fixes of which one is bad, Go looks at no more than `log2(n) + 3` sets of fixes.
    ///
    /// # Errors
    /// Go cannot be run, or not on this code.
    pub fn run_verified(
        &self,
        choice: &Choice<'_>,
        options: &RunOptions,
        go: &GoCheck,
    ) -> Result<Verified, VerifyError> {
        let run = |denied: Vec<Denied>| self.run_without(choice, options, denied);
        let mut complaints = |outcome: &Outcome| {
            let found = self.with_writes(outcome.into(), |writes| go.new_complaints(self.project(), writes));
            found.map_err(VerifyError::File)?.map_err(VerifyError::Go)
        };
        bisect(run, &mut complaints)
    }
}

/// Drops fixes until there are no complaints. `run` makes all fixes but some; `complaints` looks at the result.
fn bisect<E>(
    run: impl Fn(Vec<Denied>) -> Outcome,
    complaints: &mut impl FnMut(&Outcome) -> Result<Vec<String>, E>,
) -> Result<Verified, E> {
    let mut builds = 0;
    let mut look = |outcome: &Outcome| {
        builds += 1;
        complaints(outcome)
    };
    let mut dropped: Vec<Denied> = Vec::new();
    loop {
        let outcome = run(dropped.clone());
        let fixes = fixes(&outcome);
        if fixes.is_empty() {
            return Ok(Verified { outcome, builds });
        }
        let mut said = look(&outcome)?;
        if said.is_empty() {
            return Ok(Verified { outcome, builds });
        }
        // Without any fix there is nothing new to say; with all of them there is. So there is one, somewhere, with which it
        // begins.
        let (mut fine, mut bad) = (0, fixes.len());
        while bad - fine > 1 {
            let middle = fine.midpoint(bad);
            let without = dropped.iter().chain(&fixes[middle..]).cloned().collect();
            let found = look(&run(without))?;
            if found.is_empty() {
                fine = middle;
            } else {
                (bad, said) = (middle, found);
            }
        }
        let reason = format!("with it, go says {}", said.first().map_or("no", String::as_str));
        dropped.push(Denied { reason, ..fixes[bad - 1].clone() });
    }
}

/// The fixes that were made, each as what would deny it, in the order in which they were made: one may need those of
/// earlier rounds, and none needs those that come later.
fn fixes(outcome: &Outcome) -> Vec<Denied> {
    let mut made: Vec<_> = outcome.findings.iter().filter(|it| matches!(it.status, Status::Fixed(_))).collect();
    made.sort_by_key(|it| it.round);
    let mut seen = BTreeSet::new();
    let denied = made.into_iter().map(|it| Denied {
        rule: it.rule,
        path: it.path.clone(),
        start: it.range.start,
        reason: String::new(),
    });
    denied.filter(|it| seen.insert(it.clone())).collect()
}

#[cfg(test)]
mod tests {
    use std::{cell::RefCell, sync::Arc};

    use super::*;
    use crate::{Cx, Fix, Group, LoadOptions, MemoryFiles, Meta, Report, Rule};

    /// Turns every `before` into `after_N`, where N is the number of its line.
    struct Rename;

    static META: Meta = Meta {
        name: "rename",
        summary: "",
        group: Group::Custom,
        recommended: true,
        since: None,
        until: None,
        words: &["before"],
        options: &[],
        docs: "",
    };

    impl Rule for Rename {
        fn meta(&self) -> &Meta {
            &META
        }

        fn check(&self, cx: &Cx<'_>, report: &mut Report) {
            for it in cx.nodes().filter(|it| it.as_ident() == Some("before")) {
                let line = it.file().line_col(it.start()).0;
                report.fix(it, "old", Ok(Fix::safe().replace(it, format!("after_{line}"))));
            }
        }
    }

    /// What is left of so many fixes if `complaint` is what Go would say of the text, and in how many builds.
    fn left(count: usize, complaint: impl Fn(&str) -> bool) -> (Vec<String>, usize) {
        let text = format!("package p\n{}", "var _ = before\n".repeat(count));
        let files = MemoryFiles::new([("go.mod", "module m\n".to_owned()), ("a.go", text)]);
        let session = Session::load(Arc::new(files), &LoadOptions::default()).unwrap();
        let rules: &[&dyn Rule] = &[&Rename];
        let choice = Choice::recommended(rules);
        let run = |denied| session.run_without(&choice, &RunOptions { review: false, jobs: 1 }, denied);
        let texts = RefCell::new(Vec::new());
        let verified = bisect(run, &mut |outcome: &Outcome| {
            let text = outcome.files.first().map_or("", |it| &*it.after).to_owned();
            texts.borrow_mut().push(text.clone());
            Ok::<_, ()>(if complaint(&text) { vec!["no".to_owned()] } else { Vec::new() })
        });
        let verified = verified.unwrap();
        let dropped = verified.outcome.findings.iter().filter(|it| matches!(it.status, Status::Dropped(_)));
        assert_eq!(texts.borrow().len(), verified.builds);
        (dropped.map(|it| it.line.to_string()).collect(), verified.builds)
    }

    #[test]
    fn one_bad_fix_among_many_is_dropped() {
        assert_eq!(left(50, |_| false), (vec![], 1));
        let most = 2 * 50_f64.log2() as usize + 4;
        for bad in 2..=51 {
            let (dropped, builds) = left(50, |text| text.contains(&format!("after_{bad}\n")));
            assert_eq!(dropped, [bad.to_string()]);
            assert!(builds <= most, "{builds} builds for line {bad}");
        }
    }

    #[test]
    fn of_two_that_fail_together_one_is_dropped() {
        let both = |text: &str| text.contains("after_7\n") && text.contains("after_31\n");
        assert_eq!(left(50, both).0, ["31"]);
        let each = |text: &str| text.contains("after_7\n") || text.contains("after_31\n");
        assert_eq!(left(50, each).0, ["7", "31"]);
        assert_eq!(left(3, |text| !text.is_empty()).0, ["2", "3", "4"]);
    }
}
