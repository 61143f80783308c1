//! Where the interface is named, and what for.

use std::collections::BTreeMap;

use gofix_rule::{
    Cx, Decline,
    semantic::{Def, PackageId},
    slots::Interface,
    syntax::{
        Kind, Node, Role,
        ast::{AstNode, FuncDecl, StructType, TypeSpec},
        header,
    },
};

use super::reasons::Reasons;

/// All uses of the interface.
#[derive(Default)]
pub(super) struct Uses<'a> {
    /// The packages that use it, its own one aside.
    pub(super) consumers: BTreeMap<PackageId, Named<'a>>,
    /// The results of functions of its own package that are of it: the function, and the type as it is written.
    pub(super) results: Vec<(FuncDecl<'a>, Node<'a>)>,
    /// Statements of its own package and of others that something implements it: `var _ I = x`.
    pub(super) asserts: Vec<Node<'a>>,
    /// What tests of its own package name it for, inside and outside of that.
    pub(super) own_tests: Option<Named<'a>>,
    /// What files go on to need of imports of all its names.
    pub(super) dots: Vec<Node<'a>>,
    /// Whether another module uses it.
    pub(super) by_others: bool,
    /// Why it has to stay: its own package cannot do without it, or something that gets none of its own.
    pub(super) stay: Reasons<'a>,
    /// Why others cannot get one of their own for it.
    pub(super) away: Reasons<'a>,
}

/// What one package names it for.
pub(super) struct Named<'a> {
    /// The first type of it that was met.
    pub(super) first: Node<'a>,
    /// The variables, fields and parameters.
    pub(super) slots: Vec<Def<'a>>,
    /// The types as they are written, in order.
    pub(super) written: Vec<Node<'a>>,
    /// The same in external tests.
    pub(super) outside: Vec<Node<'a>>,
}

