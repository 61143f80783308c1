//! Which names may be declared at a place, and whether a predeclared name means there what it means everywhere.

use gofix_syntax::{FileId, Kind, Node, NodeId, Role, SourceFile, Token, header};

use crate::{
    Def, DefKind, Res, Tri, Workspace, def::is_exported, import::specs, names::Slot, universe::predeclared,
    words::mentions,
};

impl Workspace {
    /// Whether `name` at `at` means what is predeclared under that name, in every build of the package. No: it means
    /// something else, at least in some build. Unknown: a file or declaration that might declare it cannot be read.
    pub fn is_universe(&self, name: &str, at: Node<'_>) -> Tri {
        let file = at.file();
        if predeclared(name).is_none() {
            return Tri::No;
        }
        if !self.owns(file) {
            return Tri::Unknown;
        }
        let declared = self.package_of(file.id()).lookup(name);
        if !declared.idents.is_empty() {
            return Tri::No;
        }
        // Where the word does not occur, no scope has the name.
        if declared.mentioned.binary_search(&file.id()).is_ok() {
            let names = self.names(file);
            // A name that is not written is an import's only if it qualifies something, since imports must be used.
            let is_import = imports_as(file, name) || names.qualifies(file, name);
            if is_import || names.lookup(name, at).is_some() {
                return Tri::No;
            }
        }
        if declared.unsure { Tri::Unknown } else { Tri::Yes }
    }

    /// The declaration inside a function, or of a type parameter, that `name` would mean at `at`.
    pub fn local<'a>(&'a self, name: &str, at: Node<'a>) -> Option<Def<'a>> {
        let file = Some(at.file()).filter(|it| self.owns(it))?;
        let found = self.names(file).lookup(name, at)?;
        Def::of(file.node(found.ident))
    }

    /// Whether an import called `name` may be added to a file: neither the package nor the file has the name, and
    /// nothing in the file means something else by it. Whether a local declaration hides it at some place is for
    /// [`Workspace::local`] to say.
    pub fn is_free_for_import(&self, name: &str, file: FileId) -> Tri {
        if !is_identifier(name) {
            return Tri::No;
        }
        let declared = self.package_of(file).lookup(name);
        match (self.is_outer_name(name, file), declared.unsure) {
            _ if !declared.idents.is_empty() => Tri::No,
            (Tri::Yes, _) => Tri::No,
            (Tri::No, false) => Tri::Yes,
            _ => Tri::Unknown,
        }
    }

    /// Whether a declaration of `name` may be added directly before the statement that `at` is or is part of, in that
    /// statement's block: the block does not declare it yet, and from there to the end of the block nothing is called
    /// so, neither what a use could mean instead nor what could hide the new name. Fields, methods and labels do not
    /// count.
    ///
    /// Outside functions the declaration is one of the package: no file of the package, whatever its build constraints,
    /// declares, imports or uses anything of that name. Whether declarations inside functions would hide it is not
    /// looked at.
    pub fn is_free(&self, name: &str, at: Node<'_>) -> Tri {
        if !is_identifier(name) {
            return Tri::No;
        }
        if !self.owns(at.file()) {
            return Tri::Unknown;
        }
        let Some((statement, block)) = statement_of(at) else { return self.is_free_in_package(name, at.file()) };
        let scope = scope_of(block).id();
        let mut locals = self.names(at.file()).locals_named(at.file(), name);
        if locals.any(|it| it.scope == scope) {
            return Tri::No;
        }
        let later = block.descendants().skip(statement.id().index() - block.id().index() - 1);
        self.is_unused(name, later)
    }

    /// Whether nothing in and below `node` is called `name`, so that in a new scope around it the name may be declared
    /// and used anywhere. Fields, methods and labels do not count.
    pub fn is_unused_in(&self, name: &str, node: Node<'_>) -> Tri {
        match self.owns(node.file()) {
            true => self.is_unused(name, std::iter::once(node).chain(node.descendants())),
            false => Tri::Unknown,
        }
    }

    /// A name for a new declaration at `at`: the first of `wanted` that [is free](Workspace::is_free) there, else the
    /// first of them with a number from 2 on. None if there is no such name.
    pub fn fresh_name(&self, wanted: &[&str], at: Node<'_>) -> Option<String> {
        /// Enough for code that people wrote.
        const MAX_NUMBER: u32 = 99;
        let numbered = wanted.first().into_iter().flat_map(|it| (2..=MAX_NUMBER).map(move |n| format!("{it}{n}")));
        let mut names = wanted.iter().map(|it| it.to_string()).chain(numbered);
        names.find(|it| self.is_free(it, at).is_yes())
    }

