//! What a deferred call takes away, and whether the turn of the loop made it.

use gofix_rule::{
    Cx, Decline,
    flow::{Facts, Origin},
    semantic::{
        Def, DefKind, Res, Tri,
        types::{Callee, Form, Ty},
    },
    syntax::{
        Kind, Node, Role,
        ast::{AstNode, CallExpr, DeferStmt},
    },
};

const NOT_MADE: &str = "what is deferred is not made in the same turn of the loop";

/// How many variables between what is deferred and where it comes from are looked at.
const MAX_STEPS: usize = 16;

/// What a deferred call takes away.
pub(super) struct Resources<'a> {
    /// The variables of the turn that hold it, or a part of it, or what it is a part of.
    pub(super) variables: Vec<Def<'a>>,
    /// Whether it is named by strings or numbers, like a file to remove.
    pub(super) named: bool,
}

/// What the statement `defer`, of the loop `repeated` with that `body`, takes away. Declines unless all of it is made in
/// the turn, and nothing else is done.
pub(super) fn resources<'a>(
    cx: &Cx<'a>,
    repeated: Node<'a>,
    body: Node<'a>,
    defer: DeferStmt<'a>,
) -> Result<Resources<'a>, Decline> {
    let (facts, call) = (cx.facts(body), CallExpr::cast(defer.call().unparen()));
    let (facts, call) = facts.zip(call).ok_or(NOT_MADE)?;
    Deferred { cx: *cx, facts: &facts, repeated, body, stmt: defer.node(), call }.resources()
}

/// One `defer` statement of a loop.
struct Deferred<'f, 'a> {
    cx: Cx<'a>,
    facts: &'f Facts<'a>,
    repeated: Node<'a>,
    body: Node<'a>,
    stmt: Node<'a>,
    call: CallExpr<'a>,
}

/// A variable that the statement mentions.
struct Mention<'a> {
    site: Node<'a>,
    def: Def<'a>,
}

