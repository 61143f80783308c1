//! Which types implement which interfaces.

use std::collections::{HashMap, HashSet};

use gofix_semantic::{Tri, Workspace};

use super::{compare::each_on_all_threads, ours::Ours, report::Pairs};

/// What go/types says about the types and interfaces of a module.
struct Matrix<'t> {
    types: Vec<&'t str>,
    interfaces: Vec<&'t str>,
    /// Whether the type itself implements the interface; else only a pointer to it does.
    implemented: HashMap<(&'t str, &'t str), bool>,
}

fn parse(text: &str) -> Matrix<'_> {
    let mut matrix = Matrix { types: Vec::new(), interfaces: Vec::new(), implemented: HashMap::new() };
    for line in text.lines() {
        match line.split(' ').collect::<Vec<_>>()[..] {
            ["T", name] => matrix.types.push(name),
            ["J", name] => matrix.interfaces.push(name),
            ["I", name, interface, how] => {
                matrix.implemented.insert((name, interface), how == "v");
            }
            _ => {}
        }
    }
    matrix
}

/// Compares all pairs in an output of the Go program with what we say.
pub(super) fn compare<'a>(ws: &'a Workspace, text: &str) -> Pairs {
    let matrix = parse(text);
    let is_interface: HashSet<&str> = matrix.interfaces.iter().copied().collect();
    let compare = |ours: &mut Ours<'a>, name: &&str, pairs: &mut Pairs| {
        for interface in &matrix.interfaces {
            let implemented = matrix.implemented.get(&(*name, *interface));
            let value = implemented == Some(&true);
            // A pointer to an interface has no methods.
            let pointer = implemented.is_some() && !is_interface.contains(name);
            for (is_pointer, theirs) in [(false, value), (true, pointer)] {
                let star = if is_pointer { "*" } else { "" };
                match ours.implements(name, is_pointer, interface) {
                    Tri::Unknown => pairs.unknown(|| format!("{star}{name} {interface}")),
                    it if it.is_yes() == theirs => pairs.same(theirs),
                    _ => pairs.different(format!("{star}{name} implements {interface}: {theirs} for go/types")),
                }
            }
        }
    };
    each_on_all_threads(ws, &matrix.types, Pairs::default, compare, Pairs::add)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_matrix_is_read() {
        let matrix = parse("M .\nT a.T\nT a.U\nJ error\nI a.T error v\nI a.U error p\n");
        assert_eq!(matrix.types, ["a.T", "a.U"]);
        assert_eq!(matrix.interfaces, ["error"]);
        assert!(!matrix.implemented[&("a.U", "error")]);
    }
}
