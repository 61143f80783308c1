//! A name for an error that is to be checked.

use gofix_rule::{
    Cx, Decline, Fix, TextRange, flow,
    semantic::{Def, DefKind},
    syntax::{Kind, Node, Role, Token},
};

/// A name, and what it takes that it can be used.
pub(super) struct Name<'a> {
    pub(super) text: String,
    /// A later declaration of the same variable, `err := …`, which becomes an assignment.
    later: Option<Node<'a>>,
}

impl Name<'_> {
    /// The fix, with what else has to change.
    pub(super) fn needed_by(&self, fix: Fix) -> Fix {
        let Some(later) = self.later else { return fix };
        let file = later.file();
        let left = later.children_in(Role::Lhs).last().map_or(later.start(), Node::end);
        let between = TextRange::new(left, later.end());
        match file.tokens_in(between).find(|it| it.0 == Token::Define) {
            Some((_, sign)) => fix.replace_range(file, sign, "="),
            None => fix.refuse("the next declaration of err cannot be read"),
        }
    }
}

const TAKEN: &str = "err holds another error here, which is used later on";

/// A name for the error of `stmt`, a `:=` with another new variable: `err`, if no other use of that name gets another meaning.
///
/// # Errors
/// It would.
pub(super) fn for_error<'a>(cx: &Cx<'a>, stmt: Node<'a>, func: Node<'a>) -> Result<Name<'a>, Decline> {
    let text = "err".to_owned();
    let Some(list) = stmt.parent() else { return Err(TAKEN.into()) };
    let rest = || list.descendants().filter(|it| it.start() >= stmt.end() && it.as_ident() == Some("err"));
    let rest = || rest().filter(|it| it.role() != Role::Sel);
    let known = cx.workspace().local("err", stmt);
    let own_scope = known.filter(|it| flow::is_of_list(*it, list, func));
    match (known, own_scope) {
        (_, Some(def)) => {
            if !cx.is_error(def.ident()).is_yes() {
                return Err("err is something else than an error here".into());
            }
            // It gets another value: no use may want the one that it has.
            if (def.kind() == DefKind::Result && returns_nakedly(func))
                || is_captured(cx, def)
                || in_loop_of(def, stmt, func)
            {
                return Err(TAKEN.into());
            }
            match rest().find(|it| cx.resolve(*it).def() == Some(def)) {
                None => Ok(Name { text, later: None }),
                Some(next) if is_whole_assignment(next, list) => Ok(Name { text, later: None }),
                Some(_) => Err(TAKEN.into()),
            }
        }
        (other, None) => {
            // A new variable hides the other one up to the end of the list.
            if other.is_some_and(|it| rest().any(|at| cx.resolve(at).def() == Some(it))) {
                return Err(TAKEN.into());
            }
            if other.is_none() && rest().any(|it| cx.resolve(it).def().is_none_or(|it| it.is_package_level())) {
                return Err("err means something else here".into());
            }
            later(cx, stmt, list).map(|later| Name { text, later })
        }
    }
}

fn is_captured<'a>(cx: &Cx<'a>, def: Def<'a>) -> bool {
    cx.local(def).is_none_or(|it| !it.is_complete() || it.uses.iter().any(|it| !it.captures.is_empty()))
}

/// Whether a `return` of the function names no results.
fn returns_nakedly(func: Node<'_>) -> bool {
    let own = func.descendants_skipping(|it| it.kind() == Kind::FuncLit).filter(|it| it.kind() == Kind::ReturnStmt);
    own.into_iter().any(|it| it.child(Role::Results).is_none())
}

/// Whether a loop, in which the variable is not declared, repeats the statement.
fn in_loop_of(def: Def<'_>, stmt: Node<'_>, func: Node<'_>) -> bool {
    let around = stmt.ancestors().take_while(|it| *it != func);
    let mut loops = around.filter(|it| matches!(it.kind(), Kind::ForStmt | Kind::RangeStmt));
    loops.any(|it| !it.contains(def.ident()))
}

/// Whether an identifier is a target of an assignment that is a statement of the list, or of the head of one, and nothing
/// on its right side uses it.
fn is_whole_assignment(ident: Node<'_>, list: Node<'_>) -> bool {
    let Some(assign) = ident.parent().filter(|it| it.kind() == Kind::AssignStmt && ident.role() == Role::Lhs) else {
        return false;
    };
    let is_direct = assign.parent() == Some(list)
        || (assign.role() == Role::Init && assign.parent().and_then(Node::parent) == Some(list));
    let uses_it = assign.children_in(Role::Rhs).flat_map(|it| [it].into_iter().chain(it.descendants()));
    is_direct
        && matches!(assign.op(), Token::Assign | Token::Define)
        && !uses_it.into_iter().any(|it| it.as_ident() == Some("err"))
}

/// Whether an identifier of a declaration is what is declared there.
fn declares(ident: Node<'_>) -> bool {
    let is_type = ident.role() == Role::Name && ident.parent().is_some_and(|it| it.kind() == Kind::TypeSpec);
    is_type || ident.role() == Role::Names
}

/// The later statement of the list that declares `err` and nothing else, and so has to assign it from now on.
fn later<'a>(cx: &Cx<'a>, stmt: Node<'a>, list: Node<'a>) -> Result<Option<Node<'a>>, Decline> {
    let behind = list.children().filter(|it| it.start() >= stmt.end());
    for it in behind {
        if it.kind() == Kind::DeclStmt && it.descendants().any(|it| it.as_ident() == Some("err") && declares(it)) {
            return Err("err is declared later on".into());
        }
        let names: Vec<Node<'a>> = it.children_in(Role::Lhs).collect();
        let is_declared = it.kind() == Kind::AssignStmt && it.op() == Token::Define;
        let Some(own) = names.iter().find(|it| is_declared && it.as_ident() == Some("err")) else { continue };
        if !cx.is_error(*own).is_yes() {
            return Err("err is something else than an error later on".into());
        }
        // Of those beside it, one must be new.
        let is_new = |it: &&Node<'a>| *it != own && cx.resolve(**it).def().is_some_and(|def| def.ident() == **it);
        return Ok(if names.iter().any(|it| is_new(&it)) { None } else { Some(it) });
    }
    Ok(None)
}
