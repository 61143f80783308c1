//! What one file says about its names: for every identifier the declaration inside a function that it means, if there is
//! one, and for every such declaration where it can be seen.
//!
//! Nothing here depends on other files, so it is shared by all snapshots in which the file is the same.

use std::hash::Hasher;

use gofix_syntax::{Node, NodeId, SourceFile};

/// What the table says of an identifier.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(crate) enum Slot {
    /// Neither a use nor a declaration: `_`, the package clause, an unknown label.
    Nothing,
    /// Declares itself, or uses the declaration of that identifier in the same file.
    Def(NodeId),
    /// No scope inside the file's declarations has it: it means an import, a name of the package or a predeclared one.
    Outer,
    /// Selected from something: what it means depends on that.
    Selected,
    /// The name in an import.
    Import,
    /// Key of a composite literal whose type is not written there: a field, or else what the inner answer says.
    Key(KeySlot),
}

/// What a key of a composite literal means if it is no field.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(crate) enum KeySlot {
    Def(NodeId),
    Outer,
}

/// The encoding of a [`Slot`]: small codes, or an index into the declarations + `FIRST_DEF`.
pub(crate) mod code {
    pub(crate) const UNSEEN: u32 = 0;
    pub(crate) const NOTHING: u32 = 1;
    pub(crate) const OUTER: u32 = 2;
    pub(crate) const SELECTED: u32 = 3;
    pub(crate) const IMPORT: u32 = 4;
    pub(crate) const FIRST_DEF: u32 = 8;
    /// Set for keys of composite literals.
    pub(crate) const KEY: u32 = 1 << 31;
}

/// A declaration inside a function, or of a type parameter: where its name can be seen.
#[derive(Copy, Clone, Debug)]
pub(crate) struct Local {
    pub(crate) hash: u32,
    /// The identifier that declares it.
    pub(crate) ident: NodeId,
    /// The node that opens the scope it belongs to. The scope ends where that node ends.
    pub(crate) scope: NodeId,
    /// The first node that sees it.
    pub(crate) from: u32,
}

/// The names of one file.
pub(crate) struct FileNames {
    /// By index of node; see [`code`].
    pub(crate) table: Box<[u32]>,
    /// The identifiers that declare something.
    pub(crate) defs: Box<[NodeId]>,
    /// By hash, then in order of the text.
    pub(crate) locals: Box<[Local]>,
    /// The names that qualify something, as `x` in `x.Name`, and mean something outside the file's declarations: the
    /// first identifier of each, by hash.
    pub(crate) qualifiers: Box<[(u32, NodeId)]>,
}

impl FileNames {
    /// What the identifier is.
    pub(crate) fn slot(&self, ident: NodeId) -> Slot {
        let entry = self.table[ident.index()];
        let def = |entry: u32| self.defs[(entry - code::FIRST_DEF) as usize];
        match entry {
            code::OUTER => Slot::Outer,
            code::SELECTED => Slot::Selected,
            code::IMPORT => Slot::Import,
            entry if entry < code::FIRST_DEF => Slot::Nothing,
            entry if entry & code::KEY == 0 => Slot::Def(def(entry)),
            entry if entry == code::KEY | code::OUTER => Slot::Key(KeySlot::Outer),
            entry => Slot::Key(KeySlot::Def(def(entry & !code::KEY))),
        }
    }

    /// The local declarations of `name`, in order of the text.
    pub(crate) fn locals_named<'s>(&'s self, file: &'s SourceFile, name: &'s str) -> impl Iterator<Item = &'s Local> {
        let hash = hash_name(name);
        let from = self.locals.partition_point(|it| it.hash < hash);
        self.locals[from..]
            .iter()
            .take_while(move |it| it.hash == hash)
            .filter(move |it| file.node(it.ident).text() == name)
    }

    /// Whether `name` qualifies something and no local declaration is meant.
    pub(crate) fn qualifies(&self, file: &SourceFile, name: &str) -> bool {
        let hash = hash_name(name);
        let from = self.qualifiers.partition_point(|it| it.0 < hash);
        let found = self.qualifiers[from..].iter().take_while(|it| it.0 == hash);
        found.map(|it| file.node(it.1)).any(|it| it.text() == name)
    }

    /// The local declaration that `name` means at the node `at`.
    pub(crate) fn lookup<'s>(&'s self, name: &'s str, at: Node<'s>) -> Option<&'s Local> {
        let sees = |it: &&Local| it.from as usize <= at.id().index() && at.file().node(it.scope).contains(at);
        self.locals_named(at.file(), name).filter(sees).max_by_key(|it| (it.scope, it.from))
    }
}

/// A hash of a name, the same in every run.
pub(crate) fn hash_name(name: &str) -> u32 {
    hash_bytes(name.as_bytes())
}

/// A hash of a name, the same in every run.
pub(crate) fn hash_bytes(name: &[u8]) -> u32 {
    let mut hasher = NameHasher::default();
    hasher.write(name);
    hasher.finish() as u32
}

/// A quick hash for short names: multiply and rotate over words. Not for keys that an attacker chooses freely, where
/// the worst is a slow run.
#[derive(Copy, Clone, Default)]
pub(crate) struct NameHasher(u64);

impl Hasher for NameHasher {
    fn write(&mut self, bytes: &[u8]) {
        let mut chunks = bytes.chunks_exact(8);
        for chunk in &mut chunks {
            self.add(u64::from_le_bytes(chunk.try_into().unwrap_or_default()));
        }
        let rest = chunks.remainder();
        let mut word = [0; 8];
        word[..rest.len()].copy_from_slice(rest);
        self.add(u64::from_le_bytes(word) ^ (bytes.len() as u64) << 56);
    }

    fn write_u8(&mut self, _terminator: u8) {}

    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }
}

impl NameHasher {
    fn add(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
}
