//! The insides of literals (spec: Integer literals to String literals).

use crate::token::Token;

/// A number that a text starts with.
pub(crate) struct Number {
    pub(crate) token: Token,
    pub(crate) len: usize,
    /// The first thing wrong with it, and where in the literal.
    pub(crate) error: Option<(usize, &'static str)>,
}

/// Reads the longest run that looks like a number; `bytes` starts with a digit or with a point and a digit.
pub(crate) fn number(bytes: &[u8]) -> Number {
    let mut scan = Digits { bytes, at: 0, seen: false, separated: false, error: None };
    let mut token = Token::Int;
    let mut base = 10;
    let mut octal_by_zero = false;
    if bytes[0] == b'0' {
        base = match scan.byte(1).to_ascii_lowercase() {
            b'x' => 16,
            b'o' => 8,
            b'b' => 2,
            _ => 10,
        };
        octal_by_zero = base == 10;
        scan.at = if octal_by_zero { 1 } else { 2 };
        scan.seen = octal_by_zero;
    }
    // A legacy octal literal may turn out to be a decimal float, so its digits are judged at the end.
    let mut bad_digit = None;
    if bytes[0] != b'.' {
        bad_digit = scan.run(base, if octal_by_zero { 8 } else { base });
    }
    if scan.byte(scan.at) == b'.' {
        token = Token::Float;
        if base == 8 || base == 2 {
            scan.fail(scan.at, "invalid radix point");
        }
        scan.at += 1;
        scan.run(base, base);
    }
    if !scan.seen {
        scan.fail(scan.at, "the number has no digits");
    }
    let mark = scan.byte(scan.at).to_ascii_lowercase();
    if mark == b'e' || mark == b'p' {
        token = Token::Float;
        if (mark == b'e' && base != 10) || (mark == b'p' && base != 16) {
            scan.fail(scan.at, "the exponent does not fit the base of the mantissa");
        }
        exponent(&mut scan);
    } else if base == 16 && token == Token::Float {
        scan.fail(scan.at, "a hexadecimal mantissa requires a 'p' exponent");
    }
    if scan.byte(scan.at) == b'i' {
        token = Token::Imag;
        scan.at += 1;
    }
    if token == Token::Int
        && let Some(at) = bad_digit
    {
        scan.fail(at, "invalid digit in number");
    }
    if scan.separated
        && let Some(at) = bad_separator(&bytes[..scan.at], base)
    {
        scan.fail(at, "'_' must separate successive digits");
    }
    Number { token, len: scan.at, error: scan.error }
}

fn exponent(scan: &mut Digits<'_>) {
    scan.at += 1;
    if matches!(scan.byte(scan.at), b'+' | b'-') {
        scan.at += 1;
    }
    scan.seen = false;
    scan.run(10, 10);
    if !scan.seen {
        scan.fail(scan.at, "the exponent has no digits");
    }
}

struct Digits<'t> {
    bytes: &'t [u8],
    at: usize,
    seen: bool,
    separated: bool,
    error: Option<(usize, &'static str)>,
}

impl Digits<'_> {
    fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    fn fail(&mut self, at: usize, message: &'static str) {
        self.error.get_or_insert((at, message));
    }

    /// Reads digits and separators. In bases up to 10 any decimal digit is taken; the place of the first that is too
    /// large for `limit` is returned, and is an error at once unless the caller may still judge otherwise.
    fn run(&mut self, base: u8, limit: u8) -> Option<usize> {
        let mut bad = None;
        loop {
            let byte = self.byte(self.at);
            match byte {
                b'_' => self.separated = true,
                b'0'..=b'9' => {
                    self.seen = true;
                    if byte - b'0' >= limit {
                        bad = bad.or(Some(self.at));
                    }
                }
                b'a'..=b'f' | b'A'..=b'F' if base == 16 => self.seen = true,
                _ => return bad,
            }
            self.at += 1;
        }
    }
}

/// The first `_` of `literal` that does not stand between two digits (a base prefix counts as a digit).
fn bad_separator(literal: &[u8], base: u8) -> Option<usize> {
    let is_digit = |byte: u8| byte.is_ascii_digit() || (base == 16 && byte.is_ascii_hexdigit());
    let after_prefix = |at: usize| at == 2 && literal[0] == b'0' && literal[1].is_ascii_alphabetic();
    literal.iter().enumerate().find_map(|(at, &byte)| {
        let before = at > 0 && (is_digit(literal[at - 1]) || after_prefix(at));
        let after = literal.get(at + 1).is_some_and(|&it| is_digit(it));
        (byte == b'_' && !(before && after)).then_some(at)
    })
}

/// A rune or interpreted string that a text starts with.
pub(crate) struct Quoted {
    pub(crate) len: usize,
    pub(crate) errors: Vec<(usize, &'static str)>,
}

/// Reads a literal in the quotes with which `text` starts, at most to the end of the line.
pub(crate) fn quoted(text: &str) -> Quoted {
    let bytes = text.as_bytes();
    let quote = bytes[0];
    let mut out = Quoted { len: 1, errors: Vec::new() };
    let mut chars = 0;
    loop {
        match bytes.get(out.len) {
            None | Some(b'\n') => {
                if quote == b'"' {
                    out.errors.push((0, "string literal not terminated"));
                } else if out.errors.is_empty() {
                    out.errors.push((0, "rune literal not terminated"));
                }
                return out;
            }
            Some(&byte) if byte == quote => {
                out.len += 1;
                break;
            }
            Some(b'\\') => {
                let (len, error) = escape(&text[out.len + 1..], quote);
                out.errors.extend(error.map(|message| (out.len, message)));
                out.len += 1 + len;
                chars += 1;
            }
            Some(_) => {
                out.len += text[out.len..].chars().next().map_or(1, char::len_utf8);
                chars += 1;
            }
        }
    }
    if quote == b'\'' && chars != 1 && out.errors.is_empty() {
        out.errors.push((0, "illegal rune literal"));
    }
    out
}

/// Reads what follows a backslash: how long it is, and what is wrong with it.
fn escape(text: &str, quote: u8) -> (usize, Option<&'static str>) {
    let bytes = text.as_bytes();
    let Some(&first) = bytes.first() else { return (0, Some("escape sequence not terminated")) };
    let (skip, digits, radix, max) = match first {
        b'a' | b'b' | b'f' | b'n' | b'r' | b't' | b'v' | b'\\' => return (1, None),
        _ if first == quote => return (1, None),
        b'0'..=b'7' => (0, 3, 8, 255),
        b'x' => (1, 2, 16, 255),
        b'u' => (1, 4, 16, 0x10_ffff),
        b'U' => (1, 8, 16, 0x10_ffff),
        _ => return (0, Some("unknown escape sequence")),
    };
    let mut value = 0u64;
    for at in skip..skip + digits {
        match bytes.get(at).and_then(|&it| (it as char).to_digit(radix)) {
            Some(digit) => value = value * u64::from(radix) + u64::from(digit),
            None => return (at, Some("illegal character in escape sequence")),
        }
    }
    let invalid = value > max || (0xd800..0xe000).contains(&value);
    (skip + digits, invalid.then_some("escape sequence is invalid Unicode code point"))
}
