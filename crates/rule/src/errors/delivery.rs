//! Whether an error that wraps another one can get somewhere.
//!
//! The search goes back from a place to where its error comes from: through variables, and into the functions of the
//! project that are called, to their `return` statements. It ends at errors that are made, and at what is outside, of
//! which little is known.

use std::{collections::HashMap, rc::Rc};

use gofix_semantic::{
    Tri,
    error_flow::{Look, Seen},
    types::{Callee, Form, ObjectKind, Ty},
};
use gofix_syntax::{
    FileId, Kind, Node, NodeId, Role, Token,
    ast::{AstNode, CallExpr, FuncDecl, ReturnStmt, SelectorExpr},
};

use super::sentinel::{Sentinel, sentinel};
use crate::{
    Cx,
    flow::{Facts, Origin, callee_decl},
};

/// How an error that is looked for gets to a place.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Delivery {
    /// If at all, then as it is: nothing that wraps it gets there, by proof.
    Bare,
    /// It cannot be told.
    Unknown,
    /// Wrapped in another error, maybe among others as it is. The functions by way of which it does.
    Wrapped(String),
}

/// What is looked for.
#[derive(Copy, Clone, Debug)]
pub enum Sought<'s, 'a> {
    /// One error.
    Sentinel(&'s Sentinel<'a>),
    /// Errors of a type.
    Type(Ty, FileId),
}

/// A comparison that a sentinel gets to wrapped, and the functions by way of which it does.
type WrappedAt = (FileId, gofix_text::TextRange, String);

/// Answers for the places of one package. What was found out of a function is kept.
pub struct Deliveries<'a> {
    cx: Cx<'a>,
    facts: HashMap<(FileId, NodeId), Option<Rc<Facts<'a>>>>,
    /// By sentinel: the comparisons that it gets to wrapped.
    wrapped: HashMap<(Rc<str>, String), Vec<WrappedAt>>,
    /// How many functions and expressions may still be looked at for one answer.
    budget: u32,
}

/// How deep calls are followed.
const DEPTH: u32 = 6;
/// How far errors are followed forward. Beyond, too much of what is found is due to interfaces whose methods may be any.
const HOPS: u32 = 2;

impl<'a> Deliveries<'a> {
    /// Nothing is known yet.
    pub fn new(cx: &Cx<'a>) -> Deliveries<'a> {
        Deliveries { cx: *cx, facts: HashMap::new(), wrapped: HashMap::new(), budget: 0 }
    }

    /// How `sought` gets to the value of `expr`, which is compared by `comparison`.
    pub fn to(&mut self, expr: Node<'a>, comparison: Node<'a>, sought: Sought<'_, 'a>) -> Delivery {
        self.budget = 400;
        let back = self.expr(expr, 0, sought, DEPTH);
        match (back, sought) {
            (Delivery::Wrapped(by), _) => Delivery::Wrapped(by),
            (known, Sought::Sentinel(it)) => match self.forward(it, comparison) {
                Some(by) => Delivery::Wrapped(by),
                None => known,
            },
            (known, Sought::Type(..)) => known,
        }
    }

    /// Whether the error comes right from a function outside that is documented to return what is sought as it is.
    pub fn is_documented(&mut self, expr: Node<'a>, sought: Sought<'_, 'a>) -> bool {
        let calls = |it: &Node<'a>| CallExpr::cast(it.unparen()).map(|it| self.cx.callee(it));
        let direct = calls(&expr).into_iter();
        let cx = self.cx;
        let origins = self.facts(expr).filter(|_| expr.as_ident().is_some()).and_then(|it| it.origins(expr));
        let by_name = origins.unwrap_or_default().into_iter().filter_map(|it| match it {
            Origin::Call { call, .. } => Some(cx.callee(call)),
            _ => None,
        });
        direct.chain(by_name).any(|it| is_documented(&cx, &it, sought))
    }

    /// Whether the error was unwrapped by hand: it is no longer the outermost one.
    pub fn is_unwrapped(&mut self, expr: Node<'a>) -> bool {
        let unwraps = |it: CallExpr<'a>| {
            let fun = it.fun().unparen();
            let name = SelectorExpr::cast(fun).map_or(fun, SelectorExpr::sel).text();
            name.starts_with("Unwrap") || name.starts_with("Cause") || name.starts_with("unwrap")
        };
        if let Some(call) = CallExpr::cast(expr) {
            return unwraps(call);
        }
        let origins = self.facts(expr).filter(|_| expr.as_ident().is_some()).and_then(|it| it.origins(expr));
        origins.unwrap_or_default().into_iter().any(|it| matches!(it, Origin::Call { call, .. } if unwraps(call)))
    }

