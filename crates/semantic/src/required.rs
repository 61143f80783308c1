//! Whether a method is required by an interface.
//!
//! A method that an interface requires cannot change alone. So the question is whether there is an interface with a method
//! of that name which the method's type implements, or a type that embeds it: values may be converted to it somewhere, be it
//! by a type assertion far away. Every interface counts that the project's own files write down anywhere, and every one in
//! the packages that they import, directly or not. Whether such a conversion is ever made is not asked; the method
//! has to be as the interface says, or its type silently stops to implement it.

use gofix_syntax::{
    FileId, Kind, Node, Role,
    ast::{AstNode, Field, FuncDecl, TypeSpec},
};

use crate::{
    Def, DefKind, Tri, Types, Typing, Workspace,
    embeddings::Embedder,
    outside_interfaces::{Named, OutsideInterfaces},
    references::receiver_name,
    types::{Form, Ty},
};

/// Whether an interface requires a method.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Required<'w> {
    /// This one does.
    By(Requirer<'w>),
    /// None that can be known of.
    No,
    /// It cannot be told.
    Unknown(Doubt<'w>),
}

impl Required<'_> {
    /// Whether it is proved that no interface requires the method.
    pub fn is_no(&self) -> bool {
        *self == Required::No
    }
}

/// An interface that requires a method.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Requirer<'w> {
    /// The `InterfaceType` that has the method, in a file of the project's own.
    Own(Node<'w>),
    /// A named interface of another package.
    Outside {
        /// The import path.
        path: String,
        /// The name.
        name: String,
    },
}

/// Why it cannot be told whether an interface requires a method.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Doubt<'w> {
    /// That is no method of a type of the project.
    Method,
    /// This `InterfaceType` may: a generic one, or one whose types are not known.
    Own(Node<'w>),
    /// An interface in this package outside the project may.
    Outside(String),
    /// This package is imported, directly or not, and was not found.
    Missing(String),
    /// This file of the project cannot be read or belongs to no build.
    Unread(FileId),
}

/// An interface's answer.
enum Answer {
    Yes,
    No,
    Unknown,
}

/// Of a larger signature, not all types are looked at.
const MAX_TYPES: usize = 100;

impl<'w> Typing<'w> {
    /// Whether an interface requires a method that the project's own files declare for a type. See the module for
    /// what counts.
    pub fn required(&self, method: Def<'w>) -> Required<'w> {
        let Some(asked) = Asked::new(self, method) else { return Required::Unknown(Doubt::Method) };
        let mut doubt = None;
        for (id, interface) in asked.own_interfaces(&mut doubt) {
            match asked.own(id, interface) {
                Answer::Yes => return Required::By(Requirer::Own(interface)),
                Answer::No => {}
                Answer::Unknown => doubt = doubt.or(Some(Doubt::Own(interface))),
            }
        }
        if method.is_exported() {
            let outside = OutsideInterfaces::of(self.workspace());
            for found in outside.with_method(self.workspace(), method.name(), asked.arity) {
                match asked.outside(&found) {
                    Answer::Yes => {
                        return Required::By(Requirer::Outside {
                            path: found.path,
                            name: found.name.unwrap_or_default(),
                        });
                    }
                    Answer::No => {}
                    Answer::Unknown => doubt = doubt.or(Some(Doubt::Outside(found.path))),
                }
            }
            doubt = doubt.or_else(|| outside.missing().first().cloned().map(Doubt::Missing));
        }
        match doubt.or_else(|| asked.unread.map(Doubt::Unread)) {
            Some(doubt) => Required::Unknown(doubt),
            None => Required::No,
        }
    }
}

/// A method that is asked about.
struct Asked<'t, 'w> {
    typing: &'t Typing<'w>,
    method: Def<'w>,
    /// How many parameters and results it has.
    arity: (usize, usize),
    /// The file and the name of its type.
    holder: Node<'w>,
    /// The types that embed that one, by names.
    embedders: Vec<Embedder<'w>>,
    /// A file in which there may be others.
    unread: Option<FileId>,
    /// The methods that tests declare for the type, which do not count for what it implements elsewhere.
    of_tests: Vec<&'w str>,
}

impl<'t, 'w> Asked<'t, 'w> {
    fn new(typing: &'t Typing<'w>, method: Def<'w>) -> Option<Asked<'t, 'w>> {
        let decl = method.ident().parent().and_then(FuncDecl::cast).filter(|_| method.kind() == DefKind::Method)?;
        let ws = typing.workspace();
        if !ws.owns(method.ident().file()) {
            return None;
        }
        let holder = receiver_name(decl)?;
        let defs = ws.package_of(method.ident().file().id()).declarations(holder).0;
        let [def] = defs[..] else { return None };
        let spec = TypeSpec::cast(def.node()).filter(|it| !it.is_alias())?;
        let (embedders, unread) = ws.embedders(spec.name());
        let of_tests = methods_of_tests(ws, method, holder);
        let ty = decl.func_type();
        let arity = (count(Some(ty.params())), count(ty.results()));
        Some(Asked { typing, method, arity, holder: spec.name(), embedders, unread, of_tests })
    }

