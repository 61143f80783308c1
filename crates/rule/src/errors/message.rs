//! Messages: what an operation that failed is called in the error that tells of it.

use std::collections::HashSet;

use gofix_syntax::{
    Kind, Node, Role, Token,
    ast::{AstNode, CallExpr, SelectorExpr},
};

use super::{
    called::Called,
    contract::{Contract, contract},
    object::{expanded, naming_literal},
    phrase::{Confidence, Phrase},
    results::func_name,
    style::{Family, Wrapper, around},
    value,
    words::words,
};
use crate::{Cx, Decline, Fix, Import, Need};

/// How messages are to be worded. The default follows the habits of the project.
#[derive(Clone, Default, Debug)]
pub struct Wording {
    /// How the words begin; as they do around the place, if none.
    pub family: Option<Family>,
    /// What wraps; what does around the place, if none.
    pub wrapper: Option<WrapFunc>,
    /// Whether values are quoted; as they are around the place, if none.
    pub quoted: Option<bool>,
    /// Which values are shown.
    pub values: Values,
    /// How many words a message may have; any number, if none.
    pub max_words: Option<usize>,
    /// Words that mark secrets, besides those that are known.
    pub secrets: Vec<String>,
    /// Words with which names of values end that may be shown, besides those that are known.
    pub id_names: Vec<String>,
    /// Verbs, besides those that are known.
    pub verbs: Vec<String>,
}

/// Which values messages show; never more than one.
#[derive(Copy, Clone, Default, PartialEq, Eq, Debug)]
pub enum Values {
    /// None, but where two messages would be the same.
    None,
    /// Those that name what the call was about, unless its error has them anyway.
    #[default]
    Ids,
    /// Those that people show most, too, though the error has them: paths and addresses.
    Auto,
}

/// A function that wraps errors.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum WrapFunc {
    /// That of a known package.
    Known(Wrapper),
    /// `Func` of a package: `pkg.Func(err, "…")`.
    Own {
        /// The import path.
        path: String,
        /// The name.
        name: String,
    },
}

/// The words of one error.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Message {
    /// A format, without `: %w`.
    pub format: String,
    /// The expressions for its verbs.
    pub values: Vec<String>,
    /// How sure it is that the words are right.
    pub confidence: Confidence,
}

/// The messages of one function. No two of them are the same.
pub struct Messages<'a, 'w> {
    cx: Cx<'a>,
    wording: &'w Wording,
    func: Node<'a>,
    taken: HashSet<String>,
}

