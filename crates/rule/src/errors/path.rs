//! What a path in the arguments of a call leads to, as its name tells.

use gofix_syntax::{
    Kind, Node,
    ast::{AstNode, CallExpr, SelectorExpr},
};

use super::{
    called::{self, Called},
    object::{HABITS, Object, expanded, is_mode, is_word, naming_literal, own_words, plain, trailing_name},
    words::singular,
};

/// `file`, `directory`: what a path in the arguments leads to.
pub(super) fn of_path<'a>(called: &Called<'a, '_>, kind: &str) -> Option<Object> {
    // Not the logger that some take in front of it.
    let is_text = |it: &&Node<'a>| called::is_string(&called.cx, **it);
    let mut args = called.args.iter().filter(|it| !is_mode(called, **it));
    let arg = args.clone().find(is_text).or_else(|| args.next())?.unparen();
    if let Some(literal) = joined_literal(called, arg) {
        let is_name = literal.contains('.') || literal.chars().all(|it| it.is_uppercase() || it == '_');
        let mut words = vec![literal];
        if !is_name && !kind.is_empty() {
            words.push(kind.to_owned());
        }
        return Some(Object { words, is_literal: true });
    }
    let is_dir_of = CallExpr::cast(arg)
        .is_some_and(|it| called::function(it).text() == "filepath.Dir" || called::function(it).text() == "path.Dir");
    if is_dir_of {
        return plain(vec!["parent".to_owned(), "directory".to_owned()]);
    }
    let arg = joined(arg).unwrap_or(arg);
    let mut words = trailing_name(arg).map(own_words).unwrap_or_default();
    // `names[i]`: one of them.
    if let Some(last) = words.last_mut().filter(|_| arg.unparen().kind() == Kind::IndexExpr) {
        *last = singular(last);
    }
    let kind = match words.last().map(String::as_str) {
        Some("file" | "filename") if kind.is_empty() => "file",
        Some("dir" | "directory") if kind.is_empty() => "directory",
        _ => kind,
    };
    while words.last().is_some_and(|it| {
        [
            "path",
            "file",
            "dir",
            "directory",
            "name",
            "filename",
            "fname",
            "fn",
            "dirname",
            "pathname",
            "fpath",
            "filepath",
            "loc",
            "location",
        ]
        .contains(&&**it)
    }) {
        words.pop();
    }
    let is_path = |it: &String| it.len() < 6 && it.ends_with("path");
    words.retain(|it| is_word(it) && !is_path(it));
    let mut words: Vec<String> = words.iter().map(|it| expanded(it)).collect();
    words.retain(|it| {
        ![
            "from",
            "to",
            "old",
            "new",
            "in",
            "out",
            "temporary",
            "source",
            "src",
            "dst",
            "dest",
            "target",
            "destination",
            "full",
            "abs",
            "the",
            "real",
            "string",
        ]
        .contains(&&**it)
    });
    if words.len() > 3 || words.iter().any(|it| HABITS.contains(&&**it)) || words.iter().any(|it| it.len() < 3) {
        words.clear();
    }
    if !kind.is_empty() && words.last().is_none_or(|it| it != kind) {
        words.push(kind.to_owned());
    }
    plain(words)
}

/// The last string literal in `filepath.Join(dir, "link")`, or the one that the argument is, if it reads like a name.
fn joined_literal<'a>(called: &Called<'a, '_>, arg: Node<'a>) -> Option<String> {
    match arg.kind() {
        Kind::CallExpr if called.cx.is_error(arg).is_no() => naming_literal(joined(arg)?),
        _ => naming_literal(arg),
    }
}

/// The last argument of `filepath.Join(…)`.
fn joined(arg: Node<'_>) -> Option<Node<'_>> {
    let call = CallExpr::cast(arg.unparen())?;
    let sel = SelectorExpr::cast(called::function(call)).map(|it| it.sel().text());
    (sel == Some("Join")).then(|| call.args().last()).flatten()
}
