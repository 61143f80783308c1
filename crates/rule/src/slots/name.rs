//! What a package may call its copy of another package's interface.

use std::collections::BTreeSet;

use gofix_semantic::{Def, DefKind, Package, PackageId, Res, Tri, Workspace, is_exported};
use gofix_syntax::{FileId, Kind, Node, Role, Token};

use super::Interface;
use crate::{
    Cx,
    naming::{capitalized, unexported},
};

/// The names that a copy of `interface` may have in a package called `consumer`, the best first: its own one, with the name
/// of its package in front, with that of the consumer in front. With a small letter at the start unless `exported`.
pub fn local_names(cx: &Cx<'_>, interface: &Interface<'_>, consumer: Package<'_>, exported: bool) -> Vec<String> {
    let producer = cx.workspace().package_of(interface.def().ident().file().id());
    let called = |it: Package<'_>| called(it.name(), &it.import_path().unwrap_or_default()).to_owned();
    candidates(interface.name(), &called(producer), &called(consumer), exported)
}

/// What people call a package: its name, or, if that is `main` or a version, the first directory above it that is not.
fn called<'p>(name: &'p str, path: &'p str) -> &'p str {
    let says_nothing = |it: &str| {
        let number = it.strip_prefix('v').filter(|it| it.starts_with(|it: char| it.is_ascii_digit()));
        let rest = number.map(|it| it.trim_start_matches(|it: char| it.is_ascii_digit()));
        let is_version = rest.is_some_and(|it| it.is_empty() || it.starts_with("alpha") || it.starts_with("beta"));
        is_version || it == "main" || !it.starts_with(char::is_alphabetic)
    };
    let [name, path] = [name, path].map(|it| it.strip_suffix("_test").unwrap_or(it));
    let above = || path.rsplit('/').find(|it| !says_nothing(it));
    if says_nothing(name) { above().unwrap_or(name) } else { name }
}

fn candidates(interface: &str, producer: &str, consumer: &str, exported: bool) -> Vec<String> {
    let plain = if exported { interface } else { without_prefix(interface) };
    let cased = |it: &str| if exported { capitalized(it) } else { unexported(it) };
    let prefixed = |package: &str| {
        let package = camel(package);
        let (short, long) = (package.to_lowercase(), plain.to_lowercase());
        let stutters = short.is_empty() || long.starts_with(&short) || short.ends_with(&long);
        (!stutters).then(|| cased(&format!("{package}{plain}")))
    };
    let all = [Some(cased(plain)), prefixed(producer), prefixed(consumer)];
    all.into_iter().flatten().collect()
}

/// `IFile` without the prefix that says it is an interface: `File`.
fn without_prefix(name: &str) -> &str {
    let mut chars = name.chars();
    match (chars.next(), chars.next(), chars.next()) {
        (Some('I'), Some(second), Some(third)) if second.is_uppercase() && third.is_lowercase() => &name[1..],
        _ => name,
    }
}

/// The name of a package or directory as a name of Go.
fn camel(package: &str) -> String {
    let mut parts = package.split(|it: char| !it.is_alphanumeric());
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |name, it| name + &capitalized(it))
}

/// What may stand in the way of a name for a new declaration of a package.
pub struct Collisions<'c, 'a> {
    /// The package that shall declare it.
    pub package: Package<'a>,
    /// The types, as they are written now, that will be written with the name.
    pub replaced: &'c [Node<'a>],
    /// The path of a package that these types name, and the file in which its imports are needed all the same.
    pub imported: (&'c str, Option<FileId>),
    /// Names that are taken otherwise.
    pub taken: &'c BTreeSet<String>,
}

