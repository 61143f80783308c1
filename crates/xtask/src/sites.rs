//! Where a file was rewritten: which of its empty interfaces became `any`, or which of its lines are others.

use gofix_syntax::{SourceFile, TextRange, Token};

/// A place that was rewritten.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Site {
    /// Where it is in the text before.
    pub(crate) offset: u32,
    /// Whether there is a comment between the braces of an empty interface, or before them.
    pub(crate) has_comment: bool,
    /// What stands there instead, without the white space around lines.
    pub(crate) after: String,
}

/// The sites at which `before` differs from `after`, token by token. If they differ in anything else, where they do.
pub(crate) fn rewritten(before: &str, after: &str) -> Result<Vec<Site>, u32> {
    let (before, after) = (SourceFile::parse(before), SourceFile::parse(after));
    let (old, new) = (tokens(&before), tokens(&after));
    let (mut i, mut j, mut sites) = (0, 0, Vec::new());
    while i < old.len() || j < new.len() {
        let same = |it: &(Token, TextRange)| new.get(j).is_some_and(|new| text(&before, it) == text(&after, new));
        if old.get(i).is_some_and(same) {
            (i, j) = (i + 1, j + 1);
            continue;
        }
        let end = old.get(i).map_or(before.text().len() as u32, |it| it.1.start);
        let is_empty_interface = kinds(&old[i..]).eq([Token::Interface, Token::LBrace, Token::RBrace]);
        if !is_empty_interface || new.get(j).is_none_or(|it| text(&after, it).1 != "any") {
            return Err(end);
        }
        let range = old[i].1.cover(old[i + 2].1);
        sites.push(Site {
            offset: range.start,
            has_comment: !before.comments_in(range).is_empty(),
            after: "any".to_owned(),
        });
        (i, j) = (i + 3, j + 1);
    }
    Ok(sites)
}

/// So many lines in a row have to agree for two texts to be in step again.
const IN_STEP: usize = 2;

/// The lines of `before` that are others in `after`, or are not there. Blank lines do not count.
pub(crate) fn lines(before: &str, after: &str) -> Result<Vec<Site>, u32> {
    let (old, new): (Vec<_>, Vec<_>) = (before.split_inclusive('\n').collect(), after.split_inclusive('\n').collect());
    let starts: Vec<usize> = old.iter().scan(0, |at, it| Some(std::mem::replace(at, *at + it.len()))).collect();
    let (mut i, mut j, mut sites) = (0, 0, Vec::new());
    while i < old.len() || j < new.len() {
        if old.get(i).is_some() && old.get(i) == new.get(j) {
            (i, j) = (i + 1, j + 1);
            continue;
        }
        let (a, b) = distance(&old[i..], &new[j..]);
        let site = |line: usize, after: String| Site {
            offset: (starts[line] + old[line].len() - old[line].trim_start().len()) as u32,
            has_comment: false,
            after,
        };
        let all = || new[j..j + b].iter().map(|it| it.trim()).collect::<Vec<_>>().join("\n");
        for line in (i..i + a).filter(|it| !old[*it].trim().is_empty()) {
            sites.push(site(line, if a == b { new[j + line - i].trim().to_owned() } else { all() }));
        }
        (i, j) = (i + a, j + b);
    }
    Ok(sites)
}

/// How many lines of each to skip for the two to be in step again.
fn distance(old: &[&str], new: &[&str]) -> (usize, usize) {
    let in_step = |a: usize, b: usize| {
        let (old, new) = (&old[a..], &new[b..]);
        let count = IN_STEP.min(old.len()).min(new.len());
        old[..count] == new[..count] && (count == IN_STEP || old.len() == new.len())
    };
    for sum in 1..=old.len() + new.len() {
        for a in sum.saturating_sub(new.len())..=sum.min(old.len()) {
            if in_step(a, sum - a) {
                return (a, sum - a);
            }
        }
    }
    (old.len(), new.len())
}

fn tokens(file: &SourceFile) -> Vec<(Token, TextRange)> {
    file.tokens_in(TextRange::new(0, file.text().len() as u32)).collect()
}

fn text<'a>(file: &'a SourceFile, token: &(Token, TextRange)) -> (Token, &'a str) {
    (token.0, &file.text()[token.1.to_usize()])
}

/// The kinds of the first three tokens.
fn kinds(tokens: &[(Token, TextRange)]) -> impl Iterator<Item = Token> {
    tokens.iter().take(3).map(|it| it.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sites_are_found_whatever_the_spaces() {
        let before =
            "package p\n\nvar a, b map[string]interface{}\nvar c interface { /* x */ }\nvar d interface {\n}\n";
        let after = "package p\n\nvar a, b map[string]any\nvar c any\n\nvar d interface{}\n";
        let site = |offset, has_comment| Site { offset, has_comment, after: "any".to_owned() };
        assert_eq!(rewritten(before, after), Ok(vec![site(31, false), site(49, true)]));
        assert_eq!(rewritten(before, before), Ok(vec![]));
    }

    #[test]
    fn lines_are_found_that_changed_or_went() {
        let before = "a\n\tb\nc\nd\ne\nf\ng\nh\n\ni\n";
        let after = "a\n\tB\nc\nd\ne\ng\nh\ni\n";
        let site = |offset, after: &str| Site { offset, has_comment: false, after: after.to_owned() };
        assert_eq!(lines(before, after), Ok(vec![site(3, "B"), site(11, "")]));
        assert_eq!(lines("a\nb\n", "a\nx\ny\n"), Ok(vec![site(2, "x\ny")]));
        assert_eq!(lines(before, before), Ok(vec![]));
    }

    #[test]
    fn another_change_is_told_apart() {
        assert_eq!(rewritten("package p\nvar a int\n", "package p\nvar b int\n"), Err(14));
        assert_eq!(rewritten("package p\nvar a int\n", "package p\nvar a any\n"), Err(16));
        assert_eq!(rewritten("package p\n", "package p\nvar a any\n"), Err(10));
        assert_eq!(rewritten("package p\nvar a any\n", "package p\n"), Err(10));
    }
}
