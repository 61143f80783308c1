//! Comparisons of the text of an error.

use gofix_rule::{
    Cx,
    errors::{Sentinel, sentinel},
    flow::Origin,
    semantic::types::{Callee, Value},
    syntax::{
        Kind, Node, Token,
        ast::{AstNode, CallExpr, SelectorExpr},
    },
};

/// How a text is compared.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(super) enum How {
    /// `==`, `!=`.
    Whole,
    /// `strings.Contains`.
    Part,
    /// `strings.HasPrefix`.
    Start,
    /// `strings.HasSuffix`.
    End,
    /// Whatever the case of its letters.
    Folded,
}

impl How {
    /// Whether a comparison with `text` holds for an error with the text `whole`.
    pub(super) fn holds(self, whole: &str, text: &str) -> bool {
        match self {
            How::Whole => whole == text,
            How::Part => whole.contains(text),
            How::Start => whole.starts_with(text),
            How::End => whole.ends_with(text),
            How::Folded => whole.to_lowercase().contains(&text.to_lowercase()),
        }
    }
}

/// What it is compared with.
#[derive(Debug)]
pub(super) enum Text<'a> {
    /// `ErrGone.Error()`.
    Of(Sentinel<'a>),
    /// `other.Error()`.
    OfVariable,
    /// A constant.
    Constant(String),
}

/// A comparison of the text of an error.
#[derive(Debug)]
pub(super) struct Compared<'a> {
    /// All of it.
    pub(super) node: Node<'a>,
    /// The error.
    pub(super) error: Node<'a>,
    pub(super) how: How,
    pub(super) text: Text<'a>,
    /// Whether it holds for other texts.
    pub(super) is_negated: bool,
    /// Whether the text is that of a variable, which holds the text of the error.
    pub(super) is_kept: bool,
}

impl<'a> Compared<'a> {
    /// The comparison that `node` is. None if it is something else, or compares with what is not known.
    pub(super) fn of(cx: &Cx<'a>, node: Node<'a>) -> Option<Compared<'a>> {
        let (x, y, how, is_negated) = operands(cx, node)?;
        let sides: &[_] = if node.kind() == Kind::BinaryExpr { &[(x, y), (y, x)] } else { &[(x, y)] };
        sides.iter().find_map(|(x, y)| Compared::with(cx, node, (*x, *y), how, is_negated))
    }

    fn with(cx: &Cx<'a>, node: Node<'a>, (x, y): (Node<'a>, Node<'a>), how: How, is_negated: bool) -> Option<Self> {
        let (x, y) = (x.unparen(), y.unparen());
        let (lowered, is_lowered) = lowered(cx, x);
        let how = if is_lowered { How::Folded } else { how };
        let (error, is_kept) = text_of(cx, lowered)?;
        let other = CallExpr::cast(y).and_then(|it| error_of(cx, it));
        let text = match (other, cx.const_value(y)) {
            (Some(other), _) => match sentinel(cx, other).ok().flatten() {
                Some(it) => Text::Of(it),
                None => Text::OfVariable,
            },
            // No text at all is no error of its own.
            (None, Some(Value::Str(bytes))) if !bytes.is_empty() => {
                Text::Constant(String::from_utf8(bytes.to_vec()).ok()?)
            }
            _ => return None,
        };
        // Of `ErrGone.Error() == err.Error()`, the first is what is looked for.
        let is_sentinel = matches!(sentinel(cx, error), Ok(Some(_)));
        if is_sentinel && !matches!(text, Text::Of(_)) {
            return None;
        }
        Some(Compared { node, error, how, text, is_negated, is_kept })
    }
}

/// Both sides, and how they are compared.
fn operands<'a>(cx: &Cx<'a>, node: Node<'a>) -> Option<(Node<'a>, Node<'a>, How, bool)> {
    use gofix_rule::syntax::Role::{X, Y};
    let Some(call) = CallExpr::cast(node) else {
        let is_negated = node.op() == Token::Neq;
        let is_comparison = node.kind() == Kind::BinaryExpr && (is_negated || node.op() == Token::Eql);
        return is_comparison.then(|| Some((node.child(X)?, node.child(Y)?, How::Whole, is_negated))).flatten();
    };
    let name = SelectorExpr::cast(call.fun().unparen()).map_or(call.fun().unparen(), SelectorExpr::sel).text();
    let how = match name {
        "Contains" => How::Part,
        "HasPrefix" => How::Start,
        "HasSuffix" => How::End,
        "EqualFold" => How::Folded,
        _ => return None,
    };
    let mut args = call.args();
    let (x, y) = (args.next()?, args.next()?);
    is_of_strings(cx, call).then_some((x, y, how, false))
}

fn is_of_strings<'a>(cx: &Cx<'a>, call: CallExpr<'a>) -> bool {
    matches!(cx.callee(call), Callee::Func { path, .. } if &*path == "strings")
}

/// The argument of `strings.ToLower(…)` and its like.
fn lowered<'a>(cx: &Cx<'a>, expr: Node<'a>) -> (Node<'a>, bool) {
    let changed = CallExpr::cast(expr).filter(|it| {
        let name = SelectorExpr::cast(it.fun().unparen()).map_or("", |it| it.sel().text());
        matches!(name, "ToLower" | "ToUpper") && is_of_strings(cx, *it)
    });
    match changed.and_then(|it| it.args().next()) {
        Some(inner) => (inner.unparen(), true),
        None => (expr, false),
    }
}

/// The error whose text an expression is, and whether it is a variable that holds the text.
fn text_of<'a>(cx: &Cx<'a>, expr: Node<'a>) -> Option<(Node<'a>, bool)> {
    if let Some(call) = CallExpr::cast(expr) {
        return error_of(cx, call).map(|it| (it, false));
    }
    let is_local = cx.resolve(expr).def().is_some_and(|it| it.is_variable() && !it.is_package_level());
    if expr.as_ident().is_none() || !is_local {
        return None;
    }
    match cx.facts(expr)?.origin(expr)? {
        Origin::Call { call, result: 0 } => error_of(cx, call).map(|it| (it, true)),
        _ => None,
    }
}

/// `err` of `err.Error()`, if it is of the type `error`.
pub(super) fn error_of<'a>(cx: &Cx<'a>, call: CallExpr<'a>) -> Option<Node<'a>> {
    let method = SelectorExpr::cast(call.fun().unparen())?;
    let is_it = method.sel().text() == "Error" && call.args().next().is_none();
    (is_it && cx.is_error(method.x()).is_yes()).then(|| method.x())
}
