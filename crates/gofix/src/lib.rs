//! Codemods for Go, as a library.
//!
//! A [`Session`] is a set of files, on disk ([`DiskFiles`]), in memory ([`MemoryFiles`]) or partly so ([`OverlayFiles`]). A
//! [`Choice`] says which rules run: the built-in ones ([`rules`]), those of your own, or both. [`Session::run`] answers
//! with an [`Outcome`]: all findings, and the texts with the fixes in them. It can be shown as a [`Diff`], written, or just
//! looked at.
//!
//! ```
//! use std::sync::Arc;
//! use gofix::{Choice, LoadOptions, MemoryFiles, RunOptions, Session};
//!
//! let files = MemoryFiles::new([
//!     ("go.mod", "module example.com/m\n\ngo 1.21\n"),
//!     ("any.go", "package m\n\nfunc show(x interface{}) {}\n"),
//! ]);
//! let session = Session::load(Arc::new(files), &LoadOptions::default())?;
//! let choice = Choice::named(gofix::rules(), ["interface-to-any"])?;
//! let outcome = session.run(&choice, &RunOptions::default());
//! assert_eq!(&*outcome.files[0].after, "package m\n\nfunc show(x any) {}\n");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [`Session::run_verified`] lets the `go` command look at the result first, for whoever has one. [`Session::format`] lays the files out as gofmt does, [`format_source`] a text. [`Session::why`] tells what is known at a
//! place.
//!
//! To write a rule, implement [`Rule`]; the modules [`syntax`] and [`semantic`] have what it looks at, and [`testing`] what
//! tests it.

mod choose;
mod format;
mod session;
mod verify;
mod why;

pub use choose::{Choice, ChoiceError, Chosen, suggest_rule};
pub use format::{FormatBug, FormatError, FormatOptions, Formatted, format_source};
pub use gofix_engine::{
    BrokenFile, Bug, ChangedFile, Finding, Outcome, ReadError, SUPPRESSION, Stats, Status, Waiting,
};
pub use gofix_project::{
    BadVersion, Config, DirItem, DiskFiles, FileAction, FileCause, FileError, FileKind, FileWrite, Files, GoCheck,
    GoCheckError, GoVerb, GoVersion, Interrupted, LeftAlone, LoadError, LoadOptions, MemoryFiles, OverlayFiles,
    Project, Recovered, Recovery, Unrestored, WriteError, WriteReport,
};
pub use gofix_rule::{
    Cx, Decline, Edit, FileId, Fix, Group, Level, Meta, Need, OptionMeta, Options, Report, Rule, TextRange, semantic,
    syntax,
};
pub use session::{Changes, Diff, RunOptions, Session};
pub use verify::{Verified, VerifyError};
pub use why::{BadPosition, Build, Confidence, Meaning, Position, Reason, Spot, Why, WhyError, WhyFile, WhyPlace};

/// Tests for rules, your own and the built-in ones alike: pages, txtar archives, and what must hold of every run.
pub mod testing {
    pub use gofix_testing::{
        Archive, Block, BlockKind, Case, Found, Run, Verdict, blocks, broken_promises, check_block, go,
    };
}

/// The built-in rules, in the order in which they run and are listed.
pub fn rules() -> &'static [&'static dyn Rule] {
    gofix_codemods::ALL
}
