use std::path::{Path, PathBuf};

use crate::files::clean;

/// A package pattern of a command line (cmd/go: Package lists and patterns), as far as it means directories and files.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Pattern {
    /// As it was given.
    pub(crate) text: String,
    /// The file or directory, or the directory from which a pattern with `...` is searched. Absolute.
    pub(crate) base: PathBuf,
    /// For patterns with `...`.
    pub(crate) wildcard: Option<Wildcard>,
}

impl Pattern {
    pub(crate) fn parse(text: &str, cwd: &Path) -> Pattern {
        let slashed = if cfg!(windows) { text.replace('\\', "/") } else { text.to_owned() };
        let Some(dots) = slashed.find("...") else {
            return Pattern { text: text.to_owned(), base: clean(cwd, Path::new(&slashed)), wildcard: None };
        };
        // `a/b.../c` is searched from `a`.
        let start = slashed[..dots].rfind('/').map_or(0, |slash| slash + 1);
        let (base, rest) = slashed.split_at(start);
        Pattern {
            text: text.to_owned(),
            base: clean(cwd, Path::new(base)),
            wildcard: Some(Wildcard::new(rest.trim_end_matches('/'))),
        }
    }
}

/// The part of a pattern from the element with the first `...` on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Wildcard {
    /// What stands between the `...`, with [`VENDOR`] for every element `vendor`.
    pieces: Vec<String>,
    /// The pattern ends with `/...`, which matches without it as well.
    below: bool,
}

/// Stands for the element `vendor`, which `...` does not match.
const VENDOR: char = '\0';

impl Wildcard {
    fn new(text: &str) -> Wildcard {
        let (text, below) = match text.strip_suffix("/...") {
            Some(front) => (front, true),
            None => (text, false),
        };
        let text = without_vendor(text);
        Wildcard { pieces: text.split("...").map(str::to_owned).collect(), below }
    }

    /// Matches every directory.
    pub(crate) fn all() -> Wildcard {
        Wildcard::new("...")
    }

    /// Whether a directory, given relative to the base, matches. The base itself is the empty path.
    pub(crate) fn matches(&self, path: &str) -> bool {
        let path = without_vendor(path);
        if matches_pieces(&self.pieces, &path) {
            return true;
        }
        self.below && {
            let mut pieces = self.pieces.clone();
            if let Some(last) = pieces.last_mut() {
                last.push('/');
            }
            pieces.push(String::new());
            matches_pieces(&pieces, &path)
        }
    }

    /// Whether directories named `vendor` can match.
    pub(crate) fn names_vendor(&self) -> bool {
        self.pieces.iter().any(|piece| piece.contains(VENDOR))
    }
}

fn without_vendor(path: &str) -> String {
    let elements = path.split('/').map(|element| if element == "vendor" { "\0" } else { element });
    elements.collect::<Vec<_>>().join("/")
}

/// Whether `path` is the pieces with anything but [`VENDOR`] between them. The first place is the best for each piece.
fn matches_pieces(pieces: &[String], path: &str) -> bool {
    let Some((first, rest)) = pieces.split_first() else { return false };
    let Some(mut path) = path.strip_prefix(first.as_str()) else { return false };
    let Some((last, middle)) = rest.split_last() else { return path.is_empty() };
    for piece in middle {
        let Some(at) = path.find(piece.as_str()) else { return false };
        if path[..at].contains(VENDOR) {
            return false;
        }
        path = &path[at + piece.len()..];
    }
    path.strip_suffix(last.as_str()).is_some_and(|gap| !gap.contains(VENDOR))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, path: &str) -> bool {
        let pattern = Pattern::parse(pattern, Path::new("/w"));
        let base = pattern.base.clone();
        let relative = Path::new("/w").join(path);
        let relative = relative.strip_prefix(&base).map(|path| path.to_str().unwrap().to_owned());
        relative.is_ok_and(|path| pattern.wildcard.unwrap().matches(&path))
    }

    #[test]
    fn patterns_have_a_base() {
        let base = |text| Pattern::parse(text, Path::new("/w")).base;
        assert_eq!(base("./..."), Path::new("/w"));
        assert_eq!(base("..."), Path::new("/w"));
        assert_eq!(base("./cmd/x/..."), Path::new("/w/cmd/x"));
        assert_eq!(base("cmd/..."), Path::new("/w/cmd"));
        assert_eq!(base("cmd/fo.../bar"), Path::new("/w/cmd"));
        assert_eq!(base("../o/./p"), Path::new("/o/p"));
        assert_eq!(base("/abs/x.go"), Path::new("/abs/x.go"));
        assert_eq!(base(""), Path::new("/w"));
    }

    #[test]
    fn dots_match_as_in_go() {
        for (pattern, path) in [
            ("./...", ""),
            ("./...", "a"),
            ("./...", "a/b"),
            ("a/...", "a"),
            ("a/...", "a/b/c"),
            ("a.../c", "ab/c"),
            ("a.../c", "a/b/c"),
            ("a.../...", "ab"),
            ("a.../...", "ab/c"),
            ("./vendor/...", "vendor"),
            ("./vendor/...", "vendor/a/b"),
            ("a.../vendor/b...", "ab/vendor/bc"),
            ("...net...", "a/internet/b"),
        ] {
            assert!(matches(pattern, path), "{pattern} {path}");
        }
        for (pattern, path) in [
            ("a/...", "ab"),
            ("a.../c", "ab/cd"),
            ("a.../c", "ac"),
            ("./...", "vendor"),
            ("./...", "a/vendor/b"),
            ("./vendor/...", "vendor/a/vendor/b"),
            ("a...", "b"),
        ] {
            assert!(!matches(pattern, path), "{pattern} {path}");
        }
        assert!(matches("./...", "myvendor/a"));
    }
}
