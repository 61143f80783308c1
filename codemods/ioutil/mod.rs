//! Calls what was in `io/ioutil` by the names that it has had in `io` and `os` since Go 1.16.

use gofix_rule::{
    Cx, Decline, Fix, GoVersion, Group, Meta, Report, Rule,
    semantic::Def,
    syntax::{
        Kind, Node, Role, Token,
        ast::{AstNode, CallExpr, SelectorExpr},
    },
};

pub(crate) struct Ioutil;

static META: Meta = Meta {
    name: "ioutil",
    summary: "replace io/ioutil with the functions of io and os",
    group: Group::Modern,
    recommended: true,
    since: Some(GoVersion::new(1, 16)), // which has the names in io and os
    until: None,
    words: &["io/ioutil"],
    options: &[],
    docs: include_str!("README.md"),
};

/// What each name of `io/ioutil` does nothing but call or hold: a path, and a name there of the same type. `ReadDir` is
/// the one whose successor has another type.
static MOVED: &[(&str, &str, &str)] = &[
    ("Discard", "io", "Discard"),
    ("NopCloser", "io", "NopCloser"),
    ("ReadAll", "io", "ReadAll"),
    ("ReadDir", "os", "ReadDir"),
    ("ReadFile", "os", "ReadFile"),
    ("TempDir", "os", "MkdirTemp"),
    ("TempFile", "os", "CreateTemp"),
    ("WriteFile", "os", "WriteFile"),
];

impl Rule for Ioutil {
    fn meta(&self) -> &Meta {
        &META
    }

    fn check(&self, cx: &Cx<'_>, report: &mut Report) {
        for (old, path, new) in MOVED {
            let has_own_value = cx.references("io/ioutil", old).any(is_written_to);
            for place in cx.references("io/ioutil", old) {
                let message = format!("io/ioutil is deprecated: this is {path}.{new}");
                let fix = match has_own_value {
                    true => {
                        Err("the package assigns this variable of io/ioutil, which then has a value of its own".into())
                    }
                    false => move_to(cx, place, old, path, new),
                };
                report.fix(place, message, fix);
            }
        }
    }
}

/// Rewrites `ioutil.ReadAll` to `io.ReadAll`, and the like.
fn move_to<'a>(cx: &Cx<'a>, place: Node<'a>, old: &str, path: &str, new: &str) -> Result<Fix, Decline> {
    if cx.package().is_external_test() && cx.package().name() == "ioutil_test" {
        return Err("this tests io/ioutil itself".into());
    }
    if place.kind() == Kind::Ident {
        return Err("io/ioutil is imported with a point, so whether that import is still needed cannot be told".into());
    }
    if old == "ReadDir" {
        only_names_are_read(cx, place)?;
    }
    let package = cx.import(place, path)?;
    Ok(Fix::safe().replace(place, package.name(new)?).imports(&package))
}

/// Whether the variable `place` is assigned, or its address taken.
fn is_written_to(place: Node<'_>) -> bool {
    let outer = place.with_parens();
    let Some(parent) = outer.parent() else { return false };
    match parent.kind() {
        Kind::AssignStmt => outer.role() == Role::Lhs,
        Kind::RangeStmt => outer.role() != Role::X,
        Kind::UnaryExpr => parent.op() == Token::And,
        _ => false,
    }
}

/// Declines unless the type of the entries cannot matter: `os.ReadDir` returns `[]fs.DirEntry` where `ioutil.ReadDir`
/// returned `[]fs.FileInfo`, and these two interfaces share `Name() string` and `IsDir() bool`.
fn only_names_are_read<'a>(cx: &Cx<'a>, place: Node<'a>) -> Result<(), Decline> {
    let list = variable_for(place).ok_or("os.ReadDir returns another type, and its results are passed on here")?;
    if list.as_ident() == Some("_") {
        return Ok(());
    }
    let def = declared_by(cx, list).ok_or("os.ReadDir returns another type than this variable has")?;
    match every_use(cx, def, |it| is_list_of_names(cx, it)) {
        true => Ok(()),
        false => Err("os.ReadDir returns entries with little but a name at hand, and more is asked of them".into()),
    }
}

/// The identifier that the first result of a call of `function` is assigned to.
fn variable_for(function: Node<'_>) -> Option<Node<'_>> {
    let call = function.with_parens().parent().and_then(CallExpr::cast).filter(|it| it.fun().unparen() == function)?;
    let stmt = call.node().with_parens().parent()?;
    match stmt.kind() {
        Kind::AssignStmt => stmt.child(Role::Lhs),
        Kind::ValueSpec if stmt.child(Role::Type).is_none() => stmt.child(Role::Names),
        _ => None,
    }
}

/// The local variable that `ident` declares.
fn declared_by<'a>(cx: &Cx<'a>, ident: Node<'a>) -> Option<Def<'a>> {
    cx.resolve(ident).def().filter(|it| it.ident() == ident && !it.is_package_level())
}

fn every_use<'a>(cx: &Cx<'a>, def: Def<'a>, holds: impl Fn(Node<'a>) -> bool) -> bool {
    let uses = cx.uses(def);
    uses.complete && uses.sites.into_iter().all(holds)
}

/// Whether the slice of entries `list` is used for its length, or for names and kinds of its elements.
fn is_list_of_names<'a>(cx: &Cx<'a>, list: Node<'a>) -> bool {
    let list = list.with_parens();
    let Some(parent) = list.parent() else { return false };
    if let Some(call) = CallExpr::cast(parent) {
        return list.role() == Role::Args && cx.is_builtin_call(call, "len");
    }
    match (parent.kind(), list.role()) {
        (Kind::IndexExpr, Role::X) => is_name_or_kind(parent),
        (Kind::RangeStmt, Role::X) => match parent.child(Role::Value).filter(|it| it.as_ident() != Some("_")) {
            Some(entry) => declared_by(cx, entry).is_some_and(|it| every_use(cx, it, is_name_or_kind)),
            None => true,
        },
        _ => false,
    }
}

/// Whether of `entry` only its name is selected, or whether it is a directory.
fn is_name_or_kind(entry: Node<'_>) -> bool {
    let selector = entry.with_parens().parent().and_then(SelectorExpr::cast);
    selector.is_some_and(|it| it.x().unparen() == entry && matches!(it.sel().text(), "Name" | "IsDir"))
}
