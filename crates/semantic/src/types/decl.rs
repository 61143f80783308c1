//! From objects to their types: what declarations say, found out when first asked for. A question that leads back to
//! itself has no answer.

use gofix_syntax::{
    Kind, Node, Role,
    ast::{AstNode, FuncDecl, TypeSpec, ValueSpec},
};

use super::{
    db::{Db, FileIx, OBJ_UNKNOWN, ObjData, ObjKind, State},
    env::Env,
    name::Sym,
    scope::receiver_base,
    texpr::type_args,
    ty::{IfaceData, List, Obj, Ty, TyKind},
    value::Value,
};

impl<'w> Db<'w> {
    /// The type of a variable, constant or function; of a type its own.
    pub(super) fn obj_type(&mut self, obj: Obj) -> Ty {
        match self.obj(obj).ty_state {
            State::Done => return self.obj(obj).ty,
            State::Busy => return Ty::UNKNOWN,
            State::New => {}
        }
        self.obj_mut(obj).ty_state = State::Busy;
        let ty = self.deeper(|db| db.find_obj_type(obj)).unwrap_or(Ty::UNKNOWN);
        // Variables of one declaration are settled together.
        let data = self.obj_mut(obj);
        if data.ty_state != State::Done {
            (data.ty, data.ty_state) = (ty, State::Done);
        }
        self.obj(obj).ty
    }

    fn find_obj_type(&mut self, obj: Obj) -> Ty {
        match self.obj(obj).kind {
            ObjKind::Const => self.const_type(obj),
            ObjKind::Var => self.var_type(obj),
            ObjKind::Func => self.func_type(obj),
            ObjKind::Method => self.method_type(obj),
            ObjKind::Type => {
                let args = self.tparams_of(obj);
                self.named(obj, args)
            }
            ObjKind::Alias => self.find_alias_target(obj),
            ObjKind::TypeParam => self.make(TyKind::TypeParam(obj)),
            _ => Ty::UNKNOWN,
        }
    }

    /// What an alias stands for, in terms of its type parameters.
    pub(super) fn alias_target(&mut self, obj: Obj) -> Ty {
        self.obj_type(obj)
    }

    fn find_alias_target(&mut self, obj: Obj) -> Ty {
        let Some(spec) = self.obj(obj).decl.and_then(TypeSpec::cast) else { return Ty::UNKNOWN };
        if self.obj(obj).local {
            return Ty::UNKNOWN;
        }
        let mut env = self.env_of(obj);
        self.type_expr(&mut env, spec.ty())
    }

