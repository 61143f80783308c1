//! Prints the tree of Go files: kind, role and range of each node, indented by depth.

fn main() -> std::io::Result<()> {
    for path in std::env::args().skip(1) {
        let file = gofix_syntax::SourceFile::parse(std::fs::read_to_string(path)?);
        for node in file.nodes() {
            let depth = node.ancestors().count();
            println!(
                "{:depth$}{:?} {:?} {:?} {}..{}",
                "",
                node.role(),
                node.kind(),
                node.op(),
                node.start(),
                node.end()
            );
        }
        for error in file.errors() {
            let (line, column) = file.line_col(error.offset);
            println!("{line}:{column}: {}", error.message);
        }
    }
    Ok(())
}
