//! Paths through function bodies.

use gofix_semantic::Tri::{self, No, Unknown, Yes};

use super::support::Code;

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
