//! A `switch` over the type of an error.

use gofix_rule::{
    Cx, Decline, Fix, Report, TextRange,
    errors::{function, ok_name},
    flow::branch_target,
    semantic::types::Ty,
    syntax::{
        Kind, Node, Role, Token,
        ast::{AstNode, BranchStmt, CaseClause, SelectorExpr, TypeAssertExpr, TypeSwitchStmt},
    },
};

pub(super) fn check<'a>(cx: &Cx<'a>, stmt: TypeSwitchStmt<'a>, report: &mut Report) {
    let assign = stmt.assign();
    let asserted = assign.descendants().filter_map(TypeAssertExpr::cast).find(|it| it.ty().is_none());
    let Some(x) = asserted.map(|it| it.x().unparen()).filter(|it| cx.is_error(*it).is_yes()) else { return };
    let is_type = |it: &Node<'a>| !cx.resolve_expr(*it).is_universe("nil");
    let clauses: Vec<CaseClause<'a>> = stmt.body().children().filter_map(CaseClause::cast).collect();
    if clauses.iter().flat_map(|it| it.list()).any(|it| is_type(&it)) {
        let it = Switch { cx: *cx, stmt, x, symbol: assign.child(Role::Lhs), clauses };
        report.fix(assign, "this switch does not look into errors that wrap others", it.advise());
    }
}

struct Switch<'a> {
    cx: Cx<'a>,
    stmt: TypeSwitchStmt<'a>,
    x: Node<'a>,
    symbol: Option<Node<'a>>,
    clauses: Vec<CaseClause<'a>>,
}

impl<'a> Switch<'a> {
    /// Rewrites
    ///
    /// ```go
    /// switch e := err.(type) {
    /// case nil:
    ///     return ""
    /// case *fs.PathError:
    ///     return e.Path
    /// default:
    ///     return e.Error()
    /// }
    /// ```
    ///
    /// to
    ///
    /// ```go
    /// if err == nil {
    ///     return ""
    /// } else if e, ok := errors.AsType[*fs.PathError](err); ok {
    ///     return e.Path
    /// } else {
    ///     return err.Error()
    /// }
    /// ```
    fn advise(&self) -> Result<Fix, Decline> {
        let (cx, node) = (&self.cx, self.stmt.node());
        if cx.go_version(node.file()) < super::AS_TYPE {
            return Err("before Go 1.26, each case would need a variable in front of the switch".into());
        }
        self.is_plain()?;
        let function = function(cx, node, "AsType")?;
        let ok = ok_name(cx, node)?;
        let mut fix = Fix::review().relies_on(node);
        for (index, clause) in self.clauses.iter().enumerate() {
            let types: Vec<Node<'a>> = clause.list().collect();
            let is_nil = types.iter().any(|it| cx.resolve_expr(*it).is_universe("nil"));
            let head = match types[..] {
                [] => String::new(),
                [_] if is_nil => format!("if {} == nil ", self.x.text()),
                [ty] => {
                    super::is_error_type(cx, ty, denoted(cx, ty))?;
                    let name = self.symbol.filter(|_| !self.uses(*clause).is_empty()).map_or("_", Node::text);
                    format!("if {name}, {ok} := {}[{}]({}); {ok} ", function.text, ty.text(), self.x.text())
                }
                _ => return Err("a case names more than one type".into()),
            };
            if is_nil || types.is_empty() {
                fix = self.uses(*clause).into_iter().fold(fix, |fix, it| fix.replace(it, self.x.text()));
            }
            let start = if index == 0 { node.start() } else { self.end_before(index) };
            let lead = if index == 0 { "" } else { "\n} else " };
            let range = TextRange::new(start, colon(*clause));
            fix = fix.replace_range(node.file(), range, format!("{lead}{head}{{"));
        }
        Ok(function.needed_by(fix))
    }

