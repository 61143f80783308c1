//! The results of functions: whether the last one is an error, and what to return in the places of the others.

use gofix_semantic::{
    Tri,
    types::{Form, Ty},
};
use gofix_syntax::{
    Kind, Node, Role,
    ast::{AstNode, FuncDecl, FuncLit, FuncType},
};

use crate::{Cx, Decline};

/// One result of a function.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct ResultSlot<'a> {
    /// The identifier that names it.
    pub name: Option<Node<'a>>,
    /// Its type as it is written.
    pub written: Node<'a>,
    /// Its type.
    pub ty: Ty,
}

/// The type of a `FuncDecl` or `FuncLit`, as it is written.
pub fn func_type(func: Node<'_>) -> Option<FuncType<'_>> {
    FuncDecl::cast(func).map(FuncDecl::func_type).or_else(|| FuncLit::cast(func).map(FuncLit::func_type))
}

/// The types of the parameters and of the results of a `FuncDecl` or `FuncLit`; none if they are not known.
pub fn signature<'a>(cx: &Cx<'a>, func: Node<'a>) -> Option<(Vec<Ty>, Vec<Ty>)> {
    let types = cx.types(func.file().id())?;
    let named = FuncDecl::cast(func).map_or(func, FuncDecl::name);
    match types.form(types.type_of(named)) {
        Form::Func { params, results, .. } => Some((params, results)),
        _ => None,
    }
}

/// The results of a `FuncDecl` or `FuncLit`, in order.
pub fn results<'a>(cx: &Cx<'a>, func: Node<'a>) -> Vec<ResultSlot<'a>> {
    let fields = func_type(func).and_then(FuncType::results);
    let mut slots = Vec::new();
    for field in fields.into_iter().flat_map(|it| it.children_in(Role::List)) {
        let Some(written) = field.child(Role::Type) else { continue };
        let before = slots.len();
        let slot = |name| ResultSlot { name, written, ty: Ty::UNKNOWN };
        slots.extend(field.children_in(Role::Names).map(|name| slot(Some(name))));
        if slots.len() == before {
            slots.push(slot(None));
        }
    }
    if !slots.is_empty()
        && let Some((_, types)) = signature(cx, func).filter(|it| it.1.len() == slots.len())
    {
        slots.iter_mut().zip(types).for_each(|(slot, ty)| slot.ty = ty);
    }
    slots
}

impl<'a> ResultSlot<'a> {
    /// Whether its type is the predeclared `error`.
    pub fn is_error(&self, cx: &Cx<'a>) -> Tri {
        let written = self.written.unparen();
        match cx.types(written.file().id()) {
            Some(types) if self.ty != Ty::UNKNOWN => types.is_error_type(self.ty).into(),
            _ if written.as_ident() == Some("error") => cx.is_universe("error", written),
            _ => Tri::Unknown,
        }
    }

    /// Whether its type has a method `Error() string`.
    pub fn implements_error(&self, cx: &Cx<'a>) -> Tri {
        match cx.types(self.written.file().id()) {
            Some(types) if self.ty != Ty::UNKNOWN => types.implements(self.ty, types.error_type()),
            _ => Tri::Unknown,
        }
    }

    /// The zero value of its type, as an expression: `nil`, `0`, `""`, `false`, `T{}`.
    ///
    /// # Errors
    /// It cannot be told, or not be written on one line.
    pub fn zero_value(&self, cx: &Cx<'a>) -> Result<String, Decline> {
        let text = self.written.unparen().text();
        let unknown =
            || Decline::new(format!("the zero value of {} is not known", text.lines().next().unwrap_or_default()));
        let types = cx.types(self.written.file().id()).ok_or_else(unknown)?;
        match types.form(types.underlying(self.ty)) {
            Form::Basic(basic) => match basic.text() {
                "bool" => Ok("false".to_owned()),
                "string" => Ok("\"\"".to_owned()),
                "unsafe.Pointer" => Ok("nil".to_owned()),
                _ => Ok("0".to_owned()),
            },
            Form::Pointer(_)
            | Form::Slice(_)
            | Form::Map(..)
            | Form::Chan { .. }
            | Form::Func { .. }
            | Form::Interface(_) => Ok("nil".to_owned()),
            Form::Struct(_) | Form::Array(..) if !text.contains('\n') => Ok(format!("{text}{{}}")),
            Form::TypeParam(_) => Ok(format!("*new({text})")),
            _ => Err(unknown()),
        }
    }
}

/// What a `return` at `site` has to say for all results of `func` but the last: their zero values.
///
/// # Errors
/// One of them cannot be told, or a name that it takes means something else at `site`.
pub fn zero_values<'a>(cx: &Cx<'a>, func: Node<'a>, site: Node<'a>) -> Result<Vec<String>, Decline> {
    let mut slots = results(cx, func);
    slots.pop();
    let value = |slot: ResultSlot<'a>| {
        let text = slot.zero_value(cx)?;
        let written = slot.written.unparen();
        let is_spelled = text.contains(written.text());
        let names = [written].into_iter().chain(written.descendants()).filter(|it| it.as_ident().is_some());
        let means_else = |it: Node<'a>| {
            it.role() != Role::Sel && cx.workspace().local(it.text(), site) != cx.workspace().local(it.text(), it)
        };
        if let Some(hidden) = names.filter(|_| is_spelled).find(|it| means_else(*it)) {
            return Err(Decline::new(format!("{} means something else here", hidden.text())));
        }
        let predeclared = ["nil", "false", "new"].into_iter().find(|it| text.trim_start_matches('*').starts_with(it));
        match predeclared.filter(|it| !is_spelled && !cx.is_universe(it, site).is_yes()) {
            Some(name) => Err(Decline::new(format!("{name} means something else here"))),
            None => Ok(text),
        }
    };
    slots.into_iter().map(value).collect()
}

/// The type that a method is declared for, a pointer looked through.
pub fn receiver_type<'a>(cx: &Cx<'a>, method: FuncDecl<'a>) -> Ty {
    let Some(types) = cx.types(method.node().file().id()) else { return Ty::UNKNOWN };
    let field = method.recv().and_then(|it| it.children_in(Role::List).next());
    let named = field.and_then(|it| it.child(Role::Names)).map(|it| types.type_of(it));
    let ty = named.filter(|it| *it != Ty::UNKNOWN).or_else(|| {
        let name = receiver_name(method)?;
        Some(types.named_type(method.node().file().id(), &cx.package().import_path()?, name))
    });
    match ty.map(|it| (it, types.form(it))) {
        Some((_, Form::Pointer(to))) => to,
        Some((ty, _)) => ty,
        None => Ty::UNKNOWN,
    }
}

/// The name of the type that a method is declared for.
pub fn receiver_name(method: FuncDecl<'_>) -> Option<&str> {
    let mut ty = method.recv()?.children_in(Role::List).next()?.child(Role::Type)?.unparen();
    while let Some(inner) =
        matches!(ty.kind(), Kind::StarExpr | Kind::IndexExpr | Kind::IndexListExpr).then(|| ty.child(Role::X)).flatten()
    {
        ty = inner.unparen();
    }
    ty.as_ident()
}

/// The declared name of the function around `node`, that of a literal's being its declaration's.
pub fn func_name(node: Node<'_>) -> Option<&str> {
    let decl = [node].into_iter().chain(node.ancestors()).find(|it| it.kind() == Kind::FuncDecl);
    decl.and_then(FuncDecl::cast).map(|it| it.name().text())
}
