//! What names mean, scope by scope (spec: Declarations and scope).

use crate::support::{check, check_body};

#[track_caller]
fn check_file(text: &str) {
    check(&[("p.go", text)]);
}

#[test]
fn a_declaration_in_a_block_begins_behind_it() {
    check_body("x/*=a*/ := 1; { x/*=b*/ := x/*a*/; _ = x/*b*/ }; _ = x/*a*/");
    check_body("x/*=a*/ := 1; { var x/*=b*/ = x/*a*/; _ = x/*b*/ }; _ = x/*a*/");
    check_body("const c/*=a*/ = 1; { const c/*=b*/ = c/*a*/ + 1; _ = c/*b*/ }");
    check_body("var f/*=a*/ func(); f/*a*/ = func() { f/*a*/() }");
    check_body("x/*=a*/ := 1; func() { x/*a*/++; x/*=b*/ := func() int { return x/*a*/ }; _ = x/*b*/ }()");
    check_body("var ( a/*=a*/ = len/*universe*/(\"\"); b/*=b*/ = a/*a*/ ); _ = b/*b*/");
}

#[test]
fn short_declarations_reuse_names_of_the_same_scope_only() {
    check_body("a/*=a*/, e/*=e*/ := 1, 2; b/*=b*/, e/*e*/ := 3, 4; _, _, _ = a/*a*/, b/*b*/, e/*e*/");
    check_body("e/*=e*/ := 1; if true { b/*=b*/, e/*=f*/ := e/*e*/, 2; _, _ = b/*b*/, e/*f*/ }; _ = e/*e*/");
    check_body("e/*=e*/ := 1; if e/*=f*/ := e/*e*/; e/*f*/ > 0 { e/*=g*/ := e/*f*/; _ = e/*g*/ }");
    check_file(
        "package p\n\nfunc f(a/*=a*/ int) (err/*=e*/ error) { b, err/*e*/ := g(a/*a*/); _ = b; return err/*e*/ }",
    );
    check_file("package p\n\nfunc f(a/*=a*/ int) { { a/*=b*/, c := 1, 2; _, _ = a/*b*/, c }; _ = a/*a*/ }");
}

#[test]
fn the_clauses_of_if() {
    check_body(
        "if x/*=a*/ := 1; x/*a*/ > 0 { _ = x/*a*/ } else if x/*=b*/ := x/*a*/; x/*b*/ > 0 { x/*b*/++ } else { x/*b*/++ }
        x/*=c*/ := 2; _ = x/*c*/",
    );
}

#[test]
fn the_clauses_of_for() {
    check_body(
        "i/*=o*/ := 9; for i/*=i*/ := i/*o*/; i/*i*/ < 3; i/*i*/++ { i/*=j*/ := i/*i*/; _ = i/*j*/ }; _ = i/*o*/",
    );
    check_body("x/*=x*/ := []int{}; for i/*=i*/, x/*=y*/ := range x/*x*/ { _, _ = i/*i*/, x/*y*/ }; _ = x/*x*/");
    check_body("i/*=i*/, v/*=v*/ := 0, 0; for i/*i*/, v/*v*/ = range []int{v/*v*/} { }");
    check_body("for i/*=i*/ := range 3 { i/*=j*/ := i/*i*/; _ = i/*j*/ }");
    check_body("for k/*=k*/ := range func() map[int]int { k/*=l*/ := 1; _ = k/*l*/; return nil }() { _ = k/*k*/ }");
    check_body("for range time/*time*/.Tick/*time.Tick*/(1) { time/*=t*/ := 1; _ = time/*t*/ }");
}

#[test]
fn the_clauses_of_switch() {
    check_body(
        "x/*=a*/ := 1
        switch x/*=b*/ := x/*a*/; x/*b*/ {
        case x/*b*/: x/*=c*/ := x/*b*/; _ = x/*c*/
        case 2: _ = x/*b*/
        default: var x/*=d*/ = x/*b*/; _ = x/*d*/
        }
        _ = x/*a*/",
    );
}

