//! Renaming what a package declares.

use gofix_rule::rename::Rename;

use crate::support::{Bench, TestRule, bench, on_ident};

/// Renames what the package declares as `Old` where it is declared.
fn to(new: &'static str) -> TestRule {
    on_ident("rename-needs-whole-modules", "Old", move |cx, ident| {
        let def = cx.resolve(ident).def().filter(|it| it.ident() == ident && it.is_package_level());
        let def = def.ok_or("no declaration")?;
        Rename { def, to: new.to_owned(), over: None, public: true, comments: true }.fix(cx)
    })
}

fn with(rule: &TestRule) -> Bench<'_> {
    bench([rule])
        .review()
        .file("a/a.go", "package a\n\n// Old is old. See Older.\ntype Old struct{}\n\nvar v = Old{}\n")
        .file("a/a_test.go", "package a\n\nfunc use() *Old { return &Old{} }\n")
        .file("a/a_windows.go", "package a\n\nfunc (*Old) M() {}\n")
}

/// Why the declaration was left alone; none if it was renamed.
fn reason(bench: &Bench<'_>) -> Option<String> {
    let outcome = bench.run();
    let mut reasons = outcome.findings.iter().map(|it| format!("{:?}", it.status));
    reasons.find(|it| it.contains("LeftAlone") && !it.contains("no declaration"))
}

#[test]
fn everywhere() {
    let rule = to("New");
    let bench =
        with(&rule).file("b/b_test.go", "package b_test\n\nimport p \"example.com/m/a\"\n\nvar _ p.Old\n").file(
            "nested/b.go",
            "package nested\n\nimport \"example.com/m/a\"\n\nfunc f(New int) (New2 a.Old) { return a.Old{} }\n",
        );
    assert_eq!(bench.after("a/a.go"), "package a\n\n// New is old. See Older.\ntype New struct{}\n\nvar v = New{}\n");
    assert_eq!(bench.after("a/a_test.go"), "package a\n\nfunc use() *New { return &New{} }\n");
    assert_eq!(bench.after("a/a_windows.go"), "package a\n\nfunc (*New) M() {}\n");
    assert_eq!(bench.after("b/b_test.go"), "package b_test\n\nimport p \"example.com/m/a\"\n\nvar _ p.New\n");
    assert!(bench.after("nested/b.go").contains("(New2 a.New) { return a.New{} }"));
}

#[test]
fn only_where_the_name_is_free() {
    let (new, small) = (to("New"), to("small"));
    let because = |bench: Bench<'_>, expected: &str| {
        let found = reason(&bench);
        assert!(found.as_ref().is_some_and(|it| it.contains(expected)), "{found:?} rather than {expected}");
    };
    assert_eq!(reason(&with(&small)), None);
    because(with(&new).file("a/b_plan9.go", "package a\n\nvar New = 1\n"), "New means something else in the package");
    because(
        with(&small).file("a/i.go", "package a\n\nimport small \"os\"\n\nvar _ = small.Args\n"),
        "small means something else in the package",
    );
    because(with(&new).file("a/i.go", "package a\n\nfunc f(New int) { _ = Old{} }\n"), "New means something else");
    because(with(&new).file("a/i.go", "package a\n\ntype S struct{ *Old }\n"), "a type embeds it");
    because(
        with(&small).file("b/b.go", "package b\n\nimport \"example.com/m/a\"\n\nvar _ a.Old\n"),
        "another package uses it",
    );
    because(
        with(&new).file("b/b.go", "package b\n\nimport . \"example.com/m/a\"\n\nvar _ Old\n"),
        "without a qualifier",
    );
    because(with(&new).file("a/c_plan9.go", "package a\n\ntype Old int\n"), "another build");
}
