//! How far a value gets: whether something that is made of it outlives the part of a function in which it is made.
//!
//! A value is followed from the variables that hold it to whatever is made of it: fields and methods, elements, addresses,
//! literals around it, results of calls that it is an argument or the receiver of, function literals that capture it,
//! other local variables. What has a type that cannot hold on to anything (numbers, strings, errors, plain data) is not
//! followed further. The order of statements does not count, but for what [`Reach::since`] says.
//!
//! A function that is called with the value may keep it. Where its body is part of the project, that is looked up; else a
//! value is taken not to be kept, but for callees that are known to keep it, while a function literal is taken to be kept,
//! but for callees that are known to be done with it when they return.

mod callee;
mod holds;
mod search;

use gofix_semantic::{Def, Tri};
use gofix_syntax::{Kind, Node};

pub use callee::callee_decl;

use self::{holds::Step, search::Search};
use super::{graph::Graph, walk::is_func};
use crate::Cx;

/// A way in which something that holds the value outlives the region.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Escape<'a> {
    /// Where it happens: an expression or statement of the region.
    pub at: Node<'a>,
    /// What happens there.
    pub way: Way,
}

/// What happens where a value escapes.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Way {
    /// It is returned.
    Returned,
    /// It is assigned to a variable outside the region, or stored in something that may be known outside.
    Stored,
    /// It is sent to a channel.
    Sent,
    /// A `go` statement uses it, or starts a function literal that captures it.
    Started,
    /// A function literal that captures it is kept, or handed to a function that may keep it.
    Captured,
    /// It is given to a function that keeps it.
    Kept,
    /// A function literal that captures it is the function of a subtest or sub-benchmark, which may go on after the
    /// function that starts it, but not after the test itself.
    Subtest,
    /// A deferred function literal that was there before the value captures it.
    Deferred,
    /// It is used in a way that is not understood.
    Unclear,
}

/// A question of how far values get.
pub struct Reach<'a> {
    cx: Cx<'a>,
    region: Node<'a>,
    func: Node<'a>,
    since: Option<(Node<'a>, Graph<'a>)>,
    /// Whether strings and numbers name what is followed.
    names: bool,
    /// Whether plain data may be a part of what is followed.
    parts: bool,
    depth: u32,
}

/// How many calls deep bodies of callees are looked at.
const DEPTH: u32 = 2;

impl<'a> Reach<'a> {
    /// How far values get from `region`: a function (a `FuncDecl` or `FuncLit`), of which parameters are a part, or a block
    /// of one.
    pub fn new(cx: &Cx<'a>, region: Node<'a>) -> Reach<'a> {
        let func = [region].into_iter().chain(region.ancestors()).find(|it| is_func(*it)).unwrap_or(region);
        Reach { cx: *cx, region, func, since: None, names: false, parts: false, depth: DEPTH }
    }

    /// The variables get their values by `stmt`: where they are used before, they hold something else. In function
    /// literals the order is not known.
    #[must_use]
    pub fn since(mut self, stmt: Node<'a>) -> Reach<'a> {
        self.since = self.cx.graph(self.func).map(|graph| (stmt, graph));
        self
    }

    /// What is followed is named by strings or numbers: these count as holding it.
    #[must_use]
    pub fn through_names(mut self) -> Reach<'a> {
        self.names = true;
        self
    }

    /// What is followed may have plain data as parts, like a buffer its bytes: what its fields and methods yield counts,
    /// if it is a slice, map or pointer.
    #[must_use]
    pub fn through_parts(mut self) -> Reach<'a> {
        self.parts = true;
        self
    }

    /// The ways in which values that `variables` hold, or what is made of them, get out of the region.
    pub fn escapes(&self, variables: impl IntoIterator<Item = Def<'a>>) -> Vec<Escape<'a>> {
        Search::run(self, variables.into_iter().collect())
    }

    /// Whether a variable can hold on to anything that is followed, as far as its type tells.
    pub fn can_be_held(&self, def: Def<'a>) -> bool {
        self.can_hold(def.ident(), Step::Part)
    }

    /// Whether the use of a variable at `site` comes before the variable has the value in question. No literal is around
    /// `site`, but in the function of the region.
    fn is_before(&self, site: Node<'a>) -> bool {
        let Some((stmt, graph)) = &self.since else { return false };
        let in_literal = site.ancestors().take_while(|it| *it != self.func).any(|it| it.kind() == Kind::FuncLit);
        !in_literal && (stmt.contains(site) || graph.can_follow(site, *stmt) == Tri::No)
    }

    /// Whether what `defer` defers may have been deferred before the variables got their values, so that it runs last.
    fn is_deferred_before(&self, defer: Node<'a>) -> bool {
        self.since.as_ref().is_some_and(|(stmt, graph)| graph.can_follow(*stmt, defer) != Tri::No)
    }
}
