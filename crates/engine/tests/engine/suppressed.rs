//! Suppression comments, and what is said of them.

use crate::support::{after, bench, rename, rename_in_review, statuses};

/// What becomes of a file in which rule `r` replaces `old`.
fn run(text: &str) -> Vec<String> {
    let rename = rename("r", "old", "new");
    let mut bench = bench([&rename]).file("a.go", text);
    bench.options.known_rules = vec!["other"];
    let outcome = bench.run();
    outcome.findings.iter().map(|it| format!("{}: {}", it.line, crate::support::status(it))).collect()
}

#[test]
fn a_finding_that_a_comment_covers_is_left() {
    let text = "package p\n\n//gofix:ignore r it has to be old\nvar x = old\n\nvar y = old\n";
    assert_eq!(run(text), ["4: suppressed", "6: fixed, safe"]);
    let text = "package p\n\nvar x = old //gofix:ignore r,other why\nvar y = old\n";
    assert_eq!(run(text), ["3: suppressed", "4: fixed, safe"]);
    let text = "//gofix:ignore r why\n\npackage p\n\nvar x = old\nvar y = old\n";
    assert_eq!(run(text), ["5: suppressed", "6: suppressed"]);
}

#[test]
fn a_comment_without_effect_is_a_finding() {
    let text = "package p\n\n//gofix:ignore r why\nvar x = 1\n\nvar y = old\n";
    assert_eq!(run(text), ["3: reported: r has nothing to say here, so the comment can go", "6: fixed, safe"]);
    // The file has no word of the rule at all.
    let text = "package p\n\n//gofix:ignore r why\nvar x = 1\n";
    assert_eq!(run(text), ["3: reported: r has nothing to say here, so the comment can go"]);
    // A rule that did not run may have something to say.
    let text = "package p\n\n//gofix:ignore other why\nvar x = 1\n";
    assert_eq!(run(text), [""; 0]);
}

#[test]
fn a_comment_needs_a_rule_and_a_reason() {
    let text = |rest: &str| format!("package p\n\n//gofix:ignore{rest}\nvar x = old\n");
    let reason = "reported: the reason is missing, so nothing is suppressed: write //gofix:ignore r reason";
    assert_eq!(run(&text(" r")), [&format!("3: {reason}"), "4: fixed, safe"]);
    let rule = "reported: the rule to ignore is missing: write //gofix:ignore RULE reason";
    assert_eq!(run(&text("")), [&format!("3: {rule}"), "4: fixed, safe"]);
    assert_eq!(run(&text(" rr why")), ["3: reported: there is no rule named rr", "4: fixed, safe"]);
}

#[test]
fn a_rule_that_is_not_made_for_the_file_did_not_run() {
    let rename = rename("r", "old", "new").since(25);
    let outcome = bench([&rename]).file("a.go", "package p\n\n//gofix:ignore r why\nvar x = old\n").run();
    assert_eq!(statuses(&outcome), [""; 0]);
}

#[test]
fn what_needs_review_is_suppressed_as_well() {
    let rename = rename_in_review("r", "old", "new");
    let outcome = bench([&rename]).file("a.go", "package p\n\n//gofix:ignore r why\nvar x = old\n").run();
    assert_eq!(statuses(&outcome), ["a.go:4: r: suppressed"]);
}

#[test]
fn suppression_holds_in_later_rounds() {
    let (first, second) = (rename("a", "one", "two"), rename("b", "two", "three"));
    let text = "package p\n\n//gofix:ignore b why\nvar x = one\n\nvar y = one\n";
    let outcome = bench([&first, &second]).file("a.go", text).run();
    let expected = "package p\n\n//gofix:ignore b why\nvar x = two\n\nvar y = three\n";
    assert_eq!(after(&outcome, "a.go").as_deref(), Some(expected));
}

#[test]
fn a_fix_elsewhere_does_not_reach_a_suppressed_place() {
    let rename = rename("r", "old", "new");
    let text = "package p\n\nfunc f() {\n\told() //gofix:ignore r why\n\told()\n}\n";
    let outcome = bench([&rename]).file("a.go", text).run();
    assert_eq!(after(&outcome, "a.go"), Some(text.replace("\told()\n", "\tnew()\n")));
}
