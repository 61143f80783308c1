//! What must hold for every place and name of a file.

use std::collections::{BTreeSet, HashMap};

use gofix_semantic::{Res, Tri, Workspace};
use gofix_syntax::{FileId, Kind, Node, Role};

use crate::support::one;

const SAMPLE: &str = include_str!("sample.txt");

/// What each identifier means, by its offset: for declarations theirs, both moved by what an insertion at `at` adds.
fn meanings(ws: &Workspace, file: FileId, at: u32, added: u32) -> HashMap<u32, String> {
    let moved = |offset: u32| if offset < at { offset } else { offset + added };
    let nodes = ws.file(file).expect("a text").nodes().filter(|it| it.kind() == Kind::Ident);
    let meaning = |ident: Node<'_>| match ws.resolve(ident) {
        Res::Def(def) => format!("{} at {}", def.name(), moved(def.ident().start())),
        Res::Package { path, .. } => path.to_owned(),
        other => format!("{other:?}"),
    };
    nodes.map(|it| (moved(it.start()), meaning(it))).collect()
}

/// A name that is free may be declared: then nothing else has another meaning.
#[test]
fn declaring_a_free_name_changes_no_meaning() {
    let (ws, id) = one(SAMPLE);
    let file = ws.file(id).expect("a text");
    assert_eq!(file.errors(), []);
    let names: BTreeSet<_> = file.nodes().filter_map(|it| it.as_ident()).filter(|it| *it != "_").collect();
    let in_list = |it: &Node<'_>| it.kind().is_stmt() && matches!(it.role(), Role::List | Role::Body);
    let statements = file.nodes().filter(in_list).filter(|it| {
        let holder = it.parent().map(|it| it.kind());
        it.kind() != Kind::CaseClause
            && it.kind() != Kind::CommClause
            && matches!(holder, Some(Kind::BlockStmt | Kind::CaseClause | Kind::CommClause))
    });
    let mut free = 0;
    for statement in statements {
        let at = statement.start();
        for name in &names {
            if ws.is_free(name, statement) != Tri::Yes {
                continue;
            }
            free += 1;
            let added = format!("{name} := 0; ");
            let text = format!("{}{added}{}", &SAMPLE[..at as usize], &SAMPLE[at as usize..]);
            let (after, id_after) = one(&text);
            assert_eq!(after.file(id_after).expect("a text").errors(), []);
            let mut found = meanings(&after, id_after, 0, 0);
            assert_eq!(found.remove(&at), Some(format!("{name} at {at}")), "{name} is declared before");
            assert_eq!(found, meanings(&ws, id, at, added.len() as u32), "{name} at {:?}", file.line_col(at));
        }
    }
    assert!(free > 500, "only {free} names are free");
}

/// A declaration and its uses name each other.
#[test]
fn uses_are_what_resolves_to_the_declaration() {
    let (ws, id) = one(SAMPLE);
    let file = ws.file(id).expect("a text");
    let idents = || file.nodes().filter(|it| it.kind() == Kind::Ident);
    for def in idents().filter_map(|it| ws.resolve(it).def().filter(|def| def.ident() == it)) {
        let resolving: Vec<_> =
            idents().filter(|it| *it != def.ident() && ws.resolve(*it).def() == Some(def)).collect();
        assert_eq!(ws.uses(def).sites, resolving, "{def:?}");
    }
}

/// Every question has an answer for every node of a file that stops anywhere.
#[test]
fn half_files() {
    for end in (0..SAMPLE.len()).step_by(7) {
        let (ws, id) = one(&SAMPLE[..end]);
        let file = ws.file(id).expect("a text");
        for node in file.nodes() {
            if let Some(def) = ws.resolve(node).def() {
                ws.uses(def);
                let _ = (def.node(), def.is_package_level());
            }
            ws.is_free("x", node);
            ws.is_unused_in("x", node);
            ws.is_universe("any", node);
        }
        assert!(ws.calls(id, "time", "After").len() <= 1);
    }
}
