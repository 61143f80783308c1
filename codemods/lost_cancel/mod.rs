//! Calls the cancel functions that are thrown away.
//!
//! `context.WithTimeout` and its like return a function that frees what the context holds: a timer, and its entry with the
//! parent. Where nothing that was made with the context outlives the function, the end of the function is the time to call
//! it. Whether something does is what most of this rule is about; see [`Reach`].

mod parent;

use gofix_rule::{
    Cx, Decline, Fix, Group, Level, Meta, Report, Rule, TextRange,
    flow::{Escape, Reach, Way},
    lines::comments_beside,
    semantic::{Def, DefKind, Tri},
    syntax::{
        Kind, Node, Role, Token,
        ast::{AstNode, CallExpr, LabeledStmt, SelectorExpr},
    },
};

pub(crate) struct LostCancel;

static META: Meta = Meta {
    name: "lost-cancel",
    summary: "name the cancel function of a context, and defer its call",
    group: Group::Concurrency,
    recommended: true,
    since: None,
    until: None,
    words: &["context"],
    options: &[],
    docs: include_str!("README.md"),
};

/// A function that returns a context, and then the function that cancels it.
struct Maker {
    path: &'static str,
    name: &'static str,
    /// What to call the second one.
    cancel: &'static str,
    /// Whether it wants to know why.
    wants_cause: bool,
}

const fn maker(name: &'static str) -> Maker {
    Maker { path: "context", name, cancel: "cancel", wants_cause: false }
}

static MAKERS: &[Maker] = &[
    maker("WithCancel"),
    Maker { wants_cause: true, ..maker("WithCancelCause") },
    maker("WithTimeout"),
    maker("WithTimeoutCause"),
    maker("WithDeadline"),
    maker("WithDeadlineCause"),
    Maker { path: "os/signal", cancel: "stop", ..maker("NotifyContext") },
];

impl Rule for LostCancel {
    fn meta(&self) -> &Meta {
        &META
    }

    fn check(&self, cx: &Cx<'_>, report: &mut Report) {
        for maker in MAKERS {
            for call in cx.calls(maker.path, maker.name) {
                let Some([ctx, blank]) = targets(call).filter(|[_, cancel]| cancel.as_ident() == Some("_")) else {
                    continue;
                };
                let fix = Lost::of(cx, maker, call, ctx, blank).and_then(|it| it.advise());
                report.fix(call.node(), "nothing can cancel this context before its time", fix);
            }
        }
    }
}

/// The two expressions or names to which the results of `call` go.
fn targets(call: CallExpr<'_>) -> Option<[Node<'_>; 2]> {
    let stmt = call.node().with_parens().parent()?;
    let role = match stmt.kind() {
        Kind::AssignStmt => Role::Lhs,
        Kind::ValueSpec => Role::Names,
        _ => return None,
    };
    let mut targets = stmt.children_in(role);
    let pair = [targets.next()?.unparen(), targets.next()?.unparen()];
    targets.next().is_none().then_some(pair)
}

/// One call whose second result goes to `_`.
struct Lost<'a> {
    cx: Cx<'a>,
    maker: &'static Maker,
    call: CallExpr<'a>,
    /// The assignment or the spec around the call.
    assign: Node<'a>,
    /// The statement of a list that is, or holds, `assign`.
    stmt: Node<'a>,
    func: Node<'a>,
    /// The variable that holds the context.
    ctx: Def<'a>,
    /// `_`
    blank: Node<'a>,
}

