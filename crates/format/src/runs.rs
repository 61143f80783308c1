//! Runs: adjacent top-level declarations. gofmt lines up across declarations, but never across an empty line.

use gofix_syntax::{Kind, Node, Role, SourceFile, TextRange};

use crate::print::Printer;

/// Declarations without an empty line between them.
pub(crate) struct Run<'a> {
    pub(crate) decls: Vec<Node<'a>>,
    /// From the start of the first line to the end of the last one, without its line end.
    pub(crate) lines: TextRange,
}

impl<'a> Run<'a> {
    /// Its lines as gofmt writes them; nothing if they are nested too deep. The run must be sound.
    pub(crate) fn formatted(&self, file: &'a SourceFile) -> Option<String> {
        let groups = file.comment_groups();
        let from = groups.partition_point(|it| it.start < self.lines.start);
        let len = groups[from..].partition_point(|it| it.end <= self.lines.end);
        let mut printer = Printer::new(file, &groups[from..from + len]);
        printer.decls(self.decls.iter().copied());
        printer.end_line();
        printer.finish()
    }

    /// Whether all declarations are free of syntax errors.
    pub(crate) fn is_sound(&self) -> bool {
        self.decls.iter().all(|it| it.kind() != Kind::BadDecl)
    }
}

/// The runs of a file, in order. The package clause belongs to none, unless a declaration follows on the next line.
pub(crate) fn runs(file: &SourceFile) -> Vec<Run<'_>> {
    let mut runs: Vec<Run<'_>> = Vec::new();
    let mut end = file.root().child(Role::Name).map_or(0, |it| it.end());
    for decl in file.root().children_in(Role::Decls) {
        let is_adjacent = !has_empty_line(file, end, decl.start());
        let lines =
            lines_of(file, if is_adjacent { TextRange::new(end.min(decl.start()), decl.end()) } else { decl.range() });
        match runs.last_mut() {
            Some(run) if is_adjacent => {
                run.decls.push(decl);
                run.lines = run.lines.cover(lines);
            }
            _ => runs.push(Run { decls: vec![decl], lines }),
        }
        end = decl.end();
    }
    runs
}

/// The whole lines that hold the range.
fn lines_of(file: &SourceFile, range: TextRange) -> TextRange {
    let starts = file.line_starts();
    let start = starts[file.line(range.start) as usize];
    let end = starts.get(file.line(range.end) as usize + 1).map_or(file.text().len() as u32, |it| it - 1);
    TextRange::new(start, end.max(range.end))
}

/// Whether there is an empty line between two places outside of comments.
fn has_empty_line(file: &SourceFile, start: u32, end: u32) -> bool {
    if end < start {
        return false;
    }
    let mut line = file.line(start);
    for comment in file.comments_in(TextRange::new(start, end)) {
        if line + 1 < file.line(comment.start) {
            return true;
        }
        line = file.line(comment.end);
    }
    line + 1 < file.line(end)
}
