//! Paths through function bodies.

use gofix_semantic::Tri::{self, No, Unknown, Yes};
use gofix_syntax::ast::AstNode;

use super::support::Code;
use crate::flow::Ending;

fn dominates(body: &str) -> Tri {
    let code = Code::body(body);
    let graph = code.cx().graph(code.func()).expect("a body");
    graph.dominates(code.at("A"), code.at("B"))
}

#[test]
fn what_runs_first_on_every_path() {
    for (body, expected) in [
        ("/*A*/a()\n/*B*/b()", Yes),
        ("/*B*/b()\n/*A*/a()", No),
        ("if c { /*A*/a() }\n/*B*/b()", No),
        ("if c { /*A*/a() } else { return }\n/*B*/b()", Yes),
        ("if c { /*A*/a() } else { os.Exit(1) }\n/*B*/b()", Yes),
        ("if c { /*A*/a() } else { os := x; os.Exit(1) }\n/*B*/b()", No),
        ("if /*A*/a() && c { /*B*/b() }", Yes),
        ("if c && /*A*/a() { /*B*/b() }", Yes),
        ("if c || /*A*/a() { /*B*/b() }", No),
        ("if !(c || /*A*/a()) { /*B*/b() }", Yes),
        ("x := c && /*A*/a()\n/*B*/b(x)", Unknown),
        ("for { /*A*/a(); break }\n/*B*/b()", Yes),
        ("for c { /*A*/a() }\n/*B*/b()", No),
        ("for range c { /*A*/a() }\n/*B*/b()", No),
        ("for range /*A*/a() { /*B*/b() }", Yes),
        ("for ; ; /*B*/b() { if c { continue }; /*A*/a() }", No),
        ("for ; ; /*B*/b() { if c { break }; /*A*/a() }", Yes),
        ("L: for { for { if c { break L }; /*A*/a(); break } }\n/*B*/b()", No),
        ("L: for { for { if c { continue L }; /*A*/a(); break L } }\n/*B*/b()", Yes),
        ("switch c { case 1: /*A*/a() }\n/*B*/b()", No),
        ("switch c { case 1: /*A*/a(); default: return }\n/*B*/b()", Yes),
        ("switch c { case 1: fallthrough; case 2: /*A*/a(); default: return }\n/*B*/b()", Yes),
        ("switch c { case 1: /*A*/a(); fallthrough; case 2: /*B*/b() }", No),
        ("switch { default: /*B*/b(); case /*A*/a(): }", Yes),
        ("select { case <-c: /*A*/a(); case <-d: return }\n/*B*/b()", Yes),
        ("select { case <-c: /*A*/a(); default: }\n/*B*/b()", No),
        ("select { }\n/*A*/a()\n/*B*/b()", Unknown),
        ("goto L\n/*A*/a()\nL: /*B*/b()", No),
        ("L: /*A*/a()\nif c { goto L }\n/*B*/b()", Yes),
        ("/*A*/a()\nbreak\n/*B*/b()", Unknown),
        ("goto M\n/*A*/a()\n/*B*/b()", Unknown),
        ("g(/*A*/a(), /*B*/b())", Yes),
        ("g(/*B*/b(), /*A*/a())", Unknown),
        ("g(x && /*A*/a(), /*B*/b())", Unknown),
        ("g(func() { /*A*/a() }, /*B*/b())", Unknown),
        ("switch x := c.(type) { case int: /*A*/a(); case nil: return; default: g(x) }\n/*B*/b()", No),
    ] {
        assert_eq!(dominates(body), expected, "{body}");
    }
}

#[test]
fn what_can_follow() {
    for (body, expected) in [
        ("/*A*/a()\n/*B*/b()", Yes),
        ("/*B*/b()\n/*A*/a()", No),
        ("for { /*B*/b()\n/*A*/a() }", Yes),
        ("for { /*B*/b()\n/*A*/a(); break }", No),
        ("for { /*B*/b()\n/*A*/a(); return }", No),
        ("if c { /*A*/a() } else { /*B*/b() }", No),
        ("L: if c { /*A*/a(); goto L } else { /*B*/b() }", Yes),
        ("for { select { case <-c: /*A*/a(); case <-d: /*B*/b(); return } }", Yes),
        ("g(/*A*/a(), /*B*/b())", Unknown),
        ("/*A*/a()\npanic(1)\n/*B*/b()", No),
        ("/*A*/a()\nfunc() { panic(1) }()\n/*B*/b()", Yes),
        ("/*A*/a()\ncontinue\n/*B*/b()", Unknown),
    ] {
        let code = Code::body(body);
        let graph = code.cx().graph(code.func()).expect("a body");
        assert_eq!(graph.can_follow(code.at("B"), code.at("A")), expected, "{body}");
    }
}

#[test]
fn calls_that_end_a_function() {
    for (body, expected) in [
        ("t.Fatal(1)", No),
        ("b.Skipf(\"\")", No),
        ("t.Error(1)", Yes),
        ("tb.Fatal(1)", Yes),
        ("{ t := other; t.Fatal(1) }", Yes),
        ("l.Fatalln(1)", No),
        ("log.Panic(1)", No),
        ("x := log.New; x.Panic(1)", Yes),
        ("defer t.Fatal(1)", Yes),
        ("go os.Exit(1)", Yes),
        ("for { log.Print(1) }", No),
        ("if c { for { } }; panic(1)", No),
    ] {
        let text = format!("func f(t *testing.T, b *testing.B, tb testing.TB, l *log.Logger) {{\n{body}\n}}\n");
        let code = Code::new(&text);
        assert_eq!(code.cx().graph(code.func()).expect("a body").can_return(), expected, "{body}");
    }
}

