//! The blocks of packages and the universe: from names to objects.

use gofix_syntax::{
    Kind, Node, Role, SourceFile, Token,
    ast::{AstNode, FuncDecl, GenDecl, TypeSpec, ValueSpec},
};

use super::guess::{has_method_of, may_declare};
use super::{
    db::{Db, FileIx, OBJ_UNKNOWN, ObjData, ObjKind, Place, State},
    declared::{ConstName, Declared, const_names},
    load::Imported,
    name::Sym,
    ty::{Obj, Pkg, TyKind},
};
use crate::words::mentions;

/// What a name means outside functions.
#[derive(Copy, Clone, Debug)]
pub(super) enum Meaning {
    Obj(Obj),
    Package(Pkg),
    Unknown,
}

impl<'w> Db<'w> {
    /// Makes the package block of `pkg`, if it is not there yet.
    pub(super) fn scope_of(&mut self, pkg: Pkg) {
        if self.pkg(pkg).scope_state != State::New {
            return;
        }
        self.pkg_mut(pkg).scope_state = State::Done;
        let ws = self.ws;
        match self.pkg(pkg).place.clone() {
            Place::Missing => {}
            Place::Root(files, links) => {
                for (it, test) in links {
                    let ix = self.add_file(it.source(), pkg, test, false);
                    self.declare_file(ix, test);
                }
                for it in files {
                    match ws.file(it.id) {
                        Some(file) => {
                            let ix = self.add_file(file, pkg, it.test, true);
                            self.declare_file(ix, it.test);
                        }
                        None => self.pkg_mut(pkg).incomplete = true,
                    }
                }
            }
            Place::Files(files) => {
                for it in files {
                    let ix = self.add_file(it.source(), pkg, false, false);
                    self.note_broken(it.source(), pkg);
                    self.pkg_mut(pkg).outside.push((ix, it));
                }
                if self.has_alias_receivers(pkg) {
                    self.declare_outside(pkg);
                }
            }
        }
        self.settle_alias_receivers(pkg);
    }

    /// Whether a package outside the project declares methods with an alias for a receiver.
    fn has_alias_receivers(&self, pkg: Pkg) -> bool {
        let files = &self.pkg(pkg).outside;
        let aliases = files.iter().flat_map(|(_, it)| {
            let all = it.declarations().all().iter().filter(|it| it.kind == ObjKind::Alias);
            all.map(|alias| it.source().node(alias.ident).text())
        });
        aliases.into_iter().any(|name| files.iter().any(|it| it.1.declarations().has_methods_of(it.1.source(), name)))
    }

    /// Brings all that a package outside the project declares into its scope.
    fn declare_outside(&mut self, pkg: Pkg) {
        for (ix, file) in std::mem::take(&mut self.pkg_mut(pkg).outside) {
            for it in file.declarations().all() {
                self.declare_one(pkg, ix, file.source(), it);
            }
        }
    }

    /// Brings what a package outside the project declares as `name` into its scope.
    fn declare_named(&mut self, pkg: Pkg, name: Sym) {
        let data = self.pkg_mut(pkg);
        if data.outside.is_empty() || data.scope.contains_key(&name) || data.asked.insert(name, ()).is_some() {
            return;
        }
        for index in 0..self.pkg(pkg).outside.len() {
            let (ix, file) = self.pkg(pkg).outside[index];
            let found: Vec<Declared> =
                file.declarations().named(file.source(), self.names.text(name)).copied().collect();
            found.iter().for_each(|it| self.declare_one(pkg, ix, file.source(), it));
        }
    }

    /// Brings the methods of a type of a package into `methods`, where they are looked for.
    pub(super) fn declare_methods(&mut self, pkg: Pkg, base: Sym) {
        let data = self.pkg_mut(pkg);
        if data.outside.is_empty() || data.asked_methods.insert(base, ()).is_some() {
            return;
        }
        for index in 0..self.pkg(pkg).outside.len() {
            let (ix, file) = self.pkg(pkg).outside[index];
            let base = self.names.text(base);
            let found: Vec<Declared> = file.declarations().methods_of(file.source(), base).copied().collect();
            found.iter().for_each(|it| self.declare_one(pkg, ix, file.source(), it));
        }
    }

