//! Whole files, by example. Where gofmt is at hand (`GOFIX_GOFMT`, else on the path), it must agree with every expectation.

mod gofmt;

use gofmt::gofmt;

/// Both texts are without their package clause.
#[track_caller]
fn check(before: &str, expected: &str) {
    check_once(before, expected);
    check_once(expected, expected);
}

/// The same, where gofmt itself would change its result again.
#[track_caller]
fn check_once(before: &str, expected: &str) {
    let [before, expected] = [before, expected].map(|it| format!("package p\n\n{it}"));
    let text = gofix_format::source(&before).expect("Go");
    assert_eq!(text, expected, "got:\n{text}");
    if let Some(text) = gofmt(&before) {
        assert_eq!(text, expected, "gofmt writes:\n{text}");
    }
}

#[test]
fn the_tighter_an_operator_binds_the_fewer_blanks_it_has() {
    check(
        "var x = a*b+c ; var y = a*b\nvar z = f(a+b, c*d+e)\nvar w = 1<<3|1 == x[a+b:c] && !y\n",
        "var x = a*b + c\nvar y = a * b\nvar z = f(a+b, c*d+e)\nvar w = 1<<3|1 == x[a+b:c] && !y\n",
    );
    check("var x = a / *b\nvar y = a - -b\nvar z = a & ^b\n", "var x = a / *b\nvar y = a - -b\nvar z = a & ^b\n");
    check(
        "var x = s[a : b+1]\nvar y = s[a+1:]\nvar z = s[a:b:c+1]\n",
        "var x = s[a : b+1]\nvar y = s[a+1:]\nvar z = s[a : b : c+1]\n",
    );
}

#[test]
fn fields_values_and_comments_stand_in_columns() {
    check(
        "type T struct {\na int `a` // a\nbcd, e string // b\nU // u\n}\n",
        "type T struct {\n\ta      int    `a` // a\n\tbcd, e string // b\n\tU             // u\n}\n",
    );
    check("const (\na = iota // a\nbcd\ne T = 1 // e\n)\n", "const (\n\ta = iota // a\n\tbcd\n\te T = 1 // e\n)\n");
    check("var x = T{\na: 1, // a\nbcd: 2,\n}\n", "var x = T{\n\ta:   1, // a\n\tbcd: 2,\n}\n");
}

#[test]
fn what_spans_lines_is_indented() {
    check("var x = f(a,\nb, c(\nd))\n", "var x = f(a,\n\tb, c(\n\t\td))\n");
    check("var x = a.\nb().\nc()\n", "var x = a.\n\tb().\n\tc()\n");
    check("var x = a &&\nb ||\nc\n", "var x = a &&\n\tb ||\n\tc\n");
    check("func f(a int,\nb int) (c,\nd error)\n", "func f(a int,\n\tb int) (c,\n\td error)\n");
    check("func f(\na int,\nb int,\n) {\n}\n", "func f(\n\ta int,\n\tb int,\n) {\n}\n");
}

#[test]
fn short_functions_may_stand_in_one_line() {
    check("func f() {return}\nfunc g()   int  { return 1;}\n", "func f()     { return }\nfunc g() int { return 1 }\n");
    check("func f() { if a { b() } }\n", "func f() {\n\tif a {\n\t\tb()\n\t}\n}\n");
    check(
        "type T struct{a int}\ntype I interface{f()}\ntype E struct {}\n",
        "type T struct{ a int }\ntype I interface{ f() }\ntype E struct{}\n",
    );
}

#[test]
fn the_size_of_a_function_is_what_gofmt_takes_it_for() {
    // The header spans more lines in the print than in the text, and so is shorter than nothing.
    check_once(
        "func f() {\n\thandler := func() (interface{ /* c */ }) {\n\t}\n}\n",
        "func f() {\n\thandler := func() interface { /* c */\n\t} {}\n}\n",
    );
}

