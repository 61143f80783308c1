//! What tree-sitter-go 0.25 cannot parse although it is Go, and what it is shown instead.

use std::borrow::Cow;

use gofix_text::TextRange;

/// Valid Go that tree-sitter-go 0.25 does not parse. For each of them a test asserts that it still does not.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Construct {
    /// `new` called with a value, Go 1.26: `new("x")`, `new(uint64(3))`. Its place is the name `new`.
    NewOfValue,
    /// The type parameters of a method, Go 1.27: `func (r *Rand) N[Int intType](n Int) Int`. Their place is the list
    /// with its brackets.
    MethodTypeParams,
    /// A label of a label at the end of a block: `{ L: L1: }`. Its place is the outer label with its colon.
    LabelOfLabel,
    /// A type literal from which a method is selected: `struct{ A }.m`. Its place is the literal.
    SelectorOfType,
}

impl Construct {
    /// All of them.
    pub const ALL: [Construct; 4] =
        [Construct::NewOfValue, Construct::MethodTypeParams, Construct::LabelOfLabel, Construct::SelectorOfType];

    /// A file that holds the construct once, and which bytes of it are its place.
    pub fn example(self) -> (&'static str, TextRange) {
        let (text, place) = match self {
            Construct::NewOfValue => ("package p\n\nvar x = new(uint64(3))\n", "new"),
            Construct::MethodTypeParams => {
                ("package p\n\nfunc (r *Rand) N[Int intType](n Int) Int { return n }\n", "[Int intType]")
            }
            Construct::LabelOfLabel => ("package p\n\nfunc f() {\nL:\nL1:\n}\n", "L:"),
            Construct::SelectorOfType => ("package p\n\nvar _ = struct{ A }.m\n", "struct{ A }"),
        };
        let start = text.find(place).map_or(0, |it| it as u32);
        (text, TextRange::new(start, start + place.len() as u32))
    }

    /// Whether a name stands in for the construct; otherwise nothing does.
    fn is_named(self) -> bool {
        matches!(self, Construct::NewOfValue | Construct::SelectorOfType)
    }
}

/// A place in a file at which a [`Construct`] stands.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Known {
    /// The place, as the construct defines it.
    pub range: TextRange,
    /// What stands there.
    pub construct: Construct,
}

/// The text with every known construct replaced by something that tree-sitter parses and that is as long. Places that
/// lie outside the text, or cut a character in two, are passed over.
pub(crate) fn cover<'a>(text: &'a str, known: &[Known]) -> Cow<'a, str> {
    if known.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut covered = text.to_owned();
    for Known { range, construct } in known {
        if range.is_empty() || text.get(range.to_usize()).is_none() {
            continue;
        }
        let width = range.len() as usize;
        let name = if construct.is_named() { "_" } else { " " };
        covered.replace_range(range.to_usize(), &format!("{name:width$}"));
    }
    Cow::Owned(covered)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::errors;

    #[test]
    fn every_construct_is_still_unknown_to_tree_sitter() {
        for construct in Construct::ALL {
            let (text, _) = construct.example();
            assert_ne!(errors(text), Some(vec![]), "{construct:?} is parsed now and can leave the table");
        }
    }

    #[test]
    fn every_construct_is_parsed_once_covered() {
        for construct in Construct::ALL {
            let (text, range) = construct.example();
            let covered = cover(text, &[Known { range, construct }]);
            assert_eq!(covered.len(), text.len());
            assert_eq!(errors(&covered), Some(vec![]), "{construct:?}: {covered}");
        }
    }

    #[test]
    fn places_outside_the_text_are_passed_over() {
        let at = |start, end| Known { range: TextRange::new(start, end), construct: Construct::NewOfValue };
        assert_eq!(cover("ä new", &[at(1, 2), at(90, 93), at(3, 3), at(3, 6)]), "ä _  ");
    }
}
