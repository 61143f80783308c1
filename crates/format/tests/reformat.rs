//! Small files before an edit and after it. Where gofmt is at hand (`GOFIX_GOFMT`, else on the path), it must agree with
//! every expectation.

mod gofmt;

use gofix_format::reformat;
use gofix_syntax::SourceFile;
use gofix_text::{Edit, EditSet, TextRange};

/// Replaces every `from` by `to`. The text after that and after formatting.
fn edit(before: &str, from: &str, to: &str) -> String {
    let edits = before.match_indices(from).map(|(at, _)| {
        let range = TextRange::new(at as u32, (at + from.len()) as u32);
        Edit::replace(range, to)
    });
    let edits = EditSet::new(edits.collect()).expect("matches do not overlap");
    assert!(!edits.is_empty(), "{from:?} is not there");
    let file = SourceFile::parse(before.to_owned());
    let after = SourceFile::parse(edits.apply(before));
    reformat(&file, &after, &edits).apply(after.text())
}

/// Both texts are without their package clause and clean.
#[track_caller]
fn check(before: &str, from: &str, to: &str, expected: &str) {
    check_alone(before, from, to, expected);
    assert_clean(&format!("package p\n\n{before}"));
    assert_clean(&format!("package p\n\n{expected}"));
}

/// The same, for what only newer versions of gofmt agree with.
#[track_caller]
fn check_alone(before: &str, from: &str, to: &str, expected: &str) {
    let [before, expected] = [before, expected].map(|it| format!("package p\n\n{it}"));
    let text = edit(&before, from, to);
    assert_eq!(text, expected, "got:\n{text}");
}

/// The edit changes no padding.
#[track_caller]
fn check_same(before: &str, from: &str, to: &str) {
    check(before, from, to, &before.replace(from, to));
}

#[track_caller]
fn assert_clean(text: &str) {
    if let Some(formatted) = gofmt::gofmt(text) {
        assert_eq!(formatted, text, "not as gofmt writes it:\n{text}");
    }
}

#[test]
fn struct_fields() {
    check(
        "type T struct {\n\tA    interface{} `json:\"a\"` // one\n\tBcde int         // two\n\tEmb              // three\n\tF    string\n}\n",
        "interface{}",
        "any",
        "type T struct {\n\tA    any `json:\"a\"` // one\n\tBcde int // two\n\tEmb      // three\n\tF    string\n}\n",
    );
}

#[test]
fn the_tag_of_an_embedded_field_stands_in_the_column_of_types() {
    check(
        "type T struct {\n\tEmbedded `json:\",inline\"`\n\tName     string `json:\"name\"` // n\n}\n",
        "Embedded",
        "E",
        "type T struct {\n\tE    `json:\",inline\"`\n\tName string `json:\"name\"` // n\n}\n",
    );
}

#[test]
fn a_single_field_has_no_columns() {
    check_same("type T struct {\n\tA interface{} `json:\"a\"` // one\n}\n", "interface{}", "any");
}

#[test]
fn a_field_over_several_lines_ends_the_columns() {
    check_same(
        "type T struct {\n\ta  int\n\tbb struct {\n\t\tx  interface{}\n\t\tyy int\n\t}\n\tccccc string\n\td     int\n}\n",
        "interface{}",
        "any",
    );
    check(
        "type T struct {\n\ta  int\n\tbb struct {\n\t\tx  int\n\t\tyy int\n\t}\n\tccccc string\n\td     int\n}\n",
        "bb",
        "b",
        "type T struct {\n\ta int\n\tb struct {\n\t\tx  int\n\t\tyy int\n\t}\n\tccccc string\n\td     int\n}\n",
    );
}

#[test]
fn comments_and_empty_lines_end_columns() {
    check(
        "type T struct {\n\ta     int\n\tlong1 int\n\n\tb     int\n\tlong2 int\n\t// c\n\tc     int\n\tlong3 int\n}\n",
        "long2",
        "l",
        "type T struct {\n\ta     int\n\tlong1 int\n\n\tb int\n\tl int\n\t// c\n\tc     int\n\tlong3 int\n}\n",
    );
}

#[test]
fn groups_of_constants_and_variables() {
    check(
        "const (\n\ta  T = iota // one\n\tbb          // two\n)\n",
        "T",
        "Type",
        "const (\n\ta  Type = iota // one\n\tbb             // two\n)\n",
    );
    check(
        "var (\n\ta        = 1\n\tbb  uint = 2\n\tccc      = 3\n\n\tdddd string\n)\n",
        "ccc ",
        "c ",
        "var (\n\ta       = 1\n\tbb uint = 2\n\tc       = 3\n\n\tdddd string\n)\n",
    );
}

