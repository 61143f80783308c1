//! What a call does, in words: verb, object, value.

use std::{collections::HashMap, sync::LazyLock};

use gofix_syntax::Node;

use super::{
    called::{Called, is_string},
    lists::{List, list},
    object::{self, Object, is_participle},
    path,
    value::{self, Value},
    verbs::{self, Verb},
    words::{plural, words},
};

/// How sure it is that the words say what was done.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Confidence {
    /// They say little, or may say something wrong.
    Low,
    /// The verb is known, the object was found elsewhere than in the function's name.
    Medium,
    /// The function's name says it all.
    High,
}

/// What a call does: `get` `container` `%s`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Phrase {
    pub(super) verb: String,
    pub(super) object: Vec<String>,
    pub(super) value: Option<Value>,
    pub(super) confidence: Confidence,
}

/// By full name of a function: what it does.
static KNOWN: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
    let lines = include_str!("known.txt").lines().filter(|it| !it.starts_with('#'));
    lines.filter_map(|it| it.split_once(" = ")).collect()
});

/// Verbs that say nothing without an object in the name.
static WEAK: List = List::new(|| list("phrase/weak"));

/// Words behind which a name goes on with how, not what.
static PREPOSITIONS: List = List::new(|| list("phrase/prepositions"));

/// Words in names of functions that are written out: they are short for one thing alone.
const SPELLED_OUT: &[&str] = &[
    "addr", "cert", "cfg", "cmd", "conf", "conn", "ctr", "db", "dgst", "dir", "hdr", "img", "mgr", "mnt", "msg",
    "opts", "params", "req", "resp", "stmt", "svc", "txn", "vol",
];

impl Phrase {
    /// The words about `called`; `site` is where the error is returned, `own_package` the name of the package there.
    pub(super) fn new<'a>(called: &Called<'a, '_>, site: Node<'a>, own_package: &str) -> Phrase {
        if let Some(known) = KNOWN.get(&*called.full_name()) {
            return Phrase { verb: (*known).to_owned(), object: Vec::new(), value: None, confidence: Confidence::High };
        }
        let passed = called.passed_through();
        let mut name = words(passed.as_deref().unwrap_or(&called.name));
        if let Some(phrase) = of_err_method(called, own_package) {
            return phrase;
        }
        let converts = name.iter().skip(1).any(|it| it == "to");
        trim(&mut name, called);
        if converts
            && !name.iter().skip(1).any(|it| it == "to")
            && name.first().is_some_and(|it| verbs::verb(it).is_none())
        {
            return phrase("convert", name, Confidence::Low);
        }
        name.retain(|it| it != "any");
        // `tryLock`, `ensureRemoveAll`: what is tried.
        while name.len() > 1
            && ["try", "ensure", "maybe", "force", "must", "safe", "safely", "really", "actually"].contains(&&*name[0])
            && verbs::verb(&name[1]).is_some()
            && !(name.len() > 2 && verbs::is_thing(&name[1..]))
        {
            name.remove(0);
        }
        let by = drop_by(&mut name, called, site);
        let is_by = by.is_some();
        let mut phrase = of_words(&name, called, own_package);
        if phrase.value.is_none() && phrase.confidence > Confidence::Low && passed.is_none() {
            phrase.value = by.or_else(|| value::of_call(called, &phrase.object, site));
        }
        // `Login(loginID)`.
        if let Some(value) = phrase.value.as_mut().filter(|it| it.noun.concat() == phrase.verb.replace(' ', "")) {
            value.noun.clear();
        }
        // `stream.List()` of a decoder enters one, `ListEnd()` leaves it.
        let lists = called.has_value && !called.is_number || name.len() > 1 && name[1] != "end";
        if phrase.verb == "list" && !lists {
            phrase.confidence = Confidence::Low;
        }
        // `ListZonesByName`: zones, and not names.
        let how = phrase.object.iter().position(|it| PREPOSITIONS.contains(&&**it)).unwrap_or(phrase.object.len());
        if phrase.verb == "list"
            && let Some(last) = phrase.object[..how].last_mut()
        {
            *last = plural(last);
        }
        // `snapshotter.Remove(snapshotKey)` removes a snapshot.
        if let (Some(value), Some(last)) = (&mut phrase.value, phrase.object.last_mut())
            && let [noun] = &value.noun[..]
            && last.starts_with(&**noun)
        {
            *last = noun.clone();
            value.noun.clear();
        }
        for word in phrase.object.iter_mut().filter(|it| SPELLED_OUT.contains(&&***it)) {
            *word = object::expanded(word);
        }
        // `RegisterByGraphID(id, …)`: what, is not said.
        if is_by && name.len() == 1 && called.receiver.is_none_or(|_| phrase.confidence < Confidence::High) {
            phrase.confidence = Confidence::Low;
        }
        if phrase.len() > 6 {
            phrase.confidence = phrase.confidence.min(Confidence::Medium);
        }
        phrase
    }

    /// The number of its words.
    pub(super) fn len(&self) -> usize {
        self.verb.split(' ').count() + self.object.len() + self.value.as_ref().map_or(0, |it| it.noun.len() + 1)
    }

    /// `get container`.
    pub(super) fn text(&self) -> String {
        let verb = [self.verb.as_str()].into_iter().filter(|it| !it.is_empty());
        verb.chain(self.object.iter().map(String::as_str)).collect::<Vec<_>>().join(" ")
    }
}

