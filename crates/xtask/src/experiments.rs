//! Rules that nobody needs: each edits much of any tree in a way that changes widths, so that the layout after many
//! edits can be looked at.

use std::collections::BTreeMap;

use gofix::{
    Cx, Decline, Fix, Group, Meta, Report, Rule,
    semantic::Res,
    syntax::{Kind, Node, NodeId, Role, Token, ast::ReturnStmt},
};

const NAME: &str = "name";
const NEW_NAME: &str = "resourceName";

/// Calls local variables and parameters `resourceName` that are called `name`.
pub(crate) struct Rename;

static RENAME: Meta = meta("rename-name", "call local variables resourceName that are called name", &[NAME]);

impl Rule for Rename {
    fn meta(&self) -> &Meta {
        &RENAME
    }

    fn check(&self, cx: &Cx<'_>, report: &mut Report) {
        for file in cx.files() {
            // All of a declaration at once: two variables may have that name, one inside the scope of the other.
            let mut decls: BTreeMap<NodeId, Vec<Node<'_>>> = BTreeMap::new();
            for ident in file.nodes().filter(|it| it.as_ident() == Some(NAME) && is_local_variable(cx, *it)) {
                if let Some(decl) = cx.top_decl(ident) {
                    decls.entry(decl.id()).or_default().push(ident);
                }
            }
            for (decl, idents) in decls {
                report.fix(idents[0], "a name that says little", renamed(cx, file.node(decl), &idents));
            }
        }
    }
}

/// Whether the identifier declares a variable inside a function, or a parameter.
fn is_local_variable<'a>(cx: &Cx<'a>, ident: Node<'a>) -> bool {
    let def = cx.resolve(ident).def().filter(|it| it.ident() == ident);
    def.is_some_and(|it| it.is_variable() && !it.is_package_level())
}

fn renamed<'a>(cx: &Cx<'a>, decl: Node<'a>, idents: &[Node<'a>]) -> Result<Fix, Decline> {
    if !cx.workspace().is_unused_in(NEW_NAME, decl).is_yes() {
        return Err("the new name is not free here".into());
    }
    let mut fix = Fix::safe();
    for ident in idents {
        let Some(def) = cx.resolve(*ident).def() else { continue };
        let uses = cx.uses(def);
        if !uses.complete {
            return Err("not all uses are known".into());
        }
        fix = uses.sites.iter().fold(fix.replace(*ident, NEW_NAME), |fix, it| fix.replace(*it, NEW_NAME));
    }
    Ok(fix)
}

/// Wraps the errors that functions return.
pub(crate) struct Wrap;

static WRAP: Meta = meta("wrap-err", "wrap the errors that functions return", &["return", "err"]);

impl Rule for Wrap {
    fn meta(&self) -> &Meta {
        &WRAP
    }

    fn check(&self, cx: &Cx<'_>, report: &mut Report) {
        for stmt in cx.all::<ReturnStmt>() {
            let results: Vec<Node<'_>> = stmt.results().collect();
            let err = match results[..] {
                [err] => err,
                [nil, err] if nil.as_ident() == Some("nil") => err,
                _ => continue,
            };
            if err.kind() == Kind::Ident && err.text() == "err" {
                report.fix(err, "an error without context", wrapped(cx, err));
            }
        }
    }
}

fn wrapped<'a>(cx: &Cx<'a>, err: Node<'a>) -> Result<Fix, Decline> {
    let import = cx.import(err, "fmt")?;
    let errorf = import.name("Errorf")?;
    Ok(Fix::safe().replace(err, format!("{errorf}(\"wrapped: %w\", err)")).imports(&import))
}

/// Makes some names much longer, whatever they mean: the result is Go, but does not compile.
pub(crate) struct Stretch;

static STRETCH: Meta = meta("stretch-names", "make some names much longer", &["package"]);

/// What a name ends with that is long enough.
const STRETCHED: &str = "Long";

impl Rule for Stretch {
    fn meta(&self) -> &Meta {
        &STRETCH
    }

