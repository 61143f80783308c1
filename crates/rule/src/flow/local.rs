//! All uses of a local variable, and what each does with it.

use gofix_semantic::{
    Def, DefKind, Res, Tri, Uses,
    types::{Callee, Form, SelectionKind},
};
use gofix_syntax::{
    Kind, Node, Role, Token,
    ast::{AstNode, CallExpr, SelectorExpr},
};

use super::{
    callee::arg_index,
    literal::{LitUse, literal_use},
    walk::{enclosing_func, is_func},
};
use crate::Cx;

/// A variable declared inside a function: parameters, named results and receivers too.
#[derive(Clone, Debug)]
pub struct Local<'a> {
    /// The declaration.
    pub def: Def<'a>,
    /// The function whose call makes the variable: a `FuncDecl` or a `FuncLit`.
    pub home: Node<'a>,
    /// Where it is used, its declaration aside, in order of the text.
    pub uses: Vec<Use<'a>>,
    /// Identifiers that may denote it, or else name a field: keys of composite literals. They do no more than read.
    pub unsure: Vec<Node<'a>>,
    /// Whether calling a method on it may write to it; see [`Cx::is_addressed_by_methods`].
    pub addressed_by_methods: Tri,
    /// Whether its parts are proved to be no part of the variable itself: it is a pointer, a slice, a map, a channel, a
    /// function or an interface.
    pub refers: bool,
}

/// One use of a variable.
#[derive(Clone, Debug)]
pub struct Use<'a> {
    /// The identifier.
    pub site: Node<'a>,
    /// What is done with the variable there.
    pub how: How<'a>,
    /// The function literals between the variable's function and the use, the outermost first.
    pub captures: Vec<Capture<'a>>,
    /// Whether what is selected from the variable is proved to be a field, or a method that does not get the variable's
    /// address. False where nothing is selected.
    pub selects_value: bool,
}

/// A function literal that captures a variable.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Capture<'a> {
    /// The literal.
    pub literal: Node<'a>,
    /// What becomes of it.
    pub becomes: LitUse<'a>,
}

