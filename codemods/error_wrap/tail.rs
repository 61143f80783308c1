//! `return f(x)`, where that is asked for: what the call returns gets names, so that its error can be wrapped.

use gofix_rule::{
    Cx, Decline, Fix, TextRange,
    errors::{self, Messages, ResultSlot, Wrapped},
    flow::{self, Local},
    semantic::types::{Callee, Form, Ty, Types},
    syntax::{
        Kind, Node, Role,
        ast::{AstNode, CallExpr, FuncDecl, ReturnStmt},
    },
};

use super::{
    callee, consumers, deferred,
    site::{Advice, Site},
};

/// The call that is all that a statement returns, unless it makes an error or is no call of a function.
pub(super) fn of<'a>(cx: &Cx<'a>, stmt: ReturnStmt<'a>) -> Option<CallExpr<'a>> {
    let mut values = stmt.results();
    let call = CallExpr::cast(values.next()?.unparen()).filter(|_| values.next().is_none())?;
    let is_other = matches!(cx.callee(call), Callee::Conversion(_) | Callee::Builtin(_));
    (!is_other && !callee::creates(cx, call)).then_some(call)
}

/// Rewrites
///
/// ```go
/// return load(name)
/// ```
///
/// to
///
/// ```go
/// table, err := load(name)
/// if err != nil {
///     return nil, fmt.Errorf("load table %s: %w", name, err)
/// }
/// return table, nil
/// ```
///
/// and where there is but an error to
///
/// ```go
/// if err := remove(name); err != nil {
///     return fmt.Errorf("remove %s: %w", name, err)
/// }
/// return nil
/// ```
pub(super) fn advise<'a>(
    site: &Site<'a, '_>,
    call: CallExpr<'a>,
    messages: &mut Messages<'a, '_>,
    known: &mut consumers::Kept,
) -> Result<Advice, Decline> {
    let (cx, node) = (&site.cx, site.stmt.node());
    has_same_results(site, call)?;
    is_last(node)?;
    if callee::declaration(cx, call).is_some_and(|it| it.node() == site.func) {
        return Err("the function calls itself, and would say the same at each turn".into());
    }
    deferred::looks_at_values(site)?;
    let names = Names::new(site, call)?;
    let values = failed_values(site, call, &names)?;
    if !cx.is_universe("nil", node).is_yes() {
        return Err("nil means something else here".into());
    }
    let worded = match site.worded(call.node(), &names.err, call, messages, known)? {
        Ok(it) => it,
        Err(note) => return Ok(Advice::Note(note)),
    };
    let shown = || worded.message.values.iter().map(String::as_str).chain(values.iter().map(String::as_str));
    let is_hidden = |text: &str| names.all().any(|it| it != text && mentions(text, it));
    let wraps_by = worded.wrapped.text.split('(').next().unwrap_or_default();
    if shown().any(is_hidden) || worded.message.values.iter().any(|it| names.all().any(|own| own == it)) {
        return Err("the call changes what its message would show".into());
    }
    if names.all().any(|it| mentions(wraps_by, it)) {
        return Err("what wraps has the name of a result".into());
    }
    Ok(Advice::Fix(Ok(fix(node, call, &names, values, &worded.wrapped))))
}

/// The edits: what other than the error is returned with it are `values`.
fn fix<'a>(node: Node<'a>, call: CallExpr<'a>, names: &Names, mut values: Vec<String>, wrapped: &Wrapped<'a>) -> Fix {
    let file = node.file();
    let (err, sign) = (&names.err, if names.are_new { ":=" } else { "=" });
    values.push(wrapped.text.clone());
    let failed = format!("return {}", values.join(", "));
    let all: Vec<&str> = names.all().collect();
    let targets = if names.values.is_empty() { format!("if {err}") } else { all.join(", ") };
    let before = TextRange::new(node.start(), call.node().start());
    let behind = TextRange::new(call.node().end(), node.end());
    let fix = Fix::review().replace_range(file, before, format!("{targets} {sign} ")).imports(&wrapped.import);
    if names.values.is_empty() {
        let head = fix.replace_range(file, behind, format!("; {err} != nil {{"));
        return head.insert_after_stmt(node, [&failed, "}", "return nil"]);
    }
    let test = format!("if {err} != nil {{");
    let done = format!("return {}, nil", names.values.join(", "));
    fix.replace_range(file, behind, "").insert_after_stmt(node, [&test, &failed, "}", &done])
}

