use crate::support::{check, check_files, id, types, workspace};

#[test]
fn declarations_that_parse_are_looked_at() {
    check_files(&[
        (
            "a.go",
            "package p\ntype T struct { N int }\nfunc (t T) broken( {\n}\nfunc (t T) Fine() string { return \"\" }\n",
        ),
        (
            "b.go",
            "package p
type Outer struct { T }
type Promotes struct { Outer }
func (Promotes) broken() {}
func f(t T, o Outer) {
    _ = t.N      //: int
    _ = t.Fine() //: string
    t.broken()   //> ?
    o.broken()   //> ?
    _ = o.N      //: int
    undeclared.x() //> ?
    _ = undeclared //: ?
    _ = t + nope   //: m.T
    t()            //: ?
    _ = T.N        //: ?
    return t.N, t
}
",
        ),
    ]);
}

#[test]
fn what_a_broken_part_may_declare_is_unknown() {
    check_files(&[
        ("a.go", "package p\ntype string struct{ }}\nvar len = 1 +\n"),
        (
            "b.go",
            "package p\nvar s string\nvar t = s //: ?\nvar n = len(\"\") //: ?\nvar e error\nvar f = e //: error\n",
        ),
    ]);
}

#[test]
fn declared_twice() {
    check_files(&[
        ("a.go", "package p\nvar x = 1\nvar a = x //: int\n"),
        ("b.go", "package p\nvar x = \"\"\nvar b = x //: string\n"),
        ("c.go", "package p\nvar c = x //: ?\n"),
    ]);
}

#[test]
fn nonsense_does_not_hurt() {
    check(
        "package p
type A[T any] = T
type B [B]int
type C struct { C; *C; []int; x, y }
type D[P D[P]] interface { m(P) }
type E interface { E | int; ~E }
func (undeclared) m() {}
func (A[int]) n() {}
func (*int) o() {}
func (x, y T) p(_ ...int, b ...string) {}
func f[T T](t T, _ D[C]) (a, b) {
    t.m().n.o[1][2:3](t)()
    var x = x
    x := x
    for x := range x { x = <-x }
    switch x := x.(type) { case x: x() }
    go x
    goto nowhere
    a, b, c := f, f(t)
    _ = [...]int{-1: 2, 1 << 62: 3}
    _ = [1 << 62][1 << 62]int{}
    _ = struct{}{1, 2: 3}.x.y
    _ = map[[]int]func(){nil: nil}[nil]()
    _ = append() + len() + new() + make() + min() + complex(1)
    _ = f[f](f)[f]
}
var ok = 1 //: int
",
    );
}

#[test]
fn files_of_other_configurations_have_no_types() {
    let ws = workspace(&[("p_windows.go", "package p\nvar x = 1\n"), ("p.go", "package p\n")]);
    let types = types(&ws);
    assert!(!types.check_file(id(&ws, "p_windows.go")));
    assert!(types.check_file(id(&ws, "p.go")));
}

#[test]
fn constants_of_an_unknown_type() {
    check_files(&[
        ("a.go", "package p\ntype Status string {\nconst (\n\tA Status = \"a\"\n\tB Status = \"b\"\n)\n"),
        ("b.go", "package p\nvar x = B //: ?\nconst d Status = \"d\"\nvar y = d //: ?\n"),
    ]);
}
