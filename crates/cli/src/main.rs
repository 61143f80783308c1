//! The command line of gofix-rs: flags, colours, output formats, exit codes. All else is the library's, `gofix`.

mod args;
mod catalogue;
mod diff;
mod findings;
mod fmt;
mod input;
mod interrupt;
mod json;
mod notes;
mod progress;
mod recovery;
mod run;
mod summary;
mod term;
mod why;

use std::io::{self, Write, stderr};
use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;

use crate::args::{Cli, Command};
use crate::term::Term;

/// What a command has to say at the end.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
enum Status {
    /// Nothing to change, nothing found, or all done.
    Clean,
    /// There are changes or findings.
    Found,
    /// Something failed and has been reported.
    Failed,
}

/// Why a command could not be run.
#[derive(Debug)]
enum Failure {
    /// A message for the user: what, where, and what to do.
    Message(String),
    /// Stdout cannot be written.
    Output(io::Error),
}

impl From<String> for Failure {
    fn from(message: String) -> Failure {
        Failure::Message(message)
    }
}

fn main() -> ExitCode {
    let started = Instant::now();
    let cli = Cli::parse();
    let term = Term::new(cli.color, cli.quiet);
    let result = match &cli.command {
        Command::Diff(run) => run::diff(run, None, &term, started),
        Command::Apply { run, dry_run: true, verify } => run::diff(run, *verify, &term, started),
        Command::Apply { run, dry_run: false, verify } => run::apply(run, *verify, &term, started),
        Command::Check { run, format } => run::check(run, *format, &term, started),
        Command::Fmt(args) => fmt::fmt(args, &term, started),
        Command::Rules => catalogue::rules(&term),
        Command::Explain { rule } => catalogue::explain(rule),
        Command::Why(args) => why::why(args, &term),
    };
    match result {
        Ok(Status::Clean) => ExitCode::SUCCESS,
        Ok(Status::Found) => ExitCode::from(1),
        Ok(Status::Failed) => ExitCode::from(2),
        Err(Failure::Message(message)) => {
            error(&term, &message);
            ExitCode::from(2)
        }
        Err(Failure::Output(cause)) => {
            error(&term, &format!("cannot write to stdout: {cause}"));
            ExitCode::from(2)
        }
    }
}

/// Prints an error. That stderr cannot be written is nothing that could be told to anybody.
fn error(term: &Term, message: &str) {
    let style = term.err.error;
    for (at, line) in message.lines().enumerate() {
        let head = if at == 0 { "error: " } else { "       " };
        let _ = writeln!(stderr(), "{style}{head}{style:#}{}", term::escape(line));
    }
}

/// Passes on the result of writing to stdout. A reader that has gone away, as `head` does, has what it wanted.
fn written(result: io::Result<()>) -> Result<(), Failure> {
    match result {
        Err(cause) if cause.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result.map_err(Failure::Output),
    }
}
