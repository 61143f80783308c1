//! Our side: asks the type layer, and spells what it says the way the Go program spells it.

use gofix_semantic::{Tri, Workspace};
use gofix_syntax::{FileId, Node};

/// A type checker of ours.
pub(super) struct Ours<'a> {
    ws: &'a Workspace,
}

impl<'a> Ours<'a> {
    pub(super) fn new(ws: &'a Workspace) -> Ours<'a> {
        Ours { ws }
    }

    /// The type of an expression, or of the variable that an identifier declares.
    pub(super) fn type_of(&mut self, _: Node<'a>) -> Option<String> {
        None
    }

    /// What a call calls.
    pub(super) fn callee(&mut self, _: Node<'a>) -> Option<String> {
        None
    }

    /// The type and the value of the constant that an identifier declares.
    pub(super) fn constant(&mut self, node: Node<'a>) -> Option<String> {
        self.ws.resolve(node);
        None
    }

    /// Whether a type, or a pointer to it, implements an interface. Both are given in the spelling of the Go program.
    pub(super) fn implements(&mut self, _: &str, _: bool, _: &str) -> Tri {
        Tri::Unknown
    }

    /// The places where the object is used that is declared there, and whether those are all.
    pub(super) fn references(&mut self, _: FileId, _: u32) -> Option<(Vec<(FileId, u32)>, bool)> {
        None
    }
}
