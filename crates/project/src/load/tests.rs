use super::*;
use crate::constraint::FileConstraints;
use crate::memory::MemoryFiles;

const MODULE: [(&str, &str); 21] = [
    ("m/go.mod", "module example.com/m\n\ngo 1.24\n\nignore (\n\t./web/gen\n\tnode_modules\n)\n"),
    ("m/a.go", ""),
    ("m/b_test.go", ""),
    ("m/c_windows.go", ""),
    ("m/_d.go", ""),
    ("m/.e.go", ""),
    ("m/f.txt", ""),
    ("m/cmd/x/x.go", ""),
    ("m/cmd/x/y.go", ""),
    ("m/cmd/z.go", ""),
    ("m/cmd/testdata/t.go", ""),
    ("m/_old/o.go", ""),
    ("m/.git/g.go", ""),
    ("m/vendor/a.b/c/c.go", ""),
    ("m/vendor/modules.txt", "# a.b/c v1.0.0\n## explicit; go 1.19\na.b/c\n# a.b/d v1.0.0\na.b/d\n"),
    ("m/nested/go.mod", "module example.com/m/nested\n"),
    ("m/nested/n.go", ""),
    ("m/web/gen/g.go", ""),
    ("m/web/gen2/g.go", ""),
    ("m/web/node_modules/x/n.go", ""),
    ("other/o.go", ""),
];

fn load_from(files: &[(&str, &str)], cwd: &str, patterns: &[&str]) -> Result<Project, LoadError> {
    let options = LoadOptions {
        cwd: PathBuf::from(cwd),
        patterns: patterns.iter().map(|&pattern| pattern.to_owned()).collect(),
        ..LoadOptions::default()
    };
    let files = files.iter().map(|(path, text)| (*path, text.as_bytes().to_vec()));
    Project::load(Arc::new(MemoryFiles::new(files)), &options)
}

/// The files that patterns select in `MODULE`.
fn selected(cwd: &str, patterns: &[&str]) -> Vec<String> {
    let project = load_from(&MODULE, cwd, patterns).unwrap();
    project.files().iter().filter(|file| file.selected).map(|file| file.path.clone()).collect()
}

fn problem(cwd: &str, patterns: &[&str]) -> String {
    load_from(&MODULE, cwd, patterns).unwrap_err().to_string()
}

const WHOLE: [&str; 7] = ["a.go", "b_test.go", "c_windows.go", "cmd/z.go", "cmd/x/x.go", "cmd/x/y.go", "web/gen2/g.go"];

#[test]
fn dots_select_what_belongs_to_the_module() {
    assert_eq!(selected("/m", &[]), WHOLE);
    assert_eq!(selected("/m", &["./..."]), WHOLE);
    assert_eq!(selected("/m", &["..."]), WHOLE);
    assert_eq!(selected("/m/cmd", &["../..."]), WHOLE);
    assert_eq!(selected("/m/cmd", &["./..."]), WHOLE[3..6]);
    assert_eq!(selected("/m", &["cmd/..."]), WHOLE[3..6]);
    assert_eq!(selected("/m", &["./cm.../x"]), WHOLE[4..6]);
    assert_eq!(selected("/m", &["./cmd/...", "./web/...", "./cmd/x"]), WHOLE[3..7]);
}

#[test]
fn directories_and_files_are_taken_wherever_they_are() {
    assert_eq!(selected("/m", &["."]), WHOLE[..3]);
    assert_eq!(selected("/m", &["./cmd"]), WHOLE[3..4]);
    assert_eq!(selected("/m", &["/m/cmd/testdata"]), ["cmd/testdata/t.go"]);
    assert_eq!(selected("/m", &["cmd/testdata/..."]), ["cmd/testdata/t.go"]);
    assert_eq!(
        selected("/m", &["_old", ".git", "web/gen", "_d.go"]),
        ["_d.go", ".git/g.go", "_old/o.go", "web/gen/g.go"]
    );
    assert_eq!(selected("/m", &["vendor/..."]), ["vendor/a.b/c/c.go"]);
    assert_eq!(selected("/m", &["./nested/..."]), ["nested/n.go"]);
}

