//! The edits that start a task in another way.

use gofix_syntax::{TextRange, ast::AstNode};

use super::{
    count::{Batch, Task},
    handover::Handover,
};
use crate::{Fix, lines::tail};

impl<'a> Task<'a> {
    /// The edits around the function literal: it becomes the argument of `call`, without parameters and with `results`.
    ///
    /// ```text
    ///     go func(id int) {        g.Go(func() error {
    ///         load(id)         ->      load(id)
    ///     }(7)                     })
    /// ```
    pub fn start_by(&self, fix: Fix, call: &str, results: &str) -> Fix {
        let (file, body) = (self.stmt.file(), self.literal.body());
        let results = if results.is_empty() { String::new() } else { format!("{results} ") };
        let head = TextRange::new(self.stmt.start(), body.start());
        let tail = TextRange::new(self.literal.node().end(), self.stmt.end());
        fix.replace_range(file, head, format!("{call}(func() {results}")).replace_range(file, tail, ")")
    }

    /// The edits in the function literal: the call of `Done` goes, and lines that a [`Handover`] needs come first.
    pub fn without_done(&self, fix: Fix, handover: &Handover<'a>) -> Fix {
        let lines = handover.inside();
        let body = self.literal.body();
        let done = self.end.as_ref().map(|it| it.stmt);
        let first = crate::flow::stmts(body).next();
        match (done, first) {
            (Some(done), _) if lines.is_empty() => fix.delete_stmt(done),
            (Some(done), first) if first == Some(done) => {
                let (file, range) = (done.file(), TextRange::new(done.start(), tail(done).end));
                fix.replace_range(file, range, lines.join("\n")).drops_comments_in(file, range)
            }
            (done, Some(first)) if !lines.is_empty() => {
                let fix = fix.insert_before_stmt(first, lines);
                done.into_iter().fold(fix, Fix::delete_stmt)
            }
            _ => fix,
        }
    }
}

impl<'a> Batch<'a> {
    /// The edit that takes the call of `Add` away.
    pub fn without_add(&self, fix: Fix) -> Fix {
        fix.delete_stmt(self.stmt)
    }

    /// The group as it is written before `.Add`.
    pub fn group_text(&self) -> &'a str {
        self.add.group.text()
    }
}
