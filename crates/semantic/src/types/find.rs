//! Fields and methods by name, through embedded fields (spec: Selectors). What an unknown embedded type could change is
//! unknown.

use std::rc::Rc;

use super::{
    db::{Db, ObjKind, State},
    name::Sym,
    ty::{List, Obj, Pkg, Ty, TyKind},
};

#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(super) enum FoundKind {
    /// Which field of the struct type.
    Field(u32),
    /// A declared method.
    Method(Obj),
    /// A method of an interface type.
    InterfaceMethod,
    Unknown,
}

/// A field or a method, and the way to it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Found {
    pub(super) kind: FoundKind,
    pub(super) name: Sym,
    /// Of a field its type, of a method its signature without receiver.
    pub(super) ty: Ty,
    /// The type that has it, at the end of the path.
    pub(super) holder: Ty,
    /// Indices of the embedded fields on the way.
    pub(super) path: Vec<u32>,
    /// Whether a pointer is on the way, or the type is one.
    pub(super) indirect: bool,
    /// Of a method: whether its receiver is a pointer.
    pub(super) pointer_receiver: bool,
}

/// Types embedded that deep are not looked at.
const MAX_EMBEDDING: usize = 32;
/// More types are not looked at in one search.
const MAX_TYPES: usize = 4_000;

struct Place {
    ty: Ty,
    path: Vec<u32>,
    indirect: bool,
    /// There are several of it at this depth.
    several: bool,
}

impl<'w> Db<'w> {
    /// The field or method `name` of `ty`, as seen from `pkg` and the tests of `view`. None if there is none.
    pub(super) fn find(&mut self, ty: Ty, name: Sym, pkg: Pkg, view: Pkg) -> Option<Rc<Found>> {
        if name == Sym::BLANK {
            return None;
        }
        let private = if self.is_exported(name) { Pkg::NONE } else { pkg };
        let view = if view != Pkg::NONE && self.pkg(view).has_test_methods { view } else { Pkg::NONE };
        let key = (ty, name, private, view);
        if let Some(found) = self.found.get(&key) {
            return found.clone();
        }
        let found = self.deeper(|db| db.search(ty, name, private, view)).unwrap_or_else(|| unknown(ty, name));
        self.found.insert(key, found.clone());
        found
    }

    fn search(&mut self, ty: Ty, name: Sym, private: Pkg, view: Pkg) -> Option<Rc<Found>> {
        // A defined pointer type has no methods, but the fields of what it points to.
        if let TyKind::Named(..) = self.kind(ty) {
            let under = self.underlying(ty);
            if let TyKind::Pointer(_) = self.kind(under) {
                let found = self.search(under, name, private, view)?;
                return match found.kind {
                    FoundKind::Method(_) | FoundKind::InterfaceMethod => None,
                    _ => Some(found),
                };
            }
        }
        let (start, indirect) = match self.kind(ty) {
            TyKind::Pointer(to) => (to, true),
            _ => (ty, false),
        };
        if indirect {
            let under = self.underlying(start);
            if matches!(self.kind(under), TyKind::Interface(_) | TyKind::TypeParam(_)) {
                return None;
            }
        }
        let mut level = vec![Place { ty: start, path: Vec::new(), indirect, several: false }];
        let mut seen: Vec<Ty> = Vec::new();
        let mut poisoned = false;
        for _ in 0..MAX_EMBEDDING {
            if level.is_empty() {
                return if poisoned { unknown(ty, name) } else { None };
            }
            let mut hit: Option<(Found, bool)> = None;
            let mut ambiguous = false;
            let mut next = Vec::new();
            for place in &level {
                if let TyKind::Named(..) = self.kind(place.ty) {
                    if seen.contains(&place.ty) {
                        continue;
                    }
                    if seen.len() > MAX_TYPES {
                        return unknown(ty, name);
                    }
                    seen.push(place.ty);
                }
                let found = self.members(place, name, private, view, &mut next, &mut poisoned);
                if let Some(found) = found {
                    ambiguous |= hit.is_some() || place.several;
                    hit = hit.or(Some((found, place.several)));
                }
            }
            match hit {
                Some(_) if poisoned => return unknown(ty, name),
                Some(_) if ambiguous => return None,
                Some((found, _)) => return Some(Rc::new(found)),
                None => {}
            }
            level = merged(next);
        }
        unknown(ty, name)
    }

    /// What a type itself has under that name. The types that it embeds are added to `next`.
    fn members(
        &mut self,
        place: &Place,
        name: Sym,
        private: Pkg,
        view: Pkg,
        next: &mut Vec<Place>,
        poisoned: &mut bool,
    ) -> Option<Found> {
        let found = |kind, ty, pointer_receiver| Found {
            kind,
            name,
            ty,
            holder: place.ty,
            path: place.path.clone(),
            indirect: place.indirect,
            pointer_receiver,
        };
        let mut maybe_method = false;
        if let TyKind::Named(obj, args) = self.kind(place.ty) {
            match self.declared_method(obj, name, private, view) {
                Ok(Some(method)) => {
                    let sig = self.method_sig(method, args);
                    let pointer = self.has_pointer_receiver(method);
                    return Some(found(FoundKind::Method(method), sig, pointer));
                }
                Ok(None) => {}
                Err(()) => maybe_method = true,
            }
        }
        let mut under = self.underlying(place.ty);
        if let TyKind::TypeParam(obj) = self.kind(under) {
            under = self.constraint(obj);
        }
        match self.kind(under) {
            TyKind::Unknown => *poisoned = true,
            TyKind::Struct(id) => {
                let fields = self.fields(id);
                for (index, field) in fields.iter().enumerate() {
                    if field.name == name && field.pkg == private {
                        return Some(found(FoundKind::Field(index as u32), field.ty, false));
                    }
                    if field.embedded {
                        let (ty, pointer) = match self.kind(field.ty) {
                            TyKind::Pointer(to) => (to, true),
                            _ => (field.ty, false),
                        };
                        let mut path = place.path.clone();
                        path.push(index as u32);
                        next.push(Place { ty, path, indirect: place.indirect || pointer, several: place.several });
                    }
                }
            }
            TyKind::Interface(id) => {
                let data = Rc::clone(self.store.iface(id));
                if let Some(method) = data.methods.iter().find(|it| it.name == name && it.pkg == private) {
                    return Some(found(FoundKind::InterfaceMethod, method.sig, false));
                }
                *poisoned |= data.unknown;
            }
            _ => {}
        }
        // A field of that name would leave no room for a method.
        *poisoned |= maybe_method;
        None
    }

