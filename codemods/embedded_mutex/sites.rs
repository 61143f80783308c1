//! Where the name of the struct is written.

use gofix_rule::{
    Cx, Decline,
    semantic::{
        References, has_methods, is_exported,
        types::{Callee, Ty},
    },
    syntax::{
        Kind, Node, Role,
        ast::{AstNode, CallExpr, Field, FuncDecl, TypeSpec, ValueSpec},
    },
};

use super::{Embedded, METHODS, generic};

pub(super) const EMBEDDED: &str = "another struct embeds the struct";

/// Declines where the type is part of something that has, or may have, its methods. Whether generic code of the project is
/// given the type.
pub(super) fn check<'a>(found: &Embedded<'a>, references: &References<'a>) -> Result<bool, Decline> {
    references.sites.iter().try_for_each(|it| check_site(found, *it))?;
    let mut given = references.sites.iter().map(|it| generic::check_site(&found.cx, *it));
    given.try_fold(false, |given, it| it.map(|it| given | it))
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
