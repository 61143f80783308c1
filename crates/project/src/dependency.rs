//! Whether a package of another module can be imported, and what go.mod then has to say (Go Modules Reference: go.mod
//! files, go.sum files, Vendoring, Workspaces).

use std::collections::BTreeSet;

use gofix_text::{Edit, EditSet, TextRange};

use crate::GoVersion;
use crate::files::{FileKind, clean};
use crate::gomod::{GoMod, Replace};
use crate::module::{Module, ModuleId, read_text};
use crate::project::{DirId, Project, relative_slash};
use crate::resolve::{compare_versions, newest_required, replacement};

/// A module of which a package can be imported.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Dependency {
    /// The module that imports it, whose go.mod file counts.
    pub from: ModuleId,
    /// The version that is used; empty if a directory replaces the module.
    pub version: String,
    /// Whether go.mod marks it as needed by others only.
    pub indirect: bool,
}

/// Why a package cannot be imported as things are.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Unmet {
    /// There is no go.mod file.
    NoModule,
    /// The importing module is the standard library or a part of it, which imports nothing else.
    Std,
    /// go.mod cannot be changed: it is outside of the root, or cannot be read.
    OutOfReach,
    /// go.mod does not require the module; it is the go.mod file of this module.
    NotRequired(ModuleId),
    /// There is a vendor directory, and its modules.txt does not list the package.
    NotVendored,
    /// go.sum has no hash of the module at this version.
    NoSum(String),
    /// The directory that replaces the module has no such package.
    NotInDirectory(String),
}

impl Project {
    /// Whether a package in the directory `from` can import `package`, which is one of the module `module`.
    ///
    /// # Errors
    /// It cannot, or `go build` would ask for a change of go.mod, go.sum or vendor beforehand.
    pub fn dependency(&self, from: DirId, module: &str, package: &str) -> Result<Dependency, Unmet> {
        let id = self.dir(from).module.ok_or(Unmet::NoModule)?;
        let own = self.module(id);
        if matches!(own.path(), "std" | "cmd") {
            return Err(Unmet::Std);
        }
        if own.path() == module {
            return Ok(Dependency { from: id, version: String::new(), indirect: false });
        }
        let required = own.go_mod.requires.iter().find(|it| it.path == module).ok_or(Unmet::NotRequired(id))?;
        if required.indirect && relative_slash(&self.root, &own.dir).is_none() {
            return Err(Unmet::OutOfReach);
        }
        let mut dependency = Dependency { from: id, version: String::new(), indirect: required.indirect };
        // The modules of a workspace choose versions together.
        let seen: Vec<&Module> = match own.main {
            true => self.modules.iter().filter(|it| it.main).collect(),
            false => vec![own],
        };
        if own.main && seen.iter().any(|it| it.path() == module) {
            return Ok(dependency);
        }
        let workspace = self.workspace.as_ref().filter(|_| own.main);
        let home = workspace.map_or(&own.dir, |it| &it.dir);
        let version = newest_required(&seen, module).unwrap_or(&required.version).to_owned();
        let (path, version) = match replacement(&seen, workspace, module, &version) {
            Some((base, Replace { new_path, new_version: None, .. })) => {
                let vendor = self.vendor(&home.join("vendor"));
                if vendor.is_some_and(|it| it.module_of(package).is_none()) {
                    return Err(Unmet::NotVendored);
                }
                let relative = package[module.len()..].trim_start_matches('/');
                let dir = crate::walk::join(&clean(base, new_path.as_ref()), relative);
                return self.is_package(&dir).then_some(dependency).ok_or(Unmet::NotInDirectory(new_path));
            }
            Some((_, Replace { new_path, new_version: Some(version), .. })) => (new_path, version),
            None => (module.to_owned(), version),
        };
        dependency.version = version;
        if let Some(vendor) = self.vendor(&home.join("vendor")) {
            return vendor.module_of(package).map(|_| dependency).ok_or(Unmet::NotVendored);
        }
        let mut sums: BTreeSet<_> = seen.iter().map(|it| it.dir.join("go.sum")).collect();
        sums.extend(workspace.map(|it| it.dir.join("go.work.sum")));
        let texts: Vec<String> = sums.iter().filter_map(|it| read_text(&*self.source, it).ok()).collect();
        let is_summed = |version: &str| texts.iter().any(|text| has_sum(text, &path, version));
        // Before 1.17 go.mod does not list all modules, so a newer version could be the one in use.
        let lists_all = own.go_version() >= GoVersion::new(1, 17);
        match is_summed(&dependency.version)
            || (!lists_all && texts.iter().any(|it| has_later(it, &path, &dependency.version)))
        {
            true => Ok(dependency),
            false => Err(Unmet::NoSum(dependency.version)),
        }
    }

