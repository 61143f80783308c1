//! Types as data: every type is made once, so two types are identical iff their ids are equal (spec: Type identity).

use std::{collections::HashMap, hash::BuildHasherDefault, rc::Rc};

use super::{hash::FxHasher, name::Sym};

/// A type of one [`Types`](super::Types). Equal ids are identical types. What cannot be known is [`Ty::UNKNOWN`], which is
/// identical to nothing, not even to itself.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Ty(pub(super) u32);

macro_rules! basics {
    ($($name:ident $constant:ident $text:literal,)*) => {
        /// A predeclared type that is not made of others, or the kind of an untyped constant.
        #[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        #[repr(u8)]
        #[allow(missing_docs, reason = "each is the predeclared type of that name")]
        pub enum Basic { $($name,)* }

        impl Basic {
            pub(super) const ALL: &'static [Basic] = &[$(Basic::$name,)*];

            /// The name in Go.
            pub fn text(self) -> &'static str {
                match self { $(Basic::$name => $text,)* }
            }
        }

        #[allow(missing_docs, reason = "each is the type of that name")]
        impl Ty {
            /// It cannot be known.
            pub const UNKNOWN: Ty = Ty(0);
            $(pub const $constant: Ty = Ty(1 + Basic::$name as u32);)*
        }
    };
}

basics! {
    Bool BOOL "bool",
    Int INT "int", Int8 INT8 "int8", Int16 INT16 "int16", Int32 INT32 "int32", Int64 INT64 "int64",
    Uint UINT "uint", Uint8 UINT8 "uint8", Uint16 UINT16 "uint16", Uint32 UINT32 "uint32", Uint64 UINT64 "uint64",
    Uintptr UINTPTR "uintptr",
    Float32 FLOAT32 "float32", Float64 FLOAT64 "float64",
    Complex64 COMPLEX64 "complex64", Complex128 COMPLEX128 "complex128",
    String STRING "string",
    UnsafePointer UNSAFE_POINTER "unsafe.Pointer",
    UntypedBool UNTYPED_BOOL "untyped bool",
    UntypedInt UNTYPED_INT "untyped int", UntypedRune UNTYPED_RUNE "untyped rune",
    UntypedFloat UNTYPED_FLOAT "untyped float", UntypedComplex UNTYPED_COMPLEX "untyped complex",
    UntypedString UNTYPED_STRING "untyped string",
    UntypedNil UNTYPED_NIL "untyped nil",
}

impl Basic {
    /// Whether it is the kind of a constant without a type, or of `nil`.
    pub fn is_untyped(self) -> bool {
        self >= Basic::UntypedBool
    }

    /// Whether its values are integers.
    pub fn is_integer(self) -> bool {
        (Basic::Int..=Basic::Uintptr).contains(&self) || matches!(self, Basic::UntypedInt | Basic::UntypedRune)
    }

    /// Whether its values are integers that are never negative.
    pub fn is_unsigned(self) -> bool {
        (Basic::Uint..=Basic::Uintptr).contains(&self)
    }

    /// Whether its values are floating-point numbers.
    pub fn is_float(self) -> bool {
        matches!(self, Basic::Float32 | Basic::Float64 | Basic::UntypedFloat)
    }

    /// Whether its values are complex numbers.
    pub fn is_complex(self) -> bool {
        matches!(self, Basic::Complex64 | Basic::Complex128 | Basic::UntypedComplex)
    }

    /// Whether its values are numbers.
    pub fn is_numeric(self) -> bool {
        self.is_integer() || self.is_float() || self.is_complex()
    }

    /// Whether its values are strings.
    pub fn is_string(self) -> bool {
        matches!(self, Basic::String | Basic::UntypedString)
    }

    /// Whether its values are truth values.
    pub fn is_boolean(self) -> bool {
        matches!(self, Basic::Bool | Basic::UntypedBool)
    }

    /// The type that an untyped constant has where none is asked for (spec: Constants).
    pub fn default_type(self) -> Basic {
        match self {
            Basic::UntypedBool => Basic::Bool,
            Basic::UntypedInt => Basic::Int,
            Basic::UntypedRune => Basic::Int32,
            Basic::UntypedFloat => Basic::Float64,
            Basic::UntypedComplex => Basic::Complex128,
            Basic::UntypedString => Basic::String,
            other => other,
        }
    }
}

