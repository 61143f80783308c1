use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{DefaultHasher, Hasher};
use std::ops::Range;

use crate::{Edit, EditSet, TextRange};

impl EditSet {
    /// Edits that turn the text `before` into `after`, for texts that differ mostly in their blanks and line breaks, as
    /// those before and after formatting do. Lines that are alike but for blanks are edited one by one, what stands
    /// between them as a whole. Takes about linear time; the edits are not the fewest possible.
    pub fn between(before: &str, after: &str) -> EditSet {
        let (old, new) = (Lines::new(before), Lines::new(after));
        let mut between = Between { old: &old, new: &new, edits: Vec::new() };
        let (mut i, mut j) = (0, 0);
        for (at_old, at_new) in anchors(&old.keys, &new.keys) {
            // What was matched from the last anchor on may have come this far.
            if at_old < i || at_new < j {
                continue;
            }
            between.gap(i..at_old, j..at_new);
            between.replace(at_old..at_old + 1, at_new..at_new + 1);
            (i, j) = (at_old + 1, at_new + 1);
        }
        between.gap(i..old.keys.len(), j..new.keys.len());
        EditSet::from_sorted(between.edits)
    }
}

/// A text and its lines.
struct Lines<'a> {
    text: &'a str,
    /// Where each line starts, and the end of the text.
    starts: Vec<usize>,
    /// What each line has besides blanks, as a hash; 0 for lines of nothing but blanks.
    keys: Vec<u64>,
}

impl<'a> Lines<'a> {
    fn new(text: &'a str) -> Lines<'a> {
        let (mut starts, mut keys) = (vec![0], Vec::new());
        for line in text.split_inclusive('\n') {
            starts.push(starts[keys.len()] + line.len());
            keys.push(key(line));
        }
        Lines { text, starts, keys }
    }

    fn bytes(&self, lines: Range<usize>) -> Range<usize> {
        self.starts[lines.start]..self.starts[lines.end]
    }
}

fn key(line: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    let mut is_blank = true;
    for word in line.split_ascii_whitespace() {
        hasher.write(word.as_bytes());
        is_blank = false;
    }
    if is_blank { 0 } else { hasher.finish().max(1) }
}

/// Pairs of lines with the same key, which no other line in its text has: the longest sequence that rises in both.
fn anchors(old: &[u64], new: &[u64]) -> Vec<(usize, usize)> {
    let (in_old, in_new) = (unique(old), unique(new));
    let pair = |(at, key): (usize, &u64)| {
        in_old.get(key)?.as_ref()?;
        Some((at, (*in_new.get(key)?)?))
    };
    let pairs: Vec<(usize, usize)> = old.iter().enumerate().filter_map(pair).collect();
    // For each length, the pair that ends a sequence of it as early as possible, and before each pair the one in front.
    let mut ends: Vec<usize> = Vec::new();
    let mut previous: Vec<Option<usize>> = Vec::with_capacity(pairs.len());
    for (index, pair) in pairs.iter().enumerate() {
        let length = ends.partition_point(|&end| pairs[end].1 < pair.1);
        previous.push(length.checked_sub(1).map(|shorter| ends[shorter]));
        match ends.get_mut(length) {
            Some(end) => *end = index,
            None => ends.push(index),
        }
    }
    let mut sequence: Vec<_> =
        std::iter::successors(ends.last().copied(), |&index| previous[index]).map(|index| pairs[index]).collect();
    sequence.reverse();
    sequence
}

/// Where each key is; None for those of several lines.
fn unique(keys: &[u64]) -> HashMap<u64, Option<usize>> {
    let mut places = HashMap::with_capacity(keys.len());
    for (at, &key) in keys.iter().enumerate().filter(|(_, key)| **key != 0) {
        match places.entry(key) {
            Entry::Vacant(entry) => {
                entry.insert(Some(at));
            }
            Entry::Occupied(mut entry) => {
                entry.insert(None);
            }
        }
    }
    places
}

struct Between<'a> {
    old: &'a Lines<'a>,
    new: &'a Lines<'a>,
    edits: Vec<Edit>,
}

impl Between<'_> {
    /// Edits the lines between two anchors: those that are alike from the front and from the back on one by one.
    fn gap(&mut self, mut old: Range<usize>, mut new: Range<usize>) {
        while !old.is_empty() && !new.is_empty() && self.old.keys[old.start] == self.new.keys[new.start] {
            self.replace(old.start..old.start + 1, new.start..new.start + 1);
            (old.start, new.start) = (old.start + 1, new.start + 1);
        }
        let (old_end, new_end) = (old.end, new.end);
        while !old.is_empty() && !new.is_empty() && self.old.keys[old.end - 1] == self.new.keys[new.end - 1] {
            (old.end, new.end) = (old.end - 1, new.end - 1);
        }
        self.replace(old.clone(), new.clone());
        for (old, new) in (old.end..old_end).zip(new.end..new_end) {
            self.replace(old..old + 1, new..new + 1);
        }
    }

    /// Replaces lines, without what they begin and end with alike.
    fn replace(&mut self, old: Range<usize>, new: Range<usize>) {
        let (old, new) = (self.old.bytes(old), self.new.bytes(new));
        let (before, after) = (&self.old.text[old.clone()], &self.new.text[new]);
        if before == after {
            return;
        }
        let front = common(before.chars(), after.chars());
        let back = common(before[front..].chars().rev(), after[front..].chars().rev());
        let range = TextRange::new((old.start + front) as u32, (old.end - back) as u32);
        self.edits.push(Edit::replace(range, &after[front..after.len() - back]));
    }
}

/// How many bytes the characters take with which both begin.
fn common(a: impl Iterator<Item = char>, b: impl Iterator<Item = char>) -> usize {
    a.zip(b).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Random, random_edits, random_text};

    #[test]
    fn the_edits_lead_from_one_text_to_the_other() {
        let mut random = Random::new(1);
        for _ in 0..20_000 {
            let before = random_text(&mut random, 20);
            let after = match random.below(2) {
                0 => random_text(&mut random, 20),
                _ => random_edits(&mut random, &before, 4).apply(&before),
            };
            assert_eq!(EditSet::between(&before, &after).apply(&before), after, "{before:?}");
        }
    }

    fn edits(before: &str, after: &str) -> Vec<(u32, u32, String)> {
        let edits = EditSet::between(before, after);
        edits.iter().map(|edit| (edit.range.start, edit.range.end, edit.text.clone())).collect()
    }

    #[test]
    fn only_what_differs_is_edited() {
        let edit = |start, end, text: &str| (start, end, text.to_owned());
        assert_eq!(edits("a\nb\n", "a\nb\n"), []);
        assert_eq!(edits("a\r\n\r\n}\r\n", "a\n\n}\n"), [edit(1, 2, ""), edit(3, 4, ""), edit(6, 7, "")]);
        assert_eq!(edits("f {\n  x  = 1\n}\n", "f {\n\tx = 1\n}\n"), [edit(4, 8, "\tx")]);
        assert_eq!(edits("a\nb\n\n\n\nc\n", "a\n\nb\n\nc\n"), [edit(2, 2, "\n"), edit(5, 7, "")]);
        assert_eq!(edits("b\na\nc\n", "a\nb\nc\n"), [edit(0, 2, ""), edit(4, 4, "b\n")]);
    }
}