fn phrase(verb: impl Into<String>, object: Vec<String>, confidence: Confidence) -> Phrase {
    Phrase { verb: verb.into(), object, value: None, confidence }
}

/// `rows.Err()`: what was going on when the error came.
fn of_err_method<'a>(called: &Called<'a, '_>, own_package: &str) -> Option<Phrase> {
    if called.name != "Err" || !called.args.is_empty() {
        return None;
    }
    let ty = called.receiver_type.as_ref().map_or("", |it| &it.1);
    let verb = match () {
        () if ty.ends_with("Scanner") => "scan",
        () if ty.ends_with("Rows") || ty.ends_with("Iterator") || ty.ends_with("Iter") => "iterate over",
        () => "read",
    };
    let object = object::infer(called, verb, own_package);
    let confidence = if object.is_some() && verb != "read" { Confidence::Medium } else { Confidence::Low };
    Some(phrase(verb, object.map(|it| it.words).unwrap_or_default(), confidence))
}

/// Takes from a name what says how, and not what.
fn trim<'a>(name: &mut Vec<String>, called: &Called<'a, '_>) {
    let cut_at = |name: &mut Vec<String>, word: &str| {
        if let Some(at) = name.iter().position(|it| it == word).filter(|it| *it > 0) {
            name.truncate(at);
        }
    };
    for word in ["if", "with", "without", "unless", "using", "when", "via"] {
        cut_at(name, word);
    }
    if called.has_context && name.last().is_some_and(|it| it == "context" || it == "ctx") && name.len() > 1 {
        name.pop();
    }
    static HOW: List = List::new(|| list("phrase/how"));
    // `MkdirAllAndChown`: what comes first failed, or what comes after it.
    if let [.., and, _] = &name[..]
        && and == "and"
        && name.len() > 3
    {
        name.truncate(name.len() - 2);
    }
    // `CreateDirAll`: with all that is above.
    if name.len() > 2 && name.last().is_some_and(|it| it == "all") && verbs::verb(&name[0]).is_some() {
        name.pop();
    }
    loop {
        let is_version =
            |it: &str| it.len() < 4 && it.starts_with(['V', 'v']) && it[1..].bytes().all(|b| b.is_ascii_digit());
        let goes = |it: &String| {
            HOW.contains(&&**it) || PREPOSITIONS.contains(&&**it) || (is_version(it) && called.name.len() > 4)
        };
        if name.len() < 2 || !name.last().is_some_and(goes) {
            break;
        }
        name.pop();
    }
}

/// `FindOrderByID(id)`: the value says by what.
fn drop_by<'a>(name: &mut Vec<String>, called: &Called<'a, '_>, site: Node<'a>) -> Option<Value> {
    let at = name.iter().position(|it| it == "by").filter(|it| *it > 0)?;
    let by: Vec<String> = name[at + 1..].to_vec();
    let found = value::of_call(called, &name[..at], site)?;
    let own = words(found.text.rsplit('.').next().unwrap_or(&found.text));
    let is_it = own.last() == by.last();
    is_it.then(|| {
        name.truncate(at);
        Value { noun: Vec::new(), ..found }
    })
}

