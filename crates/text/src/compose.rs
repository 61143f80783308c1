use crate::edit::boundary;
use crate::{Edit, TextRange};

/// The edits of one set that follow another one, in offsets of the text before both.
///
/// Both lists are walked once, side by side, in offsets of the text between them. A later edit that shares a byte with
/// what an earlier one wrote forms a cluster with it and becomes one edit; text between two earlier edits of a cluster
/// is always covered by a later one, so the source text is not needed.
pub(crate) fn compose(earlier: &[Edit], later: &[Edit]) -> Vec<Edit> {
    let mut walk = Walk { earlier, later, shift: 0, result: Vec::with_capacity(earlier.len() + later.len()) };
    loop {
        match (walk.earlier.first(), walk.later.first()) {
            (None, None) => return walk.result,
            (Some(_), None) => walk.keep_earlier(),
            (None, Some(_)) => walk.keep_later(),
            (Some(a), Some(b)) => {
                let written = walk.written(a);
                if i64::from(b.range.end) <= written.start {
                    walk.keep_later();
                } else if written.end <= i64::from(b.range.start) {
                    walk.keep_earlier();
                } else {
                    walk.merge_cluster();
                }
            }
        }
    }
}

/// A range in the text between the two sets.
#[derive(Copy, Clone)]
struct Written {
    start: i64,
    end: i64,
}

struct Walk<'a> {
    /// Edits not yet handled; their ranges are offsets of the first text.
    earlier: &'a [Edit],
    /// Edits not yet handled; their ranges are offsets of the text in between.
    later: &'a [Edit],
    /// What the handled earlier edits add to the offset of a byte behind them.
    shift: i64,
    result: Vec<Edit>,
}

impl<'a> Walk<'a> {
    /// Where the next earlier edit has put its text.
    fn written(&self, edit: &Edit) -> Written {
        let start = i64::from(edit.range.start) + self.shift;
        Written { start, end: start + edit.text.len() as i64 }
    }

    fn take_earlier(&mut self) -> Option<&'a Edit> {
        let (edit, rest) = self.earlier.split_first()?;
        self.earlier = rest;
        self.shift += edit.text.len() as i64 - i64::from(edit.range.len());
        Some(edit)
    }

    fn take_later(&mut self) -> Option<&'a Edit> {
        let (edit, rest) = self.later.split_first()?;
        self.later = rest;
        Some(edit)
    }

    fn keep_earlier(&mut self) {
        let edit = self.take_earlier().cloned();
        self.result.extend(edit);
    }

    fn keep_later(&mut self) {
        if let Some(edit) = self.take_later() {
            let range = TextRange::new(self.unshift(edit.range.start.into()), self.unshift(edit.range.end.into()));
            self.result.push(Edit { range, text: edit.text.clone() });
        }
    }

    /// The offset in the first text of an untouched byte behind all handled earlier edits.
    fn unshift(&self, offset: i64) -> u32 {
        (offset - self.shift).clamp(0, i64::from(u32::MAX)) as u32
    }

    /// Merges the next edits of both lists, which share a byte, and all that follow and reach into them.
    fn merge_cluster(&mut self) {
        let (Some(a), Some(b)) = (self.earlier.first(), self.later.first()) else { return };
        let written = self.written(a);
        let begins_with_later = i64::from(b.range.start) < written.start;
        let start = if begins_with_later { self.unshift(b.range.start.into()) } else { a.range.start };
        let mut cluster = Cluster {
            start: written.start.min(b.range.start.into()),
            end: written.end.max(b.range.end.into()),
            texts: Vec::new(),
            cuts: Vec::new(),
        };
        loop {
            let next = self.earlier.first().map(|edit| (edit, self.written(edit)));
            if let Some((edit, written)) = next.filter(|(_, written)| written.start < cluster.end) {
                cluster.end = cluster.end.max(written.end);
                cluster.texts.push((written, &edit.text));
                self.take_earlier();
                continue;
            }
            let Some(cut) = self.later.first().filter(|cut| i64::from(cut.range.start) < cluster.end) else { break };
            cluster.end = cluster.end.max(cut.range.end.into());
            cluster.cuts.push(cut);
            self.take_later();
        }
        // All earlier edits of the cluster are handled now, so its end counts as an untouched offset.
        let range = TextRange::new(start, self.unshift(cluster.end));
        let text = cluster.text();
        if !range.is_empty() || !text.is_empty() {
            self.result.push(Edit { range, text });
        }
    }
}

