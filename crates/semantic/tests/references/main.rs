//! References of definitions, implementations of interfaces, free names of members.

mod implementations;
mod support;
mod uses;

use gofix_semantic::Typing;
use support::{check, definition, gaps, workspace};

#[test]
fn across_packages() {
    check(&[
        (
            "a/a.go",
            "package a\n\nconst C/*=c*/ = 1\n\nvar V/*=v*/ = C/*c*/\n\nfunc F/*=f*/() T/*t*/ { return T/*t*/{} }\n\ntype T/*=t*/ struct{ N/*=n*/ int }\n",
        ),
        (
            "b/b.go",
            "package b\n\nimport x \"m/a\"\n\nfunc g() int { V := x.F/*f*/().N/*n*/; F := x.C/*c*/; return V + F + x.V/*v*/ }\n\nvar y = x.T/*t*/{N/*n*/: 1}\n",
        ),
        // Through another package's variable, without an import.
        ("c/c.go", "package c\n\nimport \"m/d\"\n\nvar n = d.D.N/*n*/\n"),
        (
            "d/d.go",
            "package d\n\nimport \"m/a\"\n\nvar D a.T/*t*/\n\ntype other struct{ N/*=o*/ int }\n\nvar o = other{N/*o*/: 1}\n",
        ),
    ]);
}

#[test]
fn shadowed_and_dot_imported() {
    check(&[
        ("a/a.go", "package a\n\nvar V/*=v*/ = 1\n\nfunc f(V/*=p*/ int) int { return V/*p*/ }\n"),
        (
            "b/b.go",
            "package b\n\nimport . \"m/a\"\n\nfunc f() int {\n\tn := V/*v*/\n\t{\n\t\tV := 2\n\t\tn += V\n\t}\n\treturn n\n}\n",
        ),
        (
            "c/c.go",
            "package c\n\nimport \"m/a\"\n\nfunc f() int {\n\tn := a.V/*v*/\n\ta := struct{ V int }{}\n\treturn n + a.V\n}\n",
        ),
    ]);
}

#[test]
fn embedded_and_promoted() {
    check(&[
        (
            "a/a.go",
            "package a

type In/*=in*/ struct{ N/*=n*/ int }

func (i *In/*in*/) M/*=m*/() int { return i.N/*n*/ }

type Out struct{ *In/*in =e*/ }

func f(o Out) int { return o.N/*n*/ + o.In/*e*/.M/*m*/() + o.M/*m*/() + Out{In/*e*/: nil}.N/*n*/ }

type Reader/*=r*/ interface{ Read/*=read*/() }

type Closer interface {
	Reader/*r*/
	Close()
}

type file struct{}

func (file) Read/*=fr*/() {}

func g(c Closer, f file) { c.Read/*read*/(); f.Read/*fr*/(); Reader/*r*/(f).Read/*read*/(); _ = Reader/*r*/.Read/*read*/ }
",
        ),
        ("b/b.go", "package b\n\nimport \"m/a\"\n\ntype T struct{ a.Out }\n\nfunc (t T) f() int { return t.M/*m*/() + t.Out.N/*n*/ }\n"),
    ]);
}

#[test]
fn generic_ones_have_one_declaration() {
    check(&[(
        "p.go",
        "package p

type Pair/*=pair*/[K/*=k*/ comparable, V any] struct {
	Key/*=key*/ K/*k*/
	Val V
}

func (p Pair/*pair*/[A/*=ra*/, B]) First/*=first*/() A/*ra*/ { return p.Key/*key*/ }

type Named Pair/*pair*/[string, int]

type Alias/*=alias*/ = Pair/*pair*/[int, int]

type Getter[T any] interface{ Get/*=get*/() T }

func use[G Getter[int]](g G, h Getter[string]) { g.Get/*get*/(); h.Get/*get*/() }

func f() (int, string) {
	a := Pair/*pair*/[int, string]{Key/*key*/: 1}
	return a.First/*first*/() + Alias/*alias*/{}.Key/*key*/, Named{}.Key/*key*/ + Pair/*pair*/[string, int].First/*first*/(Pair/*pair*/[string, int]{})
}
",
    )]);
}

