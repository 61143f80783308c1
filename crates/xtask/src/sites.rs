//! Which empty interfaces of a file became `any`.

use gofix_syntax::{SourceFile, TextRange, Token};

/// An empty interface that became `any`.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Site {
    /// Where it is in the text before.
    pub(crate) offset: u32,
    /// Whether there is a comment between its braces or before them.
    pub(crate) has_comment: bool,
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
        sites.push(Site { offset: range.start, has_comment: !before.comments_in(range).is_empty() });
        (i, j) = (i + 3, j + 1);
    }
    Ok(sites)
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
        let site = |offset, has_comment| Site { offset, has_comment };
        assert_eq!(rewritten(before, after), Ok(vec![site(31, false), site(49, true)]));
        assert_eq!(rewritten(before, before), Ok(vec![]));
    }

    #[test]
    fn another_change_is_told_apart() {
        assert_eq!(rewritten("package p\nvar a int\n", "package p\nvar b int\n"), Err(14));
        assert_eq!(rewritten("package p\nvar a int\n", "package p\nvar a any\n"), Err(16));
        assert_eq!(rewritten("package p\n", "package p\nvar a any\n"), Err(10));
        assert_eq!(rewritten("package p\nvar a any\n", "package p\n"), Err(10));
    }
}
