use std::fs;
use std::path::Path;
use std::process::Command;

use super::*;
use crate::TextRange;
use crate::testing::{Random, random_edits, random_text};

fn diff(before: &str, edits: &EditSet) -> String {
    unified_diff(UnifiedDiff { before_path: Some("x.go"), after_path: Some("x.go"), before, edits, context: 3 })
}

fn replace(before: &str, old: &str, new: &str) -> EditSet {
    let start = before.find(old).expect("the text to be replaced") as u32;
    EditSet::new(vec![Edit::replace(TextRange::new(start, start + old.len() as u32), new)]).unwrap()
}

/// Applies a patch by its line numbers and checks every line and count of it.
fn patched(before: &str, patch: &str) -> String {
    let old: Vec<&str> = before.split_inclusive('\n').collect();
    let (mut result, mut at) = (String::new(), 0);
    let mut lines = patch.split_inclusive('\n').skip_while(|line| !line.starts_with("@@")).peekable();
    while let Some(head) = lines.next() {
        let fields: Vec<&str> = head.split(' ').collect();
        let range = |field: &str| {
            let (line, count) = field[1..].split_once(',').unwrap_or((&field[1..], "1"));
            let (line, count): (usize, usize) = (line.parse().unwrap(), count.parse().unwrap());
            (line - usize::from(count > 0), count)
        };
        let ((old_first, old_count), (new_first, new_count)) = (range(fields[1]), range(fields[2]));
        result.extend(old[at..old_first].iter().copied());
        at = old_first;
        assert_eq!(result.split_inclusive('\n').count(), new_first, "{patch}");
        let mut written = 0;
        while let Some(line) = lines.next_if(|line| !line.starts_with("@@")) {
            let mut text = &line[1..];
            if lines.next_if(|line| line.starts_with('\\')).is_some() {
                text = text.strip_suffix('\n').unwrap();
            }
            if !line.starts_with('+') {
                assert_eq!(old[at], text, "{patch}");
                at += 1;
            }
            if !line.starts_with('-') {
                result.push_str(text);
                written += 1;
            }
        }
        assert_eq!((at - old_first, written), (old_count, new_count), "{patch}");
    }
    result.extend(old[at..].iter().copied());
    result
}

#[test]
fn a_hunk_has_three_lines_of_context() {
    let before = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
    assert_eq!(
        diff(before, &replace(before, "5", "five")),
        "diff --git a/x.go b/x.go\n--- a/x.go\n+++ b/x.go\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n"
    );
}

#[test]
fn only_lines_that_differ_are_shown() {
    let before = "1\n2\n3\n4\n5\n";
    let patch = diff(before, &replace(before, "1\n2\n3\n4\n5\n", "1\n2\n3\nfour\n5\n"));
    assert!(patch.ends_with("@@ -1,5 +1,5 @@\n 1\n 2\n 3\n-4\n+four\n 5\n"), "{patch}");
    assert_eq!(diff(before, &replace(before, "3", "3")), "");
    assert_eq!(diff(before, &EditSet::default()), "");
}

#[test]
fn close_changes_share_a_hunk() {
    let text: String = (1..30).map(|line| format!("{line}\n")).collect();
    let edits = |first: &str, second: &str| replace(&text, first, "x").union(&replace(&text, second, "y")).unwrap();
    assert_eq!(diff(&text, &edits("\n10", "\n18")).matches("@@ -").count(), 1, "six lines between them");
    assert_eq!(diff(&text, &edits("\n10", "\n19")).matches("@@ -").count(), 2, "seven lines between them");
}

#[test]
fn a_missing_newline_at_the_end_is_marked() {
    let patch = diff("a\nb", &replace("a\nb", "b", "c\n"));
    assert!(patch.ends_with("@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+c\n"), "{patch}");
    let patch = diff("a\nb", &replace("a\nb", "a", "c"));
    assert!(patch.ends_with("-a\n+c\n b\n\\ No newline at end of file\n"), "{patch}");
}

