//! Doc comments before and after. Where gofmt is at hand (`GOFIX_GOFMT`, else on the path), it must agree with them, and
//! with what becomes of comments made up by chance.

use super::normalise;
use crate::gofmt::gofmt;

/// Line comments, one per line.
#[track_caller]
fn check(before: &str, after: &str) {
    let comments: Vec<_> = before.split_terminator('\n').collect();
    let result =
        normalise(&comments).map_or_else(|| before.to_owned(), |it| it.iter().map(|it| format!("{it}\n")).collect());
    assert_eq!(result, after, "got:\n{result}");
    let trimmed: String = after.split_terminator('\n').flat_map(|it| [it.trim_end(), "\n"]).collect();
    assert_gofmt(&file(before), &file(&trimmed));
}

#[track_caller]
fn check_same(comments: &str) {
    assert_eq!(normalise(&comments.split_terminator('\n').collect::<Vec<_>>()), None);
    check(comments, comments);
}

#[track_caller]
fn check_general(before: &str, after: &str) {
    assert_eq!(normalise(&[before]).map_or_else(|| before.to_owned(), |it| it.concat()), after);
    assert_gofmt(&file(&format!("{before}\n")), &file(&format!("{after}\n")));
}

fn file(comments: &str) -> String {
    format!("package p\n\n{comments}func f()\n")
}

#[track_caller]
fn assert_gofmt(before: &str, after: &str) {
    if let Some(formatted) = gofmt(before) {
        assert_eq!(formatted, after, "gofmt:\n{formatted}");
    }
}

#[test]
fn what_is_canonical_stays() {
    check_same("// F does nothing.\n");
    check_same("// F does\n// nothing.\n//\n// At all.\n");
    check_same(
        "// F:\n//\n//\tf(\n//\n//\n//\t  1)\n//\n// # Heading\n//\n// End [T], [\n//\n//go:noinline\n//nolint:all\n",
    );
    check_same("//go:noinline\n//go:nosplit\n");
    check_same(
        "// F:\n//   - one\n//     more\n//   - two\n//\n// Text.\n//\n//  1. three\n//\n//     more\n//\n// [a]: http://b.c\n",
    );
}

#[test]
fn paragraphs_stand_apart_and_behind_one_blank() {
    check("//F does\n//nothing.\n", "// F does\n// nothing.\n");
    check("//\n//   F does\n//   nothing.\n//\n//\n//   At all.\n//\n", "// F does\n// nothing.\n//\n// At all.\n");
    check("//\n//   \n", "");
}

#[test]
fn code_is_behind_one_tab_and_apart() {
    check(
        "// F:\n//   f(\n//     1)\n//\n//\n//   g()\n// Text.\n",
        "// F:\n//\n//\tf(\n//\t  1)\n//\n//\n//\tg()\n//\n// Text.\n",
    );
    check_same("// F:\n//\n//\tf()\n//\n// Text.\n");
}

#[test]
fn code_takes_in_unindented_lines_around() {
    check(
        "// F:\n// func f() {\n//\tg()\n// }\n// Text.\n",
        "// F:\n//\n//\tfunc f() {\n//\t\tg()\n//\t}\n//\n// Text.\n",
    );
    check("// F:\n// gcc \\\n//  x.c\n", "// F:\n//\n//\tgcc \\\n//\t x.c\n");
    check_same("// F:\n// func f() {\n//\n//\tg()\n//\n// }\n");
}

#[test]
fn headings() {
    check("// F.\n// # No\n//\n// #  Yes \n//\n// End.\n", "// F.\n// # No\n//\n// # Yes\n//\n// End.\n");
    check("// #\tA\n//\tf()\n", "// # A\n//\n//\tf()\n");
    check_same("// F.\n//\n// #No\n//\n// ## No\n//\n// #\n");
}

