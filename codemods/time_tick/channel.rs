//! What becomes of the channel that `time.Tick` returns.

use gofix_rule::{
    Cx, Decline,
    flow::{self, LitUse},
    semantic::{Def, DefKind},
    syntax::{
        Kind, Node, Role, Token,
        ast::{AssignStmt, AstNode, CallExpr, LabeledStmt, ValueSpec},
    },
};

/// Where the call stands.
pub(super) enum Place<'a> {
    /// `<-time.Tick(d)`
    Received,
    /// `for range time.Tick(d)`: the statement, with its label.
    Ranged(Node<'a>),
    /// `t := time.Tick(d)`, or with `var`
    Declared(Variable<'a>),
    /// `for t := time.Tick(d); ; {`
    Head(Variable<'a>),
    /// `t = time.Tick(d)`
    Assigned(Variable<'a>),
}

/// A local variable that holds the channel.
pub(super) struct Variable<'a> {
    cx: Cx<'a>,
    pub(super) def: Def<'a>,
    /// The statement of a list that holds the call, with its label.
    pub(super) stmt: Node<'a>,
}

const OUTLIVES: &str = "the channel may be received from after the function has returned";

/// Where `call`, a call of `time.Tick`, stands.
pub(super) fn place_of<'a>(cx: &Cx<'a>, call: Node<'a>) -> Result<Place<'a>, Decline> {
    let call = call.with_parens();
    let parent = call.parent().ok_or(OUTLIVES)?;
    if is_receive(parent) {
        return Ok(Place::Received);
    }
    let stmt = cx.stmt(call).ok_or("a package-level ticker lives as long as the program")?;
    match parent.kind() {
        Kind::RangeStmt => Ok(Place::Ranged(stmt)),
        Kind::ExprStmt | Kind::GoStmt | Kind::DeferStmt => Err("nothing receives from the channel".into()),
        Kind::AssignStmt | Kind::ValueSpec => assigned_place(cx, call, parent, stmt),
        _ => Err(OUTLIVES.into()),
    }
}

/// Where the channel goes that `parent`, a part of `stmt`, assigns.
fn assigned_place<'a>(cx: &Cx<'a>, call: Node<'a>, parent: Node<'a>, stmt: Node<'a>) -> Result<Place<'a>, Decline> {
    let sides = if parent.kind() == Kind::ValueSpec { (Role::Names, Role::Values) } else { (Role::Lhs, Role::Rhs) };
    let index = parent.children_in(sides.1).position(|it| it == call);
    let ident = index.and_then(|it| parent.children_in(sides.0).nth(it)).ok_or(OUTLIVES)?;
    let def =
        cx.resolve(ident).def().filter(|it| it.kind() == DefKind::Var && !it.is_package_level()).ok_or(OUTLIVES)?;
    let variable = Variable { cx: *cx, def, stmt };
    let declares = def.ident() == ident;
    let stmt = unlabeled(stmt);
    if stmt == parent || stmt.kind() == Kind::DeclStmt {
        return Ok(if declares { Place::Declared(variable) } else { Place::Assigned(variable) });
    }
    let in_head_of_for = stmt.kind() == Kind::ForStmt && stmt.child(Role::Init) == Some(parent);
    match in_head_of_for && declares && parent.children_in(Role::Lhs).count() == 1 {
        true => Ok(Place::Head(variable)),
        false => Err("the head of a statement assigns the channel".into()),
    }
}

/// The statement behind any labels.
pub(super) fn unlabeled(stmt: Node<'_>) -> Node<'_> {
    let mut stmt = stmt;
    while let Some(it) = LabeledStmt::cast(stmt) {
        stmt = it.stmt();
    }
    stmt
}

impl<'a> Variable<'a> {
    /// Where the channel is received from. Declines if that is not all that is done with it, or if it is not done by the
    /// function that declares it.
    pub(super) fn receives(&self) -> Result<Vec<Node<'a>>, Decline> {
        self.receives_but(|_, _| false)
    }

    /// The same for a variable that is nil until the statement assigns the channel, and may be asked whether it still is.
    pub(super) fn receives_if_any(&self) -> Result<Vec<Node<'a>>, Decline> {
        let assign = AssignStmt::cast(unlabeled(self.stmt)).filter(|it| it.lhs().count() == 1);
        let assign = assign.ok_or("the statement assigns the channel together with other values")?.node();
        if self.cx.func(self.stmt) != self.cx.func(self.def.ident()) {
            return Err("a function literal assigns the channel, and returns before it is used".into());
        }
        let spec = self.def.ident().parent().and_then(ValueSpec::cast);
        let is_nil = |it: Node<'a>| self.cx.resolve(it.unparen()).is_universe("nil");
        if !spec.is_some_and(|it| it.values().all(is_nil)) {
            return Err(ASSIGNED_AGAIN.into());
        }
        self.receives_but(|site, how| match how {
            Use::Assigned => assign.contains(site),
            Use::Compared(with) => is_nil(with),
            _ => false,
        })
    }

    fn receives_but(&self, allowed: impl Fn(Node<'a>, Use<'a>) -> bool) -> Result<Vec<Node<'a>>, Decline> {
        let uses = self.cx.uses(self.def);
        if !uses.complete {
            return Err("whether these are all uses of the channel cannot be told".into());
        }
        let mut receives = Vec::new();
        for site in uses.sites {
            if !self.runs_here(site) {
                return Err("a function literal that may run later captures the channel".into());
            }
            match use_of(site) {
                Use::Received => receives.push(site),
                how if allowed(site, how) => {}
                Use::Assigned => return Err(ASSIGNED_AGAIN.into()),
                Use::Compared(_) => return Err("the channel is compared".into()),
                Use::Other => return Err(OUTLIVES.into()),
            }
        }
        match receives.is_empty() {
            true => Err("nothing receives from the channel".into()),
            false => Ok(receives),
        }
    }

    /// Whether `site` runs only while the function that declares the variable does.
    fn runs_here(&self, site: Node<'a>) -> bool {
        let home = self.cx.func(self.def.ident());
        let mut at = self.cx.func(site);
        while at != home {
            match at.filter(|it| it.kind() == Kind::FuncLit).map(flow::literal_use) {
                Some(LitUse::Called(_)) => at = at.and_then(|it| self.cx.func(it)),
                _ => return false,
            }
        }
        true
    }

    /// The one place where the channel is received from. Declines unless no more than one value is received of each
    /// channel that the variable holds.
    pub(super) fn only_receive(&self) -> Result<Node<'a>, Decline> {
        let receives = self.receives()?;
        let [site] = receives[..] else { return Err(EACH_TURN.into()) };
        let is_range = site.with_parens().parent().is_none_or(|it| it.kind() == Kind::RangeStmt);
        let same_turn = flow::enclosing_loops(site).next() == flow::enclosing_loops(self.stmt).next();
        let same_func = self.cx.func(site) == self.cx.func(self.stmt);
        match same_turn && same_func && !is_range && !has_goto(&self.cx, self.stmt) {
            true => Ok(site),
            false => Err(EACH_TURN.into()),
        }
    }

    /// The name and the type in `var t <-chan time.Time = …`, if there is a type.
    pub(super) fn name_and_type(&self) -> Result<Option<(Node<'a>, Node<'a>)>, Decline> {
        let Some(spec) = self.def.ident().parent().and_then(ValueSpec::cast) else { return Ok(None) };
        match spec.names().count() == 1 {
            true => Ok(spec.ty().map(|ty| (self.def.ident(), ty))),
            false if spec.ty().is_none() => Ok(None),
            false => Err("other variables are declared with the type of the channel".into()),
        }
    }
}

