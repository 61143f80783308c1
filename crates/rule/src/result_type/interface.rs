//! Results that are interfaces of the project.

use crate::{
    Cx, Decline,
    semantic::{Def, DefKind, Res},
    syntax::{
        Kind, Node, Role,
        ast::{AstNode, FuncDecl, ImportSpec, InterfaceType, TypeSpec},
    },
};

/// One result of a function, as it is written.
pub struct Slot<'a> {
    /// Which one, counted from 0.
    pub index: usize,
    /// How many there are.
    pub of: usize,
    /// Its type.
    pub written: Node<'a>,
    /// Its name.
    pub name: Option<Node<'a>>,
    /// Whether others have their types from the same place.
    pub is_shared: bool,
}

/// An interface with methods that the project declares.
pub struct Interface<'a> {
    /// Its declaration.
    pub def: Def<'a>,
    /// Whether it has type parameters.
    pub is_generic: bool,
}

/// The results of a function, in order.
pub fn slots(func: FuncDecl<'_>) -> Vec<Slot<'_>> {
    let fields = func.func_type().results().into_iter().flat_map(|it| it.children_in(Role::List));
    let mut slots = Vec::new();
    for field in fields {
        let Some(written) = field.child(Role::Type) else { continue };
        let names: Vec<Node<'_>> = field.children_in(Role::Names).collect();
        let is_shared = names.len() > 1;
        let names = if names.is_empty() { vec![None] } else { names.into_iter().map(Some).collect() };
        slots.extend(names.into_iter().map(|name| Slot { index: 0, of: 0, written, name, is_shared }));
    }
    let of = slots.len();
    slots.iter_mut().enumerate().for_each(|(index, slot)| (slot.index, slot.of) = (index, of));
    slots
}

/// The interface that `written` is, if the project's own files declare it as one, with methods.
pub fn of<'a>(cx: &Cx<'a>, written: Node<'a>) -> Option<Interface<'a>> {
    let def = declared(cx, written)?;
    let spec = TypeSpec::cast(def.node()).filter(|_| def.kind() == DefKind::Type)?;
    let literal = InterfaceType::cast(spec.ty())?;
    literal.methods().children_in(Role::List).next()?;
    Some(Interface { def, is_generic: spec.type_params().is_some() })
}

/// The declaration of the type that `written` names, in the project's own files.
fn declared<'a>(cx: &Cx<'a>, written: Node<'a>) -> Option<Def<'a>> {
    let mut name = written.unparen();
    if matches!(name.kind(), Kind::IndexExpr | Kind::IndexListExpr) {
        name = name.child(Role::X)?;
    }
    let (ws, project) = (cx.workspace(), cx.workspace().project());
    match cx.resolve_expr(name) {
        Res::Def(def) => Some(def),
        Res::External { path, name } => {
            let from = project.file(written.file().id()).dir;
            let dir = project.find_dir(&project.resolve_import(from, path)?)?;
            let entry = project.dir(dir);
            let mut files = entry.file_ids().filter(|it| !entry.in_vendor() && !project.file(*it).is_test());
            files.find_map(|it| ws.package_of(it).declarations(name).0.first().copied())
        }
        _ => None,
    }
}

/// Whether a parameter, or the receiver, is of the interface, or of a type that is made of it.
pub fn is_taken<'a>(cx: &Cx<'a>, func: FuncDecl<'a>, interface: Def<'a>) -> bool {
    let lists = [Some(func.func_type().params()), func.recv()];
    let fields = lists.into_iter().flatten().flat_map(|it| it.children_in(Role::List));
    let types = fields.filter_map(|it| it.child(Role::Type));
    let mut names = types.flat_map(|it| std::iter::once(it).chain(it.descendants()));
    names.any(|it| matches!(it.kind(), Kind::Ident | Kind::SelectorExpr) && declared(cx, it) == Some(interface))
}

/// Declines if the result has a name that the function uses, or shares its type with another one.
pub fn is_free<'a>(cx: &Cx<'a>, slot: &Slot<'a>) -> Result<(), Decline> {
    if slot.is_shared {
        return Err("another result has its type from the same place".into());
    }
    let Some(name) = slot.name.filter(|it| it.text() != "_") else { return Ok(()) };
    let used = cx.resolve(name).def().map(|it| cx.uses(it));
    match used.is_some_and(|it| it.sites.is_empty() && it.unsure.is_empty() && it.complete) {
        true => Ok(()),
        false => Err("the result has a name that the function uses".into()),
    }
}

/// Whether the file imports something that looks at types of functions while the program runs.
pub fn has_container(node: Node<'_>) -> bool {
    const CONTAINERS: &[&str] = &[
        "github.com/google/wire",
        "go.uber.org/fx",
        "go.uber.org/dig",
        "github.com/samber/do",
        "github.com/samber/do/v2",
    ];
    let decls = node.file().root().children_in(Role::Decls).filter(|it| it.kind() == Kind::GenDecl);
    let specs = decls.flat_map(|it| it.children_in(Role::Specs)).filter_map(ImportSpec::cast);
    specs.into_iter().any(|it| CONTAINERS.contains(&it.import_path()))
}