#[test]
fn the_symbol_of_a_type_switch_belongs_to_the_clauses() {
    check_body(
        "var x/*=a*/ any
        switch x/*=b*/ := x/*a*/.(type) {
        case int/*universe*/: _ = x/*b*/; { x/*=c*/ := x/*b*/; _ = x/*c*/ }
        case nil/*universe*/: _ = func() { _ = x/*b*/ }
        default:
        }
        _ = x/*a*/
        switch x/*=d*/ := x/*a*/; y/*=y*/ := x/*d*/.(type) { case string: _, _ = x/*d*/, y/*y*/ }
        switch x/*a*/.(type) { case T/*?*/: _ = x/*a*/ }",
    );
    check_body("type T/*=T*/ int; var x any; switch T/*=s*/ := x.(type) { case T/*T*/: _ = T/*s*/ }");
}

#[test]
fn the_clauses_of_select() {
    check_body(
        "ch/*=c*/ := make(chan int)
        select {
        case ch/*=d*/ := <-ch/*c*/: _ = ch/*d*/
        case v/*=v*/, ok/*=o*/ := <-ch/*c*/: _, _ = v/*v*/, ok/*o*/
        case ch/*c*/ <- 1: ch/*=e*/ := ch/*c*/; _ = ch/*e*/
        }
        _ = ch/*c*/",
    );
}

#[test]
fn functions() {
    check_file(
        "package p

        type a/*=T*/ int
        func f/*=f*/(a/*=a*/ int, b/*=b*/ a/*T*/) (r/*=r*/ a/*T*/) { f/*f*/(a/*a*/, b/*b*/); r/*r*/ = 1; return }
        func (a/*=recv*/ a/*T*/) m/*=m*/() { _ = a/*recv*/ }
        var _ = func(a/*=p*/ a/*T*/) (x/*=x*/ a/*T*/) { _ = a/*p*/; _ = x/*x*/; return }
        type g func(a/*=q*/ int, b a/*T*/)
        func none(a/*=s*/ a/*T*/)
        ",
    );
    check_file(
        "package p

func f(f/*=p*/ int) { _ = f/*p*/; { f/*=q*/ := func() { f/*p*/++ }; _ = f/*q*/ } }",
    );
}

#[test]
fn type_parameters() {
    check_file(
        "package p

        func f[K/*=K*/ comparable/*universe*/, V/*=V*/ interface{ ~[]K/*K*/; m(W/*W*/) }, W/*=W*/ any](k K/*K*/) (v V/*V*/) {
            var x V/*V*/; _ = x; type K/*=L*/ int; var y K/*L*/; _ = y; return }
        type T/*=T*/[K/*=TK*/ any, V/*=TV*/ []K/*TK*/] struct { a K/*TK*/; b V/*TV*/; c *T/*T*/[K/*TK*/, V/*TV*/] }
        type K/*=top*/ int
        func (t *T/*T*/[A/*=A*/, B/*=B*/]) m(a A/*A*/) B/*B*/ { var b B/*B*/; return b }
        func (t (*T/*T*/[_, B/*=B2*/])) n(k K/*top*/) B/*B2*/ { panic/*universe*/(k) }
        type S/*=S*/[X/*=X*/ any] []X/*X*/
        func (t S/*S*/[E/*=E*/]) o[N/*=N*/ any](n N/*N*/, e E/*E*/) { }
        type Alias/*=Al*/[P/*=P*/ any] = T/*T*/[P/*P*/, []P/*P*/]
        ",
    );
}

#[test]
fn local_types() {
    check_body("type T/*=T*/ struct { next *T/*T*/ }; { type T/*=U*/ []T/*U*/; _ = T/*U*/{} }; _ = T/*T*/{}");
    check_body("type G/*=G*/[T/*=T*/ any] struct { t T/*T*/ }; var T/*=v*/ G/*G*/[int]; _ = T/*v*/");
}

#[test]
fn labels_have_names_of_their_own() {
    check_body(
        "x/*=v*/ := 1
        goto end/*e*/
        x/*=l*/: for { if x/*v*/ > 0 { continue x/*l*/ }; func() { x/*=m*/: for { break x/*m*/ }; goto end/*e2*/; end/*=e2*/: }(); break x/*l*/ }
        end/*=e*/:",
    );
    check_body("L/*=L*/: for { func() { for { break L/*?*/ } }() ; continue L/*L*/ }");
}

