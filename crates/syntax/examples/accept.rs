//! Says of each Go file whether it has syntax errors.

fn main() -> std::io::Result<()> {
    for path in std::env::args().skip(1) {
        let file = gofix_syntax::SourceFile::parse(std::fs::read_to_string(&path)?);
        println!("{path} {}", file.errors().is_empty());
    }
    Ok(())
}