#[test]
fn a_file_brings_its_directory_along() {
    let project = load_from(&MODULE, "/m/cmd/x", &["y.go"]).unwrap();
    let files: Vec<_> = project.files().iter().map(|file| (file.path.as_str(), file.selected)).collect();
    assert_eq!(files, [("cmd/x/x.go", false), ("cmd/x/y.go", true)]);
    assert!(!project.dirs()[0].selected);
    let project = load_from(&MODULE, "/m", &["cmd/x/y.go", "./cmd/x", "cmd/x/y.go"]).unwrap();
    assert!(project.dirs()[0].selected && project.files().iter().all(|file| file.selected));
}

#[test]
fn patterns_without_a_file_are_errors() {
    assert_eq!(
        problem("/m", &[""]),
        "pattern \"\" is empty: write . for the current directory, ./... for all below it"
    );
    let none = "pattern ./none/... names no file or directory; patterns are paths such as ./... or ./cmd/x";
    assert_eq!(problem("/m", &["./...", "./none/..."]), none);
    assert_eq!(problem("/m", &["x.../y"]), "pattern x.../y matches no Go file");
    assert_eq!(
        problem("/m", &["./web"]),
        "pattern ./web is a directory without Go files; to select those below it, append /..."
    );
    assert_eq!(problem("/m", &["f.txt"]), "pattern f.txt is neither a Go file nor a directory");
    assert_eq!(
        problem("/m", &["../other"]),
        "pattern ../other is outside the root, /m; run there, or name the files alone"
    );
    assert_eq!(
        problem("/", &["./m/nes.../..."]),
        "pattern ./m/nes.../... matches no Go file outside nested modules; run in one, such as /m/nested"
    );
}

#[test]
fn directories_know_their_modules() {
    let project = load_from(&MODULE, "/m", &["./...", "./nested", "./vendor/a.b/c"]).unwrap();
    let import_path = |path: &str| {
        let dir = project.find_dir(&Path::new("/m").join(path)).unwrap();
        (project.import_path(dir).unwrap(), project.go_version(dir).to_string())
    };
    let version = |path: &str, version: &str| (path.to_owned(), version.to_owned());
    assert_eq!(import_path(""), version("example.com/m", "1.24"));
    assert_eq!(import_path("cmd/x"), version("example.com/m/cmd/x", "1.24"));
    assert_eq!(import_path("nested"), version("example.com/m/nested", "1.16"));
    assert_eq!(import_path("vendor/a.b/c"), version("a.b/c", "1.19"));
    let file = project.find_file("vendor/a.b/c/c.go").unwrap();
    assert!(project.file(file).in_vendor());
    assert_eq!(project.absolute(file), Path::new("/m/vendor/a.b/c/c.go"));
    assert_eq!(project.find_file("cmd/x/z.go"), None);
    assert_eq!(project.modules().len(), 2);
}

#[test]
fn whole_modules_can_be_listed_without_being_selected() {
    let files = MemoryFiles::new(MODULE);
    let options = LoadOptions {
        cwd: PathBuf::from("/m"),
        patterns: vec!["./cmd/x/y.go".to_owned(), "./web/...".to_owned()],
        whole_modules: true,
        ..LoadOptions::default()
    };
    let project = Project::load(Arc::new(files), &options).unwrap();
    // The modules nested in them, too.
    let whole: Vec<&str> = WHOLE[..6].iter().chain(&["nested/n.go"]).chain(&WHOLE[6..]).copied().collect();
    assert_eq!(project.files().iter().map(|file| file.path.as_str()).collect::<Vec<_>>(), whole);
    assert!(project.is_whole() && !project.modules()[1].main);
    let selected: Vec<_> = project.files().iter().filter(|file| file.selected).map(FileEntry::name).collect();
    assert_eq!(selected, ["y.go", "g.go"]);
}

