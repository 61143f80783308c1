package cases

import (
	"fmt"
	"io"
)

type Base interface {
	M()
	m()
}
type Derived Base
type Both interface {
	Base
	fmt.Stringer
	Extra() interface{ Base }
}
type Anon = interface{ Q() }
type Dup interface {
	io.ReadCloser
	io.WriteCloser
}

func calls[P interface {
	Both
	comparable
}, A Anon](d Derived, b Both, a Anon, x Dup, p P, q A, r io.ReadWriteCloser) {
	d.M()
	d.m()
	b.m()
	b.Extra().m()
	a.Q()
	x.Close()
	x.Read(nil)
	p.m()
	_ = p.String()
	q.Q()
	r.Close()
	s := struct{ Derived }{}
	s.m()
	s.Derived.M()
	f := Both.Extra
	f(b).M()
	var e interface {
		error
		Timeout() bool
	}
	e.Error()
	e.Timeout()
	type loc interface{ L() loc2 }
	var l loc
	_ = l.L().x
	(func())(nil)()
	[]func(){nil}[0]()
}

type loc2 struct{ x []Anon }

type W1 struct{ *W2 }
type W2 struct {
	W3
	W4
}
type W3 struct {
	x   int
	amb string
}
type W4 struct {
	y   int
	amb string
}

func (W3) Same() int   { return 0 }
func (*W4) Only() bool { return true }

func embedded(w W1) {
	_ = w.x + w.y
	_ = w.W2.W3.amb
	_ = w.Same()
	_ = w.Only()
	_ = W1.Only(w)
	_ = (*W1).Same
}
