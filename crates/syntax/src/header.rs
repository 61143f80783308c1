//! What stands above the declarations of a file, read without parsing the rest: package clause, imports, build
//! constraints, generated mark.

use gofix_text::TextRange;
use memchr::{memchr, memmem};

/// A name and where it stands.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct HeaderName<'a> {
    /// The name.
    pub name: &'a str,
    /// Its place.
    pub range: TextRange,
}

/// One import spec (spec: Import declarations).
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct ImportHeader<'a> {
    /// The name in front of the path, also `.` and `_`.
    pub name: Option<HeaderName<'a>>,
    /// The path without its quotes. Escapes are left as they are: no valid import path needs one.
    pub path: &'a str,
    /// The place of the path, with its quotes.
    pub range: TextRange,
}

/// The top of a file. All parts are those that could be read; a file need not be valid Go.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Header<'a> {
    /// The name in the package clause.
    pub package: Option<HeaderName<'a>>,
    /// The imports that stand in front of all other declarations, in their order.
    pub imports: Vec<ImportHeader<'a>>,
    /// The `//go:build` line, without the space around it.
    pub go_build: Option<&'a str>,
    /// The `// +build` lines, which count where there is no `//go:build` line (go/build's `shouldBuild`). Empty if
    /// there is one.
    pub plus_build: Vec<&'a str>,
    /// Whether a comment in front of the package clause marks the file as generated (go/ast's `IsGenerated`).
    pub generated: bool,
}

/// Reads the top of a file, down to the first declaration that is no import.
pub fn read(text: &str) -> Header<'_> {
    let mut scan = Scanner::new(text);
    let mut header = Header::default();
    let first = scan.next();
    let top = &text[..scan.start];
    header.generated = is_generated(top);
    read_constraints(top, &mut header);
    if first != Item::Word("package") {
        return header;
    }
    let Item::Word(name) = scan.next() else { return header };
    header.package = Some(HeaderName { name, range: scan.range() });
    if !matches!(scan.next(), Item::Semicolon) {
        return header;
    }
    while scan.next() == Item::Word("import") {
        if read_import_decl(&mut scan, &mut header.imports).is_none() {
            break;
        }
    }
    header
}

/// Reads what follows `import` up to the semicolon. None: it is broken, and so is what follows.
fn read_import_decl<'a>(scan: &mut Scanner<'a>, imports: &mut Vec<ImportHeader<'a>>) -> Option<()> {
    let mut item = scan.next();
    if item != Item::Other(b'(') {
        imports.push(read_import_spec(scan, item)?);
        return (scan.next() == Item::Semicolon).then_some(());
    }
    item = scan.next();
    while item != Item::Other(b')') {
        imports.push(read_import_spec(scan, item)?);
        item = match scan.next() {
            Item::Semicolon => scan.next(),
            Item::Other(b')') => Item::Other(b')'),
            _ => return None,
        };
    }
    (scan.next() == Item::Semicolon).then_some(())
}

fn read_import_spec<'a>(scan: &mut Scanner<'a>, first: Item<'a>) -> Option<ImportHeader<'a>> {
    let name = match first {
        Item::Word(name) => Some(HeaderName { name, range: scan.range() }),
        Item::Other(b'.') => Some(HeaderName { name: ".", range: scan.range() }),
        _ => None,
    };
    match if name.is_some() { scan.next() } else { first } {
        Item::String(path) => Some(ImportHeader { name, path, range: scan.range() }),
        _ => None,
    }
}

/// The comments of a text that has nothing but space and comments, each with its offset.
fn comments(top: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        at += top[at..].find('/')?;
        let (start, rest) = (at, &top[at..]);
        let length = match rest.strip_prefix("/*") {
            Some(inside) => inside.find("*/").map(|end| end + "/**/".len()),
            None => memchr(b'\n', rest.as_bytes()),
        };
        at += length.unwrap_or(rest.len());
        Some((start, &top[start..at]))
    })
}

/// Whether a line of a comment in `top` says `// Code generated ... DO NOT EDIT.`, and nothing else.
fn is_generated(top: &str) -> bool {
    const MARK: &str = "// Code generated ";
    let is_mark = |line: &str| {
        let rest = line.trim_end_matches('\r').strip_prefix(MARK);
        rest.is_some_and(|rest| rest.ends_with(" DO NOT EDIT."))
    };
    memmem::find(top.as_bytes(), MARK.as_bytes()).is_some()
        && comments(top).any(|(_, comment)| comment.split('\n').any(is_mark))
}

