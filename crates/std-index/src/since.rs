//! When names arrived.

use std::collections::HashMap;

use crate::{
    Index, Package, Version,
    symbols::{Note, Symbol, lines},
};

/// How many types are asked for a member of one that embeds them.
const MOST_EMBEDDED: usize = 100;

/// The names of a package and when they arrived, as far as that is known.
#[derive(Debug, Default)]
pub(crate) struct Symbols<'t> {
    /// The package itself.
    pub(crate) package: Option<Version>,
    /// Its declarations, without methods.
    names: HashMap<&'t str, Option<Version>>,
    /// Fields and methods, by the names of their types.
    members: HashMap<(&'t str, &'t str), Option<Version>>,
    /// For a type those that it embeds or stands for, by package and name.
    embedded: HashMap<&'t str, Vec<(&'t str, &'t str)>>,
}

impl<'t> Symbols<'t> {
    pub(crate) fn read(package: &Package<'t>) -> Symbols<'t> {
        let mut symbols = Symbols::default();
        let mut members = Vec::new();
        for file in package.files() {
            symbols.read_file(package.path(), file.text, &mut members);
        }
        for (owner, name, note) in members {
            let of_type = symbols.names.get(owner).copied().unwrap_or(symbols.package);
            symbols.members.insert((owner, name), or_default(note, of_type));
        }
        symbols
    }

    /// Reads a file, of which the members have to wait until all types are known.
    fn read_file(&mut self, path: &'t str, text: &'t str, members: &mut Vec<Member<'t>>) {
        let mut imports = HashMap::new();
        let mut embedded = Vec::new();
        for line in lines(text) {
            let Some(symbol) = line.symbol else { continue };
            match symbol {
                Symbol::Package => self.package = or_default(line.note, None),
                Symbol::Import(path, name) => {
                    imports.insert(name.unwrap_or_else(|| last(path, '/')), path);
                }
                Symbol::Name(name) | Symbol::BuiltIn(name) => {
                    self.names.insert(name, or_default(line.note, self.package));
                }
                Symbol::Alias(name, target) => {
                    self.names.insert(name, or_default(line.note, self.package));
                    embedded.push((name, target));
                }
                Symbol::Embedded(owner, name, target) => {
                    members.push((owner, name, line.note));
                    embedded.push((owner, target));
                }
                Symbol::Extends(owner, target) => embedded.push((owner, target)),
                Symbol::Member(owner, name) | Symbol::Promoted(owner, name) => {
                    members.push((owner, name, line.note));
                }
            }
        }
        for (owner, target) in embedded {
            let reference = match target.split_once('.') {
                Some((package, name)) => imports.get(package).map(|path| (*path, name)),
                None => Some((path, target)),
            };
            self.embedded.entry(owner).or_default().extend(reference);
        }
    }
}

/// A type, the name of a member, and what is noted there.
type Member<'t> = (&'t str, &'t str, Option<Note>);

/// When something arrived that is in something which arrived with `default`.
fn or_default(note: Option<Note>, default: Option<Version>) -> Option<Version> {
    match note {
        None => default,
        Some(Note::Since(version)) => Some(version),
        Some(Note::Unknown) => None,
    }
}

impl Index<'_> {
    /// The version of Go in which an importable package got a constant, variable, function or type. None if it has no
    /// such name or if that is not known, as for names in `syscall` that exist only where Go's records do not reach.
    /// What came to different platforms in different versions has the first of these.
    pub fn since(&self, path: &str, name: &str) -> Option<Version> {
        self.package(path)?.symbols().names.get(name).copied()?
    }

    /// The same for a field or method of a type. Promoted ones are found as well, where ambiguity does not matter:
    /// whether the type has such a member is for types to say.
    pub fn since_method(&self, path: &str, ty: &str, name: &str) -> Option<Version> {
        let start = self.package(path)?.symbols();
        let (owner_path, owner) = self.owner(path, ty, name)?;
        let found = self.package(owner_path)?.symbols().members.get(&(owner, name)).copied()??;
        let of_type = start.names.get(ty).copied().flatten();
        Some(found.max(of_type.unwrap_or(found)))
    }

