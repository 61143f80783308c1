/// Several files in one text: a comment, and then each file behind a line `-- its name --`. The format of Go's own tests
/// (golang.org/x/tools/txtar).
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Archive {
    /// What comes before the first file.
    pub comment: String,
    /// Names and contents, in order.
    pub files: Vec<(String, String)>,
}

impl Archive {
    /// Reads an archive. Every text is one; without a line that names a file it is all comment.
    pub fn parse(text: &str) -> Archive {
        let mut archive = Archive::default();
        for line in text.split_inclusive('\n') {
            match (marked_name(line), archive.files.last_mut()) {
                (Some(name), _) => archive.files.push((name.to_owned(), String::new())),
                (None, Some((_, content))) => content.push_str(line),
                (None, None) => archive.comment.push_str(line),
            }
        }
        archive
    }
}

/// The name in a line `-- name --`.
fn marked_name(line: &str) -> Option<&str> {
    let name = line.trim_end_matches(['\n', '\r']).strip_prefix("-- ")?.strip_suffix(" --")?.trim();
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_and_two_files() {
        let archive = Archive::parse("why\n\n-- a.go --\npackage a\n--  --\n-- b/b.go --\r\npackage b");
        assert_eq!(archive.comment, "why\n\n");
        let files = [("a.go", "package a\n--  --\n"), ("b/b.go", "package b")];
        assert_eq!(archive.files, files.map(|(name, text)| (name.to_owned(), text.to_owned())));
    }

    #[test]
    fn no_file() {
        assert_eq!(Archive::parse("--a--\n").files, []);
    }
}
