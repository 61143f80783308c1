//! What to do about an interface: all of it, the part of those that use it, or nothing.

use std::collections::BTreeMap;

use gofix_rule::{
    Cx, Decline, FileId, Fix, Level, TextRange, gap, lines,
    semantic::{Def, DefKind, Gap, Implements, Package, PackageId, References, types::Form},
    slots::{self, Copied, Interface},
    syntax::{
        Kind, Node, Role,
        ast::{AstNode, TypeSpec},
    },
};

use super::{
    concrete::{self, Places},
    consumer, docs,
    needs::{self, Need},
    number,
    producer::{self, Made},
    reasons::{self, Reasons},
    uses::Uses,
};

const PUBLIC: &str = "other modules may use it: --set interface-relocation.public-api=module if none does";

/// What is said of an interface, and the change; nothing, if no other package uses it, or its own one does not implement it.
pub(super) fn advise<'a>(cx: &Cx<'a>, interface: &Interface<'a>) -> Option<(String, Result<Fix, Decline>)> {
    interface.literal().methods().children_in(Role::List).next()?;
    let implementations = implementations(cx, interface);
    if implementations.is_empty() {
        return None;
    }
    let references = cx.references_of(interface.def());
    let own = |file| cx.workspace().package_of(file).id() == cx.package().id();
    if !references.sites.iter().any(|it| !own(it.file().id()) && !cx.in_test_file(*it)) {
        return None;
    }
    let name = interface.name();
    if cx.option("public-api") == "refuse" && cx.workspace().is_exported_outside(interface.def()) {
        return Some((format!("{name} can be declared where it is used"), Err(PUBLIC.into())));
    }
    let stays = cx.option("public-api") == "deprecate";
    let uses = Uses::of(cx, interface, &references.sites, stays);
    if uses.consumers.is_empty() && uses.away.is_empty() && !uses.by_others {
        return None;
    }
    let plan = Plan { cx, interface, implementations, references };
    Some(match stays {
        true => plan.deprecate(uses),
        false => plan.relocate(uses),
    })
}

/// The types of the package that implement it, or may. Without any it is a contract between others, which this is the place
/// for.
fn implementations<'a>(cx: &Cx<'a>, interface: &Interface<'a>) -> Vec<Def<'a>> {
    let files = cx.package().files().iter().filter_map(|it| cx.workspace().file(*it));
    let decls = files.filter(|it| !cx.in_test_file(it.root())).flat_map(|it| it.root().children_in(Role::Decls));
    let specs = decls.flat_map(|it| it.children_in(Role::Specs)).filter_map(TypeSpec::cast).filter(|it| !it.is_alias());
    let types = specs.filter(|it| it.ty().unparen().kind() != Kind::InterfaceType).filter_map(|it| Def::of(it.name()));
    let implement = |it: &Def<'a>| match cx.implements(*it, interface.def()) {
        Implements::Value | Implements::Pointer => true,
        Implements::Unknown => has_all_names(cx, interface, *it),
        Implements::No => false,
    };
    types.filter(implement).collect()
}

/// Whether a type has methods of all names that the interface has: their signatures may name what is not known.
fn has_all_names<'a>(cx: &Cx<'a>, interface: &Interface<'a>, ty: Def<'a>) -> bool {
    let file = ty.ident().file().id();
    let Some(types) = cx.types(file) else { return false };
    let Form::Interface(methods) = types.form(types.underlying(interface.ty(types))) else { return false };
    let own = types.pointer_to(types.declared_type(ty.ident()));
    !methods.is_empty() && methods.iter().all(|it| matches!(types.member(file, own, &it.name), Ok(Some(_))))
}

struct Plan<'c, 'a> {
    cx: &'c Cx<'a>,
    interface: &'c Interface<'a>,
    implementations: Vec<Def<'a>>,
    references: References<'a>,
}

