//! From a place to what stands there.

use gofix_rule::TextRange;
use gofix_rule::syntax::{Kind, Node, SourceFile, Token};

/// What stands at a place.
#[derive(Copy, Clone)]
pub(super) struct Found<'a> {
    pub(super) range: TextRange,
    pub(super) kind: &'static str,
    /// The innermost node around it.
    pub(super) node: Option<Node<'a>>,
}

/// What stands at an offset of a line, or follows it there.
pub(super) fn at(file: &SourceFile, offset: u32, line: TextRange) -> Found<'_> {
    let comment = file.comments().iter().find(|it| it.start <= offset && offset < it.end);
    if let Some(comment) = comment {
        return Found { range: *comment, kind: "comment", node: None };
    }
    // A token around the place, which may have begun on a line before, else the next one.
    let before = file.tokens_in(TextRange::new(0, file.text().len() as u32)).rev().find(|it| it.1.start <= offset);
    let around = before.filter(|it| offset < it.1.end);
    let (token, range) = around.unwrap_or_else(|| file.token_from(offset));
    let is_here = around.is_some() || range.start < line.end;
    if is_here && !matches!(token, Token::Eof | Token::Newline) {
        return Found { range, kind: kind_of(token), node: innermost(file, range) };
    }
    match file.comments().iter().find(|it| offset <= it.start && it.start < line.end) {
        Some(comment) => Found { range: *comment, kind: "comment", node: None },
        None => Found { range: TextRange::new(offset, offset), kind: "nothing", node: None },
    }
}

/// The names on a line; if there are none, what it begins with.
pub(super) fn of_line(file: &SourceFile, line: TextRange) -> Vec<Found<'_>> {
    let names = file.tokens_in(line).filter(|it| it.0 == Token::Ident);
    let names = names.map(|(token, range)| Found { range, kind: kind_of(token), node: innermost(file, range) });
    let names: Vec<Found<'_>> = names.collect();
    if names.is_empty() { vec![at(file, line.start, line)] } else { names }
}

fn kind_of(token: Token) -> &'static str {
    match token {
        Token::Ident | Token::Int | Token::Float | Token::Imag | Token::Char | Token::String | Token::Illegal => {
            token.text()
        }
        _ if token.is_keyword() => "keyword",
        Token::LParen | Token::LBrack | Token::LBrace | Token::RParen | Token::RBrack | Token::RBrace => "bracket",
        Token::Comma | Token::Period | Token::Colon | Token::Semicolon | Token::Ellipsis => "punctuation",
        _ => "operator",
    }
}

/// The node that a token is, else the innermost one around it. The type of a function starts in front of the function's
/// name and ends behind it, but does not have it.
fn innermost(file: &SourceFile, range: TextRange) -> Option<Node<'_>> {
    let holds = |it: &Node<'_>| it.start() <= range.start && range.end <= it.end();
    let is_name = |it: &Node<'_>| it.kind() == Kind::Ident && it.range() == range;
    file.nodes().rev().find(is_name).or_else(|| file.nodes().rev().find(holds))
}
