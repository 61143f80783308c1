//! Compares the types here with facts that a program of Go printed (see `tests/oracle`): lines `F`, `E`, `C`, `K`.
//!
//! `types_dump DIR < FACTS` prints contradictions and a summary; without facts on the input (`types_dump DIR -`) it only
//! looks at all files, for measurements.

use std::{collections::HashMap, io::Write, path::PathBuf, sync::Arc, time::Instant};

use gofix_project::{DiskFiles, LoadOptions, Project};
use gofix_semantic::{Workspace, types::Types};
use gofix_syntax::{
    Kind, Node,
    ast::{AstNode, CallExpr},
};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let dir = PathBuf::from(args.next().unwrap_or(".".to_owned())).canonicalize()?;
    let quiet = args.next().as_deref() == Some("-");
    let start = Instant::now();
    let facts = if quiet { String::new() } else { std::io::read_to_string(std::io::stdin())? };
    let modules = facts.lines().filter_map(|it| it.strip_prefix("M "));
    let patterns = modules.map(|it| format!("./{it}/...")).collect();
    let start = if quiet { start } else { Instant::now() };
    let options = LoadOptions { cwd: dir.clone(), patterns, ..LoadOptions::from_env()? };
    let files: Arc<dyn gofix_project::Files> = match std::env::var("HIDE") {
        Ok(hide) => Arc::new(Hiding {
            root: dir.clone(),
            percent: hide.parse().unwrap_or(100),
            seed: std::env::var("SEED").ok().and_then(|it| it.parse().ok()).unwrap_or(1),
        }),
        Err(_) => Arc::new(DiskFiles),
    };
    let options = match std::env::var("NOGOROOT") {
        Ok(_) => LoadOptions { goroot: None, ..options },
        Err(_) => options,
    };
    let project = Arc::new(Project::load(files, &options)?);
    let loaded = start.elapsed();
    let ws = Workspace::new(Arc::clone(&project));
    let types = Types::new(&ws, project.config().clone());
    let mut files = 0;
    for id in 0..project.files().len() as u32 {
        files += usize::from(types.check_file(gofix_syntax::FileId(id)));
    }
    let [tys, objs, pkgs, all] = types.counts();
    let memory = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let memory = memory.lines().find(|it| it.starts_with("VmHWM")).unwrap_or_default().to_owned();
    eprintln!(
        "{files} files checked, {all} read in {pkgs} packages, {tys} types, {objs} objects: {:?}, of which loading {loaded:?}; {memory}",
        start.elapsed()
    );
    if quiet {
        return Ok(());
    }
    compare(&facts, &dir, &project, &ws, &types)
}

fn compare<'w>(
    facts: &str,

    dir: &std::path::Path,
    project: &Project,
    ws: &'w Workspace,
    types: &Types<'w>,
) -> Result<(), Box<dyn std::error::Error>> {
    let mut counts: HashMap<(char, &str), usize> = HashMap::new();
    let out = std::io::stdout();
    let mut out = out.lock();
    let mut current = None;
    let mut nodes: HashMap<(u32, u32), Vec<Node<'_>>> = HashMap::new();
    let mut skipped = 0;
    for line in facts.lines() {
        let (letter, rest) = line.split_at(line.find(' ').unwrap_or(line.len()));
        let rest = rest.trim_start();
        let letter = letter.chars().next().unwrap_or(' ');
        if letter == 'F' {
            let path = rest.split(" !").next().unwrap_or(rest).trim();
            let relative = dir.strip_prefix(project.root()).unwrap_or(dir).join(path);
            let id = relative.to_str().and_then(|it| project.find_file(it)).or_else(|| project.find_file(path));
            current = id.map(|it| (path.to_owned(), it));
            if current.is_none() {
                skipped += 1;
            }
            nodes.clear();
            if let Some(file) = id.and_then(|it| ws.file(it)) {
                for node in file.nodes().filter(|it| it.kind().is_expr()) {
                    nodes.entry((node.start(), node.end())).or_default().push(node);
                }
            }
            continue;
        }
        let Some((path, _)) = &current else { continue };
        if !matches!(letter, 'E' | 'C' | 'K') {
            continue;
        }
        let mut parts = rest.splitn(3, ' ');
        let (Some(start), Some(end), Some(expected)) = (parts.next(), parts.next(), parts.next()) else { continue };
        let (start, end): (u32, u32) = (start.parse()?, end.parse()?);
        let here = nodes.get(&(start, end)).map_or(&[][..], |it| it);
        let answer = match letter {
            'E' => here.iter().find_map(|it| types.spell(types.type_of(*it))),
            'C' => here.iter().find_map(|it| types.spell_callee(CallExpr::cast(*it)?)),
            _ => here.iter().find(|it| it.kind() == Kind::Ident).and_then(|it| types.spell_const(*it)),
        };
        let class = match &answer {
            Some(answer) if answer == expected => "same",
            None => "unknown",
            Some(answer) if letter == 'E' && answer.starts_with("untyped ") => "unknown",
            Some(_) => "DIFFERENT",
        };
        *counts.entry((letter, class)).or_default() += 1;
        if class != "same" {
            let file = ws.file(project.find_file(path).unwrap_or(gofix_syntax::FileId(0)));
            let at = here.first().map_or((0, 0), |it| it.file().line_col(start));
            let text: String = here.first().map_or("", |it| it.text()).chars().take(60).collect();
            let _ = file;
            writeln!(
                out,
                "{class} {letter} {path}:{}:{} `{}` expected {expected} got {}",
                at.0,
                at.1,
                text.replace('\n', " "),
                answer.unwrap_or_default()
            )?;
        }
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort();
    eprintln!("{counts:?}, {skipped} files not found");
    Ok(())
}

#[derive(Debug)]
struct Hiding {
    root: PathBuf,
    percent: u64,
    seed: u64,
}

impl Hiding {
    fn hidden(&self, path: &std::path::Path) -> bool {
        let dep = match path.strip_prefix(&self.root) {
            Ok(inside) => inside.starts_with("vendor"),
            Err(_) => !path.starts_with("/opt/gobin/go"),
        };
        let go = path.extension().is_some_and(|it| it == "go");
        dep && (self.percent == 100 || go) && {
            let hash = path.as_os_str().as_encoded_bytes().iter();
            let hash = hash.fold(self.seed, |hash, &it| (hash ^ u64::from(it)).wrapping_mul(0x0100_0000_01b3));
            (hash ^ hash >> 32) % 100 < self.percent
        }
    }
}

impl gofix_project::Files for Hiding {
    fn read(&self, path: &std::path::Path) -> Result<Vec<u8>, gofix_project::FileError> {
        if self.hidden(path) {
            return DiskFiles.read(std::path::Path::new("/nonexistent"));
        }
        DiskFiles.read(path)
    }
    fn list(&self, dir: &std::path::Path) -> Result<Vec<gofix_project::DirItem>, gofix_project::FileError> {
        let mut items = DiskFiles.list(dir)?;
        items.retain(|it| !self.hidden(&dir.join(&it.name)));
        Ok(items)
    }
    fn kind(&self, path: &std::path::Path) -> Option<gofix_project::FileKind> {
        if self.hidden(path) { None } else { DiskFiles.kind(path) }
    }
    fn write(
        &self,
        root: &std::path::Path,
        changes: &[gofix_project::FileWrite<'_>],
    ) -> Result<gofix_project::WriteReport, gofix_project::WriteError> {
        DiskFiles.write(root, changes)
    }
}
