use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use tempfile::TempDir;

use super::*;
use crate::write::{Recovered, Recovery};

/// A directory with files, and what is in it.
pub(super) struct Tree {
    dir: TempDir,
}

impl Tree {
    pub(super) fn new(files: &[(&str, &[u8])]) -> Tree {
        // Where there is a file system in memory, syncing costs nothing.
        let tree = Tree { dir: tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap() };
        for (path, content) in files {
            let path = tree.path(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        tree
    }

    pub(super) fn root(&self) -> &Path {
        self.dir.path()
    }

    pub(super) fn path(&self, path: &str) -> PathBuf {
        self.root().join(path)
    }

    /// All files and directories with their contents, litter included.
    pub(super) fn content(&self) -> BTreeMap<String, Option<Vec<u8>>> {
        let mut found = BTreeMap::new();
        let mut dirs = vec![self.root().to_owned()];
        while let Some(dir) = dirs.pop() {
            for entry in fs::read_dir(dir).unwrap() {
                let path = entry.unwrap().path();
                let name = path.strip_prefix(self.root()).unwrap().to_str().unwrap().to_owned();
                if path.is_dir() {
                    found.insert(name, None);
                    dirs.push(path);
                } else {
                    found.insert(name, fs::read(path).ok());
                }
            }
        }
        found
    }

    fn cause(&self, changes: &[FileWrite<'_>]) -> FileCause {
        let before = self.content();
        let error = write(self.root(), changes).expect_err("a refused write");
        assert_eq!(error.unrestored, []);
        assert_eq!(self.content(), before);
        error.error.cause
    }
}

pub(super) fn change<'a>(path: &'a str, before: &'a [u8], after: &'a [u8]) -> FileWrite<'a> {
    FileWrite { path, before: Some(before), after: Some(after) }
}

pub(super) fn create<'a>(path: &'a str, after: &'a [u8]) -> FileWrite<'a> {
    FileWrite { path, before: None, after: Some(after) }
}

pub(super) fn remove<'a>(path: &'a str, before: &'a [u8]) -> FileWrite<'a> {
    FileWrite { path, before: Some(before), after: None }
}

const OLD: [(&str, &[u8]); 4] =
    [("a.go", b"package a\n"), ("d/b.go", b"package b\r\n"), ("d/c.go", b""), ("d/e.go", b"package e")];

/// One change of each kind. `large` takes more than one write.
fn all_kinds(large: &[u8]) -> Vec<FileWrite<'_>> {
    vec![
        change("a.go", OLD[0].1, large),
        change("d/b.go", OLD[1].1, b""),
        change("d/c.go", OLD[2].1, b"package c\n"),
        remove("d/e.go", OLD[3].1),
        create("new/dir/f.go", b"package f\n"),
        create("new/g.go", b""),
    ]
}

#[test]
fn files_are_changed_created_and_removed() {
    let tree = Tree::new(&OLD);
    let large = vec![b'x'; 3 * CHUNK / 2];
    let report = write(tree.root(), &all_kinds(&large)).unwrap();
    assert_eq!(report, WriteReport { created: 2, changed: 3, removed: 1 });
    let content = tree.content();
    let files: Vec<_> = content.iter().filter_map(|(path, bytes)| Some((path.as_str(), bytes.as_deref()?))).collect();
    assert_eq!(
        files,
        [
            ("a.go", large.as_slice()),
            ("d/b.go", b""),
            ("d/c.go", b"package c\n"),
            ("new/dir/f.go", b"package f\n"),
            ("new/g.go", b"")
        ]
    );
}

