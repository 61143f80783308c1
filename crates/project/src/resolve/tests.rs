use std::sync::Arc;

use super::*;
use crate::load::LoadOptions;
use crate::memory::MemoryFiles;

const FILES: [(&str, &str); 29] = [
    ("go/src/fmt/print.go", ""),
    ("go/src/net/http/server.go", ""),
    ("m/go.mod", MODULE),
    ("m/a.go", ""),
    ("m/sub/s.go", ""),
    ("m/empty/x.txt", ""),
    ("m/nested/go.mod", "module example.com/other\n"),
    ("m/nested/n.go", ""),
    ("local/go.mod", "module a.b/local\n"),
    ("local/p/p.go", ""),
    ("cache/a.b/c@v1.2.0/c.go", ""),
    ("cache/a.b/c@v1.2.0/d/d.go", ""),
    ("cache/a.b/c@v1.3.0/c.go", ""),
    ("cache/a.b/c/d@v0.1.0/x/x.go", ""),
    ("cache/github.com/!big!name/x@v1.0.0-!r!c1/x.go", ""),
    ("cache/a.b/fork@v1.0.1/f.go", ""),
    ("cache/a.b/unlisted@v1.0.0/u.go", ""),
    ("old/go.mod", "module old\ngo 1.16\nrequire a.b/c v1.2.0\n"),
    ("old/o.go", ""),
    ("v/go.mod", "module example.com/v\ngo 1.20\nrequire a.b/c v1.2.0\n"),
    ("v/v.go", ""),
    ("v/vendor/modules.txt", "# a.b/c v1.2.0\n## explicit\na.b/c\n"),
    ("v/vendor/a.b/c/c.go", ""),
    ("v/vendor/a.b/c/d/d.go", ""),
    ("w/go.work", "go 1.21\nuse (\n./x\n./y\n)\nreplace a.b/e => ./e\n"),
    ("w/x/go.mod", "module example.com/x\ngo 1.21\nrequire (\na.b/c v1.2.0\na.b/e v1.0.0\n)\n"),
    ("w/x/x.go", ""),
    ("w/y/go.mod", "module example.com/y\ngo 1.21\nrequire a.b/c v1.3.0\n"),
    ("w/y/p/p.go", ""),
];

const MODULE: &str = "module example.com/m\ngo 1.21\nrequire (\n\ta.b/c v1.2.0\n\ta.b/c/d v0.1.0\n\ta.b/local v0.0.0\n\
    \tgithub.com/BigName/x v1.0.0-RC1\n\ta.b/forked v1.0.0\n)\n\
    replace a.b/local => ../local\nreplace a.b/forked v1.0.0 => a.b/fork v1.0.1\n";

/// Where an import in the directory `from` leads.
fn resolve(from: &str, path: &str) -> Option<String> {
    let files = MemoryFiles::new(FILES);
    files.insert("w/e/e.go", "");
    let options = LoadOptions {
        cwd: PathBuf::from(from),
        patterns: vec![".".to_owned()],
        goroot: Some(PathBuf::from("/go")),
        mod_cache: Some(PathBuf::from("/cache")),
        ..LoadOptions::default()
    };
    let project = Project::load(Arc::new(files), &options).unwrap();
    let dir = project.find_dir(Path::new(from)).unwrap();
    let found = project.resolve_import(dir, path);
    assert_eq!(project.resolve_import(dir, path), found, "the same again");
    found.map(|dir| dir.to_str().unwrap().to_owned())
}

#[test]
fn packages_are_found_where_cmd_go_finds_them() {
    for (path, dir) in [
        ("fmt", "/go/src/fmt"),
        ("net/http", "/go/src/net/http"),
        ("example.com/m", "/m"),
        ("example.com/m/sub", "/m/sub"),
        ("a.b/c", "/cache/a.b/c@v1.2.0"),
        ("a.b/c/d", "/cache/a.b/c@v1.2.0/d"),
        ("a.b/c/d/x", "/cache/a.b/c/d@v0.1.0/x"),
        ("a.b/local/p", "/local/p"),
        ("github.com/BigName/x", "/cache/github.com/!big!name/x@v1.0.0-!r!c1"),
        ("a.b/forked", "/cache/a.b/fork@v1.0.1"),
    ] {
        assert_eq!(resolve("/m", path).as_deref(), Some(dir), "{path}");
    }
}

#[test]
fn what_is_not_known_is_not_guessed() {
    for path in [
        "C",
        "net",
        "a.b/unlisted",
        "a.b/c/none",
        "example.com/m/empty",
        "example.com/m/nested",
        "example.com/mother",
        "./sub",
        "../m/sub",
        "example.com/m/../m/sub",
        "",
    ] {
        assert_eq!(resolve("/m", path), None, "{path}");
    }
    assert_eq!(resolve("/old", "a.b/c"), None, "go.mod does not list all modules");
}

#[test]
fn a_vendor_directory_is_all_there_is() {
    assert_eq!(resolve("/v", "a.b/c").as_deref(), Some("/v/vendor/a.b/c"));
    assert_eq!(resolve("/v", "a.b/c/d"), None, "not in modules.txt");
    assert_eq!(resolve("/v", "fmt").as_deref(), Some("/go/src/fmt"));
}

#[test]
fn modules_of_a_workspace_see_each_other() {
    assert_eq!(resolve("/w/x", "example.com/y/p").as_deref(), Some("/w/y/p"));
    assert_eq!(resolve("/w/x", "a.b/c").as_deref(), Some("/cache/a.b/c@v1.3.0"), "the newest that one requires");
    assert_eq!(resolve("/w/x", "a.b/e").as_deref(), Some("/w/e"));
}

#[test]
fn the_standard_library_resolves_in_itself() {
    let files =
        MemoryFiles::new([("src/go.mod", "module std\n\ngo 1.27\n"), ("src/fmt/f.go", ""), ("src/os/o.go", "")]);
    files.insert("src/vendor/modules.txt", "# golang.org/x/net v0.1.0\n## explicit; go 1.25\ngolang.org/x/net/http\n");
    files.insert("src/vendor/golang.org/x/net/http/h.go", "");
    let options = LoadOptions { cwd: PathBuf::from("/src"), ..LoadOptions::default() };
    let project = Project::load(Arc::new(files), &options).unwrap();
    let fmt = project.find_dir(Path::new("/src/fmt")).unwrap();
    assert_eq!(project.import_path(fmt).as_deref(), Some("fmt"));
    assert_eq!(project.resolve_import(fmt, "os").as_deref(), Some(Path::new("/src/os")));
    let vendored = Path::new("/src/vendor/golang.org/x/net/http");
    assert_eq!(project.resolve_import(fmt, "golang.org/x/net/http").as_deref(), Some(vendored));
}

#[test]
fn versions_are_ordered_as_semver_says() {
    let ordered = [
        "v0.0.0-20190101000000-abcdef",
        "v0.0.0-20200101000000-abcdef",
        "v0.9.0",
        "v1.0.0-alpha",
        "v1.0.0-alpha.1",
        "v1.0.0-alpha.beta",
        "v1.0.0-beta.2",
        "v1.0.0-beta.11",
        "v1.0.0-rc.1",
        "v1.0.0",
        "v1.2.0",
        "v1.10.0+incompatible",
    ];
    for pair in ordered.windows(2) {
        assert_eq!(compare_versions(pair[0], pair[1]), Ordering::Less, "{pair:?}");
    }
}
