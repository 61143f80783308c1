//! Errors that have a text.

use gofix_rule::{
    Cx, Decline, Import, Spelling,
    errors::Sentinel,
    flow::{Facts, Origin},
    semantic::{is_exported, types::Callee},
    syntax::{
        Kind, Node, Role, SourceFile,
        ast::{AstNode, CallExpr, ImportSpec, SelectorExpr, ValueSpec},
    },
};

use super::{Stop, compared::Compared, table::Known};

/// An error that may be the one with the text.
pub(super) struct Candidate<'a> {
    /// The import path of its package; none for the package at hand.
    pub(super) path: Option<String>,
    pub(super) name: String,
    /// The identifier that declares it in the project.
    pub(super) ident: Option<Node<'a>>,
    /// What it is called at the comparison.
    spelled: Option<String>,
    pub(super) std: Option<&'static Known>,
    /// Whether the code names it.
    pub(super) is_named: bool,
}

impl<'a> Candidate<'a> {
    /// One that is named in the comparison.
    pub(super) fn named(it: &Sentinel<'a>) -> Candidate<'a> {
        Candidate {
            path: Some(it.path.to_string()),
            name: it.name.clone(),
            ident: it.ident,
            spelled: Some(it.expr.text().to_owned()),
            std: None,
            is_named: true,
        }
    }

    /// One of the standard library.
    pub(super) fn of_std(known: &'static Known) -> Candidate<'a> {
        Candidate {
            path: Some(known.path.to_owned()),
            name: known.name.to_owned(),
            ident: None,
            spelled: None,
            std: Some(known),
            is_named: false,
        }
    }

    /// Whether programs had no name for it when they began to look for its text.
    pub(super) fn had_no_name(&self) -> bool {
        self.std.is_some_and(|it| it.since.is_some() && it.path == "net")
    }

    /// For messages: `net.ErrClosed`.
    pub(super) fn label(&self) -> String {
        match (&self.spelled, &self.path) {
            (Some(spelled), _) => spelled.clone(),
            (_, Some(path)) => format!("{}.{}", path.rsplit('/').next().unwrap_or(path), self.name),
            _ => self.name.clone(),
        }
    }

    /// Declines if it cannot be compared with there.
    pub(super) fn is_for(&self, cx: &Cx<'a>, it: &Compared<'a>) -> Result<(), Stop> {
        let Some(known) = self.std else { return Ok(()) };
        let file = it.node.file();
        if known.path == "syscall" && ["windows", "plan9"].iter().any(|it| cx.is_built_on(file, it)) {
            return Err(Stop::Note(format!(
                "it is that of {}, which other systems than Unix do not return, and the file is for those too",
                self.label()
            )));
        }
        match known.since.filter(|it| cx.go_version(file) < *it && known.path != "io/fs") {
            Some(since) => Err(format!("{} takes Go {since}", self.label()).into()),
            None => Ok(()),
        }
    }

    /// How to write it at `at`, and what it needs.
    pub(super) fn written(&self, cx: &Cx<'a>, at: Node<'a>) -> Result<(String, Option<Import<'a>>), Decline> {
        if let Some(spelled) = &self.spelled {
            return Ok((spelled.clone(), None));
        }
        let Some(path) = &self.path else {
            return match cx.workspace().local(&self.name, at) {
                Some(_) => Err(format!("{} means something else here", self.name).into()),
                None => Ok((self.name.clone(), None)),
            };
        };
        // Package os has the errors of io/fs too, and before Go 1.16 it alone did.
        let imports = |path: &str| cx.workspace().imports(at.file().id()).any(|it| it.path == path);
        let is_old = self.std.is_some_and(|it| it.since.is_some_and(|it| cx.go_version(at.file()) < it));
        let by_os = path == "io/fs" && !imports("io/fs") && (is_old || imports("os"));
        let import = cx.import(at, if by_os { "os" } else { path })?;
        if self.std.is_none() && import.need().is_some() {
            return Err(format!("the file does not import {path}, which declares {}", self.name).into());
        }
        Ok((import.name(&self.name)?, Some(import)))
    }
}

/// The errors with that text: variables of the package, and exported ones of the package whose function returned the error.
pub(super) fn with_text<'a>(
    cx: &Cx<'a>,
    it: &Compared<'a>,
    facts: Option<&Facts<'a>>,
    text: &str,
) -> Vec<Candidate<'a>> {
    let ws = cx.workspace();
    let mut found: Vec<Candidate<'a>> = Vec::new();
    let own = cx.package().files().iter().filter(|it| !ws.project().file(**it).is_test());
    for ident in own.filter_map(|it| ws.file(*it)).flat_map(|it| declared(it, text)) {
        let candidate = Candidate {
            path: None,
            name: ident.text().to_owned(),
            ident: Some(ident),
            spelled: None,
            std: None,
            is_named: false,
        };
        found.push(candidate);
    }
    if let Some(path) = callee_path(cx, it.error, facts) {
        found.extend(of_package(cx, it.node, &path, text));
    }
    // Files for different builds may declare the same.
    found.dedup_by(|a, b| a.name == b.name && a.path == b.path);
    found
}

