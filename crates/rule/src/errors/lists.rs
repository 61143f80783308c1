//! Lists of words, kept in a file of their own.

use std::{collections::HashMap, sync::LazyLock};

/// A list of `lists.txt`.
pub(super) type List = LazyLock<&'static [&'static str]>;

static LISTS: LazyLock<HashMap<&'static str, Vec<&'static str>>> = LazyLock::new(|| {
    let mut lists: HashMap<&str, Vec<&str>> = HashMap::new();
    let mut name = "";
    for line in include_str!("lists.txt").lines().filter(|it| !it.starts_with('#')) {
        match line.strip_suffix(':') {
            Some(next) => name = next,
            None => lists.entry(name).or_default().extend(line.split_whitespace()),
        }
    }
    lists
});

/// The list of that name.
pub(super) fn list(name: &str) -> &'static [&'static str] {
    LISTS.get(name).map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_have_words_and_none_twice() {
        assert!(LISTS.len() > 10);
        for (name, words) in LISTS.iter().filter(|it| !it.0.is_empty()) {
            let mut once = words.clone();
            once.sort_unstable();
            once.dedup();
            assert!(!words.is_empty() && once.len() == words.len(), "{name}");
        }
    }
}
