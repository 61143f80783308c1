//! The state of one type checker: objects, packages, files, and what was found out so far.

use std::{path::PathBuf, rc::Rc};

use gofix_project::{Config, DirId};
use gofix_syntax::{FileId, Node, SourceFile, TextRange};

use super::{
    find::Found,
    name::{Names, Sym},
    ty::{FieldData, FxMap, List, Obj, Pkg, Sig, Store, StructId, Ty, TyKind, flag},
    value::Value,
};
use crate::{Tri, Workspace};

/// What an object is.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(super) enum ObjKind {
    Const,
    Var,
    /// A defined type.
    Type,
    Alias,
    Func,
    /// A method of a defined type.
    Method,
    TypeParam,
    /// A name of a package that was not found.
    External,
    Builtin(Builtin),
    Nil,
    /// Declared more than once, or not to be told.
    Unknown,
}

/// The predeclared functions, and those of `unsafe`.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "each is the function of that name")]
pub(super) enum Builtin {
    Append,
    Cap,
    Clear,
    Close,
    Complex,
    Copy,
    Delete,
    Imag,
    Len,
    Make,
    Max,
    Min,
    New,
    Panic,
    Print,
    Println,
    Real,
    Recover,
    Add,
    Alignof,
    Offsetof,
    Sizeof,
    Slice,
    SliceData,
    String,
    StringData,
}

#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(super) enum State {
    New,
    Busy,
    Done,
}

/// A file of one [`Db`].
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct FileIx(pub(super) u32);

impl FileIx {
    pub(super) const NONE: FileIx = FileIx(u32::MAX);
}

#[derive(Clone)]
pub(super) struct ObjData<'w> {
    pub(super) kind: ObjKind,
    pub(super) name: Sym,
    pub(super) pkg: Pkg,
    pub(super) file: FileIx,
    /// The declaring identifier.
    pub(super) ident: Option<Node<'w>>,
    /// `TypeSpec`, `ValueSpec`, `FuncDecl`, or the type parameter's constraint.
    pub(super) decl: Option<Node<'w>>,
    /// Of a constant: the spec that has its value.
    pub(super) source: Option<Node<'w>>,
    /// Position among the names of the spec, or the type parameters of the list.
    pub(super) index: u32,
    pub(super) iota: u32,
    /// Of a type parameter: what declares it.
    pub(super) owner: Obj,
    pub(super) local: bool,
    pub(super) from_test: bool,
    pub(super) ty: Ty,
    pub(super) ty_state: State,
    /// Of a type: what underlies it, in terms of its own parameters. Of a type parameter: its constraint.
    pub(super) under: Ty,
    pub(super) under_state: State,
    pub(super) tparams: List,
    pub(super) tparams_state: State,
}

impl<'w> ObjData<'w> {
    pub(super) fn new(
        kind: ObjKind,
        name: Sym,
        pkg: Pkg,
        file: FileIx,
        ident: Option<Node<'w>>,
        decl: Option<Node<'w>>,
    ) -> Self {
        ObjData {
            kind,
            name,
            pkg,
            file,
            ident,
            decl,
            source: None,
            index: 0,
            iota: 0,
            owner: OBJ_UNKNOWN,
            local: false,
            from_test: false,
            ty: Ty::UNKNOWN,
            ty_state: State::New,
            under: Ty::UNKNOWN,
            under_state: State::New,
            tparams: List::EMPTY,
            tparams_state: State::New,
        }
    }
}

pub(super) const OBJ_UNKNOWN: Obj = Obj(0);
pub(super) const OBJ_ERROR: Obj = Obj(1);
pub(super) const OBJ_COMPARABLE: Obj = Obj(2);

pub(super) const PKG_UNIVERSE: Pkg = Pkg(1);
pub(super) const PKG_UNSAFE: Pkg = Pkg(2);
pub(super) const PKG_C: Pkg = Pkg(3);

