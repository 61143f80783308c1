//! Line directives: comments that say where the text was generated from (cmd/compile, "Line directives").
//!
//! What they say is of no use here, but one that says it wrongly is an error of the file.

/// The largest line or column.
const MAX: u64 = 1 << 30;

/// What is wrong with `comment`, if it is a line directive: the offset in it, and a phrase. `at_line_start` is whether
/// nothing precedes it on its line, without which `//line` is an ordinary comment.
pub(crate) fn error(comment: &str, at_line_start: bool) -> Option<(usize, &'static str)> {
    let body = match comment.strip_prefix("/*line ") {
        Some(body) => body.strip_suffix("*/")?,
        None => comment.strip_prefix("//line ").filter(|_| at_line_start)?,
    };
    let offset = "//line ".len();
    let (place, last) = body.rsplit_once(':')?;
    let last_at = offset + place.len() + 1;
    let Some(last) = number(last) else {
        return Some((last_at, "invalid line number"));
    };
    // Either `file:line:column` or `file:line`.
    let (line, line_at, column) = match place.rsplit_once(':').map(|(file, line)| (file, number(line))) {
        Some((file, Some(line))) => (line, offset + file.len() + 1, last),
        _ => (last, last_at, 1),
    };
    if !(1..=MAX).contains(&column) {
        return Some((last_at, "invalid column number"));
    }
    (!(1..=MAX).contains(&line)).then_some((line_at, "invalid line number"))
}

/// A decimal number that fits in 64 bits, without a sign.
fn number(text: &str) -> Option<u64> {
    text.bytes().all(|it| it.is_ascii_digit()).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::error;

    #[test]
    fn good_directives_and_other_comments() {
        for text in [
            "//line f.go:1",
            "//line :1",
            "//line f.go:10:20",
            "/*line f.go:1*/",
            "/*line :1:2*/",
            "//line f.go",
            "//line ",
            "// line f.go:x",
            "//line:x",
            "//line C:f:7",
            "/*line :x",
            "//line f.go:1073741824",
            "//line a:18446744073709551616:7",
        ] {
            assert_eq!(error(text, true), None, "{text}");
        }
        assert_eq!(error("//line f.go:x", false), None);
    }

    #[test]
    fn bad_directives() {
        let (line, column) = ("invalid line number", "invalid column number");
        for (text, offset, what) in [
            ("//line f.go:0", 12, line),
            ("//line f.go:", 12, line),
            ("//line f.go:x", 12, line),
            ("//line f.go:+1", 12, line),
            ("//line f.go:1 ", 12, line),
            ("//line f.go:1073741825", 12, line),
            ("//line f.go:0:1", 12, line),
            ("//line f.go:1:0", 14, column),
            ("/*line f.go:0*/", 12, line),
            ("/*line :1:0*/", 10, column),
            ("/*line :1:x*/", 10, line),
        ] {
            assert_eq!(error(text, true), Some((offset, what)), "{text}");
        }
    }
}
