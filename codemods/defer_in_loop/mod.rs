//! Ends each turn of a loop with what it defers.
//!
//! `defer` waits for the function. In a loop, what the turns open stays open until then, all of it at once. A function
//! literal around the body, called in place, makes each turn a function of its own.
//!
//! That moves the deferred calls forward, so the rule has to find out that nothing needs what they take away: not the
//! turns to come, and not what follows the loop. See [`Reach`].

mod deferred;
mod leaving;
mod outside;

use gofix_rule::{
    Cx, Decline, Fix, Group, Meta, OptionMeta, Report, Rule, TextRange,
    flow::{self, Reach, Way},
    lines::{ends_line, line_end},
    semantic::Tri,
    syntax::{
        Kind, Node, Role, SourceFile, Token,
        ast::{AstNode, CallExpr, CaseClause, DeferStmt, FuncDecl},
    },
};
use leaving::Returns;

pub(crate) struct DeferInLoop;

static META: Meta = Meta {
    name: "defer-in-loop",
    summary: "make the body of a loop that defers a function of its own",
    group: Group::Concurrency,
    recommended: true,
    since: None,
    until: None,
    words: &["defer", "for"],
    options: &[OptionMeta {
        name: "tests",
        summary: "look at test files as well",
        default: "false",
        values: &["true", "false"],
    }],
    docs: include_str!("README.md"),
};

impl Rule for DeferInLoop {
    fn meta(&self) -> &Meta {
        &META
    }

    fn check(&self, cx: &Cx<'_>, report: &mut Report) {
        let mut seen = Vec::new();
        for defer in cx.all::<DeferStmt<'_>>() {
            let Some(repeated) = flow::enclosing_loops(defer.node()).next().filter(|it| !seen.contains(it)) else {
                continue;
            };
            seen.push(repeated);
            let Some(turn) = Turn::of(cx, repeated) else { continue };
            let fix = turn.advise();
            report.fix(defer.node(), "what each turn of the loop defers waits for the end of the function", fix);
        }
    }
}

/// A loop that defers.
struct Turn<'a> {
    cx: Cx<'a>,
    /// The `for` or `range` statement.
    repeated: Node<'a>,
    body: Node<'a>,
    func: Node<'a>,
    /// The `defer` statements of which this is the innermost loop.
    defers: Vec<DeferStmt<'a>>,
}

