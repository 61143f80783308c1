//! Who looks for words in the text of an error.

use std::collections::HashSet;

use gofix_rule::{
    Cx, Decline, FileId, Spelling,
    semantic::{
        Workspace,
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

/// Nor, farther than this, anybody who looks for what is not known.
const NEAR: u32 = 4;

/// Declines if somebody who gets the error that `call` makes compares its text, or looks for something in it, that stands in
/// one of `texts`, as it is or as it is to be. What is not known may be any literal of the module.
pub(super) fn at_neither<'a>(cx: &Cx<'a>, call: CallExpr<'a>, texts: &[&str]) -> Result<(), Decline> {
    let has_verbs = cx.resolve_expr(call.fun().unparen()).is_external("fmt", "Errorf");
    let pieces: Vec<&str> = texts.iter().flat_map(|it| pieces(it, has_verbs)).collect();
    let found = cx.error_flow().consumers_of_call(call.node(), FAR);
    let looks = found.iter().filter(|it| matches!(it.look, Look::Text | Look::TextPart));
    let minds = |it: &&Consumer| match wanted_by(cx, it) {
        Some(wanted) => wanted.iter().any(|wanted| is_in(wanted, &pieces)),
        None => it.hops <= NEAR && pieces.iter().any(|it| cx.workspace().kept(Literals::new).begin_or_end(it)),
    };
    match looks.into_iter().find(minds) {
        Some(first) => Err(first.sentence(cx.workspace()).into()),
        None => Ok(()),
    }
}

/// Whether a text is in one of the pieces, or has one of them in it.
fn is_in(wanted: &str, pieces: &[&str]) -> bool {
    let says = |it: &str| it.contains(char::is_alphanumeric);
    !wanted.is_empty() && pieces.iter().any(|it| it.contains(wanted) || (says(it) && wanted.contains(*it)))
}

/// What the string literals of the module say, but for those that errors are made of.
struct Literals(HashSet<String>);

impl Literals {
    fn new(ws: &Workspace) -> Literals {
        let mut texts = HashSet::new();
        let project = ws.project();
        let own = (0..project.files().len() as u32).map(FileId).filter(|it| !project.file(*it).in_vendor());
        for file in own.filter_map(|it| ws.file(it)) {
            let strings = file.nodes().filter(|it| it.kind() == Kind::BasicLit && it.op() == Token::String);
            let spelled = strings.filter(|it| !makes_error(*it)).filter_map(Spelling::of);
            texts.extend(spelled.filter_map(|it| it.text().map(str::to_owned)));
        }
        Literals(texts)
    }

    /// Whether a text begins or ends as one of them says.
    fn begin_or_end(&self, text: &str) -> bool {
        /// Shorter ones say nothing.
        const SHORTEST: usize = 3;
        let cuts = text.char_indices().map(|it| it.0).chain([text.len()]);
        cuts.into_iter().any(|at| {
            let (head, tail) = text.split_at(at);
            [head, tail].into_iter().any(|it| it.len() >= SHORTEST && self.0.contains(it))
        })
    }
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
fn wanted_by<'a>(cx: &Cx<'a>, consumer: &Consumer) -> Option<Vec<String>> {
    let file = cx.workspace().file(consumer.file)?;
    let node = file.nodes().find(|it| it.range() == consumer.range && it.kind().is_expr())?;
    Some(wanted(cx, node)).filter(|it| !it.is_empty())
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
