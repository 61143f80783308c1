//! Where things are in the workspace, and the Go files below a directory.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

/// The root of the workspace.
pub(crate) fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.ancestors().nth(2).unwrap_or(manifest).to_path_buf()
}

/// The directory for things that can be made again.
pub(crate) fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |it| root().join(it))
}

/// All files below `dirs` whose names end in `.go`, sorted; symbolic links are not followed. A `dir` can be a file.
pub(crate) fn go_files(dirs: &[PathBuf]) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut pending = dirs.to_vec();
    while let Some(path) = pending.pop() {
        if path.is_file() {
            files.push(path);
            continue;
        }
        for entry in fs::read_dir(&path).map_err(|it| io::Error::new(it.kind(), format!("{}: {it}", path.display())))? {
            let entry = entry?;
            let (kind, name) = (entry.file_type()?, entry.file_name());
            if kind.is_dir() && name != ".git" || kind.is_file() && name.as_encoded_bytes().ends_with(b".go") {
                pending.push(entry.path());
            }
        }
    }
    files.sort();
    files.dedup();
    Ok(files)
}

/// A copy of the directory `from` at `to`, which is not there yet; links are copied as links.
pub(crate) fn copy_tree(from: &Path, to: &Path) -> io::Result<()> {
    let mut pending = vec![(from.to_path_buf(), to.to_path_buf())];
    while let Some((from, to)) = pending.pop() {
        fs::create_dir_all(&to)?;
        for entry in fs::read_dir(&from)? {
            let entry = entry?;
            let (kind, to) = (entry.file_type()?, to.join(entry.file_name()));
            if kind.is_dir() {
                pending.push((entry.path(), to));
            } else if kind.is_symlink() {
                std::os::unix::fs::symlink(fs::read_link(entry.path())?, to)?;
            } else {
                fs::copy(entry.path(), to)?;
            }
        }
    }
    Ok(())
}
