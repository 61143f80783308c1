//! From fixes to new texts: edits, then imports, then layout.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use gofix_rule::{Edit, EditSet, FileId, Fix, Need, TextRange};
use gofix_semantic::{Import, ImportName, Res, Workspace};
use gofix_syntax::{Kind, Node, Role, SourceFile};
use rayon::prelude::*;

use crate::{
    imports::{Wanted, settle},
    tidy::{merged_deletions, tidy},
};

/// The new text of a file.
pub(crate) struct NewText {
    /// The edits that lead to it, all of them.
    pub(crate) edits: EditSet,
    pub(crate) file: SourceFile,
}

/// A text in the making.
struct Draft {
    edits: EditSet,
    text: Arc<str>,
}

/// The texts of those files of `only` that the fixes change. The fixes must not be in conflict.
pub(crate) fn apply(ws: &Workspace, fixes: &[&Fix], only: &BTreeSet<FileId>) -> BTreeMap<FileId, NewText> {
    let mut edits: BTreeMap<FileId, Vec<Edit>> = BTreeMap::new();
    let mut needs: BTreeMap<FileId, BTreeSet<&Need>> = BTreeMap::new();
    for fix in fixes {
        for (file, of_file) in fix.edits().iter().filter(|(file, _)| only.contains(file)) {
            edits.entry(*file).or_default().extend(of_file.iter().cloned());
        }
        for need in fix.all_needs() {
            if let Some(file) = need.file().filter(|it| only.contains(it)) {
                needs.entry(file).or_default().insert(need);
                edits.entry(file).or_default();
            }
        }
    }
    let files: Vec<(FileId, Vec<Edit>)> = edits.into_iter().collect();
    let edited = files.into_par_iter().filter_map(|(id, edits)| Some((id, edit(ws.file(id)?, edits))));
    let mut drafts: BTreeMap<FileId, Draft> = edited.collect();
    settle_imports(ws, &mut drafts, &needs);
    drafts.into_par_iter().filter_map(|(id, draft)| Some((id, draft.laid_out(ws.file(id)?)))).collect()
}

impl Draft {
    /// Makes further edits, in offsets of the text as it is now.
    fn then(&mut self, further: &EditSet) {
        if !further.is_empty() {
            self.text = further.apply(&self.text).into();
            self.edits = self.edits.compose(further);
        }
    }

    /// The text laid out as gofmt would, where it was before.
    fn laid_out(mut self, before: &SourceFile) -> NewText {
        let parse = |text: &Arc<str>| SourceFile::parse_as(before.id(), Arc::clone(text));
        let file = parse(&self.text);
        let layout = gofix_format::reformat(before, &file, &self.edits);
        if layout.is_empty() {
            return NewText { edits: self.edits, file };
        }
        self.then(&layout);
        NewText { edits: self.edits, file: parse(&self.text) }
    }
}

/// Makes the edits of all fixes in one file. Equal replacements are one.
fn edit(file: &SourceFile, mut edits: Vec<Edit>) -> Draft {
    edits.sort_by_key(|it| (it.range.start, it.range.end));
    edits.dedup_by(|a, b| a == b && !a.range.is_empty());
    let set = EditSet::new(edits).unwrap_or_default();
    let set = with_line_ends(file.text(), tidy(file.text(), &set));
    Draft { text: set.apply(file.text()).into(), edits: set }
}

/// The edits with the line ends of the file: those of its first line.
fn with_line_ends(text: &str, edits: EditSet) -> EditSet {
    let has_crlf = memchr::memchr(b'\n', text.as_bytes()).is_some_and(|at| at > 0 && text.as_bytes()[at - 1] == b'\r');
    if !has_crlf || edits.iter().all(|it| !it.text.contains('\n')) {
        return edits;
    }
    let crlf = |it: &Edit| Edit::replace(it.range, it.text.replace("\r\n", "\n").replace('\n', "\r\n"));
    EditSet::new(edits.iter().map(crlf).collect()).unwrap_or(edits)
}

