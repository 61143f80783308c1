//! Notes on the lines of the index of the standard library: when what they declare arrived.

use std::collections::{BTreeMap, BTreeSet};

use gofix_std_index::{Index, Line, Note, Package, Symbol, Version, lines};

use crate::{Result, api::Api};

/// What Go's records leave out: packages without exported names, and unsafe.
const UNRECORDED_PACKAGES: [(&str, Version); 3] =
    [("runtime/race", (1, 1)), ("time/tzdata", (1, 15)), ("unsafe", (1, 0))];
const UNSAFE: [(&str, Version); 9] = [
    ("Add", (1, 17)),
    ("Alignof", (1, 0)),
    ("Offsetof", (1, 0)),
    ("Pointer", (1, 0)),
    ("Sizeof", (1, 0)),
    ("Slice", (1, 17)),
    ("SliceData", (1, 20)),
    ("String", (1, 20)),
    ("StringData", (1, 20)),
];

/// The file of a package for what is the same on all platforms.
const COMMON: &str = "api.go";

type Member<'a> = (&'a str, &'a str, &'a str);

/// Puts notes into the text of an index that has none. What is in no record is of the version of the release, unless it
/// is not on all platforms: the records do not cover all of these.
pub(crate) fn annotate(text: &str, release: &str, mut records: Api) -> Result<String> {
    let newest = release.strip_prefix("go1.").and_then(|it| it.split(['.', 'r', 'b', '-']).next()?.parse().ok());
    let newest = (1, newest.ok_or(format!("{release} is no release"))?);
    add_unrecorded(&mut records);
    let bare = Index::new(text);
    let (common, hidden) = (common_names(&bare), hidden_members(&bare, &records));
    let annotator = Annotator { records: &records, newest, common, hidden };
    let header = text.lines().next().unwrap_or_default();
    let noted = write(header, &bare, |package, file, out| annotator.write(package, file, out));
    let mut promoted = promoted_members(&Index::new(&noted), &records);
    let noted = Index::new(&noted);
    Ok(write(header, &noted, |package, file, out| {
        out.push_str(file.1);
        // All into the first file of the package.
        for (member, (major, minor)) in promoted.remove(package.path()).unwrap_or_default() {
            out.push_str(&format!("//since {member} //{major}.{minor}\n"));
        }
    }))
}

fn add_unrecorded(records: &mut Api) {
    for (path, version) in UNRECORDED_PACKAGES {
        records.packages.entry(path.to_owned()).or_insert(version);
    }
    for (name, version) in UNSAFE {
        records.names.entry(("unsafe".to_owned(), name.to_owned())).or_insert(version);
    }
}

/// The text of an index, each file of which `write` writes.
fn write<'t>(
    header: &str,
    index: &Index<'t>,
    mut write: impl FnMut(&Package<'t>, (&'t str, &'t str), &mut String),
) -> String {
    let mut out = format!("{header}\n");
    for package in index.packages() {
        for file in package.files() {
            out.push_str(&format!("-- {}/{} --\n", package.path(), file.name));
            write(package, (file.name, file.text), &mut out);
        }
    }
    out
}

/// Names of packages that are on all platforms.
fn common_names<'t>(index: &Index<'t>) -> BTreeSet<(&'t str, &'t str)> {
    let files = index.packages().iter().flat_map(|package| package.files().iter().map(|file| (package.path(), file)));
    let lines = files.filter(|(_, file)| file.name == COMMON).flat_map(|(path, file)| {
        lines(file.text).filter_map(move |line| match line.symbol? {
            Symbol::Name(name) | Symbol::Alias(name, _) => Some((path, name)),
            _ => None,
        })
    });
    lines.collect()
}

/// For members that types get from hidden types or from internal packages, the first version in which one had it.
fn hidden_members<'a>(index: &'a Index<'_>, records: &'a Api) -> BTreeMap<Member<'a>, Version> {
    let mut hidden = BTreeMap::new();
    for ((path, ty, name), &version) in &records.members {
        let Some((path, owner)) = index.owner(path, ty, name) else { continue };
        let importable = index.package(path).is_some_and(Package::is_importable);
        if !importable || !is_exported(owner) {
            let first = hidden.entry((path, owner, name.as_str())).or_insert(version);
            *first = version.min(*first);
        }
    }
    hidden
}

/// By package, the members for which the notes on what types embed give another answer than the records.
fn promoted_members<'a>(index: &Index<'_>, records: &'a Api) -> BTreeMap<&'a str, Vec<(String, Version)>> {
    let mut promoted = BTreeMap::<&str, Vec<(String, Version)>>::new();
    for ((path, ty, name), &version) in &records.members {
        if index.owner(path, ty, name).is_some() && index.since_method(path, ty, name) != Some(version) {
            promoted.entry(path).or_default().push((format!("{ty}.{name}"), version));
        }
    }
    promoted
}

fn is_exported(name: &str) -> bool {
    name.chars().next().is_some_and(char::is_uppercase)
}

struct Annotator<'a> {
    records: &'a Api,
    /// The version of the library.
    newest: Version,
    /// Names that are on all platforms.
    common: BTreeSet<(&'a str, &'a str)>,
    hidden: BTreeMap<Member<'a>, Version>,
}

