//! Where values come from, and whether they can be nil.

use gofix_semantic::Res;

use super::support::Code;
use crate::flow::{Facts, History, NonNil, Origin, enclosing_func};

/// Asks about the identifier behind `/*A*/`, in the function right around it.
fn ask<'c, T>(code: &'c Code, answer: impl Fn(&History<'c>) -> T) -> Option<T> {
    let (cx, site) = (code.cx(), code.ident("A"));
    let Res::Def(def) = cx.resolve(site) else { return None };
    let facts = Facts::new(&cx, site)?;
    facts.history(def, enclosing_func(site)?).map(|it| answer(&it))
}

fn show(origin: Origin<'_>) -> String {
    match origin {
        Origin::Call { call, result } => format!("{}#{result}", call.fun().text()),
        Origin::Parameter => "param".into(),
        Origin::Captured => "captured".into(),
        Origin::Zero => "zero".into(),
        Origin::Named(it) => format!("name {}", it.text()),
        Origin::Variable(it) => format!("var {}", it.text()),
        Origin::Made(it) => format!("made {}", it.text()),
        Origin::Received(it) => format!("received {}", it.text()),
        Origin::Ranged(_) => "ranged".into(),
        Origin::Switched(_) => "switched".into(),
        Origin::Other(it) => format!("other {}", it.text()),
        Origin::Unknown(_) => "?".into(),
    }
}

fn origins(code: &Code) -> String {
    let found = ask(code, |it| it.origins(code.ident("A")).map(|it| it.into_iter().map(show).collect::<Vec<_>>()));
    found.flatten().map_or("none".into(), |it| it.join(", "))
}

#[test]
fn origins_of_values() {
    for (body, expected) in [
        ("if err := g(); err != nil { return /*A*/err }", "g#0"),
        ("x, err := g(); use(x); return /*A*/err", "g#1"),
        ("a, err := g(), h(); use(a); return /*A*/err", "h#0"),
        ("err := g(); err = h(); return /*A*/err", "h#0"),
        ("err := g(); if c { err = h() }; return /*A*/err", "g#0, h#0"),
        ("err := g(); if c { err = h(); return nil }; return /*A*/err", "g#0"),
        ("err := g(); if c { err := h(); use(err) }; return /*A*/err", "g#0"),
        ("err := g(); x, err := h(); use(x); return /*A*/err", "h#1"),
        ("var err error; return /*A*/err", "zero"),
        ("var err error = nil; return /*A*/err", "zero"),
        ("var x, err = g(); use(x); return /*A*/err", "g#1"),
        ("return /*A*/p", "param"),
        ("p = wrap(/*A*/p)", "param"),
        ("p = wrap(p); return /*A*/p", "wrap#0"),
        ("return /*A*/named", "zero"),
        ("err := io.EOF; return /*A*/err", "name io.EOF"),
        ("err := ErrOwn; return /*A*/err", "name ErrOwn"),
        ("err := p; return /*A*/err", "var p"),
        ("err := (&T{}); return /*A*/err", "made &T{}"),
        ("err := E(g()); return /*A*/err", "made E(g())"),
        ("err := <-ch; return /*A*/err", "received <-ch"),
        ("for _, err := range errs { return /*A*/err }", "ranged"),
        ("switch err := p.(type) { case *T: return /*A*/err }", "switched"),
        ("select { case err := <-ch: return /*A*/err; default: }", "received <-ch"),
        ("err := p.(error); return /*A*/err", "other p.(error)"),
        ("n := 1; n++; return /*A*/n", "other n++"),
        // Loops: the value of the turn before.
        ("var err error; for { if err != nil { return /*A*/err }; err = g() }", "zero, g#0"),
        ("for { err := g(); if c { continue }; return /*A*/err }", "g#0"),
        ("var err error; for i := 0; i < 3; i++ { if err = g(); err == nil { break } }; return /*A*/err", "zero, g#0"),
        ("var err error\nL: if c { return /*A*/err }; err = g(); goto L", "zero, g#0"),
        ("var err error; switch c { case 1: err = g(); fallthrough; case 2: return /*A*/err }", "zero, g#0"),
        ("var err error; switch c { case 1: err = g(); default: err = h() }; return /*A*/err", "g#0, h#0"),
        // Literals
        ("err := g(); func() { err = h() }(); return /*A*/err", "?"),
        ("err := g(); go func() { err = h() }(); wait(); return /*A*/err", "?"),
        ("err := g(); defer func() { err = h() }(); wait(); return /*A*/err", "g#0"),
        ("err := g(); func() { defer func() { err = h() }() }(); return /*A*/err", "?"),
        ("var err error; err = run(func() { err = h() }); return /*A*/err", "run#0"),
        ("var err error; err = run(func() { err = h() }); wait(); return /*A*/err", "?"),
        ("err := g(); run(func() { err := h(); use(err) }); return /*A*/err", "g#0"),
        ("err := g(); run(func() { use(/*A*/err) })", "captured"),
        ("err := g(); run(func() { use(/*A*/err) }); err = nil", "captured"),
        ("err := g(); run(func() { wait(); use(/*A*/err) }); err = nil", "?"),
        ("err := g(); run(func() { err = h(); use(/*A*/err) })", "h#0"),
        ("err := g(); run(func() { err = h(); wait(); use(/*A*/err) })", "?"),
        // Addresses
        ("err := g(); join(&err); return /*A*/err", "?"),
        ("err := g(); defer join(&err); wait(); return /*A*/err", "g#0"),
        ("err := g(); p := &err; return /*A*/err", "g#0"),
        ("err := g(); p := &err; p.wait(); return /*A*/err", "?"),
        ("p := new(int); err := g(); q := &err; for { err := h(); wait(); return /*A*/err }", "h#0"),
        ("err := g(); return /*A*/err, wait()", "g#0"),
        ("err := g(); keep(&err); err = h(); return /*A*/err, wait()", "?"),
        ("err := g(); keep(&err); err = h(); return wrap(1, /*A*/err)", "h#0"),
        // A method may take the address of a variable whose type is not known.
        ("err := g(); err.m(); wait(); return /*A*/err", "?"),
        ("var err error = g(); err.m(); wait(); return /*A*/err", "g#0"),
        ("return; err := g(); use(/*A*/err)", "none"),
        ("err := g(); use(/*A*/err); break", "none"),
    ] {
        let code = Code::new(&format!(
            "var ErrOwn error\ntype E string\ntype T struct{{}}\nfunc f(p any) (named error) {{\n{body}\n}}\n"
        ));
        assert_eq!(origins(&code), expected, "{body}");
    }
}

