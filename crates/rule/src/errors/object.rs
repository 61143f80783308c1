//! What an operation is about, where the name of the function does not say.

use gofix_syntax::{
    Kind, Node, Role, Token,
    ast::{AstNode, CallExpr, SelectorExpr},
};

use super::{
    called::{self, Called},
    lists::{List, list},
    words::{singular, words},
};

/// Short names of variables and types, and what they are short for.
const SHORT: &[(&str, &str)] = &[
    ("resp", "response"),
    ("res", "result"),
    ("req", "request"),
    ("cfg", "config"),
    ("conf", "config"),
    ("ctr", "container"),
    ("img", "image"),
    ("msg", "message"),
    ("addr", "address"),
    ("opts", "options"),
    ("tx", "transaction"),
    ("txn", "transaction"),
    ("stmt", "statement"),
    ("vol", "volume"),
    ("cmd", "command"),
    ("svc", "service"),
    ("srv", "server"),
    ("desc", "descriptor"),
    ("conn", "connection"),
    ("dir", "directory"),
    ("dgst", "digest"),
    ("repo", "repository"),
    ("tmp", "temporary"),
    ("temp", "temporary"),
    ("cert", "certificate"),
    ("ns", "namespace"),
    ("params", "parameters"),
    ("mnt", "mount"),
    ("info", "info"),
    ("hdr", "header"),
    ("dbase", "database"),
    ("db", "database"),
    ("mgr", "manager"),
    ("rec", "record"),
    ("del", "delete"),
    ("rawurl", "URL"),
    ("fltr", "filter"),
];

/// Names of variables that are a habit and tell nothing.
pub(super) static HABITS: List = List::new(|| list("object/habits"));

/// Nouns for what holds, makes or guards the thing that an operation is about: `imageStore.Delete` deletes an image.
static HOLDERS: List = List::new(|| list("object/holders"));

/// Who acts: what they do is rarely done to them, but for this.
static ACTORS: List = List::new(|| list("object/actors"));
static OF_ACTORS: List = List::new(|| list("object/of-actors"));

/// What holds others: one of these is looked up or deleted, not the whole.
static CONTAINERS: List = List::new(|| list("object/containers"));
static OF_ELEMENTS: List = List::new(|| list("object/of-elements"));

/// Those of them that nothing is done to: alone, they say nothing.
static SERVANTS: List = List::new(|| list("object/servants"));

/// Nouns that say nothing without that of a package.
const GENERIC: &[&str] = &[
    "reader",
    "writer",
    "client",
    "file",
    "buffer",
    "connection",
    "server",
    "stream",
    "session",
    "reporter",
    "iterator",
    "database",
    "options",
    "config",
];

/// Packages whose names do not say what they are about.
static SILENT: List = List::new(|| list("object/silent"));

/// What an operation is done with, rather than to.
static MEANS: List = List::new(|| list("object/means"));

/// Verbs for putting something into what the method is called on.
static PUTS: List = List::new(|| list("object/puts"));

/// Things whose names look as if they did something.
static THINGS_IN_ER: List = List::new(|| list("object/things-in-er"));

/// Packages of formats: what is read or written in them is the argument.
static FORMATS: List = List::new(|| list("object/formats"));

/// What is put in the place of a short word.
pub(super) fn expanded(word: &str) -> String {
    SHORT.iter().find(|it| it.0 == word).map_or_else(|| word.to_owned(), |it| it.1.to_owned())
}

/// How an object was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Object {
    pub(super) words: Vec<String>,
    /// Whether it is a literal, which no other message of the function has.
    pub(super) is_literal: bool,
}

pub(super) fn plain(words: Vec<String>) -> Option<Object> {
    (!words.is_empty()).then_some(Object { words, is_literal: false })
}

