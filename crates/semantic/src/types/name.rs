//! Names as numbers.

use std::rc::Rc;

use super::ty::FxMap;

/// A name, or a struct tag: equal ids are equal bytes.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) struct Sym(pub(super) u32);

impl Sym {
    /// `_`.
    pub(super) const BLANK: Sym = Sym(0);
    /// No name.
    pub(super) const NONE: Sym = Sym(1);
}

/// All names met so far.
pub(super) struct Names {
    names: Vec<Rc<[u8]>>,
    by_name: FxMap<Rc<[u8]>, Sym>,
}

impl Names {
    pub(super) fn new() -> Names {
        let mut names = Names { names: Vec::new(), by_name: FxMap::default() };
        names.sym(b"_");
        names.sym(b"");
        names
    }

    pub(super) fn sym(&mut self, name: &[u8]) -> Sym {
        if let Some(&found) = self.by_name.get(name) {
            return found;
        }
        let name: Rc<[u8]> = name.into();
        let sym = Sym(self.names.len() as u32);
        self.names.push(Rc::clone(&name));
        self.by_name.insert(name, sym);
        sym
    }

    pub(super) fn bytes(&self, sym: Sym) -> &[u8] {
        &self.names[sym.0 as usize]
    }

    pub(super) fn text(&self, sym: Sym) -> &str {
        std::str::from_utf8(self.bytes(sym)).unwrap_or_default()
    }
}
