//! Values of constants, exact; what go/constant itself only approximates is unknown here.

use std::{cmp::Ordering, rc::Rc};

use gofix_syntax::Token;
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Signed, ToPrimitive, Zero};

/// go/types' limit on untyped integers, in bits.
const MAX_INT_BITS: u64 = 512;
/// go/constant's limit for exact fractions, in bits.
const MAX_RATIO_BITS: u64 = 4096;
/// go/types' limit on shifts of constants.
const MAX_SHIFT: u64 = 1023 - 1 + 52;
/// Longer strings are not put together.
const MAX_STRING: usize = 1 << 22;

/// The value of a constant. Its type is known elsewhere: an integer may be that of a floating-point constant.
#[derive(Clone, PartialEq, Debug)]
pub enum Value {
    /// Not a constant, or it cannot be told which.
    Unknown,
    /// A truth value.
    Bool(bool),
    /// A string.
    Str(Rc<[u8]>),
    /// A number that is a small integer.
    Int(i64),
    /// Another number that is an integer.
    Big(Rc<BigInt>),
    /// A number that is no integer.
    Ratio(Rc<BigRational>),
    /// A complex number whose imaginary part is not 0.
    Complex(Rc<(BigRational, BigRational)>),
}

impl Value {
    pub(super) fn big(value: BigInt) -> Value {
        match value.to_i64() {
            Some(value) => Value::Int(value),
            None if value.bits() > MAX_INT_BITS.max(MAX_RATIO_BITS) => Value::Unknown,
            None => Value::Big(Rc::new(value)),
        }
    }

    pub(super) fn ratio(value: BigRational) -> Value {
        if value.is_integer() {
            return Value::big(value.to_integer());
        }
        if value.numer().bits() >= MAX_RATIO_BITS || value.denom().bits() >= MAX_RATIO_BITS {
            return Value::Unknown;
        }
        Value::Ratio(Rc::new(value))
    }

    pub(super) fn complex(re: BigRational, im: BigRational) -> Value {
        if im.is_zero() { Value::ratio(re) } else { Value::Complex(Rc::new((re, im))) }
    }

    /// Whether it is known.
    pub fn is_known(&self) -> bool {
        !matches!(self, Value::Unknown)
    }

