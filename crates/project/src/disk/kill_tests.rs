//! Runs that are killed, at every step there is, and what a later run makes of it. A process that is to be killed is this
//! test program, started with one test.

use std::collections::BTreeMap;
use std::env;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use super::recover::recover_with;
use super::tests::{Tree, change, create, remove};
use super::*;
use crate::write::{LeftAlone, Recovered, Recovery};

/// What the process shall do, in which directory, and at which step it dies.
const JOB: &str = "GOFIX_TEST_JOB";
const DIR: &str = "GOFIX_TEST_DIR";
const STEP: &str = "GOFIX_TEST_STEP";

/// The test that such a process is started with.
const VICTIM: &str = "disk::kill_tests::whatever_step_a_run_is_killed_at_all_files_are_old_or_all_are_new";

const SIGKILL: i32 = 9;
const JOURNAL: &str = ".gofix-journal";

/// Everything that is in a tree.
type Files = BTreeMap<String, Option<Vec<u8>>>;

fn large(byte: u8) -> Vec<u8> {
    vec![byte; 2 * CHUNK + 17]
}

fn old() -> Tree {
    let names = ["a.go", "d/b.go", "d/c.go", "d/e.go", "f/g/h.go", "i.go", "j.go", "k/l.go", "d/m.go", "k/n.go"];
    let tree = Tree::new(&names.map(|it| (it, it.as_bytes())));
    fs::write(tree.path("i.go"), large(b'i')).unwrap();
    fs::hard_link(tree.path("i.go"), tree.path("k/i-link")).unwrap();
    fs::hard_link(tree.path("j.go"), tree.path("k/j-link")).unwrap();
    tree
}

