package any

func shadowed(any int) interface{} {
	var x interface{} = any
	return x
}

func local() {
	var before interface{}
	type any = int
	var after interface{}
	_, _ = before, after
}

func outer() interface{} { return nil }