/// What the operation `verb` of `called` is about, in this order: what it decodes into, what its method is called on, what
/// its package is about, what it is given.
pub(super) fn infer<'a>(called: &Called<'a, '_>, verb: &str, own_package: &str) -> Option<Object> {
    if ["dial", "listen on", "connect", "bind"].contains(&verb)
        && let Some(found) = from_args(called)
    {
        return Some(found);
    }
    if called.receiver.is_none() {
        let by_format = FORMATS.contains(&&*package_name(&called.path));
        return (by_format.then(|| from_second(called, verb).or_else(|| from_target(called))).flatten())
            .or_else(|| by_format.then(|| from_args(called).or_else(|| from_means(called))).flatten())
            .or_else(|| by_format.then(|| plain(words_of_package(&package_name(&called.path)))).flatten())
            .or_else(|| made_by_package(called, verb))
            .or_else(|| from_result(called))
            .or_else(|| from_target(called))
            .or_else(|| from_args(called))
            .or_else(|| from_literal(called));
    }
    // `DefaultFactory.New()` makes no factory.
    if let Some(made) = from_result(called) {
        return Some(made);
    }
    let takes_target = ["decode", "unmarshal", "scan", "encode", "marshal", "parse"].contains(&verb);
    // What is put somewhere is an argument.
    if PUTS.contains(&verb) {
        return from_args(called).or_else(|| from_literal(called));
    }
    // `buffer.Marshal(message)` fills the buffer.
    let fills = ["marshal", "encode"].contains(&verb);
    (takes_target.then(|| from_target(called)).flatten())
        .or_else(|| fills.then(|| from_args(called)).flatten())
        .or_else(|| {
            ["call", "invoke", "request", "send", "query"].contains(&verb).then(|| from_literal(called)).flatten()
        })
        .or_else(|| from_receiver(called, verb, own_package))
        .or_else(|| takes_target.then(|| from_args(called)).flatten())
        .or_else(|| from_args(called))
}

/// Whether a small word can be spoken: `rwl` and `pth` say nothing.
pub(super) fn is_word(word: &str) -> bool {
    let is_small = word.len() < 5 && word.chars().all(|it| it.is_ascii_lowercase());
    !is_small || word.contains(['a', 'e', 'i', 'o', 'u', 'y']) || expanded(word) != word
}

/// `required`, `encrypted`: how something is, not what.
pub(super) fn is_participle(word: &str) -> bool {
    word.len() > 4 && word.ends_with("ed") && !word.ends_with("eed") && !["embed", "shared", "speed"].contains(&word)
}

/// The words of a name without those that only number or type it.
pub(super) fn own_words(name: &str) -> Vec<String> {
    words(name.trim_end_matches(|it: char| it.is_ascii_digit()))
}

/// The last name of `a`, `a.b`, `a.b()`, `&a`.
pub(super) fn trailing_name(expr: Node<'_>) -> Option<&str> {
    let expr = expr.unparen();
    match expr.kind() {
        Kind::Ident => expr.as_ident(),
        Kind::SelectorExpr => SelectorExpr::cast(expr).map(|it| it.sel().text()),
        Kind::UnaryExpr | Kind::StarExpr => expr.child(Role::X).and_then(trailing_ident),
        // `vars["name"]` is a name, and no variables.
        Kind::IndexExpr if expr.child(Role::Index).is_some_and(|it| it.unparen().op() == Token::String) => None,
        Kind::IndexExpr => expr.child(Role::X).and_then(trailing_ident),
        _ => None,
    }
}

fn trailing_ident(expr: Node<'_>) -> Option<&str> {
    let expr = expr.unparen();
    expr.as_ident().or_else(|| SelectorExpr::cast(expr).map(|it| it.sel().text()))
}

/// The text of a string literal that is short and reads like a name.
pub(super) fn naming_literal(expr: Node<'_>) -> Option<String> {
    let expr = expr.unparen();
    let text = expr.text();
    let inner = text.strip_prefix('"').and_then(|it| it.strip_suffix('"'))?;
    let is_plain = |it: char| it.is_ascii_alphanumeric() || "_-.".contains(it);
    let reads = (3..=32).contains(&inner.len())
        && inner.chars().all(is_plain)
        && inner.chars().any(|it| it.is_ascii_alphabetic());
    (expr.kind() == Kind::BasicLit && expr.op() == Token::String && reads).then(|| inner.to_owned())
}

/// A literal that looks like an identifier rather than a mode: `eth_blockNumber`, `io.containerd.gc`.
fn from_literal<'a>(called: &Called<'a, '_>) -> Option<Object> {
    let literal = called.args.iter().find_map(|it| naming_literal(*it))?;
    let is_identifier = literal.contains(['_', '.', '-']) || literal.chars().any(char::is_uppercase);
    is_identifier.then(|| Object { words: vec![literal], is_literal: true })
}

