//! What a call calls.

use std::rc::Rc;

use gofix_syntax::{
    Kind, Node, Role,
    ast::{AstNode, CallExpr, InterfaceType, SelectorExpr, TypeSpec},
};

use super::{
    db::{Db, FileIx, ObjKind, entry},
    env::Env,
    find::FoundKind,
    name::Sym,
    ty::{Obj, Ty, TyKind},
};

/// What a call calls, as far as it is known.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Target {
    Func(Obj),
    Method(Obj),
    /// The type whose interface literal declares the method, if it is one's.
    InterfaceMethod(Option<Obj>, Sym),
    Value,
    Conversion(Ty),
    Builtin(Obj),
    External(Obj),
    Unknown,
}

impl<'w> Db<'w> {
    pub(super) fn target_of(&mut self, file: FileIx, call: CallExpr<'w>) -> Target {
        let env = self.env(file);
        let mut fun = call.fun().unparen();
        let noted = self.noted(&env, fun);
        if let Some((ty, bits)) = noted
            && bits & entry::TYPE != 0
        {
            return if ty == Ty::UNKNOWN { Target::Unknown } else { Target::Conversion(ty) };
        }
        // Type arguments: the function is what stands in front of them.
        if matches!(fun.kind(), Kind::IndexExpr | Kind::IndexListExpr)
            && let Some(x) = fun.child(Role::X).map(Node::unparen)
            && self.names_func(&env, x)
        {
            fun = x;
        }
        let unknown = |db: &Self| match db.noted(&env, fun) {
            Some((ty, _)) if ty != Ty::UNKNOWN => Target::Value,
            _ => Target::Unknown,
        };
        let ident = match fun.kind() {
            Kind::Ident => fun,
            Kind::SelectorExpr => match SelectorExpr::cast(fun) {
                Some(selector) => selector.sel(),
                None => return Target::Unknown,
            },
            _ => return unknown(self),
        };
        let noted = self.file(file).tables.as_ref().map_or(0, |it| it.objs[ident.id().index()]);
        if noted != 0 {
            let obj = Obj(noted - 1);
            return match self.obj(obj).kind {
                ObjKind::Func => Target::Func(obj),
                ObjKind::Method => Target::Method(obj),
                ObjKind::Builtin(_) => Target::Builtin(obj),
                ObjKind::External => Target::External(obj),
                _ => unknown(self),
            };
        }
        let selection = self.file(file).tables.as_ref().and_then(|it| it.selections.get(&(fun.id().index() as u32)));
        let Some(found) = selection.map(Rc::clone) else { return unknown(self) };
        match found.kind {
            FoundKind::Field(_) => unknown(self),
            FoundKind::Method(method) => Target::Method(method),
            FoundKind::InterfaceMethod => match self.interface_origin(found.holder, found.name) {
                Some(origin) => Target::InterfaceMethod(origin, found.name),
                None => Target::Unknown,
            },
            FoundKind::Unknown => Target::Unknown,
        }
    }

    fn names_func(&mut self, env: &Env<'w>, x: Node<'w>) -> bool {
        let ident = x.child(Role::Sel).unwrap_or(x);
        let noted = self.file(env.file).tables.as_ref().map_or(0, |it| it.objs[ident.id().index()]);
        noted != 0 && matches!(self.obj(Obj(noted - 1)).kind, ObjKind::Func | ObjKind::Method)
    }

    /// The type whose interface literal declares a method of `ty`; `Some(None)`: a literal that is not the right side of a
    /// type's declaration. None if it cannot be told.
    pub(super) fn interface_origin(&mut self, ty: Ty, name: Sym) -> Option<Option<Obj>> {
        self.deeper(|db| db.find_origin(ty, name)).flatten()
    }

    fn find_origin(&mut self, ty: Ty, name: Sym) -> Option<Option<Obj>> {
        match self.kind(ty) {
            TyKind::Named(obj, _) => {
                if obj == super::db::OBJ_ERROR {
                    return Some(Some(obj));
                }
                let spec = self.obj(obj).decl.and_then(TypeSpec::cast)?;
                let mut env =
                    if self.obj(obj).local { return self.local_origin(obj, spec, name) } else { self.env_of(obj) };
                self.origin_in(&mut env, spec.ty(), name, Some(obj))
            }
            TyKind::TypeParam(obj) => {
                let Some(written) = self.obj(obj).decl else {
                    let base = self.method_base(self.obj(obj).owner)?;
                    let tparams = self.tparams_of(base);
                    let original = *self.items(tparams).get(self.obj(obj).index as usize)?;
                    return self.interface_origin(original, name);
                };
                let owner = self.obj(obj).owner;
                if self.obj(owner).local {
                    return None;
                }
                let mut env = self.env_of(owner);
                if self.obj(owner).kind == ObjKind::Method {
                    let own = self.method_own_tparams(owner);
                    self.bind_tparams(&mut env, own);
                }
                self.origin_in(&mut env, written, name, None)
            }
            TyKind::Interface(_) => match self.origins.get(&(ty, name)).copied()?? {
                Some(embedded) => self.interface_origin(embedded, name),
                None => Some(None),
            },
            _ => None,
        }
    }

