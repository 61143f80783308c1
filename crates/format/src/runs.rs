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
        let mut printer = self.printer(file);
        printer.decls(self.decls.iter().copied());
        printer.end_line();
        printer.finish()
    }

    /// For each of its lines as gofmt writes them, where its text starts in the file, and its indentation in tabs.
    pub(crate) fn line_starts(&self, file: &'a SourceFile) -> Vec<(u32, u32)> {
        let mut printer = self.printer(file);
        printer.note_starts();
        printer.decls(self.decls.iter().copied());
        printer.end_line();
        printer.starts()
    }

    fn printer(&self, file: &'a SourceFile) -> Printer<'a> {
        let groups = file.comment_groups();
        let from = groups.partition_point(|it| it.start < self.lines.start);
        let len = groups[from..].partition_point(|it| it.end <= self.lines.end);
        Printer::new(file, &groups[from..from + len])
    }

    /// Whether all declarations are free of syntax errors.
    pub(crate) fn is_sound(&self) -> bool {
        self.decls.iter().all(|it| it.kind() != Kind::BadDecl)
    }
}

/// The runs of a file, in order. The package clause belongs to none, nor do comments above the first declaration of a
/// run.
pub(crate) fn runs(file: &SourceFile) -> Vec<Run<'_>> {
    let mut runs: Vec<Run<'_>> = Vec::new();
    for decl in file.root().children_in(Role::Decls) {
        let lines = lines_of(file, decl.range());
        let end = runs.last().and_then(|it| it.decls.last()).map(|it| it.end());
        match runs.last_mut() {
            Some(run) if end.is_some_and(|it| !has_empty_line(file, it, decl.start())) => {
                run.decls.push(decl);
                run.lines = run.lines.cover(lines);
            }
            _ => runs.push(Run { decls: vec![decl], lines }),
        }
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
