//! Calls and conversions (spec: Calls, Conversions).

use std::rc::Rc;

use gofix_syntax::{
    Node,
    ast::{AstNode, CallExpr},
};

use super::{
    core::Core,
    db::Db,
    env::Env,
    infer::Arg,
    operand::{Mode, Operand},
    ty::{Basic, List, Sig, Ty, TyKind},
    value::Value,
};

/// An argument: its node, if it has one of its own, and what it is.
pub(super) struct Passed<'w> {
    pub(super) node: Option<Node<'w>>,
    pub(super) operand: Operand,
}

impl<'w> Db<'w> {
    pub(super) fn call(&mut self, env: &mut Env<'w>, node: Node<'w>) -> Operand {
        let Some(call) = CallExpr::cast(node) else { return Operand::UNKNOWN };
        let fun = call.fun();
        // The results of `f(x)(y)` and the like are functions; those of chains of calls are found level by level.
        let operand = self.expr(env, fun, None);
        match operand.mode {
            Mode::Type => self.conversion(env, call, operand.ty),
            Mode::Builtin(builtin) => self.builtin(env, call, builtin),
            Mode::Unknown | Mode::NoValue | Mode::Nil | Mode::Generic(_) => {
                for arg in call.args() {
                    self.expr(env, arg, None);
                }
                Operand::UNKNOWN
            }
            _ => match self.core(operand.ty) {
                Core::One(core) => match self.kind(core) {
                    TyKind::Func(sig) => self.call_value(env, call, sig),
                    _ => self.unknown_call(env, call),
                },
                _ => self.unknown_call(env, call),
            },
        }
    }

    fn unknown_call(&mut self, env: &mut Env<'w>, call: CallExpr<'w>) -> Operand {
        for arg in call.args() {
            self.expr(env, arg, None);
        }
        Operand::UNKNOWN
    }

    fn call_value(&mut self, env: &mut Env<'w>, call: CallExpr<'w>, sig: Sig) -> Operand {
        let generic = sig.tparams != List::EMPTY;
        // Declarations need no more than the results.
        if !generic && !env.record && env.delayed.is_some() {
            return self.results_of(sig);
        }
        let mut args = self.passed(env, call);
        let params = self.params_for(sig, args.len(), call.has_ellipsis());
        let sig = if generic { self.instantiate_call(env, call, sig, &params, &args) } else { Some(sig) };
        let Some(sig) = sig else {
            self.note_instance(env, call.fun(), Ty::UNKNOWN);
            for arg in &mut args {
                if let Some(node) = arg.node.filter(|_| self.is_generic_func(arg.operand.ty)) {
                    self.reverse_infer(env, node, &mut arg.operand, Ty::UNKNOWN);
                }
            }
            return Operand::UNKNOWN;
        };
        let params = if generic { self.params_for(sig, args.len(), call.has_ellipsis()) } else { params };
        for (index, arg) in args.iter_mut().enumerate() {
            let param = params.get(index).copied().unwrap_or(Ty::UNKNOWN);
            if let Some(node) = arg.node {
                self.assign(env, node, &mut arg.operand, param);
            }
        }
        self.results_of(sig)
    }

    /// Whether it is the type of a generic function without type arguments.
    pub(super) fn is_generic_func(&self, ty: Ty) -> bool {
        matches!(self.kind(ty), TyKind::Func(sig) if sig.tparams != List::EMPTY)
    }

    fn results_of(&mut self, sig: Sig) -> Operand {
        match self.len_of(sig.results) {
            0 => Operand::new(Mode::NoValue, self.make(TyKind::Tuple(List::EMPTY))),
            _ => Operand::value(self.tuple(sig.results)),
        }
    }

