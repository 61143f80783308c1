//! Who asks an error for its type, and so finds a nil pointer in it.

use gofix_rule::{
    Cx, Decline, Level,
    semantic::error_flow::{Consumer, Look},
    syntax::{
        Kind, Node, Role, Token,
        ast::{AstNode, CallExpr},
    },
};

/// Farther than this nobody is looked for.
const FAR: u32 = 24;

/// How sure it is that nobody misses the pointer in what `func` returns: who asks for the type of the error now gets another
/// answer.
///
/// # Errors
/// Somebody looks whether it is nil.
pub(super) fn level<'a>(cx: &Cx<'a>, func: Node<'a>) -> Result<Level, Decline> {
    let found = cx.error_flow().consumers(func, FAR).unwrap_or_default();
    let mut asking = found.iter().filter(|it| asks(it)).peekable();
    let is_asked = asking.peek().is_some();
    match asking.find(|it| tests_nil(cx, it)) {
        Some(first) => Err(first.sentence(cx.workspace()).into()),
        None if is_asked => Ok(Level::Review),
        None => Ok(Level::Safe),
    }
}

/// Whether a consumer asks for a type: an assertion, a `switch`, `errors.As`.
fn asks(consumer: &Consumer) -> bool {
    let is_as = || consumer.what.split('(').next().is_some_and(|it| it.ends_with("As") || it.contains("AsType"));
    consumer.look == Look::Asserted || (consumer.look == Look::Unwrapped && is_as())
}

/// Whether what is found by the type is compared with `nil`.
fn tests_nil<'a>(cx: &Cx<'a>, consumer: &Consumer) -> bool {
    let Some(file) = cx.workspace().file(consumer.file) else { return true };
    let Some(at) = file.nodes().find(|it| it.range() == consumer.range) else { return true };
    let compares = |it: Node<'a>, name: Option<&str>| {
        let (Some(x), Some(y)) = (it.child(Role::X), it.child(Role::Y)) else { return false };
        let is_nil = |it: Node<'a>| cx.workspace().resolve_expr(it.unparen()).is_universe("nil");
        let is_it = |it: Node<'a>| match name {
            Some(name) => it.unparen().as_ident() == Some(name),
            None => it.contains(at),
        };
        matches!(it.op(), Token::Eql | Token::Neq) && ((is_nil(x) && is_it(y)) || (is_nil(y) && is_it(x)))
    };
    let around: Vec<Node<'a>> = at.ancestors().take_while(|it| !it.kind().is_stmt()).collect();
    if around.iter().any(|it| it.kind() == Kind::BinaryExpr && compares(*it, None)) {
        return true;
    }
    let func = at.ancestors().find(|it| matches!(it.kind(), Kind::FuncDecl | Kind::FuncLit));
    let names = names(at);
    let tests = func.into_iter().flat_map(Node::descendants).filter(|it| it.kind() == Kind::BinaryExpr);
    tests.into_iter().any(|it| names.iter().any(|name| compares(it, Some(name))))
}

/// The names of the variables that hold what is found: `e` of `e, ok := err.(*T)`, of `switch e := err.(type)` and of
/// `errors.As(err, &e)`.
fn names<'a>(at: Node<'a>) -> Vec<&'a str> {
    let stmts = at.ancestors().take_while(|it| !matches!(it.kind(), Kind::FuncDecl | Kind::FuncLit));
    let targets = |it: Node<'a>| match it.kind() {
        Kind::AssignStmt => it.child(Role::Lhs),
        Kind::ValueSpec => it.child(Role::Names),
        Kind::TypeSwitchStmt => it.child(Role::Assign).and_then(|it| it.child(Role::Lhs)),
        _ => None,
    };
    let call = [at].into_iter().chain(at.ancestors()).find_map(CallExpr::cast);
    let addressed = call.into_iter().flat_map(CallExpr::args).map(Node::unparen);
    let addressed = addressed.filter(|it| it.kind() == Kind::UnaryExpr && it.op() == Token::And);
    let addressed = addressed.filter_map(|it| it.child(Role::X)?.unparen().as_ident());
    stmts.filter_map(targets).filter_map(|it| it.unparen().as_ident()).chain(addressed).collect()
}
