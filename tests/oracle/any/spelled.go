// Package any has empty interfaces wherever a type can stand.
package any

import "fmt"

type (
	Alias                                = interface{}
	Defined                              interface{}
	Generic[K comparable, V interface{}] struct {
		key   K
		value V              // of any type
		extra interface{}    // aligned
		More  []interface{}  `json:"more"`
		all   map[K]struct{} // no empty interface
	}
	Embedding interface {
		Method(interface{}) (interface{}, error)
		interface{}
	}
	Union interface {
		~int | interface{}
	}
)

var (
	short                     = 1
	aVeryLongName interface{} = 2 // trailing
	fields                    = map[string]interface{}{
		"a":  1,
		"bc": interface{}(2), // value
	}
)

func Results(args ...interface{}) (first interface{}, rest []interface{}) {
	for _, arg := range args {
		switch x := arg.(type) {
		case interface{}:
			first = x
		case []interface{}, chan<- interface{}, func(interface{}) interface{}:
			rest = append(rest, x)
		}
	}
	v, ok := first.(interface{})
	fmt.Println(v, ok, [2]interface{}{1, 2}, *new(interface{}), struct{ x interface{} }{nil})
	return Pair[interface{}, map[string]interface{}]{}, rest
}

type Pair[A, B interface{}] struct {
	A A
	B B
}