const ASSIGNED_AGAIN: &str = "the channel is assigned again";
const EACH_TURN: &str = "each turn of the loop starts a ticker of its own, and may receive from it more than once";

/// What is done with the channel.
#[derive(Copy, Clone)]
enum Use<'a> {
    /// It is received from, or ranged over.
    Received,
    /// It is compared with something.
    Compared(Node<'a>),
    /// The variable is assigned.
    Assigned,
    /// Anything else.
    Other,
}

fn use_of(site: Node<'_>) -> Use<'_> {
    let site = site.with_parens();
    let Some(parent) = site.parent() else { return Use::Other };
    match (parent.kind(), site.role()) {
        (Kind::RangeStmt, Role::X) => Use::Received,
        (Kind::UnaryExpr, _) if is_receive(parent) => Use::Received,
        (Kind::AssignStmt, Role::Lhs) | (Kind::RangeStmt, _) => Use::Assigned,
        (Kind::BinaryExpr, role) => {
            let other = if role == Role::X { Role::Y } else { Role::X };
            parent.child(other).map_or(Use::Other, Use::Compared)
        }
        _ => Use::Other,
    }
}

fn is_receive(expr: Node<'_>) -> bool {
    expr.kind() == Kind::UnaryExpr && expr.op() == Token::Arrow
}

/// Whether nobody looks at the value that is received from `channel`.
pub(super) fn is_value_dropped(channel: Node<'_>) -> bool {
    let receive = channel.with_parens().parent().map(Node::with_parens);
    receive.and_then(Node::parent).is_some_and(|it| it.kind() == Kind::ExprStmt)
}

/// Whether `expr` is a call of `time.Tick`.
pub(super) fn is_tick<'a>(cx: &Cx<'a>, expr: Node<'a>) -> bool {
    CallExpr::cast(expr).is_some_and(|it| cx.resolve_expr(it.fun().unparen()).is_external("time", "Tick"))
}

/// Whether the function around `node` uses `goto`.
pub(super) fn has_goto<'a>(cx: &Cx<'a>, node: Node<'a>) -> bool {
    let is_goto = |it: Node<'_>| it.kind() == Kind::BranchStmt && it.op() == Token::Goto;
    cx.func(node).is_some_and(|it| it.descendants().any(is_goto))
}

/// Whether in the function around `stmt` anything outside of `stmt` is called `name`.
pub(super) fn is_named_outside<'a>(cx: &Cx<'a>, name: &str, stmt: Node<'a>) -> bool {
    let is_name = |it: Node<'a>| it.as_ident() == Some(name) && it.role() != Role::Sel && !stmt.contains(it);
    cx.func(stmt).is_none_or(|it| it.descendants().any(is_name))
}
