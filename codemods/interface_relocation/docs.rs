//! Comments of the interface, and what tools read of it.

use gofix_rule::{
    Cx, lines,
    slots::Interface,
    syntax::{
        Node, Role,
        ast::{AstNode, GenDecl},
    },
};

/// What the comments of an interface belong to: its spec in a group, else the declaration.
pub(super) fn documented<'a>(spec: Node<'a>) -> Node<'a> {
    let decl = spec.parent().and_then(GenDecl::cast).filter(|it| !it.is_group());
    decl.map_or(spec, |it| it.node())
}

/// The comment lines directly above a node, without directives.
pub(super) fn above(node: Node<'_>) -> Vec<&str> {
    let file = node.file();
    let text = &file.text()[lines::lead(node) as usize..lines::line_start(file, node.start()) as usize];
    text.lines().map(str::trim).filter(|it| !it.starts_with("//go:") && !it.starts_with("//nolint")).collect()
}

/// The comment of the interface for one of another name, with a line end behind it.
pub(super) fn renamed(interface: &Interface<'_>, name: &str) -> String {
    named(&above(documented(interface.spec().node())), interface.name(), name)
}

/// The lines of a comment, each with a line end behind it, where the first word, an article aside, is `to` instead of `from`.
pub(super) fn named(comment: &[&str], from: &str, to: &str) -> String {
    let mut lines = comment.iter().copied();
    let Some(first) = lines.next() else { return String::new() };
    let starts = ["// ", "// A ", "// An ", "// The "].into_iter();
    let found = starts.filter_map(|it| Some((it, first.strip_prefix(it)?.strip_prefix(from)?)));
    let is_word = |rest: &str| !rest.starts_with(|it: char| it.is_alphanumeric() || it == '_');
    let mut found = found.filter(|it| is_word(it.1));
    let first = match found.next() {
        Some((start, rest)) => format!("{start}{to}{rest}"),
        None => first.to_owned(),
    };
    [first].into_iter().chain(lines.map(str::to_owned)).map(|it| it + "\n").collect()
}

/// The tool that makes something of the interface: one that a `//go:generate` in its package calls.
pub(super) fn generator<'a>(cx: &Cx<'a>, interface: &Interface<'a>) -> Option<&'static str> {
    const TOOLS: [&str; 7] = ["mockgen", "counterfeiter", "mockery", "moq", "minimock", "gowrap", "ifacemaker"];
    let ws = cx.workspace();
    let files = cx.package().files().iter().filter_map(|it| ws.file(*it));
    let own = interface.def().ident().file().id();
    let mut lines = files.flat_map(|it| it.text().lines().map(move |line| (it.id(), line)));
    lines.find_map(|(file, line)| {
        let command = line.strip_prefix("//go:generate ").or_else(|| line.strip_prefix("//counterfeiter:generate "))?;
        let tool = TOOLS.into_iter().find(|it| line.contains(it))?;
        let names = command.split(|it: char| !it.is_alphanumeric() && it != '_').any(|it| it == interface.name());
        (names || file == own || command.contains("-all")).then_some(tool)
    })
}

/// Whether a declaration has a comment above it.
pub(super) fn has_comment(node: Node<'_>) -> bool {
    !above(node).is_empty()
}

/// The comments of the methods that the interface declares itself.
pub(super) fn of_methods<'a>(interface: &Interface<'a>) -> Vec<(&'a str, Vec<&'a str>)> {
    let fields = interface.literal().methods().children_in(Role::List);
    let named = fields.filter_map(|it| Some((it.child(Role::Names)?.text(), it)));
    let own_line = named.filter(|it| lines::starts_line(it.1));
    own_line.map(|(name, field)| (name, above(field))).filter(|it| !it.1.is_empty()).collect()
}
