//! Whether a type can get another field or method.

use gofix_syntax::{
    FileId, Role,
    ast::{AstNode, FuncDecl},
};

use crate::{
    Def, Tri, Typing, is_exported,
    references::receiver_name,
    types::{Form, Ty, Types},
};

impl<'w> Typing<'w> {
    /// Whether a field or method `name` may be added to a type declared at the package level, or one be given that name,
    /// so that no selector changes its meaning: the type has none of that name, nor is one promoted to it, and no type of
    /// the project that embeds it has one from elsewhere. Whether the type, or one that embeds it, then implements
    /// another interface is not looked at.
    ///
    /// A name that is not exported is another one in every package (spec: Uniqueness of identifiers), so that only the
    /// types of this one count.
    pub fn is_member_free(&self, ty: Def<'w>, name: &str) -> Tri {
        let file = ty.ident().file().id();
        let builds = self.builds_with(file);
        let own = builds.iter().map(|it| lacks(it, file, it.declared_type(ty.ident()), name));
        let mut answer = match builds.is_empty() {
            true => Tri::Unknown,
            false => own.chain([self.is_free_in_tests(ty, name)]).fold(Tri::Yes, both),
        };
        if answer.is_no() {
            return answer;
        }
        for other in self.may_embed(ty, name) {
            let id = other.ident().file().id();
            let (builds, _) = self.builds_of(id, file);
            for build in builds.into_iter().filter(|it| it.types.has_file(id) && it.types.has_file(file)) {
                let types = &build.types;
                let (outer, inner) = (types.declared_type(other.ident()), types.declared_type(ty.ident()));
                match embeds(types, outer, inner) {
                    Tri::No => {}
                    Tri::Yes => match lacks(types, id, outer, name) {
                        Tri::No => return Tri::No,
                        Tri::Yes => {}
                        Tri::Unknown => answer = Tri::Unknown,
                    },
                    Tri::Unknown if lacks(types, id, outer, name).is_yes() => {}
                    Tri::Unknown => answer = Tri::Unknown,
                }
            }
        }
        answer
    }

    /// The types of a file in all builds in which its package differs.
    fn builds_with(&self, file: FileId) -> Vec<&Types<'w>> {
        let package = self.workspace().package_of(file);
        let mut builds: Vec<&Types<'w>> = Vec::new();
        for types in [file].iter().chain(package.files()).filter_map(|it| self.of(*it)) {
            if types.has_file(file) && !builds.iter().any(|it| std::ptr::eq(*it, types)) {
                builds.push(types);
            }
        }
        builds
    }

    /// Whether no test of the package declares a method of that name for the type, or for one that it embeds. What tests
    /// declare is in no method set.
    fn is_free_in_tests(&self, ty: Def<'w>, name: &str) -> Tri {
        let ws = self.workspace();
        let (id, package) = (ty.ident().file().id(), ws.package_of(ty.ident().file().id()));
        let tests = package.files().iter().copied().filter(|it| ws.project().file(*it).is_test()).collect();
        let files = ws.files_mentioning(tests, name).into_iter().filter_map(|it| ws.file(it));
        let funcs = files.flat_map(|it| it.root().children_in(Role::Decls)).filter_map(FuncDecl::cast);
        let holders = funcs.filter(|it| it.name().text() == name).filter_map(receiver_name);
        let embedded = |holder: &str| {
            let (Some(types), defs) = (self.of(id), package.declarations(holder).0) else { return Tri::Unknown };
            let own = types.declared_type(ty.ident());
            defs.iter().map(|it| not(types.embeds(own, types.declared_type(it.ident())))).fold(Tri::Yes, both)
        };
        holders.map(|it| if it == ty.name() { Tri::No } else { embedded(it) }).fold(Tri::Yes, both)
    }

    /// The types among which those are that embed `ty`, and in which selectors of `name` may mean what `ty` has.
    fn may_embed(&self, ty: Def<'w>, name: &str) -> Vec<Def<'w>> {
        let ws = self.workspace();
        let home = ws.package_of(ty.ident().file().id());
        let types = match is_exported(name) {
            true => ws.declared_types(),
            false => home.files().iter().flat_map(|it| ws.types_in(*it)).collect(),
        };
        types.into_iter().filter(|it| *it != ty).collect()
    }
}

/// Whether both hold.
fn both(one: Tri, other: Tri) -> Tri {
    match (one, other) {
        (Tri::No, _) | (_, Tri::No) => Tri::No,
        (Tri::Yes, Tri::Yes) => Tri::Yes,
        _ => Tri::Unknown,
    }
}

fn not(it: Tri) -> Tri {
    match it {
        Tri::Yes => Tri::No,
        Tri::No => Tri::Yes,
        Tri::Unknown => Tri::Unknown,
    }
}

/// Whether a type embeds another one, directly or by way of others. An interface that has all methods of another one may.
fn embeds(types: &Types<'_>, outer: Ty, inner: Ty) -> Tri {
    let is_interface = |ty| matches!(types.form(types.underlying(ty)), Form::Interface(_));
    match is_interface(outer) && is_interface(inner) {
        true if types.implements(outer, inner).is_no() => Tri::No,
        true => Tri::Unknown,
        false => types.embeds(outer, inner),
    }
}

/// Whether neither a type nor a pointer to it has a field or method of that name.
fn lacks(types: &Types<'_>, from: FileId, ty: Ty, name: &str) -> Tri {
    if ty == Ty::UNKNOWN || types.form(types.underlying(ty)) == Form::Unknown {
        return Tri::Unknown;
    }
    match types.member(from, ty, name) {
        Ok(None) => Tri::Yes,
        Ok(Some(_)) => Tri::No,
        Err(_) => Tri::Unknown,
    }
}
