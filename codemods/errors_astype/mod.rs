//! Gives the variable of `errors.As` the scope that it needs, with `errors.AsType`.

use gofix_rule::{
    Cx, Decline, Fix, GoVersion, Group, Meta, Report, Rule, TextRange,
    errors::ok_name,
    flow::{Local, enclosing_func},
    semantic::Def,
    syntax::{
        Kind, Node, Role, Token,
        ast::{AstNode, CallExpr, DeclStmt, GenDecl, IfStmt, ValueSpec},
    },
};

pub(crate) struct ErrorsAstype;

static META: Meta = Meta {
    name: "errors-astype",
    summary: "replace errors.As and the variable for it with errors.AsType",
    group: Group::Errors,
    recommended: true,
    since: Some(GoVersion::new(1, 26)), // which has errors.AsType
    until: None,
    words: &["errors", "As"],
    options: &[],
    docs: include_str!("README.md"),
};

impl Rule for ErrorsAstype {
    fn meta(&self) -> &Meta {
        &META
    }

    fn check(&self, cx: &Cx<'_>, report: &mut Report) {
        for call in cx.calls("errors", "As") {
            let Some(target) = Target::of(cx, call) else { continue };
            report.fix(call.node(), "errors.AsType needs no variable in front", target.advise());
        }
    }
}

/// The variable `v` of `var v T` and `errors.As(x, &v)`.
struct Target<'a> {
    cx: Cx<'a>,
    call: CallExpr<'a>,
    x: Node<'a>,
    /// The variable in the call.
    site: Node<'a>,
    def: Def<'a>,
    spec: ValueSpec<'a>,
    decl: Node<'a>,
    ty: Node<'a>,
}

impl<'a> Target<'a> {
    /// The target of a call, if it is a variable that the function declares by its type.
    fn of(cx: &Cx<'a>, call: CallExpr<'a>) -> Option<Target<'a>> {
        let args: Vec<Node<'a>> = call.args().collect();
        let [x, target] = args[..] else { return None };
        let target = target.unparen();
        let site = target.child(Role::X).filter(|_| target.kind() == Kind::UnaryExpr && target.op() == Token::And)?;
        let site = site.unparen();
        let def = cx.resolve(site).def().filter(|it| it.is_variable() && !it.is_package_level())?;
        let spec = def.ident().parent().and_then(ValueSpec::cast)?;
        let ty = spec.ty().filter(|_| spec.values().next().is_none())?;
        let decl = spec.node().ancestors().find_map(DeclStmt::cast)?.node();
        Some(Target { cx: *cx, call, x, site, def, spec, decl, ty })
    }

    /// Rewrites
    ///
    /// ```go
    /// var pe *fs.PathError
    /// if errors.As(err, &pe) && pe.Op == "open" {
    /// ```
    ///
    /// to
    ///
    /// ```go
    /// if pe, ok := errors.AsType[*fs.PathError](err); ok && pe.Op == "open" {
    /// ```
    fn advise(&self) -> Result<Fix, Decline> {
        let cx = &self.cx;
        let held = self.held()?;
        let is_single = GenDecl::cast(self.decl.child(Role::Decl).unwrap_or(self.decl))
            .is_some_and(|it| it.specs().count() == 1 && self.spec.names().count() == 1);
        if !is_single {
            return Err("the declaration has other variables".into());
        }
        let mut chain = held.node();
        while let Some(outer) = chain.parent().filter(|_| chain.role() == Role::Else) {
            chain = outer;
        }
        if chain.parent() != self.decl.parent() || chain.start() < self.decl.start() {
            return Err("the variable is declared in a block further out".into());
        }
        self.is_error_type()?;
        let is_within = |it: &Local<'a>| it.is_complete() && it.uses.iter().all(|it| held.node().contains(it.site));
        let local = cx.local(self.def).filter(is_within).ok_or("the variable is used outside the if statement")?;
        let used = local.uses.iter().any(|it| it.site != self.site);
        let name = if used { self.def.name() } else { "_" };
        let as_type = cx.sibling_name(self.call.fun().unparen(), "AsType")?;
        let ok = ok_name(cx, held.node())?;
        let init = format!("{name}, {ok} := {as_type}[{}]({}); ", self.ty.text(), self.x.text());
        let comments = held.node().file().comments_in(self.call.node().range());
        let fix = Fix::safe().delete_stmt(self.decl).insert_before(held.cond(), init).replace(self.call.node(), ok);
        // Comments in the call have no place left; those at the variable say what it is for.
        if !comments.is_empty() || self.has_comments() {
            return Err("a comment stands at the variable or in the call".into());
        }
        Ok(fix.relies_on(held.node()))
    }

    /// Whether a comment would go with the declaration, or stay above it, where it would then be about something else.
    fn has_comments(&self) -> bool {
        let file = self.decl.file();
        let line = gofix_rule::lines::line_start(file, self.decl.start());
        let above = gofix_rule::lines::line_start(file, line.saturating_sub(1));
        let behind = gofix_rule::lines::line_end(file, self.decl.end());
        let before = file.comments_in(TextRange::new(above, line));
        let stands_above = before.iter().any(|it| file.text()[above as usize..it.start as usize].trim().is_empty());
        stands_above || !file.comments_in(TextRange::new(line, behind)).is_empty()
    }

    /// The `if` statement whose condition begins with the call.
    fn held(&self) -> Result<IfStmt<'a>, Decline> {
        let mut at = self.call.node();
        while let Some(parent) = at.parent() {
            let is_and = parent.kind() == Kind::BinaryExpr && parent.op() == Token::LAnd && at.role() == Role::X;
            let is_not = parent.kind() == Kind::UnaryExpr && parent.op() == Token::Not;
            if !is_and && !is_not && parent.kind() != Kind::ParenExpr {
                break;
            }
            at = parent;
        }
        let held = at.parent().and_then(IfStmt::cast).filter(|it| it.cond() == at);
        let held = held.ok_or("the call is not what the condition of an if statement begins with")?;
        if held.init().is_some() {
            return Err("the if statement has a statement in its head".into());
        }
        match enclosing_func(held.node()) == enclosing_func(self.decl) {
            true => Ok(held),
            false => Err("the variable is declared in a block further out".into()),
        }
    }

    fn is_error_type(&self) -> Result<(), Decline> {
        let types = self
            .cx
            .types(self.ty.file().id())
            .ok_or_else(|| Decline::new(format!("{} is no type of errors", self.ty.text())))?;
        let ty = types.type_of(self.def.ident());
        match types.implements(ty, types.error_type()).is_yes() {
            true => Ok(()),
            false => Err(Decline::new(format!("{} is no type of errors", self.ty.text()))),
        }
    }
}
