//! Which methods each consumer needs.

use std::collections::{BTreeMap, BTreeSet};

use gofix_rule::{
    Cx, FileId,
    semantic::{Def, DefKind, PackageId},
    slots::{self, Interface},
    syntax::{Node, NodeId},
};

use super::{
    number,
    reasons::Reasons,
    uses::{Named, Uses},
};

/// What one consumer needs.
#[derive(Default)]
pub(super) struct Need {
    pub(super) methods: BTreeSet<String>,
    /// The consumers that get its values.
    pub(super) onward: BTreeSet<PackageId>,
    /// Values become values of other interfaces.
    pub(super) converted: bool,
    /// There may be more.
    in_part: bool,
}

fn key(ident: Node<'_>) -> (FileId, NodeId) {
    (ident.file().id(), ident.id())
}

/// What the consumers need: what is called on their values, wherever, and what those need to which they pass them.
pub(super) fn of<'a>(
    cx: &Cx<'a>,
    interface: &Interface<'a>,
    uses: &Uses<'a>,
    reasons: &mut Reasons<'a>,
) -> BTreeMap<PackageId, Need> {
    let mut homes: Homes = BTreeMap::new();
    for (package, named) in &uses.consumers {
        homes.extend(named.slots.iter().map(|it| (key(it.ident()), *package)));
    }
    let mut needs = BTreeMap::new();
    for (package, named) in &uses.consumers {
        needs.insert(*package, need(cx, interface, *package, &named.slots, &homes, reasons));
    }
    spread(&mut needs);
    let most = number(cx, "max-methods").unwrap_or(usize::MAX);
    for (package, need) in &needs {
        let at = uses.consumers.get(package).map(|it| it.first);
        if need.methods.is_empty() && !need.in_part {
            reasons.add("a package holds it, and calls none of its methods", at);
        }
        if need.converted && need.methods.len() > most {
            reasons.add("a package needs many of its methods, and makes other interfaces of it", at);
        }
    }
    needs
}

/// Whether the tests of its own package use it so that the type behind it will do.
pub(super) fn in_own_tests<'a>(cx: &Cx<'a>, interface: &Interface<'a>, named: &Named<'a>, reasons: &mut Reasons<'a>) {
    let package = cx.package().id();
    let homes = named.slots.iter().map(|it| (key(it.ident()), package)).collect();
    need(cx, interface, package, &named.slots, &homes, reasons);
}

/// The packages of the variables, fields and parameters whose types change.
type Homes = BTreeMap<(FileId, NodeId), PackageId>;

fn need<'a>(
    cx: &Cx<'a>,
    interface: &Interface<'a>,
    package: PackageId,
    slots: &[Def<'a>],
    homes: &Homes,
    reasons: &mut Reasons<'a>,
) -> Need {
    let (mut need, mut met, mut inferred) = (Need::default(), slots.to_vec(), Vec::new());
    let mut next = 0;
    while let Some(&def) = met.get(next) {
        next += 1;
        if homes.contains_key(&key(def.ident())) {
            reasons.note(slots::may_change_type(cx, interface, def), Some(def.ident()));
        }
        if def.name() == "_" {
            continue;
        }
        let demand = reasons.note(slots::demand_of(cx, interface, def), Some(def.ident()));
        let Some(demand) = demand else {
            need.in_part = true;
            continue;
        };
        need.methods.extend(demand.methods);
        need.converted |= demand.converted;
        for named in demand.names.into_iter().filter_map(Def::of) {
            if !met.contains(&named) {
                met.push(named);
            }
        }
        for onward in demand.onward {
            let slot = onward.slot.and_then(Def::of);
            match slot.and_then(|it| homes.get(&key(it.ident()))) {
                Some(home) if *home == package => {}
                Some(home) => {
                    need.onward.insert(*home);
                }
                None => match slot.filter(|it| it.kind() == DefKind::Var && slots::written_type(*it).is_none()) {
                    Some(variable) => inferred.push((variable, onward.at)),
                    None => {
                        need.in_part = true;
                        reasons.add(format!("{} goes where its type cannot change", def.name()), Some(onward.at));
                    }
                },
            }
        }
    }
    for (_, at) in inferred.iter().filter(|it| !met.contains(&it.0)) {
        need.in_part = true;
        reasons.add("a variable gets values of it, and has its type from elsewhere", Some(*at));
    }
    need
}

/// Whoever passes values on needs what is needed there.
fn spread(needs: &mut BTreeMap<PackageId, Need>) {
    loop {
        let mut more: Vec<(PackageId, BTreeSet<String>)> = Vec::new();
        for (package, need) in &*needs {
            for methods in need.onward.iter().filter_map(|it| needs.get(it)).map(|it| &it.methods) {
                if !methods.is_subset(&need.methods) {
                    more.push((*package, methods.clone()));
                }
            }
        }
        if more.is_empty() {
            return;
        }
        for (package, methods) in more {
            if let Some(need) = needs.get_mut(&package) {
                need.methods.extend(methods);
            }
        }
    }
}
