//! What generic code may do with values of the struct: call methods that its constraints ask for, or assert that there are
//! some.

use std::collections::BTreeSet;

use gofix_rule::{
    Cx, Decline,
    semantic::{
        types::{Callee, Form, Object, ObjectKind, Ty, Types},
        written_type,
    },
    slots::takes_as_is,
    syntax::{
        Kind, Node, Role, SourceFile,
        ast::{AstNode, CallExpr, FuncDecl, TypeSpec},
    },
};

use super::values::UNKNOWN;

pub(super) const GENERIC: &str = "it is given to something generic, which may call its methods";

/// In larger types anything may be.
const MAX_TYPES: usize = 400;

/// A function or type with type parameters.
pub(super) struct Generic<'a> {
    cx: Cx<'a>,
    /// The constraints.
    constraints: Vec<Node<'a>>,
    /// Whether its body is looked at for assertions: it is in one of the project's own files.
    is_own: bool,
}

impl<'a> Generic<'a> {
    /// What an expression names, which may have type arguments with it. None if it has no declaration; without constraints
    /// if that has no type parameters.
    pub(super) fn named(cx: &Cx<'a>, types: &Types<'a>, named: Node<'a>) -> Option<Generic<'a>> {
        let ident = named_by(named)?;
        let decl = types.object_of(ident)?.ident?.parent()?;
        let params = match FuncDecl::cast(decl) {
            Some(func) => func.func_type().type_params(),
            None => TypeSpec::cast(decl)?.type_params(),
        };
        let fields = params.into_iter().flat_map(|it| it.children_in(Role::List));
        let constraints = fields.filter_map(|it| it.child(Role::Type)).collect();
        let project = cx.workspace().project();
        let file = decl.file();
        let own = project.files().get(file.id().0 as usize).filter(|it| !it.in_vendor());
        let is_own = own.is_some() && cx.workspace().file(file.id()).is_some_and(|it| std::ptr::eq(it, file));
        Some(Generic { cx: *cx, constraints, is_own })
    }

    /// Whether it has no type parameters.
    pub(super) fn is_plain(&self) -> bool {
        self.constraints.is_empty()
    }

    /// Whether no type parameter asks for methods. They may ask for types that are written as made of others: `~[]E`.
    fn calls_nothing(&self) -> bool {
        self.constraints.iter().all(|it| {
            let of = it.child(Role::X).filter(|_| it.kind() == Kind::UnaryExpr).unwrap_or(*it);
            let is_made =
                matches!(of.kind(), Kind::ArrayType | Kind::MapType | Kind::ChanType | Kind::FuncType | Kind::StarExpr);
            is_made || self.takes_any(*it)
        })
    }

    /// Whether no type parameter asks for methods, or for types that are made of others.
    pub(super) fn takes_all(&self) -> bool {
        self.constraints.iter().all(|it| self.takes_any(*it))
    }

    /// Whether a constraint is the predeclared `any` or `comparable`, or is written as the empty interface.
    fn takes_any(&self, constraint: Node<'a>) -> bool {
        match constraint.text() {
            "interface{}" => true,
            // Other code than the project's is let off only if it is the standard library's, where these mean what they say.
            name @ ("any" | "comparable") => !self.is_own || self.cx.is_universe(name, constraint).is_yes(),
            _ => false,
        }
    }

    /// Declines if it may call methods, or assert that there are some where nobody looks.
    pub(super) fn takes(&self) -> Result<(), Decline> {
        if self.calls_nothing() && self.is_own { Ok(()) } else { Err(GENERIC.into()) }
    }
}

/// The identifier that names what may have type arguments with it.
fn named_by(named: Node<'_>) -> Option<Node<'_>> {
    let mut named = named.unparen();
    while matches!(named.kind(), Kind::IndexExpr | Kind::IndexListExpr) {
        named = named.child(Role::X)?.unparen();
    }
    Some(named.child(Role::Sel).unwrap_or(named))
}

/// Whether generic code of the project gets something made of the struct in a file. Declines if other generic code does, or
/// some that asks for methods: type arguments are inferred from all that is in the types of the arguments (Go spec: Type
/// inference).
pub(super) fn check<'a>(cx: &Cx<'a>, types: &Types<'a>, own: Ty, file: &'a SourceFile) -> Result<bool, Decline> {
    let looked = Looked { cx, types, own };
    let mut calls = file.nodes().filter_map(CallExpr::cast).map(|it| looked.call(it));
    let given = calls.try_fold(false, |given, it| it.map(|it| given | it))?;
    let names = file.nodes().filter(|it| it.kind() == Kind::Ident && !matches!(it.role(), Role::Name | Role::Names));
    names.map(|it| looked.name(it)).try_fold(given, |given, it| it.map(|it| given | it))
}

struct Looked<'f, 'a> {
    cx: &'f Cx<'a>,
    types: &'f Types<'a>,
    own: Ty,
}

impl<'a> Looked<'_, 'a> {
    fn call(&self, call: CallExpr<'a>) -> Result<bool, Decline> {
        let types = self.types;
        let args = || call.args().filter(|it| it.unparen().as_ident() != Some("nil")).map(|it| types.type_of(it));
        let generic = match types.callee(call) {
            Callee::Func { path, .. } | Callee::Method { path, .. } if takes_as_is(&path) => return Ok(false),
            Callee::Func { .. } => Generic::named(self.cx, types, call.fun()),
            Callee::Method { .. } => match Generic::named(self.cx, types, call.fun()) {
                None => return Ok(false),
                generic => generic,
            },
            Callee::External { .. } | Callee::Unknown => None,
            _ => return Ok(false),
        };
        let Some(generic) = generic else {
            return if args().any(|it| self.mentions(it, false)) { Err(UNKNOWN.into()) } else { Ok(false) };
        };
        if generic.is_plain() {
            return Ok(false);
        }
        // Where the struct itself is written there, that is looked at for itself.
        let mut written = type_args(call.fun()).into_iter().map(|it| written_type(types, it));
        let deep = !generic.calls_nothing();
        let is_written = written.any(|it| self.mentions(it, deep));
        match is_written || args().any(|it| it == Ty::UNKNOWN || self.mentions(it, deep)) {
            true => generic.takes().map(|()| true),
            false => Ok(false),
        }
    }

