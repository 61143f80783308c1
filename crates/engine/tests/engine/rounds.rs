//! Fixes that meet, rounds, and what goes wrong in rules.

use crate::support::{TestRule, after, bench, on_ident, rename, rule, status, statuses};
use gofix_engine::{Denied, Status};
use gofix_rule::{
    Decline, Fix,
    syntax::{Kind, ast::AstNode, ast::CallExpr},
};

fn in_func(body: &str) -> String {
    format!("package p\n\nfunc f() {{\n{body}\n}}\n")
}

/// Puts `name := 1` before the statement of every `old`, and `name` in its place.
fn introduce() -> TestRule {
    on_ident("introduce", "old", |cx, ident| {
        let stmt = cx.stmt(ident).ok_or(Decline::from("outside of functions"))?;
        let name = cx.fresh_name(&["x"], stmt)?;
        Ok(Fix::safe().insert_before_stmt(stmt, [format!("{name} := 1")]).replace(ident, name))
    })
}

#[test]
fn equal_edits_of_two_rules_are_one() {
    let (a, b) = (rename("a", "old", "new"), rename("b", "old", "new"));
    let outcome = bench([&a, &b]).file("a.go", &in_func("\told()")).run();
    assert_eq!(statuses(&outcome), ["a.go:4: a: fixed, safe", "a.go:4: b: fixed, safe"]);
    assert_eq!(after(&outcome, "a.go"), Some(in_func("\tnew()")));
}

#[test]
fn of_two_fixes_for_one_place_the_first_rule_wins() {
    let (a, b) = (rename("a", "old", "new"), rename("b", "old", "other"));
    assert_eq!(bench([&a, &b]).file("a.go", &in_func("\told()")).after("a.go"), in_func("\tnew()"));
    assert_eq!(bench([&b, &a]).file("a.go", &in_func("\told()")).after("a.go"), in_func("\tother()"));
}

#[test]
fn what_had_to_wait_is_made_in_the_next_round() {
    let introduce = introduce();
    let outcome = bench([&introduce]).file("a.go", &in_func("\tg(old, old)")).run();
    assert_eq!(outcome.bugs, []);
    assert_eq!(outcome.stats.rounds, 2);
    assert_eq!(after(&outcome, "a.go"), Some(in_func("\tx := 1\n\tx2 := 1\n\tg(x, x2)")));
    let rounds: Vec<u32> = outcome.findings.iter().map(|it| it.round).collect();
    assert_eq!(rounds, [1, 2]);
    let lines: Vec<(u32, u32)> = outcome.findings.iter().map(|it| (it.line, it.column)).collect();
    assert_eq!(lines, [(4, 4), (4, 9)], "places are those of the text before the run");
}

#[test]
fn two_fixes_do_not_declare_the_same_name() {
    let introduce = introduce();
    let outcome = bench([&introduce]).file("a.go", &in_func("\tg(old)\n\n\tg(old)")).run();
    assert_eq!(after(&outcome, "a.go"), Some(in_func("\tx := 1\n\tg(x)\n\n\tx2 := 1\n\tg(x2)")));
    let two = format!("{}\nfunc g() {{\n\tg(old)\n}}\n", in_func("\tg(old)"));
    assert_eq!(bench([&introduce]).file("a.go", &two).run().stats.rounds, 1, "other functions do not matter");
}

#[test]
fn what_a_fix_relies_on_stays() {
    let renames = rename("a", "old", "new");
    let relies = on_ident("b", "use", |cx, ident| {
        let old = cx.nodes().find(|it| it.as_ident() == Some("old")).ok_or(Decline::from("old is gone"))?;
        Ok(Fix::safe().replace(ident, "used").relies_on(old))
    });
    let outcome = bench([&renames, &relies]).file("a.go", &in_func("\told()\n\tuse()")).run();
    assert_eq!(statuses(&outcome), ["a.go:4: a: fixed, safe", "a.go:5: b: left alone: old is gone"]);
    let outcome = bench([&renames, &relies]).file("a.go", &in_func("\tuse()\n\told()")).run();
    assert_eq!(statuses(&outcome), ["a.go:4: b: fixed, safe", "a.go:5: a: fixed, safe"]);
    assert_eq!(outcome.findings[1].round, 2);
}

#[test]
fn a_fix_may_make_room_for_another() {
    let (a, b) = (rename("a", "one", "two"), rename("b", "two", "three"));
    let outcome = bench([&b, &a]).file("a.go", &in_func("\tone()")).run();
    assert_eq!(after(&outcome, "a.go"), Some(in_func("\tthree()")));
    assert_eq!(statuses(&outcome), ["a.go:4: b: fixed, safe", "a.go:4: a: fixed, safe"]);
}

