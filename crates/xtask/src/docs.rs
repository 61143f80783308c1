//! `docs`: the parts of README files that are made from the rules.

use std::{fmt::Write as _, fs, process::ExitCode};

use gofix::Meta;

use crate::{Result, flags::Flags, workspace};

/// The files with a table of rules, each with the way from it to the folders of the rules.
const FILES: [(&str, &str); 2] = [("README.md", "codemods/"), ("codemods/README.md", "")];

const START: &str = "<!-- rules -->\n";
const END: &str = "<!-- /rules -->\n";

pub(crate) fn run(flags: &Flags) -> Result<ExitCode> {
    let mut current = true;
    for (name, text) in views()? {
        let path = workspace::root().join(name);
        if fs::read_to_string(&path).is_ok_and(|it| it == text) {
            continue;
        }
        if flags.has("--check") {
            println!("{name} is not current: run cargo xtask docs");
            current = false;
        } else {
            fs::write(&path, text).map_err(|it| format!("{name}: {it}"))?;
            println!("{name} written");
        }
    }
    Ok(if current { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The files as they should be.
fn views() -> Result<Vec<(&'static str, String)>> {
    let rules: Vec<&Meta> = gofix::rules().iter().map(|it| it.meta()).collect();
    let view = |(name, folders): (&'static str, &str)| {
        let text = fs::read_to_string(workspace::root().join(name)).map_err(|it| format!("{name}: {it}"))?;
        let text = with_table(&text, &table(&rules, folders)).ok_or(format!("{name} has no {} part", START.trim()))?;
        Ok((name, text))
    };
    FILES.into_iter().map(view).collect()
}

/// `text` with `table` between the markers.
fn with_table(text: &str, table: &str) -> Option<String> {
    let (before, rest) = text.split_once(START)?;
    let (_, after) = rest.split_once(END)?;
    Some([before, START, table, END, after].concat())
}

/// The table of the rules, with the way to their folders in front of the links.
fn table(rules: &[&Meta], folders: &str) -> String {
    let mut out = "<!-- written by `cargo xtask docs` -->\n\n| Rule | What it does | Group | Go |\n|---|---|---|---|\n"
        .to_owned();
    for rule in rules {
        let page = format!("{folders}{}/README.md", rule.name.replace('-', "_"));
        let optional = if rule.recommended { "" } else { "; only when named" };
        let (group, versions) = (rule.group.name(), versions(rule));
        let row = writeln!(out, "| [{}]({page}) | {}{optional} | {group} | {versions} |", rule.name, rule.summary);
        row.expect("a string can be written to");
    }
    out.push('\n');
    out
}

/// The versions of Go for which the rule runs by itself.
fn versions(rule: &Meta) -> String {
    match (rule.since, rule.until) {
        (None, None) => String::new(),
        (Some(since), None) => format!("from {since}"),
        (None, Some(until)) => format!("before {until}"),
        (Some(since), Some(until)) => format!("from {since}, before {until}"),
    }
}

#[cfg(test)]
mod tests {
    use gofix::{GoVersion, Group};

    use super::*;

    #[test]
    fn the_files_are_current() {
        for (name, text) in views().unwrap() {
            let found = fs::read_to_string(workspace::root().join(name)).unwrap();
            assert_eq!(found, text, "{name} is not current: run cargo xtask docs");
        }
    }

    #[test]
    fn every_rule_of_the_table_has_its_page() {
        for rule in gofix::rules() {
            let page = format!("codemods/{}/README.md", rule.meta().name.replace('-', "_"));
            assert!(workspace::root().join(&page).is_file(), "{page}");
        }
    }

    #[test]
    fn a_table_goes_between_the_markers() {
        let rule = Meta {
            name: "a-rule",
            summary: "does this",
            group: Group::Errors,
            recommended: false,
            since: Some(GoVersion::new(1, 20)),
            until: None,
            words: &[],
            options: &[],
            docs: "",
        };
        let text = with_table("# Rules\n<!-- rules -->\nold\n<!-- /rules -->\nend\n", &table(&[&rule], "c/")).unwrap();
        assert_eq!(
            text,
            "# Rules\n<!-- rules -->\n<!-- written by `cargo xtask docs` -->\n\n\
             | Rule | What it does | Group | Go |\n|---|---|---|---|\n\
             | [a-rule](c/a_rule/README.md) | does this; only when named | errors | from 1.20 |\n\n\
             <!-- /rules -->\nend\n"
        );
        assert_eq!(with_table("# Rules\n", ""), None);
    }
}
