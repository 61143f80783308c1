//! Which value a message may show: the name of what the operation was about, and never a secret.

mod same;

use gofix_semantic::types::Callee;
use gofix_syntax::{
    Kind, Node, Role, Token,
    ast::{AstNode, CallExpr, FuncDecl, SelectorExpr},
};

use super::{
    called::{Called, is_integer, is_string},
    lists::{List, list},
    message::Values,
    words::words,
};
use crate::{Cx, flow};

/// A value in a message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Value {
    /// The expression.
    pub(super) text: String,
    /// Whether it is a number rather than a string.
    pub(super) is_number: bool,
    /// What it names, if that is something else than the object: `snapshot` in `get mounts for snapshot %s`.
    pub(super) noun: Vec<String>,
}

/// Words with which names of things to show end.
static IDENTITY: List = List::new(|| list("value/identity"));

/// What a bare name of this kind says nothing about: it is the object's own.
static OWN: List = List::new(|| list("value/own"));

/// Parts of words that no message may show the value of.
static SECRET: List = List::new(|| list("value/secret"));

/// Words of which no value is shown, since it is the content or says nothing.
static CONTENT: List = List::new(|| list("value/content"));

/// Packages whose errors name the path, address or text already.
const SPEAKING: &[&str] = &[
    "os",
    "net",
    "net/url",
    "net/http",
    "net/netip",
    "strconv",
    "time",
    "os/exec",
    "regexp",
    "io/fs",
    "path/filepath",
    "io/ioutil",
    "go/parser",
    "go/build",
    "crypto/tls",
    "net/smtp",
    "text/template",
    "html/template",
    "archive/zip",
];

/// Those of them whose errors name what a message may repeat: no URL, which may have a password in it, and no text that was
/// not understood.
const REPEATED: &[&str] = &["os", "net", "os/exec", "io/fs", "path/filepath", "io/ioutil"];

/// Words with which names of values end that a third of all people show, and more: those that may be repeated.
static HABITUAL: List = List::new(|| list("value/habitual"));

/// The argument to show, if there is one.
pub(super) fn of_call<'a>(called: &Called<'a, '_>, object: &[String], site: Node<'a>) -> Option<Value> {
    let value = any_of(called, object, site);
    if !SPEAKING.contains(&&*called.path) {
        return value;
    }
    let may_repeat = called.wording.values == Values::Auto && REPEATED.contains(&&*called.path);
    value.filter(|it| may_repeat && words(&it.text).last().is_some_and(|last| HABITUAL.contains(&&**last)))
}

/// The same, though the callee's error may have it already: to tell two messages apart.
pub(super) fn any_of<'a>(called: &Called<'a, '_>, object: &[String], site: Node<'a>) -> Option<Value> {
    let candidates = called.args.iter().enumerate().filter_map(|(index, arg)| {
        let param = called.params.get(index).copied().unwrap_or("");
        candidate(called, *arg, param, object, site)
    });
    // The first of those that are most about the object.
    let mut best: Option<(u8, Value)> = None;
    for (rank, value) in candidates {
        if best.as_ref().is_none_or(|it| rank > it.0) {
            best = Some((rank, value));
        }
    }
    best.map(|it| it.1)
}

