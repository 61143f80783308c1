//! From import paths to directories, the way cmd/go goes, as far as that is possible without network and without
//! choosing versions: what go.mod, vendor/modules.txt and the directories do not say stays unknown.

mod sought;

use std::cmp::Ordering;
use std::path::{Path, PathBuf};
use std::sync::PoisonError;

use crate::files::{FileKind, clean};
use crate::gomod::Replace;
use crate::module::{Module, ModuleId, Workspace};
use crate::project::{DirId, Project};
use crate::version::GoVersion;
use crate::walk::join;

pub use sought::Sought;

impl Project {
    /// The directory of the package that `path` means in an import in the directory `from`. None if it is not found:
    /// it may exist all the same. Nothing is downloaded, and Go is not run.
    pub fn resolve_import(&self, from: DirId, path: &str) -> Option<PathBuf> {
        let module = self.dir(from).module;
        let key = (module, path.to_owned());
        // A panic while the lock is held cannot leave the map half changed, so poison does not matter.
        let known = self.resolved.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        known.unwrap_or_else(|| {
            let found = is_import_path(path).then(|| self.find_package(module, path)).flatten();
            self.resolved.lock().unwrap_or_else(PoisonError::into_inner).insert(key, found.clone());
            found
        })
    }

    fn find_package(&self, from: Option<ModuleId>, path: &str) -> Option<PathBuf> {
        let std = self.goroot.as_ref().map(|goroot| goroot.join("src").join(path));
        if let Some(dir) = std.filter(|dir| is_std(path) && self.is_package(dir)) {
            return Some(dir);
        }
        let from = self.module(from?);
        // The main modules see each other; another module is seen by itself only.
        let seen: Vec<&Module> = match from.main {
            true => self.modules.iter().filter(|module| module.main).collect(),
            false => vec![from],
        };
        if let Some(dir) = self.find_in_modules(&seen, path) {
            return Some(dir);
        }
        let home = self.workspace.as_ref().filter(|_| from.main).map_or(&from.dir, |workspace| &workspace.dir);
        if let Some(vendor) = self.vendor(&home.join("vendor")) {
            // With a vendor directory nothing else counts.
            vendor.module_of(path)?;
            return Some(home.join("vendor").join(path)).filter(|dir| self.is_package(dir));
        }
        self.find_in_requirements(&seen, from, path)
    }

    /// Finds a package of the modules themselves; the longest module path counts.
    fn find_in_modules(&self, modules: &[&Module], path: &str) -> Option<PathBuf> {
        let mut candidates: Vec<(&Module, &str)> =
            modules.iter().filter_map(|module| Some((*module, module.relative(path)?))).collect();
        candidates.sort_by_key(|(_, relative)| relative.len());
        candidates.into_iter().find_map(|(module, relative)| {
            let dir = join(&module.dir, relative);
            let nested = dir.ancestors().take_while(|dir| *dir != module.dir).any(|dir| self.has_go_mod(dir));
            (!nested && self.is_package(&dir)).then_some(dir)
        })
    }

    /// Finds a package of a required module: replaced by a directory, or in the module cache.
    fn find_in_requirements(&self, seen: &[&Module], from: &Module, path: &str) -> Option<PathBuf> {
        let mut prefix = path;
        loop {
            if let Some(version) = newest_required(seen, prefix) {
                let relative = path[prefix.len()..].trim_start_matches('/');
                let dir = self.module_dir(seen, from, prefix, version).map(|dir| join(&dir, relative));
                if let Some(dir) = dir.filter(|dir| self.is_package(dir)) {
                    return Some(dir);
                }
            }
            prefix = prefix.rsplit_once('/')?.0;
        }
    }

