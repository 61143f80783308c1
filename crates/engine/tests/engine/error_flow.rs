//! Rules that ask for the flow of errors get that of the whole module, whatever files they look at themselves.

use gofix_engine::RunOptions;
use gofix_rule::{
    Fix,
    syntax::{Kind, Role},
};

use crate::support::{TestRule, bench, rule};

/// Appends to the name of each function `start` how many look at its errors.
fn counting(name: &'static str) -> TestRule {
    rule(name, &["start"], |cx, report| {
        for func in cx.nodes().filter(|it| it.kind() == Kind::FuncDecl) {
            let Some(ident) = func.child(Role::Name).filter(|it| it.text() == "start") else { continue };
            let found = cx.error_flow().consumers(func, 4).unwrap_or_default();
            let count = found.iter().filter(|it| it.minds_wrapping()).count();
            report.fix(ident, "it is counted", Ok(Fix::safe().replace(ident, format!("counted{count}"))));
        }
    })
}

#[test]
fn it_is_there_whether_a_rule_says_that_it_needs_it_or_not() {
    for name in ["counts", "counts-needs-error-flow"] {
        let rule = counting(name);
        for jobs in [1, 4] {
            let mut it = bench([&rule]);
            it.options = RunOptions { jobs, ..RunOptions::default() };
            // A file in which the rule has nothing to look for.
            let it = it.file(
                "b/b.go",
                "package b\n\nimport (\n\t\"io\"\n\n\t\"example.com/m/a\"\n)\n\nvar X = a.Do() == io.EOF\n",
            );
            let it = it.file(
                "a/a.go",
                "package a\n\nfunc Do() error { return op() }\n\nvar op = start\n\nfunc start() error { return nil }\n",
            );
            let it =
                it.file("c/c.go", "package c\n\nfunc start() {}\n").file("d/d.go", "package d\n\nfunc start() {}\n");
            let outcome = it.run();
            let texts: Vec<&str> = outcome.files.iter().map(|it| it.after.lines().last().unwrap_or("")).collect();
            assert_eq!(
                texts,
                ["func counted1() error { return nil }", "func counted0() {}", "func counted0() {}"],
                "{name}"
            );
        }
    }
}
