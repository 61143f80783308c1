//! Text to tokens and comments (spec: Lexical elements), with semicolons inserted at line ends.

use gofix_text::TextRange;
use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

use crate::{
    directive, literal,
    token::Token,
    tree::{SyntaxError, Tokens},
};

/// What the lexer makes of a text. Errors are in order of offset.
pub(crate) struct Lexed {
    pub(crate) tokens: Tokens,
    pub(crate) comments: Vec<TextRange>,
    pub(crate) errors: Vec<SyntaxError>,
    /// Where a raw string or comment starts that has no end: what follows is not to be trusted.
    pub(crate) unterminated: Option<u32>,
}

/// What a byte can start.
#[derive(Copy, Clone, PartialEq, Eq)]
#[repr(u8)]
enum Class {
    Space,
    LineEnd,
    Letter,
    Digit,
    Other,
}

static CLASS: [Class; 256] = classes();

const fn classes() -> [Class; 256] {
    let mut table = [Class::Other; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = match byte as u8 {
            b' ' | b'\t' | b'\r' => Class::Space,
            b'\n' => Class::LineEnd,
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => Class::Letter,
            b'0'..=b'9' => Class::Digit,
            _ => Class::Other,
        };
        byte += 1;
    }
    table
}

/// Splits `text` into tokens and comments. Offsets must fit in 32 bits, which the caller has checked.
pub(crate) fn lex(text: &str) -> Lexed {
    let mut lexer = Lexer {
        text,
        bytes: text.as_bytes(),
        at: 0,
        ends_line: false,
        out: Lexed {
            tokens: Tokens::with_capacity(text.len() / 4 + 16),
            comments: Vec::new(),
            errors: Vec::new(),
            unterminated: None,
        },
    };
    if text.starts_with('\u{feff}') {
        lexer.at = 3;
    }
    while lexer.step() {}
    let mut out = lexer.out;
    check_characters(text, &mut out.errors);
    out.errors.sort_by_key(|it| it.offset);
    out
}

/// NUL and byte order marks (but the first) are errors wherever they stand, also in comments and strings.
fn check_characters(text: &str, errors: &mut Vec<SyntaxError>) {
    let bytes = text.as_bytes();
    for at in memchr::memchr_iter(0, bytes) {
        errors.push(SyntaxError::new(at as u32, "illegal character NUL"));
    }
    for at in memchr::memmem::find_iter(bytes, "\u{feff}".as_bytes()).filter(|&at| at > 0) {
        errors.push(SyntaxError::new(at as u32, "illegal byte order mark"));
    }
}

struct Lexer<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    /// Whether a line end here acts as a semicolon (spec: Semicolons).
    ends_line: bool,
    out: Lexed,
}

impl Lexer<'_> {
    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn push(&mut self, token: Token, start: usize) {
        self.out.tokens.push(token, start as u32, self.at as u32);
    }

    fn error(&mut self, offset: usize, message: &str) {
        self.out.errors.push(SyntaxError::new(offset as u32, message));
    }

    /// Reads one token, one comment or a run of white space; false at the end.
    fn step(&mut self) -> bool {
        let start = self.at;
        let Some(&byte) = self.bytes.get(start) else {
            if self.ends_line {
                self.newline(start);
            }
            self.push(Token::Eof, start);
            return false;
        };
        match CLASS[byte as usize] {
            Class::Space => {
                self.at += 1;
                while self.bytes.get(self.at).is_some_and(|&it| CLASS[it as usize] == Class::Space) {
                    self.at += 1;
                }
            }
            Class::LineEnd => {
                if self.ends_line {
                    self.newline(start);
                }
                self.at += 1;
            }
            Class::Letter => self.identifier(start),
            Class::Digit => self.number(start),
            Class::Other => self.other(start, byte),
        }
        true
    }

    fn identifier(&mut self, start: usize) {
        loop {
            while self.bytes.get(self.at).is_some_and(|&it| matches!(CLASS[it as usize], Class::Letter | Class::Digit))
            {
                self.at += 1;
            }
            match self.text[self.at..].chars().next() {
                Some(char) if !char.is_ascii() && is_identifier_part(char) => self.at += char.len_utf8(),
                _ => break,
            }
        }
        let text = &self.bytes[start..self.at];
        let keyword = if (2..=11).contains(&text.len()) { Token::keyword(text) } else { None };
        self.ends_line = match keyword {
            None => true,
            Some(it) => matches!(it, Token::Break | Token::Continue | Token::Fallthrough | Token::Return),
        };
        self.push(keyword.unwrap_or(Token::Ident), start);
    }

    fn number(&mut self, start: usize) {
        let number = literal::number(&self.bytes[start..]);
        self.at = start + number.len;
        if let Some((offset, message)) = number.error {
            self.error(start + offset, message);
        }
        self.push(number.token, start);
        self.ends_line = true;
    }

    fn other(&mut self, start: usize, byte: u8) {
        match byte {
            b'/' if self.peek(1) == b'/' => self.line_comment(start),
            b'/' if self.peek(1) == b'*' => self.general_comment(start),
            b'.' if self.peek(1).is_ascii_digit() => self.number(start),
            b'"' | b'\'' => {
                let literal = literal::quoted(&self.text[start..]);
                self.at = start + literal.len;
                for (offset, message) in literal.errors {
                    self.error(start + offset, message);
                }
                self.push(if byte == b'"' { Token::String } else { Token::Char }, start);
                self.ends_line = true;
            }
            b'`' => {
                match memchr::memchr(b'`', &self.bytes[start + 1..]) {
                    Some(len) => self.at = start + len + 2,
                    None => {
                        self.at = self.bytes.len();
                        self.error(start, "raw string literal not terminated");
                        self.out.unterminated = Some(start as u32);
                    }
                }
                self.push(Token::String, start);
                self.ends_line = true;
            }
            128.. => self.non_ascii(start),
            _ => match operator(&self.bytes[start..]) {
                Some((token, len)) => {
                    self.at += len;
                    self.ends_line =
                        matches!(token, Token::RParen | Token::RBrack | Token::RBrace | Token::Inc | Token::Dec);
                    self.push(token, start);
                }
                None => {
                    // NUL is reported by `check_characters`.
                    self.at += 1;
                    if byte != 0 {
                        self.error(start, &format!("illegal character {:?}", byte as char));
                    }
                    self.push(Token::Illegal, start);
                }
            },
        }
    }

    fn non_ascii(&mut self, start: usize) {
        let char = self.text[start..].chars().next().unwrap_or('\u{fffd}');
        self.at += char.len_utf8();
        if is_letter(char) {
            return self.identifier(start);
        }
        if char != '\u{feff}' {
            self.error(start, &format!("illegal character {char:?}"));
        }
        self.push(Token::Illegal, start);
    }

    fn line_comment(&mut self, start: usize) {
        let end = memchr::memchr(b'\n', &self.bytes[start..]).map_or(self.bytes.len(), |len| start + len);
        self.at = end;
        // A carriage return at the end belongs to the line end.
        let end = if end > start + 2 && self.bytes[end - 1] == b'\r' { end - 1 } else { end };
        self.comment(start, end);
    }

    fn general_comment(&mut self, start: usize) {
        let end = match memchr::memmem::find(&self.bytes[start + 2..], b"*/") {
            Some(len) => start + len + 4,
            None => {
                self.error(start, "comment not terminated");
                self.out.unterminated = Some(start as u32);
                self.bytes.len()
            }
        };
        self.at = end;
        if self.ends_line
            && let Some(len) = memchr::memchr(b'\n', &self.bytes[start..end])
        {
            self.newline(start + len);
        }
        self.comment(start, end);
    }

    fn comment(&mut self, start: usize, end: usize) {
        self.out.comments.push(TextRange::new(start as u32, end as u32));
        let at_line_start = start.checked_sub(1).is_none_or(|it| self.bytes[it] == b'\n');
        if let Some((offset, message)) = directive::error(&self.text[start..end], at_line_start) {
            self.error(start + offset, message);
        }
    }

    /// A line end at `offset` acts as a semicolon.
    fn newline(&mut self, offset: usize) {
        self.out.tokens.push(Token::Newline, offset as u32, offset as u32);
        self.ends_line = false;
    }
}