fn of_words<'a>(name: &[String], called: &Called<'a, '_>, own_package: &str) -> Phrase {
    let Some(first) = name.first() else { return phrase("", Vec::new(), Confidence::Low) };
    static RARE: List = List::new(|| list("phrase/rarely-verbs"));
    let is_rare = name.len() > 1 && RARE.contains(&&**first);
    if called.has_value && (called.args.is_empty() || is_rare) && is_thing(name) {
        return phrase("get", name.to_vec(), Confidence::Medium);
    }
    // `fileExists`: what is asked.
    if called.is_bool && name.len() > 1 && name.last().is_some_and(|it| it == "exists" || it == "exist") {
        return phrase("check if", name.to_vec(), Confidence::Medium);
    }
    let own = called.wording.verbs.contains(first).then(|| Verb { phrase: first.clone(), is_complete: false });
    let converts = name.iter().position(|it| it == "to").filter(|it| *it > 1 && *it + 1 < name.len());
    if called.has_value && converts.is_some() && verbs::is_noun_too(first) {
        return phrase("convert", name.to_vec(), Confidence::Medium);
    }
    // `RouteAdd`, `LinkSetName`: the noun stands in front.
    if let [noun, verb, rest @ ..] = name
        && verbs::is_noun_too(noun)
        && match &**verb {
            "add" | "allocate" | "append" | "create" | "del" | "delete" | "remove" => true,
            "set" => !rest.is_empty(),
            "list" => rest.is_empty() && called.has_value,
            _ => false,
        }
        && let Some(verb) = verbs::verb(verb)
    {
        let object = [noun].into_iter().chain(rest).cloned().collect();
        return phrase(verb.phrase, object, Confidence::Medium);
    }
    if let Some(verb) = own.or_else(|| verbs::verb(first)) {
        return of_verb(verb, first, &name[1..], called, own_package);
    }
    let to = name.iter().position(|it| it == "to").filter(|it| *it > 0 && *it + 1 < name.len());
    if to.is_some() {
        return phrase("convert", name.to_vec(), Confidence::Medium);
    }
    // `httpGetRequest`, `SdNotify`: no noun, but a word that goes with it.
    if let [word, verb, rest @ ..] = name
        && match &**verb {
            "get" | "call" | "create" | "delete" | "remove" | "parse" => !rest.is_empty() && rest != ["all"],
            "notify" => rest.is_empty(),
            _ => false,
        }
        && !is_described(&name[..1])
    {
        let object = [word].into_iter().chain(rest).cloned().collect();
        return phrase(verb.clone(), object, Confidence::Medium);
    }
    if let Some((last, rest)) = name
        .split_last()
        .filter(|it| it.1.len() < 4 && !it.1.is_empty() && verbs::is_strong(it.0) && !is_described(it.1))
    {
        let verb = verbs::verb(last).map_or_else(|| last.clone(), |it| it.phrase);
        let says = !rest.iter().all(|it| is_participle(it));
        return phrase(verb, rest.to_vec(), if says { Confidence::Medium } else { Confidence::Low });
    }
    if PREPOSITIONS.contains(&&**first) {
        return phrase("", name[1..].to_vec(), Confidence::Low);
    }
    // `Exists`, `NeedsUserXAttr`: a verb that is asked for.
    if called.is_bool && first.ends_with('s') && !first.ends_with("ss") {
        return phrase("", name.to_vec(), Confidence::Low);
    }
    if called.is_bool && name.len() > 1 && name.last().is_some_and(|it| is_participle(it)) {
        return phrase("check if", name.to_vec(), Confidence::Medium);
    }
    // `NamespaceRequired`: what is got, and how.
    let name = match name.split_last() {
        Some((last, rest)) if !rest.is_empty() && is_participle(last) => rest,
        _ => name,
    };
    let is_method = called.receiver.is_some() || name.len() > 1 || called.args.is_empty();
    let is_noun = called.has_value
        && is_method
        && name.len() <= 4
        && !name.iter().any(|it| PREPOSITIONS.contains(&&**it))
        && !is_described(name);
    match (is_noun, &**first) {
        (true, "next" | "first" | "last" | "prev" | "previous" | "current" | "latest" | "raw" | "legacy")
            if name.len() == 1 =>
        {
            phrase("get", name.to_vec(), Confidence::Low)
        }
        (true, _) => phrase("get", name.to_vec(), Confidence::Medium),
        (false, _) => phrase("", name.to_vec(), Confidence::Low),
    }
}

