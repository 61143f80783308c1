//! `errors.New(strings.Join(texts, "\n"))`.

use gofix_rule::{
    Cx, Decline, Fix, Stop,
    flow::{self, How, Local, Place, Use},
    semantic::{
        Def, DefKind,
        types::{Callee, Form, Ty, Value},
    },
    syntax::{
        Kind, Node, Role, Token,
        ast::{AstNode, CallExpr, CompositeLit, IfStmt, SelectorExpr, ValueSpec},
    },
};

/// Rewrites
///
/// ```go
/// var texts []string
/// …
///         texts = append(texts, err.Error())
/// …
/// if len(texts) > 0 {
///     return errors.New(strings.Join(texts, "\n"))
/// }
/// ```
///
/// to
///
/// ```go
/// var texts []error
/// …
///         texts = append(texts, err)
/// …
/// if len(texts) > 0 {
///     return errors.Join(texts...)
/// }
/// ```
///
/// None if no texts are joined in `call`, a call of `errors.New`.
pub(super) fn advise<'a>(cx: &Cx<'a>, call: CallExpr<'a>) -> Option<Result<Fix, Stop>> {
    let join = joined(cx, call)?;
    let mut args = join.args().map(Node::unparen);
    let (list, separator) = (args.next()?, args.next()?);
    // Texts that never were errors are none of our business.
    let def = cx.resolve(list).def().filter(|it| it.is_variable() && !it.is_package_level());
    let local = cx.local(def?)?;
    if !local.uses.iter().any(|it| appended(cx, it).is_some_and(|it| it.iter().any(|it| error_of(cx, *it).is_some()))) {
        return None;
    }
    Some(fix(cx, call, &local, separator))
}

/// `strings.Join(…)`, the argument of `call`.
fn joined<'a>(cx: &Cx<'a>, call: CallExpr<'a>) -> Option<CallExpr<'a>> {
    let join = CallExpr::cast(call.args().next()?.unparen())?;
    is_call(cx, join, "strings", "Join").then_some(join)
}

fn fix<'a>(cx: &Cx<'a>, call: CallExpr<'a>, local: &Local<'a>, separator: Node<'a>) -> Result<Fix, Stop> {
    if !matches!(cx.const_value(separator), Some(Value::Str(it)) if *it == *b"\n") {
        return Err(Stop::note("errors.Join puts each text on a line of its own, unlike this"));
    }
    if !local.unsure.is_empty() || !cx.is_universe("error", call.node()).is_yes() {
        return Err("what the names here mean cannot be told".into());
    }
    let mut fix = declared(cx, local.def)?;
    let mut is_here = false;
    for it in &local.uses {
        if let Some(values) = appended(cx, it) {
            for value in values {
                let error = error_of(cx, value).ok_or(MIXED)?;
                fix = fix.replace_range(value.file(), gofix_rule::TextRange::new(error.end(), value.end()), "");
            }
        } else if let Some(made) = made_of(cx, it) {
            is_here |= made == call;
            if !is_guarded(cx, made.node(), local.def) {
                return Err("errors.Join of no errors is nil, and no condition says that there are some".into());
            }
            let name = cx.sibling_name(made.fun().unparen(), "Join")?;
            fix = fix.replace(made.node(), format!("{name}({}...)", local.def.name()));
        } else if let How::Assigned(stmt) = it.how {
            return Err(if is_append(cx, stmt) {
                MIXED
            } else {
                "the list of texts is assigned in another way than by append"
            }
            .into());
        } else if !is_own_append(cx, it) && !is_len(cx, it) {
            return Err("the texts are used for something else, too".into());
        }
    }
    match is_here {
        true => Ok(fix.relies_on(local.home)),
        false => Err("the texts are used for something else, too".into()),
    }
}

/// Texts from elsewhere are joined, too.
const MIXED: &str = "not all that is joined is the text of an error";

/// Whether a statement assigns what `append` makes.
fn is_append<'a>(cx: &Cx<'a>, stmt: Node<'a>) -> bool {
    let call = stmt.children_in(Role::Rhs).next().and_then(|it| CallExpr::cast(it.unparen()));
    call.is_some_and(|it| cx.is_builtin_call(it, "append"))
}

/// The edit of the declaration: `var texts []string`, `texts := []string{}`, `texts := make([]string, 0, n)`.
fn declared<'a>(cx: &Cx<'a>, def: Def<'a>) -> Result<Fix, Decline> {
    const OTHER: &str = "the texts are declared in another way than as an empty list of strings";
    let types = cx.types(def.ident().file().id()).ok_or(OTHER)?;
    let is_list = matches!(types.form(types.type_of(def.ident())), Form::Slice(element) if element == Ty::STRING);
    if def.kind() != DefKind::Var || !is_list {
        return Err(OTHER.into());
    }
    let of_type = |ty: Node<'a>| {
        let element = ty.unparen().child(Role::Elt).filter(|_| ty.unparen().kind() == Kind::ArrayType);
        element.filter(|it| it.as_ident() == Some("string"))
    };
    let made = |value: Node<'a>| {
        let value = value.unparen();
        if let Some(literal) = CompositeLit::cast(value) {
            return literal.ty().and_then(of_type).filter(|_| literal.elts().next().is_none());
        }
        let make = CallExpr::cast(value).filter(|it| cx.is_builtin_call(*it, "make"))?;
        let mut args = make.args();
        let ty = args.next().and_then(of_type);
        let is_empty = args.next().is_some_and(|it| matches!(cx.const_value(it), Some(Value::Int(0))));
        ty.filter(|_| is_empty)
    };
    let parent = def.ident().parent().ok_or(OTHER)?;
    let element = match (ValueSpec::cast(parent), parent.kind()) {
        (Some(spec), _) if spec.names().count() == 1 => match (spec.ty(), spec.values().next()) {
            (Some(ty), None) => of_type(ty),
            (None, Some(value)) => made(value),
            _ => None,
        },
        (None, Kind::AssignStmt) if parent.op() == Token::Define && parent.children_in(Role::Lhs).count() == 1 => {
            parent.child(Role::Rhs).and_then(made)
        }
        _ => None,
    };
    Ok(Fix::review().replace(element.ok_or(OTHER)?, "error"))
}

