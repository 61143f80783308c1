//! From the parts of all files to one graph.

use super::{
    look::Use,
    place::{Place, Seen, Slot, Step, Way},
    summary::{Dispatch, Edge, Func, Implemented, Link, Map, NONE, Summary, Type},
};

/// The graph of all files.
#[derive(Default)]
pub(super) struct Joined {
    pub(super) funcs: Vec<Func>,
    pub(super) uses: Vec<Use>,
    pub(super) nodes: Map<(Place, Slot), u32>,
    /// By node.
    pub(super) spots: Vec<(Place, Slot)>,
    pub(super) owners: Vec<u32>,
    shared: Vec<bool>,
    pub(super) edges: Vec<Edge>,
    pub(super) used: Vec<(u32, u32, Seen)>,
    /// What else a place is called: parameters of functions that are declared once for each of several builds.
    also: Map<Place, Place>,
    /// By function place: its receiver.
    receivers: Map<Place, Place>,
    /// By function place: its parameters.
    params: Map<Place, Vec<Option<Place>>>,
}

/// The graph of the files with these parts.
pub(super) fn join(parts: Vec<Summary>) -> Joined {
    let mut joined = Joined::default();
    for part in &parts {
        part.funcs.iter().for_each(|it| joined.declare(it));
    }
    let (mut calls, mut dispatches, mut types, mut links) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for part in parts {
        let (first_func, first_use) = (joined.funcs.len() as u32, joined.uses.len() as u32);
        let owner = |it: u32| if it == NONE { NONE } else { it + first_func };
        let mut ids = Vec::with_capacity(part.spots.len());
        for it in &part.spots {
            let id = joined.node(it.place, it.slot);
            let known = &mut joined.owners[id as usize];
            *known = if *known == NONE { owner(it.owner) } else { *known };
            joined.shared[id as usize] |= it.shared;
            ids.push(id);
        }
        let id = |it: u32| ids[it as usize];
        joined.edges.extend(part.edges.iter().map(|it| Edge {
            from: id(it.from),
            to: id(it.to),
            func: owner(it.func),
            ..*it
        }));
        joined.used.extend(part.used.iter().map(|it| (id(it.0), it.1 + first_use, it.2)));
        joined.uses.extend(part.uses.into_iter().map(|it| Use { func: owner(it.func), ..it }));
        joined.funcs.extend(part.funcs);
        calls.extend(part.calls);
        dispatches.extend(part.dispatches);
        types.extend(part.types);
        links.extend(part.links);
    }
    joined.link(&links);
    joined.dispatch(dispatches, &types);
    joined.edges.sort_unstable();
    joined.edges.dedup();
    let more = super::through::edges(&joined, &calls);
    joined.edges.extend(more);
    joined.edges.sort_unstable();
    joined.edges.dedup();
    joined.used.sort_unstable();
    joined.used.dedup();
    joined
}

impl Joined {
    /// Notes that a place in code that is not understood may look at what functions return.
    pub(super) fn lose(&mut self, lost: impl Fn(&str) -> Option<Use>) {
        for ix in 0..self.funcs.len() {
            let func = &self.funcs[ix];
            let name = func.name.rsplit('.').next().unwrap_or_default();
            let Some(it) = lost(name) else { continue };
            let spots: Vec<u32> =
                func.errors.iter().filter_map(|it| self.find(func.place, Slot::result(*it))).collect();
            let at = self.uses.len() as u32;
            self.uses.push(it);
            self.used.extend(spots.into_iter().map(|spot| (spot, at, Seen::Value)));
        }
        self.used.sort_unstable();
    }

    /// Joins fields of types with names with those of types without, as far as there are any of these.
    fn link(&mut self, links: &[Link]) {
        for it in links {
            let (Some(a), Some(b)) = (self.find(it.named, it.slot), self.find(it.unnamed, it.slot)) else { continue };
            for (from, to) in [(a, b), (b, a)] {
                self.edges.push(Edge { from, to, seen: Seen::Value, way: Way::Loose, func: NONE });
            }
        }
    }

