//! Errors that have a text.

use gofix_rule::{
    Cx, Decline, Import, Spelling,
    errors::{self, Sentinel},
    flow::{Facts, Origin},
    semantic::{is_exported, types::Callee},
    syntax::{
        Kind, Node, Role, SourceFile,
        ast::{AstNode, CallExpr, ImportSpec, SelectorExpr, ValueSpec},
    },
};

use super::{
    Stop,
    compared::{Compared, How, Text},
    table::{self, Known},
};

/// The package that has what package syscall has, and more.
const UNIX: &str = "golang.org/x/sys/unix";

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
        if let Some(ident) = self.ident.filter(|_| !self.is_named) {
            let file = ident.file();
            if file.id() != it.node.file().id() && cx.is_constrained(file) {
                return Err(format!("{} is declared for some builds only", self.label()).into());
            }
            if errors::is_assigned(cx, ident) {
                return Err(format!("{} is assigned again, so it may have another text", self.label()).into());
            }
        }
        let Some(known) = self.std else { return Ok(()) };
        let file = it.node.file();
        if known.path == "syscall" && ["windows", "plan9"].iter().any(|it| cx.is_built_on(file, it)) {
            return Err(Stop::note(format!(
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
        // Its numbers of errors are those of package syscall.
        let by_unix = path == "syscall" && !imports("syscall") && imports(UNIX);
        let import = cx.import(
            at,
            if by_os {
                "os"
            } else if by_unix {
                UNIX
            } else {
                path
            },
        )?;
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
    let mut found = of_own(cx, text, How::Whole);
    if let Some(path) = callee_path(cx, it.error, facts) {
        found.extend(of_package(cx, it.node, &path, text, How::Whole));
    }
    // Files for different builds may declare the same.
    found.dedup_by(|a, b| a.name == b.name && a.path == b.path);
    found
}

/// Another error of the package of `one`, or of the package at hand, for which the comparison holds, too: it looks for
/// `not found`, and there is a `user not found`.
pub(super) fn other_like<'a>(cx: &Cx<'a>, it: &Compared<'a>, one: &Candidate<'a>) -> Option<Candidate<'a>> {
    if it.how == How::Whole {
        return None;
    }
    let own = cx.package().import_path();
    let path = one.path.as_deref().filter(|it| own.as_deref().is_none_or(|own| own != *it));
    let text = match &it.text {
        Text::Constant(text) => text.clone(),
        _ => text_of(one, path)?,
    };
    let mut all = of_own(cx, &text, it.how);
    if let Some(path) = path {
        all.extend(of_package(cx, it.node, path, &text, it.how));
    }
    all.into_iter().find(|it| it.name != one.name)
}

/// The text of an error that is named.
fn text_of(one: &Candidate<'_>, path: Option<&str>) -> Option<String> {
    if let Some(known) = path.and_then(|it| table::by_name(it, &one.name)) {
        return Some(known.text.to_owned());
    }
    let file = one.ident?.file();
    declared(file, |_| true).into_iter().find(|it| it.0.text() == one.name).map(|it| it.1)
}

/// Those of the package at hand for which a comparison with `text` holds.
fn of_own<'a>(cx: &Cx<'a>, text: &str, how: How) -> Vec<Candidate<'a>> {
    let ws = cx.workspace();
    let own = cx.package().files().iter().filter(|it| !ws.project().file(**it).is_test());
    let own = own.filter_map(|it| ws.file(*it)).filter(|it| may_have(it.text(), text));
    let idents = own.flat_map(|it| declared(it, |it| how.holds(it, text))).map(|it| it.0);
    let candidate = |ident: Node<'a>| Candidate {
        path: None,
        name: ident.text().to_owned(),
        ident: Some(ident),
        spelled: None,
        std: None,
        is_named: false,
    };
    idents.map(candidate).collect()
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
fn of_package<'a>(cx: &Cx<'a>, at: Node<'a>, path: &str, text: &str, how: How) -> Vec<Candidate<'a>> {
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
    for file in inside.iter().filter(|it| may_have(it.text(), text)) {
        let all = declared(file, |it| how.holds(it, text));
        found.extend(all.into_iter().map(|it| candidate(it.0.text(), Some(it.0))));
    }
    let outside = if inside.is_empty() { project.list_package(&dir).unwrap_or_default() } else { Vec::new() };
    for file in outside.iter().filter(|it| !it.to_string_lossy().ends_with("_test.go")) {
        let bytes = project.source().read(file).unwrap_or_default();
        let source = String::from_utf8_lossy(&bytes);
        if may_have(&source, text) {
            let file = SourceFile::parse(source.as_ref());
            let all = declared(&file, |it| how.holds(it, text));
            found.extend(all.into_iter().map(|it| candidate(it.0.text(), None)));
        }
    }
    found.retain(|it| is_exported(&it.name));
    found
}

/// Whether source text may have a string with `text`; not if it has other letters.
fn may_have(source: &str, text: &str) -> bool {
    let word = text.lines().next().unwrap_or_default();
    source.contains(word) || word.contains(['"', '\\'])
}

/// The variables of a package that a file declares as `errors.New(text)`, or as `fmt.Errorf(text)` where the text has no
/// verbs, and those texts: those that `is_wanted`.
fn declared<'f>(file: &'f SourceFile, is_wanted: impl Fn(&str) -> bool) -> Vec<(Node<'f>, String)> {
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
            ("fmt" | "github.com/pkg/errors", "Errorf") => args.next().is_none(),
            _ => false,
        };
        let is_format = fun.sel().text() == "Errorf";
        let text = format.text().filter(|it| is_maker && !(is_format && it.contains('%')) && is_wanted(it))?;
        Some(text.to_owned())
    };
    let is_top = |it: &ValueSpec<'_>| {
        it.node().parent().is_some_and(|it| it.kind() == Kind::GenDecl && it.role() == Role::Decls)
    };
    let specs = file.nodes().filter_map(ValueSpec::cast).filter(is_top);
    let named = specs.flat_map(|it| it.names().zip(it.values())).filter(|it| it.0.text() != "_");
    named.filter_map(|it| Some((it.0, makes(it.1)?))).collect()
}
