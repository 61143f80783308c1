//! What one file says about the flow of errors, as plain data.

use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, DefaultHasher, Hash, Hasher},
};

use super::{
    look::Use,
    place::{Place, Seen, Slot, Way},
};
use crate::types::FxHasher;

pub(super) type Map<K, V> = HashMap<K, V, BuildHasherDefault<FxHasher>>;

/// No function.
pub(super) const NONE: u32 = u32::MAX;

/// A slot of a place, a node of the graph.
#[derive(Copy, Clone, Debug)]
pub(super) struct Spot {
    pub(super) place: Place,
    pub(super) slot: Slot,
    /// The function whose code it belongs to, if it belongs to this file.
    pub(super) owner: u32,
    /// Whether what is in it is shared by all who have it.
    pub(super) shared: bool,
}

#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) struct Edge {
    pub(super) from: u32,
    pub(super) to: u32,
    /// What is left of a value that takes it.
    pub(super) seen: Seen,
    pub(super) way: Way,
    /// The function in which that happens.
    pub(super) func: u32,
}

/// A function with a body, or a function literal.
#[derive(Clone, Debug)]
pub(super) struct Func {
    /// The name, or the literal.
    pub(super) place: Place,
    /// As a reader would say it: `f`, `T.f`, `a literal in f`.
    pub(super) name: Box<str>,
    /// Each parameter's variable.
    pub(super) params: Vec<Option<Place>>,
    /// The receiver's variable.
    pub(super) receiver: Option<Place>,
    /// Which results are errors.
    pub(super) errors: Vec<usize>,
}

/// A call of a function that is known.
#[derive(Copy, Clone, Debug)]
pub(super) struct Call {
    pub(super) place: Place,
    pub(super) callee: Place,
}

/// A method set: names and signatures, hashed; 0 for a signature that cannot be told.
pub(super) type Methods = Vec<(u64, u64)>;

/// A method of an interface that is called or taken as a value.
#[derive(Clone, Debug)]
pub(super) struct Dispatch {
    pub(super) place: Place,
    pub(super) name: u64,
    /// What an implementation has at least.
    pub(super) methods: Methods,
}

/// A method of a type: name and signature, and where it is declared, unless that is outside.
#[derive(Copy, Clone, Debug)]
pub(super) struct Implemented {
    pub(super) name: u64,
    pub(super) signature: u64,
    pub(super) place: Option<Place>,
}

/// A declared type.
#[derive(Clone, Debug)]
pub(super) struct Type {
    /// By name.
    pub(super) methods: Vec<Implemented>,
    /// Whether it may have others.
    pub(super) open: bool,
}

/// A field of a struct type with a name, and the same of the type without one that it can be assigned to.
#[derive(Copy, Clone, Debug)]
pub(super) struct Link {
    pub(super) named: Place,
    pub(super) unnamed: Place,
    pub(super) slot: Slot,
}

/// The part of one file.
#[derive(Default)]
pub(super) struct Summary {
    pub(super) spots: Vec<Spot>,
    known: Map<(Place, Slot), u32>,
    pub(super) edges: Vec<Edge>,
    pub(super) uses: Vec<Use>,
    /// The uses of spots, each with what it looks at.
    pub(super) used: Vec<(u32, u32, Seen)>,
    pub(super) funcs: Vec<Func>,
    pub(super) calls: Vec<Call>,
    pub(super) dispatches: Vec<Dispatch>,
    pub(super) types: Vec<Type>,
    pub(super) links: Vec<Link>,
}

impl Summary {
    /// The spot, which belongs to the function `owner` of this file.
    pub(super) fn spot(&mut self, place: Place, slot: Slot, owner: impl FnOnce(Place) -> u32) -> u32 {
        let spots = &mut self.spots;
        *self.known.entry((place, slot)).or_insert_with(|| {
            spots.push(Spot { place, slot, owner: owner(place), shared: false });
            spots.len() as u32 - 1
        })
    }

    /// Drops what only serves to make it.
    pub(super) fn finish(&mut self) {
        self.known = Map::default();
        self.edges.sort_unstable();
        self.edges.dedup();
        self.used.sort_unstable();
        self.used.dedup();
    }
}

/// A hash that is the same in every run.
pub(super) fn hash_of(it: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    it.hash(&mut hasher);
    hasher.finish()
}
