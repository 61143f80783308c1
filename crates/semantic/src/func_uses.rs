//! What is done with a function wherever it is named: called, or used as a value.

use gofix_syntax::{
    FileId, Kind, Node, Role, TextRange,
    ast::{AstNode, CallExpr, SelectorExpr},
};

use crate::{Def, Gap, References, Typing, Workspace, words::occurrences};

/// All that is done with a function or method, in all packages, tests, builds and modules of the project.
///
/// For a method that is what calls it by the type that has it, or by one that embeds that type. What is called through an
/// interface is the method of the interface: see [`Typing::required`](crate::Typing::required).
#[derive(Clone, Default, Debug)]
pub struct FuncUses<'w> {
    /// The calls, in order of file and text; those of `go` and `defer` statements, and with type arguments, too.
    pub calls: Vec<CallExpr<'w>>,
    /// The identifiers that denote it where it is not called but used as a value: stored, passed, compared, instantiated.
    /// Method expressions are among them, also where they are called: their receiver is an argument.
    pub values: Vec<Node<'w>>,
    /// Why there may be others.
    pub gaps: Vec<Gap<'w>>,
    /// Whether packages outside the project can refer to it.
    pub exported: bool,
}

impl FuncUses<'_> {
    /// Whether these are all uses in the project's own files.
    pub fn is_complete(&self) -> bool {
        self.gaps.is_empty()
    }
}

impl<'w> Typing<'w> {
    /// The uses of a function or method that the project's own files declare. Of anything else no use is a call.
    pub fn func_uses(&self, func: Def<'w>) -> FuncUses<'w> {
        split(self, self.references(func))
    }
}

impl Workspace {
    /// The uses of several functions and methods, in the same order, with the files spread over the threads.
    pub fn func_uses_of<'w>(&'w self, funcs: &[Def<'w>]) -> Vec<FuncUses<'w>> {
        let typing = Typing::new(self);
        self.references_of(funcs).into_iter().map(|it| split(&typing, it)).collect()
    }

    /// Where comments of the project's own files have the word `name`, in order of file and text. What it means there is
    /// not looked at.
    pub fn comment_mentions(&self, name: &str) -> Vec<(FileId, TextRange)> {
        let mut found = Vec::new();
        for (id, range) in self.textual_mentions(name) {
            let Some(text) = self.file(id).and_then(|it| it.text().get(range.to_usize())) else { continue };
            if !text.starts_with('/') {
                continue;
            }
            let places = occurrences(text.as_bytes(), name).map(|it| range.start + it as u32);
            found.extend(places.map(|it| (id, TextRange::new(it, it + name.len() as u32))));
        }
        found
    }
}

fn split<'w>(typing: &Typing<'w>, found: References<'w>) -> FuncUses<'w> {
    let References { sites, gaps, exported } = found;
    let mut uses = FuncUses { gaps, exported, ..FuncUses::default() };
    for site in sites {
        match call_of(site).filter(|_| !is_method_expression(typing, site)) {
            Some(call) => uses.calls.push(call),
            None => uses.values.push(site),
        }
    }
    uses
}

/// The call whose function is named by `ident`, maybe with a qualifier, with type arguments or in parentheses.
pub(crate) fn call_of(ident: Node<'_>) -> Option<CallExpr<'_>> {
    let mut fun = ident;
    loop {
        let parent = fun.parent()?;
        let goes_on = match parent.kind() {
            Kind::CallExpr => return CallExpr::cast(parent).filter(|_| fun.role() == Role::Fun),
            Kind::SelectorExpr => fun.role() == Role::Sel,
            Kind::IndexExpr | Kind::IndexListExpr | Kind::ParenExpr => fun.role() == Role::X,
            _ => false,
        };
        if !goes_on {
            return None;
        }
        fun = parent;
    }
}

/// Whether `ident` is the method of `T.m` or `(*T).m`, or may be.
fn is_method_expression<'w>(typing: &Typing<'w>, ident: Node<'w>) -> bool {
    let Some(selector) = ident.parent().and_then(SelectorExpr::cast).filter(|it| it.sel() == ident) else {
        return false;
    };
    let types = typing.of(ident.file().id());
    types.is_none_or(|types| types.denoted_type(selector.x()) != crate::types::Ty::UNKNOWN)
}
