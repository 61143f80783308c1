//! What the lines of a file declare. The files of an index have one declaration on a line, and one field or method on a
//! line of the declaration of a struct or an interface, so that this can be told without a parser.

use crate::Version;

/// A line of a file.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Line<'t> {
    /// The line without its note and its end.
    pub text: &'t str,
    /// What it declares, if anything.
    pub symbol: Option<Symbol<'t>>,
    /// When that arrived, if it is not when the package did, or the type of a member.
    pub note: Option<Note>,
}

/// What a line declares.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Symbol<'t> {
    /// The package clause.
    Package,
    /// An import: the path, and the name if one is given.
    Import(&'t str, Option<&'t str>),
    /// A constant, a variable, a function or a type that is no alias.
    Name(&'t str),
    /// An alias, and the name that it stands for, without type arguments.
    Alias(&'t str, &'t str),
    /// A field, or a method: its type and its name.
    Member(&'t str, &'t str),
    /// An embedded field: the struct it is in, its own name, and the name of its type as it is written.
    Embedded(&'t str, &'t str, &'t str),
    /// An embedded interface: the one that it is in, and its name as it is written.
    Extends(&'t str, &'t str),
    /// Not a declaration: the type can also be asked for that member, with that version.
    Promoted(&'t str, &'t str),
    /// Not a declaration: a name that is built into the compiler.
    BuiltIn(&'t str),
}

/// When something arrived, in a comment such as `//1.21`.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Note {
    /// In that version.
    Since(Version),
    /// Nobody wrote it down: `//?`.
    Unknown,
}

impl std::fmt::Display for Note {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Note::Since((major, minor)) => write!(f, "//{major}.{minor}"),
            Note::Unknown => f.write_str("//?"),
        }
    }
}

/// The lines of a file.
pub fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    let mut within = None;
    text.lines().map(move |line| {
        let (text, note) = split_note(line);
        let symbol = match (text.strip_prefix('\t'), within) {
            (Some(member), Some((owner, true))) => read_field(owner, member),
            (Some(member), Some((owner, false))) => read_element(owner, member),
            _ => read_declaration(text),
        };
        match symbol {
            Some(Symbol::Name(name)) if text.starts_with("type ") && text.ends_with('{') => {
                within = Some((name, text.ends_with("struct {")));
            }
            _ if text == "}" => within = None,
            _ => {}
        }
        Line { text, symbol, note }
    })
}

/// Takes the note off the end of a line. In a line that ends with a string there is none.
fn split_note(line: &str) -> (&str, Option<Note>) {
    let note = |note: &str| match note {
        "?" => Some(Note::Unknown),
        _ => {
            let (major, minor) = note.split_once('.')?;
            Some(Note::Since((major.parse().ok()?, minor.parse().ok()?)))
        }
    };
    let split = line.rsplit_once(" //").and_then(|(text, it)| Some((text, note(it)?)));
    split.map_or((line, None), |(text, note)| (text, Some(note)))
}

fn read_declaration(line: &str) -> Option<Symbol<'_>> {
    let (keyword, rest) = line.split_once(' ')?;
    match keyword {
        "package" => Some(Symbol::Package),
        "import" => read_import(rest),
        "const" | "var" => Some(Symbol::Name(identifier(rest)?)),
        "func" => match rest.strip_prefix('(') {
            Some(receiver) => {
                let (owner, method) = receiver.split_once(") ")?;
                Some(Symbol::Member(identifier(owner.trim_start_matches('*'))?, identifier(method)?))
            }
            None => Some(Symbol::Name(identifier(rest)?)),
        },
        "type" => {
            let name = identifier(rest)?;
            let alias = rest.split_once(" = ").and_then(|(_, target)| qualified(target));
            Some(alias.map_or(Symbol::Name(name), |target| Symbol::Alias(name, target)))
        }
        "//since" => Some(match rest.split_once('.') {
            Some((owner, name)) => Symbol::Promoted(owner, name),
            None => Symbol::BuiltIn(rest),
        }),
        _ => None,
    }
}

fn read_import(rest: &str) -> Option<Symbol<'_>> {
    let (name, path) = rest.split_once('"')?;
    Some(Symbol::Import(path.strip_suffix('"')?, Some(name.trim()).filter(|name| !name.is_empty())))
}