/// Where a package's files are.
#[derive(Clone)]
pub(super) enum Place<'w> {
    /// In the project; symbolic links aside, which are no files of it.
    Root(Vec<RootFile>, Vec<(&'w super::deps::DepFile, bool)>),
    /// Outside of it.
    Files(Vec<&'w super::deps::DepFile>),
    /// Nowhere.
    Missing,
}

#[derive(Copy, Clone)]
pub(super) struct RootFile {
    pub(super) id: FileId,
    pub(super) test: bool,
}

pub(super) struct PkgData<'w> {
    pub(super) path: Rc<str>,
    /// The name in its package clauses; [`Sym::NONE`] if unknown.
    pub(super) name: Sym,
    pub(super) place: Place<'w>,
    /// The directory of the project from which its imports are looked up.
    pub(super) from: DirId,
    /// Its directory, if it belongs to the standard library.
    pub(super) goroot: bool,
    /// Of external tests: the package tested. Else itself.
    pub(super) tested: Pkg,
    pub(super) scope_state: State,
    pub(super) scope: FxMap<Sym, Obj>,
    /// The files of a package outside the project, whose declarations come into the scope when their names are asked for.
    pub(super) outside: Vec<(FileIx, &'w super::deps::DepFile)>,
    /// The names asked for that are not in the scope, and the types whose methods are in `methods`.
    pub(super) asked: FxMap<Sym, ()>,
    pub(super) asked_methods: FxMap<Sym, ()>,
    /// What its own tests declare.
    pub(super) test_scope: FxMap<Sym, Obj>,
    /// By name of the type.
    pub(super) methods: FxMap<Sym, Vec<(Sym, Obj)>>,
    pub(super) has_test_methods: bool,
    /// Where a name is declared more than once.
    pub(super) doubles: FxMap<Sym, Vec<Obj>>,
    /// The text that may declare anything, because it could not be parsed.
    pub(super) broken: Vec<(&'w str, TextRange)>,
    /// A file could not be read.
    pub(super) incomplete: bool,
}

pub(super) struct ImportEntry {
    /// The name as written.
    pub(super) name: Option<Sym>,
    pub(super) guess: Sym,
    pub(super) path: Box<str>,
    pub(super) dot: bool,
}

pub(super) struct FileData<'w> {
    pub(super) file: &'w SourceFile,
    pub(super) pkg: Pkg,
    pub(super) test: bool,
    pub(super) root: bool,
    pub(super) imports: Option<Rc<[ImportEntry]>>,
    pub(super) tables: Option<Box<Tables>>,
}

/// What is known of the nodes of one file.
#[derive(Default)]
pub(super) struct Tables {
    /// By node: a type and some bits; 0 is nothing.
    pub(super) types: Vec<u32>,
    /// By node: the object that an identifier denotes, plus one.
    pub(super) objs: Vec<u32>,
    pub(super) values: FxMap<u32, Value>,
    pub(super) selections: FxMap<u32, Rc<Found>>,
    /// By index of the top-level declaration's node.
    pub(super) done: FxMap<u32, bool>,
}

/// Bits of an entry of [`Tables::types`].
pub(super) mod entry {
    pub(in super::super) const TYPE: u32 = 1 << 31;
    pub(in super::super) const CONST: u32 = 1 << 30;
    pub(in super::super) const BUILTIN: u32 = 1 << 29;
    pub(in super::super) const SEEN: u32 = 1 << 28;
    pub(in super::super) const TY: u32 = SEEN - 1;
}

pub(super) struct Db<'w> {
    pub(super) ws: &'w Workspace,
    pub(super) config: Config,
    pub(super) store: Store,
    pub(super) names: Names,
    pub(super) objs: Vec<ObjData<'w>>,
    pub(super) pkgs: Vec<PkgData<'w>>,
    pub(super) files: Vec<FileData<'w>>,
    pub(super) file_ix: FxMap<u32, FileIx>,
    pub(super) root_pkgs: FxMap<(DirId, Sym), Pkg>,
    /// Directories of the project whose packages were made.
    pub(super) root_dirs: FxMap<DirId, Vec<Pkg>>,
    pub(super) dep_pkgs: FxMap<(u32, PathBuf), Pkg>,
    pub(super) imported: FxMap<(u32, bool, Box<str>), Pkg>,
    pub(super) universe: FxMap<Sym, Obj>,
    pub(super) unsafe_scope: FxMap<Sym, Obj>,
    pub(super) local_objs: FxMap<(FileIx, u32), Obj>,
    pub(super) under: FxMap<Ty, Ty>,
    pub(super) found: FxMap<(Ty, Sym, Pkg, Pkg), Option<Rc<Found>>>,
    pub(super) values: FxMap<Obj, Value>,
    /// Where a literal gets a method from: itself, or what it embeds. Literals that are identical types but differ in that
    /// have no answer.
    pub(super) origins: FxMap<(Ty, Sym), Option<Option<Ty>>>,
    pub(super) sizes: FxMap<Ty, i64>,
    pub(super) aligns: FxMap<Ty, i64>,
    pub(super) comparables: FxMap<Ty, Tri>,
    pub(super) depth: u32,
    pub(super) common: Common,
}

/// Names and types that are asked for all the time.
pub(super) struct Common {
    pub(super) error_name: Sym,
    pub(super) error: Ty,
    pub(super) any: Ty,
    pub(super) bytes: Ty,
    pub(super) init: Sym,
    pub(super) iota: Sym,
}

/// Deeper questions are not answered.
pub(super) const MAX_DEPTH: u32 = 3_000;

impl<'w> Db<'w> {
    /// Runs `work` one level deeper on a stack that is large enough; None beyond [`MAX_DEPTH`].
    pub(super) fn deeper<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.depth > MAX_DEPTH {
            return None;
        }
        self.depth += 1;
        let result = stacker::maybe_grow(256 << 10, 8 << 20, || work(self));
        self.depth -= 1;
        Some(result)
    }

    pub(super) fn kind(&self, ty: Ty) -> TyKind {
        self.store.kind(ty)
    }

    pub(super) fn make(&mut self, kind: TyKind) -> Ty {
        self.store.make(kind)
    }

    pub(super) fn list(&mut self, types: &[Ty]) -> List {
        self.store.list(types)
    }

    pub(super) fn items(&self, list: List) -> Rc<[Ty]> {
        Rc::clone(self.store.items(list))
    }

    pub(super) fn len_of(&self, list: List) -> usize {
        self.store.items(list).len()
    }

    pub(super) fn fields(&self, id: StructId) -> Rc<Vec<FieldData>> {
        Rc::clone(self.store.fields(id))
    }

    pub(super) fn pointer(&mut self, to: Ty) -> Ty {
        if to == Ty::UNKNOWN { to } else { self.make(TyKind::Pointer(to)) }
    }

    pub(super) fn func(&mut self, params: &[Ty], results: &[Ty], variadic: bool) -> Ty {
        let sig = Sig { tparams: List::EMPTY, params: self.list(params), results: self.list(results), variadic };
        self.make(TyKind::Func(sig))
    }

    /// No result, one, or a tuple.
    pub(super) fn tuple(&mut self, types: List) -> Ty {
        match **self.store.items(types) {
            [only] => only,
            _ => self.make(TyKind::Tuple(types)),
        }
    }

    pub(super) fn has_tparam(&self, ty: Ty) -> bool {
        self.store.flags(ty) & flag::TPARAM != 0
    }

    pub(super) fn has_unknown(&self, ty: Ty) -> bool {
        self.store.flags(ty) & flag::UNKNOWN != 0
    }

    pub(super) fn list_has_tparam(&self, list: List) -> bool {
        self.store.items(list).iter().any(|&it| self.has_tparam(it))
    }

    pub(super) fn sym(&mut self, name: &str) -> Sym {
        self.names.sym(name.as_bytes())
    }

    pub(super) fn obj(&self, obj: Obj) -> &ObjData<'w> {
        &self.objs[obj.0 as usize]
    }

    pub(super) fn obj_mut(&mut self, obj: Obj) -> &mut ObjData<'w> {
        &mut self.objs[obj.0 as usize]
    }

    pub(super) fn add_obj(&mut self, data: ObjData<'w>) -> Obj {
        let obj = Obj(self.objs.len() as u32);
        self.objs.push(data);
        obj
    }

    pub(super) fn pkg(&self, pkg: Pkg) -> &PkgData<'w> {
        &self.pkgs[pkg.0 as usize]
    }

    pub(super) fn pkg_mut(&mut self, pkg: Pkg) -> &mut PkgData<'w> {
        &mut self.pkgs[pkg.0 as usize]
    }

    pub(super) fn file(&self, file: FileIx) -> &FileData<'w> {
        &self.files[file.0 as usize]
    }

    /// Whether a name is exported.
    pub(super) fn is_exported(&self, name: Sym) -> bool {
        let bytes = self.names.bytes(name);
        match bytes.first() {
            Some(first) if first.is_ascii() => first.is_ascii_uppercase(),
            _ => crate::is_exported(self.names.text(name)),
        }
    }

    /// The package that a field or method of that name, declared in `pkg`, is private to.
    pub(super) fn private_to(&self, name: Sym, pkg: Pkg) -> Pkg {
        if self.is_exported(name) { Pkg::NONE } else { self.identity(pkg) }
    }

    /// The package as far as private names go.
    pub(super) fn identity(&self, pkg: Pkg) -> Pkg {
        pkg
    }

    pub(super) fn named(&mut self, obj: Obj, args: List) -> Ty {
        self.make(TyKind::Named(obj, args))
    }
}