#[test]
fn the_column_of_types_goes_with_the_last_type() {
    check("var (\n\ta  int = 1\n\tbb     = 2\n)\n", "int ", "", "var (\n\ta  = 1\n\tbb = 2\n)\n");
    check("var (\n\ta  = 1\n\tbb = 2\n)\n", "a  =", "a int =", "var (\n\ta  int = 1\n\tbb     = 2\n)\n");
}

#[test]
fn groups_of_types() {
    check(
        "type (\n\tA  int\n\tBB = string // alias\n\tC  bool     // c\n)\n",
        "BB",
        "B",
        "type (\n\tA int\n\tB = string // alias\n\tC bool     // c\n)\n",
    );
}

#[test]
fn keyed_elements() {
    check(
        "var x = T{\n\ta:   1,      // one\n\tbcd: \"text\", // two\n\te:   f(),\n}\n",
        "bcd",
        "b",
        "var x = T{\n\ta: 1,      // one\n\tb: \"text\", // two\n\te: f(),\n}\n",
    );
}

#[test]
fn an_element_over_several_lines_ends_the_columns() {
    check(
        "var x = T{\n\ta:   1,\n\tbcd: 2,\n\tef: T{\n\t\tg: 1,\n\t},\n\thi: 2,\n\tj:  3,\n}\n",
        "2,\n\tef",
        "T{\n\t\tg: 1,\n\t},\n\tef",
        "var x = T{\n\ta: 1,\n\tbcd: T{\n\t\tg: 1,\n\t},\n\tef: T{\n\t\tg: 1,\n\t},\n\thi: 2,\n\tj:  3,\n}\n",
    );
}

#[test]
fn keys_of_unlike_size_have_no_column() {
    let key = "k".repeat(45);
    check(
        &format!("var x = T{{\n\ta: 1,\n\tbb: 2,\n\t{key}: 3,\n}}\n").replace("a: 1", "a:  1"),
        "bb",
        "bbbbbbbbbbbbbbbbbbbbbbbb",
        &format!("var x = T{{\n\ta:{0}1,\n\tbbbbbbbbbbbbbbbbbbbbbbbb: 2,\n\t{key}: 3,\n}}\n", " ".repeat(24)),
    );
    check(
        &format!("var x = T{{\n\tbbbbbbbbbbbbbbb: 2,\n\t{key}: 3,\n}}\n"),
        "bbbbbbbbbbbbbbb",
        "bbbbbbbbbbbbbbbbbbb",
        &format!("var x = T{{\n\tbbbbbbbbbbbbbbbbbbb:{} 2,\n\t{key}: 3,\n}}\n", " ".repeat(26)),
    );
}

#[test]
fn what_is_alike_is_a_matter_of_the_mean_size() {
    // The mean of 38 and 52 is 45, and 18 is exactly so much less that it has a column of its own.
    let keys = |last: &str| {
        let (a, b) = ("a".repeat(38), "b".repeat(52));
        let blanks = |key: &str| " ".repeat(53 - key.len());
        let one = if last.len() > 18 { blanks(last) } else { " ".to_owned() };
        format!("var x = T{{\n\t{a}:{}1,\n\t{b}: 2,\n\t{last}:{one}3,\n}}\n", blanks(&a))
    };
    let (long, short) = ("c".repeat(19), "d".repeat(18));
    // Go 1.27; before, the mean was 44.45.
    check_alone(&keys(&long), &long, &short, &keys(&short));
    check_alone(&keys(&short), &short, &long, &keys(&long));
}

#[test]
fn trailing_comments_of_statements() {
    check(
        "func f() {\n\tvar v interface{} // one\n\tg(v)              // two\n\n\th() // three\n}\n",
        "interface{}",
        "any",
        "func f() {\n\tvar v any // one\n\tg(v)      // two\n\n\th() // three\n}\n",
    );
    check(
        "func f() {\n\tg() // one\n\tif x {\n\t\th() // two\n\t} // three\n\tlonger() // four\n\ti()      // five\n}\n",
        "longer",
        "l",
        "func f() {\n\tg() // one\n\tif x {\n\t\th() // two\n\t} // three\n\tl() // four\n\ti() // five\n}\n",
    );
}

#[test]
fn trailing_comments_of_clauses_and_labels() {
    check(
        "func f() {\n\tswitch x {\n\tcase 1: // one\n\t\tg()\n\tcase 22: // two\n\t\tgg() // a\n\t\th()  // b\n\t}\nL: // l\n\tg() // c\n\th() // d\n}\n",
        "gg",
        "g",
        "func f() {\n\tswitch x {\n\tcase 1: // one\n\t\tg()\n\tcase 22: // two\n\t\tg() // a\n\t\th() // b\n\t}\nL: // l\n\tg() // c\n\th() // d\n}\n",
    );
    check(
        "func f() {\n\tswitch {\n\tcase aaaa, // one\n\t\tb, // two\n\t\tc: // three\n\t}\n}\n",
        "aaaa",
        "a",
        "func f() {\n\tswitch {\n\tcase a, // one\n\t\tb, // two\n\t\tc: // three\n\t}\n}\n",
    );
}

