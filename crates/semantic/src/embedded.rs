//! What is reached by way of an embedded field, across packages and build configurations.

use std::collections::BTreeSet;

use gofix_syntax::{
    FileId, Kind, Node, Role, SourceFile,
    ast::{AstNode, CallExpr, CompositeLit, FuncDecl, SelectorExpr, TypeSpec},
};

use crate::{
    Def, Gap, Res, Types, Typing, Workspace,
    types::{Form, Object, ObjectKind, SelectionKind, Ty},
    words::mentions,
};

/// Where an embedded field of a struct type is used.
#[derive(Clone, Default, Debug)]
pub struct EmbeddedUses<'w> {
    /// Selectors of promoted methods and fields: `x.Lock`.
    pub promoted: Vec<SelectorExpr<'w>>,
    /// The identifiers that are the name of the field itself: in `x.Mutex`, and keys of composite literals.
    pub direct: Vec<Node<'w>>,
    /// Selectors that get there by way of another struct that embeds the type.
    pub through: Vec<SelectorExpr<'w>>,
    /// Why there may be more.
    pub gaps: Vec<Gap<'w>>,
}

/// An embedded field of a type declared at the package level.
#[derive(Copy, Clone, Debug)]
pub struct EmbeddedField<'w> {
    /// The type.
    pub of: Def<'w>,
    /// The index of the field.
    pub index: u32,
    /// Its name.
    pub name: &'w str,
}

enum Reached {
    Promoted,
    Direct,
    Through,
    Not,
    Unsure,
}