/// Which ways values go through a channel.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs, reason = "plain")]
pub(super) enum ChanDir {
    Both,
    Send,
    Recv,
}

/// A declared object of one [`Types`](super::Types).
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) struct Obj(pub(super) u32);

/// A package of one [`Types`](super::Types); 0 is none.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) struct Pkg(pub(super) u32);

impl Pkg {
    pub(super) const NONE: Pkg = Pkg(0);
}

/// A list of types, made once.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) struct List(pub(super) u32);

impl List {
    /// The list without elements.
    pub(super) const EMPTY: List = List(0);
}

/// A struct type's parts, made once.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct StructId(pub(super) u32);

/// An interface type's parts, made once.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct IfaceId(pub(super) u32);

/// What a type is made of.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs, reason = "the forms of types in the specification")]
pub(super) enum TyKind {
    Unknown,
    Basic(Basic),
    /// A defined type and its type arguments.
    Named(Obj, List),
    Pointer(Ty),
    Slice(Ty),
    /// [`UNKNOWN_LEN`] if the length cannot be known.
    Array(Ty, u64),
    Map(Ty, Ty),
    Chan(ChanDir, Ty),
    Func(Sig),
    Struct(StructId),
    Interface(IfaceId),
    /// The results of a call, two or more, or none.
    Tuple(List),
    TypeParam(Obj),
}

/// The length of an array whose length cannot be known.
pub(super) const UNKNOWN_LEN: u64 = u64::MAX;

/// A signature without its receiver. The last parameter of a variadic one is a slice.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs, reason = "plain")]
pub(super) struct Sig {
    pub tparams: List,
    pub params: List,
    pub results: List,
    pub variadic: bool,
}

/// A field of a struct type.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct FieldData {
    pub(super) name: Sym,
    /// The package that it is private to.
    pub(super) pkg: Pkg,
    pub(super) ty: Ty,
    pub(super) embedded: bool,
    pub(super) tag: Option<Sym>,
}

/// A method of an interface.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct MethodData {
    pub(super) name: Sym,
    pub(super) pkg: Pkg,
    pub(super) sig: Ty,
}

/// An interface with all that it embeds.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(super) struct IfaceData {
    /// In an order of this process only.
    pub(super) methods: Vec<MethodData>,
    /// `~T` and `T` of the type set; None: all types.
    pub(super) terms: Option<Vec<(bool, Ty)>>,
    pub(super) comparable: bool,
    /// Something that it embeds is unknown.
    pub(super) unknown: bool,
}

/// Facts of a type that hold for all that it is made of (what is behind names aside).
pub(super) mod flag {
    pub(in super::super) const TPARAM: u8 = 1;
    pub(in super::super) const UNKNOWN: u8 = 2;
}

pub(super) type FxMap<K, V> = HashMap<K, V, BuildHasherDefault<FxHasher>>;

/// All types made so far.
pub(super) struct Store {
    kinds: Vec<TyKind>,
    flags: Vec<u8>,
    by_kind: FxMap<TyKind, Ty>,
    lists: Vec<Rc<[Ty]>>,
    by_list: FxMap<Rc<[Ty]>, List>,
    structs: Vec<Rc<Vec<FieldData>>>,
    by_struct: FxMap<Rc<Vec<FieldData>>, StructId>,
    ifaces: Vec<Rc<IfaceData>>,
    by_iface: FxMap<Rc<IfaceData>, IfaceId>,
}

impl Store {
    pub(super) fn new() -> Store {
        let mut store = Store {
            kinds: Vec::new(),
            flags: Vec::new(),
            by_kind: FxMap::default(),
            lists: Vec::new(),
            by_list: FxMap::default(),
            structs: Vec::new(),
            by_struct: FxMap::default(),
            ifaces: Vec::new(),
            by_iface: FxMap::default(),
        };
        store.list(&[]);
        store.make(TyKind::Unknown);
        for &basic in Basic::ALL {
            store.make(TyKind::Basic(basic));
        }
        store
    }