#[test]
fn arguments_and_parameters() {
    check(
        "func f() {\n\tg(\n\t\taaaa, // one\n\t\tb,    // two\n\t)\n}\n",
        "aaaa",
        "a",
        "func f() {\n\tg(\n\t\ta, // one\n\t\tb, // two\n\t)\n}\n",
    );
    check_same("func f(\n\taaaa int, // one\n\tb int, // two\n) {\n}\n", "aaaa", "a");
}

#[test]
fn bodies_of_functions_in_one_line() {
    check(
        "func (x T) Len() int           { return len(x) }\nfunc (x T) Less(i, j int) bool { return x[i] < x[j] }\n",
        "Less",
        "L",
        "func (x T) Len() int        { return len(x) }\nfunc (x T) L(i, j int) bool { return x[i] < x[j] }\n",
    );
}

#[test]
fn declarations_that_touch_are_one_run() {
    check(
        "var aaa = 1 // one\nvar b = 2   // two\n\nvar c = 3 // three\n",
        "aaa",
        "a",
        "var a = 1 // one\nvar b = 2 // two\n\nvar c = 3 // three\n",
    );
    let text = edit("package pp // pp\nimport \"x\" // x\n", "pp", "ppp");
    assert_eq!(text, "package ppp // ppp\nimport \"x\"  // x\n");
}

#[test]
fn a_literal_over_several_lines_ends_the_columns() {
    check(
        "var x = T{\n\ta:   `\n`, // one\n\tbcd: 2, // two\n\te:   3, // three\n}\n".replace("a:   ", "a: ").as_str(),
        "bcd",
        "b",
        "var x = T{\n\ta: `\n`, // one\n\tb: 2, // two\n\te: 3, // three\n}\n",
    );
}

#[test]
fn comments_between_name_and_type_take_the_place_of_padding() {
    check(
        "type T struct {\n\ta/* c */ int\n\tbcd  string\n\tefgh string\n}\n",
        "efgh",
        "e",
        "type T struct {\n\ta/* c */ int\n\tbcd string\n\te   string\n}\n",
    );
}

#[test]
fn width_is_counted_in_characters() {
    check("var x = T{\n\t\"äöü\": 1,\n\t\"a\":   2,\n}\n", "äöü", "ä", "var x = T{\n\t\"ä\": 1,\n\t\"a\": 2,\n}\n");
}

#[test]
fn columns_that_were_not_padded_as_gofmt_pads_stay() {
    let before = "package p\n\nvar (\n\ta = interface{}(1)\n\tbcd = interface{}(2)\n)\n\ntype T struct {\n\ta interface{}  // one\n\tb int  // two\n}\n";
    assert_eq!(edit(before, "interface{}", "any"), before.replace("interface{}", "any"));
}

#[test]
fn an_unclean_column_does_not_hinder_another_one() {
    let before = "package p\n\ntype T struct {\n\ta interface{} // one\n\tbcd int       // two\n\n\te  interface{} // three\n\tfg int         // four\n}\n";
    let text = edit(before, "interface{}", "any");
    assert!(text.contains("\te  any // three\n\tfg int // four\n"), "{text}");
    assert!(text.contains("\ta any // one\n"), "{text}");
}

#[test]
fn untouched_runs_stay() {
    let before = "package p\n\nvar (\n\ta = 1\n\tbcd = 2\n)\n\nvar x interface{} // x\nvar y int         // y\n";
    let text = edit(before, "interface{}", "any");
    assert_eq!(text, "package p\n\nvar (\n\ta = 1\n\tbcd = 2\n)\n\nvar x any // x\nvar y int // y\n");
}

#[test]
fn line_ends_and_byte_order_marks_stay() {
    let before =
        "\u{feff}package p\r\n\r\ntype T struct {\r\n\ta  interface{} // one\r\n\tbb int         // two\r\n}\r\n";
    let text = edit(before, "interface{}", "any");
    assert_eq!(text, before.replace("interface{} //", "any //").replace("int         //", "int //"));
}

#[test]
fn declarations_with_errors_stay() {
    let before = "package p\n\ntype T struct {\n\ta  interface{} // one\n\tbb int )       // two\n}\n";
    assert_eq!(edit(before, "interface{}", "any"), before.replace("interface{}", "any"));
}

