//! Links in comments that go to another package (package go/doc/comment: Doc links).

use gofix_semantic::is_exported;

use super::Interface;
use crate::Cx;

/// A text for another package, where the links of its comments lead to what they led to: `[Row]` to the type of the
/// package that is left behind, and `[Store.Get]` to the method of the interface, which is called `local` there.
pub fn relinked<'a>(cx: &Cx<'a>, interface: &Interface<'a>, local: &str, text: &str) -> String {
    let package = cx.workspace().package_of(interface.def().ident().file().id());
    let link = |line: &str| {
        let mut parts = line.split('[');
        let mut linked = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let to = part.split_once(']').map_or("", |it| it.0);
            let name = to.split('.').next().unwrap_or_default();
            linked.push('[');
            match name {
                "" => linked.push_str(part),
                _ if name == interface.name() => linked = linked + local + &part[name.len()..],
                _ if is_exported(name) && !package.declarations(name).0.is_empty() => {
                    linked = linked + package.name() + "." + part;
                }
                _ => linked.push_str(part),
            }
        }
        linked
    };
    let is_comment = |line: &str| line.trim_start().starts_with("//");
    let lines = text.split_inclusive('\n').map(|it| if is_comment(it) { link(it) } else { it.to_owned() });
    lines.collect()
}
