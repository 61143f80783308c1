//! What our formatter makes of a text, and how that can differ from what gofmt makes of it.

use std::{collections::BTreeMap, fmt, panic};

use gofix_syntax::SourceFile;

use crate::gofmt::Answer;

/// What we make of a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Ours {
    /// This.
    Text(String),
    /// It is not Go, for this reason.
    Rejected(String),
    /// We panicked, which is always wrong.
    Panicked,
}

/// Formats the file.
pub(crate) fn format(bytes: &[u8]) -> Ours {
    let Ok(text) = std::str::from_utf8(bytes) else { return Ours::Rejected("it is not UTF-8".to_owned()) };
    match panic::catch_unwind(|| gofix_format::source(text)) {
        Ok(Ok(formatted)) => Ours::Text(formatted),
        Ok(Err(errors)) => {
            Ours::Rejected(errors.first().map_or("without a reason".to_owned(), |it| it.message.clone()))
        }
        Err(_) => Ours::Panicked,
    }
}

/// What can be wrong with what we make of a file.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Trouble {
    /// We panicked.
    Panic,
    /// It is no Go file for gofmt, for this reason.
    WronglyAccepted(String),
    /// It is one, but not for us.
    WronglyRejected(String),
    /// It comes out otherwise.
    Different(Shape),
    /// What we make of it, we format once more otherwise than gofmt does.
    Unstable(Shape),
    /// A comment is missing, or there is one more: a word that the comments have more or less often.
    Comments(String),
}

impl Trouble {
    /// The name of its kind.
    pub(crate) fn kind(&self) -> String {
        match self {
            Trouble::Panic => "panics".to_owned(),
            Trouble::WronglyAccepted(_) => "wrongly accepted".to_owned(),
            Trouble::WronglyRejected(_) => "wrongly rejected".to_owned(),
            Trouble::Different(shape) => shape.to_string(),
            Trouble::Unstable(shape) => format!("another text the second time: {shape}"),
            Trouble::Comments(_) => "other comments than before".to_owned(),
        }
    }
}

/// How what we make of a text differs from what gofmt makes of it, if it does.
pub(crate) fn difference(bytes: &[u8], theirs: &Answer, ours: &Ours) -> Option<Trouble> {
    let text = String::from_utf8_lossy(bytes);
    match (theirs.formatted(&text), ours, theirs) {
        (_, Ours::Panicked, _) => Some(Trouble::Panic),
        (Some(theirs), Ours::Text(ours), _) => (theirs != ours).then(|| Trouble::Different(Shape::of(theirs, ours))),
        (Some(_), Ours::Rejected(reason), _) => Some(Trouble::WronglyRejected(reason.clone())),
        (None, Ours::Text(_), Answer::Rejected(reason)) => Some(Trouble::WronglyAccepted(reason.clone())),
        (None, ..) => None,
    }
}

/// What the first line is like in which two texts differ.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Shape {
    /// Only in its indentation.
    Indentation,
    /// Only in the blanks before a comment at its end.
    BlanksBeforeComment,
    /// Only in the blanks within the line.
    Blanks,
    /// It is empty in gofmt's.
    EmptyLineLess,
    /// It is empty in ours.
    EmptyLineMore,
    /// One goes on where the other ends.
    LineEnd,
    /// In a comment.
    Comment,
    /// In carriage returns.
    CarriageReturn,
    /// In something else.
    Words,
}

impl Shape {
    /// How what gofmt wrote differs from what we wrote.
    fn of(theirs: &str, ours: &str) -> Shape {
        let (_, theirs, ours) = first_difference(theirs, ours);
        let words = |it: &str| it.split_whitespace().collect::<String>();
        let code = |it: &str| it.find("//").or_else(|| it.find("/*")).map(|at| it[..at].trim_end().to_owned());
        let (their_words, our_words) = (words(theirs), words(ours));
        match () {
            _ if theirs.contains('\r') != ours.contains('\r') => Shape::CarriageReturn,
            _ if theirs.trim().is_empty() => Shape::EmptyLineMore,
            _ if ours.trim().is_empty() => Shape::EmptyLineLess,
            _ if theirs.trim_start() == ours.trim_start() => Shape::Indentation,
            _ if their_words == our_words && code(theirs).is_some() && code(theirs) == code(ours) => {
                Shape::BlanksBeforeComment
            }
            _ if their_words == our_words => Shape::Blanks,
            _ if [theirs, ours].iter().any(|it| it.trim_start().starts_with(['/', '*'])) => Shape::Comment,
            _ if their_words.starts_with(&our_words) || our_words.starts_with(&their_words) => Shape::LineEnd,
            _ => Shape::Words,
        }
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Shape::Indentation => "indentation",
            Shape::BlanksBeforeComment => "blanks before a comment",
            Shape::Blanks => "blanks in a line",
            Shape::EmptyLineLess => "an empty line more",
            Shape::EmptyLineMore => "an empty line less",
            Shape::LineEnd => "the end of a line",
            Shape::Comment => "a comment",
            Shape::CarriageReturn => "carriage returns",
            Shape::Words => "other words",
        })
    }
}

/// The number of the first line that differs, from 0, and that line in both texts.
fn first_difference<'a>(a: &'a str, b: &'a str) -> (usize, &'a str, &'a str) {
    let same = a.split('\n').zip(b.split('\n')).take_while(|(a, b)| a == b).count();
    let line = |text: &'a str| text.split('\n').nth(same).unwrap_or_default();
    (same, line(a), line(b))
}

