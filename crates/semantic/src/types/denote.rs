//! What identifiers denote, down to fields, methods of interfaces and keys of composite literals.

use gofix_syntax::{
    FileId, Kind, Node, Role,
    ast::{AstNode, CompositeLit, InterfaceType, SelectorExpr, TypeSpec},
};

use super::{
    db::{Db, FileIx, OBJ_ERROR, OBJ_UNKNOWN, ObjKind, entry},
    env::Env,
    find::{Found, FoundKind},
    name::Sym,
    query::Types,
    ty::{Obj, Ty, TyKind},
};
use crate::keys::embedded_name;

/// What a use of a name denotes.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Denoted<'w> {
    /// What this identifier declares. Of generic types it is the declaration, whatever the type arguments.
    Declared(Node<'w>),
    /// A field of a struct type, or a method of an interface type, that is written out, and not as the right side of a
    /// type's declaration. Identical literals are one type, so which one is meant is not known.
    Literal,
    /// Something that has no declaration in any file: it is predeclared, or its package was not found.
    Undeclared,
    /// It cannot be told.
    Unknown,
}

impl<'w> Types<'w> {
    /// Whether a file belongs to the build.
    pub fn has_file(&self, id: FileId) -> bool {
        self.db.borrow_mut().file_ix(id).is_some()
    }

    /// What an identifier denotes: anything but packages and labels. The name of an embedded field is a use of its type.
    pub fn denoted(&self, ident: Node<'w>) -> Denoted<'w> {
        let mut db = self.db.borrow_mut();
        let Some(file) = db.ensure(ident) else { return Denoted::Unknown };
        db.denoted(file, ident)
    }

    /// The type that an identifier declares at the package level: a defined type, maybe with its own type parameters for
    /// arguments, or what an alias stands for. Unknown if it declares none, or its file does not belong to the build.
    pub fn declared_type(&self, ident: Node<'w>) -> Ty {
        let mut db = self.db.borrow_mut();
        let Some(file) = db.file_ix(ident.file().id()) else { return Ty::UNKNOWN };
        match db.declared_obj(file, ident) {
            Some(obj) if matches!(db.obj(obj).kind, ObjKind::Type | ObjKind::Alias) => db.obj_type(obj),
            _ => Ty::UNKNOWN,
        }
    }

    /// The type that a name, maybe a qualified one, means where a type is written outside of functions. Unknown for types
    /// that are not named, for type parameters, and for generic types, whose arguments are not looked at.
    pub fn named_by(&self, ty: Node<'w>) -> Ty {
        let ty = ty.unparen();
        let name = ty.child(Role::Sel).unwrap_or(ty);
        if !matches!(ty.kind(), Kind::Ident | Kind::SelectorExpr) {
            return Ty::UNKNOWN;
        }
        let mut db = self.db.borrow_mut();
        let obj = db.outer_object(name).or_else(|| {
            let file = db.ensure(name)?;
            let noted = *db.file(file).tables.as_ref()?.objs.get(name.id().index())?;
            Some(Obj(noted.checked_sub(1)?))
        });
        match obj {
            Some(obj) if matches!(db.obj(obj).kind, ObjKind::Type | ObjKind::Alias) => db.plain_type(obj),
            _ => Ty::UNKNOWN,
        }
    }
}

impl<'w> Db<'w> {
    fn denoted(&mut self, file: FileIx, ident: Node<'w>) -> Denoted<'w> {
        let noted = self.file(file).tables.as_ref().and_then(|it| it.objs.get(ident.id().index())).copied();
        if let Some(obj) = noted.and_then(|it| it.checked_sub(1)) {
            return self.declaration_of(Obj(obj));
        }
        let Some(parent) = ident.parent() else { return Denoted::Unknown };
        match (ident.role(), parent.kind()) {
            (Role::Sel, Kind::SelectorExpr) => self.denoted_by_selector(file, parent),
            (Role::Key, Kind::KeyValueExpr) => self.denoted_by_key(file, ident, parent),
            _ => Denoted::Unknown,
        }
    }

    fn declaration_of(&self, obj: Obj) -> Denoted<'w> {
        match self.obj(obj).ident {
            _ if obj == OBJ_UNKNOWN => Denoted::Unknown,
            Some(ident) => Denoted::Declared(ident),
            None => Denoted::Undeclared,
        }
    }

