//! The `return` statements of a loop that is to become a function of its own.

use gofix_rule::{
    Cx, Decline, TextRange,
    flow::{Facts, NonNil},
    semantic::{Def, DefKind, Res, Tri, types::Callee},
    syntax::{
        Kind, Node, Role, Token,
        ast::{AstNode, CallExpr, CommClause, FuncDecl, FuncLit, FuncType, ReturnStmt, SelectorExpr, ValueSpec},
    },
};

use super::own;

const NO_ERROR: &str = "a return leaves a function that has no error as its last result";
const MAY_BE_NIL: &str = "a return may leave the function without an error, which the end of a turn does as well";

/// The returns of the loop: all with an error, and with the same constants otherwise.
pub(super) struct Returns<'a> {
    returns: Vec<ReturnStmt<'a>>,
}

impl<'a> Returns<'a> {
    /// The returns in `body`, that of the loop `repeated` in `func`; none if there are none. Declines if the error alone
    /// does not say what to return.
    pub(super) fn of(
        cx: &Cx<'a>,
        func: Node<'a>,
        repeated: Node<'a>,
        body: Node<'a>,
    ) -> Result<Option<Returns<'a>>, Decline> {
        let returns: Vec<_> = own(body).filter_map(ReturnStmt::cast).collect();
        if returns.is_empty() {
            return Ok(None);
        }
        let count = count_results(cx, func).ok_or(NO_ERROR)?;
        let found = Returns { returns };
        let facts = cx.facts(func).ok_or(NO_ERROR)?;
        let check = Check { cx: *cx, facts: &facts, repeated };
        for it in &found.returns {
            let results: Vec<_> = it.results().collect();
            match results.split_last() {
                None => return Err("a return without values returns named results".into()),
                Some((error, others)) if results.len() == count => {
                    if !others.iter().all(|it| check.is_constant(*it)) {
                        return Err("a return has other values than constants besides the error".into());
                    }
                    if !check.is_not_nil(*error) {
                        return Err(MAY_BE_NIL.into());
                    }
                }
                Some(_) => return Err("a return returns the results of a call with several".into()),
            }
        }
        let first = found.others();
        if found.returns.iter().any(|it| others(*it) != first) {
            return Err("the returns have different values besides the error".into());
        }
        for name in ["error", "nil"] {
            if cx.is_universe(name, body) != Tri::Yes || body.descendants().any(|it| declares(cx, it, name)) {
                return Err(format!("{name} means something else here").into());
            }
        }
        Ok(Some(found))
    }

    /// What stands in front of the error: `nil, 0, `.
    pub(super) fn others(&self) -> String {
        self.returns.first().map_or_else(String::new, |it| others(*it))
    }

    /// What the returns of the literal do not return.
    pub(super) fn superfluous(&self) -> impl Iterator<Item = TextRange> {
        self.returns.iter().filter_map(|it| {
            let first = it.results().next()?;
            let last = it.results().last()?;
            (first != last).then(|| TextRange::new(first.start(), last.start()))
        })
    }
}

fn others(stmt: ReturnStmt<'_>) -> String {
    let mut results: Vec<&str> = stmt.results().map(Node::text).collect();
    results.pop();
    results.iter().map(|it| format!("{it}, ")).collect()
}

fn declares<'a>(cx: &Cx<'a>, ident: Node<'a>, name: &str) -> bool {
    ident.as_ident() == Some(name) && matches!(cx.resolve(ident), Res::Def(_))
}

/// The number of results of `func`, if the last one is an error.
fn count_results<'a>(cx: &Cx<'a>, func: Node<'a>) -> Option<usize> {
    let ty = FuncDecl::cast(func).map(FuncDecl::func_type).or_else(|| FuncLit::cast(func).map(FuncLit::func_type))?;
    let fields: Vec<_> = FuncType::results(ty)?.children_in(Role::List).collect();
    let last = fields.last()?.child(Role::Type)?;
    let names = |it: &Node<'a>| it.children_in(Role::Names).count().max(1);
    cx.resolve(last.unparen()).is_universe("error").then(|| fields.iter().map(names).sum())
}

