//! `oracle edits`: what the engine's edits do to the layout of whole trees, in memory, with gofmt as the judge.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use gofix::{
    ChangedFile, Choice, Edit, FileId, Finding, LoadOptions, MemoryFiles, Outcome, Rule, RunOptions, Session, Status,
    TextRange,
};
use gofix_syntax::{Role, SourceFile, Token};
use rayon::prelude::*;

use crate::{
    Result,
    experiments::{Rename, Stretch, Wrap},
    flags::Flags,
    formatting::excerpt,
    go::Go,
    gofmt::{Answer, Gofmt},
    workspace,
};

pub(crate) fn run(go: &Go, flags: &Flags) -> Result<ExitCode> {
    let mut gofmt = Gofmt::start(go)?;
    let shown = flags.get("--show")?.unwrap_or(3);
    let only: Option<String> = flags.get("--rule")?;
    let own: [&dyn Rule; 3] = [&Rename, &Wrap, &Stretch];
    let rules: Vec<&dyn Rule> = own.into_iter().chain(gofix::rules().iter().copied()).collect();
    let mut clean = true;
    for name in ["rename-name", "interface-to-any", "wrap-err", "stretch-names"] {
        if only.as_deref().is_some_and(|it| it != name) {
            continue;
        }
        let choice = Choice::named(&rules, [name]).map_err(|it| it.to_string())?;
        for dir in flags.some_paths()? {
            println!("{name}, {}", dir.display());
            let session = Session::load(Arc::new(tree(dir)?), &LoadOptions::default()).map_err(|it| it.to_string())?;
            let outcome = session.run(&choice, &RunOptions { review: true, jobs: 0 });
            clean &= report(&outcome, &mut gofmt, shown)?;
        }
    }
    Ok(if clean { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// All Go files below `dir` as one module, those included that are vendored, generated or test data: the engine gets
/// to see them under other names and without the mark.
fn tree(dir: &Path) -> Result<MemoryFiles> {
    let files = MemoryFiles::default();
    let module = fs::read_to_string(dir.join("go.mod")).unwrap_or_default();
    let module = module.lines().find_map(|it| it.strip_prefix("module ")).unwrap_or("example.com/m");
    files.insert("go.mod", format!("module {module}\n\ngo 1.27\n"));
    for path in workspace::go_files(&[dir.to_path_buf()]).map_err(|it| it.to_string())? {
        // What is no text is no Go.
        let Ok(text) = fs::read_to_string(&path) else { continue };
        files.insert(visible(path.strip_prefix(dir).unwrap_or(&path)), text.replace("DO NOT EDIT.", "DO NOT EDIT,"));
    }
    Ok(files)
}

/// The path with an `x` in front of each part for which Go would pass it over.
fn visible(path: &Path) -> PathBuf {
    let part = |it: &std::ffi::OsStr| {
        let part = it.to_string_lossy();
        let hidden = matches!(&*part, "vendor" | "testdata") || part.starts_with(['_', '.']);
        if hidden { format!("x{part}") } else { part.into_owned() }
    };
    path.iter().map(part).collect()
}

/// Prints what the rule did to the tree; whether it is as it should be.
fn report(outcome: &Outcome, gofmt: &mut Gofmt, shown: usize) -> Result<bool> {
    let fixes = outcome.findings.iter().filter(|it| matches!(it.status, Status::Fixed(_)));
    let edits: usize = outcome.files.iter().map(|it| it.edits.len()).sum();
    println!("  {} fixes, {edits} edits, {} files of {}", fixes.count(), outcome.files.len(), outcome.stats.files_read);
    print_reasons(outcome);
    let made = made(outcome);
    let Layout { unclean_before, unclean_bare, unclean } = layout(outcome, &made, gofmt)?;
    println!("  not gofmt-clean before: {unclean_before}");
    println!("  of the others not gofmt-clean after: {}; {unclean_bare} by the edits alone", unclean.len());
    for (file, formatted) in unclean.iter().take(shown) {
        print!("    {}: {}", file.path, excerpt(("gofmt", formatted), ("we", &file.after)));
    }
    let strays: Vec<(&ChangedFile, String)> =
        outcome.files.iter().filter_map(|it| Some((it, stray(it, fixes_in(&made, it))?))).collect();
    println!("  changed outside of the runs with edits: {}", strays.len());
    for (file, stray) in strays.iter().take(shown) {
        println!("    {}: {stray}", file.path);
    }
    for bug in &outcome.bugs {
        println!("  {bug}");
    }
    Ok(unclean.is_empty() && strays.is_empty() && outcome.bugs.is_empty())
}

/// Prints how many findings were not fixed, by reason.
fn print_reasons(outcome: &Outcome) {
    let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
    for finding in &outcome.findings {
        let (what, reason) = match &finding.status {
            Status::Withheld(reason) => ("withheld", reason.as_str()),
            Status::Withdrawn(reason) | Status::Dropped(reason) => ("withdrawn", reason.as_str()),
            Status::LeftAlone(reason) => ("left alone", &*reason.0),
            Status::NeedsReview => ("needs review", ""),
            Status::Suppressed => ("suppressed", ""),
            Status::Reported => ("reported", ""),
            Status::Fixed(_) => continue,
        };
        let reason = reason.replace(&finding.path, "FILE");
        *reasons.entry(format!("{what}: {reason}")).or_default() += 1;
    }
    for (reason, count) in reasons {
        println!("  {count:>6} {reason}");
    }
}

/// What gofmt says of the files that changed.
#[derive(Default)]
struct Layout<'o> {
    /// How many it would have changed before.
    unclean_before: usize,
    /// How many of the others it would change if the rule's edits had been made, and nothing else.
    unclean_bare: usize,
    /// Those of the others that it would change, with what it makes of them.
    unclean: Vec<(&'o ChangedFile, String)>,
}

fn layout<'o>(outcome: &'o Outcome, made: &Made<'_>, gofmt: &mut Gofmt) -> Result<Layout<'o>> {
    let mut layout = Layout::default();
    let go_files: Vec<&ChangedFile> = outcome.files.iter().filter(|it| it.id.is_some()).collect();
    for files in go_files.chunks(512) {
        let bare: Vec<String> = files.par_iter().map(|it| bare(it, fixes_in(made, it))).collect();
        let texts: Vec<&str> = files.iter().zip(&bare).flat_map(|(it, bare)| [&*it.before, bare, &*it.after]).collect();
        for (file, answers) in files.iter().zip(gofmt.ask(&texts)?.chunks(3)) {
            match &answers[0] {
                Answer::Same => {}
                Answer::Text(_) => {
                    layout.unclean_before += 1;
                    continue;
                }
                Answer::Rejected(_) | Answer::Failed(_) => continue,
            }
            layout.unclean_bare += usize::from(answers[1] != Answer::Same);
            match &answers[2] {
                Answer::Same => {}
                Answer::Text(text) => layout.unclean.push((file, text.clone())),
                Answer::Rejected(reason) | Answer::Failed(reason) => layout.unclean.push((file, reason.clone())),
            }
        }
    }
    Ok(layout)
}

/// The text before with the edits of the fixes that were made in the first round, and nothing else done to it.
fn bare(file: &ChangedFile, fixes: &[&Finding]) -> String {
    let mut edits: Vec<&Edit> = fixes.iter().flat_map(|it| first_edits(it, file)).collect();
    edits.sort_by_key(|it| (it.range.start, it.range.end));
    edits.dedup();
    let (mut text, mut at) = (String::new(), 0);
    for edit in edits {
        text += file.before.get(at..edit.range.start as usize).unwrap_or_default();
        text += &edit.text;
        at = edit.range.end as usize;
    }
    text + &file.before[at..]
}

/// The fixes that were made, by the files that they change.
type Made<'o> = BTreeMap<FileId, Vec<&'o Finding>>;

fn made(outcome: &Outcome) -> Made<'_> {
    let mut made = Made::new();
    for finding in outcome.findings.iter().filter(|it| matches!(it.status, Status::Fixed(_))) {
        let edited = finding.fix.iter().flat_map(|it| it.edits().keys()).copied();
        let files: BTreeSet<FileId> = edited.chain([finding.file]).collect();
        files.into_iter().for_each(|it| made.entry(it).or_default().push(finding));
    }
    made
}

fn fixes_in<'m, 'o>(made: &'m Made<'o>, file: &ChangedFile) -> &'m [&'o Finding] {
    file.id.and_then(|id| made.get(&id)).map_or(&[], Vec::as_slice)
}

/// What the edits of a fix replace in the text before the run: the fixes of later rounds speak of other texts.
fn first_edits<'o>(finding: &'o Finding, file: &ChangedFile) -> &'o [Edit] {
    let fix = finding.fix.as_ref().filter(|_| finding.round == 1);
    fix.and_then(|it| it.edits().get(&file.id?)).map_or(&[], Vec::as_slice)
}

