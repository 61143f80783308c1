//! Gives each turn of a loop variables of its own, where the language does not, and takes such copies away where it does.
//!
//! Before Go 1.22, all turns of a loop share the variables that its head declares. What outlives the turn and captures
//! one sees it change: a copy at the head of the body ends that. From Go 1.22 on, each turn has its own (spec: For
//! statements with for clause, with range clause), and such a copy says nothing. The version of the file decides.

mod add;
mod remove;
mod share;

use gofix_rule::{
    Cx, Group, Meta, Report, Rule,
    flow::{Facts, PER_ITERATION},
    syntax::{Kind, Node},
};

pub(crate) struct LoopVar;

static META: Meta = Meta {
    name: "loop-var",
    summary: "copy captured loop variables where turns share them, and drop such copies where they do not",
    group: Group::Concurrency,
    recommended: true,
    since: None, // either way there is something to do
    until: None,
    words: &["for"],
    options: &[],
    docs: include_str!("README.md"),
};

impl Rule for LoopVar {
    fn meta(&self) -> &Meta {
        &META
    }

    fn check(&self, cx: &Cx<'_>, report: &mut Report) {
        for file in cx.files() {
            let look = if cx.go_version(file) < PER_ITERATION { add::look } else { remove::look };
            let mut facts: Option<Facts<'_>> = None;
            for node in
                file.nodes().filter(|it| matches!(it.kind(), Kind::ForStmt | Kind::RangeStmt | Kind::AssignStmt))
            {
                look(cx, &mut facts, node, report);
            }
        }
    }
}

/// The facts of the outermost function around `node`, kept until another function is asked about.
fn facts_of<'a, 'f>(cx: &Cx<'a>, kept: &'f mut Option<Facts<'a>>, node: Node<'a>) -> Option<&'f Facts<'a>> {
    if !kept.as_ref().is_some_and(|it| it.top().contains(node)) {
        *kept = cx.facts(node);
    }
    kept.as_ref()
}