impl<'a, 'w> Messages<'a, 'w> {
    /// For errors that `func`, a `FuncDecl` or `FuncLit`, returns. What it says already counts.
    pub fn new(cx: &Cx<'a>, func: Node<'a>, wording: &'w Wording) -> Messages<'a, 'w> {
        let literal = |it: Node<'a>| {
            super::style::literal(it).filter(|_| it.kind() == Kind::BasicLit && it.op() == Token::String)
        };
        let taken = func.descendants().filter_map(literal);
        let taken = taken.filter_map(|it| it.strip_suffix(": %w").or(Some(it))).map(str::to_owned).collect();
        Messages { cx: *cx, wording, func, taken }
    }

    /// The message for an error of `call` that is returned at `site`.
    ///
    /// # Errors
    /// There are no words for it, or no others than another message has.
    pub fn write(&mut self, call: CallExpr<'a>, site: Node<'a>) -> Result<Message, Decline> {
        let called = Called::new(&self.cx, call, self.wording).ok_or("what is called has no name")?;
        let around = around(&self.cx, site);
        let family = self.wording.family.unwrap_or_else(|| around.family());
        if family == Family::Func {
            let name = func_name(self.func).ok_or("the function has no name")?;
            return Ok(Message { format: name.to_owned(), values: Vec::new(), confidence: Confidence::High });
        }
        let mut phrase = Phrase::new(&called, site, self.cx.package().name());
        if self.wording.values == Values::None {
            phrase.value = None;
        }
        let too_long = |it: &Phrase| self.wording.max_words.is_some_and(|max| it.len() > max);
        if too_long(&phrase) {
            phrase.value = None;
        }
        if phrase.text().is_empty() || phrase.verb.is_empty() || too_long(&phrase) {
            phrase.confidence = Confidence::Low;
        }
        let message = self.unlike_others(
            &called,
            &phrase,
            (family, self.wording.quoted.unwrap_or_else(|| around.quotes())),
            site,
        );
        let message = message.ok_or("another message of the function has the same words")?;
        self.taken.insert(key(&message));
        Ok(message)
    }

    /// The first of these that no other message is: as it is, with a value, with a literal, with what is filled in, with the
    /// function's name in front.
    fn unlike_others(
        &self,
        called: &Called<'a, '_>,
        phrase: &Phrase,
        style: (Family, bool),
        site: Node<'a>,
    ) -> Option<Message> {
        let written = |phrase: &Phrase| written(phrase, style);
        let plain = written(phrase);
        if !self.taken.contains(&key(&plain)) {
            return Some(plain);
        }
        let with_value = || {
            let value = value::any_of(called, &phrase.object, site).filter(|_| phrase.value.is_none())?;
            Some(written(&Phrase { value: Some(value), ..phrase.clone() }))
        };
        let with_word = |word: String| {
            let mut object = phrase.object.clone();
            // `read env file`, but `get RDT param mbm_local_bytes`.
            let is_kind = matches!(&object[..], [only] if only == "file" || only == "directory");
            object.insert(if is_kind { 0 } else { object.len() }, word);
            written(&Phrase { object, value: None, ..phrase.clone() })
        };
        let is_new = |word: &String| !phrase.object.contains(word) && !phrase.object.contains(&expanded(word));
        let literal = || called.args.iter().filter_map(|it| naming_literal(*it)).find(is_new).map(with_word);
        let target = || target_name(called).filter(is_new).map(with_word);
        // In front of `failed to` it would read badly.
        let prefixed = || {
            if style.0 != Family::Bare {
                return None;
            }
            let name = words(func_name(self.func)?).join(" ");
            (!name.is_empty() && name != plain.format)
                .then(|| Message { format: format!("{name}: {}", plain.format), ..plain.clone() })
        };
        let others = [with_value(), literal(), target(), prefixed()];
        others.into_iter().flatten().find(|it| !self.taken.contains(&key(it)))
    }

    /// `err`, the error that is returned at `site`, wrapped with `message`; and the fix that adds the import.
    ///
    /// # Errors
    /// The package cannot be imported there.
    pub fn wrap(&self, message: &Message, err: &str, site: Node<'a>) -> Result<Wrapped<'a>, Decline> {
        wrap(&self.cx, message, err, site, &self.wrap_func(site))
    }

    /// `err`, an error of `call` that is to be returned at `site`: wrapped, if there are good words for it and callers do
    /// not look at errors as they are, else as it is; and what that needs.
    pub fn say(&mut self, call: Option<CallExpr<'a>>, err: &str, site: Node<'a>) -> (String, Option<Import<'a>>) {
        let is_compared = matches!(contract(&self.cx, self.func, &[]), Some((Contract::Identity, _)));
        let message = call.filter(|_| !is_compared).and_then(|it| self.write(it, site).ok());
        let message = message.filter(|it| it.confidence >= Confidence::Medium);
        match message.and_then(|it| self.wrap(&it, err, site).ok()) {
            Some(wrapped) => (wrapped.text, Some(wrapped.import)),
            None => (err.to_owned(), None),
        }
    }

    /// What wraps errors at `site`.
    pub fn wrap_func(&self, site: Node<'a>) -> WrapFunc {
        self.wording.wrapper.clone().unwrap_or_else(|| WrapFunc::Known(around(&self.cx, site).wrapper()))
    }
}

