//! The questions that can be asked.

use std::cell::RefCell;

use gofix_project::{Config, DirId};
use gofix_syntax::{
    FileId, Kind, Node, Role,
    ast::{AstNode, CallExpr, SelectorExpr},
};

use super::{
    callee::Target,
    db::{Common, Db, FileIx, Place, entry},
    find::FoundKind,
    form::{Callee, Form, Method, Object, Selection},
    name::{Names, Sym},
    ty::{FxMap, IfaceData, MethodData, Obj, Pkg, Store, Ty, TyKind},
    value::Value,
};
use crate::{Tri, Workspace};

/// The types of a workspace in one build configuration.
///
/// Files that do not belong to the configuration have no types here; nor have nodes of other snapshots.
pub struct Types<'w> {
    pub(super) db: RefCell<Db<'w>>,
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
            sizes: FxMap::default(),
            aligns: FxMap::default(),
            comparables: FxMap::default(),
            depth: 0,
            common,
        };
        for (path, name) in [("", ""), ("builtin", "builtin"), ("unsafe", "unsafe"), ("C", "C")] {
            let name = if name.is_empty() { Sym::NONE } else { db.sym(name) };
            db.new_pkg(path, name, Place::Missing, DirId(0));
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

    /// A value of a constant of a type in canonical form; none if it is unknown.
    pub fn spell_value(&self, ty: Ty, value: &Value) -> Option<String> {
        self.db.borrow_mut().spell_value(ty, value)
    }

    /// What a type is made of.
    pub fn form(&self, ty: Ty) -> Form {
        self.db.borrow().form(ty)
    }

    /// What underlies a type (spec: Underlying types). A type parameter underlies itself.
    pub fn underlying(&self, ty: Ty) -> Ty {
        self.db.borrow_mut().underlying(ty)
    }

    /// Whether a type is exactly the predeclared `error`.
    pub fn is_error_type(&self, ty: Ty) -> bool {
        ty == self.db.borrow().common.error
    }

    /// The type `error`.
    pub fn error_type(&self) -> Ty {
        self.db.borrow().common.error
    }

    /// The type that an expression denotes; unknown if it is no type.
    pub fn denoted_type(&self, expr: Node<'w>) -> Ty {
        let mut db = self.db.borrow_mut();
        let Some(file) = db.ensure(expr) else { return Ty::UNKNOWN };
        match entry_of(&db, file, expr) {
            entry if entry & entry::TYPE != 0 => Ty(entry & entry::TY),
            _ => Ty::UNKNOWN,
        }
    }

    /// The defined type or alias `name` of the package that `path` means in imports of the file `from`. Generic ones are
    /// unknown.
    pub fn named_type(&self, from: FileId, path: &str, name: &str) -> Ty {
        let mut db = self.db.borrow_mut();
        let Some(file) = db.file_ix(from) else { return Ty::UNKNOWN };
        let pkg = db.file(file).pkg;
        let imported = if *db.pkg(pkg).path == *path { pkg } else { db.import(pkg, path) };
        let name = db.sym(name);
        match db.lookup_in(imported, name, Pkg::NONE, FileIx::NONE) {
            Some(obj) => db.plain_type(obj),
            None => Ty::UNKNOWN,
        }
    }

    /// The pointer type to a type.
    pub fn pointer_to(&self, ty: Ty) -> Ty {
        self.db.borrow_mut().pointer(ty)
    }

    /// The value of a constant expression; none if it is not constant, or its value cannot be told.
    pub fn const_value(&self, expr: Node<'w>) -> Option<Value> {
        let mut db = self.db.borrow_mut();
        let file = db.ensure(expr)?;
        let entry = entry_of(&db, file, expr);
        if entry & entry::CONST == 0 {
            return None;
        }
        let noted = db.file(file).tables.as_ref()?.values.get(&(expr.id().index() as u32)).cloned();
        let value = match noted {
            Some(value) => value,
            None if expr.kind() == Kind::BasicLit => {
                let (_, value) = super::basic_lit::literal(expr.op(), expr.text());
                db.represent(&value, Ty(entry & entry::TY))
            }
            None => return None,
        };
        Some(value).filter(Value::is_known)
    }

    /// What a call calls.
    pub fn callee(&self, call: CallExpr<'w>) -> Callee {
        let mut db = self.db.borrow_mut();
        let Some(file) = db.ensure(call.node()) else { return Callee::Unknown };
        let target = db.target_of(file, call);
        let names = |db: &Db<'w>, obj| (db.path_of(db.obj(obj).pkg), db.names.text(db.name_of(obj)).to_owned());
        match target {
            Target::Func(obj) => {
                let (path, name) = names(&db, obj);
                Callee::Func { path, name }
            }
            Target::Method(obj) => {
                let Some(base) = db.method_base(obj) else { return Callee::Unknown };
                let (path, receiver) = names(&db, base);
                Callee::Method { path, receiver, name: names(&db, obj).1, pointer: db.has_pointer_receiver(obj) }
            }
            Target::InterfaceMethod(origin, name) => {
                let name = db.names.text(name).to_owned();
                Callee::InterfaceMethod { interface: origin.map(|it| names(&db, it)), name }
            }
            Target::External(obj) => {
                let (path, name) = names(&db, obj);
                Callee::External { path, name }
            }
            Target::Value => Callee::FuncValue,
            Target::Conversion(ty) => Callee::Conversion(ty),
            Target::Builtin(obj) => {
                let (_, name) = names(&db, obj);
                let of_unsafe = db.obj(obj).pkg == super::db::PKG_UNSAFE;
                Callee::Builtin(if of_unsafe { format!("unsafe.{name}") } else { name })
            }
            Target::Unknown => Callee::Unknown,
        }
    }

    /// What an identifier denotes: a use or a declaration of a constant, variable, type, function or method. Fields are
    /// found by [`Types::selection`].
    pub fn object_of(&self, ident: Node<'w>) -> Option<Object<'w>> {
        let mut db = self.db.borrow_mut();
        if let Some(obj) = db.outer_object(ident) {
            return db.object(obj);
        }
        let file = db.ensure(ident)?;
        let noted = *db.file(file).tables.as_ref()?.objs.get(ident.id().index())?;
        db.object(Obj(noted.checked_sub(1)?))
    }

    /// The type with which a constant, variable or function is declared that an identifier denotes. A constant without a
    /// type has an untyped one, whatever becomes of it where it is used.
    pub fn type_of_object(&self, ident: Node<'w>) -> Ty {
        let mut db = self.db.borrow_mut();
        let Some(file) = db.ensure(ident) else { return Ty::UNKNOWN };
        let noted = db.file(file).tables.as_ref().and_then(|it| it.objs.get(ident.id().index())).copied();
        match noted.and_then(|it| it.checked_sub(1)) {
            Some(obj) => db.obj_type(Obj(obj)),
            None => Ty::UNKNOWN,
        }
    }

    /// The field or method that a selector selects from a value or a type; none for `pkg.Name`, or if it is unknown.
    pub fn selection(&self, selector: SelectorExpr<'w>) -> Option<Selection<'w>> {
        let mut db = self.db.borrow_mut();
        let file = db.ensure(selector.node())?;
        let found = db.file(file).tables.as_ref()?.selections.get(&(selector.node().id().index() as u32)).cloned()?;
        db.selection(&found)
    }

    /// The field or method `name` of a type, as a selector in the file `from` would find it. `Ok(None)`: there is none.
    ///
    /// # Errors
    /// It cannot be told.
    pub fn member(&self, from: FileId, ty: Ty, name: &str) -> Result<Option<Selection<'w>>, Unknown> {
        let mut db = self.db.borrow_mut();
        let file = db.file_ix(from).ok_or(Unknown)?;
        let (pkg, view) = (db.file(file).pkg, db.tests_of(file));
        let name = db.sym(name);
        match db.find(ty, name, pkg, view) {
            None => Ok(None),
            Some(found) => db.selection(&found).map(Some).ok_or(Unknown),
        }
    }

    /// The method set of a type (spec: Method sets), in order of the names; none if it cannot be told.
    pub fn method_set(&self, ty: Ty) -> Option<Vec<Method>> {
        let mut db = self.db.borrow_mut();
        let mut methods = Vec::new();
        for (name, private) in db.method_names(ty, Pkg::NONE)? {
            let Some(found) = db.find(ty, name, private, Pkg::NONE) else { continue };
            match found.kind {
                FoundKind::Unknown => return None,
                FoundKind::Field(_) => {}
                _ if found.pointer_receiver && !found.indirect => {}
                _ => methods.push(db.method(&MethodData { name, pkg: private, sig: found.ty })),
            }
        }
        methods.sort();
        Some(methods)
    }

    /// The methods of a type and of pointers to it, in order of the names, each with what has it; none if it cannot be told.
    pub(crate) fn members_of(&self, ty: Ty) -> Option<Vec<(Method, Selection<'w>)>> {
        let mut db = self.db.borrow_mut();
        let pointer = db.pointer(ty);
        let mut methods = Vec::new();
        for (name, private) in db.method_names(pointer, Pkg::NONE)? {
            let view = db.view_of(ty);
            let Some(found) = db.find(pointer, name, private, view) else { continue };
            if matches!(found.kind, FoundKind::Field(_)) {
                continue;
            }
            let method = db.method(&MethodData { name, pkg: private, sig: found.ty });
            methods.push((method, db.selection(&found)?));
        }
        methods.sort_by(|a, b| a.0.cmp(&b.0));
        Some(methods)
    }

    /// Whether two types are identical (spec: Type identity).
    pub fn identical(&self, x: Ty, y: Ty) -> Tri {
        self.db.borrow().identical(x, y)
    }

    /// Whether a type implements an interface (spec: Implementing an interface); no if that is no interface. What tests
    /// declare does not count.
    pub fn implements(&self, ty: Ty, interface: Ty) -> Tri {
        self.db.borrow_mut().implements(ty, interface, Pkg::NONE)
    }

    /// Whether a value of one type can be assigned to a variable of another (spec: Assignability). Whether an untyped
    /// number can depends on its value, so that is unknown.
    pub fn assignable_to(&self, from: Ty, to: Ty) -> Tri {
        self.db.borrow_mut().assignable(from, to, Pkg::NONE)
    }

    /// Whether values of a type can be compared (spec: Comparison operators).
    pub fn comparable(&self, ty: Ty) -> Tri {
        self.db.borrow_mut().comparable(ty)
    }

    /// Size of a type in bytes, for the compiler gc; none if it cannot be told.
    pub fn size_of(&self, ty: Ty) -> Option<u64> {
        self.db.borrow_mut().size_of(ty).and_then(|it| u64::try_from(it).ok())
    }

    /// Alignment of a type in bytes, for the compiler gc; none if it cannot be told.
    pub fn align_of(&self, ty: Ty) -> Option<u64> {
        self.db.borrow_mut().align_of(ty).and_then(|it| u64::try_from(it).ok())
    }

    /// Where the fields of a struct type start, in bytes, for the compiler gc; none if it cannot be told.
    pub fn offsets(&self, ty: Ty) -> Option<Vec<u64>> {
        let mut db = self.db.borrow_mut();
        let under = db.underlying(ty);
        let TyKind::Struct(id) = db.kind(under) else { return None };
        let count = db.fields(id).len();
        (0..count).map(|it| db.offset_of(id, it).and_then(|it| u64::try_from(it).ok())).collect()
    }

    /// The import paths that a question led to and that were not found, sorted. What depends on them is unknown.
    pub fn missing(&self) -> Vec<String> {
        let db = self.db.borrow();
        let missing = db.pkgs.iter().filter(|it| matches!(it.place, Place::Missing) && it.name == Sym::NONE);
        let mut paths: Vec<String> = missing.map(|it| it.path.to_string()).filter(|it| !it.is_empty()).collect();
        paths.sort();
        paths.dedup();
        paths
    }

    /// Counts for measurements: types, objects, packages, files.
    pub fn counts(&self) -> [usize; 4] {
        let db = self.db.borrow();
        [db.store.len(), db.objs.len(), db.pkgs.len(), db.files.len()]
    }
}

impl Db<'_> {
    /// The package whose tests see all methods of a type: those that declare it, if it is one of theirs.
    fn view_of(&self, ty: Ty) -> Pkg {
        match self.kind(ty) {
            TyKind::Named(obj, _) if self.obj(obj).from_test => self.tests_of(self.obj(obj).file),
            _ => Pkg::NONE,
        }
    }
}

/// It cannot be told.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Unknown;

fn entry_of(db: &Db<'_>, file: FileIx, node: Node<'_>) -> u32 {
    db.file(file).tables.as_ref().and_then(|it| it.types.get(node.id().index())).copied().unwrap_or(0)
}

fn noted(db: &Db<'_>, file: FileIx, node: Node<'_>) -> Ty {
    Ty(entry_of(db, file, node) & entry::TY)
}
