//! Whether the type of a function may change.

use gofix_semantic::{
    Def,
    types::{ObjectKind, Ty},
};
use gofix_syntax::{
    Kind, Node, Role,
    ast::{AstNode, FuncDecl},
};

use super::Interface;
use crate::{Cx, Decline, gap};

/// Whether parameter `index` of a function, whose type is `interface`, may have another type that takes all values of the
/// old one: nothing uses the function as a value, or needs it as a method of an interface.
pub fn may_change_signature<'a>(
    cx: &Cx<'a>,
    func: FuncDecl<'a>,
    interface: &Interface<'a>,
    index: usize,
) -> Result<(), Decline> {
    let name = func.name().text();
    let def = Def::of(func.name()).ok_or("a function has no name")?;
    if func.recv().is_some() && is_required(cx, func, interface, index) {
        return Err(format!("{name} may be a method that an interface asks for").into());
    }
    if func.recv().is_none() && (name == "_" || name == "init" || name == "main") {
        return Err(format!("{name} is not called by anybody").into());
    }
    if func.body().is_none() {
        return Err(format!("{name} is not written in Go").into());
    }
    let uses = cx.func_uses(def);
    match uses.values.is_empty() {
        _ if !uses.is_complete() => Err(gap::decline(&uses.gaps, format!("not all uses of {name} are known"))),
        true => Ok(()),
        false => Err(format!("{name} is used as a value").into()),
    }
}

/// Whether an interface may have the method: one has a method of that name, with as many parameters, of which the one in
/// question has the type, too, or one that is not known.
fn is_required<'a>(cx: &Cx<'a>, func: FuncDecl<'a>, interface: &Interface<'a>, index: usize) -> bool {
    let methods = {
        let ws = cx.workspace();
        ws.interface_methods(ws.package_of(func.node().file().id()).id(), func.name().text())
    };
    let count = params(func.ty()).len();
    methods.into_iter().any(|method| {
        let Some(ty) = method.parent().and_then(|it| it.child(Role::Type)) else { return true };
        let params = params(ty);
        let Some(param) = params.get(index).filter(|_| params.len() == count) else { return false };
        // A type that is written out is no named one.
        if !matches!(param.unparen().kind(), Kind::Ident | Kind::SelectorExpr | Kind::IndexExpr | Kind::IndexListExpr) {
            return false;
        }
        let Some(types) = cx.types(param.file().id()) else { return true };
        let name = param.unparen().child(Role::Sel).unwrap_or(param.unparen());
        let is_predeclared = types.object_of(name).is_some_and(|it| it.path.is_empty() && it.kind == ObjectKind::Type);
        let (asked, own) = (types.named_by(*param), interface.ty(types));
        let open = asked == Ty::UNKNOWN || own == Ty::UNKNOWN;
        !is_predeclared && (open || !types.identical(asked, own).is_no())
    })
}

/// The written types of the parameters of a function type, one for each parameter.
fn params(ty: Node<'_>) -> Vec<Node<'_>> {
    let mut types = Vec::new();
    for field in ty.child(Role::Params).into_iter().flat_map(|it| it.children_in(Role::List)) {
        let count = field.children_in(Role::Names).count().max(1);
        types.extend(field.child(Role::Type).into_iter().flat_map(|it| std::iter::repeat_n(it, count)));
    }
    types
}
