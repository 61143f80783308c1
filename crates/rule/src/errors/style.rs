//! How a project writes its errors: by which function it wraps them, and how the words begin.
//!
//! Counted by name and import alone: this chooses between wordings that are all right.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Mutex, OnceLock, PoisonError},
};

use gofix_project::ModuleId;
use gofix_semantic::Workspace;
use gofix_syntax::{
    FileId, Kind, Node, Role, SourceFile, TextRange, Token,
    ast::{AstNode, CallExpr, SelectorExpr},
};

use super::verbs;
use crate::Cx;

/// How the words of an error begin.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Family {
    /// `read config`.
    Bare,
    /// `reading config`.
    Gerund,
    /// `failed to read config`.
    FailedTo,
    /// `unable to read config`.
    UnableTo,
    /// `could not read config`.
    CouldNot,
    /// `cannot read config`.
    Cannot,
    /// `error reading config`.
    ErrorGerund,
    /// The name of the function that returns it.
    Func,
}

/// The packages that wrap errors.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Wrapper {
    /// `fmt.Errorf("…: %w", err)`.
    Fmt,
    /// `errors.Wrap(err, "…")` of github.com/pkg/errors.
    PkgErrors,
    /// `xerrors.Errorf("…: %w", err)`.
    Xerrors,
    /// `errors.WrapPrefix(err, "…", 0)` of github.com/go-errors/errors.
    GoErrors,
}

impl Wrapper {
    const ALL: [Wrapper; 4] = [Wrapper::Fmt, Wrapper::PkgErrors, Wrapper::Xerrors, Wrapper::GoErrors];

    /// The import path of the package.
    pub fn path(self) -> &'static str {
        match self {
            Wrapper::Fmt => "fmt",
            Wrapper::PkgErrors => "github.com/pkg/errors",
            Wrapper::Xerrors => "golang.org/x/xerrors",
            Wrapper::GoErrors => "github.com/go-errors/errors",
        }
    }
}

/// One place where an error is wrapped.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Wrap {
    /// The call.
    pub range: TextRange,
    /// In which function: where its declaration begins.
    pub func: Option<u32>,
    /// By which package.
    pub wrapper: Wrapper,
    /// How the words begin; none if a value does.
    pub family: Option<Family>,
    /// Whether a value is quoted (`%q`), or not (`%s`); none if there is none.
    pub quoted: Option<bool>,
}

/// How often what was seen in a module.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
struct Habits {
    families: BTreeMap<Family, u32>,
    wrappers: BTreeMap<Wrapper, u32>,
    quotes: BTreeMap<bool, u32>,
}

impl Habits {
    fn add(&mut self, wrap: &Wrap) {
        *self.wrappers.entry(wrap.wrapper).or_default() += 1;
        wrap.family.into_iter().for_each(|it| *self.families.entry(it).or_default() += 1);
        wrap.quoted.into_iter().for_each(|it| *self.quotes.entry(it).or_default() += 1);
    }

    fn take(&mut self, wrap: &Wrap) {
        let less = |it: Option<&mut u32>| it.into_iter().for_each(|it| *it = it.saturating_sub(1));
        less(self.wrappers.get_mut(&wrap.wrapper));
        less(wrap.family.and_then(|it| self.families.get_mut(&it)));
        less(wrap.quoted.and_then(|it| self.quotes.get_mut(&it)));
    }
}

// What weighs how much was found by taking wraps out of six repositories and guessing them: `cargo xtask oracle style`.

/// What the module does counts as much as this, all in all.
const OF_MODULE: f64 = 1.0;
/// What the package does, if it does it often enough.
const OF_PACKAGE: f64 = 3.0;
/// What the file does.
const OF_FILE: f64 = 2.0;
/// What the function does, each time.
const OF_FUNC: f64 = 0.5;
/// The nearest wrap of the file, and the next.
const NEAREST: [f64; 2] = [2.0, 1.0];
/// How many are often enough.
const ENOUGH: usize = 3;
/// What speaks against a package that the file does not import.
const FOREIGN: f64 = 2.0;

/// The habits around a place.
pub struct Around {
    module: Habits,
    package: Vec<Wrap>,
    /// Those of the file, the nearest first.
    file: Vec<Wrap>,
    /// The function around the place, by its start.
    func: Option<u32>,
    /// What the file imports.
    imported: Vec<Wrapper>,
}

impl Around {
    /// The habits around `offset` in `file`, but for the wrap at `except`.
    pub fn new(ws: &Workspace, file: FileId, offset: u32, except: Option<TextRange>) -> Around {
        let kept = ws.kept(Kept::new);
        let counts = |id: FileId, it: &Wrap| id != file || except != Some(it.range);
        let mut module = kept.of_module(ws, file);
        kept.of(ws, file).iter().filter(|it| !counts(file, it)).for_each(|it| module.take(it));
        let files = ws.package_of(file).files().iter().copied();
        let package = files.flat_map(|id| kept.of(ws, id).iter().filter(move |it| counts(id, it)).copied()).collect();
        let mut own: Vec<Wrap> = kept.of(ws, file).iter().filter(|it| counts(file, it)).copied().collect();
        own.sort_by_key(|it| it.range.start.abs_diff(offset));
        let func = ws.file(file).and_then(|it| func_at(it, offset));
        let imported = ws.imports(file).filter_map(|it| Wrapper::ALL.into_iter().find(|w| w.path() == it.path));
        Around { module, package, file: own, func, imported: imported.collect() }
    }

