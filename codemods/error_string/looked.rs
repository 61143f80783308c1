//! Who looks for words in the text of an error.

use gofix_rule::{
    Cx, Decline, Spelling,
    semantic::{
        error_flow::{Consumer, Look},
        types::Value,
    },
    syntax::{
        Kind, Node, Role, Token,
        ast::{AstNode, CallExpr, SelectorExpr},
    },
};

/// Farther than this nobody is looked for.
const FAR: u32 = 24;

/// Declines if somebody who gets the error that `call` makes compares its text, or looks for something in it, that stands in
/// one of `texts`, as it is or as it is to be. What is looked for may be a literal elsewhere.
pub(super) fn at_neither<'a>(cx: &Cx<'a>, call: CallExpr<'a>, texts: &[&str]) -> Result<(), Decline> {
    let has_verbs = cx.resolve_expr(call.fun().unparen()).is_external("fmt", "Errorf");
    let pieces: Vec<&str> = texts.iter().flat_map(|it| pieces(it, has_verbs)).collect();
    let found = cx.error_flow().consumers_of_call(call.node(), FAR);
    let looks = found.iter().filter(|it| matches!(it.look, Look::Text | Look::TextPart));
    let minds = |it: &&Consumer| match wanted_by(cx, it) {
        wanted if wanted.is_empty() => is_spelled(cx, call, &pieces),
        wanted => wanted.iter().any(|wanted| is_in(wanted, &pieces)),
    };
    match looks.into_iter().find(minds) {
        Some(first) => Err(first.sentence(cx.workspace()).into()),
        None => Ok(()),
    }
}

/// Whether a text is in one of the pieces, or has one of them in it.
fn is_in(wanted: &str, pieces: &[&str]) -> bool {
    let says = |it: &str| it.contains(char::is_alphanumeric);
    pieces.iter().any(|it| it.contains(wanted) || (says(it) && wanted.contains(*it)))
}

/// Whether a piece begins or ends with what a literal elsewhere says that makes no error.
fn is_spelled<'a>(cx: &Cx<'a>, call: CallExpr<'a>, pieces: &[&str]) -> bool {
    /// Shorter ones say nothing.
    const SHORTEST: usize = 3;
    let is_word = |it: &&str| !it.is_empty();
    let words = |piece: &'_ str| -> Vec<String> {
        let mut words = piece.split(|it: char| !it.is_alphanumeric() && it != '_').filter(is_word);
        words.next().into_iter().chain(words.next_back()).map(str::to_owned).collect()
    };
    pieces.iter().any(|piece| {
        words(piece).iter().flat_map(|it| cx.workspace().textual_mentions(it)).any(|(id, range)| {
            let Some(file) = cx.workspace().file(id) else { return true };
            let literal = file.nodes().find(|it| it.range() == range && it.kind() == Kind::BasicLit);
            let literal = literal.filter(|it| !call.node().contains(*it) && !makes_error(*it));
            let spelled = literal.and_then(Spelling::of);
            let said = spelled.as_ref().and_then(Spelling::text).filter(|it| it.len() >= SHORTEST);
            said.is_some_and(|it| piece.starts_with(it) || piece.ends_with(it) || it.contains(*piece))
        })
    })
}

/// Whether a literal is what an error is made of.
fn makes_error(literal: Node<'_>) -> bool {
    let is_part = |it: &Node<'_>| matches!(it.kind(), Kind::BinaryExpr | Kind::ParenExpr);
    let whole = literal.ancestors().take_while(is_part).last().unwrap_or(literal);
    let call = whole.parent().and_then(CallExpr::cast).filter(|it| it.args().next() == Some(whole));
    call.is_some_and(|it| matches!(it.fun().text(), "errors.New" | "fmt.Errorf"))
}

/// What a text says itself, between its verbs.
fn pieces(text: &str, has_verbs: bool) -> Vec<&str> {
    if !has_verbs {
        return vec![text];
    }
    let behind_verb = |it: &'_ str| it.find(|it: char| it.is_ascii_alphabetic() || it == '%').map_or(0, |it| it + 1);
    let mut parts = text.split('%');
    let first = parts.next();
    first.into_iter().chain(parts.map(|it| &it[behind_verb(it)..])).collect()
}

/// The constant texts that a consumer looks for; none if that is not known.
fn wanted_by<'a>(cx: &Cx<'a>, consumer: &Consumer) -> Vec<String> {
    let Some(file) = cx.workspace().file(consumer.file) else { return Vec::new() };
    let node = file.nodes().find(|it| it.range() == consumer.range);
    let mut wanted = node.map(|it| wanted(cx, it)).unwrap_or_default();
    wanted.retain(|it| !it.is_empty());
    wanted
}

/// The constant texts that an error's text is held against at a place.
fn wanted<'a>(cx: &Cx<'a>, at: Node<'a>) -> Vec<String> {
    let is_look = |it: &Node<'a>| match it.kind() {
        Kind::BinaryExpr => matches!(it.op(), Token::Eql | Token::Neq),
        Kind::CallExpr => CallExpr::cast(*it).is_some_and(|it| !is_text(it) && !is_of_fmt(it)),
        Kind::CaseClause => true,
        _ => false,
    };
    let is_value = at.parent().is_some_and(|it| it.kind() == Kind::CaseClause);
    let whole = if is_value { Some(at) } else { [at].into_iter().chain(at.ancestors()).find(is_look) };
    let parts = whole.into_iter().flat_map(|it| [it].into_iter().chain(it.descendants()));
    let text = |it: Node<'a>| match cx.const_value(it)? {
        Value::Str(text) => String::from_utf8(text.to_vec()).ok(),
        _ => None,
    };
    parts.filter(|it| it.kind().is_expr() && it.role() != Role::Sel).filter_map(text).collect()
}

/// Whether it is `err.Error()`.
fn is_text(call: CallExpr<'_>) -> bool {
    SelectorExpr::cast(call.fun().unparen()).is_some_and(|it| it.sel().text() == "Error")
        && call.args().next().is_none()
}

/// Whether it prints: what is held against it stands in a comment.
fn is_of_fmt(call: CallExpr<'_>) -> bool {
    SelectorExpr::cast(call.fun().unparen()).is_some_and(|it| it.x().text() == "fmt")
}
