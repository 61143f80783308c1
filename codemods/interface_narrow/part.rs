//! What has to change its type together.

use std::collections::{BTreeMap, BTreeSet};

use gofix_rule::{
    Cx, Decline, FileId,
    semantic::{By, Def, DefKind},
    slots::{self, Demand, Interface, Onward},
    syntax::{
        Node, NodeId, Role,
        ast::{AstNode, StructType, TypeSpec},
    },
};

/// Variables, fields and parameters of one package that get the new type.
#[derive(Default)]
pub(super) struct Part<'a> {
    /// The types that are written for them, each once.
    pub(super) written: Vec<Node<'a>>,
    /// The methods that they need.
    pub(super) methods: BTreeSet<String>,
    /// Whether other packages can name one of them.
    pub(super) visible: bool,
}

impl<'a> Part<'a> {
    pub(super) fn add(&mut self, other: Part<'a>) {
        self.written.extend(other.written);
        self.written.sort_by_key(|it| (it.file().id(), it.start()));
        self.written.dedup();
        self.methods.extend(other.methods);
        self.visible |= other.visible;
    }
}

/// Finds the parts.
pub(super) struct Parts<'c, 'a> {
    cx: &'c Cx<'a>,
    interface: &'c Interface<'a>,
    /// What is known of what was looked at: nothing if it is in a part, or why it is in none.
    seen: BTreeMap<(FileId, NodeId), Option<Decline>>,
}

impl<'c, 'a> Parts<'c, 'a> {
    pub(super) fn new(cx: &'c Cx<'a>, interface: &'c Interface<'a>) -> Parts<'c, 'a> {
        Parts { cx, interface, seen: BTreeMap::new() }
    }

    /// The part that `seed` is in; none if it was asked for before.
    pub(super) fn around(&mut self, seed: Def<'a>) -> Result<Option<Part<'a>>, Decline> {
        if let Some(known) = self.seen.get(&key(seed.ident())) {
            return known.clone().map_or(Ok(None), Err);
        }
        let mut walk = Walk { cx: self.cx, interface: self.interface, met: Vec::new(), part: Part::default() };
        let result = walk.run(seed, &self.seen);
        let reason = result.as_ref().err().cloned();
        self.seen.extend(walk.met.iter().map(|it| (key(it.ident()), reason.clone())));
        result.map(|()| Some(walk.part))
    }
}

fn key(ident: Node<'_>) -> (FileId, NodeId) {
    (ident.file().id(), ident.id())
}

/// A walk along the ways that values take.
struct Walk<'c, 'a> {
    cx: &'c Cx<'a>,
    interface: &'c Interface<'a>,
    met: Vec<Def<'a>>,
    part: Part<'a>,
}

impl<'a> Walk<'_, 'a> {
    fn run(&mut self, seed: Def<'a>, seen: &BTreeMap<(FileId, NodeId), Option<Decline>>) -> Result<(), Decline> {
        self.met.push(seed);
        let mut next = 0;
        while let Some(&def) = self.met.get(next) {
            next += 1;
            if let Some(Some(reason)) = seen.get(&key(def.ident())) {
                return Err(reason.clone());
            }
            if let Some(ty) = slots::written_type(def) {
                self.may_change(def, ty)?;
                if !self.part.written.contains(&ty) {
                    self.part.written.push(ty);
                }
                slots::siblings(def).filter_map(Def::of).for_each(|it| self.meet(it));
            }
            self.part.visible |= slots::is_visible(self.cx, def);
            if def.name() == "_" {
                continue;
            }
            let demand = slots::demand_of(self.cx, self.interface, def)?;
            self.follow(def, demand)?;
        }
        Ok(())
    }

    fn meet(&mut self, def: Def<'a>) {
        if !self.met.contains(&def) {
            self.met.push(def);
        }
    }

