//! Names the errors of a package as Go does: `errNotFound`.

use gofix_rule::{
    Cx, Decline, Fix, Group, Meta, Report, Rule,
    flow::{How, how},
    naming,
    rename::Rename,
    semantic::{Def, DefKind},
    syntax::{
        Kind, Node,
        ast::{AstNode, CallExpr, ValueSpec},
    },
};

pub(crate) struct ErrorNaming;

static META: Meta = Meta {
    name: "error-naming",
    summary: "name errors of a package errFoo",
    group: Group::Errors,
    recommended: true,
    since: None,
    until: None,
    words: &["var"],
    options: &[],
    docs: include_str!("README.md"),
};

/// What is said of a variable.
const MESSAGES: [&str; 2] =
    ["the name of an error starts with err", "the name of an error that others can use starts with Err"];

impl Rule for ErrorNaming {
    fn meta(&self) -> &Meta {
        &META
    }

    fn check(&self, cx: &Cx<'_>, report: &mut Report) {
        let specs = cx.all::<ValueSpec<'_>>().filter(|it| is_package_level(it.node()));
        let pairs: Vec<_> = specs.flat_map(pairs).collect();
        let wanted = |new: &str| pairs.iter().filter(|it| renamed(it.0.text()).as_deref() == Some(new)).count();
        for &(ident, value) in &pairs {
            if !is_made(cx, value) {
                continue;
            }
            let name = ident.text();
            let starts = |prefix: &str| {
                let rest = name.strip_prefix(prefix);
                rest.is_some_and(|it| it.is_empty() || it.starts_with(|first: char| !first.is_lowercase()))
            };
            if name == "_" || starts("err") || starts("Err") {
                continue;
            }
            let Some(def) = cx.resolve(ident).def().filter(|it| it.kind() == DefKind::Var) else { continue };
            match (def.is_exported(), renamed(name)) {
                (true, _) => report.note(ident, MESSAGES[1]),
                (false, None) => report.note(ident, MESSAGES[0]),
                (false, Some(new)) if wanted(&new) > 1 => {
                    report.fix(ident, MESSAGES[0], Err(format!("several variables would be called {new}").into()));
                }
                (false, Some(new)) => report.fix(ident, MESSAGES[0], rename(cx, def, &new)),
            }
        }
    }
}

fn is_package_level(spec: Node<'_>) -> bool {
    let decl = spec.parent().filter(|it| it.kind() == Kind::GenDecl && it.text().starts_with("var"));
    decl.and_then(Node::parent).is_some_and(|it| it.kind() == Kind::File)
}

/// The names of a declaration, each with its value.
fn pairs(spec: ValueSpec<'_>) -> Vec<(Node<'_>, Node<'_>)> {
    let (names, values): (Vec<_>, Vec<_>) = (spec.names().collect(), spec.values().collect());
    if names.len() == values.len() { names.into_iter().zip(values).collect() } else { Vec::new() }
}

/// Whether a value is an error that is made there.
fn is_made<'a>(cx: &Cx<'a>, value: Node<'a>) -> bool {
    let Some(call) = CallExpr::cast(value.unparen()) else { return false };
    let fun = cx.resolve_expr(call.fun().unparen());
    fun.is_external("errors", "New") || fun.is_external("fmt", "Errorf")
}

/// `errFoo` for `fooErr`, `fooError` and `foo_err`; `errURLParse` for `urlParseErr`.
fn renamed(name: &str) -> Option<String> {
    let stem = ["_Error", "_Err", "_error", "_err", "Error", "Err"].iter().find_map(|it| name.strip_suffix(it))?;
    if !stem.starts_with(|it: char| it.is_ascii_lowercase()) || stem.ends_with('_') {
        return None;
    }
    let is_word = |it: &str| it.starts_with(|it: char| it.is_ascii_alphabetic());
    let parts: Vec<String> =
        stem.split('_').map(|it| is_word(it).then(|| naming::capitalized(it))).collect::<Option<_>>()?;
    Some(format!("err{}", parts.concat()))
}

/// Renames an error and all its uses:
///
/// ```go
/// var notFoundErr = errors.New("not found")
/// ```
///
/// to
///
/// ```go
/// var errNotFound = errors.New("not found")
/// ```
fn rename<'a>(cx: &Cx<'a>, def: Def<'a>, new: &str) -> Result<Fix, Decline> {
    let is_assigned = |it: &Node<'a>| matches!(how(cx, *it), How::Assigned(_) | How::AddressTaken(_));
    if cx.references_of(def).sites.iter().any(is_assigned) {
        return Err("it is assigned, so it is no constant error".into());
    }
    Rename { def, to: new.to_owned(), over: None, public: false, comments: true }.fix(cx)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initialisms_keep_their_size() {
        let new = |it| renamed(it).unwrap_or_default();
        assert_eq!(new("notFoundErr"), "errNotFound");
        assert_eq!(new("urlErr"), "errURL");
        assert_eq!(new("httpBodyError"), "errHTTPBody");
        assert_eq!(new("userIDsErr"), "errUserIDs");
        assert_eq!(new("idsErr"), "errIDs");
        assert_eq!(new("dnsErr"), "errDNS");
        assert_eq!(new("a_Err"), "errA");
        assert_eq!(new("bad_url_err"), "errBadURL");
        assert_eq!(new("x509Err"), "errX509");
        assert_eq!([renamed("_Err"), renamed("err"), renamed("a__Err"), renamed("a_1_Err")], [const { None }; 4]);
    }
}