impl<'w> Typing<'w> {
    /// Where an embedded field, or one of its `members`, is selected, in all of the project's own files.
    pub fn embedded_uses(&self, field: EmbeddedField<'w>, members: &[&str]) -> EmbeddedUses<'w> {
        let ws = self.workspace();
        let home = field.of.ident().file().id();
        let package = ws.package_of(home);
        let shared = package.name() != "main" && !ws.project().file(home).is_test();
        let files = match shared {
            true => ws.own_files(),
            false => ws.project().dir(package.dir()).file_ids().collect(),
        };
        let words = members.iter().copied().chain([field.name]);
        let files: BTreeSet<FileId> = words.flat_map(|it| ws.files_mentioning(files.clone(), it)).collect();
        let mut uses = EmbeddedUses::default();
        let mut words = members.iter().copied().chain([field.name]).filter(|_| shared);
        uses.gaps.extend(words.find_map(|it| ws.left_out_use(package.id(), it, true)));
        for id in files {
            match ws.file(id) {
                Some(file) => self.embedded_uses_in(file, field, members, &mut uses),
                None => uses.gaps.push(Gap::Unread(id)),
            }
        }
        uses
    }

    fn embedded_uses_in(
        &self,
        file: &'w SourceFile,
        field: EmbeddedField<'w>,
        members: &[&str],
        uses: &mut EmbeddedUses<'w>,
    ) {
        let ws = self.workspace();
        let outline = || ws.slot(file.id()).outline(file);
        let is_broken = |it: &str| outline().broken_mentions(file.text(), it);
        if !file.errors().is_empty() && members.iter().chain([&field.name]).any(|it| is_broken(it)) {
            uses.gaps.push(Gap::Broken(file.id()));
        }
        let (builds, _) = self.builds_of(file.id(), field.of.ident().file().id());
        let builds: Vec<&Types<'w>> =
            builds.into_iter().map(|it| &it.types).filter(|it| it.has_file(file.id())).collect();
        for ident in file.nodes().filter(|it| matches!(it.role(), Role::Sel | Role::Key)) {
            let Some(name) = ident.as_ident().filter(|it| *it == field.name || members.contains(it)) else { continue };
            let mut reached: Vec<Reached> = builds.iter().map(|it| reached(ws, it, field, ident, name)).collect();
            let is_unsure = reached.is_empty() || reached.iter().any(|it| matches!(it, Reached::Unsure));
            if is_unsure
                && ws.may_see(ws.project().file(file.id()).dir, ws.package_of(field.of.ident().file().id()).id())
            {
                uses.gaps.push(Gap::Unsure(ident));
                continue;
            }
            let count = reached.len();
            reached.retain(|it| !matches!(it, Reached::Not | Reached::Unsure));
            if !reached.is_empty() && reached.len() < count {
                uses.gaps.push(Gap::Varies(ident));
            }
            let selector = ident.parent().and_then(SelectorExpr::cast);
            match (reached.pop(), selector) {
                (Some(Reached::Promoted), Some(selector)) => uses.promoted.push(selector),
                (Some(Reached::Through), Some(selector)) => uses.through.push(selector),
                (Some(Reached::Direct), _) => uses.direct.push(ident),
                _ => {}
            }
        }
    }

    /// Whether some own file asserts that a value in an interface has one of these methods, by an interface type that names
    /// it: `x.(interface{ Lock() })`, or a case of a type switch. Interfaces that neither the type `of` nor a pointer to it
    /// implements do not count.
    pub fn asserts_methods(&self, of: Def<'w>, names: &[&str]) -> bool {
        let ws = self.workspace();
        let asserts = |id: FileId| {
            let Some((file, types)) = ws.file(id).zip(self.of(id)) else { return true };
            // A type argument may be what generic code asserts: `errors.AsType[locker](err)`.
            let is_asserted = |it: &Node<'w>| match it.parent() {
                Some(parent) if matches!(parent.kind(), Kind::IndexExpr | Kind::IndexListExpr) => it.role() != Role::X,
                Some(parent) if parent.kind() == Kind::CallExpr && it.role() == Role::Args => {
                    let given = has_methods(types, types.type_of(*it), names);
                    given && CallExpr::cast(parent).is_some_and(|it| is_generic(types, it))
                }
                Some(parent) if parent.kind() == Kind::TypeAssertExpr => it.role() == Role::Type,
                Some(parent) if parent.kind() == Kind::CaseClause => it.role() == Role::List,
                _ => false,
            };
            file.nodes().filter(is_asserted).any(|it| match written_type(types, it) {
                Ty::UNKNOWN if it.kind() == Kind::InterfaceType => {
                    names.iter().any(|name| mentions(it.text().as_bytes(), name))
                }
                Ty::UNKNOWN if it.role() == Role::Args => true,
                Ty::UNKNOWN => it.text().ends_with("Locker") || has_methods(types, types.type_of(it), names),
                ty => {
                    let own = types.declared_type(of.ident());
                    let passes = |it: Ty| !types.implements(it, ty).is_no();
                    let may_pass = own == Ty::UNKNOWN || passes(own) || passes(types.pointer_to(own));
                    has_methods(types, ty, names) && may_pass
                }
            })
        };
        // What asserts that names an interface, in a package where it is written, or the one of package sync.
        let mut words: Vec<&str> = names.iter().copied().chain(["Locker"]).collect();
        let mut files: BTreeSet<FileId> = BTreeSet::new();
        let mut next = 0;
        while let Some(word) = words.get(next) {
            next += 1;
            for id in ws.files_mentioning(ws.own_files(), word) {
                if files.insert(id) {
                    let named = self.interfaces_with(id, names);
                    words.extend(named.into_iter().filter(|it| !words.contains(it)).collect::<Vec<_>>());
                }
            }
        }
        files.into_iter().any(asserts)
    }

    /// The names of the interfaces with one of these methods that a file declares.
    fn interfaces_with(&self, id: FileId, methods: &[&str]) -> Vec<&'w str> {
        let Some((file, types)) = self.workspace().file(id).zip(self.of(id)) else { return Vec::new() };
        let specs = file.nodes().filter_map(TypeSpec::cast);
        let is_one = |it: &TypeSpec<'w>| has_methods(types, types.declared_type(it.name()), methods);
        specs.filter(is_one).map(|it| it.name().text()).collect()
    }
}

