//! Fact by fact: do we say the same?

use std::{
    collections::{HashMap, HashSet},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use gofix_project::Project;
use gofix_semantic::Workspace;
use gofix_syntax::{FileId, Kind, Node, SourceFile};

use super::{
    facts::{About, Fact, FileFacts},
    ours::Ours,
    report::{Outcome, Report, Sample},
    world::{Break, World},
};

/// What our answers are compared with.
pub(super) struct Theirs<'t> {
    /// What go/types says of the files, in order of their directories.
    pub(super) files: &'t [FileFacts<'t>],
    /// What it says where the files are missing that we do not get to see; empty if none are.
    pub(super) reduced: &'t [FileFacts<'t>],
    /// Every fact of that number is falsified, to see whether that is noticed; 0 for none.
    pub(super) falsify: usize,
}

/// Compares the facts of all files. That many `samples` are kept of what is unknown.
pub(super) fn compare<'a>(world: &World, ws: &'a Workspace, theirs: &Theirs<'_>, samples: usize) -> Report {
    let Theirs { files, reduced, falsify } = *theirs;
    let ids = file_ids(ws.project());
    let reduced: HashMap<&str, &FileFacts<'_>> = reduced.iter().map(|it| (it.path, it)).collect();
    let dirs: Vec<&[FileFacts<'_>]> = files.chunk_by(|a, b| dir_of(a.path) == dir_of(b.path)).collect();
    let compare_dir = |ours: &mut Ours<'a>, dir: &&[FileFacts<'_>], report: &mut Report| {
        for facts in *dir {
            let file = ids.get(&world.dir.join(facts.path)).and_then(|&it| ws.file(it));
            let reduced = reduced.get(facts.path).map(|it| says(it)).unwrap_or_default();
            FileComparison { world, file, facts, reduced, falsify, mutated: false }.run(ours, report);
        }
    };
    each_on_all_threads(ws, &dirs, || Report::new(samples), compare_dir, Report::add)
}

/// Works on `items` on all threads, each of which has a type checker of its own, and puts the results together.
pub(super) fn each_on_all_threads<'a, T: Sync, R: Send>(
    ws: &'a Workspace,
    items: &[T],
    empty: impl Fn() -> R + Sync,
    work: impl Fn(&mut Ours<'a>, &T, &mut R) + Sync,
    add: impl Fn(&mut R, R) + Sync,
) -> R {
    let next = AtomicUsize::new(0);
    let total = Mutex::new(empty());
    let worker = || {
        let (mut result, mut ours) = (empty(), Ours::new(ws));
        while let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) {
            work(&mut ours, item, &mut result);
        }
        add(&mut total.lock().unwrap_or_else(PoisonError::into_inner), result);
    };
    thread::scope(|scope| {
        for _ in 0..rayon::current_num_threads() {
            scope.spawn(worker);
        }
    });
    total.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// The files of a project by their absolute paths.
pub(super) fn file_ids(project: &Project) -> HashMap<std::path::PathBuf, FileId> {
    (0..project.files().len() as u32).map(FileId).map(|it| (project.absolute(it), it)).collect()
}

fn dir_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |it| it.0)
}

/// The expressions of a file by their ranges. No two have the same.
pub(super) fn expressions(file: &SourceFile) -> HashMap<(u32, u32), Node<'_>> {
    let exprs = file.nodes().filter(|it| it.kind().is_expr() && it.kind() != Kind::KeyValueExpr);
    exprs.map(|it| ((it.start(), it.end()), it)).collect()
}

pub(super) type Says<'t> = HashMap<(About, u32, u32), &'t str>;

fn says<'t>(facts: &FileFacts<'t>) -> Says<'t> {
    facts.facts().map(|it| ((it.about, it.start, it.end), it.says)).collect()
}

/// The comparison of a file.
pub(super) struct FileComparison<'c, 'a> {
    pub(super) world: &'c World,
    /// None if we do not have it.
    pub(super) file: Option<&'a SourceFile>,
    pub(super) facts: &'c FileFacts<'c>,
    pub(super) reduced: Says<'c>,
    pub(super) falsify: usize,
    /// Whether the facts are those of a broken text: what does not parse for us is nothing to compare.
    pub(super) mutated: bool,
}

