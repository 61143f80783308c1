use std::collections::BTreeMap;

use gofix_project::ModuleId;
use gofix_syntax::{FileId, Node, SourceFile, TextRange};
use gofix_text::{Edit, EditSet};

use crate::{Decline, Import, Level, stmt};

/// Something that the new text needs besides itself; the engine sees to it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Need {
    /// An import declaration in a file.
    Import {
        /// The file.
        file: FileId,
        /// The import path.
        path: String,
        /// The name by which the new text refers to the package.
        name: String,
        /// Whether the declaration has to spell the name, because it is not the package's own.
        spelled: bool,
    },
    /// That go.mod requires a module for the importing module itself.
    Module {
        /// The module whose go.mod it is.
        module: ModuleId,
        /// The path of the module that is required.
        path: String,
        /// The version, if go.mod does not require it yet.
        version: Option<String>,
    },
}

impl Need {
    /// The Go file that it changes, if it changes one.
    pub fn file(&self) -> Option<FileId> {
        match self {
            Need::Import { file, .. } => Some(*file),
            Need::Module { .. } => None,
        }
    }
}

/// One atomic change of the workspace: all of it makes sense only together.
///
/// Built by chaining: `Fix::safe().replace(call, "x").delete_stmt(stmt)`. A builder that cannot do what it is asked to
/// (a statement that is not one of a list, edits that overlap) turns the fix into a [`Decline`], so a fix that is
/// reported is always whole.
#[derive(Clone, Debug)]
pub struct Fix {
    level: Level,
    edits: BTreeMap<FileId, Vec<Edit>>,
    created: Vec<(String, String)>,
    removed: Vec<FileId>,
    needs: Vec<Need>,
    relied_on: Vec<(FileId, TextRange)>,
    dropped_comments: Vec<(FileId, TextRange)>,
    refused: Option<Decline>,
}

impl Fix {
    /// An empty fix of that level.
    pub fn new(level: Level) -> Fix {
        Fix {
            level,
            edits: BTreeMap::new(),
            created: Vec::new(),
            removed: Vec::new(),
            needs: Vec::new(),
            relied_on: Vec::new(),
            dropped_comments: Vec::new(),
            refused: None,
        }
    }

    /// An empty fix that keeps the meaning of the program.
    pub fn safe() -> Fix {
        Fix::new(Level::Safe)
    }

    /// An empty fix that a person should read.
    pub fn review() -> Fix {
        Fix::new(Level::Review)
    }

    /// Lowers the level to `level`; a lower one stays.
    pub fn at_most(mut self, level: Level) -> Fix {
        self.level = self.level.min(level);
        self
    }

    /// Replaces `node` by `text`.
    pub fn replace(self, node: Node<'_>, text: impl Into<String>) -> Fix {
        self.replace_range(node.file(), node.range(), text)
    }

    /// Replaces the bytes of `range` in `file` by `text`.
    pub fn replace_range(mut self, file: &SourceFile, range: TextRange, text: impl Into<String>) -> Fix {
        self.push(file, Edit::replace(range, text));
        self
    }

    /// Inserts `text` directly in front of `node`.
    pub fn insert_before(self, node: Node<'_>, text: impl Into<String>) -> Fix {
        self.replace_range(node.file(), TextRange::empty(node.start()), text)
    }

    /// Inserts `text` directly behind `node`.
    pub fn insert_after(self, node: Node<'_>, text: impl Into<String>) -> Fix {
        self.replace_range(node.file(), TextRange::empty(node.end()), text)
    }

    /// Inserts lines before the statement `stmt`. A label of the statement stays with it. A list written
    /// on one line is opened up.
    ///
    /// ```text
    ///     // A comment stays above.            // A comment stays above.
    ///     for range time.Tick(d) {      ->     ticker := time.NewTicker(d)
    ///                                          for range time.Tick(d) {
    /// ```
    ///
    /// Declines if `stmt` is not one of a statement list, or if a `goto` would jump over the new lines.
    pub fn insert_before_stmt<S: AsRef<str>>(self, stmt: Node<'_>, lines: impl IntoIterator<Item = S>) -> Fix {
        let edits = stmt::insert_before(stmt, lines);
        self.push_all(stmt, edits)
    }

