//! `x, _ := f()`.

use gofix_rule::{
    Cx, Decline, Fix,
    errors::{self, Messages, Wording},
    flow::{callee_decl, enclosing_func},
    semantic::{
        Def,
        types::{Callee, Form},
    },
    syntax::{
        Kind, Node, Role, Token,
        ast::{AstNode, CallExpr, FuncDecl, ReturnStmt, SelectorExpr},
    },
};

use super::{names, not_meant, review};

/// Rewrites
///
/// ```go
/// n, _ := strconv.Atoi(text)
/// ```
///
/// to
///
/// ```go
/// n, err := strconv.Atoi(text)
/// if err != nil {
///     return 0, fmt.Errorf("parse text: %w", err)
/// }
/// ```
pub(super) fn advise<'a>(cx: &Cx<'a>, stmt: Node<'a>, left: &[Node<'a>], call: CallExpr<'a>) -> Result<Fix, Decline> {
    not_meant(cx, stmt)?;
    if stmt.op() != Token::Define {
        return Err("the values are assigned to variables that are there already".into());
    }
    if !matches!(stmt.role(), Role::List | Role::Body) {
        return Err("the statement is part of another one".into());
    }
    let func = enclosing_func(stmt).ok_or("the statement is part of another one")?;
    let values: Vec<Def<'a>> = left.iter().filter_map(|it| cx.resolve(*it).def()).collect();
    if values.iter().any(|it| is_asked(cx, *it, stmt, func)) {
        return Err("the value is looked at instead".into());
    }
    if is_constant(cx, call) {
        return Err("what is parsed is constant".into());
    }
    if may_be_missing(cx, call) {
        return Err("what is parsed may be missing, for which the value is the zero value".into());
    }
    let doc = FuncDecl::cast(func).and_then(|it| it.node().doc());
    if doc.is_some_and(|it| func.file().text()[it.to_usize()].to_lowercase().contains("no error")) {
        return Err("the comment of the function says when it returns no error".into());
    }
    if means_something(cx, call) {
        return Err("the value says something when there is an error, too".into());
    }
    if let Some(at) = errors::dropped(cx, func) {
        return Err(format!("the error would be dropped at {at}").into());
    }
    if let Some(release) = errors::held(cx, func, stmt, &[]) {
        return Err(format!("{release} further on would not be reached").into());
    }
    let zeros: String = errors::zero_values(cx, func, stmt)?.iter().map(|it| format!("{it}, ")).collect();
    if !cx.is_universe("nil", stmt).is_yes() {
        return Err("nil means something else here".into());
    }
    let name = names::for_error(cx, stmt, func)?;
    let blank = left.last().ok_or("the statement is part of another one")?;
    let wording = Wording::default();
    // Who compares the errors of the function gets this one as it is.
    let worded = Some(call).filter(|_| errors::may_be_wrapped(cx, func).is_ok());
    let (text, import) = Messages::new(cx, func, &wording).say(worded, &name.text, call.node());
    let lines = format!("if {} != nil {{\nreturn {zeros}{text}\n}}", name.text);
    let fix = name.needed_by(review().replace(*blank, name.text.clone()).insert_after_stmt(stmt, [lines]));
    Ok(match &import {
        Some(import) => fix.imports(import),
        None => fix,
    })
}

/// Whether a condition behind `stmt` tells values that mean something from those that do not: `n == 0`, `len(list) > 0`,
/// `addr.IsValid()`, or anything about it if that is the next statement.
fn is_asked<'a>(cx: &Cx<'a>, def: Def<'a>, stmt: Node<'a>, func: Node<'a>) -> bool {
    let uses = cx.uses(def);
    let behind = uses.sites.into_iter().filter(|it| it.start() > stmt.end() && func.contains(*it));
    behind.into_iter().any(|it| {
        let (mut child, mut is_compared) = (it, false);
        for parent in it.ancestors().take_while(|it| *it != func) {
            match parent.kind() {
                Kind::IfStmt | Kind::SwitchStmt if matches!(child.role(), Role::Cond | Role::Tag) => {
                    let is_next = stmt.next_sibling() == Some(parent);
                    return is_next || parent.kind() == Kind::SwitchStmt || is_test(cx, it);
                }
                Kind::CallExpr if CallExpr::cast(parent).is_some_and(|at| replaces(cx, at)) => return true,
                // A loop that counts it down does not ask.
                kind if kind.is_stmt() => return kind != Kind::ForStmt && is_compared,
                _ => (child, is_compared) = (parent, is_compared || (is_comparison(parent) && is_test(cx, it))),
            }
        }
        false
    })
}

/// Whether a use compares the value, or its length, with a constant or `nil`, or asks whether it is one at all.
fn is_test<'a>(cx: &Cx<'a>, site: Node<'a>) -> bool {
    let mut value = site.with_parens();
    if let Some(call) = value.parent().and_then(CallExpr::cast)
        && cx.is_builtin_call(call, "len")
    {
        value = call.node().with_parens();
    }
    let Some(parent) = value.parent() else { return false };
    let is_fixed = |it: Node<'a>| cx.const_value(it).is_some() || cx.resolve_expr(it.unparen()).is_universe("nil");
    match parent.kind() {
        Kind::SelectorExpr => parent.child(Role::Sel).is_some_and(|it| it.text().starts_with("Is")),
        Kind::BinaryExpr if matches!(parent.op(), Token::LAnd | Token::LOr) => true,
        Kind::BinaryExpr => parent.children().any(|it| it != value && is_fixed(it)),
        Kind::UnaryExpr => parent.op() == Token::Not,
        Kind::IfStmt => true,
        _ => false,
    }
}