    /// The facts of the function around `node`.
    pub fn facts(&mut self, node: Node<'a>) -> Option<Rc<Facts<'a>>> {
        let top = node.ancestors().filter(|it| matches!(it.kind(), Kind::FuncDecl | Kind::FuncLit)).last()?;
        let cx = self.cx;
        self.facts.entry((top.file().id(), top.id())).or_insert_with(|| Facts::new(&cx, node).map(Rc::new)).clone()
    }

    /// By way of which functions the flow of errors brings the sentinel to a comparison in another error that wraps it.
    fn forward(&mut self, sentinel: &Sentinel<'a>, comparison: Node<'a>) -> Option<String> {
        let key = (Rc::clone(&sentinel.path), sentinel.name.clone());
        let cx = self.cx;
        let found = self.wrapped.entry(key).or_insert_with(|| {
            let flow = cx.error_flow();
            let own = sentinel.ident.filter(|it| cx.workspace().outside_path(it.file().id()).is_none());
            let all = match own {
                Some(ident) => flow.consumers_of_var(ident, HOPS),
                None => flow.consumers_of_var_outside(&sentinel.path, &sentinel.name, HOPS),
            };
            let wrapped = all.into_iter().filter(|it| it.seen == Seen::Wrapped && it.look == Look::Compared);
            wrapped.map(|it| (it.file, it.range, it.via.join(" and "))).collect()
        });
        let is_here = |it: &&WrappedAt| it.0 == comparison.file().id() && it.1 == comparison.range();
        found.iter().find(is_here).map(|it| it.2.clone())
    }

    /// How it gets to the value of an expression, or of several its `result`-th.
    fn expr(&mut self, expr: Node<'a>, result: usize, sought: Sought<'_, 'a>, depth: u32) -> Delivery {
        let expr = expr.unparen();
        let Some(left) = self.budget.checked_sub(1) else { return Delivery::Unknown };
        self.budget = left;
        if let Some(call) = CallExpr::cast(expr) {
            return self.call(call, result, sought, depth);
        }
        let types = self.cx.types(expr.file().id());
        // Any error type may stand for a type parameter, one with Unwrap as well.
        if types.is_none_or(|it| matches!(it.form(it.type_of(expr)), Form::TypeParam(_))) {
            return Delivery::Unknown;
        }
        if self.cx.resolve_expr(expr).is_universe("nil") {
            return Delivery::Bare;
        }
        let made = match (expr.kind(), expr.op()) {
            (Kind::CompositeLit, _) => true,
            (Kind::UnaryExpr, Token::And) => {
                expr.child(Role::X).is_some_and(|it| it.unparen().kind() == Kind::CompositeLit)
            }
            _ => false,
        };
        if made {
            return self.made(expr);
        }
        if let Ok(Some(named)) = sentinel(&self.cx, expr) {
            return self.named(&named, sought, depth);
        }
        let is_variable = self.cx.resolve(expr).def().is_some_and(|it| it.is_variable() && !it.is_package_level());
        if expr.as_ident().is_some() && is_variable {
            let origins = self.facts(expr).and_then(|it| it.origins(expr));
            return self.origins(origins, sought, depth);
        }
        Delivery::Unknown
    }

    fn origins(&mut self, origins: Option<Vec<Origin<'a>>>, sought: Sought<'_, 'a>, depth: u32) -> Delivery {
        let Some(origins) = origins else { return Delivery::Unknown };
        let of = |origin: Origin<'a>| match origin {
            Origin::Zero => Delivery::Bare,
            Origin::Call { call, result } => self.expr(call.node(), result, sought, depth),
            Origin::Named(expr) | Origin::Variable(expr) | Origin::Made(expr) => self.expr(expr, 0, sought, depth),
            _ => Delivery::Unknown,
        };
        origins.into_iter().map(of).max().unwrap_or(Delivery::Unknown)
    }