    /// The directory of a required module.
    fn module_dir(&self, seen: &[&Module], from: &Module, path: &str, version: &str) -> Option<PathBuf> {
        let workspace = self.workspace.as_ref().filter(|_| from.main);
        let (path, version) = match replacement(seen, workspace, path, version) {
            Some((base, Replace { new_path, new_version: None, .. })) => {
                return Some(clean(base, Path::new(&new_path)));
            }
            Some((_, Replace { new_path, new_version: Some(version), .. })) => (new_path, version),
            None => (path.to_owned(), version.to_owned()),
        };
        // Before 1.17 go.mod does not list all modules, so a newer version could be the one in use.
        if seen.iter().any(|module| module.go_version() < GoVersion::new(1, 17)) {
            return None;
        }
        let name = format!("{}@{}", escape(&path), escape(&version));
        Some(self.mod_cache.as_ref()?.join(name))
    }

    pub(crate) fn is_package(&self, dir: &Path) -> bool {
        self.find_dir(dir).is_some() || self.go_files_in(dir).as_ref().as_ref().is_ok_and(|names| !names.is_empty())
    }

    fn has_go_mod(&self, dir: &Path) -> bool {
        matches!(self.source.kind(&dir.join("go.mod")), Some(FileKind::File | FileKind::Symlink))
    }
}

/// Whether a path can be that of a standard package: its first element has no dot.
fn is_std(path: &str) -> bool {
    !path.split('/').next().unwrap_or_default().contains('.')
}

/// Whether a path cannot lead anywhere else than below a directory. Relative imports do not exist in modules.
fn is_import_path(path: &str) -> bool {
    path != "C" && path.split('/').all(|element| !matches!(element, "" | "." | "..")) && !path.contains(['\\', '\0'])
}

/// What comes in place of a module at a version, and the directory of the file that says so.
pub(crate) fn replacement<'m>(
    seen: &[&'m Module],
    workspace: Option<&'m Workspace>,
    path: &str,
    version: &str,
) -> Option<(&'m Path, Replace)> {
    let replaces = |replace: &&Replace| {
        replace.path == path && replace.version.as_deref().is_none_or(|replaced| replaced == version)
    };
    let find = |list: &[Replace]| list.iter().filter(replaces).max_by_key(|r| r.version.is_some()).cloned();
    // Those of the workspace come first.
    let by_workspace = workspace.and_then(|workspace| Some((&*workspace.dir, find(&workspace.go_work.replaces)?)));
    by_workspace.or_else(|| seen.iter().find_map(|module| Some((&*module.dir, find(&module.go_mod.replaces)?))))
}

/// The newest version of a module that one of `modules` requires.
pub(crate) fn newest_required<'m>(modules: &[&'m Module], path: &str) -> Option<&'m str> {
    let requires = modules.iter().flat_map(|module| &module.go_mod.requires);
    let versions = requires.filter(|require| require.path == path).map(|require| require.version.as_str());
    versions.max_by(|a, b| compare_versions(a, b))
}

/// The order of two versions (semver.org, item 11).
pub(crate) fn compare_versions(a: &str, b: &str) -> Ordering {
    let split = |version: &str| {
        let version = version.trim_start_matches('v').split('+').next().unwrap_or_default().to_owned();
        match version.split_once('-') {
            Some((release, pre)) => (release.to_owned(), Some(pre.to_owned())),
            None => (version, None),
        }
    };
    let ((release_a, pre_a), (release_b, pre_b)) = (split(a), split(b));
    compare_parts(&release_a, &release_b).then_with(|| match (pre_a, pre_b) {
        (None, None) => Ordering::Equal,
        (None, Some(_)) => Ordering::Greater,
        (Some(_), None) => Ordering::Less,
        (Some(a), Some(b)) => compare_parts(&a, &b),
    })
}

/// The order of two lists with points: numbers by value and in front of words.
fn compare_parts(a: &str, b: &str) -> Ordering {
    let key = |part: &str| match part.bytes().all(|byte| byte.is_ascii_digit()) {
        // Without leading zeros, a longer number is a larger one.
        true => (0, part.len(), part.to_owned()),
        false => (1, 0, part.to_owned()),
    };
    a.split('.').map(key).cmp(b.split('.').map(key))
}

/// How the module cache writes paths and versions: a capital letter is a mark and the small one (Go Modules Reference:
/// Module cache).
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii_uppercase() {
            escaped.push('!');
        }
        escaped.push(c.to_ascii_lowercase());
    }
    escaped
}

#[cfg(test)]
mod tests;
