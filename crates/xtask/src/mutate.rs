//! Real Go files, each broken in one place as editors, merges and accidents break files.

use std::{
    fs,
    path::{Path, PathBuf},
};

use gofix_syntax::{Kind, Node, Role, SourceFile, TextRange};

use crate::{Result, random::Random, workspace};

/// A broken file.
pub(crate) struct Mutant {
    /// Where it is written.
    pub(crate) path: PathBuf,
    /// The file it was made of.
    pub(crate) original: PathBuf,
    /// What was done to it.
    pub(crate) what: &'static str,
}

/// Breaks `count` of `files`, as [`broken`] does, and writes them to a directory of their own.
pub(crate) fn write(files: &[PathBuf], count: usize, seed: u64) -> Result<Vec<Mutant>> {
    let dir = workspace::target().join("oracle/mutants");
    let message = |it: std::io::Error| format!("{}: {it}", dir.display());
    if dir.exists() {
        fs::remove_dir_all(&dir).map_err(message)?;
    }
    fs::create_dir_all(&dir).map_err(message)?;
    let mut mutants = Vec::with_capacity(count);
    for (i, (original, what, broken)) in broken(files, seed).take(count).enumerate() {
        let path = dir.join(format!("{i:05}.go"));
        fs::write(&path, broken).map_err(message)?;
        mutants.push(Mutant { path, original: Path::to_path_buf(original), what });
    }
    Ok(mutants)
}

/// Files broken at random, without end unless there are no files: of each the original, what was done to it, and the
/// result. A file can be taken more than once.
pub(crate) fn broken(files: &[PathBuf], seed: u64) -> impl Iterator<Item = (&Path, &'static str, Vec<u8>)> {
    let mut random = Random::new(seed);
    let mut next = move || {
        let original = &files[random.below(files.len())];
        let text = fs::read_to_string(original).ok()?;
        let (what, broken) = mutate(&text, &mut random);
        Some((original.as_path(), what, broken))
    };
    let endless = if files.is_empty() { 0 } else { usize::MAX };
    (0..endless).filter_map(move |_| next())
}

/// Takes the declarations without errors of the broken files among `paths` and writes them, file by file, to files
/// beside these, which are returned.
pub(crate) fn salvage(paths: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let mut salvaged = Vec::new();
    for path in paths {
        let Ok(text) = fs::read_to_string(path) else { continue };
        let file = SourceFile::parse(text);
        let Some(text) = clean_declarations(&file) else { continue };
        if !same_kinds(&file, &SourceFile::parse(text.as_str())) {
            return Err(format!("{}: a declaration has another tree when it stands alone", path.display()));
        }
        let path = path.with_extension("clean.go");
        fs::write(&path, text).map_err(|it| format!("{}: {it}", path.display()))?;
        salvaged.push(path);
    }
    Ok(salvaged)
}

/// A file of the declarations of `file` that have no errors; none if there are none, or no errors.
fn clean_declarations(file: &SourceFile) -> Option<String> {
    let mut text = "package p\n".to_owned();
    for decl in declarations(file) {
        text += decl.text();
        text.push('\n');
    }
    (!file.errors().is_empty() && declarations(file).next().is_some()).then_some(text)
}

/// Whether the declarations of two files are the same but for their places.
fn same_kinds(a: &SourceFile, b: &SourceFile) -> bool {
    let nodes = |file| declarations(file).flat_map(|it: Node<'_>| std::iter::once(it).chain(it.descendants()));
    nodes(a).map(|it| (it.kind(), it.range().len())).eq(nodes(b).map(|it| (it.kind(), it.range().len())))
}

fn declarations(file: &SourceFile) -> impl Iterator<Item = Node<'_>> {
    file.root().children_in(Role::Decls).filter(|it| it.kind() != Kind::BadDecl)
}

/// Text that is put between two tokens, or into one.
const INSERTS: &[&str] = &[
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    ";",
    ",",
    ":",
    ":=",
    "=",
    ".",
    "...",
    "*",
    "&",
    "<-",
    "~",
    "|",
    "!",
    "-",
    "++",
    "==",
    "func",
    "if",
    "else",
    "for",
    "range",
    "switch",
    "case",
    "default",
    "select",
    "go",
    "defer",
    "return",
    "type",
    "struct",
    "interface",
    "map",
    "chan",
    "var",
    "const",
    "import",
    "package",
    "goto",
    "fallthrough",
    "x",
    "0",
    "\"s\"",
    "'r'",
    "\n",
];
const SPLINTERS: &[&str] = &[
    "_",
    "0x",
    "0b",
    "0o",
    "08",
    "e",
    "e+",
    "p1",
    "i",
    ".",
    "\\",
    "\\x",
    "\\u",
    "\\777",
    "'",
    "\"",
    "`",
    "/*",
    "*/",
    "//",
    "\n//line f.go:1\n",
    "\n//line f.go:0\n",
    "/*line :1:0*/",
    "\r",
    "\r\n",
    "\0",
    "\u{feff}",
    "\u{fffd}",
    "é",
    "٣",
    "€",
    "#",
    "$",
    "?",
];

