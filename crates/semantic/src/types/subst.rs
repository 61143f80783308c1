//! Type arguments for type parameters (spec: Instantiations).

use super::{
    db::{Db, ObjKind},
    ty::{FieldData, FxMap, IfaceData, List, MethodData, Obj, Sig, Ty, TyKind},
};

/// A replacement under way.
struct Subst {
    from: std::rc::Rc<[Ty]>,
    to: std::rc::Rc<[Ty]>,
    done: FxMap<Ty, Ty>,
}

impl<'w> Db<'w> {
    /// The instance of a generic type or alias.
    pub(super) fn instantiate(&mut self, obj: Obj, args: &[Ty]) -> Ty {
        let tparams = self.tparams_of(obj);
        if args.is_empty() || args.len() != self.len_of(tparams) {
            return Ty::UNKNOWN;
        }
        let args = self.list(args);
        match self.obj(obj).kind {
            ObjKind::Type => self.named(obj, args),
            ObjKind::Alias => {
                let target = self.alias_target(obj);
                self.subst(target, tparams, args)
            }
            _ => Ty::UNKNOWN,
        }
    }

    /// `ty` with the parameters `from` replaced by `to`, as far as both lists go.
    pub(super) fn subst(&mut self, ty: Ty, from: List, to: List) -> Ty {
        if from == List::EMPTY || from == to || !self.has_tparam(ty) {
            return ty;
        }
        let mut subst = Subst { from: self.items(from), to: self.items(to), done: FxMap::default() };
        self.replace(&mut subst, ty)
    }

    fn replace(&mut self, subst: &mut Subst, ty: Ty) -> Ty {
        if !self.has_tparam(ty) {
            return ty;
        }
        if let TyKind::TypeParam(_) = self.kind(ty) {
            let index = subst.from.iter().position(|it| *it == ty);
            return index.and_then(|it| subst.to.get(it)).copied().unwrap_or(ty);
        }
        if let Some(&done) = subst.done.get(&ty) {
            return done;
        }
        let replaced = self.deeper(|db| db.replace_parts(subst, ty)).unwrap_or(Ty::UNKNOWN);
        subst.done.insert(ty, replaced);
        replaced
    }

    fn replace_parts(&mut self, subst: &mut Subst, ty: Ty) -> Ty {
        let kind = match self.kind(ty) {
            TyKind::Named(obj, args) => TyKind::Named(obj, self.replace_list(subst, args)),
            TyKind::Pointer(it) => TyKind::Pointer(self.replace(subst, it)),
            TyKind::Slice(it) => TyKind::Slice(self.replace(subst, it)),
            TyKind::Array(it, len) => TyKind::Array(self.replace(subst, it), len),
            TyKind::Chan(dir, it) => TyKind::Chan(dir, self.replace(subst, it)),
            TyKind::Map(key, value) => {
                let key = self.replace(subst, key);
                TyKind::Map(key, self.replace(subst, value))
            }
            TyKind::Func(sig) => TyKind::Func(Sig {
                params: self.replace_list(subst, sig.params),
                results: self.replace_list(subst, sig.results),
                ..sig
            }),
            TyKind::Tuple(list) => TyKind::Tuple(self.replace_list(subst, list)),
            TyKind::Struct(id) => {
                let fields = self.fields(id);
                let replaced =
                    fields.iter().map(|it| FieldData { ty: self.replace(subst, it.ty), ..it.clone() }).collect();
                return self.store.structure(replaced);
            }
            TyKind::Interface(id) => {
                let data = std::rc::Rc::clone(self.store.iface(id));
                let replaced = self.replace_interface(subst, &data);
                let new = self.store.interface(replaced);
                for method in &data.methods {
                    let Some(&origin) = self.origins.get(&(ty, method.name)) else { continue };
                    let origin = origin.map(|it| it.map(|it| self.replace(subst, it)));
                    self.note_origin(new, method.name, origin);
                }
                return new;
            }
            other => other,
        };
        self.make(kind)
    }

    fn replace_interface(&mut self, subst: &mut Subst, data: &IfaceData) -> IfaceData {
        let methods =
            data.methods.iter().map(|it| MethodData { sig: self.replace(subst, it.sig), ..it.clone() }).collect();
        let terms = data.terms.as_ref().map(|it| it.iter().map(|it| (it.0, self.replace(subst, it.1))).collect());
        IfaceData { methods, terms, ..*data }
    }

    fn replace_list(&mut self, subst: &mut Subst, list: List) -> List {
        if !self.list_has_tparam(list) {
            return list;
        }
        let items = self.items(list);
        let replaced: Vec<Ty> = items.iter().map(|it| self.replace(subst, *it)).collect();
        self.list(&replaced)
    }

    /// The signature of a generic function with type arguments for all its parameters.
    pub(super) fn instantiate_sig(&mut self, sig: Sig, args: List) -> Ty {
        let plain = self.make(TyKind::Func(Sig { tparams: List::EMPTY, ..sig }));
        self.subst(plain, sig.tparams, args)
    }
}
