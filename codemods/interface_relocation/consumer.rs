//! What the consumers get.

use std::collections::{BTreeMap, BTreeSet};

use gofix_rule::{
    Cx, Decline, Fix, TextRange, lines,
    semantic::PackageId,
    slots::{self, Collisions, Copied, Interface},
    syntax::{Node, Role},
};

use super::{
    docs,
    needs::Need,
    producer,
    uses::{Named, Uses},
};

/// Rewrites
///
/// ```go
/// type Handler struct {
///     users repo.Users
/// }
/// ```
///
/// to
///
/// ```go
/// // users are all users.
/// type users interface {
///     Get(id int) (*repo.User, error)
/// }
///
/// type Handler struct {
///     users users
/// }
/// ```
///
/// in every package that uses the interface.
pub(super) fn declare<'a>(
    cx: &Cx<'a>,
    interface: &Interface<'a>,
    uses: &Uses<'a>,
    needs: &BTreeMap<PackageId, Need>,
) -> Result<Fix, Decline> {
    let mut fix = Fix::review();
    if cx.option("mode") == "concrete" {
        let name = producer::only_type(cx, interface, uses)?;
        for ty in uses.consumers.values().flat_map(|it| it.written.iter().chain(&it.outside)) {
            let qualifier = ty.unparen().child(Role::X).map_or(String::new(), |it| format!("{}.", it.text()));
            fix = fix.replace(*ty, format!("*{qualifier}{name}"));
        }
        return Ok(fix);
    }
    for (package, need) in needs {
        if let Some(named) = uses.consumers.get(package) {
            fix = fix.and(copy(cx, interface, *package, named, need)?);
        }
    }
    Ok(fix)
}

fn copy<'a>(
    cx: &Cx<'a>,
    interface: &Interface<'a>,
    package: PackageId,
    named: &Named<'a>,
    need: &Need,
) -> Result<Fix, Decline> {
    let package = cx.workspace().package(package);
    let first = named.written.iter().find(|it| !cx.in_test_file(**it)).copied().unwrap_or(named.first);
    let home = cx.top_decl(first).unwrap_or(first);
    let copied = Copied::new(cx, interface, &need.methods, home)?;
    let path = interface.path(cx).unwrap_or_default();
    let collisions = Collisions {
        package,
        replaced: &named.written,
        imported: (&path, copied.names(&path).then_some(home.file().id())),
        taken: &BTreeSet::new(),
    };
    let wanted = slots::local_names(cx, interface, package.name(), cx.option("local-name") == "exported");
    let local = wanted.into_iter().find(|it| collisions.allow(cx, it));
    let local =
        local.ok_or_else(|| format!("no name like {} is free in package {}", interface.name(), package.name()))?;

    let text = format!("{}type {local} {}\n\n", docs::renamed(interface, &local), copied.text());
    let mut fix = Fix::review().replace_range(home.file(), TextRange::empty(lines::lead(home)), text);
    for import in copied.imports() {
        fix = fix.imports(import);
    }
    fix = named.written.iter().fold(fix, |fix, it| fix.replace(*it, local.clone()));
    named.outside.iter().try_fold(fix, |fix, it| in_external_test(cx, fix, *it, package.import_path(), &local))
}

/// The new name as external tests of the package write it.
fn in_external_test<'a>(
    cx: &Cx<'a>,
    fix: Fix,
    ty: Node<'a>,
    path: Option<String>,
    local: &str,
) -> Result<Fix, Decline> {
    let import = cx.import(ty, &path.unwrap_or_default())?;
    Ok(fix.replace(ty, import.name(local)?).imports(&import))
}
