//! Gives a package its own small interface where it holds a large one of another package.
//!
//! A field of type `store.Store`, with ten methods, of which the package calls two, says little of what the package does,
//! and makes whoever tests it write ten methods. The interface stays where it is; whoever has a `store.Store` can still
//! pass it.

mod part;
mod write;

use std::collections::{BTreeMap, BTreeSet};

use gofix_rule::{
    Cx, Decline, Group, Meta, OptionMeta, Report, Rule,
    semantic::{Def, Res},
    slots::{self, Interface},
    syntax::{
        Kind, Node, Role,
        ast::{AstNode, CallExpr, FuncDecl, SelectorExpr, StructType, TypeSpec},
    },
};

use part::{Part, Parts};

pub(crate) struct InterfaceNarrow;

static META: Meta = Meta {
    name: "interface-narrow",
    summary: "declare the few methods of a large interface that a package needs beside their use",
    group: Group::Interfaces,
    recommended: false,
    since: None,
    until: None,
    words: &["import"],
    options: &[
        OptionMeta {
            name: "min-methods",
            summary: "leave interfaces with fewer methods alone",
            default: "4",
            values: &[],
        },
        OptionMeta { name: "max-methods", summary: "write no interface with more methods", default: "8", values: &[] },
        OptionMeta {
            name: "local-name",
            summary: "whether the new interface has an exported name",
            default: "unexported",
            values: &["unexported", "exported"],
        },
        OptionMeta {
            name: "scope",
            summary: "what is looked at: what structs hold, or parameters of functions, too",
            default: "holders",
            values: &["holders", "params"],
        },
    ],
    docs: include_str!("README.md"),
};

impl Rule for InterfaceNarrow {
    fn meta(&self) -> &Meta {
        &META
    }

    fn needs_whole_modules(&self) -> bool {
        true
    }

    fn check(&self, cx: &Cx<'_>, report: &mut Report) {
        if cx.package().is_external_test() {
            return;
        }
        let mut taken = BTreeSet::new();
        for (interface, seeds) in seeds(cx) {
            narrow(cx, &interface, &seeds, &mut taken, report);
        }
    }
}

/// What the package holds of interfaces of other packages, in the order of the first of each.
fn seeds<'a>(cx: &Cx<'a>) -> Vec<(Interface<'a>, Vec<Def<'a>>)> {
    let mut found: Vec<(Interface<'a>, Vec<Def<'a>>)> = Vec::new();
    let mut known: BTreeMap<(&'a str, &'a str), Option<usize>> = BTreeMap::new();
    for file in cx.files().filter(|it| !cx.in_test_file(it.root())) {
        for decl in file.root().children_in(Role::Decls) {
            for field in held_in(cx, decl) {
                let Some(ty) = field.child(Role::Type).filter(|it| it.unparen().kind() == Kind::SelectorExpr) else {
                    continue;
                };
                let names = field.children_in(Role::Names).filter(|it| it.text() != "_").filter_map(Def::of);
                let mut names = names.peekable();
                let Some((path, name)) = of_project(cx, ty).filter(|_| names.peek().is_some()) else { continue };
                let index = *known.entry((path, name)).or_insert_with(|| {
                    let interface = Interface::named(cx, ty)?;
                    let known = found.iter().position(|it| it.0 == interface);
                    Some(known.unwrap_or_else(|| {
                        found.push((interface, Vec::new()));
                        found.len() - 1
                    }))
                });
                if let Some(index) = index {
                    found[index].1.extend(names);
                }
            }
        }
    }
    found
}

/// The fields of struct types that a declaration declares, and with `scope=params` the parameters of functions.
fn held_in<'a>(cx: &Cx<'a>, decl: Node<'a>) -> Vec<Node<'a>> {
    if let Some(func) = FuncDecl::cast(decl) {
        let params = func.func_type().params();
        return if cx.option("scope") == "params" { params.children_in(Role::List).collect() } else { Vec::new() };
    }
    let specs = decl.children_in(Role::Specs).filter_map(TypeSpec::cast);
    let structs = specs.filter_map(|it| StructType::cast(it.ty().unparen()));
    structs.flat_map(|it| it.fields().children_in(Role::List)).filter(|it| it.child(Role::Names).is_some()).collect()
}

/// The import path and the name, if a type is one of another package of the project as far as names tell.
fn of_project<'a>(cx: &Cx<'a>, ty: Node<'a>) -> Option<(&'a str, &'a str)> {
    let selector = SelectorExpr::cast(ty.unparen())?;
    let Res::External { path, name } = cx.resolve(selector.sel()) else { return None };
    let of = |module: &str| path.strip_prefix(module).is_some_and(|it| it.is_empty() || it.starts_with('/'));
    let modules = cx.workspace().project().modules();
    modules.iter().any(|it| of(it.path())).then_some((path, name))
}

