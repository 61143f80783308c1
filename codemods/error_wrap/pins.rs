//! Texts of errors that tests spell out.

use std::collections::HashSet;

use gofix_rule::{
    Cx,
    semantic::Workspace,
    syntax::{
        Kind, Node, Token,
        ast::{AstNode, CallExpr, FuncDecl},
    },
};

use super::callee;

/// How far into what a function calls its texts are looked for.
const DEPTH: usize = 2;

/// Parts of a text in front of its first verb that are shorter than this are no sign.
const SHORTEST: usize = 8;

/// Whether a test of the module spells out the text of an error that the called function makes, or one that it calls.
pub(super) fn is_pinned<'a>(cx: &Cx<'a>, call: CallExpr<'a>) -> bool {
    let Some(decl) = callee::declaration(cx, call) else { return false };
    let texts = texts(cx, decl);
    if texts.is_empty() {
        return false;
    }
    let spelled = cx.workspace().kept(Spelled::new);
    texts.iter().any(|it| spelled.has(it))
}

/// The texts that a function and those it calls make errors of.
fn texts<'a>(cx: &Cx<'a>, decl: FuncDecl<'a>) -> Vec<String> {
    let mut texts = Vec::new();
    let mut seen = HashSet::new();
    let mut todo = vec![(decl, DEPTH)];
    while let Some((decl, depth)) = todo.pop() {
        let body = decl.body().filter(|_| seen.insert((decl.node().file().id(), decl.node().id())));
        for call in body.into_iter().flat_map(Node::descendants).filter_map(CallExpr::cast) {
            if callee::creates(cx, call) {
                let literals =
                    call.args().map(Node::unparen).filter(|it| it.kind() == Kind::BasicLit && it.op() == Token::String);
                texts.extend(literals.map(|it| it.text().trim_matches(['"', '`']).to_owned()));
            } else if depth > 0 {
                todo.extend(callee::declaration(cx, call).map(|it| (it, depth - 1)));
            }
        }
    }
    texts
}

/// The string literals of all tests.
struct Spelled {
    literals: Vec<String>,
}

impl Spelled {
    fn new(ws: &Workspace) -> Spelled {
        let project = ws.project();
        let tests = (0..project.files().len() as u32).map(gofix_rule::FileId).filter(|it| {
            let file = project.file(*it);
            file.is_test() && !file.in_vendor()
        });
        let mut literals: Vec<String> = Vec::new();
        for file in tests.filter_map(|it| ws.file(it)) {
            let strings = file.nodes().filter(|it| it.kind() == Kind::BasicLit && it.op() == Token::String);
            let plain = strings.map(|it| it.text().trim_matches(['"', '`']).replace("\\\"", "\""));
            literals.extend(plain.filter(|it| it.len() >= SHORTEST));
        }
        literals.sort();
        literals.dedup();
        Spelled { literals }
    }

    /// Whether a literal is what a format makes: the format itself, or what begins as it does in front of its first verb.
    fn has(&self, format: &str) -> bool {
        let format = format.replace("\\\"", "\"");
        let is_there = |text: &str| self.literals.binary_search_by(|it| it.as_str().cmp(text)).is_ok();
        let Some((head, _)) = format.split_once('%') else { return is_there(&format) };
        let head = head.trim_end_matches(['"', '\'', ' ']);
        let at = self.literals.partition_point(|it| it.as_str() < head);
        head.len() >= SHORTEST && self.literals.get(at).is_some_and(|it| it.starts_with(head))
    }
}
