//! Whether an error can get to a comparison as itself, or only as a text.

use std::collections::HashSet;

use gofix_rule::{
    Cx,
    flow::{Facts, Origin, callee_decl},
    semantic::{error_flow::Consumer, types::Callee},
    syntax::{
        FileId, Kind, Node, NodeId, Role,
        ast::{AstNode, CallExpr, FuncDecl, ReturnStmt},
    },
};

use super::{Stop, candidates::Candidate, compared::Compared};

/// Over how many functions errors are followed.
const HOPS: u32 = 6;

/// Stops if errors get there of which there is no more than the text.
pub(super) fn check<'a>(
    cx: &Cx<'a>,
    facts: Option<&Facts<'a>>,
    it: &Compared<'a>,
    candidate: &Candidate<'a>,
) -> Result<(), Stop> {
    let at = it.node;
    let own = candidate.ident.filter(|it| cx.workspace().outside_path(it.file().id()).is_none());
    if let Some(ident) = own.filter(|_| !candidate.is_named) {
        let is_here = |it: &Consumer| it.file == at.file().id() && at.range().contains(it.range);
        if !cx.error_flow().consumers_of_var(ident, HOPS).iter().any(is_here) {
            return Err(
                format!("{} has this text, but nothing was found that brings it here", candidate.label()).into()
            );
        }
    }
    let mut search = Search { cx: *cx, candidate, seen: HashSet::new() };
    match search.expr(facts, it.error, 5) {
        Some(Foreign::Text(at)) => {
            Err(Stop::Note(format!("{at} makes errors of texts, which errors.Is does not find anything in")))
        }
        Some(Foreign::Module(name)) => {
            Err(Stop::Note(format!("the error comes from {name}, which may have no more of it than the text")))
        }
        None => Ok(()),
    }
}

/// Where no more than a text may be left of an error.
enum Foreign {
    /// A function makes errors of texts.
    Text(String),
    /// A function of another module, or one that hands on what another process said.
    Module(String),
}

/// Packages of the standard library that make errors of what they are told.
const TOLD: &[&str] = &["database/sql", "net/rpc", "net/rpc/jsonrpc", "net/smtp", "net/textproto", "plugin"];

struct Search<'a, 'c> {
    cx: Cx<'a>,
    candidate: &'c Candidate<'a>,
    /// The functions whose returns were looked at.
    seen: HashSet<(FileId, NodeId)>,
}

