//! Each way in which an error can go from one place to another.

use crate::support::check;

const COMPARED: &str = "Compared err == io.EOF at p.go:2 via f";

#[test]
fn assignments_that_reach_the_place_count_and_no_others() {
    check("func f() { err := start();\nif err == io.EOF { return } }", &[COMPARED]);
    check("func f() { err := start(); err = op();\nif err == io.EOF { return } }", &[]);
    check("func f(b bool) { err := op(); if b { err = start() };\nif err == io.EOF { return } }", &[COMPARED]);
    check("func f() { var err error; for {\nif err == io.EOF { return }\nerr = start() } }", &[COMPARED]);
    check("func f() { err := op(); err = start(); if err != nil { return };\nif err == io.EOF { return } }", &[]);
    check("func f() { _, err := 1, start(); x, err := 1, op(); _ = x;\nif err == io.EOF { return } }", &[]);
    check("func f() { if err := start(); err != nil { return }; err := op();\nif err == io.EOF { return } }", &[]);
    check("func f() { err := start(); goto l; l:\nif err == io.EOF { return } }", &[COMPARED]);
    check(
        "func g() (int, error) { return 1, start() }; func f() { _, err := g();\nif err == io.EOF { return } }",
        &["Compared err == io.EOF at p.go:2 via g, f"],
    );
}

#[test]
fn parameters_lead_in_and_results_only_out_to_the_same_call() {
    check(
        "func is(err error) bool {\nreturn err == io.EOF }; func f() { is(start()) }",
        &["Compared err == io.EOF at p.go:2 via f, is"],
    );
    let same = "func same(err error) error { return err }; ";
    check(
        &format!(
            "{same}func f() {{ err := same(start());\nif err == io.EOF {{ return }} }}; func g() {{ same(op()) }}"
        ),
        &[COMPARED],
    );
    check(
        &format!(
            "{same}func f() {{ same(start()) }}; func g() {{ err := same(op());\nif err == io.EOF {{ return }} }}"
        ),
        &[],
    );
    check(
        &format!(
            "{same}func twice(err error) error {{ return same(same(err)) }}; func f() {{ err := twice(start());\nif err == io.EOF {{ return }} }}"
        ),
        &[COMPARED],
    );
    check(
        "func wrap(err error) error { return fmt.Errorf(\"x: %w\", err) }; func f() { err := wrap(start());\nif err == io.EOF || errors.Is(err, io.EOF) { return } }",
        &["Unwrapped errors.Is(err, io.EOF) at p.go:2 via f"],
    );
    check(
        "func first(errs ...error) error { for _, err := range errs { return err }; return nil }; func f() { err := first(op(), start());\nif err == io.EOF { return } }",
        &[COMPARED],
    );
}

#[test]
fn recursion_comes_to_an_end() {
    check(
        "func a(n int) error { if n == 0 { return start() }; return b(n) }; func b(n int) error { return a(n - 1) }; func f() { err := b(1);\nif err == io.EOF { return } }",
        &["Compared err == io.EOF at p.go:2 via a, b, f"],
    );
    check(
        "func a(err error, n int) error { if n == 0 { return err }; return a(err, n - 1) }; func f() { err := a(start(), 1);\nif err == io.EOF { return } }",
        &[COMPARED],
    );
}

#[test]
fn fields_and_variables_of_packages_are_read_anywhere() {
    check(
        "type T struct { err error }; func (t *T) g() { t.err = start() }; func (t *T) f() {\nif t.err == io.EOF { return } }",
        &["Compared t.err == io.EOF at p.go:2 via T.g, T.f"],
    );
    check(
        "type T struct { err error }; func g() *T { return &T{err: start()} }; func f(t T) {\nif t.err == io.EOF { return } }",
        &["Compared t.err == io.EOF at p.go:2 via g, f"],
    );
    check(
        "type T struct { n int; err error }; func g() T { return T{1, start()} }; func f() {\nif g().err == io.EOF { return } }",
        &["Compared g().err == io.EOF at p.go:2 via g, f"],
    );
    check(
        "type T struct { err error }; type U struct { T }; func g(u *U) { u.err = start() }; func f(t T) {\nif t.err == io.EOF { return } }",
        &["Compared t.err == io.EOF at p.go:2 via g, f"],
    );
    check(
        "var last error; func g() { last = start() }; func f() {\nif last == io.EOF { return } }",
        &["Compared last == io.EOF at p.go:2 via g, f"],
    );
    check(
        "var last = start(); func f() {\nif last == io.EOF { return } }",
        &["Compared last == io.EOF at p.go:2 via f"],
    );
    check(
        "func f() { for _, t := range []struct { name string; err error }{{\"a\", start()}} {\nif t.err == io.EOF { return } } }",
        &["Compared t.err == io.EOF at p.go:2 via f"],
    );
    check(
        "type T struct { err, other error }; func g(t *T) { t.err = start() }; func f(t T) {\nif t.other == io.EOF { return } }",
        &[],
    );
}

