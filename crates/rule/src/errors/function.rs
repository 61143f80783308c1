//! How to call a function of package errors somewhere.

use std::collections::HashSet;

use gofix_semantic::ImportName;
use gofix_syntax::{
    Node, SourceFile,
    ast::{AstNode, CallExpr, FuncDecl, ImportSpec, ReturnStmt, SelectorExpr},
    header,
};

use crate::{Cx, Decline, Fix, Import};

/// A function of package errors, as it is called at some place.
#[derive(Clone, Debug)]
pub struct Function<'a> {
    /// What to write.
    pub text: String,
    import: Option<Import<'a>>,
}

impl Function<'_> {
    /// The fix, with the import that the function needs.
    pub fn needed_by(&self, fix: Fix) -> Fix {
        match &self.import {
            Some(import) => fix.imports(import),
            None => fix,
        }
    }
}

/// How to call the function `name` of package errors at `at`. Where the file imports another package as `errors` which
/// has it too, it is that one's.
///
/// # Errors
/// The name `errors` means something else there, or the package must not import package errors.
pub fn function<'a>(cx: &Cx<'a>, at: Node<'a>, name: &str) -> Result<Function<'a>, Decline> {
    let ws = cx.workspace();
    let file = at.file().id();
    let is_named = |how| matches!(how, ImportName::Explicit | ImportName::Known | ImportName::Guessed);
    let has_std = ws.imports(file).any(|it| it.path == "errors" && (is_named(it.how) || it.how == ImportName::Dot));
    let other = ws.imports(file).find(|it| it.name == "errors" && it.path != "errors" && is_named(it.how));
    if let Some(other) = other.filter(|_| !has_std) {
        if !hands_on(cx, at, other.path, name) {
            let reason = format!("the package called errors here is {}, which does not have {name}", other.path);
            return Err(Decline::new(reason));
        }
        if ws.local("errors", at).is_some() {
            return Err("errors means something else here".into());
        }
        return Ok(Function { text: format!("errors.{name}"), import: None });
    }
    let import = cx.import(at, "errors")?;
    if import.need().is_some() && is_below_errors(cx, at) {
        return Err("package errors itself needs this package, which so cannot import it".into());
    }
    Ok(Function { text: import.name(name)?, import: Some(import) })
}

/// Whether the function `name` of the package `path` does nothing but call the one of package errors, as those of
/// `github.com/pkg/errors` do since 0.9.
fn hands_on(cx: &Cx<'_>, at: Node<'_>, path: &str, name: &str) -> bool {
    let project = cx.workspace().project();
    let dir = project.resolve_import(project.file(at.file().id()).dir, path);
    let files = dir.and_then(|it| project.list_package(&it).ok()).unwrap_or_default();
    files.iter().filter(|it| !it.to_string_lossy().ends_with("_test.go")).any(|it| {
        let bytes = project.source().read(it).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        text.contains(name) && declares(&SourceFile::parse(text.as_ref()), name)
    })
}

fn declares(file: &SourceFile, name: &str) -> bool {
    let decls = file.root().children().filter_map(FuncDecl::cast);
    let mut decls = decls.filter(|it| it.recv().is_none() && it.name().text() == name);
    let std: Vec<&str> = file
        .nodes()
        .filter_map(ImportSpec::cast)
        .filter(|it| it.import_path() == "errors")
        .map(|it| it.name().map_or("errors", |it| it.text()))
        .collect();
    decls.any(|decl| {
        let stmts: Vec<Node<'_>> = decl.body().into_iter().flat_map(|it| it.children()).collect();
        let [only] = stmts[..] else { return false };
        let call = ReturnStmt::cast(only).and_then(|it| it.results().next()).and_then(CallExpr::cast);
        let params = decl.func_type().params().descendants().filter(|it| it.role() == gofix_syntax::Role::Names);
        call.is_some_and(|it| {
            let fun = SelectorExpr::cast(it.fun());
            fun.is_some_and(|it| it.sel().text() == name && std.contains(&it.x().text()))
                && it.args().map(Node::text).eq(params.map(Node::text))
        })
    })
}

/// Whether package errors imports the package of `at`, maybe by way of others. Only packages of the standard library can
/// be among those.
fn is_below_errors(cx: &Cx<'_>, at: Node<'_>) -> bool {
    let Some(own) = cx.workspace().package_of(at.file().id()).import_path() else { return false };
    if !cx.workspace().is_std(&own) {
        return false;
    }
    let project = cx.workspace().project();
    let from = project.file(at.file().id()).dir;
    let mut open = vec!["errors".to_owned()];
    let mut seen = HashSet::new();
    while let Some(path) = open.pop() {
        if path == own {
            return true;
        }
        if !seen.insert(path.clone()) {
            continue;
        }
        let files = project.resolve_import(from, &path).and_then(|it| project.list_package(&it).ok());
        for file in files.unwrap_or_default().iter().filter(|it| !it.to_string_lossy().ends_with("_test.go")) {
            let bytes = project.source().read(file).unwrap_or_default();
            let text = String::from_utf8_lossy(&bytes);
            let head = header::read(&text);
            // Programs beside a package, which make some of its files, are no part of it.
            if head.package.is_some_and(|it| it.name == "main") {
                continue;
            }
            open.extend(head.imports.iter().map(|it| it.path.to_owned()));
        }
    }
    false
}