#[test]
fn inside_functions() {
    check(&[(
        "p.go",
        "package p

func f(x/*=x*/ any) int {
	type local/*=local*/ struct{ n/*=n*/ int }
	switch y/*=y*/ := x/*x*/.(type) {
	case local/*local*/:
		return y/*y*/.n/*n*/
	case *local/*local*/:
		return y/*y*/.n/*n*/
	}
outer/*=outer*/:
	for i/*=i*/ := range 3 {
		m := map[int]local/*local*/{i/*i*/: {n/*n*/: i/*i*/}}
		if len(m) > 0 {
			continue outer/*outer*/
		}
	}
	return 0
}
",
    )]);
}

#[test]
fn fields_of_literals() {
    check(&[(
        "p.go",
        "package p

type T struct{ a/*=t*/ int }

func f(t T) {
	one := []struct{ a/*=one*/ int }{{a/*one*/: 1}, {2}}
	for _, it := range one {
		it := it
		_ = it.a/*one*/ + t.a/*t*/ + one[0].a/*one*/
	}
	for _, it := range []struct{ a/*=two*/ int }{{a/*two*/: 1}} {
		func() { _ = (&it).a/*two*/ + T{a/*t*/: 1}.a/*t*/ }()
	}
}

var x/*=x*/, y struct{ in struct{ b/*=b*/ int } }

var z = struct{ in struct{ b int } }{}

func g() (int, int) { return x/*x*/.in.b/*b*/, y.in.b/*b*/ + some().b }

func some() struct{ b int } { return z.in }
",
    )]);
}

#[test]
fn tests_see_more() {
    check(&[
        ("a/a.go", "package a\n\ntype T/*=t*/ struct{ n/*=n*/ int }\n\nfunc helper/*=h*/() {}\n"),
        (
            "a/a_test.go",
            "package a\n\nfunc Export/*=e*/() { helper/*h*/(); _ = T/*t*/{n/*n*/: 1} }\n\nfunc (T/*t*/) Extra/*=x*/() {}\n",
        ),
        (
            "a/b_test.go",
            "package a_test\n\nimport \"m/a\"\n\nfunc helper/*=h2*/() { a.Export/*e*/(); a.T/*t*/{}.Extra/*x*/(); helper/*h2*/() }\n",
        ),
        ("b/b.go", "package b\n\nimport \"m/a\"\n\ntype Export a.T/*t*/\n"),
    ]);
}

#[test]
fn one_per_platform() {
    check(&[
        ("p.go", "package p\n\nfunc f() { open/*l w*/() }\n"),
        ("p_linux.go", "package p\n\nfunc open/*=l?*/() {}\n\nfunc only/*=only*/() { open/*l*/() }\n"),
        ("p_windows.go", "package p\n\nfunc open/*=w?*/() {}\n\nfunc g() { open/*w*/(); h/*h*/() }\n"),
        ("q_windows.go", "package p\n\nfunc h/*=h*/() { open/*w*/() }\n"),
        ("q_linux.go", "package p\n\nfunc i() { only/*only*/() }\n"),
    ]);
    let variants = gaps(&[
        ("p_linux.go", "package p\n\nfunc open/*=a*/() {}\n"),
        ("p_windows.go", "package p\n\nfunc open() {}\n"),
    ]);
    assert_eq!(variants, ["variant p_windows.go:3:6"]);
    let file = "package p\n\ntype T struct{ n int }\n\nfunc (*T) m() {}\n\nfunc (U) m() {}\n\ntype U int\n";
    let marked = file.replace("n int", "n/*=a*/ int");
    assert_eq!(gaps(&[("p_linux.go", &marked), ("p_windows.go", file)]), ["variant p_windows.go:3:6"]);
    let marked = file.replace("(*T) m", "(*T) m/*=a*/");
    assert_eq!(gaps(&[("p_linux.go", &marked), ("p_windows.go", file)]), ["variant p_windows.go:5:11"]);
}

