//! The universe block and package `unsafe` (spec: Predeclared identifiers, Package unsafe).

use super::{
    db::{Builtin, Db, FileIx, OBJ_ERROR, ObjData, ObjKind, PKG_UNIVERSE, PKG_UNSAFE, State},
    name::Sym,
    ty::{Basic, IfaceData, List, MethodData, Obj, Pkg, Ty, TyKind},
};

impl<'w> Db<'w> {
    /// Fills the universe block and that of `unsafe`.
    pub(super) fn declare_universe(&mut self) {
        for &basic in Basic::ALL.iter().filter(|it| **it < Basic::UnsafePointer) {
            let ty = self.make(TyKind::Basic(basic));
            self.declare_predeclared(basic.text(), ObjKind::Alias, ty);
        }
        self.declare_predeclared("byte", ObjKind::Alias, Ty::UINT8);
        self.declare_predeclared("rune", ObjKind::Alias, Ty::INT32);
        let any = self.common.any;
        self.declare_predeclared("any", ObjKind::Alias, any);
        self.declare_predeclared("true", ObjKind::Const, Ty::UNTYPED_BOOL);
        self.declare_predeclared("false", ObjKind::Const, Ty::UNTYPED_BOOL);
        self.declare_predeclared("iota", ObjKind::Const, Ty::UNTYPED_INT);
        self.declare_predeclared("nil", ObjKind::Nil, Ty::UNTYPED_NIL);
        for (name, obj) in [("error", OBJ_ERROR), ("comparable", super::db::OBJ_COMPARABLE)] {
            let name = self.sym(name);
            self.universe.insert(name, obj);
        }
        use Builtin::*;
        let functions = [
            ("append", Append),
            ("cap", Cap),
            ("clear", Clear),
            ("close", Close),
            ("complex", Complex),
            ("copy", Copy),
            ("delete", Delete),
            ("imag", Imag),
            ("len", Len),
            ("make", Make),
            ("max", Max),
            ("min", Min),
            ("new", New),
            ("panic", Panic),
            ("print", Print),
            ("println", Println),
            ("real", Real),
            ("recover", Recover),
        ];
        for (name, builtin) in functions {
            self.declare_predeclared(name, ObjKind::Builtin(builtin), Ty::UNKNOWN);
        }
        let of_unsafe = [
            ("Add", Add),
            ("Alignof", Alignof),
            ("Offsetof", Offsetof),
            ("Sizeof", Sizeof),
            ("Slice", Slice),
            ("SliceData", SliceData),
            ("String", String),
            ("StringData", StringData),
        ];
        for (name, builtin) in of_unsafe {
            let sym = self.sym(name);
            let obj = self.predeclared(sym, ObjKind::Builtin(builtin), Ty::UNKNOWN, PKG_UNSAFE);
            self.unsafe_scope.insert(sym, obj);
        }
        let sym = self.sym("Pointer");
        let obj = self.predeclared(sym, ObjKind::Alias, Ty::UNSAFE_POINTER, PKG_UNSAFE);
        self.unsafe_scope.insert(sym, obj);
    }

    fn declare_predeclared(&mut self, name: &str, kind: ObjKind, ty: Ty) {
        let sym = self.sym(name);
        let obj = self.predeclared(sym, kind, ty, PKG_UNIVERSE);
        self.universe.insert(sym, obj);
    }

    fn predeclared(&mut self, name: Sym, kind: ObjKind, ty: Ty, pkg: Pkg) -> Obj {
        let mut data = ObjData::new(kind, name, pkg, FileIx::NONE, None, None);
        (data.ty, data.ty_state, data.tparams_state) = (ty, State::Done, State::Done);
        self.add_obj(data)
    }

    /// The objects with fixed numbers, and the types that are asked for all the time.
    pub(super) fn declare_fixed(&mut self) {
        self.add_obj(ObjData::new(ObjKind::Unknown, Sym::NONE, Pkg::NONE, FileIx::NONE, None, None));
        for name in ["error", "comparable"] {
            let name = self.sym(name);
            let mut data = ObjData::new(ObjKind::Type, name, PKG_UNIVERSE, FileIx::NONE, None, None);
            (data.ty_state, data.under_state, data.tparams_state) = (State::Done, State::Done, State::Done);
            let obj = self.add_obj(data);
            let ty = self.named(obj, List::EMPTY);
            self.obj_mut(obj).ty = ty;
        }
        let sig = self.func(&[], &[Ty::STRING], false);
        let methods = vec![MethodData { name: self.common.error_name, pkg: Pkg::NONE, sig }];
        let error = self.store.interface(IfaceData { methods, ..IfaceData::default() });
        let comparable = self.store.interface(IfaceData { comparable: true, ..IfaceData::default() });
        self.obj_mut(OBJ_ERROR).under = error;
        self.obj_mut(super::db::OBJ_COMPARABLE).under = comparable;
        self.common.error = self.obj(OBJ_ERROR).ty;
    }
}
