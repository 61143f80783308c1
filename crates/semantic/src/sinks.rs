//! Where the value of an expression goes: what its surroundings make of it, and of which type that has to be.

use gofix_syntax::{
    Kind, Node, Role, Token,
    ast::{AssignStmt, AstNode, CallExpr, CompositeLit, FuncDecl, KeyValueExpr, ReturnStmt, SelectorExpr, ValueSpec},
};

use crate::types::{Callee, Denoted, Form, ObjectKind, Ty, Types};

/// Where the value of an expression goes.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Sink<'w> {
    /// Nowhere: it is assigned to `_`, or printed by a built-in function.
    Dropped,
    /// A field or method of it is selected.
    Selected(SelectorExpr<'w>),
    /// It is what a new variable without a written type starts with, which this identifier declares.
    Names(Node<'w>),
    /// It is converted to that type, as by an assignment.
    Into {
        /// The type; never unknown.
        ty: Ty,
        /// The identifier that declares the variable, field or parameter that gets it, where that is known.
        slot: Option<Node<'w>>,
        /// How.
        by: By,
    },
    /// It is no value here but gets one.
    Written,
    /// It is compared with nil.
    ComparedWithNil,
    /// It is compared with something else.
    Compared,
    /// Its address is taken.
    Addressed,
    /// A type assertion or a type switch looks at what is in it.
    Asserted,
    /// It cannot be told.
    Unknown,
}

/// How a value gets a type.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum By {
    /// An assignment, or a declaration with a type.
    Assignment,
    /// A call that passes it.
    Argument,
    /// A `return`.
    Return,
    /// It is part of a composite literal, of what `append` adds, a key, or sent.
    Element,
    /// A conversion.
    Conversion,
}

/// Whether a node can be an expression whose value goes somewhere: no name that is declared or selected, and no type.
pub fn may_be_value(node: Node<'_>) -> bool {
    let is_value = matches!(
        node.kind(),
        Kind::Ident
            | Kind::SelectorExpr
            | Kind::CallExpr
            | Kind::StarExpr
            | Kind::UnaryExpr
            | Kind::IndexExpr
            | Kind::CompositeLit
            | Kind::TypeAssertExpr
            | Kind::FuncLit
    );
    is_value && !matches!(node.role(), Role::Sel | Role::Names | Role::Label | Role::Name | Role::Type)
}

/// What becomes of the value of `expr`, which is a variable, a field, or anything else of one value.
pub fn sink_of<'w>(types: &Types<'w>, expr: Node<'w>) -> Sink<'w> {
    let expr = expr.with_parens();
    let Some(parent) = expr.parent() else { return Sink::Unknown };
    match (parent.kind(), expr.role()) {
        (Kind::SelectorExpr, Role::X) => SelectorExpr::cast(parent).map_or(Sink::Unknown, Sink::Selected),
        (Kind::AssignStmt, Role::Lhs) | (Kind::RangeStmt, Role::Key | Role::Value) => Sink::Written,
        (Kind::AssignStmt, Role::Rhs) => AssignStmt::cast(parent).map_or(Sink::Unknown, |it| assigned(types, it, expr)),
        (Kind::ValueSpec, Role::Values) => {
            ValueSpec::cast(parent).map_or(Sink::Unknown, |it| declared(types, it, expr))
        }
        (Kind::ReturnStmt, Role::Results) => {
            ReturnStmt::cast(parent).map_or(Sink::Unknown, |it| returned(types, it, expr))
        }
        (Kind::CallExpr, Role::Args) => CallExpr::cast(parent).map_or(Sink::Unknown, |it| passed(types, it, expr)),
        (Kind::CompositeLit, Role::Elts) => {
            CompositeLit::cast(parent).map_or(Sink::Unknown, |it| element(types, it, expr))
        }
        (Kind::KeyValueExpr, _) => KeyValueExpr::cast(parent).map_or(Sink::Unknown, |it| pair(types, it, expr)),
        (Kind::SendStmt, Role::Value) => match parent.child(Role::Chan).map(|it| under(types, types.type_of(it))) {
            Some(Form::Chan { element, .. }) => into(element, None, By::Element),
            _ => Sink::Unknown,
        },
        (Kind::IndexExpr, Role::Index) => match parent.child(Role::X).map(|it| under(types, types.type_of(it))) {
            Some(Form::Map(key, _)) => into(key, None, By::Element),
            _ => Sink::Unknown,
        },
        (Kind::BinaryExpr, role) if matches!(parent.op(), Token::Eql | Token::Neq) => {
            let other = parent.child(if role == Role::X { Role::Y } else { Role::X });
            match other.is_some_and(|it| is_nil(types, it)) {
                true => Sink::ComparedWithNil,
                false => Sink::Compared,
            }
        }
        (Kind::SwitchStmt, Role::Tag) | (Kind::CaseClause, Role::List) => Sink::Compared,
        (Kind::TypeAssertExpr, Role::X) => Sink::Asserted,
        (Kind::UnaryExpr, _) if parent.op() == Token::And => Sink::Addressed,
        _ => Sink::Unknown,
    }
}

