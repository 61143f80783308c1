//! A file on stdin.

use std::fmt::Write;

use crate::support::{ANY, Place, TICK, snapshot};

#[test]
fn a_file_goes_in_and_comes_out() {
    let place = Place::new(&[]);
    let mut text = String::new();
    for (args, stdin) in [
        ("diff -", ANY),
        ("apply -", ANY),
        ("check -", ANY),
        ("apply -", "package m\n"),
        ("apply -", "not Go at all"),
        ("diff - --rule time-tick --go 1.25", TICK),
        ("diff - --stdin-filename ./new/dir/poll.go", TICK),
        ("apply --dry-run - --stdin-filename poll.go", TICK),
        ("diff - --stdin-filename poll.txt", TICK),
    ] {
        let _ = writeln!(text, "{}", place.run_with(args, stdin).transcript(args));
    }
    snapshot("stdin", &text);
    assert_eq!(place.files().len(), 1, "nothing is written");
}

#[test]
fn its_place_gives_it_a_version_and_a_package() {
    // Here any is something else, and Go too old for it in the other directory.
    let place = Place::new(&[("shadow/any.go", "package shadow\n\ntype any int\n"), ("real/a.go", TICK)]);
    place.write("old/go.mod", "module old\n\ngo 1.17\n");
    for (name, code) in [("shadow/b.go", 0), ("old/b.go", 0), ("real/b.go", 1), ("real/a.go", 1)] {
        let package = name.split('/').next().unwrap();
        let text = ANY.replace("package m", &format!("package {package}"));
        let ran = place.run_with(&format!("diff - --stdin-filename {name}"), text);
        assert_eq!(ran.code, code, "{name}: {}", ran.stderr);
    }
    assert_eq!(place.read("real/a.go"), TICK);
}

#[test]
fn what_cannot_be_understood_comes_back_unchanged() {
    let place = Place::empty();
    let files: [&[u8]; 5] =
        [b"", b"\xff\xfe interface{}", b"package m\n\nvar x = \"interface{}\xff\"\n", b"\0", b"\xef\xbb\xbf"];
    for content in files {
        let ran = place.run_with("apply -", content);
        assert_eq!((ran.code, &*ran.stdout), (0, content), "{}", ran.stderr);
    }
}