#[test]
fn channels_slices_and_maps_share_what_they_hold() {
    check(
        "func g(c chan<- error) { c <- start() }; func f() { c := make(chan error, 1); go g(c); err := <-c;\nif err == io.EOF { return } }",
        &["Compared err == io.EOF at p.go:2 via g, f"],
    );
    check(
        "func f() { c := make(chan error, 1); go func() { c <- start() }(); select { case err := <-c:\nif err == io.EOF { return } } }",
        &["Compared err == io.EOF at p.go:2 via a literal in f, f"],
    );
    check(
        "type r struct { err error }; func f() { c := make(chan r, 1); c <- r{start()}; x := <-c;\nif x.err == io.EOF { return } }",
        &["Compared x.err == io.EOF at p.go:2 via f"],
    );
    check(
        "func f() { var errs []error; errs = append(errs, start()); for _, err := range errs {\nif err == io.EOF { return } } }",
        &[COMPARED],
    );
    check(
        "func f() { m := map[string]error{}; m[\"a\"] = start(); err := m[\"a\"];\nif err == io.EOF { return } }",
        &[COMPARED],
    );
    check(
        "func fill(m map[string]error) { m[\"a\"] = start() }; func f() { m := map[string]error{}; fill(m);\nif m[\"b\"] == io.EOF { return } }",
        &["Compared m[\"b\"] == io.EOF at p.go:2 via fill, f"],
    );
    check(
        "func f() { a := [2]error{op(), start()}; b := a;\nif b[0] == io.EOF { return } }",
        &["Compared b[0] == io.EOF at p.go:2 via f"],
    );
    check(
        "func set(p *error) { *p = start() }; func f() { var err error; set(&err);\nif err == io.EOF { return } }",
        &["Compared err == io.EOF at p.go:2 via set, f"],
    );
}

#[test]
fn elements_of_lists_have_nothing_to_do_with_each_other() {
    let with =
        "type opt func() error; func a() opt { return func() error { return start() } }; func b() opt { return op }; ";
    check(
        &format!(
            "{with}func g() []opt {{ var opts []opt; opts = append(opts, a(), b()); return opts }}; func f() {{ err := b()();\nif err == io.EOF {{ return }} }}"
        ),
        &[],
    );
    check(
        &format!(
            "{with}func g() []opt {{ return []opt{{a(), b()}} }}; func f() {{ for _, o := range g() {{ err := o();\nif err == io.EOF {{ return }} }} }}"
        ),
        &["Compared err == io.EOF at p.go:2 via a literal in a, a, g, f"],
    );
}

#[test]
fn function_values_are_called_where_they_are_kept() {
    check("func f() { g := start; err := g();\nif err == io.EOF { return } }", &[COMPARED]);
    check(
        "func run(g func() error) { err := g();\nif err == io.EOF { return } }; func f() { run(start) }",
        &["Compared err == io.EOF at p.go:2 via f, run"],
    );
    check(
        "func run(g func() error) error { return g() }; func f() { err := run(func() error { return start() });\nif err == io.EOF { return } }",
        &["Compared err == io.EOF at p.go:2 via a literal in f, f"],
    );
    check(
        "type T struct { do func() error }; var t = T{do: start}; func f() { err := t.do();\nif err == io.EOF { return } }",
        &[COMPARED],
    );
    check(
        "func each(g func(error)) { g(start()) }; func f() { each(func(err error) {\nif err == io.EOF { return } }) }",
        &["Compared err == io.EOF at p.go:2 via each, f, a literal in f"],
    );
    check(
        "type T struct{}; func (T) m() error { return start() }; func f() { g := T{}.m; err := g();\nif err == io.EOF { return } }",
        &["Compared err == io.EOF at p.go:2 via T.m, f"],
    );
    check(
        "func f() { err := func() error { return start() }();\nif err == io.EOF { return } }",
        &["Compared err == io.EOF at p.go:2 via a literal in f, f"],
    );
    check(
        "func all() iter.Seq2[int, error] { return func(yield func(int, error) bool) { yield(1, start()) } }; func f() { for _, err := range all() {\nif err == io.EOF { return } } }",
        &["Compared err == io.EOF at p.go:2 via a literal in all, all, f"],
    );
}