fn into(ty: Ty, slot: Option<Node<'_>>, by: By) -> Sink<'_> {
    if ty == Ty::UNKNOWN { Sink::Unknown } else { Sink::Into { ty, slot, by } }
}

fn under(types: &Types<'_>, ty: Ty) -> Form {
    types.form(types.underlying(ty))
}

fn is_nil<'w>(types: &Types<'w>, expr: Node<'w>) -> bool {
    let expr = expr.unparen();
    expr.as_ident() == Some("nil") && types.object_of(expr).is_some_and(|it| it.kind == ObjectKind::Nil)
}

/// The declaration of a variable or field that an expression denotes.
fn slot_of<'w>(types: &Types<'w>, expr: Node<'w>) -> Option<Node<'w>> {
    let expr = expr.unparen();
    match types.denoted(expr.child(Role::Sel).unwrap_or(expr)) {
        Denoted::Declared(ident) if matches!(expr.kind(), Kind::Ident | Kind::SelectorExpr) => Some(ident),
        _ => None,
    }
}

fn assigned<'w>(types: &Types<'w>, stmt: AssignStmt<'w>, expr: Node<'w>) -> Sink<'w> {
    let Some(index) = stmt.rhs().position(|it| it == expr) else { return Sink::Unknown };
    if stmt.lhs().count() != stmt.rhs().count() {
        return Sink::Unknown;
    }
    let Some(target) = stmt.lhs().nth(index) else { return Sink::Unknown };
    if target.unparen().as_ident() == Some("_") {
        return Sink::Dropped;
    }
    match slot_of(types, target) {
        Some(ident) if ident == target && stmt.node().op() == Token::Define => Sink::Names(ident),
        slot => into(types.type_of(target), slot, By::Assignment),
    }
}

fn declared<'w>(types: &Types<'w>, spec: ValueSpec<'w>, expr: Node<'w>) -> Sink<'w> {
    let Some(index) = spec.values().position(|it| it == expr) else { return Sink::Unknown };
    if spec.names().count() != spec.values().count() {
        return Sink::Unknown;
    }
    match (spec.names().nth(index), spec.ty()) {
        (Some(name), Some(ty)) if name.text() == "_" => into(types.named_by(ty), None, By::Assignment),
        (Some(name), Some(_)) => into(types.type_of_object(name), Some(name), By::Assignment),
        (Some(name), None) if name.text() == "_" => Sink::Dropped,
        (Some(name), None) => Sink::Names(name),
        _ => Sink::Unknown,
    }
}

fn returned<'w>(types: &Types<'w>, stmt: ReturnStmt<'w>, expr: Node<'w>) -> Sink<'w> {
    let Some(index) = stmt.results().position(|it| it == expr) else { return Sink::Unknown };
    let is_func = |it: &Node<'w>| matches!(it.kind(), Kind::FuncDecl | Kind::FuncLit);
    let Some(func) = stmt.node().ancestors().find(is_func) else { return Sink::Unknown };
    let named = FuncDecl::cast(func).map_or(func, FuncDecl::name);
    match types.form(types.type_of(named)) {
        Form::Func { results, .. } if results.len() == stmt.results().count() => into(results[index], None, By::Return),
        _ => Sink::Unknown,
    }
}

