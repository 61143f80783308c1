//! Files such as nobody writes, but somebody has.

use std::fmt::Write;

use crate::support::{ANY, Place, snapshot};

#[test]
fn line_ends_and_byte_order_marks_stay() {
    let place = Place::empty();
    place.write("go.mod", crate::support::GO_MOD);
    let tick = crate::support::TICK;
    let crlf = |text: &str| text.replace('\n', "\r\n");
    let files = [
        ("crlf.go", crlf(tick)),
        ("bom.go", format!("\u{feff}{ANY}")),
        ("both.go", format!("\u{feff}{}", crlf(ANY))),
        ("no-end.go", ANY.trim_end().to_owned()),
        ("mixed.go", "package m\r\n\nfunc f(x interface{}) {}\r\n// é\n".to_owned()),
    ];
    files.iter().for_each(|(path, text)| place.write(path, text));
    let diff = place.run("diff -q");
    assert_eq!(diff.code, 1);
    assert_eq!(place.run("apply -q").stderr, "");
    for (path, before) in &files {
        let expected = match *path {
            "crlf.go" => crlf(&tick.replace(
                "\tfor range time.Tick(time.Second) {",
                "\tticker := time.NewTicker(time.Second)\n\tdefer ticker.Stop()\n\tfor range ticker.C {",
            )),
            _ => before.replace("interface{}", "any"),
        };
        assert_eq!(place.read(path), expected, "{path}");
    }
    assert_eq!(place.run("diff -q").code, 0);
}

#[test]
fn files_that_are_hardly_go() {
    let place = Place::new(&[("whole.go", ANY)]);
    let half = "package m\n\nfunc whole(x interface{}) {}\n\nfunc half(x interface{}) {\n\tif x == nil {\n\t\tret";
    let files: [(&str, &[u8]); 7] = [
        ("empty.go", b""),
        ("half.go", half.as_bytes()),
        ("latin1.go", b"package m\n\n// \xe9t\xe9\nfunc f(x interface{}) {}\n"),
        ("nul.go", b"package m\n\nvar a interface{}\n\nvar x\0 interface{}\n"),
        ("words.go", b"These are interface{} words.\n"),
        ("bom-inside.go", b"package m\n\nvar a interface{}\n\nvar x = \xef\xbb\xbf1\n"),
        ("only-bom.go", b"\xef\xbb\xbf"),
    ];
    files.iter().for_each(|(path, content)| place.write(path, content));
    snapshot("odd-files", &place.transcript(&["diff --explain", "check --format json", "apply -q", "apply -q"]));
    for (path, content) in files.iter().filter(|(path, _)| *path != "half.go") {
        assert_eq!(place.files()[*path], *content, "{path}");
    }
}

#[test]
fn a_line_of_ten_megabytes() {
    let mut text = String::from("package m\n\nvar x = []interface{}{");
    while text.len() < 10_000_000 {
        text.push_str("interface{}(1), \"a string that fills the line\", ");
    }
    text.push_str("}\n");
    let place = Place::new(&[("long.go", &text)]);
    let ran = place.run("apply");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(place.read("long.go"), text.replace("interface{}", "any"));
}

#[test]
fn deep_nesting_is_no_trouble() {
    let shapes: [(&str, &str, &str, &str); 8] = [
        ("parens", "var x = ", "(", ")"),
        ("calls", "var x = ", "f(", ")"),
        ("blocks", "func f() ", "{", "}"),
        ("types", "var x ", "[]", ""),
        ("literals", "var x = ", "T{", "}"),
        ("selectors", "var x = a", ".a", ""),
        ("binary", "var x = 1", " + 1", ""),
        ("ifs", "func f() { ", "if a {} else ", ""),
    ];
    for depth in [20_000, 200_000] {
        let place = Place::new(&[("good.go", ANY)]);
        for (name, start, open, close) in shapes {
            let middle = match name {
                "types" => "int",
                "blocks" | "literals" | "selectors" | "binary" => "",
                "ifs" => "if a {} }",
                _ => "1",
            };
            let mut text = format!("package m\n\nvar a interface{{}}\n\n{start}");
            let _ = writeln!(text, "{}{middle}{}", open.repeat(depth), close.repeat(depth));
            place.write(&format!("{name}.go"), text);
        }
        let ran = place.run("diff --rule interface-to-any,time-tick");
        assert_eq!(ran.code, 1, "{}", ran.stderr);
        assert!(ran.stdout().contains("good.go"));
    }
}

#[test]
fn many_fixes_in_one_file() {
    let mut text = String::from("package m\n\n");
    (0..20_000).for_each(|n| {
        let _ = writeln!(text, "func f{n}(x interface{{}}) interface{{}} {{ return x }}");
    });
    let place = Place::new(&[("many.go", &text)]);
    assert_eq!(place.run("apply -q").code, 0);
    assert_eq!(place.read("many.go"), text.replace("interface{}", "any"));
}
