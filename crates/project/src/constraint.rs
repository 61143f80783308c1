use std::collections::BTreeSet;
use std::error::Error;
use std::fmt;

use crate::GoVersion;

/// What a build is for: what the names in a constraint mean.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Config {
    /// The operating system, by its name in Go.
    pub goos: String,
    /// The architecture, by its name in Go.
    pub goarch: String,
    /// Tags given by the user.
    pub tags: BTreeSet<String>,
    /// The newest release whose tag holds.
    pub release: GoVersion,
    /// Whether cgo is enabled.
    pub cgo: bool,
}

impl Default for Config {
    /// This machine, the newest release, cgo enabled.
    fn default() -> Config {
        let goos = match std::env::consts::OS {
            "macos" => "darwin",
            os => os,
        };
        let goarch = match std::env::consts::ARCH {
            "x86_64" => "amd64",
            "x86" => "386",
            "aarch64" => "arm64",
            "powerpc64" => "ppc64le",
            "loongarch64" => "loong64",
            arch => arch,
        };
        Config {
            goos: goos.to_owned(),
            goarch: goarch.to_owned(),
            tags: BTreeSet::new(),
            release: GoVersion::NEWEST,
            cgo: true,
        }
    }
}

/// Operating systems that a file name can be for (internal/syslist).
const KNOWN_OS: [&str; 18] = [
    "aix",
    "android",
    "darwin",
    "dragonfly",
    "freebsd",
    "hurd",
    "illumos",
    "ios",
    "js",
    "linux",
    "nacl",
    "netbsd",
    "openbsd",
    "plan9",
    "solaris",
    "wasip1",
    "windows",
    "zos",
];

/// Those of them for which the tag `unix` holds.
const UNIX_OS: [&str; 12] = [
    "aix",
    "android",
    "darwin",
    "dragonfly",
    "freebsd",
    "hurd",
    "illumos",
    "ios",
    "linux",
    "netbsd",
    "openbsd",
    "solaris",
];

/// Architectures that a file name can be for.
const KNOWN_ARCH: [&str; 24] = [
    "386",
    "amd64",
    "amd64p32",
    "arm",
    "armbe",
    "arm64",
    "arm64be",
    "loong64",
    "mips",
    "mipsle",
    "mips64",
    "mips64le",
    "mips64p32",
    "mips64p32le",
    "ppc",
    "ppc64",
    "ppc64le",
    "riscv",
    "riscv64",
    "s390",
    "s390x",
    "sparc",
    "sparc64",
    "wasm",
];

impl Config {
    /// Whether a tag holds (go/build's `matchTag`, for the compiler gc).
    pub fn has_tag(&self, tag: &str) -> bool {
        let by_system = match tag {
            "cgo" => self.cgo,
            "gc" => true,
            "linux" => self.goos == "android",
            "solaris" => self.goos == "illumos",
            "darwin" => self.goos == "ios",
            "unix" => UNIX_OS.contains(&self.goos.as_str()),
            _ => false,
        };
        by_system || tag == self.goos || tag == self.goarch || self.is_release(tag) || self.tags.contains(tag)
    }

    /// Whether `tag` is that of the release or of an older one.
    fn is_release(&self, tag: &str) -> bool {
        let minor = tag.strip_prefix("go1.").and_then(minor_version);
        minor.is_some_and(|minor| minor > 0 && GoVersion::new(1, minor) <= self.release)
    }
}

/// The number of a release; one that is far too large stays larger than all there are.
fn minor_version(digits: &str) -> Option<u16> {
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().unwrap_or(u16::MAX))
}

/// The expression of a constraint: tags with `&&`, `||`, `!` and parentheses (cmd/go: Build constraints).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Constraint {
    /// Operators stand behind their operands.
    terms: Vec<Term>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Term {
    Tag(String),
    Not,
    And,
    Or,
}

/// Why a text is no constraint.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConstraintError {
    /// Byte offset in the text that was given.
    pub offset: usize,
    /// What is wrong, as a phrase.
    pub message: &'static str,
}

impl fmt::Display for ConstraintError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the build constraint is broken at byte {}: {}", self.offset, self.message)
    }
}

impl Error for ConstraintError {}

impl Constraint {
    /// Reads an expression, or a whole line with `//go:build` in front of it.
    pub fn parse(text: &str) -> Result<Constraint, ConstraintError> {
        let start = if text.starts_with("//go:build") { "//go:build".len() } else { 0 };
        Parser { text, at: start, operators: Vec::new(), terms: Vec::new() }.expression()
    }

