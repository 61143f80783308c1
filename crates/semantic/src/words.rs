//! Searching a text for a name, without reading it as Go.

use memchr::memmem::Finder;

use crate::names::{hash_bytes, hash_name};

/// The words of a text, so that it can be asked about many.
pub(crate) struct Words(Box<[u32]>);

impl Words {
    pub(crate) fn of(text: &[u8]) -> Words {
        let words = text.split(|it| !is_in_word(*it)).filter(|it| it.first().is_some_and(|it| !it.is_ascii_digit()));
        let mut hashes: Vec<u32> = words.map(hash_bytes).collect();
        hashes.sort_unstable();
        hashes.dedup();
        Words(hashes.into())
    }

    /// Whether the text may [mention](mentions) `name`. If not, it does not.
    pub(crate) fn may_have(&self, name: &str) -> bool {
        self.0.binary_search(&hash_name(name)).is_ok()
    }
}

/// Whether a byte can be part of an identifier.
fn is_in_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// Whether `text` has `name` with nothing on either side that could belong to the same identifier. If not, the file
/// has no such identifier. Comments and strings count too.
pub(crate) fn mentions(text: &[u8], name: &str) -> bool {
    occurrences(text, name).next().is_some()
}

/// Where `text` [mentions] `name`.
pub(crate) fn occurrences(text: &[u8], name: &str) -> impl Iterator<Item = usize> {
    let continues = |it: Option<&u8>| it.is_some_and(|&it| is_in_word(it));
    let (finder, len) = (Finder::new(name).into_owned(), name.len());
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let start = from + finder.find(text.get(from..)?)?;
            from = start + 1;
            let before = start.checked_sub(1).and_then(|it| text.get(it));
            if !continues(before) && !continues(text.get(start + len)) {
                return Some(start);
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words() {
        let has = |text: &str| mentions(text.as_bytes(), "any");
        assert!(has("any") && has("x any") && has("[]any,") && has("many any"));
        let words = Words::of("x any, []T9 many \u{e9}any _1 2b".as_bytes());
        assert!(["x", "any", "T9", "many", "\u{e9}any", "_1"].iter().all(|it| words.may_have(it)));
        assert!(!["T", "y", "b", "man"].iter().any(|it| words.may_have(it)));
        assert!(!has("") && !has("anyone many company _any any1 any\u{e9} \u{e9}any"));
    }
}