    /// An error of a type without `Unwrap` and `Is` is nothing but itself.
    fn made(&self, expr: Node<'a>) -> Delivery {
        let Some(types) = self.cx.types(expr.file().id()) else { return Delivery::Unknown };
        let ty = types.type_of(expr);
        // What is in an interface may have more methods than that.
        if matches!(types.form(types.underlying(ty)), Form::Interface(_) | Form::TypeParam(_) | Form::Unknown) {
            return Delivery::Unknown;
        }
        let Some(methods) = types.method_set(ty) else { return Delivery::Unknown };
        match methods.iter().any(|it| matches!(&*it.name, "Unwrap" | "Is" | "As")) {
            true => Delivery::Unknown,
            false => Delivery::Bare,
        }
    }

    fn named(&mut self, named: &Sentinel<'a>, sought: Sought<'_, 'a>, depth: u32) -> Delivery {
        if matches!(sought, Sought::Sentinel(it) if it.same(named)) {
            return Delivery::Bare;
        }
        let Some(ident) = named.ident else { return Delivery::Unknown };
        if let Some(file) = self.cx.workspace().outside_path(ident.file().id()) {
            // No variable of the standard library wraps another error.
            let goroot = self.cx.workspace().project().goroot_src();
            let is_std = self.cx.workspace().is_std(&named.path) && goroot.is_none_or(|it| file.starts_with(it));
            return if is_std { Delivery::Bare } else { Delivery::Unknown };
        }
        let value =
            ident.parent().filter(|it| it.kind() == Kind::ValueSpec && it.children_in(Role::Names).count() == 1);
        let Some(value) = value.and_then(|it| it.child(Role::Values)) else { return Delivery::Unknown };
        let Some(depth) = depth.checked_sub(1) else { return Delivery::Unknown };
        if !named.is_const && is_assigned(&self.cx, ident) {
            return Delivery::Unknown;
        }
        self.expr(value, 0, sought, depth)
    }

    fn call(&mut self, call: CallExpr<'a>, result: usize, sought: Sought<'_, 'a>, depth: u32) -> Delivery {
        match self.cx.callee(call) {
            Callee::Conversion(_) => self.made(call.node()),
            Callee::Func { path, name } | Callee::External { path, name } => match (&*path, &*name) {
                ("errors", "New") | ("github.com/pkg/errors", "New") => Delivery::Bare,
                ("fmt", "Errorf") => self.formatted(call, sought, depth),
                ("github.com/pkg/errors", "Wrap" | "Wrapf" | "WithStack" | "WithMessage" | "WithMessagef") => {
                    match call.args().next() {
                        Some(it) => self.wrapped(call, it, sought, depth),
                        None => Delivery::Unknown,
                    }
                }
                // System calls return numbers of errors, which wrap nothing, but say themselves what they are.
                ("syscall" | "golang.org/x/sys/unix", _) => match sought {
                    Sought::Sentinel(it) if it.is_class() => Delivery::Unknown,
                    _ => Delivery::Bare,
                },
                _ => self.returned(call, result, sought, depth),
            },
            Callee::Method { path, receiver, name, .. } => match (&*path, &*receiver, &*name) {
                ("net/http", "Server", "ListenAndServe" | "ListenAndServeTLS" | "Serve" | "ServeTLS") => match sought {
                    Sought::Sentinel(it) if it.is("net/http", "ErrServerClosed") => Delivery::Bare,
                    _ => Delivery::Unknown,
                },
                _ => self.returned(call, result, sought, depth),
            },
            _ => Delivery::Unknown,
        }
    }

