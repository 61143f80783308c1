//! Where the project's own files write types of a shape: what a change of one type may have to get along with.

use gofix_syntax::{
    FileId, Node, Role,
    ast::{AstNode, InterfaceType, StructType},
};

use crate::{PackageId, Workspace, is_exported, keys::embedded_name};

impl Workspace {
    /// The methods called `name` that interfaces declare, by their identifiers, in order of file and text. Those of a name
    /// that is not exported are looked for in the package alone, since others mean other methods by it.
    pub fn interface_methods(&self, package: PackageId, name: &str) -> Vec<Node<'_>> {
        let interfaces = self.nodes_mentioning(package, name).filter_map(InterfaceType::cast);
        let fields = interfaces.flat_map(|it| it.methods().children_in(Role::List));
        fields.flat_map(|it| it.children_in(Role::Names)).filter(|it| it.text() == name).collect()
    }

    /// The struct types, other than `this`, that have fields of the same names in the same order, one of them `name`: a
    /// value of the one may be converted to the other, if the types of the fields are the same, too. Where one of the names
    /// is not exported, the package alone has such types (spec: Type identity).
    pub fn struct_twins<'w>(&'w self, package: PackageId, this: StructType<'w>, name: &str) -> Vec<Node<'w>> {
        let wanted = field_names(this);
        let rarest = wanted.iter().find(|it| !is_exported(it) && **it != "_").copied().unwrap_or(name);
        let structs = self.nodes_mentioning(package, rarest).filter_map(StructType::cast);
        structs.filter(|it| *it != this && field_names(*it) == wanted).map(AstNode::node).collect()
    }

    fn nodes_mentioning<'w>(&'w self, package: PackageId, name: &str) -> impl Iterator<Item = Node<'w>> + use<'w> {
        let files: Vec<FileId> = match is_exported(name) {
            true => self.own_files(),
            false => self.package(package).files().to_vec(),
        };
        let files = self.files_mentioning(files, name).into_iter();
        files.filter_map(|it| self.file(it)).flat_map(|it| it.nodes())
    }
}

/// The names of the fields of a struct type.
fn field_names(ty: StructType<'_>) -> Vec<&str> {
    let mut names = Vec::new();
    for field in ty.fields().children_in(Role::List) {
        let before = names.len();
        names.extend(field.children_in(Role::Names).map(Node::text));
        if names.len() == before {
            names.extend(field.child(Role::Type).and_then(embedded_name).map(Node::text));
        }
    }
    names
}