    /// The view from inside a declaration: its type parameters, and what its file sees.
    pub(super) fn env_of(&mut self, obj: Obj) -> Env<'w> {
        let tparams = self.tparams_of(obj);
        let mut env = self.env(self.obj(obj).file);
        self.bind_tparams(&mut env, tparams);
        env
    }

    pub(super) fn bind_tparams(&self, env: &mut Env<'w>, tparams: List) {
        for &tparam in self.items(tparams).iter() {
            if let TyKind::TypeParam(obj) = self.kind(tparam) {
                env.bind(self.obj(obj).name, obj);
            }
        }
    }

    /// The type parameters of a type or function; of a method those that its receiver declares.
    pub(super) fn tparams_of(&mut self, obj: Obj) -> List {
        if self.obj(obj).tparams_state != State::New {
            return self.obj(obj).tparams;
        }
        self.obj_mut(obj).tparams_state = State::Busy;
        let decl = self.obj(obj).decl;
        let file = self.obj(obj).file;
        let list = match self.obj(obj).kind {
            ObjKind::Type | ObjKind::Alias => decl.and_then(TypeSpec::cast).and_then(|it| it.type_params()),
            ObjKind::Func => decl.and_then(FuncDecl::cast).and_then(|it| it.func_type().type_params()),
            ObjKind::Method => {
                let tparams =
                    decl.and_then(FuncDecl::cast).map_or(List::EMPTY, |it| self.receiver_tparams(obj, file, it));
                (self.obj_mut(obj).tparams, self.obj_mut(obj).tparams_state) = (tparams, State::Done);
                return tparams;
            }
            _ => None,
        };
        let tparams = list.map_or(List::EMPTY, |it| self.make_tparams(obj, file, it));
        let data = self.obj_mut(obj);
        (data.tparams, data.tparams_state) = (tparams, State::Done);
        tparams
    }

    /// Makes the type parameters of a list, whose constraints are looked at later.
    pub(super) fn make_tparams(&mut self, owner: Obj, file: FileIx, list: Node<'w>) -> List {
        let mut tparams = Vec::new();
        for field in list.children_in(Role::List) {
            let Some(constraint) = field.child(Role::Type) else { continue };
            for name in field.children_in(Role::Names) {
                tparams.push(self.make_tparam(owner, file, name, Some(constraint), tparams.len()));
            }
        }
        self.list(&tparams)
    }

    fn make_tparam(
        &mut self,
        owner: Obj,
        file: FileIx,
        name: Node<'w>,
        constraint: Option<Node<'w>>,
        index: usize,
    ) -> Ty {
        let pkg = self.file(file).pkg;
        let sym = self.sym(name.text());
        let mut data = ObjData::new(ObjKind::TypeParam, sym, pkg, file, Some(name), constraint);
        (data.owner, data.index, data.tparams_state) = (owner, index as u32, State::Done);
        let obj = self.add_obj(data);
        if self.file(file).root {
            self.local_objs.insert((file, name.id().index() as u32), obj);
        }
        let ty = self.make(TyKind::TypeParam(obj));
        (self.obj_mut(obj).ty, self.obj_mut(obj).ty_state) = (ty, State::Done);
        ty
    }

    fn receiver_tparams(&mut self, owner: Obj, file: FileIx, func: FuncDecl<'w>) -> List {
        let Some(base) = receiver_base(func) else { return List::EMPTY };
        let Some(index) = base.with_parens().parent() else { return List::EMPTY };
        if !matches!(index.kind(), Kind::IndexExpr | Kind::IndexListExpr) {
            return List::EMPTY;
        }
        let mut tparams = Vec::new();
        for name in type_args(index).filter(|it| it.kind() == Kind::Ident) {
            tparams.push(self.make_tparam(owner, file, name, None, tparams.len()));
        }
        self.list(&tparams)
    }

    /// The constraint of a type parameter: an interface type.
    pub(super) fn constraint(&mut self, tparam: Obj) -> Ty {
        match self.obj(tparam).under_state {
            State::Done => return self.obj(tparam).under,
            State::Busy => return Ty::UNKNOWN,
            State::New => {}
        }
        self.obj_mut(tparam).under_state = State::Busy;
        let ty = self.deeper(|db| db.find_constraint(tparam)).unwrap_or(Ty::UNKNOWN);
        let data = self.obj_mut(tparam);
        (data.under, data.under_state) = (ty, State::Done);
        ty
    }

    fn find_constraint(&mut self, tparam: Obj) -> Ty {
        let owner = self.obj(tparam).owner;
        let Some(written) = self.obj(tparam).decl else {
            // Declared by a receiver: that of the type's parameter.
            let Some(base) = self.method_base(owner) else { return Ty::UNKNOWN };
            let (from, to) = (self.tparams_of(base), self.tparams_of(owner));
            let original = self.items(from).get(self.obj(tparam).index as usize).copied();
            let Some(TyKind::TypeParam(original)) = original.map(|it| self.kind(it)) else { return Ty::UNKNOWN };
            let constraint = self.constraint(original);
            return self.subst(constraint, from, to);
        };
        let mut env = self.env_of(owner);
        if self.obj(owner).kind == ObjKind::Method {
            let own = self.method_own_tparams(owner);
            self.bind_tparams(&mut env, own);
        }
        let ty = self.type_expr(&mut env, written);
        self.as_constraint(ty)
    }

    /// A type as a constraint: a type that is no interface is the only one of its type set.
    pub(super) fn as_constraint(&mut self, ty: Ty) -> Ty {
        let under = self.underlying(ty);
        match self.kind(under) {
            TyKind::Interface(_) | TyKind::Unknown => under,
            _ => {
                let mut data = IfaceData::default();
                self.embed_type(&mut data, ty);
                self.store.interface(data)
            }
        }
    }

    /// The type that a method is declared for.
    pub(super) fn method_base(&mut self, method: Obj) -> Option<Obj> {
        let func = self.obj(method).decl.and_then(FuncDecl::cast)?;
        let name = self.sym(receiver_base(func)?.text());
        let (pkg, file) = (self.obj(method).pkg, self.obj(method).file);
        let view = self.tests_of(file);
        let found = self.lookup_in(pkg, name, view, file)?;
        match self.obj(found).kind {
            ObjKind::Type => Some(found),
            ObjKind::Alias => {
                let target = self.alias_target(found);
                match self.kind(target) {
                    TyKind::Named(obj, _) => Some(obj),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// The type of a method's receiver.
    pub(super) fn receiver_type(&mut self, method: Obj) -> Ty {
        let Some(base) = self.method_base(method) else { return Ty::UNKNOWN };
        let args = self.tparams_of(method);
        let declared = self.tparams_of(base);
        if self.len_of(args) != self.len_of(declared) {
            return Ty::UNKNOWN;
        }
        let ty = self.named(base, args);
        if self.has_pointer_receiver(method) { self.pointer(ty) } else { ty }
    }

    /// Whether a method's receiver is a pointer.
    pub(super) fn has_pointer_receiver(&self, method: Obj) -> bool {
        let func = self.obj(method).decl.and_then(FuncDecl::cast);
        let ty = func.and_then(|it| it.recv()?.child(Role::List)?.child(Role::Type));
        ty.is_some_and(|it| it.unparen().kind() == Kind::StarExpr)
    }

    fn func_type(&mut self, obj: Obj) -> Ty {
        let Some(func) = self.obj(obj).decl.and_then(FuncDecl::cast) else { return Ty::UNKNOWN };
        let mut env = self.env_of(obj);
        let mut sig = self.signature(&mut env, func.ty());
        sig.tparams = self.tparams_of(obj);
        self.make(TyKind::Func(sig))
    }

    /// The type parameters of a generic method, those of its receiver aside.
    pub(super) fn method_own_tparams(&mut self, obj: Obj) -> List {
        if self.obj(obj).under_state != State::New {
            return self.list_of_under(obj);
        }
        self.obj_mut(obj).under_state = State::Done;
        let func = self.obj(obj).decl.and_then(FuncDecl::cast);
        let Some(list) = func.and_then(|it| it.func_type().type_params()) else { return List::EMPTY };
        let own = self.make_tparams(obj, self.obj(obj).file, list);
        // Kept as a tuple, for want of a place of its own.
        let kept = self.make(TyKind::Tuple(own));
        self.obj_mut(obj).under = kept;
        own
    }

    fn list_of_under(&self, obj: Obj) -> List {
        match self.kind(self.obj(obj).under) {
            TyKind::Tuple(list) => list,
            _ => List::EMPTY,
        }
    }

    fn method_type(&mut self, obj: Obj) -> Ty {
        let Some(func) = self.obj(obj).decl.and_then(FuncDecl::cast) else { return Ty::UNKNOWN };
        let mut env = self.env_of(obj);
        let own = self.method_own_tparams(obj);
        self.bind_tparams(&mut env, own);
        let mut sig = self.signature(&mut env, func.ty());
        sig.tparams = own;
        self.make(TyKind::Func(sig))
    }

    fn var_type(&mut self, obj: Obj) -> Ty {
        let data = self.obj(obj).clone();
        let Some(spec) = data.decl.and_then(ValueSpec::cast) else { return Ty::UNKNOWN };
        let mut env = self.env(data.file);
        if let Some(ty) = spec.ty() {
            return self.type_expr(&mut env, ty);
        }
        env.delayed = Some(Vec::new());
        let values: Vec<_> = spec.values().collect();
        let names = spec.names().count();
        if values.len() == 1 && names > 1 {
            let types = self.unpacked(&mut env, values[0], names);
            return types.get(data.index as usize).copied().unwrap_or(Ty::UNKNOWN);
        }
        let Some(&value) = values.get(data.index as usize) else { return Ty::UNKNOWN };
        let mut operand = self.expr(&mut env, value, None);
        self.assign_default(&mut env, value, &mut operand);
        operand.ty
    }

    fn const_type(&mut self, obj: Obj) -> Ty {
        let data = self.obj(obj).clone();
        let mut env = self.env(data.file);
        let (ty, value) = self.eval_const(&mut env, &data);
        self.values.insert(obj, value);
        ty
    }

    /// Type and value of a declared constant.
    pub(super) fn eval_const(&mut self, env: &mut Env<'w>, data: &ObjData<'w>) -> (Ty, Value) {
        let unknown = (Ty::UNKNOWN, Value::Unknown);
        let Some(spec) = data.source.and_then(ValueSpec::cast) else { return unknown };
        let Some(value) = spec.values().nth(data.index as usize) else { return unknown };
        let around = env.iota.replace(data.iota);
        // Where the spec is another one's, its identifiers are noted there.
        let record = env.record && data.source == data.decl;
        let record = std::mem::replace(&mut env.record, record);
        let ty = spec.ty().map(|it| self.type_expr(env, it));
        let mut operand = self.expr(env, value, None);
        if let Some(ty) = ty {
            self.assign(env, value, &mut operand, ty);
        }
        (env.iota, env.record) = (around, record);
        match ty {
            Some(Ty::UNKNOWN) => unknown,
            // Where what underlies the type is unknown, so is the value.
            Some(ty) if operand.ty != ty => (ty, Value::Unknown),
            _ if operand.is_const() => (operand.ty, operand.value),
            _ => unknown,
        }
    }

    /// The value of a constant.
    pub(super) fn const_value(&mut self, obj: Obj) -> Value {
        self.obj_type(obj);
        self.values.get(&obj).cloned().unwrap_or(Value::Unknown)
    }

    /// What underlies a type (spec: Underlying types). Of a type parameter, itself.
    pub(super) fn underlying(&mut self, ty: Ty) -> Ty {
        let TyKind::Named(obj, args) = self.kind(ty) else { return ty };
        if args == List::EMPTY {
            return self.base_underlying(obj);
        }
        if let Some(&found) = self.under.get(&ty) {
            return found;
        }
        let base = self.base_underlying(obj);
        if self.obj(obj).under_state != State::Done {
            return Ty::UNKNOWN;
        }
        let from = self.tparams_of(obj);
        let found = if from == args { base } else { self.subst(base, from, args) };
        self.under.insert(ty, found);
        found
    }

    fn base_underlying(&mut self, obj: Obj) -> Ty {
        match self.obj(obj).under_state {
            State::Done => return self.obj(obj).under,
            State::Busy => return Ty::UNKNOWN,
            State::New => {}
        }
        self.obj_mut(obj).under_state = State::Busy;
        let ty = self.deeper(|db| db.find_underlying(obj)).unwrap_or(Ty::UNKNOWN);
        let data = self.obj_mut(obj);
        (data.under, data.under_state) = (ty, State::Done);
        ty
    }

    fn find_underlying(&mut self, obj: Obj) -> Ty {
        if self.obj(obj).local || obj == OBJ_UNKNOWN {
            return Ty::UNKNOWN;
        }
        let Some(spec) = self.obj(obj).decl.and_then(TypeSpec::cast) else { return Ty::UNKNOWN };
        let mut env = self.env_of(obj);
        self.underlying_of_spec(&mut env, spec)
    }

    pub(super) fn underlying_of_spec(&mut self, env: &mut Env<'w>, spec: TypeSpec<'w>) -> Ty {
        let ty = self.type_expr(env, spec.ty());
        let under = self.underlying(ty);
        match self.kind(under) {
            // A type parameter cannot be the right side.
            TyKind::TypeParam(_) => Ty::UNKNOWN,
            _ => under,
        }
    }

    /// The name of an object.
    pub(super) fn name_of(&self, obj: Obj) -> Sym {
        self.obj(obj).name
    }
}
