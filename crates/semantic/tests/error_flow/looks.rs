//! What looks at an error, and what does not.

use crate::support::check;

#[test]
fn comparisons_look_at_the_error_unless_with_nil() {
    let eof = ["Compared err == io.EOF at p.go:2 via f"];
    check("func f() {\nerr := start(); if err == io.EOF { return } }", &eof);
    check("func f() {\nif start() != nil { return } }", &[]);
    check("func f() {\nif nil == start() { return } }", &[]);
    check(
        "var nil = errors.New(\"\"); func f() {\nif start() != nil { return } }",
        &["Compared start() != nil at p.go:2 via f"],
    );
    check("func f() {\nif io.EOF != (start()) { return } }", &["Compared io.EOF != (start()) at p.go:2 via f"]);
    check(
        "func f() {\nswitch err := start(); err {\ncase nil:\ncase io.EOF, os.ErrExist: } }",
        &[
            "Compared switch err { case io.EOF } at p.go:4 via f",
            "Compared switch err { case os.ErrExist } at p.go:4 via f",
        ],
    );
    check("func f() {\nswitch err := start(); { case err == io.EOF: } }", &["Compared err == io.EOF at p.go:2 via f"]);
}

#[test]
fn assertions_look_at_the_error_unless_all_errors_fit() {
    check(
        "func f() {\n_, ok := start().(*os.PathError); _ = ok }",
        &["Asserted start().(*os.PathError) at p.go:2 via f"],
    );
    check(
        "func f() {\n_, ok := start().(interface{ Timeout() bool }); _ = ok }",
        &["Asserted start().(interface{ Timeout() bool }) at p.go:2 via f"],
    );
    check("func f() {\n_, ok := start().(fmt.Stringer); _ = ok }", &[]);
    check(
        "func f() {\n_, ok := start().(interface{ Unwrap() error }); _ = ok }",
        &["Asserted start().(interface{ Unwrap() error }) at p.go:2 via f"],
    );
    check(
        "func f() {\nswitch e := start().(type) {\ncase nil:\ncase *os.PathError: _ = e\ncase error: } }",
        &["Asserted switch start().(type) { case *os.PathError } at p.go:4 via f"],
    );
    // What the switch declares is the error.
    check(
        "func f() {\nswitch e := start().(type) { case error: if e == io.EOF { return } } }",
        &["Compared e == io.EOF at p.go:2 via f"],
    );
}

#[test]
fn functions_of_the_standard_library_look_at_it() {
    check("func f() {\nif os.IsNotExist(start()) { return } }", &["Classified os.IsNotExist(start()) at p.go:2 via f"]);
    check(
        "func f() {\nif errors.Is(start(), io.EOF) { return } }",
        &["Unwrapped errors.Is(start(), io.EOF) at p.go:2 via f"],
    );
    check(
        "func f() {\nvar e *os.PathError; if errors.As(start(), &e) { return } }",
        &["Unwrapped errors.As(start(), &e) at p.go:2 via f"],
    );
    check(
        "func f() {\nif reflect.DeepEqual(start(), io.EOF) { return } }",
        &["DeepCompared reflect.DeepEqual(start(), io.EOF) at p.go:2 via f"],
    );
    check("func f() {\nfmt.Println(start()); fmt.Printf(\"%v\", start()) }", &[]);
    check(
        "func f() {\nfilepath.WalkDir(\".\", func(string, os.DirEntry, error) error { return start() }) }",
        &["Handled filepath.WalkDir at p.go:2 via a literal in f"],
    );
}

#[test]
fn texts_are_looked_at_as_a_whole_or_in_part() {
    check("func f() {\nif start().Error() == \"x\" { return } }", &["Text start().Error() == \"x\" at p.go:2 via f"]);
    check("func f() {\ns := start().Error()\nif s != \"x\" { return } }", &["Text s != \"x\" at p.go:3 via f"]);
    check(
        "func f() {\nif strings.HasPrefix(start().Error(), \"x\") { return } }",
        &["Text strings.HasPrefix(start().Error(), \"x\") at p.go:2 via f"],
    );
    check(
        "func f() {\nif strings.Contains(start().Error(), \"x\") { return } }",
        &["TextPart strings.Contains(start().Error(), \"x\") at p.go:2 via f"],
    );
    check(
        "func f() {\nswitch start().Error() { case \"x\": } }",
        &["Text switch start().Error() { case \"x\" } at p.go:2 via f"],
    );
    check(
        "func f() {\nif fmt.Sprint(start()) == \"x\" { return } }",
        &["Text fmt.Sprint(start()) == \"x\" at p.go:2 via f"],
    );
}

