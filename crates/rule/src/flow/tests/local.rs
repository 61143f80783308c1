//! Uses of variables, what follows them, and loops.

use gofix_semantic::Tri::{self, No, Unknown, Yes};

use super::support::Code;
use crate::flow::{How, LitUse, Local, Place, Renewal, Use, renewal};

/// The uses of the variable declared behind `/*D*/`.
fn local(code: &Code) -> Local<'_> {
    code.cx().local(code.def("D")).expect("a local variable")
}

fn show(it: &Use<'_>) -> String {
    let how = match it.how {
        How::Read => "read".into(),
        How::Called(_) => "called".into(),
        How::Assigned(_) => "assigned".into(),
        How::PartAssigned(_) => "part".into(),
        How::AddressTaken(_) => "address".into(),
        How::Sliced(_) => "sliced".into(),
        How::MethodCalled(call) => format!("method {}", call.fun().text()),
        How::Selected(it) => format!("selected {}", it.text()),
        How::Returned(_) => "returned".into(),
        How::Stored(Place::Variable(def)) => format!("to {}", def.name()),
        How::Stored(Place::Global) => "global".into(),
        How::Stored(Place::Target(it)) => format!("into {}", it.text()),
        How::Stored(Place::Composite(_)) => "composite".into(),
        How::Stored(Place::Sent(_)) => "sent".into(),
        How::Stored(Place::Blank) => "blank".into(),
        How::Passed { call, index } => format!("{}#{index}", call.fun().text()),
        How::Other => "other".into(),
    };
    let captures = it.captures.iter().map(|it| match it.becomes {
        LitUse::Called(_) => " called",
        LitUse::Go(_) => " go",
        LitUse::Deferred(_) => " defer",
        LitUse::Value => " kept",
    });
    format!("{how}{}", captures.collect::<String>())
}

#[test]
fn what_uses_do() {
    for (body, expected) in [
        ("use(1, v)", "use#1"),
        ("use((v))", "use#0"),
        ("use(T(v))", "use#0"),
        ("use(v.(T))", "use#0"),
        ("go use(v); defer use(v)", "use#0, use#0"),
        ("return v", "returned"),
        ("return T(v), &v", "returned, address"),
        ("return v == nil, v + 1, !v, <-v, v[0], len(v)", "read, read, read, read, read, read"),
        ("return &T{f: v}, []T{v}, map[T]T{v: v}", "composite, composite, composite, composite"),
        ("x := v; x = v; y, z := v, 1; var w = v", "to x, to x, to y, to w"),
        ("_ = v; global = v; x.f = v; x[0] = v; *x = v", "blank, global, into x.f, into x[0], into *x"),
        ("io.EOF = v", "global"),
        ("x[v] = 1; x += v; ch <- v; v <- 1", "read, read, sent, read"),
        ("v = 1; v += 1; v++; (v) = 1", "assigned, assigned, assigned, assigned"),
        ("v, x := g(); use(x)", "assigned"),
        ("for v = range x { }; for _, v = range x { }; for range v { }", "assigned, assigned, read"),
        ("{ v := v; use(v) }", "to v"),
        ("v.f = 1; v[0]++; *v = 2; v.f.g = 3", "part, part, part, part"),
        ("&v; &v.f; &v[0]; (&v).m()", "address, address, address, address"),
        ("use(v[:]); use(*v); use(v[0])", "sliced, read, read"),
        ("v.m(1); v.f.m(); go v.m(); (v.m)()", "method v.m, method v.f.m, method v.m, method (v.m)"),
        ("use(v.m); x := v.f; v.(T).m()", "selected v.m, selected v.f, method v.(T).m"),
        ("v(1); v()()", "called, called"),
        ("v", "read"),
        ("switch x := v.(type) { }; switch v.(type) { }; switch v { case v: }", "to x, read, read, read"),
        ("if v { }; for v { }; select { case v <- v: case v = <-x: }", "read, read, read, sent, assigned"),
        ("append(v, v...); panic(v); close(v)", "append#0, append#1, panic#0, read"),
        ("func() { use(v) }()", "use#0 called"),
        ("go func() { func() { use(v) }() }()", "use#0 go called"),
        ("defer func() { v = 1 }(); x := func() { return v }", "assigned defer, returned kept"),
        ("use(func() { go func() { v++ }() })", "assigned kept go"),
        ("x.v = 1; x.v(); use(T{v: 1}.v); v: for { break v }", ""),
        ("{ v := 1; use(v) }; func(v int) { use(v) }(1)", ""),
    ] {
        let text = format!("type T any\nvar global any\nfunc f() {{\nvar /*D*/v any\n{body}\n}}\n");
        let code = Code::new(&text);
        let found = local(&code);
        assert_eq!(found.uses.iter().map(show).collect::<Vec<_>>().join(", "), expected, "{body}");
    }
}

