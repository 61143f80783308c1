//! Findings as JSON. What is here is a contract: fields may be added, but what changes otherwise changes the schema.

use std::io::{self, Write};

use gofix::{BrokenFile, Finding, Outcome, ReadError, Session, Waiting};
use serde::Serialize;

use crate::findings::{reason, word};
use crate::notes;

/// The version of the format.
const SCHEMA: u32 = 1;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    schema: u32,
    findings: Vec<JsonFinding<'a>>,
    /// Files that were passed over on purpose.
    skipped: Vec<Skipped<'a>>,
    /// What failed, as on stderr.
    errors: Vec<String>,
    /// Import paths that were not found, so that what depends on their types is unknown.
    missing: &'a [String],
    files_read: usize,
    /// What there is more to fix once fixes that need review are made.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    waiting: Vec<JsonWaiting<'a>>,
}

#[derive(Serialize)]
struct JsonWaiting<'a> {
    rule: &'a str,
    sites: usize,
    /// The rules that have to make their fixes first.
    after: &'a [&'static str],
}

#[derive(Serialize)]
struct JsonFinding<'a> {
    rule: &'a str,
    path: String,
    /// From 1.
    line: u32,
    /// In bytes, from 1.
    column: u32,
    message: &'a str,
    /// One of safe, review, report, left-alone, suppressed, withheld, withdrawn.
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
}

#[derive(Serialize)]
struct Skipped<'a> {
    path: String,
    /// One of generated, vendored, syntax-error, encoding.
    why: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
}

/// Prints the findings and the files that were passed over. Paths are relative to the current directory.
pub(crate) fn print<'a>(
    out: &mut impl Write,
    session: &Session,
    outcome: &'a Outcome,
    findings: impl Iterator<Item = &'a Finding>,
) -> io::Result<()> {
    let document = Document {
        schema: SCHEMA,
        findings: findings.map(|it| json_finding(session, it)).collect(),
        skipped: skipped(session, outcome),
        errors: notes::errors(session, outcome).collect(),
        missing: &outcome.stats.missing,
        files_read: outcome.stats.files_read,
        waiting: outcome.stats.waiting.iter().map(waiting).collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

fn waiting(it: &Waiting) -> JsonWaiting<'_> {
    JsonWaiting { rule: it.rule, sites: it.sites, after: &it.after }
}

fn json_finding<'a>(session: &Session, finding: &'a Finding) -> JsonFinding<'a> {
    JsonFinding {
        rule: finding.rule,
        path: session.shown(&finding.path),
        line: finding.line,
        column: finding.column,
        message: &finding.message,
        status: word(&finding.status),
        reason: reason(finding),
    }
}

fn skipped<'a>(session: &Session, outcome: &'a Outcome) -> Vec<Skipped<'a>> {
    let plain = |path: &str, why| Skipped { path: session.shown(path), why, line: None, column: None, message: None };
    let generated = outcome.stats.generated.iter().map(|path| plain(path, "generated"));
    let vendored = outcome.stats.vendored.iter().map(|path| plain(path, "vendored"));
    let encoding = outcome.errors.iter().filter_map(|error| match error {
        ReadError::NotUtf8 { path, .. } => Some(plain(path, "encoding")),
        ReadError::File(_) => None,
    });
    let broken = outcome.stats.broken.iter().map(|it: &'a BrokenFile| Skipped {
        line: Some(it.line),
        column: Some(it.column),
        message: Some(&it.message),
        ..plain(&it.path, "syntax-error")
    });
    let mut skipped: Vec<Skipped<'a>> = generated.chain(vendored).chain(encoding).chain(broken).collect();
    skipped.sort_by(|a, b| (&a.path, a.why).cmp(&(&b.path, b.why)));
    skipped
}
