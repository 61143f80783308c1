//! Making types equal by choosing type arguments (spec: Type unification).

use std::rc::Rc;

use super::{
    core::Core,
    db::Db,
    find::FoundKind,
    ty::{ChanDir, List, Pkg, Ty, TyKind},
};

/// How exact types must agree.
#[derive(Copy, Clone, PartialEq, Eq)]
pub(super) struct Mode {
    /// As in an assignment at the top, exactly below.
    pub(super) assign: bool,
    pub(super) exact: bool,
}

impl Mode {
    pub(super) const ASSIGN: Mode = Mode { assign: true, exact: false };
    pub(super) const EXACT: Mode = Mode { assign: false, exact: true };
    pub(super) const LOOSE: Mode = Mode { assign: false, exact: false };
}

/// Types chosen so far. Parameters that must be equal share a slot.
pub(super) struct Unifier {
    pub(super) tparams: Rc<[Ty]>,
    slot: Vec<usize>,
    types: Vec<Option<Ty>>,
    depth: u32,
    steps: u32,
    /// An unknown type was met: what was not found is not known not to be.
    pub(super) unsure: bool,
}

const MAX_DEPTH: u32 = 100;
const MAX_STEPS: u32 = 100_000;

impl Unifier {
    pub(super) fn new(tparams: Rc<[Ty]>, given: &[Option<Ty>]) -> Unifier {
        let n = tparams.len();
        let types = (0..n).map(|it| given.get(it).copied().flatten()).collect();
        Unifier { tparams, slot: (0..n).collect(), types, depth: 0, steps: 0, unsure: false }
    }

    fn bound(&self, ty: Ty) -> Option<usize> {
        self.tparams.iter().position(|it| *it == ty)
    }

    pub(super) fn at(&self, index: usize) -> Option<Ty> {
        self.types[self.slot[index]]
    }

    pub(super) fn set(&mut self, index: usize, ty: Ty) {
        let slot = self.slot[index];
        self.types[slot] = Some(ty);
    }

    pub(super) fn unknowns(&self) -> usize {
        (0..self.slot.len()).filter(|it| self.at(*it).is_none()).count()
    }

    fn join(&mut self, a: usize, b: usize) -> bool {
        let (x, y) = (self.slot[a], self.slot[b]);
        let (from, to) = match (x == y, self.types[x], self.types[y]) {
            (true, ..) => return true,
            (_, Some(_), Some(_)) => return false,
            (_, Some(_), None) => (y, x),
            _ => (x, y),
        };
        self.slot.iter_mut().filter(|it| **it == from).for_each(|it| *it = to);
        true
    }
}

impl<'w> Db<'w> {
    pub(super) fn unify(&mut self, u: &mut Unifier, x: Ty, y: Ty, mode: Mode) -> bool {
        if x == y {
            return true;
        }
        u.steps += 1;
        if u.depth > MAX_DEPTH || u.steps > MAX_STEPS {
            u.unsure = true;
            return false;
        }
        u.depth += 1;
        let result = self.deeper(|db| db.unify_different(u, x, y, mode)).unwrap_or(false);
        u.depth -= 1;
        result
    }

    fn is_named(&self, ty: Ty) -> bool {
        matches!(self.kind(ty), TyKind::Named(..))
    }

    fn is_type_lit(&self, ty: Ty) -> bool {
        !matches!(self.kind(ty), TyKind::Named(..) | TyKind::TypeParam(_))
    }

    fn unify_different(&mut self, u: &mut Unifier, x: Ty, y: Ty, mode: Mode) -> bool {
        let (mut x, mut y) = (x, y);
        if x == Ty::UNKNOWN || y == Ty::UNKNOWN {
            u.unsure = true;
            return false;
        }
        if self.is_named(x) || u.bound(y).is_some() {
            std::mem::swap(&mut x, &mut y);
        }
        if !mode.exact && self.is_named(y) && self.is_type_lit(x) && !self.is_interface(x) {
            y = self.underlying(y);
            if x == y {
                return true;
            }
            if y == Ty::UNKNOWN {
                u.unsure = true;
                return false;
            }
        }
        match (u.bound(x), u.bound(y)) {
            (Some(px), Some(py)) => {
                if u.join(px, py) {
                    return true;
                }
                match (u.at(px), u.at(py)) {
                    (Some(x), Some(y)) => return self.unify(u, x, y, mode),
                    _ => return false,
                }
            }
            (Some(px), None) => {
                let Some(chosen) = u.at(px) else {
                    u.set(px, y);
                    return true;
                };
                return self.unify(u, chosen, y, mode) && self.settle(u, px, chosen, y, mode);
            }
            _ => {}
        }
        if !mode.exact {
            let (xi, yi) = (self.is_interface(x), self.is_interface(y));
            if xi && yi {
                return self.unify_interfaces(u, x, y);
            }
            if xi || yi {
                let (interface, other) = if xi { (x, y) } else { (y, x) };
                return self.unify_methods(u, interface, other);
            }
        }
        if let TyKind::TypeParam(_) = self.kind(y) {
            std::mem::swap(&mut x, &mut y);
        }
        self.unify_parts(u, x, y, mode)
    }