    /// The integer, if it is one that fits.
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Value::Int(value) => Some(*value),
            _ => None,
        }
    }

    /// The integer, if it is one.
    pub fn as_int(&self) -> Option<BigInt> {
        match self {
            Value::Int(value) => Some(BigInt::from(*value)),
            Value::Big(value) => Some((**value).clone()),
            _ => None,
        }
    }

    /// The number, if it is a real one.
    pub fn as_ratio(&self) -> Option<BigRational> {
        match self {
            Value::Ratio(value) => Some((**value).clone()),
            other => other.as_int().map(BigRational::from_integer),
        }
    }

    /// Real and imaginary part, if it is a number.
    pub fn as_complex(&self) -> Option<(BigRational, BigRational)> {
        match self {
            Value::Complex(value) => Some((**value).clone()),
            other => other.as_ratio().map(|it| (it, BigRational::zero())),
        }
    }

    /// The truth value, if it is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Value::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// The bytes, if it is a string.
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match self {
            Value::Str(value) => Some(value),
            _ => None,
        }
    }

    /// Whether it is an integer.
    pub fn is_integer(&self) -> bool {
        matches!(self, Value::Int(_) | Value::Big(_))
    }

    /// `x op y`; `integer` says whether a division is one of integers.
    pub(super) fn binary(op: Token, x: &Value, y: &Value, integer: bool) -> Value {
        match (x, y) {
            (Value::Int(x), Value::Int(y)) => {
                int_op(op, *x, *y, integer).unwrap_or_else(|| slow(op, (*x).into(), (*y).into(), integer))
            }
            (Value::Bool(x), Value::Bool(y)) => match op {
                Token::LAnd => Value::Bool(*x && *y),
                Token::LOr => Value::Bool(*x || *y),
                _ => Value::Unknown,
            },
            (Value::Str(x), Value::Str(y)) if op == Token::Add && x.len() + y.len() <= MAX_STRING => {
                Value::Str([&x[..], &y[..]].concat().into())
            }
            (Value::Complex(_), _) | (_, Value::Complex(_)) => complex_op(op, x, y).unwrap_or(Value::Unknown),
            (Value::Ratio(_), _) | (_, Value::Ratio(_)) => match (x.as_ratio(), y.as_ratio()) {
                (Some(x), Some(y)) => ratio_op(op, x, y),
                _ => Value::Unknown,
            },
            _ => match (x.as_int(), y.as_int()) {
                (Some(x), Some(y)) => slow(op, x, y, integer),
                _ => Value::Unknown,
            },
        }
    }

    /// `x << n` or `x >> n`.
    pub(super) fn shift(op: Token, x: &Value, count: &Value) -> Value {
        let (Some(x), Some(count)) = (x.as_int(), count.as_i64()) else { return Value::Unknown };
        match (u64::try_from(count), op) {
            (Ok(count), Token::Shl) if count <= MAX_SHIFT => Value::big(x << count),
            (Ok(count), Token::Shr) => Value::big(x >> count.min(1 << 20)),
            _ => Value::Unknown,
        }
    }

    /// What `x op y` says, for a comparison.
    pub(super) fn compare(op: Token, x: &Value, y: &Value) -> Value {
        let order = match (x, y) {
            (Value::Bool(x), Value::Bool(y)) => x.cmp(y),
            (Value::Str(x), Value::Str(y)) => x.cmp(y),
            (Value::Int(x), Value::Int(y)) => x.cmp(y),
            _ => match (x.as_ratio(), y.as_ratio()) {
                (Some(x), Some(y)) => x.cmp(&y),
                _ => match (x.as_complex(), y.as_complex(), op) {
                    (Some(x), Some(y), Token::Eql) => return Value::Bool(x == y),
                    (Some(x), Some(y), Token::Neq) => return Value::Bool(x != y),
                    _ => return Value::Unknown,
                },
            },
        };
        Value::Bool(match op {
            Token::Eql => order == Ordering::Equal,
            Token::Neq => order != Ordering::Equal,
            Token::Lss => order == Ordering::Less,
            Token::Leq => order != Ordering::Greater,
            Token::Gtr => order == Ordering::Greater,
            Token::Geq => order != Ordering::Less,
            _ => return Value::Unknown,
        })
    }

    /// `-x`, `!x`, `^x`; the latter within `bits` bits, if the type is an unsigned one.
    pub(super) fn unary(op: Token, x: &Value, unsigned_bits: Option<u32>) -> Value {
        match (op, x) {
            (Token::Add, _) => x.clone(),
            (Token::Not, Value::Bool(x)) => Value::Bool(!x),
            (Token::Sub, Value::Complex(x)) => Value::complex(-&x.0, -&x.1),
            (Token::Sub, Value::Ratio(x)) => Value::ratio(-(**x).clone()),
            (Token::Sub, _) => x.as_int().map_or(Value::Unknown, |it| Value::big(-it)),
            (Token::Xor, _) => match (x.as_int(), unsigned_bits) {
                (Some(x), None) => Value::big(-x - 1),
                (Some(x), Some(bits)) => Value::big(((BigInt::one() << bits) - 1) - x),
                _ => Value::Unknown,
            },
            _ => Value::Unknown,
        }
    }
}

/// The common cases, without big numbers.
fn int_op(op: Token, x: i64, y: i64, integer: bool) -> Option<Value> {
    Some(Value::Int(match op {
        Token::Add => x.checked_add(y)?,
        Token::Sub => x.checked_sub(y)?,
        Token::Mul => x.checked_mul(y)?,
        Token::Quo if integer && y != 0 => x.checked_div(y)?,
        Token::Rem if y != 0 => x.checked_rem(y)?,
        Token::And => x & y,
        Token::Or => x | y,
        Token::Xor => x ^ y,
        Token::AndNot => x & !y,
        _ => return None,
    }))
}

fn slow(op: Token, x: BigInt, y: BigInt, integer: bool) -> Value {
    Value::big(match op {
        Token::Add => x + y,
        Token::Sub => x - y,
        Token::Mul => x * y,
        Token::Quo | Token::Rem if y.is_zero() => return Value::Unknown,
        Token::Quo if integer => x / y,
        Token::Quo => return Value::ratio(BigRational::new(x, y)),
        Token::Rem => x % y,
        Token::And => x & y,
        Token::Or => x | y,
        Token::Xor => x ^ y,
        Token::AndNot => x & !y,
        _ => return Value::Unknown,
    })
}

fn ratio_op(op: Token, x: BigRational, y: BigRational) -> Value {
    Value::ratio(match op {
        Token::Add => x + y,
        Token::Sub => x - y,
        Token::Mul => x * y,
        Token::Quo if !y.is_zero() => x / y,
        _ => return Value::Unknown,
    })
}