#[test]
fn a_fix_of_another_package_gets_its_turn() {
    let take = on_ident("take", "one", |cx, ident| {
        let project = cx.workspace().project();
        let other = project.find_file("c/c.go").and_then(|it| cx.workspace().file(it));
        let shared = other.and_then(|it| it.nodes().find(|it| it.as_ident() == Some("shared")));
        let shared = shared.ok_or(Decline::from("nothing is left to share"))?;
        let name = project.file(ident.file().id()).name().trim_end_matches(".go");
        Ok(Fix::safe().replace(ident, "done").replace(shared, format!("by_{name}")))
    });
    let outcome = bench([&take])
        .file("a/a.go", &in_func("\tone()"))
        .file("b/b.go", &in_func("\tone()"))
        .file("c/c.go", &in_func("\tg(shared, shared)"))
        .run();
    assert_eq!(after(&outcome, "c/c.go"), Some(in_func("\tg(by_a, by_b)")));
    assert_eq!(statuses(&outcome), ["a/a.go:4: take: fixed, safe", "b/b.go:4: take: fixed, safe"]);
}

#[test]
fn rules_that_undo_each_other_change_nothing() {
    let (a, b) = (rename("a", "one", "two"), rename("b", "two", "one"));
    let outcome = bench([&a, &b]).file("a.go", &in_func("\tone()")).file("b.go", &in_func("\tthree()")).run();
    let reason = "withheld: the fixes in this file undo each other, so it is left as it was";
    assert_eq!(statuses(&outcome), [format!("a.go:4: a: {reason}")]);
    assert!(outcome.files.is_empty());
    let other = rename("c", "three", "four");
    let outcome = bench([&a, &b, &other]).file("a.go", &in_func("\tone()")).file("b.go", &in_func("\tthree()")).run();
    assert_eq!(outcome.files.len(), 1, "other files go on");
    assert_eq!(after(&outcome, "b.go"), Some(in_func("\tfour()")));
}

#[test]
fn what_shares_a_fix_with_a_file_that_is_left_is_left_too() {
    let (a, b) = (rename("a", "one", "two"), rename("b", "two", "one"));
    let both = rule("both", &["link"], |cx, report| {
        let links: Vec<_> = cx.nodes().filter(|it| it.as_ident() == Some("link")).collect();
        if let Some(first) = links.first() {
            let fix = links.iter().fold(Fix::safe(), |fix, it| fix.replace(*it, "linked"));
            report.fix(*first, "link", Ok(fix));
        }
    });
    let outcome = bench([&a, &b, &both])
        .file("a.go", &in_func("\tone(link)"))
        .file("b.go", &in_func("\tg(link)"))
        .file("c.go", &in_func("\tone()\n\tg(one)"))
        .run();
    assert!(outcome.files.is_empty(), "{:?}", statuses(&outcome));
    assert!(outcome.findings.iter().all(|it| status(it).starts_with("withheld")), "{:?}", statuses(&outcome));
}

#[test]
fn a_fix_that_comes_to_no_end_changes_nothing() {
    let grow = on_ident("grow", "g", |_, ident| {
        let call = ident.parent().and_then(CallExpr::cast).ok_or(Decline::from("no call"))?;
        Ok(Fix::safe().replace_range(ident.file(), call.parens(), format!("(1, {}", &call.parens_text()[1..])))
    });
    let outcome = bench([&grow]).file("a.go", &in_func("\tg(0)")).run();
    let reason = "withheld: the fixes in this file come to no end in 100 rounds, so it is left as it was";
    assert_eq!(statuses(&outcome), [format!("a.go:4: grow: {reason}")]);
    assert!(outcome.files.is_empty());
}

trait ParensText {
    fn parens_text(&self) -> &str;
}

impl ParensText for CallExpr<'_> {
    fn parens_text(&self) -> &str {
        &self.node().file().text()[self.parens().to_usize()]
    }
}

#[test]
fn rounds_go_on_while_less_is_left() {
    let shrink = on_ident("shrink", "g", |_, ident| {
        let call = ident.parent().and_then(CallExpr::cast).ok_or(Decline::from("no call"))?;
        let inner = call.args().next().ok_or(Decline::from("no argument"))?;
        Ok(Fix::safe().replace(call.node(), inner.text()))
    });
    let nested = |n: usize| format!("\t{}g(){}", "g(".repeat(n), ")".repeat(n));
    let outcome = bench([&shrink]).file("a.go", &in_func(&nested(10))).run();
    assert_eq!((after(&outcome, "a.go"), outcome.stats.rounds), (Some(in_func("\tg()")), 10));
    let outcome = bench([&shrink]).file("a.go", &in_func(&nested(130))).run();
    assert_eq!((after(&outcome, "a.go"), outcome.stats.rounds), (Some(in_func("\tg()")), 130));
}

