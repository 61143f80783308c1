//! The command line: what can be written on it.

use std::path::{Path, PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};
use gofix::{GoVerb, GoVersion, Position};

/// Codemods for Go: finds anti-patterns and rewrites them.
#[derive(Parser, Debug)]
#[command(name = "gofix-rs", version, max_term_width = 100, subcommand_required = true, arg_required_else_help = true)]
pub(crate) struct Cli {
    /// When to use colours.
    #[arg(long, global = true, value_name = "WHEN", value_enum, default_value_t = Color::Auto, hide_possible_values = true)]
    #[arg(help = "When to use colours: auto, always or never")]
    pub(crate) color: Color,

    /// Print no summary and no notes, only errors
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,

    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// Print what would change, as a diff
    ///
    /// The diff can be applied by `git apply`. Exits with 0 if nothing changes, 1 if something does, 2 on an error.
    Diff(Run),
    /// Make the changes
    ///
    /// All files are written or none; a file that has changed since it was read is never overwritten. Exits with 0 when done,
    /// 2 on an error.
    Apply {
        #[command(flatten)]
        run: Run,
        /// Write nothing: the same as `diff`
        #[arg(long)]
        dry_run: bool,
        /// Let the go command look at the changes before they are written: --verify=build, vet or test
        ///
        /// It checks the packages that change and those that depend on them, offline. Fixes with which it finds something new to
        /// complain about are dropped and reported, all others are made. --verify means --verify=build, which compiles packages and
        /// type-checks tests; vet also runs `go vet`, test also the tests, which is code of the project.
        #[arg(long, value_name = "HOW", value_enum, num_args = 0..=1, require_equals = true)]
        #[arg(default_missing_value = "build", hide_possible_values = true)]
        verify: Option<Verify>,
    },
    /// List what the rules find
    ///
    /// Fixes, those that need review among them, and reports; with --explain, also what was left alone. Exits with 0 if there
    /// is no fix and no report, 1 if there is one, 2 on an error.
    Check {
        #[command(flatten)]
        run: Run,
        /// How to print findings: text or json
        #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Text, hide_possible_values = true)]
        format: Format,
    },
    /// Format files as gofmt does
    ///
    /// Any Go files, in a module or not: those that are generated and those that build constraints exclude like all others. ./...
    /// leaves out what Go's patterns do: vendor, testdata, nested modules, names that begin with _ or a dot. Named themselves,
    /// such directories and files are formatted as well.
    ///
    /// All files are written or none; a file that has changed since it was read is never overwritten. Files with syntax
    /// errors stay as they are and are reported, which is an error; the others are formatted all the same.
    ///
    /// Exits with 0 when done, 2 on an error; --check and --diff exit with 0 if all files are formatted, 1 if some are not.
    Fmt(Fmt),
    /// List the rules
    Rules,
    /// Print the page of a rule
    Explain {
        /// The rule
        rule: String,
    },
    /// Print what is known at a place of a file
    ///
    /// What stands there, what it denotes and where that is declared, its type, the value of a constant, what a call calls; and how
    /// certain that is: by type, by identity alone, or by the looks of it, then with the reasons. For reports of bugs.
    ///
    /// Exits with 0 if there is such a place, 2 on an error.
    Why(WhyArgs),
}

/// What all commands that look at code have in common.
#[derive(Args, Debug)]
pub(crate) struct Run {
    /// Go's package patterns: ./... (the default), directories, files; or - for a file on stdin
    ///
    /// With -, `diff` prints the diff and `apply` the new text of the file on stdin.
    #[arg(value_name = "PATTERN")]
    pub(crate) patterns: Vec<String>,

    /// Only these rules, or the recommended rules of these groups
    #[arg(short, long = "rule", value_name = "NAME,...", value_delimiter = ',')]
    pub(crate) rules: Vec<String>,

    /// Make fixes that need review as well
    #[arg(long)]
    pub(crate) review: bool,

    /// List what was left alone, with reasons
    #[arg(long)]
    pub(crate) explain: bool,

    /// Set an option of a rule
    #[arg(long = "set", value_name = "RULE.KEY=VALUE")]
    pub(crate) settings: Vec<String>,

    /// How many threads to use; as many as there are cores by default
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) jobs: Option<u16>,

    #[command(flatten)]
    pub(crate) build: Build,

    /// Where the file on stdin belongs: gives it a module and a package
    #[arg(long, value_name = "FILE")]
    pub(crate) stdin_filename: Option<PathBuf>,
}

/// How the code is built.
#[derive(Args, Debug)]
pub(crate) struct Build {
    /// Build tags that hold
    #[arg(long, value_name = "TAG,...", value_delimiter = ',')]
    pub(crate) tags: Vec<String>,

    /// The Go version of files outside any module, such as 1.22; the newest by default
    #[arg(long = "go", value_name = "VERSION")]
    pub(crate) go_version: Option<GoVersion>,

    /// A file to read in place of go.mod
    #[arg(long, value_name = "FILE")]
    pub(crate) modfile: Option<PathBuf>,
}

