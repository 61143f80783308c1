//! Which fixes can be made together.
//!
//! A fix is taken whole, and only if its edits miss all that the fixes taken before it write or rely on, and if what it
//! relies on misses what they write. Equal replacements are one edit; two insertions at one place never are, however
//! equal, since each fix may count on its own. What is not taken is found again in the next round, on the new text.

use std::collections::{BTreeMap, BTreeSet};

use gofix_rule::{Edit, FileId, Fix, Need, TextRange};

/// What the fixes taken so far do.
#[derive(Default, Debug)]
pub(crate) struct Taken {
    files: BTreeMap<FileId, TakenFile>,
    created: BTreeSet<String>,
    removed: BTreeSet<FileId>,
}

#[derive(Default, Debug)]
struct TakenFile {
    /// By start and end of the range; the edits at one place do not conflict.
    writes: BTreeMap<(u32, u32), String>,
    relied_on: Vec<TextRange>,
    /// Names that the edits declare, with the declaration of the file inside which they do.
    declares: Vec<(TextRange, String)>,
    /// By name: the path that is to be imported under it.
    imports: BTreeMap<String, String>,
}

/// The names that a fix declares in a file, each with the range in which nothing else may declare it.
pub(crate) type Declares = Vec<(FileId, TextRange, String)>;

impl Taken {
    /// Takes the fix if it gets along with those taken before. `declares` are the names that it declares.
    pub(crate) fn take(&mut self, fix: &Fix, declares: &Declares) -> bool {
        let accepted = self.accepts(fix, declares);
        if accepted {
            self.add(fix, declares);
        }
        accepted
    }

    fn accepts(&self, fix: &Fix, declares: &Declares) -> bool {
        let edits = || fix.edits().iter().flat_map(|(file, edits)| edits.iter().map(move |it| (*file, it)));
        let file = |id: FileId| self.files.get(&id);
        edits().all(|(id, edit)| !self.removed.contains(&id) && file(id).is_none_or(|it| it.accepts(edit)))
            && fix.relied_on().iter().all(|(id, range)| file(*id).is_none_or(|it| !it.writes_in(*range)))
            && fix.created().iter().all(|(path, _)| !self.created.contains(path))
            && fix.removed().iter().all(|it| !self.removed.contains(it) && file(*it).is_none())
            && fix.all_needs().iter().all(|it| self.accepts_need(it))
            && declares.iter().all(|(id, range, name)| file(*id).is_none_or(|it| !it.knows(name, *range)))
    }

    /// One name cannot stand for two packages, and one package needs one name.
    fn accepts_need(&self, need: &Need) -> bool {
        let Need::Import { file, path, name, .. } = need else { return true };
        let taken = self.files.get(file).map(|it| &it.imports);
        taken.is_none_or(|it| it.iter().all(|(taken, taken_path)| (taken == name) == (taken_path == path)))
    }

    fn add(&mut self, fix: &Fix, declares: &Declares) {
        for (id, edits) in fix.edits() {
            let file = self.files.entry(*id).or_default();
            file.writes.extend(edits.iter().map(|it| ((it.range.start, it.range.end), it.text.clone())));
        }
        for (id, range) in fix.relied_on() {
            self.files.entry(*id).or_default().relied_on.push(*range);
        }
        for (id, range, name) in declares {
            self.files.entry(*id).or_default().declares.push((*range, name.clone()));
        }
        self.created.extend(fix.created().iter().map(|(path, _)| path.clone()));
        self.removed.extend(fix.removed());
        for need in fix.all_needs() {
            if let Need::Import { file, path, name, .. } = need {
                self.files.entry(*file).or_default().imports.insert(name.clone(), path.clone());
            }
        }
    }
}

impl TakenFile {
    fn accepts(&self, edit: &Edit) -> bool {
        let Edit { range, text } = edit;
        let own = (range.start, range.end);
        let before = self.writes.range(..own).next_back();
        let same = self.writes.get(&own);
        let after = self.writes.range((own.0, own.1 + 1)..).next();
        let same_is_fine = same.is_none_or(|it| it == text && !range.is_empty());
        let misses = |other: Option<(&(u32, u32), &String)>| {
            other.is_none_or(|((start, end), _)| !touches(*range, TextRange::new(*start, *end)))
        };
        let in_scope = |(scope, name): &(TextRange, String)| scope.contains(*range) && has_word(text, name);
        same_is_fine
            && misses(before)
            && misses(after)
            && !self.relied_on.iter().any(|it| writes_into(*range, *it))
            && !self.declares.iter().any(in_scope)
    }

