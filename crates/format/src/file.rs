//! Whole files.

use gofix_syntax::{SourceFile, SyntaxError};

use crate::print::Printer;

/// Formats a Go file as gofmt does (without `-s`), its line ends included: those of the result are `\n`.
///
/// # Errors
/// The syntax errors of a text that is not a Go file.
pub fn source(text: &str) -> Result<String, Vec<SyntaxError>> {
    let file = SourceFile::parse(text);
    match formatted(&file) {
        Some(text) => Ok(text),
        None => Err(file.errors().to_vec()),
    }
}

/// The file as gofmt writes it; nothing if it has syntax errors.
pub fn formatted(file: &SourceFile) -> Option<String> {
    if !file.errors().is_empty() {
        return None;
    }
    Some(print(file))
}

fn print(file: &SourceFile) -> String {
    let mut printer = Printer::new(file, file.comment_groups());
    let root = file.root();
    let mut children = root.children();
    if let Some(name) = children.next() {
        printer.package_clause(name);
    }
    printer.decls(children);
    printer.end_line();
    printer.finish()
}
