//! Where names are used: the index queries that rules start from.

use gofix_syntax::{
    FileId, Kind, Node, SourceFile,
    ast::{AstNode, CallExpr, SelectorExpr},
};

use crate::{
    Def, DefKind, Res, Workspace,
    def::is_exported,
    func_uses::call_of,
    import::specs,
    names::{KeySlot, Slot},
    words::mentions,
};

/// Where a definition is used.
#[derive(Clone, Default, Debug)]
pub struct Uses<'a> {
    /// The identifiers that denote it, its declaration aside, in order of file and text.
    pub sites: Vec<Node<'a>>,
    /// Identifiers that may denote it.
    pub unsure: Vec<Node<'a>>,
    /// Whether all uses are among these: in the whole package for a definition of the package block, whatever the build
    /// constraints of its files. Uses by other packages are not looked for, nor are fields and methods selected from
    /// values, so for those this is never so.
    pub complete: bool,
}

impl Workspace {
    /// The expressions in a file that denote `name` of the package imported as `path`, which exports it: `pkg.Name`,
    /// or `Name` after a dot import. In order of the text.
    pub fn references<'a>(&'a self, file: FileId, path: &str, name: &str) -> Vec<Node<'a>> {
        let Some(file) = self.file(file) else { return Vec::new() };
        if !specs(file).any(|it| it.import_path() == path) {
            return Vec::new();
        }
        let dot = self.has_dot_import(file, path, name);
        let denotes = |it: &Node<'a>| match it.kind() {
            Kind::SelectorExpr => {
                let sel = SelectorExpr::cast(*it).map(|it| it.sel());
                sel.is_some_and(|it| it.text() == name && self.resolve(it).is_external(path, name))
            }
            Kind::Ident => dot && it.text() == name && self.is_undeclared(*it),
            _ => false,
        };
        file.nodes().filter(denotes).collect()
    }

    /// The calls in a file of the function `name` of the package imported as `path`, also with type arguments or in
    /// parentheses, in order of the text.
    pub fn calls<'a>(&'a self, file: FileId, path: &str, name: &str) -> Vec<CallExpr<'a>> {
        let mut calls: Vec<_> = self.references(file, path, name).into_iter().filter_map(call_of).collect();
        calls.sort_by_key(|it| it.node().id());
        calls
    }

    /// Whether `Name` can mean `name` of `path` by a dot import. Since the package exports the name, nothing else in
    /// the package block may have it (spec: Import declarations).
    fn has_dot_import(&self, file: &SourceFile, path: &str, name: &str) -> bool {
        let is_dot = specs(file).any(|it| it.import_path() == path && it.name().is_some_and(|it| it.text() == "."));
        is_dot && is_exported(name) && self.package_of(file.id()).lookup(name).is_absent()
    }

    /// Whether the declarations of the file leave open what an identifier means, and it is no field.
    fn is_undeclared(&self, ident: Node<'_>) -> bool {
        match self.names(ident.file()).slot(ident.id()) {
            Slot::Outer => true,
            Slot::Key(KeySlot::Outer) => self.is_expression_key(ident),
            _ => false,
        }
    }

    /// The identifiers that denote a definition.
    pub fn uses<'a>(&'a self, def: Def<'a>) -> Uses<'a> {
        let file = def.ident().file();
        if !self.owns(file) {
            return Uses::default();
        }
        let mut uses = Uses { complete: !matches!(def.kind(), DefKind::Field | DefKind::Method), ..Uses::default() };
        if !def.is_package_level() {
            self.uses_in(file, def, &mut uses);
            return uses;
        }
        let package = self.package_of(file.id());
        let declared = package.lookup(def.name());
        uses.complete = !declared.unsure && declared.idents.len() == 1;
        for &id in package.files() {
            match self.file_mentioning(id, def.name()) {
                Mentioning::File(file) => self.uses_in(file, def, &mut uses),
                Mentioning::Not => {}
                Mentioning::Unread => uses.complete = false,
            }
        }
        uses.complete &= uses.unsure.is_empty();
        uses
    }

    fn file_mentioning(&self, id: FileId, name: &str) -> Mentioning<'_> {
        let slot = self.slot(id);
        if slot.text.get().is_none() {
            match self.read_bytes(id) {
                Ok(bytes) if !mentions(&bytes, name) => return Mentioning::Not,
                Ok(_) => {}
                Err(_) => return Mentioning::Unread,
            }
        }
        match self.file(id) {
            Some(file) if mentions(file.text().as_bytes(), name) => Mentioning::File(file),
            Some(_) => Mentioning::Not,
            None => Mentioning::Unread,
        }
    }

    /// The uses in one file.
    fn uses_in<'a>(&'a self, file: &'a SourceFile, def: Def<'a>, uses: &mut Uses<'a>) {
        let names = self.names(file);
        let package_level = def.is_package_level();
        for ident in file.nodes().filter(|it| it.as_ident() == Some(def.name()) && *it != def.ident()) {
            let possible = match names.slot(ident.id()) {
                Slot::Def(id) | Slot::Key(KeySlot::Def(id)) => {
                    id == def.ident().id() && std::ptr::eq(file, def.ident().file())
                }
                Slot::Outer | Slot::Key(KeySlot::Outer) => package_level,
                Slot::Nothing | Slot::Selected | Slot::Import => false,
            };
            let is_field_key = def.kind() == DefKind::Field && matches!(names.slot(ident.id()), Slot::Key(_));
            if !possible && !is_field_key {
                continue;
            }
            match self.resolve(ident) {
                Res::Def(found) if found == def => uses.sites.push(ident),
                Res::Unknown if possible => uses.unsure.push(ident),
                _ => {}
            }
        }
        if !package_level {
            uses.complete &= uses.unsure.is_empty();
        }
    }
}

/// Whether a file has an identifier of some name.
enum Mentioning<'a> {
    File(&'a SourceFile),
    Not,
    Unread,
}
