//! Values whose static type changes, as arguments of calls.

use gofix_semantic::types::{Callee, Form, Ty, Types, Value};
use gofix_syntax::{
    Kind, Node, Role,
    ast::{AstNode, CallExpr},
};

use crate::{Cx, Decline};

/// Declines unless `arg` of `call` is converted to an interface as it was before.
pub(super) fn value<'a>(cx: &Cx<'a>, call: Node<'a>, arg: Node<'a>) -> Result<(), Decline> {
    let Some(call) = CallExpr::cast(call) else { return unclear() };
    let index = call.args().take_while(|it| *it != arg).count();
    if call.has_ellipsis() && index + 1 == call.args().count() {
        return unclear();
    }
    argument(cx, call, index, call.args().count())
}

/// The same for one of several results that are all arguments of a call.
pub(super) fn tuple<'a>(cx: &Cx<'a>, call: Node<'a>, index: usize) -> Result<(), Decline> {
    let Some(call) = CallExpr::cast(call) else { return unclear() };
    argument(cx, call, index, usize::MAX)
}

fn argument<'a>(cx: &Cx<'a>, call: CallExpr<'a>, index: usize, args: usize) -> Result<(), Decline> {
    let Some(types) = cx.types(call.node().file().id()) else { return unclear() };
    match cx.callee(call) {
        Callee::Conversion(ty) if is_interface(types, ty) => return Ok(()),
        Callee::Conversion(_) | Callee::Unknown | Callee::External { .. } => return unclear(),
        Callee::Builtin(name) if &*name == "append" && index > 0 => return Ok(()),
        Callee::Builtin(name) if &*name == "panic" => return Ok(()),
        Callee::Builtin(_) => return unclear(),
        Callee::Func { .. } => {
            let declared = named(call).map_or(Ty::UNKNOWN, |it| types.type_of_object(it));
            let (params, variadic) = params(types, declared)?;
            let param = param(types, &params, variadic, index)?;
            if has_type_param(types, param) {
                return Err("a type argument is inferred from its value".into());
            }
        }
        _ => {}
    }
    let (params, variadic) = params(types, types.type_of(call.fun()))?;
    let ty = param(types, &params, variadic, index)?;
    if !is_interface(types, ty) {
        return unclear();
    }
    let is_rest = variadic && index + 1 >= params.len();
    let fixed = params.len().saturating_sub(1);
    match is_rest && is_string(types, &params) && !is_printable(cx, call, fixed, index.saturating_sub(fixed), args) {
        true => Err("a format says how its value is printed".into()),
        false => Ok(()),
    }
}

/// The name of the function that is called.
fn named(call: CallExpr<'_>) -> Option<Node<'_>> {
    let mut fun = call.fun();
    loop {
        fun = match fun.kind() {
            Kind::Ident => return Some(fun),
            Kind::SelectorExpr => fun.child(Role::Sel)?,
            Kind::ParenExpr | Kind::IndexExpr | Kind::IndexListExpr => fun.child(Role::X)?,
            _ => return None,
        };
    }
}

fn params(types: &Types<'_>, func: Ty) -> Result<(Vec<Ty>, bool), Decline> {
    match types.form(types.underlying(func)) {
        Form::Func { params, variadic, .. } => Ok((params, variadic)),
        _ => unclear(),
    }
}

fn param(types: &Types<'_>, params: &[Ty], variadic: bool, index: usize) -> Result<Ty, Decline> {
    let last = params.len().saturating_sub(1);
    let Some(&ty) = params.get(if variadic { index.min(last) } else { index }) else { return unclear() };
    match types.form(ty) {
        Form::Slice(element) if variadic && index >= last => Ok(element),
        _ => Ok(ty),
    }
}

fn is_interface(types: &Types<'_>, ty: Ty) -> bool {
    matches!(types.form(types.underlying(ty)), Form::Interface(_))
}

/// Types are looked into so deep.
const MAX_TYPES: usize = 60;

fn has_type_param(types: &Types<'_>, ty: Ty) -> bool {
    let (mut open, mut seen) = (vec![ty], 0);
    while let Some(ty) = open.pop() {
        seen += 1;
        match types.form(ty) {
            Form::TypeParam(_) | Form::Unknown => return true,
            _ if seen > MAX_TYPES => return true,
            Form::Named { args, .. } => open.extend(args),
            Form::Pointer(to) | Form::Slice(to) | Form::Array(to, _) => open.push(to),
            Form::Map(a, b) => open.extend([a, b]),
            Form::Chan { element, .. } => open.push(element),
            Form::Func { params, results, .. } => open.extend(params.into_iter().chain(results)),
            _ => {}
        }
    }
    false
}

/// Whether what comes before the last parameter is a string, such as a format.
fn is_string(types: &Types<'_>, params: &[Ty]) -> bool {
    let before = params.len().checked_sub(2).and_then(|it| params.get(it));
    before.is_some_and(|it| matches!(types.form(types.underlying(*it)), Form::Basic(_)))
}

/// Whether a format, if it is constant, prints the argument at `index` behind the `fixed` ones in a way that suits any type.
/// What `go vet` cannot tell of an interface, it can tell of other types.
fn is_printable<'a>(cx: &Cx<'a>, call: CallExpr<'a>, fixed: usize, index: usize, args: usize) -> bool {
    let format = call.args().nth(fixed.saturating_sub(1)).filter(|_| args != usize::MAX);
    let Some(format) = format else { return args != usize::MAX };
    let text = match cx.types(format.file().id()).and_then(|it| it.const_value(format)) {
        Some(Value::Str(text)) => text,
        _ => return true,
    };
    match verbs(&text) {
        Some(verbs) => verbs.get(index).is_none_or(|it| matches!(it, b'v' | b'T')),
        None => false,
    }
}

/// The verbs of a format, one for each argument (package fmt). None if it says which argument is which, or takes widths from
/// them.
fn verbs(format: &[u8]) -> Option<Vec<u8>> {
    let mut verbs = Vec::new();
    let mut bytes = format.iter().copied();
    while bytes.by_ref().any(|it| it == b'%') {
        match bytes.find(|it| !matches!(it, b'+' | b'#' | b'-' | b' ' | b'.' | b'0'..=b'9')) {
            Some(b'%') => {}
            Some(b'*' | b'[') => return None,
            Some(verb) => verbs.push(verb),
            None => break,
        }
    }
    Some(verbs)
}

fn unclear<T>() -> Result<T, Decline> {
    Err("what becomes of its value cannot be told".into())
}

#[cfg(test)]
mod tests {
    use super::verbs;

    #[test]
    fn verbs_of_formats() {
        assert_eq!(verbs(b"%d of %+v, 100%%: %6.2f%").as_deref(), Some(&b"dvf"[..]));
        assert_eq!((verbs(b"%*d"), verbs(b"%[1]d")), (None, None));
        assert_eq!(verbs(b"none"), Some(Vec::new()));
    }
}
