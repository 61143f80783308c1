//! The call that an error comes from, as far as a message about it needs to know.

use gofix_semantic::{
    Res,
    types::{Basic, Callee, Denoted, Form, Ty},
};
use gofix_syntax::{
    Kind, Node, Role,
    ast::{AstNode, CallExpr, FuncDecl, FuncType, SelectorExpr},
};

use super::{
    lists::{List, list},
    message::Wording,
    words::words,
};
use crate::Cx;

/// Words with which names of functions begin that do nothing but call what they are given.
static CALLS: List = List::new(|| list("called/calls"));

/// A call, and what is known of its function.
pub(super) struct Called<'a, 'w> {
    pub(super) cx: Cx<'a>,
    pub(super) wording: &'w Wording,
    pub(super) call: CallExpr<'a>,
    /// What the function or method is called where it is declared.
    pub(super) name: String,
    /// The import path of the package of a function, or of the type that a method is declared for.
    pub(super) path: String,
    /// The expression that a method is called on.
    pub(super) receiver: Option<Node<'a>>,
    /// The name of its type, and that type's package.
    pub(super) receiver_type: Option<(String, String)>,
    /// The arguments, a context in front left out.
    pub(super) args: Vec<Node<'a>>,
    /// Whether it was called with a context.
    pub(super) has_context: bool,
    /// Whether it returns something besides an error.
    pub(super) has_value: bool,
    /// Whether the first thing it returns is a truth value.
    pub(super) is_bool: bool,
    /// Whether the first thing it returns is an integer.
    pub(super) is_number: bool,
    /// The names of its parameters, if its declaration was seen; those of `args`.
    pub(super) params: Vec<&'a str>,
}

impl<'a, 'w> Called<'a, 'w> {
    /// None for conversions, predeclared functions, values, and what is not known.
    pub(super) fn new(cx: &Cx<'a>, call: CallExpr<'a>, wording: &'w Wording) -> Option<Called<'a, 'w>> {
        let (path, name) = match cx.callee(call) {
            Callee::Func { path, name } | Callee::External { path, name } | Callee::Method { path, name, .. } => {
                (path.to_string(), name)
            }
            Callee::InterfaceMethod { name, .. } => (String::new(), name),
            Callee::FuncValue | Callee::Conversion(_) | Callee::Builtin(_) | Callee::Unknown => return None,
        };
        let fun = function(call);
        let selector = SelectorExpr::cast(fun);
        let is_package = |it: Node<'a>| matches!(cx.resolve(it), Res::Package { .. });
        let receiver = selector.map(SelectorExpr::x).filter(|it| !is_package(*it));
        let receiver_type = receiver.and_then(|it| named(cx, it));
        let mut args: Vec<_> = call.args().collect();
        let mut params = param_names(cx, fun);
        let has_context = args.first().is_some_and(|it| is_context(cx, *it));
        if has_context {
            args.remove(0);
            params = params.split_off(1.min(params.len()));
        }
        let path = if path.is_empty() { receiver_type.as_ref().map_or(path, |it| it.0.clone()) } else { path };
        let has_value = has_value(cx, call);
        let first = first_result(cx, call);
        let is_bool = first == Form::Basic(Basic::Bool);
        let is_number = is_whole(&first);
        Some(Called {
            cx: *cx,
            wording,
            call,
            name,
            path,
            receiver,
            receiver_type,
            args,
            has_context,
            has_value,
            is_bool,
            is_number,
            params,
        })
    }

    /// `path.Name`, or `path.Type.Name`.
    pub(super) fn full_name(&self) -> String {
        match &self.receiver_type {
            Some((path, ty)) => format!("{path}.{ty}.{}", self.name),
            None => format!("{}.{}", self.path, self.name),
        }
    }

    /// The same call with the function that it is given in the place of its own: `retry(ctx, f)` is about `f`. Not
    /// `Info(ctx, WithoutMetadata)`, whose name is not one for calling something, nor an option, which gives no error back.
    pub(super) fn passed_through(&self) -> Option<String> {
        let [only] = self.args[..] else { return None };
        let types = self.cx.types(only.file().id())?;
        let may_fail = match form(&self.cx, only) {
            Form::Func { results, .. } => results.last().is_some_and(|it| types.is_error_type(*it)),
            _ => false,
        };
        let first = words(&self.name).into_iter().next()?;
        let name = only.unparen().child(Role::Sel).unwrap_or(only.unparen());
        let name = name.as_ident().filter(|it| *it != "nil" && only.unparen().kind() != Kind::FuncLit)?;
        (may_fail && CALLS.contains(&&*first)).then(|| name.to_owned())
    }