#[test]
fn a_panic_is_a_bug_and_all_else_goes_on() {
    let panics = rule("panics", &["old"], |cx, report| {
        for ident in cx.nodes().filter(|it| it.as_ident() == Some("old")) {
            assert!(!ident.file().text().contains("trap"), "fell into the trap");
            report.fix(ident, "found", Ok(Fix::safe().replace(ident, "new")));
        }
    });
    let other = rename("other", "trap", "safe");
    let outcome = bench([&panics, &other])
        .file("a.go", &in_func("\told()"))
        .file("b.go", &in_func("\told(trap)"))
        .file("d/c.go", &in_func("\told()"))
        .run();
    assert_eq!(outcome.bugs.len(), 1, "{:?}", outcome.bugs);
    let bug = &outcome.bugs[0];
    assert_eq!((bug.rule, &*bug.path), ("panics", "b.go"));
    assert!(bug.message.starts_with("fell into the trap") && bug.message.contains("rounds.rs"), "{}", bug.message);
    assert!(bug.to_string().starts_with("b.go: the rule panics failed"));
    // In the second round the trap is gone.
    assert_eq!(after(&outcome, "a.go"), Some(in_func("\tnew()")));
    assert_eq!(after(&outcome, "b.go"), Some(in_func("\tnew(safe)")));
    assert_eq!(after(&outcome, "d/c.go"), Some(in_func("\tnew()")));
}

#[test]
fn a_fix_that_breaks_the_file_is_withdrawn_alone() {
    let breaks = on_ident("r", "old", |_, ident| {
        let bad = ident.parent().is_some_and(|it| it.kind() == Kind::CallExpr && it.text().contains("bad"));
        Ok(Fix::safe().replace(ident, if bad { "new new" } else { "new" }))
    });
    let body = "\told(1)\n\told(2)\n\told(bad)\n\told(3)\n\told(4, bad)\n\told(5)";
    let outcome = bench([&breaks]).file("a.go", &in_func(body)).run();
    let found: Vec<String> = outcome.findings.iter().map(status).collect();
    let (fixed, withdrawn) = ("fixed, safe", "withdrawn: the result has a syntax error");
    assert_eq!(found, [fixed, fixed, withdrawn, fixed, withdrawn, fixed]);
    let after = after(&outcome, "a.go").expect("the others are made");
    assert_eq!(after, in_func("\tnew(1)\n\tnew(2)\n\told(bad)\n\tnew(3)\n\told(4, bad)\n\tnew(5)"));
}

#[test]
fn the_next_in_line_gets_its_turn_when_a_fix_is_withdrawn() {
    let (bad, good) = (rename("bad", "old", "1a"), rename("good", "old", "new"));
    let outcome = bench([&bad, &good]).file("a.go", &in_func("\told()")).run();
    assert_eq!(statuses(&outcome), ["a.go:4: good: fixed, safe"]);
    let other = rename("good", "other", "new");
    let outcome = bench([&bad, &other]).file("a.go", &in_func("\told()\n\tother()")).run();
    assert_eq!(
        statuses(&outcome),
        ["a.go:4: bad: withdrawn: the result has a syntax error", "a.go:5: good: fixed, safe"]
    );
}

#[test]
fn the_outcome_does_not_depend_on_the_number_of_threads() {
    let rules = [rename("a", "one", "two"), rename("b", "two", "three"), introduce(), rename("c", "one", "four")];
    let mut bench = bench(&rules);
    for n in 0..40 {
        let path: &'static str = Box::leak(format!("d{}/f{n}.go", n % 7).into_boxed_str());
        bench = bench.file(path, &in_func(&format!("\tone({n}, old)\n\ttwo(old, old)")));
    }
    let mut seen: Vec<String> = Vec::new();
    for jobs in [1, 2, 8, 0] {
        bench.options.jobs = jobs;
        let outcome = bench.run();
        seen.push(format!("{:?} {:?} {:?}", outcome.findings, outcome.files, outcome.stats));
    }
    assert!(seen.iter().all(|it| *it == seen[0]));
}

#[test]
fn a_second_run_changes_nothing() {
    let rules = [rename("b", "two", "three"), introduce()];
    let text = in_func("\ttwo(old)\n\tg(old, old)");
    let once = bench(&rules).file("a.go", &text).after("a.go");
    assert!(bench(&rules).file("a.go", &once).run().files.is_empty());
}

#[test]
fn fixes_that_are_denied_are_not_made() {
    let (first, second) = (rename("first", "a", "b"), rename("second", "b", "c"));
    let mut bench = bench([&first, &second]).file("m.go", "package m\n\nvar x = a\n\nvar y = a\n");
    let denied = |rule: &'static str, start| Denied { rule, path: "m.go".to_owned(), start, reason: "no".to_owned() };
    bench.options.denied = vec![denied("first", 19)];
    let outcome = bench.run();
    assert_eq!(&*outcome.files[0].after, "package m\n\nvar x = a\n\nvar y = c\n");
    // What a fix wrote is where the fix was.
    bench.options.denied = vec![denied("second", 30)];
    let outcome = bench.run();
    assert_eq!(&*outcome.files[0].after, "package m\n\nvar x = c\n\nvar y = b\n");
    assert!(outcome.findings.iter().any(|it| it.status == Status::Dropped("no".to_owned()) && it.line == 5));
}
