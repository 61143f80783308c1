package other

import (
	. "example.com/cases/lib.v2"
	"io"
	str "strings"
)

type T struct {
	Public
	io.Reader
	f func(b *str.Builder, s ...string) (n int, err error)
}

var dotted = V
var _, blank = W, MakeSecret()

func promoted(t T) {
	_ = t.Method()
	_ = t.Shown
	_ = t.Deep["x"][0].Shown
	_ = t.Close()
	n, err := t.Read(nil)
	_, _ = n, err
	c := (*Inner).Close
	_ = c(t.Inner)
	m := t.Pointer
	x := m()
	_ = x.Method
	_, _ = t.f(nil, "a", "b")
	var b str.Builder
	b.WriteByte('x')
	t.f(&b)
	h := Hidden()
	_ = h.Shown
	_ = []any{Mon.String(), Weekday.String(Tue), Small, Len}
	_, _ = dotted, blank
}