impl<'a> Turn<'a> {
    fn of(cx: &Cx<'a>, repeated: Node<'a>) -> Option<Turn<'a>> {
        let (func, body) = (cx.func(repeated)?, repeated.child(Role::Body)?);
        let is_own = |it: &DeferStmt<'a>| flow::enclosing_loops(it.node()).next() == Some(repeated);
        let defers = own(body).filter_map(DeferStmt::cast).filter(is_own).collect();
        Some(Turn { cx: *cx, repeated, body, func, defers })
    }

    fn advise(&self) -> Result<Fix, Decline> {
        if self.cx.in_test_file(self.repeated) && !self.cx.is_set("tests") {
            return Err("in a test, what is opened is often needed until the test ends".into());
        }
        let graph = self.cx.graph(self.func);
        let is_repeated = |it: Node<'a>| graph.as_ref().is_some_and(|graph| graph.can_follow(it, it) != Tri::No);
        let repeated: Vec<_> = self.defers.iter().filter(|it| is_repeated(it.node())).collect();
        if repeated.is_empty() {
            return Err("the function returns in the same turn, so this is deferred once at most".into());
        }
        if self.is_endless_main() {
            return Err("main never leaves this loop, and what it opens may be meant to stay".into());
        }
        let mut calls = self.body.descendants().filter_map(CallExpr::cast);
        if calls.any(|it| self.cx.is_builtin_call(it, "recover")) {
            return Err("the loop recovers from panics, which a function of its own would do at another time".into());
        }
        let continues = self.continues()?;
        self.ends_in_turn(&repeated)?;
        outside::check(&self.cx, self.repeated, self.body)?;
        let returns = Returns::of(&self.cx, self.func, self.repeated, self.body)?;
        Ok(self.wrapped(returns.as_ref(), &continues).relies_on(self.func))
    }

    fn is_endless_main(&self) -> bool {
        let is_main = |it: FuncDecl<'a>| it.recv().is_none() && it.name().text() == "main";
        let in_main = FuncDecl::cast(self.func).is_some_and(is_main) && self.cx.package().name() == "main";
        in_main && self.repeated.kind() == Kind::ForStmt && self.repeated.child(Role::Cond).is_none()
    }

    /// The `continue` statements of the loop. Declines if there are other branches to what is not in the body.
    fn continues(&self) -> Result<Vec<Node<'a>>, Decline> {
        let mut continues = Vec::new();
        for branch in own(self.body).filter(|it| it.kind() == Kind::BranchStmt && it.op() != Token::Fallthrough) {
            let target = flow::branch_target(branch);
            match branch.op() {
                Token::Goto => return Err("there is a goto in the loop".into()),
                _ if target.is_some_and(|it| it != self.repeated && self.body.contains(it)) => {}
                Token::Continue if target == Some(self.repeated) && branch.child(Role::Label).is_none() => {
                    continues.push(branch);
                }
                Token::Break if target == Some(self.repeated) => return Err("a break leaves the loop".into()),
                _ => return Err("a statement in the loop leads to a label outside".into()),
            }
        }
        Ok(continues)
    }

    /// Declines unless what is deferred is made in the same turn, and nothing that needs it is left when that ends.
    fn ends_in_turn(&self, defers: &[&DeferStmt<'a>]) -> Result<(), Decline> {
        let plain = Reach::new(&self.cx, self.body).through_parts();
        let named = Reach::new(&self.cx, self.body).through_parts().through_names();
        for defer in defers {
            let found = deferred::resources(&self.cx, self.repeated, self.body, **defer)?;
            let reach = if found.named { &named } else { &plain };
            let variables = found.variables.into_iter().filter(|it| reach.can_be_held(*it));
            if let Some(escape) = reach.escapes(variables).first() {
                return Err(reason(escape.way));
            }
        }
        Ok(())
    }

    /// Rewrites
    ///
    /// ```go
    /// for _, name := range names {
    ///     f, err := os.Open(name)
    ///     if err != nil {
    ///         return 0, err
    ///     }
    ///     defer f.Close()
    ///     if skip(f) {
    ///         continue
    ///     }
    ///     read(f)
    /// }
    /// ```
    ///
    /// to
    ///
    /// ```go
    /// for _, name := range names {
    ///     err := func() error {
    ///         f, err := os.Open(name)
    ///         if err != nil {
    ///             return err
    ///         }
    ///         defer f.Close()
    ///         if skip(f) {
    ///             return nil
    ///         }
    ///         read(f)
    ///         return nil
    ///     }()
    ///     if err != nil {
    ///         return 0, err
    ///     }
    /// }
    /// ```
    ///
    /// or, if nothing returns, to `func() { … }()`. The scope of the new `err` begins behind the literal, so it hides
    /// nothing.
    fn wrapped(&self, returns: Option<&Returns<'a>>, continues: &[Node<'a>]) -> Fix {
        let (start, next, end) = match returns {
            None => ("func() {", "return", "}()".to_owned()),
            Some(returns) => {
                let last = if self.ends_itself() { "" } else { "return nil\n" };
                let others = returns.others();
                let end = format!("{last}}}()\nif err != nil {{\nreturn {others}err\n}}");
                ("err := func() error {", "return nil", end)
            }
        };
        let (file, open, close) = (self.body.file(), self.opening(), self.closing());
        let mut fix = Fix::review()
            .replace_range(file, TextRange::empty(open), format!("\n{start}{}", line_break(file, open)))
            .replace_range(file, TextRange::empty(close), format!("\n{end}{}", line_break(file, close)));
        for it in continues {
            fix = fix.replace(*it, next);
        }
        returns.into_iter().flat_map(Returns::superfluous).fold(fix, |fix, it| fix.replace_range(file, it, ""))
    }

    /// Whether the last statement leaves the literal anyway, in whatever branch.
    fn ends_itself(&self) -> bool {
        let mut ends = vec![flow::stmts(self.body).last()];
        while let Some(end) = ends.pop() {
            let Some(stmt) = end else { return false };
            let body = stmt.child(Role::Body);
            match stmt.kind() {
                Kind::BlockStmt => ends.push(flow::stmts(stmt).last()),
                Kind::IfStmt => ends.extend([body, stmt.child(Role::Else)]),
                Kind::SwitchStmt | Kind::TypeSwitchStmt | Kind::SelectStmt if !is_left(stmt) => {
                    ends.extend(body.into_iter().flat_map(flow::stmts).map(|it| flow::stmts(it).last()));
                }
                Kind::BranchStmt if stmt.op() != Token::Break => {}
                _ if self.cx.terminates(stmt) => {}
                _ => return false,
            }
        }
        true
    }

    /// Offset behind the last statement or comment in the body.
    fn closing(&self) -> u32 {
        let inner = &self.body.file().text()[..self.body.end() as usize - 1];
        inner.trim_end().len() as u32
    }

    /// Offset behind the opening brace of the body, and comments that trail it.
    fn opening(&self) -> u32 {
        let (file, brace) = (self.body.file(), self.body.start() + 1);
        let end = line_end(file, brace);
        let first = flow::stmts(self.body).next().map_or(self.body.end() - 1, Node::start);
        let has_comment = !file.comments_in(TextRange::new(brace, end)).is_empty();
        let is_open = file.comments_in(TextRange::new(brace, first)).iter().any(|it| it.start < end && it.end > end);
        if has_comment && !is_open && end < first { end } else { brace }
    }
}

/// Why what is deferred must not come before the next turn.
fn reason(way: Way) -> Decline {
    match way {
        Way::Returned => Decline::new("what is deferred takes something away that is returned"),
        Way::Stored => Decline::new("what is deferred takes something away that is stored outside the loop"),
        Way::Sent => Decline::new("what is deferred takes something away that is sent to a channel"),
        Way::Started => Decline::new("a goroutine that may outlive the turn uses what is deferred"),
        Way::Captured | Way::Subtest | Way::Deferred => {
            Decline::new("a function literal that may run later uses what is deferred")
        }
        Way::Kept => Decline::new("a function is called that keeps what is deferred"),
        Way::Unclear => Decline::new("what is done with what is deferred cannot be told"),
    }
}

/// Whether a `switch` or `select` may be left without a clause, or by a `break`.
fn is_left(stmt: Node<'_>) -> bool {
    let mut clauses = stmt.child(Role::Body).into_iter().flat_map(flow::stmts);
    let is_default = |it: Node<'_>| CaseClause::cast(it).is_some_and(CaseClause::is_default);
    let may_skip = stmt.kind() != Kind::SelectStmt && !clauses.any(is_default);
    may_skip || own(stmt).any(|it| it.kind() == Kind::BranchStmt && it.op() == Token::Break)
}

/// A new line, unless one begins at `offset`.
fn line_break(file: &SourceFile, offset: u32) -> &'static str {
    if ends_line(file, offset) { "" } else { "\n" }
}

/// The nodes below `node` that are of the same function.
fn own<'a>(node: Node<'a>) -> impl Iterator<Item = Node<'a>> {
    node.descendants_skipping(|it| it.kind() == Kind::FuncLit)
}
