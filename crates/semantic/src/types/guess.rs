//! What text that could not be parsed may declare.

use memchr::memmem::Finder;

use crate::words::mentions;

/// Whether a part of a file may declare `name` in the package block: behind a keyword, in a list of names, or at the start
/// of a line. Other places where the word stands are uses.
pub(super) fn may_declare(text: &[u8], name: &str) -> bool {
    let continues = |it: u8| it.is_ascii_alphanumeric() || it == b'_' || it >= 0x80;
    let finder = Finder::new(name);
    let mut from = 0;
    while let Some(found) = finder.find(&text[from..]) {
        let (start, end) = (from + found, from + found + name.len());
        from = start + 1;
        let (before, after) = (&text[..start], &text[end..]);
        if before.last().copied().is_some_and(continues) || after.first().copied().is_some_and(continues) {
            continue;
        }
        if place_declares(before, after) {
            return true;
        }
    }
    false
}

/// Whether a line that starts with `func` has the name of a type.
pub(super) fn has_method_of(text: &[u8], ty: &str) -> bool {
    text.split(|it| *it == b'\n').any(|line| line.trim_ascii_start().starts_with(b"func") && mentions(line, ty))
}

fn place_declares(before: &[u8], after: &[u8]) -> bool {
    let is_blank = |it: &u8| matches!(it, b' ' | b'\t' | b'\r');
    let trimmed = before.len() - before.iter().rev().take_while(|it| is_blank(it)).count();
    let (before, indent) = before.split_at(trimmed);
    let next = after.iter().find(|it| !is_blank(it)).copied().unwrap_or(b'\n');
    let used = matches!(next, b'(' | b'.' | b')' | b']' | b'}' | b'{' | b':');
    match before.last() {
        // Without an indent, the keyword may be what is missing.
        None | Some(b'\n') => indent.is_empty() || !used,
        Some(b',' | b';') => !used,
        Some(b'(') => {
            ["type", "var", "const"].iter().any(|it| before[..trimmed - 1].trim_ascii_end().ends_with(it.as_bytes()))
        }
        _ => ["type", "var", "const", "func"].iter().any(|it| before.ends_with(it.as_bytes())),
    }
}

#[cfg(test)]
mod tests {
    use super::may_declare;

    #[test]
    fn declarations_and_uses() {
        let declares = [
            "type len int",
            "var (\n\tlen = 1",
            "var a, len = 1, 2",
            "func len() {",
            "len(x int) {",
            "const ( len = 1 )",
        ];
        assert!(declares.iter().all(|it| may_declare(it.as_bytes(), "len")));
        let uses = [
            "func f(a int) {\n\tlen(x)\n}",
            "x := len(y)",
            "f(a, len(b))",
            "a.len",
            "[]len{}",
            "lenient",
            "(int, len)",
        ];
        assert!(!uses.iter().any(|it| may_declare(it.as_bytes(), "len")));
    }
}
