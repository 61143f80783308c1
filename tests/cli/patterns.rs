//! Which files are meant.

use crate::support::{ANY, Place, snapshot};

#[test]
fn patterns_that_match_nothing() {
    let place = Place::new(&[("a.go", ANY), ("docs/readme.txt", "text"), ("testdata/x/b.go", ANY)]);
    place.write("nested/go.mod", "module nested\n");
    place.write("nested/n.go", ANY);
    place.write("only/nested/go.mod", "module nested2\n");
    place.write("only/nested/n.go", ANY);
    snapshot(
        "no-match",
        &place.transcript(&[
            "diff ./nothing/...",
            "diff ./a.go ./nothing.go",
            "diff ./docs",
            "diff ./docs/...",
            "diff ./docs/readme.txt",
            "diff ./only/...",
            "diff ../elsewhere",
            "diff fmt",
        ]),
    );
}

#[test]
fn patterns_as_in_go() {
    let place = Place::new(&[
        ("a.go", ANY),
        ("b.go", ANY),
        ("sub/c.go", ANY),
        ("sub/deep/d.go", ANY),
        ("sub/_hidden/e.go", ANY),
        ("sub/.hidden/f.go", ANY),
        ("testdata/g.go", ANY),
        ("vendor/v/h.go", ANY),
        ("_i.go", ANY),
    ]);
    place.write("nested/go.mod", "module nested\n\ngo 1.20\n");
    place.write("nested/n.go", ANY);
    for (args, files) in [
        ("diff", "a.go b.go sub/c.go sub/deep/d.go"),
        ("diff ./...", "a.go b.go sub/c.go sub/deep/d.go"),
        ("diff .", "a.go b.go"),
        ("diff a.go", "a.go"),
        ("diff sub", "sub/c.go"),
        ("diff ./sub/...", "sub/c.go sub/deep/d.go"),
        ("diff a.go ./sub/deep a.go", "a.go sub/deep/d.go"),
        ("diff testdata", "testdata/g.go"),
        ("diff ./nested/...", "nested/n.go"),
        ("diff _i.go", "_i.go"),
        ("diff ./vendor/...", ""),
    ] {
        let ran = place.run(args);
        let changed: Vec<&str> = ran.stdout().lines().filter_map(|line| line.strip_prefix("+++ b/")).collect();
        assert_eq!(changed.join(" "), files, "{args}: {}", ran.stderr);
    }
}

#[test]
fn outside_any_module() {
    let place = Place::empty();
    place.write("a.go", ANY);
    place.write("sub/b.go", ANY);
    snapshot("no-module", &place.transcript(&["diff -q", "diff sub/b.go"]));
}

#[test]
fn who_looks_at_errors_counts_wherever_it_is() {
    let consumer = "package b\n\nimport (\n\t\"os\"\n\n\t\"example.com/m/internal/a\"\n)\n\nfunc Gone() bool { return os.IsNotExist(a.Remove(\"x\")) }\n";
    let place = Place::new(&[
        ("go.mod", "module example.com/m\n\ngo 1.25\n"),
        (
            "internal/a/a.go",
            "package a\n\nimport \"os\"\n\nfunc Remove(path string) error {\n\tif err := os.Remove(path); err != nil {\n\t\treturn err\n\t}\n\treturn nil\n}\n",
        ),
        ("b/b.go", consumer),
    ]);
    let nested = Place::new(&[
        ("go.mod", "module example.com/m\n\ngo 1.25\n"),
        ("internal/a/a.go", &place.read("internal/a/a.go")),
        (
            "tools/go.mod",
            "module example.com/m/tools\n\ngo 1.25\n\nrequire example.com/m v0.0.0\n\nreplace example.com/m => ../\n",
        ),
        ("tools/b/b.go", consumer),
    ]);
    let run = ["check --explain --rule error-wrap ./internal/a"];
    snapshot("errors_elsewhere", &(place.transcript(&run) + &nested.transcript(&run)));
}
