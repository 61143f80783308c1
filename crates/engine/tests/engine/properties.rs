//! What holds for every program: made from lines drawn by lot, always the same ones.

use gofix_rule::{Decline, Fix, syntax::SourceFile};

use crate::support::{TestRule, bench, on_ident, rename};

const LINES: &[&str] = &[
    "\tg(old)",
    "\tg(old, old) // two of them",
    "\tgone()",
    "\tgone() // with it",
    "",
    "\t// stays",
    "\tg(two /* stays, too */)",
    "\tif a {\n\t\tg(old)\n\t\tgone()\n\t}",
    "\tfor {\n\t\tgone()\n\n\t\tg(two)\n\t}",
    "\tswitch a {\n\tcase 1:\n\t\tgone()\n\tdefault:\n\t\tg(old)\n\t}",
    "\tgo func() { g(old) }()",
    "\tx := 1\n\tg(x)",
    "\tg(strings.Gone)",
];

/// A generator of numbers that needs no seed from outside.
struct Lot(u64);

impl Lot {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n
    }
}

fn program(seed: u64) -> String {
    let mut lot = Lot(seed);
    let mut text = "package p\n\nimport \"strings\"\n".to_owned();
    for name in ["f", "h"] {
        let mut lines: Vec<&str> = (0..1 + lot.below(9)).map(|_| LINES[lot.below(LINES.len())]).collect();
        lines.dedup_by(|a, b| a.is_empty() && b.is_empty());
        let body = lines.join("\n");
        text += &format!("\nfunc {name}() {{\n\tstrings.Stay()\n{body}\n\tstrings.Stay()\n}}\n");
    }
    text
}

fn rules() -> [TestRule; 4] {
    let introduce = on_ident("introduce", "old", |cx, ident| {
        let stmt = cx.stmt(ident).ok_or(Decline::from("outside of functions"))?;
        let name = cx.fresh_name(&["x"], stmt)?;
        Ok(Fix::safe().insert_before_stmt(stmt, [format!("{name} := 1")]).replace(ident, name))
    });
    let delete = on_ident("delete", "gone", |cx, ident| {
        Ok(Fix::safe().delete_stmt(cx.stmt(ident).ok_or(Decline::from("outside of functions"))?))
    });
    let moved = on_ident("moved", "Gone", |cx, ident| {
        let import = cx.import(ident, "x.y/z")?;
        Ok(Fix::safe()
            .replace(ident.parent().ok_or(Decline::from("no selector"))?, import.name("New")?)
            .imports(&import))
    });
    [introduce, delete, rename("rename", "two", "three"), moved]
}

fn comments(text: &str) -> Vec<String> {
    let file = SourceFile::parse(text);
    assert_eq!(file.errors(), [], "{text}");
    let kept = |it: &&str| it.contains("stays");
    file.comments().iter().map(|it| &file.text()[it.to_usize()]).filter(kept).map(str::to_owned).collect()
}

#[test]
fn of_every_program() {
    let rules = rules();
    for seed in 0..300 {
        let before = program(seed);
        let after = bench(&rules).file("a.go", &before).after("a.go");
        assert!(!after.contains("\n\n\n"), "blank lines pile up:\n{before}\n{after}");
        assert_eq!(comments(&before), comments(&after), "{before}\n{after}");
        for word in ["old", "gone", "two", "Gone"] {
            assert!(
                !after.contains(&format!("({word}")) && !after.contains(&format!("\t{word}(")),
                "{before}\n{after}"
            );
        }
        assert_eq!(bench(&rules).file("a.go", &after).after("a.go"), after, "a second run changes nothing");

        let crlf = |text: &str| text.replace('\n', "\r\n");
        assert_eq!(bench(&rules).file("a.go", &crlf(&before)).after("a.go"), crlf(&after), "line ends are kept");
        let marked = |text: &str| format!("\u{feff}{text}");
        assert_eq!(bench(&rules).file("a.go", &marked(&before)).after("a.go"), marked(&after), "the mark is kept");
    }
}
