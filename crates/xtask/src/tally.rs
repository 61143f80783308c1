//! The findings of a run, counted.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::Result;

/// How many findings each rule has, by what became of them, and for what reason.
type Tally = BTreeMap<String, BTreeMap<(String, String), usize>>;

/// Prints what `gofix-rs check --explain --format json` found, as numbers.
pub(crate) fn print(report: &str) -> Result<()> {
    for (rule, counts) in tally(report)? {
        println!("  {rule}: {} found", counts.values().sum::<usize>());
        let mut counts: Vec<_> = counts.into_iter().collect();
        counts.sort_by_key(|it| std::cmp::Reverse(it.1));
        for ((status, reason), count) in counts {
            let reason = if reason.is_empty() { String::new() } else { format!(": {reason}") };
            println!("    {count:6} {status}{reason}");
        }
    }
    Ok(())
}

fn tally(report: &str) -> Result<Tally> {
    let report: Value = serde_json::from_str(report).map_err(|it| format!("the report is no JSON: {it}"))?;
    let findings = report.get("findings").and_then(Value::as_array).ok_or("the report has no findings")?;
    let mut tally = Tally::new();
    for finding in findings {
        let text = |key: &str| finding.get(key).and_then(Value::as_str).unwrap_or_default();
        let kind = (text("status").to_owned(), general(text("reason")));
        *tally.entry(text("rule").to_owned()).or_default().entry(kind).or_default() += 1;
    }
    Ok(tally)
}

/// A reason without the places it names, so that like reasons count as one.
fn general(reason: &str) -> String {
    let is_place = |it: &str| it.contains(".go:");
    let words = reason.split(' ').map(|it| if is_place(it) { "FILE" } else { it });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn like_reasons_are_one() {
        let finding = |status: &str, reason: &str| {
            format!("{{\"rule\": \"r\", \"status\": \"{status}\", \"reason\": \"{reason}\"}}")
        };
        let findings =
            [finding("left-alone", "see a.go:1:2"), finding("left-alone", "see b.go:3:4"), finding("safe", "")];
        let tally = tally(&format!("{{\"findings\": [{}]}}", findings.join(", "))).unwrap();
        let expected = [(("left-alone", "see FILE"), 2), (("safe", ""), 1)];
        assert_eq!(tally["r"], expected.map(|((a, b), n)| ((a.to_owned(), b.to_owned()), n)).into());
    }
}
