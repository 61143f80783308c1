//! Type sets and what they have in common (spec: Interface types, Core types).

use std::rc::Rc;

use super::{
    db::Db,
    ty::{ChanDir, IfaceData, Obj, Ty, TyKind},
};

/// What the types of a type set have in common.
pub(super) enum Core {
    One(Ty),
    None,
    Unknown,
}

impl<'w> Db<'w> {
    /// The constraint of a type parameter.
    pub(super) fn constraint_data(&mut self, tparam: Obj) -> Option<Rc<IfaceData>> {
        let constraint = self.constraint(tparam);
        match self.kind(constraint) {
            TyKind::Interface(id) => Some(Rc::clone(self.store.iface(id))).filter(|it| !it.unknown),
            _ => None,
        }
    }

    /// What underlies a type; of a type parameter, what underlies all types of its type set (go/types' `commonUnder`).
    pub(super) fn core(&mut self, ty: Ty) -> Core {
        let TyKind::TypeParam(tparam) = self.kind(ty) else {
            return match self.underlying(ty) {
                Ty::UNKNOWN => Core::Unknown,
                under => Core::One(under),
            };
        };
        let Some(data) = self.constraint_data(tparam) else { return Core::Unknown };
        let Some(terms) = &data.terms else { return Core::None };
        let mut common: Option<Ty> = None;
        for term in terms {
            let under = self.underlying(term.1);
            common = match common {
                _ if under == Ty::UNKNOWN => return Core::Unknown,
                None => Some(under),
                Some(first) if first == under => Some(first),
                Some(first) => match (self.kind(first), self.kind(under)) {
                    (TyKind::Chan(ChanDir::Both, a), TyKind::Chan(_, b)) if a == b => Some(under),
                    (TyKind::Chan(_, a), TyKind::Chan(ChanDir::Both, b)) if a == b => Some(first),
                    _ => return Core::None,
                },
            };
        }
        common.map_or(Core::None, Core::One)
    }

    /// The core type, or nothing known.
    pub(super) fn core_type(&mut self, ty: Ty) -> Ty {
        match self.core(ty) {
            Core::One(core) => core,
            Core::None | Core::Unknown => Ty::UNKNOWN,
        }
    }

    /// As [`Db::core_type`], but strings and byte slices together count as strings.
    pub(super) fn core_bytes(&mut self, ty: Ty) -> Ty {
        let core = self.core_type(ty);
        if core != Ty::UNKNOWN {
            return core;
        }
        let TyKind::TypeParam(tparam) = self.kind(ty) else { return Ty::UNKNOWN };
        let Some(terms) = self.constraint_data(tparam).and_then(|it| it.terms.clone()) else { return Ty::UNKNOWN };
        let bytes = self.common.bytes;
        let fits = terms.iter().all(|it| {
            let under = self.underlying(it.1);
            under == bytes || under == Ty::STRING
        });
        if fits && !terms.is_empty() { Ty::STRING } else { Ty::UNKNOWN }
    }

    /// The term that a constraint comes down to (with a tilde if one of its terms has one), and whether it is its only one
    /// (go/types' `coreTerm`).
    pub(super) fn core_term(&mut self, tparam: Obj) -> Result<Option<(bool, Ty, bool)>, ()> {
        let data = self.constraint_data(tparam).ok_or(())?;
        let Some(terms) = &data.terms else { return Ok(None) };
        if let [(tilde, ty)] = terms[..] {
            return Ok(Some((tilde, ty, true)));
        }
        let ty = self.make(TyKind::TypeParam(tparam));
        match self.core(ty) {
            Core::One(core) => Ok(Some((true, core, false))),
            Core::None => Ok(None),
            Core::Unknown => Err(()),
        }
    }

    /// Whether what underlies a type is an interface; type parameters are none.
    pub(super) fn is_interface(&mut self, ty: Ty) -> bool {
        let under = self.underlying(ty);
        matches!(self.kind(under), TyKind::Interface(_))
    }
}
