//! The lines that a node is on.

use gofix_syntax::{Node, SourceFile, TextRange};

/// Offset at which the line of `offset` starts.
pub fn line_start(file: &SourceFile, offset: u32) -> u32 {
    file.text()[..offset as usize].rfind('\n').map_or(0, |it| it as u32 + 1)
}

/// Offset of the first line end at or behind `offset`: of its `\n`, or of the `\r` before that, or of the end of the
/// text.
pub fn line_end(file: &SourceFile, offset: u32) -> u32 {
    let rest = &file.text()[offset as usize..];
    let line = rest.split('\n').next().unwrap_or(rest);
    offset + line.strip_suffix('\r').unwrap_or(line).len() as u32
}

/// Offset at which the line behind the one of `offset` starts, or of the end of the text.
pub fn next_line(file: &SourceFile, offset: u32) -> u32 {
    offset + file.text()[offset as usize..].split_inclusive('\n').next().unwrap_or("").len() as u32
}

/// Whether nothing but white space is before `node` on its line.
pub fn starts_line(node: Node<'_>) -> bool {
    let start = line_start(node.file(), node.start());
    node.file().text()[start as usize..node.start() as usize].trim().is_empty()
}

/// Whether nothing but white space is behind `offset` on its line.
pub fn ends_line(file: &SourceFile, offset: u32) -> bool {
    file.text()[offset as usize..line_end(file, offset) as usize].trim().is_empty()
}

/// The white space with which the line of `node` starts.
pub fn indent_of(node: Node<'_>) -> &str {
    let start = line_start(node.file(), node.start()) as usize;
    let line = &node.file().text()[start..];
    &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
}

/// What belongs to `node` behind its end on its last line: a semicolon, and comments that end on the line. From the end
/// of the node to behind the last of these, or to the end of the line if only white space is left.
pub fn tail(node: Node<'_>) -> TextRange {
    tail_from(node.file(), node.end())
}

/// The same behind `offset`.
pub(crate) fn tail_from(file: &SourceFile, offset: u32) -> TextRange {
    let bytes = file.text().as_bytes();
    let line_end = line_end(file, offset);
    let comments = file.comments_in(TextRange::new(offset, line_end));
    let (mut at, mut end, mut semicolon) = (offset, offset, false);
    while at < line_end {
        if let Some(comment) = comments.iter().find(|it| it.start == at) {
            (at, end) = (comment.end, comment.end);
        } else if matches!(bytes[at as usize], b' ' | b'\t') {
            at += 1;
        } else if bytes[at as usize] == b';' && !semicolon {
            semicolon = true;
            at += 1;
            end = at;
        } else {
            break;
        }
    }
    TextRange::new(offset, if ends_line(file, end) { line_end } else { end })
}

/// Where the comment lines directly above `node` start, or the line of `node`.
pub fn lead(node: Node<'_>) -> u32 {
    let file = node.file();
    let mut start = line_start(file, node.start());
    for comment in file.comments_in(TextRange::new(0, start)).iter().rev() {
        let from = line_start(file, comment.start);
        let alone = file.text()[from as usize..comment.start as usize].trim().is_empty();
        if !alone || next_line(file, comment.end) != start || !ends_line(file, comment.end) {
            break;
        }
        start = from;
    }
    start
}