impl<'a> FileComparison<'_, 'a> {
    pub(super) fn run(&self, ours: &mut Ours<'a>, report: &mut Report) {
        report.files += 1;
        let path = self.facts.path;
        let Some(file) = self.file else {
            report.missing_files.push(path.to_owned());
            self.facts.facts().for_each(|it| report.unknown_class(it.about, "no such file"));
            return;
        };
        let broken = self.world.broken.get(path);
        let exprs = expressions(file);
        let cgo = imports_c(file);
        let parsed = Parsed::new(file, self.facts);
        for (index, fact) in self.facts.facts().enumerate() {
            let falsified;
            let fact = match self.falsify {
                0 => fact,
                count if index % count != 0 => fact,
                _ => {
                    falsified = format!("{}'", fact.says);
                    report.falsified += 1;
                    Fact { says: &falsified, ..fact }
                }
            };
            let Some(range) = place(&fact, broken) else { continue };
            if self.mutated && !parsed.has(range) {
                report.count(fact.about, Outcome::Unparsed);
                continue;
            }
            let Some(&node) = exprs.get(&range) else {
                match broken {
                    // The declaration is one of those that do not parse.
                    Some(_) => {}
                    None => report.contradiction(fact.about, sample(path, file, None, &fact, "no such node")),
                }
                continue;
            };
            let answer = match fact.about {
                About::Type => ours.type_of(node),
                About::Callee => ours.callee(node),
                About::Constant => ours.constant(node),
            };
            match answer {
                Some(it) if self.agree(&it, fact.says) => report.count(fact.about, Outcome::Same),
                Some(it) if self.is_reduced(&it, &fact) => report.count(fact.about, Outcome::Reduced),
                // Less than go/types says, and not wrong.
                Some(it) if it.starts_with("untyped ") && fact.about == About::Type => {
                    report.unknown(fact.about, cgo, "final type", sample(path, file, Some(node), &fact, &it));
                }
                Some(it) => report.contradiction(fact.about, sample(path, file, Some(node), &fact, &it)),
                None => {
                    let class = format!("{:?}", node.kind());
                    report.unknown(fact.about, cgo, &class, sample(path, file, Some(node), &fact, "unknown"));
                }
            }
        }
    }

    fn agree(&self, ours: &str, theirs: &str) -> bool {
        agree(ours, theirs, !self.world.broken.is_empty())
    }

    /// Whether it is what go/types says where the same files are missing.
    fn is_reduced(&self, ours: &str, fact: &Fact<'_>) -> bool {
        self.reduced.get(&(fact.about, fact.start, fact.end)).is_some_and(|it| *it == ours)
    }
}

/// The declarations of a file that parse for both: where go/parser sees others, a broken one goes farther for one of us.
struct Parsed(Vec<(u32, u32)>);

impl Parsed {
    fn new(file: &SourceFile, facts: &FileFacts<'_>) -> Parsed {
        let theirs: HashSet<(u32, u32)> = facts.decls().collect();
        let decls = file.root().children_in(gofix_syntax::Role::Decls).filter(|it| it.kind() != Kind::BadDecl);
        Parsed(decls.map(|it| (it.start(), it.end())).filter(|it| theirs.contains(it)).collect())
    }

    /// Whether a range is in one of them.
    fn has(&self, (start, end): (u32, u32)) -> bool {
        let behind = self.0.partition_point(|it| it.0 <= start);
        self.0[..behind].last().is_some_and(|it| end <= it.1)
    }
}

/// Where a fact's expression is in the file that we see; none if it is in what was broken.
fn place(fact: &Fact<'_>, broken: Option<&Break>) -> Option<(u32, u32)> {
    match broken {
        None => Some((fact.start, fact.end)),
        Some(it) => it.shift(fact.start, fact.end),
    }
}

/// Whether two spellings are the same; where files were broken, local types may have moved.
fn agree(ours: &str, theirs: &str, moved: bool) -> bool {
    ours == theirs || moved && without_offsets(ours) == without_offsets(theirs)
}

/// A spelling without the offsets of local types: `p.T@file.go:17` as `p.T@file.go:`.
fn without_offsets(spelling: &str) -> String {
    let mut pieces = spelling.split(".go:");
    let mut result = pieces.next().unwrap_or("").to_owned();
    for piece in pieces {
        result += ".go:";
        result += piece.trim_start_matches(|it: char| it.is_ascii_digit());
    }
    result
}

