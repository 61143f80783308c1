//! Where objects are used.

use std::{
    collections::{BTreeSet, HashSet},
    path::Path,
};

use gofix_semantic::Workspace;

use super::{
    compare::{each_on_all_threads, file_ids},
    ours::Ours,
    report::Pairs,
};

/// A place: a file and an offset in it.
type Place<'t> = (&'t str, u32);

/// What go/types says about the uses of some objects.
struct Uses<'t> {
    /// The files that it looked at.
    files: HashSet<&'t str>,
    objects: Vec<(Place<'t>, BTreeSet<Place<'t>>)>,
}

fn parse(text: &str) -> Uses<'_> {
    let mut uses = Uses { files: HashSet::new(), objects: Vec::new() };
    for line in text.lines() {
        let Some((kind, rest)) = line.split_once(' ') else { continue };
        let place = || rest.rsplit_once(' ').and_then(|(path, offset)| Some((path, offset.parse().ok()?)));
        match kind {
            "F" => drop(uses.files.insert(rest)),
            "R" => uses.objects.extend(place().map(|it| (it, BTreeSet::new()))),
            "U" => {
                let last = uses.objects.last_mut().map(|it| &mut it.1);
                last.into_iter().for_each(|it| it.extend(place()));
            }
            _ => {}
        }
    }
    uses
}

/// Compares the uses in an output of the Go program with those that we find: all of them where we say so, else none
/// that is not one.
pub(super) fn compare<'a>(ws: &'a Workspace, dir: &Path, text: &str) -> Pairs {
    let theirs = parse(text);
    let ids = file_ids(ws.project());
    let compare = |ours: &mut Ours<'a>, (place, uses): &(Place<'_>, BTreeSet<Place<'_>>), pairs: &mut Pairs| {
        let (path, offset) = *place;
        let name = || format!("{path}:{offset}");
        let Some((found, complete)) = ids.get(&dir.join(path)).and_then(|&it| ours.references(it, offset)) else {
            return pairs.unknown(name);
        };
        let found: BTreeSet<(String, u32)> = found
            .into_iter()
            .filter_map(|(file, offset)| {
                let path = ws.project().absolute(file);
                Some((path.strip_prefix(dir).ok()?.to_str()?.to_owned(), offset))
            })
            .filter(|it| theirs.files.contains(it.0.as_str()))
            .collect();
        let wanted: BTreeSet<(String, u32)> = uses.iter().map(|it| (it.0.to_owned(), it.1)).collect();
        let (more, fewer) = (found.difference(&wanted).next(), wanted.difference(&found).next());
        match (more, fewer, complete) {
            (None, None, true) => pairs.same(true),
            (None, _, false) => pairs.unknown(name),
            _ => pairs.different(format!("{}: only we: {more:?}, only go/types: {fewer:?}", name())),
        }
    };
    each_on_all_threads(ws, &theirs.objects, Pairs::default, compare, Pairs::add)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uses_belong_to_the_object_before_them() {
        let uses = parse("M .\nF a b.go\nR a b.go 7\nU a b.go 9\nU c.go 1\nR c.go 3\n");
        assert!(uses.files.contains("a b.go"));
        assert_eq!(uses.objects[0], (("a b.go", 7), BTreeSet::from([("a b.go", 9), ("c.go", 1)])));
        assert_eq!(uses.objects[1], (("c.go", 3), BTreeSet::new()));
    }
}
