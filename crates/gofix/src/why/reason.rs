//! Why something is unknown: the way from a place to what is to blame.

use std::fmt;

use gofix_rule::semantic::{
    Def, DefKind, Import, ImportName, Res,
    types::{ObjectKind, Ty},
};
use gofix_rule::syntax::{
    Kind, Node, Role, SourceFile,
    ast::{AstNode, ImportSpec, SelectorExpr, ValueSpec},
    header,
};

use super::Spot;
use super::ask::Asker;

/// Why something is not known.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Reason {
    /// The file belongs to no build.
    NoBuild {
        /// The constraint, as it is written.
        constraint: String,
    },
    /// What could tell has a syntax error.
    SyntaxError {
        /// Where.
        at: Spot,
        /// The error, as a phrase.
        message: String,
    },
    /// A package was not found.
    ImportNotFound {
        /// Its path.
        import: String,
        /// Where it was looked for, as phrases.
        sought: Vec<String>,
    },
    /// It comes from C.
    Cgo,
    /// It depends on something that is unknown.
    DependsOn {
        /// Its name, or its text.
        what: String,
        /// Where it is declared.
        at: Spot,
    },
    /// A type has no such field or method, as far as it is known.
    NoMember {
        /// The type.
        ty: String,
        /// The name.
        name: String,
    },
    /// Nothing declares the name.
    Undeclared {
        /// The name.
        name: String,
    },
    /// No reason is known.
    Unexplained,
}

impl Reason {
    /// In a word, for programs.
    pub fn word(&self) -> &'static str {
        match self {
            Reason::NoBuild { .. } => "no-build",
            Reason::SyntaxError { .. } => "syntax-error",
            Reason::ImportNotFound { .. } => "import-not-found",
            Reason::Cgo => "cgo",
            Reason::DependsOn { .. } => "depends-on",
            Reason::NoMember { .. } => "no-member",
            Reason::Undeclared { .. } => "undeclared",
            Reason::Unexplained => "unexplained",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::NoBuild { constraint } => write!(f, "the file belongs to no build: {constraint}"),
            Reason::SyntaxError { at, message } => write!(f, "syntax error at {at}: {message}"),
            Reason::ImportNotFound { import, sought } => {
                write!(f, "the import {import} was not found: {}", sought.join("; "))
            }
            Reason::Cgo => write!(f, "it comes from C, through cgo"),
            Reason::DependsOn { what, at } => {
                write!(f, "it depends on {what}, declared at {at}, whose type is unknown")
            }
            Reason::NoMember { ty, name } => write!(f, "{ty} has no field or method {name}"),
            Reason::Undeclared { name } => write!(f, "nothing declares {name}"),
            Reason::Unexplained => write!(f, "no reason is known; please report it"),
        }
    }
}

/// A longer way is not gone.
const MAX_WAY: usize = 12;

/// The way from something unknown to what is to blame.
pub(super) struct Blame<'q, 'w> {
    asker: &'q Asker<'w>,
    way: Vec<Reason>,
    seen: Vec<Node<'w>>,
}

impl<'q, 'w> Blame<'q, 'w> {
    /// The reasons why `expr`, or the name at the end of it, is unknown.
    pub(super) fn of(asker: &'q Asker<'w>, expr: Node<'w>) -> Vec<Reason> {
        // The way starts at the declaration of what is a name.
        let declared = asker.ws.resolve(expr).def().map(Def::ident);
        let mut blame = Blame { asker, way: Vec::new(), seen: vec![declared.unwrap_or(expr)] };
        let found = blame.file_reason(expr).or_else(|| match declared {
            Some(ident) => blame.of_declaration(ident),
            None => blame.of_expr(expr),
        });
        blame.way.push(found.unwrap_or(Reason::Unexplained));
        blame.way
    }

    /// What is wrong with the file as a whole, or with the declaration.
    fn file_reason(&self, node: Node<'w>) -> Option<Reason> {
        let file = node.file();
        let errors = file.errors().iter();
        if node.kind() == Kind::BadDecl {
            let own = errors.clone().find(|it| node.start() <= it.offset && it.offset <= node.end());
            return own.or(file.errors().first()).map(|it| self.syntax_error(file, it.offset, &it.message));
        }
        match self.asker.types() {
            None => Some(Reason::NoBuild { constraint: self.constraint(file) }),
            Some(types) if !types.check_file(file.id()) => {
                errors.clone().next().map(|it| self.syntax_error(file, it.offset, &it.message))
            }
            Some(_) => None,
        }
    }

