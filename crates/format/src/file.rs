//! Whole files.

use gofix_syntax::{SourceFile, SyntaxError};

use crate::{build_lines, imports, print::Printer};

/// Formats a Go file as gofmt does (without `-s`), its line ends included: those of the result are `\n`.
///
/// # Errors
/// The syntax errors of a text that is not a Go file. Code that is nested thousands of levels deep counts as such, though
/// gofmt would format it.
pub fn source(text: &str) -> Result<String, Vec<SyntaxError>> {
    let file = SourceFile::parse(text);
    if !file.errors().is_empty() {
        return Err(file.errors().to_vec());
    }
    let too_deep = || vec![SyntaxError { offset: 0, message: "nested too deep to be formatted".to_owned() }];
    formatted(&file).ok_or_else(too_deep)
}

/// The file as gofmt writes it; nothing if it has syntax errors or is nested too deep.
pub fn formatted(file: &SourceFile) -> Option<String> {
    if !file.errors().is_empty() {
        return None;
    }
    let printed = match imports::sorted(file) {
        Some(sorted) => print(&SourceFile::parse(sorted.text), &sorted.joined),
        None => print(file, &[]),
    }?;
    Some(build_lines::fixed(&printed).unwrap_or(printed))
}

/// Prints a file. The lines that start at `joined` are taken to be one with the lines above.
fn print(file: &SourceFile, joined: &[u32]) -> Option<String> {
    let mut printer = Printer::new(file, file.comment_groups());
    printer.join_lines(joined);
    let mut children = file.root().children();
    if let Some(name) = children.next() {
        printer.package_clause(name);
    }
    printer.decls(children);
    printer.end_line();
    printer.finish()
}
