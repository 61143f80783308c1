//! Ranges over integers where a loop counts up to a limit.
//!
//! `range n` evaluates `n` once, and gives the index its type; the clause `i < n` does so at each turn, and the index may
//! be anything by then. So the two are the same where nobody but the clause itself assigns the index, nobody at all
//! assigns the limit while the loop runs, and the types agree (spec: For statements with range clause).

mod header;
mod index;
mod limit;

use gofix_rule::{
    Cx, Decline, Fix, GoVersion, Group, Meta, Report, Rule, TextRange,
    flow::Facts,
    syntax::ast::{AstNode, ForStmt},
};
use header::Header;

pub(crate) struct RangeInt;

static META: Meta = Meta {
    name: "range-int",
    summary: "count with range where a for clause counts up to a limit",
    group: Group::Concurrency,
    recommended: true,
    since: Some(GoVersion::new(1, 22)), // which ranges over integers
    until: None,
    words: &["for"],
    options: &[],
    docs: include_str!("README.md"),
};

impl Rule for RangeInt {
    fn meta(&self) -> &Meta {
        &META
    }

    fn check(&self, cx: &Cx<'_>, report: &mut Report) {
        let mut facts: Option<Facts<'_>> = None;
        for header in cx.all::<ForStmt<'_>>().filter_map(|it| Header::of(cx, it)) {
            let stmt = header.stmt.node();
            if !facts.as_ref().is_some_and(|it| it.top().contains(stmt)) {
                facts = cx.facts(stmt);
            }
            let Some(facts) = &facts else { continue };
            report.fix(stmt, "this loop counts up to a limit", range_over_limit(cx, facts, &header));
        }
    }
}

/// Rewrites
///
/// ```go
/// for i := 0; i < n; i++ {
/// for i := 0; i < len(s); i++ {
/// for i := 0; i < 10; i++ { // without a word of i
/// ```
///
/// to
///
/// ```go
/// for i := range n {
/// for i := range s {
/// for range 10 {
/// ```
fn range_over_limit<'a>(cx: &Cx<'a>, facts: &Facts<'a>, header: &Header<'a>) -> Result<Fix, Decline> {
    let ty = index::integer_type(header)?;
    let index = index::clause(cx, facts, header)?;
    let limit = limit::operand(cx, facts, header, ty)?;
    let file = header.stmt.node().file();
    let (start, end) = (header.init.node().start(), header.post.end());
    let fix = Fix::safe()
        .replace_range(file, TextRange::new(start, limit.kept.start()), format!("{index}range {}", limit.before))
        .replace_range(file, TextRange::new(limit.kept.end(), end), limit.after);
    Ok(fix.relies_on(header.stmt.node()))
}