    /// Inserts lines after the statement `stmt` and a comment that trails it. A list written on one line
    /// is opened up.
    ///
    /// Declines if `stmt` is not one of a statement list, or if a `goto` would jump over the new lines.
    pub fn insert_after_stmt<S: AsRef<str>>(self, stmt: Node<'_>, lines: impl IntoIterator<Item = S>) -> Fix {
        let edits = stmt::insert_after(stmt, lines);
        self.push_all(stmt, edits)
    }

    /// Inserts lines as the first statements of `owner`, a block or a clause of a `switch` or `select`, behind a comment
    /// that trails its brace or colon. A list written on one line is opened up.
    ///
    /// ```text
    ///     case v := <-c: // one more            case v := <-c: // one more
    ///         n += v                    ->          timer.Stop()
    ///                                               n += v
    /// ```
    ///
    /// Declines if `owner` is neither.
    pub fn insert_first<S: AsRef<str>>(self, owner: Node<'_>, lines: impl IntoIterator<Item = S>) -> Fix {
        let edits = stmt::insert_first(owner, lines);
        self.push_all(owner, edits)
    }

    /// Deletes the statement `stmt`, with the comments inside it and those that trail it, its semicolon, and its lines if
    /// nothing else is on them. Comments above it stay. The engine removes blank lines that become too many.
    ///
    /// Declines if `stmt` is not one of a statement list, or has a label.
    pub fn delete_stmt(mut self, stmt: Node<'_>) -> Fix {
        match stmt::delete(stmt) {
            Ok((edit, comments)) => {
                let file = stmt.file();
                self.dropped_comments.extend(comments.into_iter().map(|it| (file.id(), it)));
                self.push(file, edit);
                self
            }
            Err(reason) => self.refuse(reason),
        }
    }

    /// Adds the file `path`, relative to the root of the workspace with `/` between its parts, with that text. The whole
    /// fix is withheld if the file exists.
    pub fn create(mut self, path: impl Into<String>, text: impl Into<String>) -> Fix {
        self.created.push((path.into(), text.into()));
        self
    }

    /// Removes a file.
    pub fn remove(mut self, file: &SourceFile) -> Fix {
        self.removed.push(file.id());
        self
    }

    /// States that the fix is right only as long as nothing changes in `node`.
    pub fn relies_on(mut self, node: Node<'_>) -> Fix {
        self.relied_on.push((node.file().id(), node.range()));
        self
    }

    /// States that the new text uses `import`.
    pub fn imports(mut self, import: &Import<'_>) -> Fix {
        self.needs.extend(import.need().cloned());
        self
    }

    /// States a need.
    pub fn needs(mut self, need: Need) -> Fix {
        self.needs.push(need);
        self
    }

    /// Allows that the comments in `range` of `file` go. Any other comment that an edit would delete makes the engine
    /// lower the fix to [`Level::Review`].
    pub fn drops_comments_in(mut self, file: &SourceFile, range: TextRange) -> Fix {
        self.dropped_comments.push((file.id(), range));
        self
    }

    /// All that `other` does, too, at the lower of the two levels.
    pub fn and(mut self, other: Fix) -> Fix {
        self.level = self.level.min(other.level);
        for (file, edits) in other.edits {
            self.edits.entry(file).or_default().extend(edits);
        }
        self.created.extend(other.created);
        self.removed.extend(other.removed);
        self.needs.extend(other.needs);
        self.relied_on.extend(other.relied_on);
        self.dropped_comments.extend(other.dropped_comments);
        self.refused = self.refused.or(other.refused);
        self
    }

    /// All that `other` does outside of what this one replaces or deletes, at the lower of the two levels.
    pub fn and_outside(self, mut other: Fix) -> Fix {
        for (file, edits) in &mut other.edits {
            let own = self.edits.get(file).map_or(&[][..], |it| it);
            edits.retain(|it| !own.iter().any(|own| !own.range.is_empty() && own.range.contains(it.range)));
        }
        other.edits.retain(|_, edits| !edits.is_empty());
        self.and(other)
    }

