//! What the conditions around a `return` say of the error, and what people wrote beside it.

use gofix_rule::{
    Cx, Decline, flow,
    lines::comments_beside,
    semantic::{Def, Res, error_flow::Consumer},
    syntax::{
        Kind, Node, Role, Token,
        ast::{AstNode, CallExpr, CaseClause, IfStmt},
    },
};

use super::site::Site;

/// Whether a condition on the way to `err` says which error it is: `err == io.EOF`, `errors.Is(err, …)`, any question
/// about `err` that was answered with yes. Conditions in front of `since` are about another value.
pub(super) fn is_pinned<'a>(cx: &Cx<'a>, err: Node<'a>, def: Def<'a>, func: Node<'a>, since: u32) -> bool {
    let pins = Pins { cx: *cx, def, since };
    let mut child = err;
    for parent in err.ancestors().take_while(|it| *it != func) {
        let pinned = match parent.kind() {
            Kind::IfStmt => pins.by_if(parent, child),
            Kind::CaseClause => pins.by_case(parent),
            _ => false,
        };
        if pinned || pins.by_exits(parent, child) {
            return true;
        }
        child = parent;
    }
    pins.by_exits(func.child(Role::Body).unwrap_or(func), child)
}

struct Pins<'a> {
    cx: Cx<'a>,
    def: Def<'a>,
    since: u32,
}

impl<'a> Pins<'a> {
    fn by_if(&self, stmt: Node<'a>, branch: Node<'a>) -> bool {
        let Some(stmt) = IfStmt::cast(stmt) else { return false };
        match branch.role() {
            Role::Body => self.tells(stmt.cond(), true, stmt.init()),
            Role::Else => self.tells(stmt.cond(), false, stmt.init()),
            _ => false,
        }
    }

    fn by_case(&self, clause: Node<'a>) -> bool {
        let Some(switch) = clause.ancestors().find(|it| matches!(it.kind(), Kind::SwitchStmt | Kind::TypeSwitchStmt))
        else {
            return false;
        };
        let list: Vec<Node<'a>> = CaseClause::cast(clause).into_iter().flat_map(CaseClause::list).collect();
        let is_nil = |it: &Node<'a>| self.cx.resolve_expr(it.unparen()).is_universe("nil");
        match (switch.kind(), switch.child(Role::Tag)) {
            (Kind::TypeSwitchStmt, _) => {
                let assign = switch.child(Role::Assign);
                !list.is_empty() && assign.is_some_and(|it| self.mentions(it)) && !list.iter().all(is_nil)
            }
            (_, Some(tag)) => self.mentions(tag) && !list.is_empty(),
            (_, None) => list.iter().any(|it| self.tells(*it, true, switch.child(Role::Init))),
        }
    }

    /// Whether an `if` in front of `child`, in the list of `owner`, leaves if the error is not a particular one.
    fn by_exits(&self, owner: Node<'a>, child: Node<'a>) -> bool {
        let before = flow::stmts(owner).take_while(|it| it.id() < child.id());
        let mut exits =
            before.filter_map(IfStmt::cast).filter(|it| it.else_().is_none() && it.node().start() >= self.since);
        exits.any(|it| leaves(&self.cx, it.body()) && self.tells(it.cond(), false, it.init()))
    }

    /// Whether it tells which error it is that `cond` is `holds`.
    fn tells(&self, cond: Node<'a>, holds: bool, init: Option<Node<'a>>) -> bool {
        if cond.start() < self.since {
            return false;
        }
        let mut todo = vec![(cond, holds)];
        while let Some((cond, holds)) = todo.pop() {
            let cond = cond.unparen();
            let (x, y) = (cond.child(Role::X), cond.child(Role::Y));
            match (cond.kind(), cond.op(), x, y) {
                (Kind::UnaryExpr, Token::Not, Some(x), _) => todo.push((x, !holds)),
                // Either side of `a || b` may be what holds; that it is not known which changes nothing.
                (Kind::BinaryExpr, Token::LAnd | Token::LOr, Some(x), Some(y)) => todo.extend([(x, holds), (y, holds)]),
                (Kind::BinaryExpr, Token::Eql, Some(x), Some(y)) if holds && self.compares(x, y) => return true,
                (Kind::BinaryExpr, Token::Neq, Some(x), Some(y)) if !holds && self.compares(x, y) => return true,
                (Kind::BinaryExpr, ..) if holds && self.is_asked(cond) => return true,
                (Kind::CallExpr, ..) if holds && self.is_asked(cond) => return true,
                (Kind::Ident, ..) if holds && init.is_some_and(|it| self.is_answer(it, cond)) => return true,
                _ => {}
            }
        }
        false
    }