    /// A generic function that is no call's: its type arguments are inferred from where it goes.
    fn name(&self, ident: Node<'a>) -> Result<bool, Decline> {
        let is_func =
            |it: &Object<'a>| matches!(it.kind, ObjectKind::Func | ObjectKind::Method) && !takes_as_is(&it.path);
        if self.types.object_of(ident).filter(is_func).is_none() {
            return Ok(false);
        }
        let mut value = ident;
        while let Some(parent) = value.parent() {
            let is_around = match parent.kind() {
                Kind::SelectorExpr => value.role() == Role::Sel,
                Kind::IndexExpr | Kind::IndexListExpr => value.role() == Role::X,
                Kind::ParenExpr => true,
                _ => false,
            };
            if !is_around {
                break;
            }
            value = parent;
        }
        let Some(generic) = Generic::named(self.cx, self.types, value) else { return Ok(false) };
        let ty = self.types.type_of(value.unparen());
        let is_called = value.role() == Role::Fun;
        match !is_called && !generic.is_plain() && (ty == Ty::UNKNOWN || self.mentions(ty, false)) {
            true => generic.takes().map(|()| true),
            false => Ok(false),
        }
    }

    /// Whether the struct is part of a type; if `deep`, also by way of the fields and methods of a defined one, of which
    /// constraints may infer it.
    fn mentions(&self, ty: Ty, deep: bool) -> bool {
        let types = self.types;
        let (mut open, mut seen) = (vec![ty], BTreeSet::new());
        while let Some(ty) = open.pop() {
            if ty == self.own || seen.len() > MAX_TYPES {
                return true;
            }
            if !seen.insert(ty) {
                continue;
            }
            match types.form(ty) {
                Form::Pointer(to) | Form::Slice(to) | Form::Array(to, _) | Form::Chan { element: to, .. } => {
                    open.push(to)
                }
                Form::Map(key, value) => open.extend([key, value]),
                Form::Tuple(parts) => open.extend(parts),
                Form::Func { params, results, .. } => open.extend(params.into_iter().chain(results)),
                Form::Struct(fields) => open.extend(fields.into_iter().map(|it| it.ty)),
                Form::Interface(methods) => open.extend(methods.into_iter().map(|it| it.signature)),
                Form::Named { args, .. } => {
                    open.extend(args);
                    let under = types.underlying(ty);
                    let has_members = matches!(types.form(under), Form::Struct(_) | Form::Interface(_));
                    if deep || !has_members {
                        open.push(under);
                    }
                    if deep && !matches!(types.form(under), Form::Interface(_)) {
                        let methods = types.method_set(types.pointer_to(ty)).unwrap_or_default();
                        open.extend(methods.into_iter().map(|it| it.signature));
                    }
                }
                _ => {}
            }
        }
        false
    }
}

/// The type arguments that are written after what is called.
fn type_args(fun: Node<'_>) -> Vec<Node<'_>> {
    let fun = fun.unparen();
    match fun.kind() {
        Kind::IndexExpr => fun.child(Role::Index).into_iter().collect(),
        Kind::IndexListExpr => fun.children_in(Role::Indices).collect(),
        _ => Vec::new(),
    }
}

/// Whether the struct, which is named at `site`, is part of a type argument of the project's own generic code. Declines if
/// it is part of one of other code, or of code that asks for methods.
pub(super) fn check_site<'a>(cx: &Cx<'a>, site: Node<'a>) -> Result<bool, Decline> {
    let mut at = site;
    let mut given = false;
    while let Some(parent) = at.parent() {
        match parent.kind() {
            Kind::IndexExpr | Kind::IndexListExpr if at.role() != Role::X => {
                given |= check_type_arg(cx, parent)?;
            }
            Kind::SelectorExpr if at.role() == Role::Sel => {}
            Kind::IndexExpr | Kind::IndexListExpr | Kind::StarExpr | Kind::ParenExpr | Kind::Ellipsis => {}
            Kind::ArrayType | Kind::MapType | Kind::ChanType | Kind::FuncType => {}
            Kind::StructType | Kind::InterfaceType | Kind::Field | Kind::FieldList => {}
            _ => break,
        }
        at = parent;
    }
    Ok(given)
}

fn check_type_arg<'a>(cx: &Cx<'a>, instance: Node<'a>) -> Result<bool, Decline> {
    const WHY: &str = "it is a type argument, and its methods may be called by way of that";
    let types = cx.types(instance.file().id());
    let Some((generic, types)) = instance.child(Role::X).zip(types) else { return Err(WHY.into()) };
    match Generic::named(cx, types, generic) {
        Some(found) if found.takes_all() && found.is_own => Ok(true),
        Some(found) if found.takes_all() && object_path(types, generic).is_some_and(|it| takes_as_is(&it)) => Ok(false),
        // An element of an array, slice or map, whose index cannot be a type.
        None if types.type_of(generic) != Ty::UNKNOWN && types.denoted_type(generic) == Ty::UNKNOWN => Ok(false),
        _ => Err(WHY.into()),
    }
}

fn object_path<'a>(types: &Types<'a>, named: Node<'a>) -> Option<std::rc::Rc<str>> {
    Some(types.object_of(named_by(named)?)?.path)
}