    /// Both fit: whether the type chosen before is kept, or the new one is better.
    fn settle(&mut self, u: &mut Unifier, px: usize, x: Ty, y: Ty, mode: Mode) -> bool {
        let (xi, yi) = (self.is_interface(x), self.is_interface(y));
        let (xn, yn) = (self.is_named(x), self.is_named(y));
        if xi && yi {
            if xn && yn {
                return x == y;
            }
            if self.method_count(x) != self.method_count(y) {
                return false;
            }
        } else if xi || yi {
            return false;
        }
        if !mode.exact && !xn {
            let under = self.underlying(y);
            let directed = matches!(self.kind(under), TyKind::Chan(ChanDir::Send | ChanDir::Recv, _));
            if yn || directed {
                u.set(px, y);
            }
        }
        true
    }

    fn method_count(&mut self, ty: Ty) -> usize {
        let under = self.underlying(ty);
        match self.kind(under) {
            TyKind::Interface(id) => self.store.iface(id).methods.len(),
            _ => 0,
        }
    }

    fn unify_interfaces(&mut self, u: &mut Unifier, x: Ty, y: Ty) -> bool {
        let (x, y) = (self.underlying(x), self.underlying(y));
        let (TyKind::Interface(x), TyKind::Interface(y)) = (self.kind(x), self.kind(y)) else { return false };
        let (mut x, mut y) = (Rc::clone(self.store.iface(x)), Rc::clone(self.store.iface(y)));
        u.unsure |= x.unknown || y.unknown;
        if x.comparable != y.comparable || x.terms != y.terms {
            return false;
        }
        if x.methods.len() > y.methods.len() {
            std::mem::swap(&mut x, &mut y);
        }
        x.methods.iter().all(|m| {
            let other = y.methods.iter().find(|it| (it.name, it.pkg) == (m.name, m.pkg));
            other.is_some_and(|it| self.unify(u, m.sig, it.sig, Mode::EXACT))
        })
    }

    fn unify_methods(&mut self, u: &mut Unifier, interface: Ty, ty: Ty) -> bool {
        let under = self.underlying(interface);
        let TyKind::Interface(id) = self.kind(under) else { return false };
        let data = Rc::clone(self.store.iface(id));
        u.unsure |= data.unknown;
        data.methods.iter().all(|m| {
            let found = self.find(ty, m.name, m.pkg, Pkg::NONE);
            match found {
                Some(it) if it.kind == FoundKind::Unknown => {
                    u.unsure = true;
                    false
                }
                Some(it) if !matches!(it.kind, FoundKind::Field(_)) => self.unify(u, m.sig, it.ty, Mode::EXACT),
                _ => false,
            }
        })
    }

    fn unify_lists(&mut self, u: &mut Unifier, x: List, y: List, mode: Mode) -> bool {
        let (x, y) = (self.items(x), self.items(y));
        x.len() == y.len() && x.iter().zip(y.iter()).all(|(x, y)| self.unify(u, *x, *y, mode))
    }

    fn unify_parts(&mut self, u: &mut Unifier, x: Ty, y: Ty, mode: Mode) -> bool {
        let inner = if mode.assign { Mode { exact: true, ..mode } } else { mode };
        match (self.kind(x), self.kind(y)) {
            (TyKind::Array(a, n), TyKind::Array(b, m)) => n == m && self.unify(u, a, b, inner),
            (TyKind::Slice(a), TyKind::Slice(b)) | (TyKind::Pointer(a), TyKind::Pointer(b)) => {
                self.unify(u, a, b, inner)
            }
            (TyKind::Map(k, v), TyKind::Map(l, w)) => self.unify(u, k, l, inner) && self.unify(u, v, w, inner),
            (TyKind::Chan(d, a), TyKind::Chan(e, b)) => (!mode.exact || d == e) && self.unify(u, a, b, inner),
            (TyKind::Func(a), TyKind::Func(b)) => {
                a.variadic == b.variadic
                    && self.unify_lists(u, a.params, b.params, inner)
                    && self.unify_lists(u, a.results, b.results, inner)
            }
            (TyKind::Tuple(a), TyKind::Tuple(b)) => self.unify_lists(u, a, b, mode),
            (TyKind::Struct(a), TyKind::Struct(b)) => {
                let (a, b) = (self.fields(a), self.fields(b));
                a.len() == b.len()
                    && a.iter().zip(b.iter()).all(|(f, g)| {
                        (f.name, f.pkg, f.embedded, f.tag) == (g.name, g.pkg, g.embedded, g.tag)
                            && self.unify(u, f.ty, g.ty, inner)
                    })
            }
            (TyKind::Interface(_), TyKind::Interface(_)) => {
                self.method_count(x) == self.method_count(y) && self.unify_interfaces(u, x, y)
            }
            (TyKind::Named(a, xs), TyKind::Named(b, ys)) => a == b && self.unify_lists(u, xs, ys, mode),
            (TyKind::TypeParam(_), _) => match self.core(x) {
                Core::One(core) => self.unify(u, core, y, Mode::ASSIGN),
                Core::None => false,
                Core::Unknown => {
                    u.unsure = true;
                    false
                }
            },
            _ => false,
        }
    }
}
