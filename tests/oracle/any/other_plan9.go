package any

var Other interface{}
