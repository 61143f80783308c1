//! How sure a rewrite is, by who can call the function.

use gofix_rule::{
    Cx, Decline, Level,
    errors::{self, Contract},
    semantic::is_exported,
    syntax::{
        Node,
        ast::{AstNode, CallExpr, FuncDecl},
    },
};

use super::{consumers::Known, pins, settings::Exported, site::Site};

/// What the interfaces that the function belongs to ask of its errors; declines if callers compare them.
pub(super) fn contract(site: &Site<'_, '_>) -> Result<Option<Contract>, Decline> {
    let more: Vec<&str> = site.settings.contracts.iter().map(String::as_str).collect();
    match errors::contract(&site.cx, site.func, &more) {
        Some((Contract::Identity, name)) => {
            Err(format!("this is a method of {name}, whose callers look at errors as they are").into())
        }
        other => Ok(other.map(|it| it.0)),
    }
}

/// How sure it is that wrapping at `site` does no harm.
pub(super) fn level<'a>(
    site: &Site<'a, '_>,
    call: CallExpr<'a>,
    contract: Option<Contract>,
    known: Known,
) -> Result<Level, Decline> {
    let is_open = is_open(&site.cx, site.func);
    if is_open && site.settings.exported == Exported::Skip {
        return Err("other modules can call the function".into());
    }
    let is_remote = errors::is_remote(&site.cx, site.func);
    if is_remote {
        finds_status(&site.cx)?;
    }
    let may_be_safe = !is_open || site.settings.exported == Exported::Safe;
    let is_safe = known == Known::All && contract.is_none() && may_be_safe && !is_remote;
    match is_safe && !pins::is_pinned(&site.cx, call) {
        true => Ok(Level::Safe),
        false => Ok(Level::Review),
    }
}

/// Whether other modules can call the function by its name.
fn is_open(cx: &Cx<'_>, func: Node<'_>) -> bool {
    let path = cx.package().import_path().unwrap_or_default();
    let is_internal =
        path.split('/').any(|it| it == "internal") || cx.package().is_program() || cx.package().is_external_test();
    let Some(decl) = FuncDecl::cast(func) else { return false };
    if is_internal || !is_exported(decl.name().text()) || func_is_test(cx, func) {
        return false;
    }
    decl.recv().is_none() || errors::receiver_name(decl).is_none_or(is_exported)
}

fn func_is_test(cx: &Cx<'_>, func: Node<'_>) -> bool {
    cx.workspace().project().file(func.file().id()).is_test()
}

/// The first version of gRPC that looks through wrapped errors for their status.
const UNWRAPS: (u32, u32) = (1, 55);

/// Declines if the module uses a version of gRPC that would lose the status of a wrapped error.
pub(super) fn finds_status(cx: &Cx<'_>) -> Result<(), Decline> {
    let project = cx.workspace().project();
    let module = project.dir(cx.package().dir()).module.map(|it| project.module(it));
    let required = module.into_iter().flat_map(|it| &it.go_mod.requires).find(|it| it.path == "google.golang.org/grpc");
    let version = required.and_then(|it| {
        let mut parts = it.version.strip_prefix('v')?.split('.').map(|it| it.parse::<u32>().ok());
        Some((parts.next()??, parts.next()??))
    });
    match version {
        Some(version) if version < UNWRAPS => {
            Err("this version of gRPC does not find the status of a wrapped error".into())
        }
        _ => Ok(()),
    }
}
