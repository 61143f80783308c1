//! A disk without space. It needs a file system of its own, which only root can mount.

#![cfg(target_os = "linux")]

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::support::{GO_MOD, Place};

/// A small file system in memory, unmounted in the end.
struct Mount(PathBuf);

impl Mount {
    fn new(path: PathBuf, size: &str) -> Option<Mount> {
        fs::create_dir(&path).ok()?;
        let mut command = Command::new("mount");
        command.args(["-t", "tmpfs", "-o", size, "tmpfs"]).arg(&path).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success()).then_some(Mount(path))
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

#[test]
fn nothing_is_lost_on_a_full_disk() {
    let place = Place::empty();
    let Some(_mount) = Mount::new(place.path("disk"), "size=256k") else {
        eprintln!("skipped, since nothing can be mounted here: a full disk");
        return;
    };
    let body: String = (0..400).map(|n| format!("\nfunc f{n}(x interface{{}}) {{}}\n")).collect();
    place.write("disk/go.mod", GO_MOD);
    (0..10).for_each(|n| place.write(&format!("disk/p{n}/a.go"), format!("package p{n}\n{body}")));
    place.write("disk/filler", vec![0; 16 * 1024]);
    let before = place.files();
    let ran = place.ran(place.command().current_dir(place.path("disk")).arg("apply").output());
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(ran.stderr.contains("the disk is full; free some space and run again"), "{}", ran.stderr);
    assert_eq!(place.files(), before, "all files are as before, and nothing lies around");
    fs::remove_file(place.path("disk/filler")).unwrap();
}
