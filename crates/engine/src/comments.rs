//! Comments that a fix would lose.

use std::collections::HashMap;

use gofix_rule::{Fix, TextRange};
use gofix_syntax::SourceFile;

/// The first comment of `file` that the fix deletes without writing it again and without having said so.
pub(crate) fn lost<'a>(file: &'a SourceFile, fix: &Fix) -> Option<&'a str> {
    let edits = fix.edits().get(&file.id())?;
    let mut written: Option<HashMap<String, usize>> = None;
    for edit in edits {
        for comment in touched(file, edit.range) {
            let dropped = fix.dropped_comments().iter().any(|(id, it)| *id == file.id() && it.contains(*comment));
            if dropped {
                continue;
            }
            let text = &file.text()[comment.to_usize()];
            let written = written.get_or_insert_with(|| count(edits.iter().map(|it| it.text.as_str())));
            match written.get_mut(text) {
                Some(left) if *left > 0 => *left -= 1,
                _ => return Some(text),
            }
        }
    }
    None
}

/// The comments of which an edit of `range` deletes something.
fn touched(file: &SourceFile, range: TextRange) -> &[TextRange] {
    let comments = file.comments();
    let from = comments.partition_point(|it| it.end <= range.start);
    let len = comments[from..].partition_point(|it| it.start < range.end);
    if range.is_empty() { &[] } else { &comments[from..from + len] }
}

/// How often each comment is in the texts.
fn count<'t>(texts: impl Iterator<Item = &'t str>) -> HashMap<String, usize> {
    let mut count = HashMap::new();
    for text in texts.filter(|it| it.contains("//") || it.contains("/*")) {
        let file = SourceFile::parse(text);
        for comment in file.comments() {
            *count.entry(file.text()[comment.to_usize()].to_owned()).or_default() += 1;
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lost_by(text: &str, from: &str, to: &str) -> Option<String> {
        let file = SourceFile::parse(text);
        let start = text.find(from).expect("the text is there") as u32;
        let fix = Fix::safe().replace_range(&file, TextRange::new(start, start + from.len() as u32), to);
        lost(&file, &fix).map(str::to_owned)
    }

    #[test]
    fn comments_have_to_be_written_again() {
        let text = "package p\n\nvar x = f(/* one */ a, // two\n\tb)\n";
        assert_eq!(lost_by(text, "/* one */ a", "a").as_deref(), Some("/* one */"));
        assert_eq!(lost_by(text, "/* one */ a", "b /* one */"), None);
        assert_eq!(lost_by(text, "a, // two\n\tb", "b").as_deref(), Some("// two"));
        assert_eq!(lost_by(text, "a, // two\n\tb", "b, // two\na"), None);
        assert_eq!(lost_by(text, "tw", "th").as_deref(), Some("// two"));
        assert_eq!(lost_by(text, "a, ", "b, "), None);
        assert_eq!(lost_by(text, "a,", "\"/* one */\""), None);
        assert_eq!(
            lost_by(text, "/* one */ a", "\"/* one */\"").as_deref(),
            Some("/* one */"),
            "a string is no comment"
        );
    }

    #[test]
    fn two_equal_comments_are_two() {
        let text = "package p\n\nvar x = f(/* a */ /* a */ b)\n";
        assert!(lost_by(text, "/* a */ /* a */ b", "/* a */ b").is_some());
        assert!(lost_by(text, "/* a */ /* a */ b", "/* a */ b /* a */").is_none());
    }

    #[test]
    fn a_fix_may_say_which_comments_go() {
        let file = SourceFile::parse("package p\n\nvar x = /* a */ 1 /* b */\n");
        let range = TextRange::new(11, file.text().len() as u32 - 1);
        let fix = |dropped| Fix::safe().replace_range(&file, range, "y").drops_comments_in(&file, dropped);
        assert_eq!(lost(&file, &fix(range)), None);
        assert_eq!(lost(&file, &fix(file.comments()[0])), Some("/* b */"));
    }
}