/// The first line that changed though no edit is near it, if there is one.
fn stray(file: &ChangedFile, fixes: &[&Finding]) -> Option<String> {
    // Another file than one of Go has no declarations.
    file.id?;
    let places = fixes.iter().filter(|it| Some(it.file) == file.id).map(|it| it.range);
    let edited = fixes.iter().flat_map(|it| first_edits(it, file)).map(|it| it.range).chain(places).collect::<Vec<_>>();
    let mut needs = fixes.iter().flat_map(|it| it.fix.iter()).flat_map(|it| it.all_needs());
    let imports = needs.any(|it| it.file().is_some() && it.file() == file.id);
    stray_line(&file.before, &file.after, &edited, imports)
}

/// The first line of `before` that is another in `after`, in a run of declarations without one of the edited places.
/// With `imports`, those may change as well.
fn stray_line(before: &str, after: &str, edited: &[TextRange], imports: bool) -> Option<String> {
    let (before, after) = (SourceFile::parse(before), SourceFile::parse(after));
    let sections = |file| -> Vec<Section> { sections(file).into_iter().filter(|it| !imports || !it.imports).collect() };
    let (old, new) = (sections(&before), sections(&after));
    let is_edited = |section: &Section| edited.iter().any(|it| section.range.contains(*it));
    for (old, new) in old.iter().zip(&new) {
        let (old_text, new_text) = (&before.text()[old.range.to_usize()], &after.text()[new.range.to_usize()]);
        if old_text != new_text && !is_edited(old) {
            return Some(excerpt(("before", old_text), ("after", new_text)));
        }
    }
    (old.len() != new.len()).then(|| format!("{} sections before, {} after", old.len(), new.len()))
}

