//! `defer f.Close()` of what was written.

use gofix_rule::{
    Cx, Decline, Fix, GoVersion,
    errors::{self, ResultSlot},
    flow::{How, NonNil, Origin, enclosing_func},
    semantic::{
        Def,
        types::{Callee, Form, Value},
    },
    syntax::{
        Kind, Node, Role, Token,
        ast::{AstNode, CallExpr, DeferStmt, FuncDecl, FuncLit, SelectorExpr},
    },
};

use super::{is_explained, review};

/// The first version of Go that has `errors.Join`.
const HAS_JOIN: GoVersion = GoVersion::new(1, 20);

/// Rewrites
///
/// ```go
/// defer f.Close()
/// ```
///
/// to
///
/// ```go
/// defer func() {
///     if cerr := f.Close(); cerr != nil {
///         err = errors.Join(err, cerr)
///     }
/// }()
/// ```
///
/// None if it is something else than a writer that is closed.
pub(super) fn advise<'a>(cx: &Cx<'a>, stmt: DeferStmt<'a>) -> Option<Result<Fix, Decline>> {
    let call = CallExpr::cast(stmt.call())?;
    let selector = SelectorExpr::cast(call.fun().unparen())?;
    let method = selector.sel().text();
    let variable = selector.x().unparen();
    if call.args().next().is_some() || !matches!(method, "Close" | "Flush") {
        return None;
    }
    let def = cx.resolve(variable).def().filter(|it| it.is_variable() && !it.is_package_level())?;
    let Some(Origin::Call { call: made, .. }) = cx.facts(variable).and_then(|it| it.origin(variable)) else {
        return None;
    };
    let opened = opened(cx, made, method)?;
    Some(opened.and_then(|()| {
        if is_temporary(cx, stmt, made) {
            return Err("the file is removed again when the function ends".into());
        }
        fix(cx, stmt, call, def, made)
    }))
}

/// Whether an error of the call that opened it has been looked at where closing it is deferred: an `if err != nil` that
/// leaves stands between, or it is in an `if err == nil`.
fn is_open<'a>(cx: &Cx<'a>, stmt: DeferStmt<'a>, made: CallExpr<'a>) -> bool {
    let call = CallExpr::cast(stmt.call()).and_then(|it| SelectorExpr::cast(it.fun().unparen()));
    let variable = call.map(|it| it.x().unparen());
    if variable.is_some_and(|it| cx.facts(it).is_some_and(|facts| facts.non_nil(it) != NonNil::Unknown)) {
        return true;
    }
    let Some(assign) = made.node().with_parens().parent() else { return false };
    let targets: Vec<Node<'a>> = assign.children().filter(|it| matches!(it.role(), Role::Lhs | Role::Names)).collect();
    let [_, error] = targets[..] else { return targets.len() == 1 };
    let is_test = |it: Node<'a>, op: Token| {
        let (x, y) = (it.child(Role::X).map(Node::unparen), it.child(Role::Y).map(Node::unparen));
        it.op() == op
            && x.is_some_and(|it| it.as_ident() == error.as_ident() && cx.resolve(it).def() == cx.resolve(error).def())
            && y.is_some_and(|it| cx.resolve_expr(it).is_universe("nil"))
    };
    let leaves = |it: Node<'a>| {
        let fails =
            it.child(Role::Cond).is_some_and(|it| parts(it, Token::LOr).into_iter().any(|it| is_test(it, Token::Neq)));
        fails && it.child(Role::Body).is_some_and(|it| cx.terminates(it))
    };
    let mut child = stmt.node();
    for parent in stmt.node().ancestors() {
        if parent.kind() == Kind::IfStmt {
            let works = parent
                .child(Role::Cond)
                .is_some_and(|it| parts(it, Token::LAnd).into_iter().any(|it| is_test(it, Token::Eql)));
            let failed = parent.child(Role::Cond).is_some_and(|it| is_test(it.unparen(), Token::Neq));
            if (child.role() == Role::Body && works) || (child.role() == Role::Else && failed) {
                return true;
            }
        }
        let mut before = parent.children().filter(|it| it.start() >= made.node().start() && it.end() <= child.start());
        if before.any(|it| it.kind() == Kind::IfStmt && leaves(it)) {
            return true;
        }
        // `if f, err := os.Create(name); err != nil { return err }` ends what is declared in it.
        if parent.contains(made.node()) && parent.kind() == Kind::IfStmt && leaves(parent) && child.role() == Role::Else
        {
            return true;
        }
        child = parent;
    }
    false
}