    /// The go.mod file of a module once it needs `path` itself: its path relative to the root, its text, and the edits, of
    /// which there are none if it says so already. `version` is for a module that it does not require yet. None if the
    /// file cannot be read or is outside of the root.
    pub fn requiring(&self, module: ModuleId, needs: &[(&str, Option<&str>)]) -> Option<(String, String, EditSet)> {
        let path = self.module(module).dir.join("go.mod");
        let relative = relative_slash(&self.root, &path)?;
        let is_file = matches!(self.source.kind(&path), Some(FileKind::File));
        let text = String::from_utf8(self.source.read(&path).ok().filter(|_| is_file)?).ok()?;
        let edits = needs.iter().flat_map(|(path, version)| require(&text, path, *version)).collect();
        let edits = EditSet::new(edits).ok()?;
        Some((relative, text, edits))
    }
}

/// Whether a go.sum file has the hash of a module's files, that of its go.mod file aside.
fn has_sum(text: &str, path: &str, version: &str) -> bool {
    let mut words = text.lines().map(str::split_whitespace);
    words.any(|mut it| it.next() == Some(path) && it.next() == Some(version) && it.next().is_some_and(is_hash))
}

/// Whether it has that of any version later than this one.
fn has_later(text: &str, path: &str, version: &str) -> bool {
    text.lines().any(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        matches!(words[..], [found, later, hash] if found == path && is_hash(hash)
            && !later.ends_with("/go.mod") && compare_versions(later, version).is_gt())
    })
}

fn is_hash(word: &str) -> bool {
    word.starts_with("h1:")
}

/// The edits of a go.mod file after which it requires `path` for itself.
fn require(text: &str, path: &str, version: Option<&str>) -> Vec<Edit> {
    let go_mod = GoMod::parse(text);
    let required = go_mod.requires.iter().find(|it| it.path == path);
    match (required, version) {
        (Some(it), _) if it.indirect => direct(text, it.line).into_iter().collect(),
        (None, Some(version)) => vec![added(text, path, version)],
        _ => Vec::new(),
    }
}

/// Takes `// indirect` away from a line.
fn direct(text: &str, line: u32) -> Option<Edit> {
    let start = text.split_inclusive('\n').take(line as usize - 1).map(str::len).sum::<usize>();
    let content = text[start..].lines().next()?;
    let comment = content.find("//")?;
    let marked = content[comment..].find("indirect")? + comment;
    let rest = &content[marked + "indirect".len()..];
    let (from, to) = match rest.strip_prefix(';').map(str::trim_start) {
        // A reason stays.
        Some(reason) if !reason.is_empty() => (marked, content.len() - reason.len()),
        _ => (content[..comment].trim_end().len(), content.trim_end().len()),
    };
    Some(Edit::delete(TextRange::new((start + from) as u32, (start + to) as u32)))
}