/// Finds the constraint lines in the comments at the top, as go/build's `parseFileHeader` and `shouldBuild` do.
fn read_constraints<'a>(top: &'a str, header: &mut Header<'a>) {
    header.go_build = comments(top).find_map(|(at, comment)| {
        let before = &top[..at].rsplit('\n').next().unwrap_or_default();
        let starts_line = before.trim_start_matches('\u{feff}').trim().is_empty();
        (starts_line && is_constraint(comment, "//go:build")).then(|| comment.trim_end())
    });
    if header.go_build.is_some() {
        return;
    }
    // `// +build` lines stand among line comments only, with an empty line somewhere behind them.
    let mut pending = Vec::new();
    for line in top.trim_start_matches('\u{feff}').split_inclusive('\n').map(str::trim) {
        if line.is_empty() {
            header.plus_build.append(&mut pending);
        } else if !line.starts_with("//") {
            break;
        } else if is_constraint(line[2..].trim_start(), "+build") {
            pending.push(line);
        }
    }
}

/// Whether `line` is the keyword alone or followed by space.
fn is_constraint(line: &str, keyword: &str) -> bool {
    line.strip_prefix(keyword).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\r']))
}

/// As much of a token as the top of a file needs.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
enum Item<'a> {
    /// An identifier or a keyword.
    Word(&'a str),
    /// The inside of a string literal.
    String(&'a str),
    /// A written semicolon, or one that a line end or the end of the file stands for.
    Semicolon,
    /// Any other byte.
    Other(u8),
    End,
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
    /// Where the last item starts.
    start: usize,
    /// Whether a line end stands for a semicolon (spec: Semicolons).
    ends_statement: bool,
}

impl<'a> Scanner<'a> {
    fn new(text: &'a str) -> Scanner<'a> {
        let at = if text.starts_with('\u{feff}') { 3 } else { 0 };
        Scanner { text, at, start: at, ends_statement: false }
    }

    fn range(&self) -> TextRange {
        TextRange::new(self.start as u32, self.at as u32)
    }

    fn next(&mut self) -> Item<'a> {
        if self.skip_space() {
            self.ends_statement = false;
            return Item::Semicolon;
        }
        self.start = self.at;
        let rest = &self.text[self.at..];
        let Some(first) = rest.chars().next() else { return Item::End };
        let item = match first {
            '"' | '`' => self.string(first),
            '_' => self.word(),
            _ if first.is_alphabetic() => self.word(),
            _ => {
                self.at += first.len_utf8();
                if first == ';' { Item::Semicolon } else { Item::Other(rest.as_bytes()[0]) }
            }
        };
        self.ends_statement = matches!(item, Item::Word(_) | Item::String(_) | Item::Other(b')'));
        // The keywords read here do not end a statement.
        if matches!(item, Item::Word("package" | "import")) {
            self.ends_statement = false;
        }
        item
    }

    /// Skips space and comments. True: a line end that stands for a semicolon was among them.
    fn skip_space(&mut self) -> bool {
        let bytes = self.text.as_bytes();
        let mut line_end = false;
        loop {
            match bytes.get(self.at) {
                Some(b' ' | b'\t' | b'\r') => self.at += 1,
                Some(b'\n') => {
                    line_end = true;
                    self.at += 1;
                }
                Some(b'/') if bytes.get(self.at + 1) == Some(&b'/') => {
                    self.at = memchr(b'\n', &bytes[self.at..]).map_or(bytes.len(), |end| self.at + end);
                }
                Some(b'/') if bytes.get(self.at + 1) == Some(&b'*') => {
                    let inside = &self.text[self.at + 2..];
                    let length = inside.find("*/").map_or(inside.len(), |end| end + 2);
                    line_end |= inside[..length].contains('\n');
                    self.at += 2 + length;
                }
                None => return self.ends_statement,
                Some(_) => return self.ends_statement && line_end,
            }
        }
    }

    fn word(&mut self) -> Item<'a> {
        let rest = &self.text[self.at..];
        let inside = |c: char| c == '_' || c.is_alphanumeric();
        let word = &rest[..rest.find(|c| !inside(c)).unwrap_or(rest.len())];
        self.at += word.len();
        Item::Word(word)
    }

    fn string(&mut self, quote: char) -> Item<'a> {
        let inside = &self.text[self.at + 1..];
        let mut escaped = false;
        for (offset, c) in inside.char_indices() {
            if c == quote && !escaped {
                self.at += offset + 2;
                return Item::String(&inside[..offset]);
            }
            if quote == '"' && c == '\n' {
                break;
            }
            escaped = quote == '"' && c == '\\' && !escaped;
        }
        self.at += 1;
        Item::Other(quote as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(text: &str) -> Option<&str> {
        read(text).package.map(|package| package.name)
    }

    fn imports(text: &str) -> Vec<(Option<&str>, &str)> {
        read(text).imports.iter().map(|import| (import.name.map(|name| name.name), import.path)).collect()
    }

    #[test]
    fn the_package_clause_is_the_first_token() {
        assert_eq!(package("package a\n"), Some("a"));
        assert_eq!(package("package a"), Some("a"));
        assert_eq!(package("\u{feff}// c\n/* package b */ package /* x\n */ größe; import \"x\""), Some("größe"));
        assert_eq!(package("package\n\na // b"), Some("a"));
        assert_eq!(package("/* package a"), None);
        assert_eq!(package("func f() {}\npackage a"), None);
        assert_eq!(package(""), None);
        let header = read("/**/package abc\n");
        assert_eq!(header.package.unwrap().range, TextRange::new(12, 15));
    }

    #[test]
    fn all_forms_of_imports_are_read() {
        let text = "package p\nimport \"a\"\nimport x \"b\"; import . `c`\nimport (\n\t_ \"d/e\" // last\n\n\t\"f\"; \"g\")\n\
                    import ()\nvar v = 1\nimport \"no\"\n";
        let expected = [(None, "a"), (Some("x"), "b"), (Some("."), "c"), (Some("_"), "d/e"), (None, "f"), (None, "g")];
        assert_eq!(imports(text), expected);
        let header = read("package p; import x \"fmt\"");
        let import = header.imports[0];
        assert_eq!((import.name.unwrap().range, import.range), (TextRange::new(18, 19), TextRange::new(20, 25)));
    }

    #[test]
    fn broken_imports_end_the_header() {
        assert_eq!(imports("package p\nimport \"a\"\nimport \"b\nimport \"c\"\n"), [(None, "a")]);
        assert_eq!(imports("package p\nimport (\n\"a\"\n\"b\" x\n)\nimport \"c\""), [(None, "a"), (None, "b")]);
        assert_eq!(imports("package p import \"a\"\n"), []);
        assert_eq!(imports("package p\nimport \"a\\\"b\"\n"), [(None, "a\\\"b")]);
    }

    #[test]
    fn the_generated_mark_is_a_whole_line_above_the_package_clause() {
        let generated = |text: &str| read(text).generated;
        assert!(generated("// Code generated by x. DO NOT EDIT.\npackage a\n"));
        assert!(generated("// Copyright\n\n// Code generated by x; DO NOT EDIT.\r\n\r\npackage a\n"));
        assert!(generated("/* c */ // Code generated by x. DO NOT EDIT.\npackage a\n"));
        assert!(generated("/*\n// Code generated by x. DO NOT EDIT.\n*/\npackage a\n"));
        assert!(!generated("// Code generated by x. DO NOT EDIT!\npackage a\n"));
        assert!(!generated("// Code generated DO NOT EDIT.\npackage a\n"));
        assert!(!generated("// See // Code generated by x. DO NOT EDIT.\npackage a\n"));
        assert!(!generated("package a\n\n// Code generated by x. DO NOT EDIT.\n"));
        assert!(!generated("package a // Code generated by x. DO NOT EDIT.\n"));
    }

    #[test]
    fn the_build_line_stands_above_the_package_clause() {
        let go_build = |text: &'static str| read(text).go_build;
        assert_eq!(
            go_build("// c\n\n//go:build linux && go1.21 \r\n\npackage a\n"),
            Some("//go:build linux && go1.21")
        );
        assert_eq!(go_build("/* c\n*/ //go:build a\n//go:build b\npackage a\n"), Some("//go:build b"));
        assert_eq!(go_build("/*\n//go:build a\n*/\npackage a\n"), None);
        assert_eq!(go_build("//go:buildx\n// go:build a\npackage a\n"), None);
        assert_eq!(go_build("package a\n//go:build a\n"), None);
    }

    #[test]
    fn plus_build_lines_count_without_a_build_line_only() {
        let plus_build = |text: &'static str| read(text).plus_build;
        assert_eq!(plus_build("// +build a b\n//+build c\n\npackage a\n"), ["// +build a b", "//+build c"]);
        assert_eq!(plus_build("// +build a\npackage a\n"), [""; 0], "no empty line behind it");
        assert_eq!(plus_build("/* c */\n// +build a\n\npackage a\n"), [""; 0], "behind a block comment");
        assert_eq!(plus_build("//go:build a\n// +build a\n\npackage a\n"), [""; 0]);
    }
}
