//! Several files: packages, tests, builds.

use crate::support::{check_files, found, funcs, workspace};

#[test]
fn packages_and_their_tests_are_one_graph() {
    let files = [
        ("a/a.go", "package a\n\nfunc start() error { return nil }\n\nfunc Do() error { return start() }\n"),
        ("b/b.go", "package b\n\nimport (\n\t\"io\"\n\t\"m/a\"\n)\n\nfunc f() bool { return a.Do() == io.EOF }\n"),
        ("a/a_test.go", "package a\n\nimport \"io\"\n\nfunc g() bool { return Do() == io.EOF }\n"),
        (
            "a/x_test.go",
            "package a_test\n\nimport (\n\t\"io\"\n\t\"m/a\"\n)\n\nfunc h() bool { return a.Do() == io.EOF }\n",
        ),
    ];
    check_files(
        &files,
        &[
            "Compared Do() == io.EOF at a/a_test.go:5 via Do, g",
            "Compared a.Do() == io.EOF at a/x_test.go:8 via Do, h",
            "Compared a.Do() == io.EOF at b/b.go:8 via Do, f",
        ],
    );
    let ws = workspace(&files);
    let consumers = ws.error_flow().consumers(funcs(&ws, "start")[0], 4).expect("known");
    let in_test: Vec<bool> = consumers.iter().filter(|it| it.look.is_identity()).map(|it| it.in_test).collect();
    assert_eq!(in_test, [true, true, false]);
    assert!(consumers.iter().any(|it| format!("{:?}", it.look) == "Lost(Exported)"));
    let helper = "package a\n\nimport (\n\t\"io\"\n\t\"testing\"\n)\n\nfunc start() error { return nil }\n\nfunc Check(t *testing.T) bool { return start() == io.EOF }\n";
    let ws = workspace(&[("a/helper.go", helper)]);
    let consumers = ws.error_flow().consumers(funcs(&ws, "start")[0], 4).expect("known");
    assert!(consumers.iter().any(|it| it.minds_wrapping() && it.in_test));
}

#[test]
fn types_of_tests_implement_interfaces() {
    check_files(
        &[
            (
                "a/a.go",
                "package a\n\nimport \"io\"\n\ntype I interface{ Do() error }\n\nfunc F(i I) bool { return i.Do() == io.EOF }\n",
            ),
            (
                "a/a_test.go",
                "package a\n\ntype fake struct{}\n\nfunc (fake) Do() error { return start() }\n\nfunc start() error { return nil }\n",
            ),
        ],
        &["Compared i.Do() == io.EOF at a/a.go:7 via fake.Do, F"],
    );
}

#[test]
fn all_builds_count() {
    check_files(
        &[
            (
                "a.go",
                "package a\n\nimport \"io\"\n\nfunc f() bool { return g() == io.EOF }\n\nfunc start() error { return nil }\n",
            ),
            ("g_linux.go", "package a\n\nfunc g() error { return nil }\n"),
            ("g_windows.go", "package a\n\nfunc g() error { return start() }\n"),
        ],
        &["Compared g() == io.EOF at a.go:5 via g, f"],
    );
    check_files(
        &[
            ("a.go", "package a\n\nfunc f() { g(start()) }\n\nfunc start() error { return nil }\n"),
            ("g_linux.go", "package a\n\nfunc g(err error) {}\n"),
            ("g_windows.go", "package a\n\nimport \"io\"\n\nfunc g(it error) bool { return it == io.EOF }\n"),
        ],
        &["Compared it == io.EOF at g_windows.go:5 via f, g"],
    );
    check_files(
        &[
            (
                "a.go",
                "package a\n\nimport \"io\"\n\nfunc f(t *T) bool { return t.err == io.EOF }\n\nfunc start() error { return nil }\n",
            ),
            ("t_linux.go", "package a\n\ntype T struct{ err error }\n"),
            (
                "t_windows.go",
                "package a\n\ntype T struct {\n\tn   int\n\terr error\n}\n\nfunc g(t *T) { t.err = start() }\n",
            ),
        ],
        &["Compared t.err == io.EOF at a.go:5 via g, f"],
    );
}

#[test]
fn packages_that_are_not_there_are_lost_sight_of() {
    check_files(
        &[(
            "p.go",
            "package p\n\nimport \"example.com/x\"\n\nfunc start() error { return nil }\n\nfunc f() bool { return x.Is(start()) }\n\nfunc g() { x.Each(start) }\n",
        )],
        &["Lost(Returned) x.Is at p.go:7 via f", "Lost(Callback) x.Each at p.go:9 via g"],
    );
}

#[test]
fn examples_compare_what_they_print() {
    check_files(
        &[
            (
                "a.go",
                "package a\n\nimport \"fmt\"\n\nfunc start() error { return nil }\n\nfunc f() { fmt.Println(start()) }\n",
            ),
            (
                "a_test.go",
                "package a\n\nimport \"fmt\"\n\nfunc Example() {\n\tfmt.Println(start())\n\t// Output: <nil>\n}\n",
            ),
        ],
        &[
            "Lost(Kept) the output of an example at a_test.go:5 via f, Example",
            "Text fmt.Println(start()) at a_test.go:6 via Example",
        ],
    );
}

#[test]
fn broken_files_say_what_they_can() {
    check_files(
        &[
            ("a.go", "package a\n\nimport \"io\"\n\nfunc f() bool { return start() == io.EOF }\n\nfunc broken( {\n"),
            ("b.go", "package a\n\nfunc start() error { return nil }\n"),
        ],
        &["Compared start() == io.EOF at a.go:5 via f"],
    );
    let ws = workspace(&[("a.go", "package a\n\nfunc f( {\n"), ("b.go", "package a\n")]);
    assert_eq!(ws.error_flow().unknown_files().len(), 1);
}

#[test]
fn asking_on_one_thread_or_on_all_is_the_same() {
    let mut text = String::from("package p\n\nimport \"io\"\n\nfunc start() error { return nil }\n\n");
    for i in 0..50 {
        text += &format!(
            "func f{i}() error {{ return f{}() }}\n\nfunc g{i}() bool {{ return f{i}() == io.EOF }}\n\n",
            i / 2
        );
    }
    let files = [
        ("a/p.go", text.as_str()),
        ("b/p.go", &text.replace("f0() error { return f0()", "f0() error { return start()")),
    ];
    let (one, all) = (workspace(&files), workspace(&files));
    all.make_error_flow();
    assert_eq!(found(&one), found(&all));
    assert_eq!(one.error_flow().counts(), all.error_flow().counts());
    assert!(!found(&one).is_empty());
}