/// What a use does with a variable. Parentheses, conversions and type assertions around it hand the value on, so they
/// do not count. In a `go` or `defer` statement, `Called`, `MethodCalled` and `Passed` are the call that it makes.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum How<'a> {
    /// The value is looked at where it stands and does not stay: compared, computed with, received from, ranged over,
    /// indexed, dropped, or given to a predeclared function such as `len` or `close`. Or a part of it is used.
    Read,
    /// The value is called.
    Called(CallExpr<'a>),
    /// The variable is assigned as a whole by this statement: `=`, `op=`, `++`, a redeclaring `:=`, or the head of a
    /// `range` with `=`.
    Assigned(Node<'a>),
    /// A part of it, or what it points to, is assigned: `v.f = x`, `v[i]++`, `*v = x`.
    PartAssigned(Node<'a>),
    /// Its address, or that of a part, is taken: the `&` expression. Of an element of a slice this says too much.
    AddressTaken(Node<'a>),
    /// It is sliced: the address of an array is taken.
    Sliced(Node<'a>),
    /// `v.name(…)`: a method, or a function in a field.
    MethodCalled(CallExpr<'a>),
    /// `v.name`, not called: a field, or a method value, which keeps `v`.
    Selected(Node<'a>),
    /// This `return` returns it.
    Returned(Node<'a>),
    /// It is stored.
    Stored(Place<'a>),
    /// It is an argument.
    Passed {
        /// Of which call.
        call: CallExpr<'a>,
        /// Which one, counted from 0.
        index: usize,
    },
    /// None of these: the code is not valid, or of a kind not known here.
    Other,
}

/// Where a value is stored.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Place<'a> {
    /// In another local variable.
    Variable(Def<'a>),
    /// In a variable of a package.
    Global,
    /// In the field, element or pointed-to variable that is this expression.
    Target(Node<'a>),
    /// In this composite literal.
    Composite(Node<'a>),
    /// Sent to a channel by this statement.
    Sent(Node<'a>),
    /// Nowhere: assigned to `_`.
    Blank,
}

impl<'a> Local<'a> {
    /// The uses of `def`. None if it is no variable of a function.
    pub fn new(cx: &Cx<'a>, def: Def<'a>) -> Option<Local<'a>> {
        Local::of(cx, def, cx.uses(def))
    }

    /// The same if the uses were looked up already.
    pub(super) fn of(cx: &Cx<'a>, def: Def<'a>, found: Uses<'a>) -> Option<Local<'a>> {
        let home = home(def)?;
        let use_of = |site: Node<'a>| {
            let how = how(cx, site);
            Use { site, how, captures: captures(home, site), selects_value: selects_value(cx, how) }
        };
        Some(Local {
            def,
            home,
            uses: found.sites.into_iter().map(use_of).collect(),
            unsure: found.unsure,
            addressed_by_methods: cx.is_addressed_by_methods(def),
            refers: refers(cx, def),
        })
    }

    /// Whether all uses are known for what they are.
    pub fn is_complete(&self) -> bool {
        self.unsure.is_empty() && self.uses.iter().all(|it| it.how != How::Other)
    }

    /// The uses at which the variable may get another value, here or later: assignments, and whatever hands out its
    /// address.
    pub fn writes(&self) -> impl Iterator<Item = &Use<'a>> {
        self.uses.iter().filter(|it| it.assigns() || self.hands_out_address(it) != Tri::No)
    }

    /// Whether the use may change the variable itself: assigns it or a part of it, or hands out its address.
    pub fn may_change(&self, it: &Use<'a>) -> bool {
        let assigns = match it.how {
            How::Assigned(_) => true,
            How::PartAssigned(_) => !self.refers,
            _ => false,
        };
        assigns || self.hands_out_address(it) != Tri::No
    }

    /// Whether the use hands out the address of the variable.
    pub fn hands_out_address(&self, it: &Use<'a>) -> Tri {
        match it.how {
            How::AddressTaken(address) if self.refers && !is_whole(address, it.site) => Tri::No,
            How::Sliced(_) if self.refers => Tri::No,
            How::AddressTaken(_) => Tri::Yes,
            How::Other | How::Sliced(_) => Tri::Unknown,
            How::MethodCalled(_) | How::Selected(_) if it.selects_value => Tri::No,
            How::MethodCalled(_) | How::Selected(_) => self.addressed_by_methods,
            _ => Tri::No,
        }
    }
}

impl<'a> Use<'a> {
    /// Whether the variable is assigned here.
    pub fn assigns(&self) -> bool {
        matches!(self.how, How::Assigned(_) | How::PartAssigned(_))
    }

    /// Whether it runs only while the function of the variable does: all literals around are called in place.
    pub fn runs_at_once(&self) -> bool {
        self.captures.iter().all(|it| matches!(it.becomes, LitUse::Called(_)))
    }

    /// The innermost `go` literal that captures the variable for this use.
    pub fn captured_by_go(&self) -> Option<Capture<'a>> {
        self.captures.iter().rev().copied().find(|it| matches!(it.becomes, LitUse::Go(_)))
    }

    /// The innermost literal that is kept as a value and captures the variable for this use.
    pub fn captured_by_value(&self) -> Option<Capture<'a>> {
        self.captures.iter().rev().copied().find(|it| it.becomes == LitUse::Value)
    }
}

/// Whether `address` is `&v`, where `v` is at `site`, rather than the address of a part.
fn is_whole(address: Node<'_>, site: Node<'_>) -> bool {
    address.child(Role::X).map(Node::unparen) == Some(site)
}

fn refers<'a>(cx: &Cx<'a>, def: Def<'a>) -> bool {
    let Some(types) = cx.types(def.ident().file().id()) else { return false };
    let form = types.form(types.underlying(types.type_of(def.ident())));
    use Form::{Chan, Func, Interface, Map, Pointer, Slice};
    matches!(form, Pointer(_) | Slice(_) | Map(..) | Chan { .. } | Func { .. } | Interface(_))
}

/// Whether a selection is proved to leave the address of the variable alone.
fn selects_value<'a>(cx: &Cx<'a>, how: How<'a>) -> bool {
    let selector = match how {
        How::MethodCalled(call) => SelectorExpr::cast(call.fun().unparen()),
        How::Selected(selector) => SelectorExpr::cast(selector),
        _ => None,
    };
    let types = selector.and_then(|it| cx.types(it.node().file().id()));
    let found = types.zip(selector).and_then(|(types, it)| types.selection(it));
    found.is_some_and(|it| match it.kind {
        SelectionKind::Field(_) | SelectionKind::InterfaceMethod => true,
        // A pointer on the way is what the method gets.
        SelectionKind::Method { pointer } => !pointer || it.indirect,
    })
}

/// The function whose call makes the variable.
fn home(def: Def<'_>) -> Option<Node<'_>> {
    if !def.is_variable() || def.is_package_level() {
        return None;
    }
    let parent = enclosing_func(def.ident())?;
    // Parameters of a function type are no variables.
    let is_own = |it: Node<'_>| it.role() == Role::Type && it.parent().is_some_and(is_func);
    match def.kind() {
        DefKind::Param | DefKind::Result => {
            let ty = def.ident().ancestors().find(|it| it.kind() == Kind::FuncType)?;
            is_own(ty).then_some(parent)
        }
        _ => Some(parent),
    }
}

fn captures<'a>(home: Node<'a>, site: Node<'a>) -> Vec<Capture<'a>> {
    let literals = site.ancestors().take_while(|it| *it != home).filter(|it| it.kind() == Kind::FuncLit);
    let mut captures: Vec<_> = literals.map(|literal| Capture { literal, becomes: literal_use(literal) }).collect();
    captures.reverse();
    captures
}

/// What is done with the value or variable that the identifier `site` denotes.
pub fn how<'a>(cx: &Cx<'a>, site: Node<'a>) -> How<'a> {
    let mut value = site;
    // Whether `value` is still the variable, or a part of it, rather than a copy of its value.
    let (mut addressable, mut part) = (true, false);
    loop {
        let Some(parent) = value.parent() else { return How::Other };
        let whole = value;
        match (parent.kind(), value.role()) {
            (Kind::ParenExpr, _) => value = parent,
            (Kind::TypeAssertExpr, Role::X) => (value, addressable) = (parent, false),
            (Kind::CallExpr, Role::Args) if is_conversion(cx, parent) => (value, addressable) = (parent, false),
            (Kind::IndexExpr, Role::X) | (Kind::StarExpr, _) if addressable => (value, part) = (parent, true),
            (Kind::SelectorExpr, Role::X) if addressable && !part => match selected(parent) {
                Some(how) => return how,
                None => (value, part) = (parent, true),
            },
            (Kind::SelectorExpr, Role::X) if addressable => value = parent,
            (Kind::UnaryExpr, _) if parent.op() == Token::And && addressable => return How::AddressTaken(parent),
            (Kind::SliceExpr, Role::X) if addressable => return How::Sliced(parent),
            _ => return if part { part_use(whole, parent) } else { value_use(cx, value, parent) },
        }
    }
}

/// What `v.name` is when that alone decides; None if it depends on what is done with it.
fn selected(selector: Node<'_>) -> Option<How<'_>> {
    let outer = selector.with_parens();
    let parent = outer.parent()?;
    match (parent.kind(), outer.role()) {
        (Kind::CallExpr, Role::Fun) => CallExpr::cast(parent).map(How::MethodCalled),
        (Kind::SelectorExpr | Kind::IndexExpr, Role::X) | (Kind::StarExpr, _) => None,
        (Kind::AssignStmt, Role::Lhs) | (Kind::IncDecStmt, _) | (Kind::RangeStmt, Role::Key | Role::Value) => None,
        (Kind::UnaryExpr, _) if parent.op() == Token::And => None,
        _ => Some(How::Selected(selector)),
    }
}

/// What is done with a part of the variable, or with what it points to. Reading a part does not count as handing on the
/// whole.
fn part_use<'a>(value: Node<'a>, parent: Node<'a>) -> How<'a> {
    match (parent.kind(), value.role()) {
        (Kind::AssignStmt, Role::Lhs) | (Kind::IncDecStmt, _) => How::PartAssigned(parent),
        (Kind::RangeStmt, Role::Key | Role::Value) => How::PartAssigned(parent),
        // A method called on a part may take its address.
        (Kind::CallExpr, Role::Fun) if value.unparen().kind() == Kind::SelectorExpr => {
            CallExpr::cast(parent).map_or(How::Other, How::MethodCalled)
        }
        _ if value.unparen().kind() == Kind::SelectorExpr => How::Selected(value.unparen()),
        _ => How::Read,
    }
}

/// What is done with the value.
fn value_use<'a>(cx: &Cx<'a>, value: Node<'a>, parent: Node<'a>) -> How<'a> {
    use Kind::{
        ArrayType, AssignStmt, BinaryExpr, CaseClause, CompositeLit, ExprStmt, ForStmt, IfStmt, IncDecStmt, IndexExpr,
        IndexListExpr, KeyValueExpr, RangeStmt, ReturnStmt, SelectorExpr, SendStmt, SliceExpr, StarExpr, SwitchStmt,
        TypeAssertExpr, UnaryExpr, ValueSpec,
    };
    match (parent.kind(), value.role()) {
        (AssignStmt, Role::Lhs) | (IncDecStmt, _) | (RangeStmt, Role::Key | Role::Value) => How::Assigned(parent),
        (AssignStmt, Role::Rhs) => match parent.op() {
            Token::Assign | Token::Define => stored_in(cx, target(parent, value, Role::Lhs, Role::Rhs)),
            _ => How::Read,
        },
        (ValueSpec, Role::Values) => stored_in(cx, target(parent, value, Role::Names, Role::Values)),
        (ReturnStmt, _) => How::Returned(parent),
        (SendStmt, Role::Value) => How::Stored(Place::Sent(parent)),
        (CompositeLit, Role::Elts) => How::Stored(Place::Composite(parent)),
        (KeyValueExpr, _) => parent.parent().map_or(How::Other, |it| How::Stored(Place::Composite(it))),
        (Kind::CallExpr, Role::Fun) => called(parent),
        (Kind::CallExpr, Role::Args) => passed(cx, value, parent),
        (SendStmt | BinaryExpr | UnaryExpr | StarExpr | IndexExpr | IndexListExpr | SliceExpr, _) => How::Read,
        (SelectorExpr, Role::X) => {
            // Of a copy: `v.(T).m()`.
            let outer = parent.with_parens();
            let call = outer.parent().filter(|_| outer.role() == Role::Fun).and_then(CallExpr::cast);
            call.map_or(How::Selected(parent), How::MethodCalled)
        }
        (ExprStmt | IfStmt | ForStmt | SwitchStmt | CaseClause | TypeAssertExpr | ArrayType, _) => How::Read,
        (RangeStmt, Role::X) => How::Read,
        _ => How::Other,
    }
}

fn called(parent: Node<'_>) -> How<'_> {
    CallExpr::cast(parent).map_or(How::Other, How::Called)
}

fn is_conversion<'a>(cx: &Cx<'a>, call: Node<'a>) -> bool {
    CallExpr::cast(call).is_some_and(|it| matches!(cx.callee(it), Callee::Conversion(_)))
}

/// An argument: of a predeclared function that keeps nothing it is just read.
fn passed<'a>(cx: &Cx<'a>, value: Node<'a>, parent: Node<'a>) -> How<'a> {
    let Some(call) = CallExpr::cast(parent) else { return How::Other };
    let Some(index) = arg_index(call, value) else { return How::Other };
    let keeps = |name: &str| matches!(name, "append" | "panic" | "copy" | "min" | "max");
    match cx.callee(call) {
        Callee::Builtin(name) if !keeps(&name) => How::Read,
        _ => How::Passed { call, index },
    }
}

/// The expression to which the value is assigned. Each value has its own, unless the numbers differ.
fn target<'a>(stmt: Node<'a>, value: Node<'a>, to: Role, from: Role) -> Option<Node<'a>> {
    let same = stmt.children_in(to).count() == stmt.children_in(from).count();
    let index = stmt.children_in(from).position(|it| it == value)?;
    stmt.children_in(to).nth(if same { index } else { 0 })
}

fn stored_in<'a>(cx: &Cx<'a>, target: Option<Node<'a>>) -> How<'a> {
    let Some(target) = target.map(Node::unparen) else { return How::Other };
    if target.as_ident() == Some("_") {
        return How::Stored(Place::Blank);
    }
    match cx.resolve(target) {
        Res::Def(def) if def.is_variable() && !def.is_package_level() => How::Stored(Place::Variable(def)),
        Res::Def(_) => How::Stored(Place::Global),
        _ => match cx.resolve_expr(target) {
            Res::External { .. } => How::Stored(Place::Global),
            _ if target.kind() == Kind::Ident => How::Stored(Place::Global),
            _ => How::Stored(Place::Target(target)),
        },
    }
}

/// Whether a variable is declared in the list of statements `list` itself, or is a parameter or a result of `func`, whose
/// body the list is (spec: Blocks, Declarations and scope).
pub fn is_of_list(def: Def<'_>, list: Node<'_>, func: Node<'_>) -> bool {
    let is_body = list.parent() == Some(func) && list.role() == Role::Body;
    let of_func = matches!(def.kind(), DefKind::Param | DefKind::Result | DefKind::Receiver);
    if of_func {
        return is_body && func.contains(def.ident());
    }
    let stmt = def.ident().ancestors().find(|it| it.parent() == Some(list));
    let direct = def.ident().parent();
    stmt.is_some_and(|it| direct == Some(it) || it.kind() == Kind::DeclStmt)
}
