//! What changes within the lines of a doc comment: quotes written as `` and '' become “ and ”, but not in URLs. And which
//! link definitions the text uses.

use std::ops::Range;

use super::{
    blocks::Links,
    unicode::{is_letter, is_punctuation, is_upper},
    url::{self, Urls},
};

/// Gives the text proper quotes, and marks the definitions that it refers to as used.
pub(super) fn normalise(text: &mut String, links: &mut Links<'_>) {
    let has_quotes = has_quotes(text);
    if !has_quotes && (links.all.is_empty() || !text.contains('[')) {
        return;
    }
    let references = references(text, links);
    if has_quotes {
        let mut result = String::with_capacity(text.len());
        let mut done = 0;
        // A URL ends where a reference starts, and there is none inside of one.
        for Range { start, end } in references {
            convert_quotes(&text[done..start], true, &mut result);
            convert_quotes(&text[start..end], false, &mut result);
            done = end;
        }
        convert_quotes(&text[done..], true, &mut result);
        *text = result;
    }
}

/// Whether there may be quotes to convert in the text.
pub(super) fn has_quotes(text: &str) -> bool {
    text.contains("``") || text.contains("''")
}

/// Appends the text with proper quotes. Three backticks or more are no quotes, but somebody's Markdown.
fn convert_quotes(text: &str, has_urls: bool, result: &mut String) {
    let urls = has_urls.then(|| Urls::new(text));
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let at = text.len() - rest.len();
        let (len, quote) = if let Some(len) = urls.as_ref().and_then(|it| it.len_at(at)) {
            (len, None)
        } else if is_letter(first) || first == '_' {
            // No URL starts inside a word.
            (identifier_len(rest), None)
        } else if rest.starts_with("```") {
            (backticks_len(text, at), None)
        } else if rest.starts_with("``") {
            (2, Some('“'))
        } else if rest.starts_with("''") {
            (2, Some('”'))
        } else {
            (first.len_utf8(), None)
        };
        match quote {
            Some(quote) => result.push(quote),
            None => result.push_str(&rest[..len]),
        }
        rest = &rest[len..];
    }
}

/// How much go/doc/comment passes over at three backticks: these, and more bytes without looking at them. It means to skip
/// more backticks, but counts those that start at twice the offset.
fn backticks_len(text: &str, at: usize) -> usize {
    let more = text.bytes().skip(2 * at + 3).take_while(|it| *it == b'`').count();
    (3 + more..).find(|len| text.is_char_boundary(at + len)).unwrap_or(3)
}

/// The places in brackets that are links: `[text]` with a definition, or the name of a package or of something in it.
/// Marks the definitions as used.
fn references(text: &str, links: &mut Links<'_>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    // The first and the last bracket that opens, of those since the last that closes.
    let mut open = None;
    for (at, bracket) in text.match_indices(['[', ']']) {
        if bracket == "[" {
            open = Some((open.map_or(at, |(first, _)| first), at));
        } else if let Some((first, last)) = open.take() {
            // The reference starts at the last bracket, but what is looked up starts at the first.
            let key = text[first + 1..at].replace('[', "").replace(['\n', '\t'], " ");
            let is_doc_link = || {
                ends_word(text[..last].chars().next_back())
                    && ends_word(text[at + 1..].chars().next())
                    && names_package(&text[last + 1..at])
            };
            if links.refer(&key) || is_doc_link() {
                found.push(last..at + 1);
            }
        }
    }
    found
}

fn ends_word(neighbour: Option<char>) -> bool {
    neighbour.is_none_or(|it| matches!(it, ' ' | '\t' | '\n') || is_punctuation(it))
}

/// Whether the text is `path`, `path.Name` or `path.Type.Method`, after a star or not.
fn names_package(text: &str) -> bool {
    let without_name = |text| {
        let (rest, name) = str::rsplit_once(text, '.').unwrap_or(("", text));
        (name.starts_with(is_upper) && identifier_len(name) == name.len()).then_some(rest)
    };
    let text = text.strip_prefix('*').unwrap_or(text);
    let path = without_name(text).map_or(text, |rest| without_name(rest).unwrap_or(rest));
    url::is_package(path)
}

/// How long the identifier is that the text starts with. Only ASCII digits can be in it.
fn identifier_len(text: &str) -> usize {
    text.find(|it: char| it != '_' && !it.is_ascii_digit() && !is_letter(it)).unwrap_or(text.len())
}
