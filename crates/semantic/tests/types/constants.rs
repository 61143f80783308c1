use crate::support::{check, check_files};

#[test]
fn values() {
    check(
        "package p
import \"unsafe\"
const big = 1 << 100
const (
    a = iota * 10 //= 0
    b
    _
    c
    d, e = iota, 1 << iota
)
type Weekday uint8
const ( Sunday Weekday = iota; Monday )
const huge = big >> 98   //= 4 //: untyped int
const third = 1.0 / 3    //= 1/3 //: untyped float
const typed float32 = 1.0 / 3 //= 11184811/33554432
const inverse = ^Weekday(1)   //= 254 //: m.Weekday
const text = \"a\\xff\" + `b` //= \"a\\xffb\"
const length = len(text)      //= 3 //: int
const char = 'a' + 1          //= 98 //: untyped rune
const quo = 7 / 2             //= 3
const neg = -7 % 3            //= -1
const cmp = quo < 4 && text != \"\" //= true
const cplx = (1 + 2i) * 2i    //= (-4/1, 2/1)
const im = imag(cplx)         //= 2/1
const most = max(1, 2.5, 'a') //= 97/1
const str = string(rune(65))  //= \"A\"
const size = unsafe.Sizeof(struct { a bool; b int64; c [3]int16 }{}) //= 24 //: uintptr
const off = unsafe.Offsetof(pair{}.second)  //= 20
const arr = len([3]int{})     //= 3
const hex = 0x1p-2            //= 1/4
type pair struct { first string; inner }
type inner struct { n int32; second int16 }
func f() {
    _ = c      //= 30
    _ = e      //= 16
    _ = Monday //= 1
    _ = Weekday(300) //= ?
    _ = uint8(255) + 1 //= ?
    _ = len([2]int{g(), 1}) //: int //= ?
    var x int = 1.0
    _ = x + 'a' //: int
    _ = float32(0.1) //= 13421773/134217728
    _ = 1 / 0 //= ?
    _ = 1 << 5000 //= ?
}
func g() int { return 0 }
",
    );
}

#[test]
fn cycles_have_no_answer() {
    check(
        "package p
const a = b + 1 //= ?
const b = a     //= ?
var x = y       //: m.T
var y = z()     //: m.T
var len_of_x = len(x) //= ?
func z() T { return x }
type T [len(x)]int
type U U
type V interface { V }
type W struct { W; n int }
type X = *X
type Y[P any] struct { *Y[[]P]; q P }
var f = func() int { return f() } //: func() (int)
func g(u U, v V, w W, yy Y[int], r rec) {
    _ = u     //: m.U
    _ = v.m() //: ?
    _ = w.n   //: int
    _ = yy.q  //: int
    _ = yy.zz //: ?
    _ = r.a.r.a.a //: *m.rec
}
type rec struct { a *struct { r *rec; a *rec }; m map[string]rec }
",
    );
}

#[test]
fn depth_is_bounded() {
    let n = 20_000;
    let sum = vec!["1"; n].join("+");
    let nested = format!("{}1{}", "(".repeat(n), ")".repeat(n));
    let ty = format!("{}int", "[]".repeat(n));
    let calls = format!("b{}", ".b()".repeat(n));
    let text = format!(
        "package p\nvar sum = {sum} //: int\nvar after = sum //: int\nvar n = {nested} //: ?\nvar t {ty}\nvar c = {calls} //: ?\n\
         type B struct{{}}\nfunc (B) b() B\nvar b B\nvar ok = b.b() //: m.B\n"
    );
    check_files(&[("p.go", &text)]);
}

#[test]
fn types_that_double_do_not_take_for_ever() {
    let mut text = String::from(
        "package p\nimport \"unsafe\"\ntype S0 struct{ n int8 }\ntype P[T any] = struct{ a, b T }\ntype G[T any] struct { *G[[]T]; *G[map[string]T]; *G[P[T]] }\n\
         func same[T any](a, b P[T]) T { return a.a }\nfunc f(g G[int]) {\n    _ = g.none //: ?\n}\ntype Q0 = P[int8]\n",
    );
    for n in 1..60 {
        text += &format!("type S{n} struct{{ a, b S{} }}\ntype Q{n} = P[Q{}]\n", n - 1, n - 1);
    }
    text += "const small = unsafe.Sizeof(S20{}) //= 1048576\nvar large = unsafe.Sizeof(S59{}) //= 576460752303423488\nvar q Q59\n\
             var r = same(q, q) //: ?\nvar e = q == q //: bool\nvar s = len(r.a.a.a) //: int\n";
    check(&text);
}
