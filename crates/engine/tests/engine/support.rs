//! Small rules and projects in memory.

use std::sync::Arc;

use gofix_engine::{Finding, Outcome, RunOptions, Selected, Status, run};
use gofix_project::{LoadOptions, MemoryFiles, Project};
use gofix_rule::{Cx, Decline, Fix, GoVersion, Group, Level, Meta, Options, Report, Rule, syntax::Node};

type Check = dyn Fn(&Cx<'_>, &mut Report) + Send + Sync;

/// A rule made of a function.
pub(crate) struct TestRule {
    pub(crate) meta: Meta,
    check: Box<Check>,
}

impl Rule for TestRule {
    fn meta(&self) -> &Meta {
        &self.meta
    }

    fn check(&self, cx: &Cx<'_>, report: &mut Report) {
        (self.check)(cx, report);
    }

    fn needs_error_flow(&self) -> bool {
        self.meta.name.ends_with("-needs-error-flow")
    }

    fn needs_whole_modules(&self) -> bool {
        self.meta.name.ends_with("-needs-whole-modules")
    }
}

pub(crate) fn rule(
    name: &'static str,
    words: &'static [&'static str],
    check: impl Fn(&Cx<'_>, &mut Report) + Send + Sync + 'static,
) -> TestRule {
    let meta = Meta {
        name,
        summary: "a rule of a test",
        group: Group::Custom,
        recommended: true,
        since: None,
        until: None,
        words,
        options: &[],
        docs: "",
    };
    TestRule { meta, check: Box::new(check) }
}

/// A rule with a fix for every identifier `word`.
pub(crate) fn on_ident(
    name: &'static str,
    word: &'static str,
    fix: impl for<'a> Fn(&Cx<'a>, Node<'a>) -> Result<Fix, Decline> + Send + Sync + 'static,
) -> TestRule {
    let words: &'static [&'static str] = Box::leak(Box::new([word]));
    rule(name, words, move |cx, report| {
        for ident in cx.nodes().filter(|it| it.as_ident() == Some(word)) {
            report.fix(ident, format!("{word} is found"), fix(cx, ident));
        }
    })
}

/// A rule that replaces identifiers.
pub(crate) fn rename(name: &'static str, from: &'static str, to: &'static str) -> TestRule {
    on_ident(name, from, move |_, ident| Ok(Fix::safe().replace(ident, to)))
}

/// The same, at level review.
pub(crate) fn rename_in_review(name: &'static str, from: &'static str, to: &'static str) -> TestRule {
    on_ident(name, from, move |_, ident| Ok(Fix::new(Level::Review).replace(ident, to)))
}

impl TestRule {
    pub(crate) fn since(mut self, minor: u16) -> TestRule {
        self.meta.since = Some(GoVersion::new(1, minor));
        self
    }

    pub(crate) fn until(mut self, minor: u16) -> TestRule {
        self.meta.until = Some(GoVersion::new(1, minor));
        self
    }
}

/// Files, rules, and how to run them.
pub(crate) struct Bench<'r> {
    pub(crate) files: Vec<(&'static str, Vec<u8>)>,
    pub(crate) patterns: Vec<&'static str>,
    pub(crate) rules: Vec<&'r TestRule>,
    pub(crate) named: bool,
    pub(crate) options: RunOptions<'r>,
}

pub(crate) fn bench<'r>(rules: impl IntoIterator<Item = &'r TestRule>) -> Bench<'r> {
    let options = RunOptions { jobs: 1, ..RunOptions::default() };
    let go_mod = ("go.mod", "module example.com/m\n\ngo 1.21\n".into());
    Bench { files: vec![go_mod], patterns: vec![], rules: rules.into_iter().collect(), named: false, options }
}

impl Bench<'_> {
    pub(crate) fn file(mut self, path: &'static str, text: &str) -> Self {
        self.files.push((path, text.into()));
        self
    }

    pub(crate) fn only(mut self, pattern: &'static str) -> Self {
        self.patterns.push(pattern);
        self
    }

    pub(crate) fn review(mut self) -> Self {
        self.options.review = true;
        self
    }

    pub(crate) fn named(mut self) -> Self {
        self.named = true;
        self
    }

    pub(crate) fn run(&self) -> Outcome {
        let files = MemoryFiles::new(self.files.iter().map(|(path, text)| (format!("/{path}"), text.clone())));
        let patterns = self.patterns.iter().map(|it| it.to_string()).collect();
        let whole_modules = self.rules.iter().any(|it| it.needs_whole_modules());
        let options = LoadOptions { patterns, whole_modules, ..LoadOptions::default() };
        let project = Project::load(Arc::new(files), &options).expect("the project loads");
        let defaults = Options::new();
        let rules: Vec<Selected<'_>> = self
            .rules
            .iter()
            .map(|it| Selected { rule: *it as &dyn Rule, named: self.named, options: &defaults })
            .collect();
        let outcome = run(Arc::new(project), &rules, &self.options);
        check_properties(&outcome);
        outcome
    }

    /// The text of the file afterwards.
    pub(crate) fn after(&self, path: &str) -> String {
        let outcome = self.run();
        assert!(outcome.bugs.is_empty(), "{:?}", outcome.bugs);
        after(&outcome, path).unwrap_or_else(|| {
            self.files
                .iter()
                .find(|it| it.0 == path)
                .map(|it| String::from_utf8_lossy(&it.1).into_owned())
                .expect("the file is there")
        })
    }
}

/// The new text of a file, if it has one.
pub(crate) fn after(outcome: &Outcome, path: &str) -> Option<String> {
    outcome.files.iter().find(|it| it.path == path).map(|it| it.after.to_string())
}

/// What must hold for every outcome: the edits lead from the text before to the one after, and change something.
fn check_properties(outcome: &Outcome) {
    for file in &outcome.files {
        assert_eq!(file.edits.apply(&file.before), *file.after, "{}", file.path);
        assert_ne!(file.before, file.after);
        let (mut before, mut after) = (0, 0);
        for edit in file.edits.iter() {
            let kept = &file.before[before..edit.range.start as usize];
            assert_eq!(kept, &file.after[after..after + kept.len()], "bytes outside the edits stay");
            before = edit.range.end as usize;
            after += kept.len() + edit.text.len();
        }
        assert_eq!(file.before[before..], file.after[after..]);
    }
}

/// Line and status of every finding.
pub(crate) fn statuses(outcome: &Outcome) -> Vec<String> {
    outcome.findings.iter().map(|it| format!("{}:{}: {}: {}", it.path, it.line, it.rule, status(it))).collect()
}

pub(crate) fn status(finding: &Finding) -> String {
    match &finding.status {
        Status::Fixed(level) => format!("fixed, {level}"),
        Status::NeedsReview => "needs review".to_owned(),
        Status::Reported => format!("reported: {}", finding.message),
        Status::LeftAlone(reason) => format!("left alone: {reason}"),
        Status::Suppressed => "suppressed".to_owned(),
        Status::Withheld(reason) => format!("withheld: {reason}"),
        Status::Withdrawn(reason) => format!("withdrawn: {reason}"),
        Status::Dropped(reason) => format!("dropped: {reason}"),
    }
}
