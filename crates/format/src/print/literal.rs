//! Literals, as gofmt spells them.

use std::borrow::Cow;

use gofix_syntax::{Node, Token};

use crate::imports::unquote;

/// The text of a literal: numbers with prefixes and exponents in lower case, imaginary ones without leading zeros, raw
/// strings without carriage returns (which are not part of their value).
pub(super) fn normal(literal: Node<'_>) -> Cow<'_, str> {
    let text = literal.text();
    match literal.op() {
        Token::Int | Token::Float | Token::Imag if text.len() > 1 => number(text),
        Token::String if text.starts_with('`') && text.contains('\r') => Cow::Owned(text.replace('\r', "")),
        _ => Cow::Borrowed(text),
    }
}

fn number(text: &str) -> Cow<'_, str> {
    let with_lower = |text: &str, letter: char| {
        let at = text.rfind(letter)?;
        Some(format!("{}{}{}", &text[..at], letter.to_ascii_lowercase(), &text[at + 1..]))
    };
    match &text.as_bytes()[..2] {
        b"0X" => {
            let text = format!("0x{}", &text[2..]);
            Cow::Owned(with_lower(&text, 'P').unwrap_or(text))
        }
        b"0x" => with_lower(text, 'P').map_or(Cow::Borrowed(text), Cow::Owned),
        b"0O" | b"0B" => Cow::Owned(text.to_ascii_lowercase()),
        b"0o" | b"0b" => Cow::Borrowed(text),
        _ if text.contains('E') => with_lower(text, 'E').map_or(Cow::Borrowed(text), Cow::Owned),
        _ if text.ends_with('i') && !text.contains(['.', 'e']) => match text.trim_start_matches(['0', '_']) {
            "i" => Cow::Borrowed("0i"),
            rest => Cow::Borrowed(rest),
        },
        _ => Cow::Borrowed(text),
    }
}

/// An import path in double quotes, without escapes, if it can be; a path that is not valid stays as it is.
pub(super) fn import_path(path: Node<'_>) -> Cow<'_, str> {
    let text = path.text();
    let value = match text.starts_with('`') || text.contains('\\') {
        true => String::from_utf8(unquote(text).into_owned()).unwrap_or_default(),
        false => return Cow::Borrowed(text),
    };
    let is_illegal =
        |it: char| it.is_control() || it.is_whitespace() || "!\"#$%&'()*,:;<=>?[\\]^{|}`\u{FFFD}".contains(it);
    if value.is_empty() || value.contains(is_illegal) {
        return normal(path);
    }
    Cow::Owned(format!("\"{value}\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_spelled_in_lower_case() {
        for (text, expected) in [
            ("0XAB", "0xAB"),
            ("0x1P-2", "0x1p-2"),
            ("0X1.8P1", "0x1.8p1"),
            ("0B01", "0b01"),
            ("0O17i", "0o17i"),
            ("1E6", "1e6"),
            ("1_0E+6i", "1_0e+6i"),
            ("00_12i", "12i"),
            ("00i", "0i"),
            ("01.5i", "01.5i"),
            ("0777", "0777"),
        ] {
            assert_eq!(number(text), expected);
        }
    }
}
