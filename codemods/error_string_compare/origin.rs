//! Whether an error can get to a comparison as itself, or only as a text.

use std::collections::HashSet;

use gofix_rule::{
    Cx,
    errors::sentinel,
    flow::{Facts, Origin, callee_decl, enclosing_func},
    semantic::{error_flow::Consumer, types::Callee},
    syntax::{
        FileId, Kind, Node, NodeId, Role,
        ast::{AstNode, CallExpr, FuncDecl, ReturnStmt},
    },
};

use super::{
    Stop,
    candidates::Candidate,
    compared::{Compared, How},
};

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
    match search.expr(facts, it.error, DEPTH) {
        Source::Text(by) => Err(Stop::note(format!("{by} makes errors of texts, in which errors.Is finds nothing"))),
        Source::Module(name) => {
            Err(Stop::note(format!("the error comes from {name}, which may have no more of it than the text")))
        }
        // Who looks for a part of a text that an error with a name has may know that there is no more of it.
        Source::Unknown
            if it.how != How::Whole && !candidate.had_no_name() && own.is_none_or(|_| candidate.is_named) =>
        {
            Err(Stop::note(
                "where the error comes from is not known, and it may have no more than this text".to_owned(),
            ))
        }
        Source::Unknown | Source::Known => Ok(()),
    }
}

/// Where an error comes from. The greater, the worse.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Source {
    /// From where errors are themselves.
    Known,
    /// It cannot be told.
    Unknown,
    /// From a function of another module, or one that hands on what another process said.
    Module(String),
    /// From a function that makes errors of texts.
    Text(String),
}

/// How deep calls are followed.
const DEPTH: u32 = 5;

/// How many callers of a function are looked at.
const MOST_CALLERS: usize = 40;

/// Packages of the standard library that make errors of what they are told.
const TOLD: &[&str] = &["database/sql", "net/rpc", "net/rpc/jsonrpc", "net/smtp", "net/textproto", "plugin"];

struct Search<'a, 'c> {
    cx: Cx<'a>,
    candidate: &'c Candidate<'a>,
    /// The functions whose returns were looked at.
    seen: HashSet<(FileId, NodeId)>,
}

