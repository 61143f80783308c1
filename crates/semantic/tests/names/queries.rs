//! Questions that rules ask.

use std::collections::BTreeMap;

use gofix_semantic::{DefKind, Res, TextError, Tri, Workspace};
use gofix_syntax::{FileId, Node};

use crate::support::{find, id, one, workspace};

/// The first identifier of that name.
fn ident<'a>(ws: &'a Workspace, file: FileId, name: &str) -> Node<'a> {
    find(ws, file, |it| it.as_ident() == Some(name))
}

/// The call of the function of that name, for a place in a file.
fn mark<'a>(ws: &'a Workspace, file: FileId, name: &str) -> Node<'a> {
    ident(ws, file, name).parent().expect("a call")
}

fn texts<'a>(nodes: impl IntoIterator<Item = Node<'a>>) -> Vec<&'a str> {
    nodes.into_iter().map(|it| it.text()).collect()
}

mod index {
    use super::*;

    #[test]
    fn calls_and_references() {
        let (ws, file) = one("package p

            import (
                clock \"time\"
                . \"strings\"
                \"slices\"
            )

            var f = clock.Tick
            var c = clock.Tick(1)
            var d = (clock.Tick)(clock.Tick(2).x)
            var e = slices.Sort[[]int](nil)
            var g = Repeat(ToUpper(\"a\"), 3)
            func h(clock C, Repeat R) { clock.Tick(4); Repeat(5); x.Tick(6); y.Repeat(7) }
            func (R) Repeat() {}
            ");
        let calls = |path, name| texts(ws.calls(file, path, name).into_iter().map(gofix_syntax::ast::AstNode::node));
        assert_eq!(calls("time", "Tick"), ["clock.Tick(1)", "(clock.Tick)(clock.Tick(2).x)", "clock.Tick(2)"]);
        assert_eq!(calls("slices", "Sort"), ["slices.Sort[[]int](nil)"]);
        assert_eq!(calls("strings", "Repeat"), ["Repeat(ToUpper(\"a\"), 3)"]);
        assert!(calls("strings", "Index").is_empty() && calls("other", "Tick").is_empty());
        assert_eq!(ws.references(file, "time", "Tick").len(), 4);
    }

    #[test]
    fn a_declaration_of_the_package_goes_before_a_dot_import() {
        let ws = workspace(&[
            ("a.go", "package p\n\nimport . \"strings\"\n\nvar a = Repeat(1)\n"),
            ("b.go", "package p\n\nfunc Repeat(int) {}\n"),
        ]);
        assert!(ws.calls(id(&ws, "a.go"), "strings", "Repeat").is_empty());
    }

    #[test]
    fn uses_of_locals() {
        let (ws, file) = one("package p

            import other \"x.org/other\"

            func f() {
                t := 1
                t, u := 2, t
                { t := t; _ = t }
                _ = func() { t++ }
                _ = T{t: t}
                _ = other.T{t: u, U: t}
                _ = x.t
            }
            type T struct{ t int }
            ");
        let t = ws.resolve(ident(&ws, file, "t")).def().expect("a declaration");
        assert_eq!((t.kind(), t.is_package_level()), (DefKind::Var, false));
        let uses = ws.uses(t);
        assert!(uses.complete && uses.unsure.is_empty());
        assert_eq!(uses.sites.len(), 7);
    }

    #[test]
    fn keys_that_may_be_fields_leave_uses_incomplete() {
        let (ws, file) = one("package p\n\nfunc f(T int) { _ = other.M{T: 1} }\n");
        let uses = ws.uses(ws.resolve(ident(&ws, file, "T")).def().expect("a declaration"));
        assert_eq!((uses.sites.len(), uses.unsure.len(), uses.complete), (0, 1, false));
    }

    #[test]
    fn uses_of_the_package_block() {
        let files = [
            ("a.go", "package p\n\nfunc helper() { helper() }\n\nfunc f(helper int) { _ = helper; x.helper() }\n"),
            ("b_windows.go", "package p\n\nvar _ = helper\n"),
            ("b_test.go", "package p\n\nvar _ = helper\n"),
            ("c_test.go", "package p_test\n\nvar _ = helper\n"),
            ("d.go", "package p\n\nvar _ = \"nothing\"\n"),
        ];
        let ws = workspace(&files);
        let file = id(&ws, "a.go");
        let def = ws.resolve(ident(&ws, file, "helper")).def().expect("a declaration");
        let uses = ws.uses(def);
        assert_eq!((uses.sites.len(), uses.complete), (3, true));

        let broken = [&files[..], &[("e.go", "package p\n\nvar = helper\n")]].concat();
        let ws = workspace(&broken);
        let def = ws.resolve(ident(&ws, id(&ws, "a.go"), "helper")).def().expect("a declaration");
        assert!(!ws.uses(def).complete);
    }

    #[test]
    fn uses_of_fields_are_never_complete() {
        let (ws, file) = one("package p\n\ntype T struct{ f int }\n\nvar t = T{f: 1}\n\nvar u = t.f\n");
        let uses = ws.uses(ws.resolve(ident(&ws, file, "f")).def().expect("a declaration"));
        assert_eq!((uses.sites.len(), uses.complete), (1, false));
    }

    #[test]
    fn packages() {
        let ws = workspace(&[
            ("go.mod", "module example.com/m\n"),
            ("a/a.go", "package a\n\nvar x, _ = 1, 2\n"),
            ("a/a_test.go", "package a\n"),
            ("a/b_test.go", "package a_test\n"),
            ("a/gen.go", "//go:build ignore\n\npackage main\n\nvar x int\n"),
            ("a/empty.go", ""),
        ]);
        let package = ws.package_of(id(&ws, "a/a.go"));
        assert_eq!((package.name(), package.files().len(), package.is_external_test()), ("a", 2, false));
        assert_eq!(package.import_path().as_deref(), Some("example.com/m/a"));
        let (defs, known) = package.declarations("x");
        assert_eq!((defs.len(), known), (1, Tri::Yes));
        assert_eq!(package.declarations("y").1, Tri::No);
        let external = ws.package_of(id(&ws, "a/b_test.go"));
        assert!(external.is_external_test());
        assert_eq!(external.import_path().as_deref(), Some("example.com/m/a_test"));
        assert_eq!(ws.package_of(id(&ws, "a/gen.go")).name(), "main");
        assert_eq!(ws.package_of(id(&ws, "a/empty.go")).name(), "");
        assert!(ws.package(package.id()) == package);
    }
}

mod free_names {
    use super::*;

    /// Whether `name` is free at the call of `here` in a function body.
    fn free(name: &str, body: &str) -> Tri {
        let text =
            format!("package p\n\nimport \"time\"\n\nfunc f(param int) (result error) {{\n{body}\n}}\n\nvar top int\n");
        let (ws, file) = one(&text);
        assert!(ws.file(file).expect("a text").errors().is_empty(), "{body}");
        ws.is_free(name, mark(&ws, file, "here"))
    }

    #[test]
    fn in_blocks() {
        assert_eq!(free("x", "here()"), Tri::Yes);
        assert_eq!(free("x", "x := 1; { here() }; _ = x"), Tri::Yes);
        assert_eq!(free("x", "here(); x := 1; _ = x"), Tri::No);
        assert_eq!(free("x", "x := 1; here(); _ = x"), Tri::No);
        assert_eq!(free("x", "x := 1; { here(); _ = x }"), Tri::No);
        assert_eq!(free("x", "x := 1; { _ = x; here() }; _ = x"), Tri::Yes);
        assert_eq!(free("x", "here(x)"), Tri::No);
        assert_eq!(free("x", "here(); { x := 1; _ = x }"), Tri::No);
        assert_eq!(free("param", "here()"), Tri::No);
        assert_eq!(free("result", "here()"), Tri::No);
        assert_eq!(free("param", "if true { here() }"), Tri::Yes);
        assert_eq!(free("x", "for x := range 3 { here(); _ = x }"), Tri::No);
        assert_eq!(free("x", "for x := range 3 { _ = x; here() }"), Tri::Yes);
        assert_eq!(free("x", "if x := 1; here(x) { }"), Tri::No);
    }

    #[test]
    fn in_clauses() {
        assert_eq!(free("x", "switch x := y.(type) { case int: _ = x; here() }"), Tri::No);
        assert_eq!(free("x", "switch { case true: x := 1; _ = x; case false: here() }"), Tri::Yes);
        assert_eq!(free("x", "select { case x := <-c: _ = x; here() }"), Tri::No);
        assert_eq!(free("x", "switch { case here(): x := 1; _ = x }"), Tri::No);
    }

    #[test]
    fn outer_names() {
        assert_eq!(free("time", "here(); time.Now()"), Tri::No);
        assert_eq!(free("time", "time.Now(); { here() }"), Tri::Yes);
        assert_eq!(free("len", "here(); len(a)"), Tri::No);
        assert_eq!(free("top", "here(); func() { top++ }()"), Tri::No);
        assert_eq!(free("top", "here()"), Tri::Yes);
    }

    #[test]
    fn names_apart() {
        assert_eq!(free("x", "here(); a.x()"), Tri::Yes);
        assert_eq!(free("x", "here(); x: for { break x }"), Tri::Yes);
        assert_eq!(free("x", "here(); _ = struct{ x int }{x: 1}"), Tri::Yes);
        assert_eq!(free("x", "here(); _ = m{x: 1}"), Tri::Unknown);
        assert_eq!(free("x", "here(); _ = []int{x: 1}"), Tri::No);
    }

    #[test]
    fn words_that_are_no_names() {
        for name in ["", "_", "for", "1a", "a b", "a.b"] {
            assert_eq!(free(name, "here()"), Tri::No, "{name}");
        }
    }

    #[test]
    fn fresh_names() {
        let (ws, file) = one("package p\n\nfunc f(t int) { timer := 1; here(); timer2 := timer; _ = timer2 }\n");
        let at = mark(&ws, file, "here");
        assert_eq!(ws.fresh_name(&["t", "timer", "tick"], at).as_deref(), Some("tick"));
        assert_eq!(ws.fresh_name(&["timer"], at).as_deref(), Some("timer3"));
        assert_eq!(ws.fresh_name(&[], at), None);
    }

    #[test]
    fn in_the_package() {
        let files = [
            (
                "a.go",
                "package p\n\nimport \"time\"\n\nvar a = time.Now(x.field, nil)\n\nfunc f() { local := 1; _ = local }\n",
            ),
            ("b_windows.go", "package p\n\nimport alias \"fmt\"\n\nvar windows = alias.Print\n"),
            ("c.go", "package other\n\nvar other int\n"),
        ];
        let ws = workspace(&files);
        let top = ws.file(id(&ws, "a.go")).expect("a text").root();
        let free = |name| ws.is_free(name, top);
        assert_eq!(["fresh", "field", "local", "other"].map(free), [Tri::Yes; 4]);
        assert_eq!(["a", "windows", "alias", "time", "nil", "x", "init"].map(free), [Tri::No; 7]);

        let ws = workspace(&[&files[..], &[("d.go", "package p\n\nimport . \"strings\"\n\nvar = fresh\n")]].concat());
        let top = ws.file(id(&ws, "a.go")).expect("a text").root();
        assert_eq!(["fresh", "Repeat", "lower"].map(|it| ws.is_free(it, top)), [Tri::Unknown, Tri::Unknown, Tri::Yes]);
    }

    #[test]
    fn for_imports() {
        let files = [
            ("a.go", "package p\n\nimport fm \"fmt\"\n\nfunc f(log int) { os.Exit(log); x.bytes(T{io: 1}) }\n"),
            ("b_windows.go", "package p\n\nimport \"time\"\n\nvar strings, _ = 1, time.Now\n"),
        ];
        let ws = workspace(&files);
        let free = |name| ws.is_free_for_import(name, id(&ws, "a.go"));
        assert_eq!(["fmt", "log", "bytes", "time"].map(free), [Tri::Yes; 4]);
        assert_eq!(["fm", "os", "strings", "f", "a-b", "go"].map(free), [Tri::No; 6]);
        assert_eq!(free("io"), Tri::Unknown);
    }

    #[test]
    fn locals() {
        let (ws, file) = one("package p\n\nfunc f(x int) { if true { x := x; here(x) }; there(x) }\n");
        let kind = |name, place| ws.local(name, mark(&ws, file, place)).map(|it| it.kind());
        assert_eq!((kind("x", "here"), kind("x", "there")), (Some(DefKind::Var), Some(DefKind::Param)));
        assert_eq!(kind("f", "here"), None);
    }

    #[test]
    fn unused_below_a_node() {
        let (ws, file) = one("package p\n\nfunc f() { for i := range 3 { _ = i; x.k() } }\n");
        let root = ws.file(file).expect("a text").root();
        assert_eq!(["i", "j", "k", "x"].map(|it| ws.is_unused_in(it, root)), [Tri::No, Tri::Yes, Tri::Yes, Tri::No]);
    }
}

mod universe {
    use std::{path::Path, sync::Arc};

    use gofix_project::{
        DirItem, FileError, FileKind, FileWrite, Files, LoadOptions, MemoryFiles, Project, WriteError, WriteReport,
    };

    use super::*;

    /// Whether `any` is predeclared at the call of `here` in the first of some files.
    fn any(files: &[(&str, &str)]) -> Tri {
        let ws = workspace(files);
        let at = mark(&ws, id(&ws, files[0].0), "here");
        ws.is_universe("any", at)
    }

    const PLAIN: (&str, &str) = ("a.go", "package p\n\nfunc f() { here() }\n");

    #[test]
    fn local_scopes() {
        assert_eq!(any(&[PLAIN]), Tri::Yes);
        assert_eq!(any(&[("a.go", "package p\n\nfunc f() { any := 1; here(any) }\n")]), Tri::No);
        assert_eq!(any(&[("a.go", "package p\n\nfunc f() { here(); any := 1; g(any) }\n")]), Tri::Yes);
        assert_eq!(any(&[("a.go", "package p\n\nfunc f() { { any := 1; g(any) }; here() }\n")]), Tri::Yes);
        assert_eq!(any(&[("a.go", "package p\n\nfunc f[any int]() { here() }\n")]), Tri::No);
        assert_eq!(any(&[("a.go", "package p\n\nfunc (any T) f() { here(x.any, T{any: 1}) }\n")]), Tri::No);
        assert_eq!(any(&[("a.go", "package p\n\nfunc f(x struct{ any int }) { here(x.any, T{any: 1}) }\n")]), Tri::Yes);
    }

    #[test]
    fn imports() {
        assert_eq!(any(&[("a.go", "package p\n\nimport any \"fmt\"\n\nfunc f() { here() }\n")]), Tri::No);
        assert_eq!(
            any(&[("a.go", "package p\n\nimport \"x.org/y\"\n\nvar a any.B\n\nfunc f() { here() }\n")]),
            Tri::No
        );
        assert_eq!(any(&[("a.go", "package p\n\nimport \"x.org/y\"\n\nvar a any\n\nfunc f() { here() }\n")]), Tri::Yes);
        assert_eq!(any(&[PLAIN, ("b.go", "package p\n\nimport any \"fmt\"\n")]), Tri::Yes);
    }

    #[test]
    fn the_package() {
        assert_eq!(any(&[PLAIN, ("b.go", "package p\n\nvar x any\n")]), Tri::Yes);
        assert_eq!(any(&[PLAIN, ("b_plan9.go", "package p\n\ntype any int\n")]), Tri::No);
        assert_eq!(any(&[PLAIN, ("b_test.go", "package p\n\nvar _, any = 1, 2\n")]), Tri::No);
        assert_eq!(any(&[PLAIN, ("b_test.go", "package p_test\n\ntype any int\n")]), Tri::Yes);
        assert_eq!(any(&[PLAIN, ("b.go", "package p\n\nfunc (T) any() { var any int }\n")]), Tri::Yes);
        assert_eq!(any(&[PLAIN, ("b.go", "package p\n\ntype any struct {\n")]), Tri::Unknown);
        assert_eq!(any(&[PLAIN, ("b.go", "package p\n\nvar = 1\n")]), Tri::Yes);
    }

    /// Files in memory of which those called `link.go` are symbolic links.
    #[derive(Debug)]
    struct Linked(MemoryFiles);

    impl Files for Linked {
        fn read(&self, path: &Path) -> Result<Vec<u8>, FileError> {
            self.0.read(path)
        }
        fn list(&self, dir: &Path) -> Result<Vec<DirItem>, FileError> {
            let mut items = self.0.list(dir)?;
            items.iter_mut().filter(|it| it.name == "link.go").for_each(|it| it.kind = FileKind::Symlink);
            Ok(items)
        }
        fn kind(&self, path: &Path) -> Option<FileKind> {
            let is_link = path.ends_with("link.go");
            if is_link { Some(FileKind::Symlink) } else { self.0.kind(path) }
        }
        fn write(&self, root: &Path, changes: &[FileWrite<'_>]) -> Result<WriteReport, WriteError> {
            self.0.write(root, changes)
        }
    }

    #[test]
    fn files_behind_links_declare_what_they_mention() {
        let any = |link: &str| {
            let files = Linked(MemoryFiles::new([PLAIN, ("link.go", link)]));
            let project = Project::load(Arc::new(files), &LoadOptions::default()).expect("a project");
            let ws = Workspace::new(Arc::new(project));
            ws.is_universe("any", mark(&ws, id(&ws, "a.go"), "here"))
        };
        assert_eq!(any("package p\n\nvar x int\n"), Tri::Yes);
        assert_eq!(any("package p\n\ntype any int\n"), Tri::Unknown);
    }

    #[test]
    fn other_names() {
        let ws = workspace(&[PLAIN]);
        let at = mark(&ws, id(&ws, "a.go"), "here");
        assert_eq!(["error", "nothing"].map(|it| ws.is_universe(it, at)), [Tri::Yes, Tri::No]);
    }
}

mod snapshots {
    use super::*;

    #[test]
    fn the_next_snapshot_shares_what_is_the_same() {
        let first = workspace(&[
            ("a/a.go", "package a\n\nvar _ = x\n"),
            ("a/b.go", "package a\n\nvar x int\n"),
            ("c/c.go", "package c\n\nvar c = len\n"),
        ]);
        let [a, b, c] = ["a/a.go", "a/b.go", "c/c.go"].map(|it| id(&first, it));
        let x = |ws: &Workspace| matches!(ws.resolve(ident(ws, a, "x")), Res::Def(def) if def.ident().file().id() == b);
        assert!(x(&first));
        let unchanged = first.file(c).expect("a text");
        let second = first.with_texts(BTreeMap::from([(b, "package a\n\nvar y int\n".into())]));
        assert!(x(&first) && !x(&second));
        assert_eq!(second.text(b).map(|it| &**it), Ok("package a\n\nvar y int\n"));
        assert!(std::ptr::eq(unchanged, second.file(c).expect("a text")));
        assert!(std::ptr::eq(first.file(a).expect("a text"), second.file(a).expect("a text")));
        // Nodes of a text that was replaced are of the old snapshot alone.
        assert_eq!(second.resolve(ident(&first, b, "x")), Res::Unknown);
    }

    #[test]
    fn a_package_with_another_name_has_that_name_everywhere() {
        let first = workspace(&[
            ("go.mod", "module example.com/m\n"),
            ("a/a.go", "package a\n\nimport \"example.com/m/b\"\n\nvar _ = b.X\n"),
            ("b/b.go", "package b\n"),
        ]);
        let [a, b] = ["a/a.go", "b/b.go"].map(|it| id(&first, it));
        let is_package = |ws: &Workspace| {
            matches!(ws.resolve(find(ws, a, |it| it.text() == "b.X").children().next().unwrap()), Res::Package { .. })
        };
        assert!(is_package(&first));
        let second = first.with_texts(BTreeMap::from([(b, "package renamed\n".into())]));
        assert!(!is_package(&second));
    }

    #[test]
    fn texts_that_are_no_text() {
        let ws = workspace(&[("a.go", "package p\n\nvar _ = x + len\n"), ("b.go", "package p\n")]);
        let [a, b] = ["a.go", "b.go"].map(|it| id(&ws, it));
        assert_eq!(ws.preload(b, b"package p\n\nvar x\xff int\n".to_vec()), Err(&TextError::NotUtf8 { offset: 16 }));
        assert!(ws.file(b).is_none());
        assert_eq!(ws.imports(b).count(), 0);
        // It may declare anything.
        assert_eq!(ws.resolve(ident(&ws, a, "len")), Res::Unknown);
    }

    #[test]
    fn texts_handed_over_are_not_read() {
        let ws = workspace(&[("a.go", "package p\n")]);
        let a = id(&ws, "a.go");
        assert_eq!(ws.preload(a, b"package q\n".to_vec()), Ok(()));
        assert_eq!(ws.text(a).map(|it| &**it), Ok("package q\n"));
        assert_eq!(ws.package_of(a).name(), "q");
    }
}