/// Whether words in front of a noun or verb are no nouns: `already exists`, `really close`.
fn is_described(words: &[String]) -> bool {
    words.iter().any(|it| {
        [
            "already",
            "really",
            "maybe",
            "try",
            "not",
            "on",
            "pre",
            "post",
            "after",
            "before",
            "do",
            "should",
            "must",
            "always",
            "never",
            "force",
            "auto",
            "invalid",
            "valid",
            "unknown",
            "missing",
            "unsupported",
        ]
        .contains(&&**it)
            || it.ends_with("ly")
    })
}

fn is_thing(name: &[String]) -> bool {
    static ALONE: List = List::new(|| list("phrase/alone"));
    if name.len() == 1 { ALONE.contains(&&*name[0]) } else { verbs::is_thing(name) }
}

fn of_verb<'a>(verb: Verb, first: &str, rest: &[String], called: &Called<'a, '_>, own_package: &str) -> Phrase {
    let mut verb = verb;
    let mut rest = rest;
    // `MarshalBinary`, `DecodeBytes`: what, and not how.
    const FORMS: &[&str] =
        &["binary", "text", "bytes", "string", "JSON", "YAML", "XML", "TOML", "proto", "RLP", "SSZ", "append"];
    let is_form = matches!(rest, [only] if FORMS.contains(&&**only))
        && ["marshal", "unmarshal", "encode", "decode", "parse"].contains(&&*verb.phrase);
    if is_form && let Some(found) = object::infer(called, &verb.phrase, own_package) {
        return phrase(verb.phrase, found.words, Confidence::Medium);
    }
    // `SetUp`, `WaitFor`: the particle belongs to the verb.
    if let Some((particle, behind)) = rest.split_first() {
        if ["up", "down", "out", "off", "back", "over", "away"].contains(&&**particle) {
            verb = Verb { phrase: format!("{} {particle}", verb.phrase), is_complete: false };
            rest = behind;
        } else if verb.phrase.ends_with(&format!(" {particle}")) {
            rest = behind;
        }
    }
    match first {
        "is" if !rest.is_empty() && called.has_value => return phrase("check if", rest.to_vec(), Confidence::Medium),
        "is" | "can" | "should" | "must" => return phrase(verb.phrase, rest.to_vec(), Confidence::Low),
        "has" if !rest.is_empty() => return phrase("check for", rest.to_vec(), Confidence::Medium),
        "has" | "exists" | "do" if !rest.is_empty() => {}
        _ => {}
    }
    let is_path = rest.is_empty() || matches!(rest, [only] if ["file", "dir", "directory", "all"].contains(&&**only));
    // `ParseNormalized`: what, the package says.
    let is_path = is_path
        || (called.receiver.is_none() && first != "check" && rest.iter().all(|it| is_participle(it) || it == "named"));
    let mut found = match is_path {
        false => Object { words: rest.to_vec(), is_literal: false },
        true => match infer(&verb, first, rest, called, own_package) {
            Some(found) => found,
            None if verb.is_complete => return phrase(verb.phrase, Vec::new(), Confidence::High),
            None => return phrase(verb.phrase, rest.to_vec(), Confidence::Low),
        },
    };
    if !is_path {
        object::qualified(called, &verb.phrase, &mut found.words);
    }
    let says = !is_path || ["file", "directory"].contains(&found.words.last().map_or("", |it| it));
    let confidence = match () {
        () if is_path && WEAK.contains(&first) && !found.is_literal => Confidence::Low,
        () if ["do", "handle", "process"].contains(&first) && rest.is_empty() => Confidence::Low,
        () if found.words.len() > 5 => Confidence::Low,
        () if says && found.words.len() < 5 => Confidence::High,
        () => Confidence::Medium,
    };
    // `GetByID`, `transmitEncrypted`: what, is not said.
    static FROM: List = List::new(|| list("phrase/from"));
    let is_from = rest.first().is_some_and(|it| it == "from") && !FROM.contains(&first);
    let is_how = is_from
        // `advertiseMatchesCluster`: a sentence.
        || rest.first().is_some_and(|it| ["matches", "contains", "equals", "exists", "needs"].contains(&&**it))
        || rest.first().is_some_and(|it| ["by", "as", "of"].contains(&&**it))
        || matches!(rest, [only] if is_participle(only) || ["single", "multiple", "default", "latest", "next", "first", "last", "more", "one", "once", "now", "new", "self", "it", "here", "again", "legacy", "raw"].contains(&&**only));
    let confidence = if is_how && first != "check" { Confidence::Low } else { confidence };
    let is_able = matches!(rest, [only] if only.ends_with("able") && only != "table");
    // `MakeRelative`: how something becomes, not what.
    let is_state =
        matches!(rest, [only] if is_able || ["relative", "absolute", "private", "shared", "sure"].contains(&&**only));
    let confidence = if first == "make" && is_state { Confidence::Low } else { confidence };
    if first == "check" && (is_how || is_able) {
        return phrase("check if", found.words, Confidence::Medium);
    }
    // `createAndStart`: what, is not said.
    let is_open = rest.first().is_some_and(|it| (it == "and" || it == "or") && rest.len() < 3);
    let confidence = if is_open { Confidence::Low } else { confidence };
    // `DoRequest` sends one; all else is done.
    let verb =
        if first == "do" && !found.words.iter().any(|it| it == "request") { "do".to_owned() } else { verb.phrase };
    let confidence = if verb == "do" { Confidence::Low } else { confidence };
    phrase(verb, found.words, confidence)
}