/// Calls `then` with a change of twelve files: seven of them change, two by way of another name, two come and three go.
fn with_changes<T>(then: impl FnOnce(&[FileWrite<'_>]) -> T) -> T {
    let (before, after) = (large(b'i'), [large(b'I'), large(b'x')].concat());
    then(&[
        change("a.go", b"a.go", b"package a"),
        change("d/b.go", b"d/b.go", b""),
        create("new/dir/o.go", b"package o"),
        change("i.go", &before, &after),
        remove("d/c.go", b"d/c.go"),
        change("d/e.go", b"d/e.go", b"package e"),
        change("f/g/h.go", b"f/g/h.go", b"package h"),
        change("j.go", b"j.go", b"package j"),
        remove("k/l.go", b"k/l.go"),
        create("new/p.go", b""),
        remove("d/m.go", b"d/m.go"),
        change("k/n.go", b"k/n.go", b"package n"),
    ])
}

fn new() -> Files {
    let tree = old();
    with_changes(|changes| write(tree.root(), changes).unwrap());
    tree.content()
}

/// Does the job of the process that is to be killed, if this is that one.
fn is_victim() -> bool {
    let Ok(job) = env::var(JOB) else { return false };
    let dir = PathBuf::from(env::var(DIR).unwrap());
    let last: usize = env::var(STEP).unwrap().parse().unwrap();
    let steps = AtomicUsize::new(0);
    let hook = |_: Step, _: &Path| {
        if steps.fetch_add(1, Ordering::SeqCst) == last {
            Command::new("sh").args(["-c", "kill -9 $PPID"]).status().unwrap();
            thread::sleep(Duration::from_secs(60));
        }
        Ok(())
    };
    match &*job {
        "write" => with_changes(|changes| write_with(&dir, changes, &hook).map(|_| ()).unwrap()),
        _ => drop(recover_with(&dir.join(JOURNAL), &hook).unwrap()),
    }
    true
}

/// Runs a process that is killed before it does its step number `last`; whether it had that many.
fn killed(job: &str, tree: &Tree, last: usize) -> bool {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", VICTIM]).stdout(Stdio::null());
    // One thread, so that all steps come in the same order each time.
    command.env(JOB, job).env(DIR, tree.root()).env(STEP, last.to_string()).env("RAYON_NUM_THREADS", "1");
    let status: ExitStatus = command.status().unwrap();
    match status.signal() {
        Some(SIGKILL) => true,
        _ if status.success() => false,
        _ => panic!("{status}"),
    }
}

fn recovered(tree: &Tree) -> Option<Recovered> {
    let journals = interrupted(tree.root(), &[]);
    let journals: Vec<_> = journals.into_iter().filter(|it| it.journal.starts_with(tree.root())).collect();
    assert!(journals.iter().all(|it| !it.is_alive && it.journal == tree.path(JOURNAL)), "{journals:?}");
    recover(&journals.first()?.journal).unwrap()
}

#[test]
fn whatever_step_a_run_is_killed_at_all_files_are_old_or_all_are_new() {
    if is_victim() {
        return;
    }
    let (before, after) = (old().content(), new());
    let mut found: BTreeMap<String, usize> = BTreeMap::new();
    for last in 0.. {
        let tree = old();
        if !killed("write", &tree, last) {
            assert_eq!(tree.content(), after);
            break;
        }
        let mixed = |it: &Files| it.get("a.go") == after.get("a.go") && it.get("k/n.go") == before.get("k/n.go");
        let was_mixed = mixed(&tree.content());
        let recovered = recovered(&tree);
        let how = recovered.as_ref().map(|it| it.how);
        assert!(recovered.is_none_or(|it| it.left_alone.is_empty()), "step {last}");
        let expected = if how == Some(Recovery::Finished) { &after } else { &before };
        let expected = if how.is_none() && tree.content() == after { &after } else { expected };
        assert!(tree.content() == *expected, "step {last}: {how:?}, {:?}", tree.content().keys());
        *found.entry(format!("{how:?} {was_mixed}")).or_default() += 1;
        // A later change goes on from there.
        write(tree.root(), &[create("later.go", b"package later")]).unwrap();
    }
    assert!(found["Some(Finished) true"] > 20 && found["Some(Untouched) false"] > 20, "{found:?}");
}

/// Trees of runs that were killed at a few steps in the midst of renaming.
fn halves() -> impl Iterator<Item = Tree> {
    let after = new();
    let half = move |last: usize| {
        let tree = old();
        assert!(killed("write", &tree, last));
        let now = tree.content();
        let is_new = |path: &&String| now.get(*path) == after.get(*path);
        let changed = now.keys().filter(|it| it.ends_with(".go")).filter(is_new).count();
        (changed, tree)
    };
    let mut seen = Vec::new();
    let trees = (0..200).step_by(4).map(half).filter(move |(changed, _)| {
        let is_first = !seen.contains(changed);
        seen.push(*changed);
        is_first && *changed > 0
    });
    trees.take(4).map(|it| it.1)
}

fn copy_of(tree: &Tree) -> Tree {
    let copy = Tree::new(&[]);
    let status = Command::new("cp").args(["-a", "."]).arg(copy.root()).current_dir(tree.root()).status().unwrap();
    assert!(status.success());
    copy
}

#[test]
fn a_recovery_that_is_killed_is_recovered_from() {
    let (before, after) = (old().content(), new());
    for undo in [false, true] {
        for tree in halves().skip(1).step_by(2) {
            let new_text = tree.content().into_keys().rfind(|it| it.ends_with("-11-new.tmp"));
            let Some(new_text) = new_text else { continue };
            if undo {
                fs::remove_file(tree.path(&new_text)).unwrap();
            }
            for last in 0.. {
                let tree = copy_of(&tree);
                let was_killed = killed("recover", &tree, last);
                let recovered = recovered(&tree);
                assert!(recovered.as_ref().is_none_or(|it| it.left_alone.is_empty()), "step {last}: {recovered:?}");
                let expected = if undo { &before } else { &after };
                assert!(tree.content() == *expected, "step {last}, {undo}: {:?}", tree.content().keys());
                if !was_killed {
                    break;
                }
            }
        }
    }
}

#[test]
fn what_somebody_has_edited_since_stays() {
    let before = old().content();
    let paths: Vec<String> = with_changes(|changes| changes.iter().map(|it| it.path.to_owned()).collect());
    for tree in halves() {
        for path in &paths {
            // As editors do it that write over the file, and as those do that put another one in its place.
            for replace in [false, true] {
                let tree = copy_of(&tree);
                let edited = tree.path(path);
                let was_old = fs::read(&edited).ok() == before.get(path).cloned().flatten();
                if replace {
                    fs::create_dir_all(edited.parent().unwrap()).unwrap();
                    fs::write(tree.path("edit"), b"edited").unwrap();
                    fs::rename(tree.path("edit"), &edited).unwrap();
                } else {
                    fs::create_dir_all(edited.parent().unwrap()).unwrap();
                    fs::write(&edited, b"edited").unwrap();
                }
                let Recovered { files, how, left_alone } = recovered(&tree).unwrap();
                assert_eq!((files, how), (12, Recovery::Undone), "{path}");
                let [LeftAlone { path: left, is_edited: true, copy }] = &*left_alone else { panic!("{left_alone:?}") };
                assert_eq!(*left, edited);
                let mut now = tree.content();
                let mut expected = before.clone();
                assert_eq!(now.remove(path), Some(Some(b"edited".to_vec())));
                let old_text = expected.remove(path);
                if let Some(copy) = copy {
                    let copy = copy.strip_prefix(tree.root()).unwrap().to_str().unwrap();
                    assert_eq!(now.remove(copy), old_text, "{path}");
                }
                assert!(copy.is_some() || was_old || old_text.is_none(), "{path} has lost its old text");
                // Directories of a new file stay with it; a second name of a file that was edited has the new text too.
                now.retain(|path, _| !path.starts_with("new") && !path.ends_with("-link"));
                expected.retain(|path, _| !path.ends_with("-link"));
                assert!(now == expected, "{path}: {:?}", now.keys());
            }
        }
    }
}

#[test]
fn permissions_come_back() {
    use std::os::unix::fs::PermissionsExt;
    let after = new();
    for tree in halves() {
        for undo in [false, true] {
            let tree = copy_of(&tree);
            let new_text = tree.content().into_keys().rfind(|it| it.ends_with("-11-new.tmp"));
            let Some(new_text) = new_text else { continue };
            if undo {
                fs::remove_file(tree.path(&new_text)).unwrap();
            }
            let how = recovered(&tree).unwrap().how;
            assert_eq!(how, if undo { Recovery::Undone } else { Recovery::Finished });
            for path in after.keys().filter(|it| it.ends_with(".go") && tree.path(it).exists()) {
                let mode = fs::metadata(tree.path(path)).unwrap().permissions().mode() & 0o777;
                assert_eq!(mode, fs::metadata(old().path("a.go")).unwrap().permissions().mode() & 0o777, "{path}");
            }
        }
    }
}
