//! Random texts and edits for the tests, the same in every run.

use crate::{Edit, EditSet, TextRange};

/// A small generator of numbers (xorshift).
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Random {
        Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// A number below `bound`, which must not be 0.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 16) % bound as u64) as usize
    }
}

/// Up to `pieces` pieces of lines, most of them shared by all texts.
pub(crate) fn random_text(random: &mut Random, pieces: usize) -> String {
    const PIECES: [&str; 10] = ["a", "b\n", "\n", "a\n", "ü", "c\r\n", "\r", "long line\n", "}\n", "ab"];
    (0..random.below(pieces + 1)).map(|_| PIECES[random.below(PIECES.len())]).collect()
}

/// Up to `most` edits of `text` that do not overlap.
pub(crate) fn random_edits(random: &mut Random, text: &str, most: usize) -> EditSet {
    let places: Vec<u32> = (0..=text.len()).filter(|&at| text.is_char_boundary(at)).map(|at| at as u32).collect();
    let count = random.below(most + 1);
    let mut cuts: Vec<u32> = (0..2 * count).map(|_| places[random.below(places.len())]).collect();
    cuts.sort_unstable();
    let edits = cuts.chunks(2).map(|cut| Edit {
        range: TextRange::new(cut[0], cut[1]),
        text: if random.below(3) == 0 { String::new() } else { random_text(random, 3) },
    });
    EditSet::new(edits.collect()).expect("sorted cuts do not overlap")
}
