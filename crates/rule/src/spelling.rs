//! Strings as they are spelled: where in the source each byte of a string comes from.

use gofix_syntax::{Kind, Node, Role, TextRange, Token};

/// The bytes of a string that is one literal, or a sum of literals, and where each of them is written.
///
/// An escape sequence may stand for several bytes; these have one place in common.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Spelling {
    bytes: Vec<u8>,
    places: Vec<TextRange>,
}

impl Spelling {
    /// How `expr` is spelled. None if it is anything else than string literals, sums of them, and parentheses.
    pub fn of(expr: Node<'_>) -> Option<Spelling> {
        let mut spelling = Spelling { bytes: Vec::new(), places: Vec::new() };
        let mut todo = vec![expr];
        while let Some(part) = todo.pop() {
            match (part.kind(), part.op()) {
                (Kind::ParenExpr, _) => todo.push(part.child(Role::X)?),
                (Kind::BinaryExpr, Token::Add) => todo.extend([part.child(Role::Y)?, part.child(Role::X)?]),
                (Kind::BasicLit, Token::String) => spelling.literal(part.text(), part.start())?,
                _ => return None,
            }
        }
        Some(spelling)
    }

    /// The bytes of the string.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The string, if it is one of UTF-8.
    pub fn text(&self) -> Option<&str> {
        std::str::from_utf8(&self.bytes).ok()
    }

    /// Where the byte `index` is written: a character, or an escape sequence.
    pub fn place(&self, index: usize) -> Option<TextRange> {
        self.places.get(index).copied()
    }

    /// Adds a literal that starts at `start` (spec: String literals).
    fn literal(&mut self, literal: &str, start: u32) -> Option<()> {
        let quote = literal.chars().next()?;
        let inner = literal.strip_prefix(quote)?.strip_suffix(quote)?;
        let is_raw = quote == '`';
        let mut at = 0;
        while let Some(first) = inner[at..].chars().next() {
            let (value, len) = match first {
                // Carriage returns are no part of a raw string.
                '\r' if is_raw => (Vec::new(), 1),
                '\\' if !is_raw => escape(&inner[at..])?,
                _ => (inner.as_bytes()[at..at + first.len_utf8()].to_vec(), first.len_utf8()),
            };
            let from = start + 1 + at as u32;
            self.places.extend(value.iter().map(|_| TextRange::new(from, from + len as u32)));
            self.bytes.extend(value);
            at += len;
        }
        Some(())
    }
}

/// What the escape sequence stands for with which `text` starts, and how long it is.
fn escape(text: &str) -> Option<(Vec<u8>, usize)> {
    let kind = text[1..].chars().next()?;
    let number = |digits: &str, radix: u32| u32::from_str_radix(digits, radix).ok();
    let simple = |byte: u8| Some((vec![byte], 2));
    let code_point = |len: usize| {
        let value = char::from_u32(number(text.get(2..2 + len)?, 16)?)?;
        Some((value.to_string().into_bytes(), 2 + len))
    };
    match kind {
        'a' => simple(7),
        'b' => simple(8),
        'f' => simple(12),
        'n' => simple(b'\n'),
        'r' => simple(b'\r'),
        't' => simple(b'\t'),
        'v' => simple(11),
        '\\' | '"' | '\'' => simple(kind as u8),
        '0'..='7' => Some((vec![u8::try_from(number(text.get(1..4)?, 8)?).ok()?], 4)),
        'x' => Some((vec![u8::try_from(number(text.get(2..4)?, 16)?).ok()?], 4)),
        'u' => code_point(4),
        'U' => code_point(8),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spelled(literal: &str) -> (Vec<u8>, Vec<(u32, u32)>) {
        let mut spelling = Spelling { bytes: Vec::new(), places: Vec::new() };
        spelling.literal(literal, 0).expect("a literal");
        (spelling.bytes, spelling.places.iter().map(|it| (it.start, it.end)).collect())
    }

    #[test]
    fn escapes_are_bytes_with_places() {
        assert_eq!(spelled(r#""a\t\x25v""#), (b"a\t%v".to_vec(), vec![(1, 2), (2, 4), (4, 8), (8, 9)]));
        assert_eq!(spelled(r#""\u00e9\101\\""#).0, "\u{e9}A\\".as_bytes());
        assert_eq!(spelled(r#""\u00e9!""#).1, [(1, 7), (1, 7), (7, 8)]);
        assert_eq!(spelled(r#""\U0001F600\"""#).0, "\u{1F600}\"".as_bytes());
    }

    #[test]
    fn raw_strings_have_no_escapes_and_no_carriage_returns() {
        assert_eq!(spelled("`\\t\r\n%v`"), (b"\\t\n%v".to_vec(), vec![(1, 2), (2, 3), (4, 5), (5, 6), (6, 7)]));
    }

    #[test]
    fn what_is_not_valid_has_no_spelling() {
        let mut spelling = Spelling { bytes: Vec::new(), places: Vec::new() };
        assert_eq!(spelling.literal(r#""\q""#, 0), None);
        assert_eq!(spelling.literal(r#""\400""#, 0), None);
    }
}