    /// The interfaces in the project's own files that have a method of that name written in them.
    fn own_interfaces(&self, doubt: &mut Option<Doubt<'w>>) -> Vec<(FileId, Node<'w>)> {
        let ws = self.typing.workspace();
        let name = self.method.name();
        let files = match self.method.is_exported() {
            true => ws.own_files(),
            // Names that are not exported are different in different packages.
            false => {
                let package = ws.package_of(self.method.ident().file().id());
                ws.project().dir(package.dir()).file_ids().collect()
            }
        };
        let mut found = Vec::new();
        for id in ws.files_mentioning(files, name) {
            let Some(file) = ws.file(id) else {
                *doubt = doubt.take().or(Some(Doubt::Unread(id)));
                continue;
            };
            if !file.errors().is_empty() && ws.slot(id).outline(file).broken_mentions(file.text(), name) {
                *doubt = doubt.take().or(Some(Doubt::Unread(id)));
            }
            let interfaces = file.nodes().filter(|it| it.kind() == Kind::InterfaceType);
            found.extend(interfaces.filter(|it| has_method(*it, name, self.arity)).map(|it| (id, it)));
        }
        found
    }

    fn own(&self, id: FileId, interface: Node<'w>) -> Answer {
        let (builds, _) = self.typing.builds_of(id, self.holder.file().id());
        let mut answer = Answer::No;
        let mut seen = false;
        for build in builds {
            let types = &build.types;
            if !types.has_file(id) {
                continue;
            }
            seen = true;
            let spec = interface.parent().and_then(TypeSpec::cast);
            let declared = spec.map_or(Ty::UNKNOWN, |it| types.declared_type(it.name()));
            let wanted = if declared == Ty::UNKNOWN { types.denoted_type(interface) } else { declared };
            answer = join(answer, self.compare(types, wanted, is_below_type_params(interface)));
        }
        if seen { answer } else { Answer::Unknown }
    }

    fn outside(&self, found: &Named) -> Answer {
        let home = self.holder.file().id();
        let Some(types) = self.typing.of(home) else { return Answer::Unknown };
        let Some(name) = &found.name else {
            // Without type parameters it can speak only of types that its package knows.
            let own = types.type_of_object(self.method.ident());
            return if !found.generic && self.mentions_own(types, own) { Answer::No } else { Answer::Unknown };
        };
        let mut wanted = types.named_type(home, &found.path, name);
        if wanted == Ty::UNKNOWN {
            wanted = types.named_type(found.from, &found.path, name);
        }
        match wanted {
            Ty::UNKNOWN => Answer::Unknown,
            wanted => self.compare(types, wanted, false),
        }
    }

    /// Whether a type that the project's own files declare is part of a type.
    fn mentions_own(&self, types: &Types<'w>, ty: Ty) -> bool {
        let ws = self.typing.workspace();
        let is_own = |path: &str| {
            let is_below =
                |module: &str| path.strip_prefix(module).is_some_and(|it| it.is_empty() || it.starts_with('/'));
            ws.project().modules().iter().any(|it| is_below(it.path()))
        };
        let (mut open, mut seen) = (vec![ty], Vec::new());
        while let Some(ty) = open.pop() {
            if seen.contains(&ty) || seen.len() > MAX_TYPES {
                continue;
            }
            seen.push(ty);
            match types.form(ty) {
                Form::Named { path, .. } if is_own(&path) => return true,
                Form::Named { args, .. } => open.extend(args),
                Form::Pointer(to) | Form::Slice(to) | Form::Array(to, _) => open.push(to),
                Form::Map(a, b) => open.extend([a, b]),
                Form::Chan { element, .. } => open.push(element),
                Form::Func { params, results, .. } => open.extend(params.into_iter().chain(results)),
                _ => {}
            }
        }
        false
    }

