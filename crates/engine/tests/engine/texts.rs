//! New texts: imports, line ends, padding.

use crate::support::{TestRule, after, bench, on_ident, rename, rule, statuses};
use gofix_rule::{Decline, Fix, syntax::Node};

/// Replaces calls of `from` by calls of `to`, both given as path and name.
fn moved(from: (&'static str, &'static str), to: (&'static str, &'static str)) -> TestRule {
    let words: &'static [&'static str] = Box::leak(Box::new([from.1]));
    rule("moved", words, move |cx, report| {
        for node in cx.references(from.0, from.1) {
            let fix = || -> Result<Fix, Decline> {
                let import = cx.import(node, to.0)?;
                Ok(Fix::safe().replace(node, import.name(to.1)?).imports(&import))
            };
            report.fix(node, "moved", fix());
        }
    })
}

fn read_all() -> TestRule {
    moved(("io/ioutil", "ReadAll"), ("io", "ReadAll"))
}

fn check(rule: &TestRule, before: &str, after: &str) {
    assert_eq!(bench([rule]).file("a.go", before).after("a.go"), after);
}

#[test]
fn the_last_use_takes_the_import_along() {
    check(
        &read_all(),
        "package p\n\nimport \"io/ioutil\"\n\nvar x = ioutil.ReadAll\n",
        "package p\n\nimport \"io\"\n\nvar x = io.ReadAll\n",
    );
    check(
        &read_all(),
        "package p\n\nimport (\n\t\"fmt\"\n\t\"io/ioutil\"\n\t\"os\"\n)\n\nvar x, y, z = ioutil.ReadAll, fmt.Print, os.Args\n",
        "package p\n\nimport (\n\t\"fmt\"\n\t\"io\"\n\t\"os\"\n)\n\nvar x, y, z = io.ReadAll, fmt.Print, os.Args\n",
    );
    check(
        &read_all(),
        "package p\n\nimport (\n\t\"io\"\n\t\"io/ioutil\"\n)\n\nvar x, y io.Reader = ioutil.ReadAll(nil)\n",
        "package p\n\nimport (\n\t\"io\"\n)\n\nvar x, y io.Reader = io.ReadAll(nil)\n",
    );
    check(
        &read_all(),
        "package p\n\nimport \"io/ioutil\"\n\nvar x, y = ioutil.ReadAll, ioutil.ReadDir\n",
        "package p\n\nimport (\n\t\"io\"\n\t\"io/ioutil\"\n)\n\nvar x, y = io.ReadAll, ioutil.ReadDir\n",
    );
}

#[test]
fn aliases_are_respected() {
    check(
        &read_all(),
        "package p\n\nimport (\n\tstdio \"io\"\n\tu \"io/ioutil\"\n)\n\nvar x stdio.Reader = u.ReadAll(nil)\n",
        "package p\n\nimport (\n\tstdio \"io\"\n)\n\nvar x stdio.Reader = stdio.ReadAll(nil)\n",
    );
}

#[test]
fn dot_imports_are_respected() {
    check(
        &read_all(),
        "package p\n\nimport (\n\t. \"io\"\n\t\"io/ioutil\"\n)\n\nvar x Reader = ioutil.ReadAll(nil)\n",
        "package p\n\nimport (\n\t. \"io\"\n)\n\nvar x Reader = ReadAll(nil)\n",
    );
    let text =
        "package p\n\nimport (\n\t. \"io\"\n\t\"io/ioutil\"\n)\n\nfunc f(ReadAll Reader) { g(ioutil.ReadAll(nil)) }\n";
    let read_all = read_all();
    let outcome = bench([&read_all]).file("a.go", text).run();
    assert_eq!(statuses(&outcome), ["a.go:8: moved: left alone: ReadAll means something else here"]);
    check(
        &read_all,
        "package p\n\nimport . \"io/ioutil\"\n\nvar x = ReadAll\n",
        "package p\n\nimport (\n\t\"io\"\n\t. \"io/ioutil\"\n)\n\nvar x = io.ReadAll\n",
    );
}

