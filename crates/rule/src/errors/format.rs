//! The verbs of a format, as package fmt reads it.

use gofix_syntax::TextRange;

use crate::{Decline, Spelling};

/// A verb, which prints one argument.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Verb {
    /// Its letter; `?` for what is no letter of ASCII.
    pub letter: char,
    /// Where the letter is written.
    pub place: TextRange,
    /// Whether there are no flags, width and precision.
    pub is_plain: bool,
}

/// The verbs of a format in order, one for each argument that it prints. Declines where that is not so: an argument is
/// picked by its number, or is a width.
///
/// # Errors
/// Such an argument.
pub fn verbs(format: &Spelling) -> Result<Vec<Verb>, Decline> {
    let bytes = format.bytes();
    let mut verbs = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] != b'%' {
            at += 1;
            continue;
        }
        let start = at + 1;
        at = start;
        while bytes.get(at).is_some_and(|it| matches!(it, b'#' | b'+' | b'-' | b' ' | b'.' | b'0'..=b'9')) {
            at += 1;
        }
        match bytes.get(at) {
            None => break,
            Some(b'[' | b'*') => return Err("the format picks arguments by number, or takes a width from one".into()),
            // No argument is printed, whatever stands between the two.
            Some(b'%') => at += 1,
            Some(&byte) => {
                let Some(place) = format.place(at) else { break };
                let letter = if byte.is_ascii() { char::from(byte) } else { '?' };
                verbs.push(Verb { letter, place, is_plain: at == start });
                at += char_len(&bytes[at..]);
            }
        }
    }
    Ok(verbs)
}

/// How long the character is with which `bytes` start; 1 if they are none.
fn char_len(bytes: &[u8]) -> usize {
    (1..=bytes.len().min(4)).find(|it| std::str::from_utf8(&bytes[..*it]).is_ok()).unwrap_or(1)
}

/// A text as what stands between the quotes of an interpreted string literal (spec: String literals).
pub fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for it in text.chars() {
        match it {
            '"' | '\\' => out.extend(['\\', it]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            it if it.is_control() => out.push_str(&format!("\\u{:04x}", u32::from(it))),
            it => out.push(it),
        }
    }
    out
}
