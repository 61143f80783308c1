//! Values of basic literals (spec: Integer literals to String literals).

use std::rc::Rc;

use gofix_syntax::Token;
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Zero};

use super::{ty::Ty, value::Value};

/// Exponents beyond that are not computed: go/constant only approximates such numbers.
const MAX_EXPONENT: i64 = 4096;

/// The type and the value of a literal.
pub(super) fn literal(token: Token, text: &str) -> (Ty, Value) {
    match token {
        Token::Int => (Ty::UNTYPED_INT, integer(text)),
        Token::Float => (Ty::UNTYPED_FLOAT, float(text).map_or(Value::Unknown, Value::ratio)),
        Token::Imag => (Ty::UNTYPED_COMPLEX, imaginary(text).unwrap_or(Value::Unknown)),
        Token::Char => (Ty::UNTYPED_RUNE, rune(text)),
        Token::String => (Ty::UNTYPED_STRING, string(text).map_or(Value::Unknown, |it| Value::Str(Rc::from(it)))),
        _ => (Ty::UNKNOWN, Value::Unknown),
    }
}

fn integer(text: &str) -> Value {
    if text.len() < 18 && text.bytes().all(|it| it.is_ascii_digit()) && (!text.starts_with('0') || text == "0") {
        return text.parse().map_or(Value::Unknown, Value::Int);
    }
    big_integer(text).map_or(Value::Unknown, Value::big)
}

fn big_integer(text: &str) -> Option<BigInt> {
    let digits = text.replace('_', "").to_ascii_lowercase();
    let (radix, digits) = match digits.as_bytes() {
        [b'0', b'x', ..] => (16, &digits[2..]),
        [b'0', b'b', ..] => (2, &digits[2..]),
        [b'0', b'o', ..] => (8, &digits[2..]),
        [b'0', _, ..] => (8, &digits[1..]),
        _ => (10, &digits[..]),
    };
    if digits.len() > 1024 {
        return None;
    }
    BigInt::parse_bytes(digits.as_bytes(), radix)
}

fn float(text: &str) -> Option<BigRational> {
    let text = text.replace('_', "").to_ascii_lowercase();
    let (radix, mark, body) = match text.strip_prefix("0x") {
        Some(body) => (16u32, 'p', body),
        None => (10, 'e', &text[..]),
    };
    let (mantissa, exponent) = body.split_once(mark).unwrap_or((body, "0"));
    let exponent: i64 = exponent.parse().ok()?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if exponent.abs() > MAX_EXPONENT || whole.len() + fraction.len() > MAX_EXPONENT as usize {
        return None;
    }
    let digits = BigInt::parse_bytes(format!("0{whole}{fraction}").as_bytes(), radix)?;
    if digits.is_zero() {
        return Some(BigRational::zero());
    }
    let power = |base: u32, exponent: i64| {
        let power = BigInt::from(base).pow(exponent.unsigned_abs() as u32);
        if exponent >= 0 { BigRational::from_integer(power) } else { BigRational::new(BigInt::one(), power) }
    };
    let value = BigRational::from_integer(digits) * power(radix, -(fraction.len() as i64));
    Some(value * power(if radix == 16 { 2 } else { 10 }, exponent))
}

fn imaginary(text: &str) -> Option<Value> {
    let body = text.strip_suffix('i')?;
    let is_number = |it: &str| it.bytes().all(|it| it.is_ascii_digit() || it == b'_');
    // For old times' sake, a leading zero makes no octal number here.
    let im = match () {
        _ if is_number(body) => float(body)?,
        _ => match big_integer(body) {
            Some(value) => BigRational::from_integer(value),
            None => float(body)?,
        },
    };
    Some(Value::complex(BigRational::zero(), im))
}

fn rune(text: &str) -> Value {
    let inner = text.strip_prefix('\'').and_then(|it| it.strip_suffix('\''));
    let value = inner.and_then(|inner| match inner.strip_prefix('\\') {
        Some(rest) => escape(rest.as_bytes()).map(|it| i64::from(it.0)),
        None => inner.chars().next().map(|it| i64::from(u32::from(it))),
    });
    value.map_or(Value::Unknown, Value::Int)
}

/// The bytes of a string literal.
pub(super) fn string(text: &str) -> Option<Vec<u8>> {
    if let Some(raw) = text.strip_prefix('`') {
        return Some(raw.strip_suffix('`')?.bytes().filter(|it| *it != b'\r').collect());
    }
    let inner = text.strip_prefix('"')?.strip_suffix('"')?.as_bytes();
    let mut out = Vec::with_capacity(inner.len());
    let mut at = 0;
    while let Some(&byte) = inner.get(at) {
        at += 1;
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        let (value, len) = escape(&inner[at..])?;
        match inner[at] {
            b'u' | b'U' => out.extend(char::from_u32(value)?.to_string().bytes()),
            _ => out.push(value as u8),
        }
        at += len;
    }
    Some(out)
}

/// The value of what follows a backslash, and its length.
fn escape(bytes: &[u8]) -> Option<(u32, usize)> {
    let digits = |from: usize, len: usize, radix: u32| {
        let text = std::str::from_utf8(bytes.get(from..from + len)?).ok()?;
        Some((u32::from_str_radix(text, radix).ok()?, from + len))
    };
    match *bytes.first()? {
        b'x' => digits(1, 2, 16),
        b'u' => digits(1, 4, 16),
        b'U' => digits(1, 8, 16),
        b'0'..=b'7' => digits(0, 3, 8),
        b'a' => Some((7, 1)),
        b'b' => Some((8, 1)),
        b'f' => Some((12, 1)),
        b'n' => Some((10, 1)),
        b'r' => Some((13, 1)),
        b't' => Some((9, 1)),
        b'v' => Some((11, 1)),
        other => Some((u32::from(other), 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals() {
        let int = |it| integer(it).as_i64();
        assert_eq!(["0", "1_000", "0x_FF", "017", "0b11", "0o17"].map(int), [0, 1000, 255, 15, 3, 15].map(Some));
        assert!(matches!(integer("0xffff_ffff_ffff_ffff"), Value::Big(_)));
        let float = |it| float(it).map(|it| it.to_string());
        assert_eq!(
            ["1.5", "1e3", ".25", "0x1p-2", "0e99999"].map(float),
            ["3/2", "1000", "1/4", "1/4", ""].map(|it| (!it.is_empty()).then(|| it.to_owned()))
        );
        assert_eq!(string(r#""a\n\x41\101\u00e9\"""#).as_deref(), Some("a\nAA\u{e9}\"".as_bytes()));
        assert_eq!(string(r#""\xff""#).as_deref(), Some(&[0xff][..]));
        assert_eq!(string("`a\\\r\n`").as_deref(), Some(&b"a\\\n"[..]));
        assert_eq!([r"'\''", "'a'", r"'\xff'"].map(|it| rune(it).as_i64()), [39, 97, 255].map(Some));
    }
}