/// The first line in which two texts differ, with its number and the lines around it; blanks can be seen. Each text has a
/// name.
pub(crate) fn excerpt((name, a): (&str, &str), (other_name, b): (&str, &str)) -> String {
    const BEFORE: usize = 3;
    const BEHIND: usize = 2;
    let (at, ..) = first_difference(a, b);
    let visible = |it: &str| it.replace('\t', "→").replace(' ', "·").replace('\r', "␍");
    let mut out = format!("line {}\n", at + 1);
    let from = at.saturating_sub(BEFORE);
    for line in a.split('\n').skip(from).take(at - from) {
        out += &format!("       |{}\n", visible(line));
    }
    for (name, text) in [(name, a), (other_name, b)] {
        let mut lines = text.split('\n').skip(at).take(1 + BEHIND).peekable();
        if lines.peek().is_none() {
            out += &format!("{name:>6} ends here\n");
        }
        for line in lines {
            out += &format!("{name:>6} |{}\n", visible(line));
        }
    }
    out
}

/// The word that the comments of one text have more often than those of the other, if there is one.
///
/// Words are letters and digits: gofmt changes white space, list markers and quotation marks in comments.
pub(crate) fn lost_word(before: &str, after: &str) -> Option<String> {
    let (before, after) = (SourceFile::parse(before), SourceFile::parse(after));
    let (mut before, mut after) = (comment_words(&before), comment_words(&after));
    if before == after {
        return None;
    }
    let words: BTreeMap<&str, usize> = before.iter().chain(&after).map(|(word, count)| (*word, *count)).collect();
    let mut count = |it: &str| (before.remove(it).unwrap_or(0), after.remove(it).unwrap_or(0));
    words.into_keys().find_map(|word| {
        let (before, after) = count(word);
        (before != after).then(|| format!("{word:?}: {before} times before, {after} times after"))
    })
}

/// How often each word occurs in comments, and how many comments are general ones.
fn comment_words(file: &SourceFile) -> BTreeMap<&str, usize> {
    let mut words = BTreeMap::new();
    for comment in file.comments() {
        let text = &file.text()[comment.to_usize()];
        if text.starts_with("/*") {
            *words.entry("/*").or_insert(0) += 1;
        }
        for word in text.split(|it: char| !it.is_alphanumeric()).filter(|it| !it.is_empty()) {
            *words.entry(word).or_insert(0) += 1;
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_have_shapes() {
        for (theirs, ours, shape) in [
            ("a\n\tx", "a\n\t\tx", Shape::Indentation),
            ("x // c", "x  // c", Shape::BlanksBeforeComment),
            ("x + y // c", "x+y // c", Shape::Blanks),
            ("a\nx", "a\n\nx", Shape::EmptyLineLess),
            ("a\n\nx", "a\nx", Shape::EmptyLineMore),
            ("f(a, b)", "f(a,\n\tb)", Shape::LineEnd),
            ("// a\nx", "x\n// a", Shape::Comment),
            ("x\r", "x", Shape::CarriageReturn),
            ("x", "y", Shape::Words),
        ] {
            assert_eq!(Shape::of(theirs, ours), shape, "{theirs:?} {ours:?}");
        }
    }

    #[test]
    fn an_excerpt_shows_blanks_and_lines_around() {
        let expected = "line 3\n       |a\n       |b\n gofmt |→x·y\n gofmt |\n    we |→x··y\n    we |\n";
        assert_eq!(excerpt(("gofmt", "a\nb\n\tx y\n"), ("we", "a\nb\n\tx  y\n")), expected);
        assert_eq!(excerpt(("before", "a"), ("after", "a\n")), "line 2\n       |a\nbefore ends here\n after |\n");
    }

    #[test]
    fn a_lost_comment_is_noticed() {
        let before = "package p\n\n//   - one\n//\n// - two /* x */\nvar x int /* three */\n";
        assert_eq!(lost_word(before, "package p\n\n// two: x\n//\tone\n/*three*/\nvar x int\n"), None);
        let lost = lost_word(before, "package p\n\n// two: x\n//\tone\n// three\nvar x int\n");
        assert_eq!(lost.as_deref(), Some("\"/*\": 1 times before, 0 times after"));
        assert!(lost_word(before, "package p\n\n// one two x\nvar x int /* */\n").is_some());
        assert!(lost_word("package p\n", "package p // c\n").is_some());
    }

    #[test]
    fn acceptance_is_compared_too() {
        let rejected = Answer::Rejected("no".to_owned());
        let ours = |it: &str| Ours::Text(it.to_owned());
        assert_eq!(difference(b"x", &Answer::Same, &ours("x")), None);
        assert_eq!(difference(b"x", &Answer::Text("y".to_owned()), &ours("y")), None);
        assert_eq!(difference(b"x", &Answer::Same, &ours("y")), Some(Trouble::Different(Shape::Words)));
        assert_eq!(difference(b"x", &rejected, &ours("x")), Some(Trouble::WronglyAccepted("no".to_owned())));
        assert_eq!(difference(b"x", &rejected, &Ours::Rejected("also".to_owned())), None);
        assert_eq!(difference(b"x", &rejected, &Ours::Panicked), Some(Trouble::Panic));
        let wrongly = Some(Trouble::WronglyRejected("also".to_owned()));
        assert_eq!(difference(b"x", &Answer::Same, &Ours::Rejected("also".to_owned())), wrongly);
    }
}
