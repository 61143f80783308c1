//! Runs a built-in rule and one of our own over files in memory, and prints the diff.

use std::error::Error;
use std::sync::Arc;

use gofix::syntax::Node;
use gofix::syntax::ast::{AstNode, CallExpr};
use gofix::{
    Choice, Cx, Decline, Finding, Fix, GoVersion, Group, LoadOptions, MemoryFiles, Meta, Report, Rule, RunOptions,
    Session, Status, TextRange,
};

/// Says `strings.ReplaceAll` where `strings.Replace` replaces all.
struct ReplaceAll;

static META: Meta = Meta {
    name: "replace-all",
    summary: "replace strings.Replace with strings.ReplaceAll where it replaces all",
    group: Group::Custom,
    recommended: true,
    since: Some(GoVersion::new(1, 12)),
    until: None,
    words: &["Replace"],
    options: &[],
    docs: "# replace-all\n",
};

impl Rule for ReplaceAll {
    fn meta(&self) -> &Meta {
        &META
    }

    fn check(&self, cx: &Cx<'_>, report: &mut Report) {
        for call in cx.calls("strings", "Replace") {
            report.fix(call.node(), "there is a function for replacing all", replace_all(cx, call));
        }
    }
}

/// Rewrites `strings.Replace(s, old, new, -1)` to `strings.ReplaceAll(s, old, new)`.
fn replace_all<'a>(cx: &Cx<'a>, call: CallExpr<'a>) -> Result<Fix, Decline> {
    let args: Vec<Node<'_>> = call.args().collect();
    let &[_, _, new, count] = &args[..] else { return Err("the arguments are those of another call".into()) };
    if cx.const_value(count).and_then(|it| it.as_i64()).is_none_or(|it| it >= 0) {
        return Err("it does not replace all".into());
    }
    let name = cx.import(call.fun(), "strings")?.name("ReplaceAll")?;
    let last_argument = TextRange::new(new.end(), count.end());
    Ok(Fix::safe().replace(call.fun(), name).replace_range(call.node().file(), last_argument, ""))
}

const GO_MOD: &str = "module example.com/m\n\ngo 1.21\n";

const NAMES_GO: &str = r#"package names

import (
	"io/ioutil"
	"strings"
)

// Read returns the words of a file.
func Read(path string) ([]string, error) {
	text, err := ioutil.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return strings.Fields(strings.Replace(string(text), ",", " ", -1)), nil
}

func first(s string) string {
	return strings.Replace(s, ",", " ", 1)
}
"#;

fn example() -> Result<String, Box<dyn Error>> {
    let files = MemoryFiles::new([("go.mod", GO_MOD), ("names.go", NAMES_GO)]);
    let session = Session::load(Arc::new(files), &LoadOptions::default())?;

    let mut rules = gofix::rules().to_vec();
    rules.push(&ReplaceAll);
    let choice = Choice::named(&rules, ["ioutil", "replace-all"])?;
    let outcome = session.run(&choice, &RunOptions::default());

    let mut text = String::new();
    for finding in &outcome.findings {
        let Finding { path, line, rule, message, .. } = finding;
        let what = match &finding.status {
            Status::LeftAlone(reason) => format!("left alone: {reason}"),
            _ => message.to_string(),
        };
        text += &format!("{path}:{line}: {rule}: {what}\n");
    }
    Ok(text + &session.diff(&outcome).patches.concat())
}

fn main() -> Result<(), Box<dyn Error>> {
    print!("{}", example()?);
    Ok(())
}

#[test]
fn prints_what_both_rules_do() {
    assert_eq!(example().unwrap(), include_str!("own_rule.txt"));
}