/// The type that is written at a place for types alone, such as that of a declaration; unknown if it is none that is declared
/// at the package level, or a pointer to one.
pub fn written_type<'w>(types: &Types<'w>, node: Node<'w>) -> Ty {
    let node = node.unparen();
    match types.denoted_type(node) {
        Ty::UNKNOWN => {}
        ty => return ty,
    }
    if node.kind() == Kind::StarExpr {
        let to = node.child(Role::X).map_or(Ty::UNKNOWN, |it| written_type(types, it));
        return if to == Ty::UNKNOWN { to } else { types.pointer_to(to) };
    }
    let ident = node.child(Role::Sel).unwrap_or(node);
    match types.object_of(ident) {
        Some(Object { kind: ObjectKind::Type, path, name, .. }) if path.is_empty() && name == "error" => {
            types.error_type()
        }
        Some(Object { kind: ObjectKind::Type | ObjectKind::Alias, local: false, path, name, ident }) => {
            let declared = ident.map_or(Ty::UNKNOWN, |it| types.declared_type(it));
            if declared == Ty::UNKNOWN { types.named_type(node.file().id(), &path, &name) } else { declared }
        }
        _ => Ty::UNKNOWN,
    }
}

/// Whether a type is an interface with one of these methods.
pub fn has_methods(types: &Types<'_>, ty: Ty, names: &[&str]) -> bool {
    let methods = types.form(types.underlying(ty));
    matches!(methods, Form::Interface(methods) if methods.iter().any(|it| names.contains(&&*it.name)))
}

/// Whether a function that is called has type parameters, or may have some.
fn is_generic<'w>(types: &Types<'w>, call: CallExpr<'w>) -> bool {
    let fun = call.fun().unparen();
    if matches!(fun.kind(), Kind::IndexExpr | Kind::IndexListExpr) {
        return true;
    }
    let object = types.object_of(fun.child(Role::Sel).unwrap_or(fun));
    let decl = object.and_then(|it| it.ident).and_then(Node::parent).and_then(FuncDecl::cast);
    decl.is_some_and(|it| it.func_type().type_params().is_some())
}

/// The type behind a pointer, or the type itself.
fn pointed_to(types: &Types<'_>, ty: Ty) -> Ty {
    match types.form(types.underlying(ty)) {
        Form::Pointer(to) => to,
        _ => ty,
    }
}

fn reached<'w>(ws: &Workspace, types: &Types<'w>, field: EmbeddedField<'w>, ident: Node<'w>, name: &str) -> Reached {
    let own = types.declared_type(field.of.ident());
    let is_own = |ty: Ty| ty != Ty::UNKNOWN && types.identical(pointed_to(types, ty), own).is_yes();
    let Some(parent) = ident.parent() else { return Reached::Not };
    if own == Ty::UNKNOWN {
        // Of a build without the type nothing refers to it.
        return if types.has_file(field.of.ident().file().id()) { Reached::Unsure } else { Reached::Not };
    }
    let Some(selector) = SelectorExpr::cast(parent).filter(|it| it.sel() == ident) else {
        let literal = parent.parent().and_then(CompositeLit::cast).filter(|_| name == field.name);
        return match literal.map(|it| types.type_of(it.node())) {
            Some(Ty::UNKNOWN) => Reached::Unsure,
            Some(ty) if is_own(ty) => Reached::Direct,
            _ => Reached::Not,
        };
    };
    let Some(found) = types.selection(selector) else {
        let x = selector.x().unparen();
        let is_package = x.as_ident().is_some() && matches!(ws.resolve(x), Res::Package { .. });
        let base = types.type_of(x);
        let is_known = base != Ty::UNKNOWN && types.form(types.underlying(pointed_to(types, base))) != Form::Unknown;
        return if is_package || is_known { Reached::Not } else { Reached::Unsure };
    };
    let base = match types.denoted_type(selector.x()) {
        Ty::UNKNOWN => types.type_of(selector.x()),
        ty => ty,
    };
    let mut path = found.path.clone();
    if let SelectionKind::Field(index) = found.kind {
        path.push(index);
    }
    let mut holder = pointed_to(types, base);
    for (depth, step) in path.iter().enumerate() {
        if is_own(holder) && *step == field.index {
            let is_last = depth + 1 == path.len() && matches!(found.kind, SelectionKind::Field(_));
            return match (depth, is_last) {
                (_, true) => Reached::Direct,
                (0, false) => Reached::Promoted,
                (_, false) => Reached::Through,
            };
        }
        let Form::Struct(fields) = types.form(types.underlying(holder)) else { return Reached::Unsure };
        let Some(next) = fields.get(*step as usize) else { return Reached::Unsure };
        holder = pointed_to(types, next.ty);
    }
    Reached::Not
}