#[test]
fn fields_and_methods() {
    check_file(
        "package p

        import \"time\"

        type E/*=E*/ struct { a/*=fa*/, b/*=fb*/ int }
        type I/*=I*/ interface { m/*=im*/(x/*=x*/ int) (y/*=y*/ E/*E*/); E2/*?*/ }
        type S/*=S*/ struct { E/*E*/; *I/*I*/; time/*time*/.Time/*time.Time*/; a/*=sa*/ struct { a/*=ssa*/ E/*E*/ } }
        func (s/*=s*/ *S/*S*/) a2/*=a2*/() { s/*s*/.a/*?*/.a/*?*/ = s/*s*/.E/*?*/ }
        var v/*=v*/ = S/*S*/.a2/*?*/
        ",
    );
}

#[test]
fn keys_of_composite_literals() {
    check_file(
        "package p

        import \"time\"

        const a/*=a*/, B/*=B*/ = 0, 1
        type S/*=S*/ struct { a/*=fa*/, b/*=fb*/ int; *E/*E*/; time/*time*/.Duration/*time.Duration*/ }
        type E/*=E*/ struct{}
        type A/*=A*/ = S/*S*/
        type L/*=L*/ []S/*S*/
        type M/*=M*/ map[int]*S/*S*/
        type G/*=G*/[T/*=T*/ any] struct { a/*=ga*/ T/*T*/ }
        var _ = S/*S*/{a/*fa*/: a/*a*/, E: nil, Duration: 1}
        var _ = A/*A*/{b/*fb*/: B/*B*/}
        var _ = L/*L*/{a/*a*/: {a/*fa*/: 1}, {b/*fb*/: 2}}
        var _ = M/*M*/{a/*a*/: {a/*fa*/: 1}}
        var _ = []L/*L*/{B/*B*/: {{a/*fa*/: 1}}}
        var _ = [...]int/*universe*/{a/*a*/: 1, B/*B*/: 2}
        var _ = map[S/*S*/]int{{a/*fa*/: 1}: a/*a*/}
        var _ = G/*G*/[int]{a/*ga*/: 1}
        var _ = struct{ a/*=ia*/ int }{a/*ia*/: 1}
        var _ = []struct{ a/*=ja*/ int }{{a/*ja*/: 1}}
        var _ = time/*time*/.Time/*time.Time*/{a/*a*/: 1, B/*?*/: 2}
        var _ = Missing/*?*/{a/*?*/: 1}
        func f[T any]() { type S/*=l*/ []int; a/*=la*/ := 1; _ = S/*l*/{a/*la*/: 2}; _ = T{a/*?*/: 1}; _ = E/*E*/{a/*?*/: 1} }
        ",
    );
}

#[test]
fn the_package_block() {
    check(&[
        (
            "a.go",
            "package p

            func init() { x/*x*/ = y/*y*/ + z/*z*/(init/*?*/) }
            var x/*=x*/ int
            var len/*=len*/ = x/*x*/
            func (T/*T*/) z() {}
            ",
        ),
        (
            "b.go",
            "package p\n\nconst y/*=y*/ = 1\n\nfunc z/*=z*/(...any/*universe*/) { _ = len/*len*/ }\n\ntype T/*=T*/ int\n",
        ),
        (
            "b_test.go",
            "package p\n\nvar _ = y/*y*/ + fromTest/*t*/\nvar fromTest/*=t*/ = cap/*universe*/(nil/*universe*/)\n",
        ),
        ("c_test.go", "package p_test\n\nvar _ = y/*?*/ + len/*universe*/(nil)\n"),
        ("gen.go", "//go:build ignore\n\npackage main\n\nfunc main() { _ = y/*?*/ }\n"),
        ("q/q.go", "package q\n\nvar _ = y/*?*/ + len/*universe*/(nil)\n"),
    ]);
}

#[test]
fn declarations_of_other_builds() {
    check(&[
        ("a.go", "package p\n\nvar _ = both/*?*/ + one/*one*/\n"),
        ("a_linux.go", "package p\n\nconst both/*=l*/, one/*=one*/ = 1, 2\n\nvar _ = both/*l*/\n"),
        ("a_windows.go", "package p\n\nconst both/*=w*/ = 1\n\nvar _ = both/*w*/\n"),
    ]);
}

#[test]
fn broken_declarations_may_declare_what_they_mention() {
    check(&[
        ("a.go", "package p\n\nvar _ = any/*?*/(error/*universe*/(nil)) + x/*?*/ + y/*y*/\n\nvar x/*=x*/ int\n"),
        ("b.go", "package p\n\n// broken\ntype any x = 1\n\nvar y/*=y*/ = 1\n"),
    ]);
    check(&[
        ("a.go", "package p\n\nvar _ = any/*?*/(error/*universe*/(nil))\n"),
        ("b.go", "package p; type any int; }\n\nvar broken = 1\n"),
    ]);
}