    /// The type that declares a member of a type: itself, or the first that it embeds, directly or not, by package and
    /// name.
    pub fn owner<'a>(&'a self, path: &'a str, ty: &'a str, member: &str) -> Option<(&'a str, &'a str)> {
        let mut candidates = vec![(path, ty)];
        let mut at = 0;
        while let Some(&(path, ty)) = candidates.get(at).filter(|_| at < MOST_EMBEDDED) {
            at += 1;
            let Some(symbols) = self.package(path).map(Package::symbols) else { continue };
            if symbols.members.contains_key(&(ty, member)) {
                return Some((path, ty));
            }
            let embedded = symbols.embedded.get(ty).into_iter().flatten();
            candidates.extend(embedded.copied().filter(|it| !candidates.contains(it)).collect::<Vec<_>>());
        }
        None
    }
}

/// The part of `text` behind the last `separator`.
fn last(text: &str, separator: char) -> &str {
    text.rsplit(separator).next().unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "go1.27.3 linux/amd64
-- a/api.go --
package a //1.2
import \"b\"
import c \"b/v2\"
type T struct { //1.4
\tF int
\tG int //1.5
\t*hidden
\tb.B
\tc.C
\thidden2
}
func (T) M() //?
type hidden struct{}
func (*hidden) H() //1.1
type hidden2 struct{}
type A = b.B
type R struct {
\tR
\t*R
}
//since T.P //1.9
func F()
func G() //1.10
func U() //?
-- a/unix.go --
//go:build unix

package a //1.2
func (T) Late() //1.6
-- b/api.go --
package b //1.0
type B interface {
\tRead()
}
-- b/v2/api.go --
package b //1.20
type C struct{}
func (C) Write() //1.21
-- internal/d/api.go --
package d
type D int
";

    #[test]
    fn names_default_to_their_package() {
        let index = Index::new(TEXT);
        assert_eq!(index.since("a", "F"), Some((1, 2)));
        assert_eq!(index.since("a", "G"), Some((1, 10)));
        assert_eq!([index.since("a", "U"), index.since("a", "X"), index.since("x", "F")], [None; 3]);
        assert_eq!(index.since("internal/d", "D"), None);
    }

    #[test]
    fn members_default_to_their_type() {
        let index = Index::new(TEXT);
        assert_eq!(index.since_method("a", "T", "F"), Some((1, 4)));
        assert_eq!(index.since_method("a", "T", "G"), Some((1, 5)));
        assert_eq!(index.since_method("a", "T", "B"), Some((1, 4)));
        assert_eq!(index.since_method("a", "T", "Late"), Some((1, 6)));
        assert_eq!([index.since_method("a", "T", "M"), index.since_method("a", "T", "X")], [None; 2]);
    }

    #[test]
    fn promoted_members_are_no_older_than_the_type() {
        let index = Index::new(TEXT);
        assert_eq!(index.since_method("a", "T", "H"), Some((1, 4)));
        assert_eq!(index.since_method("a", "hidden", "H"), Some((1, 2)));
        assert_eq!(index.since_method("a", "T", "Read"), Some((1, 4)));
        assert_eq!(index.since_method("a", "T", "Write"), Some((1, 21)));
        assert_eq!(index.since_method("a", "A", "Read"), Some((1, 2)));
        assert_eq!(index.since_method("a", "R", "Nothing"), None);
    }

    #[test]
    fn a_line_can_say_what_embedding_does_not() {
        let text = TEXT.replace("//since T.P //1.9", "//since T.H //1.9");
        let index = Index::new(&text);
        assert_eq!(index.since_method("a", "T", "H"), Some((1, 9)));
    }
}