    fn declare_one(&mut self, pkg: Pkg, ix: FileIx, file: &'w SourceFile, declared: &Declared) {
        let mut data = self.obj_data(declared.kind, ix, pkg, file.node(declared.ident), file.node(declared.decl));
        (data.index, data.iota) = (declared.index, declared.iota);
        data.source = declared.source.map(|it| file.node(it));
        match declared.base {
            None => self.declare(pkg, data, false),
            Some(base) => {
                let name = data.name;
                let obj = self.add_obj(data);
                let base = self.sym(file.node(base).text());
                self.pkg_mut(pkg).methods.entry(base).or_default().push((name, obj));
            }
        }
    }

    /// Methods can be declared with an alias for a receiver; they belong to what it stands for.
    fn settle_alias_receivers(&mut self, pkg: Pkg) {
        let data = self.pkg(pkg);
        let find = |name: &Sym| data.scope.get(name).or_else(|| data.test_scope.get(name)).copied();
        let is_alias = |it: &Obj| self.obj(*it).kind == ObjKind::Alias;
        let aliases: Vec<(Sym, Obj)> =
            data.methods.keys().filter_map(|it| Some((*it, find(it).filter(is_alias)?))).collect();
        for (name, alias) in aliases {
            let target = self.alias_target(alias);
            let TyKind::Named(obj, _) = self.kind(target) else { continue };
            let of = self.name_of(obj);
            if self.obj(obj).pkg == pkg
                && let Some(methods) = self.pkg_mut(pkg).methods.remove(&name)
            {
                self.pkg_mut(pkg).methods.entry(of).or_default().extend(methods);
            }
        }
    }

    fn declare_file(&mut self, ix: FileIx, test: bool) {
        let (file, pkg) = (self.file(ix).file, self.file(ix).pkg);
        for decl in file.root().children_in(Role::Decls) {
            match decl.kind() {
                Kind::FuncDecl => self.declare_func(ix, pkg, decl, test),
                Kind::GenDecl => {
                    let Some(group) = GenDecl::cast(decl) else { continue };
                    match group.tok() {
                        Token::Const => self.declare_consts(ix, pkg, group, test),
                        Token::Var => {
                            for spec in group.specs().filter_map(ValueSpec::cast) {
                                for (index, name) in spec.names().enumerate() {
                                    let mut data = self.obj_data(ObjKind::Var, ix, pkg, name, spec.node());
                                    data.index = index as u32;
                                    self.declare(pkg, data, test);
                                }
                            }
                        }
                        Token::Type => {
                            for spec in group.specs().filter_map(TypeSpec::cast) {
                                let kind = if spec.is_alias() { ObjKind::Alias } else { ObjKind::Type };
                                let data = self.obj_data(kind, ix, pkg, spec.name(), spec.node());
                                self.declare(pkg, data, test);
                            }
                        }
                        _ => {}
                    }
                }
                _ => {}
            }
        }
        self.note_broken(file, pkg);
    }

    /// Notes the text between the declarations of a file with errors.
    fn note_broken(&mut self, file: &'w SourceFile, pkg: Pkg) {
        if file.errors().is_empty() {
            return;
        }
        let mut from = 0;
        let text = file.text();
        let mut broken = Vec::new();
        for decl in file.root().children_in(Role::Decls).filter(|it| it.kind() != Kind::BadDecl) {
            broken.push((text, gofix_syntax::TextRange::new(from, decl.start().max(from))));
            from = decl.end();
        }
        broken.push((text, gofix_syntax::TextRange::new(from, (text.len() as u32).max(from))));
        self.pkg_mut(pkg).broken.extend(broken);
    }

