// Package lib has things that others import.
package lib

type hidden struct{ Shown, unshown int }

func (h hidden) Method() string   { return "" }
func (h *hidden) pointer() string { return "" }
func (h *hidden) Pointer() hidden { return *h }

// Public embeds what is not exported.
type Public struct {
	hidden
	*Inner
	Tagged string `json:"täg,omitempty" x:"\"\\"`
}

type Inner struct{ Deep map[string][]hidden }

func (*Inner) Close() error { return nil }

type Closer interface{ Close() error }

type secret interface {
	Closer
	private()
}

// Secret can be implemented here only.
type Secret interface{ secret }

type Alias = Public
type Vec[T any] = []T
type Pair[K comparable, V any] struct {
	Key K
	Val V
}
type IntPair[V any] = Pair[int, V]

func MakeSecret() Secret { return nil }
func Hidden() hidden     { return hidden{} }

const (
	A = iota
	_
	B
	Big           = 1 << 100
	Small         = Big >> 98
	F             = 1.0 / 3
	F32   float32 = 0.1
	C             = 2i * 2i
	D             = 'a' + 1.0
	S             = "é\x00\"\\" + `raw
line`
	Len           = len(S)
	Typed Weekday = 3
	Truth         = A < B
	Mask  uint8   = ^uint8(1)
)

type Weekday int8

const (
	Mon Weekday = iota + 1
	Tue
	Wed
)

func (d Weekday) String() string { return "" }

var V, W = two()

func two() (x []Weekday, y func(...Alias) Vec[int]) { return }