    /// The family that a message here should have.
    pub fn family(&self) -> Family {
        self.likeliest(&self.module.families, |it| it.family, |_| 0.0).unwrap_or(Family::Bare)
    }

    /// The package that wraps errors here.
    pub fn wrapper(&self) -> Wrapper {
        let is_here = |it: Wrapper| it == Wrapper::Fmt || self.imported.contains(&it);
        let against = |it: Wrapper| if is_here(it) { 0.0 } else { FOREIGN };
        self.likeliest(&self.module.wrappers, |it| Some(it.wrapper), against).unwrap_or(Wrapper::Fmt)
    }

    /// Whether strings are quoted here.
    pub fn quotes(&self) -> bool {
        self.likeliest(&self.module.quotes, |it| it.quoted, |_| 0.0).unwrap_or(false)
    }

    /// What is likeliest here, by what the module, the package, the file, the function and the nearest wraps do.
    fn likeliest<K: Copy + Ord>(
        &self,
        module: &BTreeMap<K, u32>,
        of: impl Fn(&Wrap) -> Option<K>,
        against: impl Fn(K) -> f64,
    ) -> Option<K> {
        let mut scores: BTreeMap<K, f64> = BTreeMap::new();
        let mut add = |key: K, weight: f64| *scores.entry(key).or_default() += weight;
        let all: u32 = module.values().sum();
        module
            .iter()
            .filter(|it| *it.1 > 0)
            .for_each(|(key, count)| add(*key, OF_MODULE * f64::from(*count) / f64::from(all)));
        let package: Vec<K> = self.package.iter().filter_map(&of).collect();
        package.iter().for_each(|it| add(*it, OF_PACKAGE / package.len().max(ENOUGH) as f64));
        let file: Vec<(&Wrap, K)> = self.file.iter().filter_map(|it| Some((it, of(it)?))).collect();
        for (index, (wrap, key)) in file.iter().enumerate() {
            add(*key, OF_FILE / file.len().max(ENOUGH) as f64);
            add(*key, NEAREST.get(index).copied().unwrap_or(0.0));
            if self.func.is_some() && wrap.func == self.func {
                add(*key, OF_FUNC);
            }
        }
        scores.iter_mut().for_each(|(key, score)| *score -= against(*key));
        // Of two that are as likely, the first in order.
        scores.into_iter().rev().max_by(|a, b| a.1.total_cmp(&b.1)).map(|it| it.0)
    }
}

/// Where the declaration around `offset` begins that is a function.
fn func_at(file: &SourceFile, offset: u32) -> Option<u32> {
    let decls = file.root().children_in(Role::Decls).filter(|it| it.kind() == Kind::FuncDecl);
    decls.map(|it| it.range()).find(|it| it.start <= offset && offset < it.end).map(|it| it.start)
}

/// The wraps of every file, found when first asked for.
struct Kept {
    files: Vec<OnceLock<Vec<Wrap>>>,
    modules: Mutex<HashMap<Option<ModuleId>, Habits>>,
}

impl Kept {
    fn new(ws: &Workspace) -> Kept {
        Kept { files: ws.project().files().iter().map(|_| OnceLock::new()).collect(), modules: Mutex::default() }
    }

    fn of(&self, ws: &Workspace, file: FileId) -> &[Wrap] {
        let Some(slot) = self.files.get(file.0 as usize) else { return &[] };
        slot.get_or_init(|| match mentions(ws, file) {
            true => ws.file(file).map(|it| wraps(ws, it)).unwrap_or_default(),
            false => Vec::new(),
        })
    }

    fn of_module(&self, ws: &Workspace, file: FileId) -> Habits {
        let module = ws.project().dir(ws.project().file(file).dir).module;
        let known = self.modules.lock().unwrap_or_else(PoisonError::into_inner).get(&module).cloned();
        known.unwrap_or_else(|| {
            let mut habits = Habits::default();
            let counts = |id: &FileId| {
                let entry = ws.project().file(*id);
                !entry.is_test() && !entry.in_vendor() && ws.project().dir(entry.dir).module == module
            };
            let ids = (0..ws.project().files().len() as u32).map(FileId).filter(counts);
            ids.for_each(|id| self.of(ws, id).iter().for_each(|it| habits.add(it)));
            self.modules.lock().unwrap_or_else(PoisonError::into_inner).insert(module, habits.clone());
            habits
        })
    }
}