    /// Whether the type that is written for `def` may become another one.
    fn may_change(&self, def: Def<'a>, ty: Node<'a>) -> Result<(), Decline> {
        if Interface::named(self.cx, ty) != Some(*self.interface) {
            return Err(format!("{} is not declared as {}", def.name(), self.interface.name()).into());
        }
        match def.kind() {
            DefKind::Field => self.field(def),
            DefKind::Var => Ok(()),
            DefKind::Param => {
                let func = slots::func_of_param(def).ok_or("a function literal takes it")?;
                let params = func.func_type().params().children_in(Role::List);
                let index = params.flat_map(|it| it.children_in(Role::Names)).position(|it| it == def.ident());
                let index = index.ok_or("the parameters have no names")?;
                slots::may_change_signature(self.cx, func, self.interface, index)
            }
            _ => Err(self.passed_on("is returned")),
        }
    }

    fn field(&self, def: Def<'a>) -> Result<(), Decline> {
        let literal = def.node().parent().and_then(|it| it.parent()).and_then(StructType::cast);
        let literal = literal.ok_or("the field is one of something else than a struct")?;
        let spec = literal.node().with_parens().parent().and_then(TypeSpec::cast).filter(|it| !it.is_alias());
        let named = spec.and_then(|it| Def::of(it.name())).filter(|it| it.is_package_level());
        if named.is_none() {
            return Err(format!("{} is a field of a struct type that has no name of its own", def.name()).into());
        }
        let package = self.cx.package().id();
        match self.cx.workspace().struct_twins(package, literal, def.name()).is_empty() {
            true => Ok(()),
            false => Err("another struct type has the same fields, and may be converted to this one".into()),
        }
    }

    fn passed_on(&self, how: &str) -> Decline {
        format!("it {how} as {}", self.interface.name()).into()
    }

    fn follow(&mut self, def: Def<'a>, demand: Demand<'a>) -> Result<(), Decline> {
        self.part.methods.extend(demand.methods);
        for ident in demand.names {
            let named = Def::of(ident).ok_or("a variable is declared in a strange way")?;
            self.meet(named);
        }
        for onward in demand.onward {
            let slot = self.own_slot(&onward)?;
            self.meet(slot);
        }
        if def.kind() == DefKind::Field {
            let params: Vec<_> = demand.given.into_iter().filter_map(|it| self.param_given(it)).collect();
            params.into_iter().for_each(|it| self.meet(it));
        }
        Ok(())
    }

    /// What gets a value, if it is declared in this package and can get a new type, too.
    fn own_slot(&self, onward: &Onward<'a>) -> Result<Def<'a>, Decline> {
        let how = match onward.by {
            By::Assignment => "is assigned to something",
            By::Argument => "is passed on",
            By::Return => "is returned",
            By::Element => "becomes a part of something",
            By::Conversion => "is converted",
        };
        let files = self.cx.package().files();
        let slot = onward.slot.filter(|it| files.contains(&it.file().id())).and_then(Def::of);
        let is_open = |it: &Def<'a>| match it.kind() {
            DefKind::Param => slots::func_of_param(*it).is_some(),
            DefKind::Field | DefKind::Var => true,
            _ => false,
        };
        let typed = |it: &Def<'a>| {
            slots::written_type(*it).is_some_and(|ty| Interface::named(self.cx, ty) == Some(*self.interface))
        };
        slot.filter(|it| is_open(it) && typed(it)).ok_or_else(|| self.passed_on(how))
    }

    /// The parameter of a function of this package, tests aside, that a field gets its value from, if it is of the type.
    fn param_given(&self, value: Node<'a>) -> Option<Def<'a>> {
        let local = self.cx.resolve(value.unparen());
        let gofix_rule::semantic::Res::Def(def) = local else { return None };
        let own = self.cx.package().files().contains(&value.file().id()) && !self.cx.in_test_file(value);
        let ty = slots::written_type(def).filter(|_| own && slots::func_of_param(def).is_some())?;
        (Interface::named(self.cx, ty) == Some(*self.interface)).then_some(def)
    }
}