#[test]
fn interfaces_lead_to_all_that_implement_them() {
    let types = "type I interface { Do() error; More() }; type T struct{}; func (T) Do() error { return start() }; func (T) More() {}; type U struct{}; func (U) Do() error { return op() }; ";
    check(
        &format!("{types}func f(i I) {{ err := i.Do();\nif err == io.EOF {{ return }} }}"),
        &["Compared err == io.EOF at p.go:2 via T.Do, f"],
    );
    // U has not all methods.
    check(
        "type I interface { Do() error; More() }; type U struct{}; func (U) Do() error { return start() }; func f(i I) { err := i.Do();\nif err == io.EOF { return } }",
        &[],
    );
    check(
        "type I interface { Do(int) error }; type U struct{}; func (U) Do(string) error { return start() }; func f(i I) { err := i.Do(1);\nif err == io.EOF { return } }",
        &[],
    );
    check(
        "type J interface { Do() error }; type I interface { J; More() }; type B struct{}; func (*B) Do() error { return start() }; type T struct { *B }; func (T) More() {}; func f(i I) { err := i.Do();\nif err == io.EOF { return } }",
        &["Compared err == io.EOF at p.go:2 via B.Do, f"],
    );
    check(
        "type J interface { Do() error }; type T struct { J }; type U struct{}; func (U) Do() error { return start() }; func f(t T) { err := t.Do();\nif err == io.EOF { return } }",
        &["Compared err == io.EOF at p.go:2 via U.Do, f"],
    );
    check(
        "type I interface { Got(error) }; type T struct{}; func (*T) Got(err error) {\nif err == io.EOF { return } }; func f(i I) { i.Got(start()) }",
        &["Compared err == io.EOF at p.go:2 via f, T.Got"],
    );
}

#[test]
fn generic_code_is_one_for_all_its_types() {
    check(
        "func id[T any](x T) T { return x }; func f() { err := id(start());\nif err == io.EOF { return } }",
        &[COMPARED],
    );
    check(
        "type Box[T any] struct { v T }; func (b *Box[T]) set(v T) { b.v = v }; func f(b *Box[error]) { b.set(start()); err := b.v;\nif err == io.EOF { return } }",
        &["Compared err == io.EOF at p.go:2 via f, Box.set, f"],
    );
    check(
        "type D[K any] interface { Do(K) error }; type T[K any] struct{}; func (T[K]) Do(K) error { return start() }; func f(d D[int]) { err := d.Do(1);\nif err == io.EOF { return } }",
        &["Compared err == io.EOF at p.go:2 via T.Do, f"],
    );
    check(
        "func do[T interface { Do() error }](t T) { err := t.Do();\nif err == io.EOF { return } }; type U struct{}; func (U) Do() error { return start() }",
        &["Compared err == io.EOF at p.go:2 via U.Do, do"],
    );
}

#[test]
fn captured_variables_and_deferred_literals() {
    check(
        "func f() { var err error; func() { err = start() }();\nif err == io.EOF { return } }",
        &["Compared err == io.EOF at p.go:2 via a literal in f, f"],
    );
    check(
        "func f() { err := start(); func() {\nif err == io.EOF { return } }() }",
        &["Compared err == io.EOF at p.go:2 via f, a literal in f"],
    );
    check(
        "func f() (err error) { defer func() {\nif err == io.EOF { return } }(); return start() }",
        &["Compared err == io.EOF at p.go:2 via f, a literal in f"],
    );
    check(
        "func g() (err error) { defer func() { err = start() }(); return nil }; func f() { err := g();\nif err == io.EOF { return } }",
        &["Compared err == io.EOF at p.go:2 via a literal in g, g, f"],
    );
    check(
        "func g() (err error) { err = start(); return }; func f() { err := g();\nif err == io.EOF { return } }",
        &["Compared err == io.EOF at p.go:2 via g, f"],
    );
    check(
        "func f() { defer func() { if r := recover(); r == io.EOF {\nreturn } }(); panic(start()) }",
        &["Compared r == io.EOF at p.go:1 via f, a literal in f"],
    );
}

