//! Making a text small that shows something, so that a person sees what it is.

use gofix_syntax::{SourceFile, TextRange, Token};

use crate::Result;

/// How many candidates are tried at once.
const AT_ONCE: usize = 8;

/// Leaves out of `text` as many lines, and then tokens, as it can, so that the rest still shows what `shows` looks for,
/// which says so for each of some texts.
pub(crate) fn reduce(text: &str, mut shows: impl FnMut(&[String]) -> Result<Vec<bool>>) -> Result<String> {
    let mut text = text.to_owned();
    loop {
        let lines = text.split_inclusive('\n').map(str::to_owned).collect();
        let fewer = without_parts(lines, &mut shows)?.concat();
        let fewer = without_parts(tokens(&fewer), &mut shows)?.concat();
        if fewer.len() >= text.len() {
            return Ok(fewer);
        }
        text = fewer;
    }
}

/// The text cut behind each token and comment.
fn tokens(text: &str) -> Vec<String> {
    let file = SourceFile::parse(text);
    let all = file.tokens_in(TextRange::new(0, text.len() as u32)).filter(|it| it.0 != Token::Newline);
    let mut starts: Vec<u32> = all.map(|it| it.1.start).chain(file.comments().iter().map(|it| it.start)).collect();
    starts.extend([0, text.len() as u32]);
    starts.sort_unstable();
    starts.dedup();
    starts.windows(2).map(|it| text[it[0] as usize..it[1] as usize].to_owned()).collect()
}

/// The parts that are left when those are out that nothing shows in, first many at a time, then one by one.
fn without_parts(
    mut parts: Vec<String>,
    shows: &mut impl FnMut(&[String]) -> Result<Vec<bool>>,
) -> Result<Vec<String>> {
    let mut size = parts.len().div_ceil(2);
    while size > 0 {
        let mut at = 0;
        while at < parts.len() {
            let starts: Vec<usize> = (at..parts.len()).step_by(size).take(AT_ONCE).collect();
            let without = |from: &usize| [&parts[..*from], &parts[(from + size).min(parts.len())..]].concat();
            let candidates: Vec<String> = starts.iter().map(|it| without(it).concat()).collect();
            match shows(&candidates)?.iter().position(|it| *it) {
                Some(found) => {
                    at = starts[found];
                    parts.drain(at..(at + size).min(parts.len()));
                }
                None => at += size * starts.len(),
            }
        }
        size /= 2;
    }
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_matter_goes() {
        let text = "package p\n\n// c\nfunc f() {\n\tg(1, 2, 3)\n\n\tx := 1 + /* d */ 2\n}\n\nvar v int\n";
        let mut calls = 0;
        let reduced = reduce(text, |texts| {
            calls += 1;
            Ok(texts.iter().map(|it| it.contains("/* d */") && it.contains("func")).collect())
        });
        assert_eq!(reduced.as_deref(), Ok("func /* d */ "));
        assert!(calls < 100, "{calls}");
    }
}
