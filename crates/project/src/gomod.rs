//! go.mod and go.work files (Go Modules Reference: go.mod files, Workspaces).

use crate::GoVersion;

/// A required module.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Require {
    /// The module's path.
    pub path: String,
    /// The least version.
    pub version: String,
    /// Whether it is marked `// indirect`.
    pub indirect: bool,
    /// The line, from 1.
    pub line: u32,
}

/// A replaced module.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Replace {
    /// The path that is replaced.
    pub path: String,
    /// The version that is replaced; None: all.
    pub version: Option<String>,
    /// What comes in its place: another module's path, or a directory.
    pub new_path: String,
    /// The version of the other module; None: `new_path` is a directory.
    pub new_version: Option<String>,
}

/// Something in a go.mod or go.work file that go would not accept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ModProblem {
    /// The line, from 1.
    pub line: u32,
    /// What is wrong, as a sentence.
    pub message: String,
}

/// A go.mod file, as far as it matters here. Unknown directives are skipped.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct GoMod {
    /// The module's path.
    pub module: Option<String>,
    /// The version of the language.
    pub go: Option<GoVersion>,
    /// The name of the toolchain.
    pub toolchain: Option<String>,
    /// Required modules.
    pub requires: Vec<Require>,
    /// Replaced modules.
    pub replaces: Vec<Replace>,
    /// Excluded modules and versions.
    pub excludes: Vec<(String, String)>,
    /// Ignored directories, as they stand there: those with `./` in front are relative to the module.
    pub ignores: Vec<String>,
    /// What is wrong in the file.
    pub problems: Vec<ModProblem>,
}

/// A go.work file, as far as it matters here. Unknown directives are skipped.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct GoWork {
    /// The version of the language for packages outside modules.
    pub go: Option<GoVersion>,
    /// The directories of the modules, as they stand there.
    pub uses: Vec<String>,
    /// Replaced modules.
    pub replaces: Vec<Replace>,
    /// What is wrong in the file.
    pub problems: Vec<ModProblem>,
}

impl GoMod {
    /// Reads the text of a go.mod file.
    pub fn parse(text: &str) -> GoMod {
        let mut file = GoMod::default();
        let problems = directives(text, |directive| file.add(directive));
        file.problems = problems;
        file
    }

    fn add(&mut self, directive: &Directive) -> Result<(), String> {
        let words: Vec<&str> = directive.words.iter().map(String::as_str).collect();
        match (directive.verb.as_str(), words.as_slice()) {
            ("module", [path]) => self.module = Some((*path).to_owned()),
            ("go", [version]) => self.go = Some(go_version(version)?),
            ("toolchain", [name]) => self.toolchain = Some((*name).to_owned()),
            ("require", [path, version]) => self.requires.push(Require {
                path: (*path).to_owned(),
                version: (*version).to_owned(),
                indirect: is_indirect(&directive.comment),
                line: directive.line,
            }),
            ("replace", words) => self.replaces.push(replace(words)?),
            ("exclude", [path, version]) => self.excludes.push(((*path).to_owned(), (*version).to_owned())),
            ("ignore", [path]) => self.ignores.push((*path).to_owned()),
            ("module" | "go" | "toolchain" | "require" | "exclude" | "ignore", _) => return Err(directive.usage()),
            _ => {}
        }
        Ok(())
    }
}

impl GoWork {
    /// Reads the text of a go.work file.
    pub fn parse(text: &str) -> GoWork {
        let mut file = GoWork::default();
        let problems = directives(text, |directive| file.add(directive));
        file.problems = problems;
        file
    }

    fn add(&mut self, directive: &Directive) -> Result<(), String> {
        let words: Vec<&str> = directive.words.iter().map(String::as_str).collect();
        match (directive.verb.as_str(), words.as_slice()) {
            ("go", [version]) => self.go = Some(go_version(version)?),
            ("use", [dir]) => self.uses.push((*dir).to_owned()),
            ("replace", words) => self.replaces.push(replace(words)?),
            ("go" | "use", _) => return Err(directive.usage()),
            _ => {}
        }
        Ok(())
    }
}

fn go_version(text: &str) -> Result<GoVersion, String> {
    let version = text.parse::<GoVersion>().map_err(|error| error.to_string())?;
    if text.starts_with("go") {
        Err(format!("the version of Go is written without `go`: {version}"))
    } else {
        Ok(version)
    }
}

fn replace(words: &[&str]) -> Result<Replace, String> {
    let arrow = words.iter().position(|word| *word == "=>");
    let (old, new) = arrow.map_or((words, &[][..]), |arrow| (&words[..arrow], &words[arrow + 1..]));
    let with_version = |words: &[&str]| match words {
        [path] => Some(((*path).to_owned(), None)),
        [path, version] => Some(((*path).to_owned(), Some((*version).to_owned()))),
        _ => None,
    };
    let (Some((path, version)), Some((new_path, new_version))) = (with_version(old), with_version(new)) else {
        return Err("a replacement reads `replace PATH [VERSION] => PATH VERSION` or `... => DIRECTORY`".to_owned());
    };
    Ok(Replace { path, version, new_path, new_version })
}

fn is_indirect(comment: &str) -> bool {
    let text = comment.trim_start_matches('/').trim();
    text == "indirect" || text.starts_with("indirect;")
}

/// One directive: a line, or a line of a block.
struct Directive {
    verb: String,
    words: Vec<String>,
    /// The comment at the end of the line, with its slashes.
    comment: String,
    line: u32,
}

impl Directive {
    fn usage(&self) -> String {
        format!("`{}` has {} arguments, which is not how it is written", self.verb, self.words.len())
    }
}