    /// Whether the method's type, or one that embeds it, implements an interface, as far as the method has to do with it.
    fn compare(&self, types: &Types<'w>, wanted: Ty, generic: bool) -> Answer {
        let Form::Interface(methods) = types.form(types.underlying(wanted)) else { return Answer::Unknown };
        let home = self.holder.file().id();
        if !types.has_file(home) {
            return Answer::Unknown;
        }
        let own = types.type_of_object(self.method.ident());
        let same = methods.iter().find(|it| it.name == self.method.name());
        if let Some(same) = same
            && !generic
            && !types.is_generic(types.declared_type(self.holder))
            && types.identical(own, same.signature).is_no()
        {
            return Answer::No;
        }
        if methods.iter().any(|it| self.of_tests.contains(&it.name.as_str())) {
            return Answer::Unknown;
        }
        let mut answer = holds(types, types.declared_type(self.holder), wanted, generic);
        for embedder in &self.embedders {
            let ty = match embedder {
                Embedder::Declared(ident) if types.has_file(ident.file().id()) => types.declared_type(*ident),
                Embedder::Literal(literal) if types.has_file(literal.file().id()) => types.denoted_type(*literal),
                // Of another build: what types there tell has nothing to do with these.
                _ => Ty::UNKNOWN,
            };
            if ty != Ty::UNKNOWN
                && let Ok(found) = types.member(home, ty, self.method.name())
                && found.is_none_or(|it| it.declaration.is_some_and(|it| it != self.method.ident()))
            {
                continue;
            }
            answer = join(answer, holds(types, ty, wanted, generic));
        }
        answer
    }
}

/// Whether a type, or a pointer to it, implements an interface.
fn holds(types: &Types<'_>, ty: Ty, wanted: Ty, generic: bool) -> Answer {
    if ty == Ty::UNKNOWN {
        return Answer::Unknown;
    }
    if types.lacks_a_method(types.pointer_to(ty), wanted) {
        return Answer::No;
    }
    if generic || types.is_generic(ty) {
        return Answer::Unknown;
    }
    match (types.implements(ty, wanted), types.implements(types.pointer_to(ty), wanted)) {
        (Tri::Yes, _) | (_, Tri::Yes) => Answer::Yes,
        (Tri::No, Tri::No) => Answer::No,
        _ => Answer::Unknown,
    }
}

fn join(a: Answer, b: Answer) -> Answer {
    match (a, b) {
        (Answer::Yes, _) | (_, Answer::Yes) => Answer::Yes,
        (Answer::No, Answer::No) => Answer::No,
        _ => Answer::Unknown,
    }
}

/// Whether an interface has a method of that name, with so many parameters and results, written in it.
pub(crate) fn has_method(interface: Node<'_>, name: &str, arity: (usize, usize)) -> bool {
    let fields = interface.child(Role::Methods).into_iter().flat_map(|it| it.children_in(Role::List));
    let mut methods = fields.filter_map(Field::cast).filter(|it| it.names().any(|it| it.text() == name));
    methods.any(|it| (count(it.ty().child(Role::Params)), count(it.ty().child(Role::Results))) == arity)
}

/// How many parameters or results a list declares.
fn count(list: Option<Node<'_>>) -> usize {
    let fields = list.into_iter().flat_map(|it| it.children_in(Role::List)).filter_map(Field::cast);
    fields.map(|it| it.names().count().max(1)).sum()
}

/// Whether type parameters may be written in an interface: those of the type or the function around it.
pub(crate) fn is_below_type_params(interface: Node<'_>) -> bool {
    interface.ancestors().any(|it| match it.kind() {
        Kind::TypeSpec => it.child(Role::TypeParams).is_some(),
        Kind::FuncDecl => {
            let own = it.child(Role::Type).is_some_and(|it| it.child(Role::TypeParams).is_some());
            let indexed =
                |it: Node<'_>| it.descendants().any(|it| matches!(it.kind(), Kind::IndexExpr | Kind::IndexListExpr));
            own || it.child(Role::Recv).is_some_and(indexed)
        }
        _ => false,
    })
}

/// The names of the methods that test files declare for the type `holder` of the package that `method` is of.
fn methods_of_tests<'w>(ws: &'w Workspace, method: Def<'w>, holder: &str) -> Vec<&'w str> {
    let package = ws.package_of(method.ident().file().id());
    let tests = package.files().iter().copied().filter(|it| ws.project().file(*it).is_test()).collect();
    let decls = ws.files_mentioning(tests, holder).into_iter().filter_map(|it| ws.file(it));
    let funcs = decls.flat_map(|it| it.root().children_in(Role::Decls)).filter_map(FuncDecl::cast);
    funcs.filter(|it| receiver_name(*it) == Some(holder)).map(|it| it.name().text()).collect()
}

impl Workspace {
    /// Whether interfaces require methods, in the same order, with the methods spread over the threads.
    pub fn required_of<'w>(&'w self, methods: &[Def<'w>]) -> Vec<Required<'w>> {
        self.on_all_threads(methods.len(), |typing, it| typing.required(methods[it]))
    }
}
