//! Chores of the workspace: `cargo xtask <command>`.

mod api;
mod copies;
mod docs;
mod dump;
mod error_flow;
mod experiments;
mod flags;
mod formatting;
mod go;
mod go_list;
mod go_tests;
mod gofmt;
mod infer;
mod listing;
mod mangle;
mod meter;
mod mutate;
mod oracle_apply;
mod oracle_edits;
mod oracle_format;
mod oracle_gofix;
mod oracle_syntax;
mod oracle_types;
mod random;
mod reduce;
mod sites;
mod std_index;
mod std_since;
mod style;
mod tally;
mod workspace;

use std::{env, path::PathBuf, process::Command, process::ExitCode};

use flags::Flags;

/// What a task returns: its value, or a message for who ran it.
type Result<T> = std::result::Result<T, String>;

const USAGE: &str = "\
usage: cargo xtask COMMAND

  docs [--check]
      write the generated parts of README files; with --check, say whether they are current

  std-index [--check] [--goroot DIR] [--api DIR] [--print FILE]
      make the index of the standard library from the Go installation DIR; with --check, say whether it is current
      --api    where the records of Go's interface are (default: api in DIR; versions of names that the index has
               already are kept without)
      --print  write the text of the index that there is to FILE, and make none

  infer [--threads N] [--patterns P,...] DIR
      find the types of all expressions in the module DIR, with its tests, and print how long it took

  oracle syntax [--sample N] [--mutate N] [--seed S] DIR...
      compare trees and comments of all Go files below DIR with go/parser's: of N files with --sample, and of N
      files broken at random with --mutate

  oracle format [--sample N] [--mangle N] [--mutate N] [--seed S] [--show N] [--reduce] DIR...
      compare our formatter with gofmt: on all Go files below DIR as they are, or on N copies of another layout with
      --mangle and N copies broken at random with --mutate
      --sample  take N of the files only
      --show    show N differences of each kind; they are 3 otherwise
      --reduce  make those small first

  oracle edits [--rule RULE] [--show N] DIR...
      edit all Go files below DIR in memory, by rules that change widths: what was gofmt-clean has to stay so, and
      nothing far from an edit may change
      --rule    by one of them only: rename-name, interface-to-any, wrap-err or stretch-names
      --show    show N files that are wrong; they are 3 otherwise

  oracle gofix --rule RULE [--goroot] [--spell-out] [--build] [--packages P,...] [--bin FILE] DIR...
      compare a rule with the analyzer of `go fix` for the same, on copies of each module DIR
      --rule       interface-to-any, range-int, loop-var or waitgroup-go
      --goroot     DIR is a Go installation: compare in its standard library and its commands
      --spell-out  write every `any` of the copies as `interface{}` first
      --build      `go build` and `go vet` must say the same before and after
      --packages   patterns of packages, instead of ./...

  oracle apply [--rule RULE,...] [--review] [--set RULE.KEY=VALUE,...] [--go VERSION] [--goroot] [--packages P,...]
               [--modules M,...] [--vet-all] [--goos OS,...] [--test [--race] [--timeout T]] [--bin FILE] DIR...
      apply rules to a copy of each module DIR, count what they find, and compare what Go says before and after: gofmt of
      the changed files, `go build ./...`, `go vet` of the changed packages; a second run must change nothing
      --goroot    DIR is a Go installation: its standard library and its commands
      --packages  build these patterns of packages, instead of ./...
      --modules   the modules of DIR to apply them in, one after the other, as directories in it, instead of DIR
      --vet-all   vet all packages
      --goos      build and vet for these systems what changes and what depends on it, with the tests
      --test      run the tests of the changed packages as well
  oracle errorflow [--hops N] [--sample N] [--seed S] [--test-hits] DIR...
      measure the flow of errors in the module DIR: its size, and what looks at the errors that are returned as they
      are; this needs no Go
      --hops       steps from one function to another, 4 if not said
      --sample     show the ways to N consumers, chosen at random; of tests with --test-hits

  oracle style [--sample N] [--seed S] DIR...
      take N wraps of errors (1000 if not said) out of the modules DIR, one at a time, and say how many of them would be
      worded as they were: how the words begin, and which function wraps; this needs no Go

  oracle types [--config GOOS/GOARCH] [--tags T,...] [--no-vendor | --drop PERCENT | --unreadable PERCENT
                | --plant-errors N | --no-goroot]
               [--time] [--implements] [--refs N] [--mutate N] [--falsify N] [--seed S] [--show N] [--unknown N] DIR...
      compare the types of expressions, the targets of calls and the values of constants with go/types', in the module
      or workspace DIR, or in the directory src of a Go installation
      --no-vendor       we do not get to see what the modules depend on, but for the standard library
      --drop            that many percent of the files of what they depend on are missing; what go/types says where they
                        are missing counts, too
      --unreadable      they are there, and cannot be read
      --plant-errors    N of the modules' files have a syntax error
      --no-goroot       our own index stands in for the standard library
      --implements      compare which types implement which interfaces instead
      --refs            compare the uses of N random objects instead
      --mutate          compare N files broken at random instead, one at a time, and for each a file beside it
      --falsify         every fact of that number is falsified, which must be noticed
      --time            how long both take, and how much memory; we on all threads and on one, in turn
      --show            how many contradictions are shown, 20 if not said; --unknown: of what we do not know