/// Declines if the call returns anything else than what the function does: a value may become another one by being
/// assigned (spec: Assignability).
fn has_same_results<'a>(site: &Site<'a, '_>, call: CallExpr<'a>) -> Result<(), Decline> {
    site.returns_error()?;
    let types = site.cx.types(call.node().file().id()).ok_or("the type of the result is not known")?;
    let ty = types.type_of(call.node());
    let given = match types.form(ty) {
        Form::Tuple(all) => all,
        _ => vec![ty],
    };
    let mut pairs = given.iter().zip(&site.results);
    let is_same = given.len() == site.results.len() && pairs.all(|it| types.identical(*it.0, it.1.ty).is_yes());
    if is_same { Ok(()) } else { Err("the call returns other types than the function".into()) }
}

/// Declines if a label leads to the statement, or to others behind it: no `goto` may get past a declaration (spec: Goto
/// statements).
fn is_last(node: Node<'_>) -> Result<(), Decline> {
    let is_in_list =
        node.parent().is_some_and(|it| matches!(it.kind(), Kind::BlockStmt | Kind::CaseClause | Kind::CommClause));
    match is_in_list && node.next_sibling().is_none() {
        true => Ok(()),
        false => Err("the statement has a label, or others behind it".into()),
    }
}

/// What the results of a call are called.
struct Names {
    /// All but the error.
    values: Vec<String>,
    err: String,
    /// Whether they are declared; else they are the results of the function.
    are_new: bool,
}

impl Names {
    fn new<'a>(site: &Site<'a, '_>, call: CallExpr<'a>) -> Result<Names, Decline> {
        let values = site.results.split_last().map_or(&[][..], |it| it.1);
        let err = "err".to_owned();
        if values.is_empty() {
            let has_literal = call.fun().descendants().any(|it| it.kind() == Kind::CompositeLit);
            return match has_literal || call.fun().kind() == Kind::CompositeLit {
                true => Err("the call cannot stand in the head of an if".into()),
                false => Ok(Names { values: Vec::new(), err, are_new: true }),
            };
        }
        if let Some(mut own) = own_names(site) {
            let err = own.pop().unwrap_or(err);
            return Ok(Names { values: own, err, are_new: false });
        }
        may_be_assigned(site)?;
        let types = site.cx.types(call.node().file().id()).ok_or("the type of the result is not known")?;
        let mut names = Names { values: Vec::new(), err, are_new: true };
        for slot in values {
            let wanted = wanted(types, slot.ty);
            let numbered = (2..10).map(|it| format!("{}{it}", wanted[0]));
            let mut candidates = wanted.iter().cloned().chain(numbered);
            let is_free = |it: &String| {
                names.all().all(|own| own != it) && site.cx.workspace().is_free(it, site.stmt.node()).is_yes()
            };
            let name = candidates.find(is_free).ok_or("there are no free names for what the call returns")?;
            names.values.push(name);
        }
        Ok(names)
    }

    fn all(&self) -> impl Iterator<Item = &str> {
        self.values.iter().map(String::as_str).chain([&*self.err])
    }
}

/// The names of the function's results, if each has one that means it at the statement.
fn own_names<'a>(site: &Site<'a, '_>) -> Option<Vec<String>> {
    let name = |slot: &ResultSlot<'a>| {
        let name = slot.name.filter(|it| it.text() != "_")?;
        let meant = site.cx.workspace().local(name.text(), site.stmt.node());
        (meant.is_some() && meant == site.cx.resolve(name).def()).then(|| name.text().to_owned())
    };
    site.results.iter().map(name).collect()
}

/// Declines if `err`, declared in the list of the statement, cannot take another error.
fn may_be_assigned(site: &Site<'_, '_>) -> Result<(), Decline> {
    let (cx, node) = (&site.cx, site.stmt.node());
    let known = cx.workspace().local("err", node);
    let Some(def) = known.filter(|it| node.parent().is_some_and(|list| flow::is_of_list(*it, list, site.func))) else {
        return Ok(());
    };
    if !cx.is_error(def.ident()).is_yes() {
        return Err("err is something else than an error here".into());
    }
    let is_alone = |it: Local<'_>| it.is_complete() && it.uses.iter().all(|it| it.captures.is_empty());
    match cx.local(def).is_some_and(is_alone) {
        true => Ok(()),
        false => Err("err holds another error here, which a function literal uses".into()),
    }
}

