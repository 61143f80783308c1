package main

import (
	"bufio"
	"bytes"
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/scanner"
	"go/token"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
)

// A mutant is a file of the module with another text.
type mutant struct {
	path string
	// textPath is where the text is.
	textPath string
	// sibling is another file of the same view, of which facts are printed, too, or "".
	sibling string
}

// printFiles prints the files that facts are printed of, those of a view one after the other and an empty line behind.
func printFiles(out *bufio.Writer, w *world) {
	for _, v := range w.views {
		some := false
		for _, name := range slices.Concat(v.GoFiles, v.CgoFiles) {
			path := v.absolute(name)
			if v.prints(path) {
				fmt.Fprintln(out, "F", w.relative(path))
				some = true
			}
		}
		if some {
			fmt.Fprintln(out)
		}
	}
}

// printMutants checks all views, and then one view anew for each mutant that a line of the file `list` names: its path,
// where its text is, and a sibling, with tabs between them. All but the mutant is as it was.
func printMutants(out *bufio.Writer, w *world, list string) error {
	mutants, err := readMutants(list)
	if err != nil {
		return err
	}
	w.check(func(*view) {})
	views := map[string]*view{}
	for _, v := range w.views {
		for _, file := range v.files {
			if file.printed {
				views[w.relative(file.path)] = v
			}
		}
	}
	var lock sync.Mutex
	var group sync.WaitGroup
	next := make(chan int)
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() {
			for i := range next {
				m := mutants[i]
				var text []byte
				if v := views[m.path]; v != nil {
					text = w.mutantFacts(v, m)
				}
				lock.Lock()
				fmt.Fprintln(out, "X", i)
				out.Write(text)
				lock.Unlock()
			}
		})
	}
	for i := range mutants {
		next <- i
	}
	close(next)
	group.Wait()
	return nil
}

func readMutants(list string) ([]mutant, error) {
	text, err := os.ReadFile(list)
	if err != nil {
		return nil, err
	}
	var mutants []mutant
	for line := range strings.Lines(string(text)) {
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(fields) != 3 {
			return nil, fmt.Errorf("%s: not a mutant: %q", list, line)
		}
		mutants = append(mutants, mutant{fields[0], fields[1], fields[2]})
	}
	return mutants, nil
}

// mutantFacts returns the facts about a mutant and its sibling. None, and a word about why, if go/types panics.
func (w *world) mutantFacts(original *view, m mutant) (text []byte) {
	defer func() {
		if problem := recover(); problem != nil {
			text = fmt.Appendf(nil, "P %q\n", fmt.Sprint(problem))
		}
	}()
	v := &view{listing: original.listing, path: original.path, root: true, done: original.done}
	var printed []*file
	for _, it := range original.files {
		copied := &file{path: it.path}
		switch w.relative(it.path) {
		case m.path:
			syntax := w.parseMutant(it, m)
			defer w.fset.RemoveFile(w.fset.File(syntax.FileStart))
			if !w.belongs(it, syntax, m) {
				continue
			}
			copied.syntax = withoutBroken(syntax)
			printed = append(printed, copied)
		case m.sibling:
			copied.syntax = it.syntax
			printed = append(printed, copied)
		default:
			copied.syntax = withoutBodies(it.syntax)
		}
		v.files = append(v.files, copied)
	}
	hideTwice(v.files)
	w.checkView(v, original)
	f := facts{view: v, world: w, speller: newSpeller(w), leftOut: map[string]int{}, finely: true}
	var all bytes.Buffer
	for _, it := range printed {
		fmt.Fprintln(&all, "F", w.relative(it.path))
		for _, decl := range it.syntax.Decls {
			fmt.Fprintln(&all, "D", w.offset(decl.Pos()), w.offset(decl.End()))
		}
		all.Write(f.of(it))
	}
	return all.Bytes()
}

// A broken file's declarations that parse, and where the errors are.
type brokenFile struct {
	*ast.File
	errors []token.Pos
}

func (w *world) parseMutant(original *file, m mutant) brokenFile {
	text, err := os.ReadFile(m.textPath)
	if err != nil {
		panic(err)
	}
	mode := parser.SkipObjectResolution | parser.ParseComments | parser.AllErrors
	syntax, err := parser.ParseFile(w.fset, original.path, text, mode)
	broken := brokenFile{File: syntax}
	if list, ok := err.(scanner.ErrorList); ok {
		file := w.fset.File(syntax.FileStart)
		for _, it := range list {
			broken.errors = append(broken.errors, file.Pos(it.Pos.Offset))
		}
	}
	return broken
}

