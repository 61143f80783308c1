module oracle/any

go 1.24