    /// The method that is declared for a type. `Err`: there may be one.
    pub(super) fn declared_method(&mut self, obj: Obj, name: Sym, private: Pkg, view: Pkg) -> Result<Option<Obj>, ()> {
        let data = self.obj(obj);
        let (kind, local, pkg, type_name, from_test) = (data.kind, data.local, data.pkg, data.name, data.from_test);
        if kind != ObjKind::Type || local || (private != Pkg::NONE && private != pkg) {
            return Ok(None);
        }
        self.declare_methods(pkg, type_name);
        let scope = self.pkg(pkg);
        let methods = scope.methods.get(&type_name);
        let visible = |obj: Obj| !self.obj(obj).from_test || view == pkg || from_test;
        let mut found = methods.into_iter().flatten().filter(|it| it.0 == name && visible(it.1)).map(|it| it.1);
        match (found.next(), found.next()) {
            (Some(_), Some(_)) => Err(()),
            (Some(only), None) => Ok(Some(only)),
            _ if scope.scope_state == State::New => Ok(None),
            _ if scope.incomplete || (!scope.broken.is_empty() && self.may_be_broken_method(pkg, type_name, name)) => {
                Err(())
            }
            _ => Ok(None),
        }
    }

    /// The signature of a method for a receiver with these type arguments.
    pub(super) fn method_sig(&mut self, method: Obj, args: List) -> Ty {
        let sig = self.obj_type(method);
        if args == List::EMPTY {
            return sig;
        }
        let from = self.tparams_of(method);
        if self.len_of(from) != self.len_of(args) {
            return Ty::UNKNOWN;
        }
        self.subst(sig, from, args)
    }
}

pub(super) fn unknown(holder: Ty, name: Sym) -> Option<Rc<Found>> {
    Some(Rc::new(Found {
        kind: FoundKind::Unknown,
        name,
        ty: Ty::UNKNOWN,
        holder,
        path: Vec::new(),
        indirect: false,
        pointer_receiver: false,
    }))
}

/// Each type once; where there were several, that is noted.
fn merged(places: Vec<Place>) -> Vec<Place> {
    let mut out: Vec<Place> = Vec::with_capacity(places.len());
    for place in places {
        match out.iter_mut().find(|it| it.ty == place.ty) {
            Some(first) => first.several = true,
            None => out.push(place),
        }
    }
    out
}

impl<'w> Db<'w> {
    /// The names that a type may have methods under, itself and by what it embeds. None if that cannot be told.
    pub(super) fn method_names(&mut self, ty: Ty, view: Pkg) -> Option<Vec<(Sym, Pkg)>> {
        let start = match self.kind(ty) {
            TyKind::Pointer(to) => to,
            _ => ty,
        };
        let (mut pending, mut seen, mut names) = (vec![start], Vec::new(), Vec::new());
        while let Some(ty) = pending.pop() {
            if seen.contains(&ty) {
                continue;
            }
            if seen.len() > MAX_TYPES {
                return None;
            }
            seen.push(ty);
            if let TyKind::Named(obj, _) = self.kind(ty) {
                let (pkg, type_name) = (self.obj(obj).pkg, self.obj(obj).name);
                self.declare_methods(pkg, type_name);
                let data = self.obj(obj);
                if !data.local && data.kind == ObjKind::Type {
                    let scope = self.pkg(data.pkg);
                    if scope.incomplete || !scope.broken.is_empty() {
                        return None;
                    }
                    let visible = |it: Obj| !self.obj(it).from_test || view == data.pkg || data.from_test;
                    let methods = scope.methods.get(&data.name).into_iter().flatten().filter(|it| visible(it.1));
                    names.extend(methods.map(|it| (it.0, self.private_to(it.0, data.pkg))));
                }
            }
            let mut under = self.underlying(ty);
            if let TyKind::TypeParam(obj) = self.kind(under) {
                under = self.constraint(obj);
            }
            match self.kind(under) {
                TyKind::Unknown => return None,
                TyKind::Struct(id) => {
                    for field in self.fields(id).iter().filter(|it| it.embedded) {
                        pending.push(match self.kind(field.ty) {
                            TyKind::Pointer(to) => to,
                            _ => field.ty,
                        });
                    }
                }
                TyKind::Interface(id) => {
                    let data = self.store.iface(id);
                    if data.unknown {
                        return None;
                    }
                    names.extend(data.methods.iter().map(|it| (it.name, it.pkg)));
                }
                _ => {}
            }
        }
        names.sort();
        names.dedup();
        Some(names)
    }
}