/// The operator or punctuation that `bytes` starts with, the longest one, and its length.
fn operator(bytes: &[u8]) -> Option<(Token, usize)> {
    use Token::*;
    let next = |i: usize| bytes.get(i).copied().unwrap_or(0);
    let pick = |table: &[(&[u8], Token)], alone: Token| {
        table
            .iter()
            .find(|(text, _)| bytes[1..].starts_with(text))
            .map_or((alone, 1), |(text, token)| (*token, text.len() + 1))
    };
    Some(match next(0) {
        b'(' => (LParen, 1),
        b')' => (RParen, 1),
        b'[' => (LBrack, 1),
        b']' => (RBrack, 1),
        b'{' => (LBrace, 1),
        b'}' => (RBrace, 1),
        b',' => (Comma, 1),
        b';' => (Semicolon, 1),
        b'~' => (Tilde, 1),
        b'.' => pick(&[(b"..", Ellipsis)], Period),
        b':' => pick(&[(b"=", Define)], Colon),
        b'=' => pick(&[(b"=", Eql)], Assign),
        b'!' => pick(&[(b"=", Neq)], Not),
        b'+' => pick(&[(b"+", Inc), (b"=", AddAssign)], Add),
        b'-' => pick(&[(b"-", Dec), (b"=", SubAssign)], Sub),
        b'*' => pick(&[(b"=", MulAssign)], Mul),
        b'/' => pick(&[(b"=", QuoAssign)], Quo),
        b'%' => pick(&[(b"=", RemAssign)], Rem),
        b'^' => pick(&[(b"=", XorAssign)], Xor),
        b'<' => pick(&[(b"<=", ShlAssign), (b"<", Shl), (b"=", Leq), (b"-", Arrow)], Lss),
        b'>' => pick(&[(b">=", ShrAssign), (b">", Shr), (b"=", Geq)], Gtr),
        b'&' => pick(&[(b"^=", AndNotAssign), (b"^", AndNot), (b"&", LAnd), (b"=", AndAssign)], And),
        b'|' => pick(&[(b"|", LOr), (b"=", OrAssign)], Or),
        _ => return None,
    })
}

/// Spec: Letters and digits; a Unicode letter is a character of category Lu, Ll, Lt, Lm or Lo.
fn is_letter(char: char) -> bool {
    char == '_' || char.general_category_group() == GeneralCategoryGroup::Letter
}

fn is_identifier_part(char: char) -> bool {
    is_letter(char) || char.general_category() == GeneralCategory::DecimalNumber
}

impl Tokens {
    fn with_capacity(len: usize) -> Tokens {
        Tokens { kinds: Vec::with_capacity(len), starts: Vec::with_capacity(len), ends: Vec::with_capacity(len) }
    }

    fn push(&mut self, token: Token, start: u32, end: u32) {
        self.kinds.push(token);
        self.starts.push(start);
        self.ends.push(end);
    }
}

impl SyntaxError {
    pub(crate) fn new(offset: u32, message: impl Into<String>) -> SyntaxError {
        SyntaxError { offset, message: message.into() }
    }
}
