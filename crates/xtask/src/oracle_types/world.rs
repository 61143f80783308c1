//! The files as we get to see them: all of them, or fewer, or broken.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use gofix_project::{
    Config, DirItem, DiskFiles, FileAction, FileCause, FileError, FileKind, FileWrite, Files, LoadOptions, Project,
    WriteError, WriteReport,
};
use gofix_syntax::{SourceFile, TextRange};

use super::facts::Target;
use crate::{Result, random::Random};

/// What is kept from us.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Missing {
    Nothing,
    /// All that the modules depend on, but for the standard library.
    Dependencies,
    /// That many of a hundred files of what the modules depend on, but for the standard library.
    Files {
        percent: u64,
        seed: u64,
        /// Whether they are listed, so that one knows that there is something to be missed.
        listed: bool,
    },
    /// The Go installation.
    Goroot,
}

/// An edit that broke a file.
#[derive(Clone, Debug)]
pub(super) struct Break {
    /// What was replaced, in the file as it is on disk.
    pub(super) range: TextRange,
    /// The declarations that it touched.
    pub(super) touched: TextRange,
    /// The length of what is there instead.
    pub(super) len: u32,
    text: String,
}

impl Break {
    /// Where a range of the file on disk is in the broken file; none if the edit may have changed what is there.
    pub(super) fn shift(&self, start: u32, end: u32) -> Option<(u32, u32)> {
        if end <= self.touched.start {
            return Some((start, end));
        }
        let shift = |offset: u32| offset - (self.range.end - self.range.start) + self.len;
        (start >= self.touched.end).then(|| (shift(start), shift(end)))
    }
}

/// Text that makes most places wrong.
const INSERTS: [&str; 12] = ["{", "}", "(", ")", "[", "]", ",", ":=", "func", "...", "x y", "\"s\""];

/// Breaks a text in one place, so that it has a syntax error. None if that does not succeed soon.
pub(super) fn break_text(text: &str, random: &mut Random) -> Option<Break> {
    let file = SourceFile::parse(text);
    let tokens: Vec<TextRange> =
        file.tokens_in(TextRange::new(0, text.len() as u32)).map(|it| it.1).filter(|it| !it.is_empty()).collect();
    for _ in 0..20 {
        let token = *tokens.get(random.below(tokens.len()))?;
        let (range, new) = match random.below(2) {
            0 => (token, String::new()),
            _ => (TextRange::new(token.start, token.start), format!(" {} ", random.pick(&INSERTS))),
        };
        let broken = [&text[..range.to_usize().start], &new, &text[range.to_usize().end..]].concat();
        if !SourceFile::parse(broken.as_str()).errors().is_empty() {
            let touched = touched(&file, range);
            return Some(Break { range, touched, len: new.len() as u32, text: broken });
        }
    }
    None
}

/// The declarations that an edit at `range` touches.
fn touched(file: &SourceFile, range: TextRange) -> TextRange {
    let decls = file.root().children_in(gofix_syntax::Role::Decls);
    let near = decls.filter(|it| it.start() <= range.end && range.start <= it.end());
    near.fold(range, |all, it| TextRange::new(all.start.min(it.start()), all.end.max(it.end())))
}

/// The files that we are asked about, and what we can see to answer.
#[derive(Debug)]
pub(super) struct World {
    /// The directory that go/types was asked about.
    pub(super) dir: PathBuf,
    goroot: PathBuf,
    pub(super) missing: Missing,
    /// The files that are broken, by their paths relative to `dir`.
    pub(super) broken: BTreeMap<String, Break>,
}

impl World {
    pub(super) fn new(dir: PathBuf, goroot: PathBuf, missing: Missing) -> World {
        World { dir, goroot, missing, broken: BTreeMap::new() }
    }

    /// Breaks `count` of the files.
    pub(super) fn break_files(&mut self, files: &[&str], count: usize, seed: u64) -> Result<()> {
        let mut random = Random::new(seed);
        for path in random.sample(files, count) {
            let text = std::fs::read_to_string(self.dir.join(path)).map_err(|it| format!("{path}: {it}"))?;
            if let Some(it) = break_text(&text, &mut random) {
                self.broken.insert(path.to_owned(), it);
            }
        }
        Ok(())
    }

    /// Whether everything is there, so that nothing need be unknown.
    pub(super) fn is_whole(&self) -> bool {
        self.missing == Missing::Nothing && self.broken.is_empty()
    }

    /// The project as we get to see it.
    pub(super) fn load(self: &Arc<Self>, modules: &[&str], target: &Target) -> Result<Project> {
        let mut options = LoadOptions::from_env().map_err(|it| it.to_string())?;
        options.cwd = self.dir.clone();
        options.patterns = self.patterns(modules);
        options.goroot = (self.missing != Missing::Goroot).then(|| self.goroot.clone());
        options.mod_cache = options.mod_cache.filter(|_| self.missing != Missing::Dependencies);
        set_target(&mut options.config, target);
        Project::load(Arc::new(Seen(Arc::clone(self))), &options).map_err(|it| it.to_string())
    }

    /// The patterns of all packages of the modules.
    pub(super) fn patterns(&self, modules: &[&str]) -> Vec<String> {
        modules.iter().map(|&it| self.pattern(it)).filter(|it| !it.is_empty()).collect()
    }

