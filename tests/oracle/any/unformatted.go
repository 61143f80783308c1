package any

func odd(a interface { }, b interface {
}, c interface{ /* reason */ }) {
	var _ interface{} // interface{}
	_, _, _ = a, b, c
	_ = "interface{}" + `interface{}`
}