#[test]
fn what_is_outside_keeps_and_hands_back() {
    check(
        "func f() { var v atomic.Value; v.Store(start()); err := v.Load();\nif err == io.EOF { return } }",
        &["Asserted v.Store(start()) at p.go:1 via f", COMPARED],
    );
    check("func f() { ctx, cancel := context.WithCancelCause(nil); cancel(start());\n_ = ctx }", &[]);
}

#[test]
fn names_that_are_shadowed_mean_what_they_mean() {
    check("func f() { start := op; err := start();\nif err == io.EOF { return } }", &[]);
    check("func f() { err := start(); { err := op();\nif err == io.EOF { return } }; _ = err }", &[]);
    check("type error interface { Error() string; More() }; func f(err error) {\nif err == nil { return } }", &[]);
}

#[test]
fn receivers_are_parameters() {
    check(
        "type F func() error; func (f F) Do() {\nif f() == io.EOF { return } }; func g() { F(start).Do() }",
        &["Compared f() == io.EOF at p.go:2 via g, F.Do"],
    );
    check(
        "type F func() error; func (f F) Do() {\nif f() == io.EOF { return } }; type I interface { Do() }; func g() I { return F(start) }",
        &["Compared f() == io.EOF at p.go:2 via g, F.Do"],
    );
    check(
        "type T struct{}; func (T) is(err error) bool {\nreturn err == io.EOF }; func g() { T.is(T{}, start()) }",
        &["Compared err == io.EOF at p.go:2 via g, T.is"],
    );
}

#[test]
fn literals_see_what_named_results_are_given() {
    let compared = |func: &str| format!("Compared err == io.EOF at p.go:2 via {func}");
    let literal = "a literal in f";
    for body in [
        "defer func() {\nif err == io.EOF { err = nil } }(); return start()",
        "defer func() {\nif err == io.EOF { err = nil } }(); err = start(); return",
        "defer func() {\nif err == io.EOF { err = nil } }(); err = start(); return err",
        "done := func() {\nif err == io.EOF { err = nil } }; defer done(); return start()",
        "done := func() {\nif err == io.EOF { err = nil } }; defer done(); if err := start(); err != nil { return err }; return nil",
    ] {
        check(&format!("func f() (err error) {{ {body} }}"), &[&compared(&format!("f, {literal}"))]);
    }
}

#[test]
fn libraries_ask_for_methods() {
    check(
        "type T struct{}; func (*T) UnmarshalJSON(\n[]byte) error { return start() }",
        &["Lost(Method) libraries, which can call UnmarshalJSON at p.go:1 via T.UnmarshalJSON"],
    );
    check("type T struct{}; func (*T) Query() error { return start() }", &[]);
}

#[test]
fn values_get_into_callbacks() {
    let compared = |what: &str| format!("Compared {what} == io.EOF at p.go:2 via f, a literal in f");
    check(
        "func f() { slices.IndexFunc([]error{start()}, func(err error) bool {\nreturn err == io.EOF }) }",
        &[&compared("err"), "Lost(Unknown) slices.IndexFunc, of which nothing is known at p.go:1 via f"],
    );
    check(
        "func f() { slices.ContainsFunc([]error{start()}, is) }; func is(err error) bool {\nreturn err == io.EOF }",
        &[
            "Compared err == io.EOF at p.go:2 via f, is",
            "Lost(Unknown) slices.ContainsFunc, of which nothing is known at p.go:1 via f",
        ],
    );
    check(
        "type T struct{}; func (T) Load() error { return start() }; func f() {\nreflect.ValueOf(T{}).MethodByName(\"Load\").Call(nil) }",
        &["Lost(Method) reflect.ValueOf, which can call Load at p.go:2 via T.Load, f"],
    );
}

#[test]
fn steps_of_a_state_machine_lead_to_each_other() {
    check(
        "type state func() (state, error); func first() (state, error) { return second, nil }; func second() (state, error) { return nil, start() }
func f() { s := state(first); var err error; for s != nil && err == nil { s, err = s() }
if err == io.EOF { return } }",
        &["Compared err == io.EOF at p.go:3 via second, first, f"],
    );
}
