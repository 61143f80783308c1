//! Writes the small interface, and its name wherever it is meant.

use std::collections::BTreeSet;

use gofix_rule::{
    Cx, Decline, Fix, Level, lines,
    slots::{self, Collisions, Copied, Interface},
    syntax::Node,
};

use super::{number, part::Part};

/// Rewrites
///
/// ```go
/// type Printer struct {
///     users repo.Users
/// }
/// ```
///
/// to
///
/// ```go
/// // users is the part of repo.Users this package needs.
/// type users interface {
///     Get(id int) (*repo.User, error)
/// }
///
/// type Printer struct {
///     users users
/// }
/// ```
///
/// Whatever implements the large interface implements the small one, so all that was assigned still can be.
pub(super) fn declare<'a>(
    cx: &Cx<'a>,
    interface: &Interface<'a>,
    part: &Part<'a>,
    taken: &mut BTreeSet<String>,
) -> Result<Fix, Decline> {
    let all = interface.methods(cx).map_or(0, |it| it.len());
    let (needed, name) = (part.methods.len(), interface.name());
    if needed == 0 {
        return Err(format!("no method of {name} is needed here").into());
    }
    if needed * 2 > all {
        return Err(format!("more than half of the methods of {name} are needed here").into());
    }
    if needed > number(cx, "max-methods")? {
        return Err(format!("too many methods of {name} are needed here").into());
    }
    let home = home(cx, &part.written)?;
    let copied = Copied::new(cx, interface, &part.methods, home)?;
    let path = interface.path(cx).unwrap_or_default();
    let collisions = Collisions {
        package: cx.package(),
        replaced: &part.written,
        imported: (&path, copied.names(&path).then_some(home.file().id())),
        taken,
    };
    let wanted = slots::local_names(cx, interface, cx.package(), cx.option("local-name") == "exported");
    let local = wanted.into_iter().find(|it| collisions.allow(cx, it));
    let local = local.ok_or_else(|| format!("no name like {name} is free in the package"))?;
    taken.insert(local.clone());

    let named = part.written.iter().find(|it| home.contains(**it)).map_or(name, |it| it.text());
    let text = format!("// {local} is the part of {named} this package needs.\ntype {local} {}\n\n", copied.text());
    let text = slots::relinked(cx, interface, &interface.qualified(cx), &text);
    let producer = cx.workspace().package_of(interface.def().ident().file().id());
    let kept = copied.names(&path).then_some(home.file().id());
    let unlinks = || {
        slots::loses_import(cx, cx.package(), &part.written, &path, kept)
            && slots::changes_start(cx, cx.package(), producer)
    };
    let seen = part.visible || unlinks() || slots::is_shown(cx, &part.written);
    let level = if seen { Level::Review } else { Level::Safe };
    let mut fix = Fix::new(level).replace_range(home.file(), gofix_rule::TextRange::empty(lines::lead(home)), text);
    for import in copied.imports() {
        fix = fix.imports(import);
    }
    Ok(part.written.iter().fold(fix, |fix, it| fix.replace(*it, local.clone())))
}

/// The declaration before which the interface is declared: the first one that names it, in a file of all builds.
fn home<'a>(cx: &Cx<'a>, written: &[Node<'a>]) -> Result<Node<'a>, Decline> {
    let places = || written.iter().filter(|it| !cx.in_test_file(**it));
    let free = places().find(|it| !cx.is_constrained(it.file()));
    let only = places().next().filter(|first| places().all(|it| it.file().id() == first.file().id()));
    let place = free.or(only).and_then(|it| cx.top_decl(*it));
    place.ok_or_else(|| "the places that need it are in files of several builds".into())
}
