//! Names as numbers.

use std::hash::Hasher;

use super::hash::FxHasher;

/// A name, or a struct tag: equal ids are equal bytes.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) struct Sym(pub(super) u32);

impl Sym {
    /// `_`.
    pub(super) const BLANK: Sym = Sym(0);
    /// No name.
    pub(super) const NONE: Sym = Sym(1);
}

/// All names met so far, one behind the other, and a table of them by hash.
pub(super) struct Names {
    text: Vec<u8>,
    /// Where each ends.
    ends: Vec<u32>,
    /// Hash and number plus one; a number of 0 is an empty place. The length is a power of two.
    table: Vec<(u32, u32)>,
}

impl Names {
    pub(super) fn new() -> Names {
        let mut names = Names { text: Vec::new(), ends: Vec::new(), table: vec![(0, 0); 1 << 12] };
        names.sym(b"_");
        names.sym(b"");
        names
    }

    pub(super) fn sym(&mut self, name: &[u8]) -> Sym {
        let hash = hash_of(name);
        let mask = self.table.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            let (of, number) = self.table[at];
            match number.checked_sub(1).map(Sym) {
                None => break,
                Some(sym) if of == hash && self.bytes(sym) == name => return sym,
                Some(_) => at = (at + 1) & mask,
            }
        }
        let sym = Sym(self.ends.len() as u32);
        self.text.extend_from_slice(name);
        self.ends.push(self.text.len() as u32);
        self.table[at] = (hash, sym.0 + 1);
        if self.ends.len() * 2 > self.table.len() {
            self.grow();
        }
        sym
    }

    fn grow(&mut self) {
        let mut table = vec![(0, 0); self.table.len() * 2];
        let mask = table.len() - 1;
        for &(hash, number) in self.table.iter().filter(|it| it.1 != 0) {
            let mut at = hash as usize & mask;
            while table[at].1 != 0 {
                at = (at + 1) & mask;
            }
            table[at] = (hash, number);
        }
        self.table = table;
    }

    pub(super) fn bytes(&self, sym: Sym) -> &[u8] {
        let index = sym.0 as usize;
        let start = index.checked_sub(1).map_or(0, |it| self.ends[it]);
        &self.text[start as usize..self.ends[index] as usize]
    }

    pub(super) fn text(&self, sym: Sym) -> &str {
        std::str::from_utf8(self.bytes(sym)).unwrap_or_default()
    }
}

/// The hash of a name.
pub(super) fn hash_of(name: &[u8]) -> u32 {
    let mut hasher = FxHasher::default();
    hasher.write(name);
    hasher.write_usize(name.len());
    (hasher.finish() >> 16) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_names_are_equal_numbers() {
        let mut names = Names::new();
        let all: Vec<Sym> = (0..10_000).map(|it| names.sym(format!("name{it}").as_bytes())).collect();
        for (index, sym) in all.iter().enumerate() {
            assert_eq!(names.text(*sym), format!("name{index}"));
            assert_eq!(names.sym(format!("name{index}").as_bytes()), *sym);
        }
        assert_eq!((names.sym(b"_"), names.sym(b"")), (Sym::BLANK, Sym::NONE));
    }
}
