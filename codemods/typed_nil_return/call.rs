//! Calls whose results are returned as errors.

use gofix_rule::{
    Cx, Decline, Fix,
    semantic::Res,
    syntax::{
        Kind, Node,
        ast::{AstNode, CallExpr, FuncDecl, ReturnStmt, SelectorExpr},
    },
};

/// Rewrites
///
/// ```go
/// return validate(x)
/// ```
///
/// to
///
/// ```go
/// if err := validate(x); err != nil {
///     return err
/// }
/// return nil
/// ```
///
/// None if the function is not seen to return nil.
pub(super) fn advise<'a>(cx: &Cx<'a>, stmt: ReturnStmt<'a>, call: CallExpr<'a>) -> Option<Result<Fix, Decline>> {
    let body = declaration(cx, call)?.body()?;
    let inside = body.descendants_skipping(|it| it.kind() == Kind::FuncLit).filter_map(ReturnStmt::cast);
    let is_nil = |it: ReturnStmt<'a>| {
        let mut results = it.results();
        let first = results.next().map(|it| cx.workspace().resolve_expr(it.unparen()));
        results.next().is_none() && first.is_some_and(|it| it == Res::Universe("nil"))
    };
    inside.into_iter().any(is_nil).then(|| fix(cx, stmt, call))
}

/// The declaration of what is called, in the project.
fn declaration<'a>(cx: &Cx<'a>, call: CallExpr<'a>) -> Option<FuncDecl<'a>> {
    let types = cx.types(call.node().file().id())?;
    let fun = call.fun().unparen();
    let selector = SelectorExpr::cast(fun);
    let selected = selector.and_then(|it| types.selection(it)).and_then(|it| it.declaration);
    let named = || types.object_of(selector.map_or(fun, SelectorExpr::sel)).and_then(|it| it.ident);
    selected.or_else(named).and_then(Node::parent).and_then(FuncDecl::cast)
}

fn fix<'a>(cx: &Cx<'a>, stmt: ReturnStmt<'a>, call: CallExpr<'a>) -> Result<Fix, Decline> {
    let node = stmt.node();
    let values: Vec<Node<'a>> = stmt.results().collect();
    let is_simple = |it: &Node<'a>| matches!(it.unparen().kind(), Kind::BasicLit | Kind::CallExpr) || is_nil(cx, *it);
    let is_ours = |it: &Node<'a>| it.unparen() == call.node();
    if !values.iter().all(|it| is_ours(it) || (is_simple(it) && it.unparen().kind() != Kind::CallExpr)) {
        return Err("what else is returned may be changed by the call".into());
    }
    if !cx.is_universe("nil", node).is_yes() {
        return Err("nil means something else here".into());
    }
    let name = cx.fresh_name(&["err", "fault"], node)?;
    let with = |own: &str| {
        let texts: Vec<&str> = values.iter().map(|it| if is_ours(it) { own } else { it.text() }).collect();
        texts.join(", ")
    };
    let lines = [
        format!("if {name} := {}; {name} != nil {{", call.node().text()),
        format!("return {}", with(&name)),
        "}".to_owned(),
    ];
    let value = values.iter().copied().find(is_ours).unwrap_or(call.node());
    Ok(Fix::safe().insert_before_stmt(node, lines).replace(value, "nil").relies_on(node))
}

fn is_nil<'a>(cx: &Cx<'a>, expr: Node<'a>) -> bool {
    cx.resolve_expr(expr.unparen()).is_universe("nil")
}
