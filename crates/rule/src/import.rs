use gofix_project::Project;
use gofix_semantic::{ImportName, Res, Tri, Workspace};
use gofix_syntax::{FileId, Kind, Node, Role, header};

use crate::{Decline, Need};

/// How to refer to a package at some place.
#[derive(Clone, Debug)]
pub struct Import<'a> {
    ws: &'a Workspace,
    at: Node<'a>,
    qualifier: String,
    need: Option<Need>,
}

impl<'a> Import<'a> {
    /// What to write before a name of the package, without the point; empty after a dot import.
    pub fn qualifier(&self) -> &str {
        &self.qualifier
    }

    /// The name `name` of the package, as it has to be written at the place that was asked for: `pkg.Name`, or `Name`
    /// after a dot import. Declines if something there hides it.
    pub fn name(&self, name: &str) -> Result<String, Decline> {
        if !self.qualifier.is_empty() {
            return Ok(format!("{}.{name}", self.qualifier));
        }
        let package = self.ws.package_of(self.at.file().id());
        if self.ws.local(name, self.at).is_some() || package.declarations(name).1 != Tri::No {
            return Err(Decline::new(format!("{name} means something else here")));
        }
        Ok(name.to_owned())
    }

    /// The import that has to be added for it.
    pub fn need(&self) -> Option<&Need> {
        self.need.as_ref()
    }
}

/// As [`find`]; a new import is called `name` if that is free, and spells the name if `spelled`.
pub(crate) fn find_as<'a>(
    ws: &'a Workspace,
    at: Node<'a>,
    path: &str,
    (name, spelled): (&str, bool),
) -> Result<Import<'a>, Decline> {
    let found = find(ws, at, path)?;
    if found.need.is_none() || !is_free(ws, at, name) {
        return Ok(found);
    }
    let need = Need::Import { file: at.file().id(), path: path.to_owned(), name: name.to_owned(), spelled };
    Ok(Import { ws, at, qualifier: name.to_owned(), need: Some(need) })
}

/// See [`Cx::import`](crate::Cx::import).
pub(crate) fn find<'a>(ws: &'a Workspace, at: Node<'a>, path: &str) -> Result<Import<'a>, Decline> {
    let file = at.file().id();
    let existing = |how: &dyn Fn(ImportName) -> bool| {
        ws.imports(file).filter(|it| it.path == path && how(it.how)).find(|it| ws.local(it.name, at).is_none())
    };
    let named = existing(&|how| matches!(how, ImportName::Explicit | ImportName::Known));
    let named = named.or_else(|| existing(&|how| how == ImportName::Guessed).filter(|it| is_confirmed(ws, it.spec)));
    if let Some(import) = named {
        return Ok(Import { ws, at, qualifier: import.name.to_owned(), need: None });
    }
    if ws.imports(file).any(|it| it.path == path && it.how == ImportName::Dot) {
        return Ok(Import { ws, at, qualifier: String::new(), need: None });
    }
    let is_named = |it: &gofix_semantic::Import<'_>| {
        it.path == path && matches!(it.how, ImportName::Explicit | ImportName::Known | ImportName::Guessed)
    };
    if let Some(import) = ws.imports(file).find(is_named) {
        return Err(Decline::new(format!("{} means something else here", import.name)));
    }
    let own = package_name(ws, at, path);
    if ws.local(&own, at).is_some() {
        return Err(Decline::new(format!("{own} means something else here")));
    }
    let candidates = [own.clone()].into_iter().chain((2..10).map(|n| format!("{own}{n}")));
    if ws.is_free_for_import(&own, file) == Tri::Unknown {
        let reason = "whether an import may be called {} cannot be told: something in the package cannot be read";
        return Err(Decline::new(reason.replace("{}", &own)));
    }
    let name = candidates.into_iter().find(|it| is_free(ws, at, it));
    let name = name.ok_or_else(|| Decline::new(format!("no name is free for an import of {path}")))?;
    let spelled = name != last_element(path);
    let need = Need::Import { file, path: path.to_owned(), name: name.clone(), spelled };
    Ok(Import { ws, at, qualifier: name, need: Some(need) })
}

/// Whether something in the file is selected from the import under its guessed name.
fn is_confirmed(ws: &Workspace, spec: Node<'_>) -> bool {
    let denotes = |it: Node<'_>| matches!(ws.resolve(it), Res::Package { spec: found, .. } if found.id() == spec.id());
    spec.file().nodes().any(|it| it.kind() == Kind::Ident && it.role() == Role::X && denotes(it))
}

/// The name in the package clause of `path`, or the one its path suggests.
fn package_name(ws: &Workspace, at: Node<'_>, path: &str) -> String {
    let name = declared_name(ws.project(), at.file().id(), path).unwrap_or_else(|| last_element(path).to_owned());
    let is_identifier = !name.is_empty()
        && !name.starts_with(|it: char| it.is_ascii_digit())
        && name.chars().all(|it| it.is_alphanumeric() || it == '_');
    if is_identifier { name } else { "pkg".to_owned() }
}

/// The name in the package clause of `path`, if the package is found.
fn declared_name(project: &Project, from: FileId, path: &str) -> Option<String> {
    let dir = project.resolve_import(project.file(from).dir, path)?;
    let files = project.list_package(&dir).ok()?;
    let file = files.iter().find(|it| !it.to_string_lossy().ends_with("_test.go"))?;
    let bytes = project.source().read(file).ok()?;
    Some(header::read(&String::from_utf8_lossy(&bytes)).package?.name.to_owned())
}

/// The last element of a path that is not a major version.
fn last_element(path: &str) -> &str {
    let is_version =
        |it: &str| it.strip_prefix('v').is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
    let mut elements = path.rsplit('/');
    let last = elements.next().unwrap_or(path);
    if is_version(last) { elements.next().unwrap_or(last) } else { last }
}

/// Whether an import may be called `name` and be referred to at `at`: neither the package nor the file has the name, nor
/// does a declaration inside the function hide it there.
fn is_free(ws: &Workspace, at: Node<'_>, name: &str) -> bool {
    ws.local(name, at).is_none() && ws.is_free_for_import(name, at.file().id()).is_yes()
}
