//! Variables, fields and parameters whose type is an interface of another package, and what it takes to give them a
//! smaller one: which of its methods they need, where their values go, and how the smaller one is written.

mod change;
mod copy;
mod demand;
mod docs;
mod func;
mod initial;
mod interface;
mod linked;
mod name;
mod shown;
mod twins;

pub use change::may_change_type;
pub use copy::Copied;
pub use demand::{Demand, Onward, demand_of};
pub use docs::relinked;
pub use func::may_change_signature;
pub use interface::Interface;
pub use linked::{acts_when_imported, changes_start, loses_import, unlinks};
pub use name::{Collisions, local_names};
pub use shown::{is_name_shown, is_shown, takes_as_is};
pub use twins::may_be_converted;

use gofix_semantic::{Def, DefKind};
use gofix_syntax::{
    Kind, Node, Role,
    ast::{AstNode, FuncDecl},
};

use crate::Cx;

/// The type that is written for a variable, field or parameter, if there is one for it, maybe along with others of the
/// same declaration.
pub fn written_type(def: Def<'_>) -> Option<Node<'_>> {
    let node = def.node();
    let is_named = node.children_in(Role::Names).any(|it| it == def.ident());
    let has_type = matches!(node.kind(), Kind::Field | Kind::ValueSpec);
    node.child(Role::Type).filter(|it| has_type && is_named && it.kind() != Kind::Ellipsis)
}

/// The other names that one written type is for.
pub fn siblings(def: Def<'_>) -> impl Iterator<Item = Node<'_>> {
    def.node().children_in(Role::Names).filter(move |it| *it != def.ident())
}

/// The function that a parameter is one of; none for parameters of function literals and of function types.
pub fn func_of_param(def: Def<'_>) -> Option<FuncDecl<'_>> {
    let params = def.node().parent().filter(|it| def.kind() == DefKind::Param && it.role() == Role::Params)?;
    params.parent()?.parent().and_then(FuncDecl::cast)
}

/// Whether other packages can name what is declared, whatever they can import.
pub fn is_visible<'a>(cx: &Cx<'a>, def: Def<'a>) -> bool {
    match def.kind() {
        DefKind::Param => func_of_param(def).is_none_or(|it| gofix_semantic::is_exported(it.name().text())),
        DefKind::Field => def.is_exported(),
        _ => def.is_package_level() && def.is_exported() && !cx.in_test_file(def.ident()),
    }
}
