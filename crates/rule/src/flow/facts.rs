//! What was found out of one function, so that it is found out once.

use std::{cell::RefCell, collections::HashMap, rc::Rc};

use gofix_semantic::{Def, Res, Tri, Uses};
use gofix_syntax::{Kind, Node, NodeId, Role};

use super::{
    graph::Graph,
    history::History,
    local::Local,
    nonnil::NonNil,
    origin::Origin,
    walk::{enclosing_func, is_func},
};
use crate::Cx;

/// The facts of one function of a file and of the literals in it, worked out when first asked for and then kept. A rule
/// that asks more than once makes one for each function that it looks at.
pub struct Facts<'a> {
    cx: Cx<'a>,
    top: Node<'a>,
    /// The identifiers of the function, by name.
    idents: HashMap<&'a str, Vec<Node<'a>>>,
    /// By function.
    graphs: Kept<NodeId, Graph<'a>>,
    /// By declaring identifier.
    locals: Kept<NodeId, Local<'a>>,
    /// By declaring identifier and function.
    histories: Kept<(NodeId, NodeId), History<'a>>,
}

type Kept<K, V> = RefCell<HashMap<K, Option<Rc<V>>>>;

impl<'a> Facts<'a> {
    /// The facts of the function around `node`, the outermost one. None outside of functions.
    pub fn new(cx: &Cx<'a>, node: Node<'a>) -> Option<Facts<'a>> {
        let top = [node].into_iter().chain(node.ancestors()).filter(|it| is_func(*it)).last()?;
        let mut idents: HashMap<&str, Vec<Node<'a>>> = HashMap::new();
        for ident in top.descendants() {
            if let Some(name) = ident.as_ident().filter(|_| ident.role() != Role::Sel) {
                idents.entry(name).or_default().push(ident);
            }
        }
        Some(Facts {
            cx: *cx,
            top,
            idents,
            graphs: RefCell::default(),
            locals: RefCell::default(),
            histories: RefCell::default(),
        })
    }

    /// The outermost function.
    pub fn top(&self) -> Node<'a> {
        self.top
    }

    /// The control flow graph of a function in here, a `FuncDecl` or `FuncLit`. None if it has no body.
    pub fn graph(&self, func: Node<'a>) -> Option<Rc<Graph<'a>>> {
        let make = || self.cx.graph(func).map(Rc::new);
        self.graphs.borrow_mut().entry(func.id()).or_insert_with(make).clone()
    }

    /// All uses of a variable that a function in here declares. None for anything else.
    pub fn local(&self, def: Def<'a>) -> Option<Rc<Local<'a>>> {
        if !self.top.contains(def.ident()) {
            return None;
        }
        let make = || Local::of(&self.cx, def, self.uses(def)).map(Rc::new);
        self.locals.borrow_mut().entry(def.ident().id()).or_insert_with(make).clone()
    }

    fn uses(&self, def: Def<'a>) -> Uses<'a> {
        let mut uses = Uses::default();
        let is_meant = |it: Node<'a>| self.cx.workspace().local(def.name(), it) == Some(def);
        let named = self.idents.get(def.name()).map_or(&[][..], Vec::as_slice);
        for &ident in named.iter().filter(|it| **it != def.ident()) {
            match self.cx.resolve(ident) {
                Res::Def(found) if found == def => uses.sites.push(ident),
                Res::Unknown if ident.role() == Role::Key && is_meant(ident) => uses.unsure.push(ident),
                _ => {}
            }
        }
        uses.complete = uses.unsure.is_empty();
        uses
    }

    /// The history of a variable in a function that can see it.
    pub fn history(&self, def: Def<'a>, func: Node<'a>) -> Option<Rc<History<'a>>> {
        let key = (def.ident().id(), func.id());
        if let Some(known) = self.histories.borrow().get(&key) {
            return known.clone();
        }
        let made = self.local(def).zip(self.graph(func));
        let made = made.and_then(|(local, graph)| History::new(&self.cx, local, graph)).map(Rc::new);
        self.histories.borrow_mut().insert(key, made.clone());
        made
    }

    /// Whether the variable that the identifier `site` denotes is proved not to be nil there; see [`History::non_nil`].
    /// What holds where a function literal is made holds in it too, if the variable is not written to after that.
    pub fn non_nil(&self, site: Node<'a>) -> NonNil {
        let Some(def) = self.cx.resolve(site).def() else { return NonNil::Unknown };
        let known = self.places(def, site).into_iter().map(|(history, place)| history.non_nil(place));
        known.max().unwrap_or(NonNil::Unknown)
    }

    /// Where the value of the variable that the identifier `site` denotes comes from; see [`History::origins`]. Where a
    /// literal captures a variable that is not written to once the literal is made, the answer is the one for the place
    /// where it is made. None if nothing is known.
    pub fn origins(&self, site: Node<'a>) -> Option<Vec<Origin<'a>>> {
        let def = self.cx.resolve(site).def()?;
        let mut known = None;
        for (history, place) in self.places(def, site) {
            let found = history.origins(place)?;
            let is_captured = found == [Origin::Captured];
            known = Some(found);
            if !is_captured {
                break;
            }
        }
        known
    }

    /// The one origin of the variable at `site`, if it has only one.
    pub fn origin(&self, site: Node<'a>) -> Option<Origin<'a>> {
        match self.origins(site)?[..] {
            [only] => Some(only),
            _ => None,
        }
    }

    /// `site`, and the literals around it that capture the variable as it stays: at each of these places it has the same
    /// value, if nothing in the literals inside assigns it.
    fn places(&self, def: Def<'a>, site: Node<'a>) -> Vec<(Rc<History<'a>>, Node<'a>)> {
        let mut places = Vec::new();
        let mut place = site;
        let Some(local) = self.local(def) else { return places };
        while let Some(func) = enclosing_func(place).filter(|it| self.top.contains(*it)) {
            let Some(history) = self.history(def, func) else { break };
            places.push((history, place));
            if func == local.home || !self.is_constant_from(&local, func) {
                break;
            }
            place = func;
        }
        places
    }

    /// Whether nothing writes to the variable once the literal is made, in it or elsewhere.
    fn is_constant_from(&self, local: &Local<'a>, literal: Node<'a>) -> bool {
        let graph = self.graph(local.home).filter(|_| literal.kind() == Kind::FuncLit);
        graph.is_some_and(|it| local.is_assigned_after(&self.cx, &it, literal) == Tri::No)
    }
}
