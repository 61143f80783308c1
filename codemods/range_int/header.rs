//! The three clauses of a loop that counts.

use gofix_rule::{
    Cx,
    semantic::{Def, Types},
    syntax::{
        Node, Token,
        ast::{AssignStmt, AstNode, BinaryExpr, ForStmt, IncDecStmt},
    },
};

/// `for i := 0; i < limit; i++`, or with `=`, `limit > i`, or `i += 1`.
pub(super) struct Header<'a> {
    pub(super) stmt: ForStmt<'a>,
    /// The types of its file.
    pub(super) types: &'a Types<'a>,
    pub(super) init: AssignStmt<'a>,
    pub(super) post: Node<'a>,
    /// The variable that counts.
    pub(super) index: Def<'a>,
    /// What it starts from: a constant 0.
    pub(super) zero: Node<'a>,
    /// What it is compared with, maybe in parentheses.
    pub(super) limit: Node<'a>,
}

impl<'a> Header<'a> {
    /// The header of `stmt`, if it is of that shape.
    pub(super) fn of(cx: &Cx<'a>, stmt: ForStmt<'a>) -> Option<Header<'a>> {
        let (cond, post) = (stmt.cond()?.unparen(), stmt.post()?);
        let init = stmt.init().and_then(AssignStmt::cast)?;
        let (name, zero) = (only(init.lhs())?, only(init.rhs())?);
        let cond = BinaryExpr::cast(cond)?;
        let (counted, limit) = match cond.node().op() {
            Token::Lss => (cond.x(), cond.y()),
            Token::Gtr => (cond.y(), cond.x()),
            _ => return None,
        };
        let same = |it: Node<'a>| it.as_ident().is_some() && it.as_ident() == name.as_ident();
        if !same(counted.unparen()) || !same(incremented(cx, post)?) {
            return None;
        }
        let starts = matches!(init.node().op(), Token::Define | Token::Assign);
        let index = cx.resolve(name).def().filter(|it| starts && it.is_variable())?;
        let is_zero = cx.const_value(zero).and_then(|it| it.as_i64()) == Some(0);
        let types = cx.types(stmt.node().file().id())?;
        is_zero.then_some(Header { stmt, types, init, post, index, zero, limit })
    }

    /// Whether the loop declares its index.
    pub(super) fn declares(&self) -> bool {
        self.init.node().op() == Token::Define
    }
}

/// `i` of `i++` and `i += 1`.
fn incremented<'a>(cx: &Cx<'a>, post: Node<'a>) -> Option<Node<'a>> {
    if let Some(it) = IncDecStmt::cast(post).filter(|_| post.op() == Token::Inc) {
        return Some(it.x().unparen());
    }
    let assign = AssignStmt::cast(post).filter(|_| post.op() == Token::AddAssign)?;
    let by = cx.const_value(only(assign.rhs())?)?;
    (by.as_i64() == Some(1)).then(|| only(assign.lhs()).map(Node::unparen))?
}

fn only<'a>(mut nodes: impl Iterator<Item = Node<'a>>) -> Option<Node<'a>> {
    nodes.next().filter(|_| nodes.next().is_none())
}
