//! Diffs on stdout.

use std::io::{self, Write};

use crate::term::{Styles, Term, escape_line};

/// Prints patches: byte for byte where programs read them, coloured and without control characters where people do.
pub(crate) fn print(out: &mut impl Write, patches: &[String], term: &Term) -> io::Result<()> {
    for patch in patches {
        match term.out.is_plain() && !term.stdout_is_terminal {
            true => out.write_all(patch.as_bytes())?,
            false => print_for_people(out, patch, &term.out)?,
        }
    }
    out.flush()
}

fn print_for_people(out: &mut impl Write, patch: &str, styles: &Styles) -> io::Result<()> {
    let mut in_head = true;
    for line in patch.split_inclusive('\n') {
        in_head &= !line.starts_with("@@");
        let style = match line.as_bytes().first() {
            _ if in_head => styles.bold,
            Some(b'@') => styles.hunk,
            Some(b'+') => styles.added,
            Some(b'-') => styles.removed,
            _ => anstyle::Style::new(),
        };
        let line = escape_line(line);
        let text = line.trim_end_matches(['\r', '\n']);
        write!(out, "{style}{text}{style:#}{}", &line[text.len()..])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::Color;

    #[test]
    fn people_see_colours_and_no_control_characters() {
        let patch = "--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n--- \x1b[2J\n+++ b\r\n c\n\\ No newline at end of file\n";
        let term = Term::new(Color::Always, false);
        let mut out = Vec::new();
        print(&mut out, &[patch.to_owned()], &term).unwrap();
        let expected = "\x1b[1m--- a/x\x1b[0m\n\x1b[1m+++ b/x\x1b[0m\n\x1b[36m@@ -1,2 +1,2 @@\x1b[0m\n\x1b[31m--- \\x1b[2J\x1b[0m\n\
                        \x1b[32m+++ b\x1b[0m\r\n c\n\\ No newline at end of file\n";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}
