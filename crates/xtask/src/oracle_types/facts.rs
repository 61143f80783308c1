//! What the Go program of `tests/oracle/types` prints.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use crate::{Result, go::Go, output_of};

/// What a fact is about.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) enum About {
    /// The type of an expression or variable.
    Type,
    /// What a call calls.
    Callee,
    /// A constant's type and value.
    Constant,
}

/// One thing that go/types knows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Fact<'t> {
    pub(super) about: About,
    /// Where the expression is.
    pub(super) start: u32,
    pub(super) end: u32,
    /// The type, the target, or the type and value, in canonical spelling.
    pub(super) says: &'t str,
}

/// A file, and its facts.
#[derive(Debug)]
pub(super) struct FileFacts<'t> {
    /// Relative to the directory that was asked about.
    pub(super) path: &'t str,
    text: &'t str,
}

impl<'t> FileFacts<'t> {
    /// The facts in order of their places.
    pub(super) fn facts(&self) -> impl Iterator<Item = Fact<'t>> {
        self.text.lines().filter_map(parse)
    }

    /// The declarations that parse, if it is said which.
    pub(super) fn decls(&self) -> impl Iterator<Item = (u32, u32)> {
        let ranges = self.text.lines().filter_map(|it| it.strip_prefix("D ")?.split_once(' '));
        ranges.filter_map(|(start, end)| Some((start.parse().ok()?, end.parse().ok()?)))
    }
}

fn parse(line: &str) -> Option<Fact<'_>> {
    let mut fields = line.splitn(4, ' ');
    let about = match fields.next()? {
        "E" => About::Type,
        "C" => About::Callee,
        "K" => About::Constant,
        _ => return None,
    };
    let (start, end) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    Some(Fact { about, start, end, says: fields.next()? })
}

/// The main modules, relative to the directory that was asked about.
pub(super) fn modules(text: &str) -> Vec<&str> {
    text.lines().map_while(|it| it.strip_prefix("M ")).collect()
}

/// The files of an output.
pub(super) fn files(text: &str) -> Vec<FileFacts<'_>> {
    // Each piece but the first starts with a path.
    let rest = text.find("\nF ").map_or("", |at| &text[at..]);
    let pieces = rest.split("\nF ").skip(1);
    pieces.map(|it| it.split_once('\n').unwrap_or((it, ""))).map(|(path, text)| FileFacts { path, text }).collect()
}

/// The configuration that is asked about; empty means the one of this machine.
#[derive(Clone, Default, Debug)]
pub(super) struct Target {
    pub(super) goos: String,
    pub(super) goarch: String,
    /// Build tags, separated by commas.
    pub(super) tags: String,
}

/// The program that asks go/types.
pub(super) struct Oracle {
    /// The `go` command.
    go: PathBuf,
    program: PathBuf,
    target: Target,
}

impl Oracle {
    /// Builds the program.
    pub(super) fn new(go: &Go, target: Target) -> Result<Oracle> {
        Ok(Oracle { go: go.root()?.join("bin/go"), program: go.build_oracle("types")?, target })
    }

    /// What go/types says about the packages in `dir`. `extra` are flags of the program.
    pub(super) fn ask(&self, dir: &Path, extra: &[String]) -> Result<String> {
        String::from_utf8(output_of(&mut self.command(dir, extra))?).map_err(|it| it.to_string())
    }

    /// The run of the program that says so.
    pub(super) fn command(&self, dir: &Path, extra: &[String]) -> Command {
        let mut command = Command::new(&self.program);
        command.env("GOFLAGS", "-buildvcs=false").env_remove("GOROOT");
        for (flag, value) in
            [("-goos", &self.target.goos), ("-goarch", &self.target.goarch), ("-tags", &self.target.tags)]
        {
            if !value.is_empty() {
                command.args([flag, value]);
            }
        }
        command.arg("-go").arg(&self.go).args(extra).arg(dir);
        command
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_output_has_modules_and_files() {
        let text =
            "M .\nM api\nF a.go\nD 1 20\nE 1 2 []int\nK 3 4 untyped int = 5\nF b.go\nF c/c.go\nC 1 9 func a b.F\n";
        assert_eq!(modules(text), [".", "api"]);
        let files = files(text);
        assert_eq!(files.iter().map(|it| it.path).collect::<Vec<_>>(), ["a.go", "b.go", "c/c.go"]);
        let facts: Vec<_> = files.iter().flat_map(FileFacts::facts).collect();
        assert_eq!(files[0].decls().collect::<Vec<_>>(), [(1, 20)]);
        assert_eq!(facts[0], Fact { about: About::Type, start: 1, end: 2, says: "[]int" });
        assert_eq!(facts[1].says, "untyped int = 5");
        assert_eq!(facts[2].says, "func a b.F");
    }
}
