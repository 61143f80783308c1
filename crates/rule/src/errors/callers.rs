//! What becomes of the errors that a function returns.

use gofix_semantic::{Def, DefKind, Implements};
use gofix_syntax::{
    FileId, Kind, Node, Role, SourceFile, Token,
    ast::{AstNode, CallExpr, FuncDecl, TypeSpec},
};

use super::contract::{Contract, contract};
use crate::{
    Cx, Decline,
    flow::{LitUse, Origin, enclosing_func, literal_use},
};

/// Within so many steps a consumer is what an error is made for.
const NEAR: u32 = 4;

/// Declines if somebody near looks at the errors of `func`, a `FuncDecl` or a `FuncLit`, as they are, or at their whole
/// text: those that wrap them are others.
///
/// # Errors
/// The sentence says who does, and where.
pub fn may_be_wrapped<'a>(cx: &Cx<'a>, func: Node<'a>) -> Result<(), Decline> {
    if let Some((Contract::Identity, name)) = contract(cx, func, &[]) {
        return Err(format!("this is a method of {name}, whose callers look at errors as they are").into());
    }
    let found = cx.error_flow().consumers(func, NEAR).unwrap_or_default();
    match found.iter().find(|it| it.minds_wrapping()) {
        Some(first) => Err(first.sentence(cx.workspace()).into()),
        None => Ok(()),
    }
}

/// Where, as `path:line`, a call of `func`, a `FuncDecl` or a `FuncLit`, drops the error which it returns last: a statement
/// of its own, one behind `go` or `defer`, or one whose last result goes to `_`. None if no such call is known.
pub fn dropped<'a>(cx: &Cx<'a>, func: Node<'a>) -> Option<String> {
    calls(cx, func).into_iter().find(|it| drops(*it)).map(|it| place(cx, it))
}

/// A caller that does not say what the error was which a function returned.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Silent {
    /// It drops the error, see [`dropped`]. Where: `path:line`.
    Drops(String),
    /// It compares the error with `nil` and does nothing else with it: it knows that something failed, but not what.
    Asks(String),
}

/// A caller of `func` that does not tell what failed, or one of a function that returns what `func` does. None if no such
/// call is known.
pub fn silent<'a>(cx: &Cx<'a>, func: Node<'a>) -> Option<Silent> {
    silent_within(cx, func, NEAR - 1)
}

fn silent_within<'a>(cx: &Cx<'a>, func: Node<'a>, hops: u32) -> Option<Silent> {
    let calls = calls(cx, func);
    let drops = calls.iter().find(|it| drops(**it)).map(|it| Silent::Drops(place(cx, *it)));
    let asks = || calls.iter().find(|it| is_only_asked(cx, **it)).map(|it| Silent::Asks(place(cx, *it)));
    let handed_on = |it: &&CallExpr<'a>| {
        hops > 0 && it.node().with_parens().parent().is_some_and(|it| it.kind() == Kind::ReturnStmt)
    };
    let further = || {
        let funcs = calls.iter().filter(handed_on).filter_map(|it| enclosing_func(it.node())).filter(|it| *it != func);
        funcs.into_iter().find_map(|it| silent_within(cx, it, hops - 1))
    };
    drops.or_else(asks).or_else(further)
}

fn place<'a>(cx: &Cx<'a>, call: CallExpr<'a>) -> String {
    let file = call.node().file();
    format!("{}:{}", cx.workspace().project().file(file.id()).path, file.line(call.node().start()) + 1)
}

/// The calls of a function outside of tests, as far as they are known: by its name, by a variable that holds it, and by one
/// interface that has the method.
fn calls<'a>(cx: &Cx<'a>, func: Node<'a>) -> Vec<CallExpr<'a>> {
    let mut found = Vec::new();
    if func.kind() == Kind::FuncLit {
        match literal_use(func) {
            LitUse::Value => found.extend(calls_of_variable(cx, func)),
            _ => found.extend(func.with_parens().parent().and_then(CallExpr::cast)),
        }
    } else if let Some(def) = FuncDecl::cast(func).and_then(|it| cx.resolve(it.name()).def()) {
        let uses = cx.func_uses(def);
        found.extend(uses.calls);
        found.extend(uses.values.into_iter().flat_map(|it| calls_of_variable(cx, qualified(it))));
        found.extend(by_interface(cx, func, def));
    }
    found.retain(|it| !cx.in_test_file(it.node()));
    found
}

