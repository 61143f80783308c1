use gofix_syntax::{Kind, SourceFile, ast::AstNode, ast::ImportSpec};
use gofix_text::EditSet;

use super::imports::{Wanted, settle};

/// Settles a file with those imports: `-path` removes one, `name=path` and `path` add one.
fn settled(head: &str, changes: &[&str]) -> String {
    let text = format!("{head}\n\nfunc f() {{}}\n");
    let file = SourceFile::parse(text.clone());
    assert_eq!(file.errors(), [], "{text}");
    let unused: Vec<_> = file
        .nodes()
        .filter(|it| it.kind() == Kind::ImportSpec)
        .filter(|it| ImportSpec::cast(*it).is_some_and(|spec| changes.contains(&&*format!("-{}", spec.import_path()))))
        .collect();
    let wanted = changes.iter().filter(|it| !it.starts_with('-')).map(|it| match it.split_once('=') {
        Some((name, path)) => Wanted { path: path.into(), name: name.into(), spelled: true },
        None => Wanted { path: it.to_string(), name: it.rsplit('/').next().unwrap_or(it).into(), spelled: false },
    });
    let edits = settle(&file, &unused, wanted.collect(), Some("own"));
    let text = EditSet::new(crate::tidy::merged_deletions(edits)).expect("no overlap");
    let text = crate::tidy::tidy(file.text(), &text).apply(file.text());
    let after = SourceFile::parse(text.clone());
    assert_eq!(after.errors(), [], "{text}");
    text.strip_suffix("\n\nfunc f() {}\n").expect("the function stays").to_owned()
}

fn check(head: &str, changes: &[&str], after: &str) {
    assert_eq!(settled(head, changes), after, "{head} {changes:?}");
}

const P: &str = "package p\n\n";

#[test]
fn the_first_import() {
    check("package p", &["fmt"], "package p\n\nimport \"fmt\"");
    check("package p // c", &["fmt"], "package p // c\n\nimport \"fmt\"");
    check("package p", &["t=time"], "package p\n\nimport t \"time\"");
    check(
        "package p",
        &["x.y/z", "fmt", "errors", "own/a"],
        "package p\n\nimport (\n\t\"errors\"\n\t\"fmt\"\n\n\t\"own/a\"\n\t\"x.y/z\"\n)",
    );
    let file = SourceFile::parse("package p\nvar x int\n");
    let edits = settle(&file, &[], vec![Wanted { path: "fmt".into(), name: "fmt".into(), spelled: false }], None);
    assert_eq!(EditSet::new(edits).expect("one").apply(file.text()), "package p\n\nimport \"fmt\"\n\nvar x int\n");
}

#[test]
fn one_import_becomes_a_block() {
    check(&format!("{P}import \"fmt\""), &["errors"], "package p\n\nimport (\n\t\"errors\"\n\t\"fmt\"\n)");
    check(&format!("{P}import \"fmt\""), &["time"], "package p\n\nimport (\n\t\"fmt\"\n\t\"time\"\n)");
    check(&format!("{P}import \"fmt\" // c"), &["time"], "package p\n\nimport (\n\t\"fmt\" // c\n\t\"time\"\n)");
    check(&format!("{P}// c\nimport f \"fmt\""), &["time"], "package p\n\n// c\nimport (\n\tf \"fmt\"\n\t\"time\"\n)");
    check(&format!("{P}import \"fmt\""), &["x.y/z"], "package p\n\nimport (\n\t\"fmt\"\n\n\t\"x.y/z\"\n)");
    check(&format!("{P}import \"x.y/z\""), &["fmt"], "package p\n\nimport (\n\t\"fmt\"\n\n\t\"x.y/z\"\n)");
}

#[test]
fn one_import_is_replaced_in_place() {
    check(&format!("{P}import \"sync\""), &["-sync", "x.y/z"], "package p\n\nimport \"x.y/z\"");
    check(
        &format!("{P}import \"io/ioutil\""),
        &["-io/ioutil", "io", "os"],
        "package p\n\nimport (\n\t\"io\"\n\t\"os\"\n)",
    );
    check(&format!("{P}import (\n\t\"sync\"\n)"), &["-sync", "x.y/z"], "package p\n\nimport (\n\t\"x.y/z\"\n)");
}

#[test]
fn imports_go_to_their_group_in_order() {
    let block = format!("{P}import (\n\t\"bytes\"\n\t\"os\" // c\n\n\t\"x.y/a\"\n\t\"x.y/z/b\"\n\n\t\"z.w/a\"\n)");
    let with = |from: &str, to: &str| block.replace(from, to);
    check(&block, &["fmt"], &with("\t\"os\"", "\t\"fmt\"\n\t\"os\""));
    check(&block, &["time"], &with("// c\n", "// c\n\t\"time\"\n"));
    check(&block, &["archive/zip"], &with("\t\"bytes\"", "\t\"archive/zip\"\n\t\"bytes\""));
    check(&block, &["x.y/z/a"], &with("\t\"x.y/z/b\"", "\t\"x.y/z/a\"\n\t\"x.y/z/b\""));
    check(&block, &["z.w/b"], &with("\t\"z.w/a\"", "\t\"z.w/a\"\n\t\"z.w/b\""));
    check(&block, &["q.r/b"], &with("\t\"x.y/a\"", "\t\"q.r/b\"\n\t\"x.y/a\""));
}

