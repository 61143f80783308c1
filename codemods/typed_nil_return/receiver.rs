//! Whether methods work on the nil that an error holds: whoever calls one on it without a look gets an answer so far, and would
//! panic on an error that is nil.

use gofix_rule::{
    Cx, Level,
    flow::stmts,
    semantic::types::{Form, SelectionKind},
    syntax::{
        Kind, Node, Role, Token,
        ast::{AstNode, FuncDecl, SelectorExpr},
    },
};

/// How sure it is that nobody calls a method on the nil in `value` and gets an answer: all of them panic.
pub(super) fn level<'a>(cx: &Cx<'a>, value: Node<'a>) -> Level {
    if panics_in_all(cx, value) == Some(true) { Level::Safe } else { Level::Review }
}

/// Whether all methods of the type of `value` panic if it is nil; none if they are not known.
fn panics_in_all<'a>(cx: &Cx<'a>, value: Node<'a>) -> Option<bool> {
    let file = value.file().id();
    let types = cx.types(file)?;
    let ty = types.type_of(value);
    if !matches!(types.form(ty), Form::Pointer(_)) {
        return Some(false);
    }
    let home = types.member(file, ty, "Error").ok()??.declaration?.file().id();
    for method in types.method_set(ty)? {
        let found = types.member(home, ty, &method.name).ok()??;
        let decl = found.declaration.and_then(Node::parent).and_then(FuncDecl::cast)?;
        if !found.path.is_empty() || !follows_receiver(cx, decl)? {
            return Some(false);
        }
    }
    Some(true)
}

/// Whether a method follows the pointer that it is called on before it can return: to copy the value, its receiver, or to get
/// at a part of it.
fn follows_receiver<'a>(cx: &Cx<'a>, decl: FuncDecl<'a>) -> Option<bool> {
    let receiver = decl.recv()?.children_in(Role::List).next()?;
    if receiver.child(Role::Type)?.unparen().kind() != Kind::StarExpr {
        return Some(true);
    }
    let Some(own) = receiver.child(Role::Names).and_then(|it| cx.resolve(it).def()) else { return Some(false) };
    let is_own = |it: Node<'a>| it.unparen().kind() == Kind::Ident && cx.resolve(it.unparen()).def() == Some(own);
    let follows = |it: Node<'a>| match it.kind() {
        Kind::StarExpr => it.child(Role::X).is_some_and(is_own),
        Kind::SelectorExpr => SelectorExpr::cast(it).is_some_and(|it| is_own(it.x()) && is_field(cx, it)),
        _ => false,
    };
    for stmt in stmts(decl.body()?) {
        let parts: Vec<Node<'a>> = match stmt.kind() {
            Kind::ReturnStmt | Kind::ExprStmt | Kind::AssignStmt | Kind::IncDecStmt | Kind::DeclStmt => vec![stmt],
            Kind::IfStmt | Kind::SwitchStmt => {
                [Role::Init, Role::Cond, Role::Tag].into_iter().filter_map(|it| stmt.child(it)).collect()
            }
            _ => return Some(false),
        };
        if parts.into_iter().any(|it| always(it).any(follows)) {
            return Some(true);
        }
        let leaves = |it: Node<'a>| matches!(it.kind(), Kind::ReturnStmt | Kind::BranchStmt);
        if leaves(stmt) || stmt.descendants().any(leaves) {
            return Some(false);
        }
    }
    Some(false)
}

/// The parts of a node that run whenever it does. The operand of `len` may not, and neither may what stands behind `&&`.
fn always<'a>(node: Node<'a>) -> impl Iterator<Item = Node<'a>> {
    let is_open = |it: Node<'a>| {
        let parent = it.parent();
        let is_second = it.role() == Role::Y && parent.is_some_and(|it| matches!(it.op(), Token::LAnd | Token::LOr));
        let is_measured = it.role() == Role::Args
            && parent.and_then(|it| it.child(Role::Fun)).is_some_and(|it| {
                let name = it.unparen().text();
                name == "len" || name == "cap" || name.starts_with("unsafe.")
            });
        it.kind() == Kind::FuncLit || is_second || is_measured
    };
    let skipped = move |it: Node<'a>| is_open(it);
    [node].into_iter().chain(node.descendants_skipping(skipped)).filter(move |it| !is_open(*it))
}

/// Whether a selector selects a field.
fn is_field<'a>(cx: &Cx<'a>, selector: SelectorExpr<'a>) -> bool {
    let found = cx.types(selector.node().file().id()).and_then(|it| it.selection(selector));
    found.is_some_and(|it| matches!(it.kind, SelectionKind::Field(_)))
}
