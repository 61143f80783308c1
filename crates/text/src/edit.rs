use std::error::Error;
use std::fmt;

use crate::TextRange;

/// A replacement of one range of a file by a text. An empty range is an insertion, an empty text a deletion.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Edit {
    /// What is replaced, in offsets of the text before.
    pub range: TextRange,
    /// What stands there afterwards.
    pub text: String,
}

impl Edit {
    /// Replaces the bytes of `range` by `text`.
    pub fn replace(range: TextRange, text: impl Into<String>) -> Edit {
        Edit { range, text: text.into() }
    }

    /// Inserts `text` in front of the byte at `offset`.
    pub fn insert(offset: u32, text: impl Into<String>) -> Edit {
        Edit::replace(TextRange::empty(offset), text)
    }

    /// Deletes the bytes of `range`.
    pub fn delete(range: TextRange) -> Edit {
        Edit::replace(range, "")
    }
}

/// Two edits of one file that cannot both be made: they share a byte, or one inserts inside what the other replaces.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Overlap {
    /// The range of the edit that starts first.
    pub first: TextRange,
    /// The range of the other one.
    pub second: TextRange,
}

impl fmt::Display for Overlap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Overlap { first, second } = self;
        write!(f, "the edits of bytes {}..{} and {}..{} overlap", first.start, first.end, second.start, second.end)
    }
}

impl Error for Overlap {}

/// The edits of one file, sorted and without overlap.
///
/// All ranges are offsets of the same text, the one before any of the edits. Edits may touch. The order of what they
/// write is then the order of the places: an insertion at the start of a replaced range comes before the replacement,
/// one at its end behind it; insertions at the same offset keep the order in which they were given. Equal edits are
/// not merged: two equal insertions insert twice, and two equal replacements overlap.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct EditSet {
    edits: Vec<Edit>,
}

impl EditSet {
    /// Sorts `edits`. Fails with the first two that overlap.
    pub fn new(mut edits: Vec<Edit>) -> Result<EditSet, Overlap> {
        // An insertion has the smaller end, so it sorts before a replacement that starts at its place.
        edits.sort_by_key(|edit| (edit.range.start, edit.range.end));
        for pair in edits.windows(2) {
            let (first, second) = (pair[0].range, pair[1].range);
            if second.start < first.end {
                return Err(Overlap { first, second });
            }
        }
        Ok(EditSet { edits })
    }

    /// A set from edits that are in order and do not overlap.
    pub(crate) fn from_sorted(edits: Vec<Edit>) -> EditSet {
        debug_assert!(edits.windows(2).all(|pair| pair[0].range.end <= pair[1].range.start));
        EditSet { edits }
    }

    /// The edits, in the order of their places.
    pub fn iter(&self) -> std::slice::Iter<'_, Edit> {
        self.edits.iter()
    }

    /// The edits, in the order of their places.
    pub fn as_slice(&self) -> &[Edit] {
        &self.edits
    }

    /// How many edits there are.
    pub fn len(&self) -> usize {
        self.edits.len()
    }

    /// Whether there is no edit.
    pub fn is_empty(&self) -> bool {
        self.edits.is_empty()
    }

    /// The edits of both sets, which must belong to the same text. At the same offset, insertions of `self` come before
    /// those of `other`. Fails with the first two edits that overlap.
    pub fn union(&self, other: &EditSet) -> Result<EditSet, Overlap> {
        EditSet::new(self.edits.iter().chain(&other.edits).cloned().collect())
    }

    /// The text after the edits.
    ///
    /// The edits should have been made for `text`. Should one lie beyond its end or cut a character in two, the
    /// offsets are moved down to the nearest place where an edit is possible.
    pub fn apply(&self, text: &str) -> String {
        let added: usize = self.edits.iter().map(|edit| edit.text.len()).sum();
        let mut result = String::with_capacity(text.len() + added);
        let mut copied = 0;
        for edit in &self.edits {
            let (start, end) = (boundary(text, edit.range.start), boundary(text, edit.range.end));
            result.push_str(&text[copied..start]);
            result.push_str(&edit.text);
            copied = end;
        }
        result.push_str(&text[copied..]);
        result
    }

    /// Where the byte at `offset` stands after the edits: behind everything inserted at `offset`. A replaced byte
    /// counts as standing at the start of its replacement.
    pub fn map_offset(&self, offset: u32) -> u32 {
        let mut moved = i64::from(offset);
        for edit in self.edits.iter().take_while(|edit| edit.range.start <= offset) {
            if edit.range.contains_offset(offset) {
                moved -= i64::from(offset - edit.range.start);
                break;
            }
            moved += edit.text.len() as i64 - i64::from(edit.range.len());
        }
        moved.clamp(0, i64::from(u32::MAX)) as u32
    }

    /// One set with the same effect as applying `self` and then `then`, whose offsets are those of the text after
    /// `self`. Edits of `then` that reach into what `self` wrote are merged with it; all others stay as they are.
    pub fn compose(&self, then: &EditSet) -> EditSet {
        EditSet::from_sorted(crate::compose::compose(&self.edits, &then.edits))
    }
}

