//! How types stand to each other: identity, assignability, implementation (spec: Properties of types and values).

use std::rc::Rc;

use super::{
    db::Db,
    find::FoundKind,
    ty::{Basic, ChanDir, IfaceData, Pkg, Ty, TyKind},
};
use crate::Tri;

impl<'w> Db<'w> {
    pub(super) fn identical(&self, x: Ty, y: Ty) -> Tri {
        match self.has_unknown(x) || self.has_unknown(y) {
            true => Tri::Unknown,
            false => Tri::from(x == y),
        }
    }

    fn interface_of(&mut self, ty: Ty) -> Option<Rc<IfaceData>> {
        let mut under = self.underlying(ty);
        if let TyKind::TypeParam(obj) = self.kind(under) {
            under = self.constraint(obj);
        }
        match self.kind(under) {
            TyKind::Interface(id) => Some(Rc::clone(self.store.iface(id))),
            _ => None,
        }
    }

    /// Whether `ty` implements the interface `iface` (spec: Implementing an interface). No if that is no interface.
    pub(super) fn implements(&mut self, ty: Ty, iface: Ty, view: Pkg) -> Tri {
        let under = self.underlying(iface);
        let TyKind::Interface(id) = self.kind(under) else {
            return if under == Ty::UNKNOWN { Tri::Unknown } else { Tri::No };
        };
        let wanted = Rc::clone(self.store.iface(id));
        if self.has_unknown(ty) || self.underlying(ty) == Ty::UNKNOWN {
            return Tri::Unknown;
        }
        let methods = self.has_methods(ty, &wanted, view);
        if methods.is_no() {
            return Tri::No;
        }
        let mut sure = methods.is_yes() && !wanted.unknown;
        if wanted.comparable {
            match self.comparable(ty) {
                Tri::No => return Tri::No,
                Tri::Yes => {}
                Tri::Unknown => sure = false,
            }
        }
        if let Some(terms) = &wanted.terms {
            match self.in_terms(ty, terms) {
                Tri::No => return Tri::No,
                Tri::Yes => {}
                Tri::Unknown => sure = false,
            }
        }
        if sure { Tri::Yes } else { Tri::Unknown }
    }

    /// Whether a type has all methods of an interface in its method set.
    fn has_methods(&mut self, ty: Ty, wanted: &IfaceData, view: Pkg) -> Tri {
        let mut sure = true;
        for method in &wanted.methods {
            let Some(found) = self.find(ty, method.name, method.pkg, view) else { return Tri::No };
            match found.kind {
                FoundKind::Field(_) => return Tri::No,
                FoundKind::Unknown => sure = false,
                // Methods with pointer receivers belong to pointers.
                _ if found.pointer_receiver && !found.indirect => return Tri::No,
                _ => match self.identical(found.ty, method.sig) {
                    Tri::No => return Tri::No,
                    Tri::Yes => {}
                    Tri::Unknown => sure = false,
                },
            }
        }
        if sure { Tri::Yes } else { Tri::Unknown }
    }

    /// Whether a type, or all types of its type set, are among `terms`.
    fn in_terms(&mut self, ty: Ty, terms: &[(bool, Ty)]) -> Tri {
        let own = self.interface_of(ty);
        let members = match &own {
            Some(data) if data.unknown => return Tri::Unknown,
            Some(data) => match &data.terms {
                Some(terms) => terms.clone(),
                None => return Tri::No,
            },
            None => vec![(false, ty)],
        };
        for (tilde, member) in members {
            let under = self.underlying(member);
            let included = terms.iter().any(|&(of_tilde, of)| match of_tilde {
                true => self.underlying(of) == under,
                false => !tilde && of == member,
            });
            if !included {
                return if self.has_unknown(member) { Tri::Unknown } else { Tri::No };
            }
        }
        Tri::Yes
    }

    /// Whether values of a type can be compared without a panic at compile time (spec: Comparison operators).
    pub(super) fn comparable(&mut self, ty: Ty) -> Tri {
        if let Some(&found) = self.comparables.get(&ty) {
            return found;
        }
        let comparable = self.find_comparable(ty);
        self.comparables.insert(ty, comparable);
        comparable
    }

    fn find_comparable(&mut self, ty: Ty) -> Tri {
        let under = self.underlying(ty);
        match self.kind(under) {
            TyKind::Unknown => Tri::Unknown,
            TyKind::Slice(_) | TyKind::Map(..) | TyKind::Func(_) | TyKind::Tuple(_) | TyKind::Named(..) => Tri::No,
            TyKind::Basic(Basic::UntypedNil) => Tri::No,
            TyKind::Basic(_) | TyKind::Pointer(_) | TyKind::Chan(..) | TyKind::Interface(_) => Tri::Yes,
            TyKind::Array(element, _) => self.deeper(|db| db.comparable(element)).unwrap_or(Tri::Unknown),
            TyKind::Struct(id) => {
                let mut all = Tri::Yes;
                for field in self.fields(id).iter() {
                    match self.deeper(|db| db.comparable(field.ty)).unwrap_or(Tri::Unknown) {
                        Tri::Yes => {}
                        Tri::No => return Tri::No,
                        Tri::Unknown => all = Tri::Unknown,
                    }
                }
                all
            }
            TyKind::TypeParam(obj) => {
                let Some(data) = self.constraint_data(obj) else { return Tri::Unknown };
                match &data.terms {
                    _ if data.comparable => Tri::Yes,
                    Some(terms) if !terms.is_empty() => {
                        let mut all = Tri::Yes;
                        for term in terms {
                            match self.deeper(|db| db.comparable(term.1)).unwrap_or(Tri::Unknown) {
                                Tri::Yes => {}
                                Tri::No => return Tri::No,
                                Tri::Unknown => all = Tri::Unknown,
                            }
                        }
                        all
                    }
                    _ => Tri::No,
                }
            }
        }
    }

