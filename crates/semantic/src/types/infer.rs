//! Type arguments that are not written (spec: Type inference).

use super::{
    db::{Db, OBJ_UNKNOWN},
    env::Env,
    find::FoundKind,
    operand::Operand,
    ty::{Basic, List, Pkg, Sig, Ty, TyKind},
    unify::{Mode, Unifier},
};
use gofix_syntax::Node;

/// An argument, as far as inference looks at it.
#[derive(Copy, Clone)]
pub(super) struct Arg {
    pub(super) ty: Ty,
    pub(super) nil: bool,
}

impl<'w> Db<'w> {
    /// All type arguments for `tparams`, from those given and from what is passed. None if one cannot be told.
    pub(super) fn infer(&mut self, tparams: List, given: &[Option<Ty>], params: &[Ty], args: &[Arg]) -> Option<List> {
        let list = self.items(tparams);
        let n = list.len();
        if given.len() > n || args.iter().any(|it| self.has_unknown(it.ty)) {
            return None;
        }
        if given.len() == n && given.iter().all(Option::is_some) {
            let given: Vec<Ty> = given.iter().flatten().copied().collect();
            return Some(self.list(&given));
        }
        self.infer_distinct(tparams, given, params, args)
    }

    /// The type parameters of a generic function, and its parameter types, so that none of `types` has one of them: where
    /// a generic function calls itself, its parameters are types of their own.
    pub(super) fn distinct(&mut self, tparams: List, params: &[Ty], types: &[Ty]) -> (List, Vec<Ty>) {
        let list = self.items(tparams);
        if !types.iter().any(|it| self.mentions(*it, &list)) {
            return (tparams, params.to_vec());
        }
        let fresh = self.fresh_tparams(tparams);
        (fresh, params.iter().map(|it| self.subst(*it, tparams, fresh)).collect())
    }

    fn infer_distinct(&mut self, tparams: List, given: &[Option<Ty>], params: &[Ty], args: &[Arg]) -> Option<List> {
        let list = self.items(tparams);
        let mut u = Unifier::new(list.clone(), given);
        // What is given is put in first.
        let known: Vec<Ty> = (0..list.len()).map(|it| given.get(it).copied().flatten().unwrap_or(list[it])).collect();
        let known = self.list(&known);
        let params: Vec<Ty> = params.iter().map(|it| self.subst(*it, tparams, known)).collect();
        let mut untyped = Vec::new();
        for (param, arg) in params.iter().zip(args) {
            if !self.mentions(*param, &list) && !self.mentions(arg.ty, &list) {
                continue;
            }
            if !arg.nil && !self.is_untyped(arg.ty) {
                if !self.unify(&mut u, *param, arg.ty, Mode::ASSIGN) {
                    return None;
                }
            } else if !arg.nil
                && let Some(index) = list.iter().position(|it| it == param)
            {
                untyped.push((index, arg.ty));
            }
        }
        self.infer_from_constraints(&mut u)?;
        self.infer_from_untyped(&mut u, &untyped)?;
        self.inferred(&u, tparams)
    }

    fn infer_from_constraints(&mut self, u: &mut Unifier) -> Option<()> {
        let list = u.tparams.clone();
        loop {
            let before = u.unknowns();
            for (index, &tparam) in list.iter().enumerate() {
                let TyKind::TypeParam(obj) = self.kind(tparam) else { return None };
                let term = self.core_term(obj).ok()?;
                if let Some((tilde, core, single)) = term {
                    match u.at(index) {
                        Some(chosen) if !self.unify(u, chosen, core, Mode::LOOSE) => return None,
                        None if single && !tilde => u.set(index, core),
                        _ => {}
                    }
                }
                if let Some(chosen) = u.at(index)
                    && !self.mentions(chosen, &list)
                {
                    self.unify_constraint_methods(u, obj, chosen)?;
                }
            }
            if u.unknowns() == before {
                return Some(());
            }
        }
    }

    fn unify_constraint_methods(&mut self, u: &mut Unifier, tparam: super::ty::Obj, ty: Ty) -> Option<()> {
        let data = self.constraint_data(tparam)?;
        for method in &data.methods {
            let found = self.find(ty, method.name, method.pkg, Pkg::NONE)?;
            if matches!(found.kind, FoundKind::Field(_) | FoundKind::Unknown) {
                return None;
            }
            if !self.unify(u, method.sig, found.ty, Mode::EXACT) {
                return None;
            }
        }
        Some(())
    }