#[test]
fn variables_of_functions_only() {
    for (text, is_local) in [
        ("func f(/*D*/v int) { }", true),
        ("func f() (/*D*/v int) { return 1 }", true),
        ("func (/*D*/v T) f() { }", true),
        ("func f() { _ = func(/*D*/v int) { } }", true),
        ("var /*D*/v int", false),
        ("const /*D*/v = 1", false),
        ("func f() { const /*D*/v = 1 }", false),
        ("func f(g func(/*D*/v int)) { }", false),
        ("func /*D*/f() { }", false),
    ] {
        let code = Code::new(text);
        assert_eq!(code.cx().local(code.def("D")).is_some(), is_local, "{text}");
    }
}

#[test]
fn methods_may_take_the_address_of_what_is_declared_so() {
    for (ty, expected) in [
        ("error", No),
        ("any", No),
        ("*T", No),
        ("func()", No),
        ("interface{ m() }", No),
        ("T", Unknown),
        ("struct{ T }", Unknown),
        ("io.Reader", No),
    ] {
        let code = Code::new(&format!("type T int\nfunc f() {{ var /*D*/v {ty}; v.m() }}"));
        assert_eq!(local(&code).addressed_by_methods, expected, "{ty}");
    }
}

fn after(minor: u16, body: &str) -> (Tri, Tri) {
    let code = Code::of_version(minor, &format!("package p\n\nfunc f() (r int) {{\n{body}\n}}\n"));
    let (cx, local) = (code.cx(), local(&code));
    let graph = cx.graph(local.home).expect("a body");
    let point = code.at("P");
    (local.is_assigned_after(&cx, &graph, point), local.is_address_taken_after(&cx, &graph, point))
}