    /// Whether a value of type `from`, which is no constant, can be assigned to a variable of type `to` (spec:
    /// Assignability).
    pub(super) fn assignable(&mut self, from: Ty, to: Ty, view: Pkg) -> Tri {
        if from == to && from != Ty::UNKNOWN {
            return self.identical(from, to);
        }
        let (from_under, to_under) = (self.underlying(from), self.underlying(to));
        if to_under == self.common.any && !matches!(self.kind(from_under), TyKind::Unknown | TyKind::Tuple(_)) {
            return Tri::Yes;
        }
        if from_under == Ty::UNKNOWN || to_under == Ty::UNKNOWN {
            return Tri::Unknown;
        }
        if let TyKind::Basic(basic) = self.kind(from)
            && basic.is_untyped()
        {
            return self.assignable_untyped(basic, to_under);
        }
        let is_tparam = |kind: TyKind| matches!(kind, TyKind::TypeParam(_));
        if is_tparam(self.kind(from)) || is_tparam(self.kind(to)) {
            return self.assignable_tparam(from, to, view);
        }
        let named = |kind: TyKind| matches!(kind, TyKind::Named(..) | TyKind::Basic(_));
        let one_is_literal = !named(self.kind(from)) || !named(self.kind(to));
        let same_under = self.identical(from_under, to_under);
        if one_is_literal && !same_under.is_no() {
            return same_under;
        }
        if let TyKind::Interface(_) = self.kind(to_under) {
            return self.implements(from, to, view);
        }
        if let (TyKind::Chan(ChanDir::Both, a), TyKind::Chan(_, b)) = (self.kind(from_under), self.kind(to_under))
            && one_is_literal
        {
            return self.identical(a, b);
        }
        if self.has_unknown(from) || self.has_unknown(to) { Tri::Unknown } else { Tri::No }
    }

    /// An untyped value other than a number constant, whose value decides.
    fn assignable_untyped(&mut self, basic: Basic, to: Ty) -> Tri {
        let to = self.kind(to);
        match (basic, to) {
            (
                Basic::UntypedNil,
                TyKind::Pointer(_) | TyKind::Func(_) | TyKind::Slice(_) | TyKind::Map(..) | TyKind::Chan(..),
            ) => Tri::Yes,
            (Basic::UntypedNil, TyKind::Interface(_) | TyKind::Basic(Basic::UnsafePointer)) => Tri::Yes,
            (Basic::UntypedNil, TyKind::TypeParam(_)) => Tri::Unknown,
            (Basic::UntypedNil, _) => Tri::No,
            (_, TyKind::Basic(to)) if basic.is_boolean() => Tri::from(to.is_boolean()),
            (_, TyKind::Basic(to)) if basic.is_string() => Tri::from(to.is_string()),
            (_, TyKind::Basic(to)) if !to.is_numeric() => Tri::No,
            (_, TyKind::Basic(_) | TyKind::TypeParam(_) | TyKind::Interface(_)) => Tri::Unknown,
            _ => Tri::No,
        }
    }

    fn assignable_tparam(&mut self, from: Ty, to: Ty, view: Pkg) -> Tri {
        if self.is_interface(to) {
            return self.implements(from, to, view);
        }
        // A literal type can be assigned to a parameter if it can to each type of the set, and the other way round.
        let each = match (self.kind(from), self.kind(to)) {
            (TyKind::Named(..) | TyKind::Basic(_), _) | (_, TyKind::Named(..) | TyKind::Basic(_)) => return Tri::No,
            (TyKind::TypeParam(_), TyKind::TypeParam(_)) => return Tri::No,
            (TyKind::TypeParam(obj), _) | (_, TyKind::TypeParam(obj)) => self.constraint_data(obj),
            _ => None,
        };
        let Some(terms) = each.as_ref().map(|it| it.terms.clone()) else { return Tri::Unknown };
        let into = matches!(self.kind(to), TyKind::TypeParam(_));
        for (_, term) in terms.unwrap_or_default() {
            let (a, b) = if into { (from, term) } else { (term, to) };
            match self.deeper(|db| db.assignable(a, b, view)).unwrap_or(Tri::Unknown) {
                Tri::Yes => {}
                other => return other,
            }
        }
        Tri::from(each.is_some_and(|it| it.terms.as_ref().is_some_and(|it| !it.is_empty())))
    }
}
