//! Writes texts of errors so that they can stand in the middle of a line: `load users: no such file`.
//!
//! Others put their words in front of a text and something behind it, so it starts with a small letter and ends without
//! punctuation (Go Code Review Comments: Error Strings). A name keeps its capital; so only words that are known to be plain
//! English lose theirs.

mod looked;

use gofix_rule::{
    Cx, Decline, Fix, Group, Meta, Report, Rule, Spelling, TextRange, errors,
    semantic::{Tri, Workspace},
    syntax::{
        Kind, Node, Token,
        ast::{AstNode, CallExpr},
    },
};

pub(crate) struct ErrorString;

static META: Meta = Meta {
    name: "error-string",
    summary: "start texts of errors with a small letter, and end them without punctuation",
    group: Group::Errors,
    recommended: true,
    since: None,
    until: None,
    words: &["package"], // nothing else is in all files that may matter
    options: &[],
    docs: include_str!("README.md"),
};

/// What is said of a text.
const MESSAGES: [&str; 1] = ["the text of an error starts with a small letter and ends without punctuation"];

impl Rule for ErrorString {
    fn meta(&self) -> &Meta {
        &META
    }

    fn needs_error_flow(&self) -> bool {
        true
    }

    fn check(&self, cx: &Cx<'_>, report: &mut Report) {
        for (path, name) in [("errors", "New"), ("fmt", "Errorf")] {
            for call in cx.calls(path, name).filter(|it| !cx.in_test_file(it.node())) {
                if let Some((text, fix)) = advise(cx, call) {
                    report.fix(text, MESSAGES[0], fix);
                }
            }
        }
    }
}

/// Rewrites
///
/// ```go
/// errors.New("Cannot open the store.")
/// ```
///
/// to
///
/// ```go
/// errors.New("cannot open the store")
/// ```
///
/// None if there is nothing to mend.
fn advise<'a>(cx: &Cx<'a>, call: CallExpr<'a>) -> Option<(Node<'a>, Result<Fix, Decline>)> {
    let node = call.args().next()?;
    let spelling = Spelling::of(node)?;
    let text = spelling.text()?;
    let first = text.chars().next()?;
    let last = text.char_indices().next_back()?;
    let is_large = first.is_ascii_uppercase();
    let is_ended = matches!(last.1, '.' | '!' | '\n')
        && !text.ends_with("..")
        && text.len() > 1
        && !(last.1 == '.' && is_abbreviated(&text[..last.0]));
    if !is_large && !is_ended {
        return None;
    }
    let new = match (is_large, is_ended) {
        (true, true) => format!("{}{}", first.to_ascii_lowercase(), &text[1..last.0]),
        (true, false) => format!("{}{}", first.to_ascii_lowercase(), &text[1..]),
        (false, _) => text[..last.0].to_owned(),
    };
    let fix = is_plain(cx, call, text, is_large).and_then(|()| looked::at_neither(cx, call, &[text, &new])).map(|()| {
        let mut fix = Fix::review();
        if let Some(place) = spelling.place(0).filter(|_| is_large) {
            fix = fix.replace_range(node.file(), place, first.to_ascii_lowercase().to_string());
        }
        if let Some(place) = spelling.place(last.0).filter(|_| is_ended) {
            fix = fix.replace_range(node.file(), place, "");
        }
        fix
    });
    Some((node, fix))
}

/// Words that end with a mark of their own.
const ABBREVIATED: &[&str] = &[
    "etc", "al", "vs", "cf", "approx", "resp", "incl", "excl", "max", "min", "misc", "no", "nr", "fig", "sec", "inc",
    "ltd", "corp", "co", "jr", "sr", "dr", "mr", "mrs", "st", "dept", "est", "abbr", "num", "vol", "ed", "pp",
];

/// Characters of paths, domains and patterns.
const MARKS: [char; 5] = ['.', '/', '\\', '@', '*'];

/// Whether the full stop behind a text belongs to its last word: `etc.`, `e.g.`, `/tmp/.`, `a.b.`, `plan b.`
fn is_abbreviated(text: &str) -> bool {
    let last = text.rsplit(char::is_whitespace).next().unwrap_or_default();
    let word = last.trim_start_matches(['(', '[', '{']);
    let is_letter = word.len() == 1 && word.starts_with(|it: char| it.is_ascii_alphabetic());
    let is_place = word.is_empty() || word.contains(MARKS);
    is_letter || is_place || ABBREVIATED.contains(&&*word.to_ascii_lowercase())
}

/// Declines if the text is no single line of plain English, or stands elsewhere too.
fn is_plain<'a>(cx: &Cx<'a>, call: CallExpr<'a>, text: &str, is_large: bool) -> Result<(), Decline> {
    let core = text.trim_end_matches(['.', '!', '\n']);
    if text.len() > core.len() + 1 || core.ends_with([' ', '\t']) {
        return Err("the text ends with more than one mark".into());
    }
    if core.contains(['\n', '\r']) {
        return Err("the text has several lines".into());
    }
    if ['.', '!', '?'].iter().any(|it| core.contains(&format!("{it} "))) {
        return Err("the text has several sentences".into());
    }
    let first = core.split(' ').next().unwrap_or_default();
    let word = first.trim_end_matches([':', ',', ';']);
    if is_large && !errors::is_word(word) {
        return Err(format!("{word} may be a name").into());
    }
    let means_something =
        |it: &str| cx.package().declarations(it).1 != Tri::No || !cx.package().declarations(it).0.is_empty();
    if is_large && means_something(word) {
        return Err(format!("{word} is a name of the package").into());
    }
    match is_elsewhere(cx.workspace(), call, text) {
        true => Err("the text, or its beginning, stands elsewhere in the module".into()),
        false => Ok(()),
    }
}

/// Whether a literal elsewhere has the text, or its first characters.
fn is_elsewhere(ws: &Workspace, call: CallExpr<'_>, text: &str) -> bool {
    /// So many characters are enough to know a text by.
    const HEAD: usize = 15;
    let head: String = text.chars().take(HEAD).collect();
    // Only whole words of it can be looked for.
    let inside = if text.chars().count() > HEAD { head.rsplit_once(' ').map_or("", |it| it.0) } else { &head };
    let is_letter = |it: char| it.is_alphanumeric() || it == '_';
    let word = inside.split(|it| !is_letter(it)).max_by_key(|it| it.len()).filter(|it| !it.is_empty());
    let Some(word) = word else { return true };
    ws.textual_mentions(word).into_iter().any(|(id, range)| {
        let Some(file) = ws.file(id) else { return true };
        let is_own =
            id == call.node().file().id() && call.node().range().contains(TextRange::new(range.start, range.end));
        let source = &file.text()[range.to_usize()];
        if is_own || source.starts_with('/') || !source.contains(word) {
            return false;
        }
        let literal =
            file.nodes().find(|it| it.range() == range && it.kind() == Kind::BasicLit && it.op() == Token::String);
        let spelled = literal.and_then(Spelling::of);
        spelled.is_none_or(|it| String::from_utf8_lossy(it.bytes()).contains(&head))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_full_stops_belong_to_words() {
        for text in
            ["open e.g", "open (e.g", "open etc", "open a.b", "open /tmp/", "open ", "plan B", "foo et al", "x/*"]
        {
            assert!(is_abbreviated(text), "{text}");
        }
        for text in ["open", "cannot open %s", "version 1", "cannot open %d%%", "done)"] {
            assert!(!is_abbreviated(text), "{text}");
        }
    }
}