#[test]
fn what_is_wrapped_is_not_compared_any_more() {
    let wrapped = |how: &str| {
        format!(
            "func g() error {{ return {how} }}; func f() {{\nerr := g(); if err == io.EOF {{ return }}\nif errors.Is(err, io.EOF) {{ return }}\nif err.Error() == \"x\" {{ return }} }}"
        )
    };
    let (is, text) =
        ("Unwrapped errors.Is(err, io.EOF) at p.go:3 via g, f", "Text err.Error() == \"x\" at p.go:4 via g, f");
    check(&wrapped("fmt.Errorf(\"a %d: %w\", 1, start())"), &[is, text]);
    check(&wrapped("fmt.Errorf(\"a %w: %v\", io.EOF, start())"), &[text]);
    check(&wrapped("errors.Join(io.EOF, start())"), &[is, text]);
    check(
        &(wrapped("&E{start()}") + "; type E struct { error }; func (e *E) Unwrap() error { return e.error }"),
        &[is, text],
    );
    let compared = "Compared err == io.EOF at p.go:2 via g, f";
    check(&wrapped("error(start())"), &[compared, is, text]);
}

#[test]
fn functions_that_walk_the_chain_see_through_it() {
    check(
        "func f(err error) bool { for err != nil {\nif err == io.EOF { return true }; err = errors.Unwrap(err) }; return false }; func g() { f(start()) }",
        &["Unwrapped err == io.EOF at p.go:2 via g, f"],
    );
    check(
        "type E struct{}; func (E) Error() string { return \"\" }; func (E) Is(target error) bool {\nreturn target == io.EOF }; func g() { E{}.Is(start()) }",
        &["Unwrapped target == io.EOF at p.go:2 via g, E.Is"],
    );
}

#[test]
fn variables_can_be_asked_about() {
    use crate::support::{found_by, workspace};
    let ws = workspace(&[(
        "p.go",
        "package p\n\nimport (\n\t\"errors\"\n\t\"fmt\"\n\t\"io\"\n)\n\nvar ErrA = errors.New(\"a\")\n\nfunc f(n int) error {\n\tswitch n {\n\tcase 0:\n\t\treturn ErrA\n\tcase 1:\n\t\treturn fmt.Errorf(\"one: %w\", ErrA)\n\t}\n\treturn io.EOF\n}\n\nfunc g() bool { err := f(1); return err == ErrA || err == io.EOF }\n\nfunc h() bool { err := fmt.Errorf(\"two: %w\", io.EOF); return err == io.EOF }\n",
    )]);
    let flow = ws.error_flow();
    let ident = ws
        .file(gofix_syntax::FileId(0))
        .and_then(|it| it.nodes().find(|it| it.as_ident() == Some("ErrA")))
        .expect("it");
    let of_a: Vec<String> = flow.consumers_of_var(ident, 4).iter().map(|it| found_by(&ws, it)).collect();
    assert_eq!(
        of_a,
        [
            "Value Compared err == ErrA at p.go:21 via f, g",
            "Wrapped Compared err == ErrA at p.go:21 via f, g",
            "Value Compared err == io.EOF at p.go:21 via f, g",
            "Wrapped Compared err == io.EOF at p.go:21 via f, g",
        ]
    );
    let of_eof: Vec<String> =
        flow.consumers_of_var_outside("io", "EOF", 4).iter().map(|it| found_by(&ws, it)).collect();
    assert_eq!(
        of_eof,
        [
            "Wrapped Compared err == io.EOF at p.go:23 via h",
            "Value Compared err == ErrA at p.go:21 via f, g",
            "Value Compared err == io.EOF at p.go:21 via f, g",
        ]
    );
}

#[test]
fn results_that_are_no_errors_do_not_count() {
    let files = [(
        "p.go",
        "package p\n\nfunc start() (any, error) { return nil, nil }\n\nfunc f() bool { x, _ := start(); return x == 1 }\n",
    )];
    crate::support::check_files(&files, &[]);
    check("func f() {\nswitch any(start()).(type) { case []byte, func(), map[string]int: } }", &[]);
}

#[test]
fn types_outside_are_known_in_clauses() {
    check("func f() {\nswitch start().(type) { case fmt.Stringer: } }", &[]);
    check(
        "func f() {\nswitch start().(type) { case interface{ Timeout() bool }: } }",
        &["Asserted switch start().(type) { case interface{ Timeout() bool } } at p.go:2 via f"],
    );
}

#[test]
fn methods_that_are_given_away_are_lost_sight_of() {
    check(
        "type r struct{}; func (*r) Read([]byte) (int, error) { return 0, start() }; func f() {\nio.ReadAll(&r{}) }",
        &["Lost(Method) io.ReadAll, which can call Read at p.go:2 via r.Read, f"],
    );
    check("func f() {\nvar c T; c.do = start; filepath.Walk(\".\", nil) }; type T struct { do func() error }", &[]);
}

#[test]
fn what_is_looked_for_is_compared() {
    check(
        "func f(err error) {\nif errors.Is(err, start()) { return } }",
        &["Compared errors.Is(err, start()) at p.go:2 via f"],
    );
    check("var m = map[error]int{}; func f() {\n_ = m[start()] }", &["Compared m[start()] at p.go:2 via f"]);
    check("func f() {\n_ = reflect.TypeOf(start()) }", &["Asserted reflect.TypeOf(start()) at p.go:2 via f"]);
}