    pub(super) fn obj_data(
        &mut self,
        kind: ObjKind,
        ix: FileIx,
        pkg: Pkg,
        name: Node<'w>,
        decl: Node<'w>,
    ) -> ObjData<'w> {
        let sym = self.sym(name.text());
        ObjData::new(kind, sym, pkg, ix, Some(name), Some(decl))
    }

    fn declare_consts(&mut self, ix: FileIx, pkg: Pkg, group: GenDecl<'w>, test: bool) {
        for data in self.const_group(ix, pkg, group) {
            self.declare(pkg, data, test);
        }
    }

    /// The constants of a declaration.
    pub(super) fn const_group(&mut self, ix: FileIx, pkg: Pkg, group: GenDecl<'w>) -> Vec<ObjData<'w>> {
        let one = |it: ConstName<'w>| {
            let mut data = self.obj_data(ObjKind::Const, ix, pkg, it.name, it.spec);
            (data.index, data.iota, data.source) = (it.index, it.iota, it.source);
            data
        };
        const_names(group).into_iter().map(one).collect()
    }

    fn declare_func(&mut self, ix: FileIx, pkg: Pkg, decl: Node<'w>, test: bool) {
        let Some(func) = FuncDecl::cast(decl) else { return };
        if func.recv().is_none() {
            let data = self.obj_data(ObjKind::Func, ix, pkg, func.name(), decl);
            // `init` cannot be referred to.
            if data.name == self.common.init {
                let obj = self.add_obj(data);
                self.remember(ix, func.name(), obj);
            } else {
                self.declare(pkg, data, test);
            }
            return;
        }
        let mut data = self.obj_data(ObjKind::Method, ix, pkg, func.name(), decl);
        data.from_test = test;
        let name = data.name;
        let obj = self.add_obj(data);
        self.remember(ix, func.name(), obj);
        let Some(base) = receiver_base(func) else { return };
        let base = self.sym(base.text());
        let data = self.pkg_mut(pkg);
        data.has_test_methods |= test;
        if name != Sym::BLANK {
            data.methods.entry(base).or_default().push((name, obj));
        }
    }

    fn declare(&mut self, pkg: Pkg, mut data: ObjData<'w>, test: bool) {
        let (name, ix, ident) = (data.name, data.file, data.ident);
        data.from_test = test;
        let obj = self.add_obj(data);
        if let Some(ident) = ident {
            self.remember(ix, ident, obj);
        }
        if name == Sym::BLANK {
            return;
        }
        let data = self.pkg_mut(pkg);
        let other = data.scope.get(&name).or_else(|| data.test_scope.get(&name)).copied();
        if let Some(other) = other {
            data.doubles.entry(name).or_insert_with(|| vec![other]).push(obj);
        }
        let scope = if test { &mut data.test_scope } else { &mut data.scope };
        scope.entry(name).or_insert(obj);
    }

    /// Only objects of the project's own files are looked for by their place.
    fn remember(&mut self, ix: FileIx, ident: Node<'w>, obj: Obj) {
        if self.file(ix).root {
            self.local_objs.insert((ix, ident.id().index() as u32), obj);
        }
    }

    /// The package whose tests a file belongs to, if it is one of them.
    pub(super) fn tests_of(&self, file: FileIx) -> Pkg {
        if file == FileIx::NONE {
            return Pkg::NONE;
        }
        let data = self.file(file);
        if data.test { self.pkg(data.pkg).tested } else { Pkg::NONE }
    }

    /// What the package block of `pkg` declares as `name`, for a file that belongs to the tests of `view`.
    pub(super) fn lookup_in(&mut self, pkg: Pkg, name: Sym, view: Pkg, from: FileIx) -> Option<Obj> {
        self.scope_of(pkg);
        self.declare_named(pkg, name);
        let data = self.pkg(pkg);
        if let Some(doubles) = data.doubles.get(&name) {
            let mut own = doubles.iter().filter(|it| self.obj(**it).file == from);
            return Some(match (own.next(), own.next()) {
                (Some(&only), None) => only,
                _ => OBJ_UNKNOWN,
            });
        }
        if let Some(&found) = data.scope.get(&name) {
            return Some(found);
        }
        // External tests are test files throughout.
        let sees_tests = view != Pkg::NONE && (view == pkg || data.tested == view);
        if sees_tests && let Some(&found) = data.test_scope.get(&name) {
            return Some(found);
        }
        if matches!(data.place, Place::Missing) {
            return Some(match self.pkg(pkg).path.is_empty() {
                true => OBJ_UNKNOWN,
                false => self.external(pkg, name),
            });
        }
        if data.incomplete || self.may_be_declared_in_broken(pkg, name) { Some(OBJ_UNKNOWN) } else { None }
    }

    /// Whether text that could not be parsed may declare a method of a type: it has the method's name, or a function for
    /// that type which may have lost its name.
    pub(super) fn may_be_broken_method(&self, pkg: Pkg, ty: Sym, name: Sym) -> bool {
        self.any_broken(pkg, name, mentions) || self.any_broken(pkg, ty, has_method_of)
    }

    /// Whether text that could not be parsed may declare the name in the package block.
    fn may_be_declared_in_broken(&self, pkg: Pkg, name: Sym) -> bool {
        self.any_broken(pkg, name, may_declare)
    }

    fn any_broken(&self, pkg: Pkg, name: Sym, test: fn(&[u8], &str) -> bool) -> bool {
        let data = self.pkg(pkg);
        let word = self.names.text(name);
        data.broken.iter().any(|(text, range)| text.as_bytes().get(range.to_usize()).is_none_or(|it| test(it, word)))
    }

    fn external(&mut self, pkg: Pkg, name: Sym) -> Obj {
        if let Some(&found) = self.pkg(pkg).scope.get(&name) {
            return found;
        }
        let obj = self.add_obj(ObjData::new(ObjKind::External, name, pkg, FileIx::NONE, None, None));
        self.pkg_mut(pkg).scope.insert(name, obj);
        obj
    }

    /// What `name` means in the package, file and universe blocks around a file. Packages are looked for only if the
    /// name stands in front of a selector, where alone they can stand.
    pub(super) fn lookup_outer(&mut self, file: FileIx, name: Sym, qualifier: bool) -> Meaning {
        let pkg = self.file(file).pkg;
        let view = self.tests_of(file);
        let found = self.lookup_in(pkg, name, view, file);
        if let Some(found) = found.filter(|it| *it != OBJ_UNKNOWN) {
            return Meaning::Obj(found);
        }
        if qualifier {
            match self.find_import(file, name) {
                Imported::Package(pkg) => return Meaning::Package(pkg),
                Imported::Unknown => return Meaning::Unknown,
                Imported::None => {}
            }
        }
        if found.is_some() {
            return Meaning::Unknown;
        }
        if self.is_exported(name)
            && let Some(found) = self.lookup_dot(file, name)
        {
            return found;
        }
        self.universe.get(&name).map_or(Meaning::Unknown, |it| Meaning::Obj(*it))
    }

    /// What an identifier at the package level of a dependency denotes, outside of functions; of the project's own files,
    /// that is noted.
    pub(super) fn outer_object(&mut self, ident: Node<'w>) -> Option<Obj> {
        let file = self.file_ix(ident.file().id()).filter(|it| !self.file(*it).root)?;
        if ident.ancestors().any(|it| matches!(it.kind(), Kind::FuncDecl | Kind::FuncLit)) {
            return None;
        }
        let name = self.sym(ident.text());
        let selector = ident.parent().filter(|it| it.kind() == Kind::SelectorExpr && ident.role() == Role::Sel);
        let meaning = match selector.and_then(|it| it.child(Role::X)) {
            None => self.lookup_outer(file, name, false),
            Some(x) => {
                let qualifier = self.sym(x.as_ident()?);
                let Meaning::Package(imported) = self.lookup_outer(file, qualifier, true) else { return None };
                Meaning::Obj(self.lookup_in(imported, name, Pkg::NONE, FileIx::NONE)?)
            }
        };
        match meaning {
            Meaning::Obj(obj) if obj != OBJ_UNKNOWN => Some(obj),
            _ => None,
        }
    }

    fn lookup_dot(&mut self, file: FileIx, name: Sym) -> Option<Meaning> {
        let imports = self.imports_of(file);
        let view = self.tests_of(file);
        let pkg = self.file(file).pkg;
        let mut unsure = false;
        for entry in imports.iter().filter(|it| it.dot) {
            let imported = self.import(pkg, &entry.path);
            match self.lookup_in(imported, name, view, FileIx::NONE) {
                Some(found) if self.obj(found).kind != ObjKind::External && found != OBJ_UNKNOWN => {
                    return Some(Meaning::Obj(found));
                }
                Some(_) => unsure = true,
                None => {}
            }
        }
        unsure.then_some(Meaning::Unknown)
    }
}

/// The name of the type that a method belongs to: `T` of `T`, `*T`, `T[K]`, `*T[K]`, in parentheses or not.
pub(super) fn receiver_base(func: FuncDecl<'_>) -> Option<Node<'_>> {
    let field = func.recv()?.child(Role::List)?;
    let mut ty = field.child(Role::Type)?;
    loop {
        ty = match ty.kind() {
            Kind::Ident => return Some(ty),
            Kind::StarExpr | Kind::ParenExpr | Kind::IndexExpr | Kind::IndexListExpr => ty.child(Role::X)?,
            _ => return None,
        };
    }
}
