//! Whole declarations of the project's files: what is noted of their expressions.

use gofix_syntax::{
    Kind, Node, Role, Token,
    ast::{AstNode, FuncDecl, FuncType, GenDecl, TypeSpec, ValueSpec},
};

use super::{
    db::{Db, FileIx, ObjKind},
    ty::{Obj, Ty, TyKind},
};

impl<'w> Db<'w> {
    /// Notes all there is to be known of the top-level declaration around `node`, if that was not done yet. None if the
    /// file does not belong to this configuration.
    pub(super) fn ensure(&mut self, node: Node<'w>) -> Option<FileIx> {
        let file = self.file_ix(node.file().id())?;
        if !std::ptr::eq(self.file(file).file, node.file()) {
            return None;
        }
        let mut decl = node;
        while let Some(parent) = decl.parent().filter(|it| it.kind() != Kind::File) {
            decl = parent;
        }
        self.check_decl(file, decl);
        Some(file)
    }

    pub(super) fn check_decl(&mut self, file: FileIx, decl: Node<'w>) {
        let id = decl.id().index() as u32;
        let tables = self.files[file.0 as usize].tables.get_or_insert_default();
        if tables.done.insert(id, true).is_some() {
            return;
        }
        let nodes = self.file(file).file.node_count();
        let tables = self.files[file.0 as usize].tables.get_or_insert_default();
        if tables.types.is_empty() {
            tables.types = vec![0; nodes];
            tables.objs = vec![0; nodes];
        }
        match decl.kind() {
            Kind::FuncDecl => self.check_func(file, decl),
            Kind::GenDecl => self.check_gen_decl(file, decl),
            _ => {}
        }
    }

    /// The object that an identifier at the package level, or a type parameter's, declares.
    pub(super) fn declared_obj(&self, file: FileIx, ident: Node<'w>) -> Option<Obj> {
        self.local_objs.get(&(file, ident.id().index() as u32)).copied()
    }

    fn check_func(&mut self, file: FileIx, decl: Node<'w>) {
        let Some(func) = FuncDecl::cast(decl) else { return };
        let Some(obj) = self.declared_obj(file, func.name()) else { return };
        let ty = self.obj_type(obj);
        let TyKind::Func(sig) = self.kind(ty) else { return };
        let mut env = self.env_of(obj);
        if self.obj(obj).kind == ObjKind::Method {
            let own = self.method_own_tparams(obj);
            self.bind_tparams(&mut env, own);
        }
        env.record = true;
        self.note_obj(&env, func.name(), obj);
        self.note(&env, func.name(), ty, 0);
        let types = FuncType::cast(func.ty());
        if let Some(list) = types.and_then(|it| it.type_params()) {
            self.check_constraints(&mut env, list);
        }
        self.signature(&mut env, func.ty());
        let receiver = func.recv().and_then(|it| it.child(Role::List));
        if let Some(field) = receiver {
            if let Some(written) = field.child(Role::Type) {
                self.type_expr(&mut env, written);
            }
            let ty = self.receiver_type(obj);
            for name in field.children_in(Role::Names) {
                self.declare_local(&mut env, name, ty);
            }
        }
        if let Some(body) = func.body() {
            self.func_body(&mut env, func.ty(), body, sig);
        }
    }

    fn check_constraints(&mut self, env: &mut super::env::Env<'w>, list: Node<'w>) {
        for field in list.children_in(Role::List) {
            if let Some(constraint) = field.child(Role::Type) {
                self.type_expr(env, constraint);
            }
        }
    }

    fn check_gen_decl(&mut self, file: FileIx, decl: Node<'w>) {
        let Some(group) = GenDecl::cast(decl) else { return };
        match group.tok() {
            Token::Type => {
                for spec in group.specs().filter_map(TypeSpec::cast) {
                    let Some(obj) = self.declared_obj(file, spec.name()) else { continue };
                    let mut env = self.env_of(obj);
                    env.record = true;
                    self.note_obj(&env, spec.name(), obj);
                    if let Some(list) = spec.type_params() {
                        self.check_constraints(&mut env, list);
                    }
                    self.type_expr(&mut env, spec.ty());
                }
            }
            Token::Const => {
                for spec in group.specs().filter_map(ValueSpec::cast) {
                    for name in spec.names() {
                        let Some(obj) = self.declared_obj(file, name) else { continue };
                        let mut env = self.env(file);
                        env.record = true;
                        self.note_obj(&env, name, obj);
                        let data = self.obj(obj).clone();
                        let (ty, _) = self.eval_const(&mut env, &data);
                        self.note(&env, name, ty, super::db::entry::CONST);
                    }
                }
            }
            Token::Var => {
                for spec in group.specs().filter_map(ValueSpec::cast) {
                    self.check_vars(file, spec);
                }
            }
            _ => {}
        }
    }

    fn check_vars(&mut self, file: FileIx, spec: ValueSpec<'w>) {
        let mut types = Vec::new();
        let mut env = self.env(file);
        env.record = true;
        for name in spec.names() {
            let obj = self.declared_obj(file, name);
            let ty = obj.map_or(Ty::UNKNOWN, |it| self.obj_type(it));
            if let Some(obj) = obj {
                self.note_obj(&env, name, obj);
            }
            self.note(&env, name, ty, 0);
            types.push(ty);
        }
        self.spec_values(&mut env, spec);
    }
}
