//! Deferred functions that see the error after the `return` has set it.

use gofix_rule::{
    Decline,
    semantic::{Def, Res},
    syntax::{
        Kind, Node, Role, Token,
        ast::{AstNode, CallExpr, DeferStmt},
    },
};

use super::site::Site;

/// Declines if a deferred function wraps the named result, compares it, or may do either by way of its address. The `return`
/// assigns it before they run (spec: Defer statements).
pub(super) fn check(site: &Site<'_, '_>) -> Result<(), Decline> {
    let Some(name) = site.results.last().and_then(|it| it.name) else { return Ok(()) };
    let Some(def) = site.cx.resolve(name).def() else { return Ok(()) };
    for call in deferred(site) {
        let is_this = |it: Node<'_>| is_use(site, def, it);
        for it in call.node().descendants().filter(|it| is_this(*it)) {
            if let Some(reason) = fault(site, def, it) {
                return Err(reason.into());
            }
        }
    }
    Ok(())
}

/// Declines if a deferred call uses a named result other than the error, which is to be another value if there is one.
pub(super) fn looks_at_values(site: &Site<'_, '_>) -> Result<(), Decline> {
    let values = site.results.split_last().map_or(&[][..], |it| it.1);
    let named = values.iter().filter_map(|it| site.cx.resolve(it.name?).def());
    for def in named {
        if deferred(site).any(|it| it.node().descendants().any(|it| is_use(site, def, it))) {
            return Err("a deferred function may look at what is returned with the error".into());
        }
    }
    Ok(())
}

/// The calls that the function defers.
fn deferred<'a>(site: &Site<'a, '_>) -> impl Iterator<Item = CallExpr<'a>> {
    let body = site.func.child(Role::Body).into_iter();
    let own = body.flat_map(|it| it.descendants_skipping(|inner| inner.kind() == Kind::FuncLit));
    own.filter_map(DeferStmt::cast).filter_map(|it| CallExpr::cast(it.call()))
}

fn is_use(site: &Site<'_, '_>, def: Def<'_>, it: Node<'_>) -> bool {
    // Nodes below are of the same file as the site.
    let Some(node) = site.cx.workspace().file(it.file().id()).map(|file| file.node(it.id())) else { return false };
    it.as_ident() == Some(def.name())
        && matches!(site.cx.resolve(node), Res::Def(found) if found.ident().id() == def.ident().id())
}

/// What a use of the result in a deferred call does that does not go with wrapping.
fn fault(site: &Site<'_, '_>, def: Def<'_>, ident: Node<'_>) -> Option<&'static str> {
    let outer = ident.with_parens();
    let parent = outer.parent()?;
    match (parent.kind(), outer.role()) {
        (Kind::UnaryExpr, _) if parent.op() == Token::And => Some("a deferred function may change the error"),
        (Kind::BinaryExpr, _) if matches!(parent.op(), Token::Eql | Token::Neq) => {
            let other = [Role::X, Role::Y].into_iter().filter_map(|it| parent.child(it)).find(|it| *it != outer)?;
            (other.unparen().as_ident() != Some("nil")).then_some("a deferred function compares the error")
        }
        (Kind::TypeAssertExpr, _) => Some("a deferred function looks at the type of the error"),
        (Kind::SwitchStmt, Role::Tag) => Some("a deferred function compares the error"),
        (Kind::AssignStmt, Role::Lhs) => {
            let again = parent.children_in(Role::Rhs).flat_map(|it| [it].into_iter().chain(it.descendants()));
            let mut again = again.filter(|it| is_use(site, def, *it));
            again.next().map(|_| "a deferred function wraps the error")
        }
        _ => None,
    }
}
