//! The command `fmt`. What is formatted here is simple: that all else comes out as from gofmt is tested elsewhere.

use std::fmt::Write;
use std::fs;
use std::process::Stdio;
use std::sync::Arc;

use gofix::{DiskFiles, FileCause, FormatOptions, LoadOptions, Session};

use crate::support::{Place, git, snapshot};

/// Wrong indentation, spaces that are too many or too few, and columns that are none.
const UGLY: &str = "package m\n\nimport (\n  \"fmt\"\n  \"os\"\n)\n\nfunc Show( x int ) {\n    if x>1 {\n    fmt.Println(x , os.Args)\n    }\n}\n\
     \n\n\ntype t struct {\n\ta int // first\n\tlong string // second\n}\n";

/// The same as gofmt prints it.
const PRETTY: &str = "package m\n\nimport (\n\t\"fmt\"\n\t\"os\"\n)\n\nfunc Show(x int) {\n\tif x > 1 {\n\t\tfmt.Println(x, os.Args)\n\t}\n}\n\
     \ntype t struct {\n\ta    int    // first\n\tlong string // second\n}\n";

/// A shorter file, and the same as gofmt prints it.
const UGLY_VAR: &str = "package m\n\nvar x  = 1\n";
const PRETTY_VAR: &str = "package m\n\nvar x = 1\n";

const BROKEN: &str = "package m\n\nfunc broken( {\n    if x  }\n";

#[test]
fn files_are_formatted() {
    let place = Place::new(&[("a.go", UGLY), ("sub/b.go", UGLY_VAR), ("sub/clean.go", PRETTY)]);
    place.write("sub/notes.txt", "x  = 1");
    let runs = ["fmt --check", "fmt --diff", "fmt ./sub/clean.go", "fmt", "fmt", "fmt --check", "fmt --diff -q"];
    snapshot("fmt", &place.transcript(&runs));
    assert_eq!((&*place.read("a.go"), &*place.read("sub/b.go")), (PRETTY, PRETTY_VAR));
    assert_eq!(place.read("sub/clean.go"), PRETTY);
    assert_eq!(place.files().len(), 5, "nothing lies around");
}

#[test]
fn broken_files_stay_and_the_others_are_formatted() {
    let place = Place::new(&[("a.go", UGLY_VAR), ("broken.go", BROKEN), ("empty.go", ""), ("z.go", PRETTY_VAR)]);
    place.write("latin1.go", b"package m\n\n// \xe9t\xe9\nvar  x int\n");
    let before = place.files();
    snapshot(
        "fmt-broken",
        &place.transcript(&["fmt --check", "fmt --diff -q", "fmt", "fmt -q", "fmt -q z.go broken.go"]),
    );
    assert_eq!(place.read("a.go"), PRETTY_VAR);
    for path in ["broken.go", "empty.go", "latin1.go", "z.go"] {
        assert_eq!(place.files()[path], before[path], "{path}");
    }
}

#[test]
fn a_file_on_stdin() {
    let place = Place::new(&[("a.go", "package other\n")]);
    let mut text = String::new();
    for (args, stdin) in [
        ("fmt -", UGLY_VAR),
        ("fmt - -q", PRETTY_VAR),
        ("fmt --check -", UGLY_VAR),
        ("fmt --check -", PRETTY_VAR),
        ("fmt --diff -", UGLY_VAR),
        ("fmt - --diff --stdin-filename a.go", UGLY_VAR),
        ("fmt - --check --stdin-filename ../new/dir/b.go", UGLY_VAR),
        ("fmt -", BROKEN),
        ("fmt --check - --stdin-filename a.go", BROKEN),
        ("fmt - --stdin-filename a.txt", UGLY_VAR),
    ] {
        let _ = writeln!(text, "{}", place.run_with(args, stdin).transcript(args));
    }
    snapshot("fmt-stdin", &text);
    assert_eq!(place.run_with("fmt -", UGLY).stdout(), PRETTY);
    assert_eq!(place.run_with("fmt -", b"package m // \xe9\n").code, 2);
    assert_eq!(place.files().len(), 2, "nothing is written");
    assert_eq!(place.read("a.go"), "package other\n");
}