    fn check(&self, cx: &Cx<'_>, report: &mut Report) {
        for decl in cx.files().flat_map(|it| it.root().children_in(Role::Decls)) {
            // Imports that nothing uses any more would go.
            let names = decl.descendants().filter(|it| it.as_ident().is_some_and(is_short));
            let mut names = names.filter(|it| !is_package(cx, *it)).peekable();
            if decl.op() != Token::Import && names.peek().is_some() {
                let longer = |it: Node<'_>| format!("{}{STRETCHED}", it.text().repeat(3));
                let fix = names.fold(Fix::safe(), |fix, it| fix.replace(it, longer(it)));
                report.fix(decl, "short names", Ok(fix));
            }
        }
    }
}

fn is_package<'a>(cx: &Cx<'a>, ident: Node<'a>) -> bool {
    ident.role() == Role::X && matches!(cx.resolve(ident), Res::Package { .. })
}

/// One name in five or so, always the same.
fn is_short(name: &str) -> bool {
    name != "_" && !name.ends_with(STRETCHED) && name.bytes().map(usize::from).sum::<usize>() % 5 == 2
}

const fn meta(name: &'static str, summary: &'static str, words: &'static [&'static str]) -> Meta {
    let group = Group::Custom;
    Meta { name, summary, group, recommended: false, since: None, until: None, words, options: &[], docs: "" }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use gofix::{Choice, LoadOptions, MemoryFiles, RunOptions, Session};

    use super::*;

    /// What a rule makes of a file; nothing if it leaves it alone.
    fn fixed(rule: &dyn Rule, text: &str) -> Option<String> {
        let files = MemoryFiles::new([("go.mod", "module m\n\ngo 1.21\n"), ("a.go", text)]);
        let session = Session::load(Arc::new(files), &LoadOptions::default()).expect("a module of one file");
        let choice = Choice::named(&[rule], [rule.meta().name]).expect("the rule is there");
        let outcome = session.run(&choice, &RunOptions::default());
        outcome.files.first().map(|it| it.after.to_string())
    }

    #[test]
    fn local_names_are_renamed_with_their_uses() {
        let text = "package p\n\nvar name = 1\n\ntype T struct{ name int }\n\nfunc f(name string) T {\n\tif name := name; name != \"\" {\n\
                    \t\tg(name)\n\t}\n\treturn T{name: len(name)}\n}\n";
        let expected = "package p\n\nvar name = 1\n\ntype T struct{ name int }\n\nfunc f(resourceName string) T {\n\
                        \tif resourceName := resourceName; resourceName != \"\" {\n\t\tg(resourceName)\n\t}\n\
                        \treturn T{name: len(resourceName)}\n}\n";
        assert_eq!(fixed(&Rename, text).as_deref(), Some(expected));
        assert_eq!(fixed(&Rename, "package p\n\nfunc f(name, resourceName string) {}\n"), None);
        assert_eq!(fixed(&Rename, "package p\n\nvar name = 1\n\nfunc f() { g(name) }\n"), None);
    }

    #[test]
    fn some_names_become_longer_once() {
        let text = "package p\n\nimport x \"x\"\n\ntype T struct {\n\ta int // a\n\tc int // c\n}\n";
        let expected = "package p\n\nimport x \"x\"\n\ntype T struct {\n\taaaLong int // a\n\tc       int // c\n}\n";
        assert_eq!(fixed(&Stretch, text).as_deref(), Some(expected));
        assert_eq!(fixed(&Stretch, expected), None);
    }

    #[test]
    fn returned_errors_are_wrapped() {
        let text = "package p\n\nfunc f() (*int, error) {\n\treturn nil, err\n}\n\nfunc g() error {\n\treturn err\n}\n\n\
                    func h() (int, error) {\n\treturn 1, err\n}\n";
        let expected = "package p\n\nimport \"fmt\"\n\nfunc f() (*int, error) {\n\treturn nil, fmt.Errorf(\"wrapped: %w\", err)\n}\n\n\
                        func g() error {\n\treturn fmt.Errorf(\"wrapped: %w\", err)\n}\n\n\
                        func h() (int, error) {\n\treturn 1, err\n}\n";
        assert_eq!(fixed(&Wrap, text).as_deref(), Some(expected));
    }
}
