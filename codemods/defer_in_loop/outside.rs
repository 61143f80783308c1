//! What the body of the loop does to variables outside.

use gofix_rule::{
    Cx, Decline,
    flow::{How, Use, in_loop},
    semantic::{Def, DefKind, Tri},
    syntax::{Kind, Node},
};

/// Declines if the body assigns an error to a variable that is looked at when the loop is over: the error of a turn would
/// then have two ways out.
pub(super) fn check<'a>(cx: &Cx<'a>, repeated: Node<'a>, body: Node<'a>) -> Result<(), Decline> {
    let mut seen: Vec<Def<'a>> = Vec::new();
    for ident in body.descendants().filter(|it| it.kind() == Kind::Ident) {
        let Some(def) = cx.resolve(ident).def() else { continue };
        let is_outer = def.is_variable() && !def.is_package_level() && !repeated.contains(def.ident());
        if !is_outer || seen.contains(&def) || cx.is_error(def.ident()) == Tri::No {
            continue;
        }
        seen.push(def);
        let Some(local) = cx.local(def) else { continue };
        let is_inside = |it: &&Use<'a>| body.contains(it.site);
        let is_assigned = local.uses.iter().filter(is_inside).any(|it| matches!(it.how, How::Assigned(_)));
        let is_read = |it: &Use<'a>| {
            let later = it.site.start() > repeated.end() || !it.captures.is_empty() || in_loop(repeated);
            later && !repeated.contains(it.site) && !matches!(it.how, How::Assigned(_))
        };
        if is_assigned && (def.kind() == DefKind::Result || local.uses.iter().any(is_read)) {
            return Err("the loop assigns an error that is looked at when it is over".into());
        }
    }
    Ok(())
}
