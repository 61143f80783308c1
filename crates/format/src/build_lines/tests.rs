use super::*;
use crate::gofmt::gofmt;

/// gofmt, if it is there, makes the same of `before`.
#[track_caller]
fn check(before: &str, after: &str) {
    assert_eq!(fixed(before).as_deref().unwrap_or(before), after);
    assert!(gofmt(before).is_none_or(|it| it == after), "gofmt makes something else of it:\n{before}");
}

#[track_caller]
fn check_expression(before: &str, after: &str) {
    check(&format!("//go:build {before}\n\npackage p\n"), &format!("//go:build {after}\n\npackage p\n"));
}

/// What becomes of `// +build` lines below a `//go:build` line.
#[track_caller]
fn check_plus_build(expression: &str, lines: &str) {
    let before = format!("//go:build {expression}\n// +build x\n\npackage p\n");
    check(&before, &format!("//go:build {expression}\n{lines}\n\npackage p\n"));
}

#[test]
fn the_line_goes_up_and_an_empty_line_follows() {
    check("//go:build a\npackage p\n", "//go:build a\n\npackage p\n");
    check("// c\n\n//go:build a\n// d\n\npackage p\n", "// c\n\n//go:build a\n\n// d\n\npackage p\n");
    check("/* c */\n\n//go:build a\n\npackage p\n", "//go:build a\n\n/* c */\n\npackage p\n");
    check("//go:build a\n// c\n\n// d\n\npackage p\n", "//go:build a\n\n// c\n\n// d\n\npackage p\n");
    check("/* c */ //go:build a\npackage p\n", "//go:build a\n\n/* c */ package p\n");
}

#[test]
fn lines_below_the_package_clause_go_up_as_well() {
    check("package p\n\n//go:build a\n\nvar x = 1\n", "//go:build a\n\npackage p\n\nvar x = 1\n");
    check("package p\n\nfunc f() {\n\t// +build a\n\tg()\n}\n", "\t// +build a\n\npackage p\n\nfunc f() {\n\tg()\n}\n");
    check("package p // +build a\n\nvar x = 1\n", "//go:build a\n// +build a\n\npackage p\nvar x = 1\n");
}

#[test]
fn a_line_behind_code_stays_where_gofmt_would_break_the_code() {
    assert_eq!(fixed("package p\n\nvar x = 1 //go:build a\nvar y = 2\n"), None);
}

#[test]
fn what_is_no_constraint_stays() {
    for text in [
        "package p\n\nvar x = 1\n",
        "//go:build a && !b\n// +build a,!b\n\n// Package p.\npackage p\n",
        "//go:buildx\n// +buildx\n// see +build\n\npackage p\n",
        "package p\n\nvar x = `\n//go:build a\n// +build b\n`\n",
        "/*\n//go:build a\n*/\npackage p\n",
    ] {
        check(text, text);
    }
}

#[test]
fn the_old_lines_alone_get_a_new_one() {
    let new = "//go:build (a || (b && !c)) && ignore\n// +build a b,!c\n// +build ignore\n\npackage p\n";
    check("// +build a b,!c\n// +build x-y\n\npackage p\n", new);
    check("//+build a\npackage p\n", "//go:build a\n// +build a\n\npackage p\n");
    check("// +build\n\npackage p\n", "//go:build ignore\n// +build ignore\n\npackage p\n");
    check("// +build !!a !\n\npackage p\n", "//go:build ignore || ignore\n// +build ignore ignore\n\npackage p\n");
}

#[test]
fn the_old_lines_follow_the_new_one() {
    check_plus_build("a && b && !c", "// +build a,b,!c");
    check_plus_build("a || (b && c)", "// +build a b,c");
    check_plus_build("(a || b) && c", "// +build a b\n// +build c");
    check_plus_build("!(a || (b && !c))", "// +build !a\n// +build !b c");
    let error = "// +build error: expression too complex for // +build lines";
    check_plus_build("a || (b && (c || d))", error);
    check("// +build x\n//go:build a\n\npackage p\n", "// +build x\n//go:build a\n// +build a\n\npackage p\n");
}

#[test]
fn expressions_are_laid_out() {
    check_expression("a||b &&  ( c )", "a || (b && c)");
    check_expression("!( a&&b )&&(c&&!d)", "!(a && b) && c && !d");
    check_expression("a.b_1 && 386", "a.b_1 && 386");
    check_expression("a) || b", "a");
}

#[test]
fn broken_lines_are_only_brought_together() {
    for broken in ["", "a &&", "(a", "!!a", "a,b", "a & b", "(a b)"] {
        let together =
            format!("//go:build {broken}\n").replace("build \n", "build\n") + "// +build x\n\n// c\n\npackage p\n";
        check(&together.replace("// +build x\n\n// c\n", "\n// c\n\n// +build x\n"), &together);
    }
    let several = "//go:build a\n//go:build b||c\n// +build x\n\npackage p\n";
    check("//go:build a\n\n//go:build b||c\n// +build x\n\npackage p\n", several);
    let long = ["a"; 1001].join(" && ");
    check(&format!("//go:build {long}\npackage p\n"), &format!("//go:build {long}\n\npackage p\n"));
    let old = format!("// +build {}\n\npackage p\n", ["a"; 102].join(" "));
    check(&old, &old);
}
