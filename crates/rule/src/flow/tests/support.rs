//! Go code with places marked by comments, and everything that can be asked about it.

use std::sync::Arc;

use gofix_project::{LoadOptions, MemoryFiles, Project};
use gofix_semantic::{Def, Typing, Workspace};
use gofix_syntax::{FileId, Kind, Node};

use crate::{Cx, Group, Meta, Options};

/// A workspace of one file, `p.go`.
pub(super) struct Code {
    ws: Workspace,
    options: Options,
    files: Vec<FileId>,
}

static META: Meta = Meta {
    name: "r",
    summary: "",
    group: Group::Custom,
    recommended: false,
    since: None,
    until: None,
    words: &[],
    options: &[],
    docs: "",
};

impl Code {
    /// A file with that text behind its package clause, in a module of Go 1.`minor`.
    pub(super) fn of_version(minor: u16, text: &str) -> Code {
        let go_mod = format!("module m\n\ngo 1.{minor}\n");
        let files = [("go.mod", go_mod.as_bytes()), ("p.go", text.as_bytes())];
        let project = Project::load(Arc::new(MemoryFiles::new(files)), &LoadOptions::default()).expect("a project");
        let ws = Workspace::new(Arc::new(project));
        let file = ws.project().find_file("p.go").expect("a file");
        assert_eq!(ws.file(file).expect("a text").errors(), [], "{text}");
        Code { ws, options: Options::new(), files: vec![file] }
    }

    /// The same for a file that imports a few packages.
    pub(super) fn new(decls: &str) -> Code {
        let imports = ["errors", "fmt", "io", "log", "os", "testing"].map(|it| format!("import {it:?}\n")).concat();
        Code::of_version(26, &format!("package p\n\n{imports}\n{decls}\n"))
    }

    /// The same with one function, `f`, that has that body.
    pub(super) fn body(body: &str) -> Code {
        Code::new(&format!("func f() {{\n{body}\n}}\n"))
    }

    pub(super) fn cx(&self) -> Cx<'_> {
        // It borrows from the same snapshot as what it is asked about, so nothing in here could own it.
        let typing = Box::leak(Box::new(Typing::new(&self.ws)));
        Cx::new(&self.ws, typing, self.ws.package_of(self.files[0]), &self.files, &META, &self.options)
    }

    pub(super) fn nodes(&self) -> impl Iterator<Item = Node<'_>> {
        self.ws.file(self.files[0]).expect("a text").nodes()
    }

    /// The largest node that begins directly behind the comment `/*mark*/` and is no list; without one, the smallest
    /// that ends directly before it.
    pub(super) fn at(&self, mark: &str) -> Node<'_> {
        let file = self.ws.file(self.files[0]).expect("a text");
        let comment = format!("/*{mark}*/");
        let at = file.comments().iter().find(|it| file.text()[it.to_usize()] == comment);
        let at = at.unwrap_or_else(|| panic!("no {comment} in {}", file.text()));
        let is_thing = |it: &Node<'_>| it.kind() != Kind::FieldList && it.kind() != Kind::Field;
        let behind = file.nodes().find(|it| it.start() == at.end && is_thing(it));
        behind.or_else(|| file.nodes().rfind(|it| it.end() == at.start)).expect("a node at the mark")
    }

    /// The identifier behind the comment, rather than what it is part of.
    pub(super) fn ident(&self, mark: &str) -> Node<'_> {
        let first = self.at(mark);
        let start = first.start();
        let found = self.nodes().find(|it| it.start() == start && it.kind() == Kind::Ident);
        found.expect("an identifier")
    }

    /// What that identifier denotes.
    pub(super) fn def(&self, mark: &str) -> Def<'_> {
        self.cx().resolve(self.ident(mark)).def().expect("a declaration")
    }

    /// The body of `f`.
    pub(super) fn func(&self) -> Node<'_> {
        self.nodes().find(|it| it.kind() == Kind::FuncDecl).expect("a function")
    }
}
