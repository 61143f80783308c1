//! From identifiers to what they denote.

use gofix_syntax::{Kind, Node, Role, ast, ast::AstNode};

use crate::{
    Def, Import, ImportName, Res, Workspace,
    import::{certain_name, specs},
    names::{KeySlot, Slot},
    package::Declared,
    universe::predeclared,
};

impl Workspace {
    /// What an identifier denotes. An identifier that declares denotes its declaration. The name of an embedded field
    /// is a use of the type.
    ///
    /// `Name` in `pkg.Name` is [`Res::External`]; fields and methods selected from values are [`Res::Unknown`], and so
    /// are keys of composite literals unless it is decided whether they are fields.
    pub fn resolve<'a>(&'a self, ident: Node<'a>) -> Res<'a> {
        let Some(name) = ident.as_ident() else { return Res::Unknown };
        if !self.owns(ident.file()) {
            return Res::Unknown;
        }
        match self.names(ident.file()).slot(ident.id()) {
            Slot::Nothing => Res::Unknown,
            Slot::Def(id) => Def::of(ident.file().node(id)).map_or(Res::Unknown, Res::Def),
            Slot::Outer => self.resolve_outer(ident, name),
            Slot::Selected => self.resolve_selected(ident, name),
            Slot::Import => self.resolve_import_name(ident),
            Slot::Key(slot) => self.resolve_key(ident, slot),
        }
    }

    /// What an expression denotes if it is a name, maybe a qualified one, maybe in parentheses: see
    /// [`Workspace::resolve`]. Other expressions are [`Res::Unknown`].
    pub fn resolve_expr<'a>(&'a self, expr: Node<'a>) -> Res<'a> {
        let expr = expr.unparen();
        match ast::SelectorExpr::cast(expr) {
            Some(selector) => self.resolve(selector.sel()),
            None => self.resolve(expr),
        }
    }

    /// What a name denotes that nothing inside the file's declarations declares: an import, a name of the package, a
    /// predeclared one.
    pub(crate) fn resolve_outer<'a>(&'a self, ident: Node<'a>, name: &'a str) -> Res<'a> {
        let file = ident.file();
        if let Some(import) = specs(file).find(|it| certain_name(*it, self.local_paths()) == Some(name)) {
            return package(import, ident);
        }
        // Only a qualifier can denote a package, so for others the names that are not written do not matter.
        let mut guesses = Guesses::None;
        if is_qualifier(ident) {
            let mut imports = self.imports(file.id());
            if let Some(import) = imports.find(|it| it.how == ImportName::Known && it.name == name) {
                return Res::Package { spec: import.spec, path: import.path };
            }
            guesses = Guesses::of(self.imports(file.id()), name);
        }
        let declared = self.package_of(file.id()).lookup(name);
        match (guesses, predeclared(name)) {
            _ if declared.unsure => Res::Unknown,
            (Guesses::None | Guesses::Others, _) if !declared.idents.is_empty() => self.declared(ident, &declared),
            (Guesses::This(import), None) if declared.is_absent() => {
                Res::Package { spec: import.spec, path: import.path }
            }
            (Guesses::None, Some(name)) => Res::Universe(name),
            _ => Res::Unknown,
        }
    }

    /// The one declaration that a name of the package denotes. Of several, which a build never has together, the one
    /// in the same file is meant.
    fn declared<'a>(&'a self, ident: Node<'a>, declared: &Declared) -> Res<'a> {
        let file = ident.file().id();
        let mut own = declared.idents.iter().filter(|it| it.0 == file);
        let found = match (own.next(), own.next(), &declared.idents[..]) {
            (Some(only), None, _) | (None, _, [only]) => self.package_of(file).ident(*only),
            _ => None,
        };
        found.and_then(Def::of).map_or(Res::Unknown, Res::Def)
    }

    /// `Name` in `x.Name`.
    fn resolve_selected<'a>(&'a self, ident: Node<'a>, name: &'a str) -> Res<'a> {
        let selector = ident.parent().and_then(ast::SelectorExpr::cast);
        match selector.map(|it| self.resolve(it.x())) {
            Some(Res::Package { path, .. }) => Res::External { path, name },
            _ => Res::Unknown,
        }
    }

    fn resolve_import_name<'a>(&'a self, ident: Node<'a>) -> Res<'a> {
        let import = ident.parent().and_then(ast::ImportSpec::cast).filter(|_| ident.text() != "_");
        import.map_or(Res::Unknown, |it| Res::Package { spec: it.node(), path: it.import_path() })
    }

    /// What a key means if it is an expression.
    pub(crate) fn resolve_plain_key<'a>(&'a self, ident: Node<'a>, slot: KeySlot) -> Res<'a> {
        match slot {
            KeySlot::Def(id) => Def::of(ident.file().node(id)).map_or(Res::Unknown, Res::Def),
            KeySlot::Outer => self.resolve_outer(ident, ident.text()),
        }
    }
}

/// Whether an identifier is the `x` of `x.Name`.
pub(crate) fn is_qualifier(ident: Node<'_>) -> bool {
    ident.role() == Role::X && ident.parent().is_some_and(|it| it.kind() == Kind::SelectorExpr)
}

/// A package; nothing, if a package name stands without a selector.
fn package<'a>(import: ast::ImportSpec<'a>, ident: Node<'a>) -> Res<'a> {
    match is_qualifier(ident) {
        true => Res::Package { spec: import.node(), path: import.import_path() },
        false => Res::Unknown,
    }
}

/// What the imports whose names are only guessed say of a qualifier.
#[derive(Copy, Clone)]
enum Guesses<'a> {
    /// There are none.
    None,
    /// There are some, with other names.
    Others,
    /// The guess for this one is the name.
    This(Import<'a>),
}

impl<'a> Guesses<'a> {
    fn of(imports: impl Iterator<Item = Import<'a>>, name: &str) -> Guesses<'a> {
        let mut guesses = Guesses::None;
        for import in imports.filter(|it| it.how == ImportName::Guessed) {
            guesses = match guesses {
                Guesses::This(found) => Guesses::This(found),
                _ if import.name == name => Guesses::This(import),
                _ => Guesses::Others,
            };
        }
        guesses
    }
}
