//! Collects nodes as the parser finishes them and lays them out in preorder.
//!
//! A parser knows a node only when it has seen all of it: in `a.b(c)` the call comes last, yet stands above everything.
//! So nodes are pushed children first, each with the size of its subtree, and turned round once at the end.

use crate::{
    kind::{Kind, Role},
    token::Token,
    tree::NodeData,
};

/// A node as it was pushed: children before parents.
pub(crate) struct Slot {
    pub(crate) kind: Kind,
    pub(crate) role: Role,
    pub(crate) op: Token,
    pub(crate) flags: u8,
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// Nodes in the subtree, itself included.
    pub(crate) size: u32,
}

/// How many nodes there were at some moment; nodes pushed since may become children of one.
#[derive(Copy, Clone, PartialEq, Debug)]
pub(crate) struct Mark(u32);

#[derive(Default)]
pub(crate) struct Builder {
    pub(crate) slots: Vec<Slot>,
    tombstones: u32,
}

impl Builder {
    pub(crate) fn mark(&self) -> Mark {
        Mark(self.slots.len() as u32 - self.tombstones)
    }

    /// How many nodes were pushed since `mark`.
    pub(crate) fn since(&self, mark: Mark) -> u32 {
        self.mark().0 - mark.0
    }

    /// Pushes a node whose children are all that was pushed since `mark`.
    pub(crate) fn push(&mut self, mark: Mark, kind: Kind, start: u32, end: u32) -> &mut Slot {
        let size = self.since(mark) + 1;
        self.slots.push(Slot { kind, role: Role::None, op: Token::Eof, flags: 0, start, end, size });
        self.last_mut()
    }

    /// Keeps a place for a node of which it is not known yet whether there is one.
    pub(crate) fn reserve(&mut self) -> usize {
        let at = self.slots.len();
        let slot =
            Slot { kind: Kind::Tombstone, role: Role::None, op: Token::Eof, flags: 0, start: 0, end: 0, size: 0 };
        self.slots.push(slot);
        self.tombstones += 1;
        at
    }

    /// Puts a node of `size` nodes, itself included, at a place kept by [`Builder::reserve`].
    pub(crate) fn fill(&mut self, at: usize, kind: Kind, start: u32, end: u32, size: u32) {
        let slot = &mut self.slots[at];
        debug_assert_eq!(slot.kind, Kind::Tombstone);
        (slot.kind, slot.start, slot.end, slot.size, slot.role) = (kind, start, end, size, Role::List);
        self.tombstones -= 1;
    }

    /// Takes the last node away, so that its children are children of what comes.
    pub(crate) fn pop(&mut self) {
        self.slots.pop();
    }

    /// The place of the node pushed last.
    pub(crate) fn last_index(&self) -> usize {
        self.slots.len() - 1
    }

    pub(crate) fn last(&self) -> &Slot {
        &self.slots[self.slots.len() - 1]
    }

    pub(crate) fn last_mut(&mut self) -> &mut Slot {
        let at = self.slots.len() - 1;
        &mut self.slots[at]
    }

    /// Forgets everything pushed since there were `len` slots.
    pub(crate) fn truncate(&mut self, len: usize) {
        let dropped = self.slots[len..].iter().filter(|it| it.kind == Kind::Tombstone).count();
        self.slots.truncate(len);
        self.tombstones -= dropped as u32;
    }

    /// The nodes in preorder. The last one pushed is the root.
    pub(crate) fn finish(self) -> Box<[NodeData]> {
        let total = self.mark().0 as usize;
        let blank = NodeData {
            kind: Kind::Tombstone,
            role: Role::None,
            op: Token::Eof,
            flags: 0,
            start: 0,
            end: 0,
            parent: 0,
            subtree_end: 0,
        };
        let mut nodes = vec![blank; total];
        // Open nodes, and before which id their next child, from the right, ends.
        let mut open: Vec<(u32, u32)> = Vec::with_capacity(64);
        for slot in self.slots.iter().rev().filter(|it| it.kind != Kind::Tombstone) {
            let (parent, id) = match open.last_mut() {
                None => (0, 0),
                Some((parent, before)) => {
                    *before -= slot.size;
                    (*parent, *before)
                }
            };
            nodes[id as usize] = NodeData {
                kind: slot.kind,
                role: slot.role,
                op: slot.op,
                flags: slot.flags & !scratch::ALL,
                start: slot.start,
                end: slot.end,
                parent,
                subtree_end: id + slot.size,
            };
            open.push((id, id + slot.size));
            while open.last().is_some_and(|&(id, before)| before == id + 1) {
                open.pop();
            }
        }
        nodes.into_boxed_slice()
    }
}

/// Flag bits that only the parser looks at.
pub(crate) mod scratch {
    /// An expression that can only be a type element.
    pub(crate) const TYPE_ELEM: u8 = 0x80;
    /// `TypeAssertExpr`: `x.(type)`.
    pub(crate) const TYPE_SWITCH: u8 = 0x40;
    /// `AssignStmt`: one operand on the left, one on the right.
    pub(crate) const SINGLE: u8 = 0x20;
    pub(crate) const ALL: u8 = TYPE_ELEM | TYPE_SWITCH | SINGLE;
}

impl Mark {
    /// The moment `nodes` nodes after `mark`.
    pub(crate) fn behind(mark: Mark, nodes: u32) -> Mark {
        Mark(mark.0 + nodes)
    }
}