/// What `fmt` takes.
#[derive(Args, Debug)]
pub(crate) struct Fmt {
    /// Go's package patterns: ./... (the default), directories, files; or - for a file on stdin
    ///
    /// A directory means the files in it; with /... behind it, those below as well. With -, the formatted text of the file on
    /// stdin is printed.
    #[arg(value_name = "PATTERN")]
    pub(crate) patterns: Vec<String>,

    /// Write nothing; list the files that are not formatted
    #[arg(long, conflicts_with = "diff")]
    pub(crate) check: bool,

    /// Write nothing; print what would change, as a diff
    #[arg(long)]
    pub(crate) diff: bool,

    /// gofmt's flags, so that whoever types them is told what they are here.
    #[arg(short = 'l', hide = true)]
    pub(crate) gofmt_list: bool,
    #[arg(short = 'd', hide = true)]
    pub(crate) gofmt_diff: bool,
    #[arg(short = 'w', hide = true)]
    pub(crate) gofmt_write: bool,
    #[arg(short = 's', hide = true)]
    pub(crate) gofmt_simplify: bool,

    /// How many threads to use; as many as there are cores by default
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) jobs: Option<u16>,

    /// What to call the file on stdin
    #[arg(long, value_name = "FILE")]
    pub(crate) stdin_filename: Option<PathBuf>,
}

/// What `why` takes.
#[derive(Args, Debug)]
pub(crate) struct WhyArgs {
    /// FILE:LINE:COLUMN, counted from 1, columns in bytes; or FILE:LINE for all names of a line
    ///
    /// On white space, what follows on the line is meant.
    #[arg(value_name = "PLACE")]
    pub(crate) place: Position,

    /// How to print it: text or json
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Text, hide_possible_values = true)]
    pub(crate) format: Format,

    #[command(flatten)]
    pub(crate) build: Build,
}

/// Which files are meant.
#[derive(Copy, Clone, Debug)]
pub(crate) struct Wanted<'a> {
    pub(crate) patterns: &'a [String],
    pub(crate) stdin_filename: Option<&'a Path>,
}

impl<'a> From<&'a Run> for Wanted<'a> {
    fn from(run: &'a Run) -> Wanted<'a> {
        Wanted { patterns: &run.patterns, stdin_filename: run.stdin_filename.as_deref() }
    }
}

impl<'a> From<&'a Fmt> for Wanted<'a> {
    fn from(fmt: &'a Fmt) -> Wanted<'a> {
        Wanted { patterns: &fmt.patterns, stdin_filename: fmt.stdin_filename.as_deref() }
    }
}

impl Fmt {
    /// What to write in place of a flag of gofmt that was given.
    pub(crate) fn gofmt_flag(&self) -> Option<&'static str> {
        let flags = [
            (self.gofmt_list, "gofmt's -l is --check here"),
            (self.gofmt_diff, "gofmt's -d is --diff here"),
            (self.gofmt_write, "gofmt's -w is what `fmt` does anyway: leave it out"),
            (self.gofmt_simplify, "gofmt's -s is not to be had: `fmt` changes the layout, not the code"),
        ];
        flags.into_iter().find(|(is_given, _)| *is_given).map(|(_, message)| message)
    }
}

impl Wanted<'_> {
    /// Whether to read a file from stdin.
    ///
    /// # Errors
    /// What is wrong if `-` and other patterns, or the flag without `-`, were given.
    pub(crate) fn is_stdin(&self) -> Result<bool, String> {
        let is_stdin = self.patterns.iter().any(|it| it == "-");
        if is_stdin && self.patterns.len() > 1 {
            return Err("- reads one file from stdin; run again for the other patterns".to_owned());
        }
        if !is_stdin && self.stdin_filename.is_some() {
            return Err("--stdin-filename is the name of the file on stdin; add the pattern -".to_owned());
        }
        Ok(is_stdin)
    }
}

#[derive(Copy, Clone, PartialEq, Eq, ValueEnum, Debug)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Copy, Clone, PartialEq, Eq, ValueEnum, Debug)]
pub(crate) enum Verify {
    Build,
    Vet,
    Test,
}

impl From<Verify> for GoVerb {
    fn from(verify: Verify) -> GoVerb {
        match verify {
            Verify::Build => GoVerb::Build,
            Verify::Vet => GoVerb::Vet,
            Verify::Test => GoVerb::Test,
        }
    }
}

#[derive(Copy, Clone, PartialEq, Eq, ValueEnum, Debug)]
pub(crate) enum Format {
    Text,
    Json,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_flags_are_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn stdin_stands_alone() {
        let run = |args: &[&str]| match Cli::parse_from(["gofix-rs", "diff"].iter().chain(args)).command {
            Command::Diff(run) => Wanted::from(&run).is_stdin(),
            other => panic!("{other:?}"),
        };
        assert_eq!(run(&["./..."]), Ok(false));
        assert_eq!(run(&["-", "--stdin-filename", "a/b.go"]), Ok(true));
        assert!(run(&["-", "./..."]).is_err());
        assert!(run(&["--stdin-filename", "a/b.go"]).is_err());
    }
}
