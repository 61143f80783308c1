//! What a function returns.

use crate::{
    Cx, Decline,
    result_type::{Concrete, is_same_everywhere},
    semantic::{
        Def, Res,
        types::{Callee, Form, Ty, Types},
    },
    syntax::{
        Kind, Node,
        ast::{AstNode, CallExpr, DeferStmt, FuncDecl, ReturnStmt},
    },
};

use super::{interface::Slot, non_nil};

/// What a function returns as one of its results, wherever it returns.
pub struct Returned {
    /// The type of it.
    pub to: Concrete,
    /// Whether it is nil somewhere, with an error.
    pub nil_with_error: bool,
}

const UNKNOWN: &str = "the type of what it returns cannot be told";

/// What `func` returns for `slot`. None if it never returns.
pub fn returned<'a>(cx: &Cx<'a>, func: FuncDecl<'a>, slot: &Slot<'a>) -> Result<Option<Returned>, Decline> {
    let Some(body) = func.body() else { return Ok(None) };
    let Some(types) = cx.types(func.node().file().id()) else {
        return Err(UNKNOWN.into());
    };
    let returns = body.descendants_skipping(|it| it.kind() == Kind::FuncLit).filter_map(ReturnStmt::cast);
    let returns: Vec<ReturnStmt<'a>> = returns.collect();
    if returns.is_empty() {
        return Ok(None);
    }
    let (mut values, mut nils) = (Vec::new(), Vec::new());
    for stmt in returns {
        let results: Vec<Node<'a>> = stmt.results().collect();
        match results[..] {
            [] => return Err("it returns without saying what".into()),
            [call] if slot.of > 1 => values.push((call, in_tuple(types, call, slot.index))),
            _ if results.len() != slot.of => return Err(UNKNOWN.into()),
            _ => {
                let value = results[slot.index];
                match cx.resolve_expr(value.unparen()).is_universe("nil") {
                    true => nils.push(results),
                    false => values.push((value, types.type_of(value))),
                }
            }
        }
    }
    let Some(&(first, ty)) = values.first() else { return Err("it returns nil alone".into()) };
    nils.iter().try_for_each(|it| non_nil::beside(cx, func, it))?;
    let nil_with_error = !nils.is_empty();
    for (value, other) in &values {
        is_concrete(types, *other)?;
        if !types.identical(ty, *other).is_yes() {
            return Err("it returns values of several types".into());
        }
        if !is_same_everywhere(cx, *value) {
            return Err("what its type is depends on the build".into());
        }
    }
    let to = Concrete::of(types, ty).ok_or("its type is generic or has no name")?;
    if is_local(cx, first, &to) {
        return Err("its type is declared in a function".into());
    }
    is_value(types, ty, &to, nil_with_error)?;
    recovers(cx, body)?;
    Ok(Some(Returned { to, nil_with_error }))
}

/// The type of one of the results of a call that is returned as a whole.
fn in_tuple<'a>(types: &Types<'a>, call: Node<'a>, index: usize) -> Ty {
    match types.form(types.type_of(call)) {
        Form::Tuple(all) => all.get(index).copied().unwrap_or(Ty::UNKNOWN),
        _ => Ty::UNKNOWN,
    }
}

fn is_concrete(types: &Types<'_>, ty: Ty) -> Result<(), Decline> {
    match types.form(types.underlying(ty)) {
        _ if ty == Ty::UNKNOWN => Err(UNKNOWN.into()),
        Form::Unknown => Err(UNKNOWN.into()),
        Form::Interface(_) => Err("it returns a value of an interface".into()),
        Form::TypeParam(_) => Err("its type is generic or has no name".into()),
        _ => Ok(()),
    }
}

/// Whether the type is declared inside a function, where its name means something else or nothing.
fn is_local<'a>(cx: &Cx<'a>, value: Node<'a>, to: &Concrete) -> bool {
    let found = cx.workspace().local(&to.name, value);
    found.is_some_and(|it| it.kind() == crate::semantic::DefKind::Type)
}