#[test]
fn names_are_quoted_as_git_does() {
    assert_eq!(quoted("a/", "plain name's.go"), "a/plain name's.go");
    assert_eq!(quoted("a/", "q\"b\\t\t.go"), r#""a/q\"b\\t\t.go""#);
    assert_eq!(quoted("b/", "ü.go"), r#""b/\303\274.go""#);
}

#[test]
fn a_patch_of_random_edits_gives_the_edited_text() {
    let mut random = Random::new(11);
    for round in 0..30_000 {
        let before = random_text(&mut random, 30);
        let edits = random_edits(&mut random, &before, 5);
        let context = round % 4;
        let patch = unified_diff(UnifiedDiff {
            before_path: Some("x"),
            after_path: Some("x"),
            before: &before,
            edits: &edits,
            context,
        });
        assert_eq!(patched(&before, &patch), edits.apply(&before), "{before:?} {edits:?}");
    }
}

#[test]
fn a_huge_file_with_many_edits_is_compared_in_pieces() {
    let line = "\tsome line of a program that is neither short nor long // with a comment behind it, as they are\n";
    let before = line.repeat(100_000);
    let every_line = (0..100_000).map(|index| Edit::insert((index * line.len()) as u32, "x"));
    let edits = EditSet::new(every_line.collect()).unwrap();
    assert_eq!(patched(&before, &diff(&before, &edits)), edits.apply(&before));
}

#[test]
fn an_edit_behind_many_others_at_the_unfinished_end_joins_them() {
    let before = format!("{}end", "line\n".repeat(2 * JOINED_LINES));
    let mut edits = vec![Edit::delete(TextRange::new(0, before.len() as u32 - 1))];
    edits.push(Edit::insert(before.len() as u32, "!"));
    let edits = EditSet::new(edits).unwrap();
    assert_eq!(patched(&before, &diff(&before, &edits)), "d!");
}

/// One file before and after, as a test of git sees it.
struct Case {
    name: &'static str,
    before: Option<&'static str>,
    after: Option<&'static str>,
}

/// Writes the files before, lets git apply all patches at once, and compares.
#[test]
fn git_applies_the_patches() {
    let case = |name, before, after| Case { name, before, after };
    let cases = [
        case("plain.go", Some("a\nb\nc\n"), Some("a\nB\nc\n")),
        case("with space/a b.go", Some("a\n"), Some("b\n")),
        case("ünïcode.go", Some("a\n"), Some("ä\n")),
        case("quote\"back\\slash\ttab.go", Some("a\n"), Some("b\n")),
        case("new\nline.go", Some("a\n"), Some("b\n")),
        case("crlf.go", Some("a\r\nb\r\nc\r\n"), Some("a\r\nB\r\nc\r\n")),
        case("lone-cr.go", Some("a\rb\rc\nd\n"), Some("a\rB\rc\nd\n")),
        case("no-end.go", Some("a\nb"), Some("a\nb\n")),
        case("lost-end.go", Some("a\nb\n"), Some("a\nb")),
        case("same-end.go", Some("a\nb"), Some("c\nb")),
        case("grown-end.go", Some("a\nb"), Some("a\nb\nc")),
        case("emptied.go", Some("a\nb\n"), Some("")),
        case("filled.go", Some(""), Some("a\nb\n")),
        case("new/file.go", None, Some("a\nb")),
        case("new/empty.go", None, Some("")),
        case("new/ä b.go", None, Some("x\n")),
        case("gone.go", Some("a\nb"), None),
        case("gone empty.go", Some(""), None),
        case("gone \"dir\"/x.go", Some("1\n2\n"), None),
    ];
    let dir = tempfile::tempdir().unwrap();
    let mut patch = String::new();
    for case in &cases {
        let before = case.before.unwrap_or_default();
        if case.before.is_some() {
            write(&dir.path().join(case.name), before);
        }
        let whole = TextRange::new(0, before.len() as u32);
        let edits = EditSet::new(vec![Edit::replace(whole, case.after.unwrap_or_default())]).unwrap();
        patch.push_str(&unified_diff(UnifiedDiff {
            before_path: case.before.map(|_| case.name),
            after_path: case.after.map(|_| case.name),
            before,
            edits: &edits,
            context: 3,
        }));
    }
    git_apply(dir.path(), &patch);
    for case in &cases {
        let after = fs::read_to_string(dir.path().join(case.name)).ok();
        assert_eq!(after.as_deref(), case.after, "{}", case.name);
    }
}

#[test]
fn git_applies_a_renaming_with_edits() {
    let dir = tempfile::tempdir().unwrap();
    write(&dir.path().join("old name.go"), "a\nb\nc\n");
    let patch = unified_diff(UnifiedDiff {
        before_path: Some("old name.go"),
        after_path: Some("new/nämé.go"),
        before: "a\nb\nc\n",
        edits: &replace("a\nb\nc\n", "b", "B"),
        context: 3,
    });
    git_apply(dir.path(), &patch);
    assert!(!dir.path().join("old name.go").exists());
    assert_eq!(fs::read_to_string(dir.path().join("new/nämé.go")).unwrap(), "a\nB\nc\n");
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn git_apply(dir: &Path, patch: &str) {
    fs::write(dir.join(".patch"), patch).unwrap();
    let output = Command::new("git").args(["apply", "-v", ".patch"]).current_dir(dir).output().expect("git");
    assert!(output.status.success(), "{}\n{patch}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn neighbouring_changes_read_as_one() {
    let before = "a x\nb x\nc\n";
    let edits = EditSet::new(vec![Edit::replace(TextRange::new(2, 3), "y"), Edit::replace(TextRange::new(6, 7), "y")]);
    let patch = diff(before, &edits.unwrap());
    assert!(patch.ends_with("@@ -1,3 +1,3 @@\n-a x\n-b x\n+a y\n+b y\n c\n"), "{patch}");
}
