//! `Session::run_verified` with the real `go`: fixes that it does not like are dropped, all others are made.

use std::{fs, path::Path, sync::Arc};

use gofix::{
    Choice, Cx, DiskFiles, Fix, GoCheck, GoVerb, Group, LoadOptions, Meta, Outcome, Report, Rule, RunOptions, Session,
    Status, syntax::Kind,
};
use gofix_tests::has_go;
use tempfile::TempDir;

/// Replaces a name by `after`, whatever that means.
struct Careless(Meta);

const fn careless(name: &'static str, words: &'static [&'static str]) -> Careless {
    let (group, docs) = (Group::Custom, "");
    Careless(Meta { name, summary: "", group, recommended: true, since: None, until: None, words, options: &[], docs })
}

static RULES: [Careless; 3] =
    [careless("before", &["before"]), careless("older", &["older"]), careless("exported", &["Older"])];

impl Rule for Careless {
    fn meta(&self) -> &Meta {
        &self.0
    }

    fn check(&self, cx: &Cx<'_>, report: &mut Report) {
        for it in cx.nodes().filter(|it| it.as_ident() == Some(self.0.words[0])) {
            let is_declared = it.parent().is_some_and(|it| it.kind() == Kind::FuncDecl) || self.0.name != "exported";
            if is_declared {
                report.fix(it, "the name is old", Ok(Fix::safe().replace(it, "after")));
            }
        }
    }
}

/// A module with the names and 50 files in which the first is used.
fn module() -> TempDir {
    let dir = tempfile::tempdir().expect("a directory");
    write(&dir, "go.mod", "module example.com/m\n\ngo 1.21\n");
    write(&dir, "names.go", "package m\n\nvar after = 1\n\n//gofix:ignore before the name itself\nvar before = 2\n");
    for n in 0..50 {
        write(&dir, &format!("f{n:02}.go"), &format!("package m\n\nfunc f{n}() int {{ return before }}\n"));
    }
    dir
}

fn write(dir: &TempDir, path: &str, text: &str) {
    let path = dir.path().join(path);
    fs::create_dir_all(path.parent().unwrap_or(Path::new(""))).expect("directories are made");
    fs::write(path, text).expect("the file is written");
}

/// What is left after Go has looked, and how often it has. The changes are written.
fn verified(dir: &TempDir, verb: GoVerb) -> (Outcome, usize) {
    let cwd = dir.path().canonicalize().expect("the real path");
    let session = Session::load(Arc::new(DiskFiles), &LoadOptions { cwd, ..LoadOptions::default() }).expect("a module");
    let rules: Vec<&dyn Rule> = RULES.iter().map(|it| it as &dyn Rule).collect();
    let go = GoCheck::new(verb, &[]).expect("there is a go");
    let verified = session.run_verified(&Choice::recommended(&rules), &RunOptions::default(), &go);
    let verified = verified.expect("go looks at the module");
    session.write(&verified.outcome).expect("the files are written");
    (verified.outcome, verified.builds)
}

/// How many fixes were made, and where some were dropped, for what reasons.
fn told(outcome: &Outcome) -> (usize, Vec<String>) {
    let made = outcome.findings.iter().filter(|it| matches!(it.status, Status::Fixed(_))).count();
    let dropped = outcome.findings.iter().filter_map(|it| match &it.status {
        Status::Dropped(reason) => Some(format!("{}: {reason}", it.path)),
        _ => None,
    });
    (made, dropped.collect())
}

#[test]
fn one_bad_fix_among_fifty_good_ones_is_dropped() {
    if !has_go("a fix that does not compile is dropped") {
        return;
    }
    let dir = module();
    let bad = "package m\n\nfunc g(after string) int {\n\t_ = after\n\treturn before\n}\n";
    write(&dir, "f13_bad.go", bad);
    let (outcome, builds) = verified(&dir, GoVerb::Build);
    let reason =
        "with it, go says f13_bad.go:5:9: cannot use after (variable of type string) as int value in return statement";
    assert_eq!(told(&outcome), (50, vec![format!("f13_bad.go: {reason}")]));
    let most = 2 * 51_f64.log2() as usize + 4;
    assert!(builds <= most, "{builds} builds");
    assert_eq!(fs::read_to_string(dir.path().join("f13_bad.go")).unwrap(), bad);
    assert!(fs::read_to_string(dir.path().join("f14.go")).unwrap().contains("return after"));
}

#[test]
fn of_two_that_fail_together_one_is_dropped() {
    if !has_go("two fixes that do not go together are told apart") {
        return;
    }
    let dir = module();
    write(&dir, "other/a.go", "package other\n\nfunc before() {}\n");
    write(&dir, "other/b.go", "package other\n\nfunc older() {}\n");
    let (outcome, _) = verified(&dir, GoVerb::Build);
    let reason = "with it, go says other/b.go:3:6: after redeclared in this block";
    assert_eq!(told(&outcome), (51, vec![format!("other/b.go: {reason}")]));
}

#[test]
fn tests_and_dependents_are_looked_at() {
    if !has_go("tests and dependents are looked at") {
        return;
    }
    let dir = module();
    write(&dir, "x_test.go", "package m\n\nfunc h(after string) int { return before }\n");
    write(&dir, "lib/lib.go", "package lib\n\nfunc Older() {}\n");
    write(&dir, "user/user.go", "package user\n\nimport \"example.com/m/lib\"\n\nfunc init() { lib.Older() }\n");
    let (outcome, _) = verified(&dir, GoVerb::Vet);
    let dropped = [
        "lib/lib.go: with it, go says user/user.go:5:19: undefined: lib.Older",
        "x_test.go: with it, go says x_test.go:3:35: cannot use after (variable of type string) as int value in return \
         statement",
    ];
    assert_eq!(told(&outcome), (50, dropped.map(str::to_owned).to_vec()));
}

#[test]
fn tests_are_run_when_asked_for() {
    if !has_go("a fix that makes a test fail is dropped") {
        return;
    }
    let dir = module();
    let test = "package m\n\nimport \"testing\"\n\nfunc TestBefore(t *testing.T) {\n\tif f7() != 2 {\n\t\tt.Fatal(f7())\n\t}\n}\n";
    write(&dir, "f_test.go", test);
    let (outcome, _) = verified(&dir, GoVerb::Test);
    assert_eq!(told(&outcome), (49, vec!["f07.go: with it, go says --- FAIL: TestBefore (0.00s)".to_owned()]));
}

#[test]
fn code_that_did_not_compile_before_is_no_reason() {
    if !has_go("only new complaints count") {
        return;
    }
    let dir = module();
    write(&dir, "broken.go", "package m\n\nvar x int = \"\"\n\nvar y = before\n");
    let (outcome, builds) = verified(&dir, GoVerb::Build);
    assert_eq!((told(&outcome), builds), ((51, vec![]), 1));
}