impl<'a> Search<'a, '_> {
    /// Where the error of an expression may come from that has no more than a text. None: nowhere, as far as is known.
    fn expr(&mut self, facts: Option<&Facts<'a>>, expr: Node<'a>, depth: u32) -> Option<Foreign> {
        let expr = expr.unparen();
        if let Some(call) = CallExpr::cast(expr) {
            return self.call(facts, call, depth);
        }
        expr.as_ident()?;
        let origins = facts?.origins(expr).unwrap_or_default();
        origins.into_iter().find_map(|it| match it {
            Origin::Call { call, .. } => self.call(facts, call, depth),
            Origin::Variable(it) if depth > 0 => self.expr(facts, it, depth - 1),
            _ => None,
        })
    }

    fn call(&mut self, facts: Option<&Facts<'a>>, call: CallExpr<'a>, depth: u32) -> Option<Foreign> {
        let label = || call.fun().unparen().text().lines().next().unwrap_or_default().to_owned();
        let (path, name) = match self.cx.callee(call) {
            Callee::Func { path, name } | Callee::External { path, name } | Callee::Method { path, name, .. } => {
                (path, name)
            }
            Callee::InterfaceMethod { interface: Some((path, _)), name } => (path, name),
            _ => return None,
        };
        let mut wrapped = |args: Vec<Node<'a>>| args.into_iter().find_map(|it| self.error(facts, it, depth));
        match (&*path, &*name) {
            ("errors", "New") => {
                let is_constant = call.args().all(|it| self.cx.const_value(it).is_some());
                (!is_constant).then(|| Foreign::Text(place_of(call.node())))
            }
            ("errors", _) => wrapped(call.args().collect()),
            ("fmt", "Errorf") => {
                let mut args = call.args();
                let format = args.next().and_then(|it| self.cx.const_value(it));
                let args: Vec<Node<'a>> = args.collect();
                let wraps =
                    format.as_ref().and_then(|it| it.as_bytes()).is_some_and(|it| it.windows(2).any(|it| it == b"%w"));
                match wraps {
                    true => args.into_iter().find_map(|it| self.error(facts, it, depth)),
                    // What is printed may have the text.
                    false if args.iter().any(|it| self.may_have_text(*it)) => {
                        Some(Foreign::Text(place_of(call.node())))
                    }
                    false => None,
                }
            }
            ("github.com/pkg/errors", "Wrap" | "Wrapf" | "WithMessage" | "WithMessagef" | "WithStack" | "Cause") => {
                wrapped(call.args().take(1).collect())
            }
            _ if self.is_own(&path) => self.returned(call, depth),
            _ if self.candidate.path.as_deref() == Some(&*path) => None,
            _ if TOLD.contains(&&*path) || path.split('/').next().is_some_and(|it| it.contains('.')) => {
                Some(Foreign::Module(label()))
            }
            _ => None,
        }
    }

    /// The same for an argument, if it is an error.
    fn error(&mut self, facts: Option<&Facts<'a>>, expr: Node<'a>, depth: u32) -> Option<Foreign> {
        if self.cx.is_error(expr).is_yes() { self.expr(facts, expr, depth) } else { None }
    }

    /// Whether an argument of a format may print a text that is not known.
    fn may_have_text(&self, expr: Node<'a>) -> bool {
        use gofix_rule::semantic::types::{Basic, Form};
        if self.cx.const_value(expr).is_some() {
            return false;
        }
        let Some(types) = self.cx.types(expr.file().id()) else { return true };
        let form = types.form(types.underlying(types.type_of(expr)));
        !matches!(form, Form::Basic(it) if !matches!(it, Basic::String | Basic::UntypedString))
    }

    /// What a function of the project returns.
    fn returned(&mut self, call: CallExpr<'a>, depth: u32) -> Option<Foreign> {
        let depth = depth.checked_sub(1)?;
        let decl: FuncDecl<'a> = callee_decl(&self.cx, call)?;
        if !self.seen.insert((decl.node().file().id(), decl.node().id())) {
            return None;
        }
        let facts = self.cx.facts(decl.body()?);
        let own = decl.body()?.descendants_skipping(|it| it.kind() == Kind::FuncLit);
        let returns: Vec<Node<'a>> = own.filter_map(ReturnStmt::cast).filter_map(|it| it.results().last()).collect();
        let named = decl.func_type().results()?.descendants().filter(|it| it.role() == Role::Names).last();
        // What is assigned to a named result may be returned, too.
        let assigned = named.into_iter().flat_map(|it| assigned_to(it, decl.node()));
        returns.into_iter().chain(assigned).find_map(|it| self.expr(facts.as_ref(), it, depth))
    }

    /// Whether a package is one of the project.
    fn is_own(&self, path: &str) -> bool {
        let project = self.cx.workspace().project();
        let module = project.dir(self.cx.package().dir()).module.map(|it| project.module(it).path());
        module.is_some_and(|it| path == it || path.strip_prefix(it).is_some_and(|it| it.starts_with('/')))
            || self.cx.package().import_path().is_some_and(|it| it == path)
    }
}

/// The last values of assignments to what is called like a named result.
fn assigned_to<'a>(result: Node<'a>, func: Node<'a>) -> Vec<Node<'a>> {
    let assigns = func.descendants().filter(|it| it.kind() == Kind::AssignStmt);
    let to = assigns.filter(|it| it.children_in(Role::Lhs).any(|it| it.as_ident() == result.as_ident()));
    to.filter_map(|it| it.children_in(Role::Rhs).last()).collect()
}

/// The function around a place.
fn place_of(node: Node<'_>) -> String {
    let decl = node.ancestors().find_map(FuncDecl::cast);
    decl.map_or_else(|| node.text().to_owned(), |it| it.name().text().to_owned())
}
