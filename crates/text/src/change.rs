use std::collections::{BTreeMap, BTreeSet};

use crate::{Edit, EditSet, FileId, Overlap};

/// A change of many files: edits of existing ones, and files that come or go. The whole is meant to be made or not.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct ChangeSet {
    /// The edits of each file that has some.
    pub edits: BTreeMap<FileId, EditSet>,
    /// New files: the path relative to the root, with `/` between its parts, and the text.
    pub created: BTreeMap<String, String>,
    /// Files that go.
    pub removed: BTreeSet<FileId>,
}

impl ChangeSet {
    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        self.edits.values().all(EditSet::is_empty) && self.created.is_empty() && self.removed.is_empty()
    }

    /// Adds edits of one file to those already there. On overlap nothing is added.
    pub fn edit(&mut self, file: FileId, edits: Vec<Edit>) -> Result<(), Overlap> {
        let edits = EditSet::new(edits)?;
        let edits = match self.edits.get(&file) {
            Some(present) => present.union(&edits)?,
            None => edits,
        };
        if !edits.is_empty() {
            self.edits.insert(file, edits);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::TextRange;

    #[test]
    fn edits_of_a_file_add_up_and_an_overlap_changes_nothing() {
        let mut change = ChangeSet::default();
        assert!(change.is_empty());
        change.edit(FileId(1), vec![]).unwrap();
        assert!(change.is_empty());
        change.edit(FileId(1), vec![Edit::insert(1, "x")]).unwrap();
        change.edit(FileId(1), vec![Edit::delete(TextRange::new(1, 2))]).unwrap();
        let before = change.clone();
        change.edit(FileId(1), vec![Edit::insert(0, "y"), Edit::delete(TextRange::new(0, 2))]).unwrap_err();
        assert_eq!(change, before);
        assert_eq!(change.edits[&FileId(1)].apply("ab"), "ax");
    }
}
