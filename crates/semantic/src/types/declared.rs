//! What a file of another package declares, found once for all threads, by name.

use gofix_syntax::{
    Kind, Node, NodeId, Role, SourceFile, Token,
    ast::{AstNode, FuncDecl, GenDecl, TypeSpec, ValueSpec},
};

use super::{db::ObjKind, name::hash_of, scope::receiver_base};

/// One name of a declaration in the package block, or of a method.
#[derive(Copy, Clone, Debug)]
pub(crate) struct Declared {
    pub(super) kind: ObjKind,
    pub(super) ident: NodeId,
    /// `TypeSpec`, `ValueSpec` or `FuncDecl`.
    pub(super) decl: NodeId,
    /// Of a constant: the spec that has its value.
    pub(super) source: Option<NodeId>,
    /// Position among the names of the spec.
    pub(super) index: u32,
    pub(super) iota: u32,
    /// Of a method: the name of the type that it belongs to.
    pub(super) base: Option<NodeId>,
}

/// The declarations of a file in its order, and how to find those of a name.
#[derive(Default, Debug)]
pub(crate) struct Declarations {
    all: Vec<Declared>,
    /// The hash of a name, and which declaration has it; sorted.
    names: Vec<(u32, u32)>,
    /// The same of methods, by the names of their types.
    methods: Vec<(u32, u32)>,
}

impl Declarations {
    pub(crate) fn of(file: &SourceFile) -> Declarations {
        let mut found = Declarations::default();
        for decl in file.root().children_in(Role::Decls) {
            match decl.kind() {
                Kind::FuncDecl => found.add_func(decl),
                Kind::GenDecl => found.add_group(decl),
                _ => {}
            }
        }
        found.names.sort_unstable();
        found.methods.sort_unstable();
        found
    }

    /// All of them in the order of the file.
    pub(super) fn all(&self) -> &[Declared] {
        &self.all
    }

    /// Those in the package block that have a name.
    pub(super) fn named<'f>(&'f self, file: &'f SourceFile, name: &'f str) -> impl Iterator<Item = &'f Declared> {
        self.find(&self.names, name).filter(move |it| file.node(it.ident).text() == name)
    }

    /// The methods of the type with a name.
    pub(super) fn methods_of<'f>(&'f self, file: &'f SourceFile, name: &'f str) -> impl Iterator<Item = &'f Declared> {
        self.find(&self.methods, name).filter(move |it| it.base.is_some_and(|it| file.node(it).text() == name))
    }

    /// Whether methods are declared for a type of that name.
    pub(super) fn has_methods_of(&self, file: &SourceFile, name: &str) -> bool {
        self.methods_of(file, name).next().is_some()
    }

    fn find<'f>(&'f self, table: &'f [(u32, u32)], name: &str) -> impl Iterator<Item = &'f Declared> {
        let hash = hash_of(name.as_bytes());
        let first = table.partition_point(|it| it.0 < hash);
        let found = table[first..].iter().take_while(move |it| it.0 == hash);
        found.filter_map(|it| self.all.get(it.1 as usize))
    }

    fn add(&mut self, name: Node<'_>, declared: Declared) {
        if name.text() != "_" {
            self.names.push((hash_of(name.text().as_bytes()), self.all.len() as u32));
        }
        self.all.push(declared);
    }

    fn add_func(&mut self, decl: Node<'_>) {
        let Some(func) = FuncDecl::cast(decl) else { return };
        let declared = Declared {
            kind: ObjKind::Func,
            ident: func.name().id(),
            decl: decl.id(),
            source: None,
            index: 0,
            iota: 0,
            base: None,
        };
        if func.recv().is_none() {
            // `init` cannot be referred to.
            if func.name().text() != "init" {
                self.add(func.name(), declared);
            }
            return;
        }
        let Some(base) = receiver_base(func) else { return };
        if func.name().text() != "_" {
            self.methods.push((hash_of(base.text().as_bytes()), self.all.len() as u32));
            self.all.push(Declared { kind: ObjKind::Method, base: Some(base.id()), ..declared });
        }
    }

    fn add_group(&mut self, decl: Node<'_>) {
        let Some(group) = GenDecl::cast(decl) else { return };
        let one = |kind: ObjKind, ident: Node<'_>, decl: Node<'_>| Declared {
            kind,
            ident: ident.id(),
            decl: decl.id(),
            source: None,
            index: 0,
            iota: 0,
            base: None,
        };
        match group.tok() {
            Token::Const => {
                for it in const_names(group) {
                    let source = it.source.map(Node::id);
                    let declared = one(ObjKind::Const, it.name, it.spec);
                    self.add(it.name, Declared { source, index: it.index, iota: it.iota, ..declared });
                }
            }
            Token::Var => {
                for spec in group.specs().filter_map(ValueSpec::cast) {
                    for (index, name) in spec.names().enumerate() {
                        self.add(name, Declared { index: index as u32, ..one(ObjKind::Var, name, spec.node()) });
                    }
                }
            }
            Token::Type => {
                for spec in group.specs().filter_map(TypeSpec::cast) {
                    let kind = if spec.is_alias() { ObjKind::Alias } else { ObjKind::Type };
                    self.add(spec.name(), one(kind, spec.name(), spec.node()));
                }
            }
            _ => {}
        }
    }
}

