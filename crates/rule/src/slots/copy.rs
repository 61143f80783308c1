//! An interface written again for another package.

use std::collections::BTreeSet;

use gofix_project::{FileConstraints, GoVersion};
use gofix_semantic::{
    Types,
    types::{Denoted, Form, ObjectKind},
};
use gofix_syntax::{
    Kind, Node, Role, TextRange, Token,
    ast::{AstNode, InterfaceType, TypeSpec},
    header,
};

use super::Interface;
use crate::{Cx, Decline, Import, Need, lines};

/// How many interfaces one inside the other are looked at.
const MAX_EMBEDDING: usize = 16;

/// Some methods of an interface, as another package has to write them.
pub struct Copied<'a> {
    lines: Vec<String>,
    imports: Vec<Import<'a>>,
    /// The paths of the packages that the text names.
    paths: BTreeSet<String>,
}

impl<'a> Copied<'a> {
    /// The `methods` of `interface` for the file of `at`, in their order, with their comments and the names of their
    /// parameters. Declines if they cannot be written there.
    pub fn new(
        cx: &Cx<'a>,
        interface: &Interface<'a>,
        methods: &BTreeSet<String>,
        at: Node<'a>,
    ) -> Result<Copied<'a>, Decline> {
        let types = cx.types(interface.def().ident().file().id()).ok_or("its interface belongs to no build")?;
        let all = interface.methods(cx).is_some_and(|it| it.iter().all(|it| methods.contains(it)));
        let copied = Copied { lines: Vec::new(), imports: Vec::new(), paths: BTreeSet::new() };
        let mut copy = Copy { cx, types, at, methods, all, written: BTreeSet::new(), copied };
        copy.interface(interface.literal(), 0)?;
        if copy.written.len() != methods.len() {
            return Err("not all methods of the interface are found".into());
        }
        copy.copied.check_imports()
    }

    /// The text of the type.
    pub fn text(&self) -> String {
        format!("interface {{\n{}\n}}", self.lines.join("\n"))
    }

    /// The imports that it needs.
    pub fn imports(&self) -> &[Import<'a>] {
        &self.imports
    }

    /// Whether it names something of the package with that path.
    pub fn names(&self, path: &str) -> bool {
        self.paths.contains(path)
    }

    /// Two new imports must not get the same name.
    fn check_imports(self) -> Result<Copied<'a>, Decline> {
        let needs = || self.imports.iter().filter_map(Import::need);
        for one in needs() {
            for other in needs() {
                if let (Need::Import { name, path, .. }, Need::Import { name: also, path: than, .. }) = (one, other)
                    && name == also
                    && path != than
                {
                    return Err(format!("two of the packages that it names are called {name}").into());
                }
            }
        }
        Ok(self)
    }
}

struct Copy<'c, 'a> {
    cx: &'c Cx<'a>,
    types: &'a Types<'a>,
    at: Node<'a>,
    methods: &'c BTreeSet<String>,
    /// All methods are needed.
    all: bool,
    written: BTreeSet<String>,
    copied: Copied<'a>,
}