/// The operands of a chain of `&&` or of `||`.
fn parts(expr: Node<'_>, op: Token) -> Vec<Node<'_>> {
    let mut open = vec![expr.unparen()];
    let mut found = Vec::new();
    while let Some(it) = open.pop() {
        match it.kind() == Kind::BinaryExpr && it.op() == op {
            true => open.extend(it.children().map(Node::unparen)),
            false => found.push(it),
        }
    }
    found
}

/// Whether the file is a temporary one, and the function removes some file when it ends.
fn is_temporary<'a>(cx: &Cx<'a>, stmt: DeferStmt<'a>, made: CallExpr<'a>) -> bool {
    let is_call = |it: CallExpr<'a>, wanted: &str| matches!(cx.callee(it), Callee::Func { path, name } if &*path == "os" && name.starts_with(wanted));
    let defers = enclosing_func(stmt.node()).into_iter().flat_map(Node::descendants).filter_map(DeferStmt::cast);
    let mut calls = defers.flat_map(|it| it.node().descendants().filter_map(CallExpr::cast));
    is_call(made, "CreateTemp") && calls.any(|it| is_call(it, "Remove"))
}

/// Whether a call opens something to write to, which `method` brings to its end. None if it does not.
fn opened<'a>(cx: &Cx<'a>, made: CallExpr<'a>, method: &str) -> Option<Result<(), Decline>> {
    let Callee::Func { path, name } = cx.callee(made) else { return None };
    let is_writer = match (&*path, &*name, method) {
        ("os", "OpenFile", "Close") => return flags(cx, made),
        ("os", "Create" | "CreateTemp", "Close") => true,
        ("compress/gzip" | "compress/zlib", "NewWriter" | "NewWriterLevel" | "NewWriterLevelDict", "Close") => true,
        ("compress/flate", "NewWriter" | "NewWriterDict", "Close") => true,
        ("compress/lzw" | "archive/zip" | "archive/tar", "NewWriter", "Close") => true,
        ("bufio", "NewWriter" | "NewWriterSize", "Flush") => true,
        _ => false,
    };
    is_writer.then_some(Ok(()))
}

/// Whether `os.OpenFile` opens a file to write to it.
fn flags<'a>(cx: &Cx<'a>, made: CallExpr<'a>) -> Option<Result<(), Decline>> {
    let flag = made.args().nth(1)?;
    let parts = || [flag].into_iter().chain(flag.descendants());
    let writes =
        ["O_WRONLY", "O_RDWR"].iter().any(|name| parts().any(|it| cx.resolve_expr(it).is_external("os", name)));
    match cx.const_value(flag) {
        _ if writes => Some(Ok(())),
        // Reading is 0, and the others are not, wherever there are files.
        Some(Value::Int(flag)) if flag & 3 == 0 => None,
        Some(Value::Int(_)) => Some(Ok(())),
        _ if parts().any(|it| cx.resolve_expr(it).is_external("os", "O_RDONLY")) => None,
        _ => Some(Err("what the file is opened for cannot be told".into())),
    }
}

fn fix<'a>(
    cx: &Cx<'a>,
    stmt: DeferStmt<'a>,
    call: CallExpr<'a>,
    def: Def<'a>,
    made: CallExpr<'a>,
) -> Result<Fix, Decline> {
    if is_explained(stmt.node()) {
        return Err("a comment stands here, which may say why the error is dropped".into());
    }
    let func = enclosing_func(stmt.node()).ok_or("the function returns no error")?;
    let results = errors::results(cx, func);
    let last = results.last().filter(|it| it.is_error(cx).is_yes()).ok_or("the function returns no error")?;
    is_closed_here_alone(cx, call, def)?;
    let (name, fix) = result(cx, stmt, func, &results, last)?;
    let new = cx.fresh_name(&["cerr", "closeErr"], stmt.node())?;
    let close = call.node().text();
    if !cx.is_universe("nil", stmt.node()).is_yes() {
        return Err("nil means something else here".into());
    }
    if !is_open(cx, stmt, made) {
        return Err(format!("{} may be nil here: the error of opening it was not looked at yet", def.name()).into());
    }
    let (text, import) = match cx.go_version(stmt.node().file()) < HAS_JOIN {
        true => (format!("if {new} := {close}; {new} != nil && {name} == nil {{\n{name} = {new}\n}}"), None),
        false => {
            let join = errors::function(cx, stmt.node(), "Join")?;
            (format!("if {new} := {close}; {new} != nil {{\n{name} = {}({name}, {new})\n}}", join.text), Some(join))
        }
    };
    let fix = fix.replace(stmt.node(), format!("defer func() {{\n{text}\n}}()"));
    Ok(match &import {
        Some(join) => join.needed_by(fix),
        None => fix,
    })
}

