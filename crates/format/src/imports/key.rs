//! What import specs are sorted by.

use std::{borrow::Cow, cmp::Ordering};

use gofix_syntax::{SourceFile, TextRange, ast::AstNode, ast::ImportSpec};

/// Path and name of an import spec. Equal keys can differ in their comments: see [`Key::cmp_with_comment`].
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key<'a> {
    /// The value of the path's literal, which need not be UTF-8.
    path: Cow<'a, [u8]>,
    /// Empty if there is none.
    name: &'a str,
}

impl<'a> Key<'a> {
    pub(super) fn new(spec: ImportSpec<'a>) -> Key<'a> {
        Key { path: unquote(spec.path().text()), name: spec.name().map_or("", |it| it.text()) }
    }
}

/// The order of two specs: by path, name and the text of the comment that ends the line.
pub(super) fn compare<'a>((a, a_key): (ImportSpec<'a>, &Key<'a>), (b, b_key): (ImportSpec<'a>, &Key<'a>)) -> Ordering {
    a_key.cmp(b_key).then_with(|| line_comment(a).cmp(&line_comment(b)))
}

/// The text of the comment that ends the line of a spec, empty if there is none.
fn line_comment(spec: ImportSpec<'_>) -> String {
    let file = spec.node().file();
    spec.node().line_comment().map_or_else(String::new, |group| comment_text(file, group))
}

/// What a group of comments says (go/ast's `CommentGroup.Text`): without delimiters, directives, space at line ends and
/// superfluous empty lines.
fn comment_text(file: &SourceFile, group: TextRange) -> String {
    let mut text = String::new();
    for &comment in file.comments_in(group) {
        let comment = &file.text()[comment.to_usize()];
        let content = match comment.strip_prefix("//") {
            Some(line) if is_directive(line) => continue,
            Some(line) => line.strip_prefix(' ').unwrap_or(line),
            None => comment.trim_start_matches("/*").strip_suffix("*/").unwrap_or_default(),
        };
        for line in content.split('\n').map(|it| it.trim_end_matches([' ', '\t', '\r'])) {
            if !line.is_empty() || !(text.is_empty() || text.ends_with("\n\n")) {
                text.push_str(line);
                text.push('\n');
            }
        }
    }
    if text.ends_with("\n\n") {
        text.pop();
    }
    text
}

/// Whether a line comment is an instruction to a tool; `line` is what follows the slashes.
fn is_directive(line: &str) -> bool {
    let is_plain = |it: &u8| it.is_ascii_lowercase() || it.is_ascii_digit();
    if ["line ", "extern ", "export "].iter().any(|it| line.starts_with(it)) {
        return true;
    }
    let Some((tool, rest)) = line.split_once(':') else { return false };
    !tool.is_empty() && tool.as_bytes().iter().all(is_plain) && rest.as_bytes().first().is_some_and(is_plain)
}

/// The value of a valid string literal (spec: String literals).
fn unquote(literal: &str) -> Cow<'_, [u8]> {
    let inside = literal.get(1..literal.len() - 1).unwrap_or_default();
    if literal.starts_with('`') {
        return match inside.contains('\r') {
            true => inside.bytes().filter(|&it| it != b'\r').collect(),
            false => inside.as_bytes().into(),
        };
    }
    let Some((plain, _)) = inside.split_once('\\') else { return inside.as_bytes().into() };
    let mut value = plain.as_bytes().to_vec();
    let mut rest = &inside[plain.len()..];
    while let Some(escape) = rest.strip_prefix('\\') {
        let tail = unescape(escape, &mut value);
        let plain = tail.find('\\').unwrap_or(tail.len());
        value.extend_from_slice(&tail.as_bytes()[..plain]);
        rest = &tail[plain..];
    }
    value.into()
}

/// Adds the value of the escape sequence with which `text` starts, its backslash aside; what follows it.
fn unescape<'a>(text: &'a str, value: &mut Vec<u8>) -> &'a str {
    let Some(first) = text.chars().next() else { return "" };
    let (skip, digits, radix) = match first {
        'x' => (1, 2, 16),
        'u' => (1, 4, 16),
        'U' => (1, 8, 16),
        '0'..='7' => (0, 3, 8),
        _ => {
            let simple = match first {
                'a' => '\x07',
                'b' => '\x08',
                'f' => '\x0c',
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'v' => '\x0b',
                quoted => quoted,
            };
            value.extend_from_slice(simple.encode_utf8(&mut [0; 4]).as_bytes());
            return &text[first.len_utf8()..];
        }
    };
    let end = (skip + digits).min(text.len());
    let code = u32::from_str_radix(text.get(skip..end).unwrap_or_default(), radix).unwrap_or_default();
    if matches!(first, 'u' | 'U') {
        let char = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
        value.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes());
    } else {
        value.push(code as u8);
    }
    text.get(end..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_value_of_a_literal() {
        let value = |literal| String::from_utf8_lossy(&unquote(literal)).into_owned();
        assert_eq!(value("\"a/b\""), "a/b");
        assert_eq!(value("`a\r\\b`"), "a\\b");
        assert_eq!(value(r#""\x61\142\u0063\U00000064\"e\\f\t""#), "abcd\"e\\f\t");
        assert_eq!(*unquote(r#""\xff""#), [0xff]);
        assert_eq!(value("\"\""), "");
    }

    #[test]
    fn what_comments_say() {
        let text = |comments: &str| {
            let file = SourceFile::parse(format!("{comments}\npackage p\n"));
            comment_text(&file, TextRange::new(0, comments.len() as u32))
        };
        assert_eq!(text("//a \n// b\n//  c"), "a\nb\n c\n");
        assert_eq!(text("//go:b\n//line x\n//go: c"), "go: c\n");
        assert_eq!(text("/*\n\na\n\n\n b */\n//\n//"), "a\n\n b\n");
    }
}
