module oracle_names

go 1.25