/// Makes the changes to fresh trees, and lets a different step fail each time, until all succeed. All files must be as
/// before every time. Without `links`, old files cannot be given a second name.
fn fails_without_trace(tree: impl Fn() -> Tree, changes: &[FileWrite<'_>], links: bool) {
    for failing in 0.. {
        let tree = tree();
        let before = tree.content();
        let steps = AtomicUsize::new(0);
        let hook = |kind: Step, _: &Path| match kind {
            Step::SecondName if links => Ok(()),
            Step::SecondName => Err(io::Error::from(io::ErrorKind::PermissionDenied)),
            Step::Forget => Ok(()),
            _ if steps.fetch_add(1, Ordering::SeqCst) == failing => Err(io::Error::from(io::ErrorKind::StorageFull)),
            _ => Ok(()),
        };
        let result = write_with(tree.root(), changes, &hook);
        if steps.load(Ordering::SeqCst) <= failing {
            assert_eq!(result.map_err(|error| error.to_string()), Ok(WriteReport::of(changes)));
            return assert!(failing > 2, "{failing} steps");
        }
        let error = result.expect_err("a failure");
        assert_eq!((error.error.cause, error.unrestored), (FileCause::DiskFull, vec![]), "step {failing}");
        assert_eq!(tree.content(), before, "step {failing}");
    }
}

#[test]
fn whatever_step_fails_all_files_stay_as_they_were() {
    let large = vec![b'x'; CHUNK + 1];
    fails_without_trace(|| Tree::new(&OLD), &all_kinds(&large), true);
    fails_without_trace(|| Tree::new(&OLD), &all_kinds(&large), false);
}

#[test]
fn the_same_holds_for_a_single_file() {
    for change in all_kinds(b"new") {
        fails_without_trace(|| Tree::new(&OLD), &[change], true);
    }
}

#[test]
fn the_same_holds_for_files_with_several_names() {
    let tree = || {
        let tree = Tree::new(&OLD);
        fs::hard_link(tree.path("a.go"), tree.path("d/link.go")).unwrap();
        tree
    };
    fails_without_trace(tree, &all_kinds(b"new"), true);
    let tree = tree();
    write(tree.root(), &[change("a.go", OLD[0].1, b"new")]).unwrap();
    assert_eq!(fs::read(tree.path("d/link.go")).unwrap(), b"new");
    assert_eq!(tree.content().len(), 6, "no copy is left");
}

#[test]
fn what_cannot_be_put_back_is_kept_beside_it() {
    let tree = Tree::new(&OLD);
    fs::hard_link(tree.path("d/b.go"), tree.path("link.go")).unwrap();
    let changes =
        [create("new.go", b"new"), change("a.go", OLD[0].1, b"A"), change("d/b.go", OLD[1].1, b"longer than it was")];
    // The disk breaks for good when the file with two names, the last one, has been written.
    let syncs = AtomicUsize::new(0);
    let hook = |kind: Step, path: &Path| {
        let last = path.ends_with("d/b.go") && kind == Step::Sync;
        match syncs.fetch_add(usize::from(last), Ordering::SeqCst) + usize::from(last) {
            0..=2 => Ok(()),
            _ => Err(io::Error::other("broken")),
        }
    };
    let error = write_with(tree.root(), &changes, &hook).expect_err("a failure");
    let copy = |left: &Unrestored| left.copy.as_ref().map(|copy| fs::read(copy).unwrap());
    let copies: Vec<_> = error.unrestored.iter().map(|left| (left.error.path.clone(), copy(left))).collect();
    let expected = [("d/b.go", Some(OLD[1].1.to_vec())), ("a.go", Some(OLD[0].1.to_vec())), ("new.go", None)];
    assert_eq!(copies, expected.map(|(path, copy)| (tree.path(path), copy)));
    let message = error.to_string();
    assert!(message.contains("a.go could not be put back: broken; its old content is in "), "{message}");
}

#[test]
fn files_that_are_not_what_they_were_are_left_alone() {
    let tree = Tree::new(&OLD);
    let good = change("a.go", OLD[0].1, b"new");
    assert_eq!(tree.cause(&[good, change("d/b.go", b"other", b"new")]), FileCause::Changed);
    assert_eq!(tree.cause(&[good, change("gone.go", b"", b"new")]), FileCause::Changed);
    assert_eq!(tree.cause(&[good, remove("d/b.go", b"other")]), FileCause::Changed);
    assert_eq!(tree.cause(&[good, create("d/b.go", b"new")]), FileCause::Exists);
    assert_eq!(tree.cause(&[good, create("d", b"new")]), FileCause::NotAFile);
    assert_eq!(tree.cause(&[good, create("a.go/x.go", b"new")]), FileCause::NotAFile);
    assert_eq!(tree.cause(&[good, good]), FileCause::Other("it is named twice in one change".to_owned()));
    for outside in ["../x.go", "/x.go", "d/../../x.go", "", "."] {
        assert_eq!(tree.cause(&[good, create(outside, b"new")]), FileCause::OutsideRoot, "{outside}");
    }
}

#[test]
fn a_file_that_changes_while_others_are_written_stops_the_whole() {
    let tree = Tree::new(&OLD);
    let late = |kind: Step, path: &Path| match kind == Step::Rename && path.ends_with("a.go") {
        true => fs::write(tree.path("d/b.go"), "changed"),
        false => Ok(()),
    };
    let changes = [change("a.go", OLD[0].1, b"new"), change("d/b.go", OLD[1].1, b"new")];
    let error = write_with(tree.root(), &changes, &late).expect_err("a failure");
    assert_eq!(error.error, FileError::new(tree.path("d/b.go"), FileAction::Write, FileCause::Changed));
    assert_eq!(fs::read(tree.path("a.go")).unwrap(), OLD[0].1);
    assert_eq!(fs::read(tree.path("d/b.go")).unwrap(), b"changed");
    assert_eq!(tree.content().len(), 5, "nothing is left over");
}

#[test]
fn two_runs_do_not_write_at_the_same_time() {
    let tree = Tree::new(&OLD);
    // Another run has the same files, some of them, or others; from the same root or from one below.
    let runs: [(&str, &str, &[u8], bool); 4] = [
        ("", "a.go", OLD[0].1, true),
        ("", "d/b.go", OLD[1].1, true),
        ("d", "b.go", OLD[1].1, true),
        ("e", "f.go", b"f", true),
    ];
    fs::create_dir(tree.path("e")).unwrap();
    fs::write(tree.path("e/f.go"), b"f").unwrap();
    let seen = AtomicUsize::new(0);
    let hook = |kind: Step, path: &Path| {
        if kind == Step::Rename && path.ends_with("a.go") {
            for (root, path, before, refused) in runs {
                let result = write(&tree.path(root), &[change(path, before, b"other")]);
                let busy = result.is_err_and(|it| it.error.cause == FileCause::Busy);
                assert_eq!(busy, refused, "{root} {path}");
                seen.fetch_add(1, Ordering::SeqCst);
            }
            assert!(interrupted(tree.root(), &[]).iter().any(|it| it.is_alive));
        }
        Ok(())
    };
    write_with(tree.root(), &all_kinds(b"new"), &hook).unwrap();
    assert_eq!(seen.into_inner(), runs.len());
    assert!(tree.content().keys().all(|it| !it.contains(".gofix")), "{:?}", tree.content().keys());
}

#[test]
fn many_runs_at_once_lose_nothing() {
    let tree = Tree::new(&[("n", b"0"), ("d/n", b"0")]);
    let next = || loop {
        let now = fs::read(tree.path("n")).unwrap();
        let after = (String::from_utf8_lossy(&now).parse::<u32>().unwrap() + 1).to_string();
        let both = [change("n", &now, after.as_bytes()), change("d/n", &now, after.as_bytes())];
        match write(tree.root(), &both) {
            Ok(_) => return,
            Err(error) => {
                let expected = [FileCause::Busy, FileCause::Changed, FileCause::Interrupted];
                assert!(expected[..2].contains(&error.error.cause), "{error}");
            }
        }
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| (0..10).for_each(|_| next()))).collect();
        threads.into_iter().for_each(|it| it.join().unwrap());
    });
    let files: Vec<_> = tree.content().into_iter().filter_map(|it| Some((it.0, it.1?))).collect();
    assert_eq!(files, [("d/n".to_owned(), b"40".to_vec()), ("n".to_owned(), b"40".to_vec())]);
}

