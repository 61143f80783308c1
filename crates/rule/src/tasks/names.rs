//! Whether a variable may be declared in front of the statement that starts a task.

use gofix_semantic::{Def, DefKind, Res};
use gofix_syntax::{Kind, Node, Role};

use crate::Cx;

/// Whether `name` can be declared before the statement `stmt`, and then means the new variable wherever `is_ours` holds,
/// and nowhere else anything that it means now.
pub(crate) fn can_declare<'a>(cx: &Cx<'a>, name: &str, stmt: Node<'a>, is_ours: impl Fn(Node<'a>) -> bool) -> bool {
    let Some(block) = stmt.parent() else { return false };
    if cx.workspace().local(name, stmt).is_some_and(|it| is_declared_in(it, block)) {
        return false;
    }
    let behind = block.descendants().filter(|it| it.id() >= stmt.id() && it.as_ident() == Some(name));
    behind.into_iter().all(|it| is_ours(it) || is_apart(cx, it, block, stmt))
}

/// Whether the scope of a declaration is that of the statements in `block`.
fn is_declared_in<'a>(def: Def<'a>, block: Node<'a>) -> bool {
    let node = def.node();
    match (def.kind(), node.kind()) {
        (DefKind::Param | DefKind::Result | DefKind::Receiver | DefKind::TypeParam, _) => {
            let func = def.ident().ancestors().find(|it| matches!(it.kind(), Kind::FuncDecl | Kind::FuncLit));
            func == block.parent()
        }
        (DefKind::Label, _) => false,
        (_, Kind::ValueSpec | Kind::TypeSpec) => node.ancestors().nth(2) == Some(block),
        (_, Kind::AssignStmt) if node.role() == Role::Assign => {
            // The symbol of a type switch is declared in each of the clauses.
            let switch = node.parent();
            block.kind() == Kind::CaseClause && block.parent().and_then(Node::parent) == switch
        }
        (_, Kind::AssignStmt) => {
            let owner = node.ancestors().find(|it| it.kind() != Kind::LabeledStmt);
            owner == Some(block) && matches!(node.role(), Role::List | Role::Body | Role::Comm | Role::Stmt)
        }
        _ => false,
    }
}

/// Whether an identifier has nothing to do with a variable of that name before `stmt`: it is a field, a method or a label,
/// or belongs to a declaration further inside.
fn is_apart<'a>(cx: &Cx<'a>, ident: Node<'a>, block: Node<'a>, stmt: Node<'a>) -> bool {
    if ident.role() == Role::Sel || (ident.role() == Role::Label) {
        return true;
    }
    match cx.resolve(ident) {
        Res::Def(def) if matches!(def.kind(), DefKind::Field | DefKind::Method | DefKind::Label) => true,
        Res::Def(def) => {
            let is_inside = stmt.id() <= def.ident().id() && block.contains(def.ident());
            is_inside && !def.is_package_level() && !is_declared_in(def, block)
        }
        _ => false,
    }
}