fn passed<'w>(types: &Types<'w>, call: CallExpr<'w>, expr: Node<'w>) -> Sink<'w> {
    let Some(index) = call.args().position(|it| it == expr) else { return Sink::Unknown };
    match types.callee(call) {
        Callee::Conversion(ty) => return into(ty, None, By::Conversion),
        Callee::Builtin(name) => return to_builtin(types, &name, call, index),
        Callee::Unknown | Callee::External { .. } => return Sink::Unknown,
        _ => {}
    }
    let fun = call.fun().unparen();
    let Form::Func { params, variadic, .. } = under(types, types.type_of(fun)) else { return Sink::Unknown };
    let spreads = variadic && index + 1 >= params.len();
    if spreads && !call.has_ellipsis() {
        return match params.last().map(|it| under(types, *it)) {
            Some(Form::Slice(element)) => into(element, None, By::Argument),
            _ => Sink::Unknown,
        };
    }
    let slot = if spreads { None } else { param_of(types, fun, index) };
    params.get(index).map_or(Sink::Unknown, |it| into(*it, slot, By::Argument))
}

/// The name of a parameter of the function that is called.
fn param_of<'w>(types: &Types<'w>, fun: Node<'w>, index: usize) -> Option<Node<'w>> {
    let mut fun = fun;
    while matches!(fun.kind(), Kind::IndexExpr | Kind::IndexListExpr | Kind::ParenExpr) {
        fun = fun.child(Role::X)?;
    }
    // A method expression takes its receiver first.
    let is_type = |it: Node<'w>| types.denoted_type(it) != Ty::UNKNOWN;
    if SelectorExpr::cast(fun).is_some_and(|it| is_type(it.x())) {
        return None;
    }
    let decl = slot_of(types, fun)?.parent().and_then(FuncDecl::cast)?;
    let fields = decl.func_type().params().children_in(Role::List);
    fields.flat_map(|it| it.children_in(Role::Names)).nth(index)
}

fn to_builtin<'w>(types: &Types<'w>, name: &str, call: CallExpr<'w>, index: usize) -> Sink<'w> {
    match (name, under(types, call.args().next().map_or(Ty::UNKNOWN, |it| types.type_of(it)))) {
        ("panic" | "print" | "println", _) => Sink::Dropped,
        ("append", Form::Slice(element)) if index > 0 && !call.has_ellipsis() => into(element, None, By::Element),
        ("delete", Form::Map(key, _)) if index > 0 => into(key, None, By::Element),
        _ => Sink::Unknown,
    }
}

/// An element of a composite literal that has no key.
fn element<'w>(types: &Types<'w>, literal: CompositeLit<'w>, expr: Node<'w>) -> Sink<'w> {
    let (ty, form) = literal_type(types, literal);
    match form {
        Form::Struct(fields) => {
            let field = literal.elts().position(|it| it == expr).and_then(|it| fields.get(it));
            let Some(field) = field else { return Sink::Unknown };
            let member = types.member(literal.node().file().id(), ty, &field.name).ok().flatten();
            into(field.ty, member.and_then(|it| it.declaration), By::Element)
        }
        Form::Slice(element) | Form::Array(element, _) => into(element, None, By::Element),
        _ => Sink::Unknown,
    }
}

fn pair<'w>(types: &Types<'w>, pair: KeyValueExpr<'w>, expr: Node<'w>) -> Sink<'w> {
    let Some(literal) = pair.node().parent().and_then(CompositeLit::cast) else { return Sink::Unknown };
    let is_key = expr.role() == Role::Key;
    match literal_type(types, literal).1 {
        Form::Struct(_) if is_key => Sink::Written,
        Form::Struct(fields) => {
            let field = fields.iter().find(|it| it.name == pair.key().text());
            field.map_or(Sink::Unknown, |it| into(it.ty, slot_of(types, pair.key()), By::Element))
        }
        Form::Map(key, _) if is_key => into(key, None, By::Element),
        Form::Map(_, element) | Form::Slice(element) | Form::Array(element, _) if !is_key => {
            into(element, None, By::Element)
        }
        _ => Sink::Unknown,
    }
}

/// The type of a composite literal, and what underlies it. `&T` may be left out like `T`.
fn literal_type<'w>(types: &Types<'w>, literal: CompositeLit<'w>) -> (Ty, Form) {
    let ty = types.type_of(literal.node());
    match under(types, ty) {
        Form::Pointer(to) if literal.ty().is_none() => (to, under(types, to)),
        form => (ty, form),
    }
}