/// Edits of both sets that become one edit. Offsets are those of the text in between.
struct Cluster<'a> {
    start: i64,
    end: i64,
    /// What the earlier edits wrote, and where.
    texts: Vec<(Written, &'a str)>,
    cuts: Vec<&'a Edit>,
}

impl Cluster<'_> {
    /// The texts of the earlier edits without what the later ones replace, and the texts of the later ones.
    fn text(&self) -> String {
        let mut result = String::new();
        let mut texts = self.texts.as_slice();
        let mut at = self.start;
        for cut in &self.cuts {
            copy(&mut texts, at, cut.range.start.into(), &mut result);
            result.push_str(&cut.text);
            at = cut.range.end.into();
        }
        copy(&mut texts, at, self.end, &mut result);
        result
    }
}

/// Appends what `texts` have between `from` and `to`, and drops those that end before `to`.
fn copy(texts: &mut &[(Written, &str)], from: i64, to: i64, result: &mut String) {
    while let Some((written, text)) = texts.first() {
        let inside = |offset: i64| boundary(text, (offset.clamp(written.start, written.end) - written.start) as u32);
        let (start, end) = (inside(from), inside(to));
        result.push_str(text.get(start..end).unwrap_or_default());
        if written.end > to {
            return;
        }
        *texts = &texts[1..];
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{Random, random_edits, random_text};
    use crate::{Edit, EditSet, TextRange};

    fn composed(text: &str, first: Vec<Edit>, second: Vec<Edit>) -> EditSet {
        let (first, second) = (EditSet::new(first).unwrap(), EditSet::new(second).unwrap());
        let both = first.compose(&second);
        assert_eq!(both.apply(text), second.apply(&first.apply(text)));
        EditSet::new(both.as_slice().to_vec()).expect("a sorted set without overlap")
    }

    fn replace(start: u32, end: u32, text: &str) -> Edit {
        Edit::replace(TextRange::new(start, end), text)
    }

    #[test]
    fn edits_that_do_not_meet_stay_as_they_are() {
        // abcdefgh -> aXXdefgh -> aXXdeYgh
        let both = composed("abcdefgh", vec![replace(1, 3, "XXX")], vec![replace(6, 7, "Y"), replace(1, 1, "<")]);
        assert_eq!(both.as_slice(), [replace(1, 1, "<"), replace(1, 3, "XXX"), replace(5, 6, "Y")]);
    }

    #[test]
    fn an_edit_inside_a_written_text_is_merged_with_it() {
        let both = composed("abc", vec![replace(1, 2, "wide")], vec![replace(2, 4, "o"), replace(5, 5, ">")]);
        assert_eq!(both.as_slice(), [replace(1, 2, "woe"), replace(2, 2, ">")]);
    }

    #[test]
    fn an_edit_across_several_swallows_them() {
        let first = vec![replace(1, 2, "12"), replace(4, 4, "34"), replace(6, 7, "")];
        // abcdefgh -> a12cd34efh
        let both = composed("abcdefgh", first, vec![replace(2, 10, "-")]);
        assert_eq!(both.as_slice(), [replace(1, 8, "1-")]);
    }

    #[test]
    fn what_was_inserted_and_deleted_again_is_no_edit() {
        assert!(composed("ab", vec![replace(1, 1, "xyz")], vec![replace(1, 4, "")]).is_empty());
    }

    #[test]
    fn composing_equals_applying_one_after_the_other() {
        let mut random = Random::new(7);
        for _ in 0..20_000 {
            let text = random_text(&mut random, 12);
            let first = random_edits(&mut random, &text, 5);
            let after = first.apply(&text);
            let second = random_edits(&mut random, &after, 5);
            let both = first.compose(&second);
            assert_eq!(both.apply(&text), second.apply(&after), "{text:?} {first:?} {second:?}");
            assert!(EditSet::new(both.as_slice().to_vec()).is_ok(), "{both:?}");
        }
    }
}
