module example.com/quotes

go 1.21

require golang.org/x/sync v0.10.0

replace golang.org/x/sync => ../../crates/testing/modules/sync