#[test]
fn journals_that_are_none_of_ours_are_left_alone() {
    let texts: [&[u8]; 6] = [
        b"hello\n",
        b"{}\n",
        b"{\"gofix\":2,\"id\":\"0\",\"files\":[],\"dirs\":[]}\n",
        b"{\"gofix\":1,\"id\":\"../0\",\"files\":[],\"dirs\":[]}\n",
        b"{\"gofix\":1,\"id\":\"0\",\"files\":[{\"path\":\"../x\",\"old\":null,\"new\":null,\"in_place\":false}],\"dirs\":[]}\n",
        b"\xff\n",
    ];
    for text in texts {
        let tree = Tree::new(&OLD);
        fs::write(tree.path(".gofix-journal"), text).unwrap();
        let before = tree.content();
        assert_eq!(recover(&tree.path(".gofix-journal")).unwrap_err().cause, FileCause::StrangeJournal);
        assert_eq!(tree.cause(&[change("a.go", OLD[0].1, b"new")]), FileCause::StrangeJournal);
        assert_eq!(tree.content(), before);
    }
}

#[test]
fn a_journal_that_was_hardly_begun_means_nothing() {
    for text in [&b""[..], b"{\"gofix\":1,\"id\":\"00", b"\0\0\0"] {
        let tree = Tree::new(&OLD);
        fs::write(tree.path(".gofix-journal"), text).unwrap();
        let untouched = Recovered { files: 0, how: Recovery::Untouched, left_alone: vec![] };
        assert_eq!(recover(&tree.path(".gofix-journal")), Ok(Some(untouched)));
        assert_eq!(tree.content(), Tree::new(&OLD).content());
        fs::write(tree.path(".gofix-journal"), text).unwrap();
        write(tree.root(), &[change("a.go", OLD[0].1, b"new")]).unwrap();
        assert_eq!(tree.content().len(), Tree::new(&OLD).content().len());
    }
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::symlink_metadata(path).unwrap().mode() & 0o7777
    }

    #[test]
    fn permissions_stay() {
        let tree = Tree::new(&OLD);
        for wanted in [0o600, 0o640, 0o755, 0o4755, 0o666] {
            fs::set_permissions(tree.path("a.go"), fs::Permissions::from_mode(wanted)).unwrap();
            let before = fs::read(tree.path("a.go")).unwrap();
            write(tree.root(), &[change("a.go", &before, format!("{wanted}").as_bytes())]).unwrap();
            assert_eq!(mode(&tree.path("a.go")), wanted, "{wanted:o}");
        }
    }

    #[test]
    fn new_files_have_the_usual_permissions() {
        let tree = Tree::new(&OLD);
        fs::write(tree.path("usual"), "").unwrap();
        write(tree.root(), &[create("new.go", b"x")]).unwrap();
        assert_eq!(mode(&tree.path("new.go")), mode(&tree.path("usual")));
    }

    #[test]
    fn files_that_the_user_may_not_write_are_refused() {
        let tree = Tree::new(&OLD);
        fs::set_permissions(tree.path("a.go"), fs::Permissions::from_mode(0o444)).unwrap();
        if fs::OpenOptions::new().write(true).open(tree.path("a.go")).is_err() {
            assert_eq!(tree.cause(&[change("a.go", OLD[0].1, b"new")]), FileCause::ReadOnly);
            assert_eq!(tree.cause(&[remove("a.go", OLD[0].1)]), FileCause::ReadOnly);
        } else {
            // The mode does not bind this user (root), but stays.
            write(tree.root(), &[change("a.go", OLD[0].1, b"new")]).unwrap();
            assert_eq!(fs::read(tree.path("a.go")).unwrap(), b"new");
            assert_eq!(fs::metadata(tree.path("a.go")).unwrap().permissions().mode() & 0o777, 0o444);
        }
    }

    #[test]
    fn symbolic_links_are_neither_followed_nor_replaced() {
        let tree = Tree::new(&OLD);
        symlink(tree.path("a.go"), tree.path("link.go")).unwrap();
        symlink(tree.path("d"), tree.path("dir")).unwrap();
        let outside = Tree::new(&OLD);
        symlink(outside.path("d"), tree.path("outside")).unwrap();
        assert_eq!(tree.cause(&[change("link.go", OLD[0].1, b"new")]), FileCause::Symlink);
        assert_eq!(tree.cause(&[change("dir/b.go", OLD[1].1, b"new")]), FileCause::Symlink);
        assert_eq!(tree.cause(&[create("outside/x/new.go", b"new")]), FileCause::Symlink);
        assert_eq!(outside.content(), Tree::new(&OLD).content());
    }

    #[test]
    fn a_journal_behind_a_symbolic_link_is_none() {
        let tree = Tree::new(&OLD);
        let outside = Tree::new(&[("journal", b"")]);
        for name in ["journal", "none"] {
            symlink(outside.path(name), tree.path(".gofix-journal")).unwrap();
            assert_eq!(tree.cause(&[change("a.go", OLD[0].1, b"new")]), FileCause::NotAFile);
            assert_eq!(recover(&tree.path(".gofix-journal")).unwrap_err().cause, FileCause::NotAFile);
            fs::remove_file(tree.path(".gofix-journal")).unwrap();
        }
        assert_eq!(outside.content(), Tree::new(&[("journal", b"")]).content());
    }

    #[test]
    fn a_recovery_does_not_follow_symbolic_links() {
        let (tree, outside) = (Tree::new(&OLD), Tree::new(&[("b.go", b"old")]));
        symlink(outside.root(), tree.path("link")).unwrap();
        let digest = |text: &[u8]| Digest::of(text);
        let file = Planned { path: tree.path("link/b.go"), old: Some(digest(b"old")), new: None, in_place: false };
        let plan = Plan::new(vec![file], vec![]);
        let line = format!("{}ready\n", plan.line(tree.root()).unwrap());
        fs::write(tree.path(".gofix-journal"), line).unwrap();
        assert_eq!(recover(&tree.path(".gofix-journal")).unwrap_err().cause, FileCause::Symlink);
        assert_eq!(outside.content().len(), 1);
    }

    #[test]
    fn a_root_behind_a_symbolic_link_is_fine() {
        let tree = Tree::new(&OLD);
        let other = Tree::new(&[]);
        symlink(tree.root(), other.path("root")).unwrap();
        write(&other.path("root"), &[change("d/b.go", OLD[1].1, b"new")]).unwrap();
        assert_eq!(fs::read(tree.path("d/b.go")).unwrap(), b"new");
    }
}
