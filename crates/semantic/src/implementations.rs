//! Which types of the project implement which interfaces.

use gofix_syntax::{
    FileId, Kind, Role,
    ast::{AstNode, GenDecl, TypeSpec},
};

use crate::{
    Def, DefKind, Tri, Typing, Workspace,
    types::{Form, Ty},
    typing::OfConfig,
};

/// How a type implements an interface (spec: Implementing an interface). What tests declare for it does not count.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Implements {
    /// The type does, and a pointer to it too, unless the type is an interface.
    Value,
    /// Only a pointer to the type does.
    Pointer,
    /// Neither does.
    No,
    /// It cannot be told. Of a generic type that has all methods by name, it may depend on the type arguments.
    Unknown,
}

/// A type and how it implements some interface, or an interface and how some type implements it.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Implementation<'w> {
    /// The declaration of the type or the interface.
    pub def: Def<'w>,
    /// How; never [`Implements::No`].
    pub how: Implements,
}

impl Workspace {
    /// The types that the project's own files declare at the package level, aliases aside, in order of file and text.
    pub fn declared_types(&self) -> Vec<Def<'_>> {
        self.own_files().into_iter().flat_map(|it| self.types_in(it)).collect()
    }

    pub(crate) fn types_in(&self, id: FileId) -> impl Iterator<Item = Def<'_>> {
        let decls = self.file(id).into_iter().flat_map(|it| it.root().children_in(Role::Decls));
        let specs = decls.filter_map(GenDecl::cast).flat_map(|it| it.specs()).filter_map(TypeSpec::cast);
        let named = specs.filter(|it| !it.is_alias() && it.name().text() != "_");
        named.filter_map(|it| Def::of(it.name()))
    }

    /// As [`Typing::implementations`], with the files spread over the threads, each with types of its own.
    pub fn implementations<'w>(&'w self, interface: Def<'w>) -> Vec<Implementation<'w>> {
        let files = self.own_files();
        let found = self.on_all_threads(files.len(), |typing, it| typing.implementations_in(files[it], interface));
        let mut found: Vec<_> = found.into_iter().flatten().collect();
        found.sort_by_key(|it| (it.def.ident().file().id(), it.def.ident().id()));
        found
    }
}

impl<'w> Typing<'w> {
    /// The types that the project's own files declare at the package level and that implement an interface, or may, in
    /// order of file and text. Interfaces that do are among them.
    pub fn implementations(&self, interface: Def<'w>) -> Vec<Implementation<'w>> {
        self.workspace().own_files().into_iter().flat_map(|it| self.implementations_in(it, interface)).collect()
    }

    fn implementations_in(&self, file: FileId, interface: Def<'w>) -> Vec<Implementation<'w>> {
        let types = self.workspace().types_in(file).filter(|it| *it != interface);
        let all = types.map(|def| Implementation { def, how: self.implements(def, interface) });
        all.filter(|it| it.how != Implements::No).collect()
    }

    /// The interfaces with methods that the project's own files declare at the package level and that a type implements,
    /// or may, in order of file and text.
    pub fn interfaces_of(&self, ty: Def<'w>) -> Vec<Implementation<'w>> {
        let interfaces = self.workspace().declared_types().into_iter().filter(|it| *it != ty && may_be_interface(*it));
        let all = interfaces.map(|def| Implementation { def, how: self.implements(ty, def) });
        all.filter(|it| it.how != Implements::No && !self.has_no_methods(it.def)).collect()
    }

    fn has_no_methods(&self, interface: Def<'w>) -> bool {
        let Some(types) = self.of(interface.ident().file().id()) else { return false };
        let under = types.underlying(types.declared_type(interface.ident()));
        matches!(types.form(under), Form::Interface(methods) if methods.is_empty())
    }

    /// How a type implements an interface, both declared at the package level of the project.
    pub fn implements(&self, ty: Def<'w>, interface: Def<'w>) -> Implements {
        if !may_be_interface(interface) {
            return Implements::No;
        }
        let (ident, of) = (ty.ident(), interface.ident());
        let (builds, meet) = self.builds_of(ident.file().id(), of.file().id());
        if !meet {
            return Implements::Unknown;
        }
        let both = |it: &&OfConfig<'w>| it.types.has_file(ident.file().id()) && it.types.has_file(of.file().id());
        let builds = builds.into_iter().filter(both);
        let mut answers = builds.map(|it| it.how(it.types.declared_type(ident), it.types.declared_type(of)));
        let first = answers.next().unwrap_or(Implements::Unknown);
        if answers.all(|it| it == first) { first } else { Implements::Unknown }
    }

    /// How a type of the project implements `name` of the package that `path` means to the type's file: an interface of
    /// the standard library, say, or `error` if the path is empty.
    pub fn implements_named(&self, ty: Def<'w>, path: &str, name: &str) -> Implements {
        let file = ty.ident().file().id();
        let Some(build) = self.build_of(file) else { return Implements::Unknown };
        let interface = match (path, name) {
            ("", "error") => build.types.error_type(),
            _ => build.types.named_type(file, path, name),
        };
        build.how(build.types.declared_type(ty.ident()), interface)
    }
}

impl OfConfig<'_> {
    fn how(&self, ty: Ty, interface: Ty) -> Implements {
        if let (Some(wanted), Some(names)) = (self.bits(interface), self.bits(ty))
            && wanted & !names != 0
        {
            return Implements::No;
        }
        let types = &self.types;
        let generic = types.is_generic(ty) || types.is_generic(interface);
        let is_interface = matches!(types.form(types.underlying(ty)), Form::Interface(_));
        let value = types.implements(ty, interface);
        let pointer = if is_interface { Tri::No } else { types.implements(types.pointer_to(ty), interface) };
        match (value, pointer) {
            (Tri::Yes, _) => Implements::Value,
            (Tri::No, Tri::Yes) => Implements::Pointer,
            (Tri::No, Tri::No) if !generic => Implements::No,
            (Tri::No, Tri::No) if types.lacks_a_method(ty, interface) => Implements::No,
            _ => Implements::Unknown,
        }
    }

    fn bits(&self, ty: Ty) -> Option<u64> {
        if let Some(&known) = self.method_bits.borrow().get(&ty) {
            return known;
        }
        let bits = self.types.method_bits(ty);
        self.method_bits.borrow_mut().insert(ty, bits);
        bits
    }
}

/// Whether a type's declaration leaves it possible that it is an interface.
fn may_be_interface(def: Def<'_>) -> bool {
    let Some(spec) = TypeSpec::cast(def.node()).filter(|_| def.kind() == DefKind::Type) else { return false };
    let written = spec.ty().unparen().kind();
    matches!(written, Kind::InterfaceType | Kind::Ident | Kind::SelectorExpr | Kind::IndexExpr | Kind::IndexListExpr)
}
