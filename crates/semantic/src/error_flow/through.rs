//! Functions that hand back what they are given: where they are called, the argument is the result.

use std::collections::BTreeSet;

use super::{
    join::Joined,
    place::{Place, Seen, Slot, Step, Way},
    summary::{Call, Edge, Map, NONE},
};

/// The edges from arguments to results of calls.
pub(super) fn edges(joined: &Joined, calls: &[Call]) -> Vec<Edge> {
    let mut through = Through::new(joined, calls);
    let mut open: BTreeSet<Place> =
        calls.iter().map(|it| it.callee).filter(|it| through.owner_of.contains_key(it)).collect();
    while let Some(func) = open.pop_first() {
        for (from, to, seen) in through.handed_back(func) {
            if !through.known.entry(func).or_default().insert((from, to, seen)) {
                continue;
            }
            open.extend(through.apply(func, from, to, seen));
        }
    }
    through.made
}

struct Through<'j> {
    joined: &'j Joined,
    /// The edges within functions, by node.
    inner: Vec<Vec<(u32, Seen)>>,
    /// By function place: the functions of that name.
    owner_of: Map<Place, Vec<u32>>,
    /// By function place: its slots that hold what it is given, and what it returns.
    given: Map<Place, Vec<(Slot, u32)>>,
    returned: Map<u32, Slot>,
    calls_of: Map<Place, Vec<Place>>,
    known: Map<Place, BTreeSet<(Slot, Slot, Seen)>>,
    made: Vec<Edge>,
}

impl<'j> Through<'j> {
    fn new(joined: &'j Joined, calls: &[Call]) -> Through<'j> {
        let mut inner = vec![Vec::new(); joined.spots.len()];
        for it in &joined.edges {
            let (from, to) = (joined.owners[it.from as usize], joined.owners[it.to as usize]);
            if from == to && from != NONE && matches!(it.way, Way::Plain | Way::Loose) {
                inner[it.from as usize].push((it.to, it.seen));
            }
        }
        let mut owner_of: Map<Place, Vec<u32>> = Map::default();
        let mut param_of: Map<Place, (Place, usize)> = Map::default();
        for (ix, func) in joined.funcs.iter().enumerate() {
            owner_of.entry(func.place).or_default().push(ix as u32);
            for (index, param) in func.params.iter().enumerate() {
                param_of.extend(param.iter().map(|it| (*it, (func.place, index))));
            }
            param_of.extend(func.receiver.map(|it| (it, (func.place, Slot::RECEIVER))));
        }
        let mut given: Map<Place, Vec<(Slot, u32)>> = Map::default();
        let mut returned = Map::default();
        for (node, &(place, slot)) in joined.spots.iter().enumerate() {
            if let Some((func, index)) = param_of.get(&place)
                && !slot.is_backward()
                && let Some(slot) = Slot::param(*index).then(slot)
            {
                given.entry(*func).or_default().push((slot, node as u32));
            }
            if let Some((Step::Result(_), rest)) = slot.split()
                && rest == Slot::VALUE
                && owner_of.contains_key(&place)
            {
                returned.insert(node as u32, slot);
            }
        }
        let mut calls_of: Map<Place, Vec<Place>> = Map::default();
        for call in calls {
            calls_of.entry(call.callee).or_default().push(call.place);
        }
        Through { joined, inner, owner_of, given, returned, calls_of, known: Map::default(), made: Vec::new() }
    }

    /// What a function hands back: from which slot to which.
    fn handed_back(&self, func: Place) -> Vec<(Slot, Slot, Seen)> {
        let mut found = Vec::new();
        for &(slot, start) in self.given.get(&func).into_iter().flatten() {
            let mut best: Map<u32, Seen> = Map::default();
            let mut open = vec![(start, Seen::Value)];
            best.insert(start, Seen::Value);
            while let Some((node, seen)) = open.pop() {
                if let Some(result) = self.returned.get(&node)
                    && self.joined.spots[node as usize].0 == func
                {
                    found.push((slot, *result, seen));
                }
                for &(to, hides) in &self.inner[node as usize] {
                    let seen = seen.max(hides);
                    if best.get(&to).is_none_or(|it| seen < *it) {
                        best.insert(to, seen);
                        open.push((to, seen));
                    }
                }
            }
        }
        found
    }

    /// Adds that to all calls of the function. The functions that make them, which may hand back more now.
    fn apply(&mut self, func: Place, from: Slot, to: Slot, seen: Seen) -> Vec<Place> {
        let mut changed = Vec::new();
        for &call in self.calls_of.get(&func).into_iter().flatten() {
            let (Some(from), Some(to)) = (self.joined.find(call, from), self.joined.find(call, to)) else { continue };
            self.inner[from as usize].push((to, seen));
            let caller = self.joined.owners[from as usize];
            self.made.push(Edge { from, to, seen, way: Way::Plain, func: caller });
            changed.extend(self.joined.funcs.get(caller as usize).map(|it| it.place));
        }
        changed
    }
}
