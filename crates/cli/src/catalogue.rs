//! The commands `rules` and `explain`.

use std::io::{self, BufWriter, Write, stdout};

use gofix::{Group, Meta, suggest_rule};

use crate::term::Term;
use crate::{Failure, Status, written};

/// Lists all rules by group.
pub(crate) fn rules(term: &Term) -> Result<Status, Failure> {
    written(print_rules(term))?;
    Ok(Status::Clean)
}

fn print_rules(term: &Term) -> io::Result<()> {
    let metas: Vec<&Meta> = gofix::rules().iter().map(|rule| rule.meta()).collect();
    let width = metas.iter().map(|meta| meta.name.len()).max().unwrap_or(0);
    let mut groups: Vec<Group> = Vec::new();
    for meta in &metas {
        if !groups.contains(&meta.group) {
            groups.push(meta.group);
        }
    }
    let mut out = BufWriter::new(stdout().lock());
    let (bold, dim) = (term.out.bold, term.out.dim);
    for (at, group) in groups.into_iter().enumerate() {
        let gap = if at == 0 { "" } else { "\n" };
        writeln!(out, "{gap}{bold}{}{bold:#}", group.name())?;
        for meta in metas.iter().filter(|meta| meta.group == group) {
            write!(out, "  {:width$}  {}", meta.name, meta.summary)?;
            let remarks = remarks(meta);
            match remarks.is_empty() {
                true => writeln!(out)?,
                false => writeln!(out, " {dim}({}){dim:#}", remarks.join("; "))?,
            }
        }
    }
    out.flush()
}

/// When a rule runs, where that is not always.
fn remarks(meta: &Meta) -> Vec<String> {
    let since = meta.since.map(|version| format!("from Go {version} on"));
    let until = meta.until.map(|version| format!("from Go {version} on only when named"));
    let opt_in = (!meta.recommended).then(|| "only when named".to_owned());
    since.into_iter().chain(until).chain(opt_in).collect()
}

/// Prints the page of a rule.
pub(crate) fn explain(name: &str) -> Result<Status, Failure> {
    let Some(rule) = gofix::rules().iter().find(|rule| rule.meta().name == name) else {
        let hint = match suggest_rule(gofix::rules(), name) {
            Some(suggestion) => format!("did you mean {suggestion}?"),
            None => "gofix-rs rules lists them".to_owned(),
        };
        return Err(Failure::Message(format!("there is no rule named {name}; {hint}")));
    };
    let mut out = stdout().lock();
    written(writeln!(out, "{}", rule.meta().docs.trim_end()).and_then(|()| out.flush()))?;
    Ok(Status::Clean)
}