/// Reads a line of a struct.
fn read_field<'t>(owner: &'t str, line: &'t str) -> Option<Symbol<'t>> {
    let line = line.trim_start_matches('*');
    let ty = qualified(line)?;
    let rest = &line[ty.len()..];
    let embedded = rest.is_empty() || rest.starts_with('[') || rest.starts_with(" \"");
    let name = ty.rsplit('.').next().unwrap_or(ty);
    Some(if embedded { Symbol::Embedded(owner, name, ty) } else { Symbol::Member(owner, ty) })
}

/// Reads a line of an interface.
fn read_element<'t>(owner: &'t str, line: &'t str) -> Option<Symbol<'t>> {
    let name = qualified(line)?;
    match line[name.len()..].chars().next() {
        Some('(') => Some(Symbol::Member(owner, name)),
        None | Some('[') => Some(Symbol::Extends(owner, name)),
        // A union of types.
        Some(_) => None,
    }
}

/// The identifier that a text starts with.
fn identifier(text: &str) -> Option<&str> {
    let end = text.find(|it: char| it != '_' && !it.is_alphanumeric()).unwrap_or(text.len());
    text.get(..end).filter(|it| !it.is_empty())
}

/// The identifier, or two with a point between them, that a text starts with.
fn qualified(text: &str) -> Option<&str> {
    let first = identifier(text)?;
    let second = text[first.len()..].strip_prefix('.').and_then(identifier);
    Some(second.map_or(first, |second| &text[..first.len() + 1 + second.len()]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn symbols(text: &str) -> Vec<Symbol<'_>> {
        lines(text).filter_map(|line| line.symbol).collect()
    }

    #[test]
    fn declarations_have_names() {
        use Symbol::*;
        let text = "//go:build unix\n\npackage p\nimport \"io\"\nimport a_b \"a/b\"\nconst C = \"a //1.2\"\nconst D p.T = 1\n\
                    var V *T\nfunc F(int) error\nfunc G[K any](K)\nfunc (*T[K, V]) M(K)\nfunc (T) N()\n\
                    type D int\ntype A = io.Reader\ntype B[K any] = T[K]\n//since T.Read\n//since Add";
        assert_eq!(
            symbols(text),
            [
                Package,
                Import("io", None),
                Import("a/b", Some("a_b")),
                Name("C"),
                Name("D"),
                Name("V"),
                Name("F"),
                Name("G"),
                Member("T", "M"),
                Member("T", "N"),
                Name("D"),
                Alias("A", "io.Reader"),
                Alias("B", "T"),
                Promoted("T", "Read"),
                BuiltIn("Add"),
            ]
        );
    }

    #[test]
    fn members_have_owners() {
        use Symbol::*;
        let text = "type T[K any] struct {\n\tA int \"json\"\n\t*b.B\n\tC \"json\"\n\tD[int]\n\t*e\n\t_ [0]func()\n}\n\
                    type I interface {\n\tio.Reader\n\tM() error\n\t~int | ~string\n\tint | string\n}\nvar V int";
        assert_eq!(
            symbols(text),
            [
                Name("T"),
                Member("T", "A"),
                Embedded("T", "B", "b.B"),
                Embedded("T", "C", "C"),
                Embedded("T", "D", "D"),
                Embedded("T", "e", "e"),
                Member("T", "_"),
                Name("I"),
                Extends("I", "io.Reader"),
                Member("I", "M"),
                Name("V"),
            ]
        );
    }

    #[test]
    fn notes_are_at_the_end() {
        let notes: Vec<_> = lines("func F() //1.21\nfunc G() //?\nconst C = \" //1.2\"\nfunc H() //x").collect();
        assert_eq!(notes[0].note, Some(Note::Since((1, 21))));
        assert_eq!(notes[0].text, "func F()");
        assert_eq!(notes[1].note, Some(Note::Unknown));
        assert_eq!([notes[2].note, notes[3].note], [None; 2]);
        assert_eq!([Note::Since((1, 21)), Note::Unknown].map(|it| it.to_string()), ["//1.21", "//?"]);
    }
}
