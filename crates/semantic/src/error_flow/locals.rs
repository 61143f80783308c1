//! The variables of one top-level function that can carry errors, and which of their assignments reach which uses.

use std::rc::Rc;

use gofix_syntax::{Kind, Node, NodeId, Role, Token};

use super::{
    place::Place,
    shape::{Part, Shapes},
    summary::Map,
};
use crate::{
    Types,
    flow::{
        graph::{ENTRY, Given, Graph, StepIx},
        walk::enclosing_func,
    },
    types::{Denoted, Ty},
};

/// A variable.
pub(super) struct Var<'w> {
    pub(super) decl: Node<'w>,
    /// The function whose call makes it; none for one of a literal outside of functions.
    home: Option<Node<'w>>,
    pub(super) parts: Rc<[Part]>,
    /// Where it is assigned, its declaration included, with the function that does it.
    pub(super) defs: Vec<(Node<'w>, Option<Node<'w>>)>,
    pub(super) is_captured: bool,
    pub(super) is_addressed: bool,
}

impl<'w> Var<'w> {
    /// Whether a function other than `func` assigns it while `func` runs.
    fn is_written_beside(&self, func: Option<Node<'w>>) -> bool {
        self.defs.iter().any(|(_, by)| *by != func && *by != self.home)
    }

    pub(super) fn is_written_by_literals(&self) -> bool {
        self.defs.iter().any(|(_, by)| *by != self.home)
    }

    /// Whether the assignment at `def` is made by the function that the variable belongs to.
    pub(super) fn is_own(&self, by: Option<Node<'w>>) -> bool {
        by == self.home
    }
}

/// The variables of a top-level declaration.
#[derive(Default)]
pub(super) struct Locals<'w> {
    pub(super) vars: Vec<Var<'w>>,
    /// By identifier, of declarations and uses.
    by_ident: Map<NodeId, usize>,
    /// By function.
    reached: Map<Option<NodeId>, Option<Reaching<'w>>>,
}

impl<'w> Locals<'w> {
    pub(super) fn of(shapes: &Shapes<'_, 'w>, decl: Node<'w>, never_returns: &dyn Fn(Node<'w>) -> bool) -> Locals<'w> {
        let mut locals = Locals::default();
        locals.find(shapes, decl);
        locals.follow(shapes.types(), never_returns);
        locals
    }

    /// The variable that an identifier declares or denotes.
    pub(super) fn var(&self, ident: Node<'w>) -> Option<&Var<'w>> {
        self.by_ident.get(&ident.id()).map(|it| &self.vars[*it])
    }

    fn find(&mut self, shapes: &Shapes<'_, 'w>, decl: Node<'w>) {
        let types = shapes.types();
        let texts = texts(decl);
        for ident in decl.descendants().filter(|it| it.kind() == Kind::Ident) {
            if matches!(ident.role(), Role::Sel | Role::Label | Role::Name) || ident.text() == "_" {
                continue;
            }
            let Denoted::Declared(declared) = types.denoted(ident) else { continue };
            if !std::ptr::eq(declared.file(), decl.file()) || !decl.contains(declared) {
                continue;
            }
            let ix = match self.by_ident.get(&declared.id()) {
                Some(ix) => *ix,
                None => {
                    let Some(var) = variable(shapes, declared, &texts) else { continue };
                    self.vars.push(var);
                    self.by_ident.insert(declared.id(), self.vars.len() - 1);
                    self.vars.len() - 1
                }
            };
            if ident == declared {
                continue;
            }
            self.by_ident.insert(ident.id(), ix);
            let (func, var) = (enclosing_func(ident), &mut self.vars[ix]);
            var.is_captured |= func != var.home;
            if is_assigned(ident) {
                var.defs.push((ident, func));
            }
            var.is_addressed |= is_addressed(ident);
        }
    }

    /// Finds out which assignments reach which uses, in the functions where there is a choice.
    fn follow(&mut self, types: &Types<'w>, never_returns: &dyn Fn(Node<'w>) -> bool) {
        let mut funcs: Map<NodeId, (Node<'w>, Vec<usize>)> = Map::default();
        for (ix, var) in self.vars.iter().enumerate() {
            if var.defs.len() < 2 {
                continue;
            }
            for func in var.defs.iter().filter_map(|it| it.1) {
                let vars = &mut funcs.entry(func.id()).or_insert((func, Vec::new())).1;
                if vars.last() != Some(&ix) {
                    vars.push(ix);
                }
            }
        }
        for (id, (func, vars)) in funcs {
            let Some(body) = func.child(Role::Body) else { continue };
            let graph = Graph::new(body, |call| never_returns(gofix_syntax::ast::AstNode::node(call)));
            let reaching = graph.is_whole().then(|| Reaching::new(self, types, func, graph, &vars));
            self.reached.insert(Some(id), reaching);
        }
    }

    /// Where the value of a variable may be when control gets to `site`, a use of it or a `return` without results.
    pub(super) fn read(&self, var: &Var<'w>, site: Node<'w>) -> Vec<Place> {
        let func = enclosing_func(site);
        let mut places = Vec::new();
        let own: Vec<Node<'w>> = var.defs.iter().filter(|it| it.1 == func).map(|it| it.0).collect();
        let reaching = self.reached.get(&func.map(Node::id)).and_then(Option::as_ref);
        match reaching.and_then(|it| it.at(self.index(var)?, site)) {
            Some(found) => {
                places.extend(found.iter().map(|def| def.map_or(Place::shared(var.decl), Place::decl)));
            }
            None if own.is_empty() || func != var.home => places.push(Place::shared(var.decl)),
            None => places.extend(own.into_iter().map(Place::decl)),
        }
        if var.is_addressed {
            places.push(Place::shared(var.decl));
        } else if var.is_written_beside(func) {
            places.push(Place::foreign(var.decl));
        }
        places
    }

    fn index(&self, var: &Var<'w>) -> Option<usize> {
        self.by_ident.get(&var.decl.id()).copied()
    }
}

