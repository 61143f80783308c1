//! Every built-in rule: its page, its corner cases, and what must hold of each run.

use std::collections::BTreeSet;

use gofix::rules;
use gofix::testing::{Run, go};
use gofix_tests::{case_runs, files, files_below, folder, has_go, is_instance, page_runs, read, root, sentences, stem};

#[test]
fn pages_tell_the_truth() {
    for rule in rules() {
        let (runs, wrong) = page_runs(*rule);
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        assert!(!runs.is_empty(), "the page of {} shows nothing", rule.meta().name);
    }
}

#[test]
fn corner_cases_come_out_as_before() {
    for rule in rules() {
        let mut settings = insta::Settings::new();
        settings.set_snapshot_path(root().join("snapshots").join(rule.meta().name));
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        for run in case_runs(*rule) {
            settings.bind(|| insta::assert_snapshot!(run.case().name.clone(), run.story()));
        }
    }
}

#[test]
fn no_promise_is_broken() {
    let broken: Vec<String> =
        rules().iter().flat_map(|it| case_runs(*it)).flat_map(|it| it.broken_promises()).collect();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn no_snapshot_is_without_a_case() {
    for rule in rules() {
        let names = |files: Vec<std::path::PathBuf>| files.iter().map(|it| stem(it)).collect::<BTreeSet<_>>();
        let snapshots = names(files(&root().join("snapshots").join(rule.meta().name), "snap"));
        assert_eq!(snapshots, names(files(&folder(*rule).join("cases"), "txtar")), "{}", rule.meta().name);
    }
}

#[test]
fn every_reason_to_decline_is_reached() {
    for rule in rules() {
        let runs: Vec<Run> = page_runs(*rule).0.into_iter().chain(case_runs(*rule)).collect();
        let given: BTreeSet<&str> = runs.iter().flat_map(|it| it.declined()).collect();
        let sources = files_below(&folder(*rule), "rs");
        let known: BTreeSet<String> = sources.iter().flat_map(|it| sentences(&read(it))).collect();
        let is_reached = |it: &String| given.iter().any(|text| is_instance(text, it));
        let unreached: Vec<&String> = known.iter().filter(|it| !is_reached(it)).collect();
        assert!(unreached.is_empty(), "no test of {} reaches {unreached:#?}", rule.meta().name);
        assert!(!known.is_empty(), "{} never declines", rule.meta().name);
    }
}

#[test]
fn gofmt_and_go_vet_accept_what_was_written() {
    if !has_go("what was written compiles and is formatted") {
        return;
    }
    let runs: Vec<Run> = rules().iter().flat_map(|it| page_runs(*it).0.into_iter().chain(case_runs(*it))).collect();
    let wrong = go::verify(&runs).expect("Go can be run");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn sentences_are_found_in_sources() {
    let source = "// Err(\"not this\")\nErr(\"one two\".into())\n.ok_or(\"a {name} b\")?\nconst X: &str = \"x y\";\nf(\"not this\")";
    assert_eq!(sentences(source), ["one two", "a {name} b", "x y"]);
    assert!(is_instance("a c b", "a {name} b") && !is_instance("b a c b", "a {name} b"));
}