    pub(super) fn kind(&self, ty: Ty) -> TyKind {
        self.kinds[ty.0 as usize]
    }

    pub(super) fn flags(&self, ty: Ty) -> u8 {
        self.flags[ty.0 as usize]
    }

    pub(super) fn make(&mut self, kind: TyKind) -> Ty {
        if let Some(&found) = self.by_kind.get(&kind) {
            return found;
        }
        let flags = self.flags_of(kind);
        let ty = Ty(self.kinds.len() as u32);
        self.kinds.push(kind);
        self.flags.push(flags);
        self.by_kind.insert(kind, ty);
        ty
    }

    fn flags_of(&self, kind: TyKind) -> u8 {
        let of = |ty: Ty| self.flags[ty.0 as usize];
        let all = |list: List| self.lists[list.0 as usize].iter().fold(0, |sum, &it| sum | of(it));
        match kind {
            TyKind::Unknown => flag::UNKNOWN,
            TyKind::Basic(_) => 0,
            TyKind::Named(_, args) => all(args),
            TyKind::Pointer(it) | TyKind::Slice(it) | TyKind::Chan(_, it) => of(it),
            TyKind::Array(it, len) => of(it) | if len == UNKNOWN_LEN { flag::UNKNOWN } else { 0 },
            TyKind::Map(key, value) => of(key) | of(value),
            TyKind::Func(sig) => all(sig.params) | all(sig.results) | all(sig.tparams),
            TyKind::Struct(id) => self.structs[id.0 as usize].iter().fold(0, |sum, it| sum | of(it.ty)),
            TyKind::Interface(id) => {
                let data = &self.ifaces[id.0 as usize];
                let methods = data.methods.iter().fold(0, |sum, it| sum | of(it.sig));
                let terms = data.terms.iter().flatten().fold(methods, |sum, it| sum | of(it.1));
                terms | if data.unknown { flag::UNKNOWN } else { 0 }
            }
            TyKind::Tuple(list) => all(list),
            TyKind::TypeParam(_) => flag::TPARAM,
        }
    }

    pub(super) fn list(&mut self, types: &[Ty]) -> List {
        if let Some(&found) = self.by_list.get(types) {
            return found;
        }
        let list: Rc<[Ty]> = types.into();
        let id = List(self.lists.len() as u32);
        self.lists.push(Rc::clone(&list));
        self.by_list.insert(list, id);
        id
    }

    pub(super) fn items(&self, list: List) -> &Rc<[Ty]> {
        &self.lists[list.0 as usize]
    }

    pub(super) fn structure(&mut self, fields: Vec<FieldData>) -> Ty {
        let id = match self.by_struct.get(&fields) {
            Some(&found) => found,
            None => {
                let fields = Rc::new(fields);
                let id = StructId(self.structs.len() as u32);
                self.structs.push(Rc::clone(&fields));
                self.by_struct.insert(fields, id);
                id
            }
        };
        self.make(TyKind::Struct(id))
    }

    pub(super) fn fields(&self, id: StructId) -> &Rc<Vec<FieldData>> {
        &self.structs[id.0 as usize]
    }

    /// The interface type; its methods are sorted here.
    pub(super) fn interface(&mut self, mut data: IfaceData) -> Ty {
        data.methods.sort_by_key(|it| (it.name, it.pkg));
        if let Some(terms) = &mut data.terms {
            terms.sort_by_key(|it| (it.1, it.0));
            terms.dedup();
        }
        let id = match self.by_iface.get(&data) {
            Some(&found) => found,
            None => {
                let data = Rc::new(data);
                let id = IfaceId(self.ifaces.len() as u32);
                self.ifaces.push(Rc::clone(&data));
                self.by_iface.insert(data, id);
                id
            }
        };
        self.make(TyKind::Interface(id))
    }

    pub(super) fn iface(&self, id: IfaceId) -> &Rc<IfaceData> {
        &self.ifaces[id.0 as usize]
    }

    /// How many types there are.
    pub(super) fn len(&self) -> usize {
        self.kinds.len()
    }
}