/// Adds a line of its own, behind the versions of Go.
fn added(text: &str, path: &str, version: &str) -> Edit {
    let mut at = 0;
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        offset += line.len();
        let verb = line.split_whitespace().next().unwrap_or_default();
        if matches!(verb, "module" | "go" | "toolchain" | "godebug") && !line.contains('(') {
            at = offset;
        }
    }
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let gap = if text[..at].ends_with('\n') || at == 0 { "" } else { end };
    Edit::insert(at as u32, format!("{gap}{end}require {path} {version}{end}"))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{LoadOptions, MemoryFiles};

    const SYNC: &str = "golang.org/x/sync";
    const ERRGROUP: &str = "golang.org/x/sync/errgroup";
    const MOD: &str = "module m\n\ngo 1.22\n\nrequire golang.org/x/sync v0.7.0 // indirect\n";
    const SUM: &str = "golang.org/x/sync v0.7.0 h1:YsImfSBoP9QPYL0xyKJPq0gcaJdG3rInoqxTWbfQu9M=\n\
                       golang.org/x/sync v0.7.0/go.mod h1:Czt+wKu1gCyEFDUtn0jG5QVvpJ6rzVqr5aXyt9drQfk=\n";

    fn project(files: &[(&str, &str)], cwd: &str) -> Project {
        let files = files.iter().map(|(path, text)| (*path, text.as_bytes()));
        let options = LoadOptions { cwd: cwd.into(), ..LoadOptions::default() };
        Project::load(Arc::new(MemoryFiles::new(files)), &options).unwrap()
    }

    fn found(files: &[(&str, &str)]) -> Result<(String, bool), Unmet> {
        let mut files = files.to_vec();
        files.push(("/m/a.go", "package m\n"));
        let project = project(&files, "/m");
        let found = project.dependency(DirId(0), SYNC, ERRGROUP);
        found.map(|it| (it.version, it.indirect))
    }

    #[test]
    fn go_mod_and_go_sum_count() {
        assert_eq!(found(&[]), Err(Unmet::NoModule));
        assert_eq!(found(&[("/m/go.mod", "module std\n")]), Err(Unmet::Std));
        assert_eq!(found(&[("/m/go.mod", "module m\n")]), Err(Unmet::NotRequired(ModuleId(0))));
        assert_eq!(found(&[("/m/go.mod", MOD)]), Err(Unmet::NoSum("v0.7.0".to_owned())));
        assert_eq!(found(&[("/m/go.mod", MOD), ("/m/go.sum", SUM)]), Ok(("v0.7.0".to_owned(), true)));
        let only_go_mod = SUM.lines().last().unwrap();
        assert_eq!(found(&[("/m/go.mod", MOD), ("/m/go.sum", only_go_mod)]), Err(Unmet::NoSum("v0.7.0".to_owned())));
        let old = "module m\n\ngo 1.16\n\nrequire golang.org/x/sync v0.6.0\n";
        assert_eq!(found(&[("/m/go.mod", old), ("/m/go.sum", SUM)]), Ok(("v0.6.0".to_owned(), false)));
        assert_eq!(found(&[("/m/go.mod", "module golang.org/x/sync\n")]), Ok((String::new(), false)));
    }

    #[test]
    fn a_vendor_directory_counts_alone() {
        let modules = "# golang.org/x/sync v0.7.0\n## explicit; go 1.18\ngolang.org/x/sync/errgroup\n";
        assert_eq!(found(&[("/m/go.mod", MOD), ("/m/vendor/modules.txt", modules)]), Ok(("v0.7.0".to_owned(), true)));
        let modules = "# golang.org/x/sync v0.7.0\n## explicit; go 1.18\ngolang.org/x/sync/semaphore\n";
        assert_eq!(
            found(&[("/m/go.mod", MOD), ("/m/go.sum", SUM), ("/m/vendor/modules.txt", modules)]),
            Err(Unmet::NotVendored)
        );
    }

    #[test]
    fn replacements_count() {
        let local = format!("{MOD}\nreplace golang.org/x/sync => ../sync\n");
        assert_eq!(found(&[("/m/go.mod", &local)]), Err(Unmet::NotInDirectory("../sync".to_owned())));
        let package = ("/sync/errgroup/errgroup.go", "package errgroup\n");
        assert_eq!(found(&[("/m/go.mod", &local), package]), Ok((String::new(), true)));
        let other = format!("{MOD}\nreplace golang.org/x/sync => a.b/sync v1.0.0\n");
        assert_eq!(found(&[("/m/go.mod", &other), ("/m/go.sum", SUM)]), Err(Unmet::NoSum("v1.0.0".to_owned())));
        assert_eq!(
            found(&[("/m/go.mod", &other), ("/m/go.sum", "a.b/sync v1.0.0 h1:x=\n")]),
            Ok(("v1.0.0".to_owned(), true))
        );
    }

    #[test]
    fn a_workspace_has_sums_of_its_own() {
        let other = "module n\n\ngo 1.22\n\nrequire golang.org/x/sync v0.8.0\n";
        let files = [
            ("/go.work", "go 1.22\n\nuse (\n\t./m\n\t./n\n)\n"),
            ("/m/go.mod", MOD),
            ("/m/go.sum", SUM),
            ("/n/go.mod", other),
        ];
        assert_eq!(found(&files), Err(Unmet::NoSum("v0.8.0".to_owned())));
        let sum = SUM.replace("v0.7.0", "v0.8.0");
        let mut with_sum = files.to_vec();
        with_sum.push(("/go.work.sum", &sum));
        assert_eq!(found(&with_sum), Ok(("v0.8.0".to_owned(), true)));
    }

    fn edited(text: &str, version: Option<&str>) -> String {
        let project = project(&[("/m/go.mod", text), ("/m/a.go", "package m\n")], "/m");
        let (path, before, edits) = project.requiring(ModuleId(0), &[(SYNC, version)]).unwrap();
        assert_eq!((path.as_str(), before.as_str()), ("go.mod", text));
        edits.apply(&before)
    }

    #[test]
    fn go_mod_is_edited() {
        assert_eq!(edited(MOD, None), MOD.replace(" // indirect", ""));
        let block =
            "module m\n\nrequire (\n\ta.b/c v1.0.0 // indirect\n\tgolang.org/x/sync v0.7.0 // indirect; why\n)\n";
        assert_eq!(edited(block, None), block.replace("// indirect; why", "// why"));
        let crlf = MOD.replace('\n', "\r\n");
        assert_eq!(edited(&crlf, None), crlf.replace(" // indirect", ""));
        assert_eq!(edited(&MOD.replace(" // indirect", ""), Some("v1.0.0")), MOD.replace(" // indirect", ""));
        assert_eq!(
            edited("module m\n\ngo 1.22\n\nrequire a.b/c v1.0.0\n", Some("v0.7.0")),
            "module m\n\ngo 1.22\n\nrequire golang.org/x/sync v0.7.0\n\nrequire a.b/c v1.0.0\n"
        );
        assert_eq!(
            edited("module m\n\ngo 1.22\ntoolchain go1.23.1", Some("v0.7.0")),
            "module m\n\ngo 1.22\ntoolchain go1.23.1\n\nrequire golang.org/x/sync v0.7.0\n"
        );
        assert_eq!(edited("module m\n", None), "module m\n");
    }
}
