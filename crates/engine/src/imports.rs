//! Settles the imports of one file: adds what the new text needs, to the right group in sorted place, and removes what it
//! no longer uses.
//!
//! A group is a run of import specs of one declaration without a blank line in between, as gofmt sorts them. Everything
//! here is syntax; which imports have lost their last use is for the caller to say.

use std::cmp::Ordering;

use gofix_rule::lines::{ends_line, indent_of, lead, line_start, next_line, starts_line, tail};
use gofix_syntax::{
    Node, SourceFile, TextRange, Token,
    ast::{AstNode, GenDecl, ImportSpec},
};
use gofix_text::Edit;

/// An import that a file shall have.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Wanted {
    /// The import path.
    pub(crate) path: String,
    /// The name that the text uses for the package.
    pub(crate) name: String,
    /// Whether the declaration has to spell the name.
    pub(crate) spelled: bool,
}

impl Wanted {
    fn text(&self) -> String {
        match self.spelled {
            true => format!("{} \"{}\"", self.name, self.path),
            false => format!("\"{}\"", self.path),
        }
    }
}

/// One import spec of the file, as it is.
#[derive(Copy, Clone)]
struct Spec<'a> {
    node: Node<'a>,
    path: &'a str,
    decl: GenDecl<'a>,
    /// Which group it is in, counted over the whole file.
    group: usize,
    unused: bool,
}