/// Does one random thing to `text`; says what, and gives the result.
fn mutate(text: &str, random: &mut Random) -> (&'static str, Vec<u8>) {
    let tokens = tokens(text);
    let one = tokens[random.below(tokens.len())].to_usize();
    let two = tokens[random.below(tokens.len())].to_usize();
    let splice = |from: usize, to: usize, new: &str| [&text[..from], new, &text[to..]].concat();
    let (what, broken) = match random.below(16) {
        0 | 1 => ("a token deleted", splice(one.start, one.end, "")),
        2 => ("a token doubled", splice(one.end, one.end, &format!(" {}", &text[one.clone()]))),
        3 => ("a token replaced by another", splice(one.start, one.end, &text[two])),
        4 => ("two tokens swapped", swap(text, one, two)),
        5 => ("two neighbours swapped", swap_neighbours(text, &tokens, random)),
        6 | 7 => ("a token inserted", splice(one.start, one.start, &format!(" {} ", random.pick(INSERTS)))),
        8 | 9 => {
            let at = boundary(text, one.start + random.below(one.len() + 1));
            ("a splinter inserted", splice(at, at, random.pick(SPLINTERS)))
        }
        10 => ("a quote deleted", delete_quote(text, random)),
        11 => ("the end cut off", text[..boundary(text, random.below(text.len()))].to_owned()),
        12 => ("the beginning cut off", text[boundary(text, random.below(text.len()))..].to_owned()),
        13 => ("lines mixed up", mix_lines(text, random)),
        14 => ("conflict markers", conflict(text, random)),
        _ => return ("a byte replaced", replace_byte(text, random)),
    };
    (what, broken.into_bytes())
}

/// The ranges of the tokens, or all of the text where there is none.
fn tokens(text: &str) -> Vec<TextRange> {
    let whole = TextRange::new(0, text.len() as u32);
    let file = SourceFile::parse(text);
    let mut tokens: Vec<TextRange> = file.tokens_in(whole).map(|it| it.1).filter(|it| !it.is_empty()).collect();
    if tokens.is_empty() {
        tokens.push(whole);
    }
    tokens
}

/// The beginning of the character that `at` lies in.
fn boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|&it| text.is_char_boundary(it)).unwrap_or(0)
}

fn swap(text: &str, one: std::ops::Range<usize>, two: std::ops::Range<usize>) -> String {
    let (a, b) = if one.start <= two.start { (one, two) } else { (two, one) };
    if a == b {
        return text.to_owned();
    }
    [&text[..a.start], &text[b.clone()], &text[a.end..b.start], &text[a], &text[b.end..]].concat()
}

fn swap_neighbours(text: &str, tokens: &[TextRange], random: &mut Random) -> String {
    let i = random.below(tokens.len() - 1);
    swap(text, tokens[i].to_usize(), tokens[(i + 1).min(tokens.len() - 1)].to_usize())
}

fn delete_quote(text: &str, random: &mut Random) -> String {
    let quotes: Vec<usize> = text.match_indices(['"', '`', '\'']).map(|it| it.0).collect();
    match quotes.get(random.below(quotes.len())) {
        Some(&at) => [&text[..at], &text[at + 1..]].concat(),
        None => format!("{text}\""),
    }
}

fn mix_lines(text: &str, random: &mut Random) -> String {
    let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
    if lines.is_empty() {
        return "\n".to_owned();
    }
    let at = random.below(lines.len());
    match random.below(4) {
        0 => drop(lines.remove(at)),
        1 => lines.insert(at, lines[random.below(lines.len())]),
        2 => lines[at] = lines[at].trim_end_matches('\n'),
        _ => lines.swap(at, 0),
    }
    lines.concat()
}

fn conflict(text: &str, random: &mut Random) -> String {
    let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut at = [0; 3].map(|_| random.below(lines.len() + 1));
    at.sort();
    for (at, marker) in at.into_iter().zip(["<<<<<<< HEAD\n", "=======\n", ">>>>>>> branch\n"]).rev() {
        lines.insert(at, marker);
    }
    lines.concat()
}

fn replace_byte(text: &str, random: &mut Random) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    let at = random.below(bytes.len());
    if let Some(byte) = bytes.get_mut(at) {
        *byte = random.below(256) as u8;
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_broken_is_salvaged() {
        let file = SourceFile::parse("package p\n\nvar a int\n\nvar b +\n\nvar c int // C\n");
        assert_eq!(clean_declarations(&file).as_deref(), Some("package p\nvar a int\nvar c int\n"));
        assert_eq!(clean_declarations(&SourceFile::parse("package p\nvar a int\n")), None);
        assert!(same_kinds(&file, &SourceFile::parse("package p\nvar x int\nvar y int\n")));
        assert!(!same_kinds(&file, &SourceFile::parse("package p\nvar x int\nvar y *int\n")));
    }

    #[test]
    fn any_text_can_be_broken_and_always_in_the_same_way() {
        let broken = |text| (0..500).map(|seed| mutate(text, &mut Random::new(seed))).collect::<Vec<_>>();
        for text in ["", "é", "package p\n\nfunc f() { g(\"é\", `x`) }\n", "\n\n"] {
            assert_eq!(broken(text), broken(text));
        }
        let kinds: std::collections::BTreeSet<_> = broken("package p\n").into_iter().map(|it| it.0).collect();
        assert_eq!(kinds.len(), 13);
    }
}