// belongs says whether a mutant still belongs to the package and the build that its original belongs to.
func (w *world) belongs(original *file, syntax brokenFile, m mutant) bool {
	if syntax.Name.Name != original.syntax.Name.Name {
		return false
	}
	context := build.Default
	context.CgoEnabled = true
	if *goos != "" {
		context.GOOS = *goos
	}
	if *goarch != "" {
		context.GOARCH = *goarch
	}
	if *tags != "" {
		context.BuildTags = strings.Split(*tags, ",")
	}
	context.OpenFile = func(string) (io.ReadCloser, error) { return os.Open(m.textPath) }
	matches, err := context.MatchFile(filepath.Dir(original.path), filepath.Base(original.path))
	return matches || err != nil
}

// withoutBroken returns a file without the declarations that have a syntax error in them: what go/parser makes of them
// is a guess.
func withoutBroken(broken brokenFile) *ast.File {
	file := *broken.File
	file.Decls = slices.DeleteFunc(slices.Clone(file.Decls), func(decl ast.Decl) bool {
		_, bad := decl.(*ast.BadDecl)
		return bad || slices.ContainsFunc(broken.errors, func(pos token.Pos) bool { return decl.Pos() <= pos && pos <= decl.End() })
	})
	return &file
}

// hideTwice takes away the names of what a package declares twice. Such a package does not compile, and which of the two
// go/types takes is arbitrary: the first in the order of the files.
func hideTwice(files []*file) {
	count := map[string]int{}
	for _, file := range files {
		for _, name := range declaredNames(file.syntax) {
			count[name.Name]++
		}
	}
	for _, file := range files {
		if slices.ContainsFunc(declaredNames(file.syntax), func(name *ast.Ident) bool { return count[name.Name] > 1 }) {
			file.syntax = withoutNames(file.syntax, func(name string) bool { return count[name] > 1 })
		}
	}
}

// declaredNames returns the names that a file declares in the package block.
func declaredNames(file *ast.File) []*ast.Ident {
	var names []*ast.Ident
	for _, decl := range file.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			if decl.Recv == nil && decl.Name.Name != "init" {
				names = append(names, decl.Name)
			}
		case *ast.GenDecl:
			for _, spec := range decl.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					names = append(names, spec.Name)
				case *ast.ValueSpec:
					names = append(names, spec.Names...)
				}
			}
		}
	}
	return slices.DeleteFunc(names, func(name *ast.Ident) bool { return name.Name == "_" })
}

// withoutNames returns a copy of a file that declares `_` in the package block instead of the names to hide.
func withoutNames(original *ast.File, hidden func(string) bool) *ast.File {
	blank := func(name *ast.Ident) *ast.Ident {
		if hidden(name.Name) {
			return &ast.Ident{NamePos: name.NamePos, Name: "_"}
		}
		return name
	}
	file := *original
	file.Decls = slices.Clone(original.Decls)
	for i, decl := range file.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			copied := *decl
			if decl.Recv == nil {
				copied.Name = blank(decl.Name)
			}
			file.Decls[i] = &copied
		case *ast.GenDecl:
			copied := *decl
			copied.Specs = slices.Clone(decl.Specs)
			for j, spec := range copied.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					one := *spec
					one.Name = blank(spec.Name)
					copied.Specs[j] = &one
				case *ast.ValueSpec:
					one := *spec
					one.Names = make([]*ast.Ident, len(spec.Names))
					for k, name := range spec.Names {
						one.Names[k] = blank(name)
					}
					copied.Specs[j] = &one
				}
			}
			file.Decls[i] = &copied
		}
	}
	return &file
}

// wrongNodes returns the smallest statements, specs and declarations of a file that go/types reports errors in: what it
// records of them is a guess.
func (f *facts) wrongNodes(file *ast.File) map[ast.Node]bool {
	wrong := map[ast.Node]bool{}
	for _, pos := range f.view.errors {
		if pos < file.FileStart || file.FileEnd < pos {
			continue
		}
		var smallest ast.Node
		ast.Inspect(file, func(node ast.Node) bool {
			if node == nil || pos < node.Pos() || node.End() < pos {
				return false
			}
			switch node.(type) {
			case *ast.BlockStmt:
			case ast.Stmt, ast.Spec, ast.Decl:
				smallest = node
			}
			return true
		})
		if smallest != nil {
			wrong[smallest] = true
		}
	}
	return wrong
}
