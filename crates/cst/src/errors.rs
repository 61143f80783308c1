//! Parsing with tree-sitter within a budget, and listing what it did not understand.

use std::{cell::RefCell, ops::ControlFlow, sync::LazyLock};

use gofix_text::TextRange;
use tree_sitter::{Language, ParseOptions, Parser, Tree};

/// How many operations tree-sitter may spend on one text. Ordinary Go takes one operation for two bytes, the worst
/// nested text six for one; two million of them are about a second and 200 MB. Counting operations instead of time makes
/// the answer independent of the machine and of what else it does.
const MAX_OPERATIONS: usize = 2_000_000;

/// tree-sitter reports progress once in so many operations.
const OPERATIONS_PER_REPORT: usize = 100;

/// What kind of error it is.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
pub enum ErrorKind {
    /// Text that fits nowhere.
    Unexpected,
    /// A token that should be there and is not; tree-sitter's name for it.
    Missing(&'static str),
}

/// A place that tree-sitter does not understand.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
pub struct TreeError {
    /// What is wrong.
    pub kind: ErrorKind,
    /// The bytes that fit nowhere; empty where something is missing.
    pub range: TextRange,
}

/// The places in `text` that tree-sitter does not understand, in order. An error inside another one is not listed.
///
/// `None` if tree-sitter would take too many steps to tell. That depends on the text alone: it takes two megabytes of
/// ordinary Go, or some hundred kilobytes of nothing but nesting. Depth alone is no problem.
pub fn errors(text: &str) -> Option<Vec<TreeError>> {
    let tree = parse(text)?;
    Some(if tree.root_node().has_error() { list(&tree) } else { Vec::new() })
}

static LANGUAGE: LazyLock<Language> = LazyLock::new(|| tree_sitter_go::LANGUAGE.into());

thread_local! {
    static PARSER: RefCell<Parser> = RefCell::new(Parser::new());
}

fn parse(text: &str) -> Option<Tree> {
    PARSER.with_borrow_mut(|parser| {
        // An abandoned parse would be resumed by the next one.
        parser.reset();
        parser.set_language(&LANGUAGE).ok()?;
        let mut reports_left = MAX_OPERATIONS / OPERATIONS_PER_REPORT;
        let mut progress = |_: &_| match reports_left {
            0 => ControlFlow::Break(()),
            _ => {
                reports_left -= 1;
                ControlFlow::Continue(())
            }
        };
        let mut read = |offset: usize, _| text.as_bytes().get(offset..).unwrap_or_default();
        parser.parse_with_options(&mut read, None, Some(ParseOptions::new().progress_callback(&mut progress)))
    })
}

/// The outermost errors of a tree, in order.
fn list(tree: &Tree) -> Vec<TreeError> {
    let mut found = Vec::new();
    let mut cursor = tree.walk();
    loop {
        let node = cursor.node();
        let kind = if node.is_missing() {
            Some(ErrorKind::Missing(LANGUAGE.node_kind_for_id(node.kind_id()).unwrap_or_default()))
        } else {
            node.is_error().then_some(ErrorKind::Unexpected)
        };
        let range = TextRange::new(node.start_byte() as u32, node.end_byte() as u32);
        found.extend(kind.map(|kind| TreeError { kind, range }));
        if kind.is_none() && node.has_error() && cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return found;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(text: &str) -> Vec<(ErrorKind, &str)> {
        let found = errors(text).expect("an opinion");
        found.into_iter().map(|it| (it.kind, &text[it.range.to_usize()])).collect()
    }

    #[test]
    fn valid_text_has_no_errors() {
        assert_eq!(places("package p\n\nfunc f[T any](x T) { for i := range 3 { g(i) } }\n"), []);
        assert_eq!(places("\u{feff}package p\r\n\r\nvar x int\r\n"), []);
    }

    #[test]
    fn text_that_fits_nowhere_and_missing_tokens_are_listed_in_order() {
        let text = "package p\n\nvar a = 1 $ 2\n\nfunc f() { for i := 0; i < 3 {} }\n";
        assert_eq!(places(text), [(ErrorKind::Unexpected, "1 $"), (ErrorKind::Missing(";"), "")]);
    }

    #[test]
    fn a_parser_that_has_seen_an_error_sees_the_next_text_fresh() {
        assert_ne!(places("package p\n\nfunc f() {"), []);
        assert_eq!(places("package p\n"), []);
    }

    #[test]
    fn depth_is_no_problem() {
        let nested = |open: &str, close: &str| {
            format!("package p\n\nfunc f() {{\n\tx := {}1{}\n}}\n", open.repeat(100_000), close.repeat(100_000))
        };
        assert_eq!(errors(&nested("(", ")")), Some(vec![]));
        assert_eq!(errors(&nested("1+", "")), Some(vec![]));
        assert_ne!(errors(&nested("(", "")), Some(vec![]));
    }

    #[test]
    fn a_parse_that_takes_too_many_steps_is_abandoned() {
        let text = format!("package p\n\nvar x = {}\n", "f(".repeat(400_000) + &")".repeat(400_000));
        assert_eq!(errors(&text), None);
        assert_eq!(errors("package p\n"), Some(vec![]), "and does not disturb the next one");
    }
}