fn variable<'w>(shapes: &Shapes<'_, 'w>, decl: Node<'w>, texts: &[&str]) -> Option<Var<'w>> {
    let parent = decl.parent()?;
    let home = match parent.kind() {
        Kind::AssignStmt | Kind::RangeStmt => Some(enclosing_func(decl)),
        // Of a package, if it is in no function.
        Kind::ValueSpec => Some(Some(enclosing_func(decl)?)),
        Kind::Field => {
            let list = parent.parent()?;
            let holder = list.parent()?;
            let of_func = |it: Node<'_>| matches!(it.kind(), Kind::FuncDecl | Kind::FuncLit);
            match (holder.kind(), list.role()) {
                (Kind::FuncDecl, Role::Recv) => Some(Some(holder)),
                (Kind::FuncType, Role::Params | Role::Results) if holder.parent().is_some_and(of_func) => {
                    Some(holder.parent())
                }
                _ => None,
            }
        }
        _ => None,
    }?;
    let ty = shapes.types().type_of(decl);
    let is_switched = parent.role() == Role::Assign;
    let mut parts = if is_switched { shapes.of(Ty::UNKNOWN) } else { shapes.of(ty) };
    if ty == Ty::STRING && texts.contains(&decl.text()) {
        parts = shapes.of(Ty::UNKNOWN);
    }
    if parts.is_empty() {
        return None;
    }
    let defs = vec![(decl, home)];
    Some(Var { decl, home, parts, defs, is_captured: false, is_addressed: false })
}

/// The names of variables that are assigned the texts of errors, maybe.
fn texts(decl: Node<'_>) -> Vec<&str> {
    let is_text = |it: Node<'_>| {
        it.role() == Role::Sel && it.as_ident().is_some_and(|it| it == "Error" || it.starts_with("Sprint"))
    };
    let mut texts = Vec::new();
    for stmt in decl.descendants().filter(|it| matches!(it.kind(), Kind::AssignStmt | Kind::ValueSpec)) {
        let of = |roles: [Role; 2]| stmt.children().filter(move |it| roles.contains(&it.role()));
        if of([Role::Rhs, Role::Values]).flat_map(Node::descendants).any(is_text) {
            texts.extend(of([Role::Lhs, Role::Names]).filter_map(Node::as_ident));
        }
    }
    texts
}

fn is_assigned(ident: Node<'_>) -> bool {
    let outer = ident.with_parens();
    let Some(parent) = outer.parent() else { return false };
    matches!((parent.kind(), outer.role()), (Kind::AssignStmt, Role::Lhs) | (Kind::RangeStmt, Role::Key | Role::Value))
}

fn is_addressed(ident: Node<'_>) -> bool {
    let parent = ident.with_parens().parent();
    parent.is_some_and(|it| it.kind() == Kind::UnaryExpr && it.op() == Token::And)
}

/// A set of definitions.
type Bits = Vec<u64>;

/// Which definitions reach which steps of a function.
struct Reaching<'w> {
    graph: Graph<'w>,
    /// The variable, and its assignment; none for what it holds when the function begins, if that is a literal.
    defs: Vec<(usize, Option<Node<'w>>)>,
    into: Vec<Bits>,
}

