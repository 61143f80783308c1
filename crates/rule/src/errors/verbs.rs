//! Verbs: which words of names are some, and their forms.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use super::lists::{List, list};

/// What a name says is done.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Verb {
    /// `read`, `look up`, `wait for`.
    pub(super) phrase: String,
    /// Whether the phrase says what is done without an object.
    pub(super) is_complete: bool,
}

struct Table {
    verbs: HashSet<&'static str>,
    mapped: HashMap<&'static str, &'static str>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table { verbs: HashSet::new(), mapped: HashMap::new() };
    for line in include_str!("verbs.txt").lines().filter(|it| !it.starts_with('#')) {
        match line.split_once(" = ") {
            Some((word, phrase)) => drop(table.mapped.insert(word, phrase)),
            None => table.verbs.extend(line.split_whitespace()),
        }
    }
    table
});

/// Words at the end of a name that are taken for its verb if no verb stands in front.
static STRONG: List = List::new(|| list("verbs/strong"));

/// Verbs that are nouns as often: what a method of that name returns is the thing.
static NOUNS_TOO: List = List::new(|| list("verbs/nouns-too"));

/// Nouns with which the name of such a thing ends.
static THINGS: List = List::new(|| list("verbs/things"));

/// What `word` at the start of a name does, if it is a verb.
pub(super) fn verb(word: &str) -> Option<Verb> {
    let known = |phrase: &str| {
        let is_complete = phrase.ends_with('.');
        Verb { phrase: phrase.trim_end_matches('.').to_owned(), is_complete }
    };
    if let Some(phrase) = TABLE.mapped.get(word) {
        return Some(known(phrase));
    }
    if TABLE.verbs.contains(word) || is_derived(word) { Some(known(word)) } else { None }
}

/// Whether a word that is not in the table is a verb by its form: `re` or `un` and a verb, or an ending that verbs have.
fn is_derived(word: &str) -> bool {
    const NOUNS: &[&str] = &["size", "prize", "oversize", "maxsize"];
    let has_prefix = ["re", "un", "de", "dis", "pre", "auto", "over", "sub"].iter().any(|it| {
        word.strip_prefix(it)
            .is_some_and(|rest| rest.len() > 3 && TABLE.verbs.contains(rest) && !NOUNS_TOO.contains(&rest))
    });
    let has_ending = ["ize", "ise", "ify"].iter().any(|it| word.ends_with(it) && word.len() > 6);
    !NOUNS.contains(&word) && (has_prefix || has_ending)
}

/// Whether `word` at the end of a name is its verb if no verb stands in front.
pub(super) fn is_strong(word: &str) -> bool {
    STRONG.contains(&word)
}

/// Whether a name that begins with a verb is that of a thing after all: `MountPoint`, `LogLevel`, `Digest`.
pub(super) fn is_thing(words: &[String]) -> bool {
    let is_noun = words.first().is_some_and(|it| NOUNS_TOO.contains(&&**it));
    is_noun && words.last().is_some_and(|it| words.len() == 1 || THINGS.contains(&&**it))
}

/// Whether a verb is a noun as often.
pub(super) fn is_noun_too(word: &str) -> bool {
    NOUNS_TOO.contains(&word)
}

/// Verbs whose last letter doubles before `-ing`.
static DOUBLED: List = List::new(|| list("verbs/doubled"));

/// The form in `-ing` of the verb that a phrase begins with: `looking up row`.
pub(super) fn gerund(phrase: &str) -> String {
    let (verb, rest) = phrase.split_once(' ').map_or((phrase, ""), |(verb, rest)| (verb, rest));
    let mut form = ing(verb);
    if !rest.is_empty() {
        form.push(' ');
        form.push_str(rest);
    }
    form
}

fn ing(verb: &str) -> String {
    let cut = |by: usize| &verb[..verb.len() - by];
    if DOUBLED.contains(&verb) {
        let last = verb.chars().next_back().unwrap_or_default();
        return format!("{verb}{last}ing");
    }
    match verb {
        _ if verb.ends_with("ie") => format!("{}ying", cut(2)),
        _ if ["ee", "oe", "ye"].iter().any(|it| verb.ends_with(it)) || verb == "be" => format!("{verb}ing"),
        _ if verb.ends_with('e') => format!("{}ing", cut(1)),
        "panic" | "mimic" | "sync-c" => format!("{verb}king"),
        _ => format!("{verb}ing"),
    }
}

/// Whether a word of somebody's message is a verb in `-ing`.
pub(super) fn is_gerund(word: &str) -> bool {
    static NOT: List = List::new(|| list("verbs/not"));
    word.len() > 5 && word.ends_with("ing") && !NOT.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gerunds_of_regular_and_irregular_verbs() {
        for (phrase, expected) in [
            ("get row", "getting row"),
            ("set up network", "setting up network"),
            ("look up host", "looking up host"),
            ("commit migration", "committing migration"),
            ("begin transaction", "beginning transaction"),
            ("tie knot", "tying knot"),
            ("free page", "freeing page"),
            ("create file", "creating file"),
            ("unmarshal config", "unmarshaling config"),
            ("sync", "syncing"),
            ("queue job", "queuing job"),
        ] {
            assert_eq!(gerund(phrase), expected);
        }
    }

    #[test]
    fn verbs_are_known_by_table_or_form() {
        for word in ["read", "mkdir", "reprovision", "containerize", "unquiesce"] {
            assert!(verb(word).is_some(), "{word}");
        }
        for word in ["container", "size", "recipe", "unit", "redis"] {
            assert!(verb(word).is_none(), "{word}");
        }
        let is_thing = |name| is_thing(&super::super::words(name));
        assert!(is_thing("MountPoint") && is_thing("Digest") && !is_thing("MountVolume"));
    }

    #[test]
    fn the_table_has_no_word_twice() {
        let twice: Vec<_> = TABLE.mapped.keys().filter(|it| TABLE.verbs.contains(*it)).collect();
        assert_eq!(twice, Vec::<&&str>::new());
    }
}