    /// Whether an edit in that range declares or uses the name, so that another declaration of it could mean trouble.
    fn knows(&self, name: &str, scope: TextRange) -> bool {
        let declared = |(other, it): &(TextRange, String)| it == name && other.intersects(scope);
        let writes = self.writes.range((scope.start, 0)..=(scope.end, u32::MAX));
        self.declares.iter().any(declared) || writes.into_iter().any(|(_, text)| has_word(text, name))
    }

    fn writes_in(&self, relied_on: TextRange) -> bool {
        let from = self.writes.range(..(relied_on.start, 0)).next_back();
        let inside = self.writes.range((relied_on.start, 0)..(relied_on.end, 0));
        from.into_iter().chain(inside).any(|((start, end), _)| writes_into(TextRange::new(*start, *end), relied_on))
    }
}

/// Whether two edits meet: they share a byte, or one inserts inside the other or at its edge, where the order of the two
/// would be chance.
fn touches(a: TextRange, b: TextRange) -> bool {
    match a.is_empty() || b.is_empty() {
        true => a.start <= b.end && b.start <= a.end,
        false => a.intersects(b),
    }
}

/// Whether an edit of `written` changes what is in `relied_on`. What is inserted at its edge is outside.
fn writes_into(written: TextRange, relied_on: TextRange) -> bool {
    written.start < relied_on.end && relied_on.start < written.end
}

/// Whether `name` is a word of the text.
fn has_word(text: &str, name: &str) -> bool {
    text.contains(name) && text.split(|it| !is_word(it)).any(|it| it == name)
}

fn is_word(it: char) -> bool {
    it.is_alphanumeric() || it == '_'
}

