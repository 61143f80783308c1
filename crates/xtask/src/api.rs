//! Go's records of its interface: the files `api/go1.*.txt` of an installation, with a line for each name that came in
//! a version.

use std::{collections::BTreeMap, fs, path::Path};

use gofix_std_index::{Index, Symbol, Version};

use crate::Result;

/// When packages, names and members arrived. What came to different platforms in different versions has the first.
#[derive(Default)]
pub(crate) struct Api {
    /// By path.
    pub(crate) packages: BTreeMap<String, Version>,
    /// By path and name.
    pub(crate) names: BTreeMap<(String, String), Version>,
    /// By path, name of the type, and name.
    pub(crate) members: BTreeMap<(String, String, String), Version>,
}

impl Api {
    /// Reads the files in `dir`.
    pub(crate) fn read(dir: &Path) -> Result<Api> {
        let mut api = Api::default();
        for entry in fs::read_dir(dir).map_err(|it| format!("{}: {it}", dir.display()))? {
            let path = entry.map_err(|it| it.to_string())?.path();
            let Some(version) = path.file_name().and_then(|it| version_of(it.to_str()?)) else { continue };
            let text = fs::read_to_string(&path).map_err(|it| format!("{}: {it}", path.display()))?;
            for line in text.lines() {
                api.add(line, version);
            }
        }
        if api.names.is_empty() { Err(format!("{} has no records", dir.display())) } else { Ok(api) }
    }

    /// What an index says.
    pub(crate) fn of(index: &Index<'_>) -> Api {
        let mut api = Api::default();
        for package in index.packages() {
            let path = package.path();
            api.packages.extend(package.since().map(|version| (path.to_owned(), version)));
            for line in package.files().iter().flat_map(|file| gofix_std_index::lines(file.text)) {
                api.keep(index, path, line.symbol);
            }
        }
        api
    }

    fn keep(&mut self, index: &Index<'_>, path: &str, symbol: Option<Symbol<'_>>) {
        match symbol {
            Some(Symbol::Name(name) | Symbol::Alias(name, _) | Symbol::BuiltIn(name)) => {
                let version = index.since(path, name);
                self.names.extend(version.map(|version| ((path.to_owned(), name.to_owned()), version)));
            }
            Some(Symbol::Member(ty, name) | Symbol::Embedded(ty, name, _) | Symbol::Promoted(ty, name)) => {
                let key = (path.to_owned(), ty.to_owned(), name.to_owned());
                self.members.extend(index.since_method(path, ty, name).map(|version| (key, version)));
            }
            Some(Symbol::Package | Symbol::Import(..) | Symbol::Extends(..)) | None => {}
        }
    }

    /// Reads a line of the records of a version.
    pub(crate) fn add(&mut self, line: &str, version: Version) {
        let Some(Record { package, name, members, method }) = Record::read(line) else { return };
        let first = |known: &mut Version| *known = (*known).min(version);
        self.packages.entry(package.to_owned()).and_modify(first).or_insert(version);
        if !method {
            self.names.entry((package.to_owned(), name.to_owned())).and_modify(first).or_insert(version);
        }
        for member in members {
            let key = (package.to_owned(), name.to_owned(), member.to_owned());
            self.members.entry(key).and_modify(first).or_insert(version);
        }
    }
}

/// `(1, 21)` for `go1.21.txt`.
fn version_of(file: &str) -> Option<Version> {
    let version = file.strip_prefix("go1")?.strip_suffix(".txt")?;
    let minor = version.strip_prefix('.').map_or(Some(0), |minor| minor.parse().ok())?;
    Some((1, minor))
}

/// What a line speaks of: a declaration, and fields or methods of it.
#[derive(PartialEq, Eq, Debug)]
struct Record<'a> {
    package: &'a str,
    name: &'a str,
    members: Vec<&'a str>,
    /// Whether the line is one of a method only.
    method: bool,
}

