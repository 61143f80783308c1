//! Whether two expressions mean the same.

use gofix_semantic::{
    Def, Res,
    types::{Form, SelectionKind},
};
use gofix_syntax::{
    Kind, Node, Role, Token,
    ast::{AssignStmt, AstNode, CallExpr, SelectorExpr},
};

use super::handover::is_settled;
use crate::{Cx, Decline, flow::Facts};

/// How long an expression may be that names a WaitGroup.
const MAX_STEPS: usize = 16;

/// The variable that an expression names, by way of fields and elements: two expressions with the same place mean the
/// same variable, as long as nothing on the way is assigned. Whether a pointer to the variable is meant or the variable
/// itself makes no difference.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place<'a> {
    root: Root<'a>,
    path: Vec<Step<'a>>,
}

#[derive(Copy, Clone, PartialEq, Eq, Debug)]
enum Root<'a> {
    Def(Def<'a>),
    Of { path: &'a str, name: &'a str },
}

#[derive(Copy, Clone, PartialEq, Eq, Debug)]
enum Step<'a> {
    Field(&'a str),
    At(Root<'a>),
    AtLiteral(&'a str),
}

impl<'a> Place<'a> {
    /// The place of `expr`. Declines if that is not a variable, or a field or element of one.
    pub fn of(cx: &Cx<'a>, expr: Node<'a>) -> Result<Place<'a>, Decline> {
        const UNNAMED: &str = "the WaitGroup is not a variable, nor a field or element of one";
        let mut path = Vec::new();
        let mut at = expr.unparen();
        for _ in 0..MAX_STEPS {
            if let Some(root) = root(cx, at) {
                path.reverse();
                return Ok(Place { root, path });
            }
            match at.kind() {
                Kind::UnaryExpr if at.op() == Token::And => {}
                Kind::StarExpr => {}
                Kind::SelectorExpr => path.push(Step::Field(at.child(Role::Sel).ok_or(UNNAMED)?.text())),
                Kind::IndexExpr => {
                    let index = at.child(Role::Index).ok_or(UNNAMED)?.unparen();
                    let literal = (index.kind() == Kind::BasicLit).then(|| Step::AtLiteral(index.text()));
                    path.push(literal.or_else(|| root(cx, index).map(Step::At)).ok_or(UNNAMED)?);
                }
                _ => break,
            }
            at = at.child(Role::X).ok_or(UNNAMED)?.unparen();
        }
        Err(UNNAMED.into())
    }

    /// The local variable, or that of the package, where the way begins.
    pub fn root(&self) -> Option<Def<'a>> {
        match self.root {
            Root::Def(def) => Some(def),
            Root::Of { .. } => None,
        }
    }

    /// The variable itself, if it is no part of another one.
    pub fn variable(&self) -> Option<Def<'a>> {
        self.root().filter(|_| self.path.is_empty())
    }

    /// The variables that an expression for the place mentions, as far as they are of this package.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'a str> {
        let index = |it: &Step<'a>| if let Step::At(Root::Def(def)) = it { Some(*def) } else { None };
        self.root().into_iter().chain(self.path.iter().filter_map(index)).map(Def::name)
    }

    /// The same place as seen by the caller of the function literal that `call` calls: where it begins with a parameter,
    /// that parameter's argument is meant. Declines if the argument has no place.
    pub fn for_caller(self, cx: &Cx<'a>, call: CallExpr<'a>) -> Result<Place<'a>, Decline> {
        let Some(arg) = self.root().and_then(|it| arg_of(call, it)) else { return Ok(self) };
        let mut place = Place::of(cx, arg)?;
        place.path.extend(self.path);
        Ok(place)
    }

    /// Declines unless `expr`, which has this place, names the same variable from `from` on, and in all that `literal`
    /// runs. Of fields that are pointers, only assignments in the literal are looked for.
    ///
    /// # Errors
    /// Something on the way may be assigned.
    pub fn stays(
        &self,
        cx: &Cx<'a>,
        facts: &Facts<'a>,
        expr: Node<'a>,
        from: Node<'a>,
        literal: Node<'a>,
    ) -> Result<(), Decline> {
        for index in self.path.iter().filter_map(|it| if let Step::At(Root::Def(def)) = it { Some(*def) } else { None })
        {
            if !is_settled(cx, facts, index, from) {
                return Err(format!("{} may be assigned later, and then mean another WaitGroup", index.name()).into());
            }
        }
        if !follows_pointer(cx, expr) {
            return Ok(());
        }
        if let Root::Def(def) = self.root
            && !def.is_package_level()
            && !is_settled(cx, facts, def, from)
        {
            return Err(format!("{} may be assigned later, and then mean another WaitGroup", def.name()).into());
        }
        let names: Vec<&str> =
            self.path.iter().filter_map(|it| if let Step::Field(it) = it { Some(*it) } else { None }).collect();
        let assigned = |it: Node<'a>| {
            let it = it.unparen();
            let field = it.child(Role::Sel).filter(|_| it.kind() == Kind::SelectorExpr).map(Node::text);
            let is_root = self.root().is_some_and(|def| cx.resolve(it).def() == Some(def));
            is_root || field.is_some_and(|it| names.contains(&it))
        };
        let assigns = literal.descendants().filter_map(AssignStmt::cast).flat_map(|it| it.lhs().collect::<Vec<_>>());
        match assigns.into_iter().any(assigned) {
            true => Err("the goroutine assigns what the WaitGroup is reached by".into()),
            false => Ok(()),
        }
    }
}