impl<'a> IntoIterator for &'a EditSet {
    type Item = &'a Edit;
    type IntoIter = std::slice::Iter<'a, Edit>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// The nearest place in `text`, at or before `offset`, where it can be cut.
pub(crate) fn boundary(text: &str, offset: u32) -> usize {
    let mut at = (offset as usize).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(edits: Vec<Edit>) -> EditSet {
        EditSet::new(edits).expect("edits without overlap")
    }

    #[test]
    fn edits_are_applied_in_the_order_of_their_places() {
        let edits = set(vec![
            Edit::replace(TextRange::new(6, 11), "there"),
            Edit::insert(0, "> "),
            Edit::delete(TextRange::new(5, 6)),
        ]);
        assert_eq!(edits.apply("hello world"), "> hellothere");
    }

    #[test]
    fn insertions_at_one_place_keep_the_order_given() {
        let edits = set(vec![Edit::insert(1, "1"), Edit::insert(1, "2"), Edit::insert(0, "0"), Edit::insert(1, "3")]);
        assert_eq!(edits.apply("ab"), "0a123b");
    }

    #[test]
    fn an_insertion_may_touch_a_replacement_at_both_ends() {
        let edits = set(vec![
            Edit::insert(3, ">"),
            Edit::replace(TextRange::new(1, 3), "X"),
            Edit::insert(1, "<"),
            Edit::replace(TextRange::new(3, 4), "Y"),
        ]);
        assert_eq!(edits.apply("abcde"), "a<X>Ye");
    }

    #[test]
    fn overlapping_edits_are_refused() {
        let overlap = |a: (u32, u32), b: (u32, u32)| {
            let edit = |(start, end)| Edit::replace(TextRange::new(start, end), "x");
            EditSet::new(vec![edit(a), edit(b)]).is_err()
        };
        assert!(overlap((0, 2), (1, 3)), "a shared byte");
        assert!(overlap((1, 3), (1, 3)), "the same range");
        assert!(overlap((1, 3), (1, 2)), "the same start");
        assert!(overlap((2, 2), (1, 3)), "an insertion inside");
        assert!(!overlap((0, 2), (2, 3)));
        assert!(!overlap((2, 2), (2, 2)));
        let error = EditSet::new(vec![Edit::insert(5, ""), Edit::delete(TextRange::new(4, 9))]).unwrap_err();
        assert_eq!(error.to_string(), "the edits of bytes 4..9 and 5..5 overlap");
    }

    #[test]
    fn edits_of_another_text_are_moved_to_where_they_can_be_made() {
        let edits = set(vec![Edit::delete(TextRange::new(0, 1)), Edit::insert(90, "!")]);
        assert_eq!(edits.apply("äb"), "äb!");
    }

    #[test]
    fn union_keeps_the_order_of_the_sets() {
        let a = set(vec![Edit::insert(1, "1"), Edit::insert(0, "0")]);
        let b = set(vec![Edit::insert(1, "2"), Edit::delete(TextRange::new(1, 2))]);
        assert_eq!(a.union(&b).map(|both| both.apply("ab")), Ok("0a12".to_owned()));
        assert!(b.union(&b).is_err());
    }

    #[test]
    fn offsets_follow_the_bytes_they_point_to() {
        let edits = set(vec![
            Edit::insert(0, ">>"),
            Edit::replace(TextRange::new(2, 5), "x"),
            Edit::delete(TextRange::new(6, 8)),
        ]);
        // abcdefghij -> >>abxfij
        let map = |offset| edits.map_offset(offset);
        assert_eq!(
            [map(0), map(1), map(2), map(4), map(5), map(6), map(7), map(8), map(10)],
            [2, 3, 4, 4, 5, 6, 6, 6, 8]
        );
    }
}
