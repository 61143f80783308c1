//! Files that cannot be read or written, and files that are more than a name and a content.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gofix::{
    Choice, DirItem, DiskFiles, FileAction, FileCause, FileError, FileKind, FileWrite, Files, LoadOptions, RunOptions,
    Session, WriteError, WriteReport,
};

use crate::support::{ANY, Place, TICK, snapshot};

#[test]
fn a_directory_with_the_name_of_a_file() {
    let place = Place::new(&[("a.go", ANY), ("dir.go/b.go", ANY)]);
    snapshot("directory-named-like-a-file", &place.transcript(&["diff -q", "diff -q ./dir.go", "apply"]));
}

#[test]
fn modules_that_cannot_be_read() {
    let place = Place::new(&[("a.go", ANY)]);
    place.write("go.mod", "module example.com/m\n\ngo 1.21\n\nrequire (\n");
    place.write("dir.mod/x", "");
    snapshot("broken-module", &place.transcript(&["diff", "diff --modfile none.mod", "diff --modfile dir.mod"]));
}

#[cfg(unix)]
#[test]
fn files_without_permission() {
    use std::os::unix::fs::PermissionsExt;
    // Other files of the package are left alone, since the secret one could say what any is.
    let place = Place::new(&[("a.go", ANY), ("secret.go", TICK), ("sub/b.go", ANY), ("other/c.go", ANY)]);
    let forbid = |path: &str, mode| fs::set_permissions(place.path(path), fs::Permissions::from_mode(mode)).unwrap();
    forbid("secret.go", 0);
    forbid("sub", 0);
    if let Some(user) = place.unprivileged("files without permission") {
        snapshot("unreadable", &user.transcript(&["diff", "check --format json", "apply"]));
    }
    forbid("sub", 0o755);
}

/// The disk, with one file that cannot be read.
#[derive(Debug)]
struct Unreadable(PathBuf);

impl Files for Unreadable {
    fn read(&self, path: &Path) -> Result<Vec<u8>, FileError> {
        match path == self.0 {
            true => Err(FileError::new(path, FileAction::Read, FileCause::PermissionDenied)),
            false => DiskFiles.read(path),
        }
    }

    fn list(&self, dir: &Path) -> Result<Vec<DirItem>, FileError> {
        DiskFiles.list(dir)
    }

    fn kind(&self, path: &Path) -> Option<FileKind> {
        DiskFiles.kind(path)
    }

    fn write(&self, root: &Path, changes: &[FileWrite<'_>]) -> Result<WriteReport, WriteError> {
        DiskFiles.write(root, changes)
    }
}

#[test]
fn an_unreadable_file_is_an_error_and_the_others_go_on() {
    let place = Place::new(&[("any/a.go", ANY), ("secret.go", TICK)]);
    let options = LoadOptions { cwd: place.path(""), ..LoadOptions::default() };
    let session = Session::load(Arc::new(Unreadable(place.path("secret.go"))), &options).unwrap();
    let outcome = session.run(&Choice::recommended(gofix::rules()), &RunOptions::default());
    assert_eq!(outcome.errors.len(), 1);
    assert!(outcome.errors[0].to_string().contains("permission denied"), "{}", outcome.errors[0]);
    assert_eq!(session.write(&outcome).unwrap().changed, 1);
    assert_eq!(place.read("secret.go"), TICK);
    assert_ne!(place.read("any/a.go"), ANY);
}

#[cfg(unix)]
#[test]
fn a_read_only_file_is_not_written_and_nothing_else_is() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new(&[("a.go", ANY), ("b.go", TICK)]);
    fs::set_permissions(place.path("b.go"), fs::Permissions::from_mode(0o444)).unwrap();
    let before = place.files();
    let Some(user) = place.unprivileged("a read-only file") else { return };
    snapshot("read-only", &user.transcript(&["apply", "diff -q --rule time-tick", "apply -q --rule interface-to-any"]));
    let after = place.files();
    assert_eq!(after.keys().collect::<Vec<_>>(), before.keys().collect::<Vec<_>>(), "nothing lies around");
    assert_eq!(after["b.go"], before["b.go"]);
    assert_ne!(after["a.go"], before["a.go"]);
}

#[test]
fn a_file_that_changes_meanwhile_is_never_overwritten() {
    let place = Place::new(&[("a.go", ANY), ("b.go", TICK)]);
    let options = LoadOptions { cwd: place.path(""), ..LoadOptions::default() };
    let session = Session::load(Arc::new(DiskFiles), &options).unwrap();
    let outcome = session.run(&Choice::recommended(gofix::rules()), &RunOptions::default());
    assert_eq!(outcome.files.len(), 2);
    place.write("b.go", format!("{TICK}\n// Saved meanwhile.\n"));
    let before = place.files();
    let error = session.write(&outcome).unwrap_err();
    assert_eq!(error.error.cause, FileCause::Changed);
    assert!(error.to_string().ends_with("b.go: it has changed since it was read; run again"), "{error}");
    assert_eq!(place.files(), before);
    fs::remove_file(place.path("b.go")).unwrap();
    assert_eq!(session.write(&outcome).unwrap_err().error.cause, FileCause::Changed);
    assert_eq!(place.read("a.go"), ANY);
}

#[cfg(unix)]
#[test]
fn symbolic_links_are_not_followed() {
    use std::os::unix::fs::symlink;
    let place = Place::new(&[("a.go", ANY), ("real/b.go", &ANY.replace("package m", "package real"))]);
    let outside = Place::new(&[("c.go", ANY)]);
    symlink("a.go", place.path("link.go")).unwrap();
    symlink("nowhere.go", place.path("dangling.go")).unwrap();
    symlink("real", place.path("dir")).unwrap();
    symlink(outside.path("."), place.path("outside")).unwrap();
    let text = place.transcript(&[
        "diff -q ./link.go",
        "diff -q ./dangling.go",
        "diff -q ./dir",
        "diff -q ./outside/...",
        "diff -q ./dir/b.go",
        "apply",
    ]);
    snapshot("symlinks", &text);
    assert!(place.path("link.go").is_symlink() && place.path("dir").is_symlink());
    assert_eq!(outside.read("c.go"), ANY);
    assert_eq!(place.read("link.go"), place.read("a.go"));
    // How one came to the directory does not matter.
    let place = Place::new(&[("a.go", ANY)]);
    symlink(place.path("."), outside.path("way")).unwrap();
    let ran = place.ran(place.command().current_dir(outside.path("way")).arg("apply").output());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_ne!(place.read("a.go"), ANY);
}

#[cfg(unix)]
#[test]
fn hard_links_permissions_and_owners_stay() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let place = Place::new(&[("a.go", ANY), ("b.go", TICK)]);
    fs::hard_link(place.path("a.go"), place.path("other name")).unwrap();
    fs::set_permissions(place.path("b.go"), fs::Permissions::from_mode(0o750)).unwrap();
    let before = fs::metadata(place.path("b.go")).unwrap();
    assert_eq!(place.run("apply").code, 0);
    assert_ne!(place.read("a.go"), ANY);
    assert_eq!(place.read("a.go"), place.read("other name"));
    let (one, other) = (fs::metadata(place.path("a.go")).unwrap(), fs::metadata(place.path("other name")).unwrap());
    assert_eq!((one.ino(), one.nlink()), (other.ino(), 2));
    let after = fs::metadata(place.path("b.go")).unwrap();
    assert_eq!((after.mode(), after.uid(), after.gid()), (before.mode(), before.uid(), before.gid()));
    assert_eq!(place.files().len(), 4, "nothing lies around");
}