/// A phrase in a family, its value quoted or not.
fn written(phrase: &Phrase, (family, quoted): (Family, bool)) -> Message {
    let mut format = family.written(&phrase.text()).replace('%', "%%");
    let mut values = Vec::new();
    if let Some(value) = &phrase.value {
        if !value.noun.is_empty() {
            // `log in user %s`, but `get mounts for snapshot %s`.
            format.push_str(if phrase.object.is_empty() { " " } else { " for " });
            format.push_str(&value.noun.join(" "));
        }
        format.push_str(match (value.is_number, quoted) {
            (true, _) => " %d",
            (false, true) => " %q",
            (false, false) => " %s",
        });
        values.push(value.text.clone());
    }
    Message { format, values, confidence: phrase.confidence }
}

fn key(message: &Message) -> String {
    format!("{}{}", message.format, message.values.join(","))
}

/// An error wrapped with words.
#[derive(Clone, Debug)]
pub struct Wrapped<'a> {
    /// The expression.
    pub text: String,
    /// What it refers to.
    pub import: Import<'a>,
    /// By which function.
    pub by: WrapFunc,
}

impl Wrapped<'_> {
    /// Puts the expression in the place of `node`.
    pub fn replace(&self, fix: Fix, node: Node<'_>) -> Fix {
        fix.replace(node, self.text.clone()).imports(&self.import)
    }
}

/// `err` wrapped with `message` by `func`, or by `fmt.Errorf` if the package of `func` can only be imported under another name.
///
/// # Errors
/// The package cannot be imported at `site`.
pub fn wrap<'a>(
    cx: &Cx<'a>,
    message: &Message,
    err: &str,
    site: Node<'a>,
    func: &WrapFunc,
) -> Result<Wrapped<'a>, Decline> {
    let path = match func {
        WrapFunc::Known(wrapper) => wrapper.path(),
        WrapFunc::Own { path, .. } => path,
    };
    let import = cx.import(site, path);
    let is_spelled = |it: &Import<'_>| matches!(it.need(), Some(Need::Import { spelled: true, .. }));
    let import = match import {
        Ok(import) if path == "fmt" || !is_spelled(&import) => import,
        Err(reason) if path == "fmt" => return Err(reason),
        _ => return wrap(cx, message, err, site, &WrapFunc::Known(Wrapper::Fmt)),
    };
    let Message { format, values, .. } = message;
    let args: String = values.iter().map(|it| format!(", {it}")).collect();
    let words = || match values.is_empty() {
        true => format.clone(),
        false => format.rsplit_once(" %").map_or_else(|| format.clone(), |it| it.0.to_owned()),
    };
    let text = match func {
        WrapFunc::Known(Wrapper::Fmt | Wrapper::Xerrors) => {
            format!("{}(\"{format}: %w\"{args}, {err})", import.name("Errorf")?)
        }
        WrapFunc::Known(Wrapper::PkgErrors) if values.is_empty() => {
            format!("{}({err}, \"{}\")", import.name("Wrap")?, unescaped(format))
        }
        WrapFunc::Known(Wrapper::PkgErrors) => format!("{}({err}, \"{format}\"{args})", import.name("Wrapf")?),
        WrapFunc::Known(Wrapper::GoErrors) => {
            format!("{}({err}, \"{}\", 0)", import.name("WrapPrefix")?, unescaped(&words()))
        }
        WrapFunc::Own { name, .. } => format!("{}({err}, \"{}\")", import.name(name)?, unescaped(&words())),
    };
    Ok(Wrapped { text, import, by: func.clone() })
}

fn unescaped(format: &str) -> String {
    format.replace("%%", "%")
}

/// The name of the variable that a call fills in.
fn target_name<'a>(called: &Called<'a, '_>) -> Option<String> {
    let target = called
        .args
        .iter()
        .rev()
        .map(|it| it.unparen())
        .find(|it| it.kind() == Kind::UnaryExpr && it.op() == Token::And)?;
    let operand = target.child(Role::X)?.unparen();
    let name = operand.as_ident().or_else(|| SelectorExpr::cast(operand).map(|it| it.sel().text()))?;
    let words = words(name).join(" ");
    (!words.is_empty()).then_some(words)
}
