//! Whether the type of a function may change.

use gofix_semantic::{
    Def, References,
    types::{Form, Ty},
};
use gofix_syntax::{
    Kind, Node, Role,
    ast::{AstNode, CallExpr, FuncDecl},
};

use super::Interface;
use crate::{Cx, Decline};

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
    let references: References<'a> = cx.references_of(def);
    if !references.is_complete() {
        return Err(format!("not all uses of {name} are known").into());
    }
    match references.sites.into_iter().all(is_called) {
        true => Ok(()),
        false => Err(format!("{name} is used as a value").into()),
    }
}

/// Whether the function that an identifier denotes is called there.
fn is_called(ident: Node<'_>) -> bool {
    let mut fun = match ident.parent() {
        Some(selector) if selector.kind() == Kind::SelectorExpr && ident.role() == Role::Sel => selector,
        _ => ident,
    };
    loop {
        let Some(parent) = fun.parent() else { return false };
        match (parent.kind(), fun.role()) {
            (Kind::ParenExpr, _) | (Kind::IndexExpr | Kind::IndexListExpr, Role::X) => fun = parent,
            (Kind::CallExpr, Role::Fun) => return CallExpr::cast(parent).is_some(),
            _ => return false,
        }
    }
}

/// Whether an interface may have the method: one has a method of that name, with as many parameters, of which the one in
/// question has the type, too, or one that is not known.
fn is_required<'a>(cx: &Cx<'a>, func: FuncDecl<'a>, interface: &Interface<'a>, index: usize) -> bool {
    let methods = cx.workspace().interface_methods(cx.package().id(), func.name().text());
    let count = params(func.ty()).len();
    methods.into_iter().any(|method| {
        let Some(ty) = method.parent().and_then(|it| it.child(Role::Type)) else { return true };
        let params = params(ty);
        let Some(param) = params.get(index).filter(|_| params.len() == count) else { return false };
        let Some(types) = cx.types(param.file().id()) else { return true };
        let (asked, own) = (types.denoted_type(*param), interface.ty(types));
        let open = asked == Ty::UNKNOWN || own == Ty::UNKNOWN || matches!(types.form(asked), Form::TypeParam(_));
        open || !types.identical(asked, own).is_no()
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