/// Declines if values of the type are not as good as pointers.
fn is_value(types: &Types<'_>, ty: Ty, to: &Concrete, nil: bool) -> Result<(), Decline> {
    if to.pointer {
        return Ok(());
    }
    if nil {
        return Err("it may return nil, which is no value of its type".into());
    }
    match types.form(types.underlying(ty)) {
        Form::Func { .. } => Err("its type is one of functions".into()),
        _ if holds_lock(types, ty) => Err("values of its type must not be copied".into()),
        _ => Ok(()),
    }
}

/// Types are looked into so deep.
const MAX_TYPES: usize = 200;

/// Whether values of a type have parts that can be locked, which `go vet` wants nobody to copy.
fn holds_lock(types: &Types<'_>, ty: Ty) -> bool {
    let (mut open, mut seen) = (vec![ty], Vec::new());
    while let Some(ty) = open.pop() {
        if seen.contains(&ty) {
            continue;
        }
        if seen.len() > MAX_TYPES {
            return true;
        }
        seen.push(ty);
        if let Form::Named { path, .. } = types.form(ty)
            && (matches!(&*path, "sync" | "sync/atomic") || can_be_locked(types, ty))
        {
            return true;
        }
        match types.form(types.underlying(ty)) {
            Form::Struct(fields) => open.extend(fields.iter().map(|it| it.ty)),
            Form::Array(element, _) => open.push(element),
            Form::Unknown => return true,
            _ => {}
        }
    }
    false
}

fn can_be_locked(types: &Types<'_>, ty: Ty) -> bool {
    let methods = types.method_set(types.pointer_to(ty));
    methods.is_none_or(|it| ["Lock", "Unlock"].iter().all(|name| it.iter().any(|it| it.name == *name)))
}

/// Declines if a deferred call may end a panic, after which the function returns nil.
pub(super) fn recovers<'a>(cx: &Cx<'a>, body: Node<'a>) -> Result<(), Decline> {
    let deferred = body.descendants_skipping(|it| it.kind() == Kind::FuncLit).filter_map(DeferStmt::cast);
    for call in deferred.filter_map(|it| CallExpr::cast(it.call())) {
        let fun = call.fun().unparen();
        let may_recover = match cx.callee(call) {
            Callee::FuncValue if fun.kind() == Kind::FuncLit => calls_recover(cx, fun),
            Callee::FuncValue => !is_cancel(cx, fun),
            Callee::Func { .. } | Callee::Method { .. } => match declaration(cx, call) {
                Some(decl) => calls_recover(cx, decl),
                None => false,
            },
            Callee::InterfaceMethod { .. } | Callee::Builtin(_) | Callee::Conversion(_) => false,
            Callee::External { .. } | Callee::Unknown => true,
        };
        if may_recover {
            return Err("a deferred call may recover from a panic, and then it returns nil".into());
        }
    }
    Ok(())
}

fn calls_recover<'a>(cx: &Cx<'a>, func: Node<'a>) -> bool {
    func.descendants().filter_map(CallExpr::cast).any(|it| cx.is_builtin_call(it, "recover"))
}

/// Whether a function value cancels a context.
fn is_cancel<'a>(cx: &Cx<'a>, fun: Node<'a>) -> bool {
    let Some(types) = cx.types(fun.file().id()) else { return false };
    matches!(types.form(types.type_of(fun)), Form::Named { path, name, .. }
        if &*path == "context" && matches!(&*name, "CancelFunc" | "CancelCauseFunc"))
}

/// The declaration of what is called, in the project.
pub(super) fn declaration<'a>(cx: &Cx<'a>, call: CallExpr<'a>) -> Option<Node<'a>> {
    let types = cx.types(call.node().file().id())?;
    let fun = call.fun().unparen();
    let selector = crate::syntax::ast::SelectorExpr::cast(fun);
    let selected = selector.and_then(|it| types.selection(it)).and_then(|it| it.declaration);
    let named = || types.object_of(selector.map_or(fun, |it| it.sel())).and_then(|it| it.ident);
    let ident = selected.or_else(named)?;
    ident.parent().filter(|it| it.kind() == Kind::FuncDecl)
}

/// Whether a name denotes a variable of a function.
pub(super) fn local<'a>(cx: &Cx<'a>, ident: Node<'a>) -> Option<Def<'a>> {
    match cx.resolve(ident) {
        Res::Def(def) if def.is_variable() && !def.is_package_level() => Some(def),
        _ => None,
    }
}
