//! Rules that have to know all uses of what they change.

use gofix_rule::{Fix, syntax::Kind};

use crate::support::{bench, on_ident};

#[test]
fn the_rest_of_the_modules_is_there() {
    let counting = |name: &'static str| {
        on_ident(name, "F", |cx, ident| {
            let uses = cx.func_uses(cx.resolve(ident).def().ok_or("no declaration")?);
            Ok(Fix::safe().replace(ident, format!("F{}", uses.calls.len())))
        })
    };
    let (whole, some) = (counting("count-needs-whole-modules"), counting("count"));
    let bench = |rule| {
        bench([rule])
            .file("a/a.go", "package a\n\nfunc F() {}\n")
            .file("b/b.go", "package b\n\nimport \"example.com/m/a\"\n\nfunc init() { a.F() }\n")
            .file("n/go.mod", "module example.com/n\n\nrequire example.com/m v0.0.0\n\nreplace example.com/m => ../\n")
            .file("n/n.go", "package n\n\nimport \"example.com/m/a\"\n\nfunc init() { a.F() }\n")
            .only("./a")
    };
    assert_eq!(bench(&whole).after("a/a.go"), "package a\n\nfunc F2() {}\n");
    assert_eq!(bench(&some).after("a/a.go"), "package a\n\nfunc F0() {}\n");
}

#[test]
fn all_is_looked_at_again_after_a_fix() {
    // What a package calls `one` becomes `two`, once that is what the other one says.
    let rule = on_ident("follow-needs-whole-modules", "one", |cx, ident| {
        let ws = cx.workspace();
        let id = ws.project().find_file("z/z.go").ok_or("no file")?;
        let is_first = cx.package().name() == "z";
        let done = ws.file(id).is_some_and(|it| !it.nodes().any(|it| it.kind() == Kind::Ident && it.text() == "one"));
        match is_first || done {
            true => Ok(Fix::safe().replace(ident, "two")),
            false => Err("not yet".into()),
        }
    });
    let bench =
        bench([&rule]).file("a/a.go", "package a\n\nvar one = 1\n").file("z/z.go", "package z\n\nvar one = 1\n");
    assert_eq!(bench.after("a/a.go"), "package a\n\nvar two = 1\n");
}
