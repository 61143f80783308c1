//! Comparisons of an error with a sentinel.

use gofix_semantic::types::{Basic, Form};
use gofix_syntax::{
    Kind, Node, Role, Token,
    ast::{AstNode, BinaryExpr, CallExpr, FuncDecl, SelectorExpr},
};

use super::sentinel::{Sentinel, sentinel};
use crate::{Cx, Decline, Fix};

/// `x == S` or `x != S`, either way round.
#[derive(Clone, Debug)]
pub struct Comparison<'a> {
    /// All of it.
    pub expr: BinaryExpr<'a>,
    /// The error.
    pub x: Node<'a>,
    /// What it is compared with.
    pub sentinel: Sentinel<'a>,
}

impl<'a> Comparison<'a> {
    /// The comparison that `node` is. `Ok(None)`: it is none.
    ///
    /// # Errors
    /// An error is compared with something of which nothing is known.
    pub fn of(cx: &Cx<'a>, node: Node<'a>) -> Result<Option<Comparison<'a>>, Decline> {
        let Some(expr) = BinaryExpr::cast(node).filter(|it| matches!(it.node().op(), Token::Eql | Token::Neq)) else {
            return Ok(None);
        };
        for (x, y) in [(expr.x(), expr.y()), (expr.y(), expr.x())] {
            let is_left = x == expr.x();
            let is_error = || cx.is_error(x).is_yes() && !cx.resolve_expr(x.unparen()).is_universe("nil");
            if !may_be_sentinel(y) || !is_error() {
                continue;
            }
            // Of two variables of packages, the one that is assigned is the error; or else the left one.
            if is_left
                && may_be_sentinel(x)
                && let (Ok(Some(own)), Ok(Some(other))) = (sentinel(cx, x), sentinel(cx, y))
                && !own.varies(cx)
                && other.varies(cx)
            {
                continue;
            }
            if let Some(sentinel) = sentinel(cx, y)? {
                return Ok(Some(Comparison { expr, x, sentinel }));
            }
        }
        Ok(None)
    }

    /// Rewrites
    ///
    /// ```go
    /// err != io.EOF
    /// ```
    ///
    /// to
    ///
    /// ```go
    /// !errors.Is(err, io.EOF)
    /// ```
    ///
    /// where `is` is how `errors.Is` is called there.
    pub fn rewritten(&self, fix: Fix, is: &str) -> Fix {
        let (node, file) = (self.expr.node(), self.expr.node().file());
        let not = if node.op() == Token::Neq { "!" } else { "" };
        let (x, sentinel) = (self.x.unparen(), self.sentinel.expr);
        let has_comments = !file.comments_in(node.range()).is_empty();
        let is_plain = !has_comments && !node.text().contains('\n');
        if is_plain || self.x == self.expr.y() {
            return fix.replace(node, format!("{not}{is}({}, {})", x.text(), sentinel.text()));
        }
        let between = gofix_text::TextRange::new(self.expr.x().end(), self.expr.y().start());
        let Some((_, sign)) = file.tokens_in(between).find(|(it, _)| *it == node.op()) else {
            return fix.refuse("the comparison cannot be read");
        };
        let before = &file.text()[between.start as usize..sign.start as usize];
        let blank = (before.len() - before.trim_end_matches([' ', '\t']).len()) as u32;
        let sign = gofix_text::TextRange::new(sign.start - blank, sign.end);
        fix.insert_before(node, format!("{not}{is}(")).replace_range(file, sign, ",").insert_after(node, ")")
    }
}

/// Whether an expression looks like the name of a variable or constant of a package. This asks for no types.
fn may_be_sentinel(expr: Node<'_>) -> bool {
    let expr = expr.unparen();
    match SelectorExpr::cast(expr) {
        Some(it) => it.x().unparen().as_ident().is_some() && it.sel().text().starts_with(char::is_uppercase),
        None => expr.as_ident().is_some_and(|it| it != "nil"),
    }
}

/// A name for the variable, declared in the head of `stmt`, that says whether there is such an error: `ok`, unless the
/// statement means something else by that.
///
/// # Errors
/// No such name is free.
pub fn ok_name<'a>(cx: &Cx<'a>, stmt: Node<'a>) -> Result<String, Decline> {
    match stmt.descendants().any(|it| it.as_ident() == Some("ok") && it.role() != Role::Sel) {
        true => cx.fresh_name(&["found"], stmt),
        false => Ok("ok".to_owned()),
    }
}

/// Whether `node` is in a method by which errors say what they are: there the outermost error is what counts
/// (package errors: `Is`, `As`).
pub fn in_error_method(node: Node<'_>) -> bool {
    let decl = node.ancestors().find_map(FuncDecl::cast);
    decl.is_some_and(|it| it.recv().is_some() && matches!(it.name().text(), "Is" | "As" | "Unwrap"))
}

/// Whether a comparison may become a call that returns a `bool`: nothing gives it another type (spec: Comparison
/// operators yield an untyped boolean value).
pub fn becomes_bool<'a>(cx: &Cx<'a>, comparison: Node<'a>) -> bool {
    let is_bool = |it: Node<'a>| {
        let Some(types) = cx.types(it.file().id()) else { return false };
        matches!(types.form(types.type_of(it)), Form::Basic(Basic::Bool | Basic::UntypedBool))
    };
    let mut node = comparison;
    while let Some(parent) = node.parent() {
        match (parent.kind(), parent.op()) {
            (Kind::ParenExpr, _) | (Kind::UnaryExpr, Token::Not) => {}
            (Kind::BinaryExpr, _) => {
                let other = parent.children().find(|it| *it != node && matches!(it.role(), Role::X | Role::Y));
                if !other.is_some_and(is_bool) {
                    return false;
                }
                if !matches!(parent.op(), Token::LAnd | Token::LOr) {
                    // Comparing two boolean values is a comparison again.
                    return true;
                }
            }
            _ => break,
        }
        node = parent;
    }
    match node.parent().map(Node::kind) {
        Some(Kind::IfStmt | Kind::ForStmt) => true,
        Some(Kind::CaseClause) => node.ancestors().nth(2).is_some_and(|it| it.child(Role::Tag).is_none_or(is_bool)),
        // A function with a type parameter, or one of another type, may want another type.
        Some(Kind::CallExpr) if !node.parent().and_then(CallExpr::cast).is_some_and(|it| it.fun() != node) => false,
        _ => is_bool(comparison) && is_bool(node),
    }
}
