//! Declarations inside functions: variables, constants, types (spec: Declarations and scope).

use gofix_syntax::{
    Node, Role, Token,
    ast::{AstNode, GenDecl, InterfaceType, TypeSpec, ValueSpec},
};

use super::{
    db::{Db, ObjKind, State},
    env::Env,
    ty::{List, Ty, TyKind},
};

impl<'w> Db<'w> {
    pub(super) fn local_decl(&mut self, env: &mut Env<'w>, decl: GenDecl<'w>) {
        match decl.tok() {
            Token::Var => {
                for spec in decl.specs().filter_map(ValueSpec::cast) {
                    self.local_vars(env, spec);
                }
            }
            Token::Const => self.local_consts(env, decl),
            Token::Type => {
                for spec in decl.specs().filter_map(TypeSpec::cast) {
                    self.local_type(env, spec);
                }
            }
            _ => {}
        }
    }

    fn local_vars(&mut self, env: &mut Env<'w>, spec: ValueSpec<'w>) {
        let types = self.spec_values(env, spec);
        for (index, name) in spec.names().enumerate() {
            self.declare_local(env, name, types.get(index).copied().unwrap_or(Ty::UNKNOWN));
        }
    }

    /// The types of the variables of a spec, looking at its values.
    pub(super) fn spec_values(&mut self, env: &mut Env<'w>, spec: ValueSpec<'w>) -> Vec<Ty> {
        let count = spec.names().count();
        let values: Vec<Node<'w>> = spec.values().collect();
        let declared = spec.ty().map(|it| self.type_expr(env, it));
        if values.len() == 1 && count > 1 {
            let types = self.unpacked(env, values[0], count);
            return declared.map_or(types, |it| vec![it; count]);
        }
        let mut types = Vec::with_capacity(count);
        for value in values {
            let mut operand = self.expr(env, value, declared);
            match declared {
                Some(ty) => self.assign(env, value, &mut operand, ty),
                None => self.assign_default(env, value, &mut operand),
            }
            types.push(if self.is_plain_value(&operand) { operand.ty } else { Ty::UNKNOWN });
        }
        declared.map_or(types, |it| vec![it; count])
    }

    fn local_consts(&mut self, env: &mut Env<'w>, decl: GenDecl<'w>) {
        let consts = self.const_group(env.file, env.pkg, decl);
        let mut pending = Vec::new();
        for (index, mut data) in consts.iter().cloned().enumerate() {
            let (ty, value) = self.eval_const(env, &data);
            (data.ty, data.ty_state, data.local) = (ty, State::Done, true);
            let (name, ident, spec) = (data.name, data.ident, data.decl);
            let obj = self.add_obj(data);
            self.values.insert(obj, value);
            if let Some(ident) = ident {
                self.note_obj(env, ident, obj);
            }
            pending.push((name, obj));
            // Its scope begins behind the spec.
            if consts.get(index + 1).is_none_or(|it| it.decl != spec) {
                for (name, obj) in pending.drain(..) {
                    env.bind(name, obj);
                }
            }
        }
    }

    fn local_type(&mut self, env: &mut Env<'w>, spec: TypeSpec<'w>) {
        let kind = if spec.is_alias() { ObjKind::Alias } else { ObjKind::Type };
        let mut data = self.obj_data(kind, env.file, env.pkg, spec.name(), spec.node());
        (data.local, data.ty_state, data.under_state, data.tparams_state) =
            (true, State::Busy, State::Busy, State::Busy);
        let name = data.name;
        let obj = self.add_obj(data);
        self.note_obj(env, spec.name(), obj);
        env.bind(name, obj);
        let mark = env.mark();
        if let Some(list) = spec.type_params() {
            let tparams = self.make_tparams(obj, env.file, list);
            self.bind_tparams(env, tparams);
            self.obj_mut(obj).tparams = tparams;
            self.settle_constraints(env, tparams);
        }
        self.obj_mut(obj).tparams_state = State::Done;
        match kind {
            ObjKind::Alias => {
                let ty = self.type_expr(env, spec.ty());
                self.obj_mut(obj).ty = ty;
            }
            _ => {
                let args = self.obj(obj).tparams;
                let ty = self.named(obj, args);
                self.obj_mut(obj).ty = ty;
                let under = self.underlying_of_spec(env, spec);
                self.obj_mut(obj).under = under;
                self.note_embedded(env, ty, spec.ty());
            }
        }
        env.leave(mark);
        let data = self.obj_mut(obj);
        (data.ty_state, data.under_state) = (State::Done, State::Done);
    }

    /// Notes which methods a local interface type has from what it embeds: later its scope is gone.
    fn note_embedded(&mut self, env: &mut Env<'w>, ty: Ty, written: Node<'w>) {
        let Some(literal) = InterfaceType::cast(written.unparen()) else { return };
        for field in literal.methods().children_in(Role::List).filter(|it| it.child(Role::Names).is_none()) {
            let Some(embedded) = field.child(Role::Type) else { continue };
            let embedded = self.type_expr(env, embedded);
            let under = self.underlying(embedded);
            let TyKind::Interface(id) = self.kind(under) else { continue };
            let data = std::rc::Rc::clone(self.store.iface(id));
            for method in &data.methods {
                self.origins.entry((ty, method.name)).or_insert(Some(Some(embedded)));
            }
        }
    }

    /// Looks at the constraints of type parameters now, while their names can be resolved.
    fn settle_constraints(&mut self, env: &mut Env<'w>, tparams: List) {
        for &tparam in self.items(tparams).iter() {
            let TyKind::TypeParam(obj) = self.kind(tparam) else { continue };
            let Some(written) = self.obj(obj).decl else { continue };
            let ty = self.type_expr(env, written);
            let constraint = self.as_constraint(ty);
            let data = self.obj_mut(obj);
            (data.under, data.under_state) = (constraint, State::Done);
        }
    }
}