/// What one use is.
enum Use<'a> {
    Slots(Vec<Node<'a>>),
    Result(FuncDecl<'a>),
    Assert(Node<'a>),
}

impl<'a> Uses<'a> {
    /// What the `sites` name it for. If it `stays`, only those in other packages count that get one of their own.
    pub(super) fn of(cx: &Cx<'a>, interface: &Interface<'a>, sites: &[Node<'a>], stays: bool) -> Uses<'a> {
        let mut uses = Uses::default();
        let mut tests: Vec<(Node<'a>, Use<'a>)> = Vec::new();
        let mut stated: Vec<(Node<'a>, Node<'a>)> = Vec::new();
        let ws = cx.workspace();
        for &site in sites {
            let package = ws.package_of(site.file().id());
            let is_own = package.id() == cx.package().id();
            let is_own_test = package.dir() == cx.package().dir() && (!is_own || cx.in_test_file(site));
            if stays && (is_own || is_own_test) {
                continue;
            }
            if !is_of_module(cx, interface, site) {
                uses.stay.add("another module uses it", Some(site));
                uses.by_others = true;
                continue;
            }
            match by_dot(cx, interface, site, sites) {
                ByDot::No => {}
                ByDot::With(other) => uses.dots.push(other),
                ByDot::Alone => {
                    uses.away.add("a file imports all names of its package, and then needs none of them", Some(site));
                    continue;
                }
            }
            let reasons = if is_own || is_own_test { &mut uses.stay } else { &mut uses.away };
            if reasons.note(may_be_edited(cx, site), Some(site)).is_none() {
                continue;
            }
            if interface.literal().node().contains(site) {
                uses.away.add("its methods mention it", Some(site));
                continue;
            }
            let ty = site.parent().filter(|it| it.kind() == Kind::SelectorExpr).unwrap_or(site).with_parens();
            let Some(used) = reasons.note(use_of(ty), Some(site)) else { continue };
            match used {
                Use::Assert(spec) if is_own => uses.asserts.push(spec),
                Use::Assert(spec) => stated.push((ty, spec)),
                Use::Result(_) if is_own_test => uses.stay.add("tests of its own package return it", Some(site)),
                Use::Result(func) if is_own => uses.results.push((func, ty)),
                Use::Slots(names) if is_own_test => {
                    uses.own_tests.get_or_insert_with(|| Named::new(ty)).add(ty, names);
                }
                Use::Slots(_) if is_own => uses.stay.add("its own package uses it", Some(site)),
                used if cx.in_test_file(site) => tests.push((ty, used)),
                Use::Result(_) => uses.away.add("a package that uses it returns it", Some(site)),
                Use::Slots(names) => {
                    let named = uses.consumers.entry(package.id());
                    named.or_insert_with(|| Named::new(ty)).add(ty, names);
                }
            }
        }
        if stays {
            uses.inner_tests(cx, tests);
        } else {
            uses.tests(cx, tests);
            uses.statements(cx, stated);
        }
        for named in uses.consumers.values_mut() {
            named.written.sort_by_key(|it| (it.file().id(), it.start()));
        }
        uses
    }

    /// What states that something implements it says so of the one that the package gets, if it gets one.
    fn statements(&mut self, cx: &Cx<'a>, stated: Vec<(Node<'a>, Node<'a>)>) {
        for (ty, spec) in stated {
            match self.consumers.get_mut(&cx.workspace().package_of(ty.file().id()).id()) {
                Some(named) => named.written.push(ty),
                None => self.asserts.push(spec),
            }
        }
    }

    /// Adds what tests inside of the packages name it for. All others can go on to do so.
    fn inner_tests(&mut self, cx: &Cx<'a>, tests: Vec<(Node<'a>, Use<'a>)>) {
        for (ty, used) in tests {
            let (Use::Slots(names), package) = (used, cx.workspace().package_of(ty.file().id()).id()) else { continue };
            if let Some(named) = self.consumers.get_mut(&package) {
                named.add(ty, names);
            }
        }
    }

    /// Adds what tests name it for: in the package itself, or in external tests if its new name can be told there.
    fn tests(&mut self, cx: &Cx<'a>, tests: Vec<(Node<'a>, Use<'a>)>) {
        let ws = cx.workspace();
        for (ty, used) in tests {
            let package = ws.package_of(ty.file().id());
            let Use::Slots(names) = used else {
                self.stay.add("a test of a package that uses it returns it", Some(ty));
                continue;
            };
            if let Some(named) = self.consumers.get_mut(&package.id()) {
                named.add(ty, names);
                continue;
            }
            let tested = self.consumers.iter_mut().find(|it| ws.package(*it.0).dir() == package.dir());
            match tested {
                Some((_, named)) if cx.option("local-name") == "exported" => {
                    named.slots.extend(names.into_iter().filter_map(Def::of));
                    named.outside.push(ty);
                }
                Some(_) => {
                    self.stay.add("external tests use it, for which the new interface needs an exported name", Some(ty))
                }
                None => self.stay.add("tests of a package that does not need it use it", Some(ty)),
            }
        }
    }
}

impl<'a> Named<'a> {
    fn new(first: Node<'a>) -> Named<'a> {
        Named { first, slots: Vec::new(), written: Vec::new(), outside: Vec::new() }
    }

    fn add(&mut self, ty: Node<'a>, names: Vec<Node<'a>>) {
        self.slots.extend(names.into_iter().filter_map(Def::of));
        self.written.push(ty);
    }
}

/// Whether a use is in the module of the interface.
fn is_of_module<'a>(cx: &Cx<'a>, interface: &Interface<'a>, site: Node<'a>) -> bool {
    let project = cx.workspace().project();
    let module = |node: Node<'a>| project.dir(project.file(node.file().id()).dir).module;
    module(site) == module(interface.def().ident())
}

/// Whether a use is by way of an import of all names, which the file then needs no more.
enum ByDot<'a> {
    No,
    /// The file has another use of that kind, this one.
    With(Node<'a>),
    Alone,
}

fn by_dot<'a>(cx: &Cx<'a>, interface: &Interface<'a>, site: Node<'a>, sites: &[Node<'a>]) -> ByDot<'a> {
    let file = site.file();
    if site.role() == Role::Sel || cx.package().files().contains(&file.id()) {
        return ByDot::No;
    }
    let path = interface.path(cx).unwrap_or_default();
    let types = cx.types(file.id());
    let is_of_package = |it: &Node<'a>| {
        let is_name = it.kind() == Kind::Ident && !matches!(it.role(), Role::Sel | Role::Key);
        let object = types.filter(|_| is_name).and_then(|types| types.object_of(*it));
        object.is_some_and(|it| *it.path == *path && !it.local)
    };
    match file.nodes().find(|it| is_of_package(it) && !sites.contains(it)) {
        Some(other) => ByDot::With(other),
        None => ByDot::Alone,
    }
}

/// Whether the file of a use may be changed along with the rest.
fn may_be_edited<'a>(cx: &Cx<'a>, site: Node<'a>) -> Result<(), Decline> {
    if header::read(site.file().text()).generated {
        return Err("a file that a tool writes uses it".into());
    }
    match cx.is_constrained(site.file()) {
        true => Err("a file that not all builds have uses it".into()),
        false => Ok(()),
    }
}

/// What a type is written for.
fn use_of(ty: Node<'_>) -> Result<Use<'_>, Decline> {
    let Some(parent) = ty.parent() else { return Err(UNKNOWN.into()) };
    match (parent.kind(), ty.role()) {
        (Kind::Field, Role::Type) => field(parent),
        (Kind::ValueSpec, Role::Type) => {
            let names: Vec<Node<'_>> = parent.children_in(Role::Names).collect();
            match names.iter().all(|it| it.text() == "_") {
                true => Ok(Use::Assert(parent)),
                false => Ok(Use::Slots(names)),
            }
        }
        (Kind::TypeSpec, _) => Err("another type is declared as it".into()),
        (Kind::TypeAssertExpr | Kind::CaseClause, _) => Err("something is asserted to be of it".into()),
        (Kind::ArrayType | Kind::MapType | Kind::ChanType | Kind::Ellipsis, _) => {
            Err("it is part of another type".into())
        }
        (Kind::StarExpr, _) => Err("there are pointers to it".into()),
        (Kind::CallExpr, _) => Err("something is converted to it, or it is an argument".into()),
        (Kind::IndexExpr | Kind::IndexListExpr, _) => Err("it is a type argument".into()),
        _ => Err(UNKNOWN.into()),
    }
}

const UNKNOWN: &str = "it is used in a way that is not known";

/// What the type of a field in the sense of the syntax is written for.
fn field(field: Node<'_>) -> Result<Use<'_>, Decline> {
    let names: Vec<Node<'_>> = field.children_in(Role::Names).collect();
    let Some(list) = field.parent() else { return Err(UNKNOWN.into()) };
    let Some(owner) = list.parent() else { return Err(UNKNOWN.into()) };
    let func = owner.parent().and_then(FuncDecl::cast).filter(|it| it.ty() == owner);
    match (list.role(), func) {
        (Role::Fields, _) if names.is_empty() => Err("a struct embeds it".into()),
        (Role::Fields, _) => {
            let spec = StructType::cast(owner).and_then(|it| it.node().with_parens().parent()).and_then(TypeSpec::cast);
            match spec.is_some() {
                true => Ok(Use::Slots(names)),
                false => Err("a struct type without a name has it".into()),
            }
        }
        (Role::Params, Some(_)) if names.is_empty() => Err("a function takes it and gives it no name".into()),
        (Role::Params, Some(_)) => Ok(Use::Slots(names)),
        (Role::Results, Some(func)) => Ok(Use::Result(func)),
        (Role::Params | Role::Results, None) => {
            Err("it is part of the type of a function value or of a method of an interface".into())
        }
        (Role::Methods, _) => Err("another interface embeds it".into()),
        (Role::TypeParams, _) => Err("it is a constraint".into()),
        _ => Err(UNKNOWN.into()),
    }
}
