//! The index that is embedded.

use std::collections::HashSet;

use gofix_std_index::Index;
use gofix_syntax::SourceFile;

fn texts(path: &str) -> String {
    let package = Index::embedded().package(path).unwrap();
    package.files().iter().map(|file| file.text).collect()
}

/// Whether one of the files of a package has that line, apart from the note.
fn declares(path: &str, line: &str) -> bool {
    texts(path).lines().any(|it| it.split(" //").next() == Some(line))
}

#[test]
fn declarations_are_ordinary_go() {
    assert!(declares("time", "func Tick(Duration) <-chan Time"));
    assert!(declares("errors", "func AsType[E error](error) (E, bool)"));
    assert!(declares("time", "const Second Duration = 1000000000"));
    assert!(declares("math", "const MaxInt64 = 9223372036854775807"));
    assert!(declares("math", "const Pi = 3.14159265358979323846264338327950288419716939937510582097494459"));
    assert!(declares("unicode/utf8", r"const RuneError = '\ufffd'"));
    assert!(declares("os", "type FileInfo = fs.FileInfo"));
    assert!(declares("go/ast", "\texprNode()"));
    assert!(declares("testing", "\tprivate()"));
    assert!(texts("sync").contains("type Mutex struct {\n\t_ noCopy\n\tmu sync.Mutex\n}\n"));
}

#[test]
fn names_know_when_they_arrived() {
    let since = |path: &str, name: &str| Index::embedded().since(path, name);
    assert_eq!(since("errors", "New"), Some((1, 0)));
    assert_eq!(since("errors", "Join"), Some((1, 20)));
    assert_eq!(since("errors", "AsType"), Some((1, 26)));
    assert_eq!(since("context", "WithoutCancel"), Some((1, 21)));
    assert_eq!(since("os", "ReadFile"), Some((1, 16)));
    assert_eq!(since("unsafe", "String"), Some((1, 20)));
    assert_eq!(since("unsafe", "Pointer"), Some((1, 0)));
    assert_eq!(since("bytes", "CutLast"), Some((1, 27)));
    assert_eq!([since("errors", "join"), since("nothing", "New")], [None; 2]);
}

#[test]
fn members_know_when_they_arrived() {
    let since = |path: &str, ty: &str, name: &str| Index::embedded().since_method(path, ty, name);
    assert_eq!(since("time", "Time", "Compare"), Some((1, 20)));
    assert_eq!(since("sync", "WaitGroup", "Go"), Some((1, 25)));
    assert_eq!(since("sync", "WaitGroup", "Wait"), Some((1, 0)));
    assert_eq!(since("sync/atomic", "Int64", "Add"), Some((1, 19)));
    assert_eq!(since("sync/atomic", "Int64", "And"), Some((1, 23)));
    assert_eq!(since("net/http", "Request", "Pattern"), Some((1, 23)));
    assert_eq!(since("testing", "T", "Chdir"), Some((1, 24)));
    assert_eq!(since("testing", "common", "Chdir"), Some((1, 24)));
    assert_eq!(since("testing", "TB", "Chdir"), Some((1, 24)));
    assert_eq!(since("io/fs", "FileInfo", "Name"), Some((1, 16)));
    assert_eq!(since("os", "FileInfo", "Name"), Some((1, 0)));
    assert_eq!(since("io", "ReadWriter", "Read"), Some((1, 0)));
    assert_eq!(since("time", "Time", "Nothing"), None);
}

#[test]
fn packages_know_when_they_arrived() {
    let since = |path: &str| Index::embedded().package(path).and_then(|package| package.since());
    assert_eq!(since("errors"), Some((1, 0)));
    assert_eq!(since("slices"), Some((1, 21)));
    assert_eq!(since("math/rand/v2"), Some((1, 22)));
    assert_eq!(since("time/tzdata"), Some((1, 15)));
    assert_eq!(since("uuid"), Some((1, 27)));
    assert_eq!(since("internal/poll"), None);
    assert_eq!(since("cmd/go"), None);
}

#[test]
fn the_index_knows_what_it_is_made_from() {
    let index = Index::embedded();
    assert_eq!(index.release(), "go1.27.3");
    let platforms: Vec<_> = index.platforms().collect();
    for os in ["linux", "darwin", "windows"] {
        assert!(platforms.contains(&(os, "amd64")) && platforms.contains(&(os, "arm64")), "{os}");
    }
}

#[test]
fn all_files_parse() {
    for package in Index::embedded().packages() {
        for file in package.files() {
            let parsed = SourceFile::parse(file.text);
            assert_eq!(parsed.errors(), [], "{}/{}", package.path(), file.name);
        }
    }
}

#[test]
fn all_imports_are_there() {
    let index = Index::embedded();
    let paths: HashSet<&str> = index.packages().iter().map(|package| package.path()).collect();
    for package in index.packages() {
        for line in package.files().iter().flat_map(|file| gofix_std_index::lines(file.text)) {
            if let Some(gofix_std_index::Symbol::Import(path, _)) = line.symbol {
                assert!(paths.contains(path), "{} imports {path}", package.path());
            }
        }
    }
}

#[test]
fn every_importable_package_has_a_version() {
    for package in Index::embedded().packages() {
        assert_eq!(package.since().is_some(), package.is_importable(), "{}", package.path());
    }
}