#[test]
fn taken_names_are_respected() {
    let alias = "package p\n\nimport io2 \"io\"\n";
    for taken in ["var io = 1", "func io() {}", "type io int"] {
        let before = format!("package p\n\nimport \"io/ioutil\"\n\n{taken}\n\nvar x = ioutil.ReadAll\n");
        check(&read_all(), &before, &format!("{alias}\n{taken}\n\nvar x = io2.ReadAll\n"));
    }
    check(
        &read_all(),
        "package p\n\nimport (\n\tio \"fmt\"\n\t\"io/ioutil\"\n)\n\nvar x, y = ioutil.ReadAll, io.Print\n",
        "package p\n\nimport (\n\tio \"fmt\"\n\tio2 \"io\"\n)\n\nvar x, y = io2.ReadAll, io.Print\n",
    );
    let read_all = read_all();
    let outcome = bench([&read_all])
        .file("a.go", "package p\n\nimport \"io/ioutil\"\n\nvar x = ioutil.ReadAll\n")
        .file("b.go", "package p\n\nvar io = 1\n")
        .run();
    assert!(after(&outcome, "a.go").is_some_and(|it| it.contains("io2.ReadAll")), "the package has the name");
}

#[test]
fn a_local_that_hides_the_import_is_not_worked_around() {
    let read_all = read_all();
    let hidden = "moved: left alone: io means something else here";
    let text = "package p\n\nimport \"io/ioutil\"\n\nfunc f(io int) { ioutil.ReadAll(nil) }\n";
    assert_eq!(statuses(&bench([&read_all]).file("a.go", text).run()), [format!("a.go:5: {hidden}")]);
    let text = "package p\n\nimport (\n\t\"io\"\n\t\"io/ioutil\"\n)\n\nfunc f(r io.Reader) {\n\tio := 1\n\tg(io, ioutil.ReadAll)\n}\n";
    assert_eq!(statuses(&bench([&read_all]).file("a.go", text).run()), [format!("a.go:10: {hidden}")]);
    check(
        &read_all,
        "package p\n\nimport (\n\t\"io\"\n\t\"io/ioutil\"\n)\n\nfunc f(r io.Reader) {\n\tg(ioutil.ReadAll)\n\tio := 1\n\tg(io)\n}\n",
        "package p\n\nimport (\n\t\"io\"\n)\n\nfunc f(r io.Reader) {\n\tg(io.ReadAll)\n\tio := 1\n\tg(io)\n}\n",
    );
}

#[test]
fn cgo_and_blank_imports_stay() {
    check(
        &read_all(),
        "package p\n\n// #include <a.h>\nimport \"C\"\n\nimport (\n\t\"io/ioutil\"\n\n\t_ \"embed\"\n)\n\nvar x, y = ioutil.ReadAll, C.a\n",
        "package p\n\n// #include <a.h>\nimport \"C\"\n\nimport (\n\t\"io\"\n\n\t_ \"embed\"\n)\n\nvar x, y = io.ReadAll, C.a\n",
    );
    let text = "package p\n\nimport \"C\"\n\nvar x = C.old\n";
    let gone = on_ident("gone", "old", |_, ident| {
        Ok(Fix::safe().replace(ident.parent().ok_or(Decline::from("no selector"))?, "1"))
    });
    assert_eq!(bench([&gone]).file("a.go", text).after("a.go"), text.replace("C.old", "1"));
}

#[test]
fn fixes_share_an_import() {
    let read_all = read_all();
    let outcome = bench([&read_all])
        .file("a.go", "package p\n\nimport \"io/ioutil\"\n\nvar x, y = ioutil.ReadAll, ioutil.ReadAll\n")
        .run();
    assert_eq!(outcome.stats.rounds, 1);
    assert_eq!(
        after(&outcome, "a.go").as_deref(),
        Some("package p\n\nimport \"io\"\n\nvar x, y = io.ReadAll, io.ReadAll\n")
    );
}

