//! `oracle gofix`: a rule against the analyzer of `go fix` for the same thing, on copies of whole modules.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fs, io,
    path::{Path, PathBuf},
    process::{Command, ExitCode, Stdio},
};

use gofix_syntax::{
    Kind, Node, Role, SourceFile, Token,
    ast::{AstNode, ForStmt},
};

use crate::{
    Result,
    copies::Copies,
    flags::Flags,
    go::{Go, without_places},
    listing::{self, Class},
    output_of,
    sites::{self, Site},
    workspace,
};

const ALL: &str = "./...";

/// A rule, and what there is to compare it with.
struct Pair {
    rule: &'static str,
    /// The flag of `go fix`.
    analyzer: &'static str,
    /// The places at which a text differs from the one before; where else it does, if they must be all.
    sites: fn(&str, &str) -> std::result::Result<Vec<Site>, u32>,
    /// Whether safe fixes of the rule keep all comments.
    keeps_comments: bool,
    /// Whether `go fix` means to rewrite whatever we rewrite.
    has_all: bool,
}

static PAIRS: &[Pair] = &[
    Pair { rule: "interface-to-any", analyzer: "-any", sites: sites::rewritten, keeps_comments: true, has_all: true },
    Pair { rule: "range-int", analyzer: "-rangeint", sites: sites::lines, keeps_comments: true, has_all: false },
    Pair { rule: "loop-var", analyzer: "-forvar", sites: sites::lines, keeps_comments: false, has_all: false },
    Pair { rule: "waitgroup-go", analyzer: "-waitgroupgo", sites: sites::lines, keeps_comments: false, has_all: false },
];

/// What to compare, and with what.
struct Options {
    pair: &'static Pair,
    bin: PathBuf,
    patterns: Vec<String>,
    build: bool,
}

