//! Values of basic literals (spec: Integer literals, Floating-point literals, Rune literals).

/// The value of an integer literal: all bases, `_` between digits.
pub(crate) fn integer(text: &str) -> Option<i128> {
    let digits = text.replace('_', "");
    let lower = digits.to_ascii_lowercase();
    let (radix, digits) = match lower.as_bytes() {
        [b'0', b'x', ..] => (16, &lower[2..]),
        [b'0', b'b', ..] => (2, &lower[2..]),
        [b'0', b'o', ..] => (8, &lower[2..]),
        [b'0', _, ..] => (8, &lower[1..]),
        _ => (10, &lower[..]),
    };
    i128::from_str_radix(digits, radix).ok()
}

/// The value of a decimal floating-point literal that is an integer, such as `1e9` or `2.50e2`.
pub(crate) fn integral_float(text: &str) -> Option<i128> {
    let text = text.replace('_', "").to_ascii_lowercase();
    if text.starts_with("0x") {
        return None;
    }
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let fraction = fraction.trim_end_matches('0');
    let digits = format!("0{whole}{fraction}").parse::<i128>().ok()?;
    let exponent = exponent.parse::<i64>().ok()? - fraction.len() as i64;
    let power = 10_i128.checked_pow(u32::try_from(exponent.unsigned_abs()).ok()?);
    match (exponent >= 0, power) {
        _ if digits == 0 => Some(0),
        (true, power) => digits.checked_mul(power?),
        (false, power) => power.filter(|it| digits % it == 0).map(|it| digits / it),
    }
}

/// The value of a rune literal.
pub(crate) fn rune(text: &str) -> Option<i128> {
    let inner = text.strip_prefix('\'')?.strip_suffix('\'')?;
    let mut chars = inner.chars();
    let value = match (chars.next()?, chars.as_str()) {
        ('\\', escape) => escaped(escape)?,
        (plain, "") => plain as u32,
        _ => return None,
    };
    Some(i128::from(value))
}

/// The value of what follows a backslash.
fn escaped(escape: &str) -> Option<u32> {
    let digits = |from: usize, radix| u32::from_str_radix(escape.get(from..)?, radix).ok();
    Some(match escape.as_bytes() {
        [b'x' | b'u' | b'U', _, ..] => digits(1, 16)?,
        [b'0'..=b'7', _, _] => digits(0, 8)?,
        [b'a'] => 0x07,
        [b'b'] => 0x08,
        [b'f'] => 0x0c,
        [b'n'] => 0x0a,
        [b'r'] => 0x0d,
        [b't'] => 0x09,
        [b'v'] => 0x0b,
        [b'\\'] => 0x5c,
        [b'\''] => 0x27,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers() {
        let values = ["0", "7", "1_000", "0x_FF", "0b101", "0o17", "017", "0_7", "0XfF"].map(integer);
        assert_eq!(values, [0, 7, 1000, 255, 5, 15, 15, 7, 255].map(Some));
        assert_eq!(integer("0x1_0000_0000_0000_0000_0000_0000_0000_0000"), None);
    }

    #[test]
    fn floats() {
        let values = ["1e9", "1.5e1", "2.50e2", "3.", "0.0", ".5e1", "10e-1", "0e999999999"].map(integral_float);
        assert_eq!(values, [1_000_000_000, 15, 250, 3, 0, 5, 1, 0].map(Some));
        assert_eq!(["1.5", "1e-1", "1e99", "0x1p4", "1e99999999999999"].map(integral_float), [None; 5]);
    }

    #[test]
    fn runes() {
        let texts = ["'a'", "'\u{e9}'", r"'\n'", r"'\''", r"'\x41'", r"'\101'", r"'\u00e9'", r"'\U0001F600'"];
        assert_eq!(texts.map(rune), [97, 0xe9, 10, 39, 65, 65, 0xe9, 0x1f600].map(Some));
    }
}
