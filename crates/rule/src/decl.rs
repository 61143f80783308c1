//! Declarations that go.

use std::collections::BTreeMap;

use gofix_syntax::{
    Node, TextRange,
    ast::{AstNode, GenDecl},
};

use crate::{Fix, lines};

impl Fix {
    /// Deletes specs of `var`, `const` and `type` declarations, with their comments: those above, inside and behind. A
    /// declaration of which all specs go is deleted whole.
    pub fn delete_specs<'a>(self, specs: impl IntoIterator<Item = Node<'a>>) -> Fix {
        let mut decls: BTreeMap<_, (GenDecl<'a>, Vec<Node<'a>>)> = BTreeMap::new();
        for spec in specs {
            if let Some(decl) = spec.parent().and_then(GenDecl::cast) {
                let key = (decl.node().file().id(), decl.node().id());
                decls.entry(key).or_insert((decl, Vec::new())).1.push(spec);
            }
        }
        decls.into_values().fold(self, |fix, (decl, specs)| match decl.specs().all(|it| specs.contains(&it)) {
            true => fix.delete_lines(decl.node()),
            false => specs.into_iter().fold(fix, Fix::delete_lines),
        })
    }

    /// Deletes the lines that a node starts and ends on, with the comments directly above; only the node and what trails
    /// it, if there is something else on the lines.
    fn delete_lines(self, node: Node<'_>) -> Fix {
        let (file, tail) = (node.file(), lines::tail(node));
        let range = match lines::starts_line(node) && lines::ends_line(file, tail.end) {
            true => TextRange::new(lines::lead(node), lines::next_line(file, tail.end)),
            false => TextRange::new(node.start(), tail.end),
        };
        self.drops_comments_in(file, range).replace_range(file, range, "")
    }
}