/// What stands between empty lines at the top level of a file, with the empty lines behind it.
struct Section {
    range: TextRange,
    /// Whether there is an import declaration in it.
    imports: bool,
}

fn sections(file: &SourceFile) -> Vec<Section> {
    let (text, starts) = (file.text(), file.line_starts());
    let decls: Vec<_> = file.root().children_in(Role::Decls).collect();
    let end_of = |line: usize| starts.get(line + 1).map_or(text.len(), |it| *it as usize);
    let inside: BTreeSet<u32> = decls
        .iter()
        .map(|it| it.range())
        .chain(file.comments().iter().copied())
        .flat_map(|it| file.line(it.start)..=file.line(it.end))
        .collect();
    let is_empty = |line: usize| {
        let is_blank = text[starts[line] as usize..end_of(line)].trim().is_empty();
        is_blank && !inside.contains(&(line as u32))
    };
    let (mut sections, mut start) = (Vec::new(), 0);
    for line in 0..starts.len() {
        let is_last = line + 1 == starts.len();
        if is_last || is_empty(line) && !is_empty(line + 1) {
            let range = TextRange::new(start, end_of(line) as u32);
            let is_import = |it: &&gofix_syntax::Node<'_>| it.op() == Token::Import && range.contains(it.range());
            sections.push(Section { range, imports: decls.iter().any(|it| is_import(&it)) });
            start = range.end;
        }
    }
    sections
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEFORE: &str = "package p\n\nimport \"a\"\n\n// f\n\n\nfunc f() {\n\n\tx\n}\nvar v = 1\n\nvar w = 2\n";

    #[test]
    fn sections_end_at_empty_lines_of_the_top_level() {
        let file = SourceFile::parse(BEFORE);
        let texts: Vec<(&str, bool)> =
            sections(&file).iter().map(|it| (&BEFORE[it.range.to_usize()], it.imports)).collect();
        let expected = [
            ("package p\n\n", false),
            ("import \"a\"\n\n", true),
            ("// f\n\n\n", false),
            ("func f() {\n\n\tx\n}\nvar v = 1\n\n", false),
            ("var w = 2\n", false),
        ];
        assert_eq!(texts, expected);
    }

    #[test]
    fn a_change_far_from_all_edits_is_noticed() {
        let at = BEFORE.find('x').unwrap_or_default() as u32;
        let stray = |after: &str, imports| stray_line(BEFORE, after, &[TextRange::new(at, at + 1)], imports);
        assert_eq!(stray(BEFORE, false), None);
        assert_eq!(stray(&BEFORE.replace('x', "y").replace("v = 1", "v  =  1"), false), None);
        assert!(stray(&BEFORE.replace("w = 2", "w = 3"), false).is_some_and(|it| it.contains("w·=·3")));
        assert!(stray(&BEFORE.replace("\n\n\n", "\n\n"), false).is_some());
        let imports = BEFORE.replace("import \"a\"", "import (\n\t\"a\"\n\n\t\"b\"\n)");
        assert!(stray(&imports, false).is_some());
        assert_eq!(stray(&imports, true), None);
        assert_eq!(stray(&BEFORE.replace("import \"a\"\n\n", ""), true), None);
    }

    #[test]
    fn all_of_a_tree_can_be_seen() {
        assert_eq!(visible(Path::new("vendor/a/_b/c.go")), Path::new("xvendor/a/x_b/c.go"));
        assert_eq!(visible(Path::new("testdata/.c.go")), Path::new("xtestdata/x.c.go"));
    }
}
