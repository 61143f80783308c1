//! What is done while a mutex is locked.

use gofix_rule::{
    Cx,
    semantic::Def,
    syntax::{Kind, Node},
};

use super::{Env, Unit, is_own, look};

/// How an assignment is guarded.
pub(super) enum Lock<'a> {
    /// A mutex is locked for it alone: the unit is grown by the statements that do that.
    Own(Unit<'a>, Node<'a>),
    /// A mutex is locked around it and other statements.
    Around(Unit<'a>),
    /// Not at all.
    None(Unit<'a>),
}

/// How the statement that is `unit` is guarded inside the function literal `literal`.
pub(super) fn lock<'a>(env: Env<'_, 'a>, unit: Unit<'a>, literal: Node<'a>) -> Lock<'a> {
    let cx = env.cx;
    let (core, mut unit) = (unit.first, unit);
    let (before, behind) = (core.prev_sibling(), core.next_sibling());
    let locks = |it: Option<Node<'a>>| it.and_then(look::call_of).and_then(|it| look::mutex_of(cx, it, "Lock"));
    let unlocks = |it: Option<Node<'a>>| it.and_then(look::call_of).and_then(|it| look::mutex_of(cx, it, "Unlock"));
    let defers = |it: Option<Node<'a>>| it.and_then(look::deferred).and_then(|it| look::mutex_of(cx, it, "Unlock"));
    let is_same = |a: Node<'a>, b: Node<'a>| a.text() == b.text();
    if let (Some(first), Some(mutex)) = (before, locks(before))
        && unlocks(behind).is_some_and(|it| is_same(it, mutex))
    {
        unit.first = first;
        unit.last = behind.unwrap_or(unit.last);
        return Lock::Own(unit, mutex);
    }
    let second = before.and_then(Node::prev_sibling);
    if let (Some(first), Some(mutex)) = (second, locks(second))
        && defers(before).is_some_and(|it| is_same(it, mutex))
        && unit.recovered.is_none()
    {
        unit.first = first;
        return Lock::Own(unit, mutex);
    }
    let Some((mutex, is_deferred)) = held(cx, core, literal) else { return Lock::None(unit) };
    match unlocks(behind).is_some_and(|it| is_same(it, mutex)) {
        _ if is_deferred => Lock::Around(unit),
        // The lock is given back before the task returns.
        true if is_own(env, unit.error, literal) => {
            unit.kept.extend(behind);
            unit.last = behind.unwrap_or(unit.last);
            Lock::Around(unit)
        }
        // What follows is for the body of the task to say.
        _ => Lock::Around(unit),
    }
}

/// The mutex that is locked where control gets to `stmt`, and whether a `defer` unlocks it.
fn held<'a>(cx: &Cx<'a>, stmt: Node<'a>, literal: Node<'a>) -> Option<(Node<'a>, bool)> {
    let mut is_deferred = false;
    for at in [stmt].into_iter().chain(stmt.ancestors().take_while(|it| *it != literal)) {
        for before in std::iter::successors(at.prev_sibling(), |it| it.prev_sibling()).filter(|it| it.kind().is_stmt())
        {
            if let Some(call) = look::deferred(before) {
                is_deferred |= look::mutex_of(cx, call, "Unlock").is_some();
            }
            let Some(call) = look::call_of(before) else { continue };
            if look::mutex_of(cx, call, "Unlock").is_some() {
                return None;
            }
            if let Some(mutex) = look::mutex_of(cx, call, "Lock") {
                return Some((mutex, is_deferred));
            }
        }
    }
    None
}

/// The variable that a mutex or once is.
pub(super) fn variable<'a>(cx: &Cx<'a>, guard: Node<'a>) -> Option<Def<'a>> {
    let def = cx.resolve(guard.unparen()).def()?;
    let is_declared = matches!(def.node().kind(), Kind::ValueSpec | Kind::AssignStmt);
    (is_declared && def.is_variable() && !def.is_package_level()).then_some(def)
}

/// Adds the variables that the nodes denote.
pub(super) fn note<'a>(cx: &Cx<'a>, guards: &mut Vec<Def<'a>>, nodes: impl IntoIterator<Item = Node<'a>>) {
    for def in nodes.into_iter().filter_map(|it| variable(cx, it)) {
        if !guards.contains(&def) {
            guards.push(def);
        }
    }
}