/// Declines if the variable may hold something else later, or somebody else may close what it holds: closing it twice is an
/// error.
fn is_closed_here_alone<'a>(cx: &Cx<'a>, call: CallExpr<'a>, def: Def<'a>) -> Result<(), Decline> {
    let local = cx.local(def).filter(|it| it.is_complete() && !it.writes().any(|it| it.assigns()));
    let other = || Decline::new(format!("{} may be another one when the function ends", def.name()));
    let local = local.ok_or_else(other)?;
    for it in &local.uses {
        match it.how {
            How::MethodCalled(other) => {
                let name = SelectorExpr::cast(other.fun().unparen()).map_or("", |it| it.sel().text());
                if other != call && matches!(name, "Close" | "Flush") {
                    return Err(format!("{}.{name} is called elsewhere, too", def.name()).into());
                }
            }
            How::Selected(it) if it.child(Role::Sel).is_some_and(|it| matches!(it.text(), "Close" | "Flush")) => {
                return Err(format!("{} is kept as a function, which may be called, too", it.text()).into());
            }
            How::Passed { call: other, index } if may_close(cx, other, index) => {
                let fun = other.fun().text().lines().next().unwrap_or_default();
                return Err(format!("{fun} may close {}, too", def.name()).into());
            }
            How::Returned(_) | How::Stored(_) | How::AddressTaken(_) => {
                return Err(format!("{} is handed on, and may be closed elsewhere, too", def.name()).into());
            }
            _ => {}
        }
    }
    Ok(())
}

/// Whether a function may close its argument: it is not of the standard library, and takes more than a writer.
fn may_close<'a>(cx: &Cx<'a>, call: CallExpr<'a>, index: usize) -> bool {
    match cx.callee(call) {
        // A method expression: `(*os.File).Close(f)`.
        Callee::Func { name, .. } | Callee::Method { name, .. } if matches!(&*name, "Close" | "Flush") => return true,
        Callee::Func { path, .. } | Callee::Method { path, .. } if cx.workspace().is_std(&path) => return false,
        Callee::Builtin(_) => return false,
        _ => {}
    }
    let Some(types) = cx.types(call.node().file().id()) else { return true };
    let fun = types.type_of(call.fun().unparen());
    let Form::Func { params, variadic, .. } = types.form(types.underlying(fun)) else { return true };
    let last = params.len().saturating_sub(1);
    let Some(param) = params.get(index.min(last)).copied().filter(|_| !(variadic && index >= last)) else {
        return true;
    };
    types.method_set(param).is_none_or(|it| it.iter().any(|it| it.name == "Close"))
}

/// The name of the error that the function returns, and a fix that gives it one if it has none.
fn result<'a>(
    cx: &Cx<'a>,
    stmt: DeferStmt<'a>,
    func: Node<'a>,
    results: &[ResultSlot<'a>],
    last: &ResultSlot<'a>,
) -> Result<(String, Fix), Decline> {
    match last.name {
        Some(name) if name.text() != "_" => {
            let def = cx.workspace().local(name.text(), stmt.node());
            match def.is_some_and(|it| it.ident() == name) {
                true => Ok((name.text().to_owned(), review())),
                false => Err(format!("{} means something else here", name.text()).into()),
            }
        }
        Some(_) => Err("the error that the function returns has no name".into()),
        None => {
            let is_free = |it: &&str| cx.workspace().is_unused_in(it, func).is_yes();
            let name = ["err", "retErr", "returnErr"].into_iter().find(is_free);
            let name = name.ok_or("no name is free for the error that the function returns")?;
            let mut fix = review();
            for slot in results {
                let own = if slot.written == last.written { name } else { "_" };
                fix = fix.insert_before(slot.written, format!("{own} "));
            }
            if results.len() == 1 && !has_parens(func, last.written) {
                fix = review().replace(last.written, format!("({name} {})", last.written.text()));
            }
            Ok((name.to_owned(), fix))
        }
    }
}

/// Whether the results of a function are written in parentheses.
fn has_parens(func: Node<'_>, written: Node<'_>) -> bool {
    let ty = FuncDecl::cast(func).map(FuncDecl::func_type).or_else(|| FuncLit::cast(func).map(FuncLit::func_type));
    let results = ty.and_then(gofix_rule::syntax::ast::FuncType::results);
    results.is_some_and(|it| it.start() < written.start() && it.kind() == Kind::FieldList)
}
