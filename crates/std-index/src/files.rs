//! The files in the text of an index.

/// A file of a package.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct File<'t> {
    /// Its name, without a directory. It ends in `.go` and has no part that constrains platforms.
    pub name: &'t str,
    /// Go, as gofmt would not write it.
    pub text: &'t str,
}

/// The files with the paths of their packages.
pub(crate) fn split(text: &str) -> impl Iterator<Item = (&str, File<'_>)> {
    let mut starts = text.match_indices("\n-- ").map(|(at, _)| at + 1).peekable();
    std::iter::from_fn(move || {
        let start = starts.next()?;
        Some(&text[start..starts.peek().copied().unwrap_or(text.len())])
    })
    .filter_map(|part| {
        let (name, text) = part.strip_prefix("-- ")?.split_once(" --\n")?;
        let (path, name) = name.rsplit_once('/')?;
        Some((path, File { name, text }))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_what_is_between_their_names() {
        let files: Vec<_> =
            split("go1.27.3 linux/amd64\n-- a/b/api.go --\npackage b\n-- c/d.go --\npackage c").collect();
        assert_eq!(
            files,
            [("a/b", File { name: "api.go", text: "package b\n" }), ("c", File { name: "d.go", text: "package c" }),]
        );
    }

    #[test]
    fn what_is_in_no_file_is_left_out() {
        assert_eq!(split("").count(), 0);
        assert_eq!(split("x\n-- a/b.go").count(), 0);
        assert_eq!(split("x\n-- b.go --\npackage b\n").count(), 0);
    }
}