#[test]
fn assigned_after_a_point() {
    for (body, expected) in [
        ("var /*D*/v int; /*P*/g(v)", No),
        ("var /*D*/v int; v = 1; /*P*/g(v)", No),
        ("var /*D*/v int; /*P*/g(v); v = 1", Yes),
        ("var /*D*/v int; /*P*/v = 1", No),
        ("var /*D*/v int; for { /*P*/v = 1 }", Yes),
        ("var /*D*/v int; v = g(/*P*/h())", Yes),
        ("var /*D*/v int; if c { /*P*/g() } else { v = 1 }", No),
        ("var /*D*/v int; for { if c { /*P*/g(); break }; v = 1 }", No),
        ("var /*D*/v int; for { if c { /*P*/g() }; v = 1 }", Yes),
        ("for { /*D*/v := 1; v = 2; /*P*/g() }", No),
        ("for { /*D*/v := 1; /*P*/g(); v = 2 }", Yes),
        ("L: if c { /*D*/v := 1; v = 2; /*P*/g(); goto L }", No),
        ("var /*D*/v int\nL: v = 1; /*P*/g(); if c { goto L }", Yes),
        ("var /*D*/v int; v = 1; go /*P*/func() { g(v) }()", No),
        ("var /*D*/v int; go func() { /*P*/g(v) }(); v = 1", Yes),
        ("var /*D*/v int; v = 1; go func() { /*P*/g(v) }()", No),
        ("var /*D*/v int; go func() { v = 1 }(); /*P*/g(v)", Yes),
        ("var /*D*/v int; x := func() { v = 1 }; /*P*/g(v)", Yes),
        ("var /*D*/v int; defer func() { v = 1 }(); /*P*/g(v)", Yes),
        ("var /*D*/v int; func() { v = 1 }(); /*P*/g(v)", No),
        ("var /*D*/v int; /*P*/g(v); func() { v = 1 }()", Yes),
        ("var /*D*/v int; func() { v = 1; /*P*/g(v) }()", Unknown),
        ("var /*D*/v int; go func() { v = 1; /*P*/g(v) }()", Yes),
        ("var /*D*/v int; p := &v; /*P*/g(v)", Unknown),
        ("var /*D*/v T; /*P*/g(v); v.f = 1", Unknown),
        ("var /*D*/v T; v.f = 1; /*P*/g(v)", No),
        ("var /*D*/v T; /*P*/g(v); v.m()", Unknown),
        ("var /*D*/v error; /*P*/g(v); v.m()", No),
        ("var /*D*/v []int; /*P*/g(v); v[0] = 1", No),
        ("var /*D*/v []int; p := &v[0]; /*P*/g(v[1:])", No),
        ("var /*D*/v map[int]int; /*P*/g(v); v[0]++", No),
        ("var /*D*/v *struct{ f int }; p := &v.f; /*P*/g(v); v.f = 1", No),
        ("var /*D*/v *int; p := &v; /*P*/g(v); *v = 1", Unknown),
        ("var /*D*/v [2]int; /*P*/g(v); v[0] = 1", Unknown),
        ("var /*D*/v struct{ f int }; x := v.f; /*P*/g(v)", No),
        ("for /*D*/v := range x { /*P*/g(v) }", No),
        ("for _, /*D*/v := range x { v = 1; /*P*/g(v) }", No),
        ("for _, /*D*/v := range x { /*P*/g(v); v = 1 }", Yes),
        ("for /*D*/v := 0; v < 3; v++ { /*P*/g(v) }", No),
        ("for /*D*/v := 0; v < 3; { /*P*/g(v); v++ }", Yes),
        ("for /*D*/v := 0; v < 3; { v++; /*P*/g(v) }", No),
        ("for /*D*/v := 0; v < 3; v++ { if c { continue }; /*P*/g(v) }", No),
        ("/*P*/g(); /*D*/r = 1", Yes),
        ("break; var /*D*/v int; /*P*/g(v)", Unknown),
        ("var /*D*/v int; /*P*/g(v); return; v = 1", No),
        ("var /*D*/v int; /*P*/g(v); switch x := y.(type) { case int: v = x }", Yes),
        ("var /*D*/v int; select { case /*P*/<-c: case v = <-c: }", No),
        ("var /*D*/v int; /*P*/g(v); for _, v = range x { }", Yes),
    ] {
        assert_eq!(after(26, body).0, expected, "{body}");
    }
    // All turns share the variable.
    for (body, expected) in [
        ("for /*D*/v := range x { /*P*/g(v) }", Yes),
        ("for /*D*/v := range x { /*P*/g(v); break }", No),
        ("for /*D*/v := 0; v < 3; v++ { /*P*/g(v) }", Yes),
        ("for /*D*/v := 0; v < 3; v++ { /*P*/g(v); return }", No),
        ("for i := range x { /*D*/v := i; /*P*/g(v) }", No),
    ] {
        assert_eq!(after(21, body).0, expected, "{body}");
    }
    // What the file says itself counts.
    let text = "//go:build go1.21\n\npackage p\n\nfunc f() { for /*D*/v := range x { /*P*/g(v) } }\n";
    assert!(!renewal(&Code::of_version(26, text).cx(), Code::of_version(26, text).def("D")).is_per_iteration());
}

#[test]
fn addresses_taken_after_a_point() {
    for (body, expected) in [
        ("var /*D*/v int; p := &v; /*P*/g(p)", No),
        ("var /*D*/v int; /*P*/g(v); p := &v", Yes),
        ("var /*D*/v int; for { p := &v; /*P*/g(p) }", Yes),
        ("for { var /*D*/v int; p := &v; /*P*/g(p) }", No),
        ("var /*D*/v T; /*P*/g(v); v.m()", Unknown),
        ("var /*D*/v T; /*P*/g(v); h(v[:])", Unknown),
        ("var /*D*/v T; h(func() { p(&v.f) }); /*P*/g(v)", Yes),
    ] {
        assert_eq!(after(26, body).1, expected, "{body}");
    }
}