/// `&cfg`: what a function fills in.
fn from_target<'a>(called: &Called<'a, '_>) -> Option<Object> {
    let target = called
        .args
        .iter()
        .rev()
        .find(|it| it.unparen().kind() == Kind::UnaryExpr && it.unparen().op() == Token::And)?;
    let operand = target.unparen().child(Role::X)?.unparen();
    let of_type = called::named(&called.cx, operand).map(|it| it.1);
    let of_type = of_type.map(|it| noun(&words(&it))).filter(|it| !it.is_empty() && it.len() <= 3);
    let of_type = of_type.filter(|it| !it.iter().all(|it| HABITS.contains(&&**it)));
    plain(of_type.or_else(|| trailing_name(operand).and_then(telling)).unwrap_or_default())
}

/// The words of the first argument that tell something.
fn from_args<'a>(called: &Called<'a, '_>) -> Option<Object> {
    let of_arg = |it: &Node<'a>| {
        let it = it.unparen();
        if let Some(call) = CallExpr::cast(it) {
            return SelectorExpr::cast(called::function(call))
                .and_then(|it| telling(it.sel().text()))
                .filter(|_| false);
        }
        body_of(called, it).or_else(|| trailing_name(it).and_then(telling))
    };
    // The first that is no literal: those behind it say how.
    let mut args = called.args.iter().filter(|it| !is_mode(called, **it) && it.unparen().kind() != Kind::BasicLit);
    plain(args.next().and_then(of_arg).unwrap_or_default())
}

/// `rlp.Encode(w, block)`: what is written comes second.
fn from_second(called: &Called<'_, '_>, verb: &str) -> Option<Object> {
    let second = called.args.get(1).filter(|_| verb == "encode")?;
    plain(trailing_name(*second).and_then(telling).unwrap_or_default())
}

/// What the type of the first argument is called, where its name tells nothing.
fn of_first_type(called: &Called<'_, '_>) -> Option<Object> {
    let (path, name) = called::named(&called.cx, *called.args.first()?)?;
    plain(if path.is_empty() { Vec::new() } else { noun(&words(&name)) })
}

/// `options`, `config`, where they are what is worked on.
fn from_means(called: &Called<'_, '_>) -> Option<Object> {
    let words = own_words(trailing_name(called.args.first()?.unparen())?);
    let word = expanded(words.last()?);
    plain(["options", "config", "spec"].contains(&&*word).then_some(word).into_iter().collect())
}

/// `response body`, for `resp.Body`.
fn body_of<'a>(called: &Called<'a, '_>, expr: Node<'a>) -> Option<Vec<String>> {
    let selector = SelectorExpr::cast(expr).filter(|it| it.sel().text() == "Body")?;
    let owner = called::named(&called.cx, selector.x()).map(|it| it.1.to_lowercase());
    owner.filter(|it| it == "response" || it == "request").map(|it| vec![it, "body".to_owned()])
}

/// Whether an argument is a number or a plain flag, which says how and not what.
pub(super) fn is_mode<'a>(called: &Called<'a, '_>, arg: Node<'a>) -> bool {
    called::is_integer(&called.cx, arg) || matches!(arg.unparen().as_ident(), Some("nil" | "true" | "false"))
}

/// The words of a variable's name, if they tell something.
fn telling(name: &str) -> Option<Vec<String>> {
    let mut words = own_words(name);
    let strip = ["path", "name", "ID", "string", "str", "bytes", "raw", "data", "ptr", "val", "value", "buf"];
    while words.len() > 1 && words.last().is_some_and(|it| strip.contains(&&**it)) {
        words.pop();
    }
    if !words.iter().all(|it| is_word(it)) || matches!(&words[..], [only] if is_participle(only)) {
        return None;
    }
    let is_means = words.last().is_some_and(|it| MEANS.contains(&&**it));
    let says = !is_means
        && !words.is_empty()
        && words.len() <= 3
        && !(words.len() == 1 && (words[0].len() < 3 || HABITS.contains(&&*words[0])));
    says.then(|| words.iter().map(|it| expanded(it)).collect())
}

/// What the package of a function is about.
fn from_package<'a>(called: &Called<'a, '_>, verb: &str) -> Option<Object> {
    let name = package_name(&called.path);
    let is_own = called.cx.package().import_path().is_some_and(|it| it == called.path);
    let says = !is_own && says_something(&name) && !FORMATS.contains(&&*name);
    // `copystructure.Copy` copies something else.
    let says = says && !(name.len() > verb.len() && name.starts_with(verb));
    let words = if says { agentless(noun(&words_of_package(&name)), verb) } else { Vec::new() };
    plain(numbered(words, verb))
}

