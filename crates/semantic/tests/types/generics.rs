use crate::support::check;

#[test]
fn instances() {
    check(
        "package p
type List[T any] struct { head *node[T]; len int }
type node[T any] struct { value T; next *node[T] }
func (l *List[E]) Push(e E) *List[E] { return l }
func (l *List[_]) Len() int { return l.len }
func (l *List[E]) inner() {
    _ = l            //: *m.List[$E]
    _ = l.head.value //: $E
}
type Pair[K comparable, V any] struct { Key K; Val V }
type Ints = List[int]
type Set[T comparable] = map[T]struct{}
type Named List[string]
type Embeds[T any] struct { List[T] }
func f(l List[string], i Ints, s Set[int], n Named, e Embeds[error]) {
    _ = l.head.next.value //: string
    _ = l.Push            //: func(string) (*m.List[string])
    _ = i.Push(1)         //: *m.List[int] //> method m.List.Push
    _ = s                 //: map[int]struct{}
    _ = n.head.value      //: string
    _ = n.Push            //: ?
    _ = e.Push            //: func(error) (*m.List[error])
    _ = Pair[string, Set[int]]{}.Val //: map[int]struct{}
    _ = (*List[bool]).Push //: func(*m.List[bool], bool) (*m.List[bool])
}
",
    );
}

#[test]
fn inference() {
    check(
        "package p
type Number interface { ~int | ~float64 }
func Map[T, U any](s []T, f func(T) U) []U { return nil }
func Sum[S ~[]E, E Number](s S) E { var e E; return e }
func Max[T Number](a T, rest ...T) T { return a }
func Ptr[T any](v T) *T { return &v }
func Id[T any](v T) T { return v }
func Keys[M ~map[K]V, K comparable, V any](m M) []K { return nil }
func Apply[T any](v T, f func(T) T) T { return v }
func New[T any, P interface { *T; Set(string) }](s string) P { return nil }
func From[T interface { Get() R }, R any](t T) R { var r R; return r }
func Both[T any](a, b T) T { return a }
func Chan[T any](c <-chan T) T { return <-c }
func Rec[T any](n int, v T) T { return Rec(n, []T{v})[0] }
type Ints []int
type Conf struct{}
func (*Conf) Set(string) {}
func (Conf) Get() error { return nil }
func f(i Ints, m map[string]bool, c chan Conf) {
    _ = Map(i, func(n int) string { return \"\" }) //: []string //> func m.Map
    _ = Sum(i)              //: int
    _ = Max(1, 2.5)         //: float64
    _ = Max(1, 'a')         //: int32
    var fl float64
    _ = Max(1, fl)          //: float64
    _ = Ptr(\"s\")          //: *string
    _ = Ptr[any](1)         //: *interface{}
    _ = Keys(m)             //: []string
    _ = Apply(i, Id)        //: m.Ints
    _ = Map(i, Ptr)         //: []*int
    var g func(string) string = Id //: func(string) (string)
    _ = g
    _ = New[Conf](\"\")     //: *m.Conf
    _ = From(Conf{})        //: error
    _ = Both(nil, &i)       //: *m.Ints
    _ = Chan(c)             //: m.Conf
    _ = Both(Ints{}, []int{}) //: m.Ints
    _ = Id                  //: ?
    _ = Sum(1)              //: ?
    _ = Rec(1, 2)           //: int
    _ = Map[int, error](i, nil) //: []error
    _ = Map[int](i, Ptr)    //: []*int
}
",
    );
}

#[test]
fn type_parameters_as_values() {
    check(
        "package p
type Str interface { ~string | ~[]byte }
type Stringer interface { String() string }
func f[T any, S ~[]T, M ~map[string]T, B Str, G Stringer, N ~int | ~int8, F func(T) bool, P *T](t T, s S, m M, b B, g G, n N, fn F, p P) {
    _ = s[0]     //: $T
    _ = s[1:]    //: $S
    _ = m[\"\"]  //: $T
    _ = b[0]     //: uint8
    _ = len(b)   //: int
    _ = g.String() //: string //> imethod m.Stringer.String
    _ = n + 1    //: $N
    _ = n << 2   //: $N
    _ = N(1)     //: $N //> conversion $N
    _ = fn(t)    //: bool //> value
    _ = *p       //: $T
    _ = append(s, t) //: $S
    _ = make(S, 1)   //: $S
    for i, x := range s { _ = x; _ = i } //: $T
    for range n {}
    _ = any(t)   //: interface{}
    _ = string(b) //: string
    var z T
    _ = &z       //: *$T
    _ = [2]T{t}  //: [2]$T
}
",
    );
}

#[test]
fn generic_methods() {
    check(
        "package p
type Box[T any] struct { v T }
func (b Box[T]) To[U any](f func(T) U) Box[U] { return Box[U]{f(b.v)} }
type Rand struct{}
func (r *Rand) N[Int ~int | ~int64](n Int) Int { return n }
func f(b Box[int], r *Rand) {
    _ = b.To(func(i int) string { return \"\" }) //: m.Box[string] //> method m.Box.To
    _ = b.To[error](nil)  //: m.Box[error] //> method m.Box.To
    _ = r.N(int64(1))     //: int64
    _ = r.N(1)            //: int
}
",
    );
}