    /// Offset behind the statements and comments of the clause before the `index`-th.
    fn end_before(&self, index: usize) -> u32 {
        let (file, start) = (self.stmt.node().file(), self.clauses[index].node().start());
        file.text()[..start as usize].trim_end().len() as u32
    }

    /// The uses of the symbol in a clause.
    fn uses(&self, clause: CaseClause<'a>) -> Vec<Node<'a>> {
        let Some(symbol) = self.symbol else { return Vec::new() };
        let is_use = |it: &Node<'a>| {
            it.as_ident() == Some(symbol.text()) && self.cx.resolve(*it).def().is_some_and(|it| it.ident() == symbol)
        };
        clause.node().descendants().filter(is_use).collect()
    }

    fn is_plain(&self) -> Result<(), Decline> {
        let (cx, node) = (&self.cx, self.stmt.node());
        let x = self.x.as_ident().and_then(|_| cx.resolve(self.x).def()).filter(|it| !it.is_package_level());
        let x = x.ok_or("the switch is not over a variable of the function")?;
        if self.stmt.init().is_some() || node.role() == Role::Stmt {
            return Err("the switch has a statement in its head, or a label".into());
        }
        if self.symbol.is_some_and(|it| it.text() == x.name()) {
            return Err("the cases call what they find by the name of the error".into());
        }
        let is_last = |at: usize| at + 1 == self.clauses.len() && at > 0;
        if self.clauses.iter().position(|it| it.is_default()).is_some_and(|at| !is_last(at)) {
            return Err("the default is not the last of several cases".into());
        }
        let leaves = |it: BranchStmt<'a>| it.node().op() == Token::Break && branch_target(it.node()) == Some(node);
        if node.descendants().filter_map(BranchStmt::cast).any(leaves) {
            return Err("a break leaves the switch".into());
        }
        let file = node.file();
        let mut from = node.start();
        for clause in &self.clauses {
            if !file.comments_in(TextRange::new(from, colon(*clause))).is_empty() {
                return Err("a comment stands above a case".into());
            }
            from = clause.body().last().map_or(colon(*clause), Node::end);
            from = gofix_rule::lines::line_end(file, from);
        }
        let is_written = |it: &Node<'a>| {
            let is_it = cx.resolve(*it).def().is_some_and(|it| it == x || Some(it.ident()) == self.symbol);
            let whole = it.with_parens();
            let taken = whole.parent().is_some_and(|it| it.kind() == Kind::UnaryExpr && it.op() == Token::And);
            is_it && (taken || matches!(whole.role(), Role::Lhs | Role::Key | Role::Value))
        };
        let body = self.stmt.body();
        if body.descendants().filter(|it| it.as_ident().is_some()).any(|it| is_written(&it)) {
            return Err("a case assigns the error".into());
        }
        Ok(())
    }
}

/// The type that the name in a clause denotes, or the pointer to it; unknown if it is another expression.
fn denoted<'a>(cx: &Cx<'a>, ty: Node<'a>) -> Ty {
    let Some(types) = cx.types(ty.file().id()) else { return Ty::UNKNOWN };
    let ty = ty.unparen();
    let to = ty.child(Role::X).filter(|_| ty.kind() == Kind::StarExpr).map(Node::unparen);
    let base = to.unwrap_or(ty);
    let name = SelectorExpr::cast(base).map_or(base, SelectorExpr::sel);
    let found = if name.as_ident().is_some() { types.type_of_object(name) } else { Ty::UNKNOWN };
    match to {
        Some(_) if found != Ty::UNKNOWN => types.pointer_to(found),
        _ => found,
    }
}

/// Offset behind the colon of a clause.
fn colon(clause: CaseClause<'_>) -> u32 {
    let node = clause.node();
    let from = clause.list().last().map_or(node.start(), Node::end);
    let found = node.file().tokens_in(TextRange::new(from, node.end())).find(|(it, _)| *it == Token::Colon);
    found.map_or(node.end(), |(_, it)| it.end)
}