    /// Collects what the variable is not, given that `cond` is `holds`.
    fn excludes(&self, cond: Node<'a>, holds: bool, found: &mut Vec<Sentinel>) {
        let mut todo = vec![(cond, holds)];
        while let Some((cond, holds)) = todo.pop() {
            let cond = cond.unparen();
            let (x, y) = (cond.child(Role::X), cond.child(Role::Y));
            match (cond.kind(), cond.op(), x, y) {
                _ if cond.start() < self.since => {}
                (Kind::UnaryExpr, Token::Not, Some(x), _) => todo.push((x, !holds)),
                (Kind::BinaryExpr, Token::LAnd, Some(x), Some(y)) if holds => todo.extend([(x, true), (y, true)]),
                (Kind::BinaryExpr, Token::LOr, Some(x), Some(y)) if !holds => todo.extend([(x, false), (y, false)]),
                (Kind::BinaryExpr, Token::Eql, Some(x), Some(y)) if !holds => found.extend(self.other(x, y)),
                (Kind::BinaryExpr, Token::Neq, Some(x), Some(y)) if holds => found.extend(self.other(x, y)),
                (Kind::CallExpr, ..) if !holds => found.extend(self.asked_for(cond)),
                _ => {}
            }
        }
    }

    /// The error that the variable is compared with.
    fn other(&self, x: Node<'a>, y: Node<'a>) -> Option<Sentinel> {
        let other = if self.is_this(x) { y } else { x };
        (self.is_this(x) || self.is_this(y)).then(|| sentinel(&self.cx, other)).flatten()
    }

    /// The error of `errors.Is(err, S)`.
    fn asked_for(&self, call: Node<'a>) -> Option<Sentinel> {
        let call = CallExpr::cast(call)?;
        let args: Vec<Node<'a>> = call.args().collect();
        let is_it = self.cx.resolve_expr(call.fun().unparen()).is_external("errors", "Is");
        match args[..] {
            [err, other] if is_it && self.is_this(err) => sentinel(&self.cx, other),
            _ => None,
        }
    }

    /// Whether the variable is compared with something that is not nil.
    fn compares(&self, x: Node<'a>, y: Node<'a>) -> bool {
        let is_nil = |it: Node<'a>| self.cx.resolve_expr(it.unparen()).is_universe("nil");
        (self.is_this(x) && !is_nil(y)) || (self.is_this(y) && !is_nil(x))
    }

    /// Whether a call in the condition is given the variable, or a method of it is called.
    fn is_asked(&self, cond: Node<'a>) -> bool {
        let mut calls = [cond].into_iter().chain(cond.descendants()).filter_map(CallExpr::cast);
        calls.any(|it| it.args().any(|arg| self.is_this(arg)) || it.fun().descendants().any(|it| self.is_this(it)))
    }

    /// Whether `ok` is what `init` found out of the variable: `_, ok := err.(T)`.
    fn is_answer(&self, init: Node<'a>, ok: Node<'a>) -> bool {
        let is_assigned = init.children_in(Role::Lhs).any(|it| it.as_ident() == ok.as_ident());
        is_assigned && init.children_in(Role::Rhs).any(|it| self.mentions(it))
    }

    fn mentions(&self, node: Node<'a>) -> bool {
        [node].into_iter().chain(node.descendants()).any(|it| self.is_this(it))
    }

    fn is_this(&self, expr: Node<'a>) -> bool {
        let expr = expr.unparen();
        expr.as_ident() == Some(self.def.name()) && matches!(self.cx.resolve(expr), Res::Def(def) if def == self.def)
    }
}

/// A variable of a package, by import path and name.
pub(super) type Sentinel = (String, String);