fn is_comparison(expr: Node<'_>) -> bool {
    use Token::{Eql, Geq, Gtr, Leq, Lss, Neq};
    matches!(expr.op(), Eql | Neq | Lss | Leq | Gtr | Geq)
}

/// Whether a call takes another value for one that means nothing: `max(n, 1)`, `cmp.Or(name, "none")`.
fn replaces<'a>(cx: &Cx<'a>, call: CallExpr<'a>) -> bool {
    match cx.callee(call) {
        Callee::Builtin(name) => matches!(&*name, "max" | "min"),
        Callee::Func { path, name } => &*path == "cmp" && name == "Or",
        _ => false,
    }
}

/// Whether a call returns a value along with an error: what was read up to the end (io.Reader), or what a program said that
/// ended badly (os/exec: Cmd.Output).
fn means_something<'a>(cx: &Cx<'a>, call: CallExpr<'a>) -> bool {
    const WHOLE: &[&str] =
        &["ReadAll", "ReadDir", "ReadFile", "ReadFrom", "Readdir", "Readdirnames", "Readlink", "ReadLink"];
    let reads = |it: &str| {
        ["Read", "Next", "Token", "Peek", "Recv"].iter().any(|start| it.starts_with(start)) && !WHOLE.contains(&it)
    };
    let is_std = |it: &str| cx.workspace().is_std(it);
    match cx.callee(call) {
        Callee::Func { path, name } if is_std(&path) => {
            matches!(&*path, "io" | "encoding/binary") && reads(&name)
                || (&*path, &*name) == ("io", "CopyN")
                || &*path == "fmt" && name.starts_with("Fscan")
        }
        Callee::Method { path, name, .. } if is_std(&path) => {
            reads(&name) || &*path == "os/exec" && matches!(&*name, "Output" | "CombinedOutput")
        }
        Callee::InterfaceMethod { interface: Some((path, _)), name } if is_std(&path) => reads(&name),
        Callee::Method { name, .. } | Callee::InterfaceMethod { name, .. } if name == "Read" => true,
        Callee::Func { .. } | Callee::Method { .. } => ends(cx, call),
        _ => false,
    }
}

/// Whether a function of the project says by `io.EOF` that there is no more.
fn ends<'a>(cx: &Cx<'a>, call: CallExpr<'a>) -> bool {
    let body = callee_decl(cx, call).and_then(FuncDecl::body);
    let own = body.into_iter().flat_map(|it| it.descendants_skipping(|it| it.kind() == Kind::FuncLit));
    let mut last = own.filter_map(ReturnStmt::cast).filter_map(|it| it.results().last());
    last.any(|it| cx.resolve_expr(it.unparen()).is_external("io", "EOF"))
}

/// Whether a function parses constants: that works always, or never.
fn is_constant<'a>(cx: &Cx<'a>, call: CallExpr<'a>) -> bool {
    let (Callee::Func { name, .. } | Callee::External { name, .. }) = cx.callee(call) else { return false };
    let parses = ["Parse", "Atoi", "From", "Decode", "Compile"].iter().any(|it| name.starts_with(it));
    parses && call.args().next().is_some() && call.args().all(|it| cx.const_value(it).is_some())
}

/// Whether a call of package strconv, or of one like it, reads what a map, the environment or a field may not have; or
/// its zero value says that there is none (netip: Addr.IsValid).
fn may_be_missing<'a>(cx: &Cx<'a>, call: CallExpr<'a>) -> bool {
    let parses = match cx.callee(call) {
        Callee::Func { path, name } => {
            matches!(&*path, "strconv" | "time" | "net/netip") && (name.starts_with("Parse") || name == "Atoi")
        }
        _ => false,
    };
    let first = call.args().next().map(Node::unparen).filter(|_| parses);
    let is_asked_later = matches!(cx.callee(call), Callee::Func { path, .. } if &*path == "net/netip");
    is_asked_later
        || first.is_some_and(|it| match it.kind() {
            Kind::SelectorExpr => {
                let types = cx.types(it.file().id());
                types.zip(SelectorExpr::cast(it)).is_some_and(|(types, it)| types.selection(it).is_some())
            }
            Kind::IndexExpr => {
                let map = it.child(Role::X);
                let types = cx.types(it.file().id());
                types.zip(map).is_some_and(|(types, map)| {
                    matches!(types.form(types.underlying(types.type_of(map))), Form::Map(..))
                })
            }
            Kind::CallExpr => CallExpr::cast(it).is_some_and(|it| {
                let name = match cx.callee(it) {
                    Callee::Func { name, .. } | Callee::Method { name, .. } | Callee::InterfaceMethod { name, .. } => {
                        name
                    }
                    _ => String::new(),
                };
                matches!(
                    &*name,
                    "Getenv" | "Get" | "FormValue" | "PostFormValue" | "PathValue" | "Value" | "Query" | "Param"
                )
            }),
            _ => false,
        })
}