/// The argument for the parameter `def` of the function literal that `call` calls.
pub fn arg_of<'a>(call: CallExpr<'a>, def: Def<'a>) -> Option<Node<'a>> {
    let literal = call.fun().unparen();
    let params = literal.child(Role::Type)?.child(Role::Params)?;
    if !params.contains(def.ident()) {
        return None;
    }
    let mut index = 0;
    for field in params.children_in(Role::List) {
        let names: Vec<_> = field.children_in(Role::Names).collect();
        match names.iter().position(|it| *it == def.ident()) {
            Some(at) => return call.args().nth(index + at),
            None => index += names.len().max(1),
        }
    }
    None
}

fn root<'a>(cx: &Cx<'a>, expr: Node<'a>) -> Option<Root<'a>> {
    match cx.resolve_expr(expr) {
        Res::Def(def) if def.is_variable() => Some(Root::Def(def)),
        Res::External { path, name } => Some(Root::Of { path, name }),
        _ => None,
    }
}

/// Whether a pointer, slice or map is followed from the variable where `expr` begins to the one that it names.
fn follows_pointer<'a>(cx: &Cx<'a>, expr: Node<'a>) -> bool {
    let Some(types) = cx.types(expr.file().id()) else { return true };
    let points = |it: Node<'a>| {
        let ty = types.underlying(types.type_of(it));
        !matches!(types.form(ty), Form::Struct(_) | Form::Array(..))
    };
    let mut at = expr.unparen();
    let mut found = points(at) && at.op() != Token::And;
    while let Some(x) = at.child(Role::X) {
        if root(cx, at).is_some() {
            break;
        }
        let selection = SelectorExpr::cast(at).and_then(|it| types.selection(it));
        let embedded = selection.is_none_or(|it| it.indirect || !matches!(it.kind, SelectionKind::Field(_)));
        let is_address = at.op() == Token::And && at.kind() == Kind::UnaryExpr;
        found |= match at.kind() {
            Kind::SelectorExpr => embedded,
            _ => !is_address && points(x),
        };
        at = x.unparen();
    }
    found
}

/// Whether two expressions have the same value wherever nothing that they mention is assigned in between: names,
/// selectors, literals and operators, `len` and conversions of these.
pub fn same_expr<'a>(cx: &Cx<'a>, a: Node<'a>, b: Node<'a>) -> bool {
    let mut todo = vec![(a, b)];
    while let Some((a, b)) = todo.pop() {
        let (a, b) = (a.unparen(), b.unparen());
        if a.kind() != b.kind() || a.op() != b.op() {
            return false;
        }
        let same = match a.kind() {
            Kind::BasicLit => a.text() == b.text(),
            Kind::Ident => {
                let (x, y) = (cx.resolve(a), cx.resolve(b));
                x == y && x != Res::Unknown
            }
            Kind::SelectorExpr => {
                let (x, y) = (cx.resolve_expr(a), cx.resolve_expr(b));
                let is_member = a.child(Role::Sel).map(Node::text) == b.child(Role::Sel).map(Node::text);
                if x != Res::Unknown || y != Res::Unknown {
                    x == y
                } else {
                    todo.extend(a.child(Role::X).zip(b.child(Role::X)));
                    is_member
                }
            }
            Kind::CallExpr => {
                let pure = CallExpr::cast(a).is_some_and(|it| is_pure_call(cx, it));
                todo.extend(a.children().zip(b.children()));
                pure && a.children().count() == b.children().count()
            }
            Kind::BinaryExpr | Kind::IndexExpr | Kind::StarExpr | Kind::UnaryExpr if a.op() != Token::Arrow => {
                todo.extend(a.children().zip(b.children()));
                true
            }
            _ => false,
        };
        if !same {
            return false;
        }
    }
    true
}

fn is_pure_call<'a>(cx: &Cx<'a>, call: CallExpr<'a>) -> bool {
    use gofix_semantic::types::Callee;
    matches!(cx.callee(call), Callee::Conversion(_)) || cx.is_builtin_call(call, "len")
}