    /// The pattern of all packages of a module; empty if there are none.
    fn pattern(&self, module: &str) -> String {
        let any = crate::workspace::go_files(&[self.dir.join(module)]).is_ok_and(|it| !it.is_empty());
        match module {
            _ if !any => String::new(),
            "." => "./...".to_owned(),
            _ => format!("./{module}/..."),
        }
    }

    fn is_hidden(&self, path: &Path) -> bool {
        match self.missing {
            Missing::Nothing | Missing::Goroot => false,
            Missing::Dependencies => path.starts_with(self.dir.join("vendor")),
            Missing::Files { percent, seed, .. } => {
                self.is_dependency(path) && path.extension().is_some_and(|it| it == "go") && {
                    let hash = path.as_os_str().as_encoded_bytes().iter();
                    let hash = hash.fold(seed, |hash, &it| (hash ^ u64::from(it)).wrapping_mul(0x0100_0000_01b3));
                    (hash ^ hash >> 32) % 100 < percent
                }
            }
        }
    }

    /// Whether what is hidden can be seen to be there.
    fn lists_hidden(&self) -> bool {
        matches!(self.missing, Missing::Files { listed: true, .. })
    }

    /// Whether a file is of what the modules depend on, but for the standard library.
    fn is_dependency(&self, path: &Path) -> bool {
        match path.strip_prefix(&self.dir) {
            Ok(inside) => inside.starts_with("vendor"),
            Err(_) => !path.starts_with(&self.goroot),
        }
    }

    fn broken_text(&self, path: &Path) -> Option<&str> {
        let inside = path.strip_prefix(&self.dir).ok()?.to_str()?;
        self.broken.get(inside).map(|it| it.text.as_str())
    }
}

fn set_target(config: &mut Config, target: &Target) {
    if !target.goos.is_empty() {
        config.goos.clone_from(&target.goos);
    }
    if !target.goarch.is_empty() {
        config.goarch.clone_from(&target.goarch);
    }
    config.tags.extend(target.tags.split(',').filter(|it| !it.is_empty()).map(str::to_owned));
    config.cgo = true;
}

/// The files of the disk as they are seen in a world.
#[derive(Debug)]
struct Seen(Arc<World>);

impl Files for Seen {
    fn read(&self, path: &Path) -> std::result::Result<Vec<u8>, FileError> {
        if self.0.is_hidden(path) {
            return Err(FileError::new(path, FileAction::Read, FileCause::NotFound));
        }
        match self.0.broken_text(path) {
            Some(text) => Ok(text.as_bytes().to_vec()),
            None => DiskFiles.read(path),
        }
    }

    fn list(&self, dir: &Path) -> std::result::Result<Vec<DirItem>, FileError> {
        if self.0.is_hidden(dir) {
            return Err(FileError::new(dir, FileAction::List, FileCause::NotFound));
        }
        let mut items = DiskFiles.list(dir)?;
        if !self.0.lists_hidden() {
            items.retain(|it| !self.0.is_hidden(&dir.join(&it.name)));
        }
        Ok(items)
    }

    fn kind(&self, path: &Path) -> Option<FileKind> {
        if self.0.is_hidden(path) && !self.0.lists_hidden() { None } else { DiskFiles.kind(path) }
    }

    fn write(&self, root: &Path, _: &[FileWrite<'_>]) -> std::result::Result<WriteReport, WriteError> {
        Err(FileError::new(root, FileAction::Write, FileCause::ReadOnly).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn world(missing: Missing) -> World {
        World::new(PathBuf::from("/m"), PathBuf::from("/go"), missing)
    }

    #[test]
    fn what_is_dropped_depends_on_path_and_seed_and_is_a_dependency() {
        let paths: Vec<String> = (0..1000).map(|it| format!("/m/vendor/a/{it}.go")).collect();
        let hidden = |seed| {
            let world = world(Missing::Files { percent: 20, seed, listed: false });
            paths.iter().filter(|it| world.is_hidden(Path::new(it.as_str()))).count()
        };
        assert!((150..250).contains(&hidden(1)), "{}", hidden(1));
        assert_ne!(hidden(1), hidden(2));
        let all = world(Missing::Files { percent: 100, seed: 1, listed: true });
        assert!(all.is_hidden(Path::new("/cache/x@v1/x.go")));
        for path in ["/m/a.go", "/go/src/fmt/print.go", "/m/vendor/modules.txt"] {
            assert!(!all.is_hidden(Path::new(path)), "{path}");
        }
    }

    #[test]
    fn a_broken_text_has_an_error_and_places_elsewhere_are_found() {
        let text = "package p\n\nfunc f() { g() }\n\nfunc g() { f() }\n";
        for seed in 0..50 {
            let Some(it) = break_text(text, &mut Random::new(seed)) else { continue };
            assert!(!SourceFile::parse(it.text.as_str()).errors().is_empty());
            for name in ["f() }", "g() }"] {
                let start = text.find(name).unwrap() as u32;
                if let Some((at, _)) = it.shift(start, start + 1) {
                    assert!(it.text[at as usize..].starts_with(name), "{}", it.text);
                }
            }
        }
    }
}