    fn denoted_by_selector(&mut self, file: FileIx, selector: Node<'w>) -> Denoted<'w> {
        let Some(selector) = SelectorExpr::cast(selector) else { return Denoted::Unknown };
        let id = selector.node().id().index() as u32;
        let found = self.file(file).tables.as_ref().and_then(|it| it.selections.get(&id)).cloned();
        found.map_or(Denoted::Unknown, |it| self.denoted_member(&it))
    }

    fn denoted_member(&mut self, found: &Found) -> Denoted<'w> {
        match found.kind {
            FoundKind::Method(method) => self.declaration_of(method),
            FoundKind::Field(index) => self.denoted_field(found.holder, index as usize),
            FoundKind::InterfaceMethod => self.interface_method(found.holder, found.name),
            FoundKind::Unknown => Denoted::Unknown,
        }
    }

    fn denoted_field(&mut self, holder: Ty, index: usize) -> Denoted<'w> {
        match self.kind(holder) {
            // Which literals were met until now depends on what was asked before.
            TyKind::Struct(_) => Denoted::Literal,
            _ => self.field_ident(holder, index).map_or(Denoted::Unknown, Denoted::Declared),
        }
    }

    /// A key of a literal that is no expression: a field, if the type of the literal is known.
    fn denoted_by_key(&mut self, file: FileIx, key: Node<'w>, pair: Node<'w>) -> Denoted<'w> {
        let Some(literal) = pair.parent().and_then(CompositeLit::cast) else { return Denoted::Unknown };
        let types = self.file(file).tables.as_ref().map(|it| &it.types);
        let noted = types.and_then(|it| it.get(literal.node().id().index())).copied().unwrap_or(0);
        let mut ty = Ty(noted & entry::TY);
        let mut core = self.core_type(ty);
        if literal.ty().is_none()
            && let TyKind::Pointer(to) = self.kind(core)
        {
            (ty, core) = (to, self.core_type(to));
        }
        let TyKind::Struct(id) = self.kind(core) else { return Denoted::Unknown };
        let name = self.sym(key.text());
        let Some(index) = self.fields(id).iter().position(|it| it.name == name) else { return Denoted::Unknown };
        match self.kind(ty) {
            // Which of the types of its type set has the field is not looked at.
            TyKind::TypeParam(_) => Denoted::Unknown,
            _ => self.denoted_field(ty, index),
        }
    }

    /// The declaration of a method of an interface.
    fn interface_method(&mut self, ty: Ty, name: Sym) -> Denoted<'w> {
        self.deeper(|db| db.find_interface_method(ty, name)).unwrap_or(Denoted::Unknown)
    }

    fn find_interface_method(&mut self, ty: Ty, name: Sym) -> Denoted<'w> {
        match self.kind(ty) {
            TyKind::Named(OBJ_ERROR, _) => Denoted::Undeclared,
            TyKind::Named(obj, _) => {
                let Some(spec) = self.obj(obj).decl.and_then(TypeSpec::cast) else { return Denoted::Unknown };
                if self.obj(obj).local {
                    let file = self.obj(obj).file;
                    return match InterfaceType::cast(spec.ty().unparen()) {
                        Some(literal) => self.method_of_local(file, literal, name),
                        None => Denoted::Unknown,
                    };
                }
                let mut env = self.env_of(obj);
                self.method_written(&mut env, spec.ty(), name)
            }
            TyKind::TypeParam(obj) => self.method_of_constraint(obj, name),
            TyKind::Interface(_) => Denoted::Literal,
            _ => Denoted::Unknown,
        }
    }

    fn method_of_constraint(&mut self, tparam: Obj, name: Sym) -> Denoted<'w> {
        let owner = self.obj(tparam).owner;
        let Some(written) = self.obj(tparam).decl else {
            // Declared by a receiver: that of the type's parameter.
            let Some(base) = self.method_base(owner) else { return Denoted::Unknown };
            let tparams = self.tparams_of(base);
            let original = self.items(tparams).get(self.obj(tparam).index as usize).copied();
            return original.map_or(Denoted::Unknown, |it| self.interface_method(it, name));
        };
        if self.obj(owner).local {
            return Denoted::Unknown;
        }
        let mut env = self.env_of(owner);
        if self.obj(owner).kind == ObjKind::Method {
            let own = self.method_own_tparams(owner);
            self.bind_tparams(&mut env, own);
        }
        self.method_written(&mut env, written, name)
    }

    /// The declaration of a method of a type declared in a function, which was looked at already.
    fn method_of_local(&mut self, file: FileIx, literal: InterfaceType<'w>, name: Sym) -> Denoted<'w> {
        if let Some(ident) = self.declared_in(literal, name) {
            return Denoted::Declared(ident);
        }
        for field in literal.methods().children_in(Role::List) {
            let Some(ident) = field.child(Role::Type).and_then(embedded_name) else { continue };
            let noted = self.file(file).tables.as_ref().and_then(|it| it.objs.get(ident.id().index())).copied();
            let Some(obj) = noted.and_then(|it| it.checked_sub(1)) else { return Denoted::Unknown };
            let ty = self.obj_type(Obj(obj));
            if self.has_method(ty, name) {
                return self.interface_method(ty, name);
            }
        }
        Denoted::Unknown
    }

    /// The declaration of a method of the interface that `node` writes or names.
    fn method_written(&mut self, env: &mut Env<'w>, node: Node<'w>, name: Sym) -> Denoted<'w> {
        let node = node.unparen();
        let Some(literal) = InterfaceType::cast(node) else {
            return self.method_of_named(env, node, name);
        };
        if let Some(ident) = self.declared_in(literal, name) {
            return Denoted::Declared(ident);
        }
        for field in literal.methods().children_in(Role::List).filter(|it| it.child(Role::Names).is_none()) {
            let Some(embedded) = field.child(Role::Type) else { continue };
            let ty = self.type_expr(env, embedded);
            if self.has_method(ty, name) {
                let found = self.deeper(|db| db.method_written(env, embedded, name));
                return found.unwrap_or(Denoted::Unknown);
            }
        }
        Denoted::Unknown
    }

    /// As [`Db::method_written`] for a name; aliases are looked through.
    fn method_of_named(&mut self, env: &mut Env<'w>, node: Node<'w>, name: Sym) -> Denoted<'w> {
        let base = match node.kind() {
            Kind::IndexExpr | Kind::IndexListExpr => node.child(Role::X).unwrap_or(node),
            _ => node,
        };
        if let Some(alias) = self.generic_type(env, base)
            && self.obj(alias).kind == ObjKind::Alias
            && !self.obj(alias).local
            && let Some(spec) = self.obj(alias).decl.and_then(TypeSpec::cast)
        {
            let mut env = self.env_of(alias);
            let found = self.deeper(|db| db.method_written(&mut env, spec.ty(), name));
            return found.unwrap_or(Denoted::Unknown);
        }
        let ty = self.type_expr(env, node);
        self.interface_method(ty, name)
    }

    fn declared_in(&self, literal: InterfaceType<'w>, name: Sym) -> Option<Node<'w>> {
        let name = self.names.text(name);
        let fields = literal.methods().children_in(Role::List);
        fields.flat_map(|it| it.children_in(Role::Names)).find(|it| it.text() == name)
    }
}