#[test]
fn an_import_whose_name_is_not_known_stays() {
    let drop = on_ident("drop", "old", |_, ident| {
        Ok(Fix::safe().replace(ident.parent().ok_or(Decline::from("no selector"))?, "1"))
    });
    let text = "package p\n\nimport \"x.y/go-thing\"\n\nvar x = other.old\n";
    assert_eq!(bench([&drop]).file("a.go", text).after("a.go"), text.replace("other.old", "1"));
    let text = "package p\n\nimport \"x.y/go-thing\"\n\nvar x = thing.old\n";
    assert_eq!(bench([&drop]).file("a.go", text).after("a.go"), "package p\n\nvar x = 1\n");
}

#[test]
fn imports_of_broken_files_are_not_removed() {
    let text = "package p\n\nimport \"io/ioutil\"\n\nvar x = ioutil.ReadAll\n\nfunc f() { ioutil. }\n";
    let expected =
        "package p\n\nimport (\n\t\"io\"\n\t\"io/ioutil\"\n)\n\nvar x = io.ReadAll\n\nfunc f() { ioutil. }\n";
    check(&read_all(), text, expected);
}

#[test]
fn line_ends_and_marks_stay() {
    let before = "\u{feff}package p\r\n\r\nimport \"io/ioutil\"\r\n\r\nvar x, y = ioutil.ReadAll, ioutil.ReadDir\r\n";
    let after = "\u{feff}package p\r\n\r\nimport (\r\n\t\"io\"\r\n\t\"io/ioutil\"\r\n)\r\n\r\nvar x, y = io.ReadAll, ioutil.ReadDir\r\n";
    check(&read_all(), before, after);
    let lines = on_ident("lines", "old", |cx, ident| {
        let stmt = cx.stmt(ident).ok_or(Decline::from("no statement"))?;
        Ok(Fix::safe().insert_before_stmt(stmt, ["a()"]).replace(ident, "b").insert_after_stmt(stmt, ["c()"]))
    });
    check(
        &lines,
        "package p\r\n\r\nfunc f() {\r\n\told() // x\r\n}\r\n",
        "package p\r\n\r\nfunc f() {\r\n\ta()\r\n\tb() // x\r\n\tc()\r\n}\r\n",
    );
}

#[test]
fn columns_are_padded_as_gofmt_does() {
    let shorter = rename("r", "LongName", "Any");
    let before = "package p\n\ntype t struct {\n\ta    LongName // one\n\tbbbb int      // two\n}\n";
    let after = "package p\n\ntype t struct {\n\ta    Any // one\n\tbbbb int // two\n}\n";
    check(&shorter, before, after);
}

#[test]
fn what_does_not_fit_into_one_line_is_broken() {
    let long: &'static str = "aVeryLongNameThatDoesNotFitIntoOneLineWithTheRestOfTheFunctionAroundItInAnyWayWhatsoever";
    let longer = rename("r", "old", long);
    let before = "package p\n\nfunc f() int { return old + 1 }\n";
    check(&longer, before, &format!("package p\n\nfunc f() int {{\n\treturn {long} + 1\n}}\n"));
}

#[test]
fn deleted_statements_leave_no_gap() {
    let delete = on_ident("delete", "old", |cx, ident: Node<'_>| {
        Ok(Fix::safe().delete_stmt(cx.stmt(ident).ok_or(Decline::from("no statement"))?))
    });
    check(
        &delete,
        "package p\n\nfunc f() {\n\told(1) // gone\n\told(2)\n\n\ta()\n\n\told(3)\n\n\tb()\n\n\told(4)\n}\n",
        "package p\n\nfunc f() {\n\ta()\n\n\tb()\n}\n",
    );
}