/// A name of a declaration of constants.
pub(super) struct ConstName<'w> {
    pub(super) name: Node<'w>,
    pub(super) spec: Node<'w>,
    /// The spec that has its value.
    pub(super) source: Option<Node<'w>>,
    pub(super) index: u32,
    pub(super) iota: u32,
}

/// The names of a declaration of constants. A spec without values repeats those of the last one that has them.
pub(super) fn const_names(group: GenDecl<'_>) -> Vec<ConstName<'_>> {
    let mut source = None;
    let mut names = Vec::new();
    for (iota, spec) in group.specs().filter_map(ValueSpec::cast).enumerate() {
        if spec.values().next().is_some() || spec.ty().is_some() {
            source = Some(spec.node());
        }
        for (index, name) in spec.names().enumerate() {
            names.push(ConstName { name, spec: spec.node(), source, index: index as u32, iota: iota as u32 });
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_methods_are_found() {
        let text = "package p\n\nconst (\n\tA, B = iota, 2\n\tC, D\n)\n\nvar x, _ = 1, 2\n\ntype T struct{}\ntype U = T\n\n\
                    func init() {}\nfunc F() {}\nfunc (*T) M()\nfunc (U) F()\nfunc (T) M()\nfunc (T) _()\n";
        let file = SourceFile::parse(text);
        let found = Declarations::of(&file);
        let named = |name| found.named(&file, name).map(|it| (it.kind, it.index, it.iota)).collect::<Vec<_>>();
        assert_eq!(named("D"), [(ObjKind::Const, 1, 1)]);
        assert_eq!(
            found.named(&file, "D").next().map(|it| file.node(it.source.unwrap()).text()),
            Some("A, B = iota, 2")
        );
        assert_eq!(named("x"), [(ObjKind::Var, 0, 0)]);
        assert_eq!(named("U"), [(ObjKind::Alias, 0, 0)]);
        assert_eq!(named("F"), [(ObjKind::Func, 0, 0)]);
        assert!(["M", "_", "init", "y"].iter().all(|it| named(it).is_empty()));
        let methods = |name| found.methods_of(&file, name).map(|it| file.node(it.ident).text()).collect::<Vec<_>>();
        assert_eq!((methods("T"), methods("U"), methods("V")), (vec!["M", "M"], vec!["F"], vec![]));
        assert!(found.has_methods_of(&file, "U") && !found.has_methods_of(&file, "x"));
    }
}
