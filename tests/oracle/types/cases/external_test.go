package cases_test

import (
	"testing"

	"example.com/cases"
	"example.com/cases/other"
)

type T struct{ cases.Derived2 }

func TestY(t *testing.T) {
	cases.Exported()
	_ = T{}.FromTest()
	var o other.T
	_ = o.Tagged
	_ = cases.Map([]T{}, func(T) *testing.B { return nil })
}