/// `x.f`, of which `ident` is the `f`.
fn qualified(ident: Node<'_>) -> Node<'_> {
    let selector = ident.parent().filter(|it| it.kind() == Kind::SelectorExpr && ident.role() == Role::Sel);
    selector.unwrap_or(ident)
}

/// The calls of the local variable that is declared with `value`.
fn calls_of_variable<'a>(cx: &Cx<'a>, value: Node<'a>) -> Vec<CallExpr<'a>> {
    let value = value.with_parens();
    let Some(decl) = value.parent() else { return Vec::new() };
    let (names, values) = match decl.kind() {
        Kind::AssignStmt if decl.op() == Token::Define => (Role::Lhs, Role::Rhs),
        Kind::ValueSpec => (Role::Names, Role::Values),
        _ => return Vec::new(),
    };
    let index = decl.children_in(values).position(|it| it == value).unwrap_or_default();
    let def = decl.children_in(names).nth(index).and_then(|it| cx.resolve(it).def());
    let sites = def.filter(|it| !it.is_package_level()).map(|it| cx.uses(it).sites).unwrap_or_default();
    sites.into_iter().filter_map(called).collect()
}

/// The call whose function `site` is.
fn called(site: Node<'_>) -> Option<CallExpr<'_>> {
    let fun = qualified(site).with_parens();
    fun.parent().and_then(CallExpr::cast).filter(|_| fun.role() == Role::Fun)
}

/// The calls of a method by interfaces of the project that its type implements.
fn by_interface<'a>(cx: &Cx<'a>, func: Node<'a>, method: Def<'a>) -> Vec<CallExpr<'a>> {
    let ty = FuncDecl::cast(func).and_then(FuncDecl::recv).and_then(|it| receiver(cx, it));
    let Some(ty) = ty else { return Vec::new() };
    let mut found = Vec::new();
    for at in methods_called(cx, method.name()) {
        let spec = at.ancestors().find_map(TypeSpec::cast).and_then(|it| cx.resolve(it.name()).def());
        if spec.is_some_and(|it| matches!(cx.implements(ty, it), Implements::Value | Implements::Pointer)) {
            let sites = cx.resolve(at).def().map(|it| cx.references_of(it).sites).unwrap_or_default();
            found.extend(sites.into_iter().filter_map(called));
        }
    }
    found
}

/// The type that a method is declared for.
fn receiver<'a>(cx: &Cx<'a>, fields: Node<'a>) -> Option<Def<'a>> {
    let written = fields.children_in(Role::List).next()?.child(Role::Type)?;
    let ident = [written].into_iter().chain(written.descendants()).find(|it| it.as_ident().is_some())?;
    cx.resolve(ident).def()
}

/// The identifiers that declare a method of that name in the named interfaces of the project.
fn methods_called<'a>(cx: &Cx<'a>, name: &str) -> Vec<Node<'a>> {
    let ws = cx.workspace();
    let own = ws.project().files().iter().enumerate().filter(|it| !it.1.in_vendor());
    let ids = own.map(|(index, _)| FileId(index as u32));
    let files = ids.filter(|it| ws.text(*it).is_ok_and(|it| it.contains("interface") && it.contains(name)));
    let files = files.filter_map(|it| ws.file(it));
    let interfaces = files.flat_map(SourceFile::nodes).filter(|it| it.kind() == Kind::InterfaceType);
    let names = interfaces.flat_map(Node::descendants).filter(|it| it.role() == Role::Names);
    names.filter(|it| it.as_ident() == Some(name)).collect()
}

/// Whether nobody takes the last result of a call.
fn drops(call: CallExpr<'_>) -> bool {
    let outer = call.node().with_parens();
    let Some(parent) = outer.parent() else { return false };
    match parent.kind() {
        Kind::ExprStmt | Kind::GoStmt | Kind::DeferStmt => true,
        _ => target(call).is_some_and(|it| it.as_ident() == Some("_")),
    }
}

/// What the last result of a call is assigned to.
fn target(call: CallExpr<'_>) -> Option<Node<'_>> {
    let outer = call.node().with_parens();
    let parent = outer.parent()?;
    let (to, from) = match parent.kind() {
        Kind::AssignStmt => (Role::Lhs, Role::Rhs),
        Kind::ValueSpec => (Role::Names, Role::Values),
        _ => return None,
    };
    let mut values = parent.children_in(from);
    match (values.next(), values.next()) {
        (Some(only), None) if only == outer => parent.children_in(to).last(),
        _ => parent.children_in(from).position(|it| it == outer).and_then(|it| parent.children_in(to).nth(it)),
    }
}

/// Whether the last result of a call is compared with `nil`, and nothing else is done with it.
fn is_only_asked<'a>(cx: &Cx<'a>, call: CallExpr<'a>) -> bool {
    if is_nil_test(cx, call.node().with_parens()) {
        return true;
    }
    let def = target(call).and_then(|it| cx.resolve(it).def());
    let Some(def) = def.filter(|it| it.kind() == DefKind::Var && !it.is_package_level()) else { return false };
    let Some(facts) = cx.facts(call.node()) else { return false };
    let reads = cx.uses(def).sites.into_iter().filter(|it| it.role() != Role::Lhs);
    let mut tests = 0;
    for site in reads {
        let Some(origins) = facts.origins(site) else { return false };
        if !origins.iter().any(|it| matches!(it, Origin::Call { call: from, .. } if *from == call)) {
            continue;
        }
        if !is_nil_test(cx, site.with_parens()) {
            return false;
        }
        tests += 1;
    }
    tests > 0
}

/// Whether `value` is an operand of a comparison with `nil`.
fn is_nil_test<'a>(cx: &Cx<'a>, value: Node<'a>) -> bool {
    let test = value.parent().filter(|it| it.kind() == Kind::BinaryExpr);
    test.filter(|it| matches!(it.op(), Token::Eql | Token::Neq)).is_some_and(|it| {
        let other = it.child(if value.role() == Role::X { Role::Y } else { Role::X });
        other.is_some_and(|it| cx.resolve_expr(it.unparen()).is_universe("nil"))
    })
}
