//! Names as words: how `createPodSandboxV2` is read aloud.

use super::lists::{List, list};

/// Runs of capitals inside names that are several words, or not written in capitals alone.
const SPECIAL: &[&str] = &[
    "OAuth2", "OAuth", "IPv4", "IPv6", "GitHub", "GitLab", "GraphQL", "gRPC", "mTLS", "MacOS", "IDs", "URLs", "IPs",
    "VMs",
];

/// What is written in capitals, however the name has it.
static ACRONYMS: List = List::new(|| list("words/acronyms"));

/// Those of them that are written small where the name has them small.
const SMALL: &[&str] = &["ca", "gc", "io", "ip", "mac", "nat", "os", "pid", "ram", "rest", "sha", "tty", "uid"];

/// The words of a name, in small letters but for acronyms: `NetworkInspect` is `network inspect`, `parseURL` is `parse URL`.
/// Words of one letter are left out.
pub fn words(name: &str) -> Vec<String> {
    let split = name.split(['_', '-', '.', '/', ' ', ':']).flat_map(camel);
    split.filter(|it| it.chars().count() > 1).map(|it| spelled(&it)).collect()
}

/// The parts of a name between its capitals.
fn camel(name: &str) -> Vec<String> {
    let chars: Vec<char> = name.chars().collect();
    let mut words = Vec::new();
    let mut start = 0;
    while start < chars.len() {
        let end = special(&chars[start..]).map_or_else(|| end_of_word(&chars, start), |len| start + len);
        words.push(chars[start..end].iter().collect());
        start = end;
    }
    words
}

/// The length of the special word that `chars` begin with.
fn special(chars: &[char]) -> Option<usize> {
    let starts = |it: &&&str| {
        let len = it.chars().count();
        let next_is_small = chars.get(len).is_some_and(|it| it.is_lowercase());
        !next_is_small && chars.len() >= len && it.chars().zip(chars).all(|(a, b)| a == *b)
    };
    SPECIAL.iter().filter(starts).map(|it| it.chars().count()).max()
}

fn end_of_word(chars: &[char], start: usize) -> usize {
    let is_upper = |at: usize| chars.get(at).is_some_and(|it| it.is_uppercase());
    let is_lower = |at: usize| chars.get(at).is_some_and(|it| it.is_lowercase());
    let is_digit = |at: usize| chars.get(at).is_some_and(char::is_ascii_digit);
    let mut end = start + 1;
    if is_upper(start) && is_upper(start + 1) {
        // A run of capitals; the last one begins the next word if small letters follow, but for a plural.
        while is_upper(end) || is_digit(end) {
            end += 1;
        }
        let is_plural = chars.get(end) == Some(&'s') && !is_lower(end + 1);
        return match is_lower(end) {
            true if is_plural => end + 1,
            true if is_upper(end - 1) && end - 1 > start => end - 1,
            _ => end,
        };
    }
    while end < chars.len() && !is_upper(end) {
        end += 1;
    }
    end
}

fn spelled(word: &str) -> String {
    let small = word.to_lowercase();
    let is_capitals = word.chars().all(|it| !it.is_lowercase()) && word.chars().any(char::is_uppercase);
    let begins_upper = word.starts_with(char::is_uppercase);
    if SPECIAL.contains(&word) || (is_capitals && word.len() > 1) || word.ends_with('s') && is_run(word) {
        return word.to_owned();
    }
    if ACRONYMS.contains(&&*small) && (begins_upper && small.len() == 2 || !SMALL.contains(&&*small)) {
        return small.to_uppercase();
    }
    // `Apis`, `ids`.
    match small.strip_suffix('s').filter(|one| ACRONYMS.contains(one) && !SMALL.contains(one)) {
        Some(one) => format!("{}s", one.to_uppercase()),
        None => small,
    }
}

/// Whether it is a plural of capitals, such as `APIs`.
fn is_run(word: &str) -> bool {
    let stem = &word[..word.len() - 1];
    stem.len() > 1 && stem.chars().all(char::is_uppercase)
}

/// The singular of a noun, as far as its ending tells.
pub(super) fn singular(word: &str) -> String {
    let cut = |by: usize| word[..word.len() - by].to_owned();
    static SAME: List = List::new(|| list("words/same"));
    match word {
        _ if SAME.contains(&word) || word.len() < 4 || !word.is_ascii() => word.to_owned(),
        _ if word.ends_with("proxies") || word.ends_with("ies") => format!("{}y", cut(3)),
        _ if ["sses", "shes", "ches", "xes"].iter().any(|it| word.ends_with(it)) => cut(2),
        _ if word.ends_with("ss") || word.ends_with("us") || word.ends_with("is") || word.ends_with("fs") => {
            word.to_owned()
        }
        _ if word.ends_with('s') => cut(1),
        _ => word.to_owned(),
    }
}

/// The plural of a noun in small letters; others, and those that look as if they were one, stay.
pub(super) fn plural(word: &str) -> String {
    static SAME: List = List::new(|| list("words/same"));
    let is_noun = word.len() > 2 && word.bytes().all(|it| it.is_ascii_lowercase());
    let before_y = word.strip_suffix('y').and_then(|it| it.chars().next_back());
    match word {
        _ if !is_noun || SAME.contains(&word) || word.ends_with('s') || word.ends_with("ta") => word.to_owned(),
        _ if before_y.is_some_and(|it| !"aeiou".contains(it)) => format!("{}ies", &word[..word.len() - 1]),
        _ if ["sh", "ch", "x", "z"].iter().any(|it| word.ends_with(it)) => format!("{word}es"),
        _ => format!("{word}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_split_at_capitals() {
        for (name, expected) in [
            ("NetworkInspect", "network inspect"),
            ("populateNetworkID", "populate network ID"),
            ("containerToV1Container", "container to V1 container"),
            ("getIntelRdtParamUint", "get intel RDT param uint"),
            ("ParseOAuthURLs", "parse OAuth URLs"),
            ("mbm_local_bytes", "MBM local bytes"),
            ("HTTPServer", "HTTP server"),
            ("imageID", "image ID"),
            ("imageIDs", "image IDs"),
            ("userId", "user ID"),
            ("newWAL", "new WAL"),
            ("IPv4Address", "IPv4 address"),
            ("sha256Sum", "sha256 sum"),
            ("x", ""),
            ("größeÄndern", "größe ändern"),
        ] {
            assert_eq!(words(name).join(" "), expected, "{name}");
        }
    }

    #[test]
    fn plurals_lose_their_ending() {
        for (word, expected) in [
            ("images", "image"),
            ("policies", "policy"),
            ("batches", "batch"),
            ("status", "status"),
            ("address", "address"),
            ("boxes", "box"),
        ] {
            assert_eq!(singular(word), expected);
            assert_eq!(plural(expected), word);
        }
    }
}
