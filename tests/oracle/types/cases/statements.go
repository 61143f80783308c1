package cases

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"os"
	"slices"
	"sync"
	"time"
	"unsafe"
)

type MyBool bool
type MyErr struct{ code int }

func (e *MyErr) Error() string { return fmt.Sprint(e.code) }

type Stringish interface{ ~string | ~[]byte }

func loops(ctx context.Context, m map[string]*MyErr, ch <-chan struct{ X, y int }) (err error) {
	for k, v := range m {
		_, _ = k, v.code
	}
	for i := range 10 {
		_ = i
	}
	for i := range uint8(10) {
		_ = i
	}
	const big = 10
	for i := range big {
		_ = i
	}
	for i, r := range "abc" {
		_, _ = i, r
	}
	for i, p := range [...]*int{nil, nil} {
		_, _ = i, p
	}
	for i := range &[3]string{} {
		_ = i
	}
	for v := range ch {
		_ = v.X + v.y
	}
	for k, v := range maps.All(m) {
		_, _ = k, v
	}
	for _, k := range slices.Sorted(maps.Keys(m)) {
		_ = k
	}
	for x := range seq(3) {
		_ = x
	}
	for x := range func(yield func(float32) bool) {} {
		_ = x
	}
	var i, j = 1, "x"
	i, k := 2, i
	{
		i := j
		_ = i
	}
	if i := k; i > 0 {
		i := "s"
		_ = i
	} else if j := i; j == 0 {
		_ = i + j
	}
	switch x := any(i).(type) {
	case nil:
		_ = x
	case int, string:
		_ = x
	case *MyErr:
		_ = x.code
	case error:
		_ = x.Error()
	case interface{ Unwrap() []error }:
		_ = x.Unwrap()
	case []int:
		_ = x[0]
	default:
		_ = x
	}
	switch i := i; {
	case i == 0:
	case i > 1 && k < 2 || !(k == 3):
	}
	select {
	case v, ok := <-ch:
		_, _ = v, ok
	case <-ctx.Done():
		return ctx.Err()
	case v := <-time.After(time.Second * 2):
		_ = v.Unix()
	}
	v, ok := m["x"]
	w, ok := (any(v).(error))
	_, ok2 := <-ch
	_, _, _, _ = v, w, ok, ok2
	var mb MyBool = i == k
	mb2 := MyBool(i < k) && mb
	var a any = i != k
	_, _ = mb2, a
	fmt.Println(i == k, mb == true, !mb)
	var target *MyErr
	if errors.As(err, &target) && target.code == 1 {
		goto end
	}
	func() {
		defer func() { err = recover().(error) }()
	}()
end:
	return &MyErr{code: 1}
}

func seq(n int) iter.Seq[int] { return func(yield func(int) bool) { yield(n) } }

func shifts(n uint, b byte, f float64) {
	var i64 int64 = 1 << n
	var u8 = uint8(1) << n >> 2
	var arr [1 << 3]int
	x := 1 << n
	_ = make([]int, 1<<n)
	_ = arr[1<<n]
	var s = "abc"[1<<n]
	_ = i64 + 1<<n
	_ = b << 1 << n
	_ = float64(int(1)<<n) * f
	var any1 interface{} = 1 << n
	_, _, _, _ = u8, x, s, any1
	_ = uint64(1<<n) == 1<<n
}

type Rec struct {
	mu   sync.Mutex
	next *Rec
	fn   func(*Rec) func(int) Rec
	sync.WaitGroup
	m map[[2]string]chan<- <-chan []interface {
		io.Reader
		Close() error
	}
}

func literals() {
	type local struct{ a, B int }
	type local2 = []local
	_ = []*local{{1, 2}, {a: 1}, nil}
	_ = map[local][]local2{{1, 2}: {{{a: 3}}}}
	_ = [...]string{5: "x", "y"}
	_ = [...]Rec{}
	_ = struct {
		*Rec
		x int `tag`
	}{x: 1}
	_ = &[]struct{ f func() }{{func() {}}}
	r := Rec{}
	r.mu.Lock()
	r.Wait()
	r.next.fn(&r)(1).next.fn = nil
	for _, c := range r.m {
		c <- nil
	}
	_ = func(a, b int, c ...string) (x, y error) { return }
	f := (*Rec).Wait
	f(&r)
	g := r.Add
	g(1)
	e := error.Error
	_ = e(nil)
	rd := io.Reader.Read
	_, _ = rd(os.Stdin, nil)
	p := &r
	_ = (**&p).next
	_ = (*p).next.next.Done
	var arr [4]int
	_ = arr[:]
	_ = (&arr)[1:2:3]
	_ = len(arr)
	_ = "abc"[1:]
	_ = cap(arr[:])
	_ = append([]byte("x"), "y"...)
	_ = copy(arr[:], arr[1:])
	_ = min(1, 2.5, float32(arr[0]))
	_ = max("a", fmt.Sprint())
	_ = complex(float32(arr[0]), 1)
	_ = real(complex(1, 2))
	_ = imag(complex64(complex(1, float32(arr[1]))))
	_ = new(local)
	_ = *new(Rec)
	_ = unsafe.Sizeof(arr) + unsafe.Offsetof(r.next)
	_ = unsafe.Slice(&arr[0], 3)
	_ = unsafe.String((*byte)(unsafe.Pointer(&arr)), 2)
	_ = unsafe.StringData("x")
	_ = (func())(nil)
	_ = []rune("x")
	_ = (<-chan int)(make(chan int))
	clear(arr[:])
	print(recover())
	var iface interface {
		fmt.Stringer
		error
		unexported(x, y int, z ...[]byte) (*local, bool)
	}
	iface.unexported(1, 2)
	_ = iface.Error() + iface.String()
	var d time.Duration = 2 * time.Second
	_ = d * 3
	_ = d.Seconds() / 2
	_ = -d
	_ = ^1 + ^arr[0]
	_ = +arr[0] &^ 3
	_ = 'a' + arr[0]
	_ = "a" + fmt.Sprint()
	_ = 2 / 3.0 * float32(arr[0])
	var c128 = 1i * complex128(complex(1, 2))
	_ = c128
}

var (
	pkgA, pkgB = pair()
	pkgC       = pkgFn(1)
	pkgD       = func() *Rec { return pkgE.next }()
	pkgE       Rec
	pkgF       = map[string]func() (int, error){"x": func() (int, error) { return 1, nil }}
)

func pair() (Rec, <-chan error)               { return Rec{}, nil }
func pkgFn(int) (r [len("abc") * 2]complex64) { return }
