use super::*;
use crate::gofmt::gofmt;

fn sorted_block(inside: &str) -> Option<Sorted> {
    sorted(&SourceFile::parse(format!("package p\n\nimport ({inside})\n")))
}

/// Both are what stands between the parentheses of a block. gofmt, if it is there, lays both out alike.
#[track_caller]
fn check(before: &str, after: &str) {
    let sorted = sorted_block(before).expect("not sorted");
    assert_eq!(sorted, Sorted { text: format!("package p\n\nimport ({after})\n"), joined: vec![] });
    assert_eq!(gofmt(&format!("package p\n\nimport ({before})\n")), gofmt(&sorted.text));
}

#[track_caller]
fn check_same(inside: &str) {
    assert_eq!(sorted_block(inside), None);
    let settled = format!("package p\n\nimport ({inside})\n");
    assert!(gofmt(&settled).is_none_or(|it| it == settled.replace('\r', "")), "gofmt changes it:\n{settled}");
}

#[test]
fn runs_are_sorted_by_path_then_name() {
    check("\n\t\"b\"\n\t\"a/b\"\n\t\"a\"\n", "\n\t\"a\"\n\t\"a/b\"\n\t\"b\"\n");
    check("\n\ty \"a\"\n\t. \"a\"\n\t\"a\"\n\t_ `B`\n", "\n\t_ `B`\n\t\"a\"\n\t. \"a\"\n\ty \"a\"\n");
    check("\n\t\"b\"\n\t\"\\x61\"\n", "\n\t\"\\x61\"\n\t\"b\"\n");
}

#[test]
fn a_run_ends_at_an_empty_line_and_above_a_comment() {
    check("\n\t\"d\"\n\t\"c\"\n\n\t\"b\"\n\t\"a\"\n", "\n\t\"c\"\n\t\"d\"\n\n\t\"a\"\n\t\"b\"\n");
    check_same("\n\t\"c\"\n\n\t\"b\"\n\t// doc\n\t\"a\"\n");
}

#[test]
fn what_is_sorted_stays() {
    check_same("");
    check_same("\n\t\"a\"\n\tx \"a\" // one\n\t\"b\"   /* two */\n\n\t\"a\"\n\t// end\n");
    check_same("\n\t// doc\n\t\"a\" // one\n\t\"b\"\n\t// \"c\"\n");
    check_same("\r\n\t\"a\" // one\r\n\t\"b\"\r\n");
}

#[test]
fn comments_follow_their_specs() {
    check(
        "\n\t// doc\n\t\"b\" // b1\n\t\"c\" /* c1 */ // c2\n\tx /* a1 */ \"a\" // a2\n",
        "\n\t// doc\n\tx \"a\" /* a1 */ // a2\n\t\"b\" // b1\n\t\"c\" /* c1 */ // c2\n",
    );
    check("\n\t/* b */ \"b\"\n\t/* a */ \"a\"\n", "\n\t/* a */ \"a\"\n\t/* b */ \"b\"\n");
    check("\r\n\t\"b\" // b\r\n\t\"a\"\r\n", "\r\n\t\"a\"\n\t\"b\" // b\n");
}

#[test]
fn comments_of_a_line_follow_from_outside_of_the_block() {
    let text = |before: &str| sorted(&SourceFile::parse(before)).map(|it| it.text);
    let before = "package p\n\n/* x */ import (\"b\"; \"a\"; \"c\") // y\n";
    let after = "package p\n\n  import (\"a\" /* x */; \"b\"; \"c\") // y\n";
    assert_eq!(text(before).as_deref(), Some(after));
    assert_eq!(gofmt(before), gofmt(after));
}

#[test]
fn equal_specs_are_merged_unless_a_comment_would_be_lost() {
    check("\n\t\"a\"\n\t\"b\"\n\t\"a\"\n", "\n\t\"a\"; \"b\"\n");
    check("\n\t\"a\"\n\t\"a\" // one\n", "\n\t\"a\" // one\n");
    check("\n\t\"a\" // two\n\t\"a\" // one\n", "\n\t\"a\" // one\n\t\"a\" // two\n");
    check_same("\n\t\"a\"\n\n\t\"a\"\n");
}

#[test]
fn specs_on_one_line() {
    check("\"b\"; \"a\"", "\"a\"; \"b\"");
    check("\n\t\"c\"; \"a\" /* a */; \"b\"\n", "\n\t\"a\" /* a */; \"b\"; \"c\"\n");
}

#[test]
fn empty_lines_go_where_the_block_ends() {
    check("\n\t\"a\"\n\n\t// b\n\n\t// c\n\n", "\n\t\"a\"\n\t// b\n\t// c\n");
}

#[test]
fn lines_that_only_a_comment_keeps_apart_are_joined() {
    let sorted = sorted_block("\n\t\"b\" // one\n\t\"a\"\n\t\"a\"\n\t\"ccc\" // two\n").expect("not sorted");
    let inside = "\n\t\"a\"\n\t\"b\" // one\n\t\"ccc\" // two\n";
    assert_eq!(sorted.text, format!("package p\n\nimport ({inside})\n"));
    assert_eq!(sorted.joined, [sorted.text.find("\t\"ccc\"").expect("it is there") as u32]);
}

#[test]
fn only_blocks_above_other_declarations_of_valid_files_are_sorted() {
    let text = |before: &str| sorted(&SourceFile::parse(before)).map(|it| it.text);
    let blocks = "package p\nimport \"C\"\nimport (\n\"b\"\n\"a\"\n)\nimport (\n\"d\"\n\"c\"\n)\nvar x = 1\n";
    let after = "package p\nimport \"C\"\nimport (\n\"a\"\n\"b\"\n)\nimport (\n\"c\"\n\"d\"\n)\nvar x = 1\n";
    assert_eq!(text(blocks).as_deref(), Some(after));
    assert_eq!(text(&format!("{blocks}var\n")), None);
    assert_eq!(text("package p\nvar (\n\tb = 1\n\ta = 2\n)\n"), None);
}
