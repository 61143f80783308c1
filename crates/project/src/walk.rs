use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::error::FileError;
use crate::files::{DirItem, FileKind, Files};
use crate::pattern::Wildcard;

/// What one directory has.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(crate) struct Listing {
    /// The names of the Go files that go build would look at, sorted.
    pub(crate) go_files: Vec<String>,
    /// The names of Go files that cannot be used: symbolic links, names that are not UTF-8.
    pub(crate) unusable: Vec<String>,
    /// The names of the directories.
    pub(crate) dirs: Vec<String>,
    /// Whether the directory is the root of a module.
    pub(crate) has_go_mod: bool,
}

impl Listing {
    pub(crate) fn read(files: &dyn Files, dir: &Path) -> Result<Listing, FileError> {
        let mut listing = Listing::default();
        for DirItem { name, kind } in files.list(dir)? {
            let name = name.into_string().map_err(|name| name.to_string_lossy().into_owned());
            match (name, kind) {
                (Ok(name), FileKind::Dir) => listing.dirs.push(name),
                (Ok(name), FileKind::File) if is_go_file(&name) => listing.go_files.push(name),
                (Ok(name) | Err(name), FileKind::File | FileKind::Symlink) if is_go_file(&name) => {
                    listing.unusable.push(name);
                }
                (Ok(name), FileKind::File | FileKind::Symlink) => listing.has_go_mod |= name == "go.mod",
                _ => {}
            }
        }
        listing.go_files.sort_unstable();
        listing.unusable.sort_unstable();
        Ok(listing)
    }
}

/// Whether go build looks at a file of this name.
pub(crate) fn is_go_file(name: &str) -> bool {
    name.ends_with(".go") && !name.starts_with(['_', '.'])
}

/// Directories that a go.mod file says to ignore.
#[derive(Clone, Default, Debug)]
pub(crate) struct Ignores {
    /// Relative to the module, with a slash at both ends.
    at_root: Vec<String>,
    /// The same, but anywhere.
    anywhere: Vec<String>,
}

impl Ignores {
    pub(crate) fn new(ignores: &[String]) -> Ignores {
        let mut result = Ignores::default();
        for ignore in ignores {
            let path = |path: &str| format!("/{}/", path.trim_matches('/'));
            match ignore.strip_prefix("./") {
                Some(relative) => result.at_root.push(path(relative)),
                None => result.anywhere.push(path(ignore)),
            }
        }
        result
    }

    /// Whether a directory, given relative to the module, is ignored or below an ignored one.
    fn contains(&self, dir: &str) -> bool {
        if self.at_root.is_empty() && self.anywhere.is_empty() {
            return false;
        }
        let dir = format!("/{dir}/");
        self.at_root.iter().any(|ignored| dir.starts_with(ignored.as_str()))
            || self.anywhere.iter().any(|ignored| dir.contains(ignored.as_str()))
    }
}

/// A search for directories with Go files.
pub(crate) struct Walk<'a> {
    pub(crate) files: &'a dyn Files,
    /// Where it starts.
    pub(crate) base: &'a Path,
    /// Which directories are wanted.
    pub(crate) wildcard: &'a Wildcard,
    /// The base relative to its module, with `/` between the parts.
    pub(crate) base_in_module: &'a str,
    pub(crate) ignores: &'a Ignores,
}

/// What a search found.
#[derive(Default)]
pub(crate) struct Found {
    /// Directories with Go files, by their paths relative to the base with `/` between the parts.
    pub(crate) dirs: BTreeMap<String, Listing>,
    /// Directories of which no pattern means what is below.
    pub(crate) left_out: Vec<String>,
    /// Nested modules that were left out.
    pub(crate) nested_modules: Vec<String>,
    /// Directories that could not be listed.
    pub(crate) problems: Vec<FileError>,
}

impl Walk<'_> {
    /// Lists the directories level by level, those of a level in parallel. Fails if the base cannot be listed.
    pub(crate) fn run(&self) -> Result<Found, FileError> {
        let mut found = Found::default();
        let mut level = vec![(String::new(), Listing::read(self.files, self.base)?)];
        while !level.is_empty() {
            let all = level.iter().flat_map(|(path, listing)| listing.dirs.iter().map(move |name| (path, name)));
            let (below, left_out): (Vec<_>, Vec<_>) = all.partition(|(path, name)| self.is_searched(path, name));
            let joined = |(path, name): (&String, &String)| slash(path, name);
            found.left_out.extend(left_out.into_iter().filter(|it| it.1 != "vendor").map(joined));
            let below: Vec<String> = below.into_iter().map(joined).collect();
            for (path, listing) in level {
                let has_files = !listing.go_files.is_empty() || !listing.unusable.is_empty();
                if has_files && self.wildcard.matches(&path) {
                    found.dirs.insert(path, listing);
                }
            }
            let listed: Vec<_> = below.into_par_iter().map(|path| self.list(path)).collect();
            level = Vec::with_capacity(listed.len());
            for result in listed {
                match result {
                    Ok((path, listing)) if listing.has_go_mod => found.nested_modules.push(path),
                    Ok(listed) => level.push(listed),
                    Err(error) => found.problems.push(error),
                }
            }
        }
        Ok(found)
    }

    fn list(&self, path: String) -> Result<(String, Listing), FileError> {
        let listing = Listing::read(self.files, &join(self.base, &path))?;
        Ok((path, listing))
    }

    /// Whether a directory below one that is searched is to be searched, too.
    fn is_searched(&self, path: &str, name: &str) -> bool {
        let wanted = match name {
            "testdata" => false,
            "vendor" => self.wildcard.names_vendor(),
            name => !name.starts_with(['_', '.']),
        };
        let is_ignored = || {
            let child = slash(self.base_in_module, &slash(path, name));
            self.ignores.contains(&child) && !self.ignores.contains(self.base_in_module)
        };
        wanted && !is_ignored()
    }
}

/// Joins two paths that have `/` between their parts. Empty ones are the directory itself.
pub(crate) fn slash(dir: &str, name: &str) -> String {
    match (dir, name) {
        ("", path) | (path, "") => path.to_owned(),
        _ => format!("{dir}/{name}"),
    }
}

/// The same for a directory of the file system.
pub(crate) fn join(dir: &Path, path: &str) -> PathBuf {
    if path.is_empty() { dir.to_owned() } else { dir.join(path) }
}