impl<'a> Search<'a, '_> {
    /// Where the error of an expression comes from.
    fn expr(&mut self, facts: Option<&Facts<'a>>, expr: Node<'a>, depth: u32) -> Source {
        let expr = expr.unparen();
        if let Some(call) = CallExpr::cast(expr) {
            return self.call(facts, call, depth);
        }
        if self.cx.resolve_expr(expr).is_universe("nil") || matches!(sentinel(&self.cx, expr), Ok(Some(_))) {
            return Source::Known;
        }
        if matches!(expr.kind(), Kind::CompositeLit | Kind::UnaryExpr) {
            return self.made(expr);
        }
        let origins = facts.filter(|_| expr.as_ident().is_some()).and_then(|it| it.origins(expr));
        let of = |it| match it {
            Origin::Call { call, .. } => self.call(facts, call, depth),
            Origin::Variable(it) if depth > 0 => self.expr(facts, it, depth - 1),
            Origin::Made(it) => self.made(it),
            Origin::Parameter => self.passed(expr, depth),
            Origin::Zero | Origin::Named(_) => Source::Known,
            _ => Source::Unknown,
        };
        origins.and_then(|it| it.into_iter().map(of).max()).unwrap_or(Source::Unknown)
    }

    /// What the callers that are known give for a parameter. There may be others.
    fn passed(&mut self, param: Node<'a>, depth: u32) -> Source {
        let def = self.cx.resolve(param).def();
        let func = def.and_then(|it| enclosing_func(it.ident())).and_then(FuncDecl::cast).filter(|_| depth > 0);
        let Some((def, func)) = def.zip(func) else { return Source::Unknown };
        let names = func.func_type().params().children_in(Role::List).flat_map(|it| it.children_in(Role::Names));
        let index = names.into_iter().position(|it| it == def.ident());
        let Some((index, named)) = index.zip(self.cx.resolve(func.name()).def()) else { return Source::Unknown };
        if !self.seen.insert((def.ident().file().id(), def.ident().id())) {
            return Source::Unknown;
        }
        let cx = self.cx;
        let calls = cx.func_uses(named).calls.into_iter().filter(|it| !cx.in_test_file(it.node()));
        let args = calls.filter_map(|it| it.args().nth(index)).take(MOST_CALLERS);
        let found = args.map(|it| self.expr(cx.facts(it).as_ref(), it, depth - 1)).max();
        found.map_or(Source::Unknown, |it| it.max(Source::Unknown))
    }

    /// A value of a type of errors. One that holds another error and does not unwrap has no more than the text of that one.
    fn made(&self, expr: Node<'a>) -> Source {
        let Some(types) = self.cx.types(expr.file().id()) else { return Source::Unknown };
        let literal = [expr].into_iter().chain(expr.descendants()).find(|it| it.kind() == Kind::CompositeLit);
        let Some(literal) = literal else { return Source::Known };
        let values = literal.children_in(Role::Elts).map(|it| it.child(Role::Value).unwrap_or(it));
        let holds = values.into_iter().any(|it| types.implements(types.type_of(it), types.error_type()).is_yes());
        let methods = types.method_set(types.type_of(expr));
        let finds = methods.is_none_or(|it| it.iter().any(|it| matches!(&*it.name, "Unwrap" | "Is")));
        match holds && !finds {
            true => Source::Text(literal.child(Role::Type).map_or("it", Node::text).to_owned()),
            false => Source::Known,
        }
    }

    fn call(&mut self, facts: Option<&Facts<'a>>, call: CallExpr<'a>, depth: u32) -> Source {
        let label = || call.fun().unparen().text().lines().next().unwrap_or_default().to_owned();
        let text = |is_text: bool| if is_text { Source::Text(place_of(call.node())) } else { Source::Known };
        let (path, name, is_open) = match self.cx.callee(call) {
            Callee::Func { path, name } | Callee::External { path, name } | Callee::Method { path, name, .. } => {
                (path, name, false)
            }
            Callee::InterfaceMethod { interface: Some((path, _)), name } => (path, name, true),
            _ => return Source::Unknown,
        };
        let mut args = call.args();
        match (&*path, &*name) {
            ("errors", "New") => text(args.any(|it| self.cx.const_value(it).is_none())),
            ("errors", _) => self.errors(facts, args, depth),
            ("fmt", "Errorf") => {
                let format = args.next().and_then(|it| self.cx.const_value(it));
                let has = |it: &[u8]| it.windows(2).any(|it| it == b"%w");
                match format.as_ref().and_then(|it| it.as_bytes()).is_some_and(has) {
                    true => self.errors(facts, args, depth),
                    // What is printed may have the text.
                    false => text(args.any(|it| self.may_have_text(it))),
                }
            }
            ("github.com/pkg/errors", "Wrap" | "Wrapf" | "WithMessage" | "WithMessagef" | "WithStack" | "Cause") => {
                self.errors(facts, args.take(1), depth)
            }
            _ if self.is_own(&path) => {
                if is_open {
                    Source::Unknown
                } else {
                    self.returned(call, depth)
                }
            }
            _ if self.candidate.path.as_deref() == Some(&*path) || path.starts_with("golang.org/x/sys/") => {
                Source::Known
            }
            _ if TOLD.contains(&&*path) || !self.cx.workspace().is_std(&path) => Source::Module(label()),
            _ => Source::Known,
        }
    }

    /// The same for those arguments that are errors.
    fn errors(&mut self, facts: Option<&Facts<'a>>, args: impl Iterator<Item = Node<'a>>, depth: u32) -> Source {
        let errors = args.filter(|it| self.cx.is_error(*it).is_yes()).collect::<Vec<_>>();
        errors.into_iter().map(|it| self.expr(facts, it, depth)).max().unwrap_or(Source::Known)
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
    fn returned(&mut self, call: CallExpr<'a>, depth: u32) -> Source {
        let decl = callee_decl(&self.cx, call).filter(|_| depth > 0);
        let Some((decl, body)) = decl.and_then(|it: FuncDecl<'a>| Some((it, it.body()?))) else {
            return Source::Unknown;
        };
        if !self.seen.insert((decl.node().file().id(), decl.node().id())) {
            return Source::Known;
        }
        let facts = self.cx.facts(body);
        let own = body.descendants_skipping(|it| it.kind() == Kind::FuncLit);
        let returns: Vec<Node<'a>> = own.filter_map(ReturnStmt::cast).filter_map(|it| it.results().last()).collect();
        let results = decl.func_type().results().into_iter().flat_map(Node::descendants);
        // What is assigned to a named result may be returned, too.
        let named = results.filter(|it| it.role() == Role::Names).last();
        let assigned = named.into_iter().flat_map(|it| assigned_to(it, decl.node()));
        let all = returns.into_iter().chain(assigned);
        all.map(|it| self.expr(facts.as_ref(), it, depth - 1)).max().unwrap_or(Source::Known)
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
