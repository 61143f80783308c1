//! The last look at a text before it counts: our own parser, then tree-sitter's second opinion.

use gofix_cst::{Construct, Known, Source, Verdict, second_opinion};
use gofix_syntax::{
    Kind, Node, Role, SourceFile, TextRange, Token,
    ast::{AstNode, CallExpr, FuncDecl, LabeledStmt, SelectorExpr},
};

use crate::apply::NewText;

/// Why a text must not be written.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(crate) struct Problem {
    /// The end of a sentence that starts with "the result".
    pub(crate) what: &'static str,
    /// Whether a rule made bad code, rather than code that was broken before.
    pub(crate) is_bug: bool,
}

/// The problem of a text, if it has one.
pub(crate) fn problem(before: &SourceFile, new: &NewText) -> Option<Problem> {
    let after = &new.file;
    if !same_errors(before, after) {
        return Some(Problem { what: "has a syntax error", is_bug: true });
    }
    if has_new_error(before, after) {
        // What it makes of a broken file is a matter of luck, and nobody's fault.
        let is_bug = before.errors().is_empty();
        return Some(Problem { what: "has a syntax error in the eyes of tree-sitter", is_bug });
    }
    None
}

fn has_new_error(before: &SourceFile, after: &SourceFile) -> bool {
    if !before.errors().is_empty() {
        // In a broken file tree-sitter's errors spread over text that an edit reaches into. So they are only counted.
        let count = |file: &SourceFile| gofix_cst::errors(file.text()).map(|it| it.len());
        return count(after).zip(count(before)).is_some_and(|(after, before)| after > before);
    }
    let known = |file: &SourceFile| -> Vec<Known> { file.nodes().filter_map(known_construct).collect() };
    let (known_before, known_after) = (known(before), known(after));
    let before = Source { text: before.text(), known: &known_before };
    let after = Source { text: after.text(), known: &known_after };
    matches!(second_opinion(before, after), Verdict::NewErrors(_))
}

/// Whether a new file can be parsed.
pub(crate) fn is_valid(text: &str) -> bool {
    SourceFile::parse(text).errors().is_empty()
}

/// Whether the same declarations are broken in the same way.
fn same_errors(before: &SourceFile, after: &SourceFile) -> bool {
    let messages = |file: &SourceFile| -> Vec<String> { file.errors().iter().map(|it| it.message.clone()).collect() };
    after.errors().is_empty() || messages(before) == messages(after)
}

/// What tree-sitter is known not to parse.
fn known_construct(node: Node<'_>) -> Option<Known> {
    let (construct, range) = match node.kind() {
        Kind::CallExpr => {
            let call = CallExpr::cast(node)?;
            let (fun, arg) = (call.fun(), call.args().next()?);
            (fun.as_ident() == Some("new") && !is_named_or_type(arg)).then_some((Construct::NewOfValue, fun.range()))?
        }
        Kind::FuncDecl => {
            let func = FuncDecl::cast(node)?;
            let params = func.recv().and_then(|_| func.func_type().type_params())?;
            (Construct::MethodTypeParams, params.range())
        }
        Kind::LabeledStmt => {
            let (outer, inner) = (LabeledStmt::cast(node)?, LabeledStmt::cast(node.child(Role::Stmt)?)?);
            let last = inner.stmt().kind() == Kind::EmptyStmt && node.next_sibling().is_none();
            let (colon, range) = node.file().token_from(outer.label().end());
            let place = TextRange::new(node.start(), range.end);
            (last && colon == Token::Colon).then_some((Construct::LabelOfLabel, place))?
        }
        Kind::SelectorExpr => {
            let x = SelectorExpr::cast(node)?.x();
            x.kind().is_type_literal().then_some((Construct::SelectorOfType, x.range()))?
        }
        _ => return None,
    };
    Some(Known { range, construct })
}

/// Whether tree-sitter takes an argument of `new` for a type: `T`, `p.T`, `[]T`, `*[]T`, `T[[]U]`. What stands for it
/// where it is covered must be an expression, so type literals must not be.
fn is_named_or_type(mut arg: Node<'_>) -> bool {
    let is_name = |it: Node<'_>| it.kind() == Kind::Ident;
    if is_name(arg) || SelectorExpr::cast(arg).is_some_and(|it| is_name(it.x())) {
        return true;
    }
    while let Kind::StarExpr | Kind::ParenExpr = arg.kind()
        && let Some(x) = arg.child(Role::X)
    {
        arg = x;
    }
    let has_args = matches!(arg.kind(), Kind::IndexExpr | Kind::IndexListExpr);
    arg.kind().is_type_literal() || has_args && arg.children().skip(1).any(|it| it.kind().is_type_literal())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_constructs_are_found() {
        for construct in Construct::ALL {
            let (text, range) = construct.example();
            let file = SourceFile::parse(text);
            assert_eq!(file.errors(), []);
            let found: Vec<Known> = file.nodes().filter_map(known_construct).collect();
            assert_eq!(found, [Known { range, construct }]);
        }
    }

    #[test]
    fn no_argument_of_new_is_an_error() {
        let args = "T p.T (T) *T []T *[]T **[]T ([]T) map[K]V T[U] T[[]U] T[A,B] T[A,[]B] func() 1 (1) -x &x *x *f() x.y.z x[0] \
                    x[i+1] x[1:2] x.(T) f() f().x T{1} []T{1} []T{1}[0] struct{}{} func(){} x==y !x (*p).x []byte(x) make([]T,3)";
        for arg in args.split_whitespace() {
            let text = format!("package p\n\nvar x = new({arg})\n");
            let file = SourceFile::parse(text.as_str());
            assert_eq!(file.errors(), [], "{arg}");
            let known: Vec<Known> = file.nodes().filter_map(known_construct).collect();
            let after = Source { text: &text, known: &known };
            assert_eq!(second_opinion(Source::plain("package p\n"), after), Verdict::Fine, "{arg}");
        }
    }
}