    fn declare(&mut self, func: &Func) {
        if let Some(receiver) = func.receiver {
            let first = *self.receivers.entry(func.place).or_insert(receiver);
            if first != receiver {
                self.also.insert(receiver, first);
            }
        }
        let Some(known) = self.params.get_mut(&func.place) else {
            self.params.insert(func.place, func.params.clone());
            return;
        };
        for (first, param) in known.iter_mut().zip(&func.params) {
            match (*first, *param) {
                (Some(first), Some(param)) if first != param => drop(self.also.insert(param, first)),
                (None, Some(_)) => *first = *param,
                _ => {}
            }
        }
    }

    /// A spot under the name that it has for all: a parameter is a variable.
    fn canonical(&self, place: Place, slot: Slot) -> (Place, Slot) {
        if let Some((Step::Param(index), rest)) = slot.split()
            && let Some(param) = self.param(place, index)
        {
            return (param, rest);
        }
        (self.also.get(&place).copied().unwrap_or(place), slot)
    }

    fn param(&self, func: Place, index: usize) -> Option<Place> {
        match index {
            Slot::RECEIVER => self.receivers.get(&func).copied(),
            _ => self.params.get(&func)?.get(index).copied().flatten(),
        }
    }

    pub(super) fn find(&self, place: Place, slot: Slot) -> Option<u32> {
        self.nodes.get(&self.canonical(place, slot)).copied()
    }

    fn node(&mut self, place: Place, slot: Slot) -> u32 {
        let key = self.canonical(place, slot);
        let spots = &mut self.spots;
        let id = *self.nodes.entry(key).or_insert_with(|| {
            spots.push(key);
            spots.len() as u32 - 1
        });
        if id as usize == self.owners.len() {
            self.owners.push(NONE);
            self.shared.push(false);
        }
        id
    }

    /// Links the methods of interfaces with those that implement them.
    fn dispatch(&mut self, mut dispatches: Vec<Dispatch>, types: &[Type]) {
        dispatches.sort_by_key(|it| it.place);
        dispatches.dedup_by_key(|it| it.place);
        let by_place: Map<Place, &Dispatch> = dispatches.iter().map(|it| (it.place, it)).collect();
        let mut by_name: Map<u64, Vec<(usize, Place)>> = Map::default();
        for (ix, ty) in types.iter().enumerate() {
            for it in &ty.methods {
                if let Some(place) = it.place {
                    by_name.entry(it.name).or_default().push((ix, place));
                }
            }
        }
        let mut known: Map<Place, Vec<Place>> = Map::default();
        let mut next = 0;
        while next < self.spots.len() {
            let (node, (place, slot)) = (next as u32, self.spots[next]);
            next += 1;
            let Some(method) = by_place.get(&place) else { continue };
            let implementations = known.entry(place).or_insert_with(|| {
                let named = by_name.get(&method.name).into_iter().flatten();
                let mut found: Vec<Place> = named
                    .filter(|it| implements(&types[it.0], method))
                    .map(|it| it.1)
                    .filter(|it| *it != place)
                    .collect();
                found.sort_unstable();
                found.dedup();
                found
            });
            for implementation in implementations.clone() {
                let other = self.node(implementation, slot);
                let (from, to) = if slot.is_backward() { (node, other) } else { (other, node) };
                self.edges.push(Edge { from, to, seen: Seen::Value, way: Way::Loose, func: NONE });
                if self.shared[node as usize] || self.shared[other as usize] {
                    self.edges.push(Edge { from: to, to: from, seen: Seen::Value, way: Way::Loose, func: NONE });
                }
            }
        }
    }
}

/// Whether a type has all methods of the interface that a method belongs to, or may have.
fn implements(ty: &Type, method: &Dispatch) -> bool {
    let has = |wanted: &(u64, u64)| {
        let found = ty.methods.binary_search_by_key(&wanted.0, |it| it.name).ok().map(|it| &ty.methods[it]);
        let fits = |it: &Implemented| it.signature == wanted.1 || it.signature == 0 || wanted.1 == 0;
        found.map_or(ty.open, fits)
    };
    method.methods.iter().all(has)
}
