//! Our side of the comparison: one place that knows the type layer's interface.

use std::cell::OnceCell;

use gofix_semantic::{Def, Tri, Types, Typing, Workspace, types::Ty};
use gofix_syntax::{FileId, Kind, Node, ast::AstNode as _, ast::CallExpr};

/// A type checker of ours. What it says is spelled as the Go program spells it; none means unknown.
pub(super) struct Ours<'a> {
    ws: &'a Workspace,
    types: Types<'a>,
    /// Types of all configurations.
    typing: Typing<'a>,
    /// A file to look at packages from, once one is needed.
    anywhere: OnceCell<FileId>,
}

impl<'a> Ours<'a> {
    pub(super) fn new(ws: &'a Workspace) -> Ours<'a> {
        let types = Types::new(ws, ws.project().config().clone());
        Ours { ws, types, typing: Typing::new(ws), anywhere: OnceCell::new() }
    }

    /// The type of an expression, or of the variable that an identifier declares.
    pub(super) fn type_of(&mut self, node: Node<'a>) -> Option<String> {
        self.types.spell(self.types.type_of(node))
    }

    /// What a call calls.
    pub(super) fn callee(&mut self, node: Node<'a>) -> Option<String> {
        self.types.spell_callee(CallExpr::cast(node)?)
    }

    /// The type and the value of the constant that an identifier declares.
    pub(super) fn constant(&mut self, node: Node<'a>) -> Option<String> {
        self.types.spell_const(node)
    }

    /// Whether a type, or a pointer to it, implements an interface. Both are given in the spelling of the Go program.
    pub(super) fn implements(&mut self, name: &str, pointer: bool, interface: &str) -> Tri {
        let (ty, interface) = (self.named(name), self.named(interface));
        let ty = if pointer { self.types.pointer_to(ty) } else { ty };
        self.types.implements(ty, interface)
    }

    /// The type of that name: `import/path.Name`, or `error`.
    fn named(&self, name: &str) -> Ty {
        match name.rsplit_once('.') {
            Some((path, name)) => self.types.named_type(self.anywhere(), path, name),
            None => self.types.error_type(),
        }
    }

    fn anywhere(&self) -> FileId {
        let mut ids = (0..self.ws.project().files().len() as u32).map(FileId);
        *self.anywhere.get_or_init(|| ids.find(|it| self.types.check_file(*it)).unwrap_or(FileId(0)))
    }

    /// The places where the object is used that is declared there, and whether those are all.
    pub(super) fn references(&mut self, file: FileId, offset: u32) -> Option<(Vec<(FileId, u32)>, bool)> {
        let mut nodes = self.ws.file(file)?.nodes();
        let ident = nodes.find(|it| it.kind() == Kind::Ident && it.start() == offset)?;
        let def = Def::embedded_field(ident).or_else(|| self.ws.resolve(ident).def())?;
        let found = self.typing.references(def);
        Some((found.sites.iter().map(|it| (it.file().id(), it.start())).collect(), found.is_complete()))
    }
}
