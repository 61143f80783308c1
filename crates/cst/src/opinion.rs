//! The comparison of the texts before and after a fix.

use std::collections::HashMap;

use gofix_text::TextRange;

use crate::{
    errors::{ErrorKind, TreeError, errors},
    known::{Known, cover},
};

/// A text, and where in it stands what tree-sitter is known not to parse.
#[derive(Copy, Clone, Debug)]
pub struct Source<'a> {
    /// The text of the whole file.
    pub text: &'a str,
    /// The known constructs, in any order, without overlap.
    pub known: &'a [Known],
}

impl<'a> Source<'a> {
    /// A text without any known construct.
    pub fn plain(text: &'a str) -> Source<'a> {
        Source { text, known: &[] }
    }
}

/// What tree-sitter thinks of a change.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// It sees no error afterwards that it did not see before.
    Fine,
    /// It sees new errors, at these places of the text afterwards.
    NewErrors(Vec<TextRange>),
    /// It would take too many steps to say; see [`errors`].
    NoOpinion,
}

/// Compares what tree-sitter sees before and after a change.
///
/// `before` is parsed only if there is an error in `after`. An error counts as seen before if there was one of the same
/// kind over the same text, white space aside; so an error that an edit reaches into counts as new.
pub fn second_opinion(before: Source<'_>, after: Source<'_>) -> Verdict {
    match new_errors(before, after) {
        Some(new) if new.is_empty() => Verdict::Fine,
        Some(new) => Verdict::NewErrors(new),
        None => Verdict::NoOpinion,
    }
}

fn new_errors(before: Source<'_>, after: Source<'_>) -> Option<Vec<TextRange>> {
    let now = errors(&cover(after.text, after.known))?;
    if now.is_empty() {
        return Some(Vec::new());
    }
    let mut seen: HashMap<(ErrorKind, String), usize> = HashMap::new();
    for error in errors(&cover(before.text, before.known))? {
        *seen.entry(signature(before.text, error)).or_default() += 1;
    }
    let mut new = Vec::new();
    for error in now {
        match seen.get_mut(&signature(after.text, error)) {
            Some(left) if *left > 0 => *left -= 1,
            _ => new.push(error.range),
        }
    }
    Some(new)
}

/// What makes two errors the same: the kind and the text, or the text of the line where something is missing.
fn signature(text: &str, error: TreeError) -> (ErrorKind, String) {
    let mut range = error.range.to_usize();
    if range.is_empty() {
        let bytes = text.as_bytes();
        range.start = bytes[..range.start].iter().rposition(|&it| it == b'\n').map_or(0, |it| it + 1);
        range.end += bytes[range.end..].iter().position(|&it| it == b'\n').unwrap_or(bytes.len() - range.end);
    }
    (error.kind, text[range].split_whitespace().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Construct;

    fn plain(before: &str, after: &str) -> Verdict {
        second_opinion(Source::plain(before), Source::plain(after))
    }

    #[test]
    fn an_error_that_was_there_before_does_not_count() {
        let broken = "package p\n\nvar a = 1 $ 2\n\nvar b interface{}\n";
        let fixed = broken.replace("interface{}", "any");
        assert_eq!(plain(broken, &fixed), Verdict::Fine);
        assert_eq!(plain(broken, broken), Verdict::Fine);
        assert_eq!(plain(broken, "package p\n"), Verdict::Fine);
    }

    #[test]
    fn an_error_that_is_new_counts() {
        let before = "package p\n\nvar a = 1 $ 2\n\nvar b interface{}\n";
        let after = before.replace("interface{}", "any = 3 $ 4");
        let Verdict::NewErrors(new) = plain(before, &after) else { panic!("no new errors") };
        assert_eq!(new.len(), 1);
        assert_eq!(&after[new[0].to_usize()], "3 $", "the second error is the new one");
    }

    #[test]
    fn a_token_that_goes_missing_counts() {
        let before = "package p\n\nfunc f() { g(1) }\n";
        assert!(matches!(plain(before, &before.replace("g(1)", "for i := 0; i < 3 {}")), Verdict::NewErrors(_)));
    }

    #[test]
    fn a_known_construct_does_not_hide_an_error_next_to_it() {
        let (text, range) = Construct::NewOfValue.example();
        let known = [Known { range, construct: Construct::NewOfValue }];
        let before = Source::plain("package p\n");
        assert_eq!(second_opinion(before, Source { text, known: &known }), Verdict::Fine);
        let broken = text.replace("uint64(3)", "uint64(3");
        assert!(matches!(second_opinion(before, Source { text: &broken, known: &known }), Verdict::NewErrors(_)));
    }

    #[test]
    fn text_that_takes_too_many_steps_gets_no_opinion() {
        let text = format!("package p\n\nvar x = {}\n", "f(".repeat(400_000) + &")".repeat(400_000));
        assert_eq!(plain("package p\n", &text), Verdict::NoOpinion);
    }
}