The oracles and std-index need Go 1.27 or newer. Without one they are skipped, except in CI, where they fail.";

fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    match task(args) {
        Ok(code) => code,
        Err(message) => {
            eprintln!("xtask: {message}");
            ExitCode::from(2)
        }
    }
}

fn task(args: Vec<String>) -> Result<ExitCode> {
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    match words[..] {
        ["docs", ..] => docs::run(&Flags::parse(&args[1..], &["--check"], &[])?),
        ["std-index", ..] => {
            let flags = Flags::parse(&args[1..], &["--check"], &["--goroot", "--api", "--print"])?;
            match flags.get::<PathBuf>("--print")? {
                Some(file) => std_index::print(&file),
                None => with_go(|go| std_index::run(go, &flags)),
            }
        }
        ["infer", ..] => infer::run(&Flags::parse(&args[1..], &[], infer::OPTIONS)?),
        ["oracle", "syntax", ..] => {
            let flags = Flags::parse(&args[2..], &[], &["--sample", "--mutate", "--seed"])?;
            with_go(|go| oracle_syntax::run(go, &flags))
        }
        ["oracle", "format", ..] => {
            let options = ["--sample", "--mangle", "--mutate", "--seed", "--show"];
            let flags = Flags::parse(&args[2..], &["--reduce"], &options)?;
            with_go(|go| oracle_format::run(go, &flags))
        }
        ["oracle", "edits", ..] => {
            let flags = Flags::parse(&args[2..], &[], &["--rule", "--show"])?;
            with_go(|go| oracle_edits::run(go, &flags))
        }
        ["oracle", "gofix", ..] => {
            let options = ["--rule", "--packages", "--bin"];
            let flags = Flags::parse(&args[2..], &["--goroot", "--spell-out", "--build"], &options)?;
            with_go(|go| oracle_gofix::run(go, &flags))
        }
        ["oracle", "apply", ..] => {
            let flags = Flags::parse(&args[2..], oracle_apply::SWITCHES, oracle_apply::OPTIONS)?;
            with_go(|go| oracle_apply::run(go, &flags))
        }
        ["oracle", "errorflow", ..] => {
            error_flow::run(&Flags::parse(&args[2..], &["--test-hits"], &["--hops", "--sample", "--seed"])?)
        }
        ["oracle", "style", ..] => style::run(&Flags::parse(&args[2..], &[], &["--sample", "--seed"])?),
        ["oracle", "types", ..] => {
            let flags = Flags::parse(&args[2..], oracle_types::SWITCHES, oracle_types::OPTIONS)?;
            with_go(|go| oracle_types::run(go, &flags))
        }
        _ => Err(USAGE.to_owned()),
    }
}

/// Runs a task that needs Go.
fn with_go(task: impl FnOnce(&go::Go) -> Result<ExitCode>) -> Result<ExitCode> {
    match go::Go::find() {
        Some(go) => task(&go),
        None if env::var_os("CI").is_some_and(|it| it == "true") => Err(go::Go::absent()),
        None => {
            eprintln!("skipped: {}", go::Go::absent());
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// Runs a command to its end; its standard output, or what it said on standard error if it failed.
fn output_of(command: &mut Command) -> Result<Vec<u8>> {
    let out = command.output().map_err(|it| format!("{command:?}: {it}"))?;
    if !out.status.success() {
        return Err(format!("{command:?}: {}\n{}", out.status, String::from_utf8_lossy(&out.stderr)));
    }
    Ok(out.stdout)
}
