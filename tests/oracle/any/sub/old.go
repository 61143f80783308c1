//go:build go1.21

package sub

func Old(x interface{}) interface{} { return x }
