//! Moves an interface from the package that implements it to the packages that use it.
//!
//! The package that needs something knows best what it needs. So each consumer declares the methods that it calls, what makes
//! the implementation returns it as what it is, and the interface between them goes. All of that is one change: each part
//! alone would leave something behind that nobody needs.

mod consumer;
mod docs;
mod needs;
mod producer;
mod uses;

use gofix_rule::{
    Cx, Decline, Fix, Group, Level, Meta, OptionMeta, Report, Rule,
    semantic::{Def, Implements, is_exported},
    slots::Interface,
    syntax::{
        Kind, Role,
        ast::{AstNode, FuncDecl, TypeSpec},
    },
};

use uses::Uses;

pub(crate) struct InterfaceRelocation;

static META: Meta = Meta {
    name: "interface-relocation",
    summary: "move an interface from the package that implements it to those that use it",
    group: Group::Interfaces,
    recommended: false,
    since: None,
    until: None,
    words: &["type", "interface"],
    options: &[
        OptionMeta {
            name: "public-api",
            summary: "whether names that other modules can use may change: module if none does; deprecate keeps the old interface",
            default: "refuse",
            values: &["refuse", "module", "deprecate"],
        },
        OptionMeta {
            name: "mode",
            summary: "what consumers get: an interface of their own, or the concrete type",
            default: "consumer",
            values: &["consumer", "concrete"],
        },
        OptionMeta {
            name: "local-name",
            summary: "whether the new interfaces have exported names",
            default: "unexported",
            values: &["unexported", "exported"],
        },
        OptionMeta {
            name: "multi",
            summary: "what to do for several consumers: an interface for each, or nothing",
            default: "split",
            values: &["split", "refuse"],
        },
        OptionMeta {
            name: "min-methods",
            summary: "leave interfaces with fewer methods alone",
            default: "1",
            values: &[],
        },
        OptionMeta {
            name: "max-methods",
            summary: "declare no interface with more methods where values of it become other interfaces",
            default: "8",
            values: &[],
        },
        OptionMeta {
            name: "export-types",
            summary: "give any type that is not exported the name of the interface, if an exported function returns it",
            default: "false",
            values: &["true", "false"],
        },
    ],
    docs: include_str!("README.md"),
};

const PUBLIC: &str = "other modules may use it: --set interface-relocation.public-api=module if none does";

impl Rule for InterfaceRelocation {
    fn meta(&self) -> &Meta {
        &META
    }

    fn needs_whole_modules(&self) -> bool {
        true
    }

    fn check(&self, cx: &Cx<'_>, report: &mut Report) {
        if cx.package().is_external_test() || cx.package().name() == "main" {
            return;
        }
        for file in cx.files().filter(|it| !cx.in_test_file(it.root())) {
            let decls = file.root().children_in(Role::Decls).filter(|it| it.kind() == Kind::GenDecl);
            for spec in decls.flat_map(|it| it.children_in(Role::Specs)).filter_map(TypeSpec::cast) {
                let Some(interface) = Interface::declared(spec.name()).filter(|it| is_exported(it.name())) else {
                    continue;
                };
                let message = format!("{} can be declared where it is used", interface.name());
                match advise(cx, &interface) {
                    Ok(None) => {}
                    Ok(Some(fix)) => report.fix(spec.name(), message, Ok(fix)),
                    Err(reason) => report.fix(spec.name(), message, Err(reason)),
                }
            }
        }
    }
}

/// What to do about an interface; nothing, if no other package uses it.
fn advise<'a>(cx: &Cx<'a>, interface: &Interface<'a>) -> Result<Option<Fix>, Decline> {
    if interface.literal().methods().children_in(Role::List).next().is_none() {
        return Ok(None);
    }
    if cx.option("public-api") == "refuse" && cx.workspace().is_exported_outside(interface.def()) {
        return if is_returned(cx, interface) { Err(PUBLIC.into()) } else { Ok(None) };
    }
    let implementations = implementations(cx, interface);
    if implementations.is_empty() {
        return Ok(None);
    }
    let references = cx.references_of(interface.def());
    let own = |file| cx.workspace().package_of(file).id() == cx.package().id();
    if !references.sites.iter().any(|it| !own(it.file().id()) && !cx.in_test_file(*it)) {
        return Ok(None);
    }
    may_move(cx, interface)?;
    if !references.is_complete() {
        return Err("not all uses of it are known".into());
    }
    let uses = Uses::of(cx, interface, &references.sites)?;
    if uses.consumers.is_empty() {
        return Ok(None);
    }
    let consumers = needs::of(cx, interface, &uses)?;
    let fix = producer::change(cx, interface, &uses, &implementations)?;
    Ok(Some(consumer::declare(cx, interface, &uses, &consumers)?.and(fix).at_most(Level::Review)))
}

/// Whether a function of the package returns it, as far as names tell.
fn is_returned<'a>(cx: &Cx<'a>, interface: &Interface<'a>) -> bool {
    let files = cx.package().files().iter().filter_map(|it| cx.workspace().file(*it));
    let funcs = files.flat_map(|it| it.root().children_in(Role::Decls)).filter_map(FuncDecl::cast);
    let mut results = funcs.filter_map(|it| it.func_type().results()).flat_map(|it| it.children_in(Role::List));
    results.any(|it| it.child(Role::Type).and_then(|it| it.as_ident()) == Some(interface.name()))
}

/// The types of the package that implement it. Without any it is a contract between others, which this is the place for.
fn implementations<'a>(cx: &Cx<'a>, interface: &Interface<'a>) -> Vec<Def<'a>> {
    let files = cx.package().files().iter().filter_map(|it| cx.workspace().file(*it));
    let decls = files.filter(|it| !cx.in_test_file(it.root())).flat_map(|it| it.root().children_in(Role::Decls));
    let specs = decls.flat_map(|it| it.children_in(Role::Specs)).filter_map(TypeSpec::cast).filter(|it| !it.is_alias());
    let types = specs.filter(|it| it.ty().unparen().kind() != Kind::InterfaceType).filter_map(|it| Def::of(it.name()));
    let implement =
        |it: &Def<'a>| matches!(cx.implements(*it, interface.def()), Implements::Value | Implements::Pointer);
    types.filter(implement).collect()
}

/// Whether the interface itself is one that may move.
fn may_move<'a>(cx: &Cx<'a>, interface: &Interface<'a>) -> Result<(), Decline> {
    if interface.is_sealed(cx) {
        return Err("it has methods that only its own package can have".into());
    }
    let methods = interface.methods(cx).ok_or("not all of its methods are known")?;
    if methods.len() < number(cx, "min-methods")? {
        return Err("it has few methods".into());
    }
    if let Some(tool) = docs::generator(cx, interface) {
        return Err(format!("{tool} makes something of it").into());
    }
    if cx.package().declarations(interface.name()).0.len() > 1 || cx.is_constrained(interface.def().ident().file()) {
        return Err("not all builds have it".into());
    }
    Ok(())
}

/// The value of an option that is a number.
fn number(cx: &Cx<'_>, option: &str) -> Result<usize, Decline> {
    cx.option(option).parse().map_err(|_| format!("{option} is not a number").into())
}