    /// Turns the fix into a decline.
    pub fn refuse(mut self, reason: impl Into<Decline>) -> Fix {
        self.refused.get_or_insert(reason.into());
        self
    }

    /// How sure the fix is.
    pub fn level(&self) -> Level {
        self.level
    }

    /// The edits of each file. Those of a fix that was reported are sorted and do not overlap.
    pub fn edits(&self) -> &BTreeMap<FileId, Vec<Edit>> {
        &self.edits
    }

    /// The files that it adds, with their texts.
    pub fn created(&self) -> &[(String, String)] {
        &self.created
    }

    /// The files that it removes.
    pub fn removed(&self) -> &[FileId] {
        &self.removed
    }

    /// What it needs besides its edits.
    pub fn all_needs(&self) -> &[Need] {
        &self.needs
    }

    /// The places that must not change for it to be right.
    pub fn relied_on(&self) -> &[(FileId, TextRange)] {
        &self.relied_on
    }

    /// Where comments may go.
    pub fn dropped_comments(&self) -> &[(FileId, TextRange)] {
        &self.dropped_comments
    }

    /// The fix with its edits in order, if every builder could do its part and no two edits overlap. Equal edits and
    /// overlapping deletions are one.
    pub(crate) fn checked(mut self) -> Result<Fix, Decline> {
        if let Some(reason) = self.refused.take() {
            return Err(reason);
        }
        for edits in self.edits.values_mut() {
            let merged = merge(std::mem::take(edits));
            let set = EditSet::new(merged).map_err(|_| Decline::from("two of its edits overlap"))?;
            *edits = set.as_slice().to_vec();
        }
        self.edits.retain(|_, edits| !edits.is_empty());
        if self.edits.is_empty() && self.created.is_empty() && self.removed.is_empty() {
            return Err(Decline::from("there is nothing to change"));
        }
        Ok(self)
    }

    fn push(&mut self, file: &SourceFile, edit: Edit) {
        if file.text().get(edit.range.to_usize()) != Some(&edit.text) {
            self.edits.entry(file.id()).or_default().push(edit);
        }
    }

    fn push_all(mut self, at: Node<'_>, edits: Result<Vec<Edit>, Decline>) -> Fix {
        match edits {
            Ok(edits) => {
                edits.into_iter().for_each(|it| self.push(at.file(), it));
                self
            }
            Err(reason) => self.refuse(reason),
        }
    }
}

