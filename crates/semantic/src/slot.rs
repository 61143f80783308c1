//! What is known of one file by itself, found out when first asked for.

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use gofix_project::FileError;
use gofix_syntax::{FileId, SourceFile};

use crate::{import::ImportData, names::FileNames, outline::Outline, pass::names_of, words::Words};

/// Why a file has no text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TextError {
    /// It could not be read.
    File(FileError),
    /// It is not UTF-8, which Go requires (spec: Source code representation).
    NotUtf8 {
        /// Offset of the first byte that is not.
        offset: usize,
    },
}

impl fmt::Display for TextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TextError::File(error) => error.fmt(f),
            TextError::NotUtf8 { offset } => write!(f, "not UTF-8 at byte {offset}"),
        }
    }
}

impl std::error::Error for TextError {}

/// A file of a snapshot. All cells depend on the text alone, `imports` aside.
#[derive(Default, Clone)]
pub(crate) struct Slot {
    pub(crate) text: OnceLock<Result<Arc<str>, TextError>>,
    pub(crate) source: OnceLock<Option<Arc<SourceFile>>>,
    names: OnceLock<Arc<FileNames>>,
    pub(crate) outline: OnceLock<Arc<Outline>>,
    /// None if the file cannot be read.
    pub(crate) words: OnceLock<Option<Arc<Words>>>,
    /// Depends on the package clauses of other packages.
    pub(crate) imports: OnceLock<Arc<[ImportData]>>,
}

impl Slot {
    pub(crate) fn with_text(text: Arc<str>) -> Slot {
        Slot { text: OnceLock::from(Ok(text)), ..Slot::default() }
    }

    /// The same text, with nothing kept that depends on other files.
    pub(crate) fn alone(&self) -> Slot {
        Slot { imports: OnceLock::new(), ..self.clone() }
    }

    /// The file, parsed if it was not yet.
    pub(crate) fn source(&self, id: FileId, read: impl FnOnce() -> Result<Arc<str>, TextError>) -> Option<&SourceFile> {
        let parse = || {
            let text = self.text.get_or_init(read).as_ref().ok()?;
            Some(Arc::new(SourceFile::parse_as(id, Arc::clone(text))))
        };
        self.source.get_or_init(parse).as_deref()
    }

    /// The names of `file`, which must be this slot's.
    pub(crate) fn names(&self, file: &SourceFile) -> &FileNames {
        self.names.get_or_init(|| Arc::new(names_of(file)))
    }

    /// The outline of `file`, which must be this slot's, or one with the same text.
    pub(crate) fn outline(&self, file: &SourceFile) -> &Outline {
        self.outline.get_or_init(|| Arc::new(Outline::of(file)))
    }
}

/// The text in `bytes`.
pub(crate) fn decode(bytes: Vec<u8>) -> Result<Arc<str>, TextError> {
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text.into()),
        Err(error) => Err(TextError::NotUtf8 { offset: error.utf8_error().valid_up_to() }),
    }
}