#[test]
fn a_new_group() {
    let std = format!("{P}import (\n\t\"bytes\"\n\t\"os\"\n)");
    check(&std, &["x.y/z"], &std.replace("\"os\"\n", "\"os\"\n\n\t\"x.y/z\"\n"));
    let other = format!("{P}import (\n\t// c\n\t\"x.y/z\"\n)");
    check(&other, &["fmt", "errors"], &other.replace("(\n", "(\n\t\"errors\"\n\t\"fmt\"\n\n"));
}

#[test]
fn comments_stay_with_their_import() {
    let block = format!("{P}import (\n\t// about bytes\n\t\"bytes\"\n\t// about os\n\t\"os\"\n)");
    check(&block, &["fmt"], &block.replace("\"bytes\"\n", "\"bytes\"\n\t\"fmt\"\n"));
    check(&block, &["archive/zip"], &block.replace("(\n", "(\n\t\"archive/zip\"\n"));
}

#[test]
fn the_last_use_goes() {
    check(&format!("{P}import \"fmt\"\n\nvar x int"), &["-fmt"], "package p\n\nvar x int");
    check(&format!("{P}import (\n\t\"fmt\"\n)\n\nvar x int"), &["-fmt"], "package p\n\nvar x int");
    let block = format!("{P}import (\n\t\"bytes\"\n\t\"os\" // c\n\n\t\"x.y/a\"\n\n\t\"z.w/a\"\n)");
    check(&block, &["-os"], &block.replace("\t\"os\" // c\n", ""));
    check(&block, &["-os", "-bytes"], &block.replace("\t\"bytes\"\n\t\"os\" // c\n\n", ""));
    check(&block, &["-x.y/a"], &block.replace("\t\"x.y/a\"\n\n", ""));
    check(&block, &["-z.w/a"], &block.replace("\n\t\"z.w/a\"\n", ""));
    check(&block, &["-z.w/a", "-x.y/a"], &block.replace("\n\t\"x.y/a\"\n\n\t\"z.w/a\"\n", ""));
    check(&block, &["-os", "fmt"], &block.replace("\t\"os\" // c\n", "\t\"fmt\"\n"));
}

#[test]
fn cgo_is_left_alone() {
    let c = format!("{P}/*\n#include <a.h>\n*/\nimport \"C\"");
    check(&c, &["fmt"], &format!("{c}\n\nimport \"fmt\""));
    let both = format!("{c}\n\nimport \"os\"");
    check(&both, &["fmt"], &format!("{c}\n\nimport (\n\t\"fmt\"\n\t\"os\"\n)"));
    let block = format!("{P}import (\n\t// #include <a.h>\n\t\"C\"\n\t\"os\"\n)");
    check(&block, &["fmt"], &block.replace("\t\"os\"", "\t\"fmt\"\n\t\"os\""));
}

#[test]
fn declarations_without_parentheses_get_a_neighbour() {
    let two = format!("{P}import \"bytes\"\nimport \"x.y/a\"");
    check(&two, &["fmt"], &two.replace("\"bytes\"\n", "\"bytes\"\nimport \"fmt\"\n"));
    check(&two, &["x.y/b"], &format!("{two}\nimport \"x.y/b\""));
}

#[test]
fn specs_that_share_a_line() {
    let line = format!("{P}import (\"bytes\"; \"os\")");
    check(&line, &["fmt"], "package p\n\nimport (\"bytes\"\n\t\"fmt\"; \"os\")");
    check(&line, &["-bytes"], "package p\n\nimport (\"os\")");
    check(&line, &["-os"], "package p\n\nimport (\"bytes\")");
    check(&line, &["archive/zip"], "package p\n\nimport (\"archive/zip\"; \"bytes\"; \"os\")");
    check("package p; import \"os\"", &["fmt"], "package p; import (\n\t\"fmt\"\n\t\"os\"\n)");
}

#[test]
fn names_and_comments_on_the_line_of_an_import() {
    let blank = format!("{P}import (\n\t\"io/ioutil\"\n\t_ \"os\"\n)");
    check(&blank, &["-io/ioutil", "os"], "package p\n\nimport (\n\t\"os\"\n\t_ \"os\"\n)");
    let noted = format!("{P}import (\n\t\"fmt\"\n\t/* x */ \"io/ioutil\" /* y */\n)");
    check(&noted, &["-io/ioutil", "io"], "package p\n\nimport (\n\t\"fmt\"\n\t\"io\"\n)");
}
