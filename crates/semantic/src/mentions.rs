//! Which files have a word, and where it stands in comments and strings.

use std::sync::Arc;

use gofix_syntax::{FileId, Kind, SourceFile, TextRange, Token};
use rayon::prelude::*;

use crate::{
    Workspace,
    words::{Words, mentions},
};

impl Workspace {
    /// Whether a file may have the word `name`, in its code, in comments or in strings. None if it cannot be read.
    pub(crate) fn may_mention(&self, id: FileId, name: &str) -> Option<bool> {
        let slot = self.slot(id);
        let words = slot.words.get_or_init(|| {
            let words = match slot.text.get() {
                Some(text) => Words::of(text.as_ref().ok()?.as_bytes()),
                None => Words::of(&self.read_bytes(id).ok()?),
            };
            Some(Arc::new(words))
        });
        Some(words.as_ref()?.may_have(name))
    }

    /// Those of `files` that may have the word `name`, or cannot be read.
    pub(crate) fn files_mentioning(&self, files: Vec<FileId>, name: &str) -> Vec<FileId> {
        /// So many files are worth a thread.
        const FEW: usize = 64;
        let files = files.into_par_iter().with_min_len(FEW);
        files.filter(|it| self.may_mention(*it, name).unwrap_or(true)).collect()
    }

    /// The files of the project that are its own, not vendored, in order.
    pub(crate) fn own_files(&self) -> Vec<FileId> {
        let files = self.project().files().iter().enumerate().filter(|it| !it.1.in_vendor());
        files.map(|(index, _)| FileId(index as u32)).collect()
    }

    /// The comments and string literals of the project's own files that have the word `name`, in order of file and text:
    /// what a renaming may want to change, and what code that finds things by name may depend on.
    pub fn textual_mentions(&self, name: &str) -> Vec<(FileId, TextRange)> {
        let mut found = Vec::new();
        for id in self.files_mentioning(self.own_files(), name) {
            let Some(file) = self.file(id) else { continue };
            let strings = file.nodes().filter(|it| it.kind() == Kind::BasicLit && it.op() == Token::String);
            let ranges = file.comments().iter().copied().chain(strings.map(|it| it.range()));
            let start = found.len();
            found.extend(ranges.filter(|it| has_word(file, *it, name)).map(|it| (id, it)));
            found[start..].sort_by_key(|it| it.1.start);
        }
        found
    }
}

fn has_word(file: &SourceFile, range: TextRange, name: &str) -> bool {
    file.text().as_bytes().get(range.to_usize()).is_some_and(|it| mentions(it, name))
}
