//! Looks for types of errors with `errors.AsType`, or `errors.As` before Go 1.26, which also find errors that are wrapped.
//!
//! As with `errors-is`, that is the same program where no error that wraps another one gets to the assertion; see
//! [`Deliveries`].

mod before;
mod switch;

use gofix_rule::{
    Cx, Decline, Fix, GoVersion, Group, Level, Meta, OptionMeta, Report, Rule,
    errors::{Deliveries, Delivery, Sought, function, in_error_method},
    semantic::{
        Tri,
        types::{Basic, Form, Ty},
    },
    syntax::{
        Kind, Node, Role, Token,
        ast::{AstNode, IfStmt, TypeAssertExpr, TypeSwitchStmt},
    },
};

pub(crate) struct ErrorsAs;

static META: Meta = Meta {
    name: "errors-as",
    summary: "ask for types of errors with errors.AsType or errors.As, which find wrapped ones too",
    group: Group::Errors,
    recommended: true,
    since: Some(GoVersion::new(1, 13)), // which has errors.As
    until: None,
    words: &["package"], // nothing else is in all files that may matter
    options: &[OptionMeta {
        name: "tests",
        summary: "look at test files too",
        default: "false",
        values: &["true", "false"],
    }],
    docs: include_str!("README.md"),
};

/// Since when there is `errors.AsType`.
const AS_TYPE: GoVersion = GoVersion::new(1, 26);

impl Rule for ErrorsAs {
    fn meta(&self) -> &Meta {
        &META
    }

    fn needs_error_flow(&self) -> bool {
        true
    }

    fn check(&self, cx: &Cx<'_>, report: &mut Report) {
        let mut deliveries = Deliveries::new(cx);
        for node in cx.nodes().filter(|it| matches!(it.kind(), Kind::TypeAssertExpr | Kind::TypeSwitchStmt)) {
            if (cx.in_test_file(node) && !cx.is_set("tests")) || in_error_method(node) {
                continue;
            }
            if let Some(it) = TypeSwitchStmt::cast(node) {
                switch::check(cx, it, report);
                continue;
            }
            let Some(it) = Assertion::of(cx, node) else { continue };
            let message = format!("this assertion does not find {} in an error that wraps it", it.ty.text());
            report.fix(node, message, it.advise(&mut deliveries));
        }
    }
}

/// `x.(T)` of an error.
struct Assertion<'a> {
    cx: Cx<'a>,
    expr: Node<'a>,
    x: Node<'a>,
    ty: Node<'a>,
}

impl<'a> Assertion<'a> {
    fn of(cx: &Cx<'a>, expr: Node<'a>) -> Option<Assertion<'a>> {
        let it = TypeAssertExpr::cast(expr)?;
        let found = Assertion { cx: *cx, expr, x: it.x().unparen(), ty: it.ty()? };
        cx.is_error(found.x).is_yes().then_some(found)
    }

    fn advise(&self, deliveries: &mut Deliveries<'a>) -> Result<Fix, Decline> {
        let cx = &self.cx;
        let whole = self.expr.with_parens();
        let stmt = whole.parent().filter(|it| matches!(it.kind(), Kind::AssignStmt | Kind::ValueSpec));
        let to = |it: Node<'a>| if it.kind() == Kind::AssignStmt { Role::Lhs } else { Role::Names };
        let targets = stmt.map_or(Vec::new(), |it| it.children_in(to(it)).collect());
        let (Some(stmt), [value, ok]) = (stmt, &targets[..]) else {
            return Err("an assertion that fails panics, and errors.As does not".into());
        };
        is_error_type(cx, self.ty, cx.type_of(self.expr))?;
        if !is_bool(cx, *ok) {
            return Err("the result has a boolean type of its own".into());
        }
        if deliveries.is_unwrapped(self.x) {
            return Err("the error has been unwrapped already".into());
        }
        let level = self.level(deliveries)?;
        if cx.go_version(self.expr.file()) < AS_TYPE {
            return before::advise(self, stmt, *value, *ok, level);
        }
        let shadows = stmt.role() == Role::Init && value.text() == self.x.text();
        if shadows && stmt.parent().and_then(IfStmt::cast).is_some_and(|it| it.else_().is_some()) {
            return Err("what is found has the name of the error, which the else branch then does not see".into());
        }
        let function = function(cx, self.expr, "AsType")?;
        let text = format!("{}[{}]({})", function.text, self.ty.text(), self.x.text());
        Ok(function.needed_by(Fix::new(level).replace(self.expr, text)))
    }

    fn level(&self, deliveries: &mut Deliveries<'a>) -> Result<Level, Decline> {
        let ty = self.cx.type_of(self.expr);
        match deliveries.to(self.x, self.expr, Sought::Type(ty, self.expr.file().id())) {
            Delivery::Wrapped(by) => Err(Decline::new(format!(
                "such an error also gets here wrapped, by way of {by}, and the assertion tells the two apart"
            ))),
            Delivery::Bare => Ok(Level::Safe),
            Delivery::Unknown => Ok(Level::Review),
        }
    }
}

/// Declines unless `ty`, which denotes `denoted`, is a type of errors that one can look for in others.
fn is_error_type<'a>(cx: &Cx<'a>, ty: Node<'a>, denoted: Ty) -> Result<(), Decline> {
    let cannot_tell = || Decline::new(format!("what {} is cannot be told", ty.text()));
    let types = cx.types(ty.file().id()).ok_or_else(cannot_tell)?;
    match types.form(denoted) {
        Form::TypeParam(_) => return Err("a type parameter may be any type".into()),
        _ if types.is_error_type(denoted) => return Err("every error is an error".into()),
        _ => {}
    }
    if let Form::Interface(methods) = types.form(types.underlying(denoted)) {
        let unwraps = |name: &str| matches!(name, "Unwrap" | "Cause" | "Is" | "As");
        if methods.iter().any(|it| unwraps(&it.name)) {
            return Err("it asks how the error itself is unwrapped".into());
        }
    }
    match types.implements(denoted, types.error_type()) {
        Tri::Yes => Ok(()),
        Tri::No => Err(Decline::new(format!("{} is no type of errors", ty.text()))),
        Tri::Unknown => Err(cannot_tell()),
    }
}

/// Whether a variable that says whether the assertion holds is a `bool`, or thrown away.
fn is_bool<'a>(cx: &Cx<'a>, ok: Node<'a>) -> bool {
    if ok.as_ident() == Some("_") {
        return true;
    }
    let Some(types) = cx.types(ok.file().id()) else { return false };
    matches!(types.form(types.type_of(ok)), Form::Basic(Basic::Bool))
}

/// Whether a statement declares its variables, rather than assigns them.
fn declares(stmt: Node<'_>) -> bool {
    stmt.kind() == Kind::AssignStmt && stmt.op() == Token::Define
}
