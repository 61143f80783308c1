use gofix_syntax::header;

use super::*;

fn config(goos: &str, goarch: &str, tags: &[&str]) -> Config {
    Config {
        goos: goos.to_owned(),
        goarch: goarch.to_owned(),
        tags: tags.iter().map(|&tag| tag.to_owned()).collect(),
        release: GoVersion::new(1, 22),
        cgo: false,
    }
}

fn holds(text: &str, tags: &[&str]) -> bool {
    Constraint::parse(text).expect(text).matches(&config("plan9", "mips", tags))
}

#[test]
fn operators_bind_as_in_go() {
    assert!(holds("a || b && c", &["a"]));
    assert!(!holds("(a || b) && c", &["a"]));
    assert!(holds("!a && b", &["b"]));
    assert!(!holds("!(a || b)", &["b"]));
    assert!(holds("!(!a)", &["a"]));
    assert!(holds("//go:build a&&b||\tc", &["c"]));
    assert!(holds("a && b && !c || d && e", &["d", "e"]));
    assert!(!holds("a && b && !c || d && e", &["a", "b", "c", "d"]));
    let deep = format!("{}a{}", "(".repeat(100_000), ")".repeat(100_000));
    assert!(holds(&deep, &["a"]));
}

#[test]
fn broken_constraints_are_refused() {
    let message = |text| Constraint::parse(text).map_err(|error| (error.offset, error.message)).unwrap_err();
    assert_eq!(message(""), (0, "a tag is expected"));
    assert_eq!(message("//go:build"), (10, "a tag is expected"));
    assert_eq!(message("a b"), (2, "an operator is expected"));
    assert_eq!(message("a &"), (2, "an operator is expected"));
    assert_eq!(message("a &&"), (4, "a tag is expected"));
    assert_eq!(message("(a"), (2, "a parenthesis is not closed"));
    assert_eq!(message("a)"), (2, "a parenthesis is not opened"));
    assert_eq!(message("!!a"), (2, "double negation"));
    assert_eq!(message("a, b"), (1, "an operator is expected"));
}

#[test]
fn tags_hold_for_the_system_the_release_and_the_user() {
    let linux = config("linux", "amd64", &["mine"]);
    for tag in ["linux", "amd64", "unix", "gc", "go1.1", "go1.22", "mine"] {
        assert!(linux.has_tag(tag), "{tag}");
    }
    for tag in ["windows", "cgo", "go1", "go1.0", "go1.23", "go1.999999", "go1.x", "gccgo", "other"] {
        assert!(!linux.has_tag(tag), "{tag}");
    }
    assert!(config("android", "arm64", &[]).has_tag("linux"));
    assert!(config("ios", "arm64", &[]).has_tag("darwin"));
    assert!(config("illumos", "amd64", &[]).has_tag("solaris"));
    assert!(!config("windows", "amd64", &[]).has_tag("unix"));
}

#[test]
fn the_version_is_the_least_that_the_structure_implies() {
    let version = |text| Constraint::parse(text).unwrap().go_version().map(|version| version.minor);
    assert_eq!(version("go1.22"), Some(22));
    assert_eq!(version("linux && go1.22"), Some(22));
    assert_eq!(version("(linux && go1.22) || (windows && go1.20)"), Some(20));
    assert_eq!(version("linux || (windows && go1.22)"), None);
    assert_eq!(version("!go1.22"), None);
    assert_eq!(version("!(!go1.22)"), Some(22));
    assert_eq!(version("!(linux || !go1.22)"), Some(22));
    assert_eq!(version("(linux && !linux && go1.20) || go1.21"), Some(20));
    assert_eq!(version("go1"), Some(0));
    assert_eq!(version("linux"), None);
}

fn constraints(name: &str, text: &str) -> FileConstraints {
    FileConstraints::new(name, &header::read(text))
}

#[test]
fn file_names_are_constraints() {
    let named = |name| {
        let found = constraints(name, "package p\n");
        (found.goos, found.goarch)
    };
    assert_eq!(named("a_linux.go"), (Some("linux"), None));
    assert_eq!(named("a_linux_amd64.go"), (Some("linux"), Some("amd64")));
    assert_eq!(named("a_b_wasm_test.go"), (None, Some("wasm")));
    assert_eq!(named("a_linux_amd64_test.go"), (Some("linux"), Some("amd64")));
    assert_eq!(named("a_amd64_linux.go"), (Some("linux"), None));
    assert_eq!(named("a_linux.x.go"), (Some("linux"), None));
    for name in ["linux.go", "linux_test.go", "a.go", "a_linux_x.go", "a_unix.go", "a_linux__test.go", "a_linuxtest.go"]
    {
        assert_eq!(named(name), (None, None), "{name}");
    }
    assert_eq!(named("linux_arm.go"), (None, Some("arm")));
    let linux = config("linux", "amd64", &[]);
    assert!(constraints("a_linux.go", "package p").matches(&linux));
    assert!(!constraints("a_linux_arm.go", "package p").matches(&linux));
}

#[test]
fn lines_in_the_file_are_constraints() {
    let linux = config("linux", "amd64", &["a"]);
    let matches = |text: &str| constraints("x.go", text).matches(&linux);
    assert!(matches("//go:build linux && a\n\npackage p\n"));
    assert!(!matches("//go:build ignore\n\npackage p\n"));
    assert!(!matches("//go:build linux &&\n\npackage p\n"), "a broken line excludes the file");
    assert!(matches("// +build windows linux,a\n// +build !b\n\npackage p\n"));
    assert!(!matches("// +build linux\n// +build a,b c\n\npackage p\n"));
    assert!(!matches("// +build\n\npackage p\n"));
    assert!(!matches("// +build !!linux\n\npackage p\n"));
    assert!(matches("// +build !x-y\n\npackage p\n"));
    assert!(matches("//go:build linux\n// +build windows\n\npackage p\n"), "the old line does not count");
}

#[test]
fn a_build_line_sets_the_language_version_of_its_file() {
    let version = |line: &str, module| {
        let file = constraints("x.go", &format!("{line}\n\npackage p\n"));
        file.language_version(GoVersion::new(1, module)).minor
    };
    assert_eq!(version("//go:build linux", 24), 24);
    assert_eq!(version("//go:build go1.22", 24), 22, "lowers");
    assert_eq!(version("//go:build go1.25", 24), 25, "raises");
    assert_eq!(version("//go:build go1.18", 24), 21, "not below 1.21");
    assert_eq!(version("//go:build go1.18", 17), 21);
    assert_eq!(version("//go:build !go1.22", 24), 24);
    assert_eq!(version("// +build go1.22", 24), 24, "the old form sets no version");
}

#[test]
fn releases_that_a_module_needs_hold_always() {
    let always = |name: &str, text: &str, minor: u16| constraints(name, text).always_match(GoVersion::new(1, minor));
    let line = "//go:build go1.25\n\npackage p\n";
    assert_eq!([24, 25, 26].map(|it| always("a.go", line, it)), [false, true, true]);
    // Older modules may be built by an older Go than they say.
    assert!(!always("a.go", "//go:build go1.18\n\npackage p\n", 20));
    assert!(always("a.go", "package p\n", 20));
    assert!(!always("a_linux.go", line, 25));
    let rest = ["go1.25 && linux", "!go1.25", "linux", "go1.25 && !ignore"];
    assert!(rest.iter().all(|it| !always("a.go", &format!("//go:build {it}\n\npackage p\n"), 25)));
    assert!(always("a.go", "//go:build go1.25 || linux\n\npackage p\n", 25));
}