    /// `fmt.Errorf` wraps those of its arguments that are for a verb `%w`; any of the errors among them, to be sure.
    fn formatted(&mut self, call: CallExpr<'a>, sought: Sought<'_, 'a>, depth: u32) -> Delivery {
        let format = call.args().next().and_then(|it| self.cx.const_value(it));
        let Some(format) = format.as_ref().and_then(|it| it.as_bytes()) else { return Delivery::Unknown };
        if !has_wrapping_verb(format) {
            return Delivery::Bare;
        }
        if call.has_ellipsis() {
            return Delivery::Unknown;
        }
        let may_be_error = |it: &Node<'a>| {
            let types = self.cx.types(it.file().id());
            types.is_none_or(|types| types.implements(types.type_of(*it), types.error_type()) != Tri::No)
        };
        let args: Vec<Node<'a>> = call.args().skip(1).filter(may_be_error).collect();
        let of = |it: Node<'a>| self.wrapped(call, it, sought, depth);
        args.into_iter().map(of).max().unwrap_or(Delivery::Unknown)
    }

    /// What an error that wraps `inner` delivers.
    fn wrapped(&mut self, by: CallExpr<'a>, inner: Node<'a>, sought: Sought<'_, 'a>, depth: u32) -> Delivery {
        match self.can_be(inner, 0, sought, depth) {
            Tri::Yes => Delivery::Wrapped(place_of(by.node())),
            Tri::No | Tri::Unknown => Delivery::Unknown,
        }
    }

    /// Whether an expression can be what is sought, as far as one knows; never no.
    fn can_be(&mut self, expr: Node<'a>, result: usize, sought: Sought<'_, 'a>, depth: u32) -> Tri {
        let expr = expr.unparen();
        let Some(left) = self.budget.checked_sub(1) else { return Tri::Unknown };
        self.budget = left;
        if let Some(call) = CallExpr::cast(expr) {
            return match is_documented(&self.cx, &self.cx.callee(call), sought) {
                true => Tri::Yes,
                false => self.any_return(call, result, depth, |this, it, n, depth| this.can_be(it, n, sought, depth)),
            };
        }
        if let Sought::Type(ty, file) = sought {
            // Types of files of different configurations have nothing to do with each other.
            let is_same = match (self.cx.types(expr.file().id()), self.cx.types(file)) {
                (Some(a), Some(b)) => std::ptr::eq(a, b),
                _ => false,
            };
            let is_it = is_same && self.cx.type_of(expr) == ty;
            if is_it {
                return Tri::Yes;
            }
        }
        if let Ok(Some(named)) = sentinel(&self.cx, expr) {
            return if matches!(sought, Sought::Sentinel(it) if it.same(&named)) { Tri::Yes } else { Tri::Unknown };
        }
        let is_variable = self.cx.resolve(expr).def().is_some_and(|it| it.is_variable() && !it.is_package_level());
        if expr.as_ident().is_none() || !is_variable {
            return Tri::Unknown;
        }
        for origin in self.facts(expr).and_then(|it| it.origins(expr)).unwrap_or_default() {
            let found = match origin {
                Origin::Call { call, result } => self.can_be(call.node(), result, sought, depth),
                Origin::Named(it) | Origin::Variable(it) | Origin::Made(it) => self.can_be(it, 0, sought, depth),
                _ => Tri::Unknown,
            };
            if found == Tri::Yes {
                return Tri::Yes;
            }
        }
        Tri::Unknown
    }

    fn any_return(
        &mut self,
        call: CallExpr<'a>,
        result: usize,
        depth: u32,
        mut is: impl FnMut(&mut Self, Node<'a>, usize, u32) -> Tri,
    ) -> Tri {
        let (Some(decl), Some(depth)) = (self.decl_of(call), depth.checked_sub(1)) else { return Tri::Unknown };
        for (expr, result) in returns(decl, result).unwrap_or_default() {
            if is(self, expr, result, depth) == Tri::Yes {
                return Tri::Yes;
            }
        }
        Tri::Unknown
    }

    /// What a function of the project returns.
    fn returned(&mut self, call: CallExpr<'a>, result: usize, sought: Sought<'_, 'a>, depth: u32) -> Delivery {
        let (Some(decl), Some(depth)) = (self.decl_of(call), depth.checked_sub(1)) else { return Delivery::Unknown };
        let Some(all) = returns(decl, result) else { return Delivery::Unknown };
        let mut worst = Delivery::Bare;
        for (expr, result) in all {
            worst = worst.max(self.expr(expr, result, sought, depth));
        }
        worst
    }

    fn decl_of(&self, call: CallExpr<'a>) -> Option<FuncDecl<'a>> {
        let is_known = matches!(self.cx.callee(call), Callee::Func { .. } | Callee::Method { .. });
        let decl = callee_decl(&self.cx, call).filter(|_| is_known)?;
        // A function value has no declaration; a name may be that of a variable.
        let fun = call.fun().unparen();
        let name = SelectorExpr::cast(fun).map_or(fun, SelectorExpr::sel);
        let object = self.cx.types(call.node().file().id())?.object_of(name);
        object.is_none_or(|it| matches!(it.kind, ObjectKind::Func | ObjectKind::Method)).then_some(decl)
    }
}

/// Whether something may give a variable of a package another value.
pub fn is_assigned<'a>(cx: &Cx<'a>, ident: Node<'a>) -> bool {
    let Some(def) = cx.resolve(ident).def() else { return true };
    let found = cx.references_of(def);
    let changes = |it: &Node<'a>| {
        let whole = match it.parent() {
            Some(parent) if parent.kind() == Kind::SelectorExpr && it.role() == Role::Sel => parent,
            _ => *it,
        };
        let whole = whole.with_parens();
        let is_taken = whole.parent().is_some_and(|it| it.kind() == Kind::UnaryExpr && it.op() == Token::And);
        is_taken || matches!(whole.role(), Role::Lhs | Role::Key | Role::Value)
    };
    !found.is_complete() || found.sites.iter().any(changes)
}

