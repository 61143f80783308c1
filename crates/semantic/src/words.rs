//! Searching a text for a name, without reading it as Go.

use memchr::memmem::Finder;

/// Whether `text` has `name` with nothing on either side that could belong to the same identifier. If not, the file
/// has no such identifier. Comments and strings count too.
pub(crate) fn mentions(text: &[u8], name: &str) -> bool {
    let continues = |it: Option<&u8>| it.is_some_and(|&it| it.is_ascii_alphanumeric() || it == b'_' || it >= 0x80);
    let finder = Finder::new(name);
    let mut from = 0;
    while let Some(found) = finder.find(&text[from..]) {
        let (start, end) = (from + found, from + found + name.len());
        let before = start.checked_sub(1).and_then(|it| text.get(it));
        if !continues(before) && !continues(text.get(end)) {
            return true;
        }
        from = start + 1;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words() {
        let has = |text: &str| mentions(text.as_bytes(), "any");
        assert!(has("any") && has("x any") && has("[]any,") && has("many any"));
        assert!(!has("") && !has("anyone many company _any any1 any\u{e9} \u{e9}any"));
    }
}
