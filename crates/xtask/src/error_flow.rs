//! `oracle errorflow`: how large the flow of errors is, what it finds, and how long it takes.

use std::{collections::BTreeMap, path::Path, process::ExitCode, sync::Arc, time::Instant};

use gofix_project::{DiskFiles, LoadOptions, Project};
use gofix_semantic::{
    Typing, Workspace,
    error_flow::{Consumer, ErrorFlow, Look},
    flow::walk::enclosing_func,
};
use gofix_syntax::{FileId, Kind, Node, Role, ast, ast::AstNode};

use crate::{
    Result,
    flags::Flags,
    meter::{memory, processor_seconds},
    random::Random,
};

pub(crate) fn run(flags: &Flags) -> Result<ExitCode> {
    let hops = flags.get("--hops")?.unwrap_or(4);
    for dir in flags.some_paths()? {
        let dir = dir.canonicalize().map_err(|it| format!("{}: {it}", dir.display()))?;
        println!("{}", dir.display());
        measure(&dir, hops, flags)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn measure(dir: &Path, hops: u32, flags: &Flags) -> Result<()> {
    let options = LoadOptions { cwd: dir.to_path_buf(), ..LoadOptions::from_env().map_err(|it| it.to_string())? };
    let project = Project::load(Arc::new(DiskFiles), &options).map_err(|it| it.to_string())?;
    let ws = Workspace::new(Arc::new(project));
    let ids: Vec<FileId> = (0..ws.project().files().len() as u32).map(FileId).collect();
    let own: Vec<FileId> = ids.into_iter().filter(|it| !ws.project().file(*it).in_vendor()).collect();
    let start = Instant::now();
    rayon::prelude::ParallelIterator::for_each(rayon::prelude::IntoParallelRefIterator::par_iter(&own), |it| {
        ws.file(*it);
    });
    let parsed = start.elapsed().as_secs_f64();
    println!("  {} files parsed in {parsed:.2} s; {}", own.len(), memory());
    let (start, before) = (Instant::now(), processor_seconds());
    let flow = ws.make_error_flow();
    let (seconds, cpu) = (start.elapsed().as_secs_f64(), processor_seconds() - before);
    println!("  flow in {seconds:.2} s, cpu {cpu:.2}: {:?}; {}", flow.counts(), memory());
    let mut looks: BTreeMap<String, [usize; 2]> = BTreeMap::new();
    for (look, in_test) in flow.looks() {
        looks.entry(format!("{look:?}")).or_default()[usize::from(in_test)] += 1;
    }
    println!("  uses, in production and in tests:");
    looks.iter().for_each(|(look, [production, tests])| println!("    {look:<18} {production:>6} {tests:>6}"));
    returns(&ws, flow, &own, hops, flags)
}

/// What looks at errors that are returned as they are.
fn returns(ws: &Workspace, flow: &ErrorFlow, files: &[FileId], hops: u32, flags: &Flags) -> Result<()> {
    let typing = Typing::new(ws);
    let (mut sites, mut by_production, mut by_tests, mut lost) = (0, 0, 0, 0);
    let mut hits: Vec<(Node<'_>, Consumer)> = Vec::new();
    let mut known: BTreeMap<(FileId, usize), Vec<Consumer>> = BTreeMap::new();
    let mut asked = 0.0;
    for file in files.iter().filter(|it| !ws.project().file(**it).is_test()).filter_map(|it| ws.file(*it)) {
        for node in file.nodes().filter(|it| it.kind() == Kind::ReturnStmt) {
            let (Some(stmt), Some(func)) = (ast::ReturnStmt::cast(node), enclosing_func(node)) else { continue };
            let Some(last) = stmt.results().last().filter(|it| it.kind() == Kind::Ident) else { continue };
            let Some(types) = typing.of(file.id()) else { continue };
            if !types.is_error_type(types.type_of(last)) || !is_local(func, last) {
                continue;
            }
            sites += 1;
            let start = Instant::now();
            let found = known
                .entry((file.id(), func.id().index()))
                .or_insert_with(|| flow.consumers(func, hops).unwrap_or_default());
            asked += start.elapsed().as_secs_f64();
            let production = found.iter().find(|it| it.minds_wrapping() && !it.in_test);
            let test = found.iter().find(|it| it.minds_wrapping() && it.in_test);
            by_production += usize::from(production.is_some());
            by_tests += usize::from(production.is_none() && test.is_some());
            lost += usize::from(found.iter().any(|it| matches!(it.look, Look::Lost(_)) && it.hops <= 1));
            let hit = if flags.has("--test-hits") { test.filter(|_| production.is_none()) } else { production };
            hits.extend(hit.map(|it| (node, it.clone())));
        }
    }
    let percent = |it: usize| 100.0 * it as f64 / f64::max(sites as f64, 1.0);
    println!("  {sites} returns of an error as it is, in production code; all asked about in {asked:.2} s");
    println!("    looked at by production code   {by_production:>6} {:>5.1} %", percent(by_production));
    println!("    looked at by tests alone       {by_tests:>6} {:>5.1} %", percent(by_tests));
    println!("    lost sight of within one step  {lost:>6} {:>5.1} %", percent(lost));
    let mut random = Random::new(flags.get("--seed")?.unwrap_or(1));
    for _ in 0..flags.get("--sample")?.unwrap_or(0) {
        if hits.is_empty() {
            break;
        }
        let (node, consumer) = hits.swap_remove(random.below(hits.len()));
        let path = &ws.project().file(node.file().id()).path;
        let (line, _) = node.file().line_col(node.start());
        println!("{path}:{line}: {:?} {:?} {}", consumer.look, consumer.seen, consumer.sentence(ws));
    }
    Ok(())
}

/// Whether an identifier is a variable of the function: no sentinel.
fn is_local(func: Node<'_>, ident: Node<'_>) -> bool {
    let is_decl = |it: Node<'_>| {
        it.as_ident() == Some(ident.text())
            && it != ident
            && matches!(it.role(), Role::Lhs | Role::Names | Role::Key | Role::Value)
    };
    func.ancestors().take_while(|it| it.kind() != Kind::File).chain([func]).any(|it| it.descendants().any(is_decl))
}