/// Reads all directives, and collects what `add` finds wrong with them.
fn directives(text: &str, mut add: impl FnMut(&Directive) -> Result<(), String>) -> Vec<ModProblem> {
    let mut problems = Vec::new();
    let mut block: Option<String> = None;
    for (index, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let number = index as u32 + 1;
        let (mut words, comment) = split(line);
        if words.is_empty() {
            continue;
        }
        if words == [")"] {
            block = None;
            continue;
        }
        let verb = match &block {
            Some(verb) => verb.clone(),
            None => words.remove(0),
        };
        if block.is_none() && words == ["("] {
            block = Some(verb);
            continue;
        }
        let directive = Directive { verb, words, comment, line: number };
        if let Err(message) = add(&directive) {
            problems.push(ModProblem { line: number, message });
        }
    }
    if let Some(verb) = block {
        problems.push(ModProblem {
            line: text.lines().count() as u32,
            message: format!("the block of `{verb}` is not closed"),
        });
    }
    problems
}

/// The words of a line, quoted ones without their quotes, and the comment behind them.
fn split(line: &str) -> (Vec<String>, String) {
    let mut words = Vec::new();
    let mut rest = line.trim();
    while let Some(first) = rest.chars().next() {
        if rest.starts_with("//") {
            return (words, rest.to_owned());
        }
        let (word, length) = match first {
            '(' | ')' | ',' | '[' | ']' => (first.to_string(), 1),
            '"' | '`' => quoted(rest, first),
            _ => {
                let is_end = |c: char| c.is_whitespace() || matches!(c, '(' | ')' | ',' | '[' | ']' | '"' | '`');
                let end = rest.find(is_end).unwrap_or(rest.len());
                // A comment may follow without space.
                let end = rest[..end].find("//").unwrap_or(end);
                (rest[..end].to_owned(), end)
            }
        };
        words.push(word);
        rest = rest[length..].trim_start();
    }
    (words, String::new())
}

/// The inside of the quoted word that `text` starts with, and the length with its quotes.
fn quoted(text: &str, quote: char) -> (String, usize) {
    let inside = &text[1..];
    match inside.find(quote) {
        Some(end) => (inside[..end].to_owned(), end + 2),
        None => (inside.to_owned(), text.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_file_is_read() {
        let text = "\
// Deprecated: no
module \"example.com/m\" // comment

go 1.21.3
toolchain go1.22.1

require example.com/a v1.0.0
require (
\texample.com/b v0.0.0-20200101000000-abcdef123456 // indirect
\t`example.com/c` v2.0.0+incompatible // indirect; because
\texample.com/d v1.1.0 // not indirect
)
replace example.com/a => ../a
replace (
\texample.com/b v1.0.0 => example.com/fork v1.2.3
)
exclude example.com/c v1.0.0
retract [v1.0.0, v1.2.0]
ignore (
\t./web/static
\tnode_modules
)
tool example.com/a/cmd/x
unknown directive here
";
        let file = GoMod::parse(text);
        assert_eq!(file.problems, []);
        assert_eq!(file.module.as_deref(), Some("example.com/m"));
        assert_eq!((file.go, file.toolchain.as_deref()), (Some(GoVersion::new(1, 21)), Some("go1.22.1")));
        let requires: Vec<_> = file.requires.iter().map(|r| (r.path.as_str(), r.indirect, r.line)).collect();
        assert_eq!(
            requires,
            [
                ("example.com/a", false, 7),
                ("example.com/b", true, 9),
                ("example.com/c", true, 10),
                ("example.com/d", false, 11)
            ]
        );
        assert_eq!(file.replaces[0].new_path, "../a");
        assert_eq!((&file.replaces[0].version, &file.replaces[0].new_version), (&None, &None));
        assert_eq!(file.replaces[1].version.as_deref(), Some("v1.0.0"));
        assert_eq!(file.replaces[1].new_version.as_deref(), Some("v1.2.3"));
        assert_eq!(file.excludes, [("example.com/c".to_owned(), "v1.0.0".to_owned())]);
        assert_eq!(file.ignores, ["./web/static", "node_modules"]);
    }

    #[test]
    fn windows_line_ends_and_odd_space_do_not_matter() {
        let file = GoMod::parse("module m\r\n\r\ngo 1.20\r\nrequire(\r\n  a.b/c   v1.0.0//indirect\r\n)\r\n");
        assert_eq!((file.module.as_deref(), file.go), (Some("m"), Some(GoVersion::new(1, 20))));
        assert_eq!((file.requires[0].path.as_str(), file.requires[0].indirect), ("a.b/c", true));
        assert_eq!(file.problems, []);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let problems = |text| GoMod::parse(text).problems.into_iter().map(|p| (p.line, p.message)).collect::<Vec<_>>();
        assert_eq!(
            problems("module m\ngo 1.x\n"),
            [(2, "\"1.x\" is no version of Go; write one like 1.22".to_owned())]
        );
        assert_eq!(problems("go go1.21\n"), [(1, "the version of Go is written without `go`: 1.21".to_owned())]);
        assert_eq!(
            problems("\nmodule\n"),
            [(2, "`module` has 0 arguments, which is not how it is written".to_owned())]
        );
        assert_eq!(problems("require (\na v1\n"), [(2, "the block of `require` is not closed".to_owned())]);
        assert_eq!(problems("replace a b\n").len(), 1);
    }

    #[test]
    fn workspaces_are_read() {
        let file = GoWork::parse(
            "go 1.22\n\nuse (\n\t.\n\t./api // x\n\t\"../other dir\"\n)\nuse ./tools\nreplace a => ./b\n",
        );
        assert_eq!(file.uses, [".", "./api", "../other dir", "./tools"]);
        assert_eq!((file.go, file.replaces.len(), file.problems.len()), (Some(GoVersion::new(1, 22)), 1, 0));
    }
}