/// Adds the imports that are needed, and removes those that were used and no longer are.
fn settle_imports(ws: &Workspace, drafts: &mut BTreeMap<FileId, Draft>, needs: &BTreeMap<FileId, BTreeSet<&Need>>) {
    let mut doubtful: BTreeMap<FileId, Vec<Import<'_>>> = BTreeMap::new();
    for (id, draft) in drafts.iter() {
        let lost = maybe_lost(ws, *id, draft);
        if !lost.is_empty() || needs.contains_key(id) {
            doubtful.insert(*id, lost);
        }
    }
    if doubtful.is_empty() {
        return;
    }
    let changed = doubtful.keys().map(|it| (*it, Arc::clone(&drafts[it].text))).collect();
    let next = ws.with_texts(changed);
    let none = BTreeSet::new();
    for (id, lost) in doubtful {
        let (Some(file), Some(draft)) = (next.file(id), drafts.get_mut(&id)) else { continue };
        let unused: Vec<Node<'_>> = lost.iter().filter_map(|it| unused_spec(&next, file, it)).collect();
        let wanted: Vec<Wanted> = needs.get(&id).unwrap_or(&none).iter().filter_map(|it| wanted(&next, it)).collect();
        let own = own_path(ws, id);
        let edits = merged_deletions(settle(file, &unused, wanted, own.as_deref()));
        let edits = EditSet::new(edits).unwrap_or_default();
        let edits = with_line_ends(file.text(), tidy(file.text(), &edits));
        draft.then(&edits);
    }
}

/// The path of the module that the file belongs to.
fn own_path(ws: &Workspace, id: FileId) -> Option<String> {
    let project = ws.project();
    let module = project.dir(project.file(id).dir).module?;
    Some(project.module(module).path().to_owned()).filter(|it| !it.is_empty())
}

/// The imports of which the edits delete a use. None of a file with syntax errors: its broken parts may use them, too.
fn maybe_lost<'a>(ws: &'a Workspace, id: FileId, draft: &Draft) -> Vec<Import<'a>> {
    let Some(file) = ws.file(id).filter(|it| it.errors().is_empty()) else { return Vec::new() };
    let edits = draft.edits.as_slice();
    let deleted = |range: TextRange| {
        let at = edits.partition_point(|it| it.range.end <= range.start);
        edits.get(at).is_some_and(|it| it.range.contains(range))
    };
    let qualifiers = file.nodes().filter(|it| it.kind() == Kind::Ident && it.role() == Role::X && deleted(it.range()));
    let specs: BTreeSet<_> = qualifiers
        .filter_map(|it| match ws.resolve(it) {
            Res::Package { spec, .. } => Some(spec.id()),
            _ => None,
        })
        .collect();
    let named = |it: &Import<'_>| !matches!(it.how, ImportName::Blank | ImportName::Dot) && it.path != "C";
    ws.imports(id).filter(|it| specs.contains(&it.spec.id()) && named(it)).collect()
}

/// The spec of `import` in the text after the edits, if nothing there can mean it any more.
fn unused_spec<'a>(next: &'a Workspace, file: &'a SourceFile, import: &Import<'_>) -> Option<Node<'a>> {
    let spec = next.imports(file.id()).find(|it| it.path == import.path && it.name == import.name)?.spec;
    let may_use = |it: Node<'a>| {
        it.as_ident() == Some(import.name) && it.role() == Role::X && !matches!(next.resolve(it), Res::Def(_))
    };
    (!file.nodes().any(may_use)).then_some(spec)
}

/// The import to add for a need, unless the file has it.
fn wanted(next: &Workspace, need: &Need) -> Option<Wanted> {
    let Need::Import { file, path, name, spelled } = need else { return None };
    let exists = next.imports(*file).any(|it| it.path == path && it.name == name);
    (!exists).then(|| Wanted { path: path.clone(), name: name.clone(), spelled: *spelled })
}
