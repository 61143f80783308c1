//! What imports are called in their file (spec: Import declarations).

use gofix_syntax::{
    Node, NodeId, SourceFile,
    ast::{AstNode, GenDecl, ImportSpec},
};

use gofix_syntax::ast::File;

/// How the local name of an import is known.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
pub enum ImportName {
    /// It is written in front of the path.
    Explicit,
    /// It is the name in the package clause, known from the sources or because the package is a standard one.
    Known,
    /// The package was not found: the name is what the path suggests.
    Guessed,
    /// `import _ "path"`: no name.
    Blank,
    /// `import . "path"`: no name; the exported names of the package belong to the file.
    Dot,
}

/// One import of a file.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Import<'a> {
    /// The `ImportSpec`.
    pub spec: Node<'a>,
    /// The import path.
    pub path: &'a str,
    /// The local name; empty for blank and dot imports.
    pub name: &'a str,
    /// How the name is known.
    pub how: ImportName,
}

/// An import as it is kept.
pub(crate) struct ImportData {
    pub(crate) spec: NodeId,
    pub(crate) name: Box<str>,
    pub(crate) how: ImportName,
}

/// Paths that are not taken for standard ones, though they look so: those of modules at hand.
pub(crate) struct LocalPaths(Vec<String>);

impl LocalPaths {
    /// Of the modules with these paths.
    pub(crate) fn new<'p>(modules: impl Iterator<Item = &'p str>) -> LocalPaths {
        let odd = modules.filter(|it| is_std(it) && *it != "std");
        LocalPaths(odd.map(str::to_owned).collect())
    }

    pub(crate) fn is_std(&self, path: &str) -> bool {
        let inside =
            |module: &String| path.strip_prefix(&**module).is_some_and(|it| it.is_empty() || it.starts_with('/'));
        is_std(path) && !self.0.iter().any(inside)
    }
}

/// The imports of a file; `find_name` gives the name in the package clause of a path if it can be found.
pub(crate) fn imports_of(
    file: &SourceFile,
    local: &LocalPaths,
    mut find_name: impl FnMut(&str) -> Option<String>,
) -> Vec<ImportData> {
    let mut imports = Vec::new();
    for spec in specs(file) {
        let path = spec.import_path();
        let explicit = spec.name().map(|it| it.text());
        let (name, how) = match explicit {
            Some("_") => (String::new(), ImportName::Blank),
            Some(".") => (String::new(), ImportName::Dot),
            Some(name) => (name.to_owned(), ImportName::Explicit),
            None if path == "C" || local.is_std(path) => (guess_name(path).to_owned(), ImportName::Known),
            None => match find_name(path) {
                Some(name) => (name, ImportName::Known),
                None => (guess_name(path).to_owned(), ImportName::Guessed),
            },
        };
        imports.push(ImportData { spec: spec.node().id(), name: name.into(), how });
    }
    imports
}

/// The import specs of a file. Imports come before all other declarations.
pub(crate) fn specs(file: &SourceFile) -> impl Iterator<Item = ImportSpec<'_>> {
    let decls = File::cast(file.root()).into_iter().flat_map(|it| it.decls());
    decls.filter_map(GenDecl::cast).flat_map(|it| it.specs()).filter_map(ImportSpec::cast)
}

/// The local name of an import, if it is known without looking for the package: written, or a standard package's.
pub(crate) fn certain_name<'a>(spec: ImportSpec<'a>, local: &LocalPaths) -> Option<&'a str> {
    let path = spec.import_path();
    match spec.name() {
        Some(name) => Some(name.text()).filter(|it| *it != "_" && *it != "."),
        None => Some(guess_name(path)).filter(|_| path == "C" || local.is_std(path)),
    }
}

/// The name that a package of that path has by custom: the last element, without a version and without the marks of Go
/// that repositories carry (`/v2`, `.v3`, `go-`, `-go`, `.go`).
pub(crate) fn guess_name(path: &str) -> &str {
    let mut elements = path.rsplit('/');
    let mut name = elements.next().unwrap_or(path);
    if is_version(name)
        && let Some(before) = elements.next()
    {
        name = before;
    }
    if let Some((before, version)) = name.rsplit_once('.')
        && is_version(version)
    {
        name = before;
    }
    let name = name.strip_prefix("go-").or_else(|| name.strip_suffix("-go")).unwrap_or(name);
    name.strip_suffix(".go").unwrap_or(name)
}

fn is_version(element: &str) -> bool {
    element.strip_prefix('v').is_some_and(|it| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit()))
}

/// First elements of the paths of the standard library's packages. No other package can have such a path and be
/// imported, main modules that dare to be called so aside.
static STD_ROOTS: [&str; 50] = [
    "archive",
    "bufio",
    "bytes",
    "cmp",
    "compress",
    "container",
    "context",
    "crypto",
    "database",
    "debug",
    "embed",
    "encoding",
    "errors",
    "expvar",
    "flag",
    "fmt",
    "go",
    "hash",
    "html",
    "image",
    "index",
    "io",
    "iter",
    "log",
    "maps",
    "math",
    "mime",
    "net",
    "os",
    "path",
    "plugin",
    "reflect",
    "regexp",
    "runtime",
    "simd",
    "slices",
    "sort",
    "strconv",
    "strings",
    "structs",
    "sync",
    "syscall",
    "testing",
    "text",
    "time",
    "unicode",
    "unique",
    "unsafe",
    "uuid",
    "weak",
];

/// Whether a path belongs to the standard library, where names follow from paths.
fn is_std(path: &str) -> bool {
    let root = path.split('/').next().unwrap_or(path);
    STD_ROOTS.binary_search(&root).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guesses() {
        let paths = [
            "fmt",
            "math/rand/v2",
            "x/go-redis/v9",
            "gopkg.in/yaml.v3",
            "x/mqtt-go",
            "a.b/c.go",
            "v2",
            "k8s.io/api/core/v1",
        ];
        let names = ["fmt", "rand", "redis", "yaml", "mqtt", "c", "v2", "core"];
        assert_eq!(paths.map(guess_name), names);
    }

    #[test]
    fn standard_paths() {
        assert!(STD_ROOTS.is_sorted());
        assert!(is_std("time") && is_std("encoding/json/v2") && !is_std("timer") && !is_std("example.com/time"));
    }
}