    fn constraint(&self, file: &SourceFile) -> String {
        let top = header::read(file.text());
        match top.go_build {
            Some(line) => line.to_owned(),
            None if !top.plus_build.is_empty() => top.plus_build.join("; "),
            None => "its name names a system or an architecture that there is not".to_owned(),
        }
    }

    fn syntax_error(&self, file: &SourceFile, offset: u32, message: &str) -> Reason {
        Reason::SyntaxError { at: self.asker.spot(file, offset), message: message.to_owned() }
    }

    /// The first part of an expression or a type that is to blame.
    fn of_expr(&mut self, expr: Node<'w>) -> Option<Reason> {
        let parts = std::iter::once(expr).chain(expr.descendants_skipping(|it| it.kind() == Kind::FuncLit));
        for part in parts {
            let found = match part.kind() {
                Kind::SelectorExpr => SelectorExpr::cast(part).and_then(|it| self.of_selector(it)),
                Kind::Ident if is_plain(part) && self.is_unknown(part) => self.of_name(part),
                _ => None,
            };
            if found.is_some() {
                return found;
            }
        }
        None
    }

    fn is_unknown(&self, expr: Node<'w>) -> bool {
        self.asker.type_of(expr) == Ty::UNKNOWN || self.asker.spell(expr).is_none()
    }

    fn of_selector(&mut self, selector: SelectorExpr<'w>) -> Option<Reason> {
        if !self.is_unknown(selector.node()) {
            return None;
        }
        if let Res::Package { path, .. } = self.asker.ws.resolve_expr(selector.x()) {
            return self.of_imported(path, selector.sel());
        }
        // What it is selected from has its own reason, which comes next.
        if self.is_unknown(selector.x()) {
            return None;
        }
        let (name, ty) = (selector.sel().text(), self.asker.type_of(selector.x()));
        let types = self.asker.types()?;
        match types.member(selector.node().file().id(), ty, name) {
            Ok(None) => Some(Reason::NoMember { ty: types.spell(ty)?, name: name.to_owned() }),
            Ok(Some(found)) => self.of_declaration(found.declaration?),
            Err(_) => self.of_type(ty),
        }
    }

    /// Why a type is not fully known: the first of the types in its declaration that is not.
    fn of_type(&mut self, ty: Ty) -> Option<Reason> {
        self.of_declaration(self.asker.declaration_of_type(ty)?)
    }

    fn of_imported(&mut self, path: &str, sel: Node<'w>) -> Option<Reason> {
        if let Some(reason) = Blame::of_import(self.asker, path) {
            return Some(reason);
        }
        match self.asker.object(sel) {
            Some(object) if object.ident.is_some() => self.of_declaration(object.ident?),
            _ => Some(Reason::Undeclared { name: format!("{path}.{}", sel.text()) }),
        }
    }

    /// Why a package is unknown, if it is.
    pub(super) fn of_import(asker: &Asker<'_>, path: &str) -> Option<Reason> {
        if path == "C" {
            return Some(Reason::Cgo);
        }
        let project = asker.ws.project();
        let from = project.file(asker.file.id()).dir;
        if path == "unsafe" || project.resolve_import(from, path).is_some() || asker.is_found(path) {
            return None;
        }
        let sought = project.sought(from, path).iter().map(|it| it.to_string()).collect();
        Some(Reason::ImportNotFound { import: path.to_owned(), sought })
    }

    fn of_name(&mut self, ident: Node<'w>) -> Option<Reason> {
        match self.asker.ws.resolve(ident) {
            // An import whose names are unknown may have the name.
            Res::Def(def) if self.asker.spell(def.ident()).is_some() => self.of_missing(ident),
            Res::Def(def) => self.of_declaration(def.ident()),
            Res::Package { path, .. } | Res::External { path, .. } => Blame::of_import(self.asker, path),
            Res::Universe(_) => self.of_broken(ident),
            Res::Unknown => match self.asker.object(ident) {
                Some(object) if object.kind == ObjectKind::External => Blame::of_import(self.asker, &object.path),
                Some(object) => self.of_declaration(object.ident?),
                None => self.of_missing(ident),
            },
        }
    }

