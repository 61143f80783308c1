use std::sync::Arc;

use super::*;
use crate::{Config, LoadOptions, MemoryFiles, Position};

const GO_MOD: &str = "module a.b/m\n\ngo 1.21\n\nrequire c.d/e v1.2.3\n";

/// All that is known at a place, on a line: `text | meaning | type | value | callee | confidence | reasons`.
fn line(files: &[(&str, &str)], at: &str) -> Vec<String> {
    let why = why(files, at).unwrap();
    why.places.iter().map(told).collect()
}

fn told(place: &WhyPlace) -> String {
    let meaning = place.meaning.as_ref().map(|it| {
        let holder = it.holder.as_ref().map_or(String::new(), |it| format!(" of {it}"));
        let through = it.through.iter().map(|it| format!(" through {it}")).collect::<String>();
        let declared = it.declared.as_ref().map_or(String::new(), |it| format!(" at {it}"));
        format!("{} {}{holder}{through}{declared}", it.kind, it.name)
    });
    let callee = place.callee.as_ref().map(|it| format!("calls {it}"));
    let value = place.value.as_ref().map(|it| format!("= {it}"));
    let mut parts = vec![place.text.clone()];
    parts.extend([meaning, place.ty.clone(), value, callee].into_iter().flatten());
    parts.push(place.confidence.text().to_owned());
    parts.extend(place.reasons.iter().map(ToString::to_string));
    parts.join(" | ")
}

fn why(files: &[(&str, &str)], at: &str) -> Result<Why, WhyError> {
    let position: Position = at.parse().unwrap();
    let mut all = vec![("/m/go.mod", GO_MOD)];
    all.extend(files);
    let files = MemoryFiles::new(all.into_iter().map(|(path, text)| (path, text.as_bytes())));
    let options = LoadOptions {
        cwd: "/m".into(),
        config: Config { goos: "linux".to_owned(), goarch: "amd64".to_owned(), ..Config::default() },
        goroot: Some("/go".into()),
        mod_cache: Some("/cache".into()),
        ..LoadOptions::default()
    };
    Session::load(Arc::new(files), &options).unwrap().why(&position)
}

const HTTP: (&str, &str) = (
    "/go/src/net/http/client.go",
    "package http\n\ntype Response struct{}\n\nfunc hidden() {\n\t_ = 1\n}\n\nfunc Get(url string) (*Response, error) { return nil, nil }\n",
);

#[test]
fn names_types_and_callees() {
    let text = "package m\n\nimport \"net/http\"\n\ntype In struct{ N int }\n\nfunc (i *In) Grow(by int) int { return i.N }\n\n\
                type Out struct{ *In }\n\nfunc f(o Out) {\n\t_, _ = http.Get(\"\")\n\t_ = o.Grow(limit)\n\t_ = Out{In: nil}\n}\n\n\
                const limit = 1 << 10\n";
    let files = [("/m/a.go", text), HTTP];
    assert_eq!(
        line(&files, "a.go:12:14"),
        ["Get | function net/http.Get at /go/src/net/http/client.go:9:6 | func(string) (*net/http.Response, error) | \
          calls function net/http.Get | typed"]
    );
    assert_eq!(
        line(&files, "a.go:13"),
        [
            "_ | blank _ | typed",
            "o | parameter o at a.go:11:8 | a.b/m.Out | typed",
            "Grow | method Grow of *a.b/m.In through In at a.go:7:14 | func(int) (int) | calls method (*a.b/m.In).Grow | typed",
            "limit | constant a.b/m.limit at a.go:17:7 | int | = 1024 | typed",
        ]
    );
    assert_eq!(line(&files, "a.go:14:10"), ["In | field In of a.b/m.Out at a.go:9:19 | *a.b/m.In | typed"]);
    assert_eq!(line(&files, "a.go:3:1"), ["import | syntactic"]);
    assert_eq!(line(&files, "a.go:3:9"), ["\"net/http\" | package net/http | typed"]);
}

#[test]
fn names_in_declarations() {
    let text = "package m\n\ntype T struct{ next *T }\n\nfunc (t *T) f(l List[T]) { t.f(l) }\n\ntype List[E any] []E\n\n\
                type I interface{ M(x int) T }\n";
    let files = [("/m/a.go", text)];
    assert_eq!(line(&files, "a.go:3:16"), ["next | field next at a.go:3:16 | *a.b/m.T | typed"]);
    assert_eq!(line(&files, "a.go:5:10"), ["T | type a.b/m.T at a.go:3:6 | a.b/m.T | typed"]);
    assert_eq!(line(&files, "a.go:5:17"), ["List | type a.b/m.List at a.go:7:6 | generic type | typed"]);
    assert_eq!(line(&files, "a.go:5:31"), ["( | () | calls method (*a.b/m.T).f | typed"]);
    assert_eq!(line(&files, "a.go:7:20"), ["E | type parameter E at a.go:7:11 | typed"]);
    assert_eq!(line(&files, "a.go:9:19"), ["M | method M at a.go:9:19 | func(int) (a.b/m.T) | typed"]);
}