    /// All of some `// +build` lines: each is a list of alternatives, of which every one is a list of tags with commas.
    fn parse_plus_build(lines: &[&str]) -> Option<Constraint> {
        let mut terms = Vec::new();
        for (index, line) in lines.iter().enumerate() {
            let list = line.split_once("+build").map_or("", |(_, list)| list);
            let start = terms.len();
            for alternative in list.split_whitespace() {
                let first = terms.len() == start;
                for (index, tag) in alternative.split(',').enumerate() {
                    push_plus_tag(tag, &mut terms);
                    terms.extend((index > 0).then_some(Term::And));
                }
                terms.extend((!first).then_some(Term::Or));
            }
            if terms.len() == start {
                terms.push(Term::Tag("ignore".to_owned()));
            }
            terms.extend((index > 0).then_some(Term::And));
        }
        (!terms.is_empty()).then_some(Constraint { terms })
    }

    /// The tags that it names.
    pub(crate) fn tags(&self) -> impl Iterator<Item = &str> {
        self.terms.iter().filter_map(|it| match it {
            Term::Tag(tag) => Some(tag.as_str()),
            _ => None,
        })
    }

    /// Whether the constraint holds in a build for `config`.
    pub fn matches(&self, config: &Config) -> bool {
        self.evaluate(|tag| config.has_tag(tag), |value| !value, |a, b| a && b, |a, b| a || b)
    }

    /// Whether the constraint holds in every build by Go of that version or a later one, as far as its structure says:
    /// `go1.21` does from 1.21 on.
    pub fn holds_from(&self, version: GoVersion) -> bool {
        // For every expression, whether it holds in all builds and whether it does in some.
        let all_and_some = self.evaluate(
            |tag| (tag_version(tag).is_some_and(|minor| GoVersion::new(1, minor) <= version), true),
            |(all, some)| (!some, !all),
            |a, b| (a.0 && b.0, a.1 && b.1),
            |a, b| (a.0 || b.0, a.1 || b.1),
        );
        all_and_some.0
    }

    /// The oldest version of Go in which the constraint can hold, as far as its structure says; None if it can hold in
    /// all (go/build/constraint's `GoVersion`).
    pub fn go_version(&self) -> Option<GoVersion> {
        // For every expression, what it implies and what its negation implies. None is less than any version.
        let implied = self.evaluate(
            |tag| (tag_version(tag), None),
            |(holds, fails)| (fails, holds),
            |a, b| (a.0.max(b.0), a.1.min(b.1)),
            |a, b| (a.0.min(b.0), a.1.max(b.1)),
        );
        implied.0.map(|minor| GoVersion::new(1, minor))
    }

    /// Computes the value of the whole from those of the tags.
    fn evaluate<T>(
        &self,
        tag: impl Fn(&str) -> T,
        not: impl Fn(T) -> T,
        and: impl Fn(T, T) -> T,
        or: impl Fn(T, T) -> T,
    ) -> T {
        let mut values = Vec::new();
        for term in &self.terms {
            let value = match term {
                Term::Tag(name) => tag(name),
                _ => {
                    // The parser has put as many values in front of every operator as it takes.
                    let last = values.pop().unwrap_or_else(|| tag(""));
                    match term {
                        Term::Not => not(last),
                        operator => {
                            let first = values.pop().unwrap_or_else(|| tag(""));
                            if *operator == Term::And { and(first, last) } else { or(first, last) }
                        }
                    }
                }
            };
            values.push(value);
        }
        values.pop().unwrap_or_else(|| tag(""))
    }
}

fn tag_version(tag: &str) -> Option<u16> {
    match tag {
        "go1" => Some(0),
        _ => tag.strip_prefix("go1.").and_then(minor_version),
    }
}

fn push_plus_tag(tag: &str, terms: &mut Vec<Term>) {
    let name = tag.strip_prefix('!').unwrap_or(tag);
    let valid = !name.is_empty() && name.chars().all(is_tag_char);
    terms.push(Term::Tag(if valid { name } else { "ignore" }.to_owned()));
    if name.len() < tag.len() && !name.starts_with('!') && tag != "!" {
        terms.push(Term::Not);
    }
}

fn is_tag_char(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '.'
}

/// Puts the operators behind their operands, with a stack for those that wait.
struct Parser<'a> {
    text: &'a str,
    at: usize,
    operators: Vec<Waiting>,
    terms: Vec<Term>,
}

/// An operator that waits for its last operand. The later ones bind tighter.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Waiting {
    Paren,
    Or,
    And,
    Not,
}

impl<'a> Parser<'a> {
    fn expression(mut self) -> Result<Constraint, ConstraintError> {
        loop {
            self.operand()?;
            // Behind an operand: closing parentheses, then an operator or the end.
            while self.accept(")") {
                self.finish(Waiting::Or);
                if self.operators.pop() != Some(Waiting::Paren) {
                    return self.fail("a parenthesis is not opened");
                }
            }
            let operator = match () {
                _ if self.accept("&&") => Waiting::And,
                _ if self.accept("||") => Waiting::Or,
                _ if self.rest().is_empty() => break,
                _ => return self.fail("an operator is expected"),
            };
            self.finish(operator);
            self.operators.push(operator);
        }
        self.finish(Waiting::Or);
        match self.operators.is_empty() {
            true => Ok(Constraint { terms: self.terms }),
            false => self.fail("a parenthesis is not closed"),
        }
    }

