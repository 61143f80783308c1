use crate::support::{check, check_files};

#[test]
fn operators_and_conversions() {
    check(
        "package p
type B bool
type S string
type Bytes []byte
func f(a, b int, x float64, s S, y any, bs Bytes, ch <-chan error, m map[S]*int, p *[4]S) (B, error) {
    _ = a + b       //: int
    _ = a + 1       //: int
    _ = 2 * x       //: float64
    _ = a == b      //: bool
    var t B = a < b && x > 1 //: m.B
    _ = !t          //: m.B
    _ = s + \"x\"   //: m.S
    _ = s[0]        //: uint8
    _ = s[1:]       //: m.S
    _ = \"abc\"[a:] //: string
    _ = bs[1:]      //: m.Bytes
    _ = p[1:2]      //: []m.S
    _ = p[0]        //: m.S
    _ = <-ch        //: error
    _ = m[s]        //: *int
    _ = m[\"k\"]    //: *int
    _ = *m[s]       //: int
    _ = &a          //: *int
    _ = y.(S)       //: m.S
    _ = []byte(s)   //: []uint8 //> conversion []uint8
    _ = -x          //: float64
    _ = a << 3      //: int
    var u uint8 = 1 << a //: uint8
    _ = u
    _ = 1 << a      //: int
    _ = func(n int, rest ...S) (S, error) { return s, nil } //: func(int, ...m.S) (m.S, error)
    y == 1
    return a == b, nil //: m.B
}
",
    );
}

#[test]
fn literals_of_composite_types() {
    check(
        "package p
type T struct { A int; In []struct{ X *T }; M map[string]*T }
var a = T{A: 1, In: []struct{ X *T }{{X: &T{}}}} //: m.T
var b = [...]string{2: \"c\", \"d\"}  //: [4]string
var c = []*T{{A: 1}, nil}            //: []*m.T
var d = map[T][2]int{{A: 1}: {1, 2}} //: map[m.T][2]int
var e = struct{ T; *E; x int `k:\"v\"` }{} //: struct{!T m.T; !E *m.E; m.x int \"k:\\x22v\\x22\"}
var g = &T{}                          //: *m.T
type E struct{}
var h interface{ E; M(chan<- int) (<-chan T) } //
var i = (interface{ B(); a(int) (x, y error) })(nil) //: interface{B() (); m.a(int) (error, error)}
var j = new(T)     //: *m.T
var k = new(c[0])  //: **m.T
var l = new(1)     //: *int
",
    );
}

#[test]
fn selectors_and_promotion() {
    check(
        "package p
type Deep struct { D int }
func (Deep) Hello(n int) string { return \"\" }
func (*Deep) Ptr() {}
type Mid struct { *Deep; Name string }
type Left struct { Both int }
type Right struct { Both int }
type Top struct { Mid; Left; Right; name Name }
type Name string
type P *Top
type Talker interface { Hello(int) string }
type Wrapped struct { Talker }
func f(t Top, p P, w Wrapped) {
    _ = t.D        //: int
    _ = t.Mid      //: m.Mid
    _ = t.Deep     //: *m.Deep
    _ = t.Hello    //: func(int) (string)
    t.Ptr()        //> method m.Deep.Ptr
    _ = t.Both     //: ?
    _ = t.Left.Both //: int
    _ = p.D        //: int
    _ = p.Hello    //: ?
    _ = t.Nope     //: ?
    _ = Top.Hello  //: func(m.Top, int) (string)
    _ = (*Top).Ptr //: func(*m.Top) ()
    _ = Talker.Hello //: func(m.Talker, int) (string)
    _ = w.Hello(1) //: string //> imethod m.Talker.Hello
    _ = (*Top).Hello(&t, 1) //> method m.Deep.Hello
}
",
    );
}

#[test]
fn where_methods_of_interfaces_are_declared() {
    check(
        "package p
type A interface { a() }
type B interface { A; b() }
type C B
type D = interface { B; d() }
type L struct { x interface { B; c() } }
func extra() interface { B } { return nil }
func f(b B, c C, d D, l L, g interface { a() }, err error) {
    b.a() //> imethod m.A.a
    c.a() //> imethod m.A.a
    c.b() //> imethod m.B.b
    d.a() //> imethod m.A.a
    d.d() //> imethod interface.d
    l.x.b() //> imethod m.B.b
    l.x.c() //> imethod interface.c
    g.a()   //> imethod interface.a
    _ = err.Error() //: string //> imethod error.Error
    extra().a() //> imethod m.A.a
    extra().b() //> imethod m.B.b
    type Local interface { B; e() }
    var o Local
    o.b() //> imethod m.B.b
    o.a() //> imethod m.A.a
    h := err.Error
    _ = h() //> value
    _ = len(\"\") //> builtin len
    _ = func() int { return 1 }() //> value //: int
    f(b, c, d, l, g, err) //> func m.f
}
",
    );
}

#[test]
fn statements() {
    check(
        "package p
import \"q\"
func two() (int, error) { return 0, nil }
func seq(yield func(string, *int) bool) {}
type Num int
func f(m map[string]float64, s []error, x any, ch chan Num, n Num, arr *[3]uint8) {
    a, err := two()
    _ = a //: int
    b, err := two()
    _ = err //: error
    v, ok := m[\"\"]
    _ = v  //: float64
    _ = ok //: bool
    for i, e := range s {
        _ = i //: int
        _ = e //: error
    }
    for k := range m { _ = k } //: string
    for i, c := range \"abc\" { _ = c; _ = i } //: int32
    for i := range 10 { _ = i } //: int
    for i := range n { _ = i }  //: m.Num
    for c := range ch { _ = c } //: m.Num
    for i, c := range arr { _ = c; _ = i } //: uint8
    for k, p := range seq { _ = p; _ = k } //: *int
    switch y := x.(type) {
    case int:
        _ = y //: int
    case string, []byte:
        _ = y //: interface{}
    case nil:
        _ = y //: interface{}
    case q.Unknown:
        _ = y //: ?
    default:
        _ = y //: interface{}
    }
    switch y := 1; { case y == 2: _ = y } //: int
    select {
    case c, ok := <-ch:
        _ = c  //: m.Num
        _ = ok //: bool
    case ch <- 1:
    }
    if b := b == 1; b { _ = b } else if c := b; c { _ = c } //: bool
    { a := \"inner\"; _ = a } //: string
    _ = a //: int
    var p, q = b, 'x'
    _ = p //: int
    _ = q //: int32
loop:
    for { x := 1.5; _ = x; break loop } //: float64
    func() { a := true; _ = !a }() //> value //: ()
    a += 1
    n <<= 2
}
",
    );
}

#[test]
fn what_is_declared_in_the_same_block_is_assigned_to() {
    check(
        "package p
func two() (string, error) { return \"\", nil }
func f(a any) (err error) {
    b, err := two()
    a, c := two()
    _ = a   //: interface{}
    _ = err //: error
    { a, d := two(); _, _ = a, d } //
    _, _ = b, c
    if a, x := two(); x != nil {
        _ = a //: string
    }
    return err //: error
}
",
    );
}

#[test]
fn local_types_and_constants() {
    check_files(&[(
        "p.go",
        "package p
type T int
func f() {
    type T struct { next *T }
    type A = []T
    var x T
    _ = x.next.next //: *m.T@p.go:41
    _ = A{}   //: []m.T@p.go:41
    const ( c = iota + 1; d; e string = \"s\" )
    _ = d     //= 2
    _ = e     //: string
    type G[K comparable] map[K]T
    _ = G[int]{}[1].next //: *m.T@p.go:41
    type I interface { m() }
    var i I
    i.m() //> imethod m.I@p.go:335.m
}
",
    )]);
}