/// The names that a piece of Go declares: those before `:=`, and those behind `var`, `const`, `type` and `func`. An
/// approximation from above that looks at words alone.
pub(crate) fn declared_names(text: &str) -> BTreeSet<&str> {
    let mut names = BTreeSet::new();
    for (at, _) in text.match_indices(":=") {
        let mut rest = text[..at].trim_end();
        loop {
            let start =
                rest.rfind(|it| !is_word(it)).map_or(0, |it| it + rest[it..].chars().next().map_or(1, char::len_utf8));
            names.insert(&rest[start..]);
            match rest[..start].trim_end().strip_suffix(',') {
                Some(before) => rest = before.trim_end(),
                None => break,
            }
        }
    }
    let mut words = text.split(|it| !is_word(it)).filter(|it| !it.is_empty()).peekable();
    while let Some(word) = words.next() {
        if matches!(word, "var" | "const" | "type" | "func") {
            names.extend(words.peek());
        }
    }
    names.remove("");
    names.remove("_");
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use gofix_syntax::SourceFile;

    const TEXT: &str = "package p\n\nvar a, b, c, d int\n";

    fn at(name: char) -> TextRange {
        let start = TEXT[14..].find(name).expect("a name") as u32 + 14;
        TextRange::new(start, start + 1)
    }

    fn file() -> SourceFile {
        SourceFile::parse(TEXT)
    }

    /// Which of the fixes are taken.
    fn taken(fixes: &[Fix]) -> Vec<bool> {
        let mut taken = Taken::default();
        fixes.iter().map(|it| taken.take(it, &Declares::new())).collect()
    }

    #[test]
    fn fixes_that_write_to_the_same_place() {
        let file = file();
        let put = |range, text: &str| Fix::safe().replace_range(&file, range, text);
        let (a, b, c) = (at('a'), at('b'), at('c'));
        let (start, end) = (TextRange::empty(a.start), TextRange::empty(a.end));
        assert_eq!(taken(&[put(a, "x"), put(b, "x")]), [true, true]);
        assert_eq!(taken(&[put(a, "x"), put(a, "y")]), [true, false]);
        assert_eq!(taken(&[put(a, "x"), put(a, "x")]), [true, true], "equal replacements");
        assert_eq!(taken(&[put(start, "x"), put(start, "x")]), [true, false], "equal insertions");
        assert_eq!(taken(&[put(a.cover(c), "x"), put(b, "x"), put(c, "x")]), [true, false, false]);
        assert_eq!(taken(&[put(b, "x"), put(a.cover(c), "x"), put(c, "x")]), [true, false, true]);
        assert_eq!(taken(&[put(a, "x"), put(start, "y"), put(end, "y")]), [true, false, false]);
        assert_eq!(taken(&[put(end, "y"), put(a, "x")]), [true, false]);
        let whole = Fix::safe().replace_range(&file, a, "x").replace_range(&file, c, "x");
        assert_eq!(taken(&[put(c, "y"), whole.clone(), put(a, "z")]), [true, false, true], "a fix is taken whole");
    }

    #[test]
    fn fixes_that_rely_on_something() {
        let file = file();
        let node = |name: &str| file.nodes().find(|it| it.as_ident() == Some(name)).expect("a name");
        let put = |range, text: &str| Fix::safe().replace_range(&file, range, text);
        let relies = |on: &str, writes: &str| Fix::safe().replace(node(writes), "x").relies_on(node(on));
        assert_eq!(taken(&[put(at('a'), "x"), relies("a", "b")]), [true, false]);
        assert_eq!(taken(&[relies("a", "b"), put(at('a'), "x")]), [true, false]);
        assert_eq!(taken(&[relies("a", "b"), relies("a", "c")]), [true, true]);
        assert_eq!(taken(&[relies("a", "b"), put(TextRange::empty(at('a').start), "x")]), [true, true]);
    }

    #[test]
    fn fixes_that_need_imports() {
        let file = file();
        let needs = |at: TextRange, path: &str, name: &str| {
            let (path, name) = (path.to_owned(), name.to_owned());
            Fix::safe().replace_range(&file, at, "x").needs(Need::Import {
                file: file.id(),
                path,
                name,
                spelled: false,
            })
        };
        let (a, b) = (at('a'), at('b'));
        assert_eq!(taken(&[needs(a, "x/log", "log"), needs(b, "x/log", "log")]), [true, true]);
        assert_eq!(taken(&[needs(a, "x/log", "log"), needs(b, "y/log", "log")]), [true, false]);
        assert_eq!(taken(&[needs(a, "x/log", "log"), needs(b, "x/log", "log2")]), [true, false]);
    }

    #[test]
    fn fixes_that_create_and_remove_files() {
        let file = file();
        let edit = Fix::safe().replace_range(&file, at('a'), "x");
        assert_eq!(taken(&[Fix::safe().create("a.go", "x"), Fix::safe().create("a.go", "x")]), [true, false]);
        assert_eq!(taken(&[Fix::safe().remove(&file), edit.clone()]), [true, false]);
        assert_eq!(taken(&[edit, Fix::safe().remove(&file)]), [true, false]);
    }

    #[test]
    fn fixes_that_declare_the_same_name() {
        let file = file();
        let mut taken = Taken::default();
        let decl = |name: char, declared: &str| vec![(file.id(), at(name), declared.to_owned())];
        let put = |name, text: &str| Fix::safe().replace_range(&file, at(name), text);
        assert!(taken.take(&put('a', "x := 1"), &decl('a', "x")));
        assert!(!taken.take(&put('b', "x := 1"), &vec![(file.id(), at('a').cover(at('b')), "x".to_owned())]));
        assert!(taken.take(&put('b', "y := 1"), &vec![(file.id(), at('a').cover(at('b')), "y".to_owned())]));
        assert!(taken.take(&put('c', "x := 1"), &decl('c', "x")));
    }

    #[test]
    fn a_new_declaration_does_not_capture_what_another_fix_writes() {
        let file = file();
        let whole = TextRange::new(11, TEXT.len() as u32);
        let declares = vec![(file.id(), whole, "errors".to_owned())];
        let declare = Fix::safe().replace_range(&file, at('a'), "errors := 1");
        let uses = Fix::safe().replace_range(&file, at('b'), "errors.New(x)");
        let other = Fix::safe().replace_range(&file, at('c'), "myerrors");
        let mut taken = Taken::default();
        assert!(taken.take(&declare, &declares));
        assert!(!taken.take(&uses, &Declares::new()));
        assert!(taken.take(&other, &Declares::new()));
        let mut taken = Taken::default();
        assert!(taken.take(&uses, &Declares::new()));
        assert!(!taken.take(&declare, &declares));
    }

    #[test]
    fn names_that_a_text_declares() {
        let names = |text| declared_names(text).into_iter().collect::<Vec<_>>();
        assert_eq!(names("ticker := time.NewTicker(d)\ndefer ticker.Stop()"), ["ticker"]);
        assert_eq!(names("if a, _ , b:= f(); a {"), ["a", "b"]);
        assert_eq!(names("var x int; func y() {}; type z = int"), ["x", "y", "z"]);
        assert_eq!(names("x = y"), [""; 0]);
        assert_eq!(names("ü,é := 1, 2"), ["é", "ü"]);
        assert_eq!(names(":="), [""; 0]);
    }
}