fn candidate<'a>(
    called: &Called<'a, '_>,
    arg: Node<'a>,
    param: &str,
    object: &[String],
    site: Node<'a>,
) -> Option<(u8, Value)> {
    let cx = &called.cx;
    let names = path_of(arg)?;
    let is_own_secret =
        |name: &str| called.wording.secrets.iter().any(|it| name.to_lowercase().contains(&it.to_lowercase()));
    let is_secret = |name: &str| is_secret(name) || is_own_secret(name);
    if is_secret(&names.join(" "))
        || is_secret(param)
        || (object.iter().any(|it| is_secret(it)) && is_secret_object(&names))
    {
        return None;
    }
    // `StorePassword(name)`: it may be the password.
    let is_alone = called.args.iter().filter(|it| !super::called::is_context(cx, **it)).count() == 1;
    const BY_NAME: &[&str] = &["get", "find", "fetch", "inspect", "load", "look", "update", "remove", "delete", "list"];
    let is_named = words(&called.name).first().is_some_and(|it| BY_NAME.contains(&&**it));
    if is_alone && !is_named && object.iter().any(|it| is_secret(it)) && !is_path_name(&names) {
        return None;
    }
    if comes_from_secret(cx, arg, &is_secret) || !prints_plainly(cx, arg) {
        return None;
    }
    let own = words(names.last()?);
    let last = own.last()?;
    let is_number = is_integer(cx, arg);
    let counts = ["ID", "index", "number", "height", "epoch", "slot", "version"].contains(&&**last);
    let is_known = IDENTITY.contains(&&**last)
        || is_identity_suffix(last)
        || called.wording.id_names.iter().any(|it| it.eq_ignore_ascii_case(last));
    let may_show = is_string(cx, arg) || (is_number && counts);
    if !is_known || !may_show {
        return None;
    }
    if last == "key"
        && words(&called.name).iter().chain(object).any(|it| CRYPTO.iter().any(|c| it.to_lowercase().contains(c)))
    {
        return None;
    }
    // A path of the contents is not the contents.
    let is_path = called.wording.values == Values::Auto && ["path", "file", "filename"].contains(&&**last);
    if (!is_path && own.iter().any(|it| CONTENT.contains(&&**it))) || !same::is_same_at(cx, arg, called, site) {
        return None;
    }
    let mut noun = own.clone();
    // The version of a thing does not name it.
    while noun.last().is_some_and(|it| OWN.contains(&&**it) && it != "version") {
        noun.pop();
    }
    // `img.Name`: the thing is `img`.
    if noun.is_empty() && names.len() > 1 {
        noun = words(names[names.len() - 2]).into_iter().map(|it| super::object::expanded(&it)).collect();
    }
    // `rows of group`: what stands at the end is a group.
    let is_link = |it: &String| ["of", "for", "in", "on", "from", "to", "at", "with"].contains(&&**it);
    let whole = object;
    let object = object.iter().rposition(is_link).map_or(object, |at| &object[at + 1..]);
    let is_about = |it: &String| {
        object.iter().any(|o| o.eq_ignore_ascii_case(it) || super::words::singular(o).eq_ignore_ascii_case(it))
    };
    let text = arg.unparen().text().to_owned();
    let owner_says = names.len() < 2 || own.len() > 1 || noun.iter().all(|it| it.len() < 4 || HOLDING.contains(&&**it));
    let ends_alike = own.len() > 1 && object.last().is_some_and(|it| it.eq_ignore_ascii_case(last));
    let related = ends_alike || noun.iter().any(is_about) || noun.last().is_some_and(|it| is_short_for(it, object));
    let rank = match () {
        () if related => 3,
        () if own.len() == 1 && OWN.contains(&&**last) && last != "version" && owner_says => 2,
        () if own.len() == 1 && names.len() > 1 && !owner_says => return None,
        () => 1,
    };
    // `add(s.name)` in a method of `s`: its own name, not that of what is added.
    if rank == 2 && last == "name" && names.len() == 2 && is_of_receiver(called, names[0]) {
        return None;
    }
    // A directory does not name what is in it.
    let is_place = own.len() == 1 && ["dir", "directory"].contains(&&**last);
    // What is set is not what the bare name names.
    if rank == 2 && words(&called.name).first().is_some_and(|it| it == "set") {
        return None;
    }
    let is_of_dirs = object.is_empty() || object.iter().any(|it| ["dir", "directory", "path", "file"].contains(&&**it));
    if rank == 2 && is_place && !is_of_dirs {
        return None;
    }
    let is_list = noun.iter().any(|it| ["or", "and"].contains(&&**it));
    let says = !is_list && noun.len() <= 2 && !noun.iter().any(|it| whole.contains(it) || VAGUE.contains(&&**it));
    let noun = if rank > 1 { Vec::new() } else { noun };
    if rank == 1 && !says {
        return None;
    }
    Some((rank, Value { text, is_number, noun }))
}