#[test]
fn statements() {
    check(
        "func f() {\nL: for i:=0;i<n;i++{\nswitch x:=y.(type){\ncase int,\nstring: continue L\ndefault:\n}\n}\nselect{}\nif (a) {} else if b {} else {c<- <-d}\n}\n",
        "func f() {\nL:\n\tfor i := 0; i < n; i++ {\n\t\tswitch x := y.(type) {\n\t\tcase int,\n\t\t\tstring:\n\t\t\tcontinue L\n\t\tdefault:\n\t\t}\n\t}\n\tselect {}\n\tif a {\n\t} else if b {\n\t} else {\n\t\tc <- <-d\n\t}\n}\n",
    );
    check("func f() {\n\n\n\na()\n\n\n\nb();;c()\n\n}\n", "func f() {\n\n\ta()\n\n\tb()\n\tc()\n\n}\n");
}

#[test]
fn labels_before_a_brace() {
    check("func f() {\nL:\n}\n", "func f() {\nL:\n}\n");
    check_once("func f() {\n;\nL:\n}\n", "func f() {\n\nL:\n\t;\n}\n");
}

#[test]
fn comments_stay_where_they_are() {
    check(
        "func f() { // f\n// a\na( /* b */ c, // d\ne)\n/* g\n   h */\n// end\n}\n\n// last",
        "func f() { // f\n\t// a\n\ta( /* b */ c, // d\n\t\te)\n\t/* g\n\t   h */\n\t// end\n}\n\n// last\n",
    );
    check("var x = 1 // x\nvar yy = 22 // y\n", "var x = 1   // x\nvar yy = 22 // y\n");
    check("type T struct {\n\n// c\n\n}\n", "type T struct {\n\n\t// c\n\n}\n");
}

#[test]
fn type_parameters() {
    check(
        "func f[K comparable,V any](m map[K]V) {}\ntype T[P *C,] struct{}\ntype U[P interface{~int|~string}] []P\n",
        "func f[K comparable, V any](m map[K]V) {}\n\ntype T[P *C,] struct{}\ntype U[P interface{ ~int | ~string }] []P\n",
    );
}

#[test]
fn imports_doc_comments_and_build_constraints() {
    check(
        "import (\n\"b\"\n\"a\" // a\n\n\"d\"\nc \"c\"\n\"d\"\n)\n",
        "import (\n\t\"a\" // a\n\t\"b\"\n\n\tc \"c\"\n\t\"d\"\n)\n",
    );
    check(
        "//F does.\n//  code\n//go:noinline\nfunc f() {}\n",
        "// F does.\n//\n//\tcode\n//\n//go:noinline\nfunc f() {}\n",
    );
    let before = "// License\n\n//go:build linux&&!cgo\npackage p\n";
    assert_eq!(gofix_format::source(before).as_deref(), Ok("// License\n\n//go:build linux && !cgo\n\npackage p\n"));
}

#[test]
fn a_comment_inside_an_import_goes_where_the_spec_ended() {
    check_once(
        "import (\n\t\"a\"\n\t. // c\n\t\"b\"\n\t\"z\"\n)\n",
        "import (\n\t\"a\"\n\t. \"b\"\n\t// c\n\t\"z\"\n)\n",
    );
}

#[test]
fn line_ends_become_plain() {
    check("var x = `a\r\nb`\r\n\r\n// c\r\nvar y int\r\n", "var x = `a\nb`\n\n// c\nvar y int\n");
}

#[test]
fn what_is_no_go_is_an_error() {
    let errors = gofix_format::source("package p\n\nfunc f( {\n").expect_err("not Go");
    assert_eq!(errors.len(), 1);
    let deep = format!("package p\n\nvar x = {}1{}\n", "f(\n".repeat(9_000), ",\n)".repeat(9_000));
    let errors = gofix_format::source(&deep).expect_err("too deep");
    assert_eq!(errors[0].message, "nested too deep to be formatted");
}