#[test]
fn wrong_use() {
    let place = Place::new(&[("a.go", UGLY_VAR), ("docs/readme.txt", "text")]);
    let before = place.files();
    snapshot(
        "fmt-wrong-use",
        &place.transcript(&[
            "fmt --check --diff",
            "fmt --chek",
            "fmt --rule time-tick",
            "fmt -l .",
            "fmt -w a.go",
            "fmt --jobs 0",
            "fmt - a.go",
            "fmt --stdin-filename a.go",
            "fmt a.go nothing.go",
            "fmt ./nothing/...",
            "fmt ./docs",
            "fmt ./docs/...",
            "fmt docs/readme.txt",
        ]),
    );
    assert_eq!(place.files(), before);
}

#[test]
fn the_exit_status_is_a_contract() {
    let place = Place::new(&[("a.go", UGLY_VAR), ("clean/c.go", PRETTY_VAR), ("broken/b.go", BROKEN)]);
    for (args, code) in [
        ("fmt --check ./clean", 0),
        ("fmt --diff ./clean", 0),
        ("fmt ./clean", 0),
        ("fmt --check .", 1),
        ("fmt --check . ./clean", 1),
        ("fmt --diff .", 1),
        ("fmt --check ./broken", 2),
        ("fmt --diff ./broken", 2),
        ("fmt ./broken", 2),
        ("fmt --check ./...", 2),
        ("fmt --check ./nothing", 2),
        ("fmt .", 0),
        ("fmt .", 0),
        ("fmt --check .", 0),
        ("fmt", 2),
    ] {
        let ran = place.run(args);
        assert_eq!(ran.code, code, "{}", ran.transcript(args));
    }
}

#[test]
fn which_files() {
    let place = Place::new(&[
        ("a.go", UGLY_VAR),
        ("a_test.go", UGLY_VAR),
        ("b_plan9.go", UGLY_VAR),
        ("ignored.go", "//go:build ignore\n\npackage main\n\nvar x  = 1\n"),
        ("other.go", "package other\n\nvar x  = 1\n"),
        ("generated.go", "// Code generated by hand. DO NOT EDIT.\n\npackage m\n\nvar x  = 1\n"),
        ("_hidden.go", UGLY_VAR),
        (".hidden.go", UGLY_VAR),
        ("sub/c.go", UGLY_VAR),
        ("sub/_hidden/e.go", UGLY_VAR),
        ("sub/.hidden/f.go", UGLY_VAR),
        ("testdata/g.go", UGLY_VAR),
        ("testdata/deep/h.go", UGLY_VAR),
        ("vendor/v/i.go", UGLY_VAR),
    ]);
    place.write("nested/go.mod", "module nested\n");
    place.write("nested/n.go", UGLY_VAR);
    let here = "a.go a_test.go b_plan9.go generated.go ignored.go other.go";
    for (args, files) in [
        ("", &*format!("{here} sub/c.go")),
        ("./...", &format!("{here} sub/c.go")),
        (".", here),
        ("sub", "sub/c.go"),
        ("a.go a.go ./sub", "a.go sub/c.go"),
        ("testdata", "testdata/g.go"),
        ("testdata/...", "testdata/g.go testdata/deep/h.go"),
        ("vendor/...", "vendor/v/i.go"),
        ("vendor/v sub/_hidden", "sub/_hidden/e.go vendor/v/i.go"),
        ("_hidden.go .hidden.go", ".hidden.go _hidden.go"),
        ("./nested/...", "nested/n.go"),
        ("./... --jobs 1", &format!("{here} sub/c.go")),
    ] {
        let ran = place.run(&format!("fmt --check {args}"));
        assert_eq!(ran.stdout().lines().collect::<Vec<_>>().join(" "), files, "{args}: {}", ran.stderr);
        assert_eq!(ran.code, 1);
    }
}

