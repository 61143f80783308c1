//! Results that are interfaces of the project.

use gofix_rule::{
    Cx,
    semantic::{Def, DefKind, Res},
    syntax::{
        Kind, Node, Role,
        ast::{AstNode, FuncDecl, InterfaceType, TypeSpec},
    },
};

/// One result of a function, as it is written.
pub(super) struct Slot<'a> {
    /// Which one, counted from 0.
    pub(super) index: usize,
    /// How many there are.
    pub(super) of: usize,
    /// Its type.
    pub(super) written: Node<'a>,
    /// Its name.
    pub(super) name: Option<Node<'a>>,
    /// Whether others have their types from the same place.
    pub(super) is_shared: bool,
}

/// An interface with methods that the project declares.
pub(super) struct Interface<'a> {
    pub(super) def: Def<'a>,
    pub(super) is_generic: bool,
}

/// The results of a function, in order.
pub(super) fn slots(func: FuncDecl<'_>) -> Vec<Slot<'_>> {
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
pub(super) fn of<'a>(cx: &Cx<'a>, written: Node<'a>) -> Option<Interface<'a>> {
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
pub(super) fn is_taken<'a>(cx: &Cx<'a>, func: FuncDecl<'a>, interface: Def<'a>) -> bool {
    let lists = [Some(func.func_type().params()), func.recv()];
    let fields = lists.into_iter().flatten().flat_map(|it| it.children_in(Role::List));
    let types = fields.filter_map(|it| it.child(Role::Type));
    let mut names = types.flat_map(|it| std::iter::once(it).chain(it.descendants()));
    names.any(|it| matches!(it.kind(), Kind::Ident | Kind::SelectorExpr) && declared(cx, it) == Some(interface))
}
