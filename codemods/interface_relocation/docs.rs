//! Comments of the interface, and what tools read of it.

use gofix_rule::{
    Cx, FileId, TextRange, lines,
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
    let (mut lines, _) = parts(node);
    lines.retain(|it| !it.starts_with("//go:") && !it.starts_with("//nolint"));
    trim(&mut lines);
    lines
}

/// The comment lines directly above a node, and behind them the directives, which are for tools.
pub(super) fn parts(node: Node<'_>) -> (Vec<&str>, Vec<&str>) {
    let file = node.file();
    let text = &file.text()[lines::lead(node) as usize..lines::line_start(file, node.start()) as usize];
    let mut doc: Vec<&str> = text.lines().map(str::trim).collect();
    let behind = doc.iter().rposition(|it| !is_directive(it)).map_or(0, |it| it + 1);
    let directives = doc.split_off(behind);
    trim(&mut doc);
    (doc, directives)
}

/// Drops the empty lines at the end of a comment.
fn trim(lines: &mut Vec<&str>) {
    while lines.last() == Some(&"//") {
        lines.pop();
    }
}

/// Whether a line of a comment is one for tools (package go/ast: CommentGroup.Text), such as `//go:embed`, or `//nolint`.
fn is_directive(line: &str) -> bool {
    let Some(text) = line.strip_prefix("//") else { return false };
    let is_plain = |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit());
    let tool = text.split_once(':').filter(|it| is_plain(it.0) && !it.1.starts_with([' ', '\t']) && !it.1.is_empty());
    tool.is_some() || text.starts_with("nolint") || text.starts_with("export ") || text.starts_with("line ")
}

/// The comment of a type that gets the name and the comment of the interface: what it says of itself comes behind that. That it
/// implements the interface, and no more, goes without saying then.
pub(super) fn joined(doc: &[&str], own: &[&str], from: &str, interface: &Interface<'_>) -> Vec<String> {
    let to = interface.name();
    let owned = |lines: &[&str]| lines.iter().map(|it| (*it).to_owned()).collect::<Vec<String>>();
    let speaks = own.first().and_then(|it| of_itself(it, from)).filter(|it| words(it).any(|it| it == to));
    let Some(said) = speaks else {
        return match own {
            [] => owned(doc),
            own => named(own, from, to).lines().map(str::to_owned).collect(),
        };
    };
    let (sentence, more) = said.split_once(". ").unwrap_or((said, ""));
    let plain = sentence.trim_end_matches('.').replace(['[', ']'], "");
    let alone =
        ["implements {}", "implements the {}", "is a {}", "is an {}", "is the {}"].map(|it| it.replace("{}", to));
    let goes_on = own.len() > 1 && own[1] != "//" && more.is_empty() && !said.ends_with('.');
    let is_alone = |it: &String| plain == *it || plain.strip_suffix(" interface") == Some(it.as_str());
    let goes = !goes_on && alone.iter().any(is_alone);
    let rest: Vec<String> = match (goes, more) {
        (true, "") => owned(own[1..].split_at(own[1..].iter().take_while(|it| **it == "//").count()).1),
        (true, more) => [format!("// {more}")].into_iter().chain(owned(&own[1..])).collect(),
        (false, _) if doc.is_empty() => named(own, from, to).lines().map(str::to_owned).collect(),
        (false, _) => [format!("// It {said}")].into_iter().chain(owned(&own[1..])).collect(),
    };
    let gap = if doc.is_empty() || rest.is_empty() { None } else { Some("//".to_owned()) };
    owned(doc).into_iter().chain(gap).chain(rest).collect()
}

/// What a line of a comment says of a type, whose name it starts with.
fn of_itself<'t>(line: &'t str, name: &str) -> Option<&'t str> {
    let text = line.strip_prefix("// ")?;
    let text = ["A ", "An ", "The "].into_iter().find_map(|it| text.strip_prefix(it)).unwrap_or(text);
    text.strip_prefix(name)?.strip_prefix(' ')
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|it: char| !it.is_alphanumeric() && it != '_')
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

/// The lines of comments above a node, and behind it on its line.
pub(super) fn beside(node: Node<'_>) -> Vec<(FileId, u32)> {
    comments_in(node, TextRange::new(lines::lead(node), lines::tail(node).end))
}

/// The lines of comments inside of the interface that are those of no method.
pub(super) fn between_methods(interface: &Interface<'_>) -> Vec<(FileId, u32)> {
    let methods = interface.literal().methods();
    let mut all = comments_in(methods, TextRange::new(methods.start(), methods.end()));
    let own: Vec<_> = methods.children_in(Role::List).flat_map(beside).collect();
    all.retain(|it| !own.contains(it));
    all
}

fn comments_in(node: Node<'_>, range: TextRange) -> Vec<(FileId, u32)> {
    let file = node.file();
    file.comments_in(range).iter().map(|it| (file.id(), file.line_col(it.start).0)).collect()
}

/// The comments of the methods that the interface declares itself.
pub(super) fn of_methods<'a>(interface: &Interface<'a>) -> Vec<(&'a str, Vec<&'a str>)> {
    let fields = interface.literal().methods().children_in(Role::List);
    let named = fields.filter_map(|it| Some((it.child(Role::Names)?.text(), it)));
    let own_line = named.filter(|it| lines::starts_line(it.1));
    own_line.map(|(name, field)| (name, above(field))).filter(|it| !it.1.is_empty()).collect()
}
