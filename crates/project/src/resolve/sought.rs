//! Where a package was looked for, to be told when it was not found.

use std::fmt;
use std::path::PathBuf;

use super::{is_import_path, is_std, newest_required};
use crate::module::Module;
use crate::project::{DirId, Project};
use crate::walk::join;

/// A place where a package was looked for in vain.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Sought {
    /// The path cannot be that of a package.
    BadPath,
    /// There is no Go installation with the sources of the standard library.
    NoGo,
    /// A directory of the standard library's sources.
    Std(PathBuf),
    /// The importing directory is in no module.
    NoModule,
    /// A directory of a module of the project.
    Module(PathBuf),
    /// A vendor directory, whose modules.txt lists the package or does not.
    Vendor {
        /// The directory of the package in it.
        dir: PathBuf,
        /// Whether modules.txt lists it.
        listed: bool,
    },
    /// A module that a go.mod file requires: in the module cache, or in the directory that replaces it.
    Required {
        /// The path of the module.
        module: String,
        /// The version that is required.
        version: String,
        /// The directory of the package. None: where it is cannot be told, since go.mod is older than Go 1.17 and does not list
        /// all modules, or there is no module cache.
        dir: Option<PathBuf>,
    },
    /// No go.mod file requires a module that could have it.
    NotRequired,
}

impl fmt::Display for Sought {
    /// As a phrase: what is not there.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Sought::BadPath => write!(f, "it is no path of a package"),
            Sought::NoGo => write!(f, "no Go installation was found by GOROOT or PATH"),
            Sought::Std(dir) => write!(f, "the standard library has no Go files in {}", dir.display()),
            Sought::NoModule => write!(f, "the file is in no module"),
            Sought::Module(dir) => write!(f, "the module has no Go files in {}", dir.display()),
            Sought::Vendor { dir, listed: true } => write!(f, "there are no Go files in {}", dir.display()),
            Sought::Vendor { dir, listed: false } => {
                write!(f, "vendor/modules.txt does not list it, so {} does not count", dir.display())
            }
            Sought::Required { module, version, dir: Some(dir) } => {
                write!(f, "of {module} {version}, there are no Go files in {}", dir.display())
            }
            Sought::Required { module, version, dir: None } => {
                write!(f, "where {module} {version} is cannot be told")
            }
            Sought::NotRequired => write!(f, "go.mod requires no module that could have it"),
        }
    }
}

impl Project {
    /// Where [`Project::resolve_import`] looks for a package that it does not find, in its order.
    pub fn sought(&self, from: DirId, path: &str) -> Vec<Sought> {
        if !is_import_path(path) {
            return vec![Sought::BadPath];
        }
        let mut places = Vec::new();
        if is_std(path) {
            places.push(self.goroot_src().map_or(Sought::NoGo, |src| Sought::Std(src.join(path))));
        }
        let Some(module) = self.dir(from).module else {
            places.extend((!is_std(path)).then_some(Sought::NoModule));
            return places;
        };
        let from = self.module(module);
        let seen: Vec<&Module> = match from.main {
            true => self.modules.iter().filter(|module| module.main).collect(),
            false => vec![from],
        };
        let inside = seen.iter().filter_map(|module| Some(join(&module.dir, module.relative(path)?)));
        places.extend(inside.map(Sought::Module));
        let home = self.workspace.as_ref().filter(|_| from.main).map_or(&from.dir, |workspace| &workspace.dir);
        if let Some(vendor) = self.vendor(&home.join("vendor")) {
            let listed = vendor.module_of(path).is_some();
            places.push(Sought::Vendor { dir: home.join("vendor").join(path), listed });
            return places;
        }
        let prefixes = std::iter::successors(Some(path), |it| it.rsplit_once('/').map(|it| it.0));
        let required = prefixes.filter_map(|prefix| self.sought_in(&seen, from, prefix, path));
        places.extend(required);
        if places.is_empty() {
            places.push(Sought::NotRequired);
        }
        places
    }

    fn sought_in(&self, seen: &[&Module], from: &Module, module: &str, path: &str) -> Option<Sought> {
        let version = newest_required(seen, module)?;
        let relative = path[module.len()..].trim_start_matches('/');
        let dir = self.module_dir(seen, from, module, version).map(|dir| join(&dir, relative));
        Some(Sought::Required { module: module.to_owned(), version: version.to_owned(), dir })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{LoadOptions, MemoryFiles};

    fn sought(files: &[(&str, &str)], path: &str) -> Vec<String> {
        let files = files.iter().map(|(path, text)| (*path, text.as_bytes()));
        let options = LoadOptions { cwd: "/m".into(), mod_cache: Some("/cache".into()), ..LoadOptions::default() };
        let project = Project::load(Arc::new(MemoryFiles::new(files)), &options).unwrap();
        let found = project.resolve_import(DirId(0), path);
        assert_eq!(found, None, "{path}");
        project.sought(DirId(0), path).iter().map(Sought::to_string).collect()
    }

    #[test]
    fn every_place_is_told() {
        let go_mod =
            "module a.b/m\n\ngo 1.21\n\nrequire (\n\tc.d/e v1.2.3\n\tf.g/h v1.0.0\n)\n\nreplace f.g/h => ../h\n";
        let files = [("/m/go.mod", go_mod), ("/m/a.go", "package m\n")];
        assert_eq!(sought(&files, "net/x"), ["no Go installation was found by GOROOT or PATH"]);
        assert_eq!(sought(&files, "a.b/m/x"), ["the module has no Go files in /m/x"]);
        assert_eq!(sought(&files, "c.d/e/x"), ["of c.d/e v1.2.3, there are no Go files in /cache/c.d/e@v1.2.3/x"]);
        assert_eq!(sought(&files, "f.g/h/x"), ["of f.g/h v1.0.0, there are no Go files in /h/x"]);
        assert_eq!(sought(&files, "z.z/x"), ["go.mod requires no module that could have it"]);
        assert_eq!(sought(&files, "../x"), ["it is no path of a package"]);
        assert_eq!(sought(&[("/m/a.go", "package m\n")], "z.z/x"), ["the file is in no module"]);
    }

    #[test]
    fn with_a_vendor_directory_nothing_else_counts() {
        let modules = "# c.d/e v1.2.3\n## explicit\nc.d/e/x\n";
        let files = [
            ("/m/go.mod", "module a.b/m\n\ngo 1.21\n\nrequire c.d/e v1.2.3\n"),
            ("/m/a.go", "package m\n"),
            ("/m/vendor/modules.txt", modules),
        ];
        assert_eq!(sought(&files, "c.d/e/x"), ["there are no Go files in /m/vendor/c.d/e/x"]);
        assert_eq!(
            sought(&files, "c.d/e/y"),
            ["vendor/modules.txt does not list it, so /m/vendor/c.d/e/y does not count"]
        );
    }
}
