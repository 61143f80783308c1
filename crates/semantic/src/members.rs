//! Whether a type can get another field or method.

use gofix_syntax::FileId;

use crate::{
    Def, Tri, Typing, is_exported,
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
        let Some(types) = self.of(file) else { return Tri::Unknown };
        let own = types.declared_type(ty.ident());
        let mut answer = lacks(types, file, own, name);
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