/// What a function returns as its `result`-th result: expressions, and which of their values. None if a deferred function
/// may change it, or a `return` does not say it.
fn returns<'a>(decl: FuncDecl<'a>, result: usize) -> Option<Vec<(Node<'a>, usize)>> {
    let body = decl.body()?;
    let is_named = decl.func_type().results()?.descendants().any(|it| it.role() == Role::Names);
    let defers = || body.descendants().any(|it| it.kind() == Kind::DeferStmt);
    if is_named && defers() {
        return None;
    }
    let own = body.descendants_skipping(|it| it.kind() == Kind::FuncLit);
    own.filter_map(ReturnStmt::cast)
        .map(|it| {
            let all: Vec<Node<'a>> = it.results().collect();
            match all[..] {
                [] => None,
                [only] => Some((only, result)),
                _ => all.get(result).map(|it| (*it, 0)),
            }
        })
        .collect()
}

/// Whether a function outside is known to return what is sought as it is.
fn is_documented(cx: &Cx<'_>, callee: &Callee, sought: Sought<'_, '_>) -> bool {
    let Sought::Sentinel(it) = sought else { return false };
    let (path, name) = match callee {
        Callee::Func { path, name } | Callee::External { path, name } | Callee::Method { path, name, .. } => {
            (&**path, name)
        }
        Callee::InterfaceMethod { interface: Some((path, _)), name } => (&**path, name),
        _ => return false,
    };
    let is_std = cx.workspace().is_std(path);
    let starts = |all: &[&str]| all.iter().any(|it| name.starts_with(it));
    match (&*it.path, &*it.name) {
        ("io", "EOF" | "ErrUnexpectedEOF") => {
            is_std && starts(&["Read", "Next", "Decode", "Token", "Peek", "Copy", "Recv", "Scan", "Fscan", "Sscan"])
        }
        ("context", _) => path == "context" && starts(&["Err", "Cause"]),
        ("syscall" | "golang.org/x/sys/unix", _) => matches!(path, "syscall" | "golang.org/x/sys/unix"),
        ("net/http", "ErrServerClosed") => path == "net/http" && starts(&["Serve", "ListenAndServe"]),
        _ => false,
    }
}

/// Whether a format has the verb `%w`, maybe with flags, a width, a precision or an index (package fmt).
fn has_wrapping_verb(format: &[u8]) -> bool {
    let mut bytes = format.iter();
    while bytes.any(|it| *it == b'%') {
        let is_extra = |it: &u8| it.is_ascii_digit() || b"+-# .*[]".contains(it);
        if bytes.find(|it| !is_extra(it)) == Some(&b'w') {
            return true;
        }
    }
    false
}

/// How a reader finds an expression: the function it is in, or its text.
fn place_of(node: Node<'_>) -> String {
    let decl = node.ancestors().find_map(FuncDecl::cast);
    decl.map_or_else(|| node.text().to_owned(), |it| it.name().text().to_owned())
}
