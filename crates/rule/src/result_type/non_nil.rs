//! Errors that are not nil, by proof.

use crate::{
    Cx, Decline,
    errors::{Sentinel, sentinel},
    flow::{self, Facts, How, NonNil},
    semantic::{
        Def,
        types::{Callee, Form},
    },
    syntax::{
        Kind, Node, Role, Token,
        ast::{AstNode, CallExpr, FuncDecl, ReturnStmt},
    },
};

use super::{
    lasting,
    returned::{declaration, local, recovers},
};

/// Functions that return an error, and nil only if they are given nil for one.
const MAKERS: &[(&str, &str)] = &[
    ("errors", "New"),
    ("fmt", "Errorf"),
    ("github.com/pkg/errors", "New"),
    ("github.com/pkg/errors", "Errorf"),
    ("golang.org/x/xerrors", "New"),
    ("golang.org/x/xerrors", "Errorf"),
];

/// The same, as long as their first argument is an error that is not nil.
pub(super) const WRAPPERS: &[(&str, &str)] = &[
    ("github.com/pkg/errors", "Wrap"),
    ("github.com/pkg/errors", "Wrapf"),
    ("github.com/pkg/errors", "WithMessage"),
    ("github.com/pkg/errors", "WithMessagef"),
    ("github.com/pkg/errors", "WithStack"),
    ("errors", "Join"),
];

/// Functions of the project are looked into so deep.
const MAX_DEPTH: u32 = 3;

/// Declines unless the last of the values that a function returns is an error that is not nil.
pub(super) fn beside<'a>(cx: &Cx<'a>, func: FuncDecl<'a>, results: &[Node<'a>]) -> Result<(), Decline> {
    let is_error = |it: Node<'a>| cx.resolve_expr(it).is_universe("error");
    let fields = func.func_type().results().into_iter().flat_map(|it| it.children_in(Role::List));
    let last = fields.last().and_then(|it| it.child(Role::Type)).is_some_and(is_error);
    match results.last() {
        Some(error) if last => match is_non_nil(cx, *error, 0) && lasting::keeps_error(cx, func) {
            true => Ok(()),
            false => Err("it may return nil without an error".into()),
        },
        _ => Err("it may return nil without an error".into()),
    }
}

pub(super) fn is_non_nil<'a>(cx: &Cx<'a>, expr: Node<'a>, depth: u32) -> bool {
    let expr = expr.unparen();
    if let Some(call) = CallExpr::cast(expr) {
        return is_made(cx, call, depth);
    }
    match expr.kind() {
        Kind::CompositeLit => true,
        Kind::UnaryExpr => expr.op() == Token::And,
        Kind::Ident if local(cx, expr).is_some() => {
            Facts::new(cx, expr).is_some_and(|it| it.non_nil(expr) == NonNil::Proved)
        }
        Kind::Ident | Kind::SelectorExpr => matches!(sentinel(cx, expr), Ok(Some(it)) if is_kept(cx, &it, depth)),
        _ => false,
    }
}

/// Whether a variable of a package holds an error for good: it is declared with one, and nothing in the project assigns it
/// another one. Those of the standard library do.
fn is_kept<'a>(cx: &Cx<'a>, it: &Sentinel<'a>, depth: u32) -> bool {
    if it.is_const || cx.workspace().is_std(&it.path) {
        return true;
    }
    let Some((ident, spec)) = it.ident.and_then(|it| Some((it, it.parent()?))).filter(|_| depth < MAX_DEPTH) else {
        return false;
    };
    let at = spec.children_in(Role::Names).take_while(|it| *it != ident).count();
    let value = spec.children_in(Role::Values).nth(at);
    let is_own = cx.workspace().project().files().get(ident.file().id().0 as usize).is_some();
    let is_error = value.is_some_and(|it| is_non_nil(cx, it, depth + 1) || (!is_own && is_new(cx, it)));
    is_error && (!is_own || Def::of(ident).is_some_and(|it| is_never_written(cx, it)))
}

/// Whether an expression outside the project makes an error.
fn is_new<'a>(cx: &Cx<'a>, expr: Node<'a>) -> bool {
    let fun = CallExpr::cast(expr.unparen()).map(|it| cx.workspace().resolve_expr(it.fun().unparen()));
    fun.is_some_and(|it| MAKERS.iter().any(|(path, name)| it.is_external(path, name)))
}