    fn local_origin(&mut self, obj: Obj, spec: TypeSpec<'w>, name: Sym) -> Option<Option<Obj>> {
        let ty = self.obj(obj).ty;
        match InterfaceType::cast(spec.ty().unparen()) {
            Some(literal) if declares(self, literal, name) => Some(Some(obj)),
            Some(_) => match self.origins.get(&(ty, name)).copied()?? {
                Some(embedded) => self.interface_origin(embedded, name),
                None => None,
            },
            None => None,
        }
    }

    /// Where the type written at `node` gets its method `name` from. `owner` is the type that `node` is the right side of.
    fn origin_in(&mut self, env: &mut Env<'w>, node: Node<'w>, name: Sym, owner: Option<Obj>) -> Option<Option<Obj>> {
        let Some(literal) = InterfaceType::cast(node.unparen()) else {
            return self.origin_of_name(env, node.unparen(), name);
        };
        if declares(self, literal, name) {
            return Some(owner);
        }
        for field in literal.methods().children_in(Role::List) {
            if field.child(Role::Names).is_some() {
                continue;
            }
            let Some(embedded) = field.child(Role::Type) else { continue };
            let ty = self.type_expr(env, embedded);
            if self.has_method(ty, name) {
                return self.deeper(|db| db.origin_in(env, embedded, name, None)).flatten();
            }
        }
        None
    }

    /// As [`Db::origin_in`], for a type that is named rather than written out; aliases are looked through.
    fn origin_of_name(&mut self, env: &mut Env<'w>, node: Node<'w>, name: Sym) -> Option<Option<Obj>> {
        let base = match node.kind() {
            Kind::IndexExpr | Kind::IndexListExpr => node.child(Role::X)?,
            _ => node,
        };
        if let Some(obj) = self.generic_type(env, base)
            && self.obj(obj).kind == ObjKind::Alias
            && !self.obj(obj).local
            && let Some(spec) = self.obj(obj).decl.and_then(TypeSpec::cast)
        {
            let mut env = self.env_of(obj);
            return self.deeper(|db| db.origin_in(&mut env, spec.ty(), name, None)).flatten();
        }
        let ty = self.type_expr(env, node);
        self.interface_origin(ty, name)
    }

    pub(super) fn has_method(&mut self, ty: Ty, name: Sym) -> bool {
        let under = self.underlying(ty);
        match self.kind(under) {
            TyKind::Interface(id) => self.store.iface(id).methods.iter().any(|it| it.name == name),
            _ => false,
        }
    }

    pub(super) fn spell_target(&mut self, target: &Target) -> Option<String> {
        let mut out = String::new();
        match *target {
            Target::Func(obj) => {
                out.push_str("func ");
                self.write_obj(&mut out, obj);
            }
            Target::Method(method) => {
                out.push_str("method ");
                let base = self.method_base(method)?;
                self.write_obj(&mut out, base);
                out.push('.');
                out.push_str(self.names.text(self.name_of(method)));
            }
            Target::InterfaceMethod(origin, name) => {
                out.push_str("imethod ");
                match origin {
                    Some(super::db::OBJ_ERROR) => out.push_str("error"),
                    Some(origin) => self.write_obj(&mut out, origin),
                    None => out.push_str("interface"),
                }
                out.push('.');
                out.push_str(self.names.text(name));
            }
            Target::Value => out.push_str("value"),
            Target::Conversion(ty) => {
                out.push_str("conversion ");
                out.push_str(&self.spell(ty)?);
            }
            Target::Builtin(obj) => {
                out.push_str("builtin ");
                let data = self.obj(obj);
                out.push_str(if data.pkg == super::db::PKG_UNSAFE { "unsafe." } else { "" });
                out.push_str(self.names.text(data.name));
            }
            Target::External(_) | Target::Unknown => return None,
        }
        Some(out)
    }
}

fn declares(db: &mut Db<'_>, literal: InterfaceType<'_>, name: Sym) -> bool {
    let name = db.names.text(name);
    literal.methods().children_in(Role::List).flat_map(|it| it.children_in(Role::Names)).any(|it| it.text() == name)
}
