// Stdindex prints the declarations of Go's standard library, as little of them as a program that imports it can tell
// from the whole.
//
// Of each package that programs can import it keeps what is exported. Of other declarations, in internal packages too,
// it keeps what that depends on:
//
//   - All types that a declaration mentions, with all fields of structs and all methods of interfaces, so that sizes and
//     comparability are as they were.
//   - Methods of such types where programs can have a value of the type, or embed it.
//   - Methods that are not exported, where an interface asks for them.
//
// Bodies, names of parameters, comments and initial values of variables are dropped; constants have their values. There
// is one declaration on a line, and one field or method on a line of a struct or interface type that has a name.
//
// What is the same on all platforms is in one file of each package, api.go; what is not is in files with a //go:build
// line for a set of platforms. The output is a sequence of files, each after a line "-- path/of/package/file.go --",
// sorted; packages that cannot be imported by programs are those with a path element "internal" or "vendor".
//
// Before it is printed, all of that is type-checked and compared with the library for each platform.
//
// usage: stdindex GO PLATFORM...
//
// GO is the go command whose library is printed, PLATFORM is like linux/amd64.
package main

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
	"sync"
)

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: stdindex GO PLATFORM...")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, "stdindex:", err)
		os.Exit(1)
	}
}

func run(goCommand string, names []string) error {
	platforms := make([]platform, len(names))
	for i, name := range names {
		var err error
		if platforms[i], err = parsePlatform(name); err != nil {
			return err
		}
	}
	libs := make([]*library, len(platforms))
	decls := make([]map[string]*declarations, len(platforms))
	parsed := newParser()
	err := forEach(platforms, func(i int) (err error) {
		if libs[i], err = load(goCommand, platforms[i], parsed); err == nil {
			decls[i], err = declare(libs[i])
		}
		return err
	})
	if err != nil {
		return err
	}
	files := merge(platforms, decls)
	if err := forEach(platforms, func(i int) error { return verify(files, platforms[i], libs[i]) }); err != nil {
		return err
	}
	out := bufio.NewWriter(os.Stdout)
	for _, file := range files {
		fmt.Fprintf(out, "-- %s --\n%s", file.name, file.text)
	}
	return out.Flush()
}

// forEach calls do with the index of each platform, on all processors, and returns the first error.
func forEach(platforms []platform, do func(i int) error) error {
	errs := make([]error, len(platforms))
	var wg sync.WaitGroup
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i := range platforms {
		wg.Go(func() {
			slots <- struct{}{}
			errs[i] = do(i)
			<-slots
		})
	}
	wg.Wait()
	for i, err := range errs {
		if err != nil {
			return fmt.Errorf("%s/%s: %v", platforms[i].os, platforms[i].arch, err)
		}
	}
	return nil
}