impl<'f, 'a> Deferred<'f, 'a> {
    fn resources(&self) -> Result<Resources<'a>, Decline> {
        self.calls_are_fine()?;
        self.leaves_the_rest_alone()?;
        let mentions: Vec<Mention<'a>> = self.mentions().filter(|it| self.is_inside(it.def)).collect();
        let (mut variables, mut made) = (Vec::new(), Vec::new());
        for it in &mentions {
            if self.sources(it.site, &mut variables) {
                made.push(it.def);
            }
        }
        let subject = self.subject();
        let is_made = match subject.filter(|it| self.is_local(*it)) {
            Some(def) if self.is_inside(def) || self.is_of_head(def) => made.contains(&def),
            _ => !made.is_empty(),
        };
        if !is_made {
            return Err(NOT_MADE.into());
        }
        let subject = subject.filter(|it| made.contains(it)).or(made.first().copied());
        if !subject.is_some_and(|it| self.is_unconditional(it)) {
            return Err("whether it is deferred depends on a condition".into());
        }
        variables.extend(mentions.iter().map(|it| it.def));
        Ok(Resources { variables, named: self.is_named() })
    }

    /// The variables of functions that the statement mentions and does not declare.
    fn mentions(&self) -> impl Iterator<Item = Mention<'a>> {
        let idents = self.stmt.descendants().filter(|it| it.kind() == Kind::Ident);
        let mention = |site: Node<'a>| Some(Mention { site, def: self.cx.resolve(site).def()? });
        let is_variable = |it: &Mention<'a>| self.is_local(it.def) && !self.stmt.contains(it.def.ident());
        idents.filter_map(mention).filter(is_variable)
    }

    /// The variable whose method is deferred, or that is the function.
    fn subject(&self) -> Option<Def<'a>> {
        let fun = self.call.fun().unparen();
        if fun.kind() == Kind::FuncLit { None } else { self.root(fun) }
    }

    fn root(&self, expr: Node<'a>) -> Option<Def<'a>> {
        let at = root(expr);
        self.cx.resolve(at).def().filter(|it| self.is_local(*it))
    }

    fn is_local(&self, def: Def<'a>) -> bool {
        def.is_variable() && !def.is_package_level()
    }

    fn is_inside(&self, def: Def<'a>) -> bool {
        self.body.contains(def.ident())
    }

    /// Whether the head of the loop declares the variable.
    fn is_of_head(&self, def: Def<'a>) -> bool {
        self.repeated.contains(def.ident()) && !self.is_inside(def)
    }

    /// Declines calls that are about more than what one turn makes.
    fn calls_are_fine(&self) -> Result<(), Decline> {
        for call in self.stmt.descendants().filter_map(CallExpr::cast) {
            let callee = self.cx.callee(call);
            if matches!(&callee, Callee::Func { path, .. } if call == self.call && matches!(&**path, "fmt" | "log")) {
                return Err("what is deferred reports something, and ends nothing".into());
            }
            let name = match &callee {
                Callee::Builtin(name) => name,
                Callee::Method { name, .. } | Callee::InterfaceMethod { name, .. } => name,
                _ => continue,
            };
            match (&callee, name.as_str()) {
                (Callee::Builtin(_), "delete" | "clear") if self.is_outer(call) => return Err(STATE.into()),
                (Callee::Builtin(_), _) => {}
                (_, "Lock" | "RLock" | "Unlock" | "RUnlock" | "Release") => {
                    return Err("a lock or reference may be meant to be held until the function returns".into());
                }
                (Callee::Method { path, .. }, "Done") if &**path == "sync" => {
                    return Err("a WaitGroup counts until the function returns".into());
                }
                _ => {}
            }
        }
        match self.stmt.descendants().filter_map(CallExpr::cast).any(|it| self.gives_back(it)) {
            true => {
                Err("what is deferred calls something outside the loop, which may need it until the function returns"
                    .into())
            }
            false => Ok(()),
        }
    }

    /// Whether a call hands something of the turn to something outside: a store that counts who uses it, or a registry,
    /// where it may be needed as long as the function runs. A `sync.Pool` is none.
    fn gives_back(&self, call: CallExpr<'a>) -> bool {
        let callee = self.cx.callee(call);
        let is_pool =
            matches!(&callee, Callee::Method { path, receiver, .. } if &**path == "sync" && receiver == "Pool");
        if is_pool || matches!(callee, Callee::Builtin(_) | Callee::Conversion(_)) {
            return false;
        }
        let root_def = |it: Node<'a>| self.cx.resolve(root(it)).def().filter(|it| it.is_variable());
        let is_inside =
            |it: Node<'a>| root_def(it).is_some_and(|it| self.is_inside(it) || self.stmt.contains(it.ident()));
        let fun = call.fun().unparen();
        let receiver = fun.child(Role::X).filter(|_| fun.kind() == Kind::SelectorExpr).map(Node::unparen);
        let receiver = receiver.filter(|it| !matches!(self.cx.resolve(*it), Res::Package { .. }));
        if receiver.is_some_and(is_inside) {
            return false;
        }
        let is_value = |it: Node<'a>| it.kind() != Kind::CallExpr || call == self.call;
        let is_func_variable = fun.kind() == Kind::Ident && root_def(fun).is_some_and(|it| !self.is_inside(it));
        let is_outer_arg = |it: Node<'a>| root_def(it).is_some_and(|_| !is_inside(it)) && !self.is_plain(it);
        let is_error = |it: &Node<'a>| self.cx.is_error(*it) == Tri::Yes;
        let is_method = receiver.is_some_and(|it| is_value(it) && it.kind() != Kind::CallExpr) || is_func_variable;
        // What is told an error is taken to report it.
        if is_method && call != self.call && !call.args().any(|it| is_error(&it)) {
            return true;
        }
        let has_outer = receiver.is_some_and(is_value) || is_func_variable || call.args().any(is_outer_arg);
        let mentions = |it: Node<'a>| is_inside(it) || it.descendants().any(is_inside);
        has_outer && call.args().any(|it| mentions(it) && !is_error(&it))
    }

    /// Whether an expression is of a basic type, or a context: nothing that could keep anything.
    fn is_plain(&self, expr: Node<'a>) -> bool {
        let Some(types) = self.cx.types(expr.file().id()) else { return false };
        let ty = types.type_of(expr);
        let is_context = matches!(types.form(ty), Form::Named { path, .. } if &*path == "context");
        is_context || matches!(types.form(types.underlying(ty)), Form::Basic(_))
    }

    /// Whether the first argument is nothing that the turn declares.
    fn is_outer(&self, call: CallExpr<'a>) -> bool {
        let root = call.args().next().and_then(|it| self.root(it));
        !root.is_some_and(|it| self.is_inside(it))
    }

    /// Declines if the deferred function looks at what the turns to come, or the rest of the function, may still change, or
    /// changes what they look at.
    fn leaves_the_rest_alone(&self) -> Result<(), Decline> {
        let in_literal =
            |it: Node<'a>| it.ancestors().take_while(|up| *up != self.stmt).any(|it| it.kind() == Kind::FuncLit);
        for it in self.mentions().filter(|it| !self.is_inside(it.def) && in_literal(it.site)) {
            let local = self.cx.local(it.def).ok_or(STATE)?;
            let is_written = local.writes().next().is_some() || !local.is_complete();
            if it.def.kind() == DefKind::Result || (is_written && !self.is_of_head(it.def)) {
                return Err(STATE.into());
            }
        }
        let targets = self.stmt.descendants().filter(|it| {
            let of_assign = it.role() == Role::Lhs;
            of_assign || (it.role() == Role::X && it.parent().is_some_and(|up| up.kind() == Kind::IncDecStmt))
        });
        for target in targets.filter(|it| it.unparen().as_ident() != Some("_")) {
            if !self.root(target).is_some_and(|it| self.is_inside(it)) {
                return Err(STATE.into());
            }
        }
        Ok(())
    }

    /// Whether what the variable holds at `site` is made in the turn: by a call or a literal. Adds the variables that it
    /// comes from, and those that got their values together with it.
    fn sources(&self, site: Node<'a>, found: &mut Vec<Def<'a>>) -> bool {
        let mut todo = vec![site];
        let mut steps = 0;
        while let Some(site) = todo.pop() {
            steps += 1;
            let Res::Def(def) = self.cx.resolve(site) else { return false };
            let origins = self.facts.origins(site).unwrap_or_default();
            if !self.is_inside(def) || steps > MAX_STEPS || origins.is_empty() {
                return false;
            }
            found.push(def);
            for origin in origins {
                match origin {
                    Origin::Zero | Origin::Made(_) => {}
                    Origin::Call { call, .. } if self.body.contains(call.node()) => {
                        found.extend(self.declared_with(call.node()));
                    }
                    Origin::Variable(ident) => todo.push(ident),
                    Origin::Other(expr) if self.body.contains(expr) => match root(expr) {
                        it if it.kind() == Kind::Ident => todo.push(it),
                        it if it.kind() == Kind::CallExpr => found.extend(self.declared_with(expr)),
                        _ => return false,
                    },
                    _ => return false,
                }
            }
        }
        true
    }

    /// The variables of the turn that get their values together with what `expr` yields.
    fn declared_with(&self, expr: Node<'a>) -> Vec<Def<'a>> {
        let Some(stmt) = expr.with_parens().parent() else { return Vec::new() };
        let targets = [Role::Lhs, Role::Names].into_iter().flat_map(|it| stmt.children_in(it));
        let defs = targets.filter_map(|it| self.root(it.unparen()));
        defs.filter(|it| self.is_inside(*it)).collect()
    }

    /// Whether the statement is in the block that declares the variable, or in that of the statement whose head does.
    fn is_unconditional(&self, def: Def<'a>) -> bool {
        let Some(block) = self.stmt.parent() else { return false };
        let mut around = vec![block];
        // A block of its own is no condition.
        while let Some(up) = around.last().and_then(|it| it.parent()).filter(|it| it.kind() == Kind::BlockStmt) {
            around.push(up);
        }
        let Some(decl) = self.cx.stmt(def.ident()) else { return false };
        let in_list = decl.parent().is_some_and(|it| around.contains(&it));
        let in_head = around.last().and_then(|it| it.parent()) == Some(decl) && decl.kind() == Kind::IfStmt;
        in_list || in_head
    }

    /// Whether the call gets strings or numbers that the turn makes.
    fn is_named(&self) -> bool {
        let is_inside = |it: Node<'a>| self.cx.resolve(it).def().is_some_and(|it| self.is_inside(it));
        let mentions = |it: Node<'a>| is_inside(it) || it.descendants().any(is_inside);
        let Some(types) = self.cx.types(self.stmt.file().id()) else { return true };
        let is_name = |it: &Node<'a>| {
            let ty = types.type_of(*it);
            ty != Ty::BOOL && matches!(types.form(types.underlying(ty)), Form::Basic(_) | Form::Unknown)
        };
        let args = self.stmt.descendants().filter(|it| it.role() == Role::Args);
        args.filter(is_name).any(mentions)
    }
}

const STATE: &str = "the deferred function looks at, or changes, what is declared outside the loop";

/// What an expression selects from, calls or indexes at its beginning.
fn root(expr: Node<'_>) -> Node<'_> {
    let mut at = expr.unparen();
    loop {
        let inner = match at.kind() {
            Kind::SelectorExpr | Kind::IndexExpr | Kind::StarExpr | Kind::SliceExpr | Kind::TypeAssertExpr => {
                at.child(Role::X)
            }
            _ => None,
        };
        match inner {
            Some(it) => at = it.unparen(),
            None => return at,
        }
    }
}
