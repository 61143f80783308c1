//! Go files that `./...` does not mean, but that somebody may build all the same.
//!
//! Directories such as `testdata`, `_examples` and `.hidden` are part of no pattern (go help packages). Their packages can be
//! imported by path, be run by tests, or be modules of their own that replace this one by its directory.

use std::path::Path;

use gofix_syntax::header;
use memchr::memmem;
use rayon::prelude::*;

use crate::gomod::GoMod;
use crate::module::read_text;
use crate::project::Project;
use crate::walk::{Listing, join, slash};

/// Directories in which version control and other tools keep what is nobody's source.
const NO_SOURCE: [&str; 7] = [".git", ".hg", ".svn", ".bzr", ".jj", "node_modules", "vendor"];

/// A Go file in a directory that patterns leave out, which imports a package of a module at hand.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LeftOut {
    /// The path relative to the root, with `/` between its parts.
    pub path: String,
    /// The paths that it imports.
    pub imports: Vec<String>,
    /// Its content.
    pub text: Vec<u8>,
}

impl Project {
    /// The files in directories that patterns leave out, as far as they import packages of the project's modules and can be
    /// read, sorted. They are looked for when this is asked for the first time. Copies of a module of the project are none of
    /// them: they import themselves.
    pub fn left_out(&self) -> &[LeftOut] {
        self.left_out.get_or_init(|| {
            let may_have = |it: &&String| it.rsplit('/').next().is_none_or(|it| !NO_SOURCE.contains(&it));
            let dirs: Vec<&String> = self.left_out_dirs.iter().filter(may_have).collect();
            let mut files: Vec<LeftOut> = dirs.into_par_iter().flat_map(|it| self.left_out_below(it)).collect();
            files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
            files.dedup();
            files
        })
    }

    fn left_out_below(&self, dir: &str) -> Vec<LeftOut> {
        let (mut open, mut found) = (vec![dir.to_owned()], Vec::new());
        while let Some(path) = open.pop() {
            let dir = join(&self.root, &path);
            let Ok(listing) = Listing::read(&*self.source, &dir) else { continue };
            if listing.has_go_mod && self.is_copy(&dir) {
                continue;
            }
            let dirs = listing.dirs.iter().filter(|it| !NO_SOURCE.contains(&it.as_str()));
            open.extend(dirs.map(|it| slash(&path, it)));
            let names = listing.go_files.iter().chain(&listing.unusable);
            let files = names.map(|it| slash(&path, it)).filter(|it| self.find_file(it).is_none());
            found.extend(files.filter_map(|it| self.left_out_file(it)));
        }
        found
    }

    /// Whether a directory is the root of a module that has the path of one of the project's.
    fn is_copy(&self, dir: &Path) -> bool {
        let module = read_text(&*self.source, &dir.join("go.mod")).ok().and_then(|it| GoMod::parse(&it).module);
        module.is_some_and(|path| self.modules.iter().any(|it| it.path() == path && it.dir != dir))
    }

    fn left_out_file(&self, path: String) -> Option<LeftOut> {
        let text = self.source.read(&self.root.join(&path)).ok()?;
        let may_import = |it: &str| it == "std" || memmem::find(&text, it.as_bytes()).is_some();
        self.modules.iter().find(|it| may_import(it.path()))?;
        let imports =
            header::read(&String::from_utf8_lossy(&text)).imports.iter().map(|it| it.path.to_owned()).collect();
        let file = LeftOut { path, imports, text };
        let is_of_module = |path: &String| self.modules.iter().any(|it| it.relative(path).is_some());
        file.imports.iter().any(is_of_module).then_some(file)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::{LoadOptions, MemoryFiles, Project};

    #[test]
    fn what_imports_the_module_is_found() {
        let uses = "package x\n\nimport \"a.b/m/p\"\n";
        let files = [
            ("/m/go.mod", "module a.b/m\n\nignore ./gen\n"),
            ("/m/p/p.go", "package p\n"),
            ("/m/p/testdata/in/in.go", uses),
            ("/m/p/testdata/in/other.go", "package x\n\nimport \"fmt\"\n"),
            ("/m/_examples/ex/go.mod", "module a.b/ex\n"),
            ("/m/_examples/ex/main.go", uses),
            ("/m/.trees/copy/go.mod", "module a.b/m\n"),
            ("/m/.trees/copy/p/q.go", uses),
            ("/m/.git/x.go", uses),
            ("/m/gen/g.go", uses),
            ("/m/vendor/v/v.go", uses),
        ];
        let files = files.map(|(path, text)| (path, text.as_bytes()));
        let options = LoadOptions { cwd: "/m".into(), ..LoadOptions::default() };
        let project = Project::load(Arc::new(MemoryFiles::new(files)), &options).unwrap();
        let paths: Vec<&str> = project.left_out().iter().map(|it| it.path.as_str()).collect();
        assert_eq!(paths, ["_examples/ex/main.go", "gen/g.go", "p/testdata/in/in.go"]);
        assert_eq!(project.left_out()[0].imports, ["a.b/m/p"]);
    }
}