    /// Reads a tag, and all that may stand in front of it.
    fn operand(&mut self) -> Result<(), ConstraintError> {
        loop {
            if self.accept("(") {
                self.operators.push(Waiting::Paren);
            } else if self.accept("!") {
                if self.operators.last() == Some(&Waiting::Not) {
                    return self.fail("double negation");
                }
                self.operators.push(Waiting::Not);
            } else {
                break;
            }
        }
        let rest = self.rest();
        let tag = &rest[..rest.find(|c| !is_tag_char(c)).unwrap_or(rest.len())];
        if tag.is_empty() {
            return self.fail("a tag is expected");
        }
        self.terms.push(Term::Tag(tag.to_owned()));
        self.at += tag.len();
        Ok(())
    }

    /// Writes the waiting operators that bind at least as tight as `operator`.
    fn finish(&mut self, operator: Waiting) {
        while let Some(waiting) = self.operators.pop_if(|waiting| *waiting >= operator) {
            self.terms.push(match waiting {
                Waiting::Not => Term::Not,
                Waiting::And => Term::And,
                Waiting::Or | Waiting::Paren => Term::Or,
            });
        }
    }

    fn rest(&mut self) -> &'a str {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start().len();
        &self.text[self.at..]
    }

    fn accept(&mut self, token: &str) -> bool {
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    fn fail<T>(&self, message: &'static str) -> Result<T, ConstraintError> {
        Err(ConstraintError { offset: self.at, message })
    }
}

/// When a file belongs to a build: by its name and by the lines at its top.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct FileConstraints {
    /// The constraint in the file. None: there is none, or it is broken.
    pub build: Option<Constraint>,
    /// Whether `build` comes from a `//go:build` line. Only such a line sets the language version.
    pub is_go_build: bool,
    /// The constraint in the file is broken: Go leaves such a file out of every build.
    pub broken: bool,
    /// The operating system in the file's name.
    pub goos: Option<&'static str>,
    /// The architecture in the file's name.
    pub goarch: Option<&'static str>,
}

impl FileConstraints {
    /// The constraints of the file `name`, whose directory does not matter, with this top.
    pub fn new(name: &str, header: &gofix_syntax::header::Header<'_>) -> FileConstraints {
        let (goos, goarch) = name_constraints(name);
        let go_build = header.go_build.map(Constraint::parse);
        let broken = matches!(go_build, Some(Err(_)));
        let is_go_build = go_build.is_some();
        let build = match go_build {
            Some(constraint) => constraint.ok(),
            None => Constraint::parse_plus_build(&header.plus_build),
        };
        FileConstraints { build, is_go_build, broken, goos, goarch }
    }

    /// Whether the file belongs to a build for `config` (go/build's `MatchFile`; that test files and files whose names
    /// start with `_` or `.` are apart is not looked at here).
    pub fn matches(&self, config: &Config) -> bool {
        !self.broken
            && [self.goos, self.goarch].into_iter().flatten().all(|tag| config.has_tag(tag))
            && self.build.as_ref().is_none_or(|build| build.matches(config))
    }

    /// Whether the file belongs to every build of its module, whose Go version is `module`. From 1.21 on, no older Go builds
    /// a module (Go Toolchains), so a constraint on releases alone may always hold.
    pub fn always_match(&self, module: GoVersion) -> bool {
        let holds = |it: &Constraint| module >= GoVersion::OLDEST_OF_FILE && it.holds_from(module);
        !self.broken && self.goos.is_none() && self.goarch.is_none() && self.build.as_ref().is_none_or(holds)
    }

    /// The language version of the file, if that of its module is `module` (go/types' `initFiles`): a `//go:build` line
    /// that implies a version replaces the module's, but not with one before 1.21.
    pub fn language_version(&self, module: GoVersion) -> GoVersion {
        let own = self.build.as_ref().filter(|_| self.is_go_build).and_then(Constraint::go_version);
        own.map_or(module, |own| own.max(GoVersion::OLDEST_OF_FILE))
    }
}

/// The system and architecture in a file name (go/build's `goodOSArchFile`).
fn name_constraints(name: &str) -> (Option<&'static str>, Option<&'static str>) {
    let known = |list: &[&'static str], part: &str| list.iter().find(|known| **known == part).copied();
    let os = |part: &str| known(&KNOWN_OS, part);
    let arch = |part: &str| known(&KNOWN_ARCH, part);
    let stem = name.split('.').next().unwrap_or_default();
    // What stands in front of the first underscore is no constraint: linux.go is a file like any other.
    let Some((_, parts)) = stem.split_once('_') else { return (None, None) };
    let parts = if parts == "test" { "" } else { parts.strip_suffix("_test").unwrap_or(parts) };
    let mut parts = parts.rsplit('_');
    let (last, before) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    match (os(last), arch(last)) {
        (_, Some(arch)) => (os(before), Some(arch)),
        (os, None) => (os, None),
    }
}

#[cfg(test)]
mod tests;