/// What the package of a function is about; of one that is called `New` and no more, what it makes, too.
fn made_by_package(called: &Called<'_, '_>, verb: &str) -> Option<Object> {
    let of_package = from_package(called, verb)?;
    let Some(made) = from_result(called) else { return Some(of_package) };
    let of_type = called.result().unwrap_or_default().concat().to_lowercase();
    match &of_package.words[..] {
        [package] if of_type.starts_with(&package.to_lowercase()) => Some(made),
        [package] if made.words.len() < 3 && !package.contains(&of_type) => {
            plain([package.clone()].into_iter().chain(made.words).collect())
        }
        _ => Some(of_package),
    }
}

/// What a function makes that is called `New` and no more.
fn from_result(called: &Called<'_, '_>) -> Option<Object> {
    let result = called.result().filter(|it| called.name == "New" && it.len() < 4)?;
    plain(result.iter().map(|it| expanded(it)).collect())
}

/// What a method is called on.
fn from_receiver<'a>(called: &Called<'a, '_>, verb: &str, own_package: &str) -> Option<Object> {
    let receiver = called.receiver?.unparen();
    let name = match CallExpr::cast(receiver) {
        Some(_) => None,
        None => trailing_name(receiver),
    };
    // `resp.Body`: the body of the response.
    if let Some(words) = body_of(called, receiver) {
        return plain(words);
    }
    let by_name = name
        .filter(|it| {
            (it.len() > 3 || (it.len() > 2 && expanded(&it.to_lowercase()) != it.to_lowercase()))
                && is_word(it)
                && !HABITS.contains(&&*it.to_lowercase())
        })
        .map(own_words)
        .unwrap_or_default();
    let by_name = if name.is_some_and(|it| it.ends_with("buf") || it.ends_with("Buf")) { Vec::new() } else { by_name };
    let of_type = called.receiver_type.as_ref().filter(|it| it.0 != "io");
    let by_type = of_type.map(|it| words(&it.1)).unwrap_or_default();
    let is_agent = |words: &[String]| !words.is_empty() && agentless(words.to_vec(), verb).is_empty();
    let mut best = agentless(noun(&by_name), verb);
    if best.is_empty() {
        best = agentless(noun(&by_type), verb);
    }
    // A plugin removes something else than itself.
    let is_actor = best.last().or(by_type.last()).is_some_and(|it| ACTORS.contains(&&**it));
    let first = verb.split(' ').next().unwrap_or(verb);
    // `daemon.Kill(container)` kills no daemon, `server.Start()` starts one.
    const DONE_TO_ARGS: &[&str] = &["kill", "pause", "resume", "unpause", "start", "stop", "restart", "inspect"];
    if is_actor && DONE_TO_ARGS.contains(&first) {
        let given = from_args(called).or_else(|| of_first_type(called));
        match given.filter(|it| it.words.last().is_none_or(|it| !GENERIC.contains(&&**it))) {
            Some(given) => return Some(given),
            None if first == "kill" && !called.args.is_empty() => return None,
            None => {}
        }
    }
    let is_container = !called.args.is_empty() && best.last().is_some_and(|it| CONTAINERS.contains(&&**it));
    if (is_actor && !OF_ACTORS.contains(&first)) || (is_container && OF_ELEMENTS.contains(&first)) {
        return from_args(called);
    }
    // A resolver resolves what it is given.
    if best.is_empty()
        && (is_agent(&by_name) || is_agent(&by_type))
        && let Some(given) = from_args(called)
    {
        return Some(given);
    }
    // What a reserver holds is none.
    if let [only] = &best[..]
        && (only.ends_with("er") || only.ends_with("or"))
        && !THINGS_IN_ER.contains(&&**only)
    {
        return None;
    }
    // A holder alone: of what, its package says.
    let mut is_whole = false;
    if best.is_empty() || (best.len() == 1 && GENERIC.contains(&&*best[0])) {
        let package = called.receiver_type.as_ref().map(|it| package_name(&it.0)).unwrap_or_default();
        let about = [&*package, own_package]
            .into_iter()
            .find(|it| says_something(it) && !["json", "xml"].contains(it) && !HOLDERS.contains(it));
        let is_read = ["read", "write", "copy", "encode", "decode", "print", "marshal", "unmarshal"].contains(&verb);
        // What a package writes to a file is all that it is about.
        is_whole = is_read && about == Some(own_package) && about != Some(&*package);
        if let Some(about) = about {
            let about = words_of_package(about);
            let noun = best.pop();
            let has_noun = |it: &String| about.iter().any(|word| word.contains(&**it));
            match noun {
                Some(noun) if has_noun(&noun) => best.push(noun),
                noun => {
                    best = about;
                    best.extend(noun.filter(|_| !is_read));
                }
            }
        }
    }
    plain(if is_whole { best } else { numbered(best, verb) })
}