#[test]
fn no_module_has_to_be_in_order() {
    let place = Place::empty();
    place.write("plain/a.go", UGLY_VAR);
    place.write("plain/sub/b.go", UGLY_VAR);
    place.write("bad/go.mod", "module bad\n\ngo x\n\nrequire (\n");
    place.write("bad/c.go", UGLY_VAR);
    place.write("work/go.work", "use (\n");
    place.write("work/d.go", UGLY_VAR);
    let run = |dir: &str, args: &str| {
        let mut command = place.command();
        let ran = place.ran(command.current_dir(place.path(dir)).args(args.split_whitespace()).output());
        format!("[{dir}] {}", ran.transcript(args))
    };
    let runs = [
        ("plain", "fmt --check"),
        ("bad", "fmt --check"),
        ("work", "fmt --check"),
        // From inside a module to the outside.
        ("bad", "fmt --check c.go ../plain/..."),
        ("bad", "fmt --diff ../work ../plain/sub"),
        ("work", "fmt d.go ../bad"),
        ("", "fmt ./plain/..."),
    ];
    snapshot("fmt-no-module", &runs.map(|(dir, args)| run(dir, args)).join("\n"));
    for path in ["plain/a.go", "plain/sub/b.go", "bad/c.go", "work/d.go"] {
        assert_eq!(place.read(path), PRETTY_VAR, "{path}");
    }
}

#[test]
fn line_ends_and_byte_order_marks_go() {
    let place = Place::empty();
    let crlf = |text: &str| text.replace('\n', "\r\n");
    let files = [
        ("crlf.go", crlf(UGLY), PRETTY),
        ("only-crlf.go", crlf(PRETTY), PRETTY),
        ("bom.go", format!("\u{feff}{PRETTY}"), PRETTY),
        ("both.go", format!("\u{feff}{}", crlf(UGLY_VAR)), PRETTY_VAR),
        ("no-end.go", PRETTY_VAR.trim_end().to_owned(), PRETTY_VAR),
        ("long-end.go", format!("{PRETTY_VAR}\n\n\n"), PRETTY_VAR),
        ("raw.go", "package m\n\nvar x = `a\r\nb  \r\n`\r\n".to_owned(), "package m\n\nvar x = `a\nb  \n`\n"),
    ];
    files.iter().for_each(|(path, text, _)| place.write(path, text));
    let listed = place.run("fmt --check -q");
    assert_eq!((listed.code, listed.stdout().lines().count()), (1, files.len()), "{}", listed.stdout());
    place.git(&["init", "-q"], b"");
    let patch = place.run("fmt --diff").stdout;
    place.git(&["apply", "--whitespace=nowarn"], &patch);
    let by_git = place.files();
    files.iter().for_each(|(path, text, _)| place.write(path, text));
    assert_eq!(place.run("fmt -q").stderr, "");
    for (path, _, expected) in &files {
        assert_eq!(place.read(path), *expected, "{path}");
    }
    assert_eq!(place.files(), by_git);
    assert_eq!(place.run("fmt --check").code, 0);
}

#[test]
fn git_applies_the_diff() {
    for dir in ["", "sub/dir/"] {
        let place = Place::empty();
        place.write(&format!("{dir}a.go"), UGLY);
        place.write(&format!("{dir}with space/ü \"x\".go"), UGLY_VAR);
        place.git(&["init", "-q"], b"");
        let ran = place.ran(place.command().current_dir(place.path(dir)).args(["fmt", "--diff"]).output());
        git(&place.path(dir), &["apply"], &ran.stdout);
        assert_eq!(place.read(&format!("{dir}a.go")), PRETTY);
        assert_eq!(place.read(&format!("{dir}with space/ü \"x\".go")), PRETTY_VAR);
    }
}

