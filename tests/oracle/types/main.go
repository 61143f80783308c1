// Types prints what go/types knows about the packages of a module, so that another type checker can be compared with it.
//
//	types [flags] DIR
//
// DIR is the root of a module or of a workspace, or the directory src of a Go installation. All packages below it are
// checked, from source, each in its three views: alone, with its tests, and its external tests. Facts are printed one
// per line, in order of files and offsets:
//
//	M PATH                     a main module below DIR; the path is relative to DIR, as all are
//	F PATH                     a file
//	E START END TYPE           the type of an expression that is a value, or of a variable where it is declared
//	C START END TARGET         what a call calls
//	K START END TYPE = VALUE   a constant declared at package level; the range is that of its name
//
// With -implements, instead, which named types implement which interfaces:
//
//	T NAME                     a named type
//	J NAME                     an interface
//	I NAME IFACE v|p           the type implements the interface, or only a pointer to it does
//
// With -refs, instead, the uses of N random objects:
//
//	F PATH                     a file that was searched
//	R PATH OFFSET              an object, by the place of its name where it is declared
//	U PATH OFFSET              a use of it
//
// With -files, instead, only the files, those of a view together and an empty line behind them. With -mutants, which names
// a list of mutants (mutants.go), instead of each:
//
//	X INDEX                    a mutant, by its place in the list, with its facts and those of a sibling as above
//	D START END                a declaration that parses
//	P MESSAGE                  go/types panics
//
// Offsets are bytes. Spelling.go says how types are spelled, facts.go what is said about which expressions. With -time
// nothing is printed but how long it took.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

var (
	goProgram  = flag.String("go", "go", "the `command` to list packages with")
	goos       = flag.String("goos", "", "operating `system` whose files are read")
	goarch     = flag.String("goarch", "", "`architecture` whose files are read")
	tags       = flag.String("tags", "", "build `tags`, separated by commas")
	patterns   = flag.String("packages", "", "`patterns` of packages, separated by commas, instead of all")
	implements = flag.Bool("implements", false, "print which types implement which interfaces")
	refs       = flag.Int("refs", 0, "print the uses of `N` random objects")
	seed       = flag.Uint64("seed", 1, "`seed` for choosing at random")
	drop       = flag.Uint64("drop", 0, "leave out that many `percent` of the files of dependencies, and print facts about declarations with errors")
	files      = flag.Bool("files", false, "print the files only")
	mutants    = flag.String("mutants", "", "print the facts about the mutants in the list `FILE`")
	timed      = flag.Bool("time", false, "print nothing but times")
	reasons    = flag.Bool("reasons", false, "print to standard error why nothing is said of how many expressions")
	errors     = flag.Bool("errors", false, "print the errors of go/types to standard error")
)

func main() {
	flag.Parse()
	if flag.NArg() != 1 {
		flag.Usage()
		os.Exit(2)
	}
	if err := run(flag.Arg(0)); err != nil {
		fmt.Fprintln(os.Stderr, "types:", err)
		os.Exit(1)
	}
}

func run(dir string) error {
	root, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	if root, err = filepath.EvalSymlinks(root); err != nil {
		return err
	}
	start := time.Now()
	world, err := list(root)
	if err != nil {
		return err
	}
	listed := time.Now()
	out := bufio.NewWriterSize(os.Stdout, 1<<20)
	defer out.Flush()
	for _, dir := range world.modules {
		fmt.Fprintln(out, "M", dir)
	}
	switch {
	case *timed:
		world.check(func(*view) {})
	case *files:
		printFiles(out, world)
	case *mutants != "":
		return printMutants(out, world, *mutants)
	case *implements:
		world.check(func(*view) {})
		printImplements(out, world)
	case *refs > 0:
		printRefs(out, world, *refs, *seed)
	default:
		printFacts(out, world)
	}
	if *timed {
		var usage syscall.Rusage
		syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
		cpu := time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
		fmt.Fprintf(out, "list %.3f check %.3f cpu %.3f rss %d\n", listed.Sub(start).Seconds(),
			time.Since(listed).Seconds(), cpu.Seconds(), usage.Maxrss*1024)
	}
	return nil
}
