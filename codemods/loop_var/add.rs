//! Copies variables that all turns share and that something captures which outlives the turn.

use std::rc::Rc;

use gofix_rule::{
    Cx, Decline, Fix, Level, Report, TextRange,
    flow::{self, Facts, How, Local},
    lines,
    semantic::{Def, Tri},
    syntax::{
        Kind, Node, Role, Token,
        ast::{AssignStmt, AstNode, DeclStmt, ForStmt, GenDecl},
    },
};

use super::{
    facts_of,
    share::{Share, share},
};

/// Reports `node` if it is a loop of whose variables something outlives the turn.
pub(super) fn look<'a>(cx: &Cx<'a>, facts: &mut Option<Facts<'a>>, node: Node<'a>, report: &mut Report) {
    let declared = declared(cx, node);
    if declared.is_empty() {
        return;
    }
    let Some(facts) = facts_of(cx, facts, node) else { return };
    let found: Vec<_> = declared.into_iter().filter_map(|it| Shared::new(cx, facts, node, it)).collect();
    if let [first, ..] = &found[..] {
        report.fix(first.def.ident(), first.message(), copy(cx, node, &found));
    }
}

/// A loop variable that outlives its turn, or may do so.
struct Shared<'a> {
    def: Def<'a>,
    local: Rc<Local<'a>>,
    /// In how far, and what captures it. The least sure one first.
    shares: Vec<(Share, Node<'a>)>,
}

impl<'a> Shared<'a> {
    fn new(cx: &Cx<'a>, facts: &Facts<'a>, repeated: Node<'a>, def: Def<'a>) -> Option<Shared<'a>> {
        let local = facts.local(def)?;
        let mut shares: Vec<_> = local.uses.iter().filter_map(|it| share(cx, facts, repeated, &local, it)).collect();
        shares.sort_by_key(|it| it.0);
        (!shares.is_empty()).then_some(Shared { def, local, shares })
    }

    fn message(&self) -> String {
        let name = self.def.name();
        match self.shares.iter().any(|it| it.0 == Share::Concurrent) {
            true => format!("all turns of the loop share {name} with what runs beside them"),
            false => format!("all turns of the loop share {name}, and it outlives them"),
        }
    }
}

/// Rewrites
///
/// ```go
/// for i, w := range words {
///     go func() { print(i, w) }()
/// }
/// ```
///
/// to
///
/// ```go
/// for i, w := range words {
///     i, w := i, w
///     go func() { print(i, w) }()
/// }
/// ```
///
/// Within its turn the copy is what the variable is, since nothing in the body assigns it. After that it stays so.
fn copy<'a>(cx: &Cx<'a>, repeated: Node<'a>, found: &[Shared<'a>]) -> Result<Fix, Decline> {
    let outlives = |it: &&Shared<'a>| it.shares.iter().any(|it| it.0 != Share::Unknown);
    let copied: Vec<&Shared<'a>> = found.iter().filter(outlives).collect();
    if copied.is_empty() {
        return Err("whether what captures it runs after the turn cannot be told".into());
    }
    for it in &copied {
        unassigned(repeated, &it.local)?;
        undeclared(repeated, it.def.name())?;
    }
    let mut shares = copied.iter().flat_map(|it| &it.shares);
    if shares.clone().all(|it| is_waited_for(cx, repeated, it.1)) {
        return Err("the turn waits for what it starts".into());
    }
    // What is kept sees another value than before, and on purpose; what runs beside the turns may have seen any.
    let level = if shares.all(|it| it.0 == Share::Concurrent) { Level::Safe } else { Level::Review };
    let names: Vec<&str> = copied.iter().map(|it| it.def.name()).collect();
    let names = names.join(", ");
    Ok(at_head(Fix::new(level), repeated, &format!("{names} := {names}")).relies_on(repeated))
}

/// The variables that the head of a loop declares.
fn declared<'a>(cx: &Cx<'a>, repeated: Node<'a>) -> Vec<Def<'a>> {
    let init = ForStmt::cast(repeated).and_then(|it| it.init()).and_then(AssignStmt::cast);
    let (head, roles) = match init {
        Some(init) => (init.node(), [Role::Lhs].as_slice()),
        None if repeated.kind() == Kind::RangeStmt => (repeated, [Role::Key, Role::Value].as_slice()),
        None => return Vec::new(),
    };
    if head.op() != Token::Define {
        return Vec::new();
    }
    let idents = head.children().filter(|it| roles.contains(&it.role()));
    let named = idents.filter(|it| it.as_ident().is_some_and(|it| it != "_"));
    named.filter_map(|it| cx.resolve(it).def().filter(|def| def.ident() == it)).collect()
}

/// Declines if the body assigns the variable: then it is not the loop alone that changes it. In a `for` clause, whoever
/// has its address may count along.
fn unassigned<'a>(repeated: Node<'a>, local: &Local<'a>) -> Result<(), Decline> {
    let counts = repeated.kind() == Kind::ForStmt;
    for it in local.uses.iter().filter(|it| !it.captures.is_empty() || in_body(repeated, it.site)) {
        match it.how {
            _ if !in_body(repeated, it.site) => return Err("the head of the loop captures it".into()),
            How::Assigned(_) | How::PartAssigned(_) => return Err("the body assigns it".into()),
            _ if counts && local.hands_out_address(it) != Tri::No => {
                return Err("the body takes the address of what counts".into());
            }
            _ => {}
        }
    }
    Ok(())
}

/// Declines if the block of the body declares the name itself: then there is no place in it for a copy.
fn undeclared(repeated: Node<'_>, name: &str) -> Result<(), Decline> {
    let declares = |it: Node<'_>| match (AssignStmt::cast(it), DeclStmt::cast(it)) {
        (Some(assign), _) if it.op() == Token::Define => assign.lhs().any(|it| it.as_ident() == Some(name)),
        (_, Some(decl)) => GenDecl::cast(decl.decl())
            .into_iter()
            .flat_map(|it| it.specs())
            .flat_map(|it| it.children())
            .any(|it| matches!(it.role(), Role::Names | Role::Name) && it.as_ident() == Some(name)),
        _ => false,
    };
    match repeated.child(Role::Body).into_iter().flat_map(flow::stmts).any(declares) {
        true => Err(format!("the body declares another {name}").into()),
        false => Ok(()),
    }
}

/// Whether the turn that makes `capture` waits, behind it, for a group.
fn is_waited_for<'a>(cx: &Cx<'a>, repeated: Node<'a>, capture: Node<'a>) -> bool {
    let Some(body) = repeated.child(Role::Body) else { return false };
    let own = body.descendants_skipping(|it| it.kind() == Kind::FuncLit);
    own.filter(|it| it.start() > capture.end()).any(|it| super::share::is_wait(cx, it))
}

/// Puts a line at the head of the body of a loop.
fn at_head(fix: Fix, repeated: Node<'_>, line: &str) -> Fix {
    let Some(body) = repeated.child(Role::Body) else { return fix };
    let file = body.file();
    let end = lines::line_end(file, body.start());
    let rest = file.text()[body.start() as usize + 1..end as usize].trim();
    if rest.is_empty() || rest.starts_with("//") {
        return fix.replace_range(file, TextRange::empty(end), format!("\n{line}"));
    }
    match flow::stmts(body).next() {
        Some(first) => fix.insert_before_stmt(first, [line]),
        None => fix,
    }
}

pub(super) fn in_body(repeated: Node<'_>, site: Node<'_>) -> bool {
    repeated.child(Role::Body).is_some_and(|it| it.contains(site))
}