#[test]
fn what_is_unknown_has_reasons() {
    let text = "package m\n\nimport \"c.d/e\"\nimport \"C\"\n\nvar a = e.New()\n\nfunc f() { b := a.Do(); _ = b }\n\nfunc g() { if }\n\n\
                var c = g() + gone + C.x\n";
    let files = [("/m/a.go", text)];
    let missing = "the import c.d/e was not found: of c.d/e v1.2.3, there are no Go files in /cache/c.d/e@v1.2.3";
    let broken = "syntax error at a.go:10:15: expected operand, found '}'";
    assert_eq!(line(&files, "a.go:3:8"), [format!("\"c.d/e\" | package c.d/e | identity | {missing}")]);
    assert_eq!(
        line(&files, "a.go:6:11"),
        [format!("New | name c.d/e.New | calls New of c.d/e, which was not found | identity | {missing}")]
    );
    assert_eq!(
        line(&files, "a.go:8:29"),
        [format!(
            "b | variable b at a.go:8:12 | identity | it depends on a, declared at a.go:6:5, whose type is unknown | {missing}"
        )]
    );
    assert_eq!(line(&files, "a.go:10:12"), [format!("if | syntactic | {broken}")]);
    assert_eq!(line(&files, "a.go:12:9"), [format!("g | syntactic | {broken}")]);
    assert_eq!(line(&files, "a.go:12:15"), ["gone | syntactic | nothing declares gone"]);
    let hidden = [("/m/a.go", "package m\n\nvar x int\n\nfunc g(int) { if }\n")];
    assert_eq!(line(&hidden, "a.go:3:7"), ["int | predeclared int | typed"]);
    assert_eq!(line(&files, "a.go:12:24"), ["x | name C.x | identity | it comes from C, through cgo"]);
}

#[test]
fn files_of_other_builds() {
    let alone = "//go:build ignore\n\npackage main\n\nvar x = 1\n";
    let never = "//go:build ignore && !ignore\n\npackage main\n\nvar x = 1\n";
    let newer = "//go:build go1.22 && special\n\npackage m\n\nvar x = 1\n";
    let files = [("/m/i.go", alone), ("/m/n.go", never), ("/m/s_windows.go", newer)];
    let why = |at: &str| why(&files, at).unwrap();
    let found = why("n.go:5:5");
    assert_eq!(found.file.build, None);
    assert_eq!(
        told(&found.places[0]),
        "x | variable a.b/m.x at n.go:5:5 | identity | the file belongs to no build: //go:build ignore && !ignore"
    );
    let found = why("i.go:5:5");
    assert_eq!(found.file.build.unwrap().tags, ["ignore"]);
    assert_eq!(found.places[0].ty.as_deref(), Some("int"));
    let found = why("s_windows.go:5:5");
    let build = found.file.build.unwrap();
    assert_eq!((&*build.goos, &*build.tags, build.is_other), ("windows", &["special".to_owned()][..], true));
    assert_eq!((&*found.file.go_version, found.file.go_version_from), ("1.22", "//go:build"));
    assert!(found.places[0].ty.as_deref() == Some("int"), "{:?}", found.places);
}

#[test]
fn places_on_a_line() {
    let files = [("/m/a.go", "package m // c\n\nvar s = `x\ny` + \"z\" \r\n\t  \n")];
    let kind = |at: &str| why(&files, at).map(|it| (it.places[0].kind, it.places[0].spot.column));
    assert_eq!(kind("a.go:1:10"), Ok(("comment", 11)));
    assert_eq!(kind("a.go:1:9"), Ok(("identifier", 9)));
    assert_eq!(kind("a.go:2:1"), Ok(("nothing", 1)));
    assert_eq!(kind("a.go:4:1"), Ok(("string", 9)));
    assert_eq!(kind("a.go:4:3"), Ok(("operator", 4)));
    assert_eq!(kind("a.go:4:9"), Ok(("nothing", 9)));
    assert_eq!(kind("a.go:5"), Ok(("nothing", 1)));
    let error = |at: &str| why(&files, at).unwrap_err().to_string();
    assert_eq!(error("a.go:4:10"), "a.go:4:10: line 4 has 9 columns");
    assert_eq!(error("a.go:6"), "a.go:6: the file has 5 lines");
    assert_eq!(error("b.go:6"), "b.go: no Go file of the project");
}
