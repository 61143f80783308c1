//! What differs between operating systems.

use std::fs::{File, Metadata, OpenOptions};
use std::io;
use std::path::Path;

#[cfg(unix)]
pub(crate) use unix::*;

#[cfg(not(unix))]
pub(crate) use others::*;

#[cfg(unix)]
mod unix {
    use std::fs::Permissions;
    use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt, fchown};

    use super::*;

    /// How many names the file has.
    pub(crate) fn links(metadata: &Metadata) -> u64 {
        metadata.nlink()
    }

    /// Gives `to` the owner and mode of a file.
    pub(crate) fn copy_permissions(from: &Metadata, to: &File) -> io::Result<()> {
        let made = to.metadata()?;
        if (made.uid(), made.gid()) != (from.uid(), from.gid()) {
            // Only root can give files away; for others the file becomes their own, as with any editor.
            let _ = fchown(to, Some(from.uid()), Some(from.gid())).or_else(|_| fchown(to, None, Some(from.gid())));
        }
        // Behind the change of owner, which clears bits.
        to.set_permissions(Permissions::from_mode(from.mode() & 0o7777))
    }

    /// Nobody else may read the file until it gets its permissions.
    pub(crate) fn only_for_the_user(options: &mut OpenOptions) {
        options.mode(0o600);
    }

    /// Whether two names are those of one file.
    pub(crate) fn is_same_file(a: &Metadata, b: &Metadata) -> bool {
        (a.dev(), a.ino()) == (b.dev(), b.ino())
    }

    /// Whether only the owner of its directory, or root, can have put a file there. In a directory such as /tmp anybody
    /// can put files.
    pub(crate) fn is_trusted_above(path: &Path) -> bool {
        let owner = |path: &Path| std::fs::symlink_metadata(path).map(|it| it.uid()).ok();
        let dir = path.parent().and_then(owner);
        owner(path).is_some_and(|it| it == 0 || Some(it) == dir)
    }

    /// Makes names that came or went in a directory durable.
    pub(crate) fn sync_dir(dir: &Path) -> io::Result<()> {
        use io::ErrorKind::{InvalidInput, PermissionDenied, Unsupported};
        match File::open(dir).and_then(|dir| dir.sync_all()) {
            // Some file systems cannot do this, and a directory may be writable without being readable.
            Err(error) if matches!(error.kind(), InvalidInput | Unsupported | PermissionDenied) => Ok(()),
            result => result,
        }
    }
}

#[cfg(not(unix))]
mod others {
    use super::*;

    /// The standard library cannot tell here.
    pub(crate) fn links(_: &Metadata) -> u64 {
        1
    }

    pub(crate) fn copy_permissions(from: &Metadata, to: &File) -> io::Result<()> {
        to.set_permissions(from.permissions())
    }

    pub(crate) fn only_for_the_user(_: &mut OpenOptions) {}

    /// The standard library cannot tell here, so a file that is locked must not be removed by others, which systems see to.
    pub(crate) fn is_same_file(_: &Metadata, _: &Metadata) -> bool {
        true
    }

    pub(crate) fn is_trusted_above(_: &Path) -> bool {
        true
    }

    pub(crate) fn sync_dir(_: &Path) -> io::Result<()> {
        Ok(())
    }
}
