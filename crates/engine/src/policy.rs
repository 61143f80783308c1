//! What may be done about a finding: selected, suppressed, vendored, generated and broken files, and levels.

use std::{borrow::Cow, collections::BTreeMap, sync::Arc};

use gofix_rule::{Advice, Edit, FileId, Fix, Level, Need, TextRange};
use gofix_semantic::Workspace;
use gofix_syntax::{Kind, Role, SourceFile, header};

use crate::{
    Selected, comments,
    outcome::Status,
    resolve::{Declares, declared_names},
    schedule::Raw,
    suppress::Directive,
    verify,
};

/// What to do about a finding.
pub(crate) enum Decision {
    /// Nobody asked for the file.
    Drop,
    /// Nothing to do; this is what became of it.
    Settled(Status),
    /// To make the fix, if it gets along with the others.
    Make(Level),
}

/// A finding with the decision about it.
pub(crate) struct Judged {
    pub(crate) rule: usize,
    pub(crate) file: FileId,
    pub(crate) range: TextRange,
    pub(crate) message: Cow<'static, str>,
    pub(crate) fix: Option<Arc<Fix>>,
    pub(crate) decision: Decision,
    pub(crate) lowered: Option<&'static str>,
    /// The names that the fix declares, if it is to be made.
    pub(crate) declares: Declares,
}

/// All that the decisions depend on.
pub(crate) struct Policy<'a> {
    pub(crate) ws: &'a Workspace,
    pub(crate) rules: &'a [Selected<'a>],
    pub(crate) review: bool,
    pub(crate) directives: BTreeMap<FileId, Vec<Directive>>,
    /// Files that are to be left as they are, and why.
    pub(crate) frozen: &'a BTreeMap<FileId, &'static str>,
    /// Files that fixes of earlier rounds create and remove.
    pub(crate) created: &'a [(String, String)],
    pub(crate) removed: &'a [FileId],
}

const LOSES_COMMENT: &str = "a comment would be lost";