/// Names for a value of a type, the best one first.
fn wanted(types: &Types<'_>, ty: Ty) -> Vec<String> {
    let named = |name: &str| errors::words(name).last().map(|it| it.to_lowercase());
    let own = match types.form(ty) {
        Form::Named { name, .. } => named(&name),
        Form::Pointer(to) => match types.form(to) {
            Form::Named { name, .. } => named(&name),
            _ => None,
        },
        Form::Slice(of) if of == Ty::UINT8 => Some("data".to_owned()),
        Form::Slice(_) | Form::Array(..) => Some("list".to_owned()),
        Form::Map(..) => Some("entries".to_owned()),
        Form::Chan { .. } => Some("ch".to_owned()),
        Form::Basic(it) if it.is_boolean() => Some("ok".to_owned()),
        Form::Basic(it) if it.is_integer() => Some("n".to_owned()),
        Form::Basic(it) if it.is_string() => Some("text".to_owned()),
        _ => None,
    };
    own.into_iter().chain(["result".to_owned(), "value".to_owned()]).collect()
}

/// What to return with the error in the places of the other results: zero values. A number stays what it is, since it may
/// say how far the call got, unless what is called is seen to return zeros.
fn failed_values<'a>(site: &Site<'a, '_>, call: CallExpr<'a>, names: &Names) -> Result<Vec<String>, Decline> {
    let (cx, node) = (&site.cx, site.stmt.node());
    let decl = callee::declaration(cx, call);
    let beside = decl.map_or(Beside::Unknown, |it| beside(cx, it));
    if beside == Beside::Values {
        return Err("what is called returns values along with its errors".into());
    }
    let zeros = errors::zero_values(cx, site.func, node)?;
    let types = cx.types(node.file().id()).ok_or("the type of the result is not known")?;
    let is_number = |slot: &ResultSlot<'a>| {
        let form = types.form(types.underlying(slot.ty));
        matches!(form, Form::Basic(it) if it.is_numeric())
    };
    let value = |((zero, name), slot): ((String, &String), &ResultSlot<'a>)| match beside {
        Beside::Unknown if is_number(slot) => name.clone(),
        _ => zero,
    };
    Ok(zeros.into_iter().zip(&names.values).zip(&site.results).map(value).collect())
}

/// What a function returns along with its errors.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
enum Beside {
    Zeros,
    Values,
    Unknown,
}

/// What the body of a function says of that.
fn beside<'a>(cx: &Cx<'a>, decl: FuncDecl<'a>) -> Beside {
    let Some(body) = decl.body() else { return Beside::Unknown };
    let own = body.descendants_skipping(|it| it.kind() == Kind::FuncLit).filter_map(ReturnStmt::cast);
    let mut found = Beside::Zeros;
    for stmt in own {
        let values: Vec<Node<'a>> = stmt.results().map(Node::unparen).collect();
        let Some((last, others)) = values.split_last() else { return Beside::Unknown };
        let is_made = CallExpr::cast(*last).is_some_and(|it| callee::creates(cx, it));
        if last.as_ident() == Some("nil") || others.iter().all(|it| is_zero(*it)) && (!others.is_empty() || is_made) {
            continue;
        }
        if is_made {
            return Beside::Values;
        }
        found = Beside::Unknown;
    }
    found
}

/// Whether an expression is a zero value, as it is commonly written.
fn is_zero(expr: Node<'_>) -> bool {
    match expr.kind() {
        Kind::Ident => matches!(expr.text(), "nil" | "false"),
        Kind::BasicLit => matches!(expr.text(), "0" | "\"\"" | "``" | "0.0"),
        Kind::CompositeLit => expr.children_in(Role::Elts).next().is_none(),
        _ => false,
    }
}

/// Whether a piece of code has that word.
fn mentions(text: &str, word: &str) -> bool {
    text.split(|it: char| !it.is_alphanumeric() && it != '_').any(|it| it == word)
}
