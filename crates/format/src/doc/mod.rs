//! The canonical form of a doc comment, as gofmt has written it since Go 1.19 (<https://go.dev/doc/comment>).
//!
//! A doc comment is a sequence of blocks: paragraphs, headings, lists, code. `spans` finds where they start and end,
//! `blocks` reads what is in them, `inline` knows the little that changes within a line, and `print` writes the blocks
//! with the one spacing that gofmt gives them. Most comments are in that form already; `canonical` recognises them
//! without building anything.
//!
//! The semantics are those of go/doc/comment as go/printer calls it, its guesses at misindented code and lists included.

mod blocks;
mod canonical;
mod inline;
mod lines;
mod print;
mod spans;
#[cfg(test)]
mod tests;
mod unicode;
mod url;

/// The comments of a doc comment group as gofmt writes them; `None` if it leaves them as they are.
///
/// Each comment has its delimiters and no line end. An empty list means that nothing is left of the group. Blanks at the
/// end of a line are not the concern of this form: gofmt removes them afterwards, from any comment.
pub(crate) fn normalise(comments: &[&str]) -> Option<Vec<String>> {
    match comments {
        [comment] if comment.starts_with("/*") => normalise_general(comment).map(|it| vec![it]),
        _ => normalise_lines(comments),
    }
}

/// Normalises a general comment, unless it is on one line or has a star before each line: these are no good as doc
/// comments, and gofmt does not make them worse.
fn normalise_general(comment: &str) -> Option<String> {
    let (_, below) = comment.split_once('\n')?;
    if below.split('\n').all(|line| lines::unindented(line).starts_with('*')) {
        return None;
    }
    let text = comment.strip_prefix("/*")?.strip_suffix("*/")?;
    let result = format!("/*\n{}*/", print::print(&blocks::parse(text.split('\n').collect())));
    (result != comment).then_some(result)
}

/// Normalises line comments. Directives among them follow the text.
fn normalise_lines(comments: &[&str]) -> Option<Vec<String>> {
    if canonical::is_canonical(comments) {
        return None;
    }
    let mut text = Vec::with_capacity(comments.len());
    let mut directives = Vec::new();
    for &comment in comments {
        let line = comment.strip_prefix("//")?;
        if is_directive(line) {
            directives.push(comment);
        } else {
            text.push(line.strip_prefix(' ').unwrap_or(line));
        }
    }
    if text.is_empty() {
        return None;
    }
    let text = print::print(&blocks::parse(text));
    let lines = text.split_terminator('\n').map(|line| {
        let slashes = if line.is_empty() || line.starts_with('\t') { "//" } else { "// " };
        [slashes, line].concat()
    });
    let blank = if directives.is_empty() { None } else { Some("//".to_owned()) };
    let result: Vec<_> = lines.chain(blank).chain(directives.into_iter().map(str::to_owned)).collect();
    (result != comments).then_some(result)
}

/// Whether a line comment, without its slashes, speaks to a tool: `go:embed`, `nolint:all`, and older ones that have
/// no colon.
fn is_directive(line: &str) -> bool {
    if ["line ", "extern ", "export "].iter().any(|it| line.starts_with(it)) {
        return true;
    }
    let is_word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    line.split_once(':').is_some_and(|(tool, rest)| {
        !tool.is_empty() && tool.bytes().all(is_word) && rest.bytes().next().is_some_and(is_word)
    })
}