impl Policy<'_> {
    pub(crate) fn judge(&self, raw: Raw) -> Judged {
        let Raw { rule, finding } = raw;
        let (fix, note) = match finding.advice {
            Advice::Fix(fix) => (Some(Arc::from(fix)), None),
            Advice::Note => (None, Some(Status::Reported)),
            Advice::LeftAlone(reason) => (None, Some(Status::LeftAlone(reason))),
        };
        let name = self.rules[rule].rule.meta().name;
        let mut directives = self.directives.get(&finding.file).into_iter().flatten();
        let suppressed = directives.any(|it| it.covers(name, finding.range.start));
        let mut judged = Judged {
            rule,
            file: finding.file,
            range: finding.range,
            message: finding.message,
            fix,
            decision: Decision::Drop,
            lowered: None,
            declares: Declares::new(),
        };
        let entry = self.ws.project().file(judged.file);
        judged.decision = match (&judged.fix, note) {
            _ if !entry.selected || entry.in_vendor() => Decision::Drop,
            _ if suppressed => Decision::Settled(Status::Suppressed),
            (_, Some(status)) => Decision::Settled(status),
            (None, None) => Decision::Settled(Status::Reported),
            (Some(fix), None) => match self.obstacle(fix) {
                Some(reason) => Decision::Settled(Status::Withheld(reason)),
                None => {
                    judged.lowered = self.loses_comment(fix).then_some(LOSES_COMMENT);
                    let level = judged.lowered.map_or(fix.level(), |_| Level::Review);
                    match level == Level::Review && !self.review {
                        true => Decision::Settled(Status::NeedsReview),
                        false => Decision::Make(level),
                    }
                }
            },
        };
        if let (Decision::Make(_), Some(fix)) = (&judged.decision, &judged.fix) {
            judged.declares = self.declares(fix);
        }
        judged
    }

    /// Why the fix cannot be made at all.
    fn obstacle(&self, fix: &Fix) -> Option<String> {
        let imports = fix.all_needs().iter().filter_map(Need::file);
        let mut files = fix.edits().keys().chain(fix.removed()).copied().chain(imports);
        if let Some(reason) = files.find_map(|it| self.off_limits(it)) {
            return Some(reason);
        }
        let project = self.ws.project();
        let no_module = |need: &Need| match need {
            Need::Module { module, .. } => project.requiring(*module, &[]).is_none(),
            Need::Import { .. } => false,
        };
        if fix.all_needs().iter().any(no_module) {
            return Some("it would change a go.mod file that is out of reach".to_owned());
        }
        let in_broken = |(id, edits): (&FileId, &Vec<Edit>)| {
            let file = self.ws.file(*id)?;
            let broken =
                edits.iter().any(|it| !is_clean(file, it.range)) || (needs_import(fix, *id) && has_broken_import(file));
            broken.then(|| format!("it would change {} where it has a syntax error", project.file(*id).path))
        };
        if let Some(reason) = fix.edits().iter().find_map(in_broken) {
            return Some(reason);
        }
        fix.created().iter().find_map(|(path, text)| {
            let exists = self.created.iter().any(|it| it.0 == *path);
            if exists || project.source().kind(&project.root().join(path)).is_some() {
                Some(format!("it would create {path}, which exists"))
            } else if path.ends_with(".go") && !verify::is_valid(text) {
                Some("the result has a syntax error".to_owned())
            } else {
                None
            }
        })
    }

    /// Why a file must not be changed.
    fn off_limits(&self, id: FileId) -> Option<String> {
        let entry = self.ws.project().file(id);
        if let Some(reason) = self.frozen.get(&id) {
            return Some((*reason).to_owned());
        }
        let why = match self.ws.text(id) {
            _ if self.removed.contains(&id) => "another fix removes",
            _ if entry.in_vendor() => "is vendored",
            _ if !entry.selected => "the patterns do not select",
            Ok(text) if header::read(text).generated => "is generated",
            Err(_) => "cannot be read",
            Ok(_) => return None,
        };
        Some(format!("it would change {}, which {why}", entry.path))
    }

    fn loses_comment(&self, fix: &Fix) -> bool {
        let mut files = fix.edits().keys().filter_map(|it| self.ws.file(*it));
        files.any(|file| comments::lost(file, fix).is_some())
    }

    /// The names that a fix declares, each with the declaration at the top of the file inside which it does.
    fn declares(&self, fix: &Fix) -> Declares {
        let mut declares = Declares::new();
        for (id, edits) in fix.edits() {
            let Some(file) = self.ws.file(*id) else { continue };
            for edit in edits.iter().filter(|it| !it.text.is_empty()) {
                let old = file.text().get(edit.range.to_usize()).unwrap_or_default();
                let old = declared_names(old);
                let around = decl_around(file, edit.range).unwrap_or(edit.range);
                let new = declared_names(&edit.text).into_iter().filter(|it| !old.contains(it));
                declares.extend(new.map(|it| (*id, around, it.to_owned())));
            }
        }
        declares
    }
}

/// The declaration at the top of the file that holds a range.
fn decl_around(file: &SourceFile, range: TextRange) -> Option<TextRange> {
    file.root().children_in(Role::Decls).map(|it| it.range()).find(|it| it.contains(range))
}

/// Whether an edit of that range stays clear of syntax errors: there are none in the file, or it is inside a declaration
/// without, and the package clause is fine.
fn is_clean(file: &SourceFile, range: TextRange) -> bool {
    let Some(first) = file.errors().first() else { return true };
    let mut decls = file.root().children_in(Role::Decls).peekable();
    let in_clause = decls.peek().is_none_or(|it| first.offset < it.start());
    !in_clause && decls.any(|it| it.kind() != Kind::BadDecl && it.range().contains(range))
}

fn needs_import(fix: &Fix, id: FileId) -> bool {
    fix.all_needs().iter().any(|it| it.file() == Some(id))
}

fn has_broken_import(file: &SourceFile) -> bool {
    let mut decls = file.root().children_in(Role::Decls);
    decls.any(|it| it.kind() == Kind::BadDecl && it.text().trim_start().starts_with("import"))
}