pub(crate) fn run(go: &Go, flags: &Flags) -> Result<ExitCode> {
    let rule: String = flags.get("--rule")?.ok_or("name a rule with --rule")?;
    let known = || PAIRS.iter().map(|it| it.rule).collect::<Vec<_>>().join(", ");
    let pair = PAIRS.iter().find(|it| it.rule == rule).ok_or_else(|| format!("--rule has to be one of {}", known()))?;
    if flags.has("--spell-out") && pair.analyzer != "-any" {
        return Err("--spell-out is for interface-to-any".to_owned());
    }
    let bin = flags.get("--bin")?.unwrap_or_else(|| workspace::target().join("release/gofix-rs"));
    let bin =
        bin.canonicalize().map_err(|it| format!("{}: {it}; build it first, or name it with --bin", bin.display()))?;
    let packages: String = flags.get("--packages")?.unwrap_or(ALL.to_owned());
    let patterns = packages.split(',').map(str::to_owned).collect();
    let options = Options { pair, bin, patterns, build: flags.has("--build") };
    let mut clean = true;
    for dir in flags.some_paths()? {
        let dir = dir.canonicalize().map_err(|it| format!("{}: {it}", dir.display()))?;
        let goroot = flags.has("--goroot");
        let gofmt = go.root()?.join("bin/gofmt");
        let copies = Copies::new(&dir, pair.rule, flags.has("--spell-out").then_some(&gofmt))?;
        let mut same = true;
        for module in modules(goroot, &packages) {
            println!("{}", dir.join(module).display());
            same &= Comparison { go, options: &options, copies: &copies, goroot, module }.run()?;
        }
        match same {
            true => copies.remove()?,
            false => println!("  the copies are in {}", copies.base.display()),
        }
        clean &= same;
    }
    Ok(if clean { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Where the modules of a directory are: in a Go installation, the standard library and, unless only some packages are
/// asked for, the commands.
fn modules(goroot: bool, packages: &str) -> &'static [&'static str] {
    match (goroot, packages) {
        (false, _) => &[""],
        (true, ALL) => &["src", "src/cmd"],
        (true, _) => &["src"],
    }
}

/// The comparison on one module.
struct Comparison<'a> {
    go: &'a Go,
    options: &'a Options,
    copies: &'a Copies,
    /// Whether a Go installation is compared: only its own `go` can build it.
    goroot: bool,
    /// Where it is in the copied directory.
    module: &'a str,
}

/// A file, relative to the module, before and after.
type Texts = BTreeMap<PathBuf, (String, String)>;

impl Comparison<'_> {
    /// The `go` to run on a copy, or on the original.
    fn command(&self, copy: &Path) -> Command {
        let dir = copy.join(self.module);
        if !self.goroot {
            return self.go.command(&dir);
        }
        // Go's cache knows packages of the standard library by their contents, and rewrites the files at the place
        // where it met them first. So a cache of our own, since the copies have places of their own.
        let mut command = Go::of(copy).command(&dir);
        command.env("GOCACHE", workspace::target().join("oracle/go-cache"));
        command
    }

    fn run(&self) -> Result<bool> {
        let theirs = self.copies.theirs.join(self.module);
        let ours = self.copies.ours.join(self.module);
        self.go_fix()?;
        let patch = self.diff(&ours)?;
        let explained = self.explain(&ours)?;
        output_of(
            Command::new(&self.options.bin)
                .current_dir(&ours)
                .arg("apply")
                .args(self.rule())
                .args(&self.options.patterns),
        )?;
        let (theirs, changed) = (self.changed(&theirs)?, self.changed(&ours)?);
        println!("  files changed: by go fix {}, by us {}", theirs.len(), changed.len());
        let mut clean = self.compare_sites(&theirs, &changed, &explained)?;
        let mut check = |name: &str, problems: Vec<String>| {
            println!("  {name}: {}", if problems.is_empty() { "yes" } else { "NO" });
            problems.iter().for_each(|it| println!("    {it}"));
            clean &= problems.is_empty();
        };
        if self.options.pair.keeps_comments {
            check("comments are kept", lost_comments(&changed));
        }
        check("gofmt-clean files stay so", self.unformatted(&ours, &changed)?);
        check("diff | git apply equals apply", self.applied(&patch, &changed)?);
        let again = self.diff(&ours)?;
        check("a second run changes nothing", lines(&again, 3));
        if self.options.build {
            check("build and vet say the same", self.build_differences()?);
        }
        Ok(clean)
    }

    /// What names the rule to us.
    fn rule(&self) -> [&'static str; 2] {
        ["--rule", self.options.pair.rule]
    }

    /// Runs `go fix`, which says on standard error which packages it cannot load; the others are rewritten.
    fn go_fix(&self) -> Result<()> {
        let mut command = self.command(&self.copies.theirs);
        let out = command
            .args(["fix", self.options.pair.analyzer])
            .args(&self.options.patterns)
            .output()
            .map_err(|it| it.to_string())?;
        if !out.status.success() {
            println!("  go fix: {}", out.status);
            lines(&out.stderr, 5).iter().for_each(|it| println!("    {it}"));
        }
        Ok(())
    }

    /// Our patch for the module.
    fn diff(&self, dir: &Path) -> Result<Vec<u8>> {
        let mut command = Command::new(&self.options.bin);
        command.current_dir(dir).arg("diff").args(self.rule()).args(&self.options.patterns);
        let out = command.output().map_err(|it| it.to_string())?;
        match out.status.code() {
            Some(code) if code == i32::from(!out.stdout.is_empty()) => Ok(out.stdout),
            _ => Err(format!("{command:?}: {}\n{}", out.status, String::from_utf8_lossy(&out.stderr))),
        }
    }

    /// What we say about each place, those included that are left alone.
    fn explain(&self, dir: &Path) -> Result<String> {
        let mut command = Command::new(&self.options.bin);
        command.current_dir(dir).args(["check", "--explain"]).args(self.rule()).args(&self.options.patterns);
        let out = command.output().map_err(|it| it.to_string())?;
        Ok(String::from_utf8_lossy(&out.stdout).into_owned())
    }

    /// The Go files of a copy that differ from the original.
    fn changed(&self, copy: &Path) -> Result<Texts> {
        let original = self.copies.before.join(self.module);
        let mut changed = Texts::new();
        for path in workspace::go_files(&[copy.to_path_buf()]).map_err(|it| it.to_string())? {
            let name = path.strip_prefix(copy).map_err(|it| it.to_string())?;
            let (before, after) = (read(&original.join(name))?, read(&path)?);
            if before != after {
                let (before, after) = (String::from_utf8(before), String::from_utf8(after));
                let texts = before.and_then(|before| Ok((before, after?)));
                changed.insert(name.to_path_buf(), texts.map_err(|it| format!("{}: {it}", path.display()))?);
            }
        }
        Ok(changed)
    }

    /// Lists each site that only `go fix` rewrote, with our reason; false if there is none for one. Those that only we rewrote are
    /// counted, with the reason where it is of interest.
    fn compare_sites(&self, theirs: &Texts, ours: &Texts, explained: &str) -> Result<bool> {
        let classes = self.classes()?;
        let files: BTreeSet<&PathBuf> = theirs.keys().chain(ours.keys()).collect();
        let (mut both, mut otherwise, mut clean, mut named) = (0, 0, true, BTreeMap::<String, usize>::new());
        for file in files {
            let (their_sites, our_sites) = (self.sites_of(theirs, file)?, self.sites_of(ours, file)?);
            let text = theirs.get(file).or(ours.get(file)).map_or("", |it| &it.0);
            // A fix may rewrite several lines, of which the first is the one that we speak of.
            let mut before = None;
            for site in &their_sites {
                if let Some(our) = our_sites.iter().find(|it| it.offset == site.offset) {
                    *(if our == site { &mut both } else { &mut otherwise }) += 1;
                    before = None;
                    continue;
                }
                let place = place(file, text, site.offset);
                before = their_reason(site, &place, explained).or(before);
                match before {
                    Some(reason) => println!("    only go fix, {reason}: {place}"),
                    None => println!("    only go fix, unexplained: {place}"),
                }
                *named.entry(format!("only go fix, {}", before.unwrap_or("unexplained"))).or_default() += 1;
                clean &= before.is_some();
            }
            let class = classes.get(file).copied().unwrap_or(Class::NotBuilt);
            for site in our_sites.iter().filter(|it| !their_sites.iter().any(|their| their.offset == it.offset)) {
                let reason = class.reason().or_else(|| our_reason(self.options.pair.rule, text, site));
                if reason.is_none() && self.options.pair.has_all {
                    println!("    only us, unexplained: {}", place(file, text, site.offset));
                    clean = false;
                }
                *named.entry(format!("only us, {}", reason.unwrap_or("go fix has no pattern for it"))).or_default() +=
                    1;
            }
        }
        println!("  sites: {both} rewritten by both, {otherwise} by both to something else");
        named.iter().for_each(|(reason, count)| println!("    {count} {reason}"));
        Ok(clean)
    }

    /// The sites at which a file was rewritten.
    fn sites_of(&self, texts: &Texts, file: &Path) -> Result<BTreeSet<Site>> {
        let Some((before, after)) = texts.get(file) else { return Ok(BTreeSet::new()) };
        let sites = (self.options.pair.sites)(before, after);
        Ok(sites.map_err(|at| format!("{}: another change", place(file, before, at)))?.into_iter().collect())
    }

    /// What Go says of the files of the module.
    fn classes(&self) -> Result<HashMap<PathBuf, Class>> {
        let mut command = self.command(&self.copies.before);
        // Packages that do not load are in the list all the same.
        let out = command.args(listing::ARGS).args(&self.options.patterns).output().map_err(|it| it.to_string())?;
        let dir = self.copies.before.join(self.module);
        Ok(listing::parse(&String::from_utf8_lossy(&out.stdout), &dir))
    }

    /// Files that gofmt would have left alone before and not after.
    fn unformatted(&self, ours: &Path, changed: &Texts) -> Result<Vec<String>> {
        let gofmt = self.go.root()?.join("bin/gofmt");
        let original = self.copies.before.join(self.module);
        let list = |dir: &Path| -> Result<BTreeSet<String>> {
            let mut unclean = BTreeSet::new();
            // Few enough at a time for a command line.
            for names in changed.keys().collect::<Vec<_>>().chunks(500) {
                let out = output_of(Command::new(&gofmt).current_dir(dir).arg("-l").args(names))?;
                unclean.extend(String::from_utf8_lossy(&out).lines().map(str::to_owned));
            }
            Ok(unclean)
        };
        let before = list(&original)?;
        Ok(list(ours)?.difference(&before).map(|it| format!("{it} is no longer gofmt-clean")).collect())
    }

    /// Files that `git apply` makes something else of than we wrote.
    fn applied(&self, patch: &[u8], changed: &Texts) -> Result<Vec<String>> {
        let dir = self.copies.patched.join(self.module);
        let io = |it: io::Error| format!("{}: {it}", dir.display());
        fs::create_dir_all(&dir).map_err(io)?;
        for (name, (before, _)) in changed {
            let path = dir.join(name);
            fs::create_dir_all(path.parent().unwrap_or(&dir)).map_err(io)?;
            fs::write(path, before).map_err(io)?;
        }
        if !patch.is_empty() {
            let mut command = Command::new("git");
            command
                .current_dir(&dir)
                .arg("apply")
                .env("GIT_CEILING_DIRECTORIES", &self.copies.base)
                .stdin(Stdio::piped());
            let mut child = command.spawn().map_err(|it| format!("git: {it}"))?;
            let mut stdin = child.stdin.take().ok_or("git has no input")?;
            io::Write::write_all(&mut stdin, patch).map_err(io)?;
            drop(stdin);
            if !child.wait().map_err(io)?.success() {
                return Ok(vec!["git does not apply the patch".to_owned()]);
            }
        }
        let differs = |(name, (_, after)): &(&PathBuf, &(String, String))| {
            read(&dir.join(name)).as_deref() != Ok(after.as_bytes())
        };
        Ok(changed.iter().filter(differs).map(|it| format!("{} differs", it.0.display())).collect())
    }

    /// What `go build` and `go vet` say of our copy and not of the original, and the other way round.
    fn build_differences(&self) -> Result<Vec<String>> {
        let go = |copy: &Path, verb: &str| -> Result<BTreeSet<String>> {
            let mut command = self.command(copy);
            let out = command.arg(verb).args(&self.options.patterns).output().map_err(|it| it.to_string())?;
            let root = copy.to_string_lossy();
            let text = String::from_utf8_lossy(&out.stderr).replace(&*root, "");
            Ok(text.lines().map(without_places).chain([format!("{verb}: {}", out.status)]).collect())
        };
        let mut differences = Vec::new();
        for verb in ["build", "vet"] {
            let (before, after) = (go(&self.copies.before, verb)?, go(&self.copies.ours, verb)?);
            differences.extend(after.difference(&before).map(|it| format!("only after: {it}")));
            differences.extend(before.difference(&after).map(|it| format!("only before: {it}")));
        }
        Ok(differences)
    }
}