/// `prompt prompting auth`, `authorize auth`, `mount mount label`.
fn stutters(verb: &str, word: &str) -> bool {
    let is_stem = |stem: &str, of: &str| stem.len() > 2 && of.starts_with(stem);
    is_stem(verb, word) || is_stem(word, verb)
}

/// The object of a verb that stands alone, or with no more than `file`, `dir`, `all`.
fn infer<'a>(verb: &Verb, first: &str, rest: &[String], called: &Called<'a, '_>, own_package: &str) -> Option<Object> {
    const OF_PATHS: &[&str] = &[
        "os",
        "io/ioutil",
        "io/fs",
        "syscall",
        "golang.org/x/sys/unix",
        "golang.org/x/sys/windows",
        "github.com/spf13/afero",
    ];
    let one = |it: &str| Some(Object { words: vec![it.to_owned()], is_literal: false });
    let is_dir = ["mkdir", "readdir", "rmdir", "chdir"].contains(&first);
    let is_file = matches!(rest, [only] if only == "file");
    if is_dir && rest.len() < 2 || matches!(rest, [only] if only.starts_with("dir")) {
        return path::of_path(called, "directory");
    }
    if is_file && !called.args.is_empty() {
        return path::of_path(called, "file");
    }
    let has_text = called.args.iter().any(|it| is_string(&called.cx, *it));
    // `Fsync(fd)`.
    if called.receiver.is_none() && !has_text && ["syscall", "golang.org/x/sys/unix"].contains(&&*called.path) {
        return match first {
            "close" | "dup" => one("file descriptor"),
            "fallocate" | "fchmod" | "fchown" | "fstat" | "fsync" | "ftruncate" | "pread" | "pwrite" | "read"
            | "write" => one("file"),
            _ => object::infer(called, &verb.phrase, own_package),
        };
    }
    if called.receiver.is_none() && has_text && OF_PATHS.contains(&&*called.path) {
        let kind = match first {
            "open" => "file",
            _ => "",
        };
        let fallback = match first {
            "create" | "open" | "truncate" | "rename" | "link" => "file",
            "remove" if rest.is_empty() => "file",
            "mount" | "unmount" => return object::infer(called, &verb.phrase, own_package),
            _ => "path",
        };
        return path::of_path(called, kind)
            .or_else(|| one(fallback))
            .filter(|_| !verb.is_complete && !called.args.is_empty());
    }
    if called.receiver.is_none() && called.path == "io" {
        return one("data");
    }
    if verb.is_complete {
        return None;
    }
    object::infer(called, &verb.phrase, own_package)
        .filter(|it| !it.words.first().is_some_and(|it| stutters(&verb.phrase, it)))
        .or_else(|| (first == "begin").then(|| one("transaction")).flatten())
}
