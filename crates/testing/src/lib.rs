//! Tests for rules: yours and the built-in ones alike.
//!
//! A [`Case`] is a few files in memory: a [txtar archive](Archive), or one [`Block`] of a rule's page. [`Case::run`] lets a
//! rule loose on them and checks what must hold of every run, whatever the rule ([`Run::broken_promises`]). What the rule
//! was expected to do is then compared with [`Run::findings`], or with [`Run::story`], which reads well as a snapshot.
//!
//! ```
//! use gofix_testing::Case;
//! # use gofix_rule::{Cx, Fix, Group, Meta, Report, Rule, syntax::{Kind, ast::{AstNode, BasicLit}}};
//! # struct Answer;
//! # static META: Meta = Meta {
//! #     name: "answer", summary: "", group: Group::Custom, recommended: false, since: None, until: None, words: &["41"],
//! #     options: &[], docs: "",
//! # };
//! # impl Rule for Answer {
//! #     fn meta(&self) -> &Meta { &META }
//! #     fn check(&self, cx: &Cx<'_>, report: &mut Report) {
//! #         for it in cx.all::<BasicLit<'_>>().filter(|it| it.node().text() == "41") {
//! #             report.fix(it.node(), "nearly", Ok(Fix::review().replace(it.node(), "42")));
//! #         }
//! #     }
//! # }
//! # let rule = &Answer;
//!
//! let case = Case::from_txtar("answer", "A number that is off by one.\n-- answer.go --\npackage p\n\nconst answer = 41\n")?;
//! let run = case.run(rule)?;
//! assert_eq!(run.broken_promises(), [] as [String; 0]);
//! assert_eq!(run.findings()[0].to_string(), "answer.go:3:16: review: nearly");
//! assert_eq!(run.after("answer.go"), Some("package p\n\nconst answer = 42\n"));
//! # Ok::<(), String>(())
//! ```
//!
//! With Go at hand, [`go::verify`] shows of many runs at once that what compiled still does, and that what gofmt liked
//! gofmt still likes; [`go::execute`] runs those that are programs, before and after.

mod archive;
mod case;
pub mod go;
mod page;
mod promises;
mod run;

pub use archive::Archive;
pub use case::Case;
pub use page::{Block, BlockKind, blocks, check_block};
pub use promises::broken_promises;
pub use run::{Found, Run, Verdict};
