//! References of a definition, across packages and build configurations.

use std::collections::{BTreeMap, HashMap};

use gofix_project::{DirId, FileKind};
use gofix_syntax::{
    FileId, Kind, Node, NodeId, Role, SourceFile,
    ast::{AstNode, FuncDecl, SelectorExpr, TypeSpec},
};
use memchr::memmem;

use crate::{
    Def, DefKind, PackageId, Res, Types, Typing, Workspace,
    import::specs,
    names::{KeySlot, Slot},
    types::Denoted,
    words::mentions,
};

/// Where a definition is referred to.
#[derive(Clone, Default, Debug)]
pub struct References<'w> {
    /// The identifiers that denote it in some build, its declaration aside, in order of file and text. The name of an
    /// embedded field refers to its type.
    pub sites: Vec<Node<'w>>,
    /// Why there may be others in the project's own files. Vendored ones are none of them.
    pub gaps: Vec<Gap<'w>>,
    /// Whether packages outside the project can refer to it: its name is exported, and its package can be imported from
    /// other modules.
    pub exported: bool,
}

impl References<'_> {
    /// Whether all references in the project's own files are known.
    pub fn is_complete(&self) -> bool {
        self.gaps.is_empty()
    }
}

/// Why references may be missing.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Gap<'w> {
    /// An identifier that may denote it.
    Unsure(Node<'w>),
    /// A file that cannot be read.
    Unread(FileId),
    /// A file that has the name in a part that cannot be parsed.
    Broken(FileId),
    /// A file with Go sources in that directory that are none of the project's, such as symbolic links, which have the name
    /// or cannot be read.
    Foreign(DirId),
    /// A file with this path that no pattern means, as below `testdata`, which may use it.
    LeftOut(&'w str),
    /// A `//go:linkname` of that name in a file.
    Linkname(FileId),
    /// Assembly in that directory has the name.
    Assembly(DirId),
    /// It is exported to C by its file.
    Cgo(FileId),
    /// Other builds have another declaration instead, whose references are not among these. It is the one of the type for
    /// fields.
    Variant(Node<'w>),
    /// An identifier that denotes something else in another build.
    Varies(Node<'w>),
}

impl<'w> Typing<'w> {
    /// The references of a definition: of a constant, variable, type or function of a package, of a field, of a method
    /// of a type or an interface, or of anything inside a function. A method that is called through an interface is the
    /// interface's, not that of the types that implement it.
    pub fn references(&self, def: Def<'w>) -> References<'w> {
        let ws = self.workspace();
        if !ws.owns(def.ident().file()) {
            return References { gaps: vec![Gap::Unsure(def.ident())], ..References::default() };
        }
        let Some(search) = Search::new(ws, def) else { return self.local_references(def) };
        let mut found = Found::default();
        for id in search.files(ws) {
            self.look_in(&search, id, &mut found);
        }
        search.finish(ws, found)
    }

    /// Scopes inside files tell all, keys of composite literals aside.
    fn local_references(&self, def: Def<'w>) -> References<'w> {
        let uses = self.workspace().uses(def);
        let (mut sites, mut gaps) = (uses.sites, Vec::new());
        let types = self.of(def.ident().file().id());
        for ident in uses.unsure {
            match types.map_or(Denoted::Unknown, |it| it.denoted(ident)) {
                Denoted::Declared(found) if found == def.ident() => sites.push(ident),
                Denoted::Unknown => gaps.push(Gap::Unsure(ident)),
                _ => {}
            }
        }
        sites.sort_by_key(|it| it.id());
        References { sites, gaps, exported: false }
    }

    fn look_in(&self, search: &Search<'w>, id: FileId, found: &mut Found<'w>) {
        let ws = self.workspace();
        let Some(file) = ws.file(id) else { return found.gaps.push(Gap::Unread(id)) };
        let name = search.def.name();
        if !file.errors().is_empty() && ws.slot(id).outline(file).broken_mentions(file.text(), name) {
            found.gaps.push(Gap::Broken(id));
        }
        let place = Place::new(ws, search, file);
        let mut builds = None;
        for ident in file.nodes().filter(|it| it.as_ident() == Some(name) && *it != search.def.ident()) {
            if !place.may_be(ws, search, ident) {
                continue;
            }
            let (builds, meet) = builds.get_or_insert_with(|| {
                let (builds, meet) = self.builds_of(id, search.def.ident().file().id());
                let types: Vec<&Types<'w>> = builds.into_iter().map(|it| &it.types).collect();
                (types.into_iter().filter(|it| it.has_file(id)).collect::<Vec<_>>(), meet)
            });
            match verdict(ws, search, ident, builds, *meet) {
                Verdict::Yes { always } => {
                    found.sites.push(ident);
                    found.gaps.extend((!always).then_some(Gap::Varies(ident)));
                }
                Verdict::No => {}
                Verdict::Unsure => found.gaps.push(Gap::Unsure(ident)),
            }
        }
    }
}

impl Workspace {
    /// Whether packages outside the project can refer to what is declared: see [`References::exported`]. Of a field or
    /// method only its name and its package are looked at.
    pub fn is_exported_outside(&self, def: Def<'_>) -> bool {
        Search::new(self, def).is_some_and(|it| it.shared && it.can_be_imported(self))
    }

    /// The references of several definitions, as [`Typing::references`] finds them, in the same order. The files are
    /// spread over the threads, each with types of its own.
    pub fn references_of<'w>(&'w self, defs: &[Def<'w>]) -> Vec<References<'w>> {
        /// So few files are not worth a thread.
        const FEW: usize = 16;
        let searches: Vec<Option<Search<'w>>> = defs
            .iter()
            .map(|it| Some(*it).filter(|it| self.owns(it.ident().file())))
            .map(|it| Search::new(self, it?))
            .collect();
        // By directory, since files of a package need the same types.
        let mut tasks: BTreeMap<DirId, BTreeMap<FileId, Vec<usize>>> = BTreeMap::new();
        let mut files = 0;
        for (index, search) in searches.iter().enumerate() {
            for id in search.as_ref().map_or_else(Vec::new, |it| it.files(self)) {
                let dir = tasks.entry(self.project().file(id).dir).or_default();
                dir.entry(id).or_insert_with(|| {
                    files += 1;
                    Vec::new()
                });
                dir.entry(id).or_default().push(index);
            }
        }
        let tasks: Vec<_> = tasks.into_values().collect();
        let work = |typing: &Typing<'w>, task: usize| {
            let mut found: HashMap<usize, Found<'w>> = HashMap::new();
            for (&id, wanted) in &tasks[task] {
                for &index in wanted {
                    if let Some(search) = &searches[index] {
                        typing.look_in(search, id, found.entry(index).or_default());
                    }
                }
            }
            found
        };
        let results = match files <= FEW {
            true => {
                let typing = Typing::new(self);
                (0..tasks.len()).map(|it| work(&typing, it)).collect()
            }
            false => self.on_all_threads(tasks.len(), work),
        };
        let mut found: Vec<Found<'w>> = defs.iter().map(|_| Found::default()).collect();
        for (index, part) in results.into_iter().flatten() {
            found[index].sites.extend(part.sites);
            found[index].gaps.extend(part.gaps);
        }
        let typing = Typing::new(self);
        let all = defs.iter().zip(searches).zip(found);
        all.map(|((def, search), found)| match search {
            Some(search) => search.finish(self, found),
            None => typing.references(*def),
        })
        .collect()
    }
}

#[derive(Default)]
struct Found<'w> {
    sites: Vec<Node<'w>>,
    gaps: Vec<Gap<'w>>,
}

/// A definition that other files can refer to, and what matters in looking for that.
struct Search<'w> {
    def: Def<'w>,
    package: PackageId,
    /// It is a field or a method, which is selected from something.
    member: bool,
    /// Other packages can refer to it.
    shared: bool,
    /// It belongs to a type literal that may be written in several places.
    in_literal: bool,
}

impl<'w> Search<'w> {
    /// None for what can be referred to only by names inside one function or declaration.
    fn new(ws: &'w Workspace, def: Def<'w>) -> Option<Search<'w>> {
        let member = matches!(def.kind(), DefKind::Field | DefKind::Method);
        if !member && !def.is_package_level() {
            return None;
        }
        let file = def.ident().file();
        let package = ws.package_of(file.id());
        let shared = def.is_exported() && package.name() != "main" && !ws.project().file(file.id()).is_test();
        let in_literal = member && !def_is_of_named_type(def);
        Some(Search { def, package: package.id(), member, shared, in_literal })
    }

    /// The files that can refer to it.
    fn files(&self, ws: &Workspace) -> Vec<FileId> {
        let own = || {
            let packages = ws.project().dir(self.package.dir).file_ids();
            // External tests see what is exported.
            let exported = self.def.is_exported();
            packages.filter(|it| exported || self.may_be_of_package(ws, *it)).collect()
        };
        let files = if self.shared { ws.own_files() } else { own() };
        ws.files_mentioning(files, self.def.name())
    }

    fn may_be_of_package(&self, ws: &Workspace, id: FileId) -> bool {
        let package = ws.package_of(id);
        package.id() == self.package || package.name().is_empty()
    }

    /// Adds what is to be said of the definition as a whole.
    fn finish(&self, ws: &'w Workspace, found: Found<'w>) -> References<'w> {
        let Found { mut sites, mut gaps } = found;
        sites.sort_by_key(|it| (it.file().id(), it.id()));
        gaps.extend(self.foreign(ws));
        gaps.extend(self.left_out(ws));
        gaps.extend(self.linknames(ws));
        gaps.extend(self.assembly(ws));
        gaps.extend(self.exported_to_c());
        gaps.extend(self.variants(ws));
        References { sites, gaps, exported: self.shared && self.can_be_imported(ws) }
    }

    fn can_be_imported(&self, ws: &Workspace) -> bool {
        let path = ws.package(self.package).import_path();
        path.is_none_or(|it| !it.split('/').any(|it| it == "internal"))
    }

    /// Files that only the type layer reads, if they have the name.
    fn foreign(&self, ws: &Workspace) -> Vec<Gap<'w>> {
        let project = ws.project();
        let may_mention = |path: &str, file: &String| {
            let text = project.source().read(&project.root().join(path).join(file));
            text.map_or(true, |it| mentions(&it, self.def.name()))
        };
        let dirs = project.dirs().iter().enumerate().filter(|(_, dir)| !dir.unusable.is_empty() && !dir.in_vendor());
        let dirs = dirs.map(|(index, dir)| (DirId(index as u32), dir));
        let seeing = dirs.filter(|it| self.shared || it.0 == self.package.dir);
        let mentioning = seeing.filter(|(_, dir)| dir.unusable.iter().any(|it| may_mention(&dir.path, it)));
        mentioning.map(|it| Gap::Foreign(it.0)).collect()
    }

    fn left_out(&self, ws: &'w Workspace) -> Option<Gap<'w>> {
        // Reading them takes its time.
        if self.shared { ws.left_out_use(self.package, self.def.name(), self.member) } else { None }
    }

    fn linknames(&self, ws: &'w Workspace) -> Vec<Gap<'w>> {
        if !matches!(self.def.kind(), DefKind::Func | DefKind::Var | DefKind::Method) {
            return Vec::new();
        }
        let name = self.def.name();
        let files = ws.files_mentioning(ws.own_files(), name).into_iter();
        let linked = files.filter(|it| ws.text(*it).is_ok_and(|it| has_linkname(it, name)));
        linked.map(Gap::Linkname).collect()
    }

    fn assembly(&self, ws: &Workspace) -> Option<Gap<'w>> {
        let project = ws.project();
        let dir = project.root().join(&project.dir(self.package.dir).path);
        let items = project.source().list(&dir).unwrap_or_default();
        let is_assembly = |name: &str| name.ends_with(".s") || name.ends_with(".S");
        let assembly = items.iter().filter(|it| it.kind != FileKind::Dir && it.name.to_str().is_some_and(is_assembly));
        // The middle dot in front of a name is part of a word for Go, so words do not help.
        let has_name = |text: Vec<u8>| memmem::find(&text, self.def.name().as_bytes()).is_some();
        let mut texts = assembly.map(|it| project.source().read(&dir.join(&it.name)));
        texts.any(|it| it.map_or(true, has_name)).then_some(Gap::Assembly(self.package.dir))
    }

    fn exported_to_c(&self) -> Option<Gap<'w>> {
        let file = self.def.ident().file();
        let is_func = matches!(self.def.kind(), DefKind::Func | DefKind::Method);
        let export = |it: &str| it.strip_prefix("//export ").is_some_and(|it| mentions(it.as_bytes(), self.def.name()));
        let mut comments = file.comments().iter().filter_map(|it| file.text().get(it.to_usize()));
        (is_func && comments.any(export)).then_some(Gap::Cgo(file.id()))
    }

    /// Other declarations of the same: of a name of the package, of a method, of the type that a field is part of.
    fn variants(&self, ws: &'w Workspace) -> Vec<Gap<'w>> {
        let package = ws.package(self.package);
        let others = |name: &str, than: Node<'w>| {
            let (defs, _) = package.declarations(name);
            defs.into_iter().map(|it| it.ident()).filter(move |it| *it != than).map(Gap::Variant).collect()
        };
        if !self.member {
            return others(self.def.name(), self.def.ident());
        }
        let Some(method) = method_decl(self.def) else {
            let spec = self.def.ident().ancestors().find_map(TypeSpec::cast);
            return spec.map_or_else(Vec::new, |it| others(it.name().text(), it.name()));
        };
        let base = receiver_name(method);
        let files = ws.files_mentioning(package.files().to_vec(), self.def.name());
        let decls = files.into_iter().filter_map(|it| ws.file(it)).flat_map(|it| it.root().children_in(Role::Decls));
        let same = |it: &FuncDecl<'w>| {
            it.name().text() == self.def.name() && it.name() != self.def.ident() && receiver_name(*it) == base
        };
        let methods = decls.filter_map(FuncDecl::cast).filter(|it| it.recv().is_some());
        methods.filter(same).map(|it| Gap::Variant(it.name())).collect()
    }
}

