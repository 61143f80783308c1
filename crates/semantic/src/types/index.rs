//! Index and slice expressions, and type arguments (spec: Index expressions, Slice expressions, Instantiations).

use gofix_syntax::{
    Kind, Node, Role,
    ast::{AstNode, SliceExpr},
};

use super::{
    db::{Db, entry},
    env::Env,
    operand::{Mode, Operand},
    texpr::type_args,
    ty::{List, Sig, Ty, TyKind},
};

impl<'w> Db<'w> {
    pub(super) fn index(&mut self, env: &mut Env<'w>, node: Node<'w>) -> Operand {
        let Some(x) = node.child(Role::X) else { return Operand::UNKNOWN };
        let operand = self.expr(env, x, None);
        match operand.mode {
            Mode::Generic(obj) => {
                let args: Vec<Ty> = type_args(node).map(|it| self.type_expr(env, it)).collect();
                return Operand::new(Mode::Type, self.instantiate(obj, &args));
            }
            Mode::Unknown | Mode::Type | Mode::Nil | Mode::NoValue | Mode::Builtin(_) => {
                for index in type_args(node) {
                    self.expr(env, index, None);
                }
                return Operand::UNKNOWN;
            }
            _ => {}
        }
        if let TyKind::Func(sig) = self.kind(operand.ty)
            && sig.tparams != List::EMPTY
        {
            return self.explicit_instance(env, node, sig);
        }
        let Some(index) = node.child(Role::Index) else { return Operand::UNKNOWN };
        let mut key = self.expr(env, index, None);
        let core = self.core_bytes(operand.ty);
        if let TyKind::Map(of, value) = self.kind(core) {
            self.assign(env, index, &mut key, of);
            return if value == Ty::UNKNOWN { Operand::UNKNOWN } else { Operand::new(Mode::MapIndex, value) };
        }
        self.default_int(env, index, &mut key);
        let element = match self.kind(core) {
            TyKind::Slice(element) => Some((Mode::Var, element)),
            TyKind::Array(element, _) => {
                Some((if operand.mode == Mode::Var { Mode::Var } else { Mode::Value }, element))
            }
            TyKind::Pointer(to) => {
                let under = self.underlying(to);
                match self.kind(under) {
                    TyKind::Array(element, _) => Some((Mode::Var, element)),
                    _ => None,
                }
            }
            TyKind::Basic(basic) if basic.is_string() => Some((Mode::Value, Ty::UINT8)),
            _ => self.common_element(operand.ty).map(|it| (Mode::Var, it)),
        };
        match element {
            Some((mode, ty)) if ty != Ty::UNKNOWN => Operand::new(mode, ty),
            _ => Operand::UNKNOWN,
        }
    }

    /// The element type that all types of a type parameter's type set have.
    fn common_element(&mut self, ty: Ty) -> Option<Ty> {
        let TyKind::TypeParam(tparam) = self.kind(ty) else { return None };
        let data = self.constraint_data(tparam)?;
        let mut common = None;
        for term in data.terms.as_ref()? {
            let mut under = self.underlying(term.1);
            if let TyKind::Pointer(to) = self.kind(under) {
                under = self.underlying(to);
            }
            let element = match self.kind(under) {
                TyKind::Slice(element) | TyKind::Array(element, _) | TyKind::Map(_, element) => element,
                TyKind::Basic(basic) if basic.is_string() => Ty::UINT8,
                _ => return None,
            };
            if *common.get_or_insert(element) != element {
                return None;
            }
        }
        common
    }

    /// `f[int]`: all type arguments, or the first ones and the rest inferred.
    fn explicit_instance(&mut self, env: &mut Env<'w>, node: Node<'w>, sig: Sig) -> Operand {
        let args: Vec<Ty> = type_args(node).map(|it| self.type_expr(env, it)).collect();
        if args.contains(&Ty::UNKNOWN) {
            return Operand::UNKNOWN;
        }
        let given: Vec<Option<Ty>> = args.iter().copied().map(Some).collect();
        match self.infer(sig.tparams, &given, &[], &[]) {
            Some(all) => Operand::value(self.instantiate_sig(sig, all)),
            // The call around may settle the rest.
            None => Operand::new(Mode::Value, self.make_partial(sig)),
        }
    }

    fn make_partial(&mut self, sig: Sig) -> Ty {
        self.make(TyKind::Func(sig))
    }

    /// The function and the type arguments that are written in `f[A, B]`, looked at for a call.
    pub(super) fn partial_instance(&mut self, env: &mut Env<'w>, fun: Node<'w>) -> Option<(Sig, Vec<Option<Ty>>)> {
        let inner = fun.unparen();
        if !matches!(inner.kind(), Kind::IndexExpr | Kind::IndexListExpr) {
            return None;
        }
        let noted = self.expr_quiet(env, inner.child(Role::X)?);
        let TyKind::Func(sig) = self.kind(noted.ty) else { return None };
        if sig.tparams == List::EMPTY || matches!(noted.mode, Mode::Type | Mode::Unknown) {
            return None;
        }
        let given = type_args(inner).map(|it| Some(self.type_expr(env, it))).collect();
        Some((sig, given))
    }

    /// What an expression is, without noting anything.
    pub(super) fn expr_quiet(&mut self, env: &mut Env<'w>, node: Node<'w>) -> Operand {
        let record = std::mem::replace(&mut env.record, false);
        let operand = self.expr(env, node, None);
        env.record = record;
        operand
    }

    pub(super) fn slice(&mut self, env: &mut Env<'w>, node: Node<'w>) -> Operand {
        let Some(slice) = SliceExpr::cast(node) else { return Operand::UNKNOWN };
        let mut operand = self.expr(env, slice.x(), None);
        for index in [slice.low(), slice.high(), slice.max()].into_iter().flatten() {
            let mut value = self.expr(env, index, None);
            self.default_int(env, index, &mut value);
        }
        if matches!(operand.mode, Mode::Unknown | Mode::Type | Mode::Nil | Mode::NoValue) {
            return Operand::UNKNOWN;
        }
        let core = self.core_bytes(operand.ty);
        match self.kind(core) {
            TyKind::Slice(_) => Operand::value(operand.ty),
            TyKind::Basic(basic) if basic.is_string() => {
                self.assign_default(env, slice.x(), &mut operand);
                Operand::value(operand.ty)
            }
            TyKind::Array(element, _) => Operand::value(self.make(TyKind::Slice(element))),
            TyKind::Pointer(to) => {
                let under = self.underlying(to);
                match self.kind(under) {
                    TyKind::Array(element, _) => Operand::value(self.make(TyKind::Slice(element))),
                    _ => Operand::UNKNOWN,
                }
            }
            _ => Operand::UNKNOWN,
        }
    }

    /// Notes the instantiated signature of a generic function, where go/types does: at the name, not at parentheses or
    /// what stands in front of type arguments.
    pub(super) fn note_instance(&mut self, env: &Env<'w>, node: Node<'w>, ty: Ty) {
        let inner = node.unparen();
        self.note(env, inner, ty, 0);
        if inner != node {
            self.note(env, node, ty, 0);
        }
        if let Some(sel) = inner.child(Role::Sel) {
            self.note(env, sel, ty, entry::SEEN);
        }
    }
}
