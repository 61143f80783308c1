//! `apply --verify`: Go looks before anything is written.

use gofix_tests::has_go;

use crate::support::{ANY, GO_MOD, Place, TICK};

#[test]
fn what_go_likes_is_written() {
    if !has_go("apply --verify writes what go likes") {
        return;
    }
    for flag in ["--verify", "--verify=build", "--verify=vet", "--verify=test"] {
        let place = Place::new(&[("a.go", TICK), ("b_test.go", ANY)]);
        let ran = place.run(&format!("apply {flag}"));
        assert_eq!(ran.code, 0, "{flag}: {}", ran.stderr);
        assert!(place.read("a.go").contains("time.NewTicker"));
        assert!(place.read("b_test.go").contains("any"));
    }
    let place = Place::new(&[("a.go", TICK)]);
    let ran = place.run("apply --dry-run --verify");
    assert_eq!(ran.code, 1);
    assert!(String::from_utf8_lossy(&ran.stdout).contains("+\tticker := time.NewTicker"));
    assert_eq!(place.read("a.go"), TICK);
}

#[test]
fn without_go_nothing_is_written() {
    let place = Place::new(&[("a.go", TICK)]);
    let ran = place.ran(place.command().args(["apply", "--verify"]).env("PATH", place.path("bin")).output());
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("there is no go command on the PATH; --verify needs one"), "{}", ran.stderr);
    assert_eq!(place.read("a.go"), TICK);
}

#[test]
fn a_module_that_go_cannot_check_is_not_written() {
    if !has_go("a module for a newer Go cannot be verified") {
        return;
    }
    let place = Place::new(&[("a.go", ANY)]);
    place.write("go.mod", GO_MOD.replace("1.21", "1.99"));
    let ran = place.run("apply --verify");
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("the go command cannot check the module: "), "{}", ran.stderr);
    assert!(ran.stderr.contains("no file was changed"), "{}", ran.stderr);
    assert_eq!(place.read("a.go"), ANY);
}

#[test]
fn stdin_cannot_be_verified() {
    let ran = Place::new(&[]).run_with("apply --verify -", ANY);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("--verify is for files where go finds them, not for stdin"), "{}", ran.stderr);
}