    fn is_unused<'a>(&'a self, name: &str, nodes: impl Iterator<Item = Node<'a>>) -> Tri {
        let mut answer = Tri::Yes;
        for ident in nodes.filter(|it| it.as_ident() == Some(name)) {
            match self.names(ident.file()).slot(ident.id()) {
                Slot::Def(id) if is_apart(ident.file(), id) => {}
                Slot::Def(_) | Slot::Outer => return Tri::No,
                Slot::Key(_) => match self.resolve(ident) {
                    Res::Def(def) if def.kind() == DefKind::Field => {}
                    Res::Unknown => answer = Tri::Unknown,
                    _ => return Tri::No,
                },
                Slot::Nothing | Slot::Selected | Slot::Import => {}
            }
        }
        answer
    }

    fn is_free_in_package(&self, name: &str, file: &SourceFile) -> Tri {
        let package = self.package_of(file.id());
        let declared = package.lookup(name);
        if matches!(name, "init" | "main") || !declared.idents.is_empty() {
            return Tri::No;
        }
        let mut answer = if declared.unsure { Tri::Unknown } else { Tri::Yes };
        for &id in package.files() {
            match self.is_outer_name(name, id) {
                Tri::Yes => return Tri::No,
                Tri::Unknown => answer = Tri::Unknown,
                Tri::No => {}
            }
        }
        answer
    }

    /// Whether a file uses `name` for something declared outside its declarations, or imports something under it.
    fn is_outer_name(&self, name: &str, id: FileId) -> Tri {
        let kept = self.slot(id).text.get().map(|it| it.as_deref());
        let read = if kept.is_none() { self.read_bytes(id).ok() } else { None };
        let bytes = match (&kept, &read) {
            (Some(Ok(text)), _) => text.as_bytes(),
            (_, Some(bytes)) => bytes,
            _ => return Tri::Unknown,
        };
        let Ok(text) = std::str::from_utf8(bytes) else { return Tri::Unknown };
        let dots =
            is_exported(name) && header::read(text).imports.iter().any(|it| it.name.is_some_and(|it| it.name == "."));
        if !mentions(bytes, name) {
            return if dots { Tri::Unknown } else { Tri::No };
        }
        let Some(file) = self.file(id) else { return Tri::Unknown };
        if imports_as(file, name) {
            return Tri::Yes;
        }
        let names = self.names(file);
        let outer = file.nodes().filter(|it| it.as_ident() == Some(name));
        match self.is_unused(name, outer.filter(|it| matches!(names.slot(it.id()), Slot::Outer | Slot::Key(_)))) {
            Tri::Yes if dots => Tri::Unknown,
            Tri::Yes => Tri::No,
            Tri::No => Tri::Yes,
            Tri::Unknown => Tri::Unknown,
        }
    }
}

/// Whether an import of the file has `name` written in front of its path.
fn imports_as(file: &SourceFile, name: &str) -> bool {
    specs(file).any(|it| it.name().is_some_and(|it| it.text() == name))
}

/// Whether an identifier declares something that no bare name can mean.
fn is_apart(file: &SourceFile, ident: NodeId) -> bool {
    let kind = Def::of(file.node(ident)).map(Def::kind);
    matches!(kind, Some(DefKind::Field | DefKind::Method | DefKind::Label))
}

/// Whether `name` may be the name of something (spec: Identifiers). Letters beyond ASCII are left out.
fn is_identifier(name: &str) -> bool {
    let letters = name.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_');
    letters
        && name != "_"
        && !name.starts_with(|it: char| it.is_ascii_digit())
        && !name.is_empty()
        && Token::keyword(name.as_bytes()).is_none()
}

/// The statement in a list of statements that `at` is or is part of, and what holds the list.
fn statement_of<'a>(at: Node<'a>) -> Option<(Node<'a>, Node<'a>)> {
    std::iter::once(at).chain(at.ancestors()).find_map(|it| {
        let parent = it.parent()?;
        let listed = match parent.kind() {
            Kind::BlockStmt => it.role() == Role::List && it.kind().is_stmt() && !is_clause(it),
            Kind::CaseClause | Kind::CommClause => it.role() == Role::Body,
            _ => false,
        };
        listed.then_some((it, parent))
    })
}

fn is_clause(node: Node<'_>) -> bool {
    matches!(node.kind(), Kind::CaseClause | Kind::CommClause)
}

/// The node whose scope the declarations in a list of statements belong to: a function shares its block.
fn scope_of(block: Node<'_>) -> Node<'_> {
    match block.parent() {
        Some(function) if matches!(function.kind(), Kind::FuncDecl | Kind::FuncLit) => function,
        _ => block,
    }
}