#[cfg(unix)]
#[test]
fn a_read_only_file_is_not_written_and_nothing_else_is() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new(&[("a.go", UGLY_VAR), ("b.go", UGLY_VAR), ("c.go", PRETTY_VAR), ("secret.go", UGLY_VAR)]);
    let set = |path: &str, mode| fs::set_permissions(place.path(path), fs::Permissions::from_mode(mode)).unwrap();
    set("b.go", 0o444);
    set("c.go", 0o444);
    set("secret.go", 0);
    let before = place.files().keys().cloned().collect::<Vec<_>>();
    let Some(user) = place.unprivileged("formatting a read-only file") else { return };
    snapshot(
        "fmt-read-only",
        &user.transcript(&["fmt", "fmt --check b.go c.go", "fmt c.go", "fmt a.go", "fmt secret.go"]),
    );
    set("secret.go", 0o600);
    assert_eq!(place.files().keys().cloned().collect::<Vec<_>>(), before, "nothing lies around");
    assert_eq!(["a.go", "b.go", "c.go"].map(|path| place.read(path)), [PRETTY_VAR, UGLY_VAR, PRETTY_VAR]);
}

#[cfg(unix)]
#[test]
fn links_and_permissions_are_kept() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
    let place = Place::new(&[("real/a.go", UGLY_VAR), ("real/b.go", UGLY_VAR)]);
    fs::set_permissions(place.path("real/a.go"), fs::Permissions::from_mode(0o750)).unwrap();
    fs::hard_link(place.path("real/b.go"), place.path("real/second name")).unwrap();
    symlink("real/a.go", place.path("link.go")).unwrap();
    symlink("real", place.path("dir")).unwrap();
    snapshot("fmt-symlinks", &place.transcript(&["fmt link.go", "fmt ./dir", "fmt dir/a.go", "fmt"]));
    assert!(place.path("link.go").is_symlink() && place.path("dir").is_symlink());
    assert_eq!(fs::metadata(place.path("real/a.go")).unwrap().mode() & 0o777, 0o750);
    assert_eq!([place.read("link.go"), place.read("real/second name")], [PRETTY_VAR, PRETTY_VAR]);
}

#[test]
fn a_file_that_changes_meanwhile_is_never_overwritten() {
    let place = Place::new(&[("a.go", UGLY_VAR), ("b.go", UGLY_VAR)]);
    let options = LoadOptions { cwd: place.path(""), files_only: true, ..LoadOptions::default() };
    let session = Session::load(Arc::new(DiskFiles), &options).unwrap();
    let formatted = session.format(&FormatOptions::default());
    place.write("b.go", "package m\n\nvar  saved_meanwhile = 1\n");
    let before = place.files();
    assert_eq!(session.write(&formatted).unwrap_err().error.cause, FileCause::Changed);
    assert_eq!(place.files(), before);
}

#[test]
fn stdout_is_the_same_for_any_number_of_threads() {
    let place = Place::new(&[("broken.go", BROKEN)]);
    (0..60).for_each(|n| place.write(&format!("p{}/a{n}.go", n % 7), if n % 3 == 0 { PRETTY } else { UGLY }));
    for args in ["fmt --check", "fmt --diff"] {
        let outputs = [1, 2, 8].map(|jobs| place.run(&format!("{args} --jobs {jobs}")).stdout);
        assert!(!outputs[0].is_empty());
        assert!(outputs.iter().all(|it| *it == outputs[0]), "{args}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_stdout_is_an_error() {
    let place = Place::new(&[("a.go", UGLY)]);
    for args in ["fmt --check", "fmt --diff"] {
        let full = fs::File::options().write(true).open("/dev/full").unwrap();
        let ran = place.ran(place.command().args(args.split(' ')).stdout(full).stderr(Stdio::piped()).output());
        assert_eq!(ran.code, 2, "{args}");
        assert!(ran.stderr.contains("cannot write to stdout"), "{args}: {}", ran.stderr);
    }
    let mut command = place.command();
    let full = fs::File::options().write(true).open("/dev/full").unwrap();
    let stdin = fs::File::open(place.path("a.go")).unwrap();
    let ran = place.ran(command.args(["fmt", "-"]).stdin(stdin).stdout(full).stderr(Stdio::piped()).output());
    assert_eq!(ran.code, 2, "{}", ran.stderr);
}
