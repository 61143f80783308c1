//! Where branch statements lead.

use std::collections::HashMap;

use gofix_syntax::{Kind, Node, Role, Token, ast::CallExpr};

use super::walk::{call_of, enclosing_func, is_breakable, is_func, is_loop, label_of, own};

/// The `goto` statements of the function around `node`, each with the labeled statement that it leads to.
pub fn gotos(node: Node<'_>) -> impl Iterator<Item = (Node<'_>, Node<'_>)> {
    let func = if is_func(node) { Some(node) } else { enclosing_func(node) };
    let body = func.and_then(|it| it.child(Role::Body));
    let is_goto = |it: &Node<'_>| it.kind() == Kind::BranchStmt && it.op() == Token::Goto;
    let gotos: Vec<_> = own(body).filter(is_goto).collect();
    let labels = if gotos.is_empty() { HashMap::new() } else { labels(body) };
    gotos.into_iter().filter_map(move |goto| Some((goto, *labels.get(goto.child(Role::Label)?.text())?)))
}

/// The labeled statements of the function with that body, by label: a label is declared once in a function (spec: Labeled
/// statements), so of several the first is as good as any.
pub fn labels<'a>(body: Option<Node<'a>>) -> HashMap<&'a str, Node<'a>> {
    let mut labels = HashMap::new();
    for stmt in own(body) {
        if let Some(name) = label_of(stmt) {
            labels.entry(name).or_insert(stmt);
        }
    }
    labels
}

/// Where a `BranchStmt` leads (spec: Break, Continue, Goto statements): the loop, switch or select that `break` leaves or
/// `continue` continues, the labeled statement of a `goto`. None for `fallthrough`, for other nodes, and where there is
/// no such statement.
pub fn branch_target(branch: Node<'_>) -> Option<Node<'_>> {
    let body = || enclosing_func(branch).and_then(|it| it.child(Role::Body));
    target_of(branch, |label| labels(body()).get(label).copied())
}

/// The same, given where the labels of the function are.
fn target_of<'a>(branch: Node<'a>, labeled: impl FnOnce(&str) -> Option<Node<'a>>) -> Option<Node<'a>> {
    if branch.kind() != Kind::BranchStmt {
        return None;
    }
    let label = branch.child(Role::Label).map(Node::text);
    let mut around = branch.ancestors().take_while(|it| !is_func(*it));
    match (branch.op(), label) {
        (Token::Break, None) => around.find(|it| is_breakable(*it)),
        (Token::Continue, None) => around.find(|it| is_loop(*it)),
        (Token::Break | Token::Continue, Some(name)) => {
            let labeled = around.find(|it| label_of(*it) == Some(name))?;
            labeled.child(Role::Stmt)
        }
        (Token::Goto, Some(name)) => labeled(name),
        _ => None,
    }
}

/// How control leaves a loop from within its body.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum ExitKind {
    /// A `return`.
    Return,
    /// A `break` of this loop, or of a statement around it.
    Break,
    /// A `continue` of a loop around it.
    Continue,
    /// A `goto` to a label outside.
    Goto,
    /// A call that never returns, such as `panic`.
    NoReturn,
}

/// A statement in the body of a loop that leaves the loop.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Exit<'a> {
    /// The statement.
    pub stmt: Node<'a>,
    /// How it leaves.
    pub kind: ExitKind,
}

/// The statements in the body of `repeated` (a `ForStmt` or `RangeStmt`) that leave it, in order. Statements of function
/// literals inside do not.
pub fn exits<'a>(repeated: Node<'a>, never_returns: impl Fn(CallExpr<'a>) -> bool) -> Vec<Exit<'a>> {
    let labels = labels(enclosing_func(repeated).and_then(|it| it.child(Role::Body)));
    let leaves = |it: Node<'a>| match it.kind() {
        Kind::ReturnStmt => Some(ExitKind::Return),
        Kind::ExprStmt => call_of(it).filter(|call| never_returns(*call)).map(|_| ExitKind::NoReturn),
        Kind::BranchStmt => {
            let target = target_of(it, |label| labels.get(label).copied())?;
            let inside = repeated.contains(target) && target != repeated;
            match it.op() {
                Token::Break if !inside => Some(ExitKind::Break),
                Token::Continue if !inside && target != repeated => Some(ExitKind::Continue),
                Token::Goto if !inside => Some(ExitKind::Goto),
                _ => None,
            }
        }
        _ => None,
    };
    own(repeated.child(Role::Body)).filter_map(|stmt| Some(Exit { stmt, kind: leaves(stmt)? })).collect()
}

/// What branch statements say of the statements in one subtree.
pub struct Marks {
    /// The index of the first of them in the file.
    pub base: usize,
    /// How many nodes the subtree has.
    pub len: usize,
    /// Statements that a `break` refers to.
    pub broken: Vec<bool>,
    /// Labeled statements that a `goto` refers to.
    pub jumped_to: Vec<bool>,
}

impl Marks {
    /// The marks of the statements in the subtree of `top`.
    pub fn of(top: Node<'_>) -> Marks {
        let len = top.descendants().len() + 1;
        let mut marks = Marks { base: top.id().index(), len, broken: vec![false; len], jumped_to: vec![false; len] };
        // What a branch statement can refer to, and the literals that keep it from referring to more.
        let mut around: Vec<Node<'_>> = Vec::new();
        let mut literals: Vec<Node<'_>> = Vec::new();
        let (mut labels, mut gotos) = (HashMap::new(), Vec::new());
        for node in [top].into_iter().chain(top.descendants()) {
            while around.pop_if(|it| !it.contains(node)).is_some() {}
            while literals.pop_if(|it| !it.contains(node)).is_some() {}
            let literal = literals.last().map(|it| it.id());
            let label = (node.kind() == Kind::BranchStmt).then(|| node.child(Role::Label).map(Node::text));
            match (label, node.op()) {
                (Some(label), Token::Break) => {
                    if let Some(target) = broken_by(label, &around) {
                        let at = marks.at(target);
                        marks.broken[at] = true;
                    }
                }
                (Some(Some(label)), Token::Goto) => gotos.push((literal, label)),
                _ => {}
            }
            if let Some(name) = label_of(node) {
                labels.insert((literal, name), node);
            }
            if node.kind() == Kind::FuncLit {
                literals.push(node);
            }
            if is_breakable(node) || matches!(node.kind(), Kind::LabeledStmt | Kind::FuncLit) {
                around.push(node);
            }
        }
        for target in gotos.iter().filter_map(|it| labels.get(it)) {
            let at = marks.at(*target);
            marks.jumped_to[at] = true;
        }
        marks
    }

    /// Where a node of the subtree is in the lists.
    pub fn at(&self, node: Node<'_>) -> usize {
        node.id().index() - self.base
    }
}

/// The statement that a `break` refers to, of those around it, the innermost last.
fn broken_by<'a>(label: Option<&str>, around: &[Node<'a>]) -> Option<Node<'a>> {
    let mut around = around.iter().rev().take_while(|it| it.kind() != Kind::FuncLit);
    match label {
        None => around.find(|it| is_breakable(**it)).copied(),
        Some(_) => around.find(|it| label_of(**it) == label)?.child(Role::Stmt),
    }
}