/// Why go fix rewrote a site that we did not.
fn their_reason<'a>(site: &Site, place: &str, explained: &'a str) -> Option<&'a str> {
    if site.has_comment {
        return Some("comment inside the braces");
    }
    let line = explained.lines().find_map(|it| it.strip_prefix(place)?.strip_prefix(':'))?;
    Some(line.trim())
}

/// Why we rewrote a site in a file that go fix looked at, and that it did not.
fn our_reason(rule: &str, text: &str, site: &Site) -> Option<&'static str> {
    if rule != "range-int" {
        return None;
    }
    let file = SourceFile::parse(text);
    let stmt = file.nodes().filter_map(ForStmt::cast).find(|it| it.node().start() == site.offset)?;
    let is_plain = stmt.init().is_some_and(|it| it.op() == Token::Define);
    let cond = stmt.cond().map(Node::unparen)?;
    match () {
        () if !is_plain => return Some("index that outlives the loop, unused there"),
        () if stmt.post().is_none_or(|it| it.op() != Token::Inc) || cond.op() != Token::Lss => {
            return Some("another way to write the clauses");
        }
        () => {}
    }
    // In a limit like `len(s)`, the last name.
    let limit = [cond].into_iter().chain(cond.descendants()).filter(|it| it.kind() == Kind::Ident).last()?.text();
    let func = stmt.node().ancestors().filter(|it| it.kind() == Kind::FuncDecl).last()?;
    let is_limit = |it: Node<'_>| it.unparen().as_ident() == Some(limit);
    let assigns = |it: Node<'_>| match it.kind() {
        Kind::AssignStmt => it.children_in(Role::Lhs).any(is_limit),
        Kind::IncDecStmt | Kind::UnaryExpr => it.child(Role::X).is_some_and(is_limit),
        Kind::RangeStmt => [Role::Key, Role::Value].into_iter().filter_map(|role| it.child(role)).any(is_limit),
        // By way of a pointer to it, such as the receiver of a method.
        Kind::SelectorExpr | Kind::IndexExpr => it.child(Role::X).is_some_and(is_limit),
        _ => false,
    };
    func.descendants().any(assigns).then_some("limit that is assigned, but not while the loop runs")
}