impl<'w> Reaching<'w> {
    fn new(locals: &Locals<'w>, types: &Types<'w>, func: Node<'w>, graph: Graph<'w>, vars: &[usize]) -> Reaching<'w> {
        let mut defs = Vec::new();
        let mut made: Map<StepIx, Vec<usize>> = Map::default();
        // What is there before the first step, which may be a use.
        let mut initial = Vec::new();
        for &ix in vars {
            let var = &locals.vars[ix];
            if var.home != Some(func) {
                initial.push(defs.len());
                defs.push((ix, None));
            }
            for (def, _) in var.defs.iter().filter(|it| it.1 == Some(func)) {
                match graph.step(*def) {
                    Some(step) => made.entry(step).or_default().push(defs.len()),
                    // Parameters and results.
                    None => initial.push(defs.len()),
                }
                defs.push((ix, Some(*def)));
            }
        }
        let words = defs.len().div_ceil(64);
        let mut of_var: Map<usize, Bits> = Map::default();
        for (bit, (ix, _)) in defs.iter().enumerate() {
            of_var.entry(*ix).or_insert_with(|| vec![0; words])[bit / 64] |= 1 << (bit % 64);
        }
        let mut into = vec![vec![0; words]; graph.len()];
        for bit in initial {
            into[ENTRY as usize][bit / 64] |= 1 << (bit % 64);
        }
        let mut this = Reaching { graph, defs, into };
        this.solve(&|it| nil_ident(types, it).and_then(|it| locals.by_ident.get(&it.id()).copied()), &made, &of_var);
        this
    }

    fn solve(
        &mut self,
        known_nil: &dyn Fn(Given<'w>) -> Option<usize>,
        made: &Map<StepIx, Vec<usize>>,
        of_var: &Map<usize, Bits>,
    ) {
        let mut is_open = vec![false; self.graph.len()];
        let mut seen = is_open.clone();
        let mut open = vec![ENTRY];
        seen[ENTRY as usize] = true;
        while let Some(step) = open.pop() {
            is_open[step as usize] = false;
            let mut out = self.into[step as usize].clone();
            for &bit in made.get(&step).into_iter().flatten() {
                clear(&mut out, &of_var[&self.defs[bit].0]);
            }
            for &bit in made.get(&step).into_iter().flatten() {
                out[bit / 64] |= 1 << (bit % 64);
            }
            for i in 0..self.graph.edges(step).len() {
                let edge = self.graph.edges(step)[i];
                let gone = edge.given.and_then(known_nil).and_then(|it| of_var.get(&it));
                let into = &mut self.into[edge.to as usize];
                let mut changed = !std::mem::replace(&mut seen[edge.to as usize], true);
                for (word, bits) in out.iter().enumerate() {
                    let bits = bits & !gone.map_or(0, |it| it[word]);
                    changed |= bits & !into[word] != 0;
                    into[word] |= bits;
                }
                if changed && !std::mem::replace(&mut is_open[edge.to as usize], true) {
                    open.push(edge.to);
                }
            }
        }
    }

    /// The definitions of a variable that reach a place; none if it is not known.
    fn at(&self, var: usize, site: Node<'w>) -> Option<Vec<Option<Node<'w>>>> {
        let step = self.graph.step(site).filter(|it| self.graph.is_step_reachable(*it))?;
        if !self.defs.iter().any(|it| it.0 == var) {
            return None;
        }
        let bits = &self.into[step as usize];
        let reached = |bit: usize| bits[bit / 64] & (1 << (bit % 64)) != 0;
        let of_var = self.defs.iter().enumerate().filter(|(bit, it)| it.0 == var && reached(*bit));
        Some(of_var.map(|it| it.1.1).collect())
    }
}

fn clear(bits: &mut Bits, gone: &Bits) {
    bits.iter_mut().zip(gone).for_each(|(it, gone)| *it &= !gone);
}

/// The variable that is `nil` given that.
fn nil_ident<'w>(types: &Types<'w>, given: Given<'w>) -> Option<Node<'w>> {
    let (x, y, is_equal) = match given {
        Given::Cond(cond, holds) if cond.kind() == Kind::BinaryExpr => {
            let is_equal = match cond.op() {
                Token::Eql => holds,
                Token::Neq => !holds,
                _ => return None,
            };
            (cond.child(Role::X)?, cond.child(Role::Y)?, is_equal)
        }
        Given::Case { tag, value, equal } => (tag, value, equal),
        _ => return None,
    };
    let (x, y) = (x.unparen(), y.unparen());
    let is_nil = |it: Node<'w>| it.as_ident() == Some("nil") && types.denoted(it) == Denoted::Undeclared;
    let ident = match (is_nil(x), is_nil(y)) {
        (true, false) => y,
        (false, true) => x,
        _ => return None,
    };
    (is_equal && ident.kind() == Kind::Ident).then_some(ident)
}
