//! Where the name of the struct is written.

use gofix_rule::{
    Cx, Decline,
    semantic::{
        References, has_methods, is_exported,
        types::{Callee, Ty, Types},
    },
    syntax::{
        Kind, Node, Role,
        ast::{AstNode, CallExpr, Field, FuncDecl, TypeSpec, ValueSpec},
    },
};

use super::{Embedded, METHODS};

pub(super) const EMBEDDED: &str = "another struct embeds the struct";

/// Declines where the type is part of something that has, or may have, its methods.
pub(super) fn check<'a>(found: &Embedded<'a>, references: &References<'a>) -> Result<(), Decline> {
    references.sites.iter().try_for_each(|it| check_site(found, *it))
}

fn check_site<'a>(found: &Embedded<'a>, site: Node<'a>) -> Result<(), Decline> {
    let cx = &found.cx;
    // `p.T`, `*T`, `(T)`
    let mut ty = site;
    while let Some(parent) = ty.parent() {
        let is_around = match parent.kind() {
            Kind::SelectorExpr => ty.role() == Role::Sel,
            Kind::StarExpr | Kind::ParenExpr => true,
            _ => false,
        };
        if !is_around {
            break;
        }
        ty = parent;
    }
    let Some(parent) = ty.parent() else { return Ok(()) };
    match parent.kind() {
        Kind::Field if is_embedded(parent) => Err(EMBEDDED.into()),
        Kind::TypeSpec if ty.role() == Role::Type => match TypeSpec::cast(parent).is_some_and(|it| it.is_alias()) {
            true => Err("the struct has another name as well".into()),
            false => Err("another type is made of the struct".into()),
        },
        Kind::IndexExpr | Kind::IndexListExpr if ty.role() != Role::X => check_constraints(
            cx,
            parent.child(Role::X),
            "it is a type argument, and its methods may be called by way of that",
        ),
        Kind::TypeAssertExpr if ty.role() == Role::Type => check_asserted(cx, parent.child(Role::X)),
        Kind::CaseClause if ty.role() == Role::List => {
            let switch = parent.ancestors().find(|it| it.kind() == Kind::TypeSwitchStmt);
            let assign = switch.and_then(|it| it.child(Role::Assign));
            let asserted = assign.into_iter().flat_map(|it| [it].into_iter().chain(it.descendants()));
            let x = asserted.filter(|it| it.kind() == Kind::TypeAssertExpr).find_map(|it| it.child(Role::X));
            check_asserted(cx, x.filter(|_| switch.is_some()))
        }
        Kind::CallExpr if ty.role() == Role::Fun => check_conversion(found, parent),
        _ => Ok(()),
    }
}

fn is_embedded(field: Node<'_>) -> bool {
    let of = field.parent().and_then(Node::parent);
    Field::cast(field).is_some_and(|it| it.names().next().is_none())
        && of.is_some_and(|it| it.kind() == Kind::StructType)
}

/// What is in an interface has all of its methods.
fn check_asserted<'a>(cx: &Cx<'a>, x: Option<Node<'a>>) -> Result<(), Decline> {
    let Some(x) = x else { return Ok(()) };
    let types = cx.types(x.file().id());
    match types.is_none_or(|it| it.type_of(x) == Ty::UNKNOWN || has_methods(it, it.type_of(x), METHODS)) {
        true => Err("it is taken out of an interface that has the methods of the mutex, or may".into()),
        false => Ok(()),
    }
}

fn check_conversion<'a>(found: &Embedded<'a>, call: Node<'a>) -> Result<(), Decline> {
    let cx = &found.cx;
    let refused = || Err("values of another type are converted to the struct".into());
    let Some((call, types)) = CallExpr::cast(call).zip(cx.types(call.file().id())) else { return refused() };
    let Callee::Conversion(to) = cx.callee(call) else { return Ok(()) };
    let own = types.declared_type(found.place.of.ident());
    let is_own = |ty: Ty| [own, types.pointer_to(own)].iter().any(|it| types.identical(ty, *it).is_yes());
    let mut args = call.args().map(|it| (it, types.type_of(it)));
    match is_own(to) && args.all(|(arg, ty)| is_own(ty) || arg.unparen().as_ident() == Some("nil")) {
        true => Ok(()),
        false => refused(),
    }
}

/// Declines unless no type parameter of `generic` asks for methods.
pub(super) fn check_constraints<'a>(cx: &Cx<'a>, generic: Option<Node<'a>>, why: &'static str) -> Result<(), Decline> {
    let types = generic.and_then(|it| cx.types(it.file().id()));
    let Some((generic, types)) = generic.zip(types) else { return Err(why.into()) };
    match type_params(types, generic) {
        Some(params) if params.iter().all(|it| matches!(it.text(), "any" | "comparable" | "interface{}")) => Ok(()),
        // An element of an array, slice or map, whose index cannot be a type.
        None if types.type_of(generic) != Ty::UNKNOWN && types.denoted_type(generic) == Ty::UNKNOWN => Ok(()),
        _ => Err(why.into()),
    }
}

/// The constraints of the type parameters of the function or type that an expression names. None if it has no
/// declaration; empty if that has no type parameters.
pub(super) fn type_params<'a>(types: &Types<'a>, named: Node<'a>) -> Option<Vec<Node<'a>>> {
    let mut named = named.unparen();
    while matches!(named.kind(), Kind::IndexExpr | Kind::IndexListExpr) {
        named = named.child(Role::X)?.unparen();
    }
    let ident = named.child(Role::Sel).unwrap_or(named);
    let decl = types.object_of(ident)?.ident?.parent()?;
    let params = match FuncDecl::cast(decl) {
        Some(func) => func.func_type().type_params(),
        None => TypeSpec::cast(decl)?.type_params(),
    };
    Some(params.into_iter().flat_map(|it| it.children_in(Role::List)).filter_map(|it| it.child(Role::Type)).collect())
}

/// Whether packages that do not declare the struct may have values of it: it is named in the declaration of something that
/// is exported, other than in the body of a function.
pub(super) fn is_exposed<'a>(found: &Embedded<'a>, references: &References<'a>) -> bool {
    if found.cx.package().name() == "main" || found.cx.package().is_external_test() {
        return false;
    }
    references.sites.iter().any(|it| {
        let mut shown = None;
        for above in it.ancestors() {
            match above.kind() {
                Kind::BlockStmt => return false,
                // Of whose method it is says nothing of where values come from.
                Kind::FieldList if above.role() == Role::Recv => return false,
                Kind::Field => shown = shown.or(Some(above.children_in(Role::Names).any(|it| is_exported(it.text())))),
                Kind::FuncDecl => return FuncDecl::cast(above).is_some_and(|it| is_exported(it.name().text())),
                Kind::ValueSpec => {
                    return ValueSpec::cast(above).is_some_and(|it| it.names().any(|it| is_exported(it.text())));
                }
                Kind::TypeSpec => {
                    // A field that is not exported stays in the package, whatever the type.
                    let exported = TypeSpec::cast(above).is_some_and(|it| is_exported(it.name().text()));
                    return exported && shown != Some(false);
                }
                _ => {}
            }
        }
        false
    })
}
