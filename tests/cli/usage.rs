//! Wrong use, and what is said about it.

use crate::support::{ANY, Place, TICK, snapshot};

#[test]
fn wrong_flags() {
    let place = Place::new(&[("a.go", TICK)]);
    snapshot(
        "wrong-flags",
        &place.transcript(&[
            "diff --rul time-tick",
            "diff --jobs 0",
            "diff --go 1.x",
            "diff --color sometimes",
            "check --format xml",
            "dif",
            "diff - ./...",
            "diff --stdin-filename a.go",
        ]),
    );
}

#[test]
fn wrong_rules() {
    let place = Place::new(&[("a.go", TICK)]);
    snapshot(
        "wrong-rules",
        &place.transcript(&[
            "diff --rule tiem-tick",
            "diff --rule time-tick,interface_to_any",
            "diff --rule loops",
            "diff --rule tick",
            "explain timetick",
            "explain loops",
            "diff --set time-tick",
            "diff --set time-tik.endless=true",
            "diff --set time-tick.endles=true",
            "diff --set time-tick.endless=maybe",
            "diff --rule ioutil --set time-tick.endless=true",
        ]),
    );
}

#[test]
fn the_exit_status_is_a_contract() {
    let place = Place::new(&[("a.go", TICK), ("clean/b.go", "package clean\n"), ("any/c.go", ANY)]);
    for (args, code) in [
        ("diff ./clean", 0),
        ("diff .", 1),
        ("diff ./nothing", 2),
        ("diff --modfile none.mod", 2),
        ("check ./clean", 0),
        ("check .", 1),
        ("check --format json .", 1),
        ("check ./nothing", 2),
        ("check --rule none", 2),
        ("apply --dry-run ./clean", 0),
        ("apply --dry-run .", 1),
        ("apply ./nothing", 2),
        ("apply ./clean", 0),
        ("apply .", 0),
        ("apply .", 0),
        ("diff .", 0),
        ("check .", 0),
        ("diff", 1),
        ("rules", 0),
        ("explain ioutil", 0),
        ("explain none", 2),
        ("--help", 0),
        ("--version", 0),
        ("", 2),
    ] {
        let ran = place.run(args);
        assert_eq!(ran.code, code, "{}", ran.transcript(args));
        assert_eq!(
            ran.stderr.is_empty(),
            matches!(args, "rules" | "explain ioutil" | "--help" | "--version"),
            "{args}"
        );
    }
}

#[test]
fn the_catalogue() {
    let place = Place::empty();
    snapshot("rules", &place.transcript(&["rules"]));
    for rule in gofix::rules() {
        let meta = rule.meta();
        let page = place.run(&format!("explain {}", meta.name));
        assert_eq!(page.stdout().trim_end(), meta.docs.trim_end());
    }
}

#[test]
fn help() {
    let place = Place::empty();
    snapshot(
        "help",
        &place.transcript(&["--help", "diff -h", "apply -h", "check -h", "fmt -h", "rules -h", "explain -h"]),
    );
}