/// Whether a field or method is one of a declared type itself, rather than of a literal somewhere.
fn def_is_of_named_type(def: Def<'_>) -> bool {
    if method_decl(def).is_some() {
        return true;
    }
    let is_literal = |it: &Node<'_>| matches!(it.kind(), Kind::StructType | Kind::InterfaceType);
    let Some(mut ty) = def.ident().ancestors().find(is_literal) else { return false };
    while let Some(parent) = ty.parent().filter(|it| it.kind() == Kind::ParenExpr) {
        ty = parent;
    }
    ty.parent().and_then(TypeSpec::cast).is_some_and(|it| !it.is_alias() && it.ty() == ty)
}

fn method_decl(def: Def<'_>) -> Option<FuncDecl<'_>> {
    def.ident().parent().and_then(FuncDecl::cast)
}

/// The name of the type that a method is declared for.
pub(crate) fn receiver_name<'a>(func: FuncDecl<'a>) -> Option<&'a str> {
    let mut ty = func.recv()?.child(Role::List)?.child(Role::Type)?;
    loop {
        ty = match ty.kind() {
            Kind::Ident => return ty.as_ident(),
            Kind::StarExpr | Kind::ParenExpr | Kind::IndexExpr | Kind::IndexListExpr => ty.child(Role::X)?,
            _ => return None,
        };
    }
}