/// Whether `name` is the receiver of the method that calls, and not what is called.
fn is_of_receiver(called: &Called<'_, '_>, name: &str) -> bool {
    let func = flow::enclosing_func(called.call.node()).and_then(FuncDecl::cast);
    let receivers = func.and_then(FuncDecl::recv).into_iter().flat_map(Node::descendants);
    let is_receiver = receivers.filter(|it| it.role() == Role::Names).any(|it| it.as_ident() == Some(name));
    is_receiver && called.receiver.is_none_or(|it| it.unparen().as_ident() != Some(name))
}

/// Operations whose keys open something.
static CRYPTO: List = List::new(|| list("value/crypto"));

/// What holds what a call is given: `req.ID`.
static HOLDING: List = List::new(|| list("value/holding"));

/// Words that do not tell what a value names.
static VAGUE: List = List::new(|| list("value/vague"));

/// `ctrID` of a container, `imgName` of an image.
fn is_short_for(word: &str, object: &[String]) -> bool {
    let full = super::object::expanded(word);
    full != word
        && object
            .iter()
            .any(|it| it.eq_ignore_ascii_case(&full) || super::words::singular(it).eq_ignore_ascii_case(&full))
}

/// `networkname`: the words run into one.
fn is_identity_suffix(word: &str) -> bool {
    ["name", "path", "dir", "file", "id"].iter().any(|it| word.len() > it.len() + 2 && word.ends_with(it))
}

/// Whether a variable is assigned something that may be a secret, in its function.
fn comes_from_secret<'a>(cx: &Cx<'a>, expr: Node<'a>, is_secret: &dyn Fn(&str) -> bool) -> bool {
    let Some(def) = cx.resolve(expr.unparen()).def() else { return false };
    let assigns = |it: &Node<'a>| {
        let targets = it.children().filter(|it| {
            matches!(it.role(), Role::Lhs | Role::Names)
                || (matches!(it.role(), Role::Key | Role::Value)
                    && it.parent().is_some_and(|it| it.kind() == Kind::RangeStmt))
        });
        matches!(it.kind(), Kind::AssignStmt | Kind::ValueSpec | Kind::RangeStmt)
            && targets.into_iter().any(|it| it.as_ident() == Some(def.name()) && cx.resolve(it).def() == Some(def))
    };
    let values = |it: Node<'a>| {
        let is_range = it.kind() == Kind::RangeStmt;
        it.children().filter(move |it| match it.role() {
            Role::Rhs | Role::Values => true,
            Role::X => is_range,
            _ => false,
        })
    };
    let names = |it: Node<'a>| [it].into_iter().chain(it.descendants()).filter_map(Node::as_ident);
    let func = flow::enclosing_func(expr);
    let assignments = func.into_iter().flat_map(Node::descendants).filter(assigns);
    let assigned: Vec<Node<'a>> = assignments.flat_map(values).collect();
    // `os.Getenv("PASSWORD")`; and a URL has a user and a password in it, maybe.
    let says = |it: Node<'a>| match it.kind() {
        Kind::BasicLit => it.op() == Token::String && is_secret(it.text().trim_matches(['"', '`'])),
        Kind::CallExpr => CallExpr::cast(it).is_some_and(|it| {
            matches!(cx.callee(it), Callee::Method { path, receiver, name, .. }
                if &*path == "net/url" && &*receiver == "URL" && &*name == "String")
        }),
        _ => false,
    };
    let is_said = |it: &Node<'a>| [*it].into_iter().chain(it.descendants()).any(says);
    assigned.iter().any(is_said) || assigned.into_iter().flat_map(names).any(is_secret)
}