impl<'a> Plan<'_, 'a> {
    /// The whole move, if nothing is in its way. If the interface has to stay, but nothing else is in the way, those that need
    /// few of its methods get one of their own.
    fn relocate(&self, uses: Uses<'a>) -> (String, Result<Fix, Decline>) {
        let (cx, interface) = (self.cx, self.interface);
        let name = interface.name();
        let mut away = self.of_itself().and(uses.away.clone());
        self.several(&uses, &mut away);
        let needs = needs::of(cx, interface, &uses, &mut away);
        let mut stay = uses.stay.clone();
        let made = producer::made(cx, interface, &uses, &mut stay);
        let types: Vec<Made<'a>> = made.iter().map(|it| it.0.clone()).collect();
        let mut fix = producer::change(cx, interface, &uses, made, &self.implementations, &mut stay);
        fix = self.own_tests(&uses, &types, &mut stay).into_iter().fold(fix, replace);
        let is_concrete = cx.option("mode") == "concrete";
        let (copies, gets) = match is_concrete {
            true => self.concrete(&uses, &types, stay.is_empty(), &mut away),
            false if interface.methods(cx).is_none() => (Fix::review(), Vec::new()),
            false => consumer::declare(cx, interface, &uses, &needs, false, &mut away),
        };
        let unlinked = self.unlinked(&uses, &needs);
        let renamed = types.iter().find(|it| it.seen && !it.def.is_exported()).map(|it| it.def);
        if stay.is_empty() && away.is_empty() {
            let hint = if is_concrete { String::new() } else { self.hint(&types) };
            let shown = renamed.filter(|it| slots::is_name_shown(cx, &[*it, interface.def()]));
            let shown = shown.map_or_else(String::new, |it| {
                format!("; something may read the name of {}, which becomes {name}", it.name())
            });
            let notes =
                [hint, self.starts(&unlinked), self.gone(&uses, &needs), self.mentions(renamed.is_some()), shown];
            let notes = notes.concat();
            let message = format!("{name} can be declared where it is used: {}{notes}", gets.join(", "));
            return (message, Ok(relying(copies.and(fix), &uses)));
        }
        let why = stay.clone().and(away.clone()).sentence(cx);
        match away.is_empty() && !is_concrete {
            true => self.consumers_alone(&why).unwrap_or_else(|| self.left_alone(why)),
            false => self.left_alone(why),
        }
    }

    fn left_alone(&self, why: String) -> (String, Result<Fix, Decline>) {
        (format!("{} can be declared where it is used", self.interface.name()), Err(why.into()))
    }

    /// The interface stays for others, with a comment that says so.
    fn deprecate(&self, uses: Uses<'a>) -> (String, Result<Fix, Decline>) {
        let (cx, interface) = (self.cx, self.interface);
        let mut away = self.of_itself().and(uses.away.clone());
        self.several(&uses, &mut away);
        let needs = needs::of(cx, interface, &uses, &mut away);
        if interface.methods(cx).is_none() {
            return self.left_alone(away.sentence(cx));
        }
        let (copies, gets) = consumer::declare(cx, interface, &uses, &needs, true, &mut away);
        let unlinked = self.unlinked(&uses, &needs);
        if !away.is_empty() {
            return self.left_alone(away.sentence(cx));
        }
        let (name, starts) = (interface.name(), self.starts(&unlinked));
        let message = format!("{name} can be declared where it is used: {}{starts}", gets.join(", "));
        (message, Ok(relying(copies.and(producer::deprecate(interface)), &uses)))
    }

    /// The interface stays, because `why`, and those that need no more than half of its methods get one of their own: not if
    /// it is small as it is, not for functions alone, and not if they pass it on to those that need more.
    fn consumers_alone(&self, why: &str) -> Option<(String, Result<Fix, Decline>)> {
        /// Smaller ones are no burden.
        const MIN_METHODS: usize = 4;
        let (cx, interface) = (self.cx, self.interface);
        let all = interface.methods(cx)?.len();
        let most = number(cx, "max-methods").ok()?.min(all / 2);
        let uses = Uses::of(cx, interface, &self.references.sites, true);
        let mut reasons = uses.away.clone();
        let mut needs = needs::of(cx, interface, &uses, &mut reasons);
        let holds = |it: &PackageId| uses.consumers[it].slots.iter().any(|it| it.kind() == DefKind::Field);
        needs.retain(|package, it| it.methods.len() <= most && holds(package));
        while let Some(package) = passing_on(&needs) {
            needs.remove(&package);
        }
        if all < MIN_METHODS || needs.is_empty() || !reasons.is_empty() {
            return None;
        }
        let (fix, gets) = consumer::declare(cx, interface, &uses, &needs, true, &mut reasons);
        let (name, starts) = (interface.name(), self.starts(&self.unlinked(&uses, &needs)));
        let gets = gets.join(", ");
        let message = format!("part of {name} can be declared where it is used: {gets}; it stays: {why}{starts}");
        reasons.is_empty().then(|| (message, Ok(relying(fix, &uses))))
    }

    /// Reasons that lie in the interface itself, or in how much is known of it.
    fn of_itself(&self) -> Reasons<'a> {
        let (cx, interface) = (self.cx, self.interface);
        let mut reasons = Reasons::default();
        match interface.methods(cx) {
            _ if interface.is_sealed(cx) => reasons.add("it has methods that only its own package can have", None),
            None => reasons.add("not all of its methods are known", None),
            Some(methods) => match number(cx, "min-methods") {
                Ok(least) if methods.len() < least => reasons.add("it has few methods", None),
                Ok(_) => {}
                Err(reason) => reasons.add(reason, None),
            },
        }
        if let Err(reason) = number(cx, "max-methods") {
            reasons.add(reason, None);
        }
        if let Some(tool) = docs::generator(cx, interface) {
            reasons.add(format!("{tool} makes something of it"), None);
        }
        if cx.package().declarations(interface.name()).0.len() > 1 || cx.is_constrained(interface.def().ident().file())
        {
            reasons.add("not all builds have it", None);
        }
        if !cx.workspace().project().is_whole() {
            reasons.add("not all of the module was looked at", None);
        }
        for gap in &self.references.gaps {
            let (reason, at) = self.unknown(*gap);
            reasons.add(reason, at);
        }
        reasons
    }

    /// Why references may be missing, and where.
    fn unknown(&self, gap: Gap<'a>) -> (String, Option<Node<'a>>) {
        let (ws, project) = (self.cx.workspace(), self.cx.workspace().project());
        let root = |id: FileId| ws.file(id).map(|it| it.root());
        let (why, at) = match gap {
            Gap::Unsure(node) | Gap::Variant(node) | Gap::Varies(node) => (String::new(), Some(node)),
            Gap::Broken(id) | Gap::Linkname(id) | Gap::Cgo(id) => (String::new(), root(id)),
            Gap::Unread(id) => (format!(": {} cannot be read", project.file(id).path), None),
            Gap::Foreign(dir) => (format!(": {} has Go files that are left out", project.dir(dir).path), None),
            Gap::LeftOut(_) => return (gap::left_out(&gap).map_or_else(String::new, |it| it.to_string()), None),
            Gap::Assembly(dir) => (format!(": assembly in {} has the name", project.dir(dir).path), None),
        };
        (format!("not all uses of it are known{why}"), at)
    }

    fn several(&self, uses: &Uses<'a>, reasons: &mut Reasons<'a>) {
        if uses.consumers.len() > 1 && self.cx.option("multi") == "refuse" {
            for named in uses.consumers.values() {
                reasons.add("several packages use it", Some(named.first));
            }
        }
    }

    /// With `mode=concrete`: the type behind the interface, wherever packages use that.
    fn concrete(
        &self,
        uses: &Uses<'a>,
        made: &[Made<'a>],
        may_go: bool,
        reasons: &mut Reasons<'a>,
    ) -> (Fix, Vec<String>) {
        let (cx, interface) = (self.cx, self.interface);
        let only = concrete::only_type(cx, interface, made, &self.implementations);
        let Some(only) = reasons.note(only, None) else { return (Fix::review(), Vec::new()) };
        reasons.note(concrete::is_without_double(cx, interface, only.def), Some(only.def.ident()));
        // All values are looked at, which takes its time.
        if may_go && reasons.is_empty() {
            let files = 0..cx.workspace().project().files().len() as u32;
            let own = files.map(FileId).filter(|it| !cx.workspace().project().file(*it).in_vendor());
            Places::new(interface, &only, uses.consumers.values()).check(cx, own, reasons);
        }
        let written = uses.consumers.values().flat_map(|it| it.written.iter().chain(&it.outside));
        let fix = written.map(|it| concrete::pointer(*it, &only)).fold(Fix::review(), replace);
        (fix, vec![format!("*{}.{}", cx.package().name(), only.name)])
    }

    /// Tests of its own package get the type behind it, if that is the only one.
    fn own_tests(&self, uses: &Uses<'a>, made: &[Made<'a>], reasons: &mut Reasons<'a>) -> Vec<(Node<'a>, String)> {
        let (cx, interface) = (self.cx, self.interface);
        let Some(named) = &uses.own_tests else { return Vec::new() };
        let mut why = Reasons::default();
        needs::in_own_tests(cx, interface, named, &mut why);
        let only = why.note(concrete::only_type(cx, interface, made, &self.implementations), None);
        if let Some(only) = &only {
            let project = cx.workspace().project();
            let files = project.dir(cx.package().dir()).file_ids().filter(|it| project.file(*it).is_test());
            Places::new(interface, only, std::iter::once(named)).check(cx, files, &mut why);
        }
        match only.filter(|_| why.is_empty()) {
            Some(only) => named.written.iter().map(|it| concrete::pointer(*it, &only)).collect(),
            None => {
                named.written.iter().for_each(|it| reasons.add("tests of its own package use it", Some(*it)));
                Vec::new()
            }
        }
    }

    /// That there may be no need for an interface, if one type alone implements it.
    fn hint(&self, made: &[Made<'a>]) -> String {
        let (cx, interface) = (self.cx, self.interface);
        let only = concrete::only_type(cx, interface, made, &self.implementations).ok();
        let only = only.filter(|it| concrete::is_without_double(cx, interface, it.def).is_ok());
        only.map_or(String::new(), |it| {
            format!("; {}.{} alone implements it, see mode=concrete", cx.package().name(), it.name)
        })
    }

    /// The packages that no longer import its package, if that may do something when it is imported. Adds why that may not be,
    /// if a program would lack it.
    fn unlinked(&self, uses: &Uses<'a>, needs: &BTreeMap<PackageId, Need>) -> Vec<Package<'a>> {
        let (cx, ws) = (self.cx, self.cx.workspace());
        if cx.option("mode") == "concrete" || !slots::acts_when_imported(cx, cx.package()) {
            return Vec::new();
        }
        let path = self.interface.path(cx).unwrap_or_default();
        let goes = |package: PackageId| {
            let named = uses.consumers.get(&package)?;
            let home = named.written.first().and_then(|it| cx.top_decl(*it))?;
            let copied = Copied::new(cx, self.interface, &needs.get(&package)?.methods, home).ok()?;
            let kept = copied.names(&path).then_some(home.file().id());
            let goes = slots::loses_import(cx, ws.package(package), &named.written, &path, kept);
            goes.then(|| ws.package(package))
        };
        needs.keys().filter_map(|it| goes(*it)).collect()
    }

    /// What is said of these packages.
    fn starts(&self, packages: &[Package<'a>]) -> String {
        let path = self.interface.path(self.cx).unwrap_or_default();
        let names: Vec<&str> = packages.iter().map(|it| it.name()).collect();
        match names.is_empty() {
            true => String::new(),
            false => {
                let lacks = match slots::unlinks(self.cx, packages, self.cx.package()) {
                    true => ", and a program then lacks it",
                    false => "",
                };
                format!("; {} no longer imports {path}, which may do something by that{lacks}", names.join(", "))
            }
        }
    }

    /// Which comments go with what they are beside: with statements that something implements the interface, and between its
    /// methods, if no package gets them all.
    fn gone(&self, uses: &Uses<'a>, needs: &BTreeMap<PackageId, Need>) -> String {
        let (cx, interface) = (self.cx, self.interface);
        let all = interface.methods(cx).map_or(0, |it| it.len());
        let is_kept = cx.option("mode") != "concrete" && needs.values().any(|it| it.methods.len() == all);
        let between = if is_kept { Vec::new() } else { docs::between_methods(interface) };
        let stated = uses.asserts.iter().flat_map(|it| docs::beside(docs::documented(*it)));
        match reasons::name_places(cx, between.into_iter().chain(stated).collect()) {
            Some(places) => format!("; comments go with what they are about ({places})"),
            None => String::new(),
        }
    }

    /// Where comments mention the interface that the change leaves as they are: in its own package, if nothing else gets its
    /// name, and elsewhere.
    fn mentions(&self, renamed: bool) -> String {
        let (cx, ws) = (self.cx, self.cx.workspace());
        let spec = docs::documented(self.interface.spec().node());
        let own = TextRange::new(lines::lead(spec), spec.end());
        let (qualifier, path) = (format!("{}.", cx.package().name()), self.interface.path(cx).unwrap_or_default());
        let is_meant = |id: FileId, range: TextRange| {
            let is_own = ws.package_of(id).id() == cx.package().id();
            let text = ws.file(id).map_or("", |it| &it.text()[..range.start as usize]);
            let goes = spec.file().id() == id && own.contains(range);
            match is_own {
                true => !(renamed || goes || text.ends_with('.')),
                false => text.ends_with(&qualifier) && ws.imports(id).any(|it| it.path == path),
            }
        };
        let found = ws.comment_mentions(self.interface.name()).into_iter().filter(|it| is_meant(it.0, it.1));
        let line = |(id, range): (FileId, TextRange)| Some((id, ws.file(id)?.line_col(range.start).0));
        match reasons::name_places(cx, found.filter_map(line).collect()) {
            Some(places) => format!("; comments that mention it stay ({places})"),
            None => String::new(),
        }
    }
}

/// The fix, which is right as long as files go on to need what they import.
fn relying<'a>(fix: Fix, uses: &Uses<'a>) -> Fix {
    uses.dots.iter().fold(fix.at_most(Level::Review), |fix, it| fix.relies_on(*it))
}

fn replace<'a>(fix: Fix, (ty, text): (Node<'a>, String)) -> Fix {
    fix.replace(ty, text)
}

/// A package that passes values on to one that is none of these.
fn passing_on(needs: &BTreeMap<PackageId, Need>) -> Option<PackageId> {
    needs.iter().find(|it| it.1.onward.iter().any(|it| !needs.contains_key(it))).map(|it| *it.0)
}