#[test]
fn values_that_are_not_nil() {
    use NonNil::{Matched, Proved, Unknown};
    for (body, expected) in [
        ("if err != nil { return /*A*/err }", Proved),
        ("if nil != (err) { return /*A*/err }", Proved),
        ("if err := g(); err != nil { return /*A*/err }", Proved),
        ("if err := g(); err != nil { use(err) }; return /*A*/err", Unknown),
        ("if err == nil { return }; use(/*A*/err)", Proved),
        ("if err == nil { } else { use(/*A*/err) }", Proved),
        ("if err == nil { use(/*A*/err) }", Unknown),
        ("if err == nil { os.Exit(1) }; use(/*A*/err)", Proved),
        ("if err == nil { t.Fatal(1) }; use(/*A*/err)", Proved),
        ("if err == nil { unknown(1) }; use(/*A*/err)", Unknown),
        ("if err == nil { log.Print(1) }; use(/*A*/err)", Unknown),
        ("if c && err != nil { use(/*A*/err) }", Proved),
        ("if c || err != nil { use(/*A*/err) }", Unknown),
        ("if c || err == nil { return }; use(/*A*/err)", Proved),
        ("if c && err == nil { return }; use(/*A*/err)", Unknown),
        ("if !(err == nil || c) { use(/*A*/err) }", Proved),
        ("if err != nil && err != io.EOF { use(/*A*/err) }", Proved),
        ("if err != nil && is(/*A*/err) { }", Proved),
        ("x := err != nil && is(/*A*/err); use(x)", Proved),
        ("x := err == nil || is(/*A*/err); use(x)", Proved),
        ("x := err != nil || is(/*A*/err); use(x)", Unknown),
        ("x := err != nil && func() bool { return is(/*A*/err) }(); use(x)", Unknown),
        ("switch { case err != nil: use(/*A*/err) }", Proved),
        ("switch { case err == nil: case c: use(/*A*/err) }", Proved),
        ("switch { case c, err != nil: use(/*A*/err) }", Unknown),
        ("switch { case err == nil: fallthrough; case c: use(/*A*/err) }", Unknown),
        ("switch err { case nil: default: use(/*A*/err) }", Proved),
        ("switch err { default: use(/*A*/err); case nil: }", Proved),
        ("switch err { case io.EOF: use(/*A*/err) }", Matched),
        ("switch err { case io.EOF, nil: use(/*A*/err) }", Unknown),
        ("switch err { case func() error { err = nil; return io.EOF }(): case nil: default: use(/*A*/err) }", Unknown),
        ("switch err.(type) { case *T: use(/*A*/err) }", Proved),
        ("switch err.(type) { case *T, nil: use(/*A*/err) }", Unknown),
        ("switch err.(type) { case nil: default: use(/*A*/err) }", Proved),
        ("switch err.(type) { case *T: default: use(/*A*/err) }", Unknown),
        ("for err != nil { use(/*A*/err); err = g() }", Proved),
        ("for { if err != nil { break }; err = g() }; use(/*A*/err)", Proved),
        ("for { if err != nil { break }; if c { break } }; use(/*A*/err)", Unknown),
        ("for err == nil { err = g() }; use(/*A*/err)", Proved),
        ("if err != nil { goto L }; return\nL: use(/*A*/err)", Proved),
        ("if c { goto L }; if err == nil { return }\nL: use(/*A*/err)", Unknown),
        ("if errors.Is(err, io.EOF) { use(/*A*/err) }", Matched),
        ("if err == io.EOF { use(/*A*/err) }", Matched),
        ("if err == nil || errors.Is(err, io.EOF) { return }; use(/*A*/err)", Proved),
        ("if errors.As(err, &target) { use(/*A*/err) }", Proved),
        ("if !errors.As(err, &target) { use(/*A*/err) }", Unknown),
        ("if err != other { use(/*A*/err) }", Unknown),
        // Assignments
        ("if err != nil { err = g(); use(/*A*/err) }", Unknown),
        ("if err != nil { err = wrap(/*A*/err) }", Proved),
        ("if err != nil { err := g(); use(/*A*/err) }", Unknown),
        ("if err != nil { if c { err = nil }; use(/*A*/err) }", Unknown),
        ("if err != nil { if c { err = nil; return }; use(/*A*/err) }", Proved),
        ("if err != nil { for { use(/*A*/err); err = g() } }", Unknown),
        ("if c { err = errors.New(1) } else { err = &T{} }; use(/*A*/err)", Proved),
        ("if c { err = errors.New(1) } else if err == nil { return }; use(/*A*/err)", Proved),
        ("if c { err = errors.New(1) } else if err != io.EOF { return }; use(/*A*/err)", Matched),
        ("err = (*T)(nil); use(/*A*/err)", Unknown),
        // Literals and addresses
        ("if err != nil { func() { err = nil }(); use(/*A*/err) }", Unknown),
        ("if err != nil { defer func() { err = nil }(); use(/*A*/err) }", Proved),
        ("go func() { err = nil }(); if err != nil { return /*A*/err }", Proved),
        ("go func() { err = nil }(); if err != nil { wait(); return /*A*/err }", Unknown),
        ("if err != nil { run(func() { err = nil }); return /*A*/err }", Unknown),
        ("if err != nil { run(func() { use(err) }); return /*A*/err }", Proved),
        ("if err != nil { p := &err; return wrap(/*A*/err, p) }", Proved),
        ("if err != nil { fill(&err); return /*A*/err }", Unknown),
        ("if err != nil { run(func() { use(/*A*/err) }) }", Unknown),
        ("run(func() { if err != nil { use(/*A*/err) } })", Proved),
        ("run(func() { if err != nil { wait(); use(/*A*/err) } })", Unknown),
        ("nil := g(); if err != nil { use(/*A*/err) }", Unknown),
        ("{ errors := g(); if errors.As(err, 1) { use(/*A*/err) } }", Unknown),
        ("if err != nil { continue; use(/*A*/err) }", Unknown),
    ] {
        let head = "type T struct{}\nfunc f(t *testing.T) {\nvar err error = start()\n";
        let code = Code::new(&format!("{head}{body}\nerr = nil\n}}\n"));
        let found = ask(&code, |it| it.non_nil(code.ident("A"))).unwrap_or(Unknown);
        assert_eq!(found, expected, "{body}");
    }
}

