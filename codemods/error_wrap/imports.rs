//! What the package that wraps brings with it.

use std::collections::HashSet;

use gofix_rule::{
    Cx, Decline, Import, Need,
    errors::{WrapFunc, Wrapper},
    semantic::Tri,
    syntax::{Node, header},
};

/// Declines if an import that has to be added would lead back to this package: `fmt` cannot be used by what it uses.
pub(super) fn check(cx: &Cx<'_>, import: &Import<'_>) -> Result<(), Decline> {
    let Some(Need::Import { file, path, .. }) = import.need() else { return Ok(()) };
    let Some(own) = cx.package().import_path() else { return Ok(()) };
    let project = cx.workspace().project();
    let module = project.dir(cx.package().dir()).module.map_or("", |it| project.module(it).path());
    let may_lead_back = match module {
        "std" => true,
        _ => path.split('/').next() == own.split('/').next(),
    };
    if !may_lead_back || cx.package().is_external_test() || imports_already(cx, path) {
        return Ok(());
    }
    let mut seen = HashSet::new();
    let mut todo = vec![path.clone()];
    while let Some(next) = todo.pop() {
        if next == own {
            return Err(format!("{path} needs this package, so it cannot be imported here").into());
        }
        if !seen.insert(next.clone()) {
            continue;
        }
        let dir = project.resolve_import(project.file(*file).dir, &next);
        let files = dir.and_then(|it| project.list_package(&it).ok()).unwrap_or_default();
        for name in files.iter().filter(|it| !it.to_string_lossy().ends_with("_test.go")) {
            let Ok(bytes) = project.source().read(name) else { continue };
            let text = String::from_utf8_lossy(&bytes);
            todo.extend(header::read(&text).imports.iter().map(|it| it.path.to_owned()));
        }
    }
    Ok(())
}

/// Whether some file of the package imports `path`, tests aside.
fn imports_already(cx: &Cx<'_>, path: &str) -> bool {
    let ws = cx.workspace();
    let own = cx.package().files().iter().filter(|it| !ws.project().file(**it).is_test());
    own.copied().any(|it| ws.imports(it).any(|import| import.path == path))
}

/// Whether `errors.Is` and `errors.As` look through what `func` makes.
pub(super) fn unwraps<'a>(cx: &Cx<'a>, site: Node<'a>, func: &WrapFunc) -> Tri {
    let path = match func {
        WrapFunc::Known(Wrapper::Fmt | Wrapper::Xerrors) => return Tri::Yes,
        WrapFunc::Known(wrapper) => wrapper.path(),
        WrapFunc::Own { .. } => return Tri::Unknown,
    };
    let project = cx.workspace().project();
    let Some(dir) = project.resolve_import(project.file(site.file().id()).dir, path) else { return Tri::Unknown };
    let Ok(files) = project.list_package(&dir) else { return Tri::Unknown };
    let has = |it: &std::path::PathBuf| {
        let bytes = project.source().read(it).unwrap_or_default();
        String::from_utf8_lossy(&bytes).contains(") Unwrap() error")
    };
    if files.is_empty() { Tri::Unknown } else { files.iter().any(has).into() }
}
