//! What differs between operating systems.

use std::fs::{File, Metadata};
use std::io;
use std::path::Path;

use tempfile::Builder;

#[cfg(unix)]
pub(crate) use unix::*;

#[cfg(not(unix))]
pub(crate) use others::*;

#[cfg(unix)]
mod unix {
    use std::fs::Permissions;
    use std::os::unix::fs::{MetadataExt, PermissionsExt, fchown};

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

    /// A new file gets what the user's mask allows.
    pub(crate) fn new_file_permissions<'b>(
        builder: &'b mut Builder<'static, 'static>,
    ) -> &'b Builder<'static, 'static> {
        builder.permissions(Permissions::from_mode(0o666))
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

    pub(crate) fn new_file_permissions<'b>(
        builder: &'b mut Builder<'static, 'static>,
    ) -> &'b Builder<'static, 'static> {
        builder
    }

    pub(crate) fn sync_dir(_: &Path) -> io::Result<()> {
        Ok(())
    }
}
