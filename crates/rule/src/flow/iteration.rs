//! Variables and the turns of loops.

use gofix_project::GoVersion;
use gofix_semantic::Def;
use gofix_syntax::{
    Kind, Node, Role,
    ast::{AstNode, RangeStmt},
};

use super::walk::enclosing_loops;
use crate::Cx;

/// The version from which on each turn of a loop has variables of its own (spec: For statements with for clause, with
/// range clause; Go 1.22 release notes). The version of the file counts.
pub const PER_ITERATION: GoVersion = GoVersion::new(1, 22);

/// How often a variable is made anew, within one call of its function.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Renewal<'a> {
    /// Each turn of this loop has its own: it is declared in the body, or in the head of the loop and the file's version
    /// is 1.22 or later.
    EachTurn {
        /// The innermost loop of which that is so.
        repeated: Node<'a>,
        /// Whether the head of that loop declares it.
        in_head: bool,
    },
    /// All turns of the loop whose head declares it share one: the file's version is before 1.22. A loop around that one
    /// makes no difference to this answer.
    Shared(Node<'a>),
    /// No loop is around its declaration. A `goto` may still repeat that.
    Once,
}

impl Renewal<'_> {
    /// Whether each turn of the loop has a variable of its own.
    pub fn is_per_iteration(self) -> bool {
        matches!(self, Renewal::EachTurn { .. })
    }
}

/// The loop whose head declares the variable: `for i := …; …; …`, or `for k, v := range …`.
pub fn declaring_loop(def: Def<'_>) -> Option<Node<'_>> {
    let ident = def.ident();
    let parent = ident.parent()?;
    if RangeStmt::cast(parent).is_some() && matches!(ident.role(), Role::Key | Role::Value) {
        return Some(parent);
    }
    let is_init = parent.kind() == Kind::AssignStmt && ident.role() == Role::Lhs && parent.role() == Role::Init;
    parent.parent().filter(|it| is_init && it.kind() == Kind::ForStmt)
}

/// How often `def`, a variable of a function, is made anew.
pub fn renewal<'a>(cx: &Cx<'a>, def: Def<'a>) -> Renewal<'a> {
    match declaring_loop(def) {
        Some(it) if cx.go_version(it.file()) >= PER_ITERATION => Renewal::EachTurn { repeated: it, in_head: true },
        Some(it) => Renewal::Shared(it),
        // Parameters are made at each call.
        None if def.node().kind() == Kind::Field => Renewal::Once,
        None => match enclosing_loops(def.ident()).next() {
            Some(repeated) => Renewal::EachTurn { repeated, in_head: false },
            None => Renewal::Once,
        },
    }
}