/// `file:line:column`.
fn place(file: &Path, text: &str, offset: u32) -> String {
    let (line, column) = SourceFile::parse(text).line_col(offset);
    format!("{}:{line}:{column}", file.display())
}

/// Files that have other comments after than before.
fn lost_comments(changed: &Texts) -> Vec<String> {
    let comments = |text: &str| -> Vec<String> {
        let file = SourceFile::parse(text);
        file.comments().iter().map(|it| file.text()[it.to_usize()].to_owned()).collect()
    };
    let differing = changed.iter().filter(|(_, (before, after))| comments(before) != comments(after));
    differing.map(|(file, _)| format!("{} has other comments", file.display())).collect()
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).map_err(|it| format!("{}: {it}", path.display()))
}

/// The first few lines of what a program said.
fn lines(text: &[u8], count: usize) -> Vec<String> {
    String::from_utf8_lossy(text).lines().take(count).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_comment_is_noticed() {
        let texts =
            |after: &str| Texts::from([(PathBuf::from("a.go"), ("package p // A\n".to_owned(), after.to_owned()))]);
        assert_eq!(lost_comments(&texts("package p\n\n// A\n")), Vec::<String>::new());
        assert_eq!(lost_comments(&texts("package p\n")), ["a.go has other comments"]);
    }

    #[test]
    fn a_site_of_go_fix_alone_has_our_reason() {
        let site = Site { offset: 0, has_comment: false, after: String::new() };
        let explained = "a.go:1:2: left alone: any is declared here\n";
        assert_eq!(their_reason(&site, "a.go:1:2", explained), Some("left alone: any is declared here"));
        assert_eq!(their_reason(&site, "a.go:1:20", explained), None);
        assert_eq!(
            their_reason(&Site { has_comment: true, ..site }, "a.go:9:9", explained),
            Some("comment inside the braces")
        );
    }
}
