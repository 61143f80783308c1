//! What `go list` knows of the packages of a module.

use std::{collections::BTreeSet, process::Command};

use crate::Result;

/// Prints a package and everything it depends on, in one line; what a test depends on is that of `p [p.test]`.
const FORMAT: &str = "{{.ImportPath}}{{range .Deps}}\t{{.}}{{end}}";

/// The packages that `go list ./...` finds, tests of theirs included, and what depends on `changed` among them. `list` is a
/// `go` command that has no arguments yet.
pub(crate) fn dependents(mut list: Command, changed: &BTreeSet<String>) -> Result<BTreeSet<String>> {
    list.args(["list", "-e", "-test", "-f", FORMAT, "./..."]);
    let out = list.output().map_err(|it| format!("{list:?}: {it}"))?;
    Ok(among(&String::from_utf8_lossy(&out.stdout), changed))
}

/// The import paths of packages that patterns such as `./a` name. `list` is a `go` command that has no arguments yet.
pub(crate) fn import_paths(mut list: Command, patterns: &BTreeSet<String>) -> Result<BTreeSet<String>> {
    list.args(["list", "-e", "-find"]).args(patterns);
    let out = list.output().map_err(|it| format!("{list:?}: {it}"))?;
    Ok(String::from_utf8_lossy(&out.stdout).lines().map(str::to_owned).collect())
}

/// The packages of a listing that are among `changed` or depend on one of them.
fn among(listing: &str, changed: &BTreeSet<String>) -> BTreeSet<String> {
    let lines = listing.lines().filter(|it| it.split('\t').any(|it| changed.contains(package(it))));
    let names = lines.map(|it| package(it.split('\t').next().unwrap_or_default()));
    // `p.test` is the program that runs the tests of p.
    names.filter(|it| !it.ends_with(".test")).map(|it| it.strip_suffix("_test").unwrap_or(it).to_owned()).collect()
}

/// `p` of `p [p.test]`.
fn package(variant: &str) -> &str {
    variant.split(' ').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_depends_on_the_changed_ones() {
        let listing = "m/a\tfmt\nm/b\tfmt\tm/a\nm/c\tfmt\nm/d\tfmt\nm/d_test [m/d.test]\tm/d [m/d.test]\tm/a\n\
                       m/d.test\tm/d_test [m/d.test]\tm/a\nm/e [m/e.test]\tm/b\tm/a\n";
        let found = among(listing, &BTreeSet::from(["m/a".to_owned()]));
        assert_eq!(found, ["m/a", "m/b", "m/d", "m/e"].map(str::to_owned).into());
    }
}