struct Check<'f, 'a> {
    cx: Cx<'a>,
    facts: &'f Facts<'a>,
    repeated: Node<'a>,
}

impl<'a> Check<'_, 'a> {
    /// Whether an expression is the same behind the literal as in it.
    fn is_constant(&self, expr: Node<'a>) -> bool {
        let expr = expr.unparen();
        let is_inside = |def: Def<'a>| self.repeated.contains(def.ident()) && !def.is_package_level();
        let of_loop = |it: Node<'a>| self.cx.resolve(it).def().is_some_and(is_inside);
        if of_loop(expr) || expr.descendants().any(of_loop) || expr.text().contains('\n') {
            return false;
        }
        let is_nil = self.cx.resolve(expr).is_universe("nil");
        let is_new = |it: Node<'a>| CallExpr::cast(it.unparen()).is_some_and(|it| self.cx.is_builtin_call(it, "new"));
        is_nil
            || self.cx.const_value(expr).is_some()
            || (expr.kind() == Kind::CompositeLit && expr.child(Role::Elts).is_none())
            || (expr.kind() == Kind::StarExpr && expr.child(Role::X).is_some_and(is_new))
    }

    /// Whether an error is not nil: by proof, or because nobody makes an error of its kind nil.
    fn is_not_nil(&self, expr: Node<'a>) -> bool {
        let expr = expr.unparen();
        let operand = expr.child(Role::X).map(Node::unparen);
        match expr.kind() {
            Kind::CompositeLit => true,
            Kind::UnaryExpr => expr.op() == Token::And && operand.is_some_and(|it| it.kind() == Kind::CompositeLit),
            Kind::Ident | Kind::SelectorExpr => match self.cx.resolve_expr(expr) {
                Res::Def(def) if def.is_package_level() => {
                    let spec = def.ident().parent().and_then(ValueSpec::cast);
                    def.kind() == DefKind::Var && spec.is_some_and(|it| it.values().next().is_some())
                }
                Res::Def(_) => self.facts.non_nil(expr) != NonNil::Unknown,
                Res::External { .. } => true,
                _ => false,
            },
            Kind::CallExpr => CallExpr::cast(expr).is_some_and(|it| self.makes_error(it)),
            _ => false,
        }
    }

    fn makes_error(&self, call: CallExpr<'a>) -> bool {
        let is_error = |it: Node<'a>| self.cx.is_error(it).is_yes() && self.is_not_nil_variable(it);
        match self.cx.callee(call) {
            Callee::Func { path, name } | Callee::External { path, name } => {
                let package = path.rsplit('/').next().unwrap_or_default();
                match (package, &*name) {
                    ("fmt", "Errorf") => true,
                    ("errors" | "xerrors", "New" | "Errorf" | "Newf") => true,
                    ("errors" | "xerrors", name) if name.starts_with("W") => call.args().any(is_error),
                    ("context", "Cause") => call.args().next().is_some_and(|it| is_done(call.node(), it)),
                    _ => false,
                }
            }
            Callee::InterfaceMethod { name, .. } if name == "Err" => {
                let ctx = SelectorExpr::cast(call.fun().unparen()).map(SelectorExpr::x);
                ctx.is_some_and(|it| is_done(call.node(), it))
            }
            _ => false,
        }
    }

    fn is_not_nil_variable(&self, expr: Node<'a>) -> bool {
        expr.unparen().kind() == Kind::Ident && self.is_not_nil(expr)
    }
}

/// Whether `at` is in a clause that is chosen when the context `ctx` is done: `case <-ctx.Done():`.
fn is_done<'a>(at: Node<'a>, ctx: Node<'a>) -> bool {
    let clause = at.ancestors().take_while(|it| it.kind() != Kind::FuncLit).find_map(CommClause::cast);
    let comm = clause.and_then(CommClause::comm);
    comm.is_some_and(|it| it.text() == format!("<-{}.Done()", ctx.text()))
}