impl<'a> Copy<'_, 'a> {
    fn interface(&mut self, literal: InterfaceType<'a>, depth: usize) -> Result<(), Decline> {
        if depth > MAX_EMBEDDING {
            return Err("the interface embeds too many others".into());
        }
        // Comments between methods that are not all there would be in the wrong place.
        let whole = self.all && depth == 0;
        let mut from = literal.methods().start();
        for field in literal.methods().children_in(Role::List) {
            if whole {
                self.loose(literal, TextRange::new(from, lines::lead(field).max(from)));
                from = lines::tail(field).end;
            }
            match field.child(Role::Names) {
                Some(name) if !self.methods.contains(name.text()) => {}
                Some(name) => {
                    if self.written.insert(name.text().to_owned()) {
                        let text = self.text(field)?;
                        self.push(field, text);
                    }
                }
                None => self.embedded(field, depth)?,
            }
        }
        if whole {
            self.loose(literal, TextRange::new(from, literal.node().end()));
        }
        Ok(())
    }

    /// Comments that belong to no method.
    fn loose(&mut self, literal: InterfaceType<'a>, range: TextRange) {
        let file = literal.node().file();
        for comment in file.comments_in(range) {
            let above = &file.text()[..lines::line_start(file, comment.start) as usize];
            let is_apart = above.lines().next_back().is_some_and(|it| it.trim().is_empty());
            if is_apart && !self.copied.lines.is_empty() {
                self.copied.lines.push(String::new());
            }
            let text = file.text()[comment.to_usize()].lines();
            self.copied.lines.extend(text.map(|it| format!("\t{}", it.trim())));
        }
    }

    /// An embedded interface stays one if it is needed whole, and is one of the standard library or all methods are
    /// needed. Else its methods are written out.
    fn embedded(&mut self, field: Node<'a>, depth: usize) -> Result<(), Decline> {
        let ty = field.child(Role::Type).ok_or("the interface embeds something strange")?;
        let form = self.types.form(self.types.underlying(self.types.named_by(ty)));
        let Form::Interface(methods) = form else {
            return Err("the interface embeds something that is not known".into());
        };
        let names: Vec<String> = methods.into_iter().map(|it| it.name).collect();
        let needed = names.iter().filter(|it| self.methods.contains(*it)).count();
        if needed == 0 || names.iter().all(|it| self.written.contains(it)) {
            return Ok(());
        }
        let whole = needed == names.len() && names.iter().all(|it| !self.written.contains(it));
        let name = ty.child(Role::Sel).unwrap_or(ty);
        let is_std =
            || self.types.object_of(name).is_some_and(|it| !it.path.is_empty() && self.cx.workspace().is_std(&it.path));
        if whole && (self.all || (names.len() < self.methods.len() && is_std())) {
            let text = self.text(field)?;
            self.written.extend(names);
            self.push(field, text);
            return Ok(());
        }
        if name.as_ident() == Some("error") && self.types.object_of(name).is_some_and(|it| it.path.is_empty()) {
            self.written.insert("Error".to_owned());
            self.copied.lines.push("\tError() string".to_owned());
            return Ok(());
        }
        self.interface(self.literal_of(name)?, depth + 1)
    }

    /// The interface that a name stands for, maybe by way of others.
    fn literal_of(&self, name: Node<'a>) -> Result<InterfaceType<'a>, Decline> {
        let mut name = name;
        for _ in 0..MAX_EMBEDDING {
            let ident = match name.as_ident().and_then(|_| self.types.object_of(name)).and_then(|it| it.ident) {
                Some(ident) => ident,
                None => match self.types.denoted(name) {
                    Denoted::Declared(ident) => ident,
                    _ => break,
                },
            };
            let Some(spec) = ident.parent().and_then(TypeSpec::cast).filter(|it| it.type_params().is_none()) else {
                break;
            };
            let ty = spec.ty().unparen();
            if let Some(literal) = InterfaceType::cast(ty) {
                return Ok(literal);
            }
            name = ty.child(Role::Sel).unwrap_or(ty);
        }
        Err("the interface embeds one whose declaration is not found".into())
    }

    fn push(&mut self, field: Node<'a>, text: String) {
        let file = field.file();
        let lead = lines::lead(field);
        let from = lines::line_start(file, lead);
        let before = file.text()[..from as usize].trim_end_matches([' ', '\t', '\r']).ends_with("\n\n");
        let before = before || file.text()[..from as usize].ends_with("\n\r\n");
        if before && !self.copied.lines.is_empty() {
            self.copied.lines.push(String::new());
        }
        let own_lines = lines::starts_line(field);
        if own_lines {
            let doc = &file.text()[lead as usize..lines::line_start(file, field.start()) as usize];
            self.copied.lines.extend(doc.lines().map(|it| format!("\t{}", it.trim())));
        }
        let tail = lines::tail(field);
        let comments = file.comments_in(tail).iter().filter(|_| own_lines || lines::ends_line(file, tail.end));
        let comments: String = comments.map(|it| format!(" {}", &file.text()[it.to_usize()])).collect();
        self.copied.lines.push(format!("\t{text}{comments}"));
    }

    /// The text of a method or an embedded type, with all names as the other file has to write them.
    fn text(&mut self, field: Node<'a>) -> Result<String, Decline> {
        let mut edits: Vec<(TextRange, String)> = Vec::new();
        let ty = field.child(Role::Type).ok_or("the interface has a method without a type")?;
        self.check_language(ty)?;
        for ident in [ty].into_iter().chain(ty.descendants()).filter(|it| it.kind() == Kind::Ident) {
            let selector = ident.parent().filter(|it| it.kind() == Kind::SelectorExpr);
            match (ident.role(), selector) {
                (Role::Names, _) => check_member(ident)?,
                (Role::X, Some(_)) => {}
                (_, selector) => {
                    let written = selector.unwrap_or(ident);
                    if let Some(text) = self.name(ident)? {
                        edits.push((written.range(), text));
                    }
                }
            }
        }
        edits.sort_by_key(|it| it.0.start);
        let (file, mut at, mut text) = (field.file(), field.start(), String::new());
        for (range, new) in edits {
            text.push_str(&file.text()[at as usize..range.start as usize]);
            text.push_str(&new);
            at = range.end;
        }
        text.push_str(&file.text()[at as usize..field.end() as usize]);
        Ok(text.replace("\r\n", "\n"))
    }

    /// Declines if the other file is of an older version of Go than what is written in `ty` needs (Go spec: Appendix,
    /// Language versions).
    fn check_language(&self, ty: Node<'a>) -> Result<(), Decline> {
        let file = self.at.file();
        let project = self.cx.workspace().project();
        let Some(entry) = project.files().get(file.id().0 as usize) else { return Ok(()) };
        let constraints = FileConstraints::new(entry.name(), &header::read(file.text()));
        let version = project.file_version(file.id(), &constraints);
        let newest = [ty].into_iter().chain(ty.descendants()).filter_map(|it| self.needed_version(it)).max();
        match newest.filter(|it| version < *it) {
            Some(needed) => Err(format!("the methods need Go {needed}, and this package is of Go {version}").into()),
            None => Ok(()),
        }
    }

    /// The version of Go that first had what `node` is, if it is younger than modules.
    fn needed_version(&self, node: Node<'a>) -> Option<GoVersion> {
        let minor = match node.kind() {
            Kind::Ident if matches!(node.text(), "any" | "comparable") => {
                self.types.object_of(node).is_none_or(|it| it.path.is_empty()).then_some(18)
            }
            Kind::IndexExpr | Kind::IndexListExpr => {
                let named = node.child(Role::X).map(|it| it.child(Role::Sel).unwrap_or(it));
                let generic = named.and_then(|it| self.types.object_of(it));
                // Of what is not known it may be the one or the other.
                Some(if generic.is_some_and(|it| it.kind == ObjectKind::Type) { 18 } else { 24 })
            }
            Kind::BasicLit => {
                let text = node.text();
                let is_new = text.contains('_') || ["0b", "0B", "0o", "0O"].iter().any(|it| text.starts_with(it));
                (node.op() == Token::Int && is_new).then_some(13)
            }
            _ => None,
        };
        minor.map(|it| GoVersion::new(1, it))
    }

    /// How the other file writes what `ident` means; none if as here.
    fn name(&mut self, ident: Node<'a>) -> Result<Option<String>, Decline> {
        let name = ident.text();
        let object = self.types.object_of(ident).filter(|it| !matches!(it.kind, ObjectKind::TypeParam));
        let object = object.ok_or_else(|| format!("what {name} means in a method of the interface is not known"))?;
        if object.path.is_empty() {
            // The field of an embedded `error` has its name.
            if is_embedded(ident) {
                return Err(only_named_there(name));
            }
            return match self.cx.is_universe(name, self.at).is_yes() {
                true => Ok(None),
                false => Err(format!("{name} means something else here").into()),
            };
        }
        if !gofix_semantic::is_exported(name) || &*object.path == "C" {
            return Err(only_named_there(name));
        }
        self.check_path(&object.path)?;
        let is_own = self.cx.workspace().project().files().get(ident.file().id().0 as usize).is_some();
        let import = match is_own {
            true => self.cx.import_as(self.at, &object.path, ident)?,
            false => self.cx.import(self.at, &object.path)?,
        };
        let text = import.name(name)?;
        self.copied.paths.insert(object.path.to_string());
        self.copied.imports.push(import);
        Ok(Some(text))
    }

    /// Whether the file may import a package (spec of cmd/go: Internal directories), and its module knows it.
    fn check_path(&self, path: &str) -> Result<(), Decline> {
        let ws = self.cx.workspace();
        let project = ws.project();
        let package = ws.package_of(self.at.file().id());
        let own = package.import_path().unwrap_or_default();
        let parts: Vec<&str> = path.split('/').collect();
        if let Some(index) = parts.iter().rposition(|it| *it == "internal") {
            let root = parts[..index].join("/");
            let inside = own == root || own.starts_with(&format!("{root}/"));
            if root.is_empty() || !inside {
                return Err(format!("{path} cannot be imported here").into());
            }
        }
        let found = self.cx.workspace().is_std(path) || project.resolve_import(package.dir(), path).is_some();
        if found { Ok(()) } else { Err(format!("whether {path} can be imported here is not known").into()) }
    }
}

fn only_named_there(name: &str) -> Decline {
    format!("a method that is needed has {name} in its signature, which only its package can name").into()
}

/// Declines if a name is that of a field or a method which is another one in every package (spec: Uniqueness of
/// identifiers): a type literal that has it is no type of two packages.
fn check_member(name: Node<'_>) -> Result<(), Decline> {
    let of = name.parent().and_then(Node::parent).and_then(Node::parent).map(Node::kind);
    let is_member = matches!(of, Some(Kind::StructType | Kind::InterfaceType));
    match is_member && !gofix_semantic::is_exported(name.text()) {
        true => Err(only_named_there(name.text())),
        false => Ok(()),
    }
}

/// Whether a name is the type of an embedded field, or of what that points to.
fn is_embedded(name: Node<'_>) -> bool {
    let field = name.ancestors().find(|it| !matches!(it.kind(), Kind::StarExpr | Kind::ParenExpr));
    let field = field.filter(|it| it.kind() == Kind::Field && it.child(Role::Names).is_none());
    field.and_then(Node::parent).and_then(Node::parent).is_some_and(|it| it.kind() == Kind::StructType)
}