#[test]
fn structs_are_compared_with_all_their_fields() {
    check(
        "type T struct { n int; err error }; func f(want T) {\nif want == (T{1, start()}) { return } }",
        &["DeepCompared want == (T{1, start()}) at p.go:2 via f"],
    );
    check(
        "type T struct { n int; err error }; func f(want []*T) {\nif reflect.DeepEqual(want, []*T{{1, start()}}) { return } }",
        &["DeepCompared reflect.DeepEqual(want, []*T{{1, start()}}) at p.go:2 via f"],
    );
}

#[test]
fn texts_are_followed_through_variables() {
    check(
        "func f() { var s string; if err := start(); err != nil { s = err.Error() }\nif s == \"x\" { return } }",
        &["Text s == \"x\" at p.go:2 via f"],
    );
    check(
        "func g() error { return errors.New(\"a: \" + start().Error()) }; func f() {\nif g().Error() == \"x\" { return } }",
        &["Text g().Error() == \"x\" at p.go:2 via g, f"],
    );
    check(
        "func g() error { return fmt.Errorf(\"a: %s\", start().Error()) }; func f() {\nif g().Error() == \"x\" { return } }",
        &["Text g().Error() == \"x\" at p.go:2 via g, f"],
    );
}

#[test]
fn a_walk_is_one_of_a_variable() {
    let caused = |what: &str, line: u32| format!("Caused {what} at p.go:{line} via f");
    let compared = "Compared err == io.EOF at p.go:2 via f";
    // Another comparison of a function that walks.
    check(
        "func f() { err := start()\nif err == io.EOF { return }\nfor err != nil { err = errors.Unwrap(err) } }",
        &[compared],
    );
    // One step is no walk.
    check(
        "func f() bool { err := start()\nreturn errors.Unwrap(err) == io.EOF }",
        &[&caused("errors.Unwrap(err)", 2), "Compared errors.Unwrap(err) == io.EOF at p.go:2 via f"],
    );
    check(
        "func f() bool { err := fmt.Errorf(\"%w\", start())\nreturn errors.Unwrap(err) == io.EOF }",
        &[&caused("errors.Unwrap(err)", 2)],
    );
    check(
        "func f() { err := errors.Join(start())\nu, ok := err.(interface{ Unwrap() []error })\nif ok { _ = u.Unwrap()[0] == io.EOF } }",
        &[&caused("u.Unwrap()", 3)],
    );
    // Recursion.
    check(
        "func f() { is(start()) }; func is(err error) bool { if err == io.EOF { return true }\nu, ok := err.(interface{ Unwrap() error }); return ok && is(u.Unwrap()) }",
        &[
            "Unwrapped err == io.EOF at p.go:1 via f, is",
            "Unwrapped err.(interface{ Unwrap() error }) at p.go:2 via f, is",
        ],
    );
}

#[test]
fn contexts_carry_errors() {
    check(
        "func f(ctx context.Context) bool { ctx, cancel := context.WithCancelCause(ctx); cancel(start())\nreturn context.Cause(ctx) == io.EOF }",
        &["Compared context.Cause(ctx) == io.EOF at p.go:2 via f"],
    );
    check(
        "func f(ctx context.Context) bool { ctx = context.WithValue(ctx, 1, start())\nreturn ctx.Value(1) == io.EOF }",
        &["Compared ctx.Value(1) == io.EOF at p.go:2 via f"],
    );
}

#[test]
fn texts_are_taken_apart() {
    for how in [
        "regexp.MustCompile(\"^x\").MatchString(err.Error())",
        "map[string]int{\"x\": 1}[err.Error()]",
        "strings.Split(err.Error(), \":\")",
        "bytes.Equal([]byte(err.Error()), nil)",
        "len(err.Error())",
        "err.Error()[0]",
        "err.Error()[1:]",
        "strings.ToLower(err.Error()) == \"x\"",
    ] {
        check(&format!("func f() {{ err := start()\n_ = {how} }}"), &[&format!("Text {how} at p.go:2 via f")]);
    }
    check("func f() { err := start()\nf := err.Error; _ = f }", &["Text err.Error at p.go:2 via f"]);
    check("func f() { err := start()\nfmt.Println(strings.TrimSpace(err.Error()), strconv.Quote(err.Error())) }", &[]);
}

#[test]
fn formats_can_show_more_than_the_text() {
    check("func f() { fmt.Printf(\"%v %T\", 1,\nstart()) }", &["Printed %T of start() at p.go:2 via f"]);
    check("func f() { fmt.Printf(\"%s %q %+v\", start(), start(), start()) }", &[]);
    check(
        "func f() bool { return [1]error{start()} ==\n[1]error{io.EOF} }",
        &["DeepCompared [1]error{start()} == [1]error{io.EOF} at p.go:1 via f"],
    );
}