/// What `texts = append(texts, …)` appends, where `it` is the target of the assignment.
fn appended<'a>(cx: &Cx<'a>, it: &Use<'a>) -> Option<Vec<Node<'a>>> {
    let How::Assigned(stmt) = it.how else { return None };
    let mut right = stmt.children_in(Role::Rhs);
    let append = CallExpr::cast(right.next()?.unparen()).filter(|it| cx.is_builtin_call(*it, "append"))?;
    let is_plain = stmt.op() == Token::Assign && right.next().is_none() && !append.has_ellipsis();
    let mut args = append.args();
    let is_own = args.next()?.unparen().as_ident().is_some_and(|name| name == it.site.text());
    (is_plain && is_own).then(|| args.collect())
}

/// The `texts` of `append(texts, …)`.
fn is_own_append<'a>(cx: &Cx<'a>, it: &Use<'a>) -> bool {
    let How::Passed { call, index: 0 } = it.how else { return false };
    let stmt = call.node().with_parens().parent();
    let target = stmt.filter(|it| it.kind() == Kind::AssignStmt).and_then(|it| it.child(Role::Lhs)).map(Node::unparen);
    cx.is_builtin_call(call, "append")
        && target.is_some_and(|target| cx.resolve(target) == cx.resolve(it.site) && target.as_ident().is_some())
        || matches!(it.how, How::Stored(Place::Variable(_)))
}

/// `x` of `x.Error()`, if it is of type `error`.
fn error_of<'a>(cx: &Cx<'a>, value: Node<'a>) -> Option<Node<'a>> {
    let method = SelectorExpr::cast(CallExpr::cast(value)?.fun().unparen())?;
    (method.sel().text() == "Error" && cx.is_error(method.x()).is_yes()).then(|| method.x())
}

/// The call of `errors.New` that the texts are joined for.
fn made_of<'a>(cx: &Cx<'a>, it: &Use<'a>) -> Option<CallExpr<'a>> {
    let How::Passed { call: join, index: 0 } = it.how else { return None };
    if !is_call(cx, join, "strings", "Join") {
        return None;
    }
    let separator = join.args().nth(1)?;
    let is_line = matches!(cx.const_value(separator), Some(Value::Str(it)) if *it == *b"\n");
    let made = join.node().with_parens().parent().and_then(CallExpr::cast)?;
    (is_line && is_call(cx, made, "errors", "New")).then_some(made)
}

/// Whether a call is one of that function.
fn is_call<'a>(cx: &Cx<'a>, call: CallExpr<'a>, path: &str, name: &str) -> bool {
    matches!(cx.callee(call), Callee::Func { path: of, name: found } if &*of == path && found == name)
}

/// `len(texts)`
fn is_len<'a>(cx: &Cx<'a>, it: &Use<'a>) -> bool {
    let call = it.site.with_parens().parent().and_then(CallExpr::cast);
    call.is_some_and(|it| cx.is_builtin_call(it, "len"))
}

/// Whether a condition says that there are some where `site` is: it is in an `if len(texts) > 0`, or behind an
/// `if len(texts) == 0` that leaves.
fn is_guarded<'a>(cx: &Cx<'a>, site: Node<'a>, def: Def<'a>) -> bool {
    let mut child = site;
    for parent in site.ancestors() {
        if matches!(parent.kind(), Kind::FuncLit | Kind::FuncDecl) {
            return false;
        }
        if let Some(stmt) = IfStmt::cast(parent) {
            let holds = match child.role() {
                Role::Body => says(cx, stmt.cond(), def, true),
                Role::Else => says(cx, stmt.cond(), def, false),
                _ => false,
            };
            if holds {
                return true;
            }
        }
        let before = flow::stmts(parent).take_while(|it| it.id() < child.id()).filter_map(IfStmt::cast);
        let mut leaving = before.filter(|it| it.else_().is_none() && cx.terminates(it.body()));
        if leaving.any(|it| says(cx, it.cond(), def, false)) {
            return true;
        }
        child = parent;
    }
    false
}

/// Whether there are some texts if `cond` is `holds`.
fn says<'a>(cx: &Cx<'a>, cond: Node<'a>, def: Def<'a>, holds: bool) -> bool {
    let mut todo = vec![cond];
    while let Some(cond) = todo.pop() {
        let cond = cond.unparen();
        let (Some(x), Some(y)) = (cond.child(Role::X), cond.child(Role::Y)) else { continue };
        let len = CallExpr::cast(x.unparen()).filter(|it| cx.is_builtin_call(*it, "len"));
        let is_ours = len.and_then(|it| it.args().next()).is_some_and(|it| cx.resolve(it.unparen()).def() == Some(def));
        let number = match cx.const_value(y) {
            Some(Value::Int(number)) if is_ours => Some(number),
            _ => None,
        };
        match (cond.op(), number) {
            (Token::LAnd, _) if holds => todo.extend([x, y]),
            (Token::LOr, _) if !holds => todo.extend([x, y]),
            (Token::Gtr | Token::Neq, Some(0)) | (Token::Geq, Some(1)) if holds => return true,
            (Token::Eql | Token::Leq, Some(0)) | (Token::Lss, Some(1)) if !holds => return true,
            _ => {}
        }
    }
    false
}