/// The package of the function whose error is compared.
fn callee_path<'a>(cx: &Cx<'a>, error: Node<'a>, facts: Option<&Facts<'a>>) -> Option<String> {
    let error = error.unparen();
    let call = match CallExpr::cast(error) {
        Some(call) => call,
        None => match facts.filter(|_| error.as_ident().is_some())?.origin(error)? {
            Origin::Call { call, .. } => call,
            _ => return None,
        },
    };
    let path = match cx.callee(call) {
        Callee::Func { path, .. } | Callee::External { path, .. } | Callee::Method { path, .. } => path,
        Callee::InterfaceMethod { interface: Some((path, _)), .. } => path,
        _ => return None,
    };
    let is_other = cx.package().import_path().is_none_or(|it| *it != *path) && !path.is_empty();
    is_other.then(|| path.to_string())
}

/// The exported ones of another package.
fn of_package<'a>(cx: &Cx<'a>, at: Node<'a>, path: &str, text: &str) -> Vec<Candidate<'a>> {
    let (ws, project) = (cx.workspace(), cx.workspace().project());
    let Some(dir) = project.resolve_import(project.file(at.file().id()).dir, path) else { return Vec::new() };
    let candidate = |name: &str, ident| Candidate {
        path: Some(path.to_owned()),
        name: name.to_owned(),
        ident,
        spelled: None,
        std: None,
        is_named: false,
    };
    let mut found = Vec::new();
    let inside = project.find_dir(&dir).map(|it| project.dir(it).file_ids());
    let inside = inside.into_iter().flatten().filter(|it| !project.file(*it).is_test());
    let inside: Vec<_> = inside.filter_map(|it| ws.file(it)).collect();
    for file in &inside {
        found.extend(declared(file, text).into_iter().map(|it| candidate(it.text(), Some(it))));
    }
    let outside = if inside.is_empty() { project.list_package(&dir).unwrap_or_default() } else { Vec::new() };
    for file in outside.iter().filter(|it| !it.to_string_lossy().ends_with("_test.go")) {
        let bytes = project.source().read(file).unwrap_or_default();
        let source = String::from_utf8_lossy(&bytes);
        if source.contains(text) {
            let file = SourceFile::parse(source.as_ref());
            found.extend(declared(&file, text).into_iter().map(|it| candidate(it.text(), None)));
        }
    }
    found.retain(|it| is_exported(&it.name));
    found
}

/// The variables of a package that a file declares as `errors.New(text)`, or as `fmt.Errorf(text)` where the text has no
/// verbs.
fn declared<'f>(file: &'f SourceFile, text: &str) -> Vec<Node<'f>> {
    let word = text.lines().next().unwrap_or_default();
    if !file.text().contains(word) && !word.contains(['"', '\\']) {
        return Vec::new();
    }
    let imports: Vec<(&str, &str)> = file
        .nodes()
        .filter_map(ImportSpec::cast)
        .map(|it| {
            let path = it.import_path();
            (it.name().map_or(path.rsplit('/').next().unwrap_or(path), |it| it.text()), path)
        })
        .collect();
    let makes = |value: Node<'_>| {
        let call = CallExpr::cast(value.unparen())?;
        let fun = SelectorExpr::cast(call.fun().unparen())?;
        let path = imports.iter().find(|it| it.0 == fun.x().text())?.1;
        let mut args = call.args();
        let format = Spelling::of(args.next()?)?;
        let is_maker = match (path, fun.sel().text()) {
            ("errors" | "github.com/pkg/errors", "New") => true,
            ("fmt" | "github.com/pkg/errors", "Errorf") => !text.contains('%') && args.next().is_none(),
            _ => false,
        };
        (is_maker && format.text() == Some(text)).then_some(())
    };
    let is_top = |it: &ValueSpec<'_>| {
        it.node().parent().is_some_and(|it| it.kind() == Kind::GenDecl && it.role() == Role::Decls)
    };
    let specs = file.nodes().filter_map(ValueSpec::cast).filter(is_top);
    specs.flat_map(|it| it.names().zip(it.values())).filter(|it| makes(it.1).is_some()).map(|it| it.0).collect()
}
