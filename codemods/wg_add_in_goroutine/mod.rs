//! Counts a goroutine before it starts.
//!
//! If a goroutine is the one to call `Add`, `Wait` may come first: it finds nothing to wait for, and returns. So `Add`
//! belongs before the `go` statement, unless the counter cannot be zero there.

use gofix_rule::{
    Cx, Decline, Fix, Group, Meta, Report, Rule, TextRange,
    flow::{self, Facts, LitUse, literal_use},
    lines::tail,
    semantic::types::Value,
    syntax::{
        Kind, Node, Token,
        ast::{AstNode, CallExpr, FuncLit, GoStmt},
    },
    tasks::{End, GroupCall, Method, Place, arg_of, group_call},
};

pub(crate) struct WgAddInGoroutine;

static META: Meta = Meta {
    name: "wg-add-in-goroutine",
    summary: "move WaitGroup.Add in front of the go statement whose goroutine it counts",
    group: Group::Concurrency,
    recommended: true,
    since: None,
    until: None,
    words: &["Add", "Done", "go"],
    options: &[],
    docs: include_str!("README.md"),
};

impl Rule for WgAddInGoroutine {
    fn meta(&self) -> &Meta {
        &META
    }

    fn check(&self, cx: &Cx<'_>, report: &mut Report) {
        for call in cx.all::<CallExpr<'_>>() {
            let Some(add) = group_call(cx, call).filter(|it| it.method == Method::Add) else { continue };
            if let Some(inside) = Inside::of(cx, add) {
                report.fix(call.node(), "Wait may return before this goroutine is counted", inside.move_out(cx));
            }
        }
    }
}

/// A call of `Add` in the function literal that a `go` statement runs.
struct Inside<'a> {
    add: GroupCall<'a>,
    go: GoStmt<'a>,
    /// The call that the goroutine makes.
    run: CallExpr<'a>,
    literal: FuncLit<'a>,
    /// Which WaitGroup, seen from around the `go` statement.
    place: Place<'a>,
}

impl<'a> Inside<'a> {
    /// None for a WaitGroup of the goroutine itself, and for what cannot be named outside.
    fn of(cx: &Cx<'a>, add: GroupCall<'a>) -> Option<Inside<'a>> {
        let literal = FuncLit::cast(cx.func(add.call.node())?)?;
        let LitUse::Go(go) = literal_use(literal.node()) else { return None };
        let run = CallExpr::cast(go.call())?;
        let place = Place::of(cx, add.group).and_then(|it| it.for_caller(cx, run)).ok()?;
        let is_own = place.root().is_some_and(|it| literal.node().contains(it.ident()));
        (!is_own).then_some(Inside { add, go, run, literal, place })
    }

    /// Rewrites
    ///
    /// ```go
    /// go func() {
    ///     wg.Add(1)
    ///     defer wg.Done()
    /// ```
    ///
    /// to
    ///
    /// ```go
    /// wg.Add(1)
    /// go func() {
    ///     defer wg.Done()
    /// ```
    fn move_out(&self, cx: &Cx<'a>) -> Result<Fix, Decline> {
        let stmt = self.add.call.node().parent().filter(|it| it.kind() == Kind::ExprStmt);
        let stmt = stmt.ok_or("the call of Add is not a statement of its own")?;
        if self.is_around_counted(cx) {
            return Err("the goroutine around it is counted, so the counter is not zero here".into());
        }
        if flow::stmts(self.literal.body()).next() != Some(stmt) {
            return Err("the call of Add is not the first statement of the goroutine".into());
        }
        End::apart_from(cx, self.run, &self.place, Some(stmt))?;
        if self.add.arg().and_then(|it| cx.const_value(it)) != Some(Value::Int(1)) {
            return Err("the goroutine adds another number than 1".into());
        }
        if self.go.node().parent().is_some_and(|it| it.kind() == Kind::LabeledStmt) {
            return Err("the go statement has a label, to which a goto may lead".into());
        }
        let group = self.group_outside(cx)?;
        if let Some(facts) = Facts::new(cx, stmt) {
            self.place.stays(cx, &facts, group, self.go.node(), self.literal.node())?;
        }
        let (file, tail) = (stmt.file(), tail(stmt));
        let comment = &file.text()[tail.to_usize()];
        let arg = self.add.arg().map_or("1", Node::text);
        let line = format!("{}.Add({arg}){}", outside(group), comment.trim_end());
        let fix = Fix::safe().insert_before_stmt(self.go.node(), [line]).delete_stmt(stmt);
        Ok(fix.drops_comments_in(file, TextRange::new(stmt.start(), tail.end)))
    }

    /// The expression for the WaitGroup that means the same before the `go` statement.
    fn group_outside(&self, cx: &Cx<'a>) -> Result<Node<'a>, Decline> {
        let params = self.literal.func_type().params();
        let inner = || self.add.group.descendants().chain([self.add.group]).filter(|it| it.as_ident().is_some());
        let used = |it: Node<'a>| cx.resolve(it).def().filter(|it| params.contains(it.ident()));
        let Some(param) = inner().find_map(used) else { return Ok(self.add.group) };
        let is_whole = cx.resolve(self.add.group.unparen()).def() == Some(param);
        let arg = arg_of(self.run, param).filter(|_| is_whole);
        arg.ok_or_else(|| format!("the WaitGroup is reached by way of the parameter {}", param.name()).into())
    }

    /// Whether a goroutine around the `go` statement is counted by the same WaitGroup.
    fn is_around_counted(&self, cx: &Cx<'a>) -> bool {
        let go = self.go.node();
        let is_ours = |it: GroupCall<'a>, method: Method| {
            it.method == method && Place::of(cx, it.group).is_ok_and(|it| it == self.place)
        };
        let mut at = go;
        while let Some(func) = cx.func(at) {
            let runs_apart =
                |it: Node<'a>| it.kind() == Kind::FuncLit && matches!(literal_use(it), LitUse::Go(_) | LitUse::Value);
            let own = func.descendants_skipping(runs_apart);
            let mut calls = own.filter_map(CallExpr::cast).filter_map(|it| group_call(cx, it));
            if calls.any(|it| is_ours(it, Method::Done)) {
                return true;
            }
            let outer = func.with_parens().parent().and_then(CallExpr::cast).and_then(|it| group_call(cx, it));
            if outer.is_some_and(|it| is_ours(it, Method::Go)) {
                return true;
            }
            at = func;
        }
        false
    }
}

/// The text of `group` as it stands before `.Add`: of `&wg`, without the operator.
fn outside(group: Node<'_>) -> &str {
    let inner = group.unparen();
    let operand = inner.children().next().filter(|_| inner.kind() == Kind::UnaryExpr && inner.op() == Token::And);
    operand.unwrap_or(inner).text()
}
