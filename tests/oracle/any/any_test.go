package any

import "testing"

func TestNothing(t *testing.T) {
	for _, test := range []struct {
		name string
		in   interface{}
	}{} {
		t.Log(test.name, test.in)
	}
}
