//! The syntactic half: branches, ends, literals.

use gofix_syntax::{
    Kind, Node, SourceFile,
    ast::{AstNode, CallExpr},
};

use crate::flow::*;

fn parse(body: &str) -> SourceFile {
    let file = SourceFile::parse(format!("package p\n\nfunc f() {{\n{body}\n}}\n"));
    assert_eq!(file.errors(), [], "{body}");
    file
}

fn named(call: CallExpr<'_>, name: &str) -> bool {
    call.fun().unparen().text() == name
}

fn body(file: &SourceFile) -> Node<'_> {
    file.nodes().find(|it| it.kind() == Kind::BlockStmt).expect("a body")
}

fn ends(text: &str) -> bool {
    let file = parse(text);
    terminates(body(&file), |call| named(call, "panic"))
}

#[test]
fn terminating_statements() {
    let yes = [
        "return",
        "a(); goto L",
        "panic(1)",
        "(panic)(1)",
        "{ return }",
        "return;;",
        "if a { return } else { panic(1) }",
        "if a { return } else if b { return } else { return }",
        "for { }",
        "for { if a { continue }; for { break } }",
        "for { select { default: break } }",
        "L: for { }",
        "switch a { case 1: return; default: panic(1) }",
        "switch a { case 1: fallthrough; default: return }",
        "switch a.(type) { case int: return; default: return }",
        "select { case <-a: return; default: return }",
        "select { }",
        "for { func() { for { break } }() }",
    ];
    let no = [
        "",
        "a()",
        "if a { return }",
        "if a { return } else { }",
        "for a { }",
        "for range a { }",
        "for { break }",
        "L: for { for { break L } }",
        "switch a { case 1: return }",
        "switch a { case 1: break; default: return }",
        "switch a { case 1: ; default: return }",
        "select { case <-a: break }",
        "select { case <-a: }",
        "func() { return }()",
        "break_()",
        "for { if a { break } }",
    ];
    for it in yes {
        assert!(ends(it), "{it}");
    }
    for it in no {
        assert!(!ends(it), "{it}");
    }
}

fn can_return(text: &str) -> bool {
    let file = parse(text);
    let flow = Flow::new(body(&file), |call| named(call, "panic"), |it| it.kind() == Kind::RangeStmt);
    flow.can_return()
}

#[test]
fn whether_a_function_can_return() {
    for it in [
        "a()",
        "for range a { return }",
        "for range a { break }",
        "for { if a { break } }",
        "for { select { case <-a: return } }",
        "L: for { for { break L } }",
        "for { goto L }\nL:",
        "if a { panic(1) }",
        "switch a { case 1: panic(1) }",
        "for a { }",
        "defer func() { return }()",
        "for { switch { case a: return } }",
    ] {
        assert!(can_return(it), "{it}");
    }
    for it in [
        "for range a { }",
        "for range a { }; return",
        "for { }",
        "for { a() }; return",
        "for { func() { return }() }",
        "for { select { case <-a: break; default: continue } }",
        "L: a(); goto L",
        "panic(1)",
        "select { }",
        "panic(1); return",
        "for range a { if b { continue }; panic(1); return }",
        "switch a { case 1: panic(1); default: for { } }",
        "for range a { panic(1) }",
    ] {
        assert!(!can_return(it), "{it}");
    }
}

#[test]
fn whether_a_function_can_return_after_a_statement() {
    let after = |text: &str| {
        let file = parse(text);
        let flow = Flow::new(body(&file), |call| named(call, "panic"), |_| false);
        let is_at = |it: &Node<'_>| it.kind() == Kind::ExprStmt && it.text() == "at()";
        flow.can_return_after(file.nodes().find(is_at).expect("a statement at()"))
    };
    for it in [
        "at()",
        "at(); for { if a { return } }",
        "if a { at() } else { for { } }",
        "switch { case a: at(); break; case b: for { } }",
        "switch { case a: at(); fallthrough; case b: c() }",
        "{ at() }; return",
        "if a { return }; at(); select { case <-b: }",
    ] {
        assert!(after(it), "{it}");
    }
    for it in [
        "if a { return }; at(); for { }",
        "at(); panic(1)",
        "at(); func() { return }(); select { }",
        "if a { at() }; for { b() }",
        "at(); for { }; return",
        "switch { case a: at(); for { }; case b: return }",
    ] {
        assert!(!after(it), "{it}");
    }
}

#[test]
fn how_a_loop_is_left() {
    let file = parse(
        "O: for { for x := range c {\n\
         return; break; continue; break O; continue O; goto L; goto M; panic(1); M: a()\n\
         select { case <-d: break; default: for { break; continue } }\n\
         func() { return }()\n\
         } }\nL:",
    );
    let inner = file.nodes().find(|it| it.kind() == Kind::RangeStmt).expect("a loop");
    let found: Vec<(&str, ExitKind)> =
        exits(inner, |call| named(call, "panic")).iter().map(|it| (it.stmt.text(), it.kind)).collect();
    use ExitKind::*;
    assert_eq!(
        found,
        [
            ("return", Return),
            ("break", Break),
            ("break O", Break),
            ("continue O", Continue),
            ("goto L", Goto),
            ("panic(1)", NoReturn)
        ]
    );
}

fn call<'a>(file: &'a SourceFile, name: &str) -> Node<'a> {
    file.nodes().find(|it| CallExpr::cast(*it).is_some_and(|call| named(call, name))).expect("a call")
}

#[test]
fn what_loops_repeat() {
    for (text, repeated) in [
        ("x()", false),
        ("for { x() }", true),
        ("for x() { }", true),
        ("for x(); ; { }", false),
        ("for ; ; x() { }", true),
        ("for range x() { }", false),
        ("for range y { for range x() { } }", true),
        ("for { func() { x() }() }", false),
        ("L: x(); goto L", true),
        ("goto L; x(); L:", false),
        ("x(); L: goto L", false),
    ] {
        let file = parse(text);
        assert_eq!(in_loop(call(&file, "x")), repeated, "{text}");
    }
}

#[test]
fn what_becomes_of_literals() {
    for (text, on_goroutine) in [
        ("go func() { x() }()", true),
        ("go (func() { x() })()", true),
        ("go func() { func() { x() }() }()", true),
        ("go func() { defer func() { x() }() }()", false),
        ("f(func() { x() })", false),
        ("go x()", false),
        ("x()", false),
    ] {
        let file = parse(text);
        assert_eq!(in_go_stmt(call(&file, "x")).is_some(), on_goroutine, "{text}");
    }
}

#[test]
fn reached_and_completed() {
    let file = parse("if a { return }; b()\nfor { }\nc(); L: d()\ngoto L");
    let flow = Flow::new(body(&file), |_| false, |_| false);
    assert!(flow.is_reachable(call(&file, "b")));
    assert!(!flow.is_reachable(call(&file, "c")));
    assert!(flow.is_reachable(call(&file, "d")), "a goto leads there");
    let endless = stmts(body(&file)).nth(2).expect("three statements");
    assert!(!flow.can_complete(endless));
}

#[test]
fn deep_nesting_is_walked_without_recursion() {
    let depth = 20_000;
    let file = parse(&format!("{}return{}", "{".repeat(depth), "}".repeat(depth)));
    assert!(terminates(body(&file), |_| false));
    let file = parse(&format!("{}break{}", "for {".repeat(depth), "; break }".repeat(depth)));
    assert!(!terminates(body(&file), |_| false));
}
