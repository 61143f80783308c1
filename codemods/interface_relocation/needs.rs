//! Which methods each consumer needs.

use std::collections::{BTreeMap, BTreeSet};

use gofix_rule::{
    Cx, Decline, FileId,
    semantic::{Def, DefKind, PackageId},
    slots::{self, Interface},
    syntax::{Node, NodeId},
};

use super::{number, uses::Uses};

/// What one consumer needs.
#[derive(Default)]
pub(super) struct Need {
    pub(super) methods: BTreeSet<String>,
    /// The consumers that get its values.
    onward: BTreeSet<PackageId>,
    /// Values become values of other interfaces.
    converted: bool,
}

fn key(ident: Node<'_>) -> (FileId, NodeId) {
    (ident.file().id(), ident.id())
}

/// What the consumers need: what is called on their values, wherever, and what those need to which they pass them.
pub(super) fn of<'a>(
    cx: &Cx<'a>,
    interface: &Interface<'a>,
    uses: &Uses<'a>,
) -> Result<BTreeMap<PackageId, Need>, Decline> {
    if uses.consumers.len() > 1 && cx.option("multi") == "refuse" {
        return Err("several packages use it".into());
    }
    let mut homes: BTreeMap<(FileId, NodeId), PackageId> = BTreeMap::new();
    for (package, named) in &uses.consumers {
        homes.extend(named.slots.iter().map(|it| (key(it.ident()), *package)));
    }
    let mut needs = BTreeMap::new();
    for (package, named) in &uses.consumers {
        needs.insert(*package, need(cx, interface, *package, &named.slots, &homes)?);
    }
    spread(&mut needs);
    let most = number(cx, "max-methods")?;
    for need in needs.values() {
        if need.methods.is_empty() {
            return Err("a package holds it, and calls none of its methods".into());
        }
        if need.converted && need.methods.len() > most {
            return Err("a package needs many of its methods, and makes other interfaces of it".into());
        }
    }
    Ok(needs)
}

fn need<'a>(
    cx: &Cx<'a>,
    interface: &Interface<'a>,
    package: PackageId,
    slots: &[Def<'a>],
    homes: &BTreeMap<(FileId, NodeId), PackageId>,
) -> Result<Need, Decline> {
    let (mut need, mut met, mut inferred) = (Need::default(), slots.to_vec(), Vec::new());
    let mut next = 0;
    while let Some(&def) = met.get(next) {
        next += 1;
        if homes.contains_key(&key(def.ident())) {
            slots::may_change_type(cx, interface, def)?;
        }
        if def.name() == "_" {
            continue;
        }
        let demand = slots::demand_of(cx, interface, def)?;
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
                    Some(variable) => inferred.push(variable),
                    None => return Err(format!("{} goes where its type cannot change", def.name()).into()),
                },
            }
        }
    }
    match inferred.iter().all(|it| met.contains(it)) {
        true => Ok(need),
        false => Err("a variable gets values of it, and has its type from elsewhere".into()),
    }
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