impl<'a> Collisions<'_, 'a> {
    /// Whether the package may declare `name`, and the types be written with it: nothing in the package or its external
    /// tests declares, imports or uses anything of that name, whatever the build, imports aside that the change takes away.
    pub fn allow(&self, cx: &Cx<'a>, name: &str) -> bool {
        let ws = cx.workspace();
        // Both are functions, if they are declared at all (spec: Package initialization, Program execution).
        let is_func = name == "init" || (name == "main" && self.package.name() == "main");
        if Token::keyword(name.as_bytes()).is_some() || is_func {
            return false;
        }
        let hidden =
            self.replaced.iter().any(|it| ws.local(name, *it).is_some() || cx.is_universe(name, *it) != Tri::No);
        if hidden || self.taken.contains(name) || self.package.declarations(name).1 != Tri::No {
            return false;
        }
        let Some(first) = self.package.files().iter().find_map(|it| ws.file(*it)) else { return false };
        let free = match ws.is_free(name, first.root()) {
            Tri::Yes => true,
            _ => self.package.files().iter().all(|it| self.only_imports(ws, *it, name)),
        };
        free && external_tests(ws, self.package.id()).all(|it| self.only_imports(ws, it, name))
    }

    /// Whether all that a file means by `name` is an import that the change takes away.
    fn only_imports(&self, ws: &'a Workspace, id: FileId, name: &str) -> bool {
        let gone = |path: &str| path == self.imported.0 && self.imported.1 != Some(id);
        let mut imports = ws.imports(id).filter(|it| it.name == name).peekable();
        if imports.peek().is_some() && !imports.all(|it| gone(it.path)) {
            return false;
        }
        let Some(file) = ws.file(id) else { return false };
        if ws.imports(id).any(|it| it.how == gofix_semantic::ImportName::Dot && is_exported(name)) {
            return false;
        }
        let mut idents = file.nodes().filter(|it| it.as_ident() == Some(name));
        idents.all(|it| match ws.resolve(it) {
            Res::Package { .. } if it.role() == Role::Name => true,
            Res::Package { .. } => self.replaced.iter().any(|ty| ty.contains(it)),
            Res::Def(def) => !def.is_package_level() || is_apart(def),
            Res::External { .. } => it.role() == Role::Sel,
            Res::Universe(_) => false,
            Res::Unknown => {
                let is_clause = it.parent().is_some_and(|it| it.kind() == Kind::File);
                is_clause || matches!(it.role(), Role::Sel | Role::Label | Role::Key)
            }
        })
    }
}

fn is_apart(def: Def<'_>) -> bool {
    matches!(def.kind(), DefKind::Field | DefKind::Method | DefKind::Label)
}

/// The files of the external tests of a package.
fn external_tests(ws: &Workspace, package: PackageId) -> impl Iterator<Item = FileId> {
    let dir = ws.package(package).dir();
    let own = move |it: &FileId| ws.package_of(*it).id() != package && ws.package_of(*it).is_external_test();
    ws.project().dir(dir).file_ids().filter(own)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_of_interfaces_go() {
        assert_eq!(
            ["IFile", "IO", "IOReader", "Item", "I"].map(without_prefix),
            ["File", "IO", "IOReader", "Item", "I"]
        );
    }

    #[test]
    fn packages_are_called_by_what_tells_them_apart() {
        assert_eq!(called("parser", "m/promql/parser"), "parser");
        assert_eq!(called("main", "m/cmd/promtool"), "promtool");
        assert_eq!(called("v1", "m/web/api/v1"), "api");
        assert_eq!(called("v1beta1_test", "m/web/api/v1beta1"), "api");
        assert_eq!(called("v2ray", "m/v2ray"), "v2ray");
        assert_eq!(called("main", ""), "main");
    }

    #[test]
    fn packages_come_in_front() {
        assert_eq!(candidates("Client", "k8s", "run", false), ["client", "k8sClient", "runClient"]);
        assert_eq!(candidates("Store", "store", "fetch", false), ["store", "fetchStore"]);
        assert_eq!(candidates("IGitConfig", "git_config", "gui", false), ["gitConfig", "guiGitConfig"]);
        assert_eq!(
            candidates("Interface", "oom", "task_service", false)[1..],
            ["oomInterface", "taskServiceInterface"]
        );
        assert_eq!(candidates("IFile", "models", "ui", true), ["IFile", "ModelsIFile", "UIIFile"]);
        assert_eq!(candidates("Parser", "parser", "my-tool", false), ["parser", "myToolParser"]);
    }
}
