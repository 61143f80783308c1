//! Moving about in the tree of a function.

use gofix_syntax::{
    Kind, Node, Role,
    ast::{AstNode, CallExpr, CaseClause, CommClause, ExprStmt, ForStmt, LabeledStmt},
};

use super::branch::gotos;

/// The function whose code `node` is: the nearest `FuncDecl` or `FuncLit` above it. None outside of functions.
pub fn enclosing_func(node: Node<'_>) -> Option<Node<'_>> {
    node.ancestors().find(|it| is_func(*it))
}

/// Whether it is a `FuncDecl` or `FuncLit`.
pub fn is_func(node: Node<'_>) -> bool {
    matches!(node.kind(), Kind::FuncDecl | Kind::FuncLit)
}

/// The loops of its function that repeat `node`, the innermost first: those whose body, condition or post statement
/// holds it. What a loop evaluates once (`init`, the operand of `range`) is not repeated by it.
pub fn enclosing_loops(node: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    let mut child = node;
    node.ancestors().take_while(|it| !is_func(*it)).filter(move |parent| {
        let role = std::mem::replace(&mut child, *parent).role();
        match parent.kind() {
            Kind::ForStmt => role != Role::Init,
            Kind::RangeStmt => role != Role::X,
            _ => false,
        }
    })
}

/// Whether `node` can run more than once in one call of its function: a loop repeats it, or a `goto` behind it leads to
/// a label before it.
pub fn in_loop(node: Node<'_>) -> bool {
    enclosing_loops(node).next().is_some()
        || gotos(node).any(|(goto, label)| label.start() <= node.start() && node.start() < goto.start())
}

/// The nodes below `body` that are of the same function.
pub fn own<'a>(body: Option<Node<'a>>) -> impl Iterator<Item = Node<'a>> {
    body.into_iter().flat_map(|it| it.descendants_skipping(|inner| inner.kind() == Kind::FuncLit))
}

/// The label of a `LabeledStmt`.
pub fn label_of(node: Node<'_>) -> Option<&str> {
    LabeledStmt::cast(node).map(|it| it.label().text())
}

/// Whether it is a `for` or `range` statement.
pub fn is_loop(node: Node<'_>) -> bool {
    matches!(node.kind(), Kind::ForStmt | Kind::RangeStmt)
}

/// Whether a `break` without a label can leave it.
pub fn is_breakable(node: Node<'_>) -> bool {
    is_loop(node) || matches!(node.kind(), Kind::SwitchStmt | Kind::TypeSwitchStmt | Kind::SelectStmt)
}

/// Whether a loop has no way of its own to end: a `for` without condition. Statements in its body may leave it all the
/// same, see [`exits`](super::branch::exits).
pub fn endless(node: Node<'_>) -> bool {
    ForStmt::cast(node).is_some_and(|it| it.cond().is_none())
}

/// The call that an expression statement makes.
pub fn call_of(stmt: Node<'_>) -> Option<CallExpr<'_>> {
    CallExpr::cast(ExprStmt::cast(stmt)?.x().unparen())
}

/// The statements of a statement list, which is a block, a `case` or a `select` clause. Empty for other nodes.
pub fn stmts(owner: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    let role = match owner.kind() {
        Kind::BlockStmt => Some(Role::List),
        Kind::CaseClause | Kind::CommClause => Some(Role::Body),
        _ => None,
    };
    owner.children().filter(move |it| Some(it.role()) == role)
}

/// Whether it is a `default` clause.
pub fn is_default(clause: Node<'_>) -> bool {
    CaseClause::cast(clause).is_some_and(CaseClause::is_default)
        || CommClause::cast(clause).is_some_and(CommClause::is_default)
}

/// Whether the statements of `block` are clauses, of which one is chosen, rather than statements in order.
pub fn is_clause_list(block: Node<'_>) -> bool {
    stmts(block).any(|it| matches!(it.kind(), Kind::CaseClause | Kind::CommClause))
}