#[test]
fn named_results_are_assigned_by_return() {
    let code = Code::of_version(26, "package p\n\nfunc f() (/*D*/r int) {\ndefer g(/*P*/r)\nreturn 1\n}\n");
    let (cx, local) = (code.cx(), local(&code));
    let graph = cx.graph(local.home).expect("a body");
    assert_eq!(local.is_assigned_after(&cx, &graph, code.at("P")), Yes);
    let code = Code::of_version(26, "package p\n\nfunc f() (/*D*/r int) {\ndefer g(/*P*/r)\nreturn\n}\n");
    let (cx, local) = (code.cx(), self::local(&code));
    let graph = cx.graph(local.home).expect("a body");
    assert_eq!(local.is_assigned_after(&cx, &graph, code.at("P")), No);
}

#[test]
fn variables_of_each_turn() {
    let of = |minor: u16, body: &str| {
        let code = Code::of_version(minor, &format!("package p\n\nfunc f() {{\n{body}\n}}\n"));
        match renewal(&code.cx(), code.def("D")) {
            Renewal::EachTurn { in_head: true, .. } => "head",
            Renewal::EachTurn { in_head: false, .. } => "body",
            Renewal::Shared(_) => "shared",
            Renewal::Once => "once",
        }
    };
    for (body, old, new) in [
        ("for /*D*/v := range x { }", "shared", "head"),
        ("for _, /*D*/v := range x { }", "shared", "head"),
        ("for /*D*/v := 0; ; { }", "shared", "head"),
        ("for { for /*D*/v := 0; ; { } }", "shared", "head"),
        ("for { /*D*/v := 0 }", "body", "body"),
        ("for { if /*D*/v := 0; c { } }", "body", "body"),
        ("for { var x, /*D*/v int }", "body", "body"),
        ("for { func() { /*D*/v := 0 }() }", "once", "once"),
        ("for { func(/*D*/v int) { }(1) }", "once", "once"),
        ("/*D*/v := 0; for v = range x { }", "once", "once"),
    ] {
        assert_eq!((of(21, body), of(22, body)), (old, new), "{body}");
    }
}

#[test]
fn who_captures_and_how() {
    let of = |body: &str| {
        let code = Code::body(&format!("var /*D*/v int\n{body}"));
        let local = local(&code);
        let [only] = &local.uses[..] else { panic!("{body}") };
        (only.runs_at_once(), only.captured_by_go().is_some(), only.captured_by_value().is_some())
    };
    assert_eq!(of("use(v)"), (true, false, false));
    assert_eq!(of("func() { func() { use(v) }() }()"), (true, false, false));
    assert_eq!(of("defer func() { use(v) }()"), (false, false, false));
    assert_eq!(of("go func() { func() { use(v) }() }()"), (false, true, false));
    assert_eq!(of("run(func() { go func() { use(v) }() })"), (false, true, true));
}

#[test]
fn keys_that_may_be_fields() {
    let code = Code::body("var /*D*/V int; V = 1; x := io.T{V: 1}");
    let found = local(&code);
    assert_eq!((found.uses.len(), found.unsure.len(), found.is_complete()), (1, 1, false));
    let facts = code.cx().facts(code.func()).expect("a function");
    assert_eq!(facts.local(found.def).expect("a variable").unsure, found.unsure);
}

#[test]
fn deep_nesting_is_no_danger() {
    let depth = 1_000;
    let (open, close) = ("func() { if v != nil { ".repeat(depth), " } }()".repeat(depth));
    let code = Code::new(&format!("func f(/*D*/v error) {{ {open}use(/*A*/v){close} }}"));
    let facts = code.cx().facts(code.func()).expect("a function");
    let local = facts.local(code.def("D")).expect("a variable");
    assert_eq!(local.uses.len(), depth + 1);
    assert!(local.uses.iter().all(|it| it.runs_at_once()));
    assert_eq!(facts.non_nil(code.ident("A")), crate::flow::NonNil::Proved);
    assert_eq!(facts.origin(code.ident("A")), Some(crate::flow::Origin::Parameter));
}
