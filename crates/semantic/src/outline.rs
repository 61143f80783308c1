//! The names that one file declares for its whole package.

use gofix_syntax::{
    Kind, Node, NodeId, Role, SourceFile, TextRange,
    ast::{AstNode, FuncDecl, GenDecl, TypeSpec, ValueSpec},
};

use crate::{names::hash_name, words::mentions};

/// The package-level declarations of one file (spec: Declarations and scope).
pub(crate) struct Outline {
    /// By hash of the name, then in order of the text.
    names: Box<[(u32, NodeId)]>,
    /// The text outside clean declarations, if anything in it is broken.
    broken: Box<[TextRange]>,
}

impl Outline {
    pub(crate) fn of(file: &SourceFile) -> Outline {
        let mut names = Vec::new();
        for decl in file.root().children_in(Role::Decls) {
            match decl.kind() {
                Kind::FuncDecl => names.extend(function_name(decl)),
                Kind::GenDecl => {
                    names.extend(GenDecl::cast(decl).into_iter().flat_map(|it| it.specs()).flat_map(spec_names))
                }
                _ => {}
            }
        }
        let names = names.into_iter().filter(|it| it.text() != "_");
        let mut names: Box<[_]> = names.map(|it| (hash_name(it.text()), it.id())).collect();
        names.sort_unstable();
        Outline { names, broken: broken_parts(file) }
    }

    /// The identifiers that declare `name` in `file`, whose outline this is.
    pub(crate) fn declarations<'a>(&self, file: &'a SourceFile, name: &str) -> impl Iterator<Item = Node<'a>> {
        let hash = hash_name(name);
        let from = self.names.partition_point(|it| it.0 < hash);
        let found = self.names[from..].iter().take_while(move |it| it.0 == hash);
        // The text may have been read twice, and changed in between: then an id means nothing.
        let nodes = found.filter(|it| it.1.index() < file.node_count()).map(|it| file.node(it.1));
        nodes.filter(move |it| it.as_ident() == Some(name))
    }

    /// Whether the file may declare `name`.
    pub(crate) fn may_declare(&self, name: &str) -> bool {
        let hash = hash_name(name);
        self.names.binary_search_by_key(&hash, |it| it.0).is_ok()
    }

    /// Whether a broken part of `file` has the word `name`, and so may declare it.
    pub(crate) fn broken_mentions(&self, text: &str, name: &str) -> bool {
        let part = |it: &TextRange| text.as_bytes().get(it.to_usize());
        self.broken.iter().filter_map(part).any(|it| mentions(it, name))
    }

    /// Whether everything in the file could be parsed.
    pub(crate) fn is_clean(&self) -> bool {
        self.broken.is_empty()
    }
}

/// `init` cannot be referred to, and methods belong to their type.
fn function_name(decl: Node<'_>) -> Option<Node<'_>> {
    let decl = FuncDecl::cast(decl)?;
    Some(decl.name()).filter(|it| decl.recv().is_none() && it.text() != "init")
}

fn spec_names(spec: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    let values = ValueSpec::cast(spec).into_iter().flat_map(|it| it.names());
    values.chain(TypeSpec::cast(spec).map(|it| it.name()))
}

fn broken_parts(file: &SourceFile) -> Box<[TextRange]> {
    if file.errors().is_empty() {
        return Box::default();
    }
    let mut parts = Vec::new();
    let mut from = 0;
    for decl in file.root().children_in(Role::Decls).filter(|it| it.kind() != Kind::BadDecl) {
        parts.push(TextRange::new(from, decl.start().max(from)));
        from = decl.end();
    }
    parts.push(TextRange::new(from, (file.text().len() as u32).max(from)));
    parts.into()
}
