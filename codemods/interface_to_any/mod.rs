//! Says `any` for `interface{}`.

use gofix_rule::{
    Cx, Decline, Fix, GoVersion, Group, Meta, Report, Rule,
    semantic::Tri,
    syntax::{
        Kind, Node, Role,
        ast::{AstNode, Field, FieldList, InterfaceType},
    },
};

pub(crate) struct InterfaceToAny;

static META: Meta = Meta {
    name: "interface-to-any",
    summary: "replace interface{} with any",
    group: Group::Modern,
    recommended: true,
    since: Some(GoVersion::new(1, 18)), // which declares any
    until: None,
    words: &["interface"],
    options: &[],
    docs: include_str!("README.md"),
};

impl Rule for InterfaceToAny {
    fn meta(&self) -> &Meta {
        &META
    }

    fn check(&self, cx: &Cx<'_>, report: &mut Report) {
        for file in cx.files() {
            for interface in file.nodes().filter_map(InterfaceType::cast).filter(|it| is_empty(*it)) {
                report.fix(interface.node(), "any is the name of this type", name_it(cx, interface.node()));
            }
        }
    }
}

fn is_empty(interface: InterfaceType<'_>) -> bool {
    FieldList::cast(interface.methods()).is_some_and(|it| it.list().next().is_none())
}

/// Rewrites `interface{}` to `any`.
///
/// The two are one type (spec: Interface types), so wherever the one may be written, the other may.
fn name_it<'a>(cx: &Cx<'a>, interface: Node<'a>) -> Result<Fix, Decline> {
    match cx.is_universe("any", interface) {
        Tri::Yes => {}
        Tri::No => return Err("any means something else here".into()),
        Tri::Unknown => return Err("what any means cannot be told: something in the package cannot be read".into()),
    }
    if !interface.file().comments_in(interface.range()).is_empty() {
        return Err("a comment stands between the braces".into());
    }
    if is_told_from_length_by(interface) {
        return Err("without it the type parameter would read as the length of an array".into());
    }
    Ok(Fix::safe().replace(interface, "any"))
}

/// Whether `interface` is part of what tells `type T[P *interface{}] …` from `type T[P * any] …`, an array type (spec:
/// Type parameter declarations).
fn is_told_from_length_by(interface: Node<'_>) -> bool {
    let field = interface.ancestors().find(|it| it.kind() == Kind::Field && it.role() == Role::List);
    let list = field.and_then(|it| it.parent()).filter(|it| it.role() == Role::TypeParams);
    let is_spec = list.and_then(|it| it.parent()).is_some_and(|it| it.kind() == Kind::TypeSpec);
    let (Some(field), Some(list)) = (field.and_then(Field::cast), list) else { return false };
    let mut first = field.ty();
    while let (Kind::BinaryExpr, Some(x)) = (first.kind(), first.child(Role::X)) {
        first = x;
    }
    is_spec
        && list.children().count() == 1
        && field.names().count() == 1
        && matches!(first.kind(), Kind::StarExpr | Kind::ParenExpr)
}