/// The edits that settle the imports of `file`. `unused` are import specs to remove; `wanted` are imports to add, none of
/// which the file has. `own` is the path of the file's module, whose packages are not taken for the standard library's.
pub(crate) fn settle(file: &SourceFile, unused: &[Node<'_>], mut wanted: Vec<Wanted>, own: Option<&str>) -> Vec<Edit> {
    wanted.sort();
    wanted.dedup();
    let specs = specs(file, unused);
    let mut plan = Plan { file, own, edits: Vec::new() };
    let mut decls: Vec<GenDecl<'_>> = specs.iter().map(|it| it.decl).collect();
    decls.dedup();
    let usable: Vec<GenDecl<'_>> = decls
        .iter()
        .copied()
        .filter(|decl| !specs.iter().any(|it| it.decl == *decl && it.path == "C" && !decl.is_group()))
        .collect();

    let mut placed: Vec<(Placing<'_>, Wanted)> = Vec::new();
    for want in wanted {
        match plan.place(&specs, &usable, &want) {
            Some(placing) => placed.push((placing, want)),
            None => placed.push((Placing::NoDecl, want)),
        }
    }
    let without_decl: Vec<&Wanted> = select(&placed, |it| matches!(it, Placing::NoDecl));
    if !without_decl.is_empty() {
        plan.first_decl(&decls, &without_decl);
    }
    for decl in decls {
        let here: Vec<Spec<'_>> = specs.iter().copied().filter(|it| it.decl == decl).collect();
        let adds: Vec<&(Placing<'_>, Wanted)> = placed.iter().filter(|(it, _)| it.decl() == Some(decl)).collect();
        match decl.is_group() {
            true => plan.block(decl, &here, &adds),
            false => plan.single(decl, &here, &adds),
        }
    }
    plan.edits
}

fn specs<'a>(file: &'a SourceFile, unused: &[Node<'_>]) -> Vec<Spec<'a>> {
    let mut specs: Vec<Spec<'a>> = Vec::new();
    for decl in file.root().children().filter_map(GenDecl::cast).filter(|it| it.tok() == Token::Import) {
        for spec in decl.specs().filter_map(ImportSpec::cast) {
            let node = spec.node();
            let group = match specs.last() {
                None => 0,
                Some(last) if last.decl == decl && !blank_between(file, last.node.end(), lead(node)) => last.group,
                Some(last) => last.group + 1,
            };
            let unused = unused.iter().any(|it| it.id() == node.id());
            specs.push(Spec { node, path: spec.import_path(), decl, group, unused });
        }
    }
    specs
}

/// Whether there is a blank line between two offsets, of which the second is at the start of a line.
fn blank_between(file: &SourceFile, from: u32, to: u32) -> bool {
    let Some(text) = file.text().get(from as usize..to as usize) else { return false };
    let lines: Vec<&str> = text.split('\n').collect();
    // The first piece is the rest of a line, the last one is empty.
    lines.len() > 2 && lines[1..lines.len() - 1].iter().any(|line| line.trim().is_empty())
}

/// Where an import goes.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
enum Placing<'a> {
    /// Among the specs of a group.
    Group(GenDecl<'a>, usize),
    /// A new group at the start of a declaration, or at its end.
    First(GenDecl<'a>),
    Last(GenDecl<'a>),
    /// A declaration of its own behind this one.
    Behind(GenDecl<'a>),
    /// The first declaration of the file that can take it.
    NoDecl,
}

impl<'a> Placing<'a> {
    fn decl(self) -> Option<GenDecl<'a>> {
        match self {
            Placing::Group(decl, _) | Placing::First(decl) | Placing::Last(decl) | Placing::Behind(decl) => Some(decl),
            Placing::NoDecl => None,
        }
    }
}

fn select<'p>(placed: &'p [(Placing<'_>, Wanted)], holds: impl Fn(&Placing<'_>) -> bool) -> Vec<&'p Wanted> {
    placed.iter().filter(|(it, _)| holds(it)).map(|(_, want)| want).collect()
}

struct Plan<'a> {
    file: &'a SourceFile,
    own: Option<&'a str>,
    edits: Vec<Edit>,
}

impl<'a> Plan<'a> {
    /// Whether the path is of the standard library, as goimports tells it: no dot in the first element.
    fn is_std(&self, path: &str) -> bool {
        let is_own = self.own.is_some_and(|own| shared_elements(own, path) == own.split('/').count());
        !is_own && !path.split('/').next().is_some_and(|it| it.contains('.'))
    }

    /// The group of the spec with the longest path in common with the wanted one, among those of its kind.
    fn place(&self, specs: &[Spec<'a>], decls: &[GenDecl<'a>], want: &Wanted) -> Option<Placing<'a>> {
        let std = self.is_std(&want.path);
        let first = *decls.first()?;
        let alike = specs.iter().filter(|it| decls.contains(&it.decl) && it.path != "C");
        let alike = alike.filter(|it| self.is_std(it.path) == std);
        let best = alike.rev().max_by_key(|it| if std { 1 } else { 1 + shared_elements(it.path, &want.path) });
        let block = decls.iter().copied().find(|it| it.is_group());
        if let Some(best) = best {
            // One of several declarations without parentheses gets a neighbour.
            let alone = !best.decl.is_group() && decls.len() > 1 && !best.unused;
            return Some(if alone { Placing::Behind(best.decl) } else { Placing::Group(best.decl, best.group) });
        }
        let target = block.unwrap_or(first);
        if let Some(spec) = specs.iter().find(|it| it.decl == target).filter(|_| emptied(specs, target)) {
            return Some(Placing::Group(target, spec.group));
        }
        Some(match block {
            Some(block) if std => Placing::First(block),
            Some(block) => Placing::Last(block),
            None if decls.len() > 1 => Placing::Behind(*decls.last()?),
            None if std => Placing::First(first),
            None => Placing::Last(first),
        })
    }

    /// Declarations without a place in an existing one: behind `import "C"`, or behind the package clause.
    fn first_decl(&mut self, decls: &[GenDecl<'a>], wanted: &[&Wanted]) {
        let text = match wanted {
            [one] => format!("import {}", one.text()),
            many => format!("import {}", self.grouped(many)),
        };
        let after = match decls.last() {
            Some(decl) => decl.node(),
            None => match self.file.root().children().next() {
                Some(name) => name,
                None => return,
            },
        };
        let end = tail(after).end;
        let end = if ends_line(self.file, end) { end } else { after.end() };
        let next = next_line(self.file, end);
        let blank_follows = self.file.text()[next as usize..].lines().next().is_none_or(|it| it.trim().is_empty());
        let gap = if blank_follows { "" } else { "\n" };
        self.edits.push(Edit::insert(end, format!("\n\n{text}{gap}")));
    }

    /// The specs in parentheses, the standard library's first.
    fn grouped(&self, wanted: &[&Wanted]) -> String {
        let lines = |std: bool| -> String {
            wanted.iter().filter(|it| self.is_std(&it.path) == std).map(|it| format!("\t{}\n", it.text())).collect()
        };
        let (std, other) = (lines(true), lines(false));
        let gap = if std.is_empty() || other.is_empty() { "" } else { "\n" };
        format!("(\n{std}{gap}{other})")
    }

    /// A declaration without parentheses: `import "x"`.
    fn single(&mut self, decl: GenDecl<'a>, here: &[Spec<'a>], adds: &[&(Placing<'a>, Wanted)]) {
        let Some(spec) = here.first() else { return };
        let behind: Vec<&Wanted> =
            adds.iter().filter(|(it, _)| matches!(it, Placing::Behind(_))).map(|(_, want)| want).collect();
        let inside: Vec<&&(Placing<'a>, Wanted)> =
            adds.iter().filter(|(it, _)| !matches!(it, Placing::Behind(_))).collect();
        let end = self.tail_end(spec.node);
        for want in behind {
            self.edits.push(Edit::insert(end, format!("\nimport {}", want.text())));
        }
        match (spec.unused, &inside[..]) {
            (false, []) => {}
            (true, []) => self.delete_with_comment(decl.node()),
            (true, [(_, one)]) => self.edits.push(Edit::replace(spec.node.range(), one.text())),
            (true, _) => {
                let all: Vec<&Wanted> = inside.iter().map(|(_, want)| want).collect();
                let text = self.grouped(&all);
                self.edits.push(Edit::replace(spec.node.range(), text));
            }
            (false, _) => {
                let first: Vec<&Wanted> =
                    inside.iter().filter(|(it, _)| matches!(it, Placing::First(_))).map(|(_, want)| want).collect();
                let last: Vec<&Wanted> =
                    inside.iter().filter(|(it, _)| matches!(it, Placing::Last(_))).map(|(_, want)| want).collect();
                let beside: Vec<&Wanted> =
                    inside.iter().filter(|(it, _)| matches!(it, Placing::Group(..))).map(|(_, want)| want).collect();
                let line = |want: &&Wanted| format!("{}\n\t", want.text());
                let mut before: String = first.iter().map(line).collect();
                if !first.is_empty() {
                    before = before.trim_end_matches('\t').to_owned() + "\n\t";
                }
                before.extend(beside.iter().filter(|it| before_spec(it, spec)).map(line));
                let mut after: String =
                    beside.iter().filter(|it| !before_spec(it, spec)).map(|it| format!("\n\t{}", it.text())).collect();
                if !last.is_empty() {
                    after.push('\n');
                    after.extend(last.iter().map(|it| format!("\n\t{}", it.text())));
                }
                self.edits.push(Edit::insert(spec.node.start(), format!("(\n\t{before}")));
                self.edits.push(Edit::insert(end, format!("{after}\n)")));
            }
        }
    }

    /// A declaration with parentheses.
    fn block(&mut self, decl: GenDecl<'a>, here: &[Spec<'a>], adds: &[&(Placing<'a>, Wanted)]) {
        let of = |holds: &dyn Fn(&Placing<'a>) -> bool| -> Vec<&Wanted> {
            adds.iter().filter(|(it, _)| holds(it)).map(|(_, want)| want).collect()
        };
        if adds.is_empty() && !here.is_empty() && here.iter().all(|it| it.unused) {
            let specs_only = self.file.comments_in(decl.node().range()).iter().all(|comment| {
                here.iter().any(|it| TextRange::new(lead(it.node), tail(it.node).end).contains(*comment))
            });
            if specs_only {
                return self.delete_with_comment(decl.node());
            }
        }
        let (first, last) = (of(&|it| matches!(it, Placing::First(_))), of(&|it| matches!(it, Placing::Last(_))));
        let lines = |wanted: &[&Wanted]| -> String { wanted.iter().map(|it| format!("\n\t{}", it.text())).collect() };
        if !first.is_empty() {
            let open = self.file.token_from(decl.node().start() + "import".len() as u32).1.end;
            let at = if ends_line(self.file, open) { open } else { open.max(tail_of_line(self.file, open)) };
            let gap = if here.iter().all(|it| it.unused) { "" } else { "\n" };
            self.edits.push(Edit::insert(at, format!("{}{gap}", lines(&first))));
        }
        let mut groups: Vec<usize> = here.iter().map(|it| it.group).collect();
        groups.dedup();
        for group in groups {
            let specs: Vec<Spec<'a>> = here.iter().copied().filter(|it| it.group == group).collect();
            self.group(&specs, &of(&|it| matches!(it, Placing::Group(_, at) if *at == group)));
        }
        if let (false, Some(spec)) = (last.is_empty(), here.iter().rfind(|it| !it.unused)) {
            self.edits.push(Edit::insert(self.tail_end(spec.node), format!("\n{}", lines(&last))));
        }
    }

    /// Removes the unused specs of a group and adds the wanted ones.
    fn group(&mut self, specs: &[Spec<'a>], wanted: &[&Wanted]) {
        let kept: Vec<&Spec<'a>> = specs.iter().filter(|it| !it.unused).collect();
        let mut removed = specs.iter().enumerate().filter(|it| it.1.unused);
        if kept.is_empty() && !wanted.is_empty() {
            // The first one that goes makes room for those that come.
            if let Some((_, spec)) = removed.next() {
                let texts: Vec<String> = wanted.iter().map(|it| it.text()).collect();
                let indent = format!("\n{}", indent_of(spec.node));
                self.edits.push(Edit::replace(spec.node.range(), texts.join(&indent)));
            }
        } else {
            for want in wanted {
                match kept.iter().rev().find(|it| !before_spec(want, it)) {
                    Some(spec) => {
                        let text = format!("\n{}{}", indent_or_tab(spec.node), want.text());
                        self.edits.push(Edit::insert(self.tail_end(spec.node), text));
                    }
                    None => self.insert_above(kept[0].node, want),
                }
            }
        }
        for (index, spec) in removed {
            // A comment may be a heading of those below it that have none.
            let has_comment = |it: &Spec<'a>| lead(it.node) < line_start(self.file, it.node.start());
            let below = specs[index + 1..].iter().take_while(|it| !has_comment(it));
            match wanted.is_empty() && below.clone().all(|it| it.unused) {
                true => self.delete_with_comment(spec.node),
                false => self.delete(spec.node),
            }
        }
    }

    fn insert_above(&mut self, node: Node<'a>, want: &Wanted) {
        match starts_line(node) {
            true => self.edits.push(Edit::insert(lead(node), format!("{}{}\n", indent_or_tab(node), want.text()))),
            false => self.edits.push(Edit::insert(node.start(), format!("{}; ", want.text()))),
        }
    }

    /// Behind what trails `node` on its line; directly behind `node` if more code follows there.
    fn tail_end(&self, node: Node<'a>) -> u32 {
        let end = tail(node).end;
        if ends_line(self.file, end) { end } else { node.end() }
    }

    /// Deletes `node` along with the comment above it, which speaks of nothing any more, unless that tells tools something.
    fn delete_with_comment(&mut self, node: Node<'a>) {
        let above = TextRange::new(lead(node), line_start(self.file, node.start()));
        let comments = self.file.comments_in(above);
        let is_directive = |it: &TextRange| {
            let text = &self.file.text()[it.to_usize()];
            text.starts_with("//go:") || text.starts_with("// +build") || text.starts_with("//export ")
        };
        let is_alone = starts_line(node) && !in_comment(self.file, above.end);
        if is_alone && !comments.is_empty() && !comments.iter().any(is_directive) {
            self.edits.push(Edit::delete(above));
        }
        self.delete(node);
    }

    /// Deletes `node` with its lines, or with what separates it from its neighbour on the line.
    fn delete(&mut self, node: Node<'a>) {
        let end = tail(node).end;
        let text = self.file.text();
        let line = line_start(self.file, node.start());
        // Comments in front of it on the line are about it.
        let is_first = self.file.tokens_in(TextRange::new(line, node.start())).next().is_none();
        let range = if is_first && !in_comment(self.file, line) && ends_line(self.file, end) {
            TextRange::new(line, next_line(self.file, end))
        } else if end > node.end() {
            let rest = &text[end as usize..];
            TextRange::new(node.start(), end + (rest.len() - rest.trim_start_matches(' ').len()) as u32)
        } else {
            let before = text[..node.start() as usize].trim_end_matches([' ', '\t', ';']);
            TextRange::new(before.len() as u32, node.end())
        };
        self.edits.push(Edit::delete(range));
    }
}

/// Whether a comment that started on an earlier line goes on at `offset`.
fn in_comment(file: &SourceFile, offset: u32) -> bool {
    let before = file.comments_in(TextRange::new(0, u32::MAX)).iter().take_while(|it| it.start < offset);
    before.last().is_some_and(|it| it.end > offset)
}

/// Whether no spec of the declaration stays.
fn emptied(specs: &[Spec<'_>], decl: GenDecl<'_>) -> bool {
    specs.iter().filter(|it| it.decl == decl).all(|it| it.unused)
}

/// Behind a comment that trails what ends at `offset`.
fn tail_of_line(file: &SourceFile, offset: u32) -> u32 {
    let end = gofix_rule::lines::line_end(file, offset);
    let is_comment = file.comments_in(TextRange::new(offset, end)).last().is_some_and(|it| it.end == end);
    let is_only_comment = file.tokens_in(TextRange::new(offset, end)).next().is_none();
    if is_comment && is_only_comment { end } else { offset }
}

fn indent_or_tab(node: Node<'_>) -> &str {
    if starts_line(node) { indent_of(node) } else { "\t" }
}

/// Whether the wanted import sorts before `spec`, as gofmt sorts: by path, then by name.
fn before_spec(want: &Wanted, spec: &Spec<'_>) -> bool {
    let own = if want.spelled { want.name.as_str() } else { "" };
    let other = ImportSpec::cast(spec.node).and_then(|it| it.name()).map_or("", |it| it.text());
    (want.path.as_str(), own).cmp(&(spec.path, other)) == Ordering::Less
}

/// How many leading elements two import paths share.
fn shared_elements(a: &str, b: &str) -> usize {
    a.split('/').zip(b.split('/')).take_while(|(a, b)| a == b).count()
}