/// Whether a `//go:linkname` names `name`, here or in another package.
fn has_linkname(text: &str, name: &str) -> bool {
    if memmem::find(text.as_bytes(), b"//go:linkname ").is_none() {
        return false;
    }
    let mut directives = text.lines().filter_map(|it| it.strip_prefix("//go:linkname "));
    directives.any(|it| mentions(it.as_bytes(), name))
}

/// What can be said by names of the file that is looked at.
struct Place<'w> {
    file: &'w SourceFile,
    /// It is of the package that declares.
    own: bool,
    /// It imports that package, or may.
    reaches: bool,
    dot: bool,
}

impl<'w> Place<'w> {
    fn new(ws: &'w Workspace, search: &Search<'w>, file: &'w SourceFile) -> Place<'w> {
        let dot = specs(file).any(|it| it.name().is_some_and(|it| it.text() == "."));
        // Only outside modules, and in ways that have no path, can a package be imported by another path than its own.
        let path = ws.package(search.package).import_path();
        let may_reach = |it: &str| it.starts_with('.') || path.as_ref().is_none_or(|path| *path == it);
        let reaches = specs(file).any(|it| may_reach(it.import_path()));
        Place { file, own: search.may_be_of_package(ws, file.id()), reaches, dot }
    }

    /// Whether scopes and syntax leave it possible that an identifier is a reference.
    fn may_be(&self, ws: &'w Workspace, search: &Search<'w>, ident: Node<'w>) -> bool {
        let names = ws.names(self.file);
        let slot = names.slot(ident.id());
        let outer = matches!(slot, Slot::Outer | Slot::Key(KeySlot::Outer));
        let selector = ident.parent().and_then(SelectorExpr::cast).filter(|it| it.sel() == ident);
        if search.member {
            return selector.is_some() || (search.def.kind() == DefKind::Field && matches!(slot, Slot::Key(_)));
        }
        match selector {
            None => outer && (self.own || (self.dot && self.reaches)),
            Some(_) if self.own || !self.reaches => false,
            Some(selector) => {
                let is_outer = |it: NodeId| matches!(names.slot(it), Slot::Outer | Slot::Key(KeySlot::Outer));
                selector.x().kind() == Kind::Ident && is_outer(selector.x().id())
            }
        }
    }
}

enum Verdict {
    Yes { always: bool },
    No,
    Unsure,
}

fn verdict<'w>(ws: &'w Workspace, search: &Search<'w>, ident: Node<'w>, builds: &[&Types<'w>], meet: bool) -> Verdict {
    let (mut yes, mut no, mut unknown) = (false, false, builds.is_empty());
    for types in builds {
        let denoted = match types.denoted(ident) {
            Denoted::Literal if search.in_literal => {
                let selector = ident.parent().and_then(SelectorExpr::cast);
                let found = selector.and_then(|it| ws.member_of_literal(types, it));
                found.map_or(Denoted::Literal, Denoted::Declared)
            }
            denoted => denoted,
        };
        match denoted {
            Denoted::Declared(found) if found == search.def.ident() => yes = true,
            Denoted::Declared(_) => no = true,
            Denoted::Literal if !search.in_literal => no = true,
            Denoted::Undeclared if meet || search.member => no = true,
            Denoted::Literal | Denoted::Undeclared | Denoted::Unknown => unknown = true,
        }
    }
    match (yes, unknown) {
        (true, _) => Verdict::Yes { always: !no },
        (false, false) => Verdict::No,
        (false, true) => by_names(ws, search, ident),
    }
}

/// What names tell of an identifier that has no known meaning for types, such as one in code that does not compile.
fn by_names<'w>(ws: &'w Workspace, search: &Search<'w>, ident: Node<'w>) -> Verdict {
    if let Some(selector) = ident.parent().and_then(SelectorExpr::cast).filter(|it| it.sel() == ident) {
        return match ws.resolve(selector.x().unparen()) {
            Res::Package { .. } if search.member => Verdict::No,
            Res::Package { path, .. } => by_import(ws, search, ident, path),
            _ if search.member => Verdict::Unsure,
            Res::Unknown => Verdict::Unsure,
            _ => Verdict::No,
        };
    }
    match ws.resolve(ident) {
        Res::Def(def) if def == search.def => match ws.package(search.package).declarations(def.name()).0.len() {
            1 => Verdict::Yes { always: true },
            _ if search.member => Verdict::Yes { always: true },
            _ => Verdict::Unsure,
        },
        Res::Unknown => Verdict::Unsure,
        _ => Verdict::No,
    }
}

/// Whether a name of the package imported as `path` is the definition.
fn by_import(ws: &Workspace, search: &Search<'_>, ident: Node<'_>, path: &str) -> Verdict {
    let project = ws.project();
    let from = project.file(ident.file().id()).dir;
    let package = ws.package(search.package);
    match project.resolve_import(from, path).map(|it| project.find_dir(&it)) {
        Some(Some(dir)) if dir == search.package.dir => match package.declarations(search.def.name()).0.len() {
            1 => Verdict::Yes { always: true },
            _ => Verdict::Unsure,
        },
        Some(_) => Verdict::No,
        None if package.import_path().as_deref() == Some(path) => Verdict::Unsure,
        None => Verdict::No,
    }
}
