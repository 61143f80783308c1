use gofix_semantic::{
    Def, Types,
    types::{Denoted, Form, Ty},
};
use gofix_syntax::{
    Node, Role,
    ast::{AstNode, InterfaceType, TypeSpec},
    header,
};

use crate::Cx;

/// A named interface of the project, without type parameters.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Interface<'a> {
    def: Def<'a>,
    spec: TypeSpec<'a>,
    literal: InterfaceType<'a>,
}

impl<'a> Interface<'a> {
    /// The interface that an identifier declares.
    pub fn declared(ident: Node<'a>) -> Option<Interface<'a>> {
        let def = Def::of(ident)?;
        let spec = TypeSpec::cast(ident.parent()?).filter(|it| it.name() == ident)?;
        let plain = def.is_package_level() && !spec.is_alias() && spec.type_params().is_none();
        let literal = InterfaceType::cast(spec.ty().unparen()).filter(|_| plain)?;
        Some(Interface { def, spec, literal })
    }

    /// The interface that a type, as it is written, names directly: not by way of an alias.
    pub fn named(cx: &Cx<'a>, ty: Node<'a>) -> Option<Interface<'a>> {
        let ty = ty.unparen();
        let name = ty.child(Role::Sel).unwrap_or(ty);
        name.as_ident()?;
        let Denoted::Declared(ident) = cx.types(ty.file().id())?.denoted(name) else { return None };
        let project = cx.workspace().project();
        let entry = project.files().get(ident.file().id().0 as usize)?;
        Interface::declared(ident).filter(|_| !entry.in_vendor())
    }

    /// Its declaration.
    pub fn def(&self) -> Def<'a> {
        self.def
    }

    /// The spec that declares it.
    pub fn spec(&self) -> TypeSpec<'a> {
        self.spec
    }

    /// The type that is written in its declaration.
    pub fn literal(&self) -> InterfaceType<'a> {
        self.literal
    }

    /// Its name.
    pub fn name(&self) -> &'a str {
        self.def.name()
    }

    /// The name as other packages write it.
    pub fn qualified(&self, cx: &Cx<'a>) -> String {
        format!("{}.{}", cx.workspace().package_of(self.def.ident().file().id()).name(), self.name())
    }

    /// The path of its package. None outside any module.
    pub fn path(&self, cx: &Cx<'a>) -> Option<String> {
        cx.workspace().package_of(self.def.ident().file().id()).import_path()
    }

    /// The type, among the types of some file.
    pub fn ty(&self, types: &Types<'a>) -> Ty {
        types.declared_type(self.def.ident())
    }

    /// The names of its methods, in their order. None if they are not all known, or there is more to it than methods: it
    /// is a constraint, or has methods that other packages cannot have.
    pub fn methods(&self, cx: &Cx<'a>) -> Option<Vec<String>> {
        let types = cx.types(self.def.ident().file().id())?;
        let Form::Interface(methods) = types.form(types.underlying(self.ty(types))) else { return None };
        // A constraint is no type of values, so its form does not matter, but it must not be taken for a plain one.
        let is_plain = |it: Node<'a>| it.child(Role::Names).is_some() || Form::Unknown != embedded(types, it);
        let plain = self.literal.methods().children_in(Role::List).all(is_plain);
        let open = plain && methods.iter().all(|it| it.private_to.is_none());
        open.then(|| methods.into_iter().map(|it| it.name).collect())
    }

    /// Whether it has methods that only its own package can implement.
    pub fn is_sealed(&self, cx: &Cx<'a>) -> bool {
        let Some(types) = cx.types(self.def.ident().file().id()) else { return false };
        match types.form(types.underlying(self.ty(types))) {
            Form::Interface(methods) => methods.iter().any(|it| it.private_to.is_some()),
            _ => false,
        }
    }

    /// Whether a tool writes the file that declares it.
    pub fn is_generated(&self) -> bool {
        header::read(self.def.ident().file().text()).generated
    }
}

/// What underlies an embedded type, if that is an interface.
fn embedded<'a>(types: &Types<'a>, field: Node<'a>) -> Form {
    let ty = field.child(Role::Type).map_or(Ty::UNKNOWN, |it| types.denoted_type(it));
    match types.form(types.underlying(ty)) {
        form @ Form::Interface(_) => form,
        _ => Form::Unknown,
    }
}
