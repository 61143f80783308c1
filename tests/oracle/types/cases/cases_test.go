package cases

import "testing"

type inTest struct{ List[int] }

func (Derived2) FromTest() int { return 1 }

type Derived2 struct{ Rec }

func TestX(t *testing.T) {
	t.Run("x", func(t *testing.T) { t.Helper(); _ = inTest{}.head })
}

var Exported = literals
