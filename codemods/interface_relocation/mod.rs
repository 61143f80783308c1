//! Moves an interface from the package that implements it to the packages that use it.
//!
//! The package that needs something knows best what it needs. So each consumer declares the methods that it calls, what makes
//! the implementation returns it as what it is, and the interface between them goes. All of that is one change: each part
//! alone would leave something behind that nobody needs.

mod concrete;
mod consumer;
mod docs;
mod needs;
mod plan;
mod producer;
mod reasons;
mod uses;

use gofix_rule::{
    Cx, Decline, Group, Meta, OptionMeta, Report, Rule,
    semantic::is_exported,
    slots::Interface,
    syntax::{
        Kind, Role,
        ast::{AstNode, TypeSpec},
    },
};

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
                let interface = Interface::declared(spec.name()).filter(|it| is_exported(it.name()));
                if let Some((message, fix)) = interface.and_then(|it| plan::advise(cx, &it)) {
                    report.fix(spec.name(), message, fix);
                }
            }
        }
    }
}

/// The value of an option that is a number.
fn number(cx: &Cx<'_>, option: &str) -> Result<usize, Decline> {
    cx.option(option).parse().map_err(|_| format!("{option} is not a number").into())
}
