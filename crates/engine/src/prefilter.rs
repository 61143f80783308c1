//! Which files matter: those that have all words of some rule.
//!
//! All selected files are read, searched and forgotten; only what matters is kept for the workspace.

use gofix_project::{FileConstraints, GoVersion};
use gofix_rule::{FileId, Meta};
use gofix_semantic::{TextError, Workspace};
use gofix_syntax::header;
use memchr::memmem::Finder;
use rayon::prelude::*;

use crate::{Selected, outcome::ReadError, suppress};

/// Searches texts for the words of the rules of a run.
pub(crate) struct Prefilter<'r> {
    rules: Vec<(&'r Meta, bool, Vec<Finder<'r>>)>,
    suppression: Finder<'static>,
}

/// Which rules can have something to say in a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Candidate {
    pub(crate) file: FileId,
    /// Indices of the rules that have all their words in the file and are made for its version.
    pub(crate) rules: Vec<usize>,
    /// Indices of the rules that are made for its version: what they do not find is not there.
    pub(crate) made_for: Vec<usize>,
    pub(crate) has_directives: bool,
}

/// What the search found.
#[derive(Default)]
pub(crate) struct Scan {
    pub(crate) candidates: Vec<Candidate>,
    pub(crate) files_read: usize,
    pub(crate) generated: Vec<FileId>,
    pub(crate) vendored: Vec<FileId>,
    pub(crate) errors: Vec<ReadError>,
}

/// What the search found in one file.
enum Found {
    Nothing,
    Candidate(Candidate),
    Generated(FileId),
    Unread(ReadError),
}

impl<'r> Prefilter<'r> {
    pub(crate) fn new(rules: &'r [Selected<'r>]) -> Prefilter<'r> {
        let rules = rules.iter().map(|it| {
            let meta = it.rule.meta();
            (meta, it.named, meta.words.iter().map(Finder::new).collect())
        });
        Prefilter { rules: rules.collect(), suppression: Finder::new(suppress::WORD) }
    }

    /// Reads and searches the selected files, in parallel. What matters is handed to the workspace.
    pub(crate) fn scan(&self, ws: &Workspace) -> Scan {
        let project = ws.project();
        let selected = |it: &FileId| project.file(*it).selected;
        let all: Vec<FileId> = (0..project.files().len() as u32).map(FileId).filter(selected).collect();
        let (vendored, wanted): (Vec<_>, Vec<_>) = all.into_iter().partition(|it| project.file(*it).in_vendor());
        let found: Vec<Found> = wanted.par_iter().map(|it| self.search(ws, *it)).collect();
        let mut scan = Scan { files_read: wanted.len(), vendored, ..Scan::default() };
        for found in found {
            match found {
                Found::Nothing => {}
                Found::Candidate(candidate) => scan.candidates.push(candidate),
                Found::Generated(file) => scan.generated.push(file),
                Found::Unread(error) => scan.errors.push(error),
            }
        }
        scan
    }

    fn search(&self, ws: &Workspace, file: FileId) -> Found {
        let bytes = match ws.project().read(file) {
            Ok(bytes) => bytes,
            Err(error) => return Found::Unread(ReadError::File(error)),
        };
        let rules = self.rules_with_words(&bytes);
        let has_directives = self.suppression.find(&bytes).is_some();
        if rules.is_empty() && !has_directives {
            return Found::Nothing;
        }
        match ws.preload(file, bytes) {
            Ok(()) => self.candidate(ws, file, rules, has_directives),
            Err(_) if rules.is_empty() => Found::Nothing,
            Err(TextError::File(error)) => Found::Unread(ReadError::File(error.clone())),
            Err(TextError::NotUtf8 { offset }) => {
                Found::Unread(ReadError::NotUtf8 { path: ws.project().file(file).path.clone(), offset: *offset })
            }
        }
    }

    fn candidate(&self, ws: &Workspace, file: FileId, rules: Vec<usize>, has_directives: bool) -> Found {
        let Ok(text) = ws.text(file) else { return Found::Nothing };
        let header = header::read(text);
        if header.generated {
            return if rules.is_empty() { Found::Nothing } else { Found::Generated(file) };
        }
        let constraints = FileConstraints::new(ws.project().file(file).name(), &header);
        let made_for = self.rules_for(ws.project().file_version(file, &constraints));
        let rules: Vec<usize> = rules.into_iter().filter(|it| made_for.contains(it)).collect();
        match rules.is_empty() && !has_directives {
            true => Found::Nothing,
            false => Found::Candidate(Candidate { file, rules, made_for, has_directives }),
        }
    }

    /// The candidates among files whose text has changed; none of them is generated.
    pub(crate) fn again(&self, ws: &Workspace, files: impl IntoIterator<Item = FileId>) -> Vec<Candidate> {
        let candidate = |file: FileId| {
            let text = ws.text(file).ok()?;
            let rules = self.rules_with_words(text.as_bytes());
            match self.candidate(ws, file, rules, self.suppression.find(text.as_bytes()).is_some()) {
                Found::Candidate(candidate) => Some(candidate),
                _ => None,
            }
        };
        files.into_iter().filter_map(candidate).collect()
    }

    fn rules_with_words(&self, bytes: &[u8]) -> Vec<usize> {
        let has_all = |words: &[Finder<'_>]| words.iter().all(|it| has_word(bytes, it));
        let rules = self.rules.iter().enumerate();
        rules.filter(|(_, (_, _, words))| has_all(words)).map(|(index, _)| index).collect()
    }

    /// The rules whose window the version is in. That a rewrite is no longer needed does not matter to someone who names
    /// the rule.
    fn rules_for(&self, version: GoVersion) -> Vec<usize> {
        let is_for = |meta: &Meta, named: bool| {
            meta.since.is_none_or(|since| since <= version) && (named || meta.until.is_none_or(|until| version < until))
        };
        let rules = self.rules.iter().enumerate();
        rules.filter(|(_, (meta, named, _))| is_for(meta, *named)).map(|(index, _)| index).collect()
    }
}

/// Whether the text has the word, not as a part of a longer one.
fn has_word(text: &[u8], word: &Finder<'_>) -> bool {
    let is_part = |it: u8| it.is_ascii_alphanumeric() || it == b'_';
    let (first, last) = (word.needle().first(), word.needle().last());
    let goes_on = |inside: Option<&u8>, outside: Option<&u8>| {
        inside.zip(outside).is_some_and(|(inside, outside)| is_part(*inside) && is_part(*outside))
    };
    word.find_iter(text).any(|start| {
        let before = start.checked_sub(1).and_then(|it| text.get(it));
        let behind = text.get(start + word.needle().len());
        !goes_on(first, before) && !goes_on(last, behind)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_whole() {
        let has = |text: &str, word: &str| has_word(text.as_bytes(), &Finder::new(word));
        assert!(has("time.Tick(d)", "Tick") && has("Tick", "Tick") && has("NewTick Tick", "Tick"));
        assert!(!has("time.NewTicker(d)", "Tick") && !has("NewTick", "Tick") && !has("Tick_", "Tick"));
        assert!(has("\"io/ioutil\"", "io/ioutil") && has("interface{}", "interface"));
    }
}
