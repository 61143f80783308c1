//! The questions that can be asked.

use std::cell::RefCell;

use gofix_project::{Config, DirId};
use gofix_syntax::{
    FileId, Node, Role,
    ast::{AstNode, CallExpr},
};

use super::{
    db::{Common, Db, FileIx},
    name::{Names, Sym},
    ty::{FxMap, IfaceData, Store, Ty, TyKind},
    value::Value,
};
use crate::Workspace;

/// The types of a workspace in one build configuration.
///
/// Files that do not belong to the configuration have no types here; nor have nodes of other snapshots.
pub struct Types<'w> {
    db: RefCell<Db<'w>>,
}

impl<'w> Types<'w> {
    /// Types for a build of `config`. Nothing is read yet.
    pub fn new(ws: &'w Workspace, config: Config) -> Types<'w> {
        let mut names = Names::new();
        let mut store = Store::new();
        let any = store.interface(IfaceData::default());
        let bytes = store.make(TyKind::Slice(Ty::UINT8));
        let common = Common {
            error_name: names.sym(b"Error"),
            error: Ty::UNKNOWN,
            any,
            bytes,
            init: names.sym(b"init"),
            iota: names.sym(b"iota"),
        };
        let mut db = Db {
            ws,
            config: super::config::with_tool_tags(ws.project(), config),
            store,
            names,
            objs: Vec::new(),
            pkgs: Vec::new(),
            files: Vec::new(),
            file_ix: FxMap::default(),
            root_pkgs: FxMap::default(),
            root_dirs: FxMap::default(),
            dep_pkgs: FxMap::default(),
            imported: FxMap::default(),
            universe: FxMap::default(),
            unsafe_scope: FxMap::default(),
            local_objs: FxMap::default(),
            under: FxMap::default(),
            found: FxMap::default(),
            values: FxMap::default(),
            origins: FxMap::default(),
            depth: 0,
            common,
        };
        for (path, name) in [("", ""), ("builtin", "builtin"), ("unsafe", "unsafe"), ("C", "C")] {
            let name = if name.is_empty() { Sym::NONE } else { db.sym(name) };
            db.new_pkg(path, name, super::db::Place::Missing, DirId(0));
        }
        db.declare_fixed();
        db.declare_universe();
        for (name, value) in [("true", true), ("false", false)] {
            let name = db.sym(name);
            if let Some(&obj) = db.universe.get(&name) {
                db.values.insert(obj, Value::Bool(value));
            }
        }
        Types { db: RefCell::new(db) }
    }

    /// Looks at all declarations of a file. False if it does not belong to this configuration.
    pub fn check_file(&self, id: FileId) -> bool {
        let mut db = self.db.borrow_mut();
        let Some(file) = db.file_ix(id) else { return false };
        let root = db.file(file).file.root();
        for decl in root.children_in(Role::Decls) {
            db.check_decl(file, decl);
        }
        true
    }

    /// The type of an expression. Constants that stay without a type have an untyped one.
    pub fn type_of(&self, expr: Node<'w>) -> Ty {
        let mut db = self.db.borrow_mut();
        let Some(file) = db.ensure(expr) else { return Ty::UNKNOWN };
        noted(&db, file, expr)
    }

    /// A type in canonical form; None if part of it is unknown.
    pub fn spell(&self, ty: Ty) -> Option<String> {
        self.db.borrow_mut().spell(ty)
    }

    /// What a call calls, in canonical form; None if it is unknown.
    pub fn spell_callee(&self, call: CallExpr<'w>) -> Option<String> {
        let mut db = self.db.borrow_mut();
        let file = db.ensure(call.node())?;
        let target = db.target_of(file, call);
        db.spell_target(&target)
    }

    /// Type and value of the constant that an identifier declares at the package level, in canonical form.
    pub fn spell_const(&self, ident: Node<'w>) -> Option<String> {
        let mut db = self.db.borrow_mut();
        let file = db.ensure(ident)?;
        let obj = db.declared_obj(file, ident)?;
        let ty = db.obj_type(obj);
        let value = db.const_value(obj);
        let value = db.spell_value(ty, &value)?;
        Some(format!("{} = {value}", db.spell(ty)?))
    }

    /// Counts for measurements: types, objects, packages, files.
    pub fn counts(&self) -> [usize; 4] {
        let db = self.db.borrow();
        [db.store.len(), db.objs.len(), db.pkgs.len(), db.files.len()]
    }
}

fn noted(db: &Db<'_>, file: FileIx, node: Node<'_>) -> Ty {
    let entry = db.file(file).tables.as_ref().and_then(|it| it.types.get(node.id().index())).copied().unwrap_or(0);
    if entry == 0 { Ty::UNKNOWN } else { Ty(entry & super::db::entry::TY) }
}