/// Makes one edit of equal replacements, and one of deletions that overlap. Insertions are kept, all of them.
fn merge(mut edits: Vec<Edit>) -> Vec<Edit> {
    edits.sort_by_key(|it| (it.range.start, it.range.end));
    let mut merged: Vec<Edit> = Vec::with_capacity(edits.len());
    for edit in edits {
        match merged.last_mut() {
            Some(last) if *last == edit && !edit.range.is_empty() => {}
            Some(last) if last.text.is_empty() && edit.text.is_empty() && last.range.intersects(edit.range) => {
                last.range = last.range.cover(edit.range);
            }
            _ => merged.push(edit),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;
    use gofix_syntax::{Kind, Role, ast::AstNode, ast::ExprStmt};

    fn file(body: &str) -> SourceFile {
        let file = SourceFile::parse(format!("package p\n\n{body}"));
        assert_eq!(file.errors(), [], "{body}");
        file
    }

    /// The statement that calls `x`.
    fn stmt(file: &SourceFile) -> Node<'_> {
        let call = |it: &Node<'_>| ExprStmt::cast(*it).is_some_and(|stmt| stmt.node().text() == "x()");
        file.nodes().find(call).expect("a statement x()")
    }

    fn apply(file: &SourceFile, fix: Fix) -> Result<String, String> {
        let fix = fix.checked().map_err(|it| it.to_string())?;
        let edits = EditSet::new(fix.edits()[&file.id()].clone()).expect("no overlap");
        Ok(edits.apply(file.text()).strip_prefix("package p\n\n").expect("the package clause stays").to_owned())
    }

    fn check(before: &str, after: &str, fix: impl Fn(Node<'_>) -> Fix) {
        let file = file(before);
        assert_eq!(apply(&file, fix(stmt(&file))).as_deref(), Ok(after), "{before}");
    }

    /// The same but for indentation, which the engine sees to.
    fn check_lines(before: &str, after: &str, fix: impl Fn(Node<'_>) -> Fix) {
        let lines = |text: &str| text.lines().map(|it| it.trim().to_owned()).collect::<Vec<_>>();
        let file = file(before);
        assert_eq!(apply(&file, fix(stmt(&file))).map(|it| lines(&it)), Ok(lines(after)), "{before}");
    }

    fn declines(before: &str, reason: &str, fix: impl Fn(Node<'_>) -> Fix) {
        let file = file(before);
        assert_eq!(apply(&file, fix(stmt(&file))), Err(reason.to_owned()), "{before}");
    }

    #[test]
    fn lines_before_a_statement() {
        let fix = |it: Node<'_>| Fix::safe().insert_before_stmt(it, ["a()", "if b {\n\tc()\n}"]);
        check_lines(
            "func f() {\n\t// c\n\tx() // d\n}\n",
            "func f() {\n\t// c\n\ta()\n\tif b {\n\t\tc()\n\t}\n\tx() // d\n}\n",
            fix,
        );
        check_lines("func f() { x() }\n", "func f() {\n\ta()\n\tif b {\n\t\tc()\n\t}\n\tx()\n}\n", fix);
        let one = |it: Node<'_>| Fix::safe().insert_before_stmt(it, ["a()"]);
        check_lines("func f() { y(); x() }\n", "func f() {\n\ty()\n\ta()\n\tx()\n}\n", one);
        check_lines("func f() {\n\ty(); x()\n}\n", "func f() {\n\ty()\n\ta()\n\tx()\n}\n", one);
        check_lines(
            "func f() {\n\tswitch {\n\tcase b: x()\n\t}\n}\n",
            "func f() {\n\tswitch {\n\tcase b:\n\t\ta()\n\t\tx()\n\t}\n}\n",
            one,
        );
        check_lines("func f() {\nL:\n\tx()\n}\n", "func f() {\n\ta()\nL:\n\tx()\n}\n", one);
        declines("func f() {\n\tif x(); b {\n\t}\n}\n", "the statement is part of another one", one);
        declines("func f() {\n\tgoto L\n\tx()\nL:\n}\n", "a goto jumps over this place", one);
        declines("func f() { /* c */ x() }\n", "a comment stands between the statements of one line", one);
    }

    #[test]
    fn lines_after_a_statement() {
        let fix = |it: Node<'_>| Fix::safe().insert_after_stmt(it, ["a()", "b()"]);
        check_lines("func f() {\n\tx() // c\n\n\ty()\n}\n", "func f() {\n\tx() // c\n\ta()\n\tb()\n\n\ty()\n}\n", fix);
        check_lines("func f() { x(); y() }\n", "func f() {\n\tx()\n\ta()\n\tb()\n\ty()\n}\n", fix);
        check_lines("func f() { x() }\n", "func f() {\n\tx()\n\ta()\n\tb()\n}\n", fix);
        check_lines("func f() {\n\tx() /* c */\n}", "func f() {\n\tx() /* c */\n\ta()\n\tb()\n}", fix);
        declines("func f() {\n\tgoto L\n\tx()\nL:\n}\n", "a goto jumps over this place", fix);
    }

    #[test]
    fn lines_come_first_in_a_list() {
        let fix = |it: Node<'_>| {
            let owner = it.parent().expect("a list around it");
            Fix::safe().insert_first(owner, ["a()", "b()"])
        };
        let clause = |text: &str| format!("func f() {{\n\tselect {{\n{text}\t}}\n}}\n");
        check_lines("func f() {\n\t// c\n\tx()\n}\n", "func f() {\n\ta()\n\tb()\n\t// c\n\tx()\n}\n", fix);
        check_lines("func f() { // c\n\tx()\n}\n", "func f() { // c\n\ta()\n\tb()\n\tx()\n}\n", fix);
        check_lines("func f() { x() }\n", "func f() {\n\ta()\n\tb()\n\tx()\n}\n", fix);
        check_lines(
            &clause("\tcase <-c: // d\n\t\t// e\n\t\tx()\n"),
            &clause("\tcase <-c: // d\n\t\ta()\n\t\tb()\n\t\t// e\n\t\tx()\n"),
            fix,
        );
        check_lines(&clause("\tdefault: x(); y()\n"), &clause("\tdefault:\n\ta()\n\tb()\n\tx()\n\ty()\n"), fix);
        declines("func f() { /* c */ x() }\n", "a comment stands between the statements of one line", fix);
        declines("func f() {\nL:\n\tx()\n}\n", "this is no list of statements", fix);
        let file = file("func f() {\n\tselect { case <-c: case <-d: }\n}\n");
        let first = file.nodes().find(|it| it.kind() == Kind::CommClause).expect("a clause");
        let fix = Fix::safe().insert_first(first, ["a()"]);
        assert_eq!(apply(&file, fix).as_deref(), Ok("func f() {\n\tselect { case <-c:\na()\n case <-d: }\n}\n"));
    }

    #[test]
    fn a_statement_goes_with_its_comments() {
        let fix = |it: Node<'_>| Fix::safe().delete_stmt(it);
        check("func f() {\n\t// c\n\tx() // d\n\ty()\n}\n", "func f() {\n\t// c\n\ty()\n}\n", fix);
        check("func f() {\n\tx(); /* d */ // e\n}\n", "func f() {\n}\n", fix);
        check("func f() {\n\tx() /* d\n\t*/\n}\n", "func f() {\n\t /* d\n\t*/\n}\n", fix);
        check("func f() {\n\t/* d */ x()\n}\n", "func f() {\n\t/* d */\n}\n", fix);
        check("func f() { x() }\n", "func f() {}\n", fix);
        check("func f() { x(); y() }\n", "func f() { y() }\n", fix);
        check("func f() { y(); x() }\n", "func f() { y() }\n", fix);
        check("func f() { y(); x(); z() }\n", "func f() { y(); z() }\n", fix);
        check("func f() {\n\ty(); x()\n}\n", "func f() {\n\ty()\n}\n", fix);
        check("func f() {\n\tswitch {\n\tcase b: x()\n\t}\n}\n", "func f() {\n\tswitch {\n\tcase b:\n\t}\n}\n", fix);
        declines("func f() {\nL:\n\tx()\n}\n", "the statement has a label", fix);
        declines("func f() {\n\tfor ; ; x() {\n\t}\n}\n", "the statement is part of another one", fix);
        let file = file("func f() {\n\tx() // d\n}\n");
        assert_eq!(fix(stmt(&file)).dropped_comments().len(), 1);
    }

    #[test]
    fn edits_that_cannot_go_together_decline() {
        declines("func f() {\n\tx()\n}\n", "two of its edits overlap", |it| {
            Fix::safe().replace(it, "a").replace(it, "b")
        });
        declines("func f() {\n\tx()\n}\n", "there is nothing to change", |it| Fix::safe().replace(it, "x()"));
        declines("func f() {\n\tx()\n}\n", "no", |it| Fix::safe().refuse("no").replace(it, "b"));
        check("func f() {\n\tx()\n}\n", "func f() {\n\ta\n}\n", |it| Fix::safe().replace(it, "a").replace(it, "a"));
        check("func f() {\n\tx()\n}\n", "func f() {\n}\n", |it| {
            Fix::safe().delete_stmt(it).replace(it, "").and(Fix::review().delete_stmt(it))
        });
    }

    #[test]
    fn the_lower_level_wins() {
        assert_eq!(Fix::safe().and(Fix::review()).level(), Level::Review);
        assert_eq!(Fix::safe().at_most(Level::Review).at_most(Level::Safe).level(), Level::Review);
    }

    #[test]
    fn text_goes_in_front_and_behind() {
        let file = file("func f() {\n\tx()\n}\n");
        let func = file.nodes().find(|it| it.kind() == Kind::FuncDecl).expect("a function");
        let name = func.child(Role::Name).expect("a name");
        let fix = Fix::safe().insert_before(name, "<").insert_after(name, ">");
        assert_eq!(apply(&file, fix).as_deref(), Ok("func <f>() {\n\tx()\n}\n"));
    }
}