#[test]
fn what_literals_inherit() {
    use NonNil::{Proved, Unknown};
    for (body, expected, origin) in [
        ("err := g(); if err != nil { go func() { use(/*A*/err) }() }", Proved, "g#0"),
        ("err := g(); if err != nil { run(func() { run(func() { use(/*A*/err) }) }) }", Proved, "g#0"),
        ("err := g(); if err != nil { go func() { use(/*A*/err) }() }; err = nil", Unknown, "captured"),
        ("err := g(); if err != nil { go func() { use(/*A*/err); err = nil }() }", Unknown, "captured"),
        ("err := g(); if err != nil { go func() { err = h(); use(/*A*/err) }() }", Unknown, "h#0"),
        ("err := g(); err = h(); if err != nil { go func() { use(/*A*/err) }() }", Proved, "h#0"),
        ("var err error; for { err = h(); if err != nil { go func() { use(/*A*/err) }() } }", Unknown, "captured"),
        ("for { err := h(); if err != nil { go func() { use(/*A*/err) }() } }", Proved, "h#0"),
        ("err := g(); if err != nil { p(&err); go func() { use(/*A*/err) }() }", Unknown, "captured"),
        ("go func(err error) { use(/*A*/err) }(g())", Unknown, "param"),
        ("err := g(); go func() { if err != nil { run(func() { use(/*A*/err) }) } }()", Proved, "g#0"),
    ] {
        let code = Code::body(body);
        let (cx, site) = (code.cx(), code.ident("A"));
        let facts = Facts::new(&cx, site).expect("a function");
        assert_eq!(facts.non_nil(site), expected, "{body}");
        let found = facts.origins(site).map(|it| it.into_iter().map(show).collect::<Vec<_>>().join(", "));
        assert_eq!(found.as_deref(), Some(origin), "{body}");
        let def = cx.resolve(site).def().expect("a variable");
        let (kept, own) = (facts.local(def).expect("a variable"), cx.local(def).expect("a variable"));
        let sites = |it: &crate::flow::Local<'_>| it.uses.iter().map(|it| it.site.start()).collect::<Vec<_>>();
        assert_eq!(sites(&kept), sites(&own), "{body}");
    }
}
