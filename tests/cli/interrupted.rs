//! Runs that are killed while they write files, and those that come after.

use std::fs;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use crate::support::{ANY, Place, snapshot};

/// As a journal tells contents from others.
fn digest(text: &str) -> String {
    let hash = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    format!("[{},\"{:016x}\"]", text.len(), text.bytes().fold(0xcbf2_9ce4_8422_2325, hash))
}

fn new() -> String {
    ANY.replace("interface{}", "any")
}

/// What a run leaves that is killed when it has written the first of three files.
fn half_written() -> Place {
    let place = Place::new(&[("a.go", &new()), ("sub/b.go", ANY), ("sub/c.go", ANY)]);
    let file = |path: &str| {
        let (old, new) = (digest(ANY), digest(&new()));
        format!("{{\"path\":\"{path}\",\"old\":{old},\"new\":{new},\"in_place\":false}}")
    };
    let files = ["a.go", "sub/b.go", "sub/c.go"].map(file).join(",");
    let journal = format!("{{\"gofix\":1,\"id\":\"00c0ffee\",\"files\":[{files}],\"dirs\":[]}}\nready\n");
    place.write(".gofix-journal", journal);
    place.write(".gofix-00c0ffee-0-old.tmp", ANY);
    place.write("sub/.gofix-00c0ffee-1-new.tmp", new());
    place.write("sub/.gofix-00c0ffee-2-new.tmp", new());
    place
}

fn has_litter(place: &Place) -> bool {
    place.files().keys().any(|path| path.contains(".gofix"))
}

#[test]
fn the_next_run_that_writes_finishes_it() {
    let place = half_written();
    let before = place.files();
    let mut text = place.transcript(&["check --rule time-tick", "diff -q --rule time-tick", "fmt --check ./sub"]);
    assert_eq!(place.files(), before, "runs that only look leave all as it is");
    text += "\n";
    text += &place.transcript(&["apply --rule time-tick", "apply --rule time-tick"]);
    assert!(["a.go", "sub/b.go", "sub/c.go"].iter().all(|path| place.read(path) == new()));
    assert!(!has_litter(&place));
    snapshot("interrupted", &text);
}

#[test]
fn formatting_a_part_of_the_files_finishes_it_as_well() {
    let place = half_written();
    let ran = place.ran(place.command().current_dir(place.path("sub")).args(["fmt", "c.go"]).output());
    assert!(ran.stderr.contains("3 files; that has been finished"), "{}", ran.stderr);
    assert!(!has_litter(&place));
}

#[test]
fn a_file_that_was_edited_meanwhile_stays() {
    let place = half_written();
    place.write("a.go", "package m\n\n// edited\n");
    place.write("sub/c.go", "package m\n\n// edited as well\n");
    let text = place.transcript(&["apply --rule time-tick", "apply --rule time-tick"]);
    assert_eq!(place.read("a.go"), "package m\n\n// edited\n");
    assert_eq!(place.read("sub/b.go"), ANY);
    assert_eq!(place.read("sub/c.go"), "package m\n\n// edited as well\n");
    assert_eq!(place.read(".gofix-00c0ffee-0-old.tmp"), ANY);
    snapshot("interrupted-and-edited", &text);
}

#[test]
fn without_all_new_texts_it_is_undone() {
    let place = half_written();
    fs::remove_file(place.path("sub/.gofix-00c0ffee-2-new.tmp")).unwrap();
    let text = place.transcript(&["fmt"]);
    assert!(["a.go", "sub/b.go", "sub/c.go"].iter().all(|path| place.read(path) == ANY));
    assert!(!has_litter(&place));
    snapshot("interrupted-and-undone", &text);
}

#[test]
fn a_journal_of_something_else_is_left_alone() {
    let place = Place::new(&[("a.go", ANY)]);
    place.write(".gofix-journal", "{\"gofix\":99}\n");
    snapshot("interrupted-strangely", &place.transcript(&["diff -q", "apply"]));
    assert_eq!(place.read("a.go"), ANY);
}

/// The program is killed at some moment, again and again. What is killed at each single step is in the crate that writes.
#[test]
fn a_run_that_is_killed_at_any_moment_leaves_all_or_nothing() {
    let files: Vec<(String, &str)> = (0..12).map(|n| (format!("p{}/f{n}.go", n % 3), ANY)).collect();
    let fresh = || Place::new(&files.iter().map(|(path, text)| (&**path, *text)).collect::<Vec<_>>());
    let place = fresh();
    let started = Instant::now();
    place.run("apply -q");
    let whole = started.elapsed();
    for n in 0..40 {
        let place = fresh();
        let mut child =
            place.command().args(["apply", "-q"]).stderr(Stdio::null()).spawn().expect("the program starts");
        thread::sleep((whole * n / 40).max(Duration::from_micros(1)));
        // Where there are signals, this is SIGKILL.
        child.kill().expect("it is killed");
        child.wait().expect("it has ended");
        assert_eq!(place.run("apply --rule time-tick").code, 0);
        let changed = files.iter().filter(|(path, _)| place.read(path) != ANY).count();
        assert!(changed == 0 || changed == files.len(), "{changed} files");
        assert!(files.iter().all(|(path, _)| [ANY, &new()].contains(&&*place.read(path))));
        assert!(!has_litter(&place), "{:?}", place.files().keys());
    }
}