fn mentions(ws: &Workspace, file: FileId) -> bool {
    let has = |it: &str| it.contains("Errorf(\"") || it.contains(".Wrap");
    ws.text(file).is_ok_and(|it| has(it))
}

/// The places in a file where errors are wrapped with words.
pub fn wraps(ws: &Workspace, file: &SourceFile) -> Vec<Wrap> {
    let imports: Vec<(&str, Wrapper)> = ws
        .imports(file.id())
        .filter_map(|it| Wrapper::ALL.into_iter().find(|w| w.path() == it.path).map(|w| (it.name, w)))
        .collect();
    if imports.is_empty() {
        return Vec::new();
    }
    file.nodes().filter_map(CallExpr::cast).filter_map(|it| wrap(&imports, it)).collect()
}

fn wrap(imports: &[(&str, Wrapper)], call: CallExpr<'_>) -> Option<Wrap> {
    let fun = SelectorExpr::cast(call.fun())?;
    let wrapper = imports.iter().find(|it| Some(it.0) == fun.x().as_ident())?.1;
    let mut args = call.args();
    let text = match (wrapper, fun.sel().text()) {
        (Wrapper::Fmt | Wrapper::Xerrors, "Errorf") => {
            literal(args.next()?)?.trim_end().strip_suffix("%w").map(str::to_owned)?
        }
        (Wrapper::PkgErrors, "Wrap" | "Wrapf" | "WithMessage" | "WithMessagef") => literal(args.nth(1)?)?.to_owned(),
        (Wrapper::GoErrors, "WrapPrefix") => literal(args.nth(1)?)?.to_owned(),
        _ => return None,
    };
    let quoted = match (text.contains("%q"), text.contains("%s") || text.contains("'%s'")) {
        (true, _) => Some(true),
        (false, true) => Some(false),
        _ => None,
    };
    let decl = call.node().ancestors().find(|it| it.kind() == Kind::FuncDecl);
    Some(Wrap { range: call.node().range(), func: decl.map(Node::start), wrapper, family: family(&text), quoted })
}

/// The text of a string literal as it is written.
pub(super) fn literal(expr: Node<'_>) -> Option<&str> {
    let expr = expr.unparen();
    let is_string = expr.kind() == Kind::BasicLit && expr.op() == Token::String;
    expr.text().get(1..expr.text().len().saturating_sub(1)).filter(|_| is_string)
}

/// How the words of a message begin.
pub fn family(text: &str) -> Option<Family> {
    let text = text.trim().to_lowercase();
    // A name in front, as in `mypackage: failed to read`, is not looked at.
    let mut words = text.split_whitespace();
    let first = words.next()?;
    let second = words.next().unwrap_or("");
    let third = words.next().unwrap_or("");
    Some(match (first, second) {
        ("failed", "to") => Family::FailedTo,
        ("unable", "to") => Family::UnableTo,
        ("could", "not") | ("couldn't", _) => Family::CouldNot,
        ("cannot" | "can't", _) | ("can", "not") => Family::Cannot,
        ("error" | "err" | "failed" | "failure", it)
            if is_gerund(it) || (["while", "when", "in"].contains(&it) && is_gerund(third)) =>
        {
            Family::ErrorGerund
        }
        (it, _) if is_gerund(it) => Family::Gerund,
        (it, _) if it.starts_with('%') => return None,
        _ => Family::Bare,
    })
}

fn is_gerund(word: &str) -> bool {
    verbs::is_gerund(word.rsplit('-').next().unwrap_or(word).trim_end_matches(':'))
}

impl Family {
    /// A phrase of verb and object in this family.
    pub(super) fn written(self, phrase: &str) -> String {
        match self {
            Family::Bare | Family::Func => phrase.to_owned(),
            Family::Gerund => verbs::gerund(phrase),
            Family::FailedTo => format!("failed to {phrase}"),
            Family::UnableTo => format!("unable to {phrase}"),
            Family::CouldNot => format!("could not {phrase}"),
            Family::Cannot => format!("cannot {phrase}"),
            Family::ErrorGerund => format!("error {}", verbs::gerund(phrase)),
        }
    }
}

/// The habits around a place.
pub(super) fn around(cx: &Cx<'_>, site: Node<'_>) -> Around {
    Around::new(cx.workspace(), site.file().id(), site.start(), None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_are_told_by_their_first_words() {
        for (text, expected) in [
            ("failed to read %s: ", Some(Family::FailedTo)),
            ("reading config: ", Some(Family::Gerund)),
            ("re-running migration: ", Some(Family::Gerund)),
            ("Error while parsing x", Some(Family::ErrorGerund)),
            ("error reading x", Some(Family::ErrorGerund)),
            ("couldn't open", Some(Family::CouldNot)),
            ("unable to bind", Some(Family::UnableTo)),
            ("cannot stat %q: ", Some(Family::Cannot)),
            ("string too long: ", Some(Family::Bare)),
            ("%s: ", None),
            ("", None),
        ] {
            assert_eq!(family(text), expected, "{text}");
        }
    }
}