#[test]
fn outside_a_module_files_have_the_version_asked_for() {
    let project = load_from(&MODULE, "/other", &["o.go"]).unwrap();
    let dir = project.find_dir(Path::new("/other")).unwrap();
    assert_eq!((project.root(), project.dir(dir).module, project.import_path(dir)), (Path::new("/other"), None, None));
    assert_eq!(project.go_version(dir), GoVersion::NEWEST);
    let options = LoadOptions {
        patterns: vec!["other".to_owned(), "m".to_owned()],
        go_version: Some(GoVersion::new(1, 20)),
        ..LoadOptions::default()
    };
    let project = Project::load(Arc::new(MemoryFiles::new(MODULE)), &options).unwrap();
    let version = |path| project.go_version(project.find_dir(Path::new(path)).unwrap()).to_string();
    assert_eq!((version("/other"), version("/m")), ("1.20".to_owned(), "1.24".to_owned()));
    let header = gofix_syntax::header::read("//go:build go1.22\n\npackage o\n");
    let file = project.find_file("other/o.go").unwrap();
    assert_eq!(project.file_version(file, &FileConstraints::new("o.go", &header)), GoVersion::new(1, 22));
}

#[test]
fn the_root_is_around_what_is_named() {
    let root = |cwd, patterns: &[&str]| load_from(&MODULE, cwd, patterns).unwrap().root().to_owned();
    assert_eq!(root("/m/cmd/x", &["."]), Path::new("/m"));
    assert_eq!(root("/m/nested", &["."]), Path::new("/m/nested"));
    assert_eq!(root("/", &["m/cmd/..."]), Path::new("/"), "the current directory, if it is above all");
    assert_eq!(root("/other", &["/m/cmd/x/x.go"]), Path::new("/m"), "the module of what is elsewhere");
    assert_eq!(root("/m/nested/..", &["cmd/x", "."]), Path::new("/m"));
}

#[test]
fn another_go_mod_file_can_be_read_in_place_of_the_main_one() {
    let mut files = MODULE.to_vec();
    files.push(("m/go.alt.mod", "module example.com/alt\ngo 1.20\n"));
    let files = files.iter().map(|(path, text)| (*path, text.as_bytes().to_vec()));
    let options = LoadOptions {
        cwd: PathBuf::from("/m/cmd"),
        modfile: Some(PathBuf::from("../go.alt.mod")),
        ..LoadOptions::default()
    };
    let project = Project::load(Arc::new(MemoryFiles::new(files)), &options).unwrap();
    assert_eq!(
        (project.modules()[0].path(), project.modules()[0].go_version()),
        ("example.com/alt", GoVersion::new(1, 20))
    );
}

#[test]
fn files_alone_need_no_module_in_order() {
    let mut files = MODULE.to_vec();
    files.extend([("bad/go.mod", "module m\ngo x\n\nignore ./gen\n"), ("bad/b.go", ""), ("bad/gen/g.go", "")]);
    files.extend([("bad/sub/s.go", ""), ("work/go.work", "go x\n"), ("work/w.go", "")]);
    let load = |cwd: &str, patterns: &[&str]| {
        let options = LoadOptions {
            cwd: PathBuf::from(cwd),
            patterns: patterns.iter().map(|&pattern| pattern.to_owned()).collect(),
            files_only: true,
            ..LoadOptions::default()
        };
        let files = files.iter().map(|(path, text)| (*path, text.as_bytes().to_vec()));
        let project = Project::load(Arc::new(MemoryFiles::new(files)), &options).unwrap();
        let selected = project.files().iter().filter(|file| file.selected);
        (project.root().to_owned(), selected.map(|file| file.path.clone()).collect::<Vec<_>>().join(" "))
    };
    let found = |root: &str, files: &str| (PathBuf::from(root), files.to_owned());
    assert_eq!(load("/m", &[]), found("/m", &WHOLE.join(" ")));
    assert_eq!(load("/m/cmd", &["../a.go"]), found("/m", "a.go"));
    assert_eq!(load("/bad", &["./..."]), found("/bad", "b.go sub/s.go"), "what is ignored stays so");
    assert_eq!(load("/bad/sub", &["./..."]), found("/bad", "sub/s.go"));
    assert_eq!(load("/work", &["./..."]), found("/work", "w.go"));
    assert_eq!(load("/m", &["a.go", "/other/o.go"]), found("/", "m/a.go other/o.go"));
    assert_eq!(load("/m", &["../other"]), found("/other", "o.go"));
}