/// Whether printing a value runs no code of the project that could do more than to make a text: methods of its type are
/// called (package fmt: Printing), maybe with a lock held that they take.
fn prints_plainly<'a>(cx: &Cx<'a>, expr: Node<'a>) -> bool {
    let file = expr.file().id();
    let Some(types) = cx.types(file) else { return false };
    let ty = types.type_of(expr);
    ["Format", "Error", "String", "GoString"].into_iter().all(|name| match types.member(file, ty, name) {
        Ok(None) => true,
        Ok(Some(found)) => found.declaration.is_some_and(|it| {
            let decl = it.parent().and_then(FuncDecl::cast);
            decl.is_some_and(|it| cx.workspace().outside_path(it.node().file().id()).is_some() || is_plain(cx, it))
        }),
        Err(_) => false,
    })
}

/// Whether a function only returns what it makes of its receiver, by conversions and predeclared functions.
fn is_plain<'a>(cx: &Cx<'a>, decl: FuncDecl<'a>) -> bool {
    let Some(body) = decl.body() else { return false };
    let runs = |it: Node<'a>| match it.kind() {
        Kind::CallExpr => CallExpr::cast(it)
            .is_none_or(|it| !matches!(cx.callee(it), Callee::Conversion(_)) && !cx.is_builtin_call(it, "len")),
        Kind::UnaryExpr => it.op() == Token::Arrow,
        it => it.is_stmt() && !matches!(it, Kind::ReturnStmt | Kind::BlockStmt),
    };
    !body.descendants().any(runs)
}

/// Whether something of that name may be a secret.
pub fn is_secret(name: &str) -> bool {
    let small = name.to_lowercase().replace(['_', ' '], "");
    let short = ["pin", "otp", "sas", "pwd", "pass", "salt", "seed", "jwt", "dsn", "nonce", "cred", "auth", "priv"];
    let own = words(name);
    let is_word =
        |it: &&str| own.iter().any(|w| w.eq_ignore_ascii_case(it) || w.eq_ignore_ascii_case(&format!("{it}s")));
    let is_author =
        own.iter().any(|it| it.to_lowercase().starts_with("author") && !it.to_lowercase().starts_with("authori"));
    SECRET.iter().any(|it| match short.contains(it) {
        true => is_word(it) || (*it == "auth" && small.contains("auth") && !is_author),
        false => small.contains(it),
    })
}

/// Whether a value is a path, and so no secret itself.
fn is_path_name(names: &[&str]) -> bool {
    let own = names.last().map(|it| words(it)).unwrap_or_default();
    own.last().is_some_and(|it| ["path", "file", "dir", "filename"].contains(&&**it))
}

/// Whether the value itself may be what the secret object is, rather than the name of one.
fn is_secret_object(names: &[&str]) -> bool {
    let own = names.last().map(|it| words(it)).unwrap_or_default();
    !own.last().is_some_and(|it| ["name", "ID", "path", "file", "namespace", "dir"].contains(&&**it))
}

/// The identifiers of `a.b.c`, if the expression is no more than that.
fn path_of(expr: Node<'_>) -> Option<Vec<&str>> {
    let mut names = Vec::new();
    let mut expr = expr.unparen();
    while let Some(selector) = SelectorExpr::cast(expr) {
        names.push(selector.sel().text());
        expr = selector.x().unparen();
    }
    names.push(expr.as_ident()?);
    names.reverse();
    Some(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_known_by_their_names() {
        for name in [
            "password",
            "userPasswd",
            "apiKey",
            "API_KEY",
            "authToken",
            "cfg dsn",
            "privateKey",
            "sessionID",
            "PIN",
            "basicAuth",
            "credsFile",
            "authHeader",
            "privName",
        ] {
            assert!(is_secret(name), "{name}");
        }
        for name in ["name", "privileged", "pinnedImage", "author", "keyPath", "mapping", "saltire", ""] {
            assert!(!is_secret(name), "{name}");
        }
    }
}