#[test]
fn builds_that_no_single_one_of_a_file_tells_of() {
    // Together they are built for darwin alone.
    check(&[
        ("a.go", "//go:build linux || darwin\n\npackage p\n\nfunc f/*=f*/() {}\n"),
        ("b.go", "//go:build windows || darwin\n\npackage p\n\nfunc g() { f/*f*/() }\n"),
        ("never.go", "//go:build linux && !linux\n\npackage p\n\nfunc h() { f/*f*/() }\n"),
    ]);
}

#[test]
fn what_is_missing_is_said() {
    let decl = "package p\n\nvar v/*=a*/ = 1\n";
    let with = |path, text| gaps(&[("p.go", decl), (path, text)]);
    assert_eq!(with("q.go", "package p\n\nvar w = v\n"), [] as [&str; 0]);
    assert_eq!(with("q.go", "package p\n\nfunc f( { v }\n"), ["broken q.go"]);
    assert_eq!(with("q.go", "package p\n\n//go:linkname w m.v\nvar w int\n"), ["linkname q.go"]);
    assert_eq!(with("q_amd64.s", "TEXT ·f(SB), $0\n\tMOVQ ·v(SB), AX\n"), ["assembly "]);
    assert_eq!(with("q.go", "package p\n\nfunc f() int { return \"v\" /* v */ }\n"), [] as [&str; 0]);

    let field = "package p\n\ntype T struct{ n/*=a*/ int }\n";
    let unknown = "package p\n\nimport \"far/away\"\n\nvar w = away.X().n\n\nvar z, n = away.n, 1\n";
    assert_eq!(gaps(&[("p.go", field), ("q.go", unknown)]), ["unsure q.go:5:18"]);

    let exported = "package p\n\nimport \"C\"\n\n//export f\nfunc f/*=a*/() {}\n";
    assert_eq!(gaps(&[("p.go", exported)]), ["cgo p.go"]);
}

#[test]
fn broken_files_are_told_by_names() {
    check(&[
        ("p.go", "package p\n\nfunc f/*=f*/() {}\n\nfunc broken( {\n"),
        ("q.go", "package p\n\nfunc g() { f/*f*/(); nowhere.f(); h := undeclared(f/*f*/); _ = h }\n"),
    ]);
}

#[test]
fn others_may_import_what_is_exported() {
    let exported = |path: &str, text: &str| {
        let ws = workspace(&[(path, text)]);
        Typing::new(&ws).references(definition(&ws, "a")).exported
    };
    assert!(exported("a/a.go", "package a\n\ntype T struct{ N/*=a*/ int }\n"));
    assert!(!exported("a/a.go", "package a\n\ntype T struct{ n/*=a*/ int }\n"));
    assert!(!exported("a/main.go", "package main\n\nvar V/*=a*/ int\n"));
    assert!(!exported("a/internal/b/a.go", "package b\n\nvar V/*=a*/ int\n"));
    assert!(!exported("a/a_test.go", "package a\n\nvar V/*=a*/ int\n"));
}

#[test]
fn words_in_comments_and_strings() {
    let ws = workspace(&[(
        "p.go",
        "package p\n\n// v is it.\nvar v, vv = \"a v\", `vv` // vv\n\ntype T struct { V int `v:\"\"` }\n",
    )]);
    let found = ws.textual_mentions("v");
    let text = ws.file(gofix_syntax::FileId(0)).expect("a text").text();
    let texts: Vec<&str> = found.iter().map(|it| &text[it.1.to_usize()]).collect();
    assert_eq!(texts, ["// v is it.", "\"a v\"", "`v:\"\"`"]);
}