/// Whether nothing in the project assigns a variable of a package, or takes its address.
fn is_never_written<'a>(cx: &Cx<'a>, def: Def<'a>) -> bool {
    let references = cx.references_of(def);
    let is_read = |site: Node<'a>| {
        let named = site.parent().filter(|it| it.kind() == Kind::SelectorExpr && site.role() == Role::Sel);
        let how = flow::how(cx, named.unwrap_or(site));
        !matches!(how, How::Assigned(_) | How::PartAssigned(_) | How::AddressTaken(_) | How::Sliced(_) | How::Other)
    };
    references.is_complete() && references.sites.iter().all(|it| is_read(*it))
}

/// Whether what a call returns is an error that is not nil.
fn is_made<'a>(cx: &Cx<'a>, call: CallExpr<'a>, depth: u32) -> bool {
    let first = |depth| call.args().next().is_some_and(|it| is_non_nil(cx, it, depth));
    match cx.callee(call) {
        Callee::Func { path, name } | Callee::External { path, name } if MAKERS.contains(&(&*path, &*name)) => true,
        Callee::Func { path, name } | Callee::External { path, name } if WRAPPERS.contains(&(&*path, &*name)) => {
            first(depth)
        }
        Callee::Conversion(ty) => {
            let types = cx.types(call.node().file().id());
            types.is_some_and(|it| matches!(it.form(it.underlying(ty)), Form::Basic(_) | Form::Struct(_)))
        }
        Callee::InterfaceMethod { interface: Some((path, _)), name } => {
            &*path == "context" && &*name == "Err" && is_behind_done(call.node())
        }
        Callee::Func { .. } | Callee::Method { .. } if depth < MAX_DEPTH => {
            let decl = declaration(cx, call).and_then(FuncDecl::cast);
            let decl = decl.filter(|it| {
                let file = it.node().file();
                file.id() == call.node().file().id() || !cx.is_constrained(file)
            });
            decl.is_some_and(|it| always_fails(cx, it, call, depth + 1))
        }
        _ => false,
    }
}

/// Whether the last result of a function that `call` calls is never nil: it is an error that is not, or an argument that
/// is not.
fn always_fails<'a>(cx: &Cx<'a>, func: FuncDecl<'a>, call: CallExpr<'a>, depth: u32) -> bool {
    let Some(body) = func.body() else { return false };
    if recovers(cx, body).is_err() || !lasting::keeps_error(cx, func) {
        return false;
    }
    let returns = body.descendants_skipping(|it| it.kind() == Kind::FuncLit).filter_map(ReturnStmt::cast);
    let results = func.func_type().results().map_or(0, |it| it.children_in(Role::List).count());
    let fields = func.func_type().params().children_in(Role::List);
    let params: Vec<Node<'a>> = fields.flat_map(|it| it.children_in(Role::Names)).collect();
    let is_argument = |it: Node<'a>| {
        let def = local(cx, it.unparen()).filter(|def| cx.local(*def).is_some_and(|it| it.writes().next().is_none()));
        let index = def.and_then(|def| params.iter().position(|it| *it == def.ident()));
        let arg = index.filter(|_| !call.has_ellipsis()).and_then(|it| call.args().nth(it));
        arg.is_some_and(|it| is_non_nil(cx, it, depth))
    };
    let mut last = returns.map(|it| it.results().last().filter(|_| it.results().count() == results));
    last.all(|it| it.is_some_and(|it| is_non_nil(cx, it, depth) || is_argument(it)))
}

/// Whether `ctx.Err()` is behind `case <-ctx.Done():`, where it is not nil (package context).
fn is_behind_done(call: Node<'_>) -> bool {
    let Some(context) = call.text().strip_suffix(".Err()") else { return false };
    let clause = call.ancestors().find(|it| it.kind() == Kind::CommClause);
    let comm = clause.and_then(|it| it.child(Role::Comm));
    comm.is_some_and(|it| it.text().strip_prefix("<-").and_then(|it| it.strip_suffix(".Done()")) == Some(context))
}
