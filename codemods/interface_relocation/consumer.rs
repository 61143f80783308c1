//! What the consumers get.

use std::collections::{BTreeMap, BTreeSet};

use gofix_rule::{
    Cx, Decline, Fix, TextRange, lines,
    semantic::PackageId,
    slots::{self, Collisions, Copied, Interface},
    syntax::Node,
};

use super::{
    docs,
    needs::Need,
    reasons::Reasons,
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
/// in every package that uses the interface. Says what each of them gets.
pub(super) fn declare<'a>(
    cx: &Cx<'a>,
    interface: &Interface<'a>,
    uses: &Uses<'a>,
    needs: &BTreeMap<PackageId, Need>,
    stays: bool,
    reasons: &mut Reasons<'a>,
) -> (Fix, Vec<String>) {
    let (mut fix, mut gets) = (Fix::review(), Vec::new());
    for (package, need) in needs {
        let Some(named) = uses.consumers.get(package) else { continue };
        let copied = copy(cx, interface, *package, named, need, stays);
        if let Some((copied, name)) = reasons.note(copied, Some(named.first)) {
            fix = fix.and(copied);
            gets.push(name);
        }
    }
    (fix, gets)
}

/// The change of one package, and the name of what it gets.
fn copy<'a>(
    cx: &Cx<'a>,
    interface: &Interface<'a>,
    package: PackageId,
    named: &Named<'a>,
    need: &Need,
    stays: bool,
) -> Result<(Fix, String), Decline> {
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
    let wanted = slots::local_names(cx, interface, package, cx.option("local-name") == "exported");
    let local = wanted.into_iter().find(|it| collisions.allow(cx, it));
    let local =
        local.ok_or_else(|| format!("no name like {} is free in package {}", interface.name(), package.name()))?;

    let all = interface.methods(cx).map_or(0, |it| it.len());
    // What stays has its comment; the smaller one has another meaning.
    let doc = match stays && need.methods.len() < all {
        true => format!("// {local} is the part of {} this package needs.\n", interface.qualified(cx)),
        false => docs::renamed(interface, &local),
    };
    let text = format!("{doc}type {local} {}\n\n", copied.text());
    let text = slots::relinked(cx, interface, &local, &text);
    let mut fix = Fix::review().replace_range(home.file(), TextRange::empty(lines::lead(home)), text);
    for import in copied.imports() {
        fix = fix.imports(import);
    }
    fix = named.written.iter().fold(fix, |fix, it| fix.replace(*it, local.clone()));
    let mut outside = named.outside.iter();
    let fix = outside.try_fold(fix, |fix, it| in_external_test(cx, fix, *it, package.import_path(), &local))?;
    let part = match need.methods.len() {
        needed if needed < all => format!("{needed} of {all} methods"),
        _ => "all methods".to_owned(),
    };
    Ok((fix, format!("{}.{local} ({part})", package.name())))
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