    /// Untyped constants: the largest kind of those for one parameter gives its default type.
    fn infer_from_untyped(&mut self, u: &mut Unifier, untyped: &[(usize, Ty)]) -> Option<()> {
        let mut largest: Vec<(usize, Basic)> = Vec::new();
        for &(index, ty) in untyped.iter().filter(|it| u.at(it.0).is_none()) {
            let basic = self.basic(ty)?;
            match largest.iter_mut().find(|it| it.0 == index) {
                Some((_, max)) if max.is_numeric() && basic.is_numeric() => *max = basic.max(*max),
                Some((_, max)) if *max == basic => {}
                Some(_) => return None,
                None => largest.push((index, basic)),
            }
        }
        for (index, basic) in largest {
            let ty = self.make(TyKind::Basic(basic.default_type()));
            u.set(index, ty);
        }
        Some(())
    }

    /// The result, when all that mention other parameters are settled.
    fn inferred(&mut self, u: &Unifier, tparams: List) -> Option<List> {
        let list = u.tparams.clone();
        let mut types: Vec<Ty> = Vec::with_capacity(list.len());
        for index in 0..list.len() {
            types.push(u.at(index)?);
        }
        for _ in 0..=list.len() {
            if types.iter().all(|it| !self.mentions(*it, &list)) {
                return Some(self.list(&types));
            }
            let to = self.list(&types);
            for ty in &mut types {
                *ty = self.subst(*ty, tparams, to);
            }
        }
        None
    }

    /// Whether a type has one of `tparams` in it. Parts that it has several times are looked at once.
    pub(super) fn mentions(&self, ty: Ty, tparams: &[Ty]) -> bool {
        if !self.has_tparam(ty) {
            return false;
        }
        let (mut pending, mut next) = (vec![ty], 0);
        while let Some(&ty) = pending.get(next) {
            next += 1;
            if tparams.contains(&ty) {
                return true;
            }
            let mut add = |part: Ty| {
                if self.has_tparam(part) && !pending.contains(&part) {
                    pending.push(part);
                }
            };
            match self.kind(ty) {
                TyKind::Named(_, list) | TyKind::Tuple(list) => self.store.items(list).iter().for_each(|it| add(*it)),
                TyKind::Pointer(it) | TyKind::Slice(it) | TyKind::Array(it, _) | TyKind::Chan(_, it) => add(it),
                TyKind::Map(key, value) => [key, value].into_iter().for_each(add),
                TyKind::Func(sig) => {
                    for list in [sig.params, sig.results, sig.tparams] {
                        self.store.items(list).iter().for_each(|it| add(*it));
                    }
                }
                TyKind::Struct(id) => self.store.fields(id).iter().for_each(|it| add(it.ty)),
                TyKind::Interface(id) => {
                    let data = self.store.iface(id);
                    data.methods.iter().for_each(|it| add(it.sig));
                    data.terms.iter().flatten().for_each(|it| add(it.1));
                }
                TyKind::Unknown | TyKind::Basic(_) | TyKind::TypeParam(_) => {}
            }
        }
        false
    }

    /// Type parameters with the same constraints, identical to no others.
    pub(super) fn fresh_tparams(&mut self, tparams: List) -> List {
        let list = self.items(tparams);
        let mut fresh = Vec::with_capacity(list.len());
        for &tparam in list.iter() {
            let TyKind::TypeParam(obj) = self.kind(tparam) else { continue };
            let mut data = self.obj(obj).clone();
            (data.owner, data.under_state) = (OBJ_UNKNOWN, super::db::State::New);
            let copy = self.add_obj(data);
            let ty = self.make(TyKind::TypeParam(copy));
            self.obj_mut(copy).ty = ty;
            fresh.push((ty, obj, copy));
        }
        let to: Vec<Ty> = fresh.iter().map(|it| it.0).collect();
        let to = self.list(&to);
        for (_, original, copy) in fresh {
            let constraint = self.constraint(original);
            let constraint = self.subst(constraint, tparams, to);
            let data = self.obj_mut(copy);
            (data.under, data.under_state) = (constraint, super::db::State::Done);
        }
        to
    }

    /// A generic function where a function of type `target` is expected.
    pub(super) fn reverse_infer(&mut self, env: &mut Env<'w>, node: Node<'w>, operand: &mut Operand, target: Ty) {
        let TyKind::Func(sig) = self.kind(operand.ty) else { return };
        let given = self.partial_instance(env, node).map_or(Vec::new(), |it| it.1);
        let under = self.underlying(target);
        let TyKind::Func(_) = self.kind(under) else {
            *operand = Operand::UNKNOWN;
            self.note(env, node, Ty::UNKNOWN, 0);
            return;
        };
        let generic = self.make(TyKind::Func(Sig { tparams: List::EMPTY, ..sig }));
        let arg = Arg { ty: under, nil: false };
        let mut mentioned = vec![under];
        mentioned.extend(given.iter().flatten());
        let (tparams, params) = self.distinct(sig.tparams, &[generic], &mentioned);
        let ty = match self.infer(tparams, &given, &params, &[arg]) {
            Some(args) => self.instantiate_sig(sig, args),
            None => Ty::UNKNOWN,
        };
        *operand = Operand::value(ty);
        self.note_instance(env, node, ty);
    }
}
