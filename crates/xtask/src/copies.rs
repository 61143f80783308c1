//! Copies of a directory to try rewrites on.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::{Path, PathBuf},
    process::Command,
};

use gofix_syntax::{Kind, Node, Role, SourceFile, Token};

use crate::{Result, output_of, workspace};

/// A directory and its copies.
pub(crate) struct Copies {
    /// As it was.
    pub(crate) before: PathBuf,
    /// What `go fix` makes of it.
    pub(crate) theirs: PathBuf,
    /// What we make of it.
    pub(crate) ours: PathBuf,
    /// Nothing at first; files that a patch is tried on.
    pub(crate) patched: PathBuf,
    /// What holds the copies. Always at the same place, for the sake of Go's build cache.
    pub(crate) base: PathBuf,
}

impl Copies {
    /// Copies `original`, to try `rule` on it. With `gofmt`, every `any` in the copies is written `interface{}` first.
    pub(crate) fn new(original: &Path, rule: &str, gofmt: Option<&Path>) -> Result<Copies> {
        let base = workspace::target().join("oracle").join(rule).join(original.file_name().unwrap_or_default());
        let [before, theirs, ours, patched] = ["before", "theirs", "ours", "patched"].map(|it| base.join(it));
        let mut copies = Copies { before, theirs, ours, patched, base };
        copies.remove()?;
        let copy =
            |from: &Path, to: &Path| workspace::copy_tree(from, to).map_err(|it| format!("{}: {it}", from.display()));
        match gofmt {
            Some(gofmt) => {
                copy(original, &copies.before)?;
                spell_out(&copies.before, gofmt)?;
            }
            None => copies.before = original.to_path_buf(),
        }
        copy(&copies.before, &copies.theirs)?;
        copy(&copies.before, &copies.ours)?;
        Ok(copies)
    }

    /// Removes the copies.
    pub(crate) fn remove(&self) -> Result<()> {
        match fs::remove_dir_all(&self.base) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(format!("{}: {error}", self.base.display())),
            _ => Ok(()),
        }
    }
}

/// Writes every `any` in the Go files below `dir` as `interface{}`, for tests that want many of these in real code.
/// Packages that declare an `any` of their own are left alone, and so are testdata, vendored and generated files.
fn spell_out(dir: &Path, gofmt: &Path) -> Result<()> {
    let mut packages = BTreeMap::<PathBuf, Vec<PathBuf>>::new();
    for path in workspace::go_files(&[dir.to_path_buf()]).map_err(|it| it.to_string())? {
        let skipped = |it: &Path| it.ends_with("testdata") || it.ends_with("vendor");
        if !path.ancestors().take_while(|it| *it != dir).any(skipped) {
            packages.entry(path.parent().unwrap_or(dir).to_path_buf()).or_default().push(path);
        }
    }
    let mut written = BTreeSet::new();
    for paths in packages.into_values() {
        let texts = paths.iter().filter_map(|it| fs::read_to_string(it).ok());
        let files: Vec<SourceFile> = texts.map(SourceFile::parse).collect();
        if files.len() < paths.len() || files.iter().any(declares_any) {
            continue;
        }
        for (path, file) in paths.into_iter().zip(&files) {
            if let Some(text) = spelled_out(file) {
                fs::write(&path, text).map_err(|it| format!("{}: {it}", path.display()))?;
                written.insert(path);
            }
        }
    }
    for paths in written.iter().collect::<Vec<_>>().chunks(500) {
        output_of(Command::new(gofmt).arg("-w").args(paths))?;
    }
    Ok(())
}

/// Whether something in the file may be a declaration of `any`.
fn declares_any(file: &SourceFile) -> bool {
    let declares = |it: Node<'_>| match it.role() {
        Role::Name | Role::Names | Role::Lhs => true,
        Role::Key | Role::Value => {
            it.parent().is_some_and(|it| it.kind() == Kind::RangeStmt && it.op() == Token::Define)
        }
        _ => false,
    };
    file.nodes().any(|it| it.as_ident() == Some("any") && declares(it))
}

/// The text with every `any` written out, if it has any and is valid then.
fn spelled_out(file: &SourceFile) -> Option<String> {
    let header = file.text().lines().take_while(|it| !it.starts_with("package "));
    if header.into_iter().any(|it| it.starts_with("// Code generated ")) {
        return None;
    }
    let is_type = |it: &Node<'_>| match it.role() {
        Role::Sel | Role::Label => false,
        Role::Key => it.parent().is_none_or(|it| it.kind() != Kind::KeyValueExpr),
        _ => true,
    };
    let (mut text, mut at) = (String::new(), 0);
    for node in file.nodes().filter(|it| it.as_ident() == Some("any") && is_type(it)) {
        text += &file.text()[at..node.start() as usize];
        text += "interface{}";
        at = node.end() as usize;
    }
    text += &file.text()[at..];
    (at > 0 && SourceFile::parse(text.as_str()).errors().is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_spelled_out_and_nothing_else() {
        let before = "package p\n\ntype T[P any] map[any]any\n\nvar x = t.any + f(any(1), S{any: 2}) // any\n";
        let after = "package p\n\ntype T[P interface{}] map[interface{}]interface{}\n\n\
                     var x = t.any + f(interface{}(1), S{any: 2}) // any\n";
        assert_eq!(spelled_out(&SourceFile::parse(before)).as_deref(), Some(after));
        assert_eq!(spelled_out(&SourceFile::parse("package p\n\nvar x = \"any\"\n")), None);
        assert_eq!(
            spelled_out(&SourceFile::parse("// Code generated by x. DO NOT EDIT.\npackage p\n\nvar x any\n")),
            None
        );
    }

    #[test]
    fn declarations_of_any_are_noticed() {
        for text in ["type any int", "func f(any int)", "func f() { any := 1 }", "func f() { for any := range x {} }"] {
            assert!(declares_any(&SourceFile::parse(format!("package p\n{text}\n"))), "{text}");
        }
        assert!(!declares_any(&SourceFile::parse("package p\nvar x map[any]any = f[any](y.any)\n")));
    }
}