const WORKSPACE: [(&str, &str); 8] = [
    ("w/go.work", "go 1.22\nuse (\n\t./a\n\t./b\n\t./gone\n)\n"),
    ("w/a/go.mod", "module example.com/a\ngo 1.21\n"),
    ("w/a/a.go", ""),
    ("w/b/go.mod", "module example.com/b\ngo 1.22\n"),
    ("w/b/b.go", ""),
    ("w/c/go.mod", "module example.com/c\n"),
    ("w/c/c.go", ""),
    ("w/broken/go.mod", "module m\ngo x\n"),
];

#[test]
fn a_workspace_is_the_root_of_its_modules() {
    let project = load_from(&WORKSPACE, "/w/a", &["./..."]).unwrap();
    let modules: Vec<_> = project.modules().iter().map(|module| (module.path(), module.main)).collect();
    assert_eq!(project.root(), Path::new("/w"));
    assert_eq!(modules, [("example.com/a", true), ("example.com/b", true)]);
    assert_eq!(project.files().len(), 1, "the module of the current directory alone");
    let project = load_from(&WORKSPACE, "/w", &["./a/...", "./b/..."]).unwrap();
    assert_eq!(project.files().len(), 2);
    assert_eq!(load_from(&WORKSPACE, "/w/c", &["./..."]).unwrap().root(), Path::new("/w/c"), "not part of it");
    assert_eq!(
        load_from(&WORKSPACE, "/w", &["./..."]).unwrap_err().to_string(),
        "pattern ./... matches no Go file outside nested modules; run in one, such as /w/a"
    );
}

#[test]
fn a_broken_go_mod_file_is_an_error() {
    let error = load_from(&WORKSPACE, "/w/broken", &["./..."]).unwrap_err();
    assert_eq!(error.to_string(), "/w/broken/go.mod:2: \"x\" is no version of Go; write one like 1.22");
}

#[cfg(unix)]
#[test]
fn symbolic_links_are_not_followed() {
    use std::fs;
    use std::os::unix::fs::symlink;

    use crate::files::DiskFiles;

    let temp = tempfile::tempdir().unwrap();
    let root = temp.path().join("m");
    fs::create_dir_all(root.join("d")).unwrap();
    for (path, text) in [("go.mod", "module m\n"), ("a.go", ""), ("d/d.go", "")] {
        fs::write(root.join(path), text).unwrap();
    }
    symlink(root.join("a.go"), root.join("d/link.go")).unwrap();
    symlink(root.join("d"), root.join("dir")).unwrap();
    symlink(&root, temp.path().join("root")).unwrap();
    let load = |cwd: &Path, pattern: &str| {
        let options = LoadOptions { cwd: cwd.to_owned(), patterns: vec![pattern.to_owned()], ..LoadOptions::default() };
        Project::load(Arc::new(DiskFiles), &options)
    };
    for cwd in [&root, &temp.path().join("root")] {
        let project = load(cwd, "./...").unwrap();
        let files: Vec<_> = project.files().iter().map(|file| file.path.as_str()).collect();
        assert_eq!(files, ["a.go", "d/d.go"]);
        assert_eq!(project.dirs()[1].unusable, ["link.go"]);
    }
    for pattern in ["dir", "dir/d.go", "dir/...", "d/link.go"] {
        let message = load(&root, pattern).unwrap_err().to_string();
        assert!(message.contains("behind a symbolic link"), "{message}");
    }
}