#[test]
fn deep_nesting_makes_a_graph_without_recursion() {
    let depth = 3_000;
    let code = Code::body(&format!("{}a(){}", "for c {".repeat(depth), "; break }".repeat(depth)));
    assert_eq!(code.cx().graph(code.func()).expect("a body").can_return(), Yes);
    let code = Code::body(&format!("if {}c{} {{ /*A*/a() }}\n/*B*/b()", "(c && ".repeat(depth), ")".repeat(depth)));
    let graph = code.cx().graph(code.func()).expect("a body");
    assert_eq!(graph.dominates(code.at("A"), code.at("B")), No);
}

#[test]
fn how_lists_end() {
    for (body, expected) in [
        ("if c /*A*/{ return 1 }", "return 1"),
        ("if c /*A*/{ a(); L: return 1 }", "return 1"),
        ("if c /*A*/{ panic(1); }", "panic(1)"),
        ("if c /*A*/{ panic(1); a() }", "panic(1)"),
        ("if c /*A*/{ goto M; L: a() }\nM: goto L", "completes"),
        ("if c /*A*/{ t.FailNow() }", "t.FailNow()"),
        ("if c /*A*/{ t.Error() }", "completes"),
        ("for /*A*/{ break }", "break to for"),
        ("O: for { for /*A*/{ continue O } }", "continue O to for"),
        ("for { if c /*A*/{ break } }", "break to for"),
        ("for { switch { default: if c /*A*/{ break } } }", "break to switch"),
        ("if c /*A*/{ goto L }\nL:", "goto L to L:"),
        ("if c /*A*/{ break }", "break to nothing"),
        ("if c /*A*/{ if d { return } else { panic(1) } }", "inside if"),
        ("if c /*A*/{ { return } }", "inside {"),
        ("if c /*A*/{ for { } }", "inside for"),
        ("if c /*A*/{ select { } }", "inside select"),
        ("if c /*A*/{ if d { return } }", "completes"),
        ("if c /*A*/{ }", "completes"),
        ("if c /*A*/{ func() { return }() }", "completes"),
        ("if c /*A*/{ defer panic(1) }", "completes"),
    ] {
        let code = Code::new(&format!("func f(t *testing.T) int {{\n{body}\n}}\n"));
        let flow = code.cx().flow(code.func(), |_| false).expect("a body");
        let first = |text: &str| text.split_inclusive([' ', ':', '{']).next().unwrap_or_default().trim().to_owned();
        let found = match flow.ending(code.at("A")) {
            Ending::Return(stmt) | Ending::Fallthrough(stmt) => stmt.text().into(),
            Ending::Branch { stmt, target } => {
                format!("{} to {}", stmt.text(), target.map_or("nothing".into(), |it| first(it.text())))
            }
            Ending::NoReturn(call) => call.node().text().into(),
            Ending::Inside(stmt) => format!("inside {}", first(stmt.text())),
            Ending::Completes => "completes".to_owned(),
        };
        assert_eq!(found, expected, "{body}");
    }
}

#[test]
fn how_loops_end() {
    for (body, by_itself, exits, endless, goes_on) in [
        ("/*A*/for { }", false, 0, true, false),
        ("/*A*/for c { }", true, 0, false, true),
        ("/*A*/for range c { return }", true, 1, false, true),
        ("/*A*/for { if c { break } }", false, 1, false, true),
        ("/*A*/for { panic(1) }", false, 1, true, false),
        ("/*A*/for { continue; return }", false, 0, true, false),
        ("L: for { /*A*/for { if c { continue L } } }", false, 1, false, true),
        ("/*A*/for { if c { return } else { goto L } }\nL:", false, 2, false, true),
        ("/*A*/for { for { }; return }", false, 0, true, false),
        ("/*A*/for { select { case <-c: break; case <-d: return } }", false, 1, false, false),
        ("/*A*/for { go func() { return }() }", false, 0, true, false),
    ] {
        let code = Code::body(body);
        let graph = code.cx().graph(code.func()).expect("a body");
        let ends = code.cx().loop_ends(code.at("A"), &graph);
        assert_eq!(ends.can_go_on(), goes_on, "{body}");
        assert_eq!((ends.by_itself, ends.exits.len(), ends.is_endless()), (by_itself, exits, endless), "{body}");
    }
}

#[test]
fn returns_after_a_place() {
    for (body, expected) in [
        ("/*A*/a()", Yes),
        ("/*A*/a(); panic(1)", No),
        ("/*A*/a(); for { if c { return } }", Yes),
        ("/*A*/a(); for { go func() { return }() }", No),
        ("if c { return }; /*A*/a(); select { }", No),
        ("for { /*A*/a(); if c { break } }", Yes),
        ("/*A*/return", Yes),
        ("/*A*/a(); break", Unknown),
    ] {
        let code = Code::body(body);
        assert_eq!(code.cx().graph(code.func()).expect("a body").can_return_after(code.at("A")), expected, "{body}");
    }
}
