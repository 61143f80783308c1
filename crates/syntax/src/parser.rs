use std::sync::Arc;

use gofix_text::FileId;

use crate::tree::SourceFile;

impl SourceFile {
    /// Parses `text` as a file by itself.
    pub fn parse(text: impl Into<Arc<str>>) -> SourceFile {
        SourceFile::parse_as(FileId(0), text)
    }

    /// Parses `text` as the file `id` of a workspace.
    pub fn parse_as(_id: FileId, _text: impl Into<Arc<str>>) -> SourceFile {
        unreachable!("being written")
    }
}