#[test]
fn inserted_lines_are_padded_too() {
    check(
        "type T struct {\n\taaa int\n\tb   int\n}\n",
        "\taaa int\n",
        "\taaa int\n\tccccc string // c\n",
        "type T struct {\n\taaa   int\n\tccccc string // c\n\tb     int\n}\n",
    );
}

#[test]
fn functions_too_long_for_one_line_are_broken() {
    // 99 bytes from `func` to the last statement are the most, 100 for a literal.
    let func = |len: usize| format!("func f() {{ {}() }}\n", "x".repeat(len));
    check_same(&func(88), "func f", "func fg");
    let long = |len: usize| format!("func fg() {{\n\t{}()\n}}\n", "x".repeat(len));
    check(&func(89), "func f", "func fg", &long(89));
    let literal = |len: usize| format!("var v = func() {{ {}() }}\n", "x".repeat(len));
    check_same(&literal(91), "func()", "func(T)");
    let long = format!("var v = func(T) {{\n\t{}()\n}}\n", "x".repeat(92));
    check(&literal(92), "func()", "func(T)", &long);
    let before = format!("package p\n\n{}", func(95));
    assert_eq!(edit(&before, "func f", "func fg"), before.replace("func f", "func fg"), "it was not clean before");
}

#[test]
fn types_too_long_for_one_line_are_broken() {
    let of = |keyword: &str, len: usize| format!("var v {keyword}{{ {} }}\n", "x".repeat(len));
    let long = |keyword: &str, len: usize| format!("var v {keyword} {{\n\t{}\n}}\n", "x".repeat(len));
    check_same(&of("struct", 29), "xxx }", "xxxx }");
    check(&of("struct", 30), "xxx }", "xxxx }", &long("struct", 31));
    check(&of("interface", 30), "xxx }", "xxxx }", &long("interface", 31));
    let named = format!("var v struct{{ a {} }}\n", "x".repeat(29));
    // Only the length of the type counts.
    check_same(&named, "{ a", "{ abc");
    check(&named, "xxx }", "xxxx }", &format!("var v struct {{\n\ta {}\n}}\n", "x".repeat(30)));
}

#[test]
fn indentation_that_follows_text_goes_with_it() {
    check(
        "func f() {\n\tx := foooooo. // one\n\t\t\tbar(). // two\n\t\t\tbaz()  // three\n}\n",
        "foooooo",
        "fo",
        "func f() {\n\tx := fo. // one\n\t\t\tbar(). // two\n\t\t\tbaz()  // three\n}\n",
    );
}

#[test]
fn in_a_paragraph_of_another_style_only_inserted_lines_are_indented() {
    let edit_func = |before: &str, to: &str| {
        let text = edit(&format!("package p\n\nfunc f() {{\n{before}}}\n"), "old()", to);
        let body = text.strip_prefix("package p\n\nfunc f() {\n").and_then(|it| it.strip_suffix("}\n"));
        body.expect("the function").to_owned()
    };
    assert_eq!(
        edit_func("    old()\n    x   = 1\n", "if a {\nb()\n}\nc()"),
        "    if a {\n        b()\n    }\n    c()\n    x   = 1\n"
    );
    assert_eq!(
        edit_func("\tswitch  x {\n\tcase 1:\n\t\told()\n\t}\n", "a()\ncase 2:\nb(\nc,\n)"),
        "\tswitch  x {\n\tcase 1:\n\t\ta()\n\tcase 2:\n\t\tb(\n\t\t\tc,\n\t\t)\n\t}\n"
    );
    assert_eq!(edit_func("    old()\n    x   = 1\n", "s := `\na\n`"), "    s := `\na\n`\n    x   = 1\n");
}

#[test]
fn plain_text_is_laid_out() {
    check(
        "func f() {\n\told()\n\tx := 1 // x\n}\n",
        "old()",
        "if a{\n b( ) // b\n\n\n  }",
        "func f() {\n\tif a {\n\t\tb() // b\n\n\t}\n\tx := 1 // x\n}\n",
    );
}

#[test]
fn deep_nesting_and_many_columns_are_no_problem() {
    let deep = |open: &str, close: &str| {
        let (open, close) = (open.repeat(20_000), close.repeat(20_000));
        let before = format!("package p\n\nfunc f() {{\n\tvar v interface{{}} // one\n\tx := {open}1{close}\n}}\n");
        assert!(edit(&before, "interface{}", "any").contains("any // one"));
    };
    deep("T{a: ", "}");
    deep("f(", ")");
    deep("f(\n", ",\n)");
    deep("func() { f /* c */ (", ") }");
    let columns = "a /* b */ ".repeat(20_000);
    edit(&format!("package p\n\n{}var v interface{{}} {columns}\n", "\t".repeat(20_000)), "interface{}", "any");
}
