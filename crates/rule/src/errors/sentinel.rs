//! Values that errors are compared with.

use std::rc::Rc;

use gofix_semantic::{
    Def,
    types::{Form, ObjectKind},
};
use gofix_syntax::{
    Kind, Node,
    ast::{AstNode, SelectorExpr, ValueSpec},
};

use crate::{
    Cx, Decline,
    flow::{How, how},
};

/// A variable of a package that holds an error, or a constant error such as `syscall.EEXIST`.
#[derive(Clone, Debug)]
pub struct Sentinel<'a> {
    /// The expression that names it.
    pub expr: Node<'a>,
    /// The import path of its package.
    pub path: Rc<str>,
    /// Its name there.
    pub name: String,
    /// The identifier that declares it, which may be in a file outside the project.
    pub ident: Option<Node<'a>>,
    /// Whether it is a constant.
    pub is_const: bool,
}

impl<'a> Sentinel<'a> {
    /// Whether it is `name` of the package `path`.
    pub fn is(&self, path: &str, name: &str) -> bool {
        *self.path == *path && self.name == name
    }

    /// Whether both are the same.
    pub fn same(&self, other: &Sentinel<'_>) -> bool {
        self.is(&other.path, &other.name)
    }

    /// Whether other errors say that they are it, by a method `Is`: `syscall.ENOENT` is `fs.ErrNotExist` (syscall:
    /// `Errno.Is`).
    pub fn is_class(&self) -> bool {
        matches!(&*self.path, "os" | "io/fs" | "internal/oserror" | "errors")
            && matches!(&*self.name, "ErrNotExist" | "ErrExist" | "ErrPermission" | "ErrUnsupported" | "ErrInvalid")
    }

    /// Whether it is no failure but an answer to whoever called back, which is to get it as it is (io/fs: SkipDir).
    pub fn is_signal(&self) -> bool {
        self.name.starts_with("Skip") || self.name.starts_with("ErrSkip") || self.name.contains("StopIter")
    }

    /// Whether it is a variable that may hold this error and that: it is declared without one, or with one that has another
    /// name, or something assigns it or takes its address.
    pub(super) fn varies(&self, cx: &Cx<'a>) -> bool {
        let is_ours = |it: &Node<'a>| cx.workspace().outside_path(it.file().id()).is_none();
        let Some(ident) = self.ident.filter(|it| !self.is_const && is_ours(it)) else { return false };
        let Some(spec) = ident.parent().and_then(ValueSpec::cast) else { return false };
        let values: Vec<Node<'a>> = spec.values().map(Node::unparen).collect();
        let at = spec.names().position(|it| it == ident);
        let value = at.and_then(|it| values.get(it)).filter(|_| values.len() == spec.names().count());
        if values.is_empty() || value.is_some_and(|it| matches!(it.kind(), Kind::Ident | Kind::SelectorExpr)) {
            return true;
        }
        let uses = Def::of(ident).map(|it| cx.references_of(it).sites).unwrap_or_default();
        uses.into_iter().any(|it| matches!(how(cx, it), How::Assigned(_) | How::AddressTaken(_)))
    }
}

/// The sentinel that `expr` names. `Ok(None)`: it is something else.
///
/// # Errors
/// It is a name of a package of which nothing is known.
pub fn sentinel<'a>(cx: &Cx<'a>, expr: Node<'a>) -> Result<Option<Sentinel<'a>>, Decline> {
    let expr = expr.unparen();
    let name = match SelectorExpr::cast(expr) {
        Some(selector) => selector.sel(),
        None if expr.as_ident().is_some() => expr,
        None => return Ok(None),
    };
    let Some(types) = cx.types(expr.file().id()) else { return Ok(None) };
    if SelectorExpr::cast(expr).is_some_and(|it| types.selection(it).is_some()) {
        return Ok(None);
    }
    let Some(object) = types.object_of(name) else { return Ok(None) };
    let found = |is_const| Sentinel {
        expr,
        path: Rc::clone(&object.path),
        name: object.name.clone(),
        ident: object.ident,
        is_const,
    };
    let ty = types.type_of_object(name);
    match object.kind {
        _ if object.local || object.path.is_empty() => Ok(None),
        ObjectKind::Var if types.is_error_type(ty) => Ok(Some(found(false))),
        ObjectKind::Const => {
            let is_named = matches!(types.form(ty), Form::Named { .. });
            let is_error = is_named && types.implements(ty, types.error_type()).is_yes();
            Ok(is_error.then(|| found(true)))
        }
        ObjectKind::External => {
            Err(Decline::new(format!("what {} is cannot be told: its package was not found", expr.text())))
        }
        _ => Ok(None),
    }
}
