package cases

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sort"
	"strings"
	"sync"
	"sync/atomic"

	lib "example.com/cases/lib.v2"
)

type Number interface {
	~int | ~int8 | ~int64 | ~float32 | ~float64
}

type List[T any] struct {
	head, tail *node[T]
	pool       sync.Pool
}

type node[E any] struct {
	val  E
	next *node[E]
	list *List[E]
}

func (l *List[X]) Push(v X) *node[X] {
	n := &node[X]{val: v, list: l}
	l.head, n.next = n, l.head
	return n
}

func (l *List[_]) Len() (n int) {
	for e := l.head; e != nil; e = e.next {
		n++
	}
	return
}

func (l *List[T]) All() func(yield func(int, T) bool) {
	return func(yield func(int, T) bool) {
		i := 0
		for e := l.head; e != nil; e = e.next {
			if !yield(i, e.val) {
				return
			}
			i++
		}
	}
}

func (l *List[T]) Convert[U any](f func(T) U) *List[U] {
	out := new(List[U])
	for _, v := range l.All() {
		out.Push(f(v))
	}
	return out
}

type Tree[K cmp.Ordered, V any] struct {
	List[lib.Pair[K, V]]
	kids map[K]*Tree[K, V]
}

type Opt[T any] func(*T) error
type Set[T comparable] map[T]struct{}
type Chain[T any] interface {
	Next() Chain[T]
	Value() T
}
type Nested[T any] struct{ Opt[T] }

func (s Set[T]) Add(v T) Set[T] { s[v] = struct{}{}; return s }

func Map[S ~[]E, E, R any](s S, f func(E) R) []R {
	r := make([]R, 0, len(s))
	for _, v := range s {
		r = append(r, f(v))
	}
	return r
}

func Sum[T Number](xs ...T) (t T) {
	const two = 2
	for _, x := range xs {
		t += x * two
		t = t + 1
	}
	return t * T(two)
}

func Ptr[T any](v T) *T  { return &v }
func Zero[T any]() (z T) { return }
func Apply[T any, PT interface {
	*T
	Set(string)
}](s string) T {
	var t T
	PT(&t).Set(s)
	return t
}
func Fold[A, B any](xs []A, init B, f func(B, A) B) B { return init }
func Compose[A, B, C any](f func(A) B, g func(B) C) func(A) C {
	return func(a A) C { return g(f(a)) }
}
func Id[T any](x T) T                               { return x }
func Keys[M ~map[K]V, K comparable, V any](m M) []K { return nil }
func Chan[T any, C ~chan T](c C) T                  { return <-c }
func Bytes[T Stringish](s T) byte                   { return s[0] }
func Len[T Stringish](s T) int                      { return len(s) }
func Ranged[T ~[]int](s T) {
	for i, v := range s {
		_, _ = i, v
	}
}
func Str[T fmt.Stringer](s T) string                   { return s.String() }
func Two[K comparable, V any](k K, v V) lib.Pair[K, V] { return lib.Pair[K, V]{k, v} }
func Rec3[T any](x T, n int) {
	if n > 0 {
		Rec3([]T{x}[0], n-1)
	}
}

type setter struct{ v string }

func (s *setter) Set(v string) { s.v = v }

type IDs []string

func uses(ctx context.Context) {
	var l List[string]
	n := l.Push("x")
	_ = n.next.list.head.val
	for i, v := range l.All() {
		_, _ = i, v
	}
	c := l.Convert(func(s string) int { return len(s) })
	_ = c.head.val
	c2 := l.Convert[[]byte]
	_ = c2
	var t Tree[string, *int]
	t.Push(lib.Pair[string, *int]{"a", nil})
	_ = t.kids["x"].head.val.Val
	_ = t.Len()
	_ = Map(IDs{"a"}, strings.ToUpper)
	_ = Map([]int{1}, func(i int) lib.IntPair[bool] { return lib.IntPair[bool]{1, true} })
	_ = Map[[]int, int, float64]
	_ = Sum(1, 2.5)
	_ = Sum[float32]()
	_ = Sum(1, 2, int8(3))
	_ = Ptr(3)
	_ = Ptr('x')
	_ = Ptr(1 << 3.0)
	_ = Ptr[error](nil)
	_ = Ptr(fmt.Errorf)
	_ = Zero[map[string]IDs]()
	_ = Apply[setter]("x").v
	_ = Fold([]int{1}, "", func(s string, i int) string { return s })
	_ = Compose(strings.ToUpper, func(s string) []string { return nil })("x")
	_ = Compose[string, string, int](Id, Len)
	var f func(int) int = Id
	_ = f
	_ = Fold([]int{1}, 1.5, addTo)
	_ = Keys(map[lib.Weekday]bool{})
	_ = Keys(Set[int]{})
	_ = Chan(make(chan *setter))
	_ = Bytes("x") + Bytes([]byte{})
	_ = Str(lib.Mon)
	_ = Two("k", Two(1, 'x'))
	_ = Two[int8](1, nil2())
	s := Set[string]{}.Add("x").Add("y")
	_ = len(s)
	slices.SortFunc(IDs{}, func(a, b string) int { return cmp.Compare(a, b) })
	slices.SortFunc(IDs{}, strings.Compare)
	slices.SortFunc([]int{}, cmp.Compare)
	i, ok := slices.BinarySearchFunc([]lib.Pair[int, string]{}, "x", func(p lib.Pair[int, string], s string) int { return 0 })
	_, _ = i, ok
	sort.Sort(sort.Reverse(sort.IntSlice{}))
	var p atomic.Pointer[setter]
	p.Load().Set("x")
	p.Store(&setter{})
	once := sync.OnceValues(func() (int, error) { return 1, nil })
	a, err := once()
	_, _ = a, err
	var ch Chain[int]
	_ = ch.Next().Next().Value()
	ne := Nested[int]{Opt: func(*int) error { return nil }}
	_ = ne.Opt(nil)
	get := (*List[int]).Push
	_ = get(nil, 1)
	var v lib.Vec[lib.Vec[int]]
	_ = v[0][0]
	vec := lib.Vec[string]{"x"}
	_ = append(vec, "y")
	context.AfterFunc(ctx, func() {})
	Rec3("x", 3)
}

func addTo[F ~float64, T Number](f F, t T) F { return f + F(t) }
func nil2() any                              { return nil }

type Num[T Number] struct{ v T }

func (n Num[T]) Plus(o Num[T]) Num[T] { n.v += o.v; n.v++; return n }

type Graph[N interface{ Edges() []E }, E interface{ Nodes() (a, b N) }] struct{}

func (g *Graph[N, E]) Path(n N) []E { a, b := n.Edges()[0].Nodes(); _ = a; return b.Edges() }

type vertex struct{}
type edge struct{}

func (*vertex) Edges() []*edge      { return nil }
func (*edge) Nodes() (a, b *vertex) { return }
func graph() []*edge                { return new(Graph[*vertex, *edge]).Path(nil) }
