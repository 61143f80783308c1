//! Types, callees and selections as the outside sees them.

use std::rc::Rc;

use gofix_syntax::Node;

use super::{
    db::{Db, OBJ_UNKNOWN, ObjKind, PKG_UNIVERSE, PKG_UNSAFE},
    find::{Found, FoundKind},
    ty::{Basic, ChanDir, List, Obj, Pkg, Ty, TyKind, UNKNOWN_LEN},
};

/// What a type is made of.
#[derive(Clone, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "the forms of types in the specification")]
pub enum Form {
    Unknown,
    Basic(Basic),
    /// A defined type. The path is empty for `error`.
    Named {
        path: Rc<str>,
        name: String,
        args: Vec<Ty>,
    },
    Pointer(Ty),
    Slice(Ty),
    /// None: its length is unknown.
    Array(Ty, Option<u64>),
    Map(Ty, Ty),
    Chan {
        send: bool,
        recv: bool,
        element: Ty,
    },
    /// The last parameter of a variadic one is a slice.
    Func {
        params: Vec<Ty>,
        results: Vec<Ty>,
        variadic: bool,
    },
    Struct(Vec<Field>),
    /// All methods, those of embedded interfaces among them, by name.
    Interface(Vec<Method>),
    /// The results of a call, if there is not just one.
    Tuple(Vec<Ty>),
    TypeParam(String),
}

/// A field of a struct type.
#[derive(Clone, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "plain")]
pub struct Field {
    pub name: String,
    pub ty: Ty,
    pub embedded: bool,
    /// The tag, without its quotes.
    pub tag: String,
}

/// A method.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Method {
    /// Its name.
    pub name: String,
    /// The path of the package that it is private to; none if it is exported.
    pub private_to: Option<Rc<str>>,
    /// Its signature, without the receiver.
    pub signature: Ty,
}

/// What a call calls.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Callee {
    /// A function of a package.
    Func {
        /// The import path.
        path: Rc<str>,
        /// The name.
        name: String,
    },
    /// A method of a defined type, also a promoted one.
    Method {
        /// The import path of the type for which it is declared.
        path: Rc<str>,
        /// The name of that type.
        receiver: String,
        /// The name.
        name: String,
        /// Whether its receiver is a pointer.
        pointer: bool,
    },
    /// A method of an interface.
    InterfaceMethod {
        /// The import path and the name of the type whose interface literal declares it; none for a literal that is not
        /// the right side of a type's declaration, or if it cannot be told: identical literals are one type, and those that
        /// were looked at so far have a say. So nothing that is written may depend on it. The path of `error` is empty.
        interface: Option<(Rc<str>, String)>,
        /// The name.
        name: String,
    },
    /// `name` of a package that was not found.
    External {
        /// The import path.
        path: Rc<str>,
        /// The name.
        name: String,
    },
    /// A value of function type.
    FuncValue,
    /// A conversion to this type.
    Conversion(Ty),
    /// A predeclared function, or one of `unsafe` (then with `unsafe.` in front).
    Builtin(String),
    /// It cannot be told.
    Unknown,
}

/// What a selector selects from a value or a type.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Selection<'w> {
    /// What it is.
    pub kind: SelectionKind,
    /// The type of the field, or the signature of the method without its receiver.
    pub ty: Ty,
    /// The type that has it, at the end of the path.
    pub holder: Ty,
    /// Indices of the embedded fields on the way to it.
    pub path: Vec<u32>,
    /// Whether a pointer is followed on the way.
    pub indirect: bool,
    /// The identifier that declares it, if it is known which.
    pub declaration: Option<Node<'w>>,
}

/// What kind of member a selector selects.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum SelectionKind {
    /// A field, by its index in the struct type.
    Field(u32),
    /// A method of a defined type.
    Method {
        /// Whether its receiver is a pointer.
        pointer: bool,
    },
    /// A method of an interface.
    InterfaceMethod,
}

/// What a name denotes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Object<'w> {
    /// What it is.
    pub kind: ObjectKind,
    /// The import path of its package; empty for predeclared ones.
    pub path: Rc<str>,
    /// Its name.
    pub name: String,
    /// The identifier that declares it, if there is one. It may be in a file outside the project, whose text has no
    /// bodies of functions.
    pub ident: Option<Node<'w>>,
    /// Whether it is declared inside a function.
    pub local: bool,
}

/// What kind of thing a name denotes.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "plain")]
pub enum ObjectKind {
    Const,
    Var,
    Type,
    Alias,
    Func,
    Method,
    TypeParam,
    /// A name of a package that was not found.
    External,
    Builtin,
    Nil,
}

