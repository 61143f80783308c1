use crate::support::{check_files, id, types, workspace};
use gofix_semantic::{
    Typing,
    types::{Callee, ObjectKind},
};
use gofix_syntax::{Kind, Role, ast::AstNode, ast::CallExpr};

#[test]
fn imports_and_views_of_tests() {
    check_files(&[
        (
            "a/a.go",
            "package a\nimport renamed \"m/go-b\"\ntype A struct { B renamed.B }\nfunc New() *A { return nil }\n",
        ),
        (
            "a/export_test.go",
            "package a\nfunc (a *A) Secret() int { return hidden }\nconst hidden = 7\nvar _ = New().Secret() //: int\n",
        ),
        (
            "a/x_test.go",
            "package a_test\nimport \"m/a\"\nvar v = a.New().Secret() //: int //> method m/a.A.Secret\nvar w = a.New().B.N //: float64\n",
        ),
        ("go-b/b.go", "package b\ntype B struct { N float64; n int }\n"),
        (
            "c/c.go",
            "package c\nimport (\n\"m/a\"\n. \"m/go-b\"\n)\nvar x = a.New().Secret() //: ?\nvar y = B{}.N //: float64\nvar z = B{}.n //: ?\n\
             var e error = nil\nvar q = e.Error() //: string\n",
        ),
        ("d/d_windows.go", "package d\nvar X = 1\n"),
        ("d/d_linux.go", "package d\nvar X = \"\"\nvar y = X //: string\n"),
        ("d/ignored.go", "//go:build ignore\n\npackage main\nvar X = 1.5\n"),
    ]);
}

#[test]
fn what_is_missing_spreads() {
    check_files(&[(
        "p.go",
        "package p
import ( \"x.org/missing\"; \"C\"; other \"y.org/z\" )
type T struct { missing.Embedded; Own int }
type In struct { T; Deep }
type Deep struct { Deeper }
type Deeper struct { Far int }
func (T) M() {}
type I interface { missing.I; Known() }
type G[P any] struct { p P }
func f(t T, in In, i I, m missing.M, g G[missing.M], c C.int) {
    _ = t.Own       //: int
    _ = t.Nope      //: ?
    t.M()           //> method m.T.M
    _ = in.Own      //: int
    _ = in.T.Own    //: int
    _ = in.Deep     //: m.Deep
    _ = in.Far      //: ?
    i.Known()       //> imethod m.I.Known
    i.Other()       //> ?
    _ = m           //: ?
    _ = m + 1       //: ?
    _ = len(m)      //: int
    _ = g           //: ?
    _ = []missing.M{} //: ?
    _ = missing.F() //: ? //> ?
    _ = m == m      //: bool
    x, ok := m[0]
    _ = ok //: bool
    _ = x  //: ?
    for _, e := range other.List { _ = e } //: ?
    var n int = missing.C
    _ = n * missing.C //: int
    switch y := any(m).(type) {
    case error: _ = y //: error
    }
}
const k missing.M = 1
var l = k + 1 //= ?
var v missing.M = 1
var w = v //: ?
",
    )]);
}

#[test]
fn external_names_are_known_by_identity() {
    let ws = workspace(&[(
        "p.go",
        "package p\nimport \"x.org/missing/v2\"\nfunc f() { missing.Call(1); go missing.T{}.M() }\n",
    )]);
    let types = types(&ws);
    let file = ws.file(id(&ws, "p.go")).unwrap();
    let call = file.nodes().find_map(CallExpr::cast).unwrap();
    let expected = Callee::External { path: "x.org/missing/v2".into(), name: "Call".to_owned() };
    assert_eq!(types.callee(call), expected);
    let ident = file.nodes().find(|it| it.as_ident() == Some("Call")).unwrap();
    assert_eq!(types.object_of(ident).map(|it| it.kind), Some(ObjectKind::External));
    let last = file.nodes().rev().find_map(CallExpr::cast).unwrap();
    assert_eq!(types.callee(last), Callee::Unknown);
}

#[test]
fn vendored_packages_come_without_bodies() {
    let ws = workspace(&[
        ("go.mod", "module m\n\ngo 1.27\n\nrequire x.org/dep v1.0.0\n"),
        ("vendor/modules.txt", "# x.org/dep v1.0.0\n## explicit; go 1.27\nx.org/dep\n"),
        (
            "vendor/x.org/dep/dep.go",
            "package dep\n\nfunc F() (int, error) {\n\tfor {\n\t}\n}\n\nvar V = func() string { return \"}\" }()\n",
        ),
        ("p.go", "package p\nimport \"x.org/dep\"\nvar a, b = dep.F()\nvar c = dep.V\n"),
    ]);
    let types = types(&ws);
    let file = ws.file(id(&ws, "p.go")).unwrap();
    let ty = |name: &str| {
        let ident = file.nodes().find(|it| it.kind() == Kind::Ident && it.text() == name).unwrap();
        types.spell(types.type_of(ident)).unwrap_or_default()
    };
    assert_eq!([ty("a"), ty("b"), ty("c")], ["int", "error", "string"]);
}

#[test]
fn constants_of_dependencies_are_the_same_in_every_build_or_not() {
    let files = [
        ("go.mod", "module m\n\ngo 1.27\n\nrequire x.org/dep v1.0.0\n"),
        ("vendor/modules.txt", "# x.org/dep v1.0.0\n## explicit; go 1.27\nx.org/dep\nx.org/dep/unit\n"),
        (
            "vendor/x.org/dep/dep.go",
            "package dep\n\nimport \"x.org/dep/unit\"\n\nconst (\n\tOne unit.Step = 1\n\tTen = 10 * One\n\tFar = 2 * Ten * unit.Size\n)\n\n\
             const Word = 2 * word\n",
        ),
        ("vendor/x.org/dep/unit/unit.go", "package unit\n\ntype Step int64\n\nconst Size = 1 << 2\n"),
        ("vendor/x.org/dep/word_amd64.go", "package dep\n\nconst word = 8\n"),
        ("p.go", "package p\n\nimport \"x.org/dep\"\n\nvar _ = dep.Ten\nvar _ = dep.Far\nvar _ = dep.Word\n"),
    ];
    let ws = workspace(&files);
    let typing = Typing::new(&ws);
    let file = ws.file(id(&ws, "p.go")).expect("a text");
    let values = file.nodes().filter(|it| it.role() == Role::Values);
    let found: Vec<_> = values.map(|it| typing.const_value_everywhere(it).and_then(|it| it.as_i64())).collect();
    assert_eq!(found, [Some(10), Some(80), None]);
}