/// The noun in the words of a name: without the holder at its end, short words spelled out.
fn noun(words: &[String]) -> Vec<String> {
    let mut words: Vec<String> = words.iter().map(|it| expanded(it)).collect();
    let goes =
        |it: &String| HOLDERS.contains(&&**it) || ["at", "to", "from", "for", "with", "in", "closer"].contains(&&**it);
    while words.len() > 1 && words.last().is_some_and(goes) {
        let is_lister = words.pop().is_some_and(|it| it == "lister");
        // A `PodNamespaceLister` lists pods.
        if is_lister && words.len() > 1 && words.last().is_some_and(|it| it == "namespace") {
            words.pop();
        }
    }
    if let [only] = &words[..]
        && (SERVANTS.contains(&&**only) || is_participle(only))
    {
        words.clear();
    }
    words
}

/// Without a last word that only says who does it: `writer` for `write`.
fn agentless(mut words: Vec<String>, verb: &str) -> Vec<String> {
    let verb = verb.split(' ').next().unwrap_or(verb);
    let stem = verb.strip_suffix('e').unwrap_or(verb);
    let is_agent = |it: &String| {
        it.starts_with(stem) && (it.ends_with("er") || it.ends_with("or"))
            || *it == *verb
            || (verb.starts_with("un") && verb.ends_with(&**it))
    };
    while words.last().is_some_and(is_agent) {
        words.pop();
    }
    if words.first().is_some_and(|it| *it == *verb) {
        words.remove(0);
    }
    words
}

/// One of them, unless the verb is about all.
fn numbered(mut words: Vec<String>, verb: &str) -> Vec<String> {
    let is_of_all = ["list", "iterate", "prune", "walk", "range", "watch"].iter().any(|it| verb.starts_with(it));
    if let Some(last) = words.last_mut().filter(|_| !is_of_all) {
        *last = singular(last);
    }
    words
}

/// The name that the package of an import path has by custom.
pub(super) fn package_name(path: &str) -> String {
    let is_version =
        |it: &str| it.strip_prefix('v').is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
    let last = path.rsplit('/').find(|it| !is_version(it)).unwrap_or(path);
    let last = last.split(".v").next().unwrap_or(last);
    last.trim_start_matches("go-").trim_end_matches("-go").trim_end_matches(".go").to_owned()
}

/// Whether the name of a package says what it is about.
pub(super) fn says_something(name: &str) -> bool {
    let small = name.to_lowercase();
    small.len() > 2
        && !SILENT.contains(&&*small)
        && !small.ends_with("util")
        && !small.ends_with("utils")
        && !small.ends_with("test")
        && !small.ends_with("helper")
}

fn words_of_package(name: &str) -> Vec<String> {
    let name = if name == "grpc" { "gRPC" } else { name };
    words(name)
}

/// Puts the package's name in front of an object that is a single generic noun.
pub(super) fn qualified<'a>(called: &Called<'a, '_>, verb: &str, object: &mut Vec<String>) {
    let package = package_name(&called.path);
    let is_own = called.cx.package().import_path().is_some_and(|it| it == called.path);
    let is_generic = matches!(&object[..], [only] if GENERIC.contains(&&**only));
    let is_format =
        FORMATS.contains(&&*package) && matches!(&object[..], [only] if only == "config" || only == "options");
    let stem = |it: &str| it.chars().take(5).collect::<String>();
    let stutters = verb.contains(&stem(&package)) || package.contains(&stem(verb));
    if is_generic && !is_format && !stutters && called.receiver.is_none() && !is_own && says_something(&package) {
        let mut words = words_of_package(&package);
        words.retain(|it| !object.contains(it));
        object.splice(0..0, words);
    }
}
