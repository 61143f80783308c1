//! Uses in files that no pattern means: below `testdata`, `_examples`, `.hidden`. They are searched as text.

use std::{collections::HashSet, path::PathBuf};

use gofix_project::DirId;

use crate::{Gap, PackageId, Workspace, words::mentions};

/// Which directories of the project import which.
struct Imported(HashSet<(DirId, DirId)>);

impl Workspace {
    /// A file that patterns leave out and that may use `name` of a package: it has the word, and imports the package; for a
    /// `member`, which is selected from a value, another package by way of which such values may come will do.
    pub(crate) fn left_out_use(&self, package: PackageId, name: &str, member: bool) -> Option<Gap<'_>> {
        let files = self.project().left_out();
        let path = self.package(package).import_path().filter(|_| !files.is_empty())?;
        let reaches = |it: &String| *it == path || (member && self.may_lead(it, package));
        let file = files.iter().find(|it| mentions(&it.text, name) && it.imports.iter().any(reaches))?;
        Some(Gap::LeftOut(&file.path))
    }

    /// Whether what imports `path` may get values of a package's types by that.
    fn may_lead(&self, path: &str, package: PackageId) -> bool {
        let project = self.project();
        let is_inside = |it: &PathBuf| it.starts_with(project.root());
        match project.resolve_import(package.dir, path).filter(is_inside).map(|it| project.find_dir(&it)) {
            Some(Some(dir)) => self.may_see(dir, package),
            // It is left out as well.
            Some(None) => true,
            None => false,
        }
    }

    /// Whether values of a package's types can get into files of a directory: those are of the package, or import it, maybe by
    /// way of others.
    pub(crate) fn may_see(&self, from: DirId, package: PackageId) -> bool {
        if from == package.dir {
            return true;
        }
        let imported = self.kept(|ws| {
            let mut imported = HashSet::new();
            for id in ws.own_files() {
                let dir = ws.project().file(id).dir;
                let paths = ws.imports(id).filter_map(|it| ws.project().resolve_import(dir, it.path));
                imported.extend(paths.filter_map(|it| ws.project().find_dir(&it)).map(|it| (dir, it)));
            }
            Imported(imported)
        });
        let (mut seen, mut open) = (HashSet::from([from]), vec![from]);
        while let Some(dir) = open.pop() {
            if dir == package.dir {
                return true;
            }
            open.extend(imported.0.iter().filter(|it| it.0 == dir).map(|it| it.1).filter(|it| seen.insert(*it)));
        }
        false
    }
}