    /// The arguments of a call; those of `f(g())` are the results of `g`.
    pub(super) fn passed(&mut self, env: &mut Env<'w>, call: CallExpr<'w>) -> Vec<Passed<'w>> {
        let nodes: Vec<Node<'w>> = call.args().collect();
        let mut args = Vec::with_capacity(nodes.len());
        for node in &nodes {
            args.push(Passed { node: Some(*node), operand: self.expr(env, *node, None) });
        }
        if let [only] = &args[..]
            && let TyKind::Tuple(types) = self.kind(only.operand.ty)
            && types != List::EMPTY
        {
            let types = self.items(types);
            return types.iter().map(|it| Passed { node: None, operand: Operand::value(*it) }).collect();
        }
        args
    }

    /// The parameter types for that many arguments.
    fn params_for(&mut self, sig: Sig, args: usize, ellipsis: bool) -> Rc<[Ty]> {
        let params = self.items(sig.params);
        if !sig.variadic || ellipsis {
            return params;
        }
        let Some((&last, fixed)) = params.split_last() else { return params };
        let element = match self.core_bytes(last) {
            Ty::STRING => Ty::UINT8,
            core => match self.kind(core) {
                TyKind::Slice(element) => element,
                _ => Ty::UNKNOWN,
            },
        };
        let mut list = fixed.to_vec();
        list.resize(args.max(fixed.len()), element);
        list.into()
    }

    /// The signature of a generic function in a call of it.
    fn instantiate_call(
        &mut self,
        env: &mut Env<'w>,
        call: CallExpr<'w>,
        sig: Sig,
        params: &[Ty],
        args: &[Passed<'w>],
    ) -> Option<Sig> {
        let given = self.partial_instance(env, call.fun()).map_or(Vec::new(), |it| it.1);
        if params.len() != args.len() || args.iter().any(|it| it.operand.is_unknown()) {
            // With an unknown argument only what the others say is certain, and that only if it is all.
            return self.instantiate_around_unknown(env, call, sig, &given, params, args);
        }
        let mut mentioned: Vec<Ty> = args.iter().map(|it| it.operand.ty).collect();
        mentioned.extend(given.iter().flatten());
        let (tparams, params) = self.distinct(sig.tparams, params, &mentioned);
        let (tparams, types) = self.with_generic_args(tparams, args);
        let inferred = self.infer(tparams, &given, &params, &types)?;
        let own: Vec<Ty> = self.items(inferred).iter().copied().take(self.len_of(sig.tparams)).collect();
        let own = self.list(&own);
        let ty = self.instantiate_sig(sig, own);
        self.note_instance(env, call.fun(), ty);
        match self.kind(ty) {
            TyKind::Func(sig) => Some(sig),
            _ => None,
        }
    }

    fn instantiate_around_unknown(
        &mut self,
        env: &mut Env<'w>,
        call: CallExpr<'w>,
        sig: Sig,
        given: &[Option<Ty>],
        params: &[Ty],
        args: &[Passed<'w>],
    ) -> Option<Sig> {
        // Only parameters that are not generic, or are given, may have unknown arguments.
        if params.len() != args.len() || given.len() != self.len_of(sig.tparams) {
            let list = self.items(sig.tparams);
            let certain = |(param, arg): (&Ty, &Passed<'w>)| !arg.operand.is_unknown() || !self.mentions(*param, &list);
            if params.len() != args.len() || !params.iter().zip(args).all(certain) {
                return None;
            }
        }
        let known: Vec<(Ty, Arg)> = params
            .iter()
            .zip(args)
            .filter(|it| !it.1.operand.is_unknown())
            .map(|(param, arg)| (*param, Arg { ty: arg.operand.ty, nil: arg.operand.mode == Mode::Nil }))
            .collect();
        let (params, args): (Vec<Ty>, Vec<Arg>) = known.into_iter().unzip();
        let mut mentioned: Vec<Ty> = args.iter().map(|it| it.ty).collect();
        mentioned.extend(given.iter().flatten());
        let (tparams, params) = self.distinct(sig.tparams, &params, &mentioned);
        let inferred = self.infer(tparams, given, &params, &args)?;
        let ty = self.instantiate_sig(sig, inferred);
        self.note_instance(env, call.fun(), ty);
        match self.kind(ty) {
            TyKind::Func(sig) => Some(sig),
            _ => None,
        }
    }

    /// Type parameters of a call and of the generic functions passed to it, and the arguments.
    fn with_generic_args(&mut self, tparams: List, args: &[Passed<'w>]) -> (List, Vec<Arg>) {
        let mut all = self.items(tparams).to_vec();
        let mut types = Vec::with_capacity(args.len());
        for arg in args {
            let mut ty = arg.operand.ty;
            if let TyKind::Func(sig) = self.kind(ty)
                && sig.tparams != List::EMPTY
            {
                let fresh = self.fresh_tparams(sig.tparams);
                all.extend(self.items(fresh).iter());
                ty = self.instantiate_sig(sig, fresh);
            }
            types.push(Arg { ty, nil: arg.operand.mode == Mode::Nil });
        }
        (self.list(&all), types)
    }

    fn conversion(&mut self, env: &mut Env<'w>, call: CallExpr<'w>, ty: Ty) -> Operand {
        let Some(arg) = call.args().next() else { return Operand::UNKNOWN };
        let mut x = self.expr(env, arg, Some(ty));
        if ty == Ty::UNKNOWN {
            return Operand::UNKNOWN;
        }
        let target = self.basic(ty);
        let to_const = target.is_some() && target != Some(Basic::UnsafePointer);
        let mut result = Operand::value(ty);
        if x.is_const() && to_const {
            let (from, target) = (self.basic(x.ty), target.unwrap_or(Basic::Int));
            let value = match &x.value {
                _ if target.is_string() && from.is_some_and(Basic::is_integer) => string_of(&x.value),
                value => self.represent_basic(value, target),
            };
            result = Operand::constant(ty, value);
        }
        if self.is_untyped(x.ty) {
            let interface = self.is_interface(ty);
            let integer = self.basic(x.ty).is_some_and(Basic::is_integer);
            let own = match () {
                _ if x.mode == Mode::Nil => {
                    self.note(env, arg, ty, 0);
                    return result;
                }
                _ if interface || (x.is_const() && !to_const) => self.default_type(x.ty),
                _ if x.is_const() && integer && target.is_some_and(Basic::is_string) => self.default_type(x.ty),
                _ => ty,
            };
            self.convert_untyped(env, arg, &mut x, own);
        } else if let TyKind::Func(sig) = self.kind(x.ty)
            && sig.tparams != List::EMPTY
        {
            self.reverse_infer(env, arg, &mut x, ty);
        }
        result
    }
}

/// The string that an integer converts to.
fn string_of(value: &Value) -> Value {
    let code = value.as_i64().and_then(|it| u32::try_from(it).ok()).and_then(char::from_u32);
    match value.is_integer() {
        true => Value::Str(code.unwrap_or('\u{fffd}').to_string().into_bytes().into()),
        false => Value::Unknown,
    }
}