    /// Why it is not known what declares a name: broken text that may, an import whose names are unknown, or nothing does.
    fn of_missing(&self, ident: Node<'w>) -> Option<Reason> {
        // Only what stands in front of a selector can be the name of a package.
        let may_name = |it: &Import<'_>| match it.how {
            ImportName::Dot => true,
            ImportName::Guessed => ident.parent().is_some_and(|it| it.kind() == Kind::SelectorExpr),
            _ => false,
        };
        let mut unnamed = self.asker.ws.imports(ident.file().id()).filter(may_name);
        let of_import = || unnamed.find_map(|it| Blame::of_import(self.asker, it.path));
        let found = self.of_broken(ident).or_else(of_import);
        Some(found.unwrap_or_else(|| Reason::Undeclared { name: ident.text().to_owned() }))
    }

    /// The syntax error of a declaration of the package that may declare a name.
    fn of_broken(&self, ident: Node<'w>) -> Option<Reason> {
        let name = ident.text();
        for id in self.asker.ws.package_of(ident.file().id()).files() {
            let Some(file) = self.asker.ws.file(*id) else { continue };
            let mut broken = file.root().children_in(Role::Decls).filter(|it| it.kind() == Kind::BadDecl);
            let culprit = broken.find(|it| has_word(it.text(), name) && !it.contains(ident));
            let error = culprit.and_then(|decl| file.errors().iter().find(|it| it.offset >= decl.start()));
            if let Some(error) = error {
                return Some(self.syntax_error(file, error.offset, &error.message));
            }
        }
        None
    }

    /// Why what `ident` declares is unknown.
    fn of_declaration(&mut self, ident: Node<'w>) -> Option<Reason> {
        if self.seen.len() > MAX_WAY || (self.seen.contains(&ident) && self.seen[0] != ident) {
            return None;
        }
        let is_start = self.seen[0] == ident;
        self.seen.push(ident);
        if !is_start {
            self.way.push(Reason::DependsOn { what: ident.text().to_owned(), at: self.asker.spot_of(ident) });
        }
        let found = match self.asker.is_own(ident) {
            true => self.of_own_declaration(ident),
            false => self.of_outside_declaration(ident),
        };
        if found.is_none() && !is_start {
            self.way.pop();
        }
        found
    }

    fn of_own_declaration(&mut self, ident: Node<'w>) -> Option<Reason> {
        let Res::Def(def) = self.asker.ws.resolve(ident) else { return None };
        let node = def.node();
        match (def.kind(), node.kind()) {
            (DefKind::Label, _) => None,
            (_, Kind::FuncDecl) => self.of_expr(node.child(Role::Type)?),
            (_, Kind::Field | Kind::TypeSpec) => self.of_expr(node.child(Role::Type)?),
            (_, Kind::RangeStmt) => self.of_expr(node.child(Role::X)?),
            (_, Kind::ValueSpec) => match node.child(Role::Type) {
                Some(ty) => self.of_expr(ty),
                None => self.of_expr(value_of(def, node, Role::Values, ValueSpec::cast(node)?.names())?),
            },
            (_, Kind::AssignStmt) => self.of_expr(value_of(def, node, Role::Rhs, node.children_in(Role::Lhs))?),
            _ => None,
        }
    }

    /// For a declaration outside the project: an import of its file that it names and that is not found.
    fn of_outside_declaration(&mut self, ident: Node<'w>) -> Option<Reason> {
        let file = ident.file();
        let decl = ident.ancestors().find(|it| it.role() == Role::Decls)?;
        let specs: Vec<ImportSpec<'_>> = file.nodes().filter_map(ImportSpec::cast).collect();
        let mut qualifiers = decl.descendants().filter(|it| it.role() == Role::X && it.as_ident().is_some());
        qualifiers.find_map(|qualifier| {
            let names = |it: &&ImportSpec<'_>| match it.name() {
                Some(name) => name.text() == qualifier.text(),
                None => it.import_path().split('/').any(|it| it == qualifier.text()),
            };
            Blame::of_import(self.asker, specs.iter().find(names)?.import_path())
        })
    }
}

/// The value that a name of a declaration gets: its own, or that of all.
fn value_of<'w>(
    def: Def<'w>,
    node: Node<'w>,
    role: Role,
    mut names: impl Iterator<Item = Node<'w>>,
) -> Option<Node<'w>> {
    let index = names.position(|it| it == def.ident())?;
    node.children_in(role).nth(index).or_else(|| node.child(role))
}

/// Whether an identifier stands for itself: it is neither the name in a selector nor what one selects a package by.
fn is_plain(ident: Node<'_>) -> bool {
    ident.role() != Role::Sel && ident.role() != Role::Names
}

fn has_word(text: &str, word: &str) -> bool {
    text.split(|it: char| !it.is_alphanumeric() && it != '_').any(|it| it == word)
}