impl<'a> Record<'a> {
    /// Reads a line such as `pkg io, type Reader interface, Read([]uint8) (int, error) #123`.
    fn read(line: &'a str) -> Option<Record<'a>> {
        let (package, rest) = line.strip_prefix("pkg ")?.split_once(", ")?;
        let package = package.split(' ').next()?;
        let (kind, rest) = rest.split_once(' ')?;
        if kind == "method" {
            let (receiver, method) = rest.split_once(") ")?;
            let name = identifier(receiver.trim_start_matches(['(', '*']));
            return Some(Record { package, name, members: vec![identifier(method)], method: true });
        }
        let name = identifier(rest);
        let members = if kind == "type" { members(&rest[name.len()..]) } else { Vec::new() };
        Some(Record { package, name, members, method: false })
    }
}

/// The members that the rest of a line about a type tells of.
fn members(rest: &str) -> Vec<&str> {
    let rest = after_brackets(rest);
    if let Some(embedded) = rest.strip_prefix(" struct, embedded ") {
        let name = embedded.split(['[', ' ']).next().unwrap_or_default();
        return vec![name.trim_start_matches('*').rsplit('.').next().unwrap_or_default()];
    }
    let one = rest.strip_prefix(" struct, ").or_else(|| rest.strip_prefix(" interface, "));
    if let Some(name) = one.map(identifier) {
        return if rest.ends_with(", unexported methods") { Vec::new() } else { vec![name] };
    }
    let list = rest.strip_prefix(" interface { ").and_then(|list| list.split_once(" }"));
    list.map_or(Vec::new(), |(list, _)| list.split(", ").filter(|name| is_identifier(name)).collect())
}

/// What follows the type parameters, if there are any.
fn after_brackets(text: &str) -> &str {
    let mut depth = 0;
    for (at, it) in text.char_indices() {
        match it {
            '[' => depth += 1,
            ']' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return if it == ']' { &text[at + 1..] } else { text };
        }
    }
    text
}

/// The identifier that a text starts with.
fn identifier(text: &str) -> &str {
    let end = text.find(|it: char| it != '_' && !it.is_alphanumeric());
    &text[..end.unwrap_or(text.len())]
}

fn is_identifier(text: &str) -> bool {
    !text.is_empty() && identifier(text) == text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> (&str, &str, Vec<&str>) {
        let record = Record::read(line).unwrap();
        (record.package, record.name, record.members)
    }

    #[test]
    fn lines_name_declarations() {
        assert_eq!(read("pkg a/b, const C = 1"), ("a/b", "C", vec![]));
        assert_eq!(read("pkg syscall (linux-386-cgo), const C ideal-int"), ("syscall", "C", vec![]));
        assert_eq!(read("pkg a, func F[$0 I]($0) error #123"), ("a", "F", vec![]));
        assert_eq!(read("pkg a, var V //deprecated #1"), ("a", "V", vec![]));
        assert_eq!(read("pkg a, type A = b.B"), ("a", "A", vec![]));
        assert_eq!(read("pkg a, type T struct"), ("a", "T", vec![]));
        assert_eq!(Record::read("# a comment"), None);
    }

    #[test]
    fn lines_name_members() {
        assert_eq!(read("pkg a, method (*T[$0, $1]) M($0) error"), ("a", "T", vec!["M"]));
        assert_eq!(read("pkg a, method (T) M()"), ("a", "T", vec!["M"]));
        assert_eq!(read("pkg a, type T[$0 interface{ ~[]$1 }, $1 any] struct, F int"), ("a", "T", vec!["F"]));
        assert_eq!(read("pkg a, type T struct, embedded *b.B[int] #1"), ("a", "T", vec!["B"]));
        assert_eq!(read("pkg a, type I interface { M, N }"), ("a", "I", vec!["M", "N"]));
        assert_eq!(read("pkg a, type I interface, M(int) error"), ("a", "I", vec!["M"]));
        assert_eq!(read("pkg a, type I interface, unexported methods"), ("a", "I", vec![]));
        assert_eq!(read("pkg a, type I interface { ~int | ~string }"), ("a", "I", vec![]));
    }

    #[test]
    fn the_first_version_counts() {
        let mut api = Api::default();
        api.add("pkg a, type T struct", (1, 5));
        api.add("pkg a, method (*T) M()", (1, 9));
        api.add("pkg a, type T struct, F int", (1, 2));
        let key = |name: &str| ("a".to_owned(), "T".to_owned(), name.to_owned());
        assert_eq!(api.packages["a"], (1, 2));
        assert_eq!(api.names[&("a".to_owned(), "T".to_owned())], (1, 2));
        assert_eq!([api.members[&key("M")], api.members[&key("F")]], [(1, 9), (1, 2)]);
        assert_eq!([version_of("go1.txt"), version_of("go1.21.txt")], [Some((1, 0)), Some((1, 21))]);
        assert_eq!([version_of("except.txt"), version_of("README")], [None; 2]);
    }
}