/// What a line would mean without a note, and what it should mean.
type Meaning = (Option<Version>, Option<Version>);

impl Annotator<'_> {
    /// Writes a file with its notes.
    fn write(&self, package: &Package<'_>, (name, text): (&str, &str), out: &mut String) {
        for line in lines(text) {
            out.push_str(line.text);
            let (default, version) = self.meaning(package, name == COMMON, &line);
            if version != default {
                out.push_str(&format!(" {}", version.map_or(Note::Unknown, Note::Since)));
            }
            out.push('\n');
        }
    }

    fn meaning(&self, package: &Package<'_>, common: bool, line: &Line<'_>) -> Meaning {
        let version = self.package(package);
        match line.symbol {
            Some(Symbol::Package) => (None, version),
            Some(Symbol::Name(name) | Symbol::Alias(name, _) | Symbol::BuiltIn(name)) => {
                (version, if is_exported(name) { self.name(package, name, common) } else { version })
            }
            Some(Symbol::Member(ty, name) | Symbol::Embedded(ty, name, _)) if is_exported(name) => {
                self.member(package, common, (ty, name))
            }
            _ => (None, None),
        }
    }

    fn package(&self, package: &Package<'_>) -> Option<Version> {
        let recorded = self.records.packages.get(package.path()).copied();
        package.is_importable().then(|| recorded.unwrap_or(self.newest))
    }

    fn name(&self, package: &Package<'_>, name: &str, common: bool) -> Option<Version> {
        let recorded = self.records.names.get(&(package.path().to_owned(), name.to_owned())).copied();
        recorded.or((package.is_importable() && common).then_some(self.newest))
    }

    fn member(&self, package: &Package<'_>, common: bool, (ty, name): (&str, &str)) -> Meaning {
        let path = package.path();
        if !package.is_importable() || !is_exported(ty) {
            let default = self.package(package);
            return (default, self.hidden.get(&(path, ty, name)).copied().or(default));
        }
        let default = self.name(package, ty, self.common.contains(&(path, ty)));
        let recorded = self.records.members.get(&(path.to_owned(), ty.to_owned(), name.to_owned())).copied();
        (default, recorded.or(common.then_some(self.newest)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "go1.27.3 linux/amd64
-- a/api.go --
package a
import \"internal/b\"
type T struct {
	F int
	G int
	hidden
	*b.B
}
func (T) M()
type hidden struct{}
func (hidden) H()
type N struct {
	F int
}
func F()
func New()
-- a/linux-arm64.go --
//go:build linux && arm64

package a
const C = 1
const D = 2
-- internal/b/api.go --
package b
type B struct {
	X int
	Y int
}
";

    fn records() -> Api {
        let lines = [
            ("pkg a, func F()", 2),
            ("pkg a, type T struct", 2),
            ("pkg a, type T struct, F int", 3),
            ("pkg a, type T struct, G int", 2),
            ("pkg a, type T struct, embedded *b.B", 2),
            ("pkg a, method (T) M()", 2),
            ("pkg a, method (T) H()", 5),
            ("pkg a, method (*T) X()", 4),
            ("pkg a, method (T) Gone()", 4),
            ("pkg a (linux-arm64), const D = 2", 6),
        ];
        let mut api = Api::default();
        for (line, minor) in lines {
            api.add(line, (1, minor));
        }
        api
    }

    #[test]
    fn what_is_not_as_old_as_its_surroundings_has_a_note() {
        let text = annotate(TEXT, "go1.27.3", records()).unwrap();
        let noted: Vec<&str> = text.lines().filter(|line| line.contains(" //")).collect();
        assert_eq!(
            noted,
            [
                "package a //1.2",
                "\tF int //1.3",
                "func (hidden) H() //1.5",
                "type N struct { //1.27",
                "func New() //1.27",
                "package a //1.2",
                "const C = 1 //?",
                "const D = 2 //1.6",
                "\tX int //1.4",
            ]
        );
    }

    #[test]
    fn what_embedding_does_not_explain_is_said() {
        let mut records = records();
        let text = TEXT.replace("type N struct {\n", "type N struct {\n\thidden\n");
        records.add("pkg a, type N struct", (1, 2));
        records.add("pkg a, method (N) H()", (1, 9));
        let text = annotate(&text, "go1.27.3", records).unwrap();
        assert!(text.contains("\n//since N.H //1.9\n-- a/linux-arm64.go --\n"), "{text}");
        let index = Index::new(&text);
        assert_eq!(index.since_method("a", "N", "H"), Some((1, 9)));
        assert_eq!(index.since_method("a", "T", "H"), Some((1, 5)));
    }

    #[test]
    fn notes_say_enough_to_be_made_again() {
        let text = annotate(TEXT, "go1.27.3", records()).unwrap();
        let again = annotate(TEXT, "go1.27.3", Api::of(&Index::new(&text))).unwrap();
        assert_eq!(again, text);
    }

    #[test]
    fn a_release_has_a_version() {
        assert!(annotate(TEXT, "go1.28rc1", Api::default()).unwrap().contains("func New()\n"));
        assert!(annotate(TEXT, "devel", Api::default()).is_err());
    }
}
