use gofix_project::Project;
use gofix_semantic::{ImportName, Package, Res, Tri, Workspace};
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
        if is_hidden(self.ws, self.at, name) || package.declarations(name).1 != Tri::No {
            return Err(Decline::new(format!("{name} means something else here")));
        }
        Ok(name.to_owned())
    }

    /// The import that has to be added for it.
    pub fn need(&self) -> Option<&Need> {
        self.need.as_ref()
    }
}

/// See [`Cx::import`](crate::Cx::import).
pub(crate) fn find<'a>(
    ws: &'a Workspace,
    package: Package<'a>,
    at: Node<'a>,
    path: &str,
) -> Result<Import<'a>, Decline> {
    let file = at.file().id();
    let existing = |how: &dyn Fn(ImportName) -> bool| {
        ws.imports(file).filter(|it| it.path == path && how(it.how)).find(|it| !is_hidden(ws, at, it.name))
    };
    let named = existing(&|how| matches!(how, ImportName::Explicit | ImportName::Known));
    let named = named.or_else(|| existing(&|how| how == ImportName::Guessed).filter(|it| is_confirmed(ws, it.spec)));
    if let Some(import) = named {
        return Ok(Import { ws, at, qualifier: import.name.to_owned(), need: None });
    }
    if ws.imports(file).any(|it| it.path == path && it.how == ImportName::Dot) {
        return Ok(Import { ws, at, qualifier: String::new(), need: None });
    }
    let own = package_name(ws, at, path);
    let candidates = [own.clone()].into_iter().chain((2..10).map(|n| format!("{own}{n}")));
    let name = candidates.into_iter().find(|it| is_free(ws, package, at, it));
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

/// Whether a declaration inside a function hides at `at` what the file or the package calls `name`.
fn is_hidden(ws: &Workspace, at: Node<'_>, name: &str) -> bool {
    let same = |it: &Node<'_>| it.start() < at.end() && it.as_ident() == Some(name) && it.role() != Role::Sel;
    at.file().nodes().filter(same).any(|ident| match ws.resolve(ident) {
        Res::Def(def) if def.ident() == ident && !def.is_package_level() => {
            ident.ancestors().find(|it| opens_scope(*it)).is_some_and(|it| it.contains(at))
        }
        _ => false,
    })
}

/// Whether what a child of the node declares can be seen in the whole node and nowhere else.
fn opens_scope(node: Node<'_>) -> bool {
    use Kind::*;
    matches!(
        node.kind(),
        BlockStmt
            | CaseClause
            | CommClause
            | IfStmt
            | ForStmt
            | RangeStmt
            | SwitchStmt
            | TypeSwitchStmt
            | FuncDecl
            | FuncLit
    ) || node.kind() == TypeSpec
}

/// Whether an import may be called `name` and be referred to at `at`: nothing in the package block is called so, no other
/// import of the file, nothing that hides it at the place, and nothing else that the file refers to.
fn is_free(ws: &Workspace, package: Package<'_>, at: Node<'_>, name: &str) -> bool {
    let file = at.file();
    if package.declarations(name).1 != Tri::No || is_hidden(ws, at, name) {
        return false;
    }
    if ws.imports(file.id()).any(|it| it.name == name) {
        return false;
    }
    let refers_outside = |it: Node<'_>| {
        let is_use = it.as_ident() == Some(name) && !matches!(it.role(), Role::Sel | Role::Label | Role::None);
        is_use && it.parent().is_some_and(|it| it.kind() != Kind::File) && !matches!(ws.resolve(it), Res::Def(_))
    };
    !file.nodes().any(refers_outside)
}