/// Reports what there is to say of one interface.
fn narrow<'a>(
    cx: &Cx<'a>,
    interface: &Interface<'a>,
    seeds: &[Def<'a>],
    taken: &mut BTreeSet<String>,
    report: &mut Report,
) {
    let message = || format!("this may not need all methods of {}", interface.qualified(cx));
    let at = |it: Def<'a>| slots::written_type(it).unwrap_or(it.ident());
    if let Err(reason) = is_worth_it(cx, interface) {
        return report.fix(at(seeds[0]), message(), Err(reason));
    }
    let mut parts = Parts::new(cx, interface);
    let mut whole: Option<Part<'a>> = None;
    for &seed in seeds {
        match parts.around(seed) {
            Ok(Some(part)) => whole.get_or_insert_with(Part::default).add(part),
            Ok(None) => {}
            Err(reason) => report.fix(at(seed), message(), Err(reason)),
        }
    }
    let Some(part) = whole else { return };
    let first = part.written.first().copied();
    let place = seeds.iter().map(|it| at(*it)).find(|it| part.written.contains(it)).or(first);
    if let Some(place) = place {
        let (needed, all) = (part.methods.len(), interface.methods(cx).map_or(0, |it| it.len()));
        let message = format!("of the {all} methods of {} this package needs {needed}", interface.qualified(cx));
        let fix = match part.visible && is_reflected(cx, interface) {
            true => Err(format!("something asks by reflection what is a {}", interface.name()).into()),
            false => write::declare(cx, interface, &part, taken),
        };
        report.fix(place, message, fix);
    }
}

/// Whether the type itself is asked for when the program runs, to find what is of it: `reflect.TypeFor[I]()`, `(*I)(nil)`,
/// `new(I)`. Fields that are not exported cannot be set by who finds them so (package reflect: Value.CanSet).
fn is_reflected<'a>(cx: &Cx<'a>, interface: &Interface<'a>) -> bool {
    let references = cx.references_of(interface.def());
    references.sites.into_iter().any(|site| {
        let named = site.parent().filter(|it| it.kind() == Kind::SelectorExpr && site.role() == Role::Sel);
        let ty = named.unwrap_or(site).with_parens();
        let Some(parent) = ty.parent() else { return false };
        match (parent.kind(), ty.role()) {
            (Kind::IndexExpr, Role::Index) => {
                parent.child(Role::X).is_some_and(|it| cx.resolve_expr(it).is_external("reflect", "TypeFor"))
            }
            (Kind::StarExpr, _) => parent.with_parens().role() == Role::Fun,
            (Kind::CallExpr, Role::Args) => CallExpr::cast(parent).is_some_and(|it| cx.is_builtin_call(it, "new")),
            _ => false,
        }
    })
}

/// Whether the interface is one that may be narrowed.
fn is_worth_it<'a>(cx: &Cx<'a>, interface: &Interface<'a>) -> Result<usize, Decline> {
    let name = interface.name();
    if interface.is_sealed(cx) {
        return Err(format!("{name} has methods that only its own package can have").into());
    }
    let methods = interface.methods(cx).ok_or_else(|| format!("not all methods of {name} are known"))?.len();
    if methods < number(cx, "min-methods")? {
        return Err(format!("{name} has few methods already").into());
    }
    if interface.is_generated() {
        return Err(format!("a tool writes {name}").into());
    }
    if cx.workspace().package_of(interface.def().ident().file().id()).declarations(name).0.len() > 1 {
        return Err(format!("other builds have another {name}").into());
    }
    if let Some(tool) = injector(cx) {
        return Err(format!("the package uses {tool}, which looks at types when the program runs").into());
    }
    Ok(methods)
}

/// The value of an option that is a number.
fn number(cx: &Cx<'_>, option: &str) -> Result<usize, Decline> {
    cx.option(option).parse().map_err(|_| format!("{option} is not a number").into())
}

/// What puts values together by their types, if the package uses such a thing.
fn injector<'a>(cx: &Cx<'a>) -> Option<&'a str> {
    const TOOLS: [&str; 4] = ["github.com/google/wire", "go.uber.org/fx", "go.uber.org/dig", "github.com/samber/do"];
    let is_tool = |it: &str| {
        TOOLS.iter().any(|tool| it.strip_prefix(tool).is_some_and(|it| it.is_empty() || it.starts_with('/')))
    };
    let ws = cx.workspace();
    let mut imports = cx.package().files().iter().flat_map(|it| ws.imports(*it));
    imports.find(|it| is_tool(it.path)).map(|it| it.path)
}