impl<'a> Lost<'a> {
    fn of(
        cx: &Cx<'a>,
        maker: &'static Maker,
        call: CallExpr<'a>,
        ctx: Node<'a>,
        blank: Node<'a>,
    ) -> Result<Lost<'a>, Decline> {
        let func = cx.func(call.node()).ok_or("a package-level context lives as long as the program")?;
        let name = ctx.as_ident().ok_or("the context is stored where it outlives the function")?;
        if name == "_" {
            return Err("nothing uses the context".into());
        }
        let def = cx.resolve(ctx).def().filter(|it| it.is_variable() && !it.is_package_level());
        let def = def.filter(|it| cx.local(*it).is_some_and(|it| it.home == func));
        let def = def.ok_or("the context is assigned to a variable that outlives the function")?;
        let assign = call.node().with_parens().parent().unwrap_or(call.node());
        let stmt = cx.stmt(call.node()).filter(|it| unlabeled(*it) == assign || it.kind() == Kind::DeclStmt);
        let stmt = stmt.ok_or("the head of a statement makes the context")?;
        Ok(Lost { cx: *cx, maker, call, assign, stmt, func, ctx: def, blank })
    }

    fn advise(&self) -> Result<Fix, Decline> {
        if self.cx.package().is_external_test() && self.cx.package().name() == "context_test" {
            return Err("this tests package context itself".into());
        }
        if self.cx.in_loop(self.stmt) {
            return Err("a loop makes one context after the other, and defer waits for the whole function".into());
        }
        if parent::is_cancelled(&self.cx, self.call, self.func) {
            return Err("the parent of the context is cancelled, which frees this one too".into());
        }
        if self.cx.graph(self.func).is_none_or(|it| it.can_return_after(self.stmt) == Tri::No) {
            return Err("the function never returns from here".into());
        }
        let cancel = self.cancel_name()?;
        let end = self.at_the_end(&cancel)?;
        let fix = self.named(&cancel)?.insert_after_stmt(self.stmt, [end]);
        // Two of these in one function must not take the same name, and one may be the parent of the other.
        Ok(fix.at_most(self.level()).relies_on(self.func))
    }

    /// A name for the cancel function, which hides no other variable.
    fn cancel_name(&self) -> Result<String, Decline> {
        let plain = self.maker.cancel;
        let numbered = (2..100).map(|it| format!("{plain}{it}"));
        let wanted = [plain.to_owned()].into_iter().chain(prefixed(self.ctx.name(), plain)).chain(numbered);
        let wanted: Vec<String> = wanted.filter(|it| self.cx.workspace().local(it, self.stmt).is_none()).collect();
        self.cx.fresh_name(&wanted.iter().map(String::as_str).collect::<Vec<_>>(), self.stmt)
    }

    /// Who wrote that a linter should look away may have had a reason. And a program that no longer catches its signals
    /// once a function has returned is another program.
    fn level(&self) -> Level {
        let is_silenced = comments_beside(self.stmt).any(|it| it.contains("nolint"));
        if is_silenced || self.maker.path == "os/signal" { Level::Review } else { Level::Safe }
    }

    /// The statement that calls `cancel` when all is done that is done with the context: when the function returns, or at
    /// the end of the test, which waits for parallel subtests.
    fn at_the_end(&self, cancel: &str) -> Result<String, Decline> {
        let reach = Reach::new(&self.cx, self.func).since(self.stmt);
        let mut test: Option<(Escape<'a>, &'a str)> = None;
        for escape in reach.escapes([self.ctx]) {
            match escape.way {
                // Subtests of subtests end before these.
                Way::Subtest if test.is_some_and(|(outer, _)| outer.at.contains(escape.at)) => {}
                Way::Subtest => test = Some((escape, self.test_of(escape)?)),
                way => return Err(reason(way)),
            }
        }
        let test = test.map(|(_, name)| name);
        Ok(match (test, self.maker.wants_cause) {
            (None, false) => format!("defer {cancel}()"),
            (None, true) => format!("defer {cancel}(nil)"),
            (Some(test), false) => format!("{test}.Cleanup({cancel})"),
            (Some(test), true) => format!("{test}.Cleanup(func() {{ {cancel}(nil) }})"),
        })
    }

    /// `t`, if it is `t` that starts a subtest with the context.
    fn test_of(&self, escape: Escape<'a>) -> Result<&'a str, Decline> {
        let fun = CallExpr::cast(escape.at).and_then(|it| SelectorExpr::cast(it.fun().unparen()));
        let test = fun.filter(|it| matches!(it.sel().text(), "Run" | "Fuzz")).map(|it| it.x().unparen());
        let test = test.and_then(|it| Some((it.as_ident()?, self.cx.resolve(it).def()?)));
        let is_visible = |(name, def): &(&str, Def<'a>)| self.cx.workspace().local(name, self.stmt) == Some(*def);
        let test = test.filter(is_visible).ok_or("a subtest that may go on after the function uses the context")?;
        Ok(test.0)
    }

    /// Rewrites
    ///
    /// ```go
    /// ctx, _ := context.WithTimeout(parent, d)
    /// ```
    ///
    /// to
    ///
    /// ```go
    /// ctx, cancel := context.WithTimeout(parent, d)
    /// ```
    ///
    /// An assignment to a variable of the same block becomes a short variable declaration, which assigns it just the same
    /// (spec: Short variable declarations); to one of another block, it gets a declaration in front:
    ///
    /// ```go
    /// var cancel context.CancelFunc
    /// ctx, cancel = context.WithTimeout(ctx, d)
    /// ```
    fn named(&self, cancel: &str) -> Result<Fix, Decline> {
        let fix = Fix::safe().replace(self.blank, cancel);
        if self.assign.kind() == Kind::ValueSpec || self.assign.op() == Token::Define {
            return Ok(fix);
        }
        let between = TextRange::new(self.blank.end(), self.call.node().start());
        let sign = self.assign.file().tokens_in(between).find(|(token, _)| *token == Token::Assign);
        if let Some((_, sign)) = sign.filter(|_| self.is_of_same_block()) {
            return Ok(fix.replace_range(self.assign.file(), sign, ":="));
        }
        let ty = if self.maker.wants_cause { "CancelCauseFunc" } else { "CancelFunc" };
        let import = self.cx.import(self.stmt, "context")?;
        let line = format!("var {cancel} {}", import.name(ty)?);
        Ok(fix.insert_before_stmt(self.stmt, [line]).imports(&import))
    }

    /// Whether the variable is declared in the block whose statement this is. Parameters are those of the body.
    fn is_of_same_block(&self) -> bool {
        let block = self.stmt.parent();
        if matches!(self.ctx.kind(), DefKind::Param | DefKind::Result | DefKind::Receiver) {
            return block == self.cx.body(self.func);
        }
        let declares = |it: Node<'a>| it.kind() == Kind::DeclStmt || Some(unlabeled(it)) == self.ctx.ident().parent();
        let decl = self.cx.stmt(self.ctx.ident());
        decl.is_some_and(|it| it.parent() == block && declares(it))
    }
}

/// Why a context that gets out of the function in this way must not be cancelled at its end.
fn reason(way: Way) -> Decline {
    match way {
        Way::Returned => Decline::new("what the function returns may go on using the context"),
        Way::Stored => Decline::new("the context, or what was made with it, is stored where it outlives the function"),
        Way::Sent => Decline::new("the context, or what was made with it, is sent to a channel"),
        Way::Started => Decline::new("a goroutine that may outlive the function uses the context"),
        Way::Captured => Decline::new("a function literal that may run later uses the context"),
        Way::Kept | Way::Subtest => Decline::new("a function that is called with the context keeps it"),
        Way::Deferred => Decline::new("a function that was deferred before uses the context, and runs after cancel"),
        Way::Unclear => Decline::new("what is done with the context cannot be told"),
    }
}

/// `opCancel` for `opCtx`.
fn prefixed(ctx: &str, cancel: &str) -> Option<String> {
    let prefix = ctx.strip_suffix("Ctx").or_else(|| ctx.strip_suffix("Context")).filter(|it| !it.is_empty())?;
    let (first, rest) = cancel.split_at(1);
    Some(format!("{prefix}{}{rest}", first.to_uppercase()))
}

/// The statement behind any labels.
fn unlabeled(stmt: Node<'_>) -> Node<'_> {
    let mut stmt = stmt;
    while let Some(it) = LabeledStmt::cast(stmt) {
        stmt = it.stmt();
    }
    stmt
}