#[test]
fn lines_that_read_as_headings_become_headings() {
    check(
        "// F.\n//\n// Go 1.2's (big) world, 2\n//\n// Text.\n",
        "// F.\n//\n// # Go 1.2's (big) world, 2\n//\n// Text.\n",
    );
    check("// F.\n//\n// Äh\n//\n// # B\n", "// F.\n//\n// # Äh\n//\n// # B\n");
    for line in ["Äh.", "äh", "Oh!", "A: b", "Don't", "Go. On", "Ⅷ", "A ²"] {
        check_same(&format!("// F.\n//\n// {line}\n//\n// Text.\n"));
    }
    check_same("// Head\n//\n// Text.\n");
    check_same("// F.\n//\n// Head\n//\n//\tf()\n");
    check_same("// F.\n//\n// Head\n// tail\n//\n// Text.\n//\n// Last\n");
}

#[test]
fn lists_have_one_indentation_and_keep_their_numbers() {
    check("// F:\n// \t* one\n// more\n", "// F:\n//   - one\n//\n// more\n");
    check(
        "// F:\n//  + one\n//   more\n//\t• two\n//  1. deep\n",
        "// F:\n//   - one\n//     more\n//   - two\n//     1. deep\n",
    );
    check("// F:\n//  07) one\n//  1.\ttwo\n//  - deep\n", "// F:\n//  07. one\n//  1. two\n//     - deep\n");
    check("// F:\n//  -no\n//  - no\n", "// F:\n//\n//\t-no\n//\t- no\n");
}

#[test]
fn an_empty_line_in_a_list_is_one_between_all_items() {
    check(
        "// F:\n//  - one\n//  - two\n//\n//\n//  - three\n//\n//    more\n",
        "// F:\n//\n//   - one\n//\n//   - two\n//\n//   - three\n//\n//     more\n",
    );
    check_same("// F:\n//\n//   - one\n//   - two\n");
}

#[test]
fn an_unindented_list_is_one_if_its_last_item_has_an_indented_line() {
    check(
        "// F:\n// - one\n// - two\n//   more\n// - three\n// end\n",
        "// F:\n//   - one\n//   - two\n//     more\n//   - three\n//\n// end\n",
    );
    check_same("// F:\n// - one\n// - two\n");
}

#[test]
fn link_definitions_go_to_the_end_the_unused_behind() {
    check(
        "// [No]: http://a\n// [Go on]:   https://go.dev\n//\n// F does as [Go\n// on].\n// [Text]: http://b\n",
        "// F does as [Go\n// on].\n// [Text]: http://b\n//\n// [Go on]: https://go.dev\n//\n// [No]: http://a\n",
    );
    check_same("// [x]:http://a\n//\n// [x]: nope://a\n//\n// [x] y: http://a\n");
    check("// F:\n//  - [x]: http://a\n//  - [[x]\n", "// F:\n//\n//   - \n//   - [[x]\n//\n// [x]: http://a\n");
}

#[test]
fn quotes() {
    check("// A ``b'' '''c\n//\n//\t``d''\n", "// A “b” ”'c\n//\n//\t``d''\n");
    check("// ```b``` `` c''\n", "// ```b``` “ c”\n");
    check("// F:\n//  - ``a\n//    b''\n//\n// # ``c''\n", "// F:\n//   - “a\n//     b”\n//\n// # ``c''\n");
}

#[test]
fn quotes_in_urls_stay() {
    check("// http://a.b/''c'' http://e/(''f'') http://g/(''\n", "// http://a.b/''c'' http://e/(''f'') http://g/(”\n");
    check("// ahttp://a/'' 9http://b/''\n", "// ahttp://a/” 9http://b/''\n");
    check(
        "// http://a/[os]'' http://b/[os.File.Read]'' http://c/[x.y/z]'' http://d/[File]'' http://e/[x]'' [http://f/'']\n",
        "// http://a/[os]” http://b/[os.File.Read]” http://c/[x.y/z]” http://d/[File]'' http://e/[x]'' [http://f/'']\n",
    );
}