fn complex_op(op: Token, x: &Value, y: &Value) -> Option<Value> {
    let ((a, b), (c, d)) = (x.as_complex()?, y.as_complex()?);
    Some(match op {
        Token::Add => Value::complex(a + c, b + d),
        Token::Sub => Value::complex(a - c, b - d),
        Token::Mul => Value::complex(&a * &c - &b * &d, b * c + a * d),
        Token::Quo => {
            let square = &c * &c + &d * &d;
            if square.is_zero() {
                return None;
            }
            Value::complex((&a * &c + &b * &d) / &square, (b * c - a * d) / square)
        }
        _ => return None,
    })
}

/// The nearest floating-point number with that many bits of mantissa and that largest exponent, ties to even; None if
/// it overflows (IEEE 754).
pub(super) fn round(value: &BigRational, mantissa: i64, max_exp: i64) -> Option<BigRational> {
    if value.is_zero() {
        return Some(value.clone());
    }
    let (numer, denom) = (value.numer().abs(), value.denom().clone());
    // The exponent of the leading bit, to within one.
    let mut exp = numer.bits() as i64 - denom.bits() as i64;
    let scaled = |shift: i64| {
        if shift >= 0 { (&numer << shift as u64, denom.clone()) } else { (numer.clone(), &denom << (-shift) as u64) }
    };
    let (n, d) = scaled(-exp);
    if n < d {
        exp -= 1;
    }
    // The weight of the last bit; numbers below the normal ones have fewer.
    let unit = (exp - (mantissa - 1)).max(2 - max_exp - (mantissa - 1));
    let (n, d) = scaled(-unit);
    let (mut quotient, rest) = (&n / &d, &n % &d);
    let twice: BigInt = rest << 1u32;
    let odd = quotient.bit(0);
    if twice > d || (twice == d && odd) {
        quotient += 1;
    }
    if quotient.bits() as i64 + unit > max_exp {
        return None;
    }
    let rounded = if unit >= 0 {
        BigRational::from_integer(quotient << unit as u64)
    } else {
        BigRational::new(quotient, BigInt::one() << (-unit) as u64)
    };
    Some(if value.is_negative() { -rounded } else { rounded })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ratio(n: i64, d: i64) -> BigRational {
        BigRational::new(n.into(), d.into())
    }

    #[test]
    fn rounding_is_that_of_the_machine() {
        for (n, d) in [(1, 3), (1, 10), (-7, 11), (123_456_789, 1), (1, i64::MAX), (i64::MAX, 3)] {
            let exact = ratio(n, d);
            // Division of two small integers rounds once.
            if n.unsigned_abs() < 1 << 53 && d < 1 << 53 {
                let machine = BigRational::from_float(n as f64 / d as f64);
                assert_eq!(round(&exact, 53, 1024), machine, "{n}/{d}");
            }
            let again = round(&exact, 24, 128).and_then(|it| round(&it, 24, 128));
            assert_eq!(again, round(&exact, 24, 128));
        }
        let huge = BigRational::from_integer(BigInt::one() << 1024u32);
        assert_eq!(round(&huge, 53, 1024), None);
        let least = BigRational::new(BigInt::one(), BigInt::one() << 1074u32);
        assert_eq!(round(&least, 53, 1024), Some(least.clone()));
        assert_eq!(round(&(least / BigInt::from(2)), 53, 1024), Some(BigRational::zero()));
    }

    #[test]
    fn integers_grow_and_shrink() {
        let big = Value::shift(Token::Shl, &Value::Int(1), &Value::Int(100));
        assert!(matches!(big, Value::Big(_)));
        assert_eq!(Value::shift(Token::Shr, &big, &Value::Int(98)), Value::Int(4));
        assert_eq!(Value::shift(Token::Shl, &Value::Int(1), &Value::Int(5000)), Value::Unknown);
        assert_eq!(Value::binary(Token::Quo, &Value::Int(7), &Value::Int(-2), true), Value::Int(-3));
        assert_eq!(Value::binary(Token::Quo, &Value::Int(7), &Value::Int(0), true), Value::Unknown);
        let half = Value::binary(Token::Quo, &Value::Int(1), &Value::Int(2), false);
        assert_eq!(Value::binary(Token::Add, &half, &half, false), Value::Int(1));
    }
}