    /// The words of the name of the type of the first thing that it returns.
    pub(super) fn result(&self) -> Option<Vec<String>> {
        let types = self.cx.types(self.call.node().file().id())?;
        let Form::Tuple(results) = types.form(types.type_of(self.call.node())) else { return None };
        let first = *results.first()?;
        let ty = match types.form(first) {
            Form::Pointer(to) => to,
            _ => first,
        };
        match types.form(ty) {
            Form::Named { name, .. } if !types.is_error_type(ty) => Some(words(&name)),
            _ => None,
        }
    }
}

/// The function of a call, without type arguments.
pub(super) fn function(call: CallExpr<'_>) -> Node<'_> {
    let fun = call.fun().unparen();
    match fun.kind() {
        Kind::IndexExpr | Kind::IndexListExpr => fun.child(Role::X).map_or(fun, Node::unparen),
        _ => fun,
    }
}

/// What the type of an expression is made of, its name looked through.
pub(super) fn form<'a>(cx: &Cx<'a>, expr: Node<'a>) -> Form {
    cx.types(expr.file().id()).map_or(Form::Unknown, |it| it.form(it.underlying(it.type_of(expr))))
}

/// Path and name of the type of an expression, or of what it points to.
pub(super) fn named<'a>(cx: &Cx<'a>, expr: Node<'a>) -> Option<(String, String)> {
    let types = cx.types(expr.file().id())?;
    let ty = match types.form(types.type_of(expr)) {
        Form::Pointer(to) => to,
        _ => types.type_of(expr),
    };
    match types.form(ty) {
        Form::Named { path, name, .. } => Some((path.to_string(), name)),
        _ => None,
    }
}

pub(super) fn is_context<'a>(cx: &Cx<'a>, expr: Node<'a>) -> bool {
    named(cx, expr).is_some_and(|(path, name)| path == "context" && name == "Context")
}

/// Whether an expression is a string, or of a type that underlies one.
pub(super) fn is_string<'a>(cx: &Cx<'a>, expr: Node<'a>) -> bool {
    matches!(form(cx, expr), Form::Basic(Basic::String | Basic::UntypedString))
}

/// Whether it is an integer.
pub(super) fn is_integer<'a>(cx: &Cx<'a>, expr: Node<'a>) -> bool {
    is_whole(&form(cx, expr))
}

fn is_whole(form: &Form) -> bool {
    use Basic::{Int, Int8, Int16, Int32, Int64, Uint, Uint8, Uint16, Uint32, Uint64};
    let Form::Basic(basic) = form else { return false };
    matches!(basic, Int | Int8 | Int16 | Int32 | Int64 | Uint | Uint8 | Uint16 | Uint32 | Uint64)
}

fn has_value<'a>(cx: &Cx<'a>, call: CallExpr<'a>) -> bool {
    let Some(types) = cx.types(call.node().file().id()) else { return false };
    matches!(types.form(types.type_of(call.node())), Form::Tuple(of) if of.iter().any(|it| *it != Ty::UNKNOWN && !types.is_error_type(*it)))
}

/// What the first of several results is made of.
fn first_result<'a>(cx: &Cx<'a>, call: CallExpr<'a>) -> Form {
    let Some(types) = cx.types(call.node().file().id()) else { return Form::Unknown };
    match types.form(types.type_of(call.node())) {
        Form::Tuple(of) => of.first().map_or(Form::Unknown, |it| types.form(*it)),
        _ => Form::Unknown,
    }
}

/// The names of the parameters of a function whose declaration is known, one for each.
fn param_names<'a>(cx: &Cx<'a>, fun: Node<'a>) -> Vec<&'a str> {
    let ty = declared(cx, fun).and_then(Node::parent).and_then(|it| match it.kind() {
        Kind::FuncDecl => FuncDecl::cast(it).map(FuncDecl::func_type),
        // A method of an interface, a field, a variable.
        _ => it.child(Role::Type).and_then(FuncType::cast),
    });
    let Some(ty) = ty else { return Vec::new() };
    let fields = ty.params().children_in(Role::List);
    let names = fields.flat_map(|it| it.children_in(Role::Names));
    names.filter_map(|it| it.as_ident()).collect()
}

/// The identifier that declares what `fun` names.
fn declared<'a>(cx: &Cx<'a>, fun: Node<'a>) -> Option<Node<'a>> {
    let types = cx.types(fun.file().id())?;
    let ident = fun.child(Role::Sel).unwrap_or(fun);
    match types.denoted(ident) {
        Denoted::Declared(found) => Some(found),
        _ => types.object_of(ident).and_then(|it| it.ident),
    }
}
