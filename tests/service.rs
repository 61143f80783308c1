//! The small service beside this file, which the README shows: what all rules together do to real code.

use std::{fs, path::Path, process::Command, sync::Arc};

use gofix::{Choice, DiskFiles, LoadOptions, Outcome, RunOptions, Session, Status, rules};
use gofix_tests::{has_go, root};

fn run(root: &Path, review: bool) -> (Session, Outcome) {
    let patterns = vec!["./tests/service/...".to_owned()];
    let choice = Choice::recommended(rules());
    let whole_modules = choice.needs_whole_modules();
    let options = LoadOptions { cwd: root.to_owned(), patterns, whole_modules, ..LoadOptions::default() };
    let session = Session::load(Arc::new(DiskFiles), &options).expect("the service can be loaded");
    let outcome = session.run(&choice, &RunOptions { review, jobs: 0 });
    (session, outcome)
}

/// The root of the repository, as the file system calls it.
fn real_root() -> std::path::PathBuf {
    root().canonicalize().expect("the repository is there")
}

#[test]
fn what_becomes_of_the_service() {
    let (session, outcome) = run(&real_root(), true);
    let mut story: String = outcome
        .findings
        .iter()
        .map(|it| {
            let status = match &it.status {
                Status::LeftAlone(reason) => format!("left alone: {reason}"),
                status => format!("{status:?}").to_lowercase(),
            };
            format!("{}:{}: {}: {status}\n", it.path, it.line, it.rule)
        })
        .collect();
    for patch in session.diff(&outcome).patches {
        story.push('\n');
        story.push_str(&patch);
    }
    let mut settings = insta::Settings::new();
    settings.set_snapshot_path(root().join("snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("service", story));
}

#[test]
fn every_recommended_rule_has_something_to_fix_and_something_is_left_alone() {
    let (_, outcome) = run(&real_root(), false);
    for rule in rules().iter().filter(|it| it.meta().recommended) {
        let of_rule = |it: &&gofix::Finding| it.rule == rule.meta().name;
        let is_fix = |it: &gofix::Finding| matches!(it.status, Status::Fixed(_) | Status::NeedsReview);
        assert!(
            outcome.findings.iter().filter(of_rule).any(is_fix),
            "the service shows nothing of {}",
            rule.meta().name
        );
    }
    assert!(outcome.findings.iter().any(|it| matches!(it.status, Status::LeftAlone(_))));
    assert!(outcome.findings.iter().any(|it| it.status == Status::NeedsReview));
}

#[test]
fn the_service_passes_its_tests_before_and_after() {
    if !has_go("the service passes its tests before and after") {
        return;
    }
    let copy = tempfile::tempdir().expect("a temporary directory");
    let to = copy.path().canonicalize().expect("it is there");
    for dir in ["tests/service", "crates/testing/modules"] {
        copy_dir(&real_root().join(dir), &to.join(dir));
    }
    go_test(&to, "before");
    let (session, outcome) = run(&to, true);
    assert!(!outcome.files.is_empty());
    session.write(&outcome).expect("the copy can be written");
    go_test(&to, "after");
    assert!(run(&to, true).1.files.is_empty(), "a second run changes something");
}

fn go_test(root: &Path, when: &str) {
    let dir = root.join("tests/service");
    // What a rule mends, vet may have complained about before.
    let vet: &[&str] =
        if when == "before" { &["vet", "-lostcancel=false", "-waitgroup=false", "./..."] } else { &["vet", "./..."] };
    for (program, args) in [("go", vet), ("go", &["test", "./..."]), ("gofmt", &["-l", "."])] {
        let output = Command::new(program).args(args).current_dir(&dir).env("GOTOOLCHAIN", "local").output();
        let output = output.expect("Go can be run");
        let is_good = output.status.success() && (program != "gofmt" || output.stdout.is_empty());
        assert!(is_good, "{program} {args:?} {when}: {output:?}");
    }
}

fn copy_dir(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a directory can be made");
    for entry in fs::read_dir(from).expect("the service can be listed") {
        let entry = entry.expect("the service can be listed");
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        match from.is_dir() {
            true => copy_dir(&from, &to),
            false => drop(fs::copy(&from, &to).expect("a file can be copied")),
        }
    }
}