impl<'w> Db<'w> {
    pub(super) fn path_of(&self, pkg: Pkg) -> Rc<str> {
        if pkg == PKG_UNIVERSE { Rc::from("") } else { Rc::clone(&self.pkg(pkg).path) }
    }

    fn types_of(&self, list: List) -> Vec<Ty> {
        self.items(list).to_vec()
    }

    pub(super) fn form(&self, ty: Ty) -> Form {
        match self.kind(ty) {
            TyKind::Unknown => Form::Unknown,
            TyKind::Basic(basic) => Form::Basic(basic),
            TyKind::Named(obj, args) => {
                let data = self.obj(obj);
                let name = self.names.text(data.name).to_owned();
                Form::Named { path: self.path_of(data.pkg), name, args: self.types_of(args) }
            }
            TyKind::Pointer(to) => Form::Pointer(to),
            TyKind::Slice(element) => Form::Slice(element),
            TyKind::Array(element, len) => Form::Array(element, Some(len).filter(|it| *it != UNKNOWN_LEN)),
            TyKind::Map(key, value) => Form::Map(key, value),
            TyKind::Chan(dir, element) => {
                Form::Chan { send: dir != ChanDir::Recv, recv: dir != ChanDir::Send, element }
            }
            TyKind::Func(sig) => Form::Func {
                params: self.types_of(sig.params),
                results: self.types_of(sig.results),
                variadic: sig.variadic,
            },
            TyKind::Struct(id) => {
                let field = |it: &super::ty::FieldData| Field {
                    name: self.names.text(it.name).to_owned(),
                    ty: it.ty,
                    embedded: it.embedded,
                    tag: it.tag.map_or("", |it| self.names.text(it)).to_owned(),
                };
                Form::Struct(self.fields(id).iter().map(field).collect())
            }
            TyKind::Interface(id) => {
                let methods = self.store.iface(id).methods.iter().map(|it| self.method(it));
                let mut methods: Vec<Method> = methods.collect();
                methods.sort();
                Form::Interface(methods)
            }
            TyKind::Tuple(types) => Form::Tuple(self.types_of(types)),
            TyKind::TypeParam(obj) => Form::TypeParam(self.names.text(self.name_of(obj)).to_owned()),
        }
    }

    pub(super) fn method(&self, it: &super::ty::MethodData) -> Method {
        Method {
            name: self.names.text(it.name).to_owned(),
            private_to: (it.pkg != Pkg::NONE).then(|| self.path_of(it.pkg)),
            signature: it.sig,
        }
    }

    pub(super) fn object(&self, obj: Obj) -> Option<Object<'w>> {
        if obj == OBJ_UNKNOWN {
            return None;
        }
        let data = self.obj(obj);
        let kind = match data.kind {
            ObjKind::Const => ObjectKind::Const,
            ObjKind::Var => ObjectKind::Var,
            ObjKind::Type => ObjectKind::Type,
            ObjKind::Alias if data.pkg == PKG_UNIVERSE || data.pkg == PKG_UNSAFE => ObjectKind::Type,
            ObjKind::Alias => ObjectKind::Alias,
            ObjKind::Func => ObjectKind::Func,
            ObjKind::Method => ObjectKind::Method,
            ObjKind::TypeParam => ObjectKind::TypeParam,
            ObjKind::External => ObjectKind::External,
            ObjKind::Builtin(_) => ObjectKind::Builtin,
            ObjKind::Nil => ObjectKind::Nil,
            ObjKind::Unknown => return None,
        };
        Some(Object {
            kind,
            path: self.path_of(data.pkg),
            name: self.names.text(data.name).to_owned(),
            ident: data.ident,
            local: data.local,
        })
    }

    pub(super) fn selection(&mut self, found: &Found) -> Option<Selection<'w>> {
        let kind = match found.kind {
            FoundKind::Field(index) => SelectionKind::Field(index),
            FoundKind::Method(_) => SelectionKind::Method { pointer: found.pointer_receiver },
            FoundKind::InterfaceMethod => SelectionKind::InterfaceMethod,
            FoundKind::Unknown => return None,
        };
        let declaration = match found.kind {
            FoundKind::Field(index) => self.field_ident(found.holder, index as usize),
            FoundKind::Method(method) => self.obj(method).ident,
            _ => None,
        };
        Some(Selection {
            kind,
            ty: found.ty,
            holder: found.holder,
            path: found.path.clone(),
            indirect: found.indirect,
            declaration,
        })
    }
}