#[test]
fn imports() {
    check_file(
        "package p

        import (
            \"time\"
            r2 \"math/rand/v2\"
            \"math/rand\"
            _ \"fmt\"
            \"C\"
        )

        var _ = time/*time*/.Tick/*time.Tick*/(time/*time*/.Second/*time.Second*/)
        var _ = r2/*math/rand/v2*/.N/*math/rand/v2.N*/ + rand/*math/rand*/.Int/*math/rand.Int*/ + fmt/*?*/.Print/*?*/
        var _ = C/*C*/.x/*C.x*/
        func f(time/*=t*/ int) { _ = time/*t*/.Tick/*?*/ }
        func g() { time/*=u*/ := time/*time*/.Now/*time.Now*/(); _ = time/*u*/.Unix/*?*/ }
        func h() { _ = time/*?*/; _ = (time/*time*/.Now/*time.Now*/)().Unix/*?*/ }
        ",
    );
    check(&[
        (
            "a.go",
            "package p\n\nimport time \"example.com/other\"\n\nvar _ = time/*example.com/other*/.Tick/*example.com/other.Tick*/\n",
        ),
        ("b.go", "package p\n\nimport \"time\"\n\nvar _ = time/*time*/.Tick/*time.Tick*/\n"),
    ]);
}

#[test]
fn names_of_imports_are_read_from_the_package() {
    check(&[
        ("go.mod", "module example.com/m\n\ngo 1.24\n"),
        (
            "a.go",
            "package p

            import (
                \"example.com/m/go-x\"
                \"example.com/m/other\"
                \"example.com/gone/go-yaml.v3\"
                \"text/template\"
            )

            var _ = x/*?*/.A + odd/*example.com/m/go-x*/.A/*example.com/m/go-x.A*/
            var _ = other/*example.com/m/other*/.A + template/*text/template*/.A
            var _ = yaml/*example.com/gone/go-yaml.v3*/.A/*example.com/gone/go-yaml.v3.A*/ + unheard/*?*/.A
            var _ = len/*?*/.A + len/*universe*/(here/*h*/.x)
            ",
        ),
        ("h.go", "package p\n\nvar here/*=h*/ struct{ x string }\n"),
        ("go-x/a_test.go", "package odd_test\n"),
        ("go-x/gen.go", "//go:build ignore\n\npackage main\n"),
        ("go-x/x.go", "package odd\n\nvar A int\n"),
        ("other/o.go", "package other\n"),
    ]);
}

#[test]
fn a_guessed_name_yields_to_declarations() {
    check(&[
        ("a.go", "package p\n\nimport \"example.com/go-x\"\n\nvar _ = x/*?*/.A + x/*x*/\n"),
        ("b.go", "package p\n\nvar x/*=x*/ int\n"),
    ]);
}

#[test]
fn dot_imports() {
    check(&[
        (
            "a.go",
            "package p

            import . \"time\"

            var _ = Tick/*?*/(Local/*l*/) + any/*universe*/(nil) + lower/*?*/
            ",
        ),
        ("b.go", "package p\n\nvar Local/*=l*/ int\n"),
    ]);
}

#[test]
fn code_that_cannot_compile() {
    check_body("_ = x/*?*/; x/*=x*/ := 1; _ = x/*x*/; _ = _/*?*/");
    check_file("package p/*?*/\n\nimport x/*?*/ \"broken\n\nvar y/*=v*/ = y/*v*/\n");
}

#[test]
fn depth_does_not_matter() {
    const DEPTH: usize = 20_000;
    let blocks = format!("x/*=x*/ := 1; {}_ = x/*x*/{}", "{ ".repeat(DEPTH), " }".repeat(DEPTH));
    check_body(&blocks);
    let functions = format!("x/*=x*/ := 1; {}_ = x/*x*/{}", "_ = func() { ".repeat(DEPTH), " }".repeat(DEPTH));
    check_body(&functions);
    let chain = format!("x/*=x*/ := 1; _ = x{}", " + x/*x*/".repeat(DEPTH));
    check_body(&chain);
    let literals =
        format!("type S/*=S*/ struct{{ a int }}; _ = []S/*S*/{}a/*?*/: 1{}", "{".repeat(DEPTH), "}".repeat(DEPTH));
    check_body(&literals);
}
