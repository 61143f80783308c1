//! Numbers that look random and are the same for the same seed (SplitMix64).

/// A generator of such numbers.
pub(crate) struct Random(u64);

impl Random {
    /// The generator for that seed.
    pub(crate) fn new(seed: u64) -> Random {
        Random(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ (x >> 31)
    }

    /// A number below `bound`; 0 if that is 0.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }

    /// One of `items`, which are not none.
    pub(crate) fn pick<'a, T: ?Sized>(&mut self, items: &[&'a T]) -> &'a T {
        items[self.below(items.len())]
    }

    /// `count` of `items` in their order, or all if they are fewer.
    pub(crate) fn sample<T: Clone>(&mut self, items: &[T], count: usize) -> Vec<T> {
        let mut wanted = count.min(items.len());
        let mut taken = Vec::with_capacity(wanted);
        for (i, item) in items.iter().enumerate() {
            if self.below(items.len() - i) < wanted {
                taken.push(item.clone());
                wanted -= 1;
            }
        }
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_has_that_many_items_in_order_and_depends_on_the_seed_alone() {
        let items: Vec<u32> = (0..1000).collect();
        let sample = Random::new(7).sample(&items, 50);
        assert_eq!(sample.len(), 50);
        assert!(sample.is_sorted());
        assert_eq!(sample, Random::new(7).sample(&items, 50));
        assert_ne!(sample, Random::new(8).sample(&items, 50));
        assert_eq!(Random::new(7).sample(&items, 2000), items);
    }
}
