//! Quick answers about methods by their names alone.

use std::hash::{Hash, Hasher};

use super::{
    db::Db,
    hash::FxHasher,
    query::Types,
    ty::{List, Obj, Pkg, Ty, TyKind},
};
use crate::Tri;

/// Types embedded in more than so many are not looked at.
const MAX_TYPES: usize = 4_000;

impl Db<'_> {
    /// The declaration of a defined type.
    fn origin_of(&self, ty: Ty) -> Option<Obj> {
        match self.kind(ty) {
            TyKind::Named(obj, _) => Some(obj),
            _ => None,
        }
    }
}

impl Types<'_> {
    /// A set of bits for the names of the methods that a type, or a pointer to it, may have, those of tests aside. If a
    /// bit of an interface's is missing, the type does not implement it. None: it may have any.
    pub(crate) fn method_bits(&self, ty: Ty) -> Option<u64> {
        let mut db = self.db.borrow_mut();
        if db.underlying(ty) == Ty::UNKNOWN || db.has_unknown(ty) {
            return None;
        }
        let names = db.method_names(ty, Pkg::NONE)?;
        Some(names.into_iter().fold(0, |bits, name| {
            let mut hasher = FxHasher::default();
            name.hash(&mut hasher);
            // The upper bits are the best ones of this hash.
            bits | 1 << (hasher.finish() >> 58)
        }))
    }

    /// Whether a type has no method of some name that an interface has, whatever its type arguments.
    pub(crate) fn lacks_a_method(&self, ty: Ty, interface: Ty) -> bool {
        let mut db = self.db.borrow_mut();
        let (names, wanted) = (db.method_names(ty, Pkg::NONE), db.method_names(interface, Pkg::NONE));
        match (names, wanted) {
            (Some(names), Some(wanted)) => wanted.iter().any(|it| !names.contains(it)),
            _ => false,
        }
    }

    /// Whether a type embeds another one, directly or by way of others.
    pub(crate) fn embeds(&self, ty: Ty, other: Ty) -> Tri {
        let mut db = self.db.borrow_mut();
        let other = db.origin_of(other);
        let (mut pending, mut seen, mut answer) = (vec![ty], Vec::new(), Tri::No);
        while let Some(ty) = pending.pop() {
            if seen.contains(&ty) {
                continue;
            }
            if seen.len() > MAX_TYPES {
                return Tri::Unknown;
            }
            seen.push(ty);
            let under = db.underlying(ty);
            match db.kind(under) {
                TyKind::Unknown => answer = Tri::Unknown,
                TyKind::Struct(id) => {
                    for field in db.fields(id).iter().filter(|it| it.embedded) {
                        let embedded = match db.kind(field.ty) {
                            TyKind::Pointer(to) => to,
                            _ => field.ty,
                        };
                        if db.origin_of(embedded) == other && other.is_some() {
                            return Tri::Yes;
                        }
                        pending.push(embedded);
                    }
                }
                _ => {}
            }
        }
        if other.is_some() { answer } else { Tri::Unknown }
    }

    /// Whether a type has type parameters for arguments.
    pub(crate) fn is_generic(&self, ty: Ty) -> bool {
        let db = self.db.borrow();
        matches!(db.kind(ty), TyKind::Named(_, args) if args != List::EMPTY && db.list_has_tparam(args))
    }
}