/// The errors of packages that an error which is returned at `site` is known not to be, since `call` made it: control
/// would have gone elsewhere if it were.
pub(super) fn excluded<'a>(site: &Site<'a, '_>, call: CallExpr<'a>) -> Vec<Sentinel> {
    let Some((err, def)) = site.err else { return Vec::new() };
    let pins = Pins { cx: site.cx, def, since: call.node().start() };
    let mut found = Vec::new();
    let mut child = err;
    for parent in err.ancestors() {
        if let Some(stmt) = IfStmt::cast(parent) {
            match child.role() {
                Role::Body => pins.excludes(stmt.cond(), true, &mut found),
                Role::Else => pins.excludes(stmt.cond(), false, &mut found),
                _ => {}
            }
        }
        let before = flow::stmts(parent).take_while(|it| it.id() < child.id()).filter_map(IfStmt::cast);
        for stmt in before.filter(|it| it.node().start() >= pins.since && leaves(&site.cx, it.body())) {
            pins.excludes(stmt.cond(), false, &mut found);
        }
        if parent == site.func {
            break;
        }
        child = parent;
    }
    found
}

/// Whether control does not get out of the end of a block.
fn leaves<'a>(cx: &Cx<'a>, block: Node<'a>) -> bool {
    let last = flow::stmts(block).last();
    cx.terminates(block) || last.is_some_and(|it| it.kind() == Kind::BranchStmt && it.op() != Token::Fallthrough)
}

/// What a consumer compares an error with.
pub(super) fn compared_with<'a>(cx: &Cx<'a>, consumer: &Consumer) -> Option<Sentinel> {
    let file = cx.workspace().file(consumer.file)?;
    let node = file.nodes().find(|it| it.range() == consumer.range && it.kind() == Kind::BinaryExpr)?;
    [Role::X, Role::Y].into_iter().filter_map(|it| node.child(it)).find_map(|it| sentinel(cx, it))
}

/// The variable of a package that an expression denotes.
fn sentinel<'a>(cx: &Cx<'a>, expr: Node<'a>) -> Option<Sentinel> {
    match cx.resolve_expr(expr.unparen()) {
        Res::External { path, name } => Some((path.to_owned(), name.to_owned())),
        Res::Def(def) if def.is_package_level() => {
            let package = cx.workspace().package_of(expr.file().id()).import_path();
            Some((package?, def.name().to_owned()))
        }
        _ => None,
    }
}

/// Declines if a comment at the statement, or above the function, tells linters or the compiler to keep off.
pub(super) fn is_not_forbidden(stmt: Node<'_>, func: Node<'_>) -> Result<(), Decline> {
    let decl = [func].into_iter().chain(func.ancestors()).find(|it| it.kind() == Kind::FuncDecl);
    let file = func.file();
    let doc = decl.and_then(Node::doc).into_iter().flat_map(|it| file.comments_in(it));
    let comments = comments_beside(stmt).chain(doc.map(|it| &file.text()[it.to_usize()]));
    for comment in comments {
        let text = comment.trim();
        if is_nolint(text) {
            return Err("a comment asks linters not to look at this".into());
        }
        if is_note_on_wrapping(text) {
            return Err("a comment here speaks of wrapping".into());
        }
        if text == "//go:nosplit" || text == "//go:norace" {
            return Err("the function is part of a runtime, where little may be called".into());
        }
    }
    Ok(())
}

/// Whether a comment says whether an error is wrapped.
fn is_note_on_wrapping(comment: &str) -> bool {
    let text = comment.to_ascii_lowercase();
    let words = || text.split(|it: char| !it.is_ascii_alphanumeric());
    words().any(|it| ["wrap", "wrapped", "wrapping", "unwrapped"].contains(&it))
}

/// `//nolint`, for all or for who looks at errors.
fn is_nolint(comment: &str) -> bool {
    let Some(rest) = comment.trim_start_matches('/').trim_start().strip_prefix("nolint") else { return false };
    let Some(names) = rest.strip_prefix(':') else { return rest.is_empty() || rest.starts_with(' ') };
    let names = names.split_whitespace().next().unwrap_or("");
    names.split(',').any(|it| ["wrapcheck", "errorlint", "goerr113", "err113", "all"].contains(&it.trim()))
}