fn imports_c(file: &SourceFile) -> bool {
    let specs = file.nodes().filter(|it| it.kind() == Kind::ImportSpec);
    specs.into_iter().any(|it| it.text().ends_with("\"C\""))
}

fn sample(path: &str, file: &SourceFile, node: Option<Node<'_>>, fact: &Fact<'_>, ours: &str) -> Sample {
    let at = node.map_or(fact.start, |it| it.start());
    let (line, column) = file.line_col(at.min(file.text().len() as u32));
    let text = node.map_or("", |it| it.text());
    let short: String = text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(80).collect();
    Sample {
        place: format!("{path}:{line}:{column}"),
        text: short,
        theirs: fact.says.to_owned(),
        ours: ours.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::{path::PathBuf, sync::Arc};

    use gofix_project::{LoadOptions, MemoryFiles};

    use super::{super::facts, *};
    use crate::oracle_types::world::Missing;

    const TEXT: &str = "package p\n\nimport \"gone\"\n\nvar a = []int{len(b)}\n\nvar b = gone.B\n";

    fn report(facts: &str, falsify: usize) -> Report {
        report_of(facts, falsify, false)
    }

    fn report_of(facts: &str, falsify: usize, mutated: bool) -> Report {
        let files = MemoryFiles::new([("/go.mod", "module m\n"), ("/a.go", TEXT)]);
        let project = Project::load(Arc::new(files), &LoadOptions::default()).unwrap();
        let ws = Workspace::new(Arc::new(project));
        let text = format!("M .\nF a.go\n{facts}");
        let world = World::new(PathBuf::from("/"), PathBuf::from("/go"), Missing::Nothing);
        let files = facts::files(&text);
        if !mutated {
            return compare(&world, &ws, &Theirs { files: &files, reduced: &[], falsify }, 9);
        }
        let (mut report, reduced) = (Report::new(9), Says::new());
        FileComparison { world: &world, file: ws.file(FileId(0)), facts: &files[0], reduced, falsify, mutated }
            .run(&mut Ours::new(&ws), &mut report);
        report
    }

    /// A fact about the first such text.
    fn fact(kind: char, of: &str, says: &str) -> String {
        let start = TEXT.find(of).unwrap();
        format!("{kind} {start} {} {says}\n", start + of.len())
    }

    #[test]
    fn what_differs_is_noticed() {
        let facts = [
            fact('E', "[]int{len(b)}", "[]int"),
            fact('C', "len(b)", "builtin cap"),
            fact('E', "len(b)", "[]int"),
            fact('E', "gone.B", "gone.T"),
            fact('E', "int{", "string"),
        ]
        .concat();
        let report = report(&facts, 0);
        let totals = [Outcome::Same, Outcome::Contradiction, Outcome::Unknown].map(|it| report.total(it));
        assert_eq!(totals, [1, 3, 1], "{report:?}");
    }

    #[test]
    fn of_mutants_the_declarations_count_that_parse_for_both() {
        let facts = [fact('E', "[]int{len(b)}", "[]int"), fact('E', "gone.B", "string"), fact('E', "len(b)", "int")];
        let start = TEXT.find("var a").unwrap();
        let decl = |len: usize| format!("D {start} {}\n", start + len);
        let totals = |decl: String| {
            let report = report_of(&[decl, facts.concat()].concat(), 0, true);
            [Outcome::Same, Outcome::Contradiction, Outcome::Unparsed].map(|it| report.total(it))
        };
        assert_eq!(totals(decl("var a = []int{len(b)}".len())), [2, 0, 1]);
        assert_eq!(totals(decl("var a = []int{len(b)".len())), [0, 0, 3]);
    }

    #[test]
    fn what_is_falsified_is_noticed() {
        let facts = fact('E', "[]int{len(b)}", "[]int");
        assert_eq!(report(&facts, 0).total(Outcome::Contradiction), 0);
        assert_eq!(report(&facts, 1).total(Outcome::Contradiction), 1);
    }

    #[test]
    fn local_types_may_move_where_files_are_broken() {
        let (a, b) = ("[]p.T@a.go:12[q.U@b.go:3]", "[]p.T@a.go:7[q.U@b.go:3]");
        assert!(!agree(a, b, false));
        assert!(agree(a, b, true));
        assert!(!agree(a, "[]p.T@c.go:12[q.U@b.go:3]", true));
    }
}
