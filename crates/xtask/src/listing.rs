//! What `go list` says about the files of a module: why `go fix` did not look at some.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};

/// How a file takes part in the build of its package.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(crate) enum Class {
    /// As usual.
    Built,
    /// It imports "C".
    Cgo,
    /// Its name or its constraint excludes it here.
    Excluded,
    /// Its package, or one that this needs, cannot be loaded.
    Broken,
    /// It is in no package that was asked for.
    NotBuilt,
}

impl Class {
    /// Why `go fix` leaves such a file alone, if it does.
    pub(crate) fn reason(self) -> Option<&'static str> {
        match self {
            Class::Built => None,
            Class::Cgo => Some("file that uses cgo"),
            Class::Excluded => Some("file for another platform or build tag"),
            Class::Broken => Some("package that go cannot load"),
            Class::NotBuilt => Some("file in no package of the build"),
        }
    }
}

/// One line for each file: a class and a path.
const TEMPLATE: &str = r#"{{$dir := .Dir}}{{$built := "built"}}{{if or .Error .DepsErrors}}{{$built = "broken"}}{{end -}}
{{range .IgnoredGoFiles}}excluded {{$dir}}/{{.}}
{{end}}{{range .CgoFiles}}cgo {{$dir}}/{{.}}
{{end}}{{range .GoFiles}}{{$built}} {{$dir}}/{{.}}
{{end}}{{range .TestGoFiles}}{{$built}} {{$dir}}/{{.}}
{{end}}{{range .XTestGoFiles}}{{$built}} {{$dir}}/{{.}}
{{end}}"#;

/// The arguments of `go` that come before the patterns of packages.
pub(crate) const ARGS: [&str; 4] = ["list", "-e", "-f", TEMPLATE];

/// The classes of files by paths relative to `dir`, as `go` lists them.
pub(crate) fn parse(listing: &str, dir: &Path) -> HashMap<PathBuf, Class> {
    let line = |line: &str| {
        let (class, path) = line.split_once(' ')?;
        let class = match class {
            "built" => Class::Built,
            "cgo" => Class::Cgo,
            "excluded" => Class::Excluded,
            "broken" => Class::Broken,
            _ => return None,
        };
        Some((Path::new(path).strip_prefix(dir).ok()?.to_path_buf(), class))
    };
    listing.lines().filter_map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_relative_to_the_module() {
        let classes = parse("built /m/a.go\nexcluded /m/b/c d.go\n\nnonsense\n", Path::new("/m"));
        assert_eq!(classes.len(), 2);
        assert_eq!(classes[Path::new("b/c d.go")], Class::Excluded);
        assert_eq!(classes[Path::new("a.go")].reason(), None);
    }
}