#[test]
fn directives_follow_the_text() {
    check("// F\n//go:noinline\n// does.\n//export F\n", "// F\n// does.\n//\n//go:noinline\n//export F\n");
    check("//go:noinline\n//\n", "//\n//go:noinline\n");
    check("// F does.\n//Go:x\n//a-b:c\n//a: b\n", "// F does.\n// Go:x\n// a-b:c\n// a: b\n");
}

#[test]
fn a_general_comment_has_its_delimiters_on_lines_of_their_own() {
    check_general("/*F does\nnothing.\n\n\n  At all.*/", "/*\nF does\nnothing.\n\n\tAt all.\n*/");
    check_general("/*\nF does.\n*/", "/*\nF does.\n*/");
    assert_eq!(normalise(&["/*\n\n*/"]), Some(vec!["/*\n*/".to_owned()]));
    check_general("/*   F does. */", "/*   F does. */");
    check_general("/*\n * F:\n *   f()\n */", "/*\n * F:\n *   f()\n */");
}

#[test]
fn groups_of_both_kinds_stay() {
    assert_eq!(normalise(&["//F", "/* G */"]), None);
    assert_eq!(normalise(&["/* G */", "//F"]), None);
}

/// Pieces of comments that matter to what becomes of others.
const LINES: &[&str] = &[
    "",
    "",
    "",
    "",
    " ",
    " \t",
    " x",
    " Y z",
    " Head",
    " X.",
    " x {",
    " x \\",
    " }",
    "   x",
    "\tx",
    "\t\tx",
    "   - x",
    " - y",
    " * z",
    "  1. x",
    " 2) y",
    "     more",
    "\t- x",
    " # h",
    " [x]: http://y",
    " [x]: http://z",
    "   - [x]: ftp://y",
    " see [x]",
    " [y]",
    "go:x y",
    "nolint:all",
    "x",
    "- x",
    " [z]: http://z",
    " [[z]",
    "\u{a0}",
    " - ",
    " 1.",
    " É",
    "   1. \u{a0} 2",
];
const PIECES: &[&str] = &[
    "```",
    "`",
    "''",
    "'",
    "[",
    "]",
    "(",
    ")",
    "{",
    "http://",
    "ftp://",
    "x",
    ".",
    "/",
    "os",
    "math/rand",
    ".Foo",
    "é",
    " ",
    "\t",
    ",",
    ":",
    "*",
    "_",
    "9",
    "-",
    "•",
    "“",
    "[x]",
    "[os.File]",
    "@",
    "$",
];

/// The next of a sequence of numbers, below `below`.
fn random(state: &mut u64, below: usize) -> usize {
    *state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
    (*state >> 33) as usize % below
}

#[test]
fn comments_made_up_by_chance_become_what_gofmt_makes_of_them() {
    let mut state = 1;
    let mut before = "package p\n\n".to_owned();
    let mut after = before.clone();
    for _ in 0..4000 {
        let mut comments = Vec::new();
        for _ in 0..=random(&mut state, 8) {
            if random(&mut state, 4) > 0 {
                comments.push(format!("//{}", LINES[random(&mut state, LINES.len())]));
            } else {
                let pieces = (0..random(&mut state, 16)).map(|_| PIECES[random(&mut state, PIECES.len())]);
                comments.push(pieces.fold("// ".to_owned(), |line, piece| line + piece));
            }
        }
        let borrowed: Vec<_> = comments.iter().map(|it| &**it).collect();
        let normalised = normalise(&borrowed).unwrap_or_else(|| comments.clone());
        before.extend([&comments.join("\n"), "\nfunc f()\n\n"]);
        after.extend(normalised.iter().flat_map(|it| [it.trim_end(), "\n"]).chain(["func f()\n\n"]));
    }
    if let Some(formatted) = gofmt(&before) {
        let after = after.trim_end().to_owned() + "\n";
        let difference = formatted.split("func f()\n").zip(after.split("func f()\n")).find(|(a, b)| a != b);
        assert_eq!(difference, None, "gofmt's comment, ours");
        assert_eq!(formatted, after);
    }
}
